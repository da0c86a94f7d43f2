//! A host is an object: its pace, what is in flight, its rules, its breaker, its cookies, its statistics. Plain structs of the
//! driver; time comes in as the time since the crawl began.

mod cookies;
mod figures;
mod lane;
mod tempo;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use self::cookies::Cookies;
use self::figures::Latencies;
use self::lane::{LaneKey, Lanes};
use self::tempo::{Sign, Tempo};
use super::certificate::HostCertificate;
use super::robots::Robots;
use super::{Pace, guard};
use crate::model::outcome::FailureClass;
use crate::model::run::HostSummary;

/// Time since the crawl began.
pub(super) type Moment = Duration;

/// Failures (or protection pages) in a row after which a host is left alone.
pub(super) const PAUSE_AFTER: u32 = 20;

/// A `Retry-After` that asks for more gets this much.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(2);

/// Index of a host, in the order of first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HostId(pub(super) u32);

/// Whether a request may go to the host now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Yes: the slot is taken.
    Go,
    /// Not before then.
    Wait(Moment),
    /// As much as may be is in flight.
    Full,
    /// Its address must be looked up first: [`Hosts::located`] tells it.
    Locate,
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
    /// With this status.
    Answered(u16),
    Challenged,
    Failed(FailureClass),
    /// Nothing was sent after all.
    Unsent,
}

/// One exchange, for the host's accounts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) contact: Contact,
    /// Body bytes on the wire.
    pub(super) bytes: u64,
    pub(super) https: bool,
    pub(super) latency: Duration,
    /// The server asks to be left alone for so long.
    pub(super) retry_after: Option<Duration>,
}

impl Account {
    /// An exchange that did not take place.
    pub(super) fn unsent(https: bool) -> Self {
        Self { contact: Contact::Unsent, bytes: 0, https, latency: Duration::ZERO, retry_after: None }
    }
}

/// What is known of a host's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    Unknown,
    Asked,
    Known(LaneKey),
}

#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) gate: Gate,
    whereabouts: Whereabouts,
    tempo: Tempo,
    in_flight: usize,
    in_flight_max: usize,
    not_before: Moment,
    /// By scheme, http first: a host whose TLS is broken may answer in the clear.
    failures_in_a_row: [u32; 2],
    paused: [bool; 2],
    trial_left: [bool; 2],
    cookies: Cookies,
    /// A page of this undeclared host was asked for to learn whose site it is.
    pub(super) looks: u8,
    /// Its https failed, and it is read in the clear.
    pub(super) in_the_clear: bool,
    requests: u64,
    bytes: u64,
    failures: u64,
    challenged: u64,
    latencies: Latencies,
    /// By class of failure, and `5xx`, `429`.
    errors: BTreeMap<&'static str, u64>,
    pauses: u32,
}

impl Host {
    fn new(name: String, pace: &Pace, whereabouts: Whereabouts) -> Self {
        Self {
            name,
            gate: Gate::NotAsked,
            whereabouts,
            tempo: Tempo::new(period_of(pace)),
            in_flight: 0,
            in_flight_max: pace.concurrency_per_host.max(1),
            not_before: Moment::ZERO,
            failures_in_a_row: [0; 2],
            paused: [false; 2],
            trial_left: [true; 2],
            cookies: Cookies::default(),
            looks: 0,
            in_the_clear: false,
            requests: 0,
            bytes: 0,
            failures: 0,
            challenged: 0,
            latencies: Latencies::default(),
            errors: BTreeMap::new(),
            pauses: 0,
        }
    }

    /// Gives a slot back, and takes the exchange into account.
    pub(super) fn done(&mut self, now: Moment, account: Account) {
        let Account { contact, bytes, https, latency, retry_after } = account;
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bytes += bytes;
        let is_enough =
            matches!(contact, Contact::Answered(429)) || matches!(contact, Contact::Answered(503)) && retry_after.is_some();
        if contact == Contact::Unsent {
            self.requests = self.requests.saturating_sub(1);
            return;
        }
        self.learn(contact, https, latency, is_enough);
        if let Some(wait) = retry_after.filter(|_| is_enough) {
            self.leave_alone(now, wait);
        }
    }

