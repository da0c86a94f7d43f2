//! `ipv6`: whether the site's name has an IPv6 address. A resolver that gave none for any host of the run may give none at all: only
//! where another host had one does its lack here say something.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "ipv6", placeholders: &["host", "aspect"], needs: &[Need::Home], build: from_params::<Ipv6> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ipv6 {
    /// Hosts of the run with an IPv6 address from which on (inclusive) the lack of one is a fact and not the resolver's.
    others_min: usize,
}

impl Check for Ipv6 {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let names = [site.decl.url.authority(), site.decl.url.host().to_owned()];
        let hosts = context.crawl.map(|crawl| crawl.hosts.as_slice()).unwrap_or_default();
        let own = hosts.iter().find(|host| names.contains(&host.host)).and_then(|host| host.ipv6);
        let others = hosts.iter().filter(|host| host.ipv6 == Some(true)).count();
        match own {
            Some(true) => CheckResult { judged: 1, ..CheckResult::default() },
            None => undetermined("ipv6-unknown"),
            Some(false) if others < self.others_min.max(1) => undetermined("ipv6-resolver"),
            Some(false) => CheckResult { judged: 1, hits: vec![hit(site)], undetermined: Vec::new() },
        }
    }
}

fn hit(site: &SiteFacts) -> Hit {
    let mark = &site.front.ipv6_mark;
    Hit {
        url: site.decl.url.to_string(),
        target: None,
        column: None,
        // Another resolver may see more.
        certainty: Certainty::Suspected,
        values: values_of([
            ("host", site.decl.url.host().to_owned()),
            ("aspect", format!("@ipv6.{}", if mark.is_some() { "claimed" } else { "none" })),
        ]),
        evidence: mark.iter().map(|mark| evidence("quote", mark.clone(), None)).collect(),
        occurrences: Vec::new(),
        occurrence_count: 0,
    }
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};
    use crate::model::run::{CrawlSummary, HostSummary};

    fn run(own: Option<bool>, other: Option<bool>, mark: bool) -> CheckResult {
        let mut site = site();
        site.front.ipv6_mark = mark.then(|| "本网站支持IPv6".to_owned());
        let host = |name: &str, ipv6| HostSummary { host: name.to_owned(), ipv6, ..HostSummary::default() };
        let hosts = vec![host(site.decl.url.host(), own), host("www.example.com", other)];
        let crawl = CrawlSummary { hosts, ..CrawlSummary::default() };
        Ipv6 { others_min: 1 }.run(&site, &Context { crawl: Some(&crawl), ..context() })
    }

    #[test]
    fn the_lack_of_an_address_is_told_only_where_the_resolver_gives_such_addresses() {
        assert_eq!((run(Some(true), None, false).judged, run(Some(true), None, false).hits.len()), (1, 0));
        assert_eq!(run(None, Some(true), true).undetermined[0].reason, "ipv6-unknown");
        assert_eq!(run(Some(false), Some(false), false).undetermined[0].reason, "ipv6-resolver");
        assert_eq!(run(Some(false), Some(true), false).hits[0].values["aspect"], "@ipv6.none");
        assert_eq!(run(Some(false), Some(true), true).hits[0].values["aspect"], "@ipv6.claimed");
    }
}
