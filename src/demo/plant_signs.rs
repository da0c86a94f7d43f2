//! Plants what an intruder, a careless clerk or a lapsed domain leaves on a site, and what only looks like it.

use super::neighbours::{FARM, GAMBLING, PARKED};
use super::plan::{PORTAL, Route, SMALL, url};
use super::plant::Planter;

/// A number of no person: region 439900 is not assigned.
const IDENTITY: &str = "43990019900307123";

impl Planter<'_> {
    pub(super) fn signs(&mut self) {
        self.hidden_links();
        self.hijacked_links();
        self.personal_data();
        self.wrong_words();
        self.tampered();
    }

    fn hidden_links(&mut self) {
        let words = ["二手叉车", "减肥方法", "快递查询", "玉米价格", "空气能热水器", "考研网"];
        let farm: String = FARM
            .iter()
            .zip(words)
            .map(|(host, text)| format!("<a href=\"http://{host}/\">{text}</a>\n"))
            .collect::<Vec<_>>()
            .concat();
        let page = self.append("地方工作", 12, &format!("<div style=\"position:absolute;left:-9999px\">{farm}</div>\n"));
        self.plan.truth.defect("security.hidden-link", &page, None, "文章末尾有一块移出窗口的站外链接");
        let others: String = ["www.example.gov.cn", "fgw.example.gov.cn"]
            .iter()
            .map(|host| format!("<li><a href=\"http://{host}/\">省直部门</a></li>"))
            .collect::<Vec<_>>()
            .concat();
        let page = self.append("地方工作", 13, &format!("<ul class=\"dropdown\" style=\"display:none\">{others}</ul>\n"));
        self.plan.truth.trap("security.hidden-link", &page, None, "收起的下拉菜单，指向其他政府部门");
        let page =
            self.append("地方工作", 14, "<div style=\"display:none\"><a href=\"http://www.example.com/\">课程平台</a></div>\n");
        self.plan.truth.trap("security.hidden-link", &page, None, "不显示的区块里只有一个站外链接，没有不良词语");
    }

    fn hijacked_links(&mut self) {
        for (nth, host, why) in [(16, GAMBLING, "外部域名易主，内容变为赌博"), (17, PARKED, "外部域名已过期，页面为域名出售")]
        {
            let target = format!("http://{host}/");
            let page = self.append("热点聚焦", nth, &format!("<p>相关网站：<a href=\"{target}\">行业网站</a></p>\n"));
            self.plan.truth.defect("security.hijacked-link", &page, Some(&target), why);
        }
        let target = "http://www.example.org/fandu.html";
        let page = self.append("热点聚焦", 18, &format!("<p>相关报道：<a href=\"{target}\">反诈宣传</a></p>\n"));
        self.plan.truth.trap("security.hijacked-link", &page, Some(target), "报道谈的是打击网络赌博");
    }

    fn personal_data(&mut self) {
        let number = with_check_digit(IDENTITY);
        let page = self.append(
            "公示公告",
            5,
            &format!("<table><tr><th>姓名</th><th>身份证号</th></tr><tr><td>周明远</td><td>{number}</td></tr></table>\n"),
        );
        self.plan.truth.defect("security.privacy-leak", &page, None, "公示名单中有完整的身份证号");
        let page = self.append(
            "公示公告",
            6,
            "<table><tr><th>姓名</th><th>身份证号</th></tr><tr><td>周明远</td><td>439***********1234</td></tr></table>\n\
             <p>统一社会信用代码：91439900MA4L16JJ83　联系人：李志强 13800000000</p>\n",
        );
        self.plan.truth.trap("security.privacy-leak", &page, None, "身份证号已隐去中间位数；另有信用代码和对外联系电话");
    }

    fn wrong_words(&mut self) {
        let page = self.append("工作动态", 16, "<p>会议对下一步工作作了布署，要求各地抓住关健环节。</p>\n");
        self.plan.truth.defect("content.typo", &page, None, "“布署”应为“部署”，“关健”应为“关键”");
        let page =
            self.append("工作动态", 17, "<p>各地按装机容量公布署名单位，机关健身活动照常；“布署”是“部署”的常见误写。</p>\n");
        self.plan.truth.trap("content.typo", &page, None, "词形横跨两个词，或在引号之内");
    }

    fn tampered(&mut self) {
        let path = "/uploads/zt.html";
        let page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>澳门新葡京娱乐_真人百家乐平台</title></head>\
                    <body><h1>澳门新葡京娱乐</h1><p>注册送彩金，在线赌场。</p></body></html>";
        self.plan.route(
            SMALL,
            path,
            Route::Raw { status: 200, content_type: "text/html; charset=utf-8", body: page.to_owned() },
        );
        self.plan.append(SMALL, "培训活动", 3, &format!("<p><a href=\"{path}\">专题</a></p>\n"));
        self.plan.truth.defect("security.tampered", &url(SMALL, path), None, "被上传的赌博页面");
        let title = "全省开展打击网络赌博专项行动";
        let path = "/gxt/zt/dbdb.html";
        self.plan.route(
            PORTAL,
            path,
            Route::Framed {
                site: PORTAL,
                status: 200,
                title: title.to_owned(),
                body: format!("<h1>{title}</h1><p>时时彩、六合彩等均属违法。</p>\n"),
            },
        );
        self.append("工作动态", 18, &format!("<p><a href=\"{path}\">专项行动</a></p>\n"));
        self.plan.truth.trap("security.tampered", &url(PORTAL, path), None, "标题谈的是打击赌博");
    }
}

/// GB 11643: the check digit to the first seventeen.
fn with_check_digit(digits: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize];
    format!("{digits}{check}")
}
