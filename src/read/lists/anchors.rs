//! Links that may be the titles of rows: what they point at (as written, or in the call that opens it), and where their title
//! stands.

use jiff::civil::Date;

use crate::read::dates;
use crate::read::tape::ink::ink_chars;
use crate::read::tape::{Attr, NodeId, Tag, Tape};

/// Characters from which a link's text may be a title.
const TITLE_CHARS_MIN: u32 = 4;
/// Characters from which it may be one where its row holds nothing else but a day.
const SHORT_TITLE_CHARS_MIN: u32 = 2;
/// Letters of a text beside «查看» from which it may be the title.
const BESIDE_LETTERS_MIN: usize = 6;
/// Levels above a link, and nodes below that element, that are looked at for its row.
const ROW_LEVELS_MAX: usize = 5;
const ROW_NODES_MAX: usize = 80;
/// Bytes of a call, and of an address in it.
const CALL_BYTES_MAX: usize = 600;
const ADDRESS_BYTES_MAX: usize = 300;
/// A day by which a row is told; whether it is to come does not matter here.
const ANY_DAY: Date = jiff::civil::date(9999, 1, 1);

#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor<'a> {
    pub(super) id: NodeId,
    pub(super) href: &'a str,
    /// Characters of visible text or of the `title`, whichever is longer, white space not counted.
    pub(super) chars: u32,
    /// May be the title of a row.
    pub(super) is_title: bool,
    /// The link shows «查看»; the title is this text beside it.
    pub(super) beside: Option<NodeId>,
}

/// Links with an http(s) or relative address, in document order.
pub(super) fn find(tape: &Tape, is_seen: impl Fn(NodeId) -> bool) -> Vec<Anchor<'_>> {
    let mut anchors: Vec<Anchor<'_>> =
        tape.elements(Tag::A).filter_map(|id| Some(anchor(tape, id, address(tape, id)?, is_seen(id)))).collect();
    let rows = [Tag::Li, Tag::Tr, Tag::Div].into_iter().flat_map(|tag| tape.elements(tag));
    let opened = rows.filter_map(|id| Some((id, tape.attr(id, Attr::OnClick).and_then(opened_by)?)));
    let before = anchors.len();
    anchors.extend(
        opened
            .filter(|(id, _)| !holds_link(tape, *id))
            .map(|(id, href)| anchor(tape, id, href, is_seen(id)))
            .collect::<Vec<_>>(),
    );
    if anchors.len() > before {
        anchors.sort_by_key(|anchor| anchor.id);
    }
    anchors
}

fn anchor<'a>(tape: &'a Tape, id: NodeId, href: &'a str, is_seen: bool) -> Anchor<'a> {
    let chars = visible_chars(tape, id).max(title_chars(tape, id));
    let mut anchor = Anchor { id, href, chars, is_title: false, beside: None };
    if !is_seen {
        return anchor;
    }
    match (chars <= 12).then(|| service_word(tape, id)).flatten() {
        Some(Service::View) => {
            anchor.beside = title_beside(tape, id);
            anchor.is_title = anchor.beside.is_some();
        }
        Some(Service::Other) => {}
        None => {
            anchor.is_title = chars >= TITLE_CHARS_MIN || (chars >= SHORT_TITLE_CHARS_MIN && is_alone_with_day(tape, id));
        }
    }
    anchor
}

