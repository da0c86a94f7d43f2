//! `audit --resume` as a timetable runs it: what can be gone on with is, everything else is a new run with a word why.

use tokio::runtime::Runtime;

use super::super::served::{Served, page};
use super::Desk;
use crate::raw::HOST;

fn small(runtime: &Runtime) -> Served {
    runtime.block_on(Served::replies(vec![
        page(HOST, "/", "<title>首页</title><a href=/a.html>甲</a><a href=/b.html>乙</a>"),
        page(HOST, "/a.html", "<title>甲</title>"),
        page(HOST, "/b.html", "<title>乙</title>"),
    ]))
}

/// The last run as a killed process leaves it: begun, its records written, never closed.
fn unfinish(desk: &Desk, started: &str) {
    let connection = rusqlite::Connection::open(desk.path("xuncha.db")).unwrap();
    let info: String = connection.query_row("SELECT info FROM runs ORDER BY run DESC LIMIT 1", [], |row| row.get(0)).unwrap();
    let mut info: serde_json::Value = serde_json::from_str(&info).unwrap();
    info["finished"] = serde_json::Value::Null;
    info["crawl"] = serde_json::Value::Null;
    if !started.is_empty() {
        info["started"] = started.into();
    }
    connection
        .execute(
            "UPDATE runs SET finished = NULL, closed = NULL, info = ?1 WHERE run = (SELECT max(run) FROM runs)",
            [info.to_string()],
        )
        .unwrap();
}

fn runs(desk: &Desk) -> usize {
    let connection = rusqlite::Connection::open(desk.path("xuncha.db")).unwrap();
    connection.query_row("SELECT count(*) FROM runs", [], |row| row.get::<_, i64>(0)).unwrap() as usize
}

#[test]
fn without_an_interrupted_run_a_new_one_begins() {
    let runtime = Runtime::new().unwrap();
    let served = small(&runtime);
    let desk = Desk::new();
    desk.configure(served.address, "");
    let said = desk.audit("--resume");
    assert!(said.err.contains("没有中断的巡查，开始新的巡查"), "{said:#?}");
    let said = desk.audit("--resume --lang en");
    assert!(said.err.contains("no interrupted run; a new one begins"), "{said:#?}");
    assert_eq!(runs(&desk), 2);
}

#[test]
fn an_interrupted_run_goes_on_under_its_id_and_asks_nothing_twice() {
    let runtime = Runtime::new().unwrap();
    let served = small(&runtime);
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("");
    let report = desk.report();
    let asked = served.hits().len();
    unfinish(&desk, "");
    // a page that had not been answered when the process was killed
    let connection = rusqlite::Connection::open(desk.path("xuncha.db")).unwrap();
    let b = "(SELECT key FROM urls WHERE url LIKE '%/b.html')";
    connection.execute(&format!("DELETE FROM visits WHERE key = {b}"), []).unwrap();
    connection.execute(&format!("DELETE FROM asked WHERE key = {b}"), []).unwrap();
    // bodies are kept while a run is not done; this one was
    connection.execute("INSERT INTO aside SELECT key, x'' FROM urls WHERE url LIKE '%/robots.txt'", []).unwrap();
    drop(connection);
    let said = desk.audit("--resume");
    assert!(said.status == 0 && said.err.contains(&format!("续接巡查 {}", report.run.id)), "{said:#?}");
    assert_eq!((runs(&desk), served.hits().len(), served.count(&format!("GET {HOST}/b.html"))), (1, asked + 1, 2));
    assert_eq!(desk.report().findings, report.findings);
    assert_eq!(desk.report().run.id, report.run.id);
}

#[test]
fn a_run_that_cannot_be_gone_on_with_is_named_with_the_reason() {
    let runtime = Runtime::new().unwrap();
    let served = small(&runtime);
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("");
    let id = desk.report().run.id;
    unfinish(&desk, "");
    let said = desk.run("audit --progress none --now 2026-11-25T09:00:00+08:00 --resume --max-pages 50");
    assert!(said.err.contains(&format!("巡查 {id} 不能续接（设置已变化：max_pages、--now），开始新的巡查")), "{said:#?}");
    unfinish(&desk, "2020-01-01T00:00:00Z");
    let said = desk.audit("--resume --lang en");
    assert!(said.err.contains("cannot be resumed (it began more than 24 hours ago)"), "{said:#?}");
    assert_eq!(runs(&desk), 3);
}

#[test]
fn a_clock_that_jumped_back_keeps_no_run_from_being_resumed() {
    let runtime = Runtime::new().unwrap();
    let served = small(&runtime);
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("");
    unfinish(&desk, "2099-01-01T00:00:00Z");
    let said = desk.audit("--resume");
    assert!(said.err.contains("续接巡查"), "{said:#?}");
    assert_eq!(runs(&desk), 1);
}

/// The second run is dated before the first: both are kept and named, what is compared is what was found, and no day lies before
/// another that it follows.
#[test]
fn a_clock_that_jumped_back_between_two_runs_costs_neither() {
    let runtime = Runtime::new().unwrap();
    let served = runtime.block_on(Served::replies(vec![page(HOST, "/", "<title>首页</title><a href=/gone.html>旧文</a>")]));
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("--fail-on never");
    let first = desk.report();
    std::fs::remove_dir_all(desk.path("reports")).unwrap();
    let said = desk.run("audit --progress none --fail-on never --now 2026-11-20T09:00:00+08:00");
    assert_eq!(said.status, 0, "{said:#?}");
    let second = desk.report();
    assert_eq!(runs(&desk), 2);
    let dead = |report: &xuncha::model::report::Report| {
        report.findings.iter().find(|finding| finding.rule == "home.broken-link").cloned().unwrap()
    };
    assert_eq!(dead(&first).id, dead(&second).id);
    let seen = dead(&second);
    assert!(seen.first_seen <= seen.last_seen && seen.runs_in_a_row >= 1, "{seen:#?}");
    let listed = desk.run("runs");
    assert!(listed.out.contains(&first.run.id) && listed.out.contains(&second.run.id), "{listed:#?}");
    let said = desk.run(&format!("diff {} {}", first.run.id, second.run.id));
    assert!(said.status <= 1 && !said.err.contains("panicked"), "{said:#?}");
    assert_eq!(desk.run(&format!("report {}", first.run.id)).status, 0);
}

#[test]
fn someone_who_does_not_ask_for_it_is_told_of_an_interrupted_run() {
    let runtime = Runtime::new().unwrap();
    let served = small(&runtime);
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("");
    unfinish(&desk, "");
    let said = desk.audit("");
    assert!(said.err.contains("加 --resume 可以续接"), "{said:#?}");
    assert_eq!(runs(&desk), 2);
}

#[test]
fn a_run_killed_before_its_reports_were_written_gets_them_without_a_request() {
    let runtime = Runtime::new().unwrap();
    let served = small(&runtime);
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("");
    let asked = served.hits().len();
    let connection = rusqlite::Connection::open(desk.path("xuncha.db")).unwrap();
    connection
        .execute_batch(
            "UPDATE runs SET closed = NULL; INSERT INTO aside SELECT key, x'' FROM urls WHERE url LIKE '%/robots.txt'",
        )
        .unwrap();
    drop(connection);
    std::fs::remove_dir_all(desk.path("reports")).unwrap();
    let said = desk.audit("--resume");
    assert_eq!((said.status, served.hits().len(), runs(&desk)), (0, asked, 1), "{said:#?}");
    assert_eq!(desk.report().sites.len(), 1);
}
