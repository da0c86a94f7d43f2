//! The one value that feeds every report. Its JSON form is the public `xuncha-report/1`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Level};
use super::review::ReviewLine;
use super::run::{CrawlSettings, HostSummary, NotCovered, Reviewed};
use super::site::{ColumnClass, SiteKind};

pub const SCHEMA: &str = "xuncha-report/1";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `xuncha-report/1`.
    pub schema: String,
    /// Language of all wording in it: `zh` or `en`.
    pub lang: String,
    /// Who is inspected (检查对象).
    pub unit: String,
    pub run: Run,
    pub sites: Vec<Site>,
    pub columns: Vec<ColumnLine>,
    pub interpretations: Vec<InterpretationLine>,
    /// The newest year first.
    #[serde(default)]
    pub interpretation_years: Vec<InterpretationYear>,
    /// Ordered by level (worst first), rule, site, url, target.
    pub findings: Vec<Finding>,
    /// The rules that were applied, in the order of their ids.
    pub rules: Vec<RuleLine>,
    /// What the user's `[[ignore]]` entries set aside, one line an entry, in his order.
    #[serde(default)]
    pub ignored: Vec<IgnoreLine>,
    /// What the offices said of findings of this report, and of those set aside by their word; by finding id.
    #[serde(default)]
    pub reviews: Vec<ReviewLine>,
    /// ISO date up to which the offices are to mend what was found; null where none was set.
    #[serde(default)]
    pub due: Option<String>,
    /// Judged runs of the same sites up to this one, oldest first; this one is the last.
    #[serde(default)]
    pub trend: Vec<TrendPoint>,
    /// What changed since the previous one; null where there is none.
    #[serde(default)]
    pub changes: Option<Changes>,
}

/// One judged run, as a point of the trend. Counts are of confirmed findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrendPoint {
    /// Id of the run.
    pub run: String,
    /// Its monitoring time point, RFC 3339.
    pub now: String,
    pub complete: bool,
    pub veto: u32,
    pub deduct: u32,
    pub advice: u32,
    /// By the site's host.
    pub verdicts: BTreeMap<String, SiteVerdict>,
}

/// What changed since the previous run of the same sites. Confirmed findings only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// Id of the previous run.
    pub run: String,
    /// Its monitoring time point, RFC 3339.
    pub now: String,
    /// Ids of the findings that are new, or back.
    pub new: Vec<String>,
    /// Those of `new` that a run before the previous one had found: they were gone, and came back.
    #[serde(default)]
    pub reopened: Vec<String>,
    /// What is gone, and would have been found.
    pub fixed: Vec<FindingLine>,
    /// Found both times.
    pub persisting: u32,
    /// Found before, and not measured this time: neither gone nor there.
    pub unmeasured: u32,
}

/// A finding in short, where its evidence is not wanted: of another run, or in a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingLine {
    pub id: String,
    pub rule: String,
    pub level: Level,
    pub site: String,
    pub url: String,
    pub target: Option<String>,
    pub office: Option<String>,
    pub message: String,
}

impl From<&Finding> for FindingLine {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.id.clone(),
            rule: finding.rule.clone(),
            level: finding.level,
            site: finding.site.clone(),
            url: finding.url.clone(),
            target: finding.target.clone(),
            office: finding.office.clone(),
            message: finding.message.clone(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IgnoreState {
    /// It set findings aside.
    Applied,
    /// No finding of this run fits it.
    Unused,
    /// Its last day is over: it sets nothing aside any more.
    Expired,
}

/// One `[[ignore]]` entry and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IgnoreLine {
    pub rule: Option<String>,
    /// Regular expression on the address or on that of the target.
    pub url: Option<String>,
    /// A wrong word that is right here; then `count` is of pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    pub reason: String,
    /// ISO date of its last day.
    pub until: Option<String>,
    pub state: IgnoreState,
    /// Findings that it set aside; of an expired entry: would have.
    pub count: u32,
    /// Their ids.
    pub findings: Vec<String>,
    /// Whose word it is, where an office's review sets them aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Reviewed>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    pub id: String,
    pub started: String,
    pub finished: String,
    /// The monitoring time point (监测时间点).
    pub now: String,
    pub tool_version: String,
    pub standard: String,
    /// Official name of the standard in the report's language.
    pub standard_name: String,
    pub profile: String,
    pub complete: bool,
    pub not_covered: Vec<NotCovered>,
    /// One worded line for each entry of `not_covered` and for each further limit of this run (robots overridden …).
    pub notes: Vec<String>,
    pub requests: u64,
    pub settings: CrawlSettings,
    /// What the run had to do with each host, in the order of their names.
    #[serde(default)]
    pub hosts: Vec<HostSummary>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SiteVerdict {
    Qualified,
    Unqualified,
    Undetermined,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    pub host: String,
    pub name: String,
    pub url: String,
    pub kind: SiteKind,
    pub office: Option<String>,
    /// Pages read.
    pub pages: u32,
    pub requests: u32,
    /// Columns found.
    pub columns: u32,
    pub verdict: SiteVerdict,
    /// Points; null where the profile gives none.
    pub score: Option<f64>,
    pub indicators: Vec<IndicatorLine>,
    /// How near the vetoes are, and what mending would change.
    #[serde(default)]
    pub outlook: Outlook,
}

/// Where a site stands with the vetoes that are counted, what comes of it if nothing is published, and what is to be mended first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outlook {
    /// Days after the monitoring day that were looked at.
    pub days: u32,
    /// In the order of the standard.
    pub vetoes: Vec<VetoOutlook>,
    /// ISO date of the first day on which the site would be unqualified; null where it is so already, or not within `days`.
    pub unqualified_on: Option<String>,
    /// Null where no veto has fallen.
    pub mending: Option<Mending>,
    /// Levels of `[warn]` that are reached while no veto has fallen by them.
    pub warnings: Vec<Warning>,
    /// Papers that statutes ask for by a day within `[warn] duty_days`, and that are not there yet; the nearest day first.
    #[serde(default)]
    pub duties: Vec<Duty>,
}

/// A paper that must be there by a day to come. No finding before that day has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duty {
    /// The rule that will speak of it.
    pub rule: String,
    pub name: String,
    /// The year that it is of.
    pub year: i16,
    /// ISO date of the last day.
    pub due: String,
    pub days_left: u32,
    /// The day is what practice says; the statute counts from another one.
    pub customary: bool,
    pub state: DutyState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DutyState {
    /// Papers of earlier years were read, and this one is not there.
    NotFound,
    /// None of any year was read: it may stand where nothing was read.
    Undetermined,
}

/// A veto with a number: how much of it is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VetoOutlook {
    pub indicator: String,
    pub name: String,
    /// Confirmed findings that count today.
    pub used: u32,
    /// From how many on the veto falls.
    pub threshold: u32,
    /// It has fallen.
    pub failed: bool,
    /// ISO date on which it falls if nothing is published; null where it has fallen, or does not within the days looked at.
    pub falls_on: Option<String>,
    /// What is counted next, and when; at most 10.
    pub next: Vec<Trip>,
}

