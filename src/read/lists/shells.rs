//! Pages that hold no row and whose list comes from elsewhere: a frame, or a script of the page. Such a column is never
//! empty: it is unread. And the one case that *is* empty: the list's element is there, says so, and no script fills it.

use super::SHELL_CHARS_MAX;
use super::choose;
use super::layout::zone;
use super::script::Sign;
use super::{Family, ListInput, trs};
use crate::model::facts::ListFacts;
use crate::model::request::Request;
use crate::read::dates;
use crate::read::tape::ink::ink_chars;
use crate::read::tape::{Attr, NodeId, Tag};

/// Rows without an address that make a list, characters of their titles, and of a row that are searched for its date.
const OPENED_ROWS_MIN: usize = 3;
const OPENED_TITLE_CHARS_MIN: usize = 6;
const ROW_CHARS_MAX: usize = 400;

#[derive(Debug)]
pub(super) struct Frame;

#[derive(Debug)]
pub(super) struct Script;

impl Family for Frame {
    fn name(&self) -> &'static str {
        "frame"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        if page.main().is_some()
            || page.is_article()
            || choose::dated_groups(page) > 0
            || own_chars(page) > SHELL_CHARS_MAX as usize
        {
            return None;
        }
        let tape = page.tape;
        let frame = tape
            .elements(Tag::Iframe)
            .filter(|&id| page.layout().zone(id) & (zone::FRAME | zone::NAVIGATION | zone::UNSEEN) == 0);
        let url = frame.filter(|&id| !is_hidden(page, id)).filter_map(|id| tape.attr(id, Attr::Src)).find_map(|src| {
            let url = page.join(src)?;
            let lower = url.path().to_ascii_lowercase();
            let is_service =
                ["login", "tree", "share", "foot", "head", "top", "count", "visit", "map", "video", "player", "weather"];
            (url.host() == page.url.host() && url != *page.url && !is_service.iter().any(|word| lower.contains(word)))
                .then_some(url)
        })?;
        let mut facts = super::unread(page, self.name(), Some(page.further(url)));
        facts.unread = Some(super::UNREAD_FRAME.to_owned());
        Some(facts)
    }
}

fn is_hidden(page: &ListInput<'_>, id: NodeId) -> bool {
    let zero = |attr| page.tape.attr(id, attr).is_some_and(|value| matches!(value.trim(), "0" | "0px" | "1"));
    zero(Attr::Width)
        || zero(Attr::Height)
        || page.tape.attr(id, Attr::Style).is_some_and(|style| style.replace(' ', "").contains("display:none"))
}

/// Characters of visible text outside navigation and footer.
pub(super) fn own_chars(page: &ListInput<'_>) -> usize {
    let barred = zone::FRAME | zone::NAVIGATION | zone::UNSEEN;
    page.tape
        .nodes()
        .filter(|&id| page.layout().zone(id) & barred == 0)
        .filter_map(|id| page.tape.ink_text(id))
        .map(ink_chars)
        .sum()
}

impl Family for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        if page.main().is_some() || page.is_article() || choose::dated_groups(page) > 0 {
            return None;
        }
        if rows_opened_by_script(page) >= OPENED_ROWS_MIN {
            return Some(super::unread(page, self.name(), None));
        }
        let place = placeholder(page)?;
        let is_filled =
            page.signs().has(Sign::Ajax) || page.tape.attr(place, Attr::Id).is_some_and(|id| is_named_in_scripts(page, id));
        is_filled.then(|| super::unread(page, self.name(), feed(page)))
    }
}

/// Dated rows whose titles have no address: `<a onclick="linkToNew('0ed9…','002008')">`.
fn rows_opened_by_script(page: &ListInput<'_>) -> usize {
    let tape = page.tape;
    let has_no_address = |&id: &NodeId| match tape.attr(id, Attr::Href).map(str::trim) {
        None | Some("" | "#") => tape.attr(id, Attr::OnClick).is_some(),
        Some(href) => href.get(..11).is_some_and(|head| head.eq_ignore_ascii_case("javascript:")),
    };
    let titles = tape.elements(Tag::A).filter(|&id| may_hold_list(page, id)).filter(has_no_address);
    titles
        .filter(|&id| tape.text_capped(id, OPENED_TITLE_CHARS_MIN).chars().count() >= OPENED_TITLE_CHARS_MIN)
        .filter_map(|id| tape.ancestors(id).take(6).find(|&up| matches!(tape.tag(up), Some(Tag::Tr | Tag::Li | Tag::Dl))))
        .filter(|&row| dates::first(&tape.text_capped(row, ROW_CHARS_MAX), page.today).is_some())
        .count()
}

