//! The part of the page that is ledgers: columns, documents with their interpretations, what was not covered.

use crate::model::report::{ColumnLine, ColumnState, InterpretationLine, InterpretationState, InterpretationYear, Report};
use crate::model::rule::Lang;

use super::super::narrative::clipped;
use super::super::words::Words;
use super::{Context, Link};

/// Examples of what was not covered, for each reason.
const EXAMPLES: usize = 5;

pub(crate) struct ColumnView {
    pub(crate) no: usize,
    pub(crate) site: String,
    pub(crate) site_index: usize,
    pub(crate) link: Link,
    pub(crate) second_level: bool,
    pub(crate) class: &'static str,
    pub(crate) office: String,
    pub(crate) items: u32,
    pub(crate) newest: Option<String>,
    pub(crate) newest_item: Option<Link>,
    pub(crate) age: Option<i64>,
    pub(crate) limit: Option<u32>,
    /// Days until it goes stale; negative: overdue.
    pub(crate) left: Option<i64>,
    pub(crate) state: &'static str,
    pub(crate) state_key: &'static str,
    pub(crate) note: String,
}

pub(crate) struct DocumentView {
    pub(crate) no: usize,
    pub(crate) link: Link,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) state: &'static str,
    pub(crate) state_key: &'static str,
    pub(crate) matches: Vec<MatchView>,
}

/// How many documents of a year are interpreted.
pub(crate) struct YearView {
    pub(crate) year: String,
    pub(crate) own: u32,
    pub(crate) interpreted: u32,
    /// 「66.7%」; a dash where no document wants one.
    pub(crate) ratio: String,
    pub(crate) late: u32,
    pub(crate) relayed: u32,
    pub(crate) relayed_interpreted: u32,
}

impl YearView {
    pub(super) fn of(year: &InterpretationYear) -> Self {
        let share = f64::from(year.own_interpreted) * 100.0 / f64::from(year.own.max(1));
        Self {
            year: year.year.clone(),
            own: year.own,
            interpreted: year.own_interpreted,
            ratio: if year.own == 0 { "—".to_owned() } else { format!("{share:.1}%") },
            late: year.own_late,
            relayed: year.relayed,
            relayed_interpreted: year.relayed_interpreted,
        }
    }
}

pub(crate) struct MatchView {
    pub(crate) link: Link,
    pub(crate) detail: String,
    pub(crate) from_document: bool,
    pub(crate) to_document: bool,
}

pub(crate) struct Uncovered {
    pub(crate) site: String,
    pub(crate) reason: String,
    pub(crate) count: u64,
    pub(crate) examples: Vec<Link>,
}

fn column_state_key(state: ColumnState) -> &'static str {
    match state {
        ColumnState::Fresh => "fresh",
        ColumnState::DueSoon => "due",
        ColumnState::Stale => "stale",
        ColumnState::Empty => "empty",
        ColumnState::Static => "static",
        ColumnState::Archived => "archived",
        ColumnState::Undetermined => "open",
    }
}

pub(super) fn column_states(report: &Report, words: Words) -> Vec<(&'static str, &'static str)> {
    [
        ColumnState::Stale,
        ColumnState::Empty,
        ColumnState::DueSoon,
        ColumnState::Undetermined,
        ColumnState::Fresh,
        ColumnState::Static,
        ColumnState::Archived,
    ]
    .into_iter()
    .filter(|state| report.columns.iter().any(|column| column.state == *state))
    .map(|state| (column_state_key(state), words.column_state(state)))
    .collect()
}

pub(super) fn column_view(context: &Context<'_>, index: usize, column: &ColumnLine) -> ColumnView {
    let words = context.words;
    let site_index = context.site_index.get(column.site.as_str()).copied();
    ColumnView {
        no: index + 1,
        site: site_index
            .and_then(|i| context.report.sites.get(i))
            .map_or_else(|| column.site.clone(), |site| site.name.clone()),
        site_index: site_index.unwrap_or(context.report.sites.len()),
        link: Link::titled(&column.url, &column.name),
        second_level: column.level > 1,
        class: words.column_class(column.class),
        office: column.office.clone().unwrap_or_default(),
        items: column.items,
        newest: column.newest.clone(),
        newest_item: column.newest_evidence.as_ref().map(|item| Link::titled(&item.url, &clipped(&item.title, 60))),
        age: column.age_days,
        limit: column.limit_days,
        left: column.age_days.zip(column.limit_days).map(|(age, limit)| i64::from(limit) - age),
        state: words.column_state(column.state),
        state_key: column_state_key(column.state),
        note: column.note.clone().unwrap_or_default(),
    }
}

pub(super) fn document_view(context: &Context<'_>, index: usize, line: &InterpretationLine) -> DocumentView {
    let words = context.words;
    DocumentView {
        no: index + 1,
        link: Link::titled(&line.document.url, &line.document.title),
        number: line.document.number.clone().unwrap_or_default(),
        date: line.document.date.clone().unwrap_or_default(),
        state: words.interpretation_state(line.state),
        state_key: match line.state {
            InterpretationState::Ok => "fresh",
            InterpretationState::NotRequired => "static",
            InterpretationState::Missing | InterpretationState::NotLinked => "stale",
            InterpretationState::Late => "due",
        },
        matches: line
            .matches
            .iter()
            .map(|found| {
                let mut detail: Vec<String> = found.date.iter().cloned().collect();
                detail.push(words.form(&found.form));
                detail.push(words.matched_by(&found.matched_by));
                if let Some(days) = found.working_days {
                    detail.push(match words.lang {
                        Lang::Zh => format!("相隔{days}个工作日"),
                        Lang::En => format!("{days} working day(s) later"),
                    });
                }
                MatchView {
                    link: Link::titled(&found.url, &found.title),
                    detail: detail.join(words.say("，", ", ")),
                    from_document: found.linked_from_document,
                    to_document: found.links_to_document,
                }
            })
            .collect(),
    }
}

pub(super) fn uncovered(context: &Context<'_>) -> Vec<Uncovered> {
    context
        .report
        .run
        .not_covered
        .iter()
        .map(|entry| Uncovered {
            site: context
                .site_index
                .get(entry.site.as_str())
                .and_then(|i| context.report.sites.get(*i))
                .map_or_else(|| entry.site.clone(), |site| site.name.clone()),
            reason: context.words.reason(&entry.reason),
            count: entry.count,
            examples: entry.examples.iter().take(EXAMPLES).map(|url| Link::new(url)).collect(),
        })
        .collect()
}
