//! `mark`: the marks of the footer: 网站标识码, ICP number, public-security number (missing, malformed, or not the same in every
//! place of the page); badge, error reporting, owner, contact, site map (missing).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::regions;
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::facts::{Mark as Found, PageFacts};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Undetermined};
use crate::model::site::{MarkKind as Which, Occurrence, SiteFacts};

pub(super) const CHECK: CheckDef =
    CheckDef { name: "mark", placeholders: &["aspect", "value"], needs: &[Need::Home], build: from_params::<Mark> };

/// Characters of text below which a home page is drawn by a script, and its footer with it.
const DRAWN_CHARS_MIN: u32 = 20;

/// Other pages below which nothing is said of them.
const INNER_PAGES_MIN: u32 = 3;

// norms.md 2.2: ten digits, of which the first six are an administrative code; `bm` and eight; `N` and nine. `bt` is the corps (兵团).
static SITE_CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?i:\d{10}|bm\d{8}|bt\d{8}|N\d{9})$").expect("a constant pattern"));
static ICP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Han}ICP[备证]\d{5,10}号(-\d{1,4})?$").expect("a constant pattern"));
static POLICE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\D*\d{14}\D*$").expect("a constant pattern"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    which: Which,
    /// Percent of the other pages from which on (inclusive) a mark of the home page lacks on them.
    inner_percent: u32,
}

impl Check for Mark {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let Some(facts) = site.home.as_ref().and_then(|home| home.facts.as_ref()) else {
            return undetermined(site, "home-not-requested");
        };
        let marks: Vec<&Found> = self.which.of(&facts.marks).iter().chain(self.which.of(&site.footer)).collect();
        if marks.is_empty() {
            return missing(site, facts);
        }
        let fault =
            self.malformed(&marks).or_else(|| self.conflict(&marks)).or_else(|| self.other_province(site, facts, &marks));
        let fault = fault.map(|fault| fault.hit(site));
        CheckResult { judged: 1, hits: fault.or_else(|| self.inner(site)).into_iter().collect(), undetermined: Vec::new() }
    }
}

struct Fault {
    aspect: &'static str,
    value: String,
    evidence: Vec<Evidence>,
    certainty: Certainty,
}

