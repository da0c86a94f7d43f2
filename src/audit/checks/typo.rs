//! `typo`: wrong words on the site's pages.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::signs::{Shown, Typo};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "typo", placeholders: &["wrong", "right", "title"], needs: &[Need::Pages], build: from_params::<Typos> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typos {}

impl Check for Typos {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let hits = site.signs.typos.iter().filter_map(hit).collect();
        CheckResult { judged: site.signs.pages_judged, hits, undetermined: Vec::new() }
    }
}

fn hit(page: &Shown<Typo>) -> Option<Hit> {
    let first = page.signs.iter().find(|typo| !typo.is_likely).or_else(|| page.signs.first())?;
    let pair = |typo: &Typo| format!("{}→{}：{}", typo.wrong, typo.right, typo.context);
    Some(Hit {
        url: page.url.to_string(),
        target: None,
        column: page.column.as_ref().map(ToString::to_string),
        certainty: if first.is_likely { Certainty::Suspected } else { Certainty::Confirmed },
        values: [
            ("wrong".to_owned(), first.wrong.clone()),
            ("right".to_owned(), first.right.clone()),
            ("title".to_owned(), if page.title.is_empty() { page.url.to_string() } else { page.title.clone() }),
        ]
        .into(),
        evidence: page.signs.iter().map(|typo| evidence::quote(&pair(typo))).collect(),
        occurrences: Vec::new(),
        occurrence_count: u32::try_from(page.signs.len()).unwrap_or(u32::MAX),
    })
}
