//! The one integration binary.

mod formats;
mod sample;
mod tidy;

mod lists;
