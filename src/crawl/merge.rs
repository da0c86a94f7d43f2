//! What an exchange comes to: a redirect to follow, a HEAD to ask again by GET, or the outcome of the address and its record.

use std::time::Duration;

use super::driver::{CrawlError, Driver, in_the_clear};
use super::fetch::{Answer, Exchange, Location, Reading};
use super::host::{Account, Contact, Gate, HostId};
use super::job::{Job, Try, Work, fails_before_http, head_settles_nothing, looks_dead, may_pass};
use super::reuse::{Unchanged, matter_of};
use super::scope::{is_attachment, is_file, is_resource};
use super::seen::Rank;
use super::tally::HomeFate;
use super::visit::{ReadAs, ReadWhen, Visit};
use crate::model::earlier::{Carry, NextTry};
use crate::model::facts::{Link, PageFacts};
use crate::model::outcome::{FailureClass, Hop, Outcome, Reply, SkipReason};
use crate::model::request::{Method, Purpose};
use crate::model::site::{LinkRef, PageRecord, UrlId};
use crate::read::ListSelectors;
use crate::url::PageUrl;

/// What came with an outcome.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) matter: Option<Matter>,
    pub(super) body: Vec<u8>,
}

/// What stands on a page, read now or before.
#[derive(Debug)]
pub(super) struct Matter {
    pub(super) facts: PageFacts,
    pub(super) links: Links,
    pub(super) links_cut: bool,
    /// Fingerprint under which a later run may use it again.
    pub(super) reading: Option<i64>,
}

/// A page's links, and what names their targets.
#[derive(Debug)]
pub(super) enum Links {
    /// Addresses.
    Fresh(Vec<Link>),
    /// Ids of this run.
    Own(Vec<LinkRef>),
    /// Ids of an earlier run.
    Earlier(u8, Vec<LinkRef>),
}

impl Links {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Fresh(links) => links.len(),
            Self::Own(links) | Self::Earlier(_, links) => links.len(),
        }
    }
}

/// A redirect is followed, or it is where the request ends.
enum Step {
    Goes(HostId),
    Ends(Outcome),
}

