//! The whole audit on hand-written records.

use super::*;
use crate::audit::testing::{attempts, decl, failed, page, reply, reply_from};
use crate::model::facts::{Crumb, LinkKind, Mark, PageFacts, Place};
use crate::model::finding::{Certainty, Level};
use crate::model::outcome::{FailureClass, Hop, Outcome, SkipReason};
use crate::model::report::{IndicatorState, SiteVerdict};
use crate::model::request::Purpose;
use crate::model::run::{CrawlSettings, CrawlSummary, NotCovered, NotFoundSample};
use crate::model::site::{LinkRef, SiteDecl, SiteKind, UrlId};

const BASE: &str = "http://gxt.example.gov.cn";

/// A run written by hand: addresses get their ids in the order in which they are added.
struct Group {
    run: RunInfo,
    records: Vec<PageRecord>,
}

impl Group {
    /// The portal with its home page.
    fn new() -> Self {
        let run = RunInfo {
            id: "20261124-090000".into(),
            started: String::new(),
            finished: None,
            now: "2026-11-24T09:00:00+08:00".into(),
            tool_version: "test".into(),
            unit: "某省工业和信息化厅".into(),
            standard: "gov-2019".into(),
            profile: "department".into(),
            sites: vec![decl(&format!("{BASE}/"))],
            columns: Vec::new(),
            ignores: Vec::new(),
            settings: CrawlSettings {
                robots_obeyed: true,
                requests_per_second: 5.0,
                timeout_seconds: 15,
                external_links: true,
                user_agent: "xuncha/test".into(),
                max_pages: 100,
                max_minutes: 0,
            },
            crawl: Some(CrawlSummary { complete: true, ..CrawlSummary::default() }),
        };
        let mut group = Self { run, records: Vec::new() };
        group.page("/");
        group.records[0].purpose = Purpose::Home;
        group
    }

    fn add(&mut self, address: &str, outcome: Outcome, tries: &str) -> &mut PageRecord {
        let address = if address.starts_with('/') { format!("{BASE}{address}") } else { address.to_owned() };
        let id = u32::try_from(self.records.len()).unwrap();
        let mut record = page(id, &address, outcome);
        record.site = crate::model::site::site_of(&self.run.sites, &record.url);
        if record.site.is_none() {
            record.purpose = Purpose::External;
        }
        record.attempts = attempts(tries);
        self.records.push(record);
        self.records.last_mut().unwrap()
    }

    /// A page that was read.
    fn page(&mut self, address: &str) -> &mut PageRecord {
        let full = if address.starts_with('/') { format!("{BASE}{address}") } else { address.to_owned() };
        let record = self.add(address, Outcome::Reply(Box::new(reply_from(200, &full))), "GET 200");
        record.facts = Some(PageFacts::default());
        record
    }

    fn dead(&mut self, address: &str) {
        self.add(address, reply(404), "GET 404");
    }

    /// A link from one record to another, by address.
    fn link(&mut self, from: &str, to: &str, text: &str) -> &mut LinkRef {
        let id = |address: &str| {
            let full = if address.starts_with('/') { format!("{BASE}{address}") } else { address.to_owned() };
            self.records.iter().position(|record| record.url.as_str() == full).unwrap_or_else(|| panic!("no record {full}"))
        };
        let (from, to) = (id(from), id(to));
        self.records[from].links.push(LinkRef {
            target: UrlId(u32::try_from(to).unwrap()),
            fragment: None,
            kind: LinkKind::Anchor,
            place: Place::Body,
            text: text.into(),
            selector: "ul > li > a".into(),
        });
        self.records[from].links.last_mut().unwrap()
    }

    fn judge(&self) -> Judgement {
        let book = rules::load(&[], "gov-2019", "department").unwrap();
        let records = |take: &mut dyn FnMut(PageRecord)| self.records.iter().cloned().for_each(take);
        let input = Input {
            run: &self.run,
            records: &records,
            history: &BTreeMap::new(),
            probes: &[],
            warn: crate::model::run::WarnLevels::default(),
            lang: Lang::Zh,
        };
        judge(&input, &book)
    }

