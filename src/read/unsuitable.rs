//! Words of gambling, pornography, parked domains and illegal trade, in titles and texts. The words are data
//! (`rules/words/unsuitable.toml`), with those of the user's folder laid over them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use crate::model::known_hosts::KnownHosts;
use crate::model::signs::{Unsuitable, UnsuitableKind};

const WORDS: &str = include_str!("../../rules/words/unsuitable.toml");
/// Signs of one page that are kept.
const SIGNS_MAX: usize = 12;
/// Characters around a word in which a warning may stand.
const AROUND_CHARS: usize = 24;
/// Different weak words that weigh as much as a strong one.
const WEAK_MIN: usize = 4;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    against: Vec<String>,
    gambling: Group,
    adult: Group,
    parking: Group,
    illegal: Group,
    /// What the user takes away.
    without: Option<Box<Raw>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Group {
    strong: Vec<String>,
    weak: Vec<String>,
}

impl Raw {
    fn lists(&mut self) -> [&mut Vec<String>; 9] {
        let Self { against, gambling, adult, parking, illegal, .. } = self;
        [
            against,
            &mut gambling.strong,
            &mut gambling.weak,
            &mut adult.strong,
            &mut adult.weak,
            &mut parking.strong,
            &mut parking.weak,
            &mut illegal.strong,
            &mut illegal.weak,
        ]
    }

    fn lay_over(&mut self, mut own: Self) {
        let mut without = own.without.take().map(|without| *without).unwrap_or_default();
        for ((words, own), without) in self.lists().into_iter().zip(own.lists()).zip(without.lists()) {
            words.retain(|word| !without.contains(word));
            words.append(own);
        }
    }
}

/// The words by which pages tell such matter, and the hosts that are above suspicion.
#[derive(Debug)]
pub struct SignWords {
    words: Words,
    pub hosts: KnownHosts,
}

impl SignWords {
    /// Those compiled in.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<SignWords> = LazyLock::new(|| {
            SignWords::with(&[], KnownHosts::embedded().clone()).expect("the words compiled in are read by a test")
        });
        &EMBEDDED
    }

    /// Those compiled in, with the user's own texts of `unsuitable.toml` laid over them.
    ///
    /// # Errors
    /// What is wrong with the first faulty text, in the words of TOML's reader.
    pub fn with(user: &[&str], hosts: KnownHosts) -> Result<Self, String> {
        let parse = |text: &str| toml::from_str::<Raw>(text).map_err(|error| error.to_string());
        let mut raw = parse(WORDS)?;
        for text in user {
            raw.lay_over(parse(text)?);
        }
        Ok(Self { words: Words::new(raw), hosts })
    }
}

#[derive(Debug)]
struct Words {
    finder: AhoCorasick,
    /// The words without Chinese, for texts without: their places among `entries`.
    ascii: (AhoCorasick, Vec<usize>),
    entries: Vec<(UnsuitableKind, String, bool)>,
    against: AhoCorasick,
}

impl Words {
    fn new(raw: Raw) -> Self {
        use UnsuitableKind as K;
        let groups = [(K::Gambling, raw.gambling), (K::Adult, raw.adult), (K::Parking, raw.parking), (K::Illegal, raw.illegal)];
        let mut entries = Vec::new();
        for (kind, group) in groups {
            entries.extend(group.strong.into_iter().map(|word| (kind, word, true)));
            entries.extend(group.weak.into_iter().map(|word| (kind, word, false)));
        }
        let ascii: Vec<usize> = (0..entries.len()).filter(|&index| entries[index].1.is_ascii()).collect();
        let ascii = (finder(ascii.iter().map(|&index| &entries[index].1)), ascii);
        Self { ascii, finder: finder(entries.iter().map(|(_, word, _)| word.as_str())), entries, against: finder(&raw.against) }
    }
}

impl Words {
    /// The words of a text: place among the entries, and from where to where it stands.
    fn found<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize, usize)> + 't {
        let places = if text.is_ascii() { Some(&self.ascii) } else { None };
        let finder = places.map_or(&self.finder, |(finder, _)| finder);
        finder.find_iter(text).map(move |found| {
            let index = found.pattern().as_usize();
            (places.map_or(index, |(_, indices)| indices[index]), found.start(), found.end())
        })
    }
}

/// Finds words, the longest first, letters of either case.
fn finder<I: IntoIterator<Item = P>, P: AsRef<[u8]>>(words: I) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(words)
        .expect("a word list of a few hundred words is within the automaton's limits")
}

