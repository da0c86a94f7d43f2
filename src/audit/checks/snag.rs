//! `snag`: links that are wrong by themselves: into the office's own network, in the clear on a page over TLS, never filled in,
//! to a name that is not on the page.

use serde::Deserialize;

use super::columns::values_of;
use super::{Check, CheckDef, Context, Identity, Need, from_params};
use crate::model::finding::{CheckResult, Evidence, Hit};
use crate::model::site::{SiteFacts, Snag as Found, SnagKind};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "snag", placeholders: &["text", "href", "first_page"], needs: &[Need::Pages], build: from_params::<Snag> };

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Which {
    Intranet,
    MixedContent,
    Placeholder,
    LostAnchor,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snag {
    which: Which,
}

impl Snag {
    fn kind(&self) -> SnagKind {
        match self.which {
            Which::Intranet => SnagKind::Intranet,
            Which::MixedContent => SnagKind::MixedContent,
            Which::Placeholder => SnagKind::Placeholder,
            Which::LostAnchor => SnagKind::LostAnchor,
        }
    }
}

impl Check for Snag {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let kind = self.kind();
        let hits: Vec<Hit> = site.notes.snags.iter().filter(|snag| snag.kind == kind).filter_map(hit).collect();
        let judged = site.notes.snags_judged.get(&kind).copied().unwrap_or(0);
        CheckResult { judged, hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> Identity {
        Identity::Target
    }
}

fn hit(snag: &Found) -> Option<Hit> {
    let first = snag.occurrences.first()?;
    let href = if snag.kind == SnagKind::Placeholder {
        snag.target.split(' ').next().unwrap_or_default().to_owned()
    } else {
        snag.target.clone()
    };
    let text = if first.text.is_empty() { href.clone() } else { first.text.clone() };
    let quote = Evidence {
        kind: "quote".into(),
        text: href.clone(),
        url: Some(first.url.clone()),
        status: None,
        at: None,
        duration_ms: None,
    };
    Some(Hit {
        url: first.url.clone(),
        target: Some(snag.target.clone()),
        column: None,
        certainty: snag.certainty,
        values: values_of([("text", text), ("href", href), ("first_page", first.url.clone())]),
        evidence: vec![quote],
        occurrences: snag.occurrences.clone(),
        occurrence_count: snag.occurrence_count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};
    use crate::model::finding::Certainty;
    use crate::model::site::Occurrence;

    #[test]
    fn only_links_of_its_kind_are_hit_and_what_was_judged_is_counted() {
        let mut site = site();
        let place = Occurrence { url: "http://gxt.example.gov.cn/a".into(), text: "内网".into(), selector: "a".into() };
        let snag = |kind, target: &str| Found {
            kind,
            target: target.into(),
            certainty: Certainty::Confirmed,
            occurrences: vec![place.clone()],
            occurrence_count: 2,
        };
        site.notes.snags = vec![snag(SnagKind::Intranet, "http://10.0.0.1/"), snag(SnagKind::Placeholder, "# 年鉴")];
        site.notes.snags_judged = [(SnagKind::Intranet, 9)].into();
        let result = Snag { which: Which::Intranet }.run(&site, &context());
        assert_eq!((result.judged, result.hits.len()), (9, 1));
        assert_eq!(result.hits[0].target.as_deref(), Some("http://10.0.0.1/"));
        let result = Snag { which: Which::Placeholder }.run(&site, &context());
        assert_eq!(result.hits[0].values["href"], "#");
    }
}
