//! The loader on good and faulty files.

use super::*;
use crate::model::rule::Lang;

const STANDARD: &str = r#"
id = "s"
name = { zh = "标准", en = "standard" }
effective_from = "2019-04-01"
[profiles.department]
name = { zh = "部门网站", en = "department" }
kinds = ["veto"]
[[indicator]]
id = "V1"
name = { zh = "指标", en = "indicator" }
kind = "veto"
criterion = { zh = "细则", en = "criterion" }
counts = [{ rule = "link.broken" }]
"#;

fn rule(id: &str, check: &str, params: &str, message: &str) -> RuleFile {
    let words = ["title", "why", "remedy", "decides"].map(|key| format!("{key} = {{ zh = \"字\", en = \"word\" }}")).join("\n");
    file(
        &format!("links/{id}.toml"),
        &format!(
            "id = \"{id}\"\ncheck = \"{check}\"\nlevel = \"advice\"\nsince = \"0.1\"\n{words}\nmessage = {{ zh = \"{message}\", en = \"word\" }}\n[params]\n{params}\n"
        ),
    )
}

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.into(), text: text.into() }
}

fn good() -> Vec<RuleFile> {
    vec![rule("link.broken", "dead-link", "classes = [\"page\"]", "{target} {reason}"), file("standards/s.toml", STANDARD)]
}

fn faults(own: &[RuleFile], user: &[RuleFile]) -> Vec<RuleFault> {
    load_from(own, user, "s", "department").unwrap_err()
}

#[test]
fn embedded_rules_and_every_profile_load() {
    for profile in ["department", "portal"] {
        let book = load(&[], "gov-2019", profile).unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert!(book.rule("link.broken").is_some());
        for year in 2019..=2026 {
            assert!(book.calendar.knows(year), "{year}");
        }
    }
}

#[test]
fn embedded_rule_files_are_named_after_their_rule() {
    for rule in load(&[], "gov-2019", "department").unwrap().rules {
        let name = format!("/{}.toml", rule.id);
        assert!(embedded().iter().any(|file| file.path.ends_with(&name)), "no file is named {name}");
    }
}

#[test]
fn a_good_book_loads() {
    let book = load_from(&good(), &[], "s", "department").unwrap();
    assert_eq!(book.rules.len(), 1);
    assert_eq!(book.standard.id, "s");
}

#[test]
fn an_own_file_replaces_only_the_keys_that_it_holds() {
    let user = [file("mine.toml", "id = \"link.broken\"\nlevel = \"deduct\"\n[title]\nzh = \"断链\"")];
    let book = load_from(&good(), &user, "s", "department").unwrap();
    let rule = book.rule("link.broken").unwrap();
    assert_eq!(rule.level, crate::model::finding::Level::Deduct);
    assert_eq!((rule.title.zh.as_str(), rule.title.en.as_str()), ("断链", "word"));
}

#[test]
fn an_unknown_check_is_named_with_its_line_and_the_known_ones() {
    let mut files = good();
    files.push(rule("x.y", "no-such-check", "", "m"));
    let faults = faults(&files, &[]);
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].file.as_str(), faults[0].line, faults[0].key.as_deref()), ("links/x.y.toml", Some(2), Some("check")));
    assert!(faults[0].worded(Lang::En).contains("dead-link"), "{}", faults[0].worded(Lang::En));
    assert!(faults[0].worded(Lang::Zh).contains("no-such-check"));
}

#[test]
fn a_parameter_that_the_check_does_not_have_is_pointed_at() {
    let mut files = good();
    files[0] = rule("link.broken", "dead-link", "classes = [\"page\"]\nclases = [\"image\"]", "m");
    let faults = faults(&files, &[]);
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].line, faults[0].key.as_deref()), (Some(12), Some("params.clases")));
    assert!(faults[0].worded(Lang::En).contains("expected"), "says what is allowed: {}", faults[0].worded(Lang::En));
}

#[test]
fn a_placeholder_that_nothing_fills_is_a_fault() {
    let mut files = good();
    files[0] = rule("link.broken", "dead-link", "classes = [\"page\"]", "{nonsense}");
    let faults = faults(&files, &[]);
    assert!(matches!(&faults[0].kind, FaultKind::UnknownPlaceholder { name, .. } if name == "nonsense"));
    assert_eq!(faults[0].key.as_deref(), Some("message.zh"));
}