/// Something that counts from a day on, if nothing is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trip {
    /// ISO date.
    pub on: String,
    /// Name of the column, else the rule's title.
    pub what: String,
    pub url: String,
}

/// The smallest number of findings whose mending lifts every veto that has fallen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mending {
    /// Their ids; where others would do as well, the first of the report.
    pub findings: Vec<String>,
    /// What the verdict is then.
    pub verdict: SiteVerdict,
}

/// A level of early warning that is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// `unreachable-percent`, `home-days`, `empty-columns`, `stale-columns`.
    pub level: String,
    pub value: f64,
    /// As set in `[warn]`.
    pub limit: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IndicatorState {
    Clear,
    Found,
    Undetermined,
}

/// A line of the indicator table (指标检查表).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndicatorLine {
    pub id: String,
    pub name: String,
    /// `veto`, `deduct`, `bonus` or `advice`.
    pub kind: String,
    /// 评分细则, in words.
    pub criterion: String,
    /// Document and clause; empty where the line is the user's or the tool's own.
    pub basis: String,
    /// The criterion is a setting of this tool, not a quotation (grade R).
    pub by_configuration: bool,
    pub state: IndicatorState,
    /// Confirmed findings that count.
    pub count: u32,
    /// From how many on the line is failed; null where the line has no such number.
    pub threshold: Option<u32>,
    /// The line itself is failed (a veto that fell).
    pub failed: bool,
    /// No verdict is given while this line is undetermined: the run might have settled it and did not.
    #[serde(default)]
    pub holds_verdict: bool,
    pub deducted: f64,
    pub findings: Vec<String>,
    /// 检查情况 in words: 未发现 / 发现 N 处 … / 未能判定：why.
    pub result: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnState {
    Fresh,
    DueSoon,
    Stale,
    Empty,
    Static,
    Archived,
    Undetermined,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewestEvidence {
    pub title: String,
    pub url: String,
    /// Text of the row.
    pub text: String,
}

/// A line of the column ledger (栏目台账).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnLine {
    pub site: String,
    pub name: String,
    pub url: String,
    pub class: ColumnClass,
    /// 1 first-level, 2 below.
    pub level: u8,
    pub office: Option<String>,
    /// List mechanism; null where none was recognised.
    pub list_kind: Option<String>,
    pub items: u32,
    /// ISO date.
    pub newest: Option<String>,
    pub newest_evidence: Option<NewestEvidence>,
    pub age_days: Option<i64>,
    /// Null for classes without a limit.
    pub limit_days: Option<u32>,
    pub state: ColumnState,
    /// The date on which it goes stale if nothing is published.
    pub trips_on: Option<String>,
    /// Why it is undetermined, or what decided its class; in words.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InterpretationState {
    Ok,
    Missing,
    NotLinked,
    Late,
    NotRequired,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentRef {
    pub url: String,
    pub title: String,
    pub number: Option<String>,
    pub date: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterpretationMatch {
    pub url: String,
    pub title: String,
    pub date: Option<String>,
    /// `text`, `graphic`, `qa`, `video`, `press`, `expert`, `media`.
    pub form: String,
    /// `link`, `number`, `title`.
    pub matched_by: String,
    /// 0 to 1.
    pub score: f64,
    pub linked_from_document: bool,
    pub links_to_document: bool,
    /// Working days from the document to the interpretation; null where a date is missing.
    pub working_days: Option<i64>,
}

/// A line of the ledger of documents and interpretations (文件与解读台账).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterpretationLine {
    pub site: String,
    pub document: DocumentRef,
    /// Issued by a higher authority and published again: its interpretation is that authority's.
    #[serde(default)]
    pub relayed: bool,
    pub matches: Vec<InterpretationMatch>,
    pub state: InterpretationState,
}

/// Documents of one year and how many of them are interpreted; the office's own and those it relays are counted apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterpretationYear {
    pub year: String,
    /// Own documents that want an interpretation or have one.
    pub own: u32,
    pub own_interpreted: u32,
    /// Own documents whose state is `late` (interpreted and linked, but after the term).
    pub own_late: u32,
    pub relayed: u32,
    pub relayed_interpreted: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleLine {
    pub id: String,
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// Document and clause, or the words for "a setting of this tool".
    pub basis: String,
    pub findings: u32,
    /// What the rule could not judge, worded and counted.
    pub undetermined: Vec<String>,
}
