//! Where the addresses at fault are linked from: the second pass over the records.

use std::collections::{BTreeMap, BTreeSet};

use super::OCCURRENCES_MAX;
use super::targets::Survey;
use crate::model::facts::{LinkKind, Place as On};
use crate::model::request::Purpose;
use crate::model::site::{Column, LinkRef, Occurrence, PageRecord, SiteDecl, Target, TargetClass, UrlId};
use crate::url::PageUrl;

/// A place that links to something: those on the home page first, then by address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    is_inner: bool,
    url: String,
    text: String,
    selector: String,
    /// Address of the column that the page's breadcrumb names; only for links in the page's own text.
    column: Option<PageUrl>,
    is_in_body: bool,
}

/// The places of one target: the first few, and how many there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    first: BTreeSet<Place>,
    count: u32,
    is_on_home: bool,
    class: Option<TargetClass>,
}

impl Places {
    /// Counts a place; it is made only where it comes before the last of those kept (a dead link in the navigation stands on every page).
    fn add(&mut self, is_inner: bool, url: &str, make: impl FnOnce() -> Place) {
        self.count = self.count.saturating_add(1);
        self.is_on_home |= !is_inner;
        let is_late = |last: &Place| (last.is_inner, last.url.as_str()) < (is_inner, url);
        if self.first.len() >= OCCURRENCES_MAX && self.first.last().is_some_and(is_late) {
            return;
        }
        self.first.insert(make());
        if self.first.len() > OCCURRENCES_MAX {
            self.first.pop_last();
        }
    }

    /// Counts a place that belongs to no column.
    pub(super) fn note(&mut self, is_home: bool, url: &str, text: &str, selector: &str) {
        self.add(!is_home, url, || Place {
            is_inner: !is_home,
            url: url.to_owned(),
            text: text.to_owned(),
            selector: selector.to_owned(),
            column: None,
            is_in_body: true,
        });
    }

    pub(super) fn occurrences(&self) -> Vec<Occurrence> {
        self.first
            .iter()
            .map(|place| Occurrence { url: place.url.clone(), text: place.text.clone(), selector: place.selector.clone() })
            .collect()
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }
}

/// What the pages of one site link to.
#[derive(Debug)]
pub(super) struct Linked {
    home: Vec<PageUrl>,
    at_fault: BTreeMap<UrlId, Places>,
    /// Places that link to hosts outside that may be the unit's, by host.
    pub(super) outside: BTreeMap<String, Places>,
    seen: Bits,
    seen_on_home: Bits,
    judged: BTreeMap<TargetClass, u32>,
    judged_on_home: u32,
    /// Pages outside the group that are linked and were read.
    pub(super) outside_judged: u32,
}

impl Linked {
    pub(super) fn new(decl: &SiteDecl, survey: &Survey<'_>, site: usize) -> Self {
        let mut home = vec![decl.url.clone()];
        home.extend(
            survey.visited[site].home.as_ref().and_then(|home| home.outcome.reply()).map(|reply| reply.final_url.clone()),
        );
        Self {
            home,
            at_fault: BTreeMap::new(),
            outside: BTreeMap::new(),
            seen: Bits::new(survey.len()),
            seen_on_home: Bits::new(survey.len()),
            judged: BTreeMap::new(),
            judged_on_home: 0,
            outside_judged: 0,
        }
    }

    /// Addresses under which the home page answers.
    pub(super) fn home(&self) -> &[PageUrl] {
        &self.home
    }

