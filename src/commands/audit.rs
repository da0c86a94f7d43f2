//! `xuncha audit`: crawl into the store, judge, report.

use std::path::PathBuf;

use jiff::{Timestamp, Zoned};
use tokio::sync::watch;

use super::metrics::Metrics;
use super::notify::Notifier;
use super::progress::{Display, say};
use super::resume::{self, StorePast};
use super::{Exit, Failure, Session, beijing, check, configured, prepare_out, stamp};
use crate::audit::RuleBook;
use crate::cli::{self, FailOn, RobotsArg};
use crate::config::Config;
use crate::crawl::{self, Limits, Network, Pace, Plan, Progress, Render, Sink, SinkError, Watch};
use crate::model::earlier::Carry;
use crate::model::rule::Lang;
use crate::model::run::{CrawlSettings, CrawlSummary, IgnoreDecl, RendererFault, RunInfo};
use crate::model::site::{PageRecord, SiteDecl, UrlId};
use crate::store::{Access, Store, StoreError, Writer};
use crate::url::PageUrl;

/// Everything that one audit needs, from configuration and command line.
pub(super) struct Job {
    pub(super) unit: String,
    pub(super) standard: String,
    pub(super) profile: String,
    pub(super) book: RuleBook,
    pub(super) plan: Plan,
    pub(super) ignores: Vec<IgnoreDecl>,
    pub(super) judging: check::Settings,
    /// File for the figures of the crawl.
    pub(super) metrics: Option<PathBuf>,
    /// Who is told afterwards.
    pub(super) notifier: Option<Notifier>,
    pub(super) store: PathBuf,
    pub(super) out: PathBuf,
    pub(super) formats: Vec<String>,
    pub(super) fail_on: FailOn,
    pub(super) now: Zoned,
    /// An interrupted run is gone on with.
    pub(super) resume: bool,
    /// Nothing is taken over from earlier runs.
    pub(super) full: bool,
}

pub(super) fn run(session: &Session, args: &cli::Audit) -> Result<Exit, Failure> {
    let config = match args.urls.as_slice() {
        [] => configured::required(session)?,
        urls => {
            let urls = urls.iter().map(|text| address(session, text)).collect::<Result<Vec<_>, _>>()?;
            if session.config.is_some() {
                // Named on purpose: its settings hold, for these sites.
                let mut config = configured::required(session)?;
                config.set_sites(&urls);
                config
            } else {
                let mut config = Config::for_urls(&urls);
                configured::with_environment(session, &mut config)?;
                config
            }
        }
    };
    let now = session.now();
    let plan = plan(session, &config, args, &now)?;
    let book =
        configured::load_rules(session, config.audit.rules_dir.as_deref(), &config.audit.standard, &config.audit.profile)?;
    configured::known_rules(session, &config, &book)?;
    let notifier = Notifier::of(&config, configured::network(session, &config, false)?);
    let job = Job {
        unit: config.audit.unit.clone(),
        standard: config.audit.standard.clone(),
        profile: config.audit.profile.clone(),
        book,
        plan,
        ignores: config.ignores.clone(),
        judging: check::Settings::from(&config),
        metrics: args.metrics.clone(),
        notifier,
        store: session.store.clone().unwrap_or_else(|| config.store.path.clone()),
        out: session.out.clone().unwrap_or_else(|| config.report.dir.clone()),
        formats: config.report.formats.clone(),
        fail_on: FailOn::Veto,
        now,
        resume: args.resume,
        full: args.full,
    };
    perform(session, job)
}

/// An address as a person types it: a bare host means http.
pub(super) fn address(session: &Session, text: &str) -> Result<PageUrl, Failure> {
    let written = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    PageUrl::parse(&written).map_err(|_| {
        Failure::usage(match session.lang {
            Lang::Zh => format!("“{text}”不是网址。写法示例：http://gxt.example.gov.cn/"),
            Lang::En => format!("{text:?} is no address; write for example http://gxt.example.gov.cn/"),
        })
    })
}

