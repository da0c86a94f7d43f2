//! Reading tables of a TOML document key by key, keeping every fault with its line instead of stopping at the first.

use std::fmt::Display;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use strsim::osa_distance;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Expected, Fault, Found, Problem};

/// The tables of the file and their keys: all that may be written.
pub(super) const TABLES: &[(&str, &[&str])] = &[
    ("audit", &["unit", "standard", "profile", "rules_dir"]),
    ("site", &["url", "name", "kind", "office"]),
    ("column", &["url", "name", "class", "max_age_days", "office", "row_selector", "date_selector", "ignore"]),
    (
        "crawl",
        &[
            "max_pages",
            "max_minutes",
            "concurrency",
            "concurrency_per_host",
            "requests_per_second",
            "robots",
            "timeout_seconds",
            "external_links",
            "window",
            "read_attachments",
            "read_pdf_and_doc",
            "include",
            "exclude",
            "depth_max",
            "body_mb_max",
            "address_chars_max",
            "links_per_page_max",
            "list_pages_max",
        ],
    ),
    ("content", &["likely_typos", "signs_kept_days"]),
    ("ignore", &["rule", "url", "word", "reason", "until"]),
    ("network", &["allow_private", "resolve", "proxy", "user_agent", "ca_file"]),
    ("render", &["enabled", "pages_per_site", "seconds_per_page", "browser"]),
    ("report", &["formats", "dir"]),
    ("notify", &["webhooks", "mail_server", "mail_security", "mail_from", "mail_to", "when", "due_days", "link"]),
    ("store", &["path"]),
    ("warn", &["unreachable_percent", "home_days", "empty_columns", "stale_columns", "certificate_days", "duty_days"]),
];

/// Tables that are written as `[[name]]`.
const REPEATED: [&str; 3] = ["site", "column", "ignore"];

/// How a table is written.
fn heading(table: &str) -> String {
    if REPEATED.contains(&table) { format!("[[{table}]]") } else { format!("[{table}]") }
}

/// A value with its line.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// The document, and what was found wrong with it so far.
pub(super) struct Document<'t> {
    root: &'t DeTable<'t>,
    /// Byte at which each line begins.
    line_starts: Vec<usize>,
    faults: Vec<Fault>,
}

/// One table of it. A table that is not written has no keys.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    name: &'static str,
    keys: Option<&'t DeTable<'t>>,
    pub(super) line: usize,
}

impl Table<'_> {
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.is_some_and(|keys| keys.iter().any(|(name, _)| name.get_ref() == key))
    }
}

impl<'t> Document<'t> {
    pub(super) fn new(root: &'t DeTable<'t>, text: &str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut document = Self { root, line_starts, faults: Vec::new() };
        for (key, _) in root {
            if !TABLES.iter().any(|(name, _)| name == key.get_ref()) {
                let line = document.line_of(key.span().start);
                let problem = unknown(key.get_ref(), None);
                document.fault(line, key.get_ref(), problem);
            }
        }
        document
    }

