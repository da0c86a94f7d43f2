//! Wrong words in a text: a curated list of forms that are wrong wherever they stand (`rules/words/typos.toml`), with the stretches
//! in which they are right because they fall across two words. What a text quotes (《》, “”) keeps its own spelling.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::unsuitable::around;
use crate::model::signs::Typo;

const WORDS: &str = include_str!("../../rules/words/typos.toml");
static EMBEDDED: LazyLock<Typos> = LazyLock::new(|| Typos::new(&[WORDS]).expect("the words compiled in are read by a test"));

/// Wrong words of one page that are kept.
const TYPOS_MAX: usize = 30;
/// Characters of the text that stand on either side in the evidence.
const AROUND_CHARS: usize = 16;
/// Bytes to either side in which a stretch that makes a form right is looked for.
const WINDOW_BYTES: usize = 60;
/// Bytes from a quotation's opening to its end, at most: longer ones were never closed.
const QUOTE_BYTES_MAX: usize = 240;

/// One file of words, as the user writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    /// Wrong, right, stretches in which the wrong form is right.
    typos: Vec<Vec<String>>,
    /// Names and standing phrases that are right as they stand.
    protect: Vec<String>,
    /// Every wrong form holds more than ASCII: texts without need not be searched.
    is_wide: bool,
}

/// The word list, ready to look.
#[derive(Debug)]
pub struct Typos {
    finder: AhoCorasick,
    entries: Vec<Entry>,
    protect: Vec<String>,
    /// Every wrong form holds more than ASCII: texts without need not be searched.
    is_wide: bool,
}

#[derive(Debug)]
struct Entry {
    wrong: String,
    right: String,
    right_in: Vec<String>,
}

impl Typos {
    /// The list compiled in.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The list compiled in, with the user's own files behind it. An entry of the same wrong form replaces.
    ///
    /// # Errors
    /// What is wrong with the first faulty text, in the words of TOML's reader.
    pub fn with(user: &[&str]) -> Result<Self, String> {
        let texts: Vec<&str> = std::iter::once(WORDS).chain(user.iter().copied()).collect();
        Self::new(&texts)
    }

    fn new(texts: &[&str]) -> Result<Self, String> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut protect = Vec::new();
        for text in texts {
            let raw: Raw = toml::from_str(text).map_err(|error| error.to_string())?;
            protect.extend(raw.protect);
            for words in raw.typos {
                let [wrong, right, right_in @ ..] = words.as_slice() else {
                    return Err(format!("an entry needs a wrong and a right form: {words:?}"));
                };
                if wrong.is_empty() || wrong == right {
                    return Err(format!("the wrong form must be something else than the right one: {words:?}"));
                }
                entries.retain(|entry| entry.wrong != *wrong);
                entries.push(Entry { wrong: wrong.clone(), right: right.clone(), right_in: right_in.to_vec() });
            }
        }
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(entries.iter().map(|entry| entry.wrong.as_str()))
            .map_err(|error| error.to_string())?;
        let is_wide = entries.iter().all(|entry| !entry.wrong.is_ascii());
        Ok(Self { finder, entries, protect, is_wide })
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The wrong words of a text, each once.
    pub fn read(&self, text: &str) -> Vec<Typo> {
        let mut out: Vec<Typo> = Vec::new();
        if text.is_ascii() && self.is_wide {
            return out;
        }
        for found in self.finder.find_iter(text) {
            let entry = &self.entries[found.pattern().as_usize()];
            let is_known = out.iter().any(|typo| typo.wrong == entry.wrong);
            let (from, to) = (found.start(), found.end());
            if is_known || self.is_right(entry, text, from, to) || is_quoted(text, from, to) {
                continue;
            }
            out.push(Typo {
                wrong: entry.wrong.clone(),
                right: entry.right.clone(),
                context: around(text, from, to, AROUND_CHARS),
            });
            if out.len() == TYPOS_MAX {
                break;
            }
        }
        out
    }

    /// A stretch that makes the form right covers some of it and what stands beside it.
    fn is_right(&self, entry: &Entry, text: &str, from: usize, to: usize) -> bool {
        let start = floor(text, from.saturating_sub(WINDOW_BYTES));
        let end = floor(text, (to + WINDOW_BYTES).min(text.len()));
        let window = text.get(start..end).unwrap_or("");
        let covers = |stretch: &String| {
            window.match_indices(stretch.as_str()).any(|(at, _)| {
                let (first, last) = (start + at, start + at + stretch.len());
                first < to && from < last
            })
        };
        entry.right_in.iter().chain(&self.protect).any(covers)
    }
}

