//! The store kept small and copied, reports published, completions and man pages, and the files of `docs/unattended`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use tokio::runtime::Runtime;
use xuncha::cli;

use super::super::served::Served;
use super::Desk;

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/column.stale/bad-late-columns");
const DAYS: [&str; 3] = ["2026-11-22T09:00:00+08:00", "2026-11-23T09:00:00+08:00", "2026-11-24T09:00:00+08:00"];

/// Three runs of three days.
fn audited() -> Desk {
    let desk = Desk::new();
    let runtime = Runtime::new().unwrap();
    let served = runtime.block_on(Served::folder(Path::new(CASE)));
    desk.configure(served.address, "");
    for day in DAYS {
        let said = desk.run(&format!("audit --progress none --now {day}"));
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
    }
    desk
}

fn ids(desk: &Desk) -> Vec<String> {
    desk.run("runs").out.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn pruned_runs_keep_their_results_and_are_not_judged_again() {
    let desk = audited();
    let before = desk.report();
    assert_eq!(before.trend.len(), 3);
    desk.run("prune").refused(&["--keep-runs"]);
    let said = desk.run("prune --keep-runs 1");
    assert_eq!(said.status, 0, "{said:#?}");
    assert!(said.out.contains("已清理2次巡查的页面数据（问题和结论保留）"), "{}", said.out);
    let ids = ids(&desk);
    assert_eq!(ids.len(), 3);
    desk.run(&format!("check {}", ids[0])).refused(&["已用 xuncha prune 清理", "xuncha report"]);
    assert_eq!(desk.run(&format!("report --quiet {}", ids[0])).status, 0);
    assert_eq!(desk.run("check --quiet").status, 0);
    assert_eq!(desk.report(), before, "history, trend and first seen hold");

    let said = desk.run("prune --keep-days 1 --results --now 2026-11-24T10:00:00+08:00");
    assert!(said.out.contains("已删除2次巡查") || said.out.contains("已删除1次巡查"), "{}", said.out);
    assert_eq!(desk.run("runs").out.lines().count(), 1);
}

#[test]
fn a_backup_is_a_whole_store_and_overwrites_nothing_unasked() {
    let desk = audited();
    let said = desk.run("backup copy.db");
    assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
    assert!(said.out.contains("已备份到 copy.db") && said.out.contains("核对完好"), "{}", said.out);
    desk.run("backup copy.db").refused(&["copy.db 已存在，未作改动", "--force"]);
    assert_eq!(desk.run("backup copy.db --force").status, 0);
    desk.run("backup xuncha.db --force").refused(&["就是数据文件本身"]);
    desk.run("backup nowhere/copy.db").refused(&["备份数据库失败"]);
    assert_eq!(desk.run("runs --store copy.db").out, desk.run("runs").out);
    assert!(!desk.names().iter().any(|name| name.contains(".part") || name == "copy.db-wal"), "{:?}", desk.names());
    let before = desk.report();
    fs::remove_dir_all(desk.path("reports")).unwrap();
    assert_eq!(desk.run("report --quiet --store copy.db").status, 0);
    assert_eq!(desk.report(), before);
}

#[test]
fn published_reports_are_a_folder_with_an_index_that_needs_nothing_else() {
    let desk = audited();
    let said = desk.run("publish www --last 2");
    assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
    let index = fs::read_to_string(desk.path("www/index.html")).unwrap();
    let ids = ids(&desk);
    // ids of runs that began in one second begin alike
    let at = |id: &String| index.find(&format!("\"{id}/report.html"));
    assert!(at(&ids[0]).is_none() && index.contains("<svg") && index.contains("门户网站"), "{index}");
    for outside in ["http://", "https://", "src=", "<script"] {
        assert!(!index.contains(outside), "{outside} in the index");
    }
    let links: Vec<&str> = index.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links.len(), 6, "{links:?}");
    for link in links {
        assert!(fs::metadata(desk.path("www").join(link)).unwrap().len() > 1_000, "{link}");
    }
    assert!(at(&ids[2]).is_some() && at(&ids[2]) < at(&ids[1]), "newest first");
    Desk::new().run("publish www").refused(&["没有找到数据库"]);
}

#[test]
fn completions_and_man_pages_name_every_command() {
    let desk = Desk::new();
    let names: BTreeSet<String> =
        cli::command(cli::LangArg::Zh).get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = desk.run(&format!("completions {shell}"));
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
        for name in &names {
            assert!(said.out.contains(name.as_str()), "{shell}: {name}");
        }
    }
    assert_eq!(desk.run("man pages").status, 0);
    for name in &names {
        let page = fs::read_to_string(desk.path(&format!("pages/xuncha-{name}.1"))).unwrap();
        assert!(page.contains(".TH") && page.contains(name.as_str()), "{name}");
    }
    assert!(fs::read_to_string(desk.path("pages/xuncha.1")).unwrap().contains("政府网站"));
    assert_eq!(desk.run("man english --lang en").status, 0);
    assert!(fs::read_to_string(desk.path("english/xuncha.1")).unwrap().contains("content health"));
}

#[test]
fn every_command_line_of_the_files_for_unattended_runs_is_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/unattended");
    let mut lines = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        for line in fs::read_to_string(&path).unwrap().lines().filter(|line| !line.starts_with('#')) {
            for command in line.split("/usr/local/bin/xuncha ").skip(1) {
                let command = command.split([';', '>', '&']).next().unwrap();
                let args: Vec<OsString> =
                    std::iter::once("xuncha").chain(command.split_whitespace()).map(OsString::from).collect();
                cli::parse(&args).unwrap_or_else(|error| panic!("{}: {command}: {error}", path.display()));
                lines += 1;
            }
        }
    }
    assert!(lines >= 6, "{lines} command lines");
}
