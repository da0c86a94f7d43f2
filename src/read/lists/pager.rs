//! Pagination as it is written on the page: «下一页», numbered links, «共N页», and page numbers in addresses.

use super::layout::Layout;
use crate::read::tape::{Attr, NodeId, Tag, Tape};
use crate::url::PageUrl;

/// Pages that one list may claim to have.
const PAGES_MAX: u32 = 100_000;

#[derive(Debug, Default)]
pub(super) struct Pager<'a> {
    /// Address behind «下一页».
    pub(super) next: Option<&'a str>,
    /// Address behind «首页» (of the pager) or «1».
    pub(super) first: Option<&'a str>,
    /// Numbered links: number, address.
    pub(super) numbered: Vec<(u32, &'a str)>,
    pub(super) pages_total: Option<u32>,
    pub(super) rows_total: Option<u32>,
    /// As written: «第3/12页», «当前第 3 页».
    pub(super) current: Option<u32>,
    /// The element that holds it.
    pub(super) place: Option<NodeId>,
}

impl<'a> Pager<'a> {
    pub(super) fn find(tape: &'a Tape, layout: &Layout<'a>) -> Self {
        let mut pager = Self::default();
        let mut firsts: Vec<(NodeId, &'a str)> = Vec::new();
        let mut numbers: Vec<(NodeId, u32, &'a str)> = Vec::new();
        for anchor in &layout.anchors {
            if anchor.chars > 8 {
                continue;
            }
            let text = tape.text_capped(anchor.id, 8);
            let word = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '<' | '>' | '»' | '›' | '·'));
            if is_next_word(word, &text) {
                pager.next = Some(anchor.href);
                pager.place = tape.parent(anchor.id);
            } else if matches!(word, "首页" | "第一页" | "第1页") {
                firsts.push((anchor.id, anchor.href));
            } else if let Ok(number) = word.parse::<u32>()
                && (1..=PAGES_MAX).contains(&number)
            {
                numbers.push((anchor.id, number, anchor.href));
            }
        }
        if pager.next.is_none() {
            pager.take_opened_by_script(tape);
        }
        pager.take_numbers(tape, &numbers);
        if let Some(place) = pager.place {
            let block = tape.parent(place).filter(|up| tape.tag(*up) != Some(Tag::Body)).unwrap_or(place);
            pager.first = firsts
                .iter()
                .find(|(id, _)| tape.is_inside(*id, block))
                .map(|(_, href)| *href)
                .or_else(|| pager.numbered.iter().find(|(number, _)| *number == 1).map(|(_, href)| *href));
        }
        pager.take_totals(tape);
        pager
    }

