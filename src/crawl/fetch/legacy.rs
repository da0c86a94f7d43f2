//! The TLS of old servers, by OpenSSL: protocols and ciphers that rustls does not speak any more. Used for hosts alone whose
//! handshake failed, and noted with their certificates.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper_util::rt::TokioIo;
use openssl::ssl::{SslConnector, SslMethod, SslOptions, SslVerifyMode, SslVersion};
use openssl::x509::{X509, X509VerifyResult};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::super::certificate::CertificateLog;
use super::super::guard::{self, Refusal, Resolver};
use super::fault::failed;
use super::{Ask, ClientFault, Exchange, Fetcher, HEADERS_MAX, ask_headers, refused};
use crate::model::request::Method;

/// Hosts that are remembered.
const HOSTS_MAX: usize = 10_000;

/// Everything that OpenSSL can still do.
const CIPHERS: &str = "ALL:@SECLEVEL=0";

#[derive(Debug)]
pub(super) struct Legacy {
    connector: SslConnector,
    resolver: Arc<Resolver>,
    log: Arc<CertificateLog>,
    headers: HeaderMap,
    hosts: Mutex<BTreeSet<String>>,
}

type Fault = Box<dyn StdError + Send + Sync>;

impl Legacy {
    pub(super) fn new(resolver: Arc<Resolver>, log: Arc<CertificateLog>, headers: HeaderMap) -> Result<Self, ClientFault> {
        let connector = connector(&resolver.network().authorities).map_err(|fault| ClientFault(fault.to_string()))?;
        Ok(Self { connector, resolver, log, headers, hosts: Mutex::default() })
    }

    /// The host was reached this way before.
    pub(super) fn knows(&self, host: &str) -> bool {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }

    pub(super) async fn exchange(&self, fetcher: &Fetcher, ask: &Ask, bytes: &mut u64) -> Exchange {
        match self.ask(fetcher, ask, bytes).await {
            Ok(exchange) => exchange,
            Err(fault) => match fault.downcast_ref::<Refusal>() {
                Some(refusal) => refused(refusal),
                None => failed(fault.as_ref(), true),
            },
        }
    }

    async fn ask(&self, fetcher: &Fetcher, ask: &Ask, bytes: &mut u64) -> Result<Exchange, Fault> {
        let stream = self.connect(ask).await?;
        let (mut sender, connection) = http1::Builder::new()
            .ignore_invalid_headers_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .http09_responses(true)
            .max_headers(HEADERS_MAX)
            .handshake(TokioIo::new(stream))
            .await?;
        let request = self.request(ask)?;
        let work = async {
            let response = sender.send_request(request).await?;
            let response = reqwest::Response::from(response.map(reqwest::Body::wrap));
            Ok::<_, Fault>(fetcher.take(response, ask, bytes).await?)
        };
        let (mut work, mut connection) = (pin!(work), pin!(connection));
        tokio::select! {
            biased;
            done = &mut work => return done,
            // closed by the server, or broken: what has come is read to its end, or tells the fault
            _ = &mut connection => {}
        }
        work.await
    }

    async fn connect(&self, ask: &Ask) -> Result<SslStream<TcpStream>, Fault> {
        let host = ask.url.host();
        let port = ask.url.to_url().port_or_known_default().unwrap_or(443);
        let addresses = match guard::literal(host) {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => self.resolver.lookup(host).await?,
        };
        // a port of the user's own table holds, as it does for the other client
        let addresses: Vec<SocketAddr> = addresses
            .into_iter()
            .map(|address| SocketAddr::new(address.ip(), if address.port() == 0 { port } else { address.port() }))
            .collect();
        let tcp = TcpStream::connect(addresses.as_slice()).await?;
        let ssl = self.connector.configure()?.into_ssl(host)?;
        let mut stream = SslStream::new(ssl, tcp)?;
        Pin::new(&mut stream).connect().await.map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault.to_string()))?;
        self.note(host, &stream);
        Ok(stream)
    }

    fn note(&self, host: &str, stream: &SslStream<TcpStream>) {
        let is_old = ![SslVersion::TLS1_2, SslVersion::TLS1_3].map(Some).contains(&stream.ssl().version2());
        let mut problems = BTreeSet::from([if is_old { "old-tls" } else { "weak-tls" }]);
        problems.extend(problem_of(stream.ssl().verify_result()));
        let leaf = stream.ssl().peer_certificate().and_then(|leaf| leaf.to_der().ok());
        self.log.note(host, &problems, leaf.as_deref());
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() < HOSTS_MAX && hosts.insert(host.to_owned()) {
            tracing::info!(host, version = stream.ssl().version_str(), "reached by old TLS");
        }
    }

    fn request(&self, ask: &Ask) -> Result<Request<Full<Bytes>>, Fault> {
        let url = &ask.url.to_url();
        let (method, body) = match &ask.method {
            Method::Get => ("GET", ""),
            Method::Head => ("HEAD", ""),
            Method::Post { body } => ("POST", body.as_str()),
        };
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let mut request = Request::builder().method(method).uri(path).body(Full::new(Bytes::from(body.to_owned())))?;
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        headers.extend(ask_headers(ask));
        headers.insert(header::HOST, HeaderValue::from_str(&ask.url.authority())?);
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        Ok(request)
    }
}

fn connector(authorities: &[Vec<u8>]) -> Result<SslConnector, openssl::error::ErrorStack> {
    let mut builder = SslConnector::builder(SslMethod::tls_client())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1))?;
    builder.set_cipher_list(CIPHERS)?;
    builder.set_security_level(0);
    builder.set_options(SslOptions::ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    for authority in authorities {
        builder.cert_store_mut().add_cert(X509::from_der(authority)?)?;
    }
    // the verdict is recorded; the page is read all the same
    builder.set_verify(SslVerifyMode::NONE);
    Ok(builder.build())
}

/// The library names its first objection only.
fn problem_of(verdict: X509VerifyResult) -> Option<&'static str> {
    // numbers of X509_V_ERR_*, stable since OpenSSL 0.9
    match verdict.as_raw() {
        0 => None,
        9 => Some("not-yet-valid"),
        10 => Some("expired"),
        2 | 18..=21 => Some("unknown-issuer"),
        62 => Some("wrong-name"),
        23 => Some("revoked"),
        _ => Some("invalid"),
    }
}
