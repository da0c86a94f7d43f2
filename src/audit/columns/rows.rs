//! The rows of one column, put together from all its list pages.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::model::facts::{DateFact, DateSource, ListFacts, RENDERED, Row};
use crate::model::site::ColumnReading;
use crate::url::PageUrl;

/// First rows that are kept as evidence.
const ROWS_KEPT: usize = 20;
/// Rows without a date whose articles are asked for theirs.
const UNDATED_KEPT: usize = 200;
/// Impossible dates that are kept.
const BAD_DATES_KEPT: usize = 20;
/// Dates up to this year are a machine's zero, not a day of publication.
const YEAR_ZERO: i16 = 1970;
/// Articles that must name another year before their list is believed to be of it.
const YEARS_TOLD_MIN: usize = 2;
/// Dated rows that a page must have before their order says anything.
const ORDER_ROWS_MIN: usize = 5;

/// Dates of article pages, for rows that show none. Only looked up, never walked.
#[derive(Debug, Default)]
pub(super) struct ArticleDates(HashMap<u64, DateFact>);

impl ArticleDates {
    pub(super) fn add(&mut self, url: &PageUrl, date: &DateFact) {
        self.0.insert(hash(url), date.clone());
    }

    fn of(&self, url: &PageUrl) -> Option<&DateFact> {
        self.0.get(&hash(url))
    }
}

fn hash(url: &PageUrl) -> u64 {
    rapidhash::v3::rapidhash_v3(url.as_str().as_bytes())
}

/// What makes two list pages the same one: number, rows, and what they lead on to.
fn fingerprint(list: &ListFacts) -> u64 {
    let next = list.next.as_ref().map(|next| next.url.as_str());
    let words = list.rows.iter().map(|row| row.url.as_str()).chain(next).fold(list.page_no.to_string(), |mut all, url| {
        all.push(' ');
        all.push_str(url);
        all
    });
    rapidhash::v3::rapidhash_v3(words.as_bytes())
}

#[derive(Debug)]
pub(super) struct ListRows {
    pub(super) column: PageUrl,
    pub(super) family: String,
    pub(super) items: u32,
    pub(super) newest: Option<Row>,
    /// Rows whose date is not to be had; final after [`Self::resolve`].
    pub(super) undated: u32,
    pub(super) bad_dates: Vec<Row>,
    rows: Vec<(u32, Row)>,
    open: Vec<Row>,
    pub(super) pages: u32,
    pages_with_next: u32,
    first_page_seen: bool,
    oldest_first: bool,
    rows_total: u32,
    unread: Option<String>,
    /// Pages that were added: one page may come under two addresses.
    added: BTreeSet<u64>,
}

