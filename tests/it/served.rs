//! Fixture sites on loopback: a folder of hosts and files, or replies written in the test, crawled into a list of records.
//! One server answers for all hosts by their `Host` header; no name leaves this machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, LOCATION};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;
use xuncha::crawl::{Limits, Network, Pace, Plan, Progress, Sink, SinkError, Watch, crawl};
use xuncha::model::probe::{Probe, ProbeState};
use xuncha::model::run::{CrawlSettings, CrawlSummary, RunInfo};
use xuncha::model::site::{ColumnClass, ColumnDecl, PageRecord, SiteDecl, SiteKind, UrlId};
use xuncha::url::PageUrl;

use super::certificates::{self, Tls};

/// The monitoring time point of tests that name none.
pub(crate) const NOW: &str = "2026-11-24T09:00:00+08:00";

/// Connections that one test server takes before it stops: a crawl that does not end fails instead of hanging.
const CONNECTIONS_MAX: usize = 20_000;

/// First byte of a connection that speaks TLS (RFC 8446 5.1).
const TLS_HANDSHAKE: u8 = 22;

/// What `site.toml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(default = "default_now")]
    pub(crate) now: String,
    #[serde(default)]
    pub(crate) site: Vec<SiteEntry>,
    #[serde(default)]
    pub(crate) column: Vec<ColumnEntry>,
    #[serde(default)]
    pub(crate) reply: Vec<Reply>,
    /// The log of probes.
    #[serde(default)]
    pub(crate) probes: Vec<ProbesEntry>,
    /// What the names of hosts resolve to, beside loopback.
    #[serde(default)]
    pub(crate) dns: Vec<DnsEntry>,
    /// The hosts answer over TLS too.
    pub(crate) tls: Option<Tls>,
}

/// Whether a host's name has an IPv6 address, as a resolver would say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DnsEntry {
    pub(crate) host: String,
    pub(crate) ipv6: bool,
}

/// Probes of a site: so many on each of the days before the monitoring day, of which the first did not open.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProbesEntry {
    pub(crate) url: String,
    pub(crate) days: i64,
    pub(crate) a_day: u32,
    #[serde(default)]
    pub(crate) not_opened: u32,
    /// Milliseconds of those that opened.
    pub(crate) ms: u32,
}

impl Case {
    pub(crate) fn log_of_probes(&self) -> Vec<Probe> {
        let today = self.now.get(..10).unwrap().parse::<jiff::civil::Date>().unwrap();
        let of_entry = |entry: &ProbesEntry| {
            let mut probes: Vec<Probe> = Vec::new();
            for back in (1..=entry.days).rev() {
                let day = today.checked_sub(jiff::Span::new().days(back)).unwrap();
                for nth in 0..entry.a_day {
                    let is_down = probes.len() < entry.not_opened as usize;
                    probes.push(Probe {
                        site: entry.url.clone(),
                        at: format!("{day}T{:02}:{:02}:00+08:00", nth % 24, nth / 24),
                        state: if is_down { ProbeState::NotOpened } else { ProbeState::Opened },
                        reason: if is_down { "failure.timeout" } else { "status.200" }.to_owned(),
                        duration_ms: if is_down { 15_000 } else { entry.ms },
                    });
                }
            }
            probes
        };
        self.probes.iter().flat_map(of_entry).collect()
    }
}

fn default_now() -> String {
    NOW.to_owned()
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteEntry {
    pub(crate) url: PageUrl,
    pub(crate) name: String,
    pub(crate) kind: SiteKind,
    pub(crate) office: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColumnEntry {
    pub(crate) url: PageUrl,
    pub(crate) name: Option<String>,
    pub(crate) class: Option<ColumnClass>,
    pub(crate) max_age_days: Option<u32>,
    pub(crate) office: Option<String>,
    pub(crate) row_selector: Option<String>,
    pub(crate) date_selector: Option<String>,
    #[serde(default)]
    pub(crate) ignore: bool,
}

/// An answer that is no plain file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reply {
    #[serde(default)]
    pub(crate) host: String,
    /// With its query, if it is only for that; `*`: every path that has neither file nor reply.
    pub(crate) path: String,
    /// Only for requests of this method.
    pub(crate) method: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) location: Option<String>,
    /// The same as it stands on the wire, from code.
    #[serde(skip)]
    pub(crate) location_bytes: Option<Vec<u8>>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Option<String>,
    /// Instead of `body`, from code.
    #[serde(skip)]
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) header: Option<Header>,
    #[serde(default)]
    pub(crate) close: bool,
    #[serde(default)]
    pub(crate) methods_refused: Vec<String>,
    /// Only the first so many requests are answered so; the later ones as if there were no such reply.
    pub(crate) times: Option<usize>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A page of a test.
