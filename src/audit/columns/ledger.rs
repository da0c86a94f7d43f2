//! The column ledger (栏目台账): one line a column, with what is left of its time.

use jiff::civil::Date;

use super::age::{Age, Ageing};
use crate::audit::{RuleBook, words};
use crate::model::facts::Row;
use crate::model::report::{ColumnLine, ColumnState, NewestEvidence};
use crate::model::rule::Lang;
use crate::model::site::{Column, ColumnReading, SiteFacts};

/// The rule whose limits the ledger shows.
const RULE: &str = "column.stale";

/// The column ledger of one site, in the order of the columns. Columns that the user leaves out are not in it.
pub fn ledger(site: &SiteFacts, book: &RuleBook, today: Date, lang: Lang) -> Vec<ColumnLine> {
    let ageing = book.params::<Ageing>(RULE);
    let shown = site.columns.iter().filter(|column| column.state != ColumnReading::Ignored);
    shown.map(|column| line(site, column, ageing.as_ref(), today, lang)).collect()
}

fn line(site: &SiteFacts, column: &Column, ageing: Option<&Ageing>, today: Date, lang: Lang) -> ColumnLine {
    let age = ageing.map_or(Age::NoLimit, |ageing| ageing.of(column, today));
    let read = column.state == ColumnReading::Read;
    let newest = column.newest.as_ref().filter(|_| read);
    let date = newest.and_then(|row| row.date.as_ref()).map(|d| d.date);
    let trips_on = match age {
        Age::Judged { trips_on, .. } => Some(trips_on.to_string()),
        _ => None,
    };
    ColumnLine {
        site: site.decl.url.host().to_owned(),
        name: column.name.clone(),
        url: column.url.to_string(),
        class: column.class,
        level: column.level,
        office: column.office.clone().or_else(|| site.decl.office.clone()),
        list_kind: column.list_kind.clone(),
        items: column.items,
        newest: date.map(|d| d.to_string()),
        newest_evidence: newest.map(evidence),
        age_days: date.and_then(|d| d.until(today).ok()).map(|span| i64::from(span.get_days())),
        limit_days: ageing.filter(|_| read).and_then(|ageing| ageing.limit(column)),
        state: state(column, age),
        trips_on,
        note: note(column, age).map(|key| words::key(&key, lang)),
    }
}

fn evidence(row: &Row) -> NewestEvidence {
    NewestEvidence { title: row.title.clone(), url: row.url.to_string(), text: row.text.clone() }
}

fn state(column: &Column, age: Age) -> ColumnState {
    match (&column.state, age) {
        (ColumnReading::Empty, _) => ColumnState::Empty,
        (ColumnReading::Archived, _) => ColumnState::Archived,
        (ColumnReading::Static | ColumnReading::Parent | ColumnReading::Ignored, _) | (ColumnReading::Read, Age::NoLimit) => {
            ColumnState::Static
        }
        (ColumnReading::Unread { .. } | ColumnReading::Unreachable { .. }, _) | (_, Age::Unjudged(_)) => {
            ColumnState::Undetermined
        }
        (_, Age::Judged { late: true, .. }) => ColumnState::Stale,
        (_, Age::Judged { due_soon: true, .. }) => ColumnState::DueSoon,
        (_, Age::Judged { .. }) => ColumnState::Fresh,
    }
}

/// Key of what the line has to say beside its numbers.
fn note(column: &Column, age: Age) -> Option<String> {
    match (&column.state, age) {
        (ColumnReading::Unread { reason } | ColumnReading::Unreachable { reason }, _) => Some(reason.clone()),
        (ColumnReading::Parent, _) => Some("parent-column".to_owned()),
        (ColumnReading::Static, _) => Some("static-page".to_owned()),
        (ColumnReading::Read, Age::NoLimit) => Some("no-limit".to_owned()),
        (_, Age::Unjudged(why)) => Some(why.key().to_owned()),
        _ => None,
    }
}
