//! The real binary as a webmaster runs it, in a folder of its own: exit statuses, messages, and what is left behind.

mod annual;
mod attached;
#[cfg(unix)]
mod full;
mod history;
mod kindness;
mod likely;
mod notices;
mod probed;
mod resumed;
mod sites;
mod stored;
mod upkeep;
mod wayback;

use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xuncha::model::report::Report;

use super::raw::HOST;
use super::served::NOW;

/// A working folder.
struct Desk(TempDir);

/// What a command said.
#[derive(Debug)]
struct Said {
    status: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `crawl.toml` with one site that lies at `address`, and more lines of `[crawl]` or of further tables.
    fn configure(&self, address: SocketAddr, crawl: &str) {
        let text = format!(
            "[[site]]\nurl = \"http://{HOST}/\"\nname = \"门户网站\"\n[network]\nresolve = {{ \"{HOST}\" = \"{address}\" }}\n\
             [crawl]\nrequests_per_second = 0\nexternal_links = false\n{crawl}\n"
        );
        self.write("crawl.toml", text);
    }

    fn run(&self, line: &str) -> Said {
        self.run_args(&line.split_whitespace().collect::<Vec<_>>())
    }

    fn run_args(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Said {
        let output = assert_cmd::Command::cargo_bin("xuncha")
            .unwrap()
            .current_dir(self.0.path())
            .env_remove("XUNCHA_PROXY")
            .env_remove("XUNCHA_LOG")
            .envs(variables.iter().copied())
            .args(args)
            .output()
            .unwrap();
        Said {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `audit` of the configuration at the tests' monitoring time point.
    fn audit(&self, more: &str) -> Said {
        self.run(&format!("audit --progress none --now {NOW} {more}"))
    }

    /// The report of the newest run, held against the schema.
    fn report(&self) -> Report {
        report_in(&self.path("reports"))
    }

    /// Names of what lies in the folder, sorted.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn report_in(reports: &Path) -> Report {
    let newest = fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    assert!(fs::metadata(newest.join("report.html")).unwrap().len() > 1_000);
    let text = fs::read_to_string(newest.join("report.json")).unwrap();
    super::schema::assert_valid(&text);
    serde_json::from_str(&text).unwrap()
}

impl Said {
    /// Exit status 2, nothing on standard output, and all of these on standard error, which names no English system message.
    #[track_caller]
    fn refused(&self, parts: &[&str]) {
        assert_eq!((self.status, self.out.as_str()), (2, ""), "{self:#?}");
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in\n{}", self.err);
        }
        assert!(!self.err.contains("os error") && !self.err.contains("panicked"), "{}", self.err);
    }
}

const SITE: &str = "[[site]]\nurl = \"http://gxt.example.gov.cn/\"\n";

#[test]
fn a_configuration_that_cannot_be_used_is_said_with_its_place() {
    let desk = Desk::new();
    desk.run("audit").refused(&["没有找到配置文件 crawl.toml", "-c", "xuncha audit http://", "xuncha demo"]);
    desk.run("audit -c nope.toml").refused(&["没有找到配置文件 nope.toml", "-c"]);
    desk.run("config check").refused(&["没有找到配置文件 crawl.toml"]);
    fs::create_dir(desk.path("folder.toml")).unwrap();
    desk.run("audit -c folder.toml").refused(&["folder.toml", "是文件夹，不是文件"]);
    desk.write("crawl.toml", format!("{SITE}[crawl]\nmax_page = 3\nconcurrency = 0\ntimeout_seconds = \"x\"\n"));
    let faults = [
        "3 处错误",
        "crawl.toml:4: [crawl] max_page：没有这个键，是不是 max_pages？",
        "crawl.toml:5: [crawl] concurrency：0 超出范围，应在 1 至 512 之间",
        "crawl.toml:6: [crawl] timeout_seconds：应为整数，现为文本",
    ];
    desk.run("audit").refused(&faults);
    desk.run("config check").refused(&faults);
    desk.run("config check --lang en").refused(&["crawl.toml:4: [crawl] max_page: there is no such key; is it max_pages?"]);
    desk.write("crawl.toml", [0xff, 0xfe, 0x00]);
    desk.run("audit").refused(&["crawl.toml", "UTF-8"]);
    assert_eq!(desk.names(), ["crawl.toml", "folder.toml"], "nothing is written before the configuration holds");
}

#[test]
fn config_check_finds_what_audit_would_refuse() {
    let desk = Desk::new();
    desk.write("crawl.toml", format!("{SITE}[report]\nformats = [\"htm\"]\n"));
    desk.run("config check").refused(&["没有报告格式“htm”", "html", "json"]);
    desk.run("audit").refused(&["没有报告格式“htm”"]);
    desk.write("crawl.toml", format!("[audit]\nstandard = \"gov-2020\"\n{SITE}"));
    desk.run("config check").refused(&["gov-2020", "gov-2019"]);
}

#[test]
fn the_shipped_configuration_is_valid() {
    let desk = Desk::new();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/crawl.toml");
    let said = desk.run_args(&["config", "check", "-c", shipped]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("配置有效：1 个站点"), "{}", said.out);
    let said = desk.run_args(&["config", "check", "--lang", "en", "-c", shipped]);
    assert!(said.out.starts_with("the configuration is valid"), "{}", said.out);
}

#[test]
fn a_bad_rule_file_is_named_with_its_line_and_alone() {
    let desk = Desk::new();
    desk.write("crawl.toml", format!("[audit]\nrules_dir = \"my-rules\"\n{SITE}"));
    desk.run("config check").refused(&["my-rules", "文件或文件夹不存在", "rules_dir"]);
    desk.write("my-rules/stale.toml", "id = \"column.stale\"\nlevel = \"terrible\"\n");
    let said = desk.run("config check");
    said.refused(&["my-rules/stale.toml:2: level："]);
    assert!(!said.err.contains("不存在的规则"), "one fault is said once: {}", said.err);
    desk.write("my-rules/stale.toml", "id = \"column.stale\"\n\n[params]\nlimit = 3\n");
    for command in ["config check", "rules", "explain column.stale", "audit"] {
        desk.run(command).refused(&["my-rules/stale.toml:4: params.limit：", "column-age"]);
    }
    desk.write("my-rules/stale.toml", "id = = 3\n");
    desk.run("audit").refused(&["my-rules/stale.toml:1: "]);
    desk.write("my-rules/stale.toml", [0xff, 0xfe]);
    desk.run("audit").refused(&["my-rules/stale.toml", "UTF-8"]);
    assert_eq!(desk.names(), ["crawl.toml", "my-rules"]);
}

#[test]
fn an_unknown_rule_is_answered_with_the_nearest() {
    let desk = Desk::new();
    desk.run("explain column.stal").refused(&["没有规则“column.stal”", "column.stale", "xuncha rules"]);
    desk.run("explain zzz --lang en").refused(&["there is no rule `zzz`", "xuncha rules"]);
    let said = desk.run("explain column.stale");
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.contains("【整改建议】") && said.out.contains("国办秘函〔2019〕19号"), "{}", said.out);
}

#[test]
fn rules_are_listed_in_both_languages() {
    let desk = Desk::new();
    let zh = desk.run("rules");
    let en = desk.run("rules --lang en");
    assert_eq!((zh.status, en.status), (0, 0));
    assert!(zh.out.contains("column.stale") && zh.out.contains("栏目不更新"), "{}", zh.out);
    assert!(en.out.is_ascii() && en.out.contains("Column not updated"), "{}", en.out);
    assert_eq!(zh.out.lines().count(), en.out.lines().count());
}

#[test]
fn values_that_cannot_be_meant_are_refused_before_anything_is_written() {
    let desk = Desk::new();
    for (line, parts) in [
        ("audit http://", ["“http://”不是网址", "http://gxt.example.gov.cn/"]),
        ("audit ftp://gxt.example.gov.cn/", ["“ftp://gxt.example.gov.cn/”不是网址", "http://gxt.example.gov.cn/"]),
        ("audit http://gxt.example.gov.cn/ --now yesterday", ["--now", "2026-11-24T09:00:00+08:00"]),
        ("audit http://gxt.example.gov.cn/ --now 2026-02-30T00:00:00Z", ["--now", "2026-11-24T09:00:00+08:00"]),
        ("audit http://gxt.example.gov.cn/ --format pdf", ["没有报告格式“pdf”", "html、json"]),
        ("audit http://gxt.example.gov.cn/ --resolve gxt", ["--resolve", "gxt.example.gov.cn=127.0.0.1:8099"]),
        ("audit http://gxt.example.gov.cn/ --rate -1", ["--rate", "0"]),
        ("audit http://gxt.example.gov.cn/ --max-pages 0", ["--max-pages", "0"]),
        ("audit http://gxt.example.gov.cn/ --concurrency 0", ["--concurrency", "1"]),
        ("audit --frobnicate", ["没有 --frobnicate 这个选项", "xuncha --help"]),
        ("frobnicate", ["没有 frobnicate 这个命令", "xuncha --help"]),
    ] {
        desk.run(line).refused(&parts);
    }
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[test]
fn help_is_there_in_both_languages() {
    let desk = Desk::new();
    for command in ["", "demo", "audit", "check", "report", "diff", "runs", "explain", "rules", "inspect", "config"] {
        let zh = desk.run(&format!("{command} --help"));
        let en = desk.run(&format!("{command} --help --lang en"));
        assert_eq!((zh.status, zh.err.as_str(), en.status, en.err.as_str()), (0, "", 0, ""), "{command}");
        assert!(zh.out.contains("用法：xuncha"), "{}", zh.out);
        assert!(en.out.contains("Usage: xuncha"), "{}", en.out);
    }
}

#[test]
fn a_store_that_cannot_be_used_is_said_and_left_alone() {
    let desk = Desk::new();
    desk.write("notes.db", "my notes, not a database\n".repeat(100));
    let audit = format!("audit http://{HOST}/ --progress none");
    for command in [audit.as_str(), "runs", "check", "report", "diff"] {
        desk.run(&format!("{command} --store notes.db")).refused(&["notes.db 不是巡查数据库，未作任何改动", "--store"]);
    }
    assert_eq!(fs::read_to_string(desk.path("notes.db")).unwrap(), "my notes, not a database\n".repeat(100));
    assert_eq!(desk.names().first().map(String::as_str), Some("notes.db"));
    for command in [audit.as_str(), "runs", "check"] {
        let said = desk.run(&format!("{command} --store notes.db/x/store.db"));
        said.refused(&["notes.db/x", "路径的上一级是文件，不是文件夹", "--store"]);
    }
    for command in ["runs", "check", "report", "diff"] {
        desk.run(command).refused(&["没有找到数据库 xuncha.db", "xuncha audit", "--store"]);
        assert!(!desk.path("xuncha.db").exists(), "{command} makes no store of a mistyped name");
    }
    desk.run(&format!("{audit} --out notes.db/x")).refused(&["报告目录 notes.db/x 不可写", "不是文件夹", "--out"]);
    assert!(!desk.path("xuncha.db").exists(), "the folder is tried before anything is stored");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let desk = Desk::new();
    // the output of a command
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin("xuncha")).arg("rules").stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("标准输出（磁盘空间已满）"), "{said}");
    // what a report is written to; `store::tests` fill the store's own disk
    fs::create_dir(desk.path("reports")).unwrap();
    std::os::unix::fs::symlink("/dev/full", desk.path("reports/.xuncha-write-test")).unwrap();
    let said = desk.run("demo --progress none --max-pages 1");
    assert_ne!(said.status, 2, "an empty probe takes no room: {said:#?}");
}

