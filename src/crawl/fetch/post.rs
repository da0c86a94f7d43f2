//! One message out to an address that the user named himself (a webhook). Unlike pages it goes over TLS with a certificate that
//! holds, or not at all: the address is a secret. Names and private addresses obey the same guard as pages do.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use rustls::pki_types::CertificateDer;
use url::Url;

use super::super::Network;
use super::super::guard::{self, Resolver};
use super::fault::{failed, refused};
use super::{Exchange, Names, Way, default_headers};
use crate::model::outcome::FailureClass;

/// Bytes of the answer that are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub status: u16,
    /// The first 64 KiB.
    pub body: Vec<u8>,
}

/// Why nothing came back. Never holds the address: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostFault {
    /// Not an address of the web.
    #[error("not an http or https address")]
    NoAddress,
    /// A private address that `[network]` does not allow.
    #[error("a private address, which is not requested")]
    Refused,
    /// The client could not be set up.
    #[error("the HTTP client could not be set up")]
    Client,
    /// What became of the exchange.
    #[error("the exchange failed: {}", .0.key())]
    Failed(FailureClass),
}

/// Posts a JSON text once, redirects not followed.
///
/// # Errors
/// [`PostFault`]; an answer of any status is none.
pub async fn post_json(address: &str, json: String, network: &Network, timeout: Duration) -> Result<Posted, PostFault> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or(PostFault::NoAddress)?;
    let is_https = url.scheme() == "https";
    guard::check_literal(&url, network).map_err(|refusal| of(&refused(&refusal)))?;
    let client = client(network, timeout)?;
    let request = client.post(url).header(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")).body(json);
    let lost = |fault: reqwest::Error| of(&failed(&fault.without_url(), is_https));
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        body.extend_from_slice(&chunk);
        if body.len() >= ANSWER_BYTES_MAX {
            body.truncate(ANSWER_BYTES_MAX);
            break;
        }
    }
    Ok(Posted { status, body })
}

fn of(exchange: &Exchange) -> PostFault {
    match exchange {
        Exchange::Failed { class, .. } => PostFault::Failed(*class),
        Exchange::Refused | Exchange::Answer(_) => PostFault::Refused,
    }
}

fn client(network: &Network, timeout: Duration) -> Result<reqwest::Client, PostFault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    roots.add_parsable_certificates(network.authorities.iter().map(|der| CertificateDer::from(der.as_slice())));
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| PostFault::Client)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let resolver = Arc::new(Resolver::new(network.clone()));
    let headers = default_headers(&network.user_agent).map_err(|_| PostFault::Client)?;
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Names { resolver, way: Way::Usual })
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .timeout(timeout)
        .default_headers(headers);
    let builder = match &network.proxy {
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(|_| PostFault::Client)?),
        None => builder.no_proxy(),
    };
    builder.build().map_err(|_| PostFault::Client)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn post(address: &str, network: &Network) -> Result<Posted, PostFault> {
        post_json(address, "{}".to_owned(), network, Duration::from_secs(5)).await
    }

    #[tokio::test]
    async fn the_rules_of_the_crawl_hold_for_a_message() {
        let closed = Network { user_agent: "x".to_owned(), ..Network::default() };
        assert_eq!(post("http://127.0.0.1:1/secret", &closed).await, Err(PostFault::Refused));
        assert_eq!(post("ftp://127.0.0.1/", &closed).await, Err(PostFault::NoAddress));
        let offline = Network { offline: true, ..closed.clone() };
        assert_eq!(post("https://robot.example.cn/", &offline).await, Err(PostFault::Failed(FailureClass::Dns)));
        let open = Network { allow_private: true, ..closed };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let nobody = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(post(&format!("http://{nobody}/"), &open).await, Err(PostFault::Failed(FailureClass::Connect)));
    }
}
