//! The visible text of a page in one walk: counts, fingerprint, beginning.

use super::place::Places;
use super::tape::ink::{begins_with_gap, ends_with_gap, ink_chars, ink_runs};
use super::tape::{Tag, Tape, breaks_words, is_unseen};
use crate::model::facts::{Place, TextFacts};

/// Characters of the body text that are stored.
const HEAD_CHARS: usize = 200;
/// Bytes of body text that further readers (numbers, titles, error phrases) are given.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Bytes of an article's own words below which they say nothing of whose they are: some 150 Chinese characters.
const MATTER_BYTES_MIN: usize = 450;
const MATTER_BYTES_MAX: usize = 24 * 1024;
/// Lines with which an article is over.
const ENDS: [&str; 12] =
    ["上一篇", "下一篇", "上一条", "下一条", "相关", "附件", "打印", "【打印", "分享", "扫一扫", "责任编辑", "编辑："];

/// The facts, and the body text they were counted on.
#[derive(Debug, Default)]
pub struct BodyText {
    pub facts: TextFacts,
    /// Text outside navigation and footer, white space folded, one line per block.
    pub body: String,
}

pub fn read(tape: &Tape, places: &Places) -> BodyText {
    let mut walk =
        Walk { body: String::new(), gap: Gap::None, hasher: blake3::Hasher::new(), pending: String::new(), body_chars: 0 };
    let mut all_chars: u32 = 0;
    let mut index = 0;
    while let Some(id) = tape.at(index) {
        index += 1;
        match tape.tag(id) {
            Some(tag) if is_unseen(tag) => index = tape.end_index(id),
            Some(Tag::Td | Tag::Th) => walk.gap = walk.gap.max(Gap::Blank),
            Some(tag) if breaks_words(tag) => walk.gap = Gap::Line,
            Some(_) => {}
            None => {
                let Some(text) = tape.ink_text(id) else {
                    walk.gap = walk.gap.max(Gap::Blank);
                    continue;
                };
                if matches!(places.of(id), Place::Body) {
                    all_chars += walk.push(text);
                } else {
                    all_chars += ink_chars(text) as u32;
                }
            }
        }
    }
    walk.finish(all_chars)
}

/// The fingerprint of an article's own words: what stands below the line with its date, up to the links at its end, so that
/// neither a new date nor a new neighbour changes it. `label`: its date as written. None where there are too few words.
pub fn matter(body: &str, label: Option<&str>) -> Option<u64> {
    let below =
        label.and_then(|label| body.find(label)).and_then(|at| body.get(at..)?.split_once('\n')).map(|(_, below)| below);
    let mut ink = String::new();
    for line in below.unwrap_or(body).lines().take_while(|line| !ENDS.iter().any(|end| line.starts_with(end))) {
        line.split_whitespace().for_each(|run| ink.push_str(run));
        if ink.len() > MATTER_BYTES_MAX {
            break;
        }
    }
    (ink.len() >= MATTER_BYTES_MIN).then(|| rapidhash::v3::rapidhash_v3(ink.as_bytes()))
}

/// Full-width letters, digits and signs in their half-width form, dashes as hyphens.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '—' | '–' | '―' => '-',
            '∶' => ':',
            c => c,
        })
        .collect()
}

/// All visible text, blocks on lines of their own.
pub fn visible(tape: &Tape) -> String {
    let mut out = String::new();
    let mut gap = Gap::None;
    let mut index = 0;
    while let Some(id) = tape.at(index) {
        index += 1;
        match tape.tag(id) {
            Some(tag) if is_unseen(tag) => index = tape.end_index(id),
            Some(tag) if breaks_words(tag) => gap = Gap::Line,
            Some(_) => {}
            None => gap = ink_into(tape.own_text(id).unwrap_or(""), gap, &mut out),
        }
    }
    out
}

/// Appends a text with its white space folded; returns the gap that is open behind it.
pub(crate) fn ink_into(text: &str, mut gap: Gap, out: &mut String) -> Gap {
    if begins_with_gap(text) {
        gap = gap.max(Gap::Blank);
    }
    let mut runs = ink_runs(text).peekable();
    if runs.peek().is_none() {
        return gap;
    }
    for run in runs {
        put_gap(gap, out);
        out.push_str(run);
        gap = Gap::Blank;
    }
    if ends_with_gap(text) { Gap::Blank } else { Gap::None }
}

