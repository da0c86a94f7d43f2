//! The countdown on hand-written columns, by the embedded standard.

use super::*;
use crate::audit::rules;
use crate::audit::run_rules::run_rules;
use crate::audit::testing::columns::{column, row};
use crate::audit::testing::{context, site};
use crate::model::finding::Seen;
use crate::model::rule::Lang;
use crate::model::run::{CrawlSummary, IgnoreDecl, RunInfo, WarnLevels};
use crate::model::site::{Column, ColumnClass, ColumnReading, SiteFacts};

fn run_info(ignores: Vec<IgnoreDecl>) -> RunInfo {
    let text = serde_json::json!({
        "id": "20261124-090000", "started": "", "finished": null, "now": "2026-11-24T09:00:00+08:00", "tool_version": "0",
        "unit": "", "standard": "gov-2019", "profile": "department", "sites": [], "columns": [],
        "settings": { "robots_obeyed": true, "requests_per_second": 0.0, "timeout_seconds": 15, "external_links": true,
                      "user_agent": "", "max_pages": 1, "max_minutes": 0 },
        "crawl": null
    });
    let mut run: RunInfo = serde_json::from_value(text).unwrap();
    run.ignores = ignores;
    run.crawl = Some(CrawlSummary { complete: true, ..CrawlSummary::default() });
    run
}

/// The outlook of a site whose home page was updated on `home` and that has these columns.
fn outlook_with(home: &str, columns: Vec<Column>, ignores: Vec<IgnoreDecl>, today: &str, warn: WarnLevels) -> Outlook {
    let mut site: SiteFacts = site();
    site.columns = columns;
    site.home.as_mut().unwrap().facts.as_mut().unwrap().dated_items = vec![row("要闻", "/yw/1.html", Some(home))];
    let book = rules::load(&[], "gov-2019", "department").unwrap();
    let run = run_info(ignores);
    let context = Context { today: today.parse().unwrap(), calendar: &book.calendar, ..context() };
    let results = run_rules(&book, &site, &context);
    let history: BTreeMap<String, Seen> = BTreeMap::new();
    let input = Input { run: &run, records: &|_| {}, history: &history, probes: &[], warn, lang: Lang::Zh };
    let stamp = Stamp { site: &site, now: &run.now, history: &history, lang: Lang::Zh };
    let scoring = Scoring { book: &book, site: &site, results: &results, gap: None, lang: Lang::Zh };
    let mut findings: Vec<Finding> = Vec::new();
    for rule in &book.rules {
        findings.extend(results[&rule.id].hits.iter().map(|hit| stamp.finding(rule, identity(rule), hit)));
    }
    sort(&mut findings);
    IgnoreList::new(&run.ignores, context.today).set_aside(&mut findings);
    let (verdict, _) = scoring.vetoes(&findings);
    Horizon { input: &input, scoring: &scoring, stamp: &stamp, context: &context }.outlook(&findings, verdict)
}

fn outlook(home: &str, columns: Vec<Column>) -> Outlook {
    outlook_with(home, columns, Vec::new(), "2026-11-24", WarnLevels::default())
}

fn news(path: &str, newest: &str) -> Column {
    let mut column = column(path, ColumnClass::News, vec![row("动态", &format!("{path}1.html"), Some(newest))]);
    column.name = path.to_owned();
    column
}

fn empty(path: &str) -> Column {
    let mut column = column(path, ColumnClass::Other, Vec::new());
    column.state = ColumnReading::Empty;
    column
}

fn line<'a>(outlook: &'a Outlook, id: &str) -> &'a VetoOutlook {
    outlook.vetoes.iter().find(|line| line.indicator == id).unwrap()
}

#[test]
fn the_fifth_column_to_be_late_decides_the_day_of_the_veto() {
    let days = ["2026-11-01", "2026-11-20", "2026-11-21", "2026-11-18", "2026-11-19", "2026-11-22"];
    let columns = days.iter().enumerate().map(|(at, day)| news(&format!("/c{at}/"), day)).collect();
    let outlook = outlook("2027-01-01", columns);
    let v4a = line(&outlook, "V4a");
    assert_eq!((v4a.used, v4a.threshold, v4a.failed), (1, 5, false));
    let next: Vec<_> = v4a.next.iter().map(|trip| (trip.on.as_str(), trip.what.as_str())).collect();
    assert_eq!(
        next,
        [
            ("2026-12-03", "/c3/"),
            ("2026-12-04", "/c4/"),
            ("2026-12-05", "/c1/"),
            ("2026-12-06", "/c2/"),
            ("2026-12-07", "/c5/")
        ]
    );
    assert_eq!(v4a.falls_on.as_deref(), Some("2026-12-06"), "the fifth in all is the fourth to come");
    assert_eq!(outlook.mending, None);
}