    /// Rule, place, target and verdict of each finding of links and sites.
    fn found(&self) -> Vec<(String, String, String, Certainty)> {
        self.judge()
            .findings
            .into_iter()
            .filter(|finding| ["link.", "home.broken", "site."].iter().any(|group| finding.rule.starts_with(group)))
            .map(|finding| {
                let short = |url: String| url.replace(BASE, "");
                (finding.rule, short(finding.url), short(finding.target.unwrap_or_default()), finding.verdict)
            })
            .collect()
    }
}

fn expect(rule: &str, page: &str, target: &str, certainty: Certainty) -> (String, String, String, Certainty) {
    (rule.into(), page.into(), target.into(), certainty)
}

#[test]
fn one_dead_target_is_one_finding_and_the_rule_follows_from_what_it_is() {
    let mut group = Group::new();
    group.page("/xwzx/");
    for dead in ["/gone.html", "/a.pdf", "/b.jpg", "http://other.example.cn/x", "/footer.html"] {
        group.dead(dead);
    }
    for target in ["/gone.html", "/a.pdf", "/b.jpg", "http://other.example.cn/x", "/footer.html"] {
        group.link("/xwzx/", target, "甲");
        group.link("/xwzx/", target, "乙");
    }
    group.link("/", "/footer.html", "丙");
    assert_eq!(
        group.found(),
        [
            expect("home.broken-link", "/", "/footer.html", Certainty::Confirmed),
            expect("link.attachment-broken", "/xwzx/", "/a.pdf", Certainty::Confirmed),
            expect("link.broken", "/xwzx/", "/gone.html", Certainty::Confirmed),
            expect("link.external-broken", "/xwzx/", "http://other.example.cn/x", Certainty::Confirmed),
            expect("link.image-broken", "/xwzx/", "/b.jpg", Certainty::Confirmed),
        ]
    );
    let finding = group.judge().findings.into_iter().find(|finding| finding.rule == "home.broken-link").unwrap();
    assert_eq!(finding.occurrence_count, 3, "each page and text once");
    assert_eq!(finding.occurrences[0].text, "丙", "the home page first");
    assert_eq!(finding.office.as_deref(), Some("办公室"));
    assert_eq!(
        finding.message,
        format!("首页链接“丙”无法打开：返回404（页面不存在）。目标为{BASE}/footer.html，全站共3处引用")
    );
}

#[test]
fn an_image_without_ending_is_an_image_by_its_link() {
    let mut group = Group::new();
    group.page("/xwzx/");
    group.dead("/picture");
    group.link("/xwzx/", "/picture", "").kind = LinkKind::Image;
    assert_eq!(group.found()[0].0, "link.image-broken");
}

#[test]
fn forms_and_pointers_are_no_links_of_a_visitor() {
    let mut group = Group::new();
    group.dead("/search.do");
    group.link("/", "/search.do", "").kind = LinkKind::Form;
    group.link("/", "/search.do", "").kind = LinkKind::Pointer;
    assert_eq!(group.found(), []);
}

#[test]
fn an_attachment_that_brings_a_page_is_broken() {
    let mut group = Group::new();
    group.page("/xwzx/");
    for (address, kind) in [("/read.pdf", Some("html")), ("/said.ofd", None), ("/fine.doc", Some("ole"))] {
        let mut reply = reply_from(200, &format!("{BASE}{address}"));
        reply.body_kind = kind.map(str::to_owned);
        group.add(address, Outcome::Reply(Box::new(reply)), "GET 200");
        group.link("/xwzx/", address, "附件");
    }
    assert_eq!(
        group.found(),
        [
            expect("link.attachment-broken", "/xwzx/", "/read.pdf", Certainty::Confirmed),
            expect("link.attachment-broken", "/xwzx/", "/said.ofd", Certainty::Suspected),
        ]
    );
}

