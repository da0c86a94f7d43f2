//! The documents that an office sends: the self-inspection report and the notices, with the workbooks they enclose.

use std::collections::BTreeSet;

use xuncha::model::finding::{Certainty, Level};
use xuncha::model::report::{Changes, FindingLine, Report};
use xuncha::model::review::{Mark, Review, ReviewLine};
use xuncha::report::offices::by_office_parts;
use xuncha::report::{FORMATS, docx, format};

use crate::formats::hostile;
use crate::{opened, sample};

fn body(report: &Report) -> String {
    opened::text("docx", &docx::render(report).unwrap())
}

#[test]
fn the_report_follows_the_structure_that_offices_use() {
    let text = body(&sample::report());
    let mut from = 0;
    for part in [
        "某省工业和信息化厅网站自查报告",
        "现将有关情况报告如下",
        "一、检查基本情况",
        "检查对象：",
        "检查期间：",
        "监测时间点：",
        "二、总体情况",
        "三、发现的主要问题",
        "（一）",
        "责任处室：",
        "四、整改情况",
        "五、下一步工作",
        "附件：1.指标检查表",
        "2.问题清单",
        "附件1",
        "附件2",
    ] {
        let at = text.split_at(from).1.find(part).unwrap_or_else(|| panic!("{part} is not where it belongs:\n{text}"));
        from += at + part.len();
    }
}

#[test]
fn every_part_of_the_package_is_well_formed_and_named_in_the_content_types() {
    let parts = opened::parts(&docx::render(&sample::report()).unwrap());
    let types = String::from_utf8(parts["[Content_Types].xml"].clone()).unwrap();
    for (path, part) in &parts {
        opened::xml_text(part);
        if !path.contains("_rels/") && path != "[Content_Types].xml" {
            assert!(types.contains(&format!("PartName=\"/{path}\"")), "{path}");
        }
    }
}

#[test]
fn the_layout_is_that_of_official_documents() {
    let parts = opened::parts(&docx::render(&sample::report()).unwrap());
    let part = |path: &str| String::from_utf8(parts[path].clone()).unwrap();
    let (document, styles) = (part("word/document.xml"), part("word/styles.xml"));
    // A4; 37, 26, 35, 28 mm in twentieths of a point.
    assert!(document.contains("<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"));
    assert!(document.contains("w:top=\"2097\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\""));
    assert!(document.contains("w:orient=\"landscape\""), "the list of problems lies sideways");
    for font in ["方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"] {
        assert!(styles.contains(&format!("w:eastAsia=\"{font}\"")), "{font}");
    }
    assert!(styles.contains("w:line=\"570\" w:lineRule=\"exact\""), "28.5 points");
    assert!(part("word/settings.xml").contains("<w:evenAndOddHeaders/>"));
    for footer in ["word/footer1.xml", "word/footer2.xml"] {
        assert_eq!(opened::xml_text(part(footer).as_bytes()).trim(), "—  PAGE 1 —");
    }
    // One head for each table, repeated on every page.
    assert_eq!(document.matches("<w:tblHeader/>").count(), document.matches("<w:tbl>").count());
    assert!(document.matches("<w:tbl>").count() >= 2);
}

#[test]
fn page_text_cannot_break_the_document() {
    for text in ["\u{0}\u{1}\u{b}\u{1f}", "</w:t></w:r><w:br/>", "&amp;&#1;<![CDATA[", "a\u{202e}b\u{feff}\u{fffe}", "\n\n\r"] {
        let report = hostile(text);
        for part in opened::parts(&docx::render(&report).unwrap()).values() {
            assert!(!opened::xml_text(part).contains('\u{202e}'));
        }
        for office in by_office_parts(&report) {
            for part in opened::parts(&office.notice().unwrap().unwrap()).values() {
                opened::xml_text(part);
            }
        }
    }
}

#[test]
fn a_report_without_findings_can_be_sent_too() {
    let text = body(&sample::with_findings(Vec::new()));
    assert!(text.contains("在已检查的范围内未发现问题。"), "an incomplete run must not claim that nothing is wrong");
    assert!(text.contains("本次检查未形成整改事项。") && !text.contains("责任处室："));
}

#[test]
fn mending_is_told_against_earlier_runs_and_invents_nothing() {
    let mut report = Report { changes: None, ..sample::report() };
    for finding in &mut report.findings {
        finding.first_seen = finding.last_seen.clone();
        finding.runs_in_a_row = 1;
    }
    assert!(body(&report).contains("处问题均为首次发现，"));
    let first = &mut report.findings[0];
    first.first_seen = "2026-08-24T09:00:00+08:00".to_owned();
    first.runs_in_a_row = 4;
    let text = body(&report);
    assert!(text.contains("本次仍存在的问题1处。"), "{text}");
    assert!(text.contains("仍存在的问题最早发现于2026年8月24日，最多已连续4次检查存在，涉及"), "{text}");
}

