//! What is read from one page: facts, with the place and source of each. Nothing here judges.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::details::Details;
use super::request::Request;
use super::signs::Signs;
use super::sketch::Sketch;
use crate::url::PageUrl;

/// Raised when a field changes meaning, so that stored facts of an older reader are told apart.
pub const FACTS_VERSION: u32 = 1;

/// Everything that is read from one HTML page (links stand beside it, in [`PageRead`]).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageFacts {
    pub charset: Charset,
    /// Text of `<title>`, white space folded.
    pub html_title: String,
    /// The article's or column's own title, without the site's name.
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    pub kind: PageKind,
    /// Tags of the 网页标签规范 that stand in the head, by their official name (`SiteName`, `PubDate` …), value as written.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breadcrumb: Vec<Crumb>,
    /// The page's date by the order of trust: tag, visible label, address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<DateFact>,
    /// Every dated sign of the page, one per source; where they disagree, all are kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<DateFact>,
    pub text: TextFacts,
    pub marks: Marks,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ListFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentFacts>,
    /// Signs that the page is an error page in the dress of a good one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub error_signs: Vec<ErrorSign>,
    /// Nothing of its own stands on the page but an empty place for a list and scripts that may fill it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub drawn_by_script: bool,
    /// The page shows nothing but a request to sign in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asks_sign_in: bool,
    /// The page shows next to nothing and sends the visitor on to another address: by meta refresh, or by a script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jumps_to: Option<PageUrl>,
    /// A place for related texts stands empty, and a script may fill it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub related_by_script: bool,
    /// Dated items on the page outside any list (home pages): newest first, at most 50.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dated_items: Vec<Row>,
    /// What single rules ask for.
    #[serde(skip_serializing_if = "Details::is_empty")]
    pub details: Details,
    /// Hidden links, personal data, wrong and unsuitable words.
    #[serde(skip_serializing_if = "Signs::is_empty")]
    pub signs: Signs,
}

