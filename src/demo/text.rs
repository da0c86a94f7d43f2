//! Words of the demo: titles and bodies composed from phrase lists, so that thousands of articles differ. Names of places and firms are invented.

use jiff::civil::Date;

use super::dice::Dice;

/// What a column writes about; decides titles and bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    Leader,
    Work,
    Local,
    Hot,
    Firm,
    Video,
    Notice,
    Public,
    Law,
    Relayed,
    Letter,
    Staff,
    Plan,
    Budget,
    Fund,
    Proposal,
    Question,
    Survey,
    Interview,
    Guide,
    Topic,
    Party,
    Industry,
    Figures,
    Safety,
    Rules,
    Small,
    Energy,
}

const CITIES: &[&str] = &[
    "云川市",
    "清江市",
    "临湖市",
    "宁山市",
    "江阳市",
    "安陵市",
    "南屏市",
    "东岭市",
    "永泽市",
    "沅口市",
    "雁峰市",
    "白沙州",
    "石门区",
    "望江县",
];
const FIELDS: &[&str] = &[
    "工程机械",
    "轨道交通装备",
    "先进储能材料",
    "新能源汽车",
    "北斗应用",
    "智能制造",
    "工业互联网",
    "电子信息",
    "食品医药",
    "新材料",
    "绿色制造",
    "工业设计",
    "人工智能",
    "软件和信息服务",
    "先进计算",
    "航空动力",
    "生物医药",
    "有色金属",
    "烟花制造",
    "陶瓷产业",
    "电力装备",
    "农业机械",
    "显示功能材料",
    "数据安全",
];
const FIRMS: &[&str] = &[
    "长岳重工",
    "云川智造",
    "清江新材",
    "临湖电气",
    "宁山食品",
    "江阳精密",
    "安陵光电",
    "南屏制药",
    "东岭机床",
    "永泽储能",
    "沅口软件",
    "雁峰汽车",
];
const LEADERS: &[&str] =
    &["厅党组书记、厅长", "厅党组成员、副厅长", "厅一级巡视员", "省纪委监委驻厅纪检监察组组长", "厅总工程师", "厅二级巡视员"];
const MEETINGS: &[&str] =
    &["工作推进会", "现场调度会", "产销对接会", "专题座谈会", "经验交流会", "政企银对接会", "项目评审会", "技术培训班"];
const OFFICES: &[&str] =
    &["规划处", "产业政策处", "运行监测协调局", "装备工业处", "中小企业服务处", "技术创新处", "原材料工业处", "电子信息处"];

