//! The one integration binary.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod cli;
mod columns;
mod crawling;
mod demo;
mod formats;
mod hostile;
mod init;
mod lists;
mod raw;
#[cfg(feature = "render")]
mod rendering;
mod rules;
mod sample;
mod schema;
mod served;
mod tidy;
mod tls;
