//! One exchange with a server: a request out, an answer in, within limits of time and bytes. The only room that names the HTTP
//! client. Knows nothing of pages' content or of what is asked next; redirects are handed back, not followed.

mod fault;
mod headers;
#[cfg(feature = "legacy-tls")]
mod legacy;
mod post;
#[cfg(feature = "render")]
mod relay;

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{self, HeaderMap, HeaderValue};

use self::fault::{chain, failed, refused};
use self::headers::{charset, could_be_page, is_binary, is_page_type, location, media_type, retry_after, text_of};
pub use self::post::{PostFault, Posted, post_json};
#[cfg(feature = "render")]
pub(super) use self::relay::{Relay, RelayEnd, RelayMethod, Relayed};
use super::Plan;
use super::certificate::{CertificateLog, tls_config};
use super::guard::{self, Resolver};
use super::unpack::{kind_of, unpack};
use crate::model::outcome::{FailureClass, Reply};
use crate::model::request::Method;
use crate::url::PageUrl;

/// Bytes read of a body that only needs to be recognised.
pub(super) const HEAD_BYTES: u64 = 64 * 1024;

/// Header lines of an answer.
const HEADERS_MAX: usize = 256;

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

/// How the connection is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Way {
    /// One that stands open already, if there is one.
    #[default]
    Usual,
    /// A new one.
    Fresh,
    /// A new one, to an address of the other family (IPv6 for IPv4) where the host has one.
    OtherFamily,
}

#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) url: PageUrl,
    pub(super) method: Method,
    pub(super) referer: Option<PageUrl>,
    /// The `Cookie` header; empty: none.
    pub(super) cookie: String,
    pub(super) reading: Reading,
    pub(super) way: Way,
    /// What is known of the page already.
    pub(super) compare: Option<Compare>,
    /// No cache on the way may answer.
    pub(super) in_full: bool,
}

/// An earlier answer: the server is asked whether it still holds (RFC 9110 13.1), and a body that comes all the same is compared.
#[derive(Debug, Clone)]
pub(super) struct Compare {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) body_hash: String,
    pub(super) header_charset: Option<String>,
}

impl Compare {
    /// A body that would be read as the earlier one was.
    pub(super) fn is_same(&self, reply: &Reply) -> bool {
        !self.body_hash.is_empty() && self.body_hash == reply.body_hash && self.header_charset == reply.header_charset
    }

    fn headers(&self) -> HeaderMap {
        let pairs = [(header::IF_NONE_MATCH, &self.etag), (header::IF_MODIFIED_SINCE, &self.last_modified)];
        let valid = pairs.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value.as_deref()?).ok()?)));
        valid.collect()
    }
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
    /// `Vary: *`: no two answers need be alike.
    pub(super) varies: bool,
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
    usual: reqwest::Client,
    fresh: reqwest::Client,
    other_family: reqwest::Client,
    #[cfg(feature = "legacy-tls")]
    legacy: legacy::Legacy,
    pub(super) resolver: Arc<Resolver>,
    timeout: Duration,
    body_bytes_max: u64,
    pub(super) certificates: Arc<CertificateLog>,
}

impl Fetcher {
    pub(super) fn new(plan: &Plan) -> Result<Self, ClientFault> {
        let (tls, certificates) = tls_config(&plan.network.authorities).map_err(|fault| ClientFault(fault.to_string()))?;
        let resolver = Arc::new(Resolver::new(plan.network.clone()));
        let client = |way| client(plan, way, &tls, &resolver);
        Ok(Self {
            usual: client(Way::Usual)?,
            fresh: client(Way::Fresh)?,
            other_family: client(Way::OtherFamily)?,
            #[cfg(feature = "legacy-tls")]
            legacy: legacy::Legacy::new(
                Arc::clone(&resolver),
                Arc::clone(&certificates),
                default_headers(&plan.network.user_agent)?,
            )?,
            timeout: timeout(plan),
            body_bytes_max: plan.limits.body_bytes_max,
            certificates,
            resolver,
        })
    }

