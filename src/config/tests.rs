//! Configurations as users write them.

use std::path::Path;

use super::table::TABLES;
use super::*;
use crate::model::rule::Lang;
use crate::model::site::ColumnClass;

const SITE: &str = "[[site]]\nurl = \"http://gxt.example.gov.cn/\"\n";

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("crawl.toml"))
}

/// The faults as users see them, in the language, one a line.
fn said(text: &str, lang: Lang) -> Vec<String> {
    let error = parse(text).expect_err("the text is faulty");
    error.message(lang).lines().skip(1).map(str::to_owned).collect()
}

/// What is said of one line under the site's.
fn said_of(line: &str) -> Vec<String> {
    said(&format!("{SITE}{line}\n"), Lang::Zh)
}

#[test]
fn the_annotated_file_holds_the_defaults() {
    let text = include_str!("../../crawl.toml");
    let config = parse(text).unwrap();
    let default = Config::for_urls(&[PageUrl::parse("http://gxt.example.gov.cn/").unwrap()]);
    assert_eq!(config.crawl.concurrency_per_host, Some(default.crawl.per_host()));
    let mut crawl = config.crawl.clone();
    crawl.concurrency_per_host = None;
    assert_eq!(format!("{crawl:?}"), format!("{:?}", default.crawl));
    assert_eq!(config.audit, default.audit);
    assert_eq!(config.sites, default.sites);
    assert_eq!(config.columns, default.columns);
    assert_eq!(config.network, default.network);
    assert_eq!(config.content, default.content);
    assert_eq!(config.render, default.render);
    assert_eq!(config.report, default.report);
    assert_eq!(config.notify, default.notify);
    assert_eq!(config.store, default.store);
}

/// The annotated file with every `# key = value` and `# [[table]]` switched on.
fn switched_on() -> String {
    let lines = include_str!("../../crawl.toml").lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with("[[") => rest,
        Some(rest) if rest.split(" = ").next().is_some_and(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) => {
            rest
        }
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_annotated_file_shows_every_key_and_each_works() {
    let text = switched_on();
    let config = parse(&text).unwrap();
    assert_eq!(config.audit.unit, "某省工业和信息化厅");
    assert_eq!(config.columns[0].class, Some(ColumnClass::News));
    assert_eq!(config.columns[0].row_selector.as_deref(), Some("ul.list > li"));
    assert_eq!(config.network.user_agent, NetworkPart::default().user_agent);
    let root: toml::Table = text.parse().unwrap();
    for (name, keys) in TABLES {
        let tables = match &root[*name] {
            toml::Value::Array(entries) => entries.as_slice(),
            table => std::slice::from_ref(table),
        };
        let shows = |key: &str| tables.iter().any(|table| table.get(key).is_some());
        let missing: Vec<_> = keys.iter().filter(|key| !shows(key)).collect();
        assert!(missing.is_empty(), "crawl.toml does not show {missing:?} of {name}");
    }
}

#[test]
fn one_site_is_enough() {
    let config = parse(SITE).unwrap();
    assert_eq!(config.sites.len(), 1);
    assert_eq!(config.sites[0].kind, SiteKind::Portal);
    assert_eq!(config.sites[0].name, "gxt.example.gov.cn");
    assert_eq!(config.audit.unit, "gxt.example.gov.cn");
}

#[test]
fn values_of_the_contract_are_taken() {
    let config = parse(
        r#"
[audit]
unit = "某省工业和信息化厅"
profile = "portal"
rules_dir = "my-rules"
[[site]]
url = "http://gxt.example.gov.cn/"
name = "门户网站"
office = "办公室"
[[site]]
url = "http://gxt.example.gov.cn/zt/dj/"
[[column]]
url = "http://gxt.example.gov.cn/xwzx/gzdt/"
class = "news"
ignore = true
[crawl]
requests_per_second = 0
concurrency = 1_0
robots = "ignore"
include = ['\.html$']
[network]
resolve = { "GXT.example.gov.cn" = "127.0.0.1:8099", "中文.cn" = "[::1]:80" }
proxy = "socks5h://127.0.0.1:1080"
"#,
    )
    .unwrap();
    assert_eq!((config.audit.unit.as_str(), config.audit.profile.as_str()), ("某省工业和信息化厅", "portal"));
    assert_eq!(config.sites[1].kind, SiteKind::SecondLevel);
    assert!(config.columns[0].ignore);
    assert_eq!((config.crawl.concurrency, config.crawl.per_host()), (10, 10));
    assert!(!config.crawl.obey_robots);
    assert_eq!(config.crawl.include[0].as_str(), r"\.html$");
    let hosts: Vec<_> = config.network.resolve.keys().map(String::as_str).collect();
    assert_eq!(hosts, ["gxt.example.gov.cn", "xn--fiq228c.cn"]);
}

#[test]
fn requests_at_one_host_are_four_unless_the_pace_is_unlimited() {
    let per_host = |lines: &str| parse(&format!("{SITE}[crawl]\n{lines}")).unwrap().crawl.per_host();
    assert_eq!(per_host(""), 4);
    assert_eq!(per_host("concurrency = 2"), 2);
    assert_eq!(per_host("requests_per_second = 0"), 16);
    assert_eq!(per_host("requests_per_second = 0.0\nconcurrency_per_host = 6"), 6);
}

#[test]
fn all_faults_are_told_at_once_with_their_lines() {
    let text = r#"[audit]
unit = 5
profil = "department"
standard = "国办2019"

[[site]]
url = "gxt.example.gov.cn"
kind = "main"

[[site]]
name = "没有网址"

[crawl]
max_page = 10
max_minutes = "30"
requests_per_second = -1
robots = "obay"
include = ["[a-"]
formats = ["html"]

[network]
resolve = { "http://a.cn/" = "127.0.0.1:80", "b.cn" = "127.0.0.1" }
user_agent = "巡查"
proxy = "http://user:secret@proxy.cn:80"

[stroe]
path = "x.db"
"#;
    for (name, lang) in [("faults_zh", Lang::Zh), ("faults_en", Lang::En)] {
        let said = parse(text).unwrap_err().message(lang);
        assert!(!said.contains("secret"));
        insta::assert_snapshot!(name, said);
    }
}

#[test]
fn broken_toml_is_told_with_its_line_and_the_other_faults() {
    let said = said("[crawl]\nmax_pages = = 3\nmax_page = 1\nmax_minutes = 99999\n", Lang::Zh);
    assert!(said[0].starts_with("crawl.toml:2: 不符合 TOML 语法"), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("crawl.toml:3: [crawl] max_page：")), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("crawl.toml:4: [crawl] max_minutes：99999 超出范围")), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("[[site]]")), "{said:?}");
}

