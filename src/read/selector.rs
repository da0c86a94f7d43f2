//! A short CSS selector for an element: its own name and its nearest named ancestors. For people who look for the spot, so
//! it says where, not which of many equal ones.

use std::fmt::Write;

use super::tape::{Attr, NodeId, Tag, Tape};

/// Ancestors with an id or a class that are named.
const ANCESTORS_MAX: usize = 3;
/// Bytes of most selectors.
const CAPACITY: usize = 64;
/// Longest id or class that is used, bytes: longer ones are generated.
const WORD_BYTES_MAX: usize = 40;

/// Writes selectors; links that stand under the same named element share the work.
#[derive(Debug)]
pub struct Selectors<'t> {
    tape: &'t Tape,
    /// Of every element, the nearest named one at or above it: its place plus one; 0 for none. Made when first asked for.
    named: Vec<u32>,
    /// The named element last climbed from, and its path.
    cached: Option<(NodeId, String)>,
}

impl<'t> Selectors<'t> {
    pub fn new(tape: &'t Tape) -> Self {
        Self { tape, named: Vec::new(), cached: None }
    }

    pub fn of(&mut self, id: NodeId) -> String {
        if self.named.is_empty() {
            self.named = named(self.tape);
        }
        let mut out = String::with_capacity(CAPACITY);
        let parent = self.tape.parent(id).filter(|&up| !is_root(self.tape, up));
        if let Some(parent) = parent {
            self.parent_into(parent, &mut out);
        }
        step_into(self.tape, id, &mut out);
        if self.tape.tag(id) == Some(Tag::Form)
            && self.tape.attr(id, Attr::Method).is_some_and(|method| method.trim().eq_ignore_ascii_case("post"))
        {
            out.push_str("[method=\"post\" i]");
        }
        out
    }

    /// `#nav ul.menu > li > `: the path to the parent with the combinator behind it.
    fn parent_into(&mut self, parent: NodeId, out: &mut String) {
        let named = self.named_at(parent);
        if let Some(named) = named {
            if self.cached.as_ref().is_none_or(|(id, _)| *id != named) {
                self.cached = Some((named, self.path(named)));
            }
            if let Some((_, path)) = &self.cached {
                out.push_str(path);
            }
            if named != parent {
                out.push_str(if self.tape.parent(parent) == Some(named) { " > " } else { " " });
            }
        }
        if named != Some(parent) {
            name_into(self.tape, parent, out);
        }
        out.push_str(" > ");
    }

    /// The nearest named element at or above.
    fn named_at(&self, id: NodeId) -> Option<NodeId> {
        let place = self.named.get(id.index()).copied().unwrap_or(0);
        (place as usize).checked_sub(1).and_then(|index| self.tape.at(index))
    }

    fn path(&self, named: NodeId) -> String {
        let mut steps = [named; ANCESTORS_MAX];
        let mut count = 1;
        let mut last = named;
        while count < ANCESTORS_MAX && id_of(self.tape, last).is_none() {
            let Some(up) = self.tape.parent(last).and_then(|up| self.named_at(up)) else { break };
            steps[count] = up;
            (last, count) = (up, count + 1);
        }
        let mut out = String::with_capacity(CAPACITY);
        for &step in steps.iter().take(count).rev() {
            if !out.is_empty() {
                out.push(' ');
            }
            step_into(self.tape, step, &mut out);
        }
        out
    }
}

/// Of every element, the nearest named one at or above it.
fn named(tape: &Tape) -> Vec<u32> {
    let mut places: Vec<u32> = Vec::with_capacity(tape.len());
    for id in tape.nodes() {
        let own = tape.tag(id).is_some() && is_named(tape, id);
        let above = || tape.parent(id).and_then(|up| places.get(up.index()).copied()).unwrap_or(0);
        let place = if own { id.index() as u32 + 1 } else { above() };
        places.push(place);
    }
    places
}

fn is_root(tape: &Tape, id: NodeId) -> bool {
    matches!(tape.tag(id), Some(Tag::Html | Tag::Body))
}

fn is_named(tape: &Tape, id: NodeId) -> bool {
    !is_root(tape, id) && (id_of(tape, id).is_some() || class_of(tape, id).is_some())
}

fn id_of(tape: &Tape, id: NodeId) -> Option<&str> {
    tape.attr(id, Attr::Id)
        .filter(|word| !word.is_empty() && word.len() <= WORD_BYTES_MAX && !word.bytes().any(|b| b.is_ascii_whitespace()))
}

fn class_of(tape: &Tape, id: NodeId) -> Option<&str> {
    tape.classes(id).find(|word| word.len() <= WORD_BYTES_MAX)
}

/// One compound selector: `#id`, `name.class` or `name`.
fn step_into(tape: &Tape, id: NodeId, out: &mut String) {
    if let Some(word) = id_of(tape, id) {
        out.push('#');
        ident_into(word, out);
        return;
    }
    name_into(tape, id, out);
    if let Some(word) = class_of(tape, id) {
        out.push('.');
        ident_into(word, out);
    }
}

fn name_into(tape: &Tape, id: NodeId, out: &mut String) {
    let name = tape.name(id);
    if tape.tag(id) != Some(Tag::Other) {
        out.push_str(name);
        return;
    }
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    out.push_str(if is_plain { name } else { "*" });
}

/// CSSOM, "serialize an identifier".
fn ident_into(word: &str, out: &mut String) {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.bytes().all(is_plain) {
        out.push_str(word);
        return;
    }
    for (at, c) in word.chars().enumerate() {
        let digit_in_front = c.is_ascii_digit() && (at == 0 || (at == 1 && word.starts_with('-')));
        if c == '\0' {
            out.push('\u{fffd}');
        } else if c.is_ascii_control() || digit_in_front {
            let _ = write!(out, "\\{:x} ", u32::from(c));
        } else if c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii() || (c == '-' && word.len() > 1) {
            out.push(c);
        } else {
            out.push('\\');
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_first(html: &str, tag: Tag) -> String {
        let tape = Tape::read(html);
        let id = tape.elements(tag).next().unwrap();
        Selectors::new(&tape).of(id)
    }

    #[test]
    fn the_nearest_named_ancestors_lead_to_the_element() {
        assert_eq!(of_first("<div id=nav><ul class='menu x'><li><a href=/>a</a></ul></div>", Tag::A), "#nav ul.menu > li > a");
        assert_eq!(of_first("<body class=home><div><p><a href=/>a</a></p></div>", Tag::A), "p > a");
        assert_eq!(
            of_first("<div class=a><div class=b><div class=c><div class=d><i><b><img src=x>", Tag::Img),
            "div.b div.c div.d b > img"
        );
        assert_eq!(of_first("<a id=x href=/>a</a>", Tag::A), "#x");
        assert_eq!(of_first("<form method=POST action=/></form>", Tag::Form), "form[method=\"post\" i]");
    }

    proptest! {
        #[test]
        fn any_selector_is_valid_and_selects_its_element(id in "[^\"&\\s]{1,8}", class in "[^\"&\\s]{1,8}") {
            let html = format!("<html><body><div id=\"{id}\"><ul class=\"{class}\"><li><a href=\"/\">a</a></li></ul></div></body></html>");
            let selector = of_first(&html, Tag::A);
            let parsed = scraper::Selector::parse(&selector);
            prop_assert!(parsed.is_ok(), "{selector}");
            let document = scraper::Html::parse_document(&html);
            prop_assert_eq!(document.select(&parsed.unwrap()).count(), 1, "{}", selector);
        }
    }
}
