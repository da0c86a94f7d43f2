//! What the pages of a site say that only single rules ask for: links that are wrong by themselves, pages known by their title or
//! their particulars, tags. What is kept grows with what is found, and by a few bytes for each name on a page.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::OCCURRENCES_MAX;
use super::places::{Places, visitors_page};
use crate::model::details::{Details, IdleKind, anchor_key};
use crate::model::facts::{Crumb, DateSource, LinkKind, PageFacts, PageKind, Place};
use crate::model::finding::Certainty;
use crate::model::outcome::Outcome;
use crate::model::request::Purpose;
use crate::model::run::RunInfo;
use crate::model::site::{
    MarkKind, Note, NoteSource, PageRecord, SiteNotes, Snag, SnagKind, TagTally, TaggedKind, UntrueTag, UrlId,
};
use crate::url::{PageUrl, fragment_names};

/// Notes of one site that are kept.
const NOTES_MAX: usize = 20_000;
/// Untrue tags of one site that are kept.
const UNTRUE_MAX: usize = 50;
/// Pages named for each tag that is lacking.
const LACKING_NAMED: usize = 10;
/// Links of the home page that are kept.
const HOME_LINKS_MAX: usize = 3_000;
const BLOCKED_NAMED: usize = 5;
/// Characters of body text below which a script may draw the page, and its names with it.
const DRAWN_CHARS_MIN: u32 = 50;
/// Characters of a note's quotation.
const QUOTE_CHARS_MAX: usize = 160;

/// Words of titles that some rule asks for.
const TITLE_WORDS: [&str; 17] = [
    "年度报告",
    "年报",
    "年度报表",
    "信息公开指南",
    "公开目录",
    "预算",
    "决算",
    "征集",
    "征求",
    "调查",
    "问卷",
    "采纳",
    "反馈",
    "专项资金",
    "办事指南",
    "服务指南",
    "听取",
];
/// States of letters that wait for an answer, as rows of lists show them.
const WAITING_WORDS: [&str; 9] = ["未答复", "未回复", "未办结", "待答复", "待回复", "办理中", "处理中", "受理中", "正在办理"];

/// Crumbs that are no column.
const HOME_WORDS: [&str; 6] = ["首页", "网站首页", "主页", "正文", "内容", "详情"];
/// Characters of a column's name; longer crumbs are titles.
const COLUMN_CHARS_MAX: usize = 16;

/// Tags that pages of a kind must have, as builders of government sites enforce it (norms.md 2.6).
const SITE_TAGS: [&str; 3] = ["SiteName", "SiteDomain", "SiteIDCode"];
const COLUMN_TAGS: [&str; 4] = ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"];
const ARTICLE_TAGS: [&str; 3] = ["ArticleTitle", "PubDate", "ContentSource"];

/// Addresses that links are asked about, from the first pass.
#[derive(Debug, Default)]
pub(super) struct Odd {
    /// Addresses of the office's own network.
    intranet: BTreeMap<UrlId, PageUrl>,
    /// Addresses in the clear, where some site stands behind TLS.
    in_the_clear: BTreeMap<UrlId, PageUrl>,
    has_tls: bool,
    /// Some site is not of the office's own network: only from there a link into that leads nowhere.
    has_public_site: bool,
    /// Pages with a text, of which fragments may be asked.
    named: BTreeMap<UrlId, NamedPage>,
}

/// Kept of every page while links are looked at: as little as will do.
#[derive(Debug)]
struct NamedPage {
    url: Box<str>,
    /// The names on the page, sorted.
    anchors: Box<[u32]>,
}

impl Odd {
    pub(super) fn new(run: &RunInfo) -> Self {
        Self {
            has_tls: run.sites.iter().any(|site| site.url.is_https()),
            has_public_site: run.sites.iter().any(|site| !site.url.is_intranet()),
            ..Self::default()
        }
    }

