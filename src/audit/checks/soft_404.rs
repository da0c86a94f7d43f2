//! `soft-404`: pages that answer 200 and say that there is nothing, or lead home instead.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Identity, Need, evidence, from_params};
use crate::model::finding::CheckResult;
use crate::model::site::{SiteFacts, TargetClass, TargetFault};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "soft-404",
    placeholders: &["sign", "first_page", "text"],
    needs: &[Need::Pages],
    build: from_params::<SoftNotFound>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SoftNotFound {}

impl Check for SoftNotFound {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut hits = Vec::new();
        for target in &site.targets {
            let TargetFault::Soft404 { signs } = &target.fault else { continue };
            let mut hit = evidence::target_hit(target, [("sign", signs.first().cloned().unwrap_or_default())]);
            hit.evidence.extend(signs.iter().map(|sign| evidence::quote(sign)));
            hits.push(hit);
        }
        let judged = site.judged.get(&TargetClass::Page).copied().unwrap_or(0);
        CheckResult { judged, hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> Identity {
        Identity::Target
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, target};

    #[test]
    fn the_signs_are_quoted_and_dead_pages_are_not_spoken_of() {
        let mut site = site();
        let fault = TargetFault::Soft404 { signs: vec!["您访问的页面不存在".into()] };
        site.targets.push(target("http://gxt.example.gov.cn/gone.html", TargetClass::Page, fault));
        site.targets.push(target("http://gxt.example.gov.cn/dead.html", TargetClass::Page, TargetFault::Dead));
        let result = SoftNotFound {}.run(&site, &context());
        assert_eq!((result.judged, result.hits.len()), (10, 1));
        assert_eq!(result.hits[0].values["sign"], "您访问的页面不存在");
        assert_eq!(result.hits[0].evidence.last().unwrap().text, "您访问的页面不存在");
    }
}