#[test]
fn saved_pages_are_inspected_one_and_many() {
    let desk = Desk::new();
    let page = "<html><head><meta charset=utf-8><title>关于开展申报的通知-某省工业和信息化厅</title>\
                <meta name=PubDate content='2026-09-04 09:00'><meta name=ArticleTitle content='关于开展申报的通知'></head>\
                <body><h1>关于开展申报的通知</h1><p>正文</p><a href=/a.html>链接</a></body></html>";
    desk.write("pages/a.html", page);
    desk.write("pages/b/c.html", encoding_rs::GB18030.encode(&page.replace("utf-8", "gbk")).0);
    let said = desk.run("inspect pages/a.html --url http://gxt.example.gov.cn/tzgg/a.html");
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    for part in ["标题：关于开展申报的通知\n", "日期：2026-09-04", "编码：utf-8", "链接：1"] {
        assert!(said.out.contains(part), "{part} is not in\n{}", said.out);
    }
    assert!(desk.run("inspect pages/a.html --lang en").out.contains("Title: 关于开展申报的通知\n"));
    let json: serde_json::Value =
        serde_json::from_str(&desk.run("inspect pages/a.html --json --url http://gxt.example.gov.cn/tzgg/").out).unwrap();
    assert_eq!(json["title"], "关于开展申报的通知");
    assert_eq!(json["date"], "2026-09-04");
    assert_eq!(json["links"][0]["url"], "http://gxt.example.gov.cn/a.html");
    desk.run("inspect pages").refused(&["pages 是文件夹", "--jsonl"]);
    let lines: Vec<serde_json::Value> =
        desk.run("inspect pages --jsonl").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let files: Vec<_> = lines.iter().map(|line| line["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["pages/a.html", "pages/b/c.html"]);
    assert!(lines.iter().all(|line| line["title"] == "关于开展申报的通知"), "{lines:#?}");
    assert_eq!(lines[1]["charset"], "gb18030", "as which browsers read gbk");
}

#[test]
fn every_file_of_a_folder_has_its_line_whatever_is_in_it() {
    let desk = Desk::new();
    desk.write("pages/a.html", "<title>关于开展申报的通知</title>");
    desk.write("pages/binary.pdf", b"%PDF-1.7\0\x01\xff\xfe<html>\xd6\xd0".repeat(500));
    desk.write("pages/empty.html", "");
    desk.write("pages/only-tags.html", "<".repeat(20_000));
    desk.write("pages/z.html", "<title>关于召开会议的通知</title>");
    std::os::unix::fs::symlink(".", desk.path("pages/circle")).unwrap();
    std::os::unix::fs::symlink("nowhere.html", desk.path("pages/dangling.html")).unwrap();
    let said = desk.run("inspect pages nope.html pages/z.html --jsonl");
    let lines: Vec<serde_json::Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let files: Vec<_> = lines.iter().map(|line| line["file"].as_str().unwrap().trim_start_matches("pages/")).collect();
    assert_eq!(
        files,
        ["a.html", "binary.pdf", "dangling.html", "empty.html", "only-tags.html", "z.html", "nope.html", "z.html"]
    );
    let errors: Vec<_> = lines.iter().filter(|line| line.get("error").is_some()).map(|line| &line["file"]).collect();
    assert_eq!(errors, ["pages/dangling.html", "nope.html"]);
    assert_eq!((said.status, said.err.as_str()), (3, ""), "not all could be read");
    assert_eq!((lines[3]["title"].as_str(), &lines[3]["date"], &lines[3]["list"]), (Some(""), &json!(null), &json!(null)));
}

#[test]
fn what_cannot_be_inspected_is_said() {
    let desk = Desk::new();
    desk.run("inspect nope.html").refused(&["nope.html", "文件或文件夹不存在"]);
    desk.run("inspect ftp://gxt.example.gov.cn/").refused(&["“ftp://gxt.example.gov.cn/”不是网址"]);
    desk.run("inspect http://127.0.0.1:1/").refused(&["本机或内网地址", "--allow-private"]);
    desk.run("inspect http://[::1]:1/ --lang en").refused(&["loopback", "--allow-private"]);
    desk.write("a.html", "x");
    desk.run("inspect a.html --url nonsense").refused(&["“nonsense”不是网址"]);
    let said = desk.run("inspect http://127.0.0.1:1/ --allow-private");
    assert_eq!((said.status, said.out.as_str()), (3, ""));
    assert!(said.err.contains("无法建立连接"), "{}", said.err);
}

#[cfg(not(feature = "render"))]
#[test]
fn a_build_without_a_renderer_says_so_where_one_is_asked_for() {
    let desk = Desk::new();
    desk.write("crawl.toml", format!("{SITE}[render]\nenabled = true\n"));
    let said = desk.run("config check");
    assert_eq!(said.status, 0, "{said:#?}");
    assert!(said.err.contains("[render]") && said.err.contains("--features render"), "{said:#?}");
    desk.write("crawl.toml", format!("{SITE}[render]\nenabled = false\n"));
    assert_eq!(desk.run("config check").err, "");
}
