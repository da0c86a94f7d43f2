//! Bytes → text: byte order mark, header, `<meta>`, detection; which of them is right when they disagree. Never fails.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::facts::{Charset, CharsetSource};

/// Bytes at the start in which a `<meta>` is looked for (browsers: 1,024; TRS heads are longer).
const PRESCAN_BYTES: usize = 4 * 1024;
/// Bytes the detector is given: it is by far the slowest step.
const DETECT_BYTES: usize = 16 * 1024;
/// Characters of three bytes that prove UTF-8, whatever was declared: Chinese in GBK forms so many by no chance.
const UTF8_PROOF_CHARS: usize = 6;

/// A decoded page.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static Encoding,
    pub charset: Charset,
}

/// Decodes a page by what it is, not only by what it says it is.
pub fn decode<'a>(bytes: &'a [u8], header_charset: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Attempt::of(bytes.get(length..).unwrap_or(b""), encoding, CharsetSource::Bom).decoded(None);
    }
    if let Some(encoding) = wide_without_bom(bytes) {
        return Attempt::of(bytes, encoding, CharsetSource::Detected).decoded(None);
    }
    let header = header_charset.and_then(|label| usable(label.as_bytes()));
    let written = meta_label(bytes.get(..PRESCAN_BYTES).unwrap_or(bytes));
    let meta = written.as_deref().and_then(|label| usable(label.as_bytes()));
    let conflict = match (header, meta) {
        (Some(h), Some(m)) if h != m => Some((
            header_charset.unwrap_or_default().trim().trim_matches(['"', '\'']).to_ascii_lowercase(),
            written.unwrap_or_default().to_ascii_lowercase(),
        )),
        _ => None,
    };
    best(bytes, header, meta).decoded(conflict)
}

fn best<'a>(bytes: &'a [u8], header: Option<&'static Encoding>, meta: Option<&'static Encoding>) -> Attempt<'a> {
    // GB18030 and Big5 decode nearly every text in UTF-8 «cleanly», into rubbish.
    if [header, meta].into_iter().flatten().any(|encoding| encoding != UTF_8) && is_surely_utf8(bytes) {
        return Attempt::of(bytes, UTF_8, source_of_utf8(header, meta));
    }
    let declared = [(header, CharsetSource::Header), (meta, CharsetSource::Meta)];
    let mut tried: Vec<Attempt<'a>> = Vec::with_capacity(3);
    for (encoding, source) in declared {
        let Some(encoding) = encoding else { continue };
        if tried.iter().any(|other| other.encoding == encoding) {
            continue;
        }
        let attempt = Attempt::of(bytes, encoding, source);
        if attempt.is_clean() {
            return attempt;
        }
        tried.push(attempt);
    }
    let undeclared = tried.is_empty();
    for encoding in [detect(bytes), UTF_8, GB18030] {
        if (undeclared && !tried.is_empty()) || tried.iter().any(|other| other.encoding == encoding) {
            continue;
        }
        let source = if bytes.is_ascii() { CharsetSource::Default } else { CharsetSource::Detected };
        tried.push(Attempt::of(bytes, encoding, source));
    }
    // A declared encoding with a broken character here and there is still the right one.
    if let Some(at) = tried.iter().position(|attempt| !attempt.guesses && attempt.is_nearly_clean()) {
        return tried.swap_remove(at);
    }
    tried
        .into_iter()
        .min_by_key(|attempt| (attempt.guesses, attempt.faults))
        .unwrap_or_else(|| Attempt::of(bytes, UTF_8, CharsetSource::Default))
}

fn is_surely_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().filter(|&c| c >= '\u{800}').take(UTF8_PROOF_CHARS).count() == UTF8_PROOF_CHARS)
}

fn source_of_utf8(header: Option<&'static Encoding>, meta: Option<&'static Encoding>) -> CharsetSource {
    match (header, meta) {
        (Some(e), _) if e == UTF_8 => CharsetSource::Header,
        (_, Some(e)) if e == UTF_8 => CharsetSource::Meta,
        _ => CharsetSource::Detected,
    }
}

