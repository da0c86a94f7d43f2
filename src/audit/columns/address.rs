//! What an address or a selector says of a column: is it one, where does it stand.

use std::collections::BTreeMap;

use crate::model::site::SiteDecl;
use crate::url::PageUrl;

/// A column's address without scheme and index page: `/tzgg/` and `/tzgg/index.html` are one column.
pub(crate) fn key(url: &PageUrl) -> String {
    let path = url.path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let shown = if matches!(stem, "index" | "default" | "Index" | "Default") { url.folder() } else { path };
    match url.query() {
        Some(query) => format!("{}{shown}?{query}", url.authority_str()),
        None => format!("{}{shown}", url.authority_str()),
    }
}

pub(super) fn folder_key(url: &PageUrl) -> String {
    format!("{}{}", url.authority_str(), url.folder())
}

/// Ends in a folder, or names an index or list page; and is no article's address.
pub(super) fn is_column_address(url: &PageUrl) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let called = name.is_empty() || matches!(stem, "index" | "default" | "list" | "common_list") || stem.ends_with("list");
    called && url.query().is_none() && !is_article_address(url.path())
}

/// `index_2.html`, `list-3.shtml`: a further page of a list.
pub(super) fn is_further_page(url: &PageUrl) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let cut = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    cut.len() < stem.len() && (cut.ends_with('_') || cut.ends_with('-')) && !cut.starts_with('t')
}

/// Addresses of single articles in the dialects of content systems (norms.md 6.2).
pub(super) fn is_article_address(path: &str) -> bool {
    let digits = |s: &str, n: usize| s.len() >= n && s.bytes().take(n).all(|b| b.is_ascii_digit());
    let hex32 = |s: &str| s.len() == 32 && s.bytes().all(|b| b.is_ascii_hexdigit());
    path.split('/').any(|segment| {
        let stem = segment.split('.').next().unwrap_or_default();
        let trs = stem.strip_prefix('t').is_some_and(|rest| digits(rest, 8) && rest.contains('_'));
        let numbered = ["art_", "content_", "post_", "c_", "info_"]
            .iter()
            .any(|p| stem.strip_prefix(p).is_some_and(|rest| digits(rest, 1)));
        trs || numbered || hex32(stem) || (digits(stem, 12) && stem.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// The link stands in a menu below another entry.
pub(super) fn is_nested(selector: &str) -> bool {
    let steps: Vec<&str> = selector.split(['>', ' ']).filter(|s| !s.is_empty()).collect();
    let lists = steps.iter().filter(|s| s.split(['.', '#', ':']).next() == Some("ul")).count();
    let items = steps.iter().filter(|s| s.split(['.', '#', ':']).next() == Some("li")).count();
    let named = steps.iter().flat_map(|s| s.split(['.', '#']).skip(1)).map(str::to_ascii_lowercase);
    let below =
        |class: String| ["sub", "child", "second", "dropdown", "level2", "erji", "ej"].iter().any(|w| class.starts_with(w));
    lists > 1 || items > 1 || named.into_iter().any(below)
}

/// Folders between the site's own folder and the page's.
pub(super) fn depth_below(site: &SiteDecl, url: &PageUrl) -> usize {
    let below = url.folder().strip_prefix(site.url.folder()).unwrap_or(url.folder());
    below.split('/').filter(|s| !s.is_empty()).count()
}

/// The first page's folder holds the second page's folder, and is not the host's root.
pub(super) fn stands_above(upper: &PageUrl, lower: &PageUrl) -> bool {
    upper.authority_str() == lower.authority_str()
        && upper.folder() != "/"
        && upper.folder().len() < lower.folder().len()
        && lower.folder().starts_with(upper.folder())
}

pub(super) fn parent_by_path(folders: &BTreeMap<String, (String, PageUrl)>, place: &str, url: &PageUrl) -> Option<PageUrl> {
    let mut folder = folder_key(url);
    loop {
        let shorter = folder.trim_end_matches('/');
        let at = shorter.rfind('/')?;
        folder = shorter.get(..=at)?.to_owned();
        if let Some((other, parent)) = folders.get(&folder)
            && other != place
        {
            return Some(parent.clone());
        }
    }
}