impl SignWords {
    /// Whether a link's text holds a word that tells such matter.
    pub fn is_unsuitable_text(&self, text: &str) -> bool {
        let words = &self.words;
        words.found(text).any(|(index, _, _)| words.entries[index].2) && !words.against.is_match(text)
    }

    /// The signs of a page: strong words, and many different weak ones of a kind. Words of those who warn of it are none.
    pub fn read(&self, title: &str, keywords: &str, body: &str) -> Vec<Unsuitable> {
        let words = &self.words;
        let mut strong: BTreeMap<(bool, usize), Unsuitable> = BTreeMap::new();
        let mut weak: BTreeMap<UnsuitableKind, BTreeMap<usize, Unsuitable>> = BTreeMap::new();
        for (text, in_title) in [(title, true), (keywords, true), (body, false)] {
            for (index, start, end) in words.found(text) {
                let (kind, word, is_strong) = &words.entries[index];
                let context = around(text, start, end, AROUND_CHARS);
                // A long list of keywords has room for a warning far from its object.
                if words.against.is_match(&context) || (in_title && words.against.is_match(title)) {
                    continue;
                }
                let sign = Unsuitable { kind: *kind, word: word.clone(), in_title, context };
                if *is_strong {
                    strong.entry((!in_title, index)).or_insert(sign);
                } else {
                    weak.entry(*kind).or_default().entry(index).or_insert(sign);
                }
            }
        }
        let mut all: Vec<Unsuitable> = strong.into_values().collect();
        all.extend(weak.into_values().filter(|of_kind| of_kind.len() >= WEAK_MIN).flat_map(BTreeMap::into_values));
        all.truncate(SIGNS_MAX);
        all
    }
}

/// The text around a place, at most `chars` characters to either side; white space folded.
pub(super) fn around(text: &str, start: usize, end: usize, chars: usize) -> String {
    let before: String = text.get(..start).unwrap_or("").chars().rev().take(chars).collect();
    let within = text.get(start..end).unwrap_or("");
    let behind = text.get(end..).unwrap_or("").chars().take(chars);
    let whole: String = before.chars().rev().chain(within.chars()).chain(behind).collect();
    super::tape::fold(&whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(title: &str, body: &str) -> Vec<UnsuitableKind> {
        let mut kinds: Vec<_> = SignWords::embedded().read(title, "", body).into_iter().map(|sign| sign.kind).collect();
        kinds.dedup();
        kinds
    }

    #[test]
    fn squatted_domains_are_told_by_their_titles() {
        assert_eq!(kinds("澳门新葡京官网_真人百家乐平台", "开户送彩金"), [UnsuitableKind::Gambling]);
        assert_eq!(kinds("www.abc.com 域名已过期", ""), [UnsuitableKind::Parking]);
        assert_eq!(kinds("abc.com", "This Domain Is For Sale. Buy this domain."), [UnsuitableKind::Parking]);
        assert_eq!(kinds("国产精品久久_一区二区三区在线观看", ""), [UnsuitableKind::Adult]);
    }

    #[test]
    fn whoever_warns_of_it_is_no_part_of_it() {
        assert!(kinds("我市公安机关集中打击网络赌博", "涉案人员利用六合彩、时时彩平台非法获利，警方依法查处。").is_empty());
        assert!(kinds("关于防范“代开发票”诈骗的提示", "近期有人以代开发票为名实施诈骗。").is_empty());
        assert!(kinds("中国福利彩票发行管理中心", "彩票公益金使用情况公告").is_empty());
        assert!(kinds("中小企业域名服务", "提供域名注册、过期提醒").is_empty());
    }

    #[test]
    fn own_words_are_added_and_taken_away() {
        let own = "[gambling]\nstrong = [\"某某彩金网\"]\n[without.gambling]\nstrong = [\"欧洲杯投注\"]";
        let words = SignWords::with(&[own], KnownHosts::embedded().clone()).unwrap();
        assert!(words.is_unsuitable_text("某某彩金网") && !SignWords::embedded().is_unsuitable_text("某某彩金网"));
        assert!(!words.is_unsuitable_text("欧洲杯投注") && SignWords::embedded().is_unsuitable_text("欧洲杯投注"));
        assert!(SignWords::with(&["[gamble]"], KnownHosts::default()).is_err());
    }
}
