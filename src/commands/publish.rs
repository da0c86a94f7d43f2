//! `xuncha publish DIR`: the reports of the last runs as a folder that any web server can show.

use std::path::Path;

use super::progress::say;
use super::{Exit, Failure, Session, configured, prepare_out, whole, write_reports};
use crate::model::rule::Lang;
use crate::report::published::{self, PublishedRun};
use crate::store::{Access, Store};

/// Formats unless others are asked for.
const FORMATS: [&str; 3] = ["html", "docx", "xlsx"];

pub(super) fn run(session: &Session, dir: &Path, last: usize) -> Result<Exit, Failure> {
    let formats = session.formats(&FORMATS.map(str::to_owned))?;
    let failed = |error| Failure::store(&error, session.lang);
    let store = Store::open(&configured::store_path(session)?, Access::Read).map_err(failed)?;
    prepare_out(session, dir)?;
    let judged: Vec<_> = store.runs().map_err(failed)?.into_iter().filter(|run| run.judged.is_some()).collect();
    let mut unit = String::new();
    let mut runs = Vec::new();
    for run in judged.into_iter().rev().take(last) {
        let report = match store.report(&run.info.id) {
            Ok(report) => report,
            // judged by another version of this tool
            Err(error) => {
                say(&error.message(session.lang));
                continue;
            }
        };
        let mut files: Vec<String> = Vec::new();
        for path in write_reports(session, &report, dir, &formats)? {
            let name =
                Path::new(&path).strip_prefix(dir.join(&report.run.id)).map(|name| name.to_string_lossy().replace('\\', "/"));
            files.extend(name.ok());
        }
        let Some(point) = report.trend.last().cloned() else { continue };
        if unit.is_empty() {
            unit.clone_from(&report.unit);
        }
        let names = report.sites.into_iter().map(|site| (site.host, site.name)).collect();
        runs.push(PublishedRun { point, names, files });
    }
    if runs.is_empty() {
        return Err(Failure::usage(session.word(
            "没有可发布的巡查结果。请先运行 xuncha audit",
            "there is no judged run to publish; run `xuncha audit` first",
        )));
    }
    let page = published::index(session.lang, &unit, &runs).map_err(|error| Failure::incomplete(error.to_string()))?;
    let path = dir.join("index.html");
    whole::write(&path, page.as_ref()).map_err(|error| {
        let reason = session.reason(&error);
        Failure::incomplete(match session.lang {
            Lang::Zh => format!("无法写入 {}（{reason}）", path.display()),
            Lang::En => format!("cannot write {} ({reason})", path.display()),
        })
    })?;
    if !session.quiet {
        session.print(&match session.lang {
            Lang::Zh => format!("已发布{}次巡查：{}\n", runs.len(), path.display()),
            Lang::En => format!("{} run(s) published: {}\n", runs.len(), path.display()),
        })?;
    }
    Ok(Exit::Complete)
}
