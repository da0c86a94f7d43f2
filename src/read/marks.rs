//! Marks that identify a site (norms.md 2.2): site code, ICP and police registration, badge, error reporting, owner, contact,
//! site map. Read from tags, footer text, links, scripts, and the markup that inline scripts write.

mod sources;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::links::Base;
use super::place::Places;
use super::script;
use super::tape::ink::ink_chars;
use super::tape::{Attr, NodeId, Tag, Tape, breaks_words, is_unseen};
use super::text::{Gap, ink_into};
use crate::model::facts::{Mark, Marks, Place};
use crate::url::PageUrl;

/// Characters of a mark's quotation.
const QUOTE_CHARS_MAX: usize = 120;
/// Characters at the end of the visible text that count as footer, whatever their elements are called.
const TAIL_CHARS: usize = 1_200;
/// Marks of one kind that are kept.
const KEPT_MAX: usize = 6;
/// Words in an inline script that make it worth a look.
const SCRIPT_WORDS: [&str; 6] = ["conac", "jiucuo", "备", "标识码", "主办", "sitecode"];

/// What the marks are read from.
#[derive(Debug, Clone, Copy)]
pub struct MarkInput<'a> {
    pub tape: &'a Tape,
    pub places: &'a Places,
    pub base: &'a Base,
    pub tags: &'a BTreeMap<String, String>,
    pub url: &'a PageUrl,
    /// The page is what a script writes.
    pub is_script: bool,
}

pub fn read(input: &MarkInput<'_>) -> Marks {
    let mut found = Found::default();
    if let Some(code) = super::tags::value(input.tags, "SiteIDCode") {
        push(&mut found.marks.site_code, code, "tag", code);
    }
    let source = if input.is_script { "script" } else { "text" };
    found.page(input.tape, input.places, input.base, source);
    let mut marks = found.finish();
    marks.footer_sources = sources::read(input, &marks);
    marks
}

/// Marks of which one is kept, with how good their source is (0: best).
#[derive(Debug, Default)]
struct Found {
    marks: Marks,
    badge: Option<(u8, Mark)>,
    report_errors: Option<(u8, Mark)>,
}

impl Found {
    fn page(&mut self, tape: &Tape, places: &Places, base: &Base, source: &'static str) {
        let text = FooterText::read(tape, places);
        self.text(&text, source);
        for id in tape.nodes() {
            match tape.tag(id) {
                Some(Tag::A | Tag::Area) => self.link(tape, id, base),
                Some(Tag::Script) => self.script(tape, id, base),
                Some(Tag::Img) => self.image(tape, id),
                Some(Tag::Span | Tag::Div) => self.holder(tape, id),
                _ => {}
            }
        }
    }

    fn text(&mut self, text: &FooterText, source: &'static str) {
        for part in [&text.footer, &text.tail] {
            for (value, quote) in words::site_codes(part) {
                push(&mut self.marks.site_code, &value, source, &quote);
            }
            for (value, quote) in words::icp(part) {
                push(&mut self.marks.icp, &value, source, &quote);
            }
            for (value, quote) in words::police(part) {
                push(&mut self.marks.police, &value, source, &quote);
            }
        }
        // Words that articles use as well count in a footer, and at the end of a page where nothing calls itself one.
        let mut parts = vec![&text.footer];
        if !text.is_named {
            parts.push(&text.tail);
        }
        let one = |found: (String, String)| mark(&found.0, source, &found.1);
        for part in parts {
            self.marks.owner = self.marks.owner.take().or_else(|| words::owner(part).map(one));
            self.marks.contact = self.marks.contact.take().or_else(|| words::contact(part).map(one));
        }
    }

    fn link(&mut self, tape: &Tape, id: NodeId, base: &Base) {
        let href = tape.attr(id, Attr::Href).unwrap_or("").trim();
        let text = || link_text(tape, id);
        // Registers, the badge and error reporting are asked for a number, or stand at another host.
        if href.contains(['?', ':']) || href.starts_with("//") || href.contains("jiucuo") {
            self.known_address(href, &text);
        }
        if says_a_mark(tape, id) {
            self.named_link(&text(), href, base);
        }
    }

