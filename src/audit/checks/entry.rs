//! `entry`: whether the home page or a column offers something at all (a channel for questions, services, the catalogue), and whether
//! what they offer opens.

use serde::Deserialize;

use super::columns::values_of;
use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{SiteFacts, SiteKind, Target, TargetFault};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "entry", placeholders: &["said"], needs: &[Need::Home], build: from_params::<Entry> };

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
        // By text and whether it opens: what is there and known to be dead is no entry.
        let by_links = links.iter().filter(|(text, _)| is_one(text)).map(|(_, id)| dead(site, |target| target.id == *id));
        let columns = site.columns.iter().filter(|column| is_one(&column.name));
        let by_columns = columns.map(|column| dead(site, |target| target.url == column.url));
        let entries: Vec<Option<&Target>> = by_links.chain(by_columns).collect();
        let hit = match entries.first() {
            // It may stand behind a picture without words: a person looks.
            None if links.len() < LINKS_MIN => return undetermined("home-drawn-by-script"),
            None => hit(site, "@entry.any", None),
            Some(Some(first)) if entries.iter().all(Option::is_some) => hit(site, "@entry.opens", Some(first)),
            Some(_) => return CheckResult { judged: 1, ..CheckResult::default() },
        };
        CheckResult { judged: 1, hits: vec![hit], undetermined: Vec::new() }
    }
}

/// The target that is meant, where it is surely not there.
fn dead(site: &SiteFacts, is_meant: impl Fn(&Target) -> bool) -> Option<&Target> {
    site.targets.iter().find(|target| {
        is_meant(target)
            && target.certainty == Certainty::Confirmed
            && matches!(target.fault, TargetFault::Dead | TargetFault::Soft404 { .. })
    })
}

fn hit(site: &SiteFacts, said: &str, dead: Option<&Target>) -> Hit {
    Hit {
        url: site.decl.url.to_string(),
        target: dead.map(|target| target.url.to_string()),
        column: None,
        certainty: Certainty::Suspected,
        values: values_of([("said", said.to_owned())]),
        evidence: dead.map(|target| evidence::of_request(&target.outcome, &target.attempts)).unwrap_or_default(),
        occurrences: dead.map(|target| target.occurrences.clone()).unwrap_or_default(),
        occurrence_count: dead.map_or(0, |target| target.occurrence_count),
    }
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, target};
    use crate::model::site::{TargetClass, UrlId};

    fn entry() -> Entry {
        Entry { words: vec!["信箱".into(), "咨询".into()], not_words: vec!["举报".into()], kinds: vec![SiteKind::Portal] }
    }

    /// Links of a home page, numbered from 1.
    fn linked(texts: &[&str]) -> SiteFacts {
        let mut site = site();
        site.notes.home_links = texts.iter().zip(1..).map(|(text, id)| ((*text).to_owned(), UrlId(id))).collect();
        site
    }

    fn run(texts: &[&str]) -> CheckResult {
        entry().run(&linked(texts), &context())
    }

    #[test]
    fn a_home_page_without_the_entry_is_suspected_and_one_without_links_is_undetermined() {
        let many = ["首页", "动态", "公告", "政策", "机构"];
        assert_eq!(run(&[&many[..], &["厅长信箱"]].concat()).hits.len(), 0);
        let none = run(&[&many[..], &["举报信箱"]].concat());
        assert_eq!((none.hits[0].certainty, none.hits[0].values["said"].as_str()), (Certainty::Suspected, "@entry.any"));
        assert_eq!(run(&["进入"]).undetermined[0].reason, "home-drawn-by-script");
    }

    #[test]
    fn an_entry_that_does_not_open_is_none_unless_another_opens_or_it_is_not_sure() {
        let dead = |id: u32, certainty: Certainty| Target {
            id: UrlId(id),
            certainty,
            ..target("http://gxt.example.gov.cn/hdjl/", TargetClass::Page, TargetFault::Dead)
        };
        let judged = |texts: &[&str], targets: Vec<Target>| {
            let mut site = linked(texts);
            site.targets = targets;
            entry().run(&site, &context())
        };
        let only = judged(&["厅长信箱"], vec![dead(1, Certainty::Confirmed)]);
        assert_eq!(only.hits[0].values["said"], "@entry.opens");
        assert_eq!(only.hits[0].target.as_deref(), Some("http://gxt.example.gov.cn/hdjl/"));
        assert!(judged(&["厅长信箱", "在线咨询"], vec![dead(1, Certainty::Confirmed)]).hits.is_empty());
        assert!(judged(&["厅长信箱"], vec![dead(1, Certainty::Suspected)]).hits.is_empty());
        assert!(judged(&["厅长信箱"], vec![dead(2, Certainty::Confirmed)]).hits.is_empty());
    }
}
