//! A host is an object: its pace, what is in flight, its rules, its breaker, its cookies, its statistics. Plain structs of the
//! driver; time comes in as the time since the crawl began.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::Pace;
use super::robots::Robots;
use crate::model::outcome::FailureClass;
use crate::model::run::HostSummary;

/// Time since the crawl began.
pub(super) type Moment = Duration;

/// Transport failures (or protection pages) in a row after which a host is left alone.
pub(super) const PAUSE_AFTER: u32 = 20;

/// A `Retry-After` that asks for more gets this much.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(2);

/// Cookies kept of one host, and bytes of one.
const COOKIES_MAX: usize = 16;
const COOKIE_BYTES_MAX: usize = 1_024;

/// Index of a host, in the order of first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HostId(pub(super) u32);

/// The limiters' clock: the driver's own time, so that all decisions of one turn see one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(Arc<AtomicU64>);

impl Clock {
    fn set(&self, now: Moment) {
        self.0.store(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl governor::clock::Clock for Clock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Clock, NoOpMiddleware<Nanos>>;

/// Whether a request may go to the host now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Yes: the slot is taken.
    Go,
    /// Not before then.
    Wait(Moment),
    /// As much as may be is in flight.
    Full,
}

/// What a host allows to be asked.
#[derive(Debug)]
pub(super) enum Gate {
    /// Not crawled: its robots.txt is not asked for.
    NotAsked,
    /// robots.txt is under way; nothing else is asked.
    Closed,
    Known(Box<Robots>),
}

/// How one exchange ended, as far as the host is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contact {
    Answered,
    Challenged,
    Failed(FailureClass),
    /// Nothing was sent after all.
    Unsent,
}

#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) gate: Gate,
    limiter: Option<Limiter>,
    period: Duration,
    clock: Clock,
    in_flight: usize,
    in_flight_max: usize,
    not_before: Moment,
    /// By scheme, http first: a host whose TLS is broken may answer in the clear.
    failures_in_a_row: [u32; 2],
    paused: [bool; 2],
    trial_left: [bool; 2],
    cookies: BTreeMap<String, String>,
    /// A page of this undeclared host was asked for to learn whose site it is.
    pub(super) looks: u8,
    requests: u64,
    bytes: u64,
    failures: u64,
    challenged: u64,
}

impl Host {
    fn new(name: String, pace: &Pace, clock: Clock) -> Self {
        let period = if pace.requests_per_second > 0.0 {
            Duration::try_from_secs_f64(1.0 / pace.requests_per_second).unwrap_or(Duration::MAX)
        } else {
            Duration::ZERO
        };
        Self {
            name,
            gate: Gate::NotAsked,
            limiter: limiter(period, &clock),
            period,
            clock,
            in_flight: 0,
            in_flight_max: pace.concurrency_per_host.max(1),
            not_before: Moment::ZERO,
            failures_in_a_row: [0; 2],
            paused: [false; 2],
            trial_left: [true; 2],
            cookies: BTreeMap::new(),
            looks: 0,
            requests: 0,
            bytes: 0,
            failures: 0,
            challenged: 0,
        }
    }

    /// Takes a slot, if there is one now.
    pub(super) fn turn(&mut self, now: Moment) -> Turn {
        if self.in_flight >= self.in_flight_max {
            return Turn::Full;
        }
        if now < self.not_before {
            return Turn::Wait(self.not_before);
        }
        self.clock.set(now);
        if let Some(limiter) = &self.limiter
            && let Err(not_until) = limiter.check()
        {
            let wait = not_until.wait_time_from(governor::clock::Clock::now(&self.clock));
            return Turn::Wait(now + wait.max(Duration::from_millis(1)));
        }
        self.in_flight += 1;
        self.requests += 1;
        Turn::Go
    }

