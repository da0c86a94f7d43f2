//! Phase 2: facts → verdicts. Pure: no network, no store, no clock, no file.
//!
//! [`judge`] puts the records together to the facts of each site, lets every rule's check look at them, stamps what they hit
//! with the rule's level and words, and scores the result by the standard.

pub mod again;
pub mod annual;
mod assemble;
pub mod calendar;
mod carried;
pub mod catalogue;
mod certainty;
pub mod checks;
pub mod classes;
pub mod columns;
mod cut;
mod date_signs;
mod earlier;
mod fronts;
mod hosts;
mod ignore;
mod leaving;
mod newcomers;
mod notes;
mod outlook;
mod outside;
pub mod pairing;
mod places;
mod probes;
pub mod rules;
mod run_rules;
mod score;
mod signs;
mod soft404;
mod stamp;
mod targets;
#[cfg(test)]
pub(crate) mod testing;
pub mod vocabulary;
pub mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use self::checks::Context;
pub use self::earlier::Earlier;
use self::ignore::IgnoreList;
use self::outlook::Horizon;
use self::run_rules::run_rules;
use self::score::Scoring;
use self::stamp::Stamp;
pub use crate::model::finding::Seen;
use crate::model::finding::{CheckResult, Finding, Undetermined};
use crate::model::probe::Probe;
use crate::model::report::{ColumnLine, IgnoreLine, InterpretationLine, RuleLine, Site};
use crate::model::rule::{Basis, Grade, Lang, Rule, Standard};
use crate::model::run::{NotCovered, RunInfo, WarnLevels};
use crate::model::site::{PageRecord, SiteFacts};

/// Occurrences that are kept of one target.
pub(crate) const OCCURRENCES_MAX: usize = 50;

/// The rules and the standard of one audit, checked.
#[derive(Debug, Clone)]
pub struct RuleBook {
    /// In the order of their ids.
    pub rules: Vec<Rule>,
    pub standard: Standard,
    pub profile: String,
    /// Working days, from `rules/calendar/`.
    pub calendar: calendar::Calendar,
    /// Words of columns and documents, from `rules/words/`.
    pub words: vocabulary::Vocabulary,
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

/// Hands every record of the run to the callback, in the order of their ids.
pub type Records<'a> = &'a dyn Fn(&mut dyn FnMut(PageRecord));

/// What the audit is given. `records` hands every record of the run to the callback, in the order of their ids, and may be called several times.
pub struct Input<'a> {
    pub run: &'a RunInfo,
    pub records: Records<'a>,
    /// By finding id.
    pub history: &'a BTreeMap<String, Seen>,
    /// The log of probes, of all sites.
    pub probes: &'a [Probe],
    /// When to warn before a veto falls.
    pub warn: WarnLevels,
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
    pub ignored: Vec<IgnoreLine>,
    /// What there was no place for, by host.
    pub left_out: Vec<NotCovered>,
    /// What could not be judged, by rule and host: where an old finding is missing, this says whether it is gone.
    pub unjudged: BTreeMap<(String, String), Vec<Undetermined>>,
}

/// Judges a run by a rule book. The same records, rules and monitoring time point give the same judgement.
pub fn judge(input: &Input<'_>, book: &RuleBook) -> Judgement {
    judge_after(input, &Earlier::default(), book)
}

/// The same, compared with an earlier run.
pub fn judge_after(input: &Input<'_>, earlier: &Earlier, book: &RuleBook) -> Judgement {
    let today = monitoring_day(&input.run.now);
    let (mut facts, carried) = assemble::assemble(input, &book.words, earlier, today);
    let mut ignores = IgnoreList::new(&input.run.ignores, today);
    for site in &mut facts {
        ignores.set_words_aside(&mut site.signs.typos);
    }
    let context = Context {
        today,
        sites: &input.run.sites,
        calendar: &book.calendar,
        words: &book.words,
        crawl: input.run.crawl.as_ref(),
        probes: input.probes,
        certificate_days: input.warn.certificate_days,
    };
    let mut out = Judgement {
        sites: Vec::new(),
        columns: Vec::new(),
        interpretations: Vec::new(),
        findings: Vec::new(),
        rules: Vec::new(),
        ignored: Vec::new(),
        left_out: Vec::new(),
        unjudged: BTreeMap::new(),
    };
    let mut results = Vec::new();
    for site in &facts {
        let said = run_rules(book, site, &context);
        let of_site = carried.iter().filter(|finding| finding.site == site.decl.url.host());
        let told = Told { said: &said, carried: of_site.collect() };
        let (line, findings) = judge_site(input, book, site, &told, &context, &mut ignores);
        out.sites.push(line);
        out.findings.extend(findings);
        out.columns.extend(columns::ledger(site, book, today, input.lang));
        out.interpretations.extend(pairing::ledger(site, book, today, input.lang));
        out.left_out.extend(site.left_out.iter().cloned());
        unjudged(&mut out.unjudged, site, &said);
        results.push(said);
    }
    sort(&mut out.findings);
    out.ignored = ignores.into_lines();
    out.rules = book.rules.iter().map(|rule| rule_line(rule, &facts, &results, &out.findings, input.lang)).collect();
    out
}

fn unjudged(into: &mut BTreeMap<(String, String), Vec<Undetermined>>, site: &SiteFacts, said: &BTreeMap<String, CheckResult>) {
    for (rule, result) in said {
        let mut what = result.undetermined.clone();
        if result.judged == 0 && result.hits.is_empty() && what.is_empty() {
            what.push(Undetermined { url: String::new(), reason: "nothing-judged".to_owned() });
        }
        if !what.is_empty() {
            into.entry((rule.clone(), site.decl.url.host().to_owned())).or_default().extend(what);
        }
    }
}

