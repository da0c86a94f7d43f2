//! How sure we are that a target is at fault, by its outcome and by every attempt made: a network that failed once, a server
//! that turns programs away, a client of ours that is too modern are not the site's dead links.

use crate::model::finding::Certainty;
use crate::model::outcome::{Attempt, FailureClass, Outcome};

/// What the outcome of a request says of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It answered, with whatever content.
    Fine,
    Fault(Certainty),
    /// It was not asked for, or its answer says nothing.
    NotJudged,
}

/// What must be known beside the outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Circumstances {
    /// A host outside the group.
    pub(super) is_external: bool,
    /// Failures of transport there may be ours: the host was left alone after too many of them, or nothing outside was reached at all.
    pub(super) is_transport_doubtful: bool,
}

/// Attempts that must agree before a failure of transport or a 5xx is believed.
const ATTEMPTS_MIN: usize = 2;

pub(super) fn standing(outcome: &Outcome, attempts: &[Attempt], at: Circumstances) -> Standing {
    match outcome {
        Outcome::Skipped(_) => Standing::NotJudged,
        Outcome::Challenged { .. } => Standing::Fault(Certainty::Blocked),
        Outcome::Failed { class, .. } => Standing::Fault(of_failure(*class, attempts, at)),
        Outcome::Reply(reply) => of_status(reply.status, attempts),
    }
}

fn of_status(status: u16, attempts: &[Attempt]) -> Standing {
    match status {
        200..=299 if failed_before(attempts) >= ATTEMPTS_MIN => Standing::Fault(Certainty::Intermittent),
        200..=299 => Standing::Fine,
        404 | 410 if attempts.is_empty() || with_body(attempts).any(|attempt| attempt.status == Some(status)) => {
            Standing::Fault(Certainty::Confirmed)
        }
        500..=599 if with_body(attempts).filter(|attempt| is_server_error(attempt)).count() >= ATTEMPTS_MIN => {
            Standing::Fault(Certainty::Confirmed)
        }
        401 | 403 | 407 | 412 | 429 | 451 | 999 => Standing::Fault(Certainty::Blocked),
        400..=599 => Standing::Fault(Certainty::Suspected),
        // 1xx, and 3xx that lead nowhere (300, 304): no fault that a visitor would see.
        _ => Standing::NotJudged,
    }
}

fn of_failure(class: FailureClass, attempts: &[Attempt], at: Circumstances) -> Certainty {
    let is_repeated = with_body(attempts).filter(|attempt| attempt.failure.is_some()).count() >= ATTEMPTS_MIN;
    match class {
        // A redirect loop is an answer, and the same for every visitor; outside it may want a cookie.
        FailureClass::RedirectLoop | FailureClass::RedirectTooMany if !at.is_external => Certainty::Confirmed,
        // Old servers fail with modern TLS clients and work in browsers (norms.md 6.3).
        FailureClass::RedirectLoop | FailureClass::RedirectTooMany | FailureClass::RedirectBad | FailureClass::Tls => {
            Certainty::Suspected
        }
        _ if at.is_transport_doubtful || !is_repeated => Certainty::Suspected,
        FailureClass::Timeout | FailureClass::Reset | FailureClass::Protocol if at.is_external => Certainty::Suspected,
        _ => Certainty::Confirmed,
    }
}

/// Attempts that count: servers answer HEAD with anything.
fn with_body(attempts: &[Attempt]) -> impl Iterator<Item = &Attempt> {
    attempts.iter().filter(|attempt| attempt.method != "HEAD")
}

fn failed_before(attempts: &[Attempt]) -> usize {
    with_body(attempts)
        .filter(|attempt| attempt.failure.is_some() || is_server_error(attempt) || matches!(attempt.status, Some(404 | 410)))
        .count()
}

