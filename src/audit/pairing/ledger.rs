//! The ledger of documents and interpretations (文件与解读台账).

use jiff::civil::Date;
use serde::Deserialize;

use super::DocumentWords;
use super::pairs::{Match, Need, Pair, Pairs, working_days};
use crate::audit::RuleBook;
use crate::audit::calendar::Calendar;
use crate::model::report::{DocumentRef, InterpretationLine, InterpretationMatch, InterpretationState};
use crate::model::rule::Lang;
use crate::model::site::{PolicyPage, SiteFacts};

/// The rule whose period and term the ledger shows.
const RULE: &str = "interp.late";

#[derive(Debug, Deserialize)]
struct Term {
    since_days: u32,
    workdays: i64,
}

/// The ledger of one site: documents of the period, in the order of their addresses.
pub fn ledger(site: &SiteFacts, book: &RuleBook, today: Date, _lang: Lang) -> Vec<InterpretationLine> {
    let Some(term) = book.params::<Term>(RULE) else { return Vec::new() };
    let pairs = Pairs::of(&book.words.documents, site, today, term.since_days);
    pairs.in_period().map(|pair| line(site, pair, &term, today, book)).collect()
}

fn line(site: &SiteFacts, pair: &Pair<'_>, term: &Term, today: Date, book: &RuleBook) -> InterpretationLine {
    let (calendar, words) = (&book.calendar, &book.words.documents);
    InterpretationLine {
        site: site.decl.url.host().to_owned(),
        document: DocumentRef {
            url: pair.document.url.to_string(),
            title: pair.document.title.clone(),
            number: pair.document.facts.number.clone(),
            date: day(pair.document),
        },
        relayed: pair.is_relayed,
        matches: pair.matches.iter().map(|m| shown(words, pair.document, m, calendar)).collect(),
        state: state(pair, term.workdays, today, calendar),
    }
}

fn shown(words: &DocumentWords, document: &PolicyPage, m: &Match<'_>, calendar: &Calendar) -> InterpretationMatch {
    InterpretationMatch {
        url: m.page.url.to_string(),
        title: m.page.title.clone(),
        date: day(m.page),
        form: words.interpretation_form(&m.page.title).to_owned(),
        matched_by: m.matched_by.key().to_owned(),
        score: (m.score * 100.0).round() / 100.0,
        linked_from_document: m.linked_from_document,
        links_to_document: m.links_to_document,
        working_days: working_days(document, m.page, calendar),
    }
}

fn day(page: &PolicyPage) -> Option<String> {
    page.date.as_ref().map(|d| d.date.to_string())
}

fn state(pair: &Pair<'_>, workdays: i64, today: Date, calendar: &Calendar) -> InterpretationState {
    if pair.matches.is_empty() {
        // Within the term nothing is wanted yet.
        let is_due = pair.need != Need::No && !pair.is_within_term(workdays, today, calendar);
        return if is_due { InterpretationState::Missing } else { InterpretationState::NotRequired };
    }
    if !pair.linked_from_document() || pair.matches.iter().any(|m| !m.links_to_document) {
        return InterpretationState::NotLinked;
    }
    match pair.working_days(calendar) {
        Some(days) if days > workdays => InterpretationState::Late,
        _ => InterpretationState::Ok,
    }
}
