//! What the HTML template prints: the report's content grouped, numbered, worded and cut to a bounded size.

pub(crate) mod findings;
mod hosts;
mod ledgers;
pub(crate) mod trend;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::Level;
use crate::model::report::{Changes, IndicatorLine, IndicatorState, Report, Site, SiteVerdict};
use crate::model::rule::Lang;

use self::findings::{OfficeGroup, Task, level_key, office_groups, tasks};
use self::ledgers::{ColumnView, DocumentView, Uncovered, YearView, column_states, column_view, document_view, uncovered};
use self::trend::TrendView;
use super::narrative::{self, Counts, clipped, points};
use super::rows::rows;
use super::words::Words;

/// Occurrences that the whole file may carry, so that it stays small enough to be mailed.
const OCCURRENCES_ALL: usize = 4_000;
/// Pieces of evidence that the whole file may carry.
const EVIDENCE_ALL: usize = 4_000;
/// Pieces of evidence of one finding.
const EVIDENCE_MAX: usize = 6;
/// Findings up to which everything folded is opened for print.
const PRINT_OPEN_MAX: usize = 150;
/// Characters of an address as it is shown; the link itself is whole.
const ADDRESS_CHARS: usize = 160;
/// New and mended findings that are named.
const CHANGES_NAMED: usize = 50;
/// Numbers of findings named in a line of the indicator table.
const NUMBERS_NAMED: usize = 8;

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
pub(crate) fn followable(url: &str) -> bool {
    let lower: String = url.chars().take(8).collect::<String>().to_ascii_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://")) && !url.chars().any(|c| c.is_control() || c.is_whitespace())
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
    pub(crate) years: Vec<YearView>,
    pub(crate) uncovered: Vec<Uncovered>,
    pub(crate) notes: Vec<String>,
    pub(crate) open_rules: Vec<(String, Vec<String>)>,
    pub(crate) rule_lines: Vec<RuleView>,
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) hosts: Vec<hosts::HostView>,
    pub(crate) has_history: bool,
    pub(crate) trend: Option<TrendView>,
    pub(crate) changes: Option<ChangesView>,
    pub(crate) print_open: bool,
}

/// What changed since the previous run.
pub(crate) struct ChangesView {
    pub(crate) sentence: String,
    /// Number and id of the new findings, at most [`CHANGES_NAMED`].
    pub(crate) new: Vec<(usize, String)>,
    pub(crate) new_more: usize,
    /// Level, message, link.
    pub(crate) fixed: Vec<(&'static str, String, Link)>,
    pub(crate) fixed_more: usize,
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
    let context = context(report);
    Page { offices: office_groups(&context), ..headed(&context) }
}

/// The page but for the findings one by one: a hundredth of the memory where there are many.
pub(crate) fn page_without_findings(report: &Report) -> Page {
    headed(&context(report))
}

fn titles(report: &Report) -> BTreeMap<&str, &str> {
    report.findings.iter().map(|f| (f.rule.as_str(), f.rule_title.as_str())).collect()
}

fn context(report: &Report) -> Context<'_> {
    let words = Words::of(&report.lang);
    let number = report.findings.len().max(1);
    Context {
        report,
        words,
        site_index: report.sites.iter().enumerate().rev().map(|(i, site)| (site.host.as_str(), i)).collect(),
        rule_index: titles(report).keys().enumerate().map(|(i, rule)| (*rule, i)).collect(),
        remedies: report.rules.iter().map(|rule| (rule.id.as_str(), rule.remedy.as_str())).collect(),
        occurrences_max: (OCCURRENCES_ALL / number).min(super::build::OCCURRENCES_MAX),
        evidence_max: (EVIDENCE_ALL / number).min(EVIDENCE_MAX),
    }
}

/// Everything but the findings one by one.
fn headed(context: &Context<'_>) -> Page {
    let (report, words) = (context.report, context.words);
    let titles = titles(report);
    let numbers: BTreeMap<&str, usize> = rows(report).map(|row| (row.finding.id.as_str(), row.no)).collect();
    let sites = report.sites.iter().enumerate().map(|(i, site)| site_view(context, i, site, &numbers)).collect();
    Page {
        title: title(report, words),
        facts: facts(report, words),
        overview: narrative::overview(report, words.say("第七部分", "part 7")),
        counts: Counts::of(&report.findings),
        sites,
        tasks: tasks(context),
        levels: [Level::Veto, Level::Deduct, Level::Advice]
            .into_iter()
            .filter(|level| report.findings.iter().any(|f| f.level == *level))
            .map(|level| (level_key(level), words.level(level)))
            .collect(),
        rules: titles.values().enumerate().map(|(i, title)| (i, (*title).to_owned())).collect(),
        columns: report.columns.iter().enumerate().map(|(i, column)| column_view(context, i, column)).collect(),
        column_states: column_states(report, words),
        column_offices: report
            .columns
            .iter()
            .filter_map(|column| column.office.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        years: report.interpretation_years.iter().map(YearView::of).collect(),
        documents: report.interpretations.iter().enumerate().map(|(i, line)| document_view(context, i, line)).collect(),
        uncovered: uncovered(context),
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
        hosts: hosts::views(report, words),
        trend: trend::trend(&report.trend, &report.sites.iter().map(|s| (s.host.clone(), s.name.clone())).collect(), words),
        changes: report.changes.as_ref().map(|changes| changes_view(changes, &numbers, words)),
        has_history: report.findings.iter().any(|finding| !narrative::is_new(finding)),
        print_open: report.findings.len() <= PRINT_OPEN_MAX,
        offices: Vec::new(),
    }
}

fn changes_view(changes: &Changes, numbers: &BTreeMap<&str, usize>, words: Words) -> ChangesView {
    let mut new: Vec<(usize, String)> =
        changes.new.iter().filter_map(|id| numbers.get(id.as_str()).map(|no| (*no, id.clone()))).collect();
    new.sort_unstable();
    let new_more = new.len().saturating_sub(CHANGES_NAMED);
    new.truncate(CHANGES_NAMED);
    let fixed = changes.fixed.iter().take(CHANGES_NAMED);
    ChangesView {
        sentence: narrative::since(changes, words),
        new,
        new_more,
        fixed: fixed.map(|line| (words.level(line.level), line.message.clone(), Link::new(&line.url))).collect(),
        fixed_more: changes.fixed.len().saturating_sub(CHANGES_NAMED),
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
