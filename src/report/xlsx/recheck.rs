//! recheck.xlsx: the figures by office and the problems one by one.

use rust_xlsxwriter::XlsxError;

use crate::model::review::RecheckReport;

use super::super::RenderError;
use super::super::plain;
use super::super::recheck::{Tally, by_office, due, evidence, result};
use super::super::rows::Cell;
use super::super::words::Words;
use super::table::{Head, PAPER_A4, Styles, Table, page};
use super::workbook;

/// The whole workbook.
///
/// # Errors
/// [`RenderError::Xlsx`] when it cannot be written.
pub(crate) fn render(report: &RecheckReport) -> Result<Vec<u8>, RenderError> {
    let words = Words::of(&report.base.lang);
    let styles = Styles::default();
    let mut base = report.base.clone();
    base.run.finished.clone_from(&report.now);
    let mut book = workbook(&base, words.say("问题整改情况复查表", "Recheck of problems"))?;
    let sheet = book.add_worksheet();
    page(sheet, words.say("复查汇总", "By office"), Some(0), 1)?;
    sheet.set_paper_size(PAPER_A4);
    let mut table = Table::begin(sheet, &styles, 0, heads(OFFICE_HEADS, words))?;
    for (office, lines) in by_office(report) {
        table.row(&tally(&office, Tally::of(lines)))?;
    }
    table.row(&tally(words.say("合计", "All"), Tally::of(&report.lines)))?;
    table.end()?;
    details(report, words, &styles, book.add_worksheet())?;
    Ok(book.save_to_buffer()?)
}

type Heads = &'static [(&'static str, &'static str, u16)];

const OFFICE_HEADS: Heads = &[
    ("责任处室", "Office", 24),
    ("应整改", "To mend", 12),
    ("已整改", "Mended", 12),
    ("复查未通过", "Reopened", 14),
    ("未整改", "Not mended", 14),
    ("未能复查", "Undetermined", 16),
    ("不列入整改", "Set aside", 14),
    ("超期", "Overdue", 12),
    ("整改率", "Rate", 12),
];

const DETAIL_HEADS: Heads = &[
    ("序号", "No.", 8),
    ("责任处室", "Office", 16),
    ("问题类型", "Problem", 20),
    ("问题描述", "What is wrong", 44),
    ("页面网址", "Page", 40),
    ("问题网址", "Address at fault", 40),
    ("核实结果", "Review", 12),
    ("情况说明", "Reason", 28),
    ("填报人", "Person", 10),
    ("填报日期", "Date", 14),
    ("整改时限", "To be mended by", 14),
    ("复查结果", "Result", 22),
    ("复查时间", "Looked at", 14),
    ("复查情况", "Seen", 60),
    ("问题编号", "Finding id", 18),
];

fn heads(heads: Heads, words: Words) -> Vec<Head> {
    heads.iter().map(|(zh, en, width)| Head::new(words.say(zh, en), *width)).collect()
}

fn tally(office: &str, tally: Tally) -> Vec<Cell> {
    let numbers = [tally.due(), tally.closed, tally.reopened, tally.open, tally.undetermined, tally.set_aside, tally.overdue];
    let mut cells = vec![Cell::text(office)];
    cells.extend(numbers.iter().map(|number| Cell::Number(*number as u64)));
    cells.push(Cell::text(&tally.rate()));
    cells
}

fn details(
    report: &RecheckReport,
    words: Words,
    styles: &Styles,
    sheet: &mut rust_xlsxwriter::Worksheet,
) -> Result<(), XlsxError> {
    page(sheet, words.say("复查明细", "One by one"), Some(0), 2)?;
    let mut table = Table::begin(sheet, styles, 0, heads(DETAIL_HEADS, words))?;
    let all =
        by_office(report).into_iter().flat_map(|(office, lines)| lines.into_iter().map(move |line| (office.clone(), line)));
    for ((office, line), no) in all.zip(1..) {
        let said = line.review.as_ref().map(|review| &review.review);
        let of = |text: Option<&String>| text.map_or(Cell::Blank, |text| Cell::text(text));
        let day = |day: &str| if day.is_empty() { Cell::Blank } else { Cell::Day(day.to_owned()) };
        table.row(&[
            Cell::Number(no),
            Cell::text(&office),
            Cell::text(&line.finding.rule_title),
            Cell::text(&plain::cell(&line.finding.message)),
            Cell::Address(line.finding.url.clone()),
            line.finding.target.clone().map_or(Cell::Blank, Cell::Address),
            said.and_then(|said| said.mark).map_or(Cell::Blank, |mark| Cell::text(words.mark(mark))),
            of(said.map(|said| &said.reason)),
            of(said.map(|said| &said.person)),
            day(said.and_then(|said| said.day.as_deref()).unwrap_or_default()),
            day(due(line)),
            Cell::text(&result(line, words)),
            day(&line.recheck.as_ref().map(|look| Words::short_day(&look.at)).unwrap_or_default()),
            Cell::text(&evidence(line, words)),
            Cell::text(&line.finding.id),
        ])?;
    }
    table.end()
}
