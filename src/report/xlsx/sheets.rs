//! What stands on which sheet of the workbook.

use rust_xlsxwriter::{Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use crate::model::report::Report;

use super::super::plain;
use super::super::rows::{COLUMNS, Cell, MENDING, REVIEWS, printed_columns, rows};
use super::super::view::Page;
use super::super::words::Words;
use super::table::{Head, Styles, Table, page};

/// Columns that stay in sight when the problem list is moved sideways: number, office, site.
const FROZEN_COLUMNS: u16 = 3;
/// Columns over which a paragraph of the overview runs, and its width in cells of Latin text.
const PROSE_COLUMNS: u16 = 11;
const PROSE_WIDTH: usize = 160;
/// Height of a line of prose, in points.
const PROSE_LINE: f64 = 16.0;
const INDICATOR_NUMBERS: usize = 8;

pub(super) struct Sheets<'a> {
    pub(super) report: &'a Report,
    pub(super) page: &'a Page,
    pub(super) styles: &'a Styles,
    pub(super) words: Words,
}

impl Sheets<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.words.say(zh, en)
    }

    fn heads(&self, heads: &[(&'static str, &'static str, u16)]) -> Vec<Head> {
        heads.iter().map(|(zh, en, width)| Head::new(self.say(zh, en), *width)).collect()
    }

    /// A paragraph over the whole width, as high as its lines.
    fn prose(&self, sheet: &mut Worksheet, row: u32, text: &str) -> Result<(), XlsxError> {
        let text = plain::cell(text);
        let lines = text.width().div_ceil(PROSE_WIDTH).max(1);
        sheet.merge_range(row, 0, row, PROSE_COLUMNS - 1, &text, &self.styles.prose)?;
        sheet.set_row_height(row, PROSE_LINE * lines as f64 + 4.0)?;
        Ok(())
    }

    /// 总览: what was inspected, the figures by site and by office, the overview in words, what was not covered.
    pub(super) fn overview(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("总览", "Overview"), None, 0)?;
        sheet.merge_range(0, 0, 0, PROSE_COLUMNS - 1, &plain::cell(&self.page.title), &self.styles.title)?;
        sheet.set_row_height(0, 36)?;
        let mut row = 1;
        for (name, value) in &self.page.facts {
            sheet.write_string_with_format(row, 0, *name, &self.styles.label)?;
            let value = plain::cell(value);
            let lines = value.width().div_ceil(PROSE_WIDTH - 20).max(1);
            sheet.merge_range(row, 1, row, PROSE_COLUMNS - 1, &value, &self.styles.prose)?;
            sheet.set_row_height(row, PROSE_LINE * lines as f64 + 4.0)?;
            row += 1;
        }
        row += 1;
        row = self.section(sheet, row, self.say("总体情况", "Overall"))?;
        for paragraph in super::super::narrative::overview(self.report, self.say("本表“检查覆盖情况”", "“Coverage” below"))
        {
            self.prose(sheet, row, &paragraph)?;
            row += 1;
        }
        row = self.section(sheet, row + 1, self.say("各网站情况", "Sites"))?;
        row = self.sites_in_short(sheet, row)?;
        row = self.section(sheet, row + 1, self.say("各责任处室情况", "Offices"))?;
        row = self.offices_in_short(sheet, row)?;
        if !self.report.run.notes.is_empty() {
            row = self.section(sheet, row + 1, self.say("检查覆盖情况", "Coverage"))?;
            for note in &self.report.run.notes {
                self.prose(sheet, row, note)?;
                row += 1;
            }
        }
        for (at, width) in [(0, 20.0), (1, 16.0)].into_iter().chain((2..PROSE_COLUMNS).map(|at| (at, 11.0))) {
            sheet.set_column_width(at, width)?;
        }
        Ok(())
    }

    fn section(&self, sheet: &mut Worksheet, row: u32, name: &str) -> Result<u32, XlsxError> {
        sheet.write_string_with_format(row, 0, name, &self.styles.section)?;
        sheet.set_row_height(row, 22)?;
        Ok(row + 1)
    }

    fn sites_in_short(&self, sheet: &mut Worksheet, row: u32) -> Result<u32, XlsxError> {
        let heads = self.heads(&[
            ("网站", "Site", 20),
            ("自查结论", "Verdict", 12),
            ("单项否决类", "Veto", 12),
            ("扣分类", "Deduction", 12),
            ("提示类", "Advice", 12),
            ("待核实", "To check", 12),
            ("未能判定", "Undetermined", 12),
        ]);
        let mut table = Table::begin(sheet, self.styles, row, heads)?;
        for site in &self.page.sites {
            let counts = site.counts;
            table.row(&[
                Cell::text(&site.name),
                Cell::text(site.verdict),
                number(counts.veto),
                number(counts.deduct),
                number(counts.advice),
                number(counts.to_check()),
                number(counts.blocked),
            ])?;
        }
        table.close()
    }

    fn offices_in_short(&self, sheet: &mut Worksheet, row: u32) -> Result<u32, XlsxError> {
        let heads = self.heads(&[
            ("责任处室", "Office", 20),
            ("问题合计", "Problems", 12),
            ("单项否决类", "Veto", 12),
            ("扣分类", "Deduction", 12),
            ("提示类", "Advice", 12),
            ("待核实", "To check", 12),
            ("未能判定", "Undetermined", 12),
        ]);
        let mut table = Table::begin(sheet, self.styles, row, heads)?;
        for task in &self.page.tasks {
            let counts = task.counts;
            table.row(&[
                Cell::text(&task.office),
                number(counts.confirmed()),
                number(counts.veto),
                number(counts.deduct),
                number(counts.advice),
                number(counts.to_check()),
                number(counts.blocked),
            ])?;
        }
        table.close()
    }

    /// 指标检查表.
    pub(super) fn indicators(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("指标检查表", "Indicators"), Some(0), 2)?;
        let heads = self.heads(&[
            ("网站", "Site", 18),
            ("序号", "No.", 8),
            ("指标类别", "Kind", 14),
            ("指标", "Indicator", 26),
            ("评分细则", "Criterion", 52),
            ("检查情况", "Result", 44),
            ("扣分", "Points off", 10),
            ("是否触发", "Failed", 12),
            ("问题序号", "Findings", 18),
            ("依据", "Basis", 36),
        ]);
        let mut table = Table::begin(sheet, self.styles, 0, heads)?;
        for site in &self.page.sites {
            for group in &site.indicators {
                for line in &group.lines {
                    table.row(&[
                        Cell::text(&site.name),
                        number(line.no),
                        Cell::text(group.name),
                        Cell::text(&line.name),
                        Cell::text(&line.criterion),
                        Cell::text(&line.result),
                        Cell::text(line.deducted.as_deref().unwrap_or_default()),
                        Cell::text(if line.failed { self.say("是", "yes") } else { "" }),
                        Cell::text(&self.numbers(&line.refs, line.refs_more)),
                        Cell::text(if line.by_configuration {
                            self.say("按配置（本工具设置，非文件原文）", "a setting of this tool")
                        } else {
                            &line.basis
                        }),
                    ])?;
                }
            }
        }
        table.end()
    }

    fn numbers(&self, refs: &[(usize, String)], more: usize) -> String {
        let named: Vec<String> = refs.iter().take(INDICATOR_NUMBERS).map(|(no, _)| no.to_string()).collect();
        let tail = if more > 0 { self.say("等", " …") } else { "" };
        format!("{}{tail}", named.join(self.say("、", ", ")))
    }

    /// 问题清单: one row a finding, the columns to fill in tinted.
    pub(super) fn findings(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("问题清单", "Findings"), Some(0), FROZEN_COLUMNS)?;
        let heads = COLUMNS
            .iter()
            .map(|column| Head {
                name: column.head(self.words.lang).to_owned(),
                width_max: column.width_max,
                choices: column.choices.iter().map(|(_, zh, en)| self.words.say(zh, en)).collect(),
                to_fill: column.to_fill,
                is_day: matches!(column.key, "due" | "day"),
            })
            .collect();
        let mut table = Table::begin(sheet, self.styles, 0, heads)?;
        for row in rows(self.report) {
            let cells: Vec<Cell> = COLUMNS.iter().map(|column| (column.cell)(&row)).collect();
            table.row(&cells)?;
        }
        table.end()?;
        let last_row = u32::try_from(self.report.findings.len()).unwrap_or(u32::MAX);
        sheet.set_print_area(0, 0, last_row, printed_columns() as u16 - 1)?;
        Ok(())
    }

    /// 填写说明: what the tinted columns ask.
    pub(super) fn how_to_fill(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("填写说明", "How to fill in"), None, 0)?;
        sheet.set_column_width(0, 18)?;
        sheet.set_column_width(1, 100)?;
        let words = self.words;
        let choices = |choices: &[(&'static str, &'static str, &'static str)]| {
            let all: Vec<String> = choices.iter().map(|(_, zh, en)| words.say(zh, en).to_owned()).collect();
            all.join(self.say("、", ", "))
        };
        let lines = [
            (
                self.say("整改时限", "To be mended by"),
                self.say("填写完成整改的日期。", "The day by which it will be mended.").to_owned(),
            ),
            (
                self.say("整改状态", "State of mending"),
                format!("{}{}", self.say("从下拉列表选择：", "Choose: "), choices(MENDING)),
            ),
            (self.say("核实结果", "Review"), format!("{}{}", self.say("从下拉列表选择：", "Choose: "), choices(REVIEWS))),
            (
                self.say("情况说明", "Reason"),
                self.say(
                    "选择“误报”或“不予处理”的，须说明理由；选择“已整改”的，说明整改措施。",
                    "Say why, for a false alarm or what is set aside; say what was done, for what is mended.",
                )
                .to_owned(),
            ),
            (
                self.say("填报人、填报日期", "Person, Date"),
                self.say("填写核实人姓名和日期。", "Who looked at it, and when.").to_owned(),
            ),
            (
                self.say("注意事项", "Note"),
                self.say(
                    "请勿改动“问题编号”列，回收汇总时据此对应；可以筛选、排序和调整列宽。",
                    "Leave the column “Finding id” as it is, the way back needs it; filter, sort and widen as you like.",
                )
                .to_owned(),
            ),
        ];
        for (row, (name, text)) in (0..).zip(lines) {
            sheet.write_string_with_format(row, 0, name, &self.styles.label)?;
            sheet.write_string_with_format(row, 1, text, &self.styles.prose)?;
            sheet.set_row_height(row, 24)?;
        }
        Ok(())
    }

    /// 栏目台账.
    pub(super) fn columns(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("栏目台账", "Columns"), Some(0), 3)?;
        let heads = self.heads(&[
            ("序号", "No.", 8),
            ("网站", "Site", 24),
            ("栏目名称", "Column", 28),
            ("栏目网址", "Address", 44),
            ("栏目类别", "Class", 14),
            ("栏目级别", "Level", 12),
            ("责任处室", "Office", 18),
            ("信息条数", "Items", 12),
            ("最近更新", "Newest", 14),
            ("最近一条信息", "Newest item", 44),
            ("最近信息网址", "Its address", 44),
            ("距今天数", "Age, days", 12),
            ("更新期限（天）", "Limit, days", 16),
            ("到期日", "Trips on", 14),
            ("状态", "State", 14),
            ("说明", "Note", 40),
        ]);
        let mut table = Table::begin(sheet, self.styles, 0, heads)?;
        for (view, line) in self.page.columns.iter().zip(&self.report.columns) {
            let newest = line.newest_evidence.as_ref();
            table.row(&[
                number(view.no),
                Cell::text(&view.site),
                Cell::text(&line.name),
                address(&line.url),
                Cell::text(view.class),
                Cell::text(if view.second_level { self.say("下级", "below") } else { self.say("一级", "first") }),
                Cell::text(&view.office),
                Cell::Number(u64::from(line.items)),
                line.newest.clone().map_or(Cell::Blank, Cell::Day),
                Cell::text(newest.map_or("", |item| &item.title)),
                newest.map_or(Cell::Blank, |item| address(&item.url)),
                line.age_days.map_or(Cell::Blank, |days| {
                    u64::try_from(days).map_or_else(|_| Cell::Text(days.to_string()), Cell::Number)
                }),
                line.limit_days.map_or(Cell::Blank, |days| Cell::Number(u64::from(days))),
                line.trips_on.clone().map_or(Cell::Blank, Cell::Day),
                Cell::text(view.state),
                Cell::text(&view.note),
            ])?;
        }
        table.end()
    }

    /// 文件与解读台账: one row a pair of document and interpretation; a document without one has its row too.
    pub(super) fn documents(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("文件与解读台账", "Documents"), Some(0), 2)?;
        let heads = self.heads(&[
            ("序号", "No.", 8),
            ("政策文件", "Document", 48),
            ("文件网址", "Address", 44),
            ("文号", "Number", 24),
            ("发布日期", "Date", 14),
            ("解读情况", "State", 14),
            ("解读材料", "Interpretation", 48),
            ("解读网址", "Its address", 44),
            ("匹配情况", "How matched", 36),
            ("文件关联解读", "Linked from the document", 14),
            ("解读关联文件", "Links to the document", 14),
        ]);
        let yes = |linked: bool| Cell::text(if linked { self.say("是", "yes") } else { self.say("否", "no") });
        let mut table = Table::begin(sheet, self.styles, 0, heads)?;
        for (view, line) in self.page.documents.iter().zip(&self.report.interpretations) {
            let document = [
                number(view.no),
                Cell::text(&line.document.title),
                address(&line.document.url),
                Cell::text(&view.number),
                if view.date.is_empty() { Cell::Blank } else { Cell::Day(view.date.clone()) },
                Cell::text(view.state),
            ];
            let none = [Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank];
            if line.matches.is_empty() {
                table.row(&[&document[..], &none[..]].concat())?;
            }
            for (shown, found) in view.matches.iter().zip(&line.matches) {
                let interpretation = [
                    Cell::text(&found.title),
                    address(&found.url),
                    Cell::text(&shown.detail),
                    yes(found.linked_from_document),
                    yes(found.links_to_document),
                ];
                table.row(&[&document[..], &interpretation[..]].concat())?;
            }
        }
        table.end()
    }

    /// 站点台账.
    pub(super) fn sites(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        page(sheet, self.say("站点台账", "Sites"), Some(0), 2)?;
        let heads = self.heads(&[
            ("序号", "No.", 8),
            ("网站名称", "Site", 28),
            ("首页网址", "Home page", 44),
            ("网站类型", "Kind", 16),
            ("责任处室", "Office", 18),
            ("读取页面", "Pages read", 12),
            ("访问请求", "Requests", 12),
            ("核查栏目", "Columns", 12),
            ("自查结论", "Verdict", 14),
            ("得分", "Score", 10),
            ("问题合计", "Problems", 12),
            ("指标：发现问题", "Indicators: found", 18),
            ("指标：未发现", "Indicators: clear", 16),
            ("指标：未能判定", "Indicators: undetermined", 18),
        ]);
        let mut table = Table::begin(sheet, self.styles, 0, heads)?;
        for (view, site) in self.page.sites.iter().zip(&self.report.sites) {
            table.row(&[
                number(view.no),
                Cell::text(&site.name),
                address(&site.url),
                Cell::text(view.kind),
                Cell::text(&view.office),
                Cell::Number(u64::from(view.pages)),
                Cell::Number(u64::from(view.requests)),
                Cell::Number(u64::from(view.columns)),
                Cell::text(view.verdict),
                Cell::text(view.score.as_deref().unwrap_or_default()),
                number(view.counts.confirmed()),
                number(view.found),
                number(view.clear),
                number(view.undetermined),
            ])?;
        }
        table.end()
    }
}

fn number(number: usize) -> Cell {
    Cell::Number(number as u64)
}

fn address(url: &str) -> Cell {
    if url.is_empty() { Cell::Blank } else { Cell::Address(url.to_owned()) }
}
