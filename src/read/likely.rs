//! Likely wrong words: a character that, exchanged for one that sounds or looks like it, makes a common word of the dictionary out of
//! something that is none. Only suspected, and looked for only where the user asks for it: a dictionary knows neither every name nor
//! every new word. What the figures are stands in docs/measured.md.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jieba_rs::Jieba;
use serde::Deserialize;

const TABLE: &str = include_str!("../../rules/words/confusable.toml");
/// Made when it is first asked for, so that it costs nothing where nobody asks: some 0.1 s and 35 MB.
static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::new);

/// Natural logarithm of how often all words of the dictionary stand in its corpus (60,101,967).
const LN_TOTAL: f64 = 17.91;
/// How often a word that is added stands there: often enough to be cut as one.
const ADDED_FREQUENCY: usize = 3_000;
/// Characters of a stretch without signs below which it is a label or a name.
const RUN_CHARS_MIN: usize = 5;
/// Characters to either side that are cut anew.
const AROUND_CHARS: usize = 6;
/// Characters behind a word in which the end of a firm's name is looked for.
const FIRM_CHARS: usize = 16;
/// Bytes of a text that are looked at.
const TEXT_BYTES_MAX: usize = 300_000;
/// Candidates of a text that are compared with the rest of it: a text with more is no prose of this dictionary.
const COMPARED_MAX: usize = 200;
/// Lengths of words that are tried, in characters.
const LENGTHS: [usize; 3] = [4, 3, 2];

/// By how much likelier the text must become (natural logarithm) for a word of four, three or two characters, and how often the
/// dictionary's corpus holds such a word. Tuned on one half of a newspaper's January and counted on the other.
#[derive(Debug, Clone, Copy)]
struct Threshold {
    alone: f64,
    /// Where the word stands elsewhere in the same text.
    repeated: f64,
    frequency: usize,
}

const fn threshold(length: usize) -> Threshold {
    match length {
        4 => Threshold { alone: 9.0, repeated: 6.0, frequency: 5 },
        3 => Threshold { alone: 9.0, repeated: 9.0, frequency: 30 },
        _ => Threshold { alone: 12.0, repeated: 8.0, frequency: 200 },
    }
}

/// The file, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    sounds: Vec<String>,
    shapes: Vec<String>,
    never: String,
    foreign: String,
    places: String,
    surnames: String,
    alone: String,
    firms: Vec<String>,
    villages: String,
    words: Vec<String>,
}

#[derive(Debug)]
struct Dictionary {
    jieba: Jieba,
    alike: BTreeMap<char, BTreeSet<char>>,
    /// Never said to be wrong: particles, syllables of foreign names, short names of provinces.
    kept: BTreeSet<char>,
    surnames: BTreeSet<char>,
    alone: BTreeSet<char>,
    villages: BTreeSet<char>,
    firms: Vec<String>,
}

/// A likely wrong word; places are bytes of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) right: String,
}

/// The likely wrong words of a text. What stands twice in it is a word of its own, whatever the dictionary says.
pub(super) fn slips(text: &str) -> Vec<Slip> {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let mut out: Vec<Slip> = Vec::new();
    let mends = runs(text).flat_map(|(at, run)| Run::new(&DICTIONARY, run).mends(at));
    for (mend, slip) in mends.take(COMPARED_MAX) {
        let is_new = out.last().is_none_or(|last| last.to <= slip.from);
        let wrong = text.get(slip.from..slip.to).unwrap_or_default();
        if is_new && is_good(&mend, text) && text.matches(wrong).nth(1).is_none() {
            out.push(slip);
        }
    }
    out
}

/// Stretches of Chinese characters, with the byte that each begins at.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_sign = |c: char| !('\u{4e00}'..='\u{9fff}').contains(&c);
    let start = text.as_ptr() as usize;
    text.split(is_sign)
        .filter(|run| run.chars().nth(RUN_CHARS_MIN - 1).is_some())
        .map(move |run| (run.as_ptr() as usize - start, run))
}

impl Dictionary {
    fn new() -> Self {
        let raw: Raw = toml::from_str(TABLE).expect("the table compiled in is read by a test");
        let mut jieba = Jieba::new();
        for word in &raw.words {
            jieba.add_word(word, Some(ADDED_FREQUENCY), None);
        }
        let mut alike: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
        for group in raw.sounds.iter().chain(&raw.shapes) {
            for one in group.chars().filter(|c| !raw.never.contains(*c)) {
                alike.entry(one).or_default().extend(group.chars().filter(|c| *c != one && !raw.never.contains(*c)));
            }
        }
        let set = |text: &str| text.chars().collect::<BTreeSet<char>>();
        Self {
            jieba,
            alike,
            kept: set(&format!("{}{}{}", raw.never, raw.foreign, raw.places)),
            surnames: set(&raw.surnames),
            alone: set(&raw.alone),
            villages: set(&raw.villages),
            firms: raw.firms,
        }
    }

