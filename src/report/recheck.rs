//! The report of a recheck (复查报告): what is mended, what is not, what came back, what is late, and the rate by office.

use std::collections::BTreeMap;

use crate::model::review::{RecheckLine, RecheckReport, Standing};
use crate::model::rule::Lang;

use super::document::{Block, Head, Numbering};
use super::narrative;
use super::plain;
use super::view::findings::no_office;
use super::words::Words;
use super::{RenderError, docx, xlsx};

/// Characters of evidence in a cell.
const EVIDENCE_CHARS: usize = 400;
/// Problems of one kind that the text names; the annex lists all.
const NAMED_MAX: usize = 20;

/// Makes one file.
type Render = fn(&RecheckReport) -> Result<Vec<u8>, RenderError>;

/// Name and renderer of each file.
pub const FILES: [(&str, Render); 2] = [("recheck.docx", render_docx), ("recheck.xlsx", xlsx::recheck::render)];

/// Whether a part of the report speaks of a line.
type Has = fn(&RecheckLine) -> bool;

/// Counts of one office, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) closed: usize,
    pub(crate) reopened: usize,
    pub(crate) open: usize,
    pub(crate) undetermined: usize,
    pub(crate) set_aside: usize,
    pub(crate) overdue: usize,
}

impl Tally {
    fn add(&mut self, line: &RecheckLine) {
        let slot = match line.standing {
            Standing::Closed => &mut self.closed,
            Standing::Reopened => &mut self.reopened,
            Standing::Open => &mut self.open,
            Standing::Undetermined => &mut self.undetermined,
            Standing::SetAside => &mut self.set_aside,
        };
        *slot += 1;
        self.overdue += usize::from(line.overdue);
    }

    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a RecheckLine>) -> Self {
        let mut tally = Self::default();
        lines.into_iter().for_each(|line| tally.add(line));
        tally
    }

    /// What is to be mended: all but what was set aside.
    pub(crate) fn due(self) -> usize {
        self.closed + self.reopened + self.open + self.undetermined
    }

    /// 整改率: mended with evidence, of what is to be mended; rounded down, so that 100% is all of it.
    pub(crate) fn rate(self) -> String {
        narrative::rate(self.closed, self.due())
    }
}

/// The lines by office; those without one last.
pub(crate) fn by_office(report: &RecheckReport) -> Vec<(String, Vec<&RecheckLine>)> {
    let words = Words::of(&report.base.lang);
    let mut offices: BTreeMap<(bool, &str), Vec<&RecheckLine>> = BTreeMap::new();
    for line in &report.lines {
        let office = line.finding.office.as_deref();
        offices.entry((office.is_none(), office.unwrap_or(no_office(words)))).or_default().push(line);
    }
    offices
        .into_iter()
        .map(|((_, office), mut lines)| {
            lines.sort_by_key(|line| line.standing);
            (office.to_owned(), lines)
        })
        .collect()
}

pub(crate) fn standing(standing: Standing, words: Words) -> &'static str {
    match standing {
        Standing::Closed => words.say("已整改（复查通过）", "Mended"),
        Standing::Reopened => words.say("复查未通过", "Reopened"),
        Standing::Open => words.say("未整改", "Not mended"),
        Standing::Undetermined => words.say("未能复查", "Undetermined"),
        Standing::SetAside => words.say("不列入整改", "Set aside"),
    }
}

/// What the look showed, or why the finding is set aside.
pub(crate) fn evidence(line: &RecheckLine, words: Words) -> String {
    let pieces: Vec<String> = match (&line.recheck, &line.review) {
        (Some(look), _) if line.standing != Standing::SetAside => look
            .evidence
            .iter()
            .map(|piece| {
                let url = piece.url.as_deref().filter(|_| piece.kind == "attempt").unwrap_or_default();
                plain::line(&format!("{url} {}", piece.text)).trim().to_owned()
            })
            .collect(),
        (_, Some(review)) => vec![plain::line(&review.review.reason)],
        _ => Vec::new(),
    };
    let pieces: Vec<String> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
    narrative::clipped(&pieces.join(words.say("；", "; ")), EVIDENCE_CHARS)
}

/// What the running text says of a look: what it found where that differs from what was known, else what the server answered.
fn seen(line: &RecheckLine, words: Words) -> String {
    let Some(look) = line.recheck.as_ref().filter(|_| line.standing != Standing::SetAside) else {
        return evidence(line, words);
    };
    let known = narrative::in_short(&line.finding.message);
    let found = look.evidence.first().filter(|piece| narrative::in_short(&piece.text) != known);
    let answered = || look.evidence.iter().find(|piece| piece.kind == "attempt");
    found.or_else(answered).map(|piece| plain::line(narrative::in_short(&piece.text))).unwrap_or_default()
}

/// The day up to which a finding is to be mended.
pub(crate) fn due(line: &RecheckLine) -> &str {
    line.due.as_deref().unwrap_or_default()
}

