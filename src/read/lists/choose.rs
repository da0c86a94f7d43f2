//! Which of a page's groups of rows is *the* list of the page, if the page is a list at all; and all dated rows of a page
//! that is none.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::layout::{Anchor, Siblings, is_item, zone};
use super::pager::{self, column_key};
use super::rows::{self, Seed};
use super::script::Sign;
use super::{DATED_ROWS_MAX, ListInput, SHELL_CHARS_MAX, fallback, shells, webforms};
use crate::model::facts::{DateFact, DateSource, ListFacts, Row};
use crate::model::request::Request;
use crate::read::dates;
use crate::read::tape::ink::ink_chars;
use crate::read::tape::{Attr, NodeId, Tag, Tape, fold};
use crate::url::PageUrl;

/// Characters of running text, outside links, above which a page is an article.
const PROSE_CHARS_MAX: usize = 400;
/// Characters from which one text is running text.
const PROSE_NODE_CHARS_MIN: usize = 60;

/// The one list of a page.
#[derive(Debug)]
pub(super) struct MainList {
    pub(super) rows: Vec<Row>,
    /// Tag of its rows.
    pub(super) tag: Tag,
    /// Rows' addresses as written.
    pub(super) hrefs: Vec<String>,
}

/// A group with its rows read.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    parent: NodeId,
    tag: Tag,
    pub(super) seeds: Vec<Seed<'a>>,
    score: usize,
    pub(super) zone: u8,
}

impl Candidate<'_> {
    pub(super) fn dated(&self) -> usize {
        self.seeds.iter().filter(|seed| seed.is_dated()).count()
    }

    fn dated_or_in_url(&self) -> usize {
        self.seeds.iter().filter(|seed| seed.is_dated() || seed.url_date.is_some()).count()
    }

    fn title_chars_mean(&self) -> usize {
        self.seeds.iter().map(Seed::title_chars).sum::<usize>() / self.seeds.len().max(1)
    }
}

/// Groups with their rows read, those that overlap a better one left out, best first.
pub(super) fn candidates<'a>(page: &ListInput<'a>) -> Vec<Candidate<'a>> {
    let layout = page.layout();
    let mut all: Vec<Candidate<'a>> = layout.siblings.iter().filter_map(|group| candidate(page, group)).collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then(a.parent.cmp(&b.parent)));
    let mut taken: BTreeSet<NodeId> = BTreeSet::new();
    all.retain(|one| {
        let is_free = one.seeds.iter().filter(|seed| taken.contains(&seed.anchor)).count() * 2 <= one.seeds.len();
        if is_free {
            taken.extend(one.seeds.iter().map(|seed| seed.anchor));
            // A list inside a row belongs to the row.
            let inner = one.seeds.iter().filter(|seed| seed.holds_items);
            taken.extend(inner.flat_map(|seed| layout.anchors_in(page.tape, seed.element)).map(|anchor| anchor.id));
        }
        is_free
    });
    all
}

fn candidate<'a>(page: &ListInput<'a>, group: &Siblings) -> Option<Candidate<'a>> {
    let zone = page.layout().zone(group.parent);
    if zone & zone::UNSEEN != 0 {
        return None;
    }
    let group = in_one_zone(page, group)?;
    if is_one_row(page, &group) {
        return None;
    }
    let seeds = rows::seeds(page, &group);
    if seeds.is_empty() || seeds.len() * 2 < group.rows.len() || is_one_link(&seeds) {
        return None;
    }
    let score = seeds
        .iter()
        .map(|seed| {
            12 + seed.title_chars().min(40)
                + if seed.is_dated() { 25 } else { 0 }
                + if seed.url_date.is_some() { 10 } else { 0 }
        })
        .sum();
    Some(Candidate { parent: group.parent, tag: group.tag, seeds, score, zone })
}

/// Two or three links in one `<li>`: a title, its interpretation, its file.
fn is_one_row(page: &ListInput<'_>, group: &Siblings) -> bool {
    group.tag == Tag::A && group.rows.len() <= 3 && page.tape.tag(group.parent) == Some(Tag::Li)
}

