//! Sites: what the user declares, and what the crawl found of a site once its pages are put together.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{DateFact, LinkKind, PageFacts, Place, Row};
use super::outcome::{Attempt, Outcome};
use super::run::NotCovered;
use crate::url::PageUrl;

/// Index of an interned address; dense, in the order of first sight, valid within one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UrlId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SiteKind {
    Portal,
    SecondLevel,
}

/// A site that is inspected, as the user declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteDecl {
    /// Home page. A path other than `/` narrows the site to that folder.
    pub url: PageUrl,
    pub name: String,
    pub kind: SiteKind,
    pub office: Option<String>,
}

impl SiteDecl {
    /// Whether an address belongs to this site: same host (scheme apart), and below the home page's folder.
    /// Returns the length of the matching prefix, so that the narrowest site wins.
    pub fn covers(&self, url: &PageUrl) -> Option<usize> {
        if self.url.authority_str() != url.authority_str()
            && !(self.url.host() == url.host() && self.url.port().is_none() && url.port().is_none())
        {
            return None;
        }
        let folder = self.url.folder();
        (url.path().starts_with(folder) || url.path() == folder.trim_end_matches('/')).then_some(folder.len())
    }
}

/// The site that an address belongs to: the one with the longest matching folder.
pub fn site_of(sites: &[SiteDecl], url: &PageUrl) -> Option<usize> {
    sites
        .iter()
        .enumerate()
        .filter_map(|(index, site)| site.covers(url).map(|length| (length, index)))
        .max_by_key(|&(length, index)| (length, std::cmp::Reverse(index)))
        .map(|(_, index)| index)
}

/// Class of a column (norms.md 1.3); it decides how old its newest item may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnClass {
    News,
    Notice,
    Policy,
    Interpretation,
    Plan,
    Personnel,
    Disclosure,
    Interaction,
    Service,
    Topic,
    Static,
    Other,
}

/// What the user says about a column, or a column that the user adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDecl {
    pub url: PageUrl,
    pub name: Option<String>,
    pub class: Option<ColumnClass>,
    pub max_age_days: Option<u32>,
    pub office: Option<String>,
    pub row_selector: Option<String>,
    pub date_selector: Option<String>,
    pub ignore: bool,
}

/// A link as it is stored: the target by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkRef {
    pub target: UrlId,
    pub fragment: Option<String>,
    pub kind: LinkKind,
    pub place: Place,
    pub text: String,
    pub selector: String,
}

/// One requested address with everything that became of it: the unit that the crawl writes and the audit reads.
#[derive(Debug, Clone)]
pub struct PageRecord {
    pub id: UrlId,
    pub url: PageUrl,
    /// Index into the run's declared sites; none for external addresses.
    pub site: Option<usize>,
    pub purpose: super::request::Purpose,
    /// Links from the home page.
    pub depth: u16,
    pub outcome: Outcome,
    /// In the order made.
    pub attempts: Vec<Attempt>,
    pub facts: Option<PageFacts>,
    /// Empty where the body was not read.
    pub links: Vec<LinkRef>,
}

// ---- what the audit's assembling makes of the records

/// A column with its rows put together from all its list pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub url: PageUrl,
    pub name: String,
    pub class: ColumnClass,
    /// What decided the class: `config`, `tag`, `name`, `slug`, `breadcrumb`, `default`.
    pub class_source: String,
    /// 1 for a first-level column (栏目 in the main navigation), 2 below.
    pub level: u8,
    pub parent: Option<PageUrl>,
    pub office: Option<String>,
    /// Set by the user; none: the class's own limit.
    pub max_age_days: Option<u32>,
    /// Name of the list mechanism; none: not recognised.
    pub list_kind: Option<String>,
    /// List pages (and data replies) that were read.
    pub list_pages: u32,
    /// Rows over all list pages that were read.
    pub items: u32,
    /// The newest valid row (not in the future), with its date.
    pub newest: Option<Row>,
    /// The first rows, as evidence; at most 20.
    pub rows: Vec<Row>,
    /// Rows without a readable date.
    pub undated: u32,
    pub state: ColumnReading,
    /// Dated in the future, or otherwise impossible.
    pub bad_dates: Vec<Row>,
}

/// How a column was read; only `Read` and `Empty` can be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnReading {
    /// Rows were read.
    Read,
    /// A list mechanism was recognised and it holds nothing.
    Empty,
    /// A page of text without a list (机构职能, 领导信息, 指南).
    Static,
    /// Marked 已归档.
    Archived,
    /// Its items stand in child columns, or it only leads elsewhere.
    Parent,
    /// Left out by the user.
    Ignored,
    /// The page did not come: its failure is in the target list.
    Unreachable { reason: String },
    /// No list mechanism was recognised, or its rows are not to be had: why.
    Unread { reason: String },
}

/// What kind of thing a link points at; decides the rule that speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetClass {
    /// A page of the group.
    Page,
    /// pdf, doc, xls, zip …
    Attachment,
    Image,
    /// Script, style sheet, media.
    Resource,
    /// A host outside the group.
    External,
}

