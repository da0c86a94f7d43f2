//! report.jsonl: one finding a line, in the order and with the fields of report.json, and the run it belongs to.

use serde::Serialize;

use crate::model::finding::Finding;
use crate::model::report::Report;

use super::RenderError;

#[derive(Serialize)]
struct Line<'a> {
    /// Id of the run.
    run: &'a str,
    /// The monitoring time point.
    now: &'a str,
    unit: &'a str,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// The whole file.
///
/// # Errors
/// [`RenderError::Json`] when a value is not expressible as JSON.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    for finding in &report.findings {
        let line = Line { run: &report.run.id, now: &report.run.now, unit: &report.unit, finding };
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}
