//! The short way for plain addresses, which nearly all are: letters, digits and a few signs that no rule of the standard
//! changes. What is not plain goes the long way, through the `url` crate; both ways end at the same address (a property
//! below), this one at a tenth of the cost.

use std::sync::Arc;

use url::{Position, Url};

use super::{Joined, PageUrl, Parts};

/// Bytes that stand for themselves in path, query and fragment alike.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/');
        byte += 1;
    }
    table
};

fn is_plain(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

fn is_plain_in_query(byte: u8) -> bool {
    is_plain(byte) || matches!(byte, b'=' | b'&')
}

/// An href cut into its parts, if each is plain.
struct Href<'h> {
    path: &'h str,
    query: Option<&'h str>,
    fragment: Option<&'h str>,
}

impl<'h> Href<'h> {
    fn of(href: &'h str) -> Option<Self> {
        let (path, rest) = split_behind(href, is_plain);
        let (query, rest) = match rest.strip_prefix('?') {
            Some(behind) => split_behind(behind, is_plain_in_query),
            None => ("", rest),
        };
        let (fragment, rest) = match rest.strip_prefix('#') {
            Some(behind) => split_behind(behind, is_plain),
            None => ("", rest),
        };
        let some = |part: &'h str| (!part.is_empty()).then_some(part);
        (rest.is_empty() && !may_hold_session(query)).then(|| Self { path, query: some(query), fragment: some(fragment) })
    }
}

/// Cuts behind the last of the bytes in front that are such.
fn split_behind(text: &str, is_such: fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_such(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Names of sessions hold one of these («jsessionid», «phpsessid»).
fn may_hold_session(query: &str) -> bool {
    query.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"sess"))
}

/// The address of a page as plain paths are joined to it: looked at once, not for each of its links.
#[derive(Debug, Clone)]
pub(super) struct PlainBase {
    /// Scheme, host, port and folder, without the slash behind it.
    text: String,
    host: usize,
    host_end: usize,
    path: usize,
    /// Every byte of the folder stands for itself.
    is_plain: bool,
}

impl PlainBase {
    /// None where the long way must be gone.
    pub(super) fn of(base: &Url) -> Option<Self> {
        let is_web = matches!(base.scheme(), "http" | "https") && base.username().is_empty() && base.password().is_none();
        if !is_web || !base.host_str()?.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let folder = base.path().rfind('/').and_then(|at| base.path().get(..at)).unwrap_or("");
        let origin = &base[..Position::BeforePath];
        Some(Self {
            text: format!("{origin}{folder}"),
            host: base[..Position::BeforeHost].len(),
            host_end: base[..Position::AfterHost].len(),
            path: origin.len(),
            is_plain: folder.bytes().all(is_plain),
        })
    }

    /// Resolves a plain path; none where the long way must be gone.
    pub(super) fn join(&self, href: &str) -> Option<Joined> {
        let origin = self.text.get(..self.path)?;
        let inside = href.strip_prefix(origin).filter(|rest| rest.starts_with('/')).unwrap_or(href);
        let Href { path, query, fragment } = Href::of(inside)?;
        if path.is_empty() || path.starts_with("//") || !(self.is_plain || path.starts_with('/')) {
            return None;
        }
        let mut text = String::with_capacity(self.text.len() + href.len() + 1);
        let path = match path.strip_prefix('/') {
            Some(behind) => {
                text.push_str(origin);
                behind
            }
            None => {
                text.push_str(&self.text);
                path
            }
        };
        push_segments(&mut text, self.path, path);
        let path_end = text.len() as u32;
        if let Some(query) = query {
            text.push('?');
            text.push_str(query);
        }
        let parts = Parts { host: self.host as u32, host_end: self.host_end as u32, path: self.path as u32, path_end };
        Some(Joined { url: PageUrl { text: Arc::from(text), parts }, fragment: fragment.map(str::to_owned) })
    }
}

/// Appends the segments of a path, `.` and `..` resolved.
fn push_segments(text: &mut String, path_from: usize, mut path: &str) {
    // Nearly all dots stand in front.
    loop {
        if let Some(behind) = path.strip_prefix("../").filter(|behind| !behind.is_empty()) {
            go_up(text, path_from);
            path = behind;
        } else if let Some(behind) = path.strip_prefix("./").filter(|behind| !behind.is_empty()) {
            path = behind;
        } else {
            break;
        }
    }
    if !path.starts_with('.') && !path.as_bytes().windows(2).any(|two| two == b"/.") {
        text.push('/');
        text.push_str(path);
        return;
    }
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." if is_last => text.push('/'),
            "." => {}
            ".." => {
                go_up(text, path_from);
                if is_last {
                    text.push('/');
                }
            }
            segment => {
                text.push('/');
                text.push_str(segment);
            }
        }
    }
}

fn go_up(text: &mut String, path_from: usize) {
    let kept = text.get(path_from..).and_then(|path| path.rfind('/')).map_or(path_from, |at| path_from + at);
    text.truncate(kept);
}

