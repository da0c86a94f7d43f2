//! `date-conflict`: an article whose row, page, tag and address name different days.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::columns::{evidence, of_date, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Evidence, Hit};
use crate::model::site::{ColumnClass, DateSign, DateSignKind, SiteFacts};

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
        // The strongest sign of each page leads, the others stand beside it.
        let mut by_page: BTreeMap<&str, Vec<&DateSign>> = BTreeMap::new();
        for sign in site.dates.signs.iter().filter(|sign| is_past(sign) && self.counts(site, sign)) {
            by_page.entry(sign.url.as_str()).or_default().push(sign);
        }
        let hits = by_page.into_values().filter_map(|signs| hit(&signs)).collect();
        CheckResult { judged: site.dates.judged, hits, undetermined: Vec::new() }
    }
}

impl DateConflict {
    fn counts(&self, site: &SiteFacts, sign: &DateSign) -> bool {
        let column = sign.column.as_ref().and_then(|at| site.columns.iter().find(|column| column.url == *at));
        let is_ignored = column.is_some_and(|column| {
            self.ignore_classes.contains(&column.class)
                || self.ignore_names.iter().any(|word| column.name.contains(word.as_str()))
        });
        let limit = match sign.kind {
            DateSignKind::Row => self.row_days,
            DateSignKind::Tag => self.tag_days,
            DateSignKind::Address => {
                let shared = site.dates.shared_addresses.get(&sign.other.date).copied().unwrap_or(0);
                let is_news = column.is_some_and(|column| self.address_classes.contains(&column.class));
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
    let mut shown = vec![evidence("quote", lead.title.clone(), Some(lead.url.to_string())), of_date(&lead.shown)];
    shown.extend(signs.iter().flat_map(|sign| of_sign(sign)));
    Some(Hit {
        url: lead.url.to_string(),
        target: None,
        column: lead.column.as_ref().map(ToString::to_string),
        certainty: Certainty::Suspected,
        values: values_of([
            ("title", lead.title.clone()),
            ("sign", format!("@date-sign.{}", lead.kind.key())),
            ("date", lead.shown.date.to_string()),
            ("other", lead.other.date.to_string()),
            ("days", lead.days().to_string()),
        ]),
        evidence: shown,
        occurrences: Vec::new(),
        occurrence_count: 0,
    })
}

fn of_sign(sign: &DateSign) -> [Evidence; 2] {
    let url = sign.column.as_ref().filter(|_| sign.kind == DateSignKind::Row);
    [evidence("quote", sign.quote.clone(), url.map(ToString::to_string)), of_date(&sign.other)]
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
}