    /// Links that are known by where they lead.
    fn known_address(&mut self, href: &str, text: &impl Fn() -> String) {
        if let Some(code) = words::parameter(href, "recordcode") {
            let text = text();
            let value = words::police(&text).into_iter().map(|(value, _)| value).find(|value| value.contains(&code));
            push(&mut self.marks.police, &value.unwrap_or(code), "link", href);
        }
        // the register's address since 2023; its number stands behind a route
        if href.contains("beian.mps.gov.cn")
            && let Some(code) = words::parameter(href, "code")
        {
            let text = text();
            let value = words::police(&text).into_iter().map(|(value, _)| value).find(|value| value.contains(&code));
            push(&mut self.marks.police, &value.unwrap_or(code), "link", href);
        }
        if href.contains("beian.miit.gov.cn") || href.contains("miibeian.gov.cn") || href.contains("miitbeian.gov.cn") {
            for (value, quote) in words::icp(&text()) {
                push(&mut self.marks.icp, &value, "link", &quote);
            }
        }
        if href.contains("conac.cn") {
            let value = words::parameter(href, "id").unwrap_or_else(|| "conac".to_owned());
            better(&mut self.badge, 1, mark(&value, "link", href));
        }
        if href.contains("jiucuo") || href.contains("zfwzgl.") {
            if let Some(code) = words::parameter(href, "site_code").or_else(|| words::parameter(href, "sitecode")) {
                push(&mut self.marks.site_code, &code, "link", href);
            }
            better(&mut self.report_errors, 1, mark(href, "link", href));
        }
    }

    /// Links that are known by their words.
    fn named_link(&mut self, text: &str, href: &str, base: &Base) {
        if text.contains("找错") && text.chars().count() <= NAMED_CHARS_MAX {
            better(&mut self.report_errors, 1, mark(href, "link", text));
        }
        if self.marks.sitemap.is_none()
            && matches!(
                text.trim_matches(|c: char| !c.is_alphanumeric()),
                "网站地图" | "站点地图" | "本站地图" | "网站导图" | "站点导图" | "网站导航" | "站点导航"
            )
            && let Some(joined) = base.join(href)
        {
            self.marks.sitemap = Some(mark(joined.url.as_str(), "link", text));
        }
    }

    fn script(&mut self, tape: &Tape, id: NodeId, base: &Base) {
        let src = tape.attr(id, Attr::Src).unwrap_or("");
        if src.contains("conac.cn") {
            better(&mut self.badge, 0, mark(&words::badge_code(src), "script", src));
        }
        let is_named = tape.attr(id, Attr::Id).is_some_and(|name| name.trim().eq_ignore_ascii_case("_jiucuo_"));
        if is_named || src.contains("jiucuo") {
            better(&mut self.report_errors, 0, mark(src, "script", src));
        }
        let attribute = tape.attr(id, Attr::SiteCode).map(str::trim).filter(|code| !code.is_empty());
        if let Some(code) = attribute.map(str::to_owned).or_else(|| words::parameter(src, "sitecode")) {
            push(&mut self.marks.site_code, &code, "script", src);
        }
        let raw = tape.raw_text(id);
        if raw.is_empty() || !SCRIPT_WORDS.iter().any(|word| raw.contains(word)) {
            return;
        }
        for (value, quote) in words::script_codes(raw) {
            push(&mut self.marks.site_code, &value, "script", &quote);
        }
        if raw.contains("jiucuo.js") {
            better(&mut self.report_errors, 0, mark("jiucuo.js", "script", "jiucuo.js"));
        }
        if let Some(html) = script::written_html(raw) {
            self.written(&html, base);
        }
        if raw.contains("dcs.conac.cn") {
            better(&mut self.badge, 0, mark(&words::badge_code(raw), "script", &words::around(raw, "dcs.conac.cn")));
        }
    }

    /// Marks in the markup that a script writes. What that markup's own scripts write is not looked at.
    fn written(&mut self, html: &str, base: &Base) {
        let tape = Tape::read(html);
        let text = FooterText { footer: words::plain(&super::text::visible(&tape)), tail: String::new(), is_named: false };
        self.text(&text, "script");
        for id in tape.nodes() {
            match tape.tag(id) {
                Some(Tag::A) => self.link(&tape, id, base),
                Some(Tag::Script) if tape.raw_text(id).is_empty() => self.script(&tape, id, base),
                Some(Tag::Img) => self.image(&tape, id),
                Some(Tag::Span) => self.holder(&tape, id),
                _ => {}
            }
        }
    }

