//! List mechanisms: how the content systems of portals write the list of a column. One file a family; the shared reader of
//! repeated rows is `rows`. Families *return* the next request; they never make one.
//!
//! A page that is no list gives none. A list whose rows are not to be had from the page gives no rows and says why
//! ([`ListFacts::unread`]): such a column is undetermined. No rows and no `unread` is a list that is empty for certain.

mod between;
mod choose;
mod columns;
mod epoint;
mod fallback;
mod feeds;
mod guess;
mod hanweb;
mod inline;
mod json;
mod layout;
mod markup;
mod named;
mod pager;
mod rows;
mod script;
mod shells;
mod title;
mod trs;
mod truecms;
mod webforms;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use encoding_rs::Encoding;
use jiff::civil::Date;

use self::choose::{Candidate, MainList};
use self::layout::Layout;
use self::pager::Pager;
use self::script::Signs;
use super::tape::Tape;
use crate::model::facts::{DateFact, ListFacts};
use crate::model::request::{Method, Purpose, Request};
use crate::read::Asked;
use crate::url::{BaseUrl, PageUrl};

pub use self::choose::dated_rows;
pub use self::pager::column_key;

/// Rows of one list page that are kept.
pub const ROWS_MAX: usize = 1_000;
/// Dated rows of a page that is no list.
pub const DATED_ROWS_MAX: usize = 50;

/// A list mechanism.
pub trait Family: Sync {
    /// As `list_kind` of the reports names it.
    fn name(&self) -> &'static str;

    /// The list of the page; none where the page is not of this family, or no list.
    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts>;
}

/// Every family, in order of precedence: what is surest comes first, the generic reader last.
pub const FAMILIES: &[&dyn Family] = &[
    // Its script quotes a record set as template: before hanweb.
    &truecms::Truecms,
    &hanweb::Hanweb,
    &trs::Trs,
    &feeds::Jpaas,
    &feeds::Gkmlpt,
    &feeds::Ucap,
    &epoint::Epoint,
    &named::Jeecms,
    &named::SiteBuilder,
    &webforms::WebForms,
    &markup::Table,
    &markup::Items,
    &markup::Definitions,
    &inline::InlineJson,
    &shells::Frame,
    &shells::Script,
    &markup::Generic,
];

/// Characters of text outside navigation that a mere frame around the list may have.
pub const SHELL_CHARS_MAX: u32 = 300;

/// The rows come from a request that the page's script makes.
pub const UNREAD_SCRIPT: &str = "script-data";
/// The rows stand in a frame.
pub const UNREAD_FRAME: &str = "frame";

/// What a family is given of one page.
#[derive(Debug)]
pub struct ListInput<'a> {
    pub tape: &'a Tape,
    /// The decoded page.
    pub source: &'a str,
    /// The address that answered.
    pub url: &'a PageUrl,
    /// What links are resolved against (`<base>` heeded).
    pub base: &'a BaseUrl,
    pub encoding: &'static Encoding,
    /// Tags of the head by their official names (`ColumnName`, `ArticleTitle` …).
    pub tags: &'a BTreeMap<String, String>,
    /// The monitoring day, Beijing time.
    pub today: Date,
    /// The page is a site's home page: no list, whatever it looks like.
    pub is_home: bool,
    /// Who asked for this page: replies of data interfaces belong to its column.
    pub asked: Option<Asked<'a>>,
    /// Dates behind the page's labels, where they have been read already.
    pub labels: Option<&'a [DateFact]>,
    parts: Parts<'a>,
}

/// What several families ask for, made when first asked for.
#[derive(Debug, Default)]
struct Parts<'a> {
    layout: OnceCell<Layout<'a>>,
    pager: OnceCell<Pager<'a>>,
    signs: OnceCell<Signs<'a>>,
    candidates: OnceCell<Vec<Candidate<'a>>>,
    main: OnceCell<Option<MainList>>,
    is_article: OnceCell<bool>,
}

impl<'a> ListInput<'a> {
    #[expect(clippy::too_many_arguments, reason = "one call site; the fields are the parameters")]
    pub fn new(
        tape: &'a Tape,
        source: &'a str,
        url: &'a PageUrl,
        base: &'a BaseUrl,
        encoding: &'static Encoding,
        tags: &'a BTreeMap<String, String>,
        today: Date,
        is_home: bool,
    ) -> Self {
        Self { tape, source, url, base, encoding, tags, today, is_home, asked: None, labels: None, parts: Parts::default() }
    }

