//! Plants official documents and their interpretations on the portal: good pairs, known defects, and pairs that only look wrong.

use jiff::civil::Date;

use super::calendar;
use super::dice::Dice;
use super::plan::{ENERGY, PORTAL, Plan, url};
use super::text;

/// Interpretations on the portal, the relayed ones included: what the annual report counts.
const INTERPRETATIONS: usize = 40;

const NAMES: [&str; 15] = [
    "省级工业设计中心认定管理办法",
    "省级绿色工厂评价管理办法",
    "省级企业技术中心认定管理办法",
    "首台（套）重大技术装备认定管理办法",
    "省级制造业单项冠军企业培育办法",
    "工业领域数据安全管理实施细则",
    "民用爆炸物品销售许可实施细则",
    "小微企业创业创新示范基地管理办法",
    "新型工业化产业示范基地管理办法",
    "中小企业公共服务示范平台管理办法",
    "无线电台站设置使用管理规定",
    "工业和信息化领域行政处罚裁量权基准",
    "智能制造标杆企业认定管理办法",
    "重点新材料首批次应用示范管理办法",
    "省级产业集群培育管理办法",
];

/// What an interpretation says beyond its document.
const EXPLAINED: [&str; 3] = [
    "六、与旧办法的区别。旧办法只对规模以上企业提出要求，新办法把专精特新中小企业一并纳入，并取消了逐级盖章的环节；企业过去需要跑三个窗口，现在登录政务服务网即可一次办结。",
    "七、名词解释。首席质量官是指由企业任命、直接对主要负责人负责、统筹全过程质量工作的高级管理人员；关键岗位是指设计、采购、检验、售后等直接影响产品质量的岗位。",
    "八、热点问答。有企业问，已经取得证书的人员是否需要重新参加培训。答复是：证书在有效期内的不需要重新培训，期满前三个月内完成十二个学时的继续教育即可换发。",
];

/// Further clauses of the document that is copied.
const CLAUSES: [&str; 4] = [
    "第八条 认定工作每年组织一次，申报单位应当具备独立法人资格，上年度主营业务收入不低于五千万元，研发人员占职工总数的比重不低于百分之十。",
    "第九条 市州主管部门应当在收到申报材料之日起二十个工作日内完成初审，并将推荐意见和现场核查记录一并报送；材料不全的，应当一次性告知需要补正的内容。",
    "第十条 省级主管部门委托第三方机构组织专家评审，评审专家从专家库中随机抽取，实行回避制度；评审结果在门户网站公示，公示期不少于五个工作日。",
    "第十一条 通过认定的单位发生更名、重组、搬迁等重大变化的，应当在三十日内书面报告；有提供虚假材料、发生较大安全事故、被列入失信名单等情形之一的，撤销认定。",
];

/// How an interpretation is titled.
#[derive(Debug, Clone, Copy)]
enum Form {
    Text,
    About,
    Picture,
    Questions,
}

/// An article, as planted.
#[derive(Debug, Clone)]
struct Planted {
    index: usize,
    url: String,
    title: String,
    /// Title of the document without 关于印发.
    name: String,
    date: Date,
}

struct Planter<'a> {
    plan: &'a mut Plan,
    documents: u32,
    interpretations: usize,
}

pub(super) fn plant(plan: &mut Plan) {
    let mut planter = Planter { plan, documents: 0, interpretations: 0 };
    planter.good_pairs();
    planter.missing();
    planter.unlinked();
    planter.late();
    planter.other_papers();
    planter.laws();
    planter.relayed();
}

