//! Sites that are down, slow or hostile, through the whole of `audit`: the exit status, and what the report says of them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use xuncha::model::finding::{Certainty, Finding};
use xuncha::model::report::{Report, SiteVerdict};

use super::super::raw::{Act, HOST, Raw, html, linked};
use super::super::served::{Served, moved, page};
use super::Desk;

/// An address on which nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn head(extra: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n{extra}\r\n").into_bytes()
}

fn not_covered(report: &Report, reason: &str) -> u64 {
    report.run.not_covered.iter().filter(|left| left.reason == reason).map(|left| left.count).sum()
}

fn of_rule<'a>(report: &'a Report, rule: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|finding| finding.rule == rule).collect()
}

/// The report is there, says that the site was not reached, and blames no link for it.
#[track_caller]
fn says_unreachable(desk: &Desk, why: &str) {
    let said = desk.audit("");
    assert_eq!(said.status, 3, "{said:#?}");
    assert!(said.out.contains("无法访问"), "{}", said.out);
    let report = desk.report();
    assert!(!report.run.complete);
    assert_eq!(not_covered(&report, "site-unreachable"), 1, "{:?}", report.run.not_covered);
    assert_eq!(report.sites[0].verdict, SiteVerdict::Undetermined);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.rule, "site.unreachable");
    assert!(finding.message.contains(why), "{}", finding.message);
    assert_eq!(desk.run("runs").status, 0);
}

#[test]
fn a_refused_connection_is_a_site_out_of_reach() {
    let desk = Desk::new();
    desk.configure(nobody(), "");
    says_unreachable(&desk, "无法建立连接");
}

#[test]
fn a_name_that_does_not_resolve_is_a_site_out_of_reach() {
    let desk = Desk::new();
    // RFC 2606: resolvers answer for .invalid that there is no such name.
    desk.write(
        "crawl.toml",
        "[[site]]\nurl = \"http://gxt.invalid/\"\n[crawl]\nrequests_per_second = 0\ntimeout_seconds = 2\n",
    );
    let said = desk.audit("");
    assert_eq!(said.status, 3, "{said:#?}");
    let report = desk.report();
    assert_eq!(not_covered(&report, "site-unreachable"), 1);
    assert_eq!(report.findings.iter().map(|finding| finding.rule.as_str()).collect::<Vec<_>>(), ["site.unreachable"]);
}

/// A server that speaks neither TLS nor HTTP and answers what begins with `first` only, for at most 100 connections.
fn banner(first: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(100) {
            // a client that has gone away needs no answer
            let _ = stream.and_then(|mut stream| {
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked)?;
                if asked.starts_with(first) { stream.write_all(b"220 mail.example.gov.cn ready\r\n") } else { Ok(()) }
            });
        }
    });
    address
}

#[test]
fn tls_to_a_server_that_speaks_none_is_a_site_out_of_reach() {
    let desk = Desk::new();
    desk.write(
        "crawl.toml",
        format!(
            "[[site]]\nurl = \"https://{HOST}/\"\n[network]\nresolve = {{ \"{HOST}\" = \"{}\" }}\n\
             [crawl]\nrequests_per_second = 0\ntimeout_seconds = 2\n",
            banner(&[0x16])
        ),
    );
    says_unreachable(&desk, "加密连接（HTTPS）建立失败");
}

