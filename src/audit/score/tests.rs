//! Indicator lines, verdicts and points on hand-written findings.

use super::*;
use crate::audit::rules::{self, RuleFile};
use crate::audit::testing::{page, site, url};
use crate::model::finding::{Hit, Undetermined};
use crate::model::outcome::{FailureClass, Outcome};
use crate::model::site::{ColumnClass, ColumnReading};

/// A book of three rules and a standard with one line of each shape.
fn book() -> RuleBook {
    let words = |keys: &[&str]| {
        let lines: Vec<String> = keys.iter().map(|key| format!("{key} = {{ zh = \"字\", en = \"word\" }}")).collect();
        lines.join("\n")
    };
    let rule = |id: &str, check: &str, params: &str| RuleFile {
        path: format!("x/{id}.toml"),
        text: format!(
            "id = \"{id}\"\ncheck = \"{check}\"\nlevel = \"advice\"\nsince = \"0.1\"\n{}\n[params]\n{params}",
            words(&["title", "message", "why", "remedy", "decides"])
        ),
    };
    let standard = r#"
id = "s"
effective_from = "2019-04-01"
name = { zh = "标准", en = "standard" }
[profiles.department]
name = { zh = "部门", en = "department" }
kinds = ["veto", "advice"]
[profiles.portal]
name = { zh = "门户", en = "portal" }
kinds = ["veto", "deduct"]
[[indicator]]
id = "NEWS"
kind = "veto"
threshold = 2
name = { zh = "甲", en = "a" }
criterion = { zh = "甲", en = "a" }
counts = [{ rule = "stale", classes = ["news"] }, { rule = "stale", classes = ["notice"], level = 1 }]
[[indicator]]
id = "SAFE"
kind = "veto"
name = { zh = "乙", en = "b" }
criterion = { zh = "乙", en = "b" }
undetermined_without = { zh = "须人工核查", en = "takes a person" }
[[indicator]]
id = "POINTS"
kind = "deduct"
points_each = 2.0
points_cap = 5.0
name = { zh = "丙", en = "c" }
criterion = { zh = "丙", en = "c" }
counts = [{ rule = "dead" }]
[[indicator]]
id = "TIP"
kind = "advice"
name = { zh = "丁", en = "d" }
criterion = { zh = "丁", en = "d" }
counts = [{ rule = "dead" }, { rule = "gone" }]
"#;
    let files = [
        rule("stale", "redirect-chain", ""),
        rule("dead", "dead-link", "classes = [\"page\"]"),
        rule("gone", "dead-link", "classes = [\"attachment\"]"),
        RuleFile { path: "standards/s.toml".into(), text: standard.into() },
    ];
    rules::load_from(&files, &[], "s", "department").unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn column(address: &str, class: ColumnClass, level: u8) -> Column {
    Column {
        url: url(address),
        name: address.into(),
        class,
        class_source: "config".into(),
        level,
        parent: None,
        office: None,
        max_age_days: None,
        list_kind: None,
        list_pages: 1,
        items: 0,
        newest: None,
        rows: Vec::new(),
        undated: 0,
        state: ColumnReading::Read,
        bad_dates: Vec::new(),
    }
}

/// A site whose columns are `n…` (news), `t…` (first-level notices) and `u…` (notices below).
fn scored_site() -> SiteFacts {
    let mut site = site();
    for nth in 1..=3 {
        for (letter, class, level) in
            [("n", ColumnClass::News, 2), ("t", ColumnClass::Notice, 1), ("u", ColumnClass::Notice, 2)]
        {
            site.columns.push(column(&format!("http://gxt.example.gov.cn/{letter}{nth}/"), class, level));
        }
    }
    site
}

fn finding(rule: &str, column: Option<&str>, verdict: Certainty) -> Finding {
    let column_url = column.map(|name| format!("http://gxt.example.gov.cn/{name}/"));
    Finding {
        id: format!("{rule}-{}", column.unwrap_or("x")),
        rule: rule.into(),
        rule_title: String::new(),
        indicator: None,
        level: Level::Advice,
        verdict,
        site: "gxt.example.gov.cn".into(),
        url: String::new(),
        target: None,
        column: None,
        column_url,
        office: None,
        message: String::new(),
        evidence: Vec::new(),
        occurrences: Vec::new(),
        occurrence_count: 0,
        first_seen: String::new(),
        last_seen: String::new(),
        runs_in_a_row: 1,
        advice: String::new(),
    }
}

struct Case {
    book: RuleBook,
    site: SiteFacts,
    results: BTreeMap<String, CheckResult>,
    gap: Option<&'static str>,
}

impl Case {
    fn new() -> Self {
        let judged = |count| CheckResult { judged: count, ..CheckResult::default() };
        let results = [("stale".to_owned(), judged(9)), ("dead".to_owned(), judged(40)), ("gone".to_owned(), judged(0))].into();
        Self { book: book(), site: scored_site(), results, gap: None }
    }

    fn open(mut self, columns: &[&str]) -> Self {
        let result = self.results.get_mut("stale").unwrap();
        result.undetermined = columns
            .iter()
            .map(|name| Undetermined { url: format!("http://gxt.example.gov.cn/{name}/"), reason: "interrupted".into() })
            .collect();
        self
    }

    fn score(&self, findings: &mut [Finding]) -> Score {
        let Self { book, site, results, gap } = self;
        Scoring { book, site, results, gap: *gap, lang: Lang::Zh }.score(findings)
    }
}

fn line<'a>(score: &'a Score, id: &str) -> &'a IndicatorLine {
    score.indicators.iter().find(|line| line.id == id).unwrap()
}