    /// What an exchange says of the host: statistics, breaker, pace.
    fn learn(&mut self, contact: Contact, https: bool, latency: Duration, is_enough: bool) {
        let sign = match contact {
            Contact::Unsent => return,
            _ if is_enough => Sign::Enough,
            Contact::Answered(500..=599) => Sign::Bad,
            Contact::Answered(_) | Contact::Challenged | Contact::Failed(FailureClass::Dns) => Sign::Good,
            Contact::Failed(_) => Sign::Bad,
        };
        self.count(contact, latency);
        self.judge(contact, usize::from(https));
        if self.tempo.note(sign, latency) {
            tracing::info!(host = self.name, period_ms = self.tempo.period().as_millis(), "slowed down");
        }
    }

    /// Learns from an exchange that took place before the run was interrupted. What it asked for with `Retry-After` has passed.
    pub(super) fn relive(&mut self, contact: Contact, https: bool, latency: Duration) {
        self.learn(contact, https, latency, contact == Contact::Answered(429));
    }

    fn count(&mut self, contact: Contact, latency: Duration) {
        let error = match contact {
            Contact::Answered(429) => Some("429"),
            Contact::Answered(500..=599) => Some("5xx"),
            Contact::Answered(_) | Contact::Unsent => None,
            Contact::Challenged => {
                self.challenged += 1;
                Some("challenge")
            }
            Contact::Failed(class) => {
                self.failures += 1;
                Some(class.key())
            }
        };
        if let Some(key) = error {
            *self.errors.entry(key).or_default() += 1;
        }
        if matches!(contact, Contact::Answered(_) | Contact::Challenged) {
            self.latencies.note(latency);
        }
    }

    /// The breaker.
    fn judge(&mut self, contact: Contact, scheme: usize) {
        let counts = match contact {
            // an application that fails (500) is one thing, a server that can do no more (429, 502, 503, 504) another
            Contact::Answered(status) => matches!(status, 429 | 502..=504),
            Contact::Challenged => true,
            // a name that does not resolve costs the host nothing: each of its links may be called dead
            Contact::Failed(class) => class != FailureClass::Dns,
            Contact::Unsent => return,
        };
        if counts {
            self.failures_in_a_row[scheme] += 1;
            if self.failures_in_a_row[scheme] >= PAUSE_AFTER && !self.paused[scheme] {
                self.paused[scheme] = true;
                self.pauses += 1;
                tracing::warn!(host = self.name, failures = PAUSE_AFTER, "left alone after failures in a row");
            }
        } else if matches!(contact, Contact::Answered(_)) {
            self.failures_in_a_row[scheme] = 0;
        }
    }

