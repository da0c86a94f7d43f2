//! The class of a column, from what it says of itself: its ColumnType tag, its name, its address, what stands above it.
//! The words are data (`rules/words/column-classes.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::vocabulary::lay_over;
use crate::model::site::ColumnClass;

const WORDS: &str = include_str!("../../rules/words/column-classes.toml");
static EMBEDDED: LazyLock<ClassWords> =
    LazyLock::new(|| ClassWords::parse(WORDS).expect("the words compiled in are read by a test"));

/// The vocabulary of the classes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClassWords {
    news: Words,
    notice: Words,
    policy: Words,
    interpretation: Words,
    plan: Words,
    personnel: Words,
    disclosure: Words,
    interaction: Words,
    service: Words,
    topic: Words,
    #[serde(rename = "static")]
    fixed: Words,
    not_columns: Words,
    archived: Words,
    /// In a file of the user: words that are taken away.
    without: Option<Box<ClassWords>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    tags: Vec<String>,
    names: Vec<String>,
    slugs: Vec<String>,
    /// Phrases of a page's text.
    texts: Vec<String>,
}

/// What is known of a column when its class is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clues<'a> {
    /// Value of the ColumnType tag.
    pub tag: Option<&'a str>,
    pub name: &'a str,
    pub path: &'a str,
    /// Names of the columns above it, the nearest last.
    pub above: &'a [String],
}

/// A class, and what decided it (`tag`, `name`, `slug`, `breadcrumb`, `default`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classed {
    pub class: ColumnClass,
    pub source: &'static str,
}

impl ClassWords {
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

