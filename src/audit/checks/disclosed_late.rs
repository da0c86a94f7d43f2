//! `disclosed-late`: own documents that were published too many working days after their date (政府信息公开条例 第二十六条).

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;
use serde::Deserialize;

use super::columns::{evidence, of_date, values_of};
use super::{Check, CheckDef, Context, Need, from_params};
use crate::model::finding::{Certainty, CheckResult, Hit, Undetermined};
use crate::model::site::{PolicyPage, SiteFacts};

pub(super) const CHECK: CheckDef = CheckDef {
    name: "disclosed-late",
    placeholders: &["title", "made", "published", "days", "limit"],
    needs: &[Need::Home],
    build: from_params::<DisclosedLate>,
};

/// Fields of an index table that name the day of a document, and who made it.
const MADE: [&str; 4] = ["成文日期", "成文时间", "印发日期", "发文日期"];
const MAKERS: [&str; 8] = ["发文机关", "发文机构", "发文单位", "制发机关", "发布机构", "发布单位", "公开责任部门", "责任部门"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DisclosedLate {
    /// Working days from the document's day to its publication that are allowed.
    limit_working_days: i64,
    /// Days before the monitoring day within which it was published.
    within_days: i32,
}

impl Check for DisclosedLate {
    fn run(&self, site: &SiteFacts, context: &Context<'_>) -> CheckResult {
        let mut result = CheckResult::default();
        let owner = owner(site);
        for document in &site.documents {
            let Some((made, published)) = self.days(document, owner.as_deref(), context.today) else { continue };
            if (made.year()..=published.year()).any(|year| !context.calendar.knows(year)) {
                let what = Undetermined { url: document.url.to_string(), reason: "calendar-missing".into() };
                result.undetermined.push(what);
                continue;
            }
            result.judged += 1;
            let days = context.calendar.working_days(made, published);
            if days > self.limit_working_days {
                result.hits.push(self.hit(document, made, published, days));
            }
        }
        if result == CheckResult::default() {
            result.undetermined.push(Undetermined { url: String::new(), reason: "no-dated-documents".into() });
        }
        result
    }
}

impl DisclosedLate {
    /// Day of the document and of its publication, for the unit's own documents of the past year.
    fn days(&self, document: &PolicyPage, owner: Option<&str>, today: Date) -> Option<(Date, Date)> {
        let index = &document.facts.index;
        let maker = MAKERS.iter().find_map(|label| index.get(*label))?;
        let owner = owner?;
        if !(maker.contains(owner) || owner.contains(maker.trim())) {
            return None;
        }
        let made = MADE.iter().find_map(|label| index.get(*label)).and_then(|text| day(text))?;
        let published = document.date.as_ref()?.date;
        let is_recent = published.until(today).is_ok_and(|span| (0..=self.within_days).contains(&span.get_days()));
        (is_recent && made <= published).then_some((made, published))
    }

    fn hit(&self, document: &PolicyPage, made: Date, published: Date, days: i64) -> Hit {
        let label = MADE.iter().find_map(|label| Some(format!("{label}：{}", document.facts.index.get(*label)?)));
        let quote = evidence("quote", label.unwrap_or_default(), Some(document.url.to_string()));
        Hit {
            url: document.url.to_string(),
            target: None,
            column: document.column.as_ref().map(ToString::to_string),
            certainty: Certainty::Confirmed,
            values: values_of([
                ("title", document.title.clone()),
                ("made", made.to_string()),
                ("published", published.to_string()),
                ("days", days.to_string()),
                ("limit", self.limit_working_days.to_string()),
            ]),
            evidence: std::iter::once(quote).chain(document.date.as_ref().map(of_date)).collect(),
            occurrences: Vec::new(),
            occurrence_count: 0,
        }
    }
}

/// Who runs the site, by its footer.
fn owner(site: &SiteFacts) -> Option<String> {
    let home = site.home.as_ref().and_then(|home| home.facts.as_ref()).and_then(|facts| facts.marks.owner.as_ref());
    home.or(site.footer.owner.as_ref()).map(|mark| mark.value.trim().to_owned()).filter(|owner| owner.chars().count() >= 4)
}

fn day(text: &str) -> Option<Date> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"((?:19|20)\d{2})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})").expect("a constant pattern")
    });
    let found = DAY.captures(text)?;
    Date::new(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::columns::{calendar, policy};
    use crate::audit::testing::{context, site};
    use crate::model::facts::Mark;
    use crate::model::site::ColumnClass;

    #[test]
    fn the_twentieth_working_day_is_in_time_and_the_next_is_not() {
        let published = |made: &str, on: &str| {
            let mut site = site();
            let owner = Mark { value: "某省工业和信息化厅".into(), source: "text".into(), text: String::new() };
            site.home.as_mut().unwrap().facts.as_mut().unwrap().marks.owner = Some(owner);
            let mut document = policy(3, "/gfxwj/1.html", "某办法", Some(on), ColumnClass::Policy);
            document.facts.index =
                [("发文机关", "某省工业和信息化厅"), ("成文日期", made)].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
            site.documents = vec![document];
            let calendar = calendar();
            let check = DisclosedLate { limit_working_days: 20, within_days: 365 };
            let result = check.run(&site, &Context { calendar: &calendar, ..context() });
            assert_eq!(result.judged, 1);
            result.hits.first().map(|hit| hit.values["days"].clone())
        };
        // 25 to 27 September and 1 to 7 October are off, Sunday 20 September and Saturday 10 October are worked.
        assert_eq!(published("2026年9月10日", "2026-10-14"), None);
        assert_eq!(published("2026年9月10日", "2026-10-15").as_deref(), Some("21"));
        assert_eq!(published("2026年9月10日", "2026-09-10"), None, "the same day");
    }

    #[test]
    fn days_are_read_in_every_spelling() {
        assert_eq!(day("2026年8月4日"), Some(jiff::civil::date(2026, 8, 4)));
        assert_eq!(day("2026-08-04 10:00"), Some(jiff::civil::date(2026, 8, 4)));
        assert_eq!(day("第28号"), None);
    }
}
