//! The portal's pages, after the dialect of the TRS content system that provincial departments use (norms.md 6.3).

use std::fmt::Write;

use super::columns::Look;
use super::pages::{self, column_type};
use super::plan::{HOSTS, PORTAL, Plan, url};
use super::plant;

pub(super) const NAME: &str = "某省工业和信息化厅";
pub(super) const CODE: &str = "4300000012";
pub(super) const ICP: &str = "湘ICP备10203040号-1";
pub(super) const POLICE: &str = "43010302000123";

/// What a page says of itself in its head.
#[derive(Default)]
struct Head<'a> {
    title: &'a str,
    column: Option<usize>,
    article: Option<usize>,
}

/// The script that writes the part of the footer with the registration marks.
pub(super) fn footer_script() -> String {
    format!(
        "document.writeln(\"<p class='beian'>\");\n\
         document.writeln(\"<a href='http://beian.miit.gov.cn/' target='_blank'>{ICP}</a>\");\n\
         document.writeln(\"<a href='http://www.beian.gov.cn/portal/registerSystemInfo?recordcode={POLICE}' target='_blank'>湘公网安备 {POLICE}号</a>\");\n\
         document.writeln(\"</p>\");\n"
    )
}

fn tags(plan: &Plan, head: &Head<'_>) -> String {
    let mut out = String::new();
    let mut tag = |name: &str, value: &str| {
        let _ = writeln!(out, "<meta name=\"{name}\" content=\"{value}\">");
    };
    tag("SiteName", NAME);
    tag("SiteDomain", HOSTS[PORTAL]);
    tag("SiteIDCode", CODE);
    if let Some(column) = head.column {
        let spec = plan.sites[PORTAL].columns[column].spec;
        tag("ColumnName", spec.name);
        tag("ColumnDescription", &format!("{NAME}{}栏目，发布有关信息", spec.name));
        tag("ColumnKeywords", &format!("{},工业和信息化", spec.name));
        tag("ColumnType", column_type(spec.class, spec.name));
    }
    if let Some(article) = head.article {
        let article = &plan.sites[PORTAL].articles[article];
        tag("ArticleTitle", &article.title);
        tag("PubDate", &pages::time(article));
        tag("ContentSource", pages::source(article));
        tag("Url", &url(PORTAL, &article.path));
    }
    out
}

fn frame(plan: &Plan, head: &Head<'_>, navigation: &str, body: &str) -> String {
    let title = if head.title.is_empty() { NAME.to_owned() } else { format!("{} - {NAME}", head.title) };
    let tags = tags(plan, head);
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"UTF-8\">\n<title>{title}</title>\n{tags}\
         <link rel=\"stylesheet\" href=\"/gxt/xhtml/css/style.css\">\n<script src=\"/gxt/xhtml/js/pager.js\"></script>\n</head>\n<body>\n\
         <div class=\"header\"><a href=\"/\"><img src=\"/gxt/xhtml/images/logo.png\" alt=\"{NAME}\"></a>\n\
         <form action=\"/gxt/search/index.html\" method=\"get\"><input type=\"text\" name=\"q\"><input type=\"submit\" value=\"搜索\"></form></div>\n\
         <div class=\"nav\" id=\"nav\">\n<ul>\n<li><a href=\"/gxt/index.html\">首页</a></li>\n{navigation}</ul>\n</div>\n\
         <div class=\"main\">\n{body}</div>\n{}</body>\n</html>\n",
        footer()
    )
}

