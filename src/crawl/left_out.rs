//! What the crawl leaves out, and the sum at its end: skipped addresses, what still waited, how the home pages fared.

use std::collections::BTreeMap;

use super::driver::{CrawlError, Driver, Ending};
use super::host::name_of;
use super::job::{Job, Try};
use super::merge::Found;
use super::seen::Seen;
use super::tally::{HomeFate, key_of};
use crate::model::outcome::{Outcome, SkipReason};
use crate::model::run::{CrawlSummary, HostSummary};
use crate::model::site::{PageRecord, UrlId};
use crate::url::PageUrl;

impl Driver<'_> {
    /// Counts what is left and sums up.
    pub(super) fn finish(mut self, ending: Option<Ending>) -> Result<CrawlSummary, CrawlError> {
        let reason = match ending {
            Some(Ending::TimeBudget) => SkipReason::TimeBudget,
            Some(Ending::WindowClosed) => SkipReason::WindowClosed,
            Some(Ending::Interrupted) | None => SkipReason::Interrupted,
        };
        let drained = self.frontier.drain();
        for id in drained.fresh {
            self.skip(id, reason)?;
        }
        for id in drained.held {
            self.skip(id, SkipReason::HostPaused)?;
        }
        let dropped: Vec<Box<Job>> = std::mem::take(&mut self.in_flight).into_values().chain(drained.begun).collect();
        let mut dropped: Vec<Box<Job>> = dropped.into_iter().filter(|job| job.turn == Try::First).collect();
        dropped.sort_by_key(|job| job.id);
        for job in dropped {
            self.settle(&job, Outcome::Skipped(reason), Found::default(), None)?;
        }
        self.judge_homes();
        self.count_drawn(ending.map(|_| reason));
        Ok(CrawlSummary {
            complete: !self.tally.incomplete && ending.is_none(),
            interrupted: ending == Some(Ending::Interrupted),
            requests: self.hosts.requests(),
            bytes: self.tally.progress.bytes,
            not_covered: self.tally.not_covered(),
            hosts: self.host_summaries(),
            not_found: std::mem::take(&mut self.tally.not_found),
            renderer: self.drawn.fault,
        })
    }

    fn host_summaries(&self) -> Vec<HostSummary> {
        let mut hosts = self.hosts.summaries(&self.desk.fetcher.certificates.found());
        for host in &mut hosts {
            host.ipv6 = self.desk.fetcher.resolver.has_v6(name_of(&host.host));
        }
        hosts
    }

    /// A site with two home addresses (https that fails, http that answers) fares as the better one does.
    fn judge_homes(&mut self) {
        let mut best: BTreeMap<usize, (HomeFate, UrlId)> = BTreeMap::new();
        for (id, (site, fate)) in std::mem::take(&mut self.homes) {
            let entry = best.entry(site).or_insert((fate, id));
            if fate > entry.0 {
                *entry = (fate, id);
            }
        }
        for (site, (fate, id)) in best {
            self.tally.incomplete |= fate != HomeFate::Read;
            if let Some(reason) = fate.reason() {
                self.tally.left_out(self.scope.sites()[site].url.host(), reason, self.table.get(id));
            }
        }
    }

    /// Writes down that an address is not asked for.
    pub(super) fn skip(&mut self, id: UrlId, reason: SkipReason) -> Result<(), CrawlError> {
        let url = PageUrl::parse(self.table.get(id)).expect("the table holds canonical addresses only");
        self.note_skip(id, &url, reason);
        let seen = *self.frontier.seen(id);
        self.sink.record(PageRecord {
            id,
            url,
            site: seen.site(),
            purpose: seen.purpose,
            depth: seen.depth,
            outcome: Outcome::Skipped(reason),
            attempts: Vec::new(),
            facts: None,
            links: Vec::new(),
        })?;
        Ok(())
    }

    pub(super) fn note_skip(&mut self, id: UrlId, url: &PageUrl, reason: SkipReason) {
        let seen = *self.frontier.seen(id);
        self.tally.skipped(reason);
        let unreachable = reason == SkipReason::Robots && {
            let host = self.hosts.id_of(url.authority_str());
            self.hosts.get(host).robots().is_some_and(super::robots::Robots::is_unreachable)
        };
        let key = if unreachable { "robots-unreachable" } else { key_of(reason) };
        let of_site = seen.site().is_some();
        self.tally.incomplete |= of_site
            && (unreachable
                || matches!(
                    reason,
                    SkipReason::PageBudget
                        | SkipReason::TimeBudget
                        | SkipReason::WindowClosed
                        | SkipReason::Interrupted
                        | SkipReason::HostPaused
                ));
        let site = self.site_host(&seen, url);
        self.tally.left_out(&site, key, url.as_str());
    }

    /// The host under which something is counted: of an external address, the site that links to it.
    fn site_host(&self, seen: &Seen, url: &PageUrl) -> String {
        let referer = if seen.site().is_some() { None } else { seen.referer() };
        let site = seen.site().or_else(|| referer.and_then(|page| self.frontier.seen(page).site()));
        site.map_or_else(|| url.host().to_owned(), |site| self.scope.sites()[site].url.host().to_owned())
    }
}
