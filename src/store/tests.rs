//! The store as commands use it: whole runs in a file.

mod upkeep;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rusqlite::Connection;

use super::link_sets::tests::{any_link, by_place};
use super::*;
use crate::model::facts::{DateFact, DateSource, LinkKind, ListFacts, PageFacts, Place, Row};
use crate::model::finding::{Certainty, Evidence, Finding, Level, Seen};
use crate::model::outcome::{Attempt, ChallengeKind, FailureClass, Hop, Outcome, Reply, SkipReason};
use crate::model::report::{Report, Run, SCHEMA, Site, SiteVerdict};
use crate::model::request::Purpose;
use crate::model::rule::Lang;
use crate::model::run::{CrawlSettings, CrawlSummary, NotCovered, RunInfo};
use crate::model::site::{LinkRef, PageRecord, SiteDecl, SiteKind};
use crate::url::PageUrl;

impl Store {
    pub(super) fn limit_pages(&self, connection: &Connection) {
        if let Some(pages) = self.pages_max {
            connection.pragma_update(None, "max_page_count", pages).unwrap();
        }
    }
}

fn url(path: &str) -> PageUrl {
    PageUrl::parse("http://gxt.example.gov.cn/").unwrap().to_url().join(path).map(PageUrl::canonical).unwrap().unwrap().url
}

fn settings() -> CrawlSettings {
    CrawlSettings {
        robots_obeyed: true,
        requests_per_second: 5.0,
        timeout_seconds: 15,
        external_links: true,
        user_agent: "xuncha/test".to_owned(),
        max_pages: 100,
        max_minutes: 0,
    }
}

fn run_info(id: &str, now: &str) -> RunInfo {
    RunInfo {
        id: id.to_owned(),
        started: now.to_owned(),
        finished: None,
        now: now.to_owned(),
        tool_version: "0.1.0".to_owned(),
        unit: "某省工业和信息化厅".to_owned(),
        standard: "gov-2019".to_owned(),
        profile: "department".to_owned(),
        sites: vec![SiteDecl { url: url("/"), name: "门户网站".to_owned(), kind: SiteKind::Portal, office: None }],
        columns: Vec::new(),
        ignores: Vec::new(),
        settings: settings(),
        crawl: Some(CrawlSummary { complete: true, ..CrawlSummary::default() }),
    }
}

fn link(target: u32, place: Place, text: &str) -> LinkRef {
    LinkRef {
        target: UrlId(target),
        fragment: None,
        kind: LinkKind::Anchor,
        place,
        text: text.to_owned(),
        selector: "div > a".to_owned(),
    }
}

fn facts() -> PageFacts {
    let date = DateFact {
        date: "2026-11-20".parse().unwrap(),
        time: Some("09:30".to_owned()),
        source: DateSource::Row,
        text: "2026-11-20".to_owned(),
    };
    let row = Row {
        title: "关于印发《工业园区管理办法》的通知".to_owned(),
        url: url("/xxgk/202611/t20261120_1.html"),
        date: Some(date.clone()),
        pinned: true,
        text: "关于印发… 2026-11-20".to_owned(),
    };
    PageFacts {
        title: "通知公告".to_owned(),
        tags: BTreeMap::from([("ColumnName".to_owned(), "通知公告".to_owned())]),
        date: Some(date),
        list: Some(ListFacts {
            family: "trs".to_owned(),
            column: url("/tzgg/"),
            page_no: 1,
            rows: vec![row],
            next: None,
            pages_total: Some(3),
            rows_total: None,
            guess: None,
            unread: None,
        }),
        ..PageFacts::default()
    }
}

fn record(id: u32, links: Vec<LinkRef>) -> PageRecord {
    let page = url(&format!("/p/{id}.html"));
    PageRecord {
        id: UrlId(id),
        url: page.clone(),
        site: Some(0),
        purpose: Purpose::Page,
        depth: 2,
        outcome: Outcome::Reply(Box::new(Reply {
            status: 200,
            hops: vec![Hop { url: url("/old"), status: 302 }],
            final_url: page,
            content_type: "text/html".to_owned(),
            header_charset: Some("gbk".to_owned()),
            last_modified: None,
            etag: None,
            body_bytes: 4096,
            truncated: false,
            body_hash: "0123456789abcdef".to_owned(),
            body_kind: Some("html".to_owned()),
        })),
        attempts: vec![Attempt {
            at: "2026-11-24T01:00:00Z".to_owned(),
            method: "GET".to_owned(),
            status: Some(200),
            failure: None,
            duration_ms: 12,
        }],
        facts: Some(facts()),
        links,
    }
}

