//! Links to foreign hosts that a visitor cannot see (暗链). A site's own collapsed blocks (tabs, drop-down menus, lists of other
//! authorities, counters) are told apart here, by what hides the block, by what it is called, and by where its links lead.

use std::collections::BTreeSet;

use super::links::Base;
use super::selector::Selectors;
use super::style::{self, Declarations};
use super::tape::{Attr, NodeId, Tag, Tape};
use super::unsuitable::SignWords;
use super::{script, style::Sheet};
use crate::model::signs::{HiddenLink, HiddenWay};
use crate::url::PageUrl;

/// Hidden links of one page that are kept.
const LINKS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 80;
/// Hosts from which on a block that scripts could open is taken for a farm.
const FARM_HOSTS_MIN: usize = 3;
/// Links in hidden elements of their own from which on they were strewn, not left over.
const STREWN_MIN: usize = 3;
/// The same where its name says that it is a menu, a tab or a dialog.
const NAMED_HOSTS_MIN: usize = 10;
/// Of the names in such a block, how many (in tenths) may be those of institutions.
const INSTITUTIONS_TENTHS_MAX: usize = 6;

/// What hides a stretch of the page.
#[derive(Debug, Clone)]
struct Cover {
    from: usize,
    to: usize,
    way: HiddenWay,
    style: String,
    /// No site opens such a block: nothing of it was made to be seen.
    is_trick: bool,
    /// The block is called, or handled, as something that opens.
    is_opened: bool,
    by_script: bool,
}

struct Candidate {
    id: NodeId,
    url: PageUrl,
    text: String,
}

/// Reads the hidden links. Where nothing on the page is hidden it is a look at the styles and no more.
pub fn read(tape: &Tape, base: &Base, page: &PageUrl, words: &SignWords) -> Vec<HiddenLink> {
    let mut found = blocks(tape, base, page, words);
    let from = found.last().map_or(0, |link| link.block + 1);
    found.extend(written(tape, base, page, words, from));
    found.truncate(LINKS_MAX);
    found
}

fn blocks(tape: &Tape, base: &Base, page: &PageUrl, words: &SignWords) -> Vec<HiddenLink> {
    let covers = covers(tape);
    if covers.is_empty() {
        return Vec::new();
    }
    let seen = seen_domains(tape, base, &covers);
    let mut selectors = Selectors::new(tape);
    let mut out = Vec::new();
    let mut block = 0;
    let mut single: Vec<(&Cover, Candidate)> = Vec::new();
    for cover in &covers {
        let mut links = links_within(tape, base, cover);
        let Some((guilty, is_sure)) = guilty(cover, &links, page, words, &seen) else {
            if links.len() == 1 && is_single(tape, cover, &links[0], page, words, &seen) {
                single.extend(links.pop().map(|link| (cover, link)));
            }
            continue;
        };
        for link in guilty {
            out.push(HiddenLink {
                url: link.url.clone(),
                text: link.text.clone(),
                way: cover.way,
                style: cover.style.clone(),
                selector: selectors.of(link.id),
                by_script: cover.by_script,
                block,
                is_sure,
            });
        }
        block += 1;
        if out.len() >= LINKS_MAX {
            break;
        }
    }
    out.extend(strewn(&single, block, &mut selectors));
    out
}

/// An element that hides one link to a stranger and nothing besides: not a row of a list that opens, not a picture, no name.
fn is_single(tape: &Tape, cover: &Cover, link: &Candidate, page: &PageUrl, words: &SignWords, seen: &BTreeSet<String>) -> bool {
    let Some(element) = tape.at(cover.from) else { return false };
    let is_row = matches!(tape.tag(element), Some(Tag::Li | Tag::Dd | Tag::Dt | Tag::Tr | Tag::Td | Tag::Option));
    let is_seen = link.url.registered_domain().is_none_or(|domain| seen.contains(domain));
    let is_alone = !link.text.is_empty() && tape.text_capped(element, TEXT_CHARS_MAX).trim() == link.text.trim();
    let is_stranger = leaves(page, &link.url) && !words.hosts.is_known(&link.url) && !is_share(&link.url) && !is_seen;
    !cover.is_opened && !cover.by_script && !is_row && is_alone && is_stranger && !is_institution(&link.text)
}

