//! Looking again at a finding that an office calls mended: what has to be requested for it, and what the answers come to.
//! The rules themselves judge the new answers, put in the place of the old ones; this file decides whether that settles it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judgement, words};
use crate::model::finding::{Certainty, Evidence, Finding};
use crate::model::outcome::Outcome;
use crate::model::report::{ColumnLine, Report};
use crate::model::review::{Recheck, RecheckState};
use crate::model::rule::Lang;
use crate::model::site::{ColumnClass, PageRecord};
use crate::url::PageUrl;

/// Pages with the fault that are looked at in one go.
const PAGES_AT_ONCE: usize = 20;
/// New pages of lists that are looked at in one go.
const NEW_PAGES_AT_ONCE: usize = 30;
/// Columns of a site that may hold what is missing.
const COLUMNS_MAX: usize = 40;

/// Rules whose target is not asked for: it is wrong by itself, or nobody should go there.
const TARGET_UNASKED: [&str; 5] =
    ["link.intranet", "link.placeholder", "link.mixed-content", "security.hidden-link", "security.hijacked-link"];

/// Rules that something new on the site can settle, with the classes of columns where it would stand.
const MISSING: [(&str, &[ColumnClass]); 4] = {
    use ColumnClass as C;
    [
        ("interp.", &[C::Interpretation, C::Policy]),
        ("disclosure.", &[C::Disclosure, C::Plan, C::Policy, C::Notice, C::Topic, C::Static, C::Other]),
        ("interact.", &[C::Interaction]),
        ("service.", &[C::Service]),
    ]
};

/// The answers of a recheck so far, by address, under the ids of the run.
pub struct Answers<'a> {
    /// Those that came, whatever they say.
    pub fresh: &'a BTreeMap<String, PageRecord>,
    /// All that were asked for.
    pub asked: &'a BTreeSet<String>,
}

/// Whether a finding is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Settled(Recheck),
    /// These must be asked for first.
    Wants(Vec<PageUrl>),
}

/// The addresses that a finding needs: its page, its target, its column; where something is missing, also the home page and the
/// columns in which it would stand.
pub fn needs(finding: &Finding, report: &Report) -> Vec<PageUrl> {
    let mut urls = pages(finding);
    if !TARGET_UNASKED.contains(&finding.rule.as_str()) {
        urls.extend(finding.target.as_deref());
    }
    if let Some((_, classes)) = MISSING.iter().find(|(prefix, _)| finding.rule.starts_with(prefix)) {
        let of_site = |column: &&ColumnLine| column.site == finding.site && classes.contains(&column.class);
        urls.extend(report.sites.iter().filter(|site| site.host == finding.site).map(|site| site.url.as_str()));
        urls.extend(report.columns.iter().filter(of_site).take(COLUMNS_MAX).map(|column| column.url.as_str()));
    }
    let mut seen = BTreeSet::new();
    urls.into_iter().filter_map(|url| PageUrl::parse(url).ok()).filter(|url| seen.insert(url.clone())).collect()
}

/// The pages that have the fault: page and column.
fn pages(finding: &Finding) -> Vec<&str> {
    std::iter::once(finding.url.as_str()).chain(finding.column_url.as_deref()).collect()
}

/// Pages that are new on the site since the run, where they may settle a finding: rows of its columns, links of the home page.
pub fn new_pages(finding: &Finding, report: &Report, answers: &Answers<'_>, is_known: &dyn Fn(&str) -> bool) -> Vec<PageUrl> {
    let is_missing = MISSING.iter().any(|(prefix, _)| finding.rule.starts_with(prefix));
    if !is_missing && !finding.rule.starts_with("column.") && finding.rule != "home.stale" {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    for url in needs(finding, report) {
        let column = url.as_str();
        let of_list = answers.fresh.values().filter_map(|record| Some((record, record.facts.as_ref()?.list.as_ref()?)));
        for (record, list) in of_list {
            if record.url.as_str() == column || list.column.as_str() == column {
                found.extend(list.rows.iter().map(|row| row.url.clone()));
            }
        }
    }
    let is_wanted =
        |url: &PageUrl| url.host() == finding.site && !is_known(url.as_str()) && !answers.asked.contains(url.as_str());
    found.into_iter().filter(is_wanted).take(NEW_PAGES_AT_ONCE).collect()
}

/// What the new judgement says of the finding.
pub fn decide(finding: &Finding, report: &Report, judged: &Judgement, answers: &Answers<'_>, at: &str, lang: Lang) -> Decision {
    let look = Look { finding, judged, answers, at, lang };
    let needed = needs(finding, report);
    let unasked: Vec<PageUrl> = needed.iter().filter(|url| !answers.asked.contains(url.as_str())).cloned().collect();
    if !unasked.is_empty() {
        return Decision::Wants(unasked);
    }
    if let Some(url) = needed.iter().find(|url| !answers.fresh.contains_key(url.as_str())) {
        return look.undetermined(words::of_recheck("unasked", lang), Some(url.as_str()));
    }
    match judged.findings.iter().find(|other| other.id == finding.id) {
        Some(now) if now.verdict == Certainty::Confirmed => look.still_there(now),
        Some(now) => look.undetermined(&now.message, Some(&now.url)),
        None => look.gone(&needed),
    }
}

struct Look<'a> {
    finding: &'a Finding,
    judged: &'a Judgement,
    answers: &'a Answers<'a>,
    at: &'a str,
    lang: Lang,
}