/// Everything of a record, comparable.
fn shown(record: &PageRecord) -> String {
    format!("{record:?}")
}

struct Fixture {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("xuncha.db");
    Fixture { _folder: folder, path }
}

fn open(path: &Path) -> Store {
    Store::open(path, Access::Write).unwrap()
}

const RUN: &str = "20261124-090000";
const NOW: &str = "2026-11-24T09:00:00+08:00";

fn store_with(path: &Path, records: Vec<PageRecord>) -> Store {
    let store = open(path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer(RUN).unwrap();
    for record in records {
        writer.address(record.id, &record.url).unwrap();
        writer.record(record).unwrap();
    }
    writer.finish().unwrap();
    store
}

fn read_all(store: &Store, run: &str) -> Vec<PageRecord> {
    let mut records = Vec::new();
    store.records(run, &mut |record| records.push(record)).unwrap();
    records
}

#[test]
fn records_of_every_outcome_come_back_in_the_order_of_their_ids() {
    let file = fixture();
    let outcomes = [
        Outcome::Failed { class: FailureClass::Dns, message: "no such host".to_owned(), hops: Vec::new() },
        Outcome::Challenged { kind: ChallengeKind::Ruishu, status: 412 },
        Outcome::Skipped(SkipReason::Robots),
    ];
    let mut records: Vec<_> = (0..3).map(|id| record(id, vec![link(1, Place::Body, "首页")])).collect();
    for (index, outcome) in outcomes.into_iter().enumerate() {
        let mut other = record(10 + index as u32, Vec::new());
        (other.outcome, other.facts, other.site, other.purpose) = (outcome, None, None, Purpose::External);
        records.push(other);
    }
    let mut shuffled = records.clone();
    shuffled.reverse();
    let store = store_with(&file.path, shuffled);
    let back = read_all(&store, RUN);
    assert_eq!(back.iter().map(shown).collect::<Vec<_>>(), records.iter().map(shown).collect::<Vec<_>>());
}

#[test]
fn a_later_record_of_the_same_id_replaces_the_earlier_one() {
    let file = fixture();
    let first = record(4, vec![link(1, Place::Body, "旧")]);
    let second = record(4, vec![link(2, Place::Body, "新")]);
    let store = store_with(&file.path, vec![first, second.clone()]);
    let back = read_all(&store, RUN);
    assert_eq!(back.iter().map(shown).collect::<Vec<_>>(), vec![shown(&second)]);
}

#[test]
fn any_pages_links_come_back() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = proptest::collection::vec(proptest::collection::vec(any_link(), 0..40), 60);
    let pages = strategy.new_tree(&mut runner).unwrap().current();
    let file = fixture();
    let records: Vec<_> = pages.into_iter().zip(0..).map(|(links, id)| record(id, links)).collect();
    let store = store_with(&file.path, records.clone());
    let back = read_all(&store, RUN);
    assert_eq!(back.len(), records.len());
    for (back, written) in back.iter().zip(&records) {
        assert_eq!(back.links, by_place(&written.links));
    }
}

#[test]
fn navigation_that_pages_share_is_stored_once() {
    let file = fixture();
    let page = |id: u32| {
        let mut links: Vec<_> = (0..50).map(|n| link(n, Place::Navigation, "栏目")).collect();
        links.push(link(1000 + id, Place::Body, "正文链接"));
        links.push(link(60, Place::Footer, "网站地图"));
        record(id, links)
    };
    let store = store_with(&file.path, (0..100).map(page).collect());
    let sets: i64 = store.connection.query_row("SELECT count(*) FROM link_sets", [], |row| row.get(0)).unwrap();
    assert_eq!(sets, 100 + 2);
    drop(store);
    // A second writer of the same run knows them again.
    let store = open(&file.path);
    let mut writer = store.writer(RUN).unwrap();
    writer.record(page(7)).unwrap();
    writer.finish().unwrap();
    let sets: i64 = store.connection.query_row("SELECT count(*) FROM link_sets", [], |row| row.get(0)).unwrap();
    assert_eq!(sets, 100 + 2);
}

