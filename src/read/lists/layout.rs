//! Where things stand on a page: zones (navigation, footer, side, article), anchors that may be titles, and groups of
//! siblings that each hold one. One pass over the tape each.

use crate::read::tape::ink::ink_chars;
use crate::read::tape::{Attr, NodeId, Tag, Tape, is_unseen};

/// Zone bits of a node; inherited from its ancestors.
pub(super) mod zone {
    /// `<nav>`, `<header>`, `<footer>`, or a class that says footer.
    pub(in super::super) const FRAME: u8 = 1;
    /// A class that says navigation, search, breadcrumb …
    pub(in super::super) const NAVIGATION: u8 = 2;
    /// `<aside>`, or a class that says hot, related, recommended.
    pub(in super::super) const ASIDE: u8 = 4;
    /// The text of an article.
    pub(in super::super) const ARTICLE: u8 = 8;
    pub(in super::super) const UNSEEN: u8 = 16;
    /// A class that says side: of little account, or only where the column stands.
    pub(in super::super) const SIDE: u8 = 32;
    /// Not to be searched for a page's own list.
    pub(in super::super) const NO_LIST: u8 = FRAME | ASIDE | ARTICLE | UNSEEN | SIDE;
}

/// Levels above an anchor that may be its row.
const LEVELS_MAX: usize = 9;
/// Nodes (rules, line breaks, white space) between two chunks of one list.
const RULE_NODES_MAX: usize = 12;
/// Characters from which an anchor's text may be a title.
const TITLE_CHARS_MIN: u32 = 4;

#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor<'a> {
    pub(super) id: NodeId,
    pub(super) href: &'a str,
    /// Characters of visible text or of the `title`, whichever is longer, white space not counted.
    pub(super) chars: u32,
    /// May be the title of a row.
    pub(super) is_title: bool,
}

/// Children of one element that each hold a title.
#[derive(Debug, Clone)]
pub(super) struct Siblings {
    pub(super) parent: NodeId,
    pub(super) tag: Tag,
    pub(super) rows: Vec<NodeId>,
}

#[derive(Debug)]
pub(super) struct Layout<'a> {
    zones: Vec<u8>,
    /// Anchors with an http(s) or relative address, in document order.
    pub(super) anchors: Vec<Anchor<'a>>,
    pub(super) siblings: Vec<Siblings>,
    /// Every `<a>`, whatever it points at.
    links: Vec<NodeId>,
    /// Every text that is seen and may tell a day or a step ([`Tape::tells`]).
    telling: Vec<NodeId>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(tape: &'a Tape) -> Self {
        let zones = zones(tape);
        let anchors = anchors(tape, &zones);
        let siblings = siblings(tape, &anchors);
        let telling = tape.nodes().filter(|&id| tape.tells(id) && zones[id.index()] & zone::UNSEEN == 0).collect();
        Self { zones, anchors, siblings, links: tape.elements(Tag::A).collect(), telling }
    }

    /// The texts below an element that may tell a day or a step.
    pub(super) fn telling_in(&self, tape: &Tape, id: NodeId) -> &[NodeId] {
        let from = self.telling.partition_point(|text| *text <= id);
        let end = tape.end_index(id);
        let rest = self.telling.get(from..).unwrap_or(&[]);
        let count = rest.iter().take_while(|text| text.index() < end).count();
        rest.get(..count).unwrap_or(&[])
    }

    /// Whether an `<a>` stands below the element.
    pub(super) fn holds_link(&self, tape: &Tape, id: NodeId) -> bool {
        let next = self.links.partition_point(|link| *link <= id);
        self.links.get(next).is_some_and(|&link| tape.is_inside(link, id))
    }

    pub(super) fn zone(&self, id: NodeId) -> u8 {
        self.zones[id.index()]
    }

    /// The anchors below an element (itself included).
    pub(super) fn anchors_in(&self, tape: &Tape, id: NodeId) -> &[Anchor<'a>] {
        let from = self.anchors.partition_point(|anchor| anchor.id < id);
        let end = tape.end_index(id);
        let to = self.anchors.partition_point(|anchor| anchor.id.index() < end);
        self.anchors.get(from..to).unwrap_or(&[])
    }
}

fn zones(tape: &Tape) -> Vec<u8> {
    let mut zones: Vec<u8> = Vec::with_capacity(tape.len());
    for id in tape.nodes() {
        let inherited = tape.parent(id).map_or(0, |up| zones[up.index()]);
        zones.push(inherited | own_zone(tape, id));
    }
    zones
}

