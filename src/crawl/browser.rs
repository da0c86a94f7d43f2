//! An installed Chromium: started, asked to show one page at a time, closed and waited for. The only file that names the browser
//! library. It has no network of its own: no name resolves in it, and every request of a page is handed to the driver as an
//! [`Errand`], which carries it out, or not, under the crawl's own rules.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chromiumoxide::cdp::browser_protocol::browser::{SetDownloadBehaviorBehavior, SetDownloadBehaviorParams};
use chromiumoxide::cdp::browser_protocol::fetch::{
    ContinueRequestParams, EnableParams, EventRequestPaused, FailRequestParams, FulfillRequestParams, HeaderEntry, RequestId,
};
use chromiumoxide::cdp::browser_protocol::network::{ErrorReason, ResourceType};
use chromiumoxide::cdp::browser_protocol::page::{
    CreateIsolatedWorldParams, EventJavascriptDialogOpening, HandleJavaScriptDialogParams, NavigateParams,
};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::detection::{DetectionOptions, default_executable};
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::HandlerConfig;
use chromiumoxide::{Binary, Browser as Remote, Page};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::fetch::Relayed;
use crate::model::run::RendererFault;

/// The browser must be up within this.
const START_MAX: Duration = Duration::from_secs(30);
/// It gets this long to end by itself before it is killed.
const END_MAX: Duration = Duration::from_secs(5);
/// A page is done when it is loaded and its scripts have asked for nothing for so long.
const QUIET: Duration = Duration::from_millis(500);
/// How often a page is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// No name leads anywhere, no service of the browser's own speaks, nothing is drawn that nobody sees.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable,Translate,OptimizationHints,\
     MediaRouter,DialMediaRouteProvider,AutofillServerCommunication",
    "--blink-settings=imagesEnabled=false",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-notifications",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
];

/// Ends the browser, with all its helpers, when it ends itself or when this process goes away, however it goes: the pipe that
/// it holds open then closes. The shell leads a process group of its own, so a Ctrl-C at the terminal is this process's to handle.
#[cfg(unix)]
const LEASH: &str = r#"exec 3<&0; "$@" </dev/null 3<&- & browser=$!
(read _ <&3; kill -9 0) & exec 3<&-
wait "$browser"; kill -9 0"#;

/// The page as it stands, without its scripts, links as the browser resolves them; null until it is loaded, or where it is longer
/// than a page may be.
const LOOK: &str = "(() => {
  if (document.readyState !== 'complete' || !document.documentElement) return null;
  const links = document.querySelectorAll('a[href]');
  const root = document.documentElement.cloneNode(true);
  const copies = root.querySelectorAll('a[href]');
  for (let i = 0; i < copies.length && copies.length === links.length; i++) {
    if (/^https?:/.test(links[i].href)) copies[i].setAttribute('href', links[i].href);
  }
  for (const gone of root.querySelectorAll('script,noscript,template,base')) gone.remove();
  const html = root.outerHTML;
  return html.length > CHARS_MAX ? null : html;
})()";

/// A request of a page, to be carried out by the driver.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) url: String,
    pub(super) method: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) is_script: bool,
    /// None: it is not carried out.
    pub(super) answer: oneshot::Sender<Option<Relayed>>,
}

