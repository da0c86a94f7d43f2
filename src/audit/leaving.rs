//! Links that leave for hosts outside the public sector: to which domains, from where, and whether the pages that hold them tell a
//! visitor so. A notice may be words of the page, or of a script; a script that was not read leaves its page unknown.

use std::collections::{BTreeMap, BTreeSet};

use super::OCCURRENCES_MAX;
use super::places::{Places, visitors_page};
use super::targets::Survey;
use crate::model::facts::{LinkKind, Place};
use crate::model::known_hosts::KnownHosts;
use crate::model::leaving::{Leaving, OutDomain, is_library};
use crate::model::request::Purpose;
use crate::model::site::{PageRecord, UrlId};
use crate::url::PageUrl;

/// Addresses outside the public sector that are kept, of the whole group.
const ADDRESSES_MAX: usize = 200_000;
/// Domains of one site that are kept.
const DOMAINS_MAX: usize = 5_000;

/// What the first pass keeps: addresses that lie outside the public sector, and the scripts that were read.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    outside: BTreeMap<UrlId, Stranger>,
    /// Scripts by whether they hold a notice: those that were read, libraries, and those of public bodies and known services.
    scripts: BTreeMap<UrlId, bool>,
}

#[derive(Debug)]
struct Stranger {
    url: Box<str>,
    domain: Box<str>,
    /// Neither a counter nor a portal of the press that everyone links to.
    is_foreign: bool,
}

impl Strangers {
    pub(super) fn take(&mut self, record: &PageRecord, hosts: &KnownHosts) {
        if record.purpose == Purpose::External {
            self.outside(record, hosts);
        }
        if matches!(record.purpose, Purpose::Resource | Purpose::External) && is_script(&record.url) && is_library(&record.url)
        {
            self.scripts.entry(record.id).or_insert(false);
        }
        if let Some(facts) = record.facts.as_ref().filter(|_| record.purpose == Purpose::Resource && record.outcome.is_read()) {
            self.scripts.insert(record.id, facts.details.leave_notice.is_some());
        }
    }

    fn outside(&mut self, record: &PageRecord, hosts: &KnownHosts) {
        let url = &record.url;
        if is_script(url) && (hosts.is_public(url) || hosts.is_service(url)) {
            self.scripts.insert(record.id, false);
        }
        // An address in numbers stands for a name; those of an office's network have a rule of their own.
        let in_numbers = || Some(url.host()).filter(|_| url.is_numeric() && !url.is_intranet());
        let Some(domain) = url.registered_domain().or_else(in_numbers).filter(|_| !hosts.is_public(url)) else { return };
        if self.outside.len() < ADDRESSES_MAX {
            let is_foreign = !url.is_numeric() && !hosts.is_service(url);
            self.outside.insert(record.id, Stranger { url: url.as_str().into(), domain: domain.into(), is_foreign });
        }
    }
}

/// Gathers the links that leave one site in the second pass.
#[derive(Debug, Default)]
pub(super) struct Collector {
    domains: BTreeMap<String, Domain>,
    bare: Places,
    out: Leaving,
}

#[derive(Debug)]
struct Domain {
    url: String,
    is_foreign: bool,
    on_front: bool,
    places: Places,
}

impl Collector {
    pub(super) fn take(&mut self, record: &PageRecord, home: &[PageUrl], strangers: &Strangers, survey: &Survey<'_>) {
        if !record.outcome.is_read() || !matches!(record.purpose, Purpose::Home | Purpose::Page) {
            return;
        }
        self.out.pages += 1;
        let is_home = record.purpose == Purpose::Home || home.contains(&record.url);
        let page = visitors_page(record).as_str();
        let mut foreign = Vec::new();
        let mut said = BTreeSet::new();
        for link in record.links.iter().filter(|link| matches!(link.kind, LinkKind::Anchor | LinkKind::Area)) {
            let target = survey.compact(link.target);
            if !target.is_external() {
                continue;
            }
            let Some(stranger) = strangers.outside.get(&link.target) else { continue };
            // What is dead or has changed hands is told by other rules.
            if target.is_at_fault || !said.insert((link.target, link.text.as_str())) {
                continue;
            }
            if stranger.is_foreign {
                foreign.push(link);
            }
            if self.domains.len() >= DOMAINS_MAX && !self.domains.contains_key(&*stranger.domain) {
                continue;
            }
            let domain = self.domains.entry(stranger.domain.to_string()).or_insert_with(|| Domain {
                url: stranger.url.to_string(),
                is_foreign: stranger.is_foreign,
                on_front: false,
                places: Places::default(),
            });
            if *stranger.url < *domain.url {
                domain.url = stranger.url.to_string();
            }
            domain.on_front |= is_home || matches!(link.place, Place::Navigation | Place::Footer);
            domain.places.note(is_home, page, &link.text, &link.selector);
        }
        if foreign.is_empty() {
            return;
        }
        match told(record, strangers) {
            Some(true) => self.out.told += 1,
            Some(false) => {
                self.out.bare += 1;
                for link in foreign {
                    self.bare.note(is_home, page, &link.text, &link.selector);
                }
            }
            None => self.out.unknown += 1,
        }
    }

    pub(super) fn finish(self) -> Leaving {
        let first = |places: &Places| places.occurrences().into_iter().take(OCCURRENCES_MAX).collect();
        let domain = |(name, domain): (String, Domain)| OutDomain {
            domain: name,
            url: domain.url,
            is_foreign: domain.is_foreign,
            on_front: domain.on_front,
            occurrences: first(&domain.places),
            occurrence_count: domain.places.count(),
        };
        Leaving {
            bare_links: first(&self.bare),
            bare_links_count: self.bare.count(),
            domains: self.domains.into_iter().map(domain).collect(),
            ..self.out
        }
    }
}

fn is_script(url: &PageUrl) -> bool {
    url.extension().is_some_and(|ending| ending == "js")
}

/// Whether a page tells those who leave it: by its own words, or by a script; none: a script of its was not read.
fn told(record: &PageRecord, strangers: &Strangers) -> Option<bool> {
    let facts = record.facts.as_ref()?;
    if facts.details.leave_notice.is_some() {
        return Some(true);
    }
    let scripts: Vec<UrlId> =
        record.links.iter().filter(|link| link.kind == LinkKind::Script).map(|link| link.target).collect();
    if scripts.iter().any(|id| strangers.scripts.get(id) == Some(&true)) {
        return Some(true);
    }
    scripts.iter().all(|id| strangers.scripts.contains_key(id)).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{page, reply};

    #[test]
    fn public_addresses_in_numbers_are_kept_for_names_and_those_of_the_office_are_not() {
        let mut strangers = Strangers::default();
        let hosts = KnownHosts::parse("public = [\"218.76.24.200\"]").unwrap();
        for (id, address) in [
            (1, "http://218.76.24.115:8080/bl/"),
            (2, "http://10.1.2.3/oa/"),
            (3, "http://218.76.24.200/"),
            (4, "http://www.jinling-ruanjian.com/"),
        ] {
            let record = PageRecord { purpose: Purpose::External, ..page(id, address, reply(200)) };
            strangers.take(&record, &hosts);
        }
        let kept: Vec<_> = strangers.outside.values().map(|one| (&*one.domain, one.is_foreign)).collect();
        assert_eq!(kept, [("218.76.24.115", false), ("jinling-ruanjian.com", true)]);
    }
}
