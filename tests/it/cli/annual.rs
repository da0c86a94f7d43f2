//! The year's count, against a site whose year is known row by row.

use serde_json::Value;

use crate::opened;

use super::super::raw::HOST;
use super::super::served::{Reply, Served, page};
use super::Desk;

fn list(path: &str, name: &str, rows: &[(&str, &str, &str)], next: Option<&str>) -> Reply {
    let rows: String = rows
        .iter()
        .map(|(at, title, day)| format!("<li><a href=\"{at}\">{title}</a><span>{day}</span></li>"))
        .collect::<Vec<_>>()
        .concat();
    let next = next.map(|next| format!("<div class=page><a href=\"{next}\">下一页</a></div>")).unwrap_or_default();
    let html = format!(
        "<html><head><meta charset=utf-8><title>{name}</title><meta name=ColumnName content={name}></head><body>\
         <div class=crumb>当前位置：<a href=/>首页</a> &gt; <a href={path}>{name}</a></div><ul class=list>{rows}</ul>{next}</body></html>"
    );
    page(HOST, path, &html)
}

const NOTICES: &[(&str, &str, &str)] = &[
    ("/tzgg/202611/t20261120_9.html", "关于开展节能监察的通知", "2026-11-20"),
    ("/tzgg/202608/t20260803_8.html", "关于2026年度专项资金拟支持项目的公示", "2026-08-03"),
    ("/tzgg/202601/t20260102_7.html", "关于召开工作会议的通知", "2026-01-02"),
    ("/tzgg/202512/t20251231_6.html", "关于做好年终安全生产的通知", "2025-12-31"),
    ("/tzgg/202511/t20251105_5.html", "关于征集入库专家的通知", "2025-11-05"),
];
const INTERPRETATIONS: &[(&str, &str, &str)] = &[
    ("/zcjd/202609/t20260909_4.html", "《绿色工厂管理办法》政策解读", "2026-09-09"),
    ("/zcjd/202605/t20260506_3.html", "一图读懂《绿色工厂管理办法》", "2026-05-06"),
    ("/zcjd/202502/t20250203_2.html", "《技术改造专项行动方案》解读", "2025-02-03"),
    ("/zcjd/202402/t20240203_1.html", "《节能监察规程》解读", "2024-02-03"),
    ("/zcjd/202302/t20230203_0.html", "《评价规范》解读", "2023-02-03"),
];
/// Its pager leads on to a page that is not there, and the first shows this year only.
const NEWS: &[(&str, &str, &str)] = &[
    ("/gzdt/202611/t20261119_14.html", "厅领导调研中小企业", "2026-11-19"),
    ("/gzdt/202611/t20261118_13.html", "全省工业经济运行调度会召开", "2026-11-18"),
    ("/gzdt/202611/t20261117_12.html", "数字化转型现场会举行", "2026-11-17"),
    ("/gzdt/202611/t20261116_11.html", "省工信厅开展安全检查", "2026-11-16"),
    ("/gzdt/202611/t20261115_10.html", "专精特新企业座谈会召开", "2026-11-15"),
];

async fn served() -> Served {
    let home = "<html><head><meta charset=utf-8><meta name=SiteIDCode content=4300000062><title>省工业和信息化厅</title></head><body>\
                <div id=nav class=nav><a href=/tzgg/>公示公告</a><a href=/zcjd/>政策解读</a><a href=/gzdt/>工作动态</a></div>\
                <div class=footer>湘ICP备12345678号 网站标识码：4300000062</div></body></html>";
    let mut replies = vec![
        page(HOST, "/", home),
        list("/tzgg/", "公示公告", NOTICES, None),
        list("/zcjd/", "政策解读", INTERPRETATIONS, None),
        list("/gzdt/", "工作动态", NEWS, Some("/gzdt/index_1.html")),
    ];
    for (at, title, day) in NOTICES.iter().chain(INTERPRETATIONS).chain(NEWS) {
        let text = "经研究，现将有关事项通知如下。请各市州、各有关单位结合实际认真贯彻落实。".repeat(8);
        let html = format!(
            "<html><head><meta charset=utf-8><title>{title}</title><meta name=ArticleTitle content=\"{title}\">\
             <meta name=PubDate content=\"{day} 09:00\"></head><body><h1>{title}</h1><div>发布时间：{day}</div><p>{text}</p></body></html>"
        );
        replies.push(page(HOST, at, &html));
    }
    Served::replies(replies).await
}

