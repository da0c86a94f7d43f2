//! `xuncha init`: looks at a site politely and drafts a `crawl.toml` for a person to correct.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::Regex;
use tokio::sync::watch;

use super::draft::{self, Draft, Neighbour};
use super::progress::{Display, say};
use super::{Exit, Failure, Session, audit, beijing, configured, stamp};
use crate::audit::classes::ClassWords;
use crate::audit::columns::Collector;
use crate::cli::{self, RobotsArg};
use crate::config::{AuditPart, Config};
use crate::crawl::{self, Plan, Sink, SinkError};
use crate::model::facts::PageFacts;
use crate::model::outcome::Outcome;
use crate::model::request::Purpose;
use crate::model::rule::Lang;
use crate::model::run::{CrawlSettings, CrawlSummary, RunInfo};
use crate::model::site::{PageRecord, UrlId};
use crate::read::kind::ARTICLE_ADDRESS;
use crate::url::PageUrl;

/// Pages that are asked for unless `--max-pages` says otherwise.
const PAGES_MAX: u32 = 200;
/// Links from the home page: columns and their sub-columns.
const DEPTH_MAX: u16 = 2;
/// Data requests of one list: the first page of its rows.
const LIST_PAGES_MAX: u32 = 1;
/// Neighbours that are named.
const NEIGHBOURS_MAX: usize = 50;
/// Files that say nothing of columns.
const FILES: &str = r"(?i-u)\.(?:css|js|mjs|png|jpe?g|gif|bmp|webp|ico|svg|woff2?|ttf|eot|mp[34]|avi|wmv|flv|pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|apk|exe)(?:\?|$)";

pub(super) fn run(session: &Session, args: &cli::Init) -> Result<Exit, Failure> {
    let url = audit::address(session, &args.url)?;
    if let Some(path) = &args.output {
        writable(session, path, args.force)?;
    }
    let plan = plan(session, args, &url)?;
    let rules_dir = rules_dir(session)?;
    let sheet = AuditPart::default();
    let book = configured::load_rules(session, rules_dir.as_deref(), &sheet.standard, &sheet.profile)?;
    let rules_dir = rules_dir.map(|dir| as_written(&dir, args.output.as_deref()));
    let looked = Draft { rules_dir, ..look(session, plan, &book.words.classes)? };
    let text = draft::write(&looked, session.lang);
    match &args.output {
        None => session.print(&text)?,
        Some(path) => {
            std::fs::write(path, &text).map_err(|error| {
                Failure::usage(match session.lang {
                    Lang::Zh => format!("无法写入 {}：{error}。请检查路径和权限", path.display()),
                    Lang::En => format!("cannot write {}: {error}; check the path and the permissions", path.display()),
                })
            })?;
            if !session.quiet {
                say(&match session.lang {
                    Lang::Zh => format!(
                        "已写入 {0}：{1} 个栏目。请核对栏目类别和二级网站，然后运行 `xuncha config check -c {0}`",
                        path.display(),
                        looked.columns.len()
                    ),
                    Lang::En => format!(
                        "wrote {0} with {1} columns; correct classes and second-level sites, then run `xuncha config check -c {0}`",
                        path.display(),
                        looked.columns.len()
                    ),
                });
            }
        }
    }
    Ok(Exit::Complete)
}

fn writable(session: &Session, path: &Path, force: bool) -> Result<(), Failure> {
    if force || !path.exists() {
        return Ok(());
    }
    Err(Failure::usage(match session.lang {
        Lang::Zh => format!("{} 已存在，没有改动。请用 --output 换一个文件名，确要覆盖的请加 --force", path.display()),
        Lang::En => format!("{} exists and was left alone; choose another name, or overwrite it with --force", path.display()),
    }))
}

