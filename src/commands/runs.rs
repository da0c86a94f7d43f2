//! `xuncha runs` and `xuncha diff`: what the store remembers.

use super::{Exit, Failure, Session, configured};
use crate::model::finding::{Finding, Level};
use crate::model::report::SiteVerdict;
use crate::model::rule::Lang;
use crate::model::run::RunLine;
use crate::store::{Access, Store};

/// Findings of one kind that `diff` prints; the rest is counted.
const FINDINGS_SHOWN_MAX: usize = 200;

fn open(session: &Session) -> Result<Store, Failure> {
    let path = configured::store_path(session)?;
    Store::open(&path, Access::Read).map_err(|error| Failure::store(&error, session.lang))
}

/// The stored runs, newest last.
pub(super) fn list(session: &Session) -> Result<Exit, Failure> {
    let runs = open(session)?.runs().map_err(|error| Failure::store(&error, session.lang))?;
    let mut text = String::new();
    for run in &runs {
        text.push_str(&line(run, session));
        text.push('\n');
    }
    if runs.is_empty() {
        text.push_str(
            session.word(
                "还没有巡查记录。运行 `xuncha audit` 开始第一次巡查。\n",
                "no runs yet; `xuncha audit` makes the first.\n",
            ),
        );
    }
    session.print(&text)?;
    Ok(Exit::Complete)
}

fn line(run: &RunLine, session: &Session) -> String {
    let zh = session.zh();
    let judged = run.judged.as_ref().map_or_else(
        || session.word("未判定", "not judged").to_owned(),
        |judged| {
            let count = |level| judged.findings.get(&level).copied().unwrap_or(0);
            let verdicts: Vec<_> = judged
                .verdicts
                .iter()
                .map(|(host, verdict)| format!("{host} {}", verdict_word(*verdict, session.lang)))
                .collect();
            if zh {
                format!(
                    "单项否决 {}、扣分 {}、提示 {} · {}",
                    count(Level::Veto),
                    count(Level::Deduct),
                    count(Level::Advice),
                    verdicts.join("，")
                )
            } else {
                format!(
                    "veto {}, deduct {}, advice {} · {}",
                    count(Level::Veto),
                    count(Level::Deduct),
                    count(Level::Advice),
                    verdicts.join(", ")
                )
            }
        },
    );
    let state = match (&run.info.finished, run.info.crawl.as_ref().is_some_and(|crawl| crawl.complete)) {
        (None, _) => session.word("未结束", "not finished"),
        (Some(_), true) => session.word("完整", "complete"),
        (Some(_), false) => session.word("不完整", "incomplete"),
    };
    let addresses = if zh { "个地址" } else { "addresses" };
    format!("{}  {}  {state}  {} {addresses}  {judged}", run.info.id, run.info.unit, run.records)
}

pub(super) fn verdict_word(verdict: SiteVerdict, lang: Lang) -> &'static str {
    match (verdict, lang) {
        (SiteVerdict::Qualified, Lang::Zh) => "合格",
        (SiteVerdict::Unqualified, Lang::Zh) => "不合格",
        (SiteVerdict::Undetermined, Lang::Zh) => "未能判定",
        (SiteVerdict::Qualified, Lang::En) => "qualified",
        (SiteVerdict::Unqualified, Lang::En) => "unqualified",
        (SiteVerdict::Undetermined, Lang::En) => "undetermined",
    }
}

/// What changed between two runs; without names, between the last two.
pub(super) fn diff(session: &Session, from: Option<&str>, to: Option<&str>) -> Result<Exit, Failure> {
    let store = open(session)?;
    let failed = |error| Failure::store(&error, session.lang);
    let later = store.run(to).map_err(failed)?.id;
    let earlier = if let Some(name) = from {
        store.run(Some(name)).map_err(failed)?.id
    } else {
        let runs = store.runs().map_err(failed)?;
        let before = runs.iter().map(|run| &run.info.id).take_while(|id| **id != later).last().cloned();
        before.ok_or_else(|| {
            Failure::usage(session.word(
                "只有一次巡查，没有可比较的对象。再巡查一次，或给出两个编号（见 `xuncha runs`）",
                "there is only one run to compare; audit once more, or name two runs (`xuncha runs` lists them)",
            ))
        })?
    };
    let diff = store.diff(&earlier, &later).map_err(failed)?;
    let mut text = format!("{earlier} → {later}\n");
    let groups = [
        (session.word("新增", "new"), &diff.new),
        (session.word("已消除", "fixed"), &diff.fixed),
        (session.word("仍存在", "persisting"), &diff.persisting),
        (session.word("本次未测到", "not measured this time"), &diff.unmeasured),
    ];
    for (name, findings) in groups {
        text.push_str(&format!("\n{name}: {}\n", findings.len()));
        for finding in findings.iter().take(FINDINGS_SHOWN_MAX) {
            text.push_str(&finding_line(finding));
        }
        if findings.len() > FINDINGS_SHOWN_MAX {
            text.push_str("  …\n");
        }
    }
    session.print(&text)?;
    Ok(Exit::Complete)
}

fn finding_line(finding: &Finding) -> String {
    format!("  {}  {}  {}\n", finding.id, finding.rule, finding.message)
}
