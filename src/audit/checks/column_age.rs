//! `column-age`: columns whose newest item is older than their class allows. The parameters are the limits ([`Ageing`]).

use super::columns::{column_hit, of_list, of_row, undetermined, unread};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::audit::columns::{Age, Ageing, Unjudged};
use crate::model::facts::DateSource;
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{Column, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "column-age",
    placeholders: &["newest", "title", "age", "limit"],
    needs: &[Need::Pages],
    build: from_params::<Ageing>,
};

/// An address tells when an item was made, not when it was shown: so many days past the limit it is not believed alone.
const ADDRESS_DOUBT_DAYS: i32 = 7;

impl Check for Ageing {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let mut result = CheckResult::default();
        for column in &site.columns {
            match self.of(column, context.today) {
                Age::NoLimit => {}
                Age::Unjudged(Unjudged::NotRead) => result.undetermined.extend(unread(column)),
                Age::Unjudged(why) => result.undetermined.push(undetermined(column, why.key())),
                Age::Judged { age_days, limit_days, late, .. } => {
                    result.judged += 1;
                    if late {
                        result.hits.push(hit(column, age_days, limit_days));
                    }
                }
            }
        }
        result
    }
}

fn hit(column: &Column, age_days: i32, limit_days: u32) -> Hit {
    let newest = column.newest.as_ref();
    let date = newest.and_then(|row| row.date.as_ref());
    let past = i64::from(age_days) - i64::from(limit_days);
    let doubtful = date.is_some_and(|d| d.source == DateSource::Url) && past <= i64::from(ADDRESS_DOUBT_DAYS);
    // Whether a column that no class claims ought to move is a person's judgement, unless the user has set its limit.
    let unclassed = column.class_source == "default" && column.max_age_days.is_none();
    let certainty = if doubtful || unclassed { Certainty::Suspected } else { Certainty::Confirmed };
    let values = [
        ("newest", date.map(|d| d.date.to_string()).unwrap_or_default()),
        ("title", newest.map(|row| row.title.clone()).unwrap_or_default()),
        ("age", age_days.to_string()),
        ("limit", limit_days.to_string()),
    ];
    let mut evidence = newest.map(of_row).unwrap_or_default();
    evidence.push(of_list(column));
    column_hit(column, certainty, values, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{ageing, column, dated, row};
    use crate::audit::testing::{context, site};
    use crate::model::site::{ColumnClass, ColumnReading};

    fn run(columns: Vec<Column>) -> CheckResult {
        let mut site = site();
        site.columns = columns;
        ageing().run(&site, &context())
    }

    #[test]
    fn a_news_column_is_late_on_the_fifteenth_day() {
        let at = |day: &str| run(vec![column("/gzdt/", ColumnClass::News, vec![row("会议召开", "/gzdt/1.html", Some(day))])]);
        assert!(at("2026-11-10").hits.is_empty(), "14 days");
        let result = at("2026-11-09");
        assert_eq!((result.judged, result.hits.len()), (1, 1));
        let hit = &result.hits[0];
        assert_eq!((hit.values["age"].as_str(), hit.values["limit"].as_str()), ("15", "14"));
        assert_eq!((hit.values["newest"].as_str(), hit.values["title"].as_str()), ("2026-11-09", "会议召开"));
        assert_eq!(hit.certainty, Certainty::Confirmed);
        let texts: Vec<&str> = hit.evidence.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(texts, ["会议召开 2026-11-09", "@dated 2026-11-09 row", "@list trs 1 1"]);
    }

    #[test]
    fn the_newest_row_counts_wherever_it_stands() {
        let mut pinned = row("置顶", "/gzdt/0.html", Some("2021-03-01"));
        pinned.pinned = true;
        let rows = vec![pinned, row("新", "/gzdt/2.html", Some("2026-11-20")), row("旧", "/gzdt/1.html", Some("2026-08-01"))];
        assert!(run(vec![column("/gzdt/", ColumnClass::News, rows)]).hits.is_empty());
    }

    #[test]
    fn a_column_that_was_not_read_is_undetermined() {
        let mut unread = column("/gzdt/", ColumnClass::News, Vec::new());
        unread.state = ColumnReading::Unread { reason: "needs-browser".into() };
        let result = run(vec![unread]);
        assert_eq!((result.judged, result.hits.len()), (0, 0));
        assert_eq!(result.undetermined[0].reason, "needs-browser");
    }

    #[test]
    fn rows_without_dates_are_undetermined_and_never_late() {
        let rows = vec![row("甲", "/gzdt/1.html", None), row("乙", "/gzdt/2.html", None)];
        let result = run(vec![column("/gzdt/", ColumnClass::News, rows)]);
        assert_eq!(result.undetermined[0].reason, "no-dates");
        let rows = vec![row("甲", "/gzdt/1.html", None), row("乙", "/gzdt/2.html", Some("2020-01-01"))];
        let result = run(vec![column("/gzdt/", ColumnClass::News, rows)]);
        assert_eq!((result.hits.len(), result.undetermined[0].reason.as_str()), (0, "undated-above"));
        // Below the newest row an undated one changes nothing.
        let rows = vec![row("乙", "/gzdt/2.html", Some("2020-01-01")), row("甲", "/gzdt/1.html", None)];
        assert_eq!(run(vec![column("/gzdt/", ColumnClass::News, rows)]).hits.len(), 1);
    }

    #[test]
    fn topics_archives_parents_and_texts_have_no_limit() {
        let old = || vec![row("旧", "/x/1.html", Some("2019-01-01"))];
        let mut columns = vec![column("/zt/", ColumnClass::Topic, old())];
        for state in [ColumnReading::Archived, ColumnReading::Parent, ColumnReading::Static, ColumnReading::Ignored] {
            let mut other = column("/a/", ColumnClass::News, old());
            other.state = state;
            columns.push(other);
        }
        assert_eq!(run(columns), CheckResult::default());
    }

    #[test]
    fn the_users_limit_goes_before_the_class() {
        let mut own = column("/zt/", ColumnClass::Topic, vec![row("旧", "/x/1.html", Some("2026-11-01"))]);
        own.max_age_days = Some(7);
        assert_eq!(run(vec![own]).hits[0].values["limit"], "7");
    }

    #[test]
    fn what_no_class_claims_and_dates_of_addresses_are_suspected_only() {
        let mut other = column("/x/", ColumnClass::Other, vec![row("旧", "/x/1.html", Some("2024-01-01"))]);
        other.class_source = "default".into();
        assert_eq!(run(vec![other]).hits[0].certainty, Certainty::Suspected);
        let mut by_address = row("旧", "/x/t20261108_1.html", Some("2026-11-08"));
        by_address.date = Some(dated("2026-11-08", DateSource::Url));
        assert_eq!(run(vec![column("/x/", ColumnClass::News, vec![by_address])]).hits[0].certainty, Certainty::Suspected);
    }
}
