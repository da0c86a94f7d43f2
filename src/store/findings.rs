//! Judgements: the findings of a run, what earlier runs said of them, and what changed between two runs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::error::{self, Doing, StoreError};
use super::runs::StoredRun;
use super::{RunNumber, Store};
use crate::model::finding::{Finding, Seen};
use crate::model::report::Report;
use crate::model::run::{RunDiff, RunInfo};

impl Store {
    /// Stores what the audit said of a run, in place of what it said before.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`]; any failure of writing, and then the earlier judgement stands.
    pub fn save_judgement(&self, run: &str, report: &Report) -> Result<(), StoreError> {
        let run = self.number_of_run(run)?;
        let verdicts: BTreeMap<&str, _> = report.sites.iter().map(|site| (site.host.as_str(), site.verdict)).collect();
        let verdicts = json(self, &verdicts)?;
        let report_json = json(self, report)?;
        let rows = report.findings.iter().map(|finding| FindingRow::of(self, finding)).collect::<Result<Vec<_>, _>>()?;
        let write = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            transaction.execute("DELETE FROM findings WHERE run = ?1", [run.0])?;
            transaction.execute(
                "INSERT OR REPLACE INTO judgements (run, verdicts, report) VALUES (?1, ?2, ?3)",
                params![run.0, verdicts, report_json],
            )?;
            {
                let mut insert = transaction.prepare(
                    "INSERT OR REPLACE INTO findings (run, id, rule, level, verdict, site, url, target, finding)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?;
                for FindingRow { finding, level, verdict, json } in &rows {
                    insert.execute(params![
                        run.0,
                        finding.id,
                        finding.rule,
                        level,
                        verdict,
                        finding.site,
                        finding.url,
                        finding.target,
                        json
                    ])?;
                }
            }
            transaction.commit()
        };
        write().map_err(error::sql(&self.path, Doing::SaveFindings))
    }

    /// The stored report of a run.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], [`StoreError::NotJudged`].
    pub fn report(&self, run: &str) -> Result<Report, StoreError> {
        let number = self.number_of_run(run)?;
        // read where it lies: the text of a large report is not copied
        let parsed: Option<serde_json::Result<Report>> = self
            .connection
            .query_row("SELECT report FROM judgements WHERE run = ?1", [number.0], |row| {
                Ok(serde_json::from_slice(row.get_ref(0)?.as_bytes()?))
            })
            .optional()
            .map_err(error::sql(&self.path, Doing::ReadFindings))?;
        let parsed = parsed.ok_or_else(|| StoreError::NotJudged { id: run.to_owned() })?;
        parsed.map_err(|error| error::corrupt(&self.path, format_args!("judgements {run}: {error}")))
    }

    /// What runs of an earlier monitoring time point said, by finding id. Of several runs of one time point the last counts.
    /// A run that did not inspect a finding's site, or did not get through with it, is passed over: it is no gap.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], or the findings cannot be read.
    pub fn history(&self, run: &str) -> Result<BTreeMap<String, Seen>, StoreError> {
        let this = self.stored_run(run)?;
        let earlier = self.earlier(&this)?;
        let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
        let mut by_site: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for stored in &earlier {
            let ids = self.finding_ids(stored.number)?;
            // What was seen before and is missing now begins again, if this run would have found it.
            for (site, known) in &by_site {
                if stored.info.measured(site) {
                    for id in known.iter().filter(|id| !ids.contains_key(*id)) {
                        if let Some(entry) = seen.get_mut(id) {
                            entry.runs_in_a_row = 0;
                        }
                    }
                }
            }
            for (id, site) in ids {
                let entry = seen.entry(id.clone()).or_insert_with(|| {
                    by_site.entry(site).or_default().push(id);
                    Seen { first_seen: stored.info.now.clone(), runs_in_a_row: 0 }
                });
                entry.runs_in_a_row += 1;
            }
        }
        Ok(seen)
    }

    /// The findings of a judged run that only the comparison with an earlier one showed, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], or they cannot be read.
    pub fn compared_findings(&self, run: &str) -> Result<Vec<Finding>, StoreError> {
        let number = self.number_of_run(run)?;
        let read = || -> rusqlite::Result<Vec<String>> {
            // only these have such pieces of evidence; the rest need not be parsed
            let mut statement = self.connection.prepare(
                "SELECT finding FROM findings WHERE run = ?1 AND verdict = 'suspected' AND instr(finding, '\"kind\":\"new-') > 0
                 ORDER BY id",
            )?;
            statement.query_map([number.0], |row| row.get(0))?.collect()
        };
        let rows = read().map_err(error::sql(&self.path, Doing::ReadFindings))?;
        let parsed = rows.iter().map(|text| serde_json::from_str::<Finding>(text)).collect::<Result<Vec<_>, _>>();
        let mut findings = parsed.map_err(|error| error::corrupt(&self.path, format_args!("findings {run}: {error}")))?;
        findings.retain(Finding::is_compared);
        Ok(findings)
    }

