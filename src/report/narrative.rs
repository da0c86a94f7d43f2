//! The overview (总体情况) as running text, in the words of an office: figures first, nothing that the run did not measure.

use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthStr;

use crate::model::finding::{Certainty, Finding, Level};
use crate::model::report::{Changes, ColumnState, IndicatorState, Report, Site, SiteVerdict};
use crate::model::rule::Lang;
use crate::model::site::SiteKind;

use super::outlook;
use super::words::Words;

/// Characters of a title that a line of 156 mm takes in 二号.
const TITLE_CHARS: usize = 20;
/// Kinds of problem that the overview names.
const KINDS_NAMED: usize = 5;
/// Columns about to go stale that the overview names.
const DUE_NAMED: usize = 5;

/// Findings by how sure we are; blocked ones are no problems of the site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) veto: usize,
    pub(crate) deduct: usize,
    pub(crate) advice: usize,
    pub(crate) suspected: usize,
    pub(crate) intermittent: usize,
    pub(crate) blocked: usize,
}

impl Counts {
    pub(crate) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            counts.add(finding);
        }
        counts
    }

    pub(crate) fn add(&mut self, finding: &Finding) {
        *match (finding.verdict, finding.level) {
            (Certainty::Confirmed, Level::Veto) => &mut self.veto,
            (Certainty::Confirmed, Level::Deduct) => &mut self.deduct,
            (Certainty::Confirmed, Level::Advice) => &mut self.advice,
            (Certainty::Suspected, _) => &mut self.suspected,
            (Certainty::Intermittent, _) => &mut self.intermittent,
            (Certainty::Blocked, _) => &mut self.blocked,
        } += 1;
    }

    pub(crate) fn confirmed(self) -> usize {
        self.veto + self.deduct + self.advice
    }

    /// Suspected and intermittent: a person has to look.
    pub(crate) fn to_check(self) -> usize {
        self.suspected + self.intermittent
    }

    pub(crate) fn all(self) -> usize {
        self.confirmed() + self.to_check() + self.blocked
    }
}

/// The paragraphs of the overview. `limits` names the place where the reader finds what was not covered
/// (“第七部分” / “part 7”).
pub(crate) fn overview(report: &Report, limits: &str) -> Vec<String> {
    let words = Words::of(&report.lang);
    std::iter::once(work(report, words)).chain(results(report, limits)).collect()
}

/// The overview without its first paragraph: verdicts, problems, what is due soon, the limits of the run.
pub(crate) fn results(report: &Report, limits: &str) -> Vec<String> {
    let words = Words::of(&report.lang);
    let (verdicts, problems, limits) = match words.lang {
        Lang::Zh => (verdicts_zh(report, words), problems_zh(report, words), limits_zh(report, limits)),
        Lang::En => (verdicts_en(report, words), problems_en(report, words), limits_en(report, limits)),
    };
    let mut paragraphs = vec![verdicts, problems];
    paragraphs.extend(outlook::paragraphs(report));
    paragraphs.extend([due(report, words), limits]);
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// That nothing was found, as far as was looked.
pub(crate) fn nothing(report: &Report, words: Words) -> &'static str {
    if report.run.complete {
        words.say("本次检查未发现问题。", "No problem was found.")
    } else {
        words.say("在已检查的范围内未发现问题。", "No problem was found in what could be checked.")
    }
}

fn work(report: &Report, words: Words) -> String {
    match words.lang {
        Lang::Zh => work_zh(report, words),
        Lang::En => work_en(report, words),
    }
}

/// Requests, pages, columns and documents of the run.
pub(crate) fn figures(report: &Report, words: Words) -> String {
    let (requests, pages, columns) = (report.run.requests, pages(report), report.columns.len());
    match words.lang {
        Lang::Zh => {
            let documents = match report.interpretations.len() {
                0 => String::new(),
                n => format!("、政策文件{n}件"),
            };
            format!("检查期间共发出访问请求{requests}次，读取页面{pages}个，核查栏目{columns}个{documents}。")
        }
        Lang::En => format!(
            "{requests} requests were made, {pages} pages read, {columns} columns and {} policy documents looked at.",
            report.interpretations.len()
        ),
    }
}

fn pages(report: &Report) -> u64 {
    report.sites.iter().map(|site| u64::from(site.pages)).sum()
}

/// The inspected unit, or words that stand for it.
pub(crate) fn unit(report: &Report, words: Words) -> String {
    if report.unit.is_empty() { words.say("本单位", "the unit").to_owned() } else { report.unit.clone() }
}