pub(super) fn plan(session: &Session, config: &Config, args: &cli::Audit, now: &Zoned) -> Result<Plan, Failure> {
    let crawl = &config.crawl;
    let requests_per_second = args.rate.unwrap_or(crawl.requests_per_second);
    if !requests_per_second.is_finite() || requests_per_second < 0.0 {
        return Err(Failure::usage(session.word("--rate 应为不小于 0 的数", "--rate takes a number of at least 0")));
    }
    let concurrency = args.concurrency.unwrap_or(crawl.concurrency);
    if concurrency == 0 {
        return Err(Failure::usage(session.word("--concurrency 至少为 1", "--concurrency is at least 1")));
    }
    let concurrency_per_host = args.concurrency.unwrap_or_else(|| {
        let mut asked = crawl.clone();
        asked.requests_per_second = requests_per_second;
        asked.per_host()
    });
    let mut network = configured::network(session, config, args.allow_private)?;
    resolve_also(session, &mut network, &args.resolve)?;
    let own_words = configured::own_words(session, config)?;
    Ok(Plan {
        sites: config.sites.clone(),
        columns: config.columns.clone(),
        limits: Limits {
            pages_max: session.max_pages.unwrap_or(crawl.max_pages),
            minutes_max: args.max_minutes.unwrap_or(crawl.max_minutes),
            depth_max: crawl.depth_max,
            body_bytes_max: crawl.body_bytes_max(),
            address_chars_max: crawl.address_chars_max,
            links_per_page_max: crawl.links_per_page_max,
            list_pages_max: crawl.list_pages_max,
            render: render(session, config),
            read_attachments: crawl.read_attachments,
            read_pdf_and_doc: crawl.read_pdf_and_doc,
            typos: own_words.typos,
            signs: own_words.signs,
            own_words: own_words.written,
            ..Limits::default()
        },
        pace: Pace { requests_per_second, concurrency, concurrency_per_host, timeout_seconds: crawl.timeout_seconds },
        network,
        obey_robots: match args.robots {
            Some(RobotsArg::Obey) => true,
            Some(RobotsArg::Ignore) => false,
            None => crawl.obey_robots,
        },
        external_links: crawl.external_links && !args.no_external,
        include: crawl.include.clone(),
        exclude: crawl.exclude.clone(),
        window: crawl.window,
        today: now.with_time_zone(beijing()).date(),
    })
}

/// Adds the addresses that `--resolve` names.
pub(super) fn resolve_also(session: &Session, network: &mut Network, entries: &[String]) -> Result<(), Failure> {
    for entry in entries {
        let parsed = entry.split_once('=').and_then(|(host, at)| Some((host.to_ascii_lowercase(), at.parse().ok()?)));
        let Some((host, at)) = parsed else {
            return Err(Failure::usage(match session.lang {
                Lang::Zh => format!("--resolve 的值“{entry}”不对。写法示例：gxt.example.gov.cn=127.0.0.1:8099"),
                Lang::En => format!("--resolve {entry:?}: write for example gxt.example.gov.cn=127.0.0.1:8099"),
            }));
        };
        network.resolve.insert(host, at);
    }
    Ok(())
}

/// What may be opened in a browser; says so where this build cannot.
fn render(session: &Session, config: &Config) -> Option<Render> {
    let asked = &config.render;
    configured::renderer_note(session, config);
    asked.enabled.then(|| Render {
        pages_per_site: asked.pages_per_site,
        seconds_per_page: asked.seconds_per_page,
        browser: asked.browser.clone(),
    })
}

/// Says that pages were to be opened in a browser, and why none was.
fn browserless(session: &Session, fault: RendererFault) {
    let why = match fault {
        // said before the crawl
        RendererFault::NotBuilt => return,
        RendererFault::Missing => session.word(
            "没有找到浏览器。请安装 Chromium，或在 [render] browser 中写明其位置",
            "no browser was found; install Chromium, or say in [render] browser where it is",
        ),
        RendererFault::Broken => session.word(
            "浏览器未能正常运行。请检查已安装的 Chromium 能否启动；加 -v 可查看原因",
            "the browser did not work; see whether the installed Chromium starts; -v shows the cause",
        ),
    };
    say(&match session.lang {
        Lang::Zh => format!("提示：{why}。需用浏览器读取的栏目记为“未能判定”"),
        Lang::En => format!("note: {why}. Columns that need a browser are undetermined"),
    });
}