/// Such links, where there are several with different words.
fn strewn(single: &[(&Cover, Candidate)], block: u16, selectors: &mut Selectors<'_>) -> Vec<HiddenLink> {
    let words: BTreeSet<&str> = single.iter().map(|(_, link)| link.text.as_str()).collect();
    if words.len() < STREWN_MIN {
        return Vec::new();
    }
    let link = |(cover, link): &(&Cover, Candidate)| HiddenLink {
        url: link.url.clone(),
        text: link.text.clone(),
        way: cover.way,
        style: cover.style.clone(),
        selector: selectors.of(link.id),
        by_script: false,
        block,
        is_sure: false,
    };
    single.iter().map(link).collect()
}

/// A share button: it hands an address on.
fn is_share(url: &PageUrl) -> bool {
    url.as_str().split_once('?').is_some_and(|(_, query)| {
        let query = query.to_ascii_lowercase();
        query.split('&').any(|pair| {
            pair.split_once('=').is_some_and(|(_, value)| {
                value.starts_with("http%3a")
                    || value.starts_with("https%3a")
                    || value.starts_with("http:")
                    || value.starts_with("https:")
            })
        })
    })
}

/// What a registered domain is called, whatever country it ends with: one firm's sites in many countries are one.
fn label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or(domain)
}

/// What a script writes into the page, read as a page of its own.
fn written(tape: &Tape, base: &Base, page: &PageUrl, words: &SignWords, from: u16) -> Vec<HiddenLink> {
    let mut out: Vec<HiddenLink> = Vec::new();
    let mut block = from;
    for id in tape.elements(Tag::Script) {
        let source = tape.raw_text(id);
        if !source.contains("write") || !(source.contains("<a") || source.contains("%3Ca") || source.contains("%3ca")) {
            continue;
        }
        let Some(html) = script::written_html(source) else { continue };
        let inner = blocks(&Tape::read(&html), base, page, words);
        let blocks_here = inner.last().map_or(0, |link| link.block + 1);
        out.extend(inner.into_iter().map(|link| HiddenLink { block: link.block + block, by_script: true, ..link }));
        block += blocks_here;
    }
    out
}

/// The hidden links of a block that are no part of the site's own doing, and whether that is sure.
fn guilty<'a>(
    cover: &Cover,
    links: &'a [Candidate],
    page: &PageUrl,
    words: &SignWords,
    seen: &BTreeSet<String>,
) -> Option<(Vec<&'a Candidate>, bool)> {
    let is_foreign = |link: &&Candidate| leaves(page, &link.url) && !words.hosts.is_known(&link.url) && !is_share(&link.url);
    let strangers: Vec<&Candidate> = links
        .iter()
        .filter(is_foreign)
        .filter(|link| link.url.registered_domain().is_some_and(|domain| !seen.contains(domain)))
        .collect();
    let unsuitable: Vec<&Candidate> =
        links.iter().filter(|link| leaves(page, &link.url) && words.is_unsuitable_text(&link.text)).collect();
    let hosts: BTreeSet<&str> = strangers.iter().filter_map(|link| link.url.registered_domain().map(label)).collect();
    if !unsuitable.is_empty() {
        let all: Vec<&Candidate> =
            links.iter().filter(|link| is_foreign(link) || unsuitable.iter().any(|bad| bad.id == link.id)).collect();
        return Some((all, unsuitable.len() > 1 || hosts.len() >= FARM_HOSTS_MIN || cover.is_trick));
    }
    if cover.is_trick {
        return (!hosts.is_empty()).then_some((strangers, hosts.len() >= FARM_HOSTS_MIN));
    }
    // Links to itself and to the public sector in the same block speak for a menu.
    let own = links.iter().filter(|link| !leaves(page, &link.url) || words.hosts.is_public(&link.url)).count();
    let is_mostly_foreign = own * 2 <= strangers.len();
    let institutions = strangers.iter().filter(|link| is_institution(&link.text)).count();
    let is_named_like_one = institutions * 10 > strangers.len() * INSTITUTIONS_TENTHS_MAX;
    let least = if cover.is_opened { NAMED_HOSTS_MIN } else { FARM_HOSTS_MIN };
    if hosts.len() < least || !is_mostly_foreign || (cover.is_opened && (is_named_like_one || own > 0)) {
        return None;
    }
    let is_sure = !cover.is_opened && own == 0 && !is_named_like_one && hosts.len() >= 2 * FARM_HOSTS_MIN;
    Some((strangers, is_sure))
}

