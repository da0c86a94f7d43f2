//! The page's date, put together from every place that tells one, by the order of trust (norms.md 6.2).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::dates;
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

/// `title`: the element that holds the page's title, if it is known.
pub fn read(tape: &Tape, tags: &BTreeMap<String, String>, url: &PageUrl, title: Option<NodeId>, today: Date) -> PageDates {
    let mut all: Vec<DateFact> = tag_date(tape, tags, today).into_iter().collect();
    all.extend(dates::label_dates(tape, today));
    all.extend(dates::in_url(url).map(|date| DateFact {
        date,
        time: None,
        source: DateSource::Url,
        text: url.path().to_owned(),
    }));
    if !all.iter().any(|fact| matches!(fact.source, DateSource::Tag | DateSource::Label)) {
        all.extend(title.and_then(|title| behind_title(tape, title, today)));
    }
    all.truncate(DATES_MAX);
    // Every source keeps its order: among the labels the publishing date comes first.
    let date = all.iter().min_by_key(|fact| fact.source).cloned();
    PageDates { date, all }
}

fn tag_date(tape: &Tape, tags: &BTreeMap<String, String>, today: Date) -> Option<DateFact> {
    let from = |text: &str| {
        let text = fold(text);
        dates::written(&text, today).map(|(date, time)| DateFact { date, time, source: DateSource::Tag, text })
    };
    tags::value(tags, "PubDate")
        .and_then(from)
        .or_else(|| kin(tape).and_then(from))
        .or_else(|| dates::json_ld_date(tape, today))
}

/// The publishing date as other vocabularies than the official one write it in the head.
fn kin(tape: &Tape) -> Option<&str> {
    tape.elements(Tag::Meta).find_map(|id| {
        let name = tape.attr(id, Attr::Name).or_else(|| tape.attr(id, Attr::Property))?.trim();
        let known = dates::TAG_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name));
        known.then(|| tape.attr(id, Attr::Content)).flatten()
    })
}

/// A line right behind the title that holds little more than a date.
fn behind_title(tape: &Tape, title: NodeId, today: Date) -> Option<DateFact> {
    let end = tape.end_index(title);
    (end..end + NODES_BEHIND_TITLE).map_while(|index| tape.at(index)).find_map(|id| {
        let text = fold(tape.own_text(id)?);
        if tape.closest(id, Tag::A).is_some() || text.chars().count() > LINE_CHARS_MAX {
            return None;
        }
        let (date, time) = dates::written(&text, today)?;
        Some(DateFact { date, time, source: DateSource::Text, text })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn dates_of(html: &str, url: &str) -> PageDates {
        let tape = Tape::read(html);
        let title = tape.elements(Tag::H1).next();
        read(&tape, &tags::read(&tape), &PageUrl::parse(url).unwrap(), title, date(2026, 11, 24))
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
}
