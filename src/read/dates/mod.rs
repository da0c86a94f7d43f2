//! Dates as offices write them: in rows, behind labels, in addresses. Pure text in, dates out; what only looks like a date
//! (phone numbers, 文号, standards, versions) gives none. Every function is linear in the length of its text.

pub mod day;
mod label;
mod scan;
mod url;
mod year;

pub use label::{Labelled, TAG_NAMES, json_ld_date, labelled};
pub use scan::{Found, Written, scan};
pub use url::{in_path, in_url, month_in_path};
pub use year::{MonthDay, resolve_years};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// Days ahead of the monitoring day up to which a written date still is one (dates a little ahead are real, and faults).
pub const FUTURE_DAYS_MAX: i32 = 366;

/// Characters of white space that may stand inside a date (templates break dates over lines and indent them).
const GAP_CHARS_MAX: usize = 64;

/// The first date that is written in a short text, and its time of day (`HH:MM`) where one follows.
/// Impossible, 1970 and far future dates are passed over: see [`scan`] for those.
pub fn written(text: &str, today: Date) -> Option<(Date, Option<String>)> {
    first(text, today).map(|(date, found)| (date, found.time))
}

/// The same with its place in the text.
pub fn first(text: &str, today: Date) -> Option<(Date, Found)> {
    scan(text, today)
        .into_iter()
        .find_map(|found| match found.what {
            Written::Date(date) => Some((date, found)),
            _ => None,
        })
        .or_else(|| short_year(text, today))
        .or_else(|| relative(text, today))
}

/// `26-11-22`, `26/11/22`, `26.11.22` where nothing else stands in the text.
fn short_year(text: &str, today: Date) -> Option<(Date, Found)> {
    let bare = bare(text);
    if !(6..=24).contains(&bare.len()) {
        return None;
    }
    let mut cursor = scan::Cursor::new(bare);
    let (year, digits) = cursor.number(3)?;
    if digits != 2 {
        return None;
    }
    let separator = cursor.separator()?;
    let (month, month_digits) = cursor.number(3)?;
    if cursor.separator()? != separator {
        return None;
    }
    let (of_month, day_digits) = cursor.number(3)?;
    if month_digits != 2 || day_digits != 2 {
        return None;
    }
    let time = cursor.time();
    if !cursor.is_at_end() {
        return None;
    }
    let date = scan::date(2000 + year, month, of_month)?;
    if date > today {
        day::matters();
    }
    (date <= today).then_some((date, Found { what: Written::Date(date), time, from: 0, to: text.len() }))
}

/// «今天», «昨天 09:05», «3天前», «2小时前» where nothing else stands in the text.
fn relative(text: &str, today: Date) -> Option<(Date, Found)> {
    let bare = bare(text);
    if bare.is_empty() || bare.len() > 40 {
        return None;
    }
    let mut time = None;
    let days = if let Some(days) = day_word(bare, &mut time) { days } else { days_ago(bare)? };
    day::matters();
    let date = today.checked_sub(jiff::Span::new().days(days)).ok()?;
    Some((date, Found { what: Written::Date(date), time, from: 0, to: text.len() }))
}

/// Whether the text tells a day only as seen from another («昨天», «3天前»): in a page of unknown age that is no date.
pub fn is_relative(text: &str, today: Date) -> bool {
    relative(text, today).is_some()
}

fn day_word(bare: &str, time: &mut Option<String>) -> Option<i64> {
    const WORDS: [(&str, i64); 7] = [("今天", 0), ("今日", 0), ("昨天", 1), ("昨日", 1), ("前天", 2), ("刚刚", 0), ("刚才", 0)];
    let (rest, days) = WORDS.iter().find_map(|&(word, days)| Some((bare.strip_prefix(word)?, days)))?;
    let mut cursor = scan::Cursor::new(rest);
    *time = cursor.time();
    cursor.gap();
    cursor.is_at_end().then_some(days)
}

fn days_ago(bare: &str) -> Option<i64> {
    let mut cursor = scan::Cursor::new(bare);
    let (count, _) = cursor.number(4)?;
    cursor.gap();
    let count = i64::from(count);
    match cursor.rest() {
        "天前" | "日前" => Some(count),
        "小时前" | "个小时前" => Some(count / 24),
        "分钟前" | "秒前" | "秒钟前" | "分前" => Some(0),
        "周前" | "星期前" => Some(count * 7),
        _ => None,
    }
}

