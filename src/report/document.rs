//! The self-inspection report (自查报告) as a document in parts: heading, basis, what was inspected, overall, problems by class
//! with the offices named, mending, next steps, annexes. DOCX and Markdown set the same parts; they put no sentence together.

use std::collections::BTreeMap;

use crate::model::finding::{Certainty, Finding};
use crate::model::report::{ColumnState, Report, Site};
use crate::model::rule::Lang;

use super::narrative::{self, Counts};
use super::rows::Row;
use super::view::findings::no_office;
use super::view::{self, Page};
use super::words::Words;

/// Findings of a kind that the text quotes; the annex lists all.
const EXAMPLES: usize = 3;
/// Kinds of problem whose remedy the next steps name.
const REMEDIES: usize = 8;
/// Offices that the mending part names.
const OFFICES_NAMED: usize = 10;

/// A part of a document, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Title(String),
    /// 主送.
    Addressee(String),
    /// 一、
    Heading(String),
    /// （一）
    Subheading(String),
    /// A paragraph that begins with words of its own.
    Item {
        lead: String,
        text: String,
    },
    Paragraph(String),
    /// 附件：1. … 2. …
    Enclosures {
        label: &'static str,
        names: Vec<String>,
    },
    Signature {
        unit: String,
        day: String,
    },
    /// An annex begins on a page of its own; a wide one on a page turned sideways, which ends the document.
    Annex {
        label: String,
        title: String,
        wide: bool,
    },
    /// A line above a table.
    Caption(String),
    Table {
        heads: Vec<Head>,
        rows: Vec<Vec<String>>,
    },
    /// The table of all findings, which a renderer writes row by row.
    Problems,
}

/// The head of a table's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    /// Share of the table's width, in hundredths.
    pub(crate) share: u32,
    pub(crate) centred: bool,
}

/// Groups of rules: prefix of the rule's id, and the class in the words of an office.
const CLASSES: &[(&str, &str, &str)] = &[
    ("site", "网站可用性方面", "Availability"),
    ("home", "首页方面", "Home page"),
    ("column", "栏目更新方面", "Columns"),
    ("link", "链接可用性方面", "Links"),
    ("interp", "政策解读方面", "Policy interpretation"),
    ("interact", "互动交流方面", "Interaction"),
    ("service", "办事服务方面", "Services"),
    ("disclosure", "信息公开方面", "Disclosure"),
    ("element", "网站标识和功能方面", "Marks and functions"),
    ("content", "信息内容方面", "Content"),
    ("security", "网络安全方面", "Security"),
    ("", "其他方面", "Other"),
];

/// `一` … `九十九`.
pub(crate) fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10 % 10, number % 10);
    let ten = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        tens => format!("{}十", DIGITS[tens]),
    };
    format!("{ten}{}", DIGITS[ones])
}

/// Numbers headings in the way of the language.
pub(crate) struct Numbering {
    words: Words,
    headings: usize,
    subheadings: usize,
    items: usize,
}

impl Numbering {
    pub(crate) fn new(words: Words) -> Self {
        Self { words, headings: 0, subheadings: 0, items: 0 }
    }

    pub(crate) fn heading(&mut self, zh: &'static str, en: &'static str) -> Block {
        self.headings += 1;
        (self.subheadings, self.items) = (0, 0);
        Block::Heading(match self.words.lang {
            Lang::Zh => format!("{}、{zh}", numeral(self.headings)),
            Lang::En => format!("{}. {en}", self.headings),
        })
    }

    pub(crate) fn subheading(&mut self, text: &str) -> Block {
        self.subheadings += 1;
        self.items = 0;
        Block::Subheading(match self.words.lang {
            Lang::Zh => format!("（{}）{text}", numeral(self.subheadings)),
            Lang::En => format!("{}.{} {text}", self.headings, self.subheadings),
        })
    }

    pub(crate) fn item(&mut self, lead: &str, text: String) -> Block {
        self.items += 1;
        let lead = match self.words.lang {
            Lang::Zh => format!("{}.{lead}", self.items),
            Lang::En => format!("({}) {lead}", self.items),
        };
        Block::Item { lead, text }
    }
}

