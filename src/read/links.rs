//! Every address that a page points at or loads, with its place, text and selector, in document order.

use encoding_rs::Encoding;

use super::place::Places;
use super::selector::Selectors;
use super::tape::{Attr, NodeId, Tag, Tape, fold};
use super::{LINKS_MAX, script};
use crate::model::facts::{Link, LinkKind, Place};
use crate::url::{BaseUrl, Joined, PageUrl};

/// Characters of a link's text that are kept.
const TEXT_CHARS_MAX: usize = 80;
/// Characters of visible text that a page may show and still be one that only leads on («正在跳转，请稍候…»).
pub const JUMP_CHARS_MAX: u32 = 100;

/// What links are resolved against.
#[derive(Debug, Clone)]
pub struct Base {
    url: BaseUrl,
    encoding: &'static Encoding,
}

impl Base {
    /// The first usable `<base href>`, else the page's own address.
    pub fn of(tape: &Tape, page: &PageUrl, encoding: &'static Encoding) -> Self {
        let written = tape.elements(Tag::Base).find_map(|id| tape.attr(id, Attr::Href));
        let url = written
            .and_then(|href| page.to_url().join(href.trim()).ok())
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .unwrap_or_else(|| page.to_url());
        Self { url: BaseUrl::new(url), encoding }
    }

    pub fn resolver(&self) -> &BaseUrl {
        &self.url
    }

    /// The address that `href` leads to; none for what is no page (`javascript:`, `mailto:`, `#` …) or no address at all.
    pub fn join(&self, href: &str) -> Option<Joined> {
        let href = href.trim();
        if href.is_empty() || href.starts_with('#') || has_other_scheme(href) {
            return None;
        }
        self.url.join(href, self.encoding).ok()
    }
}

