//! Lists that a page's script asks a data interface for: the request is built from what stands in the page, the reply is
//! read as it comes. Until the reply is there, the column is undetermined.

use serde_json::Value;
use url::form_urlencoded;

use super::choose;
use super::script::{self, Sign};
use super::{Family, ListInput, json};
use crate::model::facts::{ListFacts, Row};
use crate::model::request::Request;
use crate::read::tape::{Attr, Tape};
use crate::url::PageUrl;

/// 大汉 jpaas-publish-server: `queryData` of a script element names page, site and template.
#[derive(Debug)]
pub(super) struct Jpaas;

/// 广东 gkmlpt: `window._CONFIG` holds the site's id; rows come from `{base}/gkmlpt/api/all/{category}?page={n}&sid={site}`.
#[derive(Debug)]
pub(super) struct Gkmlpt;

/// 开普 ucap: `common/search/{channel}`.
#[derive(Debug)]
pub(super) struct Ucap;

/// Rows that one jpaas request asks for.
const JPAAS_ROWS: u32 = 15;
/// Rows that one gkmlpt reply holds.
const GKMLPT_ROWS: u32 = 100;

impl Family for Jpaas {
    fn name(&self) -> &'static str {
        "jpaas"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let (unit, pairs) = jpaas_query(page)?;
        let asked = |no: u32| jpaas_request(page, &unit, &pairs, no);
        match page.main() {
            // Some templates write the first page in full.
            Some(main) => {
                let mut facts = choose::facts(page, self.name(), main);
                if facts.next.is_none() && facts.pages_total.is_some_and(|total| total > 1) {
                    facts.next = asked(2);
                }
                Some(facts)
            }
            None => Some(super::unread(page, self.name(), asked(1))),
        }
    }
}

fn jpaas_query(page: &ListInput<'_>) -> Option<(String, Vec<(String, String)>)> {
    let tape = page.tape;
    page.signs().scripts.iter().find_map(|&script| {
        let unit = tape.attr(script, Attr::Url)?;
        if !unit.contains("jpaas-publish-server") {
            return None;
        }
        let Some(Value::Object(map)) = json::parse(tape.attr(script, Attr::QueryData)?) else { return None };
        let pairs = map.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect();
        Some((unit.to_owned(), pairs))
    })
}

fn jpaas_request(page: &ListInput<'_>, unit: &str, pairs: &[(String, String)], no: u32) -> Option<Request> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs {
        query.append_pair(key, value);
    }
    query.append_pair("paramJson", &format!("{{\"pageNo\":{no},\"pageSize\":{JPAAS_ROWS}}}"));
    let mut url = page.base.url().join(unit).ok()?;
    url.set_query(Some(&query.finish()));
    Some(page.further(PageUrl::canonical(url).ok()?.url))
}

impl Family for Gkmlpt {
    fn name(&self) -> &'static str {
        "gkmlpt"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        // The platform's other pages (`content`, `guide`, `annals` …) draw one text, not the catalogue.
        let (base, rest) = page.url.path().split_once("/gkmlpt")?;
        if !page.signs().has(Sign::Config) || !matches!(rest, "" | "/" | "/index" | "/index.html") {
            return None;
        }
        // Category 0 is the whole catalogue; a category of its own stands in the fragment of the address and is no page.
        // The site's id tells tenants of one host apart; installations for one tenant answer without it.
        let site = page.signs().texts(Sign::Config).find_map(|text| script::number(text, "SID"));
        let site = site.map(|sid| format!("&sid={sid}")).unwrap_or_default();
        let next = page.join(&format!("{base}/gkmlpt/api/all/0?page=1{site}")).map(|url| page.further(url));
        Some(super::unread(page, self.name(), next))
    }
}

impl Family for Ucap {
    fn name(&self) -> &'static str {
        "ucap"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let channel = page.signs().texts(Sign::UcapSearch).find_map(channel)?;
        if let Some(main) = page.main() {
            return Some(choose::facts(page, self.name(), main));
        }
        let query = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1";
        let next = page.join(&format!("/common/search/{channel}?{query}")).map(|url| page.further(url));
        Some(super::unread(page, self.name(), next))
    }
}

