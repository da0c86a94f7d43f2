//! Phase 3: one [`Report`] → files. Pure: renderers give bytes, a command writes them. Knows the model and nothing else of ours.

pub mod build;
pub mod html;
pub mod json;
pub mod summary;

mod narrative;
mod view;
mod words;

use crate::model::report::Report;

/// A report format.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// As `--format` names it.
    pub name: &'static str,
    /// Name of the file in the folder of the run.
    pub file_name: &'static str,
    /// The whole file.
    pub render: fn(&Report) -> Result<Vec<u8>, RenderError>,
}

/// Every format, in the order in which help texts name them.
pub const FORMATS: &[Format] = &[
    Format { name: "html", file_name: "report.html", render: html::render },
    Format { name: "json", file_name: "report.json", render: json::render },
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A report could not be put into its format: a fault of this tool, not of the sites.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The HTML template failed.
    #[error("the HTML report could not be rendered: {0}")]
    Template(#[from] askama::Error),
    /// The report is not expressible as JSON.
    #[error("the JSON report could not be written: {0}")]
    Json(#[from] serde_json::Error),
}
