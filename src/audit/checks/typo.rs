//! `typo`: wrong words on the site's pages.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Check, CheckDef, Context, Need, evidence, from_params};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit};
use crate::model::signs::{Shown, Typo};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "typo", placeholders: &["wrong", "right", "title"], needs: &[Need::Pages], build: from_params::<Typos> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typos {
    /// What a dictionary makes likely on so many pages of a site is a word of its own.
    term_pages: usize,
}

impl Check for Typos {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let mut pages: BTreeMap<&str, usize> = BTreeMap::new();
        for typo in site.signs.typos.iter().flat_map(|page| &page.signs).filter(|typo| typo.by_dictionary) {
            *pages.entry(&typo.wrong).or_default() += 1;
        }
        let is_term = |typo: &Typo| typo.by_dictionary && pages.get(typo.wrong.as_str()).is_some_and(|n| *n >= self.term_pages);
        let hits = site.signs.typos.iter().filter_map(|page| hit(page, &is_term)).collect();
        CheckResult { judged: site.signs.pages_judged, hits, undetermined: Vec::new() }
    }
}

/// The wrong words lead and are counted; what is only likely stands behind them, and is counted where there is nothing else.
fn hit(page: &Shown<Typo>, is_term: &impl Fn(&Typo) -> bool) -> Option<Hit> {
    let (likely, certain): (Vec<&Typo>, Vec<&Typo>) =
        page.signs.iter().filter(|typo| !is_term(typo)).partition(|typo| typo.is_likely);
    let first = certain.first().or_else(|| likely.first())?;
    let quote = |typo: &&Typo| evidence::quote(&format!("{}→{}：{}", typo.wrong, typo.right, typo.context));
    let mut shown: Vec<Evidence> = certain.iter().map(quote).collect();
    if !likely.is_empty() {
        shown.push(Evidence { kind: "note".into(), ..evidence::quote("@typo.likely") });
        shown.extend(likely.iter().map(quote));
    }
    let counted = if certain.is_empty() { likely.len() } else { certain.len() };
    Some(Hit {
        url: page.url.to_string(),
        target: None,
        column: page.column.as_ref().map(ToString::to_string),
        certainty: if certain.is_empty() { Certainty::Suspected } else { Certainty::Confirmed },
        values: [
            ("wrong".to_owned(), first.wrong.clone()),
            ("right".to_owned(), first.right.clone()),
            ("title".to_owned(), if page.title.is_empty() { page.url.to_string() } else { page.title.clone() }),
        ]
        .into(),
        evidence: shown,
        occurrences: Vec::new(),
        occurrence_count: u32::try_from(counted).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, url};

    fn typo(wrong: &str, is_likely: bool, by_dictionary: bool) -> Typo {
        Typo { wrong: wrong.into(), right: "右".into(), context: wrong.into(), is_likely, by_dictionary }
    }

    fn found(pages: &[Vec<Typo>]) -> Vec<(String, Certainty, u32)> {
        let mut site = site();
        site.signs.typos = (0..)
            .zip(pages)
            .map(|(nth, signs)| Shown {
                url: url(&format!("http://gxt.example.gov.cn/{nth}.html")),
                title: "稿件".into(),
                column: None,
                signs: signs.clone(),
                pages: 1,
                others: Vec::new(),
            })
            .collect();
        let hits = Typos { term_pages: 3 }.run(&site, &context()).hits;
        hits.into_iter().map(|hit| (hit.values["wrong"].clone(), hit.certainty, hit.occurrence_count)).collect()
    }

    #[test]
    fn certain_words_lead_and_are_counted_without_the_likely_ones() {
        let page = vec![typo("增涨", true, true), typo("布署", false, false)];
        assert_eq!(found(&[page]), [("布署".to_owned(), Certainty::Confirmed, 1)]);
        assert_eq!(found(&[vec![typo("增涨", true, true)]]), [("增涨".to_owned(), Certainty::Suspected, 1)]);
    }

    #[test]
    fn what_a_dictionary_does_not_know_on_many_pages_is_a_term_and_a_slip_of_the_users_phrase_is_none() {
        let of = |by_dictionary| vec![vec![typo("算网", true, by_dictionary)]; 3];
        assert!(found(&of(true)).is_empty());
        assert_eq!(found(&of(false)).len(), 3);
        assert_eq!(found(&of(true)[..2]).len(), 2);
    }
}