#[test]
fn a_site_without_findings_is_qualified_as_far_as_a_crawl_reaches() {
    let score = Case::new().score(&mut []);
    assert_eq!((score.verdict, score.points), (SiteVerdict::Qualified, None));
    assert_eq!(line(&score, "NEWS").state, IndicatorState::Clear);
    assert_eq!(line(&score, "NEWS").result, "未发现");
    assert_eq!(
        (line(&score, "SAFE").state, line(&score, "SAFE").result.as_str()),
        (IndicatorState::Undetermined, "未能判定：须人工核查")
    );
    assert!(score.indicators.iter().all(|line| line.id != "POINTS"), "the profile has no points");
}

#[test]
fn a_veto_falls_at_its_number_and_marks_the_findings_that_count() {
    let mut findings = vec![
        finding("stale", Some("n1"), Certainty::Confirmed),
        finding("stale", Some("t1"), Certainty::Confirmed),
        finding("stale", Some("u1"), Certainty::Confirmed),
        finding("dead", None, Certainty::Confirmed),
    ];
    let score = Case::new().score(&mut findings);
    assert_eq!(score.verdict, SiteVerdict::Unqualified);
    let news = line(&score, "NEWS");
    assert_eq!(
        (news.failed, news.count, news.findings.as_slice()),
        (true, 2, ["stale-n1".to_owned(), "stale-t1".to_owned()].as_slice())
    );
    let levels: Vec<Level> = findings.iter().map(|finding| finding.level).collect();
    assert_eq!(
        levels,
        [Level::Veto, Level::Veto, Level::Advice, Level::Advice],
        "a notice column below the first level does not count"
    );
    let indicators: Vec<Option<&str>> = findings.iter().map(|finding| finding.indicator.as_deref()).collect();
    assert_eq!(indicators, [Some("NEWS"), Some("NEWS"), None, Some("TIP")]);
}

#[test]
fn below_the_number_findings_are_shown_and_nothing_falls() {
    let mut findings = vec![finding("stale", Some("n1"), Certainty::Confirmed)];
    let score = Case::new().score(&mut findings);
    assert_eq!(score.verdict, SiteVerdict::Qualified);
    let news = line(&score, "NEWS");
    assert_eq!((news.state, news.failed), (IndicatorState::Found, false));
    assert_eq!(news.result, "发现1处，未达到单项否决数量（2处）");
    assert_eq!(findings[0].level, Level::Advice);
}

