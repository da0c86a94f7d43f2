//! The crawl loop, the one place where links go back to the frontier, and the only owner of what changes during a crawl.
//! Tasks fetch and read; what they return is merged here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinSet};

use super::drawn::Drawn;
use super::fetch::{ClientFault, Fetcher};
use super::frontier::{Frontier, Next, Verdict};
use super::host::{Account, HostId, Hosts, Moment, name_of};
use super::job::{Job, Try};
use super::merge::Found;
use super::past::{NoPast, Past};
#[cfg(feature = "render")]
use super::rendering::Rendering;
use super::replay::{Lived, Replay};
use super::scope::Scope;
use super::seen::Rank;
use super::table::{TableFull, UrlTable};
use super::tally::{HomeFate, Tally};
use super::visit::{AskedFor, Desk, Reader, Visit, places_for_large_pages, visit};
use super::{Plan, Sink, SinkError, Watch};
use crate::model::outcome::{Outcome, SkipReason};
use crate::model::request::{Method, Request};
use crate::model::run::{CrawlSummary, HostSummary};
use crate::model::site::UrlId;
use crate::model::window::Window;
use crate::read;
use crate::url::PageUrl;

/// Pause before a failed request is tried again, and before the last try. None where the user asked for no pace at all.
const SECOND_TRY_AFTER: Duration = Duration::from_secs(2);
const LAST_TRY_AFTER: Duration = Duration::from_secs(5);

/// While requests wait for answers to be written down, it is looked again so soon.
const UNWRITTEN_WAIT: Duration = Duration::from_millis(2);

/// After a stop, what is in flight gets this long (or the request's own time limit, if that is shorter).
const STOP_WAIT_MAX: Duration = Duration::from_secs(10);

/// Our own failures; what servers do is data.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CrawlError {
    #[error(transparent)]
    Client(#[from] ClientFault),
    #[error("the crawl's results cannot be kept, or those of earlier ones not be read: {0}")]
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
    crawl_on(plan, &mut NoPast, sink, watch, stop).await
}

/// The same after earlier crawls: what `past` holds of this run is not asked again, and pages that have not changed since an
/// earlier run are not read again.
///
/// # Errors
/// As [`crawl`], and when `past` cannot be read.
pub async fn crawl_on(
    plan: Plan,
    past: &mut dyn Past,
    sink: &mut dyn Sink,
    watch: &dyn Watch,
    stop: tokio::sync::watch::Receiver<bool>,
) -> Result<CrawlSummary, CrawlError> {
    let reader = Reader { page: read::read_page, challenge: read::challenge };
    let hours = Hours::of(plan.window, jiff::Timestamp::now());
    tracing::info!(sites = plan.sites.len(), opens_in_s = hours.opens_in.as_secs(), "the crawl begins");
    // Boxed: with a browser to wait for as well it is too large for the stacks of those who call.
    let summary = Box::pin(Driver::new(plan, reader, past, sink, watch)?.within(hours).run(stop)).await?;
    for host in &summary.hosts {
        let HostSummary { host, requests, bytes, failures, latency_median_ms, latency_p95_ms, pauses, slowdowns, .. } = host;
        tracing::info!(host, requests, bytes, failures, latency_median_ms, latency_p95_ms, pauses, slowdowns, "asked");
    }
    tracing::info!(requests = summary.requests, bytes = summary.bytes, complete = summary.complete, "the crawl has ended");
    Ok(summary)
}

/// A list request that is more than its address.
#[derive(Debug)]
pub(super) struct ListJob {
    pub(super) request: Request,
    /// Index of the user's column whose selectors apply.
    pub(super) column: Option<usize>,
    /// The column's page holds no row of its own.
    pub(super) by_shell: bool,
    /// Nothing names the page: kept only if it adds rows.
    pub(super) is_guess: bool,
}