#[test]
fn a_home_page_has_its_day_and_the_verdict_turns_on_it() {
    let outlook = outlook("2026-11-20", Vec::new());
    assert_eq!(line(&outlook, "V3").falls_on.as_deref(), Some("2026-12-05"));
    assert_eq!(outlook.unqualified_on.as_deref(), Some("2026-12-05"));
}

#[test]
fn the_time_point_moves_what_is_used_and_not_the_day() {
    let at = |today: &str| {
        let columns: Vec<Column> = (0..5).map(|n| news(&format!("/c{n}/"), &format!("2026-11-1{n}"))).collect();
        outlook_with("2026-11-30", columns, Vec::new(), today, WarnLevels::default())
    };
    for (today, used, falls_on, turns_on) in [
        ("2026-11-24", 0, Some("2026-11-29"), Some("2026-11-29")),
        ("2026-11-27", 3, Some("2026-11-29"), Some("2026-11-29")),
        ("2026-11-29", 5, None, None),
    ] {
        let outlook = at(today);
        let v4a = line(&outlook, "V4a");
        assert_eq!((v4a.used, v4a.falls_on.as_deref()), (used, falls_on), "{today}");
        assert_eq!(outlook.unqualified_on.as_deref(), turns_on, "{today}");
    }
}

#[test]
fn a_column_that_is_set_aside_does_not_come_due_while_its_entry_holds() {
    let columns = || (0..5).map(|n| news(&format!("/c{n}/"), "2026-11-20")).collect::<Vec<_>>();
    let aside = |until: Option<&str>| IgnoreDecl {
        rule: Some("column.stale".into()),
        url: Some("/c0/".into()),
        word: None,
        reason: "归并中".into(),
        until: until.map(str::to_owned),
        findings: Vec::new(),
        review: None,
    };
    let falls = |ignores| {
        let outlook = outlook_with("2026-11-24", columns(), ignores, "2026-11-24", WarnLevels::default());
        line(&outlook, "V4a").falls_on.clone()
    };
    assert_eq!(falls(Vec::new()).as_deref(), Some("2026-12-05"));
    assert_eq!(falls(vec![aside(Some("2026-12-20"))]).as_deref(), Some("2026-12-21"));
    assert_eq!(falls(vec![aside(None)]), None);
}

#[test]
fn the_fewest_findings_that_change_the_verdict_are_named() {
    // Six empty columns: two fewer than five is one fewer than the number.
    let outlook = outlook("2026-11-24", (0..6).map(|n| empty(&format!("/k{n}/"))).collect());
    assert!(line(&outlook, "V4c").failed && !line(&outlook, "V4b").failed);
    assert_eq!(outlook.mending.as_ref().map(|mending| mending.findings.len()), Some(2));
    assert_eq!(outlook.unqualified_on, None, "it is so already");
}

#[test]
fn what_several_lines_count_is_mended_first() {
    // Twelve columns in all, five of them news, five empty: V4a, V4b and V4c have fallen, and one of each mends V4a and V4c,
    // but V4b counts twelve and takes three.
    let mut columns: Vec<Column> = (0..7).map(|n| news(&format!("/n{n}/"), "2026-10-01")).collect();
    columns.extend((0..5).map(|n| empty(&format!("/k{n}/"))));
    let outlook = outlook("2026-11-24", columns);
    let fallen: Vec<_> = outlook.vetoes.iter().filter(|line| line.failed).map(|line| line.indicator.as_str()).collect();
    assert_eq!(fallen, ["V4a", "V4b", "V4c"]);
    let mending = outlook.mending.unwrap();
    assert_eq!(mending.findings.len(), 4, "three news columns and an empty one are three of V4a, one of V4c, four of V4b");
    assert_ne!(mending.verdict, SiteVerdict::Unqualified);
}

#[test]
fn early_warnings_have_their_levels_and_are_not_said_beside_a_veto() {
    let levels = |home: &str, columns: Vec<Column>, warn: WarnLevels| -> Vec<String> {
        let outlook = outlook_with(home, columns, Vec::new(), "2026-11-24", warn);
        outlook.warnings.into_iter().map(|warning| format!("{} {}/{}", warning.level, warning.value, warning.limit)).collect()
    };
    let empties = |n: u32| (0..n).map(|n| empty(&format!("/k{n}/"))).collect::<Vec<_>>();
    let default = WarnLevels::default();
    assert_eq!(levels("2026-11-15", empties(1), default), [""; 0]);
    assert_eq!(levels("2026-11-14", empties(2), default), ["home-days 10/10", "empty-columns 2/2"]);
    assert_eq!(levels("2026-11-14", empties(5), WarnLevels { home_days: 0, ..default }), [""; 0], "off, and fallen");
}
