//! One office at a time: a workbook with its findings (问题清单) to fill in, and the notice (整改通知) that sends it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Certainty, Finding};
use crate::model::report::Report;
use crate::model::review::ReviewLine;
use crate::model::rule::Lang;

use super::document::{self, Block, Numbering};
use super::narrative::{self, Counts};
use super::plain;
use super::view::findings::{by_office, no_office};
use super::words::Words;
use super::{RenderError, docx, xlsx};

/// Bytes of an office's name in the name of its files: most file systems allow 255 for the whole.
const NAME_BYTES_MAX: usize = 120;

/// The findings of one office.
#[derive(Debug, Clone)]
pub struct OfficePart {
    /// None: the findings for which no office is named.
    pub office: Option<String>,
    /// Safe as part of a file name on every system, and different from every other office's.
    pub file_stem: String,
    report: Report,
}

/// The findings by office, each with the columns it answers for.
pub fn by_office_parts(report: &Report) -> impl Iterator<Item = OfficePart> {
    let words = Words::of(&report.lang);
    let mut taken = BTreeSet::new();
    by_office(report).into_iter().map(move |(office, findings)| {
        let file_stem = file_stem(office.unwrap_or(no_office(words)), &mut taken);
        let columns =
            report.columns.iter().filter(|column| office.is_some() && column.office.as_deref() == office).cloned().collect();
        let report = Report {
            schema: report.schema.clone(),
            lang: report.lang.clone(),
            unit: report.unit.clone(),
            run: report.run.clone(),
            sites: report.sites.clone(),
            columns,
            interpretations: Vec::new(),
            interpretation_years: Vec::new(),
            trend: Vec::new(),
            changes: None,
            ignored: Vec::new(),
            reviews: of_findings(report, &findings),
            findings: findings.into_iter().cloned().collect(),
            rules: report.rules.clone(),
            due: report.due.clone(),
        };
        OfficePart { office: office.map(str::to_owned), file_stem, report }
    })
}

/// What was said of these findings.
fn of_findings(report: &Report, findings: &[&Finding]) -> Vec<ReviewLine> {
    let ids: BTreeSet<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    report.reviews.iter().filter(|line| ids.contains(line.review.finding.as_str())).cloned().collect()
}

impl OfficePart {
    /// Name of the workbook's file.
    pub fn workbook_name(&self) -> String {
        format!("{}-{}.xlsx", self.file_stem, Words::of(&self.report.lang).say("问题清单", "problems"))
    }

    /// Name of the notice's file.
    pub fn notice_name(&self) -> String {
        format!("{}-{}.docx", self.file_stem, Words::of(&self.report.lang).say("整改通知", "notice"))
    }

    /// The workbook.
    ///
    /// # Errors
    /// [`RenderError::Xlsx`] when it cannot be written.
    pub fn workbook(&self) -> Result<Vec<u8>, RenderError> {
        let words = Words::of(&self.report.lang);
        let office = self.office.as_deref().unwrap_or(no_office(words));
        let title = format!("{office}{}", words.say("网站问题清单", ": website problems"));
        xlsx::render_office(&self.report, &title)
    }

    /// The notice; none where no office is named: nobody could receive it.
    ///
    /// # Errors
    /// [`RenderError::Docx`] when it cannot be written.
    pub fn notice(&self) -> Result<Option<Vec<u8>>, RenderError> {
        let Some(office) = &self.office else { return Ok(None) };
        docx::render_blocks(&self.report, &self.blocks(office)).map(Some)
    }

    fn blocks(&self, office: &str) -> Vec<Block> {
        let report = &self.report;
        let words = Words::of(&report.lang);
        let mut numbering = Numbering::new(words);
        let mut blocks = vec![
            Block::Title(
                words.say("关于做好网站问题整改工作的通知", "Notice: problems of the website to be mended").to_owned(),
            ),
            Block::Addressee(format!("{office}{}", words.say("：", ":"))),
            Block::Paragraph(self.opening(office, words)),
        ];
        let confirmed: Vec<&Finding> = report.findings.iter().filter(|f| f.verdict == Certainty::Confirmed).collect();
        if !confirmed.is_empty() {
            blocks.push(numbering.heading("主要问题", "Problems"));
            let remedies: BTreeMap<&str, &str> =
                report.rules.iter().map(|rule| (rule.id.as_str(), rule.remedy.as_str())).collect();
            for findings in by_rule(&confirmed) {
                let remedy = findings.first().and_then(|first| remedies.get(first.rule.as_str())).copied().unwrap_or_default();
                blocks.push(document::kind(&findings, words, &mut numbering, Some(remedy)));
            }
        }
        let duties = self.duties(office, words);
        if !duties.is_empty() {
            blocks.push(numbering.heading("临近公开期限的事项", "Papers due soon"));
            blocks.extend(duties.into_iter().map(Block::Paragraph));
        }
        blocks.push(numbering.heading("有关要求", "What is asked"));
        blocks.extend(self.demands(words, &mut numbering));
        blocks.push(Block::Enclosures {
            label: words.say("附件：", "Enclosure: "),
            names: vec![format!("{office}{}", words.say("问题清单（电子表格）", ": list of problems (spreadsheet)"))],
        });
        blocks.push(Block::Signature { unit: report.unit.clone(), day: words.day(&report.run.now) });
        blocks
    }

