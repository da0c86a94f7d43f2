//! `undeclared-site`: hosts that belong to the unit, answer, and are in no `[[site]]`.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef = CheckDef {
    name: "undeclared-site",
    placeholders: &["host", "reason"],
    needs: &[Need::Pages],
    build: from_params::<Undeclared>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Undeclared {
    /// First labels of hosts that serve no pages of their own (mail, sign-in, files).
    #[serde(default)]
    ignore_labels: Vec<String>,
}

impl Check for Undeclared {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut hits = Vec::new();
        for found in &site.undeclared {
            let label = found.url.host().split('.').next().unwrap_or("");
            if self.ignore_labels.iter().any(|ignored| ignored == label) {
                continue;
            }
            hits.push(Hit {
                url: found.occurrences.first().map_or_else(|| site.decl.url.to_string(), |first| first.url.clone()),
                target: Some(found.url.to_string()),
                column: None,
                certainty: Certainty::Confirmed,
                values: [
                    ("host".to_owned(), found.url.authority()),
                    ("reason".to_owned(), format!("@undeclared.{}", found.reason)),
                ]
                .into(),
                evidence: vec![evidence::quote(&found.evidence)],
                occurrences: found.occurrences.clone(),
                occurrence_count: found.occurrence_count,
            });
        }
        CheckResult { judged: site.hosts_judged, hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> super::Identity {
        super::Identity::Target
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, url};
    use crate::model::site::UndeclaredSite;

    fn found(host: &str) -> UndeclaredSite {
        UndeclaredSite {
            url: url(&format!("http://{host}/")),
            reason: "subdomain".into(),
            evidence: host.into(),
            occurrences: Vec::new(),
            occurrence_count: 1,
        }
    }

    #[test]
    fn mail_and_sign_in_hosts_are_no_sites() {
        let mut site = site();
        site.hosts_judged = 3;
        site.undeclared = vec![found("mail.gxt.example.gov.cn"), found("zyk.gxt.example.gov.cn")];
        let result = Undeclared { ignore_labels: vec!["mail".into()] }.run(&site, &context());
        assert_eq!((result.judged, result.hits.len()), (3, 1));
        assert_eq!(result.hits[0].values["host"], "zyk.gxt.example.gov.cn");
    }
}
