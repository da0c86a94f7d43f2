//! What belongs to the crawl: an address's site, what it is asked for, and why it is left out. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use regex::Regex;

use super::{Limits, Plan, series};
use crate::model::facts::LinkKind;
use crate::model::outcome::SkipReason;
use crate::model::request::Purpose;
use crate::model::site::{SiteDecl, site_of};
use crate::url::PageUrl;

/// Endings of documents and archives that a page offers for download.
const ATTACHMENTS: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "dps", "ofd", "ceb", "rtf", "zip", "rar", "7z", "gz",
    "tar",
];

const IMAGES: &[&str] = &["jpg", "jpeg", "png", "gif", "bmp", "webp", "ico", "tif", "tiff"];

/// Other endings whose bodies are not pages.
const OTHERS: &[&str] = &[
    "svg", "txt", "csv", "mp3", "mp4", "avi", "wmv", "flv", "mov", "m4a", "wav", "wma", "rm", "swf", "css", "js", "mjs",
    "json", "xml", "rss", "woff", "woff2", "ttf", "eot", "otf", "apk", "exe", "msi", "m3u8", "ts",
];

#[derive(Debug)]
pub(super) struct Scope {
    sites: Vec<SiteDecl>,
    /// By site: the address at which its home page answers (the declared one until it was asked).
    homes: Vec<PageUrl>,
    /// Sites by host, so that not every site is compared with every address.
    by_host: BTreeMap<String, Vec<usize>>,
    domains: BTreeSet<String>,
    include: Vec<Regex>,
    exclude: Vec<Regex>,
    limits: Limits,
    external_links: bool,
    today: Date,
}

impl Scope {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut by_host: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, site) in plan.sites.iter().enumerate() {
            by_host.entry(site.url.host().to_owned()).or_default().push(index);
        }
        Self {
            homes: plan.sites.iter().map(|site| site.url.clone()).collect(),
            by_host,
            domains: plan.sites.iter().filter_map(|site| site.url.registered_domain()).map(str::to_owned).collect(),
            sites: plan.sites.clone(),
            include: plan.include.clone(),
            exclude: plan.exclude.clone(),
            limits: plan.limits.clone(),
            external_links: plan.external_links,
            today: plan.today,
        }
    }

    pub(super) fn sites(&self) -> &[SiteDecl] {
        &self.sites
    }

    /// Where the site's home page stands: many send `/` on to `/gxt/` or an index page.
    pub(super) fn home(&self, site: usize) -> &PageUrl {
        &self.homes[site]
    }

    pub(super) fn home_answers_at(&mut self, site: usize, url: &PageUrl) {
        self.homes[site] = url.clone();
    }

    /// The same answer as [`site_of`] over all sites.
    pub(super) fn site_of(&self, url: &PageUrl) -> Option<usize> {
        match self.by_host.get(url.host())?.as_slice() {
            [only] => self.sites[*only].covers(url).map(|_| *only),
            _ => site_of(&self.sites, url),
        }
    }

    /// On the server of a declared site, in whatever folder.
    #[cfg(feature = "render")]
    pub(super) fn is_own_host(&self, url: &PageUrl) -> bool {
        let plain = |url: &PageUrl| url.port().is_none();
        let sites = self.by_host.get(url.host()).into_iter().flatten().map(|site| &self.sites[*site].url);
        let mut sites = sites.filter(|site| site.authority() == url.authority() || plain(site) && plain(url));
        sites.next().is_some()
    }

    /// On a registered domain of a declared site, and so perhaps a site of the same unit.
    pub(super) fn is_kin(&self, url: &PageUrl) -> bool {
        url.registered_domain().is_some_and(|domain| self.domains.contains(domain))
    }

    /// Why an address is not asked for, if it is not.
    pub(super) fn refusal(&self, url: &PageUrl, purpose: Purpose, depth: u16, run: u8) -> Option<SkipReason> {
        if purpose == Purpose::Home {
            return None;
        }
        if purpose == Purpose::External && !self.external_links {
            return Some(SkipReason::ExternalOff);
        }
        if url.as_str().chars().count() > self.limits.address_chars_max {
            return Some(SkipReason::AddressTooLong);
        }
        let matches = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(url.as_str()));
        let is_page = matches!(purpose, Purpose::Page | Purpose::List);
        if matches(&self.exclude) || is_page && !self.include.is_empty() && !matches(&self.include) {
            return Some(SkipReason::Excluded);
        }
        if purpose == Purpose::Page && depth > self.limits.depth_max {
            return Some(SkipReason::TooDeep);
        }
        let endless = purpose != Purpose::External && series::is_endless(url, self.today);
        (endless || purpose == Purpose::Page && run > series::RUN_MAX).then_some(SkipReason::EndlessSeries)
    }
}

/// What an address is asked for, by the element that names it and its ending.
pub(super) fn purpose_of(url: &PageUrl, kind: LinkKind, site: Option<usize>) -> Purpose {
    let leads = match kind {
        LinkKind::Anchor | LinkKind::Area | LinkKind::Frame | LinkKind::Form | LinkKind::Pointer | LinkKind::Refresh => true,
        LinkKind::Image | LinkKind::Media | LinkKind::Script | LinkKind::Style | LinkKind::Object | LinkKind::Background => {
            false
        }
    };
    match site {
        None => Purpose::External,
        Some(_) if leads && !is_resource(url) => Purpose::Page,
        Some(_) => Purpose::Resource,
    }
}