fn own_zone(tape: &Tape, id: NodeId) -> u8 {
    let Some(tag) = tape.tag(id) else { return 0 };
    let by_tag = match tag {
        Tag::Nav | Tag::Header | Tag::Footer => zone::FRAME,
        Tag::Aside => zone::ASIDE,
        tag if is_unseen(tag) => return zone::UNSEEN,
        Tag::A | Tag::Li | Tag::Span | Tag::Img | Tag::Tr | Tag::Td | Tag::Br | Tag::B | Tag::Body | Tag::Html => return 0,
        _ => 0,
    };
    let words =
        [Attr::Class, Attr::Id].into_iter().filter_map(|attr| tape.attr(id, attr)).flat_map(str::split_ascii_whitespace);
    words.fold(by_tag, |zone, word| zone | zone_of_word(word))
}

fn zone_of_word(word: &str) -> u8 {
    use zone::{ARTICLE, ASIDE, FRAME, NAVIGATION, SIDE};
    type Starts = &'static [(&'static str, u8)];
    let Some(first) = word.as_bytes().first() else { return 0 };
    // By the first letter: this is asked of every class of a page.
    let starts: Starts = match first.to_ascii_lowercase() {
        b'a' => &[("article-con", ARTICLE), ("article_con", ARTICLE), ("articlecon", ARTICLE)],
        b'b' => &[("bottom", FRAME), ("bread", NAVIGATION)],
        b'c' => &[("copyright", FRAME), ("crumb", NAVIGATION)],
        b'd' => &[("dqwz", NAVIGATION)],
        b'f' => &[("foot", FRAME), ("friend", FRAME)],
        b'h' => &[("header", NAVIGATION), ("hot", ASIDE)],
        b'm' => &[("menu", NAVIGATION)],
        b'n' => &[("nav", NAVIGATION)],
        // `page-content`: the page's own part, no pager.
        b'p' if holds_content_word(word) => &[("position", NAVIGATION)],
        b'p' => &[("page", NAVIGATION), ("position", NAVIGATION)],
        b'r' => &[("relat", ASIDE), ("recommend", ASIDE), ("rank", ASIDE)],
        b's' => &[("search", NAVIGATION), ("share", NAVIGATION), ("side", SIDE)],
        b't' => &[("topbar", NAVIGATION), ("tuijian", ASIDE), ("trs_editor", ARTICLE), ("trs_ueditor", ARTICLE)],
        b'u' => &[("ucap-content", ARTICLE), ("ucapcontent", ARTICLE)],
        b'v' => &[("v_news_content", ARTICLE)],
        b'w' => &[("weizhi", NAVIGATION)],
        b'x' => &[("xgxx", ASIDE), ("xgwz", ASIDE), ("xgyd", ASIDE)],
        b'y' => &[("yqlj", FRAME)],
        b'z' if word.eq_ignore_ascii_case("zoom") => return ARTICLE,
        _ => return 0,
    };
    let begins = |prefix: &str| word.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    starts.iter().filter(|(prefix, _)| begins(prefix)).fold(0, |all, (_, bit)| all | bit)
}

fn holds_content_word(word: &str) -> bool {
    if !word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("page")) {
        return false;
    }
    let lower = word.to_ascii_lowercase();
    let names_content = ["con", "main", "body", "wrap", "inner", "news", "article"].iter().any(|part| lower.contains(part));
    names_content && !lower.contains("control") && !lower.contains("icon")
}

fn anchors<'a>(tape: &'a Tape, zones: &[u8]) -> Vec<Anchor<'a>> {
    tape.elements(Tag::A)
        .filter_map(|id| {
            let href = tape.attr(id, Attr::Href).map(str::trim).filter(|href| is_address(href))?;
            let visible = visible_chars(tape, id);
            let chars = visible.max(title_chars(tape, id));
            let is_title = chars >= TITLE_CHARS_MIN
                && zones[id.index()] & zone::UNSEEN == 0
                && !(chars <= 12 && is_service_word(tape, id));
            Some(Anchor { id, href, chars, is_title })
        })
        .collect()
}

pub(super) fn is_address(href: &str) -> bool {
    if href.is_empty() || href.starts_with('#') {
        return false;
    }
    let head = href.split([':', '/', '?']).next().unwrap_or("");
    head.len() == href.len()
        || !href.get(head.len()..).is_some_and(|rest| rest.starts_with(':'))
        || head.eq_ignore_ascii_case("http")
        || head.eq_ignore_ascii_case("https")
}

fn visible_chars(tape: &Tape, id: NodeId) -> u32 {
    tape.descendants(id).filter_map(|below| tape.ink_text(below)).map(|text| ink_chars(text).min(80) as u32).sum()
}

fn title_chars(tape: &Tape, id: NodeId) -> u32 {
    tape.attr(id, Attr::Title).map_or(0, |title| ink_chars(title).min(80) as u32)
}

