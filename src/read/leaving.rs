//! Whether a page or a script says that a visitor is about to leave the site, and whether it offers a search. The words are data
//! (`rules/words/leaving.toml`).

use std::fmt::Write;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;
use serde::Deserialize;

use super::links::Base;
use super::tape::{Attr, NodeId, Tag, Tape};
use crate::model::details::{SearchFact, SearchWay};
use crate::model::leaving::is_library;
use crate::url::PageUrl;

const WORDS: &str = include_str!("../../rules/words/leaving.toml");
static KNOWN: LazyLock<Words> = LazyLock::new(|| toml::from_str(WORDS).expect("the words compiled in are read by a test"));

/// One look at most pages: every notice holds one of these, as written or escaped.
static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let hints = ["离开", "外部", "\\u79bb\\u5f00", "\\u79BB\\u5F00", "\\u5916\\u90e8", "\\u5916\\u90E8"];
    AhoCorasick::new(hints).expect("six short words")
});

/// Scripts of one home page that are read for a notice.
const SOURCES_MAX: usize = 10;
const QUOTE_CHARS_MAX: usize = 40;
/// Characters of a link that is an entry to a search; longer ones are titles.
const ENTRY_CHARS_MAX: usize = 8;

/// Of the words what the reader asks for; the libraries belong to [`crate::model::leaving`].
#[derive(Debug, Deserialize)]
struct Words {
    notices: Vec<String>,
    searches: Vec<String>,
    search_names: Vec<String>,
    engines: Vec<String>,
}

/// The words of a notice, with what follows them; none where the source, page or script, has none.
pub(super) fn notice(source: &str) -> Option<String> {
    if !HINTS.is_match(source) {
        return None;
    }
    if let Some(at) = KNOWN.notices.iter().filter_map(|words| source.find(words.as_str())).min() {
        let rest = source.get(at..).unwrap_or_default();
        return Some(rest.split(['<', '"', '\'', '\n']).next().unwrap_or_default().chars().take(QUOTE_CHARS_MAX).collect());
    }
    if !source.contains("\\u") {
        return None;
    }
    let lower = source.to_ascii_lowercase();
    KNOWN.notices.iter().find(|words| lower.contains(&escaped(words))).cloned()
}

fn escaped(words: &str) -> String {
    let mut out = String::new();
    for unit in words.encode_utf16() {
        let _ = write!(out, "\\u{unit:04x}");
    }
    out
}

/// The site's own scripts in which a notice may stand: those that are no library.
pub(super) fn sources(tape: &Tape, base: &Base, page: &PageUrl) -> Vec<PageUrl> {
    let mut found = Vec::new();
    for id in tape.elements(Tag::Script) {
        let Some(joined) = tape.attr(id, Attr::Src).and_then(|src| base.join(src)) else { continue };
        if joined.url.host() == page.host() && !is_library(&joined.url) && !found.contains(&joined.url) {
            found.push(joined.url);
        }
        if found.len() >= SOURCES_MAX {
            break;
        }
    }
    found
}

/// The search that a page offers, the best of them: a form, a link, a field that a script serves.
pub(super) fn search(tape: &Tape, base: &Base) -> Option<SearchFact> {
    let form = tape.elements(Tag::Form).find_map(|id| form(tape, id, base));
    form.or_else(|| tape.elements(Tag::A).find_map(|id| entry(tape, id, base))).or_else(|| field(tape))
}

fn form(tape: &Tape, id: NodeId, base: &Base) -> Option<SearchFact> {
    let is_field = |&inner: &NodeId| tape.tag(inner) == Some(Tag::Input) && is_text_field(tape, inner);
    let field = tape.descendants(id).find(is_field)?;
    let action = tape.attr(id, Attr::Action).unwrap_or("");
    let is_one = is_called_search(action) || is_named_search(tape, id) || is_named_search(tape, field) || says_search(tape, id);
    is_one.then(|| fact(SearchWay::Form, base.join(action).map(|joined| joined.url), tape, field))
}

