//! What a limit leaves out, counted: the report says so.

use crate::model::run::NotCovered;
use crate::url::PageUrl;

/// Addresses that are named.
const EXAMPLES_MAX: usize = 5;

/// Addresses for which there was no place.
#[derive(Debug, Default)]
pub(super) struct Cut {
    count: u64,
    examples: Vec<String>,
}

impl Cut {
    pub(super) fn add(&mut self, url: &PageUrl) {
        self.count += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(url.to_string());
        }
    }

    /// A line of the report; none where nothing was left out.
    pub(super) fn said(&self, host: &str, reason: &str) -> Option<NotCovered> {
        (self.count > 0).then(|| NotCovered {
            site: host.to_owned(),
            reason: reason.to_owned(),
            count: self.count,
            examples: self.examples.clone(),
        })
    }
}