/// The address, else the one in the call that opens it: `href="javascript:open('/tzgg/1.html')"`, `onclick`.
fn address(tape: &Tape, id: NodeId) -> Option<&str> {
    let href = tape.attr(id, Attr::Href).map(str::trim);
    if let Some(href) = href.filter(|href| is_address(href)) {
        return Some(href);
    }
    let call = href.filter(|href| href.get(..11).is_some_and(|head| head.eq_ignore_ascii_case("javascript:")));
    call.and_then(opened_by).or_else(|| tape.attr(id, Attr::OnClick).and_then(opened_by))
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

/// The one address that is written whole in a call; none where two are, or where something is added to it.
fn opened_by(call: &str) -> Option<&str> {
    if call.len() > CALL_BYTES_MAX || call.contains("share") {
        return None;
    }
    let mut parts = call.split(['\'', '"']);
    let mut before = parts.next()?;
    let mut found = None;
    while let (Some(text), Some(behind)) = (parts.next(), parts.next()) {
        if is_written_address(text) {
            let is_added_to = before.trim_end().ends_with('+') || behind.trim_start().starts_with('+');
            if is_added_to || found.replace(text).is_some() {
                return None;
            }
        }
        before = behind;
    }
    found
}

fn is_written_address(text: &str) -> bool {
    let is_absolute = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme) && text.len() > scheme.len());
    let is_page = || {
        let path = text.split(['?', '#']).next().unwrap_or("");
        let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'{' | b'}' | b'$' | b','));
        let ends_as_page = [".html", ".htm", ".shtml", ".jhtml", ".jsp", ".jspx", ".aspx", ".do", ".php", ".pdf"];
        is_plain && path.contains('/') && ends_as_page.iter().any(|ending| path.ends_with(ending))
    };
    text.len() <= ADDRESS_BYTES_MAX && (is_absolute || is_page())
}

fn holds_link(tape: &Tape, id: NodeId) -> bool {
    tape.descendants(id).any(|below| tape.tag(below) == Some(Tag::A))
}

fn visible_chars(tape: &Tape, id: NodeId) -> u32 {
    tape.descendants(id).filter_map(|below| tape.ink_text(below)).map(|text| ink_chars(text).min(80) as u32).sum()
}

fn title_chars(tape: &Tape, id: NodeId) -> u32 {
    tape.attr(id, Attr::Title).map_or(0, |title| ink_chars(title).min(80) as u32)
}

/// What a link's word serves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    /// «查看», «详情»: opens what stands beside it.
    View,
    Other,
}

/// Words of links that serve the page and name nothing.
fn service_word(tape: &Tape, id: NodeId) -> Option<Service> {
    const VIEW: [&str; 6] = ["查看", "详情", "详细", "阅读全文", "全文", "点击"];
    const OTHER: [&str; 20] = [
        "更多",
        "显示更多",
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
        "next",
        "prev",
    ];
    let text = tape.text_capped(id, 16);
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() && tape.attr(id, Attr::Title).is_none() {
        return Some(Service::Other);
    }
    if bare.chars().count() > 8 {
        return None;
    }
    let lower = bare.to_ascii_lowercase();
    if VIEW.iter().any(|word| lower.starts_with(word)) {
        return Some(Service::View);
    }
    (lower.starts_with("more") || OTHER.iter().any(|word| lower.starts_with(word))).then_some(Service::Other)
}

/// The row of a link: the nearest element that is one by its tag.
fn row_of(tape: &Tape, id: NodeId) -> Option<NodeId> {
    tape.ancestors(id).take(ROW_LEVELS_MAX).find(|&up| matches!(tape.tag(up), Some(Tag::Li | Tag::Tr | Tag::Dd | Tag::Dl)))
}

/// «查看» in a row without another title: the longest text beside it, where the row has a day too.
fn title_beside(tape: &Tape, id: NodeId) -> Option<NodeId> {
    let row = row_of(tape, id)?;
    if tape.end_index(row) - row.index() > ROW_NODES_MAX {
        return None;
    }
    let mut best: Option<(usize, NodeId)> = None;
    let (mut has_day, mut skip_to) = (false, 0);
    for below in tape.descendants(row) {
        if below.index() < skip_to {
            continue;
        }
        if tape.tag(below) == Some(Tag::A) {
            if below != id && visible_chars(tape, below) >= TITLE_CHARS_MIN && service_word(tape, below).is_none() {
                return None;
            }
            skip_to = tape.end_index(below);
            continue;
        }
        let Some(text) = tape.ink_text(below) else { continue };
        if is_day(text) {
            has_day = true;
            continue;
        }
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        if letters >= BESIDE_LETTERS_MIN && best.is_none_or(|(most, _)| letters > most) {
            best = Some((letters, below));
        }
    }
    best.filter(|_| has_day).map(|(_, node)| node)
}

