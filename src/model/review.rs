//! The way back: what the offices said of findings, and what looking again came to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Evidence, Finding};
use super::report::Report;

/// What an office says of a finding (核实结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    True,
    FalseAlarm,
    Mended,
    SetAside,
}

impl Mark {
    /// The mark of a key of the workbook's choices.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::True, Self::FalseAlarm, Self::Mended, Self::SetAside].into_iter().find(|mark| mark.key() == key)
    }

    pub fn key(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::FalseAlarm => "false-alarm",
            Self::Mended => "mended",
            Self::SetAside => "set-aside",
        }
    }

    /// The finding is left out of reports, with its reason.
    pub fn sets_aside(self) -> bool {
        matches!(self, Self::FalseAlarm | Self::SetAside)
    }
}

/// How far the mending is (整改状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mending {
    Open,
    UnderWay,
    Mended,
}

impl Mending {
    /// The state of a key of the workbook's choices.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Open, Self::UnderWay, Self::Mended].into_iter().find(|state| state.key() == key)
    }

    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderWay => "under-way",
            Self::Mended => "mended",
        }
    }
}

/// What an office filled in for one finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Id of the finding.
    pub finding: String,
    pub mark: Option<Mark>,
    pub mending: Option<Mending>,
    pub reason: String,
    pub person: String,
    /// ISO date on which it was filled in.
    pub day: Option<String>,
    /// ISO date up to which it is to be mended.
    pub due: Option<String>,
    pub remark: String,
}

impl Review {
    /// The office says that it is mended, in either column, and has not set the finding aside.
    pub fn claims_mended(&self) -> bool {
        self.mark == Some(Mark::Mended) || self.mending == Some(Mending::Mended) && !self.mark.is_some_and(Mark::sets_aside)
    }

    /// Nothing was filled in.
    pub fn is_blank(&self) -> bool {
        *self == Self { finding: self.finding.clone(), ..Self::default() }
    }
}

/// A review with where it came from, and what the last look at the finding came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewLine {
    #[serde(flatten)]
    pub review: Review,
    /// RFC 3339; when the workbook was read.
    pub imported: String,
    /// Name of the workbook's file.
    pub source: String,
    /// What looking again came to, after this review.
    pub recheck: Option<Recheck>,
}

impl ReviewLine {
    /// A look after this review found the problem still there.
    pub fn is_reopened(&self) -> bool {
        self.recheck.as_ref().is_some_and(|look| look.state == RecheckState::Reopened)
    }
}

/// What looking again at a finding came to (复查结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecheckState {
    /// The problem is gone.
    Closed,
    /// It is still there.
    Reopened,
    /// It could not be looked at.
    Undetermined,
}

/// One look at a finding that an office calls mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recheck {
    pub state: RecheckState,
    /// RFC 3339 time point.
    pub at: String,
    pub evidence: Vec<Evidence>,
}

/// Where a finding stands in the report of a recheck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Called mended, and still there.
    Reopened,
    /// Nobody calls it mended.
    Open,
    /// Called mended, and it could not be looked at.
    Undetermined,
    /// Mended, with evidence.
    Closed,
    /// A false alarm, or left as it is, by the office's word.
    SetAside,
}

/// One line of the report of a recheck.
#[derive(Debug, Clone, PartialEq)]
pub struct RecheckLine {
    pub finding: Finding,
    pub review: Option<ReviewLine>,
    pub standing: Standing,
    /// ISO date up to which it is to be mended: what the office wrote, else the report's.
    pub due: Option<String>,
    /// Its day has passed, and it is neither mended nor set aside.
    pub overdue: bool,
    /// What looking again came to; none where nobody looked.
    pub recheck: Option<Recheck>,
}

/// The report of a recheck (复查报告).
#[derive(Debug, Clone, PartialEq)]
pub struct RecheckReport {
    /// The report of the run whose findings were looked at.
    pub base: Report,
    /// RFC 3339 time point of the recheck.
    pub now: String,
    /// Requests that were sent for it.
    pub requests: u64,
    /// By office, then standing, then the order of the base report.
    pub lines: Vec<RecheckLine>,
}
