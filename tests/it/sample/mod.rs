//! One realistic report, made by hand: a department with a portal and two second-level sites. Every format shows it.
//! All names, addresses and texts are invented; `example.gov.cn` does not exist.
#![allow(clippy::unwrap_used)] // the sample is made for tests

mod columns;
mod findings;

use std::collections::BTreeMap;

use jiff::civil::Date;
use xuncha::model::finding::{Certainty, Finding};
use xuncha::model::report::{
    ColumnState, DocumentRef, IndicatorLine, IndicatorState, InterpretationLine, InterpretationMatch, InterpretationState,
    Mending, Outlook, Report, RuleLine, Site, SiteVerdict, TrendPoint, VetoOutlook,
};
use xuncha::model::rule::Lang;
use xuncha::model::run::{CrawlSettings, CrawlSummary, HostSummary, NotCovered, RunInfo};
use xuncha::model::site::{SiteDecl, SiteKind};
use xuncha::report::build::{Parts, build};
use xuncha::url::PageUrl;

pub(crate) const PORTAL: &str = "gxt.example.gov.cn";
pub(crate) const SME: &str = "sme.gxt.example.gov.cn";
pub(crate) const PARK: &str = "park.gxt.example.gov.cn";
pub(crate) const NOW: &str = "2026-11-24T09:00:00+08:00";
const STANDARD: &str = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）";

/// The monitoring day.
pub(crate) fn today() -> Date {
    jiff::civil::date(2026, 11, 24)
}

/// The sample report.
pub(crate) fn report() -> Report {
    let columns = columns::lines();
    let findings = findings::all(&columns);
    let sites = sites(&findings, &columns);
    let rules = rules(&findings);
    build(
        &run(),
        Parts {
            lang: Lang::Zh,
            standard_name: STANDARD.to_owned(),
            sites,
            columns,
            interpretations: interpretations(),
            findings,
            rules,
            ignored: Vec::new(),
            earlier: trend(),
            previous: Some(Box::new(previous())),
        },
    )
}

/// The same run, with the findings given.
pub(crate) fn with_findings(findings: Vec<Finding>) -> Report {
    let columns = columns::lines();
    let sites = sites(&findings, &columns);
    let parts = Parts {
        lang: Lang::Zh,
        standard_name: STANDARD.to_owned(),
        sites,
        columns,
        interpretations: interpretations(),
        rules: rules(&findings),
        findings,
        ignored: Vec::new(),
        earlier: Vec::new(),
        previous: None,
    };
    build(&run(), parts)
}

fn run() -> RunInfo {
    let site = |host: &str, name: &str, kind, office: &str| SiteDecl {
        url: PageUrl::parse(&format!("http://{host}/")).unwrap(),
        name: name.to_owned(),
        kind,
        office: Some(office.to_owned()),
    };
    let left = |site: &str, reason: &str, count, examples: &[&str]| NotCovered {
        site: site.to_owned(),
        reason: reason.to_owned(),
        count,
        examples: examples.iter().map(|url| (*url).to_owned()).collect(),
    };
    RunInfo {
        id: "20261124-090000".to_owned(),
        started: "2026-11-24T01:00:00Z".to_owned(),
        finished: Some("2026-11-24T01:47:31Z".to_owned()),
        now: NOW.to_owned(),
        tool_version: "0.1.0".to_owned(),
        unit: "某省工业和信息化厅".to_owned(),
        standard: "gov-2019".to_owned(),
        profile: "department".to_owned(),
        sites: vec![
            site(PORTAL, "厅门户网站", SiteKind::Portal, "办公室"),
            site(SME, "中小企业公共服务平台", SiteKind::SecondLevel, "中小企业处"),
            site(PARK, "产业园区信息平台", SiteKind::SecondLevel, "产业园区处"),
        ],
        columns: Vec::new(),
        ignores: Vec::new(),
        settings: CrawlSettings {
            robots_obeyed: false,
            requests_per_second: 5.0,
            timeout_seconds: 15,
            external_links: true,
            user_agent: "xuncha/0.1.0".to_owned(),
            max_pages: 100_000,
            max_minutes: 0,
        },
        crawl: Some(CrawlSummary {
            complete: false,
            interrupted: false,
            requests: 13_642,
            bytes: 391_204_113,
            not_covered: vec![
                left(PORTAL, "private-address", 3, &["http://10.104.8.21:8080/oa/login.jsp"]),
                left(
                    PORTAL,
                    "endless-series",
                    214,
                    &[
                        "http://gxt.example.gov.cn/hdjl/rlb/index.jsp?month=2031-05",
                        "http://gxt.example.gov.cn/hdjl/rlb/index.jsp?month=2031-06",
                    ],
                ),
                left(SME, "body-cut", 1, &["http://sme.gxt.example.gov.cn/zcfw/hbk/all.html"]),
                left(PARK, "site-blocked", 1, &["http://park.gxt.example.gov.cn/"]),
            ],
            hosts: vec![HostSummary {
                host: SME.to_owned(),
                requests: 2_310,
                certificate: vec!["expired".to_owned()],
                robots: "none".to_owned(),
                ..HostSummary::default()
            }],
            not_found: Vec::new(),
            renderer: None,
        }),
    }
}

