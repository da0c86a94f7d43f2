//! What a site's pages show of links that leave the public sector, and what its front offers: put together from all its pages.

use std::sync::LazyLock;

use serde::Deserialize;

use super::details::SearchFact;
use super::site::Occurrence;
use crate::url::{PageUrl, is_numeric_host};

const WORDS: &str = include_str!("../../rules/words/leaving.toml");
static KNOWN: LazyLock<Words> = LazyLock::new(|| toml::from_str(WORDS).expect("the words compiled in are read by a test"));

#[derive(Debug, Deserialize)]
struct Words {
    libraries: Vec<String>,
}

/// A script that everyone uses, by the name of its file: no notice of the site's own stands in it.
pub fn is_library(script: &PageUrl) -> bool {
    let file = script.path().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    KNOWN.libraries.iter().any(|name| file.contains(name.as_str()))
}

/// A registered domain outside the public sector, or an IP address, that a site links to in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutDomain {
    pub domain: String,
    /// The first of its addresses, by their order.
    pub url: String,
    /// No known service (counter, share button, map, press portal) either, and no address, whose owner nobody can see.
    pub is_foreign: bool,
    /// Linked on the home page, in a navigation or a footer.
    pub on_front: bool,
    /// At most 50; those on the home page first.
    pub occurrences: Vec<Occurrence>,
    pub occurrence_count: u32,
}

impl OutDomain {
    /// An IP address in a name's place.
    pub fn is_address(&self) -> bool {
        is_numeric_host(&self.domain)
    }
}

/// The links of one site that leave the public sector. Links that are dead or have changed hands are not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Pages whose links were looked at.
    pub pages: u32,
    /// In the order of their names; at most 5,000.
    pub domains: Vec<OutDomain>,
    /// Pages with such links (known services left out) that tell a visitor so, that do not, and of which a script was not read.
    pub told: u32,
    pub bare: u32,
    pub unknown: u32,
    /// Links of pages that do not; at most 50.
    pub bare_links: Vec<Occurrence>,
    pub bare_links_count: u32,
}

/// What a site's home page offers, with the parts of it that its own scripts write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Front {
    pub search: Option<SearchFact>,
    /// Nothing was understood as a search, but something is called one, or a script that may write one was not read.
    pub may_search: bool,
    pub ipv6_mark: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_known_by_their_files() {
        assert!(KNOWN.libraries.iter().all(|name| !name.is_empty() && *name == name.to_lowercase()));
        let script = |text| PageUrl::parse(text).unwrap();
        assert!(is_library(&script("http://gxt.example.gov.cn/js/jQuery-3.6.0.js")));
        assert!(!is_library(&script("http://gxt.example.gov.cn/jquery/common.js")));
    }
}
