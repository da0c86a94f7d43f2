//! The outlook: how much of each veto is used, on which day the verdict would change if nothing is published, and which
//! findings are to be mended to change it back. Days to come are asked of the same checks, with the facts of today.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;

use super::checks::Context;
use super::checks::home_age::days_without_update;
use super::ignore::IgnoreList;
use super::probes::Week;
use super::run_rules::{coming, identity, run_rule};
use super::score::{Scoring, VetoLine};
use super::stamp::Stamp;
use super::{Input, sort, words};
use crate::model::finding::{Certainty, CheckResult, Finding};
use crate::model::report::{Duty, DutyState, Mending, Outlook, SiteVerdict, Trip, VetoOutlook, Warning};
use crate::model::rule::Rule;

/// Days that are looked ahead: the longest limit of a column that counts toward a veto is half a year.
const DAYS_AHEAD: u32 = 184;
/// Things to come that a line names.
const NEXT_MAX: usize = 10;
/// The checks whose answer changes from one day to the next, with nothing else changed.
const DATED: [&str; 3] = ["column-age", "home-age", "letters"];

/// What the outlook of one site is made from.
pub(super) struct Horizon<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) scoring: &'a Scoring<'a>,
    pub(super) stamp: &'a Stamp<'a>,
    pub(super) context: &'a Context<'a>,
}

impl Horizon<'_> {
    /// `findings`: those of the site that are not set aside.
    pub(super) fn outlook(&self, findings: &[Finding], verdict: SiteVerdict) -> Outlook {
        let rules = self.counted_rules();
        let findings: Vec<Finding> = findings.iter().filter(|finding| rules.contains(finding.rule.as_str())).cloned().collect();
        let (_, lines) = self.scoring.vetoes(&findings);
        let mut out = Outlook {
            days: DAYS_AHEAD,
            vetoes: lines.iter().map(|line| self.today(line)).collect(),
            unqualified_on: None,
            mending: self.mending(&lines, &findings),
            warnings: self.warnings(&lines, &findings),
            duties: self.duties(),
        };
        self.look_ahead(&rules, &findings, verdict, &mut out);
        out
    }

    /// The rules that any veto counts.
    fn counted_rules(&self) -> BTreeSet<&str> {
        self.scoring.veto_indicators().flat_map(|indicator| &indicator.counts).map(|counts| counts.rule.as_str()).collect()
    }

    fn today(&self, line: &VetoLine<'_>) -> VetoOutlook {
        VetoOutlook {
            indicator: line.indicator.id.clone(),
            name: line.indicator.name.in_lang(self.input.lang).to_owned(),
            used: u32::try_from(line.confirmed.len()).unwrap_or(u32::MAX),
            threshold: line.threshold,
            failed: line.is_failed,
            falls_on: None,
            next: Vec::new(),
        }
    }

    fn look_ahead(&self, rules: &BTreeSet<&str>, findings: &[Finding], verdict: SiteVerdict, out: &mut Outlook) {
        let book = self.scoring.book;
        let dated: Vec<&Rule> =
            book.rules.iter().filter(|rule| rules.contains(rule.id.as_str()) && DATED.contains(&rule.check.as_str())).collect();
        let lasting: Vec<&Finding> =
            findings.iter().filter(|finding| dated.iter().all(|rule| rule.id != finding.rule)).collect();
        let mut results: BTreeMap<String, CheckResult> = self.scoring.results.clone();
        results.retain(|rule, _| rules.contains(rule.as_str()));
        let mut counted: Vec<BTreeSet<String>> = self.counted_today(findings);
        for ahead in 1..=DAYS_AHEAD {
            let Ok(day) = self.context.today.checked_add(i64::from(ahead).days()) else { break };
            let context = Context { today: day, ..*self.context };
            let mut then: Vec<Finding> = lasting.iter().map(|finding| (*finding).clone()).collect();
            for rule in &dated {
                let result = run_rule(rule, self.scoring.site, &context);
                then.extend(result.hits.iter().map(|hit| self.stamp.finding(rule, identity(rule), hit)));
                results.insert(rule.id.clone(), result);
            }
            sort(&mut then);
            IgnoreList::new(&self.input.run.ignores, day).set_aside(&mut then);
            let scoring = Scoring { results: &results, ..*self.scoring };
            let (verdict_then, lines) = scoring.vetoes(&then);
            if verdict_then == SiteVerdict::Unqualified && verdict != SiteVerdict::Unqualified {
                out.unqualified_on.get_or_insert_with(|| day.to_string());
            }
            for ((line, outlook), counted) in lines.iter().zip(&mut out.vetoes).zip(&mut counted) {
                note(line, &then, day, outlook, counted);
            }
        }
    }

    fn counted_today(&self, findings: &[Finding]) -> Vec<BTreeSet<String>> {
        let (_, lines) = self.scoring.vetoes(findings);
        lines.iter().map(|line| line.confirmed.iter().map(|&at| findings[at].id.clone()).collect()).collect()
    }

    /// Papers whose last day is near and that are not there yet, the nearest day first.
    fn duties(&self) -> Vec<Duty> {
        let (today, lang) = (self.context.today, self.input.lang);
        let mut duties: Vec<Duty> = Vec::new();
        for rule in &self.scoring.book.rules {
            let Some(coming) = coming(rule, self.scoring.site, self.context) else { continue };
            let left = today.until(coming.due).map_or(0, |span| span.get_days());
            if let Some(days_left) = u32::try_from(left).ok().filter(|left| *left <= self.input.warn.duty_days) {
                duties.push(Duty {
                    rule: rule.id.clone(),
                    name: words::value(&coming.name, lang),
                    year: coming.year,
                    due: coming.due.to_string(),
                    days_left,
                    customary: coming.is_customary,
                    state: if coming.is_sure { DutyState::NotFound } else { DutyState::Undetermined },
                });
            }
        }
        duties.sort_by(|a, b| (&a.due, &a.rule).cmp(&(&b.due, &b.rule)));
        duties
    }

    /// None where no veto that is counted has fallen.
    fn mending(&self, lines: &[VetoLine<'_>], findings: &[Finding]) -> Option<Mending> {
        let fallen: Vec<&VetoLine<'_>> = lines.iter().filter(|line| line.is_failed).collect();
        if fallen.is_empty() {
            return None;
        }
        let mended = fewest(&fallen, findings.len());
        let left: Vec<Finding> =
            findings.iter().enumerate().filter(|(at, _)| !mended.contains(at)).map(|(_, finding)| finding.clone()).collect();
        let (verdict, _) = self.scoring.vetoes(&left);
        Some(Mending { findings: mended.iter().map(|&at| findings[at].id.clone()).collect(), verdict })
    }

    fn warnings(&self, lines: &[VetoLine<'_>], findings: &[Finding]) -> Vec<Warning> {
        let warn = self.input.warn;
        let count = |rule: &str| {
            let confirmed = findings.iter().filter(|f| f.rule == rule && f.verdict == Certainty::Confirmed);
            f64::from(u32::try_from(confirmed.count()).unwrap_or(u32::MAX))
        };
        let home = days_without_update(self.scoring.site, self.context.today).map_or(0.0, f64::from);
        let week = Week::of(self.context.probes, &self.scoring.site.decl.url, self.context.today);
        let not_opened = if week.is_enough() { week.percent() } else { 0.0 };
        let has_fallen = |rule: &str| {
            lines.iter().any(|line| line.is_failed && line.indicator.counts.iter().any(|counts| counts.rule == rule))
        };
        [
            ("unreachable-percent", "site.unreachable", not_opened, warn.unreachable_percent),
            ("home-days", "home.stale", home, warn.home_days),
            ("stale-columns", "column.stale", count("column.stale"), warn.stale_columns),
            ("empty-columns", "column.empty", count("column.empty"), warn.empty_columns),
        ]
        .into_iter()
        .filter(|(_, rule, value, limit)| *limit > 0 && *value >= f64::from(*limit) && !has_fallen(rule))
        .map(|(level, _, value, limit)| Warning { level: level.to_owned(), value, limit: f64::from(limit) })
        .collect()
    }
}

/// What a day brings to a line: what is counted anew, and that it falls.
fn note(line: &VetoLine<'_>, findings: &[Finding], day: Date, outlook: &mut VetoOutlook, counted: &mut BTreeSet<String>) {
    for finding in line.confirmed.iter().filter_map(|&at| findings.get(at)) {
        if counted.insert(finding.id.clone()) && outlook.next.len() < NEXT_MAX {
            let what = finding.column.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| finding.rule_title.clone());
            outlook.next.push(Trip { on: day.to_string(), what, url: finding.url.clone() });
        }
    }
    if line.is_failed && !outlook.failed {
        outlook.falls_on.get_or_insert_with(|| day.to_string());
    }
}