#[test]
fn the_previous_runs_problems_are_told_one_by_one_with_their_offices() {
    let mut report = sample::report();
    report.findings.retain(|finding| finding.verdict == Certainty::Confirmed);
    report.findings.truncate(4);
    let offices = ["综合处", "综合处", "办公室", "法规处"];
    for (finding, office) in report.findings.iter_mut().zip(offices) {
        finding.office = Some(office.to_owned());
        finding.first_seen = "2026-09-24T09:00:00+08:00".to_owned();
        finding.runs_in_a_row = 3;
    }
    let id = |at: usize| report.findings[at].id.clone();
    let gone = |office: &str| FindingLine {
        id: format!("gone-{office}"),
        rule: "link.broken".to_owned(),
        level: Level::Deduct,
        site: String::new(),
        url: String::new(),
        target: None,
        office: Some(office.to_owned()),
        message: String::new(),
    };
    // of five known problems two are gone, two are left and one was not looked at; one is new, one came back
    report.changes = Some(Changes {
        run: "20261024-090000".to_owned(),
        now: "2026-10-24T09:00:00+08:00".to_owned(),
        new: vec![id(1), id(2)],
        reopened: vec![id(2)],
        fixed: vec![gone("综合处"), gone("财务处")],
        persisting: 2,
        unmeasured: 1,
    });
    let text = body(&report);
    assert!(
        text.contains(
            "上次检查（2026年10月24日）发现的5处问题中，本次检查已消除2处，仍存在2处，因本次未能检查而无法认定1处（不计入整改率），\
             整改率50.0%。本次新发现问题1处，以往消除后重新出现1处。"
        ),
        "{text}"
    );
    assert!(text.contains("最多已连续3次检查存在，涉及法规处1处、综合处1处，"), "{text}");
    let table = text.split("各责任处室整改情况").nth(1).unwrap();
    // in the order of their names: before, mended, left, new, back, rate
    let cells = table.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "办公室 0 0 0 0 1 —",
        "法规处 1 0 1 0 0 0.0%",
        "综合处 2 1 1 1 0 50.0%",
        "财务处 1 1 0 0 0 100.0%",
        "合计 4 2 2 1 1 50.0%",
    ] {
        assert!(cells.contains(line), "{line}: {cells}");
    }
}

#[test]
fn what_an_office_called_mended_before_the_run_and_is_there_is_said() {
    let mut report = sample::report();
    let finding = report.findings.iter().find(|finding| finding.verdict == Certainty::Confirmed).unwrap().id.clone();
    let review = Review { finding, mark: Some(Mark::Mended), ..Review::default() };
    let at = |imported: &str| ReviewLine {
        review: review.clone(),
        imported: imported.to_owned(),
        source: "办公室.xlsx".to_owned(),
        recheck: None,
    };
    report.run.now = "2026-11-24T09:00:00+08:00".to_owned();
    report.reviews = vec![at("2026-11-23T09:00:00+08:00")];
    assert!(body(&report).contains("责任处室反馈已整改、本次检查仍存在的问题1处，涉及"));
    report.reviews = vec![at("2026-11-25T09:00:00+08:00")];
    assert!(!body(&report).contains("反馈已整改"), "it was said after the run had looked");
}

#[test]
fn a_term_stands_in_every_file_that_has_a_place_for_it() {
    let report = Report { due: Some("2026-12-08".to_owned()), ..sample::report() };
    let without = Report { due: None, ..report.clone() };
    for format in FORMATS {
        let shown =
            |report: &Report| opened::text(format.name, &(format.render)(report).unwrap()).matches("2026-12-08").count();
        let (with, none) = (shown(&report), shown(&without));
        match format.name {
            "docx" | "xlsx" | "md" | "html" => assert!(with - none >= report.findings.len(), "{}: {with}, {none}", format.name),
            "json" => assert_eq!(with - none, 1),
            // records of what was found: they have no column for what is to be done
            "csv" | "jsonl" | "sarif" | "junit" => assert_eq!(with, none, "{}", format.name),
            other => panic!("{other}: say whether it names the term"),
        }
    }
}

