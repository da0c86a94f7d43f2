//! Tests of `crawl/frontier.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::super::Pace;
use super::super::host::Account;
use super::*;

fn hosts(requests_per_second: f64, per_host: usize) -> Hosts {
    let pace = Pace { requests_per_second, concurrency: 100, concurrency_per_host: per_host, timeout_seconds: 1 };
    Hosts::new(pace, BTreeMap::new(), false)
}

fn go(_: &Hosts, _: HostId, _: UrlId) -> Verdict {
    Verdict::Go
}

fn add(frontier: &mut Frontier<&'static str>, host: HostId, id: u32, rank: Rank, depth: u16) {
    let purpose = match rank {
        Rank::Home => Purpose::Home,
        Rank::Column | Rank::KnownColumn | Rank::Row | Rank::Sample | Rank::Failed | Rank::Page => Purpose::Page,
        Rank::List => Purpose::List,
        Rank::Resource => Purpose::Resource,
        Rank::External => Purpose::External,
    };
    frontier.note(UrlId(id), Seen::new(purpose, rank, depth, Some(0)));
    frontier.push(host, UrlId(id));
}

fn order(frontier: &mut Frontier<&'static str>, hosts: &mut Hosts) -> Vec<u32> {
    let mut out = Vec::new();
    while let Next::Fresh(host, id) = frontier.next(Moment::ZERO, true, hosts, &mut go) {
        hosts.get_mut(host).done(Moment::ZERO, Account::unsent(false));
        frontier.freed(host);
        out.push(id.0);
    }
    out
}

#[test]
fn homes_columns_lists_pages_by_depth_resources_externals() {
    let mut hosts = hosts(0.0, 4);
    let host = hosts.id_of("a.cn");
    let mut frontier = Frontier::new(1, 100);
    for (id, rank, depth) in [
        (0, Rank::External, 1),
        (1, Rank::Resource, 1),
        (2, Rank::Page, 3),
        (3, Rank::Page, 1),
        (4, Rank::List, 2),
        (5, Rank::Column, 1),
        (6, Rank::Home, 0),
    ] {
        add(&mut frontier, host, id, rank, depth);
    }
    assert_eq!(order(&mut frontier, &mut hosts), [6, 5, 4, 3, 2, 1, 0]);
}

#[test]
fn hosts_of_one_rank_take_turns() {
    let mut hosts = hosts(0.0, 4);
    let (a, b) = (hosts.id_of("a.cn"), hosts.id_of("b.cn"));
    let mut frontier = Frontier::new(1, 100);
    for id in 0..6 {
        add(&mut frontier, if id < 3 { a } else { b }, id, Rank::Page, 1);
    }
    let order = order(&mut frontier, &mut hosts);
    assert!(order.chunks(2).all(|pair| (pair[0] < 3) != (pair[1] < 3)), "{order:?}");
}

#[test]
fn a_closed_host_only_goes_on_with_what_is_begun() {
    let mut hosts = hosts(0.0, 4);
    let host = hosts.id_of("a.cn");
    let mut frontier = Frontier::new(1, 100);
    frontier.close(host);
    add(&mut frontier, host, 0, Rank::Home, 0);
    frontier.resume(host, Rank::Home, "robots");
    assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Continue(host, "robots"));
    assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Nothing);
    frontier.open(host);
    assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Fresh(host, UrlId(0)));
}

#[test]
fn a_waiting_host_says_when() {
    let mut hosts = hosts(2.0, 4);
    let host = hosts.id_of("a.cn");
    let mut frontier = Frontier::new(1, 100);
    add(&mut frontier, host, 0, Rank::Page, 1);
    add(&mut frontier, host, 1, Rank::Page, 1);
    assert!(matches!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Fresh(..)));
    assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Nothing);
    assert_eq!(frontier.wake(), Some(Duration::from_millis(500)));
    assert!(matches!(frontier.next(Duration::from_millis(500), true, &mut hosts, &mut go), Next::Fresh(..)));
}

