//! The words of the audit in Chinese and English: reasons why something could not be judged, values of findings, results of
//! indicators. Rules and standards bring their own words; these are what the program itself has to say.

mod table;

use self::table::WORDS;
use crate::model::finding::Certainty;
use crate::model::outcome::{FailureClass, Outcome};
use crate::model::rule::Lang;

/// What a key means; an unknown key is shown as it is.
pub fn key(key: &str, lang: Lang) -> String {
    if let Some(&(_, zh, en)) = WORDS.iter().find(|(known, _, _)| *known == key) {
        return pick(lang, zh, en).to_owned();
    }
    if let Some(status) = key.strip_prefix("status.") {
        return match lang {
            Lang::Zh => format!("返回状态码{status}"),
            Lang::En => format!("answers {status}"),
        };
    }
    for group in ["wrong-type", "certificate"] {
        let other = format!("{group}.other");
        if key != other && key.starts_with(&format!("{group}.")) {
            return self::key(&other, lang);
        }
    }
    key.to_owned()
}

/// Why a request failed, in words.
pub fn failure(class: FailureClass, lang: Lang) -> String {
    let name = serde_json::to_value(class).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    key(&format!("failure.{name}"), lang)
}

/// A value or a piece of evidence: `@key` is worded, and so are `@attempt GET 404`, `@dated 2026-08-04 row` and `@list trs 3 45`;
/// anything else stands as it is.
pub fn value(text: &str, lang: Lang) -> String {
    let Some(rest) = text.strip_prefix('@') else { return text.to_owned() };
    if let Some(said) = of_home(rest, lang).or_else(|| of_paper(rest, lang)) {
        return said;
    }
    let words: Vec<&str> = rest.split(' ').collect();
    match (words.as_slice(), lang) {
        (["attempt", method, result], _) => return attempt(method, result, lang),
        (["dated", day, source], Lang::Zh) => return format!("{day}（{}）", key(&format!("dated.{source}"), lang)),
        (["dated", day, source], Lang::En) => return format!("{day} ({})", key(&format!("dated.{source}"), lang)),
        (["tries", number, reason], Lang::Zh) => return format!("访问{number}次均未打开：{}", key(reason, lang)),
        (["tries", number, reason], Lang::En) => return format!("did not open in {number} attempt(s): {}", key(reason, lang)),
        (["times", number, reason], Lang::Zh) => return format!("{number}次：{}", key(reason, lang)),
        (["times", number, reason], Lang::En) => return format!("{number} times: {}", key(reason, lang)),
        (["probed", total, not_opened, percent], Lang::Zh) => {
            return format!("近1周监测{total}次，15秒内未打开{not_opened}次，占{percent}%");
        }
        (["probed", total, not_opened, percent], Lang::En) => {
            return format!("did not open within 15 seconds in {not_opened} of {total} probes of a week ({percent} %)");
        }
        (["run-day", day], Lang::Zh) => return format!("{day}（此前巡查日期）"),
        (["run-day", day], Lang::En) => return format!("{day} (day of the earlier run)"),
        (["carried", day], Lang::Zh) => {
            return format!("{day}巡查时与此前一次巡查比较发现，本次巡查时仍是如此");
        }
        (["carried", day], Lang::En) => return format!("found on {day} by comparison with the run before, and still so"),
        (["carried-unseen", day], Lang::Zh) => {
            return format!("{day}巡查时与此前一次巡查比较发现，本次巡查未能打开有关页面，是否已改正无法确认");
        }
        (["carried-unseen", day], Lang::En) => {
            return format!(
                "found on {day} by comparison with the run before; its page did not open this time, so nobody knows"
            );
        }
        (["filled", count], Lang::Zh) => return format!("此前巡查后该栏目一次出现{count}条日期更早的信息，该次巡查的日期"),
        (["filled", count], Lang::En) => return format!("one of {count} such rows that came to the column since the run of"),
        (["tampered-word", word], Lang::Zh) => return format!("标题或关键词中出现“{word}”"),
        (["tampered-word", word], Lang::En) => return format!("its title or keywords hold \"{word}\""),
        (["tampered-words", words], Lang::Zh) => return format!("正文出现此前巡查时没有的不良词语：{words}"),
        (["tampered-words", words], Lang::En) => return format!("it holds words that it had not before: {words}"),
        (["tampered-hosts", count], Lang::Zh) => {
            return format!("比此前巡查新增{count}个站外域名的链接，均非政府、媒体或常用服务网站");
        }
        (["tampered-hosts", count], Lang::En) => {
            return format!("it links to {count} new domains that are neither public bodies nor press nor known services");
        }
        (["ending", day, "0"], Lang::Zh) => return format!("网站HTTPS证书将于今日（{day}）到期"),
        (["ending", day, "0"], Lang::En) => return format!("The site's certificate ends today ({day})"),
        (["ending", day, left], Lang::Zh) => return format!("网站HTTPS证书将于{day}到期，剩余{left}天"),
        (["ending", day, left], Lang::En) => return format!("The site's certificate ends on {day}, in {left} day(s)"),
        (["ended", day, since], Lang::Zh) => return format!("网站HTTPS证书已过期（{day}到期，已过{since}天）"),
        (["ended", day, since], Lang::En) => {
            return format!("The site's certificate has expired (it ended on {day}, {since} day(s) ago)");
        }
        (["mark-inner", pages, count], Lang::Zh) => return format!("已列明，但多数内页未列明：查看{pages}个，缺少{count}个"),
        (["mark-inner", pages, count], Lang::En) => {
            return format!(" is there, but most other pages do not show it: {count} of {pages}");
        }
        (["tags", kind, tag, count, pages], _) => return tags(kind, tag, count, pages, lang),
        (["list", family, pages, rows], Lang::Zh) => return format!("列表机制{family}，读取{pages}页，共{rows}条"),
        (["list", family, pages, rows], Lang::En) => {
            return format!("list mechanism {family}, pages read: {pages}, rows: {rows}");
        }
        _ => {}
    }
    if is_key(rest) { key(rest, lang) } else { text.to_owned() }
}