#[test]
fn runs_do_not_see_each_others_records() {
    let file = fixture();
    let store = store_with(&file.path, vec![record(0, Vec::new()), record(u32::MAX, Vec::new())]);
    store.begin_run(&run_info("20261125-090000", NOW)).unwrap();
    let mut writer = store.writer("20261125-090000").unwrap();
    writer.record(record(0, vec![link(3, Place::Head, "图标")])).unwrap();
    writer.finish().unwrap();
    assert_eq!(read_all(&store, RUN).len(), 2);
    assert_eq!(read_all(&store, "20261125-090000").len(), 1);
}

#[test]
fn addresses_that_were_never_requested_are_known() {
    let file = fixture();
    let store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer(RUN).unwrap();
    for id in 0..1_500 {
        writer.address(UrlId(id), &url(&format!("/a/{id}"))).unwrap();
    }
    writer.finish().unwrap();
    let mut seen = Vec::new();
    store.addresses(RUN, &mut |id, url| seen.push((id, url))).unwrap();
    assert_eq!(seen.len(), 1_500);
    assert_eq!(seen[1_234], (UrlId(1_234), url("/a/1234")));
}

#[test]
fn a_reader_sees_what_the_writer_has_committed() {
    let file = fixture();
    let store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer(RUN).unwrap();
    writer.record(record(0, Vec::new())).unwrap();
    writer.flush().unwrap();
    writer.record(record(1, Vec::new())).unwrap();
    let reader = Store::open(&file.path, Access::Read).unwrap();
    assert!(!read_all(&reader, RUN).is_empty());
    writer.finish().unwrap();
    assert_eq!(read_all(&reader, RUN).len(), 2);
}

#[test]
fn a_killed_process_leaves_what_was_committed() {
    let file = fixture();
    let store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer(RUN).unwrap();
    for id in 0..50 {
        writer.record(record(id, vec![link(id, Place::Body, "链接")])).unwrap();
    }
    writer.flush().unwrap();
    // What lies on the disk while the writer is in the middle of its next batch.
    writer.record(record(50, Vec::new())).unwrap();
    let crashed = file.path.with_file_name("crashed.db");
    std::fs::copy(&file.path, &crashed).unwrap();
    std::fs::copy(file.path.with_file_name("xuncha.db-wal"), file.path.with_file_name("crashed.db-wal")).unwrap();
    drop(writer);
    drop(store);
    let after = open(&crashed);
    assert_eq!(read_all(&after, RUN).iter().filter(|record| record.id.0 < 50).count(), 50);
    assert_eq!(after.run(None).unwrap().finished, None);
}

#[test]
fn a_writer_that_is_dropped_still_writes_what_it_was_given() {
    let file = fixture();
    let store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer(RUN).unwrap();
    for id in 0..1_700 {
        writer.record(record(id, Vec::new())).unwrap();
    }
    drop(writer);
    assert_eq!(read_all(&store, RUN).len(), 1_700);
}

#[test]
fn a_second_writer_is_told_who_holds_the_store() {
    let file = fixture();
    let first = open(&file.path);
    first.begin_run(&run_info(RUN, NOW)).unwrap();
    let writer = first.writer(RUN).unwrap();
    let error = Store::open(&file.path, Access::Write).unwrap_err();
    let StoreError::Locked { holder, .. } = &error else { panic!("{error}") };
    assert_eq!((holder.process, holder.run.as_deref()), (Some(std::process::id()), Some(RUN)));
    assert!(error.message(Lang::Zh).contains(RUN), "{error}");
    assert!(error.message(Lang::En).contains(&std::process::id().to_string()), "{error}");
    writer.finish().unwrap();
    drop(first);
    open(&file.path);
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let file = fixture();
    for access in [Access::Write, Access::Read] {
        for content in ["[audit]\n", &"不是数据库。".repeat(1_000)] {
            std::fs::write(&file.path, content).unwrap();
            let error = Store::open(&file.path, access).unwrap_err();
            assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");
            assert_eq!(std::fs::read_to_string(&file.path).unwrap(), content);
            assert!(!file.path.with_file_name("xuncha.db.lock").exists());
        }
        let error = Store::open(file.path.parent().unwrap(), access).unwrap_err();
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");
    }
}

