//! The core of a document's title, and whether two of them name one text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::issuer::{BODIES, Issuer, leading_place};
use super::script::simplified;

/// Years of a title, and those of a standard's code (GB 2762-2017).
static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"((?:19|20)\d{2})(?:年度|年)?").expect("a constant pattern"));
static EDITION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第[一二三四五六七八九十百零\d]+[批期号版次届轮]|[一二三四五\d.]+期|[一二三四五\d.]+版|十[一二三四五六]五")
        .expect("a constant pattern")
});
static REVISED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"修订版|修订稿|修正版|修订").expect("a constant pattern"));
static TRIAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"试行|暂行").expect("a constant pattern"));
static DRAFT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:修订)?(?:征求意见稿|草案|送审稿)").expect("a constant pattern"));
/// A number that stands beside a title: （公安部令第162号）, （粤府办〔2025〕6号）, 2026年第41号令.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[（(][^（）()]{0,30}(?:令第?\d+号|第?\d+号令|[〔\[]\d{4}[〕\]]\d+号|第\d+号)[^（）()]{0,6}[)）]|(?:\d{4}年)?第\d+号令?$")
        .expect("a constant pattern")
});
/// A standard's code: its year is kept, the rest is another way to write the name.
static STANDARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[（(]?\b(?:GB|WS|HJ|AQ|JT|DB\d*|YD|SJ|QB)(?:\s?/\s?[TZ])?\s?[\d.]+\s?[-—－]\s?((?:19|20)\d{2})[)）]?")
        .expect("a constant pattern")
});
static YEARS_EDITION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d{4}年(?:版|修订|修正)").expect("a constant pattern"));
static BRACKET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[（(][^（）()]*[)）]").expect("a constant pattern"));

/// Characters that a core must have before two may be compared.
const CORE_CHARS_MIN: usize = 4;
/// Share of the longer core that the shorter must fill where it is only part of it.
const PART_MIN: f64 = 0.7;
/// What a detail that one title leaves away takes off.
const VAGUE: f64 = 0.15;
const ISSUES: [&str; 6] = ["印发", "公布", "发布", "颁布", "下发", "出台"];
/// A text whose title says one of these of another text is a text of its own.
const ACTS: [&str; 10] = ["修改", "修正", "废止", "补充", "延长", "贯彻", "落实", "执行", "施行", "转发"];
/// Words in which two titles of one text may differ at the beginning and at the end.
const NEUTRAL: [&str; 22] = [
    "关于",
    "进一步",
    "深入",
    "全面",
    "切实",
    "开展",
    "做好",
    "推进",
    "全省",
    "全市",
    "我省",
    "我市",
    "本市",
    "省级",
    "市级",
    "工作",
    "有关",
    "相关",
    "事项",
    "的",
    "等",
    "通知",
];
/// Ends of a text's name: two names joined by 和 are two texts where both end in one.
const FORMS: [&str; 14] =
    ["办法", "细则", "规定", "规则", "规范", "意见", "方案", "规划", "标准", "准则", "指引", "指南", "条例", "要求"];
/// Said of a standard, or of a law, and no part of its name.
const DROPPED: [&str; 4] = ["中华人民共和国", "食品安全国家标准", "强制性国家标准", "国家标准"];

/// What a title interprets or names, in a form that can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Core {
    /// Without the place at its beginning.
    pub(super) text: String,
    /// The same without what stands in brackets; none where there are none.
    unbracketed: Option<String>,
    /// 试行 or 暂行.
    pub(super) trial: Option<char>,
    /// （修订）: often left away when the text is spoken of.
    revised: bool,
    /// （征求意见稿）: not the text that came into force.
    draft: bool,
    years: BTreeSet<String>,
    /// （2015年版）: the year is the edition's name.
    is_of_year: bool,
    /// The name itself begins with a place; else the place is the issuer's.
    is_placed: bool,
    editions: BTreeSet<String>,
    pub(super) issuer: Issuer,
    /// It stood in 《》: written out, nothing left away.
    pub(super) formal: bool,
}

