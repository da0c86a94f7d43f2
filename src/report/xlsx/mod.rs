//! report.xlsx: the workbook that goes round the offices. `sheets` says what stands on which sheet, `table` how a sheet looks.

pub mod filled;
pub(crate) mod recheck;
mod sheets;
mod table;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::model::report::Report;

use super::RenderError;
use super::plain;
use super::view;
use super::words::Words;
use table::Styles;

/// Name of the workbook's property that holds the id of the run; the way back needs it.
pub const RUN_PROPERTY: &str = "xuncha-run";

/// Findings up to which the problem list is put together in memory.
const FINDINGS_IN_MEMORY: usize = 500;

/// The whole workbook.
///
/// # Errors
/// [`RenderError::Xlsx`] when the workbook cannot be written.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let page = view::page_without_findings(report);
    let styles = Styles::default();
    let mut workbook = workbook(report, &page.title)?;
    let sheets = sheets::Sheets { report, page: &page, styles: &styles, words: Words::of(&report.lang) };
    sheets.overview(workbook.add_worksheet())?;
    sheets.indicators(workbook.add_worksheet())?;
    sheets.findings(long_sheet(&mut workbook, report)?)?;
    sheets.columns(workbook.add_worksheet())?;
    sheets.documents(workbook.add_worksheet())?;
    sheets.sites(workbook.add_worksheet())?;
    Ok(workbook.save_to_buffer()?)
}

/// The workbook of one office: the findings of `report`, which holds no others, and its columns.
///
/// # Errors
/// [`RenderError::Xlsx`] when the workbook cannot be written.
pub(crate) fn render_office(report: &Report, title: &str) -> Result<Vec<u8>, RenderError> {
    let page = view::page_without_findings(report);
    let styles = Styles::default();
    let mut workbook = workbook(report, title)?;
    let sheets = sheets::Sheets { report, page: &page, styles: &styles, words: Words::of(&report.lang) };
    sheets.findings(long_sheet(&mut workbook, report)?)?;
    sheets.how_to_fill(workbook.add_worksheet())?;
    if !report.columns.is_empty() {
        sheets.columns(workbook.add_worksheet())?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// The sheet of the problem list. A long one keeps its rows in a file of the system's folder for such, which the library removes;
/// where there is no such folder, in memory.
fn long_sheet<'a>(workbook: &'a mut Workbook, report: &Report) -> Result<&'a mut Worksheet, XlsxError> {
    if report.findings.len() <= FINDINGS_IN_MEMORY {
        return Ok(workbook.add_worksheet());
    }
    match workbook.add_worksheet_with_constant_memory() {
        Ok(_) => {}
        Err(XlsxError::TempFileError(..)) => {
            workbook.add_worksheet();
        }
        Err(error) => return Err(error),
    }
    let last = workbook.worksheets().len().saturating_sub(1);
    workbook.worksheet_from_index(last)
}

/// An empty workbook whose properties depend on the report alone.
fn workbook(report: &Report, title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = created(&report.run.finished).map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), Ok)?;
    let properties = DocProperties::new()
        .set_title(plain::cell(title))
        .set_author(plain::cell(&report.unit))
        .set_creation_datetime(&created)
        .set_custom_property(RUN_PROPERTY, plain::cell(&report.run.id));
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// An RFC 3339 time as the workbook's time of creation.
fn created(time: &str) -> Option<ExcelDateTime> {
    let at: jiff::Timestamp = time.parse().ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let (year, month, day) = (u16::try_from(at.year()).ok()?, at.month().unsigned_abs(), at.day().unsigned_abs());
    ExcelDateTime::from_ymd(year, month, day)
        .and_then(|date| date.and_hms(u16::from(at.hour().unsigned_abs()), at.minute().unsigned_abs(), f64::from(at.second())))
        .ok()
}
