//! One exchange with a server: a request out, an answer in, within limits of time and bytes. The only file that names the HTTP
//! client. Knows nothing of pages' content or of what is asked next; redirects are handed back, not followed.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use encoding_rs::UTF_8;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::certificate::{CertificateLog, tls_config};
use super::guard::{self, Refusal};
use super::unpack::{kind_of, unpack};
use super::{Network, Plan};
use crate::model::outcome::{FailureClass, Reply};
use crate::model::request::Method;
use crate::url::PageUrl;

/// Bytes read of a body that only needs to be recognised.
pub(super) const HEAD_BYTES: u64 = 64 * 1024;

/// Header lines of an answer.
const HEADERS_MAX: usize = 256;

/// Characters of a header value that is kept.
const HEADER_CHARS_MAX: usize = 256;

/// The client could not be set up: our own failure, not a server's.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct ClientFault(pub String);

/// How much of a body is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Enough to recognise it.
    Head,
    /// All of it if it is a page, else enough to recognise it.
    Page,
    /// All of it, up to that many bytes.
    All(u64),
}

#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) url: PageUrl,
    pub(super) method: Method,
    pub(super) referer: Option<PageUrl>,
    /// The `Cookie` header; empty: none.
    pub(super) cookie: String,
    pub(super) reading: Reading,
}

/// Where a redirect leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Location {
    To(PageUrl),
    /// No usable target: empty, `javascript:` …
    Bad,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) reply: Reply,
    pub(super) body: Vec<u8>,
    /// The body is a page by its type and its first bytes.
    pub(super) is_page: bool,
    pub(super) location: Option<Location>,
    pub(super) set_cookie: Vec<String>,
    pub(super) retry_after: Option<Duration>,
}

#[derive(Debug)]
pub(super) enum Exchange {
    Answer(Box<Answer>),
    Failed {
        class: FailureClass,
        message: String,
    },
    /// A private address: not asked.
    Refused,
}

/// An exchange with its time and its cost.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) exchange: Exchange,
    /// RFC 3339, UTC: when it began.
    pub(super) at: String,
    pub(super) duration_ms: u32,
    /// Body bytes on the wire.
    pub(super) bytes: u64,
}

#[derive(Debug)]
pub(super) struct Fetcher {
    client: reqwest::Client,
    network: Arc<Network>,
    timeout: Duration,
    body_bytes_max: u64,
    pub(super) certificates: Arc<CertificateLog>,
}

