//! A site audited twice: what only the comparison of the two runs shows, and what only looks like it.

use std::fmt::Write as _;

use tokio::runtime::Runtime;
use xuncha::model::finding::{Certainty, Finding};

use super::super::raw::HOST;
use super::super::served::{Reply, Served, page};
use super::Desk;

const LATER: &str = "2026-12-20T09:00:00+08:00";

/// A row: number of the article, day, title. The words of the article follow from its number.
type Item<'a> = (u32, &'a str, &'a str);

const NEWS: [Item<'_>; 8] = [
    (1, "2026-11-20", "省厅召开工业经济运行调度会"),
    (2, "2026-11-12", "轴承产业园二期竣工投产"),
    (3, "2026-11-02", "首批数字化车间通过验收"),
    (4, "2026-10-20", "技能大赛决赛在岳麓区举行"),
    (5, "2026-10-09", "节后复工复产情况平稳"),
    (6, "2026-09-25", "专家组赴湘潭指导节能改造"),
    (7, "2026-09-10", "中小企业服务月活动启动"),
    (8, "2026-08-28", "民爆行业安全检查收官"),
];
const NOTICES: [Item<'_>; 4] = [
    (21, "2026-11-05", "关于绿色工厂复核结果的公告"),
    (22, "2026-10-15", "关于开展能耗统计核查的通知"),
    (23, "2026-08-20", "关于技术改造资金项目的公示"),
    (24, "2026-07-10", "关于无线电管理执法检查的通知"),
];

fn framed(title: &str, column: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}-某省工业和信息化厅</title>\
         <meta name=\"SiteName\" content=\"某省工业和信息化厅\">{column}</head><body>\n<div class=\"nav\"><a href=\"/\">首页</a>\
         <a href=\"/gzdt/\">工作动态</a><a href=\"/tzgg/\">通知公告</a></div>\n<div class=\"main\">{body}</div>\n\
         <div class=\"footer\"><p>主办单位：某省工业和信息化厅</p></div></body></html>"
    )
}

fn list(column: &str, path: &str, items: &[Item<'_>], below: &str) -> Reply {
    let mut rows = String::new();
    for (number, day, title) in items {
        let row = format!("<li><a href=\"{path}t{number}.html\" title=\"{title}\">{title}</a><span>{day}</span></li>\n");
        rows.push_str(&row);
    }
    let tag = format!("<meta name=\"ColumnName\" content=\"{column}\">");
    page(HOST, path, &framed(column, &tag, &format!("<h2>{column}</h2><ul class=\"list\">{rows}</ul>{below}")))
}

fn article(column: &str, path: &str, (number, day, title): Item<'_>) -> Reply {
    let tags = format!(
        "<meta name=\"ColumnName\" content=\"{column}\"><meta name=\"ArticleTitle\" content=\"{title}\">\
         <meta name=\"PubDate\" content=\"{day} 09:00\">"
    );
    let mut words = String::new();
    for part in 0..8 {
        write!(
            words,
            "<p>第{number}期之{part}：{title}，有关处室和市州主管部门参加，会议听取了第{number}组第{part}项工作的汇报。</p>"
        )
        .unwrap();
    }
    let body = format!(
        "<div class=\"position\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"{path}\">{column}</a> &gt; 正文</div><h1>{title}</h1>\
         <div class=\"info\">发布时间：{day} 09:00</div>\n<div class=\"TRS_Editor\">{words}</div>"
    );
    page(HOST, &format!("{path}t{number}.html"), &framed(title, &tags, &body))
}

struct Site<'a> {
    news: Vec<Item<'a>>,
    notices: Vec<Item<'a>>,
    /// At the end of the home page, and of the column of notices.
    below_home: String,
    below_notices: String,
}

impl Site<'_> {
    fn replies(&self) -> Vec<Reply> {
        let home = format!("<h1>某省工业和信息化厅</h1><p>欢迎访问</p>{}", self.below_home);
        let mut all = vec![
            page(HOST, "/", &framed("首页", "", &home)),
            list("工作动态", "/gzdt/", &self.news, ""),
            list("通知公告", "/tzgg/", &self.notices, &self.below_notices),
        ];
        all.extend(self.news.iter().map(|item| article("工作动态", "/gzdt/", *item)));
        all.extend(self.notices.iter().map(|item| article("通知公告", "/tzgg/", *item)));
        all
    }
}

