//! The annexes: the table of indicators of each site, and the columns of the list of problems.

use crate::model::report::{Report, Site};
use crate::model::rule::Lang;

use super::super::narrative;
use super::super::rows::Row;
use super::super::view;
use super::super::words::Words;
use super::{Block, Head};

/// Above the table of a site.
pub(super) fn caption(report: &Report, site: &Site, words: Words) -> String {
    let verdict = words.verdict(site.verdict);
    let period = words.period(&report.run.started, &report.run.finished);
    match words.lang {
        Lang::Zh => format!("检查对象：{}（{}）　检查期间：{period}　检查结果：{verdict}", site.name, site.host),
        Lang::En => format!("Site: {} ({}). Period: {period}. Result: {verdict}.", site.name, site.host),
    }
}

/// 指标检查表 of a site.
pub(super) fn indicator_table(site: &view::SiteView, words: Words) -> Block {
    let head = |zh, en, share, centred| Head { name: words.say(zh, en), share, centred };
    let rows = site
        .indicators
        .iter()
        .flat_map(|group| group.lines.iter().map(move |line| (group, line)))
        .map(|(group, line)| {
            vec![line.no.to_string(), group.name.to_owned(), line.name.clone(), line.criterion.clone(), line.result.clone()]
        })
        .collect();
    Block::Table {
        heads: vec![
            head("序号", "No.", 7, true),
            head("类别", "Kind", 13, true),
            head("指标", "Indicator", 18, false),
            head("评分细则", "Criterion", 36, false),
            head("检查情况", "Result", 26, false),
        ],
        rows,
    }
}

/// The columns of the list of problems as an annex.
pub(crate) fn problem_heads(words: Words) -> Vec<Head> {
    let head = |zh, en, share, centred| Head { name: words.say(zh, en), share, centred };
    vec![
        head("序号", "No.", 5, true),
        head("责任处室", "Office", 8, true),
        head("网站和栏目", "Site, column", 10, false),
        head("问题描述", "What is wrong", 24, false),
        head("网址", "Address", 24, false),
        head("首次发现", "First seen", 9, true),
        head("整改时限及状态", "Mended by, state", 9, true),
        head("问题编号", "Id", 11, true),
    ]
}

/// The cells of one finding, as [`problem_heads`] names them.
pub(crate) fn problem_cells(row: &Row<'_>) -> Vec<String> {
    let finding = row.finding;
    let (page, target) = (row.words.say("页面：", "Page: "), row.words.say("问题网址：", "At fault: "));
    vec![
        row.no.to_string(),
        row.office.to_owned(),
        finding.column.as_ref().map_or_else(|| row.site.to_owned(), |column| format!("{}\n{column}", row.site)),
        format!("{}{}{}", finding.rule_title, row.words.say("。", ". "), narrative::without_addresses(&row.message(), finding)),
        match &finding.target {
            Some(at_fault) if *at_fault != finding.url => format!("{page}{}\n{target}{at_fault}", finding.url),
            _ => finding.url.clone(),
        },
        Words::short_day(&finding.first_seen),
        format!("{}\n{}", row.due().unwrap_or_default(), row.state()).trim().to_owned(),
        finding.id.clone(),
    ]
}
