//! The tables, their versions, and how a connection is set up.

use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::error::{self, Doing, StoreError};

/// Marks the file as ours (`xunc`), so that another program's database is never touched.
const APPLICATION_ID: i32 = 0x7875_6e63;
/// How long a statement waits for another connection.
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// `user_version` of the latest schema.
pub(super) const VERSION: u32 = STEPS.len() as u32;

/// One step a version; what stands here was written to users' files and is never changed.
///
/// `asked` holds, in a few bytes an address, what the next run and a run that is gone on with need to know of every request
/// that was answered; `aside` the bodies of robots.txt and sitemaps while a run is not done.
///
/// `key` is `run << 32 | number`: rows of one run lie together, in the order of their ids.
const STEPS: &[&str] = &[
    "
PRAGMA application_id = 0x78756e63;
CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started TEXT NOT NULL,
    now TEXT NOT NULL,
    finished TEXT,
    facts_version INTEGER NOT NULL,
    info TEXT NOT NULL
);
CREATE TABLE urls (
    key INTEGER PRIMARY KEY,
    url TEXT NOT NULL
);
CREATE TABLE visits (
    key INTEGER PRIMARY KEY,
    site INTEGER,
    purpose TEXT NOT NULL,
    depth INTEGER NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL,
    attempts TEXT NOT NULL,
    facts TEXT,
    link_sets BLOB
);
CREATE TABLE link_sets (
    key INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    links BLOB NOT NULL
);
CREATE TABLE judgements (
    run INTEGER PRIMARY KEY,
    verdicts TEXT NOT NULL,
    report TEXT NOT NULL
);
CREATE TABLE findings (
    run INTEGER NOT NULL,
    id TEXT NOT NULL,
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    verdict TEXT NOT NULL,
    site TEXT NOT NULL,
    url TEXT NOT NULL,
    target TEXT,
    finding TEXT NOT NULL
);
CREATE UNIQUE INDEX findings_by_run ON findings (run, id, site);
CREATE VIEW pages AS
    SELECT runs.id AS run, visits.key & 4294967295 AS page, urls.url AS url, visits.site AS site, visits.purpose AS purpose,
        visits.depth AS depth, visits.status AS status, visits.outcome AS outcome, visits.facts AS facts
    FROM visits JOIN urls ON urls.key = visits.key JOIN runs ON runs.run = visits.key >> 32;
",
    "
ALTER TABLE runs ADD COLUMN scope TEXT;
ALTER TABLE runs ADD COLUMN closed INTEGER;
UPDATE runs SET closed = 1;
CREATE TABLE asked (
    key INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    standing INTEGER NOT NULL,
    reading INTEGER,
    next_try TEXT,
    wants_body INTEGER NOT NULL
);
CREATE TABLE aside (
    key INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
",
    "
CREATE TABLE probes (
    site TEXT NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    duration_ms INTEGER NOT NULL
);
CREATE INDEX probes_by_time ON probes (at);
",
    super::reviews::STEP,
];

fn migrations() -> Migrations<'static> {
    Migrations::new(STEPS.iter().map(|step| M::up(step)).collect())
}

/// Brings a store to a schema that is not the latest.
#[cfg(test)]
pub(super) fn bring_to(connection: &mut Connection, version: u32) {
    migrations().to_version(connection, version as usize).unwrap();
}

/// Opens for writing, creating the file or bringing it up to date.
pub(super) fn open_writing(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = || error::sql(path, Doing::Open);
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed())?;
    connection.busy_timeout(BUSY_WAIT).map_err(failed())?;
    version_of(&connection, path)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed())?;
    connection
        .execute_batch("PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;")
        .map_err(failed())?;
    migrations().to_latest(&mut connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => failed()(err),
        other => error::corrupt(path, other),
    })?;
    Ok(connection)
}

/// Opens an existing store for reading; writes nothing.
pub(super) fn open_reading(path: &Path) -> Result<Connection, StoreError> {
    let failed = || error::sql(path, Doing::Open);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed())?;
    connection.busy_timeout(BUSY_WAIT).map_err(failed())?;
    match version_of(&connection, path)? {
        VERSION => Ok(connection),
        // An empty file: a store that nobody has written to yet.
        0 => Err(StoreError::NoRuns { path: path.to_owned() }),
        found => Err(StoreError::Older { path: path.to_owned(), found, known: VERSION }),
    }
}

/// Refuses what is no store of ours before anything is created next to it. A missing or empty file passes.
/// Asks SQLite itself: closing a handle of our own on the file would drop the locks that this process holds on it.
pub(super) fn look_at(path: &Path) -> Result<(), StoreError> {
    let metadata = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(error::file(path, Doing::Open))?,
    };
    if metadata.is_dir() {
        return Err(StoreError::NotAStore { path: path.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(error::sql(path, Doing::Open))?;
    connection.busy_timeout(BUSY_WAIT).map_err(error::sql(path, Doing::Open))?;
    version_of(&connection, path).map(drop)
}

/// The schema's version; 0 for a file without tables.
fn version_of(connection: &Connection, path: &Path) -> Result<u32, StoreError> {
    let failed = || error::sql(path, Doing::Open);
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let version = number("user_version").map_err(failed())?;
    let application = number("application_id").map_err(failed())?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(failed())?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if application != i64::from(APPLICATION_ID) {
        return Err(StoreError::NotAStore { path: path.to_owned() });
    }
    match u32::try_from(version) {
        Ok(found) if found <= VERSION => Ok(found),
        Ok(found) => Err(StoreError::Newer { path: path.to_owned(), found, known: VERSION }),
        Err(_) => Err(error::corrupt(path, format!("user_version {version}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_valid_sql() {
        migrations().validate().unwrap();
    }

    #[test]
    fn every_older_version_migrates_to_the_latest() {
        for from in 1..=STEPS.len() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("old.db");
            let mut connection = Connection::open(&path).unwrap();
            migrations().to_version(&mut connection, from).unwrap();
            connection
                .execute(
                    "INSERT INTO runs (id, started, now, facts_version, info) VALUES ('20260101-080000', 's', 'n', 1, '{}')",
                    [],
                )
                .unwrap();
            drop(connection);
            let connection = open_writing(&path).unwrap();
            assert_eq!(version_of(&connection, &path).unwrap(), VERSION);
            let kept: i64 = connection.query_row("SELECT count(*) FROM runs", [], |row| row.get(0)).unwrap();
            assert_eq!(kept, 1);
        }
    }

    #[test]
    fn schema_one_is_as_it_was_published() {
        // A changed digest means that stores in the field differ from new ones: add a step instead.
        let digest = blake3::hash(STEPS[0].as_bytes()).to_hex();
        assert_eq!(digest.get(..16), Some("40fb51189c3eb896"));
    }
}
