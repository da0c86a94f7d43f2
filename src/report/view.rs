//! What the HTML template prints: the report's content grouped, numbered, worded and cut to a bounded size.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Certainty, Evidence, Finding, Level};
use crate::model::report::{
    ColumnLine, ColumnState, IndicatorLine, IndicatorState, InterpretationLine, InterpretationState, Report, Site, SiteVerdict,
};
use crate::model::rule::Lang;
use crate::model::site::Occurrence;

use super::narrative::{self, Counts, points};
use super::words::Words;

/// Occurrences shown before the fold.
const OCCURRENCES_OPEN: usize = 5;
/// Occurrences that the whole file may carry, so that it stays small enough to be mailed.
const OCCURRENCES_ALL: usize = 4_000;
/// Pieces of evidence that the whole file may carry.
const EVIDENCE_ALL: usize = 6_000;
/// Pieces of evidence of one finding.
const EVIDENCE_MAX: usize = 6;
/// Findings up to which everything folded is opened for print.
const PRINT_OPEN_MAX: usize = 150;
/// Characters of a quoted text.
const QUOTE_CHARS: usize = 300;
/// Characters of an address as it is shown; the link itself is whole.
const ADDRESS_CHARS: usize = 160;
/// Numbers of findings named in a line of the indicator table.
const NUMBERS_NAMED: usize = 8;
/// Examples of what was not covered, for each reason.
const EXAMPLES: usize = 5;

/// An address to print; a link only where a browser may follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) href: Option<String>,
    pub(crate) text: String,
}

impl Link {
    pub(crate) fn new(url: &str) -> Self {
        Self::titled(url, url)
    }

    /// A link with a text of its own.
    pub(crate) fn titled(url: &str, text: &str) -> Self {
        let text = if text.trim().is_empty() { url } else { text };
        Self { href: followable(url).then(|| url.to_owned()), text: clipped(text, ADDRESS_CHARS) }
    }
}

/// Only http and https; a page may write `javascript:` or worse.
fn followable(url: &str) -> bool {
    let lower: String = url.chars().take(8).collect::<String>().to_ascii_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://")) && !url.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn clipped(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
    }
}

pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) overview: Vec<String>,
    pub(crate) counts: Counts,
    pub(crate) sites: Vec<SiteView>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) offices: Vec<OfficeGroup>,
    /// Values of the filters.
    pub(crate) levels: Vec<(&'static str, &'static str)>,
    pub(crate) rules: Vec<(usize, String)>,
    pub(crate) columns: Vec<ColumnView>,
    pub(crate) column_states: Vec<(&'static str, &'static str)>,
    pub(crate) column_offices: Vec<String>,
    pub(crate) documents: Vec<DocumentView>,
    pub(crate) uncovered: Vec<Uncovered>,
    pub(crate) notes: Vec<String>,
    pub(crate) open_rules: Vec<(String, Vec<String>)>,
    pub(crate) rule_lines: Vec<RuleView>,
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) has_history: bool,
    pub(crate) print_open: bool,
}

pub(crate) struct SiteView {
    pub(crate) no: usize,
    pub(crate) name: String,
    pub(crate) link: Link,
    pub(crate) kind: &'static str,
    pub(crate) office: String,
    pub(crate) pages: u32,
    pub(crate) requests: u32,
    pub(crate) columns: u32,
    pub(crate) verdict: &'static str,
    pub(crate) verdict_class: &'static str,
    pub(crate) score: Option<String>,
    pub(crate) counts: Counts,
    pub(crate) found: usize,
    pub(crate) undetermined: usize,
    pub(crate) clear: usize,
    pub(crate) indicators: Vec<IndicatorGroup>,
}

pub(crate) struct IndicatorGroup {
    pub(crate) name: &'static str,
    pub(crate) veto: bool,
    pub(crate) lines: Vec<IndicatorView>,
}

