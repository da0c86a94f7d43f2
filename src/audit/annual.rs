//! Counting a year: what each column published, and the cells of the yearly table that follow from it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::columns::{self, key};
use super::pairing::{DocumentWords, interpretation_form};
use super::vocabulary::Vocabulary;
use super::{Input, monitoring_day};
use crate::model::annual::{Annual, AnnualSite, Cell, CellKind, ColumnCount, Item, SCHEMA};
use crate::model::facts::{Mark, PageKind, RENDERED};
use crate::model::request::Purpose;
use crate::model::site::{Column, ColumnClass, ColumnReading, PageRecord};

/// Words in the names of columns that hold these.
const SURVEY_COLUMNS: [&str; 4] = ["征集", "调查", "问卷", "征求意见"];
const INTERVIEW_COLUMNS: [&str; 1] = ["访谈"];
/// Words of a title that asks for opinions, and of one that tells what came of it.
const SURVEY_RESULTS: [&str; 4] = ["结果", "采纳", "反馈", "汇总"];
/// Names of columns that hold other things than what the year's table counts as published information.
const NEITHER: [ColumnClass; 4] = [ColumnClass::Interaction, ColumnClass::Service, ColumnClass::Topic, ColumnClass::Static];

/// Counts one year of a run.
pub fn annual(input: &Input<'_>, words: &Vocabulary, year: i16) -> Annual {
    let today = monitoring_day(&input.run.now);
    let mut sites: Vec<Counting<'_>> = input
        .run
        .sites
        .iter()
        .enumerate()
        .map(|(site, _)| Counting::new(words, columns::Collector::new(&words.classes, input.run, site, today)))
        .collect();
    (input.records)(&mut |record| {
        if let Some(counting) = record.site.and_then(|site| sites.get_mut(site)) {
            counting.columns.page(&record);
            counting.take(&record);
        }
    });
    let sites = input.run.sites.iter().zip(sites).map(|(decl, counting)| {
        let marks = counting.marks.clone();
        let (cells, columns) = counting.finish(year, today);
        AnnualSite {
            host: decl.url.host().to_owned(),
            name: decl.name.clone(),
            url: decl.url.to_string(),
            site_code: values(&marks.0),
            icp: values(&marks.1),
            police: values(&marks.2),
            cells,
            columns,
        }
    });
    Annual {
        schema: SCHEMA,
        year,
        unit: input.run.unit.clone(),
        run: input.run.id.clone(),
        now: input.run.now.clone(),
        is_over: today.year() > year,
        sites: sites.collect(),
    }
}

fn values(marks: &[Mark]) -> Vec<String> {
    marks.iter().map(|mark| mark.value.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The rows of one list, by address.
#[derive(Default)]
struct Rows {
    by_address: BTreeMap<String, (String, Option<Date>)>,
    pages: BTreeSet<u32>,
    pages_with_next: BTreeSet<u32>,
    rendered: bool,
}

struct Counting<'a> {
    words: &'a Vocabulary,
    columns: columns::Collector<'a>,
    lists: BTreeMap<String, Rows>,
    /// Dates of pages by address, for rows that show none.
    dates: BTreeMap<String, Date>,
    /// Days on which letters were answered: title, address, day.
    letters: BTreeMap<String, (String, Date)>,
    /// Survey pages that show a result.
    feedback: BTreeSet<String>,
    /// Site code, ICP, police.
    marks: (Vec<Mark>, Vec<Mark>, Vec<Mark>),
}

/// What is counted of one column.
struct Counted<'a> {
    column: &'a Column,
    items: Vec<Item>,
    first: Option<Date>,
    undated: u32,
    at_least: bool,
}

impl<'a> Counting<'a> {
    fn new(words: &'a Vocabulary, columns: columns::Collector<'a>) -> Self {
        Self {
            words,
            columns,
            lists: BTreeMap::new(),
            dates: BTreeMap::new(),
            letters: BTreeMap::new(),
            feedback: BTreeSet::new(),
            marks: (Vec::new(), Vec::new(), Vec::new()),
        }
    }