/// What the reader hands back: facts to store, links to follow.
#[derive(Debug, Clone, Default)]
pub struct PageRead {
    pub facts: PageFacts,
    /// In document order; `javascript:`, `mailto:` and the like are not kept.
    pub links: Vec<Link>,
    /// More links stood on the page than are kept.
    pub links_cut: bool,
    /// On another day the same bytes would be read otherwise («昨天», a date without a year).
    pub day_matters: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charset {
    /// The encoding that was used, by its WHATWG name in lower case (`utf-8`, `gb18030`).
    pub label: String,
    pub source: CharsetSource,
    /// As declared, where header and `<meta>` name different encodings: (header, meta).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<(String, String)>,
    /// Some bytes were not valid in that encoding.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub had_errors: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CharsetSource {
    Bom,
    Header,
    Meta,
    Detected,
    #[default]
    Default,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    Article,
    Column,
    Home,
    Error,
    Challenge,
    #[default]
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crumb {
    pub text: String,
    pub url: Option<PageUrl>,
}

/// Where a date was read, in the order of trust (norms.md 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateSource {
    /// `<meta name="PubDate">` and its kin.
    Tag,
    /// A visible label: 发布时间：…
    Label,
    /// The row of a list.
    Row,
    /// The article's address.
    Url,
    /// Unlabelled text near the title.
    Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateFact {
    /// ISO 8601 day, Beijing time.
    pub date: Date,
    /// `HH:MM`, where written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    pub source: DateSource,
    /// As written on the page.
    pub text: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextFacts {
    /// Characters (white space not counted) of the visible text outside navigation and footer.
    pub body_chars: u32,
    /// Characters of all visible text.
    pub all_chars: u32,
    /// First 16 hex digits of the BLAKE3 hash of the body text, white space removed.
    pub hash: String,
    /// The first 200 characters of the body text.
    pub head: String,
    /// Fingerprint of an article's own words: below its date, up to the links at its end. None: no article, or too few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorSign {
    pub kind: ErrorSignKind,
    /// The words that gave it away, as quoted.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorSignKind {
    /// The title or the main heading says "not found".
    Title,
    /// A short page whose text says so.
    Phrase,
    /// «升级改版中», «网站维护».
    Maintenance,
    /// A page that only waits and jumps elsewhere (meta refresh or script) to a home or error page.
    Jump,
}

// ---- links

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    Anchor,
    Area,
    /// iframe, frame.
    Frame,
    Form,
    /// img, srcset, input type=image.
    Image,
    /// video, audio, source, track.
    Media,
    Script,
    /// `<link>` that a browser loads (stylesheet, icon).
    Style,
    /// `<link>` that only points (canonical, alternate, next …).
    Pointer,
    /// object, embed.
    Object,
    /// meta refresh, or a script that only sets `location`.
    Refresh,
    /// Inline `background-image`, `background=`.
    Background,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    Head,
    Navigation,
    #[default]
    Body,
    Footer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub url: PageUrl,
    /// Behind `#`, as written; empty fragments are none.
    pub fragment: Option<String>,
    pub kind: LinkKind,
    pub place: Place,
    /// Link text, or `title` / `alt` where there is none; at most 80 characters.
    pub text: String,
    /// CSS selector of the element that holds the link (nearest ancestors with id or class), e.g. `#nav ul.menu > li > a`.
    pub selector: String,
}

// ---- marks

/// Something found that identifies the site (norms.md 2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Normalised: the code, number or name alone.
    pub value: String,
    /// `tag`, `text`, `link`, `script`, `frame`.
    pub source: String,
    /// As it stands on the page (at most 120 characters).
    pub text: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// 网站标识码, from every place that names one (tag, text, script).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub site_code: Vec<Mark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub icp: Vec<Mark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub police: Vec<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badge: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_errors: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sitemap: Option<Mark>,
    /// Scripts and frames of the site's own that write (part of) the footer: a mark that is missing from the page may stand there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub footer_sources: Vec<PageUrl>,
}

// ---- lists

/// [`ListFacts::family`] of a list whose rows were read from the page as a browser drew it.
pub const RENDERED: &str = "rendered";
/// [`ListFacts::unread`] of a list of which the browser showed no row either.
pub const RENDERED_WITHOUT_ROWS: &str = "render-no-rows";
/// Why a column is unread whose page only a browser would fill (no list mechanism was recognised on it).
pub const NEEDS_BROWSER: &str = "needs-browser";

/// The list of a column page, or of a list mechanism's reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFacts {
    /// Name of the list mechanism that recognised it (`trs`, `table`, `generic` …).
    pub family: String,
    /// The first page of the column that this list belongs to (the page itself, for a first page).
    pub column: PageUrl,
    /// 1 for the first page.
    pub page_no: u32,
    pub rows: Vec<Row>,
    /// The next request of the list: a further page, or the data that the page would load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Request>,
    /// A further page that nothing on this one names: asked for once, and kept only if it adds rows below the column's own path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guess: Option<Request>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages_total: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_total: Option<u32>,
    /// The mechanism was recognised but its rows are not to be had from here: why (one sentence key, e.g. `script-data`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Whole title (the `title` attribute where the text is cut).
    pub title: String,
    pub url: PageUrl,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<DateFact>,
    /// Marked 置顶, or out of order at the top.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// The row's visible text as quoted in evidence, white space folded, at most 160 characters.
    pub text: String,
}

// ---- documents

/// What marks a page as an official document: its number and the index table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentFacts {
    /// 文号, normalised to `机构代字〔YYYY〕N号`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Fields of an 索引号 table, label → value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub index: BTreeMap<String, String>,
    /// 文号 that the text cites (normalised), at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cited_numbers: Vec<String>,
    /// Titles in 《》 that the page's title or first paragraphs cite, at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cited_titles: Vec<String>,
    /// Of the text of a page whose title is that of a document or an interpretation.
    #[serde(skip_serializing_if = "Sketch::is_empty")]
    pub sketch: Sketch,
}
