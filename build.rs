//! Rules are compiled in by `include_dir!`, which does not tell cargo about files that come or go. And the reader gets a name
//! that changes with its source, so that facts which another reader wrote down are told apart.

use std::fs;
use std::path::{Path, PathBuf};

/// What facts depend on besides the page.
const READER: [&str; 4] = ["src/read", "src/model/facts.rs", "src/model/request.rs", "src/url.rs"];

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for path in READER {
        println!("cargo::rerun-if-changed={path}");
        for file in files(Path::new(path)) {
            let bytes = fs::read(&file).expect("a source file is readable");
            hash = fnv(hash, &bytes);
        }
    }
    println!("cargo::rustc-env=XUNCHA_READER={hash:016x}");
}

/// FNV-1a, 64 bits.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path).expect("the source is there").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| files(entry)).collect()
}
