//! Trend, pruning, copies.

use super::*;

fn at(day: usize) -> &'static str {
    DAYS[day]
}

#[test]
fn a_trend_holds_the_earlier_runs_of_the_same_sites_oldest_first() {
    let file = fixture();
    let store = open(&file.path);
    judged(&store, "1", at(0), &["a", "b"]);
    judged(&store, "2", at(1), &["a"]);
    let mut other = run_info("3", at(1));
    other.sites.push(SiteDecl { url: url("/second/"), ..other.sites[0].clone() });
    store.begin_run(&other).unwrap();
    store.save_judgement("3", &report(&other, &["a", "b", "c"])).unwrap();
    judged(&store, "4", at(2), &[]);
    let of = |max| -> Vec<(String, u32)> {
        store.trend("4", max).unwrap().into_iter().map(|point| (point.run, point.deduct)).collect()
    };
    assert_eq!(of(9), [("1".to_owned(), 2), ("2".to_owned(), 1)]);
    assert_eq!(of(1), [("2".to_owned(), 1)]);
    assert_eq!(store.trend("1", 9).unwrap(), []);
}

#[test]
fn pruning_takes_pages_first_and_never_those_of_the_newest_run() {
    let file = fixture();
    let store = store_with(&file.path, vec![record(0, Vec::new())]);
    let info = run_info(RUN, NOW);
    store.save_judgement(RUN, &report(&info, &["a"])).unwrap();
    assert_eq!(store.prune(Keep { runs: Some(1), ..Keep::default() }).unwrap().runs, Vec::<String>::new());
    judged(&store, "later", "2026-12-24T09:00:00+08:00", &["a"]);
    let far = Keep { since: Some("2026-01-01T00:00:00Z".parse().unwrap()), ..Keep::default() };
    assert!(store.prune(far).unwrap().runs.is_empty(), "its day is kept");
    assert_eq!(read_all(&store, RUN).len(), 1);
    assert_eq!(store.prune(Keep { runs: Some(1), ..Keep::default() }).unwrap().runs, [RUN]);
    assert!(read_all(&store, RUN).is_empty());
    assert_eq!(store.report(RUN).unwrap().findings.len(), 1);
    assert_eq!(store.history("later").unwrap()["a"].runs_in_a_row, 1);
    assert_eq!(store.prune(Keep { runs: Some(1), results_too: true, ..Keep::default() }).unwrap().runs, [RUN]);
    assert_eq!(store.runs().unwrap().len(), 1);
}

#[test]
fn a_copy_is_made_while_a_run_is_written() {
    let file = fixture();
    let store = open(&file.path);
    store.begin_run(&run_info(RUN, NOW)).unwrap();
    let mut writer = store.writer(RUN).unwrap();
    let it = record(0, Vec::new());
    writer.address(it.id, &it.url).unwrap();
    writer.record(it).unwrap();
    let to = file.path.with_file_name("copy.db");
    let reader = Store::open(&file.path, Access::Read).unwrap();
    assert!(reader.backup(&to).unwrap() > 0);
    writer.finish().unwrap();
    assert_eq!(Store::open(&to, Access::Read).unwrap().runs().unwrap().len(), 1);
    reader.backup(&to).unwrap();
    assert_eq!(read_all(&Store::open(&to, Access::Read).unwrap(), RUN).len(), 1);
}

/// `tests/data/stores/schema-1.sql` holds rows as the program of schema 1 wrote them (two runs of the demo group, cut short);
/// they are brought to each schema since, and opened from there.
#[test]
fn stores_of_every_earlier_schema_are_read_after_their_migration() {
    let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores/schema-1.sql");
    let dump = std::fs::read_to_string(&dump).unwrap_or_else(|error| panic!("{}: {error}", dump.display()));
    for version in 1..schema::VERSION {
        let file = fixture();
        let mut connection = Connection::open(&file.path).unwrap();
        connection.execute_batch(&dump).unwrap();
        schema::bring_to(&mut connection, version);
        drop(connection);
        assert!(matches!(Store::open(&file.path, Access::Read), Err(StoreError::Older { .. })));
        let store = open(&file.path);
        let runs = store.runs().unwrap();
        assert_eq!(runs.len(), 2);
        for run in &runs {
            assert_eq!(read_all(&store, &run.info.id).len() as u64, run.records);
            assert!(run.records >= 6 && run.judged.as_ref().is_some_and(|judged| !judged.verdicts.is_empty()));
            assert_eq!(store.report(&run.info.id).unwrap().findings.len(), 3);
        }
        let (first, second) = (&runs[0].info.id, &runs[1].info.id);
        let diff = store.diff(first, second).unwrap();
        assert_eq!(diff.persisting.len() + diff.new.len(), 3);
        assert!(store.history(second).unwrap().values().any(|seen| seen.first_seen == runs[0].info.now));
        assert_eq!(store.trend(second, 9).unwrap().len(), 1);
        assert!(!store.is_pruned(second).unwrap());
        store.backup(&file.path.with_file_name("copy.db")).unwrap();
        assert_eq!(store.prune(Keep { runs: Some(1), ..Keep::default() }).unwrap().runs, std::slice::from_ref(first));
    }
}