impl Fetcher {
    pub(super) fn new(plan: &Plan) -> Result<Self, ClientFault> {
        let (tls, certificates) = tls_config().map_err(|fault| ClientFault(fault.to_string()))?;
        let network = Arc::new(plan.network.clone());
        let timeout = Duration::from_secs(u64::from(plan.pace.timeout_seconds.max(1)));
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Names(Arc::clone(&network)))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http09_responses()
            .http1_max_headers(HEADERS_MAX)
            .connect_timeout(timeout)
            .pool_max_idle_per_host(plan.pace.concurrency_per_host.clamp(1, 32))
            .pool_idle_timeout(Duration::from_secs(20))
            .default_headers(default_headers(&network.user_agent)?);
        builder = match &network.proxy {
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(|fault| ClientFault(fault.to_string()))?),
            None => builder.no_proxy(),
        };
        let client = builder.build().map_err(|fault| ClientFault(chain(&fault)))?;
        Ok(Self { client, network, timeout, body_bytes_max: plan.limits.body_bytes_max, certificates })
    }

    /// Asks once. Always answers.
    pub(super) async fn fetch(&self, ask: &Ask) -> Done {
        let at = jiff::Timestamp::now().to_string();
        let began = Instant::now();
        let mut bytes = 0;
        let exchange = match guard::check_literal(&ask.url.to_url(), &self.network) {
            Err(refusal) => refused(&refusal),
            Ok(()) => match tokio::time::timeout(self.timeout, self.ask(ask, &mut bytes)).await {
                Ok(Ok(answer)) => Exchange::Answer(Box::new(answer)),
                Ok(Err(fault)) => failed(&fault, ask.url.is_https()),
                Err(_) => Exchange::Failed {
                    class: FailureClass::Timeout,
                    message: format!("not done within {} s", self.timeout.as_secs()),
                },
            },
        };
        Done { exchange, at, duration_ms: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX), bytes }
    }

    async fn ask(&self, ask: &Ask, bytes: &mut u64) -> Result<Answer, reqwest::Error> {
        let mut request = match &ask.method {
            Method::Get => self.client.get(ask.url.to_url()),
            Method::Head => self.client.head(ask.url.to_url()),
            Method::Post { body } => {
                let kind = if body.starts_with(['{', '[']) { "application/json" } else { "application/x-www-form-urlencoded" };
                self.client.post(ask.url.to_url()).header(header::CONTENT_TYPE, kind).body(body.clone())
            }
        };
        if let Some(referer) = &ask.referer {
            request = request.header(header::REFERER, referer.as_str());
        }
        if !ask.cookie.is_empty() {
            request = request.header(header::COOKIE, &ask.cookie);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body =
            if ask.method == Method::Head { Body::default() } else { self.body(response, ask.reading, status, bytes).await? };
        Ok(answer(ask, status, &headers, body))
    }

    async fn body(
        &self,
        mut response: reqwest::Response,
        reading: Reading,
        status: u16,
        bytes: &mut u64,
    ) -> Result<Body, reqwest::Error> {
        let content_type = media_type(response.headers());
        let encoding = text_of(response.headers(), &header::CONTENT_ENCODING).unwrap_or_default();
        let mut wire = Vec::new();
        // what is not a page, and what is an error, only needs to be recognised
        let mut limit = match reading {
            Reading::Head => HEAD_BYTES,
            Reading::Page if (200..300).contains(&status) => self.body_bytes_max,
            Reading::Page => HEAD_BYTES.min(self.body_bytes_max),
            Reading::All(limit) => limit,
        };
        let mut recognised = reading == Reading::Head || !(200..300).contains(&status) && reading == Reading::Page;
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                // enough to recognise it has come
                Err(_) if recognised && !wire.is_empty() => break,
                Err(fault) => return Err(fault),
            };
            *bytes += chunk.len() as u64;
            wire.extend_from_slice(&chunk);
            if reading == Reading::Page && !recognised && !could_be_page(&content_type, &encoding, &wire) {
                recognised = true;
                limit = limit.min(HEAD_BYTES);
            }
            if wire.len() as u64 > limit {
                break;
            }
        }
        let stopped = wire.len() as u64 > limit;
        // the kind of a file is told by the file, not by what is packed in it
        let packed = !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity");
        let raw_kind = if packed { None } else { kind_of(&wire).filter(|kind| *kind == "gzip") };
        let capacity = usize::try_from(limit).unwrap_or(usize::MAX);
        if let Some(kind) = raw_kind.filter(|_| recognised) {
            return Ok(Body { bytes: wire, kind: Some(kind), whole: !stopped, cut: false });
        }
        let unpacked = unpack(wire, &encoding, capacity);
        let kind = kind_of(&unpacked.bytes);
        let over = stopped || unpacked.cut;
        Ok(Body { bytes: unpacked.bytes, kind, whole: !over, cut: over && !recognised })
    }
}

/// A request of a page that a browser shows, asked on its behalf.
#[cfg(feature = "render")]
#[derive(Debug)]
pub(super) struct Relay {
    pub(super) url: PageUrl,
    pub(super) method: RelayMethod,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
}

#[cfg(feature = "render")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RelayMethod {
    Get,
    Head,
    Post,
}

/// What a server answered to it, unpacked.
#[cfg(feature = "render")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relayed {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

#[cfg(feature = "render")]
#[derive(Debug)]
pub(super) enum RelayEnd {
    Answer(Relayed),
    Failed(FailureClass),
    /// A private address: not asked.
    Refused,
}