#[test]
fn only_confirmed_findings_count_but_suspicions_that_could_tip_it_leave_it_open() {
    let mut findings =
        vec![finding("stale", Some("n1"), Certainty::Confirmed), finding("stale", Some("n2"), Certainty::Suspected)];
    let score = Case::new().score(&mut findings);
    let news = line(&score, "NEWS");
    assert_eq!((news.count, news.failed, news.state), (1, false, IndicatorState::Undetermined));
    assert_eq!(score.verdict, SiteVerdict::Undetermined);
}

#[test]
fn undetermined_columns_matter_only_where_they_could_reach_the_number() {
    let score = Case::new().open(&["n1"]).score(&mut []);
    assert_eq!(line(&score, "NEWS").state, IndicatorState::Clear, "one of two cannot fail it");
    let score = Case::new().open(&["n1", "u1", "u2"]).score(&mut []);
    assert_eq!(line(&score, "NEWS").state, IndicatorState::Clear, "columns that do not count do not matter");
    let score = Case::new().open(&["n1", "t2"]).score(&mut []);
    assert_eq!((line(&score, "NEWS").state, score.verdict), (IndicatorState::Undetermined, SiteVerdict::Undetermined));
    assert!(line(&score, "NEWS").holds_verdict && !line(&score, "TIP").holds_verdict);
}

#[test]
fn a_crawl_that_did_not_cover_the_site_settles_no_veto() {
    let mut case = Case::new();
    case.gap = Some("page-budget");
    let score = case.score(&mut []);
    assert_eq!(score.verdict, SiteVerdict::Undetermined);
    assert_eq!(line(&score, "NEWS").result, "未能判定：页面数量达到上限，未巡查完");
    assert_eq!(line(&score, "TIP").state, IndicatorState::Undetermined);
    let mut findings = vec![
        finding("stale", Some("n1"), Certainty::Confirmed),
        finding("stale", Some("n2"), Certainty::Confirmed),
        finding("dead", None, Certainty::Confirmed),
    ];
    let score = case.score(&mut findings);
    assert_eq!(score.verdict, SiteVerdict::Unqualified, "what fell fell");
    assert_eq!(line(&score, "TIP").state, IndicatorState::Found);
}

#[test]
fn a_rule_that_failed_leaves_its_veto_open() {
    let mut case = Case::new();
    let failed = Undetermined { url: String::new(), reason: "check-panicked".into() };
    case.results.insert("stale".into(), CheckResult { judged: 0, hits: Vec::<Hit>::new(), undetermined: vec![failed] });
    let score = case.score(&mut []);
    assert_eq!((line(&score, "NEWS").state, score.verdict), (IndicatorState::Undetermined, SiteVerdict::Undetermined));
}

#[test]
fn nothing_to_judge_for_one_rule_of_a_line_is_no_doubt_and_for_all_of_them_is() {
    let mut case = Case::new();
    assert_eq!(line(&case.score(&mut []), "TIP").state, IndicatorState::Clear, "no attachments, but pages");
    case.results.insert("dead".into(), CheckResult::default());
    assert_eq!(line(&case.score(&mut []), "TIP").state, IndicatorState::Undetermined);
}

#[test]
fn points_are_capped_and_given_only_where_no_veto_fell() {
    let mut case = Case::new();
    case.book.profile = "portal".into();
    let dead = || vec![finding("dead", None, Certainty::Confirmed); 4];
    let score = case.score(&mut dead());
    assert_eq!((score.points, line(&score, "POINTS").deducted), (Some(95.0), 5.0));
    let mut findings = dead();
    findings.extend(["n1", "n2"].map(|name| finding("stale", Some(name), Certainty::Confirmed)));
    assert_eq!(case.score(&mut findings).points, None);
}

