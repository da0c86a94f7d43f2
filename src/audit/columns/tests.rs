//! Columns put together from hand-written records.

use super::*;
use crate::audit::testing::columns::{dated, row};
use crate::audit::testing::{TODAY, decl, failed, page, reply_from, url};
use crate::model::facts::{Crumb, DateSource, ListFacts, RENDERED, Row};
use crate::model::outcome::{ChallengeKind, FailureClass, Reply};
use crate::model::request::Request;
use crate::model::run::{CrawlSettings, RunInfo};
use crate::model::site::LinkRef;

const HOST: &str = "http://gxt.example.gov.cn";

fn run_info(columns: Vec<ColumnDecl>) -> RunInfo {
    RunInfo {
        id: "20261124-090000".into(),
        started: String::new(),
        finished: None,
        now: "2026-11-24T09:00:00+08:00".into(),
        tool_version: String::new(),
        unit: String::new(),
        standard: "gov-2019".into(),
        profile: "department".into(),
        sites: vec![decl("http://gxt.example.gov.cn/")],
        columns,
        ignores: Vec::new(),
        settings: CrawlSettings {
            robots_obeyed: true,
            requests_per_second: 5.0,
            timeout_seconds: 15,
            external_links: true,
            user_agent: String::new(),
            max_pages: 1,
            max_minutes: 0,
        },
        crawl: None,
    }
}

fn declared(path: &str) -> ColumnDecl {
    ColumnDecl {
        url: url(&format!("{HOST}{path}")),
        name: None,
        class: None,
        max_age_days: None,
        office: None,
        row_selector: None,
        date_selector: None,
        ignore: false,
    }
}

/// The home page, whose navigation leads to (id, text, selector).
fn home(links: &[(u32, &str, &str)]) -> PageRecord {
    let mut record = read(0, "/", |f| f.kind = PageKind::Home);
    record.purpose = Purpose::Home;
    record.links = links
        .iter()
        .map(|&(id, text, selector)| LinkRef {
            target: UrlId(id),
            fragment: None,
            kind: LinkKind::Anchor,
            place: Place::Navigation,
            text: text.into(),
            selector: selector.into(),
        })
        .collect();
    record
}

fn read(id: u32, path: &str, facts: impl FnOnce(&mut PageFacts)) -> PageRecord {
    let address = format!("{HOST}{path}");
    let mut record = page(id, &address, Outcome::Reply(Box::new(reply_from(200, &address))));
    let mut read = PageFacts::default();
    facts(&mut read);
    record.facts = Some(read);
    record
}

fn list(path: &str, page_no: u32, rows: Vec<Row>, next: Option<&str>) -> ListFacts {
    ListFacts {
        family: "trs".into(),
        column: url(&format!("{HOST}{path}")),
        page_no,
        rows,
        next: next.map(|path| Request::get(url(&format!("{HOST}{path}")), Purpose::List)),
        pages_total: None,
        rows_total: None,
        guess: None,
        unread: None,
    }
}

fn list_page(id: u32, path: &str, name: &str, rows: Vec<Row>) -> PageRecord {
    read(id, path, |f| {
        f.title = name.into();
        f.kind = PageKind::Column;
        f.list = Some(list(path, 1, rows, None));
    })
}

fn crumbs(steps: &[(&str, Option<&str>)]) -> Vec<Crumb> {
    steps.iter().map(|(text, path)| Crumb { text: (*text).into(), url: path.map(|p| url(&format!("{HOST}{p}"))) }).collect()
}

fn collect(records: &[PageRecord]) -> Vec<Column> {
    collect_with(Vec::new(), records)
}

fn collect_with(columns: Vec<ColumnDecl>, records: &[PageRecord]) -> Vec<Column> {
    let run = run_info(columns);
    let mut collector = Collector::new(ClassWords::embedded(), &run, 0, TODAY);
    for record in records {
        collector.page(record);
    }
    collector.finish()
}

