//! Progress of a crawl on standard error: a bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::ProgressMode;
use crate::crawl::{Progress, Watch};
use crate::model::rule::Lang;

/// Between two plain lines, so that a nightly log stays short.
const PLAIN_EVERY: Duration = Duration::from_secs(10);
/// Between two redraws of the bar.
const BAR_EVERY: Duration = Duration::from_millis(100);

/// Shows the progress of one crawl.
pub(super) struct Display {
    lang: Lang,
    started: Instant,
    state: Mutex<State>,
}

enum Kind {
    Bar(ProgressBar),
    Plain,
    Silent,
}

struct State {
    kind: Kind,
    shown: Instant,
    last: Progress,
}

impl Display {
    pub(super) fn new(mode: ProgressMode, quiet: bool, lang: Lang) -> Self {
        let kind = match mode {
            _ if quiet => Kind::Silent,
            ProgressMode::None => Kind::Silent,
            ProgressMode::Auto if std::io::stderr().is_terminal() => Kind::Bar(bar()),
            ProgressMode::Auto | ProgressMode::Plain => Kind::Plain,
        };
        let now = Instant::now();
        Self { lang, started: now, state: Mutex::new(State { kind, shown: now, last: Progress::default() }) }
    }

    /// Takes the bar away and says the last figures.
    pub(super) fn finish(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.kind {
            Kind::Bar(bar) => bar.finish_and_clear(),
            Kind::Plain => say(&self.line(&state.last)),
            Kind::Silent => {}
        }
    }

    fn line(&self, progress: &Progress) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let rate = progress.requests as f64 / seconds;
        let left = if progress.queued > 0 && rate > 0.0 && seconds > 5.0 {
            Some(Duration::from_secs_f64(progress.queued as f64 / rate))
        } else {
            None
        };
        match self.lang {
            Lang::Zh => {
                let left = left.map(|left| format!(" · 按当前队列还需约 {}", clock(left))).unwrap_or_default();
                format!(
                    "已请求 {} · 页面 {} · 队列 {} · {rate:.1} 次/秒 · 疑似失效 {} · 用时 {}{left}",
                    progress.requests,
                    progress.pages,
                    progress.queued,
                    progress.suspects,
                    clock(self.started.elapsed()),
                )
            }
            Lang::En => {
                let left = left.map(|left| format!(" · about {} left for the queue", clock(left))).unwrap_or_default();
                format!(
                    "{} requests · {} pages · {} queued · {rate:.1}/s · {} look dead · {}{left}",
                    progress.requests,
                    progress.pages,
                    progress.queued,
                    progress.suspects,
                    clock(self.started.elapsed()),
                )
            }
        }
    }
}

impl Watch for Display {
    fn progress(&self, progress: &Progress) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let every = match state.kind {
            Kind::Bar(_) => BAR_EVERY,
            Kind::Plain => PLAIN_EVERY,
            Kind::Silent => return,
        };
        state.last.clone_from(progress);
        if state.shown.elapsed() < every {
            return;
        }
        state.shown = Instant::now();
        let line = self.line(progress);
        match &state.kind {
            Kind::Bar(bar) => {
                bar.set_length(progress.requests + progress.queued + progress.in_flight);
                bar.set_position(progress.requests);
                bar.set_message(line);
            }
            Kind::Plain => say(&line),
            Kind::Silent => {}
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    let style = ProgressStyle::with_template("{spinner} {wide_bar} {percent:>3}%\n{msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar
}

/// A line on standard error; one that cannot be written is lost, which harms nobody.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 3_600 {
        format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    } else {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}
