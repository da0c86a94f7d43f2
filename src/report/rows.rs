//! One finding, one row: the columns of the problem list (问题清单) that workbook, CSV file and annex share, and the columns that
//! an office fills in, by which `review import` finds them again.

use std::collections::BTreeMap;

use crate::model::finding::{Certainty, Evidence, Finding};
use crate::model::report::Report;
use crate::model::review::{Mark, Mending, Review, ReviewLine};
use crate::model::rule::Lang;
use crate::model::site::Occurrence;

use super::narrative;
use super::plain;
use super::view::findings::{by_office, no_office};
use super::words::Words;

/// Pieces of evidence in a row; all of them stand in report.json.
const EVIDENCE_MAX: usize = 6;
/// Characters of one piece.
const EVIDENCE_CHARS: usize = 300;
/// Places of a dead target in a row.
const PLACES_MAX: usize = 5;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Blank,
    Text(String),
    /// An address; a link where a browser may follow it.
    Address(String),
    Number(u64),
    /// ISO date.
    Day(String),
}

impl Cell {
    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }

    fn address(url: Option<&str>) -> Self {
        url.filter(|url| !url.is_empty()).map_or(Self::Blank, |url| Self::Address(url.to_owned()))
    }

    /// As one line of text.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) | Self::Address(text) | Self::Day(text) => plain::cell(text),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// What an office may choose from in a column that it fills in.
pub type Choices = &'static [(&'static str, &'static str, &'static str)];

/// What became of a finding's mending: key, Chinese, English.
pub const MENDING: Choices =
    &[("open", "未整改", "Not mended"), ("under-way", "整改中", "Under way"), ("mended", "已整改", "Mended")];

/// What the office says of a finding: key, Chinese, English.
pub const REVIEWS: Choices = &[
    ("true", "属实", "True"),
    ("false-alarm", "误报", "False alarm"),
    ("mended", "已整改", "Mended"),
    ("set-aside", "不予处理", "Set aside"),
];

/// A column of the problem list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Stable name of the column, whatever the language of its head.
    pub key: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// What to choose from; empty: free text, or no column to fill in.
    pub choices: Choices,
    /// The office fills it in.
    pub to_fill: bool,
    /// Widest that it may become, in cells of Latin text.
    pub(crate) width_max: u16,
    pub(crate) cell: fn(&Row<'_>) -> Cell,
}

impl Column {
    /// The head in a language.
    pub fn head(&self, lang: Lang) -> &'static str {
        Words { lang }.say(self.zh, self.en)
    }
}

const fn told(key: &'static str, zh: &'static str, en: &'static str, width_max: u16, cell: fn(&Row<'_>) -> Cell) -> Column {
    Column { key, zh, en, choices: &[], to_fill: false, width_max, cell }
}

