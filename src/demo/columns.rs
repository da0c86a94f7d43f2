//! The columns of the demo's sites: names, addresses, list shapes, how much they publish and when they last did.

use super::text::Theme;
use crate::model::site::ColumnClass;

/// How a column's list is written in HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `table.table > tbody > tr`: number, title, date.
    Table,
    /// `li` with a `span` behind the link.
    ListSpan,
    /// `[2026-08-04]` before the link.
    DateFirst,
    /// `dl > dt + dd`.
    Definition,
    /// `MM-DD` under headings with the year.
    MonthDay,
    /// «16 | 2026-04».
    Split,
    /// Titles cut with …, whole in the `title` attribute.
    Cut,
    /// Pictures with titles; no date is shown.
    Pictures,
    /// 年月日 dates.
    Chinese,
    /// Letters: title, state, date.
    Letters,
}

/// What a column page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    List(Shape),
    /// Shows the newest rows of its child columns.
    Blocks,
    /// Nothing but the menu of its child columns.
    Menu,
    /// 302 to its first child.
    Forward,
    /// One page of text.
    Text(&'static str),
    /// The list is drawn by a script that only a browser runs.
    Script,
    /// A list mechanism with no row.
    Empty(Shape),
    /// A topic that is put away.
    Archived(Shape),
}

/// When the newest row was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Newest {
    /// So many working days before the last one.
    Fresh(u32),
    /// Exactly so many days before the monitoring day.
    Days(i64),
    /// Each year about this day.
    Yearly(i8, i8),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Spec {
    /// Folder below the parent's.
    pub slug: &'static str,
    pub name: &'static str,
    pub class: ColumnClass,
    pub look: Look,
    pub theme: Theme,
    /// Articles of a year (scale 5).
    pub yearly: u32,
    /// Articles at least, at every scale.
    pub least: u32,
    pub newest: Newest,
    pub children: &'static [Spec],
}

use ColumnClass as C;
use Newest::{Days, Fresh, Yearly};
use Shape as S;
use Theme as T;

const fn list(slug: &'static str, name: &'static str, class: C, shape: S, theme: T, yearly: u32, newest: Newest) -> Spec {
    Spec { slug, name, class, look: Look::List(shape), theme, yearly, least: 6, newest, children: &[] }
}

const fn fixed(slug: &'static str, name: &'static str, class: C, shape: S, theme: T, count: u32, newest: Newest) -> Spec {
    Spec { slug, name, class, look: Look::List(shape), theme, yearly: count, least: count, newest, children: &[] }
}

const fn page(slug: &'static str, name: &'static str, text: &'static str) -> Spec {
    Spec {
        slug,
        name,
        class: C::Static,
        look: Look::Text(text),
        theme: T::Work,
        yearly: 0,
        least: 0,
        newest: Fresh(0),
        children: &[],
    }
}

const fn without_rows(slug: &'static str, name: &'static str, class: C, look: Look) -> Spec {
    Spec { slug, name, class, look, theme: T::Work, yearly: 0, least: 0, newest: Fresh(0), children: &[] }
}

const fn parent(slug: &'static str, name: &'static str, class: C, look: Look, children: &'static [Spec]) -> Spec {
    Spec { slug, name, class, look, theme: T::Work, yearly: 0, least: 0, newest: Fresh(0), children }
}

const ARCHIVED: Spec = Spec {
    slug: "dszt",
    name: "主题教育（已归档）",
    class: C::Topic,
    look: Look::Archived(S::ListSpan),
    theme: T::Topic,
    yearly: 12,
    least: 12,
    newest: Days(640),
    children: &[],
};