impl Look<'_> {
    fn settled(&self, state: RecheckState, evidence: Vec<Evidence>) -> Decision {
        Decision::Settled(Recheck { state, at: self.at.to_owned(), evidence })
    }

    fn undetermined(&self, why: &str, url: Option<&str>) -> Decision {
        let mut evidence = vec![note(why, url)];
        evidence.extend(url.and_then(|url| self.answer(url)));
        self.settled(RecheckState::Undetermined, evidence)
    }

    /// The answer of an address, as evidence.
    fn answer(&self, url: &str) -> Option<Evidence> {
        let record = self.answers.fresh.get(url)?;
        let last = record.attempts.last();
        Some(Evidence {
            kind: "attempt".to_owned(),
            text: words::answer_of_recheck(&record.outcome, self.lang),
            url: Some(url.to_owned()),
            status: record.outcome.status(),
            at: last.map(|attempt| attempt.at.clone()),
            duration_ms: last.map(|attempt| attempt.duration_ms),
        })
    }

    /// Found again. Counts only where a page was read anew: the others are looked at first.
    fn still_there(&self, now: &Finding) -> Decision {
        let places: Vec<&str> = match now.occurrences.as_slice() {
            [] => vec![now.url.as_str()],
            places => places.iter().map(|place| place.url.as_str()).collect(),
        };
        if places.iter().any(|url| self.answers.fresh.contains_key(*url)) {
            let mut evidence = vec![note(&now.message, Some(&now.url))];
            evidence.extend(now.evidence.iter().cloned());
            return self.settled(RecheckState::Reopened, evidence);
        }
        let is_new = |url: &PageUrl| !self.answers.asked.contains(url.as_str());
        let mut seen = BTreeSet::new();
        let more: Vec<PageUrl> = places
            .iter()
            .filter_map(|url| PageUrl::parse(url).ok())
            .filter(|url| is_new(url) && seen.insert(url.clone()))
            .take(PAGES_AT_ONCE)
            .collect();
        if more.is_empty() {
            return self.undetermined(words::of_recheck("pages-left", self.lang), None);
        }
        Decision::Wants(more)
    }

    /// Not found any more. Closed only where everything that it hangs on was read.
    fn gone(&self, needed: &[PageUrl]) -> Decision {
        let finding = self.finding;
        let names = [Some(""), Some(finding.url.as_str()), finding.target.as_deref(), finding.column_url.as_deref()];
        let key = (finding.rule.clone(), finding.site.clone());
        let unjudged = self.judged.unjudged.get(&key).into_iter().flatten();
        if let Some(what) = unjudged.into_iter().find(|what| names.contains(&Some(what.url.as_str()))) {
            let why = words::undetermined_of_rule(&finding.site, 0, &what.reason, self.lang);
            return self.undetermined(&why, Some(&finding.url));
        }
        for url in pages(finding) {
            let Some(record) = self.answers.fresh.get(url) else { continue };
            let is_gone = matches!(record.outcome.status(), Some(404 | 410));
            if !(is_gone || record.outcome.is_read() && record.facts.is_some()) {
                return self.undetermined(words::of_recheck("unread", self.lang), Some(url));
            }
        }
        if let Some(target) = self.unanswered_target() {
            return self.undetermined(words::of_recheck("target-unread", self.lang), Some(target));
        }
        self.settled(RecheckState::Closed, self.proof(needed))
    }

    /// The target, where it does not answer well and a page still links to it: neither dead nor alive.
    fn unanswered_target(&self) -> Option<&str> {
        let target = self.finding.target.as_deref().filter(|_| !TARGET_UNASKED.contains(&self.finding.rule.as_str()))?;
        let record = self.answers.fresh.get(target)?;
        let is_fine = record.outcome.is_read();
        (!is_fine && self.is_linked(record)).then_some(target)
    }

    fn is_linked(&self, target: &PageRecord) -> bool {
        self.answers.fresh.values().any(|page| page.links.iter().any(|link| link.target == target.id))
    }

    fn proof(&self, needed: &[PageUrl]) -> Vec<Evidence> {
        let finding = self.finding;
        let mut proof = vec![note(words::of_recheck("closed", self.lang), Some(&finding.url))];
        let column = self.judged.columns.iter().find(|line| line.url == finding.url && finding.rule.starts_with("column."));
        if let Some((newest, day)) = column.and_then(|line| Some((line.newest_evidence.as_ref()?, line.newest.as_ref()?))) {
            let text = words::newest_of_recheck(day, &newest.title, self.lang);
            proof.push(Evidence { kind: "date".to_owned(), ..note(&text, Some(&newest.url)) });
        }
        let target = finding.target.as_deref().and_then(|target| self.answers.fresh.get(target));
        if target.is_some_and(|target| !target.outcome.is_read()) {
            proof.push(note(words::of_recheck("unlinked", self.lang), finding.target.as_deref()));
        }
        proof.extend(needed.iter().take(PAGES_AT_ONCE).filter_map(|url| self.answer(url.as_str())));
        proof
    }
}

