//! The one streaming pass: a flat tape of the page (elements with parent and depth, text, the attributes that anyone asks
//! for). Knows nothing of what the page means.
//!
//! The tape is no DOM: it repairs what real pages get wrong (unclosed `li`, `td`, `p`, `option`; stray end tags) with the
//! cheap rules of the HTML standard and leaves foster parenting and formatting reconstruction alone.

mod build;
pub mod ink;
mod names;

use std::cell::Cell;

use self::ink::Fold;
pub use self::ink::fold;
pub use self::names::{Attr, Tag, breaks_words, is_unseen};

/// Elements open at once; deeper ones are put on the tape as leaves, so that nesting costs nothing.
pub const DEPTH_MAX: usize = 512;
/// Nodes of one page; what comes after is not read.
pub const NODES_MAX: usize = 1_000_000;
/// Bytes of one attribute value that are kept (scripts in `onclick`, `data:` images).
pub(super) const VALUE_BYTES_MAX: usize = 16 * 1024;

/// Bytes of the longest text that is searched for a day.
pub const TOLD_BYTES_MAX: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// Place in the tape: 0 for its first node.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Element(Tag),
    /// Text of an element; raw text (entities not decoded) inside script and style.
    Text {
        /// Nothing but ASCII white space.
        is_blank: bool,
        /// Holds characters beyond ASCII.
        is_wide: bool,
        /// All ASCII, and short enough to be looked at for a day: holds a digit.
        has_digit: bool,
    },
}

#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    parent: u32,
    /// First node behind the last descendant.
    end: u32,
    /// Elements: range in `attrs`. Text: range in `buffer`.
    from: u32,
    to: u32,
    /// Elements: the next one with this tag. Text beyond ASCII: the next such text.
    next: u32,
    /// Elements: which attributes it may have ([`Attr::bit`]).
    mask: u32,
}

#[derive(Debug, Clone, Copy)]
struct AttrEntry {
    attr: Attr,
    from: u32,
    to: u32,
}

/// A page as a flat sequence of nodes in document order.
#[derive(Debug)]
pub struct Tape {
    nodes: Vec<Node>,
    attrs: Vec<AttrEntry>,
    /// The first element of each tag.
    first: [u32; Tag::COUNT],
    /// The first text beyond ASCII.
    first_wide: u32,
    /// Attribute values and texts, one behind the other.
    buffer: String,
    /// The page had more nodes than are kept.
    pub cut: bool,
    /// Elements stood deeper than are nested here: a DOM of this page would cost too much.
    pub too_deep: bool,
}

const NONE: u32 = u32::MAX;

/// Bytes that a thread keeps for its next page: some four times what a usual page needs.
const SPARE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The room of a tape that is no longer needed.
#[derive(Debug, Default)]
struct Room {
    nodes: Vec<Node>,
    attrs: Vec<AttrEntry>,
    buffer: String,
}

thread_local! {
    static SPARE: Cell<Option<Room>> = const { Cell::new(None) };
}

impl Room {
    /// What an earlier tape of this thread has left: memory that is given back and asked for again for every page costs more
    /// than the tokenizer.
    fn take() -> Self {
        SPARE.take().unwrap_or_default()
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        let mut room = Room {
            nodes: std::mem::take(&mut self.nodes),
            attrs: std::mem::take(&mut self.attrs),
            buffer: std::mem::take(&mut self.buffer),
        };
        let bytes =
            room.nodes.capacity() * size_of::<Node>() + room.attrs.capacity() * size_of::<AttrEntry>() + room.buffer.capacity();
        if bytes == 0 || bytes > SPARE_BYTES_MAX {
            return;
        }
        room.nodes.clear();
        room.attrs.clear();
        room.buffer.clear();
        // At the end of a thread there is nobody to keep it for.
        let _ = SPARE.try_with(|spare| spare.set(Some(room)));
    }
}

impl Tape {
    /// Runs the tokenizer over a decoded page. Linear in its length; cannot fail.
    pub fn read(html: &str) -> Self {
        build::tape_of(html)
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Every node in document order.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// Every element with this tag, in document order. Costs what it finds.
    pub fn elements(&self, tag: Tag) -> impl Iterator<Item = NodeId> + '_ {
        self.chain(self.first[tag as usize])
    }

    /// Every text that holds more than ASCII, in document order: where Chinese words may stand. Costs what it finds.
    pub fn wide_texts(&self) -> impl Iterator<Item = (NodeId, &str)> {
        self.chain(self.first_wide).map(|id| {
            let node = &self.nodes[id.0 as usize];
            (id, self.slice(node.from, node.to))
        })
    }

