//! Pieces that the pages of all three sites share: rows in every list shape, article text, the values of the tags.

use std::fmt::Write;

use jiff::civil::Date;

use super::columns::{Look, Shape};
use super::dice::Dice;
use super::plan::{Article, ENERGY, PORTAL, Plan, SMALL, page_path, rows_per_page};
use super::text;
use crate::model::site::ColumnClass;

/// Titles longer than this are cut in lists of [`Shape::Cut`].
const CUT_CHARS: usize = 14;

pub(super) fn day(date: Date) -> String {
    date.strftime("%Y-%m-%d").to_string()
}

pub(super) fn time(article: &Article) -> String {
    format!("{} {:02}:{:02}", day(article.date), article.minute / 60, article.minute % 60)
}

/// Value of the ColumnType tag.
pub(super) fn column_type(class: ColumnClass, name: &str) -> &'static str {
    match class {
        ColumnClass::News => "政务动态",
        ColumnClass::Notice => "通知公告",
        ColumnClass::Policy => "政策文件",
        ColumnClass::Interpretation => "政策解读",
        ColumnClass::Plan => "规划计划",
        ColumnClass::Personnel => "人事信息",
        ColumnClass::Disclosure => "信息公开",
        ColumnClass::Interaction => "互动交流",
        ColumnClass::Service => "办事服务",
        ColumnClass::Topic => "专题专栏",
        ColumnClass::Static => match name {
            "政府信息公开指南" => "信息公开指南",
            "依申请公开" => "依申请公开",
            "领导信息" => "负责人信息",
            "机构职能" => "机构职能",
            _ => "概况信息",
        },
        ColumnClass::Other => "业务工作",
    }
}

/// The address of an article as its list writes it: relative on the portal, as the content system does.
fn href(plan: &Plan, site: usize, article: &Article) -> String {
    let column = &plan.sites[site].columns[article.column].path;
    match (site, column.strip_suffix("index.html").and_then(|folder| article.path.strip_prefix(folder))) {
        (PORTAL, Some(rest)) => format!("./{rest}"),
        (ENERGY, _) => article.path.trim_start_matches('/').to_owned(),
        _ => article.path.clone(),
    }
}

fn cut(title: &str) -> String {
    if title.chars().count() <= CUT_CHARS {
        return title.to_owned();
    }
    title.chars().take(CUT_CHARS).chain("…".chars()).collect()
}

/// The rows of one list page, in the column's shape.
pub(super) fn rows(plan: &Plan, site: usize, column: usize, page: usize) -> String {
    let it = &plan.sites[site].columns[column];
    let per_page = rows_per_page(site);
    let articles: Vec<&Article> =
        it.rows.iter().skip(page * per_page).take(per_page).map(|&index| &plan.sites[site].articles[index]).collect();
    match it.spec.look {
        Look::List(shape) | Look::Archived(shape) | Look::Empty(shape) => {
            let mut out = shaped(plan, site, shape, &articles, page * per_page);
            if articles.is_empty() {
                out.push_str("<p class=\"nodata\">暂无信息</p>\n");
            }
            out
        }
        _ => String::new(),
    }
}

fn shaped(plan: &Plan, site: usize, shape: Shape, articles: &[&Article], before: usize) -> String {
    match shape {
        Shape::Table => table(plan, site, articles, before),
        Shape::MonthDay => month_day(plan, site, articles),
        Shape::Definition => wrapped("dl", "list-dl", articles, |article| {
            format!(
                "<dt><a href=\"{}\">{}</a></dt><dd>{}</dd>",
                href(plan, site, article),
                article.title,
                day(article.listed())
            )
        }),
        Shape::Letters => letters(plan, site, articles),
        _ => wrapped("ul", list_class(site, shape), articles, |article| item(&href(plan, site, article), shape, article)),
    }
}

fn list_class(site: usize, shape: Shape) -> &'static str {
    match (site, shape) {
        (_, Shape::Pictures) => "pic-list",
        (SMALL, _) => "news-list",
        _ => "list",
    }
}

fn wrapped(element: &str, class: &str, articles: &[&Article], row: impl Fn(&Article) -> String) -> String {
    let mut out = format!("<{element} class=\"{class}\">\n");
    for article in articles {
        out.push_str(&row(article));
        out.push('\n');
    }
    let _ = writeln!(out, "</{element}>");
    out
}

fn pin(article: &Article) -> &'static str {
    if article.pinned == Some(true) { "<em class=\"top\">[置顶]</em>" } else { "" }
}

fn item(href: &str, shape: Shape, article: &Article) -> String {
    let (title, date, pin) = (&article.title, article.listed(), pin(article));
    match shape {
        Shape::DateFirst => {
            format!("<li><span class=\"date\">[{}]</span>{pin}<a href=\"{href}\" target=\"_blank\">{title}</a></li>", day(date))
        }
        Shape::Split => format!(
            "<li><div class=\"date\"><b>{:02}</b><i>{:04}-{:02}</i></div><a href=\"{href}\" target=\"_blank\">{title}</a></li>",
            date.day(),
            date.year(),
            date.month()
        ),
        Shape::Cut => format!(
            "<li>{pin}<a href=\"{href}\" title=\"{title}\" target=\"_blank\">{}</a><span>{}</span></li>",
            cut(title),
            day(date)
        ),
        Shape::Pictures => {
            let picture = format!("W0{}{:06}.png", article.date.strftime("%Y%m%d"), article.seed % 1_000_000);
            let folder = href.rsplit_once('/').map_or(".", |(folder, _)| folder);
            format!(
                "<li><a href=\"{href}\" target=\"_blank\"><img src=\"{folder}/{picture}\" alt=\"{title}\"><p>{title}</p></a></li>"
            )
        }
        Shape::Chinese => format!(
            "<li><a href=\"{href}\" target=\"_blank\">{title}</a><em>{}年{}月{}日</em></li>",
            date.year(),
            date.month(),
            date.day()
        ),
        _ => format!(
            "<li>{pin}<a href=\"{href}\" target=\"_blank\" title=\"{title}\">{title}</a><span>{}</span></li>",
            day(date)
        ),
    }
}

