//! Records → columns: which pages are columns, what they are called, and what their lists hold.
//! `age` judges how old a column may be, `ledger` writes the column ledger (栏目台账).

mod address;
mod age;
mod ledger;
mod rows;
mod settle;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub(crate) use self::address::key;
use self::address::{
    depth_below, folder_key, is_article_address, is_column_address, is_further_page, is_nested, parent_by_path, stands_above,
};
pub use self::age::{Age, Ageing, Unjudged};
pub use self::ledger::ledger;
pub(crate) use self::rows::is_impossible;
use self::rows::{ArticleDates, ListRows};
use self::settle::{settle_parents, without_copies};
use super::certainty::{Circumstances, Standing, standing};
use super::classes::{ClassWords, Clues};
use super::cut::Cut;
use crate::model::facts::{DateSource, LinkKind, NEEDS_BROWSER, PageFacts, PageKind, Place};
use crate::model::finding::Certainty;
use crate::model::outcome::{Outcome, SkipReason};
use crate::model::request::Purpose;
use crate::model::run::RunInfo;
use crate::model::site::{Column, ColumnClass, ColumnDecl, ColumnReading, PageRecord, SiteDecl, UrlId};
use crate::url::PageUrl;

/// Columns of one site that are kept; no portal has so many, an endless calendar has.
const COLUMNS_MAX: usize = 5_000;
/// Characters of text from which on a page without a list is a text (机构职能 …) and not an empty shell.
const TEXT_CHARS_MIN: u32 = 120;
/// The same for pages whose class says that they are texts.
const STATIC_CHARS_MIN: u32 = 20;

/// Why a column was not read that shows itself only to who signs in.
const SIGN_IN: &str = "sign-in";

/// Puts the columns of one site together from its records.
#[derive(Debug)]
pub struct Collector<'a> {
    words: &'a ClassWords,
    site: SiteDecl,
    index: usize,
    today: Date,
    declared: Vec<ColumnDecl>,
    home: String,
    /// Links of the home page's navigation.
    navigation: BTreeMap<UrlId, NavLink>,
    /// Addresses that breadcrumbs name as columns, with their text.
    crumbs: BTreeMap<String, String>,
    pages: BTreeMap<String, Seen>,
    lists: BTreeMap<String, ListRows>,
    dates: ArticleDates,
    pub(in crate::audit) cut: Cut,
}

#[derive(Debug, Clone)]
struct NavLink {
    text: String,
    nested: bool,
}

/// A page that may be a column.
#[derive(Debug, Clone)]
struct Seen {
    url: PageUrl,
    navigation: Option<NavLink>,
    tag_name: Option<String>,
    tag_type: Option<String>,
    title: String,
    /// Text and key of the address.
    crumbs: Vec<(String, Option<String>)>,
    kind: PageKind,
    dated: bool,
    is_article: bool,
    drawn_by_script: bool,
    body_chars: u32,
    /// A statutory paper (年度报告, 年度报表, 指南) with its text.
    is_paper: bool,
    archived: bool,
    came: Came,
    /// Asked for at its own address, not reached from another one by redirects.
    is_direct: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Came {
    Read,
    Failed(String),
    NotMeasured(String),
}

impl<'a> Collector<'a> {
    /// `words`: what tells the classes; `site`: index into the run's declared sites.
    pub fn new(words: &'a ClassWords, run: &RunInfo, site: usize, today: Date) -> Self {
        let decl = run.sites[site].clone();
        let covered = |column: &&ColumnDecl| crate::model::site::site_of(&run.sites, &column.url) == Some(site);
        Self {
            words,
            home: key(&decl.url),
            declared: run.columns.iter().filter(covered).cloned().collect(),
            site: decl,
            index: site,
            today,
            navigation: BTreeMap::new(),
            crumbs: BTreeMap::new(),
            pages: BTreeMap::new(),
            lists: BTreeMap::new(),
            dates: ArticleDates::default(),
            cut: Cut::default(),
        }
    }

    /// Takes one record of the site, whatever its outcome; records come in the order of their ids.
    pub fn page(&mut self, record: &PageRecord) {
        if record.site != Some(self.index) || !matches!(record.purpose, Purpose::Home | Purpose::Page | Purpose::List) {
            return;
        }
        if record.purpose == Purpose::Home
            && let Some(reply) = record.outcome.reply().filter(|reply| reply.is_success())
        {
            // Many sites send `/` on to `/gxt/` or an index page: that is the home page then.
            self.home = key(&reply.final_url);
        }
        if record.purpose == Purpose::Home || key(&record.url) == self.home {
            self.read_navigation(record);
            return;
        }
        if let Some(facts) = &record.facts {
            self.read_facts(record, facts);
        }
        self.read_candidate(record);
    }

