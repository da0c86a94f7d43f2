//! The body: paragraphs by style, tables with a head on every page, the page upright and, for the wide annex, turned sideways.

use std::io::{self, Write};

use crate::model::report::Report;

use super::super::document::{Block, FormRow, Head, Lines, problem_cells, problem_heads};
use super::super::rows::rows;
use super::super::words::Words;
use super::package::{FOOTER_EVEN, FOOTER_ODD, text};

/// Twentieths of a point in a millimetre.
const fn mm(millimetres: u32) -> u32 {
    millimetres * 1_440 * 10 / 254
}

/// A4, in twentieths of a point.
const LONG: u32 = 16_838;
const SHORT: u32 = 11_906;
/// Margins of GB/T 9704: above 37, below 35, left 28, right 26 mm.
const ABOVE: u32 = mm(37);
const BELOW: u32 = mm(35);
const LEFT: u32 = mm(28);
const RIGHT: u32 = mm(26);
/// The page number stands 7 mm under the text.
const FOOTER: u32 = mm(22);
const WIDTH_UPRIGHT: u32 = SHORT - LEFT - RIGHT;
const WIDTH_SIDEWAYS: u32 = LONG - ABOVE - BELOW;

/// Writes every part, the properties of the last section at the end.
pub(super) fn write(out: &mut dyn Write, report: Option<&Report>, blocks: &[Block]) -> io::Result<()> {
    let mut sideways = false;
    for (at, block) in blocks.iter().enumerate() {
        match block {
            // The page of the signature carries some of the text.
            Block::Item { lead, text: words } if matches!(blocks.get(at + 1), Some(Block::Enclosures { .. })) => {
                item(out, lead, words, "<w:keepNext/>")?;
            }
            Block::Paragraph(words) if matches!(blocks.get(at + 1), Some(Block::Enclosures { .. })) => {
                write!(out, "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:keepNext/></w:pPr>{}</w:p>", run(words))?;
            }
            Block::Title(words) => {
                let lines: Vec<String> = words.split('\n').map(run).collect();
                let lines = lines.join("<w:r><w:br/></w:r>");
                write!(out, "<w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr>{lines}</w:p>")?;
            }
            Block::Addressee(words) => paragraph(out, "Addressee", words)?,
            Block::Heading(words) => paragraph(out, "Heading1", words)?,
            Block::Subheading(words) => paragraph(out, "Heading2", words)?,
            Block::Paragraph(words) => paragraph(out, "Normal", words)?,
            Block::Caption(words) => words.split('\n').try_for_each(|line| paragraph(out, "TableCaption", line))?,
            Block::Item { lead, text: words } => item(out, lead, words, "")?,
            Block::Enclosures { label, names } => enclosures(out, label, names)?,
            Block::Signature { unit, day } => signature(out, unit, day)?,
            Block::Annex { label, title, wide } => {
                if *wide {
                    write!(
                        out,
                        "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>{}</w:pPr></w:p>",
                        section(false)
                    )?;
                    sideways = true;
                    paragraph(out, "AnnexLabel", label)?;
                } else {
                    write!(
                        out,
                        "<w:p><w:pPr><w:pStyle w:val=\"AnnexLabel\"/><w:pageBreakBefore/></w:pPr>{}</w:p>",
                        run(label)
                    )?;
                }
                paragraph(out, "AnnexTitle", title)?;
            }
            Block::Table { heads, rows } => {
                begin_table(out, heads, width(sideways))?;
                for cells in rows {
                    row(out, heads, cells, width(sideways))?;
                }
                out.write_all(b"</w:tbl>")?;
            }
            Block::PageTitle(words) => {
                let breaks = if at == 0 { "" } else { "<w:pageBreakBefore/>" };
                write!(out, "<w:p><w:pPr><w:pStyle w:val=\"AnnexTitle\"/>{breaks}</w:pPr>{}</w:p>", run(words))?;
            }
            Block::Form { shares, rows } => form(out, shares, rows, width(sideways))?,
            Block::Problems => {
                let Some(report) = report else { continue };
                let heads = problem_heads(Words::of(&report.lang));
                begin_table(out, &heads, width(sideways))?;
                for each in rows(report) {
                    row(out, &heads, &problem_cells(&each), width(sideways))?;
                }
                // A table cannot end a section: the paragraph behind it is as small as one can be.
                out.write_all(
                    b"</w:tbl><w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>",
                )?;
            }
        }
    }
    out.write_all(section(sideways).as_bytes())
}

fn width(sideways: bool) -> u32 {
    if sideways { WIDTH_SIDEWAYS } else { WIDTH_UPRIGHT }
}

fn run(words: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", text(words))
}

fn paragraph(out: &mut dyn Write, style: &str, words: &str) -> io::Result<()> {
    write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(words))
}

fn item(out: &mut dyn Write, lead: &str, words: &str, keep: &str) -> io::Result<()> {
    write!(
        out,
        "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/>{keep}</w:pPr><w:r><w:rPr><w:rStyle w:val=\"Lead\"/></w:rPr>\
         <w:t xml:space=\"preserve\">{}</w:t></w:r>{}</w:p>",
        text(lead),
        run(words),
    )
}

