//! What a crawl is told of earlier ones: the run that it goes on with, and the readings of runs before. One connection of its own;
//! in memory twelve bytes for each address that was ever asked for, everything else is looked up when it is wanted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Row};

use super::error::{self, Doing, StoreError};
use super::records::{self, Failure, Sets};
use super::{RunNumber, Store, number_of, schema};
use crate::model::earlier::{Carry, EarlierId, Known, NextTry, Recalled, Standing};
use crate::model::facts::{FACTS_VERSION, PageKind};
use crate::model::outcome::Outcome;
use crate::model::request::Purpose;
use crate::model::run::RunInfo;
use crate::model::site::{PageRecord, UrlId};
use crate::url::PageUrl;

/// Earlier runs that are looked into. A complete one ends the search: what it does not know is not worth knowing.
const RUNS_MAX: usize = 8;

const FAILED: u8 = 1;
const COLUMN: u8 = 2;

/// A run that was not brought to its end: to its reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Unfinished {
    pub info: RunInfo,
    /// Facts of another version of the reader do not go together with those of this one.
    pub facts_version: u32,
    /// Settings that decide what is crawled, by their names in the configuration; empty: not known.
    pub scope: BTreeMap<String, String>,
}

/// One address that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u32,
    id: u32,
    run: u8,
    standing: u8,
}

/// Looks things up in earlier runs.
#[derive(Debug)]
pub struct Earlier {
    connection: Connection,
    path: PathBuf,
    this: RunNumber,
    resumed: bool,
    /// Newest first.
    runs: Vec<RunNumber>,
    /// Ordered by hash.
    index: Vec<Entry>,
    sets_of_this: Sets,
    sets: Vec<Sets>,
}

impl Store {
    /// The newest run, if it was killed or stopped before its end.
    ///
    /// # Errors
    /// [`StoreError`] when the runs cannot be read.
    pub fn unfinished(&self) -> Result<Option<Unfinished>, StoreError> {
        let failed = || error::sql(&self.path, Doing::ReadRuns);
        let Some(newest) = self.stored_runs()?.pop() else { return Ok(None) };
        let (facts_version, scope, is_closed): (u32, Option<String>, bool) = self
            .connection
            .query_row("SELECT facts_version, scope, closed IS NOT NULL FROM runs WHERE run = ?1", [newest.number.0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .map_err(failed())?;
        if is_closed {
            return Ok(None);
        }
        let scope = scope.map(|text| serde_json::from_str(&text)).transpose();
        let scope = scope.map_err(|error| error::corrupt(&self.path, error))?.unwrap_or_default();
        Ok(Some(Unfinished { info: newest.info, facts_version, scope }))
    }

    /// Keeps the settings by which a run crawls, so that it is gone on with under the same ones.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`]; any failure of writing.
    pub fn set_scope(&self, run: &str, scope: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let run = self.number_of_run(run)?;
        let text = serde_json::to_string(scope).map_err(|error| error::corrupt(&self.path, error))?;
        self.connection
            .execute("UPDATE runs SET scope = ?2 WHERE run = ?1", rusqlite::params![run.0, text])
            .map_err(error::sql(&self.path, Doing::BeginRun))?;
        Ok(())
    }

    /// What earlier crawls wrote down, for a run that begins or (`resumed`) goes on.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], or the runs cannot be read.
    pub fn looking_back(&self, run: &str, resumed: bool) -> Result<Earlier, StoreError> {
        let this = self.stored_run(run)?;
        let connection = schema::open_reading(&self.path)?;
        let mut runs = Vec::new();
        for stored in self.stored_runs()?.into_iter().rev() {
            // a reading of a later day may have taken for past what is still to come
            if stored.number >= this.number || day_of(&stored.info) > day_of(&this.info) {
                continue;
            }
            let covers = this.info.sites.iter().all(|site| stored.info.sites.iter().any(|other| other.url == site.url));
            let is_whole = covers && stored.info.crawl.as_ref().is_some_and(|crawl| crawl.complete);
            if self.facts_version(stored.number)? == FACTS_VERSION {
                runs.push(stored.number);
            }
            if is_whole || runs.len() == RUNS_MAX {
                break;
            }
        }
        let index = index(&connection, &runs).map_err(error::sql(&self.path, Doing::ReadRecords))?;
        let sets = runs.iter().map(|&run| Sets::new(run)).collect();
        let sets_of_this = Sets::new(this.number);
        Ok(Earlier { connection, path: self.path.clone(), this: this.number, resumed, runs, index, sets_of_this, sets })
    }

    fn facts_version(&self, run: RunNumber) -> Result<u32, StoreError> {
        self.connection
            .query_row("SELECT facts_version FROM runs WHERE run = ?1", [run.0], |row| row.get(0))
            .map_err(error::sql(&self.path, Doing::ReadRuns))
    }
}

impl Earlier {
    /// Every address of the run that is gone on with, in the order of their ids, and whether it was answered.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn addresses(&self, each: &mut dyn FnMut(&str, bool)) -> Result<(), StoreError> {
        if !self.resumed {
            return Ok(());
        }
        let failed = || error::sql(&self.path, Doing::ReadRecords);
        let mut statement = self
            .connection
            .prepare(
                "SELECT urls.key, urls.url, asked.key IS NOT NULL FROM urls LEFT JOIN asked ON asked.key = urls.key
                 WHERE urls.key BETWEEN ?1 AND ?2 ORDER BY urls.key",
            )
            .map_err(failed())?;
        let mut rows = statement.query([self.this.first_key(), self.this.last_key()]).map_err(failed())?;
        let mut next = 0;
        while let Some(row) = rows.next().map_err(failed())? {
            let number = number_of(row.get(0).map_err(failed())?);
            if number != next {
                return Err(error::corrupt(&self.path, format_args!("urls: {next} is missing")));
            }
            next += 1;
            let url = row.get_ref(1).map_err(failed())?.as_str().map_err(|error| error::corrupt(&self.path, error))?;
            each(url, row.get(2).map_err(failed())?);
        }
        Ok(())
    }

    /// The record of an address of the run that is gone on with.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn done(&mut self, id: UrlId) -> Result<Option<(PageRecord, Carry)>, StoreError> {
        if !self.resumed {
            return Ok(None);
        }
        let Self { connection, sets_of_this, path, this, .. } = self;
        let mut read = || -> Result<Option<(PageRecord, Carry)>, Failure> {
            let mut statement = connection.prepare_cached(
                "SELECT visits.key, urls.url, visits.site, visits.purpose, visits.depth, visits.outcome, visits.attempts,
                        visits.facts, visits.link_sets, asked.reading, asked.next_try, asked.wants_body, aside.body
                 FROM asked JOIN visits ON visits.key = asked.key JOIN urls ON urls.key = asked.key
                 LEFT JOIN aside ON aside.key = asked.key
                 WHERE asked.key = ?1",
            )?;
            let mut rows = statement.query([this.key(id.0)])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let record = records::read(row, connection, sets_of_this)?;
            Ok(Some((record, carry(row)?)))
        };
        read().map_err(|failure| failure.told(path))
    }

