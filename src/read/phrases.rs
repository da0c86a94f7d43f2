//! Full names and standing phrases of the user's: places in a text that are one of them but for a single character. The first two
//! characters and the last are never the wrong ones (湖北省… is no slip for 湖南省…, …局 none for …厅).

use aho_corasick::AhoCorasick;

/// Characters that a phrase must have: shorter ones are too near to other words.
const CHARS_MIN: usize = 6;
/// Characters at the beginning that must be as they are.
const HEAD_CHARS: usize = 2;

/// The phrases, ready to look.
#[derive(Debug)]
pub(super) struct Phrases {
    /// Finds the first half of a phrase, or its second.
    halves: AhoCorasick,
    /// For each half: the phrase that it belongs to, and whether it is the second.
    of: Vec<(usize, bool)>,
    known: Vec<Phrase>,
}

#[derive(Debug)]
struct Phrase {
    text: String,
    chars: Vec<char>,
}

/// Something that is nearly a phrase.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) phrase: &'a str,
}

impl Phrases {
    /// # Errors
    /// A phrase that is too short, with it.
    pub(super) fn new(texts: Vec<String>) -> Result<Self, String> {
        let mut patterns: Vec<String> = Vec::new();
        let mut of = Vec::new();
        let mut phrases = Vec::new();
        for text in texts {
            let chars: Vec<char> = text.trim().chars().collect();
            if chars.len() < CHARS_MIN {
                return Err(format!("a phrase needs {CHARS_MIN} characters or more: {text:?}"));
            }
            let (first, second) = chars.split_at(chars.len() / 2);
            for (half, is_second) in [(first, false), (second, true)] {
                patterns.push(half.iter().collect());
                of.push((phrases.len(), is_second));
            }
            phrases.push(Phrase { text: chars.iter().collect(), chars });
        }
        let halves = AhoCorasick::new(&patterns).map_err(|error| error.to_string())?;
        Ok(Self { halves, of, known: phrases })
    }

    /// A place lies within one of the phrases as it should be.
    pub(super) fn covers(&self, text: &str, from: usize, to: usize) -> bool {
        let is_around = |phrase: &Phrase| {
            let mut start = from.saturating_sub(phrase.text.len());
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let before = text.get(start..).unwrap_or_default();
            before.find(&phrase.text).is_some_and(|at| start + at <= from && to <= start + at + phrase.text.len())
        };
        self.known.iter().any(is_around)
    }

    /// One character differs, is missing or is one too many: then one half of the phrase stands there whole.
    pub(super) fn slips<'a>(&'a self, text: &str) -> Vec<Slip<'a>> {
        let mut out: Vec<Slip<'a>> = Vec::new();
        for found in self.halves.find_overlapping_iter(text) {
            let (at, is_second) = self.of[found.pattern().as_usize()];
            let phrase = &self.known[at];
            let slip =
                if is_second { phrase.before(text, found.start(), found.end()) } else { phrase.after(text, found.start()) };
            if let Some((from, to)) = slip
                && !out.iter().any(|known| known.from < to && from < known.to)
            {
                out.push(Slip { from, to, phrase: &phrase.text });
            }
        }
        out
    }
}

impl Phrase {
    /// The first half stands at `from`: what of the text from there on is nearly the phrase.
    fn after(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let rest = text.get(from..)?;
        if rest.starts_with(&self.text) {
            return None;
        }
        let count = self.chars.len();
        let candidate = |chars: usize| {
            let end = rest.char_indices().nth(chars).map_or(rest.len(), |(at, _)| at);
            rest.get(..end).filter(|part| self.is_near(part)).map(|part| (from, from + part.len()))
        };
        [count, count - 1, count + 1].into_iter().find_map(candidate)
    }

    /// The second half ends at `to`: what of the text up to there is nearly the phrase.
    fn before(&self, text: &str, half: usize, to: usize) -> Option<(usize, usize)> {
        let front = text.get(..to)?;
        if front.ends_with(&self.text) {
            return None;
        }
        let count = self.chars.len();
        let candidate = |chars: usize| {
            let begin = front.char_indices().rev().nth(chars - 1).map_or(0, |(at, _)| at);
            front.get(begin..).filter(|part| begin < half && self.is_near(part)).map(|_| (begin, to))
        };
        [count, count - 1, count + 1].into_iter().find_map(candidate)
    }

    /// Exactly one character apart, at a place that may be wrong, and no gap or sign in between.
    fn is_near(&self, part: &str) -> bool {
        let chars: Vec<char> = part.chars().collect();
        chars.len() + 1 >= self.chars.len()
            && chars.iter().all(|c| c.is_alphanumeric())
            && chars.get(..HEAD_CHARS) == self.chars.get(..HEAD_CHARS)
            && chars.last() == self.chars.last()
            && strsim::osa_distance(part, &self.text) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slips(text: &str) -> Vec<String> {
        let phrases = Phrases::new(vec!["湖南省工业和信息化厅".to_owned()]).unwrap();
        phrases.slips(text).iter().map(|slip| text.get(slip.from..slip.to).unwrap().to_owned()).collect()
    }

    #[test]
    fn one_character_missing_too_many_or_different_is_a_slip() {
        assert_eq!(slips("由湖南省工业信息化厅负责"), ["湖南省工业信息化厅"]);
        assert_eq!(slips("由湖南省工业和和信息化厅负责"), ["湖南省工业和和信息化厅"]);
        assert_eq!(slips("由湖南省工业与信息化厅负责"), ["湖南省工业与信息化厅"]);
        assert_eq!(slips("由湖南省工业和信总化厅负责"), ["湖南省工业和信总化厅"]);
    }

    #[test]
    fn the_phrase_itself_other_bodies_and_short_forms_are_none() {
        for text in [
            "湖南省工业和信息化厅",
            "湖北省工业和信息化厅",
            "长沙市工业和信息化局",
            "湖南省工业和信息化局",
            "省工业和信息化厅",
            "湖南省工业和、信息化厅",
            "湖南省工业和信息化厅厅长",
            "湖南省工业",
            "信息化厅",
        ] {
            assert_eq!(slips(text), Vec::<String>::new(), "{text}");
        }
    }
}
