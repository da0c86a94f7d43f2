//! A crawl after a crawl: what has not changed is not read again, what was cut off is gone on with, and what was asked for longest
//! ago comes first. The store lies between them, as in a user's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use xuncha::crawl::{Past, Plan, Sink, SinkError, crawl_on};
use xuncha::model::earlier::{Carry, EarlierId, Known, Recalled, Standing};
use xuncha::model::outcome::{Outcome, SkipReason};
use xuncha::model::run::{CrawlSettings, CrawlSummary, RunInfo};
use xuncha::model::site::{PageRecord, UrlId};
use xuncha::store::{Access, Earlier, Store, StoreError, Writer};
use xuncha::url::PageUrl;

use super::served::{NOW, Reply, Served, Unwatched, Validators, page, site, status};

const HOST: &str = "gxt.example.gov.cn";

fn kept<T>(result: Result<T, StoreError>) -> Result<T, SinkError> {
    result.map_err(|error| SinkError(error.to_string()))
}

/// The store's readings as the crawl's memory.
struct Memory(Earlier);

impl Past for Memory {
    fn addresses(&mut self, each: &mut dyn FnMut(&str, bool)) -> Result<(), SinkError> {
        kept(self.0.addresses(each))
    }
    fn done(&mut self, id: UrlId) -> Result<Option<(PageRecord, Carry)>, SinkError> {
        kept(self.0.done(id))
    }
    fn has_earlier(&self) -> bool {
        self.0.has_earlier()
    }
    fn standing(&self, url: &str) -> Option<Standing> {
        self.0.standing(url)
    }
    fn known(&mut self, url: &str) -> Result<Option<Known>, SinkError> {
        kept(self.0.known(url))
    }
    fn recall(&mut self, at: EarlierId) -> Result<Option<Recalled>, SinkError> {
        kept(self.0.recall(at))
    }
    fn address(&mut self, at: EarlierId) -> Result<Option<PageUrl>, SinkError> {
        kept(self.0.address(at))
    }
}

/// Writes to the store, and dies after so many records, as a killed process would.
struct Mortal {
    writer: Writer,
    carry: Carry,
    records_left: Option<usize>,
}

impl Sink for Mortal {
    fn address(&mut self, id: UrlId, url: &PageUrl) -> Result<(), SinkError> {
        kept(self.writer.address(id, url))
    }
    fn record(&mut self, record: PageRecord) -> Result<(), SinkError> {
        let carry = std::mem::take(&mut self.carry);
        if let Some(left) = &mut self.records_left {
            if *left == 0 {
                return Err(SinkError("killed".into()));
            }
            *left -= 1;
        }
        kept(self.writer.record_with(record, carry))
    }
    fn carry(&mut self, _: UrlId, carry: Carry) -> Result<(), SinkError> {
        self.carry = carry;
        Ok(())
    }
    fn unwritten(&self) -> usize {
        self.writer.unwritten()
    }
}

struct Nights {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Nights {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("xuncha.db");
        Self { _folder: folder, path }
    }

    fn store(&self) -> Store {
        Store::open(&self.path, Access::Write).unwrap()
    }

    /// A whole crawl under a new id.
    async fn night(&self, plan: Plan, id: &str) -> CrawlSummary {
        self.begin(&plan, id);
        self.go(plan, id, false, None).await.unwrap()
    }

    fn begin(&self, plan: &Plan, id: &str) {
        self.store().begin_run(&run_info(plan, id)).unwrap();
    }

    async fn go(&self, plan: Plan, id: &str, resumed: bool, records_left: Option<usize>) -> Option<CrawlSummary> {
        let store = self.store();
        let mut past = Memory(store.looking_back(id, resumed).unwrap());
        let writer = store.writer_of_batches(id, plan.pace.concurrency as u32 / 2).unwrap();
        let mut sink = Mortal { writer, carry: Carry::default(), records_left };
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let summary = crawl_on(plan.clone(), &mut past, &mut sink, &Unwatched, stopped).await.ok();
        sink.writer.finish().unwrap();
        if let Some(summary) = &summary {
            let info = RunInfo { finished: Some(NOW.into()), crawl: Some(summary.clone()), ..run_info(&plan, id) };
            store.finish_run(&info).unwrap();
            store.close_run(id).unwrap();
        }
        summary
    }