/// The next character boundary at or before a place.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Inside 《》, “”, 「」 or a pair of straight quotation marks, on one line.
fn is_quoted(text: &str, from: usize, to: usize) -> bool {
    let before = text.get(floor(text, from.saturating_sub(QUOTE_BYTES_MAX))..from).unwrap_or("");
    let before = before.rsplit('\n').next().unwrap_or("");
    let behind = text.get(to..floor(text, (to + QUOTE_BYTES_MAX).min(text.len()))).unwrap_or("");
    let behind = behind.split('\n').next().unwrap_or("");
    let is_open = |open: char, close: char| {
        before.rfind(open).is_some_and(|at| before.get(at..).is_some_and(|rest| !rest.contains(close)))
            && behind.find(close).is_some_and(|at| behind.get(..at).is_some_and(|rest| !rest.contains(open)))
    };
    let is_straight = before.matches('"').count() % 2 == 1 && behind.contains('"');
    [('《', '》'), ('“', '”'), ('「', '」'), ('‘', '’')].iter().any(|&(open, close)| is_open(open, close)) || is_straight
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        Typos::embedded().read(text).into_iter().map(|typo| typo.wrong).collect()
    }

    #[test]
    fn wrong_words_are_found_with_the_right_ones() {
        let typos = Typos::embedded().read("会议布署了安全生产工作，要求抓住关健环节，财政拔款及时到位。");
        let pairs: Vec<_> = typos.iter().map(|typo| (typo.wrong.as_str(), typo.right.as_str())).collect();
        assert_eq!(pairs, [("布署", "部署"), ("关健", "关键"), ("拔款", "拨款")]);
        assert!(typos[0].context.contains("会议布署了安全生产"));
    }

    #[test]
    fn forms_that_fall_across_two_words_are_right() {
        for text in [
            "按装机容量计算补贴",
            "公布署名文章",
            "相关健康知识",
            "机关健身活动",
            "工作人员按排名先后",
            "审核注消费券",
            "关注消费者权益",
            "他自己经营一家店",
            "投资询价",
            "研究竟相同",
            "究竟相差多少",
            "严峻工作形势",
            "交通迅速恢复",
            "预防犯罪",
            "地震摄影展",
            "警示犯罪分子",
            "成渝期待发展",
            "复杂法冶金工艺",
            "行政冶金管理",
            "登记薄弱环节",
            "部署假期值班",
        ] {
            assert_eq!(wrong(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn quotations_and_titles_keep_their_spelling() {
        assert!(wrong("他把“部署”错写成“布署”。").is_empty());
        assert!(wrong("《论布署》一书").is_empty());
        assert_eq!(wrong("《规划》布署了“十四五”任务"), ["布署"]);
    }

    #[test]
    fn the_user_adds_words_and_protects_names() {
        let own = "typos = [[\"省工信厅\", \"省工业和信息化厅\"]]\nprotect = [\"关健平\"]";
        let typos = Typos::with(&[own]).unwrap();
        let found: Vec<_> = typos.read("省工信厅关健平同志出席").into_iter().map(|typo| typo.wrong).collect();
        assert_eq!(found, ["省工信厅"]);
        assert!(Typos::with(&["typos = [[\"布署\"]]"]).is_err());
        assert!(Typos::with(&["typo = []"]).is_err());
    }

    #[test]
    fn every_entry_finds_its_form_and_is_silent_on_its_exceptions() {
        let typos = Typos::embedded();
        assert!(typos.len() >= 350, "{}", typos.len());
        for entry in &typos.entries {
            assert_eq!(wrong(&entry.wrong).len(), 1, "{}", entry.wrong);
            assert!(wrong(&entry.right).is_empty(), "{}", entry.right);
            for stretch in &entry.right_in {
                assert!(!wrong(stretch).contains(&entry.wrong), "{stretch}");
            }
        }
    }

    #[test]
    fn clean_sentences_raise_no_alarm() {
        let text = include_str!("../../tests/data/clean-sentences.txt");
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(lines.len() >= 60);
        for line in lines {
            assert_eq!(wrong(line), Vec::<String>::new(), "{line}");
        }
    }
}
