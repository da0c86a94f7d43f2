//! Titles of documents and interpretations: what kind of page they announce, and what an interpretation says it interprets.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::audit::vocabulary::lay_over;

use super::core::{Core, core, joined, outer_quotes, plain_quotes, without_quotes};

const WORDS: &str = include_str!("../../../rules/words/documents.toml");
static EMBEDDED: LazyLock<DocumentWords> =
    LazyLock::new(|| DocumentWords::parse(WORDS).expect("the words compiled in are read by a test"));

/// The vocabulary of documents and interpretations.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentWords {
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
    /// In a file of the user: words that are taken away.
    without: Option<Box<DocumentWords>>,
}

fn holds(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

impl DocumentWords {
    /// The vocabulary compiled in.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads a vocabulary.
    ///
    /// # Errors
    /// The fault of the file, as TOML says it.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Lays a file of the user over the words: its words are added, those of its `without` are taken away.
    pub fn lay_over(&mut self, mut own: Self) {
        let mut without = own.without.take().map(|without| *without).unwrap_or_default();
        for ((words, own), without) in self.lists_mut().into_iter().zip(own.lists_mut()).zip(without.lists_mut()) {
            lay_over(words, std::mem::take(own), without);
        }
        for (form, without) in without.interpretation_forms {
            lay_over(self.interpretation_forms.entry(form).or_default(), Vec::new(), &without);
        }
        for (form, own) in own.interpretation_forms {
            lay_over(self.interpretation_forms.entry(form).or_default(), own, &[]);
        }
    }

    fn lists_mut(&mut self) -> [&mut Vec<String>; 12] {
        [
            &mut self.forms,
            &mut self.never,
            &mut self.unless_form,
            &mut self.relayed,
            &mut self.relayed_numbers,
            &mut self.relayed_columns,
            &mut self.relayed_slugs,
            &mut self.normative_columns,
            &mut self.normative_slugs,
            &mut self.interpretations,
            &mut self.interpretations_never,
            &mut self.interpretation_words,
        ]
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

    pub(in crate::audit) fn is_interpretation(&self, title: &str) -> bool {
        // What stands in 《》 is the name of the document.
        let outside = without_quotes(&plain_quotes(title));
        holds(&outside, &self.interpretations) && !holds(&outside, &self.interpretations_never)
    }

    /// A notice of a training course, a contest: it interprets nothing, even where it stands among interpretations.
    pub(super) fn is_call(title: &str) -> bool {
        const CALLS: [&str; 7] = ["举办", "培训", "竞赛", "大赛", "抢答", "征集", "召开"];
        let outside = without_quotes(&plain_quotes(title));
        outside.trim().ends_with("通知") && CALLS.iter().any(|word| outside.contains(word))
    }

    /// `text`, `graphic`, `qa`, `video`, `press`, `expert`, `media`.
    pub(super) fn interpretation_form(&self, title: &str) -> &'static str {
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
        let rest = rest.strip_suffix("等").unwrap_or(rest);
        // 「甲规定和乙规范解读」 is of two texts.
        let behind_dash = rest.rsplit_once("——").map(|(_, name)| name.to_owned());
        let names = std::iter::once(rest.to_owned()).chain(joined(rest)).chain(behind_dash);
        names.map(|name| core(&name)).filter(Core::is_comparable).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::pairing::core::Kinship;

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

    #[test]
    fn own_words_of_documents_are_added_and_taken_away() {
        let mut words = DocumentWords::embedded().clone();
        let own = "forms = [\"工作指南\"]\nnormative_columns = [\"制度文件\"]\ninterpretations = [\"政策说\"]\n\
                   [interpretation_forms]\nvideo = [\"微课堂\"]\n[without]\nforms = [\"方案\"]\nnever = [\"清理\"]";
        words.lay_over(DocumentWords::parse(own).unwrap());
        assert!(words.has_form("节能诊断工作指南") && !words.has_form("2026年工业稳增长实施方案"));
        assert!(words.is_normative("制度文件", "/zdwj/") && words.is_normative("规范性文件", "/x/"));
        assert!(words.is_interpretation("政策说：中小企业梯度培育") && !words.needs_none("规范性文件清理办法"));
        assert_eq!(words.interpretation_form("微课堂：中小企业梯度培育"), "video");
        let mut same = DocumentWords::embedded().clone();
        same.lay_over(DocumentWords::embedded().clone());
        assert_eq!(format!("{same:?}"), format!("{:?}", DocumentWords::embedded()));
    }
}
