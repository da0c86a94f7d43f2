//! A sketch of a text: a few hundred bytes that tell how much of one text stands in another, without either of them.

use serde::{Deserialize, Serialize};

/// Hashes that a sketch keeps: the smallest of all, so that two sketches have kept the same ones where their texts are the same.
pub const HASHES_MAX: usize = 192;
/// Hashes that two sketches must both cover before a share is told: below, its error is more than a tenth.
const COVERED_MIN: usize = 24;

/// The smallest hashes of the text's stretches (shingles), each once, in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sketch(pub Vec<u32>);

impl Sketch {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many different stretches the text has; an estimate where it has more than are kept.
    pub fn stretches(&self) -> u32 {
        match self.0.last() {
            Some(&last) if self.is_cut() => {
                let all = self.0.len() as f64 * f64::from(u32::MAX) / f64::from(last.max(1));
                all.round() as u32
            }
            _ => self.0.len() as u32,
        }
    }

    /// The share, 0 to 1, of this text's stretches that stand in the other too. None: too little of both was kept to say.
    pub fn share_in(&self, other: &Self) -> Option<f64> {
        let limit = [self, other].iter().filter(|sketch| sketch.is_cut()).filter_map(|sketch| sketch.0.last()).min();
        let limit = limit.copied().unwrap_or(u32::MAX);
        let covered = self.0.iter().take_while(|hash| **hash <= limit);
        let (mut all, mut shared) = (0_usize, 0_usize);
        for hash in covered {
            all += 1;
            shared += usize::from(other.0.binary_search(hash).is_ok());
        }
        (all >= COVERED_MIN).then(|| shared as f64 / all as f64)
    }

    /// The text had more stretches than are kept.
    fn is_cut(&self) -> bool {
        self.0.len() >= HASHES_MAX
    }
}
