//! The words of attached files, told by their first bytes: docx and xlsx (`office`), pdf, and the doc of before 2007. Only their
//! words: what they look like is nobody's business here. Sizes are bounded; a file that cannot be read gives nothing.

use std::io::{Cursor, Read as _};

use super::office;

/// Pages of a pdf that are read.
const PAGES_MAX: usize = 300;
/// Bytes to which one stream of a pdf may unpack.
const STREAM_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of text that are kept of one file.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of one stream of a doc that are read.
const DOC_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// What kind of file the bytes are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// docx, xlsx, or another archive.
    Archive,
    Pdf,
    /// A compound file: doc, xls, ppt.
    Compound,
}

/// The kind of an attached file; none: no such file.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    if office::is_archive(bytes) {
        Some(Kind::Archive)
    } else if bytes.starts_with(b"%PDF-") {
        Some(Kind::Pdf)
    } else {
        bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").then_some(Kind::Compound)
    }
}

/// The text of a file of this kind; none where it cannot be read.
pub fn text(kind: Kind, bytes: &[u8]) -> Option<String> {
    match kind {
        Kind::Archive => office::text(bytes),
        Kind::Pdf => pdf(bytes),
        Kind::Compound => doc(bytes),
    }
}

/// Page by page; one that cannot be read is left out. Pictures of pages (scans) have no words.
fn pdf(bytes: &[u8]) -> Option<String> {
    let options = lopdf::LoadOptions { max_decompressed_size: Some(STREAM_BYTES_MAX), ..lopdf::LoadOptions::default() };
    let document = lopdf::Document::load_mem_with_options(bytes, options).ok()?;
    let mut out = String::new();
    for page in document.get_pages().into_keys().take(PAGES_MAX) {
        for part in document.extract_text_chunks_with_limit(&[page], STREAM_BYTES_MAX).into_iter().flatten() {
            out.push_str(&part);
        }
        out.push('\n');
        if out.len() >= TEXT_BYTES_MAX {
            break;
        }
    }
    Some(out)
}

/// The text of a Word 97 document ([MS-DOC] 2.4.1): pieces, named by a table in another stream.
fn doc(bytes: &[u8]) -> Option<String> {
    /// `FibBase.wIdent` of a document.
    const WORD: u16 = 0xa5ec;
    const ENCRYPTED: u16 = 0x0100;
    const TABLE_1: u16 = 0x0200;
    /// Where the FIB names the piece table's place and length (`fcClx`, `lcbClx`).
    const CLX: usize = 0x01a2;
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let main = stream(&mut file, "/WordDocument")?;
    let flags = short(&main, 10)?;
    if short(&main, 0)? != WORD || flags & ENCRYPTED != 0 {
        return None;
    }
    let table = stream(&mut file, if flags & TABLE_1 != 0 { "/1Table" } else { "/0Table" })?;
    let (at, length) = (long(&main, CLX)? as usize, long(&main, CLX + 4)? as usize);
    let pieces = piece_table(table.get(at..at.checked_add(length)?)?)?;
    let count = pieces.len().checked_sub(4)? / 12;
    let mut out = String::new();
    for piece in 0..count {
        let chars = long(pieces, (piece + 1) * 4)?.checked_sub(long(pieces, piece * 4)?)? as usize;
        let place = long(pieces, (count + 1) * 4 + piece * 8 + 2)?;
        push_piece(&main, place, chars, &mut out)?;
        if out.len() >= TEXT_BYTES_MAX {
            break;
        }
    }
    Some(out)
}

