//! The outlook in sentences: how much of each veto is used, when the verdict changes if nothing is published, and what is to be
//! mended first. The summary, HTML, DOCX and Markdown set the same ones.

use std::collections::BTreeMap;

use crate::model::report::{Duty, DutyState, Mending, Report, Site, SiteVerdict, Trip, VetoOutlook, Warning};
use crate::model::rule::Lang;

use super::rows::rows;
use super::words::Words;

/// Findings to be mended that a sentence names, by their numbers in the list.
const NUMBERS_NAMED: usize = 8;
/// Things to come that a sentence names.
const TRIPS_NAMED: usize = 4;

/// One paragraph a site, for those of which there is something to say.
pub(crate) fn paragraphs(report: &Report) -> Vec<String> {
    let words = Words::of(&report.lang);
    let wanted = report.sites.iter().any(|site| site.outlook.mending.is_some());
    let numbers: BTreeMap<&str, usize> = rows(report).filter(|_| wanted).map(|row| (row.finding.id.as_str(), row.no)).collect();
    report.sites.iter().filter_map(|site| paragraph(site, &numbers, words)).collect()
}

/// `numbers`: of the findings, by their ids.
fn paragraph(site: &Site, numbers: &BTreeMap<&str, usize>, words: Words) -> Option<String> {
    let outlook = &site.outlook;
    let mut sentences: Vec<String> = Vec::new();
    let used: Vec<String> = outlook.vetoes.iter().filter(|line| line.used > 0).map(|line| used(line, words)).collect();
    if !used.is_empty() {
        sentences.push(match words.lang {
            Lang::Zh => format!("单项否决计数：{}", used.join("；")),
            Lang::En => format!("counted toward vetoes: {}", used.join("; ")),
        });
    }
    sentences.extend(outlook.mending.as_ref().map(|mending| mend(mending, numbers, words)));
    sentences.extend(turning(site, words));
    if !outlook.warnings.is_empty() {
        let reached: Vec<String> = outlook.warnings.iter().map(|warning| warned(warning, words)).collect();
        sentences.push(match words.lang {
            Lang::Zh => format!("已达到提前预警值：{}", reached.join("；")),
            Lang::En => format!("levels of early warning reached: {}", reached.join("; ")),
        });
    }
    if !outlook.duties.is_empty() {
        let duties: Vec<String> = outlook.duties.iter().map(|duty| owed(duty, words)).collect();
        sentences.push(match words.lang {
            Lang::Zh => format!("临近公开期限的事项：{}", duties.join("；")),
            Lang::En => format!("due soon: {}", duties.join("; ")),
        });
    }
    if sentences.is_empty() {
        return None;
    }
    Some(match words.lang {
        Lang::Zh => format!("“{}”{}。", site.name, sentences.join("。")),
        Lang::En => {
            let further = sentences.iter().skip(1).map(|sentence| format!(". {}", capital(sentence)));
            format!("{}: {}{}.", site.name, sentences.first().map_or("", String::as_str), further.collect::<String>())
        }
    })
}

