//! What `xuncha inspect` says of one page: the public JSON form (contract: `inspect --json`) and the text form.

use jiff::civil::Date;
use serde::Serialize;

use crate::model::facts::{DateSource, ErrorSignKind, LinkKind, Mark, PageFacts, PageKind, PageRead, Place};
use crate::model::request::Method;
use crate::model::rule::Lang;
use crate::model::signs::{self, HiddenWay};
use crate::read::{self, PageInput};
use crate::url::PageUrl;

#[derive(Debug, Serialize)]
pub(super) struct Inspection {
    /// The file that was read; null for an address.
    pub(super) file: Option<String>,
    pub(super) url: String,
    pub(super) charset: String,
    pub(super) charset_source: String,
    pub(super) title: String,
    /// ISO date; null where the page shows none.
    pub(super) date: Option<Date>,
    pub(super) date_source: Option<DateSource>,
    pub(super) kind: PageKind,
    pub(super) soft_404: bool,
    pub(super) challenge: bool,
    pub(super) list: Option<List>,
    pub(super) marks: Marks,
    /// Links to foreign hosts that a visitor cannot see.
    pub(super) hidden_links: Vec<HiddenLink>,
    pub(super) links: Vec<Link>,
}

#[derive(Debug, Serialize)]
pub(super) struct List {
    pub(super) family: String,
    pub(super) rows: Vec<Row>,
    /// `METHOD address [body]` of the next list request; null where there is none.
    pub(super) next: Option<Next>,
    /// Why the rows are not to be had, where the mechanism is known but cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unread: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Next {
    pub(super) method: &'static str,
    pub(super) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) url: String,
    pub(super) date: Option<Date>,
    pub(super) date_source: Option<DateSource>,
    pub(super) pinned: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Marks {
    pub(super) site_code: Option<String>,
    pub(super) site_code_source: Option<String>,
    pub(super) icp: Option<String>,
    pub(super) police: Option<String>,
    pub(super) badge: bool,
    pub(super) report_errors: bool,
    pub(super) owner: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Link {
    pub(super) url: String,
    pub(super) text: String,
    pub(super) kind: LinkKind,
    pub(super) place: Place,
    pub(super) selector: String,
}

#[derive(Debug, Serialize)]
pub(super) struct HiddenLink {
    pub(super) url: String,
    pub(super) text: String,
    /// How it is hidden, and the style that does it.
    pub(super) way: HiddenWay,
    pub(super) style: String,
    pub(super) selector: String,
    pub(super) by_script: bool,
}

impl HiddenLink {
    fn of(link: &signs::HiddenLink) -> Self {
        Self {
            url: link.url.to_string(),
            text: link.text.clone(),
            way: link.way,
            style: link.style.clone(),
            selector: link.selector.clone(),
            by_script: link.by_script,
        }
    }
}

/// One page as it came: the status is known only for addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) file: Option<&'a str>,
    pub(super) url: &'a PageUrl,
    pub(super) status: Option<u16>,
    pub(super) bytes: &'a [u8],
    pub(super) header_charset: Option<&'a str>,
    pub(super) today: Date,
}

/// Reads the page.
pub(super) fn inspect(page: &Page<'_>) -> Inspection {
    let input = PageInput {
        url: page.url,
        bytes: page.bytes,
        header_charset: page.header_charset,
        today: page.today,
        home: None,
        selectors: None,
        asked: None,
        typos: None,
        signs: None,
    };
    let PageRead { facts, links, .. } = read::read_page(&input);
    let challenge = read::challenge(page.status.unwrap_or(200), page.bytes).is_some();
    let soft_404 = page.status.is_none_or(|status| (200..300).contains(&status))
        && facts.error_signs.iter().any(|sign| matches!(sign.kind, ErrorSignKind::Title | ErrorSignKind::Phrase));
    Inspection {
        file: page.file.map(str::to_owned),
        url: page.url.to_string(),
        charset: facts.charset.label.clone(),
        charset_source: word(facts.charset.source),
        date: facts.date.as_ref().map(|date| date.date),
        date_source: facts.date.as_ref().map(|date| date.source),
        kind: if challenge { PageKind::Challenge } else { facts.kind },
        soft_404,
        challenge,
        list: list(&facts),
        marks: marks(&facts),
        hidden_links: facts.signs.hidden_links.iter().map(HiddenLink::of).collect(),
        links: links
            .into_iter()
            .map(|link| Link {
                url: link.fragment.map_or_else(|| link.url.to_string(), |fragment| format!("{}#{fragment}", link.url)),
                text: link.text,
                kind: link.kind,
                place: link.place,
                selector: link.selector,
            })
            .collect(),
        title: facts.title,
    }
}

fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn list(facts: &PageFacts) -> Option<List> {
    let list = facts.list.as_ref()?;
    Some(List {
        family: list.family.clone(),
        rows: list
            .rows
            .iter()
            .map(|row| Row {
                title: row.title.clone(),
                url: row.url.to_string(),
                date: row.date.as_ref().map(|date| date.date),
                date_source: row.date.as_ref().map(|date| date.source),
                pinned: row.pinned,
            })
            .collect(),
        next: list.next.as_ref().map(|next| Next {
            method: match next.method {
                Method::Get => "GET",
                Method::Head => "HEAD",
                Method::Post { .. } => "POST",
            },
            url: next.url.to_string(),
            body: match &next.method {
                Method::Post { body } => Some(body.clone()),
                Method::Get | Method::Head => None,
            },
        }),
        unread: list.unread.clone(),
    })
}

fn marks(facts: &PageFacts) -> Marks {
    let first = |marks: &[Mark]| marks.first().map(|mark| mark.value.clone());
    Marks {
        site_code: first(&facts.marks.site_code),
        site_code_source: facts.marks.site_code.first().map(|mark| mark.source.clone()),
        icp: first(&facts.marks.icp),
        police: first(&facts.marks.police),
        badge: facts.marks.badge.is_some(),
        report_errors: facts.marks.report_errors.is_some(),
        owner: facts.marks.owner.as_ref().map(|mark| mark.value.clone()),
    }
}

impl Inspection {
    /// For a person at a terminal.
    pub(super) fn text(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        let label = |chinese: &str, english: &str| if zh { format!("{chinese}：") } else { format!("{english}: ") };
        let none = if zh { "无" } else { "none" };
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| none.to_owned());
        let mut out = Vec::new();
        if let Some(file) = &self.file {
            out.push(format!("{}{file}", label("文件", "File")));
        }
        out.push(format!("{}{}", label("网址", "Address"), self.url));
        out.push(format!("{}{} ({})", label("编码", "Charset"), self.charset, self.charset_source));
        out.push(format!("{}{}", label("页面类型", "Kind"), word(self.kind)));
        out.push(format!("{}{}", label("标题", "Title"), self.title));
        let date = self.date.map(|date| format!("{date} ({})", self.date_source.map(word).unwrap_or_default()));
        out.push(format!("{}{}", label("日期", "Date"), shown(&date)));
        if self.challenge {
            out.push(
                if zh { "防护页面：未能读到真实内容" } else { "A protection page: the real content was not read" }.to_owned(),
            );
        }
        if self.soft_404 {
            out.push(
                if zh {
                    "页面自称“不存在”（软 404）"
                } else {
                    "The page says of itself that it does not exist (soft 404)"
                }
                .to_owned(),
            );
        }
        match &self.list {
            None => out.push(format!("{}{}", label("列表", "List"), if zh { "未识别到列表" } else { "no list recognised" })),
            Some(list) => list_text(list, zh, &mut out),
        }
        let marks = &self.marks;
        out.push(format!(
            "{}{} · ICP {} · {} {} · {} {} · {} {} · {} {}",
            label("标识", "Marks"),
            format_args!("{} {}", if zh { "网站标识码" } else { "site code" }, shown(&marks.site_code)),
            shown(&marks.icp),
            if zh { "公安备案" } else { "police" },
            shown(&marks.police),
            if zh { "党政机关标识" } else { "badge" },
            yes(marks.badge, zh),
            if zh { "找错" } else { "report errors" },
            yes(marks.report_errors, zh),
            if zh { "主办单位" } else { "owner" },
            shown(&marks.owner),
        ));
        out.push(format!("{}{}", label("链接", "Links"), self.links.len()));
        let mut text = out.join("\n");
        text.push('\n');
        text
    }
}

fn list_text(list: &List, zh: bool, out: &mut Vec<String>) {
    let (name, rows) = if zh { ("列表：", "条") } else { ("List: ", " rows") };
    out.push(format!("{name}{} · {}{rows}", list.family, list.rows.len()));
    if let Some(unread) = &list.unread {
        out.push(format!("  {}{unread}", if zh { "未能读取：" } else { "not readable: " }));
    }
    for row in &list.rows {
        let date = row.date.map_or_else(|| "----------".to_owned(), |date| date.to_string());
        let pinned = if row.pinned { if zh { "[置顶] " } else { "[pinned] " } } else { "" };
        out.push(format!("  {date}  {pinned}{}  {}", row.title, row.url));
    }
    if let Some(next) = &list.next {
        out.push(format!("  {}{} {}", if zh { "下一页：" } else { "next: " }, next.method, next.url));
    }
}

fn yes(value: bool, zh: bool) -> &'static str {
    match (value, zh) {
        (true, true) => "有",
        (false, true) => "无",
        (true, false) => "yes",
        (false, false) => "no",
    }
}
