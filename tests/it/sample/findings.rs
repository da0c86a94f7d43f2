//! The sample's findings: those of the columns follow from the columns, the rest is written out.

use xuncha::model::finding::{Certainty, Evidence, Finding, Level};
use xuncha::model::report::{ColumnLine, ColumnState};
use xuncha::model::site::Occurrence;

use super::{NOW, PARK, PORTAL, SME};

pub(super) struct RuleText {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    level: Level,
    pub(super) why: &'static str,
    pub(super) remedy: &'static str,
    pub(super) basis: &'static str,
}

const V4: &str = "国办秘函〔2019〕19号，单项否决指标“栏目不更新”";
const OWN: &str = "按配置（本工具设置，非文件原文）";
const GUIDE: &str = "国办发〔2017〕47号《政府网站发展指引》";

pub(super) const RULES: &[RuleText] = &[
    RuleText {
        id: "column.empty",
        title: "空白栏目",
        level: Level::Veto,
        why: "栏目自开设起未提供信息，空白栏目5个（含）以上即单项否决。",
        remedy: "补充栏目内容；确无内容保障的，按程序归并或关停栏目，并删除导航入口。",
        basis: V4,
    },
    RuleText {
        id: "column.stale",
        title: "栏目超期未更新",
        level: Level::Veto,
        why: "动态要闻类栏目2周、通知公告和政策文件类一级栏目6个月内未更新，累计5个（含）以上即单项否决。",
        remedy: "核实栏目内容保障责任，及时发布信息；无力更新维护的栏目按程序归并整合。",
        basis: V4,
    },
    RuleText {
        id: "content.future-date",
        title: "发布日期晚于检查日期",
        level: Level::Deduct,
        why: "日期晚于实际时间，易被认定为发稿日期不实。",
        remedy: "更正发布日期，核查发布系统时间设置。",
        basis: OWN,
    },
    RuleText {
        id: "element.report-errors",
        title: "缺少“我为政府网站找错”入口",
        level: Level::Advice,
        why: "公众据此反映网站问题。",
        remedy: "在首页底部添加“我为政府网站找错”监督举报平台入口。",
        basis: GUIDE,
    },
    RuleText {
        id: "home.broken-link",
        title: "首页链接失效",
        level: Level::Deduct,
        why: "首页链接是公众进入网站的第一步，失效影响最大。",
        remedy: "更正或删除首页上的该链接。",
        basis: OWN,
    },
    RuleText {
        id: "interp.missing",
        title: "政策文件未见解读",
        level: Level::Deduct,
        why: "规范性文件应与解读材料同步发布。",
        remedy: "补充发布解读材料，并与文件相互关联。",
        basis: OWN,
    },
    RuleText {
        id: "interp.not-linked",
        title: "政策文件未关联解读",
        level: Level::Deduct,
        why: "文件页面应能打开对应解读，便于公众对照阅读。",
        remedy: "在文件页面添加解读材料的链接。",
        basis: OWN,
    },
    RuleText {
        id: "link.attachment-broken",
        title: "附件无法下载",
        level: Level::Deduct,
        why: "附件多为申报表格和名单，无法下载影响办事。",
        remedy: "重新上传附件，或更正附件链接。",
        basis: OWN,
    },
    RuleText {
        id: "link.broken",
        title: "站内链接失效",
        level: Level::Deduct,
        why: "断链错链影响公众获取信息。",
        remedy: "更正链接；目标页面已删除的，去除链接。",
        basis: OWN,
    },
    RuleText {
        id: "link.external-broken",
        title: "站外链接失效",
        level: Level::Advice,
        why: "失效域名可能被他人注册后用于发布不良内容。",
        remedy: "核实后更正或删除，历史页面一并清理。",
        basis: OWN,
    },
    RuleText {
        id: "link.image-broken",
        title: "图片无法显示",
        level: Level::Advice,
        why: "图片缺失影响阅读。",
        remedy: "重新上传图片，或删除失效图片。",
        basis: OWN,
    },
    RuleText {
        id: "security.hijacked-link",
        title: "链接指向的域名疑似变更用途",
        level: Level::Veto,
        why: "历史信息中的链接可能已指向不安全内容。",
        remedy: "立即人工核实；情况属实的，立即删除链接并排查同类页面。",
        basis: "国办秘函〔2019〕19号，单项否决指标“安全、泄密事故等严重问题”",
    },
    RuleText {
        id: "site.blocked",
        title: "站点防护拦截检查",
        level: Level::Advice,
        why: "站点防护拦截时无法判断内容情况。",
        remedy: "将检查来源地址加入防护白名单后重新检查。",
        basis: OWN,
    },
    RuleText {
        id: "site.unreachable",
        title: "站点无法访问",
        level: Level::Veto,
        why: "网站打不开，公众无法获取信息和服务。",
        remedy: "排查服务器、域名解析和网络，恢复访问。",
        basis: "国办秘函〔2019〕19号，单项否决指标“站点无法访问”",
    },
];

