//! Bytes of a page → facts. Pure: no network, no clock, no file, and it cannot fail; what cannot be read is absent.

pub mod attachment;
pub mod challenge;
pub mod crumbs;
pub mod dates;
pub mod decode;
pub mod details;
pub mod document;
pub mod hidden;
pub mod kind;
mod leaving;
mod likely;
pub mod links;
pub mod lists;
pub mod marks;
pub mod office;
pub mod page_date;
pub mod personal;
mod phrases;
pub mod place;
pub mod related;
pub mod script;
pub mod selected;
pub mod selector;
pub mod sign_in;
pub mod sketch;
pub mod soft404;
pub(crate) mod style;
pub mod tags;
pub mod tape;
pub mod text;
pub mod title;
pub mod typos;
pub mod unsuitable;

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use jiff::civil::Date;

use self::kind::KindInput;
use self::links::Base;
use self::lists::ListInput;
use self::marks::MarkInput;
use self::place::Places;

use self::tape::{Attr, NodeId, Tag, Tape};
use self::typos::Typos;
use self::unsuitable::SignWords;
use crate::model::details::Details;
use crate::model::facts::{DateFact, DateSource, ListFacts, PageFacts, PageKind, PageRead};
use crate::model::outcome::ChallengeKind;
use crate::model::signs::Signs;
use crate::url::PageUrl;

/// What the reader is given of one reply.
#[derive(Debug, Clone, Copy)]
pub struct PageInput<'a> {
    /// The address that answered (after redirects): links are resolved against it.
    pub url: &'a PageUrl,
    pub bytes: &'a [u8],
    /// The charset parameter of `Content-Type`, as written.
    pub header_charset: Option<&'a str>,
    /// The monitoring day, Beijing time: «今天», dates without a year, dates in the future.
    pub today: Date,
    /// Home page of the site that the page belongs to.
    pub home: Option<&'a PageUrl>,
    /// The user's selectors for this page's list.
    pub selectors: Option<&'a ListSelectors>,
    /// A further page of a list, or its data: who asked for it.
    pub asked: Option<Asked<'a>>,
    /// The word list with the user's own; none: the list compiled in.
    pub typos: Option<&'a Typos>,
    /// Words and hosts of unsuitable matter with the user's own; none: those compiled in.
    pub signs: Option<&'a SignWords>,
}

/// How a further page of a list, or the data of one, was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The column's page, on whose behalf the request was made.
    pub referer: &'a PageUrl,
    /// The form that was posted; none: a GET.
    pub form: Option<&'a str>,
    /// The column's page holds no row itself: whatever list comes is the column's (frames, data interfaces).
    pub by_shell: bool,
    /// Nothing names this page: it is asked for on the chance that the list goes on.
    pub is_guess: bool,
}

/// CSS selectors from a `[[column]]` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSelectors {
    pub row: String,
    pub date: Option<String>,
}

/// Which reader this is: told by its source (build.rs). What another reader wrote down is not taken for its own.
pub const READER: &str = env!("XUNCHA_READER");

/// Limits on what one page may make us keep.
pub const LINKS_MAX: usize = 20_000;
/// Headings that are asked whether they are an error's.
const HEADINGS_MAX: usize = 3;

/// Reads a page that came with a 2xx status.
pub fn read_page(input: &PageInput<'_>) -> PageRead {
    let (read, day_matters) = dates::day::watch(|| read_on_its_day(input));
    PageRead { day_matters, ..read }
}

