//! Which interpretation speaks of which document: by links in either direction, by the number it cites, by its title.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::core::{Core, Kinship, cores};
use super::titles::DocumentWords;
use crate::audit::calendar::Calendar;
use crate::model::site::{ColumnClass, PolicyPage, SiteFacts, UrlId};

/// An interpretation older than its document by more days than this speaks of an earlier text, unless a link or number says otherwise.
const BEFORE_DAYS_MAX: i32 = 30;
/// An interpretation whose title leaves the year away belongs to a document of about its own time, in days.
const VAGUE_DAYS_MAX: i32 = 366;
/// The longest run of days off with its weekends (Spring Festival, National Day).
const HOLIDAY_DAYS_MAX: i64 = 10;
const SCORE_LINK: f64 = 0.9;
const SCORE_NUMBER: f64 = 0.85;
/// The title alone says which document is meant; what is cited beside it is background.
const SCORE_TITLE_SURE: f64 = 0.9;
/// A document that only the first paragraphs name.
const SCORE_CITED: f64 = 0.7;

/// Whether a document wants an interpretation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A 规范性文件.
    Yes,
    /// A document of policy outside the column of 规范性文件: whether it concerns the public widely is a person's judgement.
    Likely,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    Title,
    Number,
    Link,
}

impl MatchedBy {
    pub fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Number => "number",
            Self::Link => "link",
        }
    }
}

/// An interpretation of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match<'a> {
    pub page: &'a PolicyPage,
    pub matched_by: MatchedBy,
    /// 0 to 1.
    pub score: f64,
    pub linked_from_document: bool,
    pub links_to_document: bool,
}

impl Match<'_> {
    /// Form of the interpretation, as the report names it.
    pub fn form(&self) -> &'static str {
        DocumentWords::embedded().interpretation_form(&self.page.title)
    }

    /// Its title says that it interprets. A document that stands once more among the interpretations does not say so.
    pub fn is_called_interpretation(&self) -> bool {
        DocumentWords::embedded().is_interpretation(&self.page.title)
    }
}

/// A document with its interpretations, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair<'a> {
    pub document: &'a PolicyPage,
    pub need: Need,
    /// The document's page was dated within the period that is judged; none: it shows no date.
    pub in_period: Option<bool>,
    pub matches: Vec<Match<'a>>,
}

impl Pair<'_> {
    /// Working days from the document to its first interpretation. None: a date or a calendar is missing.
    pub fn working_days(&self, calendar: &Calendar) -> Option<i64> {
        self.matches.iter().filter_map(|m| working_days(self.document, m.page, calendar)).min()
    }

    /// The term within which an interpretation may come has not run out. Where the calendar of a year is missing, weekends alone
    /// and the longest holiday are allowed for, so that nothing is called missing too early.
    pub fn is_within_term(&self, workdays: i64, today: Date, calendar: &Calendar) -> bool {
        let Some(from) = self.document.date.as_ref().map(|d| d.date) else { return false };
        if (from.year()..=today.year()).all(|year| calendar.knows(year)) {
            calendar.working_days(from, today) <= workdays
        } else {
            i64::from(days_between(from, today)) <= workdays * 2 + HOLIDAY_DAYS_MAX
        }
    }

    /// The text of a higher authority, published again.
    pub fn is_relayed(&self) -> bool {
        DocumentWords::embedded().is_relayed(&self.document.title, self.document.facts.number.as_deref())
    }

    pub fn linked_from_document(&self) -> bool {
        self.matches.iter().any(|m| m.linked_from_document)
    }
}

/// Working days from a document to an interpretation; none where a date, or the calendar of a year on the way, is missing.
pub(super) fn working_days(document: &PolicyPage, interpretation: &PolicyPage, calendar: &Calendar) -> Option<i64> {
    let (from, to) = (document.date.as_ref()?.date, interpretation.date.as_ref()?.date);
    let (first, last) = (from.min(to).year(), from.max(to).year());
    (first..=last).all(|year| calendar.knows(year)).then(|| calendar.working_days(from, to))
}

/// All documents of a site with their interpretations.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs<'a> {
    /// In the order of the documents' addresses.
    pub pairs: Vec<Pair<'a>>,
}

pub(super) struct Found<'a> {
    pub(super) document: usize,
    pub(super) interpretation: &'a PolicyPage,
    title: f64,
    number: bool,
    from_document: bool,
    to_document: bool,
}

impl<'a> Pairs<'a> {
    /// `since_days`: documents published longer ago are not judged.
    pub fn of(site: &'a SiteFacts, today: Date, since_days: u32) -> Self {
        let mut pairs: Vec<Pair<'a>> = site.documents.iter().map(|d| Pair::of(site, d, today, since_days)).collect();
        for found in find(&site.documents, &site.interpretations) {
            pairs[found.document].matches.push(found.into_match());
        }
        for pair in &mut pairs {
            pair.matches.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.page.url.cmp(&b.page.url)));
        }
        Self { pairs }
    }

    /// Pairs of documents within the period.
    pub fn in_period(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.pairs.iter().filter(|pair| pair.in_period == Some(true))
    }
}

