//! Addresses: parsing, joining (aware of the page's encoding), the canonical form, same-site tests.
//! Knows nothing of requests, pages or sites' content.

mod plain;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};
use serde::{Deserialize, Serialize};
use url::{Position, Url};

/// Why a written address is none that can be requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum AddressFault {
    /// A scheme that is not http or https (`mailto:`, `javascript:`, `tel:`, `data:` …).
    #[error("not an http(s) address")]
    OtherScheme,
    /// The text is no address at all.
    #[error("not an address")]
    Malformed,
}

/// An absolute http(s) address in canonical form: what the `url` crate makes of it, without fragment, user
/// information, session id and empty query, and with percent-encodings in one spelling.
/// Two addresses that compare equal are one resource.
#[derive(Clone)]
pub struct PageUrl {
    text: Arc<str>,
    parts: Parts,
}

/// Where the parts of an address stand in its text, bytes.
#[derive(Debug, Clone, Copy)]
struct Parts {
    host: u32,
    host_end: u32,
    path: u32,
    /// Of the `?`; the text's end where there is none.
    path_end: u32,
}

/// A joined link: the address and the fragment that stood behind it (percent-encoded as written).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    pub url: PageUrl,
    pub fragment: Option<String>,
}

/// Whether a host, as [`PageUrl::host`] gives it, is an IP address: only an address ends in a digit, the parser has seen to that.
pub fn is_numeric_host(host: &str) -> bool {
    host.starts_with('[') || host.ends_with(|c: char| c.is_ascii_digit())
}

