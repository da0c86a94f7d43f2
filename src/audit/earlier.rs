//! What an earlier run saw, for what only a comparison shows. Filled from one glimpse after another; what is kept of a page is a
//! few dozen bytes, of a home or column page its title and the hosts that it links to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::columns::key;
use crate::model::earlier::Glimpse;
use crate::model::facts::{DateFact, DateSource, ListFacts, PageKind};
use crate::model::signs::UnsuitableKind;
use crate::url::PageUrl;

/// Texts, lists and front pages that are kept, each.
const KEPT_MAX: usize = 200_000;

/// The run before this one, as far as the audit asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Its monitoring day; none: there was no such run.
    pub day: Option<Date>,
    /// Titles of pages outside the group, by address.
    pub titles: BTreeMap<String, String>,
    /// Hashes of the addresses of pages that were read, and of the addresses and titles of all rows.
    known: BTreeSet<u64>,
    /// First pages of lists, by the key of their column.
    lists: BTreeMap<String, ListThen>,
    /// By fingerprint of an article's own words.
    texts: BTreeMap<u64, TextThen>,
    /// Home and column pages, by address.
    fronts: BTreeMap<String, FrontThen>,
    /// Hosts that any of them linked to.
    hosts: BTreeSet<String>,
    /// The registered domains of these.
    domains: BTreeSet<String>,
}

/// The first page of a list, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListThen {
    /// Dated rows.
    pub(super) rows: u32,
    pub(super) oldest: Date,
    pub(super) newest: Date,
    /// The newest row, as quoted.
    pub(super) newest_text: String,
}

/// An article's words, as they were dated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextThen {
    pub(super) url: String,
    pub(super) date: DateFact,
}

/// A home or column page, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FrontThen {
    pub(super) title: String,
    /// It held words of gambling and the like.
    pub(super) has_unsuitable: bool,
}

impl Earlier {
    /// Nothing yet of a run with this monitoring day.
    pub fn on(day: Date) -> Self {
        Self { day: Some(day), ..Self::default() }
    }

    /// Takes what is wanted of a page of the earlier run.
    pub fn take(&mut self, glimpse: &Glimpse) {
        let facts = &glimpse.facts;
        if !glimpse.is_own {
            self.titles.insert(glimpse.url.clone(), facts.html_title.clone());
            return;
        }
        self.known.insert(hash(&glimpse.url));
        if let Some(list) = facts.list.as_ref().filter(|_| facts.kind != PageKind::Article) {
            self.take_list(list);
        }
        if let (Some(matter), Some(date)) = (facts.text.matter, &facts.date)
            && matches!(date.source, DateSource::Tag | DateSource::Label)
            && self.texts.len() < KEPT_MAX
        {
            let then = TextThen { url: glimpse.url.clone(), date: date.clone() };
            self.texts.entry(matter).and_modify(|known| known.keep_older(&then)).or_insert(then);
        }
        if matches!(facts.kind, PageKind::Home | PageKind::Column) && self.fronts.len() < KEPT_MAX {
            self.take_front(glimpse);
        }
    }

    fn take_list(&mut self, list: &ListFacts) {
        for row in &list.rows {
            self.known.insert(hash(row.url.as_str()));
            self.known.insert(hash(&plain_title(&row.title)));
        }
        let dated = || list.rows.iter().filter_map(|row| Some((row.date.as_ref()?.date, row)));
        let newest = dated().max_by_key(|(date, _)| *date);
        let oldest = dated().filter(|(_, row)| !row.pinned).map(|(date, _)| date).min();
        if let (1, Some((newest, row)), Some(oldest)) = (list.page_no, newest, oldest)
            && self.lists.len() < KEPT_MAX
        {
            let rows = u32::try_from(dated().count()).unwrap_or(u32::MAX);
            self.lists.insert(key(&list.column), ListThen { rows, oldest, newest, newest_text: row.text.clone() });
        }
    }

    fn take_front(&mut self, glimpse: &Glimpse) {
        let has_unsuitable = glimpse.facts.signs.unsuitable.iter().any(|sign| sign.kind != UnsuitableKind::Parking);
        let then = FrontThen { title: glimpse.facts.html_title.clone(), has_unsuitable };
        self.fronts.insert(glimpse.url.clone(), then);
        for host in &glimpse.hosts {
            if self.hosts.insert(host.clone())
                && let Ok(url) = PageUrl::parse(&format!("http://{host}/"))
            {
                self.domains.insert(url.registered_domain().unwrap_or(host).to_owned());
            }
        }
    }

    /// That run read the page, or some list of it held the row, under this address or this title.
    pub(super) fn knows(&self, url: &PageUrl, title: &str) -> bool {
        self.known.contains(&hash(url.as_str())) || self.known.contains(&hash(&plain_title(title)))
    }

    pub(super) fn list(&self, column: &PageUrl) -> Option<&ListThen> {
        self.lists.get(&key(column))
    }

    pub(super) fn text(&self, matter: u64) -> Option<&TextThen> {
        self.texts.get(&matter)
    }

    pub(super) fn front(&self, url: &PageUrl) -> Option<&FrontThen> {
        self.fronts.get(url.as_str())
    }

    /// Some home or column page linked to this registered domain.
    pub(super) fn linked_to(&self, domain: &str) -> bool {
        self.domains.contains(domain)
    }
}

impl TextThen {
    fn keep_older(&mut self, other: &Self) {
        if (other.date.date, &other.url) < (self.date.date, &self.url) {
            *self = other.clone();
        }
    }
}

/// Letters and digits alone: the same title, however it is punctuated.
fn plain_title(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn hash(text: &str) -> u64 {
    rapidhash::v3::rapidhash_v3(text.as_bytes())
}
