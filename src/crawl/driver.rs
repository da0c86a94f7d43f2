//! The crawl loop, the one place where links go back to the frontier, and the only owner of what changes during a crawl.
//! Tasks fetch and read; what they return is merged here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinSet};

use super::drawn::Drawn;
use super::fetch::{ClientFault, Fetcher};
use super::frontier::{Frontier, Next, Rank, Seen, Verdict};
use super::host::{Contact, Gate, HostId, Hosts, Moment};
use super::job::{Job, Try};
use super::merge::Found;
#[cfg(feature = "render")]
use super::rendering::Rendering;
use super::scope::{Scope, purpose_of};
use super::table::{TableFull, UrlTable};
use super::tally::{HomeFate, Tally, key_of};
use super::visit::{AskedFor, Desk, Reader, Visit, visit};
use super::{Plan, Sink, SinkError, Watch};
use crate::model::facts::LinkKind;
use crate::model::outcome::{Outcome, SkipReason};
use crate::model::request::{Method, Purpose, Request};
use crate::model::run::CrawlSummary;
use crate::model::site::{PageRecord, UrlId};
use crate::read;
use crate::url::PageUrl;

/// Pause before a failed request is tried again, and before the last try. None where the user asked for no pace at all.
const SECOND_TRY_AFTER: Duration = Duration::from_secs(2);
const LAST_TRY_AFTER: Duration = Duration::from_secs(5);

/// After a stop, what is in flight gets this long (or the request's own time limit, if that is shorter).
const STOP_WAIT_MAX: Duration = Duration::from_secs(10);

/// Our own failures; what servers do is data.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CrawlError {
    #[error(transparent)]
    Client(#[from] ClientFault),
    #[error("the crawl's results cannot be kept: {0}")]
    Sink(#[from] SinkError),
    #[error("more addresses than can be kept in memory (4 GiB of text)")]
    TooManyAddresses,
}

impl From<TableFull> for CrawlError {
    fn from(_: TableFull) -> Self {
        Self::TooManyAddresses
    }
}

/// Crawls the plan's sites into the sink until nothing is left to ask, a budget is used up, or `stop` turns true.
///
/// # Errors
/// [`CrawlError`] when the client cannot be set up or the sink takes no more.
pub async fn crawl(
    plan: Plan,
    sink: &mut dyn Sink,
    watch: &dyn Watch,
    stop: tokio::sync::watch::Receiver<bool>,
) -> Result<CrawlSummary, CrawlError> {
    let reader = Reader { page: read::read_page, challenge: read::challenge };
    Driver::new(plan, reader, sink, watch)?.run(stop).await
}

/// A list request that is more than its address.
#[derive(Debug)]
pub(super) struct ListJob {
    pub(super) request: Request,
    /// Index of the user's column whose selectors apply.
    pub(super) column: Option<usize>,
    /// The column's page holds no row of its own.
    pub(super) by_shell: bool,
}

impl ListJob {
    /// What the reader is told of the request.
    pub(super) fn asked(&self) -> Option<AskedFor> {
        let form = match &self.request.method {
            Method::Post { body } => Some(body.clone()),
            _ => None,
        };
        Some(AskedFor { referer: self.request.referer.clone()?, form, by_shell: self.by_shell })
    }
}

/// What is known of a column while its list is read on.
#[derive(Debug, Default)]
pub(super) struct ListState {
    pub(super) pages: u32,
    pub(super) rows: BTreeSet<UrlId>,
}

/// Why the crawl ends before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Interrupted,
    TimeBudget,
}

