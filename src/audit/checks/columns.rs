//! What the checks of columns show of one: its newest row, and how its list was read. Keys beginning with `@` are worded by `audit::words`.

use std::collections::BTreeMap;

use crate::model::facts::{DateFact, Row};
use crate::model::finding::{Certainty, Evidence, Hit, Undetermined};
use crate::model::site::{Column, ColumnReading};

/// The hit that speaks of a column.
pub(super) fn column_hit<const N: usize>(
    column: &Column,
    certainty: Certainty,
    values: [(&str, String); N],
    evidence: Vec<Evidence>,
) -> Hit {
    Hit {
        url: column.url.to_string(),
        target: None,
        column: Some(column.url.to_string()),
        certainty,
        values: values_of(values),
        evidence,
        occurrences: Vec::new(),
        occurrence_count: 0,
    }
}

pub(super) fn values_of<const N: usize>(values: [(&str, String); N]) -> BTreeMap<String, String> {
    values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

pub(super) fn evidence(kind: &str, text: String, url: Option<String>) -> Evidence {
    Evidence { kind: kind.to_owned(), text, url, status: None, at: None, duration_ms: None }
}

/// The row as it stands in its list, then its date with the source that it was read from.
pub(super) fn of_row(row: &Row) -> Vec<Evidence> {
    let text = if row.text.is_empty() { row.title.clone() } else { row.text.clone() };
    let quote = evidence("quote", text, Some(row.url.to_string()));
    std::iter::once(quote).chain(row.date.as_ref().map(of_date)).collect()
}

/// `@dated 2026-08-04 row`.
pub(super) fn of_date(date: &DateFact) -> Evidence {
    let source = serde_json::to_value(date.source).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    evidence("date", format!("@dated {} {source}", date.date), None)
}

/// `@list trs 3 45`: mechanism, pages, rows.
pub(super) fn of_list(column: &Column) -> Evidence {
    let kind = column.list_kind.as_deref().unwrap_or("none");
    evidence("list", format!("@list {kind} {} {}", column.list_pages, column.items), Some(column.url.to_string()))
}

/// Why a column was not read; none where it was.
pub(super) fn unread(column: &Column) -> Option<Undetermined> {
    match &column.state {
        ColumnReading::Unread { reason } | ColumnReading::Unreachable { reason } => Some(undetermined(column, reason)),
        _ => None,
    }
}

pub(super) fn undetermined(column: &Column, reason: &str) -> Undetermined {
    Undetermined { url: column.url.to_string(), reason: reason.to_owned() }
}