    /// Papers due soon on the sites for which this office answers.
    fn duties(&self, office: &str, words: Words) -> Vec<String> {
        let sites = self.report.sites.iter().filter(|site| site.office.as_deref() == Some(office));
        let said = sites.flat_map(|site| &site.outlook.duties).map(|duty| super::outlook::owed(duty, words));
        said.map(|said| format!("{said}{}", words.say("。", "."))).collect()
    }

    fn opening(&self, office: &str, words: Words) -> String {
        let report = &self.report;
        let counts = Counts::of(&report.findings);
        let unit = narrative::unit(report, words);
        let moment = words.moment(&report.run.now);
        match words.lang {
            Lang::Zh => {
                let found = match counts.confirmed() {
                    0 => String::new(),
                    n => format!("涉及{office}的问题{n}处，{}", narrative::classes_zh(counts, words)),
                };
                let doubtful = match (counts.to_check(), counts.confirmed()) {
                    (0, _) => String::new(),
                    (n, 0) => format!("涉及{office}、须人工核实的疑似情况{n}处"),
                    (n, _) => format!("，另有须人工核实的疑似情况{n}处"),
                };
                let blocked = match (counts.blocked, counts.confirmed() + counts.to_check()) {
                    (0, _) => String::new(),
                    (n, 0) => format!("涉及{office}的内容有{n}处因访问受阻未能判定"),
                    (n, _) => format!("，{n}处因访问受阻未能判定"),
                };
                format!(
                    "根据{}要求，{unit}对所属网站开展了自查（监测时间点为{moment}）。经检查，{found}{doubtful}{blocked}。现将问题清单印发给你们，请认真核实整改。",
                    report.run.standard_name
                )
            }
            Lang::En => format!(
                "Under {}, {unit} inspected its websites (monitoring time point {moment}). {} problem(s) lie with {office}; {} more case(s) \
                 need a person's look and {} could not be judged. The list is enclosed; please look at each and mend it.",
                report.run.standard_name,
                counts.confirmed(),
                counts.to_check(),
                counts.blocked
            ),
        }
    }

    fn demands(&self, words: Words, numbering: &mut Numbering) -> Vec<Block> {
        let term = match (&self.report.due, words.lang) {
            (Some(day), Lang::Zh) => format!("请于{}前完成整改，并将填写后的问题清单反馈。", words.day(day)),
            (Some(day), Lang::En) => format!("Please mend it by {} and send the list back, filled in.", words.day(day)),
            (None, Lang::Zh) => "请抓紧整改，整改完成后将填写后的问题清单反馈。".to_owned(),
            (None, Lang::En) => "Please mend it soon and send the list back, filled in.".to_owned(),
        };
        vec![
            numbering.item(
                words.say("逐项核实。", "Look at each. "),
                words
                    .say(
                        "对照问题清单逐项核实，在“核实结果”栏注明属实、误报、已整改或不予处理，误报和不予处理的说明理由，并填写填报人和填报日期。",
                        "Say for each problem whether it is true, a false alarm, mended or set aside, with the reason, your name and the day.",
                    )
                    .to_owned(),
            ),
            numbering.item(words.say("按时整改。", "Mend in time. "), term),
            numbering.item(
                words.say("举一反三。", "Look for the like. "),
                words
                    .say(
                        "对所负责的栏目和页面开展排查，同类问题一并整改，落实信息发布审核和日常读网巡网责任，防止问题反复出现。",
                        "Go through your other columns and pages for problems of the same kind, and keep watch from now on.",
                    )
                    .to_owned(),
            ),
        ]
    }
}

/// Findings of each rule, in the order in which the rules come first.
fn by_rule<'a>(findings: &[&'a Finding]) -> Vec<Vec<&'a Finding>> {
    let mut rules: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        match rules.iter_mut().find(|group| group.first().is_some_and(|first| first.rule == finding.rule)) {
            Some(group) => group.push(finding),
            None => rules.push(vec![finding]),
        }
    }
    rules
}

/// The name without what some system forbids in a file name, numbered where another office has the same.
fn file_stem(office: &str, taken: &mut BTreeSet<String>) -> String {
    let allowed: String = plain::line(office)
        .chars()
        .map(|c| {
            if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' | '.' | '~' | '$' | '\'' | '`') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let mut stem = String::new();
    for c in allowed.trim_matches(['_', ' ', '-']).chars() {
        if stem.len() + c.len_utf8() > NAME_BYTES_MAX {
            break;
        }
        stem.push(c);
    }
    if stem.is_empty() {
        stem.push_str("office");
    }
    let mut name = stem.clone();
    let mut number = 2;
    // Some file systems do not tell upper from lower case.
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem}-{number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_office_has_a_file_name_of_its_own() {
        let mut taken = BTreeSet::new();
        let names = ["综合处", "../../etc/passwd", "a/b\\c:d", "a_b_c_d", "A_B_C_D", "", "...", "\u{202e}\u{0}\n", "处 \t室"];
        let stems: Vec<String> = names.iter().map(|name| file_stem(name, &mut taken)).collect();
        assert_eq!(
            stems,
            ["综合处", "etc_passwd", "a_b_c_d", "a_b_c_d-2", "A_B_C_D-3", "office", "office-2", "office-3", "处 室"]
        );
        let long = file_stem(&"处".repeat(400), &mut taken);
        assert!(long.len() <= NAME_BYTES_MAX && long.chars().all(|c| c == '处'));
    }
}
