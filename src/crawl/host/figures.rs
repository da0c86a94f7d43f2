//! The statistics of one host, in bounded memory.

use std::collections::BTreeMap;
use std::time::Duration;

/// Values below are counted as they are; above, in steps of an eighth of their power of two (at most 12.5 % apart).
const EXACT_BELOW_MS: u32 = 16;

/// How long answers took: a histogram.
#[derive(Debug, Default)]
pub(super) struct Latencies {
    /// By step; few hosts use more than some dozens.
    steps: BTreeMap<u16, u32>,
    total: u32,
}

impl Latencies {
    pub(super) fn note(&mut self, latency: Duration) {
        let ms = u32::try_from(latency.as_millis()).unwrap_or(u32::MAX);
        *self.steps.entry(step_of(ms)).or_default() += 1;
        self.total += 1;
    }

    /// The least latency in milliseconds that `percent` of the answers did not exceed, rounded up by at most an eighth.
    pub(super) fn percentile(&self, percent: u32) -> Option<u32> {
        let rank = (u64::from(self.total) * u64::from(percent)).div_ceil(100).max(1);
        let mut counted = 0;
        self.steps.iter().find_map(|(step, count)| {
            counted += u64::from(*count);
            (counted >= rank).then(|| top_of(*step))
        })
    }
}

fn step_of(ms: u32) -> u16 {
    if ms < EXACT_BELOW_MS {
        return ms as u16;
    }
    let power = ms.ilog2();
    let eighth = (ms >> (power - 3)) & 7;
    (power * 8 + eighth) as u16
}

/// The greatest value of a step.
fn top_of(step: u16) -> u32 {
    let step = u32::from(step);
    if step < EXACT_BELOW_MS {
        return step;
    }
    let (power, eighth) = (step / 8, step % 8);
    let width = 1_u64 << (power - 3);
    u32::try_from((u64::from(eighth) + 9) * width - 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        for ms in values {
            latencies.note(Duration::from_millis(ms));
        }
        latencies
    }

    #[test]
    fn percentiles_are_right_within_an_eighth() {
        let latencies = of(1..=1_000);
        for (percent, exact) in [(50, 500), (95, 950), (100, 1_000)] {
            let told = latencies.percentile(percent).unwrap();
            assert!((exact..=exact + exact / 8).contains(&told), "{percent}: {told}");
        }
        assert_eq!((of([7]).percentile(50), of([7, 7, 7, 9]).percentile(95)), (Some(7), Some(9)));
        assert_eq!(Latencies::default().percentile(50), None);
    }

    #[test]
    fn every_value_lies_in_its_step() {
        let mut last = 0;
        for ms in (0..5_000).chain([60_000, 600_000, u32::MAX]) {
            let step = step_of(ms);
            assert!(step >= last && top_of(step) >= ms, "{ms}");
            assert!(u64::from(top_of(step)) <= u64::from(ms) + u64::from(ms) / 8, "{ms}");
            last = step;
        }
    }
}