/// What is said of a home page; titles may hold spaces.
fn of_home(text: &str, lang: Lang) -> Option<String> {
    let (key, rest) = text.split_once(' ')?;
    Some(match (key, lang) {
        ("home-newest", Lang::Zh) => {
            let (day, title) = rest.split_once(' ')?;
            format!("首页最新一条信息“{title}”发布于{day}")
        }
        ("home-newest", Lang::En) => {
            let (day, title) = rest.split_once(' ')?;
            format!("The newest item of the home page, “{title}”, is of {day}")
        }
        ("home-unchanged", Lang::Zh) => format!("首页信息自{rest}起历次巡查均无变化"),
        ("home-unchanged", Lang::En) => format!("The items of the home page have been the same in every run since {rest}"),
        ("home-new", Lang::Zh) => format!("此前巡查时首页没有、现已出现的信息：{rest}"),
        ("home-new", Lang::En) => format!("An item that was not on the home page when a run looked before: {rest}"),
        _ => return None,
    })
}

/// What is wrong with a statutory paper: `paper`, the fault, its name, its year (`-`: it has none) and what more there is.
fn of_paper(text: &str, lang: Lang) -> Option<String> {
    let mut parts = text.splitn(5, ' ');
    let (Some("paper"), Some(fault), Some(name), Some(year)) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let (name, detail) = (value(name, lang), parts.next().unwrap_or_default());
    let paper = match (year, lang) {
        ("-", _) => name,
        (year, Lang::Zh) => format!("{year}年{name}"),
        (year, Lang::En) => format!("{name} of {year}"),
    };
    Some(match (fault, lang) {
        ("absent", Lang::Zh) => format!("未发现{paper}"),
        ("absent", Lang::En) => format!("{paper} was not found"),
        ("late", Lang::Zh) => format!("{paper}超过期限发布，发布日期为{detail}"),
        ("late", Lang::En) => format!("{paper} was published after its last day, on {detail}"),
        ("lacking", Lang::Zh) => format!("{paper}缺少内容：{detail}"),
        ("lacking", Lang::En) => format!("{paper} lacks: {detail}"),
        ("not-on-home", Lang::Zh) => format!("首页没有{paper}的链接"),
        ("not-on-home", Lang::En) => format!("{paper} is not linked from the home page"),
        ("other-code", Lang::Zh) => format!("{paper}所填网站标识码与页脚不一致：{detail}"),
        ("other-code", Lang::En) => format!("{paper} names another site code than the footer: {detail}"),
        _ => return None,
    })
}

fn tags(kind: &str, tag: &str, count: &str, pages: &str, lang: Lang) -> String {
    let of = match (kind, lang) {
        ("home", Lang::Zh) => "首页",
        ("column", Lang::Zh) => "栏目页",
        (_, Lang::Zh) => "内容页",
        ("home", Lang::En) => "home",
        ("column", Lang::En) => "column",
        (_, Lang::En) => "article",
    };
    match lang {
        Lang::Zh => format!("{of}共{pages}页，其中{count}页缺少{tag}"),
        Lang::En => format!("{count} of {pages} {of} pages lack {tag}"),
    }
}

fn attempt(method: &str, result: &str, lang: Lang) -> String {
    let group = if result.bytes().all(|byte| byte.is_ascii_digit()) { "status" } else { "failure" };
    let result = key(&format!("{group}.{result}"), lang);
    match lang {
        Lang::Zh => format!("{method}请求：{result}"),
        Lang::En => format!("{method}: {result}"),
    }
}

