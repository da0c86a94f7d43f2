//! What the page's own scripts give away: which mechanism draws the list. One search over each inline script.

use std::sync::LazyLock;

use regex::Regex;

use crate::read::tape::{Attr, NodeId, Tag, Tape};

/// Words that give a mechanism away; one automaton finds them all.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"createPage|countPage|\bPager\(\{|dataproxy\.jsp|<datastore|<record>|jpaas-publish-server|_CONFIG|common/search/|(?i:messageController/getMessage\.do)|lightfrontaction|\.ajax\(|\$\.get|\$\.post|axios|fetch\(|XMLHttpRequest|new Vue|createApp|document\.write|totalRecord|\[\s*\{\s*[\x22'a-zA-Z]",
    )
    .expect("the pattern is constant and valid")
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    CreatePage,
    Dataproxy,
    Datastore,
    /// `<record>`, with or without a store around it.
    Record,
    Jpaas,
    Config,
    UcapSearch,
    GetMessage,
    Epoint,
    Ajax,
    TotalRecord,
    /// `document.write`: may write rows.
    Write,
    /// `[{…`
    InlineArray,
}

#[derive(Debug, Default)]
pub(super) struct Signs<'a> {
    /// Sign, and the script (its text) in which it stands; one entry for each pair.
    found: Vec<(Sign, &'a str)>,
    /// `src` of external scripts.
    pub(super) external: Vec<&'a str>,
    /// Elements of all scripts.
    pub(super) scripts: Vec<NodeId>,
}

impl<'a> Signs<'a> {
    pub(super) fn find(tape: &'a Tape) -> Self {
        let mut signs = Self::default();
        for script in tape.elements(Tag::Script) {
            signs.scripts.push(script);
            if let Some(src) = tape.attr(script, Attr::Src) {
                signs.external.push(src);
            }
            let text = tape.raw_text(script);
            for hit in WORDS.find_iter(text) {
                let sign = sign_of(hit.as_str());
                if !signs.found.iter().rev().take_while(|(_, held)| std::ptr::eq(*held, text)).any(|(held, _)| *held == sign) {
                    signs.found.push((sign, text));
                }
            }
        }
        signs
    }

    pub(super) fn has(&self, sign: Sign) -> bool {
        self.found.iter().any(|(held, _)| *held == sign)
    }

    /// The scripts in which the sign stands.
    pub(super) fn texts(&self, sign: Sign) -> impl Iterator<Item = &'a str> + '_ {
        self.found.iter().filter(move |(held, _)| *held == sign).map(|(_, text)| *text)
    }
}

fn sign_of(word: &str) -> Sign {
    match word {
        "createPage" | "countPage" | "Pager({" => Sign::CreatePage,
        "dataproxy.jsp" => Sign::Dataproxy,
        "<datastore" => Sign::Datastore,
        "<record>" => Sign::Record,
        "jpaas-publish-server" => Sign::Jpaas,
        "_CONFIG" => Sign::Config,
        "common/search/" => Sign::UcapSearch,
        "lightfrontaction" => Sign::Epoint,
        "totalRecord" => Sign::TotalRecord,
        "document.write" => Sign::Write,
        word if word.starts_with('[') => Sign::InlineArray,
        word if word.starts_with(['m', 'M']) => Sign::GetMessage,
        _ => Sign::Ajax,
    }
}

/// Arguments of a call as written: `f(12, "index")` → `12`, `index`. Quotes are taken off; nested brackets end the reading.
pub(super) fn arguments(behind_name: &str) -> Option<Vec<&str>> {
    let open = behind_name.char_indices().take(60).find(|(_, c)| *c == '(')?.0;
    if !behind_name.get(..open)?.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c.is_whitespace()) {
        return None;
    }
    let rest = behind_name.get(open + 1..)?;
    let inner = rest.get(..rest.char_indices().take(400).find(|(_, c)| *c == ')')?.0)?;
    Some(inner.split(',').map(|argument| argument.trim().trim_matches(['"', '\'']).trim()).collect())
}

/// Value of `var name = 12` (or `name: 12`, `name="12"`) in a script.
pub(super) fn number(script: &str, name: &str) -> Option<u32> {
    assigned(script, name)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What stands behind `name =` or `name:`, quotes taken off its beginning; none for an empty name.
pub(super) fn assigned<'s>(script: &'s str, name: &str) -> Option<&'s str> {
    if name.is_empty() {
        return None;
    }
    let mut rest = script;
    while let Some(at) = rest.find(name) {
        let is_whole = rest.get(..at)?.chars().next_back().is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '$')));
        let behind = rest.get(at + name.len()..)?;
        let value = behind.trim_start_matches(['"', '\'']).trim_start();
        if is_whole
            && let Some(value) = value.strip_prefix(['=', ':'])
            && !value.starts_with('=')
        {
            return Some(value.trim_start().trim_start_matches(['"', '\'']));
        }
        rest = behind;
    }
    None
}

/// The string literal in which a name stands: `'/module/web/jpage/dataproxy.jsp?col=1'`. Case is not heeded.
pub(super) fn literal_around<'s>(script: &'s str, name: &str) -> Option<&'s str> {
    const QUOTES: [char; 2] = ['"', '\''];
    let at = script.to_ascii_lowercase().find(&name.to_ascii_lowercase())?;
    let start = script.get(..at)?.rfind(QUOTES)? + 1;
    let end = at + name.len() + script.get(at + name.len()..)?.find(QUOTES)?;
    script.get(start..end)
}

/// The string behind `name:` or `name =`, up to its closing quote.
pub(super) fn text<'s>(script: &'s str, name: &str) -> Option<&'s str> {
    let value = assigned(script, name)?;
    value.get(..value.find(['"', '\'', '\n'])?).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_assigned_to_an_empty_name() {
        assert_eq!(assigned("var a = 1;", ""), None);
        assert_eq!(assigned("var a = 1;", "a"), Some("1;"));
        assert_eq!(number("{page: '12'}", "page"), Some(12));
    }
}
