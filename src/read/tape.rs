//! The one streaming pass: a flat tape of the page (elements with parent and depth, text, the attributes that anyone asks
//! for). The only file that names the tokenizer. Knows nothing of what the page means.
//!
//! The tape is no DOM: it repairs what real pages get wrong (unclosed `li`, `td`, `p`, `option`; stray end tags) with the
//! cheap rules of the HTML standard and leaves foster parenting and formatting reconstruction alone.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Elements open at once; deeper ones are put on the tape as leaves, so that nesting costs nothing.
pub const DEPTH_MAX: usize = 512;
/// Nodes of one page; what comes after is not read.
pub const NODES_MAX: usize = 1_000_000;
/// Bytes of one attribute value that are kept (scripts in `onclick`, `data:` images).
pub(super) const VALUE_BYTES_MAX: usize = 16 * 1024;

macro_rules! names {
    ($(#[$meta:meta])* $kind:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $kind { $($variant),+ , Other }

        impl $kind {
            #[allow(non_upper_case_globals, reason = "one constant per variant, matched below")]
            fn from_name(name: &[u8]) -> Self {
                $(const $variant: &[u8] = $text.as_bytes();)+
                match name { $($variant => Self::$variant,)+ _ => Self::Other }
            }

            /// The name as written in HTML; empty for `Other`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ Self::Other => "" }
            }
        }
    };
}

names! {
    /// Element names that readers ask for; every other element is `Other` and keeps its name as an attribute.
    Tag {
        A = "a", Area = "area", Article = "article", Aside = "aside", Audio = "audio", B = "b", Base = "base",
        Blockquote = "blockquote", Body = "body", Br = "br", Button = "button", Caption = "caption", Center = "center",
        Col = "col", Dd = "dd", Div = "div", Dl = "dl", Dt = "dt", Em = "em", Embed = "embed", Fieldset = "fieldset",
        Font = "font", Footer = "footer", Form = "form", Frame = "frame", H1 = "h1", H2 = "h2", H3 = "h3", H4 = "h4",
        H5 = "h5", H6 = "h6", Head = "head", Header = "header", Hr = "hr", Html = "html", I = "i", Iframe = "iframe",
        Img = "img", Input = "input", Label = "label", Li = "li", Link = "link", Main = "main", Map = "map",
        Marquee = "marquee", Menu = "menu", Meta = "meta", Nav = "nav", Noscript = "noscript", Object = "object",
        Ol = "ol", Option = "option", P = "p", Param = "param", Pre = "pre", Script = "script", Section = "section",
        Select = "select", Source = "source", Span = "span", Strong = "strong", Style = "style", Svg = "svg",
        Table = "table", Tbody = "tbody", Td = "td", Template = "template", Textarea = "textarea", Tfoot = "tfoot",
        Th = "th", Thead = "thead", Time = "time", Title = "title", Tr = "tr", Track = "track", U = "u", Ul = "ul",
        Video = "video", Wbr = "wbr",
    }
}

names! {
    /// Attributes that readers ask for; every other one is dropped (`Other` holds the name of an `Other` element).
    Attr {
        Action = "action", Alt = "alt", Background = "background", Charset = "charset", Class = "class",
        Content = "content", Data = "data", DataHref = "data-href", DataOriginal = "data-original", DataSrc = "data-src",
        DataUrl = "data-url", Datetime = "datetime", Height = "height", Hidden = "hidden", Href = "href",
        HttpEquiv = "http-equiv", Id = "id", Itemprop = "itemprop", Lang = "lang", Language = "language", Method = "method", Name = "name",
        OnClick = "onclick", ParseType = "parsetype", Placeholder = "placeholder", Poster = "poster", Property = "property", PubdateMark = "pubdate", QueryData = "querydata", Rel = "rel",
        SiteCode = "sitecode", Src = "src", Srcset = "srcset", Style = "style", Target = "target", Title = "title",
        Type = "type", Url = "url", Value = "value", Width = "width",
    }
}

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
    Text,
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
}

#[derive(Debug, Clone, Copy)]
struct AttrEntry {
    attr: Attr,
    from: u32,
    to: u32,
}

/// A page as a flat sequence of nodes in document order.
#[derive(Debug, Default)]
pub struct Tape {
    nodes: Vec<Node>,
    attrs: Vec<AttrEntry>,
    buffer: String,
    /// The page had more nodes than are kept.
    pub cut: bool,
    /// Elements stood deeper than are nested here: a DOM of this page would cost too much.
    pub too_deep: bool,
}

const NONE: u32 = u32::MAX;

