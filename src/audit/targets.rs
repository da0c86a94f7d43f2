//! What each address is, and what is wrong with it: the first pass over the records.

use std::collections::{BTreeMap, BTreeSet};

use super::certainty::{Circumstances, Standing, standing};
use super::{Earlier, outside, soft404};
use crate::model::finding::Certainty;
use crate::model::known_hosts::KnownHosts;
use crate::model::outcome::{Attempt, FailureClass, Outcome, Reply, SkipReason};
use crate::model::request::Purpose;
use crate::model::run::{NotFoundSample, RunInfo};
use crate::model::site::{LinkRef, PageRecord, SiteDecl, TargetClass, TargetFault, UrlId};
use crate::url::PageUrl;

/// Redirects from which on a target is kept for the checks, which have their own limit.
const HOPS_MIN: usize = 2;
/// Hosts outside that must have failed, with none that answered, before the fault is looked for on our side.
const OUTSIDE_HOSTS_MIN: usize = 3;
/// Addresses of one host at which connections broke off, from which on none of them is believed.
const RESETS_MANY: usize = 5;

const ATTACHMENTS: [&str; 20] = [
    "pdf", "doc", "docx", "xls", "xlsx", "xlsm", "ppt", "pptx", "wps", "et", "dps", "ofd", "ceb", "rtf", "zip", "rar", "7z",
    "gz", "tar", "csv",
];
const IMAGES: [&str; 11] = ["jpg", "jpeg", "png", "gif", "bmp", "webp", "svg", "ico", "tif", "tiff", "avif"];
const RESOURCES: [&str; 14] =
    ["js", "css", "woff", "woff2", "ttf", "eot", "mp4", "mp3", "flv", "avi", "wmv", "swf", "json", "webm"];

/// What is kept of every address, in one byte and a class.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Compact {
    class: Option<TargetClass>,
    pub(super) is_judged: bool,
    pub(super) is_at_fault: bool,
    /// Status 200, but no page: its links are those of an error template.
    pub(super) is_soft_404: bool,
    /// Outside the group, and read.
    pub(super) is_outside_read: bool,
}

/// An address at fault.
#[derive(Debug, Clone)]
pub(super) struct Suspect {
    pub(super) url: PageUrl,
    pub(super) fault: TargetFault,
    pub(super) certainty: Certainty,
    pub(super) outcome: Outcome,
    pub(super) attempts: Vec<Attempt>,
    site: Option<usize>,
}

/// One site as the first pass saw it.
#[derive(Debug, Clone, Default)]
pub(super) struct Visited {
    /// Without its links.
    pub(super) home: Option<PageRecord>,
    pub(super) pages_read: u32,
    pub(super) requests: u32,
}

impl Compact {
    pub(super) fn is_external(self) -> bool {
        self.class == Some(TargetClass::External)
    }
}

impl Visited {
    /// Neither its home page nor anything else came: nothing of it can be judged.
    pub(super) fn is_down(&self) -> bool {
        self.pages_read == 0 && !self.home.as_ref().is_some_and(|home| home.outcome.is_read())
    }
}

