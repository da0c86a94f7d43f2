//! `domain`: the form of a site's name: below `.gov.cn` or `.政务`, no IP address, second-level sites below their unit's domain.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{SiteFacts, SiteKind};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "domain", placeholders: &["host", "aspect"], needs: &[Need::Home], build: from_params::<Domain> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Domain {
    /// Endings that are accepted, in punycode (`xn--zfr164b` is 政务).
    endings: Vec<String>,
}

impl Check for Domain {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let host = site.decl.url.host();
        let aspect = if site.decl.url.registered_domain().is_none() {
            Some(("address", Certainty::Confirmed))
        } else if !self.endings.iter().any(|ending| host.strip_suffix(ending.as_str()).is_some_and(|rest| rest.ends_with('.')))
        {
            Some(("ending", Certainty::Confirmed))
        } else if site.decl.kind == SiteKind::SecondLevel && is_first_level(site) {
            // Whether the site is a government's portal all the same only a person knows.
            Some(("first-level", Certainty::Suspected))
        } else {
            None
        };
        let hits = aspect.map(|(aspect, certainty)| Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty,
            values: values_of([("host", host.to_owned()), ("aspect", format!("@domain.{aspect}"))]),
            evidence: vec![evidence("quote", host.to_owned(), None)],
            occurrences: Vec::new(),
            occurrence_count: 0,
        });
        CheckResult { judged: 1, hits: hits.into_iter().collect(), undetermined: Vec::new() }
    }
}

/// `www.x.gov.cn` or `x.gov.cn`: names that governments' own portals have.
fn is_first_level(site: &SiteFacts) -> bool {
    let host = site.decl.url.host();
    let bare = host.strip_prefix("www.").unwrap_or(host);
    site.decl.url.registered_domain() == Some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, decl, site};

    fn aspect(address: &str, kind: SiteKind) -> Option<String> {
        let mut site = site();
        site.decl = decl(address);
        site.decl.kind = kind;
        let check = Domain { endings: vec!["gov.cn".into(), "xn--zfr164b".into()] };
        check.run(&site, &context()).hits.first().map(|hit| hit.values["aspect"].clone())
    }

    #[test]
    fn government_names_are_accepted_and_others_are_not() {
        assert_eq!(aspect("http://gxt.example.gov.cn/", SiteKind::Portal), None);
        assert_eq!(aspect("http://www.miit.gov.cn/", SiteKind::Portal), None);
        assert_eq!(aspect("http://某厅.政务/", SiteKind::Portal), None);
        assert_eq!(aspect("http://www.example.com/", SiteKind::Portal).as_deref(), Some("@domain.ending"));
        assert_eq!(aspect("http://www.notgov.cn/", SiteKind::Portal).as_deref(), Some("@domain.ending"));
        assert_eq!(aspect("http://218.76.40.1/", SiteKind::SecondLevel).as_deref(), Some("@domain.address"));
        assert_eq!(aspect("http://www.example.gov.cn/", SiteKind::SecondLevel).as_deref(), Some("@domain.first-level"));
        assert_eq!(aspect("http://jnjc.example.gov.cn/", SiteKind::SecondLevel), None);
    }
}
