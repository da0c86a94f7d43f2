//! The writer of a crawl: one thread that takes records from a bounded channel and commits them in batches.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rapidhash::fast::RandomState;
use rusqlite::{Connection, params};

use super::error::{self, Doing, StoreError};
use super::{RunNumber, Store, earlier, link_sets, number_of, schema};
use crate::model::earlier::Carry;
use crate::model::outcome::Outcome;
use crate::model::rule::Lang;
use crate::model::site::{PageRecord, UrlId};
use crate::url::PageUrl;

/// Records of one transaction, at most. Ten times as many would save some 3 µs a record.
const RECORDS_A_COMMIT: u32 = 32;
/// A batch that grows slowly is committed after a pause of this length: at a considerate pace every record is, at once.
const PAUSE_BEFORE_COMMIT: Duration = Duration::from_millis(2);
/// Messages that wait for the thread. A record holds at most what one page may make us keep.
const CHANNEL_BOUND: usize = 256;
/// New addresses that are handed over together.
const ADDRESSES_A_MESSAGE: usize = 512;
/// Link sets that are remembered by their hash (about 32 bytes each); past it a repeated set may be stored again.
const SETS_REMEMBERED_MAX: usize = 500_000;

enum Message {
    Addresses(Vec<(UrlId, String)>),
    Record(Vec<(UrlId, String)>, Box<PageRecord>, Carry),
    /// Commit now, and answer.
    Flush(SyncSender<()>),
}

/// Takes what a crawl finds. Dropped without [`Writer::finish`], it still writes what it was given.
#[derive(Debug)]
pub struct Writer {
    sender: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<Result<(), StoreError>>>,
    /// New addresses that have not been handed over.
    addresses: Vec<(UrlId, String)>,
    path: PathBuf,
    /// Why the thread ended early, once that was told.
    failed: Option<String>,
    /// Answers handed over, and of those the committed ones.
    given: u64,
    committed: Arc<AtomicU64>,
}

impl Store {
    /// Starts the writer of a run's crawl facts.
    ///
    /// # Errors
    /// [`StoreError`] when there is no such run, or the file cannot be opened once more.
    pub fn writer(&self, run: &str) -> Result<Writer, StoreError> {
        self.writer_of_batches(run, RECORDS_A_COMMIT)
    }

    /// The same with transactions of at most so many answers: what a killed process loses beside what was in flight.
    ///
    /// # Errors
    /// As [`Store::writer`].
    pub fn writer_of_batches(&self, run: &str, answers_max: u32) -> Result<Writer, StoreError> {
        let run_number = self.number_of_run(run)?;
        if let Some(lock) = &self.lock {
            lock.describe(Some(run));
        }
        let connection = schema::open_writing(&self.path)?;
        #[cfg(test)]
        self.limit_pages(&connection);
        let committed = Arc::new(AtomicU64::new(0));
        let batch = Batch::of(answers_max, Arc::clone(&committed));
        let inner = Inner::new(connection, run_number, &self.path, batch)?;
        let (sender, receiver) = sync_channel(CHANNEL_BOUND);
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || inner.run(&receiver))
            .map_err(|error| StoreError::Thread { path: self.path.clone(), reason: error.to_string() })?;
        Ok(Writer {
            sender: Some(sender),
            thread: Some(thread),
            addresses: Vec::new(),
            path: self.path.clone(),
            failed: None,
            given: 0,
            committed,
        })
    }
}

impl Writer {
    /// A new address was seen.
    ///
    /// # Errors
    /// The failure of the writer thread, if it has ended; [`StoreError::WriterGone`] once that was told.
    pub fn address(&mut self, id: UrlId, url: &PageUrl) -> Result<(), StoreError> {
        self.addresses.push((id, url.as_str().to_owned()));
        if self.addresses.len() < ADDRESSES_A_MESSAGE {
            return Ok(());
        }
        let addresses = std::mem::take(&mut self.addresses);
        self.send(Message::Addresses(addresses))
    }

    /// A request was done or given up; replaces an earlier record of the same id. Waits while the channel is full.
    ///
    /// # Errors
    /// As [`Writer::address`].
    pub fn record(&mut self, record: PageRecord) -> Result<(), StoreError> {
        self.record_with(record, Carry::default())
    }

    /// The same with what the crawl needs to go on after it; both are written or neither is.
    ///
    /// # Errors
    /// As [`Writer::address`].
    pub fn record_with(&mut self, record: PageRecord, carry: Carry) -> Result<(), StoreError> {
        let addresses = std::mem::take(&mut self.addresses);
        self.given += u64::from(is_answer(&record));
        self.send(Message::Record(addresses, Box::new(record), carry))
    }