/// Headers that are this client's own affair, in either direction.
#[cfg(feature = "render")]
const OWN_HEADERS: [&str; 16] = [
    "accept-encoding",
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "nel",
    "proxy-connection",
    "report-to",
    "strict-transport-security",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

#[cfg(feature = "render")]
impl Fetcher {
    /// Asks once on behalf of a page, within the same limits of time, bytes and addresses as any other request; redirects are
    /// the page's affair. Gives the bytes on the wire too.
    pub(super) async fn relay(&self, ask: Relay) -> (RelayEnd, u64) {
        let mut bytes = 0;
        let is_https = ask.url.is_https();
        let end = match guard::check_literal(ask.url.as_url(), &self.network) {
            Err(refusal) => relay_refused(&refused(&refusal)),
            Ok(()) => match tokio::time::timeout(self.timeout, self.relayed(ask, &mut bytes)).await {
                Ok(Ok(answer)) => RelayEnd::Answer(answer),
                Ok(Err(fault)) => relay_refused(&failed(&fault, is_https)),
                Err(_) => RelayEnd::Failed(FailureClass::Timeout),
            },
        };
        (end, bytes)
    }

    async fn relayed(&self, ask: Relay, bytes: &mut u64) -> Result<Relayed, reqwest::Error> {
        let url = ask.url.as_url().clone();
        let mut request = match ask.method {
            RelayMethod::Get => self.client.get(url),
            RelayMethod::Head => self.client.head(url),
            RelayMethod::Post => self.client.post(url).body(ask.body.unwrap_or_default()),
        };
        let is_passed = |name: &str| !OWN_HEADERS.contains(&name) && !name.starts_with("sec-");
        for (name, value) in ask.headers.iter().take(HEADERS_MAX) {
            let name = name.to_ascii_lowercase();
            if is_passed(&name)
                && let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value))
            {
                request = request.header(name, value);
            }
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = match ask.method {
            RelayMethod::Head => Body::default(),
            RelayMethod::Get | RelayMethod::Post => {
                self.body(response, Reading::All(self.body_bytes_max), status, bytes).await?
            }
        };
        let headers = headers
            .iter()
            .filter(|(name, _)| is_passed(name.as_str()))
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(Relayed { status, headers: headers.collect(), body: body.bytes })
    }
}

#[cfg(feature = "render")]
fn relay_refused(exchange: &Exchange) -> RelayEnd {
    match exchange {
        Exchange::Failed { class, .. } => RelayEnd::Failed(*class),
        Exchange::Refused | Exchange::Answer(_) => RelayEnd::Refused,
    }
}

#[derive(Debug, Default)]
struct Body {
    bytes: Vec<u8>,
    kind: Option<&'static str>,
    whole: bool,
    /// The limit cut off something that was wanted whole.
    cut: bool,
}

fn default_headers(user_agent: &str) -> Result<HeaderMap, ClientFault> {
    let mut headers = HeaderMap::new();
    let agent = HeaderValue::from_str(user_agent).map_err(|_| ClientFault("the user agent is no header value".into()))?;
    headers.insert(header::USER_AGENT, agent);
    headers.insert(header::ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
    headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN,zh;q=0.9,en;q=0.5"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br"));
    Ok(headers)
}

fn answer(ask: &Ask, status: u16, headers: &HeaderMap, body: Body) -> Answer {
    let content_type = media_type(headers);
    let declared = text_of(headers, &header::CONTENT_LENGTH).and_then(|n| n.trim().parse().ok());
    let is_head = ask.method == Method::Head;
    let body_bytes =
        if is_head || !body.whole && !body.cut { declared.unwrap_or(body.bytes.len() as u64) } else { body.bytes.len() as u64 };
    let is_page = is_page_type(&content_type) && !body.kind.is_some_and(is_binary)
        || content_type.is_empty() && body.kind == Some("html");
    let location = matches!(status, 301 | 302 | 303 | 307 | 308).then(|| location(&ask.url, headers));
    Answer {
        is_page,
        location,
        set_cookie: headers
            .get_all(header::SET_COOKIE)
            .iter()
            .take(16)
            .filter_map(|v| v.to_str().ok())
            .map(str::to_owned)
            .collect(),
        retry_after: text_of(headers, &header::RETRY_AFTER).and_then(|text| retry_after(&text, jiff::Timestamp::now())),
        reply: Reply {
            status,
            hops: Vec::new(),
            final_url: ask.url.clone(),
            content_type,
            header_charset: charset(headers),
            last_modified: text_of(headers, &header::LAST_MODIFIED),
            etag: text_of(headers, &header::ETAG),
            body_bytes,
            truncated: body.cut,
            body_hash: if body.whole && !body.bytes.is_empty() { hash(&body.bytes) } else { String::new() },
            body_kind: body.kind.map(str::to_owned),
        },
        body: body.bytes,
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().chars().take(16).collect()
}

fn location(base: &PageUrl, headers: &HeaderMap) -> Location {
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

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).chars().take(HEADER_CHARS_MAX).collect())
}