    /// What changed from the judged run `earlier` to the judged run `later`.
    ///
    /// # Errors
    /// [`StoreError::UnknownRun`], [`StoreError::NotJudged`].
    pub fn diff(&self, earlier: &str, later: &str) -> Result<RunDiff, StoreError> {
        let (before, after) = (self.findings(earlier)?, self.findings(later)?);
        let info = self.stored_run(later)?.info;
        let mut diff = RunDiff::default();
        for (id, finding) in &before {
            if !after.contains_key(id) {
                let list = if info.measured(&finding.site) { &mut diff.fixed } else { &mut diff.unmeasured };
                list.push(finding.clone());
            }
        }
        for (id, finding) in after {
            let list = if before.contains_key(&id) { &mut diff.persisting } else { &mut diff.new };
            list.push(finding);
        }
        Ok(diff)
    }

    /// The findings of a judged run, by id.
    fn findings(&self, run: &str) -> Result<BTreeMap<String, Finding>, StoreError> {
        let number = self.number_of_run(run)?;
        if !self.judged_runs()?.contains(&number) {
            return Err(StoreError::NotJudged { id: run.to_owned() });
        }
        let read = || -> rusqlite::Result<Vec<(String, String)>> {
            let mut statement = self.connection.prepare("SELECT id, finding FROM findings WHERE run = ?1")?;
            statement.query_map([number.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let rows = read().map_err(error::sql(&self.path, Doing::ReadFindings))?;
        rows.into_iter()
            .map(|(id, text)| match serde_json::from_str(&text) {
                Ok(finding) => Ok((id, finding)),
                Err(error) => Err(error::corrupt(&self.path, format_args!("findings {id}: {error}"))),
            })
            .collect()
    }

    /// Finding id → site.
    fn finding_ids(&self, run: RunNumber) -> Result<BTreeMap<String, String>, StoreError> {
        let read = || -> rusqlite::Result<BTreeMap<String, String>> {
            let mut statement = self.connection.prepare_cached("SELECT id, site FROM findings WHERE run = ?1")?;
            statement.query_map([run.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        read().map_err(error::sql(&self.path, Doing::ReadFindings))
    }

    fn judged_runs(&self) -> Result<BTreeSet<RunNumber>, StoreError> {
        let read = || -> rusqlite::Result<BTreeSet<RunNumber>> {
            let mut statement = self.connection.prepare("SELECT run FROM judgements")?;
            statement.query_map([], |row| row.get(0).map(RunNumber))?.collect()
        };
        read().map_err(error::sql(&self.path, Doing::ReadFindings))
    }

    /// Judged runs of an earlier time point, oldest first; of those that inspected the same sites at one time point, the last.
    pub(super) fn earlier(&self, this: &StoredRun) -> Result<Vec<StoredRun>, StoreError> {
        let judged = self.judged_runs()?;
        let now = time_point(&this.info);
        let mut by_time: BTreeMap<(Option<Timestamp>, Vec<String>), StoredRun> = BTreeMap::new();
        for run in self.stored_runs()? {
            let time = time_point(&run.info);
            if time < now && judged.contains(&run.number) {
                let sites = run.info.sites.iter().map(|site| site.url.to_string()).collect();
                by_time.insert((time, sites), run);
            }
        }
        Ok(by_time.into_values().collect())
    }
}

fn time_point(info: &RunInfo) -> Option<Timestamp> {
    info.now.parse().ok()
}

struct FindingRow<'a> {
    finding: &'a Finding,
    level: String,
    verdict: String,
    json: String,
}

impl<'a> FindingRow<'a> {
    fn of(store: &Store, finding: &'a Finding) -> Result<Self, StoreError> {
        Ok(Self {
            finding,
            level: word(store, &finding.level)?,
            verdict: word(store, &finding.verdict)?,
            json: json(store, finding)?,
        })
    }
}

/// The word that serde writes for a value without fields.
fn word(store: &Store, value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        Ok(other) => Err(error::corrupt(&store.path, other)),
        Err(error) => Err(error::corrupt(&store.path, error)),
    }
}

fn json(store: &Store, value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| error::corrupt(&store.path, error))
}
