//! The one integration binary.

mod crawling;
mod demo;
mod hostile;
mod lists;
mod raw;
mod schema;
mod served;
mod tidy;
mod tls;
