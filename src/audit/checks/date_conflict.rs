//! `date-conflict`: an article whose row, page, tag and address name different days.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::columns::{evidence, of_date, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit, Since, Undetermined};
use crate::model::site::{ColumnClass, DateSign, DateSignKind, SiteFacts};
use crate::url::PageUrl;

/// Rows of a column that was filled up that are quoted.
const ROWS_SHOWN: usize = 10;

pub(super) const CHECK: CheckDef = CheckDef {
    name: "date-conflict",
    placeholders: &["title", "sign", "date", "other", "days"],
    needs: &[Need::Pages],
    build: from_params::<DateConflict>,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DateConflict {
    /// Days apart from which each sign counts.
    row_days: i32,
    tag_days: i32,
    address_days: i32,
    /// Days that a row may be older than the run that did not see it.
    late_days: i32,
    /// So many such rows of one column are told as one: the column was filled up afterwards.
    filled_items: usize,
    /// Days by which the same words may bear a newer date than in the run before.
    redated_days: i32,
    /// Classes of columns whose addresses are looked at: elsewhere old texts are put up later with good reason.
    address_classes: Vec<ColumnClass>,
    /// So many articles with another day than the one in their address mean that the site was moved on that day.
    moved_articles: u32,
    /// Their rows show a last day or the day of an event.
    ignore_classes: Vec<ColumnClass>,
    ignore_names: Vec<String>,
}

impl Check for DateConflict {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        // Days to come are another rule's.
        let is_past = |sign: &DateSign| sign.shown.date <= context.today && sign.other.date <= context.today;
        let mut counted: Vec<&DateSign> =
            site.dates.signs.iter().filter(|sign| is_past(sign) && self.counts(site, sign)).collect();
        // All of a site's articles under new days: it was moved, and lost the old ones.
        let is_redated = |sign: &&DateSign| sign.kind == DateSignKind::Redated;
        let is_moved = counted.iter().filter(|sign| is_redated(sign)).count() >= self.moved_articles as usize;
        counted.retain(|sign| !is_moved || !is_redated(sign));
        let undetermined = if is_moved {
            vec![Undetermined { url: site.decl.url.to_string(), reason: "dates-moved".to_owned() }]
        } else {
            Vec::new()
        };
        let filled = self.filled(&counted);
        // The strongest sign of each page leads, the others stand beside it.
        let mut by_page: BTreeMap<&str, Vec<&DateSign>> = BTreeMap::new();
        for sign in counted {
            let is_told = sign.kind == DateSignKind::Late && sign.column.as_ref().is_some_and(|at| filled.contains_key(at));
            if !is_told {
                by_page.entry(sign.url.as_str()).or_default().push(sign);
            }
        }
        let of_columns = filled.into_iter().filter_map(|(column, signs)| filled_hit(column, &signs));
        let hits = by_page.into_values().filter_map(|signs| hit(&signs)).chain(of_columns).collect();
        CheckResult { judged: site.dates.judged, hits, undetermined }
    }
}

impl DateConflict {
    /// Columns to which many rows came at once that an earlier run should have seen.
    fn filled<'s>(&self, signs: &[&'s DateSign]) -> BTreeMap<&'s PageUrl, Vec<&'s DateSign>> {
        let mut by_column: BTreeMap<&PageUrl, Vec<&DateSign>> = BTreeMap::new();
        for sign in signs.iter().filter(|sign| sign.kind == DateSignKind::Late) {
            if let Some(column) = &sign.column {
                by_column.entry(column).or_default().push(sign);
            }
        }
        by_column.retain(|_, signs| signs.len() >= self.filled_items);
        by_column
    }

    fn counts(&self, site: &SiteFacts, sign: &DateSign) -> bool {
        let column = sign.column.as_ref().and_then(|at| site.columns.iter().find(|column| column.url == *at));
        let is_ignored = column.is_some_and(|column| {
            self.ignore_classes.contains(&column.class)
                || self.ignore_names.iter().any(|word| column.name.contains(word.as_str()))
        });
        let is_news = column.is_some_and(|column| self.address_classes.contains(&column.class));
        let limit = match sign.kind {
            DateSignKind::Late if is_news => self.late_days,
            DateSignKind::Redated if is_news => self.redated_days,
            DateSignKind::Late | DateSignKind::Redated => return false,
            DateSignKind::Row => self.row_days,
            DateSignKind::Tag => self.tag_days,
            DateSignKind::Address => {
                let shared = site.dates.shared_addresses.get(&sign.other.date).copied().unwrap_or(0);
                if !is_news || shared >= self.moved_articles {
                    return false;
                }
                self.address_days
            }
        };
        !is_ignored && sign.days() >= limit
    }
}

