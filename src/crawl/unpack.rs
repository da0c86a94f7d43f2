//! Content decoding with limits. What the bytes are decides, not what the header says: servers compress unasked, and say
//! `gzip` and send plain text.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// A body after decoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// The limit cut it off.
    pub(super) cut: bool,
}

/// Decodes `wire` as `encoding` (the `Content-Encoding` header) and the first bytes say; at most `limit` bytes come out.
pub(super) fn unpack(wire: Vec<u8>, encoding: &str, limit: usize) -> Unpacked {
    let names = encoding.to_ascii_lowercase();
    if wire.starts_with(&[0x1f, 0x8b, 0x08]) {
        return read_up_to(MultiGzDecoder::new(wire.as_slice()), limit).unwrap_or_else(|| plain(wire.clone(), limit));
    }
    let decoded = if names.contains("br") {
        read_up_to(brotli_decompressor::Decompressor::new(wire.as_slice(), 8 << 10), limit)
    } else if names.contains("deflate") {
        // "deflate" in the wild is zlib-wrapped (as RFC 9110 says) or raw
        read_up_to(ZlibDecoder::new(wire.as_slice()), limit).or_else(|| read_up_to(DeflateDecoder::new(wire.as_slice()), limit))
    } else {
        None
    };
    decoded.unwrap_or_else(|| plain(wire, limit))
}

fn plain(mut wire: Vec<u8>, limit: usize) -> Unpacked {
    let cut = wire.len() > limit;
    wire.truncate(limit);
    Unpacked { bytes: wire, cut }
}

/// None when not one byte can be decoded; a stream that breaks later gives what came before.
fn read_up_to(mut source: impl Read, limit: usize) -> Option<Unpacked> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 16 << 10];
    loop {
        match source.read(&mut chunk) {
            Ok(0) => return Some(Unpacked { bytes, cut: false }),
            Ok(n) => {
                let room = limit - bytes.len();
                bytes.extend(chunk.iter().take(n.min(room)));
                if n > room {
                    return Some(Unpacked { bytes, cut: true });
                }
            }
            Err(fault) if fault.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return (!bytes.is_empty()).then_some(Unpacked { bytes, cut: false }),
        }
    }
}

/// What a body is by its first bytes.
pub(super) fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"Rar!\x1a\x07", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b", "gzip"),
        (b"{\\rtf", "rtf"),
        (b"\x89PNG", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"GIF8", "gif"),
        (b"BM", "bmp"),
        (b"\x00\x00\x01\x00", "ico"),
        (b"FWS", "flash"),
        (b"CWS", "flash"),
        (b"ID3", "mp3"),
    ];
    let named = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name);
    named
        .or_else(|| (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")).then_some("webp"))
        .or_else(|| (bytes.get(4..8) == Some(b"ftyp")).then_some("mp4"))
        .or_else(|| text_kind(bytes))
}

fn text_kind(bytes: &[u8]) -> Option<&'static str> {
    let head: Vec<u8> = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .iter()
        .skip_while(|b| b.is_ascii_whitespace())
        .take(1024)
        .map(u8::to_ascii_lowercase)
        .collect();
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    if head.starts_with(b"<svg") || (head.starts_with(b"<?xml") && has(b"<svg")) {
        Some("svg")
    } else if [b"<!doctype html".as_slice(), b"<html", b"<head", b"<body", b"<script", b"<meta", b"<title"]
        .iter()
        .any(|tag| has(tag))
    {
        Some("html")
    } else if head.starts_with(b"<?xml") {
        Some("xml")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = "<html>政府网站</html>".as_bytes();

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_recognised_without_a_header() {
        assert_eq!(unpack(gz(TEXT), "", 1 << 20).bytes, TEXT);
    }

    #[test]
    fn plain_text_that_says_gzip_stays_plain() {
        assert_eq!(unpack(TEXT.to_vec(), "gzip", 1 << 20).bytes, TEXT);
        assert_eq!(unpack(TEXT.to_vec(), "br", 1 << 20).bytes, TEXT);
    }

    #[test]
    fn deflate_is_read_wrapped_and_raw() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(TEXT).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(TEXT).unwrap();
        assert_eq!(unpack(zlib.finish().unwrap(), "deflate", 1 << 20).bytes, TEXT);
        assert_eq!(unpack(raw.finish().unwrap(), "deflate", 1 << 20).bytes, TEXT);
    }

    #[test]
    fn a_bomb_is_cut_at_the_limit() {
        let bomb = gz(&vec![b'a'; 8 << 20]);
        assert!(bomb.len() < 64 << 10);
        let unpacked = unpack(bomb, "gzip", 1 << 20);
        assert_eq!((unpacked.bytes.len(), unpacked.cut), (1 << 20, true));
    }

    #[test]
    fn a_body_of_exactly_the_limit_is_not_cut() {
        assert!(!unpack(gz(&[7; 1000]), "gzip", 1000).cut);
        assert!(!unpack(vec![7; 1000], "", 1000).cut);
        assert!(unpack(vec![7; 1001], "", 1000).cut);
    }

    #[test]
    fn a_broken_stream_gives_what_came_before() {
        let mut half = gz(&TEXT.repeat(4_000));
        half.truncate(half.len() - 9);
        assert!(unpack(half, "gzip", 1 << 20).bytes.starts_with(TEXT));
    }

    #[test]
    fn first_bytes_tell_the_kind() {
        for (bytes, kind) in [
            (b"%PDF-1.7".as_slice(), Some("pdf")),
            (b"PK\x03\x04rest", Some("zip")),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Some("ole")),
            (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", Some("html")),
            (b"<?xml version='1.0'?><urlset>", Some("xml")),
            (b"\x89PNG\r\n", Some("png")),
            (b"plain words", None),
            (b"", None),
        ] {
            assert_eq!(kind_of(bytes), kind);
        }
    }
}