fn has_ending(url: &PageUrl, lists: &[&[&str]]) -> bool {
    url.extension().is_some_and(|ending| lists.iter().any(|list| list.contains(&ending.as_str())))
}

pub(super) fn is_resource(url: &PageUrl) -> bool {
    has_ending(url, &[ATTACHMENTS, IMAGES, OTHERS])
}

/// The ending is that of a document, a table, a package.
pub(super) fn is_attachment(url: &PageUrl) -> bool {
    has_ending(url, &[ATTACHMENTS])
}

/// The ending promises a file that a page in its place would break.
pub(super) fn is_file(url: &PageUrl) -> bool {
    has_ending(url, &[ATTACHMENTS, IMAGES])
}

#[cfg(test)]
mod tests {
    use super::super::{Network, Pace};
    use super::*;
    use crate::model::site::SiteKind;

    fn url(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    fn scope(change: impl FnOnce(&mut Plan)) -> Scope {
        let site = |text: &str| SiteDecl { url: url(text), name: "站".into(), kind: SiteKind::Portal, office: None };
        let mut plan = Plan {
            sites: vec![
                site("http://gxt.example.gov.cn/"),
                site("http://gxt.example.gov.cn/zxqy/"),
                site("https://jxj.example.gov.cn/"),
            ],
            columns: Vec::new(),
            limits: Limits::default(),
            pace: Pace { requests_per_second: 0.0, concurrency: 1, concurrency_per_host: 1, timeout_seconds: 1 },
            network: Network::default(),
            obey_robots: true,
            external_links: true,
            include: Vec::new(),
            exclude: Vec::new(),
            window: None,
            today: jiff::civil::date(2026, 11, 24),
        };
        change(&mut plan);
        Scope::new(&plan)
    }

    #[test]
    fn the_narrowest_site_wins() {
        let scope = scope(|_| ());
        for text in
            ["http://gxt.example.gov.cn/a", "https://gxt.example.gov.cn/zxqy/b", "http://jxj.example.gov.cn/", "http://x.cn/"]
        {
            assert_eq!(scope.site_of(&url(text)), site_of(scope.sites(), &url(text)), "{text}");
        }
        assert_eq!(scope.site_of(&url("http://gxt.example.gov.cn/zxqy/b")), Some(1));
    }

    #[test]
    fn the_ending_and_the_element_decide_what_is_asked() {
        let purpose = |text: &str, kind| purpose_of(&url(text), kind, Some(0));
        assert_eq!(purpose("http://a.cn/a.html", LinkKind::Anchor), Purpose::Page);
        assert_eq!(purpose("http://a.cn/down.jsp?f=1.pdf", LinkKind::Anchor), Purpose::Page);
        assert_eq!(purpose("http://a.cn/a.PDF", LinkKind::Anchor), Purpose::Resource);
        assert_eq!(purpose("http://a.cn/a", LinkKind::Image), Purpose::Resource);
        assert_eq!(purpose_of(&url("http://b.cn/a.html"), LinkKind::Anchor, None), Purpose::External);
    }

    #[test]
    fn what_is_left_out_says_why() {
        let scope = scope(|plan| {
            plan.exclude = vec![Regex::new("/old/").unwrap()];
            plan.include = vec![Regex::new("gxt").unwrap()];
            plan.external_links = false;
            plan.limits.depth_max = 3;
            plan.limits.address_chars_max = 60;
        });
        let why = |text: &str, purpose, depth| scope.refusal(&url(text), purpose, depth, 0);
        assert_eq!(why("http://gxt.example.gov.cn/a", Purpose::Page, 3), None);
        assert_eq!(why("http://gxt.example.gov.cn/a", Purpose::Page, 4), Some(SkipReason::TooDeep));
        assert_eq!(why("http://gxt.example.gov.cn/a.pdf", Purpose::Resource, 4), None);
        assert_eq!(why("http://gxt.example.gov.cn/old/a", Purpose::Page, 1), Some(SkipReason::Excluded));
        assert_eq!(why("https://jxj.example.gov.cn/a", Purpose::Page, 1), Some(SkipReason::Excluded));
        assert_eq!(why("https://jxj.example.gov.cn/a.css", Purpose::Resource, 1), None);
        assert_eq!(why("http://x.cn/", Purpose::External, 1), Some(SkipReason::ExternalOff));
        assert_eq!(
            why(&format!("http://gxt.example.gov.cn/{}", "x".repeat(60)), Purpose::Page, 1),
            Some(SkipReason::AddressTooLong)
        );
        assert_eq!(why("http://gxt.example.gov.cn/a/a/a/", Purpose::Page, 1), Some(SkipReason::EndlessSeries));
        assert_eq!(why("http://gxt.example.gov.cn/old/", Purpose::Home, 0), None);
    }
}
