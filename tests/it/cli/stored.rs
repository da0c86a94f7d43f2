//! What works from the store: the site is gone before these commands are run, so none of them can have asked it anything.

use std::fs;
use std::path::Path;

use tokio::runtime::Runtime;
use xuncha::model::comparison::{Comparison, Judged};
use xuncha::model::report::Report;
use xuncha::report::FORMATS;

use super::super::demo::without_times;
use super::super::served::{Served, page};
use super::{Desk, HOST, report_in};

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/column.stale/bad-late-columns");

/// Serves the case while `audit` runs, `times` runs in one store.
fn audited(desk: &Desk, times: usize) {
    let runtime = Runtime::new().unwrap();
    let served = runtime.block_on(Served::folder(Path::new(CASE)));
    desk.configure(served.address, "");
    for _ in 0..times {
        let said = desk.audit("");
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
        assert!(said.out.contains("自查结果") && said.out.contains("report.html"), "{}", said.out);
    }
}

fn stale(report: &Report) -> Vec<&str> {
    report.findings.iter().filter(|finding| finding.rule == "column.stale").map(|finding| finding.url.as_str()).collect()
}

#[test]
fn check_report_runs_and_diff_need_no_site() {
    let desk = Desk::new();
    audited(&desk, 2);
    let report = desk.report();
    assert!(!stale(&report).is_empty(), "the case has late columns");

    let said = desk.run("runs");
    assert_eq!((said.status, said.out.lines().count()), (0, 2), "{said:#?}");
    assert!(said.out.lines().all(|line| line.contains("完整") && !line.contains("不完整")), "{}", said.out);

    fs::remove_dir_all(desk.path("reports")).unwrap();
    assert_eq!(desk.run("report --quiet").status, 0);
    assert_eq!(desk.report(), report, "the same report, byte for byte");

    let said = desk.run("check");
    assert_eq!(said.status, 0, "{said:#?}");
    assert_eq!(desk.report(), report);

    let said = desk.run("diff");
    assert_eq!(said.status, 0, "{said:#?}");
    assert!(said.out.contains("新增: 0") && said.out.contains(&format!("仍存在: {}", report.findings.len())), "{}", said.out);
}

