//! The page's date, put together from every place that tells one, by the order of trust (norms.md 6.2).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::dates::{self, Labelled};
use super::tags;
use super::tape::{Attr, NodeId, Tag, Tape, fold};
use crate::model::facts::{DateFact, DateSource};
use crate::url::PageUrl;

/// Dates of one page that are kept.
const DATES_MAX: usize = 10;
/// Nodes behind the title in which an unlabelled date is looked for.
const NODES_BEHIND_TITLE: usize = 40;
/// Characters of a line that may hold an unlabelled date: longer ones are prose.
const LINE_CHARS_MAX: usize = 40;

/// The date to go by, and all that were found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PageDates {
    pub date: Option<DateFact>,
    pub all: Vec<DateFact>,
}

/// `titles`: the elements that show the page's title, the likeliest first. `labelled`: what its visible labels tell.
pub fn read(
    tape: &Tape,
    tags: &BTreeMap<String, String>,
    url: &PageUrl,
    titles: &[NodeId],
    labelled: &Labelled,
    today: Date,
) -> PageDates {
    let mut all: Vec<DateFact> = tag_date(tape, tags, titles, today).into_iter().collect();
    all.extend(labelled.dates.iter().cloned());
    if all.is_empty() {
        all.extend(labelled.month_day.and_then(|day| completed(tape, day, today)));
    }
    all.extend(address_date(tape, url, today));
    if !all.iter().any(|fact| matches!(fact.source, DateSource::Tag | DateSource::Label)) {
        all.extend(titles.iter().find_map(|&title| behind_title(tape, title, today)));
    }
    all.truncate(DATES_MAX);
    // Every source keeps its order: among the labels the publishing date comes first.
    let date = all.iter().min_by_key(|fact| fact.source).cloned();
    PageDates { date, all }
}

fn tag_date(tape: &Tape, tags: &BTreeMap<String, String>, titles: &[NodeId], today: Date) -> Option<DateFact> {
    tags::value(tags, "PubDate")
        .and_then(|value| tagged(value, today))
        .or_else(|| kin(tape, today))
        .or_else(|| dates::json_ld_date(tape, today))
        .or_else(|| marked(tape, titles, today))
}

fn tagged(text: &str, today: Date) -> Option<DateFact> {
    let text = fold(text);
    let (date, time) = dates::in_value(&text, today)?;
    Some(DateFact { date, time, source: DateSource::Tag, text })
}

/// The publishing date as other vocabularies than the official one write it in the head: the most telling name counts.
fn kin(tape: &Tape, today: Date) -> Option<DateFact> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for id in tape.elements(Tag::Meta) {
        let Some(name) = tape.attr(id, Attr::Name).or_else(|| tape.attr(id, Attr::Property)).map(str::trim) else { continue };
        let rank = dates::TAG_NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
        found.extend(rank.zip(tape.attr(id, Attr::Content)));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().find_map(|(_, value)| tagged(value, today))
}

/// Names of the day of the last change: it is not the day of publishing, but it tells the year of one that says no year.
const CHANGE_NAMES: [&str; 6] =
    ["dateUpdate", "dateModified", "article:modified_time", "og:updated_time", "lastmodifiedtime", "last-modified"];

/// «发布时间：11-22» whose year is told by a tag of the same month and day.
fn completed(tape: &Tape, (month, day): (i8, i8), today: Date) -> Option<DateFact> {
    let changed = tape.elements(Tag::Meta).filter(|&id| {
        let name = [Attr::Itemprop, Attr::Property, Attr::Name].into_iter().find_map(|attr| tape.attr(id, attr));
        name.is_some_and(|name| CHANGE_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name.trim())))
    });
    let mut facts = changed.filter_map(|id| tagged(tape.attr(id, Attr::Content)?, today));
    let fact = facts.find(|fact| (fact.date.month(), fact.date.day()) == (month, day))?;
    Some(DateFact { source: DateSource::Label, ..fact })
}