pub(crate) fn page(host: &str, path: &str, body: &str) -> Reply {
    Reply { host: host.into(), path: path.into(), body: Some(body.into()), ..Reply::default() }
}

pub(crate) fn status(host: &str, path: &str, status: u16) -> Reply {
    Reply { host: host.into(), path: path.into(), status: Some(status), ..Reply::default() }
}

pub(crate) fn moved(host: &str, path: &str, location: &str) -> Reply {
    Reply { host: host.into(), path: path.into(), location: Some(location.into()), ..Reply::default() }
}

pub(crate) fn site(url: &str) -> SiteDecl {
    SiteDecl { url: PageUrl::parse(url).unwrap(), name: "门户网站".into(), kind: SiteKind::Portal, office: None }
}

/// What a server says of the age of its answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Validators {
    #[default]
    None,
    /// An `ETag` of the body; 304 to who knows it.
    Honest,
    /// 304 to everybody, asked or not.
    AlwaysNotModified,
}

/// What a host serves: files by path, and replies that come before them.
#[derive(Default)]
struct Content {
    files: BTreeMap<(String, String), Vec<u8>>,
    replies: Vec<Reply>,
    tls: Option<tokio_rustls::TlsAcceptor>,
    validators: Validators,
}

/// A running server and what was asked of it.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) hosts: BTreeSet<String>,
    hits: Arc<Mutex<Vec<String>>>,
}

impl Served {
    pub(crate) async fn replies(replies: Vec<Reply>) -> Self {
        Self::start(Content { replies, ..Content::default() }).await
    }

    pub(crate) async fn validated(replies: Vec<Reply>, validators: Validators) -> Self {
        Self::start(Content { replies, validators, ..Content::default() }).await
    }

    /// A case folder.
    pub(crate) async fn folder(folder: &Path) -> Self {
        Self::folder_with(folder, Vec::new()).await
    }

    pub(crate) async fn folder_validated(folder: &Path, validators: Validators) -> Self {
        Self::start(Self::content(folder, Vec::new(), validators)).await
    }

    /// A case folder, and replies that come before its own.
    pub(crate) async fn folder_with(folder: &Path, replies: Vec<Reply>) -> Self {
        Self::start(Self::content(folder, replies, Validators::None)).await
    }

    fn content(folder: &Path, mut replies: Vec<Reply>, validators: Validators) -> Content {
        let case = read_case(folder);
        let first = case.site.first().map_or_else(String::new, |site| site.url.host().to_owned());
        let tls = case.tls.as_ref().map(acceptor);
        let own = case.reply.into_iter();
        replies.extend(own.map(|reply| if reply.host.is_empty() { Reply { host: first.clone(), ..reply } } else { reply }));
        Content { files: read_files(folder), replies, tls, validators }
    }