impl<'a> Pair<'a> {
    fn of(site: &SiteFacts, document: &'a PolicyPage, today: Date, since_days: u32) -> Self {
        let age = document.date.as_ref().map(|d| days_between(d.date, today));
        let in_period = age.map(|days| i64::from(days) <= i64::from(since_days));
        Self { document, need: need(site, document), in_period, matches: Vec::new() }
    }
}

impl<'a> Found<'a> {
    fn is_linked(&self) -> bool {
        self.from_document || self.to_document
    }

    fn into_match(self) -> Match<'a> {
        let (matched_by, base) = match (self.is_linked(), self.number) {
            (true, _) => (MatchedBy::Link, SCORE_LINK),
            (false, true) => (MatchedBy::Number, SCORE_NUMBER),
            (false, false) => (MatchedBy::Title, 0.0),
        };
        let agree = if self.title > 0.0 && base > 0.0 { 0.1 } else { 0.0 };
        Match {
            page: self.interpretation,
            matched_by,
            score: (base + agree).max(self.title).min(1.0),
            linked_from_document: self.from_document,
            links_to_document: self.to_document,
        }
    }
}

/// Whether a document wants an interpretation (norms.md G-22: every 规范性文件; others are a person's judgement).
fn need(site: &SiteFacts, document: &PolicyPage) -> Need {
    let words = DocumentWords::embedded();
    if words.needs_none(&document.title) || words.is_relayed(&document.title, document.facts.number.as_deref()) {
        return Need::No;
    }
    let column = document.column.as_ref().and_then(|at| site.columns.iter().find(|c| c.url == *at));
    let name = column.map(|c| c.name.as_str()).unwrap_or_default();
    if words.is_normative(name, document.url.folder()) {
        return Need::Yes;
    }
    let has_form = words.has_form(&document.title);
    let in_policy =
        document.column_class == Some(ColumnClass::Policy) && !words.is_column_of_others(name, document.url.folder());
    if has_form && (in_policy || document.facts.number.is_some()) { Need::Likely } else { Need::No }
}

pub(super) fn find<'a>(documents: &'a [PolicyPage], interpretations: &'a [PolicyPage]) -> Vec<Found<'a>> {
    let index = Index::of(documents);
    let words = DocumentWords::embedded();
    let ids: BTreeMap<UrlId, usize> = documents.iter().enumerate().map(|(at, d)| (d.id, at)).collect();
    let mut linked_by: BTreeMap<UrlId, Vec<usize>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        document.links_to.iter().for_each(|id| linked_by.entry(*id).or_default().push(at));
    }
    let mut out = Vec::new();
    for interpretation in interpretations {
        let to: BTreeSet<usize> = interpretation.links_to.iter().filter_map(|id| ids.get(id).copied()).collect();
        let from: BTreeSet<usize> = linked_by.get(&interpretation.id).into_iter().flatten().copied().collect();
        let named = words.interpreted(&interpretation.title);
        out.extend(index.matches(interpretation, &named, &to, &from));
    }
    out
}

/// The documents by what they can be found by.
struct Index<'a> {
    documents: &'a [PolicyPage],
    /// Of each document the texts that it publishes, its whole title first.
    cores: Vec<Vec<Core>>,
    by_number: BTreeMap<&'a str, Vec<usize>>,
    /// Texts that exist in a final form: an informal title without 试行 means that one.
    final_texts: BTreeSet<String>,
}

