//! The one integration binary.

mod demo;
mod tidy;

mod lists;