/// Where a target is linked from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Occurrence {
    /// The page that holds the link.
    pub url: String,
    /// Link text.
    pub text: String,
    /// CSS selector of the link.
    pub selector: String,
}

/// What is wrong with a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetFault {
    /// Its outcome says it is not there (or could not be had): 4xx, 5xx, failures, blocked.
    Dead,
    /// Status 200, but it says "not found": with the signs.
    Soft404 { signs: Vec<String> },
    /// An attachment or image that is something else (an error page in HTML).
    WrongType { expected: String, found: String },
    /// Reached over more hops than a visitor should travel.
    Chain,
    /// An outside page that has become something else: with the words that say so.
    Hijacked { kind: super::signs::Hijack, signs: Vec<String> },
}

/// A linked address that is not simply fine, with all places that link to it from one site.
#[derive(Debug, Clone)]
pub struct Target {
    pub id: UrlId,
    pub url: PageUrl,
    pub class: TargetClass,
    pub fault: TargetFault,
    /// How sure it is that the fault is the target's.
    pub certainty: super::finding::Certainty,
    pub outcome: Outcome,
    pub attempts: Vec<Attempt>,
    /// Some occurrence stands on the site's home page.
    pub on_home: bool,
    /// The column in which the first occurrence's page lies, if known.
    pub column: Option<PageUrl>,
    /// At most 50, ordered by address; those on the home page first.
    pub occurrences: Vec<Occurrence>,
    pub occurrence_count: u32,
}

/// A page that is a document or an interpretation of one.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyPage {
    pub id: UrlId,
    pub url: PageUrl,
    pub title: String,
    pub column: Option<PageUrl>,
    pub column_class: Option<ColumnClass>,
    pub date: Option<DateFact>,
    pub facts: super::facts::DocumentFacts,
    /// Ids of the pages that its body links to.
    pub links_to: Vec<UrlId>,
    pub body_chars: u32,
    /// Its place for related texts is filled by a script: what it links to is not all known.
    pub related_by_script: bool,
}

/// A host or folder that looks like a second-level site of the unit but is not declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeclaredSite {
    pub url: PageUrl,
    /// Why it is taken for one: `subdomain`, `same-site-code`, `same-owner`.
    pub reason: String,
    pub evidence: String,
    pub occurrences: Vec<Occurrence>,
    pub occurrence_count: u32,
}

/// What is wrong with a link that only the page that holds it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SnagKind {
    /// Leads into the office's own network.
    Intranet,
    /// A page over TLS loads it in the clear.
    MixedContent,
    /// Was never filled in.
    Placeholder,
    /// Its fragment names nothing on the page.
    LostAnchor,
}

/// A link that is wrong by itself, with all places of one site that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snag {
    pub kind: SnagKind,
    /// The address, or the `href` as written where it is none.
    pub target: String,
    pub certainty: super::finding::Certainty,
    /// At most 50, ordered by address; those on the home page first.
    pub occurrences: Vec<Occurrence>,
    pub occurrence_count: u32,
}

/// Where a note was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteSource {
    /// The page itself was read.
    Page,
    /// A row of a list speaks of it.
    Row,
}

/// A page or a row that some rule asks for by its title or its particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub source: NoteSource,
    pub url: PageUrl,
    pub title: String,
    /// As quoted in evidence: the row's text, else the title.
    pub text: String,
    pub date: Option<DateFact>,
    /// The column in whose list it stands, or the nearest one of its breadcrumb.
    pub column: Option<PageUrl>,
    pub details: super::details::Details,
}

/// A kind of page by the tags that it must have (norms.md 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaggedKind {
    Home,
    Column,
    Article,
}

/// Tags that pages of one kind lack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagTally {
    /// Pages of the kind that were read.
    pub pages: u32,
    /// By tag: pages without it, and the first of them by address (at most 10).
    pub lacking: BTreeMap<String, (u32, BTreeSet<String>)>,
}

/// A tag that says something else than its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntrueTag {
    pub url: PageUrl,
    pub tag: String,
    pub value: String,
    /// What the page shows instead.
    pub shown: String,
}

/// The marks of the footer on pages other than the home page. Pages whose footer a script or frame writes are not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InnerMarks {
    /// Columns and articles that were looked at.
    pub pages: u32,
    /// By mark: pages without it, and the first of them by address (at most 10).
    pub lacking: BTreeMap<MarkKind, (u32, BTreeSet<String>)>,
}

/// A mark of the footer (norms.md 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    SiteCode,
    Icp,
    Police,
    Badge,
    ReportErrors,
    Owner,
    Contact,
    Sitemap,
}

impl MarkKind {
    pub const ALL: [Self; 8] =
        [Self::SiteCode, Self::Icp, Self::Police, Self::Badge, Self::ReportErrors, Self::Owner, Self::Contact, Self::Sitemap];

