//! The way back: what an office filled into the problem list of a workbook, by finding id. Pure: bytes in, rows and faults out.
//! Takes the workbook of the whole report and that of one office, in either language, sorted or filtered as they may be.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};

use crate::model::review::{Mark, Mending, Review};
use crate::model::rule::Lang;

use super::super::plain;
use super::super::rows::{COLUMNS, Choices, MENDING, REVIEWS};
use super::super::words::Words;
use super::RUN_PROPERTY;

/// Rows from the top in which the head of the list is looked for: some put a title above it.
const HEAD_ROWS: usize = 10;
/// Bytes of all parts of a workbook when unpacked.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// A place in a workbook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub sheet: String,
    /// As the spreadsheet counts: the first row is 1.
    pub row: u32,
}

/// What a workbook brings back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// Id of the run that the workbook was made of, where it still says so.
    pub run: Option<String>,
    /// Rows in which something is filled in.
    pub rows: Vec<(Place, Review)>,
    /// Rows in which nothing is.
    pub blank: usize,
    pub faults: Vec<RowFault>,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    pub place: Place,
    pub what: RowProblem,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowProblem {
    /// Something is filled in, and the finding's id is gone.
    NoId,
    /// No run of the store knows the id.
    UnknownId(String),
    /// Not one of the words to choose from.
    NoChoice { column: &'static str, said: String },
    /// No date.
    NoDay { column: &'static str, said: String },
    /// Filled in on a day that has not come.
    DayToCome(String),
    /// What must stand beside this mark is missing.
    Lacks { column: &'static str, mark: Mark },
    /// Set aside and mended at once.
    Contradiction,
    /// Another row says something else of the same finding.
    TwoWords { id: String, other: Place, file: String },
}

/// A file that holds no problem list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProblem {
    /// Not an xlsx workbook, or a damaged one.
    NoWorkbook,
    /// Unpacks to more than is read.
    TooLarge,
    /// No sheet has the columns of the problem list.
    NoList,
}

impl FileProblem {
    /// In words.
    pub fn worded(&self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::NoWorkbook => {
                ("不是完好的 xlsx 工作簿；请用 Excel 或 WPS 另存为 xlsx 格式", "is no sound xlsx workbook; save it as xlsx")
            }
            Self::TooLarge => ("内容过大，不予读取", "unpacks to more than is read"),
            Self::NoList => (
                "没有找到问题清单：须有“问题编号”列和“核实结果”或“整改状态”列，请勿改动表头",
                "holds no problem list: it takes the columns “Finding id” and “Review” or “State of mending”; leave the heads as they are",
            ),
        };
        Words { lang }.say(zh, en)
    }
}

impl RowProblem {
    /// In words.
    pub fn worded(&self, lang: Lang) -> String {
        let words = Words { lang };
        let head = |key: &str| COLUMNS.iter().find(|column| column.key == key).map_or("", |column| column.head(lang));
        match (self, lang) {
            (Self::NoId, Lang::Zh) => "“问题编号”为空".to_owned(),
            (Self::NoId, Lang::En) => "the finding id is empty".to_owned(),
            (Self::UnknownId(id), Lang::Zh) => format!("数据库中没有编号为“{id}”的问题"),
            (Self::UnknownId(id), Lang::En) => format!("the store knows no finding {id:?}"),
            (Self::NoChoice { column, said }, Lang::Zh) => {
                format!("“{}”填的是“{said}”，应为：{}", head(column), choices(column, words).join("、"))
            }
            (Self::NoChoice { column, said }, Lang::En) => {
                format!("{:?} says {said:?}; choose from: {}", head(column), choices(column, words).join(", "))
            }
            (Self::NoDay { column, said }, Lang::Zh) => format!("“{}”填的是“{said}”，应为日期，如 2026-11-24", head(column)),
            (Self::NoDay { column, said }, Lang::En) => {
                format!("{:?} says {said:?}; write a date like 2026-11-24", head(column))
            }
            (Self::DayToCome(day), Lang::Zh) => format!("填报日期{day}晚于今天"),
            (Self::DayToCome(day), Lang::En) => format!("the date {day} has not come yet"),
            (Self::Lacks { column, mark }, Lang::Zh) => {
                format!("核实结果为“{}”的，须填写“{}”", words.mark(*mark), head(column))
            }
            (Self::Lacks { column, mark }, Lang::En) => {
                format!("{:?} takes the column {:?} too", words.mark(*mark), head(column))
            }
            (Self::Contradiction, Lang::Zh) => "核实结果为误报或不予处理的，整改状态不能为“已整改”".to_owned(),
            (Self::Contradiction, Lang::En) => "what is a false alarm or set aside cannot be mended too".to_owned(),
            (Self::TwoWords { id, other, file }, Lang::Zh) => {
                format!("问题“{id}”与{file}“{}”第{}行填写不一致", other.sheet, other.row)
            }
            (Self::TwoWords { id, other, file }, Lang::En) => {
                format!("{file}, {:?}, row {} says something else of finding {id:?}", other.sheet, other.row)
            }
        }
    }
}

fn choices(column: &str, words: Words) -> Vec<&'static str> {
    let choices: Choices = if column == "mending" { MENDING } else { REVIEWS };
    choices.iter().map(|(_, zh, en)| words.say(zh, en)).collect()
}

