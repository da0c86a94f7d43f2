//! Puts the parts of an audit together to the one [`Report`] that every format renders.

use std::collections::BTreeMap;

use crate::model::finding::Finding;
use crate::model::report::{
    ColumnLine, IgnoreLine, IgnoreState, InterpretationLine, InterpretationState, InterpretationYear, Report, RuleLine, Run,
    SCHEMA, Site, TrendPoint,
};
use crate::model::rule::Lang;
use crate::model::run::{CrawlSummary, HostSummary, NotCovered, Reviewed, RunInfo};

use super::changes;
use super::words::Words;

/// Places of one dead target that a report carries; the whole number stands beside them.
pub const OCCURRENCES_MAX: usize = 50;

/// What an audit says, by value.
#[derive(Debug, Clone)]
pub struct Parts {
    pub lang: Lang,
    /// Official name of the standard in the report's language.
    pub standard_name: String,
    pub sites: Vec<Site>,
    pub columns: Vec<ColumnLine>,
    pub interpretations: Vec<InterpretationLine>,
    pub findings: Vec<Finding>,
    pub rules: Vec<RuleLine>,
    pub ignored: Vec<IgnoreLine>,
    /// Earlier judged runs of the same sites, oldest first.
    pub earlier: Vec<TrendPoint>,
    /// The report of the last of them.
    pub previous: Option<Box<Report>>,
}

/// The report of a run. Sites and indicators keep their order (the user's, the standard's); everything else is ordered here.
pub fn build(run: &RunInfo, parts: Parts) -> Report {
    let Parts {
        lang,
        standard_name,
        sites,
        mut columns,
        mut interpretations,
        mut findings,
        mut rules,
        ignored,
        earlier,
        previous,
    } = parts;
    findings.sort_by(|a, b| place(a).cmp(&place(b)));
    for finding in &mut findings {
        finding.occurrences.truncate(OCCURRENCES_MAX);
    }
    let rank = |host: &str| sites.iter().position(|site| site.host == host).unwrap_or(usize::MAX);
    columns.sort_by(|a, b| (rank(&a.site), &a.site, &a.url).cmp(&(rank(&b.site), &b.site, &b.url)));
    interpretations.sort_by(|a, b| {
        (rank(&a.site), &a.site, std::cmp::Reverse(&a.document.date), &a.document.url).cmp(&(
            rank(&b.site),
            &b.site,
            std::cmp::Reverse(&b.document.date),
            &b.document.url,
        ))
    });
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let words = Words { lang };
    let interpretation_years = years(&interpretations);
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        lang: words.say("zh", "en").to_owned(),
        unit: run.unit.clone(),
        run: run_of(run, standard_name, &ignored, words),
        sites,
        columns,
        interpretations,
        interpretation_years,
        findings,
        rules,
        ignored,
        reviews: Vec::new(),
        due: None,
        trend: earlier,
        changes: None,
    };
    report.trend.push(changes::point(&report));
    report.changes = previous.map(|previous| changes::changes(&report, &previous, run));
    report
}

/// Documents by year, the newest first.
fn years(lines: &[InterpretationLine]) -> Vec<InterpretationYear> {
    let mut by_year: BTreeMap<&str, InterpretationYear> = BTreeMap::new();
    for line in lines {
        let Some(year) = line.document.date.as_deref().and_then(|date| date.get(..4)) else { continue };
        let counted = by_year
            .entry(year)
            .or_insert_with(|| InterpretationYear { year: year.to_owned(), ..InterpretationYear::default() });
        let is_interpreted = u32::from(!line.matches.is_empty());
        if line.relayed {
            counted.relayed += 1;
            counted.relayed_interpreted += is_interpreted;
        } else if line.state != InterpretationState::NotRequired {
            counted.own += 1;
            counted.own_interpreted += is_interpreted;
            counted.own_late += u32::from(line.state == InterpretationState::Late);
        }
    }
    by_year.into_values().rev().collect()
}

