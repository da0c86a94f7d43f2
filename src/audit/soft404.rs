//! Pages that answer 200 although there is nothing (norms.md 6.5): by what they say, by being the host's "not found" page, or by leading home.

use crate::model::facts::{DateSource, ErrorSignKind, PageFacts};
use crate::model::finding::Certainty;
use crate::model::outcome::Reply;
use crate::model::run::NotFoundSample;
use crate::model::site::{PageRecord, SiteDecl};
use crate::url::PageUrl;

/// Characters of body text from which on a dated article is taken at its word, whatever its title says.
const ARTICLE_CHARS_MIN: u32 = 120;
/// Characters of body text below which two equal texts prove nothing (pages that a script fills).
const TEXT_CHARS_MIN: u32 = 5;

/// Characters of body text of a page that may be an error template without words of one.
const BARE_CHARS_MAX: u32 = 60;

/// What is known of the page's site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) decl: &'a SiteDecl,
    pub(super) home: Option<&'a PageRecord>,
    pub(super) sample: Option<&'a NotFoundSample>,
}

/// The signs (quotations, or keys for `audit::words`) that a page of the group is none, and how sure it is.
pub(super) fn signs(record: &PageRecord, reply: &Reply, around: Surroundings<'_>) -> Option<(Vec<String>, Certainty)> {
    // behind a request to sign in there may be anything
    if is_home(&record.url, around) || record.facts.as_ref().is_some_and(|facts| facts.asks_sign_in) {
        return None;
    }
    if let Some(found) = by_redirect(&record.url, reply, around) {
        return Some(found);
    }
    let facts = record.facts.as_ref()?;
    if facts.list.as_ref().is_some_and(|list| !list.rows.is_empty() || list.unread.is_some()) || is_article(facts) {
        return None;
    }
    by_words(&record.url, facts)
        .or_else(|| by_fingerprint(facts, reply, around))
        .or_else(|| by_home(&record.url, facts, around))
}

/// The address of one page gets the home page's text, or a page without any of the tags that the site writes, next to no
/// text and no title of its own. A server that is short of breath does the first, too: never more than suspected.
fn by_home(url: &PageUrl, facts: &PageFacts, around: Surroundings<'_>) -> Option<(Vec<String>, Certainty)> {
    let home = around.home?.facts.as_ref()?;
    if !names_a_page(url) || is_session_page(url) || facts.text.body_chars < TEXT_CHARS_MIN {
        return None;
    }
    let suspected = |key: &str| Some((vec![key.to_owned()], Certainty::Suspected));
    if !home.text.hash.is_empty() && home.text.hash == facts.text.hash {
        return suspected("@soft-404.home-sent");
    }
    let writes_tags = ["SiteName", "SiteIDCode"].iter().all(|name| home.tags.contains_key(*name));
    let has_tags = ["SiteName", "ColumnName", "ArticleTitle", "PubDate"].iter().any(|name| facts.tags.contains_key(*name));
    let is_bare = facts.text.body_chars < BARE_CHARS_MAX && !shows_date(facts);
    let has_title = !facts.html_title.is_empty() && facts.html_title != home.html_title;
    if writes_tags && !has_tags && is_bare && !has_title { suspected("@soft-404.no-tags") } else { None }
}

fn is_home(url: &PageUrl, around: Surroundings<'_>) -> bool {
    *url == around.decl.url || is_home_address(url, around)
}

/// The home page under one of its names.
fn is_home_address(url: &PageUrl, around: Surroundings<'_>) -> bool {
    if around.home.and_then(|home| home.outcome.reply()).is_some_and(|reply| reply.final_url == *url) {
        return true;
    }
    let home = &around.decl.url;
    url.authority_str() == home.authority_str()
        && url.query().is_none()
        && url.folder() == home.folder()
        && (url.path() == home.path() || url.path() == url.folder() || is_index(last_segment(url)))
}

