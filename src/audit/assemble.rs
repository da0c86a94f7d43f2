//! Records → the facts of each site, in two passes: what each address is, then who links to it. What is kept grows with the
//! number of faults and columns, and by a few bytes for each address.

use jiff::civil::Date;

use super::carried::Carried;
use super::date_signs::{self, ListedDays};
use super::fronts::Foreign;
use super::hosts::Hosts;
use super::leaving::{self, Strangers};
use super::newcomers::Newcomers;
use super::notes::{Collector, Odd};
use super::places::Linked;
use super::targets::Survey;
use super::vocabulary::Vocabulary;
use super::{Earlier, Input, columns, pairing, signs};
use crate::model::facts::{Marks, PageFacts};
use crate::model::finding::Finding;
use crate::model::leaving::Front;
use crate::model::run::RunInfo;
use crate::model::site::{DateSign, HomeSeen, PageRecord, SiteFacts, UndeclaredSite};
use crate::url::PageUrl;

/// The facts of the run's declared sites, in the order of their declaration, and the findings of the run before that still stand.
pub(super) fn assemble(
    input: &Input<'_>,
    words: &Vocabulary,
    earlier: &Earlier,
    today: Date,
) -> (Vec<SiteFacts>, Vec<Finding>) {
    let run = input.run;
    let mut survey = Survey::new(run, &words.hosts, earlier);
    let mut hosts = Hosts::default();
    let mut odd = Odd::new(run);
    let mut listed = ListedDays::default();
    let mut newcomers = Newcomers::new(earlier);
    let mut foreign = Foreign::default();
    let mut strangers = Strangers::default();
    (input.records)(&mut |record| {
        survey.take(&record);
        hosts.take(&record, &run.sites);
        odd.take(&record);
        listed.take(&record);
        newcomers.take(&record);
        foreign.take(&record, &words.hosts, earlier);
        strangers.take(&record, &words.hosts);
    });
    survey.finish();

    let mut sites: Vec<Gathering<'_>> =
        (0..run.sites.len()).map(|site| Gathering::new(words, run, site, today, &survey, earlier)).collect();
    let mut carried = Carried::new(earlier);
    (input.records)(&mut |record| {
        carried.take(&record, &foreign);
        if let Some(gathering) = record.site.and_then(|site| sites.get_mut(site)) {
            gathering.columns.page(&record);
            gathering.pairing.page(&record);
            gathering.signs.take(&record, &survey, &foreign);
            gathering.linked.take(&record, &survey, |id| hosts.host_of(id));
            if !survey.compact(record.id).is_soft_404 {
                gathering.notes.take(&record, &odd);
                gathering.leaving.take(&record, gathering.linked.home(), &strangers, &survey);
                gathering.dates.take(&record, &listed);
            }
        }
        for gathering in &mut sites {
            gathering.footer.take(&record);
        }
    });

    let undeclared = undeclared(&sites, &hosts, run, &survey);
    let facts = sites
        .into_iter()
        .enumerate()
        .zip(undeclared)
        .map(|((site, gathering), undeclared)| {
            let rest = Rest {
                undeclared,
                hosts_judged: hosts.judged(),
                late: newcomers.signs_of(&run.sites[site]),
                home_seen: earlier.home_before(&run.sites[site].url, today),
            };
            gathering.finish(run, site, &survey, rest)
        })
        .collect();
    (facts, carried.finish(input.lang))
}

/// What the second pass gathers of one site.
struct Gathering<'a> {
    columns: columns::Collector<'a>,
    pairing: pairing::Collector<'a>,
    linked: Linked,
    leaving: leaving::Collector,
    footer: Footer,
    notes: Collector,
    dates: date_signs::Collector<'a>,
    signs: signs::Collector<'a>,
}

/// What only all the sites together show of one.
struct Rest {
    undeclared: Vec<UndeclaredSite>,
    hosts_judged: u32,
    late: Vec<DateSign>,
    /// What earlier runs saw of its home page.
    home_seen: Vec<HomeSeen>,
}

impl<'a> Gathering<'a> {
    fn new(
        words: &'a Vocabulary,
        run: &'a RunInfo,
        site: usize,
        today: Date,
        survey: &Survey<'_>,
        earlier: &'a Earlier,
    ) -> Self {
        let home = survey.visited[site].home.as_ref().and_then(|home| home.facts.as_ref());
        Self {
            columns: columns::Collector::new(&words.classes, run, site, today),
            pairing: pairing::Collector::new(words, site, today),
            linked: Linked::new(&run.sites[site], survey, site),
            notes: Collector::new(run, site, today),
            dates: date_signs::Collector::new(earlier),
            signs: signs::Collector::new(&run.sites[site], &survey.visited[site], earlier),
            leaving: leaving::Collector::default(),
            footer: Footer::new(home),
        }
    }

