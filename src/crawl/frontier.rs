//! What is still to be asked for, and in which order. A plain struct: no lock, no clock, no network.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::host::{HostId, Hosts, Moment, Turn};
use super::table::spare;
use crate::model::outcome::SkipReason;
use crate::model::request::Purpose;
use crate::model::site::UrlId;

/// What goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Home,
    /// Columns that the user named.
    Column,
    List,
    /// Articles that alone tell how new their column is.
    Sample,
    Page,
    Resource,
    External,
}

/// "No referer", "no site".
const NO_ID: u32 = u32::MAX;
const NO_SITE: u16 = u16::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Known, and never to be asked for as things are (skipped, or only named).
    Known,
    Queued,
    /// Queued, but its host is paused.
    Held,
    /// Handed out.
    Taken,
}

/// What is known of an address besides its text: 16 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    referer: u32,
    site: u16,
    pub(super) depth: u16,
    pub(super) rank: Rank,
    pub(super) purpose: Purpose,
    /// Counter steps that led here (see `series`).
    pub(super) run: u8,
    phase: Phase,
    /// The body is wanted although the purpose needs none (a script that writes the footer).
    pub(super) wants_body: bool,
}

impl Seen {
    pub(super) fn new(purpose: Purpose, rank: Rank, depth: u16, site: Option<usize>) -> Self {
        let site = site.and_then(|s| u16::try_from(s).ok()).unwrap_or(NO_SITE);
        Self { referer: NO_ID, site, depth, rank, purpose, run: 0, phase: Phase::Known, wants_body: false }
    }

    pub(super) fn found_on(mut self, page: UrlId, run: u8) -> Self {
        self.referer = page.0;
        self.run = run;
        self
    }

    pub(super) fn site(&self) -> Option<usize> {
        (self.site != NO_SITE).then_some(usize::from(self.site))
    }

    /// The page on which the address was first seen.
    pub(super) fn referer(&self) -> Option<UrlId> {
        (self.referer != NO_ID).then_some(UrlId(self.referer))
    }

    fn counts_as_page(&self) -> bool {
        matches!(self.purpose, Purpose::Page | Purpose::List) && self.site != NO_SITE
    }
}

/// What the driver says of an address that is about to be handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    /// Not now: the host is paused.
    Hold,
    Skip(SkipReason),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<J> {
    /// Something already begun goes on (a redirect, a second try).
    Continue(HostId, J),
    Fresh(HostId, UrlId),
    Skip(UrlId, SkipReason),
    /// Nothing may be sent now.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In neither set: nothing queued, closed, or all slots taken.
    Out,
    Ready(Rank, u64),
    Waiting(Moment),
}

#[derive(Debug)]
struct Queue<J> {
    begun: VecDeque<(Rank, J)>,
    fresh: BTreeMap<(Rank, u16), VecDeque<UrlId>>,
    held: Vec<UrlId>,
    place: Place,
    /// robots.txt is not known yet: only what is begun goes on.
    closed: bool,
}

impl<J> Queue<J> {
    fn new() -> Self {
        Self { begun: VecDeque::new(), fresh: BTreeMap::new(), held: Vec::new(), place: Place::Out, closed: false }
    }

    fn best(&self) -> Option<Rank> {
        self.begun
            .front()
            .map(|(rank, _)| *rank)
            .or_else(|| if self.closed { None } else { self.fresh.first_key_value().map(|((rank, _), _)| *rank) })
    }

    fn front(&self) -> Option<UrlId> {
        self.fresh.first_key_value().and_then(|(_, ids)| ids.front().copied())
    }

    fn pop(&mut self) -> Option<UrlId> {
        let mut entry = self.fresh.first_entry()?;
        let id = entry.get_mut().pop_front();
        if entry.get().is_empty() {
            entry.remove();
        }
        id
    }
}

/// The queues of all hosts. `J` is what a begun request carries along.
#[derive(Debug)]
pub(super) struct Frontier<J> {
    seen: Vec<Seen>,
    queues: Vec<Queue<J>>,
    /// Hosts that may have a slot, best rank first, then the one that waited longest.
    ready: BTreeSet<(Rank, u64, HostId)>,
    waiting: BTreeSet<(Moment, HostId)>,
    turn: u64,
    queued: u64,
    /// Pages that may still be asked for, by site.
    pages_left: Vec<u32>,
}