/// A day that the page's markup calls the publishing date: `itemprop="datePublished"`, `<time pubdate>`. Pages that list
/// articles mark one for each: only a single day counts, or the one beside the title.
fn marked(tape: &Tape, titles: &[NodeId], today: Date) -> Option<DateFact> {
    let mut first: Option<(NodeId, DateFact)> = None;
    for id in tape.nodes().filter(|&id| is_publishing_mark(tape, id)) {
        let written = [Attr::Content, Attr::Datetime].into_iter().find_map(|attr| tagged(tape.attr(id, attr)?, today));
        let Some(fact) = written.or_else(|| tagged(&tape.text_capped(id, LINE_CHARS_MAX), today)) else { continue };
        match &first {
            None if titles.iter().any(|&title| is_beside(tape, title, id)) => return Some(fact),
            None => first = Some((id, fact)),
            Some((_, held)) if held.date == fact.date => {}
            Some(_) if titles.iter().any(|&title| is_beside(tape, title, id)) => return Some(fact),
            Some(_) => return None,
        }
    }
    first.map(|(_, fact)| fact)
}

fn is_publishing_mark(tape: &Tape, id: NodeId) -> bool {
    let Some(tag) = tape.tag(id) else { return false };
    let is_named = tape
        .attr(id, Attr::Itemprop)
        .is_some_and(|names| names.split_ascii_whitespace().any(|name| name.eq_ignore_ascii_case("datePublished")));
    (is_named || (tag == Tag::Time && tape.attr(id, Attr::PubdateMark).is_some())) && !is_in_comments(tape, id)
}

/// Readers' comments carry days of their own.
fn is_in_comments(tape: &Tape, id: NodeId) -> bool {
    let says_so = |text: &str| text.to_ascii_lowercase().contains("comment") || text.contains("pinglun");
    tape.ancestors(id).any(|up| tape.attr(up, Attr::Class).is_some_and(says_so) || tape.attr(up, Attr::Id).is_some_and(says_so))
}

/// Whether a node stands a few nodes before or behind a title.
fn is_beside(tape: &Tape, title: NodeId, id: NodeId) -> bool {
    let (from, to) = (title.index().saturating_sub(NODES_BEHIND_TITLE), tape.end_index(title) + NODES_BEHIND_TITLE);
    (from..to).contains(&id.index())
}

/// The day in the page's address; where that tells none, in the address that the page gives as its own.
fn address_date(tape: &Tape, url: &PageUrl, today: Date) -> Option<DateFact> {
    let fact = |date: Date, text: &str| DateFact { date, time: None, source: DateSource::Url, text: text.to_owned() };
    if let Some(date) = dates::in_url(url) {
        return Some(fact(date, url.path()));
    }
    let canonical = tape.elements(Tag::Link).filter_map(|id| {
        let rel = tape.attr(id, Attr::Rel)?;
        rel.trim().eq_ignore_ascii_case("canonical").then(|| tape.attr(id, Attr::Href)).flatten()
    });
    let shared = tape.elements(Tag::Meta).filter_map(|id| {
        let is_address = tape.attr(id, Attr::Property).is_some_and(|name| name.trim().eq_ignore_ascii_case("og:url"));
        is_address.then(|| tape.attr(id, Attr::Content)).flatten()
    });
    let own = canonical.chain(shared).find_map(|address| Some((dates::in_path(address.trim())?, address)));
    own.filter(|(date, _)| *date <= today).map(|(date, address)| fact(date, address.trim()))
}

/// A `<time>` or a line right behind the title that holds little more than a date.
fn behind_title(tape: &Tape, title: NodeId, today: Date) -> Option<DateFact> {
    let end = tape.end_index(title);
    let mut before = String::new();
    for id in (end..end + NODES_BEHIND_TITLE).map_while(|index| tape.at(index)) {
        let is_time = tape.tag(id) == Some(Tag::Time);
        if (!is_time && tape.ink_text(id).is_none()) || tape.closest(id, Tag::A).is_some() || is_in_comments(tape, id) {
            continue;
        }
        if is_time {
            let Some(fact) = tape.attr(id, Attr::Datetime).and_then(|value| tagged(value, today)) else { continue };
            return Some(DateFact { source: DateSource::Text, ..fact });
        }
        let Some(text) = tape.own_text(id).map(fold).filter(|text| !text.is_empty()) else { continue };
        if let Some((date, time)) = line_date(&text, &before, today).filter(|_| !is_in_row(tape, id)) {
            return Some(DateFact { date, time, source: DateSource::Text, text });
        }
        before = text;
    }
    None
}

