//! The user's list of findings to set aside: which entry speaks of which finding, which has run out, which never did anything.

use std::collections::BTreeSet;

use jiff::civil::Date;
use regex::Regex;

use crate::model::finding::Finding;
use crate::model::report::{IgnoreLine, IgnoreState};
use crate::model::run::IgnoreDecl;
use crate::model::signs::{Shown, Typo};
use crate::url::PageUrl;

/// Ids of findings that are named for an entry; the whole number stands beside them.
const IDS_MAX: usize = 1_000;

struct Entry<'a> {
    decl: &'a IgnoreDecl,
    pattern: Option<Regex>,
    is_over: bool,
    count: u32,
    findings: Vec<String>,
    /// Of an entry with a word: pages on which nothing else is wrong.
    pages: BTreeSet<String>,
}

/// The entries of one run, and what they have set aside so far.
pub(super) struct IgnoreList<'a>(Vec<Entry<'a>>);

impl<'a> IgnoreList<'a> {
    /// `today`: the monitoring day; an entry holds to the end of its last day. The configuration has checked patterns and dates.
    pub(super) fn new(decls: &'a [IgnoreDecl], today: Date) -> Self {
        let entry = |decl: &'a IgnoreDecl| Entry {
            decl,
            pattern: decl.url.as_deref().and_then(|url| Regex::new(url).ok()),
            is_over: decl.until.as_deref().and_then(|until| until.parse::<Date>().ok()).is_some_and(|until| until < today),
            count: 0,
            findings: Vec::new(),
            pages: BTreeSet::new(),
        };
        Self(decls.iter().map(entry).collect())
    }

    /// Takes the words that are right here out of what the pages show. A page that shows nothing else stays, so that its finding
    /// is set aside under its own id.
    pub(super) fn set_words_aside(&mut self, pages: &mut [Shown<Typo>]) {
        for page in pages {
            let mut kept: Vec<Typo> = Vec::new();
            let mut fitting: BTreeSet<usize> = BTreeSet::new();
            for typo in &page.signs {
                let fits = |entry: &Entry<'_>| entry.allows(&typo.wrong, &page.url);
                let holding = self.0.iter().position(|entry| !entry.is_over && fits(entry));
                fitting.extend(holding.or_else(|| self.0.iter().position(fits)));
                if holding.is_none() {
                    kept.push(typo.clone());
                }
            }
            let is_all = kept.is_empty();
            let mut first = is_all;
            for at in fitting {
                let entry = &mut self.0[at];
                if first && !entry.is_over {
                    entry.pages.insert(page.url.to_string());
                    first = false;
                } else {
                    entry.count += 1;
                }
            }
            if !is_all {
                page.signs = kept;
            }
        }
    }

    /// Takes out of `findings` what is to be set aside. The first entry that fits counts it; one that has run out counts what
    /// it would have set aside, and sets nothing aside.
    pub(super) fn set_aside(&mut self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| {
            let mut fitting = self.0.iter_mut().filter(|entry| entry.speaks_of(finding)).collect::<Vec<_>>();
            fitting.sort_by_key(|entry| entry.is_over);
            let Some(entry) = fitting.into_iter().next() else { return true };
            entry.count += 1;
            if entry.findings.len() < IDS_MAX {
                entry.findings.push(finding.id.clone());
            }
            entry.is_over
        });
    }

    /// One line an entry, in the user's order.
    pub(super) fn into_lines(self) -> Vec<IgnoreLine> {
        // a finding that an office set aside and that is gone needs no line
        let is_told = |entry: &Entry<'_>| entry.decl.review.is_none() || entry.count > 0;
        self.0
            .into_iter()
            .filter(is_told)
            .map(|entry| IgnoreLine {
                rule: entry.decl.rule.clone(),
                url: entry.decl.url.clone(),
                word: entry.decl.word.clone(),
                reason: entry.decl.reason.clone(),
                until: entry.decl.until.clone(),
                state: match (entry.is_over, entry.count) {
                    (true, _) => IgnoreState::Expired,
                    (false, 0) => IgnoreState::Unused,
                    (false, _) => IgnoreState::Applied,
                },
                count: entry.count,
                findings: entry.findings,
                review: entry.decl.review.clone(),
            })
            .collect()
    }
}

