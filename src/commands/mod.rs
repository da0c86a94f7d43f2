//! One short file a subcommand: wires the phases to the store, and says in words what happened.

mod annual;
mod audit;
mod check;
mod compare;
mod configured;
mod demo;
mod draft;
mod init;
mod inspect;
mod inspection;
mod metrics;
mod notify;
mod probe;
mod progress;
mod publish;
mod recheck;
mod resume;
mod review;
mod rules;
mod runs;
mod shell;
mod upkeep;
mod whole;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, Zoned};

use crate::cli::{self, Cli, Command, ConfigCommand, FailOn, LangArg, LogFormat, ProgressMode};
use crate::model::finding::{Certainty, Level};
use crate::model::reason::Reason;
use crate::model::report::{Report, SiteVerdict};
use crate::model::rule::Lang;
use crate::report::{FORMATS, RenderError, offices};
use crate::store::StoreError;
use progress::say;

/// What the process ends with (contract: exit statuses).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Complete = 0,
    Findings = 1,
    Usage = 2,
    Incomplete = 3,
}

/// Why a command could not do its work. The text says what, why and what to do, in the user's language.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    exit: Exit,
}

impl Failure {
    fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::Usage }
    }

    fn incomplete(text: impl Into<String>) -> Self {
        Self { text: text.into(), exit: Exit::Incomplete }
    }

    /// A store that cannot be opened or read is a fault of what the user named.
    fn store(error: &StoreError, lang: Lang) -> Self {
        Self::usage(error.message(lang))
    }
}

/// What every command needs of the common options.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    lang: Lang,
    quiet: bool,
    progress: ProgressMode,
    config: Option<PathBuf>,
    out: Option<PathBuf>,
    format: Option<Vec<String>>,
    /// Write the files of each office too.
    per_office: bool,
    /// ISO date up to which the offices are to mend.
    due: Option<String>,
    store: Option<PathBuf>,
    max_pages: Option<u32>,
    /// As given; none: the clock.
    now: Option<Zoned>,
    fail_on: Option<FailOn>,
}

impl Session {
    fn zh(&self) -> bool {
        self.lang == Lang::Zh
    }

    /// One of two wordings.
    fn word<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.zh() { zh } else { en }
    }

    /// What the system said, in the user's language.
    fn reason(&self, error: &std::io::Error) -> String {
        Reason::from(error).worded(self.lang)
    }

    /// Results on standard output.
    fn print(&self, text: &str) -> Result<(), Failure> {
        write_out(text).map_err(|error| {
            let reason = self.reason(&error);
            Failure::incomplete(match self.lang {
                Lang::Zh => format!("结果未能全部写到标准输出（{reason}）。请检查输出所在的磁盘，然后重新执行"),
                Lang::En => format!("not all results could be written to standard output ({reason}); check it and run again"),
            })
        })
    }

    /// The monitoring time point, Beijing time.
    fn now(&self) -> Zoned {
        self.now.clone().unwrap_or_else(|| Timestamp::now().to_zoned(beijing()))
    }

    /// Formats by name, `all` resolved.
    fn formats(&self, configured: &[String]) -> Result<Vec<&'static crate::report::Format>, Failure> {
        let names = self.format.as_deref().unwrap_or(configured);
        let mut chosen = Vec::new();
        for name in names {
            if name == "all" {
                return Ok(FORMATS.iter().collect());
            }
            let known = crate::report::format(name).ok_or_else(|| {
                let all: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
                Failure::usage(match self.lang {
                    Lang::Zh => format!("没有报告格式“{name}”。可用的格式：{}、all", all.join("、")),
                    Lang::En => format!("there is no report format `{name}`; there are: {}, all", all.join(", ")),
                })
            })?;
            chosen.push(known);
        }
        Ok(chosen)
    }
}

/// Beijing has no summer time.
pub(crate) fn beijing() -> TimeZone {
    TimeZone::fixed(offset(8))
}

