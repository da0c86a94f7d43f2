//! The truth table is exact: a plain crawl of the group in this process finds every planted dead address and no other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::{Date, date};
use regex::Regex;
use url::Url;

use super::columns::Look;
use super::*;
use crate::model::site::ColumnClass;

const NOW: Date = date(2026, 11, 24);

/// What a plain crawl saw.
#[derive(Default)]
struct Seen {
    /// Last status of every address asked, by its canonical form.
    status: BTreeMap<String, u16>,
    hops: BTreeMap<String, usize>,
    content_type: BTreeMap<String, String>,
    title: BTreeMap<String, String>,
    /// Target → pages that link to it.
    links: BTreeMap<String, BTreeSet<String>>,
    images: BTreeSet<String>,
    pages: BTreeMap<String, String>,
}

fn fetch(group: &Group, hosts: &[String], url: &Url) -> (u16, usize, Reply, Url) {
    let mut at = url.clone();
    for hop in 0..10 {
        let host = at.host_str().unwrap().to_owned();
        if !hosts.contains(&host) {
            return (0, hop, Reply::text(0, ""), at);
        }
        let target = at.query().map_or_else(|| at.path().to_owned(), |query| format!("{}?{query}", at.path()));
        let reply = group.respond(&host, &target, "GET");
        match reply.header("location") {
            Some(to) => at = at.join(to).unwrap(),
            None => return (reply.status, hop, reply, at),
        }
    }
    panic!("a loop at {url}");
}

