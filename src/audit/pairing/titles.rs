//! Titles of documents and interpretations: what kind of page they announce, and whether two of them speak of one text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

const WORDS: &str = include_str!("../../../rules/words/documents.toml");
static EMBEDDED: LazyLock<DocumentWords> =
    LazyLock::new(|| DocumentWords::parse(WORDS).expect("the words compiled in are read by a test"));

static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"((?:19|20)\d{2})(?:年度|年)?").expect("a constant pattern"));
static EDITION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第[一二三四五六七八九十百零\d]+[批期号版次届轮]|[一二三四五\d.]+期|[一二三四五\d.]+版")
        .expect("a constant pattern")
});
static REVISED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"修订版|修订稿|修订").expect("a constant pattern"));
static TRIAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"试行|暂行").expect("a constant pattern"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"《(.+?)》").expect("a constant pattern"));

/// Characters that a core must have before two may be compared.
const CORE_CHARS_MIN: usize = 4;
/// Share of the longer core that the shorter must fill where it is only part of it.
const PART_MIN: f64 = 0.7;

/// A text whose title says one of these of another text is a text of its own.
const ACTS: [&str; 9] = ["修改", "修正", "废止", "补充", "延长", "贯彻", "落实", "执行", "转发"];

/// The vocabulary of documents and interpretations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentWords {
    forms: Vec<String>,
    never: Vec<String>,
    unless_form: Vec<String>,
    relayed: Vec<String>,
    relayed_numbers: Vec<String>,
    relayed_columns: Vec<String>,
    relayed_slugs: Vec<String>,
    normative_columns: Vec<String>,
    normative_slugs: Vec<String>,
    interpretations: Vec<String>,
    interpretations_never: Vec<String>,
    interpretation_words: Vec<String>,
    interpretation_forms: BTreeMap<String, Vec<String>>,
}

/// What a title interprets or names, in a form that can be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Core {
    pub(super) text: String,
    /// 试行, 暂行.
    pub(super) trial: bool,
    /// （修订）: often left away when the text is spoken of.
    revised: bool,
    years: BTreeSet<String>,
    editions: BTreeSet<String>,
    /// It stood in 《》: written out, nothing left away.
    pub(super) formal: bool,
}

/// How two cores stand to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kinship {
    /// One text: 0 to 1.
    Same(f64),
    /// The same name, but another year, edition, or trial against final: two texts.
    OtherEdition,
    None,
}

fn holds(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

impl DocumentWords {
    pub(super) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The title ends in the name of a policy document.
    pub(super) fn has_form(&self, title: &str) -> bool {
        let core = core(title);
        self.forms.iter().any(|form| core.text.ends_with(form.as_str()))
    }

    /// Notices of meetings, personnel, lists, replies, calls: nothing that an office interprets.
    pub(super) fn needs_none(&self, title: &str) -> bool {
        holds(title, &self.never) || (holds(title, &self.unless_form) && !self.has_form(title))
    }

    /// Issued by a higher authority and published again.
    pub(super) fn is_relayed(&self, title: &str, number: Option<&str>) -> bool {
        let by_number = number.is_some_and(|n| self.relayed_numbers.iter().any(|agency| n.starts_with(agency.as_str())));
        by_number || self.relayed.iter().any(|body| title.trim_start().starts_with(body.as_str()))
    }

    /// A column of laws and of policy from above.
    pub(super) fn is_column_of_others(&self, column: &str, path: &str) -> bool {
        holds(column, &self.relayed_columns) || path.split('/').any(|s| self.relayed_slugs.iter().any(|slug| slug == s))
    }

    pub(super) fn is_normative(&self, column: &str, path: &str) -> bool {
        holds(column, &self.normative_columns) || path.split('/').any(|s| self.normative_slugs.iter().any(|slug| slug == s))
    }

    pub(super) fn is_interpretation(&self, title: &str) -> bool {
        // What stands in 《》 is the name of the document.
        let outside = QUOTED.replace_all(title, "");
        holds(&outside, &self.interpretations) && !holds(&outside, &self.interpretations_never)
    }

    /// `text`, `graphic`, `qa`, `video`, `press`, `expert`, `media`.
    pub(super) fn interpretation_form(&self, title: &str) -> &str {
        const ORDER: [&str; 6] = ["video", "graphic", "qa", "press", "expert", "media"];
        let fits = |form: &&str| self.interpretation_forms.get(*form).is_some_and(|words| holds(title, words));
        ORDER.into_iter().find(fits).unwrap_or("text")
    }

    /// What an interpretation's title says it interprets: the names in 《》, else the title without the words of interpretation.
    pub(super) fn interpreted(&self, title: &str) -> Vec<Core> {
        let title = plain_quotes(title);
        let quoted: Vec<Core> =
            outer_quotes(&title).iter().map(|name| Core::quoted(name)).filter(Core::is_comparable).collect();
        if !quoted.is_empty() {
            return quoted;
        }
        let mut rest = title;
        let mut words: Vec<&String> = self.interpretation_words.iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        for word in words {
            rest = rest.replace(word.as_str(), " ");
        }
        let rest = rest.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '（' | '）' | '(' | ')'));
        let rest = rest.strip_suffix('的').unwrap_or(rest);
        vec![core(rest)].into_iter().filter(Core::is_comparable).collect()
    }
}