impl PageUrl {
    /// Parses an absolute address.
    ///
    /// # Errors
    /// [`AddressFault`] when the text is no http(s) address.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        let text = text.trim();
        if let Some(url) = plain::address(text) {
            return Ok(url);
        }
        let url = Url::parse(text).map_err(|_| AddressFault::Malformed)?;
        Ok(Self::canonical(url)?.url)
    }

    /// Resolves `href` as written on a page whose base address is `base`; a query is encoded in the page's `encoding`,
    /// as browsers do.
    ///
    /// # Errors
    /// [`AddressFault`] when the result is no http(s) address.
    pub fn join(base: &Url, href: &str, encoding: &'static Encoding) -> Result<Joined, AddressFault> {
        let href = href.trim();
        match plain::PlainBase::of(base).and_then(|plain| plain.join(href)) {
            Some(joined) => Ok(joined),
            None => Self::join_at_length(base, href, encoding),
        }
    }

    fn join_at_length(base: &Url, href: &str, encoding: &'static Encoding) -> Result<Joined, AddressFault> {
        let encode: &dyn Fn(&str) -> Cow<'_, [u8]> = &|text| encoding.encode(text).0;
        let options = Url::options().base_url(Some(base));
        let url = if encoding == UTF_8 { options.parse(href) } else { options.encoding_override(Some(encode)).parse(href) }
            .map_err(|_| AddressFault::Malformed)?;
        Self::canonical(url)
    }

    /// The canonical form of an already parsed address.
    ///
    /// # Errors
    /// [`AddressFault::OtherScheme`] when it is not http or https.
    pub fn canonical(mut url: Url) -> Result<Joined, AddressFault> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressFault::OtherScheme);
        }
        if !url.has_host() {
            return Err(AddressFault::Malformed);
        }
        let fragment = url.fragment().filter(|f| !f.is_empty()).map(str::to_owned);
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        if url.path().contains([';', '%', '(']) {
            let path = one_spelling(&without_path_session(url.path())).into_owned();
            if path != url.path() {
                url.set_path(&path);
            }
        }
        if let Some(query) = url.query() {
            let kept = one_spelling(&without_query_session(query)).into_owned();
            if kept.is_empty() {
                url.set_query(None);
            } else if kept != query {
                url.set_query(Some(&kept));
            }
        }
        if let Some(host) = url.host_str()
            && let Some(bare) = host.strip_suffix('.')
            && !bare.is_empty()
        {
            let bare = bare.to_owned();
            let _ = url.set_host(Some(&bare));
        }
        Ok(Joined { url: Self::of(&url), fragment })
    }

    /// An address that is canonical already.
    fn of(url: &Url) -> Self {
        let host = url[..Position::BeforeHost].len();
        let parts = Parts {
            host: host as u32,
            host_end: url[..Position::AfterHost].len() as u32,
            path: url[..Position::BeforePath].len() as u32,
            path_end: url[..Position::AfterPath].len() as u32,
        };
        Self { text: Arc::from(url.as_str()), parts }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// For those who change it, or ask for more than the parts below.
    pub fn to_url(&self) -> Url {
        Url::parse(&self.text).expect("what was an address once is one")
    }

    fn part(&self, from: u32, to: u32) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or("")
    }

    /// Host in lower case (punycode for IDN), without port.
    pub fn host(&self) -> &str {
        self.part(self.parts.host, self.parts.host_end)
    }

    /// Host, and the port where it is not the scheme's own: what one server is.
    pub fn authority(&self) -> String {
        self.authority_str().to_owned()
    }

    /// The same, borrowed.
    pub fn authority_str(&self) -> &str {
        self.part(self.parts.host, self.parts.path)
    }

    /// The port that is written, which it is only where it is not the scheme's own.
    pub fn port(&self) -> Option<u16> {
        self.part(self.parts.host_end, self.parts.path).strip_prefix(':').and_then(|port| port.parse().ok())
    }

    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    pub fn path(&self) -> &str {
        self.part(self.parts.path, self.parts.path_end)
    }

    pub fn query(&self) -> Option<&str> {
        self.text.get(self.parts.path_end as usize..).and_then(|rest| rest.strip_prefix('?'))
    }

    /// The last path segment's ending, lower-case, without dot (`html`, `pdf`), if it has one.
    pub fn extension(&self) -> Option<String> {
        let name = self.path().rsplit('/').next()?;
        let (stem, ending) = name.rsplit_once('.')?;
        (!stem.is_empty() && !ending.is_empty() && ending.len() <= 8 && ending.bytes().all(|b| b.is_ascii_alphanumeric()))
            .then(|| ending.to_ascii_lowercase())
    }

    /// The path up to and with its last slash.
    pub fn folder(&self) -> &str {
        let path = self.path();
        path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or("/")
    }

    /// The registered domain (`gov.cn` is a suffix, so `gxt.hunan.gov.cn` gives `hunan.gov.cn`); none for IP addresses.
    pub fn registered_domain(&self) -> Option<&str> {
        if self.is_numeric() { None } else { psl::domain_str(self.host()) }
    }

    /// Whether the host is an IP address.
    pub fn is_numeric(&self) -> bool {
        is_numeric_host(self.host())
    }

    /// Whether the address is good inside an office only: a private, loopback or link-local address, a name without a dot,
    /// or one of the endings that no public name has (RFC 1918, 2606, 3927, 6598, 6762, 8375).
    pub fn is_intranet(&self) -> bool {
        const ENDINGS: [&str; 8] = [".local", ".localhost", ".lan", ".intranet", ".internal", ".corp", ".home", ".home.arpa"];
        let host = self.host();
        if let Ok(v4) = host.parse::<Ipv4Addr>() {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            return v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || is_shared;
        }
        if let Some(v6) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let v6 = v6.parse::<Ipv6Addr>();
            return v6.is_ok_and(|v6| v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local());
        }
        !host.contains('.') || ENDINGS.iter().any(|ending| host.ends_with(ending))
    }
}

/// What the links of one page are resolved against.
#[derive(Debug, Clone)]
pub struct BaseUrl {
    url: Url,
    plain: Option<plain::PlainBase>,
}