    pub fn has_earlier(&self) -> bool {
        !self.index.is_empty()
    }

    /// How an address fared when it was asked for last. By its hash alone: good enough for an order.
    pub fn standing(&self, url: &str) -> Option<Standing> {
        let entry = self.entries(url).first()?;
        Some(Standing {
            runs_ago: entry.run.saturating_add(1),
            is_failed: entry.standing & FAILED != 0,
            is_column: entry.standing & COLUMN != 0,
        })
    }

    /// The latest reading of an address; none where it was not read, or is not to be read the same way again.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn known(&self, url: &str) -> Result<Option<Known>, StoreError> {
        let look_up = |entry: &Entry| -> rusqlite::Result<Option<(String, String, i64)>> {
            let mut statement = self.connection.prepare_cached(
                "SELECT urls.url, visits.outcome, asked.reading
                 FROM asked JOIN visits ON visits.key = asked.key JOIN urls ON urls.key = asked.key
                 WHERE asked.key = ?1 AND asked.reading IS NOT NULL",
            )?;
            let key = self.runs[usize::from(entry.run)].key(entry.id);
            statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
        };
        for entry in self.entries(url) {
            let found = look_up(entry).map_err(error::sql(&self.path, Doing::ReadRecords))?;
            let Some((_, outcome, reading)) = found.filter(|(stored, ..)| stored == url) else { continue };
            let Ok(Outcome::Reply(reply)) = serde_json::from_str(&outcome) else { return Ok(None) };
            let at = EarlierId { run: entry.run, id: UrlId(entry.id) };
            return Ok(Some(Known { at, reply: *reply, reading }));
        }
        Ok(None)
    }

    /// Facts and links of a reading; none when they are gone or do not read back: the page is asked for in full then.
    ///
    /// # Errors
    /// [`StoreError`] when the store itself cannot be read.
    pub fn recall(&mut self, at: EarlierId) -> Result<Option<Recalled>, StoreError> {
        let Self { connection, path, runs, sets, .. } = self;
        let run = usize::from(at.run);
        let key = runs[run].key(at.id.0);
        let mut read = || -> Result<Option<Recalled>, Failure> {
            let mut statement = connection.prepare_cached("SELECT facts, link_sets FROM visits WHERE key = ?1")?;
            let found: Option<(Option<String>, Option<Vec<u8>>)> =
                statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((Some(facts), numbers)) = found else { return Ok(None) };
            let Ok(facts) = serde_json::from_str(&facts) else { return Ok(None) };
            let Ok(numbers) = super::link_sets::unpack_numbers(&numbers.unwrap_or_default()) else { return Ok(None) };
            let mut links = Vec::new();
            for number in numbers {
                sets[run].append(connection, number, &mut links)?;
            }
            Ok(Some(Recalled { facts, links }))
        };
        match read() {
            Ok(recalled) => Ok(recalled),
            Err(Failure::Bad(_)) => Ok(None),
            Err(failure) => Err(failure.told(path)),
        }
    }

    /// The address that an id of an earlier run stands for.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn address(&self, at: EarlierId) -> Result<Option<PageUrl>, StoreError> {
        let read = || -> rusqlite::Result<Option<String>> {
            let mut statement = self.connection.prepare_cached("SELECT url FROM urls WHERE key = ?1")?;
            statement.query_row([self.runs[usize::from(at.run)].key(at.id.0)], |row| row.get(0)).optional()
        };
        let text = read().map_err(error::sql(&self.path, Doing::ReadRecords))?;
        text.map(|text| PageUrl::parse(&text)).transpose().map_err(|error| error::corrupt(&self.path, error))
    }

    fn entries(&self, url: &str) -> &[Entry] {
        let hash = hash_of(url);
        let from = self.index.partition_point(|entry| entry.hash < hash);
        let rest = self.index.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|entry| entry.hash == hash).count();
        rest.get(..count).unwrap_or_default()
    }
}

