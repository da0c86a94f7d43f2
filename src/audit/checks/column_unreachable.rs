//! `column-unreachable`: columns whose own page is not there. The link that leads to it is another rule's matter.

use serde::Deserialize;

use super::columns::{column_hit, undetermined};
use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{Column, ColumnReading, SiteFacts, Target};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "column-unreachable",
    placeholders: &["reason"],
    needs: &[Need::Pages],
    build: from_params::<ColumnUnreachable>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnUnreachable {}

impl Check for ColumnUnreachable {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut result = CheckResult::default();
        for column in &site.columns {
            match &column.state {
                ColumnReading::Unreachable { reason } => {
                    result.judged += 1;
                    result.hits.push(hit(column, reason, site.targets.iter().find(|target| target.url == column.url)));
                }
                ColumnReading::Unread { reason } if was_not_answered(reason) => {
                    result.undetermined.push(undetermined(column, reason));
                }
                ColumnReading::Ignored => {}
                _ => result.judged += 1,
            }
        }
        result
    }
}

/// Not a page that came and could not be understood, but one that was not asked for or was kept from us.
fn was_not_answered(reason: &str) -> bool {
    reason == "not-crawled" || ["skip.", "challenge", "status.", "failure."].iter().any(|group| reason.starts_with(group))
}

fn hit(column: &Column, reason: &str, target: Option<&Target>) -> Hit {
    let certainty = match (target, reason) {
        (Some(target), _) => target.certainty,
        (None, "status.404" | "status.410") => Certainty::Confirmed,
        (None, _) => Certainty::Suspected,
    };
    let shown = target.map(|target| evidence::of_request(&target.outcome, &target.attempts)).unwrap_or_default();
    column_hit(column, certainty, [("reason", format!("@{reason}"))], shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::column;
    use crate::audit::testing::{context, site, target};
    use crate::model::site::{ColumnClass, TargetClass, TargetFault};

    fn run(state: ColumnReading, targets: Vec<Target>) -> CheckResult {
        let mut site = site();
        let mut one = column("/a/", ColumnClass::Notice, Vec::new());
        one.state = state;
        site.columns = vec![one];
        site.targets = targets;
        ColumnUnreachable {}.run(&site, &context())
    }

    fn unreachable(reason: &str) -> ColumnReading {
        ColumnReading::Unreachable { reason: reason.into() }
    }

    #[test]
    fn a_column_that_answers_404_is_unreachable() {
        let result = run(unreachable("status.404"), Vec::new());
        assert_eq!((result.judged, result.hits[0].certainty), (1, Certainty::Confirmed));
        assert_eq!(result.hits[0].values["reason"], "@status.404");
        assert_eq!(result.hits[0].column.as_deref(), Some("http://gxt.example.gov.cn/a/"));
    }

    #[test]
    fn the_certainty_and_the_attempts_are_those_of_the_target() {
        let mut dead = target("http://gxt.example.gov.cn/a/", TargetClass::Page, TargetFault::Dead);
        dead.certainty = Certainty::Intermittent;
        let result = run(unreachable("status.404"), vec![dead]);
        assert_eq!((result.hits[0].certainty, result.hits[0].evidence.len()), (Certainty::Intermittent, 1));
        assert_eq!(run(unreachable("failure.tls"), Vec::new()).hits[0].certainty, Certainty::Suspected);
    }

    #[test]
    fn a_column_that_was_not_asked_for_is_undetermined_and_one_that_came_is_fine() {
        let skipped = run(ColumnReading::Unread { reason: "skip.page-budget".into() }, Vec::new());
        assert_eq!((skipped.judged, skipped.undetermined.len()), (0, 1));
        let came = run(ColumnReading::Unread { reason: "no-list".into() }, Vec::new());
        assert_eq!((came.judged, came.undetermined.len()), (1, 0));
    }
}