    fn layout(&self) -> &Layout<'a> {
        self.parts.layout.get_or_init(|| Layout::of(self.tape))
    }

    fn pager(&self) -> &Pager<'a> {
        self.parts.pager.get_or_init(|| Pager::find(self.tape, self.layout()))
    }

    fn signs(&self) -> &Signs<'a> {
        self.parts.signs.get_or_init(|| Signs::find(self.tape))
    }

    fn candidates(&self) -> &[Candidate<'a>] {
        self.parts.candidates.get_or_init(|| choose::candidates(self))
    }

    fn is_article(&self) -> bool {
        *self.parts.is_article.get_or_init(|| choose::looks_like_article(self))
    }

    /// The page's one list by its markup, if it has one.
    fn main(&self) -> Option<&MainList> {
        self.parts.main.get_or_init(|| choose::main_list(self)).as_ref()
    }

    /// Resolves an address that is written on the page.
    fn join(&self, href: &str) -> Option<PageUrl> {
        self.base.join(href, self.encoding).ok().map(|joined| joined.url)
    }

    /// A further page of the list, asked for from the column's page.
    fn further(&self, url: PageUrl) -> Request {
        Request { referer: Some(self.referer().unwrap_or(self.url).clone()), ..Request::get(url, Purpose::List) }
    }

    /// The same with a form.
    fn further_by_post(&self, url: PageUrl, body: String) -> Request {
        Request { method: Method::Post { body }, ..self.further(url) }
    }

    /// The page on whose behalf this one was asked for.
    fn referer(&self) -> Option<&'a PageUrl> {
        self.asked.map(|asked| asked.referer)
    }

    /// The same page with other contents: markup that stood inside a script or a reply.
    fn with_fragment<'f>(&'f self, tape: &'f Tape, source: &'f str) -> ListInput<'f> {
        ListInput { tape, source, labels: None, parts: Parts::default(), ..*self }
    }

    fn tag(&self, name: &str) -> Option<&str> {
        self.tags.get(name).map(|value| value.trim()).filter(|value| !value.is_empty() && *value != "null")
    }
}

/// The list of a page, or of a data interface's reply, by the first family that recognises it.
pub fn read(page: &ListInput<'_>) -> Option<ListFacts> {
    if page.is_home || page.tape.is_empty() {
        return None;
    }
    if hanweb::is_reply(page.source) {
        return hanweb::read_reply(page, page.source);
    }
    if is_json(page.source) {
        return feeds::read_reply(page);
    }
    if epoint::is_settings(page) {
        return epoint::read_settings(page);
    }
    let list = FAMILIES.iter().find_map(|family| family.read(page))?;
    // The list in a shell's frame is the shell's.
    Some(match page.asked {
        Some(Asked { is_guess: true, referer, .. }) => return guess::kept(page, referer, list),
        Some(Asked { referer, by_shell: true, .. }) => ListFacts { column: referer.clone(), ..list },
        _ => list,
    })
}

/// Whether a page of no family is an empty frame that scripts may fill: what a browser would show is not known.
pub fn is_shell(page: &ListInput<'_>) -> bool {
    !page.is_home && !page.tape.is_empty() && shells::is_shell(page)
}

/// Whether a body is the reply of a data interface: a record set, JSON, or a call around it.
pub fn is_data(source: &str) -> bool {
    hanweb::is_reply(source) || is_json(source)
}

/// A reply without markup: JSON, or a call around it.
fn is_json(source: &str) -> bool {
    // `;callback({…})`: the semicolon ends whatever script stood before.
    let source = source.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | ';'));
    if source.starts_with(['{', '[']) {
        return true;
    }
    let name_end = source.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$'))).unwrap_or(0);
    name_end > 0 && source.get(name_end..).is_some_and(|rest| rest.starts_with("({") || rest.starts_with("(["))
}

/// A list whose rows are not in the page, with the request that would bring them.
fn unread(page: &ListInput<'_>, family: &'static str, next: Option<Request>) -> ListFacts {
    ListFacts {
        family: family.to_owned(),
        column: page.url.clone(),
        page_no: 1,
        rows: Vec::new(),
        next,
        pages_total: None,
        rows_total: None,
        guess: None,
        unread: Some(UNREAD_SCRIPT.to_owned()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    pub(crate) const TODAY: Date = date(2026, 11, 24);

    pub(crate) fn with_page<T>(url: &str, html: &str, look: impl FnOnce(&ListInput<'_>) -> T) -> T {
        let url = PageUrl::parse(url).unwrap();
        let tape = Tape::read(html);
        let tags = BTreeMap::new();
        look(&ListInput::new(&tape, html, &url, &BaseUrl::new(url.to_url()), encoding_rs::UTF_8, &tags, TODAY, false))
    }

    #[test]
    fn family_names_are_told_apart() {
        let names: std::collections::BTreeSet<_> = FAMILIES.iter().map(|family| family.name()).collect();
        assert_eq!(names.len(), FAMILIES.len());
    }

    proptest! {
        #[test]
        fn any_markup_is_read(html in "(<(a href=/tzgg/[0-9]{1,3}|li|ul|tr|td|dl|dd|div class=list|script|iframe src=/x)>|关于某某事项的通知|2026-1[0-2]-[0-3][0-9]|1[0-2]-[0-2][0-9]|共3页|下一页|createPageHTML\\(3,1,\"index\",\"html\"\\)|</script>|[\\[{}\\]:,'\"a-z0-9<>/&;中 ]{0,6}){0,60}") {
            with_page("http://gxt.example.gov.cn/tzgg/index_1.html", &html, |page| {
                if let Some(list) = read(page) {
                    prop_assert!(list.next.is_none_or(|next| next.url != *page.url));
                    prop_assert!(list.rows.len() <= ROWS_MAX && list.page_no >= 1);
                }
                prop_assert!(dated_rows(page).len() <= DATED_ROWS_MAX);
                Ok(())
            })?;
        }

        #[test]
        fn any_reply_is_read(text in "(\\{|\\[|cb\\(|<datastore>|<record><!\\[CDATA\\[|\\]\\]></record>|\"title\":\"关于\",|\"url\":\"/a\"|\"date\":0|<a href=\"/x\">关于通知</a>|[\\]}:,'\"a-z0-9%u ]{0,5}){0,40}") {
            with_page("http://gxt.example.gov.cn/api/list?page=1", &text, |page| {
                let _ = read(page);
            });
        }
    }
}
