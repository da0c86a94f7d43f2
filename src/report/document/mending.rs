//! What became of what earlier runs found, and what is to be done next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::finding::{Certainty, Finding};
use crate::model::report::{Changes, ColumnState, Report};
use crate::model::rule::Lang;

use super::super::narrative::{self, Counts};
use super::super::view::findings::no_office;
use super::super::words::Words;
use super::problems::offices;
use super::{Block, Head, Numbering};

/// Kinds of problem whose remedy the next steps name.
const REMEDIES: usize = 8;
/// Offices that the mending part names.
const OFFICES_NAMED: usize = 10;

/// What became of what earlier runs found: by the previous run's report where it can be read, else by each finding's own history.
pub(super) fn mending(report: &Report, words: Words) -> Vec<Block> {
    let confirmed: Vec<&Finding> = report.findings.iter().filter(|f| f.verdict == Certainty::Confirmed).collect();
    let mut blocks = match &report.changes {
        Some(changes) => compared(changes, &confirmed, words),
        None => told(&confirmed, words).into_iter().map(Block::Paragraph).collect(),
    };
    let claimed = still_there(report, &confirmed);
    if !claimed.is_empty() {
        let (number, named) = (claimed.len(), words.list(&offices(&claimed, words)));
        blocks.push(Block::Paragraph(match words.lang {
            Lang::Zh => format!("责任处室反馈已整改、本次检查仍存在的问题{number}处，涉及{named}，须查明原因、重新整改。"),
            Lang::En => {
                format!("{number} problem(s) that the offices called mended are still there ({named}): mend them again.")
            }
        }));
    }
    blocks.push(Block::Paragraph(if confirmed.is_empty() {
        words.say("本次检查未形成整改事项。", "This run leaves nothing to be mended.").to_owned()
    } else {
        listed(report, words)
    }));
    blocks
}

fn listed(report: &Report, words: Words) -> String {
    let by = report.due.as_deref().map(|day| words.day(day));
    match (words.lang, by) {
        (Lang::Zh, None) => {
            "上述问题已按责任处室列入问题清单（附件2），整改时限和整改状态在清单中逐项登记，完成一项、销号一项。".to_owned()
        }
        (Lang::Zh, Some(day)) => {
            format!("上述问题已按责任处室列入问题清单（附件2），请各责任处室于{day}前完成整改，完成一项、销号一项。")
        }
        (Lang::En, None) => {
            "The problems stand by office in the list of problems (annex 2); term and state of mending are entered \
                             there, one by one."
                .to_owned()
        }
        (Lang::En, Some(day)) => format!(
            "The problems stand by office in the list of problems (annex 2), to be mended by {day} and struck off one by one."
        ),
    }
}

/// Findings that an office had called mended before this run looked.
fn still_there<'a>(report: &Report, confirmed: &[&'a Finding]) -> Vec<&'a Finding> {
    let Ok(now) = report.run.now.parse::<Timestamp>() else { return Vec::new() };
    let claimed: BTreeSet<&str> = report
        .reviews
        .iter()
        .filter(|line| line.review.claims_mended() && line.imported.parse::<Timestamp>().is_ok_and(|said| said < now))
        .map(|line| line.review.finding.as_str())
        .collect();
    confirmed.iter().filter(|finding| claimed.contains(finding.id.as_str())).copied().collect()
}

/// What one office mended, left, got anew and got back.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    mended: usize,
    left: usize,
    new: usize,
    back: usize,
}

impl Tally {
    /// Problems of the previous run, as far as this one looked.
    fn before(self) -> usize {
        self.mended + self.left
    }

    fn row(self, name: &str) -> Vec<String> {
        let numbers = [self.before(), self.mended, self.left, self.new, self.back].map(|number| number.to_string());
        std::iter::once(name.to_owned()).chain(numbers).chain([narrative::rate(self.mended, self.before())]).collect()
    }
}

/// What a problem is against the previous run.
#[derive(Clone, Copy)]
enum Fate {
    Mended,
    Left,
    New,
    Back,
}

