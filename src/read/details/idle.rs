//! Links that lead nowhere: addresses that were never filled in, and fragments of the page itself that name nothing on it.

use super::{DetailInput, Names};
use crate::model::details::{IdleKind, IdleLink};
use crate::model::facts::Place;
use crate::read::selector::Selectors;
use crate::read::tape::{Attr, NodeId, Tag, Tape};
use crate::url::fragment_names;

/// Links of one page that are kept.
const KEPT_MAX: usize = 20;
/// Characters of a link's text that are kept, and that one must have at least to promise a page.
const TEXT_CHARS_MAX: usize = 80;
const TEXT_CHARS_MIN: usize = 3;

/// Words of buttons that a script of the page serves: they promise no page.
const BUTTONS: [&str; 44] = [
    "顶部",
    "打印",
    "关闭",
    "收藏",
    "首页",
    "分享",
    "字号",
    "字体",
    "登录",
    "注册",
    "退出",
    "搜索",
    "检索",
    "查询",
    "展开",
    "收起",
    "更多",
    "切换",
    "无障碍",
    "长者",
    "适老",
    "关怀",
    "简体",
    "繁体",
    "语音",
    "朗读",
    "上一",
    "下一",
    "提交",
    "重置",
    "取消",
    "确定",
    "播放",
    "暂停",
    "复制",
    "刷新",
    "返回",
    "问答",
    "客服",
    "微信",
    "微博",
    "二维码",
    "下载",
    "点赞",
];

pub(super) fn read(input: &DetailInput<'_>, names: &Names) -> Vec<IdleLink> {
    let tape = input.tape;
    let mut selectors = Selectors::new(tape);
    let mut found = Vec::new();
    for id in tape.elements(Tag::A) {
        let Some(href) = tape.attr(id, Attr::Href).map(str::trim) else { continue };
        let Some((kind, is_certain)) = judge(input, names, id, href) else { continue };
        if found.len() >= KEPT_MAX {
            break;
        }
        found.push(IdleLink {
            kind,
            href: href.chars().take(TEXT_CHARS_MAX).collect(),
            text: tape.text_capped(id, TEXT_CHARS_MAX),
            selector: selectors.of(id),
            is_certain,
        });
    }
    found
}

fn judge(input: &DetailInput<'_>, names: &Names, id: NodeId, href: &str) -> Option<(IdleKind, bool)> {
    let lower = || href.to_ascii_lowercase();
    let is_short = href.len() <= 24;
    if is_short && matches!(lower().as_str(), "http://" | "https://" | "http:///" | "http://#" | "https://#") {
        return promises_a_page(input.tape, id).then_some((IdleKind::Placeholder, true));
    }
    if input.tape.attr(id, Attr::OnClick).is_some()
        || !(href.starts_with('#') || (is_short && lower().starts_with("javascript:")))
    {
        return None;
    }
    let squeezed: String = lower().chars().filter(|c| !c.is_whitespace() && *c != ';').collect();
    if matches!(
        squeezed.as_str(),
        "#" | "##" | "###" | "javascript:" | "javascript:void(0)" | "javascript:void0" | "javascript:void()"
    ) {
        let is_plain = is_plain(input.tape, id) && promises_a_page(input.tape, id);
        return is_plain.then_some((IdleKind::Placeholder, false));
    }
    let [written, decoded] = fragment_names(href.strip_prefix('#')?)?;
    let is_lost = !names.holds(&written) && !names.holds(&decoded);
    (is_lost && input.places.of(id) == Place::Body && !is_scripted(input.tape, id, &decoded))
        .then_some((IdleKind::LostAnchor, false))
}

/// The text is more than a button's.
fn promises_a_page(tape: &Tape, id: NodeId) -> bool {
    let text = tape.text_capped(id, TEXT_CHARS_MAX);
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    han >= TEXT_CHARS_MIN && !BUTTONS.iter().any(|word| text.contains(word))
}

/// Nothing that a script could know it by, and no menu that opens below it.
fn is_plain(tape: &Tape, id: NodeId) -> bool {
    let is_named = |id| tape.attr(id, Attr::Id).is_some() || tape.attr(id, Attr::Class).is_some();
    let mut inner = tape.descendants(id).filter_map(|node| tape.tag(node));
    let item = tape.closest(id, Tag::Li);
    let opens_a_menu = |item| {
        tape.descendants(item).any(|node| matches!(tape.tag(node), Some(Tag::Ul | Tag::Ol | Tag::Dl | Tag::Div)))
            || is_named(item)
    };
    !is_named(id)
        && inner.all(|tag| matches!(tag, Tag::B | Tag::Strong | Tag::Font | Tag::Br))
        && !item.is_some_and(opens_a_menu)
}

/// Tabs, and names that an inline script of the page speaks of.
fn is_scripted(tape: &Tape, id: NodeId, name: &str) -> bool {
    let is_tab = |id: NodeId| tape.attr(id, Attr::Class).is_some_and(|class| class.to_ascii_lowercase().contains("tab"));
    is_tab(id)
        || tape.ancestors(id).take(4).any(is_tab)
        || tape.elements(Tag::Script).any(|script| tape.raw_text(script).contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::PageKind;
    use crate::read::place::Places;

    fn found(html: &str) -> Vec<(IdleKind, String, bool)> {
        let tape = Tape::read(html);
        let places = Places::read(&tape);
        let input = DetailInput {
            tape: &tape,
            places: &places,
            title: "",
            body: "",
            body_chars: 0,
            kind: PageKind::Article,
            is_page: true,
        };
        read(&input, &Names::read(&tape)).into_iter().map(|link| (link.kind, link.href, link.is_certain)).collect()
    }

    #[test]
    fn addresses_that_were_never_filled_in_are_placeholders() {
        assert_eq!(found("<a href='http://'>统计年鉴</a>"), [(IdleKind::Placeholder, "http://".to_owned(), true)]);
        assert_eq!(found("<ul><li><a href='#'>办事指南汇编</a></li></ul>"), [(IdleKind::Placeholder, "#".to_owned(), false)]);
    }

    #[test]
    fn buttons_menus_and_links_that_a_script_knows_are_none() {
        for html in [
            "<a href='#'>返回顶部</a>",
            "<a href='javascript:void(0)'>智能问答</a>",
            "<a href='#' onclick='go()'>办事指南汇编</a>",
            "<a href='#' id=open>办事指南汇编</a>",
            "<li><a href='#'>政务公开专栏</a><ul><li><a href=/a>x</a></li></ul></li>",
            "<a href='#'>大</a>",
            "<a href='http://'></a>",
        ] {
            assert_eq!(found(html), [], "{html}");
        }
    }

    #[test]
    fn a_fragment_without_its_name_is_lost_and_one_that_a_script_reads_is_not() {
        assert_eq!(found("<p><a href='#fj1'>附件1</a></p>"), [(IdleKind::LostAnchor, "#fj1".to_owned(), false)]);
        for html in [
            "<p><a href='#fj1'>附件1</a></p><p id=fj1>x</p>",
            "<p><a href='#%E9%99%84'>附件1</a></p><a name='附'>x</a>",
            "<ul class=tab-nav><li><a href='#t1'>标签</a></li></ul>",
            "<p><a href='#box'>看图</a></p><script>show('box')</script>",
            "<p><a href='#/list'>列表</a><a href='#top'>顶</a></p>",
        ] {
            assert_eq!(found(html), [], "{html}");
        }
    }
}
