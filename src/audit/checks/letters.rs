//! `letters`: published letters that wait for an answer too long, or were answered late.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::audit::columns::key;
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Undetermined};
use crate::model::site::{Column, ColumnClass, Note, NoteSource, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "letters",
    placeholders: &["title", "asked", "answered", "days", "limit"],
    needs: &[Need::Pages],
    build: from_params::<Letters>,
};

/// States that wait for an answer.
const WAITING: [&str; 11] =
    ["未答复", "未回复", "未办结", "未处理", "待答复", "待回复", "办理中", "处理中", "受理中", "正在办理", "待受理"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Which {
    Unanswered,
    Late,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Letters {
    which: Which,
    /// `unanswered`: months of waiting from which on (exclusive); `late`: working days.
    limit: i32,
    /// Days before the monitoring day within which a letter was asked.
    within_days: i32,
    /// Columns with these words in their name are not for questions.
    not_columns: Vec<String>,
}

/// A letter as its page or its row shows it.
struct Letter<'a> {
    note: &'a Note,
    asked: Date,
    answered: Option<Date>,
    /// The state that says that it waits.
    waiting: Option<String>,
}

impl Check for Letters {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let letters = self.letters(site, context.today);
        let mut result = CheckResult::default();
        for letter in &letters {
            match self.which {
                Which::Unanswered => self.unanswered(letter, context, &mut result),
                Which::Late => self.late(letter, context, &mut result),
            }
        }
        if letters.is_empty() {
            result.undetermined.push(Undetermined { url: String::new(), reason: "letters-undated".into() });
        }
        result
    }
}

