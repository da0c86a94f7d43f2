//! Findings → indicator lines, verdict and points of one site. Nothing else knows a threshold of the standard or a point value.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::{CheckDef, Need};
use super::words::{self, Tally};
use super::{RuleBook, basis_text, is_quotable};
use crate::model::finding::{Certainty, CheckResult, Finding, Level};
use crate::model::report::{IndicatorLine, IndicatorState, SiteVerdict};
use crate::model::rule::{Counts, Indicator, IndicatorKind, Lang};
use crate::model::site::{Column, SiteFacts};

/// Points from which on a site passes, where the profile gives points (norms.md F-4).
const POINTS_PASS: f64 = 60.0;
const POINTS_FULL: f64 = 100.0;
/// Points above which a bonus is added, and its most (norms.md F-4, B-1).
const POINTS_BONUS_FROM: f64 = 80.0;
const POINTS_BONUS_MAX: f64 = 30.0;

/// What is scored: one site, and what the rules said of it.
#[derive(Clone, Copy)]
pub(super) struct Scoring<'a> {
    pub(super) book: &'a RuleBook,
    pub(super) site: &'a SiteFacts,
    /// By rule id.
    pub(super) results: &'a BTreeMap<String, CheckResult>,
    /// Key of what keeps the whole site from being judged in full.
    pub(super) gap: Option<&'a str>,
    pub(super) lang: Lang,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub(super) indicators: Vec<IndicatorLine>,
    pub(super) verdict: SiteVerdict,
    pub(super) points: Option<f64>,
}

/// A line before it is worded.
struct Judged<'a> {
    indicator: &'a Indicator,
    /// Places in the list of findings: confirmed, and any other certainty.
    confirmed: Vec<usize>,
    /// How many of them cost points here, and not in an earlier line already.
    charged: usize,
    unconfirmed: u32,
    is_failed: bool,
    doubt: Option<Doubt>,
}

/// A veto that falls from a number on, before it is worded.
pub(super) struct VetoLine<'a> {
    pub(super) indicator: &'a Indicator,
    pub(super) threshold: u32,
    /// Places in the list of findings.
    pub(super) confirmed: Vec<usize>,
    pub(super) is_failed: bool,
}

/// Why a line is undetermined.
enum Doubt {
    /// By nature out of a crawl's reach, in the standard's own words.
    ByNature(String),
    Reason(String),
}

