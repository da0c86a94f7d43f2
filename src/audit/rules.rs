//! Loads rules, standards and calendars (embedded in the program, overlaid by the user's files) and validates them.
//! Every fault is reported, not only the first. Sees no file system: the command hands in the user's files as text.
//!
//! An own rule file with the id of an embedded rule is laid over it: the keys that it holds replace, the others stay.
//! Standards are overlaid in the same way, their indicators one by one by id: keys replace, new indicators are added behind.
//! `off = true` switches a rule or an indicator off. Calendars are overlaid year by year, word lists word by word.

mod fault;

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use toml::{Table, Value};

pub use self::fault::{FaultKind, RuleFault};
use super::RuleBook;
use super::calendar::{Calendar, Year};
use super::checks::{CHECKS, CheckDef};
use super::classes::ClassWords;
use super::pairing::DocumentWords;
use super::vocabulary::Vocabulary;
use crate::model::known_hosts::KnownHosts;
use crate::model::rule::{Rule, Standard, Wording};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Word lists that a folder of the user may hold; `leaving.toml` is read from the program alone.
const WORD_LISTS: [&str; 6] =
    ["column-classes.toml", "documents.toml", "typos.toml", "hosts.toml", "leaving.toml", "unsuitable.toml"];

/// Placeholders that the engine fills itself, whatever the check.
pub const ENGINE_PLACEHOLDERS: [&str; 5] = ["site", "url", "target", "column", "count"];

/// A rule file: one of the program's own, or one of the user's as the command read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Relative to the rules folder; its folder says what it is: `standards/`, `calendar/`, `words/`, anything else: a rule.
    pub path: String,
    pub text: String,
}