    /// Gives a slot back.
    pub(super) fn done(&mut self, contact: Contact, bytes: u64, https: bool) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bytes += bytes;
        let scheme = usize::from(https);
        let counts = match contact {
            Contact::Answered => false,
            Contact::Unsent => {
                self.requests = self.requests.saturating_sub(1);
                false
            }
            Contact::Challenged => {
                self.challenged += 1;
                true
            }
            Contact::Failed(class) => {
                self.failures += 1;
                // a name that does not resolve costs the host nothing: each of its links may be called dead
                class != FailureClass::Dns
            }
        };
        if counts {
            self.failures_in_a_row[scheme] += 1;
            self.paused[scheme] |= self.failures_in_a_row[scheme] >= PAUSE_AFTER;
        } else if contact == Contact::Answered {
            self.failures_in_a_row[scheme] = 0;
        }
    }

    pub(super) fn is_paused(&self, https: bool) -> bool {
        self.paused[usize::from(https)]
    }

    /// A paused scheme of the host has its other chance yet.
    pub(super) fn has_trial(&self) -> bool {
        (0..2).any(|scheme| self.paused[scheme] && self.trial_left[scheme])
    }

    /// Once, when nothing else is left to do, a paused host gets another chance: one more failure pauses it for good.
    pub(super) fn try_again(&mut self) -> bool {
        let mut reopened = false;
        for scheme in 0..2 {
            if self.paused[scheme] && self.trial_left[scheme] {
                self.trial_left[scheme] = false;
                self.paused[scheme] = false;
                self.failures_in_a_row[scheme] = PAUSE_AFTER - 1;
                reopened = true;
            }
        }
        reopened
    }

    /// `Retry-After`: the host asks to be left alone for a while.
    pub(super) fn leave_alone(&mut self, now: Moment, wait: Duration) {
        self.not_before = self.not_before.max(now + wait.min(RETRY_AFTER_MAX));
    }

    /// `Crawl-delay`: a slower pace, never a faster one.
    pub(super) fn slow_down(&mut self, delay: Duration) {
        if delay > self.period {
            self.period = delay;
            self.limiter = limiter(delay, &self.clock);
            // the new limiter does not know of the request just made
            if let Some(limiter) = &self.limiter {
                let _ = limiter.check();
            }
        }
    }

    /// Keeps what a redirect to itself sets. True when something changed, so that asking again can give another answer.
    pub(super) fn keep_cookies(&mut self, lines: &[String]) -> bool {
        let mut changed = false;
        for line in lines {
            let pair = line.split(';').next().unwrap_or("");
            let Some((name, value)) = pair.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else { continue };
            let fits = !name.is_empty()
                && name.len() + value.len() <= COOKIE_BYTES_MAX
                && pair.bytes().all(|b| (0x20..0x7f).contains(&b));
            let room = self.cookies.len() < COOKIES_MAX || self.cookies.contains_key(name);
            if fits && room {
                changed |= self.cookies.insert(name.to_owned(), value.to_owned()).as_deref() != Some(value);
            }
        }
        changed
    }

    /// The `Cookie` header; empty when there is none.
    pub(super) fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Whether robots.txt lets this address be asked for.
    pub(super) fn robots(&self) -> Option<&Robots> {
        match &self.gate {
            Gate::Known(robots) => Some(robots),
            Gate::NotAsked | Gate::Closed => None,
        }
    }

    fn summary(&self, certificates: &BTreeMap<String, BTreeSet<&'static str>>) -> HostSummary {
        let bare = self.name.split(':').next().unwrap_or(&self.name);
        HostSummary {
            host: self.name.clone(),
            requests: self.requests,
            bytes: self.bytes,
            failures: self.failures,
            challenged: self.challenged,
            certificate: certificates.get(bare).map(|found| found.iter().map(|&s| s.to_owned()).collect()).unwrap_or_default(),
            robots: self.robots().map_or("not-asked", Robots::label).to_owned(),
        }
    }
}

/// One request a `period`, burst 1; none for a period of zero.
fn limiter(period: Duration, clock: &Clock) -> Option<Limiter> {
    let quota = Quota::with_period(period)?;
    Some(RateLimiter::direct_with_clock(quota, clock.clone()))
}

/// All hosts of a run.
#[derive(Debug)]
pub(super) struct Hosts {
    by_name: BTreeMap<String, HostId>,
    list: Vec<Host>,
    pace: Pace,
    clock: Clock,
}

impl Hosts {
    pub(super) fn new(pace: Pace) -> Self {
        Self { by_name: BTreeMap::new(), list: Vec::new(), pace, clock: Clock::default() }
    }

    pub(super) fn id_of(&mut self, authority: &str) -> HostId {
        if let Some(id) = self.by_name.get(authority) {
            return *id;
        }
        let id = HostId(self.list.len() as u32);
        self.by_name.insert(authority.to_owned(), id);
        self.list.push(Host::new(authority.to_owned(), &self.pace, self.clock.clone()));
        id
    }