    /// Everything that is wrong, in the order of the lines.
    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|fault| fault.line);
        self.faults
    }

    /// Line, from 1, of a byte.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= byte).max(1)
    }

    /// A fault of the document as a whole.
    pub(super) fn fault(&mut self, line: usize, key: &str, problem: Problem) {
        self.faults.push(Fault { line, key: key.to_owned(), problem });
    }

    /// A fault of one key.
    pub(super) fn fault_at(&mut self, table: Table<'_>, key: &str, line: usize, problem: Problem) {
        self.fault(line, &format!("{} {key}", heading(table.name)), problem);
    }

    pub(super) fn table(&mut self, name: &'static str) -> Table<'t> {
        let empty = Table { name, keys: None, line: 1 };
        let root = self.root;
        let Some((key, value)) = root.iter().find(|(key, _)| key.get_ref() == name) else { return empty };
        let line = self.line_of(key.span().start);
        match value.get_ref() {
            DeValue::Table(keys) => self.checked(Table { name, keys: Some(keys), line }),
            other => {
                self.fault(line, &heading(name), Problem::WrongType { expected: Expected::Table, found: found(other) });
                empty
            }
        }
    }

    /// The tables written as `[[name]]`.
    pub(super) fn tables(&mut self, name: &'static str) -> Vec<Table<'t>> {
        let root = self.root;
        let Some((key, value)) = root.iter().find(|(key, _)| key.get_ref() == name) else { return Vec::new() };
        let line = self.line_of(key.span().start);
        let wrong = |value| Problem::WrongType { expected: Expected::Tables, found: found(value) };
        let DeValue::Array(entries) = value.get_ref() else {
            self.fault(line, &heading(name), wrong(value.get_ref()));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in entries {
            let line = self.line_of(entry.span().start);
            match entry.get_ref() {
                DeValue::Table(keys) => tables.push(self.checked(Table { name, keys: Some(keys), line })),
                other => self.fault(line, &heading(name), wrong(other)),
            }
        }
        tables
    }

    /// Reports the keys that the table does not have.
    fn checked(&mut self, table: Table<'t>) -> Table<'t> {
        let known = keys_of(table.name);
        for (key, _) in table.keys.into_iter().flat_map(DeTable::iter) {
            if !known.contains(&key.get_ref().as_ref()) {
                let line = self.line_of(key.span().start);
                let problem = unknown(key.get_ref(), Some(table.name));
                self.fault_at(table, key.get_ref(), line, problem);
            }
        }
        table
    }

    fn wrong_type(&mut self, table: Table<'_>, key: &str, value: &Spanned<DeValue<'_>>, expected: Expected) {
        let line = self.line_of(value.span().start);
        self.fault_at(table, key, line, Problem::WrongType { expected, found: found(value.get_ref()) });
    }

    /// A text that is not blank.
    pub(super) fn text(&mut self, table: Table<'t>, key: &str) -> Option<At<String>> {
        let value = get(table, key)?;
        self.text_of(table, key, value)
    }

    fn text_of(&mut self, table: Table<'t>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
        let line = self.line_of(value.span().start);
        match value.get_ref().as_str().map(str::trim) {
            Some("") => {
                self.fault_at(table, key, line, Problem::Empty);
                None
            }
            Some(text) => Some(At { value: text.to_owned(), line }),
            None => {
                self.wrong_type(table, key, value, Expected::Text);
                None
            }
        }
    }

    pub(super) fn texts(&mut self, table: Table<'t>, key: &str) -> Option<Vec<At<String>>> {
        let value = get(table, key)?;
        let DeValue::Array(entries) = value.get_ref() else {
            self.wrong_type(table, key, value, Expected::Texts);
            return None;
        };
        Some(entries.iter().filter_map(|entry| self.text_of(table, key, entry)).collect())
    }

    pub(super) fn switch(&mut self, table: Table<'t>, key: &str) -> Option<bool> {
        let value = get(table, key)?;
        if let DeValue::Boolean(switch) = value.get_ref() {
            return Some(*switch);
        }
        self.wrong_type(table, key, value, Expected::Switch);
        None
    }

    pub(super) fn integer(&mut self, table: Table<'t>, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = get(table, key)?;
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(table, key, value, Expected::Integer);
            return None;
        };
        let parsed = i128::from_str_radix(integer.as_str(), integer.radix()).ok().and_then(|n| u32::try_from(n).ok());
        if let Some(number) = parsed.filter(|number| range.contains(number)) {
            return Some(number);
        }
        self.out_of_range(table, key, value, integer, range.start(), range.end());
        None
    }

    pub(super) fn number(&mut self, table: Table<'t>, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = get(table, key)?;
        let written: &dyn Display = match value.get_ref() {
            DeValue::Integer(integer) => integer,
            DeValue::Float(float) => float,
            _ => {
                self.wrong_type(table, key, value, Expected::Number);
                return None;
            }
        };
        // «nan» is in no range.
        if let Some(number) = written.to_string().parse().ok().filter(|number| range.contains(number)) {
            return Some(number);
        }
        self.out_of_range(table, key, value, written, range.start(), range.end());
        None
    }

    fn out_of_range(
        &mut self,
        table: Table<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        written: &dyn Display,
        min: &dyn Display,
        max: &dyn Display,
    ) {
        let line = self.line_of(value.span().start);
        let problem = Problem::OutOfRange { value: written.to_string(), min: min.to_string(), max: max.to_string() };
        self.fault_at(table, key, line, problem);
    }

    /// A day, written as a text or as a date.
    pub(super) fn day(&mut self, table: Table<'t>, key: &str) -> Option<At<Date>> {
        let value = get(table, key)?;
        let line = self.line_of(value.span().start);
        let written = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.trim().to_owned(),
            _ => {
                self.wrong_type(table, key, value, Expected::Day);
                return None;
            }
        };
        let day = written.parse().ok();
        if day.is_none() {
            self.fault_at(table, key, line, Problem::BadDay { value: written });
        }
        day.map(|value| At { value, line })
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&mut self, table: Table<'t>, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(table, key)?;
        self.one_of(table, key, text, choices)
    }

    /// Several of several words.
    pub(super) fn choices<T: Copy>(&mut self, table: Table<'t>, key: &str, choices: &[(&str, T)]) -> Vec<T> {
        let texts = self.texts(table, key).unwrap_or_default();
        texts.into_iter().filter_map(|text| self.one_of(table, key, text, choices)).collect()
    }

    fn one_of<T: Copy>(&mut self, table: Table<'t>, key: &str, text: At<String>, choices: &[(&str, T)]) -> Option<T> {
        let At { value, line } = text;
        if let Some((_, chosen)) = choices.iter().find(|(word, _)| *word == value) {
            return Some(*chosen);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let near = nearest(&value, &words).map(str::to_owned);
        let allowed = words.into_iter().map(str::to_owned).collect();
        self.fault_at(table, key, line, Problem::NotOneOf { value, allowed, near });
        None
    }

    /// Keys that the user chooses, with a text each.
    pub(super) fn pairs(&mut self, table: Table<'t>, key: &str) -> Vec<(At<String>, At<String>)> {
        let Some(value) = get(table, key) else { return Vec::new() };
        let DeValue::Table(entries) = value.get_ref() else {
            self.wrong_type(table, key, value, Expected::Table);
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in entries {
            let line = self.line_of(name.span().start);
            if let Some(text) = self.text_of(table, &format!("{key}.\"{}\"", name.get_ref()), value) {
                pairs.push((At { value: name.get_ref().to_string(), line }, text));
            }
        }
        pairs
    }
}

fn unknown(key: &str, table: Option<&str>) -> Problem {
    let allowed: Vec<String> = match table {
        Some(name) => keys_of(name).iter().map(|key| (*key).to_owned()).collect(),
        None => TABLES.iter().map(|(name, _)| heading(name)).collect(),
    };
    let home = TABLES.iter().find(|(name, keys)| Some(*name) != table && keys.contains(&key));
    if let Some((name, _)) = home {
        return Problem::Misplaced { table: heading(name) };
    }
    let names: Vec<&str> = match table {
        Some(name) => keys_of(name).to_vec(),
        None => TABLES.iter().map(|(name, _)| *name).collect(),
    };
    let near = nearest(key, &names).map(|near| if table.is_some() { near.to_owned() } else { heading(near) });
    Problem::UnknownKey { near, allowed }
}

fn get<'t>(table: Table<'t>, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
    debug_assert!(keys_of(table.name).contains(&key), "{key} is no key of {}", table.name);
    let value = table.keys?.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)?;
    // The parser's stand-in for a value that it could not read, and that it has complained of.
    (!value.span().is_empty()).then_some(value)
}

fn keys_of(table: &str) -> &'static [&'static str] {
    TABLES.iter().find(|(name, _)| *name == table).map_or(&[], |(_, keys)| keys)
}