fn sites(findings: &[Finding], columns: &[xuncha::model::report::ColumnLine]) -> Vec<Site> {
    [
        (PORTAL, "厅门户网站", SiteKind::Portal, "办公室", 8_930, 11_310),
        (SME, "中小企业公共服务平台", SiteKind::SecondLevel, "中小企业处", 1_870, 2_310),
        (PARK, "产业园区信息平台", SiteKind::SecondLevel, "产业园区处", 0, 22),
    ]
    .into_iter()
    .map(|(host, name, kind, office, pages, requests)| {
        let indicators = indicators(host, findings);
        Site {
            host: host.to_owned(),
            name: name.to_owned(),
            url: format!("http://{host}/"),
            kind,
            office: Some(office.to_owned()),
            pages,
            requests,
            columns: columns.iter().filter(|column| column.site == host).count() as u32,
            verdict: verdict(host, &indicators),
            score: None,
            outlook: outlook(&indicators),
            indicators,
        }
    })
    .collect()
}

/// How much of each counted veto is used; the first that is not has its day.
fn outlook(indicators: &[IndicatorLine]) -> Outlook {
    let counted = indicators.iter().filter(|line| line.kind == "veto");
    let vetoes: Vec<VetoOutlook> = counted
        .filter_map(|line| {
            Some(VetoOutlook {
                indicator: line.id.clone(),
                name: line.name.clone(),
                used: line.count,
                threshold: line.threshold?,
                failed: line.failed,
                falls_on: None,
                next: Vec::new(),
            })
        })
        .collect();
    let fallen = indicators.iter().find(|line| line.failed);
    Outlook {
        days: 184,
        mending: fallen.map(|line| {
            let number = (line.count + 1 - line.threshold.unwrap_or(1)) as usize;
            Mending { findings: line.findings.iter().take(number).cloned().collect(), verdict: SiteVerdict::Qualified }
        }),
        unqualified_on: None,
        warnings: Vec::new(),
        duties: Vec::new(),
        vetoes,
    }
}

fn verdict(host: &str, indicators: &[IndicatorLine]) -> SiteVerdict {
    if indicators.iter().any(|line| line.failed) {
        SiteVerdict::Unqualified
    } else if host == PARK {
        SiteVerdict::Undetermined
    } else {
        SiteVerdict::Qualified
    }
}

/// Id, kind, name, criterion, by configuration, rules, threshold, why a crawl cannot judge it.
type Indicator =
    (&'static str, &'static str, &'static str, &'static str, bool, &'static [&'static str], Option<u32>, Option<&'static str>);

const INDICATORS: &[Indicator] = &[
    (
        "V2",
        "veto",
        "站点无法访问",
        "监测1周，每天间隔性访问20次以上，超过（含）15秒网站仍打不开的次数比例累计占比5%（含）以上。",
        false,
        &["site.unreachable"],
        Some(1),
        Some("须按日多次探测，单次检查不能判断"),
    ),
    ("V3", "veto", "首页不更新", "监测2周，首页无信息更新。", false, &["home.stale"], Some(1), None),
    (
        "V4a",
        "veto",
        "栏目不更新（动态、通知、政策类）",
        "监测时间点前2周内未更新的动态、要闻类栏目，以及监测时间点前6个月内未更新的通知公告、政策文件类一级栏目，累计5个（含）以上。",
        false,
        &["column.stale"],
        Some(5),
        None,
    ),
    ("V4c", "veto", "栏目不更新（空白栏目）", "空白栏目数量5个（含）以上。", false, &["column.empty"], Some(5), None),
    (
        "V5a",
        "veto",
        "互动回应差",
        "未提供网上有效咨询建言渠道（网上信访、纪检举报等专门渠道除外）。",
        false,
        &["interact.no-channel"],
        Some(1),
        Some("渠道是否有效须人工提交测试"),
    ),
    ("D8", "advice", "解读关联", "政策文件与解读材料相互关联。", true, &["interp.missing", "interp.not-linked"], None, None),
    (
        "D19",
        "advice",
        "链接可用性",
        "首页及其他页面的链接能够正常打开。",
        true,
        &[
            "home.broken-link",
            "link.broken",
            "link.attachment-broken",
            "link.image-broken",
            "link.external-broken",
            "link.soft-404",
        ],
        None,
        None,
    ),
    (
        "D20",
        "advice",
        "网站标识",
        "页面底部标明党政机关网站标识、“我为政府网站找错”入口、网站标识码、ICP备案编号、公安机关备案标识等。",
        true,
        &["element.site-code", "element.badge", "element.report-errors", "element.meta"],
        None,
        None,
    ),
];

