//! `column-empty`: columns whose list mechanism was recognised and holds nothing (空白栏目). A list that was not recognised is
//! undetermined: its rows may be drawn by a script.

use serde::Deserialize;

use super::columns::{column_hit, of_list, unread};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult};
use crate::model::site::{ColumnReading, SiteFacts};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "column-empty", placeholders: &["family"], needs: &[Need::Pages], build: from_params::<ColumnEmpty> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEmpty {}

impl Check for ColumnEmpty {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut result = CheckResult::default();
        for column in &site.columns {
            match &column.state {
                ColumnReading::Empty => {
                    result.judged += 1;
                    let family = column.list_kind.clone().unwrap_or_default();
                    result.hits.push(column_hit(column, Certainty::Confirmed, [("family", family)], vec![of_list(column)]));
                }
                ColumnReading::Unread { .. } | ColumnReading::Unreachable { .. } => result.undetermined.extend(unread(column)),
                ColumnReading::Ignored => {}
                ColumnReading::Read | ColumnReading::Static | ColumnReading::Archived | ColumnReading::Parent => {
                    result.judged += 1;
                }
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{column, row};
    use crate::audit::testing::{context, site};
    use crate::model::site::ColumnClass;

    fn run(state: ColumnReading) -> CheckResult {
        let mut site = site();
        let mut read = column("/a/", ColumnClass::Notice, vec![row("甲", "/a/1.html", Some("2026-11-01"))]);
        read.name = "通知公告".into();
        let mut other = column("/b/", ColumnClass::Other, Vec::new());
        other.state = state;
        site.columns = vec![read, other];
        ColumnEmpty {}.run(&site, &context())
    }

    #[test]
    fn a_recognised_list_without_rows_is_empty() {
        let result = run(ColumnReading::Empty);
        assert_eq!((result.judged, result.hits.len()), (2, 1));
        assert_eq!(result.hits[0].url, "http://gxt.example.gov.cn/b/");
        assert_eq!(result.hits[0].evidence[0].text, "@list trs 1 0");
    }

    #[test]
    fn a_list_that_was_not_read_is_undetermined_and_not_empty() {
        let result = run(ColumnReading::Unread { reason: "no-list".into() });
        assert_eq!((result.judged, result.hits.len(), result.undetermined.len()), (1, 0, 1));
    }

    #[test]
    fn a_parent_is_not_empty_and_a_column_left_out_is_not_judged() {
        assert_eq!(run(ColumnReading::Parent).judged, 2);
        assert_eq!(run(ColumnReading::Ignored).judged, 1);
        assert!(run(ColumnReading::Parent).hits.is_empty());
    }
}
