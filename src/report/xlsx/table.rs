//! How a sheet looks: head, widths that are true to Chinese characters, filters, links, columns to fill in. Knows cells only.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, ExcelDateTime, Format, FormatAlign, FormatBorder, Url, Worksheet,
    XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::super::plain;
use super::super::rows::Cell;
use super::super::view::followable;

/// Longest address that Excel takes for a link.
const ADDRESS_CHARS_MAX: usize = 2_079;
/// Links of a sheet; the rest is text. Excel allows 65,530, but the library keeps a tree node of eleven for each row with one.
const LINKS_MAX: u32 = 10_000;
/// Rows that are looked at to find a column's width; so many wait in memory.
const ROWS_MEASURED: usize = 400;
/// Room for the filter's button beside a head.
const FILTER_CELLS: usize = 4;
/// Paper sizes, as the file format numbers them.
pub(super) const PAPER_A4: u8 = 9;
const PAPER_A3: u8 = 8;
/// Height of a line of text in a cell and the room around it, in points.
const LINE_POINTS: f64 = 13.0;
const ROOM_POINTS: f64 = 5.0;
/// Lines up to which a row grows; the rest of a long text is read in the cell.
const LINES_MAX: usize = 5;

const FONT: &str = "宋体";
const HEAD_FILL: Color = Color::RGB(0x00D9_E2F3);
const FILL_FILL: Color = Color::RGB(0x00FF_F2CC);
const LINE: Color = Color::RGB(0x00A6_A6A6);
const LINK: Color = Color::RGB(0x0005_63C1);

/// Every look that a cell may have.
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) section: Format,
    pub(super) prose: Format,
    pub(super) label: Format,
    head: Format,
    head_to_fill: Format,
    text: Format,
    /// For texts that a spreadsheet would compute once somebody edits them.
    quoted: Format,
    link: Format,
    number: Format,
    day: Format,
}

impl Default for Styles {
    fn default() -> Self {
        let font = || Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let boxed = || font().set_border(FormatBorder::Thin).set_border_color(LINE).set_text_wrap();
        let head = || boxed().set_bold().set_align(FormatAlign::Center);
        Self {
            title: Format::new()
                .set_font_name(FONT)
                .set_font_size(16)
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            section: font().set_font_size(12).set_bold(),
            prose: font().set_text_wrap(),
            label: boxed().set_bold().set_background_color(HEAD_FILL),
            head: head().set_background_color(HEAD_FILL),
            head_to_fill: head().set_background_color(FILL_FILL),
            text: boxed(),
            quoted: boxed().set_quote_prefix(),
            link: boxed().set_font_color(LINK),
            number: boxed().set_align(FormatAlign::Center),
            day: boxed().set_align(FormatAlign::Center).set_num_format("yyyy-mm-dd"),
        }
    }
}

/// A column of a table.
pub(super) struct Head {
    pub(super) name: String,
    /// Widest that it becomes, in cells of Latin text.
    pub(super) width_max: u16,
    /// What to choose from.
    pub(super) choices: Vec<&'static str>,
    pub(super) to_fill: bool,
    /// Takes a date.
    pub(super) is_day: bool,
}

impl Head {
    pub(super) fn new(name: &str, width_max: u16) -> Self {
        Self { name: name.to_owned(), width_max, choices: Vec::new(), to_fill: false, is_day: false }
    }
}

/// A table being written: first the head, then row by row.
pub(super) struct Table<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    heads: Vec<Head>,
    first_row: u32,
    next_row: u32,
    widths: Vec<usize>,
    /// Rows that are read but not written: the columns get their widths from them, and heights of rows follow from the widths.
    waiting: Vec<Vec<Cell>>,
    /// Widths of the columns, once they are settled.
    settled: Option<Vec<usize>>,
    links: u32,
}

impl<'a> Table<'a> {
    /// Writes the head into `first_row`.
    pub(super) fn begin(
        sheet: &'a mut Worksheet,
        styles: &'a Styles,
        first_row: u32,
        heads: Vec<Head>,
    ) -> Result<Self, XlsxError> {
        for (at, head) in (0..).zip(&heads) {
            let style = if head.to_fill { &styles.head_to_fill } else { &styles.head };
            sheet.write_string_with_format(first_row, at, head.name.as_str(), style)?;
        }
        sheet.set_row_height(first_row, 24)?;
        let widths = heads.iter().map(|head| head.name.width() + FILTER_CELLS).collect();
        Ok(Self {
            sheet,
            styles,
            heads,
            first_row,
            next_row: first_row + 1,
            widths,
            waiting: Vec::new(),
            settled: None,
            links: 0,
        })
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.settled.is_some() {
            return self.write(cells);
        }
        for (widest, cell) in self.widths.iter_mut().zip(cells) {
            *widest = cell.line().width().max(*widest);
        }
        self.waiting.push(cells.to_vec());
        if self.waiting.len() == ROWS_MEASURED { self.settle() } else { Ok(()) }
    }

