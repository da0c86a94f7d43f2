//! A further portal of the group, of a centre that looks after industrial parks: small and tidy, qualified by every veto, and
//! without much of what statutes and inspectors ask of a portal. It has a name outside .gov.cn.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::{Date, date};

use super::Reply;
use super::calendar::before;
use super::pages::day;
use super::plant_rules::REPORT_PARTS;
use super::truth::Truth;

pub(super) const HOST: &str = "www.cyyq.example";
pub(super) const NAME: &str = "某省产业园区发展中心";
const CODE: &str = "4300000033";

/// A column: folder, name, the site's word for its kind, and its rows.
struct Column {
    folder: &'static str,
    name: &'static str,
    kind: &'static str,
    rows: Vec<Row>,
}

struct Row {
    file: String,
    title: String,
    date: Date,
    paragraphs: Vec<String>,
}

/// All pages of the site, by path.
#[derive(Debug)]
pub(super) struct Park(BTreeMap<String, String>);

impl Park {
    pub(super) fn new(now: Date) -> Self {
        let columns = columns(now);
        let mut pages = BTreeMap::new();
        pages.insert("/".to_owned(), home(&columns, now));
        pages.insert("/wzdt/".to_owned(), map(&columns));
        pages.insert("/wzbb/".to_owned(), table(&columns, now));
        for column in &columns {
            pages.insert(column.folder.to_owned(), list(&columns, column));
            for row in &column.rows {
                pages.insert(format!("{}{}", column.folder, row.file), article(&columns, column, row));
            }
        }
        Self(pages)
    }

    pub(super) fn respond(&self, path: &str) -> Reply {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        match (self.0.get(path), path) {
            (Some(page), _) => Reply::html(200, page),
            (None, "/robots.txt" | "/sitemap.xml") => Reply::text(404, "404 Not Found"),
            (None, _) => Reply::html(404, "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"),
        }
    }
}

fn url(path: &str) -> String {
    format!("http://{HOST}{path}")
}

pub(super) fn plant(truth: &mut Truth) {
    let home = url("/");
    for (rule, at, why) in [
        ("element.domain", home.clone(), "域名不以.gov.cn结尾"),
        ("service.missing", home.clone(), "首页和栏目中没有办事入口"),
        ("disclosure.catalogue", home.clone(), "没有公开目录，也没有法定主动公开内容"),
        ("disclosure.guide", url("/zfxxgk/zn.html"), "指南没有办公时间和互联网联系方式"),
        ("disclosure.budget", url("/zfxxgk/"), "缺少一个年度的部门预算"),
        ("disclosure.funds", url("/zxzj/"), "没有绩效评价"),
        ("interact.survey-few", url("/yjzj/"), "近一年只有两次"),
        ("element.search", url("/"), "首页没有站内搜索"),
    ] {
        truth.defect(rule, &at, None, why);
    }
    for (rule, at, why) in [
        ("disclosure.accounts", url("/zfxxgk/"), "各年度部门决算齐全"),
        ("disclosure.annual-report", url("/zfxxgk/nb.html"), "按时发布，六个部分齐全"),
        ("disclosure.website-report", url("/wzbb/"), "首页有链接，标识码与页脚一致"),
        ("interact.no-channel", home.clone(), "设有主任信箱"),
        ("interact.survey-no-feedback", url("/yjzj/1.html"), "本页写明了征集结果"),
        ("home.stale", home.clone(), "首页两天前有新信息"),
        ("link.mixed-content", home.clone(), "页面本身就是HTTP，引用HTTP资源不算混合内容"),
        ("security.certificate", home, "网站未启用HTTPS，没有证书可查"),
    ] {
        truth.trap(rule, &at, None, why);
    }
}

/// The newest year of which a paper that is due by that month and day, `behind` years later, must be there.
fn due_year(now: Date, month: i8, last: i8, behind: i16) -> i16 {
    now.year() - behind - i16::from((now.month(), now.day()) <= (month, last))
}