fn table(plan: &Plan, site: usize, articles: &[&Article], before: usize) -> String {
    let mut out =
        "<table class=\"table\">\n<thead><tr><th>序号</th><th>标题</th><th>发布日期</th></tr></thead>\n<tbody>\n".to_owned();
    for (nth, article) in articles.iter().enumerate() {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}<a href=\"{}\" title=\"{3}\" target=\"_blank\">{3}</a></td><td>{4}</td></tr>",
            before + nth + 1,
            pin(article),
            href(plan, site, article),
            article.title,
            day(article.listed())
        );
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn letters(plan: &Plan, site: usize, articles: &[&Article]) -> String {
    let mut out =
        "<table class=\"table letters\">\n<thead><tr><th>主题</th><th>状态</th><th>来信日期</th></tr></thead>\n<tbody>\n"
            .to_owned();
    for article in articles {
        let _ = writeln!(
            out,
            "<tr><td><a href=\"{}\">{}</a></td><td>{}</td><td>{}</td></tr>",
            href(plan, site, article),
            article.title,
            if article.extra.as_ref().is_some_and(|extra| extra.above.contains("办理中")) {
                "办理中"
            } else {
                "已答复"
            },
            day(article.listed())
        );
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn month_day(plan: &Plan, site: usize, articles: &[&Article]) -> String {
    let mut out = String::new();
    for group in articles.chunk_by(|a, b| a.listed().year() == b.listed().year()) {
        let year = group.first().map_or(0, |article| article.listed().year());
        let _ = writeln!(out, "<h3 class=\"year\">{year}年</h3>");
        out.push_str(&wrapped("ul", "list", group, |article| {
            format!(
                "<li><a href=\"{}\" target=\"_blank\">{}</a><span>{}</span></li>",
                href(plan, site, article),
                article.title,
                article.listed().strftime("%m-%d")
            )
        }));
    }
    out
}

/// A short list of the newest rows for home and parent pages: at most `count`, with absolute addresses.
pub(super) fn newest(plan: &Plan, site: usize, column: usize, count: usize, with_year: bool) -> String {
    let it = &plan.sites[site].columns[column];
    let articles: Vec<&Article> = it.rows.iter().map(|&index| &plan.sites[site].articles[index]).take(count).collect();
    wrapped("ul", "block-list", &articles, |article| {
        let date = article.listed();
        let date = if with_year { day(date) } else { date.strftime("%m-%d").to_string() };
        format!(
            "<li><a href=\"{}\" title=\"{1}\" target=\"_blank\">{1}</a><span>{date}</span></li>",
            article.path, article.title
        )
    })
}

/// Source that an article names.
pub(super) fn source(article: &Article) -> &'static str {
    let mut dice = Dice::new(article.seed ^ 3);
    article.extra.as_ref().and_then(|extra| extra.source).unwrap_or_else(|| text::source(article.theme, &mut dice))
}

/// Index table, text, pictures, attachments and planted links of an article.
pub(super) fn article_body(plan: &Plan, site: usize, index: usize) -> String {
    let article = &plan.sites[site].articles[index];
    let extra = article.extra.as_deref();
    let mut dice = Dice::new(article.seed);
    let paragraphs = match extra {
        Some(extra) if !extra.body.is_empty() => extra.body.clone(),
        _ => text::body(article.theme, &article.title, &mut dice, article.date),
    };
    let mut out = String::new();
    for paragraph in paragraphs {
        let _ = writeln!(out, "<p>　　{paragraph}</p>");
    }
    let mut attachments = String::new();
    for file in plan.files(site, index) {
        let name = file.rsplit('/').next().unwrap_or_default();
        let written = if site == PORTAL { format!("./{name}") } else { file.clone() };
        let ending = name.rsplit('.').next().unwrap_or_default();
        if ending == "png" {
            let _ = writeln!(out, "<p style=\"text-align:center\"><img src=\"{written}\" alt=\"{}\"></p>", article.title);
        } else {
            let _ = writeln!(attachments, "<p>附件：<a href=\"{written}\">{}.{ending}</a></p>", article.title);
        }
    }
    out.push_str(&attachments);
    if let Some(extra) = extra {
        out.push_str(&extra.below);
    }
    out
}

/// Further list pages as plain links (sites without the portal's script).
pub(super) fn pager(plan: &Plan, site: usize, column: usize, page: usize) -> String {
    let pages = plan.pages(site, column);
    let first = &plan.sites[site].columns[column].path;
    let total = plan.sites[site].columns[column].rows.len();
    let mut out = format!("<div class=\"page\">共{total}条 第{}/{pages}页 ", page + 1);
    if page > 0 {
        let start = if site == ENERGY { format!("{first}&page=1") } else { first.clone() };
        let _ = write!(out, "<a href=\"{start}\">首页</a> <a href=\"{}\">上一页</a> ", page_path(site, first, page - 1));
    }
    if page + 1 < pages {
        let _ = write!(
            out,
            "<a href=\"{}\">下一页</a> <a href=\"{}\">尾页</a>",
            page_path(site, first, page + 1),
            page_path(site, first, pages - 1)
        );
    }
    out.push_str("</div>\n");
    out
}
