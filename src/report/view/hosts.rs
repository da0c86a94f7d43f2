//! How the hosts of the inspected sites answered.

use super::super::words::Words;
use crate::model::report::Report;
use crate::model::rule::Lang;
use crate::model::run::HostSummary;

/// Hosts that are shown beside those of the declared sites.
const OTHERS_MAX: usize = 20;

pub(crate) struct HostView {
    pub(crate) host: String,
    pub(crate) requests: u64,
    pub(crate) size: String,
    /// Median and 95th percentile.
    pub(crate) latency: String,
    pub(crate) errors: String,
    /// Times it was left alone, and times its pace was halved.
    pub(crate) care: String,
}

/// The hosts of the sites, then those outside that failed most.
pub(super) fn views(report: &Report, words: Words) -> Vec<HostView> {
    let is_ours = |host: &HostSummary| {
        report
            .sites
            .iter()
            .any(|site| host.host == site.host || host.host.strip_prefix(&site.host).is_some_and(|rest| rest.starts_with(':')))
    };
    let (ours, mut others): (Vec<&HostSummary>, Vec<&HostSummary>) = report.run.hosts.iter().partition(|host| is_ours(host));
    others.retain(|host| !host.errors.is_empty());
    others.sort_by_key(|host| std::cmp::Reverse(host.errors.values().sum::<u64>()));
    ours.into_iter().chain(others.into_iter().take(OTHERS_MAX)).map(|host| view(host, words)).collect()
}

fn view(host: &HostSummary, words: Words) -> HostView {
    let dash = || "—".to_owned();
    let latency = match (host.latency_median_ms, host.latency_p95_ms, words.lang) {
        (Some(median), Some(slow), Lang::Zh) => format!("{median} / {slow}毫秒"),
        (Some(median), Some(slow), Lang::En) => format!("{median} / {slow} ms"),
        _ => dash(),
    };
    let errors: Vec<String> = host.errors.iter().map(|(class, count)| named(class, *count, words)).collect();
    let care: Vec<String> =
        [(host.pauses, words.say("暂停访问", "left alone")), (host.slowdowns, words.say("放慢访问", "slowed down"))]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| match words.lang {
                Lang::Zh => format!("{what}{count}次"),
                Lang::En => format!("{what}: {count}"),
            })
            .collect();
    HostView {
        host: host.host.clone(),
        requests: host.requests,
        size: size(host.bytes),
        latency,
        errors: if errors.is_empty() { dash() } else { words.list(&errors) },
        care: if care.is_empty() { dash() } else { words.list(&care) },
    }
}

fn named(class: &str, count: u64, words: Words) -> String {
    let name = match class {
        "dns" => words.say("域名无法解析", "name does not resolve"),
        "connect" => words.say("无法建立连接", "no connection"),
        "tls" => words.say("加密连接失败", "TLS failed"),
        "timeout" => words.say("访问超时", "timeout"),
        "reset" => words.say("连接中断", "connection broke off"),
        "protocol" => words.say("内容不符合HTTP协议", "not valid HTTP"),
        "challenge" => words.say("被防护页面拦截", "protection page"),
        "429" => words.say("访问过于频繁（429）", "too many requests (429)"),
        "5xx" => words.say("服务器错误（5xx）", "server error (5xx)"),
        other => other,
    };
    match words.lang {
        Lang::Zh => format!("{name}{count}次"),
        Lang::En => format!("{name}: {count}"),
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_in_words_without_spaces_around_figures() {
        let host = HostSummary {
            host: "gxt.example.gov.cn".into(),
            requests: 12,
            bytes: 1_572_864,
            latency_median_ms: Some(51),
            latency_p95_ms: Some(1_200),
            errors: [("5xx".to_owned(), 2), ("timeout".to_owned(), 1)].into(),
            slowdowns: 3,
            ..HostSummary::default()
        };
        let zh = view(&host, Words { lang: Lang::Zh });
        assert_eq!(zh.errors, "服务器错误（5xx）2次、访问超时1次");
        assert_eq!((zh.latency.as_str(), zh.care.as_str(), zh.size.as_str()), ("51 / 1200毫秒", "放慢访问3次", "1.5 MB"));
        let silent = view(&HostSummary::default(), Words { lang: Lang::En });
        assert_eq!((silent.latency.as_str(), silent.errors.as_str(), silent.care.as_str()), ("—", "—", "—"));
    }
}
