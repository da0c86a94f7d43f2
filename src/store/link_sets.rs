//! Link sets: a page's links, cut by their place into sets that many pages share, each packed into one small blob.
//! Pure; knows nothing of SQL.
//!
//! A blob: place (1 byte) · number of strings · each string (length, bytes) · number of links · each link: target, kind,
//! fragment (0: none, else string + 1), text (string), selector (string). All numbers are LEB128.

use std::collections::HashMap;

use rapidhash::fast::RandomState;

use crate::model::facts::{LinkKind, Place};
use crate::model::site::{LinkRef, UrlId};

/// The places in the order in which a page's sets are stored and read back.
const PLACES: [Place; 4] = [Place::Head, Place::Navigation, Place::Body, Place::Footer];

/// By code; appended to, never reordered.
const KINDS: [LinkKind; 12] = [
    LinkKind::Anchor,
    LinkKind::Area,
    LinkKind::Frame,
    LinkKind::Form,
    LinkKind::Image,
    LinkKind::Media,
    LinkKind::Script,
    LinkKind::Style,
    LinkKind::Pointer,
    LinkKind::Object,
    LinkKind::Refresh,
    LinkKind::Background,
];

/// A blob that is not what [`pack`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadBlob;

/// The page's sets, one blob for each place that has links; the order within a place is kept.
pub(super) fn pack_page(links: &[LinkRef]) -> Vec<Vec<u8>> {
    PLACES
        .iter()
        .filter_map(|&place| {
            let mut of_place = links.iter().filter(|link| link.place == place).peekable();
            of_place.peek()?;
            Some(pack(place, &of_place.collect::<Vec<_>>()))
        })
        .collect()
}

fn pack(place: Place, links: &[&LinkRef]) -> Vec<u8> {
    let mut strings = Strings::default();
    let mut body = Vec::with_capacity(links.len() * 8);
    for link in links {
        put(&mut body, u64::from(link.target.0));
        body.push(kind_code(link.kind));
        put(&mut body, link.fragment.as_deref().map_or(0, |text| strings.number(text) + 1));
        put(&mut body, strings.number(&link.text));
        put(&mut body, strings.number(&link.selector));
    }
    let mut blob = Vec::with_capacity(body.len() + strings.bytes + 16);
    blob.push(place_code(place));
    put(&mut blob, strings.list.len() as u64);
    for text in &strings.list {
        put(&mut blob, text.len() as u64);
        blob.extend_from_slice(text.as_bytes());
    }
    put(&mut blob, links.len() as u64);
    blob.extend_from_slice(&body);
    blob
}

/// Reads a set back, appending to `out`.
pub(super) fn unpack(blob: &[u8], out: &mut Vec<LinkRef>) -> Result<(), BadBlob> {
    let mut rest = blob;
    let place = *PLACES.get(usize::from(take_byte(&mut rest)?)).ok_or(BadBlob)?;
    let count = take(&mut rest)?;
    let mut strings = Vec::new();
    for _ in 0..count {
        let length = usize::try_from(take(&mut rest)?).map_err(|_| BadBlob)?;
        let (text, after) = rest.split_at_checked(length).ok_or(BadBlob)?;
        strings.push(std::str::from_utf8(text).map_err(|_| BadBlob)?);
        rest = after;
    }
    let string = |number: u64| -> Result<String, BadBlob> {
        let number = usize::try_from(number).map_err(|_| BadBlob)?;
        strings.get(number).map(|text| (*text).to_owned()).ok_or(BadBlob)
    };
    for _ in 0..take(&mut rest)? {
        let target = UrlId(u32::try_from(take(&mut rest)?).map_err(|_| BadBlob)?);
        let kind = *KINDS.get(usize::from(take_byte(&mut rest)?)).ok_or(BadBlob)?;
        let fragment = match take(&mut rest)? {
            0 => None,
            number => Some(string(number - 1)?),
        };
        let text = string(take(&mut rest)?)?;
        let selector = string(take(&mut rest)?)?;
        out.push(LinkRef { target, fragment, kind, place, text, selector });
    }
    if rest.is_empty() { Ok(()) } else { Err(BadBlob) }
}

/// Numbers of sets, one after the other.
pub(super) fn pack_numbers(numbers: &[u32]) -> Vec<u8> {
    let mut blob = Vec::with_capacity(numbers.len() * 3);
    for &number in numbers {
        put(&mut blob, u64::from(number));
    }
    blob
}

