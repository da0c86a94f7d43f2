//! Looking again at a finding that an office calls mended: what has to be requested for it, and what the answers come to.
//! The rules themselves judge the new answers, put in the place of the old ones; this file decides whether that settles it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judgement, words};
use crate::model::finding::{Certainty, Evidence, Finding};
use crate::model::outcome::Outcome;
use crate::model::report::{ColumnLine, Report};
use crate::model::review::{Recheck, RecheckState};
use crate::model::rule::Lang;
use crate::model::site::{ColumnClass, PageRecord};
use crate::url::PageUrl;

/// Pages with the fault that are looked at in one go.
const PAGES_AT_ONCE: usize = 20;
/// New pages of lists that are looked at in one go.
const NEW_PAGES_AT_ONCE: usize = 30;
/// Columns of a site that may hold what is missing.
const COLUMNS_MAX: usize = 40;

/// Rules whose target is not asked for: it is wrong by itself, or nobody should go there.
const TARGET_UNASKED: [&str; 5] =
    ["link.intranet", "link.placeholder", "link.mixed-content", "security.hidden-link", "security.hijacked-link"];

/// Rules that something new on the site can settle, with the classes of columns where it would stand.
const MISSING: [(&str, &[ColumnClass]); 4] = {
    use ColumnClass as C;
    [
        ("interp.", &[C::Interpretation, C::Policy]),
        ("disclosure.", &[C::Disclosure, C::Plan, C::Policy, C::Notice, C::Topic, C::Static, C::Other]),
        ("interact.", &[C::Interaction]),
        ("service.", &[C::Service]),
    ]
};

/// The answers of a recheck so far, by address, under the ids of the run.
pub struct Answers<'a> {
    /// Those that came, whatever they say.
    pub fresh: &'a BTreeMap<String, PageRecord>,
    /// All that were asked for.
    pub asked: &'a BTreeSet<String>,
}

/// Whether a finding is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Settled(Recheck),
    /// These must be asked for first.
    Wants(Vec<PageUrl>),
}

/// The addresses that a finding needs: its page, its target, its column; where something is missing, also the home page and the
/// columns in which it would stand.
pub fn needs(finding: &Finding, report: &Report) -> Vec<PageUrl> {
    let mut urls = pages(finding);
    if !TARGET_UNASKED.contains(&finding.rule.as_str()) {
        urls.extend(finding.target.as_deref());
    }
    if let Some((_, classes)) = MISSING.iter().find(|(prefix, _)| finding.rule.starts_with(prefix)) {
        let of_site = |column: &&ColumnLine| column.site == finding.site && classes.contains(&column.class);
        urls.extend(report.sites.iter().filter(|site| site.host == finding.site).map(|site| site.url.as_str()));
        urls.extend(report.columns.iter().filter(of_site).take(COLUMNS_MAX).map(|column| column.url.as_str()));
    }
    let mut seen = BTreeSet::new();
    urls.into_iter().filter_map(|url| PageUrl::parse(url).ok()).filter(|url| seen.insert(url.clone())).collect()
}

/// The pages that have the fault: page and column.
fn pages(finding: &Finding) -> Vec<&str> {
    std::iter::once(finding.url.as_str()).chain(finding.column_url.as_deref()).collect()
}

/// Pages that are new on the site since the run, where they may settle a finding: rows of its columns, links of the home page.
pub fn new_pages(finding: &Finding, report: &Report, answers: &Answers<'_>, is_known: &dyn Fn(&str) -> bool) -> Vec<PageUrl> {
    let is_missing = MISSING.iter().any(|(prefix, _)| finding.rule.starts_with(prefix));
    if !is_missing && !finding.rule.starts_with("column.") && finding.rule != "home.stale" {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    for url in needs(finding, report) {
        let column = url.as_str();
        let of_list = answers.fresh.values().filter_map(|record| Some((record, record.facts.as_ref()?.list.as_ref()?)));
        for (record, list) in of_list {
            if record.url.as_str() == column || list.column.as_str() == column {
                found.extend(list.rows.iter().map(|row| row.url.clone()));
            }
        }
    }
    let is_wanted =
        |url: &PageUrl| url.host() == finding.site && !is_known(url.as_str()) && !answers.asked.contains(url.as_str());
    found.into_iter().filter(is_wanted).take(NEW_PAGES_AT_ONCE).collect()
}

/// What the new judgement says of the finding.
pub fn decide(finding: &Finding, report: &Report, judged: &Judgement, answers: &Answers<'_>, at: &str, lang: Lang) -> Decision {
    let look = Look { finding, judged, answers, at, lang };
    let needed = needs(finding, report);
    let unasked: Vec<PageUrl> = needed.iter().filter(|url| !answers.asked.contains(url.as_str())).cloned().collect();
    if !unasked.is_empty() {
        return Decision::Wants(unasked);
    }
    if let Some(url) = needed.iter().find(|url| !answers.fresh.contains_key(url.as_str())) {
        return look.undetermined(words::of_recheck("unasked", lang), Some(url.as_str()));
    }
    match judged.findings.iter().find(|other| other.id == finding.id) {
        Some(now) if now.verdict == Certainty::Confirmed => look.still_there(now),
        Some(now) => look.undetermined(&now.message, Some(&now.url)),
        None => look.gone(&needed),
    }
}

struct Look<'a> {
    finding: &'a Finding,
    judged: &'a Judgement,
    answers: &'a Answers<'a>,
    at: &'a str,
    lang: Lang,
}

