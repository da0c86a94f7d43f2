//! The demo's own source of variety: a small seeded generator, the same on every machine. Not for secrets.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A generator of its own for one thing, independent of how much was thrown before it.
    pub(super) fn for_item(seed: u64, kind: u64, index: u64) -> Self {
        let mut dice = Self(seed ^ kind.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ index.wrapping_mul(0xA076_1D64_78BD_642F));
        dice.throw();
        dice
    }

    pub(super) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 up to, not including, `limit`; 0 for an empty range.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.throw() % limit as u64) as usize }
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_throws_the_same() {
        let (mut a, mut b) = (Dice::for_item(7, 1, 2), Dice::for_item(7, 1, 2));
        assert_eq!((0..5).map(|_| a.throw()).collect::<Vec<_>>(), (0..5).map(|_| b.throw()).collect::<Vec<_>>());
        assert_ne!(Dice::for_item(7, 1, 2).throw(), Dice::for_item(7, 1, 3).throw());
    }
}
