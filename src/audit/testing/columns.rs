//! Hand-written columns, rows, documents and records.

use jiff::civil::Date;

use super::url;
use crate::audit::calendar::{Calendar, Year};
use crate::audit::columns::Ageing;
use crate::model::facts::{DateFact, DateSource, DocumentFacts, Row};
use crate::model::site::{Column, ColumnClass, ColumnReading, PolicyPage, UrlId};

const HOST: &str = "http://gxt.example.gov.cn";

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn dated(text: &str, source: DateSource) -> DateFact {
    DateFact { date: day(text), time: None, source, text: text.into() }
}

pub(crate) fn row(title: &str, path: &str, date: Option<&str>) -> Row {
    Row {
        title: title.into(),
        url: url(&format!("{HOST}{path}")),
        date: date.map(|text| dated(text, DateSource::Row)),
        pinned: false,
        text: format!("{title} {}", date.unwrap_or_default()).trim().into(),
    }
}

/// A column that was read, with its newest row worked out.
pub(crate) fn column(path: &str, class: ColumnClass, rows: Vec<Row>) -> Column {
    let newest = rows.iter().filter(|row| row.date.is_some()).max_by_key(|row| row.date.as_ref().map(|d| d.date)).cloned();
    Column {
        url: url(&format!("{HOST}{path}")),
        name: "栏目".into(),
        class,
        class_source: "name".into(),
        level: 1,
        parent: None,
        office: None,
        max_age_days: None,
        list_kind: Some("trs".into()),
        list_pages: 1,
        items: rows.len() as u32,
        newest,
        undated: rows.iter().filter(|row| row.date.is_none()).count() as u32,
        rows,
        state: ColumnReading::Read,
        bad_dates: Vec::new(),
    }
}

/// The limits of the embedded rule.
pub(crate) fn ageing() -> Ageing {
    let text = include_str!("../../../rules/columns/column.stale.toml");
    let rule: crate::model::rule::Rule = toml::from_str(text).unwrap();
    rule.params.try_into().unwrap()
}

/// The embedded calendars.
pub(crate) fn calendar() -> Calendar {
    let mut calendar = Calendar::default();
    let files = crate::audit::rules::embedded();
    for file in files.iter().filter(|file| file.path.starts_with("calendar/")) {
        calendar.add(&toml::from_str::<Year>(&file.text).unwrap());
    }
    calendar
}

/// A page of policy, published on a day that its tag tells.
pub(crate) fn policy(id: u32, path: &str, title: &str, date: Option<&str>, class: ColumnClass) -> PolicyPage {
    let address = url(&format!("{HOST}{path}"));
    PolicyPage {
        id: UrlId(id),
        column: Some(url(&format!("{HOST}{}", address.folder()))),
        url: address,
        title: title.into(),
        column_class: Some(class),
        date: date.map(|text| dated(text, DateSource::Tag)),
        facts: DocumentFacts::default(),
        links_to: Vec::new(),
        body_chars: 900,
        related_by_script: false,
    }
}