/// The monitoring day in Beijing time; 1970-01-01 where the time point cannot be read, which the configuration rules out.
pub fn monitoring_day(now: &str) -> Date {
    beijing_day(now.parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH))
}

fn beijing_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(Offset::constant(8))).date()
}

/// What is told of one site.
struct Told<'a> {
    /// By the rules now.
    said: &'a BTreeMap<String, CheckResult>,
    /// By a comparison in an earlier run, and still so.
    carried: Vec<&'a Finding>,
}

fn judge_site(
    input: &Input<'_>,
    book: &RuleBook,
    site: &SiteFacts,
    told: &Told<'_>,
    context: &Context<'_>,
    ignores: &mut IgnoreList<'_>,
) -> (Site, Vec<Finding>) {
    let stamp = Stamp { site, now: &input.run.now, history: input.history, lang: input.lang };
    let said = told.said;
    let mut findings: Vec<Finding> = Vec::new();
    for rule in &book.rules {
        let identity = run_rules::identity(rule);
        if let Some(result) = said.get(&rule.id) {
            findings.extend(result.hits.iter().map(|hit| stamp.finding(rule, identity, hit)));
        }
    }
    for finding in &told.carried {
        if let Some(rule) = book.rule(&finding.rule)
            && findings.iter().all(|found| found.id != finding.id)
        {
            findings.push(stamp.again(rule, finding));
        }
    }
    sort(&mut findings);
    ignores.set_aside(&mut findings);
    let gap = gap(site, input.run);
    let scoring = Scoring { book, site, results: said, gap: gap.as_deref(), lang: input.lang };
    let score = scoring.score(&mut findings);
    let horizon = Horizon { input, scoring: &scoring, stamp: &stamp, context };
    let outlook = horizon.outlook(&findings, score.verdict);
    let line = Site {
        host: site.decl.url.host().to_owned(),
        name: site.decl.name.clone(),
        url: site.decl.url.to_string(),
        kind: site.decl.kind,
        office: site.decl.office.clone(),
        pages: site.pages_read,
        requests: site.requests,
        columns: u32::try_from(site.columns.len()).unwrap_or(u32::MAX),
        verdict: score.verdict,
        score: score.points,
        indicators: score.indicators,
        outlook,
    };
    (line, findings)
}

/// Key of what keeps a site from being judged in full, and that another run would settle.
fn gap(site: &SiteFacts, run: &RunInfo) -> Option<String> {
    const SETTLED_BY_A_FULL_RUN: [&str; 10] = [
        "site-unreachable",
        "site-blocked",
        "home-elsewhere",
        "home-no-page",
        "robots-unreachable",
        "host-paused",
        "interrupted",
        "time-budget",
        "window-closed",
        "page-budget",
    ];
    if site.pages_read == 0 {
        return Some(run_rules::why_no_pages(site).to_owned());
    }
    let Some(crawl) = &run.crawl else { return Some("crawl-unfinished".to_owned()) };
    let names = [site.decl.url.authority(), site.decl.url.host().to_owned()];
    let is_left = |reason: &str| crawl.not_covered.iter().any(|left| names.contains(&left.site) && left.reason == reason);
    let reason = SETTLED_BY_A_FULL_RUN.into_iter().find(|reason| is_left(reason));
    reason.or(crawl.interrupted.then_some("interrupted")).map(str::to_owned)
}

/// Worst level first, then by rule, site, page, target.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.rule.clone(), finding.site.clone(), finding.url.clone(), finding.target.clone());
        b.level.cmp(&a.level).then_with(|| key(a).cmp(&key(b)))
    });
}

fn rule_line(
    rule: &Rule,
    facts: &[SiteFacts],
    results: &[BTreeMap<String, CheckResult>],
    findings: &[Finding],
    lang: Lang,
) -> RuleLine {
    let mut undetermined = Vec::new();
    for (site, said) in facts.iter().zip(results) {
        let Some(result) = said.get(&rule.id) else { continue };
        let mut by_reason: BTreeMap<&str, usize> = BTreeMap::new();
        for what in &result.undetermined {
            *by_reason.entry(&what.reason).or_default() += usize::from(!what.url.is_empty());
        }
        if result.judged == 0 && result.hits.is_empty() && by_reason.is_empty() {
            by_reason.insert("nothing-judged", 0);
        }
        let lines =
            by_reason.into_iter().map(|(reason, count)| words::undetermined_of_rule(&site.decl.name, count, reason, lang));
        undetermined.extend(lines);
    }
    RuleLine {
        id: rule.id.clone(),
        title: rule.title.in_lang(lang).to_owned(),
        why: rule.why.in_lang(lang).to_owned(),
        remedy: rule.remedy.in_lang(lang).to_owned(),
        basis: basis_text(rule.basis.as_ref(), lang).unwrap_or_else(|| words::by_configuration(lang).to_owned()),
        findings: u32::try_from(findings.iter().filter(|finding| finding.rule == rule.id).count()).unwrap_or(u32::MAX),
        undetermined,
    }
}

/// Grades A and B may be quoted; C and R set thresholds and are never printed as a quotation (norms.md section 0).
pub fn is_quotable(basis: &Basis) -> bool {
    matches!(basis.grade, Grade::A | Grade::B)
}

/// Document and clause of a basis that may be quoted.
pub fn basis_text(basis: Option<&Basis>, lang: Lang) -> Option<String> {
    let basis = basis.filter(|basis| is_quotable(basis))?;
    let (document, clause) = (basis.document.in_lang(lang), basis.clause.in_lang(lang));
    let comma = if lang == Lang::Zh { "，" } else { ", " };
    Some(if clause.is_empty() { document.to_owned() } else { format!("{document}{comma}{clause}") })
}

#[cfg(test)]
mod tests;
