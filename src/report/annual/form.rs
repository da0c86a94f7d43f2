//! 《政府网站工作年度报表》 as it is published: every line of the form (国办函〔2018〕12号), filled in where it can be counted from the
//! site, left open where the back office alone knows.

use crate::model::annual::{Annual, AnnualSite, CellKind};
use crate::model::rule::Lang;

use super::super::document::{Block, FormCell, FormRow};
use super::super::words::Words;
use super::{clean, value};

/// How a line is filled in.
#[derive(Clone, Copy)]
enum Fill {
    /// Counted from the site.
    Counted(CellKind),
    /// By the office.
    Open,
    /// By the office, one of the two.
    YesNo,
}

use CellKind as K;
use Fill::{Counted, Open, YesNo};

/// A line: group within its block (or none), name, how it is filled in.
type Line = ((&'static str, &'static str), (&'static str, &'static str), Fill);

const NONE: (&str, &str) = ("", "");
const LETTERS: (&str, &str) = ("留言办理", "Letters");
const SURVEYS: (&str, &str) = ("征集调查", "Surveys");
const INTERVIEWS: (&str, &str) = ("在线访谈", "Interviews");
const INTERPRETATION: (&str, &str) = ("解读信息发布", "Interpretation");
const CASES: (&str, &str) = ("办件量（单位：件）", "Cases");
const WEIBO: (&str, &str) = ("微博", "Weibo");
const WECHAT: (&str, &str) = ("微信", "WeChat");

/// The blocks of the form, in its order.
const BLOCKS: &[((&str, &str), &[Line])] = &[
    (
        ("信息发布\n（单位：条）", "Published"),
        &[
            (NONE, ("总数", "All"), Counted(K::Published)),
            (NONE, ("概况类信息更新量", "Overview"), Counted(K::Overview)),
            (NONE, ("政务动态信息更新量", "News and notices"), Counted(K::News)),
            (NONE, ("信息公开目录信息更新量", "Disclosure"), Counted(K::Disclosure)),
        ],
    ),
    (
        ("专栏专题\n（单位：个）", "Topics"),
        &[(NONE, ("维护数量", "Kept"), Counted(K::TopicsKept)), (NONE, ("新开设数量", "Opened"), Counted(K::TopicsOpened))],
    ),
    (
        ("解读回应", "Interpretation and response"),
        &[
            (INTERPRETATION, ("总数（单位：条）", "All"), Counted(K::Interpretations)),
            (INTERPRETATION, ("解读材料数量（单位：条）", "Texts"), Counted(K::Materials)),
            (INTERPRETATION, ("解读产品数量（单位：个）", "Graphics and videos"), Counted(K::Products)),
            (INTERPRETATION, ("媒体评论文章数量（单位：篇）", "By the media"), Counted(K::Comments)),
            (NONE, ("回应公众关注热点或重大舆情数量（单位：次）", "Responses to public concerns"), Counted(K::Responses)),
        ],
    ),
    (
        ("办事服务", "Services"),
        &[
            (NONE, ("是否发布服务事项目录", "A catalogue of services is published"), YesNo),
            (NONE, ("注册用户数（单位：个）", "Registered users"), Open),
            (NONE, ("政务服务事项数量（单位：项）", "Services"), Open),
            (NONE, ("可全程在线办理政务服务事项数量（单位：项）", "Services that can be done online"), Open),
            (CASES, ("总数", "All"), Open),
            (CASES, ("自然人办件量", "Of persons"), Open),
            (CASES, ("法人办件量", "Of companies"), Open),
        ],
    ),
    (
        ("互动交流", "Interaction"),
        &[
            (NONE, ("是否使用统一平台", "One platform for all"), YesNo),
            (LETTERS, ("收到留言数量（单位：条）", "Received"), Counted(K::LettersReceived)),
            (LETTERS, ("办结留言数量（单位：条）", "Settled"), Open),
            (LETTERS, ("平均办理时间（单位：天）", "Days on average"), Open),
            (LETTERS, ("公开答复数量（单位：条）", "Answered in public"), Counted(K::LettersAnswered)),
            (SURVEYS, ("征集调查期数（单位：期）", "Surveys"), Counted(K::Surveys)),
            (SURVEYS, ("收到意见数量（单位：条）", "Opinions received"), Open),
            (SURVEYS, ("公布调查结果期数（单位：期）", "Results published"), Counted(K::SurveyResults)),
            (INTERVIEWS, ("访谈期数（单位：期）", "Interviews"), Counted(K::Interviews)),
            (INTERVIEWS, ("网民留言数量（单位：条）", "Questions"), Open),
            (INTERVIEWS, ("答复网民提问数量（单位：条）", "Answers"), Open),
            (NONE, ("是否提供智能问答", "Automatic answers are offered"), YesNo),
        ],
    ),
    (
        ("安全防护", "Security"),
        &[
            (NONE, ("安全检测评估次数（单位：次）", "Security tests"), Open),
            (NONE, ("发现问题数量（单位：个）", "Problems found"), Open),
            (NONE, ("问题整改数量（单位：个）", "Problems mended"), Open),
            (NONE, ("是否建立安全监测预警机制", "There is monitoring and warning"), YesNo),
            (NONE, ("是否开展应急演练", "There was an emergency drill"), YesNo),
            (NONE, ("是否明确网站安全责任人", "A person is responsible for security"), YesNo),
        ],
    ),
    (
        ("移动新媒体", "Mobile media"),
        &[
            (NONE, ("是否有移动新媒体", "There are mobile media"), YesNo),
            (WEIBO, ("名称", "Name"), Open),
            (WEIBO, ("信息发布量（单位：条）", "Published"), Open),
            (WEIBO, ("关注量（单位：个）", "Followers"), Open),
            (WECHAT, ("名称", "Name"), Open),
            (WECHAT, ("信息发布量（单位：条）", "Published"), Open),
            (WECHAT, ("订阅数（单位：个）", "Subscribers"), Open),
            (NONE, ("其他", "Others"), Open),
        ],
    ),
];