fn one(records: &[PageRecord]) -> Column {
    let columns = collect(records);
    assert_eq!(columns.len(), 1, "{columns:#?}");
    columns.into_iter().next().unwrap()
}

fn newest(column: &Column) -> Option<String> {
    column.newest.as_ref().and_then(|row| row.date.as_ref()).map(|d| d.date.to_string())
}

fn unread(reason: &str) -> ColumnReading {
    ColumnReading::Unread { reason: reason.into() }
}

#[test]
fn rows_of_all_list_pages_make_one_column() {
    let first = read(1, "/tzgg/index.html", |f| {
        f.title = "通知公告".into();
        f.list =
            Some(list("/tzgg/index.html", 1, vec![row("新", "/tzgg/1.html", Some("2026-11-01"))], Some("/tzgg/index_1.html")));
    });
    let second = read(2, "/tzgg/index_1.html", |f| {
        f.list = Some(list("/tzgg/index.html", 2, vec![row("旧", "/tzgg/2.html", Some("2026-10-01"))], None));
    });
    let column = one(&[home(&[]), first, second]);
    assert_eq!((column.name.as_str(), column.class), ("通知公告", ColumnClass::Notice));
    assert_eq!((column.list_pages, column.items, column.rows.len()), (2, 2, 2));
    assert_eq!(newest(&column).as_deref(), Some("2026-11-01"));
    assert_eq!(column.state, ColumnReading::Read);
}

#[test]
fn a_pinned_old_row_and_a_row_of_the_future_do_not_hide_the_newest() {
    let mut pinned = row("置顶", "/a/0.html", Some("2019-01-01"));
    pinned.pinned = true;
    let rows = vec![
        pinned,
        row("预告", "/a/3.html", Some("2027-01-05")),
        row("新", "/a/2.html", Some("2026-11-20")),
        row("零", "/a/4.html", Some("1970-01-01")),
    ];
    let column = one(&[list_page(1, "/gzdt/", "工作动态", rows)]);
    assert_eq!(newest(&column).as_deref(), Some("2026-11-20"));
    let bad: Vec<&str> = column.bad_dates.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(bad, ["预告", "零"]);
}

#[test]
fn rows_without_dates_take_those_of_their_articles() {
    let rows = vec![row("甲", "/a/1.html", None), row("乙", "/a/2.html", None)];
    let article = |id: u32, path: &str, date: &str| {
        read(id, path, |f| {
            f.kind = PageKind::Article;
            f.date = Some(dated(date, DateSource::Tag));
        })
    };
    let column = one(&[list_page(1, "/gzdt/", "工作动态", rows), article(2, "/a/1.html", "2026-11-12")]);
    assert_eq!((newest(&column).as_deref(), column.undated), (Some("2026-11-12"), 1));
    assert_eq!(column.newest.unwrap().date.unwrap().source, DateSource::Tag);
    assert!(column.rows[0].date.is_some() && column.rows[1].date.is_none());
}

#[test]
fn columns_past_the_limit_are_counted_and_named() {
    let run = run_info(Vec::new());
    let mut collector = Collector::new(ClassWords::embedded(), &run, 0, TODAY);
    for id in 1..=u32::try_from(COLUMNS_MAX).unwrap() + 7 {
        collector.page(&list_page(id, &format!("/c{id}/"), "通知公告", Vec::new()));
    }
    let said = collector.cut.said("gxt.example.gov.cn", "columns-cut").unwrap();
    assert_eq!((said.count, said.examples.len()), (7, 5));
    assert_eq!(Collector::new(ClassWords::embedded(), &run, 0, TODAY).cut.said("x", "columns-cut"), None);
}

