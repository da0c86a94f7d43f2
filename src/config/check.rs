//! From the text of `crawl.toml` to a checked [`Config`], or to everything that is wrong with it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use regex::Regex;
use scraper::Selector;
use toml::de::DeTable;

use super::fault::{Fault, Problem};
use super::notify::notify;
use super::table::{At, Document, Table};
use super::{
    AuditPart, Config, ContentPart, CrawlPart, NetworkPart, RenderPart, ReportPart, StorePart, default_kind, site_key,
};
use crate::model::run::{IgnoreDecl, WarnLevels};
use crate::model::site::{ColumnClass, ColumnDecl, SiteDecl, SiteKind, site_of};
use crate::model::window::Window;
use crate::url::{AddressFault, PageUrl};

const PROFILES: [(&str, &str); 2] = [("department", "department"), ("portal", "portal")];
const KINDS: [(&str, SiteKind); 2] = [("portal", SiteKind::Portal), ("second-level", SiteKind::SecondLevel)];
const ROBOTS: [(&str, bool); 2] = [("obey", true), ("ignore", false)];
const CLASSES: [(&str, ColumnClass); 12] = [
    ("news", ColumnClass::News),
    ("notice", ColumnClass::Notice),
    ("policy", ColumnClass::Policy),
    ("interpretation", ColumnClass::Interpretation),
    ("plan", ColumnClass::Plan),
    ("personnel", ColumnClass::Personnel),
    ("disclosure", ColumnClass::Disclosure),
    ("interaction", ColumnClass::Interaction),
    ("service", ColumnClass::Service),
    ("topic", ColumnClass::Topic),
    ("static", ColumnClass::Static),
    ("other", ColumnClass::Other),
];
const PROXY_SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
/// The rule whose words an `[[ignore]]` may name.
const TYPO_RULE: &str = "content.typo";
const USER_AGENT_CHARS_MAX: usize = 256;

/// Checks a text; relative paths are joined to `folder`.
pub(super) fn config(text: &str, folder: &Path) -> Result<Config, Vec<Fault>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let is_toml = errors.is_empty();
    let mut document = Document::new(root.get_ref(), text);
    let mut last = 0;
    for error in errors {
        let line = document.line_of(error.span().map_or(0, |span| span.start));
        // A slip upsets the rest of its line: the first complaint is the one that helps.
        if line != last {
            document.fault(line, "", Problem::Syntax { detail: error.message().replace('\n', " ") });
        }
        last = line;
    }
    let config = read(&mut document, folder);
    let mut faults = document.into_faults();
    if !is_toml {
        // What was lost with the broken lines is not missing.
        faults.retain(|fault| !matches!(fault.problem, Problem::NoSite | Problem::Missing | Problem::NeedsRowSelector));
    }
    if faults.is_empty() { Ok(config) } else { Err(faults) }
}

fn read(document: &mut Document<'_>, folder: &Path) -> Config {
    let (sites, all_good) = sites(document);
    let columns = columns(document, all_good.then_some(sites.as_slice()));
    let mut audit = audit(document, folder);
    if audit.unit.is_empty() {
        audit.unit = sites.first().map(|site| site.name.clone()).unwrap_or_default();
    }
    Config {
        audit,
        sites,
        columns,
        crawl: crawl(document),
        content: content(document),
        ignores: ignores(document),
        network: network(document, folder),
        render: render(document, folder),
        report: report(document, folder),
        notify: notify(document),
        store: store(document, folder),
        warn: warn(document),
    }
}

fn audit(document: &mut Document<'_>, folder: &Path) -> AuditPart {
    let table = document.table("audit");
    let default = AuditPart::default();
    let standard = document.text(table, "standard").map(|At { value, line }| {
        let is_id = value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_id {
            document.fault_at(table, "standard", line, Problem::BadStandard { value: value.clone() });
        }
        value
    });
    AuditPart {
        unit: document.text(table, "unit").map(|unit| unit.value).unwrap_or_default(),
        standard: standard.unwrap_or(default.standard),
        profile: document.choice(table, "profile", &PROFILES).map_or(default.profile, str::to_owned),
        rules_dir: document.text(table, "rules_dir").map(|path| folder.join(path.value)),
    }
}

