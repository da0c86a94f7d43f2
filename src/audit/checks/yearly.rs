//! `yearly`: papers of which there must be one for each year (部门预算, 部门决算): years without one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::years::{next_due, title_year, wanted_year};
use super::{Check, CheckDef, Coming, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{Note, SiteFacts, SiteKind};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "yearly", placeholders: &["paper", "years", "seen"], needs: &[Need::Pages], build: from_params::<Yearly> };

/// Years back from the one that is due that are asked for, however old the first paper is.
const YEARS_BACK_MAX: i16 = 10;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Yearly {
    /// As the message calls it.
    name: String,
    /// A title holds one of these words, and none of `not_words`.
    words: Vec<String>,
    not_words: Vec<String>,
    kinds: Vec<SiteKind>,
    /// Years between the year of a paper and that of its publication.
    behind: i16,
    /// Month and day after which the newest must stand there.
    due: (i8, i8),
    /// The day is what practice says; the statute counts from another one, which is not seen.
    #[serde(default)]
    customary: bool,
}

impl Check for Yearly {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        if !self.kinds.contains(&site.decl.kind) {
            return undetermined("kind-exempt");
        }
        let seen = self.seen(site, context);
        let Some(newest) = wanted_year(context.today, self.due, self.behind) else { return undetermined("paper.none-read") };
        let Some((&first, note)) = seen.first_key_value() else {
            // Nothing of the kind was read: it may stand in a list that a script draws, or on another platform.
            return undetermined("paper.none-read");
        };
        let from = first.max(newest - YEARS_BACK_MAX);
        let missing: Vec<String> =
            (from..=newest).filter(|year| !seen.contains_key(year)).map(|year| year.to_string()).collect();
        let mut result = CheckResult { judged: u32::try_from(seen.len()).unwrap_or(u32::MAX), ..CheckResult::default() };
        if !missing.is_empty() {
            let seen_years: Vec<String> = seen.keys().map(ToString::to_string).collect();
            result.hits.push(Hit {
                url: note.column.as_ref().map_or_else(|| site.decl.url.to_string(), ToString::to_string),
                target: None,
                column: note.column.as_ref().map(ToString::to_string),
                certainty: Certainty::Confirmed,
                values: values_of([
                    ("paper", self.name.clone()),
                    ("years", missing.join("、")),
                    ("seen", seen_years.join("、")),
                ]),
                evidence: seen.values().map(|note| evidence("quote", note.title.clone(), Some(note.url.to_string()))).collect(),
                occurrences: Vec::new(),
                occurrence_count: 0,
            });
        }
        result
    }

    fn coming(&self, site: &SiteFacts, context: &Context<'_>) -> Option<Coming> {
        let (due, year) = next_due(context.today, self.due, self.behind)?;
        let seen = self.seen(site, context);
        let is_owed = self.kinds.contains(&site.decl.kind) && !seen.contains_key(&year);
        is_owed.then(|| Coming { name: self.name.clone(), year, due, is_customary: self.customary, is_sure: !seen.is_empty() })
    }
}

impl Yearly {
    /// The first paper that was read of each year.
    fn seen<'a>(&self, site: &'a SiteFacts, context: &Context<'_>) -> BTreeMap<i16, &'a Note> {
        let mut seen = BTreeMap::new();
        for note in site.notes.notes.iter().filter(|note| self.is_one(&note.title)) {
            if let Some(year) = title_year(note, self.behind).filter(|year| *year <= context.today.year() + 1) {
                seen.entry(year).or_insert(note);
            }
        }
        seen
    }

    fn is_one(&self, title: &str) -> bool {
        self.words.iter().any(|word| title.contains(word.as_str()))
            && !self.not_words.iter().any(|word| title.contains(word.as_str()))
    }
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, url};
    use crate::model::details::Details;
    use crate::model::site::NoteSource;

    fn years(titles: &[&str]) -> Option<String> {
        let mut site = site();
        let note = |title: &&str| Note {
            source: NoteSource::Row,
            url: url("http://gxt.example.gov.cn/ys/1.html"),
            title: (*title).to_owned(),
            text: String::new(),
            date: None,
            column: None,
            details: Details::default(),
        };
        site.notes.notes = titles.iter().map(note).collect();
        let check = Yearly {
            name: "部门预算".into(),
            words: vec!["部门预算".into()],
            not_words: vec!["通知".into()],
            kinds: vec![SiteKind::Portal],
            behind: 0,
            due: (4, 30),
            customary: true,
        };
        check.run(&site, &context()).hits.first().map(|hit| hit.values["years"].clone())
    }

    #[test]
    fn gaps_and_the_year_that_is_due_are_missing() {
        assert_eq!(years(&["2024年部门预算", "2025年部门预算", "2026年部门预算"]), None);
        assert_eq!(years(&["2023年部门预算", "2025年部门预算"]).as_deref(), Some("2024、2026"));
        assert_eq!(years(&["关于编报2027年部门预算的通知"]), None, "nothing of the kind was read");
    }
}
