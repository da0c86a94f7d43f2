//! The one integration binary.

mod tidy;

mod lists;
