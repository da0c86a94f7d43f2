//! Home and column pages that are not what they were in the run before: foreign hosts by the dozen, words of gambling, a title
//! that is nobody's. What a redesign, a new block of friendly links or a festival brings is none of these.

use std::collections::{BTreeMap, BTreeSet};

use super::{Earlier, outside};
use crate::model::facts::{LinkKind, PageFacts, PageKind};
use crate::model::known_hosts::KnownHosts;
use crate::model::signs::{FrontChange, Shown, UnsuitableKind};
use crate::model::site::{PageRecord, SiteDecl, UrlId};

/// Foreign addresses that are kept.
const ADDRESSES_MAX: usize = 200_000;
/// Foreign hosts of one page that are kept.
const HOSTS_MAX: usize = 200;
/// New hosts below which nothing is kept: rules ask for more.
const HOSTS_MIN: usize = 3;

/// Names that end so belong to an organisation: lists of enterprises, hospitals, members of an association.
const ORGANISATIONS: [&str; 34] = [
    "公司",
    "集团",
    "企业",
    "厂",
    "院",
    "学校",
    "大学",
    "学院",
    "中学",
    "小学",
    "协会",
    "学会",
    "商会",
    "联盟",
    "联合会",
    "银行",
    "局",
    "委",
    "厅",
    "部",
    "政府",
    "法院",
    "报",
    "台",
    "社",
    "中心",
    "基金会",
    "研究所",
    "股份",
    "合作社",
    "园区",
    "开发区",
    "博物馆",
    "图书馆",
];

/// Addresses on hosts that are neither of the public sector nor a known service, gathered in the first pass.
#[derive(Debug, Default)]
pub(super) struct Foreign(BTreeMap<UrlId, String>);

impl Foreign {
    pub(super) fn take(&mut self, record: &PageRecord, hosts: &KnownHosts, earlier: &Earlier) {
        if earlier.day.is_none() || record.site.is_some() || self.0.len() >= ADDRESSES_MAX {
            return;
        }
        if let Some(domain) = outside::foreign_domain(hosts, &record.url) {
            self.0.insert(record.id, domain.to_owned());
        }
    }
}

impl Foreign {
    /// Foreign domains that a page links to.
    pub(super) fn domains(&self, record: &PageRecord) -> BTreeSet<&str> {
        record.links.iter().filter_map(|link| self.0.get(&link.target)).map(String::as_str).collect()
    }
}

/// Compares the front pages of one site in the second pass.
#[derive(Debug)]
pub(super) struct Fronts<'a> {
    earlier: &'a Earlier,
    site: &'a SiteDecl,
    /// By what has come: the same block on many pages is one change.
    changed: BTreeMap<Vec<String>, Shown<FrontChange>>,
}

impl<'a> Fronts<'a> {
    pub(super) fn new(earlier: &'a Earlier, site: &'a SiteDecl) -> Self {
        Self { earlier, site, changed: BTreeMap::new() }
    }

    /// Takes a page of the site that was read and is no error page.
    pub(super) fn take(&mut self, record: &PageRecord, facts: &PageFacts, foreign: &Foreign, is_home: bool) {
        let is_front = is_home || matches!(facts.kind, PageKind::Home | PageKind::Column);
        let Some(then) = self.earlier.front(&record.url).filter(|_| is_front) else { return };
        let hosts = self.new_hosts(record, foreign);
        let is_new = |kind| kind != UnsuitableKind::Parking && !then.has_unsuitable;
        let words: BTreeSet<String> =
            facts.signs.unsuitable.iter().filter(|sign| is_new(sign.kind)).map(|sign| sign.word.clone()).collect();
        let is_retitled = is_home && self.is_strange(&facts.html_title) && outside::is_another(&then.title, &facts.html_title);
        let change = FrontChange {
            title_then: is_retitled.then(|| then.title.clone()),
            title_now: if is_retitled { facts.html_title.clone() } else { String::new() },
            hosts: if hosts.len() >= HOSTS_MIN { hosts } else { Vec::new() },
            words: words.into_iter().collect(),
        };
        if change == FrontChange::default() {
            return;
        }
        let mut place: Vec<String> =
            change.hosts.iter().map(|(domain, _)| domain.clone()).chain(change.words.clone()).collect();
        if place.is_empty() {
            place.push(record.url.to_string());
        }
        match self.changed.get_mut(&place) {
            Some(known) => known.also(&record.url, is_home),
            None => {
                self.changed.insert(place, Shown::one(record, facts, vec![change]));
            }
        }
    }

    /// Registered domains that no front page linked to then, with the first link's text.
    fn new_hosts(&self, record: &PageRecord, foreign: &Foreign) -> Vec<(String, String)> {
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for link in record.links.iter().filter(|link| matches!(link.kind, LinkKind::Anchor | LinkKind::Area)) {
            let Some(domain) = foreign.0.get(&link.target) else { continue };
            let text = link.text.trim();
            let is_named = ORGANISATIONS.iter().any(|end| text.ends_with(end));
            if !is_named && !self.earlier.linked_to(domain) && found.len() < HOSTS_MAX {
                found.entry(domain).or_insert(text);
            }
        }
        found.into_iter().map(|(domain, text)| (domain.to_owned(), text.to_owned())).collect()
    }

