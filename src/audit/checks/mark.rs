//! `mark`: the marks of the footer: 网站标识码, ICP number, public-security number (missing, malformed, or not the same in every
//! place of the page); badge, error reporting, owner, contact, site map (missing).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::facts::{Mark as Found, Marks, PageFacts};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Undetermined};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "mark", placeholders: &["aspect", "value"], needs: &[Need::Home], build: from_params::<Mark> };

/// Characters of text below which a home page is drawn by a script, and its footer with it.
const DRAWN_CHARS_MIN: u32 = 20;

// norms.md 2.2: ten digits; `bm` and eight; `N` and nine.
static SITE_CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?i:\d{10}|bm\d{8}|N\d{9})$").expect("a constant pattern"));
static ICP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Han}ICP[备证]\d{5,10}号(-\d{1,4})?$").expect("a constant pattern"));
static POLICE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\D*\d{14}\D*$").expect("a constant pattern"));

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Which {
    SiteCode,
    Icp,
    Police,
    Badge,
    ReportErrors,
    Owner,
    Contact,
    Sitemap,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    which: Which,
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
        let fault = self.malformed(&marks).or_else(|| self.conflict(&marks));
        CheckResult { judged: 1, hits: fault.into_iter().map(|f| f.hit(site)).collect(), undetermined: Vec::new() }
    }
}

struct Fault {
    aspect: &'static str,
    value: String,
    evidence: Vec<Evidence>,
}

impl Fault {
    fn hit(self, site: &SiteFacts) -> Hit {
        Hit {
            url: site.decl.url.to_string(),
            target: None,
            column: None,
            certainty: Certainty::Confirmed,
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
    let fault = Fault { aspect: "missing", value: String::new(), evidence: sources.collect() };
    CheckResult { judged: 1, hits: vec![fault.hit(site)], undetermined: Vec::new() }
}

impl Mark {
    fn malformed(&self, marks: &[&Found]) -> Option<Fault> {
        let bad: Vec<&&Found> = marks.iter().filter(|mark| !self.which.is_well_formed(&mark.value)).collect();
        let values: BTreeSet<&str> = bad.iter().map(|mark| mark.value.as_str()).collect();
        (!bad.is_empty()).then(|| Fault {
            aspect: "malformed",
            value: joined(values),
            evidence: bad.iter().map(|mark| quote(mark)).collect(),
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
        })
    }
}

impl Which {
    fn of(self, marks: &Marks) -> &[Found] {
        match self {
            Self::SiteCode => &marks.site_code,
            Self::Icp => &marks.icp,
            Self::Police => &marks.police,
            Self::Badge => marks.badge.as_slice(),
            Self::ReportErrors => marks.report_errors.as_slice(),
            Self::Owner => marks.owner.as_slice(),
            Self::Contact => marks.contact.as_slice(),
            Self::Sitemap => marks.sitemap.as_slice(),
        }
    }

    fn is_well_formed(self, value: &str) -> bool {
        let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        match self {
            Self::SiteCode => SITE_CODE.is_match(&value),
            Self::Icp => ICP.is_match(&value),
            Self::Police => POLICE.is_match(&value),
            _ => true,
        }
    }

    /// The part of a value that must be the same everywhere: no letter case, no number of the site within a licence.
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
        Mark { which }.run(&site, &context())
    }

    fn aspect(result: &CheckResult) -> Option<&str> {
        result.hits.first().map(|hit| hit.values["aspect"].as_str())
    }

    #[test]
    fn codes_of_the_known_forms_are_well_formed() {
        for code in ["4300000031", "bm64130001", "BM64130001", "N430000012"] {
            assert_eq!(aspect(&run(Which::SiteCode, vec![mark(code, "text")])), None, "{code}");
        }
        for code in ["430000003", "43000000311", "bm6413", "43000000A1"] {
            assert_eq!(aspect(&run(Which::SiteCode, vec![mark(code, "text")])), Some("@mark.malformed"), "{code}");
        }
        assert_eq!(aspect(&run(Which::Icp, vec![mark("湘ICP备05000618号-2", "text")])), None);
        assert_eq!(aspect(&run(Which::Icp, vec![mark("湘ICP备号", "text")])), Some("@mark.malformed"));
        assert_eq!(aspect(&run(Which::Police, vec![mark("湘公网安备43010502000123号", "text")])), None);
        assert_eq!(aspect(&run(Which::Police, vec![mark("4301050200012", "link")])), Some("@mark.malformed"));
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
