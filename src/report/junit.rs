//! report.junit.xml: for build servers. A rule is a suite, a finding a failed case; a rule that found nothing is a passed case,
//! one that could not judge a skipped case. What needs a person's look is skipped too: it is no failure.

use std::collections::BTreeMap;

use quick_xml::escape::escape;

use crate::model::finding::{Certainty, Finding};
use crate::model::report::{Report, RuleLine};

use super::RenderError;
use super::plain;
use super::rows::{Row, rows};
use super::words::Words;

/// What one case came to, with its message.
enum Status {
    Passed,
    Skipped { message: String, kind: Option<&'static str> },
    Failed { message: String, kind: &'static str, details: String },
}

struct Case {
    name: String,
    class: String,
    status: Status,
}

/// Cases, and how many of them failed or were skipped.
#[derive(Clone, Copy, Default)]
struct Sum {
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Sum {
    fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        cases.into_iter().fold(Self::default(), |sum, case| Self {
            tests: sum.tests + 1,
            failures: sum.failures + usize::from(matches!(case.status, Status::Failed { .. })),
            skipped: sum.skipped + usize::from(matches!(case.status, Status::Skipped { .. })),
        })
    }

    fn attributes(self) -> String {
        let Self { tests, failures, skipped } = self;
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
    }
}

/// The whole file.
///
/// # Errors
/// None today; the signature is that of every format.
#[allow(clippy::unnecessary_wraps, reason = "the signature of every format")]
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let words = Words::of(&report.lang);
    let mut by_rule: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows(report) {
        by_rule.entry(&row.finding.rule).or_default().push(row);
    }
    let mut suites: Vec<(String, Vec<Case>)> = Vec::new();
    for rule in &report.rules {
        let found = by_rule.remove(rule.id.as_str()).unwrap_or_default();
        let cases =
            if found.is_empty() { vec![without_findings(rule)] } else { found.iter().map(|row| case(row, words)).collect() };
        suites.push((format!("{} {}", rule.id, rule.title), cases));
    }
    // Findings of rules that the report does not list.
    for (id, found) in by_rule {
        let title = found.first().map_or(id, |row| row.finding.rule_title.as_str());
        suites.push((format!("{id} {title}"), found.iter().map(|row| case(row, words)).collect()));
    }
    let all = Sum::of(suites.iter().flat_map(|(_, cases)| cases));
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"xuncha\" {}>\n", all.attributes());
    for (name, cases) in &suites {
        out += &format!("    <testsuite name=\"{}\" {}>\n", one_line(name), Sum::of(cases).attributes());
        for case in cases {
            write(&mut out, case);
        }
        out += "    </testsuite>\n";
    }
    out += "</testsuites>\n";
    Ok(out.into_bytes())
}

fn write(out: &mut String, case: &Case) {
    let (name, class) = (one_line(&case.name), one_line(&case.class));
    *out += &format!("        <testcase name=\"{name}\" classname=\"{class}\"");
    *out += &match &case.status {
        Status::Passed => "/>\n".to_owned(),
        Status::Skipped { message, kind } => {
            let kind = kind.map(|kind| format!(" type=\"{kind}\"")).unwrap_or_default();
            format!(">\n            <skipped message=\"{}\"{kind}/>\n        </testcase>\n", one_line(message))
        }
        Status::Failed { message, kind, details } => {
            let message = one_line(message);
            let details = escape(plain::clean(details));
            format!(">\n            <failure message=\"{message}\" type=\"{kind}\">{details}</failure>\n        </testcase>\n")
        }
    };
}

/// Page text as the value of an attribute.
fn one_line(text: &str) -> String {
    escape(plain::line(text)).into_owned()
}

fn case(row: &Row<'_>, words: Words) -> Case {
    let finding = row.finding;
    let (message, kind) = (row.message(), words.level(finding.level));
    let status = match finding.verdict {
        Certainty::Confirmed => Status::Failed { message, kind, details: details(finding, row, words) },
        Certainty::Suspected | Certainty::Intermittent | Certainty::Blocked => Status::Skipped { message, kind: Some(kind) },
    };
    Case { name: format!("{} {}", finding.url, finding.id), class: finding.site.clone(), status }
}

fn details(finding: &Finding, row: &Row<'_>, words: Words) -> String {
    let mut lines = vec![(words.say("页面网址", "Page"), finding.url.as_str())];
    lines.extend(finding.target.as_deref().map(|target| (words.say("问题网址", "Address at fault"), target)));
    lines.push((words.say("责任处室", "Office"), row.office));
    lines.push((words.say("整改建议", "What to do"), &finding.advice));
    lines
        .into_iter()
        .map(|(name, value)| format!("{name}{}{}", words.say("：", ": "), plain::line(value)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn without_findings(rule: &RuleLine) -> Case {
    let status = if rule.undetermined.is_empty() {
        Status::Passed
    } else {
        Status::Skipped { message: rule.undetermined.join(" "), kind: None }
    };
    Case { name: rule.id.clone(), class: "xuncha".to_owned(), status }
}
