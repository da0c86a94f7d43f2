//! Judging a stored crawl, and the commands that do nothing else: `check` and `report`.

use std::path::{Path, PathBuf};

use super::{Exit, Failure, Session, compare, configured, exit_of, prepare_out, progress, review, stamp, write_reports};
use crate::audit::{self, Earlier, RuleBook};
use crate::cli::{self, FailOn};
use crate::config::Config;
use crate::model::report::Report;
use crate::model::rule::Lang;
use crate::model::run::{RunInfo, WarnLevels};
use crate::report::build::{self, Parts};
use crate::report::summary;
use crate::store::{Access, Store};

/// Width of the summary where there is no terminal: in a log nothing is cut.
const WIDTH_DEFAULT: usize = 160;

/// Earlier runs whose home pages are compared: a month of nights, and some by hand.
const HOMES_LOOKED_AT_MAX: usize = 40;

/// Earlier runs that the trend shows: a year of months, twice.
const TREND_MAX: usize = 24;

/// What of the configuration a judgement goes by besides the rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) warn: WarnLevels,
    /// Days for which what only a comparison showed is told again.
    pub(super) signs_kept_days: u32,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self { warn: config.warn, signs_kept_days: config.content.signs_kept_days }
    }
}

/// Judges the stored facts of a run and builds the report. Reads the store, sends nothing.
pub(super) fn judge(
    session: &Session,
    store: &Store,
    run: &RunInfo,
    book: &RuleBook,
    settings: Settings,
) -> Result<Report, Failure> {
    if store.is_pruned(&run.id).map_err(|error| Failure::store(&error, session.lang))? {
        return Err(Failure::usage(match session.lang {
            Lang::Zh => format!(
                "巡查 {0} 的页面数据已用 xuncha prune 清理，不能重新检查；原有结果仍可用 xuncha report {0} 生成报告",
                run.id
            ),
            Lang::En => format!(
                "the pages of run {0} were pruned: it cannot be judged again; `xuncha report {0}` still writes what was found",
                run.id
            ),
        }));
    }
    let history = store.history(&run.id).map_err(|error| Failure::store(&error, session.lang))?;
    let probes = store.probes(&probes_since(&run.now)).map_err(|error| Failure::store(&error, session.lang))?;
    let failed = std::cell::RefCell::new(None);
    let records = |each: &mut dyn FnMut(crate::model::site::PageRecord)| {
        if let Err(error) = store.records(&run.id, each) {
            failed.borrow_mut().get_or_insert(error);
        }
    };
    let earlier = earlier(session, store, run, settings.signs_kept_days)?;
    let reviews = store.reviews().map_err(|error| Failure::store(&error, session.lang))?;
    let run = &review::with_reviews(run, &reviews);
    let input =
        audit::Input { run, records: &records, history: &history, probes: &probes, warn: settings.warn, lang: session.lang };
    let judgement = audit::judge_after(&input, &earlier, book);
    if let Some(error) = failed.into_inner() {
        return Err(Failure::store(&error, session.lang));
    }
    let earlier = store.trend(&run.id, TREND_MAX).map_err(|error| Failure::store(&error, session.lang))?;
    let previous = match earlier.last().map(|point| store.report(&point.run)).transpose() {
        Ok(report) => report.map(Box::new),
        // judged by another version of this tool: nothing to compare with
        Err(error) => {
            tracing::warn!(%error, "the report of the previous run cannot be read; changes are not shown");
            None
        }
    };
    let mut run = run.clone();
    if let Some(crawl) = &mut run.crawl {
        crawl.not_covered.extend(judgement.left_out);
    }
    let parts = Parts {
        lang: session.lang,
        standard_name: book.standard.name.in_lang(session.lang).to_owned(),
        sites: judgement.sites,
        columns: judgement.columns,
        interpretations: judgement.interpretations,
        findings: judgement.findings,
        rules: judgement.rules,
        ignored: judgement.ignored,
        earlier,
        previous,
    };
    let mut report = build::build(&run, parts);
    report.reviews = review::of_report(&report, reviews);
    report.due.clone_from(&session.due);
    Ok(report)
}