/// The rule files that are compiled into the program, in the order of their paths.
pub fn embedded() -> Vec<RuleFile> {
    let mut files = Vec::new();
    collect(&EMBEDDED, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(dir: &Dir<'_>, files: &mut Vec<RuleFile>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let (true, Some(text)) = (file.path().extension().is_some_and(|ending| ending == "toml"), file.contents_utf8()) {
            files.push(RuleFile { path, text: text.to_owned() });
        }
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

/// The rule book of the embedded files, overlaid by the user's, for one standard and profile.
///
/// # Errors
/// All faults of the files, in the order of file and line.
pub fn load(user: &[RuleFile], standard: &str, profile: &str) -> Result<RuleBook, Vec<RuleFault>> {
    load_from(&embedded(), user, standard, profile)
}

/// As [`load`], with the program's own files given.
///
/// # Errors
/// All faults of the files, in the order of file and line.
pub fn load_from(own: &[RuleFile], user: &[RuleFile], standard: &str, profile: &str) -> Result<RuleBook, Vec<RuleFault>> {
    let mut shelf = Shelf::default();
    for file in own {
        shelf.take(file, false);
    }
    for file in user {
        shelf.take(file, true);
    }
    let Shelf { rules, standards, calendar, words, mut faults } = shelf;
    // A rule with a fault exists all the same: that an indicator counts it is no second fault.
    let ids: BTreeSet<String> = rules.keys().cloned().collect();
    let rules: Vec<Rule> =
        rules.into_values().filter_map(|entry| read_rule(&entry, &mut faults)).filter(|rule| !rule.off).collect();
    let known: Vec<String> = standards.keys().cloned().collect();
    let mut chosen = None;
    for (id, entry) in &standards {
        if let Some(sheet) = read_standard(entry, &ids, &mut faults)
            && id == standard
        {
            chosen = Some((sheet, entry));
        }
    }
    if !standards.contains_key(standard) {
        faults.push(RuleFault::of_settings("audit.standard", FaultKind::UnknownStandard { id: standard.to_owned(), known }));
    }
    if let Some((sheet, entry)) = &chosen
        && !sheet.profiles.contains_key(profile)
    {
        let known = sheet.profiles.keys().cloned().collect();
        faults.push(entry.fault(&["profiles"], FaultKind::UnknownProfile { id: profile.to_owned(), known }));
    }
    match chosen {
        Some((standard, _)) if faults.is_empty() => {
            Ok(RuleBook { rules, standard, profile: profile.to_owned(), calendar, words })
        }
        _ => {
            faults.sort();
            faults.dedup();
            Err(faults)
        }
    }
}

/// What a file becomes: its table, and the place to point at.
#[derive(Debug, Clone)]
struct Entry {
    file: RuleFile,
    /// Of the user's folder.
    is_user: bool,
    /// The file's keys over those of the embedded file with the same id.
    table: Table,
    /// The table is no longer that of the file alone.
    is_overlay: bool,
}

impl Entry {
    fn fault(&self, keys: &[&str], kind: FaultKind) -> RuleFault {
        RuleFault::at(&self.file, keys, kind)
    }
}

#[derive(Debug, Default)]
struct Shelf {
    rules: BTreeMap<String, Entry>,
    standards: BTreeMap<String, Entry>,
    calendar: Calendar,
    words: Vocabulary,
    faults: Vec<RuleFault>,
}

impl Shelf {
    fn take(&mut self, file: &RuleFile, is_user: bool) {
        match folder(&file.path) {
            "words" => self.take_words(file, is_user),
            "calendar" => match toml::from_str::<Year>(&file.text) {
                Ok(year) => self.calendar.add(&year),
                Err(error) => self.faults.push(RuleFault::of_toml(file, &error)),
            },
            _ => match file.text.parse::<Table>() {
                Ok(table) => self.place(file, is_user, table),
                Err(error) => self.faults.push(RuleFault::of_toml(file, &error)),
            },
        }
    }

    /// The lists of classes, documents and hosts are those of the rule book; the others belong to the reader.
    fn take_words(&mut self, file: &RuleFile, is_user: bool) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if !is_user {
            return;
        }
        if !WORD_LISTS.contains(&name) {
            let known = WORD_LISTS.iter().map(|&known| known.to_owned()).collect();
            self.faults.push(RuleFault::at(file, &[], FaultKind::UnknownWordList { name: name.to_owned(), known }));
            return;
        }
        if file.text.parse::<Table>().is_ok_and(|table| table.values().any(holds_empty_word)) {
            let line = file.text.lines().position(|line| line.contains("\"\"") || line.contains("''")).map(|at| at + 1);
            self.faults.push(RuleFault { file: file.path.clone(), line, key: None, kind: FaultKind::EmptyWord });
            return;
        }
        let laid = match name {
            "column-classes.toml" => ClassWords::parse(&file.text).map(|own| self.words.classes.lay_over(own)),
            "documents.toml" => DocumentWords::parse(&file.text).map(|own| self.words.documents.lay_over(own)),
            "hosts.toml" => KnownHosts::parse(&file.text).map(|own| self.words.hosts.lay_over(own)),
            _ => Ok(()),
        };
        if let Err(error) = laid {
            self.faults.push(RuleFault::of_toml(file, &error));
        }
    }

    fn place(&mut self, file: &RuleFile, is_user: bool, table: Table) {
        let Some(id) = table.get("id").and_then(Value::as_str).map(str::to_owned) else {
            self.faults.push(RuleFault::at(file, &["id"], FaultKind::Missing { key: "id".into() }));
            return;
        };
        let entries = if folder(&file.path) == "standards" { &mut self.standards } else { &mut self.rules };
        let mut entry = Entry { file: file.clone(), is_user, table, is_overlay: false };
        if let Some(earlier) = entries.get(&id) {
            if earlier.is_user == is_user {
                let kind = FaultKind::DuplicateId { id, first: earlier.file.path.clone() };
                self.faults.push(entry.fault(&["id"], kind));
                return;
            }
            let mut base = earlier.table.clone();
            let indicators = take_indicators(&mut base, &mut entry.table);
            lay_over(&mut base, entry.table);
            base.extend(indicators.map(|list| ("indicator".to_owned(), Value::Array(list))));
            entry.table = base;
            entry.is_overlay = true;
        }
        entries.insert(id, entry);
    }
}

fn holds_empty_word(value: &Value) -> bool {
    match value {
        Value::String(word) => word.trim().is_empty(),
        Value::Array(list) => list.iter().any(holds_empty_word),
        Value::Table(table) => table.values().any(holds_empty_word),
        _ => false,
    }
}

/// The last folder of a path: what kind of file it is.
fn folder(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or("")
}

fn lay_over(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(value)) => lay_over(inner, value),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// The indicators of a sheet with those of its overlay over them, by id; none where neither has a list.
fn take_indicators(base: &mut Table, over: &mut Table) -> Option<Vec<Value>> {
    let Some(Value::Array(changes)) = over.remove("indicator") else { return None };
    let Some(Value::Array(mut list)) = base.remove("indicator") else { return Some(changes) };
    let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
    for change in changes {
        let known = id(&change).and_then(|wanted| list.iter_mut().find(|value| id(value).as_ref() == Some(&wanted)));
        match (known, change) {
            (Some(Value::Table(inner)), Value::Table(change)) => lay_over(inner, change),
            (_, change) => list.push(change),
        }
    }
    Some(list)
}

fn read<T: serde::de::DeserializeOwned>(entry: &Entry, faults: &mut Vec<RuleFault>) -> Option<T> {
    // A file that stands alone is read from its text: the error then knows its place.
    let result = if entry.is_overlay { entry.table.clone().try_into() } else { toml::from_str(&entry.file.text) };
    result.map_err(|error| faults.push(RuleFault::of_toml(&entry.file, &error))).ok()
}

fn read_rule(entry: &Entry, faults: &mut Vec<RuleFault>) -> Option<Rule> {
    let rule: Rule = read(entry, faults)?;
    let Some(check) = CheckDef::named(&rule.check) else {
        let known = CHECKS.iter().map(|check| check.name.to_owned()).collect();
        faults.push(entry.fault(&["check"], FaultKind::UnknownCheck { name: rule.check.clone(), known }));
        return Some(rule);
    };
    if let Err(error) = (check.build)(&rule.params) {
        let key = quoted(error.message()).filter(|key| rule.params.contains_key(key));
        let keys: Vec<&str> = std::iter::once("params").chain(key.as_deref()).collect();
        let kind = FaultKind::BadParams { check: check.name.into(), detail: error.message().trim().to_owned() };
        faults.push(entry.fault(&keys, kind));
    }
    for (lang, text) in [("zh", &rule.message.zh), ("en", &rule.message.en)] {
        for name in placeholders(text) {
            if !check.placeholders.contains(&name.as_str()) && !ENGINE_PLACEHOLDERS.contains(&name.as_str()) {
                let known = check.placeholders.iter().chain(&ENGINE_PLACEHOLDERS).map(|&name| name.to_owned()).collect();
                faults.push(entry.fault(&["message", lang], FaultKind::UnknownPlaceholder { name, known }));
            }
        }
    }
    for (key, wording) in [
        ("title", &rule.title),
        ("message", &rule.message),
        ("why", &rule.why),
        ("remedy", &rule.remedy),
        ("decides", &rule.decides),
    ] {
        check_wording(entry, key, wording, faults);
    }
    Some(rule)
}

fn check_wording(entry: &Entry, key: &str, wording: &Wording, faults: &mut Vec<RuleFault>) {
    for (lang, text) in [("zh", &wording.zh), ("en", &wording.en)] {
        if text.trim().is_empty() {
            faults.push(entry.fault(&[key, lang], FaultKind::Missing { key: format!("{key}.{lang}") }));
        }
    }
}

fn read_standard(entry: &Entry, rules: &BTreeSet<String>, faults: &mut Vec<RuleFault>) -> Option<Standard> {
    let mut standard: Standard = read(entry, faults)?;
    let dates = [("effective_from", Some(&standard.effective_from)), ("effective_to", standard.effective_to.as_ref())];
    for (key, text) in dates.into_iter().filter_map(|(key, text)| Some((key, text?))) {
        if text.parse::<Date>().is_err() {
            faults.push(entry.fault(&[key], FaultKind::BadDate { text: text.clone() }));
        }
    }
    let mut seen = BTreeMap::new();
    for (index, indicator) in standard.indicators.iter().enumerate() {
        let nth = index.to_string();
        if seen.insert(indicator.id.clone(), index).is_some() {
            let kind = FaultKind::DuplicateId { id: indicator.id.clone(), first: entry.file.path.clone() };
            faults.push(entry.fault(&["indicator", &nth, "id"], kind));
        }
        for counts in &indicator.counts {
            if !rules.contains(&counts.rule) {
                let kind = FaultKind::UnknownRule { id: counts.rule.clone(), indicator: indicator.id.clone() };
                faults.push(entry.fault(&["indicator", &nth, "counts"], kind));
            }
        }
    }
    for profile in standard.profiles.values() {
        for id in profile.exempt.iter().filter(|id| !standard.indicators.iter().any(|indicator| indicator.id == **id)) {
            let kind = FaultKind::UnknownIndicator { id: id.clone() };
            faults.push(entry.fault(&["profiles"], kind));
        }
    }
    standard.indicators.retain(|indicator| !indicator.off);
    Some(standard)
}

/// The names in braces of a message template. Braces that do not close name nothing.
pub fn placeholders(template: &str) -> Vec<String> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned())).collect()
}

/// The first word in backticks of a reader's message.
fn quoted(message: &str) -> Option<String> {
    message.split('`').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests;
