//! The one integration binary.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::assigning_clones,
    reason = "addresses and reports that tests make"
)]

mod catalogue;
mod certificates;
mod cli;
mod columns;
mod coverage;
mod crawling;
mod demo;
mod documents;
mod exchange;
mod formats;
mod hostile;
mod init;
mod kind;
mod lists;
mod mutated;
mod network;
mod nightly;
mod opened;
mod raw;
mod reading;
#[cfg(feature = "render")]
mod rendering;
mod rules;
mod sample;
mod schema;
mod served;
mod tidy;
mod tls;