const NEWS: &[&str] = &[
    "会议指出，今年以来全省工业系统坚持稳中求进工作总基调，着力打造具有核心竞争力的产业集群，主要指标保持在合理区间。",
    "会议强调，要聚焦主导产业和特色产业，抓好重点项目建设，强化要素保障，推动项目早开工、早投产、早达效。",
    "据介绍，{city}规模以上工业企业已突破{n}户，{field}产业链上下游配套率较上年提高{k}个百分点。",
    "与会人员实地察看了{firm}生产车间，详细了解产品研发、市场开拓和用工情况，并就企业反映的融资、用地等问题现场协调。",
    "下一步，将持续开展“走访企业、破解难题”活动，完善重点企业联系制度，确保惠企政策直达快享。",
    "目前，{firm}{field}项目一期已建成投产，达产后预计年产值可达{n}亿元，新增就业岗位{n}余个。",
    "厅机关相关处室、{city}工业和信息化局以及有关企业负责人参加活动。",
    "近年来，{city}把{field}作为转型升级的主攻方向，累计培育省级以上企业技术中心{k}家、专精特新中小企业{n}家。",
    "活动现场签约项目{k}个，涉及{field}等领域，部分项目已进入设备安装调试阶段。",
    "要树立安全发展理念，压紧压实企业主体责任，统筹抓好生产经营和安全防范各项工作。",
];
const NOTICES: &[&str] = &[
    "一、申报条件。申报单位应当在本省行政区域内登记注册，具有独立法人资格，财务管理制度健全，近三年内未发生重大安全、环保和质量事故。",
    "二、工作程序。各市州工业和信息化局对申报材料的真实性、完整性进行初审，择优推荐，并以正式文件报送我厅{office}。",
    "三、材料要求。申报材料统一用A4纸双面打印，一式{k}份，按目录顺序装订成册，电子版同步报送。",
    "四、时间要求。请于{month}月{day}日前完成报送，逾期不予受理。",
    "五、其他事项。申报单位对材料的真实性负责，我厅不收取任何费用，也未委托任何中介机构代理。",
    "有关单位和个人对公示内容有异议的，请在公示期内以书面形式反映，单位反映的需加盖公章，个人反映的需署明真实姓名。",
    "请各单位高度重视，明确一名联络员，认真做好组织工作，确保各项任务落到实处。",
];
const PAPERS: &[&str] = &[
    "第一条 为规范{field}领域管理工作，促进产业高质量发展，根据有关法律、法规和国家有关规定，结合本省实际，制定本规定。",
    "第二条 本规定适用于本省行政区域内相关活动及其监督管理。",
    "第三条 工作遵循公开、公平、公正的原则，坚持政府引导、市场主导、企业主体。",
    "第四条 省工业和信息化主管部门负责统筹协调，各市州工业和信息化主管部门负责本行政区域内的组织实施。",
    "第五条 申报单位应当如实提供有关材料，不得弄虚作假。",
    "第六条 主管部门应当建立动态管理机制，每{k}年组织一次复核评价。",
    "第七条 违反本规定的，依照有关法律、法规的规定处理。",
];
const ANSWERS: &[&str] = &[
    "您在来件中反映的情况收悉。经{office}研究，现答复如下。",
    "按照现行规定，符合条件的企业可向所在地工业和信息化局提出申请，由市州初审后报省厅审核。",
    "近年来，我厅会同有关部门在{field}方面出台了一系列支持措施，累计支持项目{n}个。",
    "下一步，我们将认真吸收您的意见，进一步完善工作机制，加大支持力度。",
    "感谢您对工业和信息化工作的关心与支持。如需进一步了解情况，请与{office}联系。",
];
const FIGURES: &[&str] = &[
    "1至{m}月，全省规模以上工业增加值同比增长{k}.{k}%，{field}行业增加值增长{k}.{k}%。",
    "分门类看，制造业增长{k}.{k}%，高技术制造业增长较快，新产品产量保持两位数增长。",
    "分地区看，{city}、{city}等地增速居前，重点产业园区支撑作用明显。",
    "从企业效益看，营业收入利润率较上年同期有所提高，每百元营业收入中的成本下降{k}.{k}元。",
    "从要素保障看，工业用电量同比增长{k}.{k}%，重点企业用工总体稳定。",
];
const HELP: &[&str] = &[
    "办理对象：在本省登记注册的企业法人。",
    "办理地点：省政务服务大厅三楼工业和信息化厅窗口。办理时间：工作日上午9:00至12:00，下午13:00至17:00。",
    "办理材料：申请表、营业执照复印件、有关证明材料各一份，均可在线提交。",
    "办理流程：申请、受理、审查、决定、送达。承诺办结时限为{k}个工作日，不收费。",
    "联系电话：0731-8895{n}{k}{k}。",
];