/// How two cores stand to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kinship {
    /// One text: 0 to 1.
    Same(f64),
    /// The same name, but another year, edition, place or office, or trial against final: two texts.
    OtherEdition,
    None,
}

impl Core {
    /// Of a name that stood in 《》.
    pub(super) fn quoted(name: &str) -> Self {
        Self { formal: true, ..core(name) }
    }

    pub(super) fn is_comparable(&self) -> bool {
        self.text.chars().count() >= CORE_CHARS_MIN
    }

    /// How this document's core stands to one that an interpretation names.
    pub(super) fn kinship(&self, other: &Self) -> Kinship {
        if !self.is_comparable() || !other.is_comparable() {
            return Kinship::None;
        }
        // 《提振消费专项行动方案》 written out so is not the one of 珠海市, unless a link or a number says so.
        if self.is_placed && other.formal && other.issuer.place.is_none() {
            return Kinship::None;
        }
        // 关于修改《A》的决定 holds the name of A and is not A.
        let acts = |text: &str| ACTS.iter().any(|word| text.contains(word));
        let same = if acts(&self.text) == acts(&other.text) { self.likeness(other) } else { 0.0 };
        if same <= 0.0 {
            return Kinship::None;
        }
        if self.is_other_edition(other) || self.issuer.excludes(&other.issuer) {
            return Kinship::OtherEdition;
        }
        let vague = self.years != other.years
            || self.editions != other.editions
            || self.trial != other.trial
            || self.revised != other.revised
            || (self.issuer.place.is_none() && other.issuer.place.is_some());
        Kinship::Same(if vague { same - VAGUE } else { same })
    }

    fn likeness(&self, other: &Self) -> f64 {
        if self.text == other.text {
            return 0.95;
        }
        // A bracket that only one of the two writes: 按病组（DRG）付费.
        let bare = match (&self.unbracketed, &other.unbracketed) {
            (Some(bare), None) => *bare == other.text,
            (None, Some(bare)) => *bare == self.text,
            _ => false,
        };
        if bare { 0.85 } else { part_of(&self.text, &other.text, other.formal) }
    }

    fn is_other_edition(&self, other: &Self) -> bool {
        let years_differ = !self.years.is_empty() && !other.years.is_empty() && self.years != other.years;
        // An informal title may leave (试行) away; it never adds it.
        let trial_differs = self.trial != other.trial && (other.formal || other.trial.is_some());
        let editions_differ = self.editions != other.editions && (other.formal || !other.editions.is_empty());
        let is_undated = other.is_of_year && self.years.is_empty();
        years_differ || is_undated || editions_differ || trial_differs || self.draft != other.draft
    }
}

/// The shorter is part of the longer; where the name was written out, only words that say nothing may be over.
fn part_of(a: &str, b: &str, is_formal: bool) -> f64 {
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    let share = short.chars().count() as f64 / long.chars().count().max(1) as f64;
    let Some((before, after)) = long.split_once(short) else { return 0.0 };
    let is_neutral = says_nothing(after) && (!is_formal || says_nothing(before));
    if share >= PART_MIN && is_neutral { 0.6 + 0.3 * (share - PART_MIN) / (1.0 - PART_MIN) } else { 0.0 }
}

fn says_nothing(words: &str) -> bool {
    let mut rest = words;
    while let Some(shorter) = NEUTRAL.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    rest.is_empty()
}

/// All texts that a document's title publishes: 关于印发《A》和《B》的通知 publishes two.
pub(super) fn cores(title: &str) -> Vec<Core> {
    let whole = core(title);
    let plain = plain_quotes(title);
    let quoted = outer_quotes(&plain);
    if quoted.len() > 1 && is_issue(&plain) && !is_change(&plain) {
        let issuer = whole.issuer.clone();
        let named = quoted.iter().map(|name| Core::quoted(name)).map(|named| Core {
            issuer: if named.issuer == Issuer::default() { issuer.clone() } else { named.issuer },
            ..named
        });
        return std::iter::once(whole.clone()).chain(named).collect();
    }
    let parts: Vec<Core> =
        joined(&whole.text).into_iter().map(|text| Core { text, unbracketed: None, ..whole.clone() }).collect();
    std::iter::once(whole).chain(parts).collect()
}