fn kinds_of_sites(report: &Report) -> (usize, usize) {
    let portals = report.sites.iter().filter(|site| site.kind == SiteKind::Portal).count();
    (portals, report.sites.len() - portals)
}

fn work_zh(report: &Report, words: Words) -> String {
    let (portals, second) = kinds_of_sites(report);
    let sites = match (portals, second) {
        (0, s) => format!("二级网站{s}个"),
        (p, 0) => format!("门户网站{p}个"),
        (p, s) => format!("网站{}个（门户网站{p}个、二级网站{s}个）", p + s),
    };
    format!(
        "依据{}，对{}所属{sites}开展自查，监测时间点为{}。{}",
        report.run.standard_name,
        unit(report, words),
        words.moment(&report.run.now),
        figures(report, words),
    )
}

fn work_en(report: &Report, words: Words) -> String {
    let (portals, second) = kinds_of_sites(report);
    format!(
        "Under {}, {} site(s) of {} were inspected ({portals} portal(s), {second} second-level site(s)); the monitoring time point is {}. {}",
        report.run.standard_name,
        report.sites.len(),
        unit(report, words),
        words.moment(&report.run.now),
        figures(report, words),
    )
}

/// Names of the vetoes that fell.
fn fallen(site: &Site) -> Vec<String> {
    site.indicators.iter().filter(|line| line.failed).map(|line| line.name.clone()).collect()
}

/// Names of the indicators that keep the verdict open.
fn holding(site: &Site) -> Vec<String> {
    site.indicators.iter().filter(|line| line.holds_verdict).map(|line| line.name.clone()).collect()
}

fn undetermined(site: &Site) -> usize {
    site.indicators.iter().filter(|line| line.kind == "veto" && line.state == IndicatorState::Undetermined).count()
}

fn verdicts_zh(report: &Report, words: Words) -> String {
    let sentences: Vec<String> = report
        .sites
        .iter()
        .map(|site| {
            let name = format!("“{}”", site.name);
            let open = undetermined(site);
            let score = site.score.map(|score| format!("，得分{}", points(score))).unwrap_or_default();
            match site.verdict {
                SiteVerdict::Unqualified => match fallen(site) {
                    names if names.is_empty() => format!("{name}自查结论为不合格{score}"),
                    names => format!("{name}存在{}情形，自查结论为不合格{score}", quoted(&names, words)),
                },
                SiteVerdict::Qualified if open > 0 => format!(
                    "{name}在能够判定的范围内未发现单项否决情形，自查结论为合格{score}（另有{open}项单项否决指标须结合日常监测和人工测试判定）"
                ),
                SiteVerdict::Qualified => format!("{name}未发现单项否决情形，自查结论为合格{score}"),
                SiteVerdict::Undetermined if !holding(site).is_empty() => {
                    let names = holding(site);
                    let others = match open.saturating_sub(names.len()) {
                        0 => String::new(),
                        n => format!("（另有{n}项单项否决指标须结合日常监测和人工测试判定）"),
                    };
                    format!("{name}的{}未能判定，原因见指标检查表，暂不作出合格与否的结论{others}", quoted(&names, words))
                }
                SiteVerdict::Undetermined if open > 0 => {
                    format!("{name}有{open}项单项否决指标未能判定，暂不作出合格与否的结论")
                }
                SiteVerdict::Undetermined => format!("{name}检查不完整，暂不作出合格与否的结论"),
            }
        })
        .collect();
    if sentences.is_empty() { String::new() } else { format!("经检查，{}。", sentences.join("；")) }
}

fn quoted(names: &[String], words: Words) -> String {
    words
        .list(
            &names
                .iter()
                .map(|name| if name.starts_with('“') { name.clone() } else { format!("“{name}”") })
                .collect::<Vec<_>>(),
        )
        .replace("”、“", "”“")
}

fn verdicts_en(report: &Report, words: Words) -> String {
    let sentences: Vec<String> = report
        .sites
        .iter()
        .map(|site| match site.verdict {
            SiteVerdict::Unqualified => format!("{} is unqualified ({})", site.name, words.list(&fallen(site))),
            SiteVerdict::Qualified => format!("{} is qualified: no veto was found", site.name),
            SiteVerdict::Undetermined if !holding(site).is_empty() => {
                format!("{} has no verdict while this is undetermined: {}", site.name, words.list(&holding(site)))
            }
            SiteVerdict::Undetermined => {
                format!("{} has no verdict: {} veto indicator(s) undetermined", site.name, undetermined(site))
            }
        })
        .collect();
    if sentences.is_empty() { String::new() } else { format!("Result: {}.", sentences.join("; ")) }
}

/// Points without needless decimals.
pub(crate) fn points(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}

