//! What marks a page as an official document: its 文号, the index table, and the documents that it cites.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::tape::{NodeId, Tag, Tape};
use super::text::plain;
use crate::model::facts::DocumentFacts;
use crate::model::sketch::Sketch;

/// Cited numbers and titles that are kept.
const CITED_MAX: usize = 20;
/// Characters at the beginning of the text in which cited titles are looked for.
const CITED_CHARS: usize = 3_000;
/// Lines at the beginning of the text on which the page's own number may stand alone.
const OWN_LINES: usize = 30;
/// Characters of a cited title.
const TITLE_CHARS: std::ops::RangeInclusive<usize> = 3..=120;
/// Characters of an index table's cell.
const CELL_CHARS_MAX: usize = 200;
/// Bytes of a cell that is a label and nothing else, white space and brackets included.
const LABEL_BYTES_MAX: usize = 48;
/// Bytes of a text below which it is not compared with others: some 200 Chinese characters.
const SKETCHED_BYTES_MIN: usize = 600;
/// Labels that an index table has at least.
const LABELS_MIN: usize = 3;

/// Labels of index tables; the longer of two that begin alike stands first.
const LABELS: [&str; 43] = [
    "信息索引号",
    "索引号",
    "索取号",
    "统一登记号",
    "登记号",
    "发文字号",
    "发文文号",
    "公文文号",
    "文件编号",
    "文件字号",
    "公文编号",
    "文号",
    "发布机构",
    "发布单位",
    "发文机关",
    "发文机构",
    "发文单位",
    "公开责任部门",
    "责任部门",
    "所属机构",
    "制发机关",
    "成文日期",
    "成文时间",
    "发文日期",
    "发文时间",
    "印发日期",
    "生成日期",
    "公开日期",
    "公开时间",
    "发布日期",
    "发布时间",
    "实施日期",
    "施行日期",
    "生效日期",
    "失效日期",
    "废止日期",
    "有效性",
    "是否有效",
    "效力状态",
    "信息时效性",
    "时效性",
    "主题分类",
    "组配分类",
];
/// Further labels, which count once the table is one.
const MORE_LABELS: [&str; 14] = [
    "信息名称",
    "文件名称",
    "名称",
    "标题",
    "体裁分类",
    "公文种类",
    "文种",
    "主题词",
    "关键词",
    "公开方式",
    "公开范围",
    "公开时限",
    "信息来源",
    "内容概述",
];
/// Labels of which an index table has one.
const STRONG_LABELS: [&str; 8] = ["信息索引号", "索引号", "索取号", "统一登记号", "登记号", "发文字号", "公文文号", "文号"];
/// Labels behind which the document's number stands.
const NUMBER_LABELS: [&str; 7] = ["发文字号", "发文文号", "公文文号", "文件字号", "文件编号", "公文编号", "文号"];

/// Reads the page's document facts; none where it shows none. `title`: the page's own.
pub fn read(tape: &Tape, title: &str, body: &str) -> Option<DocumentFacts> {
    let index = if may_have_index(body) { index(tape) } else { BTreeMap::new() };
    let mut numbers = Vec::new();
    let mut own = NUMBER_LABELS.iter().find_map(|label| index.get(*label)).and_then(|text| first_number(text));
    if body.contains('号') || body.contains('號') {
        for (at, line) in body.lines().enumerate() {
            if !line.contains(['号', '號']) {
                continue;
            }
            let squeezed = squeezed(line);
            if own.is_none() && at < OWN_LINES {
                own = number_alone(&squeezed);
            }
            numbers.extend(find_numbers(&squeezed));
        }
    }
    let mut cited_numbers: Vec<String> = Vec::new();
    for number in numbers {
        if own.as_ref() != Some(&number) && !cited_numbers.contains(&number) && cited_numbers.len() < CITED_MAX {
            cited_numbers.push(number);
        }
    }
    let is_numbered = own.is_some() || !index.is_empty();
    let sketch = if is_numbered || is_of_policy(title) { sketch(body) } else { Sketch::default() };
    let facts = DocumentFacts { number: own, index, cited_numbers, cited_titles: cited_titles(title, body), sketch };
    (facts != DocumentFacts::default()).then_some(facts)
}

/// The title may be that of a document or of an interpretation.
fn is_of_policy(title: &str) -> bool {
    const WORDS: [&str; 24] = [
        "《", "解读", "读懂", "看懂", "图解", "问答", "答问", "答疑", "政策", "办法", "细则", "规定", "规则", "意见", "方案",
        "决定", "通告", "规划", "标准", "准则", "指引", "措施", "计划", "说明",
    ];
    WORDS.iter().any(|word| title.contains(word))
}

