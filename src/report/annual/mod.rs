//! The year's count as text, as a document and as a workbook: cells in the order of 《政府网站工作年度报表》, what the back office alone knows left open.

mod form;
mod sheets;

use crate::model::annual::{Annual, AnnualSite, Cell, CellKind};
use crate::model::rule::Lang;

use super::RenderError;
use super::document::{Block, Head};
use super::docx;
use super::plain;
use super::words::Words;
pub use sheets::xlsx;

/// Name of the sum over all columns, among the stated figures.
pub const TOTAL: &str = "总数";

/// A figure that the user gave, by the name of its column (or [`TOTAL`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    pub name: String,
    pub number: u32,
}

/// The year as text.
pub fn text(annual: &Annual, stated: &[Stated], lang: Lang) -> String {
    let words = Words { lang };
    let mut out = match lang {
        Lang::Zh => {
            format!("{}{}年网站发布情况（监测时间点{}）\n", clean(&annual.unit), annual.year, words.moment(&annual.now))
        }
        Lang::En => format!("{}: {} (monitoring time point {})\n", clean(&annual.unit), annual.year, words.moment(&annual.now)),
    };
    if !annual.is_over {
        out += words.say(
            "提示：该年度尚未结束，数字截至监测时间点。\n",
            "note: the year is not over; the figures end at the monitoring time point.\n",
        );
    }
    for site in &annual.sites {
        out += &site_text(site, words);
    }
    out += &checked(annual, stated, words);
    out += words.say(
        "“不少于”：有的列表未读完或有的信息没有日期，实际数字可能更大。“后台数据”须由本单位填写。\n",
        "\"at least\": a list was not read to its end, or rows show no date. \"back office\": to be filled in by the office.\n",
    );
    out
}

fn site_text(site: &AnnualSite, words: Words) -> String {
    let mut out = format!("\n{}  {}\n", clean(&site.name), site.url);
    for (name, values) in [("网站标识码", &site.site_code), ("ICP备案号", &site.icp), ("公安机关备案号", &site.police)]
    {
        let value = if values.is_empty() { words.say("未见", "not seen").to_owned() } else { clean(&words.list(values)) };
        out += &format!("  {name}：{value}\n");
    }
    for cell in &site.cells {
        let (block, name) = named(cell.kind, words);
        out += &format!("  {block} · {name}：{}\n", value(cell, words));
    }
    out += words.say("  各栏目发布数：\n", "  by column:\n");
    for column in &site.columns {
        if column.count > 0 || column.at_least {
            let count = amount(column.count, column.at_least, words);
            out += &format!("    {} {count}  {}\n", clean(&column.name), column.url);
        }
    }
    out
}

fn amount(count: u32, at_least: bool, words: Words) -> String {
    if at_least { words.fill("不少于#", "at least #", count) } else { count.to_string() }
}

fn value(cell: &Cell, words: Words) -> String {
    match cell.value {
        None => words.say("（后台数据）", "(back office)").to_owned(),
        Some(count) => amount(count, cell.at_least, words),
    }
}

/// The figures that the user gave, each against what was counted; a name that fits no column is said.
fn checked(annual: &Annual, stated: &[Stated], words: Words) -> String {
    if stated.is_empty() {
        return String::new();
    }
    let mut out = words.say("\n与填报数核对：\n", "\nagainst the stated figures:\n").to_owned();
    for Stated { name, number } in stated {
        let found = counted(annual, name);
        let name = clean(name);
        out += &match found {
            None => words.say("  #：没有这个名称的栏目\n", "  #: there is no such column\n").replace('#', &name),
            Some((count, at_least)) => {
                let verdict = match (count.cmp(number), at_least) {
                    (std::cmp::Ordering::Equal, false) => words.say("一致", "equal").to_owned(),
                    (std::cmp::Ordering::Less | std::cmp::Ordering::Equal, true) => {
                        words.say("未能核实（统计不完整）", "cannot be verified (the count is incomplete)").to_owned()
                    }
                    (std::cmp::Ordering::Less, false) => {
                        words.fill("网上少#条", "# fewer on the site", number.saturating_sub(count))
                    }
                    (_, _) => words.fill("网上多#条", "# more on the site", count.saturating_sub(*number)),
                };
                match words.lang {
                    Lang::Zh => format!("  {name}：填报{number}，统计{}，{verdict}\n", amount(count, at_least, words)),
                    Lang::En => format!("  {name}: stated {number}, counted {}: {verdict}\n", amount(count, at_least, words)),
                }
            }
        };
    }
    out
}

/// All columns of that name together; the total is that of the first site.
fn counted(annual: &Annual, name: &str) -> Option<(u32, bool)> {
    if name == TOTAL || name.eq_ignore_ascii_case("total") {
        let cells = &annual.sites.first()?.cells;
        return cells.iter().find(|cell| cell.kind == CellKind::Published).and_then(|cell| Some((cell.value?, cell.at_least)));
    }
    let mut fits = annual.sites.iter().flat_map(|site| &site.columns).filter(|column| column.name == name).peekable();
    fits.peek()?;
    Some(fits.fold((0, false), |(sum, open), column| (sum.saturating_add(column.count), open || column.at_least)))
}

