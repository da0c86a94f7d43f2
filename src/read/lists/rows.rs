//! One row of a list: its main link, whole title, date with its source, mark of pinning. What a row is made of is decided
//! here; which rows are the page's list, in `choose`.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::layout::{Anchor, Siblings};
use super::title::{is_whole_day, title};
use super::{ListInput, between, columns};
use crate::model::facts::{DateFact, DateSource, Row};
use crate::read::dates::{self, MonthDay, Written};
use crate::read::tape::{NodeId, TOLD_BYTES_MAX, Tag, Tape, fold, is_unseen};
use crate::url::PageUrl;

/// Characters of a row's quotation.
const QUOTE_CHARS_MAX: usize = 160;
/// Characters beside a date in one text, above which the text is prose that tells of a date.
const BESIDE_DATE_CHARS_MAX: usize = 12;
/// Dated texts inside one link that are told from its title.
const DATED_NODES_MAX: usize = 16;
/// Rows at the head of a list that are pinned for being out of order.
const PINNED_MAX: usize = 6;
/// Pieces of one row that may be parts of a split date.
const PIECES_MAX: usize = 16;

/// A row before its address is resolved and its year is known.
#[derive(Debug, Clone)]
pub(super) struct Seed<'a> {
    pub(super) element: NodeId,
    pub(super) anchor: NodeId,
    pub(super) href: &'a str,
    pub(super) title: String,
    /// Written in the row, whole.
    pub(super) date: Option<DateFact>,
    /// Written in the row, without a year.
    pub(super) month_day: Option<((i8, i8), String)>,
    /// Named by the address.
    pub(super) url_date: Option<Date>,
    /// The row holds a list that is no part of it.
    pub(super) holds_items: bool,
}

impl Seed<'_> {
    pub(super) fn is_dated(&self) -> bool {
        self.date.is_some() || self.month_day.is_some()
    }

    pub(super) fn title_chars(&self) -> usize {
        self.title.chars().count()
    }
}

/// Rows of one group, top to bottom.
pub(super) fn seeds<'a>(page: &ListInput<'a>, group: &Siblings) -> Vec<Seed<'a>> {
    if let Some(side_by_side) = columns::seeds(page, group) {
        return side_by_side;
    }
    let publish_cell = (group.tag == Tag::Tr).then(|| publish_cell(page.tape, group)).flatten();
    let mut seeds: Vec<Seed<'a>> = group.rows.iter().filter_map(|&row| seed(page, row, publish_cell)).collect();
    between::date_rows(page, group, &mut seeds);
    seeds
}

/// A day, or a day without a year with its text.
pub(super) type Dated = (Option<DateFact>, Option<((i8, i8), String)>);

/// A row that some cells of a `<tr>` make; the first holds the title.
pub(super) fn seed_of_cells<'a>(page: &ListInput<'a>, link: Anchor<'a>, cells: &[NodeId]) -> Option<Seed<'a>> {
    let mut reader = RowReader::new(page, link);
    for &cell in cells {
        reader.walk(cell, false);
    }
    reader.seed(*cells.first()?, None)
}

/// The day that stands in nodes beside a link.
pub(super) fn dates_in<'a>(page: &ListInput<'a>, link: Anchor<'a>, nodes: &[NodeId]) -> Dated {
    let mut reader = RowReader::new(page, link);
    for &id in nodes {
        reader.beside(id);
    }
    let date = reader.choose(link.id, None);
    let month_day = if date.is_none() { reader.month_day.take() } else { None };
    (date, month_day)
}

/// Which cell of a table's rows holds the day of publishing, by the table's head.
fn publish_cell(tape: &Tape, group: &Siblings) -> Option<usize> {
    let first = *group.rows.first()?;
    let table = tape.closest(first, Tag::Table)?;
    let head = tape.descendants(table).find(|&id| tape.tag(id) == Some(Tag::Tr)).filter(|&id| id != first)?;
    let cells = tape.children(head).filter(|&id| matches!(tape.tag(id), Some(Tag::Th | Tag::Td)));
    cells
        .map(|cell| fold(&tape.text(cell)).replace(' ', ""))
        .position(|text| text.contains("发布") || text.contains("公开日期"))
}

