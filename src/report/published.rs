//! The index page of published reports: what an intranet web server shows. One self-contained file.

use std::collections::BTreeMap;

use askama::Template;

use crate::model::report::{SiteVerdict, TrendPoint};
use crate::model::rule::Lang;

use super::RenderError;
use super::view::trend::{TrendView, trend};
use super::words::Words;

/// A run whose reports lie in the folder of its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRun {
    pub point: TrendPoint,
    /// Names of the sites by host.
    pub names: BTreeMap<String, String>,
    /// File names, the page for people first.
    pub files: Vec<String>,
}

#[derive(Template)]
#[template(path = "published.html")]
struct IndexPage {
    w: Words,
    title: String,
    trend: Option<TrendView>,
    lines: Vec<Line>,
    made: &'static str,
}

struct Line {
    folder: String,
    now: String,
    is_partial: bool,
    verdicts: Vec<(String, &'static str, &'static str)>,
    veto: u32,
    deduct: u32,
    advice: u32,
    files: Vec<(String, String)>,
}

/// The page, newest run first.
///
/// # Errors
/// [`RenderError::Template`] when the template fails.
pub fn index(lang: Lang, unit: &str, runs: &[PublishedRun]) -> Result<Vec<u8>, RenderError> {
    let words = Words { lang };
    let mut newest_first: Vec<&PublishedRun> = runs.iter().collect();
    newest_first.sort_by(|a, b| (&b.point.now, &b.point.run).cmp(&(&a.point.now, &a.point.run)));
    let names = newest_first.first().map(|run| run.names.clone()).unwrap_or_default();
    let points: Vec<TrendPoint> = newest_first.iter().rev().map(|run| run.point.clone()).collect();
    let page = IndexPage {
        w: words,
        title: match lang {
            Lang::Zh => format!("{}网站巡查报告", unit.trim_end_matches("网站")),
            Lang::En => format!("{unit}: website inspection reports"),
        },
        trend: trend(&points, &names, words),
        lines: newest_first.into_iter().map(|run| line(run, words)).collect(),
        made: env!("CARGO_PKG_VERSION"),
    };
    Ok(page.render()?.into_bytes())
}

fn line(run: &PublishedRun, words: Words) -> Line {
    let name = |host: &String| run.names.get(host).cloned().unwrap_or_else(|| host.clone());
    Line {
        folder: run.point.run.clone(),
        now: words.moment(&run.point.now),
        is_partial: !run.point.complete,
        verdicts: run
            .point
            .verdicts
            .iter()
            .map(|(host, verdict)| (name(host), words.verdict(*verdict), verdict_class(*verdict)))
            .collect(),
        veto: run.point.veto,
        deduct: run.point.deduct,
        advice: run.point.advice,
        files: run.files.iter().map(|file| (file.clone(), label(file, words))).collect(),
    }
}

pub(super) fn verdict_class(verdict: SiteVerdict) -> &'static str {
    match verdict {
        SiteVerdict::Qualified => "ok",
        SiteVerdict::Unqualified => "bad",
        SiteVerdict::Undetermined => "open",
    }
}

fn label(file: &str, words: Words) -> String {
    match file.rsplit('.').next().unwrap_or_default() {
        "html" => words.say("网页", "page").to_owned(),
        ending => ending.to_uppercase(),
    }
}