/// The sketch of a text that is long enough to be compared.
fn sketch(body: &str) -> Sketch {
    if body.len() < SKETCHED_BYTES_MIN { Sketch::default() } else { super::sketch::read(body) }
}

/// Half-width, without white space.
fn squeezed(line: &str) -> String {
    plain(line).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Characters of Chinese text in front of the bracket that are looked at.
const OFFICE_CHARS_MAX: usize = 30;

/// A 文号 in a squeezed text: its normal form and where it stands.
struct Written {
    normal: String,
    from: usize,
    to: usize,
}

/// Every 文号 of a squeezed text, in order. Read backwards from each 号, so that prose costs nothing.
fn written_numbers(text: &str) -> impl Iterator<Item = Written> + '_ {
    text.char_indices().filter(|&(_, c)| matches!(c, '号' | '號')).filter_map(|(at, c)| {
        let (from, normal) = number_before(text.get(..at)?)?;
        Some(Written { normal, from, to: at + c.len_utf8() })
    })
}

/// `机构代字〔YYYY〕N` at the end of a text: where it begins, and its normal form.
fn number_before(text: &str) -> Option<(usize, String)> {
    let front = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let serial = text.get(front.len()..).filter(|serial| (1..=5).contains(&serial.len()))?;
    let front = front.strip_suffix('第').unwrap_or(front);
    let front = front.strip_suffix(['〕', ']', ')', '】', '﹞', '〗', '}', '〉', '>'])?;
    let front = front.strip_suffix('年').unwrap_or(front);
    let before = front.trim_end_matches(|c: char| c.is_ascii_digit());
    let year =
        front.get(before.len()..).filter(|year| year.len() == 4 && (year.starts_with("19") || year.starts_with("20")))?;
    let before = before.strip_suffix(['〔', '[', '(', '【', '﹝', '〖', '{', '〈', '<'])?;
    let is_sign = |c: char| c != '号' && (('\u{4e00}'..='\u{9fff}').contains(&c) || c.is_ascii_alphabetic());
    let length: usize = before.chars().rev().take(OFFICE_CHARS_MAX).take_while(|&c| is_sign(c)).map(char::len_utf8).sum();
    let from = before.len() - length;
    let office = before.get(from..)?.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    Some((before.len() - office.len(), normal(office, year, serial)?))
}

fn find_numbers(text: &str) -> Vec<String> {
    written_numbers(text).map(|number| number.normal).collect()
}

fn normal(office: &str, year: &str, serial: &str) -> Option<String> {
    let office = without_lead(office);
    let serial = serial.trim_start_matches('0');
    ((2..=14).contains(&office.chars().count()) && !serial.is_empty()).then(|| format!("{office}〔{year}〕{serial}号"))
}

/// Takes off the words of the sentence that run into the office's sign: «根据国发», «和湘政办发».
fn without_lead(office: &str) -> &str {
    const WORDS: [&str; 27] = [
        "根据", "按照", "依据", "依照", "遵照", "贯彻", "落实", "执行", "关于", "印发", "转发", "下发", "发布", "废止", "参照",
        "详见", "参见", "对照", "文件", "通知", "意见", "办法", "规定", "以及", "文号", "字号", "依",
    ];
    const CHARS: [char; 12] = ['和', '及', '与', '以', '见', '按', '由', '即', '为', '原', '对', '将'];
    let cut = WORDS
        .iter()
        .filter_map(|word| office.rfind(word).map(|at| at + word.len()))
        .filter(|&at| office.get(at..).is_some_and(|rest| rest.chars().count() >= 2))
        .max()
        .unwrap_or(0);
    let rest = office.get(cut..).unwrap_or(office);
    let bare = rest.trim_start_matches(CHARS);
    if bare.chars().count() >= 2 { bare } else { rest }
}

fn first_number(text: &str) -> Option<String> {
    find_numbers(&squeezed(text)).into_iter().next()
}

/// A line that is a number and nothing else, brackets or a label around it apart.
fn number_alone(squeezed: &str) -> Option<String> {
    let mut bare = squeezed.trim_matches(['(', ')', '【', '】', '[', ']', '-']);
    for label in NUMBER_LABELS {
        bare = bare.strip_prefix(label).map_or(bare, |rest| rest.trim_start_matches([':', '】', ']']));
    }
    let number = written_numbers(bare).next()?;
    (number.from == 0 && number.to == bare.len() && bare.chars().count() <= 26).then_some(number.normal)
}

