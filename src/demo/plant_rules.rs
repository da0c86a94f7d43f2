//! Plants what is wrong with links that lead nowhere, dates, disclosure, letters, consultations and service guides, and what only
//! looks so.

use super::calendar;
use super::pages::day;
use super::plan::{ENERGY, PORTAL, Plan, Route, SMALL, url};
use super::plant::Planter;
use super::portal;

/// An address of the office's own network.
const INTRANET: &str = "http://192.168.10.5/oa/index.jsp";

/// An annual report on disclosure: what it is, and its six parts.
pub(super) const REPORT_PARTS: [&str; 7] = [
    "本报告依据《中华人民共和国政府信息公开条例》和有关统一格式编制，所列数据的统计期限自1月1日起至12月31日止，电子版可在本网站政府信息公开专栏下载；如对内容有疑问，可以通过信函或者电子邮件与我厅办公室联系，我们将及时予以说明。报告所涉机构名称以机构改革后的名称为准。",
    "一、总体情况。全年主动公开政府信息稳步增加，公开平台运行平稳，解读回应更加及时。",
    "二、主动公开政府信息情况。全年制发规范性文件六件，行政许可、行政处罚信息按规定公开。",
    "三、收到和处理政府信息公开申请情况。全年收到申请三十二件，均在法定期限内答复。",
    "四、政府信息公开行政复议、行政诉讼情况。全年发生行政复议一件，结果维持。",
    "五、存在的主要问题及改进情况。部分栏目更新不够均衡，下一步将压实责任，加强督促检查。",
    "六、其他需要报告的事项。全年未收取信息处理费。",
];

