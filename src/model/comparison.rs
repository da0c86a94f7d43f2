//! Two standards laid on one stored crawl: what each says of every line. The JSON of `xuncha check --compare --json`.

use serde::{Deserialize, Serialize};

use super::report::{IndicatorState, SiteVerdict};

/// Name and version of the JSON.
pub const SCHEMA: &str = "xuncha-compare/1";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`SCHEMA`].
    pub schema: String,
    /// `zh` or `en`.
    pub lang: String,
    /// Id of the run whose crawl was judged.
    pub run: String,
    /// The monitoring time point, RFC 3339.
    pub now: String,
    pub first: Side,
    pub second: Side,
    /// In the order of the run.
    pub sites: Vec<SiteLine>,
}

/// One of the two standards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Id.
    pub standard: String,
    pub name: String,
    pub profile: String,
    /// Folder of the user's rules; null: the built-in ones alone.
    pub rules_dir: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteLine {
    pub host: String,
    pub name: String,
    pub first: Outcome,
    pub second: Outcome,
    /// The lines of the first standard, then those that only the second has.
    pub lines: Vec<Line>,
    /// Some line, the verdict or the score is not the same.
    pub differs: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub verdict: SiteVerdict,
    pub score: Option<f64>,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub id: String,
    pub name: String,
    /// Null: that standard has no such line, or leaves it out.
    pub first: Option<Judged>,
    pub second: Option<Judged>,
    pub differs: bool,
    /// Ids of findings that only one of them counts.
    pub only_first: Vec<String>,
    pub only_second: Vec<String>,
}

/// What one standard says of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub state: IndicatorState,
    pub count: u32,
    pub threshold: Option<u32>,
    pub failed: bool,
    pub deducted: f64,
    /// In words.
    pub result: String,
}
