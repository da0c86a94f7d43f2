//! The self-inspection report (自查报告) as a document in parts: heading, basis, what was inspected, overall, problems by class
//! with the offices named, mending, next steps, annexes. DOCX and Markdown set the same parts; they put no sentence together.

mod annexes;
mod mending;
mod problems;

use crate::model::report::Report;
use crate::model::rule::Lang;

use super::narrative;
use super::view::{self, Page};
use super::words::Words;
pub(crate) use annexes::{problem_cells, problem_heads};
pub(crate) use problems::kind;

/// A part of a document, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Title(String),
    /// 主送.
    Addressee(String),
    /// 一、
    Heading(String),
    /// （一）
    Subheading(String),
    /// A paragraph that begins with words of its own.
    Item {
        lead: String,
        text: String,
    },
    Paragraph(String),
    /// 附件：1. … 2. …
    Enclosures {
        label: &'static str,
        names: Vec<String>,
    },
    Signature {
        unit: String,
        day: String,
    },
    /// An annex begins on a page of its own; a wide one on a page turned sideways, which ends the document.
    Annex {
        label: String,
        title: String,
        wide: bool,
    },
    /// A line above a table.
    Caption(String),
    Table {
        heads: Vec<Head>,
        rows: Vec<Vec<String>>,
    },
    /// A title on top of a page of its own.
    PageTitle(String),
    /// A form: cells that reach over several columns and lines. `shares` are those of the columns, in hundredths of the width.
    Form {
        shares: Vec<u32>,
        rows: Vec<FormRow>,
    },
    /// The table of all findings, which a renderer writes row by row.
    Problems,
}

pub(crate) type FormRow = Vec<FormCell>;

/// A cell of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormCell {
    pub(crate) text: String,
    /// Columns that it reaches over.
    pub(crate) span: usize,
    /// Printed by the form, not filled in.
    pub(crate) is_label: bool,
    pub(crate) lines: Lines,
}

/// Whether a cell of a form reaches over several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    One,
    First,
    Further,
}

impl FormCell {
    pub(crate) fn label(text: &str, span: usize) -> Self {
        Self { text: text.to_owned(), span, is_label: true, lines: Lines::One }
    }

    pub(crate) fn value(text: String, span: usize) -> Self {
        Self { text, span, is_label: false, lines: Lines::One }
    }

    /// The first line of a cell that goes on below.
    pub(crate) fn begins(self) -> Self {
        Self { lines: Lines::First, ..self }
    }

    /// The cell above goes on.
    pub(crate) fn continued() -> Self {
        Self { lines: Lines::Further, ..Self::label("", 1) }
    }
}

/// The head of a table's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    /// Share of the table's width, in hundredths.
    pub(crate) share: u32,
    pub(crate) centred: bool,
}
/// `一` … `九十九`.
pub(crate) fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10 % 10, number % 10);
    let ten = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        tens => format!("{}十", DIGITS[tens]),
    };
    format!("{ten}{}", DIGITS[ones])
}

/// Numbers headings in the way of the language.
pub(crate) struct Numbering {
    words: Words,
    headings: usize,
    subheadings: usize,
    items: usize,
}

impl Numbering {
    pub(crate) fn new(words: Words) -> Self {
        Self { words, headings: 0, subheadings: 0, items: 0 }
    }

    pub(crate) fn heading(&mut self, zh: &'static str, en: &'static str) -> Block {
        self.headings += 1;
        (self.subheadings, self.items) = (0, 0);
        Block::Heading(match self.words.lang {
            Lang::Zh => format!("{}、{zh}", numeral(self.headings)),
            Lang::En => format!("{}. {en}", self.headings),
        })
    }

    pub(crate) fn subheading(&mut self, text: &str) -> Block {
        self.subheadings += 1;
        self.items = 0;
        Block::Subheading(match self.words.lang {
            Lang::Zh => format!("（{}）{text}", numeral(self.subheadings)),
            Lang::En => format!("{}.{} {text}", self.headings, self.subheadings),
        })
    }

    pub(crate) fn item(&mut self, lead: &str, text: String) -> Block {
        self.items += 1;
        let lead = match self.words.lang {
            Lang::Zh => format!("{}.{lead}", self.items),
            Lang::En => format!("({}) {lead}", self.items),
        };
        Block::Item { lead, text }
    }
}

