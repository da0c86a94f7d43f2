//! Looking back at an earlier run: of each page that it read, the few facts that a later run is compared with, one at a time.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::error::{self, Doing, StoreError};
use super::records::{Failure, Sets};
use super::{RunNumber, Store, id_of, link_sets};
use crate::model::earlier::{Glimpse, GlimpsedFacts};
use crate::model::facts::PageKind;
use crate::url::PageUrl;

impl Store {
    /// Hands what is wanted of every page that the run read (answered with 2xx) to `each`, in the order of their ids. Neither the
    /// outcomes nor the rest of the facts are read, and links of home and column pages only.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], or the records cannot be read; what was handed over until then was right.
    pub fn glimpses(&self, run: &str, each: &mut dyn FnMut(Glimpse)) -> Result<(), StoreError> {
        let run = self.number_of_run(run)?;
        let failed = || error::sql(&self.path, Doing::ReadRecords);
        let snapshot = self.connection.unchecked_transaction().map_err(failed())?;
        let mut statement = snapshot
            .prepare_cached(
                "SELECT visits.key, urls.url, visits.site, visits.facts, visits.link_sets
                 FROM visits JOIN urls ON urls.key = visits.key
                 WHERE visits.key BETWEEN ?1 AND ?2 AND visits.facts IS NOT NULL AND visits.status BETWEEN 200 AND 299
                 ORDER BY visits.key",
            )
            .map_err(failed())?;
        let mut hosts = Hosts { run, sets: Sets::new(run), known: BTreeMap::new() };
        let mut rows = statement.query([run.first_key(), run.last_key()]).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            let glimpse = glimpse(row, &snapshot, &mut hosts).map_err(|failure| failure.told(&self.path))?;
            each(glimpse);
        }
        Ok(())
    }
}

fn glimpse(row: &rusqlite::Row<'_>, connection: &Connection, hosts: &mut Hosts) -> Result<Glimpse, Failure> {
    let id = id_of(row.get(0)?);
    let bad = |column: &str, error: &dyn std::fmt::Display| Failure::Bad(format!("visits {}, {column}: {error}", id.0));
    let facts = row.get_ref(3)?.as_str().map_err(|error| bad("facts", &error))?;
    let facts: GlimpsedFacts = serde_json::from_str(facts).map_err(|error| bad("facts", &error))?;
    let is_own = row.get::<_, Option<i64>>(2)?.is_some();
    let sets = row.get_ref(4)?.as_blob_or_null().map_err(|error| bad("link_sets", &error))?;
    let is_front = is_own && matches!(facts.kind, PageKind::Home | PageKind::Column);
    let hosts = match sets.filter(|_| is_front) {
        Some(numbers) => hosts.of(numbers, connection)?,
        None => Vec::new(),
    };
    Ok(Glimpse { url: row.get(1)?, is_own, facts, hosts })
}

/// Hosts of link targets, each target looked up once.
struct Hosts {
    run: RunNumber,
    sets: Sets,
    known: BTreeMap<u32, String>,
}

impl Hosts {
    fn of(&mut self, numbers: &[u8], connection: &Connection) -> Result<Vec<String>, Failure> {
        let mut links = Vec::new();
        for number in
            link_sets::unpack_numbers(numbers).map_err(|_| Failure::Bad("link_sets: not a list of sets".to_owned()))?
        {
            self.sets.append(connection, number, &mut links)?;
        }
        let targets: BTreeSet<u32> = links.iter().map(|link| link.target.0).collect();
        let mut hosts = BTreeSet::new();
        for target in targets {
            if !self.known.contains_key(&target) {
                let host = self.look_up(target, connection)?;
                self.known.insert(target, host);
            }
            hosts.extend(self.known.get(&target).filter(|host| !host.is_empty()).cloned());
        }
        Ok(hosts.into_iter().collect())
    }

    /// Empty where the address is not to be had.
    fn look_up(&self, target: u32, connection: &Connection) -> Result<String, Failure> {
        let mut statement = connection.prepare_cached("SELECT url FROM urls WHERE key = ?1")?;
        let url: Option<String> = statement.query_row([self.run.key(target)], |row| row.get(0)).optional()?;
        let url = url.and_then(|url| PageUrl::parse(&url).ok());
        Ok(url.map(|url| url.host().to_owned()).unwrap_or_default())
    }
}
