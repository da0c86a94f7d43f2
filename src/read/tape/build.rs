//! Fills a tape from the tokenizer's calls. The only file that names the tokenizer. It takes each piece of text and each
//! attribute value straight into the tape's buffer: nothing is put together twice.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State, Tokenizer, naive_next_state};

use super::names::{belongs_in_head, ends_paragraph, is_void};
use super::{Attr, AttrEntry, DEPTH_MAX, Kind, NODES_MAX, NONE, Node, Room, TOLD_BYTES_MAX, Tag, Tape, VALUE_BYTES_MAX};

/// Runs the tokenizer over a decoded page.
pub(super) fn tape_of(html: &str) -> Tape {
    let Room { nodes, attrs, buffer } = Room::take();
    let mut builder = Builder {
        tape: Tape {
            nodes,
            attrs,
            first: [NONE; Tag::COUNT],
            first_wide: NONE,
            buffer: String::new(),
            cut: false,
            too_deep: false,
        },
        last: [NONE; Tag::COUNT],
        last_wide: NONE,
        bytes: buffer.into_bytes(),
        open: Vec::with_capacity(64),
        pending: None,
        text_from: None,
        attribute: Attribute::None,
        name: Vec::with_capacity(32),
        tag_name: Vec::with_capacity(32),
        last_start_tag: Vec::with_capacity(32),
        is_end_tag: false,
        self_closing: false,
    };
    // The emitter yields no token of its own: running to the end is all.
    Tokenizer::new_with_emitter(html, Calls(&mut builder)).for_each(drop);
    builder.finish()
}

/// The attribute that is being read.
enum Attribute {
    None,
    /// Its name has begun.
    Name,
    /// Its value stands in the buffer from here on.
    Value(Attr, usize),
    /// Nobody asks for it.
    Unwanted,
}

struct Builder {
    tape: Tape,
    /// The last element of each tag, and the last text beyond ASCII: their chains go on from there.
    last: [u32; Tag::COUNT],
    last_wide: u32,
    /// What becomes the tape's buffer.
    bytes: Vec<u8>,
    /// Open elements, outermost first.
    open: Vec<u32>,
    /// The element whose attributes are being read.
    pending: Option<u32>,
    /// Where in the buffer the text that is being read began.
    text_from: Option<usize>,
    attribute: Attribute,
    name: Vec<u8>,
    tag_name: Vec<u8>,
    last_start_tag: Vec<u8>,
    is_end_tag: bool,
    self_closing: bool,
}

impl Builder {
    fn tag_at(&self, index: u32) -> Tag {
        match self.tape.nodes[index as usize].kind {
            Kind::Element(tag) => tag,
            Kind::Text { .. } => Tag::Other,
        }
    }

    /// The name that an `Other` element keeps as its first attribute.
    fn other_name(&self, index: u32) -> &[u8] {
        let entry = self.tape.attrs.get(self.tape.nodes[index as usize].from as usize);
        entry.and_then(|entry| self.bytes.get(entry.from as usize..entry.to as usize)).unwrap_or(b"")
    }

    fn is_full(&mut self) -> bool {
        self.tape.cut |= self.tape.nodes.len() >= NODES_MAX;
        self.tape.cut
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize) -> u32 {
        let index = self.tape.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(NONE);
        self.tape.nodes.push(Node { kind, parent, end: index + 1, from: from as u32, to: to as u32, next: NONE, mask: 0 });
        let (first, last) = match kind {
            Kind::Element(tag) => (&mut self.tape.first[tag as usize], &mut self.last[tag as usize]),
            Kind::Text { is_wide: true, .. } => (&mut self.tape.first_wide, &mut self.last_wide),
            Kind::Text { .. } => return index,
        };
        match std::mem::replace(last, index) {
            NONE => *first = index,
            before => self.tape.nodes[before as usize].next = index,
        }
        index
    }

    fn text(&mut self, value: &[u8]) {
        self.text_from.get_or_insert(self.bytes.len());
        self.bytes.extend_from_slice(value);
    }

    /// A text has come to its end.
    fn end_text(&mut self) {
        let Some(from) = self.text_from.take() else { return };
        let text = self.bytes.get(from..).unwrap_or(b"");
        if text.is_empty() || self.is_full() {
            self.bytes.truncate(from);
            return;
        }
        let text = self.bytes.get(from..).unwrap_or(b"");
        let is_blank = text.iter().all(u8::is_ascii_whitespace);
        let is_wide = !text.is_ascii();
        // Long texts are scripts and prose.
        let has_digit = !is_wide && text.len() <= TOLD_BYTES_MAX && text.iter().any(u8::is_ascii_digit);
        if is_blank {
            // White space between tags carries one thing: that there was some.
            self.bytes.truncate(from);
            self.bytes.push(b' ');
        }
        self.push(Kind::Text { is_blank, is_wide, has_digit }, from, self.bytes.len());
    }