fn crawl(group: &Group) -> Seen {
    let attribute = Regex::new(r#"(?:(<img\s[^>]*?src)|href|src|action|background)="([^"]*)""#).unwrap();
    let ignored = Regex::new(r"(?s)<!--.*?-->").unwrap();
    let script = Regex::new(r"(?s)<script[^>]*>.*?</script>").unwrap();
    let pager = Regex::new(r#"createPageHTML\((\d+), 0, "index", "html"\)"#).unwrap();
    let title = Regex::new(r"<title>(.*?)</title>").unwrap();
    let hosts = group.hosts();
    let declared: BTreeSet<String> = group.sites().iter().map(|site| site.url.host().to_owned()).collect();
    let mut seen = Seen::default();
    let mut queue: VecDeque<PageUrl> = group.sites().into_iter().map(|site| site.url).collect();
    let mut queued: BTreeSet<PageUrl> = queue.iter().cloned().collect();
    while let Some(url) = queue.pop_front() {
        assert!(queued.len() < 20_000, "an endless series: {url}");
        let (status, hops, reply, last) = fetch(group, &hosts, &url.to_url());
        let key = url.as_str().to_owned();
        seen.status.insert(key.clone(), status);
        seen.hops.insert(key.clone(), hops);
        let content_type = reply.header("content-type").unwrap_or_default().to_owned();
        let html = content_type.starts_with("text/html");
        seen.content_type.insert(key.clone(), content_type);
        if !html || status != 200 || !declared.contains(last.host_str().unwrap()) {
            continue;
        }
        let encoding = if last.host_str() == Some(HOSTS[ENERGY]) { encoding_rs::GBK } else { encoding_rs::UTF_8 };
        let (text, _, broken) = encoding.decode(&reply.body);
        assert!(!broken, "{key}");
        assert!(!text.contains("&#"), "a character that GBK has not: {key}");
        seen.title.insert(key.clone(), title.captures(&text).unwrap()[1].to_owned());
        let mut found: Vec<(bool, String)> = Vec::new();
        if let Some(count) = pager.captures(&text) {
            found.extend((1..count[1].parse::<usize>().unwrap()).map(|page| (false, format!("index_{page}.html"))));
        }
        let visible = script
            .replace_all(&text, |script: &regex::Captures<'_>| script[0].split('>').next().unwrap_or_default().to_owned());
        let visible = ignored.replace_all(&visible, "");
        found.extend(attribute.captures_iter(&visible).map(|link| (link.get(1).is_some(), link[2].replace("&amp;", "&"))));
        for (image, href) in found {
            let Ok(joined) = PageUrl::join(&last, &href, encoding) else { continue };
            if image {
                seen.images.insert(joined.url.as_str().to_owned());
            }
            seen.links.entry(joined.url.as_str().to_owned()).or_default().insert(key.clone());
            if queued.insert(joined.url.clone()) {
                queue.push_back(joined.url);
            }
        }
        seen.pages.insert(key, text.into_owned());
    }
    seen
}

fn is_attachment(url: &str) -> bool {
    [".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip"].iter().any(|ending| url.ends_with(ending))
}

/// The rule under which the contract puts a target that the plain crawl found at fault; none where it is fine.
fn rule_of(group: &Group, seen: &Seen, url: &str) -> Option<&'static str> {
    let host = url.split('/').nth(2).unwrap();
    let internal = HOSTS.contains(&host);
    let status = seen.status[url];
    let page_for_file = [".jpg", ".pdf", ".doc", ".xlsx"].iter().any(|ending| url.ends_with(ending))
        && seen.content_type[url].starts_with("text/html");
    let title = seen.title.get(url).map(String::as_str).unwrap_or_default();
    let says_gone = internal && (title.starts_with("页面不存在 ") || title.starts_with("提示信息_"));
    let dead = matches!(status, 0 | 404 | 410 | 500..) && !group.plan.flaky.contains(url.trim_start_matches("http://"));
    if !dead && !page_for_file && !says_gone {
        return (seen.hops[url] > 3).then_some("link.redirect-chain");
    }
    Some(if !internal {
        "link.external-broken"
    } else if seen.images.contains(url) {
        "link.image-broken"
    } else if is_attachment(url) {
        "link.attachment-broken"
    } else if on_home(seen, url) {
        "home.broken-link"
    } else if says_gone {
        "link.soft-404"
    } else {
        "link.broken"
    })
}

fn on_home(seen: &Seen, url: &str) -> bool {
    let homes = [
        "http://gxt.example.gov.cn/",
        "http://gxt.example.gov.cn/gxt/index.html",
        "http://zxqy.example.gov.cn/",
        "http://jnjc.example.gov.cn/",
    ];
    seen.links[url].iter().any(|page| homes.contains(&page.as_str()))
}

/// Rules of links that are wrong without being dead.
const NOT_DEAD: [&str; 5] =
    ["link.anchor-missing", "link.commercial", "link.intranet", "link.leave-notice", "link.placeholder"];

fn check_links(group: &Group) -> Seen {
    let seen = crawl(group);
    let skipped = ["http://gxt.example.gov.cn/gxt/tmp/preview.html", "http://192.168.10.5/oa/index.jsp"];
    let found: BTreeSet<(&str, &str)> = seen
        .links
        .keys()
        .filter(|url| !skipped.contains(&url.as_str()))
        .filter_map(|url| rule_of(group, &seen, url).map(|rule| (rule, url.as_str())))
        .collect();
    let planted: BTreeSet<(&str, &str)> = group
        .truth()
        .defects
        .iter()
        .filter(|defect| defect.rule.starts_with("link.") || defect.rule == "home.broken-link")
        .filter(|defect| !NOT_DEAD.contains(&defect.rule))
        .map(|defect| (defect.rule, defect.target.as_deref().unwrap()))
        .collect();
    assert_eq!(found, planted);
    for defect in &group.truth().defects {
        if let Some(target) =
            defect.target.as_deref().filter(|_| planted.contains(&(defect.rule, defect.target.as_deref().unwrap())))
        {
            assert!(seen.links[target].contains(&defect.url), "{target} is not linked from {}", defect.url);
        }
    }
    seen
}

#[test]
fn every_dead_address_is_in_the_truth_table_and_no_other() {
    let group = Group::new(SEED, 1, NOW);
    let seen = check_links(&group);
    assert!(seen.pages.len() > 1_700, "{}", seen.pages.len());
    // No article is out of reach.
    for (site, articles) in group.plan.sites.iter().enumerate().map(|(site, it)| (site, &it.articles)) {
        for article in articles {
            assert!(seen.pages.contains_key(&plan::url(site, &article.path)), "{}", article.path);
        }
    }
}

#[test]
fn truth_is_exact_for_other_seeds_and_days() {
    for (seed, now) in [(1, date(2026, 3, 2)), (77, date(2026, 10, 8)), (20_261_124, date(2027, 2, 1))] {
        let group = Group::new(seed, 1, now);
        check_links(&group);
        check_columns(&group);
        check_interpretations(&group);
    }
}

#[test]
fn traps_and_defects_do_not_contradict_each_other() {
    let group = Group::new(SEED, 1, NOW);
    let defects: BTreeSet<_> =
        group.truth().defects.iter().map(|it| (it.rule, it.url.as_str(), it.target.as_deref())).collect();
    assert_eq!(defects.len(), group.truth().defects.len());
    for trap in &group.truth().traps {
        assert!(!defects.contains(&(trap.rule, trap.url.as_str(), trap.target.as_deref())), "{trap:?}");
    }
    let rules: BTreeSet<_> = defects.iter().map(|(rule, ..)| *rule).collect();
    let all = [
        "column.empty",
        "column.stale",
        "column.unreachable",
        "content.date-conflict",
        "content.future-date",
        "content.placeholder",
        "content.typo",
        "disclosure.accounts",
        "disclosure.annual-report",
        "disclosure.budget",
        "disclosure.catalogue",
        "disclosure.funds",
        "disclosure.guide",
        "disclosure.late",
        "element.badge",
        "element.contact",
        "element.domain",
        "element.icp",
        "element.meta",
        "element.owner",
        "element.police",
        "element.report-errors",
        "element.search",
        "element.site-code",
        "element.sitemap",
        "home.broken-link",
        "home.stale",
        "interact.late",
        "interact.no-channel",
        "interact.survey-few",
        "interact.survey-no-feedback",
        "interact.unanswered",
        "interp.copy",
        "interp.doc-not-linked",
        "interp.late",
        "interp.missing",
        "interp.not-linked",
        "link.anchor-missing",
        "link.attachment-broken",
        "link.broken",
        "link.commercial",
        "link.external-broken",
        "link.image-broken",
        "link.intranet",
        "link.leave-notice",
        "link.placeholder",
        "link.redirect-chain",
        "link.soft-404",
        "security.hidden-link",
        "security.hijacked-link",
        "security.privacy-leak",
        "security.tampered",
        "service.guide-incomplete",
        "service.missing",
        "site.undeclared",
    ];
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), all);
    let trapped: BTreeSet<_> = group.truth().traps.iter().map(|trap| trap.rule).collect();
    let without_trap: Vec<_> = all.iter().filter(|rule| !trapped.contains(*rule)).collect();
    assert_eq!(without_trap, [] as [&&str; 0]);
}

