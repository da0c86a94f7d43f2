//! Dates that stand in addresses (norms.md 6.2). Precise: what might be an id is no date.

use jiff::civil::Date;

use super::{eight_digits, scan};
use crate::url::PageUrl;

/// Longest path that is looked at, in bytes.
const PATH_BYTES_MAX: usize = 2_048;

/// The day that an article's address names; none where it names a month, a year or nothing.
pub fn in_url(url: &PageUrl) -> Option<Date> {
    in_path(url.path())
}

/// The same of a path or of an `href` as written.
pub fn in_path(path: &str) -> Option<Date> {
    let end = path.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(path.len());
    let path = path.get(..end).unwrap_or("");
    // Without six digits there is no date; most addresses go here.
    if path.len() > PATH_BYTES_MAX || path.bytes().filter(u8::is_ascii_digit).take(6).count() < 6 {
        return None;
    }
    let mut last: [&str; 3] = [""; 3];
    let mut hit = None;
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_name = segments.peek().is_none();
        let follower = segments.peek().copied().unwrap_or("");
        let here = if is_name { in_name(segment, last[2]) } else { in_folder(segment, last, follower) };
        hit = here.or(hit);
        last = [last[1], last[2], segment];
    }
    hit
}

fn in_folder(segment: &str, last: [&str; 3], follower: &str) -> Option<Date> {
    let digits = segment.bytes().all(|b| b.is_ascii_digit());
    match segment.len() {
        8 if digits => eight_digits(segment),
        10 => dashed(segment),
        // /YYYYMM/DD/, /YYYY-MM/DD/, /YYYY/M/D/
        1 | 2 if digits => {
            let day = segment.parse().ok()?;
            if let Some((year, month)) = year_and_month(last[2]) {
                return (segment.len() == 2).then(|| scan::date(year, month, day))?;
            }
            scan::date(year(last[1])?, short(last[2])?, day)
        }
        // /YYYY/MMDD/
        4 if digits => scan::date(year(last[2])?, segment.get(..2)?.parse().ok()?, segment.get(2..)?.parse().ok()?),
        12.. if digits && follower.starts_with("index.") => eight_digits(segment),
        _ => None,
    }
}

fn in_name(name: &str, folder: &str) -> Option<Date> {
    let stem = name.split('.').next().unwrap_or("");
    // TRS: t20260804_34039387
    if let Some(rest) = stem.strip_prefix('t')
        && rest.get(8..).is_some_and(|tail| tail.starts_with('_'))
    {
        return eight_digits(rest);
    }
    // TRS attachments: P020260804345678901234
    if let Some(rest) = stem.strip_prefix("P0").or_else(|| stem.strip_prefix("W0"))
        && rest.len() >= 14
        && rest.bytes().take(14).all(|b| b.is_ascii_digit())
    {
        return eight_digits(rest);
    }
    // /202611/20261122_12345.html, /2026/20261122….html
    let repeats = !folder.is_empty() && (folder.len() == 6 || folder.len() == 4) && stem.starts_with(folder);
    if repeats && folder.bytes().all(|b| b.is_ascii_digit()) {
        return eight_digits(stem);
    }
    dashed(stem.get(..10)?).filter(|_| stem.len() == 10)
}

fn dashed(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || m.len() != 2 || d.len() != 2 {
        return None;
    }
    scan::date(year(y)?, short(m)?, short(d)?)
}

fn year(text: &str) -> Option<u32> {
    if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|year| (1990..=2099).contains(year))
}

fn short(text: &str) -> Option<u32> {
    if text.len() > 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `202611`, `2026-11`.
fn year_and_month(text: &str) -> Option<(u32, u32)> {
    let month = match text.len() {
        6 => text.get(4..),
        7 => text.get(4..).and_then(|tail| tail.strip_prefix('-')),
        _ => None,
    };
    let month = short(month.filter(|month| month.len() == 2)?).filter(|month| (1..=12).contains(month))?;
    Some((year(text.get(..4)?)?, month))
}

/// Year, and month where it is named, of an address that names no day: `/202611/<hex>.shtml`, `/art/2026/art_<hex>.html`.
pub fn month_in_path(path: &str) -> Option<(i16, Option<i8>)> {
    if let Some(day) = in_path(path) {
        return Some((day.year(), Some(day.month())));
    }
    let mut folders = path.split(['?', '#']).next().unwrap_or("").rsplit('/').skip(1).take(4);
    folders.find_map(|folder| match year_and_month(folder) {
        Some((year, month)) => Some((i16::try_from(year).ok()?, i8::try_from(month).ok())),
        None => year(folder).and_then(|year| Some((i16::try_from(year).ok()?, None))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(path: &str) -> Option<String> {
        in_path(path).map(|date| date.to_string())
    }

    #[test]
    fn every_address_dialect_gives_its_day() {
        for path in [
            "/gxt/xxgk_71033/tzgg/202608/t20260804_34039387.html",
            "./202608/t20260804_34039387.html",
            "/art/2026/8/4/art_12_345.html",
            "/2026-08/04/content_123.shtml",
            "/2026-08/04/c_1123.htm",
            "/2026-08-04/123.shtml",
            "/20260804/0123456789abcdef0123456789abcdef.html",
            "/20260804/0a1b2c/c.html",
            "/20260804/123.html",
            "/system/2026/08/04/0123.shtml",
            "/2026/8/4/0123456789abcdef0123456789abcdef.shtml",
            "/columns/0b1c-22/202608/04/ab-cd.html",
            "/zwgk/202608041234567/index.shtml",
            "/web/a/b/202608041234567890/index.shtml",
            "/n1/2026/0804/c123-456.html",
            "/tzgg/202608/P020260804345678901234.pdf",
            "/202608/20260804_123.html",
        ] {
            assert_eq!(day(path).as_deref(), Some("2026-08-04"), "{path}");
        }
    }

    #[test]
    fn an_address_that_names_no_day_gives_none() {
        for path in [
            "/202608/0123456789abcdef0123456789abcdef.shtml",
            "/art/2026/art_0123456789abcdef.html",
            "/content/post_4512345.html",
            "/t20260804.shtml",
            "/c123/content.html",
            "/123456/index.html",
            "/detail?id=20260804",
            "/portal/article/12/3456",
            "/col/col12345/index.html",
            "/202613/t20261304_1.html",
            "/12345678/a.html",
            "/info/1011/20269.htm",
            "/430000202608041/index2.shtml",
            "/",
        ] {
            assert_eq!(day(path), None, "{path}");
        }
    }

    #[test]
    fn months_are_hints() {
        assert_eq!(month_in_path("/a/202608/0123abc.shtml"), Some((2026, Some(8))));
        assert_eq!(month_in_path("/art/2026/art_0123abc.html"), Some((2026, None)));
        assert_eq!(month_in_path("/content/post_4512345.html"), None);
    }
}
