//! Particulars of a page that single rules ask for, beside the facts that every rule shares. Stored with the page; all of it may be
//! absent in stores of an older reader, and absent means unknown.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::url::PageUrl;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Keys ([`anchor_key`]) of the names that a fragment can point at, sorted; empty: unknown (a whole page holds at least the key of "").
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<u32>,
    /// Links that lead nowhere, in document order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle_links: Vec<IdleLink>,
    /// Words that say that the content is still to come («栏目建设中»), as quoted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guide: Option<GuideFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<PaperFacts>,
    /// A consultation or survey whose page itself shows its result.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_feedback: bool,
    /// The page tells browsers to load over TLS what it names in the clear (`upgrade-insecure-requests`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub upgrades: bool,
    /// Words that tell a visitor that a link leads off the site, as quoted; in the page or in a script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_notice: Option<String>,
    /// Home pages: the site's own scripts that may hold such words, or write the page's search.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub script_sources: Vec<PageUrl>,
    /// The site's search, where a home page or a part of it offers one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchFact>,
    /// No search was understood, but something is called one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_search: bool,
    /// The page says that the site can be reached over IPv6, as quoted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_mark: Option<String>,
}

/// How a page offers a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchWay {
    Form,
    Link,
    /// A field that only a script serves.
    Field,
}

/// A search that a page offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchFact {
    pub way: SearchWay,
    /// Where it leads; none: a script decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<PageUrl>,
    /// What the field or link says.
    pub text: String,
    /// It leads to a search engine for anyone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_engine: bool,
}

impl Details {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A link that no click follows anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdleLink {
    pub kind: IdleKind,
    /// As written.
    pub href: String,
    pub text: String,
    pub selector: String,
    /// No script can make it work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_certain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdleKind {
    /// `#`, `javascript:;`, `http://`.
    Placeholder,
    /// `#name`, and nothing on the page bears the name.
    LostAnchor,
}

/// The classes of elements that a service guide must have (norms.md V6b), in the official order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuideElement {
    Name,
    Basis,
    Conditions,
    Materials,
    Place,
    Time,
    Telephone,
    Procedure,
}

impl GuideElement {
    pub const ALL: [Self; 8] =
        [Self::Name, Self::Basis, Self::Conditions, Self::Materials, Self::Place, Self::Time, Self::Telephone, Self::Procedure];

    /// The official name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "事项名称",
            Self::Basis => "设定依据",
            Self::Conditions => "申请条件",
            Self::Materials => "办理材料",
            Self::Place => "办理地点",
            Self::Time => "办理时间",
            Self::Telephone => "联系电话",
            Self::Procedure => "办理流程",
        }
    }
}

/// A page that is a service guide (办事指南).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideFacts {
    /// Elements that the page names, in the official order.
    pub elements: Vec<GuideElement>,
    /// A catch-all among its materials («其他材料»), as quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vague: Option<String>,
    /// A picture in its text, or a file called a guide: what it does not name in words may stand there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_more: bool,
}

/// A letter that is published with its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFacts {
    /// An answer stands on the page, though no day of it may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_answer: bool,
    pub asked: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Date>,
    /// As written: 已答复, 办理中.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// What kind of statutory paper a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// 政府信息公开指南
    Guide,
    /// 政府信息公开年度报告
    AnnualReport,
    /// 政府网站工作年度报表
    WebsiteReport,
}

/// A statutory paper, as far as its text shows its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperFacts {
    pub kind: PaperKind,
    /// Parts that the text does not hold, by their official names; none where the text is too short to say (it stands in an attachment).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// 网站标识码 that the paper itself names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_code: Option<String>,
}

/// 32-bit FNV-1a of a name: enough to tell the few names of a page apart, and the same in every build.
pub fn anchor_key(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_published_vectors() {
        assert_eq!((anchor_key(""), anchor_key("a"), anchor_key("foobar")), (0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968));
    }
}
