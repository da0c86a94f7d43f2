//! Columns that only a browser shows, on served sites, with the Chromium that is installed. What a page asks for is asserted at
//! the server.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use xuncha::audit::{Input, judge, rules};
use xuncha::crawl::{Plan, Progress, Render, Watch, crawl};
use xuncha::model::rule::Lang;
use xuncha::model::run::RendererFault;

use super::raw::{Raw, html};
use super::served::{Crawled, Records, Reply, Served, page, run, site};

const HOST: &str = "gxt.example.gov.cn";
const PORTAL: &str = "http://gxt.example.gov.cn/";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered/portal")
}

/// Time enough for a slow machine; what must not end by itself has its own limit.
fn rendered(mut plan: Plan) -> Plan {
    plan.limits.render = Some(Render { pages_per_site: 10, seconds_per_page: 60, browser: None });
    plan
}

fn ledger(crawled: &Crawled) -> String {
    let run = crawled.run();
    let records = crawled.each();
    let book = rules::load(&[], "gov-2019", "department").unwrap();
    let judged = judge(
        &Input {
            run: &run,
            records: &records,
            history: &BTreeMap::new(),
            probes: &[],
            warn: xuncha::model::run::WarnLevels::default(),
            lang: Lang::Zh,
        },
        &book,
    );
    let mut out = String::new();
    for line in &judged.columns {
        let newest = line.newest.as_deref().unwrap_or("-");
        let kind = line.list_kind.as_deref().unwrap_or("-");
        let note = line.note.as_deref().unwrap_or("");
        writeln!(out, "{} {} | {kind} | {} rows | {newest} | {:?} {note}", line.name, line.url, line.items, line.state)
            .unwrap();
    }
    for left in &crawled.summary.not_covered {
        writeln!(out, "not covered: {} {} {:?}", left.reason, left.count, left.examples).unwrap();
    }
    out
}

/// No browser of this test's runs is left, nor a dead child that nobody waited for, nor a profile.
fn assert_nothing_is_left() {
    let own = std::process::id();
    let mark = format!("xuncha-browser-{own}-");
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let after_name: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let is_zombie = after_name.first() == Some(&"Z") && after_name.get(1) == Some(&own.to_string().as_str());
        assert!(!is_zombie, "nobody waited for {stat}");
        assert!(!String::from_utf8_lossy(&command).contains(&mark), "still running: {}", entry.path().display());
    }
    let profiles = fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    for profile in profiles {
        assert!(!profile.file_name().to_string_lossy().starts_with(&mark), "left: {}", profile.path().display());
    }
}

