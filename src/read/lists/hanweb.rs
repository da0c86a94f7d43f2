//! 大汉 jpage: the rows stand as CDATA records in `<script type="text/xml">`, the groups behind them come from
//! `dataproxy.jsp` as the same XML. Replies are read by the same code.

use url::form_urlencoded;

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

/// Fields of the form that jpage posts, in its order.
const FIELDS: [&str; 9] =
    ["col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype"];
/// What jpage takes where the page does not say: rows of a page, pages of a group.
pub(super) const PER_PAGE: u32 = 15;
pub(super) const GROUP_SIZE: u32 = 3;

impl Family for Hanweb {
    fn name(&self) -> &'static str {
        "hanweb"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let signs = page.signs();
        // A script that is nothing but records needs no store around them.
        let bare = || signs.texts(Sign::Record).find(|text| text.trim_start().starts_with("<record"));
        let Some(store) = signs.texts(Sign::Datastore).next().or_else(bare) else {
            // The records come by script alone.
            return (signs.has(Sign::Dataproxy) && page.main().is_none())
                .then(|| super::unread(page, self.name(), records_by_post(page, 0)));
        };
        let rows = rows(page, store);
        let total =
            total(store).or_else(|| signs.texts(Sign::TotalRecord).find_map(|text| script::number(text, "totalRecord")));
        let per_page = signs.texts(Sign::TotalRecord).find_map(|text| script::number(text, "perPage")).filter(|n| *n > 0);
        if rows.is_empty() && total != Some(0) {
            let next = next_group(page, store, 1).or_else(|| records_by_post(page, 0));
            return Some(super::unread(page, self.name(), next));
        }
        let next = next_group(page, store, rows.len()).or_else(|| records_by_post(page, rows.len()));
        Some(ListFacts {
            family: self.name().to_owned(),
            column: choose::column(page, 1),
            page_no: 1,
            next: next.filter(|_| total.is_none_or(|total| total as usize > rows.len())),
            rows,
            pages_total: total_pages(store).or_else(|| Some(total?.div_ceil(per_page?).max(1))),
            rows_total: total,
            guess: None,
            unread: None,
        })
    }
}

/// Whether a reply is a record set: its first element is. A page may begin with a comment, or as XML, and hold one further on.
pub(super) fn is_reply(source: &str) -> bool {
    let mut rest = source.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        if !rest.starts_with("<?") && !rest.starts_with("<!") {
            return ["<datastore", "<recordset"].iter().any(|opening| rest.starts_with(opening));
        }
        let Some((_, behind)) = rest.split_once(end) else { return false };
        rest = behind.trim_start();
    }
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
        guess: None,
        unread: None,
    })
}

fn rows(page: &ListInput<'_>, xml: &str) -> Vec<Row> {
    if !xml.contains("<record>") {
        return rows_without_records(page, xml);
    }
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

/// A store that holds its rows as they are, in one piece.
fn rows_without_records(page: &ListInput<'_>, xml: &str) -> Vec<Row> {
    let html = element(xml, "datastore").unwrap_or("");
    if !html.starts_with("<li") && !html.starts_with("<tr") && !html.starts_with("<ul") && !html.starts_with("<table") {
        return Vec::new();
    }
    let html = format!("<div>{html}</div>");
    let tape = Tape::read(&html);
    choose::fragment_rows(&page.with_fragment(&tape, &html))
}

/// The contents of `<record>` elements, CDATA taken off.
fn records(xml: &str) -> impl Iterator<Item = &str> {
    xml.split("<record>").skip(1).map(|rest| uncdata(rest.split("</record>").next().unwrap_or("")))
}

fn uncdata(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("<![CDATA[").unwrap_or(text);
    text.strip_suffix("]]>").unwrap_or(text).trim()
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
    if rows == 0 || end < start {
        return None;
    }
    let size = end - start + 1;
    // Where the reply does not count, a full one has more behind it.
    if total.map_or((rows as u64) < u64::from(size), |total| end >= total) {
        return None;
    }
    let changed: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split('=').next() {
            Some("startrecord") => format!("startrecord={}", end + 1),
            Some("endrecord") => format!("endrecord={}", end.saturating_add(size)),
            _ => pair.to_owned(),
        })
        .collect();
    let mut url = page.url.to_url();
    url.set_query(Some(&changed.join("&")));
    let url = PageUrl::canonical(url).ok()?.url;
    Some(match page.asked.and_then(|asked| asked.form) {
        Some(form) => page.further_by_post(url, form.to_owned()),
        None => page.further(url),
    })
}

