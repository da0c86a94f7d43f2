//! Endless series of addresses: calendars, growing paths, growing queries. Pure; decides by the address and the one it stands on.

use jiff::civil::Date;

use crate::url::PageUrl;

/// Counter or date addresses that may follow one from another. A calendar has no end; a list of more pages is continued by its
/// list mechanism and is not counted here.
pub(super) const RUN_MAX: u8 = 24;

/// One folder name this often in a path is a path that grows with every step.
const SAME_SEGMENT_MAX: usize = 3;

/// One parameter this often in a query.
const SAME_PARAMETER_MAX: usize = 4;

/// An address by itself belongs to a series that has no end.
pub(super) fn is_endless(url: &PageUrl, today: Date) -> bool {
    path_grows(url.path()) || query_grows(url.query()) || is_far_date(url, today)
}

/// How many counter steps led to `url` when it was found on a page that is itself `run` steps in.
pub(super) fn run_from(url: &PageUrl, page: &PageUrl, run: u8) -> u8 {
    if url.host() == page.host() && is_counter(url) && same_shape(url, page) { run.saturating_add(1) } else { 0 }
}

fn path_grows(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    let named = |s: &str| s.bytes().any(|b| !b.is_ascii_digit());
    let repeats = segments
        .iter()
        .any(|segment| named(segment) && segments.iter().filter(|other| other == &segment).count() > SAME_SEGMENT_MAX);
    repeats || (1..=4).any(|period| ends_in_three_of(&segments, period))
}

/// The last segments are one group three times over (`/a/b/a/b/a/b`); groups of numbers alone are dates, not growth.
fn ends_in_three_of(segments: &[&str], period: usize) -> bool {
    let Some(tail) = segments.len().checked_sub(period * 3).and_then(|from| segments.get(from..)) else { return false };
    let named = tail.iter().take(period).any(|s| s.bytes().any(|b| !b.is_ascii_digit()));
    named && tail.iter().zip(tail.iter().skip(period)).all(|(a, b)| a == b)
}

fn query_grows(query: Option<&str>) -> bool {
    let Some(query) = query else { return false };
    let keys: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap_or(pair)).take(200).collect();
    keys.iter().any(|key| !key.is_empty() && keys.iter().filter(|other| other == &key).count() > SAME_PARAMETER_MAX)
}

/// The address names a year that no published page can have: more than one ahead, or before there were sites.
fn is_far_date(url: &PageUrl, today: Date) -> bool {
    let far = |year: u32| (1900..=2999).contains(&year) && (year > u32::from(today.year().unsigned_abs()) + 1 || year < 1990);
    let in_query = url.query().is_some_and(|query| {
        query.split('&').any(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = key.to_ascii_lowercase();
            let is_date_key = ["year", "date", "month", "day", "nian", "riqi"].iter().any(|word| key.contains(word))
                || matches!(key.as_str(), "y" | "yy" | "yyyy" | "ym" | "ymd" | "rq" | "d");
            is_date_key && leading_year(value).is_some_and(far)
        })
    });
    let segments: Vec<&str> = url.path().split('/').filter(|s| !s.is_empty()).collect();
    let in_path = segments.iter().enumerate().any(|(at, segment)| {
        let next_is_month = segments.get(at + 1).and_then(|next| leading_number(next)).is_some_and(|n| (1..=12).contains(&n));
        let alone = segment.len() == 4 && next_is_month;
        let dashed = segment.len() >= 7 && segment.as_bytes().get(4) == Some(&b'-');
        (alone || dashed) && leading_year(segment).is_some_and(far)
    });
    in_query || in_path
}

fn leading_year(text: &str) -> Option<u32> {
    text.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit())).and_then(|year| year.parse().ok())
}

fn leading_number(text: &str) -> Option<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(4).collect();
    digits.parse().ok()
}