/// The address lies on another registered domain. Bare numbers are no domain.
fn leaves(page: &PageUrl, url: &PageUrl) -> bool {
    url.registered_domain().is_some() && url.registered_domain() != page.registered_domain()
}

/// The name of an authority, an enterprise, a school, a newspaper.
fn is_institution(text: &str) -> bool {
    const ENDINGS: [&str; 30] = [
        "公司",
        "集团",
        "银行",
        "协会",
        "学会",
        "联合会",
        "商会",
        "大学",
        "学院",
        "学校",
        "研究院",
        "研究所",
        "中心",
        "报",
        "日报",
        "杂志",
        "杂志社",
        "出版社",
        "电视台",
        "新闻网",
        "政府",
        "部",
        "局",
        "厅",
        "委",
        "委员会",
        "办公室",
        "医院",
        "总站",
        "总公司",
    ];
    let text = text.trim_end_matches(['网', '站', '»', '>', ' ']);
    ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// Registered domains that the page links to in the open.
fn seen_domains(tape: &Tape, base: &Base, covers: &[Cover]) -> BTreeSet<String> {
    let is_covered = |id: NodeId| covers.iter().any(|cover| cover.from <= id.index() && id.index() < cover.to);
    tape.elements(Tag::A)
        .filter(|&id| !is_covered(id))
        .filter_map(|id| base.join(tape.attr(id, Attr::Href)?))
        .filter_map(|joined| joined.url.registered_domain().map(str::to_owned))
        .collect()
}

fn links_within(tape: &Tape, base: &Base, cover: &Cover) -> Vec<Candidate> {
    let mut out = Vec::new();
    for index in cover.from..cover.to {
        let Some(id) = tape.at(index) else { break };
        if !matches!(tape.tag(id), Some(Tag::A | Tag::Area)) || is_inert(tape, id) {
            continue;
        }
        let Some(joined) = tape.attr(id, Attr::Href).and_then(|href| base.join(href)) else { continue };
        let has_picture = tape.descendants(id).any(|inner| tape.tag(inner) == Some(Tag::Img));
        // The slides of a carousel wait beside the window.
        if has_picture && matches!(cover.way, HiddenWay::Position | HiddenWay::Opacity) {
            continue;
        }
        out.push(Candidate { id, url: joined.url, text: tape.text_capped(id, TEXT_CHARS_MAX) });
    }
    out
}

/// Inside an element that a browser does not show as a part of the page in any case.
fn is_inert(tape: &Tape, id: NodeId) -> bool {
    tape.ancestors(id).any(|up| matches!(tape.tag(up), Some(Tag::Template | Tag::Noscript | Tag::Textarea | Tag::Script)))
}

/// The outermost hidden stretches, in document order.
fn covers(tape: &Tape) -> Vec<Cover> {
    let scripts = Scripts::read(tape);
    let sheet = Sheet::read(tape);
    let mut covers: Vec<Cover> = Vec::new();
    let mut behind = 0;
    for id in tape.nodes() {
        let Some(tag) = tape.tag(id) else { continue };
        if id.index() < behind || matches!(tag, Tag::Script | Tag::Style | Tag::Head | Tag::Body | Tag::Html) {
            continue;
        }
        if let Some(cover) = cover_of(tape, id, tag, &scripts, &sheet) {
            behind = cover.to;
            covers.push(cover);
        }
    }
    for (from, to, style, way) in scripts.brackets {
        let is_new = !covers.iter().any(|cover| cover.from <= from && to <= cover.to);
        if is_new {
            covers.push(Cover { from, to, way, style, is_trick: true, is_opened: false, by_script: true });
        }
    }
    covers.sort_by_key(|cover| cover.from);
    covers
}

fn cover_of(tape: &Tape, id: NodeId, tag: Tag, scripts: &Scripts, sheet: &Sheet) -> Option<Cover> {
    let inline = tape.attr(id, Attr::Style);
    let by_style = inline.and_then(|text| hidden_by(tape, id, tag, &Declarations::read(text)).map(|how| (how, text)));
    let ((way, is_trick), style, by_sheet, by_script) = if let Some((how, text)) = by_style {
        (how, text.to_owned(), false, false)
    } else if tape.attr(id, Attr::Hidden).is_some() && tag != Tag::Input {
        ((HiddenWay::Display, false), "hidden".to_owned(), false, false)
    } else if tag == Tag::Marquee && is_flat_marquee(tape, id) {
        ((HiddenWay::Marquee, true), marquee_words(tape, id), false, false)
    } else if let Some(text) = tape.attr(id, Attr::Id).and_then(|name| scripts.hidden.get(name)) {
        ((HiddenWay::Display, false), text.clone(), false, true)
    } else {
        let (how, text) = sheet.hidden(tape, id, tag)?;
        (how, text, true, false)
    };
    Some(Cover {
        from: id.index(),
        to: tape.end_index(id),
        way,
        style: style.chars().take(TEXT_CHARS_MAX).collect(),
        is_trick,
        is_opened: !is_trick && (by_sheet || is_opened(tape, id, scripts)),
        by_script,
    })
}

/// How declarations hide an element, and whether no site would do so to open it again.
pub(super) fn hidden_by(tape: &Tape, id: NodeId, tag: Tag, style: &Declarations<'_>) -> Option<(HiddenWay, bool)> {
    let is_cut = style.is("overflow", "hidden");
    let least = |name: &str| style.pixels(name);
    let is_flat = |name| least(name).is_some_and(|size| size <= 0.0);
    let is_point = |name| least(name).is_some_and(|size| size <= 1.0);
    if style.is("display", "none") {
        return Some((HiddenWay::Display, false));
    }
    if style.is("visibility", "hidden") {
        return Some((HiddenWay::Visibility, false));
    }
    let is_free = style.is("position", "absolute") || style.is("position", "fixed");
    let is_far = ["left", "top", "right", "bottom"].iter().any(|side| least(side).is_some_and(style::is_far));
    if is_free && is_far {
        return Some((HiddenWay::Position, true));
    }
    if is_cut && is_point("height") && is_point("width") {
        return Some((HiddenWay::Size, true));
    }
    if is_cut && (is_flat("height") || is_flat("width") || is_flat("max-height")) {
        return Some((HiddenWay::Size, false));
    }
    if is_cut && is_point("height") {
        return Some((HiddenWay::Size, true));
    }
    if style.pixels("text-indent").is_some_and(|indent| indent <= -500.0) {
        return Some((HiddenWay::Indent, false));
    }
    if style.get("opacity").is_some_and(|value| value.parse::<f64>().is_ok_and(|value| value <= 0.01)) {
        return Some((HiddenWay::Opacity, false));
    }
    // Lists with `font-size:0` close the gaps between their items, which have letters of their own.
    if is_point("font-size") && matches!(tag, Tag::A | Tag::Span | Tag::Font) {
        return Some((HiddenWay::FontSize, true));
    }
    let colour = style.get("color").and_then(style::colour)?;
    let ground = std::iter::once(id)
        .chain(tape.ancestors(id))
        .filter_map(|up| tape.attr(up, Attr::Style))
        .find_map(|text| Declarations::read(text).ground());
    (ground == Some(colour)).then_some((HiddenWay::Colour, true))
}

/// A marquee of a few pixels, or one that runs faster than anybody reads.
fn is_flat_marquee(tape: &Tape, id: NodeId) -> bool {
    const FLAT_PIXELS: f64 = 5.0;
    let style = tape.attr(id, Attr::Style).map(Declarations::read);
    let size = |attr, name: &str| {
        let written = tape.attr(id, attr).and_then(style::pixels);
        written.or_else(|| style.as_ref().and_then(|style| style.pixels(name)))
    };
    [size(Attr::Height, "height"), size(Attr::Width, "width")].into_iter().flatten().any(|size| size <= FLAT_PIXELS)
}

fn marquee_words(tape: &Tape, id: NodeId) -> String {
    let said = |name, attr| tape.attr(id, attr).map(|value| format!(" {name}={value}")).unwrap_or_default();
    format!("marquee{}{}{}", said("width", Attr::Width), said("height", Attr::Height), said("style", Attr::Style))
}

/// The block is called as one that opens, something beside it is clicked, or a script of the page speaks of it.
fn is_opened(tape: &Tape, id: NodeId, scripts: &Scripts) -> bool {
    const NAMES: [&str; 46] = [
        "tab",
        "menu",
        "nav",
        "drop",
        "sub",
        "link",
        "yqlj",
        "youlian",
        "friend",
        "pop",
        "layer",
        "dialog",
        "modal",
        "panel",
        "con",
        "list",
        "slide",
        "swiper",
        "banner",
        "float",
        "piao",
        "mobile",
        "phone",
        "more",
        "select",
        "search",
        "share",
        "code",
        "weixin",
        "wx",
        "box",
        "hide",
        "show",
        "accordion",
        "collapse",
        "tree",
        "second",
        "child",
        "toggle",
        "open",
        "down",
        "foot",
        "xiala",
        "item",
        "zwgk",
        "wza",
    ];
    let is_called = |id: NodeId| {
        let words = format!("{} {}", tape.attr(id, Attr::Id).unwrap_or(""), tape.attr(id, Attr::Class).unwrap_or(""));
        let words = words.to_ascii_lowercase();
        NAMES.iter().any(|name| words.contains(name))
    };
    let is_clicked = |id: NodeId| tape.attr(id, Attr::OnClick).is_some();
    let is_spoken_of = tape.attr(id, Attr::Id).is_some_and(|name| !name.is_empty() && scripts.speaks_of(name));
    let parent = tape.parent(id);
    // Tabs: one of several elements of a kind below one parent, of which another is in sight and holds links.
    let twin = parent.is_some_and(|up| {
        !matches!(tape.tag(up), Some(Tag::Body | Tag::Html))
            && tape.children(up).any(|other| {
                other != id
                    && tape.tag(other) == tape.tag(id)
                    && tape.attr(other, Attr::Class) == tape.attr(id, Attr::Class)
                    && tape.descendants(other).any(|inner| tape.tag(inner) == Some(Tag::A))
            })
    });
    let in_list_item = parent.is_some_and(|up| matches!(tape.tag(up), Some(Tag::Li | Tag::Dd)));
    is_called(id) || is_spoken_of || twin || in_list_item || parent.is_some_and(is_clicked)
}

/// What the page's own scripts hide, and what they speak of.
struct Scripts {
    /// Elements that a script hides by their id, with the words that do it.
    hidden: std::collections::BTreeMap<String, String>,
    /// Stretches between a script that opens a hidden block and one that closes it.
    brackets: Vec<(usize, usize, String, HiddenWay)>,
    sources: Vec<String>,
}

impl Scripts {
    fn read(tape: &Tape) -> Self {
        let mut found = Self { hidden: std::collections::BTreeMap::new(), brackets: Vec::new(), sources: Vec::new() };
        let mut open: Option<(usize, String, HiddenWay)> = None;
        for id in tape.elements(Tag::Script) {
            let source = tape.raw_text(id);
            if source.len() > 64 * 1024 || source.is_empty() {
                continue;
            }
            found.note_hidden(source);
            if source.contains("write")
                && let Some(html) = script::written_html(source)
            {
                let inner = Tape::read(&html);
                let first = inner.nodes().find(|&id| inner.tag(id).is_some());
                let cover = first.and_then(|id| {
                    let text = inner.attr(id, Attr::Style)?;
                    let (way, _) = hidden_by(&inner, id, inner.tag(id)?, &Declarations::read(text))?;
                    Some((way, text.to_owned()))
                });
                let closes = html.trim_start().starts_with("</");
                match (cover, open.take()) {
                    (Some((way, text)), _) if !html.contains("</") => open = Some((tape.end_index(id), text, way)),
                    (None, Some((from, text, way))) if closes => found.brackets.push((from, id.index(), text, way)),
                    (_, still) => open = still,
                }
            }
            found.sources.push(source.to_owned());
        }
        found
    }

    /// `document.getElementById("x").style.display="none"`
    fn note_hidden(&mut self, source: &str) {
        for part in source.split("getElementById(").skip(1) {
            let Some((name, rest)) = part.split_once(')') else { continue };
            let name = name.trim().trim_matches(['"', '\'']);
            let rest: String = rest.chars().take(60).filter(|c| !c.is_whitespace()).collect();
            if rest.starts_with(".style.display=\"none\"") || rest.starts_with(".style.display='none'") {
                self.hidden.insert(name.to_owned(), format!("getElementById({name}).style.display=none"));
            }
        }
    }

    fn speaks_of(&self, name: &str) -> bool {
        let shown = |source: &String| {
            source.contains(&format!("#{name}"))
                || source.split(name).skip(1).any(|rest| !rest.chars().take(40).collect::<String>().contains("none"))
        };
        self.sources.iter().any(shown)
    }
}

#[cfg(test)]
mod tests;