/// Block and name of a cell, as the official table has them.
fn named(kind: CellKind, words: Words) -> (&'static str, &'static str) {
    use CellKind as K;
    let (block, name, en) = match kind {
        K::Visitors => ("概况", "独立用户访问总量（个）", "unique visitors"),
        K::Visits => ("概况", "网站总访问量（次）", "visits"),
        K::Published => ("信息发布", "总数（条）", "published, all"),
        K::Overview => ("信息发布", "概况类信息更新量（条）", "overview"),
        K::News => ("信息发布", "政务动态信息更新量（条）", "news and notices"),
        K::Disclosure => ("信息发布", "信息公开目录信息更新量（条）", "disclosure"),
        K::TopicsKept => ("专栏专题", "维护数量（个）", "topics kept"),
        K::TopicsOpened => ("专栏专题", "新开设数量（个）", "topics opened"),
        K::Interpretations => ("解读回应", "解读信息发布总数（条）", "interpretations, all"),
        K::Materials => ("解读回应", "解读材料数量（条）", "interpretations, texts"),
        K::Products => ("解读回应", "解读产品数量（个）", "interpretations, graphics and videos"),
        K::Comments => ("解读回应", "媒体评论文章数量（篇）", "interpretations, media"),
        K::Responses => ("解读回应", "回应公众关注热点或重大舆情数量（次）", "responses to public concerns"),
        K::LettersReceived => ("互动交流", "收到留言数量（条）", "letters received"),
        K::LettersAnswered => ("互动交流", "公开答复数量（条）", "letters answered in public"),
        K::Surveys => ("互动交流", "征集调查期数（期）", "surveys"),
        K::SurveyResults => ("互动交流", "公布调查结果期数（期）", "survey results"),
        K::Interviews => ("互动交流", "在线访谈期数（期）", "interviews"),
    };
    match words.lang {
        Lang::Zh => (block, name),
        Lang::En => (block, en),
    }
}

fn clean(text: &str) -> String {
    plain::clean(text).chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
}

/// The year as JSON.
///
/// # Errors
/// [`RenderError::Json`].
pub fn json(annual: &Annual) -> Result<Vec<u8>, RenderError> {
    Ok(serde_json::to_vec_pretty(annual)?)
}

/// The year as a document: the form of each site, to be completed and published, then where its figures come from.
///
/// # Errors
/// [`RenderError::Docx`].
pub fn docx(annual: &Annual, stated: &[Stated], lang: Lang) -> Result<Vec<u8>, RenderError> {
    let words = Words { lang };
    let mut blocks = form::blocks(annual, words);
    blocks.extend(sources(annual, stated, words));
    docx::render_about(&docx::About { author: &annual.unit, created: &annual.now, words }, &blocks)
}

/// For the person who fills in the form, not for publication.
fn sources(annual: &Annual, stated: &[Stated], words: Words) -> Vec<Block> {
    let mut blocks = vec![
        Block::PageTitle(
            words.say("统计说明（供填报核对，不公开）", "Where the figures come from (not for publication)").to_owned(),
        ),
        Block::Paragraph(match words.lang {
            Lang::Zh => format!(
                "报表中的数字由网上公开内容统计，监测时间点为{}{}。“不少于”表示有的列表未读完或有的信息没有日期，实际数字可能更大，填报前须核定；\
                 空白项为后台数据，由本单位填写。",
                words.moment(&annual.now),
                if annual.is_over { "" } else { "（该年度尚未结束）" },
            ),
            Lang::En => format!(
                "The figures were counted from what the site shows, at {}{}. \"At least\": a list was not read to its end, or rows show no \
                 date. Open cells are known to the office alone.",
                words.moment(&annual.now),
                if annual.is_over { "" } else { " (the year is not over)" },
            ),
        }),
    ];
    if !stated.is_empty() {
        let text = checked(annual, stated, words);
        blocks.extend(text.lines().filter(|line| !line.trim().is_empty()).map(|line| Block::Caption(line.trim().to_owned())));
    }
    let head = |zh, en, share, centred| Head { name: words.say(zh, en), share, centred };
    for site in &annual.sites {
        blocks.push(Block::Caption(match words.lang {
            Lang::Zh => format!("{}：{}年各栏目发布数", clean(&site.name), annual.year),
            Lang::En => format!("{}: published in {}, by column", clean(&site.name), annual.year),
        }));
        let shown = site.columns.iter().filter(|column| column.count > 0 || column.at_least);
        blocks.push(Block::Table {
            heads: vec![
                head("栏目", "Column", 28, false),
                head("栏目类别", "Class", 16, true),
                head("发布数（条）", "Number", 16, true),
                head("栏目网址", "Address", 40, false),
            ],
            rows: shown
                .map(|column| {
                    vec![
                        clean(&column.name),
                        words.column_class(column.class).to_owned(),
                        amount(column.count, column.at_least, words),
                        column.url.clone(),
                    ]
                })
                .collect(),
        });
    }
    // a table cannot end the document
    blocks.push(Block::Caption(String::new()));
    blocks
}
