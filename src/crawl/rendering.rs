//! Column pages opened in a browser once nothing else is left to ask: which, for how long, and what of their requests is carried
//! out. What a page asks for goes out by the crawl's own client, in the host's own pace, counted as its own requests are.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use super::Render;
use super::browser::{Browser, Errand};
use super::drawn::Waiting;
use super::driver::{CrawlError, Driver, until};
use super::fetch::{Relay, RelayEnd, RelayMethod, Relayed};
use super::host::{Account, Contact, HostId, Moment, Turn};
use super::visit::{ReadAs, ReadWhen, read_drawn};
use crate::model::facts::{LinkKind, ListFacts, PageKind, Place, RENDERED, RENDERED_WITHOUT_ROWS};
use crate::model::site::{LinkRef, PageRecord, UrlId};
use crate::url::PageUrl;

/// Requests of one page that are carried out.
const REQUESTS_MAX: usize = 60;
/// While a host's address is looked up.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);
/// Bytes of scripts that are kept for the next pages of a round.
const SCRIPTS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What the opening of the waiting pages came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rendering {
    /// Some were opened: there may be something to ask again.
    Opened,
    Nothing,
    Interrupted,
    OutOfTime,
}

/// How the opening of one page ended.
enum Shown {
    Markup(String),
    /// Not in time, too long, or the browser gave up.
    Failed,
    /// The crawl ends.
    Stopped,
}

/// Scripts that several pages share are asked for once a round.
#[derive(Debug, Default)]
struct Scripts {
    known: BTreeMap<String, Relayed>,
    bytes: usize,
}

impl Scripts {
    fn keep(&mut self, url: &PageUrl, relayed: &Relayed) {
        if relayed.status == 200 && self.bytes + relayed.body.len() <= SCRIPTS_BYTES_MAX {
            self.bytes += relayed.body.len();
            self.known.insert(url.to_string(), relayed.clone());
        }
    }
}

/// When the opening of a page has to end, whatever it is at.
struct Ends<'s> {
    stop: &'s mut watch::Receiver<bool>,
    deadline: Option<Instant>,
}

impl Ends<'_> {
    fn over(&self) -> Option<Rendering> {
        if *self.stop.borrow() {
            return Some(Rendering::Interrupted);
        }
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline).then_some(Rendering::OutOfTime)
    }
}