#[test]
fn the_database_of_another_program_is_refused_and_left_alone() {
    let file = fixture();
    let other = Connection::open(&file.path).unwrap();
    other.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    drop(other);
    let before = std::fs::read(&file.path).unwrap();
    for access in [Access::Write, Access::Read] {
        let error = Store::open(&file.path, access).unwrap_err();
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error:?}");
    }
    assert_eq!(std::fs::read(&file.path).unwrap(), before);
}

#[test]
fn an_empty_file_is_a_new_store() {
    let file = fixture();
    std::fs::write(&file.path, "").unwrap();
    assert!(matches!(Store::open(&file.path, Access::Read).unwrap_err(), StoreError::NoRuns { .. }));
    let store = open(&file.path);
    assert!(matches!(store.run(None).unwrap_err(), StoreError::NoRuns { .. }));
}

#[test]
fn reading_creates_no_store() {
    let file = fixture();
    let error = Store::open(&file.path, Access::Read).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
    assert!(!file.path.exists());
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let file = fixture();
    drop(open(&file.path));
    Connection::open(&file.path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for access in [Access::Write, Access::Read] {
        let error = Store::open(&file.path, access).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 99, known: schema::VERSION, .. }), "{error:?}");
    }
}

#[test]
fn a_full_disk_ends_the_writer_with_its_cause_and_keeps_what_was_written() {
    let file = fixture();
    let mut store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    store.pages_max = Some(400);
    let mut writer = store.writer(RUN).unwrap();
    let mut ids = 0..200_000;
    let error = loop {
        let id = ids.next().expect("the disk is full before that");
        if let Err(error) = writer.record(record(id, Vec::new())) {
            break error;
        }
        if id == 99 {
            writer.flush().unwrap();
        }
    };
    assert!(matches!(error, StoreError::Full { doing: Doing::WriteRecords, .. }), "{error:?}");
    assert!(matches!(writer.record(record(0, Vec::new())).unwrap_err(), StoreError::WriterGone { .. }));
    assert!(matches!(writer.finish().unwrap_err(), StoreError::WriterGone { .. }));
    assert!(read_all(&store, RUN).len() >= 100);
}

#[test]
fn what_is_not_committed_yet_is_known() {
    let file = fixture();
    let store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer_of_batches(RUN, 4).unwrap();
    for id in 0..100 {
        writer.record(record(id, Vec::new())).unwrap();
    }
    writer.flush().unwrap();
    assert_eq!((writer.unwritten(), read_all(&store, RUN).len()), (0, 100));
    let mut skipped = record(100, Vec::new());
    skipped.outcome = crate::model::outcome::Outcome::Skipped(crate::model::outcome::SkipReason::Robots);
    writer.record(skipped).unwrap();
    assert_eq!(writer.unwritten(), 0, "nothing was asked for it");
    // whatever is committed by then, nothing is counted that was not given
    writer.record(record(101, Vec::new())).unwrap();
    assert!(writer.unwritten() <= 1);
    writer.finish().unwrap();
    assert_eq!(read_all(&store, RUN).len(), 102);
}

#[test]
fn an_id_that_is_taken_gets_a_number() {
    let file = fixture();
    let store = open(&file.path);
    let started: jiff::Timestamp = "2026-11-24T01:00:00Z".parse().unwrap();
    for expected in ["20261124-090000", "20261124-090000-2", "20261124-090000-3"] {
        let id = store.next_run_id(started).unwrap();
        assert_eq!(id, expected);
        store.begin_run(&run_info(&id, NOW)).unwrap();
    }
    assert!(matches!(store.begin_run(&run_info(RUN, NOW)).unwrap_err(), StoreError::RunExists { .. }));
}

#[test]
fn a_run_is_named_by_id_by_its_beginning_or_as_the_latest() {
    let file = fixture();
    let store = open(&file.path);
    for id in ["20261123-080000", "20261124-090000", "20261124-090000-2"] {
        store.begin_run(&run_info(id, NOW)).unwrap();
    }
    let id = |wanted| store.run(wanted).map(|run| run.id);
    assert_eq!(id(None).unwrap(), "20261124-090000-2");
    assert_eq!(id(Some("latest")).unwrap(), "20261124-090000-2");
    assert_eq!(id(Some("20261123")).unwrap(), "20261123-080000");
    assert_eq!(id(Some("20261124-090000")).unwrap(), "20261124-090000");
    let StoreError::AmbiguousRun { matches, .. } = id(Some("20261124")).unwrap_err() else { panic!() };
    assert_eq!(matches.len(), 2);
    let StoreError::UnknownRun { existing, .. } = id(Some("2025")).unwrap_err() else { panic!() };
    assert_eq!(existing, ["20261124-090000-2", "20261124-090000", "20261123-080000"]);
}

