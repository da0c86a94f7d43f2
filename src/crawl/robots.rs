//! robots.txt (RFC 9309): what a host lets us ask for, how fast, and which sitemaps it names.

use std::time::Duration;

use encoding_rs::UTF_8;

use crate::url::PageUrl;

/// The product token that robots.txt groups are matched against.
pub(super) const PRODUCT: &str = "xuncha";

/// Longer delays would stop a crawl: a host that asks for more gets this much.
const DELAY_MAX: Duration = Duration::from_secs(30);

/// Sitemap lines read of one file.
const SITEMAPS_MAX: usize = 100;

/// What a host's robots.txt came to.
#[derive(Debug, Clone)]
pub(super) struct Robots {
    state: State,
    rules: robotxt::Robots,
    pub(super) sitemaps: Vec<PageUrl>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    None,
    Allow,
    Rules,
    Unreachable,
}

impl Robots {
    /// RFC 9309 2.3.1: 2xx is read, 4xx (and a redirect that leads nowhere) means no rules, anything else means hands off.
    pub(super) fn from_reply(status: Option<u16>, body: &[u8], base: &PageUrl) -> Self {
        match status {
            Some(200..=299) => Self::parse(body, base),
            Some(300..=499) => Self { state: State::None, rules: robotxt::Robots::allow_all(), sitemaps: Vec::new() },
            _ => Self { state: State::Unreachable, rules: robotxt::Robots::disallow_all(), sitemaps: Vec::new() },
        }
    }

    fn parse(body: &[u8], base: &PageUrl) -> Self {
        let rules = robotxt::Robots::parse(body, PRODUCT);
        let state = if rules.rules().is_empty() && rules.always() != Some(false) { State::Allow } else { State::Rules };
        Self { state, rules, sitemaps: sitemap_lines(body, base) }
    }

    /// `none`, `allow`, `rules` or `unreachable`.
    pub(super) fn label(&self) -> &'static str {
        match self.state {
            State::None => "none",
            State::Allow => "allow",
            State::Rules => "rules",
            State::Unreachable => "unreachable",
        }
    }

    pub(super) fn is_unreachable(&self) -> bool {
        self.state == State::Unreachable
    }

    pub(super) fn allows(&self, url: &PageUrl) -> bool {
        self.rules.is_url_allowed(&url.to_url())
    }

    /// The least time between two requests that the host asks for.
    pub(super) fn delay(&self) -> Option<Duration> {
        self.rules.crawl_delay().map(|delay| delay.min(DELAY_MAX))
    }
}

/// `Sitemap:` lines, relative ones included (they are common, though the protocol wants whole addresses).
fn sitemap_lines(body: &[u8], base: &PageUrl) -> Vec<PageUrl> {
    let text = String::from_utf8_lossy(body);
    text.trim_start_matches('\u{feff}')
        .lines()
        .filter_map(|line| {
            let (key, value) = line.split_once(':')?;
            let value = value.split('#').next().unwrap_or("").trim();
            (key.trim().eq_ignore_ascii_case("sitemap") && !value.is_empty()).then_some(value)
        })
        .filter_map(|value| PageUrl::join(&base.to_url(), value, UTF_8).ok())
        .map(|joined| joined.url)
        .take(SITEMAPS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    fn read(status: Option<u16>, body: &str) -> Robots {
        Robots::from_reply(status, body.as_bytes(), &url("http://gxt.example.gov.cn/robots.txt"))
    }

    #[test]
    fn our_own_group_wins_over_the_star() {
        let robots = read(Some(200), "User-agent: *\nDisallow: /\n\nUser-agent: xuncha\nDisallow: /secret/\nCrawl-delay: 2\n");
        assert_eq!(robots.label(), "rules");
        assert!(robots.allows(&url("http://gxt.example.gov.cn/xwzx/")));
        assert!(!robots.allows(&url("http://gxt.example.gov.cn/secret/a.html")));
        assert_eq!(robots.delay(), Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_missing_file_allows_and_a_failing_server_forbids() {
        let page = url("http://gxt.example.gov.cn/");
        assert!(read(Some(404), "").allows(&page) && read(Some(403), "").allows(&page));
        let failing = read(Some(503), "");
        assert!(failing.is_unreachable() && !failing.allows(&page));
        assert!(read(None, "").is_unreachable());
        assert_eq!(read(Some(200), "").label(), "allow");
        assert_eq!(read(Some(200), "User-agent: *\nDisallow: /\n").label(), "rules");
    }

    #[test]
    fn relative_sitemap_lines_are_kept() {
        let robots =
            read(Some(200), "\u{feff}Sitemap: /sitemap.xml\nsitemap : http://gxt.example.gov.cn/b.xml # more\nSitemap:\n");
        let found: Vec<_> = robots.sitemaps.iter().map(PageUrl::as_str).collect();
        assert_eq!(found, ["http://gxt.example.gov.cn/sitemap.xml", "http://gxt.example.gov.cn/b.xml"]);
    }

    #[test]
    fn a_page_in_place_of_the_file_forbids_nothing() {
        let robots = read(Some(200), "<!DOCTYPE html><html><head><title>404</title></head><body>页面不存在</body></html>");
        assert!(robots.allows(&url("http://gxt.example.gov.cn/xwzx/")));
    }

    #[test]
    fn a_delay_of_hours_is_capped() {
        assert_eq!(read(Some(200), "User-agent: *\nCrawl-delay: 86400\n").delay(), Some(DELAY_MAX));
    }
}
