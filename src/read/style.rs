//! Inline styles, and the plainest rules of a page's own style elements. No cascade: what is written at an element, or for its id
//! or class alone.

use std::collections::BTreeMap;

use super::hidden::hidden_by;
use super::tape::{Attr, NodeId, Tag, Tape};
use crate::model::signs::HiddenWay;

/// Bytes of one style element that are looked at.
const SHEET_BYTES_MAX: usize = 64 * 1024;

/// Pixels outside the window from which on nothing comes in sight again by chance.
const FAR_PIXELS: f64 = 900.0;

/// The declarations of a style attribute.
#[derive(Debug, Default)]
pub(super) struct Declarations<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Declarations<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let pairs = text.split(';').filter_map(|pair| pair.split_once(':'));
        Self(pairs.map(|(name, value)| (name.trim(), value.trim())).collect())
    }

    /// The last value of a property, without `!important`.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value.split('!').next().unwrap_or(value).trim())
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|known| known.eq_ignore_ascii_case(value))
    }

    pub(super) fn pixels(&self, name: &str) -> Option<f64> {
        pixels(self.get(name)?)
    }

    /// The colour of the ground, where it is one colour.
    pub(super) fn ground(&self) -> Option<u32> {
        self.get("background-color").or_else(|| self.get("background")).and_then(colour)
    }
}

/// A length in pixels (an em counted as 16); of percentages only zero.
pub(super) fn pixels(value: &str) -> Option<f64> {
    let value = value.trim();
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))).unwrap_or(value.len());
    let number: f64 = value.get(..end)?.parse().ok()?;
    match value.get(end..)?.trim().to_ascii_lowercase().as_str() {
        "" | "px" | "pt" => Some(number),
        "em" | "rem" => Some(number * 16.0),
        "%" if number == 0.0 => Some(0.0),
        _ => None,
    }
}

/// An offset that leads out of the window, to either side.
pub(super) fn is_far(offset: f64) -> bool {
    offset <= -FAR_PIXELS || offset >= 5.0 * FAR_PIXELS
}

/// `#fff`, `#ffffff`, `white`, `black`.
pub(super) fn colour(value: &str) -> Option<u32> {
    let value = value.trim().to_ascii_lowercase();
    match value.as_str() {
        "white" => return Some(0x00ff_ffff),
        "black" => return Some(0),
        _ => {}
    }
    let digits = value.strip_prefix('#')?;
    match digits.len() {
        3 => u32::from_str_radix(&digits.chars().flat_map(|c| [c, c]).collect::<String>(), 16).ok(),
        6 => u32::from_str_radix(digits, 16).ok(),
        _ => None,
    }
}

/// Rules of the page's style elements whose selector is one class or one id.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// By `.class` and `#id`: the declarations, for as long as they hide something.
    rules: BTreeMap<String, String>,
}

impl Sheet {
    pub(super) fn read(tape: &Tape) -> Self {
        let mut sheet = Self::default();
        for id in tape.elements(Tag::Style) {
            let text = tape.raw_text(id);
            if text.len() > SHEET_BYTES_MAX || text.contains("@media") {
                continue;
            }
            for rule in text.split('}') {
                let Some((selectors, body)) = rule.split_once('{') else { continue };
                for selector in selectors.split(',').map(str::trim) {
                    let is_plain = selector
                        .strip_prefix(['.', '#'])
                        .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)));
                    if is_plain {
                        sheet.rules.insert(selector.to_owned(), body.trim().to_owned());
                    }
                }
            }
        }
        sheet
    }

    /// How the rules for an element's id or classes hide it.
    pub(super) fn hidden(&self, tape: &Tape, id: NodeId, tag: Tag) -> Option<((HiddenWay, bool), String)> {
        if self.rules.is_empty() {
            return None;
        }
        let by_id = tape.attr(id, Attr::Id).map(|name| format!("#{}", name.trim()));
        by_id.into_iter().chain(tape.classes(id).map(|class| format!(".{class}"))).find_map(|selector| {
            let body = self.rules.get(&selector)?;
            let how = hidden_by(tape, id, tag, &Declarations::read(body))?;
            Some((how, format!("{selector}{{{body}}}")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_colours_are_read_as_written() {
        assert_eq!(pixels("-9999px"), Some(-9999.0));
        assert_eq!(pixels("-500em"), Some(-8000.0));
        assert_eq!(pixels("0%"), Some(0.0));
        assert_eq!((pixels("50%"), pixels("auto")), (None, None));
        assert_eq!((colour("#FFF"), colour("white")), (colour("#ffffff"), colour("#fff")));
        assert_eq!(colour("transparent"), None);
    }

    #[test]
    fn the_last_declaration_counts() {
        let style = Declarations::read("display:block; DISPLAY : none !important");
        assert!(style.is("display", "none"));
    }
}