    fn chain(&self, first: u32) -> impl Iterator<Item = NodeId> + '_ {
        let known = |index: u32| (index != NONE).then_some(NodeId(index));
        std::iter::successors(known(first), move |id| known(self.nodes[id.0 as usize].next))
    }

    /// The element's tag; none for text.
    pub fn tag(&self, id: NodeId) -> Option<Tag> {
        match self.nodes[id.0 as usize].kind {
            Kind::Element(tag) => Some(tag),
            Kind::Text { .. } => None,
        }
    }

    /// The element's name in lower case; empty for text.
    pub fn name(&self, id: NodeId) -> &str {
        match self.tag(id) {
            Some(Tag::Other) => self.attr(id, Attr::Other).unwrap_or(""),
            Some(tag) => tag.name(),
            None => "",
        }
    }

    /// A text node's own text (entities decoded, white space as written); none for elements.
    pub fn own_text(&self, id: NodeId) -> Option<&str> {
        let node = &self.nodes[id.0 as usize];
        matches!(node.kind, Kind::Text { .. }).then(|| self.slice(node.from, node.to))
    }

    /// A text node's own text where it shows anything.
    pub fn ink_text(&self, id: NodeId) -> Option<&str> {
        let node = &self.nodes[id.0 as usize];
        matches!(node.kind, Kind::Text { is_blank: false, .. }).then(|| self.slice(node.from, node.to))
    }

    /// A text node's own text where it holds more than ASCII: where Chinese words may stand.
    pub fn wide_text(&self, id: NodeId) -> Option<&str> {
        let node = &self.nodes[id.0 as usize];
        matches!(node.kind, Kind::Text { is_wide: true, .. }).then(|| self.slice(node.from, node.to))
    }

    /// Whether a text may tell a day or anything in Chinese: it holds a digit, or more than ASCII.
    pub fn tells(&self, id: NodeId) -> bool {
        matches!(self.nodes[id.0 as usize].kind, Kind::Text { is_wide: true, .. } | Kind::Text { has_digit: true, .. })
    }

    pub fn attr(&self, id: NodeId, attr: Attr) -> Option<&str> {
        let node = &self.nodes[id.0 as usize];
        if node.mask & attr.bit() == 0 {
            return None;
        }
        self.attrs[node.from as usize..node.to as usize]
            .iter()
            .find(|entry| entry.attr == attr)
            .map(|entry| self.slice(entry.from, entry.to))
    }

    /// The words of the `class` attribute.
    pub fn classes(&self, id: NodeId) -> impl Iterator<Item = &str> {
        self.attr(id, Attr::Class).unwrap_or("").split_ascii_whitespace()
    }

    pub fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.classes(id).any(|word| word.eq_ignore_ascii_case(class))
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.nodes[id.0 as usize].parent;
        (parent != NONE).then_some(NodeId(parent))
    }

    /// From the parent outward.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |&id| self.parent(id))
    }

    /// The nearest ancestor with this tag.
    pub fn closest(&self, id: NodeId, tag: Tag) -> Option<NodeId> {
        self.ancestors(id).find(|&up| self.tag(up) == Some(tag))
    }

    /// Every node below, in document order.
    pub fn descendants(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (id.0 + 1..self.nodes[id.0 as usize].end).map(NodeId)
    }

    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[id.0 as usize].end;
        let first = (id.0 + 1 < end).then_some(NodeId(id.0 + 1));
        std::iter::successors(first, move |&child| {
            let next = self.nodes[child.0 as usize].end;
            (next < end).then_some(NodeId(next))
        })
    }

    /// The node behind this one below the same parent.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let next = self.nodes[id.0 as usize].end;
        let parent = self.nodes[id.0 as usize].parent;
        let end = if parent == NONE { self.nodes.len() as u32 } else { self.nodes[parent as usize].end };
        (next < end).then_some(NodeId(next))
    }

    /// Index of the first node behind the last descendant.
    pub fn end_index(&self, id: NodeId) -> usize {
        self.nodes[id.0 as usize].end as usize
    }

    /// The node at this place of the tape.
    pub fn at(&self, index: usize) -> Option<NodeId> {
        (index < self.nodes.len()).then_some(NodeId(index as u32))
    }

    pub fn is_inside(&self, id: NodeId, ancestor: NodeId) -> bool {
        ancestor.0 < id.0 && id.0 < self.nodes[ancestor.0 as usize].end
    }

    /// Visible text below (script, style and their kin left out), white space folded to single blanks, trimmed.
    pub fn text(&self, id: NodeId) -> String {
        let mut out = String::new();
        self.text_into(id, usize::MAX, &mut out);
        out
    }

    /// The same, at most `chars_max` characters.
    pub fn text_capped(&self, id: NodeId, chars_max: usize) -> String {
        let mut out = String::new();
        self.text_into(id, chars_max, &mut out);
        out
    }

    fn text_into(&self, id: NodeId, chars_max: usize, out: &mut String) {
        let node = &self.nodes[id.0 as usize];
        let mut fold = Fold { chars_left: chars_max, gap: false };
        if matches!(node.kind, Kind::Text { .. }) {
            fold.push(self.slice(node.from, node.to), out);
            return;
        }
        let mut at = id.0 + 1;
        while at < node.end && fold.chars_left > 0 {
            let inner = &self.nodes[at as usize];
            match inner.kind {
                Kind::Text { .. } => fold.push(self.slice(inner.from, inner.to), out),
                Kind::Element(tag) if is_unseen(tag) => {
                    at = inner.end;
                    continue;
                }
                Kind::Element(tag) if breaks_words(tag) => fold.gap = true,
                Kind::Element(_) => {}
            }
            at += 1;
        }
    }

    /// The text of a script or style element as written.
    pub fn raw_text(&self, id: NodeId) -> &str {
        self.children(id).find_map(|child| self.own_text(child)).unwrap_or("")
    }

    fn slice(&self, from: u32, to: u32) -> &str {
        self.buffer.get(from as usize..to as usize).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first(tape: &Tape, tag: Tag) -> NodeId {
        tape.elements(tag).next().unwrap()
    }

    #[test]
    fn unclosed_items_and_cells_are_siblings() {
        let tape = Tape::read("<ul><li><a href=1>一</a><li><a href=2>二</a></ul><table><tr><td>a<td>b<tr><td>c</table>");
        let items: Vec<_> = tape.children(first(&tape, Tag::Ul)).map(|id| tape.text(id)).collect();
        assert_eq!(items, ["一", "二"]);
        let rows: Vec<_> = tape.elements(Tag::Tr).map(|id| tape.text(id)).collect();
        assert_eq!(rows, ["a b", "c"]);
    }

    #[test]
    fn a_stray_end_tag_in_a_cell_leaves_the_table_alone() {
        let tape = Tape::read("<div><table><tr><td>x</div></td><td>y</td></tr></table></div><p>z");
        let row = first(&tape, Tag::Tr);
        assert_eq!(tape.children(row).filter(|&id| tape.tag(id) == Some(Tag::Td)).count(), 2);
        assert_eq!(tape.parent(first(&tape, Tag::P)), None);
    }

    #[test]
    fn empty_values_are_values() {
        let tape = Tape::read("<img alt='' src=a.gif><a href>x</a><img alt=z>");
        let img = first(&tape, Tag::Img);
        assert_eq!(tape.attr(img, Attr::Alt), Some(""));
        assert_eq!(tape.attr(img, Attr::Src), Some("a.gif"));
        assert_eq!(tape.attr(first(&tape, Tag::A), Attr::Href), Some(""));
    }

    #[test]
    fn script_text_is_raw_and_no_link() {
        let tape = Tape::read("<script>document.write(\"<a href='x'>&amp;</a>\")</script><a href='y?a=1&amp;b=2'>t</a>");
        assert_eq!(tape.elements(Tag::A).count(), 1);
        assert_eq!(tape.raw_text(first(&tape, Tag::Script)), "document.write(\"<a href='x'>&amp;</a>\")");
        assert_eq!(tape.attr(first(&tape, Tag::A), Attr::Href), Some("y?a=1&b=2"));
    }

    #[test]
    fn an_unclosed_head_ends_where_the_body_begins() {
        let tape = Tape::read("<html><head><title>t</title><div><a href=x>a</a></div>");
        assert_eq!(tape.closest(first(&tape, Tag::A), Tag::Head), None);
        assert!(tape.closest(first(&tape, Tag::Title), Tag::Head).is_some());
    }

    #[test]
    fn names_of_unknown_elements_are_kept() {
        let tape = Tape::read("<UCAPTITLE>标题</UCAPTITLE><p>x</p>");
        let node = tape.nodes().next().unwrap();
        assert_eq!(tape.name(node), "ucaptitle");
        assert_eq!(tape.text(node), "标题");
    }

    #[test]
    fn deep_nesting_costs_nothing() {
        let html = "<div>".repeat(300_000);
        let tape = Tape::read(&html);
        assert_eq!(tape.len(), 300_000);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_well_formed_tape(html in "(<[a-z/! ]{1,8}>?|[a-z<>'\"=&;中]{0,12}){0,40}") {
            let tape = Tape::read(&html);
            for id in tape.nodes() {
                if let Some(parent) = tape.parent(id) {
                    prop_assert!(tape.is_inside(id, parent));
                }
                let _ = tape.text(id);
            }
        }
    }
}
