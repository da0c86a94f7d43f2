//! `home-age`: the newest dated item of the home page, and what earlier runs saw of it. Where the home page only leads on, its
//! columns are asked instead.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::columns::{evidence, of_row, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::audit::columns::is_impossible;
use crate::model::facts::{PageFacts, Row};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Undetermined};
use crate::model::site::{ColumnReading, HomeSeen, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "home-age",
    placeholders: &["what", "newest", "title", "age", "limit"],
    needs: &[Need::Home],
    build: from_params::<HomeAge>,
};

/// Characters of text up to which a home page without dated items only leads on (an entry page), and is not one whose items
/// could not be read.
const ENTRY_CHARS_MAX: u32 = 600;
/// Characters from which on a text names one title and not any.
const TITLE_CHARS_MIN: usize = 8;
/// Items of a home page below which nothing is made of that they are the same.
const ITEMS_MIN: usize = 5;

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
        let dated = newest_of_home(facts, context.today);
        // An item without a date on the home page has one in its column.
        let linked = newest_linked(site, context.today).filter(|row| dated.is_some() || !self.is_late(row, context.today));
        if let Some(row) = dated.into_iter().chain(linked).max_by_key(|row| row.date.as_ref().map(|d| d.date)) {
            return self.judge(site, row, context.today);
        }
        if facts.text.body_chars > ENTRY_CHARS_MAX {
            return self.judge_by_change(site, context.today);
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
        let hits = if self.is_late(row, today) { vec![self.hit_of_row(site, row, today)] } else { Vec::new() };
        CheckResult { judged: 1, hits, undetermined: Vec::new() }
    }

    fn is_late(&self, row: &Row, today: Date) -> bool {
        age(row, today).is_some_and(|days| self.is_over(days))
    }

    fn is_over(&self, days: i32) -> bool {
        i64::from(days) > i64::from(self.days)
    }

    /// A home page whose items show no date: what earlier runs saw of it says whether anything came since.
    fn judge_by_change(&self, site: &SiteFacts, today: Date) -> CheckResult {
        if self.new_item(site, today).is_some() {
            return CheckResult { judged: 1, ..CheckResult::default() };
        }
        match unchanged_since(site).filter(|since| self.is_over(days_between(*since, today))) {
            // A block that a script draws may have changed unseen.
            Some(since) => {
                let age = days_between(since, today);
                let what = format!("@home-unchanged {since}");
                let pieces = vec![evidence("note", what.clone(), Some(site.decl.url.to_string()))];
                let dates = (since.to_string(), String::new());
                let hit = self.hit(site, what, dates, age, Certainty::Suspected, pieces);
                CheckResult { judged: 1, hits: vec![hit], undetermined: Vec::new() }
            }
            None => undetermined(site, "home-undated"),
        }
    }

    /// An item that was not there when a run looked within the days of the limit.
    fn new_item(&self, site: &SiteFacts, today: Date) -> Option<String> {
        let items = items_now(site);
        let within = site.home_seen.iter().find(|seen| !self.is_over(days_between(seen.day, today)))?;
        items.difference(&within.items).next().cloned()
    }

    fn hit_of_row(&self, site: &SiteFacts, row: &Row, today: Date) -> Hit {
        let mut pieces: Vec<Evidence> = of_row(row);
        let page = || Some(site.decl.url.to_string());
        let item = self.new_item(site, today);
        pieces.extend(item.iter().map(|item| evidence("note", format!("@home-new {item}"), page())));
        let since = unchanged_since(site).filter(|_| item.is_none());
        pieces.extend(since.map(|since| evidence("note", format!("@home-unchanged {since}"), page())));
        // Its dated items are late, but something without a date has come since a run looked.
        let certainty = if item.is_some() { Certainty::Suspected } else { Certainty::Confirmed };
        let newest = row.date.as_ref().map(|d| d.date.to_string()).unwrap_or_default();
        let what = format!("@home-newest {newest} {}", row.title);
        self.hit(site, what, (newest, row.title.clone()), age(row, today).unwrap_or(0), certainty, pieces)
    }

    fn hit(
        &self,
        site: &SiteFacts,
        what: String,
        (newest, title): (String, String),
        age: i32,
        certainty: Certainty,
        evidence: Vec<Evidence>,
    ) -> Hit {
        Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty,
            values: values_of([
                ("what", what),
                ("newest", newest),
                ("title", title),
                ("age", age.to_string()),
                ("limit", self.days.to_string()),
            ]),
            evidence,
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

fn items_now(site: &SiteFacts) -> BTreeSet<String> {
    HomeSeen::items(site.notes.home_links.iter().map(|(text, _)| text.as_str()))
}

/// The first of the runs in a row, up to this one, that all saw the same items; none where there are too few to tell.
fn unchanged_since(site: &SiteFacts) -> Option<Date> {
    let items = items_now(site);
    if items.len() < ITEMS_MIN {
        return None;
    }
    site.home_seen.iter().rev().take_while(|seen| seen.items == items).last().map(|seen| seen.day)
}

fn days_between(from: Date, until: Date) -> i32 {
    from.until(until).map_or(0, |span| span.get_days())
}

/// Days since the newest item of the home page whose date is known; none where it shows none.
pub(in crate::audit) fn days_without_update(site: &SiteFacts, today: Date) -> Option<i32> {
    let facts = site.home.as_ref()?.facts.as_ref()?;
    let dated = age(newest_of_home(facts, today)?, today)?;
    let linked = newest_linked(site, today).and_then(|row| age(row, today));
    Some(linked.map_or(dated, |linked| linked.min(dated)))
}

/// The newest row of any column that the home page names by its title, whole or cut at its end.
fn newest_linked(site: &SiteFacts, today: Date) -> Option<&Row> {
    let texts: BTreeSet<&str> = site.notes.home_links.iter().map(|(text, _)| text.trim()).collect();
    let cut: Vec<&str> = texts.iter().filter_map(|text| without_dots(text)).collect();
    let is_named = |title: &str| {
        title.chars().count() >= TITLE_CHARS_MIN
            && (texts.contains(title) || cut.iter().any(|beginning| title.starts_with(beginning)))
    };
    let rows = site.columns.iter().flat_map(|column| &column.rows);
    let dated = rows.filter_map(|row| row.date.as_ref().map(|d| (d.date, row)));
    dated
        .filter(|(date, row)| !is_impossible(*date, today) && is_named(row.title.trim()))
        .max_by_key(|(date, _)| *date)
        .map(|(_, row)| row)
}

/// The beginning of a title that was cut (`…`, `...`).
fn without_dots(text: &str) -> Option<&str> {
    let beginning = text.trim_end_matches(['…', '.', '。']).trim_end();
    let is_cut = text.ends_with('…') || text.ends_with("...") || text.ends_with("..");
    (is_cut && beginning.chars().count() >= TITLE_CHARS_MIN).then_some(beginning)
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
    use crate::model::site::{Column, ColumnClass, UrlId};

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

    /// A home page with six items, of which the last is `last`, that runs saw before with these last items.
    fn seen_before(dated: Option<&str>, last: &str, before: &[(&str, &str)]) -> CheckResult {
        let texts = |last: &str| -> Vec<String> {
            let fixed = (1..=5).map(|nth| format!("全省工业经济运行情况第{nth}次调度会"));
            fixed.chain([last.to_owned(), "更多".to_owned()]).collect()
        };
        let mut site = site();
        let facts = site.home.as_mut().unwrap().facts.as_mut().unwrap();
        facts.dated_items = dated.map(|day| row("旧", "/1.html", Some(day))).into_iter().collect();
        facts.text.body_chars = 2_000;
        site.notes.home_links = texts(last).into_iter().map(|text| (text, UrlId(1))).collect();
        site.home_seen = before
            .iter()
            .map(|(day, last)| HomeSeen {
                day: day.parse().unwrap(),
                items: HomeSeen::items(texts(last).iter().map(String::as_str)),
            })
            .collect();
        HomeAge { days: 14 }.run(&site, &context())
    }

    const OLD: &str = "关于开展专项检查工作的动态消息";
    const NEW: &str = "省领导调研先进制造业发展情况";

    #[test]
    fn without_dates_what_earlier_runs_saw_decides() {
        let fresh = seen_before(None, NEW, &[("2026-10-01", OLD), ("2026-11-12", OLD)]);
        assert_eq!((fresh.judged, fresh.hits.len()), (1, 0));
        let late = seen_before(None, OLD, &[("2026-10-01", NEW), ("2026-11-01", OLD), ("2026-11-20", OLD)]);
        assert_eq!((late.hits[0].values["age"].as_str(), late.hits[0].certainty), ("23", Certainty::Suspected));
        let too_early = seen_before(None, OLD, &[("2026-10-01", NEW), ("2026-11-12", OLD)]);
        assert_eq!((too_early.judged, too_early.hits.len()), (0, 0), "it may have changed on 12 November");
        let long_ago = seen_before(None, NEW, &[("2026-10-01", OLD)]);
        assert_eq!(long_ago.judged, 0, "the new item may have come in October");
    }

    #[test]
    fn late_dated_items_are_suspected_only_where_something_undated_has_come() {
        let certainty = |last, before: &[_]| seen_before(Some("2026-10-20"), last, before).hits[0].certainty;
        assert_eq!(certainty(OLD, &[("2026-11-01", OLD), ("2026-11-12", OLD)]), Certainty::Confirmed);
        assert_eq!(certainty(NEW, &[("2026-11-12", OLD)]), Certainty::Suspected);
        assert_eq!(certainty(NEW, &[("2026-10-21", OLD)]), Certainty::Confirmed, "the limit has passed since");
    }

    #[test]
    fn an_item_without_a_date_has_the_date_of_its_row_in_a_column() {
        let run = |text: &str, day: &str, dated: Option<&str>| {
            let mut site = site();
            let facts = site.home.as_mut().unwrap().facts.as_mut().unwrap();
            facts.dated_items = dated.map(|day| row("关于印发某某办法的通知", "/1.html", Some(day))).into_iter().collect();
            facts.text.body_chars = 2_000;
            site.columns =
                vec![column("/a/", ColumnClass::News, vec![row("全省工业经济运行调度会召开", "/2.html", Some(day))])];
            site.notes.home_links = vec![(text.to_owned(), UrlId(1))];
            HomeAge { days: 14 }.run(&site, &context())
        };
        let whole = "全省工业经济运行调度会召开";
        assert!(run(whole, "2026-11-20", Some("2026-09-01")).hits.is_empty());
        assert!(run("全省工业经济运行调…", "2026-11-20", Some("2026-09-01")).hits.is_empty());
        assert_eq!(run("更多", "2026-11-20", Some("2026-09-01")).hits.len(), 1, "the home page does not show it");
        assert_eq!(run(whole, "2026-10-20", Some("2026-09-01")).hits[0].values["age"], "35");
        assert_eq!(run(whole, "2026-11-20", None).judged, 1);
        assert_eq!(run(whole, "2026-10-20", None).judged, 0, "another item may be newer");
    }
}
