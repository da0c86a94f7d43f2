//! What is asked of a server, and what for.

use serde::{Deserialize, Serialize};

use crate::url::PageUrl;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    Get,
    Head,
    /// With the form body that a list mechanism sends.
    Post {
        body: String,
    },
}

/// Why a request is made; it decides method, scope and rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// A site's home page.
    Home,
    /// A further page of a list, or the data that a list mechanism asks for.
    List,
    /// A page inside a site: read and followed.
    Page,
    /// A resource that needs no body (image, style sheet, script, attachment).
    Resource,
    /// An address outside the sites: requested once, never followed.
    External,
    /// robots.txt, sitemap.xml.
    Housekeeping,
    /// A path that cannot exist, to learn how this host says "not found".
    NotFoundProbe,
}

/// One request. `PageUrl` is canonical, so equal addresses are the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub url: PageUrl,
    pub method: Method,
    pub purpose: Purpose,
    /// The page on which the address stands (sent as `Referer` where a server asks for one).
    pub referer: Option<PageUrl>,
}

impl Request {
    pub fn get(url: PageUrl, purpose: Purpose) -> Self {
        Self { url, method: Method::Get, purpose, referer: None }
    }
}