/// The result of the first pass.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    sites: &'a [SiteDecl],
    samples: &'a [NotFoundSample],
    hosts: &'a KnownHosts,
    earlier: &'a Earlier,
    compact: Vec<Compact>,
    pub(super) suspects: BTreeMap<UrlId, Suspect>,
    pub(super) visited: Vec<Visited>,
    paused: BTreeSet<String>,
    outside_failed: BTreeSet<String>,
    has_outside_answered: bool,
    /// Addresses at fault that are another's second name.
    twins: BTreeMap<UrlId, UrlId>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(run: &'a RunInfo, hosts: &'a KnownHosts, earlier: &'a Earlier) -> Self {
        Self {
            sites: &run.sites,
            hosts,
            samples: run.crawl.as_ref().map(|crawl| crawl.not_found.as_slice()).unwrap_or_default(),
            earlier,
            compact: Vec::new(),
            suspects: BTreeMap::new(),
            visited: vec![Visited::default(); run.sites.len()],
            paused: BTreeSet::new(),
            outside_failed: BTreeSet::new(),
            has_outside_answered: false,
            twins: BTreeMap::new(),
        }
    }

    pub(super) fn take(&mut self, record: &PageRecord) {
        self.count(record);
        self.note_transport(record);
        let class = class_of(&record.url, record.site.is_some(), record.outcome.reply());
        let at = Circumstances { is_external: record.site.is_none(), is_transport_doubtful: false };
        let standing = standing(&record.outcome, &record.attempts, at);
        let is_judged = !matches!(standing, Standing::NotJudged | Standing::Fault(Certainty::Blocked));
        let fault = match standing {
            Standing::NotJudged => None,
            // protection pages are told of once a site (`site.blocked`): no link is at fault for them
            Standing::Fault(_) if matches!(record.outcome, Outcome::Challenged { .. }) => None,
            Standing::Fault(certainty) => Some((TargetFault::Dead, certainty)),
            Standing::Fine => self.fault_of_answer(record, class),
        };
        let is_soft_404 = matches!(fault, Some((TargetFault::Soft404 { .. }, Certainty::Confirmed)));
        let is_outside_read = record.site.is_none() && record.facts.is_some();
        self.keep(
            record.id,
            Compact { class: Some(class), is_judged, is_at_fault: fault.is_some(), is_soft_404, is_outside_read },
        );
        match fault {
            Some((fault, certainty)) => {
                let suspect = Suspect {
                    url: record.url.clone(),
                    fault,
                    certainty,
                    outcome: record.outcome.clone(),
                    attempts: record.attempts.clone(),
                    site: record.site,
                };
                self.suspects.insert(record.id, suspect);
            }
            None => {
                self.suspects.remove(&record.id);
            }
        }
    }

    fn keep(&mut self, id: UrlId, compact: Compact) {
        let at = id.0 as usize;
        if self.compact.len() <= at {
            self.compact.resize(at + 1, Compact::default());
        }
        if let Some(slot) = self.compact.get_mut(at) {
            *slot = compact;
        }
    }

    fn count(&mut self, record: &PageRecord) {
        let Some(visited) = record.site.and_then(|site| self.visited.get_mut(site)) else { return };
        visited.requests += u32::try_from(record.attempts.len()).unwrap_or(u32::MAX);
        let is_page = matches!(record.purpose, Purpose::Home | Purpose::Page | Purpose::List);
        visited.pages_read += u32::from(is_page && record.outcome.is_read() && record.facts.is_some());
        let is_home = record.purpose == Purpose::Home
            || (visited.home.is_none() && record.site.is_some_and(|site| self.sites[site].url == record.url));
        // Where the declared address fails and its twin in the clear does too, the declared one says why.
        let is_better = visited
            .home
            .as_ref()
            .is_none_or(|known| known.purpose != Purpose::Home || known.url == record.url || record.outcome.is_read());
        if is_home && is_better {
            visited.home = Some(PageRecord { links: Vec::new(), ..record.clone() });
        }
    }

    fn note_transport(&mut self, record: &PageRecord) {
        match &record.outcome {
            Outcome::Skipped(SkipReason::HostPaused) => {
                self.paused.insert(record.url.authority());
            }
            Outcome::Failed { class, .. } if record.site.is_none() && is_transport(*class) => {
                self.outside_failed.insert(record.url.authority());
            }
            Outcome::Reply(_) | Outcome::Challenged { .. } if record.site.is_none() => self.has_outside_answered = true,
            _ => {}
        }
    }

    fn fault_of_answer(&self, record: &PageRecord, class: TargetClass) -> Option<(TargetFault, Certainty)> {
        let reply = record.outcome.reply()?;
        if let Some(found) = wrong_type(&record.url, class, reply).or_else(|| empty_file(record, class, reply)) {
            return Some(found);
        }
        if record.site.is_none()
            && let Some(found) = outside::hijack(record, reply, self.hosts, &self.earlier.titles)
        {
            return Some(found);
        }
        if let Some(site) = record.site
            && class == TargetClass::Page
            && !matches!(record.purpose, Purpose::Housekeeping | Purpose::NotFoundProbe)
        {
            let host = [record.url.authority(), record.url.host().to_owned()];
            let around = soft404::Surroundings {
                decl: &self.sites[site],
                home: self.visited[site].home.as_ref(),
                sample: self.samples.iter().find(|sample| host.contains(&sample.host)),
            };
            if let Some((signs, certainty)) = soft404::signs(record, reply, around) {
                return Some((TargetFault::Soft404 { signs }, certainty));
            }
        }
        (reply.hops.len() >= HOPS_MIN).then_some((TargetFault::Chain, Certainty::Confirmed))
    }

    /// The address under which a target is told: its own, unless it is another's second name.
    pub(super) fn told_as(&self, id: UrlId) -> UrlId {
        self.twins.get(&id).copied().unwrap_or(id)
    }

    /// After the last record: what only the whole shows.
    pub(super) fn finish(&mut self) {
        self.twins = twins(&self.suspects);
        let is_outside_lost = !self.has_outside_answered && self.outside_failed.len() >= OUTSIDE_HOSTS_MIN;
        let Self { suspects, visited, paused, compact, .. } = self;
        let resets = resets_by_host(suspects);
        for suspect in suspects.values_mut() {
            let host = suspect.url.authority();
            let is_paused = paused.contains(&host);
            let is_doubtful = match &suspect.outcome {
                // connections that break off by the dozen are a firewall that counts, not so many dead pages
                Outcome::Failed { class: FailureClass::Reset, .. } if resets.get(&host).is_some_and(|n| *n >= RESETS_MANY) => {
                    true
                }
                Outcome::Failed { class, .. } => {
                    is_transport(*class) && (is_paused || (suspect.site.is_none() && is_outside_lost))
                }
                // a server that can do no more says so of pages that are there
                Outcome::Reply(reply) => is_paused && matches!(reply.status, 502..=504),
                _ => false,
            };
            if is_doubtful && suspect.certainty == Certainty::Confirmed {
                suspect.certainty = Certainty::Suspected;
            }
        }
        // A site that is down is spoken of as a whole, not address by address.
        suspects.retain(|id, suspect| {
            let is_down = suspect.site.is_some_and(|site| visited[site].is_down());
            if is_down && let Some(slot) = compact.get_mut(id.0 as usize) {
                slot.is_judged = false;
                slot.is_at_fault = false;
            }
            !is_down
        });
    }

    /// The class of a link's target; the link itself says what an address without ending is.
    pub(super) fn class(&self, link: &LinkRef) -> Option<TargetClass> {
        use crate::model::facts::LinkKind as K;
        let class = self.compact.get(link.target.0 as usize)?.class?;
        Some(match (class, link.kind) {
            (TargetClass::Page, K::Image | K::Background) => TargetClass::Image,
            (TargetClass::Page, K::Script | K::Style | K::Media | K::Object) => TargetClass::Resource,
            _ => class,
        })
    }

    pub(super) fn compact(&self, id: UrlId) -> Compact {
        self.compact.get(id.0 as usize).copied().unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.compact.len()
    }
}

