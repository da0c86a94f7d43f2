//! `paper`: papers that statutes ask for: the guide to disclosure, its annual report, the website's annual table. There, in time,
//! whole, linked from the home page, and telling the truth of the site.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::years::{next_due, title_year, wanted_year};
use super::{Check, CheckDef, Coming, Context, Need, from_params};
use crate::model::details::PaperKind;
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{Note, NoteSource, SiteFacts, SiteKind};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "paper",
    placeholders: &["said", "paper", "year", "detail"],
    needs: &[Need::Home],
    build: from_params::<Paper>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paper {
    kind: PaperKind,
    /// As the message calls it.
    name: String,
    /// Words that titles of such papers hold, all of one group.
    title_words: Vec<Vec<String>>,
    kinds: Vec<SiteKind>,
    /// Month and day by which the paper of the year before must stand there; none: it has no year.
    #[serde(default)]
    due: Option<(i8, i8)>,
    /// The home page must link to it.
    #[serde(default)]
    on_home: bool,
}

struct Found<'a> {
    note: &'a Note,
    aspect: &'static str,
    detail: String,
}

impl Check for Paper {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        if !self.kinds.contains(&site.decl.kind) {
            let what = Undetermined { url: String::new(), reason: "kind-exempt".into() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        }
        let year = self.due.and_then(|due| wanted_year(context.today, due, 1));
        let all: Vec<&Note> = site.notes.notes.iter().filter(|note| self.is_one(note)).collect();
        let papers: Vec<&Note> =
            all.iter().copied().filter(|note| year.is_none_or(|year| title_year(note, 1) == Some(year))).collect();
        if papers.is_empty() {
            return self.absent(site, year, !all.is_empty());
        }
        let faults = self.faults(site, &papers, year);
        let hits = faults
            .into_iter()
            .map(|fault| self.hit(fault.note.url.as_str(), year, fault.aspect, fault.detail, Certainty::Confirmed));
        CheckResult { judged: 1, hits: hits.collect(), undetermined: Vec::new() }
    }

    fn coming(&self, site: &SiteFacts, context: &Context<'_>) -> Option<Coming> {
        let (due, year) = next_due(context.today, self.due?, 1)?;
        let years: BTreeSet<i16> =
            site.notes.notes.iter().filter(|note| self.is_one(note)).filter_map(|note| title_year(note, 1)).collect();
        let is_owed = self.kinds.contains(&site.decl.kind) && !years.contains(&year);
        is_owed.then(|| Coming { name: self.name.clone(), year, due, is_customary: false, is_sure: !years.is_empty() })
    }
}

impl Paper {
    fn is_one(&self, note: &Note) -> bool {
        const ABOUT: [&str; 6] = ["通知", "培训", "会议", "方案", "公告", "解读"];
        match &note.details.paper {
            Some(paper) => paper.kind == self.kind,
            None => {
                self.title_words.iter().any(|group| group.iter().all(|word| note.title.contains(word.as_str())))
                    && !ABOUT.iter().any(|word| note.title.contains(word))
            }
        }
    }