/// Cells that link to one article (one for the screen, one for the telephone) are no rows.
fn is_one_link(seeds: &[Seed<'_>]) -> bool {
    seeds.len() > 1 && seeds.windows(2).all(|pair| pair[0].href == pair[1].href)
}

/// Without the rows that stand in the navigation, the footer or at the side while the group does not.
fn in_one_zone(page: &ListInput<'_>, group: &Siblings) -> Option<Siblings> {
    let layout = page.layout();
    let zone = layout.zone(group.parent);
    let rows: Vec<NodeId> = group.rows.iter().copied().filter(|&row| layout.zone(row) & !zone == 0).collect();
    let is_enough = rows.len() >= 2 || (rows.len() == 1 && is_item(group.tag));
    is_enough.then(|| Siblings { rows, ..group.clone() })
}

/// The page's list by its markup; none for articles, portals of many lists, and pages of links.
pub(super) fn main_list(page: &ListInput<'_>) -> Option<MainList> {
    let has_script_pager = page.signs().has(Sign::CreatePage) || webforms::has_pager(page);
    if page.is_home || (page.tag("ArticleTitle").is_some() && !has_script_pager) || is_search(page.url) {
        return None;
    }
    let all = page.candidates();
    let own = all.iter().find(|one| may_be_main(one)).filter(|best| is_main(page, all, best, has_script_pager));
    let side = || fallback::side_list(page, all).filter(|best| is_main(page, all, best, has_script_pager));
    let Some(best) = own.or_else(side) else { return fallback::lone_row(page) };
    let is_first = page_no(page) == 1;
    let rows = rows::finish(page, &best.seeds, is_first);
    let hrefs = best.seeds.iter().map(|seed| seed.href.to_owned()).collect();
    (!rows.is_empty()).then_some(MainList { rows, tag: best.tag, hrefs })
}

/// Whether the best group of rows is the page's list: neither one of several nor a part of an article.
fn is_main(page: &ListInput<'_>, all: &[Candidate<'_>], best: &Candidate<'_>, has_script_pager: bool) -> bool {
    let has_pager = has_script_pager || is_near_pager(page, best.parent);
    if is_portal(all, best, has_pager) || !is_list(page, best, has_pager) {
        return false;
    }
    has_pager || (prose_chars(page, all) <= PROSE_CHARS_MAX && !is_dated_itself(page, best.seeds.len()))
}

/// Whether the page is one article: its tags say so, or it is running text.
pub(super) fn looks_like_article(page: &ListInput<'_>) -> bool {
    page.tag("ArticleTitle").is_some() || prose_chars(page, &[]) > PROSE_CHARS_MAX
}

/// Groups of at least three dated rows in the page's own part.
pub(super) fn dated_groups(page: &ListInput<'_>) -> usize {
    page.candidates().iter().filter(|one| may_be_main(one) && one.dated_or_in_url() >= 3).count()
}

/// Rows of a fragment that is known to be a list.
pub(super) fn fragment_rows(page: &ListInput<'_>) -> Vec<Row> {
    let all = page.candidates();
    all.first().map(|best| rows::finish(page, &best.seeds, page_no(page) == 1)).unwrap_or_default()
}

/// The page has a day of publishing of its own: an article, however short, with a list beside it.
fn is_dated_itself(page: &ListInput<'_>, rows: usize) -> bool {
    if dates::in_url(page.url).is_some() || page.tag("PubDate").is_some() {
        return true;
    }
    // Rows that repeat the label are rows; one line that holds it is the line below a title.
    let read_here = page.labels.is_none().then(|| dates::labelled(page.tape, page.today).dates);
    let labels = page.labels.or(read_here.as_deref()).unwrap_or(&[]);
    let own = labels
        .iter()
        .filter(|fact| ["发布", "公开", "发表", "发文", "成文", "来源"].iter().any(|label| fact.text.starts_with(label)));
    let own = own.count();
    (1..=2).contains(&own) && own < rows
}