/// The date of a line that holds little more than one; `before` is the text in front of it.
fn line_date(text: &str, before: &str, today: Date) -> Option<(Date, Option<String>)> {
    if text.chars().count() > LINE_CHARS_MAX || dates::is_relative(text, today) || is_foreign_label(before) {
        return None;
    }
    match dates::first(text, today) {
        Some((date, found)) => is_bare(text, &found).then_some((date, found.time)),
        // «02 | 2026-11» in elements of their own
        None => dates::split(&[before, text], today).filter(|date| *date <= today).map(|date| (date, None)),
    }
}

/// A label that says what its date is, and does not say publishing («实施日期», «有效期至：»).
fn is_foreign_label(before: &str) -> bool {
    let bare = before.trim_end_matches(|c: char| matches!(c, ':' | '：') || c.is_whitespace());
    let is_label =
        bare.len() < before.len() || ["日期", "时间", "期限", "至", "日", "时限"].iter().any(|end| bare.ends_with(end));
    is_label && bare.chars().count() <= LINE_CHARS_MAX && !COMPANY.iter().any(|word| bare.starts_with(word))
}

/// Characters of a link that is a list row's title, not a source's name.
const ROW_TITLE_CHARS_MIN: usize = 8;

/// The date stands beside a link in a row of a list: it is the date of what the link leads to.
fn is_in_row(tape: &Tape, id: NodeId) -> bool {
    let row = tape.ancestors(id).take(4).find(|&up| {
        matches!(tape.tag(up), Some(Tag::Li | Tag::Tr | Tag::P | Tag::Dd | Tag::Dl))
            || (tape.tag(up) == Some(Tag::Div) && tape.text_capped(up, ROW_CHARS_MAX).chars().count() < ROW_CHARS_MAX)
    });
    let Some(row) = row else { return false };
    // The line below a title names its source, often as a link.
    if INFORMATION.iter().any(|word| tape.text_capped(row, ROW_CHARS_MAX).contains(word)) {
        return false;
    }
    (row.index()..tape.end_index(row)).map_while(|index| tape.at(index)).take(NODES_BEHIND_TITLE).any(|inner| {
        tape.tag(inner) == Some(Tag::A) && tape.text_capped(inner, ROW_TITLE_CHARS_MIN).chars().count() >= ROW_TITLE_CHARS_MIN
    })
}

/// Words of the line below a title that no list row holds.
const INFORMATION: [&str; 12] =
    ["来源", "來源", "出处", "作者", "编辑", "记者", "浏览", "点击", "阅读", "字号", "字体", "打印"];
/// Characters of a block that may be a list row.
const ROW_CHARS_MAX: usize = 120;

/// What may stand around the date in the line below a title.
const COMPANY: [&str; 24] = [
    "来源", "出处", "作者", "编辑", "责编", "记者", "发布", "发表", "更新", "时间", "日期", "浏览", "点击", "阅读", "字号",
    "星期", "來源", "時間", "瀏覽", "Date", "Time", "Source", "Publish", "Updated",
];

