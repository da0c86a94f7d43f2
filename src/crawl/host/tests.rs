//! Pace, breaker, slots and statistics of a host.

use super::*;

const ID: HostId = HostId(0);

/// One host whose address is known.
fn hosts(requests_per_second: f64) -> Hosts {
    let pace = Pace { requests_per_second, concurrency: 16, concurrency_per_host: 2, timeout_seconds: 15 };
    let address = "192.0.2.1".parse().unwrap();
    let named = ["gxt", "jxj"].map(|name| (format!("{name}.example.gov.cn"), address));
    let mut hosts = Hosts::new(pace, named.into(), true);
    hosts.id_of("gxt.example.gov.cn");
    hosts
}

fn at(ms: u64) -> Moment {
    Duration::from_millis(ms)
}

fn account(contact: Contact) -> Account {
    Account { contact, bytes: 0, https: false, latency: at(50), retry_after: None }
}

fn done(hosts: &mut Hosts, id: HostId, now: Moment, contact: Contact) {
    hosts.get_mut(id).done(now, account(contact));
}

/// Asks as often as it may be asked, until `end`; every answer comes at once.
fn ask_until(hosts: &mut Hosts, ids: &[HostId], end: Moment, contact: Contact) -> Vec<Moment> {
    let mut sent = Vec::new();
    let mut now = Moment::ZERO;
    while now < end {
        let mut next = end;
        for &id in ids {
            match hosts.turn(id, now) {
                Turn::Go => {
                    sent.push(now);
                    done(hosts, id, now, contact);
                    next = now;
                }
                Turn::Wait(until) => {
                    assert!(until > now);
                    next = next.min(until);
                }
                other => panic!("{other:?}"),
            }
        }
        now = next;
    }
    sent
}

fn keeps(sent: &[Moment], period: Duration) -> bool {
    sent.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= period)
}

#[test]
fn the_pace_is_kept_without_a_burst() {
    let sent = ask_until(&mut hosts(5.0), &[ID], at(2_000), Contact::Answered(200));
    assert_eq!(sent.len(), 10);
    assert!(keeps(&sent, at(200)), "{sent:?}");
}

#[test]
fn hosts_on_one_address_share_its_pace() {
    let mut hosts = hosts(5.0);
    let other = hosts.id_of("jxj.example.gov.cn");
    let with_port = hosts.id_of("jxj.example.gov.cn:8080");
    let sent = ask_until(&mut hosts, &[ID, other, with_port], at(2_000), Contact::Answered(200));
    assert_eq!(sent.len(), 10);
    assert!(keeps(&sent, at(200)), "{sent:?}");
}