impl Driver<'_> {
    /// The first request for an address of the frontier.
    pub(super) fn fresh(&mut self, host: HostId, id: UrlId) -> Box<Job> {
        let seen = *self.frontier.seen(id);
        let url = PageUrl::parse(self.table.get(id)).expect("the table holds canonical addresses only");
        let mut job = Job::new(id, Work::Address, seen.rank, url, host);
        if seen.site().is_some() {
            job.referer = seen.referer().and_then(|page| PageUrl::parse(self.table.get(page)).ok());
        }
        let home = seen.site().map(|site| self.scope.home(site).clone());
        let page = |selectors| ReadAs { when: ReadWhen::Page, home: home.clone(), selectors, ..ReadAs::default() };
        let whole = Reading::All(self.plan.limits.body_bytes_max);
        match seen.purpose {
            Purpose::Home | Purpose::Page => {
                job.reading = Reading::Page;
                job.read_as = page(self.selectors(|column| column.url == job.start));
                job.read_as.is_home = seen.purpose == Purpose::Home;
            }
            Purpose::List => {
                job.reading = whole;
                job.read_as = ReadAs { when: ReadWhen::Any, ..page(None) };
                if let Some(list) = self.lists.get(&id) {
                    job.start = list.request.url.clone();
                    job.url = list.request.url.clone();
                    job.method = list.request.method.clone();
                    job.referer = list.request.referer.clone().or(job.referer);
                    job.read_as.asked = list.asked();
                    job.read_as.selectors = list.column.and_then(|index| selectors_of(&self.plan.columns[index]));
                }
            }
            Purpose::Resource if seen.wants_body => {
                job.reading = whole;
                job.read_as = ReadAs { when: ReadWhen::Any, ..page(None) };
            }
            Purpose::External if self.is_worth_a_look(host, &job.url) => {
                self.hosts.get_mut(host).looks += 1;
                job.reading = Reading::Page;
                job.read_as = page(None);
            }
            _ => job.method = Method::Head,
        }
        Box::new(job)
    }

    /// One page of every undeclared host under a domain of ours is read for its marks; a few of every other host, to see what
    /// has become of it.
    fn is_worth_a_look(&self, host: HostId, url: &PageUrl) -> bool {
        let most = if self.scope.is_kin(url) { 1 } else { LOOKS_MAX };
        self.hosts.get(host).looks < most && !is_resource(url) && !is_file(url)
    }

    fn selectors(&self, is_it: impl Fn(&crate::model::site::ColumnDecl) -> bool) -> Option<ListSelectors> {
        self.plan.columns.iter().find(|column| is_it(column)).and_then(selectors_of)
    }

    /// Takes in what a task brought back.
    pub(super) fn merge(&mut self, mut job: Box<Job>, visit: Visit) -> Result<(), CrawlError> {
        let Visit { done, challenge, read, is_same } = visit;
        let contact = match &done.exchange {
            Exchange::Failed { class, .. } => Contact::Failed(*class),
            Exchange::Refused => Contact::Unsent,
            Exchange::Answer(_) if challenge.is_some() => Contact::Challenged,
            Exchange::Answer(answer) => Contact::Answered(answer.reply.status),
        };
        let answer = match &done.exchange {
            Exchange::Answer(answer) => Some(answer),
            _ => None,
        };
        let account = Account {
            contact,
            bytes: done.bytes,
            https: job.url.is_https(),
            latency: Duration::from_millis(u64::from(done.duration_ms)),
            retry_after: answer.and_then(|answer| answer.retry_after),
        };
        let now = self.now();
        let host = self.hosts.get_mut(job.host);
        host.done(now, account);
        // a session that the server opened goes on; what redirects set is looked at when they come back to themselves
        if let Some(answer) = answer.filter(|answer| answer.reply.is_success() && !matches!(host.gate, Gate::NotAsked)) {
            host.keep_cookies(&answer.set_cookie);
        }
        self.frontier.freed(job.host);
        self.tally.progress.bytes += done.bytes;
        self.tally.progress.last = Some(job.url.to_string());
        if !matches!(done.exchange, Exchange::Refused) {
            job.spend(&done.at, done.duration_ms);
        }
        match done.exchange {
            Exchange::Refused => self.conclude(job, Outcome::Skipped(SkipReason::PrivateAddress), Found::default()),
            Exchange::Failed { class, message } => {
                let hops = std::mem::take(&mut job.hops);
                self.conclude(job, Outcome::Failed { class, message, hops }, Found::default())
            }
            Exchange::Answer(answer) => {
                if let Some(kind) = challenge {
                    let reply = &answer.reply;
                    return self.conclude(job, Outcome::Challenged { kind, status: reply.status }, Found::default());
                }
                if answer.location.is_none() {
                    match self.unchanged(&mut job, &answer, is_same)? {
                        Unchanged::No => {}
                        Unchanged::Yes(known) => {
                            let (outcome, found) = *known;
                            return self.conclude(job, outcome, found);
                        }
                        Unchanged::AskAgain => {
                            self.frontier.resume(job.host, job.rank, job);
                            return Ok(());
                        }
                    }
                }
                let Answer { reply, body, location, set_cookie, varies, .. } = *answer;
                if let Some(location) = location {
                    return self.redirect(job, reply.status, location, set_cookie);
                }
                let matter = read.map(|read| matter_of(read, &reply, self.print_of(&job.read_as), varies));
                let hops = std::mem::take(&mut job.hops);
                self.conclude(job, Outcome::Reply(Box::new(Reply { hops, ..reply })), Found { matter, body })
            }
        }
    }

    fn redirect(
        &mut self,
        mut job: Box<Job>,
        status: u16,
        location: Location,
        set_cookie: Vec<String>,
    ) -> Result<(), CrawlError> {
        job.hops.push(Hop { url: job.url.clone(), status });
        let to = match location {
            Location::To(to) => to,
            Location::Bad => {
                let outcome = broken(&mut job, FailureClass::RedirectBad, "the redirect has no usable target");
                return self.conclude(job, outcome, Found::default());
            }
        };
        if !set_cookie.is_empty() {
            let host = job.host;
            job.cookies.push((host, set_cookie));
        }
        match self.step(&mut job, &to) {
            Step::Ends(outcome) => self.conclude(job, outcome, Found::default()),
            Step::Goes(host) => {
                job.follow(status, to, host);
                self.frontier.resume(host, job.rank, job);
                Ok(())
            }
        }
    }

    fn step(&mut self, job: &mut Job, to: &PageUrl) -> Step {
        if job.hops.iter().any(|hop| hop.url == *to) {
            // some gates set a cookie and send the visitor back to where he came from
            let mut changed = false;
            for (host, lines) in std::mem::take(&mut job.cookies) {
                changed |= self.hosts.get_mut(host).keep_cookies(&lines);
            }
            if !changed {
                return Step::Ends(broken(
                    job,
                    FailureClass::RedirectLoop,
                    "the redirect comes back to an address of its own chain",
                ));
            }
        }
        if job.hops.len() > self.plan.limits.hops_max {
            return Step::Ends(broken(job, FailureClass::RedirectTooMany, "more redirects than are followed"));
        }
        let host = self.hosts.id_of(to.authority_str());
        let allowed = job.work != Work::Address
            || !self.plan.obey_robots
            || self.homes.contains_key(&job.id)
            || self.hosts.get(host).robots().is_none_or(|robots| robots.allows(to));
        if allowed { Step::Goes(host) } else { Step::Ends(Outcome::Skipped(SkipReason::Robots)) }
    }

    /// A page that nothing names: not asked for twice.
    fn is_guess(&self, id: UrlId) -> bool {
        self.lists.get(&id).is_some_and(|list| list.is_guess)
    }

    /// A request has come to an end: once more by GET, once more later, or this is it.
    fn conclude(&mut self, mut job: Box<Job>, outcome: Outcome, found: Found) -> Result<(), CrawlError> {
        let was_head = job.method == Method::Head;
        job.attempted(&outcome);
        let paused = self.hosts.get(job.home).is_paused(job.start.is_https());
        if was_head && !paused && head_settles_nothing(&outcome) {
            self.again(job);
            return Ok(());
        }
        if was_head && is_doubtful_file(&job.start, &outcome) {
            job.attempts.pop();
            self.again(job);
            return Ok(());
        }
        if job.work == Work::Robots && job.turn == Try::First && may_pass(&outcome) {
            job.start_over(Try::Second);
            self.frontier.resume(job.home, job.rank, job);
            return Ok(());
        }
        let home_came = job.turn == Try::First && self.is_home_instead(&job, &outcome);
        let found = if home_came { Found::default() } else { found };
        let later = match job.turn {
            _ if home_came => Some(NextTry::Last),
            _ if job.work != Work::Address || !looks_dead(&outcome) || self.is_guess(job.id) => None,
            Try::First if may_pass(&outcome) => Some(NextTry::Second),
            Try::First | Try::Second => Some(NextTry::Last),
            Try::Last => None,
        };
        self.settle(&job, outcome, found, later)?;
        if let Some(next) = later {
            self.try_later(job, next);
        }
        Ok(())
    }

    /// The home page came for an address that names a page of its own. A server that is short of breath does that for a while
    /// (norms.md 6.4): what came is not taken for the page, and it is asked for once more when all else is done.
    fn is_home_instead(&self, job: &Job, outcome: &Outcome) -> bool {
        let Some(reply) = outcome.reply().filter(|reply| reply.is_success() && reply.hops.is_empty()) else { return false };
        job.work == Work::Address
            && !self.homes.contains_key(&job.id)
            && names_a_page(&job.start)
            && self.frontier.seen(job.id).site().is_some_and(|site| self.home_bodies.get(&site) == Some(&reply.body_hash))
    }

    fn again(&mut self, mut job: Box<Job>) {
        let turn = job.turn;
        job.start_over(turn);
        self.frontier.resume(job.home, job.rank, job);
    }

    pub(super) fn settle(
        &mut self,
        job: &Job,
        outcome: Outcome,
        found: Found,
        next_try: Option<NextTry>,
    ) -> Result<(), CrawlError> {
        match job.work {
            Work::Address => self.settle_address(job, outcome, found, next_try),
            Work::Robots => self.settle_robots(job, outcome, &found.body),
            Work::Sitemap { nesting } => self.settle_sitemap(job, outcome, &found.body, nesting),
            Work::Probe => self.settle_probe(job, outcome, found),
        }
    }

    fn settle_address(
        &mut self,
        job: &Job,
        outcome: Outcome,
        found: Found,
        next_try: Option<NextTry>,
    ) -> Result<(), CrawlError> {
        let seen = *self.frontier.seen(job.id);
        let final_in_site = outcome.reply().is_some_and(|reply| self.scope.site_of(&reply.final_url).is_some());
        if let Some((site, fate)) = self.homes.get_mut(&job.id) {
            *fate = HomeFate::of(&outcome, final_in_site, found.matter.is_some());
            let site = *site;
            if let Some(reply) = outcome.reply().filter(|reply| final_in_site && reply.is_success()) {
                self.scope.home_answers_at(site, &reply.final_url);
                self.home_bodies.insert(site, reply.body_hash.clone());
            }
            self.home_in_the_clear(site, job, &outcome)?;
        }
        self.count(job, &outcome, &seen);
        let mut facts = None;
        let mut links = Vec::new();
        let reading = found.matter.as_ref().and_then(|matter| matter.reading);
        if let (Some(reply), Some(mut read)) = (outcome.reply(), found.matter) {
            if self.is_guess(job.id) && !read.facts.list.as_ref().is_some_and(|list| self.adds_rows(list)) {
                read.facts.list = None;
                read.links = Links::Own(Vec::new());
            }
            self.tally.progress.pages += 1;
            let follow = seen.site().is_some() && final_in_site;
            // Data of a column may come from another host of the unit: its rows count, the host is not crawled.
            let is_data = seen.purpose == Purpose::List && seen.site().is_some() && self.scope.is_kin(&reply.final_url);
            let moved = !reply.hops.is_empty()
                && reply.final_url != job.start
                && seen.purpose == Purpose::Page
                && seen.rank != Rank::Column;
            if follow && moved {
                facts = Some(read.facts.clone());
                self.settle_target(job, reply, read)?;
            } else if follow {
                links = self.follow(job.id, &reply.final_url, &read.facts, read.links, read.links_cut)?;
                facts = Some(read.facts);
            } else if is_data {
                links = self.follow(job.id, &reply.final_url, &read.facts, Links::Own(Vec::new()), false)?;
                facts = Some(read.facts);
            } else if self.scope.is_kin(&reply.final_url) {
                facts = Some(read.facts);
            } else {
                facts = Some(outline(read.facts));
            }
        }
        self.record(job, outcome, facts, links, Carry { next_try, wants_body: seen.wants_body, body: None, reading })
    }

    /// A page that was reached by a redirect: what stands on it belongs to its own address, and is written down there once.
    fn settle_target(&mut self, job: &Job, reply: &Reply, read: Matter) -> Result<(), CrawlError> {
        if !self.target_stands_by_itself(job, &reply.final_url) {
            return Ok(());
        }
        let (id, new) = self.intern(&reply.final_url)?;
        if !new {
            return Ok(());
        }
        let via = *self.frontier.seen(job.id);
        let site = self.scope.site_of(&reply.final_url);
        let seen = super::seen::Seen::new(Purpose::Page, Rank::Page, via.depth, site).found_on(job.id, via.run);
        self.frontier.note(id, seen);
        self.frontier.settle(id);
        let links = self.follow(id, &reply.final_url, &read.facts, read.links, read.links_cut)?;
        let carry = (!job.is_replayed).then(|| Carry { reading: read.reading, ..Carry::default() });
        let record = PageRecord {
            id,
            url: reply.final_url.clone(),
            site,
            purpose: Purpose::Page,
            depth: via.depth,
            outcome: Outcome::Reply(Box::new(Reply { hops: Vec::new(), ..reply.clone() })),
            attempts: job.attempts.last().cloned().into_iter().collect(),
            facts: Some(read.facts),
            links,
        };
        self.hand_over(record, carry)
    }

    /// Some hosts cannot be spoken to by TLS at all, and answer in the clear: then all of the host is read so.
    fn home_in_the_clear(&mut self, site: usize, job: &Job, outcome: &Outcome) -> Result<(), CrawlError> {
        let is_tls = matches!(outcome, Outcome::Failed { class: FailureClass::Tls, .. });
        // what may have been a moment's failure is tried again first
        let is_settled = is_tls || fails_before_http(outcome) && job.turn != Try::First;
        if is_settled
            && let Some(clear) = in_the_clear(&job.start)
            && self.scope.site_of(&clear) == Some(site)
        {
            self.home(site, &clear)?;
        }
        let is_clear = |url: &PageUrl| !url.is_https();
        let declared = self.scope.sites()[site].url.clone();
        if declared.is_https()
            && is_clear(&job.start)
            && outcome.reply().is_some_and(|reply| reply.is_success() && is_clear(&reply.final_url))
        {
            let host = self.hosts.id_of(declared.authority_str());
            self.hosts.get_mut(host).in_the_clear = true;
            tracing::warn!(host = declared.host(), "https fails there; its pages are read over http");
        }
        Ok(())
    }

    fn count(&mut self, job: &Job, outcome: &Outcome, seen: &super::seen::Seen) {
        match outcome {
            Outcome::Skipped(reason) => self.note_skip(job.id, &job.start, *reason),
            Outcome::Challenged { .. } if seen.site().is_some() => {
                self.tally.left_out(job.start.host(), "challenged", job.start.as_str());
            }
            // it said «not modified» though nobody had asked whether it was
            Outcome::Reply(reply) if reply.status == 304 && seen.site().is_some() => {
                self.tally.incomplete = true;
                self.tally.left_out(job.start.host(), "not-modified", job.start.as_str());
            }
            Outcome::Reply(reply) if reply.truncated && seen.site().is_some() => {
                self.tally.left_out(job.start.host(), "body-cut", job.start.as_str());
            }
            _ => {}
        }
    }

    pub(super) fn record(
        &mut self,
        job: &Job,
        outcome: Outcome,
        facts: Option<PageFacts>,
        links: Vec<LinkRef>,
        carry: Carry,
    ) -> Result<(), CrawlError> {
        let seen = *self.frontier.seen(job.id);
        let url = PageUrl::parse(self.table.get(job.id)).expect("the table holds canonical addresses only");
        let record = PageRecord {
            id: job.id,
            url,
            site: seen.site(),
            purpose: seen.purpose,
            depth: seen.depth,
            outcome,
            attempts: job.attempts.clone(),
            facts,
            links,
        };
        self.hand_over(record, (!job.is_replayed).then_some(carry))
    }
}

