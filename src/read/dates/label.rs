//! Dates behind visible labels: «发布时间：2026-11-22», label and value in one text, in sibling spans or in sibling cells.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{first, in_value};
use crate::model::facts::{DateFact, DateSource};
use crate::read::tape::{NodeId, Tag, Tape};

/// Names (or properties) of `<meta>` whose value is the day of publishing, the most telling first; compared without case.
pub const TAG_NAMES: &[&str] = &[
    "PubDate",
    "article:published_time",
    "og:article:published_time",
    "publishdate",
    "publish_date",
    "publishtime",
    "pubtime",
    "datePublished",
    "og:published_time",
    "og:release_date",
    "weibo: article:create_at",
    "weibo:article:create_at",
    "article:create_at",
    "firstpublishedtime",
    "apub:time",
    "og:time",
    "releasedate",
    "DC.date.issued",
    "DCTERMS.issued",
    "dcterms.created",
    "dc.date",
    "DC:date",
    "prism.publicationDate",
    "parsely-pub-date",
    "createDate",
    "citation_publication_date",
    "date",
];

/// How much a label says, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Published,
    Issued,
    Updated,
    /// «时间：», «日期：», «来源：… 2026-11-22»: only in an information line.
    Bare,
}

const LABELS: &[(&str, Rank)] = &[
    ("发布时间", Rank::Published),
    ("发布日期", Rank::Published),
    ("发布于", Rank::Published),
    ("公布日期", Rank::Published),
    ("公布时间", Rank::Published),
    ("公开日期", Rank::Published),
    ("公开时间", Rank::Published),
    ("发表时间", Rank::Published),
    ("发表日期", Rank::Published),
    ("发表于", Rank::Published),
    ("上传时间", Rank::Published),
    ("录入时间", Rank::Published),
    ("添加时间", Rank::Published),
    ("加入时间", Rank::Published),
    ("信息时间", Rank::Published),
    ("稿件时间", Rank::Published),
    ("發布時間", Rank::Published),
    ("發布日期", Rank::Published),
    ("發佈日期", Rank::Published),
    ("發佈時間", Rank::Published),
    ("發表時間", Rank::Published),
    ("發表日期", Rank::Published),
    ("發佈於", Rank::Published),
    ("發表於", Rank::Published),
    ("公開日期", Rank::Published),
    ("成文時間", Rank::Issued),
    ("發文日期", Rank::Issued),
    ("更新時間", Rank::Updated),
    ("发文日期", Rank::Issued),
    ("发文时间", Rank::Issued),
    ("成文日期", Rank::Issued),
    ("成文时间", Rank::Issued),
    ("生成日期", Rank::Issued),
    ("生成时间", Rank::Issued),
    ("印发日期", Rank::Issued),
    ("印发时间", Rank::Issued),
    ("创建时间", Rank::Issued),
    ("更新时间", Rank::Updated),
    ("更新日期", Rank::Updated),
    ("日期", Rank::Bare),
    ("时间", Rank::Bare),
    ("時間", Rank::Bare),
    ("來源", Rank::Bare),
    ("来源", Rank::Bare),
    ("信息来源", Rank::Bare),
    ("文章来源", Rank::Bare),
];

/// Labelled dates of one page that are kept.
const LABELS_MAX: usize = 20;
/// Texts behind a label in which its value may stand.
const VALUE_NODES_MAX: usize = 4;
/// Nodes behind a label in which they may stand.
const NODES_BEHIND_MAX: usize = 60;
/// Bytes of a text that may hold a label; longer ones are prose.
const LABEL_BYTES_MAX: usize = 1_200;
/// Characters between a label and its date (a source's name stands between 来源 and the date).
const BETWEEN_CHARS_MAX: usize = 30;

/// What the visible labels of a page tell.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Whole dates, the most telling label first.
    pub dates: Vec<DateFact>,
    /// Month and day of the first label of publishing that leaves the year out («发布时间：11-22»).
    pub month_day: Option<(i8, i8)>,
}