/// A scheme that a browser would not request; cheap, before the parser is asked.
fn has_other_scheme(href: &str) -> bool {
    const OTHERS: [&[u8]; 9] =
        [b"javascript:", b"mailto:", b"tel:", b"data:", b"about:", b"blob:", b"file:", b"sms:", b"vbscript:"];
    let bytes = href.as_bytes();
    OTHERS.iter().any(|scheme| bytes.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

#[derive(Debug, Default)]
pub struct Found {
    pub links: Vec<Link>,
    pub cut: bool,
}

/// Reads the links. `all_chars`: how much visible text the page has; a script that sets `location` counts only where there
/// is next to none.
pub fn read(tape: &Tape, places: &Places, base: &Base, all_chars: u32) -> Found {
    let mut reader = Reader { tape, places, base, selectors: Selectors::new(tape), found: Found::default() };
    for id in tape.nodes() {
        if let Some(tag) = tape.tag(id) {
            reader.element(id, tag);
        }
    }
    if all_chars <= JUMP_CHARS_MAX {
        reader.script_jump();
    }
    reader.found
}

struct Reader<'t> {
    tape: &'t Tape,
    places: &'t Places,
    base: &'t Base,
    selectors: Selectors<'t>,
    found: Found,
}

impl Reader<'_> {
    fn element(&mut self, id: NodeId, tag: Tag) {
        match tag {
            Tag::A => self.attr(id, Attr::Href, LinkKind::Anchor),
            Tag::Area => self.attr(id, Attr::Href, LinkKind::Area),
            Tag::Link => self.link(id),
            Tag::Img => self.image(id),
            Tag::Script => self.attr(id, Attr::Src, LinkKind::Script),
            Tag::Iframe | Tag::Frame => {
                self.attr(id, Attr::Src, LinkKind::Frame);
                self.attr(id, Attr::DataSrc, LinkKind::Frame);
            }
            Tag::Form => self.attr(id, Attr::Action, LinkKind::Form),
            Tag::Input if self.is_image_input(id) => self.attr(id, Attr::Src, LinkKind::Image),
            Tag::Source => {
                let in_media = matches!(self.tape.parent(id).and_then(|up| self.tape.tag(up)), Some(Tag::Video | Tag::Audio));
                self.attr(id, Attr::Src, if in_media { LinkKind::Media } else { LinkKind::Image });
                self.srcset(id);
            }
            Tag::Video | Tag::Audio => {
                self.attr(id, Attr::Src, LinkKind::Media);
                self.attr(id, Attr::Poster, LinkKind::Image);
            }
            Tag::Track => self.attr(id, Attr::Src, LinkKind::Media),
            Tag::Embed => self.attr(id, Attr::Src, LinkKind::Object),
            Tag::Object => self.attr(id, Attr::Data, LinkKind::Object),
            Tag::Meta => self.refresh(id),
            _ => {}
        }
        self.attr(id, Attr::Background, LinkKind::Background);
        if let Some(style) = self.tape.attr(id, Attr::Style)
            && style.contains("url(")
        {
            for address in style_urls(style) {
                self.push(id, address, LinkKind::Background);
            }
        }
    }

    fn is_image_input(&self, id: NodeId) -> bool {
        self.tape.attr(id, Attr::Type).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("image"))
    }

    fn attr(&mut self, id: NodeId, attr: Attr, kind: LinkKind) {
        if let Some(href) = self.tape.attr(id, attr) {
            self.push(id, href, kind);
        }
    }

    fn link(&mut self, id: NodeId) {
        let rel = self.tape.attr(id, Attr::Rel).unwrap_or("").to_ascii_lowercase();
        let mut words = rel.split_ascii_whitespace();
        if words.clone().any(|word| matches!(word, "preconnect" | "dns-prefetch")) {
            return;
        }
        let loads = words.any(|word| {
            matches!(word, "stylesheet" | "icon" | "apple-touch-icon" | "mask-icon" | "manifest" | "preload" | "modulepreload")
        });
        self.attr(id, Attr::Href, if loads { LinkKind::Style } else { LinkKind::Pointer });
    }

    fn image(&mut self, id: NodeId) {
        for attr in [Attr::Src, Attr::DataSrc, Attr::DataOriginal] {
            self.attr(id, attr, LinkKind::Image);
        }
        self.srcset(id);
    }

    fn srcset(&mut self, id: NodeId) {
        if let Some(set) = self.tape.attr(id, Attr::Srcset) {
            for address in srcset_urls(set) {
                self.push(id, address, LinkKind::Image);
            }
        }
    }

    fn refresh(&mut self, id: NodeId) {
        let is_refresh = self.tape.attr(id, Attr::HttpEquiv).is_some_and(|v| v.trim().eq_ignore_ascii_case("refresh"));
        if is_refresh && let Some(target) = self.tape.attr(id, Attr::Content).and_then(refresh_target) {
            self.push(id, target, LinkKind::Refresh);
        }
    }

    /// A page that shows nothing and only sets `location`.
    fn script_jump(&mut self) {
        if self.found.links.iter().any(|link| link.kind == LinkKind::Refresh) {
            return;
        }
        let jump = self
            .tape
            .elements(Tag::Script)
            .find_map(|id| script::location_target(self.tape.raw_text(id)).map(|target| (id, target)));
        if let Some((id, target)) = jump {
            self.push(id, &target, LinkKind::Refresh);
        }
    }

    fn push(&mut self, id: NodeId, href: &str, kind: LinkKind) {
        let Some(Joined { url, fragment }) = self.base.join(href) else { return };
        if self.found.links.len() >= LINKS_MAX {
            self.found.cut = true;
            return;
        }
        let text = match kind {
            LinkKind::Anchor => self.anchor_text(id),
            LinkKind::Area | LinkKind::Image | LinkKind::Frame | LinkKind::Object => self.label(id),
            _ => String::new(),
        };
        let place =
            if kind == LinkKind::Refresh && self.tape.tag(id) == Some(Tag::Meta) { Place::Head } else { self.places.of(id) };
        self.found.links.push(Link { url, fragment, kind, place, text, selector: self.selectors.of(id) });
    }

    fn anchor_text(&self, id: NodeId) -> String {
        let text = self.tape.text_capped(id, TEXT_CHARS_MAX);
        if !text.is_empty() {
            return text;
        }
        let alt = self
            .tape
            .descendants(id)
            .filter(|&inner| self.tape.tag(inner) == Some(Tag::Img))
            .map(|image| self.label(image))
            .find(|label| !label.is_empty());
        alt.unwrap_or_else(|| self.label(id))
    }

    /// `alt`, else `title`.
    fn label(&self, id: NodeId) -> String {
        let said = |attr| self.tape.attr(id, attr).map(str::trim).filter(|text| !text.is_empty());
        said(Attr::Alt)
            .or_else(|| said(Attr::Title))
            .map(|text| {
                let mut text = fold(text);
                if let Some((end, _)) = text.char_indices().nth(TEXT_CHARS_MAX) {
                    text.truncate(end);
                }
                text
            })
            .unwrap_or_default()
    }
}

/// Where a page of next to no text sends its visitor on to, if that is another page.
pub fn jump(links: &[Link], all_chars: u32, page: &PageUrl) -> Option<PageUrl> {
    let sends_on = links.iter().find(|link| link.kind == LinkKind::Refresh && link.url != *page);
    sends_on.filter(|_| all_chars <= JUMP_CHARS_MAX).map(|link| link.url.clone())
}