fn is_search(url: &PageUrl) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.contains("/search") || url.query().is_some_and(|query| query.to_ascii_lowercase().contains("searchword="))
}

fn may_be_main(one: &Candidate<'_>) -> bool {
    if one.dated() == 0 && one.seeds.iter().filter(|seed| is_attachment(seed)).count() * 2 > one.seeds.len() {
        return false;
    }
    let barred = if one.dated() >= 3 { zone::NO_LIST } else { zone::NO_LIST | zone::NAVIGATION };
    one.zone & barred == 0
}

/// A file that belongs to an article.
fn is_attachment(seed: &Seed<'_>) -> bool {
    const ENDINGS: [&str; 11] = ["pdf", "doc", "docx", "xls", "xlsx", "zip", "rar", "wps", "et", "ofd", "ppt"];
    if seed.title.starts_with("附件") {
        return true;
    }
    let end = seed.href.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(seed.href.len());
    let ending = seed.href.get(..end).and_then(|path| path.rsplit_once('.')).map_or("", |(_, ending)| ending);
    ending.len() <= 4 && ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// Several dated lists of like size side by side: a home page, or the home of a channel.
fn is_portal(all: &[Candidate<'_>], best: &Candidate<'_>, has_pager: bool) -> bool {
    let size = best.seeds.len();
    let rivals = all
        .iter()
        .filter(|one| one.parent != best.parent && may_be_main(one) && one.dated_or_in_url() >= 3)
        .filter(|one| one.dated_or_in_url() * 2 >= one.seeds.len());
    let (mut half, mut near) = (0, 0);
    for rival in rivals {
        half += usize::from(rival.seeds.len() * 2 >= size);
        near += usize::from(rival.seeds.len() * 3 >= size * 2);
    }
    if has_pager { half >= 4 } else { half >= 2 || near >= 1 }
}

fn is_list(page: &ListInput<'_>, best: &Candidate<'_>, has_pager: bool) -> bool {
    let rows = best.seeds.len();
    let (dated, any_date) = (best.dated(), best.dated_or_in_url());
    if has_pager {
        return any_date * 2 >= rows || (rows >= 3 && best.title_chars_mean() >= 6);
    }
    if dated >= 3 && dated * 2 >= rows {
        return true;
    }
    if dated >= 1 && dated == rows && is_column_by_sign(page, best.parent) {
        return true;
    }
    if any_date >= 3 && any_date * 2 >= rows && best.title_chars_mean() >= 8 {
        return true;
    }
    let has_titles = |rows_min: usize, chars_min: usize| rows >= rows_min && best.title_chars_mean() >= chars_min;
    if (has_titles(5, 10) || (has_titles(3, 7) && is_column_by_sign(page, best.parent))) && is_below_page(page, best) {
        return true;
    }
    // The page has next to no text but these rows.
    (dated >= 1 || is_column_by_sign(page, best.parent))
        && any_date * 2 >= rows
        && shells::own_chars(page) <= SHELL_CHARS_MAX as usize
        && prose_chars(page, page.candidates()) == 0
}

/// A short list must say that it is one: by the tags of the head, or by the name of its element.
fn is_column_by_sign(page: &ListInput<'_>, parent: NodeId) -> bool {
    if page.tag("ColumnName").is_some() && page.tag("PubDate").is_none() {
        return true;
    }
    std::iter::once(parent).chain(page.tape.ancestors(parent).take(2)).any(|id| names_list(page.tape, id))
}

/// Whether an element's class or id says list.
pub(super) fn names_list(tape: &Tape, id: NodeId) -> bool {
    [Attr::Class, Attr::Id].into_iter().filter_map(|attr| tape.attr(id, attr)).any(|value| {
        let lower = value.to_ascii_lowercase();
        lower.contains("list") || lower.contains("liebiao") || lower.split_ascii_whitespace().any(|word| word == "lb")
    })
}

/// Undated links are a column's rows only where they lie below the column's own folder.
fn is_below_page(page: &ListInput<'_>, best: &Candidate<'_>) -> bool {
    let folder = page.url.folder();
    if folder == "/" {
        return false;
    }
    let below = best.seeds.iter().filter_map(|seed| page.join(seed.href)).filter(|url| {
        url.host() == page.url.host()
            && url.path().starts_with(folder)
            && url.path().len() > folder.len()
            && !url.path().ends_with('/')
            && !is_index(url)
    });
    below.count() * 5 >= best.seeds.len() * 4
}

/// The address of a column, not of an article.
fn is_index(url: &PageUrl) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or("");
    ["index.", "list.", "default."].iter().any(|head| name.starts_with(head))
}

/// The pager stands in an element that holds the list, not far above it.
fn is_near_pager(page: &ListInput<'_>, list: NodeId) -> bool {
    let Some(place) = page.pager().place else { return false };
    let tape = page.tape;
    tape.ancestors(list).take(6).any(|up| tape.tag(up) != Some(Tag::Body) && (up == place || tape.is_inside(place, up)))
        || tape.parent(list).is_some_and(|up| tape.tag(up) == Some(Tag::Body))
}

/// Characters of running text outside links and outside rows.
fn prose_chars(page: &ListInput<'_>, all: &[Candidate<'_>]) -> usize {
    let tape = page.tape;
    let elements: Vec<(usize, usize)> = {
        let mut spans: Vec<_> =
            all.iter().flat_map(|one| &one.seeds).map(|seed| (seed.element.index(), tape.end_index(seed.element))).collect();
        spans.sort_unstable();
        spans
    };
    let in_row = |index: usize| {
        let at = elements.partition_point(|(from, _)| *from <= index);
        at > 0 && elements.get(at - 1).is_some_and(|(_, end)| index < *end)
    };
    let barred = zone::FRAME | zone::NAVIGATION | zone::UNSEEN;
    let mut sum = 0;
    for id in tape.nodes() {
        let Some(text) = tape.ink_text(id) else { continue };
        if text.len() < PROSE_NODE_CHARS_MIN * 2 || page.layout().zone(id) & barred != 0 || in_row(id.index()) {
            continue;
        }
        let chars = ink_chars(text);
        if chars >= PROSE_NODE_CHARS_MIN {
            sum += chars;
        }
    }
    sum
}