impl ListRows {
    pub(super) fn new(list: &ListFacts) -> Self {
        Self {
            column: list.column.clone(),
            family: list.family.clone(),
            items: 0,
            newest: None,
            undated: 0,
            bad_dates: Vec::new(),
            rows: Vec::new(),
            open: Vec::new(),
            pages: 0,
            pages_with_next: 0,
            first_page_seen: false,
            oldest_first: false,
            rows_total: 0,
            unread: None,
            added: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, list: &ListFacts, today: Date) {
        if !self.added.insert(fingerprint(list)) {
            return;
        }
        self.pages += 1;
        self.pages_with_next += u32::from(list.next.is_some());
        // A shell is no page of its list yet: its first page is the first that its data interface gives.
        self.first_page_seen |= list.page_no <= 1 && (list.unread.is_none() || !list.rows.is_empty());
        self.rows_total = self.rows_total.max(list.rows_total.unwrap_or(0));
        self.items += u32::try_from(list.rows.len()).unwrap_or(u32::MAX);
        if self.unread.is_none() {
            self.unread.clone_from(&list.unread);
        }
        if list.page_no <= 1 {
            self.oldest_first |= oldest_first(&list.rows);
        }
        for row in &list.rows {
            self.take(row, today);
        }
        self.rows.extend(list.rows.iter().take(ROWS_KEPT).map(|row| (list.page_no, row.clone())));
        self.rows.sort_by_key(|(page, _)| *page);
        self.rows.truncate(ROWS_KEPT);
    }

    fn take(&mut self, row: &Row, today: Date) {
        match &row.date {
            Some(date) if is_impossible(date.date, today) => {
                if self.bad_dates.len() < BAD_DATES_KEPT {
                    self.bad_dates.push(row.clone());
                }
            }
            Some(date) => {
                let newest = self.newest.as_ref().and_then(|n| n.date.as_ref()).map(|d| d.date);
                if newest.is_none_or(|known| date.date > known) {
                    self.newest = Some(row.clone());
                }
            }
            None => {
                self.undated += 1;
                if self.open.len() < UNDATED_KEPT {
                    self.open.push(row.clone());
                }
            }
        }
    }

    /// Gives rows without a date the date of the article that they lead to.
    pub(super) fn resolve(&mut self, dates: &ArticleDates, today: Date) {
        for mut row in std::mem::take(&mut self.open) {
            if let Some(date) = dates.of(&row.url) {
                row.date = Some(date.clone());
                self.undated -= 1;
                self.take(&row, today);
            }
        }
        for (_, row) in &mut self.rows {
            if row.date.is_none() {
                row.date = dates.of(&row.url).cloned();
            }
        }
        self.correct_years(dates, today);
    }

    /// A list that shows no years («04-06») may be of another year than the one that comes first to mind: its articles tell. One article
    /// alone may be wrong about itself, so two must say so, the newest row's among them.
    fn correct_years(&mut self, dates: &ArticleDates, today: Date) {
        let Some(newest) = self.newest.as_ref().map(|row| row.url.clone()) else { return };
        let told: Vec<(usize, DateFact)> =
            self.rows.iter().enumerate().filter_map(|(at, (_, row))| Some((at, other_year(row, dates, today)?))).collect();
        let is_newest = |(at, _): &(usize, DateFact)| self.rows.get(*at).is_some_and(|(_, row)| row.url == newest);
        if told.len() < YEARS_TOLD_MIN || !told.iter().any(is_newest) {
            return;
        }
        for (at, date) in told {
            if let Some((_, row)) = self.rows.get_mut(at) {
                row.date = Some(date);
            }
        }
        let believed = self.rows.iter().map(|(_, row)| row).filter(|row| {
            row.date
                .as_ref()
                .is_some_and(|date| !is_impossible(date.date, today) && (has_year(date) || dates.of(&row.url).is_some()))
        });
        self.newest = believed.rev().max_by_key(|row| row.date.as_ref().map(|date| date.date)).cloned();
    }

    pub(super) fn first_rows(&self) -> Vec<Row> {
        self.rows.iter().map(|(_, row)| row.clone()).collect()
    }

    /// Every page that was announced came: each but the last announces one. Of a rendered list only the first page is known.
    fn is_complete(&self) -> bool {
        self.family != RENDERED && self.pages > self.pages_with_next
    }

    /// Empty only where the mechanism was recognised, all its pages came, and none holds a row.
    pub(super) fn reading(&self) -> ColumnReading {
        let unread = |reason: &str| ColumnReading::Unread { reason: reason.to_owned() };
        if (self.items == 0 || !self.first_page_seen)
            && let Some(reason) = &self.unread
        {
            return unread(reason);
        }
        match (self.first_page_seen, self.items) {
            (false, _) => unread("first-page-missing"),
            (true, 0) if self.rows_total > 0 || !self.is_complete() => unread("list-data-missing"),
            (true, 0) => ColumnReading::Empty,
            (true, _) if self.oldest_first && !self.is_complete() => unread("oldest-first-incomplete"),
            (true, _) => ColumnReading::Read,
        }
    }
}

/// The article's own day where the row names the same month and day without a year, and means another one.
fn other_year(row: &Row, dates: &ArticleDates, today: Date) -> Option<DateFact> {
    let shown = row.date.as_ref().filter(|date| date.source == DateSource::Row && !has_year(date))?;
    let own = dates.of(&row.url).filter(|own| own.date <= today)?;
    let is_same_day = (own.date.month(), own.date.day()) == (shown.date.month(), shown.date.day());
    (is_same_day && own.date.year() < shown.date.year()).then(|| own.clone())
}

/// The text that a date was read from holds its year.
fn has_year(date: &DateFact) -> bool {
    date.source != DateSource::Row || date.text.contains(&date.date.year().to_string())
}

/// In the future, or a machine's zero.
pub(crate) fn is_impossible(date: Date, today: Date) -> bool {
    date > today || date.year() <= YEAR_ZERO
}

/// The rows run from old to new.
fn oldest_first(rows: &[Row]) -> bool {
    let dates: Vec<Date> = rows.iter().filter_map(|row| row.date.as_ref()).map(|d| d.date).collect();
    dates.len() >= ORDER_ROWS_MIN && dates.first() < dates.last() && dates.windows(2).all(|pair| pair[0] <= pair[1])
}
