//! `certificate`: what was wrong with the certificate of a site that answers over TLS, while its pages were read all the same.

use jiff::civil::Date;
use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::outcome::FailureClass;
use crate::model::run::HostSummary;
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
        let Some(host) = host.filter(|host| is_over_tls || !host.certificate.is_empty() || host.certificate_until.is_some())
        else {
            return undetermined(if is_over_tls { "home-not-requested" } else { "no-tls" });
        };
        let faults = faults(host, context);
        let is_seen = host.certificate_until.is_some() || !faults.is_empty();
        // Nothing came over TLS: the site's own failure is told by another rule.
        if !is_seen && host.errors.contains_key(FailureClass::Tls.key()) {
            return undetermined("no-certificate");
        }
        let hits = faults.into_iter().map(|fault| self.hit(site, fault));
        CheckResult { judged: 1, hits: hits.collect(), undetermined: Vec::new() }
    }
}

impl Certificate {
    fn hit(&self, site: &SiteFacts, fault: Fault<'_>) -> Hit {
        let Fault { name, words } = fault;
        let certainty =
            if self.suspected.iter().any(|known| known == name) { Certainty::Suspected } else { Certainty::Confirmed };
        Hit {
            url: site.decl.url.to_string(),
            target: Some(format!("{}#{name}", site.decl.url)),
            column: None,
            certainty,
            values: values_of([("fault", words.clone())]),
            evidence: vec![evidence("note", words, Some(site.decl.url.to_string()))],
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

struct Fault<'a> {
    name: &'a str,
    /// As it is said: a key.
    words: String,
}

impl<'a> Fault<'a> {
    fn known(name: &'a str) -> Self {
        Self { name, words: format!("@certificate.{name}") }
    }
}

/// What the crawl met, and what the days of the certificate say at the monitoring time point.
fn faults<'a>(host: &'a HostSummary, context: &Context<'_>) -> Vec<Fault<'a>> {
    const BY_DAY: [&str; 2] = ["expired", "not-yet-valid"];
    let day = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Date>().ok());
    let (from, until) = (day(&host.certificate_from), day(&host.certificate_until));
    let is_dated = until.is_some();
    let met = host.certificate.iter().map(String::as_str).filter(|fault| !is_dated || !BY_DAY.contains(fault));
    let mut faults: Vec<Fault<'_>> = met.map(Fault::known).collect();
    if host.in_the_clear {
        faults.push(Fault::known("no-handshake"));
    }
    if from.is_some_and(|from| context.today < from) {
        faults.push(Fault::known("not-yet-valid"));
    }
    if let Some(until) = until {
        let left = context.today.until(until).map_or(0, |span| span.get_days());
        if left < 0 {
            faults.push(Fault { name: "expired", words: format!("@ended {until} {}", -left) });
        } else if left <= i32::try_from(context.certificate_days).unwrap_or(i32::MAX) && context.certificate_days > 0 {
            faults.push(Fault { name: "ending", words: format!("@ending {until} {left}") });
        }
    }
    faults.sort_by_key(|fault| fault.name);
    faults
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, decl, site};
    use crate::model::run::CrawlSummary;

    fn run_of(address: &str, host: HostSummary) -> CheckResult {
        let mut site = site();
        site.decl = decl(address);
        let host = HostSummary { host: site.decl.url.host().to_owned(), ..host };
        let crawl = CrawlSummary { hosts: vec![host], ..CrawlSummary::default() };
        let check = Certificate { suspected: vec!["unknown-issuer".into(), "no-handshake".into()] };
        check.run(&site, &Context { crawl: Some(&crawl), certificate_days: 30, ..context() })
    }

    fn run(address: &str, faults: &[&str]) -> CheckResult {
        let certificate = faults.iter().map(|fault| (*fault).to_owned()).collect();
        run_of(address, HostSummary { certificate, ..HostSummary::default() })
    }

    fn said(result: &CheckResult) -> Vec<(&str, Certainty)> {
        result.hits.iter().map(|hit| (hit.values["fault"].as_str(), hit.certainty)).collect()
    }

    fn until(day: &str) -> HostSummary {
        HostSummary {
            certificate_from: Some("2025-12-01".into()),
            certificate_until: Some(day.into()),
            ..HostSummary::default()
        }
    }

    #[test]
    fn faults_are_said_and_an_unknown_issuer_is_suspected_only() {
        let result = run("https://gxt.example.gov.cn/", &["expired", "unknown-issuer"]);
        assert_eq!(
            said(&result),
            [("@certificate.expired", Certainty::Confirmed), ("@certificate.unknown-issuer", Certainty::Suspected)]
        );
    }

    #[test]
    fn the_end_is_told_ahead_and_by_the_monitoring_day() {
        let run = |host| run_of("https://gxt.example.gov.cn/", host);
        let words = |host| run(host).hits.into_iter().map(|hit| hit.values["fault"].clone()).collect::<Vec<_>>();
        assert_eq!(words(until("2026-12-24")), ["@ending 2026-12-24 30"]);
        assert_eq!(words(until("2026-11-24")), ["@ending 2026-11-24 0"]);
        assert_eq!(words(until("2026-12-25")), Vec::<String>::new());
        assert_eq!(words(until("2026-11-23")), ["@ended 2026-11-23 1"]);
        let met_later = HostSummary { certificate: vec!["expired".into()], ..until("2027-03-01") };
        assert_eq!(words(met_later), Vec::<String>::new(), "the days of the certificate decide");
    }

    #[test]
    fn https_that_fails_while_http_answers_is_suspected_and_one_that_never_came_is_not_judged() {
        let clear = HostSummary { in_the_clear: true, ..HostSummary::default() };
        assert_eq!(said(&run_of("https://gxt.example.gov.cn/", clear)), [("@certificate.no-handshake", Certainty::Suspected)]);
        let dead = HostSummary { errors: [("tls".to_owned(), 3)].into(), ..HostSummary::default() };
        assert_eq!(run_of("https://gxt.example.gov.cn/", dead).undetermined[0].reason, "no-certificate");
    }

    #[test]
    fn a_site_in_the_clear_is_not_judged_and_a_good_certificate_is_clear() {
        assert_eq!(run("http://gxt.example.gov.cn/", &[]).undetermined[0].reason, "no-tls");
        let good = run_of("https://gxt.example.gov.cn/", until("2027-11-30"));
        assert_eq!(good, CheckResult { judged: 1, ..CheckResult::default() });
    }
}
