//! From a page that was read back to the frontier: its links, the rest of its list, the sources of its footer.

use super::Limits;
use super::driver::{CrawlError, Driver, ListJob};
use super::merge::Links;
use super::scope::purpose_of;
use super::seen::{Rank, Seen};
use super::series;
use crate::model::facts::{Link, LinkKind, ListFacts, PageFacts, Place};
use crate::model::request::{Method, Purpose, Request};
use crate::model::site::{LinkRef, UrlId};
use crate::url::PageUrl;

/// Articles of one column that are read before other pages, because only they tell its newest day.
const SAMPLE_ROWS: usize = 5;

impl Driver<'_> {
    /// Takes in a page of the sites: returns its links by id, having queued what is new.
    pub(super) fn follow(
        &mut self,
        page: UrlId,
        page_url: &PageUrl,
        facts: &PageFacts,
        links: Links,
        links_cut: bool,
    ) -> Result<Vec<LinkRef>, CrawlError> {
        self.footer_sources(page, &facts.marks.footer_sources)?;
        self.footer_sources(page, &facts.details.script_sources)?;
        let most = self.plan.limits.links_per_page_max;
        if links_cut || links.len() > most {
            self.tally.left_out(page_url.host(), "links-cut", page_url.as_str());
        }
        let mut refs = Vec::with_capacity(links.len().min(most));
        let (run, known) = match links {
            Links::Fresh(links) => {
                for link in links.into_iter().take(most) {
                    let target = self.offer(&link.url, link.kind, page, page_url)?;
                    let Link { fragment, kind, place, text, selector, .. } = link;
                    refs.push(LinkRef { target, fragment, kind, place, text, selector });
                }
                (None, Vec::new())
            }
            Links::Own(links) => (None, links),
            Links::Earlier(run, links) => (Some(run), links),
        };
        for link in known {
            if let Some(target) = self.target_of(run, link.target, link.kind, page, page_url)? {
                refs.push(LinkRef { target, ..link });
            }
        }
        if let Some(list) = &facts.list {
            self.follow_list(page, page_url, list, &mut refs)?;
        }
        Ok(refs)
    }

    pub(super) fn offer(
        &mut self,
        url: &PageUrl,
        kind: LinkKind,
        page: UrlId,
        page_url: &PageUrl,
    ) -> Result<UrlId, CrawlError> {
        self.offer_as(Rank::Page, url, kind, page, page_url)
    }

    fn offer_as(
        &mut self,
        page_rank: Rank,
        url: &PageUrl,
        kind: LinkKind,
        page: UrlId,
        page_url: &PageUrl,
    ) -> Result<UrlId, CrawlError> {
        let (id, new) = self.intern(url)?;
        if new {
            let site = self.scope.site_of(url);
            let purpose = purpose_of(url, kind, site);
            let rank = match purpose {
                Purpose::Page => page_rank,
                Purpose::External => Rank::External,
                _ => Rank::Resource,
            };
            let from = *self.frontier.seen(page);
            let run = if purpose == Purpose::Page { series::run_from(url, page_url, from.run) } else { 0 };
            let mut seen = Seen::new(purpose, rank, from.depth.saturating_add(1), site).found_on(page, run);
            seen.wants_body = purpose == Purpose::Resource && is_read_file(url, &self.plan.limits);
            if self.plan.limits.only.is_some() {
                self.frontier.note(id, seen);
            } else {
                self.admit(id, url, seen)?;
            }
        }
        Ok(id)
    }

    /// Rows are links of the column; the list goes on as long as its pages bring new ones.
    fn follow_list(
        &mut self,
        page: UrlId,
        page_url: &PageUrl,
        list: &ListFacts,
        refs: &mut Vec<LinkRef>,
    ) -> Result<(), CrawlError> {
        let is_list_page = self.frontier.seen(page).purpose == Purpose::List;
        let mut fresh_rows = false;
        // without an earlier run every row is new, and columns are still to be found among the other pages
        let row_rank = if self.past.has_earlier() { Rank::Row } else { Rank::Page };
        let linked: std::collections::BTreeSet<UrlId> =
            if is_list_page { refs.iter().map(|link| link.target).collect() } else { std::collections::BTreeSet::new() };
        let sampled = undated_on_top(list);
        for row in &list.rows {
            let target = self.offer_as(row_rank, &row.url, LinkKind::Anchor, page, page_url)?;
            if sampled.contains(&&row.url) && self.frontier.seen(target).purpose == Purpose::Page {
                let host = self.hosts.id_of(row.url.authority_str());
                self.frontier.promote(host, target, Rank::Sample, Purpose::Page);
            }
            fresh_rows |= self.columns.entry(list.column.to_string()).or_default().rows.insert(target);
            if is_list_page && !linked.contains(&target) {
                let text = row.title.chars().take(80).collect();
                refs.push(LinkRef {
                    target,
                    fragment: None,
                    kind: LinkKind::Anchor,
                    place: Place::Body,
                    text,
                    selector: String::new(),
                });
            }
        }
        let state = self.columns.entry(list.column.to_string()).or_default();
        state.pages += u32::from(is_list_page);
        // The settings of a data interface hold no row yet, and lead to those that do.
        let leads_on = list.unread.is_some() && state.rows.is_empty() && state.pages <= PAGES_BEFORE_ROWS_MAX;
        let goes_on = state.pages < self.plan.limits.list_pages_max && (fresh_rows || leads_on || !is_list_page);
        match (&list.next, &list.guess) {
            (Some(next), _) if goes_on => self.list_request(page, list, next, false),
            (None, Some(guess)) if goes_on => self.list_request(page, list, guess, true),
            _ => Ok(()),
        }
    }

    /// Whether a page that was guessed brings rows that its column did not have. One that repeats them is the first page again.
    pub(super) fn adds_rows(&self, list: &ListFacts) -> bool {
        let known = self.columns.get(&list.column.to_string());
        let known: std::collections::BTreeSet<&str> =
            known.map(|state| state.rows.iter().map(|id| self.table.get(*id)).collect()).unwrap_or_default();
        list.rows.iter().any(|row| !known.contains(row.url.as_str()))
    }

    fn list_request(&mut self, page: UrlId, list: &ListFacts, next: &Request, is_guess: bool) -> Result<(), CrawlError> {
        let site = self.scope.site_of(&next.url);
        if site.is_none() && !self.scope.is_kin(&next.url) {
            return Ok(());
        }
        let key = key_of(next);
        let (id, new) = self.intern(&key)?;
        let column = self.plan.columns.iter().position(|column| column.url == list.column);
        let by_shell = list.unread.is_some() || self.lists.get(&page).is_some_and(|job| job.by_shell);
        let job = || ListJob { request: next.clone(), column, by_shell, is_guess };
        let host = self.hosts.id_of(next.url.authority_str());
        if new {
            self.lists.insert(id, job());
            let from = *self.frontier.seen(page);
            let seen = Seen::new(Purpose::List, Rank::List, from.depth, site.or(from.site())).found_on(page, 0);
            self.admit_at(id, &key, host, seen)?;
        } else if !is_guess && self.frontier.promote(host, id, Rank::List, Purpose::List) || self.is_replayed_list(id) {
            self.lists.insert(id, job());
        }
        Ok(())
    }

    /// A list request that was answered before the run was interrupted, under an address that a link named first.
    fn is_replayed_list(&self, id: UrlId) -> bool {
        !self.recorded.is_empty() && self.frontier.seen(id).purpose == Purpose::List && !self.lists.contains_key(&id)
    }

    /// Scripts and frames of the site's own that write its footer, or may hold its notice to those who leave: their text is wanted, whoever else links to them.
    fn footer_sources(&mut self, page: UrlId, sources: &[PageUrl]) -> Result<(), CrawlError> {
        for url in sources {
            let Some(site) = self.scope.site_of(url) else { continue };
            let (id, new) = self.intern(url)?;
            let host = self.hosts.id_of(url.authority_str());
            if new {
                let depth = self.frontier.seen(page).depth.saturating_add(1);
                let mut seen = Seen::new(Purpose::Resource, Rank::List, depth, Some(site)).found_on(page, 0);
                seen.wants_body = true;
                self.admit(id, url, seen)?;
                continue;
            }
            let seen = self.frontier.seen_mut(id);
            if seen.purpose == Purpose::Resource && !seen.wants_body {
                seen.wants_body = true;
                if !self.frontier.promote(host, id, Rank::List, Purpose::Resource) {
                    self.frontier.push_again(host, id);
                }
            }
        }
        Ok(())
    }
}

