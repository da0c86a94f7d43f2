//! `redirect-chain`: targets that are reached over more redirects than a visitor should travel. Loops are dead links.

use std::num::NonZeroU32;

use serde::Deserialize;

use super::{Check, CheckDef, Context, Identity, Need, evidence, from_params};
use crate::model::finding::CheckResult;
use crate::model::site::{SiteFacts, TargetFault};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "redirect-chain",
    placeholders: &["hops", "max_hops", "final", "first_page", "text"],
    needs: &[Need::Pages],
    build: from_params::<RedirectChain>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RedirectChain {
    /// Redirects that are still accepted.
    #[serde(default = "three")]
    max_hops: NonZeroU32,
}

const fn three() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(2)
}

impl Check for RedirectChain {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut hits = Vec::new();
        for target in site.targets.iter().filter(|target| target.fault == TargetFault::Chain) {
            let Some(reply) = target.outcome.reply() else { continue };
            if reply.hops.len() <= self.max_hops.get() as usize {
                continue;
            }
            hits.push(evidence::target_hit(
                target,
                [
                    ("hops", reply.hops.len().to_string()),
                    ("max_hops", self.max_hops.to_string()),
                    ("final", reply.final_url.to_string()),
                ],
            ));
        }
        CheckResult { judged: site.judged.values().sum(), hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> Identity {
        Identity::Target
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, reply_from, site, target, url};
    use crate::model::outcome::{Hop, Outcome};
    use crate::model::site::TargetClass;

    #[test]
    fn only_more_hops_than_allowed_are_a_chain() {
        for (hops, found) in [(3, 0), (4, 1)] {
            let mut site = site();
            let mut chained = target("http://gxt.example.gov.cn/a", TargetClass::Page, TargetFault::Chain);
            let mut reply = reply_from(200, "http://gxt.example.gov.cn/b");
            reply.hops =
                (0..hops).map(|nth| Hop { url: url(&format!("http://gxt.example.gov.cn/h{nth}")), status: 302 }).collect();
            chained.outcome = Outcome::Reply(Box::new(reply));
            site.targets.push(chained);
            let result = RedirectChain { max_hops: three() }.run(&site, &context());
            assert_eq!(result.hits.len(), found, "{hops} hops");
            assert_eq!(result.judged, 12);
            if let Some(hit) = result.hits.first() {
                assert_eq!((hit.values["hops"].as_str(), hit.values["final"].as_str()), ("4", "http://gxt.example.gov.cn/b"));
            }
        }
    }
}
