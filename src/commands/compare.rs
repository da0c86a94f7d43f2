//! `xuncha check --compare`: one stored crawl judged by two standards. Sends nothing, and leaves the stored judgement alone.

use std::path::PathBuf;

use super::{Exit, Failure, Session, check, configured, stamp};
use crate::cli;
use crate::config::Config;
use crate::model::comparison::Side;
use crate::model::report::Report;
use crate::model::run::RunInfo;
use crate::report::comparison;
use crate::store::{Access, Store};

/// The word that stands for the built-in rules alone, in place of a folder.
const BUILT_IN: &str = "builtin";

/// What one side is judged by.
struct Rules {
    standard: String,
    profile: String,
    dir: Option<PathBuf>,
}

impl Rules {
    fn side(&self, report: &Report) -> Side {
        Side {
            standard: self.standard.clone(),
            name: report.run.standard_name.clone(),
            profile: self.profile.clone(),
            rules_dir: self.dir.as_ref().map(|dir| dir.display().to_string()),
        }
    }
}

/// Whether a second standard is asked for.
pub(super) fn is_asked(args: &cli::Check) -> bool {
    args.compare.is_some() || args.compare_profile.is_some() || args.compare_rules_dir.is_some()
}

pub(super) fn run(session: &Session, args: &cli::Check) -> Result<Exit, Failure> {
    let config = configured::config(session)?.unwrap_or_default();
    let failed = |error| Failure::store(&error, session.lang);
    let store = Store::open(&configured::store_path(session)?, Access::Read).map_err(failed)?;
    let mut run = store.run(args.run.as_deref()).map_err(failed)?;
    check::by_configuration(session, &config, args, &mut run)?;
    if let Some(now) = &session.now {
        run.now = stamp(now);
    }
    let first = Rules { standard: run.standard.clone(), profile: run.profile.clone(), dir: check::rules_dir(&config, args) };
    let second = Rules {
        standard: args.compare.clone().unwrap_or_else(|| first.standard.clone()),
        profile: args.compare_profile.clone().unwrap_or_else(|| first.profile.clone()),
        dir: args.compare_rules_dir.clone().map_or_else(|| first.dir.clone(), own_folder),
    };
    let judge = |rules: &Rules| judged(session, &store, &run, &config, rules);
    let (before, after) = (judge(&first)?, judge(&second)?);
    let compared = comparison::compare(&before, &after, (first.side(&before), second.side(&after)));
    let text = if args.json {
        comparison::json(&compared).map_err(|error| Failure::incomplete(error.to_string()))?
    } else {
        comparison::text(&compared)
    };
    session.print(&text)?;
    Ok(Exit::Complete)
}

/// A folder, or none for the word that says so.
pub(super) fn own_folder(dir: PathBuf) -> Option<PathBuf> {
    (dir.as_os_str() != BUILT_IN).then_some(dir)
}

fn judged(session: &Session, store: &Store, run: &RunInfo, config: &Config, rules: &Rules) -> Result<Report, Failure> {
    let book = configured::load_rules(session, rules.dir.as_deref(), &rules.standard, &rules.profile)?;
    let run = RunInfo { standard: rules.standard.clone(), profile: rules.profile.clone(), ..run.clone() };
    check::judge(session, store, &run, &book, config.into())
}
