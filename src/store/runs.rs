//! The list of runs: begun, ended, named by id, prefix or `latest`.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};
use rusqlite::{OptionalExtension, Row, params};

use super::error::{self, Doing, StoreError};
use super::{RunNumber, Store};
use crate::model::facts::FACTS_VERSION;
use crate::model::finding::Level;
use crate::model::run::{Judged, RunInfo, RunLine};

/// Word for the newest run.
const LATEST: &str = "latest";
/// Ids that a message lists.
const IDS_LISTED_MAX: usize = 10;
/// Beijing has no summer time.
const BEIJING: tz::Offset = tz::offset(8);

/// A run as it is stored.
pub(super) struct StoredRun {
    pub(super) number: RunNumber,
    pub(super) info: RunInfo,
}

impl Store {
    /// The id of a run that starts now: the second in Beijing time, with `-2` … where it is taken.
    ///
    /// # Errors
    /// [`StoreError`] when the runs cannot be read.
    pub fn next_run_id(&self, started: Timestamp) -> Result<String, StoreError> {
        let base = started.to_zoned(TimeZone::fixed(BEIJING)).strftime("%Y%m%d-%H%M%S").to_string();
        let taken = self.ids_like(&base)?;
        let mut id = base.clone();
        let mut number = 2;
        while taken.contains(&id) {
            id = format!("{base}-{number}");
            number += 1;
        }
        Ok(id)
    }

    /// Enters a run before its crawl.
    ///
    /// # Errors
    /// [`StoreError::RunExists`] when the id is taken; any failure of writing.
    pub fn begin_run(&self, info: &RunInfo) -> Result<(), StoreError> {
        let written = self.connection.execute(
            "INSERT OR IGNORE INTO runs (id, started, now, finished, facts_version, info) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![info.id, info.started, info.now, info.finished, FACTS_VERSION, self.json(info)?],
        );
        match written.map_err(error::sql(&self.path, Doing::BeginRun))? {
            0 => Err(StoreError::RunExists { path: self.path.clone(), id: info.id.clone() }),
            _ => Ok(()),
        }
    }

    /// Replaces what is said of a run, after its crawl.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`]; any failure of writing.
    pub fn finish_run(&self, info: &RunInfo) -> Result<(), StoreError> {
        let run = self.number_of_run(&info.id)?;
        self.connection
            .execute(
                "UPDATE runs SET started = ?2, now = ?3, finished = ?4, info = ?5 WHERE run = ?1",
                params![run.0, info.started, info.now, info.finished, self.json(info)?],
            )
            .map_err(error::sql(&self.path, Doing::FinishRun))?;
        Ok(())
    }

