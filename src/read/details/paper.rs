//! Statutory papers: the guide to disclosure, its annual report, the website's annual table; and consultations with their result.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::details::{PaperFacts, PaperKind};
use crate::read::text::plain;

/// Characters of text below which the paper stands in an attachment or a picture.
const TEXT_CHARS_MIN: u32 = 260;

/// Elements of the guide (政府信息公开条例 第十二条), with the words that show each.
const GUIDE_PARTS: [(&str, &[&str]); 6] = [
    ("信息分类", &["分类", "类别", "范围"]),
    ("获取方式", &["获取", "查阅", "检索"]),
    ("办公地址", &["办公地址", "地址", "办公地点"]),
    ("办公时间", &["办公时间", "工作时间", "受理时间", "接待时间"]),
    ("联系电话", &["电话"]),
    ("互联网联系方式", &["邮箱", "网址", "互联网", "E-mail", "e-mail", "www.", "@"]),
];

/// Headings of the annual report (国办公开办函〔2021〕30号), with the words that show each.
const REPORT_PARTS: [(&str, &[&str]); 6] = [
    ("总体情况", &["总体情况", "概述"]),
    ("主动公开政府信息情况", &["主动公开政府信息情况", "主动公开政府信息的情况", "主动公开情况"]),
    ("收到和处理政府信息公开申请情况", &["收到和处理政府信息公开申请", "公开申请情况", "依申请公开"]),
    ("政府信息公开行政复议、行政诉讼情况", &["行政复议"]),
    ("存在的主要问题及改进情况", &["主要问题", "存在的问题", "存在问题"]),
    ("其他需要报告的事项", &["其他需要报告", "其他事项", "需要报告的事项"]),
];

pub(super) fn read(title: &str, body: &str, body_chars: u32) -> Option<PaperFacts> {
    let kind = kind(title)?;
    let parts: &[(&str, &[&str])] = match kind {
        PaperKind::Guide => &GUIDE_PARTS,
        PaperKind::AnnualReport => &REPORT_PARTS,
        PaperKind::WebsiteReport => &[],
    };
    let missing = (body_chars >= TEXT_CHARS_MIN || (kind == PaperKind::Guide && body_chars >= 120)).then(|| {
        let is_missing = |words: &[&str]| !words.iter().any(|word| body.contains(word));
        parts.iter().filter(|(_, words)| is_missing(words)).map(|(name, _)| (*name).to_owned()).collect()
    });
    let site_code = if kind == PaperKind::WebsiteReport { site_code(body) } else { None };
    Some(PaperFacts { kind, missing, site_code })
}

/// What a title says a paper is. Notices about such papers are none.
pub(super) fn kind(title: &str) -> Option<PaperKind> {
    const ABOUT: [&str; 8] = ["通知", "培训", "会议", "解读", "工作方案", "意见", "公告", "提纲"];
    if title.chars().count() > 60 || ABOUT.iter().any(|word| title.contains(word)) {
        return None;
    }
    if title.contains("信息公开指南") {
        return Some(PaperKind::Guide);
    }
    if title.contains("网站") && (title.contains("年度报表") || title.contains("工作年度报告")) {
        return Some(PaperKind::WebsiteReport);
    }
    let is_report = title.contains("年度报告") || title.contains("年报");
    (is_report && (title.contains("信息公开") || title.contains("政务公开"))).then_some(PaperKind::AnnualReport)
}

fn site_code(body: &str) -> Option<String> {
    static CODE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"标识码\s*[::]?\s*((?:bm|BM|N)?\d{8,10})").expect("a constant pattern"));
    let text = plain(body);
    CODE.captures(&text).map(|found| found[1].to_ascii_lowercase())
}

/// A consultation or survey whose page itself shows its result.
pub(super) fn has_feedback(title: &str, body: &str) -> bool {
    const ASKS: [&str; 5] = ["征集", "征求", "调查", "问卷", "听取"];
    const RESULTS: [&str; 9] =
        ["采纳情况", "结果反馈", "反馈情况", "反馈结果", "征集结果", "调查结果", "意见汇总", "未收到", "收到意见"];
    ASKS.iter().any(|word| title.contains(word)) && RESULTS.iter().any(|word| body.contains(word) || title.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_what_a_paper_is_and_notices_about_it_are_none() {
        assert_eq!(kind("某省工业和信息化厅2025年政府信息公开工作年度报告"), Some(PaperKind::AnnualReport));
        assert_eq!(kind("2025年政府网站工作年度报表"), Some(PaperKind::WebsiteReport));
        assert_eq!(kind("政府信息公开指南"), Some(PaperKind::Guide));
        assert_eq!(kind("关于报送2025年政府信息公开工作年度报告的通知"), None);
        assert_eq!(kind("企业年度报告公示"), None);
    }

    #[test]
    fn parts_are_missing_only_where_the_text_is_there_to_say_so() {
        let body = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况";
        let report = |chars| read("2025年政府信息公开年度报告", body, chars).unwrap().missing;
        assert_eq!(report(900), Some(vec!["其他需要报告的事项".to_owned()]));
        assert_eq!(report(40), None);
    }

    #[test]
    fn the_code_of_the_table_is_read() {
        let paper = read("2025年政府网站工作年度报表", "网站名称 某省工信厅 政府网站标识码 4300000031 ICP备案号", 900).unwrap();
        assert_eq!(paper.site_code.as_deref(), Some("4300000031"));
    }
}