impl ListJob {
    /// What the reader is told of the request.
    pub(super) fn asked(&self) -> Option<AskedFor> {
        let form = match &self.request.method {
            Method::Post { body } => Some(body.clone()),
            _ => None,
        };
        Some(AskedFor { referer: self.request.referer.clone()?, form, by_shell: self.by_shell, is_guess: self.is_guess })
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
pub(super) enum Ending {
    Interrupted,
    TimeBudget,
    WindowClosed,
}

/// When the servers may be asked, counted from the crawl's begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) opens_in: Duration,
    pub(super) closes_in: Option<Duration>,
}

impl Hours {
    fn of(window: Option<Window>, now: jiff::Timestamp) -> Self {
        let beijing = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        let time = now.to_zoned(beijing).time();
        window.map_or_else(Self::default, |window| Self {
            opens_in: window.opens_in(time),
            closes_in: Some(window.closes_in(time)),
        })
    }
}

pub(super) struct Driver<'a> {
    pub(super) plan: Plan,
    pub(super) scope: Scope,
    pub(super) desk: Arc<Desk>,
    pub(super) past: &'a mut dyn Past,
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
    /// By site: the hash of its home page's body.
    pub(super) home_bodies: BTreeMap<usize, String>,
    /// Pages whose list only a browser would show.
    pub(super) drawn: Drawn,
    /// Sitemap files asked for, by host.
    pub(super) sitemap_files: BTreeMap<HostId, usize>,
    tasks: JoinSet<Visit>,
    lookups: JoinSet<(HostId, Option<IpAddr>)>,
    hours: Hours,
    pub(super) in_flight: HashMap<Id, Box<Job>>,
    external_in_flight: usize,
    /// Requests handed to tasks; the hosts' own counts are summed at the end.
    pub(super) sent: u64,
    began: Instant,
    /// When the next round of tries may begin.
    round_at: Option<Moment>,
    /// By address of the interrupted run: it has an answer that is still to be taken in again.
    pub(super) recorded: Vec<bool>,
    pub(super) replays: BTreeMap<UrlId, Replay>,
    /// Exchanges of the interrupted run that its hosts have still to be told of.
    pub(super) lived: Vec<Lived>,
    /// By earlier run and id in it: the id in this run, plus one.
    pub(super) translated: Vec<Vec<Option<NonZeroU32>>>,
}

impl<'a> Driver<'a> {
    pub(super) fn new(
        plan: Plan,
        reader: Reader,
        past: &'a mut dyn Past,
        sink: &'a mut dyn Sink,
        watch: &'a dyn Watch,
    ) -> Result<Self, CrawlError> {
        let desk = Arc::new(Desk {
            fetcher: Fetcher::new(&plan)?,
            reader,
            today: plan.today,
            typos: plan.limits.typos.clone(),
            signs: plan.limits.signs.clone(),
            large: places_for_large_pages(),
        });
        let mut driver = Self {
            scope: Scope::new(&plan),
            desk,
            past,
            sink,
            watch,
            table: UrlTable::default(),
            hosts: hosts(&plan),
            frontier: Frontier::new(plan.sites.len(), plan.limits.pages_max),
            tally: Tally::default(),
            lists: BTreeMap::new(),
            columns: BTreeMap::new(),
            second: Vec::new(),
            last: Vec::new(),
            homes: BTreeMap::new(),
            home_bodies: BTreeMap::new(),
            drawn: Drawn::default(),
            sitemap_files: BTreeMap::new(),
            tasks: JoinSet::new(),
            lookups: JoinSet::new(),
            hours: Hours::default(),
            in_flight: HashMap::new(),
            external_in_flight: 0,
            sent: 0,
            began: Instant::now(),
            round_at: None,
            recorded: Vec::new(),
            replays: BTreeMap::new(),
            lived: Vec::new(),
            translated: Vec::new(),
            plan,
        };
        driver.preload()?;
        driver.seed()?;
        Ok(driver)
    }

    /// A request was handed to a task.
    #[cfg(feature = "render")]
    pub(super) fn was_sent(&mut self) {
        self.sent += 1;
    }

    pub(super) fn within(mut self, hours: Hours) -> Self {
        self.hours = hours;
        self
    }

    pub(super) fn now(&self) -> Moment {
        self.began.elapsed()
    }

