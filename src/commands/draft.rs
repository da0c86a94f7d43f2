//! Writes what `xuncha init` saw as a commented `crawl.toml`. Every text of the site is quoted; nothing of it is left bare.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::audit::words;
use crate::model::rule::Lang;
use crate::model::site::{Column, ColumnReading};
use crate::url::PageUrl;

/// What the file is made of.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) today: Date,
    pub(super) url: PageUrl,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) neighbours: Vec<Neighbour>,
    /// The page budget, or something else, left pages unread.
    pub(super) cut: bool,
    /// The folder whose words told the classes.
    pub(super) rules_dir: Option<PathBuf>,
}

/// A host that may be a second-level site.
#[derive(Debug)]
pub(super) struct Neighbour {
    pub(super) url: PageUrl,
    /// Empty where no link names it.
    pub(super) name: String,
    /// Its name stands below the site's own.
    pub(super) below: bool,
    /// Pages that link to it.
    pub(super) pages: u32,
}

/// The file as text.
pub(super) fn write(draft: &Draft, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    head(&mut out, draft, zh);
    if !draft.neighbours.is_empty() {
        let text = if zh {
            "# ---- 页面上链接到的同域名网站。属于本单位二级网站的，去掉行首的 #；其他单位的网站请删去。"
        } else {
            "# ---- Sites of the same domain that the pages link to. Take the # off your own second-level sites, delete the others."
        };
        let _ = writeln!(out, "{text}\n");
        draft.neighbours.iter().for_each(|neighbour| self::neighbour(&mut out, neighbour, zh));
    }
    if !draft.columns.is_empty() {
        let text = if zh {
            "# ---- 找到的栏目。类别决定更新时限，请逐一核对；识别正确、没有补充的，整段删去也可以。"
        } else {
            "# ---- The columns found. The class decides the time limit: check each; what is right and needs no addition may be deleted."
        };
        let _ = writeln!(out, "{text}\n");
        draft.columns.iter().for_each(|column| self::column(&mut out, column, lang));
    }
    out
}

fn head(out: &mut String, draft: &Draft, zh: bool) {
    let today = draft.today;
    let intro = if zh {
        format!(
            "# 由 xuncha init 于 {today} 生成的草稿，请核对后使用。\n# 校验：xuncha config check；巡查：xuncha audit -c 本文件\n"
        )
    } else {
        format!(
            "# A draft by xuncha init, {today}: correct it before use.\n# Check it: xuncha config check; audit: xuncha audit -c FILE\n"
        )
    };
    out.push_str(&intro);
    if draft.cut {
        out.push_str(if zh {
            "# 注意：因页面数上限等原因，有页面没有读到，栏目可能不全（可用 --max-pages 提高上限）。\n"
        } else {
            "# Note: some pages were left unread (page budget, or a failure); columns may be missing (--max-pages raises the budget).\n"
        });
    }
    let office = if zh {
        "# office = \"办公室\"                # 责任处室"
    } else {
        "# office = \"办公室\"                # the responsible office"
    };
    let name = quoted(&draft.name);
    let rules =
        draft.rules_dir.as_ref().map(|dir| format!("rules_dir = {}\n", quoted(&dir.display().to_string()))).unwrap_or_default();
    let _ = write!(
        out,
        "\n[audit]\nunit = {name}\nstandard = \"gov-2019\"\nprofile = \"department\"            # department | portal\n{rules}\n[[site]]\nurl = {}\nname = {name}\nkind = \"portal\"\n{office}\n\n",
        quoted(draft.url.as_str())
    );
}

fn neighbour(out: &mut String, neighbour: &Neighbour, zh: bool) {
    let (pages, below) = (neighbour.pages, neighbour.below);
    let why = match (zh, below) {
        (true, true) => format!("主机名在本站域名之下，{pages} 个页面链接到它"),
        (true, false) => format!("与本站同属一个域名，{pages} 个页面链接到它"),
        (false, true) => format!("below the site's own host name; linked from {pages} pages"),
        (false, false) => format!("on the same domain; linked from {pages} pages"),
    };
    let _ = writeln!(out, "# {why}\n# [[site]]\n# url = {}", quoted(neighbour.url.as_str()));
    if !neighbour.name.is_empty() {
        let _ = writeln!(out, "# name = {}", quoted(&neighbour.name));
    }
    let _ = writeln!(out, "# kind = \"second-level\"\n");
}