struct Attempt<'a> {
    text: Cow<'a, str>,
    encoding: &'static Encoding,
    source: CharsetSource,
    had_errors: bool,
    /// Characters that could not be decoded.
    faults: usize,
    /// A single-byte encoding with bytes beyond ASCII: it decodes everything, so that it decodes proves nothing.
    guesses: bool,
}

impl<'a> Attempt<'a> {
    fn of(bytes: &'a [u8], encoding: &'static Encoding, source: CharsetSource) -> Self {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        let faults = if had_errors { text.chars().filter(|&c| c == '\u{fffd}').count() } else { 0 };
        let guesses = encoding.is_single_byte() && !bytes.is_ascii();
        Self { text, encoding, source, had_errors, faults, guesses }
    }

    fn is_clean(&self) -> bool {
        !self.had_errors && !self.guesses
    }

    fn is_nearly_clean(&self) -> bool {
        let beyond_ascii = self.text.chars().filter(|c| !c.is_ascii()).count();
        self.faults * 20 <= beyond_ascii
    }

    fn decoded(self, conflict: Option<(String, String)>) -> Decoded<'a> {
        let charset = Charset {
            label: self.encoding.name().to_ascii_lowercase(),
            source: self.source,
            conflict,
            had_errors: self.had_errors,
        };
        Decoded { text: self.text, encoding: self.encoding, charset }
    }
}

/// The encoding that a label names, as far as a web page can be in it. GBK and GB2312 are read as their superset.
fn usable(label: &[u8]) -> Option<&'static Encoding> {
    let label: &[u8] = label.trim_ascii();
    let label = label.strip_prefix(b"\"").unwrap_or(label);
    let label = label.strip_suffix(b"\"").unwrap_or(label);
    let label = label.strip_suffix(b";").unwrap_or(label);
    let encoding = Encoding::for_label(label)?;
    if encoding == REPLACEMENT || encoding == UTF_16LE || encoding == UTF_16BE {
        // UTF-16 has been found by its bytes by now; whoever merely declares it is mistaken.
        return None;
    }
    Some(if encoding == GBK { GB18030 } else { encoding })
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    if let Ok(text) = std::str::from_utf8(bytes) {
        // «通知» in GBK is valid UTF-8 by chance: letters of scripts that no Chinese page holds.
        let by_chance = text.chars().any(|c| ('\u{100}'..'\u{800}').contains(&c)) && !text.chars().any(|c| c >= '\u{800}');
        let chinese = by_chance && GB18030.decode_without_bom_handling_and_without_replacement(bytes).is_some();
        return if chinese { GB18030 } else { UTF_8 };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // What stands in front of the first Chinese character tells nothing.
    let from = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let part = bytes.get(from..).unwrap_or(b"");
    let part = part.get(..DETECT_BYTES).unwrap_or(part);
    detector.feed(part, part.len() == bytes.len() - from);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    match guess {
        e if e == GBK && is_rather_big5(part) => BIG5,
        e if e == GBK => GB18030,
        e if e == UTF_8 || e == BIG5 || e == GB18030 => e,
        // Short texts in another disguise: on these hosts it is Chinese.
        _ if GB18030.decode_without_bom_handling_and_without_replacement(part).is_some() => GB18030,
        e => e,
    }
}

/// The characters that Chinese is full of, as Traditional pages write them.
const FREQUENT: &str = "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過民得經十三之進行法所公務部關資訊業區市府";
/// The same of Simplified pages.
const FREQUENT_SIMPLIFIED: &str = "这为个国时来们于对会发动过经进务关资讯业区";

