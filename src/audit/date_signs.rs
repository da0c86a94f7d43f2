//! Days of one text that do not agree: the row of the list, the page, its tag, its address. A sign, not a proof: what it means is
//! a person's judgement.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Earlier;
use crate::model::facts::{DateFact, DateSource, PageFacts, PageKind};
use crate::model::request::Purpose;
use crate::model::site::{DateSign, DateSignKind, DateSigns, PageRecord};
use crate::url::PageUrl;

/// Rows at the top of a list that are compared with their pages: they say how fresh a column is.
const ROWS_OF_LIST: usize = 20;
/// Rows of all lists that are kept.
const ROWS_MAX: usize = 50_000;
/// Signs of one site that are kept.
const SIGNS_MAX: usize = 2_000;
/// Days apart at which two dates may be a sign at all; rules ask for more.
pub(super) const DAYS_MIN: i32 = 2;

/// What lists say of their newest articles, gathered in the first pass.
#[derive(Debug, Default)]
pub(super) struct ListedDays {
    by_page: BTreeMap<String, Listed>,
}

#[derive(Debug, Clone)]
struct Listed {
    date: DateFact,
    text: String,
    column: PageUrl,
}

impl ListedDays {
    pub(super) fn take(&mut self, record: &PageRecord) {
        let list = record.facts.as_ref().filter(|facts| facts.kind != PageKind::Article).and_then(|facts| facts.list.as_ref());
        let Some(list) = list.filter(|list| list.page_no == 1 && record.site.is_some() && record.outcome.is_read()) else {
            return;
        };
        for row in list.rows.iter().take(ROWS_OF_LIST) {
            let Some(date) = row.date.as_ref().filter(|date| date.source == DateSource::Row) else { continue };
            if self.by_page.len() < ROWS_MAX {
                let listed = Listed { date: date.clone(), text: row.text.clone(), column: list.column.clone() };
                self.by_page.entry(row.url.to_string()).or_insert(listed);
            }
        }
    }
}

/// Gathers the signs of one site in the second pass.
#[derive(Debug)]
pub(super) struct Collector<'a> {
    earlier: &'a Earlier,
    out: DateSigns,
    /// How many articles' addresses name a day, of those whose page shows another.
    of_address: BTreeMap<Date, u32>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(earlier: &'a Earlier) -> Self {
        Self { earlier, out: DateSigns::default(), of_address: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, record: &PageRecord, listed: &ListedDays) {
        let Some(facts) = &record.facts else { return };
        let is_own = record.outcome.is_read()
            && record.purpose == Purpose::Page
            && facts.kind == PageKind::Article
            && record.outcome.reply().is_some_and(|reply| reply.hops.is_empty());
        let day = |source| facts.dates.iter().find(|date| date.source == source);
        let Some(shown) = day(DateSource::Label).or_else(|| day(DateSource::Tag)).filter(|_| is_own) else { return };
        self.out.judged += 1;
        let row = listed.by_page.get(record.url.as_str());
        let column = row.map(|row| row.column.clone()).or_else(|| facts.breadcrumb.iter().rev().find_map(|c| c.url.clone()));
        let sign = |kind, other: &DateFact, quote: &str| DateSign {
            kind,
            url: record.url.clone(),
            title: facts.title.clone(),
            column: column.clone(),
            shown: shown.clone(),
            other: other.clone(),
            quote: quote.to_owned(),
        };
        if let Some(row) = row.filter(|row| !tells(facts, row.date.date)) {
            self.note(sign(DateSignKind::Row, &row.date, &row.text));
        }
        if shown.source == DateSource::Label
            && let Some(tag) = day(DateSource::Tag)
        {
            self.note(sign(DateSignKind::Tag, tag, &tag.text));
        }
        if let Some(then) = facts.text.matter.and_then(|matter| self.earlier.text(matter))
            && then.date.date < shown.date
        {
            self.note(sign(DateSignKind::Redated, &then.date, &then.url));
        }
        if let Some(address) = day(DateSource::Url) {
            if address.date != shown.date {
                *self.of_address.entry(address.date).or_default() += 1;
            }
            self.note(sign(DateSignKind::Address, address, record.url.path()));
        }
    }

    fn note(&mut self, sign: DateSign) {
        if sign.days() >= DAYS_MIN && self.out.signs.len() < SIGNS_MAX {
            self.out.signs.push(sign);
        }
    }

    /// `late`: rows that an earlier run should have seen.
    pub(super) fn finish(mut self, late: Vec<DateSign>) -> DateSigns {
        self.out.signs.extend(late.into_iter().take(SIGNS_MAX));
        DateSigns { shared_addresses: self.of_address, ..self.out }
    }
}

/// The page itself tells that day too: the list shows the day of writing, the page has both.
fn tells(facts: &PageFacts, date: Date) -> bool {
    let written = [
        date.to_string(),
        format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        format!("{}年{:02}月{:02}日", date.year(), date.month(), date.day()),
    ];
    let index = facts.document.iter().flat_map(|document| document.index.values());
    facts.dates.iter().any(|fact| fact.date == date && fact.source != DateSource::Url)
        || index.into_iter().any(|value| written.iter().any(|day| value.contains(day.as_str())))
        || written.iter().any(|day| facts.text.head.contains(day.as_str()))
}