/// The sites, and whether every entry could be used.
fn sites(document: &mut Document<'_>) -> (Vec<SiteDecl>, bool) {
    let tables = document.tables("site");
    if tables.is_empty() {
        document.fault(1, "", Problem::NoSite);
    }
    let mut sites: Vec<SiteDecl> = Vec::new();
    let mut lines: Vec<usize> = Vec::new();
    for (index, &table) in tables.iter().enumerate() {
        let url = address(document, table);
        let name = document.text(table, "name").map(|name| name.value);
        let kind = document.choice(table, "kind", &KINDS).unwrap_or(default_kind(index));
        let office = document.text(table, "office").map(|office| office.value);
        let Some(At { value: url, line }) = url else { continue };
        if let Some(at) = sites.iter().position(|site| site_key(&site.url) == site_key(&url)) {
            document.fault_at(table, "url", line, Problem::Duplicate { line: lines.get(at).copied().unwrap_or(1) });
            continue;
        }
        lines.push(line);
        sites.push(SiteDecl { name: name.unwrap_or_else(|| url.authority()), url, kind, office });
    }
    let all_good = !sites.is_empty() && sites.len() == tables.len();
    (sites, all_good)
}

/// `sites`: none where they could not all be read, so that nothing is said to lie outside them.
fn columns(document: &mut Document<'_>, sites: Option<&[SiteDecl]>) -> Vec<ColumnDecl> {
    let mut columns: Vec<ColumnDecl> = Vec::new();
    let mut lines: Vec<usize> = Vec::new();
    for table in document.tables("column") {
        let url = address(document, table);
        let row_selector = selector(document, table, "row_selector");
        let date_selector = selector(document, table, "date_selector");
        if let (None, Some(At { line, .. })) = (&row_selector, &date_selector) {
            document.fault_at(table, "date_selector", *line, Problem::NeedsRowSelector);
        }
        let name = document.text(table, "name").map(|name| name.value);
        let class = document.choice(table, "class", &CLASSES);
        let max_age_days = document.integer(table, "max_age_days", 1..=3_650);
        let office = document.text(table, "office").map(|office| office.value);
        let ignore = document.switch(table, "ignore").unwrap_or(false);
        let Some(At { value: url, line }) = url else { continue };
        if let Some(at) = columns.iter().position(|column| column.url == url) {
            document.fault_at(table, "url", line, Problem::Duplicate { line: lines.get(at).copied().unwrap_or(1) });
            continue;
        }
        if sites.is_some_and(|sites| site_of(sites, &url).is_none()) {
            document.fault_at(table, "url", line, Problem::OutsideSites);
        }
        lines.push(line);
        columns.push(ColumnDecl {
            url,
            name,
            class,
            max_age_days,
            office,
            row_selector: row_selector.map(|selector| selector.value),
            date_selector: date_selector.map(|selector| selector.value),
            ignore,
        });
    }
    columns
}

/// The `url` of a site or column.
fn address<'t>(document: &mut Document<'t>, table: Table<'t>) -> Option<At<PageUrl>> {
    if !table.has("url") {
        document.fault_at(table, "url", table.line, Problem::Missing);
        return None;
    }
    let At { value, line } = document.text(table, "url")?;
    match PageUrl::parse(&value) {
        Ok(url) => Some(At { value: url, line }),
        Err(fault) => {
            // «www.example.gov.cn» without a scheme is the common slip; «localhost:80/» reads as a scheme.
            let fault = if value.contains("://") { fault } else { scheme_fault(&value, fault) };
            document.fault_at(table, "url", line, Problem::BadAddress { value, fault });
            None
        }
    }
}

fn scheme_fault(value: &str, fault: AddressFault) -> AddressFault {
    if value.starts_with("mailto:") || value.starts_with("javascript:") { fault } else { AddressFault::Malformed }
}

fn selector<'t>(document: &mut Document<'t>, table: Table<'t>, key: &str) -> Option<At<String>> {
    let text = document.text(table, key)?;
    if Selector::parse(&text.value).is_err() {
        document.fault_at(table, key, text.line, Problem::BadSelector { value: text.value.clone() });
    }
    Some(text)
}

