//! Text without its white space: runs of ink, found by the bytes, since every page's text goes through here several times.

/// Whether a character shows (white space and its invisible kin do not).
pub fn is_ink(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}')
}

/// The longest pieces of a text that hold no white space, in order.
#[derive(Debug, Clone)]
pub struct InkRuns<'t> {
    rest: &'t str,
}

/// The runs of ink of a text.
pub fn ink_runs(text: &str) -> InkRuns<'_> {
    InkRuns { rest: text }
}

impl<'t> Iterator for InkRuns<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = skip_gap(self.rest);
        if text.is_empty() {
            self.rest = text;
            return None;
        }
        let (run, rest) = text.split_at(run_bytes(text));
        self.rest = rest;
        Some(run)
    }
}

fn skip_gap(text: &str) -> &str {
    text.trim_start_matches(|c: char| !is_ink(c))
}

/// Whether the text begins, or ends, with a gap.
pub fn begins_with_gap(text: &str) -> bool {
    text.chars().next().is_some_and(|c| !is_ink(c))
}

pub fn ends_with_gap(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| !is_ink(c))
}

/// First bytes of characters that may be no ink: the others need no decoding.
static MAY_BE_GAP: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte <= 0x20 || matches!(byte, 0xC2 | 0xE1 | 0xE2 | 0xE3 | 0xEF);
        byte += 1;
    }
    table
};

fn run_bytes(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| MAY_BE_GAP[usize::from(byte)])) {
        at += step;
        if bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            return at;
        }
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        if !is_ink(c) {
            return at;
        }
        at += c.len_utf8();
    }
    text.len()
}

/// Characters of ink.
pub fn ink_chars(text: &str) -> usize {
    ink_runs(text).map(|run| run.chars().count()).sum()
}

/// Folds texts into one, each gap to a single blank, the beginning trimmed, at most so many characters of ink.
pub(super) struct Fold {
    pub(super) chars_left: usize,
    pub(super) gap: bool,
}

impl Fold {
    pub(super) fn push(&mut self, text: &str, out: &mut String) {
        self.gap |= begins_with_gap(text);
        let mut is_first = true;
        for run in ink_runs(text) {
            if self.chars_left == 0 {
                return;
            }
            if (self.gap || !is_first) && !out.is_empty() {
                out.push(' ');
            }
            self.gap = false;
            is_first = false;
            // as many bytes hold no more characters
            if run.len() <= self.chars_left {
                out.push_str(run);
                if self.chars_left < usize::MAX / 2 {
                    self.chars_left -= run.chars().count();
                }
            } else {
                let end = run.char_indices().nth(self.chars_left).map_or(run.len(), |(at, _)| at);
                let kept = run.get(..end).unwrap_or(run);
                out.push_str(kept);
                self.chars_left -= kept.chars().count();
            }
        }
        self.gap |= ends_with_gap(text);
    }
}

/// White space folded to single blanks, trimmed.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Fold { chars_left: usize::MAX, gap: false }.push(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_of_blank_parts_runs() {
        let text = "\u{feff}关于 印发\u{3000}“办法”\u{a0}的\u{2003}通知\u{200b}、a\tb\r\n";
        assert_eq!(ink_runs(text).collect::<Vec<_>>(), ["关于", "印发", "“办法”", "的", "通知", "、a", "b"]);
        assert_eq!(fold(text), "关于 印发 “办法” 的 通知 、a b");
    }

    proptest! {
        #[test]
        fn runs_hold_all_the_ink_and_nothing_else(text in "[a-z \t\n中文、“\u{a0}\u{3000}\u{200b}\u{feff}é\u{85}\u{1680}😀]{0,60}") {
            let by_char: String = text.chars().filter(|&c| is_ink(c)).collect();
            prop_assert_eq!(ink_runs(&text).collect::<String>(), by_char.clone());
            prop_assert_eq!(ink_chars(&text), by_char.chars().count());
            let words: Vec<&str> = text.split(|c: char| !is_ink(c)).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(fold(&text), words.join(" "));
        }
    }
}
