//! One page by itself, as the crawl would ask for it: for a person who wants to see what is read from an address.

use std::collections::BTreeMap;

use super::fetch::{Ask, ClientFault, Exchange, Fetcher, Location, Reading, Way};
use super::{Limits, Network, Pace, Plan};
use crate::model::outcome::{FailureClass, Hop, Outcome, SkipReason};
use crate::model::request::Method;
use crate::url::PageUrl;

/// A page with its body, decoded from its content encoding.
#[derive(Debug)]
pub struct FetchedPage {
    pub outcome: Outcome,
    /// Empty unless a reply came.
    pub body: Vec<u8>,
}

/// Asks for one page and follows its redirects.
///
/// # Errors
/// [`ClientFault`] when the client cannot be set up; whatever the server does is an [`Outcome`].
pub async fn fetch_page(url: &PageUrl, network: &Network, timeout_seconds: u32) -> Result<FetchedPage, ClientFault> {
    let limits = Limits::default();
    let (hops_max, body_bytes_max) = (limits.hops_max, limits.body_bytes_max);
    let fetcher = Fetcher::new(&Plan {
        sites: Vec::new(),
        columns: Vec::new(),
        limits,
        pace: Pace { requests_per_second: 0.0, concurrency: 1, concurrency_per_host: 1, timeout_seconds },
        network: network.clone(),
        obey_robots: true,
        external_links: false,
        include: Vec::new(),
        exclude: Vec::new(),
        today: jiff::civil::Date::constant(1970, 1, 1),
        window: None,
    })?;
    let mut hops = Vec::new();
    let mut cookies = BTreeMap::new();
    let mut at = url.clone();
    loop {
        let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let ask = Ask {
            url: at.clone(),
            method: Method::Get,
            referer: None,
            cookie,
            reading: Reading::All(body_bytes_max),
            way: Way::Usual,
            compare: None,
            in_full: false,
        };
        let failed = |class, message: &str, hops| Outcome::Failed { class, message: message.to_owned(), hops };
        let outcome = match fetcher.fetch(&ask).await.exchange {
            Exchange::Refused => Outcome::Skipped(SkipReason::PrivateAddress),
            Exchange::Failed { class, message } => Outcome::Failed { class, message, hops },
            Exchange::Answer(answer) => {
                // A page that redirects to itself with a cookie wants the cookie back: values of this host, at most 20.
                for pair in answer.set_cookie.iter().take(20) {
                    if let Some((name, value)) = pair.split(';').next().and_then(|pair| pair.split_once('=')) {
                        cookies.insert(name.trim().to_owned(), value.trim().to_owned());
                    }
                }
                match answer.location {
                    None => {
                        let mut reply = answer.reply;
                        reply.hops = hops;
                        return Ok(FetchedPage { outcome: Outcome::Reply(Box::new(reply)), body: answer.body });
                    }
                    Some(Location::Bad) => failed(FailureClass::RedirectBad, "the redirect has no usable target", hops),
                    Some(Location::To(to)) => {
                        let seen = hops.iter().filter(|hop: &&Hop| hop.url == to).count();
                        hops.push(Hop { url: at.clone(), status: answer.reply.status });
                        if seen > 1 {
                            failed(FailureClass::RedirectLoop, "the redirects run in a circle", hops)
                        } else if hops.len() > hops_max {
                            failed(FailureClass::RedirectTooMany, "more redirects than are followed", hops)
                        } else {
                            if to.authority() != at.authority() {
                                cookies.clear();
                            }
                            at = to;
                            continue;
                        }
                    }
                }
            }
        };
        return Ok(FetchedPage { outcome, body: Vec::new() });
    }
}
