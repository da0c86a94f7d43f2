//! `xuncha` (巡查): audits the content health of government portals. The modules stand in the order in which data flows.

pub mod cli;
pub mod commands;
pub mod config;
pub mod crawl;
pub mod demo;
pub mod model;
pub mod read;
pub mod store;

pub mod audit;
pub mod report;
pub mod url;