/// A message without the addresses that stand beside it.
pub(crate) fn without_addresses(message: &str, finding: &Finding) -> String {
    let (zh, en) = (format!("，首见于{}", finding.url), format!(", the first on {}", finding.url));
    let message = message.replace(&zh, "").replace(&en, "");
    match &finding.target {
        Some(target) => message.replace(&format!("目标为{target}，"), ""),
        None => message,
    }
}

/// The first sentence of a message: what is wrong. The list has the rest.
pub(crate) fn in_short(message: &str) -> &str {
    let first = message.split('。').next().unwrap_or_default();
    first.split(". ").next().unwrap_or_default().trim_end_matches('.')
}

/// A title; where it is longer than a line of the document, who it is of stands on a line of its own.
pub(crate) fn title_of(unit: &str, title: &str) -> String {
    let breaks = usize::midpoint(unit.width(), title.width()) > TITLE_CHARS;
    format!("{unit}{}{title}", if breaks { "\n" } else { "" })
}

/// So much of the whole, rounded down, so that 100% is all of it; a dash where there is no whole.
pub(crate) fn rate(part: usize, whole: usize) -> String {
    match whole {
        0 => "—".to_owned(),
        whole => {
            let thousandths = part * 1_000 / whole;
            format!("{}.{}%", thousandths / 10, thousandths % 10)
        }
    }
}

/// At most so many characters, with an ellipsis where something was cut.
pub(crate) fn clipped(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
    }
}

/// Titles of rules with their number of confirmed findings, most first.
pub(crate) fn kinds(report: &Report) -> Vec<(String, usize)> {
    let mut by_title: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.verdict == Certainty::Confirmed) {
        *by_title.entry(&finding.rule_title).or_default() += 1;
    }
    let mut kinds: Vec<(String, usize)> = by_title.into_iter().map(|(title, n)| (title.to_owned(), n)).collect();
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    kinds
}

fn offices(report: &Report) -> usize {
    report
        .findings
        .iter()
        .filter(|f| f.verdict == Certainty::Confirmed)
        .filter_map(|f| f.office.as_deref())
        .collect::<BTreeSet<_>>()
        .len()
}

/// What changed since the previous run, in one sentence.
pub(crate) fn since(changes: &Changes, words: Words) -> String {
    let (new, fixed, persisting) = (changes.new.len(), changes.fixed.len(), changes.persisting);
    let day = words.day(&changes.now);
    let back = match changes.reopened.len() {
        0 => String::new(),
        n => words.aside(&words.fill("其中重新出现#处", "# of them back", n)),
    };
    let mut sentence = match words.lang {
        Lang::Zh => format!("与上次检查（{day}）相比，新增问题{new}处{back}，已消除{fixed}处，仍存在{persisting}处"),
        Lang::En => format!("Since the previous run ({day}): {new} new{back}, {fixed} mended, {persisting} still there"),
    };
    if changes.unmeasured > 0 {
        sentence += words.say("；", "; ");
        sentence +=
            &words.fill("上次的#处本次未能检查，不计入", "# not measured this time, counted in none", changes.unmeasured);
    }
    sentence + words.say("。", ".")
}

/// A finding that this run met first, where earlier runs are known at all.
pub(crate) fn is_new(finding: &Finding) -> bool {
    finding.runs_in_a_row <= 1 && finding.first_seen == finding.last_seen
}

fn levels(counts: Counts, words: Words, form: impl Fn(&str, usize) -> String) -> String {
    let parts: Vec<String> = [(Level::Veto, counts.veto), (Level::Deduct, counts.deduct), (Level::Advice, counts.advice)]
        .into_iter()
        .filter(|&(_, n)| n > 0)
        .map(|(level, n)| form(words.level_class(level), n))
        .collect();
    words.list(&parts)
}

fn problems_zh(report: &Report, words: Words) -> String {
    let counts = Counts::of(&report.findings);
    let first = if counts.confirmed() == 0 {
        nothing(report, words).to_owned()
    } else {
        let kinds = kinds(report);
        let listed: Vec<String> = kinds.iter().take(KINDS_NAMED).map(|(title, n)| format!("{title}{n}处")).collect();
        let tail = if kinds.len() > KINDS_NAMED { "等" } else { "" };
        let offices = match offices(report) {
            0 => String::new(),
            n => format!("，涉及责任处室{n}个"),
        };
        format!(
            "共发现问题{}处，{}{offices}。主要为{}{tail}。",
            counts.confirmed(),
            classes_zh(counts, words),
            words.list(&listed),
        )
    };
    let mut text = vec![first];
    let persisting = report.findings.iter().filter(|f| f.verdict == Certainty::Confirmed && f.runs_in_a_row > 1).count();
    if persisting > 0 {
        let new = report.findings.iter().filter(|f| f.verdict == Certainty::Confirmed && is_new(f)).count();
        text.push(format!("其中本次新发现{new}处，连续两次以上检查均存在的{persisting}处。"));
    }
    if counts.to_check() > 0 {
        text.push(format!("另有疑似或时好时坏的情况{}处，须人工核实后再行认定，未计入上述问题。", counts.to_check()));
    }
    if counts.blocked > 0 {
        text.push(format!("另有{}处因访问受阻未能判定，不计为问题。", counts.blocked));
    }
    text.concat()
}