impl<'a> Index<'a> {
    fn of(documents: &'a [PolicyPage]) -> Self {
        let cores: Vec<Vec<Core>> = documents.iter().map(published).collect();
        let mut by_number: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, document) in documents.iter().enumerate() {
            if let Some(number) = &document.facts.number {
                by_number.entry(number.as_str()).or_default().push(at);
            }
        }
        let final_texts = cores.iter().flatten().filter(|c| c.trial.is_none()).map(|c| c.text.clone()).collect();
        Self { documents, cores, by_number, final_texts }
    }

    fn matches(
        &self,
        interpretation: &'a PolicyPage,
        named: &[Core],
        to: &BTreeSet<usize>,
        from: &BTreeSet<usize>,
    ) -> Vec<Found<'a>> {
        let numbers = interpretation.facts.cited_numbers.iter().chain(&interpretation.facts.number);
        let cited: BTreeSet<usize> = numbers.filter_map(|n| self.by_number.get(n.as_str())).flatten().copied().collect();
        let mut found: Vec<Found<'a>> = Vec::new();
        for at in 0..self.documents.len() {
            let (number, from_document, to_document) = (cited.contains(&at), from.contains(&at), to.contains(&at));
            let Some(title) = self.title_score(at, named, interpretation, number || from_document || to_document) else {
                continue;
            };
            // A link alone says nothing where the page links to many (a side bar of new documents).
            let sole_link = (to_document && to.len() == 1) || (from_document && from.len() == 1 && to.is_empty());
            if title > 0.0 || number || sole_link {
                found.push(Found { document: at, interpretation, title, number, from_document, to_document });
            }
        }
        if found.is_empty() {
            found = self.named_in_text(interpretation);
        }
        let sure = found.iter().any(|f| f.title >= SCORE_TITLE_SURE);
        found.retain(|f| !sure || f.title > 0.0);
        self.of_one_edition(found)
    }

    /// A text that was published again under the same name: the interpretation is of the one that it links to or cites, else of
    /// the last one that was there when it came.
    fn of_one_edition(&self, mut found: Vec<Found<'a>>) -> Vec<Found<'a>> {
        let name = |at: usize| self.cores[at].first().map(|core| core.text.clone()).unwrap_or_default();
        let texts: BTreeSet<String> = found.iter().map(|f| name(f.document)).collect();
        for text in texts {
            let rivals: Vec<usize> = found.iter().map(|f| f.document).filter(|at| name(*at) == text).collect();
            if rivals.len() < 2 {
                continue;
            }
            let meant: BTreeSet<usize> = found
                .iter()
                .filter(|f| rivals.contains(&f.document) && (f.number || f.is_linked()))
                .map(|f| f.document)
                .collect();
            // The one whose title agrees in more (place, year), then the last.
            let best = found.iter().filter(|f| rivals.contains(&f.document)).map(|f| f.title).fold(0.0, f64::max);
            let agreeing = found.iter().filter(|f| rivals.contains(&f.document) && f.title >= best).map(|f| f.document);
            let last = agreeing.max_by_key(|at| self.documents[*at].date.as_ref().map(|d| d.date));
            found.retain(|f| {
                !rivals.contains(&f.document)
                    || if meant.is_empty() { Some(f.document) == last } else { meant.contains(&f.document) }
            });
        }
        found
    }

    /// None: the titles say that they are two editions, so nothing else can bring them together.
    fn title_score(&self, at: usize, named: &[Core], interpretation: &PolicyPage, otherwise: bool) -> Option<f64> {
        let mut best = 0.0_f64;
        let mut other_edition = false;
        for (core, name) in self.cores[at].iter().flat_map(|core| named.iter().map(move |name| (core, name))) {
            let is_final = core.trial.is_none() || name.trial.is_some();
            match core.kinship(name) {
                Kinship::Same(_) if !is_final && self.final_texts.contains(&core.text) => other_edition = true,
                Kinship::Same(score) => best = best.max(score),
                Kinship::OtherEdition => other_edition = true,
                Kinship::None => {}
            }
        }
        if best > 0.0 && !otherwise && !self.is_of_its_time(at, interpretation, best) {
            return None;
        }
        if other_edition && best <= 0.0 { None } else { Some(best) }
    }

    fn is_of_its_time(&self, at: usize, interpretation: &PolicyPage, score: f64) -> bool {
        let (Some(document), Some(explained)) = (&self.documents[at].date, &interpretation.date) else { return true };
        let days = days_between(document.date, explained.date);
        days >= -BEFORE_DAYS_MAX && (score >= SCORE_TITLE_SURE || days <= VAGUE_DAYS_MAX)
    }

    /// The title names no document of this site: what the first paragraphs name in 《》, if it is one alone.
    fn named_in_text(&self, interpretation: &'a PolicyPage) -> Vec<Found<'a>> {
        let cited: Vec<Core> = interpretation.facts.cited_titles.iter().map(|t| Core::quoted(t)).collect();
        let is_sure = |core: &Core, cited: &Core| matches!(core.kinship(cited), Kinship::Same(s) if s >= SCORE_TITLE_SURE);
        let exact = |at: &usize| self.cores[*at].iter().any(|core| cited.iter().any(|c| is_sure(core, c)));
        let hits: Vec<usize> = (0..self.documents.len())
            .filter(exact)
            .filter(|at| self.is_of_its_time(*at, interpretation, SCORE_CITED))
            .collect();
        match hits.as_slice() {
            [one] => vec![Found {
                document: *one,
                interpretation,
                title: SCORE_CITED,
                number: false,
                from_document: false,
                to_document: false,
            }],
            _ => Vec::new(),
        }
    }
}

/// The texts that a document publishes; what a ministry issued says so by its number too.
fn published(document: &PolicyPage) -> Vec<Core> {
    let is_relayed = DocumentWords::embedded().is_relayed(&document.title, document.facts.number.as_deref());
    let mut cores = cores(&document.title);
    for core in &mut cores {
        core.issuer.national |= is_relayed && core.issuer.place.is_none();
    }
    cores
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