impl Look<'_> {
    fn settled(&self, state: RecheckState, evidence: Vec<Evidence>) -> Decision {
        Decision::Settled(Recheck { state, at: self.at.to_owned(), evidence })
    }

    fn undetermined(&self, why: &str, url: Option<&str>) -> Decision {
        let mut evidence = vec![note(why, url)];
        evidence.extend(url.and_then(|url| self.answer(url)));
        self.settled(RecheckState::Undetermined, evidence)
    }

    /// The answer of an address, as evidence.
    fn answer(&self, url: &str) -> Option<Evidence> {
        let record = self.answers.fresh.get(url)?;
        let last = record.attempts.last();
        Some(Evidence {
            kind: "attempt".to_owned(),
            text: words::answer_of_recheck(&record.outcome, self.lang),
            url: Some(url.to_owned()),
            status: record.outcome.status(),
            at: last.map(|attempt| attempt.at.clone()),
            duration_ms: last.map(|attempt| attempt.duration_ms),
        })
    }

    /// Found again. Counts only where a page was read anew: the others are looked at first.
    fn still_there(&self, now: &Finding) -> Decision {
        let places: Vec<&str> = match now.occurrences.as_slice() {
            [] => vec![now.url.as_str()],
            places => places.iter().map(|place| place.url.as_str()).collect(),
        };
        if places.iter().any(|url| self.answers.fresh.contains_key(*url)) {
            let mut evidence = vec![note(&now.message, Some(&now.url))];
            evidence.extend(now.evidence.iter().cloned());
            return self.settled(RecheckState::Reopened, evidence);
        }
        let is_new = |url: &PageUrl| !self.answers.asked.contains(url.as_str());
        let mut seen = BTreeSet::new();
        let more: Vec<PageUrl> = places
            .iter()
            .filter_map(|url| PageUrl::parse(url).ok())
            .filter(|url| is_new(url) && seen.insert(url.clone()))
            .take(PAGES_AT_ONCE)
            .collect();
        if more.is_empty() {
            return self.undetermined(words::of_recheck("pages-left", self.lang), None);
        }
        Decision::Wants(more)
    }

    /// Not found any more. Closed only where everything that it hangs on was read.
    fn gone(&self, needed: &[PageUrl]) -> Decision {
        let finding = self.finding;
        let names = [Some(""), Some(finding.url.as_str()), finding.target.as_deref(), finding.column_url.as_deref()];
        let key = (finding.rule.clone(), finding.site.clone());
        let unjudged = self.judged.unjudged.get(&key).into_iter().flatten();
        if let Some(what) = unjudged.into_iter().find(|what| names.contains(&Some(what.url.as_str()))) {
            let why = words::undetermined_of_rule(&finding.site, 0, &what.reason, self.lang);
            return self.undetermined(&why, Some(&finding.url));
        }
        for url in pages(finding) {
            let Some(record) = self.answers.fresh.get(url) else { continue };
            let is_gone = matches!(record.outcome.status(), Some(404 | 410));
            if !(is_gone || record.outcome.is_read() && record.facts.is_some()) {
                return self.undetermined(words::of_recheck("unread", self.lang), Some(url));
            }
        }
        if let Some(target) = self.unanswered_target() {
            return self.undetermined(words::of_recheck("target-unread", self.lang), Some(target));
        }
        self.settled(RecheckState::Closed, self.proof(needed))
    }

    /// The target, where it does not answer well and a page still links to it: neither dead nor alive.
    fn unanswered_target(&self) -> Option<&str> {
        let target = self.finding.target.as_deref().filter(|_| !TARGET_UNASKED.contains(&self.finding.rule.as_str()))?;
        let record = self.answers.fresh.get(target)?;
        let is_fine = record.outcome.is_read();
        (!is_fine && self.is_linked(record)).then_some(target)
    }

    fn is_linked(&self, target: &PageRecord) -> bool {
        self.answers.fresh.values().any(|page| page.links.iter().any(|link| link.target == target.id))
    }

    fn proof(&self, needed: &[PageUrl]) -> Vec<Evidence> {
        let finding = self.finding;
        let mut proof = vec![note(words::of_recheck("closed", self.lang), Some(&finding.url))];
        let column = self.judged.columns.iter().find(|line| line.url == finding.url && finding.rule.starts_with("column."));
        if let Some((newest, day)) = column.and_then(|line| Some((line.newest_evidence.as_ref()?, line.newest.as_ref()?))) {
            let text = words::newest_of_recheck(day, &newest.title, self.lang);
            proof.push(Evidence { kind: "date".to_owned(), ..note(&text, Some(&newest.url)) });
        }
        let target = finding.target.as_deref().and_then(|target| self.answers.fresh.get(target));
        if target.is_some_and(|target| !target.outcome.is_read()) {
            proof.push(note(words::of_recheck("unlinked", self.lang), finding.target.as_deref()));
        }
        proof.extend(needed.iter().take(PAGES_AT_ONCE).filter_map(|url| self.answer(url.as_str())));
        proof
    }
}

fn note(text: &str, url: Option<&str>) -> Evidence {
    Evidence {
        kind: "note".to_owned(),
        text: text.to_owned(),
        url: url.map(str::to_owned),
        status: None,
        at: None,
        duration_ms: None,
    }
}

/// Whether an answer of a recheck takes the place of the stored one: what was left out says nothing.
pub fn is_answer(outcome: &Outcome) -> bool {
    !matches!(outcome, Outcome::Skipped(_))
}