/// Worst level first, then rule, site, url, target.
fn place(finding: &Finding) -> impl Ord + '_ {
    (std::cmp::Reverse(finding.level), &finding.rule, &finding.site, &finding.url, &finding.target, &finding.id)
}

fn run_of(run: &RunInfo, standard_name: String, ignored: &[IgnoreLine], words: Words) -> Run {
    let crawl = run.crawl.clone().unwrap_or_default();
    let mut not_covered = crawl.not_covered.clone();
    not_covered.sort();
    Run {
        id: run.id.clone(),
        started: run.started.clone(),
        finished: run.finished.clone().unwrap_or_else(|| run.started.clone()),
        now: run.now.clone(),
        tool_version: run.tool_version.clone(),
        standard: run.standard.clone(),
        standard_name,
        profile: run.profile.clone(),
        complete: crawl.complete,
        notes: notes(run, &crawl, &not_covered, ignored, words),
        not_covered,
        requests: crawl.requests,
        settings: run.settings.clone(),
        hosts: crawl.hosts,
    }
}

/// First one line for each entry of `not_covered`, in its order; then the further limits of the run.
fn notes(run: &RunInfo, crawl: &CrawlSummary, not_covered: &[NotCovered], ignored: &[IgnoreLine], words: Words) -> Vec<String> {
    let mut notes: Vec<String> = not_covered.iter().map(|entry| uncovered(run, entry, words)).collect();
    if run.crawl.is_none() {
        notes.push(words.say("本次检查没有巡查记录可用。", "No crawl is recorded for this run.").to_owned());
    }
    if crawl.interrupted {
        notes.push(
            words
                .say(
                    "检查中途停止，报告仅反映停止前已检查的内容。",
                    "The run was interrupted; the report covers what had been checked by then.",
                )
                .to_owned(),
        );
    }
    if !run.settings.robots_obeyed {
        notes.push(
            words
                .say(
                    "经检查方设置，本次检查未受 robots.txt 限制（检查对象为本单位所属网站）。",
                    "By setting of the inspecting unit, robots.txt was not obeyed in this run (the sites are its own).",
                )
                .to_owned(),
        );
    }
    if !run.settings.external_links && !not_covered.iter().any(|entry| entry.reason == "external-off") {
        notes.push(words.say("按设置，本次检查不包括站外链接。", "By setting, external links were not checked.").to_owned());
    }
    notes.extend(crawl.renderer.map(|fault| words.renderer(fault).to_owned()));
    notes.extend(crawl.hosts.iter().flat_map(|host| host_notes(host, words)));
    notes.extend(ignored.iter().map(|line| ignore_note(line, words)));
    notes
}

fn uncovered(run: &RunInfo, entry: &NotCovered, words: Words) -> String {
    let site = site_name(run, &entry.site, words);
    let reason = words.reason(&entry.reason);
    let whole_site = matches!(entry.reason.as_str(), "site-unreachable" | "site-blocked" | "home-elsewhere" | "home-no-page");
    match (words.lang, whole_site) {
        (Lang::Zh, true) => format!("{site}：{reason}，站内内容未能检查。"),
        (Lang::Zh, false) => format!("{site}：{reason}，涉及网址{}个。", entry.count),
        (Lang::En, true) => format!("{site}: {reason}; its content was not checked."),
        (Lang::En, false) => format!("{site}: {reason}; addresses concerned: {}.", entry.count),
    }
}

fn host_notes(host: &HostSummary, words: Words) -> Vec<String> {
    let mut notes = Vec::new();
    if host.robots == "unreachable" {
        notes.push(match words.lang {
            Lang::Zh => format!("{}：robots.txt 未能读取。", host.host),
            Lang::En => format!("{}: robots.txt could not be read.", host.host),
        });
    }
    if !host.certificate.is_empty() {
        let problems: Vec<String> = host.certificate.iter().map(|problem| certificate(problem, words)).collect();
        notes.push(match words.lang {
            Lang::Zh => format!("{}：HTTPS证书或加密协议存在问题（{}），页面仍已读取。", host.host, words.list(&problems)),
            Lang::En => format!(
                "{}: problems with the HTTPS certificate ({}); pages were read all the same.",
                host.host,
                words.list(&problems)
            ),
        });
    }
    if host.in_the_clear {
        notes.push(match words.lang {
            Lang::Zh => format!("{}：HTTPS访问失败，页面改由HTTP读取，请检查该站的HTTPS服务。", host.host),
            Lang::En => {
                format!("{}: https failed, and the pages were read over http; look after its https service.", host.host)
            }
        });
    }
    notes
}

