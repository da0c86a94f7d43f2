//! What comes to the frontier: the sites, the columns that the user names, every new address that passes the scope.

use super::driver::{CrawlError, Driver};
use super::host::{Gate, HostId};
use super::scope::purpose_of;
use super::seen::{Rank, Seen};
use super::tally::HomeFate;
use crate::model::facts::LinkKind;
use crate::model::request::Purpose;
use crate::model::site::UrlId;
use crate::url::PageUrl;

/// Within a rank: how long ago an address was asked for comes before how deep it lies.
const RUNS_TOLD_APART: u16 = 14;
const DEPTHS_TOLD_APART: u16 = 4_096;

impl Driver<'_> {
    pub(super) fn seed(&mut self) -> Result<(), CrawlError> {
        for (site, decl) in self.scope.sites().to_vec().into_iter().enumerate() {
            self.crawled_host(&decl.url)?;
            self.home(site, &decl.url)?;
        }
        for column in self.plan.columns.clone() {
            if !column.ignore {
                self.seed_page(&column.url, Rank::Column, 1)?;
            }
        }
        Ok(())
    }

    /// Queues a site's home page.
    pub(super) fn home(&mut self, site: usize, url: &PageUrl) -> Result<(), CrawlError> {
        let (id, new) = self.intern(url)?;
        if new {
            self.frontier.note(id, Seen::new(Purpose::Home, Rank::Home, 0, Some(site)));
            self.homes.insert(id, (site, HomeFate::Unasked));
            let host = self.hosts.id_of(&url.authority());
            self.enqueue(host, id);
        }
        Ok(())
    }

    /// A page that nobody needs to link to: a column that the user names, an address of a sitemap.
    pub(super) fn seed_page(&mut self, url: &PageUrl, rank: Rank, depth: u16) -> Result<(), CrawlError> {
        let Some(site) = self.scope.site_of(url) else { return Ok(()) };
        let (id, new) = self.intern(url)?;
        if new {
            let purpose = purpose_of(url, LinkKind::Anchor, Some(site));
            let rank = if purpose == Purpose::Page { rank } else { Rank::Resource };
            self.admit(id, url, Seen::new(purpose, rank, depth, Some(site)))?;
        } else if rank == Rank::Column {
            let host = self.hosts.id_of(&url.authority());
            self.frontier.promote(host, id, rank, Purpose::Page);
        }
        Ok(())
    }

    /// Notes a new address and queues it, or says why not.
    pub(super) fn admit(&mut self, id: UrlId, url: &PageUrl, seen: Seen) -> Result<(), CrawlError> {
        let host = self.hosts.id_of(&url.authority());
        self.admit_at(id, url, host, seen)
    }

    pub(super) fn admit_at(&mut self, id: UrlId, url: &PageUrl, host: HostId, mut seen: Seen) -> Result<(), CrawlError> {
        self.rank_by_history(url, &mut seen);
        let refusal = self.scope.refusal(url, seen.purpose, seen.depth, seen.run);
        self.frontier.note(id, seen);
        if let Some(reason) = refusal {
            return self.skip(id, reason);
        }
        self.enqueue(host, id);
        Ok(())
    }

    pub(super) fn intern(&mut self, url: &PageUrl) -> Result<(UrlId, bool), CrawlError> {
        let (id, is_new_text) = self.table.intern(url.as_str())?;
        if is_new_text {
            self.sink.address(id, url)?;
        }
        Ok((id, !self.frontier.is_noted(id)))
    }

    /// What earlier runs say of the order: known columns first, then what is new or failed, then what was not asked for longest.
    /// A budget that ends the run early then leaves out what matters least.
    fn rank_by_history(&self, url: &PageUrl, seen: &mut Seen) {
        if !self.past.has_earlier() {
            return;
        }
        let standing = self.past.standing(url.as_str());
        let is_page = seen.purpose == Purpose::Page;
        match standing {
            // never asked for: before all that was
            None => seen.order = seen.depth.min(DEPTHS_TOLD_APART - 1),
            Some(standing) if is_page && standing.is_column && seen.rank > Rank::KnownColumn => seen.rank = Rank::KnownColumn,
            Some(standing) if is_page && standing.is_failed && seen.rank > Rank::Failed => seen.rank = Rank::Failed,
            Some(standing) if standing.is_failed => seen.order = 0,
            Some(standing) => {
                let age = u16::from(standing.runs_ago).clamp(1, RUNS_TOLD_APART);
                let depth = seen.depth.min(DEPTHS_TOLD_APART - 1);
                seen.order = (RUNS_TOLD_APART + 1 - age) * DEPTHS_TOLD_APART + depth;
            }
        }
        if standing.is_some() && seen.rank == Rank::Row {
            seen.rank = Rank::Page;
        }
    }

    /// A host that is crawled: its robots.txt comes before anything else.
    fn crawled_host(&mut self, url: &PageUrl) -> Result<(), CrawlError> {
        let host = self.hosts.id_of(&url.authority());
        if !matches!(self.hosts.get(host).gate, Gate::NotAsked) {
            return Ok(());
        }
        self.hosts.get_mut(host).gate = Gate::Closed;
        self.frontier.close(host);
        self.ask_robots(host, url)
    }
}