/// Bytes that the detector takes for GBK (its first guess for Chinese hosts) and that make more sense in Big5: nearly every
/// text in Big5 is valid GBK, of characters that nobody uses.
fn is_rather_big5(bytes: &[u8]) -> bool {
    // The part may end within a character.
    let whole = bytes.get(..bytes.len().saturating_sub(1)).unwrap_or(b"");
    let frequent = |encoding: &'static Encoding| -> Option<usize> {
        let text =
            [bytes, whole].into_iter().find_map(|part| encoding.decode_without_bom_handling_and_without_replacement(part))?;
        Some(text.chars().filter(|&c| !c.is_ascii() && (FREQUENT.contains(c) || FREQUENT_SIMPLIFIED.contains(c))).count())
    };
    match (frequent(BIG5), frequent(GB18030)) {
        (Some(big5), Some(gbk)) => big5 >= 4 && big5 > 3 * gbk,
        (Some(big5), None) => big5 >= 4,
        (None, _) => false,
    }
}

/// UTF-16 without a mark: the zero bytes of its markup stand on one side only.
fn wide_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..512).unwrap_or(bytes);
    if head.len() < 8 {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 8 > head.len() && even * 8 < odd {
        Some(UTF_16LE)
    } else if even * 8 > head.len() && odd * 8 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding named by a `<meta>` of the first bytes (WHATWG prescan), as written.
fn meta_label(head: &[u8]) -> Option<String> {
    let mut at = 0;
    while let Some(next) = head.get(at..)?.iter().position(|&b| b == b'<') {
        at += next + 1;
        let rest = head.get(at..)?;
        if rest.starts_with(b"!--") {
            at += 3 + find(rest.get(3..)?, b"-->")?;
            continue;
        }
        if !starts_with_ci(rest, b"meta") || !rest.get(4).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
            continue;
        }
        let mut scan = Attributes { bytes: rest.get(4..)?, at: 0 };
        let (mut charset, mut content, mut is_pragma) = (None, None, false);
        while let Some((name, value)) = scan.next() {
            match name.as_slice() {
                b"charset" => charset = charset.or(Some(value)),
                b"content" => content = content.or_else(|| charset_in_content(&value)),
                b"http-equiv" => is_pragma = value.eq_ignore_ascii_case(b"content-type"),
                _ => {}
            }
        }
        let found = charset.or(content.filter(|_| is_pragma));
        if let Some(label) = found.filter(|label| usable_in_meta(label).is_some()) {
            return Some(label_text(&label));
        }
    }
    None
}

fn usable_in_meta(label: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim_ascii())
}

/// A page that says UTF-16 in ASCII bytes is UTF-8 (HTML standard), and x-user-defined is windows-1252.
fn label_text(label: &[u8]) -> String {
    let encoding = usable_in_meta(label);
    if encoding == Some(UTF_16LE) || encoding == Some(UTF_16BE) {
        return UTF_8.name().to_owned();
    }
    if label.trim_ascii().eq_ignore_ascii_case(b"x-user-defined") {
        return WINDOWS_1252.name().to_owned();
    }
    String::from_utf8_lossy(label.trim_ascii()).into_owned()
}

/// `text/html; charset=gb2312` → `gb2312`, with and without quotes.
fn charset_in_content(content: &[u8]) -> Option<Vec<u8>> {
    let lower = content.to_ascii_lowercase();
    let mut rest = lower.as_slice();
    loop {
        rest = rest.get(find(rest, b"charset")? + 7..)?;
        let after = rest.trim_ascii_start();
        let Some(value) = after.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let quoted = value.first().copied().filter(|b| matches!(b, b'"' | b'\''));
        let value = if quoted.is_some() { value.get(1..)? } else { value };
        let end = value
            .iter()
            .position(|&b| quoted.map_or(b.is_ascii_whitespace() || b == b';', |quote| b == quote))
            .unwrap_or(value.len());
        return value.get(..end).map(<[u8]>::to_vec);
    }
}

