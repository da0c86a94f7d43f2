//! `blocked`: pages before which a protection page stands. What is behind was not measured, and the webmaster can change that.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "blocked", placeholders: &["pages"], needs: &[], build: from_params::<Blocked> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blocked {
    /// Pages from which on (inclusive) it is said.
    pages_min: u32,
}

impl Check for Blocked {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let blocked = site.notes.blocked;
        let judged = site.pages_read;
        if blocked < self.pages_min.max(1) {
            return CheckResult { judged, ..CheckResult::default() };
        }
        let example = |url: &String| evidence("note", "@challenged".to_owned(), Some(url.clone()));
        let hit = Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty: Certainty::Blocked,
            values: values_of([("pages", blocked.to_string())]),
            evidence: site.notes.blocked_examples.iter().map(example).collect(),
            occurrences: Vec::new(),
            occurrence_count: 0,
        };
        CheckResult { judged, hits: vec![hit], undetermined: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};

    #[test]
    fn protection_pages_are_said_and_judge_nothing() {
        let mut site = site();
        assert_eq!(Blocked { pages_min: 1 }.run(&site, &context()).hits.len(), 0);
        site.notes.blocked = 4;
        let result = Blocked { pages_min: 1 }.run(&site, &context());
        assert_eq!((result.hits[0].certainty, result.hits[0].values["pages"].as_str()), (Certainty::Blocked, "4"));
    }
}
