//! The checks of interpretations on hand-written sites.

use super::*;
use crate::audit::testing::columns::{calendar, column, policy, row};
use crate::audit::testing::{context, site};
use crate::model::site::UrlId;
use crate::model::sketch::{HASHES_MAX, Sketch};

const TITLE: &str = "湖南省工业和信息化厅关于印发《湖南省中小企业梯度培育管理办法》的通知";

fn check(aspect: Aspect) -> Interpretation {
    Interpretation { aspect, since_days: 730, workdays: 3, copied_percent: 85.0, own_chars: 200.0, chars_min: 300 }
}

fn document(date: &str) -> PolicyPage {
    let mut page = policy(1, "/zcfg/gfxwj/t20261102_1.html", TITLE, Some(date), ColumnClass::Policy);
    page.facts.number = Some("湘工信中小〔2026〕12号".into());
    page
}

fn interpretation(date: &str) -> PolicyPage {
    policy(2, "/zcfg/zcjd/t20261103_2.html", "《湖南省中小企业梯度培育管理办法》解读", Some(date), ColumnClass::Interpretation)
}

fn facts(documents: Vec<PolicyPage>, interpretations: Vec<PolicyPage>) -> SiteFacts {
    let mut site = site();
    let mut normative = column("/zcfg/gfxwj/", ColumnClass::Policy, vec![row("甲", "/zcfg/gfxwj/1.html", Some("2026-11-02"))]);
    normative.name = "规范性文件".into();
    let explained =
        column("/zcfg/zcjd/", ColumnClass::Interpretation, vec![row("乙", "/zcfg/zcjd/1.html", Some("2026-11-02"))]);
    site.columns = vec![normative, explained];
    site.documents = documents;
    site.interpretations = interpretations;
    site
}

fn run(aspect: Aspect, site: &SiteFacts) -> CheckResult {
    let calendar = calendar();
    let context = Context { calendar: &calendar, ..context() };
    check(aspect).run(site, &context)
}

fn linked(mut document: PolicyPage, mut interpretation: PolicyPage) -> SiteFacts {
    document.links_to = vec![interpretation.id];
    interpretation.links_to = vec![document.id];
    facts(vec![document], vec![interpretation])
}

#[test]
fn a_pair_that_links_both_ways_in_time_is_clear() {
    let site = linked(document("2026-11-02"), interpretation("2026-11-05"));
    for aspect in [Aspect::Missing, Aspect::NotLinked, Aspect::DocNotLinked, Aspect::Late] {
        let result = run(aspect, &site);
        assert_eq!((result.judged, result.hits.len(), result.undetermined.len()), (1, 0, 0), "{aspect:?}");
    }
}

#[test]
fn a_normative_document_without_interpretation_is_missing_one() {
    let result = run(Aspect::Missing, &facts(vec![document("2026-11-02")], Vec::new()));
    let hit = &result.hits[0];
    assert_eq!((hit.certainty, hit.values["number"].as_str()), (Certainty::Confirmed, "湘工信中小〔2026〕12号"));
    assert_eq!(hit.column.as_deref(), Some("http://gxt.example.gov.cn/zcfg/gfxwj/"));
}

#[test]
fn missing_is_suspected_where_the_interpretations_were_not_all_read() {
    let mut site = facts(vec![document("2026-11-02")], Vec::new());
    site.columns[1].state = ColumnReading::Unread { reason: "needs-browser".into() };
    assert_eq!(run(Aspect::Missing, &site).hits[0].certainty, Certainty::Suspected);
    site.columns.truncate(1);
    assert_eq!(run(Aspect::Missing, &site).hits[0].certainty, Certainty::Suspected, "no column of interpretations was found");
}

#[test]
fn documents_outside_the_normative_column_are_suspected_and_calls_ask_for_nothing() {
    let other = |title: &str| {
        let mut page = policy(3, "/zcfg/qtwj/t20261102_3.html", title, Some("2026-11-02"), ColumnClass::Policy);
        page.facts.number = Some("湘工信〔2026〕1号".into());
        run(Aspect::Missing, &facts(vec![page], Vec::new()))
    };
    assert_eq!(other("关于推进制造业数字化转型的实施意见").hits[0].certainty, Certainty::Suspected);
    for none in
        ["关于组织申报2026年绿色工厂的通知", "转发工业和信息化部关于印发《绿色工厂管理办法》的通知", "关于召开年度会议的通知"]
    {
        assert_eq!(other(none), CheckResult::default(), "{none}");
    }
}

#[test]
fn the_interpretation_of_last_years_edition_does_not_count() {
    let this =
        policy(1, "/zcfg/gfxwj/1.html", "关于印发《2026年工业稳增长实施方案》的通知", Some("2026-03-02"), ColumnClass::Policy);
    let last =
        policy(2, "/zcfg/zcjd/2.html", "《2025年工业稳增长实施方案》解读", Some("2025-03-03"), ColumnClass::Interpretation);
    assert_eq!(run(Aspect::Missing, &facts(vec![this.clone()], vec![last.clone()])).hits.len(), 1);
    // Not even when the page links to it.
    assert_eq!(run(Aspect::Missing, &linked(this, last)).hits.len(), 1);
}

