//! Requests that serve the crawl itself: robots.txt, sitemaps, and the path that cannot exist.

use super::driver::{CrawlError, Driver, in_the_clear};
use super::fetch::Reading;
use super::host::{Gate, HostId};
use super::job::{Job, Work, fails_before_http};
use super::merge::Found;
use super::robots::Robots;
use super::seen::{Rank, Seen};
use super::sitemap::{self, Sitemap};
use super::visit::{ReadAs, ReadWhen};
use crate::model::earlier::Carry;
use crate::model::outcome::{FailureClass, Outcome};
use crate::model::request::Purpose;
use crate::model::run::NotFoundSample;
use crate::model::site::UrlId;
use crate::url::PageUrl;

/// RFC 9309 2.5: at least 500 KiB must be read.
const ROBOTS_BYTES_MAX: u64 = 512 * 1024;

/// A host's "not found" page is compared as a whole up to here.
const PROBE_BYTES_MAX: u64 = 256 * 1024;

/// Pages that only a sitemap names come after what is near the home page.
const SITEMAP_DEPTH: u16 = 2;

impl Driver<'_> {
    pub(super) fn ask_robots(&mut self, host: HostId, any: &PageUrl) -> Result<(), CrawlError> {
        let url = at_root(any, "/robots.txt");
        if let Some(id) = self.own_address(&url, Purpose::Housekeeping)? {
            let mut job = Job::new(id, Work::Robots, Rank::Home, url, host);
            job.reading = Reading::All(ROBOTS_BYTES_MAX);
            job.read_as.keep_body = true;
            self.begin(host, Rank::Home, Box::new(job));
        }
        Ok(())
    }

    pub(super) fn settle_robots(&mut self, job: &Job, outcome: Outcome, body: &[u8]) -> Result<(), CrawlError> {
        let status = match &outcome {
            // RFC 9309 2.3.1.2: a redirect that leads nowhere is a file that is not there
            Outcome::Failed {
                class: FailureClass::RedirectBad | FailureClass::RedirectLoop | FailureClass::RedirectTooMany,
                ..
            } => Some(404),
            other => other.status(),
        };
        let robots = Robots::from_reply(status, body, &job.start);
        if robots.is_unreachable() && self.ask_robots_in_the_clear(job, &outcome)? {
            let carry = Carry { body: Some(body.to_vec()), ..Carry::default() };
            return self.record(job, outcome, None, Vec::new(), carry);
        }
        let now = self.now();
        let sitemaps =
            if robots.sitemaps.is_empty() { vec![at_root(&job.start, "/sitemap.xml")] } else { robots.sitemaps.clone() };
        let reachable = !robots.is_unreachable() || !self.plan.obey_robots;
        let host = self.hosts.get_mut(job.home);
        if self.plan.obey_robots
            && let Some(delay) = robots.delay()
        {
            host.slow_down(now, delay);
        }
        host.gate = Gate::Known(Box::new(robots));
        if reachable {
            self.ask_probe(job.home, &job.start)?;
            for url in sitemaps {
                self.ask_sitemap(&url, 0)?;
            }
        }
        self.frontier.open(job.home);
        let carry = Carry { body: Some(body.to_vec()), ..Carry::default() };
        self.record(job, outcome, None, Vec::new(), carry)
    }

    /// A host that cannot be spoken to over https may answer in the clear: its rules are there then.
    fn ask_robots_in_the_clear(&mut self, job: &Job, outcome: &Outcome) -> Result<bool, CrawlError> {
        if !fails_before_http(outcome) {
            return Ok(false);
        }
        let Some(url) = in_the_clear(&job.start) else { return Ok(false) };
        let Some(id) = self.own_address(&url, Purpose::Housekeeping)? else { return Ok(false) };
        let host = self.hosts.id_of(&url.authority());
        let mut again = Job::new(id, Work::Robots, Rank::Home, url, host);
        again.home = job.home;
        again.reading = job.reading;
        again.read_as.keep_body = true;
        self.frontier.resume(host, Rank::Home, Box::new(again));
        Ok(true)
    }

    fn ask_sitemap(&mut self, url: &PageUrl, nesting: u8) -> Result<(), CrawlError> {
        let host = self.hosts.id_of(&url.authority());
        let crawled = !matches!(self.hosts.get(host).gate, Gate::NotAsked);
        let files = self.sitemap_files.entry(host).or_default();
        if !crawled || *files >= sitemap::FILES_MAX || !self.may_ask(host, url) {
            return Ok(());
        }
        *self.sitemap_files.entry(host).or_default() += 1;
        if let Some(id) = self.own_address(url, Purpose::Housekeeping)? {
            let mut job = Job::new(id, Work::Sitemap { nesting }, Rank::Column, url.clone(), host);
            job.reading = Reading::All(sitemap::BYTES_MAX);
            job.read_as.keep_body = true;
            self.begin(host, Rank::Column, Box::new(job));
        }
        Ok(())
    }

    pub(super) fn settle_sitemap(&mut self, job: &Job, outcome: Outcome, body: &[u8], nesting: u8) -> Result<(), CrawlError> {
        let mut carry = Carry::default();
        if outcome.is_read() {
            let found = if job.is_replayed { Sitemap::kept(body) } else { sitemap::read(body, &job.url) };
            carry.body = Some(found.to_keep());
            if nesting < sitemap::NESTING_MAX {
                for url in &found.files {
                    self.ask_sitemap(url, nesting + 1)?;
                }
            }
            for url in &found.pages {
                self.seed_page(url, Rank::Page, SITEMAP_DEPTH)?;
            }
        }
        self.record(job, outcome, None, Vec::new(), carry)
    }

    fn ask_probe(&mut self, host: HostId, any: &PageUrl) -> Result<(), CrawlError> {
        let name: String = blake3::hash(any.host().as_bytes()).to_hex().chars().take(16).collect();
        let url = at_root(any, &format!("/xuncha-{name}.html"));
        if !self.may_ask(host, &url) {
            return Ok(());
        }
        if let Some(id) = self.own_address(&url, Purpose::NotFoundProbe)? {
            let mut job = Job::new(id, Work::Probe, Rank::Home, url, host);
            job.reading = Reading::All(PROBE_BYTES_MAX);
            job.read_as = ReadAs { when: ReadWhen::AnyStatus, ..ReadAs::default() };
            self.begin(host, Rank::Home, Box::new(job));
        }
        Ok(())
    }

    pub(super) fn settle_probe(&mut self, job: &Job, outcome: Outcome, found: Found) -> Result<(), CrawlError> {
        let facts = found.matter.map(|matter| matter.facts);
        let reply = outcome.reply();
        self.tally.not_found.push(NotFoundSample {
            host: self.hosts.get(job.home).name.clone(),
            status: outcome.status(),
            final_url: reply.map_or_else(String::new, |reply| reply.final_url.to_string()),
            title: facts.as_ref().map_or_else(String::new, |facts| facts.html_title.clone()),
            text_hash: facts.as_ref().map_or_else(String::new, |facts| facts.text.hash.clone()),
            body_hash: reply.map_or_else(String::new, |reply| reply.body_hash.clone()),
        });
        self.record(job, outcome, facts, Vec::new(), Carry::default())
    }

    fn may_ask(&self, host: HostId, url: &PageUrl) -> bool {
        !self.plan.obey_robots || self.hosts.get(host).robots().is_none_or(|robots| robots.allows(url))
    }

    /// The id of an address that the crawl asks for itself; none when it is a page's link already.
    fn own_address(&mut self, url: &PageUrl, purpose: Purpose) -> Result<Option<UrlId>, CrawlError> {
        let (id, new) = self.intern(url)?;
        if new {
            let site = self.scope.site_of(url);
            self.frontier.note(id, Seen::new(purpose, Rank::Home, 0, site));
            self.frontier.settle(id);
        }
        Ok(new.then_some(id))
    }
}

fn at_root(url: &PageUrl, path: &str) -> PageUrl {
    let mut root = url.as_url().clone();
    root.set_path(path);
    root.set_query(None);
    PageUrl::canonical(root).expect("an http address stays one with another path").url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_that_of_the_authority() {
        let url = PageUrl::parse("http://gxt.example.gov.cn:8080/zxqy/index.html?x=1").unwrap();
        assert_eq!(at_root(&url, "/robots.txt").as_str(), "http://gxt.example.gov.cn:8080/robots.txt");
    }
}
