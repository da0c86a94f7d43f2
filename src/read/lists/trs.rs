//! TRS WCM and its kin: static pages `index.html`, `index_1.html` …, whose pager a script writes:
//! `createPageHTML(total, current, "index", "html")`. No link to page 2 stands in the page.

use super::choose;
use super::script::{self, Sign};
use super::{Family, ListInput, pager, shells};
use crate::model::facts::ListFacts;
use crate::url::PageUrl;

#[derive(Debug)]
pub(super) struct Trs;

/// Places in one script that are looked at for the call.
const CALLS_MAX: usize = 20;
/// Arguments of one call that are looked at; the longest variant has six.
const ARGUMENTS_MAX: usize = 8;

/// What the call says. The next page is `{name}_{current + 1}.{ending}` in both ways of counting.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    total: u32,
    current: u32,
    name: String,
    ending: String,
    /// The variant with the id of an element first counts from one.
    has_element: bool,
    /// Rows of all pages, as that variant's last argument says.
    rows: Option<u32>,
}

/// The page's script draws a pager for rows, whether or not the page shows any.
pub(super) fn counts_rows(page: &ListInput<'_>) -> bool {
    let call = page.signs().texts(Sign::CreatePage).find_map(call);
    call.is_some_and(|call| call.total > 1 || call.rows.is_some_and(|rows| rows > 0))
}

impl Family for Trs {
    fn name(&self) -> &'static str {
        "trs"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let call = page.signs().texts(Sign::CreatePage).find_map(call);
        if call.is_none() && !page.main().is_some_and(|main| is_trs_by_addresses(&main.hrefs)) {
            return None;
        }
        let Some(main) = page.main() else {
            return call.and_then(|_| shells::empty_list(page, self.name()));
        };
        let mut facts = choose::facts(page, self.name(), main);
        if let Some(call) = call {
            paged(page, &call, &mut facts);
        }
        Some(facts)
    }
}

/// Most rows lead to `…/YYYYMM/tYYYYMMDD_ID.html`.
pub(super) fn is_trs_by_addresses(hrefs: &[String]) -> bool {
    let is_trs = |href: &&String| {
        let name = href.rsplit('/').next().unwrap_or("");
        name.strip_prefix('t').is_some_and(|rest| {
            rest.len() > 9 && rest.bytes().take(8).all(|b| b.is_ascii_digit()) && rest.as_bytes().get(8) == Some(&b'_')
        })
    };
    hrefs.iter().filter(is_trs).count() * 2 > hrefs.len()
}

fn paged(page: &ListInput<'_>, call: &Call, facts: &mut ListFacts) {
    let counts_from_one = counts_from_one(page.url, call);
    let page_no = if counts_from_one { call.current.max(1) } else { call.current + 1 };
    facts.page_no = page_no;
    facts.pages_total = Some(call.total.max(1));
    facts.column = if page_no <= 1 { page.url.clone() } else { first_page(page, call).unwrap_or_else(|| page.url.clone()) };
    facts.next = None;
    if page_no < call.total {
        let next = format!("{}_{}.{}", call.name, call.current + 1, call.ending);
        facts.next = page.join(&next).filter(|url| url != page.url).map(|url| page.further(url));
    }
}

fn first_page(page: &ListInput<'_>, call: &Call) -> Option<PageUrl> {
    page.join(&format!("{}.{}", call.name, call.ending))
}

fn counts_from_one(url: &PageUrl, call: &Call) -> bool {
    match pager::numbered(url) {
        // The first page: zero says zero-based, one says one-based.
        None => call.current >= 1,
        Some(_) => call.has_element,
    }
}

fn call(script: &str) -> Option<Call> {
    by_call(script).or_else(|| by_object(script)).or_else(|| by_variables(script))
}

/// `Pager({size: 7, current: 0, prefix: 'index', suffix: 'html'})`
fn by_object(script: &str) -> Option<Call> {
    let (_, object) = script.split_once("Pager({")?;
    let object = object.get(..object.find('}')?)?;
    let (total, current) = (script::number(object, "size")?, script::number(object, "current")?);
    let name = script::text(object, "prefix").filter(|name| is_file_name(name))?.to_owned();
    let ending =
        script::text(object, "suffix").map(|ending| ending.trim_start_matches('.')).filter(|ending| is_file_name(ending))?;
    Some(Call { total, current, name, ending: ending.to_owned(), has_element: false, rows: None })
}

