//! Servers that misbehave: each costs a bounded amount of time and memory, and is called by its right name.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// 64 MiB of spaces, by `node:zlib` `brotliCompressSync` (quality 5), in 102 bytes.
const BROTLI_BOMB: &str = concat!(
    "cbffff3f002440e2b14072effff8ffff078004401c1680eefd1fffffff00900088c302d0bdffe3ffff1f001200715800baf7",
    "7ffcffff034002200e0b40f7fe8fffff7f004800c46101e8defff1ffff0f000980382c00ddfbbffcffff032001108705a07b",
    "ff07",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_brotli_bomb_is_cut_at_the_limit() {
    let bomb: Vec<u8> = BROTLI_BOMB
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let raw = linked(&["/bomb.html"], move |_| {
        Act::Send([head("Content-Encoding: br\r\nConnection: close\r\n"), bomb.clone()].concat())
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
async fn ten_gigabytes_that_are_declared_are_not_waited_for() {
    let raw = linked(&["/big.html"], |_| Act::Flood {
        head: head("Content-Length: 10737418240\r\n"),
        again: b"<p>text</p>".repeat(1_000),
    })
    .await;
    let mut plan = raw.plan();
    plan.limits.body_bytes_max = 1 << 20;
    plan.pace.timeout_seconds = 10;
    let crawled = run(plan).await;
    assert!(crawled.get(&format!("{PORTAL}/big.html")).outcome.reply().unwrap().truncated);
    assert!(crawled.summary.bytes < 2 << 20, "{} bytes read", crawled.summary.bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_content_length_that_is_too_small_ends_the_body_and_harms_nothing_else() {
    let raw = linked(&["/short.html", "/next.html"], |path| match path {
        "/short.html" => Act::Send([head("Content-Length: 12\r\n"), b"<p>text</p>\nHTTP/1.1 500 No\r\n\r\n".to_vec()].concat()),
        _ => html("<p>next</p>"),
    })
    .await;
    let mut plan = raw.plan();
    plan.pace.concurrency_per_host = 1;
    let crawled = run(plan).await;
    let reply = crawled.get(&format!("{PORTAL}/short.html")).outcome.reply().unwrap();
    assert_eq!((reply.status, reply.body_bytes), (200, 12));
    assert!(crawled.get(&format!("{PORTAL}/next.html")).outcome.is_read());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_lengths_that_make_no_sense_are_no_http() {
    for lines in ["Content-Length: -5\r\n", "Content-Length: 5\r\nContent-Length: 7\r\n", "Content-Length: many\r\n"] {
        let bad = Act::Send([head(lines), b"<p>text</p>".to_vec()].concat());
        assert_eq!(failure_of(bad).await, FailureClass::Protocol, "{lines}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_that_break_the_rules_are_no_http_and_chunks_that_end_early_are_a_reset() {
    let chunked = |body: &str| Act::Send([head("Transfer-Encoding: chunked\r\n"), body.as_bytes().to_vec()].concat());
    assert_eq!(failure_of(chunked("zz\r\n<p>text</p>\r\n0\r\n\r\n")).await, FailureClass::Protocol);
    assert_eq!(failure_of(chunked("ffffffffffffffffff\r\n<p>")).await, FailureClass::Protocol);
    assert_eq!(failure_of(chunked("b\r\n<p>te")).await, FailureClass::Reset);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_0_9_is_read() {
    let raw = linked(&["/old.html", "/next.html"], |path| match path {
        "/old.html" => Act::Send(b"<html><title>1996</title><a href='/next.html'>x</a></html>".to_vec()),
        _ => html("<p>next</p>"),
    })
    .await;
    let crawled = run(raw.plan()).await;
    let old = crawled.get(&format!("{PORTAL}/old.html"));
    assert_eq!(old.facts.as_ref().map(|facts| facts.html_title.as_str()), Some("1996"), "{:?}", old.outcome);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_that_browsers_forgive_are_forgiven() {
    for lines in ["X Odd: 1\r\n", "X-Folded: 1\r\n  and more\r\n", "X-Space : 1\r\n"] {
        let raw = linked(&["/odd.html"], move |_| Act::Send([head(lines), b"<p>text</p>".to_vec()].concat())).await;
        let crawled = run(raw.plan()).await;
        assert!(crawled.get(&format!("{PORTAL}/odd.html")).outcome.is_read(), "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_cookies_are_no_http() {
    let lines: String = (0..5_000).map(|i| format!("Set-Cookie: c{i}=1\r\n")).collect::<Vec<_>>().concat();
    assert_eq!(failure_of(Act::Send([head(&lines), b"<p>".to_vec()].concat())).await, FailureClass::Protocol);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn session_ids_in_paths_make_no_new_pages() {
    let visit = AtomicUsize::new(0);
    let raw = Raw::start(move |path| {
        let n = visit.fetch_add(1, Ordering::Relaxed);
        match path {
            "/robots.txt" | "/sitemap.xml" => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()),
            path if path.starts_with("/xuncha-") => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()),
            _ => html(&format!(
                "<a href='/list.jsp;jsessionid={n:032X}'>1</a><a href='/a.jsp?jsessionid={n:032X}'>2</a><a href='/b.do;JSESSIONID={n:032X}?x=1'>3</a>"
            )),
        }
    })
    .await;
    let crawled = run(raw.plan()).await;
    assert!(raw.requests() < 60, "{} requests", raw.requests());
    assert!(crawled.records.addresses.len() < 60, "{} addresses", crawled.records.addresses.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_links_on_a_page_are_cut() {
    let links: String = (0..1_000_000).map(|i| format!("<a href=/{i}>")).collect::<Vec<_>>().concat();
    let raw = Raw::start(move |path| match path {
        "/" => html(&links),
        _ => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()),
    })
    .await;
    let mut plan = raw.plan();
    plan.limits.pages_max = 5;
    plan.pace.timeout_seconds = 20;
    let crawled = run(plan).await;
    assert_eq!((crawled.not_covered("links-cut"), crawled.not_covered("body-cut")), (1, 1));
    assert!(crawled.records.addresses.len() <= xuncha::read::LINKS_MAX + 4 && raw.requests() < 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_nested_tags_are_read() {
    let deep = format!("{}<a href='/deep.html'>x</a>{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    let raw = linked(&["/nested.html"], move |_| html(&deep)).await;
    let mut plan = raw.plan();
    plan.pace.timeout_seconds = 20;
    let crawled = run(plan).await;
    assert!(crawled.get(&format!("{PORTAL}/nested.html")).facts.is_some());
    assert_eq!(crawled.get(&format!("{PORTAL}/deep.html")).outcome.status(), Some(404), "its link was found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn utf_16_is_read() {
    for little in [true, false] {
        let text = "\u{feff}<html><title>政府网站</title><a href='/utf16.html'>x</a></html>";
        let body: Vec<u8> =
            text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
        let raw = linked(&["/wide.html"], move |_| {
            Act::Send([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec(), body.clone()].concat())
        })
        .await;
        let crawled = run(raw.plan()).await;
        let wide = crawled.get(&format!("{PORTAL}/wide.html"));
        assert_eq!(wide.facts.as_ref().map(|facts| facts.html_title.as_str()), Some("政府网站"));
        assert_eq!(crawled.get(&format!("{PORTAL}/utf16.html")).outcome.status(), Some(404), "its link was found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nul_bytes_are_read_over() {
    let raw =
        linked(&["/nul.html"], |_| html("\u{0}<p>a\u{0}b</p>\u{0}<a href='/af\u{0}ter.html'>1</a><a href='/after.html'>2</a>"))
            .await;
    let crawled = run(raw.plan()).await;
    assert!(crawled.get(&format!("{PORTAL}/nul.html")).facts.is_some());
    assert_eq!(crawled.get(&format!("{PORTAL}/after.html")).outcome.status(), Some(404), "the link behind them was found");
    assert!(crawled.records.addresses.iter().all(|url| !url.as_str().contains('\u{0}')));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_body_of_noise_is_survived() {
    let noise = |seed: u8| -> Vec<u8> { (0..50_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed).collect() };
    let raw = linked(&["/1.html", "/2.html", "/3.html"], move |path| {
        Act::Send([head("Connection: close\r\n"), noise(path.as_bytes()[1])].concat())
    })
    .await;
    let crawled = run(raw.plan()).await;
    for path in ["/1.html", "/2.html", "/3.html"] {
        assert!(crawled.get(&format!("{PORTAL}{path}")).outcome.is_read());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_neither_http_nor_a_page_is_no_http() {
    for banner in
        [b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), vec![0x15, 3, 1, 0, 2, 2, 40], b"220 mail.example.gov.cn ESMTP\r\n".to_vec()]
    {
        assert_eq!(failure_of(Act::Send(banner)).await, FailureClass::Protocol);
    }
}