/// The session with the term of mending that the stored judgement of the run names, where the user names none.
pub(super) fn keeping_due(session: &Session, store: &Store, run: &str) -> Session {
    let mut session = session.clone();
    if session.due.is_none() {
        session.due = store.report(run).ok().and_then(|report| report.due);
    }
    session
}

/// What finished runs before this one saw of the same sites: of the last one all that is asked for, of more their home pages.
fn earlier(session: &Session, store: &Store, run: &RunInfo, signs_kept_days: u32) -> Result<Earlier, Failure> {
    let failed = |error| Failure::store(&error, session.lang);
    let mut earlier = Earlier::default();
    let lines = store.runs().map_err(failed)?;
    // The demonstration sites are written anew, with other days, for every day: there is nothing to compare.
    if run.unit == crate::demo::UNIT {
        return Ok(earlier);
    }
    let shares = |other: &RunInfo| other.sites.iter().any(|site| run.sites.iter().any(|own| own.url == site.url));
    let is_before = |info: &RunInfo| info.id < run.id && info.finished.is_some() && shares(info);
    let mut before: Vec<&RunInfo> = lines.iter().map(|line| &line.info).filter(|info| is_before(info)).collect();
    before.sort_by(|a, b| b.id.cmp(&a.id));
    if let Some(last) = before.first()
        && !store.is_pruned(&last.id).map_err(failed)?
    {
        earlier = Earlier::on(audit::monitoring_day(&last.now));
        store.glimpses(&last.id, &mut |glimpse| earlier.take(&glimpse)).map_err(failed)?;
    }
    let since = days_before(&run.now, i64::from(signs_kept_days));
    if let Some(last) = before.first().filter(|_| signs_kept_days > 0) {
        let told = store.compared_findings(&last.id).map_err(failed)?;
        let is_recent = |finding: &crate::model::finding::Finding| time_of(&finding.first_seen) >= since;
        told.into_iter().filter(is_recent).for_each(|finding| earlier.carry(finding));
    }
    for info in before.into_iter().take(HOMES_LOOKED_AT_MAX) {
        store.homes(&info.id, &mut |record| earlier.take_home(&record, &info.now)).map_err(failed)?;
    }
    Ok(earlier)
}

