//! report.sarif: SARIF 2.1.0 (OASIS), for platforms that collect findings of many tools. A page is the artifact, its address the location.

use serde::Serialize;

use crate::model::finding::{Certainty, Finding, Level};
use crate::model::report::{Report, RuleLine};

use super::RenderError;
use super::plain;
use super::view::followable;
use super::words::Words;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Places of a dead target beside the first; all kept ones stand in report.json.
const RELATED_MAX: usize = 10;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    language: &'static str,
    automation_details: Id,
    invocations: [Invocation<'a>; 1],
    results: Vec<ResultLine<'a>>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Id {
    id: String,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

impl Text {
    fn of(text: &str) -> Self {
        Self { text: plain::clean(text).into_owned() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct RuleProperties {
    basis: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time_utc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time_utc: Option<String>,
    /// What was not covered.
    tool_execution_notifications: Vec<Notification>,
    properties: RunProperties<'a>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
struct RunProperties<'a> {
    unit: &'a str,
    now: &'a str,
    standard: &'a str,
    complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultLine<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints<'a>,
    occurrence_count: u32,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "xunchaFindingId/v1")]
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    site: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    indicator: Option<&'a str>,
    verdict: Certainty,
    level: Level,
    first_seen: &'a str,
    last_seen: &'a str,
    runs_in_a_row: u32,
    advice: &'a str,
}

/// The whole file.
///
/// # Errors
/// [`RenderError::Json`] when a value is not expressible as JSON.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let words = Words::of(&report.lang);
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "xuncha",
                version: &report.run.tool_version,
                rules: report.rules.iter().map(rule).collect(),
            },
        },
        language: words.tag(),
        automation_details: Id { id: format!("{}/{}", report.run.standard, report.run.id) },
        invocations: [Invocation {
            execution_successful: true,
            start_time_utc: utc(&report.run.started),
            end_time_utc: utc(&report.run.finished),
            tool_execution_notifications: report
                .run
                .notes
                .iter()
                .map(|note| Notification { level: "note", message: Text::of(note) })
                .collect(),
            properties: RunProperties {
                unit: &report.unit,
                now: &report.run.now,
                standard: &report.run.standard,
                complete: report.run.complete,
            },
        }],
        results: report.findings.iter().map(|finding| result(report, finding, words)).collect(),
        column_kind: "unicodeCodePoints",
    };
    let mut bytes = serde_json::to_vec_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn rule(rule: &RuleLine) -> Rule {
    Rule {
        id: rule.id.clone(),
        short_description: Text::of(&rule.title),
        full_description: Text::of(&rule.why),
        help: Text::of(&rule.remedy),
        properties: RuleProperties { basis: rule.basis.clone() },
    }
}

/// What needs a person's look is no failure: SARIF has kinds of its own for it, and no level with them.
fn kind_and_level(finding: &Finding) -> (&'static str, &'static str) {
    match (finding.verdict, finding.level) {
        (Certainty::Confirmed, Level::Veto) => ("fail", "error"),
        (Certainty::Confirmed, Level::Deduct) => ("fail", "warning"),
        (Certainty::Confirmed, Level::Advice) => ("fail", "note"),
        (Certainty::Suspected | Certainty::Intermittent, _) => ("review", "none"),
        (Certainty::Blocked, _) => ("open", "none"),
    }
}

fn result<'a>(report: &Report, finding: &'a Finding, words: Words) -> ResultLine<'a> {
    let (kind, level) = kind_and_level(finding);
    let target = finding.target.as_deref().map(|target| location(target, words.say("问题网址", "the address at fault")));
    let places = finding
        .occurrences
        .iter()
        .filter(|place| place.url != finding.url)
        .take(RELATED_MAX)
        .map(|place| location(&place.url, &place.text));
    ResultLine {
        rule_id: &finding.rule,
        rule_index: report.rules.iter().position(|rule| rule.id == finding.rule),
        kind,
        level,
        message: Text::of(&finding.message),
        locations: [location(&finding.url, "")],
        related_locations: target.into_iter().chain(places).collect(),
        partial_fingerprints: Fingerprints { id: &finding.id },
        occurrence_count: finding.occurrence_count.max(1),
        properties: ResultProperties {
            site: &finding.site,
            target: finding.target.as_deref(),
            column: finding.column.as_deref(),
            office: finding.office.as_deref(),
            indicator: finding.indicator.as_deref(),
            verdict: finding.verdict,
            level: finding.level,
            first_seen: &finding.first_seen,
            last_seen: &finding.last_seen,
            runs_in_a_row: finding.runs_in_a_row,
            advice: &finding.advice,
        },
    }
}

fn location(url: &str, text: &str) -> Location {
    let text = plain::line(text);
    Location {
        physical_location: Physical { artifact_location: Artifact { uri: uri(url) } },
        message: (!text.is_empty()).then_some(Text { text }),
    }
}

/// The address as a reference by RFC 3986: what it knows no place for as percent escapes; of what is no web address, all.
fn uri(url: &str) -> String {
    let url = url.trim();
    let is_web = followable(url) && ::url::Url::parse(url).is_ok();
    let reserved: &[u8] = if is_web { b":/?@!$&'()*+,;=" } else { b"" };
    let bytes = url.as_bytes();
    let mut out = String::with_capacity(url.len());
    let mut slashes = 0;
    let mut fragment = false;
    for (at, byte) in bytes.iter().copied().enumerate() {
        slashes += usize::from(byte == b'/');
        let is_escape = || bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let allowed = match byte {
            b'%' => is_web && is_escape(),
            // Around the address of a host only.
            b'[' | b']' => is_web && slashes == 2,
            b'#' => is_web && !fragment,
            _ => byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || reserved.contains(&byte),
        };
        fragment |= byte == b'#';
        if allowed { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}

/// `2026-11-24T01:00:00Z`; none where the time cannot be read.
fn utc(time: &str) -> Option<String> {
    time.parse::<jiff::Timestamp>().ok().map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_uri_references() {
        assert_eq!(uri("http://a.cn/政务?q=1#x"), "http://a.cn/%E6%94%BF%E5%8A%A1?q=1#x");
        assert_eq!(uri(" http://a.cn/ab\"<>|[1]#a#b "), "http://a.cn/ab%22%3C%3E%7C%5B1%5D#a%23b");
        assert_eq!(uri("http://a.cn/%E6%9"), "http://a.cn/%E6%259");
        assert_eq!(uri("http://[::1]:80/"), "http://[::1]:80/");
        assert_eq!(uri("=x(\"http://a/\")"), "%3Dx%28%22http%3A%2F%2Fa%2F%22%29");
        assert_eq!(uri("javascript:a b"), "javascript%3Aa%20b");
    }

    #[test]
    fn times_are_utc() {
        assert_eq!(utc("2026-11-24T09:00:00+08:00").as_deref(), Some("2026-11-24T01:00:00Z"));
        assert_eq!(utc("yesterday"), None);
    }
}
