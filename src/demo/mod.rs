//! The embedded demonstration group of sites: a departmental portal, two second-level sites, the portal of a centre, an undeclared
//! site and their neighbours, generated from a seed, a scale and the monitoring day. It knows what is wrong in it ([`Truth`]) and
//! nothing of how it is audited.

mod calendar;
mod columns;
mod dice;
mod documents;
mod files;
mod neighbours;
mod pages;
mod park;
mod phrases;
mod plan;
mod plant;
mod plant_rules;
mod plant_signs;
mod plant_sites;
mod portal;
mod second;
mod serve;
mod style;
mod text;
mod truth;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use self::serve::Server;
pub use self::truth::{Defect, Expected, Trap, Truth};

use self::plan::{ENERGY, HOSTS, PORTAL, Plan, Route, SMALL};
use crate::model::report::SiteVerdict;
use crate::model::site::{ColumnDecl, SiteDecl, SiteKind};
use crate::url::PageUrl;

/// Seed of the group that `xuncha demo` shows.
pub const SEED: u64 = 2026;

/// Who is inspected.
pub const UNIT: &str = portal::NAME;

/// The declared site that refuses connections, where [`Options::refusing_site`] asks for it.
const REFUSING: &str = "fuwu.example.gov.cn";

/// Variations of the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Declare a further second-level site at which nobody answers ([`Group::refusing_hosts`]): the audit is then incomplete.
    pub refusing_site: bool,
}

/// An answer, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    fn with(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type".to_owned(), content_type.to_owned())], body }
    }

    fn html(status: u16, body: &str) -> Self {
        Self::with(status, "text/html", body.as_bytes().to_vec())
    }

    fn text(status: u16, body: &str) -> Self {
        Self::with(status, "text/plain", body.as_bytes().to_vec())
    }

    /// First value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The group of sites.
#[derive(Debug)]
pub struct Group {
    plan: Plan,
    truth: Truth,
    park: park::Park,
    options: Options,
    /// Answers by address that stand in for the group's own.
    changed: BTreeMap<String, Reply>,
}

impl Group {
    /// Makes the group: `scale` 1 has about 1,500 articles on the portal, 5 the 6,940 that an office publishes in a year.
    /// `now` is the monitoring day in Beijing time; everything is published before it.
    pub fn new(seed: u64, scale: u32, now: Date) -> Self {
        Self::with_options(seed, scale, now, Options::default())
    }

    pub fn with_options(seed: u64, scale: u32, now: Date, options: Options) -> Self {
        let mut plan = Plan::new(seed, scale, now);
        documents::plant(&mut plan);
        plant::plant(&mut plan);
        plan.finish();
        park::plant(&mut plan.truth);
        let mut truth = plan.truth.clone();
        truth.verdicts = verdicts(&truth);
        if options.refusing_site {
            let url = format!("http://{REFUSING}/");
            truth.defect("site.unreachable", &url, None, "声明的二级网站拒绝连接");
            truth.verdicts.push(Expected {
                host: REFUSING.to_owned(),
                kind: SiteKind::SecondLevel,
                verdict: SiteVerdict::Undetermined,
                vetoes: Vec::new(),
            });
        }
        Self { plan, truth, park: park::Park::new(now), options, changed: BTreeMap::new() }
    }

    /// The monitoring day.
    pub fn now(&self) -> Date {
        self.plan.now
    }

    /// The declared sites.
    pub fn sites(&self) -> Vec<SiteDecl> {
        let site = |host: &str, name: &str, kind, office: &str| SiteDecl {
            url: PageUrl::parse(&format!("http://{host}/")).expect("the demo's addresses are well formed"),
            name: name.to_owned(),
            kind,
            office: Some(office.to_owned()),
        };
        let mut sites = vec![
            site(HOSTS[PORTAL], "门户网站", SiteKind::Portal, "办公室"),
            site(HOSTS[SMALL], "中小企业公共服务平台", SiteKind::SecondLevel, "中小企业服务处"),
            site(HOSTS[ENERGY], "节能监察网", SiteKind::SecondLevel, "节能与综合利用处"),
            site(park::HOST, "产业园区发展中心网站", SiteKind::Portal, "产业园区处"),
        ];
        if self.options.refusing_site {
            sites.push(site(REFUSING, "企业服务热线", SiteKind::SecondLevel, "中小企业服务处"));
        }
        sites
    }