fn read_on_its_day(input: &PageInput<'_>) -> PageRead {
    if let Some(kind) = attachment::kind(input.bytes) {
        return read_attachment(input, kind);
    }
    let decoded = decode::decode(input.bytes, input.header_charset);
    // A script that writes a part of the page is read as the page that it writes.
    let written = if script::is_script(&decoded.text) { script::written_html(&decoded.text) } else { None };
    let html = written.as_deref().unwrap_or(&decoded.text);
    let tape = Tape::read(html);
    let places = Places::read(&tape);
    let base = Base::of(&tape, input.url, decoded.encoding);
    let tags = tags::read(&tape);
    let mut text = text::read(&tape, &places);
    let titles = title::read(&tape, &places, &tags);
    let labelled = dates::labelled(&tape, input.today);
    let dates = page_date::read(&tape, &tags, input.url, &titles.elements, &labelled, input.today);
    let found = links::read(&tape, &places, &base, text.facts.all_chars);
    let is_home = input.home.is_some_and(|home| soft404::same_page(home, input.url));
    let (list, dated_items) = {
        let mut page = ListInput::new(&tape, html, input.url, base.resolver(), decoded.encoding, &tags, input.today, is_home);
        page.asked = input.asked;
        page.labels = Some(&labelled.dates);
        (list(input, &page, &base), if is_home { lists::dated_rows(&page) } else { Vec::new() })
    };
    // What a data interface answers is no page: its rows are its links, and its words are nobody's error message.
    let is_data = (input.asked.is_some() || list.is_some()) && lists::is_data(html);
    let links = if is_data { Vec::new() } else { found.links };
    let headings = headings(&tape);
    let has_matter = has_matter(&tags, dates.date.as_ref(), list.as_ref());
    let error = soft404::Signs {
        html_title: &titles.cut,
        headings: &headings,
        body: &text.body,
        body_chars: text.facts.body_chars,
        all_chars: text.facts.all_chars,
        has_matter,
        links: &links,
        url: input.url,
        home: input.home,
    };
    let error_signs = if is_data { Vec::new() } else { soft404::read(&error) };
    let jumps_to = links::jump(&links, text.facts.all_chars, input.url);
    let asks_sign_in = !is_data
        && sign_in::read(&sign_in::SignIn {
            tape: &tape,
            html_title: &titles.html,
            headings: &headings,
            body_chars: text.facts.body_chars,
            has_matter,
            url: input.url,
            is_home,
        });
    let kind = kind::read(&KindInput {
        url: input.url,
        home: input.home,
        tags: &tags,
        error_signs: &error_signs,
        list: list.as_ref(),
        date: dates.date.as_ref(),
        body_chars: text.facts.body_chars,
    });
    if kind == PageKind::Article {
        let label = dates.all.iter().find(|date| date.source == DateSource::Label);
        text.facts.matter = text::matter(&text.body, label.map(|date| date.text.as_str()));
    }
    let related_by_script =
        matches!(kind, PageKind::Article | PageKind::Other) && !is_data && related::is_left_to_script(&tape);
    let document =
        matches!(kind, PageKind::Article | PageKind::Other).then(|| document::read(&tape, &titles.own, &text.body)).flatten();
    let may_be_shell = list.is_none()
        && !is_data
        && matches!(kind, PageKind::Column | PageKind::Other)
        && text.facts.body_chars <= lists::SHELL_CHARS_MAX;
    let drawn_by_script = may_be_shell && {
        let page = ListInput::new(&tape, html, input.url, base.resolver(), decoded.encoding, &tags, input.today, is_home);
        lists::is_shell(&page)
    };
    let marks = marks::read(&MarkInput {
        tape: &tape,
        places: &places,
        base: &base,
        tags: &tags,
        url: input.url,
        is_script: written.is_some(),
    });
    let details = details::read(&details::DetailInput {
        tape: &tape,
        places: &places,
        title: &titles.own,
        body: &text.body,
        body_chars: text.facts.body_chars,
        kind,
        is_page: written.is_none() && !is_data,
    });
    let details = Details {
        leave_notice: leaving::notice(&decoded.text),
        ..of_front(details, &Front { tape: &tape, base: &base, source: html, is_home, is_part: written.is_some() }, input.url)
    };
    let sign_words = input.signs.unwrap_or_else(|| SignWords::embedded());
    let signs = Signs {
        hidden_links: if is_data { Vec::new() } else { hidden::read(&tape, &base, input.url, sign_words) },
        unsuitable: sign_words.read(&titles.html, &keywords(&tape), &text.body),
        personal: personal::read(&titles.own, &text.body, input.today),
        typos: typos(input).read(&format!("{}\n{}", titles.own, text.body)),
    };
    let facts = PageFacts {
        charset: decoded.charset,
        html_title: titles.html,
        title: titles.own,
        lang: lang(&tape),
        kind,
        breadcrumb: crumbs::read(&tape, &base),
        tags,
        date: dates.date,
        dates: dates.all,
        text: text.facts,
        marks,
        list,
        document,
        error_signs,
        drawn_by_script,
        asks_sign_in,
        jumps_to,
        related_by_script,
        dated_items,
        details,
        signs,
    };
    PageRead { facts, links, links_cut: !is_data && (found.cut || tape.cut), day_matters: false }
}

