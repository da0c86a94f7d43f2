//! `privacy-leak`: personal data in the clear on pages and in attachments. What is quoted came masked.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::signs::{Personal, PersonalKind, Shown};
use crate::model::site::SiteFacts;

/// Numbers that are quoted, masked.
const QUOTED_MAX: usize = 10;

pub(super) const CHECK: CheckDef = CheckDef {
    name: "privacy-leak",
    placeholders: &["kinds", "number", "title"],
    needs: &[Need::Pages],
    build: from_params::<Privacy>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Privacy {}

impl Check for Privacy {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let hits = site.signs.personal.iter().map(hit).collect();
        CheckResult { judged: site.signs.pages_judged, hits, undetermined: Vec::new() }
    }
}

fn hit(page: &Shown<Personal>) -> Hit {
    let kinds: BTreeSet<PersonalKind> = page.signs.iter().map(|sign| sign.kind).collect();
    let kind = match kinds.first() {
        Some(PersonalKind::Mobile) => "@personal.mobile",
        Some(PersonalKind::BankCard) => "@personal.bank-card",
        Some(PersonalKind::IdentityNumber) | None => "@personal.identity-number",
    };
    let is_sure = page.signs.iter().any(|sign| sign.is_sure);
    Hit {
        url: page.url.to_string(),
        target: None,
        column: page.column.as_ref().map(ToString::to_string),
        certainty: if is_sure { Certainty::Confirmed } else { Certainty::Suspected },
        values: [
            ("kinds".to_owned(), kind.to_owned()),
            ("number".to_owned(), page.signs.len().to_string()),
            ("title".to_owned(), if page.title.is_empty() { page.url.to_string() } else { page.title.clone() }),
        ]
        .into(),
        evidence: page.signs.iter().take(QUOTED_MAX).map(|sign| evidence::quote(&sign.context)).collect(),
        occurrences: Vec::new(),
        occurrence_count: u32::try_from(page.signs.len()).unwrap_or(u32::MAX),
    }
}