/// The whole document.
pub(crate) fn self_report(report: &Report) -> Vec<Block> {
    let words = Words::of(&report.lang);
    let page = view::page(report);
    let mut numbering = Numbering::new(words);
    let mut blocks = vec![Block::Title(page.title.clone()), Block::Paragraph(opening(report, words))];
    scope(report, &page, words, &mut numbering, &mut blocks);
    blocks.push(numbering.heading("总体情况", "Overall"));
    let limits = words.say("第一部分“检查覆盖情况”", "“Coverage” in part 1");
    blocks.extend(narrative::results(report, limits).into_iter().map(Block::Paragraph));
    blocks.push(numbering.heading("发现的主要问题", "Main problems"));
    problems(report, words, &mut numbering, &mut blocks);
    blocks.push(numbering.heading("整改情况", "Mending"));
    blocks.extend(mending(report, words).into_iter().map(Block::Paragraph));
    blocks.push(numbering.heading("下一步工作", "Next steps"));
    next_steps(report, words, &mut numbering, &mut blocks);
    let annexes = [words.say("指标检查表", "Table of indicators"), words.say("问题清单", "List of problems")];
    blocks.push(Block::Enclosures {
        label: words.say("附件：", "Annexes: "),
        names: annexes.iter().map(|name| (*name).to_owned()).collect(),
    });
    blocks.push(Block::Signature { unit: report.unit.clone(), day: words.day(&report.run.now) });
    blocks.push(Block::Annex { label: words.fill("附件#", "Annex #", 1), title: annexes[0].to_owned(), wide: false });
    for (site, view) in report.sites.iter().zip(&page.sites) {
        blocks.push(Block::Caption(caption(report, site, words)));
        blocks.push(indicator_table(view, words));
    }
    blocks.push(Block::Annex { label: words.fill("附件#", "Annex #", 2), title: annexes[1].to_owned(), wide: true });
    blocks.push(if report.findings.is_empty() {
        Block::Paragraph(narrative::nothing(report, words).to_owned())
    } else {
        Block::Problems
    });
    blocks
}

fn opening(report: &Report, words: Words) -> String {
    let unit = narrative::unit(report, words);
    match words.lang {
        Lang::Zh => format!("根据{}要求，{unit}对所属网站开展自查，现将有关情况报告如下。", report.run.standard_name),
        Lang::En => format!("Under {}, {unit} inspected its websites. The results follow.", report.run.standard_name),
    }
}

fn scope(report: &Report, page: &Page, words: Words, numbering: &mut Numbering, blocks: &mut Vec<Block>) {
    blocks.push(numbering.heading("检查基本情况", "What was inspected"));
    let colon = words.say("：", ": ");
    let stop = words.say("。", ".");
    for (name, value) in page.facts.iter().filter(|(_, value)| *value != report.run.standard_name) {
        blocks.push(Block::Item { lead: format!("{name}{colon}"), text: format!("{value}{stop}") });
    }
    blocks.push(Block::Item {
        lead: format!("{}{colon}", words.say("检查工作量", "Extent")),
        text: narrative::figures(report, words),
    });
    if !report.run.notes.is_empty() {
        let lead = format!("{}{colon}", words.say("检查覆盖情况", "Coverage"));
        blocks.push(Block::Item { lead, text: report.run.notes.join(words.say("", " ")) });
    }
}

/// Confirmed findings by class and rule, in the order of [`CLASSES`]; rules in the order of the report (worst first).
fn classes<'a>(report: &'a Report) -> Vec<(usize, Vec<Vec<&'a Finding>>)> {
    let mut classes: BTreeMap<usize, Vec<Vec<&'a Finding>>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict == Certainty::Confirmed) {
        let prefix = finding.rule.split('.').next().unwrap_or_default();
        let class = CLASSES.iter().position(|(group, ..)| *group == prefix).unwrap_or(CLASSES.len() - 1);
        let rules = classes.entry(class).or_default();
        match rules.iter_mut().find(|findings| findings.first().is_some_and(|first| first.rule == finding.rule)) {
            Some(findings) => findings.push(finding),
            None => rules.push(vec![finding]),
        }
    }
    classes.into_iter().collect()
}

