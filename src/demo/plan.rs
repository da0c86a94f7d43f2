//! The plan of the group: every column and article with its address, title and date; every address with what answers there.
//! Pages are written from it when they are asked for.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::calendar;
use super::columns::{self, Look, Newest, Shape, Spec};
use super::dice::Dice;
use super::text::{self, Theme};
use super::truth::Truth;

pub(super) const PORTAL: usize = 0;
pub(super) const SMALL: usize = 1;
pub(super) const ENERGY: usize = 2;
pub(super) const HOSTS: [&str; 3] = ["gxt.example.gov.cn", "zxqy.example.gov.cn", "jnjc.example.gov.cn"];

/// Working days over which the articles of a column are spread.
const SPREAD_WORKDAYS: usize = 245;
const FIRST_ID: u64 = 34_000_000;

/// An article.
#[derive(Debug, Clone)]
pub(super) struct Article {
    pub column: usize,
    pub path: String,
    pub title: String,
    pub date: Date,
    /// Minutes since midnight.
    pub minute: u16,
    /// Date that the list shows, where it is not the article's own.
    pub row_date: Option<Date>,
    /// Stands on top of the list, whatever its date: with the mark 置顶 or without.
    pub pinned: Option<bool>,
    pub seed: u64,
    pub theme: Theme,
    pub extra: Option<Box<Extra>>,
}

/// What a planted article has that others have not.
#[derive(Debug, Clone, Default)]
pub(super) struct Extra {
    /// Paragraphs instead of composed ones.
    pub body: Vec<String>,
    /// HTML above the text (index table).
    pub above: String,
    /// HTML behind the text.
    pub below: String,
    pub source: Option<&'static str>,
}

impl Article {
    pub(super) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    pub(super) fn listed(&self) -> Date {
        self.row_date.unwrap_or(self.date)
    }
}

#[derive(Debug)]
pub(super) struct Column {
    pub spec: &'static Spec,
    /// Address of the first page on its host.
    pub path: String,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    /// Articles in the order of the list.
    pub rows: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Site {
    pub columns: Vec<Column>,
    pub articles: Vec<Article>,
}

/// What answers at an address.
#[derive(Debug, Clone)]
pub(super) enum Route {
    Home(usize),
    Column {
        site: usize,
        column: usize,
        page: usize,
    },
    Article {
        site: usize,
        article: usize,
    },
    /// A file by its name's ending.
    File(String),
    Redirect {
        status: u16,
        to: String,
    },
    Raw {
        status: u16,
        content_type: &'static str,
        body: String,
    },
    /// A page in the site's frame.
    Framed {
        site: usize,
        status: u16,
        title: String,
        body: String,
    },
    /// Nothing but a status.
    Status(u16),
}

#[derive(Debug)]
pub(super) struct Plan {
    pub seed: u64,
    pub scale: u32,
    pub now: Date,
    pub sites: [Site; 3],
    /// Host and path with query, as requested.
    pub routes: BTreeMap<String, Route>,
    /// Addresses that answer HEAD with 405.
    pub head_refused: BTreeSet<String>,
    /// Addresses that answer their first request with 503.
    pub flaky: BTreeSet<String>,
    pub truth: Truth,
    next_id: u64,
}

impl Plan {
    pub(super) fn new(seed: u64, scale: u32, now: Date) -> Self {
        let mut plan = Self {
            seed,
            scale: scale.max(1),
            now,
            sites: Default::default(),
            routes: BTreeMap::new(),
            head_refused: BTreeSet::new(),
            flaky: BTreeSet::new(),
            truth: Truth::default(),
            next_id: FIRST_ID + seed % 1_000 * 10,
        };
        plan.add_columns(PORTAL, columns::PORTAL, None);
        plan.add_columns(SMALL, columns::SMALL, None);
        plan.add_columns(ENERGY, columns::ENERGY, None);
        for site in [PORTAL, SMALL, ENERGY] {
            for column in 0..plan.sites[site].columns.len() {
                plan.fill(site, column);
            }
        }
        plan
    }

    /// Puts rows in order and opens every address; to be called once all is planted.
    pub(super) fn finish(&mut self) {
        for site in [PORTAL, SMALL, ENERGY] {
            self.route(site, &home_path(site), Route::Home(site));
            for column in 0..self.sites[site].columns.len() {
                self.order_rows(site, column);
                self.open_column(site, column);
            }
            for article in 0..self.sites[site].articles.len() {
                let path = self.sites[site].articles[article].path.clone();
                for file in self.files(site, article) {
                    self.route(site, &file.clone(), Route::File(file));
                }
                self.route(site, &path, Route::Article { site, article });
            }
        }
    }

    pub(super) fn route(&mut self, site: usize, path: &str, route: Route) {
        self.routes.entry(format!("{}{path}", HOSTS[site])).or_insert(route);
    }