fn stream(file: &mut cfb::CompoundFile<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.open_stream(name).ok()?.take(DOC_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The `PlcPcd` of a `Clx`, behind any number of property runs.
fn piece_table(mut clx: &[u8]) -> Option<&[u8]> {
    loop {
        match *clx.first()? {
            1 => clx = clx.get(3 + usize::from(short(clx, 1)?)..)?,
            2 => {
                let length = long(clx, 1)? as usize;
                return clx.get(5..5_usize.checked_add(length)?);
            }
            _ => return None,
        }
    }
}

/// A piece: of one byte a character (Western) or of two. Marks of cells are gaps, those of paragraphs and rows end lines.
fn push_piece(main: &[u8], place: u32, chars: usize, out: &mut String) -> Option<()> {
    const COMPRESSED: u32 = 0x4000_0000;
    let chars = chars.min(TEXT_BYTES_MAX);
    let put = |out: &mut String, c: char| match c {
        '\r' | '\u{b}' | '\u{c}' => out.push('\n'),
        '\u{7}' => out.push(' '),
        c if c.is_control() => {}
        c => out.push(c),
    };
    if place & COMPRESSED != 0 {
        let at = (place & !COMPRESSED) as usize / 2;
        let bytes = main.get(at..at.checked_add(chars)?)?;
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
        text.chars().for_each(|c| put(out, c));
    } else {
        let bytes = main.get(place as usize..(place as usize).checked_add(chars.checked_mul(2)?)?)?;
        let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes);
        text.chars().for_each(|c| put(out, c));
    }
    Some(())
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    /// A page with a CID font and its table of characters, as word processors write Chinese.
    fn pdf_of(text: &str) -> Vec<u8> {
        let codes: Vec<u16> = text.encode_utf16().collect();
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) \
             /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n\
             endcodespacerange\n",
        );
        for group in codes.chunks(90) {
            writeln!(map, "{} beginbfchar", group.len()).unwrap();
            for code in group {
                writeln!(map, "<{code:04X}> <{code:04X}>").unwrap();
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        let hex = codes.iter().map(|code| format!("{code:04X}")).collect::<Vec<_>>().concat();
        let content = format!("BT /F1 12 Tf 72 700 Td <{hex}> Tj ET");
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 6 0 R >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len()),
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) \
             /Supplement 0 >> >>"
                .to_owned(),
        ];
        let mut out = b"%PDF-1.5\n".to_vec();
        let mut places = Vec::new();
        for (nth, object) in (1..).zip(&objects) {
            places.push(out.len());
            writeln!(out, "{nth} 0 obj\n{object}\nendobj").unwrap();
        }
        let table = out.len();
        writeln!(out, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1).unwrap();
        for place in places {
            writeln!(out, "{place:010} 00000 n ").unwrap();
        }
        writeln!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF", objects.len() + 1).unwrap();
        out
    }

    /// A Word document of two pieces: Western letters in one byte each, everything else in two.
    fn doc_of(western: &str, wide: &str) -> Vec<u8> {
        let mut main = vec![0_u8; 512];
        main[..2].copy_from_slice(&0xa5ec_u16.to_le_bytes());
        main[10..12].copy_from_slice(&0x0200_u16.to_le_bytes());
        let first = main.len() as u32;
        main.extend(western.bytes());
        let second = main.len() as u32;
        main.extend(wide.encode_utf16().flat_map(u16::to_le_bytes));
        let (a, b) = (western.len() as u32, wide.encode_utf16().count() as u32);
        let mut pieces: Vec<u8> = [0, a, a + b].into_iter().flat_map(u32::to_le_bytes).collect();
        for place in [(first * 2) | 0x4000_0000, second] {
            pieces.extend([0, 0]);
            pieces.extend(place.to_le_bytes());
            pieces.extend([0, 0]);
        }
        // A property run stands before the table.
        let mut clx = vec![1, 2, 0, 9, 9, 2];
        clx.extend((pieces.len() as u32).to_le_bytes());
        clx.extend(pieces);
        main[0x1a2..0x1a6].copy_from_slice(&8_u32.to_le_bytes());
        main[0x1a6..0x1aa].copy_from_slice(&(clx.len() as u32).to_le_bytes());
        let mut table = vec![0_u8; 8];
        table.extend(clx);
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/WordDocument").unwrap().write_all(&main).unwrap();
        file.create_stream("/1Table").unwrap().write_all(&table).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn read(bytes: &[u8]) -> Option<String> {
        kind(bytes).and_then(|kind| text(kind, bytes))
    }

    #[test]
    fn a_pdf_gives_its_words_by_its_own_table_of_characters() {
        let text = read(&pdf_of("公示名单 王小明 13812345678")).unwrap();
        assert!(text.contains("公示名单") && text.contains("王小明 13812345678"), "{text:?}");
    }

    #[test]
    fn a_doc_gives_the_words_of_all_its_pieces() {
        let bytes = doc_of("No. 1\r", "公示名单\r姓名\u{7}电话\u{7}\r王小明\u{7}13812345678\u{7}\r");
        assert_eq!(read(&bytes).unwrap(), "No. 1\n公示名单\n姓名 电话 \n王小明 13812345678 \n");
    }

    #[test]
    fn what_cannot_be_read_gives_nothing() {
        assert_eq!(kind(b"<html>"), None);
        assert_eq!(read(b"%PDF-1.4 broken"), None);
        assert_eq!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"), None);
        let mut encrypted = doc_of("a", "b");
        let at = encrypted.windows(2).position(|two| two == 0xa5ec_u16.to_le_bytes()).unwrap();
        encrypted[at + 11] |= 1;
        assert_eq!(read(&encrypted), None);
        // A workbook of before 2007 is such a file too.
        let mut book = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        book.create_stream("/Workbook").unwrap().write_all(b"x").unwrap();
        assert_eq!(read(&book.into_inner().into_inner()), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Damaged files of every kind: nothing, or less; never a panic.
        #[test]
        fn damaged_files_do_no_harm(hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40), cut in any::<prop::sample::Index>()) {
            for mut bytes in [pdf_of("公示名单 王小明"), doc_of("No. 1", "公示名单")] {
                let head = bytes.get(..8).unwrap_or_default().to_vec();
                for (at, byte) in &hits {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
                let end = cut.index(bytes.len()).max(8);
                bytes.truncate(end);
                bytes[..8].copy_from_slice(&head);
                let _ = read(&bytes);
            }
        }
    }
}
