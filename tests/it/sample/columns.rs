//! The sample's sixty columns.

use jiff::civil::Date;
use xuncha::model::report::{ColumnLine, ColumnState, NewestEvidence};
use xuncha::model::site::ColumnClass::{
    self, Disclosure, Interaction, Interpretation, News, Notice, Other, Personnel, Plan, Policy, Service, Static, Topic,
};

use super::{PORTAL, SME, today};

/// Days before its limit from which a column counts as due soon.
const DUE_SOON_DAYS: i64 = 7;

/// Host, path, name, class, level, office, items, newest (ISO day; empty: none), its title.
type Line = (&'static str, &'static str, &'static str, ColumnClass, u8, &'static str, u32, &'static str, &'static str);

const LINES: &[Line] = &[
    (PORTAL, "/xwzx/", "新闻中心", News, 1, "综合处", 0, "parent", ""),
    (PORTAL, "/xwzx/gxyw/", "工信要闻", News, 2, "综合处", 1_927, "2026-11-23", "全省制造业数字化转型现场推进会召开"),
    (PORTAL, "/xwzx/gzdt/", "工作动态", News, 2, "综合处", 1_512, "2026-11-20", "厅领导赴重点企业调研冬季安全生产工作"),
    (PORTAL, "/xwzx/dfgz/", "地方工作", News, 2, "综合处", 1_033, "2026-10-29", "某市开展“暖企行动”专项服务"),
    (PORTAL, "/xwzx/rdjj/", "热点聚焦", News, 2, "综合处", 2_045, "2026-11-11", "工业经济运行保持平稳"),
    (PORTAL, "/xwzx/qyzx/", "企业资讯", News, 2, "企业服务处", 453, "2026-09-02", "某集团智能工厂投产"),
    (PORTAL, "/xwzx/spxw/", "视频新闻", News, 2, "新闻宣传中心", 144, "2026-08-17", "一分钟看工信·第三十二期"),
    (PORTAL, "/xwzx/hyxx/", "行业信息", News, 2, "运行监测处", 388, "2026-10-12", "前三季度原材料工业运行情况"),
    (PORTAL, "/xwzx/djdt/", "党建动态", News, 2, "机关党委", 276, "2026-10-30", "机关党委开展主题党日活动"),
    (PORTAL, "/xxgk/tzgg/", "通知公告", Notice, 1, "办公室", 494, "2026-11-19", "关于组织申报2027年度省级智能工厂的通知"),
    (PORTAL, "/xxgk/gsgg/", "公示公告", Notice, 2, "办公室", 223, "2026-11-18", "关于第六批省级制造业单项冠军企业名单的公示"),
    (PORTAL, "/xxgk/zbcg/", "招标采购", Notice, 2, "机关服务中心", 67, "2026-05-30", "办公楼空调维保服务项目成交结果公告"),
    (PORTAL, "/zwgk/zcwj/", "政策文件", Policy, 1, "政策法规处", 0, "parent", ""),
    (
        PORTAL,
        "/zwgk/zcwj/gfxwj/",
        "规范性文件",
        Policy,
        2,
        "政策法规处",
        41,
        "2026-11-16",
        "关于印发《某省专精特新中小企业梯度培育管理实施细则》的通知",
    ),
    (
        PORTAL,
        "/zwgk/zcwj/qtwj/",
        "其他文件",
        Policy,
        2,
        "办公室",
        318,
        "2026-11-09",
        "关于做好岁末年初工业企业安全生产工作的通知",
    ),
    (
        PORTAL,
        "/zwgk/zcwj/bwwj/",
        "部委文件",
        Policy,
        2,
        "政策法规处",
        95,
        "2026-04-28",
        "工业和信息化部办公厅关于开展2026年度绿色制造推荐工作的通知",
    ),
    (PORTAL, "/zwgk/zcwj/fzwj/", "废止文件", Policy, 2, "政策法规处", 12, "archived", "关于公布废止规范性文件目录的通知"),
    (
        PORTAL,
        "/zwgk/zcjd/",
        "政策解读",
        Interpretation,
        1,
        "政策法规处",
        140,
        "2026-11-16",
        "一图读懂《某省专精特新中小企业梯度培育管理实施细则》",
    ),
    (PORTAL, "/zwgk/zcjd/zjjd/", "专家解读", Interpretation, 2, "政策法规处", 0, "", ""),
    (PORTAL, "/zwgk/ghjh/", "规划计划", Plan, 1, "规划处", 36, "2026-02-11", "2026年全省工业和信息化工作要点"),
    (
        PORTAL,
        "/zwgk/ghjh/zxgh/",
        "专项规划",
        Plan,
        2,
        "规划处",
        14,
        "2025-09-15",
        "关于印发《某省先进制造业集群发展规划》的通知",
    ),
    (PORTAL, "/zwgk/tjsj/", "统计数据", Disclosure, 1, "运行监测处", 132, "2026-11-17", "2026年1—10月全省规模以上工业运行情况"),
    (PORTAL, "/zwgk/rsxx/", "人事信息", Personnel, 1, "人事处", 88, "2026-10-26", "关于拟任职人选的公示"),
    (PORTAL, "/zwgk/rsxx/ksly/", "考试录用", Personnel, 2, "人事处", 25, "2026-07-08", "2026年度考试录用公务员拟录用人员公示"),
    (PORTAL, "/zwgk/czyjs/", "财政预决算", Disclosure, 2, "财务处", 26, "2026-08-21", "2025年度部门决算"),
    (PORTAL, "/zwgk/zxzj/", "专项资金", Disclosure, 2, "财务处", 109, "2026-11-06", "2026年中小企业发展专项资金拟支持项目公示"),
    (PORTAL, "/zwgk/zfcg/", "政府采购", Disclosure, 2, "财务处", 54, "2026-10-13", "信息系统运维服务采购合同公告"),
    (PORTAL, "/zwgk/jytabl/", "建议提案办理", Disclosure, 2, "办公室", 173, "2026-09-28", "对省人大代表第0412号建议的答复"),
    (PORTAL, "/zwgk/xzxk/", "行政许可", Disclosure, 2, "行政审批处", 211, "2026-11-20", "民用爆炸物品销售许可公示"),
    (PORTAL, "/zwgk/xzcf/", "行政处罚", Disclosure, 2, "政策法规处", 9, "2026-06-24", "行政处罚决定公示（2026年第3号）"),
    (
        PORTAL,
        "/zwgk/ssjygk/",
        "“双随机、一公开”",
        Disclosure,
        2,
        "政策法规处",
        31,
        "2026-09-14",
        "2026年第二批双随机抽查结果公示",
    ),
    (PORTAL, "/zwgk/xxgkzn/", "政府信息公开指南", Static, 1, "办公室", 0, "static", ""),
    (PORTAL, "/zwgk/xxgkzd/", "政府信息公开制度", Disclosure, 2, "办公室", 11, "2025-12-30", "厅政府信息公开工作制度"),
    (PORTAL, "/zwgk/xxgknb/", "政府信息公开年报", Disclosure, 1, "办公室", 18, "2026-01-27", "2025年政府信息公开工作年度报告"),
    (PORTAL, "/zwgk/ysqgk/", "依申请公开", Service, 1, "办公室", 0, "static", ""),
    (PORTAL, "/jgzn/", "机构职能", Static, 1, "人事处", 0, "static", ""),
    (PORTAL, "/jgzn/ldxx/", "领导信息", Static, 2, "人事处", 0, "static", ""),
    (PORTAL, "/jgzn/nsjg/", "内设机构", Static, 2, "人事处", 0, "static", ""),
    (PORTAL, "/hdjl/tzxx/", "厅长信箱", Interaction, 1, "办公室", 0, "script", ""),
    (PORTAL, "/hdjl/zxzx/", "在线咨询", Interaction, 2, "办公室", 0, "script", ""),
    (
        PORTAL,
        "/hdjl/yjzj/",
        "意见征集",
        Interaction,
        2,
        "政策法规处",
        22,
        "2026-10-27",
        "关于征求《某省工业互联网平台管理办法（征求意见稿）》意见的公告",
    ),
    (PORTAL, "/hdjl/zxft/", "在线访谈", Interaction, 2, "新闻宣传中心", 17, "2026-03-19", "访谈：推动中小企业专精特新发展"),
    (PORTAL, "/hdjl/hygq/", "回应关切", Interaction, 2, "新闻宣传中心", 0, "", ""),
    (PORTAL, "/bsfw/bszn/", "办事指南", Service, 1, "行政审批处", 23, "static", ""),
    (PORTAL, "/bsfw/bgxz/", "表格下载", Service, 2, "行政审批处", 39, "2025-11-03", "省级企业技术中心申请表"),
    (PORTAL, "/bsfw/cjwt/", "常见问题", Service, 2, "行政审批处", 0, "", ""),
    (PORTAL, "/ztzl/zjtx/", "专精特新专题", Topic, 1, "中小企业处", 86, "2026-11-17", "第八批专精特新“小巨人”企业培训班举办"),
    (PORTAL, "/ztzl/szhzx/", "数字化转型专题", Topic, 1, "信息技术处", 64, "2026-10-08", "中小企业数字化转型城市试点案例集"),
    (PORTAL, "/ztzl/aqsc/", "安全生产月专题", Topic, 2, "安全生产处", 33, "archived", "安全生产月活动启动"),
    (PORTAL, "/ztzl/yhyshj/", "优化营商环境专题", Topic, 2, "企业服务处", 58, "2025-10-22", "惠企政策直达快享"),
    (SME, "/news/ptdt/", "平台动态", News, 1, "中小企业处", 342, "2026-11-21", "公共服务平台联合开展“一起益企”行动"),
    (SME, "/news/hyzx/", "行业资讯", News, 1, "中小企业处", 519, "2026-11-13", "中小企业发展指数月报发布"),
    (SME, "/tzgg/", "通知公告", Notice, 1, "中小企业处", 131, "2026-11-12", "关于征集2027年度中小企业服务产品的通知"),
    (SME, "/zcfw/hqzc/", "惠企政策", Policy, 1, "中小企业处", 207, "2026-08-30", "金融支持中小企业若干措施"),
    (SME, "/zcfw/zcjd/", "政策解读", Interpretation, 2, "中小企业处", 49, "2026-08-31", "一图读懂金融支持中小企业若干措施"),
    (SME, "/fwcp/", "服务产品", Service, 1, "中小企业处", 418, "2026-11-16", "知识产权托管服务"),
    (SME, "/fwjg/", "服务机构", Service, 1, "中小企业处", 260, "2026-10-19", "某市中小企业服务中心"),
    (SME, "/pxhd/", "培训活动", Other, 1, "中小企业处", 175, "2026-11-10", "企业经营管理人才培训班报名通知"),
    (SME, "/rzfw/", "融资服务", Service, 2, "中小企业处", 0, "", ""),
    (SME, "/gywm/", "关于我们", Static, 2, "中小企业处", 0, "static", ""),
];