    /// The name of a start tag is known.
    fn open_tag(&mut self) {
        if self.is_end_tag || self.pending.is_some() || self.is_full() {
            return;
        }
        let tag = Tag::from_name(&self.tag_name);
        self.close_implied(tag);
        let at = self.tape.attrs.len();
        let index = self.push(Kind::Element(tag), at, at);
        self.pending = Some(index);
        if tag == Tag::Other {
            let from = self.bytes.len();
            self.bytes.extend_from_slice(&self.tag_name);
            self.keep(index, Attr::Other, from);
        }
    }

    /// The attribute's value stands at the end of the buffer.
    fn keep(&mut self, element: u32, attr: Attr, from: usize) {
        self.tape.attrs.push(AttrEntry { attr, from: from as u32, to: self.bytes.len() as u32 });
        let node = &mut self.tape.nodes[element as usize];
        node.to = self.tape.attrs.len() as u32;
        node.mask |= attr.bit();
    }

    /// The attribute's name is known.
    fn name_attribute(&mut self) {
        if matches!(self.attribute, Attribute::Name) {
            let attr = Attr::from_name(&self.name);
            let is_wanted = attr != Attr::Other && self.pending.is_some();
            self.attribute = if is_wanted { Attribute::Value(attr, self.bytes.len()) } else { Attribute::Unwanted };
        }
    }

    fn end_attribute(&mut self) {
        self.name_attribute();
        let ended = std::mem::replace(&mut self.attribute, Attribute::None);
        let (Attribute::Value(attr, from), Some(element)) = (ended, self.pending) else { return };
        if self.bytes.len() - from >= VALUE_BYTES_MAX {
            // Cut at a limit of bytes: not amid a character.
            let kept =
                self.bytes.get(from..).map_or(0, |value| std::str::from_utf8(value).map_or_else(|e| e.valid_up_to(), str::len));
            self.bytes.truncate(from + kept);
        }
        self.keep(element, attr, from);
    }

    /// The whole start tag has been read.
    fn started(&mut self) {
        let Some(index) = self.pending.take() else { return };
        let tag = self.tag_at(index);
        if is_void(tag) || (self.self_closing && tag == Tag::Other) {
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            self.tape.too_deep = true;
            return;
        }
        self.open.push(index);
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

    fn close(&mut self, tag: Tag) {
        let crosses_cells = matches!(
            tag,
            Tag::Table | Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Td | Tag::Th | Tag::Body | Tag::Html
        );
        for depth in (0..self.open.len()).rev() {
            let index = self.open[depth];
            let open = self.tag_at(index);
            let same = open == tag && (tag != Tag::Other || self.other_name(index) == self.tag_name);
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
        self.end_text();
        self.close_from(0);
        self.tape.buffer = String::from_utf8(self.bytes).unwrap_or_else(|fault| {
            // Pieces of a text in UTF-8 are UTF-8; were they not, their places would have to stay what they are.
            fault.into_bytes().into_iter().map(|byte| if byte.is_ascii() { char::from(byte) } else { '?' }).collect()
        });
        self.tape
    }
}

/// The tokenizer's side.
struct Calls<'b>(&'b mut Builder);

impl Emitter for Calls<'_> {
    type Token = Infallible;

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.0.last_start_tag.clear();
        self.0.last_start_tag.extend_from_slice(name.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.0.end_text();
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.0.text(text);
    }

    fn init_start_tag(&mut self) {
        let builder = &mut *self.0;
        builder.end_text();
        builder.tag_name.clear();
        (builder.is_end_tag, builder.self_closing, builder.pending) = (false, false, None);
    }

    fn init_end_tag(&mut self) {
        // Not yet the end of a text: in a script this may be a piece of it.
        let builder = &mut *self.0;
        builder.tag_name.clear();
        (builder.is_end_tag, builder.self_closing, builder.pending) = (true, false, None);
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        self.0.tag_name.extend_from_slice(name);
    }

    fn init_attribute(&mut self) {
        let builder = &mut *self.0;
        builder.end_attribute();
        builder.open_tag();
        builder.name.clear();
        builder.attribute = Attribute::Name;
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.0.name.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        let builder = &mut *self.0;
        builder.name_attribute();
        if let Attribute::Value(_, from) = builder.attribute {
            let room = VALUE_BYTES_MAX.saturating_sub(builder.bytes.len() - from);
            builder.bytes.extend_from_slice(value.get(..room).unwrap_or(value));
        }
    }

    fn set_self_closing(&mut self) {
        self.0.self_closing = true;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let builder = &mut *self.0;
        builder.end_attribute();
        if builder.is_end_tag {
            builder.end_text();
            builder.close(Tag::from_name(&builder.tag_name));
            return None;
        }
        builder.open_tag();
        builder.started();
        std::mem::swap(&mut builder.last_start_tag, &mut builder.tag_name);
        naive_next_state(&builder.last_start_tag)
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.0.is_end_tag && !self.0.tag_name.is_empty() && self.0.tag_name == self.0.last_start_tag
    }

    fn emit_current_comment(&mut self) {
        self.0.end_text();
    }

    fn emit_current_doctype(&mut self) {
        self.0.end_text();
    }

    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}
