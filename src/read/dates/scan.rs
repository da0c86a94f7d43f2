//! The scanner: every place in a text that is written like a whole date.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::{FUTURE_DAYS_MAX, GAP_CHARS_MAX, days_ahead};

/// Years that are dates of pages; before, they are history that a text tells of.
const YEARS: RangeInclusive<u32> = 1949..=2200;

/// What something written like a date turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Date(Date),
    /// No such day: 2026-02-30, month 13.
    Impossible,
    /// A machine's zero: 1970-01-01, 1900-01-01, 0001-01-01.
    Epoch(Date),
    /// Later than [`FUTURE_DAYS_MAX`] days ahead.
    Future(Date),
}

/// A date and its place in the text (bytes), the time of day included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub what: Written,
    /// `HH:MM`.
    pub time: Option<String>,
    pub from: usize,
    pub to: usize,
}

/// Everything in the text that is written like a whole date, in order.
pub fn scan(text: &str, today: Date) -> Vec<Found> {
    let mut found = Vec::new();
    if !may_hold_date(text) {
        return found;
    }
    let mut cursor = Cursor::new(text);
    let mut before: [Option<char>; 2] = [None, None];
    while let Some(c) = cursor.peek() {
        let from = cursor.at;
        let starts = if digit(c).is_some() {
            before[0].is_none_or(|b| digit(b).is_none())
        } else {
            chinese_digit(c).is_some() && before[0].is_none_or(|b| chinese_digit(b).is_none())
        };
        if starts && may_start_behind(before) {
            let mut attempt = Cursor { text, at: from };
            let hit = if digit(c).is_some() { numeric(&mut attempt) } else { in_words(&mut attempt) };
            if let Some(parts) = hit
                && let Some(entry) = judge(&parts, &mut attempt, from, today)
            {
                cursor.at = entry.to;
                before = [text.get(..entry.to).and_then(|head| head.chars().next_back()), None];
                found.push(entry);
                continue;
            }
        }
        cursor.bump();
        before = [Some(c), before[0]];
    }
    found
}

/// One look at the bytes: a date has digits, or 年 and 月.
fn may_hold_date(text: &str) -> bool {
    let digits = text.bytes().filter(|b| b.is_ascii_digit() || *b == 0xEF).take(4).count();
    digits >= 4 || (text.len() >= 21 && text.contains('年') && text.contains('月'))
}

fn may_start_behind(before: [Option<char>; 2]) -> bool {
    let Some(c) = before[0] else { return true };
    if c.is_ascii_alphanumeric() || c == '_' || digit(c).is_some() {
        return false;
    }
    // http://a.cn/2026/11/22, HN-2026-11-22, 10.2026.11.22
    !matches!(c, '-' | '/' | '.') || before[1].is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '/' | ':'))
}

struct Parts {
    year: u32,
    month: u32,
    day: u32,
    separator: char,
}

/// 2026-11-22, 2026/11/22, 2026.11.22, 2026年11月22日, 26年11月22日.
fn numeric(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let (year, digits) = cursor.number(5)?;
    cursor.gap();
    if cursor.take('年') {
        let year = match digits {
            4 => year,
            2 => 2000 + year,
            _ => return None,
        };
        return month_and_day(cursor, year, |cursor| cursor.number(3).map(|(n, _)| n));
    }
    if digits != 4 {
        return None;
    }
    let separator = cursor.separator()?;
    cursor.gap();
    let (month, month_digits) = cursor.number(3)?;
    cursor.gap();
    if cursor.separator()? != separator {
        return None;
    }
    cursor.gap();
    let (day, day_digits) = cursor.number(3)?;
    if month_digits > 2 || day_digits > 2 {
        return None;
    }
    let behind = *cursor;
    let mut next = behind;
    if next.separator().is_some() && next.peek().is_some_and(|c| digit(c).is_some()) {
        return None;
    }
    if behind.peek().is_some_and(|c| c == '_' || (c.is_ascii_alphabetic() && !matches!(c, 'T' | 't' | 'Z'))) {
        return None;
    }
    cursor.take('日');
    Some(Parts { year, month, day, separator })
}

/// 二〇二六年十一月二十二日.
fn in_words(cursor: &mut Cursor<'_>) -> Option<Parts> {
    let mut year = 0;
    for _ in 0..4 {
        year = year * 10 + chinese_digit(cursor.bump()?)?;
    }
    cursor.gap();
    if !cursor.take('年') {
        return None;
    }
    month_and_day(cursor, year, Cursor::chinese_number)
}

fn month_and_day<'a>(cursor: &mut Cursor<'a>, year: u32, number: impl Fn(&mut Cursor<'a>) -> Option<u32>) -> Option<Parts> {
    cursor.gap();
    let month = number(cursor)?;
    cursor.gap();
    if !cursor.take('月') {
        return None;
    }
    cursor.gap();
    let day = number(cursor)?;
    let end = *cursor;
    cursor.gap();
    if !cursor.take('日') && !cursor.take('号') {
        if !cursor.is_at_end() {
            return None;
        }
        *cursor = end;
    }
    Some(Parts { year, month, day, separator: '年' })
}