/// The fewest findings, by their places, without which every one of the lines is below its number. Findings that the same
/// lines count are alike; how many of each kind are taken is tried out, the kinds that most lines count first.
fn fewest(fallen: &[&VetoLine<'_>], findings: usize) -> BTreeSet<usize> {
    let mut kinds: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for at in 0..findings {
        let counted: Vec<bool> = fallen.iter().map(|line| line.confirmed.contains(&at)).collect();
        if counted.contains(&true) {
            kinds.entry(counted).or_default().push(at);
        }
    }
    let mut kinds: Vec<(Vec<bool>, Vec<usize>)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(counted, _)| std::cmp::Reverse(counted.iter().filter(|counts| **counts).count()));
    let needs: Vec<usize> = fallen.iter().map(|line| line.confirmed.len() + 1 - line.threshold.max(1) as usize).collect();
    let mut best: Option<Vec<usize>> = None;
    try_out(&kinds, &needs, &mut Vec::new(), &mut best);
    let taken = best.unwrap_or_default();
    kinds.iter().zip(taken).flat_map(|((_, places), number)| places.iter().take(number).copied()).collect()
}

fn try_out(kinds: &[(Vec<bool>, Vec<usize>)], needs: &[usize], taken: &mut Vec<usize>, best: &mut Option<Vec<usize>>) {
    let sum: usize = taken.iter().sum();
    let least = needs.iter().max().copied().unwrap_or(0);
    if best.as_ref().is_some_and(|best| sum + least >= best.iter().sum()) {
        return;
    }
    if least == 0 {
        *best = Some(taken.clone());
        return;
    }
    let Some(((counted, places), rest)) = kinds.split_first() else { return };
    let useful = needs.iter().zip(counted).filter(|(_, counts)| **counts).map(|(need, _)| *need).max().unwrap_or(0);
    for number in (0..=useful.min(places.len())).rev() {
        let left: Vec<usize> =
            needs.iter().zip(counted).map(|(need, counts)| if *counts { need.saturating_sub(number) } else { *need }).collect();
        taken.push(number);
        try_out(rest, &left, taken, best);
        taken.pop();
    }
}

#[cfg(test)]
mod tests;
