//! Kind to servers, as the servers see it. A request cannot arrive before it is sent, so that the moments of arrival bound the pace
//! from above however slow the machine is.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use xuncha::model::finding::Certainty;
use xuncha::model::outcome::{Outcome, SkipReason};

use super::raw::{Act, HOST, Raw, html};
use super::served::{Crawled, plan, run, site};

const KIN: &str = "jxj.example.gov.cn";

fn links(range: std::ops::Range<u32>) -> String {
    range.map(|i| format!("<a href='/{i}.html'>{i}</a>")).collect::<Vec<_>>().concat()
}

fn not_found() -> Act {
    Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())
}

fn answer(status: &str, extra: &str) -> Act {
    Act::Send(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n{extra}\r\n").into_bytes())
}

/// Twenty pages, nothing else.
fn portal(path: &str) -> Act {
    match path {
        "/" => html(&links(0..20)),
        "/robots.txt" | "/sitemap.xml" => not_found(),
        path if path.starts_with("/xuncha-") => not_found(),
        _ => html("一页"),
    }
}

/// The n-th request came no earlier than n periods after the first could have been sent.
#[track_caller]
fn keeps_the_pace(raw: &Raw, began: Instant, period: Duration) {
    for (n, (at, head)) in (0_u32..).zip(raw.heads()) {
        let since = at.duration_since(began);
        assert!(since >= period * n, "request {n} after {since:?}: {head}");
    }
}

fn paced(raw: &Raw, requests_per_second: f64) -> xuncha::crawl::Plan {
    let mut plan = raw.plan();
    plan.pace.requests_per_second = requests_per_second;
    plan.pace.timeout_seconds = 10;
    plan
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_is_asked_no_faster_than_allowed() {
    let raw = Raw::start(portal).await;
    let began = Instant::now();
    let crawled = run(paced(&raw, 50.0)).await;
    keeps_the_pace(&raw, began, Duration::from_millis(20));
    assert!(raw.requests() >= 22 && crawled.summary.complete, "{}", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_on_one_address_are_asked_no_faster_than_one() {
    let raw = Raw::start(portal).await;
    let mut both = paced(&raw, 50.0);
    both.sites.push(site(&format!("http://{KIN}/")));
    both.network.resolve.insert(KIN.to_owned(), raw.address);
    let began = Instant::now();
    run(both).await;
    keeps_the_pace(&raw, began, Duration::from_millis(20));
    let of = |host: &str| raw.heads().iter().filter(|(_, head)| head.contains(&format!("\r\nhost: {host}\r\n"))).count();
    assert!(of(HOST) >= 22 && of(KIN) >= 22, "{} {}", of(HOST), of(KIN));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crawl_delay_is_obeyed_unless_robots_are_ignored() {
    let act = |path: &str| match path {
        "/robots.txt" => {
            let text = "User-agent: *\nCrawl-delay: 0.2\n";
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", text.len());
            Act::Send(format!("{head}{text}").into_bytes())
        }
        "/" => html(&links(0..4)),
        path => portal(path),
    };
    let raw = Raw::start(act).await;
    let began = Instant::now();
    run(paced(&raw, 100.0)).await;
    keeps_the_pace(&raw, began, Duration::from_millis(10));
    let heads = raw.heads();
    assert!(heads[0].1.starts_with("GET /robots.txt ") && heads.len() >= 7);
    for (n, (at, head)) in (1_u32..).zip(&heads[1..]) {
        let since = at.duration_since(began);
        assert!(since >= Duration::from_millis(200) * n, "request {n} after {since:?}: {head}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_retry_after_is_left_alone_so_long() {
    let raw = Raw::start(|path| match path {
        "/" => html(&links(0..3)),
        "/0.html" => answer("429 Too Many Requests", "Retry-After: 1\r\n"),
        path => portal(path),
    })
    .await;
    let mut plan = raw.plan();
    plan.pace.concurrency_per_host = 1;
    let crawled = run(plan).await;
    let heads = raw.heads();
    let limited = heads.iter().position(|(_, head)| head.starts_with("GET /0.html")).unwrap();
    let pause = heads[limited + 1].0.duration_since(heads[limited].0);
    assert!(pause >= Duration::from_secs(1), "{pause:?}");
    assert!(crawled.summary.hosts[0].pauses >= 1);
    assert_eq!(crawled.summary.hosts[0].errors["429"], 3, "it is asked twice more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_trouble_is_asked_less() {
    let raw = Raw::start(|path| match path {
        "/" => html(&links(0..12)),
        path if path.ends_with(".html") => answer("500 Internal Server Error", ""),
        path => portal(path),
    })
    .await;
    let crawled = run(paced(&raw, 100.0)).await;
    let host = &crawled.summary.hosts[0];
    assert!(host.slowdowns >= 2, "{host:?}");
    assert!(host.errors["5xx"] >= 36 && host.pauses == 0, "{host:?}");
}

/// What the standard rules make of a crawl's dead links.
fn verdicts(crawled: &Crawled) -> BTreeMap<Certainty, usize> {
    let book = xuncha::audit::rules::load(&[], "gov-2019", "department").unwrap();
    let (info, each, none) = (crawled.run(), crawled.each(), BTreeMap::new());
    let records: xuncha::audit::Records<'_> = &each;
    let input = xuncha::audit::Input {
        run: &info,
        records,
        history: &none,
        probes: &[],
        warn: xuncha::model::run::WarnLevels::default(),
        lang: xuncha::model::rule::Lang::Zh,
    };
    let judgement = xuncha::audit::judge(&input, &book);
    let mut counts = BTreeMap::new();
    for finding in judgement.findings.iter().filter(|finding| finding.rule.contains("link")) {
        *counts.entry(finding.verdict).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_breaks_down_is_not_measured_and_its_links_are_not_dead() {
    for broken in [answer("503 Service Unavailable", ""), answer("502 Bad Gateway", ""), Act::Send(Vec::new())] {
        let raw = Raw::start(move |path| match path {
            "/" => html(&links(0..300)),
            path if path.ends_with(".html") && !path.starts_with("/xuncha-") => broken.clone(),
            path => portal(path),
        })
        .await;
        let crawled = run(raw.plan()).await;
        assert!(crawled.not_covered("host-paused") > 250 && !crawled.summary.complete);
        assert!(crawled.summary.hosts[0].pauses >= 1 && raw.requests() < 80, "{} requests", raw.requests());
        assert_eq!(verdicts(&crawled).get(&Certainty::Confirmed), None, "{:?}", verdicts(&crawled));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_are_missing_one_by_one_are_dead_all_the_same() {
    let raw = Raw::start(|path| match path {
        "/" => html(&links(0..30)),
        path if path.ends_with(".html") => answer("404 Not Found", ""),
        path => portal(path),
    })
    .await;
    assert_eq!(verdicts(&run(raw.plan()).await), BTreeMap::from([(Certainty::Confirmed, 30)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_firewall_that_breaks_connections_off_makes_no_dead_links_and_one_broken_page_does() {
    let reset = |dead: u32| {
        Raw::start(move |path| match path {
            "/" => html(&links(0..20)),
            _ if (0..dead).any(|i| path == format!("/{}.html", i * 2)) => Act::Reset(Vec::new()),
            path => portal(path),
        })
    };
    let many = reset(8).await;
    assert_eq!(verdicts(&run(many.plan()).await), BTreeMap::from([(Certainty::Suspected, 8)]));
    let one = reset(1).await;
    assert_eq!(verdicts(&run(one.plan()).await), BTreeMap::from([(Certainty::Confirmed, 1)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_turns_us_away_is_never_dead() {
    for status in [401, 403, 407, 412, 429, 999] {
        let line = format!("{status} No");
        let raw = Raw::start(move |path| match path {
            "/" => html(&links(0..2)),
            "/0.html" => answer(&line, ""),
            path => portal(path),
        })
        .await;
        let found = verdicts(&run(raw.plan()).await);
        assert_eq!(found, BTreeMap::from([(Certainty::Blocked, 1)]), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_user_agent_says_who_asks() {
    let raw = Raw::start(portal).await;
    run(raw.plan()).await;
    assert!(raw.heads().iter().all(|(_, head)| head.contains("\r\nuser-agent: xuncha/test\r\n")));
    let own = xuncha::config::NetworkPart::default().user_agent;
    assert!(own.starts_with(concat!("xuncha/", env!("CARGO_PKG_VERSION"), " (")) && !own.contains("Mozilla"), "{own}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_on_and_a_flood_of_cookies_is_bounded() {
    let flood: String = (0..200).map(|i| format!("Set-Cookie: c{i}={}\r\n", "x".repeat(900))).collect::<Vec<_>>().concat();
    let raw = Raw::start(move |path| match path {
        "/" => {
            let body = "<a href='/0.html'>0</a><a href='/1.html'>1</a>";
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: JSESSIONID=abc; Path=/; HttpOnly\r\n{flood}Content-Length: \
                 {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            Act::Send(head.into_bytes())
        }
        path => portal(path),
    })
    .await;
    let crawled = run(raw.plan()).await;
    assert!(crawled.get(&format!("http://{HOST}/1.html")).outcome.is_read());
    let head = raw.heads().into_iter().map(|(_, head)| head).find(|head| head.starts_with("GET /1.html")).unwrap();
    let cookie = head.lines().find_map(|line| line.strip_prefix("cookie: ")).unwrap();
    assert!(cookie.contains("JSESSIONID=abc"), "{cookie}");
    assert!(cookie.split("; ").count() <= 16 && cookie.len() < 16 * 1_024, "{} bytes", cookie.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_of_each_host_are_kept() {
    let raw = Raw::start(portal).await;
    let crawled = run(raw.plan()).await;
    let host = &crawled.summary.hosts[0];
    assert_eq!((host.host.as_str(), host.requests), (HOST, raw.requests() as u64));
    assert!(host.bytes > 0 && host.latency_median_ms <= host.latency_p95_ms && host.latency_p95_ms.is_some());
    assert!(host.errors.is_empty() && host.slowdowns == 0 && !host.in_the_clear);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_leads_to_this_machine_is_not_asked() {
    let raw = Raw::start(portal).await;
    let port = raw.address.port();
    let mut plan = plan(vec![site(&format!("http://localhost:{port}/"))], BTreeMap::new());
    plan.network.offline = false;
    let crawled = run(plan).await;
    let home = crawled.get(&format!("http://localhost:{port}/"));
    assert_eq!(home.outcome, Outcome::Skipped(SkipReason::PrivateAddress));
    assert_eq!(raw.requests(), 0);
}
