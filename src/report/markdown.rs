//! report.md: the self-inspection report as Markdown, for wikis and merge requests. Page text is escaped, addresses are links
//! only where a browser may follow them.

use crate::model::report::Report;

use super::RenderError;
use super::document::{self, Block, Head, problem_cells, problem_heads};
use super::plain;
use super::rows::rows;
use super::view::followable;
use super::words::Words;

/// The whole file.
///
/// # Errors
/// None today; the signature is that of every format.
#[allow(clippy::unnecessary_wraps, reason = "the signature of every format")]
pub fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let words = Words::of(&report.lang);
    let mut out = String::new();
    for block in document::self_report(report) {
        match block {
            Block::Title(text) => out.push_str(&format!("# {}\n\n", escaped(&text.replace('\n', "")))),
            Block::Heading(text) => out.push_str(&format!("## {}\n\n", escaped(&text))),
            Block::Subheading(text) => out.push_str(&format!("### {}\n\n", escaped(&text))),
            Block::Addressee(text) | Block::Paragraph(text) => out.push_str(&format!("{}\n\n", escaped(&text))),
            Block::Item { lead, text } => out.push_str(&format!("**{}** {}\n\n", escaped(lead.trim_end()), escaped(&text))),
            Block::Caption(text) => out.push_str(&format!("**{}**\n\n", escaped(&text))),
            Block::Enclosures { label, names } => {
                let names: Vec<String> = names.iter().zip(1..).map(|(name, no)| format!("{no}.{}", escaped(name))).collect();
                out.push_str(&format!("{label}{}\n\n", names.join(words.say("　", " "))));
            }
            Block::Signature { unit, day } => out.push_str(&format!("{}  \n{}\n\n", escaped(&unit), escaped(&day))),
            Block::Annex { label, title, .. } => out.push_str(&format!("## {}　{}\n\n", escaped(&label), escaped(&title))),
            Block::Table { heads, rows } => {
                table_head(&mut out, &heads);
                for cells in rows {
                    table_row(&mut out, &cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>());
                }
                out.push('\n');
            }
            Block::Problems => problems(&mut out, report, words),
            // of the yearly table, which has no Markdown form
            Block::PageTitle(_) | Block::Form { .. } => {}
        }
    }
    Ok(out.into_bytes())
}

fn problems(out: &mut String, report: &Report, words: Words) {
    table_head(out, &problem_heads(words));
    for row in rows(report) {
        let finding = row.finding;
        let mut cells: Vec<String> = problem_cells(&row).iter().map(|cell| escaped(cell)).collect();
        if let Some(address) = cells.get_mut(4) {
            *address = match &finding.target {
                Some(target) if *target != finding.url => format!("{}<br>{}", link(&finding.url), link(target)),
                _ => link(&finding.url),
            };
        }
        table_row(out, &cells);
    }
    out.push('\n');
}

fn table_head(out: &mut String, heads: &[Head]) {
    table_row(out, &heads.iter().map(|head| head.name.to_owned()).collect::<Vec<_>>());
    table_row(out, &heads.iter().map(|head| if head.centred { ":---:" } else { "---" }.to_owned()).collect::<Vec<_>>());
}

fn table_row(out: &mut String, cells: &[String]) {
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn link(url: &str) -> String {
    if followable(url) && !url.contains(['<', '>', '|', '\\', '`']) { format!("<{}>", plain::clean(url)) } else { escaped(url) }
}

/// One line in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain::line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_page_becomes_markup() {
        assert_eq!(
            escaped("<img src=x>\n|a| `b` [c](javascript:d)"),
            "&lt;img src=x&gt; \\|a\\| \\`b\\` \\[c\\](javascript:d)"
        );
        assert_eq!(link("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(link("http://a.cn/x_1"), "<http://a.cn/x_1>");
        assert_eq!(link("http://a.cn/|x"), "http://a.cn/\\|x");
    }
}
