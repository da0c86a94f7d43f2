//! Marks in plain text: patterns and how their values are written in one way.

use std::sync::LazyLock;

use regex::Regex;

/// Abbreviations of provinces in registrations.
const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕甘青宁新港澳台";
/// Characters quoted before and behind a find in a script.
const AROUND_CHARS: usize = 50;

pub(super) use crate::read::text::plain;

/// 网站标识码, with the words around it.
pub(super) fn site_codes(text: &str) -> Vec<(String, String)> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:政府)?(?:网站)?标识(?:编)?码\s*(?:[:]|为|是)?\s*([A-Za-z]{0,2}\d{6,14})").expect("a constant pattern")
    });
    if !text.contains("标识") {
        return Vec::new();
    }
    CODE.captures_iter(text).map(|found| (code(&found[1]), found[0].to_owned())).collect()
}

/// `sitecode = '…'` in a script.
pub(super) fn script_codes(script: &str) -> Vec<(String, String)> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)\bsite_?(?:id)?code['"\\]*\s*[:=,]\s*[\\'"]*([a-z]{0,2}\d{8,12})\b"#).expect("a constant pattern")
    });
    CODE.captures_iter(script).map(|found| (code(&found[1]), found[0].to_owned())).collect()
}

fn code(written: &str) -> String {
    written.strip_prefix("BM").map_or_else(|| written.to_owned(), |digits| format!("bm{digits}"))
}

/// ICP registrations, in the form «湘ICP备05000618号-1».
pub(super) fn icp(text: &str) -> Vec<(String, String)> {
    static ICP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?i)([{PROVINCES}]?)\s*ICP\s*(备|证)\s*案?\s*(?:号|编号|序号)?\s*[:]?\s*第?\s*(\d{{5,10}})\s*号?(?:\s*-\s*(\d{{1,3}})\b)?"
        ))
        .expect("a constant pattern")
    });
    let mut found = Vec::new();
    // «ICP», also in full-width letters; the pattern is dear, and Chinese prose is full of 证 and 备.
    let says_icp = || text.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"icp")) || text.contains(['Ｃ', 'ｃ']);
    if !(text.contains('备') || text.contains('证')) || !says_icp() {
        return found;
    }
    let text = plain(text);
    for caught in ICP.captures_iter(&text) {
        let (province, kind, digits) = (&caught[1], &caught[2], &caught[3]);
        let part = caught.get(4).map(|part| format!("-{}", part.as_str())).unwrap_or_default();
        found.push((format!("{province}ICP{kind}{digits}号{part}"), caught[0].trim().to_owned()));
    }
    found
}

/// Police registrations, in the form «湘公网安备43010202000001号».
pub(super) fn police(text: &str) -> Vec<(String, String)> {
    static POLICE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(r"([{PROVINCES}]?)\s*公网安备\s*(?:案)?(?:号)?\s*[:]?\s*(\d{{10,16}})\s*号?"))
            .expect("a constant pattern")
    });
    static BARE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"公安(?:机关)?(?:联网)?备案(?:编)?号\s*[:]?\s*(\d{10,16})").expect("a constant pattern"));
    if !text.contains("公安") && !text.contains("公网安备") {
        return Vec::new();
    }
    let text = plain(text);
    let whole =
        POLICE.captures_iter(&text).map(|found| (format!("{}公网安备{}号", &found[1], &found[2]), found[0].trim().to_owned()));
    let bare = BARE.captures_iter(&text).map(|found| (found[1].to_owned(), found[0].trim().to_owned()));
    whole.chain(bare).collect()
}

/// 主办单位 behind its label, or in front of the word.
pub(super) fn owner(text: &str) -> Option<(String, String)> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"主\s*办\s*(?:单\s*位)?\s*:\s*([^\n]{2,60})|主办单位\s+([^\n]{4,60})").expect("a constant pattern")
    });
    static BEHIND: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s:])(\p{Han}{4,30})\s*主办(?:\s|承|$|[^\p{Han}:])").expect("a constant pattern"));
    // «主办», «主 办»: the patterns are dear, and the tail of a page is prose more often than not.
    let says_owner = |line: &str| {
        line.match_indices('主')
            .any(|(at, word)| line.get(at + word.len()..).is_some_and(|rest| rest.trim_start().starts_with('办')))
    };
    if !says_owner(text) {
        return None;
    }
    let (name, quote) = LABEL
        .captures(text)
        .and_then(|found| Some((found.get(1).or_else(|| found.get(2))?.as_str(), found.get(0)?.as_str())))
        .or_else(|| {
            text.lines()
                .filter(|line| says_owner(line))
                .find_map(|line| BEHIND.captures(line).and_then(|f| Some((f.get(1)?.as_str(), f.get(0)?.as_str()))))
        })?;
    let name = name_alone(name);
    (name.chars().count() >= 2).then(|| (name.to_owned(), quote.to_owned()))
}

/// The name in front of what a footer says next.
fn name_alone(text: &str) -> &str {
    const NEXT: [&str; 22] = [
        "承办",
        "协办",
        "技术",
        "维护",
        "地址",
        "电话",
        "联系",
        "版权",
        "备案",
        "网站",
        "邮编",
        "邮政",
        "ICP",
        "Copyright",
        "主管",
        "建设",
        "运维",
        "All",
        "标识码",
        "公网安备",
        "管理单位",
        "制作",
    ];
    let text = text.trim_start();
    let mut end = NEXT.iter().filter_map(|next| text.find(next)).filter(|&at| at > 0).min().unwrap_or(text.len());
    let stop = |c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';' | '。' | '(' | '/' | '·' | '、' | '[' | '©' | '<');
    if let Some(at) = text.char_indices().skip(2).find(|&(_, c)| stop(c)).map(|(at, _)| at) {
        end = end.min(at);
    }
    text.get(..end).unwrap_or("").trim()
}