impl BaseUrl {
    pub fn new(url: Url) -> Self {
        Self { plain: plain::PlainBase::of(&url), url }
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// As [`PageUrl::join`].
    ///
    /// # Errors
    /// [`AddressFault`] when the result is no http(s) address.
    pub fn join(&self, href: &str, encoding: &'static Encoding) -> Result<Joined, AddressFault> {
        let href = href.trim();
        match self.plain.as_ref().and_then(|plain| plain.join(href)) {
            Some(joined) => Ok(joined),
            None => PageUrl::join_at_length(&self.url, href, encoding),
        }
    }
}

impl PartialEq for PageUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PageUrl {}

impl PartialOrd for PageUrl {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PageUrl {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for PageUrl {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// The name that a fragment asks for, and the same with its percent-encoding undone; none for the top of the page, routes of
/// scripts (`#/list`, `#!x`), states (`#a=1`) and text fragments.
pub fn fragment_names(fragment: &str) -> Option<[String; 2]> {
    let is_route = fragment.starts_with(['/', '!', '?', ':']) || fragment.contains(['=', '&', '/']);
    if fragment.is_empty() || is_route || fragment.eq_ignore_ascii_case("top") {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
    Some([fragment.to_owned(), decoded])
}

/// `;jsessionid=…` and its kin name a visit, not a resource; `(S(…))` is the same of old ASP.NET sites.
fn without_path_session(path: &str) -> Cow<'_, str> {
    const KEYS: [&str; 3] = [";jsessionid=", ";phpsessid=", ";sid="];
    if !path.contains([';', '(']) {
        return Cow::Borrowed(path);
    }
    let mut out = path.to_owned();
    let found = |text: &str| {
        let lower = text.to_ascii_lowercase();
        KEYS.iter().find_map(|key| lower.find(key))
    };
    while let Some(at) = found(&out) {
        let behind = out.get(at + 1..).and_then(|rest| rest.find(['/', ';'])).map_or(out.len(), |i| at + 1 + i);
        out.replace_range(at..behind, "");
    }
    let is_ticket =
        |segment: &str| segment.strip_prefix("(S(").and_then(|rest| rest.strip_suffix("))")).is_some_and(|id| id.len() == 24);
    if out.contains("(S(") {
        out = out.split('/').filter(|segment| !is_ticket(segment)).collect::<Vec<_>>().join("/");
    }
    Cow::Owned(if out.starts_with('/') { out } else { format!("/{out}") })
}

fn without_query_session(query: &str) -> Cow<'_, str> {
    const SESSION: [&str; 4] = ["jsessionid", "phpsessid", "aspsessionid", "sessionid"];
    let is_session = |pair: &str| {
        let key = pair.split('=').next().unwrap_or("").to_ascii_lowercase();
        SESSION.iter().any(|s| key == *s || (*s == "aspsessionid" && key.starts_with(s)))
    };
    if !query.contains('=') || !query.split('&').any(is_session) {
        return Cow::Borrowed(query);
    }
    Cow::Owned(query.split('&').filter(|pair| !is_session(pair)).collect::<Vec<_>>().join("&"))
}

/// Percent-encodings in capitals; unreserved characters (RFC 3986 2.3) written plainly.
fn one_spelling(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    let mut plain_from = 0;
    while i < bytes.len() {
        if bytes[i] == b'%'
            && let (Some(high), Some(low)) = (bytes.get(i + 1).copied().and_then(hex), bytes.get(i + 2).copied().and_then(hex))
        {
            out.push_str(text.get(plain_from..i).unwrap_or(""));
            let byte = high * 16 + low;
            // A dot stays encoded: `%2e%2e` decoded here would no longer be resolved by the parser.
            let is_unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~');
            if is_unreserved && !(byte.is_ascii_hexdigit() && ends_in_half_an_escape(&out)) {
                out.push(char::from(byte));
            } else {
                out.push('%');
                out.push(char::from(bytes[i + 1].to_ascii_uppercase()));
                out.push(char::from(bytes[i + 2].to_ascii_uppercase()));
            }
            i += 3;
            plain_from = i;
        } else {
            i += 1;
        }
    }
    out.push_str(text.get(plain_from..).unwrap_or(""));
    Cow::Owned(out)
}

/// A digit behind it would make a percent-encoding of what is none: `%a%41` is not `%aA`.
fn ends_in_half_an_escape(text: &str) -> bool {
    match text.as_bytes() {
        [.., b'%'] => true,
        [.., b'%', digit] => digit.is_ascii_hexdigit(),
        _ => false,
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.as_str())
    }
}

impl Serialize for PageUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PageUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GBK;

