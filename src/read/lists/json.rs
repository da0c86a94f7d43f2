//! Rows that stand in JSON: replies of data interfaces, arrays in the page's scripts. Objects are told by their keys, which
//! every system names in its own way.

use serde_json::{Map, Value};

use super::ListInput;
use crate::model::facts::{DateFact, DateSource, Row};
use crate::read::dates;
use crate::read::tape::{Tape, fold};

const TITLE_KEYS: [&str; 13] = [
    // Epoint: `title` may be cut where `realtitle` is not.
    "realtitle",
    "title",
    "infotitle",
    "articletitle",
    "doctitle",
    "newstitle",
    "maintitle",
    "name",
    "infoname",
    "subject",
    "bt",
    "topic",
    "linktitle",
];
const URL_KEYS: [&str; 16] = [
    "url",
    "link",
    "href",
    "infourl",
    "linkurl",
    "docpuburl",
    "puburl",
    "articleurl",
    "post_url",
    "visiturl",
    "pageurl",
    "htmlurl",
    "detailurl",
    "weburl",
    "contenturl",
    "path",
];
const DATE_KEYS: [&str; 29] = [
    "publishedtimestr",
    "publishtimestr",
    "publishtime",
    "publishedtime",
    "publishdate",
    "pubdate",
    "pubtime",
    "publish_time",
    "publish_date",
    "display_publish_time",
    "docreltime",
    "docpubtime",
    "infodate",
    "releasetime",
    "releasedate",
    "showtime",
    "showdate",
    "handsdate",
    // gkmlpt: the day of publishing; `date` is the day on which the document was signed.
    "create_time",
    "created_at",
    "date",
    "time",
    "daytime",
    "createdate",
    "createtime",
    "inputtime",
    "addtime",
    "fbsj",
    "fbrq",
];
/// Nesting of arrays that is searched for rows.
const DEPTH_MAX: usize = 6;

/// JSON, or what scripts write in its stead: single quotes, bare keys, a comma too many, a callback around it.
pub(super) fn parse(text: &str) -> Option<Value> {
    let text = without_callback(text.trim_start_matches(|c: char| c.is_whitespace() || c == ';').trim_end());
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&strict(text)?).ok())
}

fn without_callback(text: &str) -> &str {
    let Some(open) = text.find('(').filter(|open| *open <= 60) else { return text };
    let head = text.get(..open).unwrap_or("");
    if head.is_empty() || !head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')) {
        return text;
    }
    let inner = text.get(open + 1..).unwrap_or("").trim_end_matches([';', ' ', '\n', '\r']);
    inner.strip_suffix(')').unwrap_or(text)
}

/// Rewrites a script's literal as JSON; none where it holds more than literals.
pub(super) fn strict(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\'' => copy_string(c, &mut chars, &mut out)?,
            ',' => {
                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                    chars.next();
                }
                if !matches!(chars.peek(), Some(']' | '}')) {
                    out.push(',');
                }
            }
            '{' | '}' | '[' | ']' | ':' => out.push(c),
            c if c.is_whitespace() => {}
            c if c.is_ascii_digit() || c == '-' => {
                out.push(c);
                while let Some(d) = chars.next_if(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-')) {
                    out.push(d);
                }
            }
            c if c.is_alphabetic() || matches!(c, '_' | '$') => {
                let mut word = String::from(c);
                while let Some(d) = chars.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    word.push(d);
                }
                match word.as_str() {
                    "true" | "false" | "null" => out.push_str(&word),
                    "undefined" => out.push_str("null"),
                    _ => {
                        out.push('"');
                        out.push_str(&word);
                        out.push('"');
                    }
                }
            }
            _ => return None,
        }
    }
    Some(out)
}