    pub(super) fn take(&mut self, record: &PageRecord) {
        if self.has_public_site && record.url.is_intranet() {
            self.intranet.insert(record.id, record.url.clone());
        }
        if self.has_tls && !record.url.is_https() && !matches!(record.purpose, Purpose::Housekeeping) {
            self.in_the_clear.insert(record.id, record.url.clone());
        }
        let Some(facts) = record.facts.as_ref().filter(|_| record.outcome.is_read() && record.site.is_some()) else { return };
        if !facts.details.anchors.is_empty() && facts.text.body_chars >= DRAWN_CHARS_MIN && facts.error_signs.is_empty() {
            let anchors = facts.details.anchors.clone().into_boxed_slice();
            self.named.insert(record.id, NamedPage { url: record.url.as_str().into(), anchors });
        }
    }
}

/// Gathers the notes of one site in the second pass.
#[derive(Debug)]
pub(super) struct Collector {
    /// The site itself is one of the office's own network.
    is_intranet: bool,
    today: Date,
    home: Vec<PageUrl>,
    snags: BTreeMap<(SnagKind, String), (Certainty, Places)>,
    out: SiteNotes,
}

impl Collector {
    pub(super) fn new(run: &RunInfo, site: usize, today: Date) -> Self {
        let decl = &run.sites[site];
        let is_intranet = decl.url.is_intranet();
        Self { home: vec![decl.url.clone()], is_intranet, today, snags: BTreeMap::new(), out: SiteNotes::default() }
    }

    /// Takes one record of the site; records come in the order of their ids.
    pub(super) fn take(&mut self, record: &PageRecord, odd: &Odd) {
        self.blocked(record);
        if !record.outcome.is_read() {
            return;
        }
        let is_home = record.purpose == Purpose::Home || self.home.contains(&record.url);
        if is_home && let Some(reply) = record.outcome.reply() {
            self.home.push(reply.final_url.clone());
        }
        self.links(record, is_home, odd);
        let Some(facts) = &record.facts else { return };
        if matches!(facts.kind, PageKind::Error | PageKind::Challenge) {
            return;
        }
        self.idle(record, facts, is_home);
        self.rows(facts);
        if matches!(record.purpose, Purpose::Home | Purpose::Page) {
            self.page(record, facts);
            self.tags(record, facts, is_home);
        }
    }

    fn blocked(&mut self, record: &PageRecord) {
        let is_page = matches!(record.purpose, Purpose::Home | Purpose::Page | Purpose::List);
        if is_page && matches!(record.outcome, Outcome::Challenged { .. }) {
            self.out.blocked += 1;
            if self.out.blocked_examples.len() < BLOCKED_NAMED {
                self.out.blocked_examples.push(record.url.to_string());
            }
        }
    }

    fn links(&mut self, record: &PageRecord, is_home: bool, odd: &Odd) {
        let page = visitors_page(record).as_str().to_owned();
        let is_tls = record.outcome.reply().is_some_and(|reply| reply.final_url.is_https());
        if is_tls {
            *self.out.snags_judged.entry(SnagKind::MixedContent).or_default() += 1;
        }
        let upgrades = record.facts.as_ref().is_some_and(|facts| facts.details.upgrades);
        let mut said = BTreeSet::new();
        for link in &record.links {
            let is_pointer = link.kind == LinkKind::Pointer;
            if is_home && matches!(link.kind, LinkKind::Anchor | LinkKind::Area) && self.out.home_links.len() < HOME_LINKS_MAX {
                self.out.home_links.push((link.text.clone(), link.target));
            }
            if !is_pointer {
                *self.out.snags_judged.entry(SnagKind::Intranet).or_default() += 1;
            }
            let mut found: Option<(SnagKind, String)> = None;
            if let Some(url) = odd.intranet.get(&link.target).filter(|_| !is_pointer && !self.is_intranet) {
                found = Some((SnagKind::Intranet, url.to_string()));
            } else if is_tls && !upgrades && is_loaded(link.kind) {
                found = odd.in_the_clear.get(&link.target).map(|url| (SnagKind::MixedContent, url.to_string()));
            } else if matches!(link.kind, LinkKind::Anchor | LinkKind::Area)
                && link.place == Place::Body
                && let Some(fragment) = &link.fragment
            {
                found = self.lost_anchor(link.target, fragment, odd).map(|target| (SnagKind::LostAnchor, target));
            }
            if let Some((kind, target)) = found
                && said.insert((kind, target.clone(), link.text.as_str()))
            {
                let (_, places) = self.snags.entry((kind, target)).or_insert_with(|| (Certainty::Confirmed, Places::default()));
                places.note(is_home, &page, &link.text, &link.selector);
            }
        }
    }