/// Crawls, judges, reports.
pub(super) fn perform(session: &Session, mut job: Job) -> Result<Exit, Failure> {
    session.formats(&job.formats)?;
    prepare_out(session, &job.out)?;
    let failed = |error: StoreError| Failure::store(&error, session.lang);
    let store = Store::open(&job.store, Access::Write).map_err(failed)?;
    let started = Timestamp::now();
    let interrupted = resume::interrupted(session, &store, &job)?;
    let resumed = interrupted.is_some();
    let mut run = if let Some(run) = interrupted {
        resume::keep_time_point(&mut job, &run);
        let RunInfo { id, started: began, .. } = run;
        RunInfo { started: began, ..run_info(&job, id, started) }
    } else {
        let run = run_info(&job, store.next_run_id(started).map_err(failed)?, started);
        store.begin_run(&run).map_err(failed)?;
        store.set_scope(&run.id, &resume::scope(&job.plan)).map_err(failed)?;
        run
    };
    let earlier = store.looking_back(&run.id, resumed).map_err(failed)?;
    let past = StorePast { earlier, reuses: !job.full, failed: None };
    // half of what may be in flight: the other half goes on while it is written
    let batch = u32::try_from(job.plan.pace.concurrency / 2).unwrap_or(u32::MAX);
    let writer = store.writer_of_batches(&run.id, batch).map_err(failed)?;
    let (summary, broken) = crawl_into(session, job.plan, past, writer, job.metrics)?;
    if !session.quiet {
        refused(session, &run.sites, &summary);
        summary.renderer.into_iter().for_each(|fault| browserless(session, fault));
    }
    run.crawl = Some(summary);
    run.finished = Some(stamp(&Timestamp::now().to_zoned(beijing())));
    if let Some(error) = broken {
        return Err(Failure::incomplete(error.message(session.lang)));
    }
    let after = |error: StoreError| Failure::incomplete(error.message(session.lang));
    store.finish_run(&run).map_err(after)?;
    let report = check::judge(session, &store, &run, &job.book, job.judging)?;
    store.save_judgement(&run.id, &report).map_err(after)?;
    let exit = check::deliver(session, &report, &job.out, &job.formats, job.fail_on);
    if let Some(notifier) = &job.notifier {
        notifier.after_run(session, &report);
    }
    let exit = exit?;
    if !run.crawl.as_ref().is_some_and(|crawl| crawl.interrupted) {
        store.close_run(&run.id).map_err(after)?;
    }
    Ok(exit)
}

/// Says what to do about declared sites that were not requested because they lie on this machine or in a private network.
pub(super) fn refused(session: &Session, sites: &[SiteDecl], summary: &CrawlSummary) {
    for site in sites {
        let url = site.url.to_string();
        if summary.not_covered.iter().any(|left| left.reason == "private-address" && left.examples.contains(&url)) {
            say(&match session.lang {
                Lang::Zh => format!(
                    "提示：{url} 指向本机或内网地址，默认不访问。确为本单位网站的，请加 --allow-private，或用 --resolve 指定其地址"
                ),
                Lang::En => format!(
                    "note: {url} is a loopback or private address, which is not requested; if it is yours, add --allow-private, \
                     or name its address with --resolve"
                ),
            });
        }
    }
}

fn run_info(job: &Job, id: String, started: Timestamp) -> RunInfo {
    let plan = &job.plan;
    RunInfo {
        id,
        started: stamp(&started.to_zoned(beijing())),
        finished: None,
        now: stamp(&job.now),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        unit: job.unit.clone(),
        standard: job.standard.clone(),
        profile: job.profile.clone(),
        sites: plan.sites.clone(),
        columns: plan.columns.clone(),
        ignores: job.ignores.clone(),
        settings: CrawlSettings {
            robots_obeyed: plan.obey_robots,
            requests_per_second: plan.pace.requests_per_second,
            timeout_seconds: plan.pace.timeout_seconds,
            external_links: plan.external_links,
            user_agent: plan.network.user_agent.clone(),
            max_pages: plan.limits.pages_max,
            max_minutes: plan.limits.minutes_max,
        },
        crawl: None,
    }
}