fn indicators(host: &str, findings: &[Finding]) -> Vec<IndicatorLine> {
    INDICATORS
        .iter()
        .map(|&(id, kind, name, criterion, by_configuration, rules, threshold, without)| {
            let counted: Vec<&Finding> = findings
                .iter()
                .filter(|f| f.site == host && rules.contains(&f.rule.as_str()) && f.verdict == Certainty::Confirmed)
                .collect();
            let count = counted.len() as u32;
            let state = match (host, count, without) {
                (PARK, ..) | (_, 0, Some(_)) => IndicatorState::Undetermined,
                (_, 0, None) => IndicatorState::Clear,
                _ => IndicatorState::Found,
            };
            let failed = kind == "veto" && threshold.is_some_and(|limit| count >= limit);
            IndicatorLine {
                id: id.to_owned(),
                name: name.to_owned(),
                kind: kind.to_owned(),
                criterion: criterion.to_owned(),
                basis: if by_configuration {
                    String::new()
                } else {
                    "国办秘函〔2019〕19号，单项否决指标".to_owned()
                },
                by_configuration,
                state,
                count,
                threshold,
                failed,
                holds_verdict: false,
                deducted: 0.0,
                findings: counted.iter().map(|f| f.id.clone()).collect(),
                result: match state {
                    IndicatorState::Clear => "未发现".to_owned(),
                    IndicatorState::Found => threshold
                        .map_or_else(|| format!("发现{count}处"), |limit| format!("发现{count}处（达到{limit}处即单项否决）")),
                    IndicatorState::Undetermined if host == PARK => "未能判定：站点防护拦截，内容未能读取".to_owned(),
                    IndicatorState::Undetermined => format!("未能判定：{}", without.unwrap_or_default()),
                },
            }
        })
        .collect()
}

fn rules(findings: &[Finding]) -> Vec<RuleLine> {
    findings::RULES
        .iter()
        .map(|rule| RuleLine {
            id: rule.id.to_owned(),
            title: rule.title.to_owned(),
            why: rule.why.to_owned(),
            remedy: rule.remedy.to_owned(),
            basis: rule.basis.to_owned(),
            findings: findings.iter().filter(|f| f.rule == rule.id).count() as u32,
            undetermined: match rule.id {
                "column.stale" => vec!["2个栏目的列表由脚本生成，未能读取".to_owned(), "产业园区信息平台未能检查".to_owned()],
                "site.unreachable" => vec!["单次检查不能判断站点可用性".to_owned()],
                _ => Vec::new(),
            },
        })
        .collect()
}