pub(super) fn seed<'a>(page: &ListInput<'a>, row: NodeId, publish_cell: Option<usize>) -> Option<Seed<'a>> {
    let anchors = page.layout().anchors_in(page.tape, row);
    let longest = longest(anchors.iter())?;
    if let Some(own) = beside_items(page, row, anchors) {
        return Some(own);
    }
    if holds_many(page, row, anchors) {
        return None;
    }
    let main = *interpreted(page.tape, anchors, longest).unwrap_or(longest);
    if holds_several(page, row, anchors, &main) {
        return None;
    }
    let mut reader = RowReader::new(page, main);
    reader.walk(row, false);
    if page.tape.tag(row) == Some(Tag::A) {
        reader.walk_line(row);
    }
    reader.seed(row, publish_cell)
}

/// The link with the longest text, of several the first.
fn longest<'s, 'a: 's>(anchors: impl DoubleEndedIterator<Item = &'s Anchor<'a>>) -> Option<&'s Anchor<'a>> {
    anchors.filter(|anchor| anchor.is_title).rev().max_by_key(|anchor| anchor.chars.min(60))
}

/// «X» of a row in which «X的政策解读» is linked too.
fn interpreted<'s, 'a>(tape: &Tape, anchors: &'s [Anchor<'a>], longest: &Anchor<'a>) -> Option<&'s Anchor<'a>> {
    let earlier = anchors.iter().take_while(|anchor| anchor.id != longest.id);
    let mut titles = earlier.filter(|anchor| anchor.is_title && anchor.chars >= 8 && anchor.href != longest.href).peekable();
    titles.peek()?;
    let whole = tape.text_capped(longest.id, QUOTE_CHARS_MAX);
    titles.find(|anchor| whole.contains(tape.text_capped(anchor.id, QUOTE_CHARS_MAX).trim()))
}

/// A row with a title and a day of its own that also holds a list (of interpretations, of files): that list is no part of it.
/// The heading of a menu has no day.
fn beside_items<'a>(page: &ListInput<'a>, row: NodeId, anchors: &[Anchor<'a>]) -> Option<Seed<'a>> {
    let tape = page.tape;
    if anchors.len() < 2 || !matches!(tape.tag(row), Some(Tag::Li | Tag::Dd)) {
        return None;
    }
    let is_of_item = |anchor: &&Anchor<'a>| {
        tape.ancestors(anchor.id).take_while(|&up| up != row).any(|up| tape.tag(up).is_some_and(is_inner_item))
    };
    if !anchors.iter().any(|anchor| anchor.is_title && is_of_item(&anchor)) {
        return None;
    }
    let main = *longest(anchors.iter().filter(|anchor| !is_of_item(anchor)))?;
    let mut reader = RowReader::new(page, main);
    reader.walk(row, true);
    let seed = reader.seed(row, None).filter(Seed::is_dated)?;
    Some(Seed { holds_items: true, ..seed })
}

fn is_inner_item(tag: Tag) -> bool {
    matches!(tag, Tag::Li | Tag::Tr)
}

/// Titles of other articles that a row may link to: a file, an interpretation.
const OTHERS_MAX: usize = 3;

fn others_max(tape: &Tape, row: NodeId) -> usize {
    if matches!(tape.tag(row), Some(Tag::Li | Tag::Tr | Tag::Dl)) { OTHERS_MAX } else { 1 }
}

/// Characters from which the text of a link is another article's title.
const OTHER_CHARS_MIN: u32 = 8;

/// Whichever link were the title, [`holds_several`] would be true: told by the addresses alone, since containers are asked at
/// every level.
fn holds_many(page: &ListInput<'_>, row: NodeId, anchors: &[Anchor<'_>]) -> bool {
    let bound = others_max(page.tape, row);
    let mut seen = [""; OTHERS_MAX + 2];
    let mut count = 0;
    for anchor in anchors.iter().filter(|anchor| anchor.is_title && anchor.chars >= OTHER_CHARS_MIN) {
        if seen.iter().take(count).any(|href| *href == anchor.href) {
            continue;
        }
        if count > bound {
            return true;
        }
        seen[count] = anchor.href;
        count += 1;
    }
    false
}

