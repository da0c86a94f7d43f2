//! Signs on a page that something is wrong with its safety or its words. Facts: whether they are a problem is for the rules.

use serde::{Deserialize, Serialize};

use crate::url::PageUrl;

/// What one page (or one attachment) shows of hidden links, personal data, wrong words and unsuitable matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signs {
    /// Links to foreign hosts that a visitor cannot see; a site's own collapsed blocks are not among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_links: Vec<HiddenLink>,
    /// Personal data in the clear, already masked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<Personal>,
    /// Wrong words in the page's text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub typos: Vec<Typo>,
    /// Words of gambling, pornography, or of a parked domain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsuitable: Vec<Unsuitable>,
}

impl Signs {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a link is kept from a visitor's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenWay {
    /// `display:none`, the `hidden` attribute.
    Display,
    /// `visibility:hidden`.
    Visibility,
    /// `opacity:0`.
    Opacity,
    /// A block of no size, or of one pixel, that cuts what runs over.
    Size,
    /// Letters of no size.
    FontSize,
    /// Far outside the window.
    Position,
    /// `text-indent` far outside.
    Indent,
    /// Letters in the colour of their ground.
    Colour,
    /// A marquee of no height or width.
    Marquee,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenLink {
    pub url: PageUrl,
    /// At most 80 characters.
    pub text: String,
    pub way: HiddenWay,
    /// The style that hides it, as written; at most 80 characters.
    pub style: String,
    /// CSS selector of the link.
    pub selector: String,
    /// Written by a script, or hidden by one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_script: bool,
    /// Number of its block on the page, from 0.
    pub block: u16,
    /// Nothing speaks for a block of the site's own.
    pub is_sure: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonalKind {
    /// 公民身份号码 (GB 11643).
    IdentityNumber,
    Mobile,
    BankCard,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    pub kind: PersonalKind,
    /// First and last digits, stars between.
    pub masked: String,
    /// The words around it, every number in them masked; at most 60 characters.
    pub context: String,
    /// Label or neighbours say that it is what it looks like.
    pub is_sure: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typo {
    pub wrong: String,
    pub right: String,
    /// The words around it, at most 40 characters.
    pub context: String,
    /// Only likely: it is not on the list of wrong words, but nearly one of the user's full names and standing phrases, or
    /// nearly a common word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_likely: bool,
    /// Likely by a dictionary and confusable characters.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_dictionary: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnsuitableKind {
    Gambling,
    Adult,
    /// A domain for sale, or one that has lapsed.
    Parking,
    /// Forged papers, private game servers and their like.
    Illegal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsuitable {
    pub kind: UnsuitableKind,
    pub word: String,
    /// It stands in the title (or in the keywords and description of the head).
    pub in_title: bool,
    /// The words around it, at most 60 characters.
    pub context: String,
}

// ---- what the audit's assembling makes of them

/// Pages of a site that show the same signs, or one page with its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<T> {
    /// The first page, the home page before others.
    pub url: PageUrl,
    pub title: String,
    /// Column that the page's breadcrumb names.
    pub column: Option<PageUrl>,
    pub signs: Vec<T>,
    /// Pages that show the same.
    pub pages: u32,
    /// The first of them, in the order of their addresses; at most 50.
    pub others: Vec<PageUrl>,
}

/// The signs of one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteSigns {
    /// Pages and files that were looked at.
    pub pages_judged: u32,
    /// Pages outside the group that were read.
    pub outside_judged: u32,
    /// Hidden links; the same block on many pages stands once.
    pub hidden: Vec<Shown<HiddenLink>>,
    pub personal: Vec<Shown<Personal>>,
    pub typos: Vec<Shown<Typo>>,
    /// Own pages with unsuitable words in their titles.
    pub unsuitable: Vec<Shown<Unsuitable>>,
    /// Home and column pages that are not what they were in the run before; the same change on many pages stands once.
    pub changed: Vec<Shown<FrontChange>>,
}

/// What a home or column page has that it had not in the run before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontChange {
    /// The title then, where the two have nothing in common and the new one speaks neither of the site nor of an authority.
    pub title_then: Option<String>,
    /// The title now, where that is so.
    pub title_now: String,
    /// Foreign registered domains that no home or column page of the site linked to then, with a link's text; in their order.
    pub hosts: Vec<(String, String)>,
    /// Words of gambling, pornography or illegal trade, where the page had none then.
    pub words: Vec<String>,
}

/// What an outside page has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hijack {
    Gambling,
    Adult,
    Parking,
    Illegal,
    /// An address of the public sector leads to a host outside it.
    Elsewhere,
    /// Its title has nothing in common with that of the last good visit.
    Retitled,
}
