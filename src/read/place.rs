//! Where on the page a node stands: head, navigation, body or footer, from element names, ids, classes and the words that
//! only footers hold. One forward walk; knows nothing of links or texts beyond that.

use std::sync::LazyLock;

use regex::Regex;

use super::tape::{Attr, NodeId, Tag, Tape};
use crate::model::facts::Place;

/// Characters of a block that may still be a footer found by its words alone.
const FOOTER_CHARS_MAX: usize = 600;
/// Characters of a line that may still be a breadcrumb.
pub const CRUMB_CHARS_MAX: usize = 200;
/// Longest id or class word that is looked at, bytes.
const WORD_BYTES_MAX: usize = 40;

/// Words that stand in footers and hardly anywhere else.
const FOOTER_WORDS: [&str; 5] = ["ICP备", "网站标识码", "公网安备", "版权所有", "©"];
/// The same in English, in the spellings that are met, their first letter left out.
const COPYRIGHT: [&str; 2] = ["opyright", "OPYRIGHT"];

/// The place of every node of a tape.
#[derive(Debug)]
pub struct Places {
    of: Vec<Place>,
    /// A footer was found.
    pub has_footer: bool,
    /// An element calls itself the footer.
    pub has_named_footer: bool,
}

impl Places {
    pub fn read(tape: &Tape) -> Self {
        let mut own = Own::read(tape);
        own.drop_wrappers(tape);
        let mut places = Self { of: Vec::with_capacity(tape.len()), has_footer: false, has_named_footer: false };
        let mut own_at = own.named.iter().peekable();
        for id in tape.nodes() {
            let above = tape.parent(id).map_or(Place::Body, |up| places.of(up));
            let named = own_at.next_if(|(at, _)| *at == id).map(|&(_, place)| place);
            places.of.push(match (above, named) {
                // A menu inside the footer is footer; a footer inside a header is the page's mistake, not ours.
                (Place::Footer | Place::Head, _) | (_, None) => above,
                (_, Some(place)) => place,
            });
        }
        places.has_footer = places.of.contains(&Place::Footer);
        places.has_named_footer = places.has_footer;
        if !places.has_footer {
            places.find_footer(tape);
        }
        places.find_crumbs(tape);
        places
    }

    pub fn of(&self, id: NodeId) -> Place {
        self.of.get(id.index()).copied().unwrap_or_default()
    }

    fn set(&mut self, tape: &Tape, id: NodeId, place: Place) {
        for at in self.of.iter_mut().take(tape.end_index(id)).skip(id.index()) {
            *at = place;
        }
    }

    /// No element calls itself a footer: the last block with a footer's words is one.
    fn find_footer(&mut self, tape: &Tape) {
        let Some(line) = tape
            .nodes()
            .rev()
            .take(tape.len() / 2 + 40)
            .find(|&id| tape.ink_text(id).is_some_and(is_footer_text) && !is_in_script(tape, id))
        else {
            return;
        };
        let half = tape.len() / 2;
        let block = tape
            .ancestors(line)
            .take_while(|&up| {
                up.index() >= half
                    && !matches!(tape.tag(up), Some(Tag::Body | Tag::Html))
                    && tape.text_capped(up, FOOTER_CHARS_MAX + 1).chars().count() <= FOOTER_CHARS_MAX
                    && tape.descendants(up).all(|id| tape.tag(id) != Some(Tag::H1))
            })
            .last();
        if let Some(block) = block {
            self.set(tape, block, Place::Footer);
            self.has_footer = true;
        }
    }

    /// A line «当前位置：…» is navigation even where no class says so.
    fn find_crumbs(&mut self, tape: &Tape) {
        let Some(label) = crumb_label(tape) else { return };
        let line = tape
            .ancestors(label)
            .take(3)
            .take_while(|&up| tape.text_capped(up, CRUMB_CHARS_MAX + 1).chars().count() <= CRUMB_CHARS_MAX)
            .find(|&up| tape.descendants(up).any(|id| tape.tag(id) == Some(Tag::A)));
        if let Some(line) = line {
            self.set(tape, line, Place::Navigation);
        }
    }
}

/// The text node that introduces the breadcrumb.
pub fn crumb_label(tape: &Tape) -> Option<NodeId> {
    let label = |&(id, text): &(NodeId, &str)| behind_crumb_label(text).is_some() && !is_in_script(tape, id);
    tape.wide_texts().find(label).map(|(id, _)| id)
}