fn limit(class: ColumnClass) -> Option<u32> {
    match class {
        News => Some(14),
        Notice | Policy | Interpretation => Some(180),
        Plan | Personnel | Disclosure | Interaction | Service | Topic | Other => Some(365),
        Static => None,
    }
}

pub(super) fn lines() -> Vec<ColumnLine> {
    LINES.iter().map(line).collect()
}

fn line(&(site, path, name, class, level, office, items, newest, title): &Line) -> ColumnLine {
    let url = format!("http://{site}{path}");
    let date: Option<Date> = newest.parse().ok();
    let age_days = date.map(|date| i64::from((today() - date).get_days()));
    let limit_days = limit(class).filter(|_| !matches!(newest, "static" | "parent" | "archived"));
    let trips_on = date
        .zip(limit_days)
        .map(|(date, days)| date.checked_add(jiff::Span::new().days(i64::from(days) + 1)).unwrap().to_string());
    let state = match (newest, age_days.zip(limit_days)) {
        ("static" | "parent", _) => ColumnState::Static,
        ("archived", _) => ColumnState::Archived,
        ("script", _) => ColumnState::Undetermined,
        ("", _) => ColumnState::Empty,
        (_, Some((age, limit))) if age > i64::from(limit) => ColumnState::Stale,
        (_, Some((age, limit))) if i64::from(limit) - age <= DUE_SOON_DAYS => ColumnState::DueSoon,
        _ => ColumnState::Fresh,
    };
    let article = date.map(|date| format!("{url}{}/t{}_51{:05}.html", date.strftime("%Y%m"), date.strftime("%Y%m%d"), items));
    ColumnLine {
        site: site.to_owned(),
        name: name.to_owned(),
        class,
        level,
        office: Some(office.to_owned()),
        list_kind: (!matches!(newest, "static" | "parent" | "script"))
            .then(|| if site == PORTAL { "trs" } else { "table" }.to_owned()),
        items,
        newest: date.map(|date| date.to_string()),
        newest_evidence: article.map(|article| NewestEvidence {
            title: title.to_owned(),
            url: article,
            text: format!("{title} {newest}"),
        }),
        age_days,
        limit_days,
        state,
        trips_on,
        note: match newest {
            "parent" => Some("信息在下级栏目中发布".to_owned()),
            "script" => Some("列表由脚本生成，未能读取".to_owned()),
            "archived" => Some("页面标明“已归档”".to_owned()),
            _ => None,
        },
        url,
    }
}