impl Scoring<'_> {
    /// Judges every line of the profile; stamps the findings with their indicator, and those of a veto that fell with its level.
    pub(super) fn score(&self, findings: &mut [Finding]) -> Score {
        let profile = self.book.standard.profiles.get(&self.book.profile);
        let kinds = profile.map(|profile| profile.kinds.as_slice()).unwrap_or_default();
        let exempt = profile.map(|profile| profile.exempt.as_slice()).unwrap_or_default();
        let full = profile.and_then(|profile| profile.points_full).unwrap_or(POINTS_FULL);
        let mut lines: Vec<Judged<'_>> = Vec::new();
        // What one line of deductions has taken is not deducted again by another (norms.md F-8).
        let mut deducted: BTreeSet<usize> = BTreeSet::new();
        for kind in kinds {
            let of_kind = |indicator: &&Indicator| indicator.kind == *kind && !exempt.contains(&indicator.id);
            for indicator in self.book.standard.indicators.iter().filter(of_kind) {
                let mut line = self.judge(indicator, findings);
                if *kind == IndicatorKind::Deduct {
                    line.charged = line.confirmed.iter().filter(|at| deducted.insert(**at)).count();
                }
                lines.push(line);
            }
        }
        stamp(&lines, findings, self);
        let deductions = kinds.contains(&IndicatorKind::Deduct)
            && lines.iter().any(|line| line.indicator.kind == IndicatorKind::Deduct && line.indicator.points_each.is_some());
        let mut verdict = verdict(&lines);
        let indicators: Vec<IndicatorLine> = lines.iter().map(|line| self.word(line, findings)).collect();
        let points = (deductions && verdict == SiteVerdict::Qualified).then(|| points(full, &indicators));
        if points.is_some_and(|points| points < POINTS_PASS) {
            verdict = SiteVerdict::Unqualified;
        }
        Score { indicators, verdict, points }
    }

    /// What the vetoes alone say, unworded: for the outlook, which asks it of many days.
    pub(super) fn vetoes(&self, findings: &[Finding]) -> (SiteVerdict, Vec<VetoLine<'_>>) {
        let lines: Vec<Judged<'_>> = self.veto_indicators().map(|indicator| self.judge(indicator, findings)).collect();
        let verdict = verdict(&lines);
        let counted = lines.into_iter().filter_map(|line| {
            let Judged { indicator, confirmed, is_failed, .. } = line;
            Some(VetoLine { indicator, threshold: indicator.threshold?, confirmed, is_failed })
        });
        (verdict, counted.collect())
    }

    /// The vetoes of the profile.
    pub(super) fn veto_indicators(&self) -> impl Iterator<Item = &Indicator> {
        let profile = self.book.standard.profiles.get(&self.book.profile);
        let applies = profile.is_some_and(|profile| profile.kinds.contains(&IndicatorKind::Veto));
        let exempt = profile.map(|profile| profile.exempt.as_slice()).unwrap_or_default();
        let all = self.book.standard.indicators.iter().filter(move |_| applies);
        all.filter(move |indicator| indicator.kind == IndicatorKind::Veto && !exempt.contains(&indicator.id))
    }

    fn judge<'a>(&self, indicator: &'a Indicator, findings: &[Finding]) -> Judged<'a> {
        let counted = || findings.iter().enumerate().filter(|(_, finding)| self.is_counted(indicator, finding));
        let confirmed: Vec<usize> =
            counted().filter(|(_, finding)| finding.verdict == Certainty::Confirmed).map(|(at, _)| at).collect();
        let unconfirmed = u32::try_from(counted().count() - confirmed.len()).unwrap_or(u32::MAX);
        let is_failed =
            indicator.kind == IndicatorKind::Veto && indicator.threshold.is_some_and(|min| confirmed.len() >= min as usize);
        let charged = confirmed.len();
        let mut line = Judged { indicator, confirmed, charged, unconfirmed, is_failed, doubt: None };
        line.doubt = self.doubt(&line, findings);
        line
    }

    fn is_counted(&self, indicator: &Indicator, finding: &Finding) -> bool {
        let column = finding.column_url.as_deref().and_then(|url| self.column(url));
        let mut counted = indicator.counts.iter().filter(|counts| counts.rule == finding.rule && admits(counts, column));
        counted.any(|counts| self.reaches(counts, finding))
    }

    /// The numbers that the check gave with the finding are as high as the line asks for.
    fn reaches(&self, counts: &Counts, finding: &Finding) -> bool {
        if counts.at_least.is_empty() {
            return true;
        }
        let hits = self.results.get(&finding.rule).map(|result| result.hits.as_slice()).unwrap_or_default();
        let hit = hits.iter().find(|hit| hit.url == finding.url && hit.target == finding.target);
        let number = |name: &String| hit.and_then(|hit| hit.values.get(name)).and_then(|value| value.parse::<u32>().ok());
        counts.at_least.iter().all(|(name, least)| number(name).is_some_and(|number| number >= *least))
    }

    fn column(&self, url: &str) -> Option<&Column> {
        self.site.columns.iter().find(|column| column.url.as_str() == url)
    }

    fn doubt(&self, line: &Judged<'_>, findings: &[Finding]) -> Option<Doubt> {
        let indicator = line.indicator;
        if line.is_failed {
            return None;
        }
        if let Some(words) = indicator.undetermined_without.as_ref().filter(|_| self.is_out_of_reach(indicator)) {
            return Some(Doubt::ByNature(words.in_lang(self.lang).to_owned()));
        }
        let is_veto = indicator.kind == IndicatorKind::Veto;
        if !is_veto && !line.confirmed.is_empty() {
            return None;
        }
        let is_settled_elsewhere = indicator.undetermined_while.is_some();
        if let Some(gap) = self.gap.filter(|_| !is_settled_elsewhere && !self.needs_home_only(indicator)) {
            return Some(Doubt::Reason(words::key(gap, self.lang)));
        }
        if let Some(reason) = self.unjudged_rule(indicator) {
            return Some(Doubt::Reason(words::key(&reason, self.lang)));
        }
        if is_veto { self.worst_case(line, findings) } else { None }
    }

    /// Whether the line's words on what a crawl cannot judge hold in this run.
    fn is_out_of_reach(&self, indicator: &Indicator) -> bool {
        let Some(reason) = &indicator.undetermined_while else { return true };
        let results = indicator.counts.iter().filter_map(|counts| self.results.get(&counts.rule));
        results.flat_map(|result| &result.undetermined).any(|what| what.reason == *reason)
    }

    /// A gap in the crawl does not touch what only the home page decides.
    fn needs_home_only(&self, indicator: &Indicator) -> bool {
        self.site.home.as_ref().is_some_and(|home| home.outcome.is_read())
            && !indicator.counts.is_empty()
            && indicator.counts.iter().all(|counts| {
                let check = self.book.rule(&counts.rule).and_then(|rule| CheckDef::named(&rule.check));
                check.is_some_and(|check| check.needs.contains(&Need::Home))
            })
    }

    /// Why a rule of the line judged nothing, where that leaves the line open: some other failing than that there was nothing
    /// to judge, or no rule that judged anything.
    fn unjudged_rule(&self, indicator: &Indicator) -> Option<String> {
        let results: Vec<&CheckResult> = indicator.counts.iter().filter_map(|counts| self.results.get(&counts.rule)).collect();
        let open = |result: &&&CheckResult| result.judged == 0 && result.hits.is_empty();
        let reason =
            |result: &CheckResult| result.undetermined.first().map_or("nothing-judged", |what| what.reason.as_str()).to_owned();
        let is_veto = indicator.kind == IndicatorKind::Veto;
        if results.iter().all(|result| open(&result)) {
            return Some(results.first().map_or_else(|| "nothing-judged".to_owned(), |result| reason(result)));
        }
        results.iter().filter(open).map(|result| reason(result)).find(|reason| is_veto && reason != "nothing-judged")
    }

    /// Whether the number could be reached if everything undetermined were at fault.
    fn worst_case(&self, line: &Judged<'_>, findings: &[Finding]) -> Option<Doubt> {
        let threshold = line.indicator.threshold? as usize;
        // What some rule of the line speaks of is counted already, once.
        let is_counted = |finding: &&Finding| self.is_counted(line.indicator, finding);
        let told: BTreeSet<&str> =
            findings.iter().filter(is_counted).map(|finding| finding.url.as_str()).filter(|url| !url.is_empty()).collect();
        let mut open: BTreeSet<&str> = BTreeSet::new();
        let mut reasons: BTreeSet<&str> = BTreeSet::new();
        // Of two entries of one address the first counts.
        let columns: BTreeMap<&str, &Column> = self.site.columns.iter().rev().map(|one| (one.url.as_str(), one)).collect();
        for counts in &line.indicator.counts {
            let Some(result) = self.results.get(&counts.rule) else { continue };
            for what in &result.undetermined {
                let column = columns.get(what.url.as_str()).copied();
                if !told.contains(what.url.as_str()) && (column.is_none() || admits(counts, column)) {
                    open.insert(&what.url);
                    reasons.insert(&what.reason);
                }
            }
        }
        if line.confirmed.len() + line.unconfirmed as usize + open.len() < threshold
            || (open.is_empty() && line.unconfirmed == 0)
        {
            return None;
        }
        let only = reasons.iter().next().filter(|_| threshold == 1);
        let reason = only.map_or("too-many-undetermined", |reason| *reason);
        Some(Doubt::Reason(words::key(reason, self.lang)))
    }

    fn word(&self, line: &Judged<'_>, findings: &[Finding]) -> IndicatorLine {
        let indicator = line.indicator;
        let count = u32::try_from(line.confirmed.len()).unwrap_or(u32::MAX);
        let tally = Tally {
            confirmed: count,
            unconfirmed: line.unconfirmed,
            threshold: indicator.threshold,
            is_veto: indicator.kind == IndicatorKind::Veto,
            is_failed: line.is_failed,
        };
        let result = match &line.doubt {
            Some(Doubt::ByNature(why) | Doubt::Reason(why)) => words::undetermined(tally, why, self.lang),
            None => words::result(tally, self.lang),
        };
        let state = match (&line.doubt, count) {
            (Some(_), _) => IndicatorState::Undetermined,
            (None, 0) => IndicatorState::Clear,
            (None, _) => IndicatorState::Found,
        };
        let deducted = indicator.points_each.map_or(0.0, |each| each * line.charged as f64);
        IndicatorLine {
            id: indicator.id.clone(),
            name: indicator.name.in_lang(self.lang).to_owned(),
            kind: kind_key(indicator.kind).to_owned(),
            criterion: indicator.criterion.in_lang(self.lang).to_owned(),
            basis: basis_text(indicator.basis.as_ref(), self.lang).unwrap_or_default(),
            by_configuration: !indicator.basis.as_ref().is_some_and(is_quotable),
            state,
            count,
            threshold: indicator.threshold,
            failed: line.is_failed,
            holds_verdict: holds_verdict(line),
            deducted: indicator.points_cap.map_or(deducted, |cap| deducted.min(cap)),
            findings: line.confirmed.iter().filter_map(|&at| findings.get(at)).map(|finding| finding.id.clone()).collect(),
            result,
        }
    }
}