fn problems(report: &Report, words: Words, numbering: &mut Numbering, blocks: &mut Vec<Block>) {
    let classes = classes(report);
    if classes.is_empty() {
        blocks.push(Block::Paragraph(narrative::nothing(report, words).to_owned()));
    }
    for (class, rules) in classes {
        let total: usize = rules.iter().map(Vec::len).sum();
        let (_, zh, en) = CLASSES[class];
        blocks.push(numbering.subheading(&match words.lang {
            Lang::Zh => format!("{zh}（{total}处）"),
            Lang::En => format!("{en} ({total})"),
        }));
        for findings in rules {
            blocks.push(kind(&findings, words, numbering, None));
        }
    }
    let doubtful: Vec<&Finding> =
        report.findings.iter().filter(|f| matches!(f.verdict, Certainty::Suspected | Certainty::Intermittent)).collect();
    if !doubtful.is_empty() {
        blocks.push(numbering.subheading(&match words.lang {
            Lang::Zh => format!("须人工核实的情况（{}处）", doubtful.len()),
            Lang::En => format!("To be checked by a person ({})", doubtful.len()),
        }));
        let text = match words.lang {
            Lang::Zh => format!(
                "包括{}，未计入上述问题，由责任处室核实后再行认定。{}",
                counted(&doubtful, words),
                by_office(&doubtful, words)
            ),
            Lang::En => format!("{}. They are not counted above. {}", counted(&doubtful, words), by_office(&doubtful, words)),
        };
        blocks.push(Block::Paragraph(text));
    }
}

/// One kind of problem: how many, examples, and what to do about it (`remedy`, in a notice) or whose it is (in the report).
pub(crate) fn kind(findings: &[&Finding], words: Words, numbering: &mut Numbering, remedy: Option<&str>) -> Block {
    let title = findings.first().map_or("", |finding| finding.rule_title.as_str());
    let number = findings.len();
    let examples: Vec<String> = findings.iter().take(EXAMPLES).map(|finding| example(finding, words)).collect();
    let more = number.saturating_sub(EXAMPLES);
    let tail = match (remedy, words.lang) {
        (None, _) => by_office(findings, words),
        (Some(""), _) => String::new(),
        (Some(remedy), Lang::Zh) => format!("整改要求：{}。", remedy.trim_end_matches('。')),
        (Some(remedy), Lang::En) => format!("To do: {}.", remedy.trim_end_matches('.')),
    };
    match words.lang {
        Lang::Zh => {
            let (such, more) = match more {
                0 => ("", String::new()),
                more => ("如：", format!("；其余{more}处见问题清单")),
            };
            numbering.item(&format!("{title}{number}处。"), format!("{such}{}{more}。{tail}", examples.join("；")))
        }
        Lang::En => {
            let more = if more > 0 { format!("; {more} more in the list of problems") } else { String::new() };
            numbering.item(&format!("{title}: {number}. "), format!("{}{more}. {tail}", examples.join("; ")))
        }
    }
}

/// What is wrong (the first sentence; the list has the rest), and in which column where that does not say so.
fn example(finding: &Finding, words: Words) -> String {
    let message = finding.message.split('。').next().unwrap_or_default();
    let message = message.split(". ").next().unwrap_or_default().trim_end_matches('.');
    match &finding.column {
        Some(column) if !column.is_empty() && !message.contains(column.as_str()) => match words.lang {
            Lang::Zh => format!("“{column}”栏目，{message}"),
            Lang::En => format!("{column}: {message}"),
        },
        _ => message.to_owned(),
    }
}

/// `责任处室：综合处4处、办公室2处。`, most first.
fn by_office(findings: &[&Finding], words: Words) -> String {
    let named = offices(findings, words);
    match words.lang {
        Lang::Zh => format!("责任处室：{}。", words.list(&named)),
        Lang::En => format!("Offices: {}.", words.list(&named)),
    }
}

fn offices(findings: &[&Finding], words: Words) -> Vec<String> {
    let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for finding in findings {
        let office = finding.office.as_deref();
        *counts.entry((office.is_none(), office.unwrap_or(no_office(words)))).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|((open_a, a), x), ((open_b, b), y)| (open_a, y, a).cmp(&(open_b, x, b)));
    counts.into_iter().map(|((_, office), number)| places(office, number, words)).collect()
}

/// `…4处` / `…: 4`.
fn places(name: &str, number: usize, words: Words) -> String {
    match words.lang {
        Lang::Zh => format!("{name}{number}处"),
        Lang::En => format!("{name}: {number}"),
    }
}

/// `站内链接失效3处、…`.
pub(crate) fn counted(findings: &[&Finding], words: Words) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for finding in findings {
        match kinds.iter_mut().find(|(title, _)| *title == finding.rule_title) {
            Some((_, number)) => *number += 1,
            None => kinds.push((&finding.rule_title, 1)),
        }
    }
    let named: Vec<String> = kinds.into_iter().map(|(title, number)| places(title, number, words)).collect();
    words.list(&named)
}

