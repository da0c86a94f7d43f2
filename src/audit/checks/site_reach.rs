//! `site-reach`: whether the home page opens. Where the log of probes holds a whole week, it decides the official indicator.
//! One run cannot: a home page that does not answer it is a suspicion, one that turns programs away is blocked.

use serde::Deserialize;

use super::{Check, CheckDef, Context, columns, evidence, from_params};
use crate::audit::certainty::{Circumstances, Standing, standing};
use crate::audit::probes::Week;
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::outcome::Outcome;
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "site-reach", placeholders: &["reason", "attempts", "said"], needs: &[], build: from_params::<SiteReach> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteReach {
    /// Percent of a week's probes that did not open, from which on (inclusive) the site counts as unreachable.
    percent: u32,
}

impl Check for SiteReach {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let week = Week::of(context.probes, &site.decl.url, context.today);
        if week.is_enough() {
            return self.by_log(site, &week);
        }
        let mut result = by_run(site);
        let what = Undetermined { url: String::new(), reason: "probes-missing".to_owned() };
        result.undetermined.push(what);
        result
    }
}

impl SiteReach {
    fn by_log(&self, site: &SiteFacts, week: &Week) -> CheckResult {
        let mut result = CheckResult { judged: 1, ..CheckResult::default() };
        if week.reaches(self.percent) {
            let address = site.decl.url.to_string();
            let said = format!("@probed {} {} {}", week.total, week.not_opened, week.percent());
            let reasons = week
                .reasons
                .iter()
                .map(|(reason, number)| columns::evidence("note", format!("@times {number} {reason}"), Some(address.clone())));
            result.hits.push(Hit {
                url: address.clone(),
                target: None,
                column: None,
                certainty: Certainty::Confirmed,
                values: [("said".to_owned(), said)].into(),
                evidence: reasons.collect(),
                occurrences: Vec::new(),
                occurrence_count: 0,
            });
        }
        result
    }
}

fn by_run(site: &SiteFacts) -> CheckResult {
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
    let reason = evidence::reason(&home.outcome);
    let said = format!("@tries {} {}", home.attempts.len().max(1), reason.trim_start_matches('@'));
    let hit = Hit {
        url: site.decl.url.to_string(),
        target: None,
        column: None,
        certainty,
        values: [
            ("reason".to_owned(), evidence::reason(&home.outcome)),
            ("attempts".to_owned(), home.attempts.len().max(1).to_string()),
            ("said".to_owned(), said),
        ]
        .into(),
        evidence: evidence::of_request(&home.outcome, &home.attempts),
        occurrences: Vec::new(),
        occurrence_count: 0,
    };
    CheckResult { judged: u32::from(certainty != Certainty::Blocked), hits: vec![hit], undetermined: Vec::new() }
}

fn not_judged(site: &SiteFacts, reason: &str) -> CheckResult {
    let what = Undetermined { url: site.decl.url.to_string(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{TODAY, attempts, context, failed, reply, site};
    use crate::model::outcome::{ChallengeKind, FailureClass, SkipReason};

    fn run(outcome: Outcome, tries: &str) -> CheckResult {
        let mut site = site();
        let home = site.home.as_mut().unwrap();
        home.outcome = outcome;
        home.attempts = attempts(tries);
        SiteReach { percent: 5 }.run(&site, &context())
    }

    #[test]
    fn a_home_page_that_answers_is_clear() {
        let result = run(reply(200), "GET 200");
        assert_eq!((result.judged, result.hits.len(), result.undetermined[0].reason.as_str()), (1, 0, "probes-missing"));
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

    #[test]
    fn a_week_of_probes_decides_whatever_this_run_met() {
        let judged = |down: u32, days: i64| {
            let probes = crate::audit::probes::log("http://gxt.example.gov.cn/", TODAY, days, 20, down);
            let mut site = site();
            site.home.as_mut().unwrap().outcome = failed(FailureClass::Connect);
            site.home.as_mut().unwrap().attempts = attempts("GET dns");
            SiteReach { percent: 5 }.run(&site, &Context { probes: &probes, ..context() })
        };
        let fallen = judged(7, 7);
        assert_eq!(fallen.hits[0].certainty, Certainty::Confirmed);
        assert_eq!(fallen.hits[0].values["said"], "@probed 140 7 5");
        assert_eq!(fallen.hits[0].evidence[0].text, "@times 7 failure.timeout");
        assert_eq!(judged(6, 7), CheckResult { judged: 1, ..CheckResult::default() }, "it opened often enough");
        assert_eq!(judged(7, 6).hits[0].certainty, Certainty::Suspected, "six days are no week");
    }
}
