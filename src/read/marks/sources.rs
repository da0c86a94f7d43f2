//! Scripts and frames of the site's own that write (part of) the footer: a mark that the page lacks may stand there.

use std::sync::LazyLock;

use regex::Regex;

use super::MarkInput;
use crate::model::facts::{Marks, Place};
use crate::read::script;
use crate::read::tape::{Attr, NodeId, Tag};
use crate::url::PageUrl;

/// Sources that are named.
const SOURCES_MAX: usize = 5;
/// Words in the name of a footer's file.
const NAMES: [&str; 8] = ["foot", "bottom", "copyright", "dibu", "banquan", "yejiao", "wzdb", "bqxx"];
/// Names that are the word as a whole.
const WHOLE_NAMES: [&str; 4] = ["bq", "db", "copy", "buttom"];
/// Words in the names of scripts that write no footer.
const LIBRARIES: [&str; 22] = [
    "jquery",
    "swiper",
    "bootstrap",
    "layer",
    "vue",
    "echarts",
    "slick",
    "superslide",
    "tongji",
    "stat",
    "share",
    "hm.js",
    "video",
    "search",
    "conac",
    "jiucuo",
    "common",
    "slide",
    "scroll",
    "wza",
    "gray",
    "login",
];

pub(super) fn read(input: &MarkInput<'_>, marks: &Marks) -> Vec<PageUrl> {
    if input.is_script || is_whole(marks) {
        return Vec::new();
    }
    let mut found: Vec<PageUrl> = Vec::new();
    for id in input.tape.nodes() {
        let source = match input.tape.tag(id) {
            Some(Tag::Script) => script_source(input, id),
            Some(Tag::Iframe | Tag::Frame) => own(input, input.tape.attr(id, Attr::Src)),
            _ => None,
        };
        let Some(url) = source else { continue };
        let stands_there = input.places.of(id) == Place::Footer || (!input.places.has_footer && is_near_end(input, id));
        let is_loaded = input.tape.attr(id, Attr::Src).is_none();
        if (is_loaded || is_named(&url) || (stands_there && !is_library(&url))) && !found.contains(&url) {
            found.push(url);
        }
    }
    found.truncate(SOURCES_MAX);
    found
}

/// Every mark that a footer must show stands on the page itself.
fn is_whole(marks: &Marks) -> bool {
    marks.site_code.iter().any(|mark| mark.source != "tag")
        && !marks.icp.is_empty()
        && !marks.police.is_empty()
        && marks.badge.is_some()
        && marks.report_errors.is_some()
        && marks.owner.is_some()
        && marks.contact.is_some()
        && marks.sitemap.is_some()
}

fn script_source(input: &MarkInput<'_>, id: NodeId) -> Option<PageUrl> {
    let src = input.tape.attr(id, Attr::Src);
    if src.is_some() {
        return own(input, src);
    }
    let raw = input.tape.raw_text(id);
    let target = loaded(raw)?;
    own(input, Some(&target))
}

/// `$('#footer').load('/footer.html')`, `document.write('<script src="/foot.js">')`.
fn loaded(raw: &str) -> Option<String> {
    static LOAD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\.(?:load|get)\(\s*["']([^"'\s]+)["']"#).expect("a constant pattern"));
    static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)<(?:script|iframe)[^>]{0,200}\bsrc\s*=\s*["']?([^"'\s>]+)"#).expect("a constant pattern")
    });
    let lower = raw.to_ascii_lowercase();
    if raw.len() > 64 * 1024 || !NAMES.iter().any(|name| lower.contains(name)) {
        return None;
    }
    let by_load = LOAD.captures_iter(raw).map(|found| found[1].to_owned()).find(|target| has_name(target));
    by_load.or_else(|| {
        let html = script::written_html(raw)?;
        WRITTEN.captures_iter(&html).map(|found| found[1].to_owned()).find(|target| has_name(target))
    })
}

fn own(input: &MarkInput<'_>, src: Option<&str>) -> Option<PageUrl> {
    let url = input.base.join(src?)?.url;
    (url.host() == input.url.host() && url != *input.url).then_some(url)
}

fn is_near_end(input: &MarkInput<'_>, id: NodeId) -> bool {
    id.index() * 10 >= input.tape.len() * 9
}

fn is_named(url: &PageUrl) -> bool {
    has_name(url.path())
}

fn has_name(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.split(['?', '#']).next().unwrap_or("").rsplit('/').next().unwrap_or("").to_owned();
    let stem = name.split('.').next().unwrap_or("");
    NAMES.iter().any(|word| name.contains(word)) || WHOLE_NAMES.contains(&stem)
}

fn is_library(url: &PageUrl) -> bool {
    let lower = url.path().to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or("");
    name.contains(".min.") || LIBRARIES.iter().any(|word| name.contains(word))
}