fn footer() -> String {
    format!(
        "<div class=\"footer\">\n<p><a href=\"/gxt/wzdt/index.html\">网站地图</a> | <a href=\"/gxt/jggk/lxwm/index.html\">联系我们</a></p>\n\
         <p>主办单位：{NAME}　承办：厅信息中心　联系电话：0731-88950000　地址：省会市某某路88号</p>\n<p>网站标识码：{CODE}</p>\n\
         <script src=\"/gxt/xhtml/js/footer.js\"></script>\n\
         <script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='http://dcs.conac.cn/js/19/000/0000/40500000/CA190000000405000000001.js' type='text/javascript'%3E%3C/script%3E\"));</script>\n\
         <span id=\"_span_jiucuo\"></span>\n<script id=\"_jiucuo_\" sitecode='{CODE}' src=\"http://pucha.kaipuyun.cn/exposure/jiucuo.js\"></script>\n</div>\n"
    )
}

/// The main navigation: first-level columns, on the home page with their children.
fn navigation(plan: &Plan, with_children: bool) -> String {
    let columns = &plan.sites[PORTAL].columns;
    let mut out = String::new();
    for column in columns.iter().filter(|column| column.parent.is_none()) {
        let _ = write!(out, "<li><a href=\"{}\">{}</a>", column.path, column.spec.name);
        if with_children && !column.children.is_empty() {
            out.push_str("<ul class=\"sub\">");
            for &child in &column.children {
                let child = &columns[child];
                let _ = write!(out, "<li><a href=\"{}\">{}</a></li>", child.path, child.spec.name);
            }
            out.push_str("</ul>");
        }
        out.push_str("</li>\n");
    }
    out
}

fn crumbs(plan: &Plan, column: usize, article: bool) -> String {
    let columns = &plan.sites[PORTAL].columns;
    let mut out = "<div class=\"position\">当前位置：<a href=\"/gxt/index.html\">首页</a>".to_owned();
    if let Some(parent) = columns[column].parent {
        let _ = write!(out, " &gt; <a href=\"{}\">{}</a>", columns[parent].path, columns[parent].spec.name);
    }
    let it = &columns[column];
    if article {
        let _ = writeln!(out, " &gt; <a href=\"{}\">{}</a> &gt; 正文</div>", it.path, it.spec.name);
    } else {
        let _ = writeln!(out, " &gt; <span>{}</span></div>", it.spec.name);
    }
    out
}

/// The menu beside a column: its own children, or its siblings.
fn menu(plan: &Plan, column: usize) -> String {
    let columns = &plan.sites[PORTAL].columns;
    let head = columns[column].parent.unwrap_or(column);
    if columns[head].children.is_empty() {
        return String::new();
    }
    let mut out = format!("<div class=\"left-menu\"><h2>{}</h2>\n<ul>\n", columns[head].spec.name);
    for &child in &columns[head].children {
        let child = &columns[child];
        let _ = writeln!(out, "<li><a href=\"{}\">{}</a></li>", child.path, child.spec.name);
    }
    out.push_str("</ul></div>\n");
    out
}

pub(super) fn column(plan: &Plan, column: usize, page: usize) -> String {
    let it = &plan.sites[PORTAL].columns[column];
    let spec = it.spec;
    let mut body = crumbs(plan, column, false) + &menu(plan, column);
    let _ = writeln!(body, "<div class=\"tyl-main-right\"><h1 class=\"column-title\">{}</h1>", spec.name);
    match spec.look {
        Look::List(_) | Look::Empty(_) | Look::Archived(_) => {
            if matches!(spec.look, Look::Archived(_)) {
                body.push_str("<p class=\"archived\">本专题已归档，不再更新。</p>\n");
            }
            body.push_str(&pages::rows(plan, PORTAL, column, page));
            let pages = if it.rows.is_empty() { 0 } else { plan.pages(PORTAL, column) };
            let _ = writeln!(body, "<div class=\"page\"><script>createPageHTML({pages}, {page}, \"index\", \"html\");</script></div>");
        }
        Look::Text(text) => {
            let _ = writeln!(body, "<div class=\"TRS_Editor\"><p>　　{text}</p></div>");
            if spec.name == "依申请公开" {
                body.push_str(
                    "<form action=\"/gxt/zfxxgk/ysqgk/tijiao.jsp\" method=\"post\"><input name=\"xm\"><textarea name=\"nr\"></textarea><input type=\"submit\" value=\"提交申请\"></form>\n",
                );
            }
        }
        Look::Blocks => {
            for &child in &it.children {
                let child_column = &plan.sites[PORTAL].columns[child];
                if child_column.rows.is_empty() {
                    continue;
                }
                let _ = writeln!(body, "<div class=\"block\"><h2><a href=\"{}\">{}</a></h2>", child_column.path, child_column.spec.name);
                body.push_str(&pages::newest(plan, PORTAL, child, 5, true));
                body.push_str("</div>\n");
            }
        }
        Look::Script => body.push_str(
            "<div id=\"app\" class=\"list\"></div>\n<script src=\"/gxt/xhtml/js/board.min.js\"></script>\n<script>new Board({el:'#app',channel:'9f2c1e77'}).render();</script>\n",
        ),
        Look::Menu | Look::Forward => {}
    }
    body.push_str("</div>\n");
    body.push_str(plant::column_extra(spec.name));
    frame(plan, &Head { title: spec.name, column: Some(column), article: None }, &navigation(plan, false), &body)
}

