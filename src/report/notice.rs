//! The notice after a run: what is new, what is mended, what comes due. Not everything again.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;

use crate::model::report::{ColumnState, Duty, FindingLine, Report, Site, SiteVerdict, TrendPoint};
use crate::model::rule::Lang;

use super::narrative::Counts;
use super::plain::is_dropped;
use super::words::Words;

pub const SCHEMA: &str = "xuncha-notice/1";
/// Entries of one list; further ones are counted.
const ENTRIES_MAX: usize = 200;
/// Characters of one entry's text.
const ENTRY_CHARS: usize = 120;
/// Days before a column goes stale on which it is named again.
const LAST_CALL_DAYS: i64 = 1;
/// Days before a paper is due on which it is news again.
const DUTY_STEPS: [i64; 5] = [30, 14, 7, 3, 1];

/// What is told. Its JSON form goes to webhooks of the kind `json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Always `xuncha-notice/1`.
    pub schema: &'static str,
    pub subject: String,
    pub unit: String,
    pub run: String,
    /// The monitoring time point.
    pub now: String,
    /// That of the run it is compared with; null: the first run.
    pub compared_with: Option<String>,
    pub complete: bool,
    pub sites: Vec<SiteLine>,
    pub new_count: usize,
    /// At most 200, worst first; empty in the first run.
    pub new: Vec<FindingLine>,
    pub fixed_count: usize,
    pub fixed: Vec<FindingLine>,
    pub persisting_count: u32,
    /// To be checked by a person.
    pub to_check_count: usize,
    /// Soonest first.
    pub due: Vec<Due>,
    /// Papers that statutes ask for by a day to come, soonest first.
    pub duties: Vec<DutyLine>,
    pub link: Option<String>,
    /// Something that the receivers do not know yet.
    pub is_news: bool,
    #[serde(skip)]
    words: Lines,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteLine {
    pub host: String,
    pub name: String,
    pub verdict: SiteVerdict,
    /// Where it was another in the previous run.
    pub was: Option<SiteVerdict>,
}

/// A column that goes stale soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    pub site: String,
    pub name: String,
    pub url: String,
    pub office: Option<String>,
    /// ISO date.
    pub trips_on: String,
    pub days_left: i64,
    /// It was not yet so near in the previous run.
    pub is_new: bool,
}

/// A paper that must be there by a day to come, and is not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyLine {
    pub site: String,
    /// The office that answers for the site.
    pub office: Option<String>,
    pub name: String,
    pub year: i16,
    /// ISO date.
    pub due: String,
    pub days_left: u32,
    /// In words.
    pub text: String,
    /// It was not known, or the day has come nearer by one of the steps on which it is told again.
    pub is_new: bool,
}

/// The notice as text: the head, always whole; then entries as far as there is room; then the foot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Lines {
    head: Vec<String>,
    entries: Vec<String>,
    foot: Vec<String>,
    more: &'static str,
}

/// The notice of a run. Columns that go stale within `due_days` are named.
pub fn notice(report: &Report, due_days: u32, link: Option<&str>) -> Notice {
    let words = Words::of(&report.lang);
    let previous = report.changes.as_ref().and_then(|changes| report.trend.iter().find(|point| point.run == changes.run));
    let sites = sites(report, previous);
    let due = due(report, due_days);
    let duties = duties(report, words);
    let counts = Counts::of(&report.findings);
    let (new, fixed) = (new(report), fixed(report));
    let changes = report.changes.clone().unwrap_or_default();
    let mut notice = Notice {
        schema: SCHEMA,
        subject: subject(report, &changes, words),
        unit: report.unit.clone(),
        run: report.run.id.clone(),
        now: report.run.now.clone(),
        compared_with: report.changes.as_ref().map(|changes| changes.now.clone()),
        complete: report.run.complete,
        is_news: is_news(report, previous, &sites, &due) || duties.iter().any(|duty| duty.is_new),
        sites,
        new_count: if report.changes.is_some() { changes.new.len() } else { counts.confirmed() },
        new,
        fixed_count: changes.fixed.len(),
        fixed,
        persisting_count: changes.persisting,
        to_check_count: counts.to_check(),
        due,
        duties,
        link: link.map(str::to_owned),
        words: Lines::default(),
    };
    notice.words = lines(&notice, counts, words);
    notice
}