fn before() -> Site<'static> {
    Site { news: NEWS.to_vec(), notices: NOTICES.to_vec(), below_home: String::new(), below_notices: String::new() }
}

/// Audits the site as it was and then as it is; the findings of the second run that compare.
fn compared(now: &Site<'_>) -> Vec<Finding> {
    let night = Nights::new();
    let found = night.audit(now, LATER, "");
    let again = night.desk.run("check latest --fail-on never");
    assert_eq!(again.status, 0, "{again:#?}");
    assert_eq!(of_history(night.desk.report().findings), found, "the stored run says the same");
    found
}

/// A store in which the site as it was has been audited once.
struct Nights {
    desk: Desk,
    runtime: Runtime,
}

impl Nights {
    fn new() -> Self {
        let (desk, runtime) = (Desk::new(), Runtime::new().unwrap());
        let served = runtime.block_on(Served::replies(before().replies()));
        desk.configure(served.address, "");
        let said = desk.audit("--fail-on never");
        assert_eq!(said.status, 0, "{said:#?}");
        assert_eq!(of_history(desk.report().findings), [], "nothing to compare with");
        Self { desk, runtime }
    }

    /// What compares, of the site as it is in a further run.
    fn audit(&self, site: &Site<'_>, now: &str, more: &str) -> Vec<Finding> {
        let served = self.runtime.block_on(Served::replies(site.replies()));
        self.desk.configure(served.address, more);
        let said = self.desk.run(&format!("audit --progress none --fail-on never --now {now}"));
        assert_eq!(said.status, 0, "{said:#?}");
        of_history(self.desk.report().findings)
    }
}

fn of_history(findings: Vec<Finding>) -> Vec<Finding> {
    findings
        .into_iter()
        .filter(|finding| matches!(finding.rule.as_str(), "content.date-conflict" | "security.tampered"))
        .collect()
}

#[test]
fn what_was_put_in_under_an_old_date_is_told_with_both_sides() {
    let mut now = before();
    // Published in the ordinary way, a few days late, and under a day on which the list was read without it.
    now.news.insert(0, (9, "2026-12-18", "省厅部署岁末安全生产工作"));
    now.news.insert(2, (10, "2026-11-19", "企业家座谈会在厅机关召开"));
    now.news.insert(5, (11, "2026-10-12", "省厅召开产业链专题推进会"));
    // An old article under a new date.
    now.news[6].1 = "2026-12-01";
    // Filled up at once.
    for (number, day) in (31..).zip(["2026-07-20", "2026-08-02", "2026-08-30", "2026-09-08", "2026-09-29", "2026-10-02"]) {
        now.notices.insert(
            3,
            (number, day, ["甲类公示", "乙类公示", "丙类公示", "丁类公示", "戊类公示", "己类公示"][number as usize - 31]),
        );
    }
    let found = compared(&now);
    let told: Vec<(&str, &str)> = found.iter().map(|finding| (finding.url.as_str(), finding.message.as_str())).collect();
    let at = |path: &str| format!("http://{HOST}{path}");
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(found.iter().all(|finding| finding.verdict == Certainty::Suspected));
    let message = |path: &str| told.iter().find(|(url, _)| *url == at(path)).map(|(_, message)| *message).unwrap();
    assert_eq!(
        message("/gzdt/t11.html"),
        "疑似：“省厅召开产业链专题推进会”页面显示的日期为2026-10-12，此前巡查时该栏目列表中尚无此稿，该次巡查的日期为2026-11-24，相差43天，请核对发布日期"
    );
    let redated = format!("/gzdt/t{}.html", now.news[6].0);
    assert!(
        message(&redated).contains("显示的日期为2026-12-01，此前巡查时同一内容标注的日期为2026-10-20"),
        "{}",
        message(&redated)
    );
    assert!(
        message("/tzgg/").contains("此前巡查后该栏目一次出现6条日期更早的信息，该次巡查的日期为2026-11-24"),
        "{}",
        message("/tzgg/")
    );
    let late = found.iter().find(|finding| finding.url == at("/gzdt/t11.html")).unwrap();
    let evidence: Vec<&str> = late.evidence.iter().map(|piece| piece.text.as_str()).collect();
    assert!(
        evidence.contains(&"此前巡查时该栏目最新的一条如下") && evidence.contains(&"2026-11-24（此前巡查日期）"),
        "{evidence:#?}"
    );
    assert!(evidence.iter().any(|text| text.contains("省厅召开工业经济运行调度会")), "{evidence:#?}");
}