    /// Every record in words, by address, without times and with links by address.
    fn records(&self, id: &str) -> BTreeMap<String, String> {
        let store = Store::open(&self.path, Access::Read).unwrap();
        let mut addresses = Vec::new();
        store.addresses(id, &mut |_, url| addresses.push(url.to_string())).unwrap();
        let mut out = BTreeMap::new();
        store
            .records(id, &mut |record| {
                let links: Vec<String> = record
                    .links
                    .iter()
                    .map(|link| {
                        format!("{} {:?} {} {}", addresses[link.target.0 as usize], link.place, link.text, link.selector)
                    })
                    .collect();
                let attempts: Vec<_> = record.attempts.iter().map(|attempt| (&attempt.method, attempt.status)).collect();
                let mut outcome = record.outcome.clone();
                if let Outcome::Reply(reply) = &mut outcome {
                    reply.etag = None;
                }
                let words = format!("{:?} {outcome:?} {attempts:?} {:?} {links:?}", record.purpose, record.facts);
                out.insert(record.url.to_string(), words);
            })
            .unwrap();
        out
    }

    fn record(&self, id: &str, path: &str) -> PageRecord {
        let store = Store::open(&self.path, Access::Read).unwrap();
        let mut found = None;
        store
            .records(id, &mut |record| {
                if record.url.as_str() == at(path) {
                    found = Some(record);
                }
            })
            .unwrap();
        found.unwrap()
    }
}

fn run_info(plan: &Plan, id: &str) -> RunInfo {
    let now = plan.today.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).unwrap().timestamp().to_string();
    RunInfo {
        id: id.into(),
        started: now.clone(),
        finished: None,
        now,
        tool_version: "test".into(),
        unit: "某省工业和信息化厅".into(),
        standard: "gov-2019".into(),
        profile: "department".into(),
        sites: plan.sites.clone(),
        columns: Vec::new(),
        settings: CrawlSettings {
            robots_obeyed: true,
            requests_per_second: 0.0,
            timeout_seconds: 10,
            external_links: true,
            user_agent: "xuncha/test".into(),
            max_pages: plan.limits.pages_max,
            max_minutes: 0,
        },
        crawl: None,
        ignores: Vec::new(),
    }
}

/// Names the address whose records differ, not all of them.
#[track_caller]
fn assert_same(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>, of: &str) {
    for (url, words) in left {
        assert_eq!(Some(words), right.get(url), "{of}: {url}");
    }
    assert!(left.keys().eq(right.keys()), "{of}: {:?} and {:?}", left.keys(), right.keys());
}

fn at(path: &str) -> String {
    format!("http://{HOST}{path}")
}

fn plan(served: &Served) -> Plan {
    served.plan(vec![site(&at("/"))])
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(name)
}

fn case_plan(folder: &Path, served: &Served) -> Plan {
    let case = super::served::read_case(folder);
    served.plan(case.site.iter().map(|entry| site(entry.url.as_str())).collect())
}

const CASES: [&str; 4] = [
    "column.stale/bad-late-columns",
    "interp.missing/bad-no-interpretation",
    "link.soft-404/bad-soft-404",
    "home.broken-link/bad-dead-links-on-home",
];

