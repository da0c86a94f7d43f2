//! An article's place for related texts («相关解读», «相关文件») that a script fills: what it would show is not known from the page.

use super::tape::{Attr, NodeId, Tag, Tape};

/// Bytes of a heading.
const HEADING_BYTES_MAX: usize = 45;
/// Levels above a heading that may be its block.
const LEVELS_MAX: usize = 4;
/// Words by which a script's address is known to fill such places.
const SOURCES: [&str; 6] = ["relat", "xgjd", "xgwj", "xgxx", "xgzc", "interpret"];
const REQUESTS: [&str; 7] = [".ajax(", "$.get", "$.post", "getJSON", "fetch(", "axios", "XMLHttpRequest"];

/// Whether such a place stands empty on the page, and a script is there that may fill it.
pub fn is_left_to_script(tape: &Tape) -> bool {
    tape.wide_texts()
        .filter(|(_, text)| text.len() <= HEADING_BYTES_MAX * 2 && is_heading(text.trim()))
        .filter_map(|(id, text)| empty_place(tape, id, text.trim().chars().count()))
        .any(|place| is_filled(tape, place))
}

fn is_heading(text: &str) -> bool {
    const ENDINGS: [&str; 9] = ["解读", "文件", "政策", "链接", "文档", "信息", "阅读", "文章", "稿件"];
    let bare = text.trim_end_matches(['：', ':', '】']).trim_start_matches('【');
    let is_related = bare.starts_with("相关") || bare.starts_with("关联");
    text.len() <= HEADING_BYTES_MAX && is_related && ENDINGS.iter().any(|ending| bare.ends_with(ending))
}

/// The empty element behind a heading, within its block or next to it.
fn empty_place(tape: &Tape, heading: NodeId, chars: usize) -> Option<NodeId> {
    if tape.ancestors(heading).take(LEVELS_MAX).any(|up| tape.tag(up) == Some(Tag::A)) {
        return None;
    }
    let block = tape
        .ancestors(heading)
        .take(LEVELS_MAX)
        .take_while(|&up| tape.text_capped(up, chars + 1).chars().count() <= chars)
        .last()?;
    let mut behind =
        std::iter::successors(tape.next_sibling(block), |&id| tape.next_sibling(id)).filter(|&id| tape.tag(id).is_some());
    let inside = tape.descendants(block).filter(|&id| id > heading).find(|&id| is_blank(tape, id));
    inside.or_else(|| behind.next().filter(|&id| is_blank(tape, id)))
}

fn is_blank(tape: &Tape, id: NodeId) -> bool {
    matches!(tape.tag(id), Some(Tag::Ul | Tag::Ol | Tag::Dl | Tag::Div | Tag::Tbody))
        && tape.text_capped(id, 1).is_empty()
        && !tape.descendants(id).any(|below| matches!(tape.tag(below), Some(Tag::A | Tag::Img)))
}

/// Its id is named in a script of the page, a script of the page makes requests, or one from elsewhere is called after the matter.
fn is_filled(tape: &Tape, place: NodeId) -> bool {
    let id = tape.attr(place, Attr::Id).filter(|id| id.len() >= 2);
    tape.elements(Tag::Script).any(|script| {
        if let Some(src) = tape.attr(script, Attr::Src) {
            let name = src.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
            return SOURCES.iter().any(|word| name.contains(word));
        }
        let text = tape.raw_text(script);
        id.is_some_and(|id| text.contains(id)) || REQUESTS.iter().any(|call| text.contains(call))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(html: &str) -> bool {
        is_left_to_script(&Tape::read(html))
    }

    #[test]
    fn an_empty_place_for_related_texts_is_left_to_the_script_that_fills_it() {
        let page = |rest: &str| format!("<div class=zoom><p>正文</p></div>{rest}");
        assert!(said(&page(
            "<div class=xgwj><h3>相关解读</h3><ul id=xgjdList></ul></div><script>$('#xgjdList').load('/xgjd/100.html')</script>"
        )));
        assert!(said(&page(
            "<div><span>【相关文件】</span></div><ul></ul><script>$.ajax({url:'/common/related?id=100'})</script>"
        )));
        assert!(said(&page("<div class=t><b>相关政策：</b></div><div id=r></div><script src=/js/relation.js></script>")));
    }

    #[test]
    fn a_place_that_the_server_left_empty_and_one_that_holds_links_are_not() {
        assert!(!said("<div><h3>相关解读</h3><ul></ul></div><script src=/js/jquery.js></script>"), "nothing fills it");
        assert!(!said("<div><h3>相关解读</h3><ul><li><a href=/1.html>一图读懂</a></li></ul></div><script>$.ajax({})</script>"));
        assert!(!said("<a href=/xgjd/>相关解读</a><ul></ul><script>$.ajax({})</script>"), "a menu");
        assert!(!said("<p>请登录查看相关文件</p><div></div><script>$.ajax({})</script>"), "a sentence");
    }
}
