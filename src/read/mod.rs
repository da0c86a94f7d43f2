//! Bytes of a page → facts. Pure: no network, no clock, no file, and it cannot fail; what cannot be read is absent.

pub mod crumbs;
pub mod dates;
pub mod decode;
pub mod links;
pub mod lists;
pub mod page_date;
pub mod place;
pub mod script;
pub mod selector;
pub mod tags;
pub mod tape;
pub mod text;
pub mod title;

use encoding_rs::Encoding;
use jiff::civil::Date;

use self::links::Base;
use self::place::Places;
use self::tape::{Attr, Tag, Tape};
use crate::model::facts::{PageFacts, PageRead};
use crate::model::outcome::ChallengeKind;
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
}

/// CSS selectors from a `[[column]]` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSelectors {
    pub row: String,
    pub date: Option<String>,
}

/// Limits on what one page may make us keep.
pub const LINKS_MAX: usize = 20_000;

/// Reads a page that came with a 2xx status.
pub fn read_page(input: &PageInput<'_>) -> PageRead {
    let decoded = decode::decode(input.bytes, input.header_charset);
    // A script that writes a part of the page is read as the page that it writes.
    let written = if script::is_script(&decoded.text) { script::written_html(&decoded.text) } else { None };
    let tape = Tape::read(written.as_deref().unwrap_or(&decoded.text));
    let places = Places::read(&tape);
    let base = Base::of(&tape, input.url, decoded.encoding);
    let tags = tags::read(&tape);
    let text = text::read(&tape, &places);
    let titles = title::read(&tape, &places, &tags);
    let dates = page_date::read(&tape, &tags, input.url, titles.element, input.today);
    let found = links::read(&tape, &places, &base, text.facts.all_chars);
    let facts = PageFacts {
        charset: decoded.charset,
        html_title: titles.html,
        title: titles.own,
        lang: lang(&tape),
        breadcrumb: crumbs::read(&tape, &base),
        tags,
        date: dates.date,
        dates: dates.all,
        text: text.facts,
        ..PageFacts::default()
    };
    PageRead { facts, links: found.links, links_cut: found.cut || tape.cut }
}

fn lang(tape: &Tape) -> Option<String> {
    let html = tape.elements(Tag::Html).next()?;
    tape.attr(html, Attr::Lang).map(str::trim).filter(|lang| !lang.is_empty()).map(|lang| lang.chars().take(35).collect())
}

/// Whether a reply is a protection page in front of the site, by its status and the first bytes of its body.
pub fn challenge(_status: u16, _bytes: &[u8]) -> Option<ChallengeKind> {
    None
}

/// The encoding of forms and queries of a page: what the page itself is written in.
pub fn link_encoding(label: &str) -> &'static Encoding {
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8)
}