pub(super) fn unpack_numbers(blob: &[u8]) -> Result<Vec<u32>, BadBlob> {
    let mut rest = blob;
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        numbers.push(u32::try_from(take(&mut rest)?).map_err(|_| BadBlob)?);
    }
    Ok(numbers)
}

/// Whether a set is worth keeping unpacked while pages are read: navigation and the like repeat, bodies do not.
pub(super) fn is_shared(blob: &[u8]) -> bool {
    blob.first().is_some_and(|&code| code != place_code(Place::Body))
}

/// The strings of one set, each once, in the order of first sight.
#[derive(Default)]
struct Strings<'a> {
    list: Vec<&'a str>,
    numbers: HashMap<&'a str, u64, RandomState>,
    bytes: usize,
}

impl<'a> Strings<'a> {
    fn number(&mut self, text: &'a str) -> u64 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.list.len() as u64;
        self.list.push(text);
        self.numbers.insert(text, number);
        self.bytes += text.len() + 2;
        number
    }
}

fn kind_code(kind: LinkKind) -> u8 {
    match kind {
        LinkKind::Anchor => 0,
        LinkKind::Area => 1,
        LinkKind::Frame => 2,
        LinkKind::Form => 3,
        LinkKind::Image => 4,
        LinkKind::Media => 5,
        LinkKind::Script => 6,
        LinkKind::Style => 7,
        LinkKind::Pointer => 8,
        LinkKind::Object => 9,
        LinkKind::Refresh => 10,
        LinkKind::Background => 11,
    }
}

fn place_code(place: Place) -> u8 {
    match place {
        Place::Head => 0,
        Place::Navigation => 1,
        Place::Body => 2,
        Place::Footer => 3,
    }
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take(rest: &mut &[u8]) -> Result<u64, BadBlob> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(rest)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(BadBlob)
}

fn take_byte(rest: &mut &[u8]) -> Result<u8, BadBlob> {
    let (&byte, after) = rest.split_first().ok_or(BadBlob)?;
    *rest = after;
    Ok(byte)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn any_link() -> impl Strategy<Value = LinkRef> {
        (
            any::<u32>(),
            proptest::option::of(".{0,6}"),
            proptest::sample::select(KINDS.to_vec()),
            proptest::sample::select(PLACES.to_vec()),
            "[首页通知公告a-z]{0,8}",
            proptest::sample::select(vec!["", "#nav > a", "div.footer a", "ul.列表 > li > a"]),
        )
            .prop_map(|(target, fragment, kind, place, text, selector)| LinkRef {
                target: UrlId(target),
                fragment,
                kind,
                place,
                text,
                selector: selector.to_owned(),
            })
    }

    /// What a round trip gives: the links by place, in the order of the page within each.
    pub(crate) fn by_place(links: &[LinkRef]) -> Vec<LinkRef> {
        let mut sorted = links.to_vec();
        sorted.sort_by_key(|link| link.place);
        sorted
    }

    proptest! {
        #[test]
        fn links_come_back_as_they_were(links in proptest::collection::vec(any_link(), 0..60)) {
            let mut back = Vec::new();
            for blob in pack_page(&links) {
                unpack(&blob, &mut back).unwrap();
            }
            prop_assert_eq!(back, by_place(&links));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut out = Vec::new();
            let _ = unpack(&bytes, &mut out);
            let _ = unpack_numbers(&bytes);
        }

        #[test]
        fn numbers_come_back(numbers in proptest::collection::vec(any::<u32>(), 0..6)) {
            prop_assert_eq!(unpack_numbers(&pack_numbers(&numbers)).unwrap(), numbers);
        }
    }

    #[test]
    fn codes_and_lists_agree() {
        for (code, &kind) in KINDS.iter().enumerate() {
            assert_eq!(usize::from(kind_code(kind)), code);
        }
        for (code, &place) in PLACES.iter().enumerate() {
            assert_eq!(usize::from(place_code(place)), code);
        }
    }

    #[test]
    fn a_repeated_text_is_stored_once() {
        let link = |target| LinkRef {
            target: UrlId(target),
            fragment: None,
            kind: LinkKind::Anchor,
            place: Place::Body,
            text: "关于印发管理办法的通知".to_owned(),
            selector: "ul.list > li > a".to_owned(),
        };
        let one = pack_page(&[link(1)])[0].len();
        let two = pack_page(&[link(1), link(2)])[0].len();
        assert_eq!(two - one, 5);
    }
}