pub(crate) struct IndicatorView {
    pub(crate) no: usize,
    pub(crate) name: String,
    pub(crate) criterion: String,
    pub(crate) basis: String,
    pub(crate) by_configuration: bool,
    pub(crate) state_class: &'static str,
    pub(crate) failed: bool,
    pub(crate) result: String,
    pub(crate) deducted: Option<String>,
    /// Number and id of the findings that count.
    pub(crate) refs: Vec<(usize, String)>,
    pub(crate) refs_more: usize,
}

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
    pub(crate) level: &'static str,
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
}

pub(crate) struct OccurrenceView {
    pub(crate) link: Link,
    pub(crate) text: String,
    pub(crate) selector: String,
}

pub(crate) struct ColumnView {
    pub(crate) no: usize,
    pub(crate) site: String,
    pub(crate) site_index: usize,
    pub(crate) link: Link,
    pub(crate) second_level: bool,
    pub(crate) class: &'static str,
    pub(crate) office: String,
    pub(crate) items: u32,
    pub(crate) newest: Option<String>,
    pub(crate) newest_item: Option<Link>,
    pub(crate) age: Option<i64>,
    pub(crate) limit: Option<u32>,
    /// Days until it goes stale; negative: overdue.
    pub(crate) left: Option<i64>,
    pub(crate) state: &'static str,
    pub(crate) state_key: &'static str,
    pub(crate) note: String,
}

pub(crate) struct DocumentView {
    pub(crate) no: usize,
    pub(crate) link: Link,
    pub(crate) number: String,
    pub(crate) date: String,
    pub(crate) state: &'static str,
    pub(crate) state_key: &'static str,
    pub(crate) matches: Vec<MatchView>,
}

pub(crate) struct MatchView {
    pub(crate) link: Link,
    pub(crate) detail: String,
    pub(crate) from_document: bool,
    pub(crate) to_document: bool,
}

pub(crate) struct Uncovered {
    pub(crate) site: String,
    pub(crate) reason: String,
    pub(crate) count: u64,
    pub(crate) examples: Vec<Link>,
}

pub(crate) struct RuleView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) why: String,
    pub(crate) basis: String,
    pub(crate) findings: u32,
}

struct Context<'a> {
    report: &'a Report,
    words: Words,
    site_index: BTreeMap<&'a str, usize>,
    rule_index: BTreeMap<&'a str, usize>,
    remedies: BTreeMap<&'a str, &'a str>,
    occurrences_max: usize,
    evidence_max: usize,
}

