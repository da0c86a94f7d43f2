//! Records → the facts of each site, in two passes: what each address is, then who links to it. What is kept grows with the
//! number of faults and columns, and by a few bytes for each address.

use jiff::civil::Date;

use super::carried::Carried;
use super::date_signs::{self, ListedDays};
use super::fronts::Foreign;
use super::hosts::Hosts;
use super::newcomers::Newcomers;
use super::notes::{Collector, Odd};
use super::places::Linked;
use super::targets::Survey;
use super::vocabulary::Vocabulary;
use super::{Earlier, Input, columns, pairing, signs};
use crate::model::facts::Marks;
use crate::model::finding::Finding;
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
    let mut survey = Survey::new(run, earlier);
    let mut hosts = Hosts::default();
    let mut odd = Odd::new(run);
    let mut listed = ListedDays::default();
    let mut newcomers = Newcomers::new(earlier);
    let mut foreign = Foreign::default();
    (input.records)(&mut |record| {
        survey.take(&record);
        hosts.take(&record, &run.sites);
        odd.take(&record);
        listed.take(&record);
        newcomers.take(&record);
        foreign.take(&record, earlier);
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
            footer: Footer::new(home.map(|facts| facts.marks.footer_sources.as_slice()).unwrap_or_default()),
        }
    }

    fn finish(self, run: &RunInfo, site: usize, survey: &Survey<'_>, rest: Rest) -> SiteFacts {
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
            footer: self.footer.marks,
            footer_unread: self.footer.unread,
            signs: self.signs.finish(outside_judged),
        }
    }
}

/// The scripts and frames that write a home page's footer.
struct Footer {
    marks: Marks,
    /// Those that did not come.
    unread: Vec<PageUrl>,
}

impl Footer {
    fn new(sources: &[PageUrl]) -> Self {
        let mut unread = sources.to_vec();
        unread.sort();
        unread.dedup();
        Self { marks: Marks::default(), unread }
    }

    fn take(&mut self, record: &PageRecord) {
        if self.unread.is_empty() || !record.outcome.is_read() {
            return;
        }
        let Some(facts) = &record.facts else { return };
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