/// "Get an attribute" of the prescan: name in lower case, value as written.
struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Attributes<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.skip(|b| b.is_ascii_whitespace() || b == b'/');
        if self.peek()? == b'>' {
            return None;
        }
        let from = self.at;
        self.at += 1;
        self.skip(|b| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/'));
        let name = self.bytes.get(from..self.at)?.to_ascii_lowercase();
        self.skip(|b| b.is_ascii_whitespace());
        if self.peek() != Some(b'=') {
            return Some((name, Vec::new()));
        }
        self.at += 1;
        self.skip(|b| b.is_ascii_whitespace());
        let quote = self.peek().filter(|b| matches!(b, b'"' | b'\''));
        if let Some(quote) = quote {
            self.at += 1;
            let from = self.at;
            self.skip(|b| b != quote);
            let value = self.bytes.get(from..self.at)?.to_vec();
            self.at += 1;
            return Some((name, value));
        }
        let from = self.at;
        self.skip(|b| !b.is_ascii_whitespace() && b != b'>');
        Some((name, self.bytes.get(from..self.at)?.to_vec()))
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn starts_with_ci(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "湖南省工业和信息化厅关于印发《制造业数字化转型行动方案》的通知";

    fn gbk(html: &str) -> Vec<u8> {
        GB18030.encode(html).0.into_owned()
    }

    #[test]
    fn a_declared_gb2312_page_is_read_as_gb18030() {
        for meta in [
            "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">",
            "<META content='text/html;charset=GB2312' http-equiv=Content-Type />",
            "<meta charset=gbk>",
            "<meta charset='GBK'/>",
        ] {
            let bytes = gbk(&format!("<html><head>{meta}<title>{TEXT}镕</title>"));
            let decoded = decode(&bytes, None);
            assert!(decoded.text.contains("方案》的通知镕"), "{meta}");
            assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("gb18030", CharsetSource::Meta), "{meta}");
        }
    }

    #[test]
    fn a_commented_meta_declares_nothing() {
        assert_eq!(meta_label(b"<!-- <meta charset=big5> --><meta charset=gbk>").as_deref(), Some("gbk"));
        assert_eq!(meta_label(b"<metadata charset=big5><meta name=x content='charset=big5'>"), None);
    }

    #[test]
    fn where_header_and_meta_disagree_the_one_that_decodes_is_right() {
        let bytes = gbk(&format!("<meta charset=gb2312><p>{TEXT}"));
        let decoded = decode(&bytes, Some("UTF-8"));
        assert!(decoded.text.contains(TEXT));
        assert_eq!(decoded.charset.source, CharsetSource::Meta);
        assert_eq!(decoded.charset.conflict, Some(("utf-8".to_owned(), "gb2312".to_owned())));

        let html = format!("<meta charset=gb2312><p>{TEXT}");
        let decoded = decode(html.as_bytes(), Some("utf-8"));
        assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("utf-8", CharsetSource::Header));
        assert!(decoded.charset.conflict.is_some());
    }

    #[test]
    fn a_latin_header_proves_nothing() {
        let html = format!("<meta charset=utf-8><p>{TEXT}");
        assert!(decode(html.as_bytes(), Some("ISO-8859-1")).text.contains(TEXT));
        let html = format!("<p>{TEXT}");
        assert!(decode(html.as_bytes(), Some("ISO-8859-1")).text.contains(TEXT));
        assert!(decode(&gbk(&html), Some("ISO-8859-1")).text.contains(TEXT));
    }

    #[test]
    fn an_undeclared_page_is_detected() {
        let decoded_bytes = gbk(&format!("<title>{TEXT}</title>"));
        let decoded = decode(&decoded_bytes, None);
        assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("gb18030", CharsetSource::Detected));
        let html = format!("<title>{TEXT}</title>");
        let decoded = decode(html.as_bytes(), None);
        assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("utf-8", CharsetSource::Detected));
        assert_eq!(decode(b"<p>plain", None).charset.source, CharsetSource::Default);
        assert!(decode(&gbk("<p>通知"), None).text.contains("通知"));
    }

    #[test]
    fn a_wrong_declaration_gives_way_to_the_bytes() {
        let bytes = gbk(&format!("<meta charset=utf-8><p>{TEXT}"));
        let decoded = decode(&bytes, Some("utf-8"));
        assert!(decoded.text.contains(TEXT));
        assert_eq!(decoded.charset.source, CharsetSource::Detected);
    }

    #[test]
    fn a_page_in_utf8_that_declares_gb2312_is_read_as_utf8() {
        let html = format!("<meta http-equiv=Content-Type content='text/html; charset=gb2312'><p>{TEXT}，共12条");
        for header in [None, Some("gbk"), Some("big5")] {
            let decoded = decode(html.as_bytes(), header);
            assert!(decoded.text.contains(TEXT), "{header:?}");
            assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("utf-8", CharsetSource::Detected));
        }
    }

    proptest! {
        #[test]
        fn chinese_in_gbk_is_never_taken_for_utf8(text in "[\u{4e00}-\u{9fa5}，。《》]{4,60}") {
            prop_assert_eq!(decode(&gbk(&format!("<meta charset=gbk><p>{text}")), None).charset.label, "gb18030");
        }
    }

    #[test]
    fn traditional_pages_are_read_in_big5_declared_or_not() {
        let text = "湖南省工業和信息化廳關於印發製造業數字化轉型行動方案的通知，各市州工業和信息化局請遵照執行。";
        let big5 = |head: &str| BIG5.encode(&format!("{head}<p>{text}")).0.into_owned();
        for (head, header) in [
            ("<meta charset=big5>", None),
            ("", Some("big5")),
            ("", None),
            ("<meta charset=utf-8>", None),
            ("<meta http-equiv=Content-Type content='text/html; charset=Big5'>", Some("utf-8")),
        ] {
            let bytes = big5(head);
            let decoded = decode(&bytes, header);
            assert!(decoded.text.contains(text), "{head} {header:?}: {}", decoded.text);
            assert_eq!(decoded.charset.label, "big5");
        }
        // What is written in GBK stays so, long or short.
        for html in [TEXT, "通知公告", "湖南省工業和信息化廳關於印發方案的通知", "二〇二六年"] {
            assert_eq!(decode(&gbk(&format!("<p>{html}")), None).charset.label, "gb18030", "{html}");
        }
        // The mirror of a site in UTF-8 that kept the declaration of its source.
        let html = format!("<meta charset=big5><p>{text}");
        assert!(decode(html.as_bytes(), None).text.contains(text));
    }

    #[test]
    fn a_mark_at_the_start_goes_before_every_declaration() {
        let html = format!("\u{feff}<meta charset=gb2312><p>{TEXT}");
        let decoded = decode(html.as_bytes(), Some("gbk"));
        assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("utf-8", CharsetSource::Bom));
        assert!(decoded.text.contains(TEXT) && decoded.text.starts_with('<'));
    }

    #[test]
    fn one_broken_character_does_not_change_the_encoding() {
        let mut bytes = format!("<meta charset=utf-8><p>{TEXT}").into_bytes();
        bytes.truncate(bytes.len() - 1);
        let decoded = decode(&bytes, None);
        assert_eq!(decoded.charset.label, "utf-8");
        assert!(decoded.charset.had_errors);
        let mut bytes = gbk(&format!("<meta charset=gb2312><p>{TEXT}"));
        bytes.push(0xff);
        assert_eq!(decode(&bytes, None).charset.label, "gb18030");
    }

    #[test]
    fn utf_16_is_known_by_mark_or_by_its_zeros() {
        let wide: Vec<u8> = format!("<html><body><p>{TEXT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decode(&wide, Some("gbk")).text.contains(TEXT));
        let mut marked = vec![0xff, 0xfe];
        marked.extend(&wide);
        let decoded = decode(&marked, None);
        assert_eq!((decoded.charset.label.as_str(), decoded.charset.source), ("utf-16le", CharsetSource::Bom));
        assert!(decoded.text.contains(TEXT) && !decoded.text.starts_with('\u{feff}'));
        assert_eq!(decode(b"<meta charset=utf-16><p>a", None).charset.label, "utf-8");
    }

    proptest! {
        #[test]
        fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..400), label in "[a-z0-9-]{0,12}") {
            let _ = decode(&bytes, Some(&label)).text.len();
        }

        #[test]
        fn any_meta_is_scanned(tail in "[ a-z=/'\"<>;!-]{0,60}") {
            let _ = meta_label(format!("<meta {tail}").as_bytes());
        }
    }
}