fn interpretations() -> Vec<InterpretationLine> {
    let document = |path: &str, title: &str, number: &str, date: &str| DocumentRef {
        url: format!("http://{PORTAL}{path}"),
        title: title.to_owned(),
        number: Some(number.to_owned()),
        date: Some(date.to_owned()),
    };
    let found = |path: &str, title: &str, date: &str, form: &str, by: &str, from, to, days| InterpretationMatch {
        url: format!("http://{PORTAL}{path}"),
        title: title.to_owned(),
        date: Some(date.to_owned()),
        form: form.to_owned(),
        matched_by: by.to_owned(),
        score: if by == "title" { 0.93 } else { 1.0 },
        linked_from_document: from,
        links_to_document: to,
        working_days: Some(days),
    };
    let line =
        |document, matches, state| InterpretationLine { site: PORTAL.to_owned(), document, relayed: false, matches, state };
    vec![
        line(
            document(
                "/zwgk/zcwj/gfxwj/202611/t20261116_5188021.html",
                "关于印发《某省专精特新中小企业梯度培育管理实施细则》的通知",
                "某工信规〔2026〕6号",
                "2026-11-16",
            ),
            vec![found(
                "/zwgk/zcjd/202611/t20261116_5188044.html",
                "一图读懂《某省专精特新中小企业梯度培育管理实施细则》",
                "2026-11-16",
                "graphic",
                "link",
                true,
                true,
                0,
            )],
            InterpretationState::Ok,
        ),
        line(
            document(
                "/zwgk/zcwj/gfxwj/202610/t20261020_5171190.html",
                "关于印发《某省省级工业设计中心认定管理办法》的通知",
                "某工信规〔2026〕5号",
                "2026-10-20",
            ),
            vec![
                found(
                    "/zwgk/zcjd/202610/t20261021_5171377.html",
                    "《某省省级工业设计中心认定管理办法》政策解读",
                    "2026-10-21",
                    "text",
                    "number",
                    false,
                    true,
                    1,
                ),
                found(
                    "/zwgk/zcjd/202610/t20261023_5172018.html",
                    "《某省省级工业设计中心认定管理办法》政策问答",
                    "2026-10-23",
                    "qa",
                    "title",
                    false,
                    false,
                    3,
                ),
            ],
            InterpretationState::NotLinked,
        ),
        line(
            document(
                "/zwgk/zcwj/gfxwj/202609/t20260908_5150036.html",
                "关于印发《某省中小企业发展专项资金管理办法》的通知",
                "某工信规〔2026〕4号",
                "2026-09-08",
            ),
            Vec::new(),
            InterpretationState::Missing,
        ),
        line(
            document(
                "/zwgk/zcwj/gfxwj/202607/t20260714_5120655.html",
                "关于印发《某省绿色工厂梯度培育及管理实施细则》的通知",
                "某工信规〔2026〕3号",
                "2026-07-14",
            ),
            vec![found(
                "/zwgk/zcjd/202607/t20260730_5128890.html",
                "《某省绿色工厂梯度培育及管理实施细则》解读",
                "2026-07-30",
                "text",
                "number",
                true,
                true,
                12,
            )],
            InterpretationState::Late,
        ),
        line(
            document(
                "/zwgk/zcwj/qtwj/202606/t20260605_5098012.html",
                "关于开展2026年度“数字工信”服务月活动的通知",
                "某工信办函〔2026〕88号",
                "2026-06-05",
            ),
            Vec::new(),
            InterpretationState::NotRequired,
        ),
        line(
            document(
                "/zwgk/zcwj/gfxwj/202604/t20260422_5066107.html",
                "关于印发《某省首台（套）重大技术装备认定奖励办法》的通知",
                "某工信规〔2026〕2号",
                "2026-04-22",
            ),
            vec![found(
                "/zwgk/zcjd/202604/t20260423_5066518.html",
                "省工业和信息化厅负责人就《某省首台（套）重大技术装备认定奖励办法》答记者问",
                "2026-04-23",
                "qa",
                "link",
                true,
                true,
                1,
            )],
            InterpretationState::Ok,
        ),
    ]
}

/// Names of the columns that stand empty or late, for tests that count them.
pub(crate) fn late(report: &Report) -> usize {
    report.columns.iter().filter(|column| matches!(column.state, ColumnState::Stale | ColumnState::Empty)).count()
}

/// Three earlier runs.
fn trend() -> Vec<TrendPoint> {
    let point = |run: &str, now: &str, counts: [u32; 3], fallen: bool| TrendPoint {
        run: run.to_owned(),
        now: now.to_owned(),
        complete: true,
        veto: counts[0],
        deduct: counts[1],
        advice: counts[2],
        verdicts: BTreeMap::from([
            (PORTAL.to_owned(), if fallen { SiteVerdict::Unqualified } else { SiteVerdict::Qualified }),
            (SME.to_owned(), SiteVerdict::Qualified),
            (PARK.to_owned(), SiteVerdict::Undetermined),
        ]),
    };
    vec![
        point("20260824-090000", "2026-08-24T09:00:00+08:00", [11, 31, 6], true),
        point("20260924-090000", "2026-09-24T09:00:00+08:00", [7, 24, 6], true),
        point("20261024-090000", "2026-10-24T09:00:00+08:00", [4, 22, 5], false),
    ]
}

/// The report before: one problem that is gone now, one that is still there.
fn previous() -> Report {
    let mut gone = findings::all(&columns::lines()).remove(0);
    let mut kept = gone.clone();
    gone.id = "0123456789ab".to_owned();
    gone.url = format!("http://{PORTAL}/zwgk/tzgg/202609/t20260901_5155001.html");
    gone.message = "页面《关于开展节能监察的通知》的附件“申报表.doc”无法打开（返回404）".to_owned();
    gone.target = None;
    kept.runs_in_a_row = 1;
    let mut run = run();
    run.id = "20261024-090000".to_owned();
    run.now = "2026-10-24T09:00:00+08:00".to_owned();
    let columns = Vec::new();
    let findings = vec![gone, kept];
    let parts = Parts {
        lang: Lang::Zh,
        standard_name: STANDARD.to_owned(),
        sites: sites(&findings, &columns),
        columns,
        interpretations: Vec::new(),
        rules: rules(&findings),
        findings,
        ignored: Vec::new(),
        earlier: Vec::new(),
        previous: None,
    };
    build(&run, parts)
}