/// «04-06», «03-18» of 2022 look like this year's; a single article that is wrong about itself changes nothing.
#[test]
fn a_list_without_years_is_of_the_year_that_its_articles_name() {
    let shown = |title: &str, path: &str, date: &str, text: &str| {
        let mut row = row(title, path, Some(date));
        row.date.as_mut().unwrap().text = text.to_owned();
        row
    };
    let rows = vec![
        shown("甲", "/a/1.html", "2026-04-06", "04-06"),
        shown("乙", "/a/2.html", "2026-03-18", "03-18"),
        shown("丙", "/a/3.html", "2026-03-01", "03-01"),
    ];
    let article = |id: u32, path: &str, date: &str| {
        read(id, path, |f| {
            f.kind = PageKind::Article;
            f.date = Some(dated(date, DateSource::Label));
        })
    };
    let page = |rows: &[Row]| list_page(1, "/gzdt/", "工作动态", rows.to_vec());
    let both = one(&[page(&rows), article(2, "/a/1.html", "2022-04-06"), article(3, "/a/2.html", "2022-03-18")]);
    assert_eq!(newest(&both).as_deref(), Some("2022-04-06"));
    let one_only = one(&[page(&rows), article(2, "/a/1.html", "2022-04-06"), article(3, "/a/2.html", "2026-03-18")]);
    assert_eq!(newest(&one_only).as_deref(), Some("2026-04-06"));
    let other_day = one(&[page(&rows), article(2, "/a/1.html", "2022-04-07"), article(3, "/a/2.html", "2022-03-19")]);
    assert_eq!(newest(&other_day).as_deref(), Some("2026-04-06"));
    let written: Vec<Row> = rows
        .iter()
        .cloned()
        .map(|mut row| {
            row.date.as_mut().unwrap().text = "2026-04-06".to_owned();
            row
        })
        .collect();
    let written = one(&[page(&written), article(2, "/a/1.html", "2022-04-06"), article(3, "/a/2.html", "2022-03-18")]);
    assert_eq!(newest(&written).as_deref(), Some("2026-04-06"), "a year that stands in the list is not put right");
}

#[test]
fn an_attachment_with_few_words_dates_its_row_too() {
    let rows = vec![row("附件", "/tzgg/a.html", None), row("通知", "/tzgg/b.html", Some("2026-01-05"))];
    let short = |source| {
        read(2, "/tzgg/a.html", |facts| {
            facts.kind = PageKind::Other;
            facts.date = Some(dated("2026-11-20", source));
        })
    };
    let column = one(&[list_page(1, "/tzgg/", "通知公告", rows.clone()), short(DateSource::Label)]);
    assert_eq!((newest(&column).as_deref(), column.undated), (Some("2026-11-20"), 0));
    // An address alone says nothing of a page that is no article.
    let column = one(&[list_page(1, "/tzgg/", "通知公告", rows), short(DateSource::Url)]);
    assert_eq!((newest(&column).as_deref(), column.undated), (Some("2026-01-05"), 1));
}

#[test]
fn empty_is_said_only_where_a_list_was_recognised_and_came_in_full() {
    assert_eq!(one(&[list_page(1, "/tzgg/", "通知公告", Vec::new())]).state, ColumnReading::Empty);
    let waiting = read(1, "/tzgg/", |f| f.list = Some(list("/tzgg/", 1, Vec::new(), Some("/data.jsp?page=1"))));
    assert_eq!(one(std::slice::from_ref(&waiting)).state, unread("list-data-missing"));
    let reply = read(2, "/data.jsp?page=1", |f| f.list = Some(list("/tzgg/", 1, Vec::new(), None)));
    assert_eq!(one(&[waiting, reply]).state, ColumnReading::Empty);
    let kept_back = read(1, "/tzgg/", |f| {
        f.list = Some(ListFacts { unread: Some("needs-browser".into()), ..list("/tzgg/", 1, Vec::new(), None) });
    });
    assert_eq!(one(&[kept_back]).state, unread("needs-browser"));
    let counted =
        read(1, "/tzgg/", |f| f.list = Some(ListFacts { rows_total: Some(45), ..list("/tzgg/", 1, Vec::new(), None) }));
    assert_eq!(one(&[counted]).state, unread("list-data-missing"));
}