/// The address in the `content` of a refresh: `5;url=x`, `0; URL='x'`, `0;x`.
pub fn refresh_target(content: &str) -> Option<&str> {
    let rest = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start().strip_prefix([';', ',']).unwrap_or(rest).trim_start();
    let is_named = rest.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("url"));
    let named = is_named.then(|| rest.get(3..).unwrap_or("").trim_start().strip_prefix('=')).flatten();
    let target = named.unwrap_or(rest).trim();
    let target = match target.chars().next() {
        Some(quote @ ('"' | '\'')) => target.get(1..).unwrap_or("").split(quote).next().unwrap_or(""),
        _ => target,
    };
    (!target.is_empty()).then_some(target)
}

/// Addresses in `url(…)` of a style attribute.
fn style_urls(style: &str) -> impl Iterator<Item = &str> {
    style.split("url(").skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let inner = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next()?,
            _ => rest.split(')').next()?,
        };
        Some(inner.trim())
    })
}

/// Addresses of a `srcset` (HTML standard, "parse a srcset attribute").
fn srcset_urls(set: &str) -> Vec<&str> {
    let mut urls = Vec::new();
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        let Some(end) = rest.find(|c: char| c.is_ascii_whitespace()).or((!rest.is_empty()).then_some(rest.len())) else {
            return urls;
        };
        let (word, behind) = rest.split_at(end);
        let bare = word.trim_end_matches(',');
        urls.push(bare);
        rest = if bare.len() < word.len() { behind } else { behind.split_once(',').map_or("", |(_, next)| next) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<Link> {
        found_at("http://gxt.example.gov.cn/gxt/xwzx/index.html", html, encoding_rs::UTF_8)
    }

    fn found_at(page: &str, html: &str, encoding: &'static Encoding) -> Vec<Link> {
        let tape = Tape::read(html);
        let places = Places::read(&tape);
        let base = Base::of(&tape, &PageUrl::parse(page).unwrap(), encoding);
        let text = crate::read::text::read(&tape, &places);
        read(&tape, &places, &base, text.facts.all_chars).links
    }

    fn urls(html: &str) -> Vec<String> {
        found(html).into_iter().map(|link| link.url.to_string()).collect()
    }

    #[test]
    fn what_is_no_page_is_dropped() {
        let html = "<a href='javascript:void(0)'>a</a><a href=' JavaScript:;'>b</a><a href=mailto:a@b.cn>c</a><a href=tel:0731>d</a>\
            <a href='#'>e</a><a href='#top'>e</a><a href>f</a><a>g</a><img src='data:image/png;base64,AA'><a href='weixin://x'>h</a>\
            <a href='http://'>i</a>";
        assert_eq!(urls(html), Vec::<String>::new());
    }

    #[test]
    fn hrefs_are_read_as_browsers_read_them() {
        assert_eq!(
            urls(
                "<a href=' ../tzgg\\index.html\n'>a</a><a href='//slj.example.gov.cn/'>b</a><a href='?p=2'>c</a>\
                <a href='/a b.doc#sec'>d</a><a href='./2026\n08/t1.html'>e</a>"
            ),
            [
                "http://gxt.example.gov.cn/gxt/tzgg/index.html",
                "http://slj.example.gov.cn/",
                "http://gxt.example.gov.cn/gxt/xwzx/index.html?p=2",
                "http://gxt.example.gov.cn/a%20b.doc",
                "http://gxt.example.gov.cn/gxt/xwzx/202608/t1.html",
            ]
        );
        assert_eq!(found("<a href='/x#sec1'>d</a>")[0].fragment.as_deref(), Some("sec1"));
    }

    #[test]
    fn a_base_element_moves_every_link() {
        assert_eq!(urls("<base href='/zt/2026/'><a href=a.html>a</a>"), ["http://gxt.example.gov.cn/zt/2026/a.html"]);
        assert_eq!(urls("<base target=_blank><a href=a.html>a</a>"), ["http://gxt.example.gov.cn/gxt/xwzx/a.html"]);
    }

    #[test]
    fn gbk_queries_are_encoded_as_gbk() {
        let links = found_at("http://a.gov.cn/", "<a href='s.asp?k=中文'>x</a>", encoding_rs::GB18030);
        assert_eq!(links[0].url.as_str(), "http://a.gov.cn/s.asp?k=%D6%D0%CE%C4");
    }

    #[test]
    fn every_kind_of_reference_is_found() {
        let html = "<head><link rel='shortcut icon' href=/f.ico><link rel=canonical href=/c><link rel=dns-prefetch href=//d.cn>\
            <script src=/s.js></script></head><body background=/bg.jpg><img src=/i.png data-original=/lazy.png srcset='/a.png 1x, /b.png 2x'>\
            <map><area href=/area alt=区></map><iframe src=/fr.html></iframe><form action=/so method=post></form>\
            <video src=/v.mp4 poster=/p.jpg><source src=/v2.mp4></video><audio src=/a.mp3></audio><object data=/o.swf></object>\
            <embed src=/e.swf><input type=image src=/btn.png><div style=\"background-image: url('/st.png')\"></div>\
            <picture><source srcset=/w.webp></picture></body>";
        let got: Vec<_> = found(html).iter().map(|l| (l.url.path().to_owned(), l.kind)).collect();
        let want = [
            ("/f.ico", LinkKind::Style),
            ("/c", LinkKind::Pointer),
            ("/s.js", LinkKind::Script),
            ("/bg.jpg", LinkKind::Background),
            ("/i.png", LinkKind::Image),
            ("/lazy.png", LinkKind::Image),
            ("/a.png", LinkKind::Image),
            ("/b.png", LinkKind::Image),
            ("/area", LinkKind::Area),
            ("/fr.html", LinkKind::Frame),
            ("/so", LinkKind::Form),
            ("/v.mp4", LinkKind::Media),
            ("/p.jpg", LinkKind::Image),
            ("/v2.mp4", LinkKind::Media),
            ("/a.mp3", LinkKind::Media),
            ("/o.swf", LinkKind::Object),
            ("/e.swf", LinkKind::Object),
            ("/btn.png", LinkKind::Image),
            ("/st.png", LinkKind::Background),
            ("/w.webp", LinkKind::Image),
        ];
        assert_eq!(got, want.map(|(path, kind)| (path.to_owned(), kind)));
    }

    #[test]
    fn a_srcset_with_commas_in_an_address_is_one_address() {
        assert_eq!(srcset_urls("a,b.png 1x, c.png,"), ["a,b.png", "c.png"]);
        assert_eq!(srcset_urls(" ,"), Vec::<&str>::new());
    }

    #[test]
    fn refreshes_are_read_in_every_spelling() {
        for content in ["0;url=/new", "0; URL='/new'", "5,url = \"/new\"", "0;/new", " 0 ; url=/new "] {
            let html = format!("<meta http-equiv=Refresh content='{}'>", content.replace('\'', "&#39;"));
            assert_eq!(found(&html)[0].url.path(), "/new", "{content}");
        }
        assert_eq!(refresh_target("300"), None);
    }

    #[test]
    fn a_page_of_few_words_sends_on_and_one_that_reloads_itself_does_not() {
        let here = PageUrl::parse("http://gxt.example.gov.cn/tzgg/").unwrap();
        let away = PageUrl::parse("http://www.example.gov.cn/").unwrap();
        let link = |url: &PageUrl| Link { url: url.clone(), kind: LinkKind::Refresh, ..found("<a href=/a>x</a>").remove(0) };
        assert_eq!(jump(&[link(&away)], 12, &here), Some(away.clone()));
        assert_eq!(jump(&[link(&here)], 12, &here), None);
        assert_eq!(jump(&[link(&away)], JUMP_CHARS_MAX + 1, &here), None);
    }

    #[test]
    fn a_script_that_only_jumps_is_a_refresh() {
        let links = found("<html><script>window.location.href = \"./index_1.html\";</script></html>");
        assert_eq!((links[0].kind, links[0].url.path()), (LinkKind::Refresh, "/gxt/xwzx/index_1.html"));
        let page = format!("<p>{}</p><script>if(m) location.href='/m/'</script>", "正文".repeat(100));
        assert!(found(&page).is_empty());
    }

    #[test]
    fn text_is_own_text_then_alt_then_title() {
        let links = found(
            "<a href=/1 title=全题><b>一</b> 二</a><a href=/2 title=t><img src=/i alt='图 片'></a><a href=/3 title=题></a><a href=/4></a>",
        );
        let texts: Vec<_> = links.iter().filter(|l| l.kind == LinkKind::Anchor).map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["一 二", "图 片", "题", ""]);
        assert_eq!(found(&format!("<a href=/x>{}</a>", "长".repeat(200)))[0].text.chars().count(), 80);
    }

    #[test]
    fn links_beyond_the_limit_are_cut_and_said_to_be() {
        let tape = Tape::read(&"<a href=/x>y</a>".repeat(LINKS_MAX + 1));
        let places = Places::read(&tape);
        let base = Base::of(&tape, &PageUrl::parse("http://a.gov.cn/").unwrap(), encoding_rs::UTF_8);
        let found = read(&tape, &places, &base, 9_999);
        assert_eq!((found.links.len(), found.cut), (LINKS_MAX, true));
    }
}