#[test]
fn the_office_files_together_hold_every_finding_once() {
    let report = Report { due: Some("2026-12-08".to_owned()), ..sample::report() };
    let mut ids = Vec::new();
    let mut names = BTreeSet::new();
    for office in by_office_parts(&report) {
        let sheets = opened::sheets(&office.workbook().unwrap());
        assert_eq!(sheets[0].0, "问题清单");
        let head = &sheets[0].1[0];
        let at = |name: &str| head.iter().position(|cell| cell == name).unwrap();
        for row in sheets[0].1.iter().skip(1) {
            ids.push(row[at("问题编号")].clone());
            assert_eq!(row[at("责任处室")], office.office.clone().unwrap_or_else(|| "责任处室待明确".to_owned()));
            assert_eq!(row[at("整改时限")], "2026-12-08");
        }
        assert!(names.insert(office.workbook_name()));
        match (&office.office, office.notice().unwrap()) {
            (Some(name), Some(notice)) => {
                let text = opened::text("docx", &notice);
                assert!(text.contains(&format!("{name}：")) && text.contains("请于2026年12月8日前完成整改"), "{text}");
                assert!(text.contains(&format!("附件：{name}问题清单（电子表格）")));
            }
            (None, None) => {}
            (office, _) => panic!("{office:?}: a notice for nobody, or an office without one"),
        }
    }
    ids.sort();
    let mut all: Vec<String> = report.findings.iter().map(|finding| finding.id.clone()).collect();
    all.sort();
    assert_eq!(ids, all);
}

#[test]
fn notices_and_office_workbooks_are_the_same_bytes_each_time() {
    let report = sample::report();
    for (one, other) in by_office_parts(&report).zip(by_office_parts(&report)) {
        assert!(one.workbook().unwrap() == other.workbook().unwrap() && one.notice().unwrap() == other.notice().unwrap());
    }
}

#[test]
fn markdown_has_one_line_a_finding_in_its_last_table() {
    let report = sample::report();
    let text = String::from_utf8((format("md").unwrap().render)(&report).unwrap()).unwrap();
    let (_, list) = text.rsplit_once("问题清单\n\n").unwrap();
    assert_eq!(list.lines().filter(|line| line.starts_with("| ")).count(), report.findings.len() + 2);
}

#[test]
fn a_paper_that_falls_due_is_told_to_the_office_and_in_the_notice_by_steps() {
    use xuncha::model::report::{Duty, DutyState};
    let duty = |due: &str, days_left| Duty {
        rule: "disclosure.annual-report".to_owned(),
        name: "政府信息公开年度报告".to_owned(),
        year: 2026,
        due: due.to_owned(),
        days_left,
        customary: false,
        state: DutyState::NotFound,
    };
    let mut report = sample::report();
    let office = report.findings.iter().find_map(|finding| finding.office.clone()).unwrap();
    report.sites[0].office = Some(office.clone());
    report.sites[0].outlook.duties = vec![duty("2027-01-31", 20)];
    let said = "2026年政府信息公开年度报告应于2027年1月31日前（含当日）公开，剩余20天，尚未发现";
    let part = xuncha::report::offices::by_office_parts(&report).find(|part| part.office.as_deref() == Some(&office)).unwrap();
    let text = opened::text("docx", &part.notice().unwrap().unwrap());
    assert!(text.contains("临近公开期限的事项") && text.contains(said), "{text}");
    for other in xuncha::report::offices::by_office_parts(&report).filter(|part| part.office.as_deref() != Some(&office)) {
        let notice = other.notice().unwrap();
        assert!(notice.is_none_or(|notice| !opened::text("docx", &notice).contains(said)), "another office's");
    }
    let notice = |before: Option<&str>, report: &Report| {
        let mut report = report.clone();
        report.changes = before.map(|now| xuncha::model::report::Changes { now: now.to_owned(), ..Default::default() });
        let notice = xuncha::report::notice::notice(&report, 0, None);
        assert!(notice.text(100_000).contains(said));
        notice.duties[0].is_new
    };
    assert!(notice(None, &report), "nobody was told");
    // 20 days are left: it was news from 30 days on, and is again from 14 days on.
    assert!(!notice(Some("2027-01-10T09:00:00+08:00"), &report));
    assert!(notice(Some("2026-12-20T09:00:00+08:00"), &report));
}

#[test]
fn an_open_verdict_names_the_indicators_that_keep_it_open() {
    use xuncha::model::report::{IndicatorState, SiteVerdict};
    let mut report = sample::report();
    let site = &mut report.sites[0];
    site.verdict = SiteVerdict::Undetermined;
    let vetoes: Vec<usize> = (0..site.indicators.len()).filter(|&at| site.indicators[at].kind == "veto").collect();
    for (nth, &at) in vetoes.iter().take(3).enumerate() {
        site.indicators[at].state = IndicatorState::Undetermined;
        site.indicators[at].holds_verdict = nth == 0;
    }
    for &at in vetoes.iter().skip(3) {
        site.indicators[at].state = IndicatorState::Clear;
    }
    let name = site.indicators[vetoes[0]].name.clone();
    let said = format!(
        "“{}”的“{name}”未能判定，原因见指标检查表，暂不作出合格与否的结论（另有2项单项否决指标须结合日常监测和人工测试判定）",
        site.name
    );
    let text = opened::text("docx", &docx::render(&report).unwrap());
    assert!(text.contains(&said), "{text}");
}
