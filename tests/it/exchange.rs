//! The formats that other programs read: workbook, CSV, JSON Lines, SARIF, JUnit. Each is opened again by a reader.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use calamine::{Reader, Xlsx};
use xuncha::model::annual::{Annual, AnnualSite, Cell, CellKind, ColumnCount, Item};
use xuncha::model::finding::{Certainty, Finding};
use xuncha::model::report::Report;
use xuncha::model::review::{Recheck, RecheckLine, RecheckReport, RecheckState, Standing};
use xuncha::model::rule::Lang;
use xuncha::model::site::ColumnClass;
use xuncha::report::annual::{self, Stated};
use xuncha::report::plain::CELL_UNITS_MAX;
use xuncha::report::rows::COLUMNS;
use xuncha::report::{FORMATS, format, recheck};

use crate::formats::{english, hostile};
use crate::{opened, sample};

fn rendered(name: &str, report: &Report) -> Vec<u8> {
    (format(name).unwrap().render)(report).unwrap()
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark for Excel");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://evil.example/\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "\u{0}\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{9b}text",
    "]]></w:t><w:br/><!-- & <a href=\"x\">'",
    "{=cmd|'/c calc'!A1}",
    "a\u{202e}fdp.exe\u{2066}\u{feff}\u{fffe}\u{ffff}",
    "\u{fffd}\u{fffd} (a lone surrogate of the page)",
    "_x0041_ %0A , ; \"\" \\ | ` **b** [x](javascript:y)",
    "javascript:alert(1)",
    "http://a.cn/\u{1}?q=<>&\"",
    "a/b\\c:d*e?f\"g<h>i|j",
    "..",
];

#[test]
fn page_text_does_no_harm_in_any_format() {
    for text in HOSTILE {
        let report = hostile(text);
        for format in FORMATS {
            let bytes = (format.render)(&report).unwrap();
            let shown = opened::text(format.name, &bytes);
            // Data formats keep what the page said, escaped as theirs is; the others drop it.
            let exact = matches!(format.name, "json" | "jsonl" | "sarif");
            let harmful = |c: char| match c {
                '\n' | '\r' | '\t' => false,
                c if exact => c < ' ',
                c => c.is_control() || c == '\u{202e}',
            };
            assert!(!shown.chars().any(harmful), "{}: {text:?}", format.name);
        }
        opened::xml_text(&rendered("junit", &report));
        for line in String::from_utf8(rendered("jsonl", &report)).unwrap().lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        let is_formula = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']);
        assert!(!csv_rows(&rendered("csv", &report)).iter().flatten().any(is_formula), "{text:?}");
        valid_sarif(&report);
    }
}

#[test]
fn no_cell_of_a_workbook_is_a_formula_and_no_link_leads_but_to_the_web() {
    for text in HOSTILE {
        let bytes = rendered("xlsx", &hostile(text));
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(&bytes)).unwrap();
        for name in book.sheet_names() {
            assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}: {text:?}");
        }
        for (path, part) in opened::parts(&bytes) {
            opened::xml_text(&part);
            let part = String::from_utf8(part).unwrap();
            if path.contains("_rels/") {
                assert!(!part.to_lowercase().contains("javascript:"), "{path}");
            }
        }
    }
}

/// A year in which every text is this one.
fn year_of(text: &str) -> Annual {
    let item = Item { title: text.to_owned(), url: text.to_owned(), date: Some(text.to_owned()), column: text.to_owned() };
    let cells = CellKind::ALL.into_iter().map(|kind| Cell { kind, value: Some(1), at_least: false, items: vec![item.clone()] });
    let column = ColumnCount {
        name: text.to_owned(),
        url: text.to_owned(),
        class: ColumnClass::News,
        count: 1,
        undated: 0,
        at_least: true,
    };
    let site = AnnualSite {
        host: text.to_owned(),
        name: text.to_owned(),
        url: text.to_owned(),
        site_code: vec![text.to_owned()],
        icp: vec![text.to_owned()],
        police: Vec::new(),
        cells: cells.collect(),
        columns: vec![column],
    };
    Annual {
        schema: xuncha::model::annual::SCHEMA,
        year: 2026,
        unit: text.to_owned(),
        run: "20261124-090000".to_owned(),
        now: "2026-11-24T09:00:00+08:00".to_owned(),
        is_over: false,
        sites: vec![site.clone(), site],
    }
}

