//! The year as a workbook: the form of each site as it is published, the columns, and the list behind each number.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::model::annual::{Annual, AnnualSite};
use crate::model::rule::Lang;

use super::super::RenderError;
use super::super::document::{FormRow, Lines};
use super::super::plain;
use super::super::words::Words;
use super::{amount, clean, form, named};

/// Rows of the list in the workbook.
const ITEMS_MAX: usize = 100_000;
/// A4, as the file format numbers it.
const PAPER_A4: u8 = 9;

/// The year as a workbook: the table, the columns, and the list behind each number.
///
/// # Errors
/// [`RenderError::Xlsx`].
pub fn xlsx(annual: &Annual, lang: Lang) -> Result<Vec<u8>, RenderError> {
    let words = Words { lang };
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    for (no, site) in (1..).zip(&annual.sites) {
        let name = words.say("年度报表", "Table");
        let name = if annual.sites.len() == 1 { name.to_owned() } else { format!("{name}{no}") };
        form_sheet(book.add_worksheet().set_name(name)?, annual, site, words)?;
    }
    let columns = annual.sites.iter().flat_map(|site| {
        site.columns.iter().map(move |column| {
            let class = words.column_class(column.class).to_owned();
            vec![
                clean(&site.name),
                clean(&column.name),
                class,
                amount(column.count, column.at_least, words),
                column.url.clone(),
            ]
        })
    });
    let heads = [
        words.say("网站", "Site"),
        words.say("栏目", "Column"),
        words.say("类别", "Class"),
        words.say("数量", "Number"),
        words.say("网址", "Address"),
    ];
    sheet(&mut book, words.say("栏目发布数", "Columns"), &head, &heads, &[24, 24, 14, 14, 60], columns)?;
    let items = annual.sites.iter().flat_map(|site| &site.cells).flat_map(|cell| {
        cell.items.iter().map(move |item| {
            let date = item.date.clone().unwrap_or_default();
            vec![named(cell.kind, words).1.to_owned(), clean(&item.column), date, clean(&item.title), item.url.clone()]
        })
    });
    let heads = [
        words.say("项目", "Cell"),
        words.say("栏目", "Column"),
        words.say("日期", "Date"),
        words.say("标题", "Title"),
        words.say("网址", "Address"),
    ];
    sheet(&mut book, words.say("清单", "Lists"), &head, &heads, &[28, 20, 12, 60, 70], items.take(ITEMS_MAX))?;
    Ok(book.save_to_buffer()?)
}

/// Every cell is written as text: what a page wrote is no formula.
fn sheet(
    book: &mut Workbook,
    name: &str,
    head: &Format,
    heads: &[&str],
    widths: &[u16],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name(name)?;
    for (column, text) in (0_u16..).zip(heads) {
        sheet.write_string_with_format(0, column, *text, head)?;
        sheet.set_column_width(column, widths.get(usize::from(column)).copied().unwrap_or(20))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            let text = plain::cell_of_lines(&text);
            match text.parse::<u32>() {
                Ok(number) => sheet.write_number(row, column, number)?,
                Err(_) => sheet.write_string(row, column, text)?,
            };
        }
    }
    Ok(())
}

/// One site's form on a sheet, printed on one page of A4.
fn form_sheet(sheet: &mut Worksheet, annual: &Annual, site: &AnnualSite, words: Words) -> Result<(), XlsxError> {
    let boxed = || {
        Format::new()
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
    };
    let (label, value) = (boxed().set_bold(), boxed());
    let title =
        Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    for (column, share) in (0_u16..).zip(form::SHARES) {
        sheet.set_column_width(column, f64::from(share) * 0.95)?;
    }
    sheet.merge_range(0, 0, 0, 3, &form::title(words), &title)?;
    sheet.set_row_height(0, 30)?;
    let year = match words.lang {
        Lang::Zh => format!("（{}年度）　填报单位：{}", annual.year, clean(&annual.unit)),
        Lang::En => format!("{}, {}", annual.year, clean(&annual.unit)),
    };
    sheet.write_string(1, 0, plain::cell_of_lines(&year))?;
    let rows = form::rows(annual, site, words);
    let last = 1 + u32::try_from(rows.len()).unwrap_or(u32::MAX);
    for (at, row) in (2_u32..).zip(&rows) {
        let mut column = 0_u16;
        for cell in row {
            let end = column + u16::try_from(cell.span).unwrap_or(1) - 1;
            let format = if cell.is_label { &label } else { &value };
            // a cell of several lines ends where the next one of its column begins
            let below = rows.iter().skip((at - 1) as usize).take_while(|row| goes_on(row, column)).count();
            let bottom = if cell.lines == Lines::First { (at + below as u32).min(last) } else { at };
            let text = plain::cell_of_lines(&cell.text);
            match cell.lines {
                Lines::Further => {}
                _ if (bottom, end) != (at, column) => {
                    sheet.merge_range(at, column, bottom, end, &text, format)?;
                    // merging writes text; what is counted stays a number
                    if let Ok(number) = text.parse::<u32>() {
                        sheet.write_number_with_format(at, column, number, format)?;
                    }
                }
                _ => match text.parse::<u32>() {
                    Ok(number) => {
                        sheet.write_number_with_format(at, column, number, format)?;
                    }
                    Err(_) => {
                        sheet.write_string_with_format(at, column, text, format)?;
                    }
                },
            }
            column = end + 1;
        }
        sheet.set_row_height(at, if row.iter().any(|cell| cell.text.contains('\n') && cell.span > 2) { 32 } else { 17 })?;
    }
    for (row, line) in (last + 2..).zip(form::foot(words).lines()) {
        sheet.write_string(row, 0, line)?;
    }
    sheet.set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 1).set_margins(0.6, 0.6, 0.6, 0.6, 0.3, 0.3);
    Ok(())
}

/// Whether the cell of a column goes on in this row.
fn goes_on(row: &FormRow, column: u16) -> bool {
    let mut at = 0_usize;
    for cell in row {
        if at == usize::from(column) {
            return cell.lines == Lines::Further;
        }
        at += cell.span;
    }
    false
}
