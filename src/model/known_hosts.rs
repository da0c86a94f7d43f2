//! Hosts by what they are: of the public sector, services that pages point at for good reasons, sellers of parked domains. The
//! hosts are data (`rules/words/hosts.toml`), with those of the user's folder laid over them.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::url::PageUrl;

const HOSTS: &str = include_str!("../../rules/words/hosts.toml");

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KnownHosts {
    /// Whole endings of the public sector: `gov.cn`.
    public_suffixes: Vec<String>,
    /// Public institutions and the official press outside these endings.
    public: Vec<String>,
    /// Registered domains of counters, share buttons, maps …
    services: Vec<String>,
    /// Registered domains that sell domains.
    parking: Vec<String>,
    /// What the user takes away.
    without: Option<Box<KnownHosts>>,
}

impl KnownHosts {
    /// The hosts compiled in.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<KnownHosts> =
            LazyLock::new(|| KnownHosts::parse(HOSTS).expect("the hosts compiled in are read by a test"));
        &EMBEDDED
    }

    /// # Errors
    /// What TOML's reader says of a faulty text.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Puts the user's hosts behind those that are there; those below `without` are taken away.
    pub fn lay_over(&mut self, mut own: Self) {
        let without = own.without.take().map(|without| *without).unwrap_or_default();
        for (hosts, own, without) in [
            (&mut self.public_suffixes, own.public_suffixes, &without.public_suffixes),
            (&mut self.public, own.public, &without.public),
            (&mut self.services, own.services, &without.services),
            (&mut self.parking, own.parking, &without.parking),
        ] {
            hosts.retain(|host| !without.contains(host));
            hosts.extend(own);
        }
    }

    /// A host of the public sector: government, schools, armed forces, public institutions, the official press.
    pub fn is_public(&self, url: &PageUrl) -> bool {
        let is_below = |suffix: &String| {
            url.host() == suffix || url.host().strip_suffix(suffix.as_str()).is_some_and(|rest| rest.ends_with('.'))
        };
        self.public_suffixes.iter().chain(&self.public).any(is_below)
    }

    pub fn is_service(&self, url: &PageUrl) -> bool {
        is_listed(&self.services, url)
    }

    pub fn sells_domains(&self, url: &PageUrl) -> bool {
        is_listed(&self.parking, url)
    }

    /// A host that pages point at out of sight for good reasons.
    pub fn is_known(&self, url: &PageUrl) -> bool {
        self.is_public(url) || self.is_service(url)
    }
}

fn is_listed(domains: &[String], url: &PageUrl) -> bool {
    url.registered_domain().is_some_and(|domain| domains.iter().any(|known| known == domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_hosts_are_added_and_taken_away() {
        let url = |text| PageUrl::parse(text).unwrap();
        let mut hosts = KnownHosts::embedded().clone();
        let own = "services = [\"hnswyt.com\"]\npublic = [\"hntv.tv\"]\n[without]\nservices = [\"renren.com\"]";
        hosts.lay_over(KnownHosts::parse(own).unwrap());
        assert!(hosts.is_known(&url("http://tj.hnswyt.com/1.js")) && hosts.is_public(&url("http://www.hntv.tv/")));
        assert!(!hosts.is_known(&url("http://share.renren.com/")) && hosts.is_known(&url("http://s13.cnzz.com/stat.php")));
        assert!(KnownHosts::parse("service = []").is_err());
    }

    #[test]
    fn the_public_sector_is_known_by_its_endings() {
        let url = |text| PageUrl::parse(text).unwrap();
        let hosts = KnownHosts::embedded();
        assert!(hosts.is_public(&url("http://www.mof.gov.cn/")) && hosts.is_public(&url("http://www.tsinghua.edu.cn/")));
        assert!(!hosts.is_known(&url("http://www.notgov.cn/")) && !hosts.is_known(&url("http://gov.cn.evil.com/")));
    }
}
