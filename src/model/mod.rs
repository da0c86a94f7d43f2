//! The nouns: plain data that the phases hand to each other. No I/O, no clock, no network; knows only addresses.

pub mod annual;
pub mod comparison;
pub mod details;
pub mod earlier;
pub mod facts;
pub mod finding;
pub mod known_hosts;
pub mod leaving;
pub mod outcome;
pub mod probe;
pub mod reason;
pub mod report;
pub mod request;
pub mod review;
pub mod rule;
pub mod run;
pub mod signs;
pub mod site;
pub mod sketch;
pub mod window;
