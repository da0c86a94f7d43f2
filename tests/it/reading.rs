//! What stands between an address and what is read from it, on served sites, crawled and judged: spellings of addresses, charsets,
//! protection pages, requests to sign in, closed columns, and which pages are columns. docs/reading.md says what is tested where.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use xuncha::audit::{Input, Judgement, judge, rules};
use xuncha::model::finding::Certainty;
use xuncha::model::outcome::{ChallengeKind, Outcome};
use xuncha::model::report::ColumnState;
use xuncha::model::rule::Lang;
use xuncha::url::PageUrl;

use super::served::{Crawled, Header, Reply, Served, moved, page, run, site, status};
use crate::raw::HOST;

fn judged(crawled: &Crawled) -> Judgement {
    let run = crawled.run();
    let records = crawled.each();
    let book = rules::load(&[], "gov-2019", "department").unwrap();
    judge(
        &Input {
            run: &run,
            records: &records,
            history: &BTreeMap::new(),
            probes: &[],
            warn: xuncha::model::run::WarnLevels::default(),
            lang: Lang::Zh,
        },
        &book,
    )
}

/// Rules that speak against links and columns, with what they point at.
fn against(judgement: &Judgement) -> Vec<(String, String)> {
    let speaks =
        |rule: &str| ["link.", "home.", "column.", "content.", "site.unreachable"].iter().any(|part| rule.starts_with(part));
    let place = |url: &str| url.strip_prefix(&format!("http://{HOST}")).unwrap_or(url).to_owned();
    judgement
        .findings
        .iter()
        .filter(|finding| speaks(&finding.rule))
        .map(|finding| (finding.rule.clone(), place(finding.target.as_deref().unwrap_or(&finding.url))))
        .collect()
}

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

