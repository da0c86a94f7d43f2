//! Going on with an interrupted run: what it wrote down is taken in again, as if it had just been answered, and so the frontier,
//! the lists, the rules of the hosts and the counts come to stand where they stood. Nothing of it is asked or written twice.

use std::time::Duration;

use super::driver::{CrawlError, Driver};
use super::host::{Contact, HostId};
use super::job::{Job, Try, Work};
use super::merge::{Found, Links, Matter};
use super::seen::Rank;
use crate::model::earlier::{Carry, NextTry};
use crate::model::outcome::{Attempt, Outcome};
use crate::model::site::{PageRecord, UrlId};
use crate::url::PageUrl;

/// An answer that is to be taken in again.
#[derive(Debug)]
pub(super) struct Replay {
    host: HostId,
    /// A request of the crawl's own; none: an address of the frontier.
    job: Option<Box<Job>>,
}

/// An exchange from before the interruption.
#[derive(Debug)]
pub(super) struct Lived {
    host: HostId,
    at: jiff::Timestamp,
    contact: Contact,
    https: bool,
    latency: Duration,
}

impl Driver<'_> {
    /// The addresses of the interrupted run, under their old ids.
    pub(super) fn preload(&mut self) -> Result<(), CrawlError> {
        let Self { past, table, frontier, recorded, .. } = self;
        let mut full = None;
        past.addresses(&mut |url, has_record| match table.intern(url) {
            Ok(_) => recorded.push(has_record),
            Err(error) => full = Some(error),
        })?;
        if let Some(error) = full {
            return Err(error.into());
        }
        frontier.expect(recorded.len());
        Ok(())
    }

    /// Queues a noted address, or has its answer taken in again.
    pub(super) fn enqueue(&mut self, host: HostId, id: UrlId) {
        if self.is_recorded(id) && self.frontier.settle(id) {
            self.replays.insert(id, Replay { host, job: None });
        } else {
            self.frontier.push(host, id);
        }
    }

    /// Begins a request of the crawl's own, or has its answer taken in again.
    pub(super) fn begin(&mut self, host: HostId, rank: Rank, job: Box<Job>) {
        if self.is_recorded(job.id) {
            self.replays.insert(job.id, Replay { host, job: Some(job) });
        } else {
            self.frontier.resume(host, rank, job);
        }
    }

    /// The address has an answer from before the interruption that was not taken in yet.
    fn is_recorded(&self, id: UrlId) -> bool {
        self.recorded.get(id.0 as usize).copied().unwrap_or(false)
    }

    /// Takes in everything that waits for it.
    pub(super) fn replay(&mut self) -> Result<(), CrawlError> {
        while let Some((id, Replay { host, job })) = self.replays.pop_first() {
            if let Some(recorded) = self.recorded.get_mut(id.0 as usize) {
                *recorded = false;
            }
            match (self.past.done(id)?, job) {
                // rules that are not known any more are asked for, not taken for none
                (Some((record, carry)), Some(job)) if job.keeps_body() && record.outcome.is_read() && carry.body.is_none() => {
                    self.frontier.resume(host, job.rank, job);
                }
                (Some((record, carry)), job) => self.take_in_again(host, record, carry, job)?,
                (None, Some(job)) => self.frontier.resume(host, job.rank, job),
                (None, None) => self.frontier.push_again(host, id),
            }
        }
        self.relive();
        Ok(())
    }

    /// What the answers said of their hosts, in the order in which they came: a host that was left alone stays so, one that was
    /// asked less is asked less.
    fn relive(&mut self) {
        let mut lived = std::mem::take(&mut self.lived);
        lived.sort_by_key(|lived| lived.at);
        for Lived { host, contact, https, latency, .. } in lived {
            self.hosts.get_mut(host).relive(contact, https, latency);
        }
    }

    /// Keeps what the attempts of an address say of the host that answered, or did not.
    fn note_lived(&mut self, job: &Job, outcome: &Outcome, attempts: &[Attempt]) {
        let moved_to =
            outcome.reply().map(|reply| &reply.final_url).filter(|url| url.authority_str() != job.start.authority_str());
        let (host, https) = match moved_to {
            Some(url) => (self.hosts.id_of(url.authority_str()), url.is_https()),
            None => (job.home, job.start.is_https()),
        };
        for (nth, attempt) in attempts.iter().enumerate() {
            let is_last = nth + 1 == attempts.len();
            let contact = match (attempt.failure, attempt.status) {
                (Some(class), _) => Contact::Failed(class),
                _ if is_last && matches!(outcome, Outcome::Challenged { .. }) => Contact::Challenged,
                (None, Some(status)) => Contact::Answered(status),
                (None, None) => continue,
            };
            let Ok(at) = attempt.at.parse() else { continue };
            self.lived.push(Lived { host, at, contact, https, latency: Duration::from_millis(u64::from(attempt.duration_ms)) });
        }
    }

    fn take_in_again(
        &mut self,
        host: HostId,
        record: PageRecord,
        carry: Carry,
        job: Option<Box<Job>>,
    ) -> Result<(), CrawlError> {
        let seen = self.frontier.seen_mut(record.id);
        if job.is_none() {
            seen.purpose = record.purpose;
            seen.wants_body = carry.wants_body;
        }
        let mut job = match job {
            Some(job) => job,
            None => self.fresh(host, record.id),
        };
        job.is_replayed = true;
        job.attempts.clone_from(&record.attempts);
        self.note_lived(&job, &record.outcome, &record.attempts);
        let hops = record.outcome.reply().map_or(0, |reply| reply.hops.len());
        self.hosts.get_mut(host).replayed(record.attempts.len() + hops);
        self.sent += (record.attempts.len() + hops) as u64;
        self.tally.progress.bytes += record.outcome.reply().map_or(0, |reply| reply.body_bytes);
        let PageRecord { outcome, facts, mut links, .. } = record;
        if let Outcome::Reply(reply) = &outcome
            && job.work == Work::Address
        {
            job.url = reply.final_url.clone();
            if links.is_empty() && !reply.hops.is_empty() && seen_as_moved(&job) {
                links = self.links_of_target(&job)?;
            }
        }
        let matter = facts.map(|facts| Matter { facts, links: Links::Own(links), links_cut: false, reading: carry.reading });
        let found = Found { matter, body: carry.body.unwrap_or_default() };
        self.settle(&job, outcome, found, carry.next_try)?;
        if let Some(next) = carry.next_try {
            self.try_later(job, next);
        }
        Ok(())
    }

    /// The links of the page that a redirect leads to: they are written down under its own address.
    fn links_of_target(&mut self, job: &Job) -> Result<Vec<crate::model::site::LinkRef>, CrawlError> {
        // the target may be one that was never written down: it must not get an id by being looked for
        let Some(id) = self.table.find(job.url.as_str()).filter(|id| self.is_recorded(*id)) else { return Ok(Vec::new()) };
        Ok(self.past.done(id)?.map(|(record, _)| record.links).unwrap_or_default())
    }

    /// Whether a redirect's target is to be written down as a page of its own: always, but for one that the interrupted run had
    /// queued and not yet asked for.
    pub(super) fn target_stands_by_itself(&mut self, job: &Job, target: &PageUrl) -> bool {
        if !job.is_replayed {
            return true;
        }
        let Some(id) = self.table.find(target.as_str()) else { return false };
        if self.frontier.is_noted(id) || !self.is_recorded(id) {
            return false;
        }
        self.recorded[id.0 as usize] = false;
        true
    }

    /// Another try for an address that looks dead.
    pub(super) fn try_later(&mut self, mut job: Box<Job>, next: NextTry) {
        job.is_replayed = false;
        match next {
            NextTry::Second => {
                job.start_over(Try::Second);
                self.second.push(*job);
            }
            NextTry::Last => {
                job.start_over(Try::Last);
                self.last.push(*job);
            }
        }
    }
}

fn seen_as_moved(job: &Job) -> bool {
    job.url != job.start && job.rank != Rank::Column
}