    /// «下一页» whose address stands only in what it calls: `<a onclick="go(this,'/tzgg/4f9a-2.html')">`.
    fn take_opened_by_script(&mut self, tape: &'a Tape) {
        for id in tape.elements(Tag::A) {
            let Some(href) = tape.attr(id, Attr::OnClick).and_then(page_literal) else { continue };
            let text = tape.text_capped(id, 8);
            if is_next_word(text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '<' | '>')), &text) {
                self.next = Some(href);
                self.place = tape.parent(id);
                return;
            }
        }
    }

    /// Runs of numbers below one element (or one element above) are a pager.
    fn take_numbers(&mut self, tape: &Tape, numbers: &[(NodeId, u32, &'a str)]) {
        let block = |id: NodeId| {
            let parent = tape.parent(id);
            parent
                .filter(|up| tape.children(*up).filter(|child| tape.tag(*child) == Some(Tag::A)).nth(1).is_some())
                .or_else(|| parent.and_then(|up| tape.parent(up)))
        };
        let place = self.place;
        let near = |id: NodeId| match place {
            Some(place) => block(id).is_some_and(|b| b == place || tape.is_inside(place, b)) || tape.is_inside(id, place),
            None => true,
        };
        let kept: Vec<_> = numbers.iter().filter(|(id, ..)| near(*id)).collect();
        if self.place.is_none() {
            let is_run = kept.windows(2).any(|pair| pair[1].1 == pair[0].1 + 1 && block(pair[0].0) == block(pair[1].0));
            if !is_run {
                return;
            }
            self.place = kept.first().and_then(|(id, ..)| block(*id));
        }
        self.numbered = kept.iter().map(|&&(_, number, href)| (number, href)).collect();
    }

    fn take_totals(&mut self, tape: &Tape) {
        for id in tape.nodes() {
            let Some(text) = tape.wide_text(id) else { continue };
            if text.len() > 400 || !(text.contains('页') || text.contains('共') || text.contains('总')) {
                continue;
            }
            let Some(parent) = tape.parent(id) else { continue };
            if tape.tag(parent) == Some(Tag::Script) {
                continue;
            }
            let whole = if text.contains(|c: char| c.is_ascii_digit()) && text.contains(['页', '条']) {
                crate::read::tape::fold(text)
            } else {
                tape.text_capped(parent, 80)
            };
            self.take_total_words(&whole);
        }
    }

    fn take_total_words(&mut self, text: &str) {
        let pages = between(text, &["共", "总页数", "总共"], &["页"]);
        if let Some(total) = pages.filter(|total| (1..=PAGES_MAX).contains(total)) {
            self.pages_total.get_or_insert(total);
        }
        if let Some(total) = between(text, &["共", "共有", "总数", "总记录数", "总共"], &["条", "篇", "个记录"])
        {
            self.rows_total.get_or_insert(total);
        }
        // «第3/12页», «页次：3/12», «3/12页»
        if let Some((before, behind)) = text.split_once('/')
            && (text.contains('页'))
            && let (Some(current), Some(total)) = (trailing_number(before), leading_number(behind))
            && (1..=total).contains(&current)
            && total <= PAGES_MAX
        {
            self.current.get_or_insert(current);
            self.pages_total.get_or_insert(total);
        }
        if let Some(current) = between(text, &["第", "当前第"], &["页"]) {
            self.current.get_or_insert(current);
        }
    }

    /// The highest page that anything on the page names.
    pub(super) fn pages(&self) -> Option<u32> {
        self.pages_total.or_else(|| self.numbered.iter().map(|(number, _)| *number).max())
    }
}

/// The one string of a call that is the address of a page.
fn page_literal(call: &str) -> Option<&str> {
    let is_address = |text: &&str| {
        [".html", ".htm", ".shtml", ".jhtml"].iter().any(|ending| text.ends_with(ending))
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b':'))
    };
    let mut addresses = call.split(['\'', '"']).skip(1).step_by(2).filter(is_address);
    let address = addresses.next()?;
    addresses.next().is_none().then_some(address)
}

fn is_next_word(word: &str, text: &str) -> bool {
    matches!(word, "下一页" | "下页" | "下一頁" | "后一页" | "后页" | "下一页 >")
        || word.eq_ignore_ascii_case("next")
        || word.eq_ignore_ascii_case("next page")
        || matches!(text.trim(), ">" | "›" | "下一页>" | "下一页>>")
}

/// The number between one of the openings and one of the units: «共 12 页».
fn between(text: &str, openings: &[&str], units: &[&str]) -> Option<u32> {
    openings.iter().find_map(|opening| {
        text.match_indices(opening).take(8).find_map(|(at, _)| {
            let behind = text.get(at + opening.len()..)?;
            let behind = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '有' | ':' | '：' | '['));
            let number = leading_number(behind)?;
            let unit = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == ']');
            (units.iter().any(|word| unit.starts_with(word)) || (opening.ends_with('数') && behind != unit)).then_some(number)
        })
    })
}

fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim_start();
    text.get(..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))?.parse().ok()
}

fn trailing_number(text: &str) -> Option<u32> {
    let text = text.trim_end();
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    text.get(text.len() - digits..)?.parse().ok()
}

/// A page number in an address, and the address of the first page as far as the address itself tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) number: u32,
    pub(super) first: PageUrl,
}

/// `…/index_3.html` → 3, `…/index.html`; `?page=3` → 3, without the parameter.
pub(super) fn numbered(url: &PageUrl) -> Option<Numbered> {
    in_query(url).or_else(|| in_name(url))
}

fn in_query(url: &PageUrl) -> Option<Numbered> {
    const KEYS: [&str; 12] = [
        "page",
        "pageno",
        "pageindex",
        "currentpage",
        "curpage",
        "currpage",
        "pagenum",
        "p",
        "pn",
        "pageid",
        "cur_page",
        "pagecurrent",
    ];
    let query = url.query()?;
    let is_page = |pair: &str| KEYS.contains(&pair.split('=').next().unwrap_or("").to_ascii_lowercase().as_str());
    let number = query.split('&').find(|pair| is_page(pair))?.split_once('=')?.1.parse().ok()?;
    let rest: Vec<&str> = query.split('&').filter(|pair| !is_page(pair)).collect();
    let mut first = url.to_url();
    first.set_query((!rest.is_empty()).then(|| rest.join("&")).as_deref());
    Some(Numbered { number, first: PageUrl::canonical(first).ok()?.url })
}