/// The number of the page within its column, as far as it is written.
pub(super) fn page_no(page: &ListInput<'_>) -> u32 {
    let pager = page.pager();
    if pager.place.is_none() && pager.pages_total.is_none() && !page.signs().has(Sign::CreatePage) {
        return 1;
    }
    if let Some(current) = pager.current.filter(|current| *current > 0) {
        return current;
    }
    let Some(numbered) = pager::numbered(page.url) else { return 1 };
    // Zero-based names: `index_1.html` is the page behind «2».
    let own = pager.numbered.iter().find(|(_, href)| page.join(href).as_ref() == Some(page.url)).map(|(number, _)| *number);
    let by_gap = || {
        let listed: BTreeSet<u32> = pager.numbered.iter().map(|(number, _)| *number).collect();
        let highest = *listed.iter().next_back()?;
        (1..highest).find(|number| !listed.contains(number) && listed.contains(&(number + 1)))
    };
    own.or_else(by_gap).unwrap_or(numbered.number)
}

/// Facts of a list that is read by its markup, with the pager as written on the page.
pub(super) fn facts(page: &ListInput<'_>, family: &'static str, main: &MainList) -> ListFacts {
    let pager = page.pager();
    let page_no = page_no(page);
    ListFacts {
        family: family.to_owned(),
        column: column(page, page_no),
        page_no,
        rows: main.rows.clone(),
        next: next(page, pager.next),
        pages_total: pager.pages(),
        rows_total: pager.rows_total,
        guess: None,
        unread: None,
    }
}