impl<J> Frontier<J> {
    pub(super) fn new(sites: usize, pages_max: u32) -> Self {
        Self {
            seen: Vec::new(),
            queues: Vec::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            turn: 0,
            queued: 0,
            pages_left: vec![pages_max; sites],
        }
    }

    /// Notes a new address; `id` must be the next one.
    pub(super) fn note(&mut self, id: UrlId, seen: Seen) {
        debug_assert_eq!(id.0 as usize, self.seen.len(), "ids are dense");
        spare(&mut self.seen, 1);
        self.seen.push(seen);
    }

    pub(super) fn seen(&self, id: UrlId) -> &Seen {
        &self.seen[id.0 as usize]
    }

    pub(super) fn seen_mut(&mut self, id: UrlId) -> &mut Seen {
        &mut self.seen[id.0 as usize]
    }

    /// Queues a noted address that was not queued before.
    pub(super) fn push(&mut self, host: HostId, id: UrlId) {
        let seen = &mut self.seen[id.0 as usize];
        if seen.phase != Phase::Known {
            return;
        }
        seen.phase = Phase::Queued;
        let key = (seen.rank, seen.depth);
        self.queued += 1;
        self.queue(host).fresh.entry(key).or_default().push_back(id);
        self.place(host, None);
    }

    /// A better rank for an address that still waits; true when it did.
    pub(super) fn promote(&mut self, host: HostId, id: UrlId, rank: Rank, purpose: Purpose) -> bool {
        let seen = &mut self.seen[id.0 as usize];
        if seen.phase != Phase::Queued || seen.rank <= rank {
            return false;
        }
        seen.rank = rank;
        seen.purpose = purpose;
        let depth = seen.depth;
        // the old place in the queue is found empty when its turn comes
        self.queue(host).fresh.entry((rank, depth)).or_default().push_back(id);
        self.place(host, None);
        true
    }

    /// Lets an address that was handed out be asked for once more, for another reason.
    pub(super) fn push_again(&mut self, host: HostId, id: UrlId) {
        let seen = &mut self.seen[id.0 as usize];
        if seen.phase == Phase::Taken {
            seen.phase = Phase::Known;
            self.push(host, id);
        }
    }

    /// Marks an address as answered without a request of its own; false when it is queued or done already.
    pub(super) fn settle(&mut self, id: UrlId) -> bool {
        let seen = &mut self.seen[id.0 as usize];
        let open = seen.phase == Phase::Known;
        if open {
            seen.phase = Phase::Taken;
        }
        open
    }

    /// Continues something begun, before anything fresh of that host.
    pub(super) fn resume(&mut self, host: HostId, rank: Rank, job: J) {
        self.queued += 1;
        self.queue(host).begun.push_back((rank, job));
        self.place(host, None);
    }

    pub(super) fn close(&mut self, host: HostId) {
        self.queue(host).closed = true;
        self.place(host, None);
    }

    pub(super) fn open(&mut self, host: HostId) {
        self.queue(host).closed = false;
        self.place(host, None);
    }

    /// Tells that a slot of the host is free again.
    pub(super) fn freed(&mut self, host: HostId) {
        if self.queue(host).place == Place::Out {
            self.place(host, None);
        }
    }

    /// Lets held addresses of a host wait in its queue again.
    pub(super) fn release(&mut self, host: HostId) {
        let held = std::mem::take(&mut self.queue(host).held);
        for id in held {
            self.seen[id.0 as usize].phase = Phase::Known;
            self.queued -= 1;
            self.push(host, id);
        }
    }

    /// The next thing that may be sent at `now`; takes the host's slot. `external` false: nothing of external rank.
    pub(super) fn next(
        &mut self,
        now: Moment,
        external: bool,
        hosts: &mut Hosts,
        judge: &mut dyn FnMut(&Hosts, HostId, UrlId) -> Verdict,
    ) -> Next<J> {
        while let Some(&(until, host)) = self.waiting.first()
            && until <= now
        {
            self.place(host, None);
        }
        while let Some(&(rank, _, host)) = self.ready.first() {
            if rank == Rank::External && !external {
                return Next::Nothing;
            }
            if let Some(next) = self.next_of(host, now, hosts, judge) {
                return next;
            }
        }
        Next::Nothing
    }

