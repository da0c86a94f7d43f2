//! `xuncha recheck`: looks again at what offices call mended, requesting no more than that takes, and writes the report of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tokio::sync::watch;

use super::{Exit, Failure, Session, audit, check, configured, prepare_out, stamp, whole};
use crate::audit::again::{self, Answers, Decision};
use crate::audit::{self as judging, Judgement, RuleBook};
use crate::cli;
use crate::crawl::{self, Plan, Progress, Sink, SinkError, Wanted, Watch};
use crate::model::finding::{Certainty, Evidence, Finding};
use crate::model::report::Report;
use crate::model::request::Purpose;
use crate::model::review::{Mark, Recheck, RecheckLine, RecheckReport, RecheckState, ReviewLine, Standing};
use crate::model::rule::Lang;
use crate::model::run::RunInfo;
use crate::model::run::WarnLevels;
use crate::model::site::{PageRecord, UrlId};
use crate::report::recheck as reporting;
use crate::store::{Access, Store};
use crate::url::PageUrl;

/// Times that further pages are asked for before what is open stays undetermined.
const ROUNDS_MAX: usize = 6;
/// Further pages of a list that are read.
const LIST_PAGES_MAX: u32 = 2;

/// `xuncha recheck [RUN]`.
pub(super) fn run(session: &Session, args: &cli::Recheck) -> Result<Exit, Failure> {
    let mut config = configured::config(session)?.unwrap_or_default();
    configured::with_environment(session, &mut config)?;
    let path = configured::store_path(session)?;
    let failed = |error: &crate::store::StoreError| Failure::store(error, session.lang);
    Store::open(&path, Access::Read).map_err(|error| failed(&error))?;
    let store = Store::open(&path, Access::Write).map_err(|error| failed(&error))?;
    let stored = store.run(args.run.as_deref()).map_err(|error| failed(&error))?;
    let book = configured::load_rules(session, config.audit.rules_dir.as_deref(), &stored.standard, &stored.profile)?;
    let dir = session.out.clone().unwrap_or_else(|| config.report.dir.clone());
    prepare_out(session, &dir)?;
    let session = &check::keeping_due(session, &store, &stored.id);
    let base = check::judge(session, &store, &stored, &book, check::Settings::from(&config))?;
    let reviews = store.reviews().map_err(|error| failed(&error))?;
    let now = session.now();
    let options = cli::Audit {
        rate: args.rate,
        allow_private: args.allow_private,
        resolve: args.resolve.clone(),
        ..cli::Audit::default()
    };
    let mut plan = audit::plan(session, &config, &options, &now)?;
    plan.sites.clone_from(&stored.sites);
    plan.columns.clone_from(&stored.columns);
    plan.limits.list_pages_max = plan.limits.list_pages_max.min(LIST_PAGES_MAX);
    let at = stamp(&now);
    let mut again =
        Again { session, store: &store, book: &book, base: &base, run: RunInfo { now: at.clone(), ..stored }, plan, at };
    let claims: Vec<&ReviewLine> = reviews.values().filter(|line| again.is_open(line)).collect();
    let (mut looks, requests) = again.look(&claims)?;
    for line in &claims {
        let id = &line.review.finding;
        if !looks.contains_key(id) {
            looks.extend(again.vanished(id)?.map(|look| (id.clone(), look)));
        }
    }
    store.add_rechecks(&again.run.id, &looks).map_err(|error| failed(&error))?;
    let reviews = store.reviews().map_err(|error| failed(&error))?;
    let report = RecheckReport { lines: again.lines(&reviews)?, now: again.at.clone(), requests, base: base.clone() };
    deliver(session, &report, &dir)
}