    pub(super) fn get(&self, id: HostId) -> &Host {
        &self.list[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: HostId) -> &mut Host {
        &mut self.list[id.0 as usize]
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = HostId> + use<> {
        (0..self.list.len() as u32).map(HostId)
    }

    /// Of the hosts that were asked anything, in the order of their names.
    pub(super) fn summaries(&self, certificates: &BTreeMap<String, BTreeSet<&'static str>>) -> Vec<HostSummary> {
        self.by_name
            .values()
            .map(|id| self.get(*id))
            .filter(|host| host.requests > 0)
            .map(|host| host.summary(certificates))
            .collect()
    }

    pub(super) fn requests(&self) -> u64 {
        self.list.iter().map(|host| host.requests).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(requests_per_second: f64) -> Host {
        let pace = Pace { requests_per_second, concurrency: 16, concurrency_per_host: 2, timeout_seconds: 15 };
        Host::new("gxt.example.gov.cn".into(), &pace, Clock::default())
    }

    fn at(ms: u64) -> Moment {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_pace_is_kept_without_a_burst() {
        let mut host = host(5.0);
        let mut sent = Vec::new();
        let mut now = Moment::ZERO;
        while now < at(2_000) {
            match host.turn(now) {
                Turn::Go => {
                    sent.push(now);
                    host.done(Contact::Answered, 0, false);
                }
                Turn::Wait(until) => {
                    assert!(until > now);
                    now = until;
                }
                Turn::Full => panic!("nothing is in flight"),
            }
        }
        assert_eq!(sent.len(), 10);
        assert!(sent.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= at(200)), "{sent:?}");
    }

    #[test]
    fn no_pace_means_no_waiting() {
        let mut host = host(0.0);
        for _ in 0..1_000 {
            assert_eq!(host.turn(Moment::ZERO), Turn::Go);
            host.done(Contact::Answered, 0, false);
        }
    }

    #[test]
    fn no_more_in_flight_than_allowed() {
        let mut host = host(0.0);
        assert_eq!([host.turn(at(0)), host.turn(at(0)), host.turn(at(0))], [Turn::Go, Turn::Go, Turn::Full]);
        host.done(Contact::Answered, 0, false);
        assert_eq!(host.turn(at(0)), Turn::Go);
    }

    #[test]
    fn retry_after_and_crawl_delay_are_honoured() {
        let mut host = host(0.0);
        host.leave_alone(at(0), Duration::from_secs(3));
        assert_eq!(host.turn(at(10)), Turn::Wait(at(3_000)));
        host.slow_down(Duration::from_secs(2));
        assert!(matches!(host.turn(at(3_000)), Turn::Go));
        host.done(Contact::Answered, 0, false);
        assert_eq!(host.turn(at(3_500)), Turn::Wait(at(5_000)));
        host.leave_alone(at(0), Duration::from_hours(24));
        assert_eq!(host.turn(at(6_000)), Turn::Wait(RETRY_AFTER_MAX));
    }

    #[test]
    fn a_silent_host_is_paused_tried_once_more_and_then_left() {
        let mut host = host(0.0);
        for _ in 0..PAUSE_AFTER {
            assert!(!host.is_paused(false));
            host.done(Contact::Failed(FailureClass::Timeout), 0, false);
        }
        assert!(host.is_paused(false) && !host.is_paused(true));
        assert!(host.try_again() && !host.is_paused(false));
        host.done(Contact::Failed(FailureClass::Timeout), 0, false);
        assert!(host.is_paused(false) && !host.try_again());
    }

    #[test]
    fn an_answer_ends_a_row_of_failures_and_dns_never_counts() {
        let mut host = host(0.0);
        for i in 0..100 {
            host.done(Contact::Failed(FailureClass::Dns), 0, false);
            host.done(if i % 10 == 0 { Contact::Answered } else { Contact::Failed(FailureClass::Reset) }, 0, false);
        }
        assert!(!host.is_paused(false));
    }

    #[test]
    fn cookies_are_bounded_and_tell_whether_they_changed() {
        let mut host = host(0.0);
        assert!(host.keep_cookies(&["CT6T=abc; Path=/".into()]));
        assert!(!host.keep_cookies(&["CT6T=abc; Path=/".into()]));
        assert!(!host.keep_cookies(&[format!("big={}", "x".repeat(5_000)), "bad\r\nname=1".into(), "none".into()]));
        assert_eq!(host.cookie(), "CT6T=abc");
        let many: Vec<String> = (0..100).map(|i| format!("c{i}=1")).collect();
        host.keep_cookies(&many);
        assert_eq!(host.cookies.len(), COOKIES_MAX);
    }
}
