//! Rows in an array of the page's own script: `var data = [{"title": …, "url": …}, …]`.

use super::{Family, ListInput, json, shells};
use crate::model::facts::ListFacts;

/// Bytes of one array that are read.
const ARRAY_BYTES_MAX: usize = 1024 * 1024;

/// Arrays of one script that are tried.
const ARRAYS_MAX: usize = 20;

#[derive(Debug)]
pub(super) struct InlineJson;

impl Family for InlineJson {
    fn name(&self) -> &'static str {
        "inline-json"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let signs = page.signs();
        let mut texts = signs.texts(super::script::Sign::InlineArray).peekable();
        texts.peek()?;
        if page.main().is_some() || page.is_article() {
            return None;
        }
        let rows = texts.flat_map(arrays).find_map(|array| {
            let rows = json::rows_of(page, &json::parse(array)?);
            let dated = rows.iter().filter(|row| row.date.is_some()).count();
            // One object may be anything; on a page without a text of its own it is the list.
            let is_list = rows.len() >= 2 || shells::own_chars(page) <= super::SHELL_CHARS_MAX as usize;
            (dated > 0 && dated * 2 >= rows.len() && is_list).then_some(rows)
        })?;
        Some(ListFacts {
            family: self.name().to_owned(),
            column: page.url.clone(),
            page_no: 1,
            rows_total: Some(rows.len() as u32),
            rows,
            next: None,
            pages_total: None,
            guess: None,
            unread: None,
        })
    }
}

/// The literals `[{…}, …]` of a script.
fn arrays(script: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut from, mut tries) = (0, 0);
    while let Some(at) = script.get(from..).and_then(|rest| rest.find('[')).map(|at| from + at) {
        let rest = script.get(at..).unwrap_or("");
        let is_array = rest.get(1..).is_some_and(|inner| inner.trim_start().starts_with('{'));
        match is_array.then(|| closed(rest)).flatten() {
            Some(length) => {
                found.extend(rest.get(..length));
                from = at + length;
            }
            None => from = at + 1,
        }
        tries += usize::from(is_array);
        if tries >= ARRAYS_MAX {
            break;
        }
    }
    found
}

/// Length of a literal up to its closing bracket. Strings are heeded.
fn closed(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, byte) in text.bytes().enumerate().take(ARRAY_BYTES_MAX) {
        match (quote, byte) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(open), byte) => quote = (byte != open).then_some(open),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[' | b'{') => depth += 1,
            (None, b']' | b'}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_objects_are_cut_out() {
        let script = "var a=[1,2]; var b = [ {\"t\":\"x]}\"}, {\"t\":2} ]; c([{d:'e'}]); [{";
        assert_eq!(arrays(script), ["[ {\"t\":\"x]}\"}, {\"t\":2} ]", "[{d:'e'}]"]);
    }
}