#[test]
fn a_finished_run_says_so() {
    let file = fixture();
    let store = open(&file.path);
    let mut info = run_info(RUN, NOW);
    info.crawl = None;
    store.begin_run(&info).unwrap();
    info.finished = Some("2026-11-24T09:10:00+08:00".to_owned());
    info.crawl = Some(CrawlSummary { complete: true, requests: 7, ..CrawlSummary::default() });
    store.finish_run(&info).unwrap();
    assert_eq!(store.run(None).unwrap(), info);
    assert!(matches!(store.finish_run(&run_info("x", NOW)).unwrap_err(), StoreError::UnknownRun { .. }));
}

// ---- judgements

fn finding(id: &str) -> Finding {
    Finding {
        id: id.to_owned(),
        rule: "link.broken".to_owned(),
        rule_title: "站内死链".to_owned(),
        indicator: None,
        level: Level::Deduct,
        verdict: Certainty::Confirmed,
        site: "gxt.example.gov.cn".to_owned(),
        url: url("/a.html").to_string(),
        target: Some(url("/b.html").to_string()),
        column: None,
        column_url: None,
        office: None,
        message: "打不开".to_owned(),
        evidence: vec![Evidence {
            kind: "attempt".to_owned(),
            text: "404".to_owned(),
            url: None,
            status: Some(404),
            at: None,
            duration_ms: None,
        }],
        occurrences: Vec::new(),
        occurrence_count: 1,
        first_seen: NOW.to_owned(),
        last_seen: NOW.to_owned(),
        runs_in_a_row: 1,
        advice: "修复或撤下链接".to_owned(),
    }
}

fn report(info: &RunInfo, ids: &[&str]) -> Report {
    Report {
        schema: SCHEMA.to_owned(),
        lang: "zh".to_owned(),
        unit: info.unit.clone(),
        run: Run {
            id: info.id.clone(),
            started: info.started.clone(),
            finished: info.started.clone(),
            now: info.now.clone(),
            tool_version: info.tool_version.clone(),
            standard: info.standard.clone(),
            standard_name: "检查指标".to_owned(),
            profile: info.profile.clone(),
            complete: true,
            not_covered: Vec::new(),
            notes: Vec::new(),
            requests: 1,
            settings: settings(),
            hosts: Vec::new(),
        },
        sites: vec![Site {
            host: "gxt.example.gov.cn".to_owned(),
            name: "门户网站".to_owned(),
            url: url("/").to_string(),
            kind: SiteKind::Portal,
            office: None,
            pages: 1,
            requests: 1,
            columns: 0,
            verdict: SiteVerdict::Qualified,
            score: Some(98.5),
            indicators: Vec::new(),
            outlook: crate::model::report::Outlook::default(),
        }],
        columns: Vec::new(),
        interpretations: Vec::new(),
        interpretation_years: Vec::new(),
        findings: ids.iter().map(|id| finding(id)).collect(),
        rules: Vec::new(),
        ignored: Vec::new(),
        reviews: Vec::new(),
        due: None,
        trend: Vec::new(),
        changes: None,
    }
}

fn judged(store: &Store, id: &str, now: &str, findings: &[&str]) -> RunInfo {
    let info = run_info(id, now);
    store.begin_run(&info).unwrap();
    store.save_judgement(id, &report(&info, findings)).unwrap();
    info
}

/// A run whose crawl was cut short on the site.
fn judged_in_part(store: &Store, id: &str, now: &str, findings: &[&str]) {
    let mut info = run_info(id, now);
    info.crawl = Some(CrawlSummary {
        not_covered: vec![NotCovered {
            site: "gxt.example.gov.cn".to_owned(),
            reason: "site-unreachable".to_owned(),
            count: 1,
            examples: Vec::new(),
        }],
        ..CrawlSummary::default()
    });
    store.begin_run(&info).unwrap();
    store.save_judgement(id, &report(&info, findings)).unwrap();
}

fn ids(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.id.as_str()).collect()
}