/// An element with several titles is a container, not a row; a row may link to a file and to an interpretation beside its title.
fn holds_several(page: &ListInput<'_>, row: NodeId, anchors: &[Anchor<'_>], main: &Anchor<'_>) -> bool {
    let tape = page.tape;
    let others = anchors.iter().filter(|anchor| anchor.is_title && anchor.chars >= OTHER_CHARS_MIN && anchor.href != main.href);
    let bound = others_max(tape, row);
    others.take(bound + 1).count() > bound || (tape.tag(row) != Some(Tag::Tr) && holds_inner_list(page, row))
}

fn holds_inner_list(page: &ListInput<'_>, row: NodeId) -> bool {
    let tape = page.tape;
    let items = tape.descendants(row).filter(|&id| matches!(tape.tag(id), Some(Tag::Li | Tag::Tr)));
    items.filter(|&id| page.layout().holds_link(tape, id)).take(3).count() > 2
}

struct RowReader<'p, 'a> {
    page: &'p ListInput<'a>,
    main: Anchor<'a>,
    dates: Vec<Candidate>,
    month_day: Option<((i8, i8), String)>,
    /// 1970-01-01, 2099-12-31: written, and no day of publishing. Kept so that it can be named as what it is.
    odd: Option<DateFact>,
    pieces: Vec<&'a str>,
    /// Text nodes inside the main link that are dates.
    dated_nodes: Vec<NodeId>,
    /// «上一篇：» stands in the row.
    step: Option<()>,
}

#[derive(Debug)]
struct Candidate {
    fact: DateFact,
    node: NodeId,
    /// A label that says publishing stands before it.
    is_labelled: bool,
}

impl<'p, 'a> RowReader<'p, 'a> {
    fn new(page: &'p ListInput<'a>, main: Anchor<'a>) -> Self {
        Self {
            page,
            main,
            dates: Vec::new(),
            month_day: None,
            odd: None,
            pieces: Vec::new(),
            dated_nodes: Vec::new(),
            step: None,
        }
    }