    /// The title speaks neither of the site nor of an authority.
    fn is_strange(&self, title: &str) -> bool {
        const OFFICIAL: [&str; 12] =
            ["政府", "门户", "网站", "首页", "厅", "局", "委", "办公室", "中心", "管理", "服务", "信息"];
        let shares = strsim::sorensen_dice(&self.site.name.to_lowercase(), &title.to_lowercase()) > 0.05;
        !shares && !OFFICIAL.iter().any(|word| title.contains(word))
    }

    pub(super) fn finish(self) -> Vec<Shown<FrontChange>> {
        let mut changed: Vec<_> = self.changed.into_values().collect();
        changed.sort_by(|a, b| a.url.cmp(&b.url));
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::day;
    use crate::audit::testing::{decl, page, reply_from, url};
    use crate::model::earlier::{Glimpse, GlimpsedFacts};
    use crate::model::facts::Place;
    use crate::model::outcome::Outcome;
    use crate::model::signs::Unsuitable;
    use crate::model::site::LinkRef;

    const HOME: &str = "http://gxt.example.gov.cn/";

    /// The home page now, with these links (address, text), against one that linked to ten hosts.
    fn change(title: &str, links: &[(String, &str)], words: &[&str]) -> Vec<FrontChange> {
        let then = GlimpsedFacts {
            html_title: "某省工业和信息化厅".into(), kind: PageKind::Home, ..GlimpsedFacts::default()
        };
        let hosts = (0..10).map(|nth| format!("www.old{nth}.com")).collect();
        let mut earlier = Earlier::on(day("2026-11-01"));
        earlier.take(&Glimpse { url: HOME.into(), is_own: true, facts: then, hosts });
        let mut foreign = Foreign::default();
        let mut record = page(0, HOME, Outcome::Reply(Box::new(reply_from(200, HOME))));
        for (id, (address, text)) in (100..).zip(links) {
            let mut target = page(id, address, Outcome::Reply(Box::new(reply_from(200, address))));
            target.site = None;
            foreign.take(&target, KnownHosts::embedded(), &earlier);
            record.links.push(LinkRef {
                target: UrlId(id),
                fragment: None,
                kind: LinkKind::Anchor,
                place: Place::Body,
                text: (*text).to_owned(),
                selector: String::new(),
            });
        }
        let mut facts = PageFacts { html_title: title.into(), kind: PageKind::Home, ..PageFacts::default() };
        facts.signs.unsuitable = words
            .iter()
            .map(|word| Unsuitable {
                kind: UnsuitableKind::Gambling,
                word: (*word).to_owned(),
                in_title: false,
                context: String::new(),
            })
            .collect();
        let site = SiteDecl { name: "某省工业和信息化厅".into(), url: url(HOME), ..decl(HOME) };
        let mut fronts = Fronts::new(&earlier, &site);
        fronts.take(&record, &facts, &foreign, true);
        fronts.finish().into_iter().flat_map(|page| page.signs).collect()
    }

    fn links(count: usize, host: impl Fn(usize) -> String, text: &'static str) -> Vec<(String, &'static str)> {
        (0..count).map(|nth| (format!("http://{}/", host(nth)), text)).collect()
    }

    const TITLE: &str = "某省工业和信息化厅";

    #[test]
    fn foreign_hosts_by_the_dozen_are_a_change() {
        let farm = links(12, |nth| format!("www.farm{nth}.com"), "二手叉车");
        let found = change(TITLE, &farm, &[]);
        assert_eq!((found.len(), found[0].hosts.len()), (1, 12));
        assert_eq!(found[0].hosts[0], ("farm0.com".to_owned(), "二手叉车".to_owned()));
    }

    #[test]
    fn friendly_links_old_hosts_services_and_lists_of_enterprises_are_none() {
        let friendly = links(30, |nth| format!("gxt{nth}.hunan.gov.cn"), "工信局");
        let old = links(10, |nth| format!("news.old{nth}.com"), "新版");
        let services = vec![("http://weibo.com/gxt".to_owned(), "微博"), ("http://v.qq.com/x".to_owned(), "视频")];
        let enterprises = links(40, |nth| format!("www.firm{nth}.cn"), "某某轴承有限公司");
        for block in [friendly, old, services, enterprises] {
            assert_eq!(change(TITLE, &block, &[]), [], "{block:?}");
        }
        let banner = links(1, |_| "www.chunjie.com".to_owned(), "欢度春节");
        assert_eq!(change(TITLE, &banner, &[]), [], "a festival's banner");
    }

    #[test]
    fn a_title_of_nobody_is_a_change_and_a_renamed_site_is_none() {
        let found = change("最新影视大全在线观看", &[], &[]);
        assert_eq!(found[0].title_then.as_deref(), Some(TITLE));
        for title in ["某省工信厅（新版）", "政府门户", "省经济和信息化委员会", ""] {
            assert_eq!(change(title, &[], &[]), [], "{title}");
        }
    }

    #[test]
    fn words_that_were_not_there_are_a_change() {
        assert_eq!(change(TITLE, &[], &["赌场", "百家乐", "赌场"])[0].words, ["百家乐", "赌场"]);
    }
}
