//! `surveys`: consultations and surveys (征集调查): how many there were in a year, and whether those that are over show a result.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::columns::{column_hit, of_list, of_row, undetermined};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::facts::Row;
use crate::model::finding::{Certainty, CheckResult, Undetermined};
use crate::model::site::{Column, ColumnReading, NoteSource, SiteFacts, SiteKind};
use crate::url::PageUrl;

pub(super) const CHECK: CheckDef = CheckDef {
    name: "surveys",
    placeholders: &["title", "date", "items", "limit"],
    needs: &[Need::Pages],
    build: from_params::<Surveys>,
};

/// Words of a title that asks for opinions, and of one that tells what came of it.
const ASKS: [&str; 5] = ["征集", "征求", "调查", "问卷", "听取"];
const RESULTS: [&str; 5] = ["采纳", "反馈", "结果", "汇总", "公布"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Which {
    Few,
    NoFeedback,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Surveys {
    which: Which,
    /// Words in the name of a column of consultations.
    columns: Vec<String>,
    kinds: Vec<SiteKind>,
    /// `few`: consultations that a year must have.
    #[serde(default)]
    yearly_min: u32,
    /// `no-feedback`: days after which one is over and its result due.
    #[serde(default)]
    closed_days: i32,
}

impl Check for Surveys {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let is_survey = |column: &&Column| self.columns.iter().any(|word| column.name.contains(word.as_str()));
        let columns: Vec<&Column> = site.columns.iter().filter(is_survey).collect();
        let reason = if !self.kinds.contains(&site.decl.kind) {
            Some("kind-exempt")
        } else if columns.is_empty() {
            Some("no-surveys")
        } else {
            None
        };
        if let Some(reason) = reason {
            let what = Undetermined { url: String::new(), reason: reason.to_owned() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        }
        match self.which {
            Which::Few => self.few(&columns, context.today),
            Which::NoFeedback => self.no_feedback(site, &columns, context.today),
        }
    }
}

impl Surveys {
    /// Counted over all columns of consultations together.
    fn few(&self, columns: &[&Column], today: Date) -> CheckResult {
        let mut result = CheckResult::default();
        let unread = columns.iter().find(|column| !matches!(column.state, ColumnReading::Read) || column.undated > 0);
        let count =
            columns.iter().flat_map(|column| &column.rows).filter(|row| days(row, today).is_some_and(|d| d <= 365)).count();
        if count >= self.yearly_min as usize {
            result.judged = 1;
        } else if let Some(column) = unread {
            result.undetermined.push(undetermined(column, "no-dates"));
        } else if let Some(column) = columns.first() {
            result.judged = 1;
            let values = [
                ("title", String::new()),
                ("date", String::new()),
                ("items", count.to_string()),
                ("limit", self.yearly_min.to_string()),
            ];
            result.hits.push(column_hit(column, Certainty::Confirmed, values, vec![of_list(column)]));
        }
        result
    }

    fn no_feedback(&self, site: &SiteFacts, columns: &[&Column], today: Date) -> CheckResult {
        let pages = || site.notes.notes.iter().filter(|note| note.source == NoteSource::Page);
        let with_result: BTreeSet<&PageUrl> = pages().filter(|note| note.details.has_feedback).map(|note| &note.url).collect();
        let read: BTreeSet<&PageUrl> = pages().map(|note| &note.url).collect();
        let results: Vec<&str> = site
            .notes
            .notes
            .iter()
            .map(|note| note.title.as_str())
            .filter(|title| RESULTS.iter().any(|word| title.contains(word)))
            .collect();
        let mut result = CheckResult::default();
        for column in columns {
            for row in &column.rows {
                let is_over = days(row, today).is_some_and(|days| (self.closed_days..=365).contains(&days));
                let is_ask =
                    ASKS.iter().any(|word| row.title.contains(word)) && !RESULTS.iter().any(|word| row.title.contains(word));
                if !is_over || !is_ask || !read.contains(&row.url) {
                    continue;
                }
                result.judged += 1;
                let subject = subject(&row.title);
                let is_told = with_result.contains(&row.url) || results.iter().any(|title| title.contains(&subject));
                if !is_told {
                    let values = [
                        ("title", row.title.clone()),
                        ("date", row.date.as_ref().map(|date| date.date.to_string()).unwrap_or_default()),
                        ("items", String::new()),
                        ("limit", self.closed_days.to_string()),
                    ];
                    // The result may stand in a picture or an attachment.
                    let mut hit = column_hit(column, Certainty::Suspected, values, of_row(row));
                    hit.url = row.url.to_string();
                    result.hits.push(hit);
                }
            }
        }
        result
    }
}

fn days(row: &Row, today: Date) -> Option<i32> {
    row.date.as_ref()?.date.until(today).ok().map(|span| span.get_days()).filter(|days| *days >= 0)
}

/// What a consultation is about: its book title, else the title without the words of asking.
fn subject(title: &str) -> String {
    if let Some((_, rest)) = title.split_once('《')
        && let Some((name, _)) = rest.split_once('》')
    {
        return name.split(['（', '(']).next().unwrap_or(name).to_owned();
    }
    let mut rest = title.to_owned();
    for word in ["关于", "公开", "征求", "征集", "意见", "建议", "的公告", "的通知", "的函", "问卷", "调查", "网上", "开展"]
    {
        rest = rest.replace(word, "");
    }
    rest.trim_end_matches('的').trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{column, row};
    use crate::audit::testing::{context, site};
    use crate::model::details::Details;
    use crate::model::site::{ColumnClass, Note};

    fn check(which: Which) -> Surveys {
        Surveys { which, columns: vec!["征集".into()], kinds: vec![SiteKind::Portal], yearly_min: 2, closed_days: 60 }
    }

    fn with_rows(rows: Vec<Row>) -> SiteFacts {
        let mut site = site();
        let mut asks = column("/yjzj/", ColumnClass::Interaction, rows.clone());
        asks.name = "意见征集".into();
        site.columns = vec![asks];
        site.notes.notes = rows
            .into_iter()
            .map(|row| Note {
                source: NoteSource::Page,
                url: row.url,
                title: row.title,
                text: String::new(),
                date: None,
                column: None,
                details: Details::default(),
            })
            .collect();
        site
    }

    #[test]
    fn a_year_with_too_few_is_hit() {
        let one = with_rows(vec![row("关于《甲办法》征求意见", "/1", Some("2026-03-01"))]);
        assert_eq!(check(Which::Few).run(&one, &context()).hits[0].values["items"], "1");
        let undated = with_rows(vec![row("关于《甲办法》征求意见", "/1", None)]);
        assert_eq!(check(Which::Few).run(&undated, &context()).undetermined[0].reason, "no-dates");
    }

    #[test]
    fn a_closed_one_without_result_is_suspected_and_its_result_is_found_by_its_subject() {
        let mut site = with_rows(vec![
            row("关于《甲办法（草案）》公开征求意见的公告", "/1", Some("2026-03-01")),
            row("关于《乙办法》公开征求意见的公告", "/2", Some("2026-03-01")),
            row("关于《丙办法》公开征求意见的公告", "/3", Some("2026-11-01")),
            row("《甲办法》意见采纳情况", "/4", Some("2026-06-01")),
        ]);
        site.notes.notes[1].details.has_feedback = false;
        let result = check(Which::NoFeedback).run(&site, &context());
        assert_eq!((result.judged, result.hits.len()), (2, 1));
        assert!(result.hits[0].url.ends_with("/2"));
        site.notes.notes[1].details.has_feedback = true;
        assert_eq!(check(Which::NoFeedback).run(&site, &context()).hits.len(), 0);
    }
}