/// A recheck of a report in which every text is this one.
fn recheck_of(text: &str) -> RecheckReport {
    let base = hostile(text);
    let standings = [Standing::Reopened, Standing::Closed, Standing::SetAside, Standing::Open, Standing::Undetermined];
    let lines = base.findings.iter().zip(standings.into_iter().cycle()).map(|(finding, standing)| RecheckLine {
        finding: finding.clone(),
        review: None,
        standing,
        due: Some(text.to_owned()),
        overdue: true,
        recheck: Some(Recheck {
            state: RecheckState::Reopened,
            at: "2026-11-30T09:00:00+08:00".to_owned(),
            evidence: finding.evidence.clone(),
        }),
    });
    RecheckReport { lines: lines.collect(), now: "2026-11-30T09:00:00+08:00".to_owned(), requests: 3, base: base.clone() }
}

#[test]
fn page_text_does_no_harm_in_the_files_of_a_year_and_of_a_recheck() {
    let long = "政务公开😀".repeat(7_000);
    for text in HOSTILE.iter().copied().chain([long.as_str()]) {
        let (year, recheck) = (year_of(text), recheck_of(if text == long { "政务" } else { text }));
        let mut files = vec![
            ("docx", annual::docx(&year, &[Stated { name: text.to_owned(), number: 1 }], Lang::Zh).unwrap()),
            ("xlsx", annual::xlsx(&year, Lang::Zh).unwrap()),
        ];
        for (name, render) in recheck::FILES {
            files.push((if name.ends_with("docx") { "docx" } else { "xlsx" }, render(&recheck).unwrap()));
        }
        for (kind, bytes) in files {
            for part in opened::parts(&bytes).values() {
                let shown = opened::xml_text(part);
                assert!(!shown.chars().any(|c| c == '\u{202e}' || c.is_control() && !c.is_whitespace()), "{kind}: {text:?}");
            }
            if kind == "xlsx" {
                let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(&bytes)).unwrap();
                for name in book.sheet_names() {
                    assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}: {text:?}");
                }
                let sheets = opened::sheets(&bytes);
                assert!(
                    sheets
                        .iter()
                        .flat_map(|(_, rows)| rows)
                        .flatten()
                        .all(|cell| cell.encode_utf16().count() <= CELL_UNITS_MAX)
                );
            }
        }
    }
}

#[test]
fn a_long_list_of_problems_is_the_same_sheet_though_it_goes_through_a_file() {
    let few = sample::report();
    let mut many = few.clone();
    while many.findings.len() <= 500 {
        let turn = many.findings.len();
        many.findings
            .extend(few.findings.iter().map(|finding| Finding { id: format!("{}-{turn}", finding.id), ..finding.clone() }));
    }
    let bytes = rendered("xlsx", &many);
    assert!(bytes == rendered("xlsx", &many), "the same bytes each time");
    let (short, long) = (opened::sheets(&rendered("xlsx", &few)), opened::sheets(&bytes));
    assert_eq!(long[2].1.len(), many.findings.len() + 1);
    assert_eq!(long[2].1[0], short[2].1[0]);
    let at = |key| COLUMNS.iter().position(|column| column.key == key).unwrap();
    let messages = |rows: &[Vec<String>]| rows.iter().skip(1).map(|row| row[at("message")].clone()).collect::<BTreeSet<_>>();
    assert_eq!(messages(&long[2].1), messages(&short[2].1));
    let sheet = String::from_utf8(opened::parts(&bytes)["xl/worksheets/sheet3.xml"].clone()).unwrap();
    for part in ["<autoFilter", "<dataValidations", "<pane", "<hyperlinks>", "customHeight=\"1\""] {
        assert!(sheet.contains(part), "{part}");
    }
}

