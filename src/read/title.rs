//! The page's own title: what the article or the column is called, without the names of site and column that `<title>`
//! carries around it.

use std::collections::BTreeMap;

use super::place::Places;
use super::tags;
use super::tape::ink::ink_runs;
use super::tape::{Attr, NodeId, Tag, Tape, fold};
use crate::model::facts::Place;

/// Characters of a title that are kept.
const TITLE_CHARS_MAX: usize = 300;
/// Shortest heading that can be an article's title, characters.
const HEADING_CHARS_MIN: usize = 2;
/// Elements called `title` beyond which the word names rows, not the article.
const TITLED_MAX: usize = 3;
/// Shortest title that is looked for in the page, characters: shorter ones are words.
const SHOWN_CHARS_MIN: usize = 6;
/// Places that show the title which are kept.
const SHOWN_MAX: usize = 4;

/// Ids and classes of the element that holds an article's title.
const TITLE_WORDS: [&str; 22] = [
    "title",
    "article-title",
    "article_title",
    "articletitle",
    "arc-title",
    "arc_title",
    "content-title",
    "content_title",
    "detail-title",
    "detail_title",
    "news_title",
    "newstitle",
    "news-title",
    "xl-title",
    "xl_title",
    "info-title",
    "con_title",
    "main-title",
    "tys-main-title",
    "bt",
    "tit",
    "ivs_title",
];

/// The longest of them, bytes; all of them hold a «t».
const TITLE_WORD_BYTES_MAX: usize = 14;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Titles {
    /// `<title>`, white space folded.
    pub html: String,
    /// The page's own.
    pub own: String,
    /// `<title>` without the names of site and column.
    pub cut: String,
    /// The elements that show the title in the page, the likeliest first (templates for screens of two sizes show it twice).
    pub elements: Vec<NodeId>,
}

pub fn read(tape: &Tape, places: &Places, tags: &BTreeMap<String, String>) -> Titles {
    let html = html_title(tape);
    let cut = without_site(&html, tags);
    let heading = heading(tape, places, &cut, tags);
    let mut elements: Vec<NodeId> = heading.iter().map(|(id, _)| *id).collect();
    let own = tags::value(tags, "ArticleTitle")
        .map(plain)
        .or_else(|| marked_title(tape))
        .or_else(|| heading.map(|(_, text)| text))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| cut.clone());
    showing(tape, places, [&own, &cut], &mut elements);
    Titles { html, own: own.chars().take(TITLE_CHARS_MAX).collect(), cut, elements }
}

/// Adds the elements, whatever they are called, whose text is a title and nothing else; links to the page are
/// left out, and those that seem to stand in the navigation (some templates put the title there) come last.
fn showing(tape: &Tape, places: &Places, titles: [&str; 2], elements: &mut Vec<NodeId>) {
    let titles = titles.map(|title| ink_runs(title).collect::<String>());
    let wanted: Vec<&String> = titles.iter().filter(|title| title.chars().count() >= SHOWN_CHARS_MIN).collect();
    let (Some(least), Some(most)) = (wanted.iter().map(|t| t.len()).min(), wanted.iter().map(|t| t.len()).max()) else {
        return;
    };
    let mut aside = Vec::new();
    for id in tape.nodes() {
        // A text whose white space is cut off does not grow: too short stays too short.
        let Some(text) = tape.ink_text(id).filter(|text| text.len() >= least).map(str::trim) else { continue };
        if !(least..=most * 2).contains(&text.len()) {
            continue;
        }
        if !wanted.iter().any(|title| is_ink_of(text, title))
            || tape.closest(id, Tag::A).is_some()
            || tape.ancestors(id).any(|up| is_hidden(tape, up))
        {
            continue;
        }
        let Some(parent) = tape.parent(id) else { continue };
        if elements.contains(&parent) || aside.contains(&parent) {
            continue;
        }
        let is_aside = matches!(places.of(parent), Place::Navigation | Place::Footer);
        if is_aside { &mut aside } else { &mut *elements }.push(parent);
        if elements.len() + aside.len() >= SHOWN_MAX {
            break;
        }
    }
    elements.append(&mut aside);
}

/// Whether the text's ink is this title's.
fn is_ink_of(text: &str, title: &str) -> bool {
    let mut rest = title;
    ink_runs(text).all(|run| rest.strip_prefix(run).map(|behind| rest = behind).is_some()) && rest.is_empty()
}

fn is_hidden(tape: &Tape, id: NodeId) -> bool {
    tape.tag(id).is_some_and(super::tape::is_unseen)
}

/// The first `<title>` that is not a drawing's.
fn html_title(tape: &Tape) -> String {
    let title = tape.elements(Tag::Title).find(|&id| tape.closest(id, Tag::Svg).is_none());
    title.map(|id| fold(tape.raw_text(id)).chars().take(TITLE_CHARS_MAX).collect()).unwrap_or_default()
}

/// A tag's value without the markup that some editors leave in it.
fn plain(value: &str) -> String {
    if value.contains('<') || value.contains("&nbsp") {
        let tape = Tape::read(value);
        let text: Vec<_> = tape.nodes().filter_map(|id| tape.own_text(id)).collect();
        return fold(&text.join(" "));
    }
    fold(value)
}

