//! Findings that only the comparison with an earlier run showed. The next comparison sees nothing new, so what was found is looked
//! for again: it is told as long as the pages are still as they were found, and not once they are mended, changed back or gone.

use std::collections::{BTreeMap, BTreeSet};

use super::fronts::Foreign;
use super::{Earlier, beijing_day, words};
use crate::model::facts::PageFacts;
use crate::model::finding::{Evidence, Finding, Since};
use crate::model::outcome::Outcome;
use crate::model::rule::Lang;
use crate::model::site::PageRecord;

/// Every so many of the new links that were quoted must still be there.
const HOSTS_SHARE: usize = 2;

/// What of a finding was seen again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Seen {
    /// Signs that still stand.
    stand: usize,
    /// Signs that are gone.
    gone: usize,
}

/// Looks at the pages of a run for what earlier ones found.
#[derive(Debug)]
pub(super) struct Carried<'a> {
    findings: &'a [Finding],
    /// Signs by the page that they stand on: finding and piece of evidence.
    by_page: BTreeMap<&'a str, Vec<(usize, &'a Evidence)>>,
    seen: Vec<Seen>,
}

impl<'a> Carried<'a> {
    pub(super) fn new(earlier: &'a Earlier) -> Self {
        let findings = earlier.carried.as_slice();
        let mut by_page: BTreeMap<&str, Vec<(usize, &Evidence)>> = BTreeMap::new();
        for (nth, finding) in findings.iter().enumerate() {
            for piece in finding.evidence.iter().filter(|piece| Since::from_key(&piece.kind).is_some()) {
                by_page.entry(piece.url.as_deref().unwrap_or(&finding.url)).or_default().push((nth, piece));
            }
        }
        Self { findings, by_page, seen: vec![Seen::default(); findings.len()] }
    }

    /// A page that did not open this time says nothing.
    pub(super) fn take(&mut self, record: &PageRecord, foreign: &Foreign) {
        let Some(signs) = self.by_page.get(record.url.as_str()) else { return };
        let is_gone = matches!(&record.outcome, Outcome::Reply(reply) if matches!(reply.status, 404 | 410));
        let facts = record.facts.as_ref().filter(|_| record.outcome.is_read());
        if facts.is_none() && !is_gone {
            return;
        }
        let domains = facts.map(|_| foreign.domains(record)).unwrap_or_default();
        for (nth, piece) in signs {
            let seen = &mut self.seen[*nth];
            if facts.is_some_and(|facts| stands(piece, facts, &domains)) { seen.stand += 1 } else { seen.gone += 1 }
        }
    }

    /// Those that still stand, and those whose pages could not be looked at, each with a note that says so.
    pub(super) fn finish(self, lang: Lang) -> Vec<Finding> {
        let is_kept = |seen: &Seen, finding: &Finding| {
            let by_hosts = finding.evidence.iter().any(|piece| piece.kind == Since::Host.key());
            match seen {
                Seen { stand: 0, gone: 0 } => true,
                Seen { stand, gone } if by_hosts => stand * HOSTS_SHARE >= stand + gone,
                Seen { stand, .. } => *stand > 0,
            }
        };
        self.findings
            .iter()
            .zip(&self.seen)
            .filter(|(finding, seen)| is_kept(seen, finding))
            .map(|(finding, seen)| noted(finding, *seen == Seen::default(), lang))
            .collect()
    }
}

fn stands(piece: &Evidence, facts: &PageFacts, domains: &BTreeSet<&str>) -> bool {
    match Since::from_key(&piece.kind) {
        Some(Since::Title) => facts.html_title == piece.text,
        Some(Since::Host) => piece.text.rsplit(' ').next().is_some_and(|domain| domains.contains(domain)),
        Some(Since::Word) => facts.signs.unsuitable.iter().any(|sign| sign.word == piece.text),
        // a page that shows no day cannot have mended it
        Some(Since::Date) => facts.date.as_ref().is_none_or(|date| piece.text.starts_with(&date.date.to_string())),
        None => false,
    }
}