    async fn start(content: Content) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hosts = content
            .files
            .keys()
            .map(|(host, _)| host.clone())
            .chain(content.replies.iter().map(|reply| reply.host.clone()))
            .filter(|host| !host.is_empty())
            .collect();
        let hits = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&hits);
        let content = Arc::new(content);
        tokio::spawn(async move {
            for _ in 0..CONNECTIONS_MAX {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (content, log) = (Arc::clone(&content), Arc::clone(&log));
                let tls = content.tls.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let answer = answer(&content, &log, &request);
                        async move { answer.ok_or("closed without an answer") }
                    });
                    let mut first = [0; 1];
                    let is_tls = stream.peek(&mut first).await.is_ok_and(|n| n == 1 && first[0] == TLS_HANDSHAKE);
                    let http = hyper::server::conn::http1::Builder::new();
                    // a connection that a reply closes ends with an error here: that is its purpose
                    match tls.filter(|_| is_tls) {
                        Some(acceptor) => {
                            let Ok(stream) = acceptor.accept(stream).await else { return };
                            let _ = http.serve_connection(TokioIo::new(stream), service).await;
                        }
                        None => {
                            let _ = http.serve_connection(TokioIo::new(stream), service).await;
                        }
                    }
                });
            }
        });
        Self { address, hosts, hits }
    }

    /// `METHOD host/path?query` of every request so far, sorted.
    pub(crate) fn hits(&self) -> Vec<String> {
        let mut hits = self.hits.lock().unwrap().clone();
        hits.sort();
        hits
    }

    /// The same, in the order of their arrival.
    pub(crate) fn in_order(&self) -> Vec<String> {
        self.hits.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, hit: &str) -> usize {
        self.hits.lock().unwrap().iter().filter(|seen| *seen == hit).count()
    }

    pub(crate) fn plan(&self, sites: Vec<SiteDecl>) -> Plan {
        plan(sites, self.hosts.iter().map(|host| (host.clone(), self.address)).collect())
    }
}

fn acceptor(tls: &Tls) -> tokio_rustls::TlsAcceptor {
    tokio_rustls::TlsAcceptor::from(certificates::server(tls))
}

/// A plan for loopback: no pace, no name outside the table.
pub(crate) fn plan(sites: Vec<SiteDecl>, resolve: BTreeMap<String, SocketAddr>) -> Plan {
    Plan {
        sites,
        columns: Vec::new(),
        limits: Limits::default(),
        pace: Pace { requests_per_second: 0.0, concurrency: 8, concurrency_per_host: 4, timeout_seconds: 10 },
        network: Network {
            resolve,
            offline: true,
            user_agent: "xuncha/test".into(),
            authorities: vec![certificates::trusted()],
            ..Network::default()
        },
        obey_robots: true,
        external_links: true,
        include: Vec::new(),
        exclude: Vec::new(),
        window: None,
        today: jiff::civil::date(2026, 11, 24),
    }
}

fn answer(content: &Content, log: &Mutex<Vec<String>>, request: &Request<Incoming>) -> Option<Response<Full<Bytes>>> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let host = host.split(':').next().unwrap_or("").to_owned();
    let whole = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let hit = format!("{} {host}{whole}", request.method());
    log.lock().unwrap().push(hit.clone());
    let asked = || log.lock().unwrap().iter().filter(|seen| **seen == hit).count();
    let path = request.uri().path();
    let fits = |reply: &&Reply| {
        let is_method = reply.method.as_deref().is_none_or(|method| method == request.method().as_str());
        is_method
            && reply.host == host
            && (reply.path == whole || reply.path == path)
            && reply.times.is_none_or(|times| asked() <= times)
    };
    let mut response = match content.replies.iter().find(fits) {
        Some(reply) if reply.close => return None,
        Some(reply) if reply.methods_refused.iter().any(|refused| refused == request.method().as_str()) => {
            response(405, "text/plain", b"405 Method Not Allowed".to_vec())
        }
        Some(reply) => from_reply(reply, content, &host, path),
        None => from_file(content, &host, path).or_else(|| for_the_rest(content, &host, path)).unwrap_or_else(not_found),
    };
    let etag = response.headers_mut().remove(ETAG).filter(|_| response.status() == StatusCode::OK);
    let is_known = match content.validators {
        Validators::None => return Some(response),
        Validators::Honest => etag.is_some() && request.headers().get(IF_NONE_MATCH) == etag.as_ref(),
        Validators::AlwaysNotModified => etag.is_some() && path != "/robots.txt",
    };
    if is_known {
        log.lock().unwrap().push(format!("304 {host}{whole}"));
        response = Response::new(Full::new(Bytes::new()));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    if let Some(etag) = etag {
        response.headers_mut().insert(ETAG, etag);
    }
    Some(response)
}

