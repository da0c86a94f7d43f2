//! report.json, the public `xuncha-report/1`, and its JSON Schema.

use crate::model::report::{Report, SCHEMA};

use super::RenderError;

/// The report as indented JSON with a final line break; fields stand in the order of the type, so equal reports are equal bytes.
///
/// # Errors
/// [`RenderError::Json`] when a value is not expressible as JSON.
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The JSON Schema (2020-12) of report.json, as published in `docs/report.schema.json`.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), SCHEMA.into());
        object.insert("title".to_owned(), SCHEMA.into());
    }
    if let Some(marker) = schema.pointer_mut("/properties/schema").and_then(serde_json::Value::as_object_mut) {
        marker.insert("const".to_owned(), SCHEMA.into());
    }
    schema
}
