//! `xuncha demo`: the embedded group of sites, served on loopback, audited like any other.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::audit::{self, Job};
use super::progress::say;
use super::{Exit, Failure, Session, beijing, configured};
use crate::cli::{self, FailOn};
use crate::config::Config;
use crate::crawl::{Limits, Network, Pace, Plan};
use crate::demo::{Group, Server};
use crate::model::rule::Lang;

/// Nobody else is served by the demo sites: they are asked as fast as they answer.
const DEMO_CONCURRENCY: usize = 16;

pub(super) fn run(session: &Session, args: &cli::Demo) -> Result<Exit, Failure> {
    let now = session.now();
    let group = Arc::new(Group::new(args.seed, args.scale, now.with_time_zone(beijing()).date()));
    // The sites answer on a runtime of their own, so that auditing them is auditing a stranger.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(|error| {
        Failure::usage(match session.lang {
            Lang::Zh => format!("无法启动演示站点：{error}"),
            Lang::En => format!("cannot start the demo sites: {error}"),
        })
    })?;
    let server = runtime.block_on(Server::start(Arc::clone(&group), args.port)).map_err(|error| {
        let reason = session.reason(&error);
        Failure::usage(match session.lang {
            Lang::Zh => format!("无法在本机端口 {} 启动演示站点（{reason}）。请用 --port 换一个端口", args.port),
            Lang::En => format!("cannot serve the demo sites on port {} ({reason}); choose another with --port", args.port),
        })
    })?;
    if args.serve {
        return serve(session, &runtime, &group, server.addr);
    }
    let book = configured::load_rules(session, None, "gov-2019", "department")?;
    let out = session.out.clone().unwrap_or_else(|| Config::default().report.dir);
    let job = Job {
        unit: crate::demo::UNIT.to_owned(),
        standard: "gov-2019".to_owned(),
        profile: "department".to_owned(),
        book,
        plan: plan(session, &group, server.addr, &now),
        ignores: Vec::new(),
        judging: (&crate::config::Config::default()).into(),
        metrics: None,
        notifier: None,
        store: session.store.clone().unwrap_or_else(|| PathBuf::from("xuncha-demo.db")),
        out,
        formats: Config::default().report.formats,
        // The demo has its defects by design: they are no failure of the command, unless the user asks for it.
        fail_on: FailOn::Never,
        now,
        resume: false,
        full: false,
    };
    let exit = audit::perform(session, job);
    runtime.shutdown_background();
    exit
}

fn plan(session: &Session, group: &Group, addr: SocketAddr, now: &jiff::Zoned) -> Plan {
    let resolve: BTreeMap<_, _> = group.hosts().into_iter().map(|host| (host, addr)).collect();
    Plan {
        sites: group.sites(),
        columns: group.columns(),
        limits: Limits { pages_max: session.max_pages.unwrap_or(Limits::default().pages_max), ..Limits::default() },
        pace: Pace {
            requests_per_second: 0.0,
            concurrency: DEMO_CONCURRENCY,
            concurrency_per_host: DEMO_CONCURRENCY,
            timeout_seconds: 15,
        },
        network: Network {
            allow_private: false,
            resolve,
            offline: true,
            proxy: None,
            user_agent: Config::default().network.user_agent,
            authorities: Vec::new(),
        },
        obey_robots: true,
        external_links: true,
        include: Vec::new(),
        exclude: Vec::new(),
        window: None,
        today: now.with_time_zone(beijing()).date(),
    }
}

/// Keeps the sites up until Ctrl-C, and says how to audit them.
fn serve(session: &Session, runtime: &tokio::runtime::Runtime, group: &Group, addr: SocketAddr) -> Result<Exit, Failure> {
    let sites: Vec<_> = group.sites().iter().map(|site| site.url.to_string()).collect();
    let resolve: Vec<_> = group.hosts().iter().map(|host| format!("--resolve {host}={addr}")).collect();
    say(match session.lang {
        Lang::Zh => "演示站点已启动，按 Ctrl-C 结束。在另一个终端中巡查它们：",
        Lang::En => "The demo sites are up; Ctrl-C ends them. Audit them from another terminal:",
    });
    session.print(&format!("xuncha audit {} {} --rate 0\n", sites.join(" "), resolve.join(" ")))?;
    runtime.block_on(async {
        let _ = tokio::signal::ctrl_c().await;
    });
    Ok(Exit::Complete)
}