/// What a host answers to whatever it does not have.
fn for_the_rest(content: &Content, host: &str, path: &str) -> Option<Response<Full<Bytes>>> {
    let reply = content.replies.iter().find(|reply| reply.path == "*" && reply.host == host)?;
    (path != "/robots.txt" && path != "/sitemap.xml").then(|| from_reply(reply, content, host, path))
}

fn from_reply(reply: &Reply, content: &Content, host: &str, path: &str) -> Response<Full<Bytes>> {
    let location = reply.location_bytes.clone().or_else(|| reply.location.clone().map(String::into_bytes));
    let default_status = if location.is_some() { 302 } else { 200 };
    let content_type = reply.content_type.clone().unwrap_or_else(|| type_of(path).to_owned());
    let body = match (&reply.bytes, &reply.body) {
        (Some(bytes), _) => bytes.clone(),
        (None, Some(body)) if content_type.to_ascii_lowercase().contains("charset=gb") => {
            encoding_rs::GB18030.encode(body).0.into_owned()
        }
        (None, Some(body)) => body.clone().into_bytes(),
        (None, None) => file(content, host, path).cloned().unwrap_or_default(),
    };
    let mut response = response(reply.status.unwrap_or(default_status), &content_type, body);
    if let Some(location) = location {
        response.headers_mut().insert(LOCATION, hyper::header::HeaderValue::from_bytes(&location).unwrap());
    }
    if let Some(header) = &reply.header {
        let name: hyper::header::HeaderName = header.name.parse().unwrap();
        response.headers_mut().insert(name, header.value.parse().unwrap());
    }
    response
}

fn file<'a>(content: &'a Content, host: &str, path: &str) -> Option<&'a Vec<u8>> {
    let path = percent_decoded(path);
    let name = if path.ends_with('/') { format!("{path}index.html") } else { path };
    content.files.get(&(host.to_owned(), name))
}

fn from_file(content: &Content, host: &str, path: &str) -> Option<Response<Full<Bytes>>> {
    let bytes = file(content, host, path)?;
    let path = if path.ends_with('/') { "index.html" } else { path };
    Some(response(200, type_of(path), bytes.clone()))
}

fn not_found() -> Response<Full<Bytes>> {
    let page = b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>";
    response(404, "text/html", page.to_vec())
}

fn response(status: u16, content_type: &str, body: Vec<u8>) -> Response<Full<Bytes>> {
    let etag = format!("\"{}\"", blake3::hash(&body).to_hex());
    let mut response = Response::new(Full::new(Bytes::from(body)));
    response.headers_mut().insert(ETAG, etag.parse().unwrap());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if !content_type.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
    }
    response
}

fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%'
            && let (Some(high), Some(low)) = (rest.next(), rest.next())
            && let (Some(high), Some(low)) = (char::from(high).to_digit(16), char::from(low).to_digit(16))
        {
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn type_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or("");
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css",
        "js" => "application/javascript",
        "json" => "application/json",
        "xml" => "text/xml",
        "txt" => "text/plain",
        "pdf" => "application/pdf",
        "doc" | "wps" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip" => "application/zip",
        "rar" => "application/vnd.rar",
        "gz" => "application/gzip",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "svg" => "image/svg+xml",
        _ => "text/html",
    }
}

/// Records of a crawl; a later record of an address replaces the earlier one.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) addresses: Vec<PageUrl>,
    pub(crate) by_id: BTreeMap<UrlId, PageRecord>,
}

impl Sink for Records {
    fn address(&mut self, id: UrlId, url: &PageUrl) -> Result<(), SinkError> {
        if id.0 as usize != self.addresses.len() {
            return Err(SinkError(format!("ids are not dense: {id:?}")));
        }
        self.addresses.push(url.clone());
        Ok(())
    }

    fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
        self.by_id.insert(record.id, record);
        Ok(())
    }
}

/// Watches nothing.
pub(crate) struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _: &Progress) {}
}

/// A crawl that has ended.
pub(crate) struct Crawled {
    pub(crate) plan: Plan,
    pub(crate) now: String,
    pub(crate) records: Records,
    pub(crate) summary: CrawlSummary,
}

