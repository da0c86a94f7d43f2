//! Servers that misbehave: each costs a bounded amount of time and memory, and is called by its right name.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use xuncha::model::outcome::{FailureClass, Outcome, SkipReason};

use super::raw::{Act, HOST, Raw, html, linked};
use super::served::{Crawled, Served, moved, page, run, site};

const PORTAL: &str = "http://gxt.example.gov.cn";

fn failure(crawled: &Crawled, path: &str) -> FailureClass {
    match &crawled.get(&format!("{PORTAL}{path}")).outcome {
        Outcome::Failed { class, .. } => *class,
        other => panic!("{path}: {other:?}"),
    }
}

async fn failure_of(act: Act) -> FailureClass {
    let raw = linked(&["/bad.html"], move |_| act.clone()).await;
    let crawled = run(raw.plan()).await;
    assert!(crawled.get(&format!("{PORTAL}/")).outcome.is_read(), "one bad page does not spoil the site");
    assert_eq!(crawled.get(&format!("{PORTAL}/bad.html")).attempts.len(), 3, "a failure is tried again twice");
    failure(&crawled, "/bad.html")
}

fn head(extra: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{extra}\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_a_timeout() {
    assert_eq!(failure_of(Act::Silent).await, FailureClass::Timeout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_drips_is_a_timeout() {
    let drip = Act::Drip { head: head("Content-Length: 100000\r\n"), pause: Duration::from_millis(200) };
    assert_eq!(failure_of(drip).await, FailureClass::Timeout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_drips_is_a_timeout() {
    let drip = Act::Drip { head: b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec(), pause: Duration::from_millis(200) };
    assert_eq!(failure_of(drip).await, FailureClass::Timeout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_without_end_is_no_http() {
    let flood = Act::Flood { head: b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec(), again: vec![b'a'; 16 << 10] };
    assert_eq!(failure_of(flood).await, FailureClass::Protocol);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_headers_are_no_http() {
    let lines: String = (0..10_000).map(|i| format!("X-{i}: 1\r\n")).collect::<Vec<_>>().concat();
    assert_eq!(failure_of(Act::Send([head(&lines), b"<p>".to_vec()].concat())).await, FailureClass::Protocol);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_headers_are_read() {
    let lines: String = (0..200).map(|i| format!("X-{i}: 1\r\n")).collect::<Vec<_>>().concat();
    let raw = linked(&["/many.html"], move |_| Act::Send([head(&lines), b"<p>text</p>".to_vec()].concat())).await;
    assert!(run(raw.plan()).await.get(&format!("{PORTAL}/many.html")).outcome.is_read());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_status_line_is_no_http() {
    assert_eq!(failure_of(Act::Send(b"HTTP/1.1 abc what\r\nContent-Length: 0\r\n\r\n".to_vec())).await, FailureClass::Protocol);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_closed_in_mid_body_is_a_reset() {
    let half = [head("Content-Length: 100000\r\n"), b"<html>half".to_vec()].concat();
    assert_eq!(failure_of(Act::Send(half.clone())).await, FailureClass::Reset);
    assert_eq!(failure_of(Act::Reset(half)).await, FailureClass::Reset);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_closed_without_an_answer_is_a_reset() {
    assert_eq!(failure_of(Act::Send(Vec::new())).await, FailureClass::Reset);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_without_end_is_cut_and_said_to_be() {
    let raw = linked(&["/big.html"], |_| Act::Flood { head: head(""), again: b"<p>text</p>".repeat(1_000) }).await;
    let mut plan = raw.plan();
    plan.limits.body_bytes_max = 1 << 20;
    plan.pace.timeout_seconds = 10;
    let crawled = run(plan).await;
    let record = crawled.get(&format!("{PORTAL}/big.html"));
    let reply = record.outcome.reply().unwrap();
    assert!(reply.truncated && reply.body_bytes == 1 << 20, "{reply:?}");
    assert!(crawled.summary.bytes < 2 << 20, "{} bytes read", crawled.summary.bytes);
    assert_eq!(crawled.not_covered("body-cut"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gzip_bomb_is_cut_at_the_limit() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let raw = linked(&["/bomb.html"], move |_| {
        Act::Send([head("Content-Encoding: gzip\r\nConnection: close\r\n"), bomb.clone()].concat())
    })
    .await;
    let mut plan = raw.plan();
    plan.limits.body_bytes_max = 1 << 20;
    plan.pace.timeout_seconds = 10;
    let crawled = run(plan).await;
    let reply = crawled.get(&format!("{PORTAL}/bomb.html")).outcome.reply().unwrap().clone();
    assert!(reply.truncated && reply.body_bytes == 1 << 20, "{reply:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_that_lead_nowhere_are_called_by_name() {
    let mut replies = vec![
        page(
            HOST,
            "/",
            "<a href=/self>1</a><a href=/a>2</a><a href=/js>3</a><a href=/none>4</a><a href=/hop0>5</a><a href=/private>6</a>",
        ),
        moved(HOST, "/self", "/self"),
        moved(HOST, "/a", "/b"),
        moved(HOST, "/b", "/a"),
        moved(HOST, "/js", "javascript:history.back()"),
        moved(HOST, "/none", ""),
        moved(HOST, "/private", "http://127.0.0.1:1/"),
    ];
    replies.extend((0..100).map(|i| moved(HOST, &format!("/hop{i}"), &format!("/hop{}", i + 1))));
    let served = Served::replies(replies).await;
    let crawled = run(served.plan(vec![site("http://gxt.example.gov.cn/")])).await;
    assert_eq!(failure(&crawled, "/self"), FailureClass::RedirectLoop);
    assert_eq!(failure(&crawled, "/a"), FailureClass::RedirectLoop);
    assert_eq!(failure(&crawled, "/js"), FailureClass::RedirectBad);
    assert_eq!(failure(&crawled, "/none"), FailureClass::RedirectBad);
    assert_eq!(failure(&crawled, "/hop0"), FailureClass::RedirectTooMany);
    let Outcome::Failed { hops, .. } = &crawled.get(&format!("{PORTAL}/hop0")).outcome else { panic!() };
    assert_eq!(hops.len(), crawled.plan.limits.hops_max + 1);
    assert_eq!(crawled.get(&format!("{PORTAL}/private")).outcome, Outcome::Skipped(SkipReason::PrivateAddress));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_calendar_ends() {
    let raw = Raw::start(|path| {
        let month: i64 = path.rsplit('=').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        match path {
            "/" => html("<a href='/cal.jsp?m=1'>日历</a>"),
            _ if path.starts_with("/cal.jsp") => html(&format!("<a href='/cal.jsp?m={}'>下月</a>", month + 1)),
            _ => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()),
        }
    })
    .await;
    let crawled = run(raw.plan()).await;
    assert_eq!(crawled.not_covered("endless-series"), 1);
    assert!(raw.requests() < 40, "{} requests", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calendar_by_date_ends_at_the_years_that_cannot_be() {
    let raw = Raw::start(|path| {
        let mut parts = path.trim_matches('/').split('/').skip(1).filter_map(|part| part.parse::<i64>().ok());
        let (year, month) = (parts.next().unwrap_or(2026), parts.next().unwrap_or(11));
        let link = |months: i64| format!("<a href='/rili/{}/{:02}/'>x</a>", months.div_euclid(12), months.rem_euclid(12) + 1);
        match path {
            "/" => html("<a href='/rili/2026/11/'>日历</a>"),
            _ if path.starts_with("/rili/") => {
                html(&(link(year * 12 + month) + &link(year * 12 + month + 11) + &link(year * 12 + month - 2)))
            }
            _ => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()),
        }
    })
    .await;
    let crawled = run(raw.plan()).await;
    assert!(crawled.not_covered("endless-series") > 0);
    assert!(raw.requests() < 400, "{} requests", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_that_grows_ends() {
    let raw = Raw::start(|path| match path {
        "/robots.txt" | "/sitemap.xml" => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()),
        _ => html("<a href='xwzx/gzdt/'>更多</a><a href='tzgg/'>通知</a>"),
    })
    .await;
    let crawled = run(raw.plan()).await;
    assert!(crawled.not_covered("endless-series") > 0);
    assert!(raw.requests() < 300, "{} requests", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_links_on_a_page_are_cut() {
    let links: String = (0..100_000).map(|i| format!("<a href=/{i}.html>{i}</a>")).collect::<Vec<_>>().concat();
    let raw = Raw::start(move |path| match path {
        "/" => html(&links),
        _ => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()),
    })
    .await;
    let mut plan = raw.plan();
    plan.limits.pages_max = 20;
    plan.pace.timeout_seconds = 10;
    let crawled = run(plan).await;
    assert_eq!(crawled.not_covered("links-cut"), 1);
    assert!(crawled.records.addresses.len() <= xuncha::read::LINKS_MAX + 4);
    assert!(crawled.not_covered("page-budget") > 10_000 && !crawled.summary.complete);
    assert!(raw.requests() < 60, "{} requests", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_never_answers_is_left_alone() {
    let raw = Raw::start(|path| match path {
        "/" => html(&(0..300).map(|i| format!("<a href=/{i}.html>{i}</a>")).collect::<Vec<_>>().concat()),
        "/robots.txt" | "/sitemap.xml" => {
            Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())
        }
        _ => Act::Send(Vec::new()),
    })
    .await;
    let crawled = run(raw.plan()).await;
    assert!(crawled.not_covered("host-paused") > 250 && !crawled.summary.complete);
    assert!(raw.requests() < 60, "{} requests", raw.requests());
}
