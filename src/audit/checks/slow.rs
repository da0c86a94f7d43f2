//! `slow`: a home page that takes long to open, by the log of probes. One crawl, from one place in one hour, cannot say it.

use serde::Deserialize;

use super::columns::{evidence, values_of};
use super::{Check, CheckDef, Context, from_params};
use crate::audit::probes::Week;
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::SiteFacts;

pub(super) const CHECK: CheckDef =
    CheckDef { name: "slow", placeholders: &["median", "limit", "total"], needs: &[], build: from_params::<Slow> };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slow {
    /// Seconds that half of the probes took at least.
    seconds: u32,
}

impl Check for Slow {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let week = Week::of(context.probes, &site.decl.url, context.today);
        let Some(median) = week.median_ms().filter(|_| week.is_enough()) else {
            let what = Undetermined { url: String::new(), reason: "probes-missing".to_owned() };
            return CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] };
        };
        let mut result = CheckResult { judged: 1, ..CheckResult::default() };
        if median >= self.seconds.saturating_mul(1_000) {
            let tenths = median / 100;
            result.hits.push(Hit {
                url: site.decl.url.to_string(),
                target: None,
                column: None,
                certainty: Certainty::Suspected,
                values: values_of([
                    ("median", format!("{}.{}", tenths / 10, tenths % 10)),
                    ("limit", self.seconds.to_string()),
                    ("total", week.total.to_string()),
                ]),
                evidence: vec![evidence(
                    "note",
                    format!("@probed {} {} {}", week.total, week.not_opened, week.percent()),
                    Some(site.decl.url.to_string()),
                )],
                occurrences: Vec::new(),
                occurrence_count: 0,
            });
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::probes::log;
    use crate::audit::testing::{TODAY, context, site};

    fn run(days: i64, ms: u32) -> CheckResult {
        let mut probes = log("http://gxt.example.gov.cn/", TODAY, days, 20, 0);
        for probe in &mut probes {
            probe.duration_ms = ms;
        }
        Slow { seconds: 5 }.run(&site(), &Context { probes: &probes, ..context() })
    }

    #[test]
    fn half_of_a_week_of_probes_must_be_slow() {
        assert_eq!(run(7, 6_250).hits[0].values["median"], "6.2");
        assert_eq!(run(7, 4_999), CheckResult { judged: 1, ..CheckResult::default() });
        assert_eq!(run(6, 6_250).undetermined[0].reason, "probes-missing");
    }
}