fn found(value: &DeValue<'_>) -> Found {
    match value {
        DeValue::String(_) => Found::Text,
        DeValue::Integer(_) => Found::Integer,
        DeValue::Float(_) => Found::Number,
        DeValue::Boolean(_) => Found::Switch,
        DeValue::Datetime(_) => Found::Time,
        DeValue::Array(_) => Found::Array,
        DeValue::Table(_) => Found::Table,
    }
}

/// The word that `written` was most likely meant to be: at most a third of its letters differ.
fn nearest<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    let written = written.to_lowercase().replace('-', "_");
    words
        .iter()
        .map(|word| (osa_distance(&written, &word.replace('-', "_")), *word))
        .min()
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).clamp(1, 4))
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_where_it_is_near() {
        let words = ["max_pages", "max_minutes", "concurrency", "robots"];
        assert_eq!(nearest("max_page", &words), Some("max_pages"));
        assert_eq!(nearest("max-pages", &words), Some("max_pages"));
        assert_eq!(nearest("Max_Pages", &words), Some("max_pages"));
        assert_eq!(nearest("robtos", &words), Some("robots"));
        assert_eq!(nearest("colour", &words), None);
        assert_eq!(nearest("网址", &words), None);
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(osa_distance("", "abc"), 3);
        assert_eq!(osa_distance("abc", "abc"), 0);
        assert_eq!(osa_distance("abc", "acb"), 1);
        assert_eq!(osa_distance("kitten", "sitting"), 3);
    }
}
