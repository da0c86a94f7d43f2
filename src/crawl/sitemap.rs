//! Reads sitemaps (sitemaps.org protocol 0.9): address lists and indexes, plain or gzipped. Pure.

use encoding_rs::UTF_8;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::url::PageUrl;

/// Addresses in one file (protocol limit).
pub(super) const URLS_MAX: usize = 50_000;

/// Bytes of one file after decoding (protocol limit, 50 MB).
pub(super) const BYTES_MAX: u64 = 50 * 1024 * 1024;

/// Indexes inside indexes that are followed. The protocol allows one level; real sites nest two.
pub(super) const NESTING_MAX: u8 = 3;

/// Files of one host.
pub(super) const FILES_MAX: usize = 500;

/// What one file names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    pub(super) pages: Vec<PageUrl>,
    /// Further sitemaps (of an index).
    pub(super) files: Vec<PageUrl>,
    /// More addresses than are read, or broken XML after them.
    pub(super) cut: bool,
}

impl Sitemap {
    /// One address a line; those of further files behind a mark that no address begins with.
    pub(super) fn to_keep(&self) -> Vec<u8> {
        let files = self.files.iter().map(|url| format!(">{url}\n"));
        let pages = self.pages.iter().map(|url| format!("{url}\n"));
        files.chain(pages).collect::<String>().into_bytes()
    }

    /// What [`Sitemap::to_keep`] wrote.
    pub(super) fn kept(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            let (list, text) = match line.strip_prefix('>') {
                Some(text) => (&mut found.files, text),
                None => (&mut found.pages, line),
            };
            list.extend(PageUrl::parse(text));
        }
        found
    }
}

/// Reads `body` (already decoded from gzip), also the plain-text form of one address a line.
pub(super) fn read(body: &[u8], base: &PageUrl) -> Sitemap {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') { read_xml(text, base) } else { read_lines(text, base) }
}

fn read_lines(text: &str, base: &PageUrl) -> Sitemap {
    let mut pages: Vec<PageUrl> = text
        .lines()
        .take(URLS_MAX + 1)
        .filter(|line| line.trim_start().starts_with("http"))
        .filter_map(|line| join(base, line))
        .collect();
    let cut = pages.len() > URLS_MAX;
    pages.truncate(URLS_MAX);
    Sitemap { pages, files: Vec::new(), cut }
}

fn read_xml(text: &str, base: &PageUrl) -> Sitemap {
    let mut found = Sitemap::default();
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut in_index = false;
    let mut loc: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "sitemap" => in_index = true,
                "url" => in_index = false,
                // `image:loc` and `video:…` name resources of the page, not pages
                "loc" if tag.name().as_ref() == "loc" => loc = Some(String::new()),
                _ => {}
            },
            Ok(Event::Text(text)) => add(&mut loc, &text.xml10_content()),
            Ok(Event::CData(text)) => add(&mut loc, &text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => add(&mut loc, &entity(&reference)),
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "loc" => {
                if found.pages.len() + found.files.len() >= URLS_MAX {
                    found.cut = true;
                    return found;
                }
                let url = loc.take().and_then(|text| join(base, &text));
                if in_index { found.files.extend(url) } else { found.pages.extend(url) }
            }
            Ok(Event::Eof) => return found,
            Ok(_) => {}
            Err(_) => {
                found.cut = true;
                return found;
            }
        }
    }
}

fn add(loc: &mut Option<String>, more: &str) {
    if let Some(loc) = loc.as_mut().filter(|loc| loc.len() < 8_192) {
        loc.push_str(more);
    }
}

fn entity(name: &str) -> String {
    match name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "apos" => "'".into(),
        "quot" => "\"".into(),
        other => {
            let code = other.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => n.parse().ok(),
            });
            code.and_then(char::from_u32).map(String::from).unwrap_or_default()
        }
    }
}

fn join(base: &PageUrl, text: &str) -> Option<PageUrl> {
    let text = text.trim();
    if text.is_empty() { None } else { PageUrl::join(base.as_url(), text, UTF_8).ok().map(|joined| joined.url) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn of(text: &str) -> Sitemap {
        read(text.as_bytes(), &PageUrl::parse("http://gxt.example.gov.cn/sitemap.xml").unwrap())
    }

    fn texts(urls: &[PageUrl]) -> Vec<&str> {
        urls.iter().map(PageUrl::as_str).collect()
    }

    #[test]
    fn addresses_entities_and_cdata_are_read() {
        let found = of(r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> http://gxt.example.gov.cn/a.jsp?x=1&amp;y=2 </loc><image:image><image:loc>http://gxt.example.gov.cn/p.jpg</image:loc></image:image></url>
<url><loc><![CDATA[/b.html]]></loc><lastmod>2026-11-01</lastmod></url></urlset>"#);
        assert_eq!(texts(&found.pages), ["http://gxt.example.gov.cn/a.jsp?x=1&y=2", "http://gxt.example.gov.cn/b.html"]);
        assert!(found.files.is_empty() && !found.cut);
    }

    #[test]
    fn an_index_names_files() {
        let found = of("<sitemapindex><sitemap><loc>http://gxt.example.gov.cn/s1.xml.gz</loc></sitemap></sitemapindex>");
        assert_eq!((texts(&found.files), found.pages.len()), (vec!["http://gxt.example.gov.cn/s1.xml.gz"], 0));
    }

    #[test]
    fn a_page_in_place_of_the_file_names_nothing() {
        let found = of("<!DOCTYPE html><html><body><a href='/x'>页面不存在</a></body></html>");
        assert!(found.pages.is_empty() && found.files.is_empty());
    }

    #[test]
    fn broken_xml_keeps_what_came_before() {
        let found = of("<urlset><url><loc>http://gxt.example.gov.cn/a</loc></url><url><loc>http://gxt.example.gov.cn/b</lo");
        assert_eq!(texts(&found.pages), ["http://gxt.example.gov.cn/a"]);
    }

    #[test]
    fn the_protocols_limit_holds() {
        let mut text = String::from("<urlset>");
        for i in 0..=URLS_MAX {
            write!(text, "<url><loc>http://gxt.example.gov.cn/{i}</loc></url>").unwrap();
        }
        let found = of(&text);
        assert_eq!((found.pages.len(), found.cut), (URLS_MAX, true));
    }

    #[test]
    fn one_address_a_line_is_a_sitemap_too() {
        assert_eq!(texts(&of("http://gxt.example.gov.cn/a\r\nhttp://gxt.example.gov.cn/b\r\n").pages).len(), 2);
    }
}