fn note(text: &str, url: Option<&str>) -> Evidence {
    Evidence {
        kind: "note".to_owned(),
        text: text.to_owned(),
        url: url.map(str::to_owned),
        status: None,
        at: None,
        duration_ms: None,
    }
}

/// Whether an answer of a recheck takes the place of the stored one: what was left out says nothing.
pub fn is_answer(outcome: &Outcome) -> bool {
    !matches!(outcome, Outcome::Skipped(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{failed, page, reply};
    use crate::model::facts::{LinkKind, Place};
    use crate::model::finding::{Level, Undetermined};
    use crate::model::outcome::{ChallengeKind, FailureClass};
    use crate::model::site::{LinkRef, Occurrence, UrlId};

    const PAGE: &str = "http://gxt.example.gov.cn/a.html";
    const TARGET: &str = "http://gxt.example.gov.cn/dead.html";
    const AT: &str = "2026-11-30T09:00:00+08:00";

    fn finding(rule: &str, target: Option<&str>, places: &[&str]) -> Finding {
        let place = |url: &&str| Occurrence { url: (*url).to_owned(), text: String::new(), selector: String::new() };
        Finding {
            id: "0123456789ab".into(),
            rule: rule.into(),
            rule_title: String::new(),
            indicator: None,
            level: Level::Deduct,
            verdict: Certainty::Confirmed,
            site: "gxt.example.gov.cn".into(),
            url: PAGE.into(),
            target: target.map(str::to_owned),
            column: None,
            column_url: None,
            office: None,
            message: "有问题".into(),
            evidence: Vec::new(),
            occurrences: places.iter().map(place).collect(),
            occurrence_count: 1,
            first_seen: String::new(),
            last_seen: String::new(),
            runs_in_a_row: 1,
            advice: String::new(),
        }
    }

    fn judged(findings: &[Finding]) -> Judgement {
        Judgement {
            sites: Vec::new(),
            columns: Vec::new(),
            interpretations: Vec::new(),
            findings: findings.to_vec(),
            rules: Vec::new(),
            ignored: Vec::new(),
            left_out: Vec::new(),
            unjudged: BTreeMap::new(),
        }
    }

    fn read(id: u32, url: &str) -> PageRecord {
        PageRecord { facts: Some(crate::model::facts::PageFacts::default()), ..page(id, url, reply(200)) }
    }

    fn report() -> Report {
        let run = crate::model::report::Run {
            id: String::new(),
            started: String::new(),
            finished: String::new(),
            now: AT.into(),
            tool_version: String::new(),
            standard: String::new(),
            standard_name: String::new(),
            profile: String::new(),
            complete: true,
            not_covered: Vec::new(),
            notes: Vec::new(),
            requests: 0,
            settings: crate::model::run::CrawlSettings {
                robots_obeyed: true,
                requests_per_second: 0.0,
                timeout_seconds: 1,
                external_links: true,
                user_agent: String::new(),
                max_pages: 0,
                max_minutes: 0,
            },
            hosts: Vec::new(),
        };
        Report {
            schema: String::new(),
            lang: "zh".into(),
            unit: String::new(),
            run,
            sites: Vec::new(),
            columns: Vec::new(),
            interpretations: Vec::new(),
            interpretation_years: Vec::new(),
            findings: Vec::new(),
            rules: Vec::new(),
            ignored: Vec::new(),
            reviews: Vec::new(),
            due: None,
            trend: Vec::new(),
            changes: None,
        }
    }

    /// What the answers come to, everything that was asked being among them.
    fn state(finding: &Finding, judged: &Judgement, records: Vec<PageRecord>) -> Result<RecheckState, Vec<String>> {
        let fresh: BTreeMap<String, PageRecord> = records.into_iter().map(|record| (record.url.to_string(), record)).collect();
        let asked = [PAGE, TARGET].into_iter().map(str::to_owned).collect();
        match decide(finding, &report(), judged, &Answers { fresh: &fresh, asked: &asked }, AT, Lang::Zh) {
            Decision::Settled(look) => Ok(look.state),
            Decision::Wants(more) => Err(more.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn gone_counts_only_where_the_page_was_read() {
        let typo = finding("content.typo", None, &[]);
        let of = |record: PageRecord| state(&typo, &judged(&[]), vec![record]);
        assert_eq!(of(read(1, PAGE)), Ok(RecheckState::Closed));
        assert_eq!(of(page(1, PAGE, reply(404))), Ok(RecheckState::Closed), "a page that was taken down has no fault");
        assert_eq!(of(page(1, PAGE, failed(FailureClass::Timeout))), Ok(RecheckState::Undetermined));
        assert_eq!(of(page(1, PAGE, reply(503))), Ok(RecheckState::Undetermined));
        assert_eq!(state(&typo, &judged(&[]), Vec::new()), Ok(RecheckState::Undetermined), "robots.txt forbids it, perhaps");
    }

    #[test]
    fn what_the_rule_could_not_judge_is_not_mended() {
        let stale = finding("column.stale", None, &[]);
        let mut unread = judged(&[]);
        let what = Undetermined { url: PAGE.into(), reason: "needs-browser".into() };
        unread.unjudged.insert(("column.stale".into(), "gxt.example.gov.cn".into()), vec![what]);
        assert_eq!(state(&stale, &unread, vec![read(1, PAGE)]), Ok(RecheckState::Undetermined));
        let mut elsewhere = judged(&[]);
        let what = Undetermined { url: "http://gxt.example.gov.cn/b/".into(), reason: "needs-browser".into() };
        elsewhere.unjudged.insert(("column.stale".into(), "gxt.example.gov.cn".into()), vec![what]);
        assert_eq!(state(&stale, &elsewhere, vec![read(1, PAGE)]), Ok(RecheckState::Closed));
    }

    #[test]
    fn a_target_behind_a_firewall_is_neither_dead_nor_alive_while_it_is_linked() {
        let broken = finding("link.broken", Some(TARGET), &[]);
        let blocked = || page(2, TARGET, Outcome::Challenged { kind: ChallengeKind::Firewall, status: 403 });
        let link = LinkRef {
            target: UrlId(2),
            fragment: None,
            kind: LinkKind::Anchor,
            place: Place::Body,
            text: String::new(),
            selector: String::new(),
        };
        let linked = PageRecord { links: vec![link], ..read(1, PAGE) };
        assert_eq!(state(&broken, &judged(&[]), vec![linked, blocked()]), Ok(RecheckState::Undetermined));
        assert_eq!(state(&broken, &judged(&[]), vec![read(1, PAGE), blocked()]), Ok(RecheckState::Closed), "unlinked");
    }

    #[test]
    fn still_there_counts_only_on_a_page_that_was_read_anew() {
        let broken = finding("link.broken", Some(TARGET), &[]);
        let elsewhere = finding("link.broken", Some(TARGET), &["http://gxt.example.gov.cn/b.html"]);
        let here = finding("link.broken", Some(TARGET), &[PAGE]);
        let records = || vec![read(1, PAGE), page(2, TARGET, reply(404))];
        let wants = Err(vec!["http://gxt.example.gov.cn/b.html".to_owned()]);
        assert_eq!(state(&broken, &judged(&[elsewhere]), records()), wants);
        assert_eq!(state(&broken, &judged(&[here]), records()), Ok(RecheckState::Reopened));
        let doubtful = Finding { verdict: Certainty::Suspected, ..finding("link.broken", Some(TARGET), &[PAGE]) };
        assert_eq!(state(&broken, &judged(&[doubtful]), records()), Ok(RecheckState::Undetermined));
    }
}