fn titles(theme: Theme) -> &'static [&'static str] {
    match theme {
        Theme::Leader => &[
            "{leader}赴{city}调研{field}产业发展",
            "全省{field}{meeting}召开",
            "{leader}主持召开{field}{meeting}",
            "省工业和信息化厅与{city}人民政府签署{field}合作协议",
            "{leader}到{firm}现场办公",
            "{field}产业链建设专题会议在{city}召开",
            "全省工业和信息化系统部署{month}月重点工作",
            "{leader}会见{field}企业家代表",
        ],
        Theme::Work => &[
            "{office}开展{field}企业走访服务",
            "我厅组织开展{field}业务培训",
            "{office}赴{city}督导{field}项目建设",
            "省工业和信息化厅举办{field}{meeting}",
            "{office}党支部与{firm}开展结对共建",
            "我厅派员指导{city}{field}试点工作",
            "{office}召开{field}{meeting}",
            "我厅完成{month}月份{field}运行调度",
        ],
        Theme::Local => &[
            "{city}：{field}产业加快集聚",
            "{city}召开{field}{meeting}",
            "{city}{field}重点项目集中开工",
            "{city}出台措施支持{field}企业发展",
            "{city}工业和信息化局深入{firm}送政策上门",
            "{city}前{m}个月{field}产值增长{k}.{k}%",
            "{city}新增{k}家省级{field}企业技术中心",
            "{city}：以{field}为抓手推动产业转型",
            "{city}举办{field}供需对接活动",
        ],
        Theme::Hot => &[
            "{firm}{field}新产品下线",
            "{field}产业规模再上台阶",
            "{city}{field}产业园投产企业达{n}家",
            "我省{k}项{field}技术成果获推广",
            "{firm}入选{field}示范企业名单",
            "{field}人才培养基地落户{city}",
            "{field}产业对接活动签约{n}个项目",
            "{city}与{firm}共建{field}创新中心",
            "从一条生产线看{city}{field}之变",
            "{firm}：{field}订单排到明年{month}月",
            "{month}月{field}市场观察：供需两旺",
            "聚焦{field}：{city}的{k}个关键动作",
        ],
        Theme::Firm => &[
            "{firm}{field}项目通过验收",
            "{firm}获评{field}单项冠军企业",
            "{firm}与{city}签订{field}合作协议",
            "{firm}建成{field}数字化车间",
            "{firm}{month}月{field}产销两旺",
            "{firm}参与制定{field}行业标准",
        ],
        Theme::Video => &[
            "视频：走进{firm}看{field}",
            "视频：{city}{field}产业一线",
            "微视频：{field}里的工匠",
            "视频新闻：全省{field}{meeting}",
            "视频：{k}分钟了解{field}政策",
        ],
        Theme::Notice => &[
            "关于组织申报{year}年度{field}示范项目的通知",
            "关于召开{field}{meeting}的通知",
            "关于开展{year}年{field}企业培训的通知",
            "关于做好{month}月份{field}运行监测工作的通知",
            "关于报送{field}工作总结的通知",
            "关于组织参加{field}展览会的通知",
            "关于开展{field}企业问卷摸底的通知",
            "关于推荐{year}年{field}专家库成员的通知",
            "关于举办{city}{field}对接活动的通知",
            "关于调整{field}培训班时间的通知",
        ],
        Theme::Public => &[
            "{year}年{field}拟支持项目公示",
            "关于{year}年省级{field}企业技术中心拟认定名单的公示",
            "{field}绿色工厂拟推荐名单公示",
            "关于{firm}等{n}家企业通过复核的公告",
            "{year}年第{k}批{field}服务机构名单公示",
            "{city}{field}试点名单公示",
        ],
        Theme::Law => &[
            "{field}促进条例",
            "{field}管理条例释义",
            "{field}监督管理规定",
            "企业{field}权益保护条例",
            "{field}标准化工作条例",
            "{field}安全生产条例",
        ],
        Theme::Relayed => &[
            "国务院有关部门推进{field}发展的指导意见",
            "工业和信息化部部署{field}专项行动",
            "国家层面支持{field}发展若干措施",
            "{field}行业规范条件（国家部委发布）",
            "{field}创新发展三年行动方案（国家部委发布）",
        ],
        Theme::Letter => &[
            "咨询{field}企业申报条件",
            "关于{city}{field}项目进度的来信",
            "反映{firm}厂区扬尘问题",
            "建议加强{field}人才培训",
            "咨询{field}补贴发放时间",
            "关于{field}资质变更的咨询",
        ],
        Theme::Staff => &[
            "{year}年度公开招聘工作人员面试公告",
            "{office}干部任前公示",
            "关于{year}年公开遴选公务员体检安排",
            "直属单位{year}年公开招聘拟聘用人员名单",
            "{year}年考试录用公务员资格审查安排",
            "关于{office}负责同志任职情况",
        ],
        Theme::Plan => &[
            "{field}产业发展规划",
            "{field}产业{year}年工作计划",
            "{field}三年行动计划",
            "{year}年{field}工作要点",
            "{field}中长期发展规划纲要",
        ],
        Theme::Budget => &[
            "{year}年度{office}采购意向",
            "{year}年度专项资金安排情况说明",
            "{year}年{field}项目采购结果",
            "{year}年一般公共支出情况",
            "{year}年政府购买服务目录",
        ],
        Theme::Fund => &[
            "{year}年{field}专项资金申报流程说明",
            "{year}年{field}专项资金评审结果",
            "{year}年{field}专项资金分配情况",
            "{year}年{field}专项资金绩效评价报告",
            "{field}专项资金使用监督要求",
        ],
        Theme::Proposal => &[
            "对省人大会议第{n}{k}号建议的答复",
            "对省政协会议第0{n}{k}号提案的答复",
            "关于加快{field}发展的建议的答复",
            "关于支持{city}{field}产业提案的答复",
        ],
        Theme::Question => &[
            "什么是{field}示范企业",
            "{field}项目申报需要哪些材料",
            "{field}企业如何申请复核",
            "外省迁入企业能否申报{field}项目",
            "{field}资质有效期是多久",
        ],
        Theme::Survey => &[
            "{field}服务满意度调查",
            "关于征集{field}工作建议的启事",
            "{field}企业用工情况问卷",
            "{year}年{field}立项需求征集",
        ],
        Theme::Interview => {
            &["{office}负责人谈{field}", "在线访谈：{field}怎么干", "访谈预告：走近{field}", "{leader}在线解答{field}问题"]
        }
        Theme::Guide => &[
            "{field}企业资质认定办事指南",
            "{field}项目备案办事指南",
            "{field}产品登记申请表",
            "{field}企业年度检查表",
            "{field}从业人员考核办理说明",
        ],
        Theme::Topic => &[
            "{city}{field}典型案例",
            "{field}试点工作综述",
            "{field}宣传周活动在{city}启动",
            "{firm}：{field}的探索与实践",
            "{field}知识问答",
        ],
        Theme::Party => &[
            "{office}党支部开展主题党日活动",
            "厅直属机关党委组织理论学习",
            "{office}开展警示教育",
            "厅机关举办{month}月读书分享会",
            "青年理论学习小组赴{city}调研{field}",
        ],
        Theme::Industry => &[
            "{field}行业{month}月运行情况",
            "{field}重点项目进展顺利",
            "{city}{field}企业技术改造提速",
            "{firm}发布{field}新品",
            "{field}行业座谈会在{city}召开",
            "{field}标准体系建设稳步推进",
        ],
        Theme::Figures => &[
            "前{m}个月{field}主要指标完成情况",
            "{year}年{month}月工业经济运行简析",
            "{month}月份{field}产量统计",
            "{city}前{m}个月工业增加值情况",
            "{field}行业景气指数（{month}月）",
        ],
        Theme::Safety => &[
            "{city}开展{field}领域隐患排查",
            "{field}企业夏季防汛提示",
            "{office}检查{firm}安全生产",
            "{field}企业应急演练在{city}举行",
            "{field}企业用电安全常识",
        ],
        Theme::Rules => &[
            "{field}行政执法案例选编",
            "{year}年{field}随机抽查结果",
            "{field}普法宣传走进{city}",
            "{field}领域依法行政学习资料",
            "{year}年{field}执法检查计划安排",
        ],
        Theme::Small => &[
            "{city}中小企业{field}服务专场",
            "{firm}获{field}融资支持",
            "{field}公益培训在{city}开班",
            "专精特新{field}企业巡礼：{firm}",
            "{field}服务券申领说明",
            "{city}{field}创业服务日",
        ],
        Theme::Energy => &[
            "{city}开展{field}企业节能监察",
            "{firm}完成{field}节能改造",
            "{field}能耗限额标准宣贯会召开",
            "{year}年{field}节能监察安排",
            "{field}企业节能诊断服务进{city}",
            "{city}重点用能单位{month}月能耗情况",
        ],
    }
}

