//! What is kept of every address besides its text, and its rank.

use crate::model::request::Purpose;
use crate::model::site::UrlId;

/// What goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Home,
    /// Columns that the user named.
    Column,
    /// Pages that were a column's in an earlier run.
    KnownColumn,
    List,
    /// Rows of a list that no earlier run has seen.
    Row,
    /// Pages that failed when they were asked for last.
    Failed,
    /// Articles that alone tell how new their column is.
    Sample,
    Page,
    Resource,
    External,
}

/// "No referer", "no site".
const NO_ID: u32 = u32::MAX;
const NO_SITE: u16 = u16::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// An address of the interrupted run that was not come upon again yet.
    Unmet,
    /// Known, and never to be asked for as things are (skipped, or only named).
    Known,
    Queued,
    /// Queued, but its host is paused.
    Held,
    /// Handed out.
    Taken,
}

/// What is known of an address besides its text: 16 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    referer: u32,
    pub(super) site: u16,
    pub(super) depth: u16,
    /// Lower goes first within the rank: the depth, or what history says.
    pub(super) order: u16,
    pub(super) rank: Rank,
    pub(super) purpose: Purpose,
    /// Counter steps that led here (see `series`).
    pub(super) run: u8,
    pub(super) phase: Phase,
    /// The body is wanted although the purpose needs none (a script that writes the footer).
    pub(super) wants_body: bool,
}

impl Seen {
    pub(super) fn new(purpose: Purpose, rank: Rank, depth: u16, site: Option<usize>) -> Self {
        let site = site.and_then(|s| u16::try_from(s).ok()).unwrap_or(NO_SITE);
        Self { referer: NO_ID, site, depth, order: depth, rank, purpose, run: 0, phase: Phase::Known, wants_body: false }
    }

    pub(super) fn unmet() -> Self {
        Self { phase: Phase::Unmet, ..Self::new(Purpose::Page, Rank::Page, 0, None) }
    }

    pub(super) fn found_on(mut self, page: UrlId, run: u8) -> Self {
        self.referer = page.0;
        self.run = run;
        self
    }

    pub(super) fn site(&self) -> Option<usize> {
        (self.site != NO_SITE).then_some(usize::from(self.site))
    }

    /// The page on which the address was first seen.
    pub(super) fn referer(&self) -> Option<UrlId> {
        (self.referer != NO_ID).then_some(UrlId(self.referer))
    }

    pub(super) fn counts_as_page(&self) -> bool {
        matches!(self.purpose, Purpose::Page | Purpose::List) && self.site != NO_SITE
    }
}
