//! The one integration binary.

mod crawling;
mod demo;
mod formats;
mod hostile;
mod lists;
mod raw;
mod rules;
mod sample;
mod schema;
mod served;
mod tidy;
mod tls;
