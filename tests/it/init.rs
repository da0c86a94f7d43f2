//! `xuncha init` on the demo group, through the real binary: what it drafts is a configuration, and names the group's columns.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use xuncha::config::Config;
use xuncha::demo::{Group, Server};
use xuncha::model::site::ColumnClass;

use super::served::NOW;

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = assert_cmd::Command::cargo_bin("xuncha")
        .unwrap()
        .current_dir(folder)
        .env_remove("XUNCHA_PROXY")
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_draft_is_a_configuration_and_names_the_columns() {
    let group = Arc::new(Group::new(1, 1, jiff::civil::date(2026, 11, 24)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start(Arc::clone(&group), 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let resolve = format!("gxt.example.gov.cn={}", server.addr);
    let base = ["init", "http://gxt.example.gov.cn/", "--rate", "0", "--progress", "none", "--now", NOW, "--resolve", &resolve];
    let with = |more: &[&str]| run(folder.path(), &[&base[..], more].concat());

    let (status, out, err) = with(&["--output", "crawl.toml"]);
    assert_eq!((status, out.as_str()), (0, ""), "{err}");
    let (status, _, err) = run(folder.path(), &["config", "check"]);
    assert_eq!(status, 0, "{err}");

    let text = fs::read_to_string(folder.path().join("crawl.toml")).unwrap();
    let config = Config::parse(&text, Path::new("crawl.toml")).unwrap();
    assert_eq!(config.sites.len(), 1, "second-level sites are for a person to decide");
    assert_eq!(config.audit.unit, xuncha::demo::UNIT);
    assert!(config.columns.len() >= 40, "{} columns\n{text}", config.columns.len());
    for class in [ColumnClass::News, ColumnClass::Notice, ColumnClass::Policy, ColumnClass::Interpretation] {
        assert!(config.columns.iter().any(|column| column.class == Some(class)), "{class:?}\n{text}");
    }
    for words in
        ["# url = \"http://zxqy.example.gov.cn/\"", "# kind = \"second-level\"", "最新一条 2026-", "依据：页面的栏目类型标签"]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }

    fs::write(folder.path().join("crawl.toml"), "mine").unwrap();
    let (status, _, err) = with(&["--output", "crawl.toml"]);
    assert_eq!(status, 2);
    assert!(err.contains("已存在") && err.contains("--force"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("crawl.toml")).unwrap(), "mine");
    let (status, _, _) = with(&["--output", "crawl.toml", "--force", "--max-pages", "3", "--lang", "en"]);
    assert_eq!(status, 0);
    let small = fs::read_to_string(folder.path().join("crawl.toml")).unwrap();
    assert!(small.contains("columns may be missing"), "{small}");

    let (status, out, err) = run(
        folder.path(),
        &["init", "http://nowhere.invalid/", "--resolve", "nowhere.invalid=127.0.0.1:1", "--rate", "0", "--progress", "none"],
    );
    assert_eq!((status, out.as_str()), (3, ""), "{err}");
    assert!(err.contains("没有生成配置文件"), "{err}");
    drop(server);
}
