//! What is wrong with a rule file: where, and what would be right.

use toml::de::{DeTable, DeValue};

use super::RuleFile;
use crate::model::rule::Lang;

/// A fault in a rule file, a standard or a calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleFault {
    /// As given; empty when no file is at fault but the choice of standard.
    pub file: String,
    /// From 1.
    pub line: Option<usize>,
    /// Dotted path of the key.
    pub key: Option<String>,
    pub kind: FaultKind,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// Not TOML, an unknown key, a wrong type: what the reader said.
    Toml {
        detail: String,
    },
    Missing {
        key: String,
    },
    UnknownCheck {
        name: String,
        known: Vec<String>,
    },
    BadParams {
        check: String,
        detail: String,
    },
    UnknownPlaceholder {
        name: String,
        known: Vec<String>,
    },
    DuplicateId {
        id: String,
        first: String,
    },
    UnknownRule {
        id: String,
        indicator: String,
    },
    /// A profile exempts an indicator that the sheet does not have.
    UnknownIndicator {
        id: String,
    },
    BadDate {
        text: String,
    },
    /// A file below `words/` that nothing reads.
    UnknownWordList {
        name: String,
        known: Vec<String>,
    },
    /// It would stand in every text.
    EmptyWord,
    UnknownStandard {
        id: String,
        known: Vec<String>,
    },
    UnknownProfile {
        id: String,
        known: Vec<String>,
    },
}

impl RuleFault {
    pub(super) fn at(file: &RuleFile, keys: &[&str], kind: FaultKind) -> Self {
        Self { file: file.path.clone(), line: line_of(&file.text, keys), key: Some(keys.join(".")), kind }
    }

    /// A fault of the choice that crawl.toml makes.
    pub(super) fn of_settings(key: &str, kind: FaultKind) -> Self {
        Self { file: String::new(), line: None, key: Some(key.to_owned()), kind }
    }

    pub(super) fn of_toml(file: &RuleFile, error: &toml::de::Error) -> Self {
        let path = dotted_path(&error.to_string());
        let keys: Vec<&str> = path.as_deref().map(|path| path.split('.').collect()).unwrap_or_default();
        let line = match error.span() {
            Some(span) => Some(line_at(&file.text, span.start)),
            None => line_of(&file.text, &keys),
        };
        let kind = FaultKind::Toml { detail: error.message().trim().replace('\n', "; ") };
        Self { file: file.path.clone(), line, key: path, kind }
    }

    /// What is wrong and what is allowed, in one sentence, without the place.
    pub fn worded(&self, lang: Lang) -> String {
        let list = |known: &[String]| known.join(if lang == Lang::Zh { "、" } else { ", " });
        match (&self.kind, lang) {
            (FaultKind::Toml { detail }, Lang::Zh) => format!("规则文件无法读取：{detail}"),
            (FaultKind::Toml { detail }, Lang::En) => format!("the rule file cannot be read: {detail}"),
            (FaultKind::Missing { key }, Lang::Zh) => format!("缺少“{key}”，该项必须填写"),
            (FaultKind::Missing { key }, Lang::En) => format!("`{key}` is missing or empty; it is required"),
            (FaultKind::UnknownWordList { name, known }, Lang::Zh) => {
                format!("没有名为“{name}”的词表，可用的有：{}", list(known))
            }
            (FaultKind::UnknownWordList { name, known }, Lang::En) => {
                format!("there is no word list `{name}`; known are: {}", list(known))
            }
            (FaultKind::EmptyWord, Lang::Zh) => "词表中有空词，空词会与任何文字相符，请删去".to_owned(),
            (FaultKind::EmptyWord, Lang::En) => "an empty word fits every text; take it out".to_owned(),
            (FaultKind::UnknownCheck { name, known }, Lang::Zh) => {
                format!("没有名为“{name}”的检查方法，可用的有：{}", list(known))
            }
            (FaultKind::UnknownCheck { name, known }, Lang::En) => {
                format!("there is no check `{name}`; known are: {}", list(known))
            }
            (FaultKind::BadParams { check, detail }, Lang::Zh) => format!("检查方法“{check}”的参数有误：{detail}"),
            (FaultKind::BadParams { check, detail }, Lang::En) => format!("bad parameters of the check `{check}`: {detail}"),
            (FaultKind::UnknownPlaceholder { name, known }, Lang::Zh) => {
                format!("提示语中的占位符“{{{name}}}”无法填写，可用的有：{}", list(known))
            }
            (FaultKind::UnknownPlaceholder { name, known }, Lang::En) => {
                format!("nothing fills the placeholder `{{{name}}}` of the message; known are: {}", list(known))
            }
            (FaultKind::DuplicateId { id, first }, Lang::Zh) => format!("编号“{id}”重复，已见于 {first}"),
            (FaultKind::DuplicateId { id, first }, Lang::En) => format!("the id `{id}` stands twice; first in {first}"),
            (FaultKind::UnknownRule { id, indicator }, Lang::Zh) => format!("指标 {indicator} 引用了不存在的规则“{id}”"),
            (FaultKind::UnknownRule { id, indicator }, Lang::En) => {
                format!("indicator {indicator} counts a rule that does not exist: `{id}`")
            }
            (FaultKind::UnknownIndicator { id }, Lang::Zh) => format!("指标体系中没有指标“{id}”"),
            (FaultKind::UnknownIndicator { id }, Lang::En) => format!("the standard has no indicator `{id}`"),
            (FaultKind::BadDate { text }, Lang::Zh) => format!("“{text}”不是日期，应写作 2019-04-01 的形式"),
            (FaultKind::BadDate { text }, Lang::En) => format!("`{text}` is no date; write it as 2019-04-01"),
            (FaultKind::UnknownStandard { id, known }, Lang::Zh) => {
                format!("没有名为“{id}”的指标体系，可用的有：{}", list(known))
            }
            (FaultKind::UnknownStandard { id, known }, Lang::En) => {
                format!("there is no standard `{id}`; known are: {}", list(known))
            }
            (FaultKind::UnknownProfile { id, known }, Lang::Zh) => {
                format!("指标体系中没有“{id}”这一类别，可用的有：{}", list(known))
            }
            (FaultKind::UnknownProfile { id, known }, Lang::En) => {
                format!("the standard has no profile `{id}`; known are: {}", list(known))
            }
        }
    }
}

/// The path in "in `a.b`" that the TOML reader adds to an error without a place.
fn dotted_path(display: &str) -> Option<String> {
    let line = display.lines().rev().find(|line| line.starts_with("in `"))?;
    line.split('`').nth(1).map(str::to_owned)
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

/// The line of the deepest key of a path that the file holds; a number is an index into a list of tables.
fn line_of(text: &str, keys: &[&str]) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut offset = None;
    let mut value: Option<&DeValue<'_>> = None;
    for key in keys {
        let step = match value {
            Some(DeValue::Array(list)) => {
                key.parse::<usize>().ok().and_then(|nth| list.get(nth)).map(|item| (item.span().start, item))
            }
            Some(DeValue::Table(table)) => entry(table, key),
            None => entry(root.get_ref(), key),
            Some(_) => None,
        };
        let Some((at, next)) = step else { break };
        offset = Some(at);
        value = Some(next.get_ref());
    }
    offset.map(|offset| line_at(text, offset))
}

fn entry<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<(usize, &'a toml::Spanned<DeValue<'i>>)> {
    table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(name, value)| (name.span().start, value))
}