    /// None: this host has nothing to send now, and has left the ready set.
    fn next_of(
        &mut self,
        host: HostId,
        now: Moment,
        hosts: &mut Hosts,
        judge: &mut dyn FnMut(&Hosts, HostId, UrlId) -> Verdict,
    ) -> Option<Next<J>> {
        if self.queue(host).begun.is_empty() {
            while let Some(id) = self.queue(host).front() {
                let seen = self.seen[id.0 as usize];
                let verdict = match seen.phase {
                    Phase::Queued if self.is_over_budget(&seen) => Verdict::Skip(SkipReason::PageBudget),
                    Phase::Queued => judge(hosts, host, id),
                    // promoted before, and gone by its better place
                    Phase::Known | Phase::Held | Phase::Taken => {
                        self.queue(host).pop();
                        continue;
                    }
                };
                match verdict {
                    Verdict::Go => break,
                    Verdict::Hold => {
                        let queue = self.queue(host);
                        queue.pop();
                        queue.held.push(id);
                        self.seen[id.0 as usize].phase = Phase::Held;
                    }
                    Verdict::Skip(reason) => {
                        self.queue(host).pop();
                        self.seen[id.0 as usize].phase = Phase::Taken;
                        self.queued -= 1;
                        self.place(host, None);
                        return Some(Next::Skip(id, reason));
                    }
                }
            }
        }
        if self.queue(host).best().is_none() {
            self.place(host, None);
            return None;
        }
        match hosts.get_mut(host).turn(now) {
            Turn::Full => self.leave(host),
            Turn::Wait(until) => self.place(host, Some(until)),
            Turn::Go => {
                self.queued -= 1;
                let next = self.take(host);
                self.place(host, None);
                return next;
            }
        }
        None
    }

    fn take(&mut self, host: HostId) -> Option<Next<J>> {
        if let Some((_, job)) = self.queue(host).begun.pop_front() {
            return Some(Next::Continue(host, job));
        }
        let id = self.queue(host).pop()?;
        let seen = &mut self.seen[id.0 as usize];
        seen.phase = Phase::Taken;
        if seen.counts_as_page() {
            let left = &mut self.pages_left[usize::from(seen.site)];
            *left = left.saturating_sub(1);
        }
        Some(Next::Fresh(host, id))
    }

    fn is_over_budget(&self, seen: &Seen) -> bool {
        seen.counts_as_page() && self.pages_left.get(usize::from(seen.site)) == Some(&0)
    }

    /// The earliest moment at which a waiting host may be asked.
    pub(super) fn wake(&self) -> Option<Moment> {
        self.waiting.first().map(|(until, _)| *until)
    }

    /// Waiting in queues, held ones included.
    pub(super) fn queued(&self) -> u64 {
        self.queued
    }

    /// Addresses held for paused hosts only: nothing else is left.
    pub(super) fn only_held(&self) -> bool {
        self.queued == self.queues.iter().map(|queue| queue.held.len() as u64).sum::<u64>()
    }

    /// Empties all queues at the end: fresh addresses, held ones, and what was begun.
    pub(super) fn drain(&mut self) -> Drained<J> {
        let mut out = Drained { fresh: Vec::new(), held: Vec::new(), begun: Vec::new() };
        for queue in &mut self.queues {
            for id in std::mem::take(&mut queue.fresh).into_values().flatten() {
                let seen = &mut self.seen[id.0 as usize];
                if seen.phase == Phase::Queued {
                    seen.phase = Phase::Taken;
                    out.fresh.push(id);
                }
            }
            for id in queue.held.drain(..) {
                self.seen[id.0 as usize].phase = Phase::Taken;
                out.held.push(id);
            }
            out.begun.extend(queue.begun.drain(..).map(|(_, job)| job));
            queue.place = Place::Out;
        }
        self.ready.clear();
        self.waiting.clear();
        self.queued = 0;
        out.fresh.sort_unstable();
        out.held.sort_unstable();
        out
    }

    fn queue(&mut self, host: HostId) -> &mut Queue<J> {
        let at = host.0 as usize;
        while self.queues.len() <= at {
            self.queues.push(Queue::new());
        }
        &mut self.queues[at]
    }

    /// Takes the host out of the sets until a slot is freed.
    fn leave(&mut self, host: HostId) {
        match std::mem::replace(&mut self.queue(host).place, Place::Out) {
            Place::Out => {}
            Place::Ready(rank, turn) => {
                self.ready.remove(&(rank, turn, host));
            }
            Place::Waiting(until) => {
                self.waiting.remove(&(until, host));
            }
        }
    }