    fn read_navigation(&mut self, record: &PageRecord) {
        for link in
            record.links.iter().filter(|l| l.place == Place::Navigation && matches!(l.kind, LinkKind::Anchor | LinkKind::Area))
        {
            let nav = NavLink { text: link.text.trim().to_owned(), nested: is_nested(&link.selector) };
            self.navigation.entry(link.target).and_modify(|known| known.nested &= nav.nested).or_insert(nav);
        }
    }

    fn read_facts(&mut self, record: &PageRecord, facts: &PageFacts) {
        if is_article(facts) {
            if let Some(date) = &facts.date {
                self.dates.add(&record.url, date);
            }
            self.read_crumbs(facts);
        } else if let Some(list) = &facts.list
            && !matches!(facts.kind, PageKind::Home | PageKind::Error | PageKind::Challenge)
            && key(&list.column) != self.home
            && (self.lists.len() < COLUMNS_MAX || self.lists.contains_key(&key(&list.column)))
        {
            self.lists.entry(key(&list.column)).or_insert_with(|| ListRows::new(list)).add(list, self.today);
        } else if facts.kind == PageKind::Other
            && let Some(date) = facts.date.as_ref().filter(|date| date.source != DateSource::Url)
        {
            // A few words and an attachment: too little to be called an article, and still what a row leads to.
            self.dates.add(&record.url, date);
        }
    }

    /// What stands above an article in its breadcrumb is a column.
    fn read_crumbs(&mut self, facts: &PageFacts) {
        for crumb in &facts.breadcrumb {
            if let Some(url) = &crumb.url
                && self.crumbs.len() < COLUMNS_MAX
                && self.site.covers(url).is_some()
            {
                self.crumbs.entry(key(url)).or_insert_with(|| crumb.text.clone());
            }
        }
    }

    fn read_candidate(&mut self, record: &PageRecord) {
        let navigation = self.navigation.get(&record.id).cloned();
        let declared = self.declared.iter().any(|d| key(&d.url) == key(&record.url));
        let Some((place, came)) = self.came(record) else { return };
        let known = navigation.is_some() || declared || self.crumbs.contains_key(&place);
        if !known && !looks_like_column(record) {
            return;
        }
        if self.pages.len() >= COLUMNS_MAX && !self.pages.contains_key(&place) {
            self.cut.add(&record.url);
            return;
        }
        let seen = Seen::new(self.words, record, navigation, came, key(&record.url) == place);
        match self.pages.get_mut(&place) {
            Some(first) => first.merge(seen),
            None => {
                self.pages.insert(place, seen);
            }
        }
    }

    /// Where the column stands after redirects, and whether it could be read. None: it leads out of the site, or was left out on purpose.
    fn came(&self, record: &PageRecord) -> Option<(String, Came)> {
        let own = key(&record.url);
        let reply = match (&record.outcome, standing(&record.outcome, &record.attempts, Circumstances::default())) {
            (Outcome::Skipped(SkipReason::Excluded), _) => return None,
            (Outcome::Reply(reply), _) if reply.is_success() => reply,
            (outcome, Standing::Fault(Certainty::Confirmed | Certainty::Suspected)) => {
                return Some((own, Came::Failed(reason_of(outcome))));
            }
            (outcome, _) => return Some((own, Came::NotMeasured(reason_of(outcome)))),
        };
        self.site.covers(&reply.final_url)?;
        if key(&reply.final_url) == self.home {
            return Some((own, Came::NotMeasured("leads-home".into())));
        }
        let Some(facts) = &record.facts else { return Some((own, Came::NotMeasured("not-html".into()))) };
        if facts.asks_sign_in {
            return Some((own, Came::NotMeasured(SIGN_IN.into())));
        }
        // A page that only sends on is read as a redirect is: out of the site it is no column, else the column is where it leads.
        if let Some(to) = facts.jumps_to.as_ref().filter(|_| facts.list.is_none() && !is_article(facts)) {
            self.site.covers(to)?;
            let is_home = key(to) == self.home;
            let place = if is_home { own } else { key(to) };
            return Some((place, Came::NotMeasured(if is_home { "leads-home" } else { "not-crawled" }.into())));
        }
        let place = match &facts.list {
            Some(list) if !is_article(facts) => {
                if list.page_no > 1 || (record.purpose == Purpose::List && key(&list.column) != own) {
                    return None;
                }
                key(&list.column)
            }
            _ => key(&reply.final_url),
        };
        let came = match facts.kind {
            PageKind::Error => Came::Failed("error-page".into()),
            PageKind::Challenge => Came::NotMeasured("challenged".into()),
            _ => Came::Read,
        };
        Some((place, came))
    }