/// What follows «当前位置：», «您现在所在的位置是：» and the like at the beginning of a text.
pub fn behind_crumb_label(text: &str) -> Option<&str> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[\s\u{feff}【\[>]*(?:[您你]?(?:当前|现在|目前)?的?(?:所在|所处|当前)?的?)位置\s*(?:是|为)?\s*(?:[:：>＞】\]]+|$|\s)")
            .expect("a constant pattern")
    });
    if !text.contains("位置") {
        return None;
    }
    let label = LABEL.find(text)?;
    // «位置» alone labels many things.
    let is_trail = label.as_str().contains(['您', '你', '前', '在']);
    is_trail.then(|| text.get(label.end()..).unwrap_or(""))
}

/// Whether the parent's text is seen by nobody.
pub(crate) fn is_in_script(tape: &Tape, id: NodeId) -> bool {
    tape.parent(id).and_then(|up| tape.tag(up)).is_some_and(super::tape::is_unseen)
}

fn is_footer_text(text: &str) -> bool {
    (!text.is_ascii() && FOOTER_WORDS.iter().any(|word| text.contains(word)))
        || COPYRIGHT.iter().any(|word| text.contains(word))
}

/// Elements that say themselves where they stand.
struct Own {
    named: Vec<(NodeId, Place)>,
    /// Elements that hold the page's matter: what surrounds them is a wrapper, whatever it is called.
    matter: Vec<NodeId>,
}

impl Own {
    fn read(tape: &Tape) -> Self {
        let mut own = Self { named: Vec::new(), matter: Vec::new() };
        for id in tape.nodes() {
            let Some(tag) = tape.tag(id) else { continue };
            let by_tag = match tag {
                Tag::Head => Some(Place::Head),
                Tag::Nav => Some(Place::Navigation),
                Tag::Header if tape.closest(id, Tag::Article).is_none() => Some(Place::Navigation),
                Tag::Footer if tape.closest(id, Tag::Article).is_none() => Some(Place::Footer),
                Tag::Main | Tag::Article => {
                    own.matter.push(id);
                    None
                }
                Tag::Body | Tag::Html | Tag::Script | Tag::Link | Tag::Meta | Tag::Img | Tag::Option => continue,
                _ => None,
            };
            if let Some(place) = by_tag.or_else(|| own.by_words(tape, id)) {
                own.named.push((id, place));
            }
        }
        own
    }

    fn by_words(&mut self, tape: &Tape, id: NodeId) -> Option<Place> {
        let by_id = tape.attr(id, Attr::Id).map(str::trim).filter(|word| !word.is_empty());
        for word in by_id.into_iter().chain(tape.classes(id)) {
            match meaning(word) {
                Meaning::Place(place) => return Some(place),
                Meaning::Matter => {
                    self.matter.push(id);
                    return None;
                }
                Meaning::None => {}
            }
        }
        None
    }

    /// `<div class="header-fixed">` around the whole page is no header.
    fn drop_wrappers(&mut self, tape: &Tape) {
        let footers: Vec<NodeId> = self.named.iter().filter(|(_, place)| *place == Place::Footer).map(|&(id, _)| id).collect();
        let matter = &self.matter;
        let holds = |list: &[NodeId], id: NodeId| {
            let next = list.partition_point(|&inner| inner <= id);
            list.get(next).is_some_and(|&inner| tape.is_inside(inner, id))
        };
        self.named.retain(|&(id, place)| match place {
            Place::Navigation => !holds(&footers, id) && !holds(matter, id),
            Place::Footer => !holds(matter, id),
            Place::Head | Place::Body => true,
        });
    }
}

enum Meaning {
    Place(Place),
    Matter,
    None,
}

/// What an id or a class word says, digits at its end apart.
fn meaning(word: &str) -> Meaning {
    const NAVIGATION: Meaning = Meaning::Place(Place::Navigation);
    const FOOTER: Meaning = Meaning::Place(Place::Footer);
    let mut buffer = [0_u8; WORD_BYTES_MAX];
    let Some(lower) = buffer.get_mut(..word.len()) else { return Meaning::None };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let end = lower.iter().rposition(|b| !b.is_ascii_digit() && !matches!(b, b'-' | b'_')).map_or(0, |at| at + 1);
    let lower = lower.get(..end).unwrap_or(b"");
    match lower {
        b"nav" | b"menu" | b"daohang" | b"header" | b"head" | b"top" | b"topbar" | b"top-bar" | b"top_bar" | b"navbar" => {
            NAVIGATION
        }
        b"breadcrumb" | b"breadcrumbs" | b"crumb" | b"crumbs" | b"bread" | b"position" | b"location" | b"dqwz" | b"weizhi"
        | b"curmb" | b"curpos" | b"mbx" => NAVIGATION,
        b"foot" | b"footer" | b"bottom" | b"bottombox" | b"bottom-box" | b"bottom_box" | b"dibu" | b"copyright"
        | b"banquan" | b"yejiao" => FOOTER,
        b"zoom" | b"trs_editor" | b"trs_ueditor" | b"trs_editor_view" | b"ucap-content" | b"ucapcontent"
        | b"article-content" | b"article_content" | b"articlecontent" => Meaning::Matter,
        _ => by_ending(lower),
    }
}