    fn canon(text: &str) -> String {
        PageUrl::parse(text).unwrap().to_string()
    }

    #[test]
    fn one_resource_has_one_spelling() {
        assert_eq!(canon("HTTP://Gxt.Example.gov.CN:80/a/../b?#x"), "http://gxt.example.gov.cn/b");
        assert_eq!(canon("http://a.cn/%7euser/%e4%b8%ad"), "http://a.cn/~user/%E4%B8%AD");
        assert_eq!(canon("http://a.cn/x;jsessionid=12AB?y=1"), "http://a.cn/x?y=1");
        assert_eq!(canon("http://a.cn/x?PHPSESSID=1&y=2"), "http://a.cn/x?y=2");
        assert_eq!(canon("http://a.cn./x"), "http://a.cn/x");
    }

    #[test]
    fn a_visit_is_no_part_of_an_address() {
        for (written, kept) in [
            ("http://a.cn/x;jsessionid=12AB.node1/y.html", "http://a.cn/x/y.html"),
            ("http://a.cn/x;JSESSIONID=12AB;sid=9?y=1", "http://a.cn/x?y=1"),
            ("http://a.cn/;jsessionid=12AB", "http://a.cn/"),
            ("http://a.cn/x?jsessionid=1", "http://a.cn/x"),
            ("http://a.cn/x?ASPSESSIONIDABCD=1&id=3", "http://a.cn/x?id=3"),
            ("http://a.cn/(S(0123456789abcdefghijklmn))/show.aspx?id=3", "http://a.cn/show.aspx?id=3"),
            // what only looks like one
            ("http://a.cn/x?sid=1", "http://a.cn/x?sid=1"),
            ("http://a.cn/x;v=1/y", "http://a.cn/x;v=1/y"),
            ("http://a.cn/(S(1))/y", "http://a.cn/(S(1))/y"),
        ] {
            assert_eq!(canon(written), kept, "{written}");
        }
    }

