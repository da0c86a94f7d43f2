//! `xuncha review`: what the offices filled into their workbooks, into the store, and what is set aside by it.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Exit, Failure, Session, beijing, configured, stamp};
use crate::cli;
use crate::model::report::Report;
use crate::model::review::{Mark, Review, ReviewLine};
use crate::model::rule::Lang;
use crate::model::run::{IgnoreDecl, Reviewed, RunInfo};
use crate::report::xlsx::filled::{self, Filled, Place, RowFault, RowProblem};
use crate::store::{Access, Store};

/// Bytes of one workbook.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Faults that are printed; the rest is counted.
const FAULTS_SHOWN_MAX: usize = 100;

/// The run as its audit is to see it: what offices call a false alarm or leave as it is comes before the user's own list.
pub(super) fn with_reviews(run: &RunInfo, reviews: &BTreeMap<String, ReviewLine>) -> RunInfo {
    let mut grouped: BTreeMap<(Mark, &str, &str, Option<&str>), Vec<String>> = BTreeMap::new();
    for ReviewLine { review, .. } in reviews.values() {
        if let Some(mark) = review.mark.filter(|mark| mark.sets_aside()) {
            let key = (mark, review.reason.as_str(), review.person.as_str(), review.day.as_deref());
            grouped.entry(key).or_default().push(review.finding.clone());
        }
    }
    let mut ignores: Vec<IgnoreDecl> = grouped
        .into_iter()
        .map(|((mark, reason, person, day), findings)| IgnoreDecl {
            reason: reason.to_owned(),
            findings,
            review: Some(Reviewed { mark, person: person.to_owned(), day: day.map(str::to_owned) }),
            ..IgnoreDecl::default()
        })
        .collect();
    ignores.extend(run.ignores.iter().cloned());
    RunInfo { ignores, ..run.clone() }
}

/// The reviews of findings that a report holds or sets aside.
pub(super) fn of_report(report: &Report, mut reviews: BTreeMap<String, ReviewLine>) -> Vec<ReviewLine> {
    let held = report.findings.iter().map(|finding| &finding.id);
    let aside = report.ignored.iter().flat_map(|line| &line.findings);
    let ids: std::collections::BTreeSet<String> = held.chain(aside).cloned().collect();
    reviews.retain(|id, _| ids.contains(id));
    reviews.into_values().collect()
}

/// A row that came back, with the file that it stands in.
struct Row {
    file: String,
    place: Place,
    review: Review,
}

