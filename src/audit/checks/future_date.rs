//! `future-date`: pages and rows that are dated after the monitoring day.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::columns::{column_hit, evidence, of_date, of_row, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::facts::DateFact;
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{ColumnClass, NoteSource, SiteFacts};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "future-date", placeholders: &["title", "date"], needs: &[Need::Pages], build: from_params::<FutureDate> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FutureDate {
    /// Days after the monitoring day that a date may lie (clocks, pages scheduled for the morning).
    tolerance_days: i32,
    /// Classes of columns whose rows show a last day (of a consultation, of an event) and not that of publication.
    #[serde(default)]
    ignore_classes: Vec<ColumnClass>,
    /// Words in the names of such columns.
    #[serde(default)]
    ignore_names: Vec<String>,
}

impl Check for FutureDate {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let is_late = |date: &DateFact| context.today.until(date.date).is_ok_and(|span| span.get_days() > self.tolerance_days);
        let mut hits = Vec::new();
        let mut said = BTreeSet::new();
        for note in site.notes.notes.iter().filter(|note| note.source == NoteSource::Page) {
            let Some(date) = note.date.as_ref().filter(|date| is_late(date)) else { continue };
            said.insert(note.url.clone());
            hits.push(Hit {
                url: note.url.to_string(),
                target: None,
                column: note.column.as_ref().map(ToString::to_string),
                certainty: Certainty::Confirmed,
                values: values_of([("title", note.title.clone()), ("date", date.date.to_string())]),
                evidence: vec![evidence("quote", date.text.clone(), Some(note.url.to_string())), of_date(date)],
                occurrences: Vec::new(),
                occurrence_count: 0,
            });
        }
        let mut judged = site.notes.dated_pages;
        for column in &site.columns {
            let is_ignored = self.ignore_names.iter().any(|word| column.name.contains(word.as_str()));
            if is_ignored || self.ignore_classes.contains(&column.class) {
                continue;
            }
            judged = judged.saturating_add(column.items.saturating_sub(column.undated));
            for row in &column.bad_dates {
                let Some(date) = row.date.as_ref().filter(|date| is_late(date)) else { continue };
                // The page behind the row has the same date: it has been said.
                if !said.insert(row.url.clone()) {
                    continue;
                }
                let mut hit = column_hit(
                    column,
                    Certainty::Confirmed,
                    [("title", row.title.clone()), ("date", date.date.to_string())],
                    of_row(row),
                );
                hit.target = Some(row.url.to_string());
                hits.push(hit);
            }
        }
        CheckResult { judged, hits, undetermined: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{column, row};
    use crate::audit::testing::{context, site};

    #[test]
    fn rows_of_next_year_are_hit_and_last_days_of_consultations_are_not() {
        let mut site = site();
        let mut news = column("/gzdt/", ColumnClass::News, Vec::new());
        news.bad_dates = vec![row("会议", "/a", Some("2027-11-20")), row("今日", "/b", Some("2026-11-24"))];
        let mut asks = column("/yjzj/", ColumnClass::Interaction, Vec::new());
        asks.bad_dates = vec![row("征求意见", "/c", Some("2026-12-20"))];
        site.columns = vec![news, asks];
        let check = FutureDate { tolerance_days: 0, ignore_classes: vec![ColumnClass::Interaction], ignore_names: Vec::new() };
        let result = check.run(&site, &context());
        assert_eq!(result.hits.len(), 1);
        assert_eq!(result.hits[0].values["date"], "2027-11-20");
    }
}
