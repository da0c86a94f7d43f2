//! report.html: one self-contained file. Page text is hostile: every printed value goes through [`PageText`].

use std::fmt;

use askama::Template;
use askama::filters::{Escaper, Html};

use crate::model::report::Report;

use super::RenderError;
use super::plain::is_dropped;
use super::view::{self, Page};
use super::words::Words;

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'a> {
    report: &'a Report,
    page: &'a Page,
    w: Words,
}

/// The whole file.
///
/// # Errors
/// [`RenderError::Template`] when the template fails.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let page = view::page(report);
    let template = ReportPage { report, page: &page, w: Words::of(&report.lang) };
    Ok(template.render()?.into_bytes())
}

/// The escaper of our templates (named in askama.toml): drops characters that have no business in a report
/// (controls, overrides of the writing direction), then escapes for text and quoted attributes.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageText;

impl Escaper for PageText {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        for piece in string.split(is_dropped) {
            Html.write_escaped_str(&mut dest, piece)?;
        }
        Ok(())
    }
}
