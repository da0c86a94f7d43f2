//! `hidden-link`: blocks of links to foreign hosts that a visitor cannot see.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::audit::OCCURRENCES_MAX;
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit};
use crate::model::signs::{HiddenLink, HiddenWay, Shown};
use crate::model::site::{Occurrence, SiteFacts};

/// Links that are quoted.
const QUOTED_MAX: usize = 40;

pub(super) const CHECK: CheckDef = CheckDef {
    name: "hidden-link",
    placeholders: &["hosts", "way", "pages", "text"],
    needs: &[Need::Pages],
    build: from_params::<Hidden>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hidden {}

impl Check for Hidden {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let hits = site.signs.hidden.iter().filter_map(hit).collect();
        CheckResult { judged: site.signs.pages_judged, hits, undetermined: Vec::new() }
    }
}

fn hit(block: &Shown<HiddenLink>) -> Option<Hit> {
    let first = block.signs.first()?;
    let hosts: BTreeSet<&str> = block.signs.iter().map(|link| link.url.host()).collect();
    let way = if first.by_script { "@hidden.script".to_owned() } else { format!("@hidden.{}", key(first.way)) };
    let mut shown: Vec<Evidence> = vec![evidence::quote(&first.style)];
    shown.extend(block.signs.iter().take(QUOTED_MAX).map(|link| Evidence {
        url: Some(link.url.to_string()),
        ..evidence::quote(if link.text.is_empty() { link.url.as_str() } else { &link.text })
    }));
    let occurrence = |url: &crate::url::PageUrl| Occurrence {
        url: url.to_string(),
        text: first.text.clone(),
        selector: first.selector.clone(),
    };
    Some(Hit {
        url: block.url.to_string(),
        target: Some(first.url.to_string()),
        column: None,
        certainty: if first.is_sure { Certainty::Confirmed } else { Certainty::Suspected },
        values: [
            ("hosts".to_owned(), hosts.len().to_string()),
            ("way".to_owned(), way),
            ("pages".to_owned(), block.pages.to_string()),
            ("text".to_owned(), if first.text.is_empty() { first.url.to_string() } else { first.text.clone() }),
        ]
        .into(),
        evidence: shown,
        occurrences: block.others.iter().take(OCCURRENCES_MAX).map(occurrence).collect(),
        occurrence_count: block.pages,
    })
}

fn key(way: HiddenWay) -> &'static str {
    match way {
        HiddenWay::Display | HiddenWay::Visibility => "display",
        HiddenWay::Opacity | HiddenWay::Colour => "colour",
        HiddenWay::Size | HiddenWay::FontSize | HiddenWay::Marquee => "size",
        HiddenWay::Position | HiddenWay::Indent => "position",
    }
}
