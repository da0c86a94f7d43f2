//! One look at whether a site's home page opens: what `xuncha probe` appends to the store, and what the audit counts.

use serde::{Deserialize, Serialize};

/// Seconds within which a home page must open (国办秘函〔2019〕19号: 超过15秒网站仍打不开).
pub const SECONDS_MAX: u32 = 15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeState {
    Opened,
    /// https failed, and the page opened over http.
    OpenedInTheClear,
    NotOpened,
    /// A protection page or a refusal: the server is there, and this program was turned away. Counted neither way.
    Blocked,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// Address of the home page, as declared.
    pub site: String,
    /// RFC 3339.
    pub at: String,
    pub state: ProbeState,
    /// Key of what came: `status.200`, `failure.dns`, `challenge.ruishu`.
    pub reason: String,
    pub duration_ms: u32,
}
