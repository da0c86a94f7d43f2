//! The pages of the two second-level sites: a modern one in UTF-8, and one of the ASP era in GBK.

use std::fmt::Write;

use super::columns::Look;
use super::neighbours::MAKER;
use super::pages::{self, column_type};
use super::plan::{ENERGY, HOSTS, Plan, SMALL};
use super::plant;

pub(super) const SMALL_NAME: &str = "某省中小企业公共服务平台";
pub(super) const ENERGY_NAME: &str = "某省节能监察网";
/// The tag and the footer of the small-business site name different codes.
pub(super) const SMALL_CODE_TAG: &str = "4300000113";
pub(super) const SMALL_CODE_FOOTER: &str = "4300000131";

const CONAC: &str = "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='http://dcs.conac.cn/js/19/000/0000/40500000/CA190000000405000000002.js' type='text/javascript'%3E%3C/script%3E\"));</script>\n";

/// The small-business site asks before it lets a visitor go elsewhere.
pub(super) const SMALL_SCRIPT: &str = "document.addEventListener('click', function (event) {\n  var link = event.target.closest('a');\n\
    if (link && link.hostname && !/\\.gov\\.cn$/.test(link.hostname) && !confirm('您访问的链接即将离开本网站，是否继续？')) event.preventDefault();\n});\n";

// ---- 中小企业公共服务

fn small_frame(plan: &Plan, title: &str, column: Option<usize>, article: Option<usize>, body: &str) -> String {
    let mut tags = format!(
        "<meta name=\"SiteName\" content=\"{SMALL_NAME}\">\n<meta name=\"SiteDomain\" content=\"{}\">\n<meta name=\"SiteIDCode\" content=\"{SMALL_CODE_TAG}\">\n",
        HOSTS[SMALL]
    );
    if let Some(column) = column {
        let spec = plan.sites[SMALL].columns[column].spec;
        let _ = writeln!(tags, "<meta name=\"ColumnName\" content=\"{}\">", spec.name);
        let _ = writeln!(tags, "<meta name=\"ColumnType\" content=\"{}\">", column_type(spec.class, spec.name));
    }
    if let Some(article) = article {
        let article = &plan.sites[SMALL].articles[article];
        let _ = writeln!(tags, "<meta name=\"ArticleTitle\" content=\"{}\">", article.title);
        let _ = writeln!(tags, "<meta name=\"PubDate\" content=\"{}\">", pages::time(article));
        let _ = writeln!(tags, "<meta name=\"ContentSource\" content=\"{}\">", pages::source(article));
    }
    let mut navigation = String::new();
    for column in &plan.sites[SMALL].columns {
        let _ = writeln!(navigation, "<li><a href=\"{}\">{}</a></li>", column.path, column.spec.name);
    }
    let title = if title.is_empty() { SMALL_NAME.to_owned() } else { format!("{title}-{SMALL_NAME}") };
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n{tags}<link rel=\"stylesheet\" href=\"/static/site.css\">\n<script src=\"/static/site.js\"></script>\n</head>\n<body>\n\
         <header><a href=\"/\"><img src=\"/static/logo.png\" alt=\"{SMALL_NAME}\"></a><nav class=\"main-nav\"><ul><li><a href=\"/\">首页</a></li>\n{navigation}</ul></nav></header>\n\
         <main>\n{body}</main>\n<footer><p>主办：某省工业和信息化厅　承办：省中小企业公共服务中心　电话：0731-88951111</p>\n\
         <p>网站标识码：{SMALL_CODE_FOOTER}　<a href=\"http://beian.miit.gov.cn/\">湘ICP备10203040号-3</a></p>\n{CONAC}</footer>\n</body>\n</html>\n"
    )
}

fn small_crumbs(plan: &Plan, column: usize, article: bool) -> String {
    let it = &plan.sites[SMALL].columns[column];
    let tail = if article { " &gt; 正文" } else { "" };
    format!(
        "<div class=\"crumb\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"{}\">{}</a>{tail}</div>\n",
        it.path, it.spec.name
    )
}

pub(super) fn small_home(plan: &Plan) -> String {
    let mut body = String::new();
    for name in ["服务动态", "通知公告", "融资服务", "培训活动"] {
        let column = plan.column(SMALL, name);
        let _ = writeln!(body, "<section><h2><a href=\"{}\">{name}</a></h2>", plan.sites[SMALL].columns[column].path);
        body.push_str(&pages::newest(plan, SMALL, column, 6, true));
        body.push_str("</section>\n");
    }
    body.push_str(plant::SMALL_HOME_EXTRA);
    small_frame(plan, "", None, None, &body)
}

pub(super) fn small_column(plan: &Plan, column: usize, page: usize) -> String {
    let spec = plan.sites[SMALL].columns[column].spec;
    let mut body = small_crumbs(plan, column, false);
    let _ = writeln!(body, "<h1>{}</h1>", spec.name);
    if let Look::Text(text) = spec.look {
        let _ = writeln!(body, "<article><p>{text}</p></article>");
    } else {
        body.push_str(&pages::rows(plan, SMALL, column, page));
        body.push_str(&pages::pager(plan, SMALL, column, page));
    }
    small_frame(plan, spec.name, Some(column), None, &body)
}