fn by_ending(lower: &[u8]) -> Meaning {
    for (ending, place) in [(b"header" as &[u8], Place::Navigation), (b"footer", Place::Footer)] {
        if let Some(front) = lower.strip_suffix(ending) {
            return if is_inner(front) { Meaning::None } else { Meaning::Place(place) };
        }
    }
    if lower.ends_with(b"nav") || lower.ends_with(b"menu") || lower.starts_with(b"nav-") || lower.starts_with(b"nav_") {
        return Meaning::Place(Place::Navigation);
    }
    if lower.ends_with(b"breadcrumb") || lower.starts_with(b"header-") || lower.starts_with(b"header_") {
        return Meaning::Place(Place::Navigation);
    }
    if lower.starts_with(b"foot-")
        || lower.starts_with(b"foot_")
        || lower.starts_with(b"footer")
        || lower.starts_with(b"copyright")
    {
        return Meaning::Place(Place::Footer);
    }
    Meaning::None
}

/// `article-header`, `list_footer`: parts of a block, not of the page.
fn is_inner(front: &[u8]) -> bool {
    const INNER: [&[u8]; 14] = [
        b"article", b"content", b"list", b"box", b"card", b"panel", b"title", b"news", b"detail", b"section", b"con", b"item",
        b"modal", b"table",
    ];
    let front = front.strip_suffix(b"-").or_else(|| front.strip_suffix(b"_")).unwrap_or(front);
    INNER.iter().any(|inner| front.ends_with(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place_of(html: &str, text: &str) -> Place {
        let tape = Tape::read(html);
        let places = Places::read(&tape);
        let id = tape.nodes().find(|&id| tape.own_text(id).is_some_and(|t| t.contains(text))).unwrap();
        places.of(id)
    }

    #[test]
    fn elements_and_words_name_the_place() {
        assert_eq!(place_of("<nav>x</nav><p>y", "x"), Place::Navigation);
        assert_eq!(place_of("<div class='w1200 mainNav1'>x</div><p>y", "x"), Place::Navigation);
        assert_eq!(place_of("<div id=footer><ul class=nav><li>x</ul></div>", "x"), Place::Footer);
        assert_eq!(place_of("<head><title>x</title></head><p>y", "x"), Place::Head);
        assert_eq!(place_of("<div class=mbx><a href=/>首页</a>&gt;x</div><p>y", "x"), Place::Navigation);
    }

    #[test]
    fn parts_of_an_article_are_body() {
        assert_eq!(place_of("<div class=article-header><h1>x</h1></div>", "x"), Place::Body);
        assert_eq!(place_of("<article><header><h1>x</h1></header></article>", "x"), Place::Body);
        assert_eq!(place_of("<div class=list_bottom>x</div>", "x"), Place::Body);
    }

    #[test]
    fn a_wrapper_called_header_is_none() {
        let html = "<div class='header-fixed'><div class=top>t</div><div class=TRS_Editor>x</div><div class=foot>f</div></div>";
        assert_eq!(place_of(html, "x"), Place::Body);
        assert_eq!(place_of(html, "t"), Place::Navigation);
        assert_eq!(place_of(html, "f"), Place::Footer);
    }

    #[test]
    fn a_nameless_footer_is_known_by_its_words() {
        let html = format!(
            "<table><tr><td>{}</td></tr></table><table><tr><td>主办：某局</td></tr><tr><td>湘ICP备05000618号</td></tr></table>",
            "<p>正文<a href=1>一</a></p>".repeat(30)
        );
        assert_eq!(place_of(&html, "主办"), Place::Footer);
        assert_eq!(place_of(&html, "正文"), Place::Body);
    }

    #[test]
    fn the_line_behind_the_position_label_is_navigation() {
        assert_eq!(
            place_of("<div class=w><span>您的位置：</span><a href=/>首页</a>&gt;栏目</div><p>y", "栏目"),
            Place::Navigation
        );
        assert_eq!(place_of("<div class=w><p>位置优越 <a href=/>x</a></p></div>", "位置"), Place::Body);
    }
}