fn put_gap(gap: Gap, out: &mut String) {
    match gap {
        Gap::Blank if !out.is_empty() => out.push(' '),
        Gap::Line if !out.is_empty() => out.push('\n'),
        _ => {}
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    None,
    Blank,
    Line,
}

struct Walk {
    body: String,
    gap: Gap,
    hasher: blake3::Hasher,
    /// Ink not yet hashed.
    pending: String,
    body_chars: u32,
}

impl Walk {
    /// Takes a text node of the body; returns its characters without white space.
    fn push(&mut self, text: &str) -> u32 {
        let before = self.pending.len();
        let keeps = self.body.len() < BODY_BYTES_MAX;
        if keeps && begins_with_gap(text) {
            self.gap = self.gap.max(Gap::Blank);
        }
        for run in ink_runs(text) {
            self.pending.push_str(run);
            if keeps {
                put_gap(self.gap, &mut self.body);
                self.body.push_str(run);
                self.gap = Gap::Blank;
            }
        }
        let added = self.pending.get(before..).unwrap_or("");
        let ink = added.chars().count() as u32;
        if keeps && ink > 0 && !ends_with_gap(text) {
            self.gap = Gap::None;
        }
        if self.pending.len() > 8 * 1024 {
            self.flush();
        }
        self.body_chars += ink;
        ink
    }

    fn flush(&mut self) {
        self.hasher.update(self.pending.as_bytes());
        self.pending.clear();
    }

    fn finish(mut self, all_chars: u32) -> BodyText {
        self.flush();
        let hash = self.hasher.finalize().to_hex().chars().take(16).collect();
        let head = self.body.chars().take(HEAD_CHARS).map(|c| if c == '\n' { ' ' } else { c }).collect();
        BodyText { facts: TextFacts { body_chars: self.body_chars, all_chars, hash, head, matter: None }, body: self.body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_html(html: &str) -> BodyText {
        let tape = Tape::read(html);
        read(&tape, &Places::read(&tape))
    }

    #[test]
    fn navigation_footer_and_scripts_are_no_body() {
        let text = read_html(
            "<head><title>题</title></head><div class=nav>首页 要闻</div><div><h1>标题</h1><p>正 文&nbsp;一</p><script>var 甲;</script></div>\
             <div class=footer>主办</div>",
        );
        assert_eq!(text.body, "标题\n正 文 一");
        assert_eq!((text.facts.body_chars, text.facts.all_chars), (5, 11));
        assert_eq!(text.facts.head, "标题 正 文 一");
    }

    #[test]
    fn white_space_and_markup_do_not_change_the_hash() {
        let one = read_html("<p>关于 印发<b>办法</b>的通知</p>").facts.hash;
        let other = read_html("<div>关于印发</div>\n<div>办法的&emsp;通知</div>").facts.hash;
        assert_eq!(one, other);
        assert_eq!(one.len(), 16);
        assert_ne!(one, read_html("<p>关于印发办法的公告</p>").facts.hash);
    }

    #[test]
    fn a_new_date_and_a_new_neighbour_leave_the_matter_of_an_article_as_it_was() {
        let words = "全省工业运行平稳，各地加快项目建设，企业效益持续改善。".repeat(8);
        let body = |day: &str, next: &str, words: &str| {
            let text = format!("首页 > 工作动态\n标题\n发布时间：{day} 浏览 {next}\n{words}\n上一篇：{next}");
            matter(&text, Some(day))
        };
        let first = body("2026-08-01", "甲", &words);
        assert!(first.is_some());
        assert_eq!(first, body("2026-11-20", "乙", &words));
        assert_ne!(first, body("2026-08-01", "甲", &words.replace("平稳", "稳定")));
        assert_eq!(body("2026-08-01", "甲", "详见附件"), None);
    }

    #[test]
    fn the_head_is_cut_at_200_characters() {
        assert_eq!(read_html(&"文".repeat(500)).facts.head.chars().count(), 200);
    }
}
