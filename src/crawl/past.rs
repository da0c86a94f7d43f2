//! What the crawl takes from earlier crawls: the answers of its own interrupted run, so that nothing is asked twice, and the facts
//! of pages that have not changed since an earlier run. Where they are kept is for others to know.

use super::SinkError;
use crate::model::earlier::{Carry, EarlierId, Known, Recalled, Standing};
use crate::model::site::{PageRecord, UrlId};
use crate::url::PageUrl;

/// Gives back what earlier crawls wrote down. A command plugs in the store, a test a `Vec`.
pub trait Past: Send {
    /// Hands over every address of the interrupted run that is gone on with, in the order of their ids, and whether it has a
    /// record. Nothing where a run begins.
    ///
    /// # Errors
    /// [`SinkError`] when what was kept cannot be read.
    fn addresses(&mut self, each: &mut dyn FnMut(&str, bool)) -> Result<(), SinkError>;

    /// The record of an address of the interrupted run.
    ///
    /// # Errors
    /// As [`Past::addresses`].
    fn done(&mut self, id: UrlId) -> Result<Option<(PageRecord, Carry)>, SinkError>;

    /// There is an earlier run to compare with.
    fn has_earlier(&self) -> bool;

    /// How an address fared when it was asked for last.
    fn standing(&self, url: &str) -> Option<Standing>;

    /// The latest reading of an address in an earlier run.
    ///
    /// # Errors
    /// As [`Past::addresses`].
    fn known(&mut self, url: &str) -> Result<Option<Known>, SinkError>;

    /// The facts and links of such a reading; none when they are gone.
    ///
    /// # Errors
    /// As [`Past::addresses`].
    fn recall(&mut self, at: EarlierId) -> Result<Option<Recalled>, SinkError>;

    /// The address that an id of an earlier run stands for.
    ///
    /// # Errors
    /// As [`Past::addresses`].
    fn address(&mut self, at: EarlierId) -> Result<Option<PageUrl>, SinkError>;
}

/// No earlier crawl.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPast;

impl Past for NoPast {
    fn addresses(&mut self, _: &mut dyn FnMut(&str, bool)) -> Result<(), SinkError> {
        Ok(())
    }

    fn done(&mut self, _: UrlId) -> Result<Option<(PageRecord, Carry)>, SinkError> {
        Ok(None)
    }

    fn has_earlier(&self) -> bool {
        false
    }

    fn standing(&self, _: &str) -> Option<Standing> {
        None
    }

    fn known(&mut self, _: &str) -> Result<Option<Known>, SinkError> {
        Ok(None)
    }

    fn recall(&mut self, _: EarlierId) -> Result<Option<Recalled>, SinkError> {
        Ok(None)
    }

    fn address(&mut self, _: EarlierId) -> Result<Option<PageUrl>, SinkError> {
        Ok(None)
    }
}