fn columns(now: Date) -> Vec<Column> {
    let row = |file: &str, title: &str, days: i64, paragraphs: &[&str]| Row {
        file: file.to_owned(),
        title: title.to_owned(),
        date: before(now, days),
        paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
    };
    let news = [
        "全省产业园区亩均效益评价工作推进会召开",
        "云川园区三个智能制造项目集中开工",
        "清江园区建成首条绿色电池生产线",
        "长岳园区与高校共建中试基地揭牌",
        "省级园区规划修编专家咨询会举行",
        "园区标准厂房建设进度通报",
    ];
    let news_rows = news.iter().enumerate().map(|(nth, title)| {
        let text = format!("{title}。与会人员实地察看了第{}号地块的建设情况，听取园区管委会的情况介绍。", nth + 3);
        row(&format!("{}.html", nth + 1), title, 2 + 6 * nth as i64, &[&text, CLOSING[nth % CLOSING.len()]])
    });
    let notices = ["园区规划环评公众参与第二次公示", "省级园区扩区调区专家评审会会期安排", "园区统计年报报送时间安排"];
    let notice_rows = notices.iter().enumerate().map(|(nth, title)| {
        let text = format!("{title}如下：材料一式{}份，逾期不再受理。", nth + 2);
        row(&format!("{}.html", nth + 1), title, 9 + 30 * nth as i64, &[&text, CLOSING[(nth + 1) % CLOSING.len()]])
    });
    let funds = ["产业园区发展专项资金管理制度汇编", "园区公共平台项目申报说明", "拟支持园区项目公示", "园区专项资金分配结果"];
    let fund_rows = funds.iter().enumerate().map(|(nth, title)| {
        let text = format!("{title}全文如下，共涉及园区{}个。", 12 + nth);
        row(&format!("{}.html", nth + 1), title, 40 + 30 * nth as i64, &[&text, CLOSING[nth % CLOSING.len()]])
    });
    let surveys = ["《园区绿色化改造导则》征集意见", "《园区道路命名方案》征集意见"];
    let survey_rows = surveys.iter().enumerate().map(|(nth, title)| {
        let text = format!("{title}已经结束。征集结果：共收到意见{}条，采纳情况见下。", nth + 4);
        row(&format!("{}.html", nth + 1), title, 60 + 90 * nth as i64, &[&text, CLOSING[nth % CLOSING.len()]])
    });
    let letters = ["园区内公交线路何时开通", "标准厂房租金如何缴纳"];
    let letter_rows = letters.iter().enumerate().map(|(nth, title)| {
        let text = format!("来信人询问{title}。经与第{}园区管委会核实，已电话告知来信人。", nth + 1);
        row(&format!("{}.html", nth + 1), title, 20 + 40 * nth as i64, &[&text, CLOSING[nth % CLOSING.len()]])
    });
    vec![
        Column { folder: "/yqyw/", name: "园区要闻", kind: "政务动态", rows: news_rows.collect() },
        Column { folder: "/tzgg/", name: "通知公告", kind: "通知公告", rows: notice_rows.collect() },
        Column { folder: "/zfxxgk/", name: "政府信息公开", kind: "信息公开", rows: papers(now) },
        Column { folder: "/zxzj/", name: "专项资金", kind: "信息公开", rows: fund_rows.collect() },
        Column { folder: "/yjzj/", name: "意见征集", kind: "互动交流", rows: survey_rows.collect() },
        Column { folder: "/zrxx/", name: "主任信箱", kind: "互动交流", rows: letter_rows.collect() },
    ]
}

const CLOSING: [&str; 3] = [
    "各园区要对照年度目标任务，逐项明确责任单位和完成时限，按月调度、按季通报，推动重点项目早建成、早投产、早见效。",
    "下一步将继续完善基础设施，引导企业向园区集中，促进产业链上下游协同发展，为全省工业经济平稳运行提供支撑。",
    "有关情况可以在工作日到中心综合科了解，也可以来电联系，电话为0731-88950100，来访请携带单位介绍信。",
];