impl Letters {
    fn letters<'a>(&self, site: &'a SiteFacts, today: Date) -> Vec<Letter<'a>> {
        let columns: BTreeMap<String, &Column> = site.columns.iter().map(|column| (key(&column.url), column)).collect();
        let is_for_questions =
            |note: &Note, must_be_known: bool| match note.column.as_ref().and_then(|url| columns.get(&key(url))) {
                Some(column) => {
                    let is_excluded = self.not_columns.iter().any(|word| column.name.contains(word.as_str()));
                    !is_excluded && (column.class == ColumnClass::Interaction || !must_be_known)
                }
                None => !must_be_known,
            };
        let is_recent =
            |asked: Date| asked <= today && asked.until(today).is_ok_and(|span| span.get_days() <= self.within_days);
        let mut found: Vec<Letter<'a>> = Vec::new();
        let mut pages = BTreeSet::new();
        for note in site.notes.notes.iter().filter(|note| note.source == NoteSource::Page) {
            let Some(letter) = &note.details.letter else { continue };
            pages.insert(note.url.clone());
            if is_recent(letter.asked) && is_for_questions(note, false) {
                let waiting = letter.status.clone().filter(|status| WAITING.contains(&status.as_str()));
                found.push(Letter { note, asked: letter.asked, answered: letter.answered, waiting });
            }
        }
        for note in site.notes.notes.iter().filter(|note| note.source == NoteSource::Row) {
            let Some(asked) = note.date.as_ref().map(|date| date.date) else { continue };
            let waiting = WAITING.iter().find(|word| note.text.contains(**word) && !note.title.contains(**word));
            if waiting.is_some() && is_recent(asked) && is_for_questions(note, true) && pages.insert(note.url.clone()) {
                found.push(Letter { note, asked, answered: None, waiting: waiting.map(|word| (*word).to_owned()) });
            }
        }
        found
    }

    fn unanswered(&self, letter: &Letter<'_>, context: &Context<'_>, result: &mut CheckResult) {
        if letter.answered.is_none() && letter.waiting.is_none() {
            return;
        }
        result.judged += 1;
        let Some(waiting) = letter.waiting.as_ref().filter(|_| letter.answered.is_none()) else { return };
        let span: Span = self.limit.months();
        let is_over = letter.asked.checked_add(span).is_ok_and(|last| context.today > last);
        if is_over {
            let days = letter.asked.until(context.today).map_or(0, |span| span.get_days());
            let mut hit = self.hit(letter, days.into(), vec![quote(letter), evidence("quote", waiting.clone(), None)]);
            // The state may have been left as it was when the answer was written.
            if letter.note.details.letter.as_ref().is_some_and(|facts| facts.has_answer) {
                hit.certainty = Certainty::Suspected;
            }
            result.hits.push(hit);
        }
    }

    fn late(&self, letter: &Letter<'_>, context: &Context<'_>, result: &mut CheckResult) {
        let Some(answered) = letter.answered else { return };
        if (letter.asked.year()..=answered.year()).any(|year| !context.calendar.knows(year)) {
            let what = Undetermined { url: letter.note.url.to_string(), reason: "calendar-missing".into() };
            result.undetermined.push(what);
            return;
        }
        result.judged += 1;
        let days = context.calendar.working_days(letter.asked, answered);
        if days > i64::from(self.limit) {
            result.hits.push(self.hit(letter, days, vec![quote(letter)]));
        }
    }

    fn hit(&self, letter: &Letter<'_>, days: i64, evidence: Vec<Evidence>) -> Hit {
        Hit {
            url: letter.note.url.to_string(),
            target: None,
            column: letter.note.column.as_ref().map(ToString::to_string),
            certainty: Certainty::Confirmed,
            values: values_of([
                ("title", letter.note.title.clone()),
                ("asked", letter.asked.to_string()),
                ("answered", letter.answered.map(|day| day.to_string()).unwrap_or_default()),
                ("days", days.to_string()),
                ("limit", self.limit.to_string()),
            ]),
            evidence,
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

fn quote(letter: &Letter<'_>) -> Evidence {
    let text = format!("{} → {}", letter.asked, letter.answered.map_or_else(|| "—".to_owned(), |day| day.to_string()));
    evidence("quote", format!("{} {text}", letter.note.text), Some(letter.note.url.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::calendar::Calendar;
    use crate::audit::testing::columns::day;
    use crate::audit::testing::{context, site, url};
    use crate::model::details::{Details, LetterFacts};

    fn letter(path: &str, asked: &str, answered: Option<&str>, status: Option<&str>) -> Note {
        let facts = LetterFacts {
            asked: day(asked),
            answered: answered.map(day),
            status: status.map(str::to_owned),
            has_answer: false,
        };
        Note {
            source: NoteSource::Page,
            url: url(&format!("http://gxt.example.gov.cn{path}")),
            title: "咨询".into(),
            text: "咨询".into(),
            date: None,
            column: None,
            details: Details { letter: Some(facts), ..Details::default() },
        }
    }

    fn run(which: Which, limit: i32, notes: Vec<Note>) -> CheckResult {
        let mut site = site();
        site.notes.notes = notes;
        let mut calendar = Calendar::default();
        let text = include_str!("../../../rules/calendar/2026.toml");
        calendar.add(&toml::from_str(text).unwrap());
        let check = Letters { which, limit, within_days: 365, not_columns: vec!["访谈".into()] };
        check.run(&site, &Context { calendar: &calendar, ..context() })
    }

    #[test]
    fn a_letter_that_waits_more_than_three_months_is_hit() {
        let result = run(
            Which::Unanswered,
            3,
            vec![
                letter("/1", "2026-08-23", None, Some("办理中")),
                letter("/2", "2026-08-24", None, Some("办理中")),
                letter("/3", "2026-01-05", None, None),
                letter("/4", "2025-01-05", None, Some("未答复")),
                letter("/5", "2026-01-05", Some("2026-10-10"), Some("已答复")),
            ],
        );
        let urls: Vec<_> = result.hits.iter().map(|hit| hit.url.as_str()).collect();
        assert_eq!(urls, ["http://gxt.example.gov.cn/1"], "the last day itself, no state, more than a year ago, answered");
        assert_eq!(result.judged, 3);
    }

    #[test]
    fn three_months_end_on_the_last_day_of_a_short_month() {
        let on = |today: &str, asked: &str| {
            let mut site = site();
            site.notes.notes = vec![letter("/1", asked, None, Some("办理中"))];
            let check = Letters { which: Which::Unanswered, limit: 3, within_days: 365, not_columns: Vec::new() };
            check.run(&site, &Context { today: day(today), ..context() }).hits.len()
        };
        assert_eq!((on("2026-11-30", "2026-08-31"), on("2026-12-01", "2026-08-31")), (0, 1));
        assert_eq!((on("2026-02-28", "2025-11-30"), on("2026-03-01", "2025-11-30")), (0, 1));
        assert_eq!((on("2026-11-24", "2025-11-24"), on("2026-11-25", "2025-11-24")), (1, 0), "a year back, and no further");
    }

    #[test]
    fn an_answer_after_the_new_year_is_counted_over_it() {
        let answered = |on: &str| {
            let mut site = site();
            site.notes.notes = vec![letter("/1", "2025-12-31", Some(on), None)];
            let check = Letters { which: Which::Late, limit: 5, within_days: 365, not_columns: Vec::new() };
            let calendar = crate::audit::testing::columns::calendar();
            check.run(&site, &Context { calendar: &calendar, ..context() }).hits.len()
        };
        assert_eq!((answered("2026-01-08"), answered("2026-01-09")), (0, 1), "4 to 8 January are five days");
    }

    #[test]
    fn an_answer_is_late_by_working_days() {
        let result = run(
            Which::Late,
            5,
            vec![letter("/1", "2026-11-02", Some("2026-11-09"), None), letter("/2", "2026-11-02", Some("2026-11-10"), None)],
        );
        assert_eq!((result.judged, result.hits.len()), (2, 1));
        assert_eq!(result.hits[0].values["days"], "6");
    }
}
