//! `xuncha probe`, what its log decides, and what the outlook says of days to come.

use std::path::Path;

use tokio::runtime::Runtime;
use xuncha::model::probe::{Probe, ProbeState};
use xuncha::model::report::{IndicatorState, Report, SiteVerdict};
use xuncha::store::{Access, Store, append_probes};

use super::super::raw::HOST;
use super::super::served::{Served, read_case};
use super::Desk;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");

fn served(runtime: &Runtime, case: &str) -> Served {
    runtime.block_on(Served::folder(&Path::new(CASES).join(case)))
}

fn log(desk: &Desk) -> Vec<Probe> {
    Store::open(&desk.path("xuncha.db"), Access::Read).unwrap().probes("").unwrap()
}

fn state(report: &Report, indicator: &str) -> (IndicatorState, bool) {
    let line = report.sites[0].indicators.iter().find(|line| line.id == indicator).unwrap();
    (line.state, line.failed)
}

#[test]
fn a_probe_is_a_line_in_the_log_and_a_dead_site_is_not_open() {
    let runtime = Runtime::new().unwrap();
    let served = served(&runtime, "site.unreachable/good-week");
    let desk = Desk::new();
    desk.configure(served.address, "");
    let said = desk.run("probe");
    assert_eq!((said.status, said.err.as_str()), (0, ""), "{said:#?}");
    assert!(said.out.contains(&format!("http://{HOST}/  已打开  status.200")), "{}", said.out);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    desk.configure(nobody, "");
    let said = desk.run("probe --lang en");
    assert_eq!(said.status, 3, "{said:#?}");
    assert!(said.out.contains("did not open"), "{}", said.out);
    let log = log(&desk);
    let states: Vec<_> = log.iter().map(|probe| (probe.state, probe.reason.as_str())).collect();
    assert!(states.contains(&(ProbeState::Opened, "status.200")), "{states:?}");
    assert!(states.contains(&(ProbeState::NotOpened, "failure.connect")), "{states:?}");
    assert!(log.iter().all(|probe| probe.site == format!("http://{HOST}/")));
    desk.run("probe --every 0").refused(&["--every"]);
}

#[test]
fn a_week_of_probes_in_the_store_settles_the_first_veto_without_a_request() {
    let runtime = Runtime::new().unwrap();
    let served = served(&runtime, "site.unreachable/good-week");
    let desk = Desk::new();
    desk.configure(served.address, "");
    assert_eq!(desk.audit("").status, 0);
    assert_eq!(state(&desk.report(), "V2"), (IndicatorState::Undetermined, false), "no log");
    drop(served);
    drop(runtime);
    let case = |name: &str| read_case(&Path::new(CASES).join("site.unreachable").join(name)).log_of_probes();
    append_probes(&desk.path("xuncha.db"), &case("good-week")).unwrap();
    assert_eq!(desk.run("check").status, 0);
    let report = desk.report();
    assert_eq!(state(&report, "V2"), (IndicatorState::Clear, false));
    let warned: Vec<_> = report.sites[0].outlook.warnings.iter().map(|warning| warning.level.as_str()).collect();
    assert_eq!(warned, ["unreachable-percent"], "4.3 % of 3 %");
    // As many again, all of them closed: more than five percent.
    append_probes(&desk.path("xuncha.db"), &case("bad-week")).unwrap();
    append_probes(&desk.path("xuncha.db"), &case("bad-week")).unwrap();
    let mut closed = case("bad-week");
    closed.retain(|probe| probe.state == ProbeState::NotOpened);
    append_probes(&desk.path("xuncha.db"), &closed).unwrap();
    assert_eq!(desk.run("check").status, 1);
    let report = desk.report();
    assert_eq!(state(&report, "V2"), (IndicatorState::Found, true));
    assert_eq!(report.sites[0].verdict, SiteVerdict::Unqualified);
}

#[test]
fn the_day_that_the_outlook_names_is_the_day_on_which_the_verdict_changes() {
    let runtime = Runtime::new().unwrap();
    let served = served(&runtime, "site.unreachable/good-week");
    let desk = Desk::new();
    desk.configure(served.address, "");
    assert_eq!(desk.audit("").status, 0);
    let site = |report: Report| report.sites.into_iter().next().unwrap();
    let today = site(desk.report());
    let day = today.outlook.unqualified_on.clone().unwrap();
    assert_ne!(today.verdict, SiteVerdict::Unqualified);
    let at = |day: jiff::civil::Date| {
        desk.run(&format!("check --quiet --now {day}T09:00:00+08:00"));
        site(desk.report())
    };
    let turns: jiff::civil::Date = day.parse().unwrap();
    let before = at(turns.yesterday().unwrap());
    assert_eq!((before.verdict, before.outlook.unqualified_on.as_deref()), (today.verdict, Some(day.as_str())));
    let then = at(turns);
    assert_eq!((then.verdict, then.outlook.unqualified_on), (SiteVerdict::Unqualified, None));
    assert_eq!(then.outlook.mending.unwrap().findings.len(), 1, "the home page alone");
}