fn deliver(session: &Session, report: &RecheckReport, dir: &std::path::Path) -> Result<Exit, Failure> {
    let folder = dir.join(&report.base.run.id);
    let unwritten = |reason: &str| {
        Failure::incomplete(match session.lang {
            Lang::Zh => format!("无法写入复查报告 {}（{reason}）。复查结果已存入数据库", folder.display()),
            Lang::En => {
                format!("cannot write the report of the recheck to {} ({reason}); the results are stored", folder.display())
            }
        })
    };
    std::fs::create_dir_all(&folder).map_err(|error| unwritten(&session.reason(&error)))?;
    if !session.quiet {
        session.print(&reporting::summary(report))?;
    }
    for (name, render) in reporting::FILES {
        let bytes = render(report).map_err(|error| unwritten(&error.to_string()))?;
        let path = folder.join(name);
        whole::write(&path, &bytes).map_err(|error| unwritten(&session.reason(&error)))?;
        if !session.quiet {
            session.print(&match session.lang {
                Lang::Zh => format!("已生成 {}\n", path.display()),
                Lang::En => format!("written: {}\n", path.display()),
            })?;
        }
    }
    let has = |standing| report.lines.iter().any(|line| line.standing == standing);
    Ok(match (has(Standing::Undetermined), has(Standing::Reopened)) {
        (_, true) => Exit::Findings,
        (true, false) => Exit::Incomplete,
        (false, false) => Exit::Complete,
    })
}

struct Again<'a> {
    session: &'a Session,
    store: &'a Store,
    book: &'a RuleBook,
    base: &'a Report,
    /// The run, at the time point of the recheck.
    run: RunInfo,
    plan: Plan,
    at: String,
}

