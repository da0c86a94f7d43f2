//! What a user sees of ignore lists, windows, metrics and logs.

use xuncha::model::report::IgnoreState;

use super::super::raw::HOST;
use super::super::served::{Served, page};
use super::Desk;

/// A home page with two dead links and one page.
async fn served() -> Served {
    Served::replies(vec![
        page(HOST, "/", "<title>首页</title><a href=/old/1.html>旧</a><a href=/new/2.html>新</a><a href=/a.html>甲</a>"),
        page(HOST, "/a.html", "<title>甲</title>"),
    ])
    .await
}

/// Runs a command of the desk while the server goes on.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_ignored_is_counted_openly_and_counts_for_nothing() {
    let served = served().await;
    let address = served.address;
    let (said, report, plain) = blocking(move || {
        let desk = Desk::new();
        let ignores = "[[ignore]]\nrule = \"home.broken-link\"\nurl = \"/old/\"\nreason = \"已报主管部门\"\nuntil = 2026-12-31\n\
                       [[ignore]]\nrule = \"link.image-broken\"\nreason = \"从未用到\"\n\
                       [[ignore]]\nurl = \"/new/\"\nreason = \"过期\"\nuntil = \"2026-11-23\"\n";
        desk.configure(address, "");
        desk.audit("");
        let plain = desk.report();
        desk.configure(address, ignores);
        let said = desk.audit("");
        (said, desk.report(), plain)
    })
    .await;
    let broken = |report: &xuncha::model::report::Report| -> Vec<String> {
        let all = report.findings.iter().filter(|finding| finding.rule == "home.broken-link");
        all.map(|finding| finding.target.clone().unwrap()).collect()
    };
    assert_eq!(broken(&plain).len(), 2, "{said:#?}");
    assert_eq!(broken(&report), [format!("http://{HOST}/new/2.html")], "{said:#?}");
    let states: Vec<(IgnoreState, u32)> = report.ignored.iter().map(|line| (line.state, line.count)).collect();
    assert_eq!(states, [(IgnoreState::Applied, 1), (IgnoreState::Unused, 0), (IgnoreState::Expired, 1)]);
    for words in
        ["1个问题未列入报告，理由：已报主管部门（截至2026年12月31日）", "未用到，请核对", "已过期（截至2026年11月23日）"]
    {
        assert!(report.run.notes.iter().any(|note| note.contains(words)), "{words}: {:#?}", report.run.notes);
    }
}

#[test]
fn an_ignored_rule_that_does_not_exist_is_refused() {
    let desk = Desk::new();
    desk.write("crawl.toml", format!("{}[[ignore]]\nrule = \"link.borken\"\nreason = \"x\"\n", super::SITE));
    desk.run("config check").refused(&["[[ignore]] rule", "link.borken", "xuncha rules"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_and_a_log_of_json_are_written() {
    let served = served().await;
    let address = served.address;
    let (said, metrics, report) = blocking(move || {
        let desk = Desk::new();
        desk.configure(address, "");
        let said = desk.audit("--metrics xuncha.prom --log json -vv");
        let metrics = std::fs::read_to_string(desk.path("xuncha.prom")).unwrap();
        (said, metrics, desk.report())
    })
    .await;
    assert!(metrics.contains("xuncha_finished 1\n"), "{metrics}");
    let requests = format!("xuncha_host_requests_total{{host=\"{HOST}\"}} {}\n", report.run.hosts[0].requests);
    assert!(metrics.contains(&requests), "{requests} in {metrics}");
    let logged: Vec<serde_json::Value> =
        said.err.lines().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        !logged.is_empty() && logged.iter().all(|line| line["level"].is_string() && line["message"].is_string()),
        "{}",
        said.err
    );
}