/// Addresses of each host at which connections broke off.
fn resets_by_host(suspects: &BTreeMap<UrlId, Suspect>) -> BTreeMap<String, usize> {
    let mut resets = BTreeMap::new();
    for suspect in suspects.values() {
        if matches!(suspect.outcome, Outcome::Failed { class: FailureClass::Reset, .. }) {
            *resets.entry(suspect.url.authority()).or_default() += 1;
        }
    }
    resets
}

/// Failures in which the network between may have a part.
fn is_transport(class: FailureClass) -> bool {
    matches!(
        class,
        FailureClass::Dns
            | FailureClass::Connect
            | FailureClass::Tls
            | FailureClass::Timeout
            | FailureClass::Reset
            | FailureClass::Protocol
    )
}

fn class_of(url: &PageUrl, is_internal: bool, reply: Option<&Reply>) -> TargetClass {
    if !is_internal {
        return TargetClass::External;
    }
    let ending = url.extension().unwrap_or_default();
    let has = |list: &[&str]| list.contains(&ending.as_str());
    if has(&ATTACHMENTS) {
        TargetClass::Attachment
    } else if has(&IMAGES) {
        TargetClass::Image
    } else if has(&RESOURCES) {
        TargetClass::Resource
    } else {
        reply.filter(|reply| reply.is_success()).map_or(TargetClass::Page, |reply| class_of_type(&reply.content_type))
    }
}