fn copy_string(quote: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) -> Option<()> {
    out.push('"');
    loop {
        match chars.next()? {
            '\\' => match chars.next()? {
                '\'' => out.push('\''),
                c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            },
            c if c == quote => break,
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    Some(())
}

/// The array of rows in a value: the longest one whose objects have a title and an address.
pub(super) fn rows_of(page: &ListInput<'_>, value: &Value) -> Vec<Row> {
    let mut best: Option<&Vec<Value>> = None;
    longest_array(value, DEPTH_MAX, &mut best);
    let mut rows: Vec<Row> = Vec::new();
    for object in best.into_iter().flatten().filter_map(Value::as_object).take(super::ROWS_MAX) {
        if let Some(row) = row(page, object) {
            rows.push(row);
        }
    }
    rows
}

fn longest_array<'v>(value: &'v Value, depth: usize, best: &mut Option<&'v Vec<Value>>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => {
            let is_rows = items.iter().any(|item| item.as_object().is_some_and(is_row));
            if is_rows && best.is_none_or(|held| held.len() < items.len()) {
                *best = Some(items);
            }
            if !is_rows {
                items.iter().take(50).for_each(|item| longest_array(item, depth - 1, best));
            }
        }
        Value::Object(map) => map.values().for_each(|item| longest_array(item, depth - 1, best)),
        _ => {}
    }
}

fn is_row(object: &Map<String, Value>) -> bool {
    field(object, &TITLE_KEYS).is_some() && address(object).is_some()
}

/// The address of a row; some systems hold one for each kind of screen: `"urls": "{\"pc\": …, \"mobile\": …}"`.
fn address(object: &Map<String, Value>) -> Option<String> {
    let of_screens = || {
        let by_screen = match object.get("urls")? {
            Value::String(text) => serde_json::from_str(text).ok()?,
            other => other.clone(),
        };
        field(by_screen.as_object()?, &["pc", "common", "web"])
    };
    field(object, &URL_KEYS).or_else(of_screens)
}

/// The first of the keys that holds a text or a number.
fn field(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let value = object
            .get(*key)
            .or_else(|| object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))?;
        match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    })
}

fn row(page: &ListInput<'_>, object: &Map<String, Value>) -> Option<Row> {
    let title = plain(&field(object, &TITLE_KEYS)?);
    let href = address(object)?;
    if title.is_empty() || title.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let url = page.join(&href)?;
    let date = DATE_KEYS.iter().find_map(|key| {
        let text = field(object, &[key])?;
        let (date, time) = dates::in_value(&text, page.today)?;
        Some(DateFact { date, time, source: DateSource::Row, text: text.chars().take(40).collect() })
    });
    let from_url = || {
        let date = dates::in_path(&href).filter(|day| *day <= page.today)?;
        Some(DateFact { date, time: None, source: DateSource::Url, text: href.clone() })
    };
    let date = date.or_else(from_url);
    let text = match &date {
        Some(fact) if fact.text.bytes().all(|b| b.is_ascii_digit()) => format!("{title} {}", fact.date),
        Some(fact) => format!("{title} {}", fact.text),
        None => title.clone(),
    };
    Some(Row { title, url, date, pinned: false, text: text.chars().take(160).collect() })
}

/// Marks of search hits and entities taken out; `%uXXXX` (an old way of escaping) read.
fn plain(text: &str) -> String {
    let text = if text.contains("%u") { without_escapes(text) } else { text.to_owned() };
    if !text.contains(['<', '&']) {
        return fold(&text);
    }
    let tape = Tape::read(&text);
    fold(&tape.nodes().filter_map(|id| tape.own_text(id)).collect::<String>())
}

fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, behind)) = rest.split_once("%u") {
        out.push_str(head);
        let code = behind.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        if let Some(c) = code {
            out.push(c);
            rest = behind.get(4..).unwrap_or("");
        } else {
            out.push_str("%u");
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// A whole number anywhere in the value below one of these keys.
pub(super) fn number(value: &Value, keys: &[&str]) -> Option<u32> {
    match value {
        Value::Object(map) => {
            let here = keys.iter().find_map(|key| match map.get(*key)? {
                Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            });
            here.or_else(|| map.values().filter(|inner| inner.is_object()).find_map(|inner| number(inner, keys)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_write_is_read_as_json() {
        let value = parse("cb({'webId':'8d8', page: 2, list:[{title:\"a\\'b\", on:true,},],});").unwrap();
        assert_eq!(value["webId"], "8d8");
        assert_eq!(value["page"], 2);
        assert_eq!(value["list"][0]["title"], "a'b");
        assert_eq!(parse("{a: b + 1}"), None);
        assert_eq!(parse("function () {}"), None);
    }

    #[test]
    fn old_escapes_in_titles_are_read() {
        assert_eq!(plain("%u5173%u4E8E<em>通知</em>&amp;公告"), "关于通知&公告");
        assert_eq!(plain("100%u"), "100%u");
    }
}