fn plan(session: &Session, args: &cli::Init, url: &PageUrl) -> Result<Plan, Failure> {
    let mut config = Config::for_urls(std::slice::from_ref(url));
    config.audit.rules_dir = rules_dir(session)?;
    configured::with_environment(session, &mut config)?;
    let asked = cli::Audit {
        urls: Vec::new(),
        max_minutes: None,
        concurrency: None,
        rate: args.rate,
        robots: Some(RobotsArg::Obey),
        allow_private: args.allow_private,
        resolve: args.resolve.clone(),
        no_external: true,
        metrics: None,
        resume: false,
        full: false,
    };
    let mut plan = audit::plan(session, &config, &asked, &session.now())?;
    plan.limits.pages_max = session.max_pages.unwrap_or(PAGES_MAX);
    plan.limits.depth_max = DEPTH_MAX;
    plan.limits.list_pages_max = LIST_PAGES_MAX;
    plan.exclude = [FILES, ARTICLE_ADDRESS]
        .iter()
        .map(|pattern| Regex::new(pattern).expect("the patterns are constant and valid"))
        .collect();
    Ok(plan)
}

/// The rules of a configuration that the user names; one that merely lies there may be what this one is to take the place of.
fn rules_dir(session: &Session) -> Result<Option<PathBuf>, Failure> {
    let named = session.config.as_ref().map(|_| configured::required(session)).transpose()?;
    Ok(named.and_then(|config| config.audit.rules_dir))
}

/// A folder as the drafted file names it: from its own folder where it lies below, else whole.
fn as_written(dir: &Path, output: Option<&Path>) -> PathBuf {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = output.map(|file| whole(file.parent().unwrap_or(Path::new("")))).or_else(|| std::env::current_dir().ok());
    let dir = whole(dir);
    folder
        .and_then(|folder| dir.strip_prefix(folder).map(Path::to_owned).ok())
        .filter(|below| !below.as_os_str().is_empty())
        .unwrap_or(dir)
}

/// Crawls a little and puts together what a configuration says.
fn look(session: &Session, plan: Plan, words: &ClassWords) -> Result<Draft, Failure> {
    let mut run = run_info(session, &plan);
    let today = plan.today;
    let mut seen = Seen::default();
    let summary = crawl_into(session, plan, &mut seen)?;
    audit::refused(session, &run.sites, &summary);
    let home = seen.home(&run.sites[0].url).ok_or_else(|| no_home(session, &run, &seen))?;
    let name = [home.tags.get("SiteName").cloned(), home.marks.owner.as_ref().map(|owner| owner.value.clone())]
        .into_iter()
        .flatten()
        .chain([home.html_title.clone()])
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| run.sites[0].url.authority());
    let neighbours = seen.neighbours(&run.sites[0].url);
    run.crawl = Some(summary);
    let mut collector = Collector::new(words, &run, 0, today);
    for record in seen.records.values() {
        collector.page(record);
    }
    let cut = run.crawl.as_ref().is_some_and(|crawl| !crawl.complete);
    Ok(Draft { today, url: run.sites[0].url.clone(), name, columns: collector.finish(), neighbours, cut, rules_dir: None })
}

fn no_home(session: &Session, run: &RunInfo, seen: &Seen) -> Failure {
    let url = &run.sites[0].url;
    let outcome = seen.records.values().find(|record| record.purpose == Purpose::Home).map(|record| &record.outcome);
    let why = match (outcome, session.lang) {
        (Some(Outcome::Reply(reply)), Lang::Zh) => format!("服务器返回 {}，没有可读的首页", reply.status),
        (Some(Outcome::Reply(reply)), Lang::En) => format!("the server answers {} and gives no home page", reply.status),
        (Some(Outcome::Failed { message, .. }), _) => message.clone(),
        (Some(Outcome::Challenged { .. }), Lang::Zh) => "网站的防护系统不让程序访问".to_owned(),
        (Some(Outcome::Challenged { .. }), Lang::En) => "a protection page keeps programs out".to_owned(),
        (Some(Outcome::Skipped(_)) | None, Lang::Zh) => "没有发出请求".to_owned(),
        (Some(Outcome::Skipped(_)) | None, Lang::En) => "it was not requested".to_owned(),
    };
    Failure::incomplete(match session.lang {
        Lang::Zh => format!("读不到 {url}：{why}。没有生成配置文件"),
        Lang::En => format!("cannot read {url}: {why}; no configuration was written"),
    })
}

