//! The cells of 《政府网站工作年度报表》 that can be counted from what a site shows, with the list behind each number.

use serde::Serialize;

use super::site::ColumnClass;

pub const SCHEMA: &str = "xuncha-annual/1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annual {
    /// Always `xuncha-annual/1`.
    pub schema: &'static str,
    pub year: i16,
    pub unit: String,
    pub run: String,
    /// The monitoring time point.
    pub now: String,
    /// The year was over at the monitoring time point.
    pub is_over: bool,
    pub sites: Vec<AnnualSite>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnnualSite {
    pub host: String,
    pub name: String,
    pub url: String,
    /// 政府网站标识码, as the footer and the tags show it.
    pub site_code: Vec<String>,
    pub icp: Vec<String>,
    pub police: Vec<String>,
    /// In the order of the table.
    pub cells: Vec<Cell>,
    /// In the order of their addresses.
    pub columns: Vec<ColumnCount>,
}

/// A cell of the table. Which cells there are is [`CellKind::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    pub kind: CellKind,
    /// Null: kept by the back office, or not to be seen from outside.
    pub value: Option<u32>,
    /// Some list was not read to its end, or shows no dates: the true number may be higher.
    pub at_least: bool,
    /// What was counted.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    Visitors,
    Visits,
    Published,
    Overview,
    News,
    Disclosure,
    TopicsKept,
    TopicsOpened,
    Interpretations,
    Materials,
    Products,
    Comments,
    Responses,
    LettersAnswered,
    LettersReceived,
    Surveys,
    SurveyResults,
    Interviews,
}

impl CellKind {
    pub const ALL: [Self; 18] = [
        Self::Visitors,
        Self::Visits,
        Self::Published,
        Self::Overview,
        Self::News,
        Self::Disclosure,
        Self::TopicsKept,
        Self::TopicsOpened,
        Self::Interpretations,
        Self::Materials,
        Self::Products,
        Self::Comments,
        Self::Responses,
        Self::LettersReceived,
        Self::LettersAnswered,
        Self::Surveys,
        Self::SurveyResults,
        Self::Interviews,
    ];

    /// Known to the back office alone.
    pub fn is_back_office(self) -> bool {
        matches!(self, Self::Visitors | Self::Visits | Self::Responses | Self::LettersReceived)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Item {
    pub title: String,
    pub url: String,
    /// ISO date; null for columns.
    pub date: Option<String>,
    pub column: String,
}

/// What one column published in the year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnCount {
    pub name: String,
    pub url: String,
    pub class: ColumnClass,
    pub count: u32,
    /// Rows of any year that show no date and whose page shows none.
    pub undated: u32,
    pub at_least: bool,
}