impl Fault {
    fn hit(self, site: &SiteFacts) -> Hit {
        Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty: self.certainty,
            values: values_of([("aspect", format!("@mark.{}", self.aspect)), ("value", self.value)]),
            evidence: self.evidence,
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

fn missing(site: &SiteFacts, facts: &PageFacts) -> CheckResult {
    if !site.footer_unread.is_empty() {
        return undetermined(site, "footer-unread");
    }
    if facts.text.all_chars < DRAWN_CHARS_MIN {
        return undetermined(site, "home-drawn-by-script");
    }
    let sources =
        facts.marks.footer_sources.iter().map(|url| evidence("note", "@footer-source".to_owned(), Some(url.to_string())));
    let fault = Fault { aspect: "missing", value: String::new(), evidence: sources.collect(), certainty: Certainty::Confirmed };
    CheckResult { judged: 1, hits: vec![fault.hit(site)], undetermined: Vec::new() }
}

impl Mark {
    /// The home page shows it, and most other pages do not: one finding a site, for it is one template.
    fn inner(&self, site: &SiteFacts) -> Option<Hit> {
        let tally = &site.notes.inner_marks;
        let (count, pages) = tally.lacking.get(&self.which)?;
        let is_most = tally.pages >= INNER_PAGES_MIN
            && u64::from(*count) * 100 >= u64::from(tally.pages) * u64::from(self.inner_percent.max(1));
        let place = |url: &String| Occurrence { url: url.clone(), text: String::new(), selector: String::new() };
        is_most.then(|| Hit {
            url: site.decl.url.to_string(),
            target: Some(format!("{}#inner", site.decl.url)),
            column: None,
            certainty: Certainty::Suspected,
            values: values_of([("aspect", format!("@mark-inner {} {count}", tally.pages)), ("value", String::new())]),
            evidence: Vec::new(),
            occurrences: pages.iter().map(place).collect(),
            occurrence_count: *count,
        })
    }

    fn malformed(&self, marks: &[&Found]) -> Option<Fault> {
        let bad: Vec<&&Found> = marks.iter().filter(|mark| !self.which.admits(&mark.value)).collect();
        let values: BTreeSet<&str> = bad.iter().map(|mark| mark.value.as_str()).collect();
        (!bad.is_empty()).then(|| Fault {
            aspect: "malformed",
            value: joined(values),
            evidence: bad.iter().map(|mark| quote(mark)).collect(),
            certainty: Certainty::Confirmed,
        })
    }

    /// Two places (tag, text, link, script) that name no value in common. Several numbers in one place are several registrations.
    fn conflict(&self, marks: &[&Found]) -> Option<Fault> {
        let mut by_source: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for mark in marks {
            by_source.entry(mark.source.as_str()).or_default().insert(self.which.compared(&mark.value));
        }
        let sets: Vec<&BTreeSet<String>> = by_source.values().collect();
        let apart = sets.iter().enumerate().any(|(at, a)| sets.iter().skip(at + 1).any(|b| a.is_disjoint(b)));
        apart.then(|| Fault {
            aspect: "conflict",
            value: joined(by_source.values().flatten().map(String::as_str).collect()),
            evidence: marks.iter().map(|mark| quote(mark)).collect(),
            certainty: Certainty::Confirmed,
        })
    }

    /// A registration that names another province than its own number, or than the site's code: a person looks, for a site may have
    /// moved, or be registered by those who host it.
    fn other_province(&self, site: &SiteFacts, facts: &PageFacts, marks: &[&Found]) -> Option<Fault> {
        let codes: Vec<&Found> = facts.marks.site_code.iter().chain(&site.footer.site_code).collect();
        let is_apart = |mark: &&&Found| {
            let Some(character) = mark.value.trim().chars().next() else { return false };
            match self.which {
                Which::Police => regions::are_apart(&self.which.compared(&mark.value), character),
                // The code of a central body (bm) says nothing of a province.
                Which::Icp => {
                    let digits: Vec<&str> =
                        codes.iter().map(|code| code.value.trim()).filter(|code| code.len() == 10).collect();
                    !digits.is_empty() && digits.iter().all(|code| regions::are_apart(code, character))
                }
                _ => false,
            }
        };
        let apart: Vec<&&Found> = marks.iter().filter(is_apart).collect();
        // Where one of several agrees, the others are those of the company that runs the server.
        let is_all = apart.len() == marks.iter().filter(|mark| !mark.value.is_ascii()).count();
        (is_all && !apart.is_empty()).then(|| Fault {
            aspect: if self.which == Which::Police { "other-province" } else { "other-than-code" },
            value: joined(apart.iter().map(|mark| mark.value.as_str()).collect()),
            evidence: apart.iter().map(|mark| quote(mark)).collect(),
            certainty: Certainty::Suspected,
        })
    }
}

/// What a mark must look like, and what of it must be the same everywhere.
trait Form {
    fn admits(self, value: &str) -> bool;

    /// The part of a value that must be the same everywhere: no letter case, no number of the site within a licence.
    fn compared(self, value: &str) -> String;
}

impl Form for Which {
    fn admits(self, value: &str) -> bool {
        let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        match self {
            Self::SiteCode => {
                SITE_CODE.is_match(&value) && (!value.chars().all(|c| c.is_ascii_digit()) || regions::begins_with_one(&value))
            }
            Self::Icp => ICP.is_match(&value) && value.chars().next().is_some_and(regions::is_one),
            Self::Police => POLICE.is_match(&value),
            _ => true,
        }
    }

    fn compared(self, value: &str) -> String {
        let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        match self {
            Self::SiteCode => value.to_ascii_lowercase(),
            Self::Icp => value.split('-').next().unwrap_or_default().to_owned(),
            Self::Police => value.chars().filter(char::is_ascii_digit).collect(),
            // Of these one is kept, from whatever place: there is nothing to compare.
            _ => String::new(),
        }
    }
}

fn joined(values: BTreeSet<&str>) -> String {
    values.into_iter().collect::<Vec<_>>().join("、")
}

fn quote(mark: &Found) -> Evidence {
    evidence("quote", mark.text.clone(), None)
}

fn undetermined(site: &SiteFacts, reason: &str) -> CheckResult {
    let what = Undetermined { url: site.decl.url.to_string(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, site, url};

    fn mark(value: &str, source: &str) -> Found {
        Found { value: value.into(), source: source.into(), text: format!("标识：{value}") }
    }

    fn run(which: Which, marks: Vec<Found>) -> CheckResult {
        run_on(which, marks, |_| {})
    }

    fn run_on(which: Which, marks: Vec<Found>, change: impl Fn(&mut SiteFacts)) -> CheckResult {
        let mut site = site();
        let facts = site.home.as_mut().unwrap().facts.as_mut().unwrap();
        facts.text.all_chars = 900;
        match which {
            Which::SiteCode => facts.marks.site_code = marks,
            Which::Icp => facts.marks.icp = marks,
            Which::Police => facts.marks.police = marks,
            Which::Badge => facts.marks.badge = marks.into_iter().next(),
            Which::ReportErrors => facts.marks.report_errors = marks.into_iter().next(),
            Which::Owner => facts.marks.owner = marks.into_iter().next(),
            Which::Contact => facts.marks.contact = marks.into_iter().next(),
            Which::Sitemap => facts.marks.sitemap = marks.into_iter().next(),
        }
        change(&mut site);
        Mark { which, inner_percent: 50 }.run(&site, &context())
    }

    fn aspect(result: &CheckResult) -> Option<&str> {
        result.hits.first().map(|hit| hit.values["aspect"].as_str())
    }

    #[test]
    fn codes_of_the_known_forms_are_well_formed() {
        for code in ["4300000031", "bm64130001", "BM64130001", "N430000012"] {
            assert_eq!(aspect(&run(Which::SiteCode, vec![mark(code, "text")])), None, "{code}");
        }
        for code in ["430000003", "43000000311", "bm6413", "43000000A1", "0030000031", "9930000031"] {
            assert_eq!(aspect(&run(Which::SiteCode, vec![mark(code, "text")])), Some("@mark.malformed"), "{code}");
        }
        assert_eq!(aspect(&run(Which::Icp, vec![mark("湘ICP备05000618号-2", "text")])), None);
        assert_eq!(aspect(&run(Which::Icp, vec![mark("湘ICP备号", "text")])), Some("@mark.malformed"));
        assert_eq!(aspect(&run(Which::Icp, vec![mark("国ICP备05000618号", "text")])), Some("@mark.malformed"));
        assert_eq!(aspect(&run(Which::Police, vec![mark("湘公网安备43010502000123号", "text")])), None);
        assert_eq!(aspect(&run(Which::Police, vec![mark("4301050200012", "link")])), Some("@mark.malformed"));
    }

    #[test]
    fn a_registration_of_another_province_than_the_site_is_suspected() {
        let with_code = |icp: &str, code: &str| {
            run_on(Which::Icp, vec![mark(icp, "text")], |site| {
                site.home.as_mut().unwrap().facts.as_mut().unwrap().marks.site_code = vec![mark(code, "text")];
            })
        };
        let result = with_code("粤ICP备05000618号", "4300000031");
        assert_eq!((aspect(&result), result.hits[0].certainty), (Some("@mark.other-than-code"), Certainty::Suspected));
        assert_eq!(aspect(&with_code("湘ICP备05000618号", "4300000031")), None);
        assert_eq!(aspect(&with_code("京ICP备05000618号", "bm64130001")), None, "central bodies are registered where they sit");
        assert_eq!(aspect(&with_code("蜀ICP备05000618号", "5101320017")), None);
        let police = run(Which::Police, vec![mark("粤公网安备43010502000123号", "text")]);
        assert_eq!((aspect(&police), police.hits[0].certainty), (Some("@mark.other-province"), Certainty::Suspected));
        let two =
            run(Which::Police, vec![mark("湘公网安备43010502000123号", "text"), mark("粤公网安备43010502000124号", "text")]);
        assert_eq!(aspect(&two), None, "one of two agrees");
    }

    #[test]
    fn a_mark_of_the_home_page_that_most_other_pages_lack_is_suspected_once() {
        let lacking = |pages, count| {
            run_on(Which::Icp, vec![mark("湘ICP备05000618号", "text")], |site| {
                let of = BTreeSet::from(["http://gxt.example.gov.cn/a.html".to_owned()]);
                site.notes.inner_marks.pages = pages;
                site.notes.inner_marks.lacking = [(Which::Icp, (count, of))].into();
            })
        };
        let hit = &lacking(10, 5).hits[0];
        assert_eq!((hit.values["aspect"].as_str(), hit.certainty), ("@mark-inner 10 5", Certainty::Suspected));
        assert_eq!(lacking(10, 4).hits.len(), 0, "some old pages");
        assert_eq!(lacking(2, 2).hits.len(), 0, "too few to say");
    }

    #[test]
    fn a_mark_that_stands_nowhere_is_missing() {
        let result = run(Which::Police, Vec::new());
        assert_eq!((result.judged, aspect(&result)), (1, Some("@mark.missing")));
        assert_eq!(result.hits[0].certainty, Certainty::Confirmed);
    }

    #[test]
    fn marks_that_are_only_there_or_not_have_no_form() {
        for which in [Which::Badge, Which::ReportErrors, Which::Owner, Which::Contact, Which::Sitemap] {
            assert_eq!(aspect(&run(which, vec![mark("x", "script")])), None, "{which:?}");
            assert_eq!(aspect(&run(which, Vec::new())), Some("@mark.missing"), "{which:?}");
        }
    }

    #[test]
    fn a_footer_that_was_not_read_leaves_a_missing_mark_undetermined() {
        let result =
            run_on(Which::Icp, Vec::new(), |site| site.footer_unread = vec![url("http://gxt.example.gov.cn/js/footer.js")]);
        assert_eq!((result.judged, result.hits.len(), result.undetermined[0].reason.as_str()), (0, 0, "footer-unread"));
        let drawn =
            run_on(Which::Icp, Vec::new(), |site| site.home.as_mut().unwrap().facts.as_mut().unwrap().text.all_chars = 3);
        assert_eq!(drawn.undetermined[0].reason, "home-drawn-by-script");
    }

    #[test]
    fn a_mark_that_a_script_writes_counts() {
        let result = run_on(Which::Icp, Vec::new(), |site| site.footer.icp = vec![mark("湘ICP备05000618号", "script")]);
        assert_eq!((result.judged, result.hits.len()), (1, 0));
    }

    #[test]
    fn places_that_name_different_values_conflict() {
        let result = run(Which::SiteCode, vec![mark("4300000031", "tag"), mark("4300000032", "text")]);
        assert_eq!(aspect(&result), Some("@mark.conflict"));
        assert_eq!(result.hits[0].values["value"], "4300000031、4300000032");
        assert_eq!(result.hits[0].evidence.len(), 2);
        let same = run(Which::Icp, vec![mark("湘ICP备05000618号-2", "text"), mark("湘ICP备05000618号", "link")]);
        assert_eq!(aspect(&same), None, "the number of the site within the licence may be left away");
        let two = run(
            Which::Police,
            vec![mark("43010502000123", "text"), mark("43010502000124", "text"), mark("43010502000123", "link")],
        );
        assert_eq!(aspect(&two), None);
    }
}
