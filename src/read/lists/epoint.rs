//! 新点 EpointWebBuilder: `…/rest/lightfrontaction/getgovinfolist` by POST of JSON. The category stands in the page's
//! address, the site's id and the project's path in the page's script or in the site's `webBuilderCommon.js`, which is then
//! asked for first.

use serde_json::{Value, json};

use super::feeds;
use super::json;
use super::script::{self, Sign};
use super::{Family, ListInput};
use crate::model::facts::ListFacts;
use crate::model::request::Request;
use crate::url::PageUrl;

#[derive(Debug)]
pub(super) struct Epoint;

/// The site's settings: `var siteInfo = {"siteGuid": …, "projectName": …}`.
const SETTINGS: &str = "webBuilderCommon.js";
const INTERFACE: &str = "/rest/lightfrontaction/getgovinfolist";
/// Rows that one request asks for, as the platform's own pages do.
const ROWS: u32 = 20;

impl Family for Epoint {
    fn name(&self) -> &'static str {
        "epoint"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let category = parameter(page.url, "categorynum");
        let settings = page.signs().external.iter().find(|src| is_settings_path(src));
        let is_of_kind = page.signs().has(Sign::Epoint) || (settings.is_some() && category.is_some());
        if !is_of_kind || page.main().is_some() || page.is_article() {
            return None;
        }
        let inline = || page.signs().scripts.iter().find_map(|&id| Settings::of(page.tape.raw_text(id)));
        let next = match (inline(), settings) {
            (Some(settings), _) => first(page, &settings, page.url),
            (None, Some(src)) => category.and_then(|category| Some(page.further(settings_of_column(page, src, &category)?))),
            (None, None) => None,
        };
        Some(super::unread(page, self.name(), next))
    }
}

/// The same file for every column: the category in its query keeps the columns' requests apart.
fn settings_of_column(page: &ListInput<'_>, src: &str, category: &str) -> Option<PageUrl> {
    let mut url = page.join(src)?.to_url();
    url.query_pairs_mut().append_pair("categorynum", category);
    PageUrl::canonical(url).ok().map(|joined| joined.url)
}

fn is_settings_path(src: &str) -> bool {
    src.split('?').next().is_some_and(|path| path.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(SETTINGS)))
}

/// Whether a reply is the settings that a column asked for.
pub(super) fn is_settings(page: &ListInput<'_>) -> bool {
    page.asked.is_some() && is_settings_path(page.url.path())
}

/// The request for a column's first rows, from the settings that it asked for.
pub(super) fn read_settings(page: &ListInput<'_>) -> Option<ListFacts> {
    let column = feeds::column_of_reply(page)?;
    let next = Settings::of(page.source).and_then(|settings| first(page, &settings, &column));
    Some(ListFacts { column, ..super::unread(page, Epoint.name(), next) })
}

struct Settings<'s> {
    site: &'s str,
    /// Path of the project, `/EWB-FRONT`.
    project: &'s str,
}

impl<'s> Settings<'s> {
    fn of(script: &'s str) -> Option<Self> {
        let site = script::text(script, "siteGuid").filter(|id| id.len() >= 8)?;
        let written = script::literal_around(script, INTERFACE).and_then(|address| address.strip_suffix(INTERFACE));
        let project = written.or_else(|| script::text(script, "projectName"))?;
        Some(Self { site, project })
    }
}

/// The first request of a column; its category stands in its address.
fn first(page: &ListInput<'_>, settings: &Settings<'_>, column: &PageUrl) -> Option<Request> {
    let category = parameter(column, "categorynum")?;
    let body = json!({
        "deptcode": parameter(column, "deptcode").unwrap_or_default(),
        "categorynum": category,
        "pageIndex": 0,
        "pageSize": ROWS,
        "siteGuid": settings.site,
    });
    let url = page.join(&format!("{}{INTERFACE}", settings.project.trim_end_matches('/')))?;
    Some(page.further_by_post(url, body.to_string()))
}

fn parameter(url: &PageUrl, name: &str) -> Option<String> {
    let parsed = url.to_url();
    let found = parsed.query_pairs().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
    found.map(|(_, value)| value.into_owned())
}

/// Reads a reply: its `custom` member holds rows and their number. Pages are counted from zero.
pub(super) fn read_reply(page: &ListInput<'_>, custom: &Value) -> Option<ListFacts> {
    let column = feeds::column_of_reply(page)?;
    let rows = json::rows_of(page, custom);
    let total = json::number(custom, &["total", "totalcount", "count"]);
    let form = page.asked.and_then(|asked| asked.form).and_then(json::parse);
    let asked = |key: &str| form.as_ref().and_then(|form| json::number(form, &[key]));
    let (index, size) = (asked("pageIndex").unwrap_or(0), asked("pageSize").unwrap_or(ROWS).max(1));
    if rows.is_empty() && (total != Some(0) || index > 0) {
        return None;
    }
    let has_more = !rows.is_empty() && total.is_some_and(|total| (index + 1).saturating_mul(size) < total);
    let next = form.filter(|_| has_more).and_then(|mut form| {
        *form.get_mut("pageIndex")? = Value::from(index + 1);
        Some(page.further_by_post(page.url.clone(), form.to_string()))
    });
    Some(ListFacts {
        family: Epoint.name().to_owned(),
        column,
        page_no: index + 1,
        rows,
        next,
        pages_total: total.map(|total| total.div_ceil(size).max(1)),
        rows_total: total,
        guess: None,
        unread: None,
    })
}