impl Driver<'_> {
    /// Opens the column pages that still have no row.
    pub(super) async fn render_next(
        &mut self,
        stop: &mut watch::Receiver<bool>,
        deadline: Option<Instant>,
    ) -> Result<Rendering, CrawlError> {
        let Some(render) = self.plan.limits.render.clone() else { return Ok(Rendering::Nothing) };
        if self.drawn.fault.is_some() {
            return Ok(Rendering::Nothing);
        }
        let mut ends = Ends { stop, deadline };
        let queue = self.within_budget(&render);
        if queue.is_empty() {
            return Ok(Rendering::Nothing);
        }
        let mut opened = Rendering::Nothing;
        let mut browser: Option<Browser> = None;
        let mut scripts = Scripts::default();
        let mut rest = queue.into_iter();
        for (column, waiting) in rest.by_ref() {
            if ends.over().is_some() {
                self.drawn.wait_again(column, waiting);
                break;
            }
            let running = match browser.take() {
                Some(running) => running,
                None => match Browser::open(render.browser.as_deref(), &self.plan.network.user_agent).await {
                    Ok(running) => running,
                    Err(fault) => {
                        self.drawn.fault = Some(fault);
                        self.drawn.wait_again(column, waiting);
                        break;
                    }
                },
            };
            match self.show(&running, &render, &waiting, &mut scripts, &mut ends).await {
                Shown::Markup(html) => {
                    opened = Rendering::Opened;
                    self.take_in(waiting, &html).await?;
                    browser = Some(running);
                }
                Shown::Failed => {
                    opened = Rendering::Opened;
                    self.left_drawn(&waiting, "render-failed");
                    // a page that hangs goes on hanging: away with the whole
                    running.close().await;
                }
                Shown::Stopped => {
                    self.drawn.wait_again(column, waiting);
                    running.close().await;
                    break;
                }
            }
        }
        for (column, waiting) in rest {
            self.drawn.wait_again(column, waiting);
        }
        if let Some(running) = browser {
            running.close().await;
        }
        Ok(ends.over().unwrap_or(opened))
    }

    /// The columns to open now; those beyond the budget are counted as left out.
    fn within_budget(&mut self, render: &Render) -> Vec<(String, Waiting)> {
        let mut queue = Vec::new();
        for (column, waiting) in self.take_drawn() {
            if !self.drawn.done.insert(column.clone()) {
                continue;
            }
            let opened = self.drawn.opened.entry(waiting.site).or_default();
            if *opened >= render.pages_per_site || waiting.record.is_none() {
                self.left_drawn(&waiting, "render-budget");
            } else {
                *opened += 1;
                queue.push((column, waiting));
            }
        }
        queue
    }

    async fn show(
        &mut self,
        browser: &Browser,
        render: &Render,
        waiting: &Waiting,
        scripts: &mut Scripts,
        ends: &mut Ends<'_>,
    ) -> Shown {
        let (sender, mut errands) = mpsc::channel(REQUESTS_MAX);
        let mut showing = std::pin::pin!(browser.show(waiting.url.as_str(), self.plan.limits.body_bytes_max, sender));
        let began = Instant::now();
        let time_up = began + Duration::from_secs(u64::from(render.seconds_per_page));
        let mut work = Work::default();
        let shown = loop {
            let wake = self.send_errands(&mut work);
            let wake = wake.map(|moment| self.at(moment));
            tokio::select! {
                shown = &mut showing => break match shown {
                    Ok(Some(html)) => Shown::Markup(html),
                    Ok(None) => Shown::Failed,
                    Err(fault) => {
                        tracing::info!(url = %waiting.url, %fault, "the browser gave the page up");
                        Shown::Failed
                    }
                },
                Some(errand) = errands.recv() => self.accept(&mut work, scripts, errand),
                Some(joined) = work.tasks.join_next_with_id(), if !work.tasks.is_empty() => {
                    let (id, ended) = match joined {
                        Ok((id, ended)) => (id, Some(ended)),
                        Err(fault) => (fault.id(), None),
                    };
                    self.errand_done(&mut work, scripts, id, ended);
                }
                () = until(wake) => {}
                () = tokio::time::sleep_until(time_up) => {
                    tracing::info!(url = %waiting.url, seconds = render.seconds_per_page, "the browser did not show the page in time");
                    break Shown::Failed;
                }
                () = until(ends.deadline) => break Shown::Stopped,
                changed = ends.stop.changed() => if changed.is_err() || *ends.stop.borrow() {
                    break Shown::Stopped;
                },
            }
        };
        if matches!(shown, Shown::Markup(_)) {
            let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(url = %waiting.url, ms, requests = work.accepted, "a page was opened in the browser");
        }
        work.tasks.shutdown().await;
        for sent in work.sent.into_values() {
            let now = self.now();
            self.hosts
                .get_mut(sent.host)
                .done(now, Account { contact: Contact::Answered(200), ..Account::unsent(sent.url.is_https()) });
        }
        shown
    }

    /// Judges a request of the page: refused, answered from what is known, or put in the queue.
    fn accept(&mut self, work: &mut Work, scripts: &Scripts, errand: Errand) {
        let Some((relay, host)) = self.allowed(&errand).filter(|_| work.accepted < REQUESTS_MAX) else {
            tracing::debug!(url = errand.url, "a request of the page is not carried out");
            let _ = errand.answer.send(None);
            return;
        };
        if relay.method == RelayMethod::Get
            && let Some(known) = scripts.known.get(relay.url.as_str()).filter(|_| errand.is_script)
        {
            let _ = errand.answer.send(Some(known.clone()));
            return;
        }
        work.accepted += 1;
        let sent = Sent {
            host,
            url: relay.url.clone(),
            is_script: errand.is_script && relay.method == RelayMethod::Get,
            at: Moment::ZERO,
            answer: errand.answer,
        };
        work.queue.push_back((relay, sent));
    }

    /// The request as it may go out: to a declared host, where robots.txt and the user's patterns let it.
    fn allowed(&mut self, errand: &Errand) -> Option<(Relay, HostId)> {
        let method = match errand.method.as_str() {
            "GET" => RelayMethod::Get,
            "HEAD" => RelayMethod::Head,
            "POST" => RelayMethod::Post,
            _ => return None,
        };
        let url = PageUrl::parse(&errand.url).ok()?;
        if !self.scope.is_own_host(&url)
            || self.plan.exclude.iter().any(|pattern| pattern.is_match(url.as_str()))
            || url.as_str().chars().count() > self.plan.limits.address_chars_max
        {
            return None;
        }
        let id = self.hosts.id_of(url.authority_str());
        let host = self.hosts.get(id);
        let robots_allow = !self.plan.obey_robots || host.robots().is_some_and(|robots| robots.allows(&url));
        if host.is_paused(url.is_https()) || !robots_allow {
            return None;
        }
        Some((Relay { url, method, headers: errand.headers.clone(), body: errand.body.clone() }, id))
    }

    /// Sends what the hosts' pace allows; says when to look again.
    fn send_errands(&mut self, work: &mut Work) -> Option<Moment> {
        self.take_lookups();
        while let Some((_, next)) = work.queue.front() {
            let (now, host) = (self.now(), next.host);
            match self.hosts.turn(host, now) {
                Turn::Go => {}
                Turn::Wait(until) => return Some(until),
                Turn::Full if self.is_looking_up() => return Some(now + LOOK_AGAIN_AFTER),
                Turn::Full => return None,
                Turn::Locate => {
                    self.locate(host);
                    return Some(now + LOOK_AGAIN_AFTER);
                }
            }
            let (relay, mut sent) = work.queue.pop_front()?;
            sent.at = now;
            let desk = Arc::clone(&self.desk);
            self.was_sent();
            let handle = work.tasks.spawn(async move { desk.fetcher.relay(relay).await });
            work.sent.insert(handle.id(), sent);
        }
        None
    }

    fn errand_done(&mut self, work: &mut Work, scripts: &mut Scripts, id: Id, ended: Option<(RelayEnd, u64)>) {
        let Some(sent) = work.sent.remove(&id) else { return };
        let (end, bytes) = ended.unwrap_or((RelayEnd::Refused, 0));
        let (contact, answer) = match end {
            RelayEnd::Answer(relayed) => (Contact::Answered(relayed.status), Some(relayed)),
            RelayEnd::Failed(class) => (Contact::Failed(class), None),
            RelayEnd::Refused => (Contact::Unsent, None),
        };
        let now = self.now();
        let account = Account { contact, bytes, latency: now.saturating_sub(sent.at), ..Account::unsent(sent.url.is_https()) };
        self.hosts.get_mut(sent.host).done(now, account);
        self.tally.progress.bytes += bytes;
        self.tally.progress.last = Some(sent.url.to_string());
        self.progress();
        if let Some(relayed) = answer.as_ref().filter(|_| sent.is_script) {
            scripts.keep(&sent.url, relayed);
        }
        let _ = sent.answer.send(answer);
    }

    /// Reads the markup as any other page's; of what is read, the list alone counts, and its rows are links of the page.
    async fn take_in(&mut self, waiting: Waiting, html: &str) -> Result<(), CrawlError> {
        let Some(mut record) = waiting.record.map(|record| *record) else { return Ok(()) };
        let listed = self.lists.get(&waiting.id);
        let selectors = self.plan.columns.iter().find(|column| column.url == waiting.url);
        let read_as = ReadAs {
            when: ReadWhen::Page,
            home: Some(self.scope.home(waiting.site).clone()),
            selectors: selectors.and_then(super::merge::selectors_of),
            asked: listed.and_then(super::driver::ListJob::asked),
            ..ReadAs::default()
        };
        let read = read_drawn(&self.desk, &waiting.url, html, read_as).await;
        let list = read.and_then(|read| read.facts.list).filter(|list| !list.rows.is_empty());
        let Some(facts) = &mut record.facts else { return Ok(()) };
        let column = facts.list.as_ref().map_or_else(|| waiting.url.clone(), |list| list.column.clone());
        match list {
            Some(list) => {
                let list = ListFacts { family: RENDERED.to_owned(), column, page_no: 1, next: None, unread: None, ..list };
                facts.kind = PageKind::Column;
                facts.drawn_by_script = false;
                facts.list = Some(list.clone());
                self.follow_rows(&mut record, &waiting.url, &list)?;
            }
            None => {
                facts.list = Some(match facts.list.take() {
                    Some(list) => ListFacts { unread: Some(RENDERED_WITHOUT_ROWS.to_owned()), ..list },
                    None => ListFacts {
                        family: RENDERED.to_owned(),
                        column,
                        page_no: 1,
                        rows: Vec::new(),
                        next: None,
                        guess: None,
                        pages_total: None,
                        rows_total: None,
                        unread: Some(RENDERED_WITHOUT_ROWS.to_owned()),
                    },
                });
            }
        }
        self.sink.record(record)?;
        Ok(())
    }

    fn follow_rows(&mut self, record: &mut PageRecord, url: &PageUrl, list: &ListFacts) -> Result<(), CrawlError> {
        let linked: BTreeSet<UrlId> = record.links.iter().map(|link| link.target).collect();
        for row in &list.rows {
            let target = self.offer(&row.url, LinkKind::Anchor, record.id, url)?;
            self.columns.entry(list.column.to_string()).or_default().rows.insert(target);
            if !linked.contains(&target) {
                record.links.push(LinkRef {
                    target,
                    fragment: None,
                    kind: LinkKind::Anchor,
                    place: Place::Body,
                    text: row.title.chars().take(80).collect(),
                    selector: String::new(),
                });
            }
        }
        Ok(())
    }
}

/// The requests of the page that is open.
#[derive(Debug, Default)]
struct Work {
    queue: VecDeque<(Relay, Sent)>,
    tasks: JoinSet<(RelayEnd, u64)>,
    sent: HashMap<Id, Sent>,
    accepted: usize,
}

#[derive(Debug)]
struct Sent {
    host: HostId,
    url: PageUrl,
    is_script: bool,
    /// When it went out.
    at: Moment,
    answer: tokio::sync::oneshot::Sender<Option<Relayed>>,
}