/// Against earlier runs: what is new, what was said before and is still there. Nothing is said of what the offices did meanwhile.
fn mending(report: &Report, words: Words) -> Vec<String> {
    let confirmed: Vec<&Finding> = report.findings.iter().filter(|f| f.verdict == Certainty::Confirmed).collect();
    let (new, known): (Vec<&Finding>, Vec<&Finding>) = confirmed.iter().partition(|finding| narrative::is_new(finding));
    if confirmed.is_empty() {
        let text = words.say("本次检查未形成整改事项。", "This run leaves nothing to be mended.");
        return vec![text.to_owned()];
    }
    let listed = words.say(
        "上述问题已按责任处室列入问题清单（附件2），整改时限和整改状态在清单中逐项登记，完成一项、销号一项。",
        "The problems stand by office in the list of problems (annex 2); term and state of mending are entered there, one by one.",
    );
    if known.is_empty() {
        let first = match words.lang {
            Lang::Zh => format!("本次检查发现的{}处问题均为首次发现，未见以往检查已指出、仍未整改的问题。", confirmed.len()),
            Lang::En => format!(
                "All {} problem(s) were found for the first time; none is left over from earlier runs.",
                confirmed.len()
            ),
        };
        return vec![first, listed.to_owned()];
    }
    let oldest = known.iter().map(|finding| finding.first_seen.as_str()).min().unwrap_or_default();
    let longest = known.iter().map(|finding| finding.runs_in_a_row).max().unwrap_or_default();
    let mut named = offices(&known, words);
    let rest = if named.len() > OFFICES_NAMED { words.say("等", " …") } else { "" };
    named.truncate(OFFICES_NAMED);
    let named = words.list(&named);
    let compared = match words.lang {
        Lang::Zh => format!(
            "与以往检查相比，本次新发现问题{}处；以往检查已指出、本次仍存在的问题{}处，其中最早发现于{}，最多已连续{longest}次检查存在。\
             仍未整改的问题涉及{named}{rest}，须重点督促整改。",
            new.len(),
            known.len(),
            words.day(oldest),
        ),
        Lang::En => format!(
            "Against earlier runs, {} problem(s) are new and {} were pointed out before and persist, the oldest since {}, at most \
             {longest} runs in a row. They lie with {named}{rest}.",
            new.len(),
            known.len(),
            words.day(oldest),
        ),
    };
    vec![compared, listed.to_owned()]
}

fn next_steps(report: &Report, words: Words, numbering: &mut Numbering, blocks: &mut Vec<Block>) {
    let counts = Counts::of(&report.findings);
    if counts.confirmed() > 0 {
        let lead = words.say("抓好问题整改。", "Mend what was found. ");
        blocks.push(numbering.item(lead, remedies(report, words)));
    }
    if counts.to_check() > 0 {
        blocks.push(numbering.item(
            words.say("核实疑似情况。", "Look at the suspected cases. "),
            words.fill(
                "对疑似或时好时坏的#处情况逐一人工核实，属实的纳入整改，误报的注明理由。",
                "A person looks at each of the # case(s) and says what is true and what a false alarm.",
                counts.to_check(),
            ),
        ));
    }
    let due = report.columns.iter().filter(|column| column.state == ColumnState::DueSoon).count();
    if due > 0 {
        blocks.push(numbering.item(
            words.say("防止新增超期。", "Keep columns in time. "),
            words.fill(
                "对临近更新期限的#个栏目，提醒责任处室在到期前发布信息；确无内容保障的栏目，按程序归并整合。",
                "# column(s) are close to their limit: remind their offices before it passes, or merge what nobody maintains.",
                due,
            ),
        ));
    }
    if counts.confirmed() > 0 {
        blocks.push(numbering.item(
            words.say("开展举一反三。", "Look for the like. "),
            words
                .say(
                    "对同类栏目、同类链接和历史信息开展全面排查，及时删除改版后的废弃栏目和失效链接，防止同类问题反复出现。",
                    "Go through columns, links and older pages of the same kind, and remove what is out of use.",
                )
                .to_owned(),
        ));
    }
    blocks.push(numbering.item(
        words.say("坚持常态化监管。", "Keep watch. "),
        words
            .say(
                "严格落实读网巡网和信息发布“三审三校”、先审后发制度，责任到人，定期开展自查，整改后及时复查。",
                "Read and inspect the sites regularly, check before publishing, name who is responsible, and inspect again after mending.",
            )
            .to_owned(),
    ));
}