    /// How often the dictionary's corpus holds a word; 1 where it is none.
    fn frequency(&self, word: &str) -> usize {
        if self.jieba.has_word(word) { self.jieba.suggest_freq(word).max(1) } else { 1 }
    }

    /// Natural logarithm of the likelihood of a stretch, cut as well as can be, with the characters at which each word begins and ends.
    fn cut(&self, text: &str) -> (f64, Vec<(usize, usize)>) {
        let words = self.jieba.cut(text, false);
        let likelihood = words.iter().map(|token| (self.frequency(token.word) as f64).ln() - LN_TOTAL).sum();
        (likelihood, words.iter().map(|token| (token.start, token.end)).collect())
    }
}

/// Characters at which a word begins and ends.
type Span = (usize, usize);

/// One stretch of a text, cut into words.
struct Run<'a> {
    dictionary: &'a Dictionary,
    chars: Vec<char>,
    words: Vec<(usize, usize)>,
}

/// What a character would be exchanged for, and the word that this makes.
struct Mend {
    gain: f64,
    from: usize,
    length: usize,
    right: String,
}

impl<'a> Run<'a> {
    fn new(dictionary: &'a Dictionary, text: &str) -> Self {
        let words = dictionary.jieba.cut(text, false).iter().map(|token| (token.start, token.end)).collect();
        Self { dictionary, chars: text.chars().collect(), words }
    }

    /// What may be exchanged, with its place in a text in which this stretch begins at a byte.
    fn mends(&self, start: usize) -> Vec<(Mend, Slip)> {
        let mut out = Vec::new();
        let (mut at, mut byte) = (0, start);
        for &(from, to) in &self.words {
            let mend = if to - from == 1 { self.mend(from) } else { None };
            if let Some(mend) = mend {
                byte += bytes(&self.chars[at..mend.from.max(at)]);
                at = at.max(mend.from);
                let from = byte - bytes(&self.chars[mend.from..at]);
                let to = from + bytes(&self.chars[mend.from..mend.from + mend.length]);
                let slip = Slip { from, to, right: mend.right.clone() };
                out.push((mend, slip));
            }
        }
        out
    }

    /// The best exchange of the character at a place that stands alone, if one gains enough.
    fn mend(&self, at: usize) -> Option<Mend> {
        let wrong = self.chars[at];
        if self.dictionary.kept.contains(&wrong) {
            return None;
        }
        let mut best: Option<Mend> = None;
        let mut before = None;
        for &other in self.dictionary.alike.get(&wrong)? {
            let Some((from, length)) = self.word_of(at, other) else { continue };
            let window = at.saturating_sub(AROUND_CHARS)..(at + AROUND_CHARS + 1).min(self.chars.len());
            let start = window.start;
            let mut mended: Vec<char> = self.chars[window.clone()].to_vec();
            let before = *before.get_or_insert_with(|| self.dictionary.cut(&text_of(&mended)).0);
            mended[at - start] = other;
            let (after, words) = self.dictionary.cut(&text_of(&mended));
            let place = (from - start, from + length - start);
            let Some(nth) = words.iter().position(|word| *word == place) else { continue };
            let mend = Mend { gain: after - before, from, length, right: text_of(&mended[place.0..place.1]) };
            let neighbours = (nth.checked_sub(1).and_then(|nth| words.get(nth)), words.get(nth + 1));
            let is_better = best.as_ref().is_none_or(|best| mend.gain > best.gain);
            if is_better && mend.gain >= threshold(length).repeated && !self.is_name(at, &mend, neighbours, start) {
                best = Some(mend);
            }
        }
        best
    }

    /// The longest word of the dictionary around a place that the exchange makes, where there is none as it stands.
    fn word_of(&self, at: usize, other: char) -> Option<(usize, usize)> {
        let places = LENGTHS.iter().flat_map(|&length| (0..length).rev().map(move |back| (length, back)));
        let mut words = places.filter_map(|(length, back)| {
            let from = at.checked_sub(back)?;
            let written = self.chars.get(from..from + length)?;
            let mut mended = written.to_vec();
            mended[back] = other;
            let right = text_of(&mended);
            let is_made = self.dictionary.jieba.has_word(&right) && !self.dictionary.jieba.has_word(&text_of(written));
            (is_made && self.dictionary.frequency(&right) >= threshold(length).frequency).then_some((from, length))
        });
        words.next()
    }