    /// What the office says of some columns: who is responsible, and one column that is no longer there.
    pub fn columns(&self) -> Vec<ColumnDecl> {
        let decl = |url: String, name: Option<&str>, office: &str| ColumnDecl {
            url: PageUrl::parse(&url).expect("the demo's addresses are well formed"),
            name: name.map(str::to_owned),
            class: None,
            max_age_days: None,
            office: Some(office.to_owned()),
            row_selector: None,
            date_selector: None,
            ignore: false,
        };
        let mut out: Vec<ColumnDecl> = [
            ("工信要闻", "办公室"),
            ("工作动态", "办公室"),
            ("媒体报道", "新闻中心"),
            ("园区动态", "产业园区处"),
            ("安全动态", "安全生产处"),
            ("采购公告", "财务处"),
            ("公务员招录", "人事处"),
            ("经验交流", "政策法规处"),
            ("群团活动", "机关党委"),
            ("成果转化", "技术创新处"),
            ("规范性文件", "政策法规处"),
            ("政策解读", "政策法规处"),
        ]
        .into_iter()
        .map(|(name, office)| decl(self.plan.column_url(PORTAL, name), None, office))
        .collect();
        out.push(decl(plan::url(PORTAL, "/gxt/hdjl/wjdc/index.html"), Some("问卷调查"), "办公室"));
        out
    }

    /// Every host that the group's server answers for; the caller resolves them to it. No other host exists.
    pub fn hosts(&self) -> Vec<String> {
        HOSTS
            .iter()
            .chain([&park::HOST])
            .chain(&neighbours::OTHERS)
            .chain(&neighbours::SERVICES)
            .map(|&host| host.to_owned())
            .collect()
    }

    /// Hosts that exist but refuse connections: the caller resolves them to a port at which nobody listens.
    pub fn refusing_hosts(&self) -> Vec<String> {
        if self.options.refusing_site { vec![REFUSING.to_owned()] } else { Vec::new() }
    }

    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Number of articles of all declared sites, and of the portal alone.
    pub fn article_counts(&self) -> (usize, usize) {
        (self.plan.sites.iter().map(|site| site.articles.len()).sum(), self.plan.sites[PORTAL].articles.len())
    }

    /// Answers a request as the sites do once they are warm. `target` is path and query as sent, `method` `GET` or `HEAD`
    /// (the body of a HEAD answer is for the server to leave out).
    pub fn respond(&self, host: &str, target: &str, method: &str) -> Reply {
        let host = host.to_ascii_lowercase();
        let target = without_session(target);
        if !matches!(method, "GET" | "HEAD") {
            return Reply::text(405, "405 Method Not Allowed");
        }
        let Some(site) = HOSTS.iter().position(|known| *known == host) else {
            let path = target.split('?').next().unwrap_or_default();
            if host == park::HOST {
                return self.park.respond(path);
            }
            return neighbours::respond(&host, path);
        };
        let key = format!("{host}{target}");
        if let Some(reply) = self.changed.get(&key) {
            return reply.clone();
        }
        if method == "HEAD" && self.plan.head_refused.contains(&key) {
            return Reply::text(405, "405 Method Not Allowed");
        }
        match self.plan.routes.get(&key) {
            Some(route) => self.answer(site, route),
            None => self.not_found(site, &target),
        }
    }

    /// From now on the address of one of the group's sites answers so: what its office mended, or broke.
    pub fn change(&mut self, url: &PageUrl, reply: Reply) {
        let target = url.as_str().split_once(url.host()).map_or("/", |(_, target)| target);
        self.changed.insert(format!("{}{target}", url.host()), reply);
    }

    /// Whether the first request for the address is answered with 503.
    pub fn is_flaky(&self, host: &str, target: &str) -> bool {
        self.plan.flaky.contains(&format!("{}{target}", host.to_ascii_lowercase()))
    }