fn crawl(document: &mut Document<'_>) -> CrawlPart {
    let table = document.table("crawl");
    let default = CrawlPart::default();
    let mut integer = |key: &str, range| document.integer(table, key, range);
    let size = |number: u32| number as usize;
    CrawlPart {
        max_pages: integer("max_pages", 1..=10_000_000).unwrap_or(default.max_pages),
        max_minutes: integer("max_minutes", 0..=43_200).unwrap_or(default.max_minutes),
        concurrency: integer("concurrency", 1..=512).map_or(default.concurrency, size),
        concurrency_per_host: integer("concurrency_per_host", 1..=512).map(size),
        timeout_seconds: integer("timeout_seconds", 1..=600).unwrap_or(default.timeout_seconds),
        depth_max: integer("depth_max", 1..=1_000).map_or(default.depth_max, |depth| depth as u16),
        body_mb_max: integer("body_mb_max", 1..=1_024).unwrap_or(default.body_mb_max),
        address_chars_max: integer("address_chars_max", 100..=65_536).map_or(default.address_chars_max, size),
        // What the reader keeps of one page.
        links_per_page_max: integer("links_per_page_max", 1..=20_000).map_or(default.links_per_page_max, size),
        list_pages_max: integer("list_pages_max", 0..=100_000).unwrap_or(default.list_pages_max),
        requests_per_second: document
            .number(table, "requests_per_second", 0.0..=1_000.0)
            .unwrap_or(default.requests_per_second),
        obey_robots: document.choice(table, "robots", &ROBOTS).unwrap_or(default.obey_robots),
        external_links: document.switch(table, "external_links").unwrap_or(default.external_links),
        read_attachments: document.switch(table, "read_attachments").unwrap_or(default.read_attachments),
        read_pdf_and_doc: document.switch(table, "read_pdf_and_doc").unwrap_or(default.read_pdf_and_doc),
        include: patterns(document, table, "include"),
        exclude: patterns(document, table, "exclude"),
        window: window(document, table),
    }
}

fn ignores(document: &mut Document<'_>) -> Vec<IgnoreDecl> {
    let mut ignores = Vec::new();
    for table in document.tables("ignore") {
        if !table.has("reason") {
            document.fault_at(table, "reason", table.line, Problem::Missing);
        }
        let (rule, word) = (document.text(table, "rule"), document.text(table, "word"));
        if let Some(rule) = rule.as_ref().filter(|rule| word.is_some() && rule.value != TYPO_RULE) {
            document.fault_at(table, "rule", rule.line, Problem::WordOfOtherRule { rule: TYPO_RULE });
        }
        if !table.has("rule") && !table.has("url") && !table.has("word") {
            document.fault(table.line, "[[ignore]]", Problem::IgnoresAll);
        }
        let url = document.text(table, "url").map(|At { value, line }| {
            pattern(document, table, "url", line, &value);
            value
        });
        ignores.push(IgnoreDecl {
            rule: rule.map(|rule| rule.value).or_else(|| word.as_ref().map(|_| TYPO_RULE.to_owned())),
            url,
            word: word.map(|word| word.value),
            reason: document.text(table, "reason").map(|reason| reason.value).unwrap_or_default(),
            until: document.day(table, "until").map(|until| until.value.to_string()),
            ..IgnoreDecl::default()
        });
    }
    ignores
}

fn window<'t>(document: &mut Document<'t>, table: Table<'t>) -> Option<Window> {
    let At { value, line } = document.text(table, "window")?;
    let window = value.parse().ok();
    if window.is_none() {
        document.fault_at(table, "window", line, Problem::BadWindow { value });
    }
    window
}

fn patterns<'t>(document: &mut Document<'t>, table: Table<'t>, key: &str) -> Vec<Regex> {
    let mut patterns = Vec::new();
    for At { value, line } in document.texts(table, key).unwrap_or_default() {
        patterns.extend(pattern(document, table, key, line, &value));
    }
    patterns
}

fn pattern(document: &mut Document<'_>, table: Table<'_>, key: &str, line: usize, value: &str) -> Option<Regex> {
    match Regex::new(value) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            // The last line of the message is its sentence; the ones before it draw the place.
            let text = error.to_string();
            let detail = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            document.fault_at(table, key, line, Problem::BadPattern { value: value.to_owned(), detail });
            None
        }
    }
}