/// A telephone number, else an address.
pub(super) fn contact(text: &str) -> Option<(String, String)> {
    static PHONE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(?:电\s*话|热线|联系方式|联系我们|Tel|传真)\s*(?:\([^)\n]{0,10}\))?\s*[:]?\s*(\(?\d[\d() \-,、/转]{5,30}\d)",
        )
        .expect("a constant pattern")
    });
    static ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:地\s*址|单位地址)\s*:\s*(\S[^\n]{3,60})").expect("a constant pattern"));
    let says_tel = || text.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"tel"));
    if text.is_ascii() && !says_tel() {
        return None;
    }
    if let Some(found) = PHONE.captures(text) {
        return Some((found[1].trim().to_owned(), found[0].to_owned()));
    }
    let found = ADDRESS.captures(text)?;
    let value = found.get(1)?.as_str();
    let value = value.split("邮编").next().unwrap_or(value).split("  ").next().unwrap_or("").trim();
    Some((value.to_owned(), found[0].to_owned()))
}

/// The value of a query parameter, whatever the case of its name.
pub(super) fn parameter(href: &str, name: &str) -> Option<String> {
    let query = href.split_once('?')?.1;
    let pair = query.split(['&', '#', ';']).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().trim_start_matches("amp;").eq_ignore_ascii_case(name).then_some(value)
    })?;
    let value: String = pair.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!value.is_empty()).then_some(value)
}

/// `CA190000000604384690002` of a badge script's address.
pub(super) fn badge_code(text: &str) -> String {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bCA\d{12,24}\b").expect("a constant pattern"));
    CODE.find(text).map_or_else(|| "conac".to_owned(), |found| found.as_str().to_owned())
}

/// The characters around a find, for quotation.
pub(super) fn around(text: &str, needle: &str) -> String {
    let Some(at) = text.find(needle) else { return String::new() };
    let before: Vec<char> = text.get(..at).unwrap_or("").chars().rev().take(AROUND_CHARS).collect();
    before.into_iter().rev().chain(text.get(at..).unwrap_or("").chars().take(AROUND_CHARS + needle.len())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrations_are_written_in_one_way() {
        for (text, want) in [
            ("湘ICP备05000618号-1", "湘ICP备05000618号-1"),
            ("备案序号：湘 ICP 备 05000618 号 - 1", "湘ICP备05000618号-1"),
            ("ICP备案号：湘ICP备05000618号", "湘ICP备05000618号"),
            ("ＩＣＰ备案编号：０５０００６１８", "ICP备05000618号"),
            ("湘icp备2021012345号—2", "湘ICP备2021012345号-2"),
        ] {
            assert_eq!(icp(text)[0].0, want, "{text}");
        }
        assert_eq!(icp("ICP备案管理办法"), []);
        assert_eq!(police("湘公网安备 43010202000001号")[0].0, "湘公网安备43010202000001号");
        assert_eq!(police("冀公网安备： 13030202002230")[0].0, "冀公网安备13030202002230号");
        assert_eq!(police("公安机关备案号：43010302000524")[0].0, "43010302000524");
        assert_eq!(police("公安备案"), []);
    }

    #[test]
    fn site_codes_of_every_form_are_read() {
        for (text, want) in [
            ("网站标识码：4300000031", "4300000031"),
            ("政府网站标识码 bm64130001", "bm64130001"),
            ("标识码:BM64130001", "bm64130001"),
            ("网站标识码：N430000123", "N430000123"),
        ] {
            assert_eq!(site_codes(&plain(text))[0].0, want, "{text}");
        }
        assert_eq!(site_codes("网站标识码：暂无"), []);
        assert_eq!(script_codes("var siteCode = '4300000031';")[0].0, "4300000031");
    }

    #[test]
    fn owners_end_where_the_footer_goes_on() {
        for (text, want) in [
            ("主办单位：湖南省工业和信息化厅 承办：信息中心", Some("湖南省工业和信息化厅")),
            ("主办:湖南省工业和信息化厅版权所有", Some("湖南省工业和信息化厅")),
            ("主 办：某市工信局|技术支持：某公司", Some("某市工信局")),
            ("湖南省工业和信息化厅主办 某中心承办", Some("湖南省工业和信息化厅")),
            ("Copyright 2026 某局", None),
            ("由省政府主办的网站", None),
        ] {
            assert_eq!(owner(&plain(text)).map(|(name, _)| name).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_telephone_is_preferred_to_an_address() {
        assert_eq!(contact("地址:长沙市 电话:0731-88955500 邮编:410004").unwrap().0, "0731-88955500");
        assert_eq!(contact("地址:长沙市天心区新韶东路467号 邮编:410004").unwrap().0, "长沙市天心区新韶东路467号");
        assert_eq!(contact("联系我们"), None);
    }

    #[test]
    fn parameters_are_found_by_name() {
        assert_eq!(parameter("http://x/?a=1&RecordCode=43010202000001#", "recordcode").as_deref(), Some("43010202000001"));
        assert_eq!(parameter("http://x/?recordcode=", "recordcode"), None);
    }
}