/// RFC 3339 in Beijing time, whole seconds.
pub(crate) fn stamp(time: &Zoned) -> String {
    time.with_time_zone(beijing()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Runs the command that the arguments name.
pub fn run(args: &[OsString]) -> Exit {
    let cli = match cli::parse(args) {
        Ok(cli) => cli,
        Err(error) => {
            let failed = error.use_stderr();
            let text = cli::message(&error, cli::language(args));
            if failed {
                say(text.trim_end());
                return Exit::Usage;
            }
            return if write_out(&text).is_ok() { Exit::Complete } else { Exit::Incomplete };
        }
    };
    log(cli.common.verbose, cli.common.log);
    let lang = match cli.common.lang {
        Some(LangArg::En) => Lang::En,
        Some(LangArg::Zh) | None => Lang::Zh,
    };
    let result = session(&cli, lang).and_then(|session| dispatch(cli.command, &session));
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            say(&format!("{}{}", if lang == Lang::Zh { "错误：" } else { "error: " }, failure.text));
            failure.exit
        }
    }
}

fn session(cli: &Cli, lang: Lang) -> Result<Session, Failure> {
    let common = &cli.common;
    let now = common
        .now
        .as_deref()
        .map(|text| {
            text.parse::<Timestamp>().map(|at| at.to_zoned(beijing())).map_err(|_| {
                Failure::usage(match lang {
                    Lang::Zh => format!("--now 的值“{text}”不是 RFC 3339 时间。写法示例：2026-11-24T09:00:00+08:00"),
                    Lang::En => format!("--now {text:?} is no RFC 3339 time; write for example 2026-11-24T09:00:00+08:00"),
                })
            })
        })
        .transpose()?;
    let due = common
        .due
        .as_deref()
        .map(|text| {
            text.parse::<jiff::civil::Date>().map(|day| day.to_string()).map_err(|_| {
                Failure::usage(match lang {
                    Lang::Zh => format!("--due 的值“{text}”不是日期。写法示例：2026-12-08"),
                    Lang::En => format!("--due {text:?} is no date; write for example 2026-12-08"),
                })
            })
        })
        .transpose()?;
    Ok(Session {
        lang,
        quiet: common.quiet,
        progress: common.progress,
        config: common.config.clone(),
        out: common.out.clone(),
        format: common.format.clone(),
        per_office: common.per_office,
        due,
        store: common.store.clone(),
        max_pages: common.max_pages,
        now,
        fail_on: common.fail_on,
    })
}

fn dispatch(command: Command, session: &Session) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => demo::run(session, &args),
        Command::Audit(args) => audit::run(session, &args),
        Command::Probe(args) => probe::run(session, &args),
        Command::Check(args) if compare::is_asked(&args) => compare::run(session, &args),
        Command::Check(args) => check::check(session, &args),
        Command::Report(args) => check::report(session, args.run.as_deref()),
        Command::Review(cli::ReviewCommand::Import(args)) => review::import(session, &args),
        Command::Recheck(args) => recheck::run(session, &args),
        Command::Diff(args) => runs::diff(session, args.from.as_deref(), args.to.as_deref()),
        Command::Runs => runs::list(session),
        Command::Annual(args) => annual::run(session, &args),
        Command::Notify(args) => notify::run(session, args.run.as_deref(), args.dry_run),
        Command::Publish(args) => publish::run(session, &args.dir, args.last as usize),
        Command::Prune(args) => upkeep::prune(session, &args),
        Command::Backup(args) => upkeep::backup(session, &args.file, args.force),
        Command::Completions(args) => shell::completions(session, args.shell),
        Command::Man(args) => shell::man(session, &args.dir),
        Command::Explain(args) => rules::explain(session, &args.rule),
        Command::Rules => rules::list(session),
        Command::Init(args) => init::run(session, &args),
        Command::Inspect(args) => inspect::run(session, &args),
        Command::Config(ConfigCommand::Check) => configured::check(session),
    }
}

