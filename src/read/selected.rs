//! The list of a column by the user's own CSS selectors. The one place where a DOM is built: selectors need one.

use jiff::civil::Date;
use scraper::{ElementRef, Html, Selector};

use super::links::Base;
use super::{ListSelectors, dates};
use crate::model::facts::{DateFact, DateSource, ListFacts, Row};
use crate::url::PageUrl;

/// Name of the list mechanism.
pub const FAMILY: &str = "configured";
/// Rows that are kept.
const ROWS_MAX: usize = 1_000;
/// Characters of a row's quotation.
const TEXT_CHARS_MAX: usize = 160;

/// Reads the rows. A selector that is none or that finds nothing says nothing about the column: no rows, and why.
pub fn read(html: &str, selectors: &ListSelectors, url: &PageUrl, base: &Base, today: Date) -> ListFacts {
    let empty = |reason: &str| facts(url, Vec::new(), Some(reason.to_owned()));
    let Ok(row) = Selector::parse(&selectors.row) else { return empty("bad-selector") };
    let Ok(date) = selectors.date.as_deref().map(Selector::parse).transpose() else { return empty("bad-selector") };
    let Ok(anchor) = Selector::parse("a[href]") else { return empty("bad-selector") };
    let document = Html::parse_document(html);
    let rows: Vec<Row> = document
        .select(&row)
        .filter_map(|element| {
            let link = if element.value().name() == "a" { Some(element) } else { title_link(element, &anchor) }?;
            let url = base.join(link.attr("href")?)?.url;
            let date = row_date(element, date.as_ref(), today);
            Some(Row { title: title(link), url, date, pinned: is_pinned(element), text: text(element, TEXT_CHARS_MAX) })
        })
        .take(ROWS_MAX)
        .collect();
    let reason = rows.is_empty().then(|| "selector-found-nothing".to_owned());
    facts(url, rows, reason)
}

fn facts(url: &PageUrl, rows: Vec<Row>, unread: Option<String>) -> ListFacts {
    ListFacts {
        family: FAMILY.to_owned(),
        column: url.clone(),
        page_no: 1,
        rows,
        next: None,
        pages_total: None,
        rows_total: None,
        guess: None,
        unread,
    }
}

/// The link with the most text: others of a row lead to its column or its picture.
fn title_link<'a>(row: ElementRef<'a>, anchor: &Selector) -> Option<ElementRef<'a>> {
    let mut best: Option<(usize, ElementRef<'a>)> = None;
    for link in row.select(anchor) {
        let length = text(link, TEXT_CHARS_MAX).chars().count();
        if best.is_none_or(|(held, _)| length > held) {
            best = Some((length, link));
        }
    }
    best.map(|(_, link)| link)
}

fn title(link: ElementRef<'_>) -> String {
    let shown = text(link, TEXT_CHARS_MAX);
    let whole = link.attr("title").map(super::tape::fold).unwrap_or_default();
    let is_cut = shown.ends_with("...") || shown.ends_with('…') || shown.is_empty();
    if is_cut && !whole.is_empty() { whole } else { shown }
}

fn row_date(row: ElementRef<'_>, date: Option<&Selector>, today: Date) -> Option<DateFact> {
    let text = match date {
        Some(date) => row.select(date).map(|element| text(element, TEXT_CHARS_MAX)).find(|text| !text.is_empty())?,
        None => text(row, usize::MAX),
    };
    let (date, time) = dates::written(&text, today)?;
    let text = text.chars().take(TEXT_CHARS_MAX).collect();
    Some(DateFact { date, time, source: DateSource::Row, text })
}

fn is_pinned(row: ElementRef<'_>) -> bool {
    row.text().any(|text| text.contains("置顶"))
}

fn text(element: ElementRef<'_>, chars_max: usize) -> String {
    let joined: String = element.text().collect::<Vec<_>>().join(" ");
    super::tape::fold(&joined).chars().take(chars_max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tape::Tape;

    fn list(html: &str, row: &str, date: Option<&str>) -> ListFacts {
        let url = PageUrl::parse("http://a.gov.cn/tzgg/").unwrap();
        let tape = Tape::read(html);
        let base = Base::of(&tape, &url, encoding_rs::UTF_8);
        let selectors = ListSelectors { row: row.to_owned(), date: date.map(str::to_owned) };
        read(html, &selectors, &url, &base, jiff::civil::date(2026, 11, 24))
    }

    const HTML: &str = "<div class=odd><div class=r><a href=/lm/>[通知]</a><a href=t1.html title='关于印发办法的通知'>关于印发…</a><i>2026-08-04</i></div>\
        <div class=r><b>置顶</b><a href=t2.html>关于2025年工作的公告</a><i>2026/08/03</i></div><div class=r>没有链接</div></div>";

    #[test]
    fn rows_are_what_the_selector_says() {
        let list = list(HTML, "div.odd > div.r", Some("i"));
        let rows: Vec<_> = list
            .rows
            .iter()
            .map(|row| (row.title.as_str(), row.url.path(), row.date.as_ref().unwrap().date.to_string(), row.pinned))
            .collect();
        assert_eq!(
            rows,
            [
                ("关于印发办法的通知", "/tzgg/t1.html", "2026-08-04".to_owned(), false),
                ("关于2025年工作的公告", "/tzgg/t2.html", "2026-08-03".to_owned(), true)
            ]
        );
        assert_eq!((list.family.as_str(), list.unread), ("configured", None));
    }

    #[test]
    fn a_selector_that_finds_nothing_leaves_the_column_unread() {
        assert_eq!(list(HTML, "ul.list > li", None).unread.as_deref(), Some("selector-found-nothing"));
        assert_eq!(list(HTML, "ul..list", None).unread.as_deref(), Some("bad-selector"));
    }
}