/// A link called so: «搜索», «高级检索», «智能搜索».
fn entry(tape: &Tape, id: NodeId, base: &Base) -> Option<SearchFact> {
    let href = tape.attr(id, Attr::Href).unwrap_or("");
    let text = tape.text_capped(id, ENTRY_CHARS_MAX + 1);
    let said = if text.trim().is_empty() { tape.attr(id, Attr::Title).unwrap_or("").to_owned() } else { text };
    let is_short = said.chars().count() <= ENTRY_CHARS_MAX;
    if is_short && holds_search_word(&said) {
        return Some(fact(SearchWay::Link, base.join(href).map(|joined| joined.url), tape, id));
    }
    None
}

/// A text field without a form: a script sends what is typed.
fn field(tape: &Tape) -> Option<SearchFact> {
    let is_one = |&id: &NodeId| is_text_field(tape, id) && is_named_search(tape, id);
    tape.elements(Tag::Input).find(is_one).map(|id| fact(SearchWay::Field, None, tape, id))
}

fn fact(way: SearchWay, url: Option<PageUrl>, tape: &Tape, id: NodeId) -> SearchFact {
    let text =
        [Attr::Placeholder, Attr::Title, Attr::Value, Attr::Name, Attr::Id].into_iter().find_map(|attr| tape.attr(id, attr));
    let own = tape.text_capped(id, QUOTE_CHARS_MAX);
    let text = if own.trim().is_empty() { text.unwrap_or("").to_owned() } else { own };
    let is_engine = url.as_ref().is_some_and(is_engine);
    SearchFact { way, url, text: text.chars().take(QUOTE_CHARS_MAX).collect(), is_engine }
}

fn is_engine(url: &PageUrl) -> bool {
    url.registered_domain().is_some_and(|domain| KNOWN.engines.iter().any(|known| known == domain))
}

fn is_text_field(tape: &Tape, id: NodeId) -> bool {
    tape.attr(id, Attr::Type).is_none_or(|kind| matches!(kind.trim().to_ascii_lowercase().as_str(), "" | "text" | "search"))
}

fn is_named_search(tape: &Tape, id: NodeId) -> bool {
    [Attr::Id, Attr::Name, Attr::Class].into_iter().filter_map(|attr| tape.attr(id, attr)).any(is_called_search)
        || [Attr::Placeholder, Attr::Value, Attr::Title]
            .into_iter()
            .filter_map(|attr| tape.attr(id, attr))
            .any(holds_search_word)
        || tape.attr(id, Attr::Placeholder).is_some_and(|text| text.contains("关键"))
}

/// A button or a picture in the form that says so.
fn says_search(tape: &Tape, form: NodeId) -> bool {
    tape.descendants(form).any(|id| {
        [Attr::Value, Attr::Alt, Attr::Title].into_iter().filter_map(|attr| tape.attr(id, attr)).any(holds_search_word)
            || tape.tag(id) == Some(Tag::Button) && holds_search_word(&tape.text_capped(id, QUOTE_CHARS_MAX))
    })
}

fn holds_search_word(text: &str) -> bool {
    KNOWN.searches.iter().any(|word| text.contains(word.as_str()))
}

/// A name in Latin letters: short ones must be whole words of it.
fn is_called_search(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    KNOWN.search_names.iter().any(|word| {
        if word.len() > 2 {
            name.contains(word.as_str())
        } else {
            name.split(|c: char| !c.is_alphanumeric()).any(|part| part == word)
        }
    })
}

/// Whether anything in the source hints at a search that was not understood: a script may draw it.
pub(super) fn may_search(source: &str) -> bool {
    holds_search_word(source) || source.contains("search") || source.contains("Search") || source.contains("sousuo")
}

