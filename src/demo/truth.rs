//! What is wrong in the demo group, what only looks wrong, and what must be said of each site.

use crate::model::finding::{Certainty, Finding};
use crate::model::report::SiteVerdict;
use crate::model::site::SiteKind;

/// A known defect: exactly one finding must say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    pub rule: &'static str,
    /// The page (one of those that hold the link), column or document that has the problem; the home page for rules of a whole site.
    pub url: String,
    /// What it points at.
    pub target: Option<String>,
    pub why: String,
}

/// Something that looks like a defect of the rule and is none: no finding of the rule may name it, unless it says `blocked`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    pub rule: &'static str,
    pub url: String,
    pub target: Option<String>,
    pub why: String,
}

/// What must be said of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub host: String,
    pub kind: SiteKind,
    /// `Unqualified` where a veto falls; `Qualified` where none does (a report may say `undetermined` for what one crawl cannot measure).
    pub verdict: SiteVerdict,
    /// Rules whose findings make a veto fall, with their number.
    pub vetoes: Vec<(&'static str, u32)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    pub defects: Vec<Defect>,
    pub traps: Vec<Trap>,
    pub verdicts: Vec<Expected>,
}

impl Truth {
    pub(super) fn defect(&mut self, rule: &'static str, url: &str, target: Option<&str>, why: &str) {
        self.defects.push(Defect { rule, url: url.to_owned(), target: target.map(str::to_owned), why: why.to_owned() });
    }

    pub(super) fn trap(&mut self, rule: &'static str, url: &str, target: Option<&str>, why: &str) {
        self.traps.push(Trap { rule, url: url.to_owned(), target: target.map(str::to_owned), why: why.to_owned() });
    }
}

/// How a finding of a rule and an entry of the truth table are compared.
enum Match {
    /// By the dead target.
    Target,
    /// By the site.
    Site,
    /// By any address that both name.
    Address,
}

fn match_of(rule: &str) -> Match {
    match rule {
        "home.broken-link" => Match::Target,
        "home.stale" | "link.leave-notice" => Match::Site,
        _ if rule.starts_with("link.") => Match::Target,
        _ if rule.starts_with("element.") => Match::Site,
        _ => Match::Address,
    }
}

fn names(rule: &str, url: &str, target: Option<&str>, finding: &Finding) -> bool {
    if finding.rule != rule {
        return false;
    }
    let found = [Some(finding.url.as_str()), finding.target.as_deref()];
    match match_of(rule) {
        Match::Target => target.is_some() && finding.target.as_deref() == target,
        Match::Site => url.split('/').nth(2) == Some(finding.site.as_str()),
        Match::Address => [Some(url), target].into_iter().flatten().any(|mine| found.contains(&Some(mine))),
    }
}

impl Defect {
    /// Whether the finding says this defect.
    pub fn is_said_by(&self, finding: &Finding) -> bool {
        names(self.rule, &self.url, self.target.as_deref(), finding)
    }
}

impl Trap {
    /// Whether the finding falls into this trap.
    pub fn is_sprung_by(&self, finding: &Finding) -> bool {
        finding.verdict != Certainty::Blocked && names(self.rule, &self.url, self.target.as_deref(), finding)
    }
}
