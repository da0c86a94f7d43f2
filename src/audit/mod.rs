//! Phase 2: facts → verdicts. Pure: no network, no store, no clock, no file.

pub mod calendar;
mod certainty;
pub mod checks;
pub mod columns;
pub mod pairing;
pub mod rules;
mod soft404;
#[cfg(test)]
pub(crate) mod testing;
pub mod words;

use std::collections::BTreeMap;

use crate::model::finding::Finding;
use crate::model::report::{ColumnLine, InterpretationLine, RuleLine, Site};
use crate::model::rule::{Lang, Rule, Standard};
use crate::model::run::RunInfo;
use crate::model::site::PageRecord;

/// The rules and the standard of one audit, checked.
#[derive(Debug, Clone)]
pub struct RuleBook {
    /// In the order of their ids.
    pub rules: Vec<Rule>,
    pub standard: Standard,
    pub profile: String,
    /// Working days, from `rules/calendar/`.
    pub calendar: calendar::Calendar,
}

impl RuleBook {
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The parameters of a rule, read as the check's own struct; none when the rule is not in the book.
    pub fn params<T: serde::de::DeserializeOwned>(&self, id: &str) -> Option<T> {
        self.rule(id)?.params.clone().try_into().ok()
    }
}

/// What earlier runs said of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// RFC 3339 monitoring time point.
    pub first_seen: String,
    /// Runs without a gap before this one.
    pub runs_in_a_row: u32,
}

/// Hands every record of the run to the callback, in the order of their ids.
pub type Records<'a> = &'a dyn Fn(&mut dyn FnMut(PageRecord));

/// What the audit is given. `records` hands every record of the run to the callback, in the order of their ids, and may be called several times.
pub struct Input<'a> {
    pub run: &'a RunInfo,
    pub records: Records<'a>,
    /// By finding id.
    pub history: &'a BTreeMap<String, Seen>,
    pub lang: Lang,
}

/// Everything that the audit says; the report is built from it.
#[derive(Debug, Clone)]
pub struct Judgement {
    pub sites: Vec<Site>,
    pub columns: Vec<ColumnLine>,
    pub interpretations: Vec<InterpretationLine>,
    pub findings: Vec<Finding>,
    pub rules: Vec<RuleLine>,
}