impl Again<'_> {
    fn finding(&self, id: &str) -> Option<&Finding> {
        self.base.findings.iter().find(|finding| finding.id == id)
    }

    /// Called mended, and not closed since the run that found it.
    fn is_open(&self, line: &ReviewLine) -> bool {
        let closed = line.recheck.as_ref().filter(|look| look.state == RecheckState::Closed);
        let found_again =
            |look: &Recheck| self.finding(&line.review.finding).is_some() && is_before(&look.at, &self.base.run.now);
        line.review.claims_mended() && closed.is_none_or(found_again)
    }

    /// Asks for what the claims need, round by round, until each is settled.
    fn look(&mut self, claims: &[&ReviewLine]) -> Result<(BTreeMap<String, Recheck>, u64), Failure> {
        let findings: Vec<Finding> = claims.iter().filter_map(|line| self.finding(&line.review.finding)).cloned().collect();
        let mut settled = BTreeMap::new();
        if findings.is_empty() {
            return Ok((settled, 0));
        }
        let mut overlay = Overlay::of(self)?;
        let mut wanted: BTreeSet<PageUrl> = findings.iter().flat_map(|finding| again::needs(finding, self.base)).collect();
        let mut requests = 0;
        for round in 0..ROUNDS_MAX {
            requests += self.ask(&wanted, &mut overlay)?;
            wanted.clear();
            let judged = self.judge(&overlay)?;
            let answers = Answers { fresh: &overlay.fresh, asked: &overlay.asked };
            let is_known = |url: &str| overlay.recorded.contains_key(url);
            for finding in findings.iter().filter(|finding| !settled.contains_key(&finding.id)).collect::<Vec<_>>() {
                let new = again::new_pages(finding, self.base, &answers, &is_known);
                let decision = again::decide(finding, self.base, &judged, &answers, &self.at, self.session.lang);
                match decision {
                    Decision::Settled(look)
                        if new.is_empty() || look.state == RecheckState::Closed || round + 1 == ROUNDS_MAX =>
                    {
                        settled.insert(finding.id.clone(), look);
                    }
                    Decision::Settled(_) => wanted.extend(new),
                    Decision::Wants(more) => wanted.extend(more.into_iter().chain(new)),
                }
            }
            if wanted.is_empty() {
                break;
            }
        }
        for finding in findings {
            settled.entry(finding.id).or_insert_with(|| {
                self.told(
                    RecheckState::Undetermined,
                    self.session.word("所在页面较多，尚未全部复查", "on more pages than were looked at").to_owned(),
                    finding.url,
                )
            });
        }
        Ok((settled, requests))
    }

    fn told(&self, state: RecheckState, text: String, url: String) -> Recheck {
        let evidence = Evidence {
            kind: "note".to_owned(),
            text,
            url: Some(url),
            status: None,
            at: Some(self.at.clone()),
            duration_ms: None,
        };
        Recheck { state, at: self.at.clone(), evidence: vec![evidence] }
    }

    /// A claim whose finding the run does not have.
    fn vanished(&self, id: &str) -> Result<Option<Recheck>, Failure> {
        let found = self.store.finding(id).map_err(|error| Failure::store(&error, self.session.lang))?;
        let Some(finding) = found.filter(|_| self.finding(id).is_none()) else { return Ok(None) };
        let run = &self.run.id;
        let is_measured = &self.run.measured(&finding.site);
        let (state, text) = match (is_measured, self.session.lang) {
            (true, Lang::Zh) => (RecheckState::Closed, format!("巡查{run}未再发现该问题")),
            (true, Lang::En) => (RecheckState::Closed, format!("run {run} did not find it any more")),
            (false, Lang::Zh) => (RecheckState::Undetermined, format!("巡查{run}未完整检查该网站")),
            (false, Lang::En) => (RecheckState::Undetermined, format!("run {run} did not get through with the site")),
        };
        Ok(Some(self.told(state, text, finding.url)))
    }

    /// Sends what is wanted and keeps the answers; gives the number of requests.
    fn ask(&self, wanted: &BTreeSet<PageUrl>, overlay: &mut Overlay) -> Result<u64, Failure> {
        let mut plan = self.plan.clone();
        let as_before = |url: &PageUrl| overlay.recorded.get(url.as_str());
        plan.limits.only = Some(
            wanted
                .iter()
                .map(|url| Wanted {
                    url: url.clone(),
                    purpose: as_before(url).map(|(purpose, _)| *purpose),
                    depth: as_before(url).map_or(1, |(_, depth)| *depth),
                })
                .collect(),
        );
        let mut sink = Gathered::default();
        let failed = |error: String| {
            Failure::incomplete(match self.session.lang {
                Lang::Zh => format!("复查中断：{error}"),
                Lang::En => format!("the recheck stopped: {error}"),
            })
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| failed(error.to_string()))?;
        let (_stop, stopped) = watch::channel(false);
        let summary = runtime.block_on(crawl::crawl(plan, &mut sink, &Unwatched, stopped));
        runtime.shutdown_background();
        let summary = summary.map_err(|error| failed(error.to_string()))?;
        overlay.take(wanted, sink);
        Ok(summary.requests)
    }

    /// The run with the new answers in the place of the old.
    fn judge(&self, overlay: &Overlay) -> Result<Judgement, Failure> {
        let failed = std::cell::RefCell::new(None);
        let records = |each: &mut dyn FnMut(PageRecord)| {
            let mut fresh = overlay.by_id.values().peekable();
            let result = self.store.records(&self.run.id, &mut |record| {
                while let Some(new) = fresh.next_if(|new| new.id < record.id) {
                    each(new.clone());
                }
                each(fresh.next_if(|new| new.id == record.id).cloned().unwrap_or(record));
            });
            fresh.for_each(|new| each(new.clone()));
            if let Err(error) = result {
                failed.borrow_mut().get_or_insert(error);
            }
        };
        let history = BTreeMap::new();
        let input = judging::Input {
            run: &self.run,
            records: &records,
            history: &history,
            // the log of probes is no answer of this look
            probes: &[],
            warn: WarnLevels::default(),
            lang: self.session.lang,
        };
        // what only a comparison showed is settled when its page is no longer as it was found
        let mut earlier = judging::Earlier::on(judging::monitoring_day(&self.run.now));
        self.base.findings.iter().for_each(|finding| earlier.carry(finding.clone()));
        let judged = judging::judge_after(&input, &earlier, self.book);
        failed.into_inner().map_or(Ok(judged), |error| Err(Failure::store(&error, self.session.lang)))
    }

    /// A line for every confirmed finding, and for every other of which an office said something.
    fn lines(&self, reviews: &BTreeMap<String, ReviewLine>) -> Result<Vec<RecheckLine>, Failure> {
        let mut lines = Vec::new();
        for finding in &self.base.findings {
            let review = reviews.get(&finding.id);
            // a term alone, which the workbook brought along, says nothing of a case that is in doubt
            let is_told = review.is_some_and(|line| line.review.mark.is_some() || line.review.mending.is_some());
            if finding.verdict == Certainty::Confirmed || is_told {
                lines.push(self.line(finding.clone(), review));
            }
        }
        for (id, review) in reviews {
            let is_told = review.review.claims_mended() || review.review.mark.is_some_and(Mark::sets_aside);
            if is_told && self.finding(id).is_none() {
                let found = self.store.finding(id).map_err(|error| Failure::store(&error, self.session.lang))?;
                lines.extend(found.map(|finding| self.line(finding, Some(review))));
            }
        }
        Ok(lines)
    }

    fn line(&self, finding: Finding, review: Option<&ReviewLine>) -> RecheckLine {
        let recheck =
            review.and_then(|line| line.recheck.clone()).filter(|_| review.is_some_and(|line| line.review.claims_mended()));
        let standing = match (review.map(|line| &line.review), recheck.as_ref().map(|look| look.state)) {
            (Some(review), _) if review.mark.is_some_and(Mark::sets_aside) => Standing::SetAside,
            (_, Some(RecheckState::Closed)) => Standing::Closed,
            (_, Some(RecheckState::Reopened)) => Standing::Reopened,
            (_, Some(RecheckState::Undetermined)) => Standing::Undetermined,
            (_, None) => Standing::Open,
        };
        let today = self.at.split('T').next().unwrap_or_default();
        let due = review.and_then(|line| line.review.due.clone()).or_else(|| self.base.due.clone());
        let is_late = due.as_deref().is_some_and(|due| due < today);
        let overdue = is_late && !matches!(standing, Standing::Closed | Standing::SetAside);
        RecheckLine { finding, review: review.cloned(), standing, due, overdue, recheck }
    }
}