/// The portal: the counts that the office's annual report gives for its large columns (norms.md section 3), the rest up to 6,940 a year.
pub(super) const PORTAL: &[Spec] = &[
    parent(
        "xwzx",
        "新闻动态",
        C::News,
        Look::Blocks,
        &[
            list("gxyw", "工信要闻", C::News, S::Table, T::Leader, 827, Fresh(0)),
            list("gzdt", "工作动态", C::News, S::Table, T::Work, 512, Fresh(0)),
            list("dfgz", "地方工作", C::News, S::Cut, T::Local, 933, Fresh(0)),
            list("rdjj", "热点聚焦", C::News, S::ListSpan, T::Hot, 2045, Fresh(0)),
            list("tpxw", "图片新闻", C::News, S::Pictures, T::Topic, 44, Fresh(1)),
            list("zxsp", "在线视频", C::News, S::Pictures, T::Video, 144, Fresh(1)),
            list("mtbd", "媒体报道", C::News, S::ListSpan, T::Hot, 35, Days(23)),
            list("xqdt", "县区动态", C::News, S::MonthDay, T::Local, 36, Days(14)),
        ],
    ),
    list("xxgk_71033/tzgg", "文件通知", C::Notice, S::Table, T::Notice, 494, Fresh(0)),
    list("xxgk_71033/gsgg", "公示公告", C::Notice, S::Table, T::Public, 123, Fresh(2)),
    list("cggg", "采购公告", C::Notice, S::ListSpan, T::Budget, 14, Days(211)),
    list("cfgg", "处罚公告", C::Notice, S::DateFirst, T::Rules, 14, Days(180)),
    parent(
        "xxgk_71033/zcfg",
        "政策法规",
        C::Policy,
        Look::Menu,
        &[
            list("flfg", "法律法规", C::Policy, S::Chinese, T::Law, 26, Fresh(18)),
            list("gjzc", "国家政策", C::Policy, S::Table, T::Relayed, 29, Fresh(9)),
            // Documents and their interpretations are planted: see plant_documents.rs.
            fixed("gfxwj", "规范性文件", C::Policy, S::Table, T::Rules, 18, Fresh(1)),
            list("qtwj", "其他文件", C::Policy, S::Table, T::Notice, 29, Fresh(6)),
            fixed("zcjd", "政策解读", C::Interpretation, S::Table, T::Relayed, 40, Fresh(3)),
        ],
    ),
    parent(
        "zfxxgk",
        "政府信息公开",
        C::Disclosure,
        Look::Blocks,
        &[
            page(
                "zfxxgkzn",
                "政府信息公开指南",
                "为便于公民、法人和其他组织获取本机关政府信息，根据《中华人民共和国政府信息公开条例》，编制本指南。本机关公开的政府信息分为机构职能、政策文件、规划计划、财政信息等类别，按类别编排，可在本网站检索、查阅和下载。受理机构：厅办公室。办公地址：省会市某某路88号。办公时间：工作日9:00至12:00、13:00至17:00。联系电话：0731-88950000。传真号码：0731-88950001。电子邮箱：xxgk@gxt.example.gov.cn。",
            ),
            list("zfxxgkzd", "政府信息公开制度", C::Disclosure, S::ListSpan, T::Rules, 10, Fresh(30)),
            list("fdzdgknr", "法定主动公开内容", C::Disclosure, S::Table, T::Rules, 47, Fresh(4)),
            fixed("zfxxgknb", "政府信息公开年报", C::Disclosure, S::ListSpan, T::Figures, 6, Yearly(1, 20)),
            page(
                "ysqgk",
                "依申请公开",
                "公民、法人或者其他组织可以向本机关申请获取政府信息。申请可以通过信函、当面或者在线方式提出。收到申请之日起二十个工作日内予以答复；需要延长答复期限的，延长的期限最长不超过二十个工作日。",
            ),
        ],
    ),
    parent(
        "jggk",
        "机构概况",
        C::Static,
        Look::Menu,
        &[
            page(
                "jgzn",
                "机构职能",
                "省工业和信息化厅是省人民政府组成部门，为正厅级。主要职责：拟订并组织实施工业和信息化发展规划；监测分析工业运行态势；指导行业质量管理；推进信息化和工业化融合发展；承担中小企业发展的宏观指导。办公地址：省会市某某路88号。联系电话：0731-88950000。",
            ),
            page(
                "nsjg",
                "内设机构",
                "办公室：负责机关日常运转工作。规划处：组织拟订发展规划。产业政策处：组织拟订产业政策。运行监测协调局：监测分析工业运行。装备工业处、原材料工业处、消费品工业处、电子信息处：承担行业管理工作。中小企业服务处：指导中小企业发展。",
            ),
            page("zsdw", "直属单位", "省节能监察总队、省中小企业公共服务中心、省工业通信业信息中心、省产业发展研究院。"),
            page(
                "ldxx",
                "领导信息",
                "党组书记、厅长：主持厅党组和行政全面工作。党组成员、副厅长：分管规划、产业政策、装备工业工作。党组成员、副厅长：分管运行监测、原材料工业、安全生产工作。一级巡视员：协助分管中小企业工作。",
            ),
            page(
                "lxwm",
                "联系我们",
                "办公地址：省会市某某路88号。邮政编码：410000。值班电话：0731-88950000。传真：0731-88950001。",
            ),
        ],
    ),
    parent(
        "rsxx",
        "人事信息",
        C::Personnel,
        Look::Blocks,
        &[
            list("rsrm", "人事任免", C::Personnel, S::ListSpan, T::Staff, 22, Days(232)),
            list("gwyzl", "公务员招录", C::Personnel, S::ListSpan, T::Staff, 12, Days(402)),
            list("sydwzp", "事业单位招聘", C::Personnel, S::Definition, T::Staff, 14, Fresh(12)),
        ],
    ),
    parent(
        "ghjh",
        "规划计划",
        C::Plan,
        Look::Blocks,
        &[
            list("fzgh", "发展规划", C::Plan, S::ListSpan, T::Plan, 12, Days(301)),
            list("ndjh", "年度计划", C::Plan, S::ListSpan, T::Plan, 14, Fresh(24)),
            list("gzyd", "工作要点", C::Plan, S::Chinese, T::Plan, 10, Fresh(40)),
        ],
    ),
    parent(
        "czxx",
        "财政信息",
        C::Disclosure,
        Look::Blocks,
        &[
            fixed("bmys", "部门预算", C::Disclosure, S::ListSpan, T::Budget, 6, Yearly(2, 24)),
            fixed("bmjs", "部门决算", C::Disclosure, S::ListSpan, T::Budget, 6, Yearly(8, 28)),
            list("zfcg", "政府采购", C::Disclosure, S::ListSpan, T::Budget, 29, Fresh(3)),
        ],
    ),
    parent(
        "zxzj",
        "专项资金",
        C::Disclosure,
        Look::Blocks,
        &[
            list("zdbf", "制度办法", C::Disclosure, S::ListSpan, T::Fund, 12, Fresh(22)),
            list("sbtz", "申报流程", C::Disclosure, S::Table, T::Fund, 29, Fresh(5)),
            list("psjg", "评审结果", C::Disclosure, S::Table, T::Fund, 22, Fresh(8)),
            list("fpjg", "分配结果", C::Disclosure, S::Table, T::Fund, 22, Fresh(11)),
            list("jxpj", "绩效评价", C::Disclosure, S::Table, T::Fund, 17, Fresh(15)),
        ],
    ),
    parent(
        "jytabl",
        "建议提案",
        C::Disclosure,
        Look::Blocks,
        &[
            list("rdjy", "人大建议办理", C::Disclosure, S::Table, T::Proposal, 100, Fresh(2)),
            list("zxta", "政协提案办理", C::Disclosure, S::Table, T::Proposal, 73, Fresh(2)),
        ],
    ),
    parent(
        "hdjl",
        "互动交流",
        C::Interaction,
        Look::Menu,
        &[
            list("tzxx", "厅长信箱", C::Interaction, S::Letters, T::Letter, 44, Fresh(1)),
            list("yjzj", "意见征集", C::Interaction, S::ListSpan, T::Survey, 17, Fresh(6)),
            list("zxft", "在线访谈", C::Interaction, S::Split, T::Interview, 10, Fresh(10)),
            list("hygq", "回应关切", C::Interaction, S::ListSpan, T::Question, 22, Fresh(5)),
        ],
    ),
    parent(
        "bsfw",
        "办事服务",
        C::Service,
        Look::Menu,
        &[
            list("xzxk", "行政许可", C::Service, S::ListSpan, T::Guide, 22, Fresh(13)),
            list("bszn", "办事指南", C::Service, S::Table, T::Guide, 29, Fresh(9)),
            list("bgxz", "表格下载", C::Service, S::ListSpan, T::Guide, 17, Fresh(20)),
            list("cjwt", "常见问题", C::Service, S::Definition, T::Question, 22, Fresh(8)),
        ],
    ),
    list("qyzx", "企业资讯", C::News, S::ListSpan, T::Firm, 353, Fresh(0)),
    parent(
        "xwfb",
        "新闻发布",
        C::News,
        Look::Blocks,
        &[
            list("fbh", "发布会动态", C::News, S::Split, T::Leader, 29, Fresh(2)),
            list("ldhd", "领导活动", C::News, S::DateFirst, T::Leader, 36, Fresh(1)),
        ],
    ),
    parent(
        "ztzl",
        "专题专栏",
        C::Topic,
        Look::Menu,
        &[
            list("zjtx", "专精特新专题", C::Topic, S::ListSpan, T::Topic, 29, Fresh(3)),
            list("szjj", "数字化转型专题", C::Topic, S::Split, T::Topic, 29, Fresh(5)),
            list("lsgd", "绿色工厂专题", C::Topic, S::ListSpan, T::Topic, 22, Fresh(9)),
            ARCHIVED,
        ],
    ),
    parent(
        "djgz",
        "党建工作",
        C::Other,
        Look::Blocks,
        &[
            list("djdt", "党建动态", C::News, S::MonthDay, T::Party, 44, Fresh(1)),
            list("lzjs", "廉政建设", C::Other, S::ListSpan, T::Party, 25, Fresh(9)),
            without_rows("qthd", "群团活动", C::Other, Look::Empty(S::ListSpan)),
        ],
    ),
    parent(
        "hygl",
        "行业管理",
        C::Other,
        Look::Forward,
        &[
            list("yclgy", "原材料工业", C::Other, S::ListSpan, T::Industry, 26, Fresh(3)),
            list("zbgy", "装备工业", C::Other, S::ListSpan, T::Industry, 26, Fresh(4)),
            list("xfpgy", "消费品工业", C::Other, S::Cut, T::Industry, 26, Fresh(5)),
            list("dzxx", "电子信息", C::Other, S::ListSpan, T::Industry, 26, Fresh(6)),
            list("wxdgl", "无线电管理", C::Other, S::Chinese, T::Industry, 22, Fresh(7)),
        ],
    ),
    parent(
        "jjyx",
        "经济运行",
        C::Disclosure,
        Look::Blocks,
        &[
            list("yxfx", "运行分析", C::Disclosure, S::Table, T::Figures, 26, Fresh(6)),
            list("tjsj", "统计数据", C::Disclosure, S::Table, T::Figures, 26, Fresh(8)),
            without_rows("sjkt", "数据看台", C::Disclosure, Look::Script),
        ],
    ),
    parent(
        "kjcx",
        "科技创新",
        C::Other,
        Look::Blocks,
        &[
            list("cxpt", "创新平台", C::Other, S::ListSpan, T::Industry, 22, Fresh(7)),
            without_rows("cgzh", "成果转化", C::Other, Look::Empty(S::Table)),
        ],
    ),
    parent(
        "yqjs",
        "园区建设",
        C::Other,
        Look::Menu,
        &[
            list("yqdt", "园区动态", C::News, S::ListSpan, T::Local, 29, Days(27)),
            page(
                "yqml",
                "园区名录",
                "云川高新技术产业园区、清江经济开发区、临湖工业集中区、宁山循环经济产业园、江阳先进制造产业园、安陵光电信息产业园。",
            ),
        ],
    ),
    parent(
        "fzgx",
        "法治工信",
        C::Other,
        Look::Blocks,
        &[
            list("fzxc", "法治宣传", C::Other, S::ListSpan, T::Rules, 19, Fresh(10)),
            list("xzzf", "行政执法", C::Disclosure, S::Table, T::Rules, 22, Fresh(6)),
        ],
    ),
    parent(
        "aqsc",
        "安全生产",
        C::Other,
        Look::Menu,
        &[
            list("aqdt", "安全动态", C::News, S::Table, T::Safety, 32, Days(45)),
            list("aqzs", "安全知识", C::Other, S::ListSpan, T::Safety, 17, Fresh(14)),
        ],
    ),
    list("jyjl", "经验交流", C::Other, S::ListSpan, T::Topic, 16, Days(421)),
    list("xsjl", "学术园地", C::Other, S::DateFirst, T::Topic, 17, Fresh(16)),
];

