//! Documents and their interpretations (文件与解读).

use jiff::civil::Date;

use super::RuleBook;
use crate::model::report::InterpretationLine;
use crate::model::rule::Lang;
use crate::model::run::RunInfo;
use crate::model::site::{Column, PageRecord, PolicyPage, SiteFacts};

/// Picks the documents and interpretations of one site from its records.
#[derive(Debug)]
pub struct Collector {}

impl Collector {
    /// `site`: index into the run's declared sites.
    pub fn new(_run: &RunInfo, _site: usize, _today: Date) -> Self {
        Self {}
    }

    /// Takes one record of the site, whatever its outcome; records come in the order of their ids.
    pub fn page(&mut self, _record: &PageRecord) {}

    /// Documents, interpretations.
    pub fn finish(self, _columns: &[Column]) -> (Vec<PolicyPage>, Vec<PolicyPage>) {
        (Vec::new(), Vec::new())
    }
}

/// The ledger of documents and interpretations of one site.
pub fn ledger(_site: &SiteFacts, _book: &RuleBook, _today: Date, _lang: Lang) -> Vec<InterpretationLine> {
    Vec::new()
}
