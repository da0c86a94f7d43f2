//! Phase 1: crawl. The only network client; reads pages, writes facts to a sink. The crawl loop closes in `driver::crawl` alone.

#[cfg(feature = "render")]
mod browser;
mod certificate;
mod drawn;
mod driver;
mod fetch;
mod follow;
mod frontier;
mod guard;
mod host;
mod housekeeping;
mod job;
mod left_out;
mod merge;
mod past;
mod queue;
#[cfg(feature = "render")]
mod rendering;
mod replay;
mod reuse;
mod robots;
mod scope;
mod seed;
mod seen;
mod series;
mod single;
mod sitemap;
mod table;
mod tally;
mod unpack;
mod visit;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;

use crate::model::earlier::Carry;
use crate::model::outcome::SkipReason;
use crate::model::request::Purpose;
use crate::model::site::{ColumnDecl, PageRecord, SiteDecl, UrlId};
use crate::model::window::Window;
use crate::read::typos::Typos;
use crate::read::unsuitable::SignWords;
use crate::url::PageUrl;

pub use certificate::authorities;
pub use driver::{CrawlError, crawl, crawl_on};
pub use fetch::{ClientFault, PostFault, Posted, post_json};
pub use past::{NoPast, Past};
pub use single::{FetchedPage, fetch_page};

/// Everything that the crawl needs to know, by value.
#[derive(Debug, Clone)]
pub struct Plan {
    pub sites: Vec<SiteDecl>,
    /// The user's words on columns: their addresses are seeds, their selectors go to the reader.
    pub columns: Vec<ColumnDecl>,
    pub limits: Limits,
    pub pace: Pace,
    pub network: Network,
    /// false: robots.txt is read but not obeyed (the user's own sites).
    pub obey_robots: bool,
    pub external_links: bool,
    pub include: Vec<Regex>,
    pub exclude: Vec<Regex>,
    /// Hours in which servers may be asked: the crawl waits until it opens, and ends in part when it closes.
    pub window: Option<Window>,
    /// The monitoring day, Beijing time.
    pub today: Date,
}

#[derive(Debug, Clone)]
pub struct Limits {
    /// Pages per site.
    pub pages_max: u32,
    /// Minutes of the whole crawl; 0: none.
    pub minutes_max: u32,
    /// Links from the home page.
    pub depth_max: u16,
    /// Bytes of a body after decoding; the rest is not read.
    pub body_bytes_max: u64,
    /// Characters of an address.
    pub address_chars_max: usize,
    /// Links of one page that are followed.
    pub links_per_page_max: usize,
    /// Redirect hops followed.
    pub hops_max: usize,
    /// Further pages of one list that are asked for because its script says so.
    pub list_pages_max: u32,
    /// Pages that are opened in a browser; none: no browser is started.
    pub render: Option<Render>,
    /// docx and xlsx attachments are fetched whole and read for personal data.
    pub read_attachments: bool,
    /// So are pdf and doc attachments, which are many and large.
    pub read_pdf_and_doc: bool,
    /// The list of wrong words with the user's own; none: the list compiled in.
    pub typos: Option<Arc<Typos>>,
    /// Words and hosts of unsuitable matter, likewise.
    pub signs: Option<Arc<SignWords>>,
    /// The user's own words as written: pages that were read by others are read anew.
    pub own_words: String,
    /// These addresses are requested, with the rest of their lists, and nothing else; none: the sites are crawled.
    pub only: Option<Vec<Wanted>>,
}

/// An address that is requested on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub url: PageUrl,
    /// What it was requested for in the run that it is looked at again for; none: what its ending says.
    pub purpose: Option<Purpose>,
    /// Links from the home page.
    pub depth: u16,
}

/// What may be opened in an installed browser: column pages whose list nothing else reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Render {
    pub pages_per_site: u32,
    pub seconds_per_page: u32,
    /// The browser's program; none: looked for in the usual places.
    pub browser: Option<PathBuf>,
}

/// Whether this build can open pages in a browser (cargo feature `render`).
pub const CAN_RENDER: bool = cfg!(feature = "render");

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages_max: 100_000,
            minutes_max: 0,
            depth_max: 30,
            body_bytes_max: 10 * 1024 * 1024,
            address_chars_max: 2_048,
            links_per_page_max: crate::read::LINKS_MAX,
            hops_max: 10,
            list_pages_max: 1_000,
            render: None,
            read_attachments: true,
            read_pdf_and_doc: false,
            typos: None,
            signs: None,
            own_words: String::new(),
            only: None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Pace {
    /// Per host, burst 1; 0: no limit.
    pub requests_per_second: f64,
    /// In flight, all hosts together.
    pub concurrency: usize,
    /// In flight at one host.
    pub concurrency_per_host: usize,
    /// Whole seconds that one request may take, redirects apart.
    pub timeout_seconds: u32,
}

#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Loopback, private and link-local addresses may be requested.
    pub allow_private: bool,
    /// Host → address, port included (like curl --resolve). These may be private: the user named them.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// Hosts that are not in `resolve` do not exist (demo and tests: no name leaves this machine).
    pub offline: bool,
    pub proxy: Option<String>,
    pub user_agent: String,
    /// Authorities (DER) whose certificates are trusted beside the public ones; see [`authorities`].
    pub authorities: Vec<Vec<u8>>,
}

/// Where the crawl puts what it finds. A command plugs in the store's writer, a test a `Vec`.
pub trait Sink: Send {
    /// A new address was seen; ids are dense and come in order.
    fn address(&mut self, id: UrlId, url: &PageUrl) -> Result<(), SinkError>;
    /// A request was done (or given up); a later record of the same id replaces the earlier one.
    fn record(&mut self, record: PageRecord) -> Result<(), SinkError>;
    /// What the crawl needs besides the record that comes next, to go on after an interruption. Where nothing is to be gone on
    /// with it may be dropped.
    fn carry(&mut self, _id: UrlId, _carry: Carry) -> Result<(), SinkError> {
        Ok(())
    }

    /// Answers that were handed over and would be lost if the process were killed now: their requests count as in flight, so that
    /// no more than those are repeated afterwards. What is handed over is written down within milliseconds, asked for or not.
    fn unwritten(&self) -> usize {
        0
    }
}

/// The sink cannot take more (store full, writer gone): the crawl stops.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// What a progress display is told, after every request.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    pub requests: u64,
    pub pages: u64,
    pub queued: u64,
    pub in_flight: u64,
    pub bytes: u64,
    /// Targets that look dead so far (not yet tried again).
    pub suspects: u64,
    /// The address just done.
    pub last: Option<String>,
    pub skipped: BTreeMap<SkipReason, u64>,
}

/// Watches a crawl. Must return at once.
pub trait Watch: Send + Sync {
    fn progress(&self, progress: &Progress);
}
