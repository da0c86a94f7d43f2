//! What a failure of the layers below is called.

use std::error::Error as StdError;
use std::io;

use super::super::guard::Refusal;
use super::Exchange;
use crate::model::outcome::FailureClass;

pub(super) fn refused(refusal: &Refusal) -> Exchange {
    match refusal {
        Refusal::Private => Exchange::Refused,
        Refusal::Unknown(why) => Exchange::Failed { class: FailureClass::Dns, message: why.clone() },
    }
}

/// The fault of a request: of the HTTP client as a rule, of the layers below it where we spoke to them ourselves.
pub(super) fn failed(fault: &(dyn StdError + 'static), https: bool) -> Exchange {
    if let Some(refusal) = causes(fault).find_map(|cause| cause.downcast_ref::<Refusal>()) {
        return refused(refusal);
    }
    Exchange::Failed { class: classify(fault, https), message: chain(fault) }
}

fn classify(fault: &(dyn StdError + 'static), https: bool) -> FailureClass {
    let told = fault.downcast_ref::<reqwest::Error>();
    let io = causes(fault).filter_map(|cause| cause.downcast_ref::<io::Error>()).last().map(io::Error::kind);
    let http = causes(fault).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    if told.is_some_and(reqwest::Error::is_timeout) || io == Some(io::ErrorKind::TimedOut) {
        FailureClass::Timeout
    } else if told.is_some_and(reqwest::Error::is_dns) {
        FailureClass::Dns
    } else if causes(fault).any(is_tls) {
        FailureClass::Tls
    } else if told.is_some_and(reqwest::Error::is_connect) {
        match io {
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData) if https => FailureClass::Tls,
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe) => {
                FailureClass::Reset
            }
            _ => FailureClass::Connect,
        }
    } else if http.is_some_and(|h| h.is_parse() || h.is_user()) {
        FailureClass::Protocol
    } else if http.is_some_and(|h| h.is_incomplete_message() || h.is_closed() || h.is_canceled()) || io.is_some_and(is_break) {
        FailureClass::Reset
    } else {
        FailureClass::Protocol
    }
}

fn is_break(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::NotConnected
    )
}

fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    cause.is::<rustls::Error>()
}

/// The error and what caused it, outermost first; what an `io::Error` wraps is a cause too.
fn causes<'a>(fault: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(fault);
    std::iter::from_fn(move || {
        let cause = next?;
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|inner| inner as &(dyn StdError + 'static)).or_else(|| cause.source());
        Some(cause)
    })
}

/// One sentence: the innermost causes, without the address.
pub(super) fn chain(fault: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = causes(fault).skip(1).map(ToString::to_string).collect();
    if parts.is_empty() {
        parts.push(fault.to_string());
    }
    parts.dedup();
    parts.join(": ").chars().take(300).collect()
}