#[test]
fn a_list_drawn_by_a_script_is_unread_and_a_text_is_static() {
    let shell = read(1, "/tzgg/", |f| {
        f.tags.insert("ColumnName".into(), "通知公告".into());
        f.text.body_chars = 300;
    });
    assert_eq!(one(&[shell]).state, unread("no-list"));
    let text = read(1, "/jgzn/", |f| {
        f.tags.insert("ColumnName".into(), "机构职能".into());
        f.text.body_chars = 300;
    });
    let column = one(&[text]);
    assert_eq!((column.class, column.state), (ColumnClass::Static, ColumnReading::Static));
}

#[test]
fn a_text_that_the_navigation_leads_to_is_static_and_a_news_item_is_no_column() {
    let text = |id: u32, path: &str, title: &str| {
        read(id, path, |f| {
            f.kind = PageKind::Article;
            f.title = title.into();
            f.text.body_chars = 400;
        })
    };
    let nav = home(&[(1, "领导信息", "#nav > li > a"), (2, "全省大会召开", "#nav > li > a")]);
    let column =
        one(&[nav, text(1, "/ld/202601/t20260101_1.html", "领导信息"), text(2, "/xw/202601/t20260101_2.html", "全省大会召开")]);
    assert_eq!((column.name.as_str(), column.state), ("领导信息", ColumnReading::Static));
}

#[test]
fn a_parent_whose_children_hold_the_content_is_a_parent() {
    let parent = read(1, "/zcfg/", |f| f.list = Some(list("/zcfg/", 1, Vec::new(), None)));
    let child = list_page(2, "/zcfg/gfxwj/", "规范性文件", vec![row("甲", "/zcfg/gfxwj/1.html", Some("2026-10-01"))]);
    let columns = collect(&[home(&[(1, "政策法规", "#nav > li > a")]), parent, child]);
    assert_eq!(columns[0].state, ColumnReading::Parent);
    assert_eq!(columns[1].parent.as_ref(), Some(&columns[0].url));
    assert_eq!((columns[0].level, columns[1].level), (1, 2));
}

#[test]
fn a_parent_that_shows_older_items_than_its_child_is_not_late_by_itself() {
    let parent = list_page(1, "/xwzx/", "新闻中心", vec![row("旧", "/xwzx/1.html", Some("2025-01-01"))]);
    let child = list_page(2, "/xwzx/gzdt/", "工作动态", vec![row("新", "/xwzx/gzdt/1.html", Some("2026-11-20"))]);
    let columns = collect(&[parent, child]);
    assert_eq!((columns[0].state.clone(), columns[1].state.clone()), (ColumnReading::Parent, ColumnReading::Read));
}

#[test]
fn index_page_and_folder_are_one_column() {
    let rows = || vec![row("甲", "/tzgg/1.html", Some("2026-11-01")), row("乙", "/tzgg/2.html", Some("2026-10-01"))];
    let column = one(&[list_page(1, "/tzgg/", "通知公告", rows()), list_page(2, "/tzgg/index.html", "通知公告", rows())]);
    assert_eq!((column.url.path(), column.items, column.list_pages), ("/tzgg/", 2, 1));
}

#[test]
fn one_column_under_two_prefixes_stands_once_at_its_higher_level() {
    let rows = || vec![row("甲", "/gxt/tzgg/1.html", Some("2026-11-01")), row("乙", "/gxt/tzgg/2.html", Some("2026-10-01"))];
    let column = one(&[list_page(1, "/gxt/tzgg/", "通知公告", rows()), list_page(2, "/tzgg/", "通知公告", rows())]);
    assert_eq!(column.url.path(), "/tzgg/");
}

