//! The one streaming pass: a flat tape of the page. To come.