#[test]
fn all_faults_are_reported_at_once() {
    let mut files = good();
    files.push(rule("link.broken", "dead-link", "classes = [\"page\"]", "m"));
    files.push(file("links/broken.toml", "id = \n"));
    files[1].text = STANDARD.replace("2019-04-01", "April").replace("link.broken", "link.gone");
    let kinds: Vec<FaultKind> = faults(&files, &[]).into_iter().map(|fault| fault.kind).collect();
    assert_eq!(kinds.len(), 4, "{kinds:#?}");
    assert!(kinds.iter().any(|kind| matches!(kind, FaultKind::DuplicateId { .. })));
    assert!(kinds.iter().any(|kind| matches!(kind, FaultKind::Toml { .. })));
    assert!(kinds.iter().any(|kind| matches!(kind, FaultKind::BadDate { .. })));
    assert!(kinds.iter().any(|kind| matches!(kind, FaultKind::UnknownRule { .. })));
}

#[test]
fn a_fault_in_a_standard_points_into_its_list() {
    let mut files = good();
    files[1].text = STANDARD.replace("link.broken", "link.gone");
    let faults = faults(&files, &[]);
    assert_eq!(faults[0].line, Some(13));
}

#[test]
fn an_unknown_key_is_a_fault_with_its_line() {
    let mut files = good();
    files[0].text.insert_str(0, "titel = 1\n");
    let faults = faults(&files, &[]);
    assert_eq!(faults[0].line, Some(1));
    assert!(faults[0].worded(Lang::En).contains("titel"));
}

#[test]
fn standards_and_profiles_that_are_not_there_are_named_with_the_known_ones() {
    let faults = load_from(&good(), &[], "gov-1999", "department").unwrap_err();
    assert!(matches!(&faults[0].kind, FaultKind::UnknownStandard { known, .. } if known == &["s"]));
    let faults = load_from(&good(), &[], "s", "church").unwrap_err();
    assert!(matches!(&faults[0].kind, FaultKind::UnknownProfile { known, .. } if known == &["department"]));
}

#[test]
fn indicators_are_laid_over_by_id_and_new_ones_are_added() {
    let over = "id = \"s\"\n[[indicator]]\nid = \"V1\"\nthreshold = 3\n[[indicator]]\nid = \"L1\"\nkind = \"veto\"\nname = { zh = \"本地\", en = \"local\" }\ncriterion = { zh = \"细则\", en = \"criterion\" }\n";
    let book = load_from(&good(), &[file("standards/mine.toml", over)], "s", "department").unwrap();
    let lines: Vec<_> =
        book.standard.indicators.iter().map(|line| (line.id.as_str(), line.threshold, line.counts.len())).collect();
    assert_eq!(lines, [("V1", Some(3), 1), ("L1", None, 0)]);
}

#[test]
fn rules_and_indicators_are_switched_off() {
    let user = [
        file("x.toml", "id = \"link.broken\"\noff = true"),
        file("standards/mine.toml", "id = \"s\"\n[[indicator]]\nid = \"V1\"\noff = true\n"),
    ];
    let book = load_from(&good(), &user, "s", "department").unwrap();
    assert_eq!((book.rules.len(), book.standard.indicators.len()), (0, 0));
}

#[test]
fn the_shipped_overlay_loads_and_is_stricter() {
    let own = |path: &str, text: &str| file(path, text);
    let user = [
        own("columns/column.stale.toml", include_str!("../../../docs/overlay-strict/columns/column.stale.toml")),
        own("home.stale.toml", include_str!("../../../docs/overlay-strict/home.stale.toml")),
        own("site.undeclared.toml", include_str!("../../../docs/overlay-strict/site.undeclared.toml")),
        own("standards/gov-2019.toml", include_str!("../../../docs/overlay-strict/standards/gov-2019.toml")),
    ];
    let plain = load(&[], "gov-2019", "department").unwrap();
    let strict = load(&user, "gov-2019", "department").unwrap_or_else(|faults| panic!("{faults:#?}"));
    let news = |book: &RuleBook| book.rule("column.stale").unwrap().params["limits"]["news"].as_integer();
    assert_eq!((news(&plain), news(&strict)), (Some(14), Some(3)));
    let of_plans = |book: &RuleBook| book.rule("column.stale").unwrap().params["limits"]["plan"].as_integer();
    assert_eq!(of_plans(&plain), of_plans(&strict), "what the overlay does not say stays");
    let threshold = |book: &RuleBook| book.standard.indicators.iter().find(|line| line.id == "V4a").unwrap().threshold;
    assert_eq!((threshold(&plain), threshold(&strict)), (Some(5), Some(3)));
    assert!(strict.rule("site.undeclared").is_none());
    let ids: Vec<&str> = strict.standard.indicators.iter().map(|line| line.id.as_str()).collect();
    assert!(ids.contains(&"L1") && !ids.contains(&"T7"), "{ids:?}");
}
