//! The way back: audit → workbook → marks filled in → import → site mended → recheck → report of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rust_xlsxwriter::Workbook;
use tokio::runtime::Runtime;
use xuncha::demo::{Group, Server};
use xuncha::model::finding::{Certainty, Finding};
use xuncha::model::report::Report;
use xuncha::model::review::RecheckState;
use xuncha::model::site::SiteKind;
use xuncha::url::PageUrl;

use super::super::opened;
use super::super::raw::HOST;
use super::super::served::{Reply, Served, page, status};
use super::{Desk, report_in};

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/column.stale/bad-late-columns");
const LATER: &str = "2026-11-30T09:00:00+08:00";
const DEAD: &str = "/gzdt/202611/t20261119_34039001.html";
const STILL_DEAD: &str = "/gzdt/202611/t20261118_34039002.html";

/// As the site was found: two of its articles do not answer.
fn before() -> Vec<Reply> {
    vec![status(HOST, DEAD, 404), status(HOST, STILL_DEAD, 404)]
}

/// As it is later: one of them answers again, and one column has something new.
fn after() -> Vec<Reply> {
    let column = fs::read_to_string(Path::new(CASE).join(HOST).join("gzdt/index.html")).unwrap();
    let (above, rows) = column.split_at(column.find("/gzdt/2026").expect("the column has rows"));
    let (head, item) = above.split_at(above.rfind("<li").expect("a row is a list item"));
    let new = "<li><a href=\"/gzdt/202611/t20261129_34039009.html\" title=\"省工业和信息化厅召开安全生产工作会\">省工业和信息化厅召开安全生产工作会</a><span>2026-11-29</span></li>\n";
    vec![page(HOST, "/gzdt/", &format!("{head}{new}{item}{rows}")), status(HOST, STILL_DEAD, 404)]
}

/// A row's id and the cells that an office fills in.
struct Filled<'a> {
    id: &'a str,
    cells: &'a [(&'a str, &'a str)],
}

/// The workbook with these cells filled in, as a spreadsheet program would save it.
fn fill(path: &Path, rows: &[Filled<'_>]) {
    let sheets = opened::sheets(&fs::read(path).unwrap());
    let mut book = Workbook::new();
    for (name, cells) in &sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        let heads = cells.first().cloned().unwrap_or_default();
        for (row, texts) in (0..).zip(cells) {
            for (column, text) in (0..).zip(texts) {
                let given = rows.iter().find(|filled| row > 0 && texts.iter().any(|text| text == filled.id));
                let said = given.and_then(|filled| filled.cells.iter().find(|(head, _)| *head == heads[usize::from(column)]));
                sheet.write_string(row, column, said.map_or(text.as_str(), |(_, said)| said)).unwrap();
            }
        }
    }
    book.save(path).unwrap();
}

fn id(report: &Report, rule: &str, at: &str) -> String {
    let fits = |url: &str| url.ends_with(at);
    let found = report
        .findings
        .iter()
        .find(|finding| finding.rule == rule && (fits(&finding.url) || finding.target.as_deref().is_some_and(fits)));
    found.unwrap_or_else(|| panic!("no {rule} at {at}: {:#?}", report.findings)).id.clone()
}

/// An audited site, and the workbook of its only office.
fn audited(desk: &Desk, runtime: &Runtime) -> Report {
    let served = runtime.block_on(Served::folder_with(Path::new(CASE), before()));
    configure(desk, &served);
    let said = desk.audit("--per-office --due 2026-11-28 --fail-on never");
    assert_eq!(said.status, 0, "{said:#?}");
    desk.report()
}

fn configure(desk: &Desk, served: &Served) {
    let text = format!(
        "[[site]]\nurl = \"http://{HOST}/\"\nname = \"门户网站\"\noffice = \"办公室\"\n[network]\nresolve = {{ \"{HOST}\" = \"{}\" }}\n\
         [crawl]\nrequests_per_second = 0\nexternal_links = false\n",
        served.address
    );
    desk.write("crawl.toml", text);
}

