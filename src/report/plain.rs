//! Page text made harmless for files that other programs open: no controls, no overrides of the writing direction, nothing
//! that a spreadsheet takes for a formula, nothing longer than a cell holds. It must not know the model.

use std::borrow::Cow;

/// UTF-16 units that a cell of a spreadsheet holds (Excel's own limit).
pub const CELL_UNITS_MAX: usize = 32_767;

/// C0 and C1 controls but line break and tab; bidirectional overrides, isolates and marks; noncharacters that XML forbids too.
pub(crate) fn is_dropped(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The text without what [`is_dropped`] names.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_dropped) {
        Cow::Owned(text.chars().filter(|c| !is_dropped(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// One line: clean, every run of white space a single blank, none at the ends.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in clean(text).split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// One line that fits a cell.
pub(crate) fn cell(text: &str) -> String {
    fitted(line(text))
}

/// Clean, as long as a cell holds, its line breaks kept.
pub(crate) fn cell_of_lines(text: &str) -> String {
    fitted(clean(text).into_owned())
}

fn fitted(text: String) -> String {
    if text.len() <= CELL_UNITS_MAX || text.encode_utf16().count() <= CELL_UNITS_MAX {
        return text;
    }
    let mut units = 1; // the ellipsis
    let mut short: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= CELL_UNITS_MAX
        })
        .collect();
    short.push('…');
    short
}

/// Whether a spreadsheet would take the text for a formula, the full-width signs that Chinese input methods write among them.
pub(crate) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_of_direction_are_dropped_and_chinese_is_kept() {
        assert_eq!(clean("政\u{0}务\u{1b}[2J\u{202e}公开\u{feff}\u{9b}"), "政务[2J公开");
        assert_eq!(line(" 关于 \r\n\t印发\u{3000}的通知\u{7}"), "关于 印发 的通知");
        assert!(matches!(clean("政务公开\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_text_fits_a_cell_and_is_cut_between_characters() {
        for text in ["政".repeat(40_000), "𠀀".repeat(20_000), "a".repeat(32_768)] {
            let short = cell(&text);
            assert!(short.encode_utf16().count() <= CELL_UNITS_MAX && short.ends_with('…'));
        }
        let fits = "政".repeat(CELL_UNITS_MAX);
        assert_eq!(cell(&fits), fits);
    }

    #[test]
    fn what_a_spreadsheet_computes_is_known() {
        for text in ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert!(is_formula(text), "{text:?}");
        }
        for text in ["", "http://a.cn/?a=1", "2026-11-24", "“=”"] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