#[test]
fn texts_of_any_length_fit_their_cells() {
    let mut report = hostile(&"政务公开😀".repeat(7_000));
    report.findings.truncate(2);
    report.columns.truncate(2);
    report.interpretations.truncate(1);
    report.sites.truncate(1);
    for rows in opened::sheets(&rendered("xlsx", &report)).into_iter().map(|(_, rows)| rows) {
        assert!(rows.iter().flatten().all(|cell| cell.encode_utf16().count() <= CELL_UNITS_MAX));
    }
    assert!(csv_rows(&rendered("csv", &report)).iter().flatten().all(|cell| cell.encode_utf16().count() <= CELL_UNITS_MAX));
}

#[test]
fn the_same_report_is_the_same_bytes_in_every_format() {
    let report = sample::report();
    for format in FORMATS {
        assert!((format.render)(&report).unwrap() == (format.render)(&report).unwrap(), "{}", format.name);
    }
}

#[test]
fn the_workbook_has_its_six_sheets_and_one_row_a_finding() {
    let report = sample::report();
    let sheets = opened::sheets(&rendered("xlsx", &report));
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["总览", "指标检查表", "问题清单", "栏目台账", "文件与解读台账", "站点台账"]);
    let (_, rows) = &sheets[2];
    assert_eq!(rows[0], COLUMNS.iter().map(|column| column.head(Lang::Zh)).collect::<Vec<_>>());
    assert_eq!(rows.len(), report.findings.len() + 1);
    let at = |key| COLUMNS.iter().position(|column| column.key == key).unwrap();
    let ids: BTreeSet<&str> = rows.iter().skip(1).map(|row| row[at("id")].as_str()).collect();
    assert_eq!(ids, report.findings.iter().map(|finding| finding.id.as_str()).collect());
    for (number, row) in (1..).zip(rows.iter().skip(1)) {
        assert_eq!(row[at("no")], number.to_string());
        let finding = report.findings.iter().find(|finding| finding.id == row[at("id")]).unwrap();
        assert_eq!(row[at("url")], finding.url);
        assert_eq!(row[at("message")], finding.message);
        assert_eq!(row[at("target")], finding.target.clone().unwrap_or_default());
        assert!(["mending", "review", "reason", "person", "day", "remark"].iter().all(|key| row[at(key)].is_empty()));
    }
    assert_eq!(sheets[3].1.len(), report.columns.len() + 1);
    assert_eq!(sheets[5].1.len(), report.sites.len() + 1);
    let indicators: usize = report.sites.iter().map(|site| site.indicators.len()).sum();
    assert_eq!(sheets[1].1.len(), indicators + 1);
}

#[test]
fn the_problem_list_has_drop_downs_a_filter_a_frozen_head_and_links() {
    let parts = opened::parts(&rendered("xlsx", &sample::report()));
    let list = String::from_utf8(parts["xl/worksheets/sheet3.xml"].clone()).unwrap();
    for piece in [
        "\"未整改,整改中,已整改\"",
        "\"属实,误报,已整改,不予处理\"",
        "<autoFilter ref=\"A1:",
        "state=\"frozen\"",
        "topLeftCell=\"D2\"",
        "<hyperlink ref=",
    ] {
        assert!(list.contains(piece) || list.contains(&piece.replace('"', "&quot;")), "{piece}");
    }
    let properties = String::from_utf8(parts["docProps/custom.xml"].clone()).unwrap();
    assert!(properties.contains("xuncha-run") && properties.contains(&sample::report().run.id));
}

#[test]
fn widths_are_true_to_chinese_characters() {
    let parts = opened::parts(&rendered("xlsx", &sample::report()));
    let list = String::from_utf8(parts["xl/worksheets/sheet3.xml"].clone()).unwrap();
    let widths: Vec<f64> =
        list.split("width=\"").skip(1).map(|piece| piece.split('"').next().unwrap().parse().unwrap()).collect();
    // Four Chinese characters and the filter's button.
    assert!(widths.iter().skip(1).all(|width| *width >= 10.0), "{widths:?}");
    assert!(widths.iter().any(|width| *width > 40.0), "{widths:?}");
}