/// Its numbers are counters or dates, not the ids of articles: none has more than four digits, or a day stands in the query.
fn is_counter(url: &PageUrl) -> bool {
    let longest = |text: &str| text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let path = longest(url.path());
    let query = url.query().map_or(0, longest);
    let has_digits = path > 0 || query > 0;
    let day_in_query = query == 8 && url.query().is_some_and(|q| q.split(|c: char| !c.is_ascii_digit()).any(is_day));
    has_digits && path <= 4 && (query <= 4 || day_in_query)
}

fn is_day(digits: &str) -> bool {
    digits.len() == 8
        && leading_year(digits).is_some_and(|y| (1900..=2999).contains(&y))
        && digits.get(4..6).and_then(|m| m.parse::<u8>().ok()).is_some_and(|m| (1..=12).contains(&m))
}

/// Equal but for their numbers.
fn same_shape(a: &PageUrl, b: &PageUrl) -> bool {
    shape(a.as_str()).eq(shape(b.as_str()))
}

/// The text with every run of digits as one `0`.
fn shape(text: &str) -> impl Iterator<Item = u8> {
    let mut in_digits = false;
    text.bytes().filter_map(move |b| {
        let digit = b.is_ascii_digit();
        let first = digit && !in_digits;
        in_digits = digit;
        if digit { first.then_some(b'0') } else { Some(b) }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 24);

    fn url(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    #[test]
    fn growing_paths_and_queries_are_endless() {
        for text in [
            "http://a.cn/a/a/a/",
            "http://a.cn/news/list/news/list/news/list/",
            "http://a.cn/x/index.html/index.html/index.html",
            "http://a.cn/a/1/a/2/a/3/a/4/",
            "http://a.cn/s?p=1&p=2&p=3&p=4&p=5",
        ] {
            assert!(is_endless(&url(text), TODAY), "{text}");
        }
    }

    #[test]
    fn article_addresses_are_not_endless() {
        for text in [
            "http://a.cn/gxt/gxt/xxgk/tzgg/202608/t20260804_34039387.html",
            "http://a.cn/art/2026/11/11/art_123_456.html",
            "http://a.cn/2011/11/11/11/11.html",
            "http://a.cn/col/col5555/index.html?uid=5555&pageNum=2",
            "http://a.cn/zfxxgk/fdzdgknr/2027/01/ghjh.html",
            "http://a.cn/s?tag=1&tag=2&tag=3",
            "http://a.cn/tzgg/3021/index.html",
        ] {
            assert!(!is_endless(&url(text), TODAY), "{text}");
        }
    }

    #[test]
    fn calendars_far_from_today_are_endless() {
        for text in [
            "http://a.cn/cal?year=2031&month=5",
            "http://a.cn/cal/2028/01/",
            "http://a.cn/cal/2031-05/",
            "http://a.cn/c?d=19700101",
        ] {
            assert!(is_endless(&url(text), TODAY), "{text}");
        }
        assert!(!is_endless(&url("http://a.cn/cal?year=2027&month=5"), TODAY));
    }

    #[test]
    fn counter_steps_add_up_and_articles_do_not() {
        assert_eq!(run_from(&url("http://a.cn/cal?m=12"), &url("http://a.cn/cal?m=1"), 5), 6);
        assert_eq!(run_from(&url("http://a.cn/cal?day=20261125"), &url("http://a.cn/cal?day=20261124"), 5), 6);
        assert_eq!(run_from(&url("http://a.cn/t20261125_34039388.html"), &url("http://a.cn/t20261124_34039387.html"), 5), 0);
        assert_eq!(run_from(&url("http://a.cn/x?m=12"), &url("http://a.cn/cal?m=1"), 5), 0);
    }

    proptest! {
        #[test]
        fn a_relative_link_that_adds_to_the_path_ends(step in "[a-z]{1,6}(/[a-z]{1,6}){0,3}/") {
            let mut path = String::from("/");
            let mut steps = 0;
            while !is_endless(&url(&format!("http://a.cn{path}")), TODAY) {
                path.push_str(&step);
                steps += 1;
                prop_assert!(steps <= 4);
            }
        }
    }
}
