//! What was found, class by class and kind by kind, with the offices named.

use std::collections::BTreeMap;

use crate::model::finding::{Certainty, Finding};
use crate::model::report::Report;
use crate::model::rule::Lang;

use super::super::narrative;
use super::super::view::findings::no_office;
use super::super::words::Words;
use super::{Block, Numbering};

/// Findings of a kind that the text quotes; the annex lists all.
const EXAMPLES: usize = 3;

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

pub(super) fn problems(report: &Report, words: Words, numbering: &mut Numbering, blocks: &mut Vec<Block>) {
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
    let examples = folded(findings.iter().take(EXAMPLES).map(|finding| example(finding, words)), words);
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

/// Each sentence once: the same fault of several sites is said with their number.
fn folded(examples: impl Iterator<Item = String>, words: Words) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for example in examples {
        match counted.iter_mut().find(|(known, _)| *known == example) {
            Some((_, number)) => *number += 1,
            None => counted.push((example, 1)),
        }
    }
    let said = |(example, number): (String, usize)| match (number, words.lang) {
        (1, _) => example,
        (n, Lang::Zh) => format!("{example}（{n}处）"),
        (n, Lang::En) => format!("{example} ({n} times)"),
    };
    counted.into_iter().map(said).collect()
}

/// What is wrong (the first sentence; the list has the rest), and in which column where that does not say so.
fn example(finding: &Finding, words: Words) -> String {
    let message = &words.prose(narrative::in_short(&finding.message));
    match &finding.column {
        Some(column) if !column.is_empty() && !message.contains(column.as_str()) => match words.lang {
            Lang::Zh => format!("“{column}”栏目，{message}"),
            Lang::En => format!("{column}: {message}"),
        },
        _ => message.clone(),
    }
}

/// `责任处室：综合处4处、办公室2处。`, most first; one office alone without its number, which was just said.
fn by_office(findings: &[&Finding], words: Words) -> String {
    let named = match findings.split_first() {
        Some((first, others)) if others.iter().all(|other| other.office == first.office) => {
            vec![first.office.as_deref().unwrap_or(no_office(words)).to_owned()]
        }
        _ => offices(findings, words),
    };
    match words.lang {
        Lang::Zh => format!("责任处室：{}。", words.list(&named)),
        Lang::En => format!("Offices: {}.", words.list(&named)),
    }
}

pub(super) fn offices(findings: &[&Finding], words: Words) -> Vec<String> {
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
fn counted(findings: &[&Finding], words: Words) -> String {
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