#[test]
fn a_site_that_is_down_is_one_finding_and_undetermined() {
    let mut group = Group::new();
    group.records.clear();
    for address in ["/", "/a.html", "/b.html"] {
        group.add(address, failed(FailureClass::Connect), "GET dns, GET dns");
    }
    group.records[0].purpose = Purpose::Home;
    assert_eq!(group.found(), [expect("site.unreachable", "/", "", Certainty::Suspected)]);
    let judged = group.judge();
    assert_eq!(judged.sites[0].verdict, SiteVerdict::Undetermined);
    let broken = judged.rules.iter().find(|rule| rule.id == "link.broken").unwrap();
    assert_eq!(broken.undetermined, ["门户网站：网站首页无法访问，未取得可供判定的页面"]);
}

#[test]
fn links_into_a_second_site_that_is_down_are_not_listed_one_by_one() {
    let mut group = Group::new();
    let second = "http://zyk.gxt.example.gov.cn/";
    group.run.sites.push(SiteDecl { kind: SiteKind::SecondLevel, ..decl(second) });
    for path in ["", "a.html", "b.html"] {
        let address = format!("{second}{path}");
        group.add(&address, failed(FailureClass::Dns), "GET dns, GET dns");
        group.link("/", &address, "专题");
    }
    assert_eq!(group.found(), [expect("site.unreachable", second, "", Certainty::Suspected)]);
}

#[test]
fn failures_of_transport_are_doubted_where_the_whole_network_may_be_at_fault() {
    let lost = |count: usize, reached: bool| {
        let mut group = Group::new();
        for nth in 0..count {
            let address = format!("http://h{nth}.example.cn/");
            group.add(&address, failed(FailureClass::Dns), "GET dns, GET dns");
            group.link("/", &address, "友情链接");
        }
        if reached {
            group.page("http://fine.example.cn/");
        }
        group.found().into_iter().map(|found| found.3).collect::<Vec<_>>()
    };
    assert_eq!(lost(2, false), [Certainty::Confirmed; 2]);
    assert_eq!(lost(3, false), [Certainty::Suspected; 3], "nothing outside answered");
    assert_eq!(lost(3, true), [Certainty::Confirmed; 3]);
}

#[test]
fn a_host_that_was_left_alone_has_only_suspects() {
    let mut group = Group::new();
    group.add("/slow.html", failed(FailureClass::Timeout), "GET dns, GET dns");
    group.add("/later.html", Outcome::Skipped(SkipReason::HostPaused), "");
    group.link("/", "/slow.html", "甲");
    group.link("/", "/later.html", "乙");
    assert_eq!(group.found(), [expect("home.broken-link", "/", "/slow.html", Certainty::Suspected)]);
}

#[test]
fn occurrences_are_bounded_and_the_count_is_not() {
    let mut group = Group::new();
    group.dead("/gone.html");
    for nth in 0..70 {
        let address = format!("/p{:02}.html", 69 - nth);
        group.page(&address);
        group.link(&address, "/gone.html", "页脚");
    }
    let finding = group.judge().findings.into_iter().find(|finding| finding.rule == "link.broken").unwrap();
    assert_eq!((finding.occurrences.len(), finding.occurrence_count), (OCCURRENCES_MAX, 70));
    assert_eq!(finding.occurrences[0].url, format!("{BASE}/p00.html"), "by address, not by the order of the crawl");
    assert_eq!(finding.occurrences[49].url, format!("{BASE}/p49.html"));
}