fn class_of_type(content_type: &str) -> TargetClass {
    match content_type {
        "application/pdf" | "application/msword" | "application/zip" | "application/octet-stream" | "application/ofd" => {
            TargetClass::Attachment
        }
        text if text.starts_with("application/vnd.") => TargetClass::Attachment,
        text if text.starts_with("image/") => TargetClass::Image,
        "text/css" | "text/javascript" | "application/javascript" | "application/json" => TargetClass::Resource,
        _ => TargetClass::Page,
    }
}

/// A file or image whose address answers with a web page.
fn wrong_type(url: &PageUrl, class: TargetClass, reply: &Reply) -> Option<(TargetFault, Certainty)> {
    if !matches!(class, TargetClass::Attachment | TargetClass::Image) || !reply.is_success() {
        return None;
    }
    let is_called_html = matches!(reply.content_type.as_str(), "text/html" | "application/xhtml+xml");
    let certainty = match reply.body_kind.as_deref() {
        Some("html") => Certainty::Confirmed,
        // Without a body only the server's word is there, and servers call unknown endings HTML.
        None if is_called_html => Certainty::Suspected,
        _ => return None,
    };
    let expected = url.extension().unwrap_or_default();
    if expected.is_empty() {
        return None;
    }
    Some((TargetFault::WrongType { expected, found: "html".into() }, certainty))
}

/// A file without a byte in it; a person looks, for a server may give nothing to programs. A HEAD answer says nothing of that: many
/// servers leave the length away.
fn empty_file(record: &PageRecord, class: TargetClass, reply: &Reply) -> Option<(TargetFault, Certainty)> {
    let is_got = record.attempts.last().is_some_and(|attempt| attempt.method == "GET");
    let is_empty = reply.status == 200 && reply.body_bytes == 0 && reply.body_kind.is_none() && !reply.truncated;
    let expected = record.url.extension().filter(|ending| !ending.is_empty())?;
    (class == TargetClass::Attachment && is_got && is_empty)
        .then(|| (TargetFault::WrongType { expected, found: "empty".into() }, Certainty::Suspected))
}

/// Sites of a cluster are reached below a folder that repeats the host's first label and without it (`gxt.…/gxt/a.html`,
/// `gxt.…/a.html`, norms.md 6.3): two such addresses with one fault are one page. The longer name is kept.
fn twins(suspects: &BTreeMap<UrlId, Suspect>) -> BTreeMap<UrlId, UrlId> {
    let longer: BTreeMap<&str, UrlId> = suspects.iter().map(|(id, suspect)| (suspect.url.as_str(), *id)).collect();
    let one = |(id, suspect): (&UrlId, &Suspect)| {
        let url = &suspect.url;
        let label = url.host().split('.').next().filter(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()))?;
        let at = url.as_str().len() - url.path().len() - url.query().map_or(0, |query| query.len() + 1);
        let (front, path) = url.as_str().split_at_checked(at)?;
        let twin = *longer.get(format!("{front}/{label}{path}").as_str())?;
        let other = suspects.get(&twin)?;
        let is_same = other.fault == suspect.fault && other.outcome.status() == suspect.outcome.status();
        is_same.then_some((*id, twin))
    };
    suspects.iter().filter_map(one).collect()
}
