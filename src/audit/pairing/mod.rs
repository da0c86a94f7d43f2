//! Documents and their interpretations (文件与解读): which pages are which, and which belong together.
//! `titles` tells what a title announces, `core` whether two name one text (`issuer`: whose, `script`: in either script), `pairs`
//! matches, `ledger` writes the ledger.

mod core;
mod issuer;
mod ledger;
mod pairs;
mod script;
mod titles;

use std::collections::BTreeMap;

use jiff::civil::Date;

use self::core::core;
pub use self::ledger::ledger;
pub use self::pairs::{Match, MatchedBy, Need, Pair, Pairs};
pub use self::titles::DocumentWords;
use super::classes::Clues;
use super::columns::key;
use super::cut::Cut;
use super::vocabulary::Vocabulary;
use crate::model::facts::{LinkKind, PageFacts, PageKind, Place};
use crate::model::request::Purpose;
use crate::model::site::{Column, ColumnClass, PageRecord, PolicyPage, UrlId};

/// Form of an interpretation by its title: `text`, `graphic`, `qa`, `video`, `press`, `expert`, `media`.
pub(super) fn interpretation_form(words: &DocumentWords, title: &str) -> &'static str {
    words.interpretation_form(title)
}

/// Links of one page's body that are kept.
const LINKS_MAX: usize = 200;
/// Documents and interpretations of one site that are kept.
const PAGES_MAX: usize = 50_000;

/// Picks the documents and interpretations of one site from its records.
#[derive(Debug)]
pub struct Collector<'a> {
    words: &'a Vocabulary,
    index: usize,
    today: Date,
    found: Vec<Candidate>,
    /// Pages that lead elsewhere: id → key of where they lead.
    moved: BTreeMap<UrlId, String>,
    pub(in crate::audit) cut: Cut,
}

#[derive(Debug)]
struct Candidate {
    page: PolicyPage,
    /// By the page's own words.
    class: ColumnClass,
    /// Keys of the breadcrumb's addresses, the nearest last.
    crumbs: Vec<String>,
}

impl<'a> Collector<'a> {
    /// `site`: index into the run's declared sites.
    pub fn new(words: &'a Vocabulary, site: usize, today: Date) -> Self {
        Self { words, index: site, today, found: Vec::new(), moved: BTreeMap::new(), cut: Cut::default() }
    }

    /// Takes one record of the site, whatever its outcome; records come in the order of their ids.
    pub fn page(&mut self, record: &PageRecord) {
        if record.site != Some(self.index) || record.purpose != Purpose::Page || !record.outcome.is_read() {
            return;
        }
        if let Some(reply) = record.outcome.reply()
            && !reply.hops.is_empty()
        {
            // The page stands under its own address too; this one only leads there.
            self.moved.insert(record.id, key(&reply.final_url));
            return;
        }
        if let Some(facts) = &record.facts
            && may_be_text(facts)
            && let Some(candidate) = self.candidate(record, facts)
        {
            if self.found.len() < PAGES_MAX {
                self.found.push(candidate);
            } else {
                self.cut.add(&record.url);
            }
        }
    }

    fn candidate(&self, record: &PageRecord, facts: &PageFacts) -> Option<Candidate> {
        let document = facts.document.clone().unwrap_or_default();
        let class = own_class(self.words, record, facts);
        let words = &self.words.documents;
        let concerned = matches!(class, ColumnClass::Policy | ColumnClass::Interpretation)
            || document.number.is_some()
            || words.has_form(&facts.title)
            || words.is_interpretation(&facts.title);
        if !concerned || facts.title.trim().is_empty() {
            return None;
        }
        let in_body =
            record.links.iter().filter(|l| l.place == Place::Body && matches!(l.kind, LinkKind::Anchor | LinkKind::Area));
        let mut links_to: Vec<UrlId> = in_body.map(|l| l.target).filter(|id| *id != record.id).collect();
        links_to.sort_unstable();
        links_to.dedup();
        links_to.truncate(LINKS_MAX);
        Some(Candidate {
            page: PolicyPage {
                id: record.id,
                url: record.url.clone(),
                title: facts.title.trim().to_owned(),
                column: None,
                column_class: None,
                date: facts.date.clone().filter(|d| !super::columns::is_impossible(d.date, self.today)),
                facts: document,
                links_to,
                body_chars: facts.text.body_chars,
                related_by_script: facts.related_by_script,
            },
            class,
            crumbs: facts.breadcrumb.iter().filter_map(|c| c.url.as_ref()).map(key).collect(),
        })
    }

    /// Documents, interpretations; each in the order of its addresses. A text published under several addresses stands once, with
    /// the links of all its copies.
    pub fn finish(self, columns: &[Column]) -> (Vec<PolicyPage>, Vec<PolicyPage>) {
        let by_key: BTreeMap<String, &Column> = columns.iter().map(|c| (key(&c.url), c)).collect();
        let ids: BTreeMap<String, UrlId> = self.found.iter().map(|c| (key(&c.page.url), c.page.id)).collect();
        let (mut documents, mut interpretations) = (Vec::new(), Vec::new());
        for mut candidate in self.found {
            let column = column_of(&candidate, columns, &by_key);
            let class = column.map_or(candidate.class, |c| c.class);
            candidate.page.column = column.map(|c| c.url.clone());
            candidate.page.column_class = Some(class);
            let page = candidate.page;
            if is_interpretation(&self.words.documents, &page, class) {
                interpretations.push(page);
            } else if class == ColumnClass::Policy || page.facts.number.is_some() {
                documents.push(page);
            }
        }
        let mut same: BTreeMap<UrlId, UrlId> =
            self.moved.into_iter().filter_map(|(from, to)| ids.get(&to).map(|id| (from, *id))).collect();
        let documents = without_copies(documents, &mut same, document_identity);
        let interpretations =
            without_copies(interpretations, &mut same, |page| (page.title.clone(), page.date.as_ref().map(|d| d.date)));
        (resolved(documents, &same), resolved(interpretations, &same))
    }
}