impl Core {
    /// Of a name that stood in 《》.
    pub(super) fn quoted(name: &str) -> Self {
        Self { formal: true, ..core(name) }
    }

    fn is_comparable(&self) -> bool {
        self.text.chars().count() >= CORE_CHARS_MIN
    }

    /// `self` is a document's, `other` what an interpretation names.
    pub(super) fn kinship(&self, other: &Self) -> Kinship {
        if !self.is_comparable() || !other.is_comparable() {
            return Kinship::None;
        }
        let same = if self.text == other.text { 0.95 } else { part_of(&self.text, &other.text) };
        // 关于修改《A》的决定 holds the name of A and is not A.
        let acts = |text: &str| ACTS.iter().any(|word| text.contains(word));
        let same = if acts(&self.text) == acts(&other.text) { same } else { 0.0 };
        if same <= 0.0 {
            return Kinship::None;
        }
        let years_differ = !self.years.is_empty() && !other.years.is_empty() && self.years != other.years;
        // An informal title may leave (试行) away; it never adds it.
        let trial_differs = self.trial != other.trial && (other.formal || other.trial);
        let editions_differ = self.editions != other.editions && (other.formal || !other.editions.is_empty());
        if years_differ || editions_differ || trial_differs {
            return Kinship::OtherEdition;
        }
        let vague = self.years != other.years
            || self.editions != other.editions
            || self.trial != other.trial
            || self.revised != other.revised;
        Kinship::Same(if vague { same - 0.15 } else { same })
    }
}

fn part_of(a: &str, b: &str) -> f64 {
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    let share = short.chars().count() as f64 / long.chars().count().max(1) as f64;
    if long.contains(short) && share >= PART_MIN { 0.6 + 0.3 * (share - PART_MIN) / (1.0 - PART_MIN) } else { 0.0 }
}