    fn lost_anchor(&mut self, target: UrlId, fragment: &str, odd: &Odd) -> Option<String> {
        let names = fragment_names(fragment)?;
        let page = odd.named.get(&target)?;
        *self.out.snags_judged.entry(SnagKind::LostAnchor).or_default() += 1;
        let is_there = names.iter().any(|name| page.anchors.binary_search(&anchor_key(name)).is_ok());
        (!is_there).then(|| format!("{}#{fragment}", page.url))
    }

    fn idle(&mut self, record: &PageRecord, facts: &PageFacts, is_home: bool) {
        *self.out.snags_judged.entry(SnagKind::Placeholder).or_default() += 1;
        for link in &facts.details.idle_links {
            let kind = match link.kind {
                IdleKind::Placeholder => SnagKind::Placeholder,
                IdleKind::LostAnchor => SnagKind::LostAnchor,
            };
            // The same words in the same template are one link, wherever it stands.
            let target = match kind {
                SnagKind::LostAnchor => format!("{}{}", record.url, link.href),
                _ => format!("{} {}", link.href, link.text),
            };
            let certainty = if link.is_certain { Certainty::Confirmed } else { Certainty::Suspected };
            let (_, places) = self.snags.entry((kind, target)).or_insert_with(|| (certainty, Places::default()));
            places.note(is_home, record.url.as_str(), &link.text, &link.selector);
        }
    }

    fn rows(&mut self, facts: &PageFacts) {
        let Some(list) = facts.list.as_ref().filter(|_| facts.kind != PageKind::Article) else { return };
        for row in &list.rows {
            if is_asked_for(&row.title) || WAITING_WORDS.iter().any(|word| row.text.contains(word)) {
                self.note(Note {
                    source: NoteSource::Row,
                    url: row.url.clone(),
                    title: row.title.clone(),
                    text: row.text.clone(),
                    date: row.date.clone(),
                    column: Some(list.column.clone()),
                    details: Details::default(),
                });
            }
        }
    }

    fn page(&mut self, record: &PageRecord, facts: &PageFacts) {
        self.out.text_pages += 1;
        self.out.dated_pages += u32::from(facts.date.is_some());
        let details = &facts.details;
        let is_particular = details.guide.is_some()
            || details.letter.is_some()
            || details.paper.is_some()
            || details.placeholder.is_some()
            || details.has_feedback;
        let is_future =
            facts.dates.iter().any(|date| matches!(date.source, DateSource::Tag | DateSource::Label) && date.date > self.today);
        if is_particular || is_future || is_asked_for(&facts.title) {
            let column = match (&facts.list, facts.kind) {
                (Some(list), PageKind::Column) => Some(list.column.clone()),
                _ => facts.breadcrumb.iter().rev().find_map(|crumb| crumb.url.clone()),
            };
            let late = facts
                .dates
                .iter()
                .filter(|_| is_future)
                .filter(|date| matches!(date.source, DateSource::Tag | DateSource::Label));
            let date = late
                .filter(|date| date.date > self.today)
                .max_by_key(|date| date.date)
                .or(facts.date.as_ref().filter(|date| date.date <= self.today));
            self.note(Note {
                source: NoteSource::Page,
                url: record.url.clone(),
                title: facts.title.clone(),
                text: facts.title.chars().take(QUOTE_CHARS_MAX).collect(),
                date: date.cloned(),
                column,
                details: Details { anchors: Vec::new(), idle_links: Vec::new(), ..details.clone() },
            });
        }
    }

