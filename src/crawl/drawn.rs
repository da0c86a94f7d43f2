//! Column pages whose list only a browser would show: remembered while the crawl goes on, opened in a browser at its end where
//! the user wants that (`rendering`), counted where not.

use std::collections::{BTreeMap, BTreeSet};

use super::driver::{CrawlError, Driver};
use super::tally::key_of;
use crate::model::earlier::Carry;
use crate::model::facts::{LinkKind, PageFacts, PageKind, Place};
use crate::model::outcome::SkipReason;
use crate::model::request::{Method, Purpose};
use crate::model::run::RendererFault;
use crate::model::site::{PageRecord, UrlId};
use crate::read::lists::{UNREAD_FRAME, UNREAD_SCRIPT};
use crate::url::PageUrl;

/// Columns that are remembered.
const COLUMNS_MAX: usize = 10_000;

/// Pages whose record is kept, so that they may be opened; some tens of kilobytes each.
#[cfg(feature = "render")]
const RECORDS_MAX: usize = 2_000;

/// `ListFacts::unread` of a list that a user's selector did not find: a script may draw it.
const UNREAD_SELECTED: &str = "selector-found-nothing";

#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// By column: the page on which its list should stand.
    waiting: BTreeMap<String, Waiting>,
    /// What the home pages' navigation leads to.
    navigation: BTreeSet<UrlId>,
    /// Why no page can be rendered, once that is known.
    pub(super) fault: Option<RendererFault>,
    /// Pages opened, by site.
    #[cfg(feature = "render")]
    pub(super) opened: BTreeMap<usize, u32>,
    /// Columns that were opened: once each.
    #[cfg(feature = "render")]
    pub(super) done: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) id: UrlId,
    pub(super) site: usize,
    pub(super) url: PageUrl,
    /// A family says that a script brings the rows; else the page is an empty frame, and a column only if others call it one.
    is_list: bool,
    is_tagged: bool,
    /// What was recorded of the page; only kept where it may be opened.
    #[cfg(feature = "render")]
    pub(super) record: Option<Box<PageRecord>>,
}

#[cfg(feature = "render")]
impl Drawn {
    /// A column that was to be opened and was not: it is counted at the end.
    pub(super) fn wait_again(&mut self, column: String, waiting: Waiting) {
        self.done.remove(&column);
        self.waiting.insert(column, waiting);
    }
}

/// Which column is opened first: what the user named, what the navigation leads to, the rest.
type Order = (u8, String);

impl Driver<'_> {
    /// Hands a record to the sink, and remembers the page if only a browser would show its list. Without a carry it stands in the sink
    /// from before the run was interrupted.
    pub(super) fn hand_over(&mut self, record: PageRecord, carry: Option<Carry>) -> Result<(), CrawlError> {
        if record.purpose == Purpose::Home {
            let leads = record.links.iter().filter(|link| link.place == Place::Navigation && link.kind == LinkKind::Anchor);
            self.drawn.navigation.extend(leads.map(|link| link.target));
        }
        if let Some((column, waiting)) = self.waiting(&record)
            && (self.drawn.waiting.len() < COLUMNS_MAX || self.drawn.waiting.contains_key(&column))
        {
            // the page in a column's frame comes after the column's own, and it is the one to look at
            self.drawn.waiting.insert(column, waiting);
        }
        if let Some(carry) = carry {
            self.sink.carry(record.id, carry)?;
            self.sink.record(record)?;
        }
        Ok(())
    }

    fn waiting(&self, record: &PageRecord) -> Option<(String, Waiting)> {
        let site = record.site?;
        let facts = record.facts.as_ref()?;
        let reply = record.outcome.reply().filter(|reply| reply.is_success() && !reply.truncated)?;
        let is_got = self.lists.get(&record.id).is_none_or(|list| list.request.method == Method::Get);
        let is_page = matches!(record.purpose, Purpose::Page | Purpose::List) && reply.content_type.contains("html");
        let is_in_site = reply.hops.is_empty() && self.scope.site_of(&reply.final_url).is_some();
        if !is_page || !is_got || !is_in_site || !may_hold_list(facts) {
            return None;
        }
        let column = facts.list.as_ref().map_or_else(|| record.url.to_string(), |list| list.column.to_string());
        let waiting = Waiting {
            id: record.id,
            site,
            url: record.url.clone(),
            is_list: facts.list.is_some(),
            is_tagged: ["ColumnName", "ColumnType"].iter().any(|tag| facts.tags.contains_key(*tag)),
            #[cfg(feature = "render")]
            record: self.may_be_opened().then(|| Box::new(record.clone())),
        };
        Some((column, waiting))
    }

    #[cfg(feature = "render")]
    fn may_be_opened(&self) -> bool {
        self.plan.limits.render.is_some() && self.drawn.waiting.len() < RECORDS_MAX
    }

    /// Takes the columns that are still without a row, in the order in which they are to be opened.
    pub(super) fn take_drawn(&mut self) -> Vec<(String, Waiting)> {
        let mut found: Vec<(Order, String, Waiting)> = Vec::new();
        for (column, waiting) in std::mem::take(&mut self.drawn.waiting) {
            let has_rows = self.columns.get(&column).is_some_and(|state| !state.rows.is_empty());
            let declared = self.plan.columns.iter().find(|decl| decl.url == waiting.url || decl.url.as_str() == column);
            let is_called = declared.is_some() || waiting.is_tagged || self.drawn.navigation.contains(&waiting.id);
            if has_rows || declared.is_some_and(|decl| decl.ignore) || !(waiting.is_list || is_called) {
                continue;
            }
            let rank = match declared {
                Some(_) => 0,
                None if self.drawn.navigation.contains(&waiting.id) => 1,
                None => 2,
            };
            found.push(((rank, column.clone()), column, waiting));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.into_iter().map(|(_, column, waiting)| (column, waiting)).collect()
    }

    /// Counts a column whose list was not read for want of a browser, or of its time.
    pub(super) fn left_drawn(&mut self, waiting: &Waiting, reason: &str) {
        let site = self.scope.sites()[waiting.site].url.host().to_owned();
        self.tally.left_out(&site, reason, waiting.url.as_str());
    }

    /// At the end: what no browser was asked to show. `stopped`: why the crawl ended early.
    pub(super) fn count_drawn(&mut self, stopped: Option<SkipReason>) {
        if self.plan.limits.render.is_some() && !super::CAN_RENDER {
            self.drawn.fault = Some(RendererFault::NotBuilt);
        }
        let was_wanted = self.plan.limits.render.is_some() && super::CAN_RENDER && self.drawn.fault.is_none();
        let reason = stopped.filter(|_| was_wanted).map_or("needs-browser", key_of);
        for (_, waiting) in self.take_drawn() {
            self.left_drawn(&waiting, reason);
        }
    }
}

/// The page is of a column, holds no row, and a script may bring some.
fn may_hold_list(facts: &PageFacts) -> bool {
    if !matches!(facts.kind, PageKind::Column | PageKind::Other) {
        return false;
    }
    match &facts.list {
        Some(list) => {
            list.rows.is_empty()
                && list.unread.as_deref().is_some_and(|why| [UNREAD_SCRIPT, UNREAD_FRAME, UNREAD_SELECTED].contains(&why))
        }
        None => facts.drawn_by_script,
    }
}