fn cited_titles(title: &str, body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if !title.contains('《') && !body.contains('《') {
        return found;
    }
    let end = body.char_indices().nth(CITED_CHARS).map_or(body.len(), |(at, _)| at);
    for text in [title, body.get(..end).unwrap_or("")] {
        for (at, _) in text.match_indices('》') {
            let Some(inside) = text.get(..at).and_then(|front| front.rsplit(['《', '》']).next()) else { continue };
            let is_opened = text.get(..at - inside.len()).is_some_and(|front| front.ends_with('《'));
            let name: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
            let is_name = is_opened && TITLE_CHARS.contains(&name.chars().count()) && !name.contains('。');
            if is_name && found.len() < CITED_MAX && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

// ---- the index table

/// Cheap look at the text: some «…号» that is a label.
fn may_have_index(body: &str) -> bool {
    body.match_indices('号').any(|(at, _)| {
        let before = body.get(..at).unwrap_or("").chars().rev().find(|c| !c.is_whitespace());
        matches!(before, Some('引' | '文' | '字' | '取' | '记' | '编'))
    })
}

fn index(tape: &Tape) -> BTreeMap<String, String> {
    let mut pairs: BTreeMap<String, String> = BTreeMap::new();
    for id in tape.nodes() {
        let Some(tag) = tape.tag(id) else { continue };
        if !is_cell(tag) || super::place::is_in_script(tape, id) {
            continue;
        }
        let text = tape.text_capped(id, CELL_CHARS_MAX + 1);
        if text.is_empty() || text.chars().count() > CELL_CHARS_MAX {
            continue;
        }
        let text = without_gaps(&plain(&text));
        if let Some(label) = label_alone(&text) {
            if let Some(value) = value_behind(tape, id) {
                add(&mut pairs, label, &value);
            }
        } else if text.contains(':') && is_leaf(tape, id) {
            for (label, value) in pairs_within(&text) {
                add(&mut pairs, label, value);
            }
        }
    }
    let known = pairs.keys().filter(|label| LABELS.contains(&label.as_str())).count();
    let is_table = known >= LABELS_MIN && pairs.keys().any(|label| STRONG_LABELS.contains(&label.as_str()));
    if is_table { pairs } else { BTreeMap::new() }
}

fn is_cell(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Td
            | Tag::Th
            | Tag::Dt
            | Tag::Dd
            | Tag::Li
            | Tag::P
            | Tag::Span
            | Tag::Strong
            | Tag::B
            | Tag::Em
            | Tag::Label
            | Tag::Div
            | Tag::I
    )
}

/// No cells or blocks below.
fn is_leaf(tape: &Tape, id: NodeId) -> bool {
    !tape
        .descendants(id)
        .any(|inner| matches!(tape.tag(inner), Some(Tag::Td | Tag::Th | Tag::Li | Tag::P | Tag::Div | Tag::Dd | Tag::Tr)))
}

/// White space between two Chinese characters taken out: «索 引 号».
fn without_gaps(text: &str) -> String {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = c.is_whitespace()
            && out.chars().next_back().is_some_and(is_han)
            && chars.peek().is_some_and(|&next| is_han(next) || next == ':');
        if !joins {
            out.push(c);
        }
    }
    out
}

fn label_alone(text: &str) -> Option<&'static str> {
    if text.len() > LABEL_BYTES_MAX {
        return None;
    }
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '【' | '】' | '[' | ']' | '*'));
    LABELS.iter().chain(&MORE_LABELS).copied().find(|label| *label == bare)
}

/// The text of the next element, or the text that follows in the same parent.
fn value_behind(tape: &Tape, id: NodeId) -> Option<String> {
    let mut next = tape.next_sibling(id);
    while let Some(at) = next {
        let text = tape.text_capped(at, CELL_CHARS_MAX);
        let bare = text.trim_start_matches([':', '：', '】', ']']).trim();
        if !bare.is_empty() {
            return label_alone(&without_gaps(&plain(bare))).is_none().then(|| bare.to_owned());
        }
        // An empty cell is an empty value, not the next label.
        if matches!(tape.tag(at), Some(Tag::Td | Tag::Dd)) {
            return Some(String::new());
        }
        next = tape.next_sibling(at);
    }
    None
}