/// The column's first page: this page, or what the pager (else the address) says it is.
pub(super) fn column(page: &ListInput<'_>, page_no: u32) -> PageUrl {
    if page_no <= 1 {
        return page.url.clone();
    }
    let written =
        page.pager().first.and_then(|href| page.join(href)).filter(|url| url.host() == page.url.host() && url != page.url);
    let same_folder = |url: &PageUrl| {
        url.path() != "/"
            && (url.folder() == page.url.folder()
                || page.url.path().starts_with(url.path().trim_end_matches(".htm").trim_end_matches(".html")))
    };
    written
        .filter(same_folder)
        .or_else(|| pager::numbered(page.url).map(|numbered| numbered.first))
        .unwrap_or_else(|| page.url.clone())
}

/// The next page as written, if it is another page of this site.
pub(super) fn next(page: &ListInput<'_>, href: Option<&str>) -> Option<Request> {
    let url = page.join(href?)?;
    (url != *page.url && url.host() == page.url.host() && column_key(&url) != column_key(page.url)).then(|| page.further(url))
}

/// All dated rows of a page that is no list (home pages): newest first, each address once.
pub fn dated_rows(page: &ListInput<'_>) -> Vec<Row> {
    let barred = zone::UNSEEN | zone::ARTICLE;
    let mut dated: Vec<(DateFact, Origin<'_, '_>)> = Vec::new();
    for one in page.candidates().iter().filter(|one| one.zone & barred == 0 && one.dated_or_in_url() > 0) {
        let days = rows::dates_of(&one.seeds, page.today, true);
        dated.extend(one.seeds.iter().zip(days).filter_map(|(seed, date)| Some((date?, Origin::Row(seed)))));
    }
    // Headlines: links outside any group whose address names a day.
    let lone = page.layout().anchors.iter().filter(|anchor| anchor.is_title && page.layout().zone(anchor.id) & barred == 0);
    dated.extend(lone.filter_map(|anchor| Some((date_in_address(anchor, page.today)?, Origin::Link(anchor)))));
    dated.retain(|(fact, _)| is_day_of_publishing(fact.date, page.today));
    dated.sort_by(|(a, _), (b, _)| b.date.cmp(&a.date).then(a.source.cmp(&b.source)));
    let mut known = BTreeSet::new();
    let mut rows = Vec::new();
    for (fact, origin) in dated {
        let row = match origin {
            Origin::Row(seed) => rows::row(page, seed, Some(fact)),
            Origin::Link(anchor) => lone_row(page, anchor, fact),
        };
        rows.extend(row.filter(|row| known.insert(row.url.clone())));
        if rows.len() >= DATED_ROWS_MAX {
            break;
        }
    }
    rows.sort_by(|a, b| day(b).cmp(&day(a)).then_with(|| a.url.cmp(&b.url)));
    rows
}

enum Origin<'s, 'a> {
    Row(&'s Seed<'a>),
    Link(&'s Anchor<'a>),
}

fn day(row: &Row) -> Option<Date> {
    row.date.as_ref().map(|fact| fact.date)
}

fn is_day_of_publishing(date: Date, today: Date) -> bool {
    date.year() > 1970 && dates::days_ahead(date, today) <= dates::FUTURE_DAYS_MAX
}

fn date_in_address(anchor: &Anchor<'_>, today: Date) -> Option<DateFact> {
    let date = dates::in_path(anchor.href).filter(|day| *day <= today)?;
    Some(DateFact { date, time: None, source: DateSource::Url, text: anchor.href.chars().take(160).collect() })
}

fn lone_row(page: &ListInput<'_>, anchor: &Anchor<'_>, date: DateFact) -> Option<Row> {
    let url = page.join(anchor.href)?;
    let text = rows::quote(page.tape, anchor.id);
    let title =
        page.tape.attr(anchor.id, Attr::Title).map(fold).filter(|title| !title.is_empty()).unwrap_or_else(|| text.clone());
    Some(Row { title, url, date: Some(date), pinned: false, text })
}
