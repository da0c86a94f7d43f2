//! What kind of page it is: home, column, article, error page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{soft404, tags};
use crate::model::facts::{DateFact, DateSource, ErrorSign, ListFacts, PageKind};
use crate::url::PageUrl;

/// Characters of body text that an article has at least, where nothing else names it one.
const ARTICLE_CHARS_MIN: u32 = 80;

/// What the kind is read from.
#[derive(Debug, Clone, Copy)]
pub struct KindInput<'a> {
    pub url: &'a PageUrl,
    pub home: Option<&'a PageUrl>,
    pub tags: &'a BTreeMap<String, String>,
    pub error_signs: &'a [ErrorSign],
    pub list: Option<&'a ListFacts>,
    pub date: Option<&'a DateFact>,
    pub body_chars: u32,
}

pub fn read(input: &KindInput<'_>) -> PageKind {
    if !input.error_signs.is_empty() {
        return PageKind::Error;
    }
    if input.home.is_some_and(|home| soft404::same_page(home, input.url)) {
        return PageKind::Home;
    }
    if tags::value(input.tags, "ArticleTitle").is_some() {
        return PageKind::Article;
    }
    let has_rows = input.list.is_some_and(|list| !list.rows.is_empty() || list.next.is_some());
    if is_article_address(input.url) && !has_rows {
        return PageKind::Article;
    }
    if has_rows || tags::value(input.tags, "ColumnName").is_some() {
        return PageKind::Column;
    }
    let is_dated = input.date.is_some_and(|date| date.source != DateSource::Url);
    if is_dated && input.body_chars >= ARTICLE_CHARS_MIN {
        return PageKind::Article;
    }
    if input.list.is_some() { PageKind::Column } else { PageKind::Other }
}

/// Addresses that content systems give articles, lower case (norms.md 6.2).
pub const ARTICLE_ADDRESS: &str = r"(?x-u)
              /[0-9]{6}/t[0-9]{8}_[0-9]+\.s?html?$ | /t[0-9]{6,9}(?:_[0-9]+)?\.s?html?$
            | /art/[0-9]{4}/(?:[0-9]{1,2}/[0-9]{1,2}/)?art_[0-9a-f_]+\.html?$
            | /[0-9]{4}-[0-9]{2}/[0-9]{2}/(?:content_|c_)?[0-9]+\.s?html?$ | /[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]+\.s?html?$
            | /[0-9]{8}/[0-9a-f]{6,32}(?:/c)?\.s?html?$ | /[0-9]{6}/[0-9a-f]{32}\.s?html?$
            | /[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}/[0-9a-z-]+\.s?html?$ | /content/m?post_[0-9]+\.html?$ | /content_[0-9]+\.s?html?$
            | /info/[0-9]+/[0-9]+\.html?$ | /[0-9]{12,}/index\.s?html?$ | /c[0-9]+/content\.html?$
            | /[0-9]{6}/[0-9]{2}/[0-9a-f-]{36}\.s?html?$ | /(?:detail|article|view|show)[a-z_-]*/?[0-9]+\.s?html?$";

/// Whether an address is written in one of the dialects that content systems give articles (norms.md 6.2).
pub fn is_article_address(url: &PageUrl) -> bool {
    // Addresses are ASCII: without Unicode classes the automaton stays small.
    static DIALECT: LazyLock<Regex> = LazyLock::new(|| Regex::new(ARTICLE_ADDRESS).expect("a constant pattern"));
    let path = url.path();
    // Every dialect has a number.
    path.bytes().any(|b| b.is_ascii_digit()) && DIALECT.is_match(&path.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{PageInput, read_page};

    fn kind(page: &str, html: &str) -> PageKind {
        let url = PageUrl::parse(page).unwrap();
        let home = PageUrl::parse("http://gxt.example.gov.cn/gxt/").unwrap();
        let input = PageInput {
            url: &url,
            bytes: html.as_bytes(),
            header_charset: None,
            today: jiff::civil::date(2026, 11, 24),
            home: Some(&home),
            selectors: None,
            asked: None,
            typos: None,
            signs: None,
        };
        read_page(&input).facts.kind
    }

    #[test]
    fn the_home_page_is_known_by_its_address() {
        let html = "<title>某厅</title><p>要闻";
        assert_eq!(kind("http://gxt.example.gov.cn/gxt/", html), PageKind::Home);
        assert_eq!(kind("http://gxt.example.gov.cn/gxt/index.html", html), PageKind::Home);
        assert_eq!(kind("http://gxt.example.gov.cn/gxt/tzgg/index.html", html), PageKind::Other);
    }

    #[test]
    fn tags_tell_articles_from_columns() {
        let page = "http://gxt.example.gov.cn/gxt/x.html";
        let column = "<meta name=ColumnName content=通知公告>";
        assert_eq!(kind(page, column), PageKind::Column);
        assert_eq!(kind(page, &format!("{column}<meta name=ArticleTitle content=通知>")), PageKind::Article);
        assert_eq!(kind(page, &format!("{column}<meta name=ArticleTitle content=null>")), PageKind::Column);
    }

    #[test]
    fn addresses_of_articles_are_known() {
        for path in [
            "/gxt/tzgg/202608/t20260804_34039387.html",
            "/art/2026/8/4/art_123_456.html",
            "/content/post_4301234.html",
            "/info/1041/2233.htm",
            "/202608/0123456789abcdef0123456789abcdef.shtml",
            "/2026-08/04/content_123.shtml",
        ] {
            let page = format!("http://gxt.example.gov.cn{path}");
            assert!(is_article_address(&PageUrl::parse(&page).unwrap()), "{path}");
        }
        for path in
            ["/", "/gxt/tzgg/index.html", "/gxt/tzgg/index_3.html", "/col/col1234/index.html", "/tzgg.shtml", "/list/12.htm"]
        {
            let page = format!("http://gxt.example.gov.cn{path}");
            assert!(!is_article_address(&PageUrl::parse(&page).unwrap()), "{path}");
        }
    }

    #[test]
    fn a_dated_text_is_an_article() {
        let html = format!("<h1>题</h1><div>发布时间：2026-08-04</div><p>{}</p>", "正文内容。".repeat(40));
        assert_eq!(kind("http://gxt.example.gov.cn/x.asp?id=3", &html), PageKind::Article);
        assert_eq!(kind("http://gxt.example.gov.cn/x.asp?id=3", "<title>404</title>"), PageKind::Error);
    }
}
