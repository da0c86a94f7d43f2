//! What changed between two runs of the same sites, and what a run comes to as a point of the trend.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Certainty, Finding};
use crate::model::report::{Changes, ColumnState, Report, TrendPoint};
use crate::model::run::RunInfo;

use super::narrative::Counts;

/// The report's own point of the trend.
pub(super) fn point(report: &Report) -> TrendPoint {
    let counts = Counts::of(&report.findings);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    TrendPoint {
        run: report.run.id.clone(),
        now: report.run.now.clone(),
        complete: report.run.complete,
        veto: number(counts.veto),
        deduct: number(counts.deduct),
        advice: number(counts.advice),
        verdicts: report.sites.iter().map(|site| (site.host.clone(), site.verdict)).collect(),
    }
}

/// What changed from `previous` to `report`, which is of the run `run`.
pub(super) fn changes(report: &Report, previous: &Report, run: &RunInfo) -> Changes {
    let before: BTreeMap<&str, &Finding> = previous.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect();
    let now: BTreeSet<&str> = report.findings.iter().map(|finding| finding.id.as_str()).collect();
    let looked = Looked::of(report, run);
    let mut changes = Changes { run: previous.run.id.clone(), now: previous.run.now.clone(), ..Changes::default() };
    for finding in report.findings.iter().filter(|finding| is_sure(finding)) {
        let is_new = match before.get(finding.id.as_str()) {
            Some(earlier) => !is_sure(earlier),
            // it may have been there before the previous run, and that one did not get to it
            None => finding.runs_in_a_row <= 1,
        };
        if is_new {
            let knew = before.contains_key(finding.id.as_str());
            if !knew && finding.first_seen != finding.last_seen {
                changes.reopened.push(finding.id.clone());
            }
            changes.new.push(finding.id.clone());
        } else {
            changes.persisting += 1;
        }
    }
    for finding in previous.findings.iter().filter(|finding| is_sure(finding) && !now.contains(finding.id.as_str())) {
        match looked.at(finding) {
            Look::Gone => changes.fixed.push(finding.into()),
            Look::Unmeasured => changes.unmeasured += 1,
            Look::SetAside => {}
        }
    }
    changes
}

fn is_sure(finding: &Finding) -> bool {
    finding.verdict == Certainty::Confirmed
}

enum Look {
    Gone,
    Unmeasured,
    /// By an entry of the ignore list, or its rule is switched off.
    SetAside,
}

/// What this run could have found.
struct Looked<'a> {
    run: &'a RunInfo,
    rules: BTreeSet<&'a str>,
    ignored: BTreeSet<&'a str>,
    /// Addresses of columns whose list was not read.
    open_columns: BTreeSet<&'a str>,
}

impl<'a> Looked<'a> {
    fn of(report: &'a Report, run: &'a RunInfo) -> Self {
        let open = report.columns.iter().filter(|column| column.state == ColumnState::Undetermined);
        Self {
            run,
            rules: report.rules.iter().map(|rule| rule.id.as_str()).collect(),
            ignored: report.ignored.iter().flat_map(|line| line.findings.iter().map(String::as_str)).collect(),
            open_columns: open.map(|column| column.url.as_str()).collect(),
        }
    }

    fn at(&self, finding: &Finding) -> Look {
        let in_open_column = [Some(&finding.url), finding.target.as_ref()]
            .into_iter()
            .flatten()
            .any(|url| self.open_columns.contains(url.as_str()));
        if self.ignored.contains(finding.id.as_str()) || !self.rules.contains(finding.rule.as_str()) {
            Look::SetAside
        } else if in_open_column || !self.run.measured(&finding.site) {
            Look::Unmeasured
        } else {
            Look::Gone
        }
    }
}