fn by_redirect(url: &PageUrl, reply: &Reply, around: Surroundings<'_>) -> Option<(Vec<String>, Certainty)> {
    if reply.hops.is_empty() || reply.final_url.path() == url.path() || !is_deep(url) || is_session_page(url) {
        return None;
    }
    if is_home_address(&reply.final_url, around) {
        let certainty = if names_a_page(url) { Certainty::Confirmed } else { Certainty::Suspected };
        return Some((vec!["@soft-404.home".into()], certainty));
    }
    let sample = around.sample.filter(|sample| sample.status.is_some_and(|status| (200..300).contains(&status)))?;
    let is_same = sample.final_url == reply.final_url.as_str() && !is_session_page(&reply.final_url);
    is_same.then(|| (vec!["@soft-404.missing-redirect".into()], Certainty::Confirmed))
}

fn by_words(url: &PageUrl, facts: &PageFacts) -> Option<(Vec<String>, Certainty)> {
    let of = |kinds: &[ErrorSignKind]| -> Vec<String> {
        facts.error_signs.iter().filter(|sign| kinds.contains(&sign.kind)).map(|sign| sign.text.clone()).collect()
    };
    let plain = of(&[ErrorSignKind::Title, ErrorSignKind::Phrase]);
    if !plain.is_empty() {
        return Some((plain, Certainty::Confirmed));
    }
    // A folder may jump to its first column; an address that names a page has no such reason.
    let doubtful = if names_a_page(url) {
        of(&[ErrorSignKind::Maintenance, ErrorSignKind::Jump])
    } else {
        of(&[ErrorSignKind::Maintenance])
    };
    (!doubtful.is_empty()).then_some((doubtful, Certainty::Suspected))
}

fn by_fingerprint(facts: &PageFacts, reply: &Reply, around: Surroundings<'_>) -> Option<(Vec<String>, Certainty)> {
    let sample = around.sample.filter(|sample| sample.status.is_some_and(|status| (200..300).contains(&status)))?;
    if facts.text.body_chars < TEXT_CHARS_MIN {
        return None;
    }
    let is_same_body = !sample.body_hash.is_empty() && sample.body_hash == reply.body_hash;
    let is_same_text = !sample.text_hash.is_empty() && sample.text_hash == facts.text.hash;
    if !is_same_body && !is_same_text {
        return None;
    }
    // A host that answers everything with its home page may be one whose pages a script draws.
    let certainty = if is_home_sample(sample, around) { Certainty::Suspected } else { Certainty::Confirmed };
    Some((vec!["@soft-404.missing".into()], certainty))
}

fn is_home_sample(sample: &NotFoundSample, around: Surroundings<'_>) -> bool {
    let Some(home) = around.home else { return false };
    let body = home.outcome.reply().map(|reply| reply.body_hash.as_str()).unwrap_or_default();
    let text = home.facts.as_ref().map(|facts| facts.text.hash.as_str()).unwrap_or_default();
    (!body.is_empty() && body == sample.body_hash) || (!text.is_empty() && text == sample.text_hash)
}

/// Error pages carry no publish date and little text; an article about them does.
fn is_article(facts: &PageFacts) -> bool {
    let is_tagged = facts.tags.contains_key("PubDate") || facts.tags.contains_key("ArticleTitle");
    (is_tagged || shows_date(facts)) && facts.text.body_chars >= ARTICLE_CHARS_MIN
}

/// The page itself says of what day it is; the day in an address is there whatever the server answers.
fn shows_date(facts: &PageFacts) -> bool {
    facts.date.as_ref().is_some_and(|date| date.source != DateSource::Url)
}

/// Below the first folder, or a page by name: what a visitor expects there is something of its own.
fn is_deep(url: &PageUrl) -> bool {
    let folders = url.path().split('/').filter(|segment| !segment.is_empty() && !is_index(segment)).count();
    folders >= 2 || url.query().is_some() || names_a_page(url)
}

fn names_a_page(url: &PageUrl) -> bool {
    url.extension().is_some() && !is_index(last_segment(url))
}

fn last_segment(url: &PageUrl) -> &str {
    url.path().rsplit('/').next().unwrap_or("")
}

fn is_index(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or("").to_ascii_lowercase();
    matches!(stem.as_str(), "index" | "default" | "home" | "main")
}

