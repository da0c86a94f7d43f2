//! report.junit.xml: for build servers. A rule is a suite, a finding a failed case; a rule that found nothing is a passed case,
//! one that could not judge a skipped case. What needs a person's look is skipped too: it is no failure.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use crate::model::finding::{Certainty, Finding};
use crate::model::report::{Report, RuleLine};

use super::RenderError;
use super::plain;
use super::rows::{Row, rows};
use super::words::Words;

/// The whole file.
///
/// # Errors
/// [`RenderError::Junit`] when the XML cannot be written.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let words = Words::of(&report.lang);
    let mut by_rule: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows(report) {
        by_rule.entry(&row.finding.rule).or_default().push(row);
    }
    let mut suites = Suites::new("xuncha");
    for rule in &report.rules {
        let found = by_rule.remove(rule.id.as_str()).unwrap_or_default();
        suites.add_test_suite(suite(&rule.id, &rule.title, &found, Some(rule), words));
    }
    // Findings of rules that the report does not list.
    for (id, found) in by_rule {
        let title = found.first().map_or(id, |row| row.finding.rule_title.as_str());
        suites.add_test_suite(suite(id, title, &found, None, words));
    }
    let mut bytes = suites.to_string()?.into_bytes();
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn suite(id: &str, title: &str, found: &[Row<'_>], rule: Option<&RuleLine>, words: Words) -> TestSuite {
    let mut suite = TestSuite::new(plain::line(&format!("{id} {title}")));
    suite.add_test_cases(found.iter().map(|row| case(row, words)));
    if let Some(rule) = rule.filter(|_| found.is_empty()) {
        suite.add_test_case(without_findings(rule));
    }
    suite
}

fn case(row: &Row<'_>, words: Words) -> TestCase {
    let finding = row.finding;
    let mut status = match finding.verdict {
        Certainty::Confirmed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Certainty::Suspected | Certainty::Intermittent | Certainty::Blocked => TestCaseStatus::skipped(),
    };
    status.set_message(plain::line(&row.message())).set_type(plain::line(words.level(finding.level)));
    if finding.verdict == Certainty::Confirmed {
        status.set_description(details(finding, row, words));
    }
    let mut case = TestCase::new(plain::line(&format!("{} {}", finding.url, finding.id)), status);
    case.set_classname(plain::line(&finding.site));
    case
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

fn without_findings(rule: &RuleLine) -> TestCase {
    let status = if rule.undetermined.is_empty() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::skipped();
        status.set_message(plain::line(&rule.undetermined.join(" ")));
        status
    };
    let mut case = TestCase::new(rule.id.as_str(), status);
    case.set_classname("xuncha");
    case
}
