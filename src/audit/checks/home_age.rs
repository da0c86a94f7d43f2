//! `home-age`: the newest dated item of the home page. Where the home page only leads on, its columns are asked instead.

use jiff::civil::Date;
use serde::Deserialize;

use super::columns::{of_row, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::audit::columns::is_impossible;
use crate::model::facts::{PageFacts, Row};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Undetermined};
use crate::model::site::{ColumnReading, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "home-age",
    placeholders: &["newest", "title", "age", "limit"],
    needs: &[Need::Home],
    build: from_params::<HomeAge>,
};

/// Characters of text up to which a home page without dated items only leads on (an entry page), and is not one whose items
/// could not be read.
const ENTRY_CHARS_MAX: u32 = 600;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeAge {
    /// Days without a new item from which on (exclusive) the home page is late.
    days: u32,
}

impl Check for HomeAge {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let Some(facts) = site.home.as_ref().and_then(|home| home.facts.as_ref()) else {
            return undetermined(site, "home-not-requested");
        };
        if let Some(row) = newest_of_home(facts, context.today) {
            return self.judge(site, row, context.today);
        }
        if facts.text.body_chars > ENTRY_CHARS_MAX {
            return undetermined(site, "home-undated");
        }
        let all_read = !site.columns.iter().any(|column| matches!(column.state, ColumnReading::Unread { .. }));
        match site
            .columns
            .iter()
            .filter_map(|column| column.newest.as_ref())
            .max_by_key(|row| row.date.as_ref().map(|d| d.date))
        {
            Some(row) if all_read || !self.is_late(row, context.today) => self.judge(site, row, context.today),
            _ => undetermined(site, "home-undated"),
        }
    }
}

impl HomeAge {
    fn judge(&self, site: &SiteFacts, row: &Row, today: Date) -> CheckResult {
        let hits = if self.is_late(row, today) { vec![self.hit(site, row, today)] } else { Vec::new() };
        CheckResult { judged: 1, hits, undetermined: Vec::new() }
    }

    fn is_late(&self, row: &Row, today: Date) -> bool {
        age(row, today).is_some_and(|days| i64::from(days) > i64::from(self.days))
    }

    fn hit(&self, site: &SiteFacts, row: &Row, today: Date) -> Hit {
        let evidence: Vec<Evidence> = of_row(row);
        Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty: Certainty::Confirmed,
            values: values_of([
                ("newest", row.date.as_ref().map(|d| d.date.to_string()).unwrap_or_default()),
                ("title", row.title.clone()),
                ("age", age(row, today).unwrap_or(0).to_string()),
                ("limit", self.days.to_string()),
            ]),
            evidence,
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

/// Days since the newest dated item of the home page; none where it shows none.
pub(in crate::audit) fn days_without_update(site: &SiteFacts, today: Date) -> Option<i32> {
    let facts = site.home.as_ref()?.facts.as_ref()?;
    age(newest_of_home(facts, today)?, today)
}

fn age(row: &Row, today: Date) -> Option<i32> {
    row.date.as_ref()?.date.until(today).ok().map(|span| span.get_days())
}

/// The newest item that is not dated in the future.
fn newest_of_home(facts: &PageFacts, today: Date) -> Option<&Row> {
    let rows = facts.list.iter().flat_map(|list| &list.rows).chain(&facts.dated_items);
    let dated = rows.filter_map(|row| row.date.as_ref().map(|d| (d.date, row)));
    dated.filter(|(date, _)| !is_impossible(*date, today)).max_by_key(|(date, _)| *date).map(|(_, row)| row)
}

fn undetermined(site: &SiteFacts, reason: &str) -> CheckResult {
    let what = Undetermined { url: site.decl.url.to_string(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{column, row};
    use crate::audit::testing::{context, site};
    use crate::model::site::{Column, ColumnClass};

    fn run(items: Vec<Row>, chars: u32, columns: Vec<Column>) -> CheckResult {
        let mut site = site();
        let facts = site.home.as_mut().unwrap().facts.as_mut().unwrap();
        facts.dated_items = items;
        facts.text.body_chars = chars;
        site.columns = columns;
        HomeAge { days: 14 }.run(&site, &context())
    }

    #[test]
    fn the_newest_item_decides_and_the_fifteenth_day_is_late() {
        let fresh =
            run(vec![row("旧", "/1.html", Some("2020-01-01")), row("新", "/2.html", Some("2026-11-10"))], 2000, Vec::new());
        assert_eq!((fresh.judged, fresh.hits.len()), (1, 0));
        let late =
            run(vec![row("新", "/2.html", Some("2026-11-09")), row("旧", "/1.html", Some("2020-01-01"))], 2000, Vec::new());
        assert_eq!((late.hits[0].values["age"].as_str(), late.hits[0].values["title"].as_str()), ("15", "新"));
    }

    #[test]
    fn items_of_the_future_do_not_hide_a_late_home_page() {
        let result = run(
            vec![row("会议预告", "/1.html", Some("2026-12-20")), row("旧", "/2.html", Some("2026-09-01"))],
            2000,
            Vec::new(),
        );
        assert_eq!(result.hits[0].values["newest"], "2026-09-01");
    }

    #[test]
    fn a_home_page_whose_items_show_no_date_is_undetermined() {
        let result =
            run(Vec::new(), 2000, vec![column("/a/", ColumnClass::News, vec![row("旧", "/1.html", Some("2026-01-01"))])]);
        assert_eq!((result.judged, result.undetermined[0].reason.as_str()), (0, "home-undated"));
    }

    #[test]
    fn an_entry_page_is_judged_by_its_columns() {
        let of = |day: &str| vec![column("/a/", ColumnClass::News, vec![row("甲", "/1.html", Some(day))])];
        assert!(run(Vec::new(), 80, of("2026-11-20")).hits.is_empty());
        assert_eq!(run(Vec::new(), 80, of("2026-08-20")).hits.len(), 1);
        let mut unread = of("2026-08-20");
        let mut other = column("/b/", ColumnClass::News, Vec::new());
        other.state = ColumnReading::Unread { reason: "no-list".into() };
        unread.push(other);
        assert_eq!(run(Vec::new(), 80, unread).judged, 0, "the column that was not read may be the newest");
        assert_eq!(run(Vec::new(), 80, Vec::new()).judged, 0);
    }
}
