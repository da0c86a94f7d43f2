//! Telling people after a run what is new: by mail and by webhook. A notice that fails is said and fails nothing.

mod mail;
mod webhook;

use super::progress::say;
use super::{Exit, Failure, Session, configured};
use crate::config::{Config, NotifyPart, Webhook};
use crate::crawl::Network;
use crate::model::report::Report;
use crate::model::rule::Lang;
use crate::report::notice::{self, Notice};
use crate::store::{Access, Store};

/// What a notice needs of the configuration.
#[derive(Debug, Clone)]
pub(super) struct Notifier {
    part: NotifyPart,
    network: Network,
}

/// Reads one environment variable; empty ones are none.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

impl Notifier {
    /// None where nobody is to be told.
    pub(super) fn of(config: &Config, network: Network) -> Option<Self> {
        config.notify.is_wanted().then(|| Self { part: config.notify.clone(), network })
    }

    /// After a run: only if there is news, unless every run is to be told of.
    pub(super) fn after_run(&self, session: &Session, report: &Report) {
        let notice = self.notice(report);
        if notice.is_news || self.part.always {
            self.send(session, &notice);
        } else if !session.quiet {
            say(session.word("没有新情况，未发送通知", "nothing new, no notice sent"));
        }
    }

    fn notice(&self, report: &Report) -> Notice {
        notice::notice(report, self.part.due_days, self.part.link.as_deref())
    }

    /// Sends to everyone; gives the number of those that were not reached.
    fn send(&self, session: &Session, notice: &Notice) -> usize {
        let mut failed = 0;
        for kind in &self.part.webhooks {
            failed += usize::from(!said(session, webhook::name(*kind, session.lang), &self.webhook(session, *kind, notice)));
        }
        if let Some(mail) = &self.part.mail {
            let result = mail::send(mail, notice, &environment).map_err(|fault| fault.worded(session.lang));
            failed += usize::from(!said(session, session.word("邮件", "mail"), &result));
        }
        failed
    }

    fn webhook(&self, session: &Session, kind: Webhook, notice: &Notice) -> Result<(), String> {
        let now_ms = jiff::Timestamp::now().as_millisecond();
        let message = webhook::message(kind, notice, now_ms, &environment).map_err(|fault| fault.worded(session.lang))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        runtime.block_on(webhook::send(&message, &self.network)).map_err(|fault| fault.worded(session.lang))
    }
}

/// Says how it went.
fn said(session: &Session, who: &str, result: &Result<(), String>) -> bool {
    match (result, session.lang) {
        (Ok(()), _) if session.quiet => {}
        (Ok(()), Lang::Zh) => say(&format!("通知已发送：{who}")),
        (Ok(()), Lang::En) => say(&format!("notice sent: {who}")),
        (Err(why), Lang::Zh) => say(&format!("通知未能发送：{who}（{why}）。巡查结果不受影响")),
        (Err(why), Lang::En) => say(&format!("notice not sent: {who} ({why}); the run itself is not affected")),
    }
    result.is_ok()
}

/// `xuncha notify [RUN]`: sends the notice of a stored run, news or not, or only shows it.
pub(super) fn run(session: &Session, wanted: Option<&str>, dry_run: bool) -> Result<Exit, Failure> {
    let config = configured::config(session)?.unwrap_or_default();
    let failed = |error| Failure::store(&error, session.lang);
    let store = Store::open(&configured::store_path(session)?, Access::Read).map_err(failed)?;
    let report = store.run(wanted).and_then(|run| store.report(&run.id)).map_err(failed)?;
    if dry_run {
        let notice = notice::notice(&report, config.notify.due_days, config.notify.link.as_deref());
        session.print(&format!("{}\n", notice.text(mail::TEXT_BYTES_MAX)))?;
        return Ok(Exit::Complete);
    }
    let notifier = Notifier::of(&config, configured::network(session, &config, false)?).ok_or_else(|| {
        Failure::usage(session.word(
            "配置文件中没有 [notify]，不知道通知谁。写法见 crawl.toml；加 --dry-run 可只显示内容",
            "the configuration has no [notify]: nobody to tell; see crawl.toml, or show the text with --dry-run",
        ))
    })?;
    let missed = notifier.send(session, &notifier.notice(&report));
    Ok(if missed == 0 { Exit::Complete } else { Exit::Incomplete })
}