/// An absolute address that is plain and canonical as it stands.
pub(super) fn address(text: &str) -> Option<PageUrl> {
    let behind_scheme = text.strip_prefix("http://").map(|rest| (rest, "80")).or_else(|| {
        let rest = text.strip_prefix("https://")?;
        Some((rest, "443"))
    });
    let (rest, own_port) = behind_scheme?;
    let host_from = text.len() - rest.len();
    let authority_bytes = rest.find('/')?;
    let (authority, inside) = rest.split_at(authority_bytes);
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| port != own_port && !port.starts_with('0') && port.parse::<u16>().is_ok();
    if !is_plain_host(host) || !port.is_none_or(is_port) {
        return None;
    }
    let Href { path, query, fragment } = Href::of(inside)?;
    let is_settled = path.split('/').all(|segment| !matches!(segment, "." | ".."));
    if fragment.is_some() || !is_settled || inside.contains('#') || (query.is_none() && inside.contains('?')) {
        return None;
    }
    let path_from = host_from + authority_bytes;
    let parts = Parts {
        host: host_from as u32,
        host_end: (host_from + host.len()) as u32,
        path: path_from as u32,
        path_end: (path_from + path.len()) as u32,
    };
    Some(PageUrl { text: Arc::from(text), parts })
}

/// A name or an IPv4 address in the one spelling that the standard gives it.
fn is_plain_host(host: &str) -> bool {
    let is_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if host.is_empty() || !host.bytes().all(is_byte) || host.contains("xn--") || host.ends_with('.') {
        return false;
    }
    let last = host.rsplit('.').next().unwrap_or("");
    if !last.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let is_number = |label: &str| label.parse::<u8>().is_ok() && (label == "0" || !label.starts_with('0'));
    host.split('.').count() == 4 && host.split('.').all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIECE: &str =
        "(\\.|\\.\\.|/|//|a|B2|index_1\\.html|\\.x|x\\.|~|%2e|\\?|=|&|#|;sid=1|JSESSIONID=2|sess|:|:80|@|中|\\\\| )";

    fn long_way(base: &Url, href: &str) -> Option<(String, Option<String>)> {
        let joined = PageUrl::canonical(base.join(href.trim()).ok()?).ok()?;
        Some((joined.url.to_string(), joined.fragment))
    }

    fn same_parts(url: &PageUrl) {
        let long = PageUrl::of(&url.to_url());
        let parts = |url: &PageUrl| (url.host().to_owned(), url.authority(), url.path().to_owned());
        assert_eq!((parts(url), url.query()), (parts(&long), long.query()), "{url}");
        assert_eq!(url.port(), url.to_url().port());
    }

    proptest! {
        #[test]
        fn both_ways_lead_to_the_same_address(
            base in "https?://(a\\.gov\\.cn|127\\.0\\.0\\.1:8080|a\\.cn:81)(/|/x|/x/y\\.html|/x/y/z/|/中/b)(\\?q=1)?",
            href in proptest::collection::vec(PIECE, 0..8),
        ) {
            let (base, href) = (Url::parse(&base).unwrap(), href.concat());
            if let Some(short) = PlainBase::of(&base).and_then(|plain| plain.join(href.trim())) {
                same_parts(&short.url);
                prop_assert_eq!(Some((short.url.to_string(), short.fragment)), long_way(&base, &href), "{}", href);
            }
            let whole = format!("{}{href}", &base[..Position::BeforePath]);
            if let Some(short) = PlainBase::of(&base).and_then(|plain| plain.join(&whole)) {
                prop_assert_eq!(Some((short.url.to_string(), short.fragment)), long_way(&base, &whole), "{}", whole);
            }
        }

        #[test]
        fn whole_addresses_are_what_the_parser_makes_of_them(
            text in "https?://(a\\.gov\\.cn|A\\.cn|127\\.0\\.0\\.1|127\\.1|0x7f\\.1|01\\.2\\.3\\.4|a\\.cn\\.|xn--fiqs8s|a_b\\.cn|256\\.1\\.1\\.1)(:80|:443|:8080|:081|:99999)?(/|/a/b\\.html|/a/\\./b|/a/\\.\\.|//x|)(\\?|\\?a=1|\\?SESSIONID=3)?(#x)?",
        ) {
            if let Some(short) = address(&text) {
                same_parts(&short);
                let long = Url::parse(&text).ok().and_then(|url| PageUrl::canonical(url).ok()).map(|joined| joined.url.to_string());
                prop_assert_eq!(Some(short.to_string()), long);
            }
        }
    }

    #[test]
    fn the_usual_hrefs_go_the_short_way() {
        let base = Url::parse("http://gxt.example.gov.cn/gxt/xxgk/index.html?x=1").unwrap();
        let plain = PlainBase::of(&base).unwrap();
        for (href, want) in [
            ("./202608/t1.html", "http://gxt.example.gov.cn/gxt/xxgk/202608/t1.html"),
            ("../../zwgk/", "http://gxt.example.gov.cn/zwgk/"),
            ("/a/b.jsp?id=3&p=2", "http://gxt.example.gov.cn/a/b.jsp?id=3&p=2"),
            ("http://gxt.example.gov.cn/x", "http://gxt.example.gov.cn/x"),
        ] {
            assert_eq!(plain.join(href).map(|joined| joined.url.to_string()).as_deref(), Some(want), "{href}");
        }
        assert!(address("http://gxt.example.gov.cn/gxt/xxgk/index.html").is_some());
    }
}
