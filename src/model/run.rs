//! One run: when, with what, what it covered.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Level};
use super::report::SiteVerdict;
use super::review::Mark;
use super::site::{ColumnDecl, SiteDecl};

/// What is said of a run before and after its crawl; stored with it, so that `check` and `report` need no configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// `YYYYMMDD-HHMMSS` of the start in Beijing time, with `-2` … where two began in one second.
    pub id: String,
    /// RFC 3339.
    pub started: String,
    pub finished: Option<String>,
    /// The monitoring time point, RFC 3339.
    pub now: String,
    pub tool_version: String,
    pub unit: String,
    pub standard: String,
    pub profile: String,
    pub sites: Vec<SiteDecl>,
    pub columns: Vec<ColumnDecl>,
    /// Findings that the user sets aside.
    #[serde(default)]
    pub ignores: Vec<IgnoreDecl>,
    pub settings: CrawlSettings,
    pub crawl: Option<CrawlSummary>,
}

/// Reasons of [`NotCovered`] that left a site measured only in part, by accident and not by the user's settings: a finding
/// that is missing from such a run is not mended.
const CUT_SHORT: [&str; 11] = [
    "page-budget",
    "time-budget",
    "window-closed",
    "interrupted",
    "host-paused",
    "site-unreachable",
    "site-blocked",
    "home-elsewhere",
    "home-no-page",
    "robots-unreachable",
    "challenged",
];

impl RunInfo {
    /// Whether the run would have found what there was to find on a site: it was to inspect it, and got through.
    pub fn measured(&self, site: &str) -> bool {
        let Some(crawl) = &self.crawl else { return false };
        let inspected = self.sites.iter().any(|decl| decl.url.host() == site || decl.url.authority() == site);
        let cut = crawl.interrupted
            || crawl.not_covered.iter().any(|gap| gap.site == site && CUT_SHORT.contains(&gap.reason.as_str()));
        inspected && (crawl.complete || !cut)
    }
}

/// One `[[ignore]]` of the configuration: findings of this rule, at addresses that fit, for this reason, until that day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoreDecl {
    pub rule: Option<String>,
    /// A regular expression on the finding's address or on that of its target.
    pub url: Option<String>,
    /// A word of the list of wrong words that is right here: not the finding, but this word on a page is set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    pub reason: String,
    /// ISO date of the last day on which it holds.
    pub until: Option<String>,
    /// Ids of the findings that an office's review sets aside; then rule and address say nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Whose word it is, where it comes from a review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Reviewed>,
}

/// Whose word sets findings aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reviewed {
    pub mark: Mark,
    pub person: String,
    /// ISO date on which it was filled in.
    pub day: Option<String>,
}

/// From what on a site is warned of early, before a veto falls; 0: no warning. The defaults are those that inspection products sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarnLevels {
    /// Percent of probes that did not open.
    pub unreachable_percent: u32,
    /// Days without an update of the home page.
    pub home_days: u32,
    pub empty_columns: u32,
    pub stale_columns: u32,
    /// Days before a certificate ends.
    pub certificate_days: u32,
    /// Days before the last day of a paper that statutes ask for.
    pub duty_days: u32,
}

impl Default for WarnLevels {
    fn default() -> Self {
        Self { unreachable_percent: 3, home_days: 10, empty_columns: 2, stale_columns: 6, certificate_days: 30, duty_days: 30 }
    }
}

/// The settings that a reader of the report must know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CrawlSettings {
    /// robots.txt was obeyed; false: overridden by the user for his own sites.
    pub robots_obeyed: bool,
    pub requests_per_second: f64,
    pub timeout_seconds: u32,
    pub external_links: bool,
    pub user_agent: String,
    pub max_pages: u32,
    pub max_minutes: u32,
}

/// What the crawl did and what it left.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CrawlSummary {
    /// Nothing that was to be measured was left out by budget, interruption or an unreachable site.
    pub complete: bool,
    pub interrupted: bool,
    pub requests: u64,
    pub bytes: u64,
    pub not_covered: Vec<NotCovered>,
    pub hosts: Vec<HostSummary>,
    /// How each host says "not found", learnt from a path that cannot exist.
    pub not_found: Vec<NotFoundSample>,
    /// Pages were to be rendered, and nothing could render them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renderer: Option<RendererFault>,
}