fn log(verbose: u8, format: Option<LogFormat>) {
    use tracing_subscriber::EnvFilter;
    // the browser library warns of every message of a newer browser that it does not know
    let default = match verbose {
        0 => "warn,chromiumoxide=off",
        1 => "xuncha=info,warn,chromiumoxide=off",
        2 => "xuncha=debug,info,chromiumoxide=off",
        _ => "trace",
    };
    let filter = EnvFilter::try_from_env("XUNCHA_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match format {
        Some(LogFormat::Json) => log.json().flatten_event(true).try_init(),
        Some(LogFormat::Text) | None => log.try_init(),
    };
}

/// Text on standard output. A closed pipe (`| head`) ends it quietly; a full disk behind `> file` does not.
fn write_out(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Folder below that of the run for the files of each office.
const OFFICES_DIR: &str = "offices";

/// Writes every chosen format to `<dir>/<run>/`, and the files of each office where they are asked for; gives the paths.
pub(crate) fn write_reports(
    session: &Session,
    report: &Report,
    dir: &Path,
    formats: &[&'static crate::report::Format],
) -> Result<Vec<String>, Failure> {
    let folder = dir.join(&report.run.id);
    let failed = |path: &Path, reason: &str| {
        Failure::incomplete(match session.lang {
            Lang::Zh => {
                format!(
                    "无法写入报告 {}（{reason}）。请检查磁盘空间和目录权限，然后运行 `xuncha report` 重新生成",
                    path.display()
                )
            }
            Lang::En => format!(
                "cannot write the report {} ({reason}); check disk space and permissions, then run `xuncha report`",
                path.display()
            ),
        })
    };
    std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &session.reason(&error)))?;
    let mut paths = Vec::new();
    let mut write = |path: PathBuf, rendered: Result<Vec<u8>, RenderError>| {
        let bytes = rendered.map_err(|error| failed(&path, &error.to_string()))?;
        whole::write(&path, &bytes).map_err(|error| failed(&path, &session.reason(&error)))?;
        paths.push(path.display().to_string());
        Ok(())
    };
    for format in formats {
        write(folder.join(format.file_name), (format.render)(report))?;
    }
    if session.per_office {
        let folder = folder.join(OFFICES_DIR);
        std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &session.reason(&error)))?;
        for part in offices::by_office_parts(report) {
            write(folder.join(part.workbook_name()), part.workbook())?;
            if let Some(notice) = part.notice().transpose() {
                write(folder.join(part.notice_name()), notice)?;
            }
        }
    }
    Ok(paths)
}

/// Makes sure before the work that reports can be written after it.
pub(crate) fn prepare_out(session: &Session, dir: &Path) -> Result<(), Failure> {
    let probe = dir.join(".xuncha-write-test");
    std::fs::create_dir_all(dir).and_then(|()| std::fs::write(&probe, b"")).and_then(|()| std::fs::remove_file(&probe)).map_err(
        |error| {
            let reason = session.reason(&error);
            Failure::usage(match session.lang {
                Lang::Zh => format!("报告目录 {} 不可写（{reason}）。请用 --out 指定一个可写的目录", dir.display()),
                Lang::En => {
                    format!("the report folder {} is not writable ({reason}); name a writable one with --out", dir.display())
                }
            })
        },
    )
}

/// The exit status that a judged run deserves.
pub(crate) fn exit_of(report: &Report, fail_on: FailOn) -> Exit {
    if !report.run.complete {
        return Exit::Incomplete;
    }
    let floor = match fail_on {
        FailOn::Never => return Exit::Complete,
        FailOn::Veto => Level::Veto,
        FailOn::Deduct => Level::Deduct,
        FailOn::Advice => Level::Advice,
    };
    let found = report.findings.iter().any(|finding| finding.level >= floor && finding.verdict == Certainty::Confirmed);
    let failed = report.sites.iter().any(|site| site.verdict == SiteVerdict::Unqualified);
    if found || failed { Exit::Findings } else { Exit::Complete }
}