pub(super) struct Driver<'a> {
    pub(super) plan: Plan,
    pub(super) scope: Scope,
    pub(super) desk: Arc<Desk>,
    pub(super) sink: &'a mut dyn Sink,
    watch: &'a dyn Watch,
    pub(super) table: UrlTable,
    pub(super) hosts: Hosts,
    pub(super) frontier: Frontier<Box<Job>>,
    pub(super) tally: Tally,
    pub(super) lists: BTreeMap<UrlId, ListJob>,
    pub(super) columns: BTreeMap<String, ListState>,
    /// Jobs for another try, and for the last.
    pub(super) second: Vec<Job>,
    pub(super) last: Vec<Job>,
    /// By address of a home page: its site, and how it fared.
    pub(super) homes: BTreeMap<UrlId, (usize, HomeFate)>,
    /// Pages whose list only a browser would show.
    pub(super) drawn: Drawn,
    /// Sitemap files asked for, by host.
    pub(super) sitemap_files: BTreeMap<HostId, usize>,
    tasks: JoinSet<Visit>,
    in_flight: HashMap<Id, Box<Job>>,
    external_in_flight: usize,
    /// Requests handed to tasks; the hosts' own counts are summed at the end.
    sent: u64,
    began: Instant,
    /// When the next round of tries may begin.
    round_at: Option<Moment>,
}

impl<'a> Driver<'a> {
    pub(super) fn new(plan: Plan, reader: Reader, sink: &'a mut dyn Sink, watch: &'a dyn Watch) -> Result<Self, CrawlError> {
        let desk = Arc::new(Desk { fetcher: Fetcher::new(&plan)?, reader, today: plan.today });
        let mut driver = Self {
            scope: Scope::new(&plan),
            desk,
            sink,
            watch,
            table: UrlTable::default(),
            hosts: Hosts::new(plan.pace.clone()),
            frontier: Frontier::new(plan.sites.len(), plan.limits.pages_max),
            tally: Tally::default(),
            lists: BTreeMap::new(),
            columns: BTreeMap::new(),
            second: Vec::new(),
            last: Vec::new(),
            homes: BTreeMap::new(),
            drawn: Drawn::default(),
            sitemap_files: BTreeMap::new(),
            tasks: JoinSet::new(),
            in_flight: HashMap::new(),
            external_in_flight: 0,
            sent: 0,
            began: Instant::now(),
            round_at: None,
            plan,
        };
        driver.seed()?;
        Ok(driver)
    }

    /// A request was handed to a task.
    #[cfg(feature = "render")]
    pub(super) fn was_sent(&mut self) {
        self.sent += 1;
    }

    pub(super) fn now(&self) -> Moment {
        self.began.elapsed()
    }

    async fn run(mut self, mut stop: tokio::sync::watch::Receiver<bool>) -> Result<CrawlSummary, CrawlError> {
        let minutes = self.plan.limits.minutes_max;
        let deadline = (minutes > 0).then(|| self.at(Duration::from_secs(u64::from(minutes) * 60)));
        let mut stop_open = true;
        let ending = loop {
            if *stop.borrow() {
                break Some(Ending::Interrupted);
            }
            self.dispatch()?;
            let mut wake = self.frontier.wake();
            if self.in_flight.is_empty() && self.frontier.only_held() {
                match self.next_round() {
                    #[cfg(feature = "render")]
                    Round::Over => match self.render_next(&mut stop, deadline).await? {
                        Rendering::Opened => continue,
                        Rendering::Nothing => break None,
                        Rendering::Interrupted => break Some(Ending::Interrupted),
                        Rendering::OutOfTime => break Some(Ending::TimeBudget),
                    },
                    #[cfg(not(feature = "render"))]
                    Round::Over => break None,
                    Round::Begun => continue,
                    Round::Wait(until) => wake = Some(until),
                }
            }
            let wake = wake.map(|moment| self.at(moment));
            tokio::select! {
                Some(joined) = self.tasks.join_next_with_id(), if !self.in_flight.is_empty() => {
                    self.joined(joined)?;
                    while let Some(joined) = self.tasks.try_join_next_with_id() {
                        self.joined(joined)?;
                    }
                }
                () = until(wake) => {}
                () = until(deadline) => break Some(Ending::TimeBudget),
                changed = stop.changed(), if stop_open => stop_open = changed.is_ok(),
            }
        };
        if ending.is_some() {
            self.wind_down().await?;
        }
        self.finish(ending)
    }