/// Why no page could be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RendererFault {
    /// This build has no renderer.
    NotBuilt,
    /// No browser was found, or not where the configuration says.
    Missing,
    /// It was found, and does not work.
    Broken,
}

/// Something that was not covered, counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NotCovered {
    /// Host.
    pub site: String,
    /// Key of the reason: a `SkipReason`, `site-unreachable`, `site-blocked`, `home-elsewhere`, `home-no-page`, `robots-unreachable`,
    /// `challenged`, `body-cut`, `links-cut`, `needs-browser`, `render-budget`, `render-failed`, `columns-cut`, `documents-cut`.
    pub reason: String,
    pub count: u64,
    /// Some of the addresses, at most 5.
    pub examples: Vec<String>,
}

/// What the run had to do with one host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostSummary {
    /// With its port where that is not the scheme's own.
    pub host: String,
    pub requests: u64,
    /// Body bytes on the wire.
    pub bytes: u64,
    /// Exchanges without an answer.
    pub failures: u64,
    /// Protection pages.
    pub challenged: u64,
    /// Certificate problems met (`expired`, `wrong-name`, `unknown-issuer` …), while the pages were read all the same.
    pub certificate: Vec<String>,
    /// ISO dates, Beijing time: the certificate's first and last day; null where none was met.
    #[serde(default)]
    pub certificate_from: Option<String>,
    #[serde(default)]
    pub certificate_until: Option<String>,
    /// Whether its name has an IPv6 address (AAAA); null where nothing is known of it (a proxy, an address of the user's own).
    #[serde(default)]
    pub ipv6: Option<bool>,
    /// robots.txt: `none`, `allow`, `rules`, `unreachable`, `not-asked`.
    pub robots: String,
    /// Milliseconds from the request to the end of the answer, to an eighth; null where nothing was answered.
    #[serde(default)]
    pub latency_median_ms: Option<u32>,
    /// The same of the slowest twentieth.
    #[serde(default)]
    pub latency_p95_ms: Option<u32>,
    /// By class: `dns`, `connect`, `tls`, `timeout`, `reset`, `protocol`, `challenge`, `429`, `5xx`.
    #[serde(default)]
    pub errors: BTreeMap<String, u64>,
    /// How often it was left alone: after failures in a row, or because it asked for it (`Retry-After`).
    #[serde(default)]
    pub pauses: u32,
    /// How often its pace was halved.
    #[serde(default)]
    pub slowdowns: u32,
    /// https failed there, and its pages were read in the clear.
    #[serde(default)]
    pub in_the_clear: bool,
}

/// A host's answer to a path that cannot exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotFoundSample {
    pub host: String,
    pub status: Option<u16>,
    pub final_url: String,
    pub title: String,
    pub text_hash: String,
    pub body_hash: String,
}

/// A stored run with what its last judgement came to: one line of `xuncha runs`.
#[derive(Debug, Clone, PartialEq)]
pub struct RunLine {
    pub info: RunInfo,
    /// Addresses that were requested or given up.
    pub records: u64,
    /// None: never judged.
    pub judged: Option<Judged>,
}

/// Counts of a stored judgement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    pub findings: BTreeMap<Level, u64>,
    /// By the site's host.
    pub verdicts: BTreeMap<String, SiteVerdict>,
}

/// What changed from one judged run to a later one; each list ordered by finding id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunDiff {
    /// In the later run only.
    pub new: Vec<Finding>,
    /// In the earlier run only, and the later one measured their sites.
    pub fixed: Vec<Finding>,
    /// In both, as the later run says them.
    pub persisting: Vec<Finding>,
    /// In the earlier run only, but the later one did not measure their sites to the end: neither fixed nor persisting.
    pub unmeasured: Vec<Finding>,
}