    fn image(&mut self, tape: &Tape, id: NodeId) {
        let src = tape.attr(id, Attr::Src).unwrap_or("");
        if src.contains("conac.cn") {
            better(&mut self.badge, 2, mark("conac", "link", src));
        }
        if src.contains("jiucuo") || tape.attr(id, Attr::Alt).is_some_and(|alt| alt.contains("找错")) {
            better(&mut self.report_errors, 2, mark(src, "link", src));
        }
    }

    /// Elements that a script of the badge or of error reporting fills.
    fn holder(&mut self, tape: &Tape, id: NodeId) {
        match tape.attr(id, Attr::Id) {
            Some("_ideConac") => better(&mut self.badge, 3, mark("conac", "script", "#_ideConac")),
            Some("_span_jiucuo") => {
                better(&mut self.report_errors, 3, mark("#_span_jiucuo", "script", "#_span_jiucuo"));
            }
            _ if tape.attr(id, Attr::Class).is_some_and(|class| class.contains('_')) && tape.has_class(id, "_ideConac") => {
                better(&mut self.badge, 3, mark("conac", "script", "._ideConac"));
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Marks {
        self.marks.badge = self.badge.map(|(_, mark)| mark);
        self.marks.report_errors = self.report_errors.map(|(_, mark)| mark);
        // A link that names the bare number of a registration that the text names in full.
        let full: Vec<String> = self.marks.police.iter().map(|mark| mark.value.clone()).filter(|v| !v.is_ascii()).collect();
        for mark in &mut self.marks.police {
            if mark.value.is_ascii()
                && let Some(text) = full.iter().find(|text| text.contains(&mark.value))
            {
                mark.value.clone_from(text);
            }
        }
        self.marks
    }
}

/// Own text, else what its image or its title says.
fn link_text(tape: &Tape, id: NodeId) -> String {
    let own = tape.text_capped(id, QUOTE_CHARS_MAX);
    if !own.is_empty() {
        return own;
    }
    let image = tape.descendants(id).find(|&inner| tape.tag(inner) == Some(Tag::Img));
    let said = |id| tape.attr(id, Attr::Alt).or_else(|| tape.attr(id, Attr::Title));
    image.and_then(said).or_else(|| tape.attr(id, Attr::Title)).unwrap_or("").trim().to_owned()
}

/// Characters of a link that is a mark by its words.
const NAMED_CHARS_MAX: usize = 20;

/// Whether a link's text, image or title may name error reporting or the site map. Asked of every link, so it builds nothing.
fn says_a_mark(tape: &Tape, id: NodeId) -> bool {
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("找错|地图|导图|网站导航|站点导航").expect("a constant pattern"));
    // What is longer without its blanks is a title.
    let is_short = |text: &str| text.len() <= NAMED_CHARS_MAX * 3 || ink_chars(text) <= NAMED_CHARS_MAX;
    let holds = |text: Option<&str>| text.is_some_and(|text| !text.is_ascii() && is_short(text) && WORDS.is_match(text));
    holds(tape.attr(id, Attr::Title))
        || tape.descendants(id).any(|inner| {
            holds(tape.wide_text(inner)) || holds(tape.attr(inner, Attr::Alt)) || holds(tape.attr(inner, Attr::Title))
        })
}

fn mark(value: &str, source: &'static str, quote: &str) -> Mark {
    Mark {
        value: value.trim().chars().take(QUOTE_CHARS_MAX).collect(),
        source: source.to_owned(),
        text: super::tape::fold(quote).chars().take(QUOTE_CHARS_MAX).collect(),
    }
}

/// Keeps one mark for each value and source.
fn push(marks: &mut Vec<Mark>, value: &str, source: &'static str, quote: &str) {
    let new = mark(value, source, quote);
    if marks.len() < KEPT_MAX && !new.value.is_empty() && !marks.iter().any(|m| m.value == new.value && m.source == new.source)
    {
        marks.push(new);
    }
}

fn better(kept: &mut Option<(u8, Mark)>, rank: u8, mark: Mark) {
    if kept.as_ref().is_none_or(|(held, _)| rank < *held) {
        *kept = Some((rank, mark));
    }
}

/// Text in which marks are looked for: half-width, white space folded, blocks on lines of their own.
#[derive(Debug, Default)]
struct FooterText {
    footer: String,
    /// The last characters of the page that are not footer already.
    tail: String,
    /// The footer calls itself one.
    is_named: bool,
}

impl FooterText {
    fn read(tape: &Tape, places: &Places) -> Self {
        let mut all = Self::default();
        let mut gaps = (Gap::None, Gap::None);
        let from = tail_from(tape);
        let mut index = 0;
        while let Some(id) = tape.at(index) {
            index += 1;
            match tape.tag(id) {
                Some(tag) if is_unseen(tag) => index = tape.end_index(id),
                Some(tag) if breaks_words(tag) => gaps = (Gap::Line, Gap::Line),
                None if places.of(id) == Place::Footer => {
                    gaps.0 = ink_into(tape.own_text(id).unwrap_or(""), gaps.0, &mut all.footer);
                }
                None if index > from => gaps.1 = ink_into(tape.own_text(id).unwrap_or(""), gaps.1, &mut all.tail),
                _ => {}
            }
        }
        Self { footer: words::plain(&all.footer), tail: words::plain(&all.tail), is_named: places.has_named_footer }
    }
}

/// Index of the node with which the page's last [`TAIL_CHARS`] characters begin.
fn tail_from(tape: &Tape) -> usize {
    let mut chars = 0;
    for id in tape.nodes().rev() {
        let Some(text) = tape.own_text(id) else { continue };
        if tape.parent(id).and_then(|up| tape.tag(up)).is_some_and(is_unseen) {
            continue;
        }
        chars += text.chars().count();
        if chars > TAIL_CHARS {
            return id.index();
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{PageInput, read_page};

    fn marks(html: &str) -> Marks {
        marks_of(html.as_bytes(), None)
    }

    fn marks_of(bytes: &[u8], header_charset: Option<&str>) -> Marks {
        let url = PageUrl::parse("http://gxt.example.gov.cn/gxt/index.html").unwrap();
        let today = jiff::civil::date(2026, 11, 24);
        read_page(&PageInput { url: &url, bytes, header_charset, today, home: None, selectors: None, asked: None, typos: None })
            .facts
            .marks
    }

    fn all(marks: &[Mark]) -> Vec<(&str, &str)> {
        marks.iter().map(|mark| (mark.value.as_str(), mark.source.as_str())).collect()
    }

    fn value(mark: Option<&Mark>) -> Option<&str> {
        mark.map(|mark| mark.value.as_str())
    }

    const FOOTER: &str = "<div class=footer><p>主办单位：湖南省工业和信息化厅 &nbsp; 承办：湖南省工业和信息化厅信息中心</p>\
        <p>网站标识码：4300000031　<a href='https://beian.miit.gov.cn/'>湘ICP备05000618号-1</a> \
        <a href='http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=43010202000001'><img src=/ga.png>湘公网安备 43010202000001号</a></p>\
        <p>地址：长沙市天心区新韶东路467号 联系电话：0731-88955500 <a href=/wzdt/>网站地图</a></p>\
        <span id=_ideConac></span><script id=\"_jiucuo_\" sitecode='4300000031' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script></div>";

    #[test]
    fn a_whole_footer_gives_every_mark() {
        let html = format!("<head><meta name=SiteIDCode content=4300000031></head><p>正文</p>{FOOTER}");
        let marks = marks(&html);
        assert_eq!(all(&marks.site_code), [("4300000031", "tag"), ("4300000031", "text"), ("4300000031", "script")]);
        assert_eq!(all(&marks.icp), [("湘ICP备05000618号-1", "text"), ("湘ICP备05000618号-1", "link")]);
        assert_eq!(all(&marks.police), [("湘公网安备43010202000001号", "text"), ("湘公网安备43010202000001号", "link")]);
        assert_eq!(value(marks.badge.as_ref()), Some("conac"));
        assert_eq!(marks.report_errors.as_ref().map(|mark| mark.source.as_str()), Some("script"));
        assert_eq!(value(marks.owner.as_ref()), Some("湖南省工业和信息化厅"));
        assert_eq!(value(marks.contact.as_ref()), Some("0731-88955500"));
        assert_eq!(value(marks.sitemap.as_ref()), Some("http://gxt.example.gov.cn/wzdt/"));
        assert_eq!(marks.footer_sources, []);
    }

    #[test]
    fn a_gbk_table_footer_without_names_is_read() {
        let html = "<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'></head><body><table><tr><td>正文</td></tr></table>\
            <table width=1000><tr><td align=center>版权所有：某市中小企业服务中心<br>主办：某市工业和信息化局&nbsp;&nbsp;技术支持：某公司<br>\
            湘ＩＣＰ备０５００６１８８号　政府网站标识码：４３０１０００００９</td></tr></table></body></html>";
        let bytes = encoding_rs::GB18030.encode(html).0;
        let marks = marks_of(&bytes, Some("utf-8"));
        assert_eq!(all(&marks.icp), [("湘ICP备05006188号", "text")]);
        assert_eq!(all(&marks.site_code), [("4301000009", "text")]);
        assert_eq!(value(marks.owner.as_ref()), Some("某市工业和信息化局"));
    }

    #[test]
    fn an_article_that_speaks_of_owners_has_none() {
        let html = format!(
            "<h1>大会通知</h1><p>主办单位：中国某某协会</p><p>联系电话：010-12345678</p>{}<div class=foot>版权所有</div>",
            "<p>请各单位准时参加。</p>".repeat(200)
        );
        let marks = marks(&html);
        assert_eq!((marks.owner, marks.contact), (None, None));
    }

    #[test]
    fn marks_that_an_inline_script_writes_are_found() {
        let html = "<p>正文</p><script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript \
            src='https://dcs.conac.cn/js/19/000/0000/60438469/CA190000000604384690002.js' type='text/javascript'%3E%3C/script%3E\"));</script>\
            <script>document.writeln('<p>\\u4e3b办：某省工业和信息化厅</p><p>湘ICP备05000618号</p>');</script>";
        let marks = marks(html);
        assert_eq!(value(marks.badge.as_ref()), Some("CA190000000604384690002"));
        assert_eq!(value(marks.owner.as_ref()), Some("某省工业和信息化厅"));
        assert_eq!(all(&marks.icp), [("湘ICP备05000618号", "script")]);
    }

    #[test]
    fn a_footer_script_and_a_footer_fragment_are_read_as_pages() {
        let script = "\u{feff}document.writeln(\"<div class=\\\"bottom\\\">\");\ndocument.writeln(\"<p>主办：某省工业和信息化厅</p><p>网站标识码：4300000031</p>\");\n\
            document.writeln(\"<a href=\\\"http://bszs.conac.cn/sitename?method=show&id=0123456789ABCDEF0123456789ABCDEF\\\">党政机关</a></div>\");";
        let marks = marks_of(script.as_bytes(), None);
        assert_eq!(all(&marks.site_code), [("4300000031", "script")]);
        assert_eq!(value(marks.owner.as_ref()), Some("某省工业和信息化厅"));
        assert_eq!(value(marks.badge.as_ref()), Some("0123456789ABCDEF0123456789ABCDEF"));
        let fragment = "<p>主办：某省工业和信息化厅</p><p>湘ICP备05000618号</p>";
        let marks = marks_of(fragment.as_bytes(), None);
        assert_eq!(value(marks.owner.as_ref()), Some("某省工业和信息化厅"));
        assert_eq!(all(&marks.icp), [("湘ICP备05000618号", "text")]);
    }

    #[test]
    fn the_newer_error_reporting_is_a_link() {
        let marks = marks(
            "<div class=foot><a href='https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=4300000031&url=http%3A%2F%2Fx'><img src=/jc.png></a></div>",
        );
        assert_eq!(marks.report_errors.map(|mark| mark.source), Some("link".to_owned()));
        assert_eq!(all(&marks.site_code), [("4300000031", "link")]);
    }

    #[test]
    fn sources_of_the_footer_are_named_where_marks_are_missing() {
        let html = "<script src=/js/jquery.min.js></script><p>正文</p><iframe src=/gxt/bottom.html></iframe>\
            <script src='/gxt/xhtml/js/foot.js'></script><script src=//cdn.example.com/footer.js></script><script src=/js/nav.js></script>";
        let paths: Vec<_> = marks(html).footer_sources.iter().map(|url| url.path().to_owned()).collect();
        assert_eq!(paths, ["/gxt/bottom.html", "/gxt/xhtml/js/foot.js"]);
        let loaded =
            "<p>正文</p><div id=footer></div><script>$(function(){ $('#footer').load('/gxt/footer.html'); });</script>";
        let paths: Vec<_> = marks(loaded).footer_sources.iter().map(|url| url.path().to_owned()).collect();
        assert_eq!(paths, ["/gxt/footer.html"]);
    }
}