    /// What was read, as a row; none for «上一篇» and for a link without a title.
    fn seed(mut self, row: NodeId, publish_cell: Option<usize>) -> Option<Seed<'a>> {
        let title = title(self.page.tape, &self.main, &self.dated_nodes);
        if self.step.is_some() || title.is_empty() {
            return None;
        }
        let date = self.choose(row, publish_cell);
        let month_day = if date.is_none() { self.month_day.take() } else { None };
        Some(Seed {
            element: row,
            anchor: self.main.id,
            href: self.main.href,
            title,
            date,
            month_day,
            url_date: dates::in_path(self.main.href).filter(|day| *day <= self.page.today),
            holds_items: false,
        })
    }

    /// Reads the texts of an element that may tell anything.
    fn walk(&mut self, row: NodeId, is_without_items: bool) {
        let page = self.page;
        let tape = page.tape;
        let link = self.main.id.index()..tape.end_index(self.main.id);
        let is_of_item =
            |id: NodeId| tape.ancestors(id).take_while(|&up| up != row).any(|up| tape.tag(up).is_some_and(is_inner_item));
        for &id in page.layout().telling_in(tape, row) {
            if let Some(text) = tape.ink_text(id).filter(|_| !is_without_items || !is_of_item(id)) {
                self.text(id, text, link.contains(&id.index()));
            }
        }
    }

    /// Rows that only `<br>` sets apart: what stands behind the link up to the end of its line, else what stands before it.
    fn walk_line(&mut self, link: NodeId) {
        let tape = self.page.tape;
        let ends_line =
            |id: NodeId| matches!(tape.tag(id), Some(Tag::Br | Tag::A | Tag::P | Tag::Div | Tag::Hr | Tag::Ul | Tag::Table));
        let mut at = tape.next_sibling(link);
        while let Some(id) = at.filter(|&id| !ends_line(id)) {
            self.beside(id);
            at = tape.next_sibling(id);
        }
        if !self.dates.is_empty() || self.month_day.is_some() {
            return;
        }
        let Some(parent) = tape.parent(link) else { return };
        // A few nodes before the link are its line's beginning.
        let from = link.index().saturating_sub(8).max(parent.index() + 1);
        let before: Vec<NodeId> =
            (from..link.index()).filter_map(|index| tape.at(index)).filter(|&id| tape.parent(id) == Some(parent)).collect();
        let start = before.iter().rposition(|&id| ends_line(id)).map_or(0, |at| at + 1);
        before.into_iter().skip(start).for_each(|id| self.beside(id));
    }

    fn beside(&mut self, id: NodeId) {
        match self.page.tape.own_text(id) {
            Some(text) if text.trim().is_empty() => {}
            Some(text) => self.text(id, text, false),
            None => self.walk(id, false),
        }
    }

    fn text(&mut self, id: NodeId, text: &'a str, in_link: bool) {
        if !in_link && is_step(text) {
            self.step = Some(());
            return;
        }
        // Full-width digits begin with 0xEF; short texts may tell the day in words («昨天»).
        let may_date = text.bytes().any(|b| b.is_ascii_digit() || b == 0xEF) || (text.len() <= 40 && !text.is_ascii());
        if !may_date || text.len() > TOLD_BYTES_MAX {
            return;
        }
        let alone_in_link =
            in_link && self.page.tape.parent(id) == Some(self.main.id) && is_only_text(self.page.tape, self.main.id, id);
        if let Some((date, found)) = dates::first(text, self.page.today) {
            let (before, behind) = (text.get(..found.from).unwrap_or(""), text.get(found.to..).unwrap_or(""));
            let beside = beside_chars(before) + beside_chars(behind);
            let is_date = if in_link { beside == 0 && !alone_in_link } else { beside <= BESIDE_DATE_CHARS_MAX };
            if is_date {
                let quoted = fold(text.get(found.from..found.to).unwrap_or(text));
                let fact = DateFact { date, time: found.time, source: DateSource::Row, text: quoted };
                self.dates
                    .push(Candidate { fact, node: id, is_labelled: before.contains("发布") || before.contains("公开") });
                if in_link {
                    self.dated_inside(id);
                }
            } else if in_link && alone_in_link {
                self.bracketed_tail(id, text);
            }
            return;
        }
        if alone_in_link {
            return;
        }
        if !in_link && self.odd.is_none() {
            self.odd = odd_date(text, self.page.today);
        }
        if let Some(day) = dates::month_day(text) {
            self.month_day.get_or_insert_with(|| (day, fold(text)));
            if in_link {
                self.dated_inside(id);
            }
        }
        let mut is_piece = false;
        for piece in text.split(|c: char| c.is_whitespace() || c == '|').filter(|piece| !piece.is_empty()) {
            if self.pieces.len() < PIECES_MAX && piece.len() <= 14 && piece.starts_with(|c: char| c.is_ascii_digit()) {
                self.pieces.push(piece);
                is_piece = true;
            }
        }
        if is_piece && in_link && text.trim().len() <= 14 {
            self.dated_inside(id);
        }
    }

    fn dated_inside(&mut self, id: NodeId) {
        if self.dated_nodes.len() < DATED_NODES_MAX {
            self.dated_nodes.push(id);
        }
    }

    /// «关于……的通知 [2026-11-22]», «关于……的公告 2026-11-22 某某单位»: the date ends the link's own text, or stands between blanks.
    fn bracketed_tail(&mut self, id: NodeId, text: &str) {
        let words = text.split_whitespace().skip(1).filter(|word| is_whole_day(word));
        if let Some((date, time)) = words.last().and_then(|word| dates::written(word, self.page.today)) {
            let text = date.to_string();
            let fact = DateFact { date, time, source: DateSource::Row, text };
            self.dates.push(Candidate { fact, node: id, is_labelled: false });
            return;
        }
        let tail = text.trim_end();
        let Some(open) = tail.rfind(['[', '(', '（', '【']) else { return };
        let inner = tail.get(open..).unwrap_or("");
        if inner.chars().count() > 20 || inner.contains('年') {
            return;
        }
        if let Some((date, time)) = dates::written(inner, self.page.today) {
            let fact = DateFact { date, time, source: DateSource::Row, text: fold(inner) };
            self.dates.push(Candidate { fact, node: id, is_labelled: false });
        }
    }

    /// The date of publishing among those of the row.
    fn choose(&self, row: NodeId, publish_cell: Option<usize>) -> Option<DateFact> {
        let tape = self.page.tape;
        if self.dates.len() > 1 {
            if let Some(labelled) = self.dates.iter().find(|candidate| candidate.is_labelled) {
                return Some(labelled.fact.clone());
            }
            let cell = publish_cell
                .and_then(|nth| tape.children(row).filter(|&id| matches!(tape.tag(id), Some(Tag::Td | Tag::Th))).nth(nth));
            if let Some(cell) = cell
                && let Some(in_cell) = self.dates.iter().find(|candidate| tape.is_inside(candidate.node, cell))
            {
                return Some(in_cell.fact.clone());
            }
        }
        let past = self.dates.iter().filter(|candidate| candidate.fact.date <= self.page.today);
        let latest = past.max_by_key(|candidate| candidate.fact.date).or_else(|| self.dates.first());
        latest.map(|candidate| candidate.fact.clone()).or_else(|| self.pieced()).or_else(|| self.odd.clone())
    }

    fn pieced(&self) -> Option<DateFact> {
        let date = dates::split(&self.pieces, self.page.today)?;
        Some(DateFact { date, time: None, source: DateSource::Row, text: self.pieces.join(" ") })
    }
}