/// The form that the page's script posts to `dataproxy.jsp`, where all of it is written out; for the records behind the first
/// `known` ones.
fn records_by_post(page: &ListInput<'_>, known: usize) -> Option<Request> {
    page.signs().texts(Sign::Dataproxy).filter(|text| posts(text)).find_map(|text| {
        let address = script::literal_around(text, "dataproxy.jsp")?;
        let body = form(text)?;
        let per_page = script::number(text, "perpage").or_else(|| script::number(text, "perPage")).filter(|n| *n > 0);
        let per_page = per_page.unwrap_or(PER_PAGE);
        let group = per_page.saturating_mul(script::number(text, "groupSize").filter(|n| *n > 0).unwrap_or(GROUP_SIZE));
        let known = u32::try_from(known).ok()?;
        let path = address.split('?').next().unwrap_or(address);
        let (start, end) = (known + 1, known.saturating_add(group));
        let url = page.join(&format!("{path}?startrecord={start}&endrecord={end}&perpage={per_page}"))?;
        Some(page.further_by_post(url, body))
    })
}

fn posts(script: &str) -> bool {
    let lower = script.to_ascii_lowercase();
    lower.contains("\"post\"") || lower.contains("'post'") || lower.contains(".post(")
}

/// The form of which every field that is named has its value written out; none where one is computed, or where it does not
/// name the list.
fn form(script: &str) -> Option<String> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    let mut names_list = false;
    for name in FIELDS {
        match field(script, name) {
            Field::Absent => {}
            Field::Computed => return None,
            Field::Written(value) => {
                body.append_pair(name, &value);
                names_list |= matches!(name, "columnid" | "unitid");
            }
        }
    }
    names_list.then(|| body.finish())
}

/// What a script says of a field of the form.
enum Field {
    Absent,
    Written(String),
    /// Its value is known only when the script runs.
    Computed,
}

/// `name: 'value'` or `name=value` in a script.
fn field(script: &str, name: &str) -> Field {
    let value = script.match_indices(name).find_map(|(at, _)| {
        let before = script.get(..at)?.chars().next_back();
        let behind = script.get(at + name.len()..)?;
        let value = behind.trim_start_matches(['"', '\'']).trim_start().strip_prefix([':', '='])?;
        let is_whole = before.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
        (is_whole && !value.starts_with('=')).then(|| value.trim_start())
    });
    match value {
        None => Field::Absent,
        Some(value) => literal(value).map_or(Field::Computed, |text| Field::Written(unescaped(text))),
    }
}

/// A literal at the beginning: a string that nothing is added to, or what stands bare in a query.
fn literal(value: &str) -> Option<&str> {
    match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let mut parts = value.split(quote).skip(1);
            let text = parts.next()?;
            (!parts.next()?.trim_start().starts_with('+')).then_some(text)
        }
        c if c.is_ascii_digit() || matches!(c, '/' | '%') => {
            value.split(|c: char| c.is_whitespace() || matches!(c, '&' | ',' | '}' | '"' | '\'')).next()
        }
        _ => None,
    }
}

fn unescaped(literal: &str) -> String {
    let pair = format!("v={}", literal.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
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
    page.referer().cloned().or_else(by_id)
}
