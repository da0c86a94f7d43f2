//! docs/rules*.md are what the rule files make; every rule of the contract is one of them. `XUNCHA_BLESS=1` writes them again.

use std::collections::BTreeMap;
use std::path::Path;

use xuncha::audit::{catalogue::catalogue, rules};
use xuncha::model::rule::Lang;

use crate::formats::kept;

/// The first message of each rule in the snapshots of its bad cases.
fn examples() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut found = BTreeMap::new();
    let folders = |path: &Path| {
        let mut all: Vec<_> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
        all.sort();
        all
    };
    for rule in folders(&root) {
        for case in folders(&rule) {
            let Ok(snap) = std::fs::read_to_string(case.join("findings.snap")) else { continue };
            let message = snap.lines().find_map(|line| line.trim().strip_prefix("message "));
            if let Some(message) = message {
                found.entry(rule.file_name().unwrap().to_string_lossy().into_owned()).or_insert_with(|| message.to_owned());
            }
        }
    }
    found
}

#[test]
fn the_catalogue_in_docs_is_what_the_rule_files_say() {
    let book = rules::load(&[], "gov-2019", "portal").unwrap();
    let examples = examples();
    for rule in &book.rules {
        assert!(examples.contains_key(&rule.id), "{} has no example", rule.id);
    }
    kept("docs/rules.zh-CN.md", catalogue(&book, &examples, Lang::Zh).as_bytes());
    kept("docs/rules.md", catalogue(&book, &examples, Lang::En).as_bytes());
}