    /// Asks once. Always answers.
    pub(super) async fn fetch(&self, ask: &Ask) -> Done {
        let at = jiff::Timestamp::now().to_string();
        let began = Instant::now();
        let mut bytes = 0;
        let exchange = match guard::check_literal(&ask.url.to_url(), self.resolver.network()) {
            Err(refusal) => refused(&refusal),
            Ok(()) => match tokio::time::timeout(self.timeout, self.exchange(ask, &mut bytes)).await {
                Ok(exchange) => exchange,
                Err(_) => Exchange::Failed {
                    class: FailureClass::Timeout,
                    message: format!("not done within {} s", self.timeout.as_secs()),
                },
            },
        };
        Done { exchange, at, duration_ms: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX), bytes }
    }

    /// Servers that fail at the handshake are asked once more in the TLS of their time.
    #[cfg(feature = "legacy-tls")]
    async fn exchange(&self, ask: &Ask, bytes: &mut u64) -> Exchange {
        if !self.legacy.knows(ask.url.host()) {
            let exchange = self.by_client(ask, bytes).await;
            let is_tls = matches!(exchange, Exchange::Failed { class: FailureClass::Tls, .. });
            if !is_tls || self.resolver.network().proxy.is_some() {
                return exchange;
            }
            return match self.legacy.exchange(self, ask, bytes).await {
                found @ Exchange::Answer(_) => found,
                _ => exchange,
            };
        }
        self.legacy.exchange(self, ask, bytes).await
    }

    #[cfg(not(feature = "legacy-tls"))]
    async fn exchange(&self, ask: &Ask, bytes: &mut u64) -> Exchange {
        self.by_client(ask, bytes).await
    }

    async fn by_client(&self, ask: &Ask, bytes: &mut u64) -> Exchange {
        self.ask(ask, bytes).await.unwrap_or_else(|fault| failed(&fault, ask.url.is_https()))
    }

    async fn ask(&self, ask: &Ask, bytes: &mut u64) -> Result<Exchange, reqwest::Error> {
        let client = match ask.way {
            Way::Usual => &self.usual,
            Way::Fresh => &self.fresh,
            Way::OtherFamily => &self.other_family,
        };
        let method = match &ask.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Post { .. } => reqwest::Method::POST,
        };
        let mut request = client.request(method, ask.url.to_url()).headers(ask_headers(ask));
        if let Method::Post { body } = &ask.method {
            request = request.body(body.clone());
        }
        if let Some(compare) = &ask.compare {
            request = request.headers(compare.headers());
        }
        if ask.in_full {
            request = request.header(header::CACHE_CONTROL, "no-cache");
        }
        self.take(request.send().await?, ask, bytes).await
    }

    /// Reads the answer as far as it is wanted.
    async fn take(&self, response: reqwest::Response, ask: &Ask, bytes: &mut u64) -> Result<Exchange, reqwest::Error> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let is_headless = response.version() == reqwest::Version::HTTP_09;
        let body =
            if ask.method == Method::Head { Body::default() } else { self.body(response, ask.reading, status, bytes).await? };
        // an answer without a head (HTTP/0.9) is a page, or the greeting of some other service
        if is_headless && body.kind != Some("html") {
            let message = "the answer is neither HTTP nor a page".to_owned();
            return Ok(Exchange::Failed { class: FailureClass::Protocol, message });
        }
        Ok(Exchange::Answer(Box::new(answer(ask, status, &headers, body))))
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

#[derive(Debug, Default)]
struct Body {
    bytes: Vec<u8>,
    kind: Option<&'static str>,
    whole: bool,
    /// The limit cut off something that was wanted whole.
    cut: bool,
}

fn timeout(plan: &Plan) -> Duration {
    Duration::from_secs(u64::from(plan.pace.timeout_seconds.max(1)))
}

fn client(plan: &Plan, way: Way, tls: &rustls::ClientConfig, resolver: &Arc<Resolver>) -> Result<reqwest::Client, ClientFault> {
    let open = if way == Way::Usual { plan.pace.concurrency_per_host.clamp(1, 32) } else { 0 };
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .dns_resolver(Names { resolver: Arc::clone(resolver), way })
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http09_responses()
        .http1_max_headers(HEADERS_MAX)
        .connect_timeout(timeout(plan))
        .pool_max_idle_per_host(open)
        .pool_idle_timeout(Duration::from_secs(20))
        .default_headers(default_headers(&plan.network.user_agent)?);
    builder = match &plan.network.proxy {
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(|fault| ClientFault(fault.to_string()))?),
        None => builder.no_proxy(),
    };
    builder.build().map_err(|fault| ClientFault(chain(&fault)))
}

/// What this request has beyond the headers of all requests.
fn ask_headers(ask: &Ask) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: &str| {
        // an address is ASCII, and so are the cookies that are kept
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    if let Method::Post { body } = &ask.method {
        let is_json = body.starts_with(['{', '[']);
        set(header::CONTENT_TYPE, if is_json { "application/json" } else { "application/x-www-form-urlencoded" });
    }
    if let Some(referer) = &ask.referer {
        set(header::REFERER, referer.as_str());
    }
    if !ask.cookie.is_empty() {
        set(header::COOKIE, &ask.cookie);
    }
    headers
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
        varies: headers.get_all(header::VARY).iter().any(|value| value.as_bytes().contains(&b'*')),
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

/// Names are resolved by the guard, so that no name leads to a private address.
#[derive(Debug)]
struct Names {
    resolver: Arc<Resolver>,
    way: Way,
}

impl reqwest::dns::Resolve for Names {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (resolver, way) = (Arc::clone(&self.resolver), self.way);
        Box::pin(async move {
            let mut found = resolver.lookup(name.as_str()).await?;
            if way == Way::OtherFamily {
                found = guard::other_family(found);
            }
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}