    /// Index of the column of that name.
    pub(super) fn column(&self, site: usize, name: &str) -> usize {
        self.sites[site]
            .columns
            .iter()
            .position(|column| column.spec.name == name)
            .expect("planters name columns of the tables")
    }

    pub(super) fn column_url(&self, site: usize, name: &str) -> String {
        url(site, &self.sites[site].columns[self.column(site, name)].path)
    }

    /// The `nth` newest generated article of a column (0: the newest).
    pub(super) fn article(&self, site: usize, column: &str, nth: usize) -> usize {
        self.sites[site].columns[self.column(site, column)].rows[nth]
    }

    /// Adds HTML behind the text of an article; gives the article's address.
    pub(super) fn append(&mut self, site: usize, column: &str, nth: usize, html: &str) -> String {
        let index = self.article(site, column, nth);
        let article = &mut self.sites[site].articles[index];
        article.extra().below.push_str(html);
        let path = article.path.clone();
        url(site, &path)
    }

    /// Adds an article to a column.
    pub(super) fn add_article(&mut self, site: usize, column: usize, title: String, date: Date, minute: u16) -> usize {
        let id = self.take_id();
        let theme = self.sites[site].columns[column].spec.theme;
        let path = self.article_path(site, column, date, id);
        let seed = Dice::for_item(self.seed, id, 1).throw();
        let site = &mut self.sites[site];
        let index = site.articles.len();
        site.articles.push(Article {
            column,
            path,
            title,
            date,
            minute,
            row_date: None,
            pinned: None,
            seed,
            theme,
            extra: None,
        });
        site.columns[column].rows.push(index);
        index
    }

    fn take_id(&mut self) -> u64 {
        self.next_id += 1 + Dice::for_item(self.seed, self.next_id, 0).below(7) as u64;
        self.next_id
    }

    fn article_path(&self, site: usize, column: usize, date: Date, id: u64) -> String {
        let folder = &self.sites[site].columns[column].path;
        match site {
            ENERGY => format!("/news.asp?id={}", id - FIRST_ID + 1_000),
            SMALL => format!("{folder}{:04}-{:02}/{:02}/content_{id}.html", date.year(), date.month(), date.day()),
            _ => {
                let folder = folder.trim_end_matches("index.html");
                format!(
                    "{folder}{:04}{:02}/t{:04}{:02}{:02}_{id}.html",
                    date.year(),
                    date.month(),
                    date.year(),
                    date.month(),
                    date.day()
                )
            }
        }
    }

    fn add_columns(&mut self, site: usize, specs: &'static [Spec], parent: Option<usize>) {
        for spec in specs {
            let above = parent.map(|index| self.sites[site].columns[index].path.clone());
            let path = match site {
                ENERGY => format!("/list.asp?classid={}", spec.slug),
                SMALL => format!("/{}/", spec.slug),
                _ => format!(
                    "{}{}/index.html",
                    above.as_deref().unwrap_or("/gxt/index.html").trim_end_matches("index.html"),
                    spec.slug
                ),
            };
            let index = self.sites[site].columns.len();
            self.sites[site].columns.push(Column { spec, path, parent, children: Vec::new(), rows: Vec::new() });
            if let Some(parent) = parent {
                self.sites[site].columns[parent].children.push(index);
            }
            self.add_columns(site, spec.children, Some(index));
        }
    }

    /// Articles of a column, newest first; documents and interpretations are planted elsewhere.
    fn fill(&mut self, site: usize, column: usize) {
        let spec = self.sites[site].columns[column].spec;
        if matches!(spec.name, "规范性文件" | "政策解读") {
            return;
        }
        let scaled = ((spec.yearly * self.scale + 2) / 5).max(spec.least) as usize;
        let count = if spec.least == spec.yearly { spec.yearly as usize } else { scaled };
        let days = self.days(spec.newest, count);
        let per_day = count / SPREAD_WORKDAYS + 1;
        for (nth, day) in days.iter().enumerate() {
            let in_day = days[..nth].iter().rev().take_while(|other| *other == day).count();
            let mut dice = Dice::for_item(self.seed, (site * 1_000 + column) as u64, nth as u64);
            let minute = 1_060 - in_day * 520 / (per_day + 1) - dice.below(18);
            let title = text::title(spec.theme, &mut dice, *day);
            self.add_article(site, column, title, *day, minute as u16);
        }
        self.name_yearly(site, column);
    }

    /// Reports and budgets are named by their year.
    fn name_yearly(&mut self, site: usize, column: usize) {
        let spec = self.sites[site].columns[column].spec;
        if !matches!(spec.newest, Newest::Yearly(..)) {
            return;
        }
        for index in self.sites[site].columns[column].rows.clone() {
            let article = &mut self.sites[site].articles[index];
            let year = article.date.year();
            article.title = match spec.name {
                "部门预算" => format!("省工业和信息化厅{year}年部门预算公开"),
                "部门决算" => format!("省工业和信息化厅{}年部门决算公开", year - 1),
                _ => format!("省工业和信息化厅{}年政府信息公开工作年度报告", year - 1),
            };
        }
    }