/// What an entry of the ignore list did, so that nothing is set aside in silence.
fn ignore_note(line: &IgnoreLine, words: Words) -> String {
    if let Some(by) = &line.review {
        return review_note(line, by, words);
    }
    let word = line.word.as_deref().map(|word| words.say("“@”", "\"@\"").replace('@', word));
    let rule = line.rule.clone().filter(|_| word.is_none());
    let what: Vec<String> = [rule, word, line.url.clone()].into_iter().flatten().collect();
    let what = what.join(words.say("，", ", "));
    let (reason, count) = (&line.reason, line.count);
    let until = line.until.as_deref().map_or_else(
        || words.say("无截止日期", "no end date").to_owned(),
        |until| match words.lang {
            Lang::Zh => format!("截至{}", words.day(until)),
            Lang::En => format!("until {until}"),
        },
    );
    match (line.state, words.lang) {
        (IgnoreState::Applied, Lang::Zh) if line.word.is_some() => {
            format!("按忽略清单，{what}在{count}个页面上不作为错别字，理由：{reason}（{until}）。")
        }
        (IgnoreState::Applied, Lang::En) if line.word.is_some() => {
            format!("By the ignore list, {what} is not taken for a wrong word; pages: {count}; reason: {reason} ({until}).")
        }
        (IgnoreState::Applied, Lang::Zh) => {
            format!("按忽略清单（{what}），{count}个问题未列入报告，理由：{reason}（{until}）。")
        }
        (IgnoreState::Applied, Lang::En) => {
            format!("By the ignore list ({what}), findings set aside: {count}; reason: {reason} ({until}).")
        }
        (IgnoreState::Unused, Lang::Zh) => format!("忽略清单中的一条（{what}）在本次检查中未用到，请核对是否仍有必要。"),
        (IgnoreState::Unused, Lang::En) => {
            format!("An entry of the ignore list ({what}) fits no finding of this run; check whether it is still needed.")
        }
        (IgnoreState::Expired, Lang::Zh) => {
            format!("忽略清单中的一条（{what}）已过期（{until}），不再生效，涉及的{count}个问题已列入报告。")
        }
        (IgnoreState::Expired, Lang::En) => {
            format!(
                "An entry of the ignore list ({what}) has run out ({until}); the findings that it named are reported: {count}."
            )
        }
    }
}

/// What an office's word set aside, whose it is and why.
fn review_note(line: &IgnoreLine, by: &Reviewed, words: Words) -> String {
    let mark = words.mark(by.mark);
    let day = by.day.as_deref().map(|day| words.day(day)).unwrap_or_default();
    let by: Vec<String> = [by.person.clone(), day].into_iter().filter(|part| !part.is_empty()).collect();
    let (count, reason) = (line.count, line.reason.trim_end_matches('。'));
    match words.lang {
        Lang::Zh => format!("经责任处室核实为“{mark}”（{}），{count}个问题未列入报告，理由：{reason}。", by.join("，")),
        Lang::En => {
            format!("By the office's review “{mark}” ({}), findings set aside: {count}; reason: {reason}.", by.join(", "))
        }
    }
}

