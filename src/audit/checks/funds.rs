//! `funds`: the kinds of pages that the disclosure of special funds must have, from the rules to the evaluation.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::audit::columns::key;
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{Column, ColumnReading, SiteFacts};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "funds", placeholders: &["kinds", "present"], needs: &[Need::Pages], build: from_params::<Funds> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Funds {
    /// Words in the name of the column that holds them.
    columns: Vec<String>,
    kind: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    name: String,
    /// Words in the name of a column below it, or in a title of one of its rows.
    words: Vec<String>,
}

impl Check for Funds {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let is_head = |column: &&Column| self.columns.iter().any(|word| column.name.contains(word.as_str()));
        let Some(head) = site.columns.iter().filter(is_head).min_by_key(|column| column.level) else {
            let what = Undetermined { url: String::new(), reason: "no-funds".into() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        };
        let is_inside =
            |column: &&Column| is_head(column) || column.parent.as_ref().is_some_and(|parent| key(parent) == key(&head.url));
        let inside: Vec<&Column> = site.columns.iter().filter(is_inside).collect();
        let unread = inside.iter().find_map(|column| match &column.state {
            ColumnReading::Unread { reason } | ColumnReading::Unreachable { reason } => Some((column, reason)),
            _ => None,
        });
        let is_there = |kind: &Kind| {
            let says = |text: &str| kind.words.iter().any(|word| text.contains(word.as_str()));
            inside.iter().any(|column| says(&column.name) || column.rows.iter().any(|row| says(&row.title)))
        };
        let (present, missing): (Vec<&Kind>, Vec<&Kind>) = self.kind.iter().partition(|kind| is_there(kind));
        let names = |kinds: &[&Kind]| kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join("、");
        if missing.is_empty() {
            return CheckResult { judged: 1, ..CheckResult::default() };
        }
        if let Some((column, reason)) = unread {
            let what = Undetermined { url: column.url.to_string(), reason: reason.clone() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        }
        let hit = Hit {
            url: head.url.to_string(),
            target: None,
            column: Some(head.url.to_string()),
            // Only the first rows of each column are looked at.
            certainty: if inside.iter().all(|column| column.items as usize <= column.rows.len()) {
                Certainty::Confirmed
            } else {
                Certainty::Suspected
            },
            values: values_of([("kinds", names(&missing)), ("present", names(&present))]),
            evidence: inside
                .iter()
                .map(|column| evidence("quote", column.name.clone(), Some(column.url.to_string())))
                .collect(),
            occurrences: Vec::new(),
            occurrence_count: 0,
        };
        CheckResult { judged: 1, hits: vec![hit], undetermined: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{column, row};
    use crate::audit::testing::{context, site};
    use crate::model::site::ColumnClass;

    #[test]
    fn kinds_are_found_in_names_and_titles() {
        let kind = |name: &str, word: &str| Kind { name: name.into(), words: vec![word.into()] };
        let check = Funds {
            columns: vec!["专项资金".into()], kind: vec![kind("制度办法", "办法"), kind("绩效评价", "绩效")]
        };
        let mut site = site();
        assert_eq!(check.run(&site, &context()).undetermined[0].reason, "no-funds");
        let mut funds = column("/zxzj/", ColumnClass::Disclosure, vec![row("专项资金管理办法", "/1", None)]);
        funds.name = "专项资金公开".into();
        site.columns = vec![funds];
        assert_eq!(check.run(&site, &context()).hits[0].values["kinds"], "绩效评价");
        site.columns[0].rows.push(row("2025年绩效评价报告", "/2", None));
        assert_eq!(check.run(&site, &context()).hits.len(), 0);
    }
}
