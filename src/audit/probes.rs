//! The log of probes: what the week before the monitoring day says of a site.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::beijing_day;
use crate::model::probe::{Probe, ProbeState};
use crate::url::PageUrl;

/// Days before the monitoring day that are looked at (1周).
pub(super) const DAYS: usize = 7;
/// Probes that each of them must have (每天间隔性访问20次以上).
const A_DAY_MIN: u32 = 20;

/// What the log holds of one site in the days before the monitoring day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Week {
    /// Probes that count, and those of them that did not open, by day.
    days: BTreeMap<Date, u32>,
    pub(super) total: u32,
    pub(super) not_opened: u32,
    /// Milliseconds of those that opened, in rising order.
    opened_ms: Vec<u32>,
    /// Reasons of those that did not open, with their number.
    pub(super) reasons: BTreeMap<String, u32>,
}

impl Week {
    /// The whole days before `today`; the day itself is not over.
    pub(super) fn of(probes: &[Probe], site: &PageUrl, today: Date) -> Self {
        let mut week = Self::default();
        let Ok(first) = today.checked_sub((DAYS as i64).days()) else { return week };
        for probe in probes.iter().filter(|probe| probe.site == site.as_str() && probe.state != ProbeState::Blocked) {
            let Ok(at) = probe.at.parse::<Timestamp>() else { continue };
            let day = beijing_day(at);
            if !(first..today).contains(&day) {
                continue;
            }
            *week.days.entry(day).or_default() += 1;
            week.total += 1;
            if probe.state == ProbeState::NotOpened {
                week.not_opened += 1;
                *week.reasons.entry(probe.reason.clone()).or_default() += 1;
            } else {
                week.opened_ms.push(probe.duration_ms);
            }
        }
        week.opened_ms.sort_unstable();
        week
    }

    /// Every day has as many probes as the standard asks for.
    pub(super) fn is_enough(&self) -> bool {
        self.days.len() == DAYS && self.days.values().all(|number| *number >= A_DAY_MIN)
    }

    /// Percent of the probes that did not open, to a tenth.
    pub(super) fn percent(&self) -> f64 {
        if self.total == 0 {
            return 0.0;
        }
        (f64::from(self.not_opened) * 1_000.0 / f64::from(self.total)).round() / 10.0
    }

    /// Whether at least so many percent did not open; in whole numbers, so that nothing is rounded into a veto.
    pub(super) fn reaches(&self, percent: u32) -> bool {
        self.total > 0 && u64::from(self.not_opened) * 100 >= u64::from(percent) * u64::from(self.total)
    }

    /// Half of the probes that opened took at least as long.
    pub(super) fn median_ms(&self) -> Option<u32> {
        self.opened_ms.get(self.opened_ms.len() / 2).copied()
    }
}

/// A log for tests: `a_day` probes on each of the days before `today`, of which the first `down` did not open.
#[cfg(test)]
pub(super) fn log(site: &str, today: Date, days: i64, a_day: u32, down: u32) -> Vec<Probe> {
    let mut probes = Vec::new();
    for back in (1..=days).rev() {
        let day = today.checked_sub(back.days()).unwrap();
        for nth in 0..a_day {
            let is_down = (probes.len() as u32) < down;
            probes.push(Probe {
                site: site.to_owned(),
                at: format!("{day}T{:02}:{:02}:00+08:00", nth * 60 / a_day.max(60) % 24, nth % 60),
                state: if is_down { ProbeState::NotOpened } else { ProbeState::Opened },
                reason: if is_down { "failure.timeout" } else { "status.200" }.to_owned(),
                duration_ms: if is_down { 15_000 } else { 800 },
            });
        }
    }
    probes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{TODAY, url};

    const SITE: &str = "http://gxt.example.gov.cn/";

    fn week(probes: &[Probe]) -> Week {
        Week::of(probes, &url(SITE), TODAY)
    }

    #[test]
    fn a_week_of_twenty_a_day_is_enough_and_a_day_short_is_not() {
        assert!(week(&log(SITE, TODAY, 7, 20, 0)).is_enough());
        assert!(!week(&log(SITE, TODAY, 6, 40, 0)).is_enough());
        assert!(!week(&log(SITE, TODAY, 7, 19, 0)).is_enough());
        assert!(!week(&log("http://other.example.gov.cn/", TODAY, 7, 20, 0)).is_enough());
        let mut blocked = log(SITE, TODAY, 7, 20, 0);
        blocked[0].state = ProbeState::Blocked;
        assert!(!week(&blocked).is_enough(), "a protection page says nothing of the site");
    }

    #[test]
    fn five_percent_are_reached_exactly_and_days_outside_the_week_do_not_count() {
        assert!(!week(&log(SITE, TODAY, 7, 20, 6)).reaches(5), "6 of 140");
        assert!(week(&log(SITE, TODAY, 7, 20, 7)).reaches(5), "7 of 140");
        assert!(!week(&log(SITE, TODAY, 8, 20, 20)).reaches(5), "the day before the week");
        assert_eq!((week(&log(SITE, TODAY, 7, 20, 7)).percent(), week(&[]).percent()), (5.0, 0.0));
        assert_eq!(week(&log(SITE, TODAY, 7, 20, 7)).median_ms(), Some(800));
    }
}