pub(super) fn small_article(plan: &Plan, index: usize) -> String {
    let article = &plan.sites[SMALL].articles[index];
    let above = article.extra.as_deref().map_or("", |extra| extra.above.as_str());
    let body = format!(
        "{}<article><h1>{}</h1>\n<p class=\"info\">发布时间：{}　来源：{}</p>\n{above}<div class=\"content\">\n{}</div></article>\n",
        small_crumbs(plan, article.column, true),
        article.title,
        pages::time(article),
        pages::source(article),
        pages::article_body(plan, SMALL, index)
    );
    small_frame(plan, &article.title, Some(article.column), Some(index), &body)
}

pub(super) fn small_framed(plan: &Plan, title: &str, body: &str) -> String {
    small_frame(plan, title, None, None, body)
}

// ---- 节能监察

fn energy_frame(plan: &Plan, title: &str, body: &str) -> String {
    let mut navigation = String::new();
    for column in &plan.sites[ENERGY].columns {
        let _ = writeln!(navigation, "<td><a href=\"{}\">{}</a></td>", column.path.trim_start_matches('/'), column.spec.name);
    }
    let title = if title.is_empty() { ENERGY_NAME.to_owned() } else { format!("{title}_{ENERGY_NAME}") };
    format!(
        "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\n<title>{title}</title>\n<link href=\"css/style.css\" rel=\"stylesheet\" type=\"text/css\">\n</head>\n<body>\n\
         <table width=\"980\" align=\"center\"><tr><td background=\"images/top.png\" height=\"120\"><a href=\"/\"><b>{ENERGY_NAME}</b></a></td></tr></table>\n\
         <table width=\"980\" align=\"center\" id=\"nav\" class=\"nav\"><tr><td><a href=\"/\">首页</a></td>\n{navigation}</tr></table>\n\
         <table width=\"980\" align=\"center\"><tr><td>\n{body}</td></tr></table>\n\
         <table width=\"980\" align=\"center\" class=\"footer\"><tr><td align=\"center\">省节能监察总队版权所有<br>\n\
         网站标识码：430000021　湘ICP备123号　<a href=\"http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=43010302000456\">湘公网安备 43010302000456号</a><br>\n\
         技术支持：<a href=\"http://{MAKER}/\">金陵软件</a></td></tr></table>\n</body>\n</html>\n"
    )
}

pub(super) fn energy_home(plan: &Plan) -> String {
    let mut body = String::new();
    for name in ["监察动态", "通知公告", "节能技术"] {
        let column = plan.column(ENERGY, name);
        let path = plan.sites[ENERGY].columns[column].path.trim_start_matches('/');
        let _ = writeln!(body, "<h3>{name} <a href=\"{path}\">更多</a></h3>");
        body.push_str(&pages::newest(plan, ENERGY, column, 8, false));
    }
    body.push_str(plant::ENERGY_HOME_EXTRA);
    energy_frame(plan, "", &body)
}

pub(super) fn energy_column(plan: &Plan, column: usize, page: usize) -> String {
    let spec = plan.sites[ENERGY].columns[column].spec;
    let mut body = format!("<div class=\"weizhi\">当前位置：<a href=\"/\">首页</a> &gt;&gt; {}</div>\n", spec.name);
    body.push_str(&pages::rows(plan, ENERGY, column, page));
    body.push_str(&pages::pager(plan, ENERGY, column, page));
    energy_frame(plan, spec.name, &body)
}

pub(super) fn energy_article(plan: &Plan, index: usize) -> String {
    let article = &plan.sites[ENERGY].articles[index];
    let column = &plan.sites[ENERGY].columns[article.column];
    let body = format!(
        "<div class=\"weizhi\">当前位置：<a href=\"/\">首页</a> &gt;&gt; <a href=\"{}\">{}</a> &gt;&gt; 正文</div>\n<h2 align=\"center\">{}</h2>\n<p align=\"center\">发布日期：{}　来源：{}　点击：{}</p>\n<div id=\"content\">\n{}</div>\n",
        column.path.trim_start_matches('/'),
        column.spec.name,
        article.title,
        pages::day(article.date),
        pages::source(article),
        100 + article.seed % 900,
        pages::article_body(plan, ENERGY, index)
    );
    energy_frame(plan, &article.title, &body)
}

pub(super) fn energy_framed(plan: &Plan, title: &str, body: &str) -> String {
    energy_frame(plan, title, body)
}

/// What the old server says to every address that it does not know, with status 200.
pub(super) fn energy_not_found() -> String {
    format!(
        "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\n<title>提示信息_{ENERGY_NAME}</title>\n</head>\n<body>\n\
         <p align=\"center\">对不起，您访问的信息不存在或已被删除！</p>\n<p align=\"center\"><a href=\"/\">返回首页</a></p>\n</body>\n</html>\n"
    )
}
