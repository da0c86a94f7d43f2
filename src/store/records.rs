//! Reading crawl facts back: one record at a time, in the order of their ids, whatever the size of the run.

use std::collections::HashMap;
use std::fmt::Display;
use std::path::Path;

use rapidhash::fast::RandomState;
use rusqlite::{Connection, OptionalExtension, Row};

use super::error::{self, Doing, StoreError};
use super::{RunNumber, Store, id_of, link_sets};
use crate::model::site::{LinkRef, PageRecord, UrlId};
use crate::url::PageUrl;

/// Addresses at a run's beginning among which its home pages are looked for.
const HOMES_AMONG: i64 = 4_096;
/// Links of shared sets that are kept unpacked (some 150 bytes each).
const LINKS_KEPT_MAX: usize = 50_000;

impl Store {
    /// Hands every record of the run to `each`, in the order of their ids. A page's links come by place (head, navigation,
    /// body, footer), in the order of the page within each.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], or the records cannot be read; what was handed over until then was right.
    pub fn records(&self, run: &str, each: &mut dyn FnMut(PageRecord)) -> Result<(), StoreError> {
        let run = self.number_of_run(run)?;
        let failed = || error::sql(&self.path, Doing::ReadRecords);
        // One transaction: a writer of the same run changes nothing that is seen here.
        let snapshot = self.connection.unchecked_transaction().map_err(failed())?;
        let mut sets = Sets::new(run);
        let mut statement = snapshot
            .prepare_cached(
                "SELECT visits.key, urls.url, visits.site, visits.purpose, visits.depth, visits.outcome, visits.attempts,
                        visits.facts, visits.link_sets
                 FROM visits JOIN urls ON urls.key = visits.key
                 WHERE visits.key BETWEEN ?1 AND ?2 ORDER BY visits.key",
            )
            .map_err(failed())?;
        let mut rows = statement.query([run.first_key(), run.last_key()]).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            let record = read(row, &snapshot, &mut sets).map_err(|failure| failure.told(&self.path))?;
            each(record);
        }
        Ok(())
    }

    /// Hands the records of the run's home pages to `each`. They are its seeds, so that they stand among the first.
    ///
    /// # Errors
    /// As [`Store::records`].
    pub fn homes(&self, run: &str, each: &mut dyn FnMut(PageRecord)) -> Result<(), StoreError> {
        let run = self.number_of_run(run)?;
        let failed = || error::sql(&self.path, Doing::ReadRecords);
        let mut sets = Sets::new(run);
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT visits.key, urls.url, visits.site, visits.purpose, visits.depth, visits.outcome, visits.attempts,
                        visits.facts, visits.link_sets
                 FROM visits JOIN urls ON urls.key = visits.key
                 WHERE visits.key BETWEEN ?1 AND ?2 AND visits.purpose = 'home' ORDER BY visits.key",
            )
            .map_err(failed())?;
        let last = run.first_key().saturating_add(HOMES_AMONG).min(run.last_key());
        let mut rows = statement.query([run.first_key(), last]).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            each(read(row, &self.connection, &mut sets).map_err(|failure| failure.told(&self.path))?);
        }
        Ok(())
    }

    /// Hands every address that the run has seen to `each`, in the order of their ids; requested or not.
    ///
    /// # Errors
    /// As [`Store::records`].
    pub fn addresses(&self, run: &str, each: &mut dyn FnMut(UrlId, PageUrl)) -> Result<(), StoreError> {
        let run = self.number_of_run(run)?;
        let failed = || error::sql(&self.path, Doing::ReadRecords);
        let mut statement = self
            .connection
            .prepare_cached("SELECT key, url FROM urls WHERE key BETWEEN ?1 AND ?2 ORDER BY key")
            .map_err(failed())?;
        let mut rows = statement.query([run.first_key(), run.last_key()]).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            let key: i64 = row.get(0).map_err(failed())?;
            let url = row.get_ref(1).map_err(failed())?.as_str().map_err(|error| error::corrupt(&self.path, error))?;
            each(id_of(key), PageUrl::parse(url).map_err(|error| error::corrupt(&self.path, error))?);
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(super) enum Failure {
    Sql(rusqlite::Error),
    Bad(String),
}

impl Failure {
    pub(super) fn told(self, path: &Path) -> StoreError {
        match self {
            Self::Sql(error) => error::sql(path, Doing::ReadRecords)(error),
            Self::Bad(what) => error::corrupt(path, what),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

pub(super) fn read(row: &Row<'_>, connection: &Connection, sets: &mut Sets) -> Result<PageRecord, Failure> {
    let id = id_of(row.get(0)?);
    let bad = |column: &str, error: &dyn Display| Failure::Bad(format!("visits {}, {column}: {error}", id.0));
    let text = |index: usize, column: &str| row.get_ref(index)?.as_str().map_err(|error| bad(column, &error));
    let purpose = serde_json::Value::String(text(3, "purpose")?.to_owned());
    let facts = row.get_ref(7)?.as_str_or_null().map_err(|error| bad("facts", &error))?;
    let set_numbers = row.get_ref(8)?.as_blob_or_null().map_err(|error| bad("link_sets", &error))?;
    let mut links = Vec::new();
    if let Some(numbers) = set_numbers {
        for number in link_sets::unpack_numbers(numbers).map_err(|_| bad("link_sets", &"not a list of sets"))? {
            sets.append(connection, number, &mut links)?;
        }
    }
    Ok(PageRecord {
        id,
        url: PageUrl::parse(text(1, "url")?).map_err(|error| bad("url", &error))?,
        site: row.get::<_, Option<i64>>(2)?.and_then(|site| usize::try_from(site).ok()),
        purpose: serde_json::from_value(purpose).map_err(|error| bad("purpose", &error))?,
        depth: row.get(4)?,
        outcome: serde_json::from_str(text(5, "outcome")?).map_err(|error| bad("outcome", &error))?,
        attempts: serde_json::from_str(text(6, "attempts")?).map_err(|error| bad("attempts", &error))?,
        facts: facts.map(serde_json::from_str).transpose().map_err(|error| bad("facts", &error))?,
        links,
    })
}

/// The link sets of a run, those that pages share kept unpacked.
#[derive(Debug)]
pub(super) struct Sets {
    run: RunNumber,
    kept: HashMap<u32, Vec<LinkRef>, RandomState>,
    links_kept: usize,
}

impl Sets {
    pub(super) fn new(run: RunNumber) -> Self {
        Self { run, kept: HashMap::default(), links_kept: 0 }
    }

    pub(super) fn append(&mut self, connection: &Connection, number: u32, out: &mut Vec<LinkRef>) -> Result<(), Failure> {
        if let Some(links) = self.kept.get(&number) {
            out.extend_from_slice(links);
            return Ok(());
        }
        let mut statement = connection.prepare_cached("SELECT links FROM link_sets WHERE key = ?1")?;
        let blob: Option<Vec<u8>> = statement.query_row([self.run.key(number)], |row| row.get(0)).optional()?;
        let blob = blob.ok_or_else(|| Failure::Bad(format!("link_sets {number}: missing")))?;
        let start = out.len();
        link_sets::unpack(&blob, out).map_err(|_| Failure::Bad(format!("link_sets {number}: unreadable")))?;
        if link_sets::is_shared(&blob) {
            let links = out.get(start..).unwrap_or_default().to_vec();
            if self.links_kept + links.len() > LINKS_KEPT_MAX {
                self.kept.clear();
                self.links_kept = 0;
            }
            self.links_kept += links.len();
            self.kept.insert(number, links);
        }
        Ok(())
    }
}