    /// Lays a file of the user over the words: its words are added, and each is taken from the other classes; those of its
    /// `without` are taken away.
    pub fn lay_over(&mut self, mut own: Self) {
        let without = own.without.take().map(|without| *without).unwrap_or_default();
        let groups = own.groups().map(Clone::clone);
        for (at, (words, (own, without))) in self.groups_mut().into_iter().zip(groups.iter().zip(without.groups())).enumerate()
        {
            let elsewhere: Vec<&Words> =
                groups.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, words)| words).collect();
            let gone = |list: fn(&Words) -> &Vec<String>| -> Vec<String> {
                let of_others = elsewhere.iter().flat_map(|words| list(words));
                list(without).iter().chain(of_others).cloned().collect()
            };
            lay_over(&mut words.tags, own.tags.clone(), &gone(|words| &words.tags));
            lay_over(&mut words.names, own.names.clone(), &gone(|words| &words.names));
            lay_over(&mut words.slugs, own.slugs.clone(), &gone(|words| &words.slugs));
        }
        lay_over(&mut self.archived.tags, own.archived.tags, &without.archived.tags);
        lay_over(&mut self.archived.names, own.archived.names, &without.archived.names);
        lay_over(&mut self.archived.texts, own.archived.texts, &without.archived.texts);
    }

    /// The classes and what is no column: a word belongs to one of them.
    fn groups(&self) -> [&Words; 12] {
        [
            &self.news,
            &self.notice,
            &self.policy,
            &self.interpretation,
            &self.plan,
            &self.personnel,
            &self.disclosure,
            &self.interaction,
            &self.service,
            &self.topic,
            &self.fixed,
            &self.not_columns,
        ]
    }

    /// In the order of `groups`.
    fn groups_mut(&mut self) -> [&mut Words; 12] {
        [
            &mut self.news,
            &mut self.notice,
            &mut self.policy,
            &mut self.interpretation,
            &mut self.plan,
            &mut self.personnel,
            &mut self.disclosure,
            &mut self.interaction,
            &mut self.service,
            &mut self.topic,
            &mut self.fixed,
            &mut self.not_columns,
        ]
    }

    fn classes(&self) -> [(ColumnClass, &Words); 11] {
        use ColumnClass as C;
        [
            (C::News, &self.news),
            (C::Notice, &self.notice),
            (C::Policy, &self.policy),
            (C::Interpretation, &self.interpretation),
            (C::Plan, &self.plan),
            (C::Personnel, &self.personnel),
            (C::Disclosure, &self.disclosure),
            (C::Interaction, &self.interaction),
            (C::Service, &self.service),
            (C::Topic, &self.topic),
            (C::Static, &self.fixed),
        ]
    }

    /// The class of a column: tag, then name, then slug, then what stands above it. A column below a topic (专题) belongs to the topic,
    /// whatever its own name: the limits of news do not hold for topics.
    pub fn class(&self, clues: Clues<'_>) -> Classed {
        if let Some(class) = clues.tag.and_then(|tag| self.by_tag(tag)) {
            return Classed { class, source: "tag" };
        }
        let topic_above = clues.above.iter().any(|name| self.by_name(name) == Some(ColumnClass::Topic));
        if topic_above {
            return Classed { class: ColumnClass::Topic, source: "breadcrumb" };
        }
        if self.topic_on_the_way(clues.path) {
            return Classed { class: ColumnClass::Topic, source: "slug" };
        }
        if let Some(class) = self.by_name(clues.name) {
            return Classed { class, source: "name" };
        }
        if let Some(class) = self.by_slug(clues.path) {
            return Classed { class, source: "slug" };
        }
        // News is not inherited: what stands below 新闻中心 without being called news need not move every fortnight.
        let inherited =
            clues.above.iter().rev().find_map(|name| self.by_name(name)).filter(|class| *class != ColumnClass::News);
        match inherited {
            Some(class) => Classed { class, source: "breadcrumb" },
            None => Classed { class: ColumnClass::Other, source: "default" },
        }
    }

    /// By a ColumnType tag, which may hold several values; the widest one (信息公开) gives way to the others.
    pub fn by_tag(&self, tag: &str) -> Option<ColumnClass> {
        let parts = tag.split(['，', ',', '、', ';', '；', '|', '/']).map(str::trim).filter(|part| !part.is_empty());
        let classes: Vec<_> = parts
            .filter_map(|part| self.classes().into_iter().find(|(_, words)| words.tags.iter().any(|t| t == part)))
            .map(|(class, _)| class)
            .collect();
        let narrow = classes.iter().rev().find(|class| **class != ColumnClass::Disclosure);
        narrow.or(classes.first()).copied()
    }

    /// By the words of a name: the longest word decides, between equals the one that ends last.
    pub fn by_name(&self, name: &str) -> Option<ColumnClass> {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        self.classes()
            .into_iter()
            .flat_map(|(class, words)| words.names.iter().map(move |word| (class, word)))
            .filter_map(|(class, word)| name.rfind(word.as_str()).map(|at| (word.len(), at, class)))
            .max_by_key(|&(length, at, _)| (length, at))
            .map(|(_, _, class)| class)
    }

    /// By the path's own last segment that says something (`/xxgk_71033/tzgg/index.html` → 通知公告).
    pub fn by_slug(&self, path: &str) -> Option<ColumnClass> {
        let segments: Vec<String> = path.split('/').map(slug).filter(|s| !s.is_empty() && s != "index").collect();
        let last = segments.last()?;
        self.classes().into_iter().find(|(_, words)| words.slugs.iter().any(|s| s == last)).map(|(class, _)| class)
    }

    /// A folder above the last one is a topic's.
    fn topic_on_the_way(&self, path: &str) -> bool {
        let folder = path.trim_end_matches(|c| c != '/').trim_end_matches('/');
        let mut above = folder.split('/').collect::<Vec<_>>();
        above.pop();
        above.into_iter().map(slug).any(|s| self.topic.slugs.contains(&s))
    }

    /// Searching, signing in, other versions of the site: no column, although the navigation leads there.
    pub fn is_no_column(&self, name: &str, path: &str) -> bool {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        let by_name = self.not_columns.names.iter().any(|word| name.ends_with(word.as_str()));
        let last = path.split('/').map(slug).rfind(|s| !s.is_empty() && s != "index");
        by_name || last.is_some_and(|s| self.not_columns.slugs.contains(&s))
    }

    /// The column's name, or one above it, says that it is put away (已归档).
    pub fn is_archived(&self, name: &str) -> bool {
        self.archived.names.iter().any(|word| name.contains(word.as_str()))
    }

    /// The page's text says so of itself; that it names an archived topic among others says nothing.
    pub fn says_archived(&self, text: &str) -> bool {
        self.archived.texts.iter().any(|phrase| text.contains(phrase.as_str()))
    }
}

