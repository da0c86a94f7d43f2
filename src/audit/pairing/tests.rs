//! Documents and interpretations picked from hand-written records.

use super::*;
use crate::audit::testing::columns::{column, dated};
use crate::audit::testing::{TODAY, page, reply_from, url};
use crate::model::facts::{Crumb, DateSource, DocumentFacts};
use crate::model::outcome::{Hop, Outcome};
use crate::model::site::LinkRef;

const HOST: &str = "http://gxt.example.gov.cn";

fn article(id: u32, path: &str, title: &str, links: &[u32]) -> PageRecord {
    let address = format!("{HOST}{path}");
    let mut record = page(id, &address, Outcome::Reply(Box::new(reply_from(200, &address))));
    record.facts = Some(PageFacts {
        kind: PageKind::Article,
        title: title.into(),
        date: Some(dated("2026-11-02", DateSource::Tag)),
        ..PageFacts::default()
    });
    record.links = links.iter().map(|&target| link(target, Place::Body)).collect();
    record
}

fn link(target: u32, place: Place) -> LinkRef {
    LinkRef {
        target: UrlId(target),
        fragment: None,
        kind: LinkKind::Anchor,
        place,
        text: String::new(),
        selector: String::new(),
    }
}

fn columns() -> Vec<Column> {
    vec![
        column("/zcfg/gfxwj/index.html", ColumnClass::Policy, Vec::new()),
        column("/zcfg/zcjd/", ColumnClass::Interpretation, Vec::new()),
        column("/tzgg/", ColumnClass::Notice, Vec::new()),
    ]
}

fn collect(records: &[PageRecord]) -> (Vec<PolicyPage>, Vec<PolicyPage>) {
    let mut collector = Collector::new(Vocabulary::embedded(), 0, TODAY);
    for record in records {
        collector.page(record);
    }
    collector.finish(&columns())
}

fn ids(pages: &[PolicyPage]) -> Vec<u32> {
    pages.iter().map(|page| page.id.0).collect()
}

const LAW: &str = "关于印发《湖南省节能监察办法》的通知";

#[test]
fn pages_are_sorted_by_their_column_and_their_title() {
    let (documents, interpretations) = collect(&[
        article(1, "/zcfg/gfxwj/202611/t20261102_1.html", LAW, &[]),
        article(2, "/zcfg/zcjd/202611/t20261103_2.html", "节能监察办法有哪些变化", &[]),
        article(3, "/tzgg/202611/t20261103_3.html", "《湖南省节能监察办法》政策解读", &[]),
        article(4, "/tzgg/202611/t20261103_4.html", "关于召开会议的通知", &[]),
    ]);
    assert_eq!((ids(&documents), ids(&interpretations)), (vec![1], vec![3, 2]));
    assert_eq!(documents[0].column.as_ref().unwrap().path(), "/zcfg/gfxwj/index.html");
}

#[test]
fn a_numbered_document_outside_the_policy_columns_is_kept() {
    let mut record = article(1, "/tzgg/202611/t20261102_1.html", "关于加强节能工作的意见", &[]);
    record.facts.as_mut().unwrap().document =
        Some(DocumentFacts { number: Some("湘工信〔2026〕1号".into()), ..DocumentFacts::default() });
    assert_eq!(ids(&collect(&[record]).0), [1]);
}

#[test]
fn the_breadcrumb_goes_before_the_folder() {
    let mut record = article(1, "/tzgg/202611/t20261102_1.html", LAW, &[]);
    record.facts.as_mut().unwrap().breadcrumb =
        vec![Crumb { text: "规范性文件".into(), url: Some(url(&format!("{HOST}/zcfg/gfxwj/"))) }];
    assert_eq!(collect(&[record]).0[0].column_class, Some(ColumnClass::Policy));
}

#[test]
fn only_links_of_the_body_count() {
    let mut record = article(1, "/zcfg/gfxwj/1.html", LAW, &[7]);
    record.links.push(link(8, Place::Navigation));
    record.links.push(link(9, Place::Footer));
    assert_eq!(collect(&[record]).0[0].links_to, [UrlId(7)]);
}

#[test]
fn copies_of_one_text_stand_once_with_the_links_of_all() {
    let (documents, interpretations) = collect(&[
        article(1, "/tzgg/202611/t20261102_1.html", LAW, &[]),
        article(2, "/zcfg/gfxwj/202611/t20261102_2.html", LAW, &[3]),
        article(3, "/zcfg/zcjd/202611/t20261103_3.html", "《湖南省节能监察办法》解读", &[1]),
    ]);
    assert_eq!(ids(&documents), [2], "a copy outside the policy column that has no number is no document of its own");
    assert_eq!(interpretations[0].links_to, [UrlId(1)]);
    let numbered = |id: u32, path: &str, links: &[u32]| {
        let mut record = article(id, path, LAW, links);
        record.facts.as_mut().unwrap().document =
            Some(DocumentFacts { number: Some("湘工信〔2026〕1号".into()), ..DocumentFacts::default() });
        record
    };
    let (documents, interpretations) = collect(&[
        numbered(1, "/tzgg/202611/t20261102_1.html", &[3]),
        numbered(2, "/zcfg/gfxwj/202611/t20261102_2.html", &[]),
        article(3, "/zcfg/zcjd/202611/t20261103_3.html", "《湖南省节能监察办法》解读", &[1]),
    ]);
    assert_eq!((ids(&documents), documents[0].links_to.clone()), (vec![2], vec![UrlId(3)]));
    assert_eq!(interpretations[0].links_to, [UrlId(2)], "a link to the copy is a link to the text");
}

#[test]
fn a_link_to_an_address_that_leads_on_reaches_the_text() {
    let mut old = article(5, "/old/1.html", LAW, &[]);
    let target = format!("{HOST}/zcfg/gfxwj/1.html");
    let mut reply = reply_from(200, &target);
    reply.hops = vec![Hop { url: url(&format!("{HOST}/old/1.html")), status: 301 }];
    old.outcome = Outcome::Reply(Box::new(reply));
    let (documents, interpretations) = collect(&[
        article(1, "/zcfg/gfxwj/1.html", LAW, &[]),
        article(3, "/zcfg/zcjd/3.html", "《湖南省节能监察办法》解读", &[5]),
        old,
    ]);
    assert_eq!(ids(&documents), [1]);
    assert_eq!(interpretations[0].links_to, [UrlId(1)]);
}
