//! `xuncha annual YEAR`: what was published in a year, counted from a stored crawl.

use std::path::Path;

use super::{Exit, Failure, Session, configured};
use crate::audit;
use crate::cli;
use crate::model::rule::Lang;
use crate::model::site::PageRecord;
use crate::report::annual::{self, Stated};
use crate::store::{Access, Store};

pub(super) fn run(session: &Session, args: &cli::Annual) -> Result<Exit, Failure> {
    let stated = args.stated.iter().map(|text| stated(session, text)).collect::<Result<Vec<_>, _>>()?;
    let failed = |error| Failure::store(&error, session.lang);
    let store = Store::open(&configured::store_path(session)?, Access::Read).map_err(failed)?;
    let run = store.run(args.run.as_deref()).map_err(failed)?;
    if store.is_pruned(&run.id).map_err(failed)? {
        return Err(Failure::usage(match session.lang {
            Lang::Zh => format!("巡查 {} 的页面数据已清理，不能统计；请用 --run 另选一次巡查", run.id),
            Lang::En => format!("the pages of run {} were pruned; choose another with --run", run.id),
        }));
    }
    let broken = std::cell::RefCell::new(None);
    let records = |each: &mut dyn FnMut(PageRecord)| {
        if let Err(error) = store.records(&run.id, each) {
            broken.borrow_mut().get_or_insert(error);
        }
    };
    let history = std::collections::BTreeMap::new();
    let input = audit::Input {
        run: &run,
        records: &records,
        history: &history,
        probes: &[],
        warn: crate::model::run::WarnLevels::default(),
        lang: session.lang,
    };
    let book = configured::rule_book(session)?;
    let counted = audit::annual::annual(&input, &book.words, args.year);
    if let Some(error) = broken.into_inner() {
        return Err(Failure::store(&error, session.lang));
    }
    let rendered = |error: crate::report::RenderError| Failure::incomplete(error.to_string());
    let write = |path: &Path, bytes: Vec<u8>| {
        std::fs::write(path, bytes).map_err(|error| {
            let reason = session.reason(&error);
            Failure::usage(match session.lang {
                Lang::Zh => format!("无法写入 {}（{reason}）", path.display()),
                Lang::En => format!("cannot write {} ({reason})", path.display()),
            })
        })
    };
    if let Some(path) = &args.xlsx {
        write(path, annual::xlsx(&counted, session.lang).map_err(rendered)?)?;
    }
    if let Some(path) = &args.docx {
        write(path, annual::docx(&counted, &stated, session.lang).map_err(rendered)?)?;
    }
    let text = if args.json {
        String::from_utf8_lossy(&annual::json(&counted).map_err(rendered)?).into_owned() + "\n"
    } else {
        annual::text(&counted, &stated, session.lang)
    };
    session.print(&text)?;
    Ok(if run.crawl.is_some_and(|crawl| crawl.complete) { Exit::Complete } else { Exit::Incomplete })
}

fn stated(session: &Session, text: &str) -> Result<Stated, Failure> {
    let parsed = text.rsplit_once('=').and_then(|(name, number)| {
        let name = name.trim();
        (!name.is_empty()).then_some(())?;
        Some(Stated { name: name.to_owned(), number: number.trim().parse().ok()? })
    });
    parsed.ok_or_else(|| {
        Failure::usage(match session.lang {
            Lang::Zh => format!("--stated 的值“{text}”不对。写法示例：公示公告=123"),
            Lang::En => format!("--stated {text:?}: write for example COLUMN=123"),
        })
    })
}
