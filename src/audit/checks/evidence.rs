//! What several checks show of a target: its attempts, its redirects, its places. Keys beginning with `@` are worded by `audit::words`.

use std::collections::BTreeMap;

use crate::model::finding::{Evidence, Hit};
use crate::model::outcome::{Attempt, FailureClass, Hop, Outcome};
use crate::model::site::Target;

/// The hit that speaks of a target: on the first page that links to it.
pub(super) fn target_hit<const N: usize>(target: &Target, values: [(&str, String); N]) -> Hit {
    let first = target.occurrences.first();
    let mut all: BTreeMap<String, String> = values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let place = first.map_or_else(|| target.url.to_string(), |first| first.url.clone());
    all.insert("first_page".into(), place.clone());
    // An image without `alt`, a link around nothing: its address stands for it.
    let text = first.map(|first| first.text.clone()).filter(|text| !text.is_empty());
    all.insert("text".into(), text.unwrap_or_else(|| target.url.to_string()));
    Hit {
        url: place,
        target: Some(target.url.to_string()),
        column: target.column.as_ref().map(ToString::to_string),
        certainty: target.certainty,
        values: all,
        evidence: of_request(&target.outcome, &target.attempts),
        occurrences: target.occurrences.clone(),
        occurrence_count: target.occurrence_count,
    }
}

/// The attempts in the order made, then the redirects of the last one, then what the failing layer said.
pub(super) fn of_request(outcome: &Outcome, attempts: &[Attempt]) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = attempts.iter().map(of_attempt).collect();
    let hops = match outcome {
        Outcome::Reply(reply) => reply.hops.as_slice(),
        Outcome::Failed { hops, .. } => hops.as_slice(),
        _ => &[],
    };
    all.extend(hops.iter().map(of_hop));
    match outcome {
        Outcome::Reply(reply) if !reply.hops.is_empty() => {
            all.push(of_hop(&Hop { url: reply.final_url.clone(), status: reply.status }));
        }
        Outcome::Failed { message, .. } if !message.is_empty() => all.push(note(message.clone(), None)),
        Outcome::Challenged { status, .. } => all.push(note(reason(outcome), Some(*status))),
        _ => {}
    }
    all
}

/// Key of what an outcome means: `@status.404`, `@failure.dns`, `@challenge.ruishu`, `@skip.robots`.
pub(super) fn reason(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Reply(reply) => format!("@status.{}", reply.status),
        Outcome::Failed { class, .. } => format!("@failure.{}", failure_key(*class)),
        Outcome::Challenged { kind, .. } => format!("@challenge.{}", key_of(kind)),
        Outcome::Skipped(why) => format!("@skip.{}", key_of(why)),
    }
}

pub(super) fn quote(text: &str) -> Evidence {
    Evidence { kind: "quote".into(), text: text.to_owned(), url: None, status: None, at: None, duration_ms: None }
}

fn note(text: String, status: Option<u16>) -> Evidence {
    Evidence { kind: "note".into(), text, url: None, status, at: None, duration_ms: None }
}

fn of_attempt(attempt: &Attempt) -> Evidence {
    let result = match (attempt.status, attempt.failure) {
        (_, Some(class)) => failure_key(class),
        (Some(status), None) => status.to_string(),
        (None, None) => "none".to_owned(),
    };
    Evidence {
        kind: "attempt".into(),
        text: format!("@attempt {} {result}", attempt.method),
        url: None,
        status: attempt.status,
        at: Some(attempt.at.clone()),
        duration_ms: Some(attempt.duration_ms),
    }
}

fn of_hop(hop: &Hop) -> Evidence {
    Evidence {
        kind: "hop".into(),
        text: format!("{} {}", hop.status, hop.url),
        url: Some(hop.url.to_string()),
        status: Some(hop.status),
        at: None,
        duration_ms: None,
    }
}

fn failure_key(class: FailureClass) -> String {
    key_of(&class)
}

/// The kebab-case name that a plain enum is stored under.
fn key_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
