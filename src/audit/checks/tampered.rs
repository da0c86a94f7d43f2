//! `tampered`: own pages whose titles or keywords hold words of gambling, pornography or illegal trade, and home and column pages
//! that are not what they were in the run before.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Since};
use crate::model::signs::{FrontChange, Shown, Unsuitable, UnsuitableKind};
use crate::model::site::{Occurrence, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "tampered",
    placeholders: &["word", "title", "sign"],
    needs: &[Need::Pages],
    build: from_params::<Tampered>,
};

/// New hosts that are quoted.
const HOSTS_SHOWN: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tampered {
    /// New foreign domains on a home or column page from which on it may have been tampered with.
    hosts_min: usize,
    /// The same for different unsuitable words, where it had none.
    words_min: usize,
}

impl Check for Tampered {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let in_titles = site.signs.unsuitable.iter().filter_map(of_title);
        let changed = site.signs.changed.iter().filter_map(|page| self.of_change(page));
        CheckResult { judged: site.signs.pages_judged, hits: in_titles.chain(changed).collect(), undetermined: Vec::new() }
    }
}

fn of_title(page: &Shown<Unsuitable>) -> Option<Hit> {
    let signs: Vec<_> = page.signs.iter().filter(|sign| sign.kind != UnsuitableKind::Parking).collect();
    let first = signs.first()?;
    let shown = signs.iter().map(|sign| evidence::quote(&sign.context)).collect();
    Some(hit(page, format!("@tampered-word {}", first.word), &first.word, shown))
}

impl Tampered {
    /// The plainest sign leads; the others stand in the evidence.
    fn of_change(&self, page: &Shown<FrontChange>) -> Option<Hit> {
        let change = page.signs.first()?;
        let since = |kind, text| Evidence::since(kind, text, page.url.to_string());
        let mut signs: Vec<String> = Vec::new();
        let mut shown: Vec<Evidence> = Vec::new();
        if change.words.len() >= self.words_min {
            signs.push(format!("@tampered-words {}", change.words.join("、")));
            shown.extend(change.words.iter().map(|word| since(Since::Word, word.clone())));
        }
        if change.hosts.len() >= self.hosts_min {
            signs.push(format!("@tampered-hosts {}", change.hosts.len()));
            shown.extend(
                change.hosts.iter().take(HOSTS_SHOWN).map(|(domain, text)| since(Since::Host, format!("{text} {domain}"))),
            );
        }
        if let Some(then) = &change.title_then {
            signs.push("@tampered.retitled".to_owned());
            shown.push(Evidence { kind: "note".into(), ..evidence::quote("@tampered.then") });
            shown.push(evidence::quote(then));
            shown.push(since(Since::Title, change.title_now.clone()));
        }
        let lead = signs.first()?.clone();
        let word = change.words.first().cloned().unwrap_or_default();
        let mut found = hit(page, lead, &word, shown);
        found.occurrence_count = page.pages;
        found.occurrences = page.others.iter().map(occurrence).collect();
        Some(found)
    }
}

fn hit<T>(page: &Shown<T>, sign: String, word: &str, evidence: Vec<Evidence>) -> Hit {
    let title = if page.title.is_empty() { page.url.to_string() } else { page.title.clone() };
    Hit {
        url: page.url.to_string(),
        target: None,
        column: page.column.as_ref().map(ToString::to_string),
        certainty: Certainty::Suspected,
        values: [("word".to_owned(), word.to_owned()), ("title".to_owned(), title), ("sign".to_owned(), sign)].into(),
        evidence,
        occurrences: Vec::new(),
        occurrence_count: 1,
    }
}

fn occurrence(url: &crate::url::PageUrl) -> Occurrence {
    Occurrence { url: url.to_string(), text: String::new(), selector: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, url};

    fn found(change: FrontChange) -> Vec<String> {
        let mut site = site();
        site.signs.pages_judged = 5;
        site.signs.changed = vec![Shown {
            url: url("http://gxt.example.gov.cn/"),
            title: "首页".into(),
            column: None,
            signs: vec![change],
            pages: 1,
            others: vec![url("http://gxt.example.gov.cn/")],
        }];
        let result = Tampered { hosts_min: 10, words_min: 3 }.run(&site, &context());
        assert!(result.hits.iter().all(|hit| hit.certainty == Certainty::Suspected));
        result.hits.iter().map(|hit| hit.values["sign"].clone()).collect()
    }

    fn hosts(count: usize) -> Vec<(String, String)> {
        (0..count).map(|nth| (format!("farm{nth}.com"), "减肥".to_owned())).collect()
    }

    #[test]
    fn many_new_hosts_words_that_were_not_there_and_a_strange_title_are_suspected() {
        assert_eq!(found(FrontChange { hosts: hosts(12), ..FrontChange::default() }), ["@tampered-hosts 12"]);
        let words = ["赌场", "百家乐", "彩金"].map(str::to_owned).to_vec();
        assert_eq!(
            found(FrontChange { words, hosts: hosts(12), ..FrontChange::default() }),
            ["@tampered-words 赌场、百家乐、彩金"]
        );
        let retitled = FrontChange { title_then: Some("某省工业和信息化厅".into()), ..FrontChange::default() };
        assert_eq!(found(retitled), ["@tampered.retitled"]);
    }

    #[test]
    fn a_few_new_hosts_and_a_word_are_nothing() {
        assert!(found(FrontChange { hosts: hosts(9), words: vec!["赌场".into()], ..FrontChange::default() }).is_empty());
    }
}