fn media_type(headers: &HeaderMap) -> String {
    text_of(headers, &header::CONTENT_TYPE)
        .map(|text| text.split([';', ',']).next().unwrap_or("").trim().to_ascii_lowercase())
        .unwrap_or_default()
}

fn charset(headers: &HeaderMap) -> Option<String> {
    let text = text_of(headers, &header::CONTENT_TYPE)?;
    text.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (key.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// Seconds, or a date (RFC 9110 10.2.3).
fn retry_after(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    u64::try_from(until.as_second() - now.as_second()).ok().map(Duration::from_secs)
}

fn is_page_type(content_type: &str) -> bool {
    matches!(content_type, "text/html" | "application/xhtml+xml" | "application/vnd.wap.xhtml+xml")
}

fn is_binary(kind: &str) -> bool {
    !matches!(kind, "html" | "xml" | "svg")
}

/// Whether a body may still turn out to be a page.
fn could_be_page(content_type: &str, encoding: &str, wire: &[u8]) -> bool {
    let packed = !encoding.is_empty() || wire.starts_with(&[0x1f, 0x8b]);
    match content_type {
        "" => packed || kind_of(wire).is_none_or(|kind| !is_binary(kind)),
        _ => is_page_type(content_type) && (packed || !kind_of(wire).is_some_and(is_binary)),
    }
}

/// Names are resolved by the guard, so that no name leads to a private address.
#[derive(Debug)]
struct Names(Arc<Network>);

impl reqwest::dns::Resolve for Names {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let network = Arc::clone(&self.0);
        Box::pin(async move {
            let found = guard::lookup(name.as_str(), &network).await?;
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

fn refused(refusal: &Refusal) -> Exchange {
    match refusal {
        Refusal::Private => Exchange::Refused,
        Refusal::Unknown(why) => Exchange::Failed { class: FailureClass::Dns, message: why.clone() },
    }
}

fn failed(fault: &reqwest::Error, https: bool) -> Exchange {
    if let Some(refusal) = causes(fault).find_map(|cause| cause.downcast_ref::<Refusal>()) {
        return refused(refusal);
    }
    Exchange::Failed { class: classify(fault, https), message: chain(fault) }
}

fn classify(fault: &reqwest::Error, https: bool) -> FailureClass {
    let io = causes(fault).filter_map(|cause| cause.downcast_ref::<io::Error>()).last().map(io::Error::kind);
    let http = causes(fault).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    if fault.is_timeout() || io == Some(io::ErrorKind::TimedOut) {
        FailureClass::Timeout
    } else if fault.is_dns() {
        FailureClass::Dns
    } else if causes(fault).any(is_tls) {
        FailureClass::Tls
    } else if fault.is_connect() {
        match io {
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) if https => FailureClass::Tls,
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe) => {
                FailureClass::Reset
            }
            _ => FailureClass::Connect,
        }
    } else if http.is_some_and(|h| h.is_parse() || h.is_user()) {
        FailureClass::Protocol
    } else if http.is_some_and(|h| h.is_incomplete_message() || h.is_closed() || h.is_canceled()) || io.is_some_and(is_break) {
        FailureClass::Reset
    } else {
        FailureClass::Protocol
    }
}

fn is_break(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::NotConnected
    )
}

fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    cause.is::<rustls::Error>()
}

/// The error and what caused it, outermost first; what an `io::Error` wraps is a cause too.
fn causes<'a>(fault: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(fault);
    std::iter::from_fn(move || {
        let cause = next?;
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| cause.source());
        Some(cause)
    })
}

/// One sentence: the innermost causes, without the address.
fn chain(fault: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = causes(fault).skip(1).map(ToString::to_string).collect();
    if parts.is_empty() {
        parts.push(fault.to_string());
    }
    parts.dedup();
    parts.join(": ").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
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
