//! Service guides: which of the eight classes of elements a page names, in labels of paragraphs, table cells and headings.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::details::{GuideElement, GuideFacts};
use crate::model::facts::Place;
use crate::read::place::Places;
use crate::read::tape::{Attr, NodeId, Tag, Tape};
use crate::read::text::plain;

/// Elements that a page names before it is taken for a guide.
const ELEMENTS_MIN: usize = 3;

const SYNONYMS: [(GuideElement, &str); 7] = [
    (GuideElement::Basis, "(?:设定|办理|法律|法定|许可|政策|实施|审批|设立|服务)依据|法律法规依据"),
    (
        GuideElement::Conditions,
        "(?:申请|办理|受理|许可|审批|申报|准入|准予批准的?)条件|(?:办理|服务|受理|适用|申请|申报)对象|适用范围|申请人资格",
    ),
    (
        GuideElement::Materials,
        "(?:办理|申请|申报|提交|所需|办事|需提交的?|应提交的?|需要提供的?|受理)材料(?:清单|目录)?|材料清单|申请资料|申报资料",
    ),
    (GuideElement::Place, "(?:办理|办公|受理|办事|申请|接收|窗口|服务)(?:地点|地址|场所)|办理窗口"),
    (
        GuideElement::Time,
        "(?:办理|办公|受理|工作|服务|接待)时间|(?:办理|承诺|法定|办结|审批|承诺办结|法定办结|承诺办理|法定办理)(?:时限|期限|时间)",
    ),
    (GuideElement::Telephone, "(?:联系|咨询|服务|办公|窗口|咨询联系)电话|(?:咨询|联系)(?:方式|途径|渠道)|电话咨询"),
    (GuideElement::Procedure, "(?:办理|审批|工作|办事|申请|受理|许可|服务|申报|业务)(?:流程|程序|步骤)图?|流程图"),
];

static LABELS: LazyLock<Vec<(GuideElement, Regex)>> = LazyLock::new(|| {
    let pattern = |words: &str| {
        format!(r"(?m)(?:^|[\s。;,、|)\].】》>.])[\[【]?(?:{words})[\]】]?(?:\([^)\n]{{0,12}}\))?\s*(?:[::]|\s|$)")
    };
    SYNONYMS.iter().map(|(element, words)| (*element, Regex::new(&pattern(words)).expect("a constant pattern"))).collect()
});
static VAGUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "[^。;,、\n]{0,12}(?:其他|其它)(?:有关|相关|必要|需要|应当提交|所需)?的?(?:申请|证明)?材料|[^。;,、\n]{0,12}有关材料",
    )
    .expect("a constant pattern")
});

/// Words of which a guide has some: most pages need no more than this look.
const WORDS: [&str; 6] = ["依据", "条件", "材料", "流程", "程序", "办理"];
/// Elements of a page that does not call itself a guide.
const ELEMENTS_MANY: usize = 5;
/// Words of titles of notices, which speak of conditions and materials too, of the guide to disclosure, and of guides to
/// something else than a service: applying for funds, building, writing, technology.
const NO_GUIDES: [&str; 28] = [
    "通知",
    "公告",
    "公示",
    "通报",
    "方案",
    "意见",
    "解读",
    "办法",
    "条例",
    "规定",
    "公开",
    "招聘",
    "征集",
    "通告",
    "申报指南",
    "项目指南",
    "建设指南",
    "编制指南",
    "技术指南",
    "操作指南",
    "使用指南",
    "应用指南",
    "实施指南",
    "评价指南",
    "工作指南",
    "防护指南",
    "发展指南",
    "投资指南",
];

pub(super) fn read(title: &str, body: &str) -> Option<GuideFacts> {
    if NO_GUIDES.iter().any(|word| title.contains(word)) {
        return None;
    }
    if WORDS.iter().filter(|word| body.contains(**word)).count() < 3 {
        return None;
    }
    let text = plain(body);
    let mut elements: Vec<GuideElement> =
        LABELS.iter().filter(|(_, label)| label.is_match(&text)).map(|(element, _)| *element).collect();
    let is_called_one = ["指南", "须知", "事项"].iter().any(|word| title.contains(word));
    if elements.len() < if is_called_one { ELEMENTS_MIN } else { ELEMENTS_MANY } {
        return None;
    }
    // The title of the page names what it is about.
    elements.insert(0, GuideElement::Name);
    let vague = VAGUE.find(&text).map(|found| found.as_str().trim().to_owned());
    Some(GuideFacts { elements, vague, has_more: false })
}