#[test]
fn pages_that_are_none_are_found_and_their_links_are_not_followed() {
    let mut group = Group::new();
    group.run.crawl.as_mut().unwrap().not_found.push(NotFoundSample {
        host: "gxt.example.gov.cn".into(),
        status: Some(200),
        final_url: format!("{BASE}/nonsense"),
        title: String::new(),
        text_hash: "lost".into(),
        body_hash: String::new(),
    });
    group.page("/xwzx/");
    for (address, hash) in [("/xwzx/t1.html", "lost"), ("/xwzx/t2.html", "news")] {
        let facts = group.page(address).facts.as_mut().unwrap();
        facts.text.hash = hash.into();
        facts.text.body_chars = 40;
        group.link("/xwzx/", address, "新闻");
    }
    group.dead("/only-there.html");
    group.link("/xwzx/t1.html", "/only-there.html", "返回");
    let mut home = reply_from(200, &format!("{BASE}/"));
    home.hops = vec![Hop { url: crate::audit::testing::url(&format!("{BASE}/xwzx/t3.html")), status: 302 }];
    group.add("/xwzx/t3.html", Outcome::Reply(Box::new(home)), "GET 200");
    group.link("/xwzx/", "/xwzx/t3.html", "旧闻");
    assert_eq!(
        group.found(),
        [
            expect("link.soft-404", "/xwzx/", "/xwzx/t1.html", Certainty::Confirmed),
            expect("link.soft-404", "/xwzx/", "/xwzx/t3.html", Certainty::Confirmed),
        ]
    );
}

fn mark(value: &str) -> Mark {
    Mark { value: value.into(), source: "text".into(), text: value.into() }
}

#[test]
fn hosts_of_the_unit_are_told_from_those_of_others() {
    let mut group = Group::new();
    group.records[0].facts.as_mut().unwrap().marks.site_code = vec![mark("4300000051")];
    group.records[0].facts.as_mut().unwrap().marks.owner = Some(mark("某省工业和信息化厅"));
    // the parent portal, a sister department, a host below the unit's, one with its code, one with its owner
    for (host, code, owner) in [
        ("www.example.gov.cn", "4300000001", "某省人民政府"),
        ("fgw.example.gov.cn", "4300000052", "某省发展和改革委员会"),
        ("zyk.gxt.example.gov.cn", "", ""),
        ("xxh.example.gov.cn", "4300000051", ""),
        ("zzb.example.gov.cn", "", "某省工业和信息化厅"),
        ("gxt.other.gov.cn", "4300000051", ""),
    ] {
        let address = format!("http://{host}/");
        let marks = &mut group.page(&address).facts.as_mut().unwrap().marks;
        marks.site_code = Some(code).filter(|code| !code.is_empty()).map(mark).into_iter().collect();
        marks.owner = Some(owner).filter(|owner| !owner.is_empty()).map(mark);
        group.link("/", &address, "友情链接");
    }
    group.add("http://old.gxt.example.gov.cn/", reply(403), "GET 403");
    group.link("/", "http://old.gxt.example.gov.cn/", "旧站");
    let found: Vec<String> =
        group.found().into_iter().filter(|found| found.0 == "site.undeclared").map(|found| found.2).collect();
    assert_eq!(found, ["http://xxh.example.gov.cn/", "http://zyk.gxt.example.gov.cn/", "http://zzb.example.gov.cn/"]);
}

#[test]
fn below_a_whole_domain_stand_other_units_too() {
    let mut group = Group::new();
    group.run.sites[0] = decl("http://www.example.gov.cn/");
    group.records.clear();
    group.page("http://www.example.gov.cn/").purpose = Purpose::Home;
    for (host, code) in [("fgw.example.gov.cn", "4300000052"), ("xxgk.example.gov.cn", "")] {
        let address = format!("http://{host}/");
        group.page(&address).facts.as_mut().unwrap().marks.site_code =
            Some(code).filter(|code| !code.is_empty()).map(mark).into_iter().collect();
        group.link("http://www.example.gov.cn/", &address, "部门");
    }
    let found: Vec<String> = group.found().into_iter().map(|found| found.2).collect();
    assert_eq!(found, ["http://xxgk.example.gov.cn/"]);
}