/// A running browser.
#[derive(Debug)]
pub(super) struct Browser {
    remote: Remote,
    child: Child,
    events: JoinHandle<()>,
    messages: JoinHandle<()>,
    /// Thrown away at the end.
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts the browser.
    ///
    /// # Errors
    /// [`RendererFault`] when there is none, or when it does not come up; the cause is logged.
    pub(super) async fn open(program: Option<&Path>, user_agent: &str) -> Result<Self, RendererFault> {
        let program = match program {
            Some(program) => program.to_owned(),
            None => default_executable(DetectionOptions::default()).map_err(|_| RendererFault::Missing)?,
        };
        if !program.exists() {
            return Err(RendererFault::Missing);
        }
        let broken = |what: &str, fault: &dyn std::fmt::Display| {
            tracing::info!(program = %program.display(), %fault, "the browser: {what}");
            RendererFault::Broken
        };
        let profile = tempfile::Builder::new()
            .prefix(&format!("xuncha-browser-{}-", std::process::id()))
            .tempdir()
            .map_err(|fault| broken("no folder for its profile", &fault))?;
        let mut child = command(&program, profile.path(), user_agent)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|fault| broken("it does not start", &fault))?;
        let Ok(Some((address, messages))) = tokio::time::timeout(START_MAX, address(&mut child)).await else {
            end(&mut child).await;
            return Err(broken("it does not come up", &"no address to speak to"));
        };
        let config = HandlerConfig { viewport: None, cache_enabled: false, ..HandlerConfig::default() };
        match tokio::time::timeout(START_MAX, Remote::connect_with_config(address, config)).await {
            Ok(Ok((remote, mut handler))) => {
                // messages of a newer browser that the library cannot read are no reason to stop listening
                let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
                Ok(Self { remote, child, events, messages, profile })
            }
            Ok(Err(fault)) => {
                end(&mut child).await;
                Err(broken("it cannot be spoken to", &fault))
            }
            Err(fault) => {
                end(&mut child).await;
                Err(broken("it cannot be spoken to", &fault))
            }
        }
    }

    /// Opens a page and waits until its scripts have come to rest: its markup then, `None` where that is too long. Every
    /// request goes through `errands`. The caller sets the time limit, and closes the browser where it is reached.
    pub(super) async fn show(
        &self,
        url: &str,
        chars_max: u64,
        errands: mpsc::Sender<Errand>,
    ) -> Result<Option<String>, CdpError> {
        let deny = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny);
        self.remote.execute(deny).await?;
        let page = self.remote.new_page("about:blank").await?;
        let mut paused = page.event_listener::<EventRequestPaused>().await?;
        let mut dialogs = page.event_listener::<EventJavascriptDialogOpening>().await?;
        page.execute(EnableParams::default()).await?;
        let mut going = FuturesUnordered::new();
        let mut looks = FuturesUnordered::new();
        let mut navigation = std::pin::pin!(page.execute(NavigateParams::new(url)));
        let mut is_under_way = true;
        let mut has_asked = false;
        let mut last = Instant::now();
        let mut clock = tokio::time::interval(LOOK_EVERY);
        let shown = loop {
            tokio::select! {
                Some(event) = paused.next() => {
                    has_asked = true;
                    last = Instant::now();
                    going.push(run(&page, event, errands.clone()));
                }
                Some(()) = going.next(), if !going.is_empty() => last = Instant::now(),
                Some(_) = dialogs.next() => {
                    let dismissed = page.execute(HandleJavaScriptDialogParams::new(false)).await;
                    tracing::debug!(ok = dismissed.is_ok(), "a dialog of the page was dismissed");
                }
                _ = &mut navigation, if is_under_way => is_under_way = false,
                Some(look) = looks.next(), if !looks.is_empty() => match look? {
                    Look::Markup(html) if going.is_empty() && last.elapsed() >= QUIET => break Some(html),
                    Look::TooLong => break None,
                    Look::Markup(_) | Look::Loading => {}
                },
                _ = clock.tick() => {
                    if has_asked && looks.is_empty() && going.is_empty() && last.elapsed() >= QUIET {
                        looks.push(look(&page, chars_max));
                    }
                }
            }
        };
        drop(going);
        // a page that will not close has been read all the same; the browser's end is its end
        let _ = tokio::time::timeout(QUIET, page.clone().close()).await;
        Ok(shown)
    }

    /// Ends the browser and waits until it has gone, its profile with it.
    pub(super) async fn close(mut self) {
        let asked = tokio::time::timeout(END_MAX, self.remote.close()).await.is_ok_and(|asked| asked.is_ok());
        if !asked || tokio::time::timeout(END_MAX, self.child.wait()).await.is_err() {
            end(&mut self.child).await;
        }
        // they end when the last of its helpers has gone
        if tokio::time::timeout(END_MAX, &mut self.messages).await.is_err() {
            self.messages.abort();
        }
        self.events.abort();
        let _ = self.events.await;
        if let Err(fault) = self.profile.close() {
            tracing::info!(%fault, "the browser's profile could not be removed");
        }
    }
}

/// Waits for the end of the process; kills it where it does not come.
async fn end(child: &mut Child) {
    // closes the leash
    drop(child.stdin.take());
    if tokio::time::timeout(END_MAX, child.wait()).await.is_err()
        && let Err(fault) = child.kill().await
    {
        tracing::warn!(%fault, "the browser could not be ended");
    }
}

fn command(program: &Path, profile: &Path, user_agent: &str) -> Command {
    let mut command = leashed(program);
    command.args(FLAGS);
    command.arg(format!("--user-data-dir={}", profile.display()));
    command.arg(format!("--user-agent={user_agent}"));
    command.arg("--lang=zh-CN");
    if is_root() {
        // Chromium refuses to run as root with its sandbox on
        command.arg("--no-sandbox");
    }
    command.arg("about:blank");
    command
}

