//! `site-reach`: whether the home page could be read. One run cannot decide the official indicator (a week of probes), so a
//! home page that does not answer is a suspicion; one that turns programs away is blocked.

use serde::Deserialize;

use super::{Check, CheckDef, Context, evidence, from_params};
use crate::audit::certainty::{Circumstances, Standing, standing};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::outcome::Outcome;
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "site-reach", placeholders: &["reason", "attempts"], needs: &[], build: from_params::<SiteReach> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteReach {}

impl Check for SiteReach {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let Some(home) = &site.home else { return not_judged(site, "home-not-requested") };
        if let Outcome::Skipped(_) = home.outcome {
            return not_judged(site, "home-not-requested");
        }
        let certainty = match standing(&home.outcome, &home.attempts, Circumstances::default()) {
            Standing::Fault(Certainty::Blocked) => Certainty::Blocked,
            Standing::Fault(Certainty::Intermittent) | Standing::Fine => {
                return CheckResult { judged: 1, ..CheckResult::default() };
            }
            Standing::Fault(_) => Certainty::Suspected,
            Standing::NotJudged => return not_judged(site, "home-not-requested"),
        };
        let hit = Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty,
            values: [
                ("reason".to_owned(), evidence::reason(&home.outcome)),
                ("attempts".to_owned(), home.attempts.len().max(1).to_string()),
            ]
            .into(),
            evidence: evidence::of_request(&home.outcome, &home.attempts),
            occurrences: Vec::new(),
            occurrence_count: 0,
        };
        CheckResult { judged: u32::from(certainty != Certainty::Blocked), hits: vec![hit], undetermined: Vec::new() }
    }
}

fn not_judged(site: &SiteFacts, reason: &str) -> CheckResult {
    let what = Undetermined { url: site.decl.url.to_string(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{attempts, context, failed, reply, site};
    use crate::model::outcome::{ChallengeKind, FailureClass, SkipReason};

    fn run(outcome: Outcome, tries: &str) -> CheckResult {
        let mut site = site();
        let home = site.home.as_mut().unwrap();
        home.outcome = outcome;
        home.attempts = attempts(tries);
        SiteReach {}.run(&site, &context())
    }

    #[test]
    fn a_home_page_that_answers_is_clear() {
        assert_eq!(run(reply(200), "GET 200"), CheckResult { judged: 1, ..CheckResult::default() });
        assert!(run(reply(200), "GET dns, GET dns, GET 200").hits.is_empty(), "it was read in the end");
    }

    #[test]
    fn a_home_page_that_never_answered_is_suspected_only() {
        let result = run(failed(FailureClass::Connect), "GET dns, GET dns, GET dns");
        assert_eq!(result.hits[0].certainty, Certainty::Suspected);
        assert_eq!(result.hits[0].values["attempts"], "3");
        assert_eq!(run(reply(404), "GET 404").hits[0].certainty, Certainty::Suspected);
    }

    #[test]
    fn a_protection_page_is_blocked_and_judges_nothing() {
        let result = run(Outcome::Challenged { kind: ChallengeKind::Ruishu, status: 412 }, "GET 412");
        assert_eq!((result.judged, result.hits[0].certainty), (0, Certainty::Blocked));
        assert_eq!(result.hits[0].values["reason"], "@challenge.ruishu");
    }

    #[test]
    fn a_home_page_that_was_not_asked_for_is_undetermined() {
        assert_eq!(run(Outcome::Skipped(SkipReason::Interrupted), "").undetermined[0].reason, "home-not-requested");
    }
}
