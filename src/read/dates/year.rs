//! Years of dates that are written without one (`11-22`): from the address, from neighbours, from the order.

use jiff::civil::Date;

/// What is known of one row's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthDay {
    /// As written, where the year is not.
    pub written: Option<(i8, i8)>,
    /// The whole date, where it is written.
    pub whole: Option<Date>,
    /// Year and month of the row's address.
    pub hint: Option<(i16, Option<i8>)>,
}

/// The whole date of each row, in the rows' order; none where nothing says the year.
///
/// A year comes from the row's own address; else from the order: a list runs from new to old, so a row is the latest such
/// day that is not later than the row above it. The first row of a first page is the latest such day up to today.
pub fn resolve_years(rows: &[MonthDay], today: Date, is_first_page: bool) -> Vec<Option<Date>> {
    if rows.iter().any(|row| row.whole.is_none() && row.written.is_some()) {
        super::day::matters();
    }
    let mut dates: Vec<Option<Date>> = rows.iter().map(|row| row.whole.or_else(|| by_hint(row, today))).collect();
    let mut above = is_first_page.then_some(today);
    for (date, row) in dates.iter_mut().zip(rows) {
        if date.is_none()
            && let (Some((month, day)), Some(bound)) = (row.written, above)
        {
            *date = latest_up_to(bound, month, day);
        }
        above = date.or(above);
    }
    dates
}

fn by_hint(row: &MonthDay, today: Date) -> Option<Date> {
    let (month, day) = row.written?;
    let (year, hint_month) = row.hint?;
    // An address from December with a date in January is of the next year, and the other way round.
    let year = match hint_month {
        Some(12) if month == 1 => year + 1,
        Some(1) if month == 12 => year - 1,
        _ => year,
    };
    Date::new(year, month, day).ok().filter(|date| *date <= today)
}

fn latest_up_to(bound: Date, month: i8, day: i8) -> Option<Date> {
    // 02-29 may lie up to eight years back.
    (0..=8).find_map(|back| Date::new(bound.year() - back, month, day).ok().filter(|date| *date <= bound))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn written(month: i8, day: i8) -> MonthDay {
        MonthDay { written: Some((month, day)), ..MonthDay::default() }
    }

    #[test]
    fn the_order_gives_the_year_across_new_year() {
        let rows = [written(1, 12), written(1, 3), written(12, 30), written(12, 1), written(12, 28)];
        let dates = resolve_years(&rows, date(2026, 1, 20), true);
        let expected = [date(2026, 1, 12), date(2026, 1, 3), date(2025, 12, 30), date(2025, 12, 1), date(2024, 12, 28)];
        assert_eq!(dates, expected.map(Some));
    }

    #[test]
    fn the_address_decides_before_the_order() {
        let hinted = MonthDay { hint: Some((2023, Some(5))), ..written(5, 8) };
        let year_only = MonthDay { hint: Some((2022, None)), ..written(4, 8) };
        assert_eq!(
            resolve_years(&[hinted, year_only], date(2026, 11, 24), true),
            [Some(date(2023, 5, 8)), Some(date(2022, 4, 8))]
        );
    }

    #[test]
    fn a_further_page_without_a_year_anywhere_stays_undated() {
        assert_eq!(resolve_years(&[written(5, 8)], date(2026, 11, 24), false), [None]);
        let whole = MonthDay { whole: Some(date(2024, 3, 1)), ..MonthDay::default() };
        let dates = resolve_years(&[whole, written(2, 8)], date(2026, 11, 24), false);
        assert_eq!(dates, [Some(date(2024, 3, 1)), Some(date(2024, 2, 8))]);
    }
}