impl Notice {
    /// The text, at most `bytes_max` bytes long where the head alone is no longer: entries that find no room are counted.
    pub fn text(&self, bytes_max: usize) -> String {
        let Lines { head, entries, foot, more } = &self.words;
        let foot = foot.join("\n");
        let more_for = |left: usize| more.replace('#', &left.to_string());
        let mut text = head.join("\n");
        let room = bytes_max.saturating_sub(foot.len() + more_for(entries.len()).len() + 2);
        for (at, entry) in entries.iter().enumerate() {
            if text.len() + 1 + entry.len() > room {
                text.push('\n');
                text.push_str(&more_for(entries.len() - at));
                break;
            }
            text.push('\n');
            text.push_str(entry);
        }
        if !foot.is_empty() {
            text.push('\n');
            text.push_str(&foot);
        }
        cut(text, bytes_max)
    }
}

/// Whole characters only.
fn cut(text: String, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text;
    }
    let mut short = String::new();
    for c in text.chars() {
        if short.len() + c.len_utf8() > bytes_max {
            break;
        }
        short.push(c);
    }
    short
}

fn is_news(report: &Report, previous: Option<&TrendPoint>, sites: &[SiteLine], due: &[Due]) -> bool {
    let Some(changes) = &report.changes else { return true };
    !changes.new.is_empty()
        || !changes.fixed.is_empty()
        || sites.iter().any(|site| site.was.is_some())
        || due.iter().any(|due| due.is_new || due.days_left <= LAST_CALL_DAYS)
        || !report.run.complete && previous.is_none_or(|previous| previous.complete)
}

fn sites(report: &Report, previous: Option<&TrendPoint>) -> Vec<SiteLine> {
    let was = |host: &str, verdict| {
        previous.and_then(|previous| previous.verdicts.get(host).copied()).filter(|before| *before != verdict)
    };
    report
        .sites
        .iter()
        .map(|site| SiteLine {
            host: site.host.clone(),
            name: site.name.clone(),
            verdict: site.verdict,
            was: was(&site.host, site.verdict),
        })
        .collect()
}

/// The report's findings stand worst first.
fn new(report: &Report) -> Vec<FindingLine> {
    let Some(changes) = &report.changes else { return Vec::new() };
    let ids: std::collections::BTreeSet<&str> = changes.new.iter().map(String::as_str).collect();
    report
        .findings
        .iter()
        .filter(|finding| ids.contains(finding.id.as_str()))
        .take(ENTRIES_MAX)
        .map(FindingLine::from)
        .collect()
}

fn fixed(report: &Report) -> Vec<FindingLine> {
    let lines = report.changes.iter().flat_map(|changes| &changes.fixed);
    lines.take(ENTRIES_MAX).cloned().collect()
}

fn due(report: &Report, due_days: u32) -> Vec<Due> {
    let Some(today) = day(&report.run.now) else { return Vec::new() };
    let before = report.changes.as_ref().and_then(|changes| day(&changes.now));
    let left = |on: Date, from: Date| i64::from((on - from).get_days());
    let mut due: Vec<Due> = report
        .columns
        .iter()
        .filter(|column| matches!(column.state, ColumnState::Fresh | ColumnState::DueSoon))
        .filter_map(|column| {
            let on: Date = column.trips_on.as_deref()?.parse().ok()?;
            let days_left = left(on, today);
            (0..=i64::from(due_days)).contains(&days_left).then(|| Due {
                site: column.site.clone(),
                name: column.name.clone(),
                url: column.url.clone(),
                office: column.office.clone(),
                trips_on: on.to_string(),
                days_left,
                is_new: before.is_none_or(|before| left(on, before) > i64::from(due_days)),
            })
        })
        .collect();
    due.sort_by(|a, b| (a.days_left, &a.url).cmp(&(b.days_left, &b.url)));
    due
}

