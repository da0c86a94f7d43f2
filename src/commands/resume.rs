//! `audit --resume`: whether the last run can be gone on with, and the store as what the crawl remembers.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, Zoned};

use super::audit::Job;
use super::progress::say;
use super::{Failure, Session, beijing};
use crate::crawl::{Past, Plan, SinkError};
use crate::model::earlier::{Carry, EarlierId, Known, Recalled, Standing};
use crate::model::facts::FACTS_VERSION;
use crate::model::rule::Lang;
use crate::model::run::RunInfo;
use crate::model::site::{PageRecord, UrlId};
use crate::read;
use crate::store::{Earlier, Store, StoreError, Unfinished};
use crate::url::PageUrl;

/// A run that began longer ago is not gone on with: its first pages would be judged by what they were then.
const AGE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The settings that decide what is crawled and how it is read, by their names in the configuration. The pace may change.
pub(super) fn scope(plan: &Plan) -> BTreeMap<String, String> {
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    let patterns = |list: &[regex::Regex]| list.iter().map(regex::Regex::as_str).collect::<Vec<_>>().join("\n");
    let limits = &plan.limits;
    let pairs = [
        ("[[site]]", json(serde_json::to_string(&plan.sites))),
        ("[[column]]", json(serde_json::to_string(&plan.columns))),
        ("max_pages", limits.pages_max.to_string()),
        ("depth_max", limits.depth_max.to_string()),
        ("body_mb_max", limits.body_bytes_max.to_string()),
        ("address_chars_max", limits.address_chars_max.to_string()),
        ("links_per_page_max", limits.links_per_page_max.to_string()),
        ("list_pages_max", limits.list_pages_max.to_string()),
        ("robots", plan.obey_robots.to_string()),
        ("external_links", plan.external_links.to_string()),
        ("include", patterns(&plan.include)),
        ("exclude", patterns(&plan.exclude)),
        ("allow_private", plan.network.allow_private.to_string()),
        ("user_agent", plan.network.user_agent.clone()),
        ("xuncha", format!("{} {}", env!("CARGO_PKG_VERSION"), read::READER)),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The last run, if it is to be gone on with; says why not otherwise. Someone who asks for this from a timetable wants an audit
/// in any case: a new one then.
pub(super) fn interrupted(session: &Session, store: &Store, job: &Job) -> Result<Option<RunInfo>, Failure> {
    let unfinished = store.unfinished().map_err(|error| Failure::store(&error, session.lang))?;
    let Some(unfinished) = unfinished else {
        if job.resume {
            say(session.word("没有中断的巡查，开始新的巡查", "no interrupted run; a new one begins"));
        }
        return Ok(None);
    };
    let id = &unfinished.info.id;
    let zh = session.lang == Lang::Zh;
    let obstacle = obstacle(session, &unfinished, job, Timestamp::now());
    if !job.resume {
        if obstacle.is_none() {
            say(&if zh {
                format!("提示：巡查 {id} 中断未完成，加 --resume 可以续接；本次开始新的巡查")
            } else {
                format!("note: run {id} was interrupted; --resume goes on with it. A new run begins")
            });
        }
        return Ok(None);
    }
    if let Some(why) = obstacle {
        say(&if zh {
            format!("巡查 {id} 不能续接（{why}），开始新的巡查")
        } else {
            format!("run {id} cannot be resumed ({why}); a new one begins")
        });
        return Ok(None);
    }
    say(&if zh {
        format!("续接巡查 {id}，已完成的请求不再重复")
    } else {
        format!("resuming run {id}; nothing is asked twice")
    });
    Ok(Some(RunInfo { finished: None, crawl: None, ..unfinished.info }))
}

/// Why a run cannot be gone on with.
fn obstacle(session: &Session, unfinished: &Unfinished, job: &Job, clock: Timestamp) -> Option<String> {
    let zh = session.lang == Lang::Zh;
    let info = &unfinished.info;
    let age = info.started.parse::<Timestamp>().map(|started| clock.duration_since(started));
    if age.is_ok_and(|age| age > AGE_MAX) {
        return Some(session.word("开始已超过24小时", "it began more than 24 hours ago").to_owned());
    }
    let scope = scope(&job.plan);
    let mut changed: Vec<&str> = scope
        .iter()
        .filter(|(name, value)| unfinished.scope.get(*name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    if unfinished.facts_version != FACTS_VERSION && !changed.contains(&"xuncha") {
        changed.push("xuncha");
    }
    let other_time = session.now.as_ref().is_some_and(|now| info.now.parse::<Timestamp>().ok() != Some(now.timestamp()));
    if other_time {
        changed.push("--now");
    }
    let settings: Vec<&str> = changed.iter().copied().filter(|name| *name != "xuncha").collect();
    match (changed.is_empty(), settings.is_empty()) {
        (true, _) => None,
        (false, true) => Some(session.word("程序版本已变化", "the program has changed").to_owned()),
        (false, false) if zh => Some(format!("设置已变化：{}", settings.join("、"))),
        (false, false) => Some(format!("settings have changed: {}", settings.join(", "))),
    }
}

/// The run goes on at its own time point: what was read so far was read on that day.
pub(super) fn keep_time_point(job: &mut Job, run: &RunInfo) {
    if let Ok(now) = run.now.parse::<Timestamp>() {
        let now: Zoned = now.to_zoned(beijing());
        job.plan.today = now.date();
        job.now = now;
    }
}

/// The store as what the crawl remembers.
pub(super) struct StorePast {
    pub(super) earlier: Earlier,
    /// Readings of earlier runs are used.
    pub(super) reuses: bool,
    pub(super) failed: Option<StoreError>,
}

impl StorePast {
    fn note<T>(failed: &mut Option<StoreError>, result: Result<T, StoreError>) -> Result<T, SinkError> {
        result.map_err(|error| {
            let text = error.to_string();
            failed.get_or_insert(error);
            SinkError(text)
        })
    }
}

impl Past for StorePast {
    fn addresses(&mut self, each: &mut dyn FnMut(&str, bool)) -> Result<(), SinkError> {
        let result = self.earlier.addresses(each);
        Self::note(&mut self.failed, result)
    }

    fn done(&mut self, id: UrlId) -> Result<Option<(PageRecord, Carry)>, SinkError> {
        let result = self.earlier.done(id);
        Self::note(&mut self.failed, result)
    }

    fn has_earlier(&self) -> bool {
        self.reuses && self.earlier.has_earlier()
    }

    fn standing(&self, url: &str) -> Option<Standing> {
        self.earlier.standing(url)
    }

    fn known(&mut self, url: &str) -> Result<Option<Known>, SinkError> {
        let result = self.earlier.known(url);
        Self::note(&mut self.failed, result)
    }

    fn recall(&mut self, at: EarlierId) -> Result<Option<Recalled>, SinkError> {
        let result = self.earlier.recall(at);
        Self::note(&mut self.failed, result)
    }

    fn address(&mut self, at: EarlierId) -> Result<Option<PageUrl>, SinkError> {
        let result = self.earlier.address(at);
        Self::note(&mut self.failed, result)
    }
}