/// A page with a title, a heading and the day: that of its address, where that names one.
fn article(path: &str, title: &str) -> Reply {
    let day = path.split_once("/t202611").and_then(|(_, rest)| rest.get(..2)).unwrap_or("20");
    let body = format!("<meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>发布时间：2026-11-{day}</p><p>正文。</p>");
    page(HOST, path, &body)
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

/// Rows of a list, newest first.
fn rows(prefix: &str) -> String {
    (1..=5).rev().fold(String::new(), |mut out, nth| {
        let day = 15 + nth;
        write!(out, "<li><a href='{prefix}t202611{day}_{nth}.html'>关于做好第{nth}批企业申报工作的通知</a><span>2026-11-{day}</span></li>").unwrap();
        out
    })
}

/// A home page that links to `links`, address and text: folders in the navigation, the others in its body.
fn home(links: &[(&str, &str)]) -> Reply {
    let anchors = |is_column: bool| {
        links.iter().filter(|(path, _)| path.ends_with('/') == is_column).fold(String::new(), |mut out, (path, text)| {
            write!(out, "<a href=\"{path}\">{text}</a> ").unwrap();
            out
        })
    };
    let (columns, others) = (anchors(true), anchors(false));
    let title = "<meta charset=utf-8><title>某省工业和信息化厅</title>";
    page(HOST, "/", &format!("{title}<div class=nav>{columns}</div><p>省工信厅门户网站首页要闻：{others}</p>"))
}

// ---- addresses

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_asked_once_however_it_is_written() {
    let links = [
        ("/gzdt/a b.html", "空格"),
        ("/gzdt/a%20b.html", "空格已编码"),
        ("/gzdt/通知.html", "汉字"),
        ("/gzdt/%E9%80%9A%E7%9F%A5.html", "汉字已编码"),
        ("\\gzdt\\c.html", "反斜杠"),
        ("//gxt.example.gov.cn/gzdt/d.html", "省略协议"),
        ("HTTP://GXT.Example.GOV.CN:80/gzdt/e.html", "大写和默认端口"),
        ("/gzdt/e.html#top", "锚点"),
        ("/gzdt/./x/../f.html", "点段"),
        (" /gzdt/g.html\n", "首尾空白"),
        ("/gzdt/h.html;jsessionid=0A1B2C3D4E5F60718293A4B5C6D7E8F9", "会话号"),
        ("/gzdt/h.html;jsessionid=F9E8D7C6B5A493827160F5E4D3C2B1A0", "另一会话号"),
        ("/gzdt/E.html", "路径中的大写是另一地址"),
    ];
    let (served, crawled) = crawled(vec![
        home(&links),
        article("/gzdt/a%20b.html", "甲"),
        article("/gzdt/%E9%80%9A%E7%9F%A5.html", "乙"),
        article("/gzdt/c.html", "丙"),
        article("/gzdt/d.html", "丁"),
        article("/gzdt/e.html", "戊"),
        article("/gzdt/f.html", "己"),
        article("/gzdt/g.html", "庚"),
        article("/gzdt/h.html", "辛"),
    ])
    .await;
    for path in ["a%20b", "%E9%80%9A%E7%9F%A5", "c", "d", "e", "f", "g", "h"] {
        assert_eq!(served.count(&format!("GET {HOST}/gzdt/{path}.html")), 1, "{path}: {:#?}", served.hits());
    }
    assert_eq!(against(&judged(&crawled)), [("home.broken-link".to_owned(), "/gzdt/E.html".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_base_element_moves_the_links_of_its_page_and_of_no_other() {
    let list = |base: &str| {
        format!(
            "<meta charset=utf-8>{base}<title>通知公告</title><meta name=ColumnName content=通知公告><ul class=list>{}</ul>",
            rows("")
        )
    };
    let articles = |folder: &str| {
        (1..=5).map(|nth| article(&format!("{folder}t202611{}_{nth}.html", 15 + nth), "通知")).collect::<Vec<_>>()
    };
    let mut replies = vec![
        home(&[("/tzgg/", "通知公告"), ("/gsgg/", "公示公告")]),
        page(HOST, "/tzgg/", &list("<base href=\"/gxt/xxgk/tzgg/\" target=_blank>")),
        page(HOST, "/gsgg/", &list("<base target=_blank>")),
    ];
    replies.extend(articles("/gxt/xxgk/tzgg/").into_iter().chain(articles("/gsgg/")));
    let (served, crawled) = crawled(replies).await;
    assert_eq!(served.count(&format!("GET {HOST}/gxt/xxgk/tzgg/t20261120_5.html")), 1, "{:#?}", served.hits());
    assert_eq!(served.count(&format!("GET {HOST}/tzgg/t20261120_5.html")), 0);
    let list = crawled.get(&at("/tzgg/")).facts.as_ref().unwrap().list.as_ref().unwrap();
    assert_eq!(list.rows[0].url, PageUrl::parse(&at("/gxt/xxgk/tzgg/t20261120_5.html")).unwrap());
    assert_eq!(against(&judged(&crawled)), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_and_redirects_of_a_gbk_page_go_out_in_its_bytes() {
    let old = Reply {
        location_bytes: Some([&b"/gzdt/"[..], &gbk("通知"), b".html?lm=", &gbk("公告")].concat()),
        ..status(HOST, "/old.html", 302)
    };
    let body = "<meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>首页</title>\
                <a href='/search.jsp?q=通知'>检索</a><a href='/gzdt/公告.html'>公告</a><a href=/old.html>旧址</a>";
    let (served, crawled) = crawled(vec![
        Reply { bytes: Some(gbk(body)), content_type: Some("text/html".into()), ..page(HOST, "/", "") },
        old,
        article("/search.jsp", "检索结果"),
        // a browser writes a path in UTF-8, whatever the page is written in, and the query in the page's own encoding
        article("/gzdt/%E5%85%AC%E5%91%8A.html", "公告"),
        article("/gzdt/%CD%A8%D6%AA.html", "通知"),
    ])
    .await;
    for path in ["/search.jsp?q=%CD%A8%D6%AA", "/gzdt/%E5%85%AC%E5%91%8A.html", "/gzdt/%CD%A8%D6%AA.html?lm=%B9%AB%B8%E6"] {
        assert_eq!(served.count(&format!("GET {HOST}{path}")), 1, "{path}: {:#?}", served.hits());
    }
    assert_eq!(against(&judged(&crawled)), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_read_in_the_charset_that_its_bytes_are_in() {
    let text = |declared: &str| {
        format!(
            "{declared}<title>关于开展申报工作的通知</title><h1>关于开展申报工作的通知</h1><p>{}</p>",
            "各市州工业和信息化局，有关企业：".repeat(4)
        )
    };
    let traditional = |declared: &str| {
        format!(
            "{declared}<title>關於開展申報工作的通知</title><h1>關於開展申報工作的通知</h1><p>{}</p>",
            "各市州工業和資訊化局，有關企業：".repeat(4)
        )
    };
    let big5 = |text: &str| encoding_rs::BIG5.encode(text).0.into_owned();
    // path, header, bytes, charset that is read, Traditional
    let cases: Vec<(&str, &str, Vec<u8>, &str, bool)> = vec![
        ("/1.html", "text/html; charset=iso-8859-1", gbk(&text("")), "gb18030", false),
        ("/2.html", "text/html; charset=utf-8", gbk(&text("<meta charset=gb2312>")), "gb18030", false),
        ("/3.html", "text/html; charset=gbk", text("<meta charset=utf-8>").into_bytes(), "utf-8", false),
        ("/4.html", "text/html", text("<meta charset=gb2312>").into_bytes(), "utf-8", false),
        ("/5.html", "text/html", gbk(&text("")), "gb18030", false),
        ("/6.html", "text/html", text("").into_bytes(), "utf-8", false),
        ("/7.html", "text/html", big5(&traditional("<meta charset=big5>")), "big5", true),
        ("/8.html", "text/html", big5(&traditional("")), "big5", true),
    ];
    let links: Vec<(&str, &str)> = cases.iter().map(|case| (case.0, "通知")).collect();
    let mut replies = vec![home(&links)];
    replies.extend(cases.iter().map(|(path, header, bytes, ..)| Reply {
        bytes: Some(bytes.clone()),
        content_type: Some((*header).to_owned()),
        ..page(HOST, path, "")
    }));
    let (_, crawled) = crawled(replies).await;
    for (path, header, _, charset, is_traditional) in &cases {
        let facts = crawled.get(&at(path)).facts.as_ref().unwrap();
        let title = if *is_traditional { "關於開展申報工作的通知" } else { "关于开展申报工作的通知" };
        assert_eq!((facts.title.as_str(), facts.charset.label.as_str()), (title, *charset), "{path} {header}");
    }
}

// ---- pages that are not what they seem

const RUISHU: &str = "<!DOCTYPE html><html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.cd='qE';</script>\
    <script src='/4QbVtADbnLVIc/c.js'></script></head><body></body></html>";

/// 瑞数, 加速乐, a cookie and a reload, captchas, a firewall's page, «too often»: challenged, with its kind; nothing is found against
/// links, columns or the site, and a page that only speaks of such things is a page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_protection_page_is_challenged_and_nothing_is_found_against_what_lies_behind() {
    use ChallengeKind as C;
    let jiasule = "<script>document.cookie=('_')+('_')+('jsl_clearance_s')+'=1700000000.1|-1|x;max-age=3600;path=/';location.href=location.pathname+location.search</script>";
    let reload = "<html><head><script>var t='C3VK=8a1';document.cookie=t+';path=/;max-age=300';window.location.reload();</script></head><body></body></html>";
    let captcha = "<meta charset=utf-8><title>安全验证</title><p>请完成下方验证后继续操作</p>";
    let firewall =
        "<meta charset=utf-8><title>405</title><div>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</div>";
    let often = "<meta charset=utf-8><title>提示</title><p>您的访问过于频繁，请稍后再试</p>";
    let cases: [(&str, u16, &str, C); 8] = [
        ("/tzgg/", 412, RUISHU, C::Ruishu),
        ("/zcwj/", 202, RUISHU, C::Ruishu),
        ("/a/1.html", 200, RUISHU, C::Ruishu),
        ("/a/2.html", 521, jiasule, C::Jiasule),
        ("/a/3.html", 200, reload, C::CookieReload),
        ("/a/4.html", 200, captcha, C::Captcha),
        ("/a/5.html", 405, firewall, C::Firewall),
        ("/a/6.html", 200, often, C::Throttled),
    ];
    let names = ["通知公告", "政策文件", "甲", "乙", "丙", "丁", "戊", "己"];
    let mut links: Vec<(&str, &str)> = cases.iter().zip(names).map(|(case, name)| (case.0, name)).collect();
    links.push(("/b.html", "说明"));
    let mut replies = vec![home(&links), article("/b.html", "关于网站启用安全验证和访问过于频繁提示的说明")];
    replies.extend(cases.iter().map(|(path, status, body, _)| Reply { status: Some(*status), ..page(HOST, path, body) }));
    let (_, crawled) = crawled(replies).await;
    for (path, code, _, kind) in &cases {
        let outcome = &crawled.get(&at(path)).outcome;
        let is_it = matches!(outcome, Outcome::Challenged { kind: found, status } if found == kind && status == code);
        assert!(is_it, "{path}: {outcome:?}");
    }
    assert!(crawled.get(&at("/b.html")).outcome.is_read());
    assert_eq!(crawled.not_covered("challenged"), 8);
    let judgement = judged(&crawled);
    assert_eq!(against(&judgement), []);
    for path in ["/tzgg/", "/zcwj/"] {
        let column = judgement.columns.iter().find(|line| line.url == at(path)).unwrap();
        assert_eq!(column.state, ColumnState::Undetermined, "{column:?}");
    }
}

/// A page that is sent to itself with a cookie, and shows itself to who brings it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gate_that_opens_with_its_cookie_is_passed() {
    let gate = Reply {
        times: Some(1),
        header: Some(Header { name: "Set-Cookie".into(), value: "CT6T=1; Path=/".into() }),
        ..moved(HOST, "/a/t20261120_1.html", "/a/t20261120_1.html")
    };
    let (served, crawled) =
        crawled(vec![home(&[("/a/t20261120_1.html", "通知")]), gate, article("/a/t20261120_1.html", "通知")]).await;
    assert!(crawled.get(&at("/a/t20261120_1.html")).outcome.is_read());
    assert_eq!(served.count(&format!("GET {HOST}/a/t20261120_1.html")), 2);
    assert_eq!(against(&judged(&crawled)), []);
}

const SIGN_IN: &str = "<meta charset=utf-8><title>用户登录</title><form action=/uc/login.do method=post><h1>统一身份认证</h1>\
    用户名<input name=u>密码<input type=password name=p><input type=submit value=登录></form>";

/// A column that sends the visitor to sign in, one that answers with the form, one that answers 401: undetermined, with the reason.
/// A box for signing in on top of a list changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_behind_a_sign_in_is_undetermined_and_no_fault() {
    let list = format!(
        "<meta charset=utf-8><title>公示公告</title><meta name=ColumnName content=公示公告>\
         <div class=top><form action=/uc/login.do>用户名<input name=u>密码<input type=password name=p></form></div><ul class=list>{}</ul>",
        rows("")
    );
    let mut replies = vec![
        home(&[
            ("/tzgg/", "通知公告"),
            ("/zcwj/", "政策文件"),
            ("/gzdt/", "工作动态"),
            ("/gsgg/", "公示公告"),
            ("/uc/", "个人中心"),
            ("/sb/202611/t20261120_9.html", "申报入口"),
        ]),
        moved(HOST, "/tzgg/", "/uc/login.html"),
        page(HOST, "/uc/login.html", SIGN_IN),
        page(HOST, "/zcwj/", SIGN_IN),
        page(HOST, "/uc/", SIGN_IN),
        status(HOST, "/gzdt/", 401),
        moved(HOST, "/sb/202611/t20261120_9.html", "/uc/login.html"),
        page(HOST, "/gsgg/", &list),
    ];
    replies.extend((1..=5).map(|nth| article(&format!("/gsgg/t202611{}_{nth}.html", 15 + nth), "通知")));
    let (_, crawled) = crawled(replies).await;
    let judgement = judged(&crawled);
    let refused = ("home.broken-link".to_owned(), "/gzdt/".to_owned());
    assert_eq!(against(&judgement), [refused], "what answers 401 is listed as blocked, and nothing else");
    assert!(
        judgement.findings.iter().all(|finding| finding.rule != "home.broken-link" || finding.verdict == Certainty::Blocked)
    );
    let ledger: Vec<(&str, ColumnState, &str)> =
        judgement.columns.iter().map(|line| (line.name.as_str(), line.state, line.note.as_deref().unwrap_or(""))).collect();
    let of = |name: &str| ledger.iter().find(|line| line.0 == name).unwrap_or_else(|| panic!("{name}: {ledger:#?}"));
    for name in ["通知公告", "政策文件"] {
        assert_eq!(of(name).1, ColumnState::Undetermined, "{name}");
        assert!(of(name).2.contains("登录"), "{ledger:#?}");
    }
    assert_eq!(of("工作动态").1, ColumnState::Undetermined);
    assert_eq!(of("公示公告").1, ColumnState::Fresh);
    assert!(!ledger.iter().any(|line| line.0 == "个人中心"), "{ledger:#?}");
}

/// A column that says it is being rebuilt is neither empty nor stale nor gone; the page that says so is suspected, no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_that_is_being_rebuilt_is_suspected_and_no_more() {
    let closed = "<meta charset=utf-8><title>通知公告</title><div class=main><p>栏目升级改版中，敬请期待！</p><p><a href=/>返回首页</a></p></div>";
    let news = format!(
        "<meta charset=utf-8><title>关于网站升级改版的公告</title><h1>关于网站升级改版的公告</h1><p>发布时间：2026-11-20</p><p>{}</p>",
        "我厅门户网站升级改版中，部分栏目暂停服务，请您谅解。".repeat(6)
    );
    let (_, crawled) = crawled(vec![
        home(&[("/tzgg/", "通知公告"), ("/a/t20261120_1.html", "公告")]),
        page(HOST, "/tzgg/", closed),
        page(HOST, "/a/t20261120_1.html", &news),
    ])
    .await;
    let judgement = judged(&crawled);
    let column = judgement.columns.iter().find(|line| line.name == "通知公告").unwrap();
    assert_eq!(column.state, ColumnState::Undetermined, "{column:?}");
    let of_column: Vec<_> = judgement.findings.iter().filter(|finding| finding.rule.starts_with("column.")).collect();
    assert!(of_column.iter().all(|finding| finding.verdict != Certainty::Confirmed), "{of_column:#?}");
    let soft: Vec<_> = judgement
        .findings
        .iter()
        .filter(|finding| finding.rule == "link.soft-404")
        .map(|f| (f.target.clone(), f.verdict))
        .collect();
    assert_eq!(soft, [(Some(at("/tzgg/")), Certainty::Suspected)]);
}

/// A whole site that is closed for rebuilding: nothing on it can be judged, and its columns are not called gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_is_being_rebuilt_has_no_findings_on_what_it_does_not_show() {
    let closed =
        "<meta charset=utf-8><title>网站升级维护中</title><div><h1>网站升级维护中</h1><p>给您带来不便，敬请谅解。</p></div>";
    let (_, crawled) = crawled(vec![page(HOST, "/", closed)]).await;
    let judgement = judged(&crawled);
    let confirmed: Vec<_> = judgement
        .findings
        .iter()
        .filter(|finding| finding.verdict == Certainty::Confirmed)
        .map(|finding| (&finding.rule, &finding.message))
        .collect();
    assert!(confirmed.is_empty(), "{confirmed:#?}");
}

/// A server that is short of breath sends its home page for every article: asked once more when all else is done, the articles
/// come; what still is the home page then is suspected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_home_page_in_place_of_an_article_is_asked_for_once_more() {
    let start = home(&[("/a/t20261120_1.html", "甲"), ("/a/t20261119_2.html", "乙"), ("/a/t20261118_3.html", "丙")]);
    let instead = |path: &str, times: Option<usize>| Reply { path: path.into(), times, ..start.clone() };
    let (served, crawled) = crawled(vec![
        instead("/a/t20261120_1.html", Some(1)),
        instead("/a/t20261119_2.html", None),
        start.clone(),
        article("/a/t20261120_1.html", "甲"),
        article("/a/t20261118_3.html", "丙"),
    ])
    .await;
    assert_eq!(crawled.get(&at("/a/t20261120_1.html")).facts.as_ref().unwrap().title, "甲");
    assert_eq!(served.count(&format!("GET {HOST}/a/t20261118_3.html")), 1);
    let judgement = judged(&crawled);
    let soft: Vec<_> =
        judgement.findings.iter().filter(|f| f.rule == "link.soft-404").map(|f| (f.target.clone(), f.verdict)).collect();
    assert_eq!(soft, [(Some(at("/a/t20261119_2.html")), Certainty::Suspected)]);
}

// ---- columns

/// The tree of a portal's columns, as the ledger shows it: texts, archives, parents, what leads out, searches and signing in.
#[test]
fn columns_are_told_from_texts_archives_links_out_searches_and_sign_ins() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/columns");
    let crawled = super::served::crawl_case(&folder);
    let judgement = judged(&crawled);
    let mut out = String::new();
    for line in &judgement.columns {
        writeln!(out, "{} {} | level {} | {:?} | {:?}", line.name, line.url, line.level, line.class, line.state).unwrap();
    }
    insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("ledger", out);
    });
    assert_eq!(against(&judgement), []);
}