/// Reads the labels of a page, in one walk over its Chinese texts.
pub fn labelled(tape: &Tape, today: Date) -> Labelled {
    let mut hits: Vec<(NodeId, Rank, DateFact)> = Vec::new();
    let mut month_day = None;
    for (node, text) in tape.wide_texts().filter(|(_, text)| text.len() <= LABEL_BYTES_MAX && may_hold_label(text)) {
        let squeezed = squeeze(text);
        let Some(label) = find_label(&squeezed, text) else { continue };
        if month_day.is_none() && label.0 == Rank::Published && text.bytes().any(|b| b.is_ascii_digit() || b == 0xEF) {
            month_day = super::month_day(&label.2);
        }
        hits.extend(behind_label(tape, node, label, today).map(|(rank, fact)| (node, rank, fact)));
        if hits.len() >= LABELS_MAX {
            break;
        }
    }
    // 开普 pages mark the day with an element of its own.
    for node in tape.elements(Tag::Other).filter(|&id| tape.name(id) == "publishtime") {
        let text = tape.text_capped(node, 40);
        hits.extend(first(&text, today).map(|hit| (node, Rank::Published, fact(hit, text))));
    }
    hits.sort_by_key(|(node, rank, _)| (*rank, *node));
    let mut hits: Vec<(Rank, DateFact)> = hits.into_iter().map(|(_, rank, fact)| (rank, fact)).take(LABELS_MAX).collect();
    hits.dedup_by(|a, b| a.1 == b.1);
    Labelled { dates: hits.into_iter().map(|(_, fact)| fact).collect(), month_day }
}

fn fact((date, found): (Date, super::Found), text: String) -> DateFact {
    DateFact { date, time: found.time, source: DateSource::Label, text }
}

fn behind_label(tape: &Tape, node: NodeId, (rank, label, rest): Label, today: Date) -> Option<(Rank, DateFact)> {
    if tape.ancestors(node).take(2).any(|up| tape.tag(up).is_some_and(crate::read::tape::is_unseen)) {
        return None;
    }
    let (hit, quote) = value(tape, node, &rest, today).or_else(|| digits(&rest, today))?;
    if rank == Rank::Bare && !is_information_line(tape, node, label) {
        return None;
    }
    Some((rank, fact(hit, format!("{label}：{quote}"))))
}

/// One look at the bytes for what labels end with. «关于» would let every title through.
fn may_hold_label(text: &str) -> bool {
    static ENDS: LazyLock<Regex> = LazyLock::new(|| Regex::new("期|间|間|源|於|发布于|发表于").expect("a constant pattern"));
    text.len() >= "日期".len() && ENDS.is_match(text)
}

/// Labels are spread with blanks («日　期»): the same text with the blanks between Chinese characters left out.
fn squeeze(text: &str) -> Cow<'_, str> {
    let is_spread = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}');
    if !text.contains(is_spread) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}')).peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.peek().is_some_and(|c| c.is_whitespace()) {
                chars.next();
            }
            let between = out.chars().next_back().is_none_or(is_han) && chars.peek().is_some_and(|&c| is_han(c) || is_colon(c));
            if !between {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：' | '∶')
}

