//! `interpretation`: documents without an interpretation, pairs that do not link to each other, interpretations that came late.

use serde::Deserialize;

use super::columns::{evidence, of_date, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::audit::pairing::{self, DocumentWords, Match, Pair, Pairs};
use crate::model::facts::DateSource;
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Undetermined};
use crate::model::site::{ColumnClass, ColumnReading, PolicyPage, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "interpretation",
    placeholders: &["document", "number", "date", "interpretation", "interpretation_date", "days", "limit", "percent"],
    needs: &[Need::Pages],
    build: from_params::<Interpretation>,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Aspect {
    /// A document that wants an interpretation has none.
    Missing,
    /// The document does not link to its interpretation.
    NotLinked,
    /// The interpretation does not link to its document.
    DocNotLinked,
    /// The first interpretation came later than it may.
    Late,
    /// It says next to nothing that the document does not say in the same words.
    Copy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Interpretation {
    aspect: Aspect,
    /// Documents published longer ago, in days, are not judged.
    since_days: u32,
    /// Working days that an interpretation may take.
    #[serde(default)]
    workdays: i64,
    /// Percent of an interpretation's text from which on, standing in the document word for word, it may be a copy.
    #[serde(default)]
    copied_percent: f64,
    /// Characters of its own with which an interpretation is none, whatever else it repeats (a text with its document as annex).
    #[serde(default)]
    own_chars: f64,
    /// Characters of an interpretation below which it is not judged: a picture, a film, a paragraph before an attachment.
    #[serde(default)]
    chars_min: u32,
}

impl Check for Interpretation {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let pairs = Pairs::of(&context.words.documents, site, context.today, self.since_days);
        let mut result = CheckResult::default();
        for pair in pairs.pairs.iter().filter(|pair| self.speaks_of(pair)) {
            match pair.in_period {
                Some(false) => {}
                None => result.undetermined.push(undetermined(pair.document, "document-undated")),
                Some(true) => self.judge(site, context, pair, &mut result),
            }
        }
        result
    }
}

impl Interpretation {
    fn speaks_of(&self, pair: &Pair<'_>) -> bool {
        match self.aspect {
            Aspect::Missing => pair.need != pairing::Need::No,
            Aspect::NotLinked | Aspect::DocNotLinked | Aspect::Late | Aspect::Copy => !pair.matches.is_empty(),
        }
    }

    fn judge(&self, site: &SiteFacts, context: &Context<'_>, pair: &Pair<'_>, result: &mut CheckResult) {
        match self.aspect {
            Aspect::Missing
                if pair.matches.is_empty() && pair.is_within_term(self.workdays, context.today, context.calendar) => {}
            Aspect::Missing => {
                result.judged += 1;
                if pair.matches.is_empty() {
                    result.hits.push(missing(pair, missing_certainty(site, context, pair)));
                }
            }
            Aspect::NotLinked if pair.document.related_by_script && !pair.linked_from_document() => {
                result.undetermined.push(undetermined(pair.document, "related-by-script"));
            }
            Aspect::NotLinked => {
                result.judged += 1;
                if let Some(best) = pair.matches.first().filter(|_| !pair.linked_from_document()) {
                    result.hits.push(hit(
                        pair,
                        best,
                        &pair.document.url.to_string(),
                        &best.page.url.to_string(),
                        sureness(best),
                    ));
                }
            }
            Aspect::DocNotLinked => {
                for one in &pair.matches {
                    if one.page.related_by_script && !one.links_to_document {
                        result.undetermined.push(undetermined(one.page, "related-by-script"));
                        continue;
                    }
                    result.judged += 1;
                    if !one.links_to_document {
                        result.hits.push(hit(
                            pair,
                            one,
                            &one.page.url.to_string(),
                            &pair.document.url.to_string(),
                            sureness(one),
                        ));
                    }
                }
            }
            Aspect::Late => self.judge_term(context, pair, result),
            Aspect::Copy => self.judge_text(&context.words.documents, pair, result),
        }
    }

    /// Sketches are compared, so the shares are estimates: what they say is for a person to look at.
    /// A document that stands once more among the interpretations does not say that it interprets.
    fn judge_text(&self, words: &DocumentWords, pair: &Pair<'_>, result: &mut CheckResult) {
        for one in pair.matches.iter().filter(|one| words.is_interpretation(&one.page.title)) {
            let (text, document) = (&one.page.facts.sketch, &pair.document.facts.sketch);
            let stretches = text.stretches();
            if document.is_empty() || stretches < self.chars_min {
                continue;
            }
            let Some(share) = text.share_in(document) else { continue };
            result.judged += 1;
            let own = f64::from(stretches) * (1.0 - share);
            if share * 100.0 >= self.copied_percent && own <= self.own_chars {
                let (at, target) = (one.page.url.to_string(), pair.document.url.to_string());
                let mut copy = hit(pair, one, &at, &target, Certainty::Suspected);
                copy.values.extend(values_of([("percent", format!("{:.0}", share * 100.0))]));
                result.hits.push(copy);
            }
        }
    }

    fn judge_term(&self, context: &Context<'_>, pair: &Pair<'_>, result: &mut CheckResult) {
        let dated = pair.matches.iter().filter(|m| m.page.date.is_some());
        let Some(first) = dated.min_by_key(|m| m.page.date.as_ref().map(|d| d.date)) else {
            result.undetermined.push(undetermined(pair.document, "interpretation-undated"));
            return;
        };
        let Some(days) = pair.working_days(context.calendar) else {
            result.undetermined.push(undetermined(pair.document, "calendar-missing"));
            return;
        };
        result.judged += 1;
        if days > self.workdays {
            let sure = [pair.document, first.page].iter().all(|page| is_published_date(page)) && first.score >= SURE_SCORE;
            let certainty = if sure { Certainty::Confirmed } else { Certainty::Suspected };
            let mut late = hit(pair, first, &pair.document.url.to_string(), &first.page.url.to_string(), certainty);
            late.values.extend(values_of([("days", days.to_string()), ("limit", self.workdays.to_string())]));
            result.hits.push(late);
        }
    }
}

/// A match that is as good as certain: by link, by number, or by a title that is the same to the letter.
const SURE_SCORE: f64 = 0.85;

fn sureness(found: &Match<'_>) -> Certainty {
    if found.score >= SURE_SCORE { Certainty::Confirmed } else { Certainty::Suspected }
}

/// A date that says when a page was published; an address only says when it was made.
fn is_published_date(page: &PolicyPage) -> bool {
    page.date.as_ref().is_some_and(|d| matches!(d.source, DateSource::Tag | DateSource::Label | DateSource::Row))
}

/// What may be left out and leaves no document or interpretation unseen: columns that need a browser are judged by their reading.
const ELSEWHERE_JUDGED: [&str; 5] = ["external-off", "excluded", "needs-browser", "render-budget", "render-failed"];

/// Confirmed only for a 规范性文件, and only where the interpretations of the site were read in full.
fn missing_certainty(site: &SiteFacts, context: &Context<'_>, pair: &Pair<'_>) -> Certainty {
    let of_interpretations = || site.columns.iter().filter(|c| c.class == ColumnClass::Interpretation);
    let all_read =
        of_interpretations().all(|c| matches!(c.state, ColumnReading::Read | ColumnReading::Empty | ColumnReading::Parent));
    let any_read = of_interpretations().next().is_some();
    let host = site.decl.url.host();
    let covered = site.left_out.is_empty()
        && context.crawl.is_none_or(|crawl| {
            !crawl.interrupted
                && !crawl.not_covered.iter().any(|n| n.site == host && !ELSEWHERE_JUDGED.contains(&n.reason.as_str()))
        });
    if pair.need == pairing::Need::Yes && all_read && any_read && covered { Certainty::Confirmed } else { Certainty::Suspected }
}

fn missing(pair: &Pair<'_>, certainty: Certainty) -> Hit {
    Hit {
        url: pair.document.url.to_string(),
        target: None,
        column: pair.document.column.as_ref().map(ToString::to_string),
        certainty,
        values: document_values(pair.document).into(),
        evidence: of_page(pair.document),
        occurrences: Vec::new(),
        occurrence_count: 0,
    }
}

fn hit(pair: &Pair<'_>, found: &Match<'_>, url: &str, target: &str, certainty: Certainty) -> Hit {
    let at_fault = if url == found.page.url.as_str() { found.page } else { pair.document };
    let mut values: std::collections::BTreeMap<String, String> = document_values(pair.document).into();
    values.extend(values_of([("interpretation", found.page.title.clone()), ("interpretation_date", day(found.page))]));
    let mut shown = of_page(pair.document);
    shown.extend(of_page(found.page));
    shown.push(evidence("note", format!("@matched.{}", found.matched_by.key()), None));
    Hit {
        url: url.to_owned(),
        target: Some(target.to_owned()),
        column: at_fault.column.as_ref().map(ToString::to_string),
        certainty,
        values,
        evidence: shown,
        occurrences: Vec::new(),
        occurrence_count: 0,
    }
}

fn document_values(document: &PolicyPage) -> [(String, String); 3] {
    [
        ("document".to_owned(), document.title.clone()),
        ("number".to_owned(), document.facts.number.clone().unwrap_or_default()),
        ("date".to_owned(), day(document)),
    ]
}

fn day(page: &PolicyPage) -> String {
    page.date.as_ref().map(|d| d.date.to_string()).unwrap_or_default()
}

fn of_page(page: &PolicyPage) -> Vec<Evidence> {
    let title = match &page.facts.number {
        Some(number) => format!("{}（{number}）", page.title),
        None => page.title.clone(),
    };
    let quote = evidence("quote", title, Some(page.url.to_string()));
    std::iter::once(quote).chain(page.date.as_ref().map(of_date)).collect()
}

fn undetermined(document: &PolicyPage, reason: &str) -> Undetermined {
    Undetermined { url: document.url.to_string(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests;