impl Entry<'_> {
    /// The word is right on this page.
    fn allows(&self, word: &str, url: &PageUrl) -> bool {
        let is_readable = self.decl.url.is_some() == self.pattern.is_some();
        self.decl.word.as_deref() == Some(word)
            && is_readable
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(url.as_str()))
    }

    fn speaks_of(&self, finding: &Finding) -> bool {
        if !self.decl.findings.is_empty() {
            return self.decl.findings.contains(&finding.id);
        }
        if self.decl.word.is_some() {
            return self.decl.rule.as_ref().is_some_and(|rule| *rule == finding.rule) && self.pages.contains(&finding.url);
        }
        let fits = |pattern: &Regex| {
            pattern.is_match(finding.target.as_deref().unwrap_or(&finding.url)) || pattern.is_match(&finding.url)
        };
        // a pattern that cannot be read fits nothing, rather than everything
        let is_readable = self.decl.url.is_some() == self.pattern.is_some();
        is_readable
            && (self.decl.rule.is_some() || self.pattern.is_some())
            && self.decl.rule.as_ref().is_none_or(|rule| *rule == finding.rule)
            && self.pattern.as_ref().is_none_or(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Certainty, Level};
    use crate::model::review::Mark;
    use crate::model::run::Reviewed;

    const TODAY: Date = jiff::civil::date(2026, 11, 24);

    fn decl(rule: Option<&str>, url: Option<&str>, until: Option<&str>) -> IgnoreDecl {
        IgnoreDecl {
            rule: rule.map(str::to_owned),
            url: url.map(str::to_owned),
            reason: "已报主管部门".into(),
            until: until.map(str::to_owned),
            ..IgnoreDecl::default()
        }
    }

    fn finding(rule: &str, url: &str, target: Option<&str>) -> Finding {
        Finding {
            id: format!("{rule} {url}"),
            rule: rule.into(),
            rule_title: String::new(),
            indicator: None,
            level: Level::Deduct,
            verdict: Certainty::Confirmed,
            site: "gxt.example.gov.cn".into(),
            url: url.into(),
            target: target.map(str::to_owned),
            column: None,
            column_url: None,
            office: None,
            message: String::new(),
            evidence: Vec::new(),
            occurrences: Vec::new(),
            occurrence_count: 0,
            first_seen: String::new(),
            last_seen: String::new(),
            runs_in_a_row: 1,
            advice: String::new(),
        }
    }

    fn three() -> Vec<Finding> {
        vec![
            finding("link.broken", "http://a.cn/", Some("http://a.cn/old/1.html")),
            finding("link.broken", "http://a.cn/b.html", Some("http://a.cn/new/2.html")),
            finding("column.stale", "http://a.cn/old/", None),
        ]
    }

    fn apply(decls: &[IgnoreDecl]) -> (usize, Vec<(IgnoreState, u32)>) {
        let mut list = IgnoreList::new(decls, TODAY);
        let mut findings = three();
        list.set_aside(&mut findings);
        (findings.len(), list.into_lines().iter().map(|line| (line.state, line.count)).collect())
    }

    #[test]
    fn rule_and_address_must_both_fit() {
        assert_eq!(apply(&[decl(Some("link.broken"), Some("/old/"), None)]), (2, vec![(IgnoreState::Applied, 1)]));
        assert_eq!(apply(&[decl(Some("link.broken"), None, None)]), (1, vec![(IgnoreState::Applied, 2)]));
        assert_eq!(apply(&[decl(None, Some("/old/"), None)]), (1, vec![(IgnoreState::Applied, 2)]));
        assert_eq!(apply(&[decl(None, None, None)]), (3, vec![(IgnoreState::Unused, 0)]));
        assert_eq!(apply(&[decl(None, Some("("), None)]), (3, vec![(IgnoreState::Unused, 0)]));
    }

    #[test]
    fn an_entry_holds_to_the_end_of_its_last_day() {
        assert_eq!(apply(&[decl(None, Some("/old/"), Some("2026-11-24"))]), (1, vec![(IgnoreState::Applied, 2)]));
        assert_eq!(apply(&[decl(None, Some("/old/"), Some("2026-11-23"))]), (3, vec![(IgnoreState::Expired, 2)]));
    }

    #[test]
    fn an_entry_that_never_fires_is_told_and_an_expired_one_does_not_hide_behind_another() {
        let decls = [
            decl(Some("link.broken"), None, Some("2020-01-01")),
            decl(Some("link.broken"), Some("/old/"), None),
            decl(Some("link.broken"), Some("/old/1"), None),
            decl(Some("element.icp"), None, None),
        ];
        let (left, lines) = apply(&decls);
        assert_eq!(left, 2);
        let expected =
            [(IgnoreState::Expired, 1), (IgnoreState::Applied, 1), (IgnoreState::Unused, 0), (IgnoreState::Unused, 0)];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_review_speaks_of_its_findings_alone_and_is_silent_when_they_are_gone() {
        let review = Some(Reviewed { mark: Mark::FalseAlarm, person: "张三".into(), day: Some("2026-11-25".into()) });
        let of = |id: &str| IgnoreDecl { findings: vec![id.into()], review: review.clone(), ..decl(None, None, None) };
        let decls = [of("column.stale http://a.cn/old/"), of("link.broken http://gone.cn/")];
        let mut list = IgnoreList::new(&decls, TODAY);
        let mut findings = three();
        list.set_aside(&mut findings);
        let lines = list.into_lines();
        assert_eq!((findings.len(), lines.len(), lines[0].count), (2, 1, 1));
        assert_eq!(lines[0].review.as_ref().map(|by| by.mark), Some(Mark::FalseAlarm));
    }

    fn allowed(word: &str, until: Option<&str>) -> IgnoreDecl {
        IgnoreDecl { word: Some(word.into()), ..decl(Some("content.typo"), None, until) }
    }

    fn page(path: &str, words: &[&str]) -> Shown<Typo> {
        let url = crate::audit::testing::url(&format!("http://a.cn{path}"));
        let typo = |word: &&str| Typo {
            wrong: (*word).to_owned(),
            right: "部署".into(),
            context: String::new(),
            is_likely: false,
            by_dictionary: false,
        };
        Shown {
            url: url.clone(),
            title: String::new(),
            column: None,
            signs: words.iter().map(typo).collect(),
            pages: 1,
            others: vec![url],
        }
    }

    #[test]
    fn a_word_that_is_right_here_is_taken_off_and_a_page_with_nothing_else_is_set_aside_under_its_id() {
        let decls = [allowed("布署", None), allowed("关健", None), allowed("按装", None)];
        let mut list = IgnoreList::new(&decls, TODAY);
        let mut pages = [page("/1.html", &["布署", "拔款"]), page("/2.html", &["布署", "关健"]), page("/3.html", &["拔款"])];
        list.set_words_aside(&mut pages);
        let left: Vec<usize> = pages.iter().map(|page| page.signs.len()).collect();
        assert_eq!(left, [1, 2, 1], "the second page keeps its words for its finding");
        let mut findings: Vec<Finding> = pages.iter().map(|page| finding("content.typo", page.url.as_str(), None)).collect();
        list.set_aside(&mut findings);
        assert_eq!(findings.len(), 2);
        let lines = list.into_lines();
        let said: Vec<_> = lines.iter().map(|line| (line.word.as_deref().unwrap(), line.state, line.count)).collect();
        let expected = [("布署", IgnoreState::Applied, 2), ("关健", IgnoreState::Applied, 1), ("按装", IgnoreState::Unused, 0)];
        assert_eq!(said, expected);
        assert_eq!(lines[0].findings, ["content.typo http://a.cn/2.html"]);
    }

    #[test]
    fn a_word_whose_last_day_is_over_is_wrong_again() {
        let decls = [allowed("布署", Some("2026-11-23"))];
        let mut list = IgnoreList::new(&decls, TODAY);
        let mut pages = [page("/1.html", &["布署"])];
        list.set_words_aside(&mut pages);
        let mut findings = vec![finding("content.typo", "http://a.cn/1.html", None)];
        list.set_aside(&mut findings);
        assert_eq!((findings.len(), list.into_lines()[0].state), (1, IgnoreState::Expired));
    }
}