/// `xuncha review import FILE…`: every row of every file, or nothing.
pub(super) fn import(session: &Session, args: &cli::ReviewImport) -> Result<Exit, Failure> {
    let path = configured::store_path(session)?;
    let failed = |error: &crate::store::StoreError| Failure::store(error, session.lang);
    // a mistyped name must not make an empty store
    Store::open(&path, Access::Read).map_err(|error| failed(&error))?;
    let now = session.now();
    let today = now.with_time_zone(beijing()).date().to_string();
    let mut faults = Vec::new();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut blank = 0;
    let store = Store::open(&path, Access::Write).map_err(|error| failed(&error))?;
    for file in &args.files {
        let name = file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into_owned());
        let Filled { run, rows: found, blank: empty, faults: told } = read(session, file, &today)?;
        if let Some(run) = run {
            store.run(Some(&run)).map_err(|_| foreign(session, file, &run))?;
        }
        blank += empty;
        faults.extend(told.into_iter().map(|fault| (name.clone(), fault)));
        for (place, review) in found {
            if store.finding(&review.finding).map_err(|error| failed(&error))?.is_none() {
                faults.push((name.clone(), RowFault { place, what: RowProblem::UnknownId(review.finding) }));
                continue;
            }
            match rows.get(&review.finding) {
                Some(other) if other.review != review => {
                    let what =
                        RowProblem::TwoWords { id: review.finding, other: other.place.clone(), file: other.file.clone() };
                    faults.push((name.clone(), RowFault { place, what }));
                }
                Some(_) => {}
                None => {
                    rows.insert(review.finding.clone(), Row { file: name.clone(), place, review });
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(refused(session, &faults));
    }
    let reviews: Vec<(Review, String)> = rows.into_values().map(|row| (row.review, row.file)).collect();
    let added = store.add_reviews(&reviews, &stamp(&now)).map_err(|error| failed(&error))?;
    session.print(&imported(session, &reviews, added, blank))?;
    Ok(Exit::Complete)
}

fn read(session: &Session, file: &Path, today: &str) -> Result<Filled, Failure> {
    let unread = |reason: &str| {
        Failure::usage(match session.lang {
            Lang::Zh => format!("{}：{reason}。未导入任何内容", file.display()),
            Lang::En => format!("{}: {reason}; nothing was imported", file.display()),
        })
    };
    let size = std::fs::metadata(file).map_err(|error| unread(&session.reason(&error)))?.len();
    if size > FILE_BYTES_MAX {
        return Err(unread(filled::FileProblem::TooLarge.worded(session.lang)));
    }
    let bytes = std::fs::read(file).map_err(|error| unread(&session.reason(&error)))?;
    filled::read(&bytes, today).map_err(|problem| unread(problem.worded(session.lang)))
}

fn foreign(session: &Session, file: &Path, run: &str) -> Failure {
    Failure::usage(match session.lang {
        Lang::Zh => format!(
            "{}：由巡查 {run} 生成，而本数据库中没有这次巡查。请用 --store 指定生成该工作簿的数据库。未导入任何内容",
            file.display()
        ),
        Lang::En => format!(
            "{}: was made of run {run}, which this store does not hold; name the store that it came from with --store; nothing was imported",
            file.display()
        ),
    })
}

fn refused(session: &Session, faults: &[(String, RowFault)]) -> Failure {
    let mut lines: Vec<String> = faults
        .iter()
        .take(FAULTS_SHOWN_MAX)
        .map(|(file, RowFault { place, what })| match session.lang {
            Lang::Zh => format!("{file}“{}”第{}行：{}", place.sheet, place.row, what.worded(Lang::Zh)),
            Lang::En => format!("{file}, {:?}, row {}: {}", place.sheet, place.row, what.worded(Lang::En)),
        })
        .collect();
    if faults.len() > FAULTS_SHOWN_MAX {
        let more = faults.len() - FAULTS_SHOWN_MAX;
        lines.push(match session.lang {
            Lang::Zh => format!("……另有{more}处"),
            Lang::En => format!("… and {more} more"),
        });
    }
    let count = faults.len();
    let head = match session.lang {
        Lang::Zh => format!("{count}处填写无法导入，未导入任何内容。请改正后重新导入："),
        Lang::En => format!("{count} entries cannot be imported, and nothing was; mend them and import again:"),
    };
    Failure::usage(format!("{head}\n{}", lines.join("\n")))
}

/// What came in, by mark.
fn imported(session: &Session, reviews: &[(Review, String)], added: usize, blank: usize) -> String {
    let count = |mark: Option<Mark>| reviews.iter().filter(|(review, _)| review.mark == mark).count();
    let (yes, alarm) = (count(Some(Mark::True)), count(Some(Mark::FalseAlarm)));
    let (mended, aside, none) = (count(Some(Mark::Mended)), count(Some(Mark::SetAside)), count(None));
    let (all, old) = (reviews.len(), reviews.len() - added);
    let claims = reviews.iter().any(|(review, _)| review.claims_mended());
    let next = match (claims, session.lang) {
        (true, Lang::Zh) => "已整改的问题请用 `xuncha recheck` 复查。\n",
        (true, Lang::En) => "`xuncha recheck` looks at what is called mended.\n",
        (false, _) => "",
    };
    match session.lang {
        Lang::Zh => format!(
            "已读取填报{all}条：属实{yes}条，误报{alarm}条，已整改{mended}条，不予处理{aside}条，未填核实结果{none}条。\
             其中新增或变更{added}条，与此前一致{old}条；另有{blank}条未填写。\n{next}"
        ),
        Lang::En => format!(
            "reviews read: {all} (true {yes}, false alarm {alarm}, mended {mended}, set aside {aside}, without a mark {none}); \
             new or changed: {added}, as before: {old}; rows not filled in: {blank}\n{next}"
        ),
    }
}