    async fn run(mut self, mut stop: tokio::sync::watch::Receiver<bool>) -> Result<CrawlSummary, CrawlError> {
        let mut stop_open = true;
        let opening = (!self.hours.opens_in.is_zero()).then(|| self.at(self.hours.opens_in));
        while opening.is_some_and(|opening| tokio::time::Instant::now() < opening) && !*stop.borrow() {
            tokio::select! {
                () = until(opening) => {}
                changed = stop.changed(), if stop_open => stop_open = changed.is_ok(),
            }
        }
        let closing = self.hours.closes_in.map(|closes_in| self.at(closes_in));
        let minutes = self.plan.limits.minutes_max;
        let deadline = (minutes > 0).then(|| self.at(self.hours.opens_in + Duration::from_secs(u64::from(minutes) * 60)));
        let ending = loop {
            if *stop.borrow() {
                break Some(Ending::Interrupted);
            }
            if closing.is_some_and(|closing| closing <= tokio::time::Instant::now()) {
                break Some(Ending::WindowClosed);
            }
            self.dispatch()?;
            let mut wake = self.frontier.wake();
            if self.waits_for_the_sink() {
                let soon = self.now() + UNWRITTEN_WAIT;
                wake = Some(wake.map_or(soon, |wake| wake.min(soon)));
            }
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
                Some(Ok((host, address))) = self.lookups.join_next(), if !self.lookups.is_empty() => {
                    self.hosts.located(host, address);
                    self.frontier.freed(host);
                }
                () = until(wake) => {}
                () = until(closing) => break Some(Ending::WindowClosed),
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
        self.replay()?;
        let most = self.plan.pace.concurrency.max(1);
        // slow hosts elsewhere must not keep the sites waiting
        let external_most = (most / 2).max(1);
        let obey = self.plan.obey_robots;
        while self.in_flight.len() + self.sink.unwritten() < most {
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
                Next::Locate(host) => self.locate(host),
                Next::Fresh(host, id) => {
                    let job = self.fresh(host, id);
                    self.spawn(job)?;
                }
                Next::Continue(host, job) => {
                    if self.hosts.get(host).is_paused(job.url.is_https()) {
                        self.give_back(host);
                        self.left_paused(&job)?;
                    } else {
                        self.spawn(job)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A request could go out but for answers that are not written down yet.
    fn waits_for_the_sink(&self) -> bool {
        let most = self.plan.pace.concurrency.max(1);
        self.in_flight.len() < most && self.in_flight.len() + self.sink.unwritten() >= most
    }

    fn give_back(&mut self, host: HostId) {
        let now = self.now();
        self.hosts.get_mut(host).done(now, Account::unsent(false));
        self.frontier.freed(host);
    }

    /// A begun job whose host has been paused meanwhile: a first try never came to an end, a later one leaves the record as it is.
    fn left_paused(&mut self, job: &Job) -> Result<(), CrawlError> {
        if job.turn == Try::First {
            self.settle(job, Outcome::Skipped(SkipReason::HostPaused), Found::default(), None)?;
        }
        Ok(())
    }

    /// Looks a host's address up, so that hosts on one address can share its pace.
    pub(super) fn locate(&mut self, host: HostId) {
        let desk = Arc::clone(&self.desk);
        let authority = self.hosts.get(host).name.clone();
        let limit = Duration::from_secs(u64::from(self.plan.pace.timeout_seconds.max(1)));
        self.lookups.spawn(async move {
            let looked = tokio::time::timeout(limit, desk.fetcher.resolver.shared_address(name_of(&authority))).await;
            (host, looked.ok().flatten())
        });
    }

    /// Addresses that have been found meanwhile.
    #[cfg(feature = "render")]
    pub(super) fn take_lookups(&mut self) {
        while let Some(Ok((host, address))) = self.lookups.try_join_next() {
            self.hosts.located(host, address);
        }
    }

    #[cfg(feature = "render")]
    pub(super) fn is_looking_up(&self) -> bool {
        !self.lookups.is_empty()
    }

    fn spawn(&mut self, mut job: Box<Job>) -> Result<(), CrawlError> {
        // a home page keeps its own address: that its https fails is a fact of its own
        if self.hosts.get(job.host).in_the_clear
            && !self.homes.contains_key(&job.id)
            && let Some(clear) = in_the_clear(&job.url)
        {
            job.url = clear;
        }
        job.known = self.known(&job)?;
        let ask = job.ask(self.hosts.get(job.host).cookie());
        if job.rank == Rank::External {
            self.external_in_flight += 1;
        }
        self.sent += 1;
        let handle = self.tasks.spawn(visit(Arc::clone(&self.desk), ask, job.read_as.clone()));
        self.in_flight.insert(handle.id(), job);
        Ok(())
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
            let now = self.now();
            self.hosts.get_mut(job.host).done(now, Account::unsent(job.url.is_https()));
            self.frontier.freed(job.host);
            return self.settle(&job, Outcome::Skipped(SkipReason::Interrupted), Found::default(), None);
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
        let wait = wait + jitter(wait, if is_last { &self.last } else { &self.second });
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
}

/// The hosts, with what is known of their addresses: names are looked up for their pace unless a proxy asks for us, or no
/// name may leave this machine.
fn hosts(plan: &Plan) -> Hosts {
    let named = plan.network.resolve.iter().map(|(host, address)| (host.clone(), address.ip())).collect();
    Hosts::new(plan.pace.clone(), named, plan.network.proxy.is_none() && !plan.network.offline)
}

/// The same address over http.
pub(super) fn in_the_clear(url: &PageUrl) -> Option<PageUrl> {
    let rest = url.as_str().strip_prefix("https://")?;
    PageUrl::parse(&format!("http://{rest}")).ok()
}

/// Up to half of `wait`, by the first address that waits: runs started together do not come back together.
fn jitter(wait: Duration, jobs: &[Job]) -> Duration {
    let seed = jobs.first().map_or(0, |job| blake3::hash(job.start.as_str().as_bytes()).as_bytes()[0]);
    wait.mul_f64(f64::from(seed) / 512.0)
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
mod tests;
