//! Wrong words in a text: a curated list of forms that are wrong wherever they stand (`rules/words/typos.toml`), with the stretches
//! in which they are right because they fall across two words. What a text quotes (《》, “”) keeps its own spelling.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::likely;
use super::phrases::Phrases;
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
    /// Full names and standing phrases: what differs from one in a single character is likely a slip.
    phrases: Vec<String>,
}

/// The word list, ready to look.
#[derive(Debug)]
pub struct Typos {
    finder: AhoCorasick,
    entries: Vec<Entry>,
    protect: Vec<String>,
    phrases: Option<Phrases>,
    /// Every wrong form holds more than ASCII: texts without need not be searched.
    is_wide: bool,
    /// What is only likely wrong is looked for too.
    by_dictionary: bool,
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

    /// The same, and what a dictionary and confusable characters make likely.
    #[must_use]
    pub fn and_likely(self) -> Self {
        Self { by_dictionary: true, ..self }
    }

    fn new(texts: &[&str]) -> Result<Self, String> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut protect = Vec::new();
        let mut phrases = Vec::new();
        for text in texts {
            let raw: Raw = toml::from_str(text).map_err(|error| error.to_string())?;
            protect.extend(raw.protect);
            phrases.extend(raw.phrases);
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
        let phrases = if phrases.is_empty() { None } else { Some(Phrases::new(phrases)?) };
        let is_wide = entries.iter().all(|entry| !entry.wrong.is_ascii());
        Ok(Self { finder, entries, protect, phrases, is_wide, by_dictionary: false })
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
                is_likely: false,
                by_dictionary: false,
            });
            if out.len() == TYPOS_MAX {
                return out;
            }
        }
        if let Some(phrases) = &self.phrases {
            self.read_phrases(phrases, text, &mut out);
        }
        if self.by_dictionary {
            self.read_likely(text, &mut out);
        }
        out
    }

    /// What a dictionary makes likely, where nothing else was said of the place and nobody's name or quotation stands.
    fn read_likely(&self, text: &str, out: &mut Vec<Typo>) {
        for slip in likely::slips(text) {
            let wrong = text.get(slip.from..slip.to).unwrap_or("");
            let context = around(text, slip.from, slip.to, AROUND_CHARS);
            let is_said = out.iter().any(|typo| typo.wrong.contains(wrong) || wrong.contains(&typo.wrong));
            let is_kept = is_in(&self.protect, text, slip.from, slip.to)
                || self.phrases.as_ref().is_some_and(|phrases| phrases.covers(text, slip.from, slip.to));
            if is_said || is_kept || is_quoted(text, slip.from, slip.to) || out.len() >= TYPOS_MAX {
                continue;
            }
            out.push(Typo { wrong: wrong.to_owned(), right: slip.right, context, is_likely: true, by_dictionary: true });
        }
    }

    fn read_phrases(&self, phrases: &Phrases, text: &str, out: &mut Vec<Typo>) {
        for slip in phrases.slips(text) {
            let wrong = text.get(slip.from..slip.to).unwrap_or("");
            let is_known = out.iter().any(|typo| typo.wrong == wrong);
            let is_protected = is_in(&self.protect, text, slip.from, slip.to);
            if is_known || is_protected || is_quoted(text, slip.from, slip.to) || out.len() >= TYPOS_MAX {
                continue;
            }
            out.push(Typo {
                wrong: wrong.to_owned(),
                right: slip.phrase.to_owned(),
                context: around(text, slip.from, slip.to, AROUND_CHARS),
                is_likely: true,
                by_dictionary: false,
            });
        }
    }

    /// A stretch that makes the form right covers some of it and what stands beside it.
    fn is_right(&self, entry: &Entry, text: &str, from: usize, to: usize) -> bool {
        is_in(&entry.right_in, text, from, to) || is_in(&self.protect, text, from, to)
    }
}

/// One of the stretches covers some of the place and what stands beside it.
fn is_in(stretches: &[String], text: &str, from: usize, to: usize) -> bool {
    let start = floor(text, from.saturating_sub(WINDOW_BYTES));
    let end = floor(text, (to + WINDOW_BYTES).min(text.len()));
    let window = text.get(start..end).unwrap_or("");
    let covers = |stretch: &String| {
        window.match_indices(stretch.as_str()).any(|(at, _)| {
            let (first, last) = (start + at, start + at + stretch.len());
            first < to && from < last
        })
    };
    stretches.iter().any(covers)
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
    fn what_is_nearly_one_of_the_users_phrases_is_likely_wrong() {
        let own = "phrases = [\"湖南省工业和信息化厅\", \"高质量发展首要任务\"]\nprotect = [\"湖南省工业与信息化厅网站群\"]";
        let typos = Typos::with(&[own]).unwrap();
        let found = typos
            .read("湖南省工业和信化厅发布通知，布署高质量发展首任务。《湖南省工业信息化厅文件》，湖南省工业与信息化厅网站群。");
        let likely: Vec<_> = found.iter().map(|typo| (typo.wrong.as_str(), typo.is_likely)).collect();
        assert_eq!(likely, [("布署", false), ("湖南省工业和信化厅", true), ("高质量发展首任务", true)]);
        assert!(Typos::with(&["phrases = [\"省厅\"]"]).is_err(), "too short to be told from other words");
    }

    #[test]
    fn what_a_dictionary_makes_likely_is_told_only_where_it_is_asked_for() {
        let text = "要因地制益发展，布署工作。《论因地制益》，“基础设旋”，社会保彰之家。";
        let own = "protect = [\"社会保彰之家\"]";
        assert_eq!(Typos::with(&[own]).unwrap().read(text).len(), 1);
        let found = Typos::with(&[own]).unwrap().and_likely().read("要因地制益发展，布署工作。“基础设旋”，社会保彰之家。");
        let told: Vec<_> = found.iter().map(|typo| (typo.wrong.as_str(), typo.is_likely, typo.by_dictionary)).collect();
        assert_eq!(told, [("布署", false, false), ("因地制益", true, true)]);
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