fn is_before(a: &str, b: &str) -> bool {
    let at = |text: &str| text.parse::<jiff::Timestamp>().ok();
    at(a) < at(b)
}

/// The new answers, under the ids of the run.
struct Overlay {
    ids: HashMap<String, UrlId>,
    /// Addresses that the run has a record of.
    recorded: BTreeMap<String, (Purpose, u16)>,
    fresh: BTreeMap<String, PageRecord>,
    by_id: BTreeMap<UrlId, PageRecord>,
    asked: BTreeSet<String>,
}

impl Overlay {
    fn of(again: &Again<'_>) -> Result<Self, Failure> {
        let failed = |error: crate::store::StoreError| Failure::store(&error, again.session.lang);
        let mut ids = HashMap::new();
        again
            .store
            .addresses(&again.run.id, &mut |id, url| {
                ids.insert(url.to_string(), id);
            })
            .map_err(failed)?;
        let mut recorded = BTreeMap::new();
        let mut note = |record: PageRecord| {
            recorded.insert(record.url.to_string(), (record.purpose, record.depth));
        };
        again.store.records(&again.run.id, &mut note).map_err(failed)?;
        Ok(Self { ids, recorded, fresh: BTreeMap::new(), by_id: BTreeMap::new(), asked: BTreeSet::new() })
    }

    fn id(&mut self, url: &str) -> UrlId {
        let next = UrlId(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        *self.ids.entry(url.to_owned()).or_insert(next)
    }

    fn take(&mut self, wanted: &BTreeSet<PageUrl>, gathered: Gathered) {
        self.asked.extend(wanted.iter().map(ToString::to_string));
        let ids: Vec<UrlId> = gathered.urls.iter().map(|url| self.id(url)).collect();
        for (_, mut record) in gathered.records {
            let is_own = matches!(record.purpose, Purpose::Housekeeping | Purpose::NotFoundProbe);
            if is_own || !again::is_answer(&record.outcome) {
                continue;
            }
            let translated = |id: UrlId| ids.get(id.0 as usize).copied().unwrap_or(id);
            record.id = translated(record.id);
            for link in &mut record.links {
                link.target = translated(link.target);
            }
            if let Some((purpose, depth)) = self.recorded.get(record.url.as_str()) {
                (record.purpose, record.depth) = (*purpose, *depth);
            }
            self.fresh.insert(record.url.to_string(), record.clone());
            self.by_id.insert(record.id, record);
        }
    }
}

/// What one crawl brought, under its own ids.
#[derive(Default)]
struct Gathered {
    urls: Vec<String>,
    records: BTreeMap<UrlId, PageRecord>,
}

impl Sink for Gathered {
    fn address(&mut self, _: UrlId, url: &PageUrl) -> Result<(), SinkError> {
        self.urls.push(url.to_string());
        Ok(())
    }

    fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
        self.records.insert(record.id, record);
        Ok(())
    }
}

struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _: &Progress) {}
}