pub(super) fn all(columns: &[ColumnLine]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = columns.iter().filter_map(of_column).collect();
    findings.extend(dead_links());
    findings.extend(others());
    for (number, finding) in findings.iter_mut().enumerate() {
        finding.id = format!("{:012x}", 0x00a3_51c7_09f2_u64 + 0x1d_0b37 * number as u64);
    }
    findings
}

fn plain(rule: &str, site: &str, url: &str, message: &str) -> Finding {
    let text = RULES.iter().find(|text| text.id == rule).expect("the sample names known rules");
    Finding {
        id: String::new(),
        rule: rule.to_owned(),
        rule_title: text.title.to_owned(),
        indicator: None,
        level: text.level,
        verdict: Certainty::Confirmed,
        site: site.to_owned(),
        url: url.to_owned(),
        target: None,
        column: None,
        column_url: None,
        office: None,
        message: message.to_owned(),
        evidence: Vec::new(),
        occurrences: Vec::new(),
        occurrence_count: 0,
        first_seen: NOW.to_owned(),
        last_seen: NOW.to_owned(),
        runs_in_a_row: 1,
        advice: text.remedy.to_owned(),
    }
}

fn seen_before(finding: &mut Finding, first: &str, runs: u32) {
    finding.first_seen = format!("{first}T09:00:00+08:00");
    finding.runs_in_a_row = runs;
}

fn evidence(kind: &str, text: &str) -> Evidence {
    Evidence { kind: kind.to_owned(), text: text.to_owned(), url: None, status: None, at: None, duration_ms: None }
}

fn attempt(url: &str, status: u16, at: &str) -> Evidence {
    Evidence {
        kind: "attempt".to_owned(),
        text: match status {
            404 => "GET 请求：返回 404（页面不存在）".to_owned(),
            412 => "GET 请求：返回 412（被防护设备拦截）".to_owned(),
            _ => format!("GET 请求：返回 {status}（服务器内部错误）"),
        },
        url: Some(url.to_owned()),
        status: Some(status),
        at: Some(at.to_owned()),
        duration_ms: Some(86),
    }
}

fn of_column(column: &ColumnLine) -> Option<Finding> {
    let mut finding = match column.state {
        ColumnState::Stale => {
            let (newest, age, limit) = (column.newest.as_deref()?, column.age_days?, column.limit_days?);
            let message = format!("最新信息发布于{newest}，距监测时间点{age}天，超过{limit}天的更新期限。");
            let mut finding = plain("column.stale", &column.site, &column.url, &message);
            let item = column.newest_evidence.as_ref()?;
            let mut quote = evidence("quote", &item.text);
            quote.url = Some(item.url.clone());
            finding.evidence = vec![quote, evidence("list", &format!("共读取列表信息{}条，均有日期", column.items))];
            finding
        }
        ColumnState::Empty => {
            let mut finding = plain("column.empty", &column.site, &column.url, "栏目列表已识别，但没有任何信息。");
            finding.evidence = vec![evidence("quote", "暂无信息"), evidence("list", "列表条数为0，页面未引用其他数据")];
            finding
        }
        _ => return None,
    };
    finding.indicator = Some(if column.state == ColumnState::Stale { "V4a" } else { "V4c" }.to_owned());
    finding.column = Some(column.name.clone());
    finding.column_url = Some(column.url.clone());
    finding.office.clone_from(&column.office);
    if column.items % 2 == 1 {
        seen_before(&mut finding, "2026-10-26", 5);
    }
    Some(finding)
}