/// Runs the crawl on its own runtime. A store that fails in the middle ends it; what was stored stays readable.
fn crawl_into(
    session: &Session,
    plan: Plan,
    mut past: StorePast,
    writer: Writer,
    metrics: Option<PathBuf>,
) -> Result<(CrawlSummary, Option<StoreError>), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Failure::incomplete(match session.lang {
            Lang::Zh => format!("无法启动抓取：{error}"),
            Lang::En => format!("cannot start the crawl: {error}"),
        })
    })?;
    let display = Display::new(session.progress, session.quiet, session.lang);
    let watched = Watched { display: &display, metrics: metrics.map(Metrics::new) };
    waits(session, &plan);
    let mut sink = StoreSink { writer, carry: Carry::default(), failed: None };
    let crawled = runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let notice = session.word(
            "正在停止：不再发出新请求，随后生成已有结果的报告；再按一次 Ctrl-C 立即退出",
            "stopping: no new request; the report of what there is follows; Ctrl-C again quits at once",
        );
        let listener = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                say(notice);
                let _ = stop.send(true);
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(Exit::Incomplete as i32);
                }
            }
        });
        let crawled = crawl::crawl_on(plan, &mut past, &mut sink, &watched, stopped).await;
        listener.abort();
        crawled
    });
    runtime.shutdown_background();
    display.finish();
    if let (Some(metrics), Ok(summary)) = (watched.metrics, &crawled)
        && let Err((path, error)) = metrics.finish(summary)
    {
        let reason = session.reason(&error);
        say(&match session.lang {
            Lang::Zh => format!("运行指标未能写入 {}（{reason}）", path.display()),
            Lang::En => format!("the metrics could not be written to {} ({reason})", path.display()),
        });
    }
    let StoreSink { writer, failed, .. } = sink;
    let finished = writer.finish();
    let broken = failed.or(past.failed).or(finished.err());
    match crawled {
        Ok(summary) => Ok((summary, broken)),
        Err(error) => match broken {
            Some(broken) => Err(Failure::incomplete(broken.message(session.lang))),
            None => Err(Failure::incomplete(match session.lang {
                Lang::Zh => format!("抓取中断：{error}"),
                Lang::En => format!("the crawl stopped: {error}"),
            })),
        },
    }
}

/// Says that the hours for requests have not begun, and when they do.
fn waits(session: &Session, plan: &Plan) {
    let Some(window) = plan.window else { return };
    let wait = window.opens_in(Timestamp::now().to_zoned(beijing()).time());
    if !wait.is_zero() && !session.quiet {
        let minutes = wait.as_secs().div_ceil(60);
        say(&match session.lang {
            Lang::Zh => format!("未到访问时段（{window}，北京时间），{minutes}分钟后开始；按 Ctrl-C 结束等待"),
            Lang::En => {
                format!(
                    "outside the hours for requests ({window}, Beijing time); begins in {minutes} minutes, Ctrl-C ends the wait"
                )
            }
        });
    }
}

/// Everyone who watches the crawl.
struct Watched<'a> {
    display: &'a Display,
    metrics: Option<Metrics>,
}

impl Watch for Watched<'_> {
    fn progress(&self, progress: &Progress) {
        self.display.progress(progress);
        if let Some(metrics) = &self.metrics {
            metrics.progress(progress);
        }
    }
}

/// The store's writer as the crawl's sink.
struct StoreSink {
    writer: Writer,
    /// Of the record that comes next.
    carry: Carry,
    failed: Option<StoreError>,
}

impl StoreSink {
    fn note(&mut self, result: Result<(), StoreError>) -> Result<(), SinkError> {
        result.map_err(|error| {
            let text = error.to_string();
            self.failed.get_or_insert(error);
            SinkError(text)
        })
    }
}

impl Sink for StoreSink {
    fn address(&mut self, id: UrlId, url: &PageUrl) -> Result<(), SinkError> {
        let result = self.writer.address(id, url);
        self.note(result)
    }

    fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
        let carry = std::mem::take(&mut self.carry);
        let result = self.writer.record_with(record, carry);
        self.note(result)
    }

    fn carry(&mut self, _: UrlId, carry: Carry) -> Result<(), SinkError> {
        self.carry = carry;
        Ok(())
    }

    fn unwritten(&self) -> usize {
        self.writer.unwritten()
    }
}