/// A home page, or a part of one that a script writes.
struct Front<'a> {
    tape: &'a Tape,
    base: &'a Base,
    source: &'a str,
    is_home: bool,
    is_part: bool,
}

/// With what only a site's front is asked for.
fn of_front(details: Details, front: &Front<'_>, url: &PageUrl) -> Details {
    if !front.is_home && !front.is_part {
        return details;
    }
    let search = leaving::search(front.tape, front.base);
    Details {
        may_search: search.is_none() && leaving::may_search(front.source),
        search,
        script_sources: if front.is_home { leaving::sources(front.tape, front.base, url) } else { Vec::new() },
        ipv6_mark: leaving::ipv6_mark(front.source),
        ..details
    }
}

/// The list of the page: what a family makes of it, its rows replaced by those of the user's selectors where there are some.
fn list(input: &PageInput<'_>, page: &ListInput<'_>, base: &Base) -> Option<ListFacts> {
    let by_family = lists::read(page);
    let selectors = input.selectors.filter(|_| !page.tape.too_deep && !lists::is_data(page.source));
    let Some(selectors) = selectors else { return by_family };
    let selected = selected::read(page.source, selectors, input.url, base, input.today);
    Some(match by_family {
        Some(list) => ListFacts { family: selected.family, rows: selected.rows, unread: selected.unread, ..list },
        None => selected,
    })
}

/// Signs that the page holds an article or a list, whatever its title says.
fn has_matter(tags: &BTreeMap<String, String>, date: Option<&DateFact>, list: Option<&ListFacts>) -> bool {
    tags::value(tags, "ArticleTitle").is_some()
        || tags::value(tags, "PubDate").is_some()
        || date.is_some_and(|date| date.source == DateSource::Label)
        || list.is_some_and(|list| list.rows.len() >= 3)
}

/// The main headings of the page: the first few `<h1>`, `<h2>`.
fn headings(tape: &Tape) -> Vec<String> {
    let is_main = |&id: &NodeId| matches!(tape.tag(id), Some(Tag::H1 | Tag::H2));
    tape.nodes().filter(is_main).take(HEADINGS_MAX).map(|id| tape.text_capped(id, 80)).collect()
}

/// An attached file: its words are read for personal data, and nothing else of it.
fn read_attachment(input: &PageInput<'_>, kind: attachment::Kind) -> PageRead {
    let text = attachment::text(kind, input.bytes).unwrap_or_default();
    let signs = Signs { personal: personal::read("名单", &text, input.today), ..Signs::default() };
    PageRead { facts: PageFacts { signs, ..PageFacts::default() }, ..PageRead::default() }
}

fn typos<'a>(input: &PageInput<'a>) -> &'a Typos {
    match input.typos {
        Some(own) => own,
        None => Typos::embedded(),
    }
}

/// What the head says of the page to search engines.
fn keywords(tape: &Tape) -> String {
    let is_said = |&id: &NodeId| {
        tape.attr(id, Attr::Name).is_some_and(|name| matches!(name.to_ascii_lowercase().as_str(), "keywords" | "description"))
    };
    let said: Vec<&str> =
        tape.elements(Tag::Meta).filter(is_said).filter_map(|id| tape.attr(id, Attr::Content)).take(2).collect();
    said.join(" ")
}

fn lang(tape: &Tape) -> Option<String> {
    let html = tape.elements(Tag::Html).next()?;
    tape.attr(html, Attr::Lang).map(str::trim).filter(|lang| !lang.is_empty()).map(|lang| lang.chars().take(35).collect())
}

/// Whether a reply is a protection page in front of the site, by its status and the first bytes of its body.
pub fn challenge(status: u16, bytes: &[u8]) -> Option<ChallengeKind> {
    challenge::read(status, bytes)
}

/// The encoding of forms and queries of a page: what the page itself is written in.
pub fn link_encoding(label: &str) -> &'static Encoding {
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8)
}

#[cfg(test)]
mod tests;
