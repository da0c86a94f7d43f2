//! Content systems whose lists are plain markup but whose addresses give them away; the pager is read as written, page
//! numbers may run in any direction.

use super::choose;
use super::{Family, ListInput};
use crate::model::facts::ListFacts;

/// JEECMS and its kin: `.jspx`, `index_2.jspx`.
#[derive(Debug)]
pub(super) struct Jeecms;

/// 博达 Visual SiteBuilder: `/info/COL/ID.htm`; deeper pages are numbered downward.
#[derive(Debug)]
pub(super) struct SiteBuilder;

impl Family for Jeecms {
    fn name(&self) -> &'static str {
        "jeecms"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let is_of_kind =
            is_jspx(page.url.path()) || page.pager().next.is_some_and(|next| next.split('?').next().is_some_and(is_jspx));
        is_of_kind.then(|| page.main()).flatten().map(|main| choose::facts(page, self.name(), main))
    }
}

impl Family for SiteBuilder {
    fn name(&self) -> &'static str {
        "sitebuilder"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let main = page.main()?;
        let of_kind = main.hrefs.iter().filter(|href| is_info_address(href)).count();
        if of_kind * 2 <= main.hrefs.len() {
            return None;
        }
        let mut facts = choose::facts(page, self.name(), main);
        if let Some((no, column)) = descending(page, facts.pages_total) {
            facts.page_no = no;
            facts.column = column;
        }
        Some(facts)
    }
}

fn is_jspx(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("jspx"))
}

/// `/info/1011/20269.htm`
fn is_info_address(href: &str) -> bool {
    let Some((_, behind)) = href.rsplit_once("info/") else { return false };
    let mut parts = behind.split('/');
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    parts.next().is_some_and(is_number) && parts.next().and_then(|name| name.split('.').next()).is_some_and(is_number)
}

/// `…/tzgg/11.htm` of 12 pages is page 2 of `…/tzgg.htm`.
fn descending(page: &ListInput<'_>, total: Option<u32>) -> Option<(u32, crate::url::PageUrl)> {
    let folder = page.url.folder().trim_end_matches('/');
    let number: u32 = page.url.path().rsplit('/').next()?.strip_suffix(".htm")?.parse().ok()?;
    let first = page.join(&format!("{folder}.htm"))?;
    let total = total.filter(|total| *total > number)?;
    Some((total - number + 1, first))
}
