//! A disk that takes no more, played by a limit on the size of files: while the crawl is stored, and while reports are written. The
//! limit stands for a full disk where the tests may not fill one; what SQLite says of the latter is tested with the store.

use std::fs;

use super::{Desk, Said};
use crate::served::NOW;

/// Runs the binary with a limit on the size of every file that it writes, in blocks of 512 bytes.
fn limited(desk: &Desk, blocks: u32, line: &str) -> Said {
    let output = std::process::Command::new("sh")
        .current_dir(desk.path(""))
        .env_remove("XUNCHA_PROXY")
        .env_remove("XUNCHA_LOG")
        // a write beyond the limit is refused, and kills nobody
        .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""])
        .arg(blocks.to_string())
        .arg(assert_cmd::cargo::cargo_bin("xuncha"))
        .args(line.split_whitespace())
        .output()
        .unwrap();
    Said {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_crawl_that_can_be_stored_no_further_is_said_and_what_was_stored_is_reported() {
    let desk = Desk::new();
    let said = limited(&desk, 2_000, &format!("demo --progress none --store a.db --now {NOW}"));
    assert_eq!(said.status, 3, "{said:#?}");
    for part in ["写入抓取记录失败", "a.db", "此前写入的内容已保留", "--store"] {
        assert!(said.err.contains(part), "{part} is not in {said:#?}");
    }
    assert!(!said.err.contains("panicked") && !said.err.contains("os error"), "{said:#?}");
    let said = desk.run("runs --store a.db");
    assert!(said.status == 0 && said.out.contains("未结束"), "{said:#?}");
    let said = desk.run("report --store a.db --format json,html");
    assert_eq!(said.status, 0, "{said:#?}");
    let report = desk.report();
    assert!(!report.run.complete && report.sites.iter().any(|site| site.pages > 0), "{:?}", report.run);
}

#[test]
fn a_report_that_cannot_be_written_whole_leaves_the_earlier_one_alone() {
    let desk = Desk::new();
    desk.run(&format!("demo --progress none --store a.db --now {NOW}"));
    let said = limited(&desk, 80, "report --store a.db --format json --out elsewhere");
    assert_eq!(said.status, 3, "{said:#?}");
    for part in ["无法写入报告", "report.json", "请检查磁盘空间", "xuncha report"] {
        assert!(said.err.contains(part), "{part} is not in {said:#?}");
    }
    let files = |dir: &str| {
        let folder = fs::read_dir(desk.path(dir)).unwrap().next().unwrap().unwrap().path();
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    assert_eq!(files("elsewhere"), Vec::<std::path::PathBuf>::new(), "half a report is none");
    let before: Vec<u8> = fs::read(files("reports").iter().find(|path| path.ends_with("report.json")).unwrap()).unwrap();
    assert_eq!(limited(&desk, 80, "report --store a.db --format json").status, 3);
    assert_eq!(fs::read(files("reports").iter().find(|path| path.ends_with("report.json")).unwrap()).unwrap(), before);
    assert_eq!(desk.run("report --store a.db --format json --out elsewhere").status, 0);
    assert_eq!(fs::read(&files("elsewhere")[0]).unwrap(), before);
}
