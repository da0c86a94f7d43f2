//! Rows that an earlier run should have seen and did not: dated before it, within the days that its list covered, and not there.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Earlier;
use super::columns::key;
use super::date_signs::DAYS_MIN;
use crate::model::facts::{DateFact, DateSource, PageKind, Row};
use crate::model::site::{DateSign, DateSignKind, PageRecord, SiteDecl};
use crate::url::PageUrl;

/// Rows of one column that are kept.
const ROWS_MAX: usize = 100;
/// Rows that the list then must have held, and that must still be there: else it is another list.
const ROWS_MIN: u32 = 3;
/// One of so many rows must still be there.
const SHARE_MIN: u32 = 4;

/// Gathers them in the first pass.
#[derive(Debug)]
pub(super) struct Newcomers<'a> {
    earlier: &'a Earlier,
    /// By the key of the column.
    columns: BTreeMap<String, Compared>,
}

#[derive(Debug)]
struct Compared {
    column: PageUrl,
    /// Rows that the earlier run knew.
    known: u32,
    late: Vec<Row>,
}

impl<'a> Newcomers<'a> {
    pub(super) fn new(earlier: &'a Earlier) -> Self {
        Self { earlier, columns: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, record: &PageRecord) {
        let Some(day) = self.earlier.day else { return };
        let list = record.facts.as_ref().filter(|facts| facts.kind != PageKind::Article).and_then(|facts| facts.list.as_ref());
        let Some(list) = list.filter(|list| list.page_no == 1 && record.site.is_some() && record.outcome.is_read()) else {
            return;
        };
        let Some(then) = self.earlier.list(&list.column).filter(|then| then.rows >= ROWS_MIN) else { return };
        let place = key(&list.column);
        let fresh = || Compared { column: list.column.clone(), known: 0, late: Vec::new() };
        let compared = self.columns.entry(place).or_insert_with(fresh);
        for row in &list.rows {
            if self.earlier.knows(&row.url, &row.title) {
                compared.known += 1;
            } else if let Some(date) = row.date.as_ref().filter(|date| date.source == DateSource::Row)
                && date.date > then.oldest
                && days(date.date, day) >= DAYS_MIN
                && compared.late.len() < ROWS_MAX
            {
                compared.late.push(row.clone());
            }
        }
    }

    /// The signs of one site, in the order of its columns.
    pub(super) fn signs_of(&self, site: &SiteDecl) -> Vec<DateSign> {
        let of_site = self.columns.values().filter(|compared| site.covers(&compared.column).is_some());
        of_site.flat_map(|compared| self.signs(compared)).collect()
    }

    fn signs(&self, compared: &Compared) -> Vec<DateSign> {
        let (Some(day), Some(then)) = (self.earlier.day, self.earlier.list(&compared.column)) else { return Vec::new() };
        if compared.known < ROWS_MIN || compared.known * SHARE_MIN < then.rows {
            return Vec::new();
        }
        let sign = |row: &Row| {
            let shown = row.date.clone()?;
            Some(DateSign {
                kind: DateSignKind::Late,
                url: row.url.clone(),
                title: row.title.clone(),
                column: Some(compared.column.clone()),
                shown,
                other: DateFact { date: day, time: None, source: DateSource::Row, text: then.newest.to_string() },
                quote: then.newest_text.clone(),
            })
        };
        compared.late.iter().filter_map(sign).collect()
    }
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{day, row};
    use crate::audit::testing::{decl, page, reply_from};
    use crate::model::earlier::{Glimpse, GlimpsedFacts};
    use crate::model::facts::{ListFacts, PageFacts};
    use crate::model::outcome::Outcome;

    const COLUMN: &str = "http://gxt.example.gov.cn/gzdt/";

    fn list(rows: &[(&str, &str, &str)]) -> ListFacts {
        ListFacts {
            family: "trs".into(),
            column: crate::audit::testing::url(COLUMN),
            page_no: 1,
            rows: rows.iter().map(|(title, path, date)| row(title, path, Some(date))).collect(),
            next: None,
            guess: None,
            pages_total: None,
            rows_total: None,
            unread: None,
        }
    }

    /// The list as the run of 1 November saw it.
    const THEN: [(&str, &str, &str); 4] = [
        ("甲会", "/gzdt/1.html", "2026-10-28"),
        ("乙会", "/gzdt/2.html", "2026-09-20"),
        ("丙会", "/gzdt/3.html", "2026-08-11"),
        ("丁会", "/gzdt/4.html", "2026-07-02"),
    ];

    fn late(now: &[(&str, &str, &str)]) -> Vec<String> {
        let mut earlier = Earlier::on(day("2026-11-01"));
        let facts = GlimpsedFacts { kind: PageKind::Column, list: Some(list(&THEN)), ..GlimpsedFacts::default() };
        earlier.take(&Glimpse { url: COLUMN.into(), is_own: true, facts, hosts: Vec::new() });
        let read = Glimpse { url: "http://gxt.example.gov.cn/gzdt/9.html".into(), is_own: true, ..Glimpse::default() };
        earlier.take(&read);
        let mut newcomers = Newcomers::new(&earlier);
        let mut record = page(1, COLUMN, Outcome::Reply(Box::new(reply_from(200, COLUMN))));
        record.facts = Some(PageFacts { kind: PageKind::Column, list: Some(list(now)), ..PageFacts::default() });
        newcomers.take(&record);
        newcomers.signs_of(&decl("http://gxt.example.gov.cn/")).into_iter().map(|sign| sign.title).collect()
    }

    fn with(new: &[(&'static str, &'static str, &'static str)]) -> Vec<(&'static str, &'static str, &'static str)> {
        new.iter().chain(&THEN).copied().collect()
    }

    #[test]
    fn a_row_that_the_list_covered_and_did_not_hold_is_late() {
        let now = with(&[("戊会", "/gzdt/5.html", "2026-11-20"), ("己会", "/gzdt/6.html", "2026-09-30")]);
        assert_eq!(late(&now), ["己会"]);
    }

    #[test]
    fn what_that_run_could_not_have_seen_is_not_late() {
        assert!(late(&with(&[("旧闻", "/gzdt/7.html", "2026-06-01")])).is_empty(), "older than the first page then went");
        assert!(late(&with(&[("甲会！", "/new/1.html", "2026-09-30")])).is_empty(), "the same title under a new address");
        assert!(late(&with(&[("读过的", "/gzdt/9.html", "2026-09-30")])).is_empty(), "read then, by another way");
        let moved: Vec<_> = ["子", "丑", "寅", "卯"].map(|title| (title, "/a.html", "2026-09-30")).to_vec();
        assert!(late(&moved).is_empty(), "another list stands there now");
    }

    #[test]
    fn without_an_earlier_run_nothing_is_late() {
        let earlier = Earlier::default();
        assert!(Newcomers::new(&earlier).signs_of(&decl("http://gxt.example.gov.cn/")).is_empty());
    }
}