/// Reads a workbook. `today` is the ISO date that no office can have filled in after.
///
/// # Errors
/// [`FileProblem`] when it holds no problem list at all; single rows are faults of the result.
pub fn read(bytes: &[u8], today: &str) -> Result<Filled, FileProblem> {
    bounded(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileProblem::NoWorkbook)?;
    let run = book.workbook_properties().ok().and_then(|all| all.custom_properties.get(RUN_PROPERTY).map(ToString::to_string));
    let mut filled = Filled { run, ..Filled::default() };
    let mut has_list = false;
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).map_err(|_| FileProblem::NoWorkbook)?;
        if let Some(list) = List::find(&range, &sheet) {
            has_list = true;
            list.read(&range, today, &mut filled);
        }
    }
    if has_list { Ok(filled) } else { Err(FileProblem::NoList) }
}

/// Refuses what would unpack to more than is read.
fn bounded(bytes: &[u8]) -> Result<(), FileProblem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileProblem::NoWorkbook)?;
    let mut unpacked = 0u64;
    for at in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(at).map_err(|_| FileProblem::NoWorkbook)?.size());
    }
    if unpacked > UNPACKED_BYTES_MAX { Err(FileProblem::TooLarge) } else { Ok(()) }
}

/// A problem list on a sheet: where its columns stand.
struct List {
    sheet: String,
    head_row: usize,
    columns: BTreeMap<&'static str, usize>,
}

impl List {
    fn find(range: &Range<Data>, sheet: &str) -> Option<Self> {
        range.rows().take(HEAD_ROWS).enumerate().find_map(|(head_row, cells)| {
            let mut columns = BTreeMap::new();
            for (at, cell) in cells.iter().enumerate() {
                let head = text(cell);
                if let Some(column) = COLUMNS.iter().find(|column| head == column.zh || head.eq_ignore_ascii_case(column.en)) {
                    columns.entry(column.key).or_insert(at);
                }
            }
            let is_list = columns.contains_key("id") && (columns.contains_key("review") || columns.contains_key("mending"));
            is_list.then(|| Self { sheet: sheet.to_owned(), head_row, columns })
        })
    }

    fn read(&self, range: &Range<Data>, today: &str, out: &mut Filled) {
        let first_row = range.start().map_or(0, |(row, _)| row);
        for (at, cells) in range.rows().enumerate().skip(self.head_row + 1) {
            let row = first_row.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).saturating_add(1);
            let place = Place { sheet: self.sheet.clone(), row };
            match (Line { list: self, cells }).review(today) {
                Ok(None) => {}
                Ok(Some(review)) if review.is_blank() => out.blank += 1,
                Ok(Some(review)) => out.rows.push((place, review)),
                Err(problems) => {
                    out.faults.extend(problems.into_iter().map(|what| RowFault { place: place.clone(), what }));
                }
            }
        }
    }
}

/// One row below the head.
struct Line<'a> {
    list: &'a List,
    cells: &'a [Data],
}

