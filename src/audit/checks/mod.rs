//! The checks: how to look. A check sees the facts of one site and answers with places; it cannot see severity, wording,
//! points, other checks or the configuration, and it can neither fetch, store, print nor fail.
//!
//! A check is one file: a parameter struct (`Deserialize`, `deny_unknown_fields`) that implements [`Check`], and a
//! `pub(super) const CHECK: CheckDef` that names it. It is entered below twice: a `mod` line and a line in [`CHECKS`].
//!
//! A check has no words of its own. Where a value or a piece of evidence is more than a number, an address or a quotation, it
//! is a key with `@` before it (`@status.404`, `@failure.dns`), which `audit::words` turns into the report's language.

mod blocked;
mod certificate;
mod column_age;
mod column_empty;
mod column_unreachable;
mod columns;
mod commercial;
mod date_conflict;
mod dead_link;
mod disclosed_late;
mod domain;
mod entry;
mod evidence;
mod funds;
mod future_date;
mod guide;
mod hidden_link;
mod hijacked;
pub(super) mod home_age;
mod interpretation;
mod ipv6;
mod leave_notice;
mod letters;
mod mark;
mod page_tags;
mod paper;
mod privacy;
mod redirect_chain;
mod regions;
mod site_reach;
mod site_search;
mod slow;
mod snag;
mod soft_404;
mod surveys;
mod tampered;
mod typo;
mod undeclared_site;
mod unfinished;
mod yearly;
mod years;

use std::fmt::Debug;

use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::calendar::Calendar;
use super::vocabulary::Vocabulary;
use crate::model::finding::CheckResult;
use crate::model::probe::Probe;
use crate::model::run::CrawlSummary;
use crate::model::site::{SiteDecl, SiteFacts};

/// All checks there are, in the order of their names.
pub const CHECKS: &[CheckDef] = &[
    blocked::CHECK,
    certificate::CHECK,
    column_age::CHECK,
    column_empty::CHECK,
    column_unreachable::CHECK,
    commercial::CHECK,
    date_conflict::CHECK,
    dead_link::CHECK,
    disclosed_late::CHECK,
    domain::CHECK,
    entry::CHECK,
    funds::CHECK,
    future_date::CHECK,
    guide::CHECK,
    hidden_link::CHECK,
    hijacked::CHECK,
    home_age::CHECK,
    interpretation::CHECK,
    ipv6::CHECK,
    leave_notice::CHECK,
    letters::CHECK,
    mark::CHECK,
    page_tags::CHECK,
    paper::CHECK,
    privacy::CHECK,
    redirect_chain::CHECK,
    site_reach::CHECK,
    site_search::CHECK,
    slow::CHECK,
    snag::CHECK,
    soft_404::CHECK,
    surveys::CHECK,
    tampered::CHECK,
    typo::CHECK,
    undeclared_site::CHECK,
    unfinished::CHECK,
    yearly::CHECK,
];

/// A check with its parameters, ready to look.
pub trait Check: Debug + Send + Sync {
    /// Says where, and what; counts what it could judge. Nothing judged and nothing found is undetermined, never clear.
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult;

    /// What must be there by a day to come, and is not yet.
    fn coming(&self, _site: &SiteFacts, _context: &Context<'_>) -> Option<Coming> {
        None
    }

    /// What makes two hits of different runs the same finding.
    fn identity(&self) -> Identity {
        Identity::PageAndTarget
    }
}

/// A paper that must be there by a day to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// Its name; a key.
    pub name: String,
    /// The year that it is of.
    pub year: i16,
    /// The last day on which it is in time.
    pub due: Date,
    /// The day is what practice says, not the statute.
    pub is_customary: bool,
    /// Papers of other years were read: it is known where they stand, and it is not there.
    pub is_sure: bool,
}

/// What of a hit goes into the finding's id, beside rule and site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    PageAndTarget,
    /// The fault is the target's: the finding stays the same when the first page that links to it is mended.
    Target,
}

/// What a check is told beside the facts of its site.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The monitoring day, Beijing time.
    pub today: Date,
    /// All sites of the group, as declared.
    pub sites: &'a [SiteDecl],
    /// Working days.
    pub calendar: &'a Calendar,
    /// Words of columns and documents.
    pub words: &'a Vocabulary,
    /// What the crawl did and what it left; none while it has not ended.
    pub crawl: Option<&'a CrawlSummary>,
    /// The log of probes, of all sites.
    pub probes: &'a [Probe],
    /// Days before its end from which on a certificate is spoken of; 0: not before it has ended.
    pub certificate_days: u32,
}

/// What a check needs of a run; where the run lacks it, the rule is undetermined and the check is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The site's home page was read.
    Home,
    /// At least one page of the site was read.
    Pages,
}

/// A check as the registry names it.
#[derive(Debug, Clone, Copy)]
pub struct CheckDef {
    /// As rule files name it.
    pub name: &'static str,
    /// The placeholders that it fills in a rule's message.
    pub placeholders: &'static [&'static str],
    pub needs: &'static [Need],
    /// Makes a check of a rule's `[params]`.
    pub build: fn(&toml::Table) -> Result<Box<dyn Check>, toml::de::Error>,
}

impl CheckDef {
    pub fn named(name: &str) -> Option<&'static Self> {
        CHECKS.iter().find(|check| check.name == name)
    }
}

/// The `build` of a check whose parameter struct is `T`.
///
/// # Errors
/// What is wrong with the parameters, with the key.
pub fn from_params<T: Check + DeserializeOwned + 'static>(params: &toml::Table) -> Result<Box<dyn Check>, toml::de::Error> {
    params.clone().try_into::<T>().map(|check| Box::new(check) as Box<dyn Check>)
}
