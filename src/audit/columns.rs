//! Records → columns, and the column ledger (栏目台账).

use jiff::civil::Date;

use super::RuleBook;
use crate::model::report::ColumnLine;
use crate::model::rule::Lang;
use crate::model::run::RunInfo;
use crate::model::site::{Column, PageRecord, SiteFacts};

/// Puts the columns of one site together from its records.
#[derive(Debug)]
pub struct Collector {}

impl Collector {
    /// `site`: index into the run's declared sites.
    pub fn new(_run: &RunInfo, _site: usize, _today: Date) -> Self {
        Self {}
    }

    /// Takes one record of the site, whatever its outcome; records come in the order of their ids.
    pub fn page(&mut self, _record: &PageRecord) {}

    /// In the order of their address.
    pub fn finish(self) -> Vec<Column> {
        Vec::new()
    }
}

/// The column ledger of one site.
pub fn ledger(_site: &SiteFacts, _book: &RuleBook, _today: Date, _lang: Lang) -> Vec<ColumnLine> {
    Vec::new()
}