    fn finish(self, run: &RunInfo, site: usize, survey: &Survey<'_>, rest: Rest) -> SiteFacts {
        let host = run.sites[site].url.host();
        let left_out = [self.columns.cut.said(host, "columns-cut"), self.pairing.cut.said(host, "documents-cut")];
        let columns = self.columns.finish();
        let (documents, interpretations) = self.pairing.finish(&columns);
        let outside_judged = self.linked.outside_judged;
        let (targets, judged, judged_on_home) = self.linked.finish(survey, &columns);
        let visited = &survey.visited[site];
        SiteFacts {
            notes: self.notes.finish(),
            dates: self.dates.finish(rest.late),
            decl: run.sites[site].clone(),
            home: visited.home.clone(),
            home_seen: rest.home_seen,
            pages_read: visited.pages_read,
            requests: visited.requests,
            columns,
            targets,
            judged,
            judged_on_home,
            documents,
            interpretations,
            undeclared: rest.undeclared,
            hosts_judged: rest.hosts_judged,
            front: self.footer.front(),
            footer: self.footer.marks,
            footer_unread: self.footer.unread,
            leaving: self.leaving.finish(),
            signs: self.signs.finish(outside_judged),
            left_out: left_out.into_iter().flatten().collect(),
        }
    }
}

/// The scripts and frames that write a home page's footer, and its other scripts.
struct Footer {
    marks: Marks,
    /// Sources of marks that did not come.
    unread: Vec<PageUrl>,
    /// Other scripts that did not come.
    scripts_unread: Vec<PageUrl>,
    front: Front,
}

impl Footer {
    fn new(home: Option<&PageFacts>) -> Self {
        let sources = home.map(|facts| facts.marks.footer_sources.as_slice()).unwrap_or_default();
        let mut unread = sources.to_vec();
        unread.sort();
        unread.dedup();
        let details = home.map(|facts| &facts.details);
        let front = details.map(|details| Front {
            search: details.search.clone(),
            may_search: details.may_search,
            ipv6_mark: details.ipv6_mark.clone(),
        });
        Self {
            marks: Marks::default(),
            unread,
            scripts_unread: details.map(|details| details.script_sources.clone()).unwrap_or_default(),
            front: front.unwrap_or_default(),
        }
    }

    fn front(&self) -> Front {
        let mut front = self.front.clone();
        front.may_search |= !self.unread.is_empty() || !self.scripts_unread.is_empty();
        front
    }

    fn take(&mut self, record: &PageRecord) {
        if (self.unread.is_empty() && self.scripts_unread.is_empty()) || !record.outcome.is_read() {
            return;
        }
        let Some(facts) = &record.facts else { return };
        if self.unread.contains(&record.url) || self.scripts_unread.contains(&record.url) {
            self.scripts_unread.retain(|source| *source != record.url);
            let part = &facts.details;
            self.front.search = self.front.search.take().or_else(|| part.search.clone());
            self.front.may_search |= part.may_search;
            self.front.ipv6_mark = self.front.ipv6_mark.take().or_else(|| part.ipv6_mark.clone());
        }
        if let Some(at) = self.unread.iter().position(|source| *source == record.url) {
            self.unread.remove(at);
            merge(&mut self.marks, &facts.marks);
        }
    }
}

fn merge(into: &mut Marks, from: &Marks) {
    into.site_code.extend(from.site_code.iter().cloned());
    into.icp.extend(from.icp.iter().cloned());
    into.police.extend(from.police.iter().cloned());
    for (into, from) in [
        (&mut into.badge, &from.badge),
        (&mut into.report_errors, &from.report_errors),
        (&mut into.owner, &from.owner),
        (&mut into.contact, &from.contact),
        (&mut into.sitemap, &from.sitemap),
    ] {
        if into.is_none() {
            into.clone_from(from);
        }
    }
}

/// For each declared site the hosts that belong to it, with the places in the whole group that link to them.
fn undeclared(sites: &[Gathering<'_>], hosts: &Hosts, run: &RunInfo, survey: &Survey<'_>) -> Vec<Vec<UndeclaredSite>> {
    let mut found: Vec<Vec<UndeclaredSite>> = vec![Vec::new(); sites.len()];
    for relation in hosts.related(&run.sites, survey) {
        // The places of the site that it belongs to come first, then those of the others.
        let order = std::iter::once(relation.site).chain((0..sites.len()).filter(|&site| site != relation.site));
        let places: Vec<_> = order.filter_map(|site| sites[site].linked.outside.get(&relation.host)).collect();
        if places.is_empty() {
            continue;
        }
        let mut occurrences: Vec<_> = places.iter().flat_map(|places| places.occurrences()).collect();
        occurrences.truncate(super::OCCURRENCES_MAX);
        found[relation.site].push(UndeclaredSite {
            url: relation.url,
            reason: relation.reason.to_owned(),
            evidence: relation.evidence,
            occurrences,
            occurrence_count: places.iter().map(|places| places.count()).sum(),
        });
    }
    found
}
