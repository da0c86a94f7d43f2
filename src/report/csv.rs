//! report.csv: one row a finding, for spreadsheets and scripts. UTF-8 with a byte order mark, so that Excel reads the Chinese.

use crate::model::report::Report;

use super::RenderError;
use super::plain;
use super::rows::{rows, told_columns};
use super::words::Words;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The whole file.
///
/// # Errors
/// [`RenderError::Csv`] when a row cannot be written.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let words = Words::of(&report.lang);
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(told_columns().map(|column| column.head(words.lang)))?;
    for row in rows(report) {
        writer.write_record(told_columns().map(|column| harmless((column.cell)(&row).line())))?;
    }
    writer.into_inner().map_err(|error| RenderError::Csv(error.into_error().into()))
}

/// A text that a spreadsheet would compute gets an apostrophe in front, which it shows as text.
fn harmless(text: String) -> String {
    if plain::is_formula(&text) { format!("'{text}") } else { text }
}