fn odd_date(text: &str, today: Date) -> Option<DateFact> {
    if text.len() > 60 {
        return None;
    }
    dates::scan(text, today).into_iter().find_map(|found| match found.what {
        Written::Epoch(date) | Written::Future(date) => {
            let text = fold(text.get(found.from..found.to)?);
            Some(DateFact { date, time: found.time, source: DateSource::Row, text })
        }
        _ => None,
    })
}

fn is_step(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let head = text.trim_start().trim_start_matches(['[', '【', '<']);
    ["上一篇", "下一篇", "上一条", "下一条", "上一页", "下一页", "上篇", "下篇"].iter().any(|word| head.starts_with(word))
}

fn is_only_text(tape: &Tape, anchor: NodeId, text: NodeId) -> bool {
    tape.descendants(anchor)
        .filter_map(|id| Some((id, tape.own_text(id)?)))
        .all(|(id, other)| id == text || other.trim().is_empty())
}

/// Characters that are neither brackets nor a date's label.
fn beside_chars(text: &str) -> usize {
    let mut bare = text.trim().to_owned();
    for label in ["发布时间", "发布日期", "公开日期", "成文日期", "更新时间", "发布于", "时间", "日期"]
    {
        if bare.contains(label) {
            bare = bare.replace(label, "");
        }
    }
    bare.chars().filter(|c| c.is_alphanumeric()).count()
}

fn is_marked_top(tape: &Tape, row: NodeId) -> bool {
    const CLASSES: [&str; 8] = ["top", "zd", "zhiding", "istop", "is-top", "stick", "sticky", "settop"];
    let is_one = |class: &str| CLASSES.iter().any(|known| known.eq_ignore_ascii_case(class));
    let by_class = |id: NodeId| tape.classes(id).any(is_one);
    if by_class(row) {
        return true;
    }
    tape.descendants(row).any(|id| match tape.own_text(id) {
        Some(text) => {
            if !text.contains('顶') {
                return false;
            }
            let text = text.trim();
            text.starts_with("[置顶]") || text.starts_with("【置顶】") || matches!(text, "置顶" | "[顶]" | "【顶】" | "顶")
        }
        None => {
            matches!(tape.tag(id), Some(Tag::Span | Tag::I | Tag::Em | Tag::Img | Tag::B))
                && by_class(id)
                && tape.text_capped(id, 3).chars().count() < 3
        }
    })
}

/// Resolves addresses and years; drops rows whose address is none. Repeated addresses are kept once.
pub(super) fn finish(page: &ListInput<'_>, seeds: &[Seed<'_>], is_first_page: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(seeds.len());
    let mut known: BTreeSet<PageUrl> = BTreeSet::new();
    for (seed, date) in seeds.iter().zip(dates_of(seeds, page.today, is_first_page)) {
        let Some(row) = row(page, seed, date) else { continue };
        if known.insert(row.url.clone()) {
            rows.push(row);
        }
        if rows.len() >= super::ROWS_MAX {
            break;
        }
    }
    mark_pinned(&mut rows, page.today);
    rows
}

