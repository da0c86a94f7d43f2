//! What can be read from a script without running it: the HTML that it writes in string literals, the address that it jumps
//! to. A lexer for strings and comments, no more.

use std::sync::LazyLock;

use regex::Regex;

/// Bytes of a script that are looked at.
const SCRIPT_BYTES_MAX: usize = 128 * 1024;
/// Ways to put markup into a page.
const WRITERS: [&str; 6] = ["document.write", "innerHTML", "outerHTML", ".html(", ".append(", "insertAdjacentHTML"];

/// The markup that a script writes into the page, its string literals put together; none where it writes nothing.
pub fn written_html(script: &str) -> Option<String> {
    let script = capped(script);
    if !WRITERS.iter().any(|writer| script.contains(writer)) {
        return None;
    }
    let mut out = String::new();
    for literal in literals(script) {
        let literal = percent_decoded(literal);
        if literal.contains(['<', '>']) || !literal.is_ascii() || is_value(&literal) {
            out.push_str(&literal);
        }
    }
    out.contains('<').then_some(out)
}

/// Parts of an attribute between two pieces of markup: `'<a href="' + '/x.html' + '">'`.
fn is_value(literal: &str) -> bool {
    literal.starts_with(['/', '"']) || literal.starts_with("http")
}

/// Whether a body is a script rather than a page, by how it begins.
pub fn is_script(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    !start.starts_with('<') && WRITERS.iter().any(|writer| capped(start).contains(writer))
}

/// The literal address that a script sets `location` to.
pub fn location_target(script: &str) -> Option<String> {
    static SET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?m)(?:^|[\s;{}(,>"'])(?:(?:window|self|top|parent|document|this)\.)*location(?:\.href)?\s*=\s*(?:"([^"\n]+)"|'([^'\n]+)')\s*(?:[;})<"']|$|-->)"#,
        )
        .expect("a constant pattern")
    });
    static CALL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?m)(?:^|[\s;{}(,>.])location\.(?:replace|assign)\(\s*(?:"([^"\n]+)"|'([^'\n]+)')\s*\)"#)
            .expect("a constant pattern")
    });
    let script = capped(script);
    if !script.contains("location") {
        return None;
    }
    let bare = without_comments(script);
    let found = SET.captures(&bare).or_else(|| CALL.captures(&bare))?;
    let target = found.get(1).or_else(|| found.get(2))?.as_str().trim();
    (!target.is_empty()).then(|| target.replace("\\/", "/"))
}

fn capped(script: &str) -> &str {
    let mut end = script.len().min(SCRIPT_BYTES_MAX);
    while !script.is_char_boundary(end) {
        end -= 1;
    }
    script.get(..end).unwrap_or("")
}

/// Line comments that begin a line; block comments.
fn without_comments(script: &str) -> String {
    static COMMENT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*//.*$|(?s:/\*.*?\*/)").expect("a constant pattern"));
    COMMENT.replace_all(script, "").into_owned()
}

