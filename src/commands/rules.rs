//! `xuncha rules` and `xuncha explain RULE`: the rule files as documentation.

use super::{Exit, Failure, Session, configured};
use crate::model::rule::{Basis, Grade, Lang, Rule};

/// Every rule, one a line.
pub(super) fn list(session: &Session) -> Result<Exit, Failure> {
    let book = configured::rule_book(session)?;
    let width = book.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in &book.rules {
        text.push_str(&format!("{:width$}  {}\n", rule.id, rule.title.in_lang(session.lang)));
    }
    session.print(&text)?;
    Ok(Exit::Complete)
}

/// One rule, whole.
pub(super) fn explain(session: &Session, id: &str) -> Result<Exit, Failure> {
    let book = configured::rule_book(session)?;
    let Some(rule) = book.rule(id) else {
        let near = nearest(id, book.rules.iter().map(|rule| rule.id.as_str()));
        return Err(Failure::usage(match (session.lang, near) {
            (Lang::Zh, Some(near)) => format!("没有规则“{id}”。是否想找“{near}”？全部规则见 `xuncha rules`"),
            (Lang::Zh, None) => format!("没有规则“{id}”。全部规则见 `xuncha rules`"),
            (Lang::En, Some(near)) => format!("there is no rule `{id}`; did you mean `{near}`? `xuncha rules` lists all"),
            (Lang::En, None) => format!("there is no rule `{id}`; `xuncha rules` lists all"),
        }));
    };
    let counted: Vec<_> = book
        .standard
        .indicators
        .iter()
        .filter(|indicator| indicator.counts.iter().any(|counts| counts.rule == rule.id))
        .map(|indicator| format!("{} {}", indicator.id, indicator.name.in_lang(session.lang)))
        .collect();
    session.print(&explained(rule, &counted, session.lang))?;
    Ok(Exit::Complete)
}

fn explained(rule: &Rule, counted: &[String], lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let head = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let mut out = format!("{} — {}\n\n", rule.id, rule.title.in_lang(lang));
    let mut part = |title: &str, text: &str| out.push_str(&format!("【{title}】\n{}\n\n", text.trim()));
    part(head("为什么", "Why"), rule.why.in_lang(lang));
    part(head("如何判定", "How it is decided"), rule.decides.in_lang(lang));
    part(head("报告用语", "Wording"), rule.message.in_lang(lang));
    part(head("整改建议", "How to mend it"), rule.remedy.in_lang(lang));
    part(head("依据", "Basis"), &basis(rule.basis.as_ref(), lang));
    if !counted.is_empty() {
        part(head("计入指标", "Counts toward"), &counted.join("\n"));
    }
    if !rule.params.is_empty() {
        let params = toml::to_string(&rule.params).unwrap_or_default();
        let note =
            head("（可在 rules_dir 中用同名规则文件修改）", "(change them in a rule file of the same name in rules_dir)");
        part(head("参数", "Parameters"), &format!("{params}{note}"));
    }
    out
}

fn basis(basis: Option<&Basis>, lang: Lang) -> String {
    let own = match lang {
        Lang::Zh => "本工具的设置，没有官方条文依据（按配置）",
        Lang::En => "a setting of this tool, without an official clause",
    };
    let Some(basis) = basis else { return own.to_owned() };
    let text = format!("{} {}", basis.document.in_lang(lang), basis.clause.in_lang(lang));
    match (basis.grade, lang) {
        (Grade::R, Lang::Zh) => format!("{}（按配置：数值未经原文核对，可自行设置）", text.trim()),
        (Grade::R, Lang::En) => format!("{} (by configuration: the number was not verified against the text)", text.trim()),
        _ => text.trim().to_owned(),
    }
}

/// The known name that is most like what was written, if any is like it at all.
pub(super) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::osa_distance(written, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .map(|(_, name)| name)
}
