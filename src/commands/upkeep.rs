//! `xuncha prune`, `xuncha backup`: the store kept small, and a copy of it.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::{Exit, Failure, Session, configured};
use crate::cli;
use crate::model::rule::Lang;
use crate::store::{Access, Keep, Store};

/// Opens the store that is there: a mistyped name makes no empty one.
fn existing(session: &Session, access: Access) -> Result<Store, Failure> {
    let path = configured::store_path(session)?;
    let failed = |error| Failure::store(&error, session.lang);
    if !path.exists() {
        Store::open(&path, Access::Read).map_err(failed)?;
    }
    Store::open(&path, access).map_err(failed)
}

pub(super) fn prune(session: &Session, args: &cli::Prune) -> Result<Exit, Failure> {
    if args.keep_runs.is_none() && args.keep_days.is_none() {
        return Err(Failure::usage(session.word(
            "请用 --keep-runs 或 --keep-days 写明保留多少，例如 xuncha prune --keep-runs 30",
            "say with --keep-runs or --keep-days what stays, e.g. xuncha prune --keep-runs 30",
        )));
    }
    let store = existing(session, Access::Write)?;
    let now = session.now().timestamp();
    let since = |days: u32| now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
    let keep =
        Keep { runs: args.keep_runs.map(|runs| runs as usize), since: args.keep_days.map(since), results_too: args.results };
    let pruned = store.prune(keep).map_err(|error| Failure::store(&error, session.lang))?;
    let mb = |bytes: u64| format!("{:.1}", bytes as f64 / 1_048_576.0);
    let (before, after) = (mb(pruned.bytes_before), mb(pruned.bytes_after));
    let count = pruned.runs.len();
    session.print(&match (session.lang, args.results) {
        (Lang::Zh, false) => {
            format!("已清理{count}次巡查的页面数据（问题和结论保留）；数据文件由{before} MB减为{after} MB\n")
        }
        (Lang::Zh, true) => format!("已删除{count}次巡查；数据文件由{before} MB减为{after} MB\n"),
        (Lang::En, false) => {
            format!("pages of {count} run(s) removed, their findings and verdicts kept; the store went from {before} MB to {after} MB\n")
        }
        (Lang::En, true) => format!("{count} run(s) removed; the store went from {before} MB to {after} MB\n"),
    })?;
    Ok(Exit::Complete)
}

pub(super) fn backup(session: &Session, to: &Path, force: bool) -> Result<Exit, Failure> {
    let store = existing(session, Access::Read)?;
    let same = std::fs::canonicalize(to).ok().zip(std::fs::canonicalize(store.path()).ok()).is_some_and(|(a, b)| a == b);
    if same || to.exists() && !force {
        return Err(Failure::usage(match (session.lang, same) {
            (Lang::Zh, true) => format!("{} 就是数据文件本身，请换一个文件名", to.display()),
            (Lang::En, true) => format!("{} is the store itself; name another file", to.display()),
            (Lang::Zh, false) => format!("{} 已存在，未作改动。请换一个文件名，或加 --force 覆盖", to.display()),
            (Lang::En, false) => format!("{} exists and was not touched; name another file, or add --force", to.display()),
        }));
    }
    let bytes = store.backup(to).map_err(|error| Failure::store(&error, session.lang))?;
    let mb = bytes as f64 / 1_048_576.0;
    session.print(&match session.lang {
        Lang::Zh => format!("已备份到 {}（{mb:.1} MB），并已核对完好\n", to.display()),
        Lang::En => format!("copied to {} ({mb:.1} MB), and found sound\n", to.display()),
    })?;
    Ok(Exit::Complete)
}