#[test]
fn an_interpretation_of_an_earlier_text_of_the_same_name_does_not_count() {
    let site = facts(vec![document("2026-11-02")], vec![interpretation("2023-05-04")]);
    assert_eq!(run(Aspect::Missing, &site).hits.len(), 1);
}

#[test]
fn each_direction_of_the_links_is_told_apart() {
    let mut site = facts(vec![document("2026-11-02")], vec![interpretation("2026-11-03")]);
    site.interpretations[0].links_to = vec![UrlId(1)];
    let from_document = run(Aspect::NotLinked, &site);
    assert_eq!(from_document.hits[0].url, "http://gxt.example.gov.cn/zcfg/gfxwj/t20261102_1.html");
    assert_eq!(from_document.hits[0].target.as_deref(), Some("http://gxt.example.gov.cn/zcfg/zcjd/t20261103_2.html"));
    assert!(run(Aspect::DocNotLinked, &site).hits.is_empty());
    site.interpretations[0].links_to.clear();
    site.documents[0].links_to = vec![UrlId(2)];
    assert!(run(Aspect::NotLinked, &site).hits.is_empty());
    let to_document = run(Aspect::DocNotLinked, &site);
    assert_eq!(to_document.hits[0].url, "http://gxt.example.gov.cn/zcfg/zcjd/t20261103_2.html");
    assert_eq!(to_document.hits[0].column.as_deref(), Some("http://gxt.example.gov.cn/zcfg/zcjd/"));
}

#[test]
fn the_term_is_counted_in_working_days() {
    // Wednesday before the National Day to the Saturday that is worked after it: 8, 9 and 10 October.
    assert!(run(Aspect::Late, &linked(document("2026-09-30"), interpretation("2026-10-10"))).hits.is_empty());
    let late = run(Aspect::Late, &linked(document("2026-09-30"), interpretation("2026-10-12")));
    assert_eq!((late.hits[0].values["days"].as_str(), late.hits[0].certainty), ("4", Certainty::Confirmed));
}

#[test]
fn a_year_without_a_calendar_and_a_page_without_a_date_are_undetermined() {
    let without = check(Aspect::Late).run(&linked(document("2026-09-30"), interpretation("2026-10-12")), &context());
    assert_eq!((without.hits.len(), without.undetermined[0].reason.as_str()), (0, "calendar-missing"));
    let mut undated = linked(document("2026-09-30"), interpretation("2026-10-12"));
    undated.interpretations[0].date = None;
    assert_eq!(run(Aspect::Late, &undated).undetermined[0].reason, "interpretation-undated");
    undated.documents[0].date = None;
    assert_eq!(run(Aspect::Missing, &undated).undetermined[0].reason, "document-undated");
}

#[test]
fn dates_of_addresses_make_lateness_a_suspicion() {
    let mut site = linked(document("2026-09-30"), interpretation("2026-10-12"));
    site.documents[0].date.as_mut().unwrap().source = DateSource::Url;
    assert_eq!(run(Aspect::Late, &site).hits[0].certainty, Certainty::Suspected);
}

/// What a script would put below «相关解读» is not known: no fault, and said so. A link that stands on the page counts as ever.
#[test]
fn links_that_a_script_may_write_are_undetermined() {
    let mut site = linked(document("2026-11-02"), interpretation("2026-11-03"));
    site.interpretations[0].links_to = vec![UrlId(1)];
    site.documents[0].links_to = Vec::new();
    let plain = run(Aspect::NotLinked, &site);
    assert_eq!((plain.hits.len(), plain.undetermined.len()), (1, 0));
    site.documents[0].related_by_script = true;
    let result = run(Aspect::NotLinked, &site);
    assert_eq!((result.hits.len(), result.undetermined[0].reason.as_str()), (0, "related-by-script"));
    site.documents[0].links_to = vec![UrlId(2)];
    assert_eq!(run(Aspect::NotLinked, &site).undetermined, []);
    site.interpretations[0].links_to = Vec::new();
    assert_eq!(run(Aspect::DocNotLinked, &site).hits.len(), 1);
    site.interpretations[0].related_by_script = true;
    let result = run(Aspect::DocNotLinked, &site);
    assert_eq!((result.hits.len(), result.undetermined.len()), (0, 1));
}

#[test]
fn documents_before_the_period_are_not_judged() {
    assert_eq!(run(Aspect::Missing, &facts(vec![document("2024-11-01")], Vec::new())), CheckResult::default());
}

