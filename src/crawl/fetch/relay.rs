//! Requests of a page that a browser shows, asked on its behalf by the crawler's own client.

use reqwest::header::{HeaderName, HeaderValue};

use super::super::guard;
use super::fault::{failed, refused};
use super::{Body, Exchange, Fetcher, HEADERS_MAX, Reading};
use crate::model::outcome::FailureClass;
use crate::url::PageUrl;

/// A request of a page that a browser shows, asked on its behalf.
#[derive(Debug)]
pub(in super::super) struct Relay {
    pub(in super::super) url: PageUrl,
    pub(in super::super) method: RelayMethod,
    pub(in super::super) headers: Vec<(String, String)>,
    pub(in super::super) body: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum RelayMethod {
    Get,
    Head,
    Post,
}

/// What a server answered to it, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Relayed {
    pub(in super::super) status: u16,
    pub(in super::super) headers: Vec<(String, String)>,
    pub(in super::super) body: Vec<u8>,
}

#[derive(Debug)]
pub(in super::super) enum RelayEnd {
    Answer(Relayed),
    Failed(FailureClass),
    /// A private address: not asked.
    Refused,
}

/// Headers that are this client's own affair, in either direction.
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

impl Fetcher {
    /// Asks once on behalf of a page, within the same limits of time, bytes and addresses as any other request; redirects are
    /// the page's affair. Gives the bytes on the wire too.
    pub(in super::super) async fn relay(&self, ask: Relay) -> (RelayEnd, u64) {
        let mut bytes = 0;
        let is_https = ask.url.is_https();
        let end = match guard::check_literal(&ask.url.to_url(), self.resolver.network()) {
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
        let url = ask.url.to_url();
        let mut request = match ask.method {
            RelayMethod::Get => self.usual.get(url),
            RelayMethod::Head => self.usual.head(url),
            RelayMethod::Post => self.usual.post(url).body(ask.body.unwrap_or_default()),
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

fn relay_refused(exchange: &Exchange) -> RelayEnd {
    match exchange {
        Exchange::Failed { class, .. } => RelayEnd::Failed(*class),
        Exchange::Refused | Exchange::Answer(_) => RelayEnd::Refused,
    }
}
