//! What was crawled before: what a crawl leaves so that it can be gone on with, and what a later one takes from it.

use serde::Deserialize;

use super::facts::{DateFact, ListFacts, PageFacts, PageKind, TextFacts};
use super::outcome::Reply;
use super::signs::Signs;
use super::site::{LinkRef, UrlId};

/// A try that an address still waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTry {
    /// After a failure that may pass.
    Second,
    /// Before it is called dead, at the end.
    Last,
}

/// What the crawl itself needs of a record besides the record, to go on after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carry {
    pub next_try: Option<NextTry>,
    /// The body of a resource was wanted.
    pub wants_body: bool,
    /// What robots.txt or a sitemap said; kept until the run is done.
    pub body: Option<Vec<u8>>,
    /// Fingerprint of everything that the facts depend on besides the bytes of the page; none: they are not to be used again.
    pub reading: Option<i64>,
}

/// How an address fared in an earlier run, as far as the order of requests depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many runs ago it was asked for last; 1: in the run before.
    pub runs_ago: u8,
    /// It failed then.
    pub is_failed: bool,
    /// It was a column's page.
    pub is_column: bool,
}

/// A record of an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierId {
    /// Index of the run among those that are looked into.
    pub run: u8,
    /// The address's id in that run.
    pub id: UrlId,
}

/// A page that was read in an earlier run, so that a server can be asked whether it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub at: EarlierId,
    pub reply: Reply,
    pub reading: i64,
}

/// The facts of a page that has not changed.
#[derive(Debug, Clone, Default)]
pub struct Recalled {
    pub facts: PageFacts,
    /// Targets by their ids in that earlier run.
    pub links: Vec<LinkRef>,
}

/// Of a page that an earlier run read, what a later run is compared with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Glimpse {
    pub url: String,
    /// It lies on one of that run's sites.
    pub is_own: bool,
    pub facts: GlimpsedFacts,
    /// Hosts that a home or column page links to, each once; empty for every other page.
    pub hosts: Vec<String>,
}

/// The facts of a [`Glimpse`]: those of [`PageFacts`] that a comparison needs, under the same names.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GlimpsedFacts {
    pub html_title: String,
    pub kind: PageKind,
    pub date: Option<DateFact>,
    pub text: TextFacts,
    pub list: Option<ListFacts>,
    pub signs: Signs,
}

impl From<PageFacts> for GlimpsedFacts {
    fn from(facts: PageFacts) -> Self {
        let PageFacts { html_title, kind, date, text, list, signs, .. } = facts;
        Self { html_title, kind, date, text, list, signs }
    }
}