/// Names joined by 和, each of which ends as the name of a text does.
pub(super) fn joined(text: &str) -> Vec<String> {
    let ends_well = |part: &str| FORMS.iter().any(|form| part.ends_with(form)) && part.chars().count() > CORE_CHARS_MIN;
    for joint in ['和', '及', '与', '、'] {
        for (at, c) in text.char_indices().filter(|(_, c)| *c == joint) {
            let (Some(left), Some(right)) = (text.get(..at), text.get(at + c.len_utf8()..)) else { continue };
            if ends_well(left) && ends_well(right) {
                return vec![left.to_owned(), right.to_owned()];
            }
        }
    }
    Vec::new()
}

fn is_issue(title: &str) -> bool {
    let outside = without_quotes(title);
    ISSUES.iter().any(|word| outside.contains(word)) || outside.contains("转发")
}

fn is_change(title: &str) -> bool {
    let outside = without_quotes(title);
    ["修改", "修订", "废止", "修正", "补充", "延长"].iter().any(|word| outside.contains(word))
}

/// The core of a document's title: 《》 content of 印发…, issuing body, 关于 … 的通知 and brackets taken off.
pub(super) fn core(title: &str) -> Core {
    let title = plain_quotes(title).replace("修订《", "修改《");
    let title = NUMBER.replace_all(title.trim(), "").trim().to_owned();
    let quoted = outer_quotes(&title);
    let named = match quoted.as_slice() {
        [name] if is_issue(&title) && !is_change(&title) => return issued(&title, name),
        [name] if BRACKET.replace_all(&without_quotes(&title), "").chars().all(|c| !c.is_alphanumeric()) => name.clone(),
        _ => title,
    };
    let (before, body) = split_issuer(&named);
    let body = named_in(body);
    read(&before, &body)
}

/// 关于印发《A》的通知 is the text A, of the office that issues it.
fn issued(title: &str, name: &str) -> Core {
    let inner = core(name);
    let outside = Issuer::of(&split_issuer(title).0, "");
    // 转发省政府办公厅关于印发《A》的通知: the office that relays is not the one that issued.
    let is_relay = without_quotes(title).contains("转发");
    let issuer = if inner.issuer == Issuer::default() || (inner.issuer.place.is_none() && outside.place.is_some()) {
        outside
    } else {
        inner.issuer
    };
    Core { issuer: if is_relay { Issuer::default() } else { issuer }, formal: true, ..inner }
}

/// Takes 关于, 印发 … 的通知 and 转发…等部门 off.
fn named_in(body: &str) -> String {
    let body = body.strip_prefix("关于").unwrap_or(body);
    if let Some(rest) = body.strip_prefix("转发") {
        let rest = rest.split_once("关于").map(|(_, rest)| rest).or_else(|| rest.split_once("等部门").map(|(_, rest)| rest));
        if let Some(rest) = rest {
            return without_notice(rest.strip_prefix("印发").unwrap_or(rest));
        }
    }
    let behind = ISSUES.iter().find_map(|verb| body.strip_prefix(verb)).unwrap_or(body);
    without_notice(behind.strip_prefix("关于").unwrap_or(behind))
}