impl Tape {
    /// Runs the tokenizer over a decoded page. Linear in its length; cannot fail.
    pub fn read(html: &str) -> Self {
        let mut builder = Builder {
            tape: Self { buffer: String::with_capacity(html.len() / 2), ..Self::default() },
            open: Vec::with_capacity(64),
            pending: None,
            value_wanted: None,
        };
        let mut emitter =
            CallbackEmitter::<_, Infallible, ()>::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
                builder.event(&event);
                None
            });
        emitter.naively_switch_states(true);
        // The emitter yields no token of its own: running to the end is all.
        Tokenizer::new_with_emitter(html, emitter).for_each(drop);
        builder.finish()
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

    /// Every element with this tag, in document order.
    pub fn elements(&self, tag: Tag) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes().filter(move |&id| self.tag(id) == Some(tag))
    }

    /// The element's tag; none for text.
    pub fn tag(&self, id: NodeId) -> Option<Tag> {
        match self.nodes[id.0 as usize].kind {
            Kind::Element(tag) => Some(tag),
            Kind::Text => None,
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
        (node.kind == Kind::Text).then(|| self.slice(node.from, node.to))
    }

    pub fn attr(&self, id: NodeId, attr: Attr) -> Option<&str> {
        let node = &self.nodes[id.0 as usize];
        if node.kind == Kind::Text {
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
        if node.kind == Kind::Text {
            fold.push(self.slice(node.from, node.to), out);
            return;
        }
        let mut at = id.0 + 1;
        while at < node.end && fold.chars_left > 0 {
            let inner = &self.nodes[at as usize];
            match inner.kind {
                Kind::Text => fold.push(self.slice(inner.from, inner.to), out),
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

/// Elements whose text nobody sees.
pub fn is_unseen(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Script | Tag::Style | Tag::Template | Tag::Head | Tag::Title | Tag::Textarea | Tag::Select | Tag::Noscript
    )
}

/// Elements that stand apart from the words before them.
pub fn breaks_words(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::A
            | Tag::B
            | Tag::Em
            | Tag::Font
            | Tag::I
            | Tag::Span
            | Tag::Strong
            | Tag::U
            | Tag::Label
            | Tag::Time
            | Tag::Wbr
            | Tag::Other
    )
}

struct Fold {
    chars_left: usize,
    gap: bool,
}

impl Fold {
    fn push(&mut self, text: &str, out: &mut String) {
        for c in text.chars() {
            if c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}') {
                self.gap = true;
                continue;
            }
            if self.chars_left == 0 {
                return;
            }
            if self.gap && !out.is_empty() {
                out.push(' ');
            }
            self.gap = false;
            out.push(c);
            self.chars_left -= 1;
        }
    }
}

/// White space folded to single blanks, trimmed.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Fold { chars_left: usize::MAX, gap: false }.push(text, &mut out);
    out
}

struct Builder {
    tape: Tape,
    /// Open elements, outermost first.
    open: Vec<u32>,
    /// The element whose attributes are being read.
    pending: Option<u32>,
    /// An attribute whose value has not come (yet): the tokenizer is silent about empty ones.
    value_wanted: Option<Attr>,
}

impl Builder {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.start(name),
            CallbackEvent::AttributeName { name } => {
                self.empty_value();
                let attr = Attr::from_name(name);
                self.value_wanted = (attr != Attr::Other && self.pending.is_some()).then_some(attr);
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(attr) = self.value_wanted.take() {
                    self.value(attr, value);
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                self.empty_value();
                self.started(*self_closing);
            }
            CallbackEvent::EndTag { name } => {
                self.value_wanted = None;
                self.close(Tag::from_name(name), name);
            }
            CallbackEvent::String { value } => self.text(value),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn tag_at(&self, index: u32) -> Tag {
        match self.tape.nodes[index as usize].kind {
            Kind::Element(tag) => tag,
            Kind::Text => Tag::Other,
        }
    }

    fn start(&mut self, name: &[u8]) {
        self.pending = None;
        if self.tape.nodes.len() >= NODES_MAX {
            self.tape.cut = true;
            return;
        }
        let tag = Tag::from_name(name);
        self.close_implied(tag);
        let index = self.push(Kind::Element(tag), self.tape.attrs.len(), self.tape.attrs.len());
        self.pending = Some(index);
        if tag == Tag::Other {
            self.value(Attr::Other, name);
        }
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize) -> u32 {
        let index = self.tape.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(NONE);
        self.tape.nodes.push(Node { kind, parent, end: index + 1, from: from as u32, to: to as u32 });
        index
    }

    fn empty_value(&mut self) {
        if let Some(attr) = self.value_wanted.take() {
            self.value(attr, b"");
        }
    }

    fn value(&mut self, attr: Attr, value: &[u8]) {
        let Some(pending) = self.pending else { return };
        let kept = value.get(..VALUE_BYTES_MAX).unwrap_or(value);
        let text = match std::str::from_utf8(kept) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(kept.get(..error.valid_up_to()).unwrap_or(b"")).unwrap_or(""),
        };
        let from = self.tape.buffer.len() as u32;
        self.tape.buffer.push_str(text);
        self.tape.attrs.push(AttrEntry { attr, from, to: self.tape.buffer.len() as u32 });
        self.tape.nodes[pending as usize].to = self.tape.attrs.len() as u32;
    }

    fn started(&mut self, self_closing: bool) {
        let Some(index) = self.pending.take() else { return };
        let tag = self.tag_at(index);
        if is_void(tag) || (self_closing && tag == Tag::Other) {
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            self.tape.too_deep = true;
            return;
        }
        self.open.push(index);
    }