#[test]
fn a_table_in_single_brackets_is_told_apart() {
    let said = said("[site]\nurl = \"http://a.gov.cn/\"\n", Lang::Zh);
    assert!(said.iter().any(|line| line == "crawl.toml:1: [[site]]：应为[[ ]] 双方括号的表，可写多个，现为表"), "{said:?}");
}

#[test]
fn a_site_that_stands_twice_is_told_with_both_lines() {
    let said = said_of("[[site]]\nurl = \"http://GXT.example.gov.cn:80\"");
    assert_eq!(said, ["crawl.toml:4: [[site]] url：与第 2 行重复，请删去一处"]);
}

#[test]
fn a_column_outside_every_site_is_a_fault() {
    let said = said_of("[[column]]\nurl = \"http://other.example.gov.cn/tzgg/\"");
    assert_eq!(said, ["crawl.toml:4: [[column]] url：不在任何一个 [[site]] 的范围内：请改正网址，或增加所属站点"]);
}

#[test]
fn selectors_are_checked() {
    let said =
        said_of("[[column]]\nurl = \"http://gxt.example.gov.cn/a/\"\nrow_selector = \"ul > > li\"\ndate_selector = \"span\"");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("crawl.toml:5: [[column]] row_selector：“ul > > li”不是 CSS 选择器"), "{said:?}");
    let said = said_of("[[column]]\nurl = \"http://gxt.example.gov.cn/a/\"\ndate_selector = \"span\"");
    assert_eq!(said, ["crawl.toml:5: [[column]] date_selector：须与 row_selector 一起使用"]);
}

#[test]
fn a_key_in_the_wrong_table_is_sent_to_the_right_one() {
    assert_eq!(said_of("max_pages = 3"), ["crawl.toml:3: [[site]] max_pages：这个键应写在 [crawl] 下"]);
    let said = said(&format!("max_pages = 3\n{SITE}"), Lang::Zh);
    assert_eq!(said, ["crawl.toml:1: max_pages：这个键应写在 [crawl] 下"]);
}

#[test]
fn numbers_that_are_none_are_refused() {
    for number in ["nan", "inf", "1e9", "-0.1"] {
        let said = said_of(&format!("[crawl]\nrequests_per_second = {number}"));
        assert!(said[0].contains("超出范围，应在 0 至 1000 之间"), "{said:?}");
    }
    let said = said_of("[crawl]\nmax_pages = 99999999999999999999999999");
    assert!(said[0].contains("超出范围"), "{said:?}");
}

#[test]
fn a_missing_file_says_what_to_do() {
    let error = Config::load(Path::new("no-such-folder/crawl.toml")).unwrap_err();
    assert!(error.message(Lang::Zh).contains("xuncha audit 网址"), "{error}");
    assert!(error.message(Lang::En).contains("`xuncha audit URL`"), "{error}");
}

#[test]
fn a_file_is_read_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crawl.toml");
    std::fs::write(&path, format!("\u{feff}{SITE}[store]\npath = \"/var/lib/xuncha.db\"\n")).unwrap();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.report.dir, folder.path().join("reports/"));
    assert_eq!(config.store.path, Path::new("/var/lib/xuncha.db"));
    std::fs::write(&path, b"unit = \"\xb9\xa4\xd0\xc5\"").unwrap();
    assert_eq!(Config::load(&path).unwrap_err(), ConfigError::NotText { path });
}

