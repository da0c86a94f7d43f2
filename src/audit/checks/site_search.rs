//! `site-search`: whether the home page offers a search of the site, and whose it is. What it finds is for a person.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{SiteFacts, SiteKind};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "site-search", placeholders: &["aspect"], needs: &[Need::Home], build: from_params::<SiteSearch> };

/// Characters of text below which a home page is drawn by a script.
const DRAWN_CHARS_MIN: u32 = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteSearch {
    /// Kinds of sites that must have one.
    kinds: Vec<SiteKind>,
}

impl Check for SiteSearch {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let home = site.home.as_ref().and_then(|home| home.facts.as_ref());
        let is_drawn = home.is_none_or(|facts| facts.text.all_chars < DRAWN_CHARS_MIN);
        if !self.kinds.contains(&site.decl.kind) {
            return undetermined("kind-exempt");
        }
        match &site.front.search {
            Some(search) if search.is_engine => {
                let address = search.url.as_ref().map(ToString::to_string).unwrap_or_default();
                hit(site, "engine", vec![evidence("quote", address, None)])
            }
            Some(_) => CheckResult { judged: 1, ..CheckResult::default() },
            None if is_drawn => undetermined("home-drawn-by-script"),
            None if site.front.may_search => undetermined("search-by-script"),
            None => hit(site, "missing", Vec::new()),
        }
    }
}

fn hit(site: &SiteFacts, aspect: &str, evidence: Vec<crate::model::finding::Evidence>) -> CheckResult {
    let hit = Hit {
        url: site.decl.url.to_string(),
        target: None,
        column: None,
        certainty: Certainty::Suspected,
        values: values_of([("aspect", format!("@search.{aspect}"))]),
        evidence,
        occurrences: Vec::new(),
        occurrence_count: 0,
    };
    CheckResult { judged: 1, hits: vec![hit], undetermined: Vec::new() }
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};
    use crate::model::details::{SearchFact, SearchWay};

    fn run(search: Option<SearchFact>, may_search: bool) -> CheckResult {
        let mut site = site();
        site.home.as_mut().unwrap().facts.as_mut().unwrap().text.all_chars = 900;
        site.front.search = search;
        site.front.may_search = may_search;
        SiteSearch { kinds: vec![SiteKind::Portal, SiteKind::SecondLevel] }.run(&site, &context())
    }

    #[test]
    fn a_home_page_without_a_search_is_suspected_and_a_hint_at_one_leaves_it_undetermined() {
        let search = |is_engine| Some(SearchFact { way: SearchWay::Form, url: None, text: String::new(), is_engine });
        assert_eq!(run(None, false).hits[0].values["aspect"], "@search.missing");
        assert_eq!(run(None, true).undetermined[0].reason, "search-by-script");
        assert_eq!((run(search(false), false).judged, run(search(false), false).hits.len()), (1, 0));
        assert_eq!(run(search(true), false).hits[0].values["aspect"], "@search.engine");
    }
}