const DAYS: [&str; 5] = [
    "2026-11-20T09:00:00+08:00",
    "2026-11-21T09:00:00+08:00",
    "2026-11-22T09:00:00+08:00",
    "2026-11-23T09:00:00+08:00",
    "2026-11-24T09:00:00+08:00",
];

#[test]
fn a_judgement_comes_back_and_is_counted() {
    let file = fixture();
    let store = open(&file.path);
    let info = judged(&store, RUN, NOW, &["a", "b"]);
    assert_eq!(store.report(RUN).unwrap(), report(&info, &["a", "b"]));
    let runs = store.runs().unwrap();
    let counts = runs[0].judged.as_ref().unwrap();
    assert_eq!(counts.findings, BTreeMap::from([(Level::Deduct, 2)]));
    assert_eq!(counts.verdicts, BTreeMap::from([("gxt.example.gov.cn".to_owned(), SiteVerdict::Qualified)]));
}

#[test]
fn checking_a_run_again_replaces_its_findings() {
    let file = fixture();
    let store = open(&file.path);
    let info = judged(&store, RUN, NOW, &["a", "b"]);
    store.save_judgement(RUN, &report(&info, &["b", "c"])).unwrap();
    let counts = store.runs().unwrap()[0].judged.clone().unwrap();
    assert_eq!(counts.findings, BTreeMap::from([(Level::Deduct, 2)]));
    assert_eq!(ids(&store.report(RUN).unwrap().findings), ["b", "c"]);
}

#[test]
fn history_counts_runs_without_a_gap() {
    let file = fixture();
    let store = open(&file.path);
    judged(&store, "1", DAYS[0], &["always", "gap", "gone"]);
    judged(&store, "2", DAYS[1], &["always"]);
    judged(&store, "3", DAYS[2], &["always", "gap", "late"]);
    store.begin_run(&run_info("4", DAYS[3])).unwrap();
    let seen = |day: usize, runs_in_a_row| Seen { first_seen: DAYS[day].to_owned(), runs_in_a_row };
    let expected = [("always", seen(0, 3)), ("gap", seen(0, 1)), ("gone", seen(0, 0)), ("late", seen(2, 1))];
    assert_eq!(store.history("4").unwrap(), expected.map(|(id, seen)| (id.to_owned(), seen)).into());
}

#[test]
fn a_run_that_did_not_get_through_is_no_gap() {
    let file = fixture();
    let store = open(&file.path);
    judged(&store, "1", DAYS[0], &["a"]);
    judged_in_part(&store, "2", DAYS[1], &[]);
    judged(&store, "3", DAYS[2], &["a"]);
    store.begin_run(&run_info("4", DAYS[3])).unwrap();
    assert_eq!(store.history("4").unwrap()["a"].runs_in_a_row, 2);
}

#[test]
fn a_run_repeated_at_one_time_point_has_the_same_history() {
    let file = fixture();
    let store = open(&file.path);
    judged(&store, "1", DAYS[0], &["a"]);
    judged(&store, "2", DAYS[1], &["a"]);
    let first = store.history("2").unwrap();
    judged(&store, "3", DAYS[1], &["a"]);
    assert_eq!(store.history("3").unwrap(), first);
    store.begin_run(&run_info("4", DAYS[2])).unwrap();
    assert_eq!(store.history("4").unwrap()["a"].runs_in_a_row, 2);
}

#[test]
fn a_difference_tells_mended_from_not_measured() {
    let file = fixture();
    let store = open(&file.path);
    judged(&store, "1", DAYS[0], &["a", "b"]);
    judged(&store, "2", DAYS[1], &["b", "c"]);
    judged_in_part(&store, "3", DAYS[2], &["c"]);
    let diff = store.diff("1", "2").unwrap();
    assert_eq!((ids(&diff.new), ids(&diff.fixed), ids(&diff.persisting)), (vec!["c"], vec!["a"], vec!["b"]));
    let diff = store.diff("2", "3").unwrap();
    assert_eq!((ids(&diff.fixed), ids(&diff.unmeasured), ids(&diff.persisting)), (vec![], vec!["b"], vec!["c"]));
    store.begin_run(&run_info("4", DAYS[3])).unwrap();
    assert!(matches!(store.diff("3", "4").unwrap_err(), StoreError::NotJudged { .. }));
}
