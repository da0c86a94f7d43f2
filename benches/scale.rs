//! What a site costs by its size: pages made on the fly by a server of our own on loopback, 300 navigation and footer links on
//! each, audited whole by the release binary (`cargo bench --bench scale -- 10000 100000 1000000`; without sizes: 10,000).
//! `XUNCHA=path` measures another binary. Prints, for each size, processor time a page and the peak of memory; Linux only, where /proc tells both.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

const SIZE: u64 = 10_000;
/// Pages that every page links to: in its navigation, and in its footer.
const NAVIGATION: u64 = 200;
const FOOTER: u64 = 100;
/// Pages that a page leads on to.
const CHILDREN: u64 = 20;
const WORDS: [&str; 12] = [
    "全省",
    "工业和信息化",
    "工作会议",
    "关于印发",
    "管理办法",
    "的通知",
    "专精特新",
    "中小企业",
    "数字化转型",
    "名单公示",
    "重点项目",
    "调度推进",
];
/// Ticks a second in /proc/PID/stat (`getconf CLK_TCK`: 100 on every Linux of today).
const TICKS: f64 = 100.0;
const LOOK_EVERY: Duration = Duration::from_millis(50);

fn main() {
    // who lists the tests of all targets finds none here
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let mut sizes: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes.push(SIZE);
    }
    println!("pages\trequests\twall_s\tcpu_s\tcpu_ms_a_page\tpeak_MB\tstore_MB\treport_MB\tpeak_bytes_a_further_page");
    let mut before: Option<(u64, u64)> = None;
    for size in sizes {
        let row = measure(size);
        let growth = before.map(|(pages, peak)| (row.peak as f64 - peak as f64) / (size as f64 - pages as f64));
        println!(
            "{size}\t{}\t{:.1}\t{:.1}\t{:.3}\t{:.0}\t{:.0}\t{:.1}\t{}",
            row.requests,
            row.wall.as_secs_f64(),
            row.cpu,
            row.cpu * 1000.0 / size as f64,
            row.peak as f64 / 1e6,
            row.store as f64 / 1e6,
            row.report as f64 / 1e6,
            growth.map_or_else(|| "-".to_owned(), |bytes| format!("{bytes:.0}")),
        );
        before = Some((size, row.peak));
    }
}

struct Row {
    requests: u64,
    wall: Duration,
    /// Seconds of processor time, user and system.
    cpu: f64,
    /// Bytes.
    peak: u64,
    store: u64,
    report: u64,
}