#[cfg(unix)]
fn leashed(program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", LEASH, "xuncha-browser"]).arg(program).process_group(0);
    command
}

#[cfg(not(unix))]
fn leashed(program: &Path) -> Command {
    Command::new(program)
}

/// Who owns this process, where the system says so.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Where the browser listens, by its own words; what else it says is read and dropped until it ends.
async fn address(child: &mut Child) -> Option<(String, JoinHandle<()>)> {
    let mut lines = BufReader::new(child.stderr.take()?).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, address)) = line.split_once("DevTools listening on ") {
            let address = address.trim().to_owned();
            let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some((address, rest));
        }
        tracing::debug!(line, "the browser says");
    }
    None
}

enum Look {
    Loading,
    TooLong,
    Markup(String),
}

/// The markup of the page, read from a world of its own: the page's scripts cannot change what is asked.
async fn look(page: &Page, chars_max: u64) -> Result<Look, CdpError> {
    let Some(frame) = page.mainframe().await? else { return Ok(Look::Loading) };
    let world = page.execute(CreateIsolatedWorldParams::new(frame)).await?;
    let asked = LOOK.replace("CHARS_MAX", &chars_max.to_string());
    let mut ask = EvaluateParams::new(format!("[document.readyState === 'complete', {asked}]"));
    ask.context_id = Some(world.result.execution_context_id);
    ask.return_by_value = Some(true);
    let told = page.execute(ask).await?;
    let value = told.result.result.value.unwrap_or_default();
    Ok(match (value.get(0).and_then(serde_json::Value::as_bool), value.get(1).and_then(serde_json::Value::as_str)) {
        (_, Some(html)) => Look::Markup(html.to_owned()),
        (Some(true), None) => Look::TooLong,
        _ => Look::Loading,
    })
}

/// What becomes of one request of the page.
async fn run(page: &Page, event: std::sync::Arc<EventRequestPaused>, errands: mpsc::Sender<Errand>) {
    let id = event.request_id.clone();
    let refuse = || FailRequestParams::new(id.clone(), ErrorReason::BlockedByClient);
    let is_inner = event.request.url.split(':').next().is_some_and(|scheme| ["data", "blob", "about"].contains(&scheme));
    let done = match event.resource_type {
        _ if is_inner => page.execute(ContinueRequestParams::new(id.clone())).await.map(drop),
        // looks do not matter; a script may wait for its style sheet
        ResourceType::Stylesheet => {
            let mut empty = FulfillRequestParams::new(id.clone(), 200);
            empty.response_headers = Some(vec![HeaderEntry::new("Content-Type", "text/css")]);
            page.execute(empty).await.map(drop)
        }
        ResourceType::Document | ResourceType::Script | ResourceType::Xhr | ResourceType::Fetch => {
            let (answer, answered) = oneshot::channel();
            let sent = errands.send(errand(&event, answer)).await.is_ok();
            match answered.await {
                Ok(Some(relayed)) if sent => page.execute(fulfil(&id, relayed)).await.map(drop),
                _ => page.execute(refuse()).await.map(drop),
            }
        }
        _ => page.execute(refuse()).await.map(drop),
    };
    if let Err(fault) = done {
        // the page may have gone on meanwhile
        tracing::debug!(url = event.request.url, %fault, "a request of the page was not answered");
    }
}

fn errand(event: &EventRequestPaused, answer: oneshot::Sender<Option<Relayed>>) -> Errand {
    let request = &event.request;
    let headers = request.headers.inner().as_object().into_iter().flatten();
    let parts = request.post_data_entries.iter().flatten().filter_map(|part| part.bytes.as_ref());
    let body = parts.filter_map(|bytes| STANDARD.decode::<&str>(bytes.as_ref()).ok()).reduce(|mut all, part| {
        all.extend(part);
        all
    });
    Errand {
        url: request.url.clone(),
        method: request.method.clone(),
        headers: headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
        body,
        is_script: event.resource_type == ResourceType::Script,
        answer,
    }
}

fn fulfil(id: &RequestId, relayed: Relayed) -> FulfillRequestParams {
    let mut reply = FulfillRequestParams::new(id.clone(), i64::from(relayed.status));
    reply.response_headers = Some(relayed.headers.into_iter().map(|(name, value)| HeaderEntry::new(name, value)).collect());
    reply.body = Some(Binary::from(STANDARD.encode(&relayed.body)));
    reply
}