    /// Answers that were given and are not committed yet: a process that is killed now loses them.
    pub fn unwritten(&self) -> usize {
        // the thread has ended: the next record is told why
        if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return 0;
        }
        let left = self.given.saturating_sub(self.committed.load(Ordering::Acquire));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// Commits what was given so far.
    ///
    /// # Errors
    /// As [`Writer::address`].
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let addresses = std::mem::take(&mut self.addresses);
        self.send(Message::Addresses(addresses))?;
        let (answer, done) = sync_channel(1);
        self.send(Message::Flush(answer))?;
        if done.recv().is_err() {
            return Err(self.end_early());
        }
        Ok(())
    }

    /// Writes the rest and ends the thread.
    ///
    /// # Errors
    /// The failure of the writer thread.
    pub fn finish(mut self) -> Result<(), StoreError> {
        let addresses = std::mem::take(&mut self.addresses);
        if !addresses.is_empty() {
            self.send(Message::Addresses(addresses))?;
        }
        self.sender = None;
        self.join()
    }

    fn send(&mut self, message: Message) -> Result<(), StoreError> {
        match &self.sender {
            Some(sender) if sender.send(message).is_ok() => Ok(()),
            _ => Err(self.end_early()),
        }
    }

    /// The thread is gone: its failure the first time, that it is gone from then on.
    fn end_early(&mut self) -> StoreError {
        self.sender = None;
        if let Some(cause) = &self.failed {
            return StoreError::WriterGone { path: self.path.clone(), cause: cause.clone() };
        }
        let failure = self
            .join()
            .err()
            .unwrap_or_else(|| StoreError::Thread { path: self.path.clone(), reason: "it ended before the crawl".to_owned() });
        self.failed = Some(failure.message(Lang::En));
        failure
    }

    fn join(&mut self) -> Result<(), StoreError> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(StoreError::Thread { path: self.path.clone(), reason: "panic".to_owned() }),
            None => Err(StoreError::WriterGone {
                path: self.path.clone(),
                cause: self.failed.clone().unwrap_or_else(|| "finished".to_owned()),
            }),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.thread.is_none() {
            return;
        }
        let addresses = std::mem::take(&mut self.addresses);
        if !addresses.is_empty() {
            let _ = self.send(Message::Addresses(addresses));
        }
        self.sender = None;
        if self.thread.is_some()
            && let Err(error) = self.join()
        {
            tracing::error!(%error, "the store's writer failed");
        }
    }
}

/// Something was asked for it: lost, it is asked for again.
fn is_answer(record: &PageRecord) -> bool {
    !matches!(record.outcome, Outcome::Skipped(_))
}

/// The transaction that is open, and when it is to end.
struct Batch {
    /// Records and answers in it; none: no transaction is open.
    pending: Option<(u32, u32)>,
    answers_max: u32,
    committed: Arc<AtomicU64>,
}

impl Batch {
    fn of(answers_max: u32, committed: Arc<AtomicU64>) -> Self {
        Self { pending: None, answers_max: answers_max.clamp(1, RECORDS_A_COMMIT), committed }
    }

    fn add(&mut self, is_answer: bool) {
        self.pending = self.pending.map(|(records, answers)| (records + 1, answers + u32::from(is_answer)));
    }

    fn is_full(&self) -> bool {
        self.pending.is_some_and(|(records, answers)| records >= RECORDS_A_COMMIT || answers >= self.answers_max)
    }
}

/// What lives on the thread.
struct Inner {
    connection: Connection,
    run: RunNumber,
    path: PathBuf,
    sets: SetNumbers,
    batch: Batch,
}

impl Inner {
    fn new(connection: Connection, run: RunNumber, path: &Path, batch: Batch) -> Result<Self, StoreError> {
        let sets = SetNumbers::of_run(&connection, run).map_err(error::sql(path, Doing::WriteRecords))?;
        Ok(Self { connection, run, path: path.to_owned(), sets, batch })
    }

    fn run(mut self, receiver: &Receiver<Message>) -> Result<(), StoreError> {
        loop {
            let message = match receiver.recv_timeout(PAUSE_BEFORE_COMMIT) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => {
                    self.commit()?;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return self.commit(),
            };
            match message {
                Message::Addresses(addresses) => self.addresses(&addresses)?,
                Message::Record(addresses, record, carry) => {
                    self.addresses(&addresses)?;
                    self.record(&record, carry)?;
                }
                Message::Flush(answer) => {
                    self.commit()?;
                    let _ = answer.send(());
                }
            }
            if self.batch.is_full() {
                self.commit()?;
            }
        }
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.batch.pending.is_none() {
            self.connection.execute_batch("BEGIN IMMEDIATE").map_err(error::sql(&self.path, Doing::WriteRecords))?;
            self.batch.pending = Some((0, 0));
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if let Some((_, answers)) = self.batch.pending.take() {
            self.connection.execute_batch("COMMIT").map_err(error::sql(&self.path, Doing::WriteRecords))?;
            self.batch.committed.fetch_add(u64::from(answers), Ordering::Release);
        }
        Ok(())
    }

    fn addresses(&mut self, addresses: &[(UrlId, String)]) -> Result<(), StoreError> {
        if addresses.is_empty() {
            return Ok(());
        }
        self.begin()?;
        let run = self.run;
        let insert = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare_cached("INSERT OR REPLACE INTO urls (key, url) VALUES (?1, ?2)")?;
            for (id, url) in addresses {
                statement.execute(params![run.key(id.0), url])?;
            }
            Ok(())
        };
        insert().map_err(error::sql(&self.path, Doing::WriteRecords))
    }