/// Guide, report, budgets and accounts: three years of each, but for one budget.
fn papers(now: Date) -> Vec<Row> {
    let guide = [
        "本指南说明中心公开政府信息的分类和编排体系：机构职能、规划、专项资金、统计信息、人事信息五类。",
        "获取方式：公民、法人和其他组织可以在本网站查阅，也可以到中心综合科查阅纸质文件。",
        "受理机构为中心综合科，办公地址为省会市某某路90号二楼，联系电话0731-88950100，传真0731-88950101。",
    ];
    let last_report = due_year(now, 1, 31, 1);
    let mut rows = vec![
        Row {
            file: "zn.html".to_owned(),
            title: "政府信息公开指南".to_owned(),
            date: before(now, 30),
            paragraphs: guide.iter().map(|text| (*text).to_owned()).collect(),
        },
        Row {
            file: "nb.html".to_owned(),
            title: format!("{NAME}{last_report}年政府信息公开年度报告"),
            date: date(last_report + 1, 1, 20),
            paragraphs: REPORT_PARTS.iter().map(|text| (*text).to_owned()).collect(),
        },
    ];
    let mut add = |name: &str, slug: &str, year: i16, published: Date| {
        let title = format!("{NAME}{year}年{name}");
        let text = format!(
            "{title}由收支总表、财政拨款收支总表等八张表和文字说明组成，机关运行经费和政府采购情况见说明第{}页。",
            year % 7 + 2
        );
        rows.push(Row {
            file: format!("{slug}{year}.html"),
            title,
            date: published,
            paragraphs: vec![text, CLOSING[2].to_owned()],
        });
    };
    let budget = due_year(now, 4, 30, 0);
    for year in [budget - 3, budget - 2, budget] {
        add("部门预算", "ys", year, date(year, 2, 20));
    }
    let accounts = due_year(now, 10, 31, 1);
    for year in accounts - 2..=accounts {
        add("部门决算", "js", year, date(year + 1, 9, 10));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.date));
    rows
}

fn frame(columns: &[Column], title: &str, tags: &[(&str, String)], body: &str) -> String {
    let mut head = String::new();
    let site = [("SiteName", NAME.to_owned()), ("SiteDomain", HOST.to_owned()), ("SiteIDCode", CODE.to_owned())];
    for (name, value) in site.iter().chain(tags) {
        let _ = writeln!(head, "<meta name=\"{name}\" content=\"{value}\">");
    }
    let mut navigation = String::new();
    for column in columns {
        let _ = writeln!(navigation, "<li><a href=\"{}\">{}</a></li>", column.folder, column.name);
    }
    let title = if title.is_empty() { NAME.to_owned() } else { format!("{title}-{NAME}") };
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n{head}</head>\n<body>\n\
         <div class=\"header\"><h2>{NAME}</h2></div>\n<div class=\"nav\"><ul>\n<li><a href=\"/\">首页</a></li>\n{navigation}</ul></div>\n\
         <div class=\"main\">\n{body}</div>\n<div class=\"footer\">\n<p><a href=\"/wzdt/\">网站地图</a></p>\n\
         <p>主办单位：{NAME}　联系电话：0731-88950100　地址：省会市某某路90号</p>\n\
         <p>网站标识码：{CODE}　<a href=\"http://beian.miit.gov.cn/\">湘ICP备10203040号-5</a>　\
         <a href=\"http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=43010302000789\">湘公网安备 43010302000789号</a></p>\n\
         <script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='http://dcs.conac.cn/js/19/000/0000/40500000/CA190000000405000000005.js' type='text/javascript'%3E%3C/script%3E\"));</script>\n\
         <span id=\"_span_jiucuo\"></span>\n<script id=\"_jiucuo_\" sitecode='{CODE}' src=\"http://pucha.kaipuyun.cn/exposure/jiucuo.js\"></script>\n\
         </div>\n</body>\n</html>\n"
    )
}