/// A path segment without ending, trailing digits and column number (`gsgg01` → `gsgg`, `xxgk_71033` → `xxgk`).
fn slug(segment: &str) -> String {
    let stem = segment.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let cut = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['_', '-']);
    cut.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(tag: Option<&str>, name: &str, path: &str, above: &[&str]) -> (ColumnClass, &'static str) {
        let above: Vec<String> = above.iter().map(|&a| a.to_owned()).collect();
        let classed = ClassWords::embedded().class(Clues { tag, name, path, above: &above });
        (classed.class, classed.source)
    }

    #[test]
    fn the_tag_goes_before_the_name() {
        assert_eq!(class(Some("信息公开，政策文件"), "工作动态", "/x/", &[]), (ColumnClass::Policy, "tag"));
        assert_eq!(class(Some("信息公开"), "x", "/x/", &[]), (ColumnClass::Disclosure, "tag"));
        assert_eq!(class(Some("null"), "工作动态", "/x/", &[]), (ColumnClass::News, "name"));
    }

    #[test]
    fn the_longest_word_of_a_name_decides_and_then_the_last() {
        assert_eq!(class(None, "政策解读", "/x/", &[]).0, ColumnClass::Interpretation);
        assert_eq!(class(None, "政策 法规", "/x/", &[]).0, ColumnClass::Policy);
        assert_eq!(class(None, "人事任免公示", "/x/", &[]).0, ColumnClass::Personnel);
        assert_eq!(class(None, "政府信息公开指南", "/x/", &[]).0, ColumnClass::Static);
        assert_eq!(class(None, "政策动态", "/x/", &[]).0, ColumnClass::News);
        assert_eq!(class(None, "意见征集", "/x/", &[]).0, ColumnClass::Interaction);
    }

    #[test]
    fn slugs_lose_their_numbers_and_file_names() {
        assert_eq!(class(None, "栏目", "/gxt/xxgk_71033/gsgg01/index.html", &[]), (ColumnClass::Notice, "slug"));
        assert_eq!(class(None, "栏目", "/gxt/xxgk_71033/zcfg/gfxwj/", &[]), (ColumnClass::Policy, "slug"));
        assert_eq!(class(None, "栏目", "/gxt/xxgk_71033/index.html", &[]), (ColumnClass::Disclosure, "slug"));
    }

    #[test]
    fn what_stands_above_is_asked_last_and_never_gives_news() {
        assert_eq!(class(None, "2026年", "/a/b/", &["首页", "政策文件"]), (ColumnClass::Policy, "breadcrumb"));
        assert_eq!(class(None, "企业风采", "/a/b/", &["首页", "新闻中心"]), (ColumnClass::Other, "default"));
    }

    #[test]
    fn news_of_a_topic_belongs_to_the_topic() {
        assert_eq!(class(None, "工作动态", "/a/b/", &["首页", "专题专栏", "主题活动"]), (ColumnClass::Topic, "breadcrumb"));
        assert_eq!(class(None, "工作动态", "/ztzl/fxzj/gzdt/index.html", &[]), (ColumnClass::Topic, "slug"));
    }

    #[test]
    fn searching_and_signing_in_are_no_columns() {
        let words = ClassWords::embedded();
        assert!(words.is_no_column("站内搜索", "/x/"));
        assert!(words.is_no_column("登录", "/x/"));
        assert!(words.is_no_column("栏目", "/search/index.html"));
        assert!(!words.is_no_column("登录情况通报", "/tzgg/"));
        assert!(!words.is_no_column("通知公告", "/tzgg/index.html"));
    }

    #[test]
    fn put_away_columns_say_so() {
        assert!(ClassWords::embedded().is_archived("2019年主题教育（已归档）"));
        assert!(!ClassWords::embedded().is_archived("档案管理"));
        assert!(ClassWords::embedded().says_archived("当前位置：首页 本专题已归档，仅供查阅"));
        assert!(!ClassWords::embedded().says_archived("专题专栏 主题教育（已归档） 数字化转型"));
    }

    #[test]
    fn own_words_are_added_belong_to_their_class_alone_and_are_taken_away() {
        let mut words = ClassWords::embedded().clone();
        let own = "[topic]\nnames = [\"企业风采\"]\n[notice]\nnames = [\"资讯\"]\nslugs = [\"wjfb\"]\n[service]\nnames = [\"个人中心\"]\n\
                   [without.news]\nnames = [\"动态\"]\nslugs = [\"gzdt\"]\n[without.not_columns]\nnames = [\"登录\"]";
        words.lay_over(ClassWords::parse(own).unwrap());
        let class = |name: &str, path: &str| words.class(Clues { name, path, ..Clues::default() }).class;
        assert_eq!(class("企业风采", "/a/"), ColumnClass::Topic);
        assert_eq!(class("行业资讯", "/a/"), ColumnClass::Notice, "it was a word of news");
        assert_eq!(class("栏目", "/wjfb/"), ColumnClass::Notice);
        assert_eq!(class("栏目", "/gzdt/"), ColumnClass::Other);
        assert_eq!(class("厅长动态", "/a/"), ColumnClass::Other, "动态 alone is none any more");
        assert_eq!(class("工作动态", "/a/"), ColumnClass::News, "and the longer word still is");
        assert!(!words.is_no_column("用户登录", "/a/") && words.is_no_column("站内搜索", "/a/"));
        // the whole list laid over itself changes nothing
        let mut same = ClassWords::embedded().clone();
        same.lay_over(ClassWords::embedded().clone());
        assert_eq!(format!("{same:?}"), format!("{:?}", ClassWords::embedded()));
    }
}