/// The previous run's problems: gone, still there, not measured; what is new or came back; and the same by office in a table.
fn compared(changes: &Changes, confirmed: &[&Finding], words: Words) -> Vec<Block> {
    let new: BTreeSet<&str> = changes.new.iter().map(String::as_str).collect();
    let back: BTreeSet<&str> = changes.reopened.iter().map(String::as_str).collect();
    let fate = |finding: &Finding| match finding.id.as_str() {
        id if back.contains(id) => Fate::Back,
        id if new.contains(id) => Fate::New,
        _ => Fate::Left,
    };
    let fixed = changes.fixed.iter().map(|line| (line.office.as_deref(), Fate::Mended));
    let found = confirmed.iter().map(|finding| (finding.office.as_deref(), fate(finding)));
    let mut all = Tally::default();
    let mut offices: BTreeMap<(bool, &str), Tally> = BTreeMap::new();
    for (office, fate) in fixed.chain(found) {
        let of_office = offices.entry((office.is_none(), office.unwrap_or(no_office(words)))).or_default();
        for tally in [&mut all, of_office] {
            *match fate {
                Fate::Mended => &mut tally.mended,
                Fate::Left => &mut tally.left,
                Fate::New => &mut tally.new,
                Fate::Back => &mut tally.back,
            } += 1;
        }
    }
    let left: Vec<&Finding> = confirmed.iter().filter(|finding| matches!(fate(finding), Fate::Left)).copied().collect();
    let mut blocks = vec![Block::Paragraph(sum(changes, all, words))];
    blocks.extend(pressed(&left, words).map(Block::Paragraph));
    if !offices.is_empty() {
        blocks.push(Block::Caption(words.say("各责任处室整改情况", "By office").to_owned()));
        let mut rows: Vec<Vec<String>> = offices.iter().map(|((_, office), tally)| tally.row(office)).collect();
        rows.push(all.row(words.say("合计", "All")));
        blocks.push(Block::Table { heads: heads(words), rows });
    }
    blocks
}

fn heads(words: Words) -> Vec<Head> {
    let head = |zh, en, share| Head { name: words.say(zh, en), share, centred: true };
    vec![
        head("责任处室", "Office", 26),
        head("上次问题", "Before", 13),
        head("已整改", "Mended", 12),
        head("未整改", "Not mended", 12),
        head("本次新增", "New", 13),
        head("重新出现", "Back", 12),
        head("整改率", "Rate", 12),
    ]
}

fn sum(changes: &Changes, all: Tally, words: Words) -> String {
    let day = words.day(&changes.now);
    let Tally { mended, left, new, back } = all;
    let before = all.before() + changes.unmeasured as usize;
    match words.lang {
        Lang::Zh => {
            let rate =
                if all.before() > 0 { format!("，整改率{}", narrative::rate(mended, all.before())) } else { String::new() };
            let open = match changes.unmeasured {
                0 => String::new(),
                open => format!("，因本次未能检查而无法认定{open}处（不计入整改率）"),
            };
            format!(
                "上次检查（{day}）发现的{before}处问题中，本次检查已消除{mended}处，仍存在{left}处{open}{rate}。本次新发现问题{new}处，\
                 以往消除后重新出现{back}处。"
            )
        }
        Lang::En => format!(
            "Of the {before} problem(s) of the previous run ({day}), {mended} are mended, {left} are not, and {} could not be looked at. \
             {new} are new, and {back} came back.",
            changes.unmeasured
        ),
    }
}

/// How long the problems that were left have been there.
fn pressed(left: &[&Finding], words: Words) -> Option<String> {
    let oldest = left.iter().map(|finding| finding.first_seen.as_str()).min()?;
    let longest = left.iter().map(|finding| finding.runs_in_a_row).max().unwrap_or_default();
    let named = named(left, words);
    Some(match words.lang {
        Lang::Zh => {
            format!("仍存在的问题最早发现于{}，最多已连续{longest}次检查存在，涉及{named}，须重点督促整改。", words.day(oldest))
        }
        Lang::En => format!(
            "What is not mended goes back to {}, at most {longest} runs in a row, and lies with {named}.",
            words.day(oldest)
        ),
    })
}

fn named(findings: &[&Finding], words: Words) -> String {
    let mut named = offices(findings, words);
    let rest = if named.len() > OFFICES_NAMED { words.say("等", " …") } else { "" };
    named.truncate(OFFICES_NAMED);
    words.list(&named) + rest
}