fn measure(size: u64) -> Row {
    let site = Arc::new(Site::new(size));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let port = listener.local_addr().expect("bound").port();
    let served = Arc::clone(&site);
    // the server goes on until the bench ends: nobody asks it any more
    std::thread::spawn(move || serve(listener, &served));
    let folder = tempfile::tempdir().expect("a folder for the run");
    let config = format!(
        "[audit]\nunit = \"某省工业和信息化厅\"\n[[site]]\nurl = \"http://127.0.0.1:{port}/\"\nname = \"门户网站\"\nkind = \"portal\"\n\
         [crawl]\nrobots = \"ignore\"\nrequests_per_second = 0\nconcurrency = 32\nmax_pages = 10000000\nmax_minutes = 0\n\
         max_depth = 1000\nexternal_links = false\n[network]\nallow_private = true\n[report]\nformats = [\"json\"]\n"
    );
    std::fs::write(folder.path().join("crawl.toml"), config).expect("a folder that can be written");
    let began = Instant::now();
    let binary = std::env::var_os("XUNCHA").unwrap_or_else(|| env!("CARGO_BIN_EXE_xuncha").into());
    let child = Command::new(binary)
        .args(["audit", "--quiet", "--progress", "none", "--fail-on", "never", "--out", "r", "--store", "x.db"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary that cargo has built");
    let (cpu, peak) = watch(child);
    Row {
        requests: site.requests.load(Ordering::Relaxed),
        wall: began.elapsed(),
        cpu,
        peak,
        store: bytes_below(folder.path(), "db"),
        report: bytes_below(&folder.path().join("r"), "json"),
    }
}

/// Processor time in seconds and the peak of memory in bytes, as last seen before the end.
fn watch(mut child: Child) -> (f64, u64) {
    let process = child.id();
    let of = |name: &str| std::fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    let mut last = (0.0, 0);
    loop {
        let stat = of("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_ascii_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        let peak = of("status")
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        // utime and stime are the 14th and 15th field, the 12th and 13th behind the name
        if let (Some(user), Some(system), Some(peak)) = (ticks(11), ticks(12), peak) {
            last = ((user + system) / TICKS, peak * 1024);
        }
        match child.try_wait() {
            Ok(None) => std::thread::sleep(LOOK_EVERY),
            Ok(Some(status)) => {
                assert!(status.success(), "the audit failed: {status}");
                return last;
            }
            Err(error) => panic!("the audit cannot be waited for: {error}"),
        }
    }
}

fn bytes_below(folder: &Path, ending: &str) -> u64 {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sum += bytes_below(&path, ending);
        } else if path.extension().is_some_and(|own| own == ending) {
            sum += entry.metadata().map_or(0, |about| about.len());
        }
    }
    sum
}

/// Pages in a tree: page n leads on to pages 20n+1 … 20n+20.
struct Site {
    pages: u64,
    before: String,
    behind: String,
    requests: AtomicU64,
}

impl Site {
    fn new(pages: u64) -> Self {
        let links = |from: u64, count: u64| {
            (from..from + count).filter(|n| *n < pages).fold(String::new(), |mut out, n| {
                let _ = writeln!(out, "<li><a href=\"{}\" target=\"_blank\">{}</a></li>", path(n), words(n, 3));
                out
            })
        };
        let before = format!(
            "<link rel=\"stylesheet\" href=\"/p/0/t1.html\">\n</head>\n<body>\n<div class=\"header\"><ul class=\"nav\">\n{}</ul></div>\n<div class=\"main\">\n",
            links(1, NAVIGATION)
        );
        let behind = format!(
            "</div>\n<div class=\"footer\"><ul>\n{}</ul><p>主办：某省工业和信息化厅　湘ICP备05000618号　网站标识码：4300000031</p></div>\n</body>\n</html>\n",
            links(1 + NAVIGATION, FOOTER)
        );
        Self { pages, before, behind, requests: AtomicU64::new(0) }
    }

    fn answer(&self, asked: &str) -> Option<String> {
        let n = number(asked).filter(|n| *n < self.pages)?;
        let title = words(n, 7);
        let mut page = String::with_capacity(self.before.len() + self.behind.len() + 8_000);
        let _ = write!(
            page,
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}{n}_某省工业和信息化厅</title>\n"
        );
        page.push_str(&self.before);
        let _ = write!(
            page,
            "<h1>{title}{n}</h1><div class=\"info\">发布时间：2026-{:02}-{:02}　来源：办公室</div>\n",
            n % 11 + 1,
            n % 28 + 1
        );
        for paragraph in 0..6 {
            let _ = write!(page, "<p>{}（{n}）。</p>\n", words(n * 7 + paragraph, 20));
        }
        page.push_str("<ul class=\"more\">\n");
        for child in (n * CHILDREN + 1..=n * CHILDREN + CHILDREN).filter(|child| *child < self.pages) {
            let _ = writeln!(page, "<li><a href=\"{}\">{}{child}</a></li>", path(child), words(child, 5));
        }
        page.push_str("</ul>\n");
        page.push_str(&self.behind);
        Some(page)
    }
}

fn path(n: u64) -> String {
    format!("/p/{}/t{n}.html", n / 1000)
}

fn number(path: &str) -> Option<u64> {
    if path == "/" {
        return Some(0);
    }
    path.rsplit_once("/t")?.1.strip_suffix(".html")?.parse().ok()
}

fn words(seed: u64, count: u64) -> String {
    let at = |n: u64| (seed.wrapping_mul(2_654_435_761).wrapping_add(n * 40_503) >> 7) as usize % WORDS.len();
    (0..count).filter_map(|n| WORDS.get(at(n)).copied()).collect()
}

fn serve(listener: TcpListener, site: &Arc<Site>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        listener.set_nonblocking(true).expect("a socket of ours");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a socket of ours");
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let site = Arc::clone(site);
            tokio::spawn(async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let reply = reply(&site, request.uri().path());
                    async { Ok::<_, Infallible>(reply) }
                });
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

fn reply(site: &Site, path: &str) -> Response<Full<Bytes>> {
    site.requests.fetch_add(1, Ordering::Relaxed);
    let (status, body) = match site.answer(path) {
        Some(page) => (StatusCode::OK, page),
        None => (StatusCode::NOT_FOUND, "<title>404</title>".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
