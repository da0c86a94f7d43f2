//! The hours of the day in which servers may be asked, Beijing time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Time;

const DAY_SECONDS: i32 = 24 * 60 * 60;

/// From `opens` up to `closes`, over midnight where that comes first: `22:00-06:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    opens: Time,
    closes: Time,
}

/// Not of the form `22:00-06:00`, or of no length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowFault;

impl Window {
    /// How long until it opens; zero while it is open.
    pub fn opens_in(self, now: Time) -> Duration {
        if self.is_open(now) { Duration::ZERO } else { ahead(now, self.opens) }
    }

    /// How long until it closes, counted from now, or from its next opening while it is closed.
    pub fn closes_in(self, now: Time) -> Duration {
        let from = if self.is_open(now) { now } else { self.opens };
        self.opens_in(now) + ahead(from, self.closes)
    }

    fn is_open(self, now: Time) -> bool {
        ahead(self.opens, now) < ahead(self.opens, self.closes)
    }
}

/// From one time of the day to the next occurrence of another, less than a day.
fn ahead(from: Time, to: Time) -> Duration {
    let seconds = |time: Time| i32::from(time.hour()) * 3_600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    Duration::from_secs((seconds(to) - seconds(from)).rem_euclid(DAY_SECONDS).unsigned_abs().into())
}

impl FromStr for Window {
    type Err = WindowFault;

    fn from_str(text: &str) -> Result<Self, WindowFault> {
        let (opens, closes) = text.split_once('-').ok_or(WindowFault)?;
        let window = Self { opens: time(opens)?, closes: time(closes)? };
        if window.opens == window.closes { Err(WindowFault) } else { Ok(window) }
    }
}

/// `22:00`, `6:00`; the end of the day may be written `24:00`.
fn time(text: &str) -> Result<Time, WindowFault> {
    let (hour, minute) = text.trim().split_once(':').ok_or(WindowFault)?;
    let number = |text: &str| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i8>().ok().filter(|_| is_number).ok_or(WindowFault)
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    Time::new(if (hour, minute) == (24, 0) { 0 } else { hour }, minute, 0, 0).map_err(|_| WindowFault)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { opens, closes } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", opens.hour(), opens.minute(), closes.hour(), closes.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(window: &str, now: (i8, i8)) -> (u64, u64) {
        let window: Window = window.parse().unwrap();
        let now = Time::constant(now.0, now.1, 0, 0);
        (window.opens_in(now).as_secs() / 60, window.closes_in(now).as_secs() / 60)
    }

    #[test]
    fn a_night_runs_over_midnight() {
        assert_eq!(at("22:00-06:00", (22, 0)), (0, 480));
        assert_eq!(at("22:00-06:00", (5, 59)), (0, 1));
        assert_eq!(at("22:00-06:00", (6, 0)), (960, 1_440));
        assert_eq!(at("22:00-06:00", (21, 59)), (1, 481));
    }

    #[test]
    fn a_day_does_not() {
        assert_eq!(at("8:30-17:00", (12, 0)), (0, 300));
        assert_eq!(at("8:30-17:00", (17, 0)), (930, 1_440));
        assert_eq!(at("20:00-24:00", (23, 0)), (0, 60));
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in ["", "22:00", "22-6", "25:00-06:00", "22:60-06:00", "22:00-22:00", "+2:00-06:00", "22:000-06:00", "夜间"]
        {
            assert_eq!(text.parse::<Window>(), Err(WindowFault), "{text}");
        }
        assert_eq!("6:00 - 8:05".parse::<Window>().unwrap().to_string(), "06:00-08:05");
    }
}
