//! What the headers of an answer say, as servers write them.

use std::time::Duration;

use encoding_rs::UTF_8;
use hyper::header::{self, HeaderMap, HeaderName};

use super::super::unpack::kind_of;
use super::Location;
use crate::url::PageUrl;

/// Characters of a header value that is kept.
const HEADER_CHARS_MAX: usize = 256;

pub(super) fn location(base: &PageUrl, headers: &HeaderMap) -> Location {
    let Some(value) = headers.get(header::LOCATION) else { return Location::Bad };
    let text = match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => byte_for_byte(value.as_bytes()),
    };
    if text.trim().is_empty() {
        return Location::Bad;
    }
    PageUrl::join(&base.to_url(), &text, UTF_8).map_or(Location::Bad, |joined| Location::To(joined.url))
}

/// Bytes of some other encoding than UTF-8 (GBK, as a rule), kept as they are. The second byte of a GBK character may be an
/// ASCII sign (`\`, `|`, `@` …): it is part of the character.
fn byte_for_byte(bytes: &[u8]) -> String {
    let mut in_character = false;
    let mut text = String::with_capacity(bytes.len() * 3);
    for &byte in bytes {
        let is_second = in_character && (0x40..=0xfe).contains(&byte);
        in_character = !is_second && !byte.is_ascii();
        if byte.is_ascii_alphanumeric() || (byte.is_ascii() && !is_second) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

pub(super) fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).chars().take(HEADER_CHARS_MAX).collect())
}

pub(super) fn media_type(headers: &HeaderMap) -> String {
    text_of(headers, &header::CONTENT_TYPE)
        .map(|text| text.split([';', ',']).next().unwrap_or("").trim().to_ascii_lowercase())
        .unwrap_or_default()
}

pub(super) fn charset(headers: &HeaderMap) -> Option<String> {
    let text = text_of(headers, &header::CONTENT_TYPE)?;
    text.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (key.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// Seconds, or a date (RFC 9110 10.2.3).
pub(super) fn retry_after(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    u64::try_from(until.as_second() - now.as_second()).ok().map(Duration::from_secs)
}

pub(super) fn is_page_type(content_type: &str) -> bool {
    matches!(content_type, "text/html" | "application/xhtml+xml" | "application/vnd.wap.xhtml+xml")
}

pub(super) fn is_binary(kind: &str) -> bool {
    !matches!(kind, "html" | "xml" | "svg")
}

/// Whether a body may still turn out to be a page.
pub(super) fn could_be_page(content_type: &str, encoding: &str, wire: &[u8]) -> bool {
    let packed = !encoding.is_empty() || wire.starts_with(&[0x1f, 0x8b]);
    match content_type {
        "" => packed || kind_of(wire).is_none_or(|kind| !is_binary(kind)),
        _ => is_page_type(content_type) && (packed || !kind_of(wire).is_some_and(is_binary)),
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())).collect()
    }

    fn to(value: &[u8]) -> Location {
        location(&PageUrl::parse("http://gxt.example.gov.cn/a/b.html").unwrap(), &headers(&[("location", value)]))
    }

    #[test]
    fn gbk_bytes_in_a_location_are_kept() {
        let Location::To(url) = to(b"/\xd6\xd0\xce\xc4.html") else { panic!() };
        assert_eq!(url.as_str(), "http://gxt.example.gov.cn/%D6%D0%CE%C4.html");
        let Location::To(url) = to(b"/\x95\x5c/\xd6\xd0/a.html?k=\x8e\x5c") else { panic!() };
        assert_eq!(url.as_str(), "http://gxt.example.gov.cn/%95%5C/%D6%D0/a.html?k=%8E%5C", "\\ is the second byte of 昞");
        let Location::To(url) = to("/中文.html".as_bytes()) else { panic!() };
        assert_eq!(url.as_str(), "http://gxt.example.gov.cn/%E4%B8%AD%E6%96%87.html");
    }

    #[test]
    fn a_redirect_without_a_target_is_bad() {
        assert_eq!(to(b""), Location::Bad);
        assert_eq!(to(b"javascript:history.back()"), Location::Bad);
        assert_eq!(location(&PageUrl::parse("http://a.cn/").unwrap(), &HeaderMap::new()), Location::Bad);
    }

    #[test]
    fn type_and_charset_are_read_as_written() {
        let map = headers(&[("content-type", b"Text/HTML; Charset=\"GB2312\"")]);
        assert_eq!((media_type(&map).as_str(), charset(&map).as_deref()), ("text/html", Some("GB2312")));
        assert_eq!((media_type(&HeaderMap::new()), charset(&HeaderMap::new())), (String::new(), None));
    }

    #[test]
    fn retry_after_comes_in_seconds_or_as_a_date() {
        let now: jiff::Timestamp = "2026-11-24T01:00:00Z".parse().unwrap();
        assert_eq!(retry_after("121", now), Some(Duration::from_secs(121)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 01:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 00:00:00 GMT", now), None);
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn only_pages_are_read_whole() {
        assert!(could_be_page("text/html", "", b"<html>") && could_be_page("", "", b"<html>"));
        assert!(could_be_page("text/html", "gzip", &[0x1f, 0x8b, 8]));
        assert!(!could_be_page("text/html", "", b"%PDF-1.5") && !could_be_page("application/pdf", "", b"%PDF-1.5"));
        assert!(!could_be_page("", "", b"PK\x03\x04"));
    }
}
