//! Hand-written facts for the tests of the audit.

pub(crate) mod columns;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::calendar::Calendar;
use super::checks::Context;
use crate::model::finding::Certainty;
use crate::model::outcome::{Attempt, FailureClass, Outcome, Reply};
use crate::model::request::Purpose;
use crate::model::site::{Occurrence, PageRecord, SiteDecl, SiteFacts, SiteKind, Target, TargetClass, TargetFault, UrlId};
use crate::url::PageUrl;

pub(crate) const TODAY: Date = date(2026, 11, 24);

pub(crate) fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

pub(crate) fn reply_from(status: u16, from: &str) -> Reply {
    Reply {
        status,
        hops: Vec::new(),
        final_url: url(from),
        content_type: "text/html".into(),
        header_charset: None,
        last_modified: None,
        etag: None,
        body_bytes: 100,
        truncated: false,
        body_hash: String::new(),
        body_kind: None,
    }
}

pub(crate) fn reply(status: u16) -> Outcome {
    Outcome::Reply(Box::new(reply_from(status, "http://gxt.example.gov.cn/x.html")))
}

pub(crate) fn failed(class: FailureClass) -> Outcome {
    Outcome::Failed { class, message: "as the test says".into(), hops: Vec::new() }
}

/// Attempts from `GET 404, HEAD dns`; a word for a status is a failure (all failures are DNS failures).
pub(crate) fn attempts(text: &str) -> Vec<Attempt> {
    text.split(", ")
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (method, result) = part.split_once(' ').unwrap();
            let status = result.parse().ok();
            Attempt {
                at: "2026-11-24T01:00:00Z".into(),
                method: method.into(),
                status,
                failure: status.is_none().then_some(FailureClass::Dns),
                duration_ms: 5,
            }
        })
        .collect()
}

pub(crate) fn decl(address: &str) -> SiteDecl {
    SiteDecl { url: url(address), name: "门户网站".into(), kind: SiteKind::Portal, office: Some("办公室".into()) }
}

pub(crate) fn page(id: u32, address: &str, outcome: Outcome) -> PageRecord {
    PageRecord {
        id: UrlId(id),
        url: url(address),
        site: Some(0),
        purpose: Purpose::Page,
        depth: 1,
        outcome,
        attempts: attempts("GET 200"),
        facts: None,
        links: Vec::new(),
    }
}

pub(crate) fn site() -> SiteFacts {
    let mut home = page(0, "http://gxt.example.gov.cn/", reply(200));
    home.purpose = Purpose::Home;
    home.facts = Some(crate::model::facts::PageFacts::default());
    SiteFacts {
        dates: crate::model::site::DateSigns::default(),
        notes: crate::model::site::SiteNotes::default(),
        decl: decl("http://gxt.example.gov.cn/"),
        home: Some(home),
        home_seen: Vec::new(),
        pages_read: 10,
        requests: 20,
        columns: Vec::new(),
        targets: Vec::new(),
        judged: [(TargetClass::Page, 10), (TargetClass::External, 2)].into(),
        judged_on_home: 4,
        documents: Vec::new(),
        interpretations: Vec::new(),
        undeclared: Vec::new(),
        hosts_judged: 0,
        footer: crate::model::facts::Marks::default(),
        footer_unread: Vec::new(),
        front: crate::model::leaving::Front::default(),
        leaving: crate::model::leaving::Leaving::default(),
        left_out: Vec::new(),
        signs: crate::model::signs::SiteSigns::default(),
    }
}

pub(crate) fn target(address: &str, class: TargetClass, fault: TargetFault) -> Target {
    Target {
        id: UrlId(7),
        url: url(address),
        class,
        fault,
        certainty: Certainty::Confirmed,
        outcome: reply(404),
        attempts: attempts("GET 404"),
        on_home: false,
        column: None,
        occurrences: vec![Occurrence {
            url: "http://gxt.example.gov.cn/xwzx/".into(),
            text: "工作动态".into(),
            selector: "ul.list > li > a".into(),
        }],
        occurrence_count: 3,
    }
}

/// A calendar without tables.
pub(crate) static CALENDAR: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::default);

pub(crate) fn context() -> Context<'static> {
    Context {
        today: TODAY,
        sites: &[],
        calendar: &CALENDAR,
        words: crate::audit::vocabulary::Vocabulary::embedded(),
        crawl: None,
        probes: &[],
        certificate_days: 0,
    }
}

/// Values of a hit as pairs, for comparing.
pub(crate) fn values(values: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}