    fn answer(&self, site: usize, route: &Route) -> Reply {
        let plan = &self.plan;
        match route {
            Route::Home(site) => in_charset(*site, 200, &home(plan, *site)),
            Route::Column { site, column, page } => in_charset(*site, 200, &column_page(plan, *site, *column, *page)),
            Route::Article { site, article } => in_charset(*site, 200, &article_page(plan, *site, *article)),
            Route::File(name) => {
                let (content_type, body) = files::by_name(name);
                Reply::with(200, content_type, body)
            }
            Route::Redirect { status, to } => Reply {
                status: *status,
                headers: vec![("location".to_owned(), to.clone()), ("content-type".to_owned(), "text/html".to_owned())],
                body: Vec::new(),
            },
            Route::Raw { status, content_type, body } => Reply::with(*status, content_type, body.as_bytes().to_vec()),
            Route::Framed { site, status, title, body } => in_charset(*site, *status, &framed(plan, *site, title, body)),
            Route::Status(status) => {
                in_charset(site, *status, &format!("<html><head><title>{status}</title></head><body>{status}</body></html>"))
            }
        }
    }

    fn not_found(&self, site: usize, target: &str) -> Reply {
        let plan = &self.plan;
        match (site, target) {
            (PORTAL, "/sitemap.xml") => Reply::with(200, "application/xml", portal::sitemap_xml(plan).into_bytes()),
            (PORTAL, "/gxt/wzdt/index.html") => in_charset(site, 200, &portal::site_map(plan)),
            (PORTAL, _) => in_charset(site, 404, &portal::framed(plan, "页面不存在", portal::NOT_FOUND)),
            (_, "/robots.txt" | "/sitemap.xml") => Reply::text(404, "404 Not Found"),
            (SMALL, _) => in_charset(site, 404, &second::small_framed(plan, "404", "<h1>404</h1>\n<p>页面未找到。</p>\n")),
            _ => in_charset(site, 200, &second::energy_not_found()),
        }
    }
}

/// A page in the site's encoding; only the portal's server names it in the header.
fn in_charset(site: usize, status: u16, html: &str) -> Reply {
    match site {
        PORTAL => Reply::with(status, "text/html; charset=UTF-8", html.as_bytes().to_vec()),
        ENERGY => Reply::with(status, "text/html", encoding_rs::GBK.encode(html).0.into_owned()),
        _ => Reply::with(status, "text/html", html.as_bytes().to_vec()),
    }
}

fn home(plan: &Plan, site: usize) -> String {
    match site {
        PORTAL => portal::home(plan),
        SMALL => second::small_home(plan),
        _ => second::energy_home(plan),
    }
}

fn column_page(plan: &Plan, site: usize, column: usize, page: usize) -> String {
    match site {
        PORTAL => portal::column(plan, column, page),
        SMALL => second::small_column(plan, column, page),
        _ => second::energy_column(plan, column, page),
    }
}

fn article_page(plan: &Plan, site: usize, article: usize) -> String {
    match site {
        PORTAL => portal::article(plan, article),
        SMALL => second::small_article(plan, article),
        _ => second::energy_article(plan, article),
    }
}

fn framed(plan: &Plan, site: usize, title: &str, body: &str) -> String {
    match site {
        PORTAL => portal::framed(plan, title, body),
        SMALL => second::small_framed(plan, title, body),
        _ => second::energy_framed(plan, title, body),
    }
}

/// Leaves out `;jsessionid=…`, as application servers do.
fn without_session(target: &str) -> String {
    match target.split_once(";jsessionid=") {
        Some((path, rest)) => format!("{path}{}", rest.find('?').and_then(|at| rest.get(at..)).unwrap_or_default()),
        None => target.to_owned(),
    }
}

/// The vetoes of 国办秘函〔2019〕19号 that fall by the table's defects.
fn verdicts(truth: &Truth) -> Vec<Expected> {
    let count = |rule: &str, host: &str| {
        let on_host = |url: &str| url.split('/').nth(2) == Some(host);
        truth.defects.iter().filter(|defect| defect.rule == rule && on_host(&defect.url)).count() as u32
    };
    HOSTS
        .iter()
        .chain([&park::HOST])
        .enumerate()
        .map(|(site, &host)| {
            let vetoes: Vec<_> = [("home.stale", 1), ("column.empty", 5), ("interact.unanswered", 1)]
                .into_iter()
                .map(|(rule, threshold)| (rule, threshold, count(rule, host)))
                .filter(|&(_, threshold, found)| found >= threshold)
                .map(|(rule, _, found)| (rule, found))
                .collect();
            Expected {
                host: host.to_owned(),
                kind: if site == PORTAL || host == park::HOST { SiteKind::Portal } else { SiteKind::SecondLevel },
                verdict: if vetoes.is_empty() { SiteVerdict::Qualified } else { SiteVerdict::Unqualified },
                vetoes,
            }
        })
        .collect()
}
