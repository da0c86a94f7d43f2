//! docs/coverage.md: every line of the norms × rule × fixture sites × state. Made of `tests/data/coverage.toml` and of what stands in
//! `tests/rules`; `XUNCHA_BLESS=1` writes it again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use xuncha::audit::rules;

use crate::formats::kept;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    line: Vec<Line>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    decide: Decide,
    name: String,
    rules: Vec<String>,
    state: State,
    say: String,
    en: String,
    /// Where no rule stands for it: the module whose tests do.
    #[serde(default)]
    tests: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Decide {
    Auto,
    Part,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Built,
    Part,
    Undetermined,
    Out,
}

fn coverage() -> Coverage {
    toml::from_str(include_str!("../data/coverage.toml")).unwrap()
}

/// Names of the fixture sites of a rule, in their order.
fn cases(rule: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(rule);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("{rule} has no fixture sites"));
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn table(coverage: &Coverage) -> String {
    let mut out = String::from(
        "# 指标覆盖情况 · What of the standard is built\n\n\
         国办秘函〔2019〕19号、国办发〔2017〕47号、政府信息公开条例、预算法等各条 × 规则 × 测试站点（`tests/rules/<规则>/`，正例good-*、反例bad-*）× 状态。\
         本表由`tests/data/coverage.toml`和测试站点生成。“可判定”：auto 爬虫可单独判定，part 须人工或单位提供的信息配合，no 从外部不能判定。\
         “未能判定”指没有所列数据时报告写“未能判定”，不猜测。\n\n\
         Every line of the norms × rule × fixture sites × state, made of `tests/data/coverage.toml` and the fixture sites. \
         auto: a crawler alone; part: with a person; no: not from outside.\n\n\
         | 条目 · line | 可判定 | 规则 · rule | 状态 · state |\n| --- | --- | --- | --- |\n",
    );
    for line in &coverage.line {
        let decide = match line.decide {
            Decide::Auto => "auto",
            Decide::Part => "part",
            Decide::No => "no",
        };
        let state = match line.state {
            State::Built => "已建",
            State::Part => "部分已建",
            State::Undetermined => "已建，缺少数据时未能判定",
            State::Out => "爬虫无法判定",
        };
        let links: Vec<String> = line.rules.iter().map(|rule| format!("[{rule}](#{})", rule.replace('.', ""))).collect();
        let by = if links.is_empty() { "–".to_owned() } else { links.join(" ") };
        let _ = writeln!(out, "| {} {} | {decide} | {by} | {state}：{} · {} |", line.id, line.name, line.say, line.en);
    }
    out.push_str("\n## 测试站点 · fixture sites\n");
    let book = rules::load(&[], "gov-2019", "portal").unwrap();
    for rule in &book.rules {
        let _ = writeln!(out, "\n### {}\n", rule.id);
        for case in cases(&rule.id) {
            let _ = writeln!(out, "- `{case}`");
        }
    }
    out
}

#[test]
fn the_table_of_coverage_names_every_rule_and_every_fixture() {
    let coverage = coverage();
    let book = rules::load(&[], "gov-2019", "portal").unwrap();
    let named: BTreeSet<&str> = coverage.line.iter().flat_map(|line| &line.rules).map(String::as_str).collect();
    for rule in &book.rules {
        assert!(named.contains(rule.id.as_str()), "{} stands on no line", rule.id);
    }
    for line in &coverage.line {
        for rule in &line.rules {
            assert!(book.rule(rule).is_some(), "{}: {rule} is no rule", line.id);
            let of = cases(rule);
            assert!(
                of.iter().any(|case| case.starts_with("bad-")) && of.iter().any(|case| case.starts_with("good-")),
                "{rule}"
            );
        }
        let stands = !line.rules.is_empty() || !line.tests.is_empty();
        assert_eq!(stands || line.id == "B-2", line.state != State::Out, "{}: its state and what stands for it", line.id);
        assert!(!(line.decide == Decide::No && line.state != State::Out), "{}: decided though it cannot be", line.id);
        for module in &line.tests {
            let path = format!("src/{}", module.replace("::", "/"));
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).is_dir(), "{}: {path}", line.id);
        }
    }
    kept("docs/coverage.md", table(&coverage).as_bytes());
}

#[test]
fn every_indicator_of_the_standard_and_every_line_of_the_norms_stands_once() {
    let coverage = coverage();
    let ids: Vec<&str> = coverage.line.iter().map(|line| line.id.as_str()).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "a line stands twice");
    let numbered = |prefix: &str, from: u32, to: u32| (from..=to).map(move |n| format!("{prefix}-{n}")).collect::<Vec<_>>();
    let wanted = [
        (1..=6).map(|n| format!("V1({n})")).collect(),
        ["V2", "V3", "V4a", "V4b", "V4c", "V5a", "V5b", "V6a", "V6b", "V6c", "M1", "M2", "M3", "2.2", "2.6", "2.7", "3"]
            .map(str::to_owned)
            .to_vec(),
        numbered("D", 1, 25),
        numbered("B", 1, 4),
        numbered("K", 1, 2),
        numbered("G", 1, 7),
        numbered("G", 10, 16),
        numbered("G", 20, 26),
        numbered("G", 30, 34),
        numbered("P", 1, 17),
    ];
    for id in wanted.iter().flatten() {
        assert!(unique.contains(id.as_str()), "{id} stands on no line");
    }
    let book = rules::load(&[], "gov-2019", "portal").unwrap();
    for indicator in book.standard.indicators.iter().filter(|indicator| indicator.id.starts_with('V')) {
        assert!(ids.iter().any(|id| id.starts_with(&indicator.id)), "{} stands on no line", indicator.id);
    }
}