/// The finding as it was, led by when it was found.
fn noted(finding: &Finding, is_unseen: bool, lang: Lang) -> Finding {
    let day = finding.first_seen.parse().map(beijing_day).map(|day| day.to_string()).unwrap_or_default();
    let key = if is_unseen { "carried-unseen" } else { "carried" };
    let note = Evidence {
        kind: "note".to_owned(),
        text: words::value(&format!("@{key} {day}"), lang),
        url: None,
        status: None,
        at: None,
        duration_ms: None,
    };
    let was_noted = |piece: &Evidence| {
        let keys = ["carried", "carried-unseen"];
        let said = |lang| keys.map(|key| words::value(&format!("@{key} {day}"), lang)).contains(&piece.text);
        piece.kind == "note" && (said(Lang::Zh) || said(Lang::En))
    };
    let mut evidence = finding.evidence.clone();
    evidence.retain(|piece| !was_noted(piece));
    evidence.insert(0, note);
    Finding { evidence, indicator: None, ..finding.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{page, reply_from};
    use crate::model::finding::{Certainty, Level};
    use crate::model::signs::{Unsuitable, UnsuitableKind};

    const HOME: &str = "http://gxt.example.gov.cn/";

    fn finding(signs: &[(Since, &str)]) -> Finding {
        Finding {
            id: "0123456789ab".into(),
            rule: "security.tampered".into(),
            rule_title: String::new(),
            indicator: Some("v".into()),
            level: Level::Veto,
            verdict: Certainty::Suspected,
            site: "gxt.example.gov.cn".into(),
            url: HOME.into(),
            target: None,
            column: None,
            column_url: None,
            office: None,
            message: "疑似".into(),
            evidence: signs.iter().map(|&(kind, text)| Evidence::since(kind, text.into(), HOME.into())).collect(),
            occurrences: Vec::new(),
            occurrence_count: 1,
            first_seen: "2026-11-20T23:00:00Z".into(),
            last_seen: "2026-11-20T23:00:00Z".into(),
            runs_in_a_row: 1,
            advice: String::new(),
        }
    }

    /// What is told of the finding when its page is now so; none: the page did not open.
    fn told(signs: &[(Since, &str)], now: Option<PageFacts>) -> Option<Vec<String>> {
        let mut earlier = Earlier::default();
        earlier.carry(finding(signs));
        let mut carried = Carried::new(&earlier);
        let mut record = page(0, HOME, Outcome::Reply(Box::new(reply_from(200, HOME))));
        match now {
            Some(facts) => record.facts = Some(facts),
            None => record.outcome = crate::audit::testing::failed(crate::model::outcome::FailureClass::Timeout),
        }
        carried.take(&record, &Foreign::default());
        let kept = carried.finish(Lang::Zh).into_iter().next()?;
        Some(kept.evidence.into_iter().filter(|piece| piece.kind == "note").map(|piece| piece.text).collect())
    }

    fn titled(title: &str) -> PageFacts {
        PageFacts { html_title: title.into(), ..PageFacts::default() }
    }

    #[test]
    fn what_still_stands_is_told_with_the_day_on_which_it_was_found() {
        let said = told(&[(Since::Title, "影视大全")], Some(titled("影视大全"))).unwrap();
        assert_eq!(said, ["2026-11-21巡查时与此前一次巡查比较发现，本次巡查时仍是如此"]);
        let mut facts = PageFacts::default();
        let sign =
            Unsuitable { kind: UnsuitableKind::Gambling, word: "赌场".into(), in_title: false, context: String::new() };
        facts.signs.unsuitable.push(sign);
        assert!(told(&[(Since::Word, "赌场"), (Since::Word, "彩金")], Some(facts)).is_some());
    }

    #[test]
    fn what_was_changed_back_is_told_no_more() {
        assert_eq!(told(&[(Since::Title, "影视大全")], Some(titled("某省工业和信息化厅"))), None);
        assert_eq!(told(&[(Since::Word, "赌场")], Some(PageFacts::default())), None);
        assert_eq!(told(&[(Since::Host, "二手叉车 farm0.com")], Some(PageFacts::default())), None);
    }

    #[test]
    fn a_page_that_did_not_open_proves_nothing() {
        let said = told(&[(Since::Title, "影视大全")], None).unwrap();
        assert!(said[0].contains("无法确认"), "{said:?}");
    }

    #[test]
    fn the_note_stands_once_however_many_nights_go_by() {
        let first = noted(&finding(&[(Since::Title, "t")]), true, Lang::Zh);
        let again = noted(&first, false, Lang::En);
        assert_eq!(again.evidence.iter().filter(|piece| piece.kind == "note").count(), 1);
    }
}