fn limit(class: ColumnClass) -> Option<i64> {
    match class {
        ColumnClass::News => Some(14),
        ColumnClass::Notice | ColumnClass::Policy | ColumnClass::Interpretation => Some(180),
        ColumnClass::Topic | ColumnClass::Static => None,
        _ => Some(365),
    }
}

fn check_columns(group: &Group) {
    let (mut stale, mut empty) = (BTreeSet::new(), BTreeSet::new());
    for (index, site) in group.plan.sites.iter().enumerate() {
        for column in &site.columns {
            let url = plan::url(index, &column.path);
            if matches!(column.spec.look, Look::Empty(_)) {
                empty.insert(url);
                continue;
            }
            let newest = column.rows.iter().map(|&row| site.articles[row].listed()).filter(|day| *day <= group.now()).max();
            if let (Some(newest), Some(limit)) = (newest, limit(column.spec.class))
                && calendar::age(newest, group.now()) > limit
            {
                stale.insert(url);
            }
        }
    }
    let of = |rule: &str| {
        group.truth().defects.iter().filter(|it| it.rule == rule).map(|it| it.url.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(stale, of("column.stale"));
    assert_eq!(empty, of("column.empty"));
}

#[test]
fn stale_and_empty_columns_are_those_of_the_truth_table() {
    let group = Group::new(SEED, 1, NOW);
    check_columns(&group);
    let age = |name: &str| {
        let column = &group.plan.sites[PORTAL].columns[group.plan.column(PORTAL, name)];
        calendar::age(
            group.plan.sites[PORTAL].articles
                [*column.rows.iter().find(|&&row| group.plan.sites[PORTAL].articles[row].pinned.is_none()).unwrap()]
            .date,
            NOW,
        )
    };
    assert_eq!((age("县区动态"), age("处罚公告"), age("工信要闻")), (14, 180, 1));
}

#[test]
fn nothing_is_published_on_the_monitoring_day_or_later() {
    for now in [date(2026, 2, 24), date(2026, 10, 8), NOW] {
        let group = Group::new(SEED, 2, now);
        for article in group.plan.sites.iter().flat_map(|site| &site.articles) {
            assert!(article.date < now, "{} {}", article.date, article.title);
        }
    }
}

fn check_interpretations(group: &Group) {
    let portal = &group.plan.sites[PORTAL];
    let (documents, interpretations) = (group.plan.column(PORTAL, "规范性文件"), group.plan.column(PORTAL, "政策解读"));
    let below = |index: usize| portal.articles[index].extra.as_deref().map_or("", |extra| extra.below.as_str()).to_owned();
    let body = |index: usize| portal.articles[index].extra.as_deref().map_or(&[][..], |extra| extra.body.as_slice());
    let in_column = |column: usize| portal.columns[column].rows.clone();
    let mut expected = BTreeSet::new();
    let named = |title: &str| {
        title.split_once('《').and_then(|(_, rest)| rest.split_once('》')).map(|(name, _)| name.to_owned()).unwrap()
    };
    for document in in_column(documents) {
        let it = &portal.articles[document];
        let url = plan::url(PORTAL, &it.path);
        let newer = in_column(documents)
            .into_iter()
            .map(|other| &portal.articles[other])
            .find(|other| named(&other.title) == named(&it.title) && other.date > it.date);
        let own: Vec<_> = in_column(interpretations)
            .into_iter()
            .filter(|&other| {
                let other = &portal.articles[other];
                named(&other.title) == named(&it.title)
                    && other.date >= it.date
                    && newer.is_none_or(|newer| other.date < newer.date)
            })
            .collect();
        if own.is_empty() && calendar::workdays_after(it.date, 3) < group.now() {
            expected.insert(("interp.missing", url.clone()));
        }
        for &other in &own {
            let interpretation = &portal.articles[other];
            if interpretation.date > calendar::workdays_after(it.date, 3) {
                expected.insert(("interp.late", url.clone()));
            }
            if !body(other).is_empty() && body(other) == body(document) {
                expected.insert(("interp.copy", plan::url(PORTAL, &interpretation.path)));
            }
            if !below(document).contains(&interpretation.path) {
                expected.insert(("interp.not-linked", url.clone()));
            }
            if !below(other).contains(&it.path) {
                expected.insert(("interp.doc-not-linked", plan::url(PORTAL, &interpretation.path)));
            }
        }
    }
    let planted: BTreeSet<_> =
        group.truth().defects.iter().filter(|it| it.rule.starts_with("interp.")).map(|it| (it.rule, it.url.clone())).collect();
    assert_eq!(expected, planted);
    assert_eq!(in_column(documents).len(), 18);
    assert_eq!(in_column(interpretations).len(), 40);
}

#[test]
fn documents_and_interpretations_are_as_the_truth_table_says() {
    check_interpretations(&Group::new(SEED, 1, NOW));
}

#[test]
fn size_is_that_of_the_originating_office() {
    let (_, portal) = Group::new(SEED, 1, NOW).article_counts();
    assert!((1_450..=1_600).contains(&portal), "{portal}");
    let large = Group::new(SEED, 5, NOW);
    assert_eq!(large.article_counts().1, 6_940);
    let rows = |name: &str| large.plan.sites[PORTAL].columns[large.plan.column(PORTAL, name)].rows.len();
    let counted =
        ["公示公告", "文件通知", "政策解读", "企业资讯", "在线视频", "地方工作", "工作动态", "工信要闻", "热点聚焦"].map(rows);
    assert_eq!(counted, [123, 494, 40, 353, 144, 933, 512, 827, 2045]);
}

#[test]
fn two_generations_are_the_same_bytes() {
    let (a, b) = (Group::new(5, 1, NOW), Group::new(5, 1, NOW));
    assert_eq!(a.truth(), b.truth());
    assert!(a.plan.routes.keys().eq(b.plan.routes.keys()));
    for key in a.plan.routes.keys() {
        let (host, target) = key.split_at(key.find('/').unwrap());
        assert_eq!(a.respond(host, target, "GET"), b.respond(host, target, "GET"), "{key}");
    }
    let other = Group::new(6, 1, NOW);
    assert_ne!(a.respond(HOSTS[PORTAL], "/gxt/index.html", "GET"), other.respond(HOSTS[PORTAL], "/gxt/index.html", "GET"));
}

#[test]
fn gbk_site_is_gbk() {
    let group = Group::new(SEED, 1, NOW);
    let home = group.respond(HOSTS[ENERGY], "/", "GET").body;
    assert!(std::str::from_utf8(&home).is_err());
    assert!(encoding_rs::GBK.decode(&home).0.contains("节能监察"));
    let gbk = group.respond(HOSTS[ENERGY], "/search.asp?key=%BD%DA%C4%DC%BC%E0%B2%EC&type=1", "GET").body;
    let utf8 = group.respond(HOSTS[ENERGY], "/search.asp?key=%E8%8A%82%E8%83%BD%E7%9B%91%E5%AF%9F&type=1", "GET").body;
    assert!(encoding_rs::GBK.decode(&gbk).0.contains("检索结果") && encoding_rs::GBK.decode(&utf8).0.contains("信息不存在"));
}

#[test]
fn one_site_falls_on_blank_columns_one_on_its_home_page_and_the_portal_stands() {
    let group = Group::new(SEED, 1, NOW);
    let verdicts: Vec<_> = group.truth().verdicts.iter().map(|it| (it.host.as_str(), it.verdict, it.vetoes.clone())).collect();
    assert_eq!(
        verdicts,
        [
            (HOSTS[PORTAL], SiteVerdict::Qualified, vec![]),
            (HOSTS[SMALL], SiteVerdict::Unqualified, vec![("home.stale", 1), ("interact.unanswered", 1)]),
            (HOSTS[ENERGY], SiteVerdict::Unqualified, vec![("column.empty", 5)]),
            (park::HOST, SiteVerdict::Qualified, vec![]),
        ]
    );
}

#[test]
fn refusing_site_is_there_only_when_asked_for() {
    assert!(Group::new(SEED, 1, NOW).refusing_hosts().is_empty());
    let group = Group::with_options(SEED, 1, NOW, Options { refusing_site: true });
    assert_eq!(group.refusing_hosts(), ["fuwu.example.gov.cn"]);
    assert!(!group.hosts().contains(&"fuwu.example.gov.cn".to_owned()));
    assert_eq!(group.sites().len(), 5);
    assert!(group.truth().defects.iter().any(|it| it.rule == "site.unreachable"));
}