/// What was asked for in these runs, each address from the newest that asked for it.
fn index(connection: &Connection, runs: &[RunNumber]) -> rusqlite::Result<Vec<Entry>> {
    let mut index: Vec<Entry> = Vec::new();
    let mut statement = connection.prepare("SELECT key, hash, standing FROM asked WHERE key BETWEEN ?1 AND ?2")?;
    for (run, number) in runs.iter().enumerate() {
        let known = index.len();
        let mut rows = statement.query([number.first_key(), number.last_key()])?;
        while let Some(row) = rows.next()? {
            let hash: u32 = row.get(1)?;
            if index.get(..known).is_some_and(|known| known.binary_search_by_key(&hash, |entry| entry.hash).is_err()) {
                index.push(Entry { hash, id: number_of(row.get(0)?), run: run as u8, standing: row.get(2)? });
            }
        }
        drop(rows);
        index.sort_unstable();
    }
    index.shrink_to_fit();
    Ok(index)
}

fn day_of(info: &RunInfo) -> Option<jiff::civil::Date> {
    let beijing = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    info.now.parse::<jiff::Timestamp>().ok().map(|now| now.to_zoned(beijing).date())
}

/// The part of an address's hash that the index goes by.
pub(super) fn hash_of(url: &str) -> u32 {
    let mut bytes = [0; 4];
    blake3::Hasher::new().update(url.as_bytes()).finalize_xof().fill(&mut bytes);
    u32::from_le_bytes(bytes)
}

/// What the next run's order goes by.
pub(super) fn standing_of(record: &PageRecord) -> u8 {
    let is_failed = match &record.outcome {
        Outcome::Failed { .. } => true,
        Outcome::Reply(reply) => reply.status >= 400,
        Outcome::Challenged { .. } | Outcome::Skipped(_) => false,
    };
    // what a column asks for itself must come by way of the column, or it is taken for a page of its own
    let is_column =
        record.purpose == Purpose::Page && record.facts.as_ref().is_some_and(|facts| facts.kind == PageKind::Column);
    (if is_failed { FAILED } else { 0 }) | (if is_column { COLUMN } else { 0 })
}

pub(super) fn word_of(next: NextTry) -> &'static str {
    match next {
        NextTry::Second => "second",
        NextTry::Last => "last",
    }
}

fn carry(row: &Row<'_>) -> Result<Carry, Failure> {
    let next_try = match row.get::<_, Option<String>>(10)?.as_deref() {
        None => None,
        Some("second") => Some(NextTry::Second),
        Some("last") => Some(NextTry::Last),
        Some(other) => return Err(Failure::Bad(format!("asked, next_try: {other}"))),
    };
    Ok(Carry { next_try, reading: row.get(9)?, wants_body: row.get(11)?, body: row.get(12)? })
}