/// By its title, or by the column that it stands in.
fn is_interpretation(words: &DocumentWords, page: &PolicyPage, class: ColumnClass) -> bool {
    words.is_interpretation(&page.title) || (class == ColumnClass::Interpretation && !DocumentWords::is_call(&page.title))
}

/// A page of text: not a list, not the home page, not an error.
fn may_be_text(facts: &PageFacts) -> bool {
    match facts.kind {
        PageKind::Article => true,
        PageKind::Other => facts.list.is_none(),
        PageKind::Column | PageKind::Home | PageKind::Error | PageKind::Challenge => false,
    }
}

/// The class of the column that the page itself says it stands in.
fn own_class(words: &Vocabulary, record: &PageRecord, facts: &PageFacts) -> ColumnClass {
    let crumbs: Vec<String> = facts.breadcrumb.iter().map(|c| c.text.trim().to_owned()).collect();
    let crumbs: Vec<String> =
        crumbs.into_iter().filter(|text| !matches!(text.as_str(), "" | "正文" | "首页") && *text != facts.title).collect();
    let tag = |name: &str| facts.tags.get(name).map(String::as_str).filter(|v| !v.eq_ignore_ascii_case("null"));
    let name = tag("ColumnName").or(crumbs.last().map(String::as_str)).unwrap_or_default();
    let folder = without_dates(record.url.folder());
    words.classes.class(Clues { tag: tag("ColumnType"), name, path: &folder, above: &crumbs }).class
}

/// Folders of a date (`/202608/`, `/2026/8/4/`) are no column.
fn without_dates(folder: &str) -> String {
    let kept: Vec<&str> =
        folder.split('/').filter(|s| s.is_empty() || !s.bytes().all(|b| b.is_ascii_digit() || b == b'-')).collect();
    kept.join("/")
}

/// The nearest column that the breadcrumb names, else the one whose folder holds the page.
fn column_of<'a>(candidate: &Candidate, columns: &'a [Column], by_key: &BTreeMap<String, &'a Column>) -> Option<&'a Column> {
    let by_crumb = candidate.crumbs.iter().rev().find_map(|at| by_key.get(at).copied());
    let page = &candidate.page.url;
    let holds = |c: &&Column| {
        c.url.authority_str() == page.authority_str() && c.url.folder() != "/" && page.path().starts_with(c.url.folder())
    };
    by_crumb.or_else(|| columns.iter().filter(holds).max_by_key(|c| c.url.folder().len()))
}

/// One document under several addresses: the same core, the same number or day.
fn document_identity(page: &PolicyPage) -> (self::core::Core, String) {
    let mut core = core(&page.title);
    (core.formal, core.issuer) = (false, issuer::Issuer::default());
    let by = page.facts.number.clone().or_else(|| page.date.as_ref().map(|d| d.date.to_string()));
    (core, by.unwrap_or_else(|| page.url.to_string()))
}

/// Keeps the first of each text by address, those in policy columns before others; `same` learns where the copies went.
fn without_copies<K: Ord>(
    mut pages: Vec<PolicyPage>,
    same: &mut BTreeMap<UrlId, UrlId>,
    identity: impl Fn(&PolicyPage) -> K,
) -> Vec<PolicyPage> {
    let in_place = |p: &PolicyPage| matches!(p.column_class, Some(ColumnClass::Policy | ColumnClass::Interpretation));
    pages.sort_by(|a, b| in_place(b).cmp(&in_place(a)).then_with(|| a.url.cmp(&b.url)));
    let mut first: BTreeMap<K, usize> = BTreeMap::new();
    let mut kept: Vec<PolicyPage> = Vec::new();
    for page in pages {
        match first.entry(identity(&page)) {
            std::collections::btree_map::Entry::Occupied(at) => {
                let original = &mut kept[*at.get()];
                same.insert(page.id, original.id);
                original.links_to.extend(page.links_to);
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(kept.len());
                kept.push(page);
            }
        }
    }
    kept.sort_by(|a, b| a.url.cmp(&b.url));
    kept
}

/// Links to copies and to addresses that lead on are links to the text itself.
fn resolved(mut pages: Vec<PolicyPage>, same: &BTreeMap<UrlId, UrlId>) -> Vec<PolicyPage> {
    for page in &mut pages {
        for id in &mut page.links_to {
            // A redirect may lead to a copy: two steps at most.
            *id = same.get(id).copied().unwrap_or(*id);
            *id = same.get(id).copied().unwrap_or(*id);
        }
        page.links_to.sort_unstable();
        page.links_to.dedup();
        page.links_to.retain(|id| *id != page.id);
    }
    pages
}

#[cfg(test)]
mod measure;
#[cfg(test)]
mod tests;
