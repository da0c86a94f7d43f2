//! What the crawl asks for, in what way, and what it writes down, on well-behaved servers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex::Regex;
use xuncha::crawl::{Progress, SinkError, Watch, crawl};
use xuncha::model::outcome::{FailureClass, Outcome, SkipReason};
use xuncha::model::request::Purpose;
use xuncha::model::site::{ColumnDecl, PageRecord, UrlId};
use xuncha::url::PageUrl;

use super::served::{
    Crawled, Header, NOW, Records, Reply, Served, Unwatched, crawl_case, moved, page, plan, run, site, status,
};

const HOST: &str = "gxt.example.gov.cn";

fn at(path: &str) -> String {
    format!("http://{HOST}{path}")
}

fn portal() -> Vec<xuncha::model::site::SiteDecl> {
    vec![site(&at("/"))]
}

async fn crawled(replies: Vec<Reply>) -> (Served, Crawled) {
    let served = Served::replies(replies).await;
    let crawled = run(served.plan(portal())).await;
    (served, crawled)
}

fn methods(record: &PageRecord) -> Vec<(&str, Option<u16>)> {
    record.attempts.iter().map(|attempt| (attempt.method.as_str(), attempt.status)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_read_and_resources_are_only_asked_about() {
    let (served, crawled) = crawled(vec![
        page(HOST, "/", "<title>首页</title><a href=/a.html>甲</a><img src=/i.png><a href='/f.pdf'>附件</a>"),
        page(HOST, "/a.html", "<title>甲</title><a href=/>首页</a><a href='/gone.html#x'>无</a>"),
        page(HOST, "/i.png", "\u{89}PNG"),
        page(HOST, "/f.pdf", "%PDF-1.7"),
    ])
    .await;
    let home = crawled.get(&at("/"));
    assert_eq!((home.purpose, home.depth, home.site, home.links.len()), (Purpose::Home, 0, Some(0), 3));
    assert_eq!(home.facts.as_ref().unwrap().html_title, "首页");
    assert_eq!(methods(crawled.get(&at("/i.png"))), [("HEAD", Some(200))]);
    let a = crawled.get(&at("/a.html"));
    assert_eq!((a.purpose, a.depth), (Purpose::Page, 1));
    assert_eq!(a.links[1].fragment.as_deref(), Some("x"));
    assert_eq!(crawled.records.by_id[&a.links[1].target].url.as_str(), at("/gone.html"));
    assert_eq!(methods(crawled.get(&at("/gone.html"))), [("GET", Some(404)), ("GET", Some(404))]);
    assert_eq!(served.count(&format!("GET {HOST}/a.html")), 1);
    assert!(crawled.summary.complete && !crawled.summary.interrupted);
    assert_eq!(crawled.records.addresses.len(), crawled.records.by_id.len(), "every address has a record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn robots_rules_come_first_and_are_obeyed() {
    let replies = vec![
        page(HOST, "/robots.txt", "User-agent: *\nDisallow: /secret/\nSitemap: /map.xml\n"),
        page(
            HOST,
            "/map.xml",
            "<urlset><url><loc>http://gxt.example.gov.cn/only-here.html</loc></url><url><loc>http://other.cn/</loc></url></urlset>",
        ),
        page(HOST, "/", "<a href=/secret/a.html>密</a><a href=/b.html>公</a>"),
        page(HOST, "/b.html", "公开"),
        page(HOST, "/only-here.html", "只在地图中"),
        page(HOST, "/secret/a.html", "密"),
    ];
    let (served, obeyed) = crawled(replies.clone()).await;
    assert_eq!(obeyed.get(&at("/secret/a.html")).outcome, Outcome::Skipped(SkipReason::Robots));
    assert!(obeyed.get(&at("/only-here.html")).outcome.is_read() && obeyed.summary.complete);
    assert_eq!((obeyed.not_covered("robots"), obeyed.summary.hosts[0].robots.as_str()), (1, "rules"));
    assert!(!served.hits().iter().any(|hit| hit.contains("secret") || hit.contains("other.cn")));

    let served = Served::replies(replies).await;
    let mut plan = served.plan(portal());
    plan.obey_robots = false;
    let ignored = run(plan).await;
    assert!(ignored.get(&at("/secret/a.html")).outcome.is_read());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_asked_before_robots_is_known() {
    let (served, _) = crawled(vec![page(HOST, "/", "<a href=/a.html>甲</a>"), page(HOST, "/a.html", "甲")]).await;
    assert_eq!(served.in_order()[0], format!("GET {HOST}/robots.txt"));
    assert_eq!(served.count(&format!("GET {HOST}/robots.txt")), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_robots_file_leaves_the_home_page_alone_to_be_asked() {
    let (served, crawled) =
        crawled(vec![status(HOST, "/robots.txt", 503), page(HOST, "/", "<a href=/a.html>甲</a>"), page(HOST, "/a.html", "甲")])
            .await;
    assert!(crawled.get(&at("/")).outcome.is_read());
    assert_eq!(crawled.get(&at("/a.html")).outcome, Outcome::Skipped(SkipReason::Robots));
    assert_eq!((crawled.summary.complete, crawled.not_covered("robots-unreachable")), (false, 1));
    assert_eq!(crawled.summary.hosts[0].robots, "unreachable");
    assert_eq!(served.count(&format!("GET {HOST}/a.html")), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_that_is_refused_is_no_fault() {
    let refused = Reply { methods_refused: vec!["HEAD".into()], ..page(HOST, "/f.pdf", "%PDF-1.7 text") };
    let (_, crawled) = crawled(vec![page(HOST, "/", "<a href=/f.pdf>附件</a>"), refused]).await;
    let record = crawled.get(&at("/f.pdf"));
    assert_eq!(methods(record), [("GET", Some(200))]);
    assert_eq!(record.outcome.reply().unwrap().body_kind.as_deref(), Some("pdf"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_resource_is_asked_by_get_before_it_is_called_dead() {
    let (_, crawled) = crawled(vec![page(HOST, "/", "<a href=/f.pdf>附件</a>")]).await;
    assert_eq!(methods(crawled.get(&at("/f.pdf"))), [("HEAD", Some(404)), ("GET", Some(404)), ("GET", Some(404))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_in_place_of_a_document_is_seen_by_its_first_bytes() {
    let wrong = Reply {
        content_type: Some("text/html".into()),
        ..page(HOST, "/f.doc", "<html><title>404</title>文件不存在</html>")
    };
    let odd = Reply { content_type: Some("text/html".into()), ..page(HOST, "/g.pdf", "%PDF-1.4") };
    let (_, crawled) = crawled(vec![page(HOST, "/", "<a href=/f.doc>1</a><a href=/g.pdf>2</a>"), wrong, odd]).await;
    let kind = |path: &str| crawled.get(&at(path)).outcome.reply().unwrap().body_kind.clone();
    assert_eq!((kind("/f.doc").as_deref(), kind("/g.pdf").as_deref()), (Some("html"), Some("pdf")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_that_pass_keep_both_attempts() {
    let once = Reply { times: Some(1), ..status(HOST, "/a.html", 503) };
    let closed = Reply { times: Some(1), close: true, ..page(HOST, "/b.html", "") };
    let (_, crawled) = crawled(vec![
        page(HOST, "/", "<a href=/a.html>1</a><a href=/b.html>2</a>"),
        once,
        closed,
        page(HOST, "/a.html", "<a href=/c.html>丙</a>"),
        page(HOST, "/b.html", "乙"),
        page(HOST, "/c.html", "丙"),
    ])
    .await;
    assert_eq!(methods(crawled.get(&at("/a.html"))), [("GET", Some(503)), ("GET", Some(200))]);
    let b = crawled.get(&at("/b.html"));
    assert_eq!((b.attempts[0].failure, b.attempts[1].status), (Some(FailureClass::Reset), Some(200)));
    assert!(crawled.get(&at("/c.html")).outcome.is_read(), "the links of a page that came late are followed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn external_addresses_are_asked_once_and_never_followed() {
    let other = "www.other.com";
    let (served, crawled) = crawled(vec![
        page(
            HOST,
            "/",
            "<a href='http://www.other.com/x.html'>外</a><a href=/a.html>甲</a><a href='http://gone.example.com/'>死</a>",
        ),
        page(HOST, "/a.html", "<a href='http://www.other.com/x.html'>外</a>"),
        page(other, "/x.html", "<a href=/y.html>不去</a>"),
    ])
    .await;
    let outside: Vec<String> = served.hits().into_iter().filter(|hit| hit.contains(other)).collect();
    assert_eq!(outside, ["GET www.other.com/x.html"]);
    let record = crawled.get("http://www.other.com/x.html");
    assert_eq!((record.purpose, record.site, record.links.len()), (Purpose::External, None, 0));
    let Outcome::Failed { class, .. } = crawled.get("http://gone.example.com/").outcome else { panic!() };
    assert_eq!(class, FailureClass::Dns);
    assert!(crawled.summary.complete, "a dead host elsewhere leaves nothing of ours out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn external_links_can_be_switched_off() {
    let served =
        Served::replies(vec![page(HOST, "/", "<a href='http://www.other.com/'>外</a>"), page("www.other.com", "/", "x")]).await;
    let mut plan = served.plan(portal());
    plan.external_links = false;
    let crawled = run(plan).await;
    assert_eq!(crawled.get("http://www.other.com/").outcome, Outcome::Skipped(SkipReason::ExternalOff));
    assert!(!served.hits().iter().any(|hit| hit.contains("other")));
    assert_eq!(crawled.summary.not_covered[0].site, HOST, "counted under the site that links there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_page_of_each_kindred_host_is_read_for_its_marks() {
    let kin = "jxj.example.gov.cn";
    let (served, crawled) = crawled(vec![
        page(HOST, "/", "<a href='http://jxj.example.gov.cn/'>局</a><a href='http://jxj.example.gov.cn/b.html'>局乙</a>"),
        page(kin, "/", "<title>局网站</title><a href=/c.html>丙</a>"),
        page(kin, "/b.html", "乙"),
    ])
    .await;
    let record = crawled.get("http://jxj.example.gov.cn/");
    assert_eq!((record.facts.as_ref().unwrap().html_title.as_str(), record.links.len()), ("局网站", 0));
    let asked: Vec<String> = served.hits().into_iter().filter(|hit| hit.contains(kin)).collect();
    assert_eq!(asked, ["GET jxj.example.gov.cn/", "HEAD jxj.example.gov.cn/b.html"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_addresses_are_refused_in_every_spelling() {
    let spellings = [
        "http://127.0.0.1:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://0x7f.1:1/",
        "http://2130706433:1/",
        "http://localhost:1/",
    ];
    let links: String = spellings.iter().map(|url| format!("<a href='{url}'>x</a>")).collect::<Vec<_>>().concat();
    let served =
        Served::replies(vec![page(HOST, "/", &format!("{links}<a href=/hop>h</a>")), moved(HOST, "/hop", "http://[::1]:1/")])
            .await;
    let mut plan = served.plan(portal());
    // `localhost` is resolved by the system; nothing else here needs a resolver
    plan.network.offline = false;
    let crawled = run(plan).await;
    for url in spellings.into_iter().chain([at("/hop").as_str()]) {
        assert_eq!(crawled.get(url).outcome, Outcome::Skipped(SkipReason::PrivateAddress), "{url}");
        assert!(crawled.get(url).attempts.iter().all(|attempt| attempt.status.is_none()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_addresses_are_asked_when_allowed() {
    let served = Served::replies(vec![page("127.0.0.1", "/", "<title>本机</title>")]).await;
    let mut plan = plan(vec![site(&format!("http://{}/", served.address))], BTreeMap::new());
    assert_eq!(run(plan.clone()).await.summary.requests, 0);
    plan.network.allow_private = true;
    let crawled = run(plan).await;
    assert!(crawled.summary.complete && crawled.get(&format!("http://{}/", served.address)).outcome.is_read());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_keep_their_hops_and_the_target_keeps_its_links() {
    let (served, crawled) = crawled(vec![
        page(HOST, "/", "<a href=/old1>1</a><a href=/old2>2</a>"),
        moved(HOST, "/old1", "/new.html"),
        moved(HOST, "/old2", "/step"),
        moved(HOST, "/step", "/new.html"),
        page(HOST, "/new.html", "<title>新</title><a href=/>首页</a>"),
    ])
    .await;
    let old = crawled.get(&at("/old2"));
    let reply = old.outcome.reply().unwrap();
    assert_eq!(reply.hops.iter().map(|hop| (hop.url.path(), hop.status)).collect::<Vec<_>>(), [("/old2", 302), ("/step", 302)]);
    assert_eq!((reply.final_url.path(), old.links.len()), ("/new.html", 0));
    assert_eq!(old.facts.as_ref().unwrap().html_title, "新");
    let target = crawled.get(&at("/new.html"));
    assert!(target.outcome.reply().unwrap().hops.is_empty() && target.links.len() == 1);
    assert_eq!(served.count(&format!("GET {HOST}/new.html")), 2, "once for each redirect, not for itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_to_itself_that_sets_a_cookie_is_a_gate() {
    let gate = Reply {
        times: Some(1),
        header: Some(Header { name: "Set-Cookie".into(), value: "CT6T=1; Path=/".into() }),
        ..moved(HOST, "/", "/")
    };
    let (_, crawled) = crawled(vec![gate, page(HOST, "/", "<title>首页</title>")]).await;
    let home = crawled.get(&at("/"));
    assert!(home.outcome.is_read() && crawled.summary.complete, "{:?}", home.outcome);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_home_page_that_leaves_the_site_is_said_to() {
    let (_, crawled) =
        crawled(vec![moved(HOST, "/", "http://www.other.com/"), page("www.other.com", "/", "<a href=/x>x</a>")]).await;
    assert_eq!((crawled.summary.complete, crawled.not_covered("home-elsewhere")), (false, 1));
    assert!(crawled.find(&PageUrl::parse("http://www.other.com/x").unwrap()).is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_site_makes_the_run_incomplete() {
    let served = Served::replies(vec![page(HOST, "/", "<title>首页</title>")]).await;
    let mut sites = portal();
    sites.push(site("http://jxj.example.gov.cn/"));
    let crawled = run(served.plan(sites)).await;
    assert_eq!((crawled.summary.complete, crawled.not_covered("site-unreachable")), (false, 1));
    let home = crawled.get("http://jxj.example.gov.cn/");
    assert_eq!(home.attempts.len(), 3);
    let Outcome::Failed { class, .. } = home.outcome else { panic!() };
    assert_eq!(class, FailureClass::Dns);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_a_host_says_not_found_is_learnt() {
    let (_, crawled) = crawled(vec![page(HOST, "/", "x")]).await;
    let sample = &crawled.summary.not_found[0];
    assert_eq!((sample.host.as_str(), sample.status, sample.title.as_str()), (HOST, Some(404), "404 Not Found"));
    assert!(!sample.body_hash.is_empty() && sample.final_url.contains("/xuncha-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn budgets_and_patterns_leave_out_and_say_so() {
    let links: String = (0..50).map(|i| format!("<a href=/p{i}.html>{i}</a>")).collect::<Vec<_>>().concat();
    let served = Served::replies(vec![page(HOST, "/", &format!("{links}<a href=/old/x.html>旧</a>"))]).await;
    let mut plan = served.plan(portal());
    plan.limits.pages_max = 10;
    plan.exclude = vec![Regex::new("/old/").unwrap()];
    let crawled = run(plan).await;
    assert_eq!((crawled.not_covered("page-budget"), crawled.not_covered("excluded")), (40, 1));
    assert!(!crawled.summary.complete);
    let asked: std::collections::BTreeSet<String> = served.hits().into_iter().filter(|hit| hit.contains("/p")).collect();
    assert_eq!(asked.len(), 10);
}

/// A list whose rows show no date, on a site with more other pages than the budget allows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_that_alone_tell_how_new_a_column_is_go_before_other_pages() {
    let others = (0..40).map(|i| format!("<a href=/p/{i}.html>其他{i}</a>")).collect::<Vec<_>>().concat();
    let rows: String = (0..12)
        .map(|i| format!("<li><a href='./a{i}.html'>关于做好第{i}批企业申报工作的通知</a></li>"))
        .collect::<Vec<_>>()
        .concat();
    let column = format!("<meta name=ColumnName content=通知公告><title>通知公告</title><ul class=list>{rows}</ul>");
    let served = Served::replies(vec![
        page(HOST, "/", &format!("<div class=nav><a href=/tzgg/>通知公告</a></div>{others}")),
        page(HOST, "/tzgg/", &column),
    ])
    .await;
    let mut plan = served.plan(portal());
    plan.limits.pages_max = 8;
    // One after the other: what goes out before the column has come is then known.
    plan.pace.concurrency = 1;
    run(plan).await;
    let asked: Vec<bool> = (0..12).map(|i| served.count(&format!("GET {HOST}/tzgg/a{i}.html")) > 0).collect();
    assert_eq!(asked, (0..12).map(|i| i < 5).collect::<Vec<_>>(), "{:?}", served.hits());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_that_the_user_names_is_read_though_nothing_links_to_it() {
    let served = Served::replies(vec![page(HOST, "/", "x"), page(HOST, "/hidden/", "<title>栏目</title>")]).await;
    let mut plan = served.plan(portal());
    let column = |path: &str, ignore| ColumnDecl {
        url: PageUrl::parse(&at(path)).unwrap(),
        name: None,
        class: None,
        max_age_days: None,
        office: None,
        row_selector: None,
        date_selector: None,
        ignore,
    };
    plan.columns = vec![column("/hidden/", false), column("/left-out/", true)];
    let crawled = run(plan).await;
    assert!(crawled.get(&at("/hidden/")).outcome.is_read());
    assert!(!served.hits().iter().any(|hit| hit.contains("left-out")));
}

/// Turns the switch when so many requests are done.
struct StopAfter {
    requests: u64,
    stop: tokio::sync::watch::Sender<bool>,
    seen: AtomicUsize,
}

impl Watch for StopAfter {
    fn progress(&self, progress: &Progress) {
        self.seen.fetch_add(1, Ordering::Relaxed);
        if progress.requests >= self.requests {
            let _ = self.stop.send(true);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_crawl_accounts_for_everything() {
    let links: String = (0..200).map(|i| format!("<a href=/p{i}.html>{i}</a>")).collect::<Vec<_>>().concat();
    let served = Served::replies(vec![page(HOST, "/", &links)]).await;
    let plan = served.plan(portal());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let watch = StopAfter { requests: 20, stop, seen: AtomicUsize::new(0) };
    let mut records = Records::default();
    let summary = crawl(plan.clone(), &mut records, &watch, stopped).await.unwrap();
    let crawled = Crawled { plan, now: NOW.into(), records, summary };
    assert!(crawled.summary.interrupted && !crawled.summary.complete);
    assert!(crawled.not_covered("interrupted") > 100);
    assert!(crawled.summary.requests < 60, "{} requests", crawled.summary.requests);
    assert_eq!(crawled.records.addresses.len(), crawled.records.by_id.len(), "every address has a record");
    assert!(watch.seen.load(Ordering::Relaxed) >= 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crawl_that_is_stopped_before_it_begins_asks_nothing() {
    let served = Served::replies(vec![page(HOST, "/", "x")]).await;
    let (_stop, stopped) = tokio::sync::watch::channel(true);
    let mut records = Records::default();
    let summary = crawl(served.plan(portal()), &mut records, &Unwatched, stopped).await.unwrap();
    assert!(summary.interrupted && served.hits().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_sink_ends_the_crawl_with_an_error() {
    struct Full;
    impl xuncha::crawl::Sink for Full {
        fn address(&mut self, _: xuncha::model::site::UrlId, _: &PageUrl) -> Result<(), xuncha::crawl::SinkError> {
            Ok(())
        }
        fn record(&mut self, _: PageRecord) -> Result<(), xuncha::crawl::SinkError> {
            Err(xuncha::crawl::SinkError("disk full".into()))
        }
    }
    let served = Served::replies(vec![page(HOST, "/", "x")]).await;
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    assert!(crawl(served.plan(portal()), &mut Full, &Unwatched, stopped).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sites_in_a_folder_end_at_the_folder() {
    let served = Served::replies(vec![
        page(HOST, "/zxqy/", "<a href=a.html>内</a><a href=/b.html>外</a>"),
        page(HOST, "/zxqy/a.html", "内"),
        page(HOST, "/b.html", "<a href=/c.html>不去</a>"),
    ])
    .await;
    let crawled = run(served.plan(vec![site(&at("/zxqy/"))])).await;
    assert_eq!((crawled.get(&at("/zxqy/a.html")).site, crawled.get(&at("/b.html")).site), (Some(0), None));
    assert!(crawled.find(&PageUrl::parse(&at("/c.html")).unwrap()).is_none());
}

#[test]
fn a_case_folder_is_served_as_it_stands() {
    let crawled = crawl_case(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/small"));
    assert_eq!(crawled.now, "2026-11-24T09:00:00+08:00");
    assert_eq!(crawled.get(&at("/xwzx/")).facts.as_ref().unwrap().html_title, "新闻中心");
    assert_eq!(
        crawled.get(&at("/xwzx/s.asp?k=%D6%D0%CE%C4")).outcome.status(),
        Some(404),
        "queries are encoded as the page is"
    );
    assert_eq!(crawled.get(&at("/old.html")).outcome.reply().unwrap().final_url.path(), "/xwzx/");
    assert!(crawled.get(&at("/down/f.doc")).outcome.is_read());
    let slow = crawled.get("http://jxj.example.gov.cn/slow.html");
    assert_eq!((slow.site, slow.attempts.len()), (Some(1), 3));
    let mut ids = Vec::new();
    crawled.each()(&mut |record| ids.push(record.id));
    assert!(ids.is_sorted() && ids.len() == crawled.records.addresses.len());
    assert_eq!(crawled.run().sites.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_whose_tls_is_broken_is_crawled_in_the_clear() {
    // the server speaks no TLS: the handshake fails as it does at hosts with a broken one
    let served = Served::replies(vec![page(HOST, "/", "<a href=/a.html>甲</a>"), page(HOST, "/a.html", "甲")]).await;
    let mut plan = served.plan(vec![site(&format!("https://{HOST}/"))]);
    plan.obey_robots = false;
    let crawled = run(plan).await;
    let Outcome::Failed { class, .. } = crawled.get(&format!("https://{HOST}/")).outcome else { panic!() };
    assert_eq!(class, FailureClass::Tls);
    assert!(crawled.get(&at("/a.html")).outcome.is_read() && crawled.summary.complete);
}

/// A sink that is behind with its writing: nothing is asked beyond what may be in flight together with what is not written yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_not_written_down_count_as_in_flight() {
    use std::cell::Cell;
    struct Slow<'a> {
        served: &'a Served,
        given: usize,
        written: Cell<usize>,
        concurrency: usize,
        worst: usize,
    }
    impl xuncha::crawl::Sink for Slow<'_> {
        fn address(&mut self, _: UrlId, _: &PageUrl) -> Result<(), SinkError> {
            Ok(())
        }
        fn record(&mut self, _: PageRecord) -> Result<(), SinkError> {
            self.given += 1;
            self.worst = self.worst.max(self.served.hits().len() - self.written.get());
            Ok(())
        }
        fn unwritten(&self) -> usize {
            // one more is written each time that the crawl looks
            self.written.set((self.written.get() + 1).min(self.given));
            self.given - self.written.get()
        }
    }
    let links: String = (0..40).map(|i| format!("<a href=/p{i}.html>{i}</a>")).collect::<Vec<_>>().concat();
    let mut replies = vec![page(HOST, "/", &links)];
    replies.extend((0..40).map(|i| page(HOST, &format!("/p{i}.html"), "x")));
    let served = Served::replies(replies).await;
    let mut plan = served.plan(portal());
    plan.pace.concurrency = 4;
    let mut sink = Slow { served: &served, given: 0, written: Cell::new(0), concurrency: 4, worst: 0 };
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    xuncha::crawl::crawl(plan, &mut sink, &super::served::Unwatched, stopped).await.unwrap();
    assert!(sink.given >= 41 && sink.worst <= sink.concurrency, "{} of {}", sink.worst, sink.concurrency);
    assert_eq!(served.hits().iter().filter(|hit| hit.contains("/p")).count(), 40);
}