impl Planter<'_> {
    pub(super) fn idle_links(&mut self) {
        let page = self.plan.append(PORTAL, "工作动态", 15, &format!("<p><a href=\"{INTRANET}\">办公平台入口</a></p>\n"));
        self.plan.truth.defect("link.intranet", &page, Some(INTRANET), "链接指向内网地址");
        let page = self.plan.append(PORTAL, "工作动态", 16, "<p>内网地址http://192.168.10.6/只写在文字中。</p>\n");
        self.plan.truth.trap("link.intranet", &page, Some("http://192.168.10.6/"), "地址只在文字中，不是链接");

        let page = self.plan.append(PORTAL, "热点聚焦", 4, "<p>数据查询：<a href=\"http://\">工业统计年鉴</a></p>\n");
        self.plan.truth.defect("link.placeholder", &page, Some("http:// 工业统计年鉴"), "链接地址未填写");
        let home = url(PORTAL, "/");
        self.plan.truth.trap("link.placeholder", &home, Some("# 返回顶部"), "按钮由脚本处理");
        self.plan.truth.trap("link.placeholder", &home, Some("javascript:void(0) 智能问答"), "按钮由脚本处理");

        let index = self.plan.article(PORTAL, "地方工作", 2);
        let path = self.plan.sites[PORTAL].articles[index].path.clone();
        self.plan.append(PORTAL, "地方工作", 2, "<p id=\"附件1\">附件1：任务分工表</p>\n");
        let html = format!("<p><a href=\"{path}#dssz\">第四章</a> <a href=\"{path}#%E9%99%84%E4%BB%B61\">附件1</a></p>\n");
        let page = self.plan.append(PORTAL, "地方工作", 4, &html);
        let target = url(PORTAL, &path);
        self.plan.truth.defect("link.anchor-missing", &page, Some(&format!("{target}#dssz")), "目标页面没有该定位点");
        self.plan.truth.trap(
            "link.anchor-missing",
            &page,
            Some(&format!("{target}#%E9%99%84%E4%BB%B61")),
            "定位点名称是百分号编码的中文",
        );
    }

    pub(super) fn contents(&mut self) {
        let column = self.plan.column_url(PORTAL, "园区动态");
        self.plan.truth.defect("content.future-date", &column, None, "列表中有一行误写为明年的日期");
        let page = self.plan.append(PORTAL, "工作动态", 17, "<p>会议定于2030年3月1日召开，规划期至2035年。</p>\n");
        self.plan.truth.trap("content.future-date", &page, None, "将来的日期在正文中");

        for (nth, days, is_defect, why) in
            [(1, 9, true, "列表日期与页面日期相差九天"), (8, 1, false, "列表日期与页面日期只差一天")]
        {
            let index = self.plan.article(PORTAL, "工作动态", nth);
            let article = &mut self.plan.sites[PORTAL].articles[index];
            article.row_date = Some(calendar::before(article.date, days));
            let page = url(PORTAL, &article.path.clone());
            if is_defect {
                self.plan.truth.defect("content.date-conflict", &page, None, why);
            } else {
                self.plan.truth.trap("content.date-conflict", &page, None, why);
            }
        }

        let path = "/gxt/ztzl/cxq/index.html";
        let page = self.plan.append(PORTAL, "工作动态", 18, &format!("<p><a href=\"{path}\">创新券服务</a></p>\n"));
        let body = "<div class=\"tys-main\"><h1>创新券服务</h1>\n<p>创新券用于科技型中小企业购买检验检测、研究开发、技术转移、仪器共享和科技咨询，由企业登记后领取，\
                    在有效期内到接券机构使用，年底统一结算；每家企业每年领取的总额以当年公告为准，不得转让、赠送和买卖。登记后长期不用的，到期自动作废。</p>\n<p>内容待补充</p></div>\n"
            .to_owned();
        self.plan.route(PORTAL, path, Route::Framed { site: PORTAL, status: 200, title: "创新券服务".to_owned(), body });
        self.plan.truth.defect("content.placeholder", &url(PORTAL, path), None, "页面内容待补充");
        let index = self.plan.article(PORTAL, "地方工作", 7);
        "云川市先进制造产业园二期正在建设中".clone_into(&mut self.plan.sites[PORTAL].articles[index].title);
        let _ = page;
        let path = url(PORTAL, &self.plan.sites[PORTAL].articles[index].path.clone());
        self.plan.truth.trap("content.placeholder", &path, None, "报道的是工程正在建设");
    }

    pub(super) fn elements(&mut self) {
        let (portal, small, energy) = (url(PORTAL, "/"), url(SMALL, "/"), url(ENERGY, "/"));
        let truth = &mut self.plan.truth;
        for (site, tags) in [(&small, "栏目页缺ColumnDescription、ColumnKeywords"), (&energy, "旧网站没有任何网页标签")]
        {
            truth.defect("element.report-errors", site, None, "页脚没有找错入口");
            truth.defect("element.sitemap", site, None, "页脚没有网站地图");
            truth.defect("element.meta", site, None, tags);
        }
        for (rule, defect, trap) in [
            ("element.badge", "页脚没有党政机关网站标识", "党政机关标识由脚本以转义形式写入"),
            ("element.owner", "页脚只写版权所有，没有主办单位", "页脚写作“主办：”"),
            ("element.contact", "页脚没有联系方式", "页脚写作“电话：”"),
        ] {
            truth.defect(rule, &energy, None, defect);
            truth.trap(rule, &small, None, trap);
            truth.trap(rule, &portal, None, "页脚列明");
        }
        truth.trap("element.report-errors", &portal, None, "找错图片由脚本写入");
        truth.trap("element.sitemap", &portal, None, "页脚有网站地图");
        truth.trap("element.meta", &portal, None, "网页标签齐全");
        for site in [&portal, &small, &energy] {
            truth.trap("element.domain", site, None, "域名以.gov.cn结尾");
        }
    }

    pub(super) fn letters(&mut self) {
        let letter = |plan: &mut Plan, site: usize, column: &str, nth: usize, asked: jiff::civil::Date, rest: &str| {
            let index = plan.article(site, column, nth);
            let article = &mut plan.sites[site].articles[index];
            let above = format!("<table class=\"letter\"><tr><td>来信时间</td><td>{}</td></tr>{rest}</table>\n", day(asked));
            article.extra().above = above;
            url(site, &article.path.clone())
        };
        let answered = |plan: &Plan, nth: usize| plan.sites[PORTAL].articles[plan.article(PORTAL, "厅长信箱", nth)].date;
        let rest = |day_of_answer| format!("<tr><td>答复时间</td><td>{}</td></tr>", day(day_of_answer));
        let date = answered(self.plan, 1);
        let page = letter(self.plan, PORTAL, "厅长信箱", 1, calendar::workdays_before(date, 15), &rest(date));
        self.plan.truth.defect("interact.late", &page, None, "十五个工作日才答复");
        let date = answered(self.plan, 2);
        let page = letter(self.plan, PORTAL, "厅长信箱", 2, calendar::workdays_before(date, 3), &rest(date));
        self.plan.truth.trap("interact.late", &page, None, "三个工作日答复");

        let waiting = "<tr><td>办理状态</td><td>办理中</td></tr>";
        let date = |plan: &Plan, nth: usize| plan.sites[SMALL].articles[plan.article(SMALL, "业务咨询", nth)].date;
        // at every scale: of a year's letters the fifth is no quarter old
        let asked = date(self.plan, 5).min(calendar::before(self.plan.now, 120));
        let page = letter(self.plan, SMALL, "业务咨询", 5, asked, waiting);
        self.plan.truth.defect("interact.unanswered", &page, None, "留言超过三个月仍在办理中");
        let asked = date(self.plan, 0);
        let page = letter(self.plan, SMALL, "业务咨询", 0, asked, waiting);
        self.plan.truth.trap("interact.unanswered", &page, None, "留言不满三个月");
        let energy = url(ENERGY, "/");
        self.plan.truth.defect("interact.no-channel", &energy, None, "首页和栏目中没有咨询建言渠道");
        self.plan.truth.trap("interact.no-channel", &url(PORTAL, "/"), None, "互动交流下有厅长信箱");
        self.plan.truth.trap("interact.no-channel", &url(SMALL, "/"), None, "设有业务咨询栏目");
    }

    pub(super) fn consultations(&mut self) {
        let index = self.plan.article(PORTAL, "意见征集", 5);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        "关于《数据安全分级指引（征求意见稿）》公开征求意见的公告".clone_into(&mut article.title);
        article.extra().body = vec![
            "为规范数据安全分级管理，我厅起草了《数据安全分级指引（征求意见稿）》，现向社会公开征求意见。".to_owned(),
            "有关单位和个人可在三十日内通过电子邮箱或者信函提出意见。".to_owned(),
        ];
        let page = url(PORTAL, &article.path.clone());
        self.plan.truth.defect("interact.survey-no-feedback", &page, None, "征求意见结束后没有公开结果");
        let index = self.plan.article(PORTAL, "意见征集", 4);
        let page = url(PORTAL, &self.plan.sites[PORTAL].articles[index].path.clone());
        self.plan.truth.trap("interact.survey-no-feedback", &page, None, "本页写明了征集结果");
        let column = self.plan.column_url(PORTAL, "意见征集");
        self.plan.truth.trap("interact.survey-few", &column, None, "近一年不少于六次");
    }

    pub(super) fn guides(&mut self) {
        let index = self.plan.article(PORTAL, "办事指南", 2);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        "技术改造项目备案办事指南".clone_into(&mut article.title);
        article.extra().body = vec![
            "申请条件：在本省登记注册的企业法人。".to_owned(),
            "申请材料：项目备案申请表一份、营业执照复印件一份。".to_owned(),
            "办理流程：申请、受理、审查、决定、送达。".to_owned(),
        ];
        let page = url(PORTAL, &article.path.clone());
        self.plan.truth.defect("service.guide-incomplete", &page, None, "缺少依据、地点、时间、电话");
        let index = self.plan.article(PORTAL, "办事指南", 3);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        "清洁生产审核备案办事指南".clone_into(&mut article.title);
        article.extra().body = vec!["本事项按下表办理。".to_owned()];
        article.extra().below.push_str(
            "<table><tr><td>办理依据</td><td>《清洁生产审核办法》</td></tr><tr><td>受理条件</td><td>企业法人</td></tr>\
             <tr><td>申报材料</td><td>备案表一份</td></tr><tr><td>受理地点</td><td>省政务服务大厅</td></tr>\
             <tr><td>承诺时限</td><td>5个工作日</td></tr><tr><td>咨询方式</td><td>0731-88950000</td></tr>\
             <tr><td>办理程序</td><td>申请、受理、决定</td></tr></table>\n",
        );
        let page = url(PORTAL, &article.path.clone());
        self.plan.truth.trap("service.guide-incomplete", &page, None, "要素在表格中，用的是同义说法");
        self.plan.truth.trap("service.missing", &url(PORTAL, "/"), None, "导航中有办事服务");
    }

    /// The portal has one paper of each kind: by the seed one of them is at fault, and the other one is the trap.
    pub(super) fn disclosure(&mut self) {
        let report_lacks_a_part = self.plan.seed.is_multiple_of(2);
        let reports = self.plan.sites[PORTAL].columns[self.plan.column(PORTAL, "政府信息公开年报")].rows.clone();
        for index in reports {
            let article = &mut self.plan.sites[PORTAL].articles[index];
            article.extra().body = REPORT_PARTS.iter().map(|part| (*part).to_owned()).collect();
        }
        self.newest_report(report_lacks_a_part);
        let year = self.plan.now.year() - 1 - i16::from((self.plan.now.month(), self.plan.now.day()) <= (1, 31));
        let body = format!(
            "<div class=\"tys-main\"><h1>政府网站工作年度报表（{year}年度）</h1>\n<table><tr><td>网站名称</td><td>{}</td></tr>\
             <tr><td>政府网站标识码</td><td>{}</td></tr><tr><td>ICP备案号</td><td>{}</td></tr><tr><td>信息发布总数</td><td>6940</td></tr></table></div>\n",
            portal::NAME,
            if report_lacks_a_part { portal::CODE } else { "4300000099" },
            portal::ICP
        );
        let title = format!("政府网站工作年度报表（{year}年度）");
        self.plan.route(PORTAL, "/gxt/zfwzgzndbb/index.html", Route::Framed { site: PORTAL, status: 200, title, body });
        // The accounts of one year are called something else.
        let index = self.plan.article(PORTAL, "部门决算", 3);
        "关于做好部门决算编制工作的通知".clone_into(&mut self.plan.sites[PORTAL].articles[index].title);
        let accounts = self.plan.column_url(PORTAL, "部门决算");
        self.plan.truth.defect("disclosure.accounts", &accounts, None, "缺少一个年度的部门决算");
        let column = |plan: &Plan, name: &str| plan.column_url(PORTAL, name);
        for (rule, name, why) in [
            ("disclosure.budget", "部门预算", "各年度部门预算齐全"),
            ("disclosure.guide", "政府信息公开指南", "指南要素齐全"),
            ("disclosure.catalogue", "法定主动公开内容", "设有法定主动公开内容"),
            ("disclosure.funds", "专项资金", "五个环节齐全"),
        ] {
            let at = column(self.plan, name);
            self.plan.truth.trap(rule, &at, None, why);
        }
        let table = url(PORTAL, "/gxt/zfwzgzndbb/index.html");
        if report_lacks_a_part {
            self.plan.truth.trap("disclosure.website-report", &table, None, "首页有链接，标识码与页脚一致");
        } else {
            self.plan.truth.defect("disclosure.website-report", &table, None, "所填网站标识码与页脚不一致");
        }
        self.late_document();
    }

    fn newest_report(&mut self, lacks_a_part: bool) {
        let portal = &mut self.plan.sites[PORTAL];
        let rows =
            portal.columns.iter().find(|column| column.spec.name == "政府信息公开年报").map(|column| column.rows.clone());
        let Some(newest) = rows.into_iter().flatten().max_by_key(|&index| portal.articles[index].date) else { return };
        let article = &mut portal.articles[newest];
        let page = url(PORTAL, &article.path);
        if lacks_a_part {
            article.extra().body.pop();
            self.plan.truth.defect("disclosure.annual-report", &page, None, "缺少“其他需要报告的事项”");
        } else {
            self.plan.truth.trap("disclosure.annual-report", &page, None, "按时发布，六个部分齐全");
        }
    }

    fn late_document(&mut self) {
        let index = self.plan.article(PORTAL, "规范性文件", 0);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        let written = calendar::workdays_before(article.date, 40);
        let path = article.path.clone();
        let above = &mut article.extra().above;
        if let Some((head, tail)) = above.split_once("<td>成文日期：</td><td>")
            && let Some((_, tail)) = tail.split_once("</td>")
        {
            *above = format!("{head}<td>成文日期：</td><td>{}</td>{tail}", day(written));
        }
        self.plan.truth.defect("disclosure.late", &url(PORTAL, &path), None, "成文四十个工作日后才发布");
        let index = self.plan.article(PORTAL, "规范性文件", 1);
        let path = self.plan.sites[PORTAL].articles[index].path.clone();
        self.plan.truth.trap("disclosure.late", &url(PORTAL, &path), None, "成文后及时发布");
    }
}