    /// In the order of their address.
    pub fn finish(mut self) -> Vec<Column> {
        self.lists.values_mut().for_each(|list| list.resolve(&self.dates, self.today));
        let declared: BTreeMap<String, ColumnDecl> = self.declared.iter().map(|d| (key(&d.url), d.clone())).collect();
        let mut columns: BTreeMap<String, Column> = BTreeMap::new();
        for (place, seen) in &self.pages {
            if let Some(column) = self.column(place, seen, declared.get(place)) {
                columns.insert(place.clone(), column);
            }
        }
        for (place, decl) in &declared {
            columns.entry(place.clone()).or_insert_with(|| self.never_seen(decl));
        }
        self.set_parents(&mut columns);
        settle_parents(&mut columns);
        let mut columns = without_copies(columns);
        columns.sort_by(|a, b| a.url.cmp(&b.url));
        columns
    }

    fn column(&self, place: &str, seen: &Seen, decl: Option<&ColumnDecl>) -> Option<Column> {
        let words = self.words;
        let list = self.lists.get(place);
        let name = decl.and_then(|d| d.name.clone()).unwrap_or_else(|| self.name(place, seen));
        let above = seen.above(&self.home, &name);
        let path = seen.url.path().to_owned();
        let mut classed = words.class(Clues { tag: seen.tag_type.as_deref(), name: &name, path: &path, above: &above });
        if decl.is_none() && !self.is_column(place, seen, list, classed.class, &name) {
            return None;
        }
        if let Some(class) = decl.and_then(|d| d.class) {
            classed = super::classes::Classed { class, source: "config" };
        }
        let archived = seen.archived || words.is_archived(&name) || above.iter().any(|a| words.is_archived(a));
        let state = match &seen.came {
            _ if decl.is_some_and(|d| d.ignore) => ColumnReading::Ignored,
            Came::Failed(reason) => ColumnReading::Unreachable { reason: reason.clone() },
            Came::NotMeasured(reason) => ColumnReading::Unread { reason: reason.clone() },
            Came::Read if archived => ColumnReading::Archived,
            Came::Read => list.map_or_else(|| text_reading(seen, classed.class), ListRows::reading),
        };
        let url = list.map_or_else(|| seen.url.clone(), |l| l.column.clone());
        Some(Column {
            url,
            name,
            class: classed.class,
            class_source: classed.source.to_owned(),
            level: self.level(seen, &above),
            parent: None,
            office: decl.and_then(|d| d.office.clone()),
            max_age_days: decl.and_then(|d| d.max_age_days),
            list_kind: list.map(|l| l.family.clone()),
            list_pages: list.map_or(0, |l| l.pages),
            items: list.map_or(0, |l| l.items),
            newest: list.and_then(|l| l.newest.clone()),
            rows: list.map(ListRows::first_rows).unwrap_or_default(),
            undated: list.map_or(0, |l| l.undated),
            state,
            bad_dates: list.map(|l| l.bad_dates.clone()).unwrap_or_default(),
        })
    }

    /// A column that the user added and that the crawl never came to.
    fn never_seen(&self, decl: &ColumnDecl) -> Column {
        let name = decl.name.clone().unwrap_or_else(|| decl.url.path().to_owned());
        let classed = self.words.class(Clues { name: &name, path: decl.url.path(), ..Clues::default() });
        let state =
            if decl.ignore { ColumnReading::Ignored } else { ColumnReading::Unread { reason: "not-crawled".to_owned() } };
        Column {
            url: decl.url.clone(),
            class: decl.class.unwrap_or(classed.class),
            class_source: if decl.class.is_some() { "config" } else { classed.source }.to_owned(),
            level: if depth_below(&self.site, &decl.url) <= 1 { 1 } else { 2 },
            name,
            parent: None,
            office: decl.office.clone(),
            max_age_days: decl.max_age_days,
            list_kind: None,
            list_pages: 0,
            items: 0,
            newest: None,
            rows: Vec::new(),
            undated: 0,
            state,
            bad_dates: Vec::new(),
        }
    }