fn by_call(script: &str) -> Option<Call> {
    script.match_indices("createPage").take(CALLS_MAX).find_map(|(at, _)| {
        let arguments = script::arguments(script.get(at..)?)?;
        let arguments: Vec<&str> = arguments.into_iter().take(ARGUMENTS_MAX).collect();
        let variable = |name: &str| is_name(name).then(|| script::number(script, name)).flatten();
        let value = |argument: &str| argument.parse().ok().or_else(|| variable(argument));
        let numbers_at = arguments.iter().position(|argument| value(argument).is_some())?;
        let (total, current) = (value(arguments.get(numbers_at)?)?, value(arguments.get(numbers_at + 1)?)?);
        let name = arguments.get(numbers_at + 2).filter(|name| is_file_name(name))?;
        let ending =
            arguments.get(numbers_at + 3).map(|ending| ending.trim_start_matches('.')).filter(|ending| is_file_name(ending))?;
        let has_element = numbers_at > 0;
        let rows = arguments.get(numbers_at + 4).filter(|_| has_element).and_then(|rows| rows.parse().ok());
        Some(Call { total, current, name: (*name).to_owned(), ending: ending.to_owned(), has_element, rows })
    })
}

/// The older template: `var currentPage = 0; var countPage = 12; document.write("<a href=\"index_" + … + ".html\">")`.
fn by_variables(script: &str) -> Option<Call> {
    let (total, current) = (script::number(script, "countPage")?, script::number(script, "currentPage")?);
    let name = script.match_indices('_').find_map(|(at, _)| {
        let behind = script.get(at + 1..)?;
        if !behind.starts_with(['"', '\'']) {
            return None;
        }
        let head = script.get(..at)?;
        let from = head.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).map_or(0, |i| i + 1);
        head.get(from..).filter(|name| !name.is_empty())
    })?;
    let ending = [".shtml", ".html", ".htm", ".jhtml"].into_iter().find(|ending| script.contains(ending))?;
    Some(Call {
        total,
        current,
        name: name.to_owned(),
        ending: ending.trim_start_matches('.').to_owned(),
        has_element: false,
        rows: None,
    })
}

fn is_name(text: &str) -> bool {
    text.len() > 2 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_file_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_of_the_call_is_read() {
        let read = |script: &str| call(script).map(|c| (c.total, c.current, c.name, c.ending, c.has_element));
        let index = |total, current| Some((total, current, "index".to_owned(), "html".to_owned(), false));
        assert_eq!(read("createPageHTML(12, 0, \"index\", \"html\");"), index(12, 0));
        assert_eq!(read("createPage(12,3,'index','html')"), index(12, 3));
        assert_eq!(read("createPageHTML5(12, 0, \"index\", \".html\", 180)"), index(12, 0));
        assert_eq!(
            read("createPageHTML(\"page_div\", 50, 1, \"szywlist\", \"shtml\", 1000)"),
            Some((50, 1, "szywlist".into(), "shtml".into(), true))
        );
        assert_eq!(
            read(
                "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){ x }\ncreatePageHTML(7, 1, \"index\", \"html\");"
            ),
            index(7, 1)
        );
        assert_eq!(read("var countPage = 9; var cur = 0; createPageHTML(countPage, cur, \"index\", \"html\")"), index(9, 0));
        assert_eq!(
            read(
                "var currentPage = 2;//所在页从0开始\nvar countPage = 12//共多少页\ndocument.write(\"<a href=\\\"index_\"+i+\".html\\\">\");"
            ),
            index(12, 2)
        );
        assert_eq!(
            read("createPageHTML('page_div',10, 1,'xlist','shtml',189)"),
            Some((10, 1, "xlist".into(), "shtml".into(), true))
        );
        assert_eq!(call("createPageHTML('page_div',10, 1,'xlist','shtml',189)").unwrap().rows, Some(189));
        assert_eq!(call("createPageHTML5(12, 0, \"index\", \".html\", 180)").unwrap().rows, None, "a page's length");
        assert_eq!(read("function createPageHTML(a,b,c,d){}"), None);
        assert_eq!(read("var countPage = 9;"), None);
    }

    /// A framework's bundle calls `createPage()`: an empty name once stood everywhere in the script and was searched for ever.
    #[test]
    fn a_call_without_arguments_is_no_pager() {
        assert_eq!(call("app.createPage();function f(){return r.createPage( , )}"), None);
    }
}