fn channel(script: &str) -> Option<&str> {
    let (_, behind) = script.split_once("common/search/")?;
    behind.get(..32).filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Reads a JSON (or JSONP) reply; none where it holds no rows and says nothing of an empty list.
pub(super) fn read_reply(page: &ListInput<'_>) -> Option<ListFacts> {
    let value = json::parse(page.source)?;
    if let Some(xml) = value.get("result").and_then(Value::as_str).filter(|text| text.contains("<record")) {
        return super::truecms::read_reply(page, xml);
    }
    if let Some(html) = value.pointer("/data/html").and_then(Value::as_str) {
        return jpaas_reply(page, html);
    }
    if let Some(custom) = value.get("custom") {
        return super::epoint::read_reply(page, custom);
    }
    let rows = json::rows_of(page, &value);
    // `post_count` of gkmlpt also counts what the catalogue does not list: it comes last.
    let total = json::number(
        &value,
        &["total", "totalCount", "totalcount", "totalElements", "totalNum", "count", "rowcount", "post_count"],
    );
    let page_no = page_in_query(page.url).unwrap_or(1);
    if rows.is_empty() && (total != Some(0) || page_no > 1) {
        return None;
    }
    let column = column_of_reply(page)?;
    let family = if value.get("articles").is_some() {
        Gkmlpt.name()
    } else if page.url.path().contains("/common/search/") {
        Ucap.name()
    } else {
        "json"
    };
    let per_page = if family == Gkmlpt.name() {
        GKMLPT_ROWS
    } else {
        json::number(&value, &["rows", "pageSize", "pagesize", "size"]).unwrap_or(rows.len() as u32)
    };
    // A gkmlpt page that is not full is the last, whatever is counted: pages behind it answer 404.
    let is_last = family == Gkmlpt.name() && rows.len() < GKMLPT_ROWS as usize;
    let next = total
        .filter(|total| !rows.is_empty() && !is_last && per_page > 0 && page_no.saturating_mul(per_page) < *total)
        .and_then(|_| turned(page, page_no));
    Some(ListFacts {
        family: family.to_owned(),
        column,
        page_no,
        rows,
        next,
        pages_total: total.and_then(|total| (per_page > 0).then(|| total.div_ceil(per_page).max(1))),
        rows_total: total,
        guess: None,
        unread: None,
    })
}

/// A reply belongs to the page that asked; without one it is nobody's list.
pub(super) fn column_of_reply(page: &ListInput<'_>) -> Option<PageUrl> {
    page.referer().cloned()
}

fn jpaas_reply(page: &ListInput<'_>, html: &str) -> Option<ListFacts> {
    let tape = Tape::read(html);
    let inner = page.with_fragment(&tape, html);
    let rows: Vec<Row> = choose::fragment_rows(&inner);
    let page_no = page
        .url
        .to_url()
        .query_pairs()
        .find(|(key, _)| key == "paramJson")
        .and_then(|(_, value)| json::number(&json::parse(&value)?, &["pageNo"]));
    let (page_no, pages) = (page_no.unwrap_or(1), inner.pager().pages());
    let next = pages.filter(|pages| page_no < *pages && !rows.is_empty()).and_then(|_| {
        let mut url = page.url.to_url();
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(key, value)| match key.as_ref() {
                "paramJson" => {
                    (key.into_owned(), value.replace(&format!("\"pageNo\":{page_no}"), &format!("\"pageNo\":{}", page_no + 1)))
                }
                _ => (key.into_owned(), value.into_owned()),
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        Some(page.further(PageUrl::canonical(url).ok()?.url)).filter(|request| request.url != *page.url)
    });
    Some(ListFacts {
        family: Jpaas.name().to_owned(),
        column: column_of_reply(page)?,
        page_no,
        guess: None,
        unread: rows.is_empty().then(|| super::UNREAD_SCRIPT.to_owned()),
        rows,
        next,
        pages_total: pages,
        rows_total: inner.pager().rows_total,
    })
}

fn page_in_query(url: &PageUrl) -> Option<u32> {
    super::pager::numbered(url).map(|numbered| numbered.number).filter(|_| url.query().is_some())
}

/// The same request with the next page number.
fn turned(page: &ListInput<'_>, page_no: u32) -> Option<Request> {
    let query = page.url.query()?;
    let is_page = |pair: &str| {
        pair.split_once('=').is_some_and(|(key, value)| {
            key.to_ascii_lowercase().starts_with("page")
                && !key.to_ascii_lowercase().ends_with("size")
                && value.parse() == Ok(page_no)
        })
    };
    if !query.split('&').any(is_page) {
        return None;
    }
    let changed: Vec<String> = query
        .split('&')
        .map(|pair| {
            if is_page(pair) {
                format!("{}={}", pair.split('=').next().unwrap_or("page"), page_no + 1)
            } else {
                pair.to_owned()
            }
        })
        .collect();
    let mut url = page.url.to_url();
    url.set_query(Some(&changed.join("&")));
    Some(page.further(PageUrl::canonical(url).ok()?.url))
}
