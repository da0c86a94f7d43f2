//! What an earlier run saw, for what only a comparison shows. Filled from one glimpse after another; what is kept of a page is a
//! few dozen bytes, of a home or column page its title and the hosts that it links to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::beijing_day;
use super::columns::key;
use crate::model::earlier::Glimpse;
use crate::model::facts::{DateFact, DateSource, LinkKind, ListFacts, PageKind};
use crate::model::finding::Finding;
use crate::model::request::Purpose;
use crate::model::signs::UnsuitableKind;
use crate::model::site::{HomeSeen, PageRecord};
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
    /// By fingerprint of an article's own words. None: they stood under several days at once, so they are nobody's own.
    texts: BTreeMap<u64, Option<TextThen>>,
    /// Home and column pages, by address.
    fronts: BTreeMap<String, FrontThen>,
    /// What runs before saw of home pages, by address.
    homes: BTreeMap<String, Vec<HomeSeen>>,
    /// Hosts that any of them linked to.
    hosts: BTreeSet<String>,
    /// The registered domains of these.
    domains: BTreeSet<String>,
    /// What only a comparison showed, as the run before told it.
    pub(super) carried: Vec<Finding>,
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

    /// Takes a finding of the earlier run that only a comparison showed: it is told again as long as its pages are as they were found.
    pub fn carry(&mut self, finding: Finding) {
        if finding.is_compared() {
            self.carried.push(finding);
        }
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
            self.texts.entry(matter).and_modify(|known| TextThen::join(known, &then)).or_insert(Some(then));
        }
        if matches!(facts.kind, PageKind::Home | PageKind::Column) && self.fronts.len() < KEPT_MAX {
            self.take_front(glimpse);
        }
    }

    /// Takes the record of a home page of a run whose monitoring time point (RFC 3339) was `now`.
    pub fn take_home(&mut self, record: &PageRecord, now: &str) {
        let is_read = record.outcome.is_read() && record.purpose == Purpose::Home && record.facts.is_some();
        if let Some(now) = now.parse::<Timestamp>().ok().filter(|_| is_read) {
            let of_page = record.links.iter().filter(|link| matches!(link.kind, LinkKind::Anchor | LinkKind::Area));
            let items = HomeSeen::items(of_page.map(|link| link.text.as_str()));
            self.homes.entry(record.url.to_string()).or_default().push(HomeSeen { day: beijing_day(now), items });
        }
    }

    /// In the order of their days, those before `today`.
    pub(super) fn home_before(&self, url: &PageUrl, today: Date) -> Vec<HomeSeen> {
        let seen = self.homes.get(url.as_str()).into_iter().flatten();
        let mut seen: Vec<HomeSeen> = seen.filter(|seen| seen.day < today).cloned().collect();
        seen.sort_by_key(|seen| seen.day);
        seen
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
        self.texts.get(&matter)?.as_ref()
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
    /// The same words on a further page of that run: of the same day, or not to be told by.
    fn join(known: &mut Option<Self>, other: &Self) {
        let same_day = known.as_ref().is_some_and(|one| one.date.date == other.date.date);
        if !same_day {
            *known = None;
        } else if let Some(one) = known.as_mut().filter(|one| other.url < one.url) {
            *one = other.clone();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{dated, day};
    use crate::model::earlier::GlimpsedFacts;
    use crate::model::facts::TextFacts;

    fn article(path: &str, date: &str, matter: u64) -> Glimpse {
        let facts = GlimpsedFacts {
            kind: PageKind::Article,
            date: Some(dated(date, DateSource::Label)),
            text: TextFacts { matter: Some(matter), ..TextFacts::default() },
            ..GlimpsedFacts::default()
        };
        Glimpse { url: format!("http://gxt.example.gov.cn{path}"), is_own: true, facts, hosts: Vec::new() }
    }

    #[test]
    fn words_that_stood_under_several_days_at_once_are_not_told_by() {
        let mut earlier = Earlier::on(day("2026-11-01"));
        for glimpse in [
            article("/b.html", "2026-08-01", 1),
            article("/a.html", "2026-08-01", 1),
            article("/c.html", "2026-08-01", 2),
            article("/d.html", "2026-09-01", 2),
            article("/e.html", "2026-08-01", 2),
        ] {
            earlier.take(&glimpse);
        }
        let url = |matter| earlier.text(matter).map(|then| then.url.clone());
        assert_eq!(url(1).as_deref(), Some("http://gxt.example.gov.cn/a.html"));
        assert_eq!((url(2), url(3)), (None, None), "a form that many pages share");
    }
}
