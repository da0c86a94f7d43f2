//! The one integration binary.

mod crawling;
mod hostile;
mod raw;
mod served;
mod tidy;
mod tls;