fn judge(parts: &Parts, cursor: &mut Cursor<'_>, from: usize, today: Date) -> Option<Found> {
    let &Parts { year, month, day, separator } = parts;
    let mut time = cursor.time();
    let what = if (month, day) == (1, 1) && matches!(year, 1 | 1900 | 1970) {
        Written::Epoch(date(year, month, day)?)
    } else if !YEARS.contains(&year) && year != 9999 {
        return None;
    } else {
        match date(year, month, day) {
            Some(day) => {
                let day = in_beijing(day, &mut time, cursor.offset_minutes());
                if days_ahead(day, today) > FUTURE_DAYS_MAX { Written::Future(day) } else { Written::Date(day) }
            }
            // 2026.13.45 is a number of some kind.
            None if separator == '.' => return None,
            None => Written::Impossible,
        }
    };
    Some(Found { what, time, from, to: cursor.at })
}

/// Moves a day with time and zone to Beijing time.
fn in_beijing(day: Date, time: &mut Option<String>, offset: Option<i32>) -> Date {
    let (Some(offset), Some(text)) = (offset, time.as_ref()) else { return day };
    let Some((hour, minute)) = text.split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?))) else {
        return day;
    };
    let moved = day.at(hour, minute, 0, 0).checked_add(jiff::Span::new().minutes(i64::from(480 - offset)));
    let Ok(moved) = moved else { return day };
    *time = Some(format!("{:02}:{:02}", moved.hour(), moved.minute()));
    moved.date()
}

pub(super) fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Value of an ASCII or full-width digit.
pub(super) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(u32::from(c) - u32::from('0')),
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => None,
    }
}

fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '○' | '◯' | '零' | 'Ｏ' | 'О' | 'Ο' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.at += wanted.len_utf8();
        }
        is_there
    }

    pub(super) fn gap(&mut self) {
        for _ in 0..GAP_CHARS_MAX {
            match self.peek() {
                Some(c) if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') => self.at += c.len_utf8(),
                _ => return,
            }
        }
    }

    /// A number of less than `digits_end` digits and how many it has; more digits are no number.
    pub(super) fn number(&mut self, digits_end: usize) -> Option<(u32, usize)> {
        let start = self.at;
        let (mut value, mut digits) = (0, 0);
        while let Some(d) = self.peek().and_then(digit) {
            self.bump();
            digits += 1;
            if digits >= digits_end {
                self.at = start;
                return None;
            }
            value = value * 10 + d;
        }
        (digits > 0).then_some((value, digits))
    }

    /// A dash, slash or dot; the kinds of dash are one.
    pub(super) fn separator(&mut self) -> Option<char> {
        let kind = match self.peek()? {
            '-' | '－' | '–' | '—' | '‑' | '−' => '-',
            '/' | '／' => '/',
            '.' | '．' => '.',
            _ => return None,
        };
        self.bump();
        Some(kind)
    }

    /// 一 … 三十一.
    fn chinese_number(&mut self) -> Option<u32> {
        let ones = |cursor: &mut Self| {
            let value = cursor.peek().and_then(chinese_digit)?;
            cursor.bump();
            Some(value)
        };
        let tens = ones(self);
        if self.take('十') {
            let tail = ones(self).unwrap_or(0);
            return Some(tens.unwrap_or(1) * 10 + tail);
        }
        tens
    }

    /// `09:05`, `9:05:33`, `09时05分`, behind white space, `T` or a comma; moves on only past a real time.
    pub(super) fn time(&mut self) -> Option<String> {
        let start = *self;
        let time = self.time_here();
        if time.is_none() {
            *self = start;
        }
        time
    }

    fn time_here(&mut self) -> Option<String> {
        self.gap();
        let _ = self.take('T') || self.take(',') || self.take('，') || self.take('|');
        self.gap();
        let (hour, _) = self.number(3)?;
        let in_words = self.take('时') || self.take('点');
        if !in_words && !self.take(':') && !self.take('：') {
            return None;
        }
        let (minute, _) = self.number(3)?;
        if hour > 23 || minute > 59 {
            return None;
        }
        if in_words {
            self.take('分');
        } else if self.peek().is_some_and(|c| matches!(c, ':' | '：')) {
            let before = *self;
            self.bump();
            if self.number(3).is_none() {
                *self = before;
            }
        }
        Some(format!("{hour:02}:{minute:02}"))
    }

    /// Minutes east of Greenwich: `Z`, `+08:00`, `+0800`, behind fractions of a second.
    fn offset_minutes(&mut self) -> Option<i32> {
        let start = *self;
        if self.take('.') {
            while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                self.bump();
            }
        }
        if self.take('Z') {
            return Some(0);
        }
        let sign = match self.bump() {
            Some('+') => 1,
            Some('-') => -1,
            _ => {
                *self = start;
                return None;
            }
        };
        let hours_and_minutes = match self.number(5) {
            Some((both, 4)) => Some((both / 100, both % 100)),
            Some((hours, 2)) if self.take(':') => self.number(3).map(|(minutes, _)| (hours, minutes)),
            _ => None,
        };
        match hours_and_minutes {
            Some((hours, minutes)) if hours <= 14 && minutes < 60 => Some(sign * (hours * 60 + minutes) as i32),
            _ => {
                *self = start;
                None
            }
        }
    }
}
