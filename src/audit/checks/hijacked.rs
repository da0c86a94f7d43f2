//! `hijacked-link`: outside pages that now show gambling, pornography or a domain for sale, or are somebody else's.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Identity, Need, evidence, from_params};
use crate::model::finding::{CheckResult, Evidence, Since};
use crate::model::signs::Hijack;
use crate::model::site::{SiteFacts, TargetFault};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "hijacked-link",
    placeholders: &["kind", "first_page", "text"],
    needs: &[Need::Pages],
    build: from_params::<Hijacked>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hijacked {}

impl Check for Hijacked {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut hits = Vec::new();
        for target in &site.targets {
            let TargetFault::Hijacked { kind, signs } = &target.fault else { continue };
            let mut hit = evidence::target_hit(target, [("kind", format!("@hijack.{}", key(*kind)))]);
            let is_compared = *kind == Hijack::Retitled;
            let shown = signs.iter().enumerate().map(|(nth, sign)| match nth {
                1 if is_compared => Evidence::since(Since::Title, sign.clone(), target.url.to_string()),
                _ => evidence::quote(sign),
            });
            hit.evidence.splice(0..0, shown);
            hits.push(hit);
        }
        CheckResult { judged: site.signs.outside_judged, hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> Identity {
        Identity::Target
    }
}

fn key(kind: Hijack) -> &'static str {
    match kind {
        Hijack::Gambling => "gambling",
        Hijack::Adult => "adult",
        Hijack::Parking => "parking",
        Hijack::Illegal => "illegal",
        Hijack::Elsewhere => "elsewhere",
        Hijack::Retitled => "retitled",
    }
}