/// The page of a report.
pub(crate) fn page(report: &Report) -> Page {
    let words = Words::of(&report.lang);
    let number = report.findings.len().max(1);
    let titles: BTreeMap<&str, &str> = report.findings.iter().map(|f| (f.rule.as_str(), f.rule_title.as_str())).collect();
    let context = Context {
        report,
        words,
        site_index: report.sites.iter().enumerate().rev().map(|(i, site)| (site.host.as_str(), i)).collect(),
        rule_index: titles.keys().enumerate().map(|(i, rule)| (*rule, i)).collect(),
        remedies: report.rules.iter().map(|rule| (rule.id.as_str(), rule.remedy.as_str())).collect(),
        occurrences_max: (OCCURRENCES_ALL / number).clamp(1, super::build::OCCURRENCES_MAX),
        evidence_max: (EVIDENCE_ALL / number).clamp(1, EVIDENCE_MAX),
    };
    let offices = office_groups(&context);
    let numbers: BTreeMap<&str, usize> = offices
        .iter()
        .flat_map(|office| &office.groups)
        .flat_map(|group| &group.rows)
        .map(|row| (row.id.as_str(), row.no))
        .collect();
    let sites = report.sites.iter().enumerate().map(|(i, site)| site_view(&context, i, site, &numbers)).collect();
    Page {
        title: title(report, words),
        facts: facts(report, words),
        overview: narrative::overview(report),
        counts: Counts::of(&report.findings),
        sites,
        tasks: tasks(&context),
        levels: [Level::Veto, Level::Deduct, Level::Advice]
            .into_iter()
            .filter(|level| report.findings.iter().any(|f| f.level == *level))
            .map(|level| (level_key(level), words.level(level)))
            .collect(),
        rules: titles.values().enumerate().map(|(i, title)| (i, (*title).to_owned())).collect(),
        columns: report.columns.iter().enumerate().map(|(i, column)| column_view(&context, i, column)).collect(),
        column_states: column_states(report, words),
        column_offices: report
            .columns
            .iter()
            .filter_map(|column| column.office.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        documents: report.interpretations.iter().enumerate().map(|(i, line)| document_view(&context, i, line)).collect(),
        uncovered: uncovered(&context),
        notes: report.run.notes.iter().skip(report.run.not_covered.len()).cloned().collect(),
        open_rules: report
            .rules
            .iter()
            .filter(|rule| !rule.undetermined.is_empty())
            .map(|rule| (rule.title.clone(), rule.undetermined.clone()))
            .collect(),
        rule_lines: report
            .rules
            .iter()
            .map(|rule| RuleView {
                id: rule.id.clone(),
                title: rule.title.clone(),
                why: rule.why.clone(),
                basis: rule.basis.clone(),
                findings: rule.findings,
            })
            .collect(),
        settings: settings(report, words),
        has_history: report.findings.iter().any(|finding| !narrative::is_new(finding)),
        print_open: report.findings.len() <= PRINT_OPEN_MAX,
        offices,
    }
}

fn title(report: &Report, words: Words) -> String {
    match words.lang {
        Lang::Zh if report.unit.is_empty() => "政府网站自查报告".to_owned(),
        Lang::Zh => format!("{}网站自查报告", report.unit.trim_end_matches("网站")),
        Lang::En if report.unit.is_empty() => "Website self-inspection report".to_owned(),
        Lang::En => format!("{}: website self-inspection report", report.unit),
    }
}

fn facts(report: &Report, words: Words) -> Vec<(&'static str, String)> {
    let sites: Vec<String> = report.sites.iter().map(|site| format!("{}{}", site.name, words.aside(&site.host))).collect();
    vec![
        (words.say("检查对象", "Inspected"), words.list(&sites)),
        (words.say("检查依据", "Standard"), report.run.standard_name.clone()),
        (words.say("检查期间", "Period"), words.period(&report.run.started, &report.run.finished)),
        (words.say("监测时间点", "Monitoring time point"), words.moment(&report.run.now)),
        (
            words.say("检查方式", "Method"),
            words.say("网上自动巡查（仅访问公开页面）", "automatic inspection of public pages").to_owned(),
        ),
    ]
}

fn settings(report: &Report, words: Words) -> Vec<(&'static str, String)> {
    let settings = &report.run.settings;
    let limited = |n: u32, zh: &str, en: &str| match (n, words.lang) {
        (0, Lang::Zh) => "不限".to_owned(),
        (0, Lang::En) => "none".to_owned(),
        (n, Lang::Zh) => format!("{n}{zh}"),
        (n, Lang::En) => format!("{n} {en}"),
    };
    let yes_no = |yes: bool, zh: [&'static str; 2], en: [&'static str; 2]| {
        let at = usize::from(!yes);
        words.say(zh[at], en[at]).to_owned()
    };
    vec![
        (
            "robots.txt",
            yes_no(settings.robots_obeyed, ["遵守", "不受其限制（经检查方设置）"], ["obeyed", "not obeyed (by setting)"]),
        ),
        (
            words.say("访问频率上限", "Pace"),
            match words.lang {
                _ if settings.requests_per_second <= 0.0 => limited(0, "", ""),
                Lang::Zh => format!("每站每秒{}次", settings.requests_per_second),
                Lang::En => format!("{} requests a second for each host", settings.requests_per_second),
            },
        ),
        (words.say("单次访问时限", "Time limit of a request"), limited(settings.timeout_seconds, "秒", "s")),
        (words.say("单站页面数上限", "Pages per site"), limited(settings.max_pages, "个", "")),
        (words.say("检查时长上限", "Time limit of the run"), limited(settings.max_minutes, "分钟", "min")),
        (
            words.say("站外链接", "External links"),
            yes_no(settings.external_links, ["检查", "不检查"], ["checked", "not checked"]),
        ),
        (words.say("访问标识", "User agent"), settings.user_agent.clone()),
        (words.say("检查指标（类别）", "Standard (profile)"), format!("{} / {}", report.run.standard, report.run.profile)),
        (words.say("检查批次", "Run"), report.run.id.clone()),
        (words.say("工具版本", "Tool version"), report.run.tool_version.clone()),
    ]
}

fn site_view(context: &Context<'_>, index: usize, site: &Site, numbers: &BTreeMap<&str, usize>) -> SiteView {
    let words = context.words;
    let state = |wanted: IndicatorState| site.indicators.iter().filter(|line| line.state == wanted).count();
    SiteView {
        no: index + 1,
        name: site.name.clone(),
        link: Link::new(&site.url),
        kind: words.site_kind(site.kind),
        office: site.office.clone().unwrap_or_default(),
        pages: site.pages,
        requests: site.requests,
        columns: site.columns,
        verdict: words.verdict(site.verdict),
        verdict_class: match site.verdict {
            SiteVerdict::Qualified => "ok",
            SiteVerdict::Unqualified => "bad",
            SiteVerdict::Undetermined => "open",
        },
        score: site.score.map(points),
        counts: Counts::of(context.report.findings.iter().filter(|f| f.site == site.host)),
        found: state(IndicatorState::Found),
        undetermined: state(IndicatorState::Undetermined),
        clear: state(IndicatorState::Clear),
        indicators: indicator_groups(words, &site.indicators, numbers),
    }
}

fn indicator_groups(words: Words, lines: &[IndicatorLine], numbers: &BTreeMap<&str, usize>) -> Vec<IndicatorGroup> {
    let mut groups: Vec<(String, IndicatorGroup)> = Vec::new();
    for line in lines {
        let view = indicator_view(words, line, numbers);
        match groups.iter_mut().find(|(kind, _)| *kind == line.kind) {
            Some((_, group)) => group.lines.push(view),
            None => groups.push((
                line.kind.clone(),
                IndicatorGroup { name: words.indicator_kind(&line.kind), veto: line.kind == "veto", lines: vec![view] },
            )),
        }
    }
    let mut groups: Vec<IndicatorGroup> = groups.into_iter().map(|(_, group)| group).collect();
    for (line, no) in groups.iter_mut().flat_map(|group| &mut group.lines).zip(1..) {
        line.no = no;
    }
    groups
}

fn indicator_view(words: Words, line: &IndicatorLine, numbers: &BTreeMap<&str, usize>) -> IndicatorView {
    let mut refs: Vec<(usize, String)> =
        line.findings.iter().filter_map(|id| numbers.get(id.as_str()).map(|no| (*no, id.clone()))).collect();
    refs.sort_unstable();
    let refs_more = refs.len().saturating_sub(NUMBERS_NAMED);
    refs.truncate(NUMBERS_NAMED);
    IndicatorView {
        no: 0,
        name: line.name.clone(),
        criterion: line.criterion.clone(),
        basis: line.basis.clone(),
        by_configuration: line.by_configuration,
        state_class: match line.state {
            _ if line.failed => "bad",
            IndicatorState::Clear => "ok",
            IndicatorState::Found => "found",
            IndicatorState::Undetermined => "open",
        },
        failed: line.failed,
        result: match (line.result.is_empty(), line.state, words.lang) {
            (false, ..) => line.result.clone(),
            (true, IndicatorState::Found, Lang::Zh) => format!("发现{}处", line.count),
            (true, IndicatorState::Found, Lang::En) => format!("found: {}", line.count),
            (true, state, _) => words.indicator_state(state).to_owned(),
        },
        deducted: (line.deducted > 0.0).then(|| points(line.deducted)),
        refs,
        refs_more,
    }
}

/// Offices in the order of their gravest findings; findings without an office last.
fn office_order(report: &Report) -> Vec<Option<&str>> {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for office in report.findings.iter().filter_map(|finding| finding.office.as_deref()) {
        counts
            .entry(office)
            .or_insert_with(|| Counts::of(report.findings.iter().filter(|f| f.office.as_deref() == Some(office))));
    }
    let mut named: Vec<(&str, Counts)> = counts.into_iter().collect();
    named.sort_by(|(a, x), (b, y)| (y.veto, y.deduct, y.all()).cmp(&(x.veto, x.deduct, x.all())).then_with(|| a.cmp(b)));
    let mut order: Vec<Option<&str>> = named.into_iter().map(|(office, _)| Some(office)).collect();
    if report.findings.iter().any(|finding| finding.office.is_none()) {
        order.push(None);
    }
    order
}

fn no_office(words: Words) -> &'static str {
    words.say("责任处室待明确", "No office named")
}

