//! Tests of `crawl/driver.rs`.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::{Limits, Network, Pace, Progress};
use super::*;
use crate::model::facts::{Link, LinkKind, ListFacts, PageFacts, PageRead, Place, Row};
use crate::model::request::{Method, Purpose};
use crate::model::site::{PageRecord, SiteDecl, SiteKind};
use crate::read::PageInput;

const HOME: &str = "http://gxt.example.gov.cn/";

fn url(text: &str) -> PageUrl {
    PageUrl::join(&url::Url::parse(HOME).unwrap(), text, encoding_rs::UTF_8).unwrap().url
}

/// A reader of a small language: `link U`, `row U`, `next U`, `post U BODY`, `footer U`, one a line.
fn read_lines(input: &PageInput<'_>) -> PageRead {
    let mut facts = PageFacts::default();
    let mut links = Vec::new();
    let mut list = ListFacts {
        family: "test".into(),
        column: url("/col/"),
        page_no: 1,
        rows: Vec::new(),
        next: None,
        pages_total: None,
        rows_total: None,
        guess: None,
        unread: None,
    };
    for line in String::from_utf8_lossy(input.bytes).lines() {
        let mut words = line.split(' ');
        let (verb, target, rest) = (words.next().unwrap(), words.next().unwrap_or(""), words.next().unwrap_or(""));
        let request = |method| Request { method, ..Request::get(url(target), Purpose::List) };
        match verb {
            "link" => links.push(Link {
                url: url(target),
                fragment: None,
                kind: LinkKind::Anchor,
                place: Place::Body,
                text: String::new(),
                selector: String::new(),
            }),
            "row" => {
                list.rows.push(Row { title: "行".into(), url: url(target), date: None, pinned: false, text: String::new() });
            }
            "next" => list.next = Some(request(Method::Get)),
            "post" => list.next = Some(request(Method::Post { body: rest.to_owned() })),
            "footer" => facts.marks.footer_sources.push(url(target)),
            "panic" => panic!("the reader gives up"),
            _ => {}
        }
    }
    if !list.rows.is_empty() || list.next.is_some() {
        facts.list = Some(list);
    }
    PageRead { facts, links, links_cut: false, day_matters: false }
}

/// Serves text/html by `METHOD path`, with the body of a POST behind it; 404 for the rest.
async fn serve(pages: &'static [(&'static str, &'static str)]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for _ in 0..1_000 {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                let Ok(n @ 1..) = stream.read(&mut chunk).await else { break };
                request.extend(chunk.iter().take(n));
            }
            let text = String::from_utf8_lossy(&request).into_owned();
            let mut words = text.split(' ');
            let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let body = text.rsplit("\r\n").next().unwrap_or("");
            let key = format!("{method} {path} {body}");
            let page = pages.iter().find(|(known, _)| *known == key.trim());
            let (status, page) = page.map_or(("404 Not Found", ""), |(_, page)| ("200 OK", *page));
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let page = if method == "HEAD" { "" } else { page };
            let _ = stream.write_all(format!("{head}{page}").as_bytes()).await;
        }
    });
    address
}

#[derive(Default)]
struct Kept(BTreeMap<String, PageRecord>);

impl Sink for Kept {
    fn address(&mut self, _: UrlId, _: &PageUrl) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
        self.0.insert(record.url.as_str().trim_start_matches("http://gxt.example.gov.cn").to_owned(), record);
        Ok(())
    }
}

struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _: &Progress) {}
}

async fn crawl_pages(pages: &'static [(&'static str, &'static str)], list_pages_max: u32) -> BTreeMap<String, PageRecord> {
    crawl_within(pages, list_pages_max, Hours::default()).await.0
}

async fn crawl_within(
    pages: &'static [(&'static str, &'static str)],
    list_pages_max: u32,
    hours: Hours,
) -> (BTreeMap<String, PageRecord>, CrawlSummary) {
    let plan = Plan {
        sites: vec![SiteDecl { url: url("/"), name: "站".into(), kind: SiteKind::Portal, office: None }],
        columns: Vec::new(),
        limits: Limits { list_pages_max, ..Limits::default() },
        pace: Pace { requests_per_second: 0.0, concurrency: 4, concurrency_per_host: 1, timeout_seconds: 5 },
        network: Network {
            resolve: BTreeMap::from([("gxt.example.gov.cn".to_owned(), serve(pages).await)]),
            offline: true,
            user_agent: "xuncha/test".into(),
            ..Network::default()
        },
        obey_robots: true,
        external_links: true,
        include: Vec::new(),
        exclude: Vec::new(),
        window: None,
        today: jiff::civil::date(2026, 11, 24),
    };
    let mut kept = Kept::default();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let reader = Reader { page: read_lines, challenge: |_, _| None };
    let mut past = NoPast;
    let driver = Driver::new(plan, reader, &mut past, &mut kept, &Unwatched).unwrap().within(hours);
    let summary = driver.run(stopped).await.unwrap();
    (kept.0, summary)
}

