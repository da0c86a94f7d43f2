//! Hosts outside the declared sites that may be the unit's own: by name, by site code, by owner.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::Survey;
use crate::model::facts::Marks;
use crate::model::site::{PageRecord, SiteDecl, UrlId};
use crate::url::PageUrl;

/// A host outside, as far as the run looked at it.
#[derive(Debug, Clone)]
struct Seen {
    /// Its home page where that was linked, else the first address in the order of addresses.
    url: PageUrl,
    is_read: bool,
    codes: BTreeSet<String>,
    owners: BTreeSet<String>,
}

/// All hosts outside on the registered domain of some declared site.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    seen: BTreeMap<String, Seen>,
    /// Addresses on them, for the second pass.
    ids: BTreeMap<UrlId, String>,
    /// Hosts outside that answered, whatever their domain.
    answered: BTreeSet<String>,
}

/// A host that is taken for one of the unit's sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) host: String,
    pub(super) url: PageUrl,
    /// Index of the declared site that it belongs to.
    pub(super) site: usize,
    pub(super) reason: &'static str,
    pub(super) evidence: String,
}

impl Hosts {
    pub(super) fn take(&mut self, record: &PageRecord, sites: &[SiteDecl]) {
        if record.site.is_some() || record.url.registered_domain().is_none() {
            return;
        }
        let host = record.url.host();
        if record.outcome.reply().is_some() {
            self.answered.insert(host.to_owned());
        }
        let is_near = sites.iter().any(|site| site.url.registered_domain() == record.url.registered_domain());
        // The host itself may be declared, with a folder of it as the site.
        if !is_near || sites.iter().any(|site| site.url.host() == host) {
            return;
        }
        self.ids.insert(record.id, host.to_owned());
        // A page that was led to another host speaks for that one.
        let stayed = record.outcome.reply().is_some_and(|reply| reply.is_success() && reply.final_url.host() == host);
        let seen = self.seen.entry(host.to_owned()).or_insert_with(|| Seen {
            url: record.url.clone(),
            is_read: false,
            codes: BTreeSet::new(),
            owners: BTreeSet::new(),
        });
        if (record.url.path().len(), &record.url) < (seen.url.path().len(), &seen.url) {
            seen.url = record.url.clone();
        }
        if stayed {
            seen.is_read = true;
            if let Some(facts) = &record.facts {
                seen.codes.extend(codes(&facts.marks));
                seen.owners.extend(owner(&facts.marks));
            }
        }
    }

    pub(super) fn host_of(&self, id: UrlId) -> Option<&str> {
        self.ids.get(&id).map(String::as_str)
    }

    /// How many hosts outside could be looked at.
    pub(super) fn judged(&self) -> u32 {
        u32::try_from(self.answered.len()).unwrap_or(u32::MAX)
    }

    /// The hosts that belong to a declared site, in the order of their names.
    pub(super) fn related(&self, sites: &[SiteDecl], survey: &Survey<'_>) -> Vec<Relation> {
        let marks: Vec<(BTreeSet<String>, Option<String>)> = survey
            .visited
            .iter()
            .map(|visited| visited.home.as_ref().and_then(|home| home.facts.as_ref()))
            .map(|facts| facts.map(|facts| (codes(&facts.marks), owner(&facts.marks))).unwrap_or_default())
            .collect();
        self.seen
            .iter()
            .filter(|(_, seen)| seen.is_read)
            .filter_map(|(host, seen)| relation(host, seen, sites, &marks))
            .collect()
    }
}

fn relation(host: &str, seen: &Seen, sites: &[SiteDecl], marks: &[(BTreeSet<String>, Option<String>)]) -> Option<Relation> {
    let related =
        |site, reason, evidence: String| Relation { host: host.to_owned(), url: seen.url.clone(), site, reason, evidence };
    let is_code_ours = seen.codes.iter().any(|code| marks.iter().any(|(codes, _)| codes.contains(code)));
    for (site, (codes, owner)) in marks.iter().enumerate() {
        if let Some(code) = codes.intersection(&seen.codes).next() {
            return Some(related(site, "same-site-code", code.clone()));
        }
        // Another code is another site, whoever runs it.
        if seen.codes.is_empty()
            && let Some(owner) = owner.as_ref().filter(|owner| seen.owners.contains(*owner))
        {
            return Some(related(site, "same-owner", owner.clone()));
        }
    }
    let (site, base, is_www) = sites
        .iter()
        .enumerate()
        .filter_map(|(site, decl)| {
            let without_www = decl.url.host().strip_prefix("www.");
            let base = without_www.unwrap_or(decl.url.host());
            host.strip_suffix(base).is_some_and(|rest| rest.ends_with('.')).then_some((site, base, without_www.is_some()))
        })
        .max_by_key(|(site, base, _)| (base.len(), std::cmp::Reverse(*site)))?;
    // Below a whole domain (www.example.gov.cn) stand other units' sites too: those have a code or an owner of their own.
    let is_a_stranger = is_www && !is_code_ours && (!seen.codes.is_empty() || !seen.owners.is_empty());
    let is_only_www = host == format!("www.{base}");
    (!is_a_stranger && !is_only_www).then(|| related(site, "subdomain", format!("{host} ⊂ {base}")))
}

fn codes(marks: &Marks) -> BTreeSet<String> {
    marks.site_code.iter().map(|mark| mark.value.clone()).collect()
}

fn owner(marks: &Marks) -> Option<String> {
    marks.owner.as_ref().map(|mark| mark.value.clone()).filter(|owner| !owner.is_empty())
}