fn assert_snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => folder().parent().unwrap(), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_that_only_scripts_draw_are_rendered_and_no_others() {
    let served = Served::folder(&folder()).await;
    let crawled = run(rendered(served.plan(vec![site(PORTAL)]))).await;
    assert_snapshot("rendered", &ledger(&crawled));
    assert_eq!((crawled.summary.renderer, crawled.summary.complete), (None, true));
    for column in ["/xxgk/tzgg/", "/xxgk/jhzj/", "/xxgk/zcwj/", "/hdjl/zxft/"] {
        assert_eq!(served.count(&format!("GET {HOST}{column}")), 2, "{column}: by the crawl, and by the browser");
    }
    for column in ["/", "/xwzx/gzdt/", "/xxgk/jdhy/", "/data/jdhy_list.json"] {
        assert_eq!(served.count(&format!("GET {HOST}{column}")), 1, "{column} is read without a browser");
    }
    // by the crawl, for what the home page's scripts tell those who leave, and by the browser
    assert_eq!(served.count(&format!("GET {HOST}/js/list.js")), 2, "a script that pages share is asked for once a round");
    for path in ["/images/logo.png", "/images/bg.png", "/css/site.css", "/favicon.ico"] {
        assert_eq!(served.count(&format!("GET {HOST}{path}")), 0, "{path}: looks are not asked for");
    }
    assert!(
        crawled.get("http://gxt.example.gov.cn/hdjl/zxft/202611/t20261103_3001.html").outcome.is_read(),
        "rows are followed"
    );
    let hits = served.hits().len() as u64;
    assert_eq!(crawled.summary.requests, hits, "what the browser asks for is counted");
    assert_nothing_is_left();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_rendering_the_report_says_which_columns_need_a_browser() {
    let served = Served::folder(&folder()).await;
    let crawled = run(served.plan(vec![site(PORTAL)])).await;
    assert_snapshot("not_rendered", &ledger(&crawled));
    assert!(crawled.summary.complete, "a column that needs a browser makes no run incomplete");
    assert_eq!(served.count(&format!("GET {HOST}/xxgk/tzgg/")), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_every_column_is_read_no_browser_is_started() {
    let list = fs::read_to_string(folder().join(HOST).join("xwzx/gzdt/index.html")).unwrap();
    let served =
        Served::replies(vec![page(HOST, "/", "<a href=/xwzx/gzdt/>工作动态</a>"), page(HOST, "/xwzx/gzdt/", &list)]).await;
    let mut plan = rendered(served.plan(vec![site(PORTAL)]));
    plan.limits.render.as_mut().unwrap().browser = Some("/nonexistent/chromium".into());
    assert_eq!(run(plan).await.summary.renderer, None, "a browser that is not there would have been missed");
}

async fn with_browser(browser: &str) -> Crawled {
    let served = Served::folder(&folder()).await;
    let mut plan = rendered(served.plan(vec![site(PORTAL)]));
    plan.limits.render.as_mut().unwrap().browser = Some(browser.into());
    run(plan).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_broken_browser_leaves_the_columns_undetermined() {
    for (browser, fault) in [("/nonexistent/chromium", RendererFault::Missing), ("/bin/false", RendererFault::Broken)] {
        let crawled = with_browser(browser).await;
        assert_eq!((crawled.summary.renderer, crawled.summary.complete), (Some(fault), true));
        assert_eq!(crawled.not_covered("needs-browser"), 4, "{browser}");
    }
    assert_nothing_is_left();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_beyond_the_budget_of_a_site_are_counted() {
    let served = Served::folder(&folder()).await;
    let mut plan = rendered(served.plan(vec![site(PORTAL)]));
    plan.limits.render.as_mut().unwrap().pages_per_site = 1;
    let crawled = run(plan).await;
    assert_eq!(crawled.not_covered("render-budget"), 3);
    assert_eq!(served.count(&format!("GET {HOST}/hdjl/zxft/")), 2, "the first in the order of addresses");
    assert_nothing_is_left();
}

/// A portal with one column, whose script is this.
fn column(script: &str) -> Vec<Reply> {
    let list = format!(
        "<html><head><title>通知公告</title><meta name='ColumnName' content='通知公告'></head><body><ul id='list'></ul>\
         <script>{script}</script></body></html>"
    );
    vec![page(HOST, "/", "<div class='nav'><a href='/tzgg/'>通知公告</a></div>"), page(HOST, "/tzgg/", &list)]
}

const ROWS: &str = "document.getElementById('list').innerHTML = [1, 2, 3, 4, 5].map(i => `<li><a href='/tzgg/20261${i % 2}/t2026110${i}.html'>\
                    关于报送第${i}季度工业经济运行情况的通知</a><span>2026-11-0${i}</span></li>`).reverse().join('');";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_without_end_costs_its_time_and_no_more() {
    let served = Served::replies(column(&format!("fetch('/x');{ROWS} while (document.getElementById('list')) {{}}"))).await;
    let mut plan = rendered(served.plan(vec![site(PORTAL)]));
    plan.limits.render.as_mut().unwrap().seconds_per_page = 2;
    let crawled = run(plan).await;
    assert_eq!((crawled.not_covered("render-failed"), crawled.summary.complete), (1, true));
    assert_nothing_is_left();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_hosts_private_addresses_and_what_robots_forbids_are_never_asked() {
    let private = Raw::start(|_| html("私有")).await;
    let at = private.address;
    let script = format!(
        "const ask = url => fetch(url, {{ mode: 'no-cors' }}).catch(() => 0);\
         Promise.all([ask('http://stats.example.com/fetch'), ask('http://{at}/fetch'), ask('/secret/list.do'),\
           ask('http://localhost:{port}/fetch'), ask('http://{HOST}:{port}/fetch'), ask('/out/list.do'),\
           fetch('/put.do', {{ method: 'PUT', body: '1' }}).catch(() => 0), fetch('/hop.do').catch(() => 0)]).then(() => {{ {ROWS} }});\
         new Image().src = 'http://{at}/image'; new Image().src = 'http://stats.example.com/image';\
         for (const to of ['ws://{at}/socket', 'ws://stats.example.com/socket', 'ws://{HOST}/socket']) {{ try {{ new WebSocket(to) }} catch (e) {{}} }}\
         navigator.sendBeacon('http://{at}/beacon', '1');\
         for (const to of ['http://{at}/frame', 'http://stats.example.com/frame']) {{\
           const frame = document.createElement('iframe'); frame.src = to; document.body.append(frame); }}\
         window.open('http://{at}/window'); new Worker(URL.createObjectURL(new Blob([\"fetch('http://{at}/worker')\"])));\
         const lead = document.createElement('link'); lead.rel = 'preload'; lead.as = 'script'; lead.href = 'http://{at}/preload'; document.head.append(lead);",
        port = at.port()
    );
    let mut replies = column(&script);
    replies.extend([
        page("stats.example.com", "/fetch", "统计"),
        page(HOST, "/robots.txt", "User-agent: *\nDisallow: /secret/\n"),
        page(HOST, "/secret/list.do", "{}"),
        page(HOST, "/out/list.do", "{}"),
        super::served::moved(HOST, "/hop.do", &format!("http://{at}/hop")),
    ]);
    let served = Served::replies(replies).await;
    let mut plan = rendered(served.plan(vec![site(PORTAL)]));
    plan.exclude = vec![regex::Regex::new("/out/").unwrap()];
    let crawled = run(plan).await;
    let list = crawled.get("http://gxt.example.gov.cn/tzgg/").facts.as_ref().unwrap().list.as_ref().unwrap();
    assert_eq!((list.family.as_str(), list.rows.len()), ("rendered", 5), "the page goes on without them");
    assert_eq!(private.requests(), 0);
    assert_eq!(served.count(&format!("GET {HOST}/hop.do")), 1);
    let asked = served.hits();
    let refused = ["stats.example.com", "/secret/", "/out/", "PUT ", "/socket", "/fetch"];
    assert!(asked.iter().all(|hit| refused.iter().all(|word| !hit.contains(word))), "{asked:#?}");
    assert_nothing_is_left();
}

/// Stops the crawl when an address was asked for.
struct StopAt(&'static str, Mutex<Option<tokio::sync::watch::Sender<bool>>>);

impl Watch for StopAt {
    fn progress(&self, progress: &Progress) {
        if progress.last.as_deref() == Some(self.0)
            && let Some(stop) = self.1.lock().unwrap().take()
        {
            stop.send(true).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_crawl_closes_its_browser() {
    let mut replies = column("fetch('/begun.do').then(() => { while (true) {} });");
    replies.push(page(HOST, "/begun.do", "{}"));
    let served = Served::replies(replies).await;
    let mut plan = rendered(served.plan(vec![site(PORTAL)]));
    plan.limits.render.as_mut().unwrap().seconds_per_page = 300;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let watch = StopAt("http://gxt.example.gov.cn/begun.do", Mutex::new(Some(stop)));
    let mut records = Records::default();
    let summary = crawl(plan, &mut records, &watch, stopped).await.unwrap();
    assert!(summary.interrupted && !summary.complete);
    assert_eq!(summary.not_covered.iter().filter(|left| left.reason == "interrupted").map(|left| left.count).sum::<u64>(), 1);
    assert_nothing_is_left();
}
