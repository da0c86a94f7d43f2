//! `commercial`: links that lead to commercial sites: those of a list wherever they stand, and on the home page or in the parts that
//! every page has whatever is neither of the public sector nor a known service; and links to bare IP addresses. A person decides: the
//! hit is suspected.

use serde::Deserialize;

use super::columns::values_of;
use super::{Check, CheckDef, Context, Identity, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::leaving::OutDomain;
use crate::model::site::{Occurrence, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "commercial",
    placeholders: &["text", "domain", "aspect", "first_page"],
    needs: &[Need::Pages],
    build: from_params::<Commercial>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Commercial {
    /// Registered domains that are commercial wherever they are linked.
    domains: Vec<String>,
    /// Registered domains that are none.
    not_domains: Vec<String>,
    /// A link whose text ends with one of these names a public body, a school, a newspaper.
    bodies: Vec<String>,
    /// A link whose text holds one of these is an account, a reader of files, an application of the office's own.
    not_texts: Vec<String>,
    /// Links on the home page and in the parts that every page has are looked at.
    fronts: bool,
    /// Links to IP addresses are told.
    addresses: bool,
}

impl Check for Commercial {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let is_own = |domain: &OutDomain| {
            let name = domain.domain.as_str();
            context.sites.iter().any(|site| site.url.registered_domain() == Some(name) || site.url.host() == name)
        };
        let others = || site.leaving.domains.iter().filter(|domain| !is_own(domain));
        let hits = others().filter_map(|domain| self.aspect(domain).map(|aspect| hit(domain, aspect))).collect();
        CheckResult { judged: site.leaving.pages, hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> Identity {
        Identity::Target
    }
}

impl Commercial {
    fn aspect(&self, domain: &OutDomain) -> Option<&'static str> {
        let is_in = |list: &[String]| list.contains(&domain.domain);
        if domain.is_address() {
            return (self.addresses && !is_in(&self.not_domains)).then_some("address");
        }
        if is_in(&self.not_domains) || domain.occurrences.iter().any(|place| self.is_excused(place)) {
            return None;
        }
        if is_in(&self.domains) {
            return Some("listed");
        }
        let is_named = domain.occurrences.iter().any(|place| self.is_body(&place.text));
        (self.fronts && domain.is_foreign && domain.on_front && !is_named).then_some("front")
    }

    fn is_excused(&self, place: &Occurrence) -> bool {
        self.not_texts.iter().any(|word| place.text.contains(word.as_str()))
    }

    fn is_body(&self, text: &str) -> bool {
        let name = text.trim_end_matches(|c: char| !c.is_alphanumeric());
        let name = ["官方网站", "门户网站", "官网", "网站", "网", "主页"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        self.bodies.iter().any(|body| name.ends_with(body.as_str()) || text.trim().ends_with(body.as_str()))
    }
}

fn hit(domain: &OutDomain, aspect: &str) -> Hit {
    let first = domain.occurrences.first();
    let page = first.map(|place| place.url.clone()).unwrap_or_default();
    let text = first.map(|place| place.text.clone()).filter(|text| !text.is_empty()).unwrap_or_else(|| domain.domain.clone());
    Hit {
        url: page.clone(),
        target: Some(domain.url.clone()),
        column: None,
        certainty: Certainty::Suspected,
        values: values_of([
            ("text", text),
            ("domain", domain.domain.clone()),
            ("aspect", format!("@commercial.{aspect}")),
            ("first_page", page),
        ]),
        evidence: vec![super::evidence::quote(&domain.url)],
        occurrences: domain.occurrences.clone(),
        occurrence_count: domain.occurrence_count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};

    fn aspect(domain: &str, text: &str, is_foreign: bool, on_front: bool) -> Option<String> {
        let mut site = site();
        let place = Occurrence { url: "http://gxt.example.gov.cn/".into(), text: text.into(), selector: "a".into() };
        site.leaving.pages = 3;
        site.leaving.domains = vec![OutDomain {
            domain: domain.into(),
            url: format!("http://www.{domain}/"),
            is_foreign,
            on_front,
            occurrences: vec![place],
            occurrence_count: 1,
        }];
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let check = Commercial {
            domains: list(&["jd.com"]),
            not_domains: list(&["wps.cn"]),
            bodies: list(&["协会", "大学"]),
            not_texts: list(&["下载"]),
            fronts: true,
            addresses: true,
        };
        let result = check.run(&site, &context());
        assert_eq!(result.judged, 3);
        result.hits.first().map(|hit| hit.values["aspect"].clone())
    }

    #[test]
    fn shops_are_told_everywhere_and_others_on_fronts_only() {
        assert_eq!(aspect("jd.com", "扶贫馆", false, false).as_deref(), Some("@commercial.listed"));
        assert_eq!(aspect("jinling-soft.com", "技术支持：金陵软件", true, true).as_deref(), Some("@commercial.front"));
        assert_eq!(aspect("jinling-soft.com", "金陵软件", true, false), None, "named in an article");
        assert_eq!(aspect("218.76.24.115", "申报系统下载", false, false).as_deref(), Some("@commercial.address"));
    }

    #[test]
    fn bodies_accounts_readers_and_own_domains_are_none() {
        assert_eq!(aspect("caict-union.com", "中国信息通信协会", true, true), None);
        assert_eq!(aspect("hnu-x.com", "某大学网站", true, true), None);
        assert_eq!(aspect("jd.com", "客户端下载", false, true), None);
        assert_eq!(aspect("wps.cn", "阅读器", true, true), None);
        assert_eq!(aspect("weibo.com", "官方微博", false, true), None, "a known service");
    }
}
