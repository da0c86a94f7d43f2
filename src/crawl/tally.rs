//! Counts of a run: what was left out and why, how the home pages fared, what the progress display is told.

use std::collections::BTreeMap;

use super::Progress;
use crate::model::outcome::{Outcome, SkipReason};
use crate::model::run::{NotCovered, NotFoundSample};

/// Addresses quoted for each reason.
const EXAMPLES_MAX: usize = 5;

/// How a site's home page fared; the best of its addresses counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HomeFate {
    /// Never asked for: interrupted, or not allowed.
    Unasked,
    Unreachable,
    /// The server answers, but keeps us out (401, 403, 407, 412, 429, 451, 999).
    Blocked,
    Challenged,
    /// It leads to a host that is not declared.
    Elsewhere,
    /// An answer that is no web page: nothing can be followed from it.
    NoPage,
    Read,
}

impl HomeFate {
    pub(super) fn of(outcome: &Outcome, final_in_site: bool, is_page: bool) -> Self {
        match outcome {
            Outcome::Skipped(_) => Self::Unasked,
            Outcome::Challenged { .. } => Self::Challenged,
            Outcome::Failed { .. } => Self::Unreachable,
            Outcome::Reply(reply) if matches!(reply.status, 401 | 403 | 407 | 412 | 429 | 451 | 999) => Self::Blocked,
            Outcome::Reply(reply) if !reply.is_success() => Self::Unreachable,
            Outcome::Reply(_) if !final_in_site => Self::Elsewhere,
            Outcome::Reply(_) if !is_page => Self::NoPage,
            Outcome::Reply(_) => Self::Read,
        }
    }

    /// Key of the reason why the site was not covered.
    pub(super) fn reason(self) -> Option<&'static str> {
        match self {
            // the reason stands with the skipped address itself
            Self::Unasked | Self::Read => None,
            Self::Unreachable => Some("site-unreachable"),
            Self::Blocked | Self::Challenged => Some("site-blocked"),
            Self::NoPage => Some("home-no-page"),

            Self::Elsewhere => Some("home-elsewhere"),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    left_out: BTreeMap<(String, String), (u64, Vec<String>)>,
    pub(super) progress: Progress,
    pub(super) not_found: Vec<NotFoundSample>,
    /// Pages whose stored facts were used again.
    pub(super) reused: u64,
    /// Something that was to be measured was left out.
    pub(super) incomplete: bool,
}

impl Tally {
    /// Counts something of `site` (a host) that was not covered.
    pub(super) fn left_out(&mut self, site: &str, reason: &str, example: &str) {
        let (count, examples) = self.left_out.entry((site.to_owned(), reason.to_owned())).or_default();
        *count += 1;
        if examples.len() < EXAMPLES_MAX {
            examples.push(example.chars().take(500).collect());
        }
    }

    pub(super) fn skipped(&mut self, reason: SkipReason) {
        *self.progress.skipped.entry(reason).or_default() += 1;
    }

    pub(super) fn not_covered(&mut self) -> Vec<NotCovered> {
        std::mem::take(&mut self.left_out)
            .into_iter()
            .map(|((site, reason), (count, examples))| NotCovered { site, reason, count, examples })
            .collect()
    }
}

/// The reason's key, as it stands in reports.
pub(super) fn key_of(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Robots => "robots",
        SkipReason::PrivateAddress => "private-address",
        SkipReason::PageBudget => "page-budget",
        SkipReason::TimeBudget => "time-budget",
        SkipReason::WindowClosed => "window-closed",
        SkipReason::Interrupted => "interrupted",
        SkipReason::Excluded => "excluded",
        SkipReason::AddressTooLong => "address-too-long",
        SkipReason::TooDeep => "too-deep",
        SkipReason::EndlessSeries => "endless-series",
        SkipReason::HostPaused => "host-paused",
        SkipReason::ExternalOff => "external-off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_stored_reasons() {
        for reason in [
            SkipReason::Robots,
            SkipReason::PrivateAddress,
            SkipReason::PageBudget,
            SkipReason::TimeBudget,
            SkipReason::WindowClosed,
            SkipReason::Interrupted,
            SkipReason::Excluded,
            SkipReason::AddressTooLong,
            SkipReason::TooDeep,
            SkipReason::EndlessSeries,
            SkipReason::HostPaused,
            SkipReason::ExternalOff,
        ] {
            assert_eq!(serde_json::to_value(reason).unwrap(), key_of(reason));
        }
    }

    #[test]
    fn five_examples_are_kept_and_all_are_counted() {
        let mut tally = Tally::default();
        for i in 0..9 {
            tally.left_out("a.cn", "robots", &format!("http://a.cn/{i}"));
        }
        let found = tally.not_covered();
        assert_eq!((found[0].count, found[0].examples.len()), (9, 5));
    }
}