/// The core of a document's title: 《》 content of 印发…, issuing body, 关于 … 的通知 and brackets taken off.
pub(super) fn core(title: &str) -> Core {
    let title = plain_quotes(title).replace("修订《", "修改《");
    let changes = ["修改", "修订", "废止", "修正", "补充", "延长"].iter().any(|w| without_quotes(&title).contains(w));
    let is_issue = ["印发", "公布", "发布", "颁布", "下发"].iter().any(|w| without_quotes(&title).contains(w));
    let quoted = outer_quotes(&title);
    let named = match quoted.as_slice() {
        [name] if is_issue && !changes => return Core { formal: true, ..core(name) },
        [name] if without_quotes(&title).chars().all(|c| !c.is_alphanumeric()) => name.clone(),
        _ => title,
    };
    let body = without_issuer(&named);
    let body = body.strip_prefix("关于").unwrap_or(&body);
    let behind_verb = ["印发", "公布", "发布", "颁布", "下发"].iter().find_map(|verb| body.strip_prefix(verb));
    let body = match behind_verb {
        Some(rest) => ["的通知", "的公告", "的通告", "通知"]
            .iter()
            .find_map(|end| strip_end(rest, end))
            .unwrap_or_else(|| rest.to_owned()),
        None => body.to_owned(),
    };
    let body: String = half_width(&body);
    let trial = TRIAL.is_match(&body);
    let years = YEAR.captures_iter(&body).filter_map(|c| c.get(1)).map(|m| m.as_str().to_owned()).collect();
    let without_years = YEAR.replace_all(&body, "").into_owned();
    let editions = EDITION.find_iter(&without_years).map(|m| m.as_str().to_owned()).collect();
    let bare = EDITION.replace_all(&without_years, "").into_owned();
    let revised = REVISED.is_match(&bare);
    let bare = REVISED.replace_all(&TRIAL.replace_all(&bare, ""), "").into_owned();
    let text: String =
        bare.replace("中华人民共和国", "").chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Core { text, trial, revised, years, editions, formal: false }
}

/// The end may be followed by a bracket that belongs to the title: …办法（试行）的通知.
fn strip_end(text: &str, end: &str) -> Option<String> {
    text.trim().strip_suffix(end).map(str::to_owned)
}

/// Drops the issuing body before 关于, and an office's name before the name of the text.
fn without_issuer(title: &str) -> String {
    const BODIES: [char; 12] = ['厅', '局', '委', '部', '办', '院', '会', '府', '室', '处', '司', '队'];
    let Some(at) = title.find("关于") else { return title.trim().to_owned() };
    let (before, rest) = title.split_at(at);
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    if before.is_empty() || before.ends_with(BODIES) { rest.to_owned() } else { title.to_owned() }
}

/// 〈〉 and their kin inside 《》 are written as 《》, so that nesting is one kind.
fn plain_quotes(title: &str) -> String {
    title.trim().replace(['〈', '<', '‹'], "《").replace(['〉', '>', '›'], "》")
}

/// The outermost names in 《》, inner marks kept.
fn outer_quotes(title: &str) -> Vec<String> {
    let (mut depth, mut name, mut out) = (0_usize, String::new(), Vec::new());
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
                } else {
                    name.push(c);
                }
            }
            _ if depth > 0 => name.push(c),
            _ => {}
        }
    }
    out
}