/// Month and day of a text that says nothing else: `11-22`, `[11/22]`, `11月22日`, `11-22 09:05`.
pub fn month_day(text: &str) -> Option<(i8, i8)> {
    let bare = bare(text);
    if !(3..=40).contains(&bare.len()) {
        return None;
    }
    let mut cursor = scan::Cursor::new(bare);
    let (month, _) = cursor.number(3)?;
    cursor.gap();
    let in_words = cursor.take('月');
    if !in_words {
        cursor.separator()?;
    }
    cursor.gap();
    let (day, day_digits) = cursor.number(3)?;
    cursor.gap();
    if in_words && !cursor.take('日') && !cursor.take('号') {
        return None;
    }
    if !in_words && day_digits != 2 {
        return None;
    }
    cursor.time();
    // 2000 is a leap year: 02-29 is a day of some year.
    let date = scan::date(2000, month, day)?;
    cursor.is_at_end().then_some((date.month(), date.day()))
}

/// A date in pieces that stand in elements of their own: («16», «2026-04»), («2026.04», «16»), («04-16», «2026»),
/// («2026», «04-16»), («2026», «04·16»), («2026», «04», «16»). Pieces hold no white space.
pub fn split(pieces: &[&str], today: Date) -> Option<Date> {
    let date = pieces
        .windows(2)
        .find_map(|pair| two_pieces(pair[0], pair[1]).or_else(|| two_pieces(pair[1], pair[0])))
        .or_else(|| pieces.windows(3).find_map(|three| three_pieces(three[0], three[1], three[2])))?;
    (days_ahead(date, today) <= FUTURE_DAYS_MAX).then_some(date)
}

fn two_pieces(small: &str, large: &str) -> Option<Date> {
    if let Some((year, month)) = year_month(large) {
        return scan::date(year, month, lone(small, "日", 1..=2)?);
    }
    let year = lone(large, "年", 4..=4).filter(|year| (1990..=2100).contains(year))?;
    // `03·02` is a day beside a year; alone, `3·15` is the name of one.
    let (month, day) = month_day(small).or_else(|| month_day(&small.replace(['·', '•'], "-")))?;
    Date::new(i16::try_from(year).ok()?, month, day).ok()
}

fn three_pieces(first: &str, second: &str, third: &str) -> Option<Date> {
    let month = lone(second, "月", 1..=2)?;
    if let Some(year) = lone(first, "年", 4..=4) {
        let day = lone(third, "日", 1..=2)?;
        return (1990..=2100).contains(&year).then(|| scan::date(year, month, day))?;
    }
    let year = lone(third, "年", 4..=4).filter(|year| (1990..=2100).contains(year))?;
    scan::date(year, month, lone(first, "日", 1..=2)?)
}

/// `2026-04`, `2026.04`, `2026/4`, `2026年4月`, alone.
fn year_month(text: &str) -> Option<(u32, u32)> {
    let mut cursor = scan::Cursor::new(bare(text));
    let (year, digits) = cursor.number(5)?;
    if digits != 4 || !(1990..=2100).contains(&year) {
        return None;
    }
    let in_words = cursor.take('年');
    if !in_words {
        cursor.separator()?;
    }
    let (month, _) = cursor.number(3)?;
    if in_words {
        cursor.take('月');
    }
    (cursor.is_at_end() && (1..=12).contains(&month)).then_some((year, month))
}

fn lone(text: &str, unit: &str, digits_wanted: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let bare = bare(text);
    let mut cursor = scan::Cursor::new(bare.strip_suffix(unit).unwrap_or(bare));
    let (number, digits) = cursor.number(5)?;
    (cursor.is_at_end() && digits_wanted.contains(&digits)).then_some(number)
}

/// A date in a value that is known to be one (`<meta>`, JSON): as [`written`], and `20261122`, `20261122093000`,
/// Unix seconds and milliseconds.
pub fn in_value(value: &str, today: Date) -> Option<(Date, Option<String>)> {
    let value = value.trim();
    if let Some(hit) = written(value, today).or_else(|| hyphenated_time(value, today)) {
        return Some(hit);
    }
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = value.parse().ok()?;
    match value.len() {
        8 | 12 | 14 => {
            let date = eight_digits(value)?;
            let time = value.get(8..10).zip(value.get(10..12)).map(|(hour, minute)| format!("{hour}:{minute}"));
            (days_ahead(date, today) <= FUTURE_DAYS_MAX).then_some((date, time))
        }
        10 => unix(number, today),
        13 => unix(number / 1000, today),
        _ => None,
    }
}

