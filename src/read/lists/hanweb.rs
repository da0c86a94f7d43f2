//! 大汉 jpage: the rows stand as CDATA records in `<script type="text/xml">`, the groups behind them come from
//! `dataproxy.jsp` as the same XML. Replies are read by the same code.

use super::choose;
use super::layout::Siblings;
use super::rows;
use super::script::{self, Sign};
use super::{Family, ListInput};
use crate::model::facts::{ListFacts, Row};
use crate::model::request::Request;
use crate::read::tape::{Tag, Tape};
use crate::url::PageUrl;

#[derive(Debug)]
pub(super) struct Hanweb;

impl Family for Hanweb {
    fn name(&self) -> &'static str {
        "hanweb"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let signs = page.signs();
        let Some(store) = signs.texts(Sign::Datastore).next() else {
            // The records come by script alone.
            return (signs.has(Sign::Dataproxy) && page.main().is_none()).then(|| super::unread(page, self.name(), None));
        };
        let rows = rows(page, store);
        let total =
            total(store).or_else(|| signs.texts(Sign::TotalRecord).find_map(|text| script::number(text, "totalRecord")));
        let per_page = signs.texts(Sign::TotalRecord).find_map(|text| script::number(text, "perPage")).filter(|n| *n > 0);
        if rows.is_empty() && total != Some(0) {
            return Some(super::unread(page, self.name(), next_group(page, store, 1)));
        }
        Some(ListFacts {
            family: self.name().to_owned(),
            column: choose::column(page, 1),
            page_no: 1,
            next: next_group(page, store, rows.len()).filter(|_| total.is_none_or(|total| total as usize > rows.len())),
            rows,
            pages_total: total_pages(store).or_else(|| Some(total?.div_ceil(per_page?).max(1))),
            rows_total: total,
            unread: None,
        })
    }
}

/// Whether a reply is a record set.
pub(super) fn is_reply(source: &str) -> bool {
    let source = source.trim_start_matches('\u{feff}').trim_start();
    let head = source.get(..400).unwrap_or(source);
    source.starts_with('<') && (head.contains("<datastore") || head.contains("<recordset"))
}

/// Reads a reply of `dataproxy.jsp`.
pub(super) fn read_reply(page: &ListInput<'_>, xml: &str) -> Option<ListFacts> {
    let rows = rows(page, xml);
    let total = total(xml);
    let column = column_of_reply(page)?;
    let next = next_group(page, xml, rows.len()).or_else(|| next_by_records(page, total, rows.len()));
    Some(ListFacts {
        family: Hanweb.name().to_owned(),
        page_no: page_no_of_reply(page.url),
        next: next.map(|request| Request { referer: Some(column.clone()), ..request }),
        column,
        rows,
        pages_total: total_pages(xml),
        rows_total: total,
        unread: None,
    })
}

fn rows(page: &ListInput<'_>, xml: &str) -> Vec<Row> {
    let mut html = String::new();
    for record in records(xml).take(super::ROWS_MAX) {
        html.push_str("<dl>");
        if record.contains("&lt;a") {
            html.push_str(&record.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"));
        } else {
            html.push_str(record);
        }
        html.push_str("</dl>");
    }
    let tape = Tape::read(&html);
    let inner = page.with_fragment(&tape, &html);
    let Some(first) = tape.nodes().next() else { return Vec::new() };
    let records: Vec<_> = tape.nodes().filter(|&id| tape.parent(id).is_none() && tape.tag(id) == Some(Tag::Dl)).collect();
    let seeds = rows::seeds(&inner, &Siblings { parent: first, tag: Tag::Dl, rows: records });
    rows::finish(&inner, &seeds, true)
}

/// The contents of `<record>` elements, CDATA taken off.
fn records(xml: &str) -> impl Iterator<Item = &str> {
    xml.split("<record>").skip(1).map(|rest| uncdata(rest.split("</record>").next().unwrap_or("")))
}

fn uncdata(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("<![CDATA[").unwrap_or(text);
    text.strip_suffix("]]>").unwrap_or(text)
}

fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(uncdata(rest.split(&format!("</{name}>")).next()?))
}

fn total(xml: &str) -> Option<u32> {
    element(xml, "totalrecord")?.trim().parse().ok()
}

fn total_pages(xml: &str) -> Option<u32> {
    element(xml, "totalpage")?.trim().parse().ok()
}

/// The address in `<nextgroup>`; an empty reply ends the list.
fn next_group(page: &ListInput<'_>, xml: &str, rows: usize) -> Option<Request> {
    let link = element(xml, "nextgroup")?;
    let (_, behind) = link.split_once("href=")?;
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let href = behind.trim_start_matches(quote).split(quote).next()?.replace("&amp;", "&");
    let url = page.join(href.trim()).filter(|url| rows > 0 && url != page.url)?;
    Some(page.further(url))
}

/// Replies without `<nextgroup>` are asked for by record numbers.
fn next_by_records(page: &ListInput<'_>, total: Option<u32>, rows: usize) -> Option<Request> {
    let query = page.url.query()?;
    let value = |key: &str| {
        query.split('&').find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == key)?.1.parse::<u32>().ok())
    };
    let (start, end) = (value("startrecord")?, value("endrecord")?);
    if rows == 0 || end >= total? || end < start {
        return None;
    }
    let size = end - start + 1;
    let changed: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split('=').next() {
            Some("startrecord") => format!("startrecord={}", end + 1),
            Some("endrecord") => format!("endrecord={}", end.saturating_add(size)),
            _ => pair.to_owned(),
        })
        .collect();
    let mut url = page.url.as_url().clone();
    url.set_query(Some(&changed.join("&")));
    Some(page.further(PageUrl::canonical(url).ok()?.url))
}

fn page_no_of_reply(url: &PageUrl) -> u32 {
    let number = |key: &str| url.query()?.split('&').find_map(|pair| pair.strip_prefix(key)?.parse::<u32>().ok());
    number("page=").unwrap_or(if number("startrecord=").is_some_and(|start| start <= 1) { 1 } else { 2 })
}

/// The page that asked; else `/col/colNNN/index.html` of the `columnid`.
fn column_of_reply(page: &ListInput<'_>) -> Option<PageUrl> {
    let by_id = || {
        let query = page.url.query()?;
        let id = query.split('&').find_map(|pair| pair.strip_prefix("columnid="))?;
        id.bytes().all(|b| b.is_ascii_digit()).then(|| page.join(&format!("/col/col{id}/index.html")))?
    };
    page.referer.cloned().or_else(by_id)
}