    fn take(&mut self, record: &PageRecord) {
        let Some(facts) = record.facts.as_ref().filter(|_| record.outcome.is_read()) else { return };
        if record.purpose == Purpose::Home {
            self.marks = (facts.marks.site_code.clone(), facts.marks.icp.clone(), facts.marks.police.clone());
        }
        if matches!(facts.kind, PageKind::Home | PageKind::Error | PageKind::Challenge) {
            return;
        }
        if let Some(answered) = facts.details.letter.as_ref().and_then(|letter| letter.answered) {
            self.letters.insert(record.url.to_string(), (facts.title.clone(), answered));
        }
        if facts.details.has_feedback {
            self.feedback.insert(record.url.to_string());
        }
        match &facts.list {
            Some(list) if facts.kind != PageKind::Article => {
                let rows = self.lists.entry(key(&list.column)).or_default();
                rows.pages.insert(list.page_no);
                rows.rendered |= list.family == RENDERED;
                if list.next.is_some() {
                    rows.pages_with_next.insert(list.page_no);
                }
                for row in &list.rows {
                    let date = row.date.as_ref().map(|fact| fact.date);
                    let entry = rows.by_address.entry(row.url.to_string()).or_insert_with(|| (row.title.clone(), date));
                    entry.1 = entry.1.or(date);
                }
            }
            _ => {
                if let Some(date) = &facts.date {
                    self.dates.insert(record.url.to_string(), date.date);
                }
            }
        }
    }

    fn finish(self, year: i16, today: Date) -> (Vec<Cell>, Vec<ColumnCount>) {
        let Self { words, columns, lists, dates, letters, feedback, .. } = self;
        let columns = columns.finish();
        let kept = |column: &&Column| !matches!(column.state, ColumnReading::Ignored | ColumnReading::Parent);
        let counted: Vec<Counted<'_>> = columns
            .iter()
            .filter(kept)
            .map(|column| count(column, lists.get(&key(&column.url)), &dates, year, today))
            .collect();
        let cells =
            CellKind::ALL.into_iter().map(|kind| cell(&words.documents, kind, &counted, &letters, &feedback, year)).collect();
        let lines = counted.iter().map(|it| ColumnCount {
            name: it.column.name.clone(),
            url: it.column.url.to_string(),
            class: it.column.class,
            count: number(it.items.len()),
            undated: it.undated,
            at_least: it.at_least,
        });
        (cells, lines.collect())
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn count<'a>(column: &'a Column, rows: Option<&Rows>, dates: &BTreeMap<String, Date>, year: i16, today: Date) -> Counted<'a> {
    let mut counted = Counted { column, items: Vec::new(), first: None, undated: 0, at_least: false };
    let Some(rows) = rows else {
        counted.at_least = matches!(column.state, ColumnReading::Unread { .. } | ColumnReading::Unreachable { .. });
        return counted;
    };
    for (url, (title, date)) in &rows.by_address {
        let Some(date) = date.or_else(|| dates.get(url).copied()) else {
            counted.undated += 1;
            continue;
        };
        if date > today {
            continue;
        }
        counted.first = Some(counted.first.map_or(date, |first| first.min(date)));
        if date.year() == year {
            counted.items.push(Item {
                title: title.clone(),
                url: url.clone(),
                date: Some(date.to_string()),
                column: column.name.clone(),
            });
        }
    }
    counted.items.sort_by(|a, b| (&b.date, &a.url).cmp(&(&a.date, &b.url)));
    // a list that was not read to its end still holds the whole year if it was read to an earlier one
    let came = !rows.rendered && rows.pages.len() > rows.pages_with_next.len();
    let past = counted.first.is_some_and(|first| first.year() < year);
    counted.at_least = counted.undated > 0 || !(came || past);
    counted
}

