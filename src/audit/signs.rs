//! Signs of the records' pages, put together by site: the same hidden block on many pages is one.

use std::collections::BTreeMap;

use super::fronts::{Foreign, Fronts};
use super::targets::{Survey, Visited};
use super::{Earlier, OCCURRENCES_MAX};
use crate::model::facts::{PageFacts, PageKind};
use crate::model::request::Purpose;
use crate::model::signs::{HiddenLink, Shown, SiteSigns};
use crate::model::site::{PageRecord, SiteDecl};
use crate::url::PageUrl;

/// Gathers the signs of one site's pages.
#[derive(Debug)]
pub(super) struct Collector<'a> {
    home: Vec<PageUrl>,
    signs: SiteSigns,
    /// By the targets of the block.
    hidden: BTreeMap<Vec<String>, Shown<HiddenLink>>,
    fronts: Fronts<'a>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(site: &'a SiteDecl, visited: &Visited, earlier: &'a Earlier) -> Self {
        let mut addresses = vec![site.url.clone()];
        addresses.extend(visited.home.as_ref().and_then(|home| home.outcome.reply()).map(|reply| reply.final_url.clone()));
        Self { home: addresses, signs: SiteSigns::default(), hidden: BTreeMap::new(), fronts: Fronts::new(earlier, site) }
    }

    pub(super) fn take(&mut self, record: &PageRecord, survey: &Survey<'_>, foreign: &Foreign) {
        let Some(facts) = record.facts.as_ref().filter(|_| record.outcome.is_read()) else { return };
        let is_error = matches!(facts.kind, PageKind::Error | PageKind::Challenge);
        // What a redirect led to has a record of its own.
        let is_led_on = record
            .outcome
            .reply()
            .is_some_and(|reply| !reply.hops.is_empty() && reply.final_url != record.url && !self.home.contains(&record.url));
        if is_error || is_led_on || survey.compact(record.id).is_soft_404 || record.purpose == Purpose::Housekeeping {
            return;
        }
        self.signs.pages_judged += 1;
        self.fronts.take(record, facts, foreign, self.home.contains(&record.url));
        if facts.signs.is_empty() {
            return;
        }
        self.hidden(record, facts);
        if !facts.signs.personal.is_empty() {
            self.signs.personal.push(Shown::one(record, facts, facts.signs.personal.clone()));
        }
        if !facts.signs.typos.is_empty() {
            self.signs.typos.push(Shown::one(record, facts, facts.signs.typos.clone()));
        }
        let in_title: Vec<_> = facts.signs.unsuitable.iter().filter(|sign| sign.in_title).cloned().collect();
        if !in_title.is_empty() {
            self.signs.unsuitable.push(Shown::one(record, facts, in_title));
        }
    }

    fn hidden(&mut self, record: &PageRecord, facts: &PageFacts) {
        for block in facts.signs.hidden_links.chunk_by(|a, b| a.block == b.block) {
            let mut key: Vec<String> = block.iter().map(|link| link.url.to_string()).collect();
            key.sort();
            let is_home = self.home.contains(&record.url);
            match self.hidden.entry(key) {
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(Shown::one(record, facts, block.to_vec()));
                }
                std::collections::btree_map::Entry::Occupied(mut known) => known.get_mut().also(&record.url, is_home),
            }
        }
    }

    pub(super) fn finish(self, outside_judged: u32) -> SiteSigns {
        let Self { mut signs, hidden, fronts, .. } = self;
        signs.changed = fronts.finish();
        signs.outside_judged = outside_judged;
        signs.hidden = hidden.into_values().collect();
        signs.hidden.sort_by(|a, b| a.url.cmp(&b.url));
        signs.personal.sort_by(|a, b| a.url.cmp(&b.url));
        signs.typos.sort_by(|a, b| a.url.cmp(&b.url));
        signs.unsuitable.sort_by(|a, b| a.url.cmp(&b.url));
        signs
    }
}

impl<T> Shown<T> {
    /// Signs of one page.
    pub(super) fn one(record: &PageRecord, facts: &PageFacts, signs: Vec<T>) -> Self {
        Self {
            url: record.url.clone(),
            title: facts.title.clone(),
            column: facts.breadcrumb.iter().rev().find_map(|crumb| crumb.url.clone()),
            signs,
            pages: 1,
            others: vec![record.url.clone()],
        }
    }

    /// A further page shows the same.
    pub(super) fn also(&mut self, url: &PageUrl, is_home: bool) {
        self.pages += 1;
        let at = self.others.partition_point(|known| known < url);
        self.others.insert(at, url.clone());
        self.others.truncate(OCCURRENCES_MAX);
        if is_home {
            self.url = url.clone();
        }
    }
}