#[test]
fn too_many_deductions_fail_a_portal() {
    let mut case = Case::new();
    case.book.profile = "portal".into();
    case.book.standard.indicators[2].points_cap = None;
    let score = case.score(&mut vec![finding("dead", None, Certainty::Confirmed); 21]);
    assert_eq!((score.points, score.verdict), (Some(58.0), SiteVerdict::Unqualified));
}

#[test]
fn a_site_that_is_down_is_undetermined() {
    let mut case = Case::new();
    case.site.pages_read = 0;
    let class = FailureClass::Connect;
    case.site.home =
        Some(page(0, "http://gxt.example.gov.cn/", Outcome::Failed { class, message: String::new(), hops: Vec::new() }));
    case.gap = Some("home-unreachable");
    assert_eq!(case.score(&mut []).verdict, SiteVerdict::Undetermined);
}

fn charged(kind: &str, deducted: f64) -> IndicatorLine {
    let score = Case::new().score(&mut []);
    IndicatorLine { kind: kind.to_owned(), deducted, ..score.indicators[0].clone() }
}

#[test]
fn points_out_of_75_are_brought_to_100_and_a_bonus_counts_above_80_only() {
    assert!((points(100.0, &[charged("deduct", 12.5)]) - 87.5).abs() < 1e-9);
    assert!((points(75.0, &[charged("deduct", 15.0)]) - 80.0).abs() < 1e-9, "60 of 75, times 4/3");
    assert!((points(75.0, &[charged("deduct", 15.0), charged("bonus", 5.0)]) - 80.0).abs() < 1e-9, "not above 80");
    assert!((points(100.0, &[charged("deduct", 10.0), charged("bonus", 40.0)]) - 120.0).abs() < 1e-9, "capped at 30");
}

#[test]
fn a_line_counts_only_what_reaches_its_numbers() {
    let mut case = Case::new();
    let news = case.book.standard.indicators.iter_mut().find(|indicator| indicator.id == "NEWS").unwrap();
    news.counts =
        vec![Counts { rule: "dead".into(), classes: Vec::new(), level: None, at_least: [("missing".to_owned(), 4)].into() }];
    let guide = |nth: u32, missing: &str| Hit {
        url: format!("http://gxt.example.gov.cn/bszn/{nth}.html"),
        target: None,
        column: None,
        certainty: Certainty::Confirmed,
        values: [("missing".to_owned(), missing.to_owned())].into(),
        evidence: Vec::new(),
        occurrences: Vec::new(),
        occurrence_count: 0,
    };
    let hits = vec![guide(1, "4"), guide(2, "3"), guide(3, "5")];
    let mut findings: Vec<Finding> =
        hits.iter().map(|hit| Finding { url: hit.url.clone(), ..finding("dead", None, Certainty::Confirmed) }).collect();
    case.results.insert("dead".into(), CheckResult { judged: 3, hits, undetermined: Vec::new() });
    let score = case.score(&mut findings);
    assert_eq!((line(&score, "NEWS").count, line(&score, "NEWS").failed), (2, true));
    let levels: Vec<Level> = findings.iter().map(|finding| finding.level).collect();
    assert_eq!(levels, [Level::Veto, Level::Advice, Level::Veto]);
}

#[test]
fn what_is_suspected_and_open_at_one_address_is_one_doubt() {
    let suspected = |column: &str| Finding {
        url: format!("http://gxt.example.gov.cn/{column}/"),
        ..finding("stale", Some(column), Certainty::Suspected)
    };
    let score = Case::new().open(&["n1"]).score(&mut [suspected("n1")]);
    assert_eq!(line(&score, "NEWS").state, IndicatorState::Clear, "one column of two");
    let score = Case::new().open(&["n1"]).score(&mut [suspected("n2")]);
    assert_eq!(line(&score, "NEWS").state, IndicatorState::Undetermined, "two columns");
}