#[test]
fn addresses_alone_make_a_configuration() {
    let urls = ["http://gxt.example.gov.cn/", "http://zyk.example.gov.cn:8080/", "http://gxt.example.gov.cn"];
    let config = Config::for_urls(&urls.map(|url| PageUrl::parse(url).unwrap()));
    let sites: Vec<_> = config.sites.iter().map(|site| (site.name.as_str(), site.kind)).collect();
    assert_eq!(sites, [("gxt.example.gov.cn", SiteKind::Portal), ("zyk.example.gov.cn:8080", SiteKind::SecondLevel)]);
    assert_eq!(config.audit.unit, "gxt.example.gov.cn");
}

#[test]
fn addresses_replace_the_sites_and_drop_columns_that_lie_elsewhere() {
    let mut config = parse(&format!("{SITE}[[column]]\nurl = \"http://gxt.example.gov.cn/a/\"\nclass = \"news\"\n")).unwrap();
    config.set_sites(&[PageUrl::parse("http://gxt.example.gov.cn/").unwrap()]);
    assert_eq!(config.columns.len(), 1);
    config.set_sites(&[PageUrl::parse("http://zyk.example.gov.cn/").unwrap()]);
    assert_eq!(config.columns.len(), 0);
}

#[test]
fn the_proxy_may_come_from_the_environment_with_its_password() {
    let mut config = parse(SITE).unwrap();
    config.proxy_from(|_| None).unwrap();
    assert_eq!(config.network.proxy, None);
    let value = "http://user:secret@proxy.example.gov.cn:8080";
    config.proxy_from(|name| (name == PROXY_VARIABLE).then(|| value.to_owned())).unwrap();
    assert_eq!(config.network.proxy.as_deref(), Some(value));
    let problem = config.proxy_from(|_| Some("ftp://user:secret@x".to_owned())).unwrap_err();
    assert!(!format!("{problem:?}").contains("secret"));
}

#[test]
fn rendering_is_off_unless_asked_for_and_its_budget_is_checked() {
    let config = parse(&format!("{SITE}[render]\nenabled = true\npages_per_site = 5\nbrowser = \"/opt/chromium\"\n")).unwrap();
    assert!(!Config::default().render.enabled && config.render.enabled);
    assert_eq!((config.render.pages_per_site, config.render.seconds_per_page), (5, 20));
    assert_eq!(config.render.browser.as_deref(), Some(Path::new("/opt/chromium")));
    let said = said(&format!("{SITE}[render]\nenable = true\npages_per_site = 0\nseconds_per_page = 301\n"), Lang::Zh);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("[render] enable") && said[0].contains("enabled"), "{said:?}");
    assert!(said[1].contains("1 至 1000") && said[2].contains("1 至 300"), "{said:?}");
}

#[test]
fn windows_and_ignore_entries_are_read() {
    let text = format!(
        "{SITE}[crawl]\nwindow = \"22:00-06:00\"\n[[ignore]]\nrule = \"link.broken\"\nurl = \"^http://a\\\\.cn/\"\nreason = \"已知\"\nuntil = \
         2026-12-31\n[[ignore]]\nurl = \"/b/\"\nreason = \"已知\"\nuntil = \"2026-12-31\"\n"
    );
    let config = parse(&text).unwrap();
    assert_eq!(config.crawl.window.map(|window| window.to_string()).as_deref(), Some("22:00-06:00"));
    assert_eq!(config.ignores.len(), 2);
    assert_eq!(config.ignores[0].url.as_deref(), Some("^http://a\\.cn/"));
    assert!(config.ignores.iter().all(|ignore| ignore.until.as_deref() == Some("2026-12-31")));
}

#[test]
fn windows_and_ignore_entries_that_cannot_be_are_told_with_their_lines() {
    let text =
        format!("{SITE}[crawl]\nwindow = \"夜间\"\n[[ignore]]\nurl = \"(\"\n[[ignore]]\nreason = \"x\"\nuntil = \"明年\"\n");
    let said = said(&text, Lang::Zh);
    assert_eq!(said.len(), 5, "{said:#?}");
    for (line, words) in [
        ("crawl.toml:4:", "[crawl] window：“夜间”不是时段"),
        ("crawl.toml:5:", "[[ignore]] reason：缺少这个键"),
        ("crawl.toml:6:", "[[ignore]] url：“(”不是正则表达式"),
        ("crawl.toml:7:", "[[ignore]]：至少要写明"),
        ("crawl.toml:9:", "[[ignore]] until：“明年”不是日期"),
    ] {
        assert!(said.iter().any(|said| said.contains(line) && said.contains(words)), "{line} {words} in {said:#?}");
    }
}
