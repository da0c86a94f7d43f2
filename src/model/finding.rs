//! From Hit (where and what) to Finding (how bad and why).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::site::Occurrence;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Advice,
    Deduct,
    Veto,
}

/// How sure we are that the fault is the site's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    Confirmed,
    Suspected,
    Intermittent,
    Blocked,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// `quote` (text of the page), `attempt` (a request), `hop` (a redirect), `list` (how a list was read), `date`, `note`; of what only
    /// the comparison with an earlier run shows: `new-title`, `new-host`, `new-word`, `new-date`, on the page that `url` names.
    pub kind: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// RFC 3339; when it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Of an attempt: milliseconds until its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u32>,
}

/// What a check says: where, and what. No severity, no wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The page, column or document that has the problem.
    pub url: String,
    /// What it points at and is at fault.
    pub target: Option<String>,
    /// Address of the column concerned.
    pub column: Option<String>,
    pub certainty: Certainty,
    /// Values for the placeholders of the rule's message.
    pub values: BTreeMap<String, String>,
    pub evidence: Vec<Evidence>,
    pub occurrences: Vec<Occurrence>,
    pub occurrence_count: u32,
}

/// Something a check could not judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undetermined {
    /// Address, or empty for the whole check.
    pub url: String,
    /// Key of the reason; worded by `audit::words`.
    pub reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckResult {
    /// How many things could be judged. 0 judged and 0 hits is undetermined, never clear.
    pub judged: u32,
    pub hits: Vec<Hit>,
    pub undetermined: Vec<Undetermined>,
}

/// A problem (问题), as every report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable from run to run: 12 hex digits made of rule, site, url and target.
    pub id: String,
    pub rule: String,
    /// Title of the rule in the report's language.
    pub rule_title: String,
    /// Id of the indicator it counts toward, if any.
    pub indicator: Option<String>,
    pub level: Level,
    pub verdict: Certainty,
    /// Host of the site.
    pub site: String,
    pub url: String,
    pub target: Option<String>,
    /// Name of the column.
    pub column: Option<String>,
    pub column_url: Option<String>,
    pub office: Option<String>,
    pub message: String,
    pub evidence: Vec<Evidence>,
    /// At most 50.
    pub occurrences: Vec<Occurrence>,
    pub occurrence_count: u32,
    /// RFC 3339 time points of runs.
    pub first_seen: String,
    pub last_seen: String,
    pub runs_in_a_row: u32,
    /// What to do.
    pub advice: String,
}

impl Evidence {
    /// What came to a page since an earlier run, and is looked for again in later ones.
    pub fn since(kind: Since, text: String, page: String) -> Self {
        Self { kind: kind.key().to_owned(), text, url: Some(page), status: None, at: None, duration_ms: None }
    }
}

/// What may have come to a page since an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The text is the title.
    Title,
    /// The text ends with the domain.
    Host,
    /// The text is the word.
    Word,
    /// The text begins with the ISO date.
    Date,
}

impl Since {
    const ALL: [Self; 4] = [Self::Title, Self::Host, Self::Word, Self::Date];

    pub fn key(self) -> &'static str {
        match self {
            Self::Title => "new-title",
            Self::Host => "new-host",
            Self::Word => "new-word",
            Self::Date => "new-date",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

impl Finding {
    /// Only the comparison with an earlier run showed it.
    pub fn is_compared(&self) -> bool {
        self.evidence.iter().any(|piece| Since::from_key(&piece.kind).is_some())
    }
}

/// What earlier runs said of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// RFC 3339 monitoring time point.
    pub first_seen: String,
    /// Runs without a gap before this one.
    pub runs_in_a_row: u32,
}