    /// The marks of this kind; of some one is kept.
    pub fn of(self, marks: &super::facts::Marks) -> &[super::facts::Mark] {
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
}

/// What the pages of one site say that is asked for by single rules only.
#[derive(Debug, Clone, Default)]
pub struct SiteNotes {
    /// In the order of kind and target.
    pub snags: Vec<Snag>,
    /// Links (for mixed content: pages over TLS; for lost anchors: fragments) that could be judged.
    pub snags_judged: BTreeMap<SnagKind, u32>,
    /// In the order of their records.
    pub notes: Vec<Note>,
    /// More notes stood there than are kept.
    pub notes_cut: bool,
    /// Articles whose date was read.
    pub dated_pages: u32,
    /// Pages with a text, whatever it is.
    pub text_pages: u32,
    pub tags: BTreeMap<TaggedKind, TagTally>,
    /// At most 50.
    pub untrue_tags: Vec<UntrueTag>,
    pub inner_marks: InnerMarks,
    /// Text and address of the links on the home page, in document order.
    pub home_links: Vec<(String, UrlId)>,
    /// Requests of the site that a protection page or a refusal answered, with examples (at most 5).
    pub blocked: u32,
    pub blocked_examples: Vec<String>,
}

/// Which two days of an article do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateSignKind {
    /// The row of a list and the page.
    Row,
    /// The PubDate tag and the label on the page.
    Tag,
    /// The day in the address and the page.
    Address,
    /// A row dated before the run before this one, whose list should have held it and did not. `other` is the day of that run,
    /// `quote` the newest row that the list had then.
    Late,
    /// The same words bore an earlier day in the run before. `other` is that day, `quote` the address that they stood under.
    Redated,
}

impl DateSignKind {
    pub fn key(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Tag => "tag",
            Self::Address => "address",
            Self::Late => "late",
            Self::Redated => "redated",
        }
    }
}

/// Two days of one text that do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateSign {
    pub kind: DateSignKind,
    pub url: PageUrl,
    pub title: String,
    /// The column in whose list it stands, or the nearest one of its breadcrumb.
    pub column: Option<PageUrl>,
    /// What the page shows.
    pub shown: DateFact,
    pub other: DateFact,
    /// Where the other day stands, as quoted.
    pub quote: String,
}

impl DateSign {
    /// Days between the two.
    pub fn days(&self) -> i32 {
        self.shown.date.until(self.other.date).map_or(0, |span| span.get_days().abs())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateSigns {
    /// In the order of their records; at most 2,000.
    pub signs: Vec<DateSign>,
    /// Articles whose date could be compared.
    pub judged: u32,
    /// Day that addresses name → articles that show another day.
    pub shared_addresses: BTreeMap<jiff::civil::Date, u32>,
}

/// What an earlier run saw of a home page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeSeen {
    /// Monitoring day, Beijing time.
    pub day: jiff::civil::Date,
    /// Texts of its links that are long enough for a title.
    pub items: BTreeSet<String>,
}

impl HomeSeen {
    /// Characters of a link's text from which on it is taken for an item; entries of menus are shorter.
    const ITEM_CHARS_MIN: usize = 10;

    /// The items among the texts of a home page's links.
    pub fn items<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        let texts = texts.into_iter().map(str::trim);
        texts.filter(|text| text.chars().count() >= Self::ITEM_CHARS_MIN).map(str::to_owned).collect()
    }
}

/// Everything the site-wide checks see of one site.
#[derive(Debug, Clone)]
pub struct SiteFacts {
    pub notes: SiteNotes,
    pub dates: DateSigns,
    pub decl: SiteDecl,
    /// The home page's record without its links; none when it was never requested.
    pub home: Option<PageRecord>,
    /// What earlier runs saw of it, in the order of their days; all before the monitoring day.
    pub home_seen: Vec<HomeSeen>,
    /// Pages of the site that were read.
    pub pages_read: u32,
    /// Requests made to the site, further attempts included.
    pub requests: u32,
    /// In the order of their address.
    pub columns: Vec<Column>,
    /// In the order of their address.
    pub targets: Vec<Target>,
    /// How many distinct targets of each class could be judged (answered or failed; not blocked, not skipped).
    pub judged: BTreeMap<TargetClass, u32>,
    /// The same for those linked on the home page.
    pub judged_on_home: u32,
    pub documents: Vec<PolicyPage>,
    pub interpretations: Vec<PolicyPage>,
    pub undeclared: Vec<UndeclaredSite>,
    /// Hosts outside the group that could be looked at for [`UndeclaredSite`].
    pub hosts_judged: u32,
    /// Texts of scripts and frames that write the footer, already read for marks.
    pub footer: super::facts::Marks,
    /// Sources of the footer that could not be read.
    pub footer_unread: Vec<PageUrl>,
    pub front: super::leaving::Front,
    /// Links that leave the public sector.
    pub leaving: super::leaving::Leaving,
    /// Hidden links, personal data, wrong words, unsuitable matter.
    pub signs: super::signs::SiteSigns,
    /// What there was no place for: `columns-cut`, `documents-cut`.
    pub left_out: Vec<NotCovered>,
}
