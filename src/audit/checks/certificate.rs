//! `certificate`: what was wrong with the certificate of a site that answers over TLS, while its pages were read all the same.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "certificate", placeholders: &["fault"], needs: &[], build: from_params::<Certificate> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    /// Faults in which this machine may have a part (issuers that it does not know): suspected only.
    suspected: Vec<String>,
}

impl Check for Certificate {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let is_over_tls = site.decl.url.is_https()
            || site.home.as_ref().and_then(|home| home.outcome.reply()).is_some_and(|reply| reply.final_url.is_https());
        let names = [site.decl.url.authority(), site.decl.url.host().to_owned()];
        let host = context.crawl.and_then(|crawl| crawl.hosts.iter().find(|host| names.contains(&host.host)));
        let Some(host) = host.filter(|host| is_over_tls || !host.certificate.is_empty()) else {
            let reason = if is_over_tls { "home-not-requested" } else { "no-tls" };
            let what = Undetermined { url: String::new(), reason: reason.to_owned() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        };
        let hits = host.certificate.iter().map(|fault| Hit {
            url: site.decl.url.to_string(),
            target: Some(format!("{}#{fault}", site.decl.url)),
            column: None,
            certainty: if self.suspected.contains(fault) { Certainty::Suspected } else { Certainty::Confirmed },
            values: values_of([("fault", format!("@certificate.{fault}"))]),
            evidence: vec![evidence("note", format!("@certificate.{fault}"), Some(site.decl.url.to_string()))],
            occurrences: Vec::new(),
            occurrence_count: 0,
        });
        CheckResult { judged: 1, hits: hits.collect(), undetermined: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, decl, site};
    use crate::model::run::{CrawlSummary, HostSummary};

    fn run(address: &str, faults: &[&str]) -> CheckResult {
        let mut site = site();
        site.decl = decl(address);
        let host = HostSummary {
            host: site.decl.url.host().to_owned(),
            certificate: faults.iter().map(|fault| (*fault).to_owned()).collect(),
            ..HostSummary::default()
        };
        let crawl = CrawlSummary { hosts: vec![host], ..CrawlSummary::default() };
        let check = Certificate { suspected: vec!["unknown-issuer".into()] };
        check.run(&site, &Context { crawl: Some(&crawl), ..context() })
    }

    #[test]
    fn faults_are_said_and_an_unknown_issuer_is_suspected_only() {
        let result = run("https://gxt.example.gov.cn/", &["expired", "unknown-issuer"]);
        let said: Vec<_> = result.hits.iter().map(|hit| (hit.values["fault"].as_str(), hit.certainty)).collect();
        assert_eq!(
            said,
            [("@certificate.expired", Certainty::Confirmed), ("@certificate.unknown-issuer", Certainty::Suspected)]
        );
    }

    #[test]
    fn a_site_in_the_clear_is_not_judged_and_a_good_certificate_is_clear() {
        assert_eq!(run("http://gxt.example.gov.cn/", &[]).undetermined[0].reason, "no-tls");
        assert_eq!(run("https://gxt.example.gov.cn/", &[]), CheckResult { judged: 1, ..CheckResult::default() });
    }
}
