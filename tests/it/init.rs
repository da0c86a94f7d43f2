//! `xuncha init` on the demo group, through the real binary: what it drafts is a configuration, and names the group's columns.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use xuncha::config::Config;
use xuncha::demo::{Group, Server};
use xuncha::model::site::ColumnClass;

use super::served::NOW;

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = assert_cmd::Command::cargo_bin("xuncha")
        .unwrap()
        .current_dir(folder)
        .env_remove("XUNCHA_PROXY")
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_draft_is_a_configuration_and_names_the_columns() {
    let group = Arc::new(Group::new(1, 1, jiff::civil::date(2026, 11, 24)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start(Arc::clone(&group), 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let resolve = format!("gxt.example.gov.cn={}", server.addr);
    let base = ["init", "http://gxt.example.gov.cn/", "--rate", "0", "--progress", "none", "--now", NOW, "--resolve", &resolve];
    let with = |more: &[&str]| run(folder.path(), &[&base[..], more].concat());

    let (status, out, err) = with(&["--output", "crawl.toml"]);
    assert_eq!((status, out.as_str()), (0, ""), "{err}");
    let (status, _, err) = run(folder.path(), &["config", "check"]);
    assert_eq!(status, 0, "{err}");

    let text = fs::read_to_string(folder.path().join("crawl.toml")).unwrap();
    let config = Config::parse(&text, Path::new("crawl.toml")).unwrap();
    assert_eq!(config.sites.len(), 1, "second-level sites are for a person to decide");
    assert_eq!(config.audit.unit, xuncha::demo::UNIT);
    assert!(config.columns.len() >= 40, "{} columns\n{text}", config.columns.len());
    for class in [ColumnClass::News, ColumnClass::Notice, ColumnClass::Policy, ColumnClass::Interpretation] {
        assert!(config.columns.iter().any(|column| column.class == Some(class)), "{class:?}\n{text}");
    }
    for words in
        ["# url = \"http://zxqy.example.gov.cn/\"", "# kind = \"second-level\"", "最新一条 2026-", "依据：页面的栏目类型标签"]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }

    fs::write(folder.path().join("crawl.toml"), "mine").unwrap();
    let (status, _, err) = with(&["--output", "crawl.toml"]);
    assert_eq!(status, 2);
    assert!(err.contains("已存在") && err.contains("--force"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("crawl.toml")).unwrap(), "mine");
    let (status, _, _) = with(&["--output", "crawl.toml", "--force", "--max-pages", "3", "--lang", "en"]);
    assert_eq!(status, 0);
    let small = fs::read_to_string(folder.path().join("crawl.toml")).unwrap();
    assert!(small.contains("columns may be missing"), "{small}");

    let (status, out, err) = run(
        folder.path(),
        &["init", "http://nowhere.invalid/", "--resolve", "nowhere.invalid=127.0.0.1:1", "--rate", "0", "--progress", "none"],
    );
    assert_eq!((status, out.as_str()), (3, ""), "{err}");
    assert!(err.contains("没有生成配置文件"), "{err}");
    drop(server);
}

/// Home page, columns and the sitemap are asked for, once each; no article, no file, no host outside. What only the sitemap names is
/// found; a column whose list a data interface draws is named with its mechanism.
#[test]
fn no_article_and_no_file_is_asked_for_and_columns_of_the_sitemap_are_found() {
    use super::served::{Served, page};
    const HOST: &str = "gxt.example.gov.cn";
    let rows: String = (1..=5)
        .map(|nth| {
            let day = 15 + nth;
            format!(
                "<li><a href=t202611{day}_{nth}.html>关于做好第{nth}批企业申报工作的通知</a><span>2026-11-{day}</span></li>"
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let column = |name: &str| {
        format!("<meta charset=utf-8><title>{name}</title><meta name=ColumnName content={name}><ul class=list>{rows}</ul>")
    };
    let home = "<meta charset=utf-8><title>某省工业和信息化厅</title><meta name=SiteName content=某省工业和信息化厅>\
        <div class=nav><a href=/tzgg/>通知公告</a><a href=/gzdt/>工作动态</a></div><img src=/logo.png>\
        <a href=/tzgg/t20261120_5.html>关于做好第5批企业申报工作的通知</a><a href=/ys.pdf>预算</a>\
        <a href=http://zxqy.example.gov.cn/>中小企业公共服务平台</a><a href=http://www.other.com/>友情链接</a>";
    let sitemap = format!(
        "<?xml version=\"1.0\"?><urlset><url><loc>http://{HOST}/zcjd/</loc></url><url><loc>http://{HOST}/zcjd/t20261120_5.html</loc></url></urlset>"
    );
    let records: String = [20, 15, 10]
        .map(|day| {
            format!(
                "<record><![CDATA[\n<li><a href=\"/art/2026/11/{day}/art_1229123456_589{day}.html\" \
                 title=\"省工信厅调研第{day}家企业生产经营情况\" target=\"_blank\">省工信厅调研第{day}家企业生产经营情况</a><span>2026-\n\t\t\t11-{day}</span></li>]]></record>\n"
            )
        })
        .concat();
    let gzdt = format!(
        "<html><head><meta charset=utf-8><title>工作动态</title>\
         <meta name=SiteName content=某省工业和信息化厅><meta name=SiteDomain content=gxt.example.gov.cn>\
         <meta name=SiteIDCode content=4300000051><meta name=ColumnName content=工作动态><meta name=ColumnType content=政务动态>\
         <link rel=stylesheet href=/style/list.css><script src=/script/jquery-1.9.1.min.js></script><script src=/script/jpage.js></script></head>\
         <body><div class=nav><ul><li><a href=/>首页</a></li><li><a href=/gzdt/>工作动态</a></li><li><a href=/tzgg/>通知公告</a></li></ul></div>\
         <div class=position>当前位置：<a href=/>首页</a> &gt; <a href=/gzdt/>工作动态</a></div><div class=\"list\"><div id=\"7654321\" class=\"jpage\"></div>\
         <script type=\"text/xml\"><datastore>\n<totalrecord>3</totalrecord><totalpage>1</totalpage>\n<recordset>\n{records}</recordset></datastore></script>\n\
         <script type=\"text/javascript\">$(function(){{ $('#7654321').jpage({{ theme:'default', perPage:15, totalRecord:3, dataStore: 'xml', \
         proxyUrl:'/module/web/jpage/dataproxy.jsp', groupSize:3 }}); }});</script></div></body></html>"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let served = runtime.block_on(Served::replies(vec![
        page(HOST, "/", home),
        page(HOST, "/robots.txt", &format!("User-agent: *\nSitemap: http://{HOST}/sitemap.xml\n")),
        page(HOST, "/sitemap.xml", &sitemap),
        page(HOST, "/tzgg/", &column("通知公告")),
        page(HOST, "/zcjd/", &column("政策解读")),
        page(HOST, "/gzdt/", &gzdt),
        page("zxqy.example.gov.cn", "/", "<title>中小企业公共服务平台</title>"),
        page("www.other.com", "/", "x"),
    ]));
    let folder = tempfile::tempdir().unwrap();
    let resolve = served.hosts.iter().map(|host| format!("{host}={}", served.address)).collect::<Vec<_>>();
    let mut args =
        vec!["init", "http://gxt.example.gov.cn/", "--rate", "0", "--progress", "none", "--now", NOW, "--output", "crawl.toml"];
    args.extend(resolve.iter().flat_map(|pair| ["--resolve", pair]));
    let (status, _, err) = run(folder.path(), &args);
    assert_eq!(status, 0, "{err}");
    let text = fs::read_to_string(folder.path().join("crawl.toml")).unwrap();
    let config = Config::parse(&text, Path::new("crawl.toml")).unwrap();
    let classes: Vec<(&str, Option<ColumnClass>)> =
        config.columns.iter().map(|column| (column.url.path(), column.class)).collect();
    for wanted in [("/tzgg/", ColumnClass::Notice), ("/gzdt/", ColumnClass::News), ("/zcjd/", ColumnClass::Interpretation)] {
        assert!(classes.contains(&(wanted.0, Some(wanted.1))), "{wanted:?} is not in {classes:?}\n{text}");
    }
    assert!(text.contains("hanweb") && text.contains("zxqy.example.gov.cn"), "{text}");
    let hits = served.hits();
    for hit in &hits {
        assert!(!hit.contains("/t2026") && !hit.contains("/art/") && !hit.contains(".p"), "{hit} of {hits:#?}");
        assert!(!hit.contains("www.other.com"), "{hit}");
        assert_eq!(served.count(hit), 1, "{hit} of {hits:#?}");
    }
    drop(served);
}

/// The words of a configuration that is named with `-c` tell the classes, and the draft goes on naming their folder; a file that merely
/// lies there does not.
#[test]
fn own_words_of_a_named_configuration_tell_the_classes() {
    use super::served::{Served, page};
    const HOST: &str = "gxt.example.gov.cn";
    let home = "<meta charset=utf-8><title>某省工业和信息化厅</title><meta name=SiteName content=某省工业和信息化厅>\
        <div class=nav><a href=/xqzc9/>湘企之窗</a><a href=/tzgg/>通知公告</a></div>";
    let column = |name: &str| {
        let rows: String = (1..=4)
            .map(|nth| {
                format!("<li><a href=t2026112{nth}_{nth}.html>关于兑现第{nth}批资金的通知</a><span>2026-11-2{nth}</span></li>")
            })
            .collect::<Vec<_>>()
            .concat();
        format!("<meta charset=utf-8><title>{name}</title><meta name=ColumnName content={name}><ul class=list>{rows}</ul>")
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let served = runtime.block_on(Served::replies(vec![
        page(HOST, "/", home),
        page(HOST, "/xqzc9/", &column("湘企之窗")),
        page(HOST, "/tzgg/", &column("通知公告")),
    ]));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("my-rules/words")).unwrap();
    fs::write(folder.path().join("my-rules/words/column-classes.toml"), "[policy]\nnames = [\"湘企之窗\"]\n").unwrap();
    fs::write(
        folder.path().join("crawl.toml"),
        "[audit]\nrules_dir = \"my-rules\"\n[[site]]\nurl = \"http://x.example.gov.cn/\"\n",
    )
    .unwrap();
    let resolve = format!("{HOST}={}", served.address);
    let base = ["init", "http://gxt.example.gov.cn/", "--rate", "0", "--progress", "none", "--now", NOW, "--resolve", &resolve];
    let class_of = |more: &[&str]| {
        let (status, text, err) = run(folder.path(), &[&base[..], more].concat());
        assert_eq!(status, 0, "{err}");
        let config = Config::parse(&text, Path::new("crawl.toml")).unwrap();
        let found = config.columns.iter().find(|column| column.url.path() == "/xqzc9/").and_then(|column| column.class);
        (found, text.contains("rules_dir = \"my-rules\""))
    };
    assert_eq!(class_of(&["-c", "crawl.toml"]), (Some(ColumnClass::Policy), true));
    let (class, names_rules) = class_of(&[]);
    assert!(class != Some(ColumnClass::Policy) && !names_rules, "{class:?}");
    drop(served);
}