    fn days(&self, newest: Newest, count: usize) -> Vec<Date> {
        let start = match newest {
            Newest::Fresh(back) => calendar::workdays_before(calendar::last_workday_before(self.now), back),
            Newest::Days(days) => calendar::before(self.now, days),
            Newest::Yearly(month, day) => return self.yearly_days(month, day, count),
        };
        let mut at = start;
        let mut workdays = Vec::new();
        while workdays.len() <= SPREAD_WORKDAYS.max(count * 20) && workdays.len() < 280 {
            workdays.push(at);
            at = calendar::last_workday_before(at);
        }
        (0..count).map(|nth| workdays[if count > 12 { nth * SPREAD_WORKDAYS / count } else { nth * 20 }]).collect()
    }

    /// About the same day of each year, never older than eleven months.
    fn yearly_days(&self, month: i8, day: i8, count: usize) -> Vec<Date> {
        let last = calendar::last_workday_before(self.now);
        let this_year = jiff::civil::date(last.year(), month, day);
        let newest = if this_year <= last { this_year } else { jiff::civil::date(last.year() - 1, month, day) };
        let mut out: Vec<Date> = (0..count as i16).map(|back| jiff::civil::date(newest.year() - back, month, day)).collect();
        if calendar::age(newest, self.now) > 335
            && let Some(first) = out.first_mut()
        {
            *first = calendar::workdays_before(last, 10);
        }
        out
    }

    fn order_rows(&mut self, site: usize, column: usize) {
        let site = &mut self.sites[site];
        let articles = &site.articles;
        site.columns[column].rows.sort_by_key(|&index| {
            let article = &articles[index];
            (article.pinned.is_none(), std::cmp::Reverse((article.listed(), article.minute)), index)
        });
    }

    fn open_column(&mut self, site: usize, column: usize) {
        let it = &self.sites[site].columns[column];
        let (path, pages, forward) = (it.path.clone(), self.pages(site, column), it.spec.look == Look::Forward);
        if forward {
            let to = self.sites[site].columns[it.children[0]].path.clone();
            self.route(site, &path, Route::Redirect { status: 302, to });
            return;
        }
        for page in 0..pages {
            let address = page_path(site, &path, page);
            self.route(site, &address, Route::Column { site, column, page });
        }
        let other = match site {
            ENERGY => format!("{path}&page=1"),
            SMALL => format!("{path}index.html"),
            _ => path.trim_end_matches("index.html").to_owned(),
        };
        self.route(site, &other, Route::Column { site, column, page: 0 });
    }

    /// Number of list pages.
    pub(super) fn pages(&self, site: usize, column: usize) -> usize {
        self.sites[site].columns[column].rows.len().div_ceil(rows_per_page(site)).max(1)
    }

    /// Paths of the attachments and pictures that an article has by its kind.
    pub(super) fn files(&self, site: usize, article: usize) -> Vec<String> {
        let article = &self.sites[site].articles[article];
        let folder = article.path.rsplit_once('/').map_or("/", |(folder, _)| folder);
        let folder = if site == ENERGY { format!("/upload/{}", article.date.year()) } else { folder.to_owned() };
        let number = format!("{}{:06}", article.date.strftime("%Y%m%d"), article.seed % 1_000_000);
        let shape = match self.sites[site].columns[article.column].spec.look {
            Look::List(shape) => Some(shape),
            _ => None,
        };
        let mut out = Vec::new();
        if shape == Some(Shape::Pictures) || article.seed.is_multiple_of(17) {
            out.push(format!("{folder}/W0{number}.png"));
        }
        let papers =
            matches!(article.theme, Theme::Notice | Theme::Public | Theme::Guide | Theme::Budget | Theme::Fund | Theme::Staff);
        if papers && article.seed.is_multiple_of(4) {
            let ending = ["pdf", "doc", "xlsx", "docx", "zip"][(article.seed / 4 % 5) as usize];
            out.push(format!("{folder}/P0{number}.{ending}"));
        }
        out
    }
}

pub(super) fn rows_per_page(site: usize) -> usize {
    if site == SMALL { 15 } else { 20 }
}

pub(super) fn home_path(site: usize) -> String {
    match site {
        PORTAL => "/gxt/index.html",
        _ => "/",
    }
    .to_owned()
}

/// Address of a list page (0: the first).
pub(super) fn page_path(site: usize, first: &str, page: usize) -> String {
    match (site, page) {
        (_, 0) => first.to_owned(),
        (ENERGY, _) => format!("{first}&page={}", page + 1),
        (SMALL, _) => format!("{first}index_{}.html", page + 1),
        _ => format!("{}_{page}.html", first.trim_end_matches(".html")),
    }
}

/// The whole address of a path of a declared site.
pub(super) fn url(site: usize, path: &str) -> String {
    format!("http://{}{path}", HOSTS[site])
}