    fn is_column(&self, place: &str, seen: &Seen, list: Option<&ListRows>, class: ColumnClass, name: &str) -> bool {
        let words = self.words;
        if words.is_no_column(name, seen.url.path()) {
            return false;
        }
        // A page for signing in that is called nothing else is no column; one that is called 通知公告 is a column that was not read.
        if seen.came == Came::NotMeasured(SIGN_IN.into()) && class == ColumnClass::Other {
            return false;
        }
        if seen.is_article {
            // The navigation leads straight to a text (机构职能, 领导信息): a column of one page. A news item in the navigation is none.
            return seen.navigation.is_some() && class == ColumnClass::Static;
        }
        if list.is_some() {
            return true;
        }
        if is_further_page(&seen.url) || seen.dated {
            return false;
        }
        let called_column = seen.navigation.is_some() || self.crumbs.contains_key(place);
        let tagged = seen.tag_name.is_some() || seen.tag_type.is_some();
        match seen.came {
            Came::Read => called_column || tagged || seen.kind == PageKind::Column || is_column_address(&seen.url),
            _ => called_column && !is_article_address(seen.url.path()),
        }
    }

    fn name(&self, place: &str, seen: &Seen) -> String {
        let navigation = seen.navigation.as_ref().map(|n| n.text.clone());
        let crumb = seen.own_crumb().or_else(|| self.crumbs.get(place).cloned());
        [seen.tag_name.clone(), navigation, crumb, Some(seen.title.clone())]
            .into_iter()
            .flatten()
            .map(|name| name.trim().to_owned())
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| seen.url.path().to_owned())
    }

    fn level(&self, seen: &Seen, above: &[String]) -> u8 {
        let first = match &seen.navigation {
            Some(nav) => !nav.nested && !self.navigation_stands_above(seen),
            None if seen.crumbs.is_empty() => depth_below(&self.site, &seen.url) <= 1,
            None => above.is_empty(),
        };
        if first { 1 } else { 2 }
    }

    /// The navigation also leads to a page whose folder holds this one.
    fn navigation_stands_above(&self, seen: &Seen) -> bool {
        self.pages.values().any(|other| other.navigation.is_some() && stands_above(&other.url, &seen.url))
    }

    fn set_parents(&self, columns: &mut BTreeMap<String, Column>) {
        let folders: BTreeMap<String, (String, PageUrl)> =
            columns.iter().map(|(place, c)| (folder_key(&c.url), (place.clone(), c.url.clone()))).collect();
        let found: Vec<(String, PageUrl)> = columns
            .iter()
            .filter_map(|(place, column)| {
                let by_crumb = self.pages.get(place).and_then(|seen| {
                    let named = seen.crumbs.iter().rev().filter_map(|(_, at)| at.as_ref());
                    named.filter(|at| *at != place).find_map(|at| columns.get(at)).map(|c| c.url.clone())
                });
                let parent = by_crumb.or_else(|| parent_by_path(&folders, place, &column.url))?;
                Some((place.clone(), parent))
            })
            .collect();
        for (place, parent) in found {
            if let Some(column) = columns.get_mut(&place) {
                column.parent = Some(parent);
            }
        }
    }
}

impl Seen {
    fn new(words: &ClassWords, record: &PageRecord, navigation: Option<NavLink>, came: Came, is_direct: bool) -> Self {
        let facts = record.facts.as_ref();
        let tag = |name: &str| facts.and_then(|f| f.tags.get(name)).and_then(|value| said(value));
        Self {
            url: record.url.clone(),
            navigation,
            tag_name: tag("ColumnName"),
            tag_type: tag("ColumnType"),
            title: facts.map(|f| f.title.clone()).unwrap_or_default(),
            crumbs: facts
                .map(|f| f.breadcrumb.iter().map(|c| (c.text.trim().to_owned(), c.url.as_ref().map(key))).collect())
                .unwrap_or_default(),
            kind: facts.map(|f| f.kind).unwrap_or_default(),
            dated: facts.is_some_and(|f| f.date.is_some() && f.list.is_none()),
            is_article: facts.is_some_and(is_article),
            drawn_by_script: facts.is_some_and(|f| f.drawn_by_script),
            body_chars: facts.map_or(0, |f| f.text.body_chars),
            is_paper: facts.is_some_and(|f| f.details.paper.is_some() && f.list.is_none()),
            archived: facts.is_some_and(|f| {
                words.is_archived(&f.title)
                    || words.says_archived(&f.text.head)
                    || f.breadcrumb.iter().any(|c| words.is_archived(&c.text))
            }),
            came,
            is_direct,
        }
    }