/// Told when first known and then by steps, not every night.
fn duties(report: &Report, words: Words) -> Vec<DutyLine> {
    let before = report.changes.as_ref().and_then(|changes| day(&changes.now));
    let is_new = |due: &str, left: u32| {
        let (Some(before), Ok(due)) = (before, due.parse::<Date>()) else { return true };
        let then = i64::from((due - before).get_days());
        DUTY_STEPS.iter().any(|step| i64::from(left) <= *step && *step < then)
    };
    let of_site = |site: &Site| {
        let line = |duty: &Duty| DutyLine {
            site: site.host.clone(),
            office: site.office.clone(),
            name: duty.name.clone(),
            year: duty.year,
            due: duty.due.clone(),
            days_left: duty.days_left,
            text: super::outlook::owed(duty, words),
            is_new: is_new(&duty.due, duty.days_left),
        };
        site.outlook.duties.iter().map(line).collect::<Vec<_>>()
    };
    let mut lines: Vec<DutyLine> = report.sites.iter().flat_map(of_site).collect();
    lines.sort_by(|a, b| (&a.due, &a.site, &a.name).cmp(&(&b.due, &b.site, &b.name)));
    lines
}

/// Beijing time.
fn day(now: &str) -> Option<Date> {
    let beijing = TimeZone::fixed(Offset::constant(8));
    now.parse::<Timestamp>().ok().map(|at| at.to_zoned(beijing).date())
}

fn subject(report: &Report, changes: &crate::model::report::Changes, words: Words) -> String {
    let unit = clean(&report.unit, ENTRY_CHARS);
    let fallen = report.sites.iter().filter(|site| site.verdict == SiteVerdict::Unqualified).count();
    let mut parts = vec![match (report.changes.is_some(), words.lang) {
        (true, Lang::Zh) => format!("新增{}处，已消除{}处", changes.new.len(), changes.fixed.len()),
        (true, Lang::En) => format!("{} new, {} mended", changes.new.len(), changes.fixed.len()),
        (false, _) => words.say("首次巡查结果", "first run").to_owned(),
    }];
    if fallen > 0 {
        parts.push(words.fill("#个网站不合格", "# site(s) unqualified", fallen));
    }
    if !report.run.complete {
        parts.push(words.say("检查不完整", "incomplete").to_owned());
    }
    match words.lang {
        Lang::Zh => format!("网站巡查通知：{unit}（{}）", parts.join("，")),
        Lang::En => format!("Website inspection: {unit} ({})", parts.join(", ")),
    }
}

