//! What one spawned task does: an exchange, the look for a protection page, the reading of the page. Returns values, shares nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::Semaphore;

use super::fetch::{Ask, Done, Exchange, Fetcher};
use crate::model::facts::PageRead;
use crate::model::outcome::ChallengeKind;
use crate::read::typos::Typos;
use crate::read::unsuitable::SignWords;
use crate::read::{Asked, ListSelectors, PageInput};
use crate::url::PageUrl;

/// Bodies above this are read off the reactor: they take more than a millisecond or two. They are read a few at a time
/// ([`Desk::large`]): what is made of a page while it is read takes some ten times its bytes.
const BLOCKING_BYTES: usize = 256 * 1024;

/// The reader that the crawl uses; tests plug in their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    pub(super) page: fn(&PageInput<'_>) -> PageRead,
    pub(super) challenge: fn(u16, &[u8]) -> Option<ChallengeKind>,
}

/// What all tasks of a run share, unchanging.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) fetcher: Fetcher,
    pub(super) reader: Reader,
    pub(super) today: Date,
    /// The word list with the user's own.
    pub(super) typos: Option<Arc<Typos>>,
    pub(super) signs: Option<Arc<SignWords>>,
    /// Places for large pages that are being read: half the processors.
    pub(super) large: Semaphore,
}

/// How many large pages are read at once.
pub(super) fn places_for_large_pages() -> Semaphore {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Semaphore::new((processors / 2).max(1))
}

/// How the body is to be read.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadAs {
    pub(super) when: ReadWhen,
    pub(super) home: Option<PageUrl>,
    /// It is the home page that is asked for, wherever it answers.
    pub(super) is_home: bool,
    pub(super) selectors: Option<ListSelectors>,
    pub(super) asked: Option<AskedFor>,
    /// The body itself is handed back.
    pub(super) keep_body: bool,
}

/// Who asked for a list page, as the reader wants it.
#[derive(Debug, Clone)]
pub(super) struct AskedFor {
    pub(super) referer: PageUrl,
    pub(super) form: Option<String>,
    pub(super) by_shell: bool,
    pub(super) is_guess: bool,
}

impl AskedFor {
    fn lent(&self) -> Asked<'_> {
        Asked { referer: &self.referer, form: self.form.as_deref(), by_shell: self.by_shell, is_guess: self.is_guess }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ReadWhen {
    #[default]
    Never,
    /// A 2xx page.
    Page,
    /// Any 2xx body (list data, footer scripts).
    Any,
    /// A page with any status (a host's way to say "not found").
    AnyStatus,
}

#[derive(Debug)]
pub(super) struct Visit {
    pub(super) done: Done,
    pub(super) challenge: Option<ChallengeKind>,
    pub(super) read: Option<PageRead>,
    /// The body is the one that is known already, and was not read again.
    pub(super) is_same: bool,
}

pub(super) async fn visit(desk: Arc<Desk>, ask: Ask, read_as: ReadAs) -> Visit {
    let mut done = desk.fetcher.fetch(&ask).await;
    let Exchange::Answer(answer) = &mut done.exchange else {
        return Visit { done, challenge: None, read: None, is_same: false };
    };
    let status = answer.reply.status;
    let body = std::mem::take(&mut answer.body);
    let challenge = if answer.location.is_some() { None } else { (desk.reader.challenge)(status, &body) };
    let success = answer.reply.is_success();
    let wanted = challenge.is_none()
        && !body.is_empty()
        && match read_as.when {
            ReadWhen::Never => false,
            ReadWhen::Page => success && answer.is_page,
            ReadWhen::Any => success,
            ReadWhen::AnyStatus => answer.is_page,
        };
    let is_same = wanted && ask.compare.as_ref().is_some_and(|compare| compare.is_same(&answer.reply));
    if read_as.keep_body {
        answer.body.clone_from(&body);
    }
    let mut read = None;
    if wanted && !is_same {
        let url = answer.reply.final_url.clone();
        let charset = answer.reply.header_charset.clone();
        read = if body.len() > BLOCKING_BYTES {
            let _place = desk.large.acquire().await;
            let desk = Arc::clone(&desk);
            tokio::task::spawn_blocking(move || read_body(&desk, &url, &body, charset.as_deref(), &read_as))
                .await
                .ok()
                .flatten()
        } else {
            read_body(&desk, &url, &body, charset.as_deref(), &read_as)
        };
    }
    Visit { done, challenge, read, is_same }
}

/// Reads the markup that a browser gave of a page.
#[cfg(feature = "render")]
pub(super) async fn read_drawn(desk: &Arc<Desk>, url: &PageUrl, html: &str, read_as: ReadAs) -> Option<PageRead> {
    // the mark in front says UTF-8, whatever the page says of the bytes that it came in
    let bytes = format!("\u{feff}{html}").into_bytes();
    let (desk, url) = (Arc::clone(desk), url.clone());
    tokio::task::spawn_blocking(move || read_body(&desk, &url, &bytes, None, &read_as)).await.ok().flatten()
}

/// A reader that panics costs the facts of one page, not the crawl.
fn read_body(desk: &Desk, url: &PageUrl, bytes: &[u8], header_charset: Option<&str>, read_as: &ReadAs) -> Option<PageRead> {
    let input = PageInput {
        url,
        bytes,
        header_charset,
        today: desk.today,
        home: if read_as.is_home { Some(url) } else { read_as.home.as_ref() },
        selectors: read_as.selectors.as_ref(),
        asked: read_as.asked.as_ref().map(AskedFor::lent),
        typos: desk.typos.as_deref(),
        signs: desk.signs.as_deref(),
    };
    let read = catch_unwind(AssertUnwindSafe(|| (desk.reader.page)(&input)));
    if read.is_err() {
        tracing::error!(%url, "the page could not be read: a fault of ours");
    }
    read.ok()
}
