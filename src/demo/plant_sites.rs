//! Plants what is wrong on the two second-level sites, in the marks of all three, and around them.

use super::neighbours::MAKER;
use super::plan::{ENERGY, PORTAL, Route, SMALL, url};
use super::plant::Planter;
use super::second;

impl Planter<'_> {
    pub(super) fn small_site(&mut self) {
        let home = url(SMALL, "/");
        let dead = url(SMALL, "/zt/2020/");
        self.plan.truth.defect("home.broken-link", &home, Some(&dead), "首页链接了已删除的专题");
        self.plan.truth.defect("home.stale", &home, None, "首页最新信息是33天前的");
        let column = self.plan.column_url(SMALL, "服务动态");
        self.plan.truth.defect("column.stale", &column, None, "动态类栏目33天未更新");
        let column = self.plan.column_url(SMALL, "服务案例");
        self.plan.truth.defect("column.empty", &column, None, "列表没有任何内容");
        for (rule, column, nth, tag, path, why) in [
            (
                "link.broken",
                "融资服务",
                1,
                "<p><a href=\"@\">银企对接活动回顾</a></p>\n",
                "/fwdt/2021-03/02/content_1200.html",
                "旧文已删除（404）",
            ),
            (
                "link.attachment-broken",
                "培训活动",
                1,
                "<p>附件：<a href=\"@\">课程表.xlsx</a></p>\n",
                "/upload/2022/kcb.xlsx",
                "附件已删除（404）",
            ),
        ] {
            let page = self.plan.append(SMALL, column, nth, &tag.replace('@', path));
            let target = url(SMALL, path);
            self.plan.truth.defect(rule, &page, Some(&target), why);
        }
        let target = "http://www.example.com/kc/9.html";
        let page = self.plan.append(SMALL, "培训活动", 2, &format!("<p><a href=\"{target}\">课程报名</a></p>\n"));
        self.plan.truth.defect("link.external-broken", &page, Some(target), "外部网站的页面已删除（404）");
        let column = self.plan.column_url(SMALL, "服务机构");
        self.plan.truth.trap("column.empty", &column, None, "一页文字，没有列表");
        let column = self.plan.column_url(SMALL, "通知公告");
        self.plan.truth.trap("column.stale", &column, None, "公告类栏目34天，期限180天");
    }

    pub(super) fn energy_site(&mut self) {
        let path = "/news.asp?id=203";
        let target = url(ENERGY, path);
        let page = self.plan.append(ENERGY, "监察动态", 3, "<p><a href=\"news.asp?id=203\">往期通报</a></p>\n");
        self.plan.truth.defect("link.soft-404", &page, Some(&target), "状态码200，内容是“信息不存在”");

        let target = url(ENERGY, "/upload/2019/jnzd.doc");
        let page =
            self.plan.append(ENERGY, "节能技术", 2, "<p>附件：<a href=\"upload/2019/jnzd.doc\">节能诊断表.doc</a></p>\n");
        self.plan.truth.defect("link.attachment-broken", &page, Some(&target), "附件已删除，返回的是状态码200的网页");

        for name in ["监察案例", "培训教材", "节能产品", "能效标准", "曝光台"] {
            let column = self.plan.column_url(ENERGY, name);
            self.plan.truth.defect("column.empty", &column, None, "列表没有任何内容");
        }
        // Queries are written in the page's own encoding, paths in UTF-8: as browsers do it.
        for query in ["key=%BD%DA%C4%DC%BC%E0%B2%EC&type=1", "key=%C4%DC%D0%A7%B1%EA%D7%BC"] {
            let path = format!("/search.asp?{query}");
            let body = "<p>检索结果：找到相关信息若干条，请在左侧选择栏目查看。</p>\n".to_owned();
            self.plan.route(ENERGY, &path, Route::Framed { site: ENERGY, status: 200, title: "站内检索".to_owned(), body });
        }
        let home = url(ENERGY, "/");
        self.plan.truth.trap(
            "link.soft-404",
            &home,
            Some(&url(ENERGY, "/search.asp?key=%E8%8A%82%E8%83%BD%E7%9B%91%E5%AF%9F&type=1")),
            "GBK页面的查询词应按GBK编码，按UTF-8编码才会查不到",
        );
        self.plan.truth.trap("home.stale", &home, None, "首页列表只写月日，每日更新");
        let path = "/upload/2026/%E8%8A%82%E8%83%BD%E7%9B%91%E5%AF%9F%E5%8A%9E%E6%B3%95.doc";
        let page = self.plan.append(
            ENERGY,
            "政策法规",
            1,
            "<p>附件：<a href=\"upload/2026/节能监察办法.doc\">节能监察办法.doc</a></p>\n",
        );
        self.plan.route(ENERGY, path, Route::File("a.doc".to_owned()));
        let target = url(ENERGY, path);
        self.plan.truth.trap("link.attachment-broken", &page, Some(&target), "GBK页面中的中文路径按UTF-8编码");
    }

    /// Links that leave for sites of others, and the search.
    pub(super) fn ways_out(&mut self) {
        let (portal, small, energy) = (url(PORTAL, "/"), url(SMALL, "/"), url(ENERGY, "/"));
        let target = "http://www.example.com/";
        let course = self.plan.append(SMALL, "培训活动", 4, &format!("<p><a href=\"{target}\">课程平台</a></p>\n"));
        let truth = &mut self.plan.truth;
        truth.defect("link.commercial", &energy, Some(&format!("http://{MAKER}/")), "页脚的“技术支持”链接指向公司网站");
        truth.trap("link.commercial", &portal, Some("http://www.example.org/"), "首页链接的是协会联合会");
        truth.trap("link.commercial", &course, Some(target), "正文中提到的平台");
        truth.defect("link.leave-notice", &portal, None, "打开协会和企业网站没有提示");
        truth.defect("link.leave-notice", &energy, None, "打开公司网站没有提示");
        truth.trap("link.leave-notice", &small, None, "公共脚本在离站时提示");
        truth.defect("element.search", &small, None, "首页没有站内搜索");
        truth.trap("element.search", &portal, None, "页头有搜索表单");
        truth.trap("element.search", &energy, None, "首页有热门搜索，搜索框未能识别");
    }

    pub(super) fn marks(&mut self) {
        let (portal, small, energy) = (url(PORTAL, "/"), url(SMALL, "/"), url(ENERGY, "/"));
        let truth = &mut self.plan.truth;
        let why = format!("标签为{}，页脚为{}", second::SMALL_CODE_TAG, second::SMALL_CODE_FOOTER);
        truth.defect("element.site-code", &small, None, &why);
        truth.defect("element.police", &small, None, "页脚没有公安机关备案标识");
        truth.defect("element.site-code", &energy, None, "网站标识码只有9位");
        truth.defect("element.icp", &energy, None, "ICP备案编号位数不对");
        for rule in ["element.icp", "element.police"] {
            truth.trap(rule, &portal, None, "备案标识由脚本document.write写入页脚");
        }
        truth.trap("element.site-code", &portal, None, "标签、页脚、找错脚本三处一致");
        truth.trap("element.police", &energy, None, "备案标识在页脚，为GBK编码");
        truth.trap("element.icp", &small, None, "备案编号在页脚的链接中");
        truth.defect(
            "site.undeclared",
            &portal,
            Some("http://cyl.gxt.example.gov.cn/"),
            "页脚的网站标识码与门户相同，域名在门户之下",
        );
        truth.trap("site.undeclared", "http://www.example.gov.cn/", None, "上级政府的门户网站");
        truth.trap("site.undeclared", "http://fgw.example.gov.cn/", None, "兄弟部门的网站，标识码不同");
    }
}