/// A page without rows and without a text of its own, with an empty place for them and a script that may fill it.
pub(super) fn is_shell(page: &ListInput<'_>) -> bool {
    let tape = page.tape;
    let has_script =
        || tape.elements(Tag::Script).any(|id| tape.attr(id, Attr::Src).is_some() || !tape.raw_text(id).is_empty());
    own_chars(page) <= SHELL_CHARS_MAX as usize
        && has_script()
        && placeholder(page).is_some()
        && !says_empty(page)
        && page.main().is_none()
        && !page.is_article()
        && choose::dated_groups(page) == 0
}

/// An element where rows should be and are not: an empty list, or a template of one.
fn placeholder(page: &ListInput<'_>) -> Option<NodeId> {
    let tape = page.tape;
    tape.nodes().find(|&id| match tape.tag(id) {
        Some(Tag::Ul | Tag::Ol | Tag::Tbody | Tag::Dl) => may_hold_list(page, id) && is_blank(page, id),
        Some(Tag::Div) => {
            let names = tape
                .attr(id, Attr::Id)
                .is_some_and(|name| matches!(name, "app" | "root") || name.to_ascii_lowercase().contains("list"));
            names && may_hold_list(page, id) && is_blank(page, id)
        }
        Some(_) => false,
        None => {
            tape.own_text(id).is_some_and(|text| text.contains("{{") && text.contains("}}"))
                && page.layout().zone(id) & zone::UNSEEN == 0
        }
    })
}

/// Whether rows should stand elsewhere on the page: an empty list, or words that say so.
pub(super) fn has_place_for_rows(page: &ListInput<'_>) -> bool {
    placeholder(page).is_some() || says_empty(page)
}

fn may_hold_list(page: &ListInput<'_>, id: NodeId) -> bool {
    page.layout().zone(id) & (zone::NO_LIST | zone::NAVIGATION) == 0
}

/// Nothing to read below but white space, template marks and words of waiting.
fn is_blank(page: &ListInput<'_>, id: NodeId) -> bool {
    let text = page.tape.text_capped(id, 40);
    text.is_empty()
        || text.contains("{{")
        || ["加载中", "正在加载", "数据加载中", "loading", "Loading"].iter().any(|word| text.starts_with(word))
}

fn is_named_in_scripts(page: &ListInput<'_>, name: &str) -> bool {
    !name.is_empty()
        && page.signs().scripts.iter().map(|&id| page.tape.raw_text(id)).any(|text| {
            text.match_indices(name).any(|(at, _)| {
                text.get(..at).and_then(|head| head.chars().next_back()).is_some_and(|c| matches!(c, '#' | '.' | '"' | '\''))
            })
        })
}

/// The one address that the page's scripts ask for data by GET, where it is written whole.
fn feed(page: &ListInput<'_>) -> Option<Request> {
    let mut found = std::collections::BTreeSet::new();
    for text in page.signs().texts(Sign::Ajax) {
        if text.to_ascii_lowercase().contains("\"post\"")
            || text.to_ascii_lowercase().contains("'post'")
            || text.contains(".post(")
        {
            return None;
        }
        for opening in ["getJSON(", "$.get(", "axios.get(", "fetch(", "url:", "url :", "\"url\":"] {
            found.extend(
                text.match_indices(opening)
                    .filter_map(|(at, _)| whole_literal(text.get(at + opening.len()..)?))
                    .filter(|href| is_feed(href)),
            );
        }
    }
    let url = page.join(found.pop_first()?)?;
    (found.is_empty() && url.host() == page.url.host() && url != *page.url).then(|| page.further(url))
}

/// A string literal that nothing is added to.
fn whole_literal(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.get(1..)?;
    let end = inner.find(quote)?;
    let behind = inner.get(end + 1..)?.trim_start();
    (!behind.starts_with('+') && end < 300).then(|| inner.get(..end))?
}

fn is_feed(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    let names = [".json", "list", "query", "search", "data", "page", "article", "column", "channel"];
    !lower.is_empty()
        && !lower.contains('<')
        && names.iter().any(|name| lower.contains(name))
        && !["click", "count", "login", "visit", "token"].iter().any(|name| lower.contains(name))
}

const EMPTY_WORDS: [&str; 18] = [
    "暂无信息",
    "暂无数据",
    "暂无内容",
    "暂无相关信息",
    "暂无相关内容",
    "暂无相关数据",
    "没有相关信息",
    "没有数据",
    "暂无记录",
    "没有找到相关信息",
    "该栏目暂无信息",
    "本栏目暂无信息",
    "栏目暂无内容",
    "暂时没有信息",
    "没有符合条件的记录",
    "没有符合条件的数据",
    "暂无符合条件的数据",
    "未查询到相关数据",
];

