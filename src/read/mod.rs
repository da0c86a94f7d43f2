//! Bytes of a page → facts. Pure: no network, no clock, no file, and it cannot fail; what cannot be read is absent.

pub mod dates;
pub mod lists;
pub mod tape;

use encoding_rs::Encoding;
use jiff::civil::Date;

use crate::model::facts::PageRead;
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
pub fn read_page(_input: &PageInput<'_>) -> PageRead {
    PageRead::default()
}

/// Whether a reply is a protection page in front of the site, by its status and the first bytes of its body.
pub fn challenge(_status: u16, _bytes: &[u8]) -> Option<ChallengeKind> {
    None
}

/// The encoding of forms and queries of a page: what the page itself is written in.
pub fn link_encoding(label: &str) -> &'static Encoding {
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8)
}