    /// Gives the columns their widths, and writes the rows that waited for them.
    fn settle(&mut self) -> Result<(), XlsxError> {
        let mut widths = Vec::with_capacity(self.heads.len());
        for (at, (head, width)) in (0..).zip(self.heads.iter().zip(&self.widths)) {
            let least = head.name.width() + FILTER_CELLS;
            let width = (*width + 2).min(usize::from(head.width_max)).max(least);
            self.sheet.set_column_width(at, width as f64)?;
            widths.push(width);
        }
        self.settled = Some(widths);
        self.flush()
    }

    fn flush(&mut self) -> Result<(), XlsxError> {
        std::mem::take(&mut self.waiting).iter().try_for_each(|cells| self.write(cells))
    }

    /// Writes a row; a sheet that keeps nothing in memory takes them in order only.
    fn write(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        let row = self.next_row;
        self.next_row += 1;
        if let Some(widths) = &self.settled {
            let lines = cells.iter().zip(widths).map(|(cell, width)| cell.line().width().div_ceil((*width).max(1))).max();
            let lines = lines.unwrap_or(1).clamp(1, LINES_MAX);
            self.sheet.set_row_height(row, LINE_POINTS * lines as f64 + ROOM_POINTS)?;
        }
        for (at, cell) in cells.iter().enumerate() {
            let column = at as u16;
            match cell {
                Cell::Blank => {
                    let style =
                        if self.heads.get(at).is_some_and(|head| head.is_day) { &self.styles.day } else { &self.styles.text };
                    self.sheet.write_blank(row, column, style)?;
                }
                Cell::Number(number) => {
                    self.sheet.write_number_with_format(row, column, *number as f64, &self.styles.number)?;
                }
                Cell::Day(day) => match ExcelDateTime::parse_from_str(day) {
                    Ok(date) => {
                        self.sheet.write_datetime_with_format(row, column, &date, &self.styles.day)?;
                    }
                    Err(_) => text(self.sheet, self.styles, row, column, day)?,
                },
                Cell::Text(words) => text(self.sheet, self.styles, row, column, words)?,
                Cell::Address(url) => self.address(row, column, url)?,
            }
        }
        Ok(())
    }

    fn address(&mut self, row: u32, column: u16, url: &str) -> Result<(), XlsxError> {
        let may = followable(url) && url.chars().count() <= ADDRESS_CHARS_MAX && self.links < LINKS_MAX;
        if may {
            let link = Url::new(url).set_text(plain::cell(url));
            if self.sheet.write_url_with_format(row, column, link, &self.styles.link).is_ok() {
                self.links += 1;
                return Ok(());
            }
        }
        text(self.sheet, self.styles, row, column, url)
    }

    /// A table among others: the sheet's widths and filter are not its own. Gives the row below it.
    pub(super) fn close(mut self) -> Result<u32, XlsxError> {
        self.flush()?;
        Ok(self.next_row)
    }

    /// The only table of its sheet: widths, the filter, the drop-downs.
    pub(super) fn end(mut self) -> Result<(), XlsxError> {
        if self.settled.is_none() {
            self.settle()?;
        }
        let last_row = self.next_row.saturating_sub(1);
        let last_column = self.heads.len().saturating_sub(1) as u16;
        for (at, head) in (0..).zip(&self.heads) {
            if !head.choices.is_empty() && last_row > self.first_row {
                let list =
                    DataValidation::new().allow_list_strings(&head.choices)?.set_error_style(DataValidationErrorStyle::Stop);
                self.sheet.add_data_validation(self.first_row + 1, at, last_row, at, &list)?;
            }
        }
        self.sheet.autofilter(self.first_row, 0, last_row, last_column)?;
        Ok(())
    }
}

fn text(sheet: &mut Worksheet, styles: &Styles, row: u32, column: u16, words: &str) -> Result<(), XlsxError> {
    let words = plain::cell(words);
    let style = if plain::is_formula(&words) { &styles.quoted } else { &styles.text };
    sheet.write_string_with_format(row, column, words, style)?;
    Ok(())
}

/// Name, paper (A3 for tables, which are wide) and what repeats on every printed page.
pub(super) fn page(sheet: &mut Worksheet, name: &str, head_row: Option<u32>, frozen_columns: u16) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_landscape();
    sheet.set_paper_size(if head_row.is_some() { PAPER_A3 } else { PAPER_A4 });
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    sheet.set_footer("&C&P / &N");
    if let Some(row) = head_row {
        sheet.set_repeat_rows(row, row)?;
        sheet.set_freeze_panes(row + 1, frozen_columns)?;
    }
    Ok(())
}
