//! The breadcrumb: «当前位置：首页 > 政务公开 > 通知公告».

use super::links::Base;
use super::place::{CRUMB_CHARS_MAX, behind_crumb_label, crumb_label};
use super::tape::{Attr, NodeId, Tag, Tape};
use crate::model::facts::Crumb;

/// Crumbs that are kept.
const CRUMBS_MAX: usize = 12;
/// Characters of one crumb.
const TEXT_CHARS_MAX: usize = 80;
/// What stands at the end of a trail and names nothing.
const EMPTY_ENDS: [&str; 6] = ["正文", "信息正文", "内容", "详情", "浏览文章", "信息内容"];
/// Ids and classes of a breadcrumb.
const WORDS: [&str; 12] = [
    "breadcrumb",
    "breadcrumbs",
    "crumb",
    "crumbs",
    "bread",
    "position",
    "location",
    "dqwz",
    "weizhi",
    "curmb",
    "curpos",
    "mbx",
];

/// Reads the trail from the home page down; the last crumb may be text alone. Empty where the page shows none.
pub fn read(tape: &Tape, base: &Base) -> Vec<Crumb> {
    let line = crumb_label(tape)
        .and_then(|label| tape.ancestors(label).take(3).find(|&up| is_line(tape, up)))
        .or_else(|| tape.nodes().find(|&id| is_called_so(tape, id) && is_line(tape, id)));
    line.map(|line| crumbs(tape, base, line)).unwrap_or_default()
}

fn is_called_so(tape: &Tape, id: NodeId) -> bool {
    let known = |word: &str| {
        if !(3..=16).contains(&word.len()) {
            return false;
        }
        let first = word.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
        // none of the words begins with another letter
        if !b"bcpldwm".contains(&first) {
            return false;
        }
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    tape.attr(id, Attr::Id).is_some_and(known) || tape.classes(id).any(known)
}

fn is_line(tape: &Tape, id: NodeId) -> bool {
    tape.text_capped(id, CRUMB_CHARS_MAX + 1).chars().count() <= CRUMB_CHARS_MAX
        && (1..=CRUMBS_MAX).contains(&tape.descendants(id).filter(|&inner| tape.tag(inner) == Some(Tag::A)).count())
}

fn crumbs(tape: &Tape, base: &Base, line: NodeId) -> Vec<Crumb> {
    let mut found: Vec<Crumb> = Vec::new();
    let mut index = line.index() + 1;
    while let Some(id) = tape.at(index).filter(|&id| tape.is_inside(id, line)) {
        index += 1;
        match tape.tag(id) {
            Some(Tag::A) => {
                let text = tape.text_capped(id, TEXT_CHARS_MAX);
                let text = text.trim_matches(is_separator);
                if !text.is_empty() {
                    let url = tape.attr(id, Attr::Href).and_then(|href| base.join(href)).map(|joined| joined.url);
                    found.push(Crumb { text: text.to_owned(), url });
                }
                index = tape.end_index(id);
            }
            Some(tag) if super::tape::is_unseen(tag) => index = tape.end_index(id),
            Some(_) => {}
            None => found.extend(text_crumbs(tape.own_text(id).unwrap_or(""))),
        }
    }
    found.truncate(CRUMBS_MAX);
    if found.last().is_some_and(|last| EMPTY_ENDS.contains(&last.text.as_str())) {
        found.pop();
    }
    found
}

fn text_crumbs(text: &str) -> impl Iterator<Item = Crumb> {
    let bare = behind_crumb_label(text).unwrap_or(text);
    let parts: Vec<String> = bare
        .split(is_separator_mark)
        .map(|part| part.trim_matches(is_separator).to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    parts.into_iter().map(|part| Crumb { text: part.chars().take(TEXT_CHARS_MAX).collect(), url: None })
}

fn is_separator_mark(c: char) -> bool {
    matches!(c, '>' | '＞' | '»' | '›' | '→' | '/' | '▸' | '|' | '\\' | '≫')
}

fn is_separator(c: char) -> bool {
    is_separator_mark(c) || c.is_whitespace() || matches!(c, '-' | ':' | '：' | '·' | '[' | ']' | '【' | '】' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::PageUrl;

    fn trail(html: &str) -> Vec<String> {
        let tape = Tape::read(html);
        let base = Base::of(&tape, &PageUrl::parse("http://a.gov.cn/gxt/").unwrap(), encoding_rs::UTF_8);
        read(&tape, &base)
            .into_iter()
            .map(|crumb| crumb.url.map_or(crumb.text.clone(), |url| format!("{}={}", crumb.text, url.path())))
            .collect()
    }

    #[test]
    fn the_label_introduces_the_trail() {
        assert_eq!(
            trail("<div class=x>您现在的位置：<a href=/>首页</a> &gt; <a href=../tzgg/>通知公告</a> &gt; 正文</div>"),
            ["首页=/", "通知公告=/tzgg/"]
        );
        assert_eq!(
            trail("<td><b>当前位置:</b></td><td><a href=/>网站首页</a>&gt;&gt;<a href=/a/>政务公开</a>&gt;&gt;工作动态</td>"),
            Vec::<String>::new(),
            "label and trail in two cells without a row: nothing is guessed"
        );
        assert_eq!(
            trail(
                "<table><tr><td><b>当前位置:</b></td><td><a href=/>网站首页</a>&gt;&gt;<a href=/a/>政务公开</a>&gt;&gt;工作动态</td></tr></table>"
            ),
            ["网站首页=/", "政务公开=/a/", "工作动态"]
        );
    }

    #[test]
    fn every_wording_of_the_label_is_known() {
        for label in
            ["当前位置：", "您的位置:", "您现在的位置：", "您当前所在的位置：", "你所在的位置是：", "【当前位置】", "当前位置 "]
        {
            assert_eq!(
                trail(&format!("<div>{label}<a href=/>首页</a>&gt;<a href=/a/>要闻</a></div>")),
                ["首页=/", "要闻=/a/"],
                "{label}"
            );
        }
    }

    #[test]
    fn a_class_is_enough() {
        assert_eq!(trail("<div class='w position'><a href=/>首页</a>/<span>机构职能</span></div>"), ["首页=/", "机构职能"]);
    }

    #[test]
    fn an_article_about_positions_is_no_trail() {
        assert_eq!(trail("<p>该项目所在位置：长沙市</p><p><a href=/x>x</a></p>"), Vec::<String>::new());
    }
}