    /// Puts the host where it belongs: waiting until then, ready by its best rank, or out.
    fn place(&mut self, host: HostId, until: Option<Moment>) {
        self.leave(host);
        let Some(rank) = self.queue(host).best() else { return };
        let place = if let Some(until) = until {
            self.waiting.insert((until, host));
            Place::Waiting(until)
        } else {
            self.turn += 1;
            self.ready.insert((rank, self.turn, host));
            Place::Ready(rank, self.turn)
        };
        self.queue(host).place = place;
    }
}

/// What was left in the queues.
#[derive(Debug)]
pub(super) struct Drained<J> {
    pub(super) fresh: Vec<UrlId>,
    pub(super) held: Vec<UrlId>,
    pub(super) begun: Vec<J>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::Pace;
    use super::super::host::Contact;
    use super::*;

    fn hosts(requests_per_second: f64, per_host: usize) -> Hosts {
        Hosts::new(Pace { requests_per_second, concurrency: 100, concurrency_per_host: per_host, timeout_seconds: 1 })
    }

    fn go(_: &Hosts, _: HostId, _: UrlId) -> Verdict {
        Verdict::Go
    }

    fn add(frontier: &mut Frontier<&'static str>, host: HostId, id: u32, rank: Rank, depth: u16) {
        let purpose = match rank {
            Rank::Home => Purpose::Home,
            Rank::Column | Rank::Sample | Rank::Page => Purpose::Page,
            Rank::List => Purpose::List,
            Rank::Resource => Purpose::Resource,
            Rank::External => Purpose::External,
        };
        frontier.note(UrlId(id), Seen::new(purpose, rank, depth, Some(0)));
        frontier.push(host, UrlId(id));
    }

    fn order(frontier: &mut Frontier<&'static str>, hosts: &mut Hosts) -> Vec<u32> {
        let mut out = Vec::new();
        while let Next::Fresh(host, id) = frontier.next(Moment::ZERO, true, hosts, &mut go) {
            hosts.get_mut(host).done(Contact::Answered, 0, false);
            frontier.freed(host);
            out.push(id.0);
        }
        out
    }

    #[test]
    fn homes_columns_lists_pages_by_depth_resources_externals() {
        let mut hosts = hosts(0.0, 4);
        let host = hosts.id_of("a.cn");
        let mut frontier = Frontier::new(1, 100);
        for (id, rank, depth) in [
            (0, Rank::External, 1),
            (1, Rank::Resource, 1),
            (2, Rank::Page, 3),
            (3, Rank::Page, 1),
            (4, Rank::List, 2),
            (5, Rank::Column, 1),
            (6, Rank::Home, 0),
        ] {
            add(&mut frontier, host, id, rank, depth);
        }
        assert_eq!(order(&mut frontier, &mut hosts), [6, 5, 4, 3, 2, 1, 0]);
    }

    #[test]
    fn hosts_of_one_rank_take_turns() {
        let mut hosts = hosts(0.0, 4);
        let (a, b) = (hosts.id_of("a.cn"), hosts.id_of("b.cn"));
        let mut frontier = Frontier::new(1, 100);
        for id in 0..6 {
            add(&mut frontier, if id < 3 { a } else { b }, id, Rank::Page, 1);
        }
        let order = order(&mut frontier, &mut hosts);
        assert!(order.chunks(2).all(|pair| (pair[0] < 3) != (pair[1] < 3)), "{order:?}");
    }