fn lines(notice: &Notice, counts: Counts, words: Words) -> Lines {
    let mut head = vec![notice.subject.clone()];
    head.push(format!("{}{}", words.say("监测时间点：", "Monitoring time point: "), words.moment(&notice.now)));
    for site in &notice.sites {
        let was = site.was.map(|was| match words.lang {
            Lang::Zh => format!("（上次{}）", words.verdict(was)),
            Lang::En => format!(" (was {})", words.verdict(was)),
        });
        let colon = words.say("：", ": ");
        head.push(format!("{}{colon}{}{}", clean(&site.name, 40), words.verdict(site.verdict), was.unwrap_or_default()));
    }
    head.push(totals(notice, counts, words));
    // a blank line above each list
    let mut entries = Vec::new();
    if !notice.new.is_empty() {
        entries.push(words.say("\n新增问题：", "\nNew:").to_owned());
        entries.extend(notice.new.iter().zip(1..).map(|(entry, no)| entry_line(entry, no, words)));
    }
    if !notice.due.is_empty() {
        entries.push(words.say("\n即将超期的栏目：", "\nColumns due soon:").to_owned());
        entries.extend(notice.due.iter().zip(1..).map(|(due, no)| due_line(due, no, words)));
    }
    if !notice.duties.is_empty() {
        entries.push(words.say("\n临近公开期限的事项：", "\nPapers due soon:").to_owned());
        entries.extend(notice.duties.iter().zip(1..).map(|(duty, no)| {
            let office = duty.office.as_deref().map(|office| words.aside(&clean(office, 20))).unwrap_or_default();
            format!("{no}. {}{office} {}", clean(&duty.text, ENTRY_CHARS), duty.site)
        }));
    }
    if !notice.fixed.is_empty() {
        entries.push(words.say("\n已消除的问题：", "\nMended:").to_owned());
        entries.extend(notice.fixed.iter().zip(1..).map(|(entry, no)| entry_line(entry, no, words)));
    }
    let foot = notice.link.iter().map(|link| format!("{}{link}", words.say("\n报告：", "\nReports: "))).collect();
    Lines { head, entries, foot, more: words.say("……另有#行，见报告", "… # more lines, see the report") }
}

fn totals(notice: &Notice, counts: Counts, words: Words) -> String {
    let mut parts = match (&notice.compared_with, words.lang) {
        (Some(before), Lang::Zh) => vec![format!(
            "与上次（{}）相比，新增问题{}处，已消除{}处，仍存在{}处",
            words.day(before),
            notice.new_count,
            notice.fixed_count,
            notice.persisting_count
        )],
        (Some(before), Lang::En) => vec![format!(
            "Since {}: {} new, {} mended, {} still there",
            words.day(before),
            notice.new_count,
            notice.fixed_count,
            notice.persisting_count
        )],
        (None, Lang::Zh) => vec![format!(
            "发现问题{}处：单项否决类{}处、扣分类{}处、提示类{}处",
            counts.confirmed(),
            counts.veto,
            counts.deduct,
            counts.advice
        )],
        (None, Lang::En) => vec![format!(
            "{} problem(s): {} veto, {} deduction, {} advice",
            counts.confirmed(),
            counts.veto,
            counts.deduct,
            counts.advice
        )],
    };
    if notice.to_check_count > 0 {
        parts.push(words.fill("另有#处待人工核实", "# more to be checked by a person", notice.to_check_count));
    }
    if !notice.complete {
        parts.push(words.say("检查不完整，见报告说明", "the run is incomplete, see its report").to_owned());
    }
    parts.join(words.say("；", "; ")) + words.say("。", ".")
}

fn entry_line(entry: &FindingLine, no: usize, words: Words) -> String {
    let office = entry.office.as_deref().map(|office| words.aside(&clean(office, 20))).unwrap_or_default();
    let level = words.level(entry.level);
    let message = clean(&entry.message, ENTRY_CHARS);
    match words.lang {
        Lang::Zh => format!("{no}.【{level}】{message}{office} {}", clean(&entry.url, 200)),
        Lang::En => format!("{no}. [{level}] {message}{office} {}", clean(&entry.url, 200)),
    }
}

fn due_line(due: &Due, no: usize, words: Words) -> String {
    let office = due.office.as_deref().map(|office| words.aside(&clean(office, 20))).unwrap_or_default();
    let (name, day, url) = (clean(&due.name, 40), words.day(&due.trips_on), clean(&due.url, 200));
    match words.lang {
        Lang::Zh => format!("{no}. {name}{office}：如不更新，{day}超期（剩{}天） {url}", due.days_left),
        Lang::En => format!("{no}. {name}{office}: stale on {day} unless updated ({} days) {url}", due.days_left),
    }
}

/// One line of text that a page may have written: no controls, no line breaks, not endless.
fn clean(text: &str, chars_max: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_dropped(*c)).collect();
    super::narrative::clipped(&line, chars_max)
}