fn sentences(theme: Theme) -> &'static [&'static str] {
    match theme {
        Theme::Notice | Theme::Public | Theme::Staff | Theme::Survey | Theme::Fund | Theme::Budget => NOTICES,
        Theme::Law | Theme::Relayed | Theme::Plan | Theme::Rules => PAPERS,
        Theme::Letter | Theme::Proposal | Theme::Question | Theme::Interview => ANSWERS,
        Theme::Figures => FIGURES,
        Theme::Guide => HELP,
        _ => NEWS,
    }
}

/// Fills the `{placeholders}` of a phrase.
fn fill(phrase: &str, dice: &mut Dice, day: Date) -> String {
    let mut out = String::with_capacity(phrase.len() * 2);
    let mut rest = phrase;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        match name {
            "city" => out.push_str(dice.pick(CITIES)),
            "field" => out.push_str(dice.pick(FIELDS)),
            "firm" => out.push_str(dice.pick(FIRMS)),
            "leader" => out.push_str(dice.pick(LEADERS)),
            "meeting" => out.push_str(dice.pick(MEETINGS)),
            "office" => out.push_str(dice.pick(OFFICES)),
            "year" => out.push_str(&day.year().to_string()),
            "month" => out.push_str(&day.month().to_string()),
            "day" => out.push_str(&day.last_of_month().day().to_string()),
            "m" => out.push_str(&day.month().max(2).to_string()),
            "n" => out.push_str(&(11 + dice.below(80)).to_string()),
            _ => out.push_str(&(2 + dice.below(8)).to_string()),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

pub(super) fn title(theme: Theme, dice: &mut Dice, day: Date) -> String {
    let phrase = dice.pick(titles(theme));
    fill(phrase, dice, day)
}

/// Paragraphs of an article.
pub(super) fn body(theme: Theme, title: &str, dice: &mut Dice, day: Date) -> Vec<String> {
    let pool = sentences(theme);
    let opening = match pool.first() {
        Some(first) if *first == NEWS[0] => format!("本网讯 {}月{}日，{title}有关情况通报如下。", day.month(), day.day()),
        Some(first) if *first == NOTICES[0] => {
            format!("各市州工业和信息化局，各有关单位：为做好“{title}”有关工作，现将具体事项说明如下。")
        }
        Some(first) if *first == ANSWERS[0] => {
            format!("就“{title}”一事，{}年{}月收到来件后即转有关处室办理。", day.year(), day.month())
        }
        _ => format!("{title}的主要内容如下，供社会各界查阅。"),
    };
    let start = dice.below(pool.len());
    let count = 3 + dice.below(3);
    let mut out = vec![opening];
    out.extend((0..count).map(|step| fill(pool[(start + step) % pool.len()], dice, day)));
    out
}

/// The articles of an official document.
pub(super) fn document_body(dice: &mut Dice, day: Date) -> Vec<String> {
    PAPERS.iter().map(|phrase| fill(phrase, dice, day)).collect()
}

/// The paragraphs of an interpretation, by the elements that one must have.
pub(super) fn interpretation_body(document: &str, dice: &mut Dice, day: Date) -> Vec<String> {
    let parts = [
        "一、背景依据。近年来{field}领域发展较快，原有制度难以适应新的形势，有必要予以完善。",
        "二、目标任务。力争用{k}年左右的时间，形成一批带动力强的骨干企业。",
        "三、主要内容。文件共七条，明确了适用范围、职责分工、申报程序和监督管理等要求。",
        "四、适用范围。适用于在本省行政区域内登记注册的企业和有关服务机构。",
        "五、注意事项。企业可通过所在地工业和信息化局提出申请，全程不收取费用。",
    ];
    let mut out = vec![format!("为便于社会各界理解和执行《{document}》，现就有关内容解读如下。")];
    out.extend(parts.iter().map(|phrase| fill(phrase, dice, day)));
    out
}

/// Name of a ministry's document that is not on the portal.
pub(super) fn relayed_subject(dice: &mut Dice) -> String {
    let kind = dice.pick(&["高质量发展行动计划", "标准体系建设指南", "创新发展指导意见", "行业规范条件", "人才发展规划"]);
    format!("{}{kind}", dice.pick(FIELDS))
}

pub(super) fn source(theme: Theme, dice: &mut Dice) -> &'static str {
    match theme {
        Theme::Local => "市州工业和信息化局",
        Theme::Hot | Theme::Topic | Theme::Video => dice.pick(&["省日报", "省广播电视台", "厅新闻中心"]),
        Theme::Firm => "企业供稿",
        Theme::Law | Theme::Relayed => dice.pick(&["中国政府网", "工业和信息化部"]),
        Theme::Small => "省中小企业公共服务中心",
        Theme::Energy => "省节能监察总队",
        _ => dice.pick(&["省工业和信息化厅", "厅办公室", "厅新闻中心"]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn no_placeholder_stays_in_a_text() {
        use Theme as T;
        let day = date(2026, 5, 6);
        for theme in [
            T::Leader,
            T::Work,
            T::Local,
            T::Hot,
            T::Firm,
            T::Video,
            T::Notice,
            T::Public,
            T::Law,
            T::Relayed,
            T::Letter,
            T::Staff,
            T::Plan,
            T::Budget,
            T::Fund,
            T::Proposal,
            T::Question,
            T::Survey,
            T::Interview,
            T::Guide,
            T::Topic,
            T::Party,
            T::Industry,
            T::Figures,
            T::Safety,
            T::Rules,
            T::Small,
            T::Energy,
        ] {
            for round in 0..20 {
                let mut dice = Dice::for_item(3, theme as u64, round);
                let title = title(theme, &mut dice, day);
                let text = body(theme, &title, &mut dice, day).concat();
                assert!(!title.contains(['{', '}']) && !text.contains(['{', '}']), "{title} {text}");
            }
        }
    }
}