    /// Counts requests that were made before the run was interrupted.
    pub(super) fn replayed(&mut self, requests: usize) {
        self.requests += requests as u64;
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
    fn leave_alone(&mut self, now: Moment, wait: Duration) {
        self.not_before = self.not_before.max(now + wait.min(RETRY_AFTER_MAX));
        self.pauses += 1;
    }

    /// `Crawl-delay`: a slower pace, never a faster one. It holds from the request on that asked for robots.txt.
    pub(super) fn slow_down(&mut self, now: Moment, delay: Duration) {
        self.tempo.at_most_every(delay);
        self.not_before = self.not_before.max(now + delay);
    }

    /// Keeps what the host sets. True when something changed, so that asking again can give another answer.
    pub(super) fn keep_cookies(&mut self, lines: &[String]) -> bool {
        self.cookies.keep(lines)
    }

    /// The `Cookie` header; empty when there is none.
    pub(super) fn cookie(&self) -> String {
        self.cookies.header()
    }

    /// Whether robots.txt lets this address be asked for.
    pub(super) fn robots(&self) -> Option<&Robots> {
        match &self.gate {
            Gate::Known(robots) => Some(robots),
            Gate::NotAsked | Gate::Closed => None,
        }
    }

    fn summary(&self, certificates: &BTreeMap<String, HostCertificate>) -> HostSummary {
        let found = certificates.get(name_of(&self.name));
        let (from, until) = found.and_then(|found| found.validity).unzip();
        HostSummary {
            host: self.name.clone(),
            requests: self.requests,
            bytes: self.bytes,
            failures: self.failures,
            challenged: self.challenged,
            certificate: found.map(|found| found.problems.iter().map(|&s| s.to_owned()).collect()).unwrap_or_default(),
            certificate_from: from.map(|day| day.to_string()),
            certificate_until: until.map(|day| day.to_string()),
            ipv6: None,
            robots: self.robots().map_or("not-asked", Robots::label).to_owned(),
            latency_median_ms: self.latencies.percentile(50),
            latency_p95_ms: self.latencies.percentile(95),
            errors: self.errors.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect(),
            pauses: self.pauses,
            slowdowns: self.tempo.halvings,
            in_the_clear: self.in_the_clear,
        }
    }
}

/// The host of an authority: without its port.
pub(super) fn name_of(authority: &str) -> &str {
    let port_at = authority.rfind(':').filter(|at| !authority.ends_with(']') && !authority.is_empty() && *at > 0);
    port_at.and_then(|at| authority.get(..at)).unwrap_or(authority)
}

/// Time between two requests; zero: no pace.
fn period_of(pace: &Pace) -> Duration {
    if pace.requests_per_second > 0.0 {
        Duration::try_from_secs_f64(1.0 / pace.requests_per_second).unwrap_or(Duration::MAX)
    } else {
        Duration::ZERO
    }
}

/// All hosts of a run.
#[derive(Debug)]
pub(super) struct Hosts {
    by_name: BTreeMap<String, HostId>,
    list: Vec<Host>,
    pace: Pace,
    lanes: Lanes,
    /// Hosts whose address needs no looking up: the user named it.
    named: BTreeMap<String, IpAddr>,
    /// Names are looked up; false: a proxy does that, or no pace is kept that would need it.
    look_up: bool,
}

impl Hosts {
    /// `named`: the user's own table of addresses. `look_up` false: other names are not looked up before they are asked.
    pub(super) fn new(pace: Pace, named: BTreeMap<String, IpAddr>, look_up: bool) -> Self {
        let lanes = Lanes::new(period_of(&pace));
        Self { by_name: BTreeMap::new(), list: Vec::new(), look_up: look_up && lanes.keep_a_pace(), pace, lanes, named }
    }

    pub(super) fn id_of(&mut self, authority: &str) -> HostId {
        if let Some(id) = self.by_name.get(authority) {
            return *id;
        }
        let id = HostId(self.list.len() as u32);
        self.by_name.insert(authority.to_owned(), id);
        let name = name_of(authority);
        let address = self.named.get(name).copied().or_else(|| guard::literal(name));
        let whereabouts = match address {
            Some(address) => Whereabouts::Known(LaneKey::At(address)),
            None if self.look_up => Whereabouts::Unknown,
            None => Whereabouts::Known(LaneKey::Alone(id)),
        };
        self.list.push(Host::new(authority.to_owned(), &self.pace, whereabouts));
        id
    }

    /// Takes a slot of the host and of its address, if there is one now.
    pub(super) fn turn(&mut self, id: HostId, now: Moment) -> Turn {
        let host = &mut self.list[id.0 as usize];
        let lane = match host.whereabouts {
            Whereabouts::Known(lane) => lane,
            Whereabouts::Asked => return Turn::Full,
            Whereabouts::Unknown => {
                host.whereabouts = Whereabouts::Asked;
                return Turn::Locate;
            }
        };
        if host.in_flight >= host.in_flight_max {
            return Turn::Full;
        }
        if now < host.not_before {
            return Turn::Wait(host.not_before);
        }
        if let Err(until) = self.lanes.take(lane, now) {
            return Turn::Wait(until);
        }
        host.not_before = now + host.tempo.period();
        host.in_flight += 1;
        host.requests += 1;
        Turn::Go
    }

    /// The host's address has been looked up; none: it has none that may be asked.
    pub(super) fn located(&mut self, id: HostId, address: Option<IpAddr>) {
        let lane = address.map_or(LaneKey::Alone(id), LaneKey::At);
        self.get_mut(id).whereabouts = Whereabouts::Known(lane);
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
    pub(super) fn summaries(&self, certificates: &BTreeMap<String, HostCertificate>) -> Vec<HostSummary> {
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
mod tests;
