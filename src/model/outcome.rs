//! What became of a request. A remote failure is data, never an error of ours.

use serde::{Deserialize, Serialize};

use crate::url::PageUrl;

/// Why no usable reply came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClass {
    /// The name does not resolve.
    Dns,
    /// Nobody listens, or the network does not lead there.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// Not done within the time limit.
    Timeout,
    /// The connection broke off.
    Reset,
    /// What came is not HTTP, or not decodable as it says it is.
    Protocol,
    /// A redirect came back to an address of its own chain.
    RedirectLoop,
    /// More hops than are followed.
    RedirectTooMany,
    /// A redirect without a usable target.
    RedirectBad,
}

impl FailureClass {
    /// The name it is stored under.
    pub fn key(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Protocol => "protocol",
            Self::RedirectLoop => "redirect-loop",
            Self::RedirectTooMany => "redirect-too-many",
            Self::RedirectBad => "redirect-bad",
        }
    }
}

/// A page that stands before the site to keep programs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChallengeKind {
    /// 瑞数: status 412 or 202 with a `$_ts` script.
    Ruishu,
    /// 加速乐: status 521 with a cookie script.
    Jiasule,
    /// A small page that sets a cookie and loads itself again.
    CookieReload,
    /// A captcha or "verify that you are human".
    Captcha,
    /// A firewall's block page.
    Firewall,
    /// A page that turns away whoever asks too often.
    Throttled,
}

/// Why a known address was not requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// robots.txt disallows it.
    Robots,
    /// A loopback, private or link-local address, and `allow_private` is false.
    PrivateAddress,
    /// `max_pages` of the site is used up.
    PageBudget,
    /// `max_minutes` is used up.
    TimeBudget,
    /// `window` has closed.
    WindowClosed,
    /// The run was interrupted.
    Interrupted,
    /// `include` / `exclude` leave it out.
    Excluded,
    /// Longer than an address may be.
    AddressTooLong,
    /// Further from the home page than is followed.
    TooDeep,
    /// Looks like an endless series of addresses (calendar, growing path).
    EndlessSeries,
    /// The host failed so often that it is left alone.
    HostPaused,
    /// External links are switched off.
    ExternalOff,
}

/// One step of a redirect chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    pub url: PageUrl,
    pub status: u16,
}

/// One try at the request, in the order made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// RFC 3339, UTC.
    pub at: String,
    /// `GET`, `HEAD` or `POST`.
    pub method: String,
    pub status: Option<u16>,
    pub failure: Option<FailureClass>,
    pub duration_ms: u32,
}

/// What of a reply is kept once its body has been read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub status: u16,
    /// Redirects followed before it, in order; empty when there was none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
    /// The address that answered (the request's own when there was no redirect).
    pub final_url: PageUrl,
    /// Media type, lower-case, without parameters; empty when the header is missing.
    pub content_type: String,
    /// The charset parameter of `Content-Type`, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_charset: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Bytes of the body after content decoding, as far as it was read; the declared length for HEAD.
    pub body_bytes: u64,
    /// The body was longer than is read; what was read of it was used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// First 16 hex digits of the body's BLAKE3 hash; empty without a body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body_hash: String,
    /// What the body is by its first bytes (`pdf`, `zip`, `ole`, `html`, `png` …), where it was read and is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_kind: Option<String>,
}

impl Reply {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "detail")]
pub enum Outcome {
    Reply(Box<Reply>),
    Failed {
        class: FailureClass,
        /// One sentence from the layer that failed; no personal data.
        message: String,
        /// The chain so far, where a redirect failed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hops: Vec<Hop>,
    },
    Challenged {
        kind: ChallengeKind,
        status: u16,
    },
    Skipped(SkipReason),
}

impl Outcome {
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Reply(reply) => Some(reply),
            _ => None,
        }
    }

    /// The HTTP status that came, whatever it means.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Reply(reply) => Some(reply.status),
            Self::Challenged { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The page itself could be read: a 2xx reply.
    pub fn is_read(&self) -> bool {
        self.reply().is_some_and(Reply::is_success)
    }
}