fn network(document: &mut Document<'_>, folder: &Path) -> NetworkPart {
    let table = document.table("network");
    let mut part = NetworkPart::default();
    part.allow_private = document.switch(table, "allow_private").unwrap_or(part.allow_private);
    for (host, address) in document.pairs(table, "resolve") {
        let key = format!("resolve.\"{}\"", host.value);
        match host_name(&host.value) {
            None => document.fault_at(table, &key, host.line, Problem::BadResolveHost { value: host.value.clone() }),
            Some(name) => match address.value.parse::<SocketAddr>() {
                Ok(address) => drop(part.resolve.insert(name, address)),
                Err(_) => document.fault_at(table, &key, address.line, Problem::BadResolveAddress { value: address.value }),
            },
        }
    }
    if let Some(At { value, line }) = document.text(table, "proxy") {
        match proxy(&value) {
            Ok(false) => part.proxy = Some(value),
            Ok(true) => document.fault_at(table, "proxy", line, Problem::ProxySecret),
            Err(problem) => document.fault_at(table, "proxy", line, problem),
        }
    }
    if let Some(At { value, line }) = document.text(table, "user_agent") {
        if value.len() > USER_AGENT_CHARS_MAX || !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            document.fault_at(table, "user_agent", line, Problem::BadUserAgent);
        }
        part.user_agent = value;
    }
    part.ca_file = document.text(table, "ca_file").map(|path| folder.join(path.value));
    part
}

/// Lower case and punycode, as addresses hold it.
fn host_name(text: &str) -> Option<String> {
    let plain = !text.contains([':', '/', '@', '?', '#', ' ']);
    plain.then(|| PageUrl::parse(&format!("http://{text}/")).ok()).flatten().map(|url| url.host().to_owned())
}

/// Whether a proxy's address holds a user name or password.
pub(super) fn proxy(text: &str) -> Result<bool, Problem> {
    // What stands before the @ may be a password.
    let bad = || Problem::BadProxy { value: text.rsplit('@').next().unwrap_or_default().to_owned() };
    let url = ::url::Url::parse(text).map_err(|_| bad())?;
    if !PROXY_SCHEMES.contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
        return Err(bad());
    }
    Ok(!url.username().is_empty() || url.password().is_some())
}

fn content(document: &mut Document<'_>) -> ContentPart {
    let table = document.table("content");
    let default = ContentPart::default();
    ContentPart {
        likely_typos: document.switch(table, "likely_typos").unwrap_or(default.likely_typos),
        signs_kept_days: document.integer(table, "signs_kept_days", 0..=3_650).unwrap_or(default.signs_kept_days),
    }
}

fn render(document: &mut Document<'_>, folder: &Path) -> RenderPart {
    let table = document.table("render");
    let default = RenderPart::default();
    RenderPart {
        enabled: document.switch(table, "enabled").unwrap_or(default.enabled),
        pages_per_site: document.integer(table, "pages_per_site", 1..=1_000).unwrap_or(default.pages_per_site),
        seconds_per_page: document.integer(table, "seconds_per_page", 1..=300).unwrap_or(default.seconds_per_page),
        browser: document.text(table, "browser").map(|path| folder.join(path.value)),
    }
}

fn report(document: &mut Document<'_>, folder: &Path) -> ReportPart {
    let table = document.table("report");
    let default = ReportPart::default();
    let formats: Option<Vec<String>> =
        document.texts(table, "formats").map(|formats| formats.into_iter().map(|format| format.value).collect());
    ReportPart { formats: formats.unwrap_or(default.formats), dir: path(document, table, "dir", folder, default.dir) }
}

fn store(document: &mut Document<'_>, folder: &Path) -> StorePart {
    let table = document.table("store");
    StorePart { path: path(document, table, "path", folder, StorePart::default().path) }
}

fn warn(document: &mut Document<'_>) -> WarnLevels {
    let table = document.table("warn");
    let default = WarnLevels::default();
    let mut integer = |key: &str, max| document.integer(table, key, 0..=max);
    WarnLevels {
        unreachable_percent: integer("unreachable_percent", 100).unwrap_or(default.unreachable_percent),
        home_days: integer("home_days", 3_650).unwrap_or(default.home_days),
        empty_columns: integer("empty_columns", 1_000).unwrap_or(default.empty_columns),
        stale_columns: integer("stale_columns", 1_000).unwrap_or(default.stale_columns),
        certificate_days: integer("certificate_days", 3_650).unwrap_or(default.certificate_days),
        duty_days: integer("duty_days", 366).unwrap_or(default.duty_days),
    }
}

fn path<'t>(document: &mut Document<'t>, table: Table<'t>, key: &str, folder: &Path, default: PathBuf) -> PathBuf {
    folder.join(document.text(table, key).map_or(default, |path| PathBuf::from(path.value)))
}