fn hit(signs: &[&DateSign]) -> Option<Hit> {
    let lead = signs.first()?;
    let is_compared = |sign: &&DateSign| matches!(sign.kind, DateSignKind::Late | DateSignKind::Redated);
    // What agrees with itself is told by the comparison alone; else the page shows it every time.
    let date = if signs.iter().all(is_compared) { since(lead) } else { of_date(&lead.shown) };
    let mut shown = vec![evidence("quote", lead.title.clone(), Some(lead.url.to_string())), date];
    shown.extend(signs.iter().flat_map(|sign| of_sign(sign)));
    let values = values_of([
        ("title", lead.title.clone()),
        ("sign", format!("@date-sign.{}", lead.kind.key())),
        ("date", lead.shown.date.to_string()),
        ("other", lead.other.date.to_string()),
        ("days", lead.days().to_string()),
    ]);
    Some(suspected(lead.url.to_string(), lead.column.as_ref(), values, shown))
}

/// Rows of one column that came at once: the column as it was, then the rows.
fn filled_hit(column: &PageUrl, signs: &[&DateSign]) -> Option<Hit> {
    let oldest = signs.iter().min_by_key(|sign| sign.shown.date)?;
    let mut shown = of_sign(oldest);
    for sign in signs.iter().take(ROWS_SHOWN) {
        shown.push(evidence("quote", sign.title.clone(), Some(sign.url.to_string())));
        shown.push(since(sign));
    }
    let values = values_of([
        ("title", oldest.title.clone()),
        ("sign", format!("@filled {}", signs.len())),
        ("date", oldest.shown.date.to_string()),
        ("other", oldest.other.date.to_string()),
        ("days", oldest.days().to_string()),
    ]);
    Some(suspected(column.to_string(), Some(column), values, shown))
}

/// The date that a page had not in the run before.
fn since(sign: &DateSign) -> Evidence {
    Evidence::since(Since::Date, of_date(&sign.shown).text, sign.url.to_string())
}