#[tokio::test]
async fn a_list_goes_on_until_a_page_brings_nothing_new() {
    let found = crawl_pages(
        &[
            ("GET /", "link /col/"),
            ("GET /col/", "row /a.html\nnext /col/2.html"),
            ("GET /col/2.html", "row /b.html\nnext /col/3.html"),
            ("GET /col/3.html", "row /b.html\nnext /col/4.html"),
            ("GET /col/4.html", "row /c.html"),
            ("GET /b.html", "乙"),
        ],
        100,
    )
    .await;
    assert_eq!((found["/col/2.html"].purpose, found["/col/2.html"].depth), (Purpose::List, 1));
    assert_eq!(found["/col/2.html"].links.len(), 1, "a row without a link of its own is a link of the list page");
    assert!(found["/b.html"].outcome.is_read() && found.contains_key("/col/3.html") && !found.contains_key("/col/4.html"));
}

#[tokio::test]
async fn a_list_stops_at_the_limit_of_its_pages() {
    let found = crawl_pages(
        &[
            ("GET /", "link /col/"),
            ("GET /col/", "row /a.html\nnext /col/2.html"),
            ("GET /col/2.html", "row /b.html\nnext /col/3.html"),
            ("GET /col/3.html", "row /c.html\nnext /col/4.html"),
            ("GET /col/4.html", "row /d.html"),
        ],
        2,
    )
    .await;
    assert!(found.contains_key("/col/3.html") && !found.contains_key("/col/4.html"));
}

#[tokio::test]
async fn a_shell_without_rows_asks_for_its_data_by_post() {
    let found = crawl_pages(
        &[
            ("GET /", "link /col/"),
            ("GET /col/", "post /data.do page=1"),
            ("POST /data.do page=1", "row /a.html\npost /data.do page=2"),
            ("POST /data.do page=2", "row /b.html"),
        ],
        100,
    )
    .await;
    assert!(found["/data.do?page=1"].outcome.is_read() && found["/data.do?page=2"].outcome.is_read());
    assert_eq!(found["/data.do?page=2"].attempts[0].method, "POST");
    assert!(found.contains_key("/b.html"));
}

#[tokio::test]
async fn scripts_that_write_the_footer_are_read() {
    let found = crawl_pages(
        &[
            ("GET /", "link /foot.js\nlink /a.html"),
            ("HEAD /foot.js", ""),
            ("GET /a.html", "footer /foot.js\nfooter /own.js"),
            ("GET /foot.js", "document.write"),
            ("GET /own.js", "document.write"),
        ],
        100,
    )
    .await;
    for script in ["/foot.js", "/own.js"] {
        assert!(found[script].facts.is_some(), "{script} {:?}", found[script].outcome);
        assert_eq!(found[script].purpose, Purpose::Resource);
    }
}

#[tokio::test]
async fn a_reader_that_panics_costs_one_page() {
    let found =
        crawl_pages(&[("GET /", "link /bad.html\nlink /a.html"), ("GET /bad.html", "panic"), ("GET /a.html", "甲")], 100).await;
    assert!(found["/a.html"].outcome.is_read());
    assert!(found["/bad.html"].outcome.is_read() && found["/bad.html"].facts.is_none());
}

const SMALL: &[(&str, &str)] = &[("GET /", "link /a.html"), ("GET /a.html", "甲")];

#[tokio::test]
async fn nothing_is_asked_once_the_window_has_closed() {
    let hours = Hours { opens_in: Duration::ZERO, closes_in: Some(Duration::ZERO) };
    let (found, summary) = crawl_within(SMALL, 100, hours).await;
    assert_eq!(found["/"].outcome, Outcome::Skipped(SkipReason::WindowClosed));
    assert_eq!((summary.requests, summary.complete, summary.interrupted), (0, false, false));
    assert_eq!(summary.not_covered[0].reason, "window-closed");
}

#[tokio::test]
async fn the_crawl_waits_until_the_window_opens() {
    let opens_in = Duration::from_millis(50);
    let began = Instant::now();
    let hours = Hours { opens_in, closes_in: Some(Duration::from_hours(8)) };
    let (found, summary) = crawl_within(SMALL, 100, hours).await;
    assert!(began.elapsed() >= opens_in && summary.complete);
    let at: jiff::Timestamp = found["/"].attempts[0].at.parse().unwrap();
    assert!(found["/a.html"].outcome.is_read() && at <= jiff::Timestamp::now());
}

#[test]
fn hours_are_counted_in_beijing_time() {
    let window = "22:00-06:00".parse().ok();
    let at = |text: &str| Hours::of(window, text.parse().unwrap());
    let hour = |n| Duration::from_hours(n);
    assert_eq!(at("2026-11-24T13:00:00Z"), Hours { opens_in: hour(1), closes_in: Some(hour(9)) });
    assert_eq!(at("2026-11-24T20:00:00Z"), Hours { opens_in: hour(0), closes_in: Some(hour(2)) });
    assert_eq!(Hours::of(None, jiff::Timestamp::UNIX_EPOCH), Hours::default());
}

/// Runs that were started together do not come back together, and no pause is more than half as long again.
#[test]
fn the_pause_before_another_try_differs_from_address_to_address() {
    let job = |path: &str| {
        super::Job::new(UrlId(0), super::super::job::Work::Address, super::Rank::Page, url(path), super::HostId(0))
    };
    let pause = |path: &str| super::jitter(Duration::from_secs(2), &[job(path)]);
    let pauses: std::collections::BTreeSet<Duration> = (0..20).map(|nth| pause(&format!("/{nth}.html"))).collect();
    assert!(pauses.len() > 15, "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause < Duration::from_secs(1)));
    assert_eq!(pause("/1.html"), pause("/1.html"));
    assert_eq!(super::jitter(Duration::ZERO, &[job("/1.html")]), Duration::ZERO);
}