    /// Nothing is left to do for a run: its reports are written. Until then it can be gone on with.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`]; any failure of writing.
    pub fn close_run(&self, id: &str) -> Result<(), StoreError> {
        let run = self.number_of_run(id)?;
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            transaction.execute("UPDATE runs SET closed = 1 WHERE run = ?1", [run.0])?;
            transaction.execute("DELETE FROM aside WHERE key BETWEEN ?1 AND ?2", [run.first_key(), run.last_key()])?;
            transaction.commit()
        };
        write().map_err(error::sql(&self.path, Doing::FinishRun))
    }

    /// All runs, in the order in which they were begun, with the counts of their judgements.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn runs(&self) -> Result<Vec<RunLine>, StoreError> {
        self.stored_runs()?
            .into_iter()
            .map(|run| {
                let judged = self.judged(run.number)?;
                let records = self
                    .connection
                    .query_row(
                        "SELECT count(*) FROM visits WHERE key BETWEEN ?1 AND ?2",
                        [run.number.first_key(), run.number.last_key()],
                        count_in,
                    )
                    .map_err(error::sql(&self.path, Doing::ReadRuns))?;
                Ok(RunLine { info: run.info, records, judged })
            })
            .collect()
    }

    /// The run of this id, of this unique beginning of one, or the newest (`latest`, or nothing).
    ///
    /// # Errors
    /// [`StoreError::NoRuns`], [`StoreError::UnknownRun`], [`StoreError::AmbiguousRun`].
    pub fn run(&self, wanted: Option<&str>) -> Result<RunInfo, StoreError> {
        let Some(wanted) = wanted.filter(|wanted| *wanted != LATEST) else {
            let newest = self.ids_like("")?.into_iter().next();
            let newest = newest.ok_or_else(|| StoreError::NoRuns { path: self.path.clone() })?;
            return Ok(self.stored_run(&newest)?.info);
        };
        let matches = self.ids_like(wanted)?;
        let id = match matches.as_slice() {
            [] => return Err(self.unknown_run(wanted)?),
            [id] => id,
            several if several.iter().any(|id| id == wanted) => wanted,
            several => {
                let matches = several.iter().take(IDS_LISTED_MAX).cloned().collect();
                return Err(StoreError::AmbiguousRun { wanted: wanted.to_owned(), matches });
            }
        };
        Ok(self.stored_run(id)?.info)
    }

    pub(super) fn number_of_run(&self, id: &str) -> Result<RunNumber, StoreError> {
        Ok(self.stored_run(id)?.number)
    }

    /// The run of exactly this id.
    pub(super) fn stored_run(&self, id: &str) -> Result<StoredRun, StoreError> {
        let found = self
            .connection
            .query_row("SELECT run, info FROM runs WHERE id = ?1", [id], raw_run)
            .optional()
            .map_err(error::sql(&self.path, Doing::ReadRuns))?;
        match found {
            Some(raw) => parsed(raw, &self.path),
            None => Err(self.unknown_run(id)?),
        }
    }

    /// In the order in which they were begun.
    pub(super) fn stored_runs(&self) -> Result<Vec<StoredRun>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(i64, String)>> {
            let mut statement = self.connection.prepare("SELECT run, info FROM runs ORDER BY run")?;
            statement.query_map([], raw_run)?.collect()
        };
        let raw = read().map_err(error::sql(&self.path, Doing::ReadRuns))?;
        raw.into_iter().map(|raw| parsed(raw, &self.path)).collect()
    }

    fn judged(&self, run: RunNumber) -> Result<Option<Judged>, StoreError> {
        let failed = || error::sql(&self.path, Doing::ReadRuns);
        let verdicts: Option<String> = self
            .connection
            .query_row("SELECT verdicts FROM judgements WHERE run = ?1", [run.0], |row| row.get(0))
            .optional()
            .map_err(failed())?;
        let Some(verdicts) = verdicts else { return Ok(None) };
        let verdicts = serde_json::from_str(&verdicts).map_err(|error| error::corrupt(&self.path, error))?;
        let count = || -> rusqlite::Result<Vec<(String, u64)>> {
            let mut statement =
                self.connection.prepare("SELECT count(*), level FROM findings WHERE run = ?1 GROUP BY level")?;
            statement.query_map([run.0], |row| Ok((row.get("level")?, count_in(row)?)))?.collect()
        };
        let mut judged = Judged { verdicts, ..Judged::default() };
        for (level, number) in count().map_err(failed())? {
            let level: Level =
                serde_json::from_value(serde_json::Value::String(level)).map_err(|error| error::corrupt(&self.path, error))?;
            judged.findings.insert(level, number);
        }
        Ok(Some(judged))
    }

    /// Ids that begin with `prefix`, newest first.
    fn ids_like(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement =
                self.connection.prepare("SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY run DESC")?;
            statement.query_map([prefix], |row| row.get(0))?.collect()
        };
        read().map_err(error::sql(&self.path, Doing::ReadRuns))
    }

    fn unknown_run(&self, wanted: &str) -> Result<StoreError, StoreError> {
        let mut existing = self.ids_like("")?;
        if existing.is_empty() {
            return Ok(StoreError::NoRuns { path: self.path.clone() });
        }
        existing.truncate(IDS_LISTED_MAX);
        Ok(StoreError::UnknownRun { path: self.path.clone(), wanted: wanted.to_owned(), existing })
    }

    fn json(&self, info: &RunInfo) -> Result<String, StoreError> {
        serde_json::to_string(info).map_err(|error| error::corrupt(&self.path, error))
    }
}

fn raw_run(row: &Row<'_>) -> rusqlite::Result<(i64, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn parsed((number, info): (i64, String), path: &Path) -> Result<StoredRun, StoreError> {
    let info = serde_json::from_str(&info).map_err(|error| error::corrupt(path, format_args!("runs {number}: {error}")))?;
    Ok(StoredRun { number: RunNumber(number), info })
}

/// A `count(*)` in the first column.
fn count_in(row: &Row<'_>) -> rusqlite::Result<u64> {
    row.get::<_, i64>(0).map(i64::unsigned_abs)
}