/// Rule, site, page, target, status, column, its path, office, link text, number of places.
type Dead =
    (&'static str, &'static str, &'static str, &'static str, u16, &'static str, &'static str, &'static str, &'static str, u32);

const DEAD: &[Dead] = &[
    (
        "home.broken-link",
        PORTAL,
        "/",
        "http://gxt.example.gov.cn/ztzl/dsxxjy/index.html",
        404,
        "",
        "",
        "办公室",
        "党史学习教育专题",
        1,
    ),
    (
        "link.broken",
        PORTAL,
        "/xwzx/gzdt/202609/t20260917_5154420.html",
        "http://gxt.example.gov.cn/xxgk/tzgg/201803/t20180314_4971020.html",
        404,
        "工作动态",
        "/xwzx/gzdt/",
        "综合处",
        "相关通知",
        18,
    ),
    (
        "link.broken",
        PORTAL,
        "/zwgk/zcwj/qtwj/202405/t20240509_4880211.html",
        "http://gxt.example.gov.cn/zwgk/zcwj/gfxwj/201912/t20191231_4771902.html",
        404,
        "其他文件",
        "/zwgk/zcwj/qtwj/",
        "办公室",
        "某工信规〔2019〕7号",
        3,
    ),
    (
        "link.broken",
        PORTAL,
        "/bsfw/bszn/qyjszx.html",
        "http://gxt.example.gov.cn/bsfw/bgxz/download.jsp?file=%E4%BC%81%E4%B8%9A%E6%8A%80%E6%9C%AF%E4%B8%AD%E5%BF%83%E7%94%B3%E8%AF%B7%E8%A1%A8&channel=8c1a2f44e7b94d0fa1c3&token=6f0b9d2c71e84a35b0d7f1c2a9e6834b",
        500,
        "办事指南",
        "/bsfw/bszn/",
        "行政审批处",
        "下载申请表",
        1,
    ),
    (
        "link.attachment-broken",
        PORTAL,
        "/xxgk/tzgg/202608/t20260820_5139877.html",
        "http://gxt.example.gov.cn/xxgk/tzgg/202608/P020260820573118.doc",
        404,
        "通知公告",
        "/xxgk/tzgg/",
        "办公室",
        "附件2：推荐汇总表",
        1,
    ),
    (
        "link.attachment-broken",
        SME,
        "/tzgg/202603/t20260311_118.html",
        "http://sme.gxt.example.gov.cn/upload/2026/03/fwcpsbb.xls",
        404,
        "通知公告",
        "/tzgg/",
        "中小企业处",
        "服务产品申报表.xls",
        2,
    ),
    (
        "link.image-broken",
        PORTAL,
        "/xwzx/gxyw/202605/t20260519_5081236.html",
        "http://gxt.example.gov.cn/xwzx/gxyw/202605/W020260519402273.jpg",
        404,
        "工信要闻",
        "/xwzx/gxyw/",
        "综合处",
        "",
        1,
    ),
    (
        "link.external-broken",
        PORTAL,
        "/ztzl/yhyshj/index.html",
        "http://www.example.org.cn/credit/query",
        404,
        "优化营商环境专题",
        "/ztzl/yhyshj/",
        "企业服务处",
        "信用查询",
        62,
    ),
];

fn dead_links() -> impl Iterator<Item = Finding> {
    DEAD.iter().enumerate().map(|(at, &(rule, site, page, target, status, column, path, office, text, places))| {
        let message = match status {
            404 => format!("链接“{text}”指向的地址不存在（HTTP 404）。"),
            _ => format!("链接“{text}”指向的地址返回服务器错误（HTTP {status}）。"),
        };
        let message = message.replace("链接“”", "图片");
        let mut finding = plain(rule, site, &format!("http://{site}{page}"), &message);
        finding.target = Some(target.to_owned());
        finding.indicator = Some("D19".to_owned());
        if !column.is_empty() {
            finding.column = Some(column.to_owned());
            finding.column_url = Some(format!("http://{site}{path}"));
        }
        finding.office = Some(office.to_owned());
        finding.evidence =
            vec![attempt(target, status, "2026-11-24T01:08:12Z"), attempt(target, status, "2026-11-24T01:41:55Z")];
        finding.occurrences = (0..places.min(50))
            .map(|n| Occurrence {
                url: if n == 0 {
                    finding.url.clone()
                } else {
                    format!("http://{site}{path}202{}/t2026{:04}_49{n:05}.html", n % 7, 101 + n)
                },
                text: text.to_owned(),
                selector: if rule == "link.image-broken" { "#zoom p > img" } else { "#zoom .TRS_Editor p > a" }.to_owned(),
            })
            .collect();
        finding.occurrence_count = places;
        if at % 3 == 1 {
            seen_before(&mut finding, "2026-09-28", 9);
        }
        finding
    })
}