/// The form as it is published: what is counted stands there, what the office alone knows is open.
fn form_is_whole(workbook: &[u8], document: &[u8]) {
    let sheets = opened::sheets(workbook);
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["年度报表", "栏目发布数", "清单"]);
    // what is filled in stands behind the name of its line
    let filled = |name: &str| {
        let row = sheets[0].1.iter().find(|row| row.iter().any(|cell| cell == name)).unwrap_or_else(|| panic!("{name}"));
        row.iter().skip_while(|cell| *cell != name).skip(1).find(|cell| !cell.is_empty()).cloned().unwrap_or_default()
    };
    for (name, value) in [
        ("政府网站标识码", "4300000062"),
        ("概况类信息更新量", "0"),
        ("政务动态信息更新量", "不少于8"),
        ("解读材料数量（单位：条）", "1"),
        ("网站总访问量（单位：次）", ""),
        ("是否开展应急演练", "□是　□否"),
    ] {
        assert_eq!(filled(name), value, "{name}");
    }
    let text = opened::text("docx", document);
    for words in [
        "政府网站工作年度报表",
        "（2026年度）",
        "填报单位：",
        "信息发布",
        "专栏专题",
        "解读回应",
        "办事服务",
        "互动交流",
        "安全防护",
    ] {
        assert!(text.contains(words), "{words}");
    }
    for words in ["移动新媒体", "创新发展", "单位负责人：", "不少于8", "统计说明（供填报核对，不公开）", "公示公告"]
    {
        assert!(text.contains(words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_is_counted_by_column_and_checked_against_what_was_stated() {
    let served = served().await;
    let address = served.address;
    tokio::task::spawn_blocking(move || {
        let desk = Desk::new();
        desk.configure(address, "");
        let said = desk.audit("--quiet");
        assert!(said.err.is_empty(), "{said:#?}");

        let said = desk.run("annual 2026 --json --xlsx year.xlsx --docx year.docx");
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
        let year: Value = serde_json::from_str(&said.out).unwrap();
        let site = &year["sites"][0];
        assert_eq!((&year["schema"], &site["site_code"][0]), (&"xuncha-annual/1".into(), &"4300000062".into()));
        let column = |name: &str| {
            let found = site["columns"].as_array().unwrap().iter().find(|column| column["name"] == name);
            let found = found.unwrap_or_else(|| panic!("{name} in {:#}", site["columns"]));
            (found["count"].as_u64().unwrap(), found["at_least"].as_bool().unwrap())
        };
        assert_eq!(column("公示公告"), (3, false));
        assert_eq!(column("政策解读"), (2, false));
        assert_eq!(column("工作动态"), (5, true), "the second page did not come, and the first shows this year only");
        let cell = |kind: &str| {
            let cells = site["cells"].as_array().unwrap();
            let cell = cells.iter().find(|cell| cell["kind"] == kind).unwrap();
            assert!(cell["value"].is_null() || cell["value"].as_u64() == Some(cell["items"].as_array().unwrap().len() as u64));
            (cell["value"].as_u64(), cell["at_least"].as_bool().unwrap())
        };
        assert_eq!(cell("published"), (Some(10), true));
        assert_eq!(cell("news"), (Some(8), true));
        assert_eq!(cell("interpretations"), (Some(2), false));
        assert_eq!((cell("materials").0, cell("products").0, cell("comments").0), (Some(1), Some(1), Some(0)));
        assert_eq!((cell("visits").0, cell("letters-received").0), (None, None), "the back office's");
        form_is_whole(&std::fs::read(desk.path("year.xlsx")).unwrap(), &std::fs::read(desk.path("year.docx")).unwrap());

        let said = desk
            .run("annual 2026 --stated 公示公告=3 --stated 政策解读=4 --stated 工作动态=9 --stated 无此栏目=1 --stated 总数=8");
        for words in [
            "该年度尚未结束",
            "信息发布 · 总数（条）：不少于10",
            "概况 · 网站总访问量（次）：（后台数据）",
            "公示公告：填报3，统计3，一致",
            "政策解读：填报4，统计2，网上少2条",
            "工作动态：填报9，统计不少于5，未能核实（统计不完整）",
            "无此栏目：没有这个名称的栏目",
            "总数：填报8，统计不少于10，网上多2条",
        ] {
            assert!(said.out.contains(words), "{words}\n{}", said.out);
        }
        let said = desk.run("annual 2025 --json");
        let year: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(year["is_over"], true);
        desk.run("annual 2026 --stated 公示公告").refused(&["--stated", "公示公告=123"]);
    })
    .await
    .unwrap();
}