/// A column that the office fills in; what it filled in earlier stands there already.
const fn asked(
    key: &'static str,
    zh: &'static str,
    en: &'static str,
    width_max: u16,
    choices: Choices,
    cell: fn(&Row<'_>) -> Cell,
) -> Column {
    Column { key, zh, en, choices, to_fill: true, width_max, cell }
}

/// Every column, in order. The last one tells the finding from run to run.
pub const COLUMNS: &[Column] = &[
    told("no", "序号", "No.", 7, |row| Cell::Number(row.no as u64)),
    told("office", "责任处室", "Office", 12, |row| Cell::text(row.office)),
    told("site", "网站", "Site", 16, |row| Cell::text(row.site)),
    told("column", "栏目", "Column", 14, |row| Cell::text(row.finding.column.as_deref().unwrap_or_default())),
    told("kind", "问题类型", "Problem", 16, |row| Cell::text(&row.finding.rule_title)),
    told("level", "级别", "Level", 10, |row| Cell::text(row.words.level(row.finding.level))),
    told("certainty", "认定情况", "Certainty", 12, |row| Cell::text(row.words.certainty(row.finding.verdict))),
    told("message", "问题描述", "What is wrong", 40, |row| Cell::text(&row.finding.message)),
    told("url", "页面网址", "Page", 34, |row| Cell::address(Some(&row.finding.url))),
    told("target", "问题网址", "Address at fault", 34, |row| Cell::address(row.finding.target.as_deref())),
    told("advice", "整改建议", "What to do", 30, |row| Cell::text(&row.finding.advice)),
    Column { to_fill: true, ..told("due", "整改时限", "To be mended by", 14, |row| day(row.due())) },
    asked("mending", "整改状态", "State of mending", 12, MENDING, |row| {
        row.chosen(MENDING, |said| said.mending.map(Mending::key))
    }),
    asked("review", "核实结果", "Review", 12, REVIEWS, |row| row.chosen(REVIEWS, |said| said.mark.map(Mark::key))),
    asked("reason", "情况说明", "Reason", 22, &[], |row| row.said(|said| Cell::text(&said.reason))),
    asked("person", "填报人", "Person", 10, &[], |row| row.said(|said| Cell::text(&said.person))),
    asked("day", "填报日期", "Date", 14, &[], |row| row.said(|said| day(said.day.as_deref()))),
    asked("remark", "备注", "Remark", 14, &[], |row| Cell::text(&row.remark())),
    told("count", "出现处数", "Places", 10, |row| Cell::Number(u64::from(row.finding.occurrence_count.max(1)))),
    told("places", "出现位置（举例）", "Places (examples)", 44, |row| Cell::text(&row.places())),
    told("evidence", "核查依据", "Evidence", 52, |row| Cell::text(&row.evidence())),
    told("first-seen", "首次发现", "First seen", 12, |row| Cell::Day(Words::short_day(&row.finding.first_seen))),
    told("last-seen", "最近发现", "Last seen", 12, |row| Cell::Day(Words::short_day(&row.finding.last_seen))),
    told("runs", "连续检查次数", "Runs in a row", 14, |row| Cell::Number(u64::from(row.finding.runs_in_a_row))),
    told("indicator", "对应指标", "Indicator", 24, |row| Cell::text(row.indicator)),
    told("rule", "规则编号", "Rule", 24, |row| Cell::text(&row.finding.rule)),
    told("id", "问题编号", "Finding id", 18, |row| Cell::text(&row.finding.id)),
];

/// How many columns are printed: those that an office reads and fills in.
pub(crate) fn printed_columns() -> usize {
    COLUMNS.iter().rposition(|column| column.to_fill).map_or(COLUMNS.len(), |last| last + 1)
}

/// The columns without those that an office fills in: what can be said today.
pub(crate) fn told_columns() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| !column.to_fill)
}

/// A finding with what its row says of its surroundings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// As every format numbers it.
    pub(crate) no: usize,
    pub(crate) finding: &'a Finding,
    pub(crate) office: &'a str,
    /// Name of the site.
    pub(crate) site: &'a str,
    /// Name of the indicator it counts toward; empty: none.
    pub(crate) indicator: &'a str,
    /// ISO date up to which all findings are to be mended.
    all_due: Option<&'a str>,
    /// What the office said of it earlier.
    pub(crate) review: Option<&'a ReviewLine>,
    pub(crate) words: Words,
}

fn day(day: Option<&str>) -> Cell {
    day.map_or(Cell::Blank, |day| Cell::Day(day.to_owned()))
}

/// The rows of a report, by office.
pub(crate) fn rows(report: &Report) -> impl Iterator<Item = Row<'_>> {
    let words = Words::of(&report.lang);
    let sites: BTreeMap<&str, &str> = report.sites.iter().rev().map(|site| (site.host.as_str(), site.name.as_str())).collect();
    let indicators: BTreeMap<&str, &str> =
        report.sites.iter().flat_map(|site| &site.indicators).map(|line| (line.id.as_str(), line.name.as_str())).collect();
    let reviews: BTreeMap<&str, &ReviewLine> = report.reviews.iter().map(|line| (line.review.finding.as_str(), line)).collect();
    by_office(report)
        .into_iter()
        .flat_map(move |(office, findings)| {
            let office = office.unwrap_or(no_office(words));
            findings.into_iter().map(move |finding| (office, finding))
        })
        .zip(1..)
        .map(move |((office, finding), no)| Row {
            no,
            finding,
            office,
            site: sites.get(finding.site.as_str()).copied().unwrap_or(&finding.site),
            indicator: finding.indicator.as_deref().and_then(|id| indicators.get(id).copied()).unwrap_or_default(),
            all_due: report.due.as_deref(),
            review: reviews.get(finding.id.as_str()).copied(),
            words,
        })
}

