//! Whole pages in the shapes of the content systems that portals run on.

use super::*;
use crate::model::facts::Place;
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600), header in "[a-z0-9-]{0,8}") {
        let url = PageUrl::parse("http://gxt.example.gov.cn/tzgg/t20260804_1.html").unwrap();
        let selectors = ListSelectors { row: "li".to_owned(), date: None };
        let input = PageInput {
            url: &url, bytes: &bytes, header_charset: Some(&header), today: jiff::civil::date(2026, 11, 24), home: Some(&url),
            selectors: Some(&selectors),
            asked: None,
            typos: None,
 signs: None,
        };
        let _ = read_page(&input);
        let _ = challenge(412, &bytes);
        let _ = challenge(200, &bytes);
    }

    #[test]
    fn any_markup_is_read(html in "(<(a href=|div class=foot|p|table|td|script|title|meta name=PubDate content=|h1|dl|dt)[>'\" ]?|主办：|〔2026〕1号|ICP备|索引号：|《|》|404|[a-z0-9<>/='\"&;:中号]{0,9}){0,50}") {
        let url = PageUrl::parse("http://gxt.example.gov.cn/").unwrap();
        let input = PageInput {
            url: &url, bytes: html.as_bytes(), header_charset: None, today: jiff::civil::date(2026, 11, 24), home: None, selectors: None, asked: None, typos: None,
 signs: None,
        };
        let _ = read_page(&input);
    }
}

fn page(address: &str, bytes: &[u8], header_charset: Option<&str>) -> PageRead {
    let url = PageUrl::parse(address).unwrap();
    let home = PageUrl::parse("http://gxt.example.gov.cn/gxt/index.html").unwrap();
    let today = jiff::civil::date(2026, 11, 24);
    read_page(&PageInput {
        url: &url,
        bytes,
        header_charset,
        today,
        home: Some(&home),
        selectors: None,
        asked: None,
        typos: None,
        signs: None,
    })
}

const TRS_ARTICLE: &str = r#"<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<title>关于开展2026年制造业单项冠军企业申报工作的通知_通知公告_某省工业和信息化厅</title>
<meta name="SiteName" content="某省工业和信息化厅"><meta name="SiteDomain" content="gxt.example.gov.cn"><meta name="SiteIDCode" content="4300000031">
<meta name="ColumnName" content="通知公告"><meta name="ColumnType" content="通知公告"><meta name="ArticleTitle" content="关于开展2026年制造业单项冠军企业申报工作的通知">
<meta name="PubDate" content="2026-08-04 09:30"><meta name="ContentSource" content="某省工业和信息化厅">
<link rel="stylesheet" href="../../images/style.css"></head><body>
<div class="header"><div class="top w1200"><a href="/gxt/">首页</a><a href="http://www.example.gov.cn/">省政府</a></div>
<ul class="nav"><li><a href="../../xwzx/">新闻中心</a></li><li><a href="../../zwgk/">政务公开</a></li></ul></div>
<div class="tys-main w1200"><div class="position">您现在所在的位置：<a href="../../">首页</a> &gt; <a href="../">通知公告</a> &gt; 正文</div>
<h1 class="title">关于开展2026年制造业单项冠军企业申报工作的通知</h1>
<div class="info"><span>发布时间：2026-08-04 09:30</span><span>来源：装备工业处</span></div>
<table class="xxgk"><tr><td>索引号：</td><td>430S00/2026-00123</td><td>文号：</td><td>湘工信装备〔2026〕12号</td></tr>
<tr><td>发布机构：</td><td>某省工业和信息化厅</td><td>成文日期：</td><td>2026-07-31</td></tr></table>
<div class="TRS_Editor" id="zoom"><p>各市州工业和信息化局：</p><p>根据《制造业单项冠军企业认定管理办法》（工信部政法〔2023〕138号），现将有关事项通知如下。</p>
<p>附件：<a href="./P020260804341234567890.doc" title="申报书">1.申报书.doc</a></p><p>2026年7月31日</p></div></div>
<div class="footer"><a href="/gxt/wzdt/">网站地图</a><p>主办单位：某省工业和信息化厅</p><p>网站标识码：4300000031 <a href="https://beian.miit.gov.cn/">湘ICP备05000618号</a></p></div>
</body></html>"#;