fn without_quotes(title: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(document: &str, interpretation: &str) -> Kinship {
        let named = DocumentWords::embedded().interpreted(interpretation);
        let document = core(document);
        let best = named.iter().map(|n| document.kinship(n));
        best.into_iter().find(|k| *k != Kinship::None).unwrap_or(Kinship::None)
    }

    fn same(document: &str, interpretation: &str) -> bool {
        matches!(kin(document, interpretation), Kinship::Same(_))
    }

    const DOCUMENT: &str = "湖南省工业和信息化厅关于印发《湖南省中小企业梯度培育管理办法》的通知";

    #[test]
    fn one_text_is_known_under_the_titles_that_offices_give_it() {
        assert_eq!(kin(DOCUMENT, "《湖南省中小企业梯度培育管理办法》政策解读"), Kinship::Same(0.95));
        assert!(same(DOCUMENT, "一图读懂《湖南省中小企业梯度培育管理办法》"));
        assert!(same(DOCUMENT, "一图读懂｜湖南省中小企业梯度培育管理办法"));
        assert!(same(DOCUMENT, "《湖南省工业和信息化厅关于印发〈湖南省中小企业梯度培育管理办法〉的通知》解读"));
        assert!(same("关于印发湖南省中小企业梯度培育管理办法的通知", "关于《湖南省中小企业梯度培育管理办法》的解读"));
        assert!(same("关于加强工业节能工作的通知", "《关于加强工业节能工作的通知》政策问答"));
    }

    #[test]
    fn the_trial_text_and_the_final_text_are_two() {
        let trial = "关于印发《湖南省中小企业梯度培育管理办法（试行）》的通知";
        assert_eq!(kin(DOCUMENT, "《湖南省中小企业梯度培育管理办法（试行）》解读"), Kinship::OtherEdition);
        assert_eq!(kin(trial, "《湖南省中小企业梯度培育管理办法》解读"), Kinship::OtherEdition);
        assert!(same(trial, "《湖南省中小企业梯度培育管理办法(试行)》解读"));
        // Without 《》 nothing is written out.
        assert!(same(trial, "一图读懂湖南省中小企业梯度培育管理办法"));
    }

    #[test]
    fn years_and_editions_must_agree() {
        let document = "关于印发《2026年工业稳增长实施方案》的通知";
        assert!(same(document, "《2026年工业稳增长实施方案》解读"));
        assert_eq!(kin(document, "《2025年工业稳增长实施方案》解读"), Kinship::OtherEdition);
        assert_eq!(kin("《首批次产品认定办法（第三批）》", "《首批次产品认定办法（第二批）》解读"), Kinship::OtherEdition);
        assert!(same("《首批次产品认定办法（2026年修订）》", "《首批次产品认定办法》解读"));
        let five = "关于印发《“十四五”规划（2021—2025年）实施方案》的通知";
        assert!(same(five, "《“十四五”规划（2021－2025年）实施方案》解读"));
    }

    #[test]
    fn a_change_of_a_text_is_not_the_text() {
        let change = "关于修改《湖南省中小企业梯度培育管理办法》的决定";
        assert_eq!(kin(change, "《湖南省中小企业梯度培育管理办法》解读"), Kinship::None);
        assert!(same(change, "《关于修改〈湖南省中小企业梯度培育管理办法〉的决定》解读"));
    }

    #[test]
    fn a_text_that_carries_out_another_is_not_the_other() {
        assert_eq!(kin("关于贯彻落实《中华人民共和国中小企业促进法》的实施意见", "《中小企业促进法》解读"), Kinship::None);
        assert_eq!(kin(DOCUMENT, "《湖南省专利条例》解读"), Kinship::None);
    }

    #[test]
    fn only_titles_of_policy_ask_for_an_interpretation() {
        let words = DocumentWords::embedded();
        assert!(words.has_form(DOCUMENT) && !words.needs_none(DOCUMENT));
        assert!(!words.needs_none("关于印发《专精特新企业申报认定管理办法》的通知"), "a form outweighs the word 申报");
        for none in [
            "关于召开全省工业经济运行调度会议的通知",
            "关于组织申报2026年度专精特新企业的通知",
            "关于公布2026年度绿色工厂名单的通知",
            "关于《湖南省节能管理办法（征求意见稿）》公开征求意见的通知",
            "关于《湖南省节能管理办法》征求意见情况的反馈",
            "转发工业和信息化部关于印发《工业节能管理办法》的通知",
            "对省政协十三届二次会议第0123号提案的答复意见",
            "关于王某等同志任免的决定",
        ] {
            assert!(words.needs_none(none), "{none}");
        }
    }

    #[test]
    fn texts_of_higher_authorities_are_relayed() {
        let words = DocumentWords::embedded();
        assert!(words.is_relayed("国务院办公厅关于深入推进…的意见", None));
        assert!(words.is_relayed("关于开展…的通知", Some("国办发〔2026〕3号")));
        assert!(!words.is_relayed(DOCUMENT, Some("湘工信中小〔2026〕3号")));
    }

    #[test]
    fn interpretations_are_known_by_their_titles() {
        let words = DocumentWords::embedded();
        assert!(words.is_interpretation("《湖南省节能管理办法》解读"));
        assert!(words.is_interpretation("一图读懂湖南省节能管理办法"));
        assert!(!words.is_interpretation("关于印发《政策解读工作规程》的通知"));
        assert!(!words.is_interpretation("关于开展安全生产知识问答竞赛活动的通知"));
        assert_eq!(words.interpretation_form("一图读懂《湖南省节能管理办法》"), "graphic");
        assert_eq!(words.interpretation_form("《湖南省节能管理办法》政策问答"), "qa");
        assert_eq!(words.interpretation_form("《湖南省节能管理办法》解读"), "text");
    }
}
