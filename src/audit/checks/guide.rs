//! `guide`: service guides that lack elements, or name their materials with a catch-all.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::details::GuideElement;
use crate::model::finding::{Certainty, CheckResult, Hit};
use crate::model::site::{NoteSource, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "guide",
    placeholders: &["title", "aspect", "what", "missing"],
    needs: &[Need::Pages],
    build: from_params::<Guide>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    /// Classes of elements from whose lack on (inclusive) a guide is incomplete.
    missing_min: usize,
    /// A catch-all among the materials counts too.
    catch_all: bool,
}

impl Check for Guide {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut result = CheckResult::default();
        for note in site.notes.notes.iter().filter(|note| note.source == NoteSource::Page) {
            let Some(guide) = &note.details.guide else { continue };
            result.judged += 1;
            let missing: Vec<&str> = GuideElement::ALL
                .into_iter()
                .filter(|element| !guide.elements.contains(element))
                .map(GuideElement::name)
                .collect();
            let (aspect, what) = match &guide.vague {
                _ if missing.len() >= self.missing_min.max(1) => ("@guide.lacking", missing.join("、")),
                Some(words) if self.catch_all => ("@guide.vague", words.clone()),
                _ => continue,
            };
            let present: Vec<&str> = guide.elements.iter().map(|element| element.name()).collect();
            let mut pieces = vec![evidence("quote", present.join("、"), Some(note.url.to_string()))];
            pieces.extend(guide.vague.iter().map(|words| evidence("quote", words.clone(), Some(note.url.to_string()))));
            result.hits.push(Hit {
                url: note.url.to_string(),
                target: None,
                column: note.column.as_ref().map(ToString::to_string),
                // What the text does not name may stand in its picture or file; a catch-all is read where it stands.
                certainty: if guide.has_more && aspect == "@guide.lacking" {
                    Certainty::Suspected
                } else {
                    Certainty::Confirmed
                },
                values: values_of([
                    ("title", note.title.clone()),
                    ("aspect", aspect.to_owned()),
                    ("what", what),
                    ("missing", missing.len().to_string()),
                ]),
                evidence: pieces,
                occurrences: Vec::new(),
                occurrence_count: 0,
            });
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, url};
    use crate::model::details::{Details, GuideFacts};
    use crate::model::site::Note;

    fn run(elements: &[GuideElement], vague: Option<&str>) -> CheckResult {
        let mut site = site();
        let guide = GuideFacts { elements: elements.to_vec(), vague: vague.map(str::to_owned), has_more: false };
        site.notes.notes = vec![Note {
            source: NoteSource::Page,
            url: url("http://gxt.example.gov.cn/bszn/1.html"),
            title: "备案办事指南".into(),
            text: String::new(),
            date: None,
            column: None,
            details: Details { guide: Some(guide), ..Details::default() },
        }];
        Guide { missing_min: 1, catch_all: true }.run(&site, &context())
    }

    #[test]
    fn a_whole_guide_is_clear_and_a_lacking_one_says_what() {
        assert_eq!(run(&GuideElement::ALL, None), CheckResult { judged: 1, ..CheckResult::default() });
        let hit = &run(&GuideElement::ALL[..6], None).hits[0];
        assert_eq!((hit.values["what"].as_str(), hit.values["missing"].as_str()), ("联系电话、办理流程", "2"));
        assert_eq!(run(&GuideElement::ALL, Some("其他材料")).hits[0].values["aspect"], "@guide.vague");
    }
}
