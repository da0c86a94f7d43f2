//! Pages that have not changed: the question «has it changed?», the answer «no», and the stored facts in place of a reading.

use super::driver::{CrawlError, Driver};
use super::fetch::Answer;
use super::job::{Job, Try, Work};
use super::merge::{Found, Links, Matter};
use super::visit::{ReadAs, ReadWhen};
use crate::model::earlier::{EarlierId, Known, Recalled};
use crate::model::facts::{LinkKind, PageRead};
use crate::model::outcome::{Outcome, Reply};
use crate::model::request::Method;
use crate::model::site::UrlId;
use crate::read;
use crate::url::PageUrl;

/// «Not modified» (RFC 9110 15.4.5).
const NOT_MODIFIED: u16 = 304;

/// What a body that came was turned into by the reader, with the fingerprint under which it may be used again.
pub(super) fn matter_of(read: PageRead, reply: &Reply, print: Print, varies: bool) -> Matter {
    let may_be_reused = !read.links_cut && !reply.truncated && !varies;
    let reading = may_be_reused.then_some(if read.day_matters { print.on_this_day } else { print.on_any_day });
    Matter { facts: read.facts, links: Links::Fresh(read.links), links_cut: read.links_cut, reading }
}

/// Fingerprints of a way to read a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print {
    pub(super) on_any_day: i64,
    pub(super) on_this_day: i64,
}

impl Driver<'_> {
    /// Everything that the facts of a page depend on besides its bytes: the reader, the user's words and selectors, whose page it is, on
    /// whose behalf it was asked for; and who is asking, since some servers answer programs otherwise.
    pub(super) fn print_of(&self, read_as: &ReadAs) -> Print {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        add(read::READER);
        add(env!("CARGO_PKG_VERSION"));
        add(&self.plan.network.user_agent);
        add(&self.plan.limits.own_words);
        add(read_as.home.as_ref().map_or("", PageUrl::as_str));
        add(if read_as.is_home { "home" } else { "" });
        if let Some(selectors) = &read_as.selectors {
            add(&selectors.row);
            add(selectors.date.as_deref().unwrap_or_default());
        }
        if let Some(asked) = &read_as.asked {
            add(asked.referer.as_str());
            add(asked.form.as_deref().unwrap_or_default());
            add(if asked.by_shell { "shell" } else { "" });
        }
        let on_any_day = number(&hasher);
        hasher.update(self.plan.today.to_string().as_bytes());
        Print { on_any_day, on_this_day: number(&hasher) }
    }

    /// The earlier reading with which the server's answer is to be compared, if it would be read the same way today.
    pub(super) fn known(&mut self, job: &Job) -> Result<Option<Box<Known>>, CrawlError> {
        let is_read = matches!(job.read_as.when, ReadWhen::Page | ReadWhen::Any);
        if !self.past.has_earlier()
            || job.asks_in_full
            || job.work != Work::Address
            || job.turn != Try::First
            || job.method != Method::Get
            || !is_read
        {
            return Ok(None);
        }
        let Some(known) = self.past.known(job.url.as_str())? else { return Ok(None) };
        let print = self.print_of(&job.read_as);
        let reads_the_same = known.reading == print.on_any_day || known.reading == print.on_this_day;
        let is_its_own = known.reply.is_success() && known.reply.hops.is_empty() && known.reply.final_url == job.url;
        Ok((reads_the_same && is_its_own).then(|| Box::new(known)))
    }

    /// An answer that says nothing new: what is known, in place of what would be read. Otherwise the visit comes back; none when
    /// the address is asked for once more.
    pub(super) fn unchanged(&mut self, job: &mut Job, answer: &Answer, visit_same: bool) -> Result<Unchanged, CrawlError> {
        let not_modified = answer.reply.status == NOT_MODIFIED;
        let known = job.known.take();
        if !not_modified && !visit_same {
            return Ok(Unchanged::No);
        }
        let Some(known) = known else {
            // nobody asked whether it has changed; once more, past every cache, and then it is left as it is
            return Ok(if std::mem::replace(&mut job.asks_in_full, true) { Unchanged::No } else { Unchanged::AskAgain });
        };
        let Some(Recalled { facts, links }) = self.past.recall(known.at)? else {
            job.asks_in_full = true;
            return Ok(Unchanged::AskAgain);
        };
        let new = &answer.reply;
        let reply = Reply {
            hops: std::mem::take(&mut job.hops),
            etag: new.etag.clone().or(known.reply.etag),
            last_modified: new.last_modified.clone().or(known.reply.last_modified),
            ..known.reply
        };
        let reading = (!answer.varies).then_some(known.reading);
        let links = Links::Earlier(known.at.run, links);
        let matter = Matter { facts, links, links_cut: false, reading };
        self.tally.reused += 1;
        let found = Found { matter: Some(matter), body: Vec::new() };
        Ok(Unchanged::Yes(Box::new((Outcome::Reply(Box::new(reply)), found))))
    }

    /// The id in this run of a link's target: known already, or an address that is new to it.
    pub(super) fn target_of(
        &mut self,
        run: Option<u8>,
        target: UrlId,
        kind: LinkKind,
        page: UrlId,
        page_url: &PageUrl,
    ) -> Result<Option<UrlId>, CrawlError> {
        let Some(run) = run else {
            if !self.frontier.is_noted(target) {
                let url = PageUrl::parse(self.table.get(target)).expect("the table holds canonical addresses only");
                return self.offer(&url, kind, page, page_url).map(Some);
            }
            return Ok(Some(target));
        };
        let (run, at) = (usize::from(run), target.0 as usize);
        if let Some(&Some(id)) = self.translated.get(run).and_then(|ids| ids.get(at)) {
            return Ok(Some(UrlId(id.get() - 1)));
        }
        let earlier = EarlierId { run: run as u8, id: target };
        let Some(url) = self.past.address(earlier)? else { return Ok(None) };
        let id = self.offer(&url, kind, page, page_url)?;
        if self.translated.len() <= run {
            self.translated.resize_with(run + 1, Vec::new);
        }
        let ids = &mut self.translated[run];
        if ids.len() <= at {
            ids.resize(at + 1, None);
        }
        ids[at] = std::num::NonZeroU32::new(id.0.saturating_add(1));
        Ok(Some(id))
    }
}

pub(super) enum Unchanged {
    No,
    AskAgain,
    Yes(Box<(Outcome, Found)>),
}

fn number(hasher: &blake3::Hasher) -> i64 {
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    i64::from_le_bytes(bytes)
}
