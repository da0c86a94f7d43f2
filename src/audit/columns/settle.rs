//! What only the whole set of columns tells: parents, and columns under two addresses.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::address::key;
use crate::model::facts::{NEEDS_BROWSER, RENDERED_WITHOUT_ROWS};
use crate::model::site::{Column, ColumnReading};
use crate::url::PageUrl;

/// Readings of a page that holds no list of its own, as far as is known.
const LISTLESS: [&str; 3] = ["no-list", NEEDS_BROWSER, RENDERED_WITHOUT_ROWS];

/// A column whose content stands in its children is a parent: it is neither blank nor late by itself.
pub(super) fn settle_parents(columns: &mut BTreeMap<String, Column>) {
    let mut newest_below: BTreeMap<PageUrl, Option<Date>> = BTreeMap::new();
    for child in columns.values() {
        let Some(parent) = &child.parent else { continue };
        let date = child.newest.as_ref().and_then(|row| row.date.as_ref()).map(|d| d.date);
        let known = newest_below.entry(parent.clone()).or_default();
        *known = (*known).max(date);
    }
    let addresses: std::collections::BTreeSet<String> = columns.keys().cloned().collect();
    for column in columns.values_mut() {
        let own = column.newest.as_ref().and_then(|row| row.date.as_ref()).map(|d| d.date);
        let leads_on = column.rows.iter().filter(|row| addresses.contains(&key(&row.url))).count() * 2 > column.rows.len();
        let is_parent = match (&column.state, newest_below.get(&column.url)) {
            (ColumnReading::Read, _) if leads_on && own.is_none() => true,
            (ColumnReading::Read, Some(below)) => *below > own,
            (ColumnReading::Empty | ColumnReading::Unread { .. }, Some(_)) => !matches!(
                &column.state,
                ColumnReading::Unread { reason } if !LISTLESS.contains(&reason.as_str())
            ),
            _ => false,
        };
        if is_parent {
            column.state = ColumnReading::Parent;
        }
    }
}

/// One column under two addresses (`/gxt/xxgk/tzgg/` and `/xxgk/tzgg/`): same name, same rows. The address of the
/// higher level is kept, then the first.
pub(super) fn without_copies(columns: BTreeMap<String, Column>) -> Vec<Column> {
    let mut kept: BTreeMap<(String, Vec<PageUrl>), usize> = BTreeMap::new();
    let mut out: Vec<Column> = Vec::new();
    for column in columns.into_values() {
        let rows: Vec<PageUrl> = column.rows.iter().map(|row| row.url.clone()).collect();
        if rows.len() < 2 {
            out.push(column);
            continue;
        }
        match kept.get(&(column.name.clone(), rows.clone())) {
            Some(&at) if column.level < out[at].level => out[at] = column,
            Some(_) => {}
            None => {
                kept.insert((column.name.clone(), rows), out.len());
                out.push(column);
            }
        }
    }
    out
}
