//! From Hit (where and what) to Finding (how bad and why): level, words and office come from the rule and the site's declaration.

use std::collections::BTreeMap;

use super::checks::Identity;
use super::{OCCURRENCES_MAX, Seen, words};
use crate::model::finding::{Evidence, Finding, Hit};
use crate::model::rule::{Lang, Rule};
use crate::model::site::{Column, SiteFacts};

/// Hex digits of a finding's id.
const ID_DIGITS: usize = 12;

/// What a finding gets that its hit does not say.
pub(super) struct Stamp<'a> {
    pub(super) site: &'a SiteFacts,
    pub(super) now: &'a str,
    pub(super) history: &'a BTreeMap<String, Seen>,
    pub(super) lang: Lang,
}

impl Stamp<'_> {
    pub(super) fn finding(&self, rule: &Rule, identity: Identity, hit: &Hit) -> Finding {
        let id = self.id(rule, identity, hit);
        let column = hit.column.as_deref().and_then(|url| self.column(url));
        let seen = self.history.get(&id);
        Finding {
            rule: rule.id.clone(),
            rule_title: rule.title.in_lang(self.lang).to_owned(),
            indicator: None,
            level: rule.level,
            verdict: hit.certainty,
            site: self.site.decl.url.host().to_owned(),
            url: hit.url.clone(),
            target: hit.target.clone(),
            column: column.map(|column| column.name.clone()),
            column_url: hit.column.clone(),
            office: column.and_then(|column| column.office.clone()).or_else(|| self.site.decl.office.clone()),
            message: self.message(rule, hit, column),
            evidence: hit.evidence.iter().map(|piece| self.evidence(piece)).collect(),
            occurrences: hit.occurrences.iter().take(OCCURRENCES_MAX).cloned().collect(),
            occurrence_count: hit.occurrence_count,
            first_seen: seen.map_or(self.now, |seen| &seen.first_seen).to_owned(),
            last_seen: self.now.to_owned(),
            runs_in_a_row: seen.map_or(0, |seen| seen.runs_in_a_row) + 1,
            advice: rule.remedy.in_lang(self.lang).to_owned(),
            id,
        }
    }

    /// A finding of the run before that is told again.
    pub(super) fn again(&self, rule: &Rule, finding: &Finding) -> Finding {
        let seen = self.history.get(&finding.id);
        Finding {
            rule_title: rule.title.in_lang(self.lang).to_owned(),
            level: rule.level,
            first_seen: seen.map_or(&finding.first_seen, |seen| &seen.first_seen).clone(),
            last_seen: self.now.to_owned(),
            runs_in_a_row: seen.map_or(finding.runs_in_a_row, |seen| seen.runs_in_a_row) + 1,
            advice: rule.remedy.in_lang(self.lang).to_owned(),
            ..finding.clone()
        }
    }

    fn id(&self, rule: &Rule, identity: Identity, hit: &Hit) -> String {
        let page = match identity {
            Identity::Target if hit.target.is_some() => "",
            _ => hit.url.as_str(),
        };
        let folder = Some(self.site.decl.url.folder()).filter(|folder| *folder != "/").unwrap_or("");
        let mut hasher = blake3::Hasher::new();
        let site = format!("{}{folder}", self.site.decl.url.authority());
        for part in [rule.id.as_str(), &site, page, hit.target.as_deref().unwrap_or("")] {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        hasher.finalize().to_hex().chars().take(ID_DIGITS).collect()
    }

    fn column(&self, url: &str) -> Option<&Column> {
        self.site.columns.iter().find(|column| column.url.as_str() == url)
    }

    fn message(&self, rule: &Rule, hit: &Hit, column: Option<&Column>) -> String {
        let message = words::fill(rule.message.in_lang(self.lang), self.lang, |name| {
            hit.values.get(name).cloned().or_else(|| match name {
                "site" => Some(self.site.decl.name.clone()),
                "url" => Some(hit.url.clone()),
                "target" => hit.target.clone(),
                "column" => column.map(|column| column.name.clone()),
                "count" => Some(hit.occurrence_count.to_string()),
                _ => None,
            })
        });
        format!("{}{message}", words::reserve(hit.certainty, self.lang))
    }

    fn evidence(&self, piece: &Evidence) -> Evidence {
        Evidence { text: words::value(&piece.text, self.lang), ..piece.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::rules;
    use crate::audit::testing::site;
    use crate::model::finding::Certainty;

    fn hit(page: &str, target: &str) -> Hit {
        Hit {
            url: page.into(),
            target: Some(target.into()),
            column: None,
            certainty: Certainty::Confirmed,
            values: [("reason".to_owned(), "@status.404".to_owned()), ("text".to_owned(), "年报".to_owned())].into(),
            evidence: Vec::new(),
            occurrences: Vec::new(),
            occurrence_count: 3,
        }
    }

    #[test]
    fn ids_are_stable_and_follow_the_target() {
        let book = rules::load(&[], "gov-2019", "department").unwrap();
        let rule = book.rule("link.broken").unwrap();
        let (site, history) = (site(), BTreeMap::new());
        let stamp = Stamp { site: &site, now: "2026-11-24T09:00:00+08:00", history: &history, lang: Lang::Zh };
        let id = |identity, page, target| stamp.finding(rule, identity, &hit(page, target)).id;
        assert_eq!(id(Identity::Target, "a", "t"), id(Identity::Target, "b", "t"));
        assert_ne!(id(Identity::PageAndTarget, "a", "t"), id(Identity::PageAndTarget, "b", "t"));
        assert_ne!(id(Identity::Target, "a", "t"), id(Identity::Target, "a", "u"));
        assert_eq!(id(Identity::Target, "a", "t").len(), ID_DIGITS);
    }

    #[test]
    fn history_gives_first_seen_and_runs_in_a_row() {
        let book = rules::load(&[], "gov-2019", "department").unwrap();
        let rule = book.rule("link.broken").unwrap();
        let site = site();
        let mut history = BTreeMap::new();
        let make = |history: &BTreeMap<String, Seen>| {
            Stamp { site: &site, now: "2026-11-24T09:00:00+08:00", history, lang: Lang::Zh }.finding(
                rule,
                Identity::Target,
                &hit("a", "t"),
            )
        };
        let new = make(&history);
        assert_eq!((new.runs_in_a_row, new.first_seen.as_str()), (1, "2026-11-24T09:00:00+08:00"));
        history.insert(new.id.clone(), Seen { first_seen: "2026-11-01T09:00:00+08:00".into(), runs_in_a_row: 4 });
        let old = make(&history);
        assert_eq!((old.runs_in_a_row, old.first_seen.as_str()), (5, "2026-11-01T09:00:00+08:00"));
        assert!(old.message.contains("返回404（页面不存在）"), "{}", old.message);
    }

    #[test]
    fn a_message_says_how_sure_it_is() {
        let book = rules::load(&[], "gov-2019", "department").unwrap();
        let rule = book.rule("link.broken").unwrap();
        let (site, history) = (site(), BTreeMap::new());
        let stamp = Stamp { site: &site, now: "2026-11-24T09:00:00+08:00", history: &history, lang: Lang::Zh };
        let message = |certainty| {
            let hit = Hit { certainty, ..hit("a", "t") };
            stamp.finding(rule, Identity::Target, &hit).message.chars().take(4).collect::<String>()
        };
        assert_eq!(message(Certainty::Confirmed), "链接“年");
        assert_eq!(message(Certainty::Suspected), "疑似：链");
        assert_eq!(message(Certainty::Blocked), "访问受阻");
        assert_eq!(message(Certainty::Intermittent), "时好时坏");
    }
}
