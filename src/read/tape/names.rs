//! The names of elements and attributes that readers ask for, and what the HTML standard says of them.

macro_rules! names {
    ($(#[$meta:meta])* $kind:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $kind { $($variant),+ , Other }

        impl $kind {
            #[allow(non_upper_case_globals, reason = "one constant per variant, matched below")]
            pub(super) fn from_name(name: &[u8]) -> Self {
                $(const $variant: &[u8] = $text.as_bytes();)+
                match name { $($variant => Self::$variant,)+ _ => Self::Other }
            }

            /// The name as written in HTML; empty for `Other`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ Self::Other => "" }
            }
        }
    };
}

names! {
    /// Element names that readers ask for; every other element is `Other` and keeps its name as an attribute.
    Tag {
        A = "a", Area = "area", Article = "article", Aside = "aside", Audio = "audio", B = "b", Base = "base",
        Blockquote = "blockquote", Body = "body", Br = "br", Button = "button", Caption = "caption", Center = "center",
        Col = "col", Dd = "dd", Div = "div", Dl = "dl", Dt = "dt", Em = "em", Embed = "embed", Fieldset = "fieldset",
        Font = "font", Footer = "footer", Form = "form", Frame = "frame", H1 = "h1", H2 = "h2", H3 = "h3", H4 = "h4",
        H5 = "h5", H6 = "h6", Head = "head", Header = "header", Hr = "hr", Html = "html", I = "i", Iframe = "iframe",
        Img = "img", Input = "input", Label = "label", Li = "li", Link = "link", Main = "main", Map = "map",
        Marquee = "marquee", Menu = "menu", Meta = "meta", Nav = "nav", Noscript = "noscript", Object = "object",
        Ol = "ol", Option = "option", P = "p", Param = "param", Pre = "pre", Script = "script", Section = "section",
        Select = "select", Source = "source", Span = "span", Strong = "strong", Style = "style", Svg = "svg",
        Table = "table", Tbody = "tbody", Td = "td", Template = "template", Textarea = "textarea", Tfoot = "tfoot",
        Th = "th", Thead = "thead", Time = "time", Title = "title", Tr = "tr", Track = "track", U = "u", Ul = "ul",
        Video = "video", Wbr = "wbr",
    }
}

names! {
    /// Attributes that readers ask for; every other one is dropped (`Other` holds the name of an `Other` element).
    Attr {
        Action = "action", Alt = "alt", Background = "background", Charset = "charset", Class = "class",
        Content = "content", Data = "data", DataHref = "data-href", DataOriginal = "data-original", DataSrc = "data-src",
        DataUrl = "data-url", Datetime = "datetime", Height = "height", Hidden = "hidden", Href = "href",
        HttpEquiv = "http-equiv", Id = "id", Itemprop = "itemprop", Lang = "lang", Language = "language", Method = "method", Name = "name",
        OnClick = "onclick", ParseType = "parsetype", Placeholder = "placeholder", Poster = "poster", Property = "property", PubdateMark = "pubdate", QueryData = "querydata", Rel = "rel",
        SiteCode = "sitecode", Src = "src", Srcset = "srcset", Style = "style", Target = "target", Title = "title",
        Type = "type", Url = "url", Value = "value", Width = "width",
    }
}

impl Tag {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Other as usize + 1;
}

impl Attr {
    /// The attribute's bit in an element's mask; a few share one.
    pub(super) fn bit(self) -> u32 {
        1 << (self as u32 % u32::BITS)
    }
}

/// Elements whose text nobody sees.
pub fn is_unseen(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Script | Tag::Style | Tag::Template | Tag::Head | Tag::Title | Tag::Textarea | Tag::Select | Tag::Noscript
    )
}

/// Elements that stand apart from the words before them.
pub fn breaks_words(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::A
            | Tag::B
            | Tag::Em
            | Tag::Font
            | Tag::I
            | Tag::Span
            | Tag::Strong
            | Tag::U
            | Tag::Label
            | Tag::Time
            | Tag::Wbr
            | Tag::Other
    )
}

pub(super) fn is_void(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Area
            | Tag::Base
            | Tag::Br
            | Tag::Col
            | Tag::Embed
            | Tag::Frame
            | Tag::Hr
            | Tag::Img
            | Tag::Input
            | Tag::Link
            | Tag::Meta
            | Tag::Param
            | Tag::Source
            | Tag::Track
            | Tag::Wbr
    )
}

pub(super) fn belongs_in_head(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Head | Tag::Meta | Tag::Link | Tag::Title | Tag::Script | Tag::Style | Tag::Base | Tag::Noscript | Tag::Template
    )
}

/// Start tags that end an open paragraph (HTML standard, "in body").
pub(super) fn ends_paragraph(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Article
            | Tag::Aside
            | Tag::Blockquote
            | Tag::Center
            | Tag::Div
            | Tag::Dl
            | Tag::Fieldset
            | Tag::Footer
            | Tag::Form
            | Tag::H1
            | Tag::H2
            | Tag::H3
            | Tag::H4
            | Tag::H5
            | Tag::H6
            | Tag::Header
            | Tag::Hr
            | Tag::Main
            | Tag::Menu
            | Tag::Nav
            | Tag::Ol
            | Tag::P
            | Tag::Pre
            | Tag::Section
            | Tag::Table
            | Tag::Ul
    )
}
