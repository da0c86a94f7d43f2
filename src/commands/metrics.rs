//! `--metrics FILE`: the figures of a crawl as Prometheus text, for a node exporter's textfile collector. Written anew while the
//! crawl goes on and, with the figures of each host, at its end; each time as a whole, so that no reader sees half a file.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::crawl::Progress;
use crate::model::run::{CrawlSummary, HostSummary};

/// Between two writings while the crawl goes on.
const WRITE_EVERY: Duration = Duration::from_secs(10);

pub(super) struct Metrics {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    written: Option<Instant>,
    last: Progress,
}

impl Metrics {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::default() }
    }

    pub(super) fn progress(&self, progress: &Progress) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last = progress.clone();
        if state.written.is_none_or(|written| written.elapsed() >= WRITE_EVERY) {
            state.written = Some(Instant::now());
            if let Err(error) = self.write(&text(progress, None)) {
                tracing::warn!(path = %self.path.display(), %error, "the metrics cannot be written");
            }
        }
    }

    /// The last figures, with those of the hosts.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn finish(self, summary: &CrawlSummary) -> Result<(), (PathBuf, io::Error)> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let last = text(&state.last, Some(summary));
        drop(state);
        self.write(&last).map_err(|error| (self.path, error))
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, &self.path)
    }
}

type Figure = (&'static str, &'static str, &'static str, fn(&HostSummary) -> Option<f64>);

/// Name, type, help, value.
const OF_HOSTS: &[Figure] = &[
    ("host_requests_total", "counter", "Requests to the host.", |host| Some(host.requests as f64)),
    ("host_bytes_total", "counter", "Body bytes from the host, on the wire.", |host| Some(host.bytes as f64)),
    ("host_latency_median_seconds", "gauge", "Median time of an answer.", |host| host.latency_median_ms.map(seconds)),
    ("host_latency_p95_seconds", "gauge", "95th percentile of the time of an answer.", |host| host.latency_p95_ms.map(seconds)),
    ("host_pauses_total", "counter", "Times that the host was left alone.", |host| Some(f64::from(host.pauses))),
    ("host_slowdowns_total", "counter", "Times that its pace was halved.", |host| Some(f64::from(host.slowdowns))),
];

fn seconds(ms: u32) -> f64 {
    f64::from(ms) / 1_000.0
}

fn text(progress: &Progress, summary: Option<&CrawlSummary>) -> String {
    let mut out = String::new();
    let mut one = |name: &str, kind: &str, help: &str, value: u64| {
        let _ = writeln!(out, "# HELP xuncha_{name} {help}\n# TYPE xuncha_{name} {kind}\nxuncha_{name} {value}");
    };
    one("requests_total", "counter", "Requests sent.", summary.map_or(progress.requests, |summary| summary.requests));
    one("pages_total", "counter", "Pages read.", progress.pages);
    one("bytes_total", "counter", "Body bytes on the wire.", summary.map_or(progress.bytes, |summary| summary.bytes));
    one("queued", "gauge", "Addresses that wait.", if summary.is_some() { 0 } else { progress.queued });
    one("in_flight", "gauge", "Requests in flight.", if summary.is_some() { 0 } else { progress.in_flight });
    one("suspects", "gauge", "Targets that look dead and are tried again.", progress.suspects);
    one("finished", "gauge", "1: the crawl is over.", u64::from(summary.is_some()));
    let Some(summary) = summary else { return out };
    one("complete", "gauge", "1: everything was covered.", u64::from(summary.complete));
    for (name, kind, help, value) in OF_HOSTS {
        let _ = writeln!(out, "# HELP xuncha_{name} {help}\n# TYPE xuncha_{name} {kind}");
        for host in &summary.hosts {
            if let Some(value) = value(host) {
                let _ = writeln!(out, "xuncha_{name}{{host=\"{}\"}} {value}", label(&host.host));
            }
        }
    }
    let _ = writeln!(out, "# HELP xuncha_host_errors_total Failures by class.\n# TYPE xuncha_host_errors_total counter");
    for host in &summary.hosts {
        for (class, count) in &host.errors {
            let _ =
                writeln!(out, "xuncha_host_errors_total{{host=\"{}\",class=\"{}\"}} {count}", label(&host.host), label(class));
        }
    }
    out
}

fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> CrawlSummary {
        let host = HostSummary {
            host: "gxt.example.gov.cn".into(),
            requests: 12,
            bytes: 3_400,
            latency_median_ms: Some(51),
            latency_p95_ms: Some(1_200),
            errors: [("5xx".to_owned(), 2), ("timeout".to_owned(), 1)].into(),
            pauses: 1,
            ..HostSummary::default()
        };
        let silent = HostSummary { host: "a\"b".into(), requests: 1, ..HostSummary::default() };
        CrawlSummary { complete: true, requests: 13, hosts: vec![host, silent], ..CrawlSummary::default() }
    }

    #[test]
    fn every_line_is_prometheus_text_and_every_sample_has_its_type() {
        let text = text(&Progress::default(), Some(&summary()));
        let mut typed = Vec::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                typed.push(rest.split(' ').next().unwrap());
            } else if !line.starts_with("# HELP ") {
                let (series, value) = line.rsplit_once(' ').unwrap();
                assert_eq!(series.split('{').next(), typed.last().copied(), "{line}");
                assert!(value.parse::<f64>().is_ok(), "{line}");
            }
        }
        for line in [
            "xuncha_requests_total 13",
            "xuncha_host_latency_p95_seconds{host=\"gxt.example.gov.cn\"} 1.2",
            "xuncha_host_errors_total{host=\"gxt.example.gov.cn\",class=\"5xx\"} 2",
            "xuncha_host_requests_total{host=\"a\\\"b\"} 1",
            "xuncha_finished 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
        assert!(!text.contains("latency_median_seconds{host=\"a"), "what was not measured is not there");
    }

    #[test]
    fn the_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("xuncha.prom");
        let metrics = Metrics::new(path.clone());
        metrics.progress(&Progress { requests: 5, ..Progress::default() });
        assert!(std::fs::read_to_string(&path).unwrap().contains("xuncha_requests_total 5\n"));
        metrics.finish(&summary()).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("xuncha_requests_total 13\n"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