    fn note(&mut self, note: Note) {
        if self.out.notes.len() < NOTES_MAX {
            self.out.notes.push(note);
        } else {
            self.out.notes_cut = true;
        }
    }

    fn tags(&mut self, record: &PageRecord, facts: &PageFacts, is_home: bool) {
        let kind = match facts.kind {
            _ if is_home => TaggedKind::Home,
            PageKind::Article => TaggedKind::Article,
            PageKind::Column if facts.list.as_ref().is_some_and(|list| list.page_no == 1) => TaggedKind::Column,
            _ => return,
        };
        // What answers under another address is that page's, and is read there.
        if record.outcome.reply().is_some_and(|reply| !is_home && reply.final_url != record.url) {
            return;
        }
        let tally: &mut TagTally = self.out.tags.entry(kind).or_default();
        tally.pages += 1;
        let wanted: Vec<&str> = match kind {
            TaggedKind::Home => SITE_TAGS.to_vec(),
            TaggedKind::Column => [SITE_TAGS.as_slice(), &COLUMN_TAGS].concat(),
            TaggedKind::Article => [SITE_TAGS.as_slice(), &COLUMN_TAGS, &ARTICLE_TAGS].concat(),
        };
        for tag in wanted {
            if says(facts, tag).is_none() {
                let (count, pages) = tally.lacking.entry(tag.to_owned()).or_default();
                *count += 1;
                pages.insert(record.url.to_string());
                if pages.len() > LACKING_NAMED {
                    pages.pop_last();
                }
            }
        }
        if !is_home {
            self.marks(record, facts);
        }
        for untrue in untrue_tags(record, facts) {
            if self.out.untrue_tags.len() < UNTRUE_MAX {
                self.out.untrue_tags.push(untrue);
            }
        }
    }

    fn marks(&mut self, record: &PageRecord, facts: &PageFacts) {
        // Where a script writes the footer, or the page, nothing is known of it.
        if !facts.marks.footer_sources.is_empty() || facts.text.all_chars < DRAWN_CHARS_MIN {
            return;
        }
        let tally = &mut self.out.inner_marks;
        tally.pages += 1;
        for kind in MarkKind::ALL.into_iter().filter(|kind| kind.of(&facts.marks).is_empty()) {
            let (count, pages) = tally.lacking.entry(kind).or_default();
            *count += 1;
            pages.insert(record.url.to_string());
            if pages.len() > LACKING_NAMED {
                pages.pop_last();
            }
        }
    }

    pub(super) fn finish(self) -> SiteNotes {
        let mut out = self.out;
        let snag = |((kind, target), (certainty, places)): ((SnagKind, String), (Certainty, Places))| {
            let mut occurrences = places.occurrences();
            occurrences.truncate(OCCURRENCES_MAX);
            Snag { kind, target, certainty, occurrences, occurrence_count: places.count() }
        };
        out.snags = self.snags.into_iter().map(snag).collect();
        out
    }
}

/// What a browser loads for the page.
fn is_loaded(kind: LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Image
            | LinkKind::Script
            | LinkKind::Style
            | LinkKind::Frame
            | LinkKind::Media
            | LinkKind::Object
            | LinkKind::Background
    )
}

fn is_asked_for(title: &str) -> bool {
    TITLE_WORDS.iter().any(|word| title.contains(word))
}

fn says<'a>(facts: &'a PageFacts, tag: &str) -> Option<&'a str> {
    let value = facts.tags.get(tag).map(|value| value.trim());
    value.filter(|value| !value.is_empty() && !value.eq_ignore_ascii_case("null"))
}