fn workbook(desk: &Desk, report: &Report) -> std::path::PathBuf {
    desk.path("reports").join(&report.run.id).join("offices/办公室-问题清单.xlsx")
}

#[test]
fn a_round_trip_ends_in_a_report_that_says_what_is_mended() {
    let (desk, runtime) = (Desk::new(), Runtime::new().unwrap());
    let first = audited(&desk, &runtime);
    let late = |at: &str| id(&first, "column.stale", at);
    let (mended, unmended, alarm, open) = (late("/gzdt/"), late("/tzgg/index.html"), late("/rsxx/"), late("/dfgz/"));
    let (alive, dead) = (id(&first, "home.broken-link", DEAD), id(&first, "home.broken-link", STILL_DEAD));
    let book = workbook(&desk, &first);
    let claim = [("核实结果", "已整改"), ("情况说明", "已处理"), ("填报人", "李四"), ("填报日期", "2026-11-27")];
    let mut rows: Vec<Filled<'_>> =
        [&mended, &unmended, &alive, &dead].into_iter().map(|id| Filled { id, cells: &claim }).collect();
    let false_alarm =
        [("核实结果", "误报"), ("情况说明", "栏目已归并，近期无人事任免"), ("填报人", "张三"), ("填报日期", "2026/11/26")];
    rows.push(Filled { id: &alarm, cells: &false_alarm });
    rows.push(Filled { id: &open, cells: &[("核实结果", "属实"), ("整改状态", "整改中")] });
    fill(&book, &rows);
    let book = book.to_str().unwrap().to_owned();

    let said = desk.run_args(&["review", "import", &book, "--now", LATER]);
    assert_eq!(said.status, 0, "{said:#?}");
    assert!(said.out.contains("属实1条，误报1条，已整改4条，不予处理0条"), "{}", said.out);
    let again = desk.run_args(&["review", "import", &book, "--now", LATER]);
    assert!(again.out.contains("新增或变更0条"), "{}", again.out);

    let served = runtime.block_on(Served::folder_with(Path::new(CASE), after()));
    configure(&desk, &served);
    let said = desk.run(&format!("recheck --now {LATER}"));
    assert_eq!(said.status, 1, "two claims are not true: {said:#?}");
    assert!(said.out.contains("已整改并复查通过2个") && said.out.contains("复查未通过2个"), "{}", said.out);
    assert!(said.out.contains("另有1个问题经责任处室核实为误报或不予处理"), "{}", said.out);
    let asked = served.hits();
    for path in ["/rsxx/", "/dfgz/", "/yaowen/", "/sitemap.xml"] {
        assert!(!asked.iter().any(|hit| hit.ends_with(path)), "{path} is no matter of the recheck: {asked:#?}");
    }
    assert_eq!(served.count(&format!("GET {HOST}/gzdt/")), 1, "{asked:#?}");

    let folder = desk.path("reports").join(&first.run.id);
    let sheets = opened::sheets(&fs::read(folder.join("recheck.xlsx")).unwrap());
    let result = |id: &str| {
        let row = sheets[1].1.iter().find(|row| row.last().is_some_and(|last| last == id)).unwrap();
        (row[11].clone(), row[13].clone())
    };
    assert_eq!(result(&mended).0, "已整改（复查通过）");
    assert!(result(&mended).1.contains("最近更新2026-11-29"), "{:?}", result(&mended));
    assert_eq!(result(&alive).0, "已整改（复查通过）");
    assert_eq!(result(&unmended).0, "复查未通过，已超期");
    assert_eq!(result(&dead).0, "复查未通过，已超期");
    assert_eq!(result(&open).0, "未整改，已超期");
    assert_eq!(result(&alarm), ("不列入整改".to_owned(), "栏目已归并，近期无人事任免".to_owned()));
    let text = opened::text("docx", &fs::read(folder.join("recheck.docx")).unwrap());
    for part in ["网站问题整改情况复查报告", "复查未通过的问题", "超过整改时限的问题", "不列入整改的问题"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }

    // the next run: the false alarm stays aside, counted; what came back is asked anew
    let said = desk.run(&format!("audit --progress none --per-office --fail-on never --now {LATER}"));
    assert_eq!(said.status, 0, "{said:#?}");
    let next = report_in(&desk.path("reports"));
    assert!(next.findings.iter().all(|finding| finding.id != alarm && finding.id != mended && finding.id != alive));
    let aside = next.ignored.iter().find(|line| line.review.is_some()).unwrap();
    assert_eq!((aside.count, aside.findings.as_slice()), (1, [alarm.clone()].as_slice()));
    assert!(next.run.notes.iter().any(|note| note.contains("核实为“误报”（张三，2026年11月26日），1个问题未列入报告")));
    let look = next.reviews.iter().find(|line| line.review.finding == dead).and_then(|line| line.recheck.as_ref()).unwrap();
    assert_eq!(look.state, RecheckState::Reopened);
    let sheets = opened::sheets(&fs::read(workbook(&desk, &next)).unwrap());
    let remarks: Vec<&String> = sheets[0].1.iter().flatten().filter(|cell| cell.contains("复查未通过，问题仍存在")).collect();
    assert_eq!(remarks.len(), 2);
}