pub(super) const SMALL: &[Spec] = &[
    list("tzgg", "通知公告", C::Notice, S::ListSpan, T::Notice, 45, Days(34)),
    list("fwdt", "服务动态", C::News, S::ListSpan, T::Small, 60, Days(33)),
    list("hqzc", "惠企政策", C::Policy, S::Chinese, T::Question, 30, Days(52)),
    list("rzfw", "融资服务", C::Service, S::ListSpan, T::Small, 40, Days(36)),
    list("pxhd", "培训活动", C::Other, S::Split, T::Small, 40, Days(39)),
    list("zjtx", "专精特新", C::Other, S::DateFirst, T::Small, 40, Days(41)),
    list("ywzx", "业务咨询", C::Interaction, S::Letters, T::Letter, 30, Days(20)),
    page(
        "fwjg",
        "服务机构",
        "省中小企业公共服务中心、云川市中小企业服务中心、清江市创业服务中心、临湖市融资担保服务中心，均可就近为企业提供政策咨询、融资对接和人才培训服务。",
    ),
    without_rows("fwal", "服务案例", C::Other, Look::Empty(S::ListSpan)),
];

/// Columns of the GBK site; the slug is its `classid`.
pub(super) const ENERGY: &[Spec] = &[
    list("1", "监察动态", C::News, S::Table, T::Energy, 90, Fresh(0)),
    list("2", "通知公告", C::Notice, S::Table, T::Notice, 40, Fresh(5)),
    list("3", "政策法规", C::Policy, S::ListSpan, T::Law, 30, Fresh(14)),
    list("4", "节能技术", C::Other, S::Table, T::Industry, 40, Fresh(7)),
    list("5", "工作交流", C::Other, S::ListSpan, T::Energy, 30, Fresh(9)),
    without_rows("6", "监察案例", C::Other, Look::Empty(S::Table)),
    without_rows("7", "培训教材", C::Other, Look::Empty(S::Table)),
    without_rows("8", "节能产品", C::Other, Look::Empty(S::ListSpan)),
    without_rows("9", "能效标准", C::Policy, Look::Empty(S::Table)),
    without_rows("10", "曝光台", C::Other, Look::Empty(S::ListSpan)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portal_is_as_large_as_the_office_reports() {
        let second: usize = PORTAL.iter().map(|spec| spec.children.len()).sum();
        assert!(PORTAL.len() > 20 && second > 60, "{} {second}", PORTAL.len());
    }
}