/// A menu entry that is sent on to its first child says nothing of the child's own place in the menu.
#[test]
fn the_level_of_a_column_does_not_hang_on_which_address_was_asked_for_first() {
    let child = "/hygl/yclgy/";
    let rows = || vec![row("甲", "/hygl/yclgy/1.html", Some("2026-11-01"))];
    let level = |own: u32, sent_on: u32| {
        let nav = home(&[
            (sent_on, "行业管理", "#nav > ul.menu > li > a"),
            (own, "原材料工业", "#nav > ul.menu > li > ul.sub > li > a"),
        ]);
        let direct = list_page(own, child, "原材料工业", rows());
        let mut entry = list_page(sent_on, "/hygl/", "原材料工业", rows());
        entry.outcome = direct.outcome.clone();
        entry.facts.clone_from(&direct.facts);
        let mut records = [direct, entry];
        records.sort_by_key(|record| record.id);
        let [first, second] = records;
        let column = one(&[nav, first, second]);
        (column.url.path().to_owned(), column.level)
    };
    assert_eq!(level(1, 2), (child.to_owned(), 2));
    assert_eq!(level(2, 1), (child.to_owned(), 2));
}

#[test]
fn names_come_from_the_tag_then_the_navigation_then_the_breadcrumb() {
    let named = |tag: &str| {
        let record = read(1, "/a/b/", |f| {
            f.tags.insert("ColumnName".into(), tag.into());
            f.title = "题".into();
            f.list = Some(list("/a/b/", 1, vec![row("甲", "/a/b/1.html", Some("2026-11-01"))], None));
            f.breadcrumb = crumbs(&[("首页", Some("/")), ("政策文件", Some("/a/")), ("其他文件", Some("/a/b/"))]);
        });
        (one(&[home(&[(1, "政策其他", "ul.nav > li > a")]), record.clone()]).name, one(&[record]).name)
    };
    assert_eq!(named("政策库"), ("政策库".into(), "政策库".into()));
    assert_eq!(named("null"), ("政策其他".into(), "其他文件".into()));
}

#[test]
fn levels_follow_the_menu() {
    let rows = || vec![row("甲", "/x/1.html", Some("2026-11-01"))];
    let nav = home(&[(1, "通知公告", "#nav > ul.menu > li > a"), (2, "工作动态", "#nav > ul.menu > li > ul.sub > li > a")]);
    let mut deep = list_page(3, "/a/b/c/", "统计数据", rows());
    deep.facts.as_mut().unwrap().breadcrumb = crumbs(&[("首页", Some("/")), ("数据", Some("/a/")), ("统计数据", None)]);
    let columns = collect(&[nav, list_page(1, "/tzgg/", "通知公告", rows()), list_page(2, "/gzdt/", "工作动态", rows()), deep]);
    let levels: Vec<_> = columns.iter().map(|c| (c.url.path(), c.level)).collect();
    assert_eq!(levels, [("/a/b/c/", 2), ("/gzdt/", 2), ("/tzgg/", 1)]);
}

#[test]
fn an_archived_topic_says_so() {
    let record = read(1, "/ztzl/ztjy2019/", |f| {
        f.title = "主题教育（已归档）".into();
        f.list = Some(list("/ztzl/ztjy2019/", 1, vec![row("旧", "/x/1.html", Some("2019-01-01"))], None));
    });
    assert_eq!(one(&[record]).state, ColumnReading::Archived);
}

#[test]
fn a_column_in_the_navigation_that_is_gone_is_unreachable() {
    let gone = |outcome: Outcome| {
        let mut record = page(1, &format!("{HOST}/gsgg/"), outcome);
        record.attempts = crate::audit::testing::attempts("GET 404");
        one(&[home(&[(1, "公示公告", "#nav > a")]), record]).state
    };
    let status = |status: u16| Outcome::Reply(Box::new(reply_from(status, &format!("{HOST}/gsgg/"))));
    assert_eq!(gone(status(404)), ColumnReading::Unreachable { reason: "status.404".into() });
    assert_eq!(gone(failed(FailureClass::Timeout)), ColumnReading::Unreachable { reason: "failure.timeout".into() });
    assert_eq!(gone(status(403)), unread("status.403"), "it turns programs away");
    assert_eq!(gone(Outcome::Challenged { kind: ChallengeKind::Ruishu, status: 412 }), unread("challenge.ruishu"));
    assert_eq!(gone(Outcome::Skipped(SkipReason::PageBudget)), unread("skip.page-budget"));
}

