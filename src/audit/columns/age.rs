//! How old the newest item of a column may be, and what that says of the column today.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::model::site::{Column, ColumnClass, ColumnReading};

/// Limits by class: the parameters of the rule `column.stale`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ageing {
    /// Days; a class that is not named has no limit.
    pub limits: BTreeMap<ColumnClass, u32>,
    /// A column is due soon when so much of its limit is left …
    pub due_soon_percent: u32,
    /// … but not fewer days than this …
    pub due_soon_days_min: u32,
    /// … and not more than this.
    pub due_soon_days_max: u32,
}

/// What the age of a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    Judged {
        age_days: i32,
        limit_days: u32,
        /// The day on which it is late if nothing is published.
        trips_on: Date,
        late: bool,
        due_soon: bool,
    },
    /// Columns of this class (or this kind of page) have no limit.
    NoLimit,
    Unjudged(Unjudged),
}

/// Why the age of a column is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unjudged {
    /// The column could not be read; its state says why.
    NotRead,
    /// No row shows a date, and neither do the articles behind them.
    NoDates,
    /// Rows without a date stand above the newest dated one: they may be newer.
    UndatedAbove,
}

impl Unjudged {
    /// Key of the reason.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotRead => "not-read",
            Self::NoDates => "no-dates",
            Self::UndatedAbove => "undated-above",
        }
    }
}

impl Ageing {
    /// The limit of a column: the user's word, else its class's.
    pub fn limit(&self, column: &Column) -> Option<u32> {
        column.max_age_days.or_else(|| self.limits.get(&column.class).copied())
    }

    fn due_soon_days(&self, limit: u32) -> u32 {
        (limit * self.due_soon_percent / 100).clamp(self.due_soon_days_min, self.due_soon_days_max.max(self.due_soon_days_min))
    }

    /// What the age of a column says on the monitoring day.
    pub fn of(&self, column: &Column, today: Date) -> Age {
        let Some(limit_days) = self.limit(column) else { return Age::NoLimit };
        match &column.state {
            ColumnReading::Read => {}
            ColumnReading::Unread { .. } | ColumnReading::Unreachable { .. } => return Age::Unjudged(Unjudged::NotRead),
            // An empty column has no age: another rule speaks of it.
            ColumnReading::Empty
            | ColumnReading::Static
            | ColumnReading::Archived
            | ColumnReading::Parent
            | ColumnReading::Ignored => return Age::NoLimit,
        }
        let Some(newest) = column.newest.as_ref().and_then(|row| row.date.as_ref()).map(|d| d.date) else {
            return Age::Unjudged(Unjudged::NoDates);
        };
        let age_days = newest.until(today).map_or(0, |span| span.get_days());
        let late = i64::from(age_days) > i64::from(limit_days);
        if late && undated_above(column) {
            return Age::Unjudged(Unjudged::UndatedAbove);
        }
        let left = i64::from(limit_days) - i64::from(age_days);
        let due_soon = !late && left <= i64::from(self.due_soon_days(limit_days));
        let trips_on = newest.checked_add((i64::from(limit_days) + 1).days()).unwrap_or(Date::MAX);
        Age::Judged { age_days, limit_days, trips_on, late, due_soon }
    }
}

/// A row without a readable date stands above the newest dated one. Rows pinned to the top say nothing.
fn undated_above(column: &Column) -> bool {
    let newest = column.newest.as_ref();
    let above = column.rows.iter().take_while(|row| Some(&row.url) != newest.map(|n| &n.url));
    let undated = above.filter(|row| row.date.is_none() && !row.pinned).count();
    column.undated > 0 && undated > 0
}