/// `label:value` pairs of one line.
fn pairs_within(text: &str) -> Vec<(&'static str, &str)> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        let all: Vec<&str> = LABELS.iter().chain(&MORE_LABELS).copied().collect();
        Regex::new(&format!(r"(?:^|[\s\[【|;])({})[\]】]?\s*:\s*", all.join("|"))).expect("constant labels")
    });
    let found: Vec<_> =
        LABEL.captures_iter(text).filter_map(|caught| Some((caught.get(0)?, caught.get(1)?.as_str()))).collect();
    if found.first().is_none_or(|(whole, _)| whole.start() > 1) {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for (at, (whole, label)) in found.iter().enumerate() {
        let end = found.get(at + 1).map_or(text.len(), |(next, _)| next.start());
        if let Some(label) = label_alone(label) {
            pairs.push((label, text.get(whole.end()..end).unwrap_or("").trim()));
        }
    }
    pairs
}

fn add(pairs: &mut BTreeMap<String, String>, label: &str, value: &str) {
    let entry = pairs.entry(label.to_owned()).or_default();
    if entry.is_empty() {
        *entry = value.chars().take(CELL_CHARS_MAX).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(title: &str, html: &str) -> DocumentFacts {
        let tape = Tape::read(html);
        let places = super::super::place::Places::read(&tape);
        read(&tape, title, &super::super::text::read(&tape, &places).body).unwrap_or_default()
    }

    #[test]
    fn numbers_are_written_in_one_way() {
        for text in [
            "湘工信装备〔2026〕12号",
            "湘工信装备[2026]12号",
            "湘工信装备（2026）12号",
            "湘工信装备【２０２６】１２号",
            "湘工信装备 〔 2026 〕 第 012 号",
            "<span>湘工信装备</span><span>〔2026〕</span><span>12</span>号",
        ] {
            assert_eq!(facts("", &format!("<p>{text}</p>")).number.as_deref(), Some("湘工信装备〔2026〕12号"), "{text}");
        }
    }

    #[test]
    fn the_sentence_in_front_is_no_part_of_a_number() {
        let html = "<p>根据国办发〔2017〕47号和湘政办发〔2018〕3号文件，现印发《湖南省行动方案》（湘工信〔2026〕5号）。原湘经信〔2015〕9号同时废止。</p>";
        let facts = facts("", html);
        assert_eq!(facts.number, None);
        assert_eq!(
            facts.cited_numbers,
            ["国办发〔2017〕47号", "湘政办发〔2018〕3号", "湘工信〔2026〕5号", "湘经信〔2015〕9号"]
        );
        assert_eq!(facts.cited_titles, ["湖南省行动方案"]);
    }

    #[test]
    fn an_index_table_is_read_in_every_shape() {
        let table = "<table class=xxgk><tr><td><b>索 引 号：</b></td><td>430S00/2026-00123</td><td>文　号：</td><td>湘工信装备〔2026〕12号</td></tr>\
            <tr><td>发布机构：</td><td>湖南省工业和信息化厅</td><td>成文日期：</td><td>2026-08-01</td></tr><tr><td>有效性：</td><td></td></tr></table>";
        let list = "<ul><li><span>索引号：</span><em>430S00/2026-00123</em></li><li>文号：湘工信装备〔2026〕12号</li>\
            <li><b>发布机构</b>：湖南省工业和信息化厅</li><li>【成文日期】：2026-08-01</li></ul>";
        let terms = "<dl><dt>索引号</dt><dd>430S00/2026-00123</dd><dt>文号</dt><dd>湘工信装备〔2026〕12号</dd><dt>发布机构</dt>\
            <dd>湖南省工业和信息化厅</dd><dt>成文日期</dt><dd>2026-08-01</dd></dl>";
        for html in [table, list, terms] {
            let facts = facts("", html);
            assert_eq!(facts.number.as_deref(), Some("湘工信装备〔2026〕12号"), "{html}");
            let get = |label: &str| facts.index.get(label).map(String::as_str);
            assert_eq!(get("索引号"), Some("430S00/2026-00123"), "{html}");
            assert_eq!(get("发布机构"), Some("湖南省工业和信息化厅"), "{html}");
            assert_eq!(get("成文日期"), Some("2026-08-01"), "{html}");
            assert_eq!(facts.cited_numbers, Vec::<String>::new());
        }
        assert_eq!(facts("", table).index.get("有效性").map(String::as_str), Some(""));
    }

    #[test]
    fn a_page_with_a_date_label_has_no_index() {
        assert_eq!(facts("通知", "<div>发布时间：2026-08-01</div><p>文号另行通知，编号从略。</p>"), DocumentFacts::default());
    }

    #[test]
    fn titles_in_the_own_title_come_first() {
        let facts =
            facts("《湖南省办法》解读", "<p>《中华人民共和国中小企业促进法》规定，《湖南省\n办法》自印发之日起施行。</p>");
        assert_eq!(facts.cited_titles, ["湖南省办法", "中华人民共和国中小企业促进法"]);
    }
}