/// Tags that say something else than the page: the host, the day, the column of the breadcrumb.
fn untrue_tags(record: &PageRecord, facts: &PageFacts) -> Vec<UntrueTag> {
    let untrue = |tag: &str, value: &str, shown: String| UntrueTag {
        url: record.url.clone(),
        tag: tag.to_owned(),
        value: value.to_owned(),
        shown,
    };
    let mut found = Vec::new();
    if let Some(value) = says(facts, "SiteDomain") {
        let bare = value.split("://").last().unwrap_or(value).split(['/', ':']).next().unwrap_or("").to_ascii_lowercase();
        let without_www = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
        let host = record.outcome.reply().map_or(record.url.host(), |reply| reply.final_url.host());
        if bare.is_ascii() && !bare.is_empty() && without_www(&bare) != without_www(host) {
            found.push(untrue("SiteDomain", value, host.to_owned()));
        }
    }
    let day = |source| facts.dates.iter().find(|date| date.source == source);
    if facts.kind == PageKind::Article
        && let (Some(tag), Some(label)) = (day(DateSource::Tag), day(DateSource::Label))
        && tag.date != label.date
    {
        found.push(untrue("PubDate", &tag.text, label.text.clone()));
    }
    if matches!(facts.kind, PageKind::Article | PageKind::Column)
        && let Some(value) = says(facts, "ColumnName")
        && let Some(shown) = other_columns(value, &facts.breadcrumb)
    {
        found.push(untrue("ColumnName", value, shown));
    }
    found
}

/// The columns of a breadcrumb, where it names at least one and the tag's value is none of them: neither one's name, nor a part of it,
/// nor the reverse («政策文件库» and «政策文件»). A name of one character is no name.
fn other_columns(value: &str, breadcrumb: &[Crumb]) -> Option<String> {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let is_name = |text: &str| !HOME_WORDS.contains(&text) && (2..=COLUMN_CHARS_MAX).contains(&text.chars().count());
    let columns: Vec<String> = breadcrumb
        .iter()
        .filter(|crumb| crumb.url.is_some())
        .map(|crumb| bare(&crumb.text))
        .filter(|name| is_name(name))
        .collect();
    let value = bare(value);
    let is_the_value = |name: &String| name.contains(&value) || value.contains(name.as_str());
    // The last crumb may be the page's own title, or the column itself without a link.
    let is_last = breadcrumb.last().is_some_and(|crumb| is_the_value(&bare(&crumb.text)));
    if columns.is_empty() || value.is_empty() || is_last || columns.iter().any(is_the_value) {
        return None;
    }
    let shown: Vec<&str> = breadcrumb.iter().map(|crumb| crumb.text.trim()).filter(|text| !text.is_empty()).collect();
    Some(shown.join(" > "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str, crumbs: &[&str]) -> Option<String> {
        let url = PageUrl::parse("http://gxt.example.gov.cn/x/").unwrap();
        let crumbs: Vec<Crumb> =
            crumbs.iter().map(|text| Crumb { text: (*text).to_owned(), url: (*text != "正文").then(|| url.clone()) }).collect();
        other_columns(value, &crumbs)
    }

    #[test]
    fn a_column_name_that_no_crumb_bears_is_untrue() {
        assert_eq!(
            shown("通知公告", &["首页", "新闻中心", "工作动态", "正文"]).as_deref(),
            Some("首页 > 新闻中心 > 工作动态 > 正文")
        );
        assert_eq!(shown("工作动态", &["首页", "新闻中心", "工作动态", "正文"]), None);
        assert_eq!(shown("新闻中心", &["首页", "新闻中心", "工作动态"]), None, "a column above it");
        assert_eq!(shown("政策文件", &["首页", "政策文件库"]), None);
        assert_eq!(shown("政策文件", &["首页", "政策 文件"]), None);
        assert_eq!(shown("政策文件", &["首页", "正文"]), None, "no column is named");
        assert_eq!(shown("政策文件", &[]), None);
    }
}
