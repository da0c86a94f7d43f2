//! The configuration: `crawl.toml` as written → [`Config`], checked. All faults are reported at once, each with its line.
//! The parts are handed on by value; no stage sees this module.

mod check;
mod fault;
mod notify;
mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use regex::Regex;

pub use fault::{ConfigError, Expected, Fault, Found, Problem};
pub use notify::{MailPart, MailSecurity, NotifyPart, Webhook};

use crate::model::reason::Reason;
use crate::model::run::{IgnoreDecl, WarnLevels};
use crate::model::site::{ColumnDecl, SiteDecl, SiteKind};
use crate::model::window::Window;
use crate::url::PageUrl;

/// Read when no other file is named.
pub const FILE_NAME: &str = "crawl.toml";
/// Environment variable that sets the proxy; it may hold a password, the file may not.
pub const PROXY_VARIABLE: &str = "XUNCHA_PROXY";
/// In flight at one host unless said otherwise.
const PER_HOST: usize = 4;

/// A checked configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub audit: AuditPart,
    /// At least one where it comes from a file or from addresses; none in the default.
    pub sites: Vec<SiteDecl>,
    pub columns: Vec<ColumnDecl>,
    pub crawl: CrawlPart,
    pub content: ContentPart,
    /// Findings to set aside.
    pub ignores: Vec<IgnoreDecl>,
    pub network: NetworkPart,
    pub render: RenderPart,
    pub report: ReportPart,
    pub notify: NotifyPart,
    pub store: StorePart,
    /// When to warn before a veto falls.
    pub warn: WarnLevels,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPart {
    /// Who is inspected (检查对象); the first site's name unless given.
    pub unit: String,
    /// Id of the standard.
    pub standard: String,
    /// `department` or `portal`.
    pub profile: String,
    /// Folder of the user's own rules.
    pub rules_dir: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub struct CrawlPart {
    /// Pages per site.
    pub max_pages: u32,
    /// 0: no limit.
    pub max_minutes: u32,
    /// Requests in flight, all hosts together.
    pub concurrency: usize,
    /// As written; [`CrawlPart::per_host`] says what holds.
    pub concurrency_per_host: Option<usize>,
    /// Per host; 0: no limit.
    pub requests_per_second: f64,
    pub obey_robots: bool,
    pub timeout_seconds: u32,
    pub external_links: bool,
    /// Office files (docx, xlsx) are fetched whole and read for personal data.
    pub read_attachments: bool,
    pub read_pdf_and_doc: bool,
    pub include: Vec<Regex>,
    pub exclude: Vec<Regex>,
    /// Hours in which servers may be asked.
    pub window: Option<Window>,
    /// Links from the home page.
    pub depth_max: u16,
    /// MiB of a body that are read.
    pub body_mb_max: u32,
    pub address_chars_max: usize,
    pub links_per_page_max: usize,
    pub list_pages_max: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPart {
    pub allow_private: bool,
    /// Host (lower case, punycode) → address.
    pub resolve: BTreeMap<String, SocketAddr>,
    pub proxy: Option<String>,
    pub user_agent: String,
    /// PEM file of authorities that are trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
}

/// Checks of words and signs that a user may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentPart {
    /// Wrong words that a dictionary and confusable characters make likely are looked for too.
    pub likely_typos: bool,
    /// Days for which a sign that only the comparison with an earlier run shows is told again; 0: only in the run that saw it.
    pub signs_kept_days: u32,
}

/// Pages opened in an installed browser, where nothing else reads their list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderPart {
    pub enabled: bool,
    /// Pages of one site that are opened in the browser.
    pub pages_per_site: u32,
    /// Seconds that one page may take.
    pub seconds_per_page: u32,
    /// The browser's program; none: looked for in the usual places.
    pub browser: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPart {
    /// As written; the command knows which exist.
    pub formats: Vec<String>,
    pub dir: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorePart {
    pub path: PathBuf,
}

impl Default for AuditPart {
    fn default() -> Self {
        Self { unit: String::new(), standard: "gov-2019".to_owned(), profile: "department".to_owned(), rules_dir: None }
    }
}

impl Default for CrawlPart {
    fn default() -> Self {
        Self {
            max_pages: 100_000,
            max_minutes: 0,
            concurrency: 16,
            concurrency_per_host: None,
            requests_per_second: 5.0,
            obey_robots: true,
            timeout_seconds: 15,
            external_links: true,
            read_attachments: true,
            read_pdf_and_doc: false,
            include: Vec::new(),
            exclude: Vec::new(),
            window: None,
            depth_max: 30,
            body_mb_max: 10,
            address_chars_max: 2_048,
            links_per_page_max: 20_000,
            list_pages_max: 1_000,
        }
    }
}

impl Default for NetworkPart {
    fn default() -> Self {
        Self {
            allow_private: false,
            resolve: BTreeMap::new(),
            proxy: None,
            user_agent: concat!("xuncha/", env!("CARGO_PKG_VERSION"), " (+website self-inspection)").to_owned(),
            ca_file: None,
        }
    }
}

impl Default for ContentPart {
    fn default() -> Self {
        Self { likely_typos: false, signs_kept_days: 90 }
    }
}

impl Default for RenderPart {
    fn default() -> Self {
        Self { enabled: false, pages_per_site: 20, seconds_per_page: 20, browser: None }
    }
}

impl Default for ReportPart {
    fn default() -> Self {
        Self { formats: vec!["html".to_owned(), "json".to_owned()], dir: PathBuf::from("reports/") }
    }
}

impl Default for StorePart {
    fn default() -> Self {
        Self { path: PathBuf::from("xuncha.db") }
    }
}

impl CrawlPart {
    /// Requests in flight at one host: as written, else 4, or all of them where the pace has no limit.
    pub fn per_host(&self) -> usize {
        let unlimited = self.requests_per_second <= 0.0;
        let default = if unlimited { self.concurrency } else { PER_HOST };
        self.concurrency_per_host.unwrap_or(default).min(self.concurrency)
    }

    pub fn body_bytes_max(&self) -> u64 {
        u64::from(self.body_mb_max) * 1024 * 1024
    }
}

impl Config {
    /// Reads a file. Relative paths in it are relative to its folder.
    ///
    /// # Errors
    /// [`ConfigError`]: no such file, not readable, or all that is wrong with it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ConfigError::Missing { path: path.to_owned() },
            _ => ConfigError::Unreadable { path: path.to_owned(), reason: Reason::from(&error) },
        })?;
        let text = String::from_utf8(bytes).map_err(|_| ConfigError::NotText { path: path.to_owned() })?;
        // Windows editors put a byte order mark in front.
        Self::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), path)
    }

    /// Checks a text that stands in the file `path`.
    ///
    /// # Errors
    /// [`ConfigError::Faulty`] with all faults.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        check::config(text, folder).map_err(|faults| ConfigError::Faulty { path: path.to_owned(), faults })
    }

    /// The default settings for these sites: the first is the portal, the others are second-level sites, each named by its
    /// host. An address that is given twice counts once.
    pub fn for_urls(urls: &[PageUrl]) -> Self {
        let mut config = Self::default();
        config.set_sites(urls);
        config
    }

    /// Puts these sites in place of the declared ones; columns that lie in none of them are dropped.
    pub fn set_sites(&mut self, urls: &[PageUrl]) {
        let mut sites: Vec<SiteDecl> = Vec::new();
        for url in urls {
            if sites.iter().all(|site| site_key(&site.url) != site_key(url)) {
                let kind = default_kind(sites.len());
                sites.push(SiteDecl { url: url.clone(), name: url.authority(), kind, office: None });
            }
        }
        self.columns.retain(|column| crate::model::site::site_of(&sites, &column.url).is_some());
        self.sites = sites;
        self.audit.unit = self.sites.first().map(|site| site.name.clone()).unwrap_or_default();
    }

    /// Takes the proxy from the environment variable [`PROXY_VARIABLE`], if it is set; `lookup` reads the environment.
    ///
    /// # Errors
    /// [`Problem::BadProxy`]; the value is not repeated, it may hold a password.
    pub fn proxy_from(&mut self, lookup: impl Fn(&str) -> Option<String>) -> Result<(), Problem> {
        let Some(proxy) = lookup(PROXY_VARIABLE).map(|proxy| proxy.trim().to_owned()).filter(|proxy| !proxy.is_empty()) else {
            return Ok(());
        };
        match check::proxy(&proxy) {
            Ok(_) => self.network.proxy = Some(proxy),
            Err(_) => return Err(Problem::BadProxy { value: format!("${PROXY_VARIABLE}") }),
        }
        Ok(())
    }
}

/// The first site is the portal unless it says otherwise.
fn default_kind(index: usize) -> SiteKind {
    if index == 0 { SiteKind::Portal } else { SiteKind::SecondLevel }
}

/// What makes a site the same site: server and folder.
fn site_key(url: &PageUrl) -> (String, String) {
    (url.authority(), url.folder().to_owned())
}