#[test]
fn held_addresses_come_back_when_released() {
    let mut hosts = hosts(0.0, 4);
    let host = hosts.id_of("a.cn");
    let mut frontier = Frontier::new(1, 100);
    add(&mut frontier, host, 0, Rank::Page, 1);
    let mut hold = |_: &Hosts, _: HostId, _: UrlId| Verdict::Hold;
    assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut hold), Next::Nothing);
    assert!(frontier.only_held() && frontier.queued() == 1);
    frontier.release(host);
    assert_eq!(frontier.next(Moment::ZERO, true, &mut hosts, &mut go), Next::Fresh(host, UrlId(0)));
    assert_eq!(frontier.queued(), 0);
}

#[derive(Debug, Clone)]
enum Step {
    Push { host: u8, site: u8, rank: u8, depth: u16 },
    Promote { at: usize },
    Again { at: usize },
    Next { ms: u64, verdict: u8 },
    Release { host: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4_u8, 0..2_u8, 0..6_u8, 0..5_u16).prop_map(|(host, site, rank, depth)| Step::Push { host, site, rank, depth }),
        (0..200_usize).prop_map(|at| Step::Promote { at }),
        (0..200_usize).prop_map(|at| Step::Again { at }),
        (0..500_u64, 0..8_u8).prop_map(|(ms, verdict)| Step::Next { ms, verdict }),
        (0..4_u8).prop_map(|host| Step::Release { host }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_address_comes_twice_and_no_budget_is_exceeded(steps in proptest::collection::vec(step(), 0..400), budget in 0..20_u32) {
        let mut hosts = hosts(50.0, 2);
        let ids: Vec<HostId> = (0..4).map(|i| hosts.id_of(&format!("h{i}.cn"))).collect();
        let mut frontier: Frontier<()> = Frontier::new(2, budget);
        let mut home_of = Vec::new();
        let mut yielded = std::collections::BTreeSet::new();
        let mut pages = [0_u32; 2];
        let mut now = Moment::ZERO;
        for step in steps {
            match step {
                Step::Push { host, site, rank, depth } => {
                    let (rank, purpose) = [
                        (Rank::Home, Purpose::Home),
                        (Rank::Column, Purpose::Page),
                        (Rank::List, Purpose::List),
                        (Rank::Page, Purpose::Page),
                        (Rank::Resource, Purpose::Resource),
                        (Rank::External, Purpose::External),
                    ][usize::from(rank)];
                    let id = UrlId(home_of.len() as u32);
                    let host = ids[usize::from(host)];
                    home_of.push(host);
                    frontier.note(id, Seen::new(purpose, rank, depth, Some(usize::from(site))));
                    frontier.push(host, id);
                }
                Step::Promote { at } if at < home_of.len() => {
                    frontier.promote(home_of[at], UrlId(at as u32), Rank::List, Purpose::List);
                }
                Step::Again { at } if at < home_of.len() => frontier.push(home_of[at], UrlId(at as u32)),
                Step::Release { host } => frontier.release(ids[usize::from(host)]),
                Step::Next { ms, verdict } => {
                    now += Duration::from_millis(ms);
                    let mut judge = |_: &Hosts, _: HostId, _: UrlId| match verdict {
                        0 => Verdict::Hold,
                        1 => Verdict::Skip(SkipReason::Robots),
                        _ => Verdict::Go,
                    };
                    match frontier.next(now, true, &mut hosts, &mut judge) {
                        Next::Fresh(host, id) => {
                            prop_assert!(yielded.insert(id), "{id:?} came twice");
                            let seen = frontier.seen(id);
                            if seen.counts_as_page() {
                                pages[seen.site().unwrap()] += 1;
                            }
                            hosts.get_mut(host).done(Moment::ZERO, Account::unsent(false));
                            frontier.freed(host);
                        }
                        Next::Skip(id, _) => prop_assert!(yielded.insert(id), "{id:?} came twice"),
                        Next::Continue(..) | Next::Locate(_) | Next::Nothing => {}
                    }
                }
                Step::Promote { .. } | Step::Again { .. } => {}
            }
        }
        prop_assert!(pages.iter().all(|n| *n <= budget), "{pages:?} of {budget}");
        let drained = frontier.drain();
        let rest: Vec<UrlId> = drained.fresh.into_iter().chain(drained.held).collect();
        for id in &rest {
            prop_assert!(yielded.insert(*id), "{id:?} came twice");
        }
        prop_assert_eq!(yielded.len(), home_of.len(), "nothing is lost");
    }
}