impl Line<'_> {
    fn cell(&self, key: &str) -> &Data {
        self.list.columns.get(key).and_then(|at| self.cells.get(*at)).unwrap_or(&Data::Empty)
    }

    fn text(&self, key: &str) -> String {
        text(self.cell(key))
    }

    /// What the row says; none for an empty row.
    fn review(&self, today: &str) -> Result<Option<Review>, Vec<RowProblem>> {
        let mut problems = Vec::new();
        let mending = kept(self.chosen("mending", MENDING), &mut problems).and_then(Mending::from_key);
        let mark = kept(self.chosen("review", REVIEWS), &mut problems).and_then(Mark::from_key);
        let day = kept(self.day("day"), &mut problems);
        let due = kept(self.day("due"), &mut problems);
        let review = Review {
            finding: self.text("id"),
            mark,
            mending,
            reason: self.text("reason"),
            person: self.text("person"),
            day,
            due,
            remark: self.text("remark"),
        };
        if review.finding.is_empty() {
            // totals and remarks below the list are no rows of it
            let says = review.mark.is_some() || review.mending.is_some() || !problems.is_empty();
            return if says { Err(vec![RowProblem::NoId]) } else { Ok(None) };
        }
        problems.extend(beside(&review, today));
        if problems.is_empty() { Ok(Some(review)) } else { Err(problems) }
    }

    fn chosen(&self, key: &'static str, choices: Choices) -> Result<Option<&'static str>, RowProblem> {
        let said = self.text(key);
        if said.is_empty() {
            return Ok(None);
        }
        let chosen = choices.iter().find(|(_, zh, en)| said == *zh || said.eq_ignore_ascii_case(en));
        chosen.map(|(choice, ..)| Some(*choice)).ok_or(RowProblem::NoChoice { column: key, said })
    }

    fn day(&self, key: &'static str) -> Result<Option<String>, RowProblem> {
        let cell = self.cell(key);
        let said = text(cell);
        if said.is_empty() {
            return Ok(None);
        }
        let day = match cell {
            Data::DateTime(at) if at.is_datetime() => {
                let (year, month, day, ..) = at.to_ymd_hms_milli();
                let date = |y: u16, m: u8, d: u8| Some((i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?));
                date(year, month, day).and_then(|(y, m, d)| jiff::civil::Date::new(y, m, d).ok())
            }
            _ => written_day(&said),
        };
        day.map(|day| Some(day.to_string())).ok_or(RowProblem::NoDay { column: key, said })
    }
}

fn kept<T>(value: Result<Option<T>, RowProblem>, problems: &mut Vec<RowProblem>) -> Option<T> {
    value.unwrap_or_else(|problem| {
        problems.push(problem);
        None
    })
}

/// What must stand beside the marks.
fn beside(review: &Review, today: &str) -> Vec<RowProblem> {
    let mut problems = Vec::new();
    if let Some(mark) = review.mark.filter(|mark| mark.sets_aside()) {
        let lacks = [("reason", review.reason.is_empty()), ("person", review.person.is_empty()), ("day", review.day.is_none())];
        problems.extend(lacks.iter().filter(|(_, lacks)| *lacks).map(|(column, _)| RowProblem::Lacks { column, mark }));
        if review.mending == Some(Mending::Mended) {
            problems.push(RowProblem::Contradiction);
        }
    }
    // ISO dates sort as days do
    if let Some(day) = review.day.as_deref().filter(|day| *day > today) {
        problems.push(RowProblem::DayToCome(day.to_owned()));
    }
    problems
}

/// A date as people write it into a cell.
fn written_day(said: &str) -> Option<jiff::civil::Date> {
    let said: String = said.chars().filter(|c| !c.is_whitespace()).collect();
    let said = said.split_once('T').map_or(said.as_str(), |(day, _)| day);
    ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
        .into_iter()
        .find_map(|form| jiff::civil::Date::strptime(form, said).ok())
        .filter(|day| (2000..2100).contains(&day.year()))
}