#[test]
fn english_files_have_no_chinese_words_of_their_own() {
    for format in FORMATS {
        let bytes = (format.render)(&english()).unwrap();
        let mut text = opened::text(format.name, &bytes);
        if format.name == "html" {
            text = text.split_once("<body").unwrap().1.to_owned();
        }
        let chinese: String = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        assert_eq!(chinese, "", "{}", format.name);
    }
}

#[test]
fn csv_has_a_head_and_one_row_a_finding_and_no_columns_to_fill_in() {
    let report = sample::report();
    let rows = csv_rows(&rendered("csv", &report));
    assert_eq!(rows.len(), report.findings.len() + 1);
    let heads: Vec<&str> = COLUMNS.iter().filter(|column| !column.to_fill).map(|column| column.zh).collect();
    assert_eq!(rows[0], heads);
}

#[test]
fn a_line_of_json_lines_is_a_finding_with_its_run() {
    let report = sample::report();
    let text = String::from_utf8(rendered("jsonl", &report)).unwrap();
    assert_eq!(text.lines().count(), report.findings.len());
    for (line, finding) in text.lines().zip(&report.findings) {
        let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["run"], report.run.id.as_str());
        for key in ["run", "now", "unit"] {
            value.as_object_mut().unwrap().remove(key);
        }
        assert_eq!(value, serde_json::to_value(finding).unwrap());
    }
}

static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = include_str!("sarif-2.1.0.schema.json")
        .replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
});

/// Against the schema of SARIF 2.1.0 that OASIS publishes (as serde-sarif 0.8 carries it). Its pattern of a language is no
/// regular expression; the errata of 2023 mend it, and so does this.
fn valid_sarif(report: &Report) -> serde_json::Value {
    let value: serde_json::Value = serde_json::from_slice(&rendered("sarif", report)).unwrap();
    let faults: Vec<String> =
        SARIF.iter_errors(&value).take(5).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    value
}

#[test]
fn sarif_is_valid_and_a_doubt_is_no_failure() {
    let report = sample::report();
    let value = valid_sarif(&report);
    let results = value["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), report.findings.len());
    for (result, finding) in results.iter().zip(&report.findings) {
        assert_eq!(result["partialFingerprints"]["xunchaFindingId/v1"], finding.id.as_str());
        assert_eq!(result["kind"] == "fail", finding.verdict == Certainty::Confirmed);
        assert_eq!(result["level"] == "none", finding.verdict != Certainty::Confirmed);
        let rule = &value["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], finding.rule.as_str());
    }
    valid_sarif(&sample::with_findings(Vec::new()));
}

#[test]
fn junit_fails_what_is_confirmed_and_skips_what_is_not_sure() {
    let report = sample::report();
    let text = String::from_utf8(rendered("junit", &report)).unwrap();
    opened::xml_text(text.as_bytes());
    let confirmed = report.findings.iter().filter(|finding| finding.verdict == Certainty::Confirmed).count();
    assert_eq!(text.matches("<failure").count(), confirmed);
    let unsure = report.findings.len() - confirmed;
    let open = report
        .rules
        .iter()
        .filter(|rule| !rule.undetermined.is_empty() && report.findings.iter().all(|finding| finding.rule != rule.id))
        .count();
    assert_eq!(text.matches("<skipped").count(), unsure + open);
    // the sums that build servers show are those of the cases, for each suite and for all
    let number = |head: &str, name: &str| -> usize {
        let (_, rest) = head.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    for part in ["<testsuites", "<testsuite "].into_iter().flat_map(|tag| text.split(tag).skip(1).map(move |part| (tag, part)))
    {
        let (tag, part) = part;
        let (head, body) = part.split_once('>').unwrap();
        let body = if tag == "<testsuites" { body } else { body.split("</testsuite>").next().unwrap() };
        for (name, element) in [("tests", "<testcase "), ("failures", "<failure "), ("skipped", "<skipped ")] {
            assert_eq!(number(head, name), body.matches(element).count(), "{name} of {head}");
        }
        assert_eq!(number(head, "errors"), 0);
    }
    assert!(!text.contains("timestamp=") && !text.contains("time="), "times would differ from run to run");
}
