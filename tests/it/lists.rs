//! List families on pages of real shapes: `tests/lists/<family>/<case>.html`, with the page's address in `cases.toml` and what
//! is read from it in a snapshot beside it.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use xuncha::model::facts::{ListFacts, Row};
use xuncha::model::request::Method;
use xuncha::read::Asked;
use xuncha::read::lists::{self, ListInput};
use xuncha::read::tape::{Attr, Tag, Tape};
use xuncha::url::{BaseUrl, PageUrl};

const TODAY: Date = date(2026, 11, 24);

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    url: String,
    /// The page that asked for this reply.
    referer: Option<String>,
    /// The form that was posted for it.
    form: Option<String>,
    /// That page holds no rows itself.
    #[serde(default)]
    by_shell: bool,
    /// Nothing named this page.
    #[serde(default)]
    is_guess: bool,
    #[serde(default)]
    is_home: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lists")
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

fn cases(folder: &Path) -> BTreeMap<String, Case> {
    toml::from_str(&fs::read_to_string(folder.join("cases.toml")).unwrap()).unwrap()
}

fn tags(tape: &Tape) -> BTreeMap<String, String> {
    tape.elements(Tag::Meta)
        .filter_map(|id| Some((tape.attr(id, Attr::Name)?.to_owned(), tape.attr(id, Attr::Content)?.to_owned())))
        .collect()
}

fn with_input<T>(source: &str, case: &Case, look: impl FnOnce(&ListInput<'_>) -> T) -> T {
    let url = PageUrl::parse(&case.url).unwrap();
    let tape = Tape::read(source);
    let tags = tags(&tape);
    let referer = case.referer.as_deref().map(|referer| PageUrl::parse(referer).unwrap());
    let base = BaseUrl::new(url.to_url());
    let mut input = ListInput::new(&tape, source, &url, &base, encoding_rs::UTF_8, &tags, TODAY, case.is_home);
    let form = case.form.as_deref();
    input.asked = referer.as_ref().map(|referer| Asked { referer, form, by_shell: case.by_shell, is_guess: case.is_guess });
    look(&input)
}

fn describe(list: Option<&ListFacts>) -> String {
    let Some(list) = list else { return "no list\n".to_owned() };
    let mut out = String::new();
    writeln!(out, "family {} · column {} · page {}", list.family, list.column, list.page_no).unwrap();
    writeln!(out, "pages {:?} · rows {:?} · unread {:?}", list.pages_total, list.rows_total, list.unread).unwrap();
    match &list.next {
        None => writeln!(out, "next none").unwrap(),
        Some(next) => {
            let body = match &next.method {
                Method::Post { body } => format!(" POST {body}"),
                _ => String::new(),
            };
            writeln!(
                out,
                "next {}{body} ({:?}, from {})",
                next.url,
                next.purpose,
                next.referer.as_ref().map_or("-", |r| r.as_str())
            )
            .unwrap();
        }
    }
    if let Some(guess) = &list.guess {
        writeln!(out, "guess {}", guess.url).unwrap();
    }
    describe_rows(&mut out, &list.rows);
    out
}

fn describe_rows(out: &mut String, rows: &[Row]) {
    for row in rows {
        let date = row.date.as_ref().map_or_else(
            || "undated".to_owned(),
            |fact| {
                format!(
                    "{}{} {:?} «{}»",
                    fact.date,
                    fact.time.as_ref().map(|t| format!(" {t}")).unwrap_or_default(),
                    fact.source,
                    fact.text
                )
            },
        );
        let pin = if row.pinned { "^ " } else { "" };
        writeln!(out, "{pin}{} | {date} | {} | {}", row.title, row.url, row.text).unwrap();
    }
}

#[test]
fn every_page_gives_the_rows_that_a_reader_sees() {
    for folder in folders() {
        let family = folder.file_name().unwrap().to_string_lossy().into_owned();
        let cases = cases(&folder);
        let mut files: Vec<String> =
            fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        files.retain(|name| !name.contains(".snap") && name != "cases.toml");
        files.sort();
        assert_eq!(files, cases.keys().cloned().collect::<Vec<_>>(), "{family}: files and cases.toml differ");
        for (file, case) in &cases {
            let source = fs::read_to_string(folder.join(file)).unwrap();
            let text = with_input(&source, case, |input| {
                let list = lists::read(input);
                let mut text = describe(list.as_ref());
                if list.is_none() {
                    writeln!(text, "dated rows:").unwrap();
                    describe_rows(&mut text, &lists::dated_rows(input));
                }
                text
            });
            insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true, description => case.url.as_str() }, {
                insta::assert_snapshot!(file.as_str(), text);
            });
        }
    }
}

/// What the snapshots must not lose: a page in the folder of a family is read by that family (or by none, where the name says so).
#[test]
fn every_page_is_read_by_the_family_of_its_folder() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let family = folder.file_name().unwrap().to_string_lossy().into_owned();
        for (file, case) in cases(&folder) {
            let source = fs::read_to_string(folder.join(&file)).unwrap();
            let name = with_input(&source, &case, |input| lists::read(input).map(|list| list.family));
            let expected = (family != "none").then(|| family.clone());
            if name != expected {
                wrong.push(format!("{family}/{file}: {name:?}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Families of replies alone, that stand in no list of families.
const OF_REPLIES: [&str; 1] = ["json"];

/// Whoever adds a family says in docs/ what recognises it and what was tested; a folder that is named there exists.
#[test]
fn every_family_stands_in_the_tables_with_its_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["docs/lists.md", "docs/lists.zh-CN.md"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `")).collect();
        let listed: Vec<&str> = rows.iter().filter_map(|row| row.split('`').nth(1)).collect();
        let in_code: Vec<&str> = lists::FAMILIES.iter().map(|family| family.name()).collect();
        let without_replies: Vec<&str> = listed.iter().copied().filter(|name| !OF_REPLIES.contains(name)).collect();
        assert_eq!(without_replies, in_code, "{file}: families in order of precedence");
        for (name, row) in listed.iter().zip(&rows) {
            assert!(row.contains(&format!("`tests/lists/{name}`")), "{file}: {name} names its fixtures");
        }
        let named = text.split('`').filter(|part| part.starts_with("tests/"));
        let missing: Vec<&str> = named.filter(|path| !root.join(path).exists()).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{file}");
    }
}