fn is_server_error(attempt: &Attempt) -> bool {
    attempt.status.is_some_and(|status| (500..600).contains(&status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{attempts, failed, reply};
    use crate::model::outcome::{ChallengeKind, SkipReason};

    const INSIDE: Circumstances = Circumstances { is_external: false, is_transport_doubtful: false };
    const OUTSIDE: Circumstances = Circumstances { is_external: true, is_transport_doubtful: false };
    const CONFIRMED: Standing = Standing::Fault(Certainty::Confirmed);
    const SUSPECTED: Standing = Standing::Fault(Certainty::Suspected);
    const BLOCKED: Standing = Standing::Fault(Certainty::Blocked);

    fn of(outcome: &Outcome, tries: &str, at: Circumstances) -> Standing {
        standing(outcome, &attempts(tries), at)
    }

    #[test]
    fn not_found_is_confirmed_once_a_get_saw_it() {
        assert_eq!(of(&reply(404), "GET 404", INSIDE), CONFIRMED);
        assert_eq!(of(&reply(410), "HEAD 410, GET 410", OUTSIDE), CONFIRMED);
        assert_eq!(of(&reply(404), "HEAD 404", INSIDE), SUSPECTED);
    }

    #[test]
    fn a_server_error_must_be_seen_twice() {
        assert_eq!(of(&reply(500), "GET 500", INSIDE), SUSPECTED);
        assert_eq!(of(&reply(503), "GET 500, GET 503", OUTSIDE), CONFIRMED);
        assert_eq!(of(&reply(500), "HEAD 500, GET 500", INSIDE), SUSPECTED);
    }

    #[test]
    fn a_server_that_turns_us_away_is_blocked_and_not_dead() {
        for status in [401, 403, 407, 412, 429, 451, 999] {
            assert_eq!(of(&reply(status), "GET 403, GET 403", OUTSIDE), BLOCKED, "{status}");
        }
        let challenged = Outcome::Challenged { kind: ChallengeKind::Ruishu, status: 412 };
        assert_eq!(of(&challenged, "GET 412", INSIDE), BLOCKED);
        for status in [400, 405, 406, 418] {
            assert_eq!(of(&reply(status), "GET 400, GET 400", INSIDE), SUSPECTED, "{status}");
        }
    }

    #[test]
    fn failures_of_transport_must_repeat_and_outside_only_dns_and_connect_are_believed() {
        for (class, outside) in [
            (FailureClass::Dns, CONFIRMED),
            (FailureClass::Connect, CONFIRMED),
            (FailureClass::Timeout, SUSPECTED),
            (FailureClass::Reset, SUSPECTED),
        ] {
            assert_eq!(of(&failed(class), "GET dns", INSIDE), SUSPECTED);
            assert_eq!(of(&failed(class), "GET dns, GET dns", INSIDE), CONFIRMED);
            assert_eq!(of(&failed(class), "GET dns, GET dns", OUTSIDE), outside);
            let doubtful = Circumstances { is_transport_doubtful: true, ..OUTSIDE };
            assert_eq!(of(&failed(class), "GET dns, GET dns", doubtful), SUSPECTED);
        }
        assert_eq!(of(&failed(FailureClass::Tls), "GET dns, GET dns, GET dns", INSIDE), SUSPECTED);
    }

    #[test]
    fn redirect_loops_inside_are_dead() {
        assert_eq!(of(&failed(FailureClass::RedirectLoop), "GET 302", INSIDE), CONFIRMED);
        assert_eq!(of(&failed(FailureClass::RedirectLoop), "GET 302", OUTSIDE), SUSPECTED);
    }

    #[test]
    fn one_failure_before_a_success_is_forgotten_and_two_are_intermittent() {
        assert_eq!(of(&reply(200), "GET 500, GET 200", INSIDE), Standing::Fine);
        assert_eq!(of(&reply(200), "HEAD 404, HEAD 405, GET 200", INSIDE), Standing::Fine);
        assert_eq!(of(&reply(200), "GET 500, GET dns, GET 200", INSIDE), Standing::Fault(Certainty::Intermittent));
    }

    #[test]
    fn what_was_not_asked_for_is_not_judged() {
        assert_eq!(of(&Outcome::Skipped(SkipReason::Robots), "", INSIDE), Standing::NotJudged);
        assert_eq!(of(&reply(304), "GET 304", INSIDE), Standing::NotJudged);
    }
}
