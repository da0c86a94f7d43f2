//! `unfinished`: pages whose words say that their content is still to come, and test pages that were left behind.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{NoteSource, SiteFacts};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "unfinished", placeholders: &["title", "words"], needs: &[Need::Pages], build: from_params::<Unfinished> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unfinished {}

impl Check for Unfinished {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut hits = Vec::new();
        for note in site.notes.notes.iter().filter(|note| note.source == NoteSource::Page) {
            let Some(words) = &note.details.placeholder else { continue };
            hits.push(Hit {
                url: note.url.to_string(),
                target: None,
                column: note.column.as_ref().map(ToString::to_string),
                certainty: Certainty::Confirmed,
                values: values_of([("title", note.title.clone()), ("words", words.clone())]),
                evidence: vec![evidence("quote", words.clone(), Some(note.url.to_string()))],
                occurrences: Vec::new(),
                occurrence_count: 0,
            });
        }
        CheckResult { judged: site.notes.text_pages, hits, undetermined: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};

    #[test]
    fn a_site_without_such_pages_is_clear_once_pages_were_read() {
        let mut site = site();
        site.notes.text_pages = 3;
        let result = Unfinished {}.run(&site, &context());
        assert_eq!((result.judged, result.hits.len()), (3, 0));
    }
}