#[test]
fn a_host_whose_address_is_unknown_is_looked_up_first_and_then_shares() {
    let mut hosts = hosts(5.0);
    let unknown = hosts.id_of("sub.example.gov.cn");
    assert_eq!([hosts.turn(unknown, at(0)), hosts.turn(unknown, at(0))], [Turn::Locate, Turn::Full]);
    assert_eq!(hosts.turn(ID, at(0)), Turn::Go);
    hosts.located(unknown, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(hosts.turn(unknown, at(1)), Turn::Wait(at(200)));
    let nowhere = hosts.id_of("gone.example.gov.cn");
    assert_eq!(hosts.turn(nowhere, at(1)), Turn::Locate);
    hosts.located(nowhere, None);
    assert_eq!(hosts.turn(nowhere, at(1)), Turn::Go);
}

#[test]
fn no_pace_means_no_waiting_and_no_looking_up() {
    let mut hosts = hosts(0.0);
    let unknown = hosts.id_of("sub.example.gov.cn");
    for _ in 0..1_000 {
        assert_eq!(hosts.turn(unknown, Moment::ZERO), Turn::Go);
        done(&mut hosts, unknown, Moment::ZERO, Contact::Answered(200));
    }
}

#[test]
fn no_more_in_flight_than_allowed() {
    let mut hosts = hosts(0.0);
    let turns = [(); 3].map(|()| hosts.turn(ID, at(0)));
    assert_eq!(turns, [Turn::Go, Turn::Go, Turn::Full]);
    done(&mut hosts, ID, at(0), Contact::Answered(200));
    assert_eq!(hosts.turn(ID, at(0)), Turn::Go);
}

#[test]
fn crawl_delay_slows_down_and_never_speeds_up() {
    let mut hosts = hosts(5.0);
    hosts.get_mut(ID).slow_down(at(0), at(2_000));
    hosts.get_mut(ID).slow_down(at(0), at(10));
    let sent = ask_until(&mut hosts, &[ID], at(20_000), Contact::Answered(200));
    assert_eq!(sent.first(), Some(&at(2_000)), "the request for robots.txt counts");
    assert!(sent.len() == 9 && keeps(&sent, at(2_000)), "{sent:?}");
}

#[test]
fn retry_after_is_honoured_up_to_its_limit_and_only_where_it_means_us() {
    let mut hosts = hosts(0.0);
    let mut after = |status, seconds| {
        let turn = hosts.turn(ID, at(0));
        let wait = Some(Duration::from_secs(seconds));
        hosts.get_mut(ID).done(at(0), Account { retry_after: wait, ..account(Contact::Answered(status)) });
        turn
    };
    assert_eq!((after(200, 60), after(301, 60), after(429, 3)), (Turn::Go, Turn::Go, Turn::Go));
    assert_eq!(hosts.turn(ID, at(10)), Turn::Wait(at(3_000)));
    assert_eq!(hosts.turn(ID, at(3_000)), Turn::Go);
    let day = Some(Duration::from_hours(24));
    hosts.get_mut(ID).done(at(3_000), Account { retry_after: day, ..account(Contact::Answered(503)) });
    assert_eq!(hosts.turn(ID, at(6_000)), Turn::Wait(at(3_000) + RETRY_AFTER_MAX));
}

#[test]
fn a_host_in_trouble_is_asked_less_and_then_as_before() {
    let mut hosts = hosts(5.0);
    let well = ask_until(&mut hosts, &[ID], at(10_000), Contact::Answered(200)).len();
    let mut hosts = self::hosts(5.0);
    let ill = ask_until(&mut hosts, &[ID], at(10_000), Contact::Answered(500)).len();
    assert!(well == 50 && ill < 20, "{ill} of {well}");
    assert!(hosts.get(ID).tempo.halvings >= 2 && !hosts.get(ID).is_paused(false));
    for _ in 0..100 {
        done(&mut hosts, ID, at(0), Contact::Answered(200));
    }
    assert_eq!(hosts.get(ID).tempo.period(), at(200));
}

#[test]
fn a_silent_host_is_paused_tried_once_more_and_then_left() {
    let mut hosts = hosts(0.0);
    let silent = Contact::Failed(FailureClass::Timeout);
    for _ in 0..PAUSE_AFTER {
        assert!(!hosts.get(ID).is_paused(false));
        done(&mut hosts, ID, at(0), silent);
    }
    let host = hosts.get_mut(ID);
    assert!(host.is_paused(false) && !host.is_paused(true));
    assert!(host.try_again() && !host.is_paused(false));
    done(&mut hosts, ID, at(0), silent);
    let host = hosts.get_mut(ID);
    assert!(host.is_paused(false) && !host.try_again());
    assert_eq!(host.pauses, 2);
}

#[test]
fn a_server_that_can_do_no_more_is_paused_and_one_whose_application_fails_is_not() {
    for (status, pauses) in [(429, true), (502, true), (503, true), (504, true), (500, false), (404, false), (403, false)] {
        let mut hosts = hosts(0.0);
        for _ in 0..PAUSE_AFTER {
            done(&mut hosts, ID, at(0), Contact::Answered(status));
        }
        assert_eq!(hosts.get(ID).is_paused(false), pauses, "{status}");
    }
}

#[test]
fn an_answer_ends_a_row_of_failures_and_dns_never_counts() {
    let mut hosts = hosts(0.0);
    for i in 0..100 {
        done(&mut hosts, ID, at(0), Contact::Failed(FailureClass::Dns));
        let other = if i % 10 == 0 { Contact::Answered(200) } else { Contact::Failed(FailureClass::Reset) };
        done(&mut hosts, ID, at(0), other);
    }
    assert!(!hosts.get(ID).is_paused(false));
}

#[test]
fn the_summary_counts_errors_by_class() {
    let mut hosts = hosts(0.0);
    for contact in [
        Contact::Answered(200),
        Contact::Answered(503),
        Contact::Failed(FailureClass::Reset),
        Contact::Challenged,
        Contact::Unsent,
    ] {
        assert!(matches!(hosts.turn(ID, at(0)), Turn::Go));
        done(&mut hosts, ID, at(0), contact);
    }
    let summary = hosts.summaries(&BTreeMap::new()).remove(0);
    assert_eq!((summary.requests, summary.latency_median_ms, summary.latency_p95_ms), (4, Some(51), Some(51)));
    let errors: Vec<(&str, u64)> = summary.errors.iter().map(|(key, count)| (key.as_str(), *count)).collect();
    assert_eq!(errors, [("5xx", 1), ("challenge", 1), ("reset", 1)]);
}

#[test]
fn the_port_is_no_part_of_the_name() {
    for (authority, name) in [("a.cn:80", "a.cn"), ("a.cn", "a.cn"), ("[::1]:8080", "[::1]"), ("[::1]", "[::1]")] {
        assert_eq!(name_of(authority), name);
    }
}

/// What a process that was killed had learnt of a host is known to the one that goes on.
#[test]
fn pauses_and_pace_from_before_an_interruption_hold_after_it() {
    let mut hosts = hosts(5.0);
    for _ in 0..PAUSE_AFTER - 1 {
        hosts.get_mut(ID).relive(Contact::Answered(503), false, at(50));
    }
    assert!(!hosts.get(ID).is_paused(false) && hosts.get(ID).tempo.halvings > 0);
    assert!(hosts.get(ID).tempo.period() > Duration::from_millis(200));
    hosts.get_mut(ID).relive(Contact::Failed(FailureClass::Timeout), false, at(50));
    assert!(hosts.get(ID).is_paused(false));
    assert_eq!((hosts.get(ID).requests, hosts.get(ID).failures), (0, 1), "requests are counted elsewhere");
    for _ in 0..20 {
        hosts.get_mut(ID).relive(Contact::Answered(200), true, at(50));
    }
    assert!(hosts.get(ID).is_paused(false), "the other scheme says nothing of it");
}
