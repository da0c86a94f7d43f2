//! The part of the page that lists the findings: by office, then by rule, numbered and cut to a bounded size.

use std::collections::BTreeMap;

use crate::model::finding::{Certainty, Evidence, Finding, Level};
use crate::model::report::Report;
use crate::model::rule::Lang;
use crate::model::site::Occurrence;

use super::super::narrative::{self, Counts, clipped};
use super::super::rows::rows;
use super::super::words::Words;
use super::{Context, Link};

/// Occurrences shown before the fold.
const OCCURRENCES_OPEN: usize = 5;
/// Characters of a quoted text.
const QUOTE_CHARS: usize = 300;

/// A line of the table of tasks: one office.
pub(crate) struct Task {
    pub(crate) index: usize,
    pub(crate) office: String,
    pub(crate) counts: Counts,
    pub(crate) kinds: String,
}

pub(crate) struct OfficeGroup {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) total: usize,
    pub(crate) groups: Vec<RuleGroup>,
}

pub(crate) struct RuleGroup {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) level: &'static str,
    pub(crate) level_key: &'static str,
    pub(crate) advice: String,
    pub(crate) rows: Vec<FindingView>,
}

pub(crate) struct FindingView {
    pub(crate) no: usize,
    pub(crate) id: String,
    pub(crate) level_key: &'static str,
    pub(crate) rule_index: usize,
    pub(crate) site_index: usize,
    pub(crate) office_index: usize,
    pub(crate) is_new: bool,
    /// Empty for confirmed findings.
    pub(crate) doubt: &'static str,
    pub(crate) message: String,
    pub(crate) site: String,
    pub(crate) column: Option<Link>,
    pub(crate) page: Link,
    pub(crate) target: Option<Link>,
    pub(crate) evidence: Vec<EvidenceView>,
    pub(crate) occurrences: Vec<OccurrenceView>,
    pub(crate) more: Vec<OccurrenceView>,
    pub(crate) occurrence_count: u32,
    /// Occurrences that are not in this file.
    pub(crate) left_out: usize,
    pub(crate) first_seen: String,
    pub(crate) last_seen: String,
    pub(crate) runs_in_a_row: u32,
    /// ISO date up to which it is to be mended, and how far that is; empty: to be filled in by hand.
    pub(crate) due: String,
    pub(crate) state: String,
    /// Only where it differs from the group's.
    pub(crate) advice: Option<String>,
}

impl FindingView {
    pub(crate) fn has_details(&self) -> bool {
        !self.evidence.is_empty() || !self.occurrences.is_empty()
    }
}

pub(crate) struct EvidenceView {
    pub(crate) kind: &'static str,
    pub(crate) is_quote: bool,
    pub(crate) text: String,
    pub(crate) link: Option<Link>,
    pub(crate) status: Option<u16>,
    pub(crate) at: Option<String>,
    pub(crate) took: Option<u32>,
}

pub(crate) struct OccurrenceView {
    /// None: the finding's own page.
    pub(crate) link: Option<Link>,
    pub(crate) text: String,
    pub(crate) selector: String,
}

/// Offices in the order of their gravest findings; findings without an office last.
fn office_order(report: &Report) -> Vec<Option<&str>> {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for finding in &report.findings {
        if let Some(office) = finding.office.as_deref() {
            counts.entry(office).or_default().add(finding);
        }
    }
    let mut named: Vec<(&str, Counts)> = counts.into_iter().collect();
    named.sort_by(|(a, x), (b, y)| (y.veto, y.deduct, y.all()).cmp(&(x.veto, x.deduct, x.all())).then_with(|| a.cmp(b)));
    let mut order: Vec<Option<&str>> = named.into_iter().map(|(office, _)| Some(office)).collect();
    if report.findings.iter().any(|finding| finding.office.is_none()) {
        order.push(None);
    }
    order
}

/// The findings of each office in the order of [`office_order`], each office's in the order of the report: the order in which
/// every format numbers them.
pub(crate) fn by_office(report: &Report) -> Vec<(Option<&str>, Vec<&Finding>)> {
    let mut all: BTreeMap<Option<&str>, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        all.entry(finding.office.as_deref()).or_default().push(finding);
    }
    office_order(report).into_iter().filter_map(|office| all.remove(&office).map(|findings| (office, findings))).collect()
}

pub(crate) fn no_office(words: Words) -> &'static str {
    words.say("责任处室待明确", "No office named")
}

pub(super) fn office_groups(context: &Context<'_>) -> Vec<OfficeGroup> {
    let mut offices: Vec<OfficeGroup> = by_office(context.report)
        .into_iter()
        .enumerate()
        .map(|(index, (office, findings))| office_group(context, index, office, &findings))
        .collect();
    let views = offices.iter_mut().flat_map(|office| &mut office.groups).flat_map(|group| &mut group.rows);
    for (view, row) in views.zip(rows(context.report)) {
        view.no = row.no;
        row.due().unwrap_or_default().clone_into(&mut view.due);
        view.state = row.state();
    }
    offices
}