/// Words of links that serve the page and name nothing.
fn is_service_word(tape: &Tape, id: NodeId) -> bool {
    const WORDS: [&str; 27] = [
        "更多",
        "显示更多",
        "查看",
        "详情",
        "详细",
        "首页",
        "尾页",
        "末页",
        "上一页",
        "下一页",
        "返回",
        "下载",
        "上一篇",
        "下一篇",
        "上一条",
        "下一条",
        "打印",
        "关闭",
        "收藏",
        "登录",
        "注册",
        "阅读全文",
        "全文",
        "点击",
        "more",
        "next",
        "prev",
    ];
    let text = tape.text_capped(id, 16);
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() && tape.attr(id, Attr::Title).is_none() {
        return true;
    }
    let lower = bare.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.starts_with(word)) && bare.chars().count() <= 8
}

fn is_row_tag(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Li
            | Tag::Tr
            | Tag::Dl
            | Tag::Dd
            | Tag::Dt
            | Tag::Div
            | Tag::P
            | Tag::A
            | Tag::Ul
            | Tag::Table
            | Tag::Section
            | Tag::Article
            | Tag::H2
            | Tag::H3
            | Tag::H4
            | Tag::H5
            | Tag::Span
            | Tag::Td
    )
}

/// Elements of which one alone may be a list's row.
pub(super) fn is_item(tag: Tag) -> bool {
    matches!(tag, Tag::Li | Tag::Tr | Tag::Dd | Tag::Dl)
}

/// For every element, its children that hold a title: anchors climb to their ancestors, each child is counted once.
fn siblings(tape: &Tape, anchors: &[Anchor<'_>]) -> Vec<Siblings> {
    // For each node: place of its group in `groups`, plus one.
    let mut place: Vec<u32> = vec![0; tape.len()];
    let mut groups: Vec<Siblings> = Vec::new();
    for anchor in anchors.iter().filter(|anchor| anchor.is_title) {
        let mut child = anchor.id;
        for _ in 0..LEVELS_MAX {
            let Some(parent) = tape.parent(child) else { break };
            let tag = tape.tag(child).unwrap_or(Tag::Other);
            let slot = &mut place[parent.index()];
            if *slot == 0 {
                groups.push(Siblings { parent, tag, rows: vec![child] });
                *slot = groups.len() as u32;
            } else {
                let group = &mut groups[*slot as usize - 1];
                if group.rows.last() == Some(&child) {
                    // This child, and so every level above, has been counted.
                    break;
                }
                group.rows.push(child);
            }
            child = parent;
        }
    }
    for group in &mut groups {
        keep_prevailing_tag(tape, group);
    }
    groups.retain(|group| is_row_tag(group.tag) && (group.rows.len() >= 2 || is_item(group.tag)));
    join_chunks(tape, groups)
}

fn keep_prevailing_tag(tape: &Tape, group: &mut Siblings) {
    let tag_of = |id: &NodeId| tape.tag(*id).unwrap_or(Tag::Other);
    if group.rows.iter().all(|row| tag_of(row) == group.tag) {
        return;
    }
    let count = |tag: Tag| group.rows.iter().filter(|row| tag_of(row) == tag).count();
    let tags: std::collections::BTreeSet<Tag> = group.rows.iter().map(tag_of).collect();
    if let Some(tag) = tags.into_iter().max_by_key(|tag| count(*tag)) {
        group.tag = tag;
        group.rows.retain(|row| tag_of(row) == tag);
    }
}

/// Lists that are cut into chunks (`<ul>` after every five rows) are one list.
fn join_chunks(tape: &Tape, groups: Vec<Siblings>) -> Vec<Siblings> {
    let mut joined: Vec<Siblings> = Vec::with_capacity(groups.len());
    for group in groups {
        let earlier = joined.iter_mut().rev().take(6).find(|earlier| follows(tape, earlier, &group));
        match earlier {
            Some(earlier) => {
                earlier.rows.extend(group.rows);
                earlier.parent = group.parent;
            }
            None => joined.push(group),
        }
    }
    joined
}

fn follows(tape: &Tape, earlier: &Siblings, later: &Siblings) -> bool {
    let (a, b) = (outermost(tape, earlier.parent), outermost(tape, later.parent));
    if earlier.tag != later.tag || tape.tag(a) != tape.tag(b) || tape.parent(a) != tape.parent(b) || a >= b {
        return false;
    }
    if !matches!(tape.tag(a), Some(Tag::Ul | Tag::Ol | Tag::Table | Tag::Dl))
        || tape.attr(a, Attr::Class) != tape.attr(b, Attr::Class)
    {
        return false;
    }
    let mut between = tape.next_sibling(a);
    for _ in 0..RULE_NODES_MAX {
        let Some(id) = between else { return false };
        if id == b {
            return true;
        }
        let is_rule = tape.tag(id).is_some_and(is_unseen) || tape.text_capped(id, 1).is_empty();
        if !is_rule {
            return false;
        }
        between = tape.next_sibling(id);
    }
    false
}

fn outermost(tape: &Tape, parent: NodeId) -> NodeId {
    match (tape.tag(parent), tape.parent(parent)) {
        (Some(Tag::Tbody), Some(table)) if tape.tag(table) == Some(Tag::Table) => table,
        _ => parent,
    }
}