#[test]
fn a_server_of_something_else_is_no_site_without_faults() {
    let desk = Desk::new();
    desk.configure(banner(b""), "timeout_seconds = 2\n");
    says_unreachable(&desk, "返回内容不符合HTTP协议");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_home_that_leads_elsewhere_is_worded() {
    let served =
        Served::replies(vec![moved(HOST, "/", "http://www.example.gov.cn/"), page("www.example.gov.cn", "/", "省政府")]).await;
    let desk = Desk::new();
    let resolve = format!("--resolve www.example.gov.cn={}", served.address);
    desk.configure(served.address, "");
    let said = desk.audit(&resolve);
    assert_eq!(said.status, 3, "{said:#?}");
    assert!(said.out.contains("首页跳转到未列入检查的网站，站内内容未能检查"), "{}", said.out);
    let english = desk.run("report --lang en");
    assert_eq!(english.status, 0);
    assert!(desk.report().run.notes.iter().any(|note| note.contains("not declared")), "{:?}", desk.report().run.notes);
}

#[test]
fn a_private_address_is_not_asked_and_the_user_is_told_what_to_do() {
    let desk = Desk::new();
    let said = desk.run(&format!("audit http://{}/ --progress none", nobody()));
    assert_eq!(said.status, 3, "{said:#?}");
    assert!(said.err.contains("--allow-private") && said.err.contains("内网"), "{}", said.err);
    let report = desk.report();
    assert!(report.findings.is_empty() && report.run.requests == 0, "{:#?}", report.findings);
}

/// A home page with one bad page below it, audited with a time limit of one second and bodies of at most 1 MiB.
async fn with_bad_page(act: Act, expected: i32) -> Report {
    let raw = linked(&["/bad.html", "/good.html"], move |path| match path {
        "/good.html" => html("<p>正文</p>"),
        _ => act.clone(),
    })
    .await;
    let desk = Desk::new();
    desk.configure(raw.address, "timeout_seconds = 1\nbody_mb_max = 1\n");
    let said = desk.audit("");
    assert_eq!(said.status, expected, "{said:#?}");
    let report = desk.report();
    assert_eq!(report.sites[0].host, HOST);
    assert!(report.sites[0].pages >= 2, "the good pages are read: {:?}", report.sites[0]);
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_drips_is_a_dead_link_after_three_tries() {
    let drip = Act::Drip { head: head("Content-Length: 100000\r\n"), pause: Duration::from_millis(200) };
    let report = with_bad_page(drip, 0).await;
    let dead = of_rule(&report, "home.broken-link");
    let [finding] = dead.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.target.as_deref(), Some("http://gxt.example.gov.cn/bad.html"));
    let attempts: Vec<_> = finding.evidence.iter().filter(|evidence| evidence.kind == "attempt").collect();
    assert_eq!(attempts.len(), 3, "{:#?}", finding.evidence);
    for attempt in attempts {
        let is_told = attempt.at.as_ref().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok());
        assert!(
            is_told && attempt.duration_ms.is_some() && !attempt.text.is_empty(),
            "when, how long, what came of it: {attempt:#?}"
        );
    }
    assert!(finding.message.contains("超时"), "{}", finding.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_over_the_limit_is_read_in_part_and_no_dead_link() {
    let report = with_bad_page(Act::Send([head(""), b"<p>text</p>".repeat(300_000)].concat()), 0).await;
    assert_eq!(not_covered(&report, "body-cut"), 1, "{:?}", report.run.not_covered);
    assert!(of_rule(&report, "home.broken-link").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gzip_bomb_is_read_in_part() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = [head("Content-Encoding: gzip\r\n"), encoder.finish().unwrap()].concat();
    let report = with_bad_page(Act::Send(bomb), 0).await;
    assert_eq!(not_covered(&report, "body-cut"), 1, "{:?}", report.run.not_covered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nested_tags_and_invalid_bytes_are_pages_like_others() {
    let nested = b"<div>".repeat((1 << 20) / 5 - 100);
    let report = with_bad_page(Act::Send([head(""), nested].concat()), 0).await;
    assert!(report.sites[0].pages >= 3 && of_rule(&report, "home.broken-link").is_empty(), "{report:#?}");
    let invalid: Vec<u8> = (0..100_000_u32).map(|i| (i * 7 % 251 + 5) as u8).collect();
    let report = with_bad_page(Act::Send([head(""), invalid].concat()), 0).await;
    assert!(report.sites[0].pages >= 3 && of_rule(&report, "home.broken-link").is_empty(), "{report:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_links_are_cut_and_the_report_says_so() {
    let links: String = (0..100_000).map(|i| format!("<a href=/{i}.html>{i}</a>")).collect::<Vec<_>>().concat();
    let raw = Raw::start(move |path| match path {
        "/" => html(&links),
        _ => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()),
    })
    .await;
    let desk = Desk::new();
    desk.configure(raw.address, "max_pages = 20\n");
    assert_eq!(desk.audit("").status, 3);
    let report = desk.report();
    assert_eq!(not_covered(&report, "links-cut"), 1);
    assert!(not_covered(&report, "page-budget") > 10_000);
    assert!(raw.requests() < 60, "{} requests", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_calendar_ends_and_is_no_incomplete_audit() {
    let raw = Raw::start(|path| {
        let month: i64 = path.rsplit('=').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        match path {
            "/" => html("<a href='/cal.jsp?m=1'>日历</a>"),
            _ if path.starts_with("/cal.jsp") => html(&format!("<a href='/cal.jsp?m={}'>下月</a>", month + 1)),
            _ => Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()),
        }
    })
    .await;
    let desk = Desk::new();
    desk.configure(raw.address, "");
    assert_eq!(desk.audit("").status, 0);
    let report = desk.report();
    assert_eq!(not_covered(&report, "endless-series"), 1, "{:?}", report.run.not_covered);
    assert!(raw.requests() < 40, "{} requests", raw.requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_loop_is_a_dead_link_with_its_hops() {
    let served =
        Served::replies(vec![page(HOST, "/", "<a href=/a>申报指南</a>"), moved(HOST, "/a", "/b"), moved(HOST, "/b", "/a")])
            .await;
    let desk = Desk::new();
    desk.configure(served.address, "");
    assert_eq!(desk.audit("").status, 0, "the level of one dead link is below a veto");
    let report = desk.report();
    let dead = of_rule(&report, "home.broken-link");
    let [finding] = dead.as_slice() else { panic!("{:#?}", report.findings) };
    assert!(finding.message.contains("循环跳转"), "{}", finding.message);
    assert!(finding.evidence.iter().filter(|evidence| evidence.kind == "hop").count() >= 2, "{:#?}", finding.evidence);
}

/// Of the pages that the server never answers it says when they are asked for: by then the run is in the middle of its work.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_run_keeps_its_store_to_itself_and_leaves_a_report() {
    let (asked, wait) = mpsc::channel();
    let slow: Vec<String> = (0..60).map(|i| format!("/slow{i}.html")).collect();
    let raw = linked(&slow.iter().map(String::as_str).collect::<Vec<_>>(), move |_| {
        // the test that has ended listens no more
        let _ = asked.send(());
        Act::Silent
    })
    .await;
    let desk = Desk::new();
    desk.configure(raw.address, "timeout_seconds = 5\n");
    let child = Command::new(assert_cmd::cargo::cargo_bin("xuncha"))
        .current_dir(desk.0.path())
        .args(["audit", "--progress", "none"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait.recv_timeout(Duration::from_secs(50)).unwrap();

    let second = desk.audit("");
    second.refused(&["xuncha.db 正在被另一次巡查使用", &format!("进程 {}", child.id()), "巡查 2", "--store"]);
    assert_eq!(desk.run("check").status, 2, "a check writes too");

    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(err.contains("正在停止"), "{err}");
    let report = desk.report();
    assert!(!report.run.complete);
    assert!(not_covered(&report, "interrupted") > 0, "{:?}", report.run.not_covered);
    assert!(report.run.notes.iter().any(|note| note.contains("中途停止")), "{:?}", report.run.notes);
    let sure =
        report.findings.iter().filter(|finding| finding.verdict == Certainty::Confirmed && finding.rule.contains("broken"));
    assert_eq!(sure.count(), 0, "what was cut off is not dead: {:#?}", report.findings);

    let requests = raw.requests();
    let said = desk.run("check");
    assert_eq!(said.status, 3, "{said:#?}");
    assert_eq!(raw.requests(), requests);
    assert_eq!(desk.report().findings, report.findings);
}