/// The figures, for standard output.
pub fn summary(report: &RecheckReport) -> String {
    let mut text = figures(report);
    text.push('\n');
    let words = Words::of(&report.base.lang);
    for line in report.lines.iter().filter(|line| line.standing == Standing::Reopened).take(NAMED_MAX) {
        let office = line.finding.office.as_deref().unwrap_or(no_office(words));
        text.push_str(&format!("  {} {office} {}\n", standing(line.standing, words), plain::line(&line.finding.message)));
    }
    text
}

fn figures(report: &RecheckReport) -> String {
    let all = Tally::of(&report.lines);
    let Tally { closed, reopened, open, undetermined, set_aside, overdue } = all;
    let (due, rate) = (all.due(), all.rate());
    match Words::of(&report.base.lang).lang {
        Lang::Zh => {
            let aside = if set_aside > 0 {
                format!("另有{set_aside}个问题经责任处室核实为误报或不予处理，不列入整改。")
            } else {
                String::new()
            };
            let rate = if due > 0 { format!("，整改率{rate}") } else { String::new() };
            format!(
                "应整改问题{due}个，已整改并复查通过{closed}个{rate}；复查未通过{reopened}个，未整改{open}个，未能复查{undetermined}个；\
                 超过整改时限{overdue}个。{aside}"
            )
        }
        Lang::En => format!(
            "Problems to be mended: {due}; mended: {closed} ({rate}); reopened: {reopened}; not mended: {open}; undetermined: \
             {undetermined}; overdue: {overdue}. Set aside by the offices: {set_aside}."
        ),
    }
}

/// recheck.docx.
///
/// # Errors
/// [`RenderError::Docx`] when the package cannot be written.
fn render_docx(report: &RecheckReport) -> Result<Vec<u8>, RenderError> {
    let mut base = report.base.clone();
    base.run.finished.clone_from(&report.now);
    docx::render_blocks(&base, &blocks(report))
}

fn blocks(report: &RecheckReport) -> Vec<Block> {
    let base = &report.base;
    let words = Words::of(&base.lang);
    let mut numbering = Numbering::new(words);
    let unit = narrative::unit(base, words);
    let mut blocks = vec![Block::Title(match words.lang {
        Lang::Zh => narrative::title_of(&unit, "网站问题整改情况复查报告"),
        Lang::En => format!("{unit}: recheck of the problems of its websites"),
    })];
    blocks.push(Block::Paragraph(opening(report, words)));
    blocks.push(numbering.heading("总体情况", "Overall"));
    blocks.push(Block::Paragraph(figures(report)));
    blocks.push(numbering.heading("各处室整改情况", "Offices"));
    blocks.push(offices(report, words));
    let parts: [(&'static str, &'static str, Has); 4] = [
        ("复查未通过的问题", "Reopened", |line| line.standing == Standing::Reopened),
        ("超过整改时限的问题", "Overdue", |line| line.overdue),
        ("未能复查的问题", "Undetermined", |line| line.standing == Standing::Undetermined),
        ("不列入整改的问题", "Set aside", |line| line.standing == Standing::SetAside),
    ];
    for (zh, en, is_of) in parts {
        let lines: Vec<&RecheckLine> = report.lines.iter().filter(|line| is_of(line)).collect();
        if !lines.is_empty() {
            blocks.push(numbering.heading(zh, en));
            blocks.extend(named(&lines, words, &mut numbering));
        }
    }
    let all = Tally::of(&report.lines);
    blocks.push(numbering.heading("下一步工作", "Next steps"));
    blocks.push(Block::Paragraph(next(all, words).to_owned()));
    let title = words.say("问题整改复查明细表", "Problems one by one");
    blocks.push(Block::Enclosures { label: words.say("附件：", "Enclosure: "), names: vec![title.to_owned()] });
    blocks.push(Block::Signature { unit: base.unit.clone(), day: words.day(&report.now) });
    blocks.push(Block::Annex { label: words.say("附件", "Enclosure").to_owned(), title: title.to_owned(), wide: true });
    blocks.push(details(report, words));
    // a table cannot end the document
    blocks.push(Block::Caption(String::new()));
    blocks
}

fn opening(report: &RecheckReport, words: Words) -> String {
    let (found, looked) = (words.moment(&report.base.run.now), words.day(&report.now));
    let requests = report.requests;
    let looks = report.lines.iter().filter(|line| line.recheck.is_some()).count();
    match words.lang {
        Lang::Zh => format!(
            "针对自查发现的问题（监测时间点为{found}），根据各责任处室反馈的核实和整改情况，于{looked}对标为已整改的{looks}个问题逐一复查\
             （重新访问问题页面及相关网址，共发出请求{requests}次），现将复查情况报告如下。"
        ),
        Lang::En => format!(
            "After the inspection (monitoring time point {found}) the offices said what they found and mended. On {looked} the {looks} \
             problem(s) called mended were looked at again ({requests} requests)."
        ),
    }
}