impl Planter<'_> {
    fn back(&self, workdays: u32) -> Date {
        calendar::workdays_before(self.plan.now, workdays)
    }

    /// A document with its index table, published on `date`, drawn up on `written`.
    fn document(&mut self, name: &str, date: Date, written: Date) -> Planted {
        self.documents += 1;
        let column = self.plan.column(PORTAL, "规范性文件");
        let title = format!("省工业和信息化厅关于印发《{name}》的通知");
        let number = format!("湘工信规〔{}〕{}号", written.year(), self.documents);
        let index = self.plan.add_article(PORTAL, column, title.clone(), date, 9 * 60 + 30);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        let mut dice = Dice::new(article.seed);
        let url_path = article.path.clone();
        let extra = article.extra();
        extra.body = text::document_body(&mut dice, date);
        extra.above = index_table(&title, &number, written, date, self.documents);
        extra.source = Some("省工业和信息化厅");
        Planted { index, url: url(PORTAL, &url_path), title, name: name.to_owned(), date }
    }

    fn interpretation(&mut self, of: &Planted, form: Form, date: Date) -> Planted {
        self.interpretations += 1;
        let column = self.plan.column(PORTAL, "政策解读");
        let name = &of.name;
        let title = match form {
            Form::Text => format!("《{name}》解读"),
            Form::About => format!("关于《{name}》的政策解读"),
            Form::Picture => format!("一图读懂《{name}》"),
            Form::Questions => format!("《{name}》政策问答"),
        };
        let index = self.plan.add_article(PORTAL, column, title.clone(), date, 15 * 60 + 10);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        let mut dice = Dice::new(article.seed);
        let path = article.path.clone();
        let extra = article.extra();
        extra.body = match form {
            Form::Questions => vec![
                format!("问：为什么要制定《{name}》？"),
                "答：为适应新形势下行业管理需要，进一步规范申报、认定和监督工作。".to_owned(),
                "问：哪些企业可以申报？".to_owned(),
                "答：在本省行政区域内登记注册、具有独立法人资格的企业均可申报。".to_owned(),
            ],
            _ => text::interpretation_body(name, &mut dice, date),
        };
        extra.source = Some("省工业和信息化厅");
        Planted { index, url: url(PORTAL, &path), title, name: name.clone(), date }
    }

    fn link(&mut self, from: &Planted, to: &Planted, heading: &str) {
        let path = self.plan.sites[PORTAL].articles[to.index].path.clone();
        let html = format!(
            "<div class=\"xglj\"><h4>{heading}</h4><ul><li><a href=\"{path}\" title=\"{0}\">{0}</a></li></ul></div>\n",
            to.title
        );
        self.plan.sites[PORTAL].articles[from.index].extra().below.push_str(&html);
    }

    fn link_interpretation(&mut self, document: &Planted, interpretation: &Planted) {
        self.link(document, interpretation, "相关解读");
    }

    fn link_document(&mut self, interpretation: &Planted, document: &Planted) {
        self.link(interpretation, document, "解读文件");
    }

    /// A document with an interpretation so many working days later, linked both ways.
    fn pair(&mut self, name: &str, date: Date, workdays: u32, form: Form) -> (Planted, Planted) {
        let document = self.document(name, date, date);
        let interpretation = self.interpretation(&document, form, calendar::workdays_after(date, workdays));
        self.link_interpretation(&document, &interpretation);
        self.link_document(&interpretation, &document);
        (document, interpretation)
    }

    fn good_pairs(&mut self) {
        self.copies();
        self.pair(NAMES[2], self.back(150), 2, Form::Picture);
        // Three forms of one document.
        let (document, _) = self.pair(NAMES[3], self.back(120), 0, Form::Text);
        for form in [Form::Picture, Form::Questions] {
            let further = self.interpretation(&document, form, document.date);
            self.link_interpretation(&document, &further);
            self.link_document(&further, &document);
        }
        self.trap("interp.doc-not-linked", &document, None, "三种形式的解读都与文件相互链接");
        // This year's edition and last year's, each with its own interpretation.
        let (new, old_date) = (self.back(95), calendar::last_workday_before(calendar::before(self.back(95), 372)));
        let (document, interpretation) = self.pair(NAMES[4], new, 0, Form::Text);
        let (older, older_interpretation) = self.pair(NAMES[4], old_date, 1, Form::Text);
        self.trap("interp.not-linked", &document, Some(&older_interpretation), "上一版的解读与新文件无关，新文件另有解读");
        self.trap("interp.doc-not-linked", &interpretation, Some(&older), "新文件的解读不必链接上一版文件");
        self.trap("interp.late", &older, None, "新版文件的解读不是旧文件的迟到解读");
    }

    fn missing(&mut self) {
        let date = self.back(40);
        let document = self.document(NAMES[5], date, date);
        self.defect("interp.missing", &document, None, "公开四十个工作日仍无解读");
        // The older edition's interpretation must not count for the new one.
        let date = self.back(25);
        let (_, older) = self.pair(NAMES[6], calendar::last_workday_before(calendar::before(date, 369)), 0, Form::Text);
        let document = self.document(NAMES[6], date, date);
        self.defect("interp.missing", &document, None, "只有上一版文件的解读，修订后的文件没有解读");
        self.trap("interp.not-linked", &document, Some(&older), "上一版的解读不是新文件的解读");
        // Published one working day ago: there is still time.
        let date = self.back(1);
        let document = self.document(NAMES[7], date, date);
        self.trap("interp.missing", &document, None, "昨日公开，三个工作日的期限未到");
    }

    fn unlinked(&mut self) {
        let date = self.back(50);
        let document = self.document(NAMES[8], date, date);
        let interpretation = self.interpretation(&document, Form::Text, date);
        self.link_document(&interpretation, &document);
        self.defect("interp.not-linked", &document, Some(&interpretation), "文件页没有链接解读");

        let date = self.back(60);
        let document = self.document(NAMES[9], date, date);
        let interpretation = self.interpretation(&document, Form::About, date);
        self.link_interpretation(&document, &interpretation);
        self.defect("interp.doc-not-linked", &interpretation, Some(&document), "解读页没有链接文件");

        let date = self.back(70);
        let document = self.document(NAMES[10], date, date);
        let interpretation = self.interpretation(&document, Form::Picture, date);
        self.defect("interp.not-linked", &document, Some(&interpretation), "文件与解读互不链接，只能凭标题对应");
        self.defect("interp.doc-not-linked", &interpretation, Some(&document), "文件与解读互不链接，只能凭标题对应");
    }

    fn late(&mut self) {
        let (document, interpretation) = self.pair(NAMES[11], self.back(80), 12, Form::Text);
        self.defect("interp.late", &document, Some(&interpretation), "公开后第十二个工作日才解读");

        // One working day too many, and exactly in time, both over a weekend.
        let thursday = calendar::plain_thursday(self.plan.now, 30);
        let (document, interpretation) = self.pair(NAMES[12], thursday, 4, Form::Text);
        self.defect("interp.late", &document, Some(&interpretation), "周四公开，第四个工作日（下周三）解读，超过一个工作日");
        let earlier = calendar::plain_thursday(self.plan.now, calendar::age(thursday, self.plan.now) + 7);
        let (document, interpretation) = self.pair("省级工业互联网平台培育管理办法", earlier, 3, Form::About);
        self.trap("interp.late", &document, Some(&interpretation), "周四公开，下周二是第三个工作日");

        match calendar::eve_of_national_day(self.plan.now, 2) {
            Some(eve) => {
                let (document, interpretation) = self.pair(NAMES[13], eve, 3, Form::Text);
                self.trap(
                    "interp.late",
                    &document,
                    Some(&interpretation),
                    "国庆节前一日公开，节后第三个工作日（调休的周六）解读",
                );
            }
            None => {
                self.pair(NAMES[13], self.back(130), 0, Form::Text);
            }
        }

        // Drawn up long before it was published: the days count from publication.
        let date = self.back(110);
        let document = self.document(NAMES[14], date, calendar::workdays_before(date, 8));
        let interpretation = self.interpretation(&document, Form::Text, calendar::workdays_after(date, 2));
        self.link_interpretation(&document, &interpretation);
        self.link_document(&interpretation, &document);
        self.trap("interp.late", &document, Some(&interpretation), "成文早、公开晚，期限从公开之日起算");
    }

    /// Numbered papers that need no interpretation.
    fn other_papers(&mut self) {
        let year = self.plan.now.year();
        for (column, nth, title, number, source, why) in [
            (
                "其他文件",
                2,
                "关于召开全省工业和信息化工作会议的通知".to_owned(),
                format!("湘工信办〔{year}〕17号"),
                "省工业和信息化厅",
                "会议通知不需要解读",
            ),
            (
                "其他文件",
                4,
                "关于举办中小企业经营管理人员培训班的通知".to_owned(),
                format!("湘工信办函〔{year}〕23号"),
                "省工业和信息化厅",
                "培训通知不需要解读",
            ),
            (
                "国家政策",
                1,
                "国务院办公厅关于印发《制造业数字化转型行动方案》的通知".to_owned(),
                format!("国办发〔{year}〕11号"),
                "中国政府网",
                "转载的上级文件由制发机关解读",
            ),
        ] {
            let index = self.plan.article(PORTAL, column, nth);
            let article = &mut self.plan.sites[PORTAL].articles[index];
            article.title.clone_from(&title);
            let path = article.path.clone();
            let extra = article.extra();
            extra.above = format!("<p class=\"wenhao\" style=\"text-align:center\">{number}</p>\n");
            extra.source = Some(source);
            let url = url(PORTAL, &path);
            self.plan.truth.trap("interp.missing", &url, None, why);
        }
    }

    /// Laws and regulations that the department did not make.
    fn laws(&mut self) {
        for (site, column) in [(PORTAL, "法律法规"), (ENERGY, "政策法规")] {
            let index = self.plan.article(site, column, 2);
            let article = &mut self.plan.sites[site].articles[index];
            "某省工业节能条例".clone_into(&mut article.title);
            article.extra().source = Some("中国政府网");
            let address = url(site, &article.path);
            self.plan.truth.trap("interp.missing", &address, None, "地方性法规由立法机关制定，不由本部门解读");
        }
    }

    /// An interpretation that only repeats its document, and one that has the document printed behind it.
    fn copies(&mut self) {
        let (document, copy) = self.pair(NAMES[0], self.back(33), 0, Form::Text);
        let mut text = self.body_of(&document);
        text.extend(CLAUSES.map(str::to_owned));
        self.plan.sites[PORTAL].articles[document.index].extra().body.clone_from(&text);
        self.plan.sites[PORTAL].articles[copy.index].extra().body.clone_from(&text);
        self.defect("interp.copy", &copy, Some(&document), "解读照搬文件原文");
        let (document, explained) = self.pair(NAMES[1], self.back(90), 1, Form::About);
        let annex = self.body_of(&document);
        let body = &mut self.plan.sites[PORTAL].articles[explained.index].extra().body;
        body.extend(EXPLAINED.map(str::to_owned));
        body.push("附件：文件全文".to_owned());
        body.extend(annex);
        self.trap("interp.copy", &explained, Some(&document), "解读自有内容完整，文件全文只是附件");
    }

    fn body_of(&mut self, planted: &Planted) -> Vec<String> {
        self.plan.sites[PORTAL].articles[planted.index].extra().body.clone()
    }

    /// Interpretations taken over from ministries: their documents are not on this site.
    fn relayed(&mut self) {
        let column = self.plan.column(PORTAL, "政策解读");
        let count = INTERPRETATIONS - self.interpretations;
        for nth in 0..count {
            let back = 4 + nth * 240 / count;
            let date = self.back(back as u32);
            let mut dice = Dice::for_item(self.plan.seed, 77, nth as u64);
            let subject = text::relayed_subject(&mut dice);
            let title = match nth % 3 {
                0 => format!("工业和信息化部有关负责人解读《{subject}》"),
                1 => format!("一图读懂国家《{subject}》"),
                _ => format!("专家解读：《{subject}》带来哪些变化"),
            };
            let index = self.plan.add_article(PORTAL, column, title, date, 11 * 60 + nth as u16 % 40);
            let article = &mut self.plan.sites[PORTAL].articles[index];
            let path = article.path.clone();
            let extra = article.extra();
            extra.body = text::interpretation_body(&subject, &mut dice, date);
            extra.source = Some("工业和信息化部");
            if nth == 0 {
                let url = url(PORTAL, &path);
                self.plan.truth.trap("interp.doc-not-linked", &url, None, "转载的部委解读，所解读的文件不在本网站");
            }
        }
    }

    fn defect(&mut self, rule: &'static str, at: &Planted, target: Option<&Planted>, why: &str) {
        self.plan.truth.defect(rule, &at.url, target.map(|to| to.url.as_str()), why);
    }

    fn trap(&mut self, rule: &'static str, at: &Planted, target: Option<&Planted>, why: &str) {
        self.plan.truth.trap(rule, &at.url, target.map(|to| to.url.as_str()), why);
    }
}

fn index_table(title: &str, number: &str, written: Date, published: Date, serial: u32) -> String {
    let day = |date: Date| date.strftime("%Y-%m-%d").to_string();
    format!(
        "<table class=\"xxgk-table\"><tbody>\n<tr><td>索引号：</td><td>430S00/{0}-{serial:05}</td><td>统一登记号：</td><td>GXT-{0}-{serial:03}</td></tr>\n\
         <tr><td>文号：</td><td>{number}</td><td>公开责任部门：</td><td>省工业和信息化厅</td></tr>\n\
         <tr><td>成文日期：</td><td>{1}</td><td>公开日期：</td><td>{2}</td></tr>\n\
         <tr><td>名称：</td><td>{title}</td><td>信息时效：</td><td>有效</td></tr>\n</tbody></table>\n<p class=\"wenhao\" style=\"text-align:center\">{number}</p>\n",
        published.year(),
        day(written),
        day(published),
    )
}
