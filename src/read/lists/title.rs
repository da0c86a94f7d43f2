//! A row's whole title: its visible text, the `title` attribute where that is cut or only a word, the picture's name.

use super::layout::Anchor;
use crate::read::tape::{Attr, NodeId, Tag, Tape, fold};

/// Characters of a title.
const TITLE_CHARS_MAX: usize = 300;
/// Characters of a visible text that may be a word in the title's stead, and from which an attribute is a title beside it.
const WORD_CHARS_MAX: usize = 6;
const NAME_CHARS_MIN: usize = 12;
/// Letters from which a heading inside a link is its title.
const HEADING_CHARS_MIN: usize = 4;
/// Characters from which a block of a card may be its title.
const BLOCK_CHARS_MIN: usize = 8;

/// The whole title: the `title` attribute where the visible text is cut, else the visible text without dates.
pub(super) fn title(tape: &Tape, main: &Anchor<'_>, dated: &[NodeId]) -> String {
    let visible = visible_title(tape, main.id, dated);
    let attribute = tape.attr(main.id, Attr::Title).map(whole_title).unwrap_or_default();
    let chosen = if is_better(&attribute, &visible) || is_only_a_word(&attribute, &visible) { attribute } else { visible };
    let chosen = if chosen.is_empty() { image_text(tape, main.id) } else { chosen };
    if chosen.len() <= TITLE_CHARS_MAX && chosen.starts_with(char::is_alphanumeric) {
        return chosen;
    }
    chosen
        .trim_start_matches(['·', '•', '▪', '■', '◆', '●', '○', '►', '▶', '>', '»', '›', ' ', '．', '-'])
        .chars()
        .take(TITLE_CHARS_MAX)
        .collect()
}

/// Some systems put more than the title into the attribute: «文章标题：…\n发布时间：…».
fn whole_title(attribute: &str) -> String {
    let line = attribute.trim().lines().next().unwrap_or("");
    let line = ["文章标题：", "标题：", "标题:", "文章标题:"].iter().find_map(|head| line.strip_prefix(head)).unwrap_or(line);
    fold(line)
}

fn is_better(attribute: &str, visible: &str) -> bool {
    if attribute.is_empty() {
        return false;
    }
    let stem = visible.trim_end_matches(['…', '.', '。', '⋯', ' ']);
    visible.is_empty()
        || (attribute.len() > stem.len() && attribute.starts_with(stem))
        || (stem.len() < visible.len() && attribute.chars().count() > stem.chars().count())
}

/// A link that shows a word («公告») and names its article in the attribute. What tells how to use a link names no article.
fn is_only_a_word(attribute: &str, visible: &str) -> bool {
    const OF_USE: [&str; 8] = ["点击", "查看", "打开", "窗口", "详情", "详细", "链接", "访问"];
    let (shown, named) = (visible.chars().count(), attribute.chars().count());
    ((shown <= WORD_CHARS_MAX && named >= NAME_CHARS_MIN) || (shown <= 4 && named >= shown + 3))
        && !OF_USE.iter().any(|word| attribute.contains(word))
}

fn visible_title(tape: &Tape, anchor: NodeId, dated: &[NodeId]) -> String {
    // Most links hold one text and nothing else.
    if dated.is_empty() && tape.descendants(anchor).nth(1).is_none() {
        return without_tail_date(tape.text_capped(anchor, TITLE_CHARS_MAX));
    }
    let mut headings = tape.descendants(anchor).filter(|&id| is_heading(tape, id));
    let heading = headings.find_map(|id| {
        let text = tape.text_capped(id, TITLE_CHARS_MAX);
        // «2026-11» is none.
        (text.chars().filter(|c| c.is_alphabetic()).count() >= HEADING_CHARS_MIN).then_some(text)
    });
    if let Some(text) = heading.or_else(|| first_block(tape, anchor, dated)) {
        return text;
    }
    if dated.is_empty() {
        return without_tail_date(tape.text_capped(anchor, TITLE_CHARS_MAX));
    }
    let mut out = String::new();
    for id in tape.descendants(anchor).filter(|id| !dated.contains(id)) {
        if let Some(text) = tape.own_text(id) {
            out.push_str(text);
        }
    }
    fold(&out)
}

/// Of a card that is one link, the first block that may be a title; its summary and its source stand in further ones.
fn first_block(tape: &Tape, anchor: NodeId, dated: &[NodeId]) -> Option<String> {
    let is_block = |id: NodeId| matches!(tape.tag(id), Some(Tag::Div | Tag::P));
    let leaves = || tape.descendants(anchor).filter(|&id| is_block(id) && !tape.descendants(id).any(is_block));
    leaves().nth(1)?;
    leaves()
        .filter(|&id| !dated.iter().any(|&day| tape.is_inside(day, id)))
        .map(|id| tape.text_capped(id, TITLE_CHARS_MAX))
        .find(|text| text.chars().count() >= BLOCK_CHARS_MIN)
}

fn is_heading(tape: &Tape, id: NodeId) -> bool {
    match tape.tag(id) {
        Some(Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6) => true,
        Some(Tag::Div | Tag::P | Tag::Span | Tag::Em | Tag::Strong) => tape.classes(id).any(|class| {
            class.as_bytes().windows(5).any(|five| five.eq_ignore_ascii_case(b"title"))
                || ["tit", "bt", "name", "tt"].iter().any(|known| known.eq_ignore_ascii_case(class))
        }),
        _ => false,
    }
}

/// «关于……的通知[2026-11-22]» without its tail.
fn without_tail_date(text: String) -> String {
    let trimmed = text.trim_end();
    // «某某通知 2026-11-22»
    if let Some((head, tail)) = trimmed.rsplit_once(' ')
        && is_whole_day(tail)
        && !head.trim().is_empty()
    {
        return head.trim_end().to_owned();
    }
    if !trimmed.ends_with([']', ')', '）', '】']) {
        return text;
    }
    let Some(open) = trimmed.rfind(['[', '(', '（', '【']) else { return text };
    let (head, inner) = (trimmed.get(..open).unwrap_or(""), trimmed.get(open..).unwrap_or(""));
    let is_numeric = inner.chars().all(|c| {
        c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '（' | '）' | '【' | '】' | '-' | '/' | '.' | ' ' | ':')
    });
    if is_numeric && inner.bytes().filter(u8::is_ascii_digit).count() >= 6 && !head.trim().is_empty() {
        head.trim_end().to_owned()
    } else {
        text
    }
}

/// `2026-11-22`, `2026/11/22`, `2026.11.22` and nothing else.
pub(super) fn is_whole_day(text: &str) -> bool {
    (8..=10).contains(&text.len())
        && text.bytes().take(4).all(|b| b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.'))
        && text.bytes().filter(|b| !b.is_ascii_digit()).count() == 2
}

fn image_text(tape: &Tape, anchor: NodeId) -> String {
    tape.descendants(anchor)
        .find(|&id| tape.tag(id) == Some(Tag::Img))
        .and_then(|img| tape.attr(img, Attr::Alt))
        .map(fold)
        .unwrap_or_default()
}