#[test]
fn a_footer_that_a_script_writes_gives_its_marks() {
    let mut group = Group::new();
    let source = |path: &str| crate::audit::testing::url(&format!("{BASE}{path}"));
    group.records[0].facts.as_mut().unwrap().marks.footer_sources = vec![source("/footer.js"), source("/missing.js")];
    group.page("/footer.js").facts.as_mut().unwrap().marks.icp = vec![mark("湘ICP备05000000号")];
    group.dead("/missing.js");
    let records = |take: &mut dyn FnMut(PageRecord)| group.records.iter().cloned().for_each(take);
    let input = Input {
        run: &group.run,
        records: &records,
        history: &BTreeMap::new(),
        probes: &[],
        warn: crate::model::run::WarnLevels::default(),
        lang: Lang::Zh,
    };
    let (facts, _) =
        assemble::assemble(&input, vocabulary::Vocabulary::embedded(), &Earlier::default(), monitoring_day(&group.run.now));
    assert_eq!(facts[0].footer.icp.len(), 1);
    assert_eq!(facts[0].footer_unread, [source("/missing.js")]);
}

#[test]
fn a_budget_that_ran_out_leaves_the_columns_open_and_what_was_found_stands() {
    let mut group = Group::new();
    group.dead("/gone.html");
    group.link("/", "/gone.html", "甲");
    group.run.crawl.as_mut().unwrap().not_covered.push(NotCovered {
        site: "gxt.example.gov.cn".into(),
        reason: "page-budget".into(),
        count: 12,
        examples: Vec::new(),
    });
    let judged = group.judge();
    assert_eq!(judged.sites[0].verdict, SiteVerdict::Undetermined);
    let line = |id: &str| judged.sites[0].indicators.iter().find(|line| line.id == id).unwrap();
    assert_eq!(line("V4a").result, "未能判定：页面数量达到上限，未巡查完");
    assert_eq!((line("T1").state, line("T1").count), (IndicatorState::Found, 1));
    let finding = judged.findings.iter().find(|finding| finding.rule == "home.broken-link").unwrap();
    assert_eq!(finding.indicator.as_deref(), Some("T1"));
    assert_eq!(finding.level, Level::Deduct);
}

#[test]
fn the_finding_lies_in_the_column_that_the_breadcrumb_names() {
    let mut group = Group::new();
    group.run.columns.push(crate::model::site::ColumnDecl {
        url: crate::audit::testing::url(&format!("{BASE}/col/col12/")),
        name: Some("工作动态".into()),
        class: Some(crate::model::site::ColumnClass::News),
        max_age_days: None,
        office: Some("综合处".into()),
        row_selector: None,
        date_selector: None,
        ignore: false,
    });
    group.page("/col/col12/");
    let article = group.page("/art/2026/11/1/art_12_1.html");
    let column = crate::audit::testing::url(&format!("{BASE}/col/col12/"));
    article.facts.as_mut().unwrap().breadcrumb = vec![Crumb { text: "工作动态".into(), url: Some(column) }];
    group.dead("/gone.html");
    group.link("/art/2026/11/1/art_12_1.html", "/gone.html", "链接");
    let finding = group.judge().findings.into_iter().find(|finding| finding.rule == "link.broken").unwrap();
    assert_eq!((finding.column.as_deref(), finding.office.as_deref()), (Some("工作动态"), Some("综合处")));
}

#[test]
fn the_same_facts_give_the_same_judgement() {
    let mut group = Group::new();
    for nth in 0..20 {
        group.dead(&format!("/gone{nth}.html"));
        group.link("/", &format!("/gone{nth}.html"), "甲");
    }
    let said =
        |judged: &Judgement| (serde_json::to_string(&judged.sites).unwrap(), serde_json::to_string(&judged.findings).unwrap());
    assert_eq!(said(&group.judge()), said(&group.judge()));
}

#[test]
fn the_monitoring_day_is_that_of_beijing_at_the_ends_of_day_and_year() {
    let day = |now: &str| monitoring_day(now).to_string();
    assert_eq!(day("2026-12-31T23:59:59+08:00"), "2026-12-31");
    assert_eq!(day("2026-12-31T15:59:59Z"), "2026-12-31");
    assert_eq!(day("2026-12-31T16:00:00Z"), "2027-01-01");
    assert_eq!(day("2027-01-01T00:30:00+09:00"), "2026-12-31");
}