fn cell(
    words: &DocumentWords,
    kind: CellKind,
    counted: &[Counted<'_>],
    letters: &BTreeMap<String, (String, Date)>,
    feedback: &BTreeSet<String>,
    year: i16,
) -> Cell {
    use ColumnClass as C;
    let none: Vec<Item> = Vec::new();
    let (items, at_least) = match kind {
        _ if kind.is_back_office() => return Cell { kind, value: None, at_least: false, items: none },
        CellKind::Published => of(counted, |it| !NEITHER.contains(&it.column.class) || it.column.class == C::Static, |_| true),
        CellKind::Overview => of(counted, |it| it.column.class == C::Static, |_| true),
        CellKind::News => of(counted, |it| matches!(it.column.class, C::News | C::Notice), |_| true),
        CellKind::Disclosure => {
            of(counted, |it| matches!(it.column.class, C::Policy | C::Plan | C::Personnel | C::Disclosure), |_| true)
        }
        CellKind::TopicsKept => topics(counted, |it| it.column.state != ColumnReading::Archived),
        CellKind::TopicsOpened => topics(counted, |it| it.undated == 0 && it.first.is_some_and(|first| first.year() == year)),
        CellKind::Interpretations => of(counted, interprets, |_| true),
        CellKind::Materials => of(counted, interprets, |item| {
            matches!(interpretation_form(words, &item.title), "text" | "qa" | "press" | "expert")
        }),
        CellKind::Products => {
            of(counted, interprets, |item| matches!(interpretation_form(words, &item.title), "graphic" | "video"))
        }
        CellKind::Comments => of(counted, interprets, |item| interpretation_form(words, &item.title) == "media"),
        CellKind::LettersAnswered => answered(letters, year),
        CellKind::Surveys => of(counted, |it| named(it, &SURVEY_COLUMNS), |item| !tells_result(&item.title)),
        CellKind::SurveyResults => {
            of(counted, |it| named(it, &SURVEY_COLUMNS), |item| tells_result(&item.title) || feedback.contains(&item.url))
        }
        CellKind::Interviews => of(counted, |it| named(it, &INTERVIEW_COLUMNS), |_| true),
        CellKind::Visitors | CellKind::Visits | CellKind::Responses | CellKind::LettersReceived => (none, false),
    };
    Cell { kind, value: Some(number(items.len())), at_least, items }
}

fn interprets(it: &Counted<'_>) -> bool {
    it.column.class == ColumnClass::Interpretation
}

fn named(it: &Counted<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| it.column.name.contains(word))
}

fn tells_result(title: &str) -> bool {
    SURVEY_RESULTS.iter().any(|word| title.contains(word))
}

/// The items of some columns; what stands in several counts once.
fn of(counted: &[Counted<'_>], column: impl Fn(&Counted<'_>) -> bool, item: impl Fn(&Item) -> bool) -> (Vec<Item>, bool) {
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    let mut at_least = false;
    for it in counted.iter().filter(|it| column(it)) {
        at_least |= it.at_least;
        items.extend(it.items.iter().filter(|it| item(it)).filter(|it| seen.insert(it.url.clone())).cloned());
    }
    (items, at_least)
}

/// Columns of topics, themselves counted.
fn topics(counted: &[Counted<'_>], wanted: impl Fn(&Counted<'_>) -> bool) -> (Vec<Item>, bool) {
    let of_topics = counted.iter().filter(|it| it.column.class == ColumnClass::Topic && wanted(it));
    let items = of_topics.map(|it| Item {
        title: it.column.name.clone(),
        url: it.column.url.to_string(),
        date: it.first.map(|first| first.to_string()),
        column: it.column.name.clone(),
    });
    (items.collect(), false)
}

fn answered(letters: &BTreeMap<String, (String, Date)>, year: i16) -> (Vec<Item>, bool) {
    let items = letters.iter().filter(|(_, (_, day))| day.year() == year).map(|(at, (title, day))| Item {
        title: title.clone(),
        url: at.clone(),
        date: Some(day.to_string()),
        column: String::new(),
    });
    // what is not public is not seen
    (items.collect(), true)
}