fn certificate(problem: &str, words: Words) -> String {
    match problem {
        "expired" => words.say("已过期", "expired"),
        "not-yet-valid" => words.say("尚未生效", "not yet valid"),
        "wrong-name" => words.say("与域名不符", "wrong name"),
        "old-tls" => words.say("加密协议版本过低", "an outdated version of TLS"),
        "weak-tls" => words.say("加密算法强度不足", "weak ciphers or keys"),
        "incomplete-chain" => words.say("证书链不完整", "incomplete chain"),
        "revoked" => words.say("已被吊销", "revoked"),
        "invalid" => words.say("证书无效", "invalid"),
        "unknown-issuer" => words.say("签发机构不受信任", "unknown issuer"),
        other => return other.to_owned(),
    }
    .to_owned()
}

fn site_name(run: &RunInfo, host: &str, words: Words) -> String {
    let mut named = run.sites.iter().filter(|site| site.url.host() == host || site.url.authority_str() == host);
    match (named.next(), named.next()) {
        (Some(site), None) => format!("{}{}", site.name, words.aside(host)),
        _ => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Certainty, Level};
    use crate::model::run::CrawlSettings;
    use crate::model::site::{Occurrence, SiteDecl, SiteKind};
    use crate::url::PageUrl;

    fn run_info() -> RunInfo {
        RunInfo {
            id: "20261124-090000".to_owned(),
            started: "2026-11-24T01:00:00Z".to_owned(),
            finished: Some("2026-11-24T01:42:00Z".to_owned()),
            now: "2026-11-24T09:00:00+08:00".to_owned(),
            tool_version: "0.1.0".to_owned(),
            unit: "某省工业和信息化厅".to_owned(),
            standard: "gov-2019".to_owned(),
            profile: "department".to_owned(),
            sites: vec![SiteDecl {
                url: PageUrl::parse("http://gxt.example.gov.cn/").unwrap(),
                name: "门户网站".to_owned(),
                kind: SiteKind::Portal,
                office: Some("办公室".to_owned()),
            }],
            columns: Vec::new(),
            ignores: Vec::new(),
            settings: CrawlSettings {
                robots_obeyed: true,
                requests_per_second: 5.0,
                timeout_seconds: 15,
                external_links: true,
                user_agent: "xuncha/0.1.0".to_owned(),
                max_pages: 100_000,
                max_minutes: 0,
            },
            crawl: Some(CrawlSummary { complete: true, requests: 120, ..CrawlSummary::default() }),
        }
    }

    fn finding(number: usize) -> Finding {
        Finding {
            id: format!("{number:012x}"),
            rule: "link.broken".to_owned(),
            rule_title: "站内链接失效".to_owned(),
            indicator: Some("link".to_owned()),
            level: Level::Deduct,
            verdict: Certainty::Confirmed,
            site: "gxt.example.gov.cn".to_owned(),
            url: format!("http://gxt.example.gov.cn/xwzx/gzdt/202611/t20261102_{number}.html"),
            target: Some(format!("http://gxt.example.gov.cn/zwgk/zcwj/gfxwj/202003/t20200318_{number}.html")),
            column: Some("工作动态".to_owned()),
            column_url: Some("http://gxt.example.gov.cn/xwzx/gzdt/".to_owned()),
            office: Some("综合处".to_owned()),
            message: format!("链接指向的页面不存在（HTTP 404），第{number}条。"),
            evidence: Vec::new(),
            occurrences: Vec::new(),
            occurrence_count: 0,
            first_seen: "2026-11-24T09:00:00+08:00".to_owned(),
            last_seen: "2026-11-24T09:00:00+08:00".to_owned(),
            runs_in_a_row: 1,
            advice: "更正或删除该链接。".to_owned(),
        }
    }

    fn parts(findings: Vec<Finding>) -> Parts {
        Parts {
            lang: Lang::Zh,
            standard_name: "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）".to_owned(),
            sites: Vec::new(),
            columns: Vec::new(),
            interpretations: Vec::new(),
            findings,
            rules: Vec::new(),
            ignored: Vec::new(),
            earlier: Vec::new(),
            previous: None,
        }
    }

    #[test]
    fn findings_stand_worst_first_whatever_order_they_came_in() {
        let mut veto = finding(3);
        veto.level = Level::Veto;
        veto.rule = "site.unreachable".to_owned();
        let one = build(&run_info(), parts(vec![finding(2), veto.clone(), finding(1)]));
        let other = build(&run_info(), parts(vec![finding(1), finding(2), veto]));
        assert_eq!(one, other);
        let ids: Vec<&str> = one.findings.iter().map(|f| f.id.trim_start_matches('0')).collect();
        assert_eq!(ids, ["3", "1", "2"]);
    }

    #[test]
    fn a_robots_override_is_said() {
        let mut run = run_info();
        assert!(build(&run, parts(Vec::new())).run.notes.is_empty());
        run.settings.robots_obeyed = false;
        let notes = build(&run, parts(Vec::new())).run.notes;
        assert_eq!(notes, ["经检查方设置，本次检查未受 robots.txt 限制（检查对象为本单位所属网站）。"]);
    }

    #[test]
    fn every_uncovered_entry_has_its_line_in_the_same_order() {
        let mut run = run_info();
        let entry = |reason: &str, count| NotCovered {
            site: "gxt.example.gov.cn".to_owned(),
            reason: reason.to_owned(),
            count,
            examples: Vec::new(),
        };
        run.crawl.as_mut().unwrap().not_covered = vec![entry("site-blocked", 1), entry("robots", 12)];
        let report = build(&run, parts(Vec::new()));
        assert_eq!(report.run.not_covered[0].reason, "robots");
        assert_eq!(
            report.run.notes,
            [
                "门户网站（gxt.example.gov.cn）：robots.txt 不允许访问，涉及网址12个。",
                "门户网站（gxt.example.gov.cn）：站点防护拦截，站内内容未能检查。",
            ]
        );
    }

    #[test]
    fn what_needs_a_browser_and_why_there_was_none_is_said_in_words() {
        use crate::model::run::RendererFault;
        for reason in ["needs-browser", "render-budget", "render-failed"] {
            for lang in [Lang::Zh, Lang::En] {
                assert_ne!(Words { lang }.reason(reason), reason);
            }
        }
        let mut run = run_info();
        for (fault, words) in [
            (RendererFault::NotBuilt, "不含此功能"),
            (RendererFault::Missing, "未找到浏览器"),
            (RendererFault::Broken, "未能正常运行"),
        ] {
            run.crawl.as_mut().unwrap().renderer = Some(fault);
            let notes = build(&run, parts(Vec::new())).run.notes;
            assert!(notes.iter().any(|note| note.contains(words)), "{notes:?}");
        }
    }

    #[test]
    fn no_skip_reason_is_left_without_words() {
        use crate::model::outcome::SkipReason;
        for reason in [
            SkipReason::Robots,
            SkipReason::PrivateAddress,
            SkipReason::PageBudget,
            SkipReason::TimeBudget,
            SkipReason::Interrupted,
            SkipReason::Excluded,
            SkipReason::AddressTooLong,
            SkipReason::TooDeep,
            SkipReason::EndlessSeries,
            SkipReason::HostPaused,
            SkipReason::ExternalOff,
        ] {
            let key = serde_json::to_value(reason).unwrap().as_str().unwrap().to_owned();
            for lang in ["zh", "en"] {
                assert_ne!(Words::of(lang).reason(&key), key, "{key} has no words");
            }
        }
        // what the crawl says besides
        for key in ["site-unreachable", "site-blocked", "home-elsewhere", "home-no-page", "robots-unreachable"] {
            for lang in ["zh", "en"] {
                assert_ne!(Words::of(lang).reason(key), key, "{key} has no words");
            }
        }
    }

    #[test]
    fn occurrences_are_bounded_and_their_number_is_kept() {
        let mut many = finding(1);
        many.occurrences = (0..80)
            .map(|i| Occurrence { url: format!("http://a.cn/{i}"), text: "更多".to_owned(), selector: "a".to_owned() })
            .collect();
        many.occurrence_count = 80;
        let report = build(&run_info(), parts(vec![many]));
        assert_eq!((report.findings[0].occurrences.len(), report.findings[0].occurrence_count), (50, 80));
    }
}