#[test]
fn a_dead_address_that_nothing_calls_a_column_is_none() {
    let dead = page(1, &format!("{HOST}/gsgg/"), Outcome::Reply(Box::new(reply_from(404, &format!("{HOST}/gsgg/")))));
    assert!(collect(std::slice::from_ref(&dead)).is_empty());
    let article = read(2, "/gsgg/1.html", |f| {
        f.kind = PageKind::Article;
        f.breadcrumb = crumbs(&[("首页", Some("/")), ("公示公告", Some("/gsgg/")), ("正文", None)]);
    });
    let column = one(&[article, dead]);
    assert_eq!((column.name.as_str(), column.state), ("公示公告", ColumnReading::Unreachable { reason: "status.404".into() }));
}

#[test]
fn searching_link_outs_and_articles_are_no_columns() {
    let search = list_page(1, "/search/", "站内搜索", Vec::new());
    let mut away = read(2, "/bsfw/", |_| {});
    away.outcome = Outcome::Reply(Box::new(Reply { ..reply_from(200, "http://zwfw.hunan.gov.cn/") }));
    let article = read(3, "/tzgg/202611/t20261101_1.html", |f| {
        f.kind = PageKind::Article;
        f.tags.insert("ColumnName".into(), "通知公告".into());
        f.list = Some(list("/tzgg/202611/t20261101_1.html", 1, vec![row("相关", "/x.html", Some("2020-01-01"))], None));
    });
    let further = read(4, "/tzgg/index_7.html", |f| {
        f.tags.insert("ColumnName".into(), "通知公告".into());
    });
    assert!(collect(&[home(&[(1, "站内搜索", "a"), (2, "办事服务", "a")]), search, away, article, further]).is_empty());
}

#[test]
fn a_column_that_leads_to_the_home_page_is_not_read() {
    let mut record = read(1, "/tzgg/", |f| f.title = "首页".into());
    record.outcome = Outcome::Reply(Box::new(reply_from(200, "http://gxt.example.gov.cn/index.html")));
    assert_eq!(one(&[home(&[(1, "通知公告", "a")]), record]).state, unread("leads-home"));
}

#[test]
fn the_users_words_go_before_everything_and_unseen_columns_are_not_crawled() {
    let mut own = declared("/tzgg/index.html");
    own.name = Some("公告栏".into());
    own.class = Some(ColumnClass::Other);
    own.max_age_days = Some(30);
    own.office = Some("综合处".into());
    let mut left_out = declared("/old/");
    left_out.ignore = true;
    let rows = vec![row("甲", "/tzgg/1.html", Some("2026-11-01"))];
    let columns = collect_with(vec![own, left_out, declared("/never/")], &[list_page(1, "/tzgg/", "通知公告", rows)]);
    let shown: Vec<_> =
        columns.iter().map(|c| (c.url.path(), c.name.as_str(), c.class_source.as_str(), c.state.clone())).collect();
    assert_eq!(
        shown,
        [
            ("/never/", "/never/", "default", unread("not-crawled")),
            ("/old/", "/old/", "default", ColumnReading::Ignored),
            ("/tzgg/", "公告栏", "config", ColumnReading::Read),
        ]
    );
    assert_eq!((columns[2].max_age_days, columns[2].office.as_deref()), (Some(30), Some("综合处")));
}

#[test]
fn a_list_from_old_to_new_must_come_in_full() {
    let rows: Vec<Row> = (1..=6).map(|m| row("甲", &format!("/a/{m}.html"), Some(&format!("2019-0{m}-01")))).collect();
    let cut = read(1, "/gzdt/", |f| f.list = Some(list("/gzdt/", 1, rows.clone(), Some("/gzdt/index_1.html"))));
    assert_eq!(one(&[cut]).state, unread("oldest-first-incomplete"));
    assert_eq!(one(&[list_page(1, "/gzdt/", "工作动态", rows)]).state, ColumnReading::Read);
}

