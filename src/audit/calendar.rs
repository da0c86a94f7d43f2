//! Working days (工作日): weekdays, less the public holidays, plus the weekend days that are worked instead (调休).
//! The tables are data (`rules/calendar/<year>.toml`); a year without a table counts weekdays only, and says so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

/// One year's table as written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    pub year: i16,
    /// The notice that set it.
    pub basis: String,
    /// Days off that would be weekdays or are holidays.
    pub off: Vec<Date>,
    /// Saturdays and Sundays that are worked.
    pub work: Vec<Date>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    off: BTreeSet<Date>,
    work: BTreeSet<Date>,
    years: BTreeMap<i16, String>,
}

impl Calendar {
    /// Adds a year; a later table of the same year replaces the earlier one.
    pub fn add(&mut self, year: &Year) {
        self.off.retain(|day| day.year() != year.year);
        self.work.retain(|day| day.year() != year.year);
        self.off.extend(year.off.iter().copied());
        self.work.extend(year.work.iter().copied());
        self.years.insert(year.year, year.basis.clone());
    }

    /// Whether the year's holidays are known.
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains_key(&year)
    }

    pub fn is_working_day(&self, day: Date) -> bool {
        if self.work.contains(&day) {
            return true;
        }
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.off.contains(&day)
    }

    /// Working days after `from`, up to and with `to`: 0 on the same day, negative when `to` lies before `from`.
    pub fn working_days(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.working_days(to, from);
        }
        let mut count = 0;
        let mut day = from;
        while day < to {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += i64::from(self.is_working_day(day));
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn holidays_do_not_count_and_worked_weekends_do() {
        let mut calendar = Calendar::default();
        assert!(!calendar.knows(2026));
        calendar.add(&Year {
            year: 2026,
            basis: String::new(),
            off: vec![date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)],
            work: vec![date(2026, 10, 10)],
        });
        assert!(calendar.knows(2026));
        assert_eq!(calendar.working_days(date(2026, 9, 30), date(2026, 10, 12)), 4, "8, 9, 10 and 12 October");
        assert_eq!(calendar.working_days(date(2026, 9, 30), date(2026, 9, 30)), 0);
        assert_eq!(calendar.working_days(date(2026, 9, 30), date(2026, 9, 29)), -1);
    }
}