#[test]
fn a_trs_article_is_read_whole() {
    let read = page("http://gxt.example.gov.cn/gxt/tzgg/202608/t20260804_34039387.html", TRS_ARTICLE.as_bytes(), Some("utf-8"));
    let facts = &read.facts;
    assert_eq!(facts.kind, PageKind::Article);
    assert_eq!(facts.title, "关于开展2026年制造业单项冠军企业申报工作的通知");
    assert_eq!(facts.lang.as_deref(), Some("zh-CN"));
    let crumbs: Vec<_> = facts.breadcrumb.iter().map(|crumb| crumb.text.as_str()).collect();
    assert_eq!(crumbs, ["首页", "通知公告"]);
    assert_eq!(facts.date.as_ref().map(|date| (date.source, date.text.as_str())), Some((DateSource::Tag, "2026-08-04 09:30")));
    let document = facts.document.as_ref().unwrap();
    assert_eq!(document.number.as_deref(), Some("湘工信装备〔2026〕12号"));
    assert_eq!(document.index.get("成文日期").map(String::as_str), Some("2026-07-31"));
    assert_eq!(document.cited_numbers, ["工信部政法〔2023〕138号"]);
    assert_eq!(document.cited_titles, ["制造业单项冠军企业认定管理办法"]);
    assert!(facts.text.head.starts_with("关于开展2026年"), "{}", facts.text.head);
    assert!(facts.error_signs.is_empty() && facts.list.is_none());
    let attachment = read.links.iter().find(|link| link.text == "1.申报书.doc").unwrap();
    assert_eq!(attachment.url.path(), "/gxt/tzgg/202608/P020260804341234567890.doc");
    assert_eq!((attachment.place, attachment.selector.as_str()), (Place::Body, "#zoom > p > a"));
    let place = |text: &str| read.links.iter().find(|link| link.text == text).map(|link| link.place);
    assert_eq!(place("新闻中心"), Some(Place::Navigation));
    assert_eq!(place("网站地图"), Some(Place::Footer));
}

#[test]
fn an_asp_page_in_gbk_is_read_whole() {
    let html = r#"<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>某市中小企业服务网</title></head>
<body bgcolor=#ffffff background="images/bg.gif"><table width=1000><tr><td><img src="images/logo.jpg"></td></tr><tr><td class=menu><a href="default.asp">首 页</a> <a href="list.asp?k=通知">通 知</a></td></tr></table>
<table width=1000><tr><td>当前位置：<a href=default.asp>首页</a> >> <a href="list.asp?k=通知">通知</a></td></tr><tr><td align=center><font size=4><b>关于召开座谈会的通知</b></font></td></tr>
<tr><td align=center>发布日期：2019/3/5　来源：本站　点击：<script src="hits.asp?id=12"></script>次</td></tr>
<tr><td><p>各有关企业：<p>　　兹定于２０１９年３月８日召开座谈会，请准时参加。会议由我中心主办，联系电话另行通知。请各企业做好准备，安排专人参会，并将名单报送我中心综合科汇总。</td></tr></table>
<table width=1000><tr><td align=center>主办：某市工业和信息化局 &copy; 版权所有<br>湘ICP备05006188号</td></tr></table></body></html>"#;
    let bytes = encoding_rs::GB18030.encode(html).0;
    let read = page("http://gxt.example.gov.cn/zxqy/show.asp?id=12", &bytes, Some("utf-8"));
    let facts = &read.facts;
    assert_eq!((facts.charset.label.as_str(), facts.kind), ("gb18030", PageKind::Article));
    assert_eq!(facts.charset.conflict, Some(("utf-8".to_owned(), "gb2312".to_owned())));
    assert_eq!(facts.date.as_ref().map(|date| date.date), Some(jiff::civil::date(2019, 3, 5)));
    assert_eq!(facts.marks.owner.as_ref().map(|mark| mark.value.as_str()), Some("某市工业和信息化局"));
    assert_eq!(facts.breadcrumb.len(), 2);
    let link = read.links.iter().find(|link| link.text == "通 知").unwrap();
    assert_eq!(link.url.query(), Some("k=%CD%A8%D6%AA"));
    assert_eq!(link.place, Place::Navigation);
}