    #[test]
    fn addresses_as_people_write_them_are_read_as_browsers_read_them() {
        let base = Url::parse("http://gxt.example.gov.cn/gxt/tzgg/index.html").unwrap();
        for (href, expected) in [
            ("  ./a.html\n", "http://gxt.example.gov.cn/gxt/tzgg/a.html"),
            ("附件 1.doc", "http://gxt.example.gov.cn/gxt/tzgg/%E9%99%84%E4%BB%B6%201.doc"),
            ("..\\xwzx\\a.html", "http://gxt.example.gov.cn/gxt/xwzx/a.html"),
            ("\\\\zwgk.example.gov.cn\\a.html", "http://zwgk.example.gov.cn/a.html"),
            ("//zwgk.example.gov.cn/a.html", "http://zwgk.example.gov.cn/a.html"),
            ("HTTP://GXT.Example.gov.cn:80/Gxt/A.html", "http://gxt.example.gov.cn/Gxt/A.html"),
            ("https://gxt.example.gov.cn:443/a.html", "https://gxt.example.gov.cn/a.html"),
            ("http:a.html", "http://gxt.example.gov.cn/gxt/tzgg/a.html"),
            ("/a\n/b.html", "http://gxt.example.gov.cn/a/b.html"),
            ("../../../../a.html", "http://gxt.example.gov.cn/a.html"),
            ("?page=2", "http://gxt.example.gov.cn/gxt/tzgg/index.html?page=2"),
            ("", "http://gxt.example.gov.cn/gxt/tzgg/index.html"),
        ] {
            let joined = PageUrl::join(&base, href, UTF_8).unwrap();
            assert_eq!(joined.url.as_str(), expected, "{href}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_canonical_form_is_canonical(tail in "[a-zA-Z0-9/%;=?&.()#:\\\\ 中-]{0,40}", session in "(;jsessionid=|;sid=|\\?phpsessid=|%2|%41|/\\(S\\()?") {
            if let Ok(url) = PageUrl::parse(&format!("http://a.cn/{tail}{session}{tail}")) {
                proptest::prop_assert_eq!(canon(url.as_str()), url.as_str());
            }
        }
    }

    #[test]
    fn escaped_percent_signs_stay_escaped() {
        assert_eq!(canon("http://a.cn/100%25"), "http://a.cn/100%25");
        assert_eq!(canon("http://a.cn/%2541"), "http://a.cn/%2541");
        assert_eq!(canon(&canon("http://a.cn/%2541")), "http://a.cn/%2541");
        assert_eq!(canon("http://a.cn/%a%41"), "http://a.cn/%a%41");
        assert_eq!(canon("http://a.cn/%%34%31"), "http://a.cn/%%341");
    }

    #[test]
    fn gbk_page_links_are_gbk_encoded() {
        let base = Url::parse("http://a.cn/list/").unwrap();
        let joined = PageUrl::join(&base, "s.asp?k=中文&p=1", GBK).unwrap();
        assert_eq!(joined.url.as_str(), "http://a.cn/list/s.asp?k=%D6%D0%CE%C4&p=1");
        let joined = PageUrl::join(&base, "中文.html", GBK).unwrap();
        assert_eq!(joined.url.as_str(), "http://a.cn/list/%E4%B8%AD%E6%96%87.html");
    }

    #[test]
    fn other_schemes_are_told_apart_from_nonsense() {
        assert_eq!(PageUrl::parse("javascript:void(0)").unwrap_err(), AddressFault::OtherScheme);
        assert_eq!(PageUrl::parse("http://").unwrap_err(), AddressFault::Malformed);
    }

    #[test]
    fn gov_cn_is_a_suffix() {
        assert_eq!(PageUrl::parse("http://zyk.gxt.hunan.gov.cn/").unwrap().registered_domain(), Some("hunan.gov.cn"));
        assert_eq!(PageUrl::parse("http://127.0.0.1/").unwrap().registered_domain(), None);
    }

    #[test]
    fn addresses_of_the_office_network_are_intranet() {
        for text in [
            "http://10.1.2.3/",
            "http://192.168.0.8:8080/a",
            "http://172.20.0.1/",
            "http://oa/",
            "http://localhost/",
            "http://[fd00::1]/",
            "http://oa.lan/",
        ] {
            assert!(PageUrl::parse(text).unwrap().is_intranet(), "{text}");
        }
        for text in [
            "http://gxt.example.gov.cn/",
            "http://172.32.0.1/",
            "http://100.128.0.1/",
            "http://218.76.40.1/",
            "http://local.gov.cn/",
        ] {
            assert!(!PageUrl::parse(text).unwrap().is_intranet(), "{text}");
        }
    }

    #[test]
    fn fragments_that_scripts_read_ask_for_no_name() {
        for fragment in ["", "top", "TOP", "/list/1", "!home", "a=1", "tab&x", ":~:text=x"] {
            assert_eq!(fragment_names(fragment), None, "{fragment}");
        }
        assert_eq!(fragment_names("%E9%99%84%E4%BB%B61"), Some(["%E9%99%84%E4%BB%B61".to_owned(), "附件1".to_owned()]));
    }
}
