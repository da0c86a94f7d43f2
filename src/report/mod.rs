//! Phase 3: one [`Report`] → files. Pure: renderers give bytes, a command writes them. Knows the model and nothing else of ours.

pub mod annual;
pub mod build;
pub mod changes;
pub mod comparison;
pub mod csv;
pub mod docx;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod markdown;
pub mod notice;
pub mod offices;
mod outlook;
pub mod plain;
pub mod published;
pub mod recheck;
pub mod rows;
pub mod sarif;
pub mod summary;
pub mod xlsx;

mod document;
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
    Format { name: "docx", file_name: "report.docx", render: docx::render },
    Format { name: "xlsx", file_name: "report.xlsx", render: xlsx::render },
    Format { name: "csv", file_name: "report.csv", render: csv::render },
    Format { name: "sarif", file_name: "report.sarif", render: sarif::render },
    Format { name: "junit", file_name: "report.junit.xml", render: junit::render },
    Format { name: "jsonl", file_name: "report.jsonl", render: jsonl::render },
    Format { name: "md", file_name: "report.md", render: markdown::render },
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
    /// The workbook could not be put together.
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The document's package could not be written.
    #[error("the document could not be written: {0}")]
    Docx(#[from] std::io::Error),
    /// A row of the CSV file could not be written.
    #[error("the CSV file could not be written: {0}")]
    Csv(#[from] ::csv::Error),
}
