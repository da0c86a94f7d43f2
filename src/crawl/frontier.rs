//! What is still to be asked for, and in which order. A plain struct: no lock, no clock, no network.

use std::collections::BTreeSet;

use super::host::{HostId, Hosts, Moment, Turn};
use super::queue::{Place, Queue};
use super::seen::{Phase, Rank, Seen};
use super::table::spare;
use crate::model::outcome::SkipReason;
use crate::model::request::Purpose;
use crate::model::site::UrlId;

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
    /// The host's address must be looked up; `freed` tells that it is known.
    Locate(HostId),
    /// Nothing may be sent now.
    Nothing,
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

    /// Makes room for the addresses of an interrupted run, which come upon in any order.
    pub(super) fn expect(&mut self, addresses: usize) {
        self.seen = vec![Seen::unmet(); addresses];
    }

    pub(super) fn is_noted(&self, id: UrlId) -> bool {
        self.seen.get(id.0 as usize).is_some_and(|seen| seen.phase != Phase::Unmet)
    }

    /// Notes a new address; `id` must be the next one, or one that is expected.
    pub(super) fn note(&mut self, id: UrlId, seen: Seen) {
        if let Some(expected) = self.seen.get_mut(id.0 as usize) {
            debug_assert_eq!(expected.phase, Phase::Unmet, "an address is noted once");
            *expected = seen;
            return;
        }
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
        let key = (seen.rank, seen.order);
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
        let order = seen.order;
        // the old place in the queue is found empty when its turn comes
        self.queue(host).fresh.entry((rank, order)).or_default().push_back(id);
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
                    Phase::Unmet | Phase::Known | Phase::Held | Phase::Taken => {
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
        match hosts.turn(host, now) {
            Turn::Full => self.leave(host),
            Turn::Locate => {
                self.leave(host);
                return Some(Next::Locate(host));
            }
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
mod tests;