fn office_groups(context: &Context<'_>) -> Vec<OfficeGroup> {
    let mut offices: Vec<OfficeGroup> = office_order(context.report)
        .into_iter()
        .enumerate()
        .map(|(index, office)| office_group(context, index, office))
        .collect();
    let rows = offices.iter_mut().flat_map(|office| &mut office.groups).flat_map(|group| &mut group.rows);
    for (row, no) in rows.zip(1..) {
        row.no = no;
    }
    offices
}

fn office_group(context: &Context<'_>, index: usize, office: Option<&str>) -> OfficeGroup {
    let mut groups: Vec<RuleGroup> = Vec::new();
    let mut total = 0;
    for finding in context.report.findings.iter().filter(|f| f.office.as_deref() == office) {
        total += 1;
        let level = level_key(finding.level);
        let at = groups.iter().position(|group| group.rule == finding.rule && group.level_key == level).unwrap_or_else(|| {
            groups.push(rule_group(context, finding));
            groups.len() - 1
        });
        let view = finding_view(context, index, finding, &groups[at].advice);
        groups[at].rows.push(view);
    }
    OfficeGroup { index, name: office.unwrap_or(no_office(context.words)).to_owned(), total, groups }
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

fn level_key(level: Level) -> &'static str {
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
    let mut occurrences: Vec<OccurrenceView> = finding.occurrences.iter().take(kept).map(occurrence_view).collect();
    let more = if occurrences.len() > OCCURRENCES_OPEN { occurrences.split_off(OCCURRENCES_OPEN) } else { Vec::new() };
    FindingView {
        no: 0,
        id: finding.id.clone(),
        level: words.level(finding.level),
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
        advice: (finding.advice != group_advice && !finding.advice.is_empty()).then(|| finding.advice.clone()),
    }
}

