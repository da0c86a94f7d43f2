//! The end of a run on the terminal: one line for each site, as a table that is true to the width of Chinese characters.

use unicode_width::UnicodeWidthStr;

use crate::model::report::{ColumnState, IndicatorState, Report, Site};
use crate::model::rule::Lang;

use super::narrative::Counts;
use super::outlook;
use super::words::Words;

/// Blanks between two columns.
const GAP: usize = 2;
/// Cells of the terminal that a site's name may take.
const NAME_CELLS: usize = 24;
/// Notes of the run that are printed; the reports hold all.
const NOTES: usize = 5;

/// The summary of a run, with a line break at its end. `width` is the terminal's, in cells; where the table is wider,
/// each site becomes a short list.
pub fn summary(report: &Report, width: usize) -> String {
    let words = Words::of(&report.lang);
    let mut out = String::new();
    line(&mut out, &heading(report, words));
    let table = table(report, words);
    let text = if table_width(&table) <= width.max(1) { as_table(&table) } else { as_lists(&table, words) };
    out.push_str(&text);
    line(&mut out, &totals(report, words));
    for text in outlook::paragraphs(report) {
        line(&mut out, &text);
    }
    for note in report.run.notes.iter().take(NOTES) {
        line(&mut out, &format!("{}{note}", words.say("说明：", "Note: ")));
    }
    if report.run.notes.len() > NOTES {
        let more = report.run.notes.len() - NOTES;
        line(
            &mut out,
            &match words.lang {
                Lang::Zh => format!("另有{more}条说明，见报告。"),
                Lang::En => format!("{more} more note(s) in the reports."),
            },
        );
    }
    out
}

/// Where the reports lie, one path a line, to be printed behind [`summary`].
pub fn written(report: &Report, paths: &[String]) -> String {
    let words = Words::of(&report.lang);
    let mut out = String::new();
    for path in paths {
        line(&mut out, &format!("{}{path}", words.say("报告：", "Report: ")));
    }
    out
}

/// Appends a line without the controls that a terminal would obey.
fn line(out: &mut String, text: &str) {
    out.extend(text.chars().filter(|c| !c.is_control()));
    out.push('\n');
}

fn heading(report: &Report, words: Words) -> String {
    let at = words.moment(&report.run.now);
    let complete = if report.run.complete {
        words.say("检查完整", "complete")
    } else {
        words.say("检查不完整，见说明", "incomplete, see the notes")
    };
    match words.lang {
        Lang::Zh => format!("{}自查结果（监测时间点{at}，{complete}）", report.unit),
        Lang::En => format!("{} (monitoring time point {at}, {complete})", report.unit),
    }
}

/// Head first; the first two columns are text, the rest numbers.
fn table(report: &Report, words: Words) -> Vec<Vec<String>> {
    let head = [
        words.say("网站", "Site"),
        words.say("结论", "Verdict"),
        words.say("页面", "Pages"),
        words.say("请求", "Requests"),
        words.say("单项否决", "Veto"),
        words.say("扣分", "Deduction"),
        words.say("提示", "Advice"),
        words.say("待核实", "To check"),
        words.say("指标 发现/未判定", "Indicators found/open"),
        words.say("栏目 超期/空白/未判定", "Columns stale/empty/open"),
    ];
    std::iter::once(head.iter().map(|cell| (*cell).to_owned()).collect())
        .chain(report.sites.iter().map(|site| row(report, site, words)))
        .collect()
}

fn row(report: &Report, site: &Site, words: Words) -> Vec<String> {
    let counts = Counts::of(report.findings.iter().filter(|finding| finding.site == site.host));
    let indicators = |state| site.indicators.iter().filter(|line| line.state == state).count();
    let columns = |state| report.columns.iter().filter(|column| column.site == site.host && column.state == state).count();
    vec![
        clipped(&site.name),
        words.verdict(site.verdict).to_owned(),
        site.pages.to_string(),
        site.requests.to_string(),
        counts.veto.to_string(),
        counts.deduct.to_string(),
        counts.advice.to_string(),
        counts.to_check().to_string(),
        format!("{}/{}", indicators(IndicatorState::Found), indicators(IndicatorState::Undetermined)),
        format!("{}/{}/{}", columns(ColumnState::Stale), columns(ColumnState::Empty), columns(ColumnState::Undetermined)),
    ]
}

/// A name without controls, at most [`NAME_CELLS`] wide.
fn clipped(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    if clean.width() <= NAME_CELLS {
        return clean;
    }
    let mut short = String::new();
    for c in clean.chars() {
        short.push(c);
        if short.width() >= NAME_CELLS {
            short.pop();
            break;
        }
    }
    short.push('…');
    short
}

fn widths(table: &[Vec<String>]) -> Vec<usize> {
    let columns = table.first().map_or(0, Vec::len);
    (0..columns).map(|at| table.iter().map(|row| row[at].width()).max().unwrap_or(0)).collect()
}

fn table_width(table: &[Vec<String>]) -> usize {
    let widths = widths(table);
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

fn as_table(table: &[Vec<String>]) -> String {
    let widths = widths(table);
    let mut out = String::new();
    for (number, row) in table.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(at, (cell, width))| {
                let blanks = " ".repeat(width.saturating_sub(cell.width()));
                if at < 2 { format!("{cell}{blanks}") } else { format!("{blanks}{cell}") }
            })
            .collect();
        line(&mut out, cells.join(&" ".repeat(GAP)).trim_end());
        if number == 0 {
            line(&mut out, &"-".repeat(table_width(table)));
        }
    }
    out
}

fn as_lists(table: &[Vec<String>], words: Words) -> String {
    let mut out = String::new();
    let Some((head, rows)) = table.split_first() else { return out };
    for row in rows {
        line(&mut out, &format!("{}{}{}", row[0], words.say("：", ": "), row[1]));
        for (name, value) in head.iter().zip(row).skip(2) {
            line(&mut out, &format!("  {name}{}{value}", words.say("：", ": ")));
        }
    }
    out
}

fn totals(report: &Report, words: Words) -> String {
    let counts = Counts::of(&report.findings);
    let found = match words.lang {
        Lang::Zh => format!(
            "共发现问题{}处：单项否决类{}处、扣分类{}处、提示类{}处",
            counts.confirmed(),
            counts.veto,
            counts.deduct,
            counts.advice
        ),
        Lang::En => format!(
            "{} problem(s): {} veto, {} deduction, {} advice",
            counts.confirmed(),
            counts.veto,
            counts.deduct,
            counts.advice
        ),
    };
    let mut parts = vec![found];
    if counts.to_check() > 0 {
        parts.push(words.fill("另有#处待人工核实", "# more to be checked by a person", counts.to_check()));
    }
    if counts.blocked > 0 {
        parts.push(words.fill("#处因访问受阻未能判定", "# undetermined because access was blocked", counts.blocked));
    }
    parts.join(words.say("；", "; ")) + words.say("。", ".")
}