fn in_name(url: &PageUrl) -> Option<Numbered> {
    let name = url.path().rsplit('/').next()?;
    let (stem, ending) = name.split_once('.')?;
    let (bare, number) = stem.rsplit_once(['_', '-'])?;
    let number = (number.len() <= 5).then(|| number.parse().ok())??;
    let mut first = url.to_url();
    first.set_path(&format!("{}{bare}.{ending}", url.folder()));
    Some(Numbered { number, first: PageUrl::canonical(first).ok()?.url })
}

/// One name for the addresses of one column: `…/tzgg`, `…/tzgg/`, `…/tzgg/index.html`, `…/tzgg/?page=1` are the same.
pub fn column_key(url: &PageUrl) -> String {
    let first = in_query(url).filter(|numbered| numbered.number == 1).map(|numbered| numbered.first);
    let url = first.as_ref().unwrap_or(url);
    let path = url.path();
    let name = path.rsplit('/').next().unwrap_or("");
    let is_index = matches!(
        name.to_ascii_lowercase().as_str(),
        "index.html"
            | "index.htm"
            | "index.shtml"
            | "index.jsp"
            | "index.asp"
            | "index.aspx"
            | "index.php"
            | "index.jhtml"
            | "default.htm"
            | "default.html"
            | "default.asp"
            | "default.aspx"
    );
    let folder = if is_index { url.folder() } else { path };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{}{query}", url.authority(), folder.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::lists::tests::with_page;

    fn first_page(url: &str) -> Option<(u32, String)> {
        numbered(&PageUrl::parse(url).unwrap()).map(|n| (n.number, n.first.to_string()))
    }

    #[test]
    fn page_numbers_are_read_from_addresses() {
        assert_eq!(first_page("http://a.gov.cn/x/index_3.html"), Some((3, "http://a.gov.cn/x/index.html".into())));
        assert_eq!(first_page("http://a.gov.cn/x/list-2.shtml"), Some((2, "http://a.gov.cn/x/list.shtml".into())));
        assert_eq!(first_page("http://a.gov.cn/l.asp?id=7&Page=2"), Some((2, "http://a.gov.cn/l.asp?id=7".into())));
        assert_eq!(first_page("http://a.gov.cn/l.asp?page=2"), Some((2, "http://a.gov.cn/l.asp".into())));
        assert_eq!(first_page("http://a.gov.cn/x/t20260804_34039387.html"), None);
        assert_eq!(first_page("http://a.gov.cn/x/"), None);
    }

    #[test]
    fn addresses_of_one_column_have_one_key() {
        let key = |url: &str| column_key(&PageUrl::parse(url).unwrap());
        assert_eq!(key("http://a.gov.cn/x/index.html"), key("https://a.gov.cn/x/"));
        assert_eq!(key("http://a.gov.cn/x"), key("http://a.gov.cn/x/"));
        assert_eq!(key("http://a.gov.cn/l.asp?id=1&page=1"), key("http://a.gov.cn/l.asp?id=1"));
        assert_ne!(key("http://a.gov.cn/x/list.html"), key("http://a.gov.cn/x/"));
        assert_ne!(key("http://a.gov.cn/l.asp?id=1"), key("http://a.gov.cn/l.asp?id=2"));
    }

    #[test]
    fn the_pager_is_read_as_written() {
        let html = "<nav><a href='/'>首页</a></nav><ul><li><a href=x.html>关于某事的通知</a></li></ul>\
            <div class=page>共 <b>12</b> 页 共178条 第2/12页 <a href='index.html'>首页</a><a href=index.html>1</a>\
            <span>2</span><a href=index_2.html>3</a><a href=index_2.html>下一页&gt;</a></div>";
        with_page("http://a.gov.cn/x/index_1.html", html, |page| {
            let pager = page.pager();
            assert_eq!((pager.next, pager.first), (Some("index_2.html"), Some("index.html")));
            assert_eq!((pager.pages_total, pager.rows_total, pager.current), (Some(12), Some(178), Some(2)));
        });
    }

    #[test]
    fn a_call_names_the_next_page_by_one_address() {
        assert_eq!(page_literal("go(this,'/tzgg/4f9a-2.html')"), Some("/tzgg/4f9a-2.html"));
        assert_eq!(page_literal("share('/tzgg/a.html','/tzgg/b.html')"), None);
        assert_eq!(page_literal("go('第2页.html');load(2)"), None);
    }
}