#[test]
fn a_gkmlpt_article_is_a_document() {
    let html = r#"<html><head><title>某市工业和信息化局关于印发实施细则的通知 - 政府信息公开</title><meta name="ArticleTitle" content="某市工业和信息化局关于印发实施细则的通知"></head>
<body><div class="article-content"><div class="classify"><table><tr><td class="first">索引号:</td><td>007482532/2026-00123</td><td class="first">分类:</td><td>工业、交通</td></tr>
<tr><td class="first">发布机构:</td><td>某市工业和信息化局</td><td class="first">成文日期:</td><td>2026-06-15</td></tr>
<tr><td class="first">名称:</td><td colspan=3>某市工业和信息化局关于印发实施细则的通知</td></tr><tr><td class="first">文号:</td><td>某工信规字〔2026〕2号</td><td class="first">发布日期:</td><td>2026-06-18</td></tr></table></div>
<div class="content"><p>各区工业和信息化局：</p><p>现印发《实施细则》，请遵照执行。</p></div></div>
<script>window._CONFIG = {"DETAIL":{"title":"某"}};</script></body></html>"#;
    let facts = page("http://gxt.example.gov.cn/gkmlpt/content/9/9123/post_9123456.html", html.as_bytes(), None).facts;
    let document = facts.document.unwrap();
    assert_eq!(document.number.as_deref(), Some("某工信规字〔2026〕2号"));
    assert_eq!(document.index.get("索引号").map(String::as_str), Some("007482532/2026-00123"));
    assert_eq!(facts.kind, PageKind::Article);
    assert_eq!(facts.date.map(|date| (date.source, date.date)), Some((DateSource::Label, jiff::civil::date(2026, 6, 18))));
}

#[test]
fn a_column_with_rows_is_a_column() {
    let rows = (1..=15)
        .map(|n| format!("<li><a href='./202608/t202608{n:02}_340393{n:02}.html' title='关于第{n}批企业名单的公示'>关于第{n}批企业名单的公示</a><span>2026-08-{n:02}</span></li>"))
        .collect::<Vec<_>>()
        .concat();
    let html = format!(
        "<head><title>公示公告-某省工业和信息化厅</title><meta name=ColumnName content=公示公告></head><body><div class=nav><a href=/>首页</a></div>         <div class=position>当前位置：<a href=/>首页</a>><a href=./>公示公告</a></div><ul class=list>{rows}</ul><div class=foot>主办：某省工业和信息化厅</div>"
    );
    let facts = page("http://gxt.example.gov.cn/gxt/gsgg/index.html", html.as_bytes(), None).facts;
    assert_eq!((facts.kind, facts.title.as_str()), (PageKind::Column, "公示公告"));
    assert_eq!(facts.list.map(|list| list.rows.len()), Some(15));
    assert_eq!(facts.document, None);
    assert_eq!(facts.dated_items, []);
}