/// 开普 pages mark the title with an element of its own.
fn marked_title(tape: &Tape) -> Option<String> {
    let id = tape.elements(Tag::Other).find(|&id| tape.name(id) == "ucaptitle")?;
    Some(tape.text(id)).filter(|text| !text.is_empty())
}

/// The heading in the page that agrees with `<title>`, or the only one that can be the title.
fn heading(tape: &Tape, places: &Places, cut: &str, tags: &BTreeMap<String, String>) -> Option<(NodeId, String)> {
    let site = tags::value(tags, "SiteName").unwrap_or("");
    let mut part = None;
    let mut first_h1 = None;
    let mut titled = Vec::new();
    for id in tape.nodes() {
        let Some(tag) = tape.tag(id) else { continue };
        let is_heading = matches!(tag, Tag::H1 | Tag::H2 | Tag::H3);
        if !is_heading && !is_titled(tape, id) {
            continue;
        }
        if matches!(places.of(id), Place::Navigation | Place::Footer | Place::Head) {
            continue;
        }
        let text = tape.text_capped(id, TITLE_CHARS_MAX);
        if text.chars().count() < HEADING_CHARS_MIN || text == site {
            continue;
        }
        match agrees(&text, cut) {
            Some(Agreement::Same) => return Some((id, text)),
            Some(Agreement::Part) => part = part.or(Some((id, text))),
            None if tag == Tag::H1 => first_h1 = first_h1.or(Some((id, text))),
            None if !is_heading => titled.push((id, text)),
            None => {}
        }
    }
    if part.is_some() {
        return part;
    }
    // Without agreement a heading counts where it cannot be a block's: an <h1>, or one that is alone in its kind.
    let h1 = first_h1.filter(|(_, text)| cut.is_empty() || is_site_name(cut, tags) || !is_site_name(text, tags));
    h1.or_else(|| {
        let alone = titled.len() <= TITLED_MAX && (cut.is_empty() || is_site_name(cut, tags));
        titled.into_iter().next().filter(|(_, text)| alone && text.chars().count() >= 5)
    })
}

fn is_titled(tape: &Tape, id: NodeId) -> bool {
    let word = |word: &str| {
        let is_near = word.len() <= TITLE_WORD_BYTES_MAX && word.contains(['t', 'T']);
        is_near && TITLE_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    matches!(tape.tag(id), Some(Tag::Div | Tag::P | Tag::Span | Tag::Td | Tag::Strong | Tag::Section | Tag::Dt | Tag::Font))
        && (tape.attr(id, Attr::Id).is_some_and(word) || tape.classes(id).any(word))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Same,
    /// One begins with the other.
    Part,
}

/// Whether the heading says what `<title>` says: the same, or more where `<title>` was cut short.
fn agrees(heading: &str, cut: &str) -> Option<Agreement> {
    let (heading, cut): (String, String) = (ink_runs(heading).collect(), ink_runs(cut).collect());
    let stem = cut.trim_end_matches(['.', '…']);
    if stem.is_empty() {
        return None;
    }
    if heading == cut {
        return Some(Agreement::Same);
    }
    let is_part =
        stem.chars().count() >= 6 && (heading.starts_with(stem) || stem.starts_with(&heading) && heading.chars().count() >= 6);
    is_part.then_some(Agreement::Part)
}

/// `<title>` without the segments that name site and column.
fn without_site(html: &str, tags: &BTreeMap<String, String>) -> String {
    let parts = segments(html);
    let column = tags::value(tags, "ColumnName");
    let mut kept: Vec<&str> = parts.iter().copied().filter(|part| !is_site_name(part, tags)).collect();
    if kept.len() > 1
        && let Some(column) = column
    {
        let others: Vec<&str> = kept.iter().copied().filter(|part| *part != column).collect();
        if !others.is_empty() {
            kept = others;
        }
    }
    let site_first = parts.len() > 1 && parts.first().is_some_and(|part| is_site_name(part, tags));
    let own = if site_first { kept.last() } else { kept.first() };
    own.copied().unwrap_or_else(|| parts.first().copied().unwrap_or("")).to_owned()
}

/// Splits at `_`, `|`, `>`, ` - ` and a hyphen between two Chinese words.
fn segments(html: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, c) in html.char_indices() {
        let after = html.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        let splits = match c {
            '_' | '|' | '>' | '＿' | '｜' | '»' | '›' | '＞' => true,
            '-' | '－' | '–' | '—' => before.is_none_or(parts_words) && after.is_none_or(parts_words),
            _ => false,
        };
        if splits {
            parts.push(html.get(from..at).unwrap_or(""));
            from = at + c.len_utf8();
        }
        before = Some(c);
    }
    parts.push(html.get(from..).unwrap_or(""));
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A neighbour of a hyphen that separates: a blank, another hyphen, a Chinese character; not a figure or a bracket.
fn parts_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '–') || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_site_name(part: &str, tags: &BTreeMap<String, String>) -> bool {
    const ENDINGS: [&str; 11] =
        ["网站", "门户", "政府网", "政务网", "信息网", "官网", "厅", "委员会", "人民政府", "管理局", "办公室"];
    if let Some(site) = tags::value(tags, "SiteName")
        && (part == site
            || (part.chars().count() >= 4 && site.contains(part))
            || (site.chars().count() >= 4 && part.contains(site) && part.chars().count() <= site.chars().count() + 8))
    {
        return true;
    }
    let length = part.chars().count();
    (4..=24).contains(&length)
        && !part.contains(['，', '《', '“', '：', '、'])
        && (ENDINGS.iter().any(|ending| part.ends_with(ending))
            || (part.ends_with('局') && is_named_office(part))
            || (part.ends_with('网') && length >= 5))
}