/// The whole document.
pub(crate) fn self_report(report: &Report) -> Vec<Block> {
    let words = Words::of(&report.lang);
    let page = view::page_without_findings(report);
    let mut numbering = Numbering::new(words);
    let mut blocks = vec![
        Block::Title(match words.lang {
            Lang::Zh if !report.unit.is_empty() => narrative::title_of(report.unit.trim_end_matches("网站"), "网站自查报告"),
            _ => page.title.clone(),
        }),
        Block::Paragraph(opening(report, words)),
    ];
    scope(report, &page, words, &mut numbering, &mut blocks);
    blocks.push(numbering.heading("总体情况", "Overall"));
    let limits = words.say("第一部分“检查覆盖情况”", "“Coverage” in part 1");
    blocks.extend(narrative::results(report, limits).into_iter().map(Block::Paragraph));
    blocks.push(numbering.heading("发现的主要问题", "Main problems"));
    problems::problems(report, words, &mut numbering, &mut blocks);
    blocks.push(numbering.heading("整改情况", "Mending"));
    blocks.extend(mending::mending(report, words));
    blocks.push(numbering.heading("下一步工作", "Next steps"));
    mending::next_steps(report, words, &mut numbering, &mut blocks);
    let annexes = [words.say("指标检查表", "Table of indicators"), words.say("问题清单", "List of problems")];
    blocks.push(Block::Enclosures {
        label: words.say("附件：", "Annexes: "),
        names: annexes.iter().map(|name| (*name).to_owned()).collect(),
    });
    blocks.push(Block::Signature { unit: report.unit.clone(), day: words.day(&report.run.now) });
    blocks.push(Block::Annex { label: words.fill("附件#", "Annex #", 1), title: annexes[0].to_owned(), wide: false });
    for (site, view) in report.sites.iter().zip(&page.sites) {
        blocks.push(Block::Caption(annexes::caption(report, site, words)));
        blocks.push(annexes::indicator_table(view, words));
    }
    blocks.push(Block::Annex { label: words.fill("附件#", "Annex #", 2), title: annexes[1].to_owned(), wide: true });
    blocks.push(if report.findings.is_empty() {
        Block::Paragraph(narrative::nothing(report, words).to_owned())
    } else {
        Block::Problems
    });
    blocks
}

fn opening(report: &Report, words: Words) -> String {
    let unit = narrative::unit(report, words);
    match words.lang {
        Lang::Zh => format!("根据{}要求，{unit}对所属网站开展自查，现将有关情况报告如下。", report.run.standard_name),
        Lang::En => format!("Under {}, {unit} inspected its websites. The results follow.", report.run.standard_name),
    }
}

fn scope(report: &Report, page: &Page, words: Words, numbering: &mut Numbering, blocks: &mut Vec<Block>) {
    blocks.push(numbering.heading("检查基本情况", "What was inspected"));
    let colon = words.say("：", ": ");
    let stop = words.say("。", ".");
    for (name, value) in page.facts.iter().filter(|(_, value)| *value != report.run.standard_name) {
        blocks.push(Block::Item { lead: format!("{name}{colon}"), text: format!("{value}{stop}") });
    }
    blocks.push(Block::Item {
        lead: format!("{}{colon}", words.say("检查工作量", "Extent")),
        text: narrative::figures(report, words),
    });
    if !report.run.notes.is_empty() {
        let lead = format!("{}{colon}", words.say("检查覆盖情况", "Coverage"));
        blocks.push(Block::Item { lead, text: report.run.notes.join(words.say("", " ")) });
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_written_as_offices_write_them() {
        let all: Vec<String> = [1, 9, 10, 11, 20, 21, 99].into_iter().map(numeral).collect();
        assert_eq!(all, ["一", "九", "十", "十一", "二十", "二十一", "九十九"]);
    }

    #[test]
    fn the_shares_of_the_columns_fill_the_table() {
        for lang in ["zh", "en"] {
            assert_eq!(problem_heads(Words::of(lang)).iter().map(|head| head.share).sum::<u32>(), 100);
        }
    }
}