    /// Two addresses of one column: what was read goes before what was not, the column's own address before one that is sent on
    /// to it, then the first; the navigation's word is kept. Whichever was asked for first, the outcome is the same.
    fn merge(&mut self, mut other: Self) {
        let rank = |seen: &Self| (seen.came != Came::Read, !seen.is_direct, seen.url.clone());
        if rank(&other) < rank(self) {
            std::mem::swap(self, &mut other);
        }
        self.navigation = self.navigation.take().or(other.navigation);
    }

    fn own_crumb(&self) -> Option<String> {
        let last = self.crumbs.iter().rev().find(|(text, _)| !matches!(text.as_str(), "" | "正文" | "列表" | "栏目列表"))?;
        (!is_home_word(&last.0)).then(|| last.0.clone())
    }

    /// Names above this column, the nearest last; without the home page and itself.
    fn above(&self, home: &str, name: &str) -> Vec<String> {
        let own = key(&self.url);
        self.crumbs
            .iter()
            .filter(|(text, at)| !text.is_empty() && text != name && !is_home_word(text) && at.as_deref() != Some(home))
            .filter(|(text, at)| at.as_deref() != Some(own.as_str()) && !matches!(text.as_str(), "正文" | "列表" | "栏目列表"))
            .map(|(text, _)| text.clone())
            .collect()
    }
}

// ---- leaf functions

/// Key of what an outcome means, as `audit::words` knows it: `status.404`, `failure.dns`, `challenge.ruishu`, `skip.robots`.
fn reason_of(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Reply(reply) => format!("status.{}", reply.status),
        Outcome::Failed { class, .. } => format!("failure.{}", name_of(class)),
        Outcome::Challenged { kind, .. } => format!("challenge.{}", name_of(kind)),
        Outcome::Skipped(why) => format!("skip.{}", name_of(why)),
    }
}

/// The kebab-case name that a plain enum is stored under.
fn name_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A tag's value, if it says something: some systems write the word `null`.
fn said(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty() && !value.eq_ignore_ascii_case("null") && !value.eq_ignore_ascii_case("undefined"))
        .then(|| value.to_owned())
}

fn is_home_word(text: &str) -> bool {
    matches!(text.trim(), "首页" | "网站首页" | "主页" | "Home" | "当前位置" | "您的位置" | "您现在的位置")
}

fn is_article(facts: &PageFacts) -> bool {
    facts.kind == PageKind::Article || facts.tags.get("ArticleTitle").is_some_and(|t| said(t).is_some())
}

/// A page that says of itself that it is a column, or whose address does.
fn looks_like_column(record: &PageRecord) -> bool {
    let Some(facts) = &record.facts else { return is_column_address(&record.url) };
    if is_article(facts) {
        return false;
    }
    let tagged = ["ColumnName", "ColumnType"].iter().any(|t| facts.tags.get(*t).is_some_and(|v| said(v).is_some()));
    facts.list.is_some() || tagged || facts.kind == PageKind::Column || is_column_address(&record.url)
}

/// How a column page without a list is to be taken. An empty shell is never called empty: its list may be drawn by a script.
fn text_reading(seen: &Seen, class: ColumnClass) -> ColumnReading {
    use ColumnClass as C;
    let chars_min = match class {
        C::Static => STATIC_CHARS_MIN,
        // These hold lists; a page of theirs without one is a list that was not recognised, unless it is a single article.
        C::News | C::Notice | C::Policy | C::Interpretation | C::Plan | C::Personnel if seen.kind != PageKind::Article => {
            u32::MAX
        }
        _ => TEXT_CHARS_MIN,
    };
    let reason = if seen.drawn_by_script { NEEDS_BROWSER } else { "no-list" };
    // However short its table: it is what it says it is.
    let is_text = seen.body_chars >= chars_min || seen.is_paper && seen.body_chars >= STATIC_CHARS_MIN;
    if is_text { ColumnReading::Static } else { ColumnReading::Unread { reason: reason.to_owned() } }
}

#[cfg(test)]
mod tests;