    pub(super) fn at(&self, moment: Moment) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.began + moment)
    }

    /// Sends as much as may be sent now.
    fn dispatch(&mut self) -> Result<(), CrawlError> {
        let most = self.plan.pace.concurrency.max(1);
        // slow hosts elsewhere must not keep the sites waiting
        let external_most = (most / 2).max(1);
        let obey = self.plan.obey_robots;
        while self.in_flight.len() < most {
            let now = self.now();
            let external = self.external_in_flight < external_most;
            let (table, homes) = (&self.table, &self.homes);
            let mut judge = |hosts: &Hosts, host: HostId, id: UrlId| {
                let host = hosts.get(host);
                let text = table.get(id);
                if host.is_paused(text.starts_with("https:")) {
                    return Verdict::Hold;
                }
                match host.robots() {
                    // a home page is asked for even then: whether the site answers at all is to be told
                    Some(robots) if obey && !(robots.is_unreachable() && homes.contains_key(&id)) => match PageUrl::parse(text)
                    {
                        Ok(url) if !robots.allows(&url) => Verdict::Skip(SkipReason::Robots),
                        _ => Verdict::Go,
                    },
                    _ => Verdict::Go,
                }
            };
            match self.frontier.next(now, external, &mut self.hosts, &mut judge) {
                Next::Nothing => break,
                Next::Skip(id, reason) => self.skip(id, reason)?,
                Next::Fresh(host, id) => {
                    let job = self.fresh(host, id);
                    self.spawn(job);
                }
                Next::Continue(host, job) => {
                    if self.hosts.get(host).is_paused(job.url.is_https()) {
                        self.give_back(host);
                        self.left_paused(&job)?;
                    } else {
                        self.spawn(job);
                    }
                }
            }
        }
        Ok(())
    }

    fn give_back(&mut self, host: HostId) {
        self.hosts.get_mut(host).done(Contact::Unsent, 0, false);
        self.frontier.freed(host);
    }

    /// A begun job whose host has been paused meanwhile: a first try never came to an end, a later one leaves the record as it is.
    fn left_paused(&mut self, job: &Job) -> Result<(), CrawlError> {
        if job.turn == Try::First {
            self.settle(job, Outcome::Skipped(SkipReason::HostPaused), Found::default())?;
        }
        Ok(())
    }

    fn spawn(&mut self, job: Box<Job>) {
        let ask = job.ask(self.hosts.get(job.host).cookie());
        if job.rank == Rank::External {
            self.external_in_flight += 1;
        }
        self.sent += 1;
        let handle = self.tasks.spawn(visit(Arc::clone(&self.desk), ask, job.read_as.clone()));
        self.in_flight.insert(handle.id(), job);
    }

    fn joined(&mut self, joined: Result<(Id, Visit), tokio::task::JoinError>) -> Result<(), CrawlError> {
        let (id, visit) = match joined {
            Ok((id, visit)) => (id, Some(visit)),
            Err(fault) => (fault.id(), None),
        };
        let Some(job) = self.in_flight.remove(&id) else { return Ok(()) };
        if job.rank == Rank::External {
            self.external_in_flight -= 1;
        }
        let Some(visit) = visit else {
            tracing::error!(url = %job.url, "a task of ours failed; the address is left undecided");
            self.hosts.get_mut(job.host).done(Contact::Answered, 0, job.url.is_https());
            self.frontier.freed(job.host);
            return self.settle(&job, Outcome::Skipped(SkipReason::Interrupted), Found::default());
        };
        self.merge(job, visit)?;
        self.progress();
        Ok(())
    }

    /// Nothing is in flight and nothing waits: another try for what failed, another chance for paused hosts, then the end.
    fn next_round(&mut self) -> Round {
        let now = self.now();
        let paused = self.frontier.queued() > 0;
        let has_chance = paused && self.hosts.ids().any(|id| self.hosts.get(id).has_trial());
        if self.second.is_empty() && self.last.is_empty() && !has_chance {
            return Round::Over;
        }
        let is_last = self.second.is_empty() && !has_chance;
        let wait = if self.plan.pace.requests_per_second <= 0.0 {
            Duration::ZERO
        } else if !is_last {
            SECOND_TRY_AFTER
        } else if self.last.iter().any(|job| job.attempts.last().is_some_and(|attempt| attempt.failure.is_some())) {
            LAST_TRY_AFTER
        } else {
            Duration::ZERO
        };
        let at = *self.round_at.get_or_insert(now + wait);
        if now < at {
            return Round::Wait(at);
        }
        self.round_at = None;
        let ids: Vec<HostId> = self.hosts.ids().collect();
        for id in ids {
            if self.hosts.get_mut(id).try_again() {
                self.frontier.release(id);
            }
        }
        let jobs = std::mem::take(if is_last { &mut self.last } else { &mut self.second });
        for job in jobs {
            self.frontier.resume(job.host, job.rank, Box::new(job));
        }
        Round::Begun
    }

    pub(super) fn progress(&mut self) {
        let progress = &mut self.tally.progress;
        progress.requests = self.sent;
        progress.queued = self.frontier.queued() + (self.second.len() + self.last.len()) as u64;
        progress.in_flight = self.in_flight.len() as u64;
        progress.suspects = (self.second.len() + self.last.len()) as u64;
        self.watch.progress(progress);
    }

    /// Lets what is in flight end, for a while; asks for nothing more.
    async fn wind_down(&mut self) -> Result<(), CrawlError> {
        let wait = Duration::from_secs(u64::from(self.plan.pace.timeout_seconds)).min(STOP_WAIT_MAX);
        let until = self.at(self.now() + wait);
        while !self.in_flight.is_empty() {
            match tokio::time::timeout_at(until, self.tasks.join_next_with_id()).await {
                Ok(Some(joined)) => self.joined(joined)?,
                Ok(None) | Err(_) => break,
            }
        }
        self.tasks.abort_all();
        Ok(())
    }

    /// Counts what is left and sums up.
    fn finish(mut self, ending: Option<Ending>) -> Result<CrawlSummary, CrawlError> {
        let reason = match ending {
            Some(Ending::TimeBudget) => SkipReason::TimeBudget,
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
            self.settle(&job, Outcome::Skipped(reason), Found::default())?;
        }
        self.judge_homes();
        self.count_drawn(ending.map(|_| reason));
        Ok(CrawlSummary {
            complete: !self.tally.incomplete && ending.is_none(),
            interrupted: ending == Some(Ending::Interrupted),
            requests: self.hosts.requests(),
            bytes: self.tally.progress.bytes,
            not_covered: self.tally.not_covered(),
            hosts: self.hosts.summaries(&self.desk.fetcher.certificates.found()),
            not_found: std::mem::take(&mut self.tally.not_found),
            renderer: self.drawn.fault,
        })
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
            let host = self.hosts.id_of(&url.authority());
            self.hosts.get(host).robots().is_some_and(super::robots::Robots::is_unreachable)
        };
        let key = if unreachable { "robots-unreachable" } else { key_of(reason) };
        let of_site = seen.site().is_some();
        self.tally.incomplete |= of_site
            && (unreachable
                || matches!(
                    reason,
                    SkipReason::PageBudget | SkipReason::TimeBudget | SkipReason::Interrupted | SkipReason::HostPaused
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

    fn seed(&mut self) -> Result<(), CrawlError> {
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
            self.frontier.push(host, id);
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

    pub(super) fn admit_at(&mut self, id: UrlId, url: &PageUrl, host: HostId, seen: Seen) -> Result<(), CrawlError> {
        let refusal = self.scope.refusal(url, seen.purpose, seen.depth, seen.run);
        self.frontier.note(id, seen);
        if let Some(reason) = refusal {
            return self.skip(id, reason);
        }
        self.frontier.push(host, id);
        Ok(())
    }

    pub(super) fn intern(&mut self, url: &PageUrl) -> Result<(UrlId, bool), CrawlError> {
        let (id, new) = self.table.intern(url.as_str())?;
        if new {
            self.sink.address(id, url)?;
        }
        Ok((id, new))
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

enum Round {
    Begun,
    Wait(Moment),
    Over,
}

pub(super) async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::super::{Limits, Network, Pace, Progress};
    use super::*;
    use crate::model::facts::{Link, ListFacts, PageFacts, PageRead, Place, Row};
    use crate::model::request::Method;
    use crate::model::site::{SiteDecl, SiteKind};
    use crate::read::PageInput;

    const HOME: &str = "http://gxt.example.gov.cn/";

    fn url(text: &str) -> PageUrl {
        PageUrl::join(&url::Url::parse(HOME).unwrap(), text, encoding_rs::UTF_8).unwrap().url
    }

    /// A reader of a small language: `link U`, `row U`, `next U`, `post U BODY`, `footer U`, one a line.
    fn read_lines(input: &PageInput<'_>) -> PageRead {
        let mut facts = PageFacts::default();
        let mut links = Vec::new();
        let mut list = ListFacts {
            family: "test".into(),
            column: url("/col/"),
            page_no: 1,
            rows: Vec::new(),
            next: None,
            pages_total: None,
            rows_total: None,
            unread: None,
        };
        for line in String::from_utf8_lossy(input.bytes).lines() {
            let mut words = line.split(' ');
            let (verb, target, rest) = (words.next().unwrap(), words.next().unwrap_or(""), words.next().unwrap_or(""));
            let request = |method| Request { method, ..Request::get(url(target), Purpose::List) };
            match verb {
                "link" => links.push(Link {
                    url: url(target),
                    fragment: None,
                    kind: LinkKind::Anchor,
                    place: Place::Body,
                    text: String::new(),
                    selector: String::new(),
                }),
                "row" => {
                    list.rows.push(Row {
                        title: "行".into(),
                        url: url(target),
                        date: None,
                        pinned: false,
                        text: String::new(),
                    });
                }
                "next" => list.next = Some(request(Method::Get)),
                "post" => list.next = Some(request(Method::Post { body: rest.to_owned() })),
                "footer" => facts.marks.footer_sources.push(url(target)),
                "panic" => panic!("the reader gives up"),
                _ => {}
            }
        }
        if !list.rows.is_empty() || list.next.is_some() {
            facts.list = Some(list);
        }
        PageRead { facts, links, links_cut: false }
    }

    /// Serves text/html by `METHOD path`, with the body of a POST behind it; 404 for the rest.
    async fn serve(pages: &'static [(&'static str, &'static str)]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for _ in 0..1_000 {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let mut request = Vec::new();
                let mut chunk = [0; 4096];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    let Ok(n @ 1..) = stream.read(&mut chunk).await else { break };
                    request.extend(chunk.iter().take(n));
                }
                let text = String::from_utf8_lossy(&request).into_owned();
                let mut words = text.split(' ');
                let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                let body = text.rsplit("\r\n").next().unwrap_or("");
                let key = format!("{method} {path} {body}");
                let page = pages.iter().find(|(known, _)| *known == key.trim());
                let (status, page) = page.map_or(("404 Not Found", ""), |(_, page)| ("200 OK", *page));
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    page.len()
                );
                let page = if method == "HEAD" { "" } else { page };
                let _ = stream.write_all(format!("{head}{page}").as_bytes()).await;
            }
        });
        address
    }

    #[derive(Default)]
    struct Kept(BTreeMap<String, PageRecord>);

    impl Sink for Kept {
        fn address(&mut self, _: UrlId, _: &PageUrl) -> Result<(), SinkError> {
            Ok(())
        }

        fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
            self.0.insert(record.url.as_str().trim_start_matches("http://gxt.example.gov.cn").to_owned(), record);
            Ok(())
        }
    }

    struct Unwatched;

    impl Watch for Unwatched {
        fn progress(&self, _: &Progress) {}
    }

    async fn crawl_pages(pages: &'static [(&'static str, &'static str)], list_pages_max: u32) -> BTreeMap<String, PageRecord> {
        let plan = Plan {
            sites: vec![SiteDecl { url: url("/"), name: "站".into(), kind: SiteKind::Portal, office: None }],
            columns: Vec::new(),
            limits: Limits { list_pages_max, ..Limits::default() },
            pace: Pace { requests_per_second: 0.0, concurrency: 4, concurrency_per_host: 1, timeout_seconds: 5 },
            network: Network {
                resolve: BTreeMap::from([("gxt.example.gov.cn".to_owned(), serve(pages).await)]),
                offline: true,
                user_agent: "xuncha/test".into(),
                ..Network::default()
            },
            obey_robots: true,
            external_links: true,
            include: Vec::new(),
            exclude: Vec::new(),
            today: jiff::civil::date(2026, 11, 24),
        };
        let mut kept = Kept::default();
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let reader = Reader { page: read_lines, challenge: |_, _| None };
        Driver::new(plan, reader, &mut kept, &Unwatched).unwrap().run(stopped).await.unwrap();
        kept.0
    }

    #[tokio::test]
    async fn a_list_goes_on_until_a_page_brings_nothing_new() {
        let found = crawl_pages(
            &[
                ("GET /", "link /col/"),
                ("GET /col/", "row /a.html\nnext /col/2.html"),
                ("GET /col/2.html", "row /b.html\nnext /col/3.html"),
                ("GET /col/3.html", "row /b.html\nnext /col/4.html"),
                ("GET /col/4.html", "row /c.html"),
                ("GET /b.html", "乙"),
            ],
            100,
        )
        .await;
        assert_eq!((found["/col/2.html"].purpose, found["/col/2.html"].depth), (Purpose::List, 1));
        assert_eq!(found["/col/2.html"].links.len(), 1, "a row without a link of its own is a link of the list page");
        assert!(found["/b.html"].outcome.is_read() && found.contains_key("/col/3.html") && !found.contains_key("/col/4.html"));
    }

    #[tokio::test]
    async fn a_list_stops_at_the_limit_of_its_pages() {
        let found = crawl_pages(
            &[
                ("GET /", "link /col/"),
                ("GET /col/", "row /a.html\nnext /col/2.html"),
                ("GET /col/2.html", "row /b.html\nnext /col/3.html"),
                ("GET /col/3.html", "row /c.html\nnext /col/4.html"),
                ("GET /col/4.html", "row /d.html"),
            ],
            2,
        )
        .await;
        assert!(found.contains_key("/col/3.html") && !found.contains_key("/col/4.html"));
    }

    #[tokio::test]
    async fn a_shell_without_rows_asks_for_its_data_by_post() {
        let found = crawl_pages(
            &[
                ("GET /", "link /col/"),
                ("GET /col/", "post /data.do page=1"),
                ("POST /data.do page=1", "row /a.html\npost /data.do page=2"),
                ("POST /data.do page=2", "row /b.html"),
            ],
            100,
        )
        .await;
        assert!(found["/data.do?page=1"].outcome.is_read() && found["/data.do?page=2"].outcome.is_read());
        assert_eq!(found["/data.do?page=2"].attempts[0].method, "POST");
        assert!(found.contains_key("/b.html"));
    }

    #[tokio::test]
    async fn scripts_that_write_the_footer_are_read() {
        let found = crawl_pages(
            &[
                ("GET /", "link /foot.js\nlink /a.html"),
                ("HEAD /foot.js", ""),
                ("GET /a.html", "footer /foot.js\nfooter /own.js"),
                ("GET /foot.js", "document.write"),
                ("GET /own.js", "document.write"),
            ],
            100,
        )
        .await;
        for script in ["/foot.js", "/own.js"] {
            assert!(found[script].facts.is_some(), "{script} {:?}", found[script].outcome);
            assert_eq!(found[script].purpose, Purpose::Resource);
        }
    }

    #[tokio::test]
    async fn a_reader_that_panics_costs_one_page() {
        let found =
            crawl_pages(&[("GET /", "link /bad.html\nlink /a.html"), ("GET /bad.html", "panic"), ("GET /a.html", "甲")], 100)
                .await;
        assert!(found["/a.html"].outcome.is_read());
        assert!(found["/bad.html"].outcome.is_read() && found["/bad.html"].facts.is_none());
    }
}