    /// Takes the links of one page; `outside` names the host of an address that may be a site of the unit's.
    pub(super) fn take<'a>(&mut self, record: &PageRecord, survey: &Survey<'_>, outside: impl Fn(UrlId) -> Option<&'a str>) {
        if !record.outcome.is_read() || survey.compact(record.id).is_soft_404 {
            return;
        }
        let page = visitors_page(record);
        let is_home = self.home.contains(&record.url);
        let crumb = record.facts.as_ref().and_then(|facts| facts.breadcrumb.iter().rev().find_map(|crumb| crumb.url.clone()));
        let mut said = BTreeSet::new();
        for link in record.links.iter().filter(|link| is_visited(link.kind)) {
            self.judge(link, survey, is_home);
            let target = survey.compact(link.target);
            let is_at_fault = target.is_at_fault;
            let host = if target.is_external() { outside(link.target) } else { None };
            let told_as = survey.told_as(link.target);
            if (!is_at_fault && host.is_none()) || !said.insert((told_as, link.text.as_str())) {
                continue;
            }
            let place = || Place {
                is_inner: !is_home,
                url: page.as_str().to_owned(),
                text: link.text.clone(),
                selector: link.selector.clone(),
                column: crumb.clone().filter(|_| link.place == On::Body),
                is_in_body: link.place == On::Body,
            };
            if let Some(host) = host {
                self.outside.entry(host.to_owned()).or_default().add(!is_home, page.as_str(), place);
            }
            if is_at_fault {
                let places = self.at_fault.entry(told_as).or_default();
                places.class = places.class.or_else(|| survey.class(link));
                places.add(!is_home, page.as_str(), place);
            }
        }
    }

    fn judge(&mut self, link: &LinkRef, survey: &Survey<'_>, is_home: bool) {
        if !survey.compact(link.target).is_judged {
            return;
        }
        let told_as = survey.told_as(link.target);
        if self.seen.insert(told_as)
            && let Some(class) = survey.class(link)
        {
            *self.judged.entry(class).or_default() += 1;
            self.outside_judged += u32::from(survey.compact(link.target).is_outside_read);
        }
        self.judged_on_home += u32::from(is_home && self.seen_on_home.insert(told_as));
    }

    /// The targets at fault in the order of their address, how many were judged by class, how many on the home page.
    pub(super) fn finish(self, survey: &Survey<'_>, columns: &[Column]) -> (Vec<Target>, BTreeMap<TargetClass, u32>, u32) {
        let mut targets: Vec<Target> = self
            .at_fault
            .iter()
            .filter_map(|(id, places)| {
                // An address of the office's own network has its own rule, and is no dead link to those inside.
                let suspect = survey.suspects.get(id).filter(|suspect| !suspect.url.is_intranet())?;
                Some(Target {
                    id: *id,
                    url: suspect.url.clone(),
                    class: places.class?,
                    fault: suspect.fault.clone(),
                    certainty: suspect.certainty,
                    outcome: suspect.outcome.clone(),
                    attempts: suspect.attempts.clone(),
                    on_home: places.is_on_home,
                    column: places.first.first().and_then(|place| column_of(place, columns)),
                    occurrences: places.occurrences(),
                    occurrence_count: places.count,
                })
            })
            .collect();
        targets.sort_by(|a, b| a.url.cmp(&b.url));
        (targets, self.judged, self.judged_on_home)
    }
}

/// Links that a visitor follows or a browser loads for him; forms and pointers (canonical, alternate) are neither.
fn is_visited(kind: LinkKind) -> bool {
    !matches!(kind, LinkKind::Pointer | LinkKind::Form)
}

/// The page on which a visitor sees what the record holds: for the data that a list mechanism loads, its column.
pub(super) fn visitors_page(record: &PageRecord) -> &PageUrl {
    let is_page = record.outcome.reply().is_some_and(|reply| reply.content_type == "text/html");
    match record.facts.as_ref().and_then(|facts| facts.list.as_ref()) {
        Some(list) if record.purpose == Purpose::List && !is_page => &list.column,
        _ => &record.url,
    }
}

/// The column in which a page lies: the one its breadcrumb names, else the narrowest whose folder holds it.
/// Links in navigation and footer belong to no column, nor do those of the home page.
fn column_of(place: &Place, columns: &[Column]) -> Option<PageUrl> {
    if !place.is_inner || !place.is_in_body {
        return None;
    }
    let page = PageUrl::parse(&place.url).ok()?;
    let is_one = |url: &PageUrl| columns.iter().any(|column| column.url == *url);
    if is_one(&page) {
        return Some(page);
    }
    if let Some(crumb) = place.column.as_ref().filter(|url| is_one(url)) {
        return Some(crumb.clone());
    }
    columns
        .iter()
        .filter(|column| column.url.authority_str() == page.authority_str() && column.url.folder() != "/")
        .filter(|column| page.path().starts_with(column.url.folder()))
        .max_by_key(|column| column.url.folder().len())
        .map(|column| column.url.clone())
}

/// A set of ids.
#[derive(Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    /// Whether it was not in it yet.
    fn insert(&mut self, id: UrlId) -> bool {
        let (word, bit) = (id.0 as usize / 64, 1 << (id.0 % 64));
        let Some(word) = self.0.get_mut(word) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}
