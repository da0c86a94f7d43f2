//! The store: one SQLite file that holds runs, crawl facts and findings. Speaks model types only: it knows neither the
//! crawl that fills it nor the audit that reads it; a command joins them.
//!
//! One process writes at a time (`<store>.lock`), any number read at the same time (WAL). During a crawl one thread writes,
//! fed by a bounded channel; what it committed survives a killed process.

mod earlier;
mod error;
mod findings;
mod glimpses;
mod link_sets;
mod lock;
mod probes;
mod records;
mod reviews;
mod runs;
mod schema;
mod trend;
mod upkeep;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use earlier::{Earlier, Unfinished};
pub use error::{Doing, Holder, StoreError};
pub use probes::append_probes;
pub use upkeep::{Keep, Pruned};
pub use write::Writer;

use crate::model::site::UrlId;

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Creates the file (and its folder) if need be; no second process can write meanwhile.
    Write,
    /// The file must exist; it is never changed.
    Read,
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Held while open for writing; dropped after the connection.
    lock: Option<lock::Lock>,
    /// Pages that a connection may use, for tests of a full disk.
    #[cfg(test)]
    pages_max: Option<u32>,
}

/// A run's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RunNumber(i64);

impl RunNumber {
    /// First key of the run's rows.
    fn first_key(self) -> i64 {
        self.0 << 32
    }

    fn last_key(self) -> i64 {
        self.first_key() | i64::from(u32::MAX)
    }

    fn key(self, number: u32) -> i64 {
        self.first_key() | i64::from(number)
    }
}

/// The number within its run of a row.
fn number_of(key: i64) -> u32 {
    (key & i64::from(u32::MAX)) as u32
}

fn id_of(key: i64) -> UrlId {
    UrlId(number_of(key))
}

impl Store {
    /// Opens the store at `path`. For writing, the file is created or brought up to date, and locked.
    ///
    /// # Errors
    /// [`StoreError`]: no such file, not a store, of a newer version, in use by another process, no access, no space.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let (connection, lock) = match access {
            Access::Write => {
                schema::look_at(&path)?;
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder).map_err(error::file(folder, Doing::Open))?;
                }
                let lock = lock::Lock::take(&path)?;
                (schema::open_writing(&path)?, Some(lock))
            }
            Access::Read => {
                if !path.try_exists().map_err(error::file(&path, Doing::Open))? {
                    return Err(StoreError::Missing { path });
                }
                if path.is_dir() {
                    return Err(StoreError::NotAStore { path });
                }
                (schema::open_reading(&path)?, None)
            }
        };
        Ok(Self {
            connection,
            path,
            lock,
            #[cfg(test)]
            pages_max: None,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}