/// Page text may begin with `@` too; a key is ASCII without spaces, and known.
fn is_key(text: &str) -> bool {
    ["status.", "wrong-type.", "certificate."].iter().any(|group| text.starts_with(group))
        || WORDS.iter().any(|(known, _, _)| *known == text)
}

/// A message template with its placeholders filled; a placeholder without a value is left out.
pub fn fill(template: &str, lang: Lang, get: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut parts = template.split('{');
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        if let Some((name, rest)) = part.split_once('}') {
            out.push_str(&value(&get(name).unwrap_or_default(), lang));
            out.push_str(rest);
        } else {
            out.push('{');
            out.push_str(part);
        }
    }
    out
}

/// What stands before a message that is not certain.
pub fn reserve(certainty: Certainty, lang: Lang) -> &'static str {
    match certainty {
        Certainty::Confirmed => "",
        Certainty::Suspected => pick(lang, "疑似：", "Suspected: "),
        Certainty::Intermittent => pick(lang, "时好时坏：", "Now and then: "),
        Certainty::Blocked => pick(lang, "访问受阻，未能判定：", "Kept out, not judged: "),
    }
}

/// What counts of a line, for its result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Confirmed findings.
    pub confirmed: u32,
    /// Findings of any other certainty.
    pub unconfirmed: u32,
    pub threshold: Option<u32>,
    pub is_veto: bool,
    pub is_failed: bool,
}

/// 检查情况 of a line that was judged.
pub fn result(tally: Tally, lang: Lang) -> String {
    let Tally { confirmed, unconfirmed, threshold, is_veto, is_failed } = tally;
    let mut text = match (confirmed, lang) {
        (0, Lang::Zh) => "未发现".to_owned(),
        (0, Lang::En) => "none found".to_owned(),
        (n, Lang::Zh) => format!("发现{n}处"),
        (n, Lang::En) => format!("{n} found"),
    };
    if confirmed > 0
        && is_veto
        && let Some(threshold) = threshold
    {
        let reached = match (is_failed, lang) {
            (true, Lang::Zh) => format!("，达到单项否决数量（{threshold}处）"),
            (true, Lang::En) => format!("; the number for a veto ({threshold}) is reached"),
            (false, Lang::Zh) => format!("，未达到单项否决数量（{threshold}处）"),
            (false, Lang::En) => format!("; the number for a veto ({threshold}) is not reached"),
        };
        text.push_str(&reached);
    }
    if unconfirmed > 0 {
        text.push_str(&unconfirmed_note(unconfirmed, lang));
    }
    text
}

/// 检查情况 of a line that could not be judged.
pub fn undetermined(tally: Tally, why: &str, lang: Lang) -> String {
    let mut text = match lang {
        Lang::Zh => format!("未能判定：{why}"),
        Lang::En => format!("undetermined: {why}"),
    };
    if tally.confirmed > 0 {
        let so_far = match lang {
            Lang::Zh => format!("；已发现{}处", tally.confirmed),
            Lang::En => format!("; {} found so far", tally.confirmed),
        };
        text.push_str(&so_far);
    }
    if tally.unconfirmed > 0 {
        text.push_str(&unconfirmed_note(tally.unconfirmed, lang));
    }
    text
}

fn unconfirmed_note(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("；另有{count}处待人工核实"),
        Lang::En => format!("; {count} more to be looked at by a person"),
    }
}

/// A line of a rule's undetermined things: how many, where, why.
pub fn undetermined_of_rule(site: &str, count: usize, reason: &str, lang: Lang) -> String {
    let reason = key(reason, lang);
    match (count, lang) {
        (0, Lang::Zh) => format!("{site}：{reason}"),
        (0, Lang::En) => format!("{site}: {reason}"),
        (n, Lang::Zh) => format!("{site}：{n}处未能判定，{reason}"),
        (n, Lang::En) => format!("{site}: {n} could not be judged, {reason}"),
    }
}

/// What looking again came to, in words, by its key.
pub(super) fn of_recheck(key: &str, lang: Lang) -> &'static str {
    match key {
        "unasked" => pick(lang, "复查时未能请求该网址", "the address could not be asked for"),
        "pages-left" => pick(lang, "所在页面较多，尚未全部复查", "on more pages than were looked at"),
        "unread" => pick(lang, "复查时未能读取页面", "the page could not be read"),
        "target-unread" => pick(lang, "复查时该网址访问受阻，未能判定", "the address was blocked, and could not be judged"),
        "unlinked" => pick(lang, "已复查的页面不再链接该网址", "the pages looked at link to it no more"),
        _ => pick(lang, "复查时未再发现该问题", "not found any more"),
    }
}