/// A label and the text behind it.
type Label = (Rank, &'static str, String);

/// The most telling label in the text, and the text behind it. Each label counts where it stands first. `written`: the text
/// with its blanks.
fn find_label(text: &str, written: &str) -> Option<Label> {
    static ANY: LazyLock<Regex> = LazyLock::new(|| {
        // at one place the longer label is meant: «信息来源» is not «来源»
        let mut words: Vec<&str> = LABELS.iter().map(|(label, _)| *label).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Regex::new(&words.join("|")).expect("labels are plain words")
    });
    let mut best: Option<(Rank, &'static str, &str)> = None;
    let mut seen: Vec<&str> = Vec::new();
    for place in ANY.find_iter(text) {
        if seen.contains(&place.as_str()) {
            continue;
        }
        seen.push(place.as_str());
        let Some(&(label, rank)) = LABELS.iter().find(|(label, _)| *label == place.as_str()) else { continue };
        if best.is_some_and(|(held, ..)| held <= rank) {
            continue;
        }
        let (before, behind) = (text.get(..place.start()).unwrap_or(""), text.get(place.end()..).unwrap_or(""));
        // «申报时间» is not «时间»; «作者：某某 发布日期：» ends in a label of its own.
        let is_part = before.chars().next_back().is_some_and(is_han) && !before.ends_with("信息") && !before.ends_with("文章");
        if is_part && (rank == Rank::Bare || !stands_behind_blank(written, label)) {
            continue;
        }
        let ends = behind.chars().next().is_none_or(|c| !is_han(c));
        if ends {
            best = Some((rank, label, behind));
        }
    }
    best.map(|(rank, label, behind)| {
        let rest = behind.trim_start_matches(|c: char| c.is_whitespace() || is_colon(c) || matches!(c, ']' | '】' | '|'));
        (rank, label, rest.to_owned())
    })
}

fn stands_behind_blank(text: &str, label: &str) -> bool {
    text.match_indices(label).any(|(at, _)| text.get(..at).unwrap_or("").ends_with(char::is_whitespace))
}

/// The date behind a label: in the same text, or in one of the next texts of the same line.
fn value(tape: &Tape, node: NodeId, rest: &str, today: Date) -> Option<((Date, super::Found), String)> {
    if let Some((date, found)) = first(rest, today) {
        let near = rest.get(..found.from)?.chars().count() <= BETWEEN_CHARS_MAX;
        let quoted = quote(rest, &found);
        return near.then_some(((date, found), quoted));
    }
    if rest.chars().count() > BETWEEN_CHARS_MAX {
        return None;
    }
    let line = line_of(tape, node);
    let mut seen = 0;
    let end = tape.end_index(line).min(node.index() + NODES_BEHIND_MAX);
    for next in (node.index() + 1..end).filter_map(|index| tape.at(index)) {
        let Some(text) = tape.own_text(next) else { continue };
        if text.trim().is_empty() {
            continue;
        }
        if let Some((date, found)) = first(text, today) {
            let quoted = quote(text, &found);
            return Some(((date, found), quoted));
        }
        seen += 1;
        if seen >= VALUE_NODES_MAX {
            return None;
        }
    }
    None
}

/// «发布时间：20261122», «…：20261122093000».
fn digits(rest: &str, today: Date) -> Option<((Date, super::Found), String)> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let text = rest.get(..end).filter(|text| matches!(text.len(), 8 | 14))?;
    let (date, time) = in_value(text, today)?;
    Some(((date, super::Found { what: super::Written::Date(date), time, from: 0, to: end }), text.to_owned()))
}

fn quote(text: &str, found: &super::Found) -> String {
    crate::read::tape::fold(text.get(found.from..found.to).unwrap_or(text))
}

/// The element that holds label and value: the table row, the list item, or the nearest block and its parent.
fn line_of(tape: &Tape, node: NodeId) -> NodeId {
    let mut line = node;
    for (height, up) in tape.ancestors(node).enumerate() {
        match tape.tag(up) {
            Some(Tag::Tr | Tag::Li | Tag::Dl | Tag::P) => return up,
            Some(Tag::Body | Tag::Html | Tag::Table | Tag::Tbody) | None => return line,
            Some(_) if height >= 3 => return line,
            Some(_) => line = up,
        }
    }
    line
}

/// What stands beside the date in the line below a title.
const COMPANY: [&str; 14] =
    ["来源", "來源", "瀏覽", "浏览", "点击", "作者", "字体", "字号", "访问", "阅读", "编辑", "打印", "分享", "发布机构"];

/// Whether a bare label («时间：») belongs to the line below a title, and not to the text («时间：… 地点：…»).
fn is_information_line(tape: &Tape, node: NodeId, label: &str) -> bool {
    let line = line_of(tape, node);
    let text = tape.text_capped(line, 160);
    if text.chars().count() >= 160 || text.contains("地点") {
        return false;
    }
    if COMPANY.iter().any(|word| *word != label && text.contains(word)) {
        return true;
    }
    tape.tag(line) != Some(Tag::P) && text.chars().count() <= 30 && !matches!(label, "来源" | "來源")
}

/// `datePublished` (or Baidu's `pubDate`) of a JSON-LD script.
pub fn json_ld_date(tape: &Tape, today: Date) -> Option<DateFact> {
    use crate::read::tape::Attr;
    let scripts = tape
        .elements(Tag::Script)
        .filter(|&id| tape.attr(id, Attr::Type).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json")));
    for script in scripts {
        let text = tape.raw_text(script);
        for key in ["\"datePublished\"", "\"pubDate\"", "\"dateCreated\""] {
            let Some((_, behind)) = text.split_once(key) else { continue };
            let Some(value) = behind.trim_start().strip_prefix(':').and_then(|rest| rest.trim_start().strip_prefix('"')) else {
                continue;
            };
            let value = value.split('"').next().unwrap_or("");
            if let Some((date, time)) = in_value(value, today) {
                return Some(DateFact { date, time, source: DateSource::Tag, text: value.chars().take(40).collect() });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn read(html: &str) -> Vec<String> {
        labelled(&Tape::read(html), date(2026, 11, 24))
            .dates
            .into_iter()
            .map(|fact| format!("{} {} | {}", fact.date, fact.time.unwrap_or_default(), fact.text))
            .collect()
    }

    #[test]
    fn label_and_value_stand_together_or_apart() {
        for html in [
            "<div>发布时间：2026-11-22 09:05</div>",
            "<div><span>发布时间：</span><span>2026-11-22 09:05</span></div>",
            "<table><tr><td>发布时间</td><td>2026-11-22 09:05:12</td></tr></table>",
            "<div>【发布时间：2026-11-22 09:05】</div>",
            "<dl><dt>发布 时间：</dt><dd>2026-11-22 09:05</dd></dl>",
            "<p class=info><em>来源：省厅</em> 发布时间:<b>2026-11-22 09:05</b></p>",
        ] {
            assert_eq!(
                read(html),
                ["2026-11-22 09:05 | 发布时间：2026-11-22 09:05".to_owned()].map(|line| {
                    if html.contains(":12") {
                        line.replace("| 发布时间：2026-11-22 09:05", "| 发布时间：2026-11-22 09:05:12")
                    } else {
                        line
                    }
                }),
                "{html}"
            );
        }
    }

    #[test]
    fn a_name_before_the_label_is_no_part_of_it() {
        for line in ["发文单位：应急管理部 发布日期：2026年09月04日", "作者：某某\u{3000}发布时间：2026-09-04 编辑：某某"]
        {
            let html = format!("<div>{line}</div>");
            assert!(read(&html).first().is_some_and(|fact| fact.starts_with("2026-09-04")), "{line}");
        }
        assert_eq!(read("<p>标准未发布日期：2026-09-04</p>"), Vec::<String>::new());
        assert_eq!(read("<p>成绩 拟发布日期：2026-09-04</p>"), Vec::<String>::new());
    }

    #[test]
    fn the_most_telling_label_comes_first() {
        let html = "<table><tr><td>成文日期</td><td>2026年11月1日</td><td>发布日期</td><td>2026-11-05</td></tr></table>\
                    <div>更新时间：2026-11-20</div>";
        let dates = read(html);
        assert_eq!(dates[0], "2026-11-05  | 发布日期：2026-11-05");
        assert_eq!(dates[1], "2026-11-01  | 成文日期：2026年11月1日");
        assert_eq!(dates.len(), 3);
    }

    #[test]
    fn bare_labels_count_only_in_an_information_line() {
        assert_eq!(read("<div class=xx>时间：2026-11-22  浏览次数：12</div>").len(), 1);
        assert_eq!(read("<div class=xx>日　期：2026-11-22</div>").len(), 1);
        assert_eq!(read("<div><span>来源：省工信厅</span><span>2026-11-22</span><span>字号：大 中 小</span></div>").len(), 1);
        assert_eq!(read("<div><p>时间：2026年11月22日上午九点</p><p>地点：三楼</p></div>"), Vec::<String>::new());
        assert_eq!(read("<p>申报时间：2026年11月22日</p>"), Vec::<String>::new());
        assert_eq!(read("<p>施行日期：2026年11月22日</p><div>截止时间：2026-11-22</div>"), Vec::<String>::new());
    }

    #[test]
    fn a_labelled_day_may_be_eight_digits() {
        assert_eq!(read("<div>发布时间：20261122</div>"), ["2026-11-22  | 发布时间：20261122"]);
        assert_eq!(read("<div>发布时间:20261122093000 来源：省厅</div>"), ["2026-11-22 09:30 | 发布时间：20261122093000"]);
        assert_eq!(read("<div>发布时间：2026112</div><div>更新时间：202611221</div>"), Vec::<String>::new());
    }

    #[test]
    fn traditional_pages_label_their_dates_too() {
        for html in [
            "<div>發佈時間：2026-11-22 09:05</div>",
            "<div><span>發布日期：</span><span>2026年11月22日</span></div>",
            "<p class=info>來源：工業和信息化廳　時間：2026-11-22　瀏覽：3</p>",
            "<span>發表於 2026-11-22</span>",
        ] {
            assert_eq!(read(html).first().map(|line| line.starts_with("2026-11-22")), Some(true), "{html}");
        }
        assert_eq!(read("<p>申報時間：2026年11月22日</p>"), Vec::<String>::new());
    }

    #[test]
    fn the_publishtime_element_is_a_label() {
        assert_eq!(read("<PUBLISHTIME>2026-11-22 10:00</PUBLISHTIME>"), ["2026-11-22 10:00 | 2026-11-22 10:00"]);
    }

    #[test]
    fn json_ld_names_the_day() {
        let tape =
            Tape::read("<script type=\"application/ld+json\">{\"title\":\"x\",\"pubDate\":\"2026-11-22T09:05:33\"}</script>");
        assert_eq!(json_ld_date(&tape, date(2026, 11, 24)).unwrap().date, date(2026, 11, 22));
    }
}