#[test]
fn foreign_hosts_by_the_dozen_on_a_home_page_are_told_and_friendly_links_are_not() {
    let block = |hosts: &[String], text: &str| -> String {
        hosts.iter().map(|host| format!("<a href=\"http://{host}/\">{text}</a>\n")).collect::<Vec<_>>().concat()
    };
    let farm: Vec<String> = (0..12).map(|nth| format!("www.farm{nth}.com")).collect();
    let friends: Vec<String> = (0..40).map(|nth| format!("gxj{nth}.hunan.gov.cn")).collect();
    let mut now = before();
    now.news.insert(0, (9, "2026-12-18", "省厅部署岁末安全生产工作"));
    now.below_home = block(&farm, "二手叉车");
    now.below_notices = block(&friends, "工信局");
    let found = compared(&now);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].rule.as_str(), found[0].url.as_str()), ("security.tampered", &*format!("http://{HOST}/")));
    assert!(found[0].message.contains("比此前巡查新增12个站外域名的链接"), "{}", found[0].message);
    assert!(found[0].evidence.iter().any(|piece| piece.text == "二手叉车 farm0.com"), "{:#?}", found[0].evidence);
}

/// Everything that only a comparison shows: a late row, an old text under a new date, a column filled up, foreign hosts.
fn tampered_with() -> Site<'static> {
    let mut now = before();
    now.news.insert(0, (9, "2026-12-18", "省厅部署岁末安全生产工作"));
    now.news.insert(5, (11, "2026-10-12", "省厅召开产业链专题推进会"));
    now.news[6].1 = "2026-12-01";
    now.below_home =
        (0..12).map(|nth| format!("<a href=\"http://www.farm{nth}.com/\">二手叉车</a>\n")).collect::<Vec<_>>().concat();
    now
}

#[test]
fn what_only_a_comparison_shows_is_told_again_until_it_is_mended() {
    let nights = Nights::new();
    let mut site = tampered_with();
    let first = nights.audit(&site, "2026-12-20T09:00:00+08:00", "");
    assert_eq!(first.len(), 3, "{first:#?}");
    // the next night, with a piece of news more
    site.news.insert(0, (12, "2026-12-21", "省厅召开年终工作务虚会"));
    let second = nights.audit(&site, "2026-12-21T09:00:00+08:00", "");
    let ids = |found: &[Finding]| found.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&second), ids(&first));
    for (then, now) in first.iter().zip(&second) {
        assert_eq!((&now.first_seen, now.runs_in_a_row, now.verdict), (&then.first_seen, 2, Certainty::Suspected));
        assert_eq!(now.message, then.message);
        assert_eq!(now.evidence[0].text, "2026-12-20巡查时与此前一次巡查比较发现，本次巡查时仍是如此");
    }
    // the third: the block is gone, the old text has its old date again, the late row stays
    site.below_home.clear();
    let at = site.news.iter().position(|item| item.1 == "2026-12-01").unwrap();
    site.news[at].1 = "2026-10-20";
    let third = nights.audit(&site, "2026-12-22T09:00:00+08:00", "");
    let told: Vec<(&str, u32)> = third.iter().map(|finding| (finding.url.as_str(), finding.runs_in_a_row)).collect();
    assert_eq!(told, [(&*format!("http://{HOST}/gzdt/t11.html"), 3)]);
    // past its days it is told no more
    let late = nights.audit(&site, "2027-02-20T09:00:00+08:00", "[content]\nsigns_kept_days = 60");
    assert_eq!(late, []);
}

#[test]
fn a_sign_is_told_once_where_the_user_wants_it_so_and_set_aside_where_he_says_so() {
    let nights = Nights::new();
    let site = tampered_with();
    let first = nights.audit(&site, "2026-12-20T09:00:00+08:00", "");
    let aside = "[[ignore]]\nrule = \"content.date-conflict\"\nreason = \"已核实\"\n";
    let second = nights.audit(&site, "2026-12-21T09:00:00+08:00", aside);
    assert_eq!((first.len(), second.len()), (3, 1));
    assert_eq!(nights.desk.report().ignored[0].count, 2);
    assert_eq!(nights.audit(&site, "2026-12-22T09:00:00+08:00", "[content]\nsigns_kept_days = 0"), []);
}