/// Every string literal of a script in order, escapes resolved.
fn literals(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = script.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\'' | '`' => found.push(literal(&mut rest, c)),
            '/' => {
                let mut ahead = rest.clone();
                match ahead.next() {
                    Some('/') => {
                        ahead.by_ref().find(|&c| c == '\n');
                        rest = ahead;
                    }
                    Some('*') => {
                        let text = ahead.as_str();
                        let behind = text.find("*/").and_then(|at| text.get(at + 2..)).unwrap_or("");
                        rest = behind.chars();
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

fn literal(rest: &mut std::str::Chars<'_>, quote: char) -> String {
    let mut out = String::new();
    while let Some(c) = rest.next() {
        match c {
            c if c == quote => break,
            '\n' if quote != '`' => break,
            '\\' => match rest.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('u') => out.extend(hex(rest, 4)),
                Some('x') => out.extend(hex(rest, 2)),
                Some('\r' | '\n' | 'r') | None => {}
                Some(other) => out.push(other),
            },
            c => out.push(c),
        }
    }
    out
}

fn hex(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let mut ahead = rest.clone();
    let mut value = 0;
    for _ in 0..digits {
        value = value * 16 + ahead.next()?.to_digit(16)?;
    }
    *rest = ahead;
    char::from_u32(value)
}

/// What `unescape` makes of a literal that holds escaped markup; every other literal as it is.
fn percent_decoded(literal: String) -> String {
    if !(literal.contains("%3C") || literal.contains("%3c") || literal.contains("%u")) {
        return literal;
    }
    let mut bytes = Vec::with_capacity(literal.len());
    let mut rest = literal.chars();
    while let Some(c) = rest.next() {
        let mut ahead = rest.clone();
        let decoded = match (c, ahead.next()) {
            ('%', Some('u')) => hex(&mut ahead, 4).map(|c| (c, ahead)),
            ('%', Some(_)) => {
                let mut ahead = rest.clone();
                hex(&mut ahead, 2).map(|c| (c, ahead))
            }
            _ => None,
        };
        if let Some((c, ahead)) = decoded {
            rest = ahead;
            if u32::from(c) < 256 && c as u32 >= 128 {
                bytes.push(c as u8);
            } else {
                bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        } else {
            bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn written_markup_is_put_together_over_calls() {
        let script = "document.writeln(\"<div class=\\\"foot\\\">\");\n// <p>no</p>\ndocument.writeln('<p>\\u4e3b\\u529e：' + \"某局<\\/p></div>\");";
        assert_eq!(written_html(script).as_deref(), Some("<div class=\"foot\"><p>主办：某局</p></div>"));
    }

    #[test]
    fn escaped_markup_is_unescaped() {
        let script = "document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='https://dcs.conac.cn/js/19/000/0000/60438469/CA190000000604384690002.js' type='text/javascript'%3E%3C/script%3E\"));";
        assert!(written_html(script).unwrap().starts_with("<span id='_ideConac' ></span><script src='https://dcs.conac.cn"));
        assert_eq!(percent_decoded("%3Cb%3E%E4%B8%BB%u529e 100%".to_owned()), "<b>主办 100%");
    }

    #[test]
    fn a_script_that_writes_nothing_gives_nothing() {
        assert_eq!(written_html("var a = '<b>x</b>';"), None);
        assert_eq!(written_html("document.write(x)"), None);
    }

    #[test]
    fn scripts_are_told_from_pages() {
        assert!(is_script("\u{feff} document.writeln('<div>');"));
        assert!(is_script("/* foot */\nvar s='<p>x</p>';document.write(s)"));
        assert!(!is_script("<script>document.write('x')</script>"));
        assert!(!is_script("网站标识码：4300000031"));
    }

    #[test]
    fn a_literal_location_is_a_target() {
        for script in [
            "location.href='/x'",
            "window.location = \"/x\";",
            "top.location.href = '/x' ;",
            "if(1){self.location.replace('/x')}",
            "setTimeout(\"location.href='/x'\", 3000)",
            "setTimeout(function(){ location.href='/x' }, 3000)",
            "window.location.assign(\"/x\");",
        ] {
            assert_eq!(location_target(script).as_deref(), Some("/x"), "{script}");
        }
        for script in [
            "location.href = '/so?q=' + key;",
            "// location.href='/x';",
            "if(location.href=='/x') {}",
            "var mylocation = '/x';",
            "a.location_x = '/x'",
        ] {
            assert_eq!(location_target(script), None, "{script}");
        }
    }

    proptest! {
        #[test]
        fn any_script_is_lexed(script in "[a-z'\"`\\\\/*%u0-9<>\n中.]{0,80}") {
            let _ = written_html(&format!("document.write({script}"));
            let _ = location_target(&format!("location={script}"));
        }
    }
}