#[test]
fn every_format_and_the_files_of_each_office_come_from_the_store() {
    let desk = Desk::new();
    audited(&desk, 1);
    fs::remove_dir_all(desk.path("reports")).unwrap();
    let said = desk.run("report --format all --per-office --due 2026-12-08");
    assert_eq!(said.status, 0, "{said:#?}");
    let run = fs::read_dir(desk.path("reports")).unwrap().next().unwrap().unwrap().path();
    for format in FORMATS {
        assert!(fs::metadata(run.join(format.file_name)).unwrap().len() > 0, "{}", format.name);
    }
    // No office is named in this configuration: a list, and nobody to send a notice to.
    let offices: Vec<_> = fs::read_dir(run.join("offices")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(offices, ["责任处室待明确-问题清单.xlsx"]);

    desk.run("report --per-office --due tomorrow").refused(&["--due", "tomorrow", "2026-12-08"]);
    assert_eq!(desk.run("report --due 2026-12-08").status, 0);
    assert_eq!(desk.report().due.as_deref(), Some("2026-12-08"));
    assert_eq!(desk.run("report").status, 0);
    assert_eq!(desk.report().due, None, "the stored judgement names no term");
    desk.run("report --format pdf").refused(&["没有报告格式“pdf”", "docx", "sarif", "md"]);
}

#[test]
fn an_unknown_run_is_answered_with_those_that_exist() {
    let desk = Desk::new();
    audited(&desk, 1);
    let id = desk.report().run.id;
    for command in ["check", "report", "diff"] {
        desk.run(&format!("{command} 19990101-000000")).refused(&["没有巡查 19990101-000000", &id]);
    }
    desk.run("diff").refused(&["只有一次巡查", "xuncha runs"]);
    let year: String = id.chars().take(4).collect();
    assert_eq!(desk.run(&format!("check {year}")).status, 0, "the beginning of an id is enough");
    assert_eq!(desk.run("report latest").status, 0);
}

#[test]
fn reports_that_cannot_be_written_cost_no_judgement() {
    let desk = Desk::new();
    audited(&desk, 1);
    for command in ["check", "report"] {
        desk.run(&format!("{command} --out crawl.toml/x")).refused(&["报告目录 crawl.toml/x 不可写", "--out"]);
        desk.run(&format!("{command} --format pdf")).refused(&["没有报告格式“pdf”"]);
    }
    let out = desk.path("elsewhere");
    assert_eq!(desk.run("report --out elsewhere --format all").status, 0);
    assert_eq!(report_in(&out), desk.report());
}

#[test]
fn a_threshold_of_ones_own_changes_what_check_says() {
    let desk = Desk::new();
    audited(&desk, 1);
    let before = desk.report();
    let config = fs::read_to_string(desk.path("crawl.toml")).unwrap();
    desk.write("crawl.toml", format!("[audit]\nrules_dir = \"my-rules\"\n{config}"));
    let limits = ["news", "notice", "policy", "plan", "personnel", "interaction", "other", "interpretation"];
    let limits: String = limits.iter().map(|class| format!("{class} = 9000\n")).collect::<Vec<_>>().concat();
    desk.write("my-rules/stale.toml", format!("id = \"column.stale\"\n\n[params.limits]\n{limits}"));
    assert_eq!(desk.run("check").status, 0);
    let after = desk.report();
    assert!(!stale(&before).is_empty());
    assert_eq!(stale(&after), Vec::<&str>::new());
    assert_eq!(before.run.requests, after.run.requests);
}

/// Words of one's own: a column that no word claimed has a class, and with it a limit; a list that nothing reads, an unknown class and
/// an empty word are refused with their place.
#[test]
fn words_of_ones_own_class_the_columns_of_a_stored_crawl() {
    let row = |nth: u32| {
        let day = 15 + nth;
        format!("<li><a href=t202611{day}_{nth}.html>第{nth}家企业的故事</a><span>2026-11-{day}</span></li>")
    };
    let rows = (1..=5).map(row).collect::<Vec<_>>().concat();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let served = runtime.block_on(Served::replies(vec![
        page(HOST, "/", "<title>首页</title><div class=nav><a href=/qyfc/>企业风采</a></div>"),
        page(
            HOST,
            "/qyfc/",
            &format!("<meta charset=utf-8><title>企业风采</title><h1>企业风采</h1><ul class=list>{rows}</ul>"),
        ),
    ]));
    let desk = Desk::new();
    desk.configure(served.address, "");
    desk.audit("--fail-on never");
    let before = desk.report();
    let other = before
        .columns
        .iter()
        .find(|line| line.class == xuncha::model::site::ColumnClass::Other)
        .expect("one of no class")
        .clone();
    let config = fs::read_to_string(desk.path("crawl.toml")).unwrap();
    desk.write("crawl.toml", format!("[audit]\nrules_dir = \"my-rules\"\n{config}"));
    desk.write("my-rules/words/column-classes.toml", format!("[news]\nnames = [\"{}\"]\n", other.name));
    let said = desk.run("check");
    assert!(matches!(said.status, 0 | 1), "{said:#?}");
    let after = desk.report();
    drop(served);
    let line = after.columns.iter().find(|line| line.url == other.url).unwrap();
    assert_eq!(line.class, xuncha::model::site::ColumnClass::News);
    assert_ne!(line.limit_days, other.limit_days);
    let file = "my-rules/words/column-classes.toml";
    desk.write(file, "[newz]\nnames = [\"动态\"]\n");
    desk.run("check").refused(&[&format!("{file}:1"), "newz"]);
    desk.run("config check").refused(&[&format!("{file}:1"), "newz"]);
    desk.write(file, "[news]\nnames = [\"动态\", \"\"]\n");
    desk.run("check").refused(&[&format!("{file}:2"), "词表中有空词"]);
    fs::remove_file(desk.path(file)).unwrap();
    desk.write("my-rules/words/columns.toml", "[news]\nnames = [\"动态\"]\n");
    desk.run("check").refused(&["my-rules/words/columns.toml", "没有名为“columns.toml”的词表", "column-classes.toml"]);
    fs::remove_file(desk.path("my-rules/words/columns.toml")).unwrap();
    desk.write("my-rules/words/hosts.toml", "services = [\"hnswyt.com\"]\n[without]\nservices = [\"renren.com\"]\n");
    desk.write("my-rules/words/unsuitable.toml", "against = [\"普法\"]\n[gambling]\nstrong = [\"某某彩金网\"]\n");
    assert_eq!(desk.run("config check").status, 0);
    desk.write("my-rules/words/hosts.toml", "service = [\"hnswyt.com\"]\n");
    desk.run("check").refused(&["my-rules/words/hosts.toml:1", "service"]);
    fs::remove_file(desk.path("my-rules/words/hosts.toml")).unwrap();
    desk.write("my-rules/words/unsuitable.toml", "[gamble]\nstrong = []\n");
    desk.run("config check").refused(&["my-rules/words/unsuitable.toml", "gamble"]);
}

/// The shipped overlay: stricter cycles change the verdict of a stored crawl, and nothing is asked of the site, which is gone.
#[test]
fn a_stricter_scheme_changes_the_verdict_without_a_request() {
    let desk = Desk::new();
    audited(&desk, 1);
    let requests = desk.report().run.requests;
    let judged = || {
        let said = desk.run("check --now 2026-11-27T09:00:00+08:00");
        (said.status, desk.report())
    };
    let (plain_status, plain) = judged();
    let overlay = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/overlay-strict");
    let config = fs::read_to_string(desk.path("crawl.toml")).unwrap();
    desk.write("crawl.toml", format!("[audit]\nrules_dir = \"{overlay}\"\n{config}"));
    let (strict_status, strict) = judged();
    assert_eq!((plain_status, strict_status), (0, 1), "a veto falls by the stricter scheme only");
    assert_eq!(stale(&strict).len(), stale(&plain).len() + 1, "a column that is four days old is late");
    assert_eq!((plain.run.requests, strict.run.requests), (requests, requests));
    let line = |report: &Report, id: &str| {
        report.sites[0].indicators.iter().find(|line| line.id == id).map(|line| (line.threshold, line.failed))
    };
    assert_eq!((line(&plain, "V4a"), line(&strict, "V4a")), (Some((Some(5), false)), Some((Some(3), true))));
    assert!(line(&plain, "L1").is_none() && line(&strict, "L1").is_some() && line(&strict, "T7").is_none());
}

/// The same, asked in one command: both verdicts of every line, as text and as JSON, in both languages; the stored judgement stays.
#[test]
fn two_standards_are_compared_on_one_stored_crawl() {
    let desk = Desk::new();
    audited(&desk, 1);
    let before = desk.report();
    let overlay = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/overlay-strict");
    let ask = format!("check --now 2026-11-27T09:00:00+08:00 --compare gov-2019 --compare-rules-dir {overlay}");
    let said = desk.run(&ask);
    assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
    for part in ["未访问网站", "  ≠ V4a ", "  ≠ L1 ", "甲：无此项指标", "  = V4c 栏目不更新", "乙不合格"]
    {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let english = desk.run(&format!("{ask} --lang en"));
    assert!(english.out.contains("no request sent") && english.out.contains("B Unqualified"), "{}", english.out);
    assert!(english.out.contains("A: no such line"), "{}", english.out);

    let said = desk.run(&format!("{ask} --json"));
    let compared: Comparison = serde_json::from_str(&said.out).unwrap();
    assert_eq!((compared.schema.as_str(), compared.lang.as_str()), ("xuncha-compare/1", "zh"));
    assert_eq!((compared.first.rules_dir, compared.second.rules_dir.as_deref()), (None, Some(overlay)));
    let line = compared.sites[0].lines.iter().find(|line| line.id == "V4a").unwrap();
    let numbers = |judged: &Option<Judged>| judged.as_ref().map(|judged| (judged.threshold, judged.failed));
    assert_eq!((numbers(&line.first), numbers(&line.second)), (Some((Some(5), false)), Some((Some(3), true))));
    assert_eq!(line.only_second.len(), 1, "a column that is four days old is late by one of them");

    // The other way round, and another profile: a portal's lines.
    let said = desk.run(&format!("check --rules-dir {overlay} --compare-rules-dir builtin --compare-profile portal --json"));
    let compared: Comparison = serde_json::from_str(&said.out).unwrap();
    assert_eq!((compared.first.profile.as_str(), compared.second.profile.as_str()), ("department", "portal"));
    assert!(compared.sites[0].lines.iter().any(|line| line.id == "D1" && line.first.is_none() && line.second.is_some()));
    assert_eq!(desk.run("report --quiet").status, 0);
    assert_eq!(desk.report(), before, "the stored judgement is what it was");
    desk.run("check --compare gov-1999").refused(&["gov-1999"]);
    desk.run("check --json").refused(&["--compare"]);
}

/// A profile that is asked for once answers a question, and changes nothing that is stored.
#[test]
fn another_profile_is_a_question_and_no_judgement() {
    let desk = Desk::new();
    audited(&desk, 1);
    let before = desk.report();
    assert_eq!(desk.run("check --profile portal --quiet --fail-on never").status, 0);
    assert_eq!(desk.report().run.profile, "portal");
    assert_eq!(desk.run("report --quiet").status, 0);
    assert_eq!(desk.report(), before);
}

#[test]
fn a_report_in_english_is_english() {
    let desk = Desk::new();
    audited(&desk, 1);
    let chinese = desk.report();
    assert_eq!(chinese.lang, "zh");
    let said = desk.run("report --lang en");
    assert_eq!(said.status, 0);
    assert!(said.err.lines().all(|line| line.starts_with("written: ")), "{}", said.err);
    let english = desk.report();
    assert_eq!((english.lang.as_str(), stale(&english)), ("en", stale(&chinese)));
    let finding = english.findings.iter().find(|finding| finding.rule == "column.stale").unwrap();
    assert!(finding.message.contains("days without an update"), "{}", finding.message);
    assert!(finding.advice.contains("office"), "{}", finding.advice);
    // the stored judgement stays what it was
    assert_eq!(desk.run("report").status, 0);
    assert_eq!(desk.report(), chinese);
}

#[test]
fn the_same_site_at_the_same_time_point_gives_the_same_report() {
    let (one, other) = (Desk::new(), Desk::new());
    audited(&one, 1);
    audited(&other, 1);
    let text = |desk: &Desk| serde_json::to_string_pretty(&without_times(desk.report())).unwrap();
    assert_eq!(text(&one), text(&other));
}

#[test]
fn exit_statuses_follow_fail_on() {
    let desk = Desk::new();
    audited(&desk, 1);
    for (level, status) in [("veto", 0), ("deduct", 1), ("advice", 1), ("never", 0)] {
        assert_eq!(desk.run(&format!("check --fail-on {level}")).status, status, "{level}");
    }
}

#[test]
fn a_later_time_point_is_answered_without_touching_the_stored_judgement() {
    let desk = Desk::new();
    audited(&desk, 1);
    let stored = desk.report();
    assert_eq!(desk.run("check --now 2031-01-01T09:00:00+08:00 --out later --fail-on never").status, 0);
    let later = report_in(&desk.path("later"));
    assert!(stale(&later).len() > stale(&stored).len(), "{:?}", stale(&later));
    assert_eq!(desk.run("report").status, 0);
    assert_eq!(desk.report(), stored);
}

#[test]
fn quiet_says_nothing_and_progress_is_as_asked() {
    let desk = Desk::new();
    let runtime = Runtime::new().unwrap();
    let served = runtime.block_on(Served::folder(Path::new(CASE)));
    desk.configure(served.address, "");
    let quiet = desk.run("audit --quiet");
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    desk.report();
    let none = desk.run("audit --progress none --lang en");
    assert_eq!(none.err, "");
    assert!(none.out.contains("report.html"), "{}", none.out);
    for mode in ["plain", "auto"] {
        let plain = desk.run(&format!("audit --progress {mode}"));
        let last = plain.err.lines().last().unwrap_or_default().to_owned();
        assert!(last.starts_with("已请求 ") && last.contains("用时"), "{}", plain.err);
        assert!(!plain.err.contains('\u{1b}'), "a log holds no terminal codes: {:?}", plain.err);
    }
}
