//! Keeping the store small, and keeping a copy of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::error::{self, Doing, StoreError};
use super::{RunNumber, Store};

/// Pages of 4 KiB that one step of a copy takes.
const PAGES_A_STEP: i32 = 2_000;
/// Between two steps, so that a writer gets its turn.
const STEP_PAUSE: Duration = Duration::from_millis(5);

/// Which runs stay whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// The newest so many.
    pub runs: Option<usize>,
    /// Those whose monitoring time point is at or after this.
    pub since: Option<Timestamp>,
    /// Of the others the results go too, not the crawled pages alone.
    pub results_too: bool,
}

/// What was taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Ids of the runs, oldest first.
    pub runs: Vec<String>,
    pub bytes_before: u64,
    pub bytes_after: u64,
}

impl Store {
    /// Takes the crawled pages of older runs out (their findings, verdicts and reports stay, so that trends and “first seen”
    /// hold), or the runs altogether, and gives the room back. A run stays if either limit keeps it; the newest always stays.
    ///
    /// # Errors
    /// Any failure of writing; what was done until then holds.
    pub fn prune(&self, keep: Keep) -> Result<Pruned, StoreError> {
        let failed = || error::sql(&self.path, Doing::Prune);
        let runs = self.stored_runs()?;
        let newest = runs.len().saturating_sub(keep.runs.unwrap_or(0).max(1));
        let mut pruned = Pruned { bytes_before: self.bytes(), ..Pruned::default() };
        for (at, run) in runs.iter().enumerate() {
            let is_recent = keep.since.is_some_and(|since| run.info.now.parse::<Timestamp>().is_ok_and(|now| now >= since));
            if at >= newest || is_recent {
                continue;
            }
            if self.take_out(run.number, keep.results_too).map_err(failed())? > 0 {
                pruned.runs.push(run.info.id.clone());
            }
        }
        self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);").map_err(failed())?;
        pruned.bytes_after = self.bytes();
        Ok(pruned)
    }

    /// Rows that went.
    fn take_out(&self, run: RunNumber, results_too: bool) -> rusqlite::Result<usize> {
        let transaction = self.connection.unchecked_transaction()?;
        let mut rows = 0;
        for table in ["visits", "link_sets", "urls", "asked", "aside"] {
            let sql = format!("DELETE FROM {table} WHERE key BETWEEN ?1 AND ?2");
            rows += transaction.execute(&sql, [run.first_key(), run.last_key()])?;
        }
        // a run without its pages cannot be gone on with
        transaction.execute("UPDATE runs SET closed = 1 WHERE run = ?1", [run.0])?;
        if results_too {
            for table in ["findings", "judgements", "runs"] {
                rows += transaction.execute(&format!("DELETE FROM {table} WHERE run = ?1"), [run.0])?;
            }
        }
        transaction.commit()?;
        Ok(rows)
    }

    /// Whether the run's pages were taken out by [`Store::prune`]: it can be shown, and not be judged again.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`]; any failure of reading.
    pub fn is_pruned(&self, run: &str) -> Result<bool, StoreError> {
        let stored = self.stored_run(run)?;
        let has_pages: bool = self
            .connection
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM visits WHERE key BETWEEN ?1 AND ?2)",
                [stored.number.first_key(), stored.number.last_key()],
                |row| row.get(0),
            )
            .map_err(error::sql(&self.path, Doing::ReadRecords))?;
        Ok(!has_pages && stored.info.crawl.is_some_and(|crawl| crawl.requests > 0))
    }

    /// Copies the store to a new file while it may be in use, and checks the copy. The copy appears under its name only when it
    /// is whole.
    ///
    /// # Errors
    /// The file cannot be written, or the copy is not sound.
    pub fn backup(&self, to: &Path) -> Result<u64, StoreError> {
        let part = part_of(to);
        let copied = self.copy(&part).and_then(|()| {
            std::fs::rename(&part, to).map_err(error::file(to, Doing::Backup))?;
            std::fs::metadata(to).map(|data| data.len()).map_err(error::file(to, Doing::Backup))
        });
        if copied.is_err() {
            // nothing of ours is left behind; that it is not there is as good
            let _ = std::fs::remove_file(&part);
        }
        copied
    }

    fn copy(&self, part: &Path) -> Result<(), StoreError> {
        let failed = || error::sql(part, Doing::Backup);
        if part.try_exists().map_err(error::file(part, Doing::Backup))? {
            std::fs::remove_file(part).map_err(error::file(part, Doing::Backup))?;
        }
        let mut copy = Connection::open(part).map_err(failed())?;
        Backup::new(&self.connection, &mut copy)
            .and_then(|backup| backup.run_to_completion(PAGES_A_STEP, STEP_PAUSE, None))
            .map_err(failed())?;
        // one file by itself, without a log beside it
        copy.pragma_update(None, "journal_mode", "DELETE").map_err(failed())?;
        let sound: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed())?;
        if sound == "ok" { Ok(()) } else { Err(error::corrupt(part, sound)) }
    }

    /// Of the file with its log.
    fn bytes(&self) -> u64 {
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        [self.path.clone(), PathBuf::from(log)]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|data| data.len())
            .sum()
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
