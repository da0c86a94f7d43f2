//! Column ledgers of served sites: what the crawl and the audit make of columns whose rows come from elsewhere (data
//! interfaces, frames). The sites are those of the rule's cases; the ledger is `ledger.snap` beside them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use xuncha::audit::{Input, judge, rules};
use xuncha::model::rule::Lang;

use crate::served;

fn ledger(case: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/column.stale").join(case);
    let crawled = served::crawl_case(&folder);
    let run = crawled.run();
    let records = crawled.each();
    let book = rules::load(&[], "gov-2019", "department").unwrap();
    let judged = judge(
        &Input {
            run: &run,
            records: &records,
            history: &BTreeMap::new(),
            probes: &[],
            warn: xuncha::model::run::WarnLevels::default(),
            lang: Lang::Zh,
        },
        &book,
    );
    let mut out = String::new();
    for line in &judged.columns {
        let newest = line.newest.as_deref().unwrap_or("-");
        let kind = line.list_kind.as_deref().unwrap_or("-");
        let note = line.note.as_deref().unwrap_or("");
        writeln!(out, "{} {} | {kind} | {} rows | {newest} | {:?} {note}", line.name, line.url, line.items, line.state)
            .unwrap();
    }
    for (case_line, finding) in judged.findings.iter().filter(|finding| finding.rule.starts_with("link.")).enumerate() {
        writeln!(out, "dead link {case_line}: {} → {:?}", finding.url, finding.target).unwrap();
    }
    out
}

fn assert_ledger(case: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/column.stale").join(case);
    let text = ledger(case);
    insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("ledger", text);
    });
}

#[test]
fn rows_of_data_interfaces_and_frames_date_their_column() {
    assert_ledger("good-data-interfaces");
    assert_ledger("bad-data-interfaces");
}

/// truecms by GET behind its hidden rows, Epoint by way of the site's settings and POST of JSON, WebForms by postback.
#[test]
fn further_pages_by_post_are_asked_for_and_counted() {
    assert_ledger("good-pages-by-post");
}

/// A page that nothing names: kept where it adds rows of its column; one that repeats the first page, or is not there, is
/// neither counted nor a dead link.
#[test]
fn guessed_pages_count_only_where_they_add_rows() {
    assert_ledger("good-guessed-pages");
}

#[test]
fn a_column_whose_data_did_not_come_is_undetermined() {
    assert_ledger("good-data-fails");
}