/// Those of the cases that exist, and at least two.
fn cases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = CASES.iter().map(|name| case(name)).filter(|folder| folder.is_dir()).collect();
    for rule in ["column.stale", "interp.missing", "link.soft-404", "link.redirect-chain"] {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(case(rule)).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        found.extend(folders.into_iter().find(|folder| folder.is_dir()));
    }
    found.sort();
    found.dedup();
    assert!(found.len() >= 4);
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_have_not_changed_are_answered_304_and_recorded_as_before() {
    for folder in cases() {
        let served = Served::folder_validated(&folder, Validators::Honest).await;
        let nights = Nights::new();
        let first = nights.night(case_plan(&folder, &served), "20261124-010000").await;
        assert_eq!(served.hits().iter().filter(|hit| hit.starts_with("304")).count(), 0);
        let second = nights.night(case_plan(&folder, &served), "20261124-020000").await;
        assert_same(&nights.records("20261124-010000"), &nights.records("20261124-020000"), &folder.display().to_string());
        assert_eq!((first.not_covered, first.not_found), (second.not_covered, second.not_found));
        let mut pages = 0;
        let store = Store::open(&nights.path, Access::Read).unwrap();
        store
            .records("20261124-010000", &mut |record| {
                let is_own = !matches!(
                    record.purpose,
                    xuncha::model::request::Purpose::Housekeeping | xuncha::model::request::Purpose::NotFoundProbe
                );
                let reply = record.outcome.reply().filter(|reply| reply.hops.is_empty() && reply.etag.is_some());
                if is_own && record.facts.is_some() && reply.is_some() && record.attempts.iter().all(|a| a.method == "GET") {
                    pages += 1;
                    let hit = format!("304 {}", record.url.as_str().trim_start_matches("http://"));
                    assert_eq!(served.count(&hit), 1, "{hit} of {:#?}", served.hits());
                }
            })
            .unwrap();
        assert!(pages > 3, "{}", folder.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_validators_is_asked_in_full_and_says_the_same() {
    let folder = &cases()[0];
    let served = Served::folder(folder).await;
    let nights = Nights::new();
    nights.night(case_plan(folder, &served), "20261124-010000").await;
    let once = served.hits();
    nights.night(case_plan(folder, &served), "20261124-020000").await;
    assert_same(&nights.records("20261124-010000"), &nights.records("20261124-020000"), "the second night");
    assert_eq!(served.hits().len(), 2 * once.len());
}

fn small(changed: &str) -> Vec<Reply> {
    vec![
        page(HOST, "/", "<title>首页</title><a href=/a.html>甲</a><a href=/b.html>乙</a>"),
        page(HOST, "/a.html", changed),
        page(HOST, "/b.html", "<title>乙</title><a href=/a.html>甲</a>"),
        page(HOST, "/c.html", "<title>丙</title>"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_has_changed_is_read_anew_and_followed() {
    let nights = Nights::new();
    let before = Served::validated(small("<title>甲</title>"), Validators::Honest).await;
    nights.night(plan(&before), "20261124-010000").await;
    let after = Served::validated(small("<title>甲改</title><a href=/c.html>丙</a>"), Validators::Honest).await;
    nights.night(plan(&after), "20261124-020000").await;
    assert_eq!(nights.record("20261124-020000", "/a.html").facts.unwrap().html_title, "甲改");
    assert_eq!(nights.record("20261124-020000", "/c.html").facts.unwrap().html_title, "丙");
    assert_eq!((after.count(&format!("304 {HOST}/b.html")), after.count(&format!("304 {HOST}/a.html"))), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_that_are_gone_from_the_store_are_asked_for_in_full() {
    let nights = Nights::new();
    let served = Served::validated(small("<title>甲</title>"), Validators::Honest).await;
    nights.night(plan(&served), "20261124-010000").await;
    let connection = rusqlite::Connection::open(&nights.path).unwrap();
    connection.execute("UPDATE visits SET facts = NULL WHERE facts LIKE '%乙%'", []).unwrap();
    connection.execute("UPDATE visits SET facts = 'no json' WHERE facts LIKE '%甲%' AND purpose = 'page'", []).unwrap();
    drop(connection);
    nights.night(plan(&served), "20261124-020000").await;
    assert_eq!(nights.record("20261124-020000", "/a.html").facts.unwrap().html_title, "甲");
    assert_eq!(nights.record("20261124-020000", "/b.html").facts.unwrap().html_title, "乙");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_modified_without_a_stored_copy_is_asked_again_and_then_left_undecided() {
    let nights = Nights::new();
    let served = Served::validated(small("<title>甲</title>"), Validators::AlwaysNotModified).await;
    let summary = nights.night(plan(&served), "20261124-010000").await;
    assert_eq!(served.count(&format!("GET {HOST}/")), 2);
    assert!(!summary.complete);
    assert!(summary.not_covered.iter().any(|left| left.reason == "not-modified" && left.count == 1), "{summary:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_says_yesterday_is_dated_anew_on_another_day() {
    let list = |rows: &str| {
        format!(
            "<html><head><title>工作动态</title></head><body><div class=main><ul class=list>{rows}</ul></div></body></html>"
        )
    };
    let rows = (0..6)
        .map(|i| format!("<li><a href=/xw/t{i}.html>工业和信息化工作会议召开第{i}次</a><span>昨天 09:0{i}</span></li>"))
        .collect::<Vec<_>>()
        .concat();
    let replies = vec![
        page(HOST, "/", "<title>首页</title><a href=/xw/>工作动态</a><a href=/b.html>乙</a>"),
        page(HOST, "/xw/", &list(&rows)),
        page(HOST, "/b.html", "<title>乙</title><p>发布时间：2026-11-02</p>"),
    ];
    let served = Served::validated(replies, Validators::Honest).await;
    let nights = Nights::new();
    nights.night(plan(&served), "20261124-010000").await;
    let tomorrow = Plan { today: jiff::civil::date(2026, 11, 25), ..plan(&served) };
    nights.night(tomorrow, "20261125-010000").await;
    let newest = |id: &str| {
        let list = nights.record(id, "/xw/").facts.unwrap().list.unwrap();
        list.rows.iter().filter_map(|row| row.date.as_ref()).map(|date| date.date).max().unwrap()
    };
    assert_eq!(newest("20261124-010000"), jiff::civil::date(2026, 11, 23));
    assert_eq!(newest("20261125-010000"), jiff::civil::date(2026, 11, 24));
    assert_eq!((served.count(&format!("304 {HOST}/xw/")), served.count(&format!("304 {HOST}/b.html"))), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_a_budget_what_was_left_out_last_time_comes_first() {
    let links = (0..30).map(|i| format!("<a href=/p{i}.html>第{i}页</a>")).collect::<Vec<_>>().concat();
    let mut replies =
        vec![page(HOST, "/", &format!("<title>首页</title>{links}<a href=/dead.html>丁</a>")), status(HOST, "/dead.html", 404)];
    replies.extend((0..30).map(|i| page(HOST, &format!("/p{i}.html"), &format!("<title>{i}</title>"))));
    let served = Served::replies(replies).await;
    let nights = Nights::new();
    let mut read: Vec<Vec<String>> = Vec::new();
    for (night, budget) in [(1, 12), (2, 12), (3, 12), (4, 40), (5, 1)] {
        let mut plan = plan(&served);
        plan.limits.pages_max = budget;
        let id = format!("20261124-0{night}0000");
        let summary = nights.night(plan, &id).await;
        let skipped = format!("{:?}", Outcome::Skipped(SkipReason::PageBudget));
        let pages = nights.records(&id).into_iter().filter(|(url, words)| url.contains("/p") && !words.contains(&skipped));
        read.push(pages.map(|(url, _)| url).collect());
        assert_eq!(summary.complete, budget == 40, "night {night}");
    }
    let all: std::collections::BTreeSet<&String> = read[..3].iter().flatten().collect();
    assert_eq!(all.len(), 30, "three nights of twelve cover thirty pages: {read:#?}");
    let dead = nights.record("20261124-050000", "/dead.html");
    assert_eq!(dead.outcome.status(), Some(404), "what failed is asked for before what did not");
}

/// Requests of the second process that the first had made too, by what was asked.
fn repeated(before: &[String], after: &[String], undisturbed: &[String]) -> Vec<String> {
    let count = |list: &[String], hit: &str| list.iter().filter(|seen| *seen == hit).count();
    let mut all: Vec<String> = before.iter().chain(after).cloned().collect();
    all.sort();
    all.dedup();
    all.into_iter()
        .flat_map(|hit| {
            let extra = (count(before, &hit) + count(after, &hit)).saturating_sub(count(undisturbed, &hit));
            std::iter::repeat_n(hit, extra)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crawl_that_dies_after_any_record_is_gone_on_with() {
    for folder in cases() {
        let undisturbed = Served::folder(&folder).await;
        let nights = Nights::new();
        let whole = nights.night(case_plan(&folder, &undisturbed), "20261124-010000").await;
        let expected = nights.records("20261124-010000");
        for dies_after in [0, 1, 2, 3, 5, 8, 12, 17, 23, 30, 40, 60] {
            let served = Served::folder(&folder).await;
            let nights = Nights::new();
            let plan = case_plan(&folder, &served);
            nights.begin(&plan, "20261124-010000");
            let concurrency = plan.pace.concurrency;
            let died = nights.go(plan.clone(), "20261124-010000", false, Some(dies_after)).await.is_none();
            let before = served.hits();
            assert_eq!(nights.store().unfinished().unwrap().is_some(), died);
            if !died {
                break;
            }
            let summary = nights.go(plan, "20261124-010000", true, None).await.unwrap();
            assert_same(&nights.records("20261124-010000"), &expected, &format!("{} after {dies_after}", folder.display()));
            let mut after = served.hits();
            for hit in &before {
                after.remove(after.iter().position(|seen| seen == hit).unwrap());
            }
            let repeated = repeated(&before, &after, &undisturbed.hits());
            assert!(repeated.len() <= concurrency, "{} after {dies_after}: {repeated:#?}", folder.display());
            assert_eq!(summary.complete, whole.complete);
            assert_eq!(summary.not_covered, whole.not_covered, "{} after {dies_after}", folder.display());
            assert_eq!(summary.not_found, whole.not_found);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_to_addresses_that_nobody_links_to_are_gone_on_with() {
    let other = "zwfw.example.com";
    let replies = || {
        vec![
            page(
                HOST,
                "/",
                &format!("<title>首页</title><a href=http://{other}/go>办事</a><a href=/old.html>旧</a><a href=/z.html>末</a>"),
            ),
            super::served::moved(other, "/go", "/there/"),
            page(other, "/there/", "<title>办事大厅</title>"),
            super::served::moved(HOST, "/old.html", "/new.html"),
            page(HOST, "/new.html", "<title>新</title><a href=/last.html>尾</a>"),
            page(HOST, "/last.html", "<title>尾</title><a href=/tail.html>尾</a>"),
            page(HOST, "/z.html", "<title>末</title>"),
        ]
    };
    let undisturbed = Served::replies(replies()).await;
    let nights = Nights::new();
    nights.night(plan(&undisturbed), "20261124-010000").await;
    let expected = nights.records("20261124-010000");
    for dies_after in 1..expected.len() {
        let served = Served::replies(replies()).await;
        let nights = Nights::new();
        nights.begin(&plan(&served), "20261124-010000");
        nights.go(plan(&served), "20261124-010000", false, Some(dies_after)).await;
        nights.go(plan(&served), "20261124-010000", true, None).await.unwrap();
        assert_same(&nights.records("20261124-010000"), &expected, &format!("after {dies_after}"));
    }
}

/// A host that has broken down is left alone after twenty failures in a row; who goes on with the run does not begin to count anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_was_left_alone_stays_so_when_the_run_is_gone_on_with() {
    let replies = || {
        let links = (0..60).fold(String::new(), |links, nth| format!("{links}<a href=/p/{nth}.html>通知{nth}</a> "));
        let mut replies = vec![page(HOST, "/", &format!("<title>首页</title>{links}"))];
        replies.extend((0..60).map(|nth| super::served::status(HOST, &format!("/p/{nth}.html"), 503)));
        replies
    };
    let one_by_one = |served: &Served| {
        let mut plan = plan(served);
        plan.pace.concurrency = 1;
        plan
    };
    let failing = |served: &Served| served.hits().iter().filter(|hit| hit.contains("/p/")).count();
    let undisturbed = Served::replies(replies()).await;
    Nights::new().night(one_by_one(&undisturbed), "20261124-010000").await;
    for dies_after in [10, 18, 24] {
        let served = Served::replies(replies()).await;
        let nights = Nights::new();
        nights.begin(&one_by_one(&served), "20261124-010000");
        assert!(nights.go(one_by_one(&served), "20261124-010000", false, Some(dies_after)).await.is_none());
        nights.go(one_by_one(&served), "20261124-010000", true, None).await.unwrap();
        let (asked, expected) = (failing(&served), failing(&undisturbed));
        assert!(asked <= expected + 1, "after {dies_after}: {asked} requests instead of {expected}");
    }
}