fn office_group(context: &Context<'_>, index: usize, office: Option<&str>, findings: &[&Finding]) -> OfficeGroup {
    let mut groups: Vec<RuleGroup> = Vec::new();
    for finding in findings {
        let level = level_key(finding.level);
        let at = groups.iter().position(|group| group.rule == finding.rule && group.level_key == level).unwrap_or_else(|| {
            groups.push(rule_group(context, finding));
            groups.len() - 1
        });
        let view = finding_view(context, index, finding, &groups[at].advice);
        groups[at].rows.push(view);
    }
    OfficeGroup { index, name: office.unwrap_or(no_office(context.words)).to_owned(), total: findings.len(), groups }
}

fn rule_group(context: &Context<'_>, finding: &Finding) -> RuleGroup {
    let advice = context.remedies.get(finding.rule.as_str()).copied().unwrap_or(finding.advice.as_str());
    RuleGroup {
        rule: finding.rule.clone(),
        title: finding.rule_title.clone(),
        level: context.words.level(finding.level),
        level_key: level_key(finding.level),
        advice: advice.to_owned(),
        rows: Vec::new(),
    }
}

pub(crate) fn level_key(level: Level) -> &'static str {
    match level {
        Level::Veto => "veto",
        Level::Deduct => "deduct",
        Level::Advice => "advice",
    }
}

fn finding_view(context: &Context<'_>, office_index: usize, finding: &Finding, group_advice: &str) -> FindingView {
    let words = context.words;
    let site_index = context.site_index.get(finding.site.as_str()).copied();
    let kept = finding.occurrences.len().min(context.occurrences_max);
    // In a crowded report the finding's own page, which stands above, is not said again.
    let crowded = context.occurrences_max <= 1;
    let mut occurrences: Vec<OccurrenceView> = finding
        .occurrences
        .iter()
        .take(kept)
        .filter(|occurrence| !(crowded && occurrence.url == finding.url))
        .map(|occurrence| occurrence_view(finding, occurrence))
        .collect();
    let more = if occurrences.len() > OCCURRENCES_OPEN { occurrences.split_off(OCCURRENCES_OPEN) } else { Vec::new() };
    FindingView {
        no: 0,
        id: finding.id.clone(),
        level_key: level_key(finding.level),
        rule_index: context.rule_index.get(finding.rule.as_str()).copied().unwrap_or_default(),
        site_index: site_index.unwrap_or(context.report.sites.len()),
        office_index,
        is_new: narrative::is_new(finding),
        doubt: if finding.verdict == Certainty::Confirmed { "" } else { words.certainty(finding.verdict) },
        message: finding.message.clone(),
        site: site_index
            .and_then(|i| context.report.sites.get(i))
            .map_or_else(|| finding.site.clone(), |site| site.name.clone()),
        column: finding.column.as_deref().map(|name| Link::titled(finding.column_url.as_deref().unwrap_or_default(), name)),
        page: Link::new(&finding.url),
        target: finding.target.as_deref().map(Link::new),
        evidence: finding.evidence.iter().take(context.evidence_max).map(|e| evidence_view(words, finding, e)).collect(),
        left_out: (finding.occurrence_count as usize).saturating_sub(kept),
        occurrences,
        more,
        occurrence_count: finding.occurrence_count,
        first_seen: Words::short_day(&finding.first_seen),
        last_seen: Words::short_day(&finding.last_seen),
        runs_in_a_row: finding.runs_in_a_row,
        due: String::new(),
        state: String::new(),
        advice: (finding.advice != group_advice && !finding.advice.is_empty()).then(|| finding.advice.clone()),
    }
}

fn evidence_view(words: Words, finding: &Finding, evidence: &Evidence) -> EvidenceView {
    let known = [Some(finding.url.as_str()), finding.target.as_deref()];
    EvidenceView {
        kind: words.evidence_kind(&evidence.kind),
        is_quote: matches!(evidence.kind.as_str(), "quote" | "new-word" | "new-title" | "new-host"),
        text: clipped(&evidence.text, QUOTE_CHARS),
        link: evidence.url.as_deref().filter(|url| !known.contains(&Some(*url))).map(Link::new),
        // Said once: most wordings name the status themselves.
        status: evidence.status.filter(|status| !evidence.text.contains(&status.to_string())),
        at: evidence.at.as_deref().map(|at| words.moment(at)),
        took: evidence.duration_ms,
    }
}

fn occurrence_view(finding: &Finding, occurrence: &Occurrence) -> OccurrenceView {
    OccurrenceView {
        link: (occurrence.url != finding.url).then(|| Link::new(&occurrence.url)),
        text: clipped(&occurrence.text, 40),
        selector: clipped(&occurrence.selector, 80),
    }
}

pub(super) fn tasks(context: &Context<'_>) -> Vec<Task> {
    let words = context.words;
    by_office(context.report)
        .into_iter()
        .enumerate()
        .map(|(index, (office, findings))| {
            let mut kinds: Vec<(&str, usize)> = Vec::new();
            for finding in &findings {
                match kinds.iter_mut().find(|(title, _)| *title == finding.rule_title) {
                    Some((_, n)) => *n += 1,
                    None => kinds.push((&finding.rule_title, 1)),
                }
            }
            let named: Vec<String> = kinds
                .iter()
                .map(|(title, n)| match words.lang {
                    Lang::Zh => format!("{title}{n}处"),
                    Lang::En => format!("{title}: {n}"),
                })
                .collect();
            Task {
                index,
                office: office.unwrap_or(no_office(words)).to_owned(),
                counts: Counts::of(findings),
                kinds: named.join(words.say("；", "; ")),
            }
        })
        .collect()
}