    fn record(&mut self, record: &PageRecord, carry: Carry) -> Result<(), StoreError> {
        self.begin()?;
        let written = self.insert(record).and_then(|()| Ok(self.insert_carry(record, carry)?));
        written.map_err(|failure| match failure {
            Failure::Sql(error) => error::sql(&self.path, Doing::WriteRecords)(error),
            Failure::Json(error) => error::corrupt(&self.path, format_args!("{}: {error}", record.url)),
        })?;
        self.batch.add(is_answer(record));
        Ok(())
    }

    fn insert(&mut self, record: &PageRecord) -> Result<(), Failure> {
        let key = self.run.key(record.id.0);
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO urls (key, url) VALUES (?1, ?2)")?
            .execute(params![key, record.url.as_str()])?;
        let sets = self.link_sets(record)?;
        let site = record.site.and_then(|site| i64::try_from(site).ok());
        let purpose = serde_json::to_value(record.purpose)?;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO visits (key, site, purpose, depth, status, outcome, attempts, facts, link_sets)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                key,
                site,
                purpose.as_str(),
                record.depth,
                record.outcome.status(),
                serde_json::to_string(&record.outcome)?,
                serde_json::to_string(&record.attempts)?,
                record.facts.as_ref().map(serde_json::to_string).transpose()?,
                sets,
            ])?;
        Ok(())
    }

    /// An address that was not asked for leaves nothing: a run that is gone on with asks for it.
    fn insert_carry(&self, record: &PageRecord, carry: Carry) -> rusqlite::Result<()> {
        let key = self.run.key(record.id.0);
        if matches!(record.outcome, Outcome::Skipped(_)) {
            self.connection.prepare_cached("DELETE FROM asked WHERE key = ?1")?.execute([key])?;
            return Ok(());
        }
        let next_try = carry.next_try.map(earlier::word_of);
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO asked (key, hash, standing, reading, next_try, wants_body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                key,
                earlier::hash_of(record.url.as_str()),
                earlier::standing_of(record),
                carry.reading,
                next_try,
                carry.wants_body
            ])?;
        if let Some(body) = carry.body {
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO aside (key, body) VALUES (?1, ?2)")?
                .execute(params![key, body])?;
        }
        Ok(())
    }

    /// Stores the sets that are new; the numbers of all of them, none for a page without links.
    fn link_sets(&mut self, record: &PageRecord) -> Result<Option<Vec<u8>>, rusqlite::Error> {
        let mut numbers = Vec::new();
        for blob in link_sets::pack_page(&record.links) {
            let hash = Hash::of(&blob);
            let (number, is_new) = self.sets.number(hash);
            if is_new {
                self.connection
                    .prepare_cached("INSERT INTO link_sets (key, hash, links) VALUES (?1, ?2, ?3)")?
                    .execute(params![self.run.key(number), hash.0, blob])?;
            }
            numbers.push(number);
        }
        Ok((!numbers.is_empty()).then(|| link_sets::pack_numbers(&numbers)))
    }
}

enum Failure {
    Sql(rusqlite::Error),
    Json(serde_json::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

/// The first 16 bytes of a set's BLAKE3 hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Hash([u8; 16]);

impl Hash {
    fn of(blob: &[u8]) -> Self {
        let mut out = [0; 16];
        blake3::Hasher::new().update(blob).finalize_xof().fill(&mut out);
        Self(out)
    }
}

/// Which number a set has within the run. In memory: an index on random hashes would cost more than all the rest.
struct SetNumbers {
    numbers: HashMap<Hash, u32, RandomState>,
    next: u32,
}

impl SetNumbers {
    fn of_run(connection: &Connection, run: RunNumber) -> rusqlite::Result<Self> {
        let mut sets = Self { numbers: HashMap::default(), next: 0 };
        let mut statement = connection.prepare("SELECT key, hash FROM link_sets WHERE key BETWEEN ?1 AND ?2 ORDER BY key")?;
        let mut rows = statement.query([run.first_key(), run.last_key()])?;
        while let Some(row) = rows.next()? {
            let number = number_of(row.get(0)?);
            sets.next = number + 1;
            if sets.numbers.len() < SETS_REMEMBERED_MAX {
                sets.numbers.insert(Hash(row.get(1)?), number);
            }
        }
        Ok(sets)
    }

    /// The set's number, and whether it is new.
    fn number(&mut self, hash: Hash) -> (u32, bool) {
        if let Some(&number) = self.numbers.get(&hash) {
            return (number, false);
        }
        let number = self.next;
        self.next += 1;
        if self.numbers.len() < SETS_REMEMBERED_MAX {
            self.numbers.insert(hash, number);
        }
        (number, true)
    }
}