/// `其中单项否决类2处、…` / `均为扣分类`.
pub(crate) fn classes_zh(counts: Counts, words: Words) -> String {
    let only = [(Level::Veto, counts.veto), (Level::Deduct, counts.deduct), (Level::Advice, counts.advice)]
        .into_iter()
        .find(|&(_, n)| n == counts.confirmed());
    match only {
        Some((level, _)) => format!("均为{}", words.level_class(level)),
        None => format!("其中{}", levels(counts, words, |class, n| format!("{class}{n}处"))),
    }
}

fn problems_en(report: &Report, words: Words) -> String {
    let counts = Counts::of(&report.findings);
    let first = if counts.confirmed() == 0 {
        nothing(report, words).to_owned()
    } else {
        let listed: Vec<String> = kinds(report).iter().take(KINDS_NAMED).map(|(title, n)| format!("{title} ({n})")).collect();
        format!(
            "{} problem(s) were found: {}. Mainly: {}.",
            counts.confirmed(),
            levels(counts, words, |class, n| format!("{n} {class}")),
            words.list(&listed),
        )
    };
    let mut text = vec![first];
    if counts.to_check() > 0 {
        text.push(format!(
            " {} further case(s) are suspected or intermittent and need a person's look; they are not counted.",
            counts.to_check()
        ));
    }
    if counts.blocked > 0 {
        text.push(format!(" {} case(s) could not be judged because access was blocked; they are no problems.", counts.blocked));
    }
    text.concat()
}

fn due(report: &Report, words: Words) -> String {
    let mut due: Vec<_> = report.columns.iter().filter(|column| column.state == ColumnState::DueSoon).collect();
    due.sort_by(|a, b| (&a.trips_on, &a.url).cmp(&(&b.trips_on, &b.url)));
    if due.is_empty() {
        return String::new();
    }
    let named: Vec<String> = due
        .iter()
        .take(DUE_NAMED)
        .map(|column| {
            let day = column.trips_on.as_deref().map(|day| words.aside(&words.day(day))).unwrap_or_default();
            match words.lang {
                Lang::Zh => format!("“{}”{day}", column.name),
                Lang::En => format!("{}{day}", column.name),
            }
        })
        .collect();
    match words.lang {
        Lang::Zh => format!(
            "另有{}个栏目临近更新期限，逾期不更新将计为问题：{}{}。",
            due.len(),
            words.list(&named),
            if due.len() > DUE_NAMED { "等" } else { "" }
        ),
        Lang::En => format!("{} column(s) are close to their limit: {}.", due.len(), words.list(&named)),
    }
}

fn limits_zh(report: &Report, limits: &str) -> String {
    let kinds = report.run.not_covered.iter().map(|entry| &entry.reason).collect::<BTreeSet<_>>().len();
    if kinds == 0 && report.run.complete {
        return "本次检查已覆盖全部应检查内容。仅凭网上检查不能判断的事项，在指标检查表中列为“未能判定”。".to_owned();
    }
    let coverage = match (report.run.complete, kinds) {
        (true, n) => format!("应检查的内容已经覆盖；另有{n}类网址未予检查或未能检查，详见{limits}。"),
        (false, 0) => format!("本次检查未能覆盖全部应检查内容，详见{limits}。"),
        (false, n) => format!("本次检查未能覆盖全部应检查内容，有{n}类情况未予检查或未能检查，详见{limits}。"),
    };
    format!("{coverage}未能测得的内容一律列为“未能判定”，不计为问题。")
}

fn limits_en(report: &Report, limits: &str) -> String {
    if report.run.not_covered.is_empty() && report.run.complete {
        return "Everything that was to be checked was covered. What cannot be judged from outside is listed as undetermined."
            .to_owned();
    }
    let coverage = if report.run.complete {
        "What was to be checked was covered; some things were left out"
    } else {
        "The inspection is incomplete"
    };
    format!("{coverage}: see {limits}. What could not be measured is undetermined and counts as no problem.")
}
