//! The house rules that a compiler does not know: who may depend on whom, and what no module may touch.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module → the modules of ours that it may name (ARCHITECTURE.md, "arrows"). Every module may name itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("url", &[]),
    ("model", &["url"]),
    ("read", &["model", "url"]),
    ("crawl", &["read", "model", "url"]),
    ("audit", &["model", "url"]),
    ("report", &["model"]),
    ("store", &["model", "url"]),
    ("config", &["model", "url"]),
    ("cli", &[]),
    ("demo", &["model", "url"]),
    ("commands", &["cli", "config", "crawl", "read", "audit", "report", "store", "model", "url", "demo"]),
    ("main", &["cli", "commands"]),
];

/// Words that phases which must stay pure may not contain.
const IMPURE: &[&str] =
    &["tokio", "reqwest", "rusqlite", "std::fs", "std::env", "Timestamp::now", "Zoned::now", "SystemTime", "Instant::now"];
const PURE: &[&str] = &["read", "audit", "report", "model", "url"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// (module, path, code without comments and without its unit tests)
fn sources() -> Vec<(String, PathBuf, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files
        .into_iter()
        .map(|path| {
            let relative = path.strip_prefix(&src).unwrap().to_owned();
            let module = relative.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or("");
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (module, relative, code)
        })
        .filter(|(module, ..)| module != "lib")
        .collect()
}

#[test]
fn modules_depend_only_along_the_arrows() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut faults = Vec::new();
    for (module, path, code) in sources() {
        let allowed = arrows.get(module.as_str()).unwrap_or_else(|| panic!("src/{module} has no line in ARROWS"));
        for (other, _) in ARROWS {
            let named = code.contains(&format!("crate::{other}::")) || code.contains(&format!("xuncha::{other}::"));
            if named && *other != module && !allowed.contains(other) {
                faults.push(format!("src/{}: {module} names {other}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pure_phases_see_no_network_no_file_no_clock() {
    let mut faults = Vec::new();
    for (module, path, code) in sources() {
        if PURE.contains(&module.as_str()) {
            for word in IMPURE {
                if code.contains(word) {
                    faults.push(format!("src/{}: {word}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn one_room_names_the_http_library() {
    for (module, path, code) in sources() {
        if module == "crawl" && (path.ends_with("fetch.rs") || path.parent().is_some_and(|room| room.ends_with("fetch"))) {
            continue;
        }
        assert!(!code.contains("reqwest::"), "src/{} names reqwest", path.display());
    }
}

#[test]
fn one_file_names_the_browser_library() {
    for (module, path, code) in sources() {
        if module == "crawl" && path.file_name().is_some_and(|name| name == "browser.rs") {
            continue;
        }
        assert!(!code.contains("chromiumoxide::"), "src/{} names chromiumoxide", path.display());
    }
}

#[test]
fn one_file_names_the_mail_library() {
    for (_, path, code) in sources() {
        if !path.ends_with("notify/mail.rs") {
            assert!(!code.contains("lettre::"), "src/{} names lettre", path.display());
        }
    }
}

#[test]
fn fetch_sees_neither_read_nor_frontier() {
    for (module, path, code) in sources() {
        if module == "crawl" && path.file_name().is_some_and(|name| name == "fetch.rs") {
            for word in ["crate::read", "frontier::"] {
                assert!(!code.contains(word), "src/{} names {word}", path.display());
            }
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no module comment", path.display());
    }
}

#[test]
fn no_room_is_a_lumber_room() {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for path in files {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!["util", "utils", "common", "helpers", "manager", "misc"].contains(&stem.as_str()), "{}", path.display());
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 1_000, "{} has {lines} lines: is it one room or two?", path.display());
    }
}

#[test]
fn every_dependency_says_why() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if matches!(section, "[dependencies]" | "[dev-dependencies]") && line.contains(" = ") && !line.starts_with('#') {
            assert!(line.contains(" # "), "{line}: why?");
        }
    }
}

#[test]
fn every_test_that_the_table_of_hostile_servers_names_exists() {
    for table in ["docs/hostile.md", "docs/hostile.zh-CN.md"] {
        let text = fs::read_to_string(root().join(table)).unwrap();
        let mut named = 0;
        for name in text.split('`').filter(|name| name.contains("::") && !name.starts_with("guard")) {
            let (file, case) = (name.split("::").next().unwrap(), name.rsplit("::").next().unwrap());
            let source = fs::read_to_string(root().join(format!("tests/it/{file}.rs"))).unwrap();
            assert!(source.contains(&format!("fn {case}(")), "{table} names {name}");
            named += 1;
        }
        assert!(named >= 35, "{table} names {named} tests");
    }
}

/// Tables of clauses name tests by the end of their path, and folders of fixtures.
#[test]
fn every_test_and_fixture_that_the_tables_of_clauses_name_exists() {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    rust_files(&root().join("tests"), &mut files);
    let sources: Vec<(String, String)> =
        files.iter().map(|path| (path.to_string_lossy().replace('\\', "/"), fs::read_to_string(path).unwrap())).collect();
    let is_there = |name: &str| {
        let mut segments: Vec<&str> = name.split("::").filter(|segment| *segment != "tests").collect();
        let case = segments.pop().unwrap();
        let of = |path: &str| segments.iter().all(|segment| path.contains(&format!("/{segment}")));
        sources.iter().any(|(path, text)| of(path) && text.contains(&format!("fn {case}(")))
    };
    for table in ["docs/reading.md", "docs/reading.zh-CN.md", "docs/engine.md", "docs/engine.zh-CN.md"] {
        let text = fs::read_to_string(root().join(table)).unwrap();
        let named: Vec<&str> =
            text.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
        let tests: Vec<&str> = named.iter().copied().filter(|name| name.contains("::")).collect();
        assert!(tests.len() >= 30, "{table} names {} tests", tests.len());
        let missing: Vec<&str> = tests.into_iter().filter(|name| !is_there(name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{table}");
        let gone: Vec<&str> =
            named.into_iter().filter(|name| name.starts_with("tests/") && !root().join(name).exists()).collect();
        assert_eq!(gone, Vec::<&str>::new(), "{table}");
    }
}