fn column(out: &mut String, column: &Column, lang: Lang) {
    let class = serde_json::to_value(column.class).ok().and_then(|class| class.as_str().map(str::to_owned)).unwrap_or_default();
    let _ = writeln!(out, "[[column]]\nurl = {}\nname = {}", quoted(column.url.as_str()), quoted(&column.name));
    let source = source(&column.class_source, lang);
    if column.class_source == "default" {
        let _ = writeln!(out, "# class = {}                # {source}", quoted(&class));
    } else {
        let _ = writeln!(out, "class = {}                # {source}", quoted(&class));
    }
    let _ = writeln!(out, "# {}\n", reading(column, lang));
}

fn source(source: &str, lang: Lang) -> &'static str {
    match (source, lang) {
        ("tag", Lang::Zh) => "依据：页面的栏目类型标签",
        ("tag", Lang::En) => "by the page's ColumnType tag",
        ("name", Lang::Zh) => "依据：栏目名称",
        ("name", Lang::En) => "by the column's name",
        ("slug", Lang::Zh) => "依据：网址",
        ("slug", Lang::En) => "by the address",
        ("breadcrumb", Lang::Zh) => "依据：上级栏目",
        ("breadcrumb", Lang::En) => "by the column above",
        (_, Lang::Zh) => "未能识别类别，请填写",
        (_, Lang::En) => "not recognised: please fill in",
    }
}

/// What was read of the column, on one line.
fn reading(column: &Column, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let newest = column.newest.as_ref().and_then(|row| row.date.as_ref()).map(|fact| fact.date);
    let kind = column.list_kind.as_deref().unwrap_or("-");
    match (&column.state, newest) {
        (ColumnReading::Read, Some(day)) if zh => format!("列表：{kind}，最新一条 {day}"),
        (ColumnReading::Read, Some(day)) => format!("list: {kind}, newest {day}"),
        (ColumnReading::Read, None) if zh => format!("列表：{kind}，列表上没有日期（巡查时从文章页读取）"),
        (ColumnReading::Read, None) => format!("list: {kind}, without dates (an audit takes them from the articles)"),
        (ColumnReading::Unread { reason } | ColumnReading::Unreachable { reason }, _) => {
            let words = one_line(&words::key(reason, lang));
            if zh { format!("没有读到：{words}") } else { format!("not read: {words}") }
        }
        (ColumnReading::Empty, _) => (if zh { "列表为空" } else { "an empty list" }).to_owned(),
        (ColumnReading::Static, _) => (if zh { "文字页面，没有列表" } else { "a page of text, no list" }).to_owned(),
        (ColumnReading::Archived, _) => (if zh { "已归档" } else { "archived" }).to_owned(),
        (ColumnReading::Parent, _) => (if zh { "内容在下级栏目中" } else { "its items stand in the columns below" }).to_owned(),
        (ColumnReading::Ignored, _) => (if zh { "不检查" } else { "left out" }).to_owned(),
    }
}

/// A basic string of TOML: JSON's escapes are its own, and control characters have no business in a name.
fn quoted(text: &str) -> String {
    serde_json::Value::String(one_line(text)).to_string()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::path::Path;

    #[test]
    fn names_of_any_shape_stay_inside_their_quotes() {
        let draft = |name: &str| Draft {
            today: jiff::civil::date(2026, 11, 24),
            url: PageUrl::parse("http://gxt.example.gov.cn/").unwrap(),
            name: name.to_owned(),
            columns: Vec::new(),
            neighbours: vec![Neighbour {
                url: PageUrl::parse("http://zxqy.example.gov.cn/").unwrap(),
                name: format!("{name}\n[[site]]"),
                below: false,
                pages: 2,
            }],
            rules_dir: None,
            cut: true,
        };
        for name in ["某厅", "a\"b\\c", "一\n[crawl]\nmax_pages = 0", "\u{7f}\u{0}x"] {
            for lang in [Lang::Zh, Lang::En] {
                let text = write(&draft(name), lang);
                let config = Config::parse(&text, Path::new("crawl.toml")).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
                assert_eq!(config.sites.len(), 1, "{text}");
                assert_eq!(config.sites[0].name, one_line(name), "{text}");
            }
        }
    }
}