fn evidence_view(words: Words, finding: &Finding, evidence: &Evidence) -> EvidenceView {
    let known = [Some(finding.url.as_str()), finding.target.as_deref()];
    EvidenceView {
        kind: words.evidence_kind(&evidence.kind),
        is_quote: evidence.kind == "quote",
        text: clipped(&evidence.text, QUOTE_CHARS),
        link: evidence.url.as_deref().filter(|url| !known.contains(&Some(*url))).map(Link::new),
        status: evidence.status,
        at: evidence.at.as_deref().map(|at| words.moment(at)),
    }
}

fn occurrence_view(occurrence: &Occurrence) -> OccurrenceView {
    OccurrenceView {
        link: Link::new(&occurrence.url),
        text: clipped(&occurrence.text, 40),
        selector: clipped(&occurrence.selector, 80),
    }
}

fn tasks(context: &Context<'_>) -> Vec<Task> {
    let words = context.words;
    office_order(context.report)
        .into_iter()
        .enumerate()
        .map(|(index, office)| {
            let findings: Vec<&Finding> = context.report.findings.iter().filter(|f| f.office.as_deref() == office).collect();
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

fn column_state_key(state: ColumnState) -> &'static str {
    match state {
        ColumnState::Fresh => "fresh",
        ColumnState::DueSoon => "due",
        ColumnState::Stale => "stale",
        ColumnState::Empty => "empty",
        ColumnState::Static => "static",
        ColumnState::Archived => "archived",
        ColumnState::Undetermined => "open",
    }
}

fn column_states(report: &Report, words: Words) -> Vec<(&'static str, &'static str)> {
    [
        ColumnState::Stale,
        ColumnState::Empty,
        ColumnState::DueSoon,
        ColumnState::Undetermined,
        ColumnState::Fresh,
        ColumnState::Static,
        ColumnState::Archived,
    ]
    .into_iter()
    .filter(|state| report.columns.iter().any(|column| column.state == *state))
    .map(|state| (column_state_key(state), words.column_state(state)))
    .collect()
}

fn column_view(context: &Context<'_>, index: usize, column: &ColumnLine) -> ColumnView {
    let words = context.words;
    let site_index = context.site_index.get(column.site.as_str()).copied();
    ColumnView {
        no: index + 1,
        site: site_index
            .and_then(|i| context.report.sites.get(i))
            .map_or_else(|| column.site.clone(), |site| site.name.clone()),
        site_index: site_index.unwrap_or(context.report.sites.len()),
        link: Link::titled(&column.url, &column.name),
        second_level: column.level > 1,
        class: words.column_class(column.class),
        office: column.office.clone().unwrap_or_default(),
        items: column.items,
        newest: column.newest.clone(),
        newest_item: column.newest_evidence.as_ref().map(|item| Link::titled(&item.url, &clipped(&item.title, 60))),
        age: column.age_days,
        limit: column.limit_days,
        left: column.age_days.zip(column.limit_days).map(|(age, limit)| i64::from(limit) - age),
        state: words.column_state(column.state),
        state_key: column_state_key(column.state),
        note: column.note.clone().unwrap_or_default(),
    }
}

fn document_view(context: &Context<'_>, index: usize, line: &InterpretationLine) -> DocumentView {
    let words = context.words;
    DocumentView {
        no: index + 1,
        link: Link::titled(&line.document.url, &line.document.title),
        number: line.document.number.clone().unwrap_or_default(),
        date: line.document.date.clone().unwrap_or_default(),
        state: words.interpretation_state(line.state),
        state_key: match line.state {
            InterpretationState::Ok => "fresh",
            InterpretationState::NotRequired => "static",
            InterpretationState::Missing | InterpretationState::NotLinked => "stale",
            InterpretationState::Late => "due",
        },
        matches: line
            .matches
            .iter()
            .map(|found| {
                let mut detail: Vec<String> = found.date.iter().cloned().collect();
                detail.push(words.form(&found.form));
                detail.push(words.matched_by(&found.matched_by));
                if let Some(days) = found.working_days {
                    detail.push(match words.lang {
                        Lang::Zh => format!("相隔{days}个工作日"),
                        Lang::En => format!("{days} working day(s) later"),
                    });
                }
                MatchView {
                    link: Link::titled(&found.url, &found.title),
                    detail: detail.join(words.say("，", ", ")),
                    from_document: found.linked_from_document,
                    to_document: found.links_to_document,
                }
            })
            .collect(),
    }
}

fn uncovered(context: &Context<'_>) -> Vec<Uncovered> {
    context
        .report
        .run
        .not_covered
        .iter()
        .map(|entry| Uncovered {
            site: context
                .site_index
                .get(entry.site.as_str())
                .and_then(|i| context.report.sites.get(*i))
                .map_or_else(|| entry.site.clone(), |site| site.name.clone()),
            reason: context.words.reason(&entry.reason),
            count: entry.count,
            examples: entry.examples.iter().take(EXAMPLES).map(|url| Link::new(url)).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        for bad in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "http:/x",
            "//a.cn/",
            "vbscript:x",
            "",
            "http://a.cn/ onmouseover=x",
        ] {
            assert_eq!(Link::new(bad).href, None, "{bad:?}");
        }
        for good in ["http://a.cn/", "HTTPS://a.cn/?q=1"] {
            assert_eq!(Link::new(good).href.as_deref(), Some(good));
        }
    }

    #[test]
    fn long_text_is_clipped_between_characters() {
        assert_eq!(clipped("政务公开", 2), "政务…");
        assert_eq!(clipped("政务", 2), "政务");
    }
}