/// Widths of the four columns, in hundredths: block, group, name, number.
pub(super) const SHARES: [u32; 4] = [17, 19, 40, 24];

/// The parts of the document: the form of each site on pages of its own, then where the figures come from.
pub(super) fn blocks(annual: &Annual, words: Words) -> Vec<Block> {
    let mut blocks = Vec::new();
    for site in &annual.sites {
        blocks.push(Block::PageTitle(title(words)));
        blocks.push(Block::Caption(match words.lang {
            Lang::Zh => format!("（{}年度）　　填报单位：{}", annual.year, clean(&annual.unit)),
            Lang::En => format!("{}, {}", annual.year, clean(&annual.unit)),
        }));
        blocks.push(Block::Form { shares: SHARES.to_vec(), rows: rows(annual, site, words) });
        blocks.push(Block::Caption(foot(words)));
    }
    blocks
}

pub(super) fn title(words: Words) -> String {
    words.say("政府网站工作年度报表", "Yearly table of a government website").to_owned()
}

pub(super) fn foot(words: Words) -> String {
    words
        .say(
            "单位负责人：　　　　　审核人：　　　　　填报人：\n联系电话：　　　　　　填报日期：",
            "Head of unit:            Checked by:            Filled in by:\nTelephone:            Date:",
        )
        .to_owned()
}

/// Every line of the form for one site, the head first.
pub(super) fn rows(annual: &Annual, site: &AnnualSite, words: Words) -> Vec<FormRow> {
    let seen = |values: &[String]| clean(&words.list(values));
    let kind = words.say("□政府门户网站　□部门网站　□专项网站", "□ government portal  □ department  □ special");
    let counted = |kind: CellKind| {
        // "at least none" says nothing: it is left open like what the back office knows
        let says = |value: u32, at_least: bool| value > 0 || !at_least;
        let cell =
            site.cells.iter().find(|cell| cell.kind == kind && cell.value.is_some_and(|value| says(value, cell.at_least)));
        cell.map(|cell| value(cell, words)).unwrap_or_default()
    };
    let head = [
        (("网站名称", "Site"), clean(&site.name)),
        (("首页网址", "Home page"), site.url.clone()),
        (("主办单位", "Owner"), clean(&annual.unit)),
        (("网站类型", "Kind"), kind.to_owned()),
        (("政府网站标识码", "Site code"), seen(&site.site_code)),
        (("ICP备案号", "ICP number"), seen(&site.icp)),
        (("公安机关备案号", "Police number"), seen(&site.police)),
        (("独立用户访问总量（单位：个）", "Unique visitors"), counted(CellKind::Visitors)),
        (("网站总访问量（单位：次）", "Visits"), counted(CellKind::Visits)),
    ];
    let mut rows: Vec<FormRow> = head
        .into_iter()
        .map(|((zh, en), value)| vec![FormCell::label(words.say(zh, en), 2), FormCell::value(value, 2)])
        .collect();
    for ((zh, en), lines) in BLOCKS {
        for (at, (group, (name_zh, name_en), fill)) in lines.iter().enumerate() {
            let mut row = vec![if at == 0 { FormCell::label(words.say(zh, en), 1).begins() } else { FormCell::continued() }];
            let name = words.say(name_zh, name_en);
            if group.0.is_empty() {
                row.push(FormCell::label(name, 2));
            } else {
                let goes_on = at > 0 && lines.get(at - 1).is_some_and(|before| before.0.0 == group.0);
                row.push(if goes_on {
                    FormCell::continued()
                } else {
                    FormCell::label(words.say(group.0, group.1), 1).begins()
                });
                row.push(FormCell::label(name, 1));
            }
            row.push(FormCell::value(
                match fill {
                    Counted(kind) => counted(*kind),
                    Open => String::new(),
                    YesNo => words.say("□是　□否", "□ yes  □ no").to_owned(),
                },
                1,
            ));
            rows.push(row);
        }
    }
    rows.push(vec![
        FormCell::label(words.say("创新发展", "New ways"), 1),
        FormCell::value(
            words
                .say(
                    "□“搜索即服务”　□多语言版本　□无障碍浏览　□千人千网\n□其他",
                    "□ search as a service  □ other languages  □ barrier-free  □ personal pages\n□ other",
                )
                .to_owned(),
            3,
        ),
    ]);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_countable_cell_has_its_line_and_every_block_of_the_form_is_there() {
        let lines = BLOCKS.iter().flat_map(|(_, lines)| lines.iter());
        let counted: BTreeSet<CellKind> = lines
            .filter_map(|(_, _, fill)| match fill {
                Counted(kind) => Some(*kind),
                Open | YesNo => None,
            })
            .chain([CellKind::Visitors, CellKind::Visits])
            .collect();
        assert_eq!(counted, CellKind::ALL.into_iter().collect());
        assert_eq!(SHARES.iter().sum::<u32>(), 100);
        assert_eq!(BLOCKS.len() + 1, 8, "eight blocks, the last of which is written apart");
    }
}