/// Whether the line is a date with its company, and not a sentence or another thing's date («申报时间：…», «…起施行»).
fn is_bare(text: &str, found: &dates::Found) -> bool {
    let outside = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let (before, behind) = (outside(text.get(..found.from).unwrap_or("")), outside(text.get(found.to..).unwrap_or("")));
    let is_company = |text: &str| COMPANY.iter().any(|word| text.starts_with(word));
    // «新华网 2026-08-05 10:12»: only a publisher's line tells the minute.
    let name = before.replace("日报", "").replace("时报", "");
    let is_source = found.time.is_some() && before.chars().count() <= 12 && !name.contains(['于', '自', '至', '时', '日']);
    let before_fits = before.is_empty() || is_company(&before) || is_source;
    let behind_fits = behind.chars().next().is_none_or(|c| !('\u{4e00}'..='\u{9fff}').contains(&c)) || is_company(&behind);
    before_fits && behind_fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn dates_of(html: &str, url: &str) -> PageDates {
        let tape = Tape::read(html);
        let titles: Vec<NodeId> = tape.elements(Tag::H1).collect();
        let today = date(2026, 11, 24);
        read(&tape, &tags::read(&tape), &PageUrl::parse(url).unwrap(), &titles, &dates::labelled(&tape, today), today)
    }

    #[test]
    fn the_tag_is_trusted_most_and_the_others_are_kept() {
        let got = dates_of(
            "<meta name=PubDate content='2026-08-04 09:30'><h1>题</h1><div>发布时间：2026-08-05 10:00</div>",
            "http://a.gov.cn/tzgg/202608/t20260803_34039387.html",
        );
        let sources: Vec<_> = got.all.iter().map(|fact| (fact.source, fact.date)).collect();
        assert_eq!(
            sources,
            [(DateSource::Tag, date(2026, 8, 4)), (DateSource::Label, date(2026, 8, 5)), (DateSource::Url, date(2026, 8, 3))]
        );
        let best = got.date.unwrap();
        assert_eq!((best.source, best.date, best.time.as_deref()), (DateSource::Tag, date(2026, 8, 4), Some("09:30")));
    }

    #[test]
    fn an_empty_tag_leaves_the_word_to_the_label() {
        let got = dates_of("<meta name=PubDate content=null><div>发布日期：2026年8月5日</div>", "http://a.gov.cn/x.html");
        assert_eq!(got.date.map(|fact| (fact.source, fact.date)), Some((DateSource::Label, date(2026, 8, 5))));
    }

    #[test]
    fn a_bare_line_behind_the_title_is_the_last_resort() {
        let got = dates_of("<h1>题</h1><p>2026-08-05 10:12</p><p>会议于2026年7月1日召开。</p>", "http://a.gov.cn/x.html");
        assert_eq!(got.date.map(|fact| (fact.source, fact.date)), Some((DateSource::Text, date(2026, 8, 5))));
        let prose = "<h1>题</h1><p>省工业和信息化厅于2026年7月1日在长沙召开全省工业和信息化工作会议，总结上半年工作，部署下半年任务。</p>";
        assert_eq!(dates_of(prose, "http://a.gov.cn/x.html"), PageDates::default());
    }

    fn day(html: &str) -> Option<String> {
        dates_of(html, "http://a.gov.cn/x.html").date.map(|fact| format!("{:?} {}", fact.source, fact.date))
    }

    #[test]
    fn the_most_telling_name_counts_wherever_it_stands() {
        let html =
            "<meta name=date content='2026-08-09T10:00'><meta property=article:published_time content='2026-08-05T10:00'>";
        assert_eq!(day(html).as_deref(), Some("Tag 2026-08-05"));
        let broken = "<meta property=article:published_time content=''><meta name='apub:time' content='2026-8-5 21:30:50'>";
        assert_eq!(day(broken).as_deref(), Some("Tag 2026-08-05"));
        assert_eq!(day("<meta name=firstpublishedtime content='2026-08-05-23:59:59'>").as_deref(), Some("Tag 2026-08-05"));
    }

    #[test]
    fn marks_of_the_publishing_date_are_read() {
        for html in [
            "<h1>题</h1><time pubdate datetime='2026-08-05T10:00'>8月5日</time>",
            "<h1>题</h1><span itemprop='datePublished' content='2026-08-05'>昨天</span>",
            "<div><time itemprop=datePublished>2026年8月5日</time></div><p>文</p>",
            "<h1>题</h1><time pubdate datetime=2026-08-05></time><div class=comments><time pubdate datetime=2026-08-09></time></div>",
        ] {
            assert_eq!(day(html).as_deref(), Some("Tag 2026-08-05"), "{html}");
        }
        assert_eq!(day("<h1>题</h1><time datetime='2026-08-05 10:00'>8月5日</time>").as_deref(), Some("Text 2026-08-05"));
    }

    #[test]
    fn a_label_without_a_year_takes_it_from_a_tag_of_the_same_day() {
        let page = |label: &str| {
            format!("<meta itemprop=dateUpdate content='2025-08-05 12:00:57'><h1>题</h1><span>发布时间：{label}</span>")
        };
        assert_eq!(day(&page("08-05")).as_deref(), Some("Label 2025-08-05"));
        assert_eq!(day(&page("08-01")), None);
        assert_eq!(day("<meta itemprop=dateUpdate content='2025-08-05'><h1>题</h1>"), None, "a change is no publishing");
    }

    #[test]
    fn a_page_that_marks_many_days_has_none() {
        let item = |day| format!("<div><a>某条</a><time itemprop=datePublished datetime=2026-08-0{day}></time></div>");
        assert_eq!(day(&(item(3) + &item(4) + &item(5))), None);
    }

    #[test]
    fn the_address_that_a_saved_page_gives_as_its_own_tells_the_day() {
        let html = "<link rel=canonical href='http://a.gov.cn/art/2026/8/5/art_1_2.html'><h1>题</h1>";
        assert_eq!(day(html).as_deref(), Some("Url 2026-08-05"));
        assert_eq!(
            day("<meta property=og:url content='http://a.gov.cn/202608/t20260805_1.html'>").as_deref(),
            Some("Url 2026-08-05")
        );
        assert_eq!(day("<link rel=canonical href='http://a.gov.cn/'><link rel=amphtml href='/2026-08-05/1.html'>"), None);
    }

    #[test]
    fn the_line_below_a_title_shows_its_date_in_company() {
        for line in [
            "2026-08-05 10:12",
            "2026年8月5日 来源：省厅",
            "来源：新华网 2026-08-05",
            "新华网 2026-08-05 10:12",
            "[2026-08-05] 浏览：3",
            "湖南日报 2026年08月05日10:12 记者 张三",
            "证券时报 2026-08-05 10:12",
            "Date: 2026-08-05",
            "来源：</p><p>2026-08-05",
            "2026-08-05 来源：<a href=http://www.xinhuanet.com/>新华网</a>",
            "2026-08-05 来源：<a href=http://gxt.example.gov.cn/>某省工业和信息化厅网站</a>",
        ] {
            assert_eq!(day(&format!("<h1>题</h1><p>{line}</p>")).as_deref(), Some("Text 2026-08-05"), "{line}");
        }
    }

    #[test]
    fn a_day_told_from_another_is_no_date_of_a_page() {
        // Nobody knows when the page was written or saved.
        assert_eq!(day("<h1>题</h1><span>昨天</span><p>3天前</p>"), None);
    }

    #[test]
    fn a_day_in_pieces_below_the_title_is_put_together() {
        assert_eq!(day("<h1>题</h1><div><em>05</em><span>2026-08</span></div><p>文</p>").as_deref(), Some("Text 2026-08-05"));
        assert_eq!(day("<h1>题</h1><p>共3页</p><p>2026-08</p>"), None);
    }

    #[test]
    fn the_days_of_a_list_are_not_its_pages() {
        let row = |day| format!("<a href=./{day}.html>关于做好第{day}批企业申报工作的通知</a><span>2026-08-0{day}</span>");
        for html in [
            format!("<h1>通知公告</h1><ul><li>{}</li><li>{}</li></ul>", row(5), row(4)),
            format!("<h1>通知公告</h1><p>{}</p><p>{}</p>", row(5), row(4)),
            format!("<h1>通知公告</h1><table><tr><td>{}</td></tr></table>", row(5)),
            format!("<h1>通知公告</h1><div><div>{}</div><div>{}</div></div>", row(5), row(4)),
            "<h1>通知公告</h1><ul><li><span>2026-08-05</span><a href=a.html>关于做好申报工作的通知</a></li></ul>".to_owned(),
        ] {
            assert_eq!(day(&html), None, "{html}");
        }
    }

    #[test]
    fn the_day_that_a_table_gives_something_else_is_not_the_articles() {
        for label in ["实施日期", "有效期至：", "会议时间：", "截止时间", "出生日期"] {
            let html = format!("<h1>题</h1><table><tr><td>{label}</td><td>2026-08-05</td></tr></table>");
            assert_eq!(day(&html), None, "{label}");
        }
    }

    #[test]
    fn the_day_of_an_event_or_a_deadline_is_not_the_articles() {
        for line in [
            "申报时间：2026年8月5日",
            "2026年8月5日起施行",
            "会议定于2026年8月5日 10:00",
            "截至2026-08-05",
            "2026年8月5日上午，省厅召开会议。",
        ] {
            assert_eq!(day(&format!("<h1>题</h1><p>{line}</p>")), None, "{line}");
        }
        assert_eq!(
            day("<h1>题</h1><p>文</p><div id=comment-list><p>2026-08-05 10:12</p></div><footer>版权所有 2026</footer>"),
            None
        );
    }
}
