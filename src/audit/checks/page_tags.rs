//! `page-tags`: the tags that the head of a page must have (网页标签规范): one hit a site for those that are lacking, one for each
//! tag that says something else than its page.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{Occurrence, SiteFacts, TaggedKind};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "page-tags", placeholders: &["aspect", "tags"], needs: &[Need::Home], build: from_params::<PageTags> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageTags {
    /// Percent of the pages of one kind (home, column, article) from which on (inclusive) a tag is lacking; a page or two may be
    /// an old one.
    lacking_percent: u32,
}

impl Check for PageTags {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let judged: u32 = site.notes.tags.values().map(|tally| tally.pages).sum();
        let mut hits: Vec<Hit> = self.lacking(site).into_iter().collect();
        hits.extend(site.notes.untrue_tags.iter().map(|untrue| Hit {
            url: untrue.url.to_string(),
            target: Some(format!("{}#{}", untrue.url, untrue.tag)),
            column: None,
            certainty: Certainty::Confirmed,
            values: values_of([
                ("aspect", "@tags.untrue".to_owned()),
                ("tags", format!("{}={}（{}）", untrue.tag, untrue.value, untrue.shown)),
            ]),
            evidence: vec![
                evidence("quote", format!("{}: {}", untrue.tag, untrue.value), Some(untrue.url.to_string())),
                evidence("quote", untrue.shown.clone(), Some(untrue.url.to_string())),
            ],
            occurrences: Vec::new(),
            occurrence_count: 0,
        }));
        CheckResult { judged, hits, undetermined: Vec::new() }
    }
}

impl PageTags {
    fn lacking(&self, site: &SiteFacts) -> Option<Hit> {
        let mut tags: BTreeSet<&str> = BTreeSet::new();
        let mut pieces = Vec::new();
        let mut pages: BTreeSet<&String> = BTreeSet::new();
        for (kind, tally) in &site.notes.tags {
            for (tag, (count, examples)) in &tally.lacking {
                if u64::from(*count) * 100 < u64::from(tally.pages) * u64::from(self.lacking_percent) {
                    continue;
                }
                tags.insert(tag);
                pages.extend(examples);
                pieces.push(evidence("note", format!("@tags {} {tag} {count} {}", key(*kind), tally.pages), None));
            }
        }
        if tags.is_empty() {
            return None;
        }
        let place = |url: &&String| Occurrence { url: (*url).clone(), text: String::new(), selector: "head".to_owned() };
        Some(Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty: Certainty::Confirmed,
            values: values_of([
                ("aspect", "@tags.lacking".to_owned()),
                ("tags", tags.into_iter().collect::<Vec<_>>().join("、")),
            ]),
            evidence: pieces,
            occurrence_count: u32::try_from(pages.len()).unwrap_or(u32::MAX),
            occurrences: pages.iter().map(place).collect(),
        })
    }
}

fn key(kind: TaggedKind) -> &'static str {
    match kind {
        TaggedKind::Home => "home",
        TaggedKind::Column => "column",
        TaggedKind::Article => "article",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};
    use crate::model::site::TagTally;

    #[test]
    fn a_tag_that_most_pages_lack_is_lacking_and_a_stray_page_is_not() {
        let mut site = site();
        let lacking = |tag: &str, count| (tag.to_owned(), (count, BTreeSet::from(["http://a.gov.cn/x".to_owned()])));
        let tally = TagTally { pages: 100, lacking: [lacking("PubDate", 60), lacking("ContentSource", 3)].into() };
        site.notes.tags = [(TaggedKind::Article, tally)].into();
        let result = PageTags { lacking_percent: 50 }.run(&site, &context());
        assert_eq!(result.judged, 100);
        assert_eq!(result.hits.len(), 1);
        assert_eq!(result.hits[0].values["tags"], "PubDate");
    }
}