impl Crawled {
    /// The record of an address; panics with all addresses when there is none.
    pub(crate) fn get(&self, url: &str) -> &PageRecord {
        let url = PageUrl::parse(url).unwrap();
        self.find(&url).unwrap_or_else(|| panic!("no record of {url} among {:#?}", self.records.addresses))
    }

    pub(crate) fn find(&self, url: &PageUrl) -> Option<&PageRecord> {
        self.records.by_id.values().find(|record| record.url == *url)
    }

    /// In the order of their ids, for the audit.
    pub(crate) fn each(&self) -> impl Fn(&mut dyn FnMut(PageRecord)) + '_ {
        |take| self.records.by_id.values().cloned().for_each(take)
    }

    /// How many of `reason` were not covered.
    pub(crate) fn not_covered(&self, reason: &str) -> u64 {
        self.summary.not_covered.iter().filter(|left| left.reason == reason).map(|left| left.count).sum()
    }

    /// The run as the audit is told of it.
    pub(crate) fn run(&self) -> RunInfo {
        RunInfo {
            id: "20261124-090000".into(),
            started: self.now.clone(),
            finished: Some(self.now.clone()),
            now: self.now.clone(),
            tool_version: "test".into(),
            unit: "某省工业和信息化厅".into(),
            standard: "gov-2019".into(),
            profile: "department".into(),
            sites: self.plan.sites.clone(),
            columns: self.plan.columns.clone(),
            ignores: Vec::new(),
            settings: CrawlSettings {
                robots_obeyed: self.plan.obey_robots,
                requests_per_second: self.plan.pace.requests_per_second,
                timeout_seconds: self.plan.pace.timeout_seconds,
                external_links: self.plan.external_links,
                user_agent: self.plan.network.user_agent.clone(),
                max_pages: self.plan.limits.pages_max,
                max_minutes: self.plan.limits.minutes_max,
            },
            crawl: Some(self.summary.clone()),
        }
    }
}

/// Crawls until the end.
pub(crate) async fn run(plan: Plan) -> Crawled {
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let mut records = Records::default();
    let summary = crawl(plan.clone(), &mut records, &Unwatched, stopped).await.unwrap();
    Crawled { plan, now: NOW.into(), records, summary }
}

/// Serves a case folder (`site.toml`, and a folder of files for each host) and crawls it.
pub(crate) fn crawl_case(folder: &Path) -> Crawled {
    let case = read_case(folder);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let sites: Vec<SiteDecl> = case
            .site
            .iter()
            .map(|site| SiteDecl {
                url: site.url.clone(),
                name: site.name.clone(),
                kind: site.kind,
                office: site.office.clone(),
            })
            .collect();
        let served = Served::folder(folder).await;
        let mut plan = served.plan(sites);
        let now: jiff::Timestamp = case.now.parse().unwrap();
        plan.today = now.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date();
        plan.columns = case.column.iter().map(declared).collect();
        Crawled { now: case.now.clone(), ..run(plan).await }
    })
}

fn declared(entry: &ColumnEntry) -> ColumnDecl {
    let entry = entry.clone();
    ColumnDecl {
        url: entry.url,
        name: entry.name,
        class: entry.class,
        max_age_days: entry.max_age_days,
        office: entry.office,
        row_selector: entry.row_selector,
        date_selector: entry.date_selector,
        ignore: entry.ignore,
    }
}

pub(crate) fn read_case(folder: &Path) -> Case {
    let file = folder.join("site.toml");
    let text = fs::read_to_string(&file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
    toml::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()))
}

/// Every folder of the case is a host; its files by path.
fn read_files(folder: &Path) -> BTreeMap<(String, String), Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let host = path.file_name().unwrap().to_string_lossy().into_owned();
            add_files(&host, &path, "/", &mut files);
        }
    }
    files
}

fn add_files(host: &str, folder: &Path, at: &str, files: &mut BTreeMap<(String, String), Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            add_files(host, &path, &format!("{at}{name}/"), files);
        } else {
            files.insert((host.to_owned(), format!("{at}{name}")), fs::read(&path).unwrap());
        }
    }
}
