//! The tags of the 网页标签规范 in a page's head (norms.md 2.6), by their official names.

use std::collections::BTreeMap;

use super::tape::{Attr, Tag, Tape, fold};

/// Characters of a value that are kept.
const VALUE_CHARS_MAX: usize = 500;

/// Official names, and a few private ones that sites put beside them.
const NAMES: [&str; 17] = [
    "SiteName",
    "SiteDomain",
    "SiteIDCode",
    "ColumnName",
    "ColumnDescription",
    "ColumnKeywords",
    "ColumnType",
    "ColumnId",
    "ArticleTitle",
    "PubDate",
    "ContentSource",
    "Keywords",
    "Author",
    "Description",
    "Image",
    "Url",
    "others",
];

/// Every tag with its value as written, trimmed; an empty value is a value. Where a tag stands twice, the first that says
/// something counts.
pub fn read(tape: &Tape) -> BTreeMap<String, String> {
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    for id in tape.elements(Tag::Meta) {
        let Some(name) = tape.attr(id, Attr::Name).map(str::trim) else { continue };
        let Some(official) = NAMES.iter().find(|official| official.eq_ignore_ascii_case(name)) else { continue };
        let value: String = fold(tape.attr(id, Attr::Content).unwrap_or("")).chars().take(VALUE_CHARS_MAX).collect();
        let entry = tags.entry((*official).to_owned()).or_default();
        if entry.is_empty() {
            *entry = value;
        }
    }
    tags
}

/// A tag that says something: not missing, not empty, not the literal `null` of a broken template.
pub fn value<'a>(tags: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    tags.get(name).map(String::as_str).filter(|value| !value.is_empty() && !value.eq_ignore_ascii_case("null"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_official_whatever_their_case() {
        let tape = Tape::read(
            "<head><META content=' 省工信厅 ' NAME='sitename'><meta name=\"ColumnName\" content=\"null\"/>\
             <meta name='PubDate ' content='2026-08-04 09:30'><meta name=viewport content=x><meta name=Author content></head>",
        );
        let tags = read(&tape);
        let all: Vec<_> = tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(all, [("Author", ""), ("ColumnName", "null"), ("PubDate", "2026-08-04 09:30"), ("SiteName", "省工信厅")]);
        assert_eq!(value(&tags, "ColumnName"), None);
        assert_eq!(value(&tags, "SiteName"), Some("省工信厅"));
    }

    #[test]
    fn the_first_tag_that_says_something_counts() {
        let tape = Tape::read(
            "<meta name=ArticleTitle content=''><meta name=ArticleTitle content=甲><meta name=ArticleTitle content=乙>",
        );
        assert_eq!(value(&read(&tape), "ArticleTitle"), Some("甲"));
    }

    #[test]
    fn a_commented_tag_is_none() {
        assert!(read(&Tape::read("<!-- <meta name=\"SiteName\" content=\"x\"> -->")).is_empty());
    }
}
