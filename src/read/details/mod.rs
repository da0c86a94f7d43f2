//! Particulars that single rules ask for (`model::details`): names on the page, links that lead nowhere, words of content to come,
//! service guides, letters, statutory papers. Each reader looks at one word first and costs nothing where it is not there.

mod guide;
mod idle;
mod letter;
mod paper;
mod unfinished;

use super::place::Places;
use super::tape::{Attr, Tag, Tape};
use crate::model::details::{Details, GuideFacts, anchor_key};
use crate::model::facts::PageKind;

/// Names of one page beyond which none is kept: which of them are missing is then unknown.
const ANCHORS_MAX: usize = 600;

/// What the particulars are read from.
#[derive(Debug, Clone, Copy)]
pub struct DetailInput<'a> {
    pub tape: &'a Tape,
    pub places: &'a Places,
    /// The page's own title.
    pub title: &'a str,
    /// Body text, a line a block.
    pub body: &'a str,
    pub body_chars: u32,
    pub kind: PageKind,
    /// A page, not the data of a list or what a script writes.
    pub is_page: bool,
}

pub fn read(input: &DetailInput<'_>) -> Details {
    if !input.is_page || matches!(input.kind, PageKind::Error | PageKind::Challenge) {
        return Details::default();
    }
    let names = Names::read(input.tape);
    let is_text = matches!(input.kind, PageKind::Article | PageKind::Other | PageKind::Column);
    Details {
        idle_links: idle::read(input, &names),
        placeholder: unfinished::read(input),
        guide: if is_text { guide::read(input.title, input.body).map(|guide| with_more(guide, input)) } else { None },
        letter: if is_text { letter::read(input.body) } else { None },
        paper: if is_text { paper::read(input.title, input.body, input.body_chars) } else { None },
        has_feedback: is_text && paper::has_feedback(input.title, input.body),
        upgrades: upgrades(input.tape),
        anchors: names.keys,
        ..Details::default()
    }
}

/// A policy of the page itself by which nothing is loaded in the clear.
fn upgrades(tape: &Tape) -> bool {
    tape.elements(Tag::Meta).any(|id| {
        let is_policy =
            tape.attr(id, Attr::HttpEquiv).is_some_and(|name| name.trim().eq_ignore_ascii_case("content-security-policy"));
        is_policy && tape.attr(id, Attr::Content).is_some_and(|policy| policy.contains("upgrade-insecure-requests"))
    })
}

fn with_more(guide: GuideFacts, input: &DetailInput<'_>) -> GuideFacts {
    GuideFacts { has_more: guide::has_more(input.tape, input.places), ..guide }
}

/// What fragments can point at on the page.
#[derive(Debug, Default)]
struct Names {
    /// Sorted; empty when there are too many or the page was cut.
    keys: Vec<u32>,
}

impl Names {
    fn read(tape: &Tape) -> Self {
        if tape.cut {
            return Self::default();
        }
        let mut keys = vec![anchor_key("")];
        for id in tape.nodes() {
            let Some(tag) = tape.tag(id) else { continue };
            keys.extend(tape.attr(id, Attr::Id).map(|name| anchor_key(name.trim())));
            if matches!(tag, Tag::A | Tag::Map | Tag::Img) {
                keys.extend(tape.attr(id, Attr::Name).map(|name| anchor_key(name.trim())));
            }
            if keys.len() > ANCHORS_MAX {
                return Self::default();
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Self { keys }
    }

    fn holds(&self, name: &str) -> bool {
        self.keys.is_empty() || self.keys.binary_search(&anchor_key(name)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_names_and_a_cut_page_holds_all() {
        let names = Names::read(&Tape::read("<p id=a>x</p><a name=' b '>y</a><input name=c>"));
        assert!(names.holds("a") && names.holds("b") && names.holds("") && !names.holds("c"));
        assert!(Names::default().holds("anything"));
    }

    #[test]
    fn a_policy_of_the_page_upgrades_and_another_does_not() {
        let page = |policy: &str| {
            upgrades(&Tape::read(&format!("<meta http-equiv='Content-Security-Policy' content='{policy}'><p>x</p>")))
        };
        assert!(page("upgrade-insecure-requests") && !page("default-src &#39;self&#39;"));
    }
}