/// A link of two or three letters is a title where its row holds no other link, and a day.
fn is_alone_with_day(tape: &Tape, id: NodeId) -> bool {
    let Some(row) = row_of(tape, id) else { return false };
    tape.end_index(row) - row.index() <= ROW_NODES_MAX
        && tape.descendants(row).filter(|&below| tape.tag(below) == Some(Tag::A)).nth(1).is_none()
        && tape.descendants(row).filter_map(|below| tape.ink_text(below)).any(is_day)
}

/// A text that is a whole day and next to nothing else.
fn is_day(text: &str) -> bool {
    text.len() <= 60
        && text.bytes().filter(u8::is_ascii_digit).count() >= 6
        && dates::first(text, ANY_DAY).is_some_and(|(_, found)| {
            let rest = text.get(..found.from).unwrap_or("").chars().chain(text.get(found.to..).unwrap_or("").chars());
            rest.filter(|c| c.is_alphabetic()).count() <= 6
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_opens_the_one_address_that_is_written_whole() {
        for (call, address) in [
            ("openLinkWindow('https://www.x.gov.cn/tzgg/post_1.html','28233');", Some("https://www.x.gov.cn/tzgg/post_1.html")),
            ("javascript:window.open(\"/info/1011/3.htm\",\"_self\")", Some("/info/1011/3.htm")),
            (
                "window.open('http://x.edu.cn/wj/关于 通知.doc','gxlb','toolbar=0,width=600')",
                Some("http://x.edu.cn/wj/关于 通知.doc"),
            ),
            ("location.href='../info/' + id + '.htm'", None),
            ("go('/detail.html?id=' + id)", None),
            ("swap('/a/1.html','/b/2.html')", None),
            ("linkToNew('0ed9','002008')", None),
            ("share('http://v.t.sina.com.cn/share.php?url=1')", None),
        ] {
            assert_eq!(opened_by(call), address, "{call}");
        }
    }

    #[test]
    fn a_short_title_needs_a_row_of_its_own_and_a_day() {
        let short = |html: &str| {
            let tape = Tape::read(html);
            find(&tape, |_| true).iter().filter(|anchor| anchor.is_title).count()
        };
        assert_eq!(short("<ul><li><a href=/1>章程</a><span>2026-11-20</span></li></ul>"), 1);
        assert_eq!(short("<ul><li><a href=/1>章程</a></li><li><a href=/2>首页</a><span>2026-11-20</span></li></ul>"), 0);
        assert_eq!(short("<ul><li><a href=/1>章程</a><a href=/2>简介</a><span>2026-11-20</span></li></ul>"), 0);
    }

    #[test]
    fn a_word_of_viewing_names_the_title_beside_it() {
        let titles = |html: &str| {
            let tape = Tape::read(html);
            let beside = find(&tape, |_| true).into_iter().filter_map(|anchor| anchor.beside);
            beside.map(|id| tape.own_text(id).unwrap_or("").to_owned()).collect::<Vec<_>>()
        };
        let row =
            "<table><tr><td>1</td><td>关于某某事项的公示</td><td>2026-11-20</td><td><a href=/1>查看</a></td></tr></table>";
        assert_eq!(titles(row), ["关于某某事项的公示"]);
        let no_day = "<table><tr><td>1</td><td>关于某某事项的公示</td><td><a href=/1>查看</a></td></tr></table>";
        assert_eq!(titles(no_day), Vec::<String>::new());
        let own = "<li><a href=/1>关于某某事项的公示</a><p>摘要摘要摘要摘要</p><i>2026-11-20</i><a href=/1>查看详情</a></li>";
        assert_eq!(titles(own), Vec::<String>::new());
    }
}