/// Whether a picture stands in the text of the page, or a file hangs on it that calls itself a guide or its procedure.
pub(super) fn has_more(tape: &Tape, places: &Places) -> bool {
    const FILES: [&str; 8] = [".doc", ".docx", ".pdf", ".wps", ".xls", ".xlsx", ".ofd", ".zip"];
    let is_in_body = |id: &NodeId| places.of(*id) == Place::Body;
    let in_text = |id: NodeId| tape.closest(id, Tag::P).or_else(|| tape.closest(id, Tag::Td)).is_some();
    let is_file = |id: NodeId| {
        let href = tape.attr(id, Attr::Href).unwrap_or_default().to_ascii_lowercase();
        let text = tape.text(id);
        FILES.iter().any(|ending| href.ends_with(ending))
            && ["指南", "流程", "须知", "告知"].iter().any(|word| text.contains(word))
    };
    tape.elements(Tag::Img).filter(is_in_body).any(in_text) || tape.elements(Tag::A).filter(is_in_body).any(is_file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use GuideElement as E;

    #[test]
    fn labels_of_every_shape_are_elements() {
        let paragraphs = "一、设定依据\n《条例》第三条\n二、申请条件:在本省登记\n(三)申请材料\n申请表\n办理地点:三楼窗口。办理时间:工作日。咨询电话:12345\n7.办理程序\n申请、受理";
        assert_eq!(read("备案办事指南", paragraphs).unwrap().elements, E::ALL);
        let table = "办理依据 《条例》 受理条件 企业法人\n提交材料 申请表 办公地址 三楼\n承诺时限 5个工作日 联系方式 12345 【办理流程】 申请";
        assert_eq!(read("备案", table).unwrap().elements, E::ALL);
    }

    #[test]
    fn an_article_about_service_is_no_guide() {
        assert_eq!(read("办事指南", "我厅优化办理流程,精简申请材料,改善办理条件。"), None);
    }

    #[test]
    fn a_notice_with_conditions_and_materials_is_no_guide() {
        let body = "申报条件:企业法人\n申报材料:申报书\n申报程序:推荐、评审\n联系电话:12345\n办理时间:工作日";
        assert_eq!(read("关于组织申报专项资金的通知", body), None);
    }

    #[test]
    fn guides_to_something_else_than_a_service_are_none() {
        let body = "申报条件:企业法人\n申报材料:申报书\n申报程序:推荐、评审";
        for title in ["2026年先进制造业专项资金项目申报指南", "智能工厂建设指南", "中小企业数字化转型实施指南"]
        {
            assert_eq!(read(title, body), None, "{title}");
        }
    }

    #[test]
    fn pictures_and_files_may_hold_what_the_text_does_not_name() {
        let more = |html: &str| {
            let tape = Tape::read(html);
            has_more(&tape, &Places::read(&tape))
        };
        assert!(more("<div class=TRS_Editor><p>办理流程</p><p><img src=W020261.png></p></div>"));
        assert!(more("<p>附件：<a href='./P020261.doc'>备案办事指南.doc</a></p>"));
        assert!(!more("<div class=share><img src=/images/wx.png></div><p><a href='./P020262.doc'>备案申请表.doc</a></p>"));
    }

    #[test]
    fn what_is_missing_is_not_named_and_a_catch_all_is_quoted() {
        let guide = read("备案办事指南", "申请条件:企业法人\n申请材料:申请表、其他相关材料\n办理流程:申请、受理").unwrap();
        assert_eq!(guide.elements, [E::Name, E::Conditions, E::Materials, E::Procedure]);
        assert_eq!(guide.vague.as_deref(), Some("其他相关材料"));
    }
}
