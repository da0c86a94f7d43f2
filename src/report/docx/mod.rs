//! report.docx: the self-inspection report in the layout of official documents (GB/T 9704—2012), to be edited and sent.
//! `document` says what is written, this folder how it is set: `body` the paragraphs and tables, `package` the parts of the file.
//!
//! Written over quick-xml and zip, not docx-rs: that one puts elements out of the schema's order, cannot repeat the head of a
//! table, numbers paragraphs by a counter of the process (no two equal files), keeps the tree of the whole document in memory
//! and stores it uncompressed.

mod body;
mod package;

use std::io::Write;

use crate::model::report::Report;

use super::RenderError;
use super::document::{self, Block};
use super::words::Words;

/// The whole file.
///
/// # Errors
/// [`RenderError::Docx`] when the package cannot be written.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    render_blocks(report, &document::self_report(report))
}

/// A document of the given parts.
pub(crate) fn render_blocks(report: &Report, blocks: &[Block]) -> Result<Vec<u8>, RenderError> {
    let about = About { author: &report.unit, created: &report.run.finished, words: Words::of(&report.lang) };
    package_of(&about, blocks, Some(report))
}

/// What a document says of itself.
pub(crate) struct About<'a> {
    pub(crate) author: &'a str,
    /// RFC 3339.
    pub(crate) created: &'a str,
    pub(crate) words: Words,
}

/// A document without a list of problems.
pub(crate) fn render_about(about: &About<'_>, blocks: &[Block]) -> Result<Vec<u8>, RenderError> {
    package_of(about, blocks, None)
}

fn package_of(about: &About<'_>, blocks: &[Block], report: Option<&Report>) -> Result<Vec<u8>, RenderError> {
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(title) | Block::PageTitle(title) => Some(title.as_str()),
        _ => None,
    });
    let title = title.unwrap_or_default().replace('\n', "");
    let mut package = package::begin(&title, about.author, about.created, about.words)?;
    package::document(&mut package, |out: &mut dyn Write| body::write(out, report, blocks))?;
    Ok(package.finish().map_err(std::io::Error::from)?.into_inner())
}
