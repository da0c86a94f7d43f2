//! `entry`: whether the home page or a column offers something at all (a channel for questions, services, the catalogue).

use serde::Deserialize;

use super::columns::values_of;
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{SiteFacts, SiteKind};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "entry", placeholders: &[], needs: &[Need::Home], build: from_params::<Entry> };

/// Links below which a home page is drawn by a script, or only leads on.
const LINKS_MIN: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// A link of the home page or the name of a column with one of these words is the entry.
    words: Vec<String>,
    /// Names with one of these words are none.
    #[serde(default)]
    not_words: Vec<String>,
    /// Kinds of sites that must have it.
    kinds: Vec<SiteKind>,
}

impl Check for Entry {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        if !self.kinds.contains(&site.decl.kind) {
            return undetermined("kind-exempt");
        }
        let is_one = |text: &str| {
            self.words.iter().any(|word| text.contains(word.as_str()))
                && !self.not_words.iter().any(|word| text.contains(word.as_str()))
        };
        let links = &site.notes.home_links;
        if links.iter().any(|(text, _)| is_one(text)) || site.columns.iter().any(|column| is_one(&column.name)) {
            return CheckResult { judged: 1, ..CheckResult::default() };
        }
        if links.len() < LINKS_MIN {
            return undetermined("home-drawn-by-script");
        }
        // It may stand behind a picture without words: a person looks.
        let hit = Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty: Certainty::Suspected,
            values: values_of([]),
            evidence: Vec::new(),
            occurrences: Vec::new(),
            occurrence_count: 0,
        };
        CheckResult { judged: 1, hits: vec![hit], undetermined: Vec::new() }
    }
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site};
    use crate::model::site::UrlId;

    fn run(links: &[&str]) -> CheckResult {
        let mut site = site();
        site.notes.home_links = links.iter().map(|text| ((*text).to_owned(), UrlId(1))).collect();
        let entry =
            Entry {
                words: vec!["信箱".into(), "咨询".into()], not_words: vec!["举报".into()], kinds: vec![SiteKind::Portal]
            };
        entry.run(&site, &context())
    }

    #[test]
    fn a_home_page_without_the_entry_is_suspected_and_one_without_links_is_undetermined() {
        let many = ["首页", "动态", "公告", "政策", "机构"];
        assert_eq!(run(&[&many[..], &["厅长信箱"]].concat()).hits.len(), 0);
        assert_eq!(run(&[&many[..], &["举报信箱"]].concat()).hits[0].certainty, Certainty::Suspected);
        assert_eq!(run(&["进入"]).undetermined[0].reason, "home-drawn-by-script");
    }
}
