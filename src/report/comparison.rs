//! Two reports of one crawl, each by its own standard, laid beside each other line by line; as data and as text.

use std::collections::BTreeSet;

use crate::model::comparison::{Comparison, Judged, Line, Outcome, SCHEMA, Side, SiteLine};
use crate::model::report::{IndicatorLine, Report, Site};
use crate::model::rule::Lang;

use super::RenderError;
use super::words::Words;

/// Compares two reports of the same run. A site or a line that only one of them has stands there with the other side empty.
pub fn compare(first: &Report, second: &Report, by: (Side, Side)) -> Comparison {
    let sites = first
        .sites
        .iter()
        .filter_map(|site| {
            let other = second.sites.iter().find(|other| other.url == site.url)?;
            Some(site_line(site, other))
        })
        .collect();
    Comparison {
        schema: SCHEMA.to_owned(),
        lang: first.lang.clone(),
        run: first.run.id.clone(),
        now: first.run.now.clone(),
        first: by.0,
        second: by.1,
        sites,
    }
}

fn site_line(first: &Site, second: &Site) -> SiteLine {
    let in_first = |id: &str| first.indicators.iter().any(|line| line.id == id);
    let of_both = first.indicators.iter().map(|line| (Some(line), second.indicators.iter().find(|other| other.id == line.id)));
    let of_second = second.indicators.iter().filter(|line| !in_first(&line.id)).map(|line| (None, Some(line)));
    let lines: Vec<Line> = of_both.chain(of_second).filter_map(|(first, second)| line(first, second)).collect();
    let outcome = |site: &Site| Outcome { verdict: site.verdict, score: site.score };
    let (before, after) = (outcome(first), outcome(second));
    SiteLine {
        host: first.host.clone(),
        name: first.name.clone(),
        differs: before != after || lines.iter().any(|line| line.differs),
        first: before,
        second: after,
        lines,
    }
}

fn line(first: Option<&IndicatorLine>, second: Option<&IndicatorLine>) -> Option<Line> {
    let named = first.or(second)?;
    let ids = |line: Option<&IndicatorLine>| -> BTreeSet<String> {
        line.into_iter().flat_map(|line| line.findings.iter().cloned()).collect()
    };
    let (of_first, of_second) = (ids(first), ids(second));
    let (before, after) = (first.map(judged), second.map(judged));
    Some(Line {
        id: named.id.clone(),
        name: named.name.clone(),
        differs: before != after || of_first != of_second,
        first: before,
        second: after,
        only_first: of_first.difference(&of_second).cloned().collect(),
        only_second: of_second.difference(&of_first).cloned().collect(),
    })
}

fn judged(line: &IndicatorLine) -> Judged {
    Judged {
        state: line.state,
        count: line.count,
        threshold: line.threshold,
        failed: line.failed,
        deducted: line.deducted,
        result: line.result.clone(),
    }
}

/// The comparison as JSON, with a line break at its end.
///
/// # Errors
/// [`RenderError::Json`].
pub fn json(comparison: &Comparison) -> Result<String, RenderError> {
    Ok(serde_json::to_string_pretty(comparison)? + "\n")
}

/// The comparison as text: a line for each indicator on which both agree, three for one on which they do not.
pub fn text(comparison: &Comparison) -> String {
    let words = Words::of(&comparison.lang);
    let mut out = String::new();
    let moment = words.moment(&comparison.now);
    let run = &comparison.run;
    line_of(
        &mut out,
        &match words.lang {
            Lang::Zh => format!("两套标准对比：巡查{run}，监测时间点{moment}，使用已存的抓取结果，未访问网站"),
            Lang::En => {
                format!("two standards compared: run {run}, monitoring time point {moment}; stored crawl, no request sent")
            }
        },
    );
    let (a, b) = (words.say("甲", "A"), words.say("乙", "B"));
    for (letter, side) in [(a, &comparison.first), (b, &comparison.second)] {
        line_of(&mut out, &format!("{letter}{}{}", words.say("：", ": "), side_text(side, words)));
    }
    for site in &comparison.sites {
        out.push('\n');
        let of = |outcome: &Outcome| verdict(outcome, words);
        let (first, second) = (of(&site.first), of(&site.second));
        let name = format!("{}{}", site.name, words.aside(&site.host));
        line_of(
            &mut out,
            &match words.lang {
                Lang::Zh => format!("{name}：甲{first}，乙{second}"),
                Lang::En => format!("{name}: A {first}, B {second}"),
            },
        );
        for line in &site.lines {
            indicator(&mut out, line, words);
        }
        line_of(&mut out, &sum(site, words));
    }
    out
}

fn side_text(side: &Side, words: Words) -> String {
    let Side { standard, name, profile, .. } = side;
    let dir = side.rules_dir.as_deref();
    match (words.lang, dir) {
        (Lang::Zh, Some(dir)) => format!("{name}（{standard}，类型{profile}，规则目录{dir}）"),
        (Lang::Zh, None) => format!("{name}（{standard}，类型{profile}，内置规则）"),
        (Lang::En, Some(dir)) => format!("{name} ({standard}, profile {profile}, rules of {dir})"),
        (Lang::En, None) => format!("{name} ({standard}, profile {profile}, built-in rules)"),
    }
}

fn verdict(outcome: &Outcome, words: Words) -> String {
    let verdict = words.verdict(outcome.verdict);
    match (outcome.score, words.lang) {
        (Some(score), Lang::Zh) => format!("{verdict}（{}分）", super::narrative::points(score)),
        (Some(score), Lang::En) => format!("{verdict} ({} points)", super::narrative::points(score)),
        (None, _) => verdict.to_owned(),
    }
}