/// The answer of an address that was looked at again.
pub(super) fn answer_of_recheck(outcome: &Outcome, lang: Lang) -> String {
    match (outcome, outcome.status(), lang) {
        (Outcome::Failed { class, .. }, _, Lang::Zh) => format!("复查时{}", failure(*class, Lang::Zh)),
        (Outcome::Failed { class, .. }, _, Lang::En) => failure(*class, Lang::En),
        (Outcome::Challenged { .. }, ..) => pick(lang, "复查时被防护页面拦截", "a protection page answered").to_owned(),
        (_, Some(status), Lang::Zh) => format!("复查时返回{status}"),
        (_, Some(status), Lang::En) => format!("answered {status}"),
        (_, None, _) => of_recheck("unasked", lang).to_owned(),
    }
}

/// The newest item of a column that was looked at again.
pub(super) fn newest_of_recheck(day: &str, title: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("最近更新{day}：{title}"),
        Lang::En => format!("newest {day}: {title}"),
    }
}

/// In place of a document, for a criterion that is the tool's or the user's own.
pub fn by_configuration(lang: Lang) -> &'static str {
    pick(lang, "本工具设定的检查项", "a setting of this tool")
}

fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_worded_and_page_text_is_left_alone() {
        assert_eq!(value("@status.404", Lang::Zh), "返回404（页面不存在）");
        assert_eq!(value("@status.418", Lang::En), "answers 418");
        assert_eq!(value("@attempt HEAD dns", Lang::Zh), "HEAD请求：域名无法解析");
        assert_eq!(value("@attempt GET 503", Lang::En), "GET: answers 503 (service unavailable)");
        assert_eq!(value("@dated 2026-08-04 row", Lang::Zh), "2026-08-04（取自栏目列表）");
        assert_eq!(value("@list trs 3 45", Lang::Zh), "列表机制trs，读取3页，共45条");
        assert_eq!(value("@mark.missing", Lang::Zh), "缺失");
        assert_eq!(value("@所有人", Lang::Zh), "@所有人");
        assert_eq!(value("@wrong-type.html", Lang::En), "a web page came instead of the file");
    }

    #[test]
    fn no_key_stands_twice() {
        let mut keys: Vec<&str> = WORDS.iter().map(|(key, _, _)| *key).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn templates_are_filled_and_stray_braces_stay() {
        let get = |name: &str| (name == "a").then(|| "@failure.tls".to_owned());
        assert_eq!(fill("x {a} y {b}z {", Lang::En, get), "x the TLS handshake failed y z {");
    }

    #[test]
    fn results_say_what_was_found_and_whether_it_suffices() {
        let tally = Tally { confirmed: 3, threshold: Some(5), is_veto: true, ..Tally::default() };
        assert_eq!(result(tally, Lang::Zh), "发现3处，未达到单项否决数量（5处）");
        assert_eq!(result(Tally { unconfirmed: 2, ..Tally::default() }, Lang::Zh), "未发现；另有2处待人工核实");
        assert_eq!(undetermined(tally, "巡查未完成", Lang::Zh), "未能判定：巡查未完成；已发现3处");
    }

    #[test]
    fn every_class_of_failure_challenge_and_skip_has_words() {
        use crate::model::outcome::{ChallengeKind, FailureClass, SkipReason};
        use FailureClass as F;
        use SkipReason as S;
        let mut keys = Vec::new();
        for class in
            [F::Dns, F::Connect, F::Tls, F::Timeout, F::Reset, F::Protocol, F::RedirectLoop, F::RedirectTooMany, F::RedirectBad]
        {
            keys.push(format!("failure.{}", serde_json::to_value(class).unwrap().as_str().unwrap()));
        }
        for kind in [
            ChallengeKind::Ruishu,
            ChallengeKind::Jiasule,
            ChallengeKind::CookieReload,
            ChallengeKind::Captcha,
            ChallengeKind::Firewall,
            ChallengeKind::Throttled,
        ] {
            keys.push(format!("challenge.{}", serde_json::to_value(kind).unwrap().as_str().unwrap()));
        }
        for why in [
            S::Robots,
            S::PrivateAddress,
            S::PageBudget,
            S::TimeBudget,
            S::Interrupted,
            S::Excluded,
            S::AddressTooLong,
            S::TooDeep,
            S::EndlessSeries,
            S::HostPaused,
            S::ExternalOff,
        ] {
            keys.push(format!("skip.{}", serde_json::to_value(why).unwrap().as_str().unwrap()));
        }
        for known in keys {
            assert_ne!(key(&known, Lang::Zh), known);
        }
    }
}
