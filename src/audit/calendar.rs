//! Working days (工作日): weekdays, less the public holidays, plus the weekend days that are worked instead (调休).
//! The tables are data (`rules/calendar/<year>.toml`); a year without a table counts weekdays only, and says so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Deserializer};

/// One year's table as written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    pub year: i16,
    /// The notice that set it.
    pub document: String,
    pub holidays: Vec<Holiday>,
    /// Saturdays and Sundays that are worked.
    #[serde(deserialize_with = "days")]
    pub workdays: Vec<Date>,
}

/// A stretch of days off, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub name: String,
    #[serde(deserialize_with = "day")]
    pub from: Date,
    #[serde(deserialize_with = "day")]
    pub to: Date,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    written.parse().map_err(|_| serde::de::Error::custom(format!("`{written}` is no date")))
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Date>, D::Error> {
    let written = Vec::<toml::value::Datetime>::deserialize(deserializer)?;
    written
        .iter()
        .map(|day| day.to_string().parse().map_err(|_| serde::de::Error::custom(format!("`{day}` is no date"))))
        .collect()
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
        for holiday in &year.holidays {
            let stretch = holiday.from.series(jiff::Span::new().days(1)).take_while(|day| *day <= holiday.to);
            self.off.extend(stretch.filter(|day| day.year() == year.year));
        }
        self.work.extend(year.workdays.iter().copied());
        self.years.insert(year.year, year.document.clone());
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
        let written = "year = 2026\ndocument = \"\"\nworkdays = [2026-10-10]\nholidays = [{ name = \"国庆节\", from = 2026-10-01, to = 2026-10-07 }]";
        calendar.add(&toml::from_str(written).unwrap());
        assert!(calendar.knows(2026));
        assert_eq!(calendar.working_days(date(2026, 9, 30), date(2026, 10, 12)), 4, "8, 9, 10 and 12 October");
        assert_eq!(calendar.working_days(date(2026, 9, 30), date(2026, 9, 30)), 0);
        assert_eq!(calendar.working_days(date(2026, 9, 30), date(2026, 9, 29)), -1);
    }

    #[test]
    fn days_are_counted_over_the_end_of_a_year() {
        let calendar = crate::audit::testing::columns::calendar();
        // New Year's Day to the Saturday after it are off, the Sunday is worked.
        assert_eq!(calendar.working_days(date(2025, 12, 31), date(2026, 1, 3)), 0);
        assert_eq!(calendar.working_days(date(2025, 12, 31), date(2026, 1, 5)), 2, "4 and 5 January");
        assert_eq!(
            calendar.working_days(date(2026, 2, 13), date(2026, 2, 24)),
            2,
            "14 February, worked, and the first day after"
        );
        assert!(!calendar.knows(2027), "a year without its notice is unknown");
    }

    /// Two years as two notices each set them: of 2019 Labour Day was lengthened later, of 2020 the Spring Festival.
    #[test]
    fn a_later_notice_changes_the_years_it_speaks_of() {
        let calendar = crate::audit::testing::columns::calendar();
        assert_eq!(calendar.working_days(date(2019, 4, 27), date(2019, 5, 5)), 4, "28 to 30 April and 5 May");
        assert!(!calendar.is_working_day(date(2020, 2, 1)), "a Saturday that the first notice had worked");
        assert_eq!(calendar.working_days(date(2020, 1, 23), date(2020, 2, 3)), 1);
        assert!(calendar.is_working_day(date(2022, 10, 9)) && !calendar.is_working_day(date(2021, 9, 20)));
    }

    #[test]
    fn days_worked_instead_are_weekends_and_outside_the_holidays() {
        for file in crate::audit::rules::embedded().iter().filter(|file| file.path.starts_with("calendar/")) {
            let year: Year = toml::from_str(&file.text).unwrap();
            for day in &year.workdays {
                assert!(matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday), "{day}");
                assert!(year.holidays.iter().all(|holiday| !(holiday.from..=holiday.to).contains(day)), "{day}");
            }
        }
    }
}