/// `crawl.toml` of the demo's sites, as their office would write it.
fn configure_demo(desk: &Desk, group: &Group, server: &Server) {
    let mut text = "[audit]\nunit = \"某省工业和信息化厅\"\n".to_owned();
    for site in group.sites() {
        let kind = if site.kind == SiteKind::Portal { "portal" } else { "second-level" };
        let (url, name, office) = (site.url, site.name, site.office.unwrap());
        text += &format!("[[site]]\nurl = \"{url}\"\nname = \"{name}\"\nkind = \"{kind}\"\noffice = \"{office}\"\n");
    }
    let hosts: Vec<String> = group.hosts().iter().map(|host| format!("\"{host}\" = \"{}\"", server.addr)).collect();
    text += &format!("[network]\nresolve = {{ {} }}\n[crawl]\nrequests_per_second = 0\n", hosts.join(", "));
    desk.write("crawl.toml", text);
}

#[test]
fn the_demo_s_offices_mend_report_and_are_looked_at_again() {
    let (desk, runtime) = (Desk::new(), Runtime::new().unwrap());
    let group = || Group::new(1, 1, jiff::civil::date(2026, 11, 24));
    let server = runtime.block_on(Server::start(Arc::new(group()), 0)).unwrap();
    configure_demo(&desk, &group(), &server);
    let said = desk.audit("--format all --per-office --due 2026-11-28 --fail-on never");
    assert_eq!(said.status, 0, "{said:#?}");
    let first = desk.report();
    let folder = desk.path("reports").join(&first.run.id);
    let report = opened::text("docx", &fs::read(folder.join("report.docx")).unwrap());
    assert!(report.contains("请各责任处室于2026年11月28日前完成整改"), "{report}");

    // the office of the portal mends one of its dead links, and says so of two; it calls a third a false alarm
    let dead: Vec<&Finding> = first
        .findings
        .iter()
        .filter(|finding| finding.verdict == Certainty::Confirmed)
        .filter(|finding| finding.rule == "link.broken" && finding.office.as_deref() == Some("办公室"))
        .collect();
    let [mended, unmended, alarm, ..] = dead[..] else { panic!("{dead:#?}") };
    let claim = [("核实结果", "已整改"), ("情况说明", "已更新链接"), ("填报人", "李四"), ("填报日期", "2026-11-27")];
    let false_alarm = [("核实结果", "误报"), ("情况说明", "系统维护中"), ("填报人", "李四"), ("填报日期", "2026-11-27")];
    let book = workbook(&desk, &first);
    let filled = [
        Filled { id: &mended.id, cells: &claim },
        Filled { id: &unmended.id, cells: &claim },
        Filled { id: &alarm.id, cells: &false_alarm },
    ];
    fill(&book, &filled);
    let said = desk.run_args(&["review", "import", book.to_str().unwrap(), "--now", "2026-11-28T09:00:00+08:00"]);
    assert!(said.out.contains("误报1条，已整改2条"), "{said:#?}");

    let mut later = group();
    let html = "<html><head><meta charset=utf-8><title>座谈会综述</title></head><body><h1>座谈会综述</h1><p>会议听取了企业的意见和建议，\
                研究了下一步工作。各处室要结合职责抓好落实，及时回应企业关切。</p></body></html>";
    let reply = xuncha::demo::Reply {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: html.as_bytes().to_vec(),
    };
    later.change(&PageUrl::parse(mended.target.as_deref().unwrap()).unwrap(), reply);
    runtime.block_on(server.stop());
    let server = runtime.block_on(Server::start(Arc::new(later), 0)).unwrap();
    configure_demo(&desk, &group(), &server);
    let said = desk.run(&format!("recheck --now {LATER}"));
    assert_eq!(said.status, 1, "one claim is not true: {said:#?}");

    let due = first.findings.iter().filter(|finding| finding.verdict == Certainty::Confirmed).count() - 1;
    let open = due - 2;
    let rate = format!("{}.{}%", 1_000 / due / 10, 1_000 / due % 10);
    let text = opened::text("docx", &fs::read(folder.join("recheck.docx")).unwrap());
    for words in [
        "网站问题整改情况复查报告".to_owned(),
        "于2026年11月30日对标为已整改的2个问题逐一复查".to_owned(),
        format!("应整改问题{due}个，已整改并复查通过1个，整改率{rate}；复查未通过1个，未整改{open}个，未能复查0个；"),
        format!("超过整改时限{}个。另有1个问题经责任处室核实为误报或不予处理，不列入整改。", due - 1),
        format!("1.办公室：{}。理由：系统维护中", alarm.message.split('。').next().unwrap()),
        "（整改时限2026年11月28日）".to_owned(),
    ] {
        assert!(text.contains(words.trim_end_matches('。')), "{words}\n{text}");
    }
    let line = |id: &str| {
        let sheets = opened::sheets(&fs::read(folder.join("recheck.xlsx")).unwrap());
        sheets[1].1.iter().find(|row| row.last().is_some_and(|last| last == id)).unwrap().clone()
    };
    assert_eq!((line(&mended.id)[10].as_str(), line(&mended.id)[11].as_str()), ("2026-11-28", "已整改（复查通过）"));
    assert_eq!(line(&unmended.id)[11], "复查未通过，已超期");

    // the next run tells in its report what became of it
    let said = desk.run(&format!("audit --progress none --fail-on never --format all --now {LATER}"));
    assert_eq!(said.status, 0, "{said:#?}");
    let next = desk.path("reports").join(&report_in(&desk.path("reports")).run.id);
    let text = opened::text("docx", &fs::read(next.join("report.docx")).unwrap());
    for words in ["上次检查（2026年11月24日）发现的", "责任处室反馈已整改、本次检查仍存在的问题1处，涉及办公室1处，"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn one_wrong_row_keeps_every_other_out() {
    let (desk, runtime) = (Desk::new(), Runtime::new().unwrap());
    let first = audited(&desk, &runtime);
    let (good, bad) = (id(&first, "column.stale", "/gzdt/"), id(&first, "column.stale", "/rsxx/"));
    let book = workbook(&desk, &first);
    let rows = [
        Filled { id: &good, cells: &[("核实结果", "属实")] },
        Filled { id: &bad, cells: &[("核实结果", "属实"), ("问题编号", "0123456789ab")] },
    ];
    fill(&book, &rows);
    let book = book.to_str().unwrap();
    let said = desk.run_args(&["review", "import", book, "--now", LATER]);
    said.refused(&["未导入任何内容", "“问题清单”第", "数据库中没有编号为“0123456789ab”的问题"]);
    desk.run_args(&["review", "import", book, "--now", LATER, "--lang", "en"]).refused(&["row ", "the store knows no finding"]);
    assert_eq!(desk.run("check --quiet").status, 0);
    assert_eq!(desk.report().reviews, [], "nothing came in");
    desk.write("no.xlsx", "not a workbook");
    desk.run("review import no.xlsx").refused(&["no.xlsx", "不是完好的 xlsx 工作簿"]);
    desk.run("review import gone.xlsx").refused(&["gone.xlsx", "未导入任何内容"]);
}
