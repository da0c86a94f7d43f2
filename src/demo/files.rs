//! Bytes of attachments and pictures: small, but what their ending says.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Compound file signature (MS-CFB 2.2).
const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Content type and bytes for a file name by its ending.
pub(super) fn by_name(name: &str) -> (&'static str, Vec<u8>) {
    match name.rsplit('.').next().unwrap_or_default() {
        "pdf" => ("application/pdf", pdf(name)),
        "doc" => ("application/msword", ole()),
        "xls" => ("application/vnd.ms-excel", ole()),
        "docx" => ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", zip()),
        "xlsx" => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zip()),
        "zip" => ("application/zip", zip()),
        "png" => ("image/png", png(name)),
        "css" => ("text/css", b"body{font:16px/1.8 SimSun,serif}".to_vec()),
        "js" => ("application/javascript", Vec::new()),
        _ => ("application/octet-stream", name.as_bytes().to_vec()),
    }
}

/// One empty page.
fn pdf(name: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_owned(),
        format!("<< /Producer (demo) /Title ({}) >>", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")),
    ];
    let mut starts = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        starts.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for start in starts {
        out.extend(format!("{start:010} 00000 n \n").bytes());
    }
    out.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    out
}

fn ole() -> Vec<u8> {
    let mut out = OLE.to_vec();
    out.resize(1536, 0);
    out
}

/// A zip archive with one stored, empty entry.
fn zip() -> Vec<u8> {
    let name = b"[Content_Types].xml";
    let mut out = b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0".to_vec();
    out.extend([0; 12]);
    out.extend([name.len() as u8, 0, 0, 0]);
    out.extend(name);
    let directory = out.len() as u32;
    out.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0");
    out.extend([0; 12]);
    out.extend([name.len() as u8, 0]);
    out.extend([0; 16]);
    out.extend(name);
    let size = out.len() as u32 - directory;
    out.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend(size.to_le_bytes());
    out.extend(directory.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A plain coloured picture, its colour made of the name.
fn png(name: &str) -> Vec<u8> {
    const WIDTH: u32 = 320;
    const HEIGHT: u32 = 200;
    let tint = name.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let colour = [150 + (tint % 60) as u8, 160 + (tint / 7 % 60) as u8, 180 + (tint / 49 % 60) as u8];
    let row: Vec<u8> = std::iter::once(0).chain(colour.into_iter().cycle().take(WIDTH as usize * 3)).collect();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..HEIGHT {
        encoder.write_all(&row).expect("writing to memory does not fail");
    }
    let data = encoder.finish().expect("writing to memory does not fail");
    let mut header = Vec::new();
    header.extend(WIDTH.to_be_bytes());
    header.extend(HEIGHT.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header.as_slice()), (b"IDAT", data.as_slice()), (b"IEND", &[])] {
        out.extend((body.len() as u32).to_be_bytes());
        out.extend(kind);
        out.extend(body);
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(body);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_begin_as_their_ending_says() {
        for (name, head) in [("a.pdf", b"%PDF".as_slice()), ("a.doc", &OLE), ("a.xlsx", b"PK\x03\x04"), ("a.png", b"\x89PNG")] {
            assert!(by_name(name).1.starts_with(head), "{name}");
        }
    }
}
