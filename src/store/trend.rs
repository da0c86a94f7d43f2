//! The judged runs before one, as a trend: what each came to.

use rusqlite::params;

use super::error::{self, Doing, StoreError};
use super::runs::StoredRun;
use super::{RunNumber, Store};
use crate::model::finding::Level;
use crate::model::report::TrendPoint;
use crate::model::site::SiteDecl;

impl Store {
    /// The last `points_max` judged runs of the same sites and an earlier monitoring time point, oldest first. Of several runs
    /// of one time point the last counts.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`]; any failure of reading.
    pub fn trend(&self, run: &str, points_max: usize) -> Result<Vec<TrendPoint>, StoreError> {
        let this = self.stored_run(run)?;
        let sites = addresses(&this.info.sites);
        let same: Vec<StoredRun> =
            self.earlier(&this)?.into_iter().filter(|earlier| addresses(&earlier.info.sites) == sites).collect();
        let start = same.len().saturating_sub(points_max);
        same.into_iter().skip(start).map(|run| self.point(run)).collect()
    }

    fn point(&self, run: StoredRun) -> Result<TrendPoint, StoreError> {
        let verdicts: String = self
            .connection
            .query_row("SELECT verdicts FROM judgements WHERE run = ?1", [run.number.0], |row| row.get(0))
            .map_err(error::sql(&self.path, Doing::ReadFindings))?;
        let verdicts = serde_json::from_str(&verdicts).map_err(|error| error::corrupt(&self.path, error))?;
        Ok(TrendPoint {
            complete: run.info.crawl.as_ref().is_some_and(|crawl| crawl.complete),
            veto: self.confirmed(run.number, Level::Veto)?,
            deduct: self.confirmed(run.number, Level::Deduct)?,
            advice: self.confirmed(run.number, Level::Advice)?,
            run: run.info.id,
            now: run.info.now,
            verdicts,
        })
    }

    fn confirmed(&self, run: RunNumber, level: Level) -> Result<u32, StoreError> {
        let level = match level {
            Level::Veto => "veto",
            Level::Deduct => "deduct",
            Level::Advice => "advice",
        };
        self.connection
            .query_row(
                "SELECT count(*) FROM findings WHERE run = ?1 AND level = ?2 AND verdict = 'confirmed'",
                params![run.0, level],
                |row| row.get(0),
            )
            .map_err(error::sql(&self.path, Doing::ReadFindings))
    }
}

/// In the order of the addresses: the order in which sites are declared makes no other group.
fn addresses(sites: &[SiteDecl]) -> Vec<String> {
    let mut addresses: Vec<String> = sites.iter().map(|site| site.url.to_string()).collect();
    addresses.sort();
    addresses
}
