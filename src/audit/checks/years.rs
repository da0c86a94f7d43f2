//! Years that papers are of: what a title says, and which year's paper is due.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::model::site::Note;

/// The year that a paper is of: the one its title names, else that of its publication less `behind`.
pub(super) fn title_year(note: &Note, behind: i16) -> Option<i16> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"((?:19|20)\d{2})\s*年?").expect("a constant pattern"));
    let named = YEAR.captures(&note.title).and_then(|found| found[1].parse().ok());
    named.or_else(|| note.date.as_ref().map(|date| date.date.year() - behind))
}

/// The newest year whose paper is due: papers of a year are due in the year `behind` years later, by that month and day.
pub(super) fn wanted_year(today: Date, due: (i8, i8), behind: i16) -> Option<i16> {
    let last_day = Date::new(today.year(), due.0, due.1).ok()?;
    Some(today.year() - behind - i16::from(today <= last_day))
}

/// The next last day, and the year whose paper is due by it.
pub(super) fn next_due(today: Date, due: (i8, i8), behind: i16) -> Option<(Date, i16)> {
    let this_year = Date::new(today.year(), due.0, due.1).ok()?;
    let day = if today <= this_year { this_year } else { Date::new(today.year() + 1, due.0, due.1).ok()? };
    Some((day, day.year() - behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_next_last_day_is_this_years_until_it_has_passed() {
        assert_eq!(next_due(date(2026, 1, 31), (1, 31), 1), Some((date(2026, 1, 31), 2025)));
        assert_eq!(next_due(date(2026, 2, 1), (1, 31), 1), Some((date(2027, 1, 31), 2026)));
        assert_eq!(next_due(date(2026, 11, 24), (4, 30), 0), Some((date(2027, 4, 30), 2027)));
    }

    #[test]
    fn a_paper_is_due_from_the_day_after_its_last_day() {
        assert_eq!(wanted_year(date(2026, 1, 31), (1, 31), 1), Some(2024));
        assert_eq!(wanted_year(date(2026, 2, 1), (1, 31), 1), Some(2025));
        assert_eq!(wanted_year(date(2026, 11, 24), (4, 30), 0), Some(2026));
    }
}
