//! `xuncha probe`: looks whether the home page of each site opens, and appends what it saw to the store. A week of at least
//! twenty looks a day decides what no single run can (norms.md V2).

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::audit::{address, resolve_also};
use super::{Exit, Failure, Session, beijing, configured, stamp};
use crate::cli;
use crate::config::Config;
use crate::crawl::{Network, fetch_page};
use crate::model::outcome::Outcome;
use crate::model::probe::{Probe, ProbeState, SECONDS_MAX};
use crate::model::rule::Lang;
use crate::read;
use crate::store::append_probes;
use crate::url::PageUrl;

/// Sites that are looked at at the same time.
const AT_ONCE: usize = 16;

pub(super) fn run(session: &Session, args: &cli::Probe) -> Result<Exit, Failure> {
    let mut config = if args.urls.is_empty() { configured::required(session)? } else { Config::default() };
    if !args.urls.is_empty() {
        let urls = args.urls.iter().map(|text| address(session, text)).collect::<Result<Vec<_>, _>>()?;
        config.set_sites(&urls);
        configured::with_environment(session, &mut config)?;
    }
    let mut network = configured::network(session, &config, args.allow_private)?;
    resolve_also(session, &mut network, &args.resolve)?;
    let store = session.store.clone().unwrap_or_else(|| config.store.path.clone());
    let sites: Vec<PageUrl> = config.sites.iter().map(|site| site.url.clone()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Failure::incomplete(match session.lang {
            Lang::Zh => format!("无法启动监测：{error}"),
            Lang::En => format!("cannot start the probe: {error}"),
        })
    })?;
    loop {
        let probes = runtime.block_on(all(&sites, &network));
        append_probes(&store, &probes).map_err(|error| Failure::store(&error, session.lang))?;
        if !session.quiet {
            for probe in &probes {
                session.print(&line(session, probe))?;
            }
        }
        let all_open = probes.iter().all(|probe| matches!(probe.state, ProbeState::Opened | ProbeState::OpenedInTheClear));
        let Some(minutes) = args.every else { return Ok(if all_open { Exit::Complete } else { Exit::Incomplete }) };
        let is_over = runtime.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(u64::from(minutes) * 60)) => false,
                _ = tokio::signal::ctrl_c() => true,
            }
        });
        if is_over {
            return Ok(Exit::Complete);
        }
    }
}

/// One look at each site, in the order of their declaration.
async fn all(sites: &[PageUrl], network: &Network) -> Vec<Probe> {
    let mut probes = Vec::new();
    for some in sites.chunks(AT_ONCE) {
        let mut looks = JoinSet::new();
        for (at, site) in some.iter().cloned().enumerate() {
            let network = network.clone();
            looks.spawn(async move { (at, look(&site, &network).await) });
        }
        let mut seen: Vec<(usize, Probe)> = looks.join_all().await;
        seen.sort_by_key(|(at, _)| *at);
        probes.extend(seen.into_iter().map(|(_, probe)| probe));
    }
    probes
}

async fn look(site: &PageUrl, network: &Network) -> Probe {
    let at = stamp(&Timestamp::now().to_zoned(beijing()));
    let began = Instant::now();
    let (mut state, mut reason) = attempt(site, network).await;
    if state == ProbeState::NotOpened
        && let Some(clear) = in_the_clear(site)
        && attempt(&clear, network).await.0 == ProbeState::Opened
    {
        // The site is there: its https is what is at fault.
        state = ProbeState::OpenedInTheClear;
        reason = format!("https.{reason}");
    }
    let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    Probe { site: site.to_string(), at, state, reason, duration_ms }
}

/// The page within the seconds of the standard, redirects included.
async fn attempt(url: &PageUrl, network: &Network) -> (ProbeState, String) {
    let limit = Duration::from_secs(u64::from(SECONDS_MAX));
    match tokio::time::timeout(limit, fetch_page(url, network, SECONDS_MAX)).await {
        Ok(Ok(page)) => state(&page.outcome, &page.body),
        Ok(Err(_)) => (ProbeState::Blocked, "client".to_owned()),
        Err(_) => (ProbeState::NotOpened, "failure.timeout".to_owned()),
    }
}

fn state(outcome: &Outcome, body: &[u8]) -> (ProbeState, String) {
    match outcome {
        Outcome::Reply(reply) => {
            let challenged = read::challenge(reply.status, body).is_some();
            let is_refused = matches!(reply.status, 401 | 403 | 407 | 412 | 429 | 451);
            let state = match reply.status {
                _ if challenged || is_refused => ProbeState::Blocked,
                200..=299 => ProbeState::Opened,
                _ => ProbeState::NotOpened,
            };
            (state, format!("status.{}", reply.status))
        }
        Outcome::Failed { class, .. } => (ProbeState::NotOpened, format!("failure.{}", class.key())),
        // Not asked for (a private address), or turned away.
        Outcome::Challenged { .. } => (ProbeState::Blocked, "challenged".to_owned()),
        Outcome::Skipped(_) => (ProbeState::Blocked, "skip.private-address".to_owned()),
    }
}

fn in_the_clear(url: &PageUrl) -> Option<PageUrl> {
    let rest = url.as_str().strip_prefix("https://")?;
    (url.authority() == url.host()).then(|| PageUrl::parse(&format!("http://{rest}")).ok()).flatten()
}

fn line(session: &Session, probe: &Probe) -> String {
    let said = match probe.state {
        ProbeState::Opened => session.word("已打开", "opened"),
        ProbeState::OpenedInTheClear => session.word("HTTPS打不开，HTTP已打开", "opened over http only"),
        ProbeState::NotOpened => session.word("未打开", "did not open"),
        ProbeState::Blocked => session.word("被拦截或未访问，不计", "turned away or not asked; not counted"),
    };
    format!("{}  {}  {said}  {}  {}ms\n", probe.at, probe.site, probe.reason, probe.duration_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::testing::{failed, reply};
    use crate::model::outcome::{FailureClass, SkipReason};

    #[test]
    fn a_refusal_is_counted_neither_way_and_an_error_page_is_not_open() {
        let said = |outcome: &Outcome| state(outcome, b"").0;
        assert_eq!(said(&reply(200)), ProbeState::Opened);
        for status in [403, 412, 429] {
            assert_eq!(said(&reply(status)), ProbeState::Blocked, "{status}");
        }
        for status in [404, 500, 502] {
            assert_eq!(said(&reply(status)), ProbeState::NotOpened, "{status}");
        }
        assert_eq!(state(&failed(FailureClass::Timeout), b""), (ProbeState::NotOpened, "failure.timeout".to_owned()));
        assert_eq!(said(&Outcome::Skipped(SkipReason::PrivateAddress)), ProbeState::Blocked);
    }

    #[test]
    fn only_https_has_an_address_in_the_clear() {
        let clear = |text: &str| in_the_clear(&PageUrl::parse(text).unwrap()).map(|url| url.to_string());
        assert_eq!(clear("https://a.gov.cn/x/").as_deref(), Some("http://a.gov.cn/x/"));
        assert_eq!((clear("http://a.gov.cn/"), clear("https://a.gov.cn:8443/")), (None, None));
    }
}