/// Attachments whose words can be read.
fn is_read_file(url: &PageUrl, limits: &Limits) -> bool {
    url.extension().is_some_and(|ending| match ending.as_str() {
        "docx" | "xlsx" => limits.read_attachments,
        "pdf" | "doc" => limits.read_attachments && limits.read_pdf_and_doc,
        _ => false,
    })
}

/// Requests of one list that may bring no row before the first that does.
const PAGES_BEFORE_ROWS_MAX: u32 = 2;

/// The rows above the first dated one on a column's first page: were one of them newer, only its article would tell.
fn undated_on_top(list: &ListFacts) -> Vec<&PageUrl> {
    if list.page_no > 1 {
        return Vec::new();
    }
    let on_top = list.rows.iter().filter(|row| !row.pinned).take_while(|row| row.date.is_none());
    on_top.take(SAMPLE_ROWS).map(|row| &row.url).collect()
}

/// Bytes of a form that stands in the key of its request as it is.
const KEY_BODY_BYTES_MAX: usize = 500;

/// The address under which a list request is known. Requests that differ in their form body are different requests: the body
/// stands in the query of their key; of a long one (a view state) its hash.
fn key_of(request: &Request) -> PageUrl {
    let Method::Post { body } = &request.method else { return request.url.clone() };
    let hashed;
    let body = if body.len() > KEY_BODY_BYTES_MAX {
        hashed = format!("form={:016x}", rapidhash::v3::rapidhash_v3(body.as_bytes()));
        &hashed
    } else {
        body
    };
    let mut url = request.url.to_url();
    let query = match url.query() {
        Some(query) if !query.is_empty() => format!("{query}&{body}"),
        _ => body.clone(),
    };
    url.set_query(Some(&query));
    PageUrl::canonical(url).map_or_else(|_| request.url.clone(), |joined| joined.url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_with_different_bodies_have_different_keys() {
        let post = |body: &str| Request {
            url: PageUrl::parse("http://a.cn/module/web/jpage/dataproxy.jsp?perpage=15").unwrap(),
            method: Method::Post { body: body.to_owned() },
            purpose: Purpose::List,
            referer: None,
        };
        let (a, b) = (key_of(&post("startrecord=46")), key_of(&post("startrecord=91")));
        assert_ne!(a, b);
        assert_eq!(a.as_str(), "http://a.cn/module/web/jpage/dataproxy.jsp?perpage=15&startrecord=46");
        let long = |page: u32| key_of(&post(&format!("__EVENTARGUMENT={page}&__VIEWSTATE={}", "w".repeat(90_000))));
        assert_ne!(long(2), long(3));
        assert!(long(2).as_str().len() < 120);
    }
}