impl<'a> Row<'a> {
    /// ISO date up to which it is to be mended: what the office wrote, else the day that is set for all; for what came back after
    /// a look the other way round.
    pub(crate) fn due(&self) -> Option<&'a str> {
        let written = self.review.and_then(|line| line.review.due.as_deref());
        if self.review.is_some_and(ReviewLine::is_reopened) { self.all_due.or(written) } else { written.or(self.all_due) }
    }

    /// How far the mending is, as the office chose; empty where it did not.
    pub(crate) fn state(&self) -> String {
        match self.chosen(MENDING, |said| said.mending.map(Mending::key)).line() {
            state if state.is_empty() => self.chosen(REVIEWS, |said| said.mark.map(Mark::key)).line(),
            state => state,
        }
    }

    /// What the office filled in, unless a look since found the problem still there: then it is asked anew.
    fn said(&self, cell: impl Fn(&Review) -> Cell) -> Cell {
        let standing = self.review.filter(|line| !line.is_reopened());
        standing.map_or(Cell::Blank, |line| cell(&line.review))
    }

    fn chosen(&self, choices: Choices, key: impl Fn(&Review) -> Option<&'static str>) -> Cell {
        self.said(|said| {
            let chosen = choices.iter().find(|(choice, ..)| Some(*choice) == key(said));
            chosen.map_or(Cell::Blank, |(_, zh, en)| Cell::text(self.words.say(zh, en)))
        })
    }

    fn remark(&self) -> String {
        let Some(line) = self.review else { return String::new() };
        match &line.recheck {
            Some(look) if line.is_reopened() => {
                let day = Words::short_day(&look.at);
                match self.words.lang {
                    Lang::Zh => format!("{day}复查未通过，问题仍存在，请继续整改"),
                    Lang::En => format!("still there when looked at on {day}; please mend it"),
                }
            }
            _ => line.review.remark.clone(),
        }
    }

    fn evidence(&self) -> String {
        let pieces: Vec<String> = self.finding.evidence.iter().take(EVIDENCE_MAX).map(|piece| self.piece(piece)).collect();
        pieces.join(self.words.say("；", "; "))
    }

    fn piece(&self, piece: &Evidence) -> String {
        let text = narrative::clipped(&plain::line(&piece.text), EVIDENCE_CHARS);
        let status = piece
            .status
            .filter(|status| !piece.text.contains(&status.to_string()))
            .map(|status| self.words.aside(&format!("HTTP {status}")))
            .unwrap_or_default();
        format!("{}{}{text}{status}", self.words.evidence_kind(&piece.kind), self.words.say("：", ": "))
    }

    fn places(&self) -> String {
        let own = |place: &&Occurrence| place.url != self.finding.url;
        let places: Vec<String> = self
            .finding
            .occurrences
            .iter()
            .filter(own)
            .take(PLACES_MAX)
            .map(|place| {
                let text = narrative::clipped(&plain::line(&place.text), 40);
                if text.is_empty() { place.url.clone() } else { format!("{text}{}", self.words.aside(&place.url)) }
            })
            .collect();
        places.join(self.words.say("；", "; "))
    }

    /// What is wrong, with the doubt where there is one.
    pub(crate) fn message(&self) -> String {
        match self.finding.verdict {
            Certainty::Confirmed => self.finding.message.clone(),
            doubt => {
                format!("{}{}", self.finding.message.trim_end_matches('。'), self.words.aside(self.words.certainty(doubt)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn heads_and_keys_are_told_apart_in_both_languages() {
        for name in [|c: &Column| c.key, |c: &Column| c.zh, |c: &Column| c.en] {
            let names: BTreeSet<&str> = COLUMNS.iter().map(name).collect();
            assert_eq!(names.len(), COLUMNS.len());
        }
        assert_eq!(COLUMNS.last().map(|column| column.key), Some("id"), "the import finds the id at the end");
    }

    #[test]
    fn choices_fit_a_drop_down() {
        for column in COLUMNS.iter().filter(|column| !column.choices.is_empty()) {
            assert!(column.to_fill);
            for lang in [Lang::Zh, Lang::En] {
                let words = Words { lang };
                let all: Vec<&str> = column.choices.iter().map(|(_, zh, en)| words.say(zh, en)).collect();
                assert!(all.join(",").chars().count() <= 255, "Excel's limit of a list in a validation");
                assert!(all.iter().all(|choice| !choice.contains(',')));
            }
        }
    }
}
