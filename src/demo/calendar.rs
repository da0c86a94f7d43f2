//! Days on which the demo's offices work. Its own small table, on purpose not the one that the audit uses:
//! a slip in either shows as a disagreement about the interpretations planted around the holidays.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Days off that are no weekend, first and last day (国办发明电 on 放假调休 of 2025 and 2026).
const OFF: &[(Date, Date)] = &[
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
];

/// Weekend days that are worked instead.
const WORKED: &[Date] = &[
    date(2025, 1, 26),
    date(2025, 2, 8),
    date(2025, 4, 27),
    date(2025, 9, 28),
    date(2025, 10, 11),
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
];

/// Years whose table is above.
const KNOWN_YEARS: std::ops::RangeInclusive<i16> = 2025..=2026;

pub(super) fn is_workday(day: Date) -> bool {
    if WORKED.contains(&day) {
        return true;
    }
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    !weekend && !OFF.iter().any(|&(first, last)| first <= day && day <= last)
}

/// `days` calendar days before.
pub(super) fn before(day: Date, days: i64) -> Date {
    day.saturating_sub(days.days())
}

/// The last working day before `day`.
pub(super) fn last_workday_before(day: Date) -> Date {
    let mut at = before(day, 1);
    while !is_workday(at) {
        at = before(at, 1);
    }
    at
}

/// `count` working days before `day`.
pub(super) fn workdays_before(day: Date, count: u32) -> Date {
    (0..count).fold(day, |at, _| last_workday_before(at))
}

/// `count` working days after `day`.
pub(super) fn workdays_after(day: Date, count: u32) -> Date {
    let mut at = day;
    for _ in 0..count {
        at = before(at, -1);
        while !is_workday(at) {
            at = before(at, -1);
        }
    }
    at
}

/// Days from `day` to `now`.
pub(super) fn age(day: Date, now: Date) -> i64 {
    now.since(day).map_or(0, |span| i64::from(span.get_days()))
}

/// The latest Thursday at least `days` before `now` in a month without holidays or shifted weekends (March, July, August, November):
/// counting working days over its weekend needs no table.
pub(super) fn plain_thursday(now: Date, days: i64) -> Date {
    let mut at = before(now, days);
    while at.weekday() != Weekday::Thursday || !matches!(at.month(), 3 | 7 | 8 | 11) || at.day() > 20 {
        at = before(at, 1);
    }
    at
}

/// The last day before a National Day holiday that is over at least `days` days, of a year whose table is known.
pub(super) fn eve_of_national_day(now: Date, days: i64) -> Option<Date> {
    KNOWN_YEARS.rev().map(|year| date(year, 9, 30)).find(|eve| before(now, days) > workdays_after(*eve, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn third_working_day_after_the_eve_of_national_day_is_the_worked_saturday() {
        assert_eq!(workdays_after(date(2026, 9, 30), 3), date(2026, 10, 10));
        assert_eq!(workdays_after(date(2025, 9, 30), 3), date(2025, 10, 11));
        assert_eq!(eve_of_national_day(date(2026, 11, 24), 2), Some(date(2026, 9, 30)));
        assert_eq!(eve_of_national_day(date(2026, 10, 9), 2), Some(date(2025, 9, 30)));
        assert_eq!(eve_of_national_day(date(2025, 3, 1), 2), None);
    }

    #[test]
    fn plain_thursday_has_a_plain_week_behind_it() {
        let day = plain_thursday(date(2026, 11, 24), 30);
        assert_eq!(day, date(2026, 8, 20));
        assert_eq!(workdays_after(day, 3), date(2026, 8, 25));
    }
}
