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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_paper_is_due_from_the_day_after_its_last_day() {
        assert_eq!(wanted_year(date(2026, 1, 31), (1, 31), 1), Some(2024));
        assert_eq!(wanted_year(date(2026, 2, 1), (1, 31), 1), Some(2025));
        assert_eq!(wanted_year(date(2026, 11, 24), (4, 30), 0), Some(2026));
    }
}
