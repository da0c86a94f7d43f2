//! `tampered`: own pages whose titles or keywords hold words of gambling, pornography or illegal trade.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::signs::UnsuitableKind;
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "tampered", placeholders: &["word", "title"], needs: &[Need::Pages], build: from_params::<Tampered> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tampered {}

impl Check for Tampered {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut hits = Vec::new();
        for page in &site.signs.unsuitable {
            let signs: Vec<_> = page.signs.iter().filter(|sign| sign.kind != UnsuitableKind::Parking).collect();
            let Some(first) = signs.first() else { continue };
            hits.push(Hit {
                url: page.url.to_string(),
                target: None,
                column: page.column.as_ref().map(ToString::to_string),
                certainty: Certainty::Suspected,
                values: [("word".to_owned(), first.word.clone()), ("title".to_owned(), page.title.clone())].into(),
                evidence: signs.iter().map(|sign| evidence::quote(&sign.context)).collect(),
                occurrences: Vec::new(),
                occurrence_count: 1,
            });
        }
        CheckResult { judged: site.signs.pages_judged, hits, undetermined: Vec::new() }
    }
}