fn suspected(url: String, column: Option<&PageUrl>, values: BTreeMap<String, String>, evidence: Vec<Evidence>) -> Hit {
    Hit {
        url,
        target: None,
        column: column.map(ToString::to_string),
        certainty: Certainty::Suspected,
        values,
        evidence,
        occurrences: Vec::new(),
        occurrence_count: 0,
    }
}
/// The other side of a sign.
fn of_sign(sign: &DateSign) -> Vec<Evidence> {
    let column = sign.column.as_ref().map(ToString::to_string);
    match sign.kind {
        DateSignKind::Row => vec![evidence("quote", sign.quote.clone(), column), of_date(&sign.other)],
        DateSignKind::Tag | DateSignKind::Address => vec![evidence("quote", sign.quote.clone(), None), of_date(&sign.other)],
        DateSignKind::Late => vec![
            evidence("note", "@date-sign.list-then".to_owned(), column),
            evidence("quote", sign.quote.clone(), None),
            evidence("date", format!("@run-day {}", sign.other.date), None),
        ],
        DateSignKind::Redated => {
            vec![evidence("note", "@date-sign.text-then".to_owned(), Some(sign.quote.clone())), of_date(&sign.other)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{column, dated};
    use crate::audit::testing::{context, site, url};
    use crate::model::facts::DateSource;
    use crate::model::site::DateSigns;

    fn check() -> DateConflict {
        DateConflict {
            row_days: 2,
            tag_days: 7,
            address_days: 30,
            late_days: 10,
            filled_items: 5,
            redated_days: 7,
            address_classes: vec![ColumnClass::News],
            moved_articles: 5,
            ignore_classes: vec![ColumnClass::Interaction],
            ignore_names: Vec::new(),
        }
    }

    fn sign(kind: DateSignKind, folder: &str, shown: &str, other: &str) -> DateSign {
        DateSign {
            kind,
            url: url(&format!("http://gxt.example.gov.cn{folder}1.html")),
            title: "会议".into(),
            column: Some(url(&format!("http://gxt.example.gov.cn{folder}"))),
            shown: dated(shown, DateSource::Label),
            other: dated(other, DateSource::Row),
            quote: String::new(),
        }
    }

    fn found(signs: Vec<DateSign>, shared: u32) -> Vec<String> {
        let mut site = site();
        site.columns = vec![
            column("/gzdt/", ColumnClass::News, Vec::new()),
            column("/wj/", ColumnClass::Policy, Vec::new()),
            column("/yjzj/", ColumnClass::Interaction, Vec::new()),
        ];
        let day = dated("2026-11-20", DateSource::Url).date;
        site.dates = DateSigns { signs, judged: 9, shared_addresses: [(day, shared)].into() };
        let result = check().run(&site, &context());
        assert!(result.hits.iter().all(|hit| hit.certainty == Certainty::Suspected));
        result.hits.into_iter().map(|hit| hit.values["sign"].clone()).collect()
    }

    #[test]
    fn a_row_that_names_another_day_than_its_page_is_a_sign_and_midnight_is_not() {
        assert_eq!(found(vec![sign(DateSignKind::Row, "/gzdt/", "2026-08-01", "2026-11-20")], 1), ["@date-sign.row"]);
        assert!(found(vec![sign(DateSignKind::Row, "/gzdt/", "2026-11-19", "2026-11-20")], 1).is_empty());
        assert!(found(vec![sign(DateSignKind::Row, "/yjzj/", "2026-08-01", "2026-11-20")], 1).is_empty(), "a last day");
    }

    #[test]
    fn an_address_of_another_day_counts_for_news_unless_the_site_was_moved() {
        let of = |folder: &str| vec![sign(DateSignKind::Address, folder, "2026-08-01", "2026-11-20")];
        assert_eq!(found(of("/gzdt/"), 1), ["@date-sign.address"]);
        assert!(found(of("/wj/"), 1).is_empty(), "an old document that was put up later");
        assert!(found(of("/gzdt/"), 5).is_empty(), "all of them bear the day of the move");
    }

    fn late(nth: u32, shown: &str) -> DateSign {
        DateSign {
            url: url(&format!("http://gxt.example.gov.cn/gzdt/{nth}.html")),
            quote: "2026-09-28 调度会".into(),
            ..sign(DateSignKind::Late, "/gzdt/", shown, "2026-11-01")
        }
    }

    #[test]
    fn a_row_that_an_earlier_run_should_have_seen_is_a_sign_after_some_days() {
        assert_eq!(found(vec![late(1, "2026-10-10")], 1), ["@date-sign.late"]);
        assert!(found(vec![late(1, "2026-10-25")], 1).is_empty(), "published a week late");
        let document = DateSign { column: Some(url("http://gxt.example.gov.cn/wj/")), ..late(1, "2026-08-10") };
        assert!(found(vec![document], 1).is_empty(), "documents are put up later with good reason");
    }

    #[test]
    fn many_such_rows_of_one_column_are_one_finding_on_the_column() {
        let rows = (1..=6).map(|nth| late(nth, "2026-10-10")).collect();
        let mut site = site();
        site.columns = vec![column("/gzdt/", ColumnClass::News, Vec::new())];
        site.dates = DateSigns { signs: rows, judged: 9, shared_addresses: BTreeMap::new() };
        let hits = check().run(&site, &context()).hits;
        assert_eq!((hits.len(), hits[0].url.as_str()), (1, "http://gxt.example.gov.cn/gzdt/"));
        assert_eq!((hits[0].values["sign"].as_str(), hits[0].values["other"].as_str()), ("@filled 6", "2026-11-01"));
        let shown: Vec<&str> = hits[0].evidence.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(shown[..3], ["@date-sign.list-then", "2026-09-28 调度会", "@run-day 2026-11-01"]);
    }

    #[test]
    fn the_same_words_under_a_newer_date_are_a_sign() {
        let of = |shown: &str| vec![sign(DateSignKind::Redated, "/gzdt/", shown, "2026-08-01")];
        assert_eq!(found(of("2026-11-20"), 1), ["@date-sign.redated"]);
        assert!(found(of("2026-08-04"), 1).is_empty(), "corrected by some days");
        let moved = (1..=5)
            .map(|nth| DateSign {
                url: url(&format!("http://gxt.example.gov.cn/gzdt/{nth}.html")),
                ..sign(DateSignKind::Redated, "/gzdt/", "2026-11-20", "2026-08-01")
            })
            .collect();
        assert!(found(moved, 1).is_empty(), "all of them bear a new day: the site was moved");
    }
}