/// What the page says of IPv6: «本网站支持IPv6访问».
pub(super) fn ipv6_mark(source: &str) -> Option<String> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?:本网站|本站|网站)[^。<>"'=]{0,6}支持[^。<>"'=]{0,6}[Ii][Pp][Vv]6"#).expect("a constant pattern")
    });
    MARK.find(source).map(|found| found.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search_of(html: &str) -> Option<SearchFact> {
        let tape = Tape::read(html);
        let page = PageUrl::parse("http://gxt.example.gov.cn/").unwrap();
        let base = Base::of(&tape, &page, encoding_rs::UTF_8);
        search(&tape, &base)
    }

    #[test]
    fn a_notice_is_found_as_written_and_as_escaped_and_other_talk_is_none() {
        let script = r#"layer.confirm("您访问的链接即将离开“某省工业和信息化厅”门户网站，是否继续？");"#;
        assert_eq!(notice(script).as_deref(), Some("即将离开“某省工业和信息化厅”门户网站，是否继续？"));
        let escaped =
            r#"confirm("\u60a8\u8bbf\u95ee\u7684\u94fe\u63a5\u5373\u5c06\u79BB\u5F00")"#.replace("79BB\\u5F00", "79bb\\u5f00");
        assert_eq!(notice(&escaped).as_deref(), Some("即将离开"));
        assert_eq!(notice("旅客离开车站时请带好随身物品"), None);
    }

    #[test]
    fn every_notice_holds_a_hint_and_every_list_its_words() {
        for words in &KNOWN.notices {
            assert!(HINTS.is_match(words) && HINTS.is_match(&escaped(words)), "{words}");
        }
        let lists = [&KNOWN.notices, &KNOWN.searches, &KNOWN.search_names, &KNOWN.engines];
        assert!(lists.into_iter().flatten().all(|word| !word.is_empty()));
    }

    #[test]
    fn own_scripts_are_sources_and_libraries_and_others_scripts_are_none() {
        let html = "<script src=/js/jquery-3.6.0.min.js></script><script src=/js/common.js></script><script src=/js/common.js></script>\
            <script src=http://dcs.conac.cn/js/x.js></script><script>var a;</script>";
        let tape = Tape::read(html);
        let page = PageUrl::parse("http://gxt.example.gov.cn/").unwrap();
        let base = Base::of(&tape, &page, encoding_rs::UTF_8);
        let paths: Vec<String> = sources(&tape, &base, &page).iter().map(|url| url.path().to_owned()).collect();
        assert_eq!(paths, ["/js/common.js"]);
    }

    #[test]
    fn a_search_is_a_form_a_link_or_a_field() {
        let form = search_of("<form action='/search/'><input type=text name=q><input type=submit value=搜索></form>").unwrap();
        assert_eq!(
            (form.way, form.url.unwrap().path().to_owned(), form.is_engine),
            (SearchWay::Form, "/search/".to_owned(), false)
        );
        let engine = search_of("<form action='https://www.baidu.com/s'><input name=wd></form>").unwrap();
        assert!(engine.is_engine);
        assert_eq!(search_of("<a href=/so/>高级检索</a>").map(|it| it.way), Some(SearchWay::Link));
        assert_eq!(
            search_of("<input id=searchWord placeholder=请输入关键字><span onclick=go()></span>").map(|it| it.way),
            Some(SearchWay::Field)
        );
    }

    #[test]
    fn the_mark_of_ipv6_speaks_of_the_site() {
        assert_eq!(ipv6_mark("<img alt='本网站已支持IPv6'>").as_deref(), Some("本网站已支持IPv6"));
        assert_eq!(ipv6_mark("<a>全省开展支持IPv6规模部署行动</a>"), None);
    }

    #[test]
    fn a_sign_in_form_and_a_long_title_are_no_search() {
        assert_eq!(search_of("<form action=/login><input name=username><input type=password name=pwd></form>"), None);
        assert_eq!(search_of("<a href=/1.html>省厅印发通知部署开展网上检索系统建设工作</a>"), None);
    }
}
