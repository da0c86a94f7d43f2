//! `leave-notice`: whether links that leave the public sector tell a visitor so. One hit a site: that no page with such links, nor any
//! script of theirs, has the words of a notice.

use serde::Deserialize;

use super::columns::values_of;
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef = CheckDef {
    name: "leave-notice",
    placeholders: &["pages", "links", "text"],
    needs: &[Need::Pages],
    build: from_params::<LeaveNotice>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveNotice {
    /// Pages with such links and no notice from which on (inclusive) it is told.
    pages_min: u32,
}

impl Check for LeaveNotice {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let leaving = &site.leaving;
        let judged = leaving.pages.saturating_sub(leaving.unknown);
        // A notice on one page is the site's own: that others do without it may be its list of hosts.
        if leaving.told > 0 || leaving.bare < self.pages_min.max(1) {
            let is_unseen = leaving.told == 0 && leaving.bare == 0 && leaving.unknown > 0;
            let what = Undetermined { url: String::new(), reason: "leave-unseen".into() };
            return CheckResult {
                judged: if is_unseen { 0 } else { judged },
                hits: Vec::new(),
                undetermined: if is_unseen { vec![what] } else { Vec::new() },
            };
        }
        let text = leaving.bare_links.first().map(|place| place.text.clone()).unwrap_or_default();
        let hit = Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            // A server may send visitors to a notice that no page names.
            certainty: Certainty::Suspected,
            values: values_of([
                ("pages", leaving.bare.to_string()),
                ("links", leaving.bare_links_count.to_string()),
                ("text", text),
            ]),
            evidence: Vec::new(),
            occurrences: leaving.bare_links.clone(),
            occurrence_count: leaving.bare_links_count,
        };
        CheckResult { judged, hits: vec![hit], undetermined: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};
    use crate::model::leaving::Leaving;

    fn run(told: u32, bare: u32, unknown: u32) -> CheckResult {
        let mut site = site();
        site.leaving = Leaving { pages: 9, told, bare, unknown, ..Leaving::default() };
        LeaveNotice { pages_min: 1 }.run(&site, &context())
    }

    #[test]
    fn bare_pages_are_told_once_and_unread_scripts_leave_it_undetermined() {
        assert_eq!((run(0, 2, 1).hits.len(), run(0, 2, 1).judged), (1, 8));
        assert_eq!(run(1, 2, 0).hits.len(), 0, "some page has the notice");
        assert_eq!(run(0, 0, 3).undetermined[0].reason, "leave-unseen");
        assert_eq!((run(0, 0, 0).judged, run(0, 0, 0).hits.len()), (9, 0), "nothing leads out");
    }
}
