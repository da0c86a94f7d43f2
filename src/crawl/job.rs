//! One request on its way: through redirects, from HEAD to GET, from a first try to a last. Plain data of the driver.

use super::fetch::{Ask, Compare, Reading, Way};
use super::host::HostId;
use super::seen::Rank;
use super::visit::ReadAs;
use crate::model::earlier::Known;
use crate::model::outcome::{Attempt, FailureClass, Hop, Outcome};
use crate::model::request::Method;
use crate::model::site::UrlId;
use crate::url::PageUrl;

/// What the answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Address,
    Robots,
    Sitemap {
        /// Indexes above it.
        nesting: u8,
    },
    Probe,
}

/// Why an address is asked for once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Try {
    First,
    /// After a failure of the transport or the server, once other work is done.
    Second,
    /// Before it is called dead, at the end.
    Last,
}

#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: UrlId,
    pub(super) work: Work,
    pub(super) rank: Rank,
    /// The address asked for in the first place.
    pub(super) start: PageUrl,
    /// The host of `start`.
    pub(super) home: HostId,
    /// Where the chain of redirects stands.
    pub(super) url: PageUrl,
    pub(super) host: HostId,
    /// As the request wants it; a HEAD may have to become a GET.
    pub(super) method: Method,
    pub(super) referer: Option<PageUrl>,
    pub(super) reading: Reading,
    pub(super) read_as: ReadAs,
    pub(super) hops: Vec<Hop>,
    /// What the hops wanted to set, kept only if the chain comes back to itself.
    pub(super) cookies: Vec<(HostId, Vec<String>)>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) at: Option<String>,
    pub(super) spent_ms: u32,
    pub(super) turn: Try,
    /// The earlier reading that the answer is compared with.
    pub(super) known: Option<Box<Known>>,
    /// The page itself is wanted, whatever is known of it.
    pub(super) asks_in_full: bool,
    /// The answer came before the run was interrupted, and is written down already.
    pub(super) is_replayed: bool,
}

impl Job {
    pub(super) fn new(id: UrlId, work: Work, rank: Rank, url: PageUrl, host: HostId) -> Self {
        Self {
            id,
            work,
            rank,
            start: url.clone(),
            home: host,
            url,
            host,
            method: Method::Get,
            referer: None,
            reading: Reading::Head,
            read_as: ReadAs::default(),
            hops: Vec::new(),
            cookies: Vec::new(),
            attempts: Vec::new(),
            at: None,
            spent_ms: 0,
            turn: Try::First,
            known: None,
            asks_in_full: false,
            is_replayed: false,
        }
    }

    pub(super) fn ask(&self, cookie: String) -> Ask {
        Ask {
            url: self.url.clone(),
            method: self.method.clone(),
            referer: self.referer.clone(),
            cookie,
            reading: self.reading,
            // what failed is tried on another connection, and from the other side where there is one
            way: match self.turn {
                Try::First => Way::Usual,
                Try::Second => Way::OtherFamily,
                Try::Last => Way::Fresh,
            },
            compare: self.known.as_ref().map(|known| Compare {
                etag: known.reply.etag.clone(),
                last_modified: known.reply.last_modified.clone(),
                body_hash: known.reply.body_hash.clone(),
                header_charset: known.reply.header_charset.clone(),
            }),
            in_full: self.asks_in_full,
        }
    }

    /// The crawl goes by the body itself.
    pub(super) fn keeps_body(&self) -> bool {
        matches!(self.work, Work::Robots | Work::Sitemap { .. })
    }

    /// Adds the time of one exchange to the attempt under way.
    pub(super) fn spend(&mut self, at: &str, duration_ms: u32) {
        self.at.get_or_insert_with(|| at.to_owned());
        self.spent_ms = self.spent_ms.saturating_add(duration_ms);
    }

    /// Follows a redirect; the caller has checked that it may be followed.
    pub(super) fn follow(&mut self, status: u16, to: PageUrl, host: HostId) {
        // as browsers do: a form's answer is fetched, not posted again
        if matches!(self.method, Method::Post { .. }) && matches!(status, 301..=303) {
            self.method = Method::Get;
        }
        self.url = to;
        self.host = host;
    }

    /// Closes the attempt under way.
    pub(super) fn attempted(&mut self, outcome: &Outcome) {
        let failure = match outcome {
            Outcome::Failed { class, .. } => Some(*class),
            _ => None,
        };
        let Some(at) = self.at.take() else { return };
        let method = match self.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post { .. } => "POST",
        };
        // a server that refuses HEAD and answers GET has not failed a visitor
        if self.method == Method::Get && !looks_dead(outcome) && self.attempts.last().is_some_and(|last| last.method == "HEAD")
        {
            self.attempts.pop();
        }
        let duration_ms = std::mem::take(&mut self.spent_ms);
        self.attempts.push(Attempt { at, method: method.to_owned(), status: outcome.status(), failure, duration_ms });
    }

    /// Back to the address asked for, by GET: what HEAD says is not the last word.
    pub(super) fn start_over(&mut self, turn: Try) {
        if self.method == Method::Head {
            self.method = Method::Get;
        }
        self.url = self.start.clone();
        self.host = self.home;
        self.hops.clear();
        self.cookies.clear();
        self.turn = turn;
    }
}

/// The address looks dead: no answer, or one that says no.
pub(super) fn looks_dead(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed { .. } => true,
        Outcome::Reply(reply) => reply.status >= 400,
        Outcome::Challenged { .. } | Outcome::Skipped(_) => false,
    }
}

/// A failure of the moment, perhaps: worth another try soon.
pub(super) fn may_pass(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed { class, .. } => {
            !matches!(class, FailureClass::RedirectBad | FailureClass::RedirectLoop | FailureClass::RedirectTooMany)
        }
        Outcome::Reply(reply) => reply.status >= 500 || matches!(reply.status, 408 | 429),
        Outcome::Challenged { .. } | Outcome::Skipped(_) => false,
    }
}

/// An answer to HEAD that only a GET can settle.
pub(super) fn head_settles_nothing(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed { class, .. } => !matches!(class, FailureClass::Dns | FailureClass::Connect | FailureClass::Tls),
        Outcome::Challenged { .. } => true,
        other => looks_dead(other),
    }
}

/// Nothing of HTTP was spoken: another scheme or port may answer.
pub(super) fn fails_before_http(outcome: &Outcome) -> bool {
    use FailureClass as F;
    matches!(outcome, Outcome::Failed { class: F::Tls | F::Connect | F::Timeout | F::Reset, .. })
}