/// Without the previous run's report: by when each finding was first seen.
fn told(confirmed: &[&Finding], words: Words) -> Vec<String> {
    let (new, known): (Vec<&Finding>, Vec<&Finding>) = confirmed.iter().partition(|finding| narrative::is_new(finding));
    if confirmed.is_empty() {
        return Vec::new();
    }
    let first = match (known.len(), words.lang) {
        (0, Lang::Zh) => format!("本次检查发现的{}处问题均为首次发现，未见以往检查已指出、仍未整改的问题。", new.len()),
        (0, Lang::En) => {
            format!("All {} problem(s) were found for the first time; none is left over from earlier runs.", new.len())
        }
        (known, Lang::Zh) => {
            format!("与以往检查相比，本次新发现问题{}处；以往检查已指出、本次仍存在的问题{known}处。", new.len())
        }
        (known, Lang::En) => {
            format!("Against earlier runs, {} problem(s) are new and {known} were pointed out before and persist.", new.len())
        }
    };
    std::iter::once(first).chain(pressed(&known, words)).collect()
}

/// 下一步工作.
pub(super) fn next_steps(report: &Report, words: Words, numbering: &mut Numbering, blocks: &mut Vec<Block>) {
    let counts = Counts::of(&report.findings);
    if counts.confirmed() > 0 {
        let lead = words.say("抓好问题整改。", "Mend what was found. ");
        blocks.push(numbering.item(lead, remedies(report, words)));
    }
    if counts.to_check() > 0 {
        blocks.push(numbering.item(
            words.say("核实疑似情况。", "Look at the suspected cases. "),
            words.fill(
                "对疑似或时好时坏的#处情况逐一人工核实，属实的纳入整改，误报的注明理由。",
                "A person looks at each of the # case(s) and says what is true and what a false alarm.",
                counts.to_check(),
            ),
        ));
    }
    let due = report.columns.iter().filter(|column| column.state == ColumnState::DueSoon).count();
    if due > 0 {
        blocks.push(numbering.item(
            words.say("防止新增超期。", "Keep columns in time. "),
            words.fill(
                "对临近更新期限的#个栏目，提醒责任处室在到期前发布信息；确无内容保障的栏目，按程序归并整合。",
                "# column(s) are close to their limit: remind their offices before it passes, or merge what nobody maintains.",
                due,
            ),
        ));
    }
    if counts.confirmed() > 0 {
        blocks.push(numbering.item(
            words.say("开展举一反三。", "Look for the like. "),
            words
                .say(
                    "对同类栏目、同类链接和历史信息开展全面排查，及时删除改版后的废弃栏目和失效链接，防止同类问题反复出现。",
                    "Go through columns, links and older pages of the same kind, and remove what is out of use.",
                )
                .to_owned(),
        ));
    }
    blocks.push(numbering.item(
        words.say("坚持常态化监管。", "Keep watch. "),
        words
            .say(
                "严格落实读网巡网和信息发布“三审三校”、先审后发制度，责任到人，定期开展自查，整改后及时复查。",
                "Read and inspect the sites regularly, check before publishing, name who is responsible, and inspect again after mending.",
            )
            .to_owned(),
    ));
}

/// What to do, by kind of problem, most frequent first.
fn remedies(report: &Report, words: Words) -> String {
    let remedies: BTreeMap<&str, &str> = report
        .rules
        .iter()
        .map(|rule| (rule.title.as_str(), rule.remedy.trim_end_matches(['。', '.'])))
        .filter(|(_, remedy)| !remedy.is_empty())
        .collect();
    let named: Vec<String> = narrative::kinds(report)
        .iter()
        .filter_map(|(title, _)| remedies.get(title.as_str()).map(|remedy| (title, remedy)))
        .take(REMEDIES)
        .map(|(title, remedy)| match words.lang {
            Lang::Zh => format!("对{}问题，{remedy}", words.quoted(title)),
            Lang::En => format!("{title}: {remedy}"),
        })
        .collect();
    match words.lang {
        Lang::Zh if named.is_empty() => "由责任处室对照问题清单逐项整改。".to_owned(),
        Lang::Zh => format!("由责任处室对照问题清单逐项整改。{}。", named.join("；")),
        Lang::En if named.is_empty() => "The offices mend what the list names, one by one.".to_owned(),
        Lang::En => format!("The offices mend what the list names, one by one. {}.", named.join("; ")),
    }
}
