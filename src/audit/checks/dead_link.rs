//! `dead-link`: targets that are not there, that fail, or that are not what they say they are.

use serde::Deserialize;

use super::{Check, CheckDef, Context, Identity, Need, evidence, from_params};
use crate::model::finding::{CheckResult, Hit};
use crate::model::site::{SiteFacts, Target, TargetClass, TargetFault};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "dead-link",
    placeholders: &["reason", "first_page", "text"],
    needs: &[Need::Pages],
    build: from_params::<DeadLink>,
};

/// Which dead targets a rule speaks of. Each target has one class and stands on the home page or does not, so that rules
/// with different parameters never speak of the same target.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
struct DeadLink {
    classes: Vec<TargetClass>,
    /// true: only targets linked on the home page; false: only those that are not.
    #[serde(default)]
    on_home: bool,
}

impl Check for DeadLink {
    fn run(&self, site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
        let hits = site.targets.iter().filter(|target| self.speaks_of(target)).map(hit).collect();
        CheckResult { judged: self.judged(site), hits, undetermined: Vec::new() }
    }

    fn identity(&self) -> Identity {
        Identity::Target
    }
}

impl DeadLink {
    fn speaks_of(&self, target: &Target) -> bool {
        matches!(target.fault, TargetFault::Dead | TargetFault::WrongType { .. })
            && target.on_home == self.on_home
            && self.classes.contains(&target.class)
    }

    fn judged(&self, site: &SiteFacts) -> u32 {
        if self.on_home {
            return site.judged_on_home;
        }
        self.classes.iter().filter_map(|class| site.judged.get(class)).sum()
    }
}

fn hit(target: &Target) -> Hit {
    let reason = match &target.fault {
        TargetFault::WrongType { found, .. } => format!("@wrong-type.{found}"),
        _ => evidence::reason(&target.outcome),
    };
    evidence::target_hit(target, [("reason", reason)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, failed, site, target, values};
    use crate::model::outcome::FailureClass;

    fn check(classes: &[TargetClass], on_home: bool) -> DeadLink {
        DeadLink { classes: classes.to_vec(), on_home }
    }

    #[test]
    fn a_dead_target_is_one_hit_with_all_its_places() {
        let mut site = site();
        site.targets.push(target("http://gxt.example.gov.cn/gone.html", TargetClass::Page, TargetFault::Dead));
        let result = check(&[TargetClass::Page], false).run(&site, &context());
        assert_eq!((result.judged, result.hits.len()), (10, 1));
        let hit = &result.hits[0];
        assert_eq!(hit.url, "http://gxt.example.gov.cn/xwzx/");
        assert_eq!(hit.target.as_deref(), Some("http://gxt.example.gov.cn/gone.html"));
        assert_eq!(hit.occurrence_count, 3);
        assert_eq!(
            values(&hit.values),
            [("first_page", "http://gxt.example.gov.cn/xwzx/"), ("reason", "@status.404"), ("text", "工作动态")]
        );
        assert_eq!(hit.evidence[0].text, "@attempt GET 404");
    }

    #[test]
    fn rules_of_other_classes_and_places_do_not_speak_of_it() {
        let mut site = site();
        site.targets.push(target("http://gxt.example.gov.cn/gone.html", TargetClass::Page, TargetFault::Dead));
        site.targets.push(target("http://gxt.example.gov.cn/a.jpg", TargetClass::Image, TargetFault::Dead));
        site.targets[1].on_home = true;
        let all = [TargetClass::Page, TargetClass::Image];
        assert_eq!(check(&all, false).run(&site, &context()).hits.len(), 1);
        assert_eq!(check(&all, true).run(&site, &context()).hits.len(), 1);
        assert_eq!(check(&[TargetClass::Attachment], false).run(&site, &context()), CheckResult::default());
    }

    #[test]
    fn soft_404_and_long_chains_are_not_dead() {
        let mut site = site();
        for fault in [TargetFault::Chain, TargetFault::Soft404 { signs: Vec::new() }] {
            site.targets.push(target("http://gxt.example.gov.cn/gone.html", TargetClass::Page, fault));
        }
        assert!(check(&[TargetClass::Page], false).run(&site, &context()).hits.is_empty());
    }

    #[test]
    fn the_reason_names_the_failure_or_the_wrong_type() {
        let mut site = site();
        site.targets.push(target("http://gone.example.cn/", TargetClass::External, TargetFault::Dead));
        site.targets[0].outcome = failed(FailureClass::Dns);
        let wrong = TargetFault::WrongType { expected: "pdf".into(), found: "html".into() };
        site.targets.push(target("http://gxt.example.gov.cn/a.pdf", TargetClass::External, wrong));
        let hits = check(&[TargetClass::External], false).run(&site, &context()).hits;
        assert_eq!(hits[0].values["reason"], "@failure.dns");
        assert_eq!(hits[1].values["reason"], "@wrong-type.html");
    }
}