/// «长沙市工业和信息化局»: a place in front of the office.
fn is_named_office(part: &str) -> bool {
    part.chars().rev().skip(1).any(|c| matches!(c, '省' | '市' | '县' | '区' | '州' | '国'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(html: &str) -> Titles {
        let tape = Tape::read(html);
        read(&tape, &Places::read(&tape), &tags::read(&tape))
    }

    fn own(html: &str) -> String {
        titles(html).own
    }

    #[test]
    fn the_tag_is_trusted_first() {
        assert_eq!(own("<meta name=ArticleTitle content='甲<br>乙'><title>丙_网</title><h1>丁</h1>"), "甲 乙");
        assert_eq!(own("<meta name=ArticleTitle content=null><title>关于开展检查的通知_某网站</title>"), "关于开展检查的通知");
    }

    #[test]
    fn site_and_column_are_taken_off_the_html_title() {
        for (title, want) in [
            ("关于印发办法的通知_通知公告_湖南省工业和信息化厅", "关于印发办法的通知"),
            ("关于印发办法的通知 - 湖南省工业和信息化厅门户网站", "关于印发办法的通知"),
            ("湖南省工业和信息化厅-通知公告-关于印发办法的通知", "关于印发办法的通知"),
            ("湖南省工业和信息化厅>>工作动态", "工作动态"),
            ("工作动态|长沙市工业和信息化局", "工作动态"),
            ("湖南省“十四五”规划（2021-2025年）_湖南省工业和信息化厅", "湖南省“十四五”规划（2021-2025年）"),
            ("COVID-19防控工作指引", "COVID-19防控工作指引"),
            ("湖南省工业和信息化厅", "湖南省工业和信息化厅"),
            ("", ""),
        ] {
            assert_eq!(own(&format!("<title>{title}</title>")), want, "{title}");
        }
    }

    #[test]
    fn the_site_tag_names_what_is_taken_off() {
        assert_eq!(own("<meta name=SiteName content=湖湘工信><title>湖湘工信-要闻</title>"), "要闻");
        assert_eq!(
            own("<meta name=SiteName content=湖南工信><meta name=ColumnName content=通知公告><title>通知公告-湖南工信</title>"),
            "通知公告"
        );
    }

    #[test]
    fn a_heading_completes_a_cut_title() {
        assert_eq!(
            own("<title>湖南省工业和信息化厅关于印发制造业…-某网站</title><div class=top><h1>某网站</h1></div>\
                <div class=title>湖南省工业和信息化厅关于印发制造业行动方案的通知</div>"),
            "湖南省工业和信息化厅关于印发制造业行动方案的通知"
        );
    }

    #[test]
    fn the_heading_itself_is_taken_before_the_block_around_it() {
        assert_eq!(
            own(
                "<title>关于召开座谈会的通知_某网</title><div class=article_title><h2>关于召开座谈会的通知</h2><p>分享到</p></div>"
            ),
            "关于召开座谈会的通知"
        );
    }

    #[test]
    fn the_logo_is_not_the_title() {
        assert_eq!(
            own("<title>关于召开会议的通知</title><div class=header><h1>某某局</h1></div><h2>热点专题</h2><p>x"),
            "关于召开会议的通知"
        );
    }

    #[test]
    fn the_title_is_found_in_an_element_of_any_name_and_twice() {
        let html = "<title>关于召开座谈会的通知-某网</title><li><a>关于召开座谈会的通知</a></li>\
                    <div class=pc-bt>关于召开座谈会的通知</div><div class=mb-bt><i> 关于召开座谈会的通知 </i></div>";
        let tape = Tape::read(html);
        let names: Vec<_> = titles(html).elements.into_iter().map(|id| tape.name(id).to_owned()).collect();
        assert_eq!(names, ["div", "i"]);
    }

    #[test]
    fn rows_called_title_are_not_the_page() {
        let rows = "<li><span class=title>某条新闻的标题很长</span></li>".repeat(8);
        assert_eq!(own(&format!("<title>某省工业和信息化厅</title><ul>{rows}</ul>")), "某省工业和信息化厅");
    }

    #[test]
    fn an_element_of_its_own_marks_the_title() {
        assert_eq!(own("<title>某网站</title><div><UCAPTITLE>关于某事的通告</UCAPTITLE></div>"), "关于某事的通告");
    }
}