fn others() -> Vec<Finding> {
    let at = |host: &str, path: &str| format!("http://{host}{path}");
    let column = |finding: &mut Finding, name: &str, path: &str, office: &str| {
        finding.column = Some(name.to_owned());
        finding.column_url = Some(at(&finding.site, path));
        finding.office = Some(office.to_owned());
    };
    let mut missing = plain(
        "interp.missing",
        PORTAL,
        &at(PORTAL, "/zwgk/zcwj/gfxwj/202609/t20260908_5150036.html"),
        "《某省中小企业发展专项资金管理办法》（某工信规〔2026〕4号）发布77天，未见解读材料。",
    );
    column(&mut missing, "规范性文件", "/zwgk/zcwj/gfxwj/", "政策法规处");
    missing.evidence = vec![evidence("note", "按链接、文号、标题比对政策解读栏目140条信息，无对应材料")];
    let mut unlinked = plain(
        "interp.not-linked",
        PORTAL,
        &at(PORTAL, "/zwgk/zcwj/gfxwj/202610/t20261020_5171190.html"),
        "《某省省级工业设计中心认定管理办法》（某工信规〔2026〕5号）已有解读2篇，文件页面未作链接。",
    );
    unlinked.target = Some(at(PORTAL, "/zwgk/zcjd/202610/t20261021_5171377.html"));
    column(&mut unlinked, "规范性文件", "/zwgk/zcwj/gfxwj/", "政策法规处");
    let mut future = plain(
        "content.future-date",
        SME,
        &at(SME, "/pxhd/202612/t20261218_342.html"),
        "页面标注的发布日期为2026年12月18日，晚于监测时间点。",
    );
    column(&mut future, "培训活动", "/pxhd/", "中小企业处");
    future.evidence = vec![
        evidence("quote", "发布时间：2026-12-18 10:20　来源：平台运营部"),
        evidence("date", "栏目列表中该信息日期为2026-11-18"),
    ];
    let mut mark = plain("element.report-errors", SME, &at(SME, "/"), "首页底部未见“我为政府网站找错”入口。");
    mark.office = Some("中小企业处".to_owned());
    mark.evidence = vec![evidence("quote", "主办单位：某省工业和信息化厅　某ICP备00000000号-3　网站标识码：0000000036")];
    let mut hijacked = plain(
        "security.hijacked-link",
        PORTAL,
        &at(PORTAL, "/xwzx/qyzx/201604/t20160412_4512290.html"),
        "链接“某电商节官网”指向的域名标题与原内容无关，疑似域名到期后被他人注册，须人工核实。",
    );
    hijacked.target = Some("http://www.ecfair-2016.example.com/".to_owned());
    hijacked.verdict = Certainty::Suspected;
    column(&mut hijacked, "企业资讯", "/xwzx/qyzx/", "企业服务处");
    hijacked.evidence = vec![evidence("quote", "网页标题：娱乐平台-官方入口<立即注册>")];
    let mut slow =
        plain("link.broken", PORTAL, &at(PORTAL, "/hdjl/yjzj/index.html"), "链接“意见反馈系统”三次访问中一次超时、两次正常。");
    slow.target = Some(at(PORTAL, "/hdjl/yjfk/list.do"));
    slow.verdict = Certainty::Intermittent;
    column(&mut slow, "意见征集", "/hdjl/yjzj/", "政策法规处");
    let mut blocked = plain("site.blocked", PARK, &at(PARK, "/"), "首页返回防护验证页面（HTTP 412），站内内容未能读取。");
    blocked.verdict = Certainty::Blocked;
    blocked.evidence = vec![attempt(&blocked.url.clone(), 412, "2026-11-24T01:00:09Z")];
    vec![missing, unlinked, future, mark, hijacked, slow, blocked]
}