/// One blank line, then `附件：1. …` and the further names under the first.
fn enclosures(out: &mut dyn Write, label: &str, names: &[String]) -> io::Result<()> {
    out.write_all(b"<w:p><w:pPr><w:keepNext/></w:pPr></w:p>")?;
    for (at, name) in names.iter().enumerate() {
        let number = if names.len() > 1 { format!("{}.", at + 1) } else { String::new() };
        if at == 0 {
            write!(
                out,
                "<w:p><w:pPr><w:pStyle w:val=\"Enclosure\"/><w:ind w:leftChars=\"500\" w:left=\"1600\" w:hangingChars=\"300\" \
                 w:hanging=\"960\"/></w:pPr>{}</w:p>",
                run(&format!("{label}{number}{name}"))
            )?;
        } else {
            paragraph(out, "Enclosure", &format!("{number}{name}"))?;
        }
    }
    Ok(())
}

/// Two blank lines, then who writes and when, kept together.
fn signature(out: &mut dyn Write, unit: &str, day: &str) -> io::Result<()> {
    out.write_all(b"<w:p><w:pPr><w:keepNext/></w:pPr></w:p><w:p><w:pPr><w:keepNext/></w:pPr></w:p>")?;
    if !unit.is_empty() {
        paragraph(out, "Signature", unit)?;
    }
    write!(out, "<w:p><w:pPr><w:pStyle w:val=\"Signature\"/><w:keepNext w:val=\"0\"/></w:pPr>{}</w:p>", run(day))
}

/// Cells joined over columns (`gridSpan`) and lines (`vMerge`).
fn form(out: &mut dyn Write, shares: &[u32], rows: &[FormRow], width: u32) -> io::Result<()> {
    begin_grid(out, &shares.iter().map(|share| width * share / 100).collect::<Vec<_>>(), width)?;
    for row in rows {
        out.write_all(b"<w:tr><w:trPr><w:cantSplit/></w:trPr>")?;
        let mut column = 0;
        for cell in row {
            let cell_width: u32 = shares.iter().skip(column).take(cell.span).map(|share| width * share / 100).sum();
            column += cell.span;
            let span = if cell.span > 1 { format!("<w:gridSpan w:val=\"{}\"/>", cell.span) } else { String::new() };
            let merge = match cell.lines {
                Lines::One => "",
                Lines::First => "<w:vMerge w:val=\"restart\"/>",
                Lines::Further => "<w:vMerge/>",
            };
            write!(
                out,
                "<w:tc><w:tcPr><w:tcW w:w=\"{cell_width}\" w:type=\"dxa\"/>{span}{merge}<w:vAlign w:val=\"center\"/></w:tcPr>"
            )?;
            let style = if cell.is_label { "FormLabel" } else { "TableCentred" };
            for line in cell.text.split('\n') {
                paragraph(out, style, line)?;
            }
            out.write_all(b"</w:tc>")?;
        }
        out.write_all(b"</w:tr>")?;
    }
    out.write_all(b"</w:tbl>")
}

fn begin_table(out: &mut dyn Write, heads: &[Head], width: u32) -> io::Result<()> {
    begin_grid(out, &heads.iter().map(|head| share(head, width)).collect::<Vec<_>>(), width)?;
    out.write_all(b"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")?;
    for head in heads {
        cell(out, "TableHead", head.name, share(head, width))?;
    }
    out.write_all(b"</w:tr>")
}

/// The table's properties and the widths of its columns.
fn begin_grid(out: &mut dyn Write, widths: &[u32], width: u32) -> io::Result<()> {
    let line = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>");
    let lines: String = ["top", "left", "bottom", "right", "insideH", "insideV"].into_iter().map(line).collect();
    let grid: Vec<String> = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    let grid = grid.concat();
    write!(
        out,
        "<w:tbl><w:tblPr><w:tblW w:w=\"{width}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>{lines}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"57\" w:type=\"dxa\"/><w:right w:w=\"57\" w:type=\"dxa\"/>\
         </w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
}

fn row(out: &mut dyn Write, heads: &[Head], cells: &[String], width: u32) -> io::Result<()> {
    out.write_all(b"<w:tr><w:trPr><w:cantSplit/></w:trPr>")?;
    for (head, words) in heads.iter().zip(cells) {
        cell(out, if head.centred { "TableCentred" } else { "TableText" }, words, share(head, width))?;
    }
    out.write_all(b"</w:tr>")
}

/// A line break in the words begins a paragraph.
fn cell(out: &mut dyn Write, style: &str, words: &str, width: u32) -> io::Result<()> {
    write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>")?;
    for line in words.split('\n') {
        paragraph(out, style, line)?;
    }
    out.write_all(b"</w:tc>")
}

fn share(head: &Head, width: u32) -> u32 {
    width * head.share / 100
}

/// The page: upright, or turned sideways with the margins turned too.
fn section(sideways: bool) -> String {
    let (size, margins) = if sideways {
        (format!("<w:pgSz w:w=\"{LONG}\" w:h=\"{SHORT}\" w:orient=\"landscape\"/>"), [LEFT, BELOW, RIGHT, ABOVE])
    } else {
        (format!("<w:pgSz w:w=\"{SHORT}\" w:h=\"{LONG}\"/>"), [ABOVE, RIGHT, BELOW, LEFT])
    };
    let [above, right, below, left] = margins;
    let footer = FOOTER.min(below.saturating_sub(mm(10)));
    format!(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"{FOOTER_ODD}\"/><w:footerReference w:type=\"even\" r:id=\"{FOOTER_EVEN}\"/>\
         {size}<w:pgMar w:top=\"{above}\" w:right=\"{right}\" w:bottom=\"{below}\" w:left=\"{left}\" w:header=\"851\" w:footer=\"{footer}\" \
         w:gutter=\"0\"/><w:cols w:space=\"425\"/><w:docGrid w:type=\"lines\" w:linePitch=\"570\"/></w:sectPr>"
    )
}