fn without_notice(name: &str) -> String {
    let name = name.trim();
    ["的通知", "的公告", "的通告", "通知", "公告"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()
}

fn read(before: &str, body: &str) -> Core {
    let body = half_width(body);
    let mut years: BTreeSet<String> =
        STANDARD.captures_iter(&body).filter_map(|c| c.get(1)).map(|m| m.as_str().to_owned()).collect();
    let body = DROPPED.iter().fold(STANDARD.replace_all(&body, "").into_owned(), |text, word| text.replace(word, ""));
    let draft = DRAFT.is_match(&body);
    let body = DRAFT.replace_all(&body, "").into_owned();
    let trial = TRIAL.find(&body).and_then(|m| m.as_str().chars().next());
    years.extend(YEAR.captures_iter(&body).filter_map(|c| c.get(1)).map(|m| m.as_str().to_owned()));
    let is_of_year = YEARS_EDITION.is_match(&body);
    let without_years = YEAR.replace_all(&body, "").into_owned();
    let editions = EDITION.find_iter(&without_years).map(|m| m.as_str().to_owned()).collect();
    let bare = EDITION.replace_all(&without_years, "").into_owned();
    let revised = REVISED.is_match(&bare);
    let bare = REVISED.replace_all(&TRIAL.replace_all(&bare, ""), "").into_owned();
    let squeezed = |text: &str| -> String {
        let text: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        leading_place(&text).map_or(text.clone(), |(_, rest)| rest.trim_start_matches("关于").to_owned())
    };
    let text = squeezed(&bare);
    let unbracketed = Some(squeezed(&BRACKET.replace_all(&bare, ""))).filter(|without| *without != text);
    let is_placed = leading_place(bare.trim_start_matches(|c: char| !c.is_alphanumeric())).is_some();
    let issuer = Issuer::of(before, &bare);
    Core { text, unbracketed, trial, revised, draft, years, is_of_year, is_placed, editions, issuer, formal: false }
}

/// The issuing body before 关于 (or before 印发《), and the rest. A place alone is one too: 广西关于….
fn split_issuer(title: &str) -> (String, &str) {
    let at = title.find("关于").or_else(|| ISSUES.iter().find_map(|verb| title.find(&format!("{verb}《"))));
    let Some(at) = at else { return (String::new(), title.trim()) };
    let (before, rest) = title.split_at(at);
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let is_body = before.is_empty()
        || before.ends_with(BODIES)
        || before.ends_with("部门")
        || before.ends_with('等')
        || before.ends_with("中心");
    let is_place = || leading_place(before).is_some_and(|(_, rest)| rest.is_empty());
    if is_body || is_place() { (before.to_owned(), rest) } else { (String::new(), title) }
}

/// 〈〉 and their kin inside 《》 are written as 《》, so that nesting is one kind; in simplified characters.
pub(super) fn plain_quotes(title: &str) -> String {
    simplified(title.trim()).replace(['〈', '<', '‹'], "《").replace(['〉', '>', '›'], "》")
}

/// The outermost names in 《》, inner marks kept, each with a bracket that follows it: 《A》（2016年版）.
pub(super) fn outer_quotes(title: &str) -> Vec<String> {
    let (mut depth, mut name, mut out) = (0_usize, String::new(), Vec::<String>::new());
    let mut in_bracket = false;
    let mut behind = false;
    for c in title.chars() {
        match c {
            '《' => {
                depth += 1;
                if depth > 1 {
                    name.push(c);
                }
            }
            '》' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    out.push(std::mem::take(&mut name));
                    behind = true;
                    continue;
                }
                name.push(c);
            }
            _ if depth > 0 => name.push(c),
            '（' | '(' if behind || in_bracket => in_bracket = true,
            _ => {}
        }
        if depth == 0
            && in_bracket
            && let Some(last) = out.last_mut()
        {
            last.push(c);
            in_bracket = !matches!(c, '）' | ')');
        }
        behind = false;
    }
    out.into_iter().map(|name| NUMBER.replace_all(&name, "").into_owned()).collect()
}

pub(super) fn without_quotes(title: &str) -> String {
    let mut depth = 0_usize;
    title
        .chars()
        .filter(|c| {
            match c {
                '《' => depth += 1,
                '》' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .collect()
}