/// The date of each row: written, written without a year, or named by the address.
pub(super) fn dates_of(seeds: &[Seed<'_>], today: Date, is_first_page: bool) -> Vec<Option<DateFact>> {
    let days: Vec<MonthDay> = seeds.iter().map(|seed| month_day_of(seed, today)).collect();
    let years = dates::resolve_years(&days, today, is_first_page);
    seeds.iter().zip(years).map(|(seed, resolved)| row_date(seed, resolved)).collect()
}

/// None where the address is none that can be requested.
pub(super) fn row(page: &ListInput<'_>, seed: &Seed<'_>, date: Option<DateFact>) -> Option<Row> {
    let url = page.join(seed.href)?;
    Some(Row {
        title: seed.title.clone(),
        url,
        date,
        pinned: is_marked_top(page.tape, seed.element),
        text: quoted(page.tape, seed),
    })
}

/// A link that is its own row is quoted with the date beside it.
fn quoted(tape: &Tape, seed: &Seed<'_>) -> String {
    let text = quote(tape, seed.element);
    match &seed.date {
        Some(fact) if seed.element == seed.anchor && !text.contains(&fact.text) => format!("{text} {}", fact.text),
        _ => text,
    }
}

/// The row's visible text, its pieces set apart with blanks.
pub(super) fn quote(tape: &Tape, row: NodeId) -> String {
    let mut pieces = String::new();
    let mut skip_to = 0;
    for id in tape.descendants(row) {
        if id.index() < skip_to {
            continue;
        }
        if let Some(text) = tape.own_text(id) {
            pieces.push_str(text);
        } else if tape.tag(id).is_some_and(is_unseen) {
            skip_to = tape.end_index(id);
        } else if !matches!(tape.tag(id), Some(Tag::B | Tag::Font | Tag::U | Tag::Strong)) {
            pieces.push(' ');
        }
        if pieces.len() > QUOTE_CHARS_MAX * 12 {
            break;
        }
    }
    let mut folded = fold(&pieces);
    if let Some((end, _)) = folded.char_indices().nth(QUOTE_CHARS_MAX) {
        folded.truncate(end);
    }
    folded
}

fn month_day_of(seed: &Seed<'_>, today: Date) -> MonthDay {
    MonthDay {
        written: seed.month_day.as_ref().map(|(day, _)| *day),
        whole: seed.date.as_ref().map(|fact| fact.date).filter(|date| *date <= today),
        hint: seed.month_day.as_ref().and_then(|_| dates::month_in_path(seed.href)),
    }
}

fn row_date(seed: &Seed<'_>, resolved: Option<Date>) -> Option<DateFact> {
    let from_month_day = || {
        let (_, text) = seed.month_day.as_ref()?;
        Some(DateFact { date: resolved?, time: None, source: DateSource::Row, text: text.clone() })
    };
    let from_url = || {
        let date = seed.url_date?;
        Some(DateFact { date, time: None, source: DateSource::Url, text: seed.href.chars().take(QUOTE_CHARS_MAX).collect() })
    };
    seed.date.clone().or_else(from_month_day).or_else(from_url)
}

/// A class that every row has marks none; older rows above newer ones at the head of a descending list are pinned.
fn mark_pinned(rows: &mut [Row], today: Date) {
    if rows.len() > 1 && rows.iter().all(|row| row.pinned) {
        for row in rows.iter_mut() {
            row.pinned = false;
        }
    }
    let day = |row: &Row| row.date.as_ref().map(|fact| fact.date).filter(|date| *date <= today);
    let days: Vec<Option<Date>> = rows.iter().map(day).collect();
    for head in 1..=PINNED_MAX.min(rows.len().saturating_sub(2)) {
        let (Some(front), Some(tail)) = (days.get(..head), days.get(head..)) else { return };
        let Some(newest) = tail.first().copied().flatten() else { continue };
        let falls = tail.windows(2).all(|pair| pair[0] >= pair[1]);
        if falls && front.iter().all(|day| day.is_some_and(|day| day < newest)) {
            rows.iter_mut().take(head).for_each(|row| row.pinned = true);
            return;
        }
        if falls {
            return;
        }
    }
}
