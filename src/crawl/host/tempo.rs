//! How fast a host is asked: as fast as it may be while it is well, half as fast each time it is not, and back step by step
//! (additive increase, multiplicative decrease). Plain data; knows neither the clock nor the network.

use std::time::Duration;

/// The pace never falls below this share of the full one.
const SLOWEST: f64 = 1.0 / 32.0;
/// Each good answer gives this share of the full pace back: from half to full in ten answers.
const STEP: f64 = 1.0 / 20.0;
/// Exchanges between two halvings, so that what was in flight together counts once.
const EXCHANGES_BETWEEN: u32 = 4;
/// Of the last ten exchanges so many failures are trouble. One page that always fails is none.
const FAILURES_OF_TEN: u32 = 3;
/// Answers that take this much longer than usual, and at least so many milliseconds longer, are trouble.
const SLOWER_TIMES: f64 = 3.0;
const SLOWER_MS: f64 = 300.0;
/// Answers before «usual» means anything.
const ANSWERS_MIN: u32 = 8;

/// How one exchange went, as far as the pace is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Good,
    /// No answer, or a server error.
    Bad,
    /// The server says in so many words that it is too much (429, 503 with `Retry-After`).
    Enough,
}

#[derive(Debug)]
pub(super) struct Tempo {
    /// Time between two requests at full pace; zero: no pace is kept, and none is changed.
    full: Duration,
    /// Share of the full pace that is used now, at most 1.
    share: f64,
    /// Means of the latency in milliseconds: of the last few answers, and of the many before.
    lately_ms: f64,
    usually_ms: f64,
    answers: u32,
    /// The last ten exchanges, newest in the lowest bit: 1 is a failure.
    last_ten: u32,
    since_change: u32,
    /// How often the pace was halved.
    pub(super) halvings: u32,
}

impl Tempo {
    pub(super) fn new(full: Duration) -> Self {
        Self {
            full,
            share: 1.0,
            lately_ms: 0.0,
            usually_ms: 0.0,
            answers: 0,
            last_ten: 0,
            since_change: EXCHANGES_BETWEEN,
            halvings: 0,
        }
    }

    /// Time between two requests as things are.
    pub(super) fn period(&self) -> Duration {
        self.full.div_f64(self.share)
    }

    /// `Crawl-delay`: a slower full pace, never a faster one.
    pub(super) fn at_most_every(&mut self, delay: Duration) {
        self.full = self.full.max(delay);
    }

    /// Takes an exchange into account. True when the pace was halved.
    pub(super) fn note(&mut self, sign: Sign, latency: Duration) -> bool {
        if self.full.is_zero() {
            return false;
        }
        self.since_change = self.since_change.saturating_add(1);
        self.last_ten = (self.last_ten << 1 | u32::from(sign != Sign::Good)) & 0x3ff;
        let is_slow = sign == Sign::Good && self.is_slow(latency);
        let is_trouble = sign == Sign::Enough || is_slow || sign == Sign::Bad && self.last_ten.count_ones() >= FAILURES_OF_TEN;
        if is_trouble && self.since_change > EXCHANGES_BETWEEN {
            self.share = (self.share / 2.0).max(SLOWEST);
            self.since_change = 0;
            self.halvings += 1;
            return true;
        }
        if sign == Sign::Good && !is_slow {
            self.share = (self.share + STEP).min(1.0);
        }
        false
    }

    fn is_slow(&mut self, latency: Duration) -> bool {
        let ms = latency.as_secs_f64() * 1_000.0;
        self.answers = self.answers.saturating_add(1);
        if self.answers == 1 {
            (self.lately_ms, self.usually_ms) = (ms, ms);
        }
        self.lately_ms += (ms - self.lately_ms) / 4.0;
        // what is unusual moves the usual only slowly: a host that stays slow is slow, and gets its pace back
        self.usually_ms += (ms - self.usually_ms) / 32.0;
        self.answers >= ANSWERS_MIN
            && self.lately_ms > self.usually_ms * SLOWER_TIMES
            && self.lately_ms - self.usually_ms > SLOWER_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Duration = Duration::from_millis(200);

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn warm() -> Tempo {
        let mut tempo = Tempo::new(FULL);
        for _ in 0..40 {
            assert!(!tempo.note(Sign::Good, ms(50)));
        }
        tempo
    }

    #[test]
    fn errors_halve_the_pace_and_answers_bring_it_back_step_by_step() {
        let mut tempo = warm();
        assert_eq!(tempo.period(), FULL);
        let halved: Vec<bool> = (0..5).map(|_| tempo.note(Sign::Bad, ms(50))).collect();
        assert_eq!(halved, [false, false, true, false, false], "three of ten are trouble, and a burst counts once");
        assert_eq!(tempo.period(), ms(400));
        let mut steps = 0;
        let mut before = tempo.period();
        while tempo.period() > FULL {
            tempo.note(Sign::Good, ms(50));
            assert!(tempo.period() < before, "each answer is a step back");
            before = tempo.period();
            steps += 1;
        }
        assert_eq!(steps, 10);
    }

    #[test]
    fn one_page_that_always_fails_changes_nothing() {
        let mut tempo = warm();
        for i in 0..100 {
            tempo.note(if i % 5 == 0 { Sign::Bad } else { Sign::Good }, ms(50));
        }
        assert_eq!((tempo.period(), tempo.halvings), (FULL, 0));
    }

    #[test]
    fn rising_latency_slows_down_and_the_pace_has_a_floor() {
        let mut tempo = warm();
        for _ in 0..12 {
            tempo.note(Sign::Good, ms(2_000));
        }
        assert!(tempo.halvings >= 1 && tempo.period() > FULL, "{tempo:?}");
        for _ in 0..200 {
            tempo.note(Sign::Bad, ms(2_000));
        }
        assert_eq!(tempo.period(), FULL.mul_f64(32.0));
        for _ in 0..200 {
            tempo.note(Sign::Good, ms(60));
        }
        assert_eq!(tempo.period(), FULL, "and it recovers");
    }

    #[test]
    fn a_host_that_was_always_slow_keeps_its_pace() {
        let mut tempo = Tempo::new(FULL);
        for i in 0..200 {
            tempo.note(Sign::Good, ms(3_000 + i % 7 * 100));
        }
        assert_eq!((tempo.period(), tempo.halvings), (FULL, 0));
    }

    #[test]
    fn a_server_that_says_enough_is_believed_at_once() {
        let mut tempo = warm();
        assert!(tempo.note(Sign::Enough, ms(5)));
        assert_eq!(tempo.period(), ms(400));
        tempo.at_most_every(ms(1_000));
        assert_eq!(tempo.period(), ms(2_000));
    }

    #[test]
    fn where_no_pace_is_kept_none_is_changed() {
        let mut tempo = Tempo::new(Duration::ZERO);
        for _ in 0..100 {
            assert!(!tempo.note(Sign::Enough, ms(5_000)));
        }
        assert_eq!(tempo.period(), Duration::ZERO);
    }
}