/// A cell's text without what may not stand in one.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => plain::cell(text).trim().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(at) => at.as_f64().to_string(),
        Data::Error(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    const TODAY: &str = "2026-11-30";

    /// A workbook with these heads and rows; a cell `@2026-11-24` is a date.
    fn book(heads: &[&str], rows: &[&[&str]]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("问题清单").unwrap();
        for (column, head) in (0..).zip(heads) {
            sheet.write_string(2, column, *head).unwrap();
        }
        let format = Format::new().set_num_format("yyyy-mm-dd");
        for (row, cells) in (3..).zip(rows) {
            for (column, cell) in (0..).zip(*cells) {
                match cell.strip_prefix('@') {
                    Some(day) => {
                        let day = ExcelDateTime::parse_from_str(day).unwrap();
                        sheet.write_datetime_with_format(row, column, &day, &format).unwrap()
                    }
                    None => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
        book.save_to_buffer().unwrap()
    }

    const ZH: [&str; 8] = ["问题编号", "核实结果", "整改状态", "情况说明", "填报人", "填报日期", "整改时限", "备注"];
    const EN: [&str; 8] = ["Finding id", "Review", "State of mending", "Reason", "Person", "Date", "To be mended by", "Remark"];

    #[test]
    fn both_languages_say_the_same_whatever_way_a_day_is_written() {
        for day in ["@2026-11-24", "2026-11-24", "2026/11/24", "2026年11月24日", "2026.11.24", " 2026-11-24 "] {
            let zh = read(&book(&ZH, &[&["a1", "误报", "未整改", "系统误判", "张三", day, "2026-12-08", ""]]), TODAY).unwrap();
            let en =
                read(&book(&EN, &[&["a1", "false alarm", "Not mended", "系统误判", "张三", day, "@2026-12-08", ""]]), TODAY);
            assert_eq!(zh.faults, [], "{day}");
            assert_eq!(zh, en.unwrap());
            let (place, review) = &zh.rows[0];
            assert_eq!((place.row, place.sheet.as_str()), (4, "问题清单"));
            assert_eq!((review.mark, review.day.as_deref()), (Some(Mark::FalseAlarm), Some("2026-11-24")));
            assert_eq!(review.due.as_deref(), Some("2026-12-08"));
        }
    }

    #[test]
    fn rows_that_cannot_be_taken_are_told_with_their_row_and_others_are_not() {
        let rows: &[&[&str]] = &[
            &["a1", "属实", "", "", "", "", "", ""],
            &["a2", "不确定", "", "", "", "", "", ""],
            &["a3", "误报", "", "", "张三", "2026-11-24", "", ""],
            &["", "属实", "", "", "", "", "", ""],
            &["a5", "不予处理", "已整改", "历史信息", "张三", "11月24日", "", ""],
            &["a6", "", "", "", "", "", "", ""],
            &["a7", "已整改", "", "", "", "2026-12-01", "", ""],
            &["", "", "", "合计：7条", "", "", "", ""],
        ];
        let filled = read(&book(&ZH, rows), TODAY).unwrap();
        let told: Vec<(u32, String)> =
            filled.faults.iter().map(|fault| (fault.place.row, fault.what.worded(Lang::Zh))).collect();
        let expected = [
            (5, "“核实结果”填的是“不确定”，应为：属实、误报、已整改、不予处理"),
            (6, "核实结果为“误报”的，须填写“情况说明”"),
            (7, "“问题编号”为空"),
            (8, "“填报日期”填的是“11月24日”，应为日期，如 2026-11-24"),
            (8, "核实结果为“不予处理”的，须填写“填报日期”"),
            (8, "核实结果为误报或不予处理的，整改状态不能为“已整改”"),
            (10, "填报日期2026-12-01晚于今天"),
        ];
        assert_eq!(told, expected.map(|(row, text)| (row, text.to_owned())));
        assert_eq!((filled.rows.len(), filled.blank), (1, 1));
    }

    #[test]
    fn what_is_no_problem_list_is_said_so() {
        assert_eq!(read(b"%PDF-1.7", TODAY), Err(FileProblem::NoWorkbook));
        assert_eq!(read(&book(&["问题编号", "备注"], &[]), TODAY), Err(FileProblem::NoList));
        assert_eq!(read(&book(&ZH, &[]), TODAY), Ok(Filled::default()));
    }

    #[test]
    fn the_run_is_read_from_the_properties() {
        let mut book = Workbook::new();
        let properties = rust_xlsxwriter::DocProperties::new().set_custom_property(RUN_PROPERTY, "20261124-090000");
        book.set_properties(&properties);
        let sheet = book.add_worksheet();
        for (column, head) in (0..).zip(ZH) {
            sheet.write_string(0, column, head).unwrap();
        }
        let filled = read(&book.save_to_buffer().unwrap(), TODAY).unwrap();
        assert_eq!(filled.run.as_deref(), Some("20261124-090000"));
    }
}
