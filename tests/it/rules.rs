//! Rules on served sites: `tests/rules/<rule-id>/<case>/`. In a `good-*` case the rule stays silent; in a `bad-*` case its
//! findings are those of `findings.snap` in the folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use xuncha::audit::{Input, Judgement, RuleBook, judge, rules};
use xuncha::model::finding::Finding;
use xuncha::model::rule::Lang;

use crate::served;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn book() -> RuleBook {
    rules::load(&[], "gov-2019", "department").unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn judge_case(folder: &Path, book: &RuleBook) -> Judgement {
    let crawled = served::crawl_case(folder);
    let mut run = crawled.run();
    let case = served::read_case(folder);
    // No name leaves this machine: what a resolver would say stands in the case.
    let hosts = run.crawl.iter_mut().flat_map(|crawl| &mut crawl.hosts);
    for host in hosts {
        host.ipv6 = case.dns.iter().find(|entry| host.host == entry.host).map(|entry| entry.ipv6);
    }
    let records = crawled.each();
    let probes = case.log_of_probes();
    let judged = |lang| {
        judge(
            &Input {
                run: &run,
                records: &records,
                history: &BTreeMap::new(),
                probes: &probes,
                warn: xuncha::model::run::WarnLevels::default(),
                lang,
            },
            book,
        )
    };
    let (zh, en) = (judged(Lang::Zh), judged(Lang::En));
    for (judgement, lang) in [(&zh, Lang::Zh), (&en, Lang::En)] {
        assert_is_worded(judgement, lang, folder);
    }
    let ids = |judgement: &Judgement| judgement.findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&zh), ids(&en), "the language changes words only");
    let unique: std::collections::BTreeSet<String> = ids(&zh).into_iter().collect();
    assert_eq!(unique.len(), zh.findings.len(), "{}: two findings have one id", folder.display());
    zh
}

/// No key of the program's own is left without words.
fn assert_is_worded(judgement: &Judgement, lang: Lang, case: &Path) {
    let case = case.display();
    for finding in &judgement.findings {
        let texts = finding.evidence.iter().map(|piece| &piece.text).chain([&finding.message]);
        for text in texts {
            assert!(!text.starts_with('@'), "{case}: {text} ({}, {lang:?})", finding.rule);
            assert!(!text.contains('{'), "{case}: {text} ({}, {lang:?})", finding.rule);
        }
    }
    let results = judgement.sites.iter().flat_map(|site| &site.indicators).map(|line| &line.result);
    let reasons = judgement.rules.iter().flat_map(|rule| &rule.undetermined);
    for text in results.chain(reasons) {
        let last = text.rsplit(['：', ':', '，', ',']).next().unwrap_or("").trim();
        let is_bare_key = last.contains('-') && last.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(!is_bare_key, "{case}: {text} ({lang:?})");
    }
}

fn of_rule<'a>(judged: &'a Judgement, rule: &str) -> Vec<&'a Finding> {
    judged.findings.iter().filter(|finding| finding.rule == rule).collect()
}

fn describe(findings: &[&Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        writeln!(out, "{} {:?}", finding.url, finding.verdict).unwrap();
        if let Some(target) = &finding.target {
            writeln!(out, "  target  {target}").unwrap();
        }
        if let Some(column) = &finding.column {
            writeln!(out, "  column  {column}").unwrap();
        }
        writeln!(out, "  count   {}", finding.occurrence_count).unwrap();
        writeln!(out, "  message {}", finding.message).unwrap();
    }
    out
}

fn cases(prefix: &str) -> Vec<(String, PathBuf)> {
    let cases = |rule: PathBuf| folders(&rule).into_iter().map(move |case| (name(&rule), case));
    folders(&root()).into_iter().flat_map(cases).filter(|(_, case)| name(case).starts_with(prefix)).collect()
}

#[test]
fn every_rule_has_a_good_and_a_bad_case_and_every_case_a_rule() {
    let book = book();
    let count = |rule: &str, prefix: &str| cases(prefix).iter().filter(|(of, _)| of == rule).count();
    for rule in &book.rules {
        assert!(count(&rule.id, "good-") > 0, "{} has no good-* case", rule.id);
        assert!(count(&rule.id, "bad-") > 0, "{} has no bad-* case", rule.id);
    }
    for folder in folders(&root()) {
        assert!(book.rule(&name(&folder)).is_some(), "{} is no rule", folder.display());
        for case in folders(&folder) {
            let case = name(&case);
            assert!(case.starts_with("good-") || case.starts_with("bad-"), "{case} is neither good-* nor bad-*");
        }
    }
}

#[test]
fn rules_are_silent_on_good_sites() {
    let book = book();
    let mut spoke = String::new();
    for (rule, case) in cases("good-") {
        let judged = judge_case(&case, &book);
        assert!(
            judged.sites.iter().all(|site| site.pages > 0),
            "{rule}/{}: a site was not read, silence says nothing",
            name(&case)
        );
        let findings = of_rule(&judged, &rule);
        if !findings.is_empty() {
            writeln!(spoke, "{rule}/{}\n{}", name(&case), describe(&findings)).unwrap();
        }
    }
    assert!(spoke.is_empty(), "rules that spoke on good sites:\n{spoke}");
}

#[test]
fn rules_find_what_is_wrong_with_bad_sites() {
    let book = book();
    let mut wrong = Vec::new();
    for (rule, case) in cases("bad-") {
        let judged = judge_case(&case, &book);
        let findings = of_rule(&judged, &rule);
        if findings.is_empty() {
            wrong.push(format!("{rule}/{} has no finding", name(&case)));
            continue;
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("findings", describe(&findings)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
