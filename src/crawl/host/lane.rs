//! The pace that an address may be asked at, however many hosts stand on it: many bureaus share one server.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::{HostId, Moment};

/// The limiters' clock: the driver's own time, so that all decisions of one turn see one moment.
#[derive(Debug, Clone, Default)]
struct Clock(Arc<AtomicU64>);

impl governor::clock::Clock for Clock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Clock, NoOpMiddleware<Nanos>>;

/// What shares a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LaneKey {
    At(IpAddr),
    /// A host whose address is not ours to know (a proxy's business, or no address at all).
    Alone(HostId),
}

/// One limiter an address, one request a `period`, burst 1.
#[derive(Debug)]
pub(super) struct Lanes {
    /// None: no pace is kept.
    quota: Option<Quota>,
    clock: Clock,
    limiters: BTreeMap<LaneKey, Limiter>,
}

impl Lanes {
    /// A period of zero: no pace.
    pub(super) fn new(period: Duration) -> Self {
        Self { quota: Quota::with_period(period), clock: Clock::default(), limiters: BTreeMap::new() }
    }

    pub(super) fn keep_a_pace(&self) -> bool {
        self.quota.is_some()
    }

    /// Takes the lane's slot, or says when there will be one.
    pub(super) fn take(&mut self, key: LaneKey, now: Moment) -> Result<(), Moment> {
        let Some(quota) = self.quota else { return Ok(()) };
        self.clock.0.store(u64::try_from(now.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let limiter = self.limiters.entry(key).or_insert_with(|| RateLimiter::direct_with_clock(quota, self.clock.clone()));
        limiter.check().map_err(|not_until| {
            let wait = not_until.wait_time_from(governor::clock::Clock::now(&self.clock));
            now + wait.max(Duration::from_millis(1))
        })
    }
}
