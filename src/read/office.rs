//! The words of office files (docx, xlsx): paragraphs and rows, one a line. Other formats are not read.

use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// Bytes of one part that are unpacked.
const PART_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Bytes of text that are kept of one file.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Sheets of a workbook that are read.
const SHEETS_MAX: usize = 20;

/// Whether the bytes are those of a zip archive, as docx and xlsx are.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The text of a docx or xlsx file; none for every other archive and for one that cannot be unpacked.
pub fn text(bytes: &[u8]) -> Option<String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    if let Some(document) = part(&mut archive, "word/document.xml") {
        return Some(paragraphs(&document));
    }
    part(&mut archive, "xl/workbook.xml")?;
    let shared = part(&mut archive, "xl/sharedStrings.xml").map(|xml| strings(&xml)).unwrap_or_default();
    let mut sheets: Vec<String> = archive
        .file_names()
        .flatten()
        .filter(|name| name.starts_with("xl/worksheets/sheet"))
        .map(std::borrow::Cow::into_owned)
        .collect();
    sheets.sort();
    let mut out = String::new();
    for name in sheets.iter().take(SHEETS_MAX) {
        if let Some(xml) = part(&mut archive, name) {
            rows(&xml, &shared, &mut out);
        }
    }
    Some(out)
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let file = archive.by_name(name).ok()?;
    let mut bytes = Vec::new();
    file.take(PART_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Calls back with every element that opens, every text, every element that closes. A fault of the markup ends it.
fn walk(xml: &str, mut each: impl FnMut(Event<'_>)) {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return,
            Ok(event) => each(event),
        }
    }
}

/// Text and references of a document's `w:t`; paragraphs end lines, cells are set apart.
fn paragraphs(xml: &str) -> String {
    let mut out = String::new();
    let mut in_text = false;
    let mut in_row = 0u32;
    walk(xml, |event| match event {
        Event::Start(tag) => match tag.local_name().as_ref() {
            "t" => in_text = true,
            "tr" => in_row += 1,
            _ => {}
        },
        Event::End(tag) => match tag.local_name().as_ref() {
            "t" => in_text = false,
            "tr" => {
                in_row = in_row.saturating_sub(1);
                out.push('\n');
            }
            "tc" => out.push(' '),
            "p" if in_row == 0 => out.push('\n'),
            _ => {}
        },
        event if in_text && out.len() < TEXT_BYTES_MAX => push(&event, &mut out),
        _ => {}
    });
    out
}

/// The table of strings that the sheets point into.
fn strings(xml: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut in_text = false;
    walk(xml, |event| match event {
        Event::Start(tag) => match tag.local_name().as_ref() {
            "si" => out.push(String::new()),
            "t" => in_text = true,
            _ => {}
        },
        Event::Empty(tag) if tag.local_name().as_ref() == "si" => out.push(String::new()),
        Event::End(tag) if tag.local_name().as_ref() == "t" => in_text = false,
        event if in_text => {
            if let Some(last) = out.last_mut() {
                push(&event, last);
            }
        }
        _ => {}
    });
    out
}

/// The rows of a sheet, one a line, cells set apart by blanks.
fn rows(xml: &str, shared: &[String], out: &mut String) {
    let mut is_shared = false;
    let mut value: Option<String> = None;
    walk(xml, |event| match event {
        _ if out.len() >= TEXT_BYTES_MAX => {}
        Event::Start(tag) => match tag.local_name().as_ref() {
            "c" => {
                is_shared = tag.attributes().flatten().any(|a| a.key.as_ref() == "t" && a.value.as_ref() == "s");
            }
            "v" | "t" => value = Some(String::new()),
            _ => {}
        },
        Event::End(tag) => match tag.local_name().as_ref() {
            "v" | "t" => {
                let text = value.take().unwrap_or_default();
                let looked_up = text.parse::<usize>().ok().filter(|_| is_shared).and_then(|at| shared.get(at));
                out.push_str(looked_up.map_or(text.as_str(), String::as_str));
                out.push(' ');
            }
            "row" => out.push('\n'),
            _ => {}
        },
        event => {
            if let Some(value) = &mut value {
                push(&event, value);
            }
        }
    });
}

fn push(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Text(text) => out.push_str(&text.xml10_content()),
        Event::CData(text) => out.push_str(&text.xml10_content()),
        Event::GeneralRef(name) => out.push_str(match &**name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => " ",
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn documents_give_their_paragraphs_and_rows() {
        let xml = "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>公示</w:t></w:r><w:r><w:t>名单</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p>\
                   <w:r><w:t>王小明</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>A&amp;B</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>";
        assert_eq!(text(&archive(&[("word/document.xml", xml)])).unwrap(), "公示名单\n王小明 A&B \n");
    }

    #[test]
    fn sheets_give_their_rows_with_shared_and_inline_strings() {
        let bytes = archive(&[
            ("xl/workbook.xml", "<workbook/>"),
            ("xl/sharedStrings.xml", "<sst><si><t>姓名</t></si><si><r><t>王</t></r><r><t>小明</t></r></si></sst>"),
            (
                "xl/worksheets/sheet1.xml",
                "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='inlineStr'><is><t>电话</t></is></c></row>\
                 <row><c t='s'><v>1</v></c><c><v>13812345678</v></c></row></sheetData></worksheet>",
            ),
        ]);
        assert_eq!(text(&bytes).unwrap(), "姓名 电话 \n王小明 13812345678 \n");
    }

    #[test]
    fn what_is_no_office_file_gives_nothing() {
        assert_eq!(text(&archive(&[("a.txt", "x")])), None);
        assert_eq!(text(b"PK\x03\x04 broken"), None);
        assert!(!is_archive(b"%PDF-1.4"));
    }
}
