//! What has become of pages outside the group: gambling, pornography, a domain for sale, another owner. The hosts are data
//! (`rules/words/hosts.toml`).

use std::collections::BTreeMap;

use crate::model::facts::PageFacts;
use crate::model::finding::Certainty;
use crate::model::known_hosts::KnownHosts;
use crate::model::outcome::Reply;
use crate::model::signs::{Hijack, UnsuitableKind};
use crate::model::site::{PageRecord, TargetFault};
use crate::url::PageUrl;

/// Characters of a title below which nothing is said of its change.
const TITLE_CHARS_MIN: usize = 4;

/// What an outside page has become, with how sure that is.
pub(super) fn hijack(
    record: &PageRecord,
    reply: &Reply,
    hosts: &KnownHosts,
    earlier_titles: &BTreeMap<String, String>,
) -> Option<(TargetFault, Certainty)> {
    let facts = record.facts.as_ref().filter(|_| reply.is_success())?;
    let fault = |kind, signs, certainty| Some((TargetFault::Hijacked { kind, signs }, certainty));
    let is_moved = reply.final_url.registered_domain() != record.url.registered_domain();
    if is_moved && hosts.sells_domains(&reply.final_url) {
        return fault(Hijack::Parking, vec![reply.final_url.to_string()], Certainty::Confirmed);
    }
    if let Some((kind, signs, certainty)) = by_words(facts, hosts.is_public(&reply.final_url)) {
        return fault(kind, signs, certainty);
    }
    if is_moved && hosts.is_public(&record.url) && !hosts.is_known(&reply.final_url) {
        let signs = [reply.final_url.to_string(), facts.html_title.clone()];
        return fault(Hijack::Elsewhere, signs.into_iter().filter(|s| !s.is_empty()).collect(), Certainty::Suspected);
    }
    let earlier = earlier_titles.get(record.url.as_str())?;
    is_another(earlier, &facts.html_title).then(|| {
        let signs = vec![earlier.clone(), facts.html_title.clone()];
        (TargetFault::Hijacked { kind: Hijack::Retitled, signs }, Certainty::Suspected)
    })
}

/// Certain where a title says it and the page bears it out; suspected where one of them does.
fn by_words(facts: &PageFacts, is_public: bool) -> Option<(Hijack, Vec<String>, Certainty)> {
    let first = facts.signs.unsuitable.first()?;
    let of_kind: Vec<_> = facts.signs.unsuitable.iter().filter(|sign| sign.kind == first.kind).collect();
    let in_title = of_kind.iter().any(|sign| sign.in_title);
    // The press and the authorities write about it.
    if is_public && !in_title {
        return None;
    }
    // A long page that is about something else may name one such thing.
    if !in_title && of_kind.len() < 2 {
        return None;
    }
    let kind = match first.kind {
        UnsuitableKind::Gambling => Hijack::Gambling,
        UnsuitableKind::Adult => Hijack::Adult,
        UnsuitableKind::Parking => Hijack::Parking,
        UnsuitableKind::Illegal => Hijack::Illegal,
    };
    let is_sure = in_title && (of_kind.len() >= 2 || kind == Hijack::Parking) && !is_public;
    let certainty = if is_sure { Certainty::Confirmed } else { Certainty::Suspected };
    let mut signs = vec![facts.html_title.clone()];
    signs.extend(of_kind.iter().map(|sign| sign.context.clone()).filter(|context| *context != facts.html_title));
    signs.retain(|sign| !sign.is_empty());
    signs.dedup();
    Some((kind, signs, certainty))
}

/// Titles without two neighbouring characters in common.
pub(super) fn is_another(earlier: &str, now: &str) -> bool {
    const ALIKE_MAX: f64 = 0.05;
    let is_long = |title: &str| title.chars().count() >= TITLE_CHARS_MIN;
    let is_of_server =
        |title: &str| ["404", "403", "维护", "升级", "错误", "Error", "nginx", "IIS", "登录"].iter().any(|w| title.contains(w));
    is_long(earlier)
        && is_long(now)
        && !is_of_server(earlier)
        && !is_of_server(now)
        && strsim::sorensen_dice(&earlier.to_lowercase(), &now.to_lowercase()) <= ALIKE_MAX
}

/// The registered domain of a host that is neither of the public sector nor a known service; none for addresses in numbers.
pub(super) fn foreign_domain<'u>(hosts: &KnownHosts, url: &'u PageUrl) -> Option<&'u str> {
    url.registered_domain().filter(|_| !hosts.is_known(url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{page, reply_from};
    use crate::model::outcome::Outcome;
    use crate::model::signs::Unsuitable;

    fn judged(from: &str, to: &str, title: &str, words: &[(UnsuitableKind, bool)]) -> Option<(Hijack, Certainty)> {
        let reply = reply_from(200, to);
        let mut record = page(1, from, Outcome::Reply(Box::new(reply.clone())));
        record.site = None;
        let mut facts = PageFacts { html_title: title.into(), ..PageFacts::default() };
        facts.signs.unsuitable = words
            .iter()
            .map(|&(kind, in_title)| Unsuitable { kind, word: "词".into(), in_title, context: "语".into() })
            .collect();
        record.facts = Some(facts);
        let earlier = [("http://www.kc.com/".to_owned(), "某某课程学习平台首页".to_owned())].into();
        match hijack(&record, &reply, KnownHosts::embedded(), &earlier)? {
            (TargetFault::Hijacked { kind, .. }, certainty) => Some((kind, certainty)),
            _ => None,
        }
    }

    #[test]
    fn words_in_title_and_text_are_sure_and_either_alone_is_suspected() {
        use UnsuitableKind::{Gambling, Parking};
        let at = "http://www.kc1.com/";
        assert_eq!(judged(at, at, "t", &[(Gambling, true), (Gambling, false)]), Some((Hijack::Gambling, Certainty::Confirmed)));
        assert_eq!(judged(at, at, "t", &[(Gambling, true)]), Some((Hijack::Gambling, Certainty::Suspected)));
        assert_eq!(judged(at, at, "t", &[(Parking, true)]), Some((Hijack::Parking, Certainty::Confirmed)));
        assert_eq!(judged(at, at, "t", &[(Gambling, false)]), None);
        let press = "http://www.people.com.cn/a.html";
        assert_eq!(judged(press, press, "t", &[(Gambling, false), (Gambling, false)]), None);
    }

    #[test]
    fn a_parked_domain_is_told_by_where_it_leads() {
        assert_eq!(judged("http://www.kc1.com/", "http://sedo.com/x", "", &[]), Some((Hijack::Parking, Certainty::Confirmed)));
        assert_eq!(judged("http://www.kc1.com/", "http://www.kc1.cn/", "课程", &[]), None, "companies move");
        assert_eq!(
            judged("http://old.gov.cn/", "http://www.shop.com/", "店", &[]),
            Some((Hijack::Elsewhere, Certainty::Suspected))
        );
        assert_eq!(judged("http://old.x.gov.cn/", "http://new.y.gov.cn/", "局", &[]), None);
        assert_eq!(judged("http://old.x.gov.cn/", "http://weibo.com/x", "微博", &[]), None);
    }

    #[test]
    fn a_title_without_anything_in_common_is_suspected() {
        let at = "http://www.kc.com/";
        assert_eq!(judged(at, at, "最新影视大全在线观看", &[]), Some((Hijack::Retitled, Certainty::Suspected)));
        assert_eq!(judged(at, at, "某某课程平台——新版", &[]), None);
        assert_eq!(judged(at, at, "系统维护中，请稍候", &[]), None);
    }
}