/// Sign-in pages lead elsewhere by their nature.
fn is_session_page(url: &PageUrl) -> bool {
    let path = url.path().to_ascii_lowercase();
    ["login", "logout", "sso", "oauth", "signin"].iter().any(|word| path.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{decl, page, reply_from, url};
    use crate::model::facts::{DateFact, ErrorSign};
    use crate::model::outcome::{Hop, Outcome};

    const BASE: &str = "http://gxt.example.gov.cn";

    fn judge(
        path: &str,
        final_path: &str,
        facts: PageFacts,
        sample: Option<&NotFoundSample>,
    ) -> Option<(Vec<String>, Certainty)> {
        let decl = decl(&format!("{BASE}/"));
        let mut reply = reply_from(200, &format!("{BASE}{final_path}"));
        reply.body_hash = "b".into();
        if path != final_path {
            reply.hops = vec![Hop { url: url(&format!("{BASE}{path}")), status: 302 }];
        }
        let mut home = page(0, &format!("{BASE}/"), Outcome::Reply(Box::new(reply_from(200, &format!("{BASE}/")))));
        home.facts = Some(PageFacts::default());
        if let (Some(facts), Outcome::Reply(reply)) = (&mut home.facts, &mut home.outcome) {
            facts.text.hash = "home".into();
            reply.body_hash = "home".into();
        }
        let mut record = page(3, &format!("{BASE}{path}"), Outcome::Reply(Box::new(reply.clone())));
        record.facts = Some(facts);
        signs(&record, &reply, Surroundings { decl: &decl, home: Some(&home), sample })
    }

    fn saying(kind: ErrorSignKind, body_chars: u32) -> PageFacts {
        let mut facts =
            PageFacts { error_signs: vec![ErrorSign { kind, text: "页面不存在".into() }], ..PageFacts::default() };
        facts.text.body_chars = body_chars;
        facts
    }

    fn sample(final_path: &str, hash: &str) -> NotFoundSample {
        NotFoundSample {
            host: "gxt.example.gov.cn".into(),
            status: Some(200),
            final_url: format!("{BASE}{final_path}"),
            title: String::new(),
            text_hash: hash.into(),
            body_hash: hash.into(),
        }
    }

    #[test]
    fn a_page_that_says_so_is_none() {
        let (signs, certainty) = judge("/a/b.html", "/a/b.html", saying(ErrorSignKind::Phrase, 20), None).unwrap();
        assert_eq!((signs, certainty), (vec!["页面不存在".to_owned()], Certainty::Confirmed));
        let (_, certainty) = judge("/a/b.html", "/a/b.html", saying(ErrorSignKind::Maintenance, 20), None).unwrap();
        assert_eq!(certainty, Certainty::Suspected);
    }

    #[test]
    fn a_dated_article_about_missing_pages_is_an_article() {
        let mut facts = saying(ErrorSignKind::Title, 400);
        facts.date = Some(DateFact {
            date: crate::audit::testing::TODAY,
            time: None,
            source: DateSource::Label,
            text: "发布时间：2026-11-24".into(),
        });
        assert_eq!(judge("/a/b.html", "/a/b.html", facts, None), None);
    }

    #[test]
    fn a_page_without_the_tags_of_its_site_is_suspected_whatever_day_its_address_names() {
        let bare = |source| {
            let mut facts = PageFacts::default();
            facts.text.body_chars = 12;
            facts.date = Some(DateFact { date: crate::audit::testing::TODAY, time: None, source, text: "20261124".into() });
            facts
        };
        let judge = |facts: PageFacts, home_tags: &[&str]| {
            let decl = decl(&format!("{BASE}/"));
            let at = format!("{BASE}/zcwj/202611/t20261124_1.html");
            let mut home = page(0, &format!("{BASE}/"), Outcome::Reply(Box::new(reply_from(200, &format!("{BASE}/")))));
            let tags = home_tags.iter().map(|tag| ((*tag).to_owned(), "x".to_owned())).collect();
            home.facts = Some(PageFacts { tags, ..PageFacts::default() });
            let reply = reply_from(200, &at);
            let mut record = page(3, &at, Outcome::Reply(Box::new(reply.clone())));
            record.facts = Some(facts);
            signs(&record, &reply, Surroundings { decl: &decl, home: Some(&home), sample: None })
        };
        let tags = ["SiteName", "SiteIDCode"];
        let found = judge(bare(DateSource::Url), &tags).unwrap();
        assert_eq!(found, (vec!["@soft-404.no-tags".to_owned()], Certainty::Suspected));
        assert_eq!(judge(bare(DateSource::Label), &tags), None, "it says of what day it is");
        assert_eq!(judge(bare(DateSource::Url), &[]), None, "the site writes no tags");
        assert_eq!(
            judge(PageFacts { html_title: "证书查询".into(), ..bare(DateSource::Url) }, &tags),
            None,
            "a title of its own"
        );
        let tagged = [("ColumnName".to_owned(), "通知公告".to_owned())].into_iter().collect();
        assert_eq!(judge(PageFacts { tags: tagged, ..bare(DateSource::Url) }, &tags), None);
        let mut sign_in = bare(DateSource::Url);
        sign_in.asks_sign_in = true;
        assert_eq!(judge(sign_in, &tags), None);
    }

    #[test]
    fn an_address_that_leads_home_holds_nothing() {
        let of = |path, to| judge(path, to, PageFacts::default(), None).map(|(_, certainty)| certainty);
        assert_eq!(of("/xwzx/t20200101_1.html", "/"), Some(Certainty::Confirmed));
        assert_eq!(of("/xwzx/t20200101_1.html", "/index.html"), Some(Certainty::Confirmed));
        assert_eq!(of("/zt/2019/", "/"), Some(Certainty::Suspected));
    }

    #[test]
    fn other_names_of_the_home_page_and_moves_elsewhere_are_no_fault() {
        let of = |path, to| judge(path, to, PageFacts::default(), None);
        assert_eq!(of("/index.html", "/"), None);
        assert_eq!(of("/home", "/"), None);
        assert_eq!(of("/gxt/index.html", "/"), None);
        assert_eq!(of("/xwzx/old.html", "/xwzx/new.html"), None);
        assert_eq!(of("/user/login.html", "/"), None);
    }

    #[test]
    fn the_page_that_a_missing_address_gets_is_no_page() {
        let mut facts = PageFacts::default();
        facts.text.body_chars = 30;
        facts.text.hash = "t".into();
        let found = |facts: &PageFacts, sample: &NotFoundSample| judge("/a/b.html", "/a/b.html", facts.clone(), Some(sample));
        assert_eq!(found(&facts, &sample("/x", "b")).unwrap().1, Certainty::Confirmed, "same bytes");
        assert_eq!(found(&facts, &sample("/x", "t")).unwrap().1, Certainty::Confirmed, "same text");
        assert_eq!(found(&facts, &sample("/x", "other")), None);
        facts.text.body_chars = 0;
        assert_eq!(found(&facts, &sample("/x", "b")), None, "a script draws the page");
    }

    #[test]
    fn a_redirect_to_where_missing_addresses_go_is_no_page() {
        let to = |path, sample: &NotFoundSample| judge(path, "/error/", PageFacts::default(), Some(sample));
        assert!(to("/a/b.html", &sample("/error/", "s")).is_some());
        assert!(to("/a/b.html", &sample("/else/", "s")).is_none());
    }

    #[test]
    fn the_home_page_in_place_of_an_article_is_suspected() {
        let mut facts = PageFacts::default();
        facts.text.body_chars = 400;
        facts.text.hash = "home".into();
        let (signs, certainty) = judge("/a/t1.html", "/a/t1.html", facts.clone(), None).unwrap();
        assert_eq!((signs[0].as_str(), certainty), ("@soft-404.home-sent", Certainty::Suspected));
        assert_eq!(judge("/a/", "/a/", facts.clone(), None), None, "a folder may show what it likes");
        facts.text.hash = "another".into();
        assert_eq!(judge("/a/t1.html", "/a/t1.html", facts, None), None);
    }

    #[test]
    fn a_list_with_rows_is_a_page() {
        let mut facts = saying(ErrorSignKind::Phrase, 20);
        facts.list = Some(crate::model::facts::ListFacts {
            family: "generic".into(),
            column: url(BASE),
            page_no: 1,
            rows: vec![crate::model::facts::Row {
                title: "页面不存在怎么办".into(),
                url: url(BASE),
                date: None,
                pinned: false,
                text: String::new(),
            }],
            next: None,
            pages_total: None,
            rows_total: None,
            guess: None,
            unread: None,
        });
        assert_eq!(judge("/a/", "/a/", facts, None), None);
    }
}