#[test]
fn an_empty_frame_that_scripts_fill_needs_a_browser_and_what_a_browser_shows_is_read() {
    let shell = |id, path: &str| {
        read(id, path, |f| {
            f.tags.insert("ColumnName".into(), "通知公告".into());
            f.drawn_by_script = true;
        })
    };
    assert_eq!(one(&[shell(1, "/tzgg/")]).state, unread("needs-browser"));
    let child = list_page(2, "/tzgg/sj/", "省级通知", vec![row("甲", "/a.html", Some("2026-11-01"))]);
    let states: Vec<_> = collect(&[shell(1, "/tzgg/"), child]).into_iter().map(|c| c.state).collect();
    assert_eq!(states, [ColumnReading::Parent, ColumnReading::Read], "its items stand below");
    let shown = |rows: Vec<Row>, unread: Option<&str>| {
        let list = ListFacts { family: RENDERED.into(), unread: unread.map(str::to_owned), ..list("/tzgg/", 1, rows, None) };
        read(1, "/tzgg/", |f| f.list = Some(list))
    };
    let dates = |months: [u8; 5]| months.map(|m| row("甲", &format!("/a/{m}.html"), Some(&format!("2026-0{m}-01")))).to_vec();
    let column = one(&[shown(dates([9, 7, 5, 3, 1]), None)]);
    assert_eq!((&column.state, column.list_kind.as_deref()), (&ColumnReading::Read, Some("rendered")));
    assert_eq!(
        one(&[shown(dates([1, 3, 5, 7, 9]), None)]).state,
        unread("oldest-first-incomplete"),
        "its other pages were not opened"
    );
    assert_eq!(one(&[shown(Vec::new(), Some("render-no-rows"))]).state, unread("render-no-rows"));
    assert_eq!(one(&[shown(Vec::new(), None)]).state, unread("list-data-missing"), "never empty");
}

#[test]
fn a_list_whose_first_page_did_not_come_says_nothing_of_the_newest() {
    let nav = home(&[(1, "通知公告", "a")]);
    let first = read(1, "/tzgg/", |f| f.text.body_chars = 10);
    let second = read(2, "/tzgg/index_1.html", |f| {
        f.list = Some(list("/tzgg/", 2, vec![row("旧", "/tzgg/2.html", Some("2020-10-01"))], None));
    });
    assert_eq!(one(&[nav, first, second]).state, unread("first-page-missing"));
}

#[test]
fn a_shell_lives_by_the_first_page_of_its_data() {
    let shell = read(1, "/tzgg/", |f| {
        let waiting = list("/tzgg/", 1, Vec::new(), Some("/data.jsp?page=1"));
        f.list = Some(ListFacts { unread: Some("script-data".into()), ..waiting });
    });
    let reply = |page_no: u32, day: &str| {
        let mut reply = read(page_no + 1, &format!("/data.jsp?page={page_no}"), |f| {
            f.list = Some(list("/tzgg/", page_no, vec![row("甲", &format!("/tzgg/{page_no}.html"), Some(day))], None));
        });
        reply.purpose = Purpose::List;
        reply
    };
    let whole = one(&[shell.clone(), reply(1, "2026-11-20"), reply(2, "2025-01-02")]);
    assert_eq!((newest(&whole).as_deref(), whole.state), (Some("2026-11-20"), ColumnReading::Read));
    assert_eq!(one(&[shell, reply(2, "2025-01-02")]).state, unread("script-data"), "older rows alone date nothing");
}

#[test]
fn rows_that_lead_to_columns_make_a_parent() {
    let leads = vec![row("规范性文件", "/zcfg/gfxwj/", None), row("政策解读", "/zcfg/zcjd/", None)];
    let child = |id: u32, path: &str, name: &str| list_page(id, path, name, vec![row("甲", "/x/1.html", Some("2026-11-01"))]);
    let columns = collect(&[
        list_page(1, "/zcfg/", "政策法规", leads),
        child(2, "/zcfg/gfxwj/", "规范性文件"),
        child(3, "/zcfg/zcjd/", "政策解读"),
    ]);
    assert_eq!(columns[0].state, ColumnReading::Parent);
}