/// Points out of 100: what is left of the profile's own full number, brought to 100; above the bonus's threshold with the
/// bonus, capped.
fn points(full: f64, lines: &[IndicatorLine]) -> f64 {
    let sum = |kind: &str| lines.iter().filter(|line| line.kind == kind).map(|line| line.deducted).sum::<f64>();
    let base = ((full - sum("deduct")).max(0.0) * POINTS_FULL / full * 10.0).round() / 10.0;
    if base > POINTS_BONUS_FROM { base + sum("bonus").min(POINTS_BONUS_MAX) } else { base }
}

fn admits(counts: &Counts, column: Option<&Column>) -> bool {
    if counts.classes.is_empty() && counts.level.is_none() {
        return true;
    }
    column.is_some_and(|column| {
        (counts.classes.is_empty() || counts.classes.contains(&column.class))
            && counts.level.is_none_or(|level| level == column.level)
    })
}

/// The indicator of a finding: a veto that fell by it, else the first line that counts it.
fn stamp(lines: &[Judged<'_>], findings: &mut [Finding], scoring: &Scoring<'_>) {
    for (at, finding) in findings.iter_mut().enumerate() {
        let fallen = lines.iter().find(|line| line.is_failed && line.confirmed.contains(&at));
        let line = fallen.or_else(|| lines.iter().find(|line| scoring.is_counted(line.indicator, finding)));
        finding.indicator = line.map(|line| line.indicator.id.clone());
        if fallen.is_some() {
            finding.level = Level::Veto;
        }
    }
}

/// A veto that might have fallen: not one that no crawl decides.
fn holds_verdict(line: &Judged<'_>) -> bool {
    line.indicator.kind == IndicatorKind::Veto && matches!(line.doubt, Some(Doubt::Reason(_)))
}

fn verdict(lines: &[Judged<'_>]) -> SiteVerdict {
    let mut vetoes = lines.iter().filter(|line| line.indicator.kind == IndicatorKind::Veto);
    if vetoes.clone().any(|line| line.is_failed) {
        SiteVerdict::Unqualified
    } else if vetoes.any(holds_verdict) {
        SiteVerdict::Undetermined
    } else {
        SiteVerdict::Qualified
    }
}

fn kind_key(kind: IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Veto => "veto",
        IndicatorKind::Deduct => "deduct",
        IndicatorKind::Bonus => "bonus",
        IndicatorKind::Advice => "advice",
    }
}

#[cfg(test)]
mod tests;