/// A list that is there and has no row, for certain. `family`: the mechanism whose pager stands on the page, if any.
pub(super) fn empty_list(page: &ListInput<'_>, family: &'static str) -> Option<ListFacts> {
    if page.main().is_some()
        || page.is_article()
        || choose::dated_groups(page) > 0
        || own_chars(page) > SHELL_CHARS_MAX as usize
    {
        return None;
    }
    let has_pager = page.signs().has(Sign::CreatePage);
    let blank = blank_list(page).is_some();
    let proofs =
        [says_empty(page), page.pager().rows_total == Some(0), blank, has_pager].into_iter().filter(|proof| *proof).count();
    // An empty element or a pager alone is certain only where the page says that it is a column.
    let is_certain = match proofs {
        0 => false,
        1 if blank || has_pager => blank && page.tag("ColumnName").is_some(),
        _ => true,
    };
    if !is_certain || may_be_filled(page, proofs) {
        return None;
    }
    if counts_rows(page) {
        // The pager knows of rows that the page does not show: the list is not empty, it did not come.
        return Some(super::unread(page, family, None));
    }
    Some(ListFacts {
        family: family.to_owned(),
        column: page.url.clone(),
        page_no: 1,
        rows: Vec::new(),
        next: None,
        pages_total: Some(1),
        rows_total: Some(0),
        guess: None,
        unread: None,
    })
}

fn counts_rows(page: &ListInput<'_>) -> bool {
    let pager = page.pager();
    pager.rows_total.is_some_and(|rows| rows > 0)
        || pager.pages().is_some_and(|pages| pages > 1)
        || pager.next.is_some()
        || trs::counts_rows(page)
}

/// The words stand alone in a place where rows would be.
fn says_empty(page: &ListInput<'_>) -> bool {
    let tape = page.tape;
    tape.nodes().any(|id| {
        let Some(text) = tape.own_text(id).filter(|text| text.len() <= 80 && text.contains(['无', '没'])) else {
            return false;
        };
        let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        EMPTY_WORDS.contains(&bare.as_str())
            && may_hold_list(page, id)
            && !tape.ancestors(id).take(4).any(|up| is_set_aside(page, up))
    })
}

fn is_set_aside(page: &ListInput<'_>, id: NodeId) -> bool {
    page.tape.attr(id, Attr::Hidden).is_some()
        || page.tape.attr(id, Attr::Style).is_some_and(|style| style.replace(' ', "").contains("display:none"))
}

/// An empty element that calls itself a list and has no id that a script could know it by.
fn blank_list(page: &ListInput<'_>) -> Option<NodeId> {
    let tape = page.tape;
    tape.nodes().find(|&id| {
        matches!(tape.tag(id), Some(Tag::Ul | Tag::Ol | Tag::Tbody | Tag::Dl))
            && may_hold_list(page, id)
            && tape.attr(id, Attr::Id).is_none()
            && tape.text_capped(id, 1).is_empty()
            && !tape.descendants(id).any(|below| matches!(tape.tag(below), Some(Tag::A | Tag::Img | Tag::Iframe)))
            && std::iter::once(id).chain(tape.ancestors(id).take(2)).any(|up| choose::names_list(tape, up))
    })
}

/// Whether any script might write rows that are not there yet: in doubt, yes. Two proofs outweigh the mere name of a script.
fn may_be_filled(page: &ListInput<'_>, proofs: usize) -> bool {
    const FRAMEWORKS: [&str; 5] = ["vue", "react", "angular", "app.", "chunk"];
    const LISTERS: [&str; 9] = ["list", "column", "data", "ajax", "channel", "main.", "index.", "jpage", "content"];
    let signs = page.signs();
    let by_sign = [
        Sign::Ajax,
        Sign::Dataproxy,
        Sign::Datastore,
        Sign::Jpaas,
        Sign::UcapSearch,
        Sign::GetMessage,
        Sign::Epoint,
        Sign::Config,
    ];
    if by_sign.iter().any(|sign| signs.has(*sign)) || signs.texts(Sign::Write).any(writes_rows) {
        return true;
    }
    let is_named = |src: &&str, words: &[&str]| {
        let lower = src.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
        words.iter().any(|word| lower.contains(word))
    };
    signs.external.iter().any(|src| is_named(src, &FRAMEWORKS) || (proofs < 2 && is_named(src, &LISTERS)))
        || page.tape.elements(Tag::Iframe).any(|id| !is_hidden(page, id) && page.layout().zone(id) & zone::FRAME == 0)
}

/// `document.write` of rows, not of a badge or a counter.
fn writes_rows(script: &str) -> bool {
    const SERVICES: [&str; 6] = ["conac", "jiucuo", "kaipuyun", "cnzz", "baidu", "tongji"];
    let lower = script.to_ascii_lowercase();
    ["<li", "<tr", "<ul", "<dd", "<iframe", "%3cli", "%3ctr"].iter().any(|row| lower.contains(row))
        && !SERVICES.iter().any(|name| lower.contains(name))
}