fn time_of(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

fn days_before(now: &str, days: i64) -> Option<jiff::Timestamp> {
    time_of(now)?.checked_sub(jiff::SignedDuration::from_hours(24 * days)).ok()
}

/// ISO date from which on the log of probes can matter: a week before the monitoring day, and a day for the time zone.
fn probes_since(now: &str) -> String {
    let back = jiff::SignedDuration::from_hours(9 * 24);
    let since = now.parse::<jiff::Timestamp>().ok().and_then(|now| now.checked_sub(back).ok());
    since.map(|since| since.to_zoned(super::beijing()).date().to_string()).unwrap_or_default()
}

/// Writes the reports and says what was found; gives the exit status.
pub(super) fn deliver(
    session: &Session,
    report: &Report,
    dir: &Path,
    formats: &[String],
    fail_on: FailOn,
) -> Result<Exit, Failure> {
    let formats = session.formats(formats)?;
    let paths = write_reports(session, report, dir, &formats)?;
    if !session.quiet {
        let width = console::Term::stdout().size_checked().map_or(WIDTH_DEFAULT, |(_, columns)| usize::from(columns));
        session.print(&summary::summary(report, width))?;
        session.print(&summary::written(report, &paths))?;
    }
    Ok(exit_of(report, session.fail_on.unwrap_or(fail_on)))
}

/// `xuncha check [RUN]`: judges a stored crawl by the rules as they are now. With `--now`, `--standard`,
/// `--profile` or `--rules-dir` it answers what the verdict would be so, and leaves the stored judgement alone.
pub(super) fn check(session: &Session, args: &cli::Check) -> Result<Exit, Failure> {
    let config = configured::config(session)?.unwrap_or_default();
    let path = configured::store_path(session)?;
    let dir = session.out.clone().unwrap_or_else(|| config.report.dir.clone());
    session.formats(&config.report.formats)?;
    if args.json {
        return Err(Failure::usage(session.word(
            "--json 只用于对比（--compare）；检查结果的 JSON 用 --format json",
            "--json goes with --compare; for the report as JSON use --format json",
        )));
    }
    let is_question = session.now.is_some() || args.standard.is_some() || args.profile.is_some() || args.rules_dir.is_some();
    let access = if is_question { Access::Read } else { Access::Write };
    if !path.exists() {
        // Opening for writing would make an empty store of a mistyped name.
        Store::open(&path, Access::Read).map_err(|error| Failure::store(&error, session.lang))?;
    }
    let store = Store::open(&path, access).map_err(|error| Failure::store(&error, session.lang))?;
    let mut run = store.run(args.run.as_deref()).map_err(|error| Failure::store(&error, session.lang))?;
    by_configuration(session, &config, args, &mut run)?;
    if let Some(now) = &session.now {
        run.now = stamp(now);
    }
    let book = configured::load_rules(session, rules_dir(&config, args).as_deref(), &run.standard, &run.profile)?;
    prepare_out(session, &dir)?;
    let session = &keeping_due(session, &store, &run.id);
    let report = judge(session, &store, &run, &book, Settings::from(&config))?;
    if !is_question {
        store.save_judgement(&run.id, &report).map_err(|error| Failure::store(&error, session.lang))?;
    }
    deliver(session, &report, &dir, &config.report.formats, FailOn::Veto)
}

/// What the configuration, where there is one, and then the command line say that a stored run is judged by.
pub(super) fn by_configuration(
    session: &Session,
    config: &Config,
    args: &cli::Check,
    run: &mut RunInfo,
) -> Result<(), Failure> {
    if configured::config(session)?.is_some() {
        run.standard.clone_from(&config.audit.standard);
        run.profile.clone_from(&config.audit.profile);
        run.ignores.clone_from(&config.ignores);
    }
    run.standard = args.standard.clone().unwrap_or_else(|| run.standard.clone());
    run.profile = args.profile.clone().unwrap_or_else(|| run.profile.clone());
    Ok(())
}

/// The folder of the user's rules: the one asked for, else the configuration's.
pub(super) fn rules_dir(config: &Config, args: &cli::Check) -> Option<PathBuf> {
    args.rules_dir.clone().map_or_else(|| config.audit.rules_dir.clone(), compare::own_folder)
}

/// `xuncha report [RUN]`: writes the reports of a stored judgement again. In another language than it was judged in, the
/// wording is made anew from the stored facts.
pub(super) fn report(session: &Session, wanted: Option<&str>) -> Result<Exit, Failure> {
    let config = configured::config(session)?.unwrap_or_default();
    let dir = session.out.clone().unwrap_or_else(|| config.report.dir.clone());
    let formats = session.formats(&config.report.formats)?;
    let store =
        Store::open(&configured::store_path(session)?, Access::Read).map_err(|error| Failure::store(&error, session.lang))?;
    let run = store.run(wanted).map_err(|error| Failure::store(&error, session.lang))?;
    prepare_out(session, &dir)?;
    let stored = store.report(&run.id);
    let lang = session.word("zh", "en");
    let report = match stored {
        Ok(mut report) if report.lang == lang => {
            report.due = session.due.clone().or(report.due);
            report
        }
        _ => {
            let book = configured::load_rules(session, config.audit.rules_dir.as_deref(), &run.standard, &run.profile)?;
            judge(session, &store, &run, &book, Settings::from(&config))?
        }
    };
    for path in write_reports(session, &report, &dir, &formats)? {
        match session.lang {
            Lang::Zh => progress::say(&format!("已生成 {path}")),
            Lang::En => progress::say(&format!("written: {path}")),
        }
    }
    Ok(Exit::Complete)
}
