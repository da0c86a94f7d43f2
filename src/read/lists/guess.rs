//! The next page of a list that names none. It is guessed only where the list's own rows cannot tell how old it is: they run
//! from old to new, so that what is newest stands on pages that were not seen; or they are too few of those that are counted.
//! One request; it goes on only from a guess that was kept.

use jiff::civil::Date;

use super::{ListInput, pager, script};
use crate::model::facts::{ListFacts, Row};
use crate::model::request::Request;
use crate::url::PageUrl;

/// Dated rows that tell of their order.
const ORDER_ROWS_MIN: usize = 5;
/// Dated rows below which a list that counts more says too little.
const DATED_ROWS_MIN: usize = 3;

/// The page behind this one, if it may be guessed.
pub(super) fn next(page: &ListInput<'_>, facts: &ListFacts) -> Option<Request> {
    if facts.next.is_some() || page.pager().place.is_some() || page.signs().has(script::Sign::CreatePage) {
        return None;
    }
    let is_kept = page.asked.is_some_and(|asked| asked.is_guess);
    let may_ask = is_kept || (page.asked.is_none() && facts.page_no == 1 && says_too_little(facts));
    let number = pager::numbered(page.url).map_or(1, |numbered| numbered.number);
    let url = may_ask.then(|| behind(page.url, &facts.rows, number))??;
    (url != *page.url && (url.query().is_some() || is_below(&url, &facts.rows))).then(|| page.further(url))
}

/// A guessed page is its column's only if it is numbered and its rows lie where the column's do.
pub(super) fn kept(page: &ListInput<'_>, column: &PageUrl, list: ListFacts) -> Option<ListFacts> {
    let number = pager::numbered(page.url)?.number;
    let is_own = page.url.query().is_some() || is_below(column, &list.rows);
    let page_no = number + u32::from(is_trs(&list.rows));
    is_own.then(|| ListFacts { column: column.clone(), page_no: page_no.max(2), ..list })
}

fn says_too_little(facts: &ListFacts) -> bool {
    let days: Vec<Date> = facts.rows.iter().filter_map(|row| row.date.as_ref()).map(|fact| fact.date).collect();
    let is_upward =
        days.len() >= ORDER_ROWS_MIN && days.first() < days.last() && days.windows(2).all(|pair| pair[0] <= pair[1]);
    let counts_more = facts.rows_total.is_some_and(|total| total as usize > facts.rows.len())
        || facts.pages_total.is_some_and(|pages| pages > 1);
    is_upward || (counts_more && days.len() < DATED_ROWS_MIN)
}

/// `index_1.html` behind `index.html` where the rows are TRS's (it counts from zero), else `index_2.html`; `page=2` where the
/// page is a program's.
fn behind(url: &PageUrl, rows: &[Row], number: u32) -> Option<PageUrl> {
    let mut next = url.to_url();
    let name = url.path().rsplit('/').next()?;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    if url.query().is_some() || matches!(ending.as_str(), "asp" | "aspx" | "jsp" | "php" | "action" | "do") {
        next.set_query(Some(&numbered_query(url.query().unwrap_or(""), number)));
    } else {
        let first = pager::numbered(url).map_or_else(|| url.clone(), |numbered| numbered.first);
        let name = first.path().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("index.html");
        let (stem, ending) = name.rsplit_once('.')?;
        let is_first = first == *url;
        let number = if is_first && is_trs(rows) { 1 } else { number + 1 };
        next.set_path(&format!("{}{stem}_{number}.{ending}", first.folder()));
    }
    PageUrl::canonical(next).ok().map(|joined| joined.url)
}

/// The query with the next number in the place of this one, or added as `page`.
fn numbered_query(query: &str, number: u32) -> String {
    let mut is_there = false;
    let mut pairs: Vec<String> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some((key, value)) if key.to_ascii_lowercase().contains("page") && value.parse() == Ok(number) => {
                is_there = true;
                pairs.push(format!("{key}={}", number + 1));
            }
            _ => pairs.push(pair.to_owned()),
        }
    }
    if !is_there {
        pairs.push(format!("page={}", number + 1));
    }
    pairs.join("&")
}

fn is_trs(rows: &[Row]) -> bool {
    let hrefs: Vec<String> = rows.iter().map(|row| row.url.path().to_owned()).collect();
    super::trs::is_trs_by_addresses(&hrefs)
}

/// Most rows lie below the folder of the list.
fn is_below(list: &PageUrl, rows: &[Row]) -> bool {
    let folder = list.folder();
    let below = rows.iter().filter(|row| row.url.host() == list.host() && row.url.path().starts_with(folder)).count();
    folder != "/" && below * 5 >= rows.len() * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_behind_is_named_as_its_kind_names_it() {
        let of = |url: &str, number| behind(&PageUrl::parse(url).unwrap(), &[], number).unwrap().to_string();
        assert_eq!(of("http://a.gov.cn/flfg/", 1), "http://a.gov.cn/flfg/index_2.html");
        assert_eq!(of("http://a.gov.cn/flfg/list.shtml", 1), "http://a.gov.cn/flfg/list_2.shtml");
        assert_eq!(of("http://a.gov.cn/flfg/list_2.shtml", 2), "http://a.gov.cn/flfg/list_3.shtml");
        assert_eq!(of("http://a.gov.cn/list.asp?id=7", 1), "http://a.gov.cn/list.asp?id=7&page=2");
        assert_eq!(of("http://a.gov.cn/list.asp?id=7&page=2", 2), "http://a.gov.cn/list.asp?id=7&page=3");
        assert_eq!(of("http://a.gov.cn/list.asp?pageNo=1", 1), "http://a.gov.cn/list.asp?pageNo=2");
    }
}