/// `2026-11-22-09:05:00`, as the head of gov.cn pages writes it.
fn hyphenated_time(value: &str, today: Date) -> Option<(Date, Option<String>)> {
    let time = value.get(10..)?.strip_prefix('-').filter(|time| time.contains(':'))?;
    written(&format!("{} {time}", value.get(..10)?), today)
}

fn unix(seconds: i64, today: Date) -> Option<(Date, Option<String>)> {
    let beijing = TimeZone::fixed(Offset::constant(8));
    let moment = Timestamp::from_second(seconds).ok()?.to_zoned(beijing);
    let date = moment.date();
    (date.year() >= 1990 && days_ahead(date, today) <= FUTURE_DAYS_MAX)
        .then(|| (date, Some(format!("{:02}:{:02}", moment.hour(), moment.minute()))))
}

/// The date that the first eight digits of a text are, if they are one of the web's age.
fn eight_digits(text: &str) -> Option<Date> {
    let digits = text.get(..8).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let year: u32 = digits.get(..4)?.parse().ok()?;
    (1990..=2099).contains(&year).then(|| scan::date(year, digits.get(4..6)?.parse().ok()?, digits.get(6..)?.parse().ok()?))?
}

pub(crate) fn days_ahead(date: Date, today: Date) -> i32 {
    if date > today {
        day::matters();
    }
    today.until(date).map_or(i32::MAX, |span| span.get_days())
}