fn rows(column: &Column, most: usize) -> String {
    let mut out = "<ul class=\"list\">\n".to_owned();
    for row in column.rows.iter().take(most) {
        let Row { file, title, date, .. } = row;
        let _ = writeln!(
            out,
            "<li><a href=\"{}{file}\" title=\"{title}\">{title}</a><span>{}</span></li>",
            column.folder,
            day(*date)
        );
    }
    out.push_str("</ul>\n");
    out
}

fn home(columns: &[Column], now: Date) -> String {
    let mut body = String::new();
    for column in columns.iter().take(2) {
        let _ = writeln!(body, "<div class=\"box\"><h3><a href=\"{}\">{}</a></h3>", column.folder, column.name);
        body.push_str(&rows(column, 5));
        body.push_str("</div>\n");
    }
    let year = due_year(now, 1, 31, 1);
    let _ = writeln!(body, "<div class=\"box\"><a href=\"/wzbb/\">{year}年政府网站工作年度报表</a></div>");
    frame(columns, "", &[], &body)
}

fn column_tags(name: &str, kind: &str) -> Vec<(&'static str, String)> {
    vec![
        ("ColumnName", name.to_owned()),
        ("ColumnDescription", format!("{NAME}{name}栏目，发布有关信息")),
        ("ColumnKeywords", format!("{name},产业园区")),
        ("ColumnType", kind.to_owned()),
    ]
}

fn crumbs(column: &Column, tail: &str) -> String {
    format!(
        "<div class=\"position\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"{}\">{}</a>{tail}</div>\n",
        column.folder, column.name
    )
}

fn list(columns: &[Column], column: &Column) -> String {
    let body = format!("{}<h1>{}</h1>\n{}", crumbs(column, ""), column.name, rows(column, usize::MAX));
    frame(columns, column.name, &column_tags(column.name, column.kind), &body)
}

fn article(columns: &[Column], column: &Column, row: &Row) -> String {
    let time = format!("{} 09:30", day(row.date));
    let mut tags = column_tags(column.name, column.kind);
    tags.extend([("ArticleTitle", row.title.clone()), ("PubDate", time.clone()), ("ContentSource", NAME.to_owned())]);
    let mut body = crumbs(column, " &gt; 正文");
    let _ = writeln!(
        body,
        "<div class=\"article\"><h1>{}</h1>\n<div class=\"info\">发布时间：{time}　来源：{NAME}</div>\n<div class=\"TRS_Editor\">",
        row.title
    );
    for paragraph in &row.paragraphs {
        let _ = writeln!(body, "<p>{paragraph}</p>");
    }
    body.push_str("</div></div>\n");
    frame(columns, &row.title, &tags, &body)
}

fn map(columns: &[Column]) -> String {
    let mut body = "<h1>网站地图</h1>\n<ul>\n".to_owned();
    for column in columns {
        let _ = writeln!(body, "<li><a href=\"{}\">{}</a></li>", column.folder, column.name);
    }
    body.push_str("</ul>\n");
    frame(columns, "网站地图", &column_tags("网站地图", "其他"), &body)
}

fn table(columns: &[Column], now: Date) -> String {
    let year = due_year(now, 1, 31, 1);
    let title = format!("{year}年政府网站工作年度报表");
    let body = format!(
        "<div class=\"article\"><h1>{title}</h1>\n<table><tr><td>网站名称</td><td>{NAME}</td></tr><tr><td>首页网址</td><td>{HOST}</td></tr>\
         <tr><td>主办单位</td><td>{NAME}</td></tr><tr><td>政府网站标识码</td><td>{CODE}</td></tr><tr><td>ICP备案号</td><td>湘ICP备10203040号-5</td></tr>\
         <tr><td>信息发布总数</td><td>312</td></tr><tr><td>专栏专题维护数量</td><td>2</td></tr><tr><td>留言办理收到数量</td><td>21</td></tr></table></div>\n"
    );
    frame(columns, &title, &column_tags("年度报表", "其他"), &body)
}