/// Pages of one outside host that are read.
const LOOKS_MAX: u8 = 2;

/// Of a stranger's page: its title, its beginning, and the signs of what has become of it.
fn outline(facts: PageFacts) -> PageFacts {
    let PageFacts { charset, html_title, title, kind, text, error_signs, mut signs, .. } = facts;
    signs.hidden_links.clear();
    signs.personal.clear();
    signs.typos.clear();
    PageFacts { charset, html_title, title, kind, text, error_signs, signs, ..PageFacts::default() }
}

pub(super) fn selectors_of(column: &crate::model::site::ColumnDecl) -> Option<ListSelectors> {
    column.row_selector.clone().map(|row| ListSelectors { row, date: column.date_selector.clone() })
}

fn broken(job: &mut Job, class: FailureClass, message: &str) -> Outcome {
    Outcome::Failed { class, message: message.to_owned(), hops: std::mem::take(&mut job.hops) }
}

/// The address is that of a page, not of a folder or its index.
fn names_a_page(url: &PageUrl) -> bool {
    let stem = url.path().rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("").to_ascii_lowercase();
    url.extension().is_some() && !matches!(stem.as_str(), "index" | "default" | "home" | "main")
}

/// HEAD says that a document or image is a page, or names no length of a document, which may be empty: the first bytes will tell.
fn is_doubtful_file(url: &PageUrl, outcome: &Outcome) -> bool {
    let Some(reply) = outcome.reply().filter(|reply| reply.is_success()) else { return false };
    is_file(url) && reply.content_type.starts_with("text/") || is_attachment(url) && reply.body_bytes == 0
}