/// Without the brackets and blanks around.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '[' | ']' | '(' | ')' | '（' | '）' | '【' | '】' | '［' | '］' | '〔' | '〕' | '|' | '·' | '<' | '>' | ','
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 24);

    fn day(text: &str) -> Option<String> {
        written(text, TODAY).map(|(date, time)| match time {
            Some(time) => format!("{date} {time}"),
            None => date.to_string(),
        })
    }

    #[test]
    fn every_way_of_writing_a_date_is_read() {
        for text in [
            "2026-11-22",
            "2026/11/22",
            "2026.11.22",
            "2026年11月22日",
            "二〇二六年十一月二十二日",
            "二○二六年十一月二十二日",
            "26-11-22",
            "26/11/22",
            "[2026-11-22]",
            "[ 2026-11-22 ]",
            "（2026-11-22）",
            "２０２６年１１月２２日",
            "2026-\n\t\t11-22",
            "2026年 11月\n 22日",
            "2026年11月22号",
            "发布时间：2026-11-22 来源：办公室",
            "前天",
            "2天前",
            "49小时前",
            "2026 - 11 - 22",
            "2026-11-22日",
            "附件2026-11-22.pdf",
        ] {
            assert_eq!(day(text).as_deref(), Some("2026-11-22"), "{text}");
        }
        assert_eq!(day("2026年1月5日").as_deref(), Some("2026-01-05"));
        assert_eq!(day("二〇二六年一月十日").as_deref(), Some("2026-01-10"));
        assert_eq!(day("二〇二五年十二月三十一日").as_deref(), Some("2025-12-31"));
    }

    #[test]
    fn the_time_of_day_is_kept() {
        assert_eq!(day("2026-11-22 09:05").as_deref(), Some("2026-11-22 09:05"));
        assert_eq!(day("2026-11-22 9:05:33").as_deref(), Some("2026-11-22 09:05"));
        assert_eq!(day("2026年11月22日 09时05分").as_deref(), Some("2026-11-22 09:05"));
        assert_eq!(day("2026-11-22 99:05").as_deref(), Some("2026-11-22"));
        assert_eq!(day("昨天 09:05").as_deref(), Some("2026-11-23 09:05"));
    }

    #[test]
    fn zoned_times_are_told_in_beijing_time() {
        assert_eq!(day("2026-11-22T09:05:33+08:00").as_deref(), Some("2026-11-22 09:05"));
        assert_eq!(day("2026-11-22T20:05:33Z").as_deref(), Some("2026-11-23 04:05"));
        assert_eq!(day("2026-11-22T20:05:33.120+00:00").as_deref(), Some("2026-11-23 04:05"));
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        for text in [
            "0731-88955-1122",
            "0731-88955422",
            "湘工信〔2026〕12号",
            "湘政办发[2026]11号",
            "GB/T 9704-2012",
            "192.168.11.22",
            "10.2026.11.22",
            "v2026.11.22",
            "V2.0.2021.10.1",
            "2026.11元",
            "2026-2030年规划",
            "2025-2026-1学期",
            "HN-2026-11-22-001",
            "2026-11-22-001",
            "12026-11-22",
            "2026-11-223",
            "2026年11月22家企业",
            "2026年11月",
            "http://a.cn/2026/11/22/1.html",
            "430000202611220001",
            "今天的湖南工业",
            "三天前的会议",
            "1921年7月1日",
            "10.11.12.13",
            "第26-11-22条",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn impossible_epoch_and_far_future_dates_are_told_apart() {
        let kind = |text: &str| scan(text, TODAY).first().map(|found| found.what);
        assert_eq!(kind("2026-02-30"), Some(Written::Impossible));
        assert_eq!(kind("2026年13月1日"), Some(Written::Impossible));
        assert_eq!(kind("2026-00-00"), Some(Written::Impossible));
        assert_eq!(kind("1970-01-01 08:00"), Some(Written::Epoch(date(1970, 1, 1))));
        assert_eq!(kind("0001-01-01 00:00:00"), Some(Written::Epoch(date(1, 1, 1))));
        assert_eq!(kind("2099-12-31"), Some(Written::Future(date(2099, 12, 31))));
        assert_eq!(kind("9999-12-31"), Some(Written::Future(date(9999, 12, 31))));
        assert_eq!(kind("2026-12-22"), Some(Written::Date(date(2026, 12, 22))));
        assert_eq!(day("2026-02-30"), None);
        assert_eq!(day("有效期至2099-12-31，发布于2026-11-22").as_deref(), Some("2026-11-22"));
    }

    #[test]
    fn month_and_day_alone_are_read_only_alone() {
        for text in ["11-22", "[11-22]", "11/22", "11月22日", " 11 月 22 日 ", "11-22 09:05", "11.22"] {
            assert_eq!(month_day(text), Some((11, 22)), "{text}");
        }
        for text in ["11-2x", "13-22", "02-30", "共11-22页", "11:22", "2026-11-22", "11-2", "3.5", "1122", "11-22-33"] {
            assert_eq!(month_day(text), None, "{text}");
        }
    }

    #[test]
    fn dates_in_pieces_are_put_together() {
        let expected = Some(date(2026, 4, 16));
        for pieces in [
            &["16", "2026-04"][..],
            &["2026.04", "16"],
            &["16", "2026/04"],
            &["04-16", "2026"],
            &["2026", "04-16"],
            &["2026", "04·16"],
            &["16日", "2026年4月"],
            &["2026", "04", "16"],
            &["16", "4月", "2026"],
            &["标题", "16", "2026-04"],
        ] {
            assert_eq!(split(pieces, TODAY), expected, "{pieces:?}");
        }
        for pieces in [&["16", "17"][..], &["45", "2026-04"], &["2026-04"], &["1", "2012"], &["16", "1204-05"]] {
            assert_eq!(split(pieces, TODAY), None, "{pieces:?}");
        }
    }

    #[test]
    fn values_that_are_dates_may_be_bare_numbers() {
        let value = |text: &str| in_value(text, TODAY).map(|(date, _)| date.to_string());
        assert_eq!(value("20261122").as_deref(), Some("2026-11-22"));
        assert_eq!(value("20261122093000").as_deref(), Some("2026-11-22"));
        assert_eq!(value("1795311933000").as_deref(), Some("2026-11-22"));
        assert_eq!(value("1795311933").as_deref(), Some("2026-11-22"));
        assert_eq!(value("2026-11-22-23:59:59").as_deref(), Some("2026-11-22"));
        assert_eq!(value("2026-11-22-001"), None);
        assert_eq!(value("0"), None);
        assert_eq!(value("12345678"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([0-9０-９〇一二十年月日号\\-/.: 今昨天前\\[\\]|TZ+中a]|\\PC){0,40}") {
            for found in scan(&text, TODAY) {
                prop_assert!(found.from < found.to && text.get(found.from..found.to).is_some());
            }
            let _ = written(&text, TODAY);
            let _ = month_day(&text);
            let _ = in_value(&text, TODAY);
            let _ = split(&[&text, "2026-04"], TODAY);
            let _ = in_path(&text);
        }

        #[test]
        fn every_day_is_read_back(days in 0_i64..25_000) {
            let day = date(1960, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assume!(day <= TODAY && day != date(1970, 1, 1));
            prop_assert_eq!(written(&day.to_string(), TODAY), Some((day, None)));
            let words = format!("{}年{}月{}日", day.year(), day.month(), day.day());
            prop_assert_eq!(written(&words, TODAY), Some((day, None)));
        }
    }
}