    /// Not found: sure where earlier years' papers were, for then it is known where they stand.
    fn absent(&self, site: &SiteFacts, year: Option<i16>, has_others: bool) -> CheckResult {
        let is_named = |text: &str| self.title_words.iter().any(|group| group.iter().all(|word| text.contains(word.as_str())));
        // Something of that name is there, but nothing of it was read: nothing is known.
        let is_there = site.columns.iter().any(|column| is_named(&column.name))
            || site.notes.home_links.iter().any(|(text, _)| is_named(text));
        if is_there && !has_others {
            if year.is_none() {
                return CheckResult { judged: 1, ..CheckResult::default() };
            }
            let what = Undetermined { url: site.decl.url.to_string(), reason: "paper.none-read".into() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        }
        let certainty = if has_others { Certainty::Confirmed } else { Certainty::Suspected };
        let hit = self.hit(site.decl.url.as_str(), year, "absent", String::new(), certainty);
        CheckResult { judged: 1, hits: vec![hit], undetermined: Vec::new() }
    }

    fn faults<'a>(&self, site: &SiteFacts, papers: &[&'a Note], year: Option<i16>) -> Vec<Found<'a>> {
        let mut faults = Vec::new();
        let Some(first) = papers.iter().min_by_key(|note| note.date.as_ref().map_or(Date::MAX, |date| date.date)).copied()
        else {
            return faults;
        };
        let last_day = self.due.zip(year).and_then(|((month, day), year)| Date::new(year + 1, month, day).ok());
        if let (Some(last_day), Some(date)) = (last_day, &first.date)
            && date.date > last_day
        {
            faults.push(Found { note: first, aspect: "late", detail: date.date.to_string() });
        }
        for note in papers.iter().copied().filter(|note| note.source == NoteSource::Page) {
            let Some(paper) = &note.details.paper else { continue };
            if let Some(missing) = paper.missing.as_ref().filter(|missing| !missing.is_empty()) {
                faults.push(Found { note, aspect: "lacking", detail: missing.join("、") });
            }
            let codes: BTreeSet<&str> = codes(site).collect();
            if let Some(code) = &paper.site_code
                && !codes.is_empty()
                && !codes.iter().any(|known| known.eq_ignore_ascii_case(code))
            {
                let detail = format!("{code}（{}）", codes.into_iter().collect::<Vec<_>>().join("、"));
                faults.push(Found { note, aspect: "other-code", detail });
            }
        }
        let is_linked = |text: &str| self.title_words.iter().any(|group| group.iter().all(|word| text.contains(word.as_str())));
        if self.on_home && !site.notes.home_links.iter().any(|(text, _)| is_linked(text)) {
            faults.push(Found { note: first, aspect: "not-on-home", detail: String::new() });
        }
        faults
    }

    fn hit(&self, url: &str, year: Option<i16>, aspect: &str, detail: String, certainty: Certainty) -> Hit {
        let years = year.map_or_else(|| "-".to_owned(), |year| year.to_string());
        let said = format!("@paper {aspect} {} {years} {detail}", self.name);
        Hit {
            url: url.to_owned(),
            // One finding for each fault of a paper.
            target: Some(format!("{url}#{aspect}")),
            column: None,
            certainty,
            values: values_of([
                ("paper", self.name.clone()),
                ("year", year.map(|year| year.to_string()).unwrap_or_default()),
                ("said", said),
                ("detail", detail.clone()),
            ]),
            evidence: if detail.is_empty() { Vec::new() } else { vec![evidence("quote", detail, Some(url.to_owned()))] },
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

/// Site codes of the home page and of its footer.
fn codes(site: &SiteFacts) -> impl Iterator<Item = &str> {
    let home = site.home.as_ref().and_then(|home| home.facts.as_ref());
    let own = home.into_iter().flat_map(|facts| &facts.marks.site_code);
    own.chain(&site.footer.site_code).map(|mark| mark.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::dated;
    use crate::audit::testing::{context, site, url};
    use crate::model::details::{Details, PaperFacts};
    use crate::model::facts::DateSource;

    fn report(title: &str, date: &str, missing: &[&str]) -> Note {
        let missing = Some(missing.iter().map(|part| (*part).to_owned()).collect());
        let paper = PaperFacts { kind: PaperKind::AnnualReport, missing, site_code: None };
        Note {
            source: NoteSource::Page,
            url: url("http://gxt.example.gov.cn/nb/1.html"),
            title: title.into(),
            text: String::new(),
            date: Some(dated(date, DateSource::Tag)),
            column: None,
            details: Details { paper: Some(paper), ..Details::default() },
        }
    }

    fn annual() -> Paper {
        Paper {
            kind: PaperKind::AnnualReport,
            name: "年度报告".into(),
            title_words: vec![vec!["信息公开".into(), "年度报告".into()]],
            kinds: vec![SiteKind::Portal],
            due: Some((1, 31)),
            on_home: false,
        }
    }

    fn aspects(notes: Vec<Note>) -> Vec<(String, Certainty)> {
        let mut site = site();
        site.notes.notes = notes;
        let hits = annual().run(&site, &context()).hits;
        hits.into_iter().map(|hit| (hit.target.clone().unwrap().split_once('#').unwrap().1.to_owned(), hit.certainty)).collect()
    }

    #[test]
    fn before_its_last_day_a_report_is_coming_and_no_fault_and_after_it_a_fault() {
        let on = |day: &str, titles: &[&str]| {
            let mut site = site();
            site.notes.notes = titles.iter().map(|title| report(title, "2026-01-20", &[])).collect();
            let context = Context { today: day.parse().unwrap(), ..context() };
            let coming = annual().coming(&site, &context).map(|coming| (coming.year, coming.due.to_string(), coming.is_sure));
            (coming, annual().run(&site, &context).hits.len())
        };
        let both = ["2024年政府信息公开年度报告", "2025年政府信息公开年度报告"];
        assert_eq!(on("2027-01-15", &both), (Some((2026, "2027-01-31".to_owned(), true)), 0));
        assert_eq!(on("2027-01-31", &both), (Some((2026, "2027-01-31".to_owned(), true)), 0));
        let (coming, faults) = on("2027-02-01", &both);
        assert_eq!((coming.map(|(year, ..)| year), faults), (Some(2027), 1));
        assert_eq!(on("2027-01-15", &["2026年政府信息公开年度报告", "2025年政府信息公开年度报告"]), (None, 0));
        let (coming, _) = on("2027-01-15", &[]);
        assert_eq!(coming.map(|(.., is_sure)| is_sure), Some(false), "nothing of the kind was read");
    }

    #[test]
    fn the_report_of_last_year_must_be_there_in_time_and_whole() {
        assert_eq!(aspects(vec![report("2025年政府信息公开年度报告", "2026-01-31", &[])]), []);
        assert_eq!(
            aspects(vec![report("2025年政府信息公开年度报告", "2026-02-01", &[])]),
            [("late".to_owned(), Certainty::Confirmed)]
        );
        assert_eq!(
            aspects(vec![report("2025年政府信息公开年度报告", "2026-01-20", &["总体情况"])]),
            [("lacking".to_owned(), Certainty::Confirmed)]
        );
        assert_eq!(
            aspects(vec![report("2024年政府信息公开年度报告", "2025-01-20", &[])]),
            [("absent".to_owned(), Certainty::Confirmed)]
        );
        assert_eq!(aspects(Vec::new()), [("absent".to_owned(), Certainty::Suspected)]);
    }
}
