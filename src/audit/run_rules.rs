//! Lets the check of every rule look at a site. A check that the run cannot serve is not called, one that panics is caught:
//! both are undetermined, with the reason.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::RuleBook;
use super::checks::{Check, CheckDef, Coming, Context, Identity, Need};
use crate::model::finding::{CheckResult, Undetermined};
use crate::model::outcome::Outcome;
use crate::model::rule::Rule;
use crate::model::site::SiteFacts;

/// What the rules say of a site, by rule id.
pub(super) fn run_rules(book: &RuleBook, site: &SiteFacts, context: &Context<'_>) -> BTreeMap<String, CheckResult> {
    book.rules.iter().map(|rule| (rule.id.clone(), run_rule(rule, site, context))).collect()
}

pub(super) fn identity(rule: &Rule) -> Identity {
    build(rule).map_or(Identity::PageAndTarget, |(_, check)| check.identity())
}

/// What the rule's check says is due by a day to come.
pub(super) fn coming(rule: &Rule, site: &SiteFacts, context: &Context<'_>) -> Option<Coming> {
    let (def, check) = build(rule)?;
    let is_served = def.needs.iter().all(|need| lacking(*need, site).is_none());
    is_served.then(|| check.coming(site, context)).flatten()
}

/// The rule's check with its parameters; the loader has seen that both are good.
fn build(rule: &Rule) -> Option<(&'static CheckDef, Box<dyn Check>)> {
    let def = CheckDef::named(&rule.check)?;
    Some((def, (def.build)(&rule.params).ok()?))
}

pub(super) fn run_rule(rule: &Rule, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
    let Some((def, check)) = build(rule) else { return undetermined("check-panicked") };
    if let Some(reason) = def.needs.iter().find_map(|need| lacking(*need, site)) {
        return undetermined(reason);
    }
    guarded(&rule.id, check.as_ref(), site, context)
}

fn guarded(rule: &str, check: &dyn Check, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
    catch_unwind(AssertUnwindSafe(|| check.run(site, context))).unwrap_or_else(|_| {
        tracing::error!(rule, site = site.decl.url.host(), "A check panicked; the rule is undetermined for this site.");
        undetermined("check-panicked")
    })
}

fn undetermined(reason: &str) -> CheckResult {
    let what = Undetermined { url: String::new(), reason: reason.to_owned() };
    CheckResult { judged: 0, hits: Vec::new(), undetermined: vec![what] }
}

/// Key of why the run lacks what a check needs.
fn lacking(need: Need, site: &SiteFacts) -> Option<&'static str> {
    match need {
        Need::Home if site.home.as_ref().is_some_and(|home| home.outcome.is_read() && home.facts.is_some()) => None,
        Need::Pages if site.pages_read > 0 => None,
        _ => Some(why_no_pages(site)),
    }
}

/// Key of why nothing was read of a site's home page.
pub(super) fn why_no_pages(site: &SiteFacts) -> &'static str {
    match site.home.as_ref().map(|home| &home.outcome) {
        None | Some(Outcome::Skipped(_)) => "home-not-requested",
        Some(Outcome::Challenged { .. }) => "home-blocked",
        Some(Outcome::Reply(reply)) if matches!(reply.status, 401 | 403 | 407 | 412 | 429 | 451) => "home-blocked",
        Some(Outcome::Reply(reply)) if reply.is_success() => "no-pages",
        Some(_) => "home-unreachable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{context, failed, site};
    use crate::model::outcome::FailureClass;

    #[derive(Debug)]
    struct Panics;

    impl Check for Panics {
        fn run(&self, _site: &SiteFacts, _context: &Context<'_>) -> CheckResult {
            panic!("as the test wants");
        }
    }

    #[test]
    fn a_panic_in_a_check_is_undetermined_and_no_more() {
        let result = guarded("x.y", &Panics, &site(), &context());
        assert_eq!(result.undetermined[0].reason, "check-panicked");
        assert_eq!((result.judged, result.hits.len()), (0, 0));
    }

    #[test]
    fn a_check_that_the_run_cannot_serve_is_not_called() {
        let mut site = site();
        assert_eq!(lacking(Need::Home, &site), None);
        assert_eq!(lacking(Need::Pages, &site), None);
        site.pages_read = 0;
        site.home.as_mut().unwrap().outcome = failed(FailureClass::Timeout);
        assert_eq!(lacking(Need::Home, &site), Some("home-unreachable"));
        assert_eq!(lacking(Need::Pages, &site), Some("home-unreachable"));
        site.home = None;
        assert_eq!(lacking(Need::Pages, &site), Some("home-not-requested"));
    }
}