#[test]
fn a_side_bar_of_new_documents_makes_no_pairs() {
    let other =
        policy(3, "/zcfg/gfxwj/3.html", "关于印发《湖南省工业节能监察办法》的通知", Some("2026-11-02"), ColumnClass::Policy);
    let mut explained = interpretation("2026-11-03");
    explained.links_to = vec![UrlId(1), UrlId(3)];
    let site = facts(vec![document("2026-11-02"), other], vec![explained]);
    let result = run(Aspect::Missing, &site);
    assert_eq!(result.hits.len(), 1);
    assert_eq!(result.hits[0].url, "http://gxt.example.gov.cn/zcfg/gfxwj/3.html");
}

#[test]
fn nothing_is_missing_before_the_term_has_run_out() {
    // Friday: Monday and Tuesday are the first and the second working day.
    assert_eq!(run(Aspect::Missing, &facts(vec![document("2026-11-20")], Vec::new())), CheckResult::default());
    assert_eq!(run(Aspect::Missing, &facts(vec![document("2026-11-18")], Vec::new())).hits.len(), 1);
    let without = |date: &str| check(Aspect::Missing).run(&facts(vec![document(date)], Vec::new()), &context()).hits.len();
    assert_eq!((without("2026-11-10"), without("2026-11-01")), (0, 1), "without a calendar the longest holiday is allowed for");
}

#[test]
fn a_text_published_again_takes_the_interpretation_of_its_time() {
    let old = policy(3, "/zcfg/gfxwj/t20250630_3.html", TITLE, Some("2025-06-30"), ColumnClass::Policy);
    let mut site = facts(vec![document("2026-07-06"), old], vec![interpretation("2026-07-08")]);
    let documents =
        |site: &SiteFacts| -> Vec<String> { run(Aspect::NotLinked, site).hits.iter().map(|hit| hit.url.clone()).collect() };
    assert_eq!(documents(&site), ["http://gxt.example.gov.cn/zcfg/gfxwj/t20261102_1.html"]);
    site.interpretations[0].links_to = vec![UrlId(3)];
    assert_eq!(documents(&site), ["http://gxt.example.gov.cn/zcfg/gfxwj/t20250630_3.html"], "it says which one it means");
}

#[test]
fn laws_and_policy_from_above_are_not_the_offices_own() {
    let law = |title: &str| {
        let page = policy(3, "/zcfg/flfg/t20260602_3.html", title, Some("2026-06-02"), ColumnClass::Policy);
        run(Aspect::Missing, &facts(vec![page], Vec::new()))
    };
    assert_eq!(law("某省工业节能条例"), CheckResult::default());
    assert_eq!(law("某省安全生产责任规定"), CheckResult::default());
}

/// The sketch of a text whose stretches are these, of 4,000 that there may be.
fn stretches(of: impl Iterator<Item = u32>) -> Sketch {
    let mut all: Vec<u32> = of.map(|at| (at * 7_919 % 4_000) * (u32::MAX / 4_000) + 1).collect();
    all.sort_unstable();
    all.dedup();
    all.truncate(HASHES_MAX);
    Sketch(all)
}

fn copied(text: Sketch, document_text: Sketch, title: &str) -> CheckResult {
    let mut site = linked(document("2026-11-02"), interpretation("2026-11-03"));
    site.documents[0].facts.sketch = document_text;
    site.interpretations[0].facts.sketch = text;
    site.interpretations[0].title = title.into();
    run(Aspect::Copy, &site)
}

const CALLED: &str = "《湖南省中小企业梯度培育管理办法》解读";

#[test]
fn an_interpretation_without_words_of_its_own_is_suspected_of_being_a_copy() {
    let document = || stretches(0..1_500);
    let copy = copied(stretches(0..1_500), document(), CALLED);
    assert_eq!((copy.judged, copy.hits.len()), (1, 1));
    assert_eq!((copy.hits[0].certainty, copy.hits[0].values["percent"].as_str()), (Certainty::Suspected, "100"));
    assert_eq!(copied(stretches(200..1_000), document(), CALLED).hits.len(), 1, "excerpts and nothing else");
}

#[test]
fn quotations_annexes_and_pictures_are_no_copies() {
    let document = || stretches(0..1_500);
    let quoting = copied(stretches(900..2_300), document(), CALLED);
    assert_eq!((quoting.judged, quoting.hits.len()), (1, 0), "long quotations, more of its own");
    let annexed = copied(stretches(0..1_750), document(), CALLED);
    assert_eq!((annexed.judged, annexed.hits.len()), (1, 0), "86 percent, but the rest explains it");
    assert_eq!(copied(stretches(0..120), document(), CALLED).judged, 0, "a picture with a line");
    assert_eq!(copied(stretches(0..1_500), Sketch::default(), CALLED).judged, 0, "the document is a file");
    assert_eq!(copied(stretches(0..1_500), document(), TITLE).judged, 0, "the document stands there once more");
}