/// What to do, by kind of problem, most frequent first.
fn remedies(report: &Report, words: Words) -> String {
    let remedies: BTreeMap<&str, &str> = report
        .rules
        .iter()
        .map(|rule| (rule.title.as_str(), rule.remedy.trim_end_matches(['。', '.'])))
        .filter(|(_, remedy)| !remedy.is_empty())
        .collect();
    let named: Vec<String> = narrative::kinds(report)
        .iter()
        .filter_map(|(title, _)| remedies.get(title.as_str()).map(|remedy| (title, remedy)))
        .take(REMEDIES)
        .map(|(title, remedy)| match words.lang {
            Lang::Zh => format!("对“{title}”问题，{remedy}"),
            Lang::En => format!("{title}: {remedy}"),
        })
        .collect();
    match words.lang {
        Lang::Zh if named.is_empty() => "由责任处室对照问题清单逐项整改。".to_owned(),
        Lang::Zh => format!("由责任处室对照问题清单逐项整改。{}。", named.join("；")),
        Lang::En if named.is_empty() => "The offices mend what the list names, one by one.".to_owned(),
        Lang::En => format!("The offices mend what the list names, one by one. {}.", named.join("; ")),
    }
}

fn caption(report: &Report, site: &Site, words: Words) -> String {
    let verdict = words.verdict(site.verdict);
    let period = words.period(&report.run.started, &report.run.finished);
    match words.lang {
        Lang::Zh => format!("检查对象：{}（{}）　检查期间：{period}　检查结果：{verdict}", site.name, site.host),
        Lang::En => format!("Site: {} ({}). Period: {period}. Result: {verdict}.", site.name, site.host),
    }
}

fn indicator_table(site: &view::SiteView, words: Words) -> Block {
    let head = |zh, en, share, centred| Head { name: words.say(zh, en), share, centred };
    let rows = site
        .indicators
        .iter()
        .flat_map(|group| group.lines.iter().map(move |line| (group, line)))
        .map(|(group, line)| {
            vec![line.no.to_string(), group.name.to_owned(), line.name.clone(), line.criterion.clone(), line.result.clone()]
        })
        .collect();
    Block::Table {
        heads: vec![
            head("序号", "No.", 7, true),
            head("类别", "Kind", 13, true),
            head("指标", "Indicator", 18, false),
            head("评分细则", "Criterion", 36, false),
            head("检查情况", "Result", 26, false),
        ],
        rows,
    }
}

/// The columns of the list of problems as an annex.
pub(crate) fn problem_heads(words: Words) -> Vec<Head> {
    let head = |zh, en, share, centred| Head { name: words.say(zh, en), share, centred };
    vec![
        head("序号", "No.", 5, true),
        head("责任处室", "Office", 8, true),
        head("网站和栏目", "Site, column", 10, false),
        head("问题描述", "What is wrong", 24, false),
        head("网址", "Address", 25, false),
        head("首次发现", "First seen", 9, true),
        head("整改时限及状态", "Mended by, state", 9, true),
        head("问题编号", "Id", 10, true),
    ]
}

/// The cells of one finding, as [`problem_heads`] names them.
pub(crate) fn problem_cells(row: &Row<'_>) -> Vec<String> {
    let finding = row.finding;
    let (page, target) = (row.words.say("页面：", "Page: "), row.words.say("问题网址：", "At fault: "));
    vec![
        row.no.to_string(),
        row.office.to_owned(),
        finding.column.as_ref().map_or_else(|| row.site.to_owned(), |column| format!("{} {column}", row.site)),
        format!("{}{}{}", finding.rule_title, row.words.say("。", ". "), row.message()),
        match &finding.target {
            Some(at_fault) if *at_fault != finding.url => format!("{page}{}\n{target}{at_fault}", finding.url),
            _ => finding.url.clone(),
        },
        Words::short_day(&finding.first_seen),
        row.due.unwrap_or_default().to_owned(),
        finding.id.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_written_as_offices_write_them() {
        let all: Vec<String> = [1, 9, 10, 11, 20, 21, 99].into_iter().map(numeral).collect();
        assert_eq!(all, ["一", "九", "十", "十一", "二十", "二十一", "九十九"]);
    }

    #[test]
    fn the_shares_of_the_columns_fill_the_table() {
        for lang in ["zh", "en"] {
            assert_eq!(problem_heads(Words::of(lang)).iter().map(|head| head.share).sum::<u32>(), 100);
        }
    }
}