fn run_info(session: &Session, plan: &Plan) -> RunInfo {
    let now = stamp(&session.now().with_time_zone(beijing()));
    RunInfo {
        id: String::new(),
        started: now.clone(),
        finished: None,
        now,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        unit: String::new(),
        standard: String::new(),
        profile: String::new(),
        sites: plan.sites.clone(),
        columns: Vec::new(),
        ignores: Vec::new(),
        settings: CrawlSettings {
            robots_obeyed: true,
            requests_per_second: plan.pace.requests_per_second,
            timeout_seconds: plan.pace.timeout_seconds,
            external_links: false,
            user_agent: plan.network.user_agent.clone(),
            max_pages: plan.limits.pages_max,
            max_minutes: 0,
        },
        crawl: None,
    }
}

fn crawl_into(session: &Session, plan: Plan, seen: &mut Seen) -> Result<CrawlSummary, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::incomplete(match session.lang {
            Lang::Zh => format!("抓取中断：{error}"),
            Lang::En => format!("the crawl stopped: {error}"),
        })
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| failed(&error))?;
    let display = Display::new(session.progress, session.quiet, session.lang);
    let crawled = runtime.block_on(async {
        let (_stop, stopped) = watch::channel(false);
        crawl::crawl(plan, seen, &display, stopped).await
    });
    runtime.shutdown_background();
    display.finish();
    crawled.map_err(|error| failed(&error))
}

/// What the crawl brought; a few hundred records.
#[derive(Debug, Default)]
struct Seen {
    records: BTreeMap<UrlId, PageRecord>,
}

impl Sink for Seen {
    fn address(&mut self, _: UrlId, _: &PageUrl) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
        self.records.insert(record.id, record);
        Ok(())
    }
}

impl Seen {
    fn home(&self, url: &PageUrl) -> Option<&PageFacts> {
        let homes = self.records.values().filter(|record| record.purpose == Purpose::Home || record.url == *url);
        homes.filter(|record| record.outcome.is_read()).find_map(|record| record.facts.as_ref())
    }

    /// Hosts on the site's registered domain that its pages link to: those below its own name first, then by links.
    fn neighbours(&self, site: &PageUrl) -> Vec<Neighbour> {
        let base = site.host().strip_prefix("www.").unwrap_or(site.host()).to_owned();
        let mut found: BTreeMap<String, Neighbour> = BTreeMap::new();
        for record in self.records.values() {
            let mut on_page = std::collections::BTreeSet::new();
            for link in &record.links {
                let Some(target) = self.records.get(&link.target).map(|target| &target.url) else { continue };
                let is_kin = target.registered_domain().is_some() && target.registered_domain() == site.registered_domain();
                let host = target.host();
                if !is_kin || host == site.host() || host == base || host == format!("www.{base}") {
                    continue;
                }
                let Ok(url) =
                    PageUrl::parse(&format!("{}://{}/", if target.is_https() { "https" } else { "http" }, target.authority()))
                else {
                    continue;
                };
                let below = host.strip_suffix(base.as_str()).is_some_and(|rest| rest.ends_with('.'));
                let one =
                    found.entry(host.to_owned()).or_insert_with(|| Neighbour { url, name: String::new(), below, pages: 0 });
                one.pages += u32::from(on_page.insert(host.to_owned()));
                // A link to its home page gives its name.
                if one.name.is_empty() && target.path() == "/" {
                    link.text.trim().clone_into(&mut one.name);
                }
            }
        }
        let mut neighbours: Vec<Neighbour> = found.into_values().collect();
        neighbours.sort_by(|a, b| {
            (!a.below, std::cmp::Reverse(a.pages), &a.url).cmp(&(!b.below, std::cmp::Reverse(b.pages), &b.url))
        });
        neighbours.truncate(NEIGHBOURS_MAX);
        neighbours
    }
}
