//! The fixture pages, broken on purpose (bytes flipped, pieces cut out, doubled, swapped with another page's, charsets changed, odd words put
//! in), through decoding and every reader: nothing panics, the limits hold, and the same bytes read the same.
//!
//! The seed is fixed and the number of pages small; `XUNCHA_MUTATIONS=200000 cargo nextest run -E 'test(mutated::)'` runs longer, from
//! `XUNCHA_MUTATION_SEED` if that is set. A failure names the seed of its page.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use jiff::civil::date;
use xuncha::model::facts::PageRead;
use xuncha::read::lists::ROWS_MAX;
use xuncha::read::{self, Asked, LINKS_MAX, ListSelectors, PageInput};
use xuncha::url::PageUrl;

const PAGES: u64 = 400;
/// Bytes of a page: the fixtures are smaller, and what is doubled must not grow without end.
const PAGE_BYTES_MAX: usize = 200_000;
const ADDRESSES: [&str; 6] = [
    "http://gxt.example.gov.cn/gxt/xwzx/tzgg/index.html",
    "http://gxt.example.gov.cn/gxt/xwzx/tzgg/202611/t20261120_100.html",
    "http://gxt.example.gov.cn/col/col78506/index.html",
    "http://gxt.example.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15",
    "http://gxt.example.gov.cn/gkmlpt/index",
    "http://gxt.example.gov.cn/",
];
/// Put in where a reader may stumble: ends and beginnings, numbers too large, half dates, calls, marks of charsets.
const WORDS: [&str; 36] = [
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "\0",
    "\u{feff}",
    "&#x110000;",
    "&nbsp",
    "<script>",
    "</script>",
    "<table><tr><td>",
    "<ul><li><a href=",
    "</ul>",
    "99999999999999999999",
    "-1",
    "2026-02-30",
    "9999-99-99",
    "二〇二六年",
    "共99999999999页",
    "createPageHTML(4294967296,",
    "<record>",
    "</record>",
    "<nextgroup>",
    "{\"title\":",
    "[{",
    "}]",
    "%u4E",
    "%E4%B8",
    "javascript:",
    "onclick=\"go('/a.html",
    "charset=gb2312",
    "中",
    "😀",
];

/// splitmix64
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// From where to where a piece of a page goes.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        let longest = if self.below(4) == 0 { length } else { 200 };
        from..(from + self.below(longest + 1)).min(length)
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ["html", "htm", "shtml", "json", "xml", "jsp"].iter().any(|e| ending == *e))
        {
            found.push(path);
        }
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut paths = Vec::new();
    for folder in ["lists", "rules", "sites"] {
        files(&root.join(folder), &mut paths);
    }
    paths.sort();
    let pages: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(pages.len() > 1_000, "{} pages", pages.len());
    pages
}

fn broken(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut page = dice.of(corpus).clone();
    for _ in 0..=dice.below(6) {
        let piece = dice.piece(page.len());
        match dice.below(9) {
            0 => page.truncate(piece.start),
            1 => drop(page.drain(piece)),
            2 => {
                let copy = page[piece.clone()].to_vec();
                let times = 1 + dice.below(20);
                page.splice(piece.end..piece.end, copy.repeat(times));
            }
            3 => {
                let other = dice.of(corpus);
                let from = dice.piece(other.len());
                page.splice(piece, other[from].to_vec());
            }
            4 => (0..=dice.below(30)).for_each(|_| {
                let at = dice.below(page.len());
                if let Some(byte) = page.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }),
            5 | 6 => {
                let word = dice.of(&WORDS).repeat(1 + dice.below(3));
                page.splice(piece.start..piece.start, word.into_bytes());
            }
            7 => {
                let to = *dice.of(&[encoding_rs::GBK, encoding_rs::BIG5, encoding_rs::GB18030, encoding_rs::WINDOWS_1252]);
                page = to.encode(&String::from_utf8_lossy(&page)).0.into_owned();
            }
            _ => {
                let digit = b'0' + u8::try_from(dice.below(10)).unwrap();
                page[piece].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = digit);
            }
        }
        page.truncate(PAGE_BYTES_MAX);
    }
    page
}

fn read_one(seed: u64, corpus: &[Vec<u8>]) -> (String, PageRead) {
    let mut dice = Dice(seed);
    let bytes = broken(&mut dice, corpus);
    let address = *dice.of(&ADDRESSES);
    let url = PageUrl::parse(address).unwrap();
    let referer = PageUrl::parse(ADDRESSES[0]).unwrap();
    let selectors = ListSelectors { row: "li, tr".to_owned(), date: Some("span".to_owned()) };
    let form = (dice.below(2) == 0).then_some("col=1&columnid=78506&unitid=325517");
    let asked = Asked { referer: &referer, form, by_shell: dice.below(2) == 0, is_guess: dice.below(4) == 0 };
    let input = PageInput {
        url: &url,
        bytes: &bytes,
        header_charset: *dice.of(&[None, None, Some("utf-8"), Some("gbk"), Some("big5"), Some("utf-16"), Some("x-none")]),
        today: date(2026, 11, 24),
        home: (dice.below(2) == 0).then_some(&referer),
        selectors: (dice.below(8) == 0).then_some(&selectors),
        asked: (dice.below(4) == 0).then_some(asked),
        typos: None,
        signs: None,
    };
    let read = read::read_page(&input);
    let _ = read::challenge(412, &bytes);
    let _ = read::challenge(200, &bytes);
    (address.to_owned(), read)
}

#[test]
fn broken_pages_are_read_without_a_panic_within_the_limits_and_the_same_each_time() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let pages = number("XUNCHA_MUTATIONS").unwrap_or(PAGES);
    let first = number("XUNCHA_MUTATION_SEED").unwrap_or(20_261_124);
    let corpus = corpus();
    for seed in first..first + pages {
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let (address, read) = read_one(seed, &corpus);
            assert!(read.links.len() <= LINKS_MAX);
            if let Some(list) = &read.facts.list {
                assert!(list.rows.len() <= ROWS_MAX && list.page_no >= 1);
                let next = list
                    .next
                    .iter()
                    .chain(&list.guess)
                    .find(|next| next.url.as_str() == address && next.method == xuncha::model::request::Method::Get);
                assert!(next.is_none(), "a list that leads to itself");
            }
            if seed % 16 == 0 {
                assert_eq!(format!("{:?}", read_one(seed, &corpus).1.facts), format!("{:?}", read.facts));
            }
        }));
        assert!(outcome.is_ok(), "page {seed}: XUNCHA_MUTATION_SEED={seed} XUNCHA_MUTATIONS=1 reads it alone");
    }
}
