//! Opens what the report formats wrote, as the programs do that read them: workbooks by a reader, packages by zip and XML.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

/// Sheets of a workbook by name, each as rows of texts.
pub(crate) fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.sheet_names()
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            let rows = range.rows().map(|row| row.iter().map(cell).collect()).collect();
            (name, rows)
        })
        .collect()
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// The parts of a package by path.
pub(crate) fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// The text of an XML part; paragraphs are lines. Fails where the XML is not well-formed or holds what XML forbids.
pub(crate) fn xml_text(bytes: &[u8]) -> String {
    use quick_xml::events::Event;
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(
        text.chars().all(|c| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'))),
        "a character that XML 1.0 forbids"
    );
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut out = String::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                depth -= 1;
                if end.name().as_ref() == "w:p" {
                    out.push('\n');
                }
            }
            Event::Text(piece) => out.push_str(&piece.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().unwrap() {
                Some(c) => {
                    assert!(c >= ' ' || matches!(c, '\t' | '\n' | '\r'), "a control by reference");
                    out.push(c);
                }
                None => out.push_str(match &*entity {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("&{other};"),
                }),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    out
}

/// What a reader sees of a report, whatever the format: its text.
pub(crate) fn text(format: &str, bytes: &[u8]) -> String {
    match format {
        "xlsx" => {
            let cells = sheets(bytes).into_iter().flat_map(|(_, rows)| rows).flatten();
            cells.collect::<Vec<_>>().join("\n")
        }
        "docx" => xml_text(&parts(bytes)["word/document.xml"]),
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}
