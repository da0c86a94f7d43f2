//! The log of probes: a line a look, appended while a crawl may be writing to the same file.

use std::path::Path;

use rusqlite::params;

use super::error::{self, Doing, StoreError};
use super::{Store, schema};
use crate::model::probe::{Probe, ProbeState};

/// Appends to the log of the store at `path`, creating it if need be. Takes no lock: a night's crawl must not keep the log from
/// growing, and SQLite lets short transactions of two processes follow each other.
///
/// # Errors
/// [`StoreError`]: not a store, of a newer version, no access, no space.
pub fn append_probes(path: &Path, probes: &[Probe]) -> Result<(), StoreError> {
    schema::look_at(path)?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(error::file(folder, Doing::Open))?;
    }
    let mut connection = schema::open_writing(path)?;
    let failed = || error::sql(path, Doing::WriteProbes);
    let transaction = connection.transaction().map_err(failed())?;
    for probe in probes {
        transaction
            .execute(
                "INSERT INTO probes (site, at, state, reason, duration_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![probe.site, probe.at, key(probe.state), probe.reason, probe.duration_ms],
            )
            .map_err(failed())?;
    }
    transaction.commit().map_err(failed())
}

impl Store {
    /// The log from the ISO date `since` on, in the order of time.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`]; any failure of reading.
    pub fn probes(&self, since: &str) -> Result<Vec<Probe>, StoreError> {
        let failed = || error::sql(&self.path, Doing::ReadProbes);
        let mut statement = self
            .connection
            .prepare("SELECT site, at, state, reason, duration_ms FROM probes WHERE at >= ?1 ORDER BY at, site")
            .map_err(failed())?;
        let rows = statement
            .query_map([since], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?))
            })
            .map_err(failed())?;
        let mut probes = Vec::new();
        for row in rows {
            let (site, at, state, reason, duration_ms) = row.map_err(failed())?;
            let state = state_of(&state).ok_or_else(|| error::corrupt(&self.path, format!("state of a probe: {state}")))?;
            probes.push(Probe { site, at, state, reason, duration_ms });
        }
        Ok(probes)
    }
}

const STATES: [(ProbeState, &str); 4] = [
    (ProbeState::Opened, "opened"),
    (ProbeState::OpenedInTheClear, "opened-in-the-clear"),
    (ProbeState::NotOpened, "not-opened"),
    (ProbeState::Blocked, "blocked"),
];

fn key(state: ProbeState) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or("blocked", |(_, key)| key)
}

fn state_of(key: &str) -> Option<ProbeState> {
    STATES.iter().find(|(_, known)| *known == key).map(|(state, _)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Access;

    fn probe(at: &str, state: ProbeState) -> Probe {
        Probe {
            site: "http://gxt.example.gov.cn/".to_owned(),
            at: at.to_owned(),
            state,
            reason: "status.200".to_owned(),
            duration_ms: 12,
        }
    }

    #[test]
    fn probes_are_appended_while_another_process_holds_the_store_and_read_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let store = Store::open(&path, Access::Write).unwrap();
        let (first, second) =
            (probe("2026-11-20T08:00:00+08:00", ProbeState::NotOpened), probe("2026-11-21T08:00:00+08:00", ProbeState::Opened));
        append_probes(&path, std::slice::from_ref(&second)).unwrap();
        append_probes(&path, std::slice::from_ref(&first)).unwrap();
        assert_eq!(store.probes("2026-11-01").unwrap(), [first, second.clone()]);
        assert_eq!(store.probes("2026-11-21").unwrap(), [second]);
    }

    #[test]
    fn every_state_has_its_word() {
        for (state, word) in STATES {
            assert_eq!((key(state), state_of(word)), (word, Some(state)));
        }
        assert_eq!(state_of("other"), None);
    }
}
