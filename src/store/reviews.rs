//! What the offices said of findings, and what looking again came to. Nothing is ever overwritten: the latest line counts.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::Store;
use super::error::{self, Doing, StoreError};
use crate::model::finding::Finding;
use crate::model::review::{Recheck, Review, ReviewLine};

/// The step of the schema that brings the tables of this file.
pub(super) const STEP: &str = "
CREATE TABLE reviews (
    seq INTEGER PRIMARY KEY,
    finding TEXT NOT NULL,
    imported TEXT NOT NULL,
    source TEXT NOT NULL,
    review TEXT NOT NULL
);
CREATE INDEX reviews_by_finding ON reviews (finding, seq);
CREATE TABLE rechecks (
    seq INTEGER PRIMARY KEY,
    review INTEGER NOT NULL,
    run TEXT NOT NULL,
    state TEXT NOT NULL,
    recheck TEXT NOT NULL
);
CREATE INDEX rechecks_by_review ON rechecks (review, seq);
";

impl Store {
    /// Enters what offices filled in, all or nothing. What says nothing new leaves no line; gives the number of new lines.
    ///
    /// # Errors
    /// Any failure of writing, and then nothing is entered.
    pub fn add_reviews(&self, reviews: &[(Review, String)], imported: &str) -> Result<usize, StoreError> {
        let known = self.reviews()?;
        let is_new = |review: &Review| known.get(&review.finding).is_none_or(|line| line.review != *review);
        let rows = reviews
            .iter()
            .filter(|(review, _)| is_new(review))
            .map(|(review, source)| Ok((review, source, self.write_json(review)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            {
                let mut insert =
                    transaction.prepare("INSERT INTO reviews (finding, imported, source, review) VALUES (?1, ?2, ?3, ?4)")?;
                for (review, source, json) in &rows {
                    insert.execute(params![review.finding, imported, source, json])?;
                }
            }
            transaction.commit()
        };
        write().map_err(error::sql(&self.path, Doing::SaveReviews))?;
        Ok(rows.len())
    }

    /// What counts today, by finding id: the latest review with the latest look since.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn reviews(&self) -> Result<BTreeMap<String, ReviewLine>, StoreError> {
        type Raw = (String, String, String, String, Option<String>);
        let read = || -> rusqlite::Result<Vec<Raw>> {
            let mut statement = self.connection.prepare(
                "SELECT finding, imported, source, review,
                    (SELECT recheck FROM rechecks WHERE rechecks.review = reviews.seq ORDER BY rechecks.seq DESC LIMIT 1)
                 FROM reviews ORDER BY seq",
            )?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?.collect()
        };
        let rows = read().map_err(error::sql(&self.path, Doing::ReadReviews))?;
        rows.into_iter()
            .map(|(finding, imported, source, review, recheck)| {
                let review: Review = self.read_json(&review, "reviews")?;
                let recheck: Option<Recheck> = recheck.map(|text| self.read_json(&text, "rechecks")).transpose()?;
                Ok((finding, ReviewLine { review, imported, source, recheck }))
            })
            .collect()
    }

    /// Enters what looking again at reviewed findings came to, by finding id.
    ///
    /// # Errors
    /// Any failure of writing, and then nothing is entered.
    pub fn add_rechecks(&self, run: &str, rechecks: &BTreeMap<String, Recheck>) -> Result<(), StoreError> {
        let rows = rechecks
            .iter()
            .map(|(finding, recheck)| {
                let state = serde_json::to_value(recheck.state).map_err(|error| error::corrupt(&self.path, error))?;
                Ok((finding, state.as_str().unwrap_or_default().to_owned(), self.write_json(recheck)?))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            for (finding, state, json) in &rows {
                transaction.execute(
                    "INSERT INTO rechecks (review, run, state, recheck)
                     SELECT max(seq), ?2, ?3, ?4 FROM reviews WHERE finding = ?1 HAVING max(seq) IS NOT NULL",
                    params![finding, run, state, json],
                )?;
            }
            transaction.commit()
        };
        write().map_err(error::sql(&self.path, Doing::SaveReviews))
    }

    /// The finding of this id as the latest run that has it says it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn finding(&self, id: &str) -> Result<Option<Finding>, StoreError> {
        let text: Option<String> = self
            .connection
            .query_row("SELECT finding FROM findings WHERE id = ?1 ORDER BY run DESC LIMIT 1", [id], |row| row.get(0))
            .optional()
            .map_err(error::sql(&self.path, Doing::ReadFindings))?;
        text.map(|text| self.read_json(&text, "findings")).transpose()
    }

    fn write_json(&self, value: &impl serde::Serialize) -> Result<String, StoreError> {
        serde_json::to_string(value).map_err(|error| error::corrupt(&self.path, error))
    }

    fn read_json<T: serde::de::DeserializeOwned>(&self, text: &str, table: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|error| error::corrupt(&self.path, format_args!("{table}: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Access;
    use super::*;
    use crate::model::review::{Mark, RecheckState};

    fn review(finding: &str, mark: Mark, reason: &str) -> (Review, String) {
        let review = Review { finding: finding.to_owned(), mark: Some(mark), reason: reason.to_owned(), ..Review::default() };
        (review, "综合处.xlsx".to_owned())
    }

    #[test]
    fn the_latest_review_counts_and_saying_it_again_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("x.db"), Access::Write).unwrap();
        let first = [review("a", Mark::True, ""), review("b", Mark::FalseAlarm, "已核实")];
        assert_eq!(store.add_reviews(&first, "2026-11-24T09:00:00+08:00").unwrap(), 2);
        assert_eq!(store.add_reviews(&first, "2026-11-25T09:00:00+08:00").unwrap(), 0);
        assert_eq!(store.add_reviews(&[review("a", Mark::Mended, "已补发")], "2026-11-26T09:00:00+08:00").unwrap(), 1);
        let reviews = store.reviews().unwrap();
        assert_eq!(reviews["a"].review.mark, Some(Mark::Mended));
        assert_eq!(reviews["b"].imported, "2026-11-24T09:00:00+08:00");
    }

    #[test]
    fn a_look_belongs_to_the_review_that_it_followed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("x.db"), Access::Write).unwrap();
        store.add_reviews(&[review("a", Mark::Mended, "一")], "1").unwrap();
        let look = Recheck { state: RecheckState::Reopened, at: "2026-11-27T09:00:00+08:00".to_owned(), evidence: Vec::new() };
        let looks = BTreeMap::from([("a".to_owned(), look.clone()), ("unknown".to_owned(), look.clone())]);
        store.add_rechecks("20261124-090000", &looks).unwrap();
        assert_eq!(store.reviews().unwrap()["a"].recheck, Some(look));
        store.add_reviews(&[review("a", Mark::Mended, "二")], "2").unwrap();
        assert_eq!(store.reviews().unwrap()["a"].recheck, None, "a new word asks for a new look");
    }
}
