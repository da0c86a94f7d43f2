//! The cookies of one host: what a visitor's browser would send back, within bounds. Kept so that a server need not open a new
//! session for each request, and so that a gate that sets a cookie and sends the visitor back lets him through.

use std::collections::BTreeMap;

/// Cookies kept of one host, and bytes of one.
const COOKIES_MAX: usize = 16;
const COOKIE_BYTES_MAX: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct Cookies(BTreeMap<String, String>);

impl Cookies {
    /// Keeps what `Set-Cookie` lines say. True when something changed, so that asking again can give another answer.
    pub(super) fn keep(&mut self, lines: &[String]) -> bool {
        let mut changed = false;
        for line in lines {
            let mut parts = line.split(';');
            let pair = parts.next().unwrap_or("");
            let Some((name, value)) = pair.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else { continue };
            if value.is_empty() || parts.any(ends_now) {
                changed |= self.0.remove(name).is_some();
                continue;
            }
            let fits = !name.is_empty()
                && name.len() + value.len() <= COOKIE_BYTES_MAX
                && pair.bytes().all(|b| (0x20..0x7f).contains(&b));
            let room = self.0.len() < COOKIES_MAX || self.0.contains_key(name);
            if fits && room {
                changed |= self.0.insert(name.to_owned(), value.to_owned()).as_deref() != Some(value);
            }
        }
        changed
    }

    /// The `Cookie` header; empty when there is none.
    pub(super) fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// `Max-Age=0`, or less: the server takes the cookie back.
fn ends_now(attribute: &str) -> bool {
    attribute.split_once('=').is_some_and(|(key, value)| {
        key.trim().eq_ignore_ascii_case("max-age") && value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_bounded_and_tell_whether_they_changed() {
        let mut cookies = Cookies::default();
        assert!(cookies.keep(&["CT6T=abc; Path=/".into()]));
        assert!(!cookies.keep(&["CT6T=abc; Path=/".into()]));
        assert!(!cookies.keep(&[format!("big={}", "x".repeat(5_000)), "bad\r\nname=1".into(), "none".into()]));
        assert_eq!(cookies.header(), "CT6T=abc");
        let many: Vec<String> = (0..100).map(|i| format!("c{i}=1")).collect();
        cookies.keep(&many);
        assert_eq!(cookies.0.len(), COOKIES_MAX);
    }

    #[test]
    fn a_cookie_that_is_taken_back_is_gone() {
        let mut cookies = Cookies::default();
        cookies.keep(&["JSESSIONID=1; Path=/; HttpOnly".into(), "other=2".into()]);
        assert!(cookies.keep(&["JSESSIONID=gone; Max-Age=0".into()]));
        assert_eq!(cookies.header(), "other=2");
        assert!(cookies.keep(&["other=; Path=/".into()]));
        assert_eq!(cookies.header(), "");
    }
}