    fn text(&mut self, value: &[u8]) {
        if self.tape.nodes.len() >= NODES_MAX {
            self.tape.cut = true;
            return;
        }
        let Ok(text) = std::str::from_utf8(value) else { return };
        if text.bytes().all(|b| b.is_ascii_whitespace()) {
            // White space between tags carries one thing: that there was some.
            let from = self.tape.buffer.len();
            self.tape.buffer.push(' ');
            self.push(Kind::Text, from, from + 1);
            return;
        }
        let from = self.tape.buffer.len();
        self.tape.buffer.push_str(text);
        self.push(Kind::Text, from, self.tape.buffer.len());
    }

    /// Ends what a start tag ends without saying so.
    fn close_implied(&mut self, tag: Tag) {
        if self.open.len() > 1 && !belongs_in_head(tag) && self.open.iter().take(3).any(|&i| self.tag_at(i) == Tag::Head) {
            self.close_up_to(&[Tag::Head], &[]);
        }
        match tag {
            Tag::Li => self.close_up_to(&[Tag::Li], &[Tag::Ul, Tag::Ol, Tag::Menu, Tag::Table, Tag::Td]),
            Tag::Dt | Tag::Dd => self.close_up_to(&[Tag::Dt, Tag::Dd], &[Tag::Dl, Tag::Table, Tag::Td]),
            Tag::Tr => self.close_up_to(&[Tag::Tr], &[Tag::Table]),
            Tag::Td | Tag::Th => self.close_up_to(&[Tag::Td, Tag::Th], &[Tag::Tr, Tag::Table]),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => self.close_up_to(&[Tag::Tbody, Tag::Thead, Tag::Tfoot], &[Tag::Table]),
            Tag::Option => self.close_up_to(&[Tag::Option], &[Tag::Select]),
            Tag::A => self.close_up_to(&[Tag::A], &[Tag::Td, Tag::Th, Tag::Table, Tag::Li, Tag::Div, Tag::Ul]),
            _ => {}
        }
        if ends_paragraph(tag) {
            self.close_up_to(&[Tag::P], &[Tag::Td, Tag::Th, Tag::Table, Tag::Button, Tag::Div, Tag::Li]);
        }
    }

    /// Closes the innermost open element of `tags`, unless one of `bounds` stands nearer.
    fn close_up_to(&mut self, tags: &[Tag], bounds: &[Tag]) {
        for depth in (0..self.open.len()).rev() {
            let tag = self.tag_at(self.open[depth]);
            if tags.contains(&tag) {
                self.close_from(depth);
                return;
            }
            if bounds.contains(&tag) {
                return;
            }
        }
    }

    fn close(&mut self, tag: Tag, name: &[u8]) {
        let crosses_cells = matches!(
            tag,
            Tag::Table | Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Td | Tag::Th | Tag::Body | Tag::Html
        );
        for depth in (0..self.open.len()).rev() {
            let index = self.open[depth];
            let open = self.tag_at(index);
            let same = open == tag && (tag != Tag::Other || self.tape.name(NodeId(index)).as_bytes() == name);
            if same {
                self.close_from(depth);
                return;
            }
            if !crosses_cells && matches!(open, Tag::Td | Tag::Th | Tag::Table) {
                return;
            }
            if matches!(tag, Tag::Td | Tag::Th | Tag::Tr) && open == Tag::Table {
                return;
            }
        }
    }

    fn close_from(&mut self, depth: usize) {
        let end = self.tape.nodes.len() as u32;
        for index in self.open.drain(depth..) {
            self.tape.nodes[index as usize].end = end;
        }
    }

    fn finish(mut self) -> Tape {
        self.close_from(0);
        self.tape
    }
}

fn is_void(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Area
            | Tag::Base
            | Tag::Br
            | Tag::Col
            | Tag::Embed
            | Tag::Frame
            | Tag::Hr
            | Tag::Img
            | Tag::Input
            | Tag::Link
            | Tag::Meta
            | Tag::Param
            | Tag::Source
            | Tag::Track
            | Tag::Wbr
    )
}

fn belongs_in_head(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Head | Tag::Meta | Tag::Link | Tag::Title | Tag::Script | Tag::Style | Tag::Base | Tag::Noscript | Tag::Template
    )
}

/// Start tags that end an open paragraph (HTML standard, "in body").
fn ends_paragraph(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Article
            | Tag::Aside
            | Tag::Blockquote
            | Tag::Center
            | Tag::Div
            | Tag::Dl
            | Tag::Fieldset
            | Tag::Footer
            | Tag::Form
            | Tag::H1
            | Tag::H2
            | Tag::H3
            | Tag::H4
            | Tag::H5
            | Tag::H6
            | Tag::Header
            | Tag::Hr
            | Tag::Main
            | Tag::Menu
            | Tag::Nav
            | Tag::Ol
            | Tag::P
            | Tag::Pre
            | Tag::Section
            | Tag::Table
            | Tag::Ul
    )
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
