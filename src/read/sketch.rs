//! Sketches of texts: the hashes of all stretches of a few characters, of which the smallest are kept. Punctuation and white space
//! count for nothing.

use std::collections::BTreeSet;

use crate::model::sketch::{HASHES_MAX, Sketch};

/// Characters of one stretch: long enough that two texts on one subject share few by chance.
const STRETCH_CHARS: usize = 8;
/// Base of the rolling hash (any odd number with its bits well mixed will do; it must only stay the same).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The sketch of a text, in one pass whatever its length.
pub fn read(text: &str) -> Sketch {
    let drop_factor = (0..STRETCH_CHARS).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut window = [0_u64; STRETCH_CHARS];
    let mut rolling = 0_u64;
    let mut smallest: BTreeSet<u32> = BTreeSet::new();
    for (count, c) in text.chars().filter(|c| c.is_alphanumeric()).enumerate() {
        let slot = &mut window[count % STRETCH_CHARS];
        let code = u64::from(u32::from(c));
        rolling = rolling.wrapping_mul(BASE).wrapping_add(code).wrapping_sub(slot.wrapping_mul(drop_factor));
        *slot = code;
        if count + 1 >= STRETCH_CHARS {
            keep(&mut smallest, mixed(rolling));
        }
    }
    Sketch(smallest.into_iter().collect())
}

fn keep(smallest: &mut BTreeSet<u32>, hash: u32) {
    if smallest.len() < HASHES_MAX {
        smallest.insert(hash);
    } else if smallest.last().is_some_and(|last| hash < *last) && smallest.insert(hash) {
        smallest.pop_last();
    }
}

/// Bits of a rolling hash spread evenly (the finalizer of `SplitMix64`).
fn mixed(rolling: u64) -> u32 {
    let mut bits = rolling;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text without a stretch that stands twice.
    fn text(from: u32, chars: u32) -> String {
        (from..from + chars).filter_map(|at| char::from_u32(0x4e00 + at % 20_000)).collect()
    }

    #[test]
    fn a_copy_is_known_however_it_is_broken_and_punctuated() {
        let whole = text(0, 3_000);
        let broken: String = whole.chars().flat_map(|c| [c, '\n', '，']).collect();
        assert_eq!(read(&whole), read(&broken));
        assert_eq!(read(&whole).share_in(&read(&broken)), Some(1.0));
        assert_eq!(read(&whole).share_in(&read(&text(5_000, 3_000))), Some(0.0));
    }

    #[test]
    fn shares_are_near_the_truth_in_both_directions() {
        // Half of the short text stands in the long one, which is four times as long.
        let (short, long) = (read(&text(0, 2_000)), read(&text(1_000, 8_000)));
        let share = short.share_in(&long).unwrap();
        assert!((share - 0.5).abs() < 0.15, "{share}");
        let back = long.share_in(&short).unwrap();
        assert!((back - 0.125).abs() < 0.1, "{back}");
        let stretches = f64::from(long.stretches());
        assert!((stretches - 7_993.0).abs() < 1_200.0, "{stretches}");
    }

    #[test]
    fn short_texts_are_counted_to_the_stretch_and_not_compared() {
        let short = read("湖南省中小企业梯度培育管理办法");
        assert_eq!(short.stretches(), 8);
        assert_eq!(short.share_in(&short), None);
        assert!(read("办法").is_empty());
        // What stands twice counts once.
        assert_eq!(read(&text(0, 100).repeat(5)).stretches(), 100);
    }
}
