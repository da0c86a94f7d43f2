//! Precision and recall on real titles (`tests/pairing/titles.tsv`): each row alone, a document and an interpretation with nothing
//! but their titles (numbers and days where the source gives them), and all titles as if they stood on one site.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::DocumentWords;
use super::pairs::find;
use crate::audit::testing::url;
use crate::model::facts::{DateFact, DateSource, DocumentFacts};
use crate::model::site::{ColumnClass, PolicyPage, UrlId};

const TITLES: &str = include_str!("../../../tests/pairing/titles.tsv");

struct Title<'a> {
    part: &'a str,
    document: &'a str,
    number: &'a str,
    document_day: &'a str,
    interpretation: &'a str,
    interpretation_day: &'a str,
    is_pair: bool,
}

fn rows() -> Vec<Title<'static>> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 9, "{line}");
        Title {
            part: cells[0],
            document: cells[1],
            number: cells[2],
            document_day: cells[3],
            interpretation: cells[4],
            interpretation_day: cells[5],
            is_pair: cells[6] == "1",
        }
    };
    TITLES.lines().skip(1).map(row).collect()
}

fn page(id: u32, title: &str, number: &str, day: &str) -> PolicyPage {
    PolicyPage {
        id: UrlId(id),
        url: url(&format!("http://gxt.example.gov.cn/{id}.html")),
        title: title.into(),
        column: None,
        column_class: Some(ColumnClass::Interpretation),
        date: day.parse().ok().map(|date| DateFact { date, time: None, source: DateSource::Tag, text: day.into() }),
        facts: DocumentFacts { number: (!number.is_empty()).then(|| number.to_owned()), ..DocumentFacts::default() },
        links_to: Vec::new(),
        body_chars: 1000,
        related_by_script: false,
    }
}

/// What was found against what is true.
#[derive(Debug, Default, PartialEq)]
struct Count {
    right: u32,
    wrong: u32,
    missed: u32,
    /// A line for each that is wrong or missed.
    faults: String,
}

impl Count {
    fn add(&mut self, found: bool, is_pair: bool, document: &str, interpretation: &str) {
        let fault = match (found, is_pair) {
            (true, true) => {
                self.right += 1;
                return;
            }
            (false, false) => return,
            (true, false) => {
                self.wrong += 1;
                "wrong"
            }
            (false, true) => {
                self.missed += 1;
                "missed"
            }
        };
        writeln!(self.faults, "{fault}: {document} ← {interpretation}").unwrap();
    }

    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

/// Each row by itself: nothing else competes, so a wrong text of another year or office has no better rival.
fn alone(part: &str) -> Count {
    let mut count = Count::default();
    for row in rows().iter().filter(|row| part == "all" || row.part == part) {
        let document = [page(1, row.document, row.number, row.document_day)];
        let interpretation = [page(2, row.interpretation, "", row.interpretation_day)];
        let found = super::is_interpretation(DocumentWords::embedded(), &interpretation[0], ColumnClass::Interpretation)
            && !find(DocumentWords::embedded(), &document, &interpretation).is_empty();
        count.add(found, row.is_pair, row.document, row.interpretation);
    }
    count
}

/// All titles of one part as one site: every document against every interpretation.
fn together(part: &str) -> Count {
    let rows = rows();
    let rows: Vec<&Title<'_>> = rows.iter().filter(|row| part == "all" || row.part == part).collect();
    let mut documents: BTreeMap<&str, PolicyPage> = BTreeMap::new();
    let mut interpretations: BTreeMap<&str, PolicyPage> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let at = u32::try_from(at).unwrap();
        documents.entry(row.document).or_insert_with(|| page(at, row.document, row.number, row.document_day));
        let explained = page(10_000 + at, row.interpretation, "", row.interpretation_day);
        if super::is_interpretation(DocumentWords::embedded(), &explained, ColumnClass::Interpretation) {
            interpretations.entry(row.interpretation).or_insert(explained);
        }
    }
    let truth: BTreeSet<(&str, &str)> =
        rows.iter().filter(|row| row.is_pair).map(|row| (row.document, row.interpretation)).collect();
    let (documents, interpretations): (Vec<_>, Vec<_>) =
        (documents.into_values().collect(), interpretations.into_values().collect());
    let found = find(DocumentWords::embedded(), &documents, &interpretations);
    let found: BTreeSet<(&str, &str)> =
        found.iter().map(|f| (documents[f.document].title.as_str(), f.interpretation.title.as_str())).collect();
    let mut count = Count::default();
    for (document, interpretation) in truth.union(&found) {
        let pair = (*document, *interpretation);
        count.add(found.contains(&pair), truth.contains(&pair), document, interpretation);
    }
    count
}

/// Precision from which a pairing may be shown to an office, and recall from which it is of use.
const PRECISION_MIN: f64 = 0.99;
const RECALL_MIN: f64 = 0.95;

#[test]
fn real_titles_are_paired_with_few_misses_and_hardly_a_mistake() {
    for (name, count) in [("alone", alone("all")), ("together", together("all"))] {
        let said = format!(
            "{name}: right {} wrong {} missed {} precision {:.3} recall {:.3}\n{}",
            count.right,
            count.wrong,
            count.missed,
            count.precision(),
            count.recall(),
            count.faults
        );
        assert!(count.precision() >= PRECISION_MIN && count.recall() >= RECALL_MIN, "{said}");
    }
}

#[test]
fn each_part_of_the_titles_counts_as_docs_say() {
    let figures = |count: &Count| (count.right, count.wrong, count.missed);
    let all = ["dev", "held", "new", "third"].map(|part| (part, figures(&alone(part)), figures(&together(part))));
    insta::assert_debug_snapshot!(all);
}

#[test]
fn the_titles_are_many_and_a_third_was_held_out() {
    let rows = rows();
    let titles: BTreeSet<&str> = rows.iter().flat_map(|row| [row.document, row.interpretation]).collect();
    assert!(titles.len() >= 300 && rows.iter().filter(|row| !row.is_pair).count() >= 80, "{} titles", titles.len());
    let first: Vec<_> = rows.iter().filter(|row| matches!(row.part, "dev" | "held")).collect();
    let held: BTreeSet<&str> = first.iter().filter(|row| row.part == "held").map(|row| row.document).collect();
    assert!(rows.iter().filter(|row| row.part == "dev").all(|row| !held.contains(row.document)));
    assert!(held.len() * 4 >= first.len(), "{} documents held out", held.len());
}