pub(super) fn article(plan: &Plan, index: usize) -> String {
    let article = &plan.sites[PORTAL].articles[index];
    let above = article.extra.as_deref().map_or("", |extra| extra.above.as_str());
    let body = format!(
        "{}<div class=\"tys-main\">\n<h1 class=\"tys-main-zt\">{}</h1>\n<div class=\"tys-main-zt-show\"><span>发布时间：{}</span>　<span>来源：{}</span></div>\n{above}<div class=\"tys-main-zt-txt\" id=\"zoom\"><div class=\"TRS_Editor\">\n{}</div></div>\n</div>\n",
        crumbs(plan, article.column, true),
        article.title,
        pages::time(article),
        pages::source(article),
        pages::article_body(plan, PORTAL, index),
    );
    frame(
        plan,
        &Head { title: &article.title, column: Some(article.column), article: Some(index) },
        &navigation(plan, false),
        &body,
    )
}

pub(super) fn home(plan: &Plan) -> String {
    let mut body = String::new();
    for name in ["工信要闻", "工作动态", "地方工作", "文件通知", "公示公告", "政策解读", "厅长信箱", "意见征集"]
    {
        let column = plan.column(PORTAL, name);
        let path = &plan.sites[PORTAL].columns[column].path;
        let _ = writeln!(body, "<div class=\"block\"><h2>{name}</h2><a class=\"more\" href=\"{path}\">更多&gt;&gt;</a>");
        body.push_str(&pages::newest(plan, PORTAL, column, 8, false));
        body.push_str("</div>\n");
    }
    body.push_str(plant::HOME_EXTRA);
    frame(plan, &Head::default(), &navigation(plan, true), &body)
}

/// A page in the portal's frame that is neither column nor article.
pub(super) fn framed(plan: &Plan, title: &str, body: &str) -> String {
    frame(plan, &Head { title, column: None, article: None }, &navigation(plan, false), body)
}

pub(super) fn site_map(plan: &Plan) -> String {
    framed(plan, "网站地图", &format!("<h1>网站地图</h1>\n<ul class=\"map\">\n{}</ul>\n", navigation(plan, true)))
}

pub(super) fn sitemap_xml(plan: &Plan) -> String {
    let mut out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            .to_owned();
    for column in plan.sites[PORTAL].columns.iter().filter(|column| column.spec.look != Look::Forward) {
        let _ = writeln!(out, "<url><loc>{}</loc></url>", url(PORTAL, &column.path));
    }
    out.push_str("</urlset>\n");
    out
}

pub(super) const NOT_FOUND: &str = "<div class=\"error\"><h1>页面不存在</h1>\n<p>抱歉，您访问的页面不存在或已被删除！</p>\n<p><a href=\"/gxt/index.html\">返回首页</a></p></div>\n";