fn capital(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// One paper that must be there by a day to come, as a sentence without its end.
pub(super) fn owed(duty: &Duty, words: Words) -> String {
    let (name, year, day, left) = (&duty.name, duty.year, words.day(&duty.due), duty.days_left);
    match words.lang {
        Lang::Zh => {
            let by = if duty.customary { "按惯例应于" } else { "应于" };
            let left = if left == 0 { "今日到期".to_owned() } else { format!("剩余{left}天") };
            let state = match duty.state {
                DutyState::NotFound => "尚未发现",
                DutyState::Undetermined => "往年的也未读到，未能判定是否已公开",
            };
            format!("{year}年{name}{by}{day}前（含当日）公开，{left}，{state}")
        }
        Lang::En => {
            let by = if duty.customary { "by custom until" } else { "until" };
            let state = match duty.state {
                DutyState::NotFound => "not found yet",
                DutyState::Undetermined => "none of any year was read, so it is not known whether it is there",
            };
            format!("{name} of {year} ({by} {day}, {left} day(s) left): {state}")
        }
    }
}

fn used(line: &VetoOutlook, words: Words) -> String {
    match (words.lang, line.failed) {
        (Lang::Zh, true) => format!("“{}”已有{}处，达到{}处即触发，已触发", line.name, line.used, line.threshold),
        (Lang::Zh, false) => format!("“{}”已有{}处，达到{}处即触发", line.name, line.used, line.threshold),
        (Lang::En, true) => format!("{}: {} of {}, fallen", line.name, line.used, line.threshold),
        (Lang::En, false) => format!("{}: {} of {}", line.name, line.used, line.threshold),
    }
}

fn mend(mending: &Mending, numbers: &BTreeMap<&str, usize>, words: Words) -> String {
    let number = mending.findings.len();
    let mut nos: Vec<usize> = mending.findings.iter().filter_map(|id| numbers.get(id.as_str()).copied()).collect();
    nos.sort_unstable();
    let mut named: Vec<String> = nos.iter().take(NUMBERS_NAMED).map(ToString::to_string).collect();
    if number > NUMBERS_NAMED {
        named.push("…".to_owned());
    }
    let named = words.list(&named).replace("、…", "…");
    match (words.lang, mending.verdict) {
        (Lang::Zh, SiteVerdict::Qualified) => format!("整改这{number}项后结论变为合格（问题清单第{named}项）"),
        (Lang::Zh, _) => {
            format!("整改这{number}项后不再触发单项否决（问题清单第{named}项），因尚有指标未能判定，结论变为未能判定")
        }
        (Lang::En, SiteVerdict::Qualified) => {
            format!("once {number} are mended the verdict becomes qualified (no. {named} of the list)")
        }
        (Lang::En, _) => {
            format!(
                "once {number} are mended no veto falls (no. {named} of the list); other indicators leave the verdict undetermined"
            )
        }
    }
}

/// The day on which the verdict changes if nothing is published, by which line, and what comes first.
fn turning(site: &Site, words: Words) -> Option<String> {
    let outlook = &site.outlook;
    let day = outlook.unqualified_on.as_deref()?;
    let lines: Vec<&VetoOutlook> = outlook.vetoes.iter().filter(|line| line.falls_on.as_deref() == Some(day)).collect();
    let names: Vec<String> = lines
        .iter()
        .map(|line| match words.lang {
            Lang::Zh => format!("“{}”", line.name),
            Lang::En => line.name.clone(),
        })
        .collect();
    let mut next: Vec<&Trip> = lines.iter().flat_map(|line| &line.next).collect();
    next.dedup();
    let next: Vec<String> = next
        .iter()
        .take(TRIPS_NAMED)
        .map(|trip| match words.lang {
            Lang::Zh => format!("“{}”{}", trip.what, words.day(&trip.on)),
            Lang::En => format!("{} on {}", trip.what, words.day(&trip.on)),
        })
        .collect();
    Some(match words.lang {
        Lang::Zh => format!(
            "如不发布新的信息，{}起将触发{}，结论变为不合格；最先到期的为{}",
            words.day(day),
            names.concat(),
            words.list(&next)
        ),
        Lang::En => format!(
            "if nothing is published, the verdict becomes unqualified on {} ({}); first to be late: {}",
            words.day(day),
            words.list(&names),
            words.list(&next)
        ),
    })
}

fn warned(warning: &Warning, words: Words) -> String {
    let value = super::narrative::points(warning.value);
    let limit = super::narrative::points(warning.limit);
    match (warning.level.as_str(), words.lang) {
        ("home-days", Lang::Zh) => format!("首页已{value}天未更新（预警值{limit}天）"),
        ("home-days", Lang::En) => format!("home page not updated for {value} days (level {limit})"),
        ("empty-columns", Lang::Zh) => format!("空白栏目{value}个（预警值{limit}个）"),
        ("empty-columns", Lang::En) => format!("{value} empty columns (level {limit})"),
        ("stale-columns", Lang::Zh) => format!("不更新栏目{value}个（预警值{limit}个）"),
        ("stale-columns", Lang::En) => format!("{value} late columns (level {limit})"),
        ("unreachable-percent", Lang::Zh) => format!("监测打不开的次数占{value}%（预警值{limit}%）"),
        (_, Lang::Zh) => format!("{}为{value}（预警值{limit}）", warning.level),
        ("unreachable-percent", Lang::En) => format!("{value} % of probes did not open (level {limit} %)"),
        (_, Lang::En) => format!("{}: {value} (level {limit})", warning.level),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Outlook;
    use crate::model::site::SiteKind;

    fn site(outlook: Outlook) -> Site {
        Site {
            host: "gxt.example.gov.cn".to_owned(),
            name: "门户网站".to_owned(),
            url: "http://gxt.example.gov.cn/".to_owned(),
            kind: SiteKind::Portal,
            office: None,
            pages: 1,
            requests: 1,
            columns: 1,
            verdict: SiteVerdict::Qualified,
            score: None,
            indicators: Vec::new(),
            outlook,
        }
    }

    fn veto(used: u32, falls_on: Option<&str>) -> VetoOutlook {
        VetoOutlook {
            indicator: "V4c".to_owned(),
            name: "空白栏目".to_owned(),
            used,
            threshold: 5,
            failed: used >= 5,
            falls_on: falls_on.map(str::to_owned),
            next: vec![Trip { on: "2026-12-03".to_owned(), what: "工作动态".to_owned(), url: String::new() }],
        }
    }

    #[test]
    fn the_countdown_names_the_day_the_line_and_what_is_late_first() {
        let outlook = Outlook {
            vetoes: vec![veto(3, Some("2026-12-05"))],
            unqualified_on: Some("2026-12-05".to_owned()),
            warnings: vec![Warning { level: "empty-columns".to_owned(), value: 3.0, limit: 2.0 }],
            ..Outlook::default()
        };
        assert_eq!(
            paragraph(&site(outlook), &BTreeMap::new(), Words::of("zh")).unwrap(),
            "“门户网站”单项否决计数：“空白栏目”已有3处，达到5处即触发。如不发布新的信息，2026年12月5日起将触发“空白栏目”，\
             结论变为不合格；最先到期的为“工作动态”2026年12月3日。已达到提前预警值：空白栏目3个（预警值2个）。"
        );
    }

    #[test]
    fn what_is_due_soon_is_told_with_its_day_and_no_more_is_claimed_than_was_seen() {
        let duty = |state, customary| Duty {
            rule: "disclosure.annual-report".to_owned(),
            name: "政府信息公开年度报告".to_owned(),
            year: 2026,
            due: "2027-01-31".to_owned(),
            days_left: 16,
            customary,
            state,
        };
        let outlook = Outlook {
            duties: vec![duty(DutyState::NotFound, false), duty(DutyState::Undetermined, true)],
            ..Outlook::default()
        };
        assert_eq!(
            paragraph(&site(outlook), &BTreeMap::new(), Words::of("zh")).unwrap(),
            "“门户网站”临近公开期限的事项：2026年政府信息公开年度报告应于2027年1月31日前（含当日）公开，剩余16天，尚未发现；\
             2026年政府信息公开年度报告按惯例应于2027年1月31日前（含当日）公开，剩余16天，往年的也未读到，未能判定是否已公开。"
        );
    }

    #[test]
    fn what_to_mend_is_counted_and_named_and_nothing_is_said_of_a_site_without_any() {
        let mending = Mending { findings: vec!["a1".to_owned(), "b2".to_owned()], verdict: SiteVerdict::Qualified };
        let outlook = Outlook { vetoes: vec![veto(6, None)], mending: Some(mending), ..Outlook::default() };
        let numbers = BTreeMap::from([("a1", 17), ("b2", 4), ("c3", 5)]);
        let text = paragraph(&site(outlook.clone()), &numbers, Words::of("zh")).unwrap();
        assert!(text.contains("整改这2项后结论变为合格（问题清单第4、17项）"), "{text}");
        assert!(
            paragraph(&site(outlook), &numbers, Words::of("en"))
                .unwrap()
                .contains("Once 2 are mended the verdict becomes qualified (no. 4, 17 of the list)")
        );
        assert_eq!(paragraph(&site(Outlook::default()), &numbers, Words::of("zh")), None);
    }
}
