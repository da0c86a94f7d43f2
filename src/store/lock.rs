//! One writer at a time: an exclusive lock on `<store>.lock`, which says who holds it. The file stays behind, empty:
//! removing it would let two processes hold a lock each.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::{self, Doing, Holder, StoreError};

/// Held until dropped (the system lets go of it when the process dies).
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    since: String,
}

impl Lock {
    pub(super) fn take(store: &Path) -> Result<Self, StoreError> {
        let path = lock_path(store);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(error::file(&path, Doing::Open))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked { path: store.to_owned(), holder: holder(&file) });
            }
            Err(TryLockError::Error(error)) => return Err(error::file(&path, Doing::Open)(error)),
        }
        let since = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let lock = Self { file, since };
        lock.describe(None);
        Ok(lock)
    }

    /// Says in the lock file who holds it. Without effect on the lock when that fails.
    pub(super) fn describe(&self, run: Option<&str>) {
        let text = format!("{}\n{}\n{}\n", std::process::id(), self.since, run.unwrap_or_default());
        let mut file = &self.file;
        let written =
            file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).and_then(|_| file.write_all(text.as_bytes()));
        if let Err(error) = written {
            tracing::debug!(%error, "the lock file does not say who holds it");
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

fn lock_path(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn holder(mut file: &File) -> Holder {
    let mut text = String::new();
    // 200 bytes hold any process id, time and run id.
    if file.seek(SeekFrom::Start(0)).and_then(|_| file.take(200).read_to_string(&mut text)).is_err() {
        return Holder::default();
    }
    let mut lines = text.lines().map(|line| (!line.is_empty()).then(|| line.to_owned()));
    Holder {
        process: lines.next().flatten().and_then(|line| line.parse().ok()),
        since: lines.next().flatten(),
        run: lines.next().flatten(),
    }
}
