//! Every report format, on one sample and on hostile text. `XUNCHA_BLESS=1` writes the kept files again.
#![allow(clippy::unwrap_used, clippy::assigning_clones)] // helpers of tests

use std::path::Path;

use proptest::prelude::*;
use xuncha::model::finding::{Evidence, Finding};
use xuncha::model::report::Report;
use xuncha::model::site::Occurrence;
use xuncha::report::summary::{summary, written};
use xuncha::report::{FORMATS, build, format, html, json};

use crate::{opened, sample};

/// Holds a kept file against what the code makes, or writes it when asked to.
pub(crate) fn kept(path: &str, bytes: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("XUNCHA_BLESS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(found == bytes, "{} is not what the code makes; run the tests with XUNCHA_BLESS=1", path.display());
}

fn pretty(value: &serde_json::Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap();
    bytes.push(b'\n');
    bytes
}

/// Every report that a test writes goes through here.
fn valid_json(report: &Report) -> Vec<u8> {
    let bytes = json::render(report).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let validator = jsonschema::validator_for(&json::schema()).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    bytes
}

fn page(report: &Report) -> String {
    String::from_utf8(html::render(report).unwrap()).unwrap()
}

#[test]
fn the_published_schema_is_the_code_s() {
    kept("docs/report.schema.json", &pretty(&json::schema()));
}

#[test]
fn the_sample_on_disk_is_the_code_s() {
    let report = sample::report();
    valid_json(&report);
    for format in FORMATS {
        kept(&format!("reports/sample/{}", format.file_name), &(format.render)(&report).unwrap());
    }
}

#[test]
fn the_sample_is_a_real_portal_s_size() {
    let report = sample::report();
    assert_eq!((report.columns.len(), report.interpretations.len()), (60, 6));
    assert!((24..=40).contains(&report.findings.len()), "{} findings", report.findings.len());
    assert_eq!(report.findings.iter().filter(|f| f.rule.starts_with("column.")).count(), sample::late(&report));
}

#[test]
fn every_format_shows_every_finding() {
    let report = sample::report();
    for format in FORMATS {
        let text = opened::text(format.name, &(format.render)(&report).unwrap());
        for finding in &report.findings {
            assert!(text.contains(&finding.id), "{} does not show finding {}", format.name, finding.id);
            assert!(text.contains(&finding.url), "{} does not show {}", format.name, finding.url);
        }
    }
}

#[test]
fn formats_are_found_by_name_and_have_files_of_their_own() {
    for (at, one) in FORMATS.iter().enumerate() {
        assert_eq!(format(one.name).unwrap().file_name, one.file_name);
        assert!(FORMATS.iter().skip(at + 1).all(|other| other.name != one.name && other.file_name != one.file_name));
    }
    assert!(format("pdf").is_none());
}

#[test]
fn json_survives_the_way_there_and_back() {
    let report = sample::report();
    let back: Report = serde_json::from_slice(&valid_json(&report)).unwrap();
    assert_eq!(back, report);
}

#[test]
fn the_schema_refuses_another_schema_name() {
    let mut value = serde_json::to_value(sample::report()).unwrap();
    value["schema"] = "xuncha-report/2".into();
    assert!(!jsonschema::is_valid(&json::schema(), &value));
}

#[test]
fn a_report_without_findings_says_so() {
    let report = sample::with_findings(Vec::new());
    valid_json(&report);
    let text = page(&report);
    assert!(text.contains("在已检查的范围内未发现问题"), "an incomplete run must not claim that nothing is wrong");
    assert!(!text.contains("id=\"finding-list\""));
}

/// A report in English whose every word is the tool's own.
pub(crate) fn english() -> Report {
    let mut report = sample::with_findings(Vec::new());
    report.lang = "en".to_owned();
    report.unit = "Department of Industry".to_owned();
    report.sites.clear();
    report.columns.clear();
    report.interpretations.clear();
    report.rules.clear();
    report.run.notes.clear();
    report.run.not_covered.clear();
    report.run.standard_name = "Indicators 2019".to_owned();
    report
}

#[test]
fn the_english_report_has_no_chinese_words_of_its_own() {
    let report = english();
    let text = page(&report);
    let body = text.split_once("<body").unwrap().1;
    let chinese: String = body.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    assert_eq!(chinese, "");
}

/// Dead links on long addresses, each in fifty places.
pub(crate) fn many(number: u64) -> Report {
    let first = sample::report().findings.into_iter().find(|f| f.rule == "link.broken").unwrap();
    let long = |number: u64| format!("http://gxt.example.gov.cn/zwgk/zcwj/gfxwj/202003/t20200318_{number:07}.html");
    let findings = (0..number)
        .map(|number| Finding {
            id: format!("{number:012x}"),
            url: long(900_000 + number),
            target: Some(long(number)),
            office: Some(format!("第{}处", number % 12)),
            evidence: (0..4)
                .map(|_| Evidence {
                    kind: "attempt".to_owned(),
                    text: "GET，连接超时".to_owned(),
                    url: Some(long(number)),
                    status: Some(404),
                    at: Some(sample::NOW.to_owned()),
                    duration_ms: Some(15_000),
                })
                .collect(),
            occurrences: (0..50)
                .map(|place| Occurrence {
                    url: long(900_000 + number + place),
                    text: "相关通知".to_owned(),
                    selector: "#zoom p > a".to_owned(),
                })
                .collect(),
            occurrence_count: 900,
            ..first.clone()
        })
        .collect();
    sample::with_findings(findings)
}

#[test]
fn three_thousand_findings_stay_under_three_megabytes() {
    let report = many(3_000);
    let text = page(&report);
    if let Some(path) = std::env::var_os("XUNCHA_MANY_HTML") {
        std::fs::write(path, &text).unwrap();
    }
    assert!(text.len() < 3_000_000, "{} bytes", text.len());
    assert_eq!(text.matches("<tr class=\"f\" id=\"f-").count(), 3_000);
}

/// Puts the text wherever page text can stand in a report.
pub(crate) fn hostile(text: &str) -> Report {
    let mut report = sample::report();
    for finding in &mut report.findings {
        finding.url = text.to_owned();
        finding.target = Some(text.to_owned());
        finding.message = text.to_owned();
        finding.advice = text.to_owned();
        finding.column = Some(text.to_owned());
        finding.column_url = Some(text.to_owned());
        finding.office = Some(text.to_owned());
        finding.rule_title = text.to_owned();
        for evidence in &mut finding.evidence {
            evidence.text = text.to_owned();
            evidence.url = Some(text.to_owned());
        }
        for occurrence in &mut finding.occurrences {
            *occurrence = Occurrence { url: text.to_owned(), text: text.to_owned(), selector: text.to_owned() };
        }
    }
    for column in &mut report.columns {
        column.name = text.to_owned();
        column.url = text.to_owned();
        column.office = Some(text.to_owned());
        column.note = Some(text.to_owned());
        if let Some(newest) = &mut column.newest_evidence {
            newest.title = text.to_owned();
            newest.url = text.to_owned();
        }
    }
    for line in &mut report.interpretations {
        line.document.title = text.to_owned();
        line.document.url = text.to_owned();
        line.document.number = Some(text.to_owned());
        for found in &mut line.matches {
            found.title = text.to_owned();
            found.url = text.to_owned();
            found.form = text.to_owned();
            found.matched_by = text.to_owned();
        }
    }
    for entry in &mut report.run.not_covered {
        entry.examples = vec![text.to_owned()];
    }
    report.run.notes.push(text.to_owned());
    for site in &mut report.sites {
        site.name = text.to_owned();
        for line in &mut site.indicators {
            line.result = text.to_owned();
        }
    }
    report
}

/// Tags and attribute names of the page: what a browser would obey.
fn skeleton(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    for token in html5gum::Tokenizer::new(page) {
        if let Ok(html5gum::Token::StartTag(tag)) = token {
            let name = String::from_utf8_lossy(&tag.name).into_owned();
            for (key, value) in &tag.attributes {
                let key = String::from_utf8_lossy(key);
                assert!(!key.starts_with("on"), "event handler in <{name}>");
                if key == "href" {
                    let value = String::from_utf8_lossy(value).to_ascii_lowercase();
                    assert!(["http://", "https://", "#"].iter().any(|start| value.starts_with(start)), "href={value:?}");
                }
            }
            out.push(name);
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_template_leaves_page_text_unescaped(
        text in r#"([<>"'&=/!\-`]|</?(script|style|a|td|title|textarea)( on[a-z]+=x)?>|javascript:|-->|\]\]>|[\x00-\x1f]|[a-z\u{4e00}-\u{4e10}]){1,30}"#,
    ) {
        // The same report with harmless text has the same tags.
        prop_assert_eq!(skeleton(&page(&hostile(&text))), skeleton(&page(&hostile("java:x"))));
    }
}

#[test]
fn dangerous_addresses_and_controls_do_not_reach_the_page() {
    for text in ["javascript:alert(1)", "\u{1}\u{8}javascript:alert(1)", "a\u{202e}b\u{7}c\u{0}", "=HYPERLINK(\"http://x\")"] {
        let text = page(&hostile(text));
        skeleton(&text);
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}'));
    }
}

#[test]
fn the_page_asks_nothing_of_the_network() {
    let text = page(&sample::report());
    for tag in ["<img", "<link", "<iframe", "<object", "src=", "url(", "@import", "fetch(", "XMLHttpRequest"] {
        assert!(!text.contains(tag), "{tag}");
    }
}

#[test]
fn no_template_switches_the_escaping_off() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/templates");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        seen += 1;
        for word in ["|safe", "| safe", "|escape(", "autoescape"] {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
        if path.extension().is_some_and(|ending| ending != "html") {
            assert!(!text.contains("{{") && !text.contains("{%"), "values belong into .html templates: {}", path.display());
        }
    }
    assert!(seen >= 8, "templates were found");
}

#[test]
fn links_from_the_indicator_table_lead_to_findings_of_the_page() {
    let text = page(&sample::report());
    let mut followed = 0;
    for piece in text.split("href=\"#").skip(1) {
        let id = piece.split('"').next().unwrap();
        assert!(text.contains(&format!("id=\"{id}\"")), "#{id} leads nowhere");
        followed += 1;
    }
    assert!(followed > 20);
}

#[test]
fn the_same_parts_in_another_order_make_the_same_bytes() {
    let report = sample::report();
    let mut findings = report.findings.clone();
    findings.reverse();
    let other = sample::with_findings(findings);
    let mut fields = (other.findings.clone(), other.columns.clone());
    fields.0.truncate(report.findings.len());
    assert_eq!(fields, (report.findings.clone(), report.columns.clone()));
    assert!(report.findings.iter().all(|f| f.occurrences.len() <= build::OCCURRENCES_MAX));
}

#[test]
fn the_summary_s_columns_line_up_in_cells_not_in_characters() {
    insta::assert_snapshot!(summary(&sample::report(), 120), @r"
    某省工业和信息化厅自查结果（监测时间点2026年11月24日09:00，检查不完整，见说明）
    网站                  结论      页面   请求  单项否决  扣分  提示  待核实  指标 发现/未判定  栏目 超期/空白/未判定
    ------------------------------------------------------------------------------------------------------------------
    厅门户网站            不合格    8930  11310        12     7     2       2               4/2                  9/3/2
    中小企业公共服务平台  合格      1870   2310         1     2     1       0               3/2                  0/1/0
    产业园区信息平台      未能判定     0     22         0     0     0       0               0/8                  0/0/0
    共发现问题25处：单项否决类13处、扣分类9处、提示类3处；另有2处待人工核实；1处因访问受阻未能判定。
    “厅门户网站”单项否决计数：“栏目不更新（动态、通知、政策类）”已有9处，达到5处即触发，已触发；“栏目不更新（空白栏目）”已有3处，达到5处即触发。整改这5项后结论变为合格（问题清单第9、14、19、22、24项）。
    “中小企业公共服务平台”单项否决计数：“栏目不更新（空白栏目）”已有1处，达到5处即触发。
    说明：厅门户网站（gxt.example.gov.cn）：疑似无穷尽的自动生成网址，涉及网址214个。
    说明：厅门户网站（gxt.example.gov.cn）：指向内网地址，按设置不予访问，涉及网址3个。
    说明：产业园区信息平台（park.gxt.example.gov.cn）：站点防护拦截，站内内容未能检查。
    说明：中小企业公共服务平台（sme.gxt.example.gov.cn）：页面过大，仅读取前部，涉及网址1个。
    说明：经检查方设置，本次检查未受 robots.txt 限制（检查对象为本单位所属网站）。
    另有1条说明，见报告。
    ");
}

#[test]
fn a_narrow_terminal_gets_lists_and_no_number_is_lost() {
    let text = summary(&sample::report(), 60);
    assert!(text.contains("厅门户网站：不合格\n  页面：8930\n  请求：11310\n"), "{text}");
    assert!(text.contains("共发现问题25处："), "{text}");
    assert!(text.lines().all(|line| !line.starts_with("---")));
}

#[test]
fn the_summary_has_no_controls_that_a_terminal_obeys() {
    let mut report = sample::report();
    report.sites[0].name = "门户\u{1b}[31m".to_owned();
    report.unit = "厅\u{9b}2J".to_owned();
    report.run.notes[0] = "\u{7}".to_owned();
    for width in [40, 200] {
        let text = summary(&report, width);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
    assert_eq!(written(&report, &["reports/a\u{1b}[2J/report.html".to_owned()]), "报告：reports/a[2J/report.html\n");
}