fn indicator(out: &mut String, line: &Line, words: Words) {
    let colon = words.say("：", ": ");
    let said = |judged: &Option<Judged>| {
        judged.as_ref().map_or_else(|| words.say("无此项指标", "no such line").to_owned(), |judged| judged.result.clone())
    };
    if !line.differs {
        line_of(out, &format!("  = {} {}{colon}{}", line.id, line.name, said(&line.first)));
        return;
    }
    line_of(out, &format!("  ≠ {} {}", line.id, line.name));
    for (letter, judged, only) in
        [(words.say("甲", "A"), &line.first, &line.only_first), (words.say("乙", "B"), &line.second, &line.only_second)]
    {
        let only = match (only.len(), words.lang) {
            (0, _) => String::new(),
            (number, Lang::Zh) => format!("（另一方未计的{number}处）"),
            (number, Lang::En) => format!(" ({number} that the other does not count)"),
        };
        line_of(out, &format!("      {letter}{colon}{}{only}", said(judged)));
    }
}

fn sum(site: &SiteLine, words: Words) -> String {
    let differing = site.lines.iter().filter(|line| line.differs).count();
    let all = site.lines.len();
    match words.lang {
        Lang::Zh => format!("  指标{all}项，其中{differing}项结果不同"),
        Lang::En => format!("  {all} lines, {differing} of them differ"),
    }
}

/// Appends a line without the controls that a terminal would obey.
fn line_of(out: &mut String, text: &str) {
    out.extend(text.chars().filter(|c| !c.is_control()));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::{IndicatorState, Outlook, SiteVerdict};
    use crate::model::site::SiteKind;

    fn indicator_of(id: &str, count: u32, threshold: u32, findings: &[&str]) -> IndicatorLine {
        IndicatorLine {
            id: id.to_owned(),
            name: format!("指标{id}"),
            kind: "veto".to_owned(),
            criterion: String::new(),
            basis: String::new(),
            by_configuration: false,
            state: if count == 0 { IndicatorState::Clear } else { IndicatorState::Found },
            count,
            threshold: Some(threshold),
            failed: count >= threshold,
            holds_verdict: false,
            deducted: 0.0,
            findings: findings.iter().map(|id| (*id).to_owned()).collect(),
            result: format!("发现{count}处"),
        }
    }

    fn site(verdict: SiteVerdict, indicators: Vec<IndicatorLine>) -> Site {
        Site {
            host: "gxt.example.gov.cn".to_owned(),
            name: "门户网站".to_owned(),
            url: "http://gxt.example.gov.cn/".to_owned(),
            kind: SiteKind::Portal,
            office: None,
            pages: 1,
            requests: 1,
            columns: 1,
            verdict,
            score: None,
            indicators,
            outlook: Outlook::default(),
        }
    }

    fn compared() -> SiteLine {
        site_line(
            &site(SiteVerdict::Qualified, vec![indicator_of("V4a", 3, 5, &["a", "b", "c"]), indicator_of("T7", 0, 1, &[])]),
            &site(SiteVerdict::Unqualified, vec![indicator_of("V4a", 3, 3, &["a", "b", "d"]), indicator_of("L1", 0, 1, &[])]),
        )
    }

    #[test]
    fn lines_of_either_standard_stand_beside_each_other() {
        let site = compared();
        let ids: Vec<(&str, bool, bool)> =
            site.lines.iter().map(|line| (line.id.as_str(), line.first.is_some(), line.second.is_some())).collect();
        assert_eq!(ids, [("V4a", true, true), ("T7", true, false), ("L1", false, true)]);
        assert_eq!(
            (site.lines[0].only_first.as_slice(), site.lines[0].only_second.as_slice()),
            (&["c".to_owned()][..], &["d".to_owned()][..])
        );
        assert!(site.differs && site.lines.iter().all(|line| line.differs));
        let same = site_line(
            &crate::report::comparison::tests::site(SiteVerdict::Qualified, vec![indicator_of("V3", 0, 1, &[])]),
            &crate::report::comparison::tests::site(SiteVerdict::Qualified, vec![indicator_of("V3", 0, 1, &[])]),
        );
        assert!(!same.differs);
    }

    #[test]
    fn the_text_says_both_verdicts_and_where_they_differ() {
        let side = |dir: Option<&str>| Side {
            standard: "gov-2019".to_owned(),
            name: "检查指标".to_owned(),
            profile: "department".to_owned(),
            rules_dir: dir.map(str::to_owned),
        };
        let comparison = Comparison {
            schema: SCHEMA.to_owned(),
            lang: "zh".to_owned(),
            run: "20261124-090000".to_owned(),
            now: "2026-11-24T09:00:00+08:00".to_owned(),
            first: side(None),
            second: side(Some("my-rules")),
            sites: vec![compared()],
        };
        let text = text(&comparison);
        assert!(text.contains("门户网站（gxt.example.gov.cn）：甲合格，乙不合格"), "{text}");
        assert!(text.contains("  ≠ V4a 指标V4a\n      甲：发现3处（另一方未计的1处）\n"), "{text}");
        assert!(text.contains("  ≠ L1 指标L1\n      甲：无此项指标\n      乙：发现0处\n"), "{text}");
        assert!(text.contains("  指标3项，其中3项结果不同"), "{text}");
    }
}
