//! Rules and standards as data: what is looked for, what is said, what counts toward which indicator.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::Level;

/// A text in the languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pub zh: String,
    pub en: String,
}

impl Wording {
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// Evidence grade of a basis (norms.md section 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    A,
    B,
    C,
    /// Recalled: may set a default, is never printed as a quotation.
    R,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Official document with its number.
    pub document: Wording,
    /// Clause or item.
    pub clause: Wording,
    pub grade: Grade,
}

/// A rule file (`rules/<group>/<rule-id>.toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub title: Wording,
    /// Name of the check that looks.
    pub check: String,
    /// The check's own parameters.
    #[serde(default)]
    pub params: toml::Table,
    pub level: Level,
    /// What is wrong, with `{placeholders}` that the check fills.
    pub message: Wording,
    /// Why it matters.
    pub why: Wording,
    /// How to mend it.
    pub remedy: Wording,
    /// How it is decided, and what it cannot see.
    pub decides: Wording,
    pub basis: Option<Basis>,
    /// Version of this tool that brought it.
    pub since: String,
    /// Switched off (by an overlay): the rule is neither run nor shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

/// A standard sheet (`rules/standards/<id>.toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    pub id: String,
    pub name: Wording,
    /// ISO date.
    pub effective_from: String,
    #[serde(default)]
    pub effective_to: Option<String>,
    pub profiles: BTreeMap<String, Profile>,
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: Wording,
    /// Kinds of indicator that apply, in order: `veto`, `deduct`, `bonus`, `advice`.
    pub kinds: Vec<IndicatorKind>,
    /// Indicators that this profile leaves out (units without services are not inspected for them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exempt: Vec<String>,
    /// Points of the indicators that are left, where that is not 100: the result is brought to 100 (75 × 4/3, norms.md F-6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_full: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IndicatorKind {
    Veto,
    Deduct,
    Bonus,
    Advice,
}

/// One indicator (指标): which findings count toward it, and from how many on it is failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub id: String,
    pub name: Wording,
    pub kind: IndicatorKind,
    pub criterion: Wording,
    #[serde(default)]
    pub basis: Option<Basis>,
    /// What counts: findings of these rules, by column class where given.
    #[serde(default)]
    pub counts: Vec<Counts>,
    /// Confirmed findings from which on the line is failed (a veto falls). None: every finding is shown, the line never fails by number.
    #[serde(default)]
    pub threshold: Option<u32>,
    /// What a crawl alone cannot judge of it: with this text the line is undetermined unless it is failed.
    #[serde(default)]
    pub undetermined_without: Option<Wording>,
    /// Those words hold only while a rule of the line gives this reason for not having judged (`probes-missing`); without it always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undetermined_while: Option<String>,
    /// Points deducted for each finding, and at the most.
    #[serde(default)]
    pub points_each: Option<f64>,
    #[serde(default)]
    pub points_cap: Option<f64>,
    /// Switched off (by an overlay).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub rule: String,
    /// Only findings on columns of these classes; empty: all.
    #[serde(default)]
    pub classes: Vec<super::site::ColumnClass>,
    /// Only columns of this level (1: 一级栏目).
    #[serde(default)]
    pub level: Option<u8>,
    /// Only findings whose check gave at least this number as the value of that name (`missing` of a service guide).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub at_least: BTreeMap<String, u32>,
}