    /// It may be somebody's name, or a firm's or a village's.
    fn is_name(&self, at: usize, mend: &Mend, neighbours: (Option<&Span>, Option<&Span>), start: usize) -> bool {
        let Dictionary { surnames, alone, villages, firms, jieba, .. } = self.dictionary;
        let end = mend.from + mend.length;
        let behind: String = self.chars.iter().skip(end).take(FIRM_CHARS).collect();
        let is_place = self.chars.iter().skip(end).take(2).any(|c| villages.contains(c));
        if is_place || firms.iter().any(|firm| behind.contains(firm.as_str())) {
            return true;
        }
        if mend.length > 3 {
            return false;
        }
        let is_single = |at: usize| self.words.binary_search(&(at, at + 1)).is_ok();
        let is_given =
            (1..=2).filter_map(|back| at.checked_sub(back)).any(|at| surnames.contains(&self.chars[at]) && is_single(at));
        let is_known_name = jieba.tag(&mend.right, false).iter().any(|word| word.tag.starts_with("nr"));
        let stands_alone = |word: Option<&(usize, usize)>| {
            word.is_none_or(|&(from, to)| to - from > 1 || self.chars.get(start + from).is_some_and(|c| alone.contains(c)))
        };
        let is_loose = mend.length == 2 && !(stands_alone(neighbours.0) && stands_alone(neighbours.1));
        surnames.contains(&self.chars[at]) || is_given || is_known_name || is_loose
    }
}

fn is_good(mend: &Mend, text: &str) -> bool {
    let threshold = threshold(mend.length);
    mend.gain >= threshold.alone || (mend.gain >= threshold.repeated && text.contains(&mend.right))
}

fn bytes(chars: &[char]) -> usize {
    chars.iter().map(|c| c.len_utf8()).sum()
}

fn text_of(chars: &[char]) -> String {
    chars.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        slips(text).into_iter().map(|slip| (text.get(slip.from..slip.to).unwrap().to_owned(), slip.right)).collect()
    }

    #[test]
    fn a_character_that_keeps_a_word_from_standing_there_is_likely_wrong() {
        for (text, wrong, right) in [
            ("各级政府要因地制益发展特色产业。", "因地制益", "因地制宜"),
            ("要加强基础设旋建设，完善服务网络。", "基础设旋", "基础设施"),
            ("深入推进数字经计发展。", "数字经计", "数字经济"),
            ("进一步完善社会保彰体系。", "社会保彰", "社会保障"),
            ("部分企业开工率降底，吨纸价格降低。", "降底", "降低"),
        ] {
            assert_eq!(found(text), [(wrong.to_owned(), right.to_owned())], "{text}");
        }
    }

    #[test]
    fn a_word_of_two_characters_wants_the_right_form_in_the_same_text() {
        assert!(found("部分企业开工率降底。").is_empty());
    }

    #[test]
    fn what_stands_twice_is_a_word_of_its_own() {
        assert!(found("部分企业开工率降底，降底指到达底部，价格降低。").is_empty());
    }

    #[test]
    fn names_firms_places_and_labels_are_kept() {
        for text in [
            "经研究决定，任命张宪忠同志为办公室副主任，沈震林同志任主任。",
            "出席会议的有陈漓高、王同祥、靳承序、蔡文英等同志。",
            "湖南因地制益农业科技有限公司通过验收。",
            "调研组赴社会保彰村开展走访。",
            "社会保彰",
            "中央音乐学院师生演奏了克劳斯、博斯科夫斯基的作品。",
            "粤南和胶东、辽东地区的同志参加了会议。",
            "因村定策、一户一策，实行碳达峰碳中和行动，推进智改数转、专精特新。",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn any_text_is_answered_and_long_ones_are_cut() {
        for text in ["", "。", "abc", "中", &"因地制益发展".repeat(30_000), &"一\u{20000}二𠀀三四五六".repeat(9)]
        {
            assert!(slips(text).len() <= COMPARED_MAX);
        }
    }

    #[test]
    fn clean_sentences_raise_no_suspicion() {
        for line in include_str!("../../tests/data/clean-sentences.txt").lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(found(line), [], "{line}");
        }
    }

    #[test]
    fn every_character_of_the_table_has_another_and_none_is_kept_and_changed() {
        assert!(DICTIONARY.alike.len() > 3_000);
        assert!(DICTIONARY.alike.iter().all(|(one, others)| !others.is_empty() && !others.contains(one)));
        assert!(!DICTIONARY.alike.contains_key(&'的'));
    }
}