fn offices(report: &RecheckReport, words: Words) -> Block {
    let head = |zh, en, share| Head { name: words.say(zh, en), share, centred: true };
    let heads = vec![
        head("责任处室", "Office", 22),
        head("应整改", "To mend", 10),
        head("已整改", "Mended", 10),
        head("复查未通过", "Reopened", 15),
        head("未整改", "Not mended", 10),
        head("未能复查", "Undetermined", 13),
        head("超期", "Overdue", 8),
        head("整改率", "Rate", 12),
    ];
    let row = |name: &str, tally: Tally| {
        let numbers = [tally.due(), tally.closed, tally.reopened, tally.open, tally.undetermined, tally.overdue];
        let mut cells = vec![name.to_owned()];
        cells.extend(numbers.iter().map(ToString::to_string));
        cells.push(tally.rate());
        cells
    };
    let mut rows: Vec<Vec<String>> =
        by_office(report).into_iter().map(|(office, lines)| row(&office, Tally::of(lines))).collect();
    rows.push(row(words.say("合计", "All"), Tally::of(&report.lines)));
    Block::Table { heads, rows }
}

fn named(lines: &[&RecheckLine], words: Words, numbering: &mut Numbering) -> Vec<Block> {
    let stop = |text: &str| text.trim_end_matches(['。', '.']).to_owned();
    let mut blocks: Vec<Block> = lines
        .iter()
        .take(NAMED_MAX)
        .map(|line| {
            let office = line.finding.office.as_deref().unwrap_or(no_office(words));
            let due = match (line.overdue, words.lang) {
                (true, Lang::Zh) => format!("（整改时限{}）", words.day(due(line))),
                (true, Lang::En) => format!(" (due {})", due(line)),
                (false, _) => String::new(),
            };
            let message = words.prose(&plain::line(narrative::in_short(&line.finding.message)));
            let evidence = stop(&words.prose(&seen(line, words)));
            let text = match (evidence.is_empty(), line.standing, words.lang) {
                (true, _, _) => format!("{message}{due}{}", words.say("。", ".")),
                (false, Standing::SetAside, Lang::Zh) => format!("{message}。理由：{evidence}。"),
                (false, Standing::SetAside, Lang::En) => format!("{message}. Reason: {evidence}."),
                (false, _, Lang::Zh) => format!("{message}{due}。复查情况：{evidence}。"),
                (false, _, Lang::En) => format!("{message}{due}. Seen: {evidence}."),
            };
            numbering.item(&format!("{office}{}", words.say("：", ": ")), text)
        })
        .collect();
    if lines.len() > NAMED_MAX {
        let more = lines.len() - NAMED_MAX;
        blocks.push(Block::Paragraph(words.fill("其余#个见附件。", "# more stand in the enclosure.", more)));
    }
    blocks
}

fn next(all: Tally, words: Words) -> &'static str {
    if all.closed == all.due() {
        words.say(
            "问题已全部整改。各责任处室要落实信息发布审核和日常读网巡网责任，举一反三，防止问题反复出现。",
            "Everything is mended. Keep watch, so that it does not come back.",
        )
    } else {
        words.say(
            "对复查未通过和未整改的问题，请责任处室查明原因、明确时限、抓紧整改，整改完成后再次反馈；对未能复查的问题，由责任处室人工核实。\
             各责任处室要举一反三，对同类问题一并排查整改。",
            "What was reopened or is not mended yet is to be mended soon and reported back; what could not be looked at is checked by a person.",
        )
    }
}

fn details(report: &RecheckReport, words: Words) -> Block {
    let head = |zh, en, share, centred| Head { name: words.say(zh, en), share, centred };
    let heads = vec![
        head("序号", "No.", 5, true),
        head("责任处室", "Office", 10, true),
        head("问题描述", "What is wrong", 27, false),
        head("页面网址", "Page", 18, false),
        head("整改时限", "Due", 9, true),
        head("复查结果", "Result", 10, true),
        head("复查情况", "Seen", 21, false),
    ];
    let rows = by_office(report)
        .into_iter()
        .flat_map(|(office, lines)| lines.into_iter().map(move |line| (office.clone(), line)))
        .zip(1usize..)
        .map(|((office, line), no)| {
            vec![
                no.to_string(),
                office,
                plain::line(&narrative::without_addresses(&line.finding.message, &line.finding)),
                line.finding.target.clone().unwrap_or_else(|| line.finding.url.clone()),
                due(line).to_owned(),
                result(line, words),
                evidence(line, words),
            ]
        })
        .collect();
    Block::Table { heads, rows }
}

/// Where a line stands, and whether it is late.
pub(crate) fn result(line: &RecheckLine, words: Words) -> String {
    let late = if line.overdue { words.say("，已超期", ", overdue") } else { "" };
    format!("{}{late}", standing(line.standing, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_a_hundred_is_all_of_it_and_what_is_set_aside_does_not_count() {
        let rate = |closed, open, set_aside| Tally { closed, open, set_aside, ..Tally::default() }.rate();
        assert_eq!(rate(653, 6, 0), "99.0%");
        assert_eq!(rate(9_999, 1, 0), "99.9%");
        assert_eq!(rate(3, 0, 5), "100.0%");
        assert_eq!(rate(0, 0, 5), "—");
    }
}