    #[test]
    fn a_closed_host_only_goes_on_with_what_is_begun() {
        let mut hosts = hosts(0.0, 4);
        let host = hosts.id_of("a.cn");
        let mut frontier = Frontier::new(1, 100);
        frontier.close(host);
        add(&mut frontier, host, 0, Rank::Home, 0);
        frontier.resume(host, Rank::Home, "robots");
        assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Continue(host, "robots"));
        assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Nothing);
        frontier.open(host);
        assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Fresh(host, UrlId(0)));
    }

    #[test]
    fn a_waiting_host_says_when() {
        let mut hosts = hosts(2.0, 4);
        let host = hosts.id_of("a.cn");
        let mut frontier = Frontier::new(1, 100);
        add(&mut frontier, host, 0, Rank::Page, 1);
        add(&mut frontier, host, 1, Rank::Page, 1);
        assert!(matches!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Fresh(..)));
        assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Nothing);
        assert_eq!(frontier.wake(), Some(Duration::from_millis(500)));
        assert!(matches!(frontier.next(Duration::from_millis(500), true, &mut hosts, &mut go), Next::Fresh(..)));
    }

    #[test]
    fn held_addresses_come_back_when_released() {
        let mut hosts = hosts(0.0, 4);
        let host = hosts.id_of("a.cn");
        let mut frontier = Frontier::new(1, 100);
        add(&mut frontier, host, 0, Rank::Page, 1);
        let mut hold = |_: &Hosts, _: HostId, _: UrlId| Verdict::Hold;
        assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut hold), Next::Nothing);
        assert!(frontier.only_held() && frontier.queued() == 1);
        frontier.release(host);
        assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Fresh(host, UrlId(0)));
        assert_eq!(frontier.queued(), 0);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push { host: u8, site: u8, rank: u8, depth: u16 },
        Promote { at: usize },
        Again { at: usize },
        Next { ms: u64, verdict: u8 },
        Release { host: u8 },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..4_u8, 0..2_u8, 0..6_u8, 0..5_u16).prop_map(|(host, site, rank, depth)| Step::Push { host, site, rank, depth }),
            (0..200_usize).prop_map(|at| Step::Promote { at }),
            (0..200_usize).prop_map(|at| Step::Again { at }),
            (0..500_u64, 0..8_u8).prop_map(|(ms, verdict)| Step::Next { ms, verdict }),
            (0..4_u8).prop_map(|host| Step::Release { host }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_address_comes_twice_and_no_budget_is_exceeded(steps in proptest::collection::vec(step(), 0..400), budget in 0..20_u32) {
            let mut hosts = hosts(50.0, 2);
            let ids: Vec<HostId> = (0..4).map(|i| hosts.id_of(&format!("h{i}.cn"))).collect();
            let mut frontier: Frontier<()> = Frontier::new(2, budget);
            let mut home_of = Vec::new();
            let mut yielded = std::collections::BTreeSet::new();
            let mut pages = [0_u32; 2];
            let mut now = Moment::ZERO;
            for step in steps {
                match step {
                    Step::Push { host, site, rank, depth } => {
                        let (rank, purpose) = [
                            (Rank::Home, Purpose::Home),
                            (Rank::Column, Purpose::Page),
                            (Rank::List, Purpose::List),
                            (Rank::Page, Purpose::Page),
                            (Rank::Resource, Purpose::Resource),
                            (Rank::External, Purpose::External),
                        ][usize::from(rank)];
                        let id = UrlId(home_of.len() as u32);
                        let host = ids[usize::from(host)];
                        home_of.push(host);
                        frontier.note(id, Seen::new(purpose, rank, depth, Some(usize::from(site))));
                        frontier.push(host, id);
                    }
                    Step::Promote { at } if at < home_of.len() => {
                        frontier.promote(home_of[at], UrlId(at as u32), Rank::List, Purpose::List);
                    }
                    Step::Again { at } if at < home_of.len() => frontier.push(home_of[at], UrlId(at as u32)),
                    Step::Release { host } => frontier.release(ids[usize::from(host)]),
                    Step::Next { ms, verdict } => {
                        now += Duration::from_millis(ms);
                        let mut judge = |_: &Hosts, _: HostId, _: UrlId| match verdict {
                            0 => Verdict::Hold,
                            1 => Verdict::Skip(SkipReason::Robots),
                            _ => Verdict::Go,
                        };
                        match frontier.next(now, true, &mut hosts, &mut judge) {
                            Next::Fresh(host, id) => {
                                prop_assert!(yielded.insert(id), "{id:?} came twice");
                                let seen = frontier.seen(id);
                                if seen.counts_as_page() {
                                    pages[seen.site().unwrap()] += 1;
                                }
                                hosts.get_mut(host).done(Contact::Answered, 0, false);
                                frontier.freed(host);
                            }
                            Next::Skip(id, _) => prop_assert!(yielded.insert(id), "{id:?} came twice"),
                            Next::Continue(..) | Next::Nothing => {}
                        }
                    }
                    Step::Promote { .. } | Step::Again { .. } => {}
                }
            }
            prop_assert!(pages.iter().all(|n| *n <= budget), "{pages:?} of {budget}");
            let drained = frontier.drain();
            let rest: Vec<UrlId> = drained.fresh.into_iter().chain(drained.held).collect();
            for id in &rest {
                prop_assert!(yielded.insert(*id), "{id:?} came twice");
            }
            prop_assert_eq!(yielded.len(), home_of.len(), "nothing is lost");
        }
    }
}
