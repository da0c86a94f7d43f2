//! The catalogue of rules (docs/rules.md, docs/rules.zh-CN.md), made of the rule files: what each checks, how it decides, its basis
//! with grade, its thresholds and where to change them, how to mend, an example.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{RuleBook, is_quotable};
use crate::model::rule::{Basis, Lang, Rule};

/// The whole catalogue in Markdown. `examples`: a message of each rule, by its id, as a fixture site drew it.
pub fn catalogue(book: &RuleBook, examples: &BTreeMap<String, String>, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let mut out = String::from(if zh {
        "# 规则目录\n\n本文件由规则文件生成（`rules/`），与 `xuncha explain 规则编号` 的内容一致。依据等级：A 原文核对两处以上，B 一处或多份通报，C 转引，R 未经原文核对——R级数值只作为默认设置，报告中标“按配置”。修改阈值：在 `audit.rules_dir` 指定的目录中放同编号的规则文件，只写要改的键。\n\n"
    } else {
        "# Catalogue of rules\n\nMade of the rule files (`rules/`); `xuncha explain RULE` says the same. Grades of a basis: A read in two copies or the statute, B in one or in circulars, C second-hand, R recalled; numbers of grade R are settings and are marked so. To change a threshold, put a file with the rule's id into the folder named by `audit.rules_dir`, with the keys to be changed.\n\n"
    });
    out.push_str(if zh {
        "| 编号 | 名称 | 计入指标 |\n| --- | --- | --- |\n"
    } else {
        "| id | title | counts toward |\n| --- | --- | --- |\n"
    });
    for rule in &book.rules {
        let _ = writeln!(
            out,
            "| [`{0}`](#{1}) | {2} | {3} |",
            rule.id,
            rule.id.replace('.', ""),
            rule.title.in_lang(lang),
            counted(book, rule).join(", ")
        );
    }
    for rule in &book.rules {
        out.push_str(&entry(book, rule, examples.get(&rule.id), lang));
    }
    out
}

/// Ids of the indicators that count a rule.
fn counted(book: &RuleBook, rule: &Rule) -> Vec<String> {
    let counts = |id: &str| {
        book.standard
            .indicators
            .iter()
            .filter(move |line| line.counts.iter().any(|it| it.rule == id))
            .map(|line| line.id.clone())
            .collect()
    };
    counts(&rule.id)
}

fn entry(book: &RuleBook, rule: &Rule, example: Option<&String>, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let pick = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let mut out = format!("\n## {}\n\n**{}**\n\n", rule.id, rule.title.in_lang(lang));
    let mut line = |head: &str, text: &str| {
        let _ = writeln!(out, "- {head}{} {}", if zh { "：" } else { ":" }, text.trim());
    };
    line(pick("为什么", "Why"), rule.why.in_lang(lang));
    line(pick("如何判定", "How it is decided"), rule.decides.in_lang(lang));
    line(pick("依据", "Basis"), &basis(rule.basis.as_ref(), lang));
    line(pick("计入指标", "Counts toward"), &counted(book, rule).join(", "));
    line(pick("整改建议", "How to mend it"), rule.remedy.in_lang(lang));
    line(pick("报告用语", "Wording"), &format!("`{}`", rule.message.in_lang(lang)));
    if let Some(example) = example {
        line(pick("示例", "Example (Chinese)"), example);
    }
    if !rule.params.is_empty() {
        let head = pick("参数（同编号的规则文件中可改）：", "Parameters (to be changed in a rule file of the same id):");
        let _ = write!(out, "\n{head}\n\n```toml\n{}```\n", rule_file(rule));
    }
    out
}

/// The parameters as they stand in a rule file.
fn rule_file(rule: &Rule) -> String {
    let mut file = toml::Table::new();
    file.insert("id".to_owned(), rule.id.clone().into());
    file.insert("params".to_owned(), rule.params.clone().into());
    toml::to_string(&file).unwrap_or_default()
}

fn basis(basis: Option<&Basis>, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let Some(basis) = basis else {
        return if zh { "本工具的设置（按配置）" } else { "a setting of this tool" }.to_owned();
    };
    let text = format!("{} {}", basis.document.in_lang(lang), basis.clause.in_lang(lang));
    let grade = format!("{:?}", basis.grade);
    match (is_quotable(basis), zh) {
        (true, true) => format!("{text}（等级{grade}）"),
        (true, false) => format!("{text} (grade {grade})"),
        (false, true) => format!("{text}（等级{grade}，按配置：数值未经原文核对）"),
        (false, false) => format!("{text} (grade {grade}: a setting, not verified against the text)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::rules;

    #[test]
    fn every_rule_has_its_entry_and_its_parameters_are_a_rule_file() {
        let book = rules::load(&[], "gov-2019", "portal").unwrap();
        for lang in [Lang::Zh, Lang::En] {
            let text = catalogue(&book, &BTreeMap::new(), lang);
            for rule in &book.rules {
                assert!(text.contains(&format!("\n## {}\n", rule.id)), "{}", rule.id);
            }
            for block in text.split("```toml\n").skip(1) {
                let file = block.split("```").next().unwrap();
                let table: toml::Table = file.parse().unwrap_or_else(|error| panic!("{file}\n{error}"));
                let rule = book.rule(table["id"].as_str().unwrap()).unwrap();
                assert_eq!(table["params"].as_table(), Some(&rule.params), "{}", rule.id);
            }
        }
    }
}
