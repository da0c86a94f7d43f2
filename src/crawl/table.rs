//! Every address of a run, once: an arena of text and a hash table of ids. Knows nothing of what the addresses are for.

use std::hash::BuildHasher;

use rapidhash::quality::RandomState;

use crate::model::site::UrlId;

/// The id that stands for "no slot": the arena is full long before it.
const EMPTY: u32 = u32::MAX;

/// Interned addresses. About 80 to 95 bytes each at the usual 71 characters, the text included.
#[derive(Debug, Default)]
pub(super) struct UrlTable {
    text: Vec<u8>,
    ends: Vec<u32>,
    slots: Vec<u32>,
    /// Seeded by chance: a site cannot choose addresses that collide.
    state: RandomState,
}

/// The arena holds 4 GiB of address text and no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableFull;

impl UrlTable {
    /// The id of `url`, and whether it is new.
    pub(super) fn intern(&mut self, url: &str) -> Result<(UrlId, bool), TableFull> {
        if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot_of(url.as_bytes());
        if self.slots[slot] != EMPTY {
            return Ok((UrlId(self.slots[slot]), false));
        }
        let id = u32::try_from(self.ends.len()).ok().filter(|id| *id != EMPTY).ok_or(TableFull)?;
        let end = u32::try_from(self.text.len() + url.len()).map_err(|_| TableFull)?;
        spare(&mut self.text, url.len());
        spare(&mut self.ends, 1);
        self.text.extend_from_slice(url.as_bytes());
        self.ends.push(end);
        self.slots[slot] = id;
        Ok((UrlId(id), true))
    }

    /// The id of an address that is known.
    pub(super) fn find(&self, url: &str) -> Option<UrlId> {
        if self.slots.is_empty() {
            return None;
        }
        let id = self.slots[self.slot_of(url.as_bytes())];
        (id != EMPTY).then_some(UrlId(id))
    }

    /// The text of an address of this table.
    pub(super) fn get(&self, id: UrlId) -> &str {
        std::str::from_utf8(self.bytes(id.0)).expect("the arena holds what came in as &str, cut where it was joined")
    }

    fn bytes(&self, id: u32) -> &[u8] {
        let at = id as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    fn slot_of(&self, url: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.hash(url) & mask;
        while self.slots[slot] != EMPTY && self.bytes(self.slots[slot]) != url {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 10);
        let mut slots = vec![EMPTY; size];
        for id in 0..self.ends.len() as u32 {
            let mut slot = self.hash(self.bytes(id)) & (size - 1);
            while slots[slot] != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = id;
        }
        self.slots = slots;
    }

    fn hash(&self, bytes: &[u8]) -> usize {
        self.state.hash_one(bytes) as usize
    }

    #[cfg(test)]
    fn bytes_held(&self) -> usize {
        self.text.capacity() + (self.ends.capacity() + self.slots.capacity()) * size_of::<u32>()
    }
}

/// Room for `more`, growing by an eighth: a doubling arena would waste up to half of what it holds.
pub(super) fn spare<T>(list: &mut Vec<T>, more: usize) {
    if list.capacity() - list.len() < more {
        list.reserve_exact(more.max(list.len() / 8).max(64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_id_and_its_text_back() {
        let mut table = UrlTable::default();
        let (a, new_a) = table.intern("http://a.cn/").unwrap();
        let (b, new_b) = table.intern("http://a.cn/中文").unwrap();
        assert_eq!((table.intern("http://a.cn/").unwrap(), new_a, new_b), ((a, false), true, true));
        assert_eq!((table.get(a), table.get(b)), ("http://a.cn/", "http://a.cn/中文"));
    }

    #[test]
    fn ids_are_dense_and_survive_growth() {
        let mut table = UrlTable::default();
        let urls: Vec<String> = (0..20_000).map(|i| format!("http://gxt.example.gov.cn/xwzx/{i}.html")).collect();
        for (i, url) in urls.iter().enumerate() {
            assert_eq!(table.intern(url).unwrap(), (UrlId(i as u32), true));
        }
        for (i, url) in urls.iter().enumerate() {
            assert_eq!(table.intern(url).unwrap(), (UrlId(i as u32), false));
        }
    }

    #[test]
    fn an_address_takes_less_than_a_hundred_bytes() {
        let mut table = UrlTable::default();
        for i in 0..400_000_u32 {
            let url = format!("http://gxt.example.gov.cn/gxt/xxgk_71033/tzgg/202608/t20260804_3{i:07}.html");
            table.intern(&url).unwrap();
        }
        let each = table.bytes_held() / 400_000;
        assert!(each < 100, "{each} bytes each");
    }
}
