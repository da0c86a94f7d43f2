//! What waits at one host, best first.

use std::collections::{BTreeMap, VecDeque};

use super::host::Moment;
use super::seen::Rank;
use crate::model::site::UrlId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In neither set: nothing queued, closed, or all slots taken.
    Out,
    Ready(Rank, u64),
    Waiting(Moment),
}

#[derive(Debug)]
pub(super) struct Queue<J> {
    pub(super) begun: VecDeque<(Rank, J)>,
    pub(super) fresh: BTreeMap<(Rank, u16), VecDeque<UrlId>>,
    pub(super) held: Vec<UrlId>,
    pub(super) place: Place,
    /// robots.txt is not known yet: only what is begun goes on.
    pub(super) closed: bool,
}

impl<J> Queue<J> {
    pub(super) fn new() -> Self {
        Self { begun: VecDeque::new(), fresh: BTreeMap::new(), held: Vec::new(), place: Place::Out, closed: false }
    }

    pub(super) fn best(&self) -> Option<Rank> {
        self.begun
            .front()
            .map(|(rank, _)| *rank)
            .or_else(|| if self.closed { None } else { self.fresh.first_key_value().map(|((rank, _), _)| *rank) })
    }

    pub(super) fn front(&self) -> Option<UrlId> {
        self.fresh.first_key_value().and_then(|(_, ids)| ids.front().copied())
    }

    pub(super) fn pop(&mut self) -> Option<UrlId> {
        let mut entry = self.fresh.first_entry()?;
        let id = entry.get_mut().pop_front();
        if entry.get().is_empty() {
            entry.remove();
        }
        id
    }
}