#[test]
fn the_home_page_has_dated_items_and_no_list() {
    let rows = (1..=6)
        .map(|n| {
            format!(
                "<li><a href='/gxt/xwzx/202611/t202611{n:02}_1.html'>全省工业经济运行情况第{n}期</a><span>11-{n:02}</span></li>"
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let html = format!(
        "<title>某省工业和信息化厅</title><div class=nav><a href=/gxt/xwzx/>要闻</a></div><div class=news><ul>{rows}</ul></div>"
    );
    let facts = page("http://gxt.example.gov.cn/gxt/", html.as_bytes(), None).facts;
    assert_eq!((facts.kind, facts.list.is_none()), (PageKind::Home, true));
    assert_eq!(facts.dated_items.len(), 6);
    assert_eq!(facts.dated_items[0].date.as_ref().map(|date| date.date), Some(jiff::civil::date(2026, 11, 6)));
}

#[test]
fn the_users_selectors_replace_the_rows() {
    let html = "<div class=x><p><a href=/a/1.html>甲项目公示</a><i>2026-08-04</i></p><p><a href=/a/2.html>乙项目公示</a><i>2026-08-03</i></p></div>";
    let url = PageUrl::parse("http://gxt.example.gov.cn/a/").unwrap();
    let selectors = ListSelectors { row: "div.x > p".to_owned(), date: Some("i".to_owned()) };
    let today = jiff::civil::date(2026, 11, 24);
    let input = PageInput {
        url: &url,
        bytes: html.as_bytes(),
        header_charset: None,
        today,
        home: None,
        selectors: Some(&selectors),
        asked: None,
        typos: None,
        signs: None,
    };
    let facts = read_page(&input).facts;
    let list = facts.list.unwrap();
    assert_eq!((list.family.as_str(), list.rows.len(), facts.kind), ("configured", 2, PageKind::Column));
}

/// Work is counted by what the reader keeps (nodes of the tape, links, bytes of text), not by a clock: it grows with the page.
#[test]
fn ten_times_the_page_is_ten_times_the_work() {
    let item = "<li><a href='./202608/t20260804_1.html'>关于某事的通知</a><span>2026-08-04</span></li>";
    let sizes = [20_000, 200_000, 2_000_000, 10_000_000].map(|bytes: usize| {
        let html = format!("<title>x</title><ul>{}</ul>", item.repeat(bytes / item.len()));
        let tape = Tape::read(&html);
        (html.len(), tape.len())
    });
    for pair in sizes.windows(2) {
        let [(bytes, nodes), (more_bytes, more_nodes)] = [pair[0], pair[1]];
        assert!(more_nodes * bytes <= nodes * more_bytes * 2, "{sizes:?}");
    }
    assert!(sizes[3].1 <= tape::NODES_MAX);
}

#[test]
fn nesting_costs_no_more_than_depth_allows() {
    for opening in ["<div>", "<b>", "<table><tr><td>", "<ul><li>", "<a href=x>", "<font><p>"] {
        let html = opening.repeat((1 << 20) / opening.len());
        let tape = Tape::read(&html);
        assert!(tape.too_deep || tape.nodes().all(|id| tape.ancestors(id).count() <= tape::DEPTH_MAX), "{opening}");
        // Every climb from a node to the root is bounded, whatever the page nests.
        let deepest = tape.nodes().step_by(97).map(|id| tape.ancestors(id).count()).max().unwrap_or(0);
        assert!(deepest <= tape::DEPTH_MAX, "{opening}: {deepest}");
        assert!(tape.len() <= html.len() / 3, "{opening}: {} nodes", tape.len());
    }
}

#[test]
fn a_page_of_many_megabytes_is_read_within_its_limits() {
    let row = "<p>某条<a href=/a.html>通知</a> createPage() 2026年8月4日</p>";
    let html =
        format!("<title>关于某事的通知</title><script>{}</script>{}", "createPage(a,b,c);".repeat(20_000), row.repeat(40_000));
    let read = page("http://gxt.example.gov.cn/x.html", html.as_bytes(), Some("utf-8"));
    assert_eq!(read.links.len(), LINKS_MAX);
    assert!(read.links_cut);
}

#[test]
fn an_empty_frame_with_a_script_is_told_from_an_empty_list_and_from_a_text() {
    let drawn = |body: &str| {
        let html = format!(
            "<html><head><title>通知公告</title></head><body><ul class='nav'><li><a href='/'>首页</a></li></ul>{body}</body></html>"
        );
        let facts = page("http://gxt.example.gov.cn/tzgg/", html.as_bytes(), Some("utf-8")).facts;
        assert!(facts.list.as_ref().is_none_or(|list| list.rows.is_empty()));
        facts.drawn_by_script
    };
    assert!(drawn("<div id='app'></div><script src='/js/app.4f1c.js'></script>"));
    assert!(drawn("<div class='main'><ul id='articles'></ul></div><script src='/js/list.js'></script>"));
    assert!(!drawn("<div id='app'></div>"), "nothing would fill it");
    assert!(
        !drawn("<div id='app'>暂无信息</div><ul id='list'></ul><script src='/js/site.js'></script>"),
        "it says that it is empty"
    );
    let text = "本厅负责全省工业和信息化工作，拟订并组织实施工业行业规划、计划和产业政策。".repeat(12);
    assert!(!drawn(&format!("<div class='main'><p>{text}</p></div><div id='app'></div><script src='/js/site.js'></script>")));
}
