//! Plants the known defects and the traps that are not about documents: links, columns, marks, sites. What is planted here is written
//! into the truth table in the same place.

use super::calendar;
use super::plan::{ENERGY, PORTAL, Plan, Route, SMALL, url};
use super::portal;
use super::second;
use super::style;

/// What stands on the portal's home page besides its lists.
pub(super) const HOME_EXTRA: &str = r##"<div class="banner"><a href="/gxt/ztzl/zxxd2019/index.html"><img src="/gxt/xhtml/images/zxxd.png" alt="专项行动专题"></a>
<a href="/gxt/ztzl/zjtx/index.html"><img src="/gxt/xhtml/images/zjtx.png" alt="专精特新专题"></a></div>
<div class="quick"><h2>快捷服务</h2><ul>
<li><a href="/gxt/bsfw/wsbs/index.html">网上办事大厅</a></li>
<li><a href="/gxt/bsfw/bszn/index.html">办事指南</a></li>
<li><a href="/gxt/zfwzgzndbb/index.html">政府网站工作年度报表</a></li>
<li><a href="javascript:void(0)">智能问答</a></li>
<li><a href="mailto:wz@gxt.example.gov.cn">电子邮箱</a></li>
<li><a href="#">返回顶部</a></li>
<li><a href="tel:0731-88950000">服务热线</a></li>
<!-- <li><a href="/gxt/bsfw/old2016/index.html">旧版办事大厅</a></li> -->
</ul></div>
<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" alt="">
<script>
var panels = ['<a href="/gxt/panel/none1.html">面板</a>', "/gxt/panel/none2.html"];
function openOld() { var a = "<img src='/gxt/panel/none3.png'>"; return a; }
</script>
<div class="links"><h2>友情链接</h2>
<a href="http://www.example.gov.cn/">省人民政府</a> <a href="http://fgw.example.gov.cn/">省发展和改革委员会</a>
<a href="http://www.example.org/">行业协会联合会</a>
<a href="http://zxqy.example.gov.cn/">中小企业公共服务</a> <a href="http://jnjc.example.gov.cn/">节能监察</a>
<a href="http://cyl.gxt.example.gov.cn/">产业链服务平台</a></div>
"##;

pub(super) const SMALL_HOME_EXTRA: &str = r#"<section class="quick"><a href="/zt/2020/">企业复工复产专题</a> <a href="/rzfw/">融资对接</a>
<a href="http://gxt.example.gov.cn/">省工业和信息化厅</a></section>
"#;

pub(super) const ENERGY_HOME_EXTRA: &str = r#"<p>热门搜索：<a href="search.asp?key=节能监察&type=1">节能监察</a> <a href="search.asp?key=能效标准">能效标准</a></p>
<p><a href="http://gxt.example.gov.cn/">省工业和信息化厅</a> <a href="http://zxqy.example.gov.cn">中小企业公共服务</a></p>
"#;

/// Further links on some of the portal's columns.
pub(super) fn column_extra(name: &str) -> &'static str {
    match name {
        "政策法规" => "<p><a href=\"/gxt/xwzx/mtbd/\">媒体报道</a></p>\n",
        _ => "",
    }
}

pub(super) struct Planter<'a> {
    pub(super) plan: &'a mut Plan,
}

pub(super) fn plant(plan: &mut Plan) {
    let mut planter = Planter { plan };
    planter.static_files();
    planter.home();
    planter.broken();
    planter.soft_404();
    planter.external();
    planter.attachments();
    planter.images();
    planter.redirects();
    planter.polite_servers();
    planter.spellings();
    planter.columns();
    planter.small_site();
    planter.energy_site();
    planter.marks();
    planter.ways_out();
    planter.idle_links();
    planter.contents();
    planter.elements();
    planter.letters();
    planter.consultations();
    planter.guides();
    planter.disclosure();
    planter.signs();
}

impl Planter<'_> {
    fn dead(&mut self, rule: &'static str, page: &str, path: &str, why: &str) {
        let target = url(PORTAL, path);
        self.plan.truth.defect(rule, page, Some(&target), why);
    }

    fn safe(&mut self, rule: &'static str, page: &str, path: &str, why: &str) {
        let target = url(PORTAL, path);
        self.plan.truth.trap(rule, page, Some(&target), why);
    }

    pub(super) fn append(&mut self, column: &str, nth: usize, html: &str) -> String {
        self.plan.append(PORTAL, column, nth, html)
    }

    fn text_page(&mut self, path: &str, title: &str, text: &str) {
        let body =
            format!("<div class=\"tys-main\"><h1>{title}</h1>\n<div class=\"TRS_Editor\"><p>　　{text}</p></div></div>\n");
        self.plan.route(PORTAL, path, Route::Framed { site: PORTAL, status: 200, title: title.to_owned(), body });
    }

    fn raw(&mut self, site: usize, path: &str, status: u16, content_type: &'static str, body: &str) {
        self.plan.route(site, path, Route::Raw { status, content_type, body: body.to_owned() });
    }

    fn static_files(&mut self) {
        for file in ["js/board.min.js", "images/logo.png", "images/zxxd.png", "images/zjtx.png"] {
            self.plan.route(PORTAL, &format!("/gxt/xhtml/{file}"), Route::File(file.to_owned()));
        }
        let pager = "function createPageHTML(count,index,name,ext){if(count<2){return;}for(var i=0;i<count;i++){document.write(\"<a href='\"+name+(i?\"_\"+i:\"\")+\".\"+ext+\"'>\"+(i+1)+\"</a> \");}}\n";
        self.raw(PORTAL, "/gxt/xhtml/css/style.css", 200, "text/css", style::PORTAL);
        self.raw(SMALL, "/static/site.css", 200, "text/css", style::SMALL);
        self.raw(SMALL, "/static/site.js", 200, "application/javascript", second::SMALL_SCRIPT);
        self.raw(PORTAL, "/gxt/xhtml/js/pager.js", 200, "application/javascript", pager);
        self.raw(PORTAL, "/gxt/xhtml/js/footer.js", 200, "application/javascript; charset=utf-8", &portal::footer_script());
        self.raw(
            PORTAL,
            "/robots.txt",
            200,
            "text/plain",
            "User-agent: *\nDisallow: /gxt/tmp/\nSitemap: http://gxt.example.gov.cn/sitemap.xml\n",
        );
        self.plan.route(PORTAL, "/", Route::Redirect { status: 302, to: "/gxt/index.html".to_owned() });
        self.text_page("/gxt/search/index.html", "站内搜索", "请输入关键词，检索本网站发布的信息。");
        self.plan.route(SMALL, "/static/logo.png", Route::File("logo.png".to_owned()));
        for file in ["/css/style.css", "/images/top.png"] {
            self.plan.route(ENERGY, file, Route::File(file.to_owned()));
        }
    }

    fn home(&mut self) {
        let home = url(PORTAL, "/");
        self.dead("home.broken-link", &home, "/gxt/ztzl/zxxd2019/index.html", "首页轮播图指向已删除的专题");
        self.dead("home.broken-link", &home, "/gxt/bsfw/wsbs/index.html", "首页快捷入口指向已取消的页面");
        // Also linked from an article: still one finding, the home page's.
        self.append("工作动态", 11, "<p>办理入口：<a href=\"/gxt/bsfw/wsbs/index.html\">网上办事大厅</a></p>\n");
        self.safe("link.broken", &home, "/gxt/bsfw/wsbs/index.html", "首页上的断链只计首页一项");
        self.safe("home.broken-link", &home, "/gxt/bsfw/old2016/index.html", "断链只在HTML注释中");
        for path in ["/gxt/panel/none1.html", "/gxt/panel/none2.html"] {
            self.safe("home.broken-link", &home, path, "地址只在脚本的字符串中");
        }
        self.safe("link.image-broken", &home, "/gxt/panel/none3.png", "图片地址只在脚本的字符串中");
        self.plan.truth.trap("home.stale", &home, None, "首页跳转到/gxt/index.html，列表只写月日，每日更新");
        self.plan.truth.trap("column.empty", &url(PORTAL, "/gxt/index.html"), None, "首页不是栏目");
    }

    fn broken(&mut self) {
        let path = "/gxt/xwzx/gzdt/201903/t20190312_33012345.html";
        let page = self.append("工作动态", 4, &format!("<p>相关链接：<a href=\"{path}\">全省工业经济工作座谈会综述</a></p>\n"));
        self.append("工作动态", 9, &format!("<p>延伸阅读：<a href=\"{path};jsessionid=6F0A2C41D9E7\">座谈会综述</a></p>\n"));
        self.dead("link.broken", &page, path, "相关链接中的旧文已删除；另一处带jsessionid，是同一目标");

        let path = "/gxt/xwzx/tpxw/201811/t20181108_32004411.html";
        let page = self.append("图片新闻", 2, &format!("<p><a href=\"{path}\">往期图片</a></p>\n"));
        self.plan.route(PORTAL, path, Route::Status(410));
        self.dead("link.broken", &page, path, "页面已删除（410）");

        let path = "/gxt/bsfw/cxxt/index.html";
        let count = self.plan.sites[PORTAL].columns[self.plan.column(PORTAL, "行政许可")].rows.len();
        let mut page = String::new();
        for nth in 0..count {
            page = self.append("行政许可", nth, &format!("<p class=\"tail\"><a href=\"{path}\">资质查询系统</a></p>\n"));
        }
        self.dead("link.broken", &page, path, "整个栏目的正文模板都链接了已停用的查询系统");

        let path = "/gxt/xxgk_71033/old/20170305.html";
        let page = self.append("文件通知", 6, &format!("<p>原通知见：<a href=\"{path}\">2017年通知</a></p>\n"));
        self.plan.route(PORTAL, path, Route::Redirect { status: 302, to: "/gxt/xxgk_71033/old/none.html".to_owned() });
        self.dead("link.broken", &page, path, "跳转之后是404");

        let path = "/gxt/cxxt/query.jsp";
        let page = self.append("办事指南", 1, &format!("<p>进度查询：<a href=\"{path}\">办件进度查询</a></p>\n"));
        self.raw(
            PORTAL,
            path,
            500,
            "text/html",
            "<html><head><title>HTTP Status 500</title></head><body>HTTP Status 500 - Internal Server Error</body></html>",
        );
        self.dead("link.broken", &page, path, "查询程序出错（500），重试仍然如此");

        // A dead link that only stands in a comment; an address that robots.txt keeps programs from.
        let page = self.append("工作动态", 5, "<!-- <p><a href=\"/gxt/xwzx/draft/none.html\">草稿</a></p> -->\n");
        self.safe("link.broken", &page, "/gxt/xwzx/draft/none.html", "断链只在HTML注释中");
        let page = self.append("工作动态", 8, "<p><a href=\"/gxt/tmp/preview.html\">预览</a></p>\n");
        self.safe("link.broken", &page, "/gxt/tmp/preview.html", "robots.txt不允许访问，没有请求，不能说是断链");
        let apply = self.plan.column_url(PORTAL, "依申请公开");
        self.plan.route(PORTAL, "/gxt/zfxxgk/ysqgk/tijiao.jsp", Route::Status(405));
        self.safe("link.broken", &apply, "/gxt/zfxxgk/ysqgk/tijiao.jsp", "POST表单的接收地址不接受GET");
    }

    fn soft_404(&mut self) {
        let path = "/gxt/xwzx/gxyw/201705/t20170502_31002211.html";
        let page = self.append("工信要闻", 5, &format!("<p>相关报道：<a href=\"{path}\">重点项目建设综述</a></p>\n"));
        let error =
            Route::Framed {
                site: PORTAL, status: 200, title: "页面不存在".to_owned(), body: portal::NOT_FOUND.to_owned()
            };
        self.plan.route(PORTAL, path, error.clone());
        self.dead("link.soft-404", &page, path, "状态码200，内容是“页面不存在”");

        let path = "/gxt/zwgk/index.jsp";
        let page = self.append("工信要闻", 10, &format!("<p><a href=\"{path}\">政务公开旧版</a></p>\n"));
        self.plan.route(PORTAL, path, Route::Redirect { status: 302, to: "/gxt/error.html".to_owned() });
        self.plan.route(PORTAL, "/gxt/error.html", error);
        self.dead("link.soft-404", &page, path, "跳转到状态码为200的出错页");

        for (nth, title) in [(6, "关于防范假冒“页面不存在”钓鱼网页的提示"), (7, "探访404厂旧址：老工业基地的新生")]
        {
            let index = self.plan.article(PORTAL, "工作动态", nth);
            let article = &mut self.plan.sites[PORTAL].articles[index];
            title.clone_into(&mut article.title);
            let path = article.path.clone();
            let list = self.plan.column_url(PORTAL, "工作动态");
            self.safe("link.soft-404", &list, &path, "文章标题谈到“页面不存在”或404，文章本身正常");
        }
        let index = self.plan.article(PORTAL, "公示公告", 3);
        let article = &mut self.plan.sites[PORTAL].articles[index];
        article.extra().body = vec!["点击查看附件。".to_owned()];
        article.extra().below.push_str("<p>附件：<a href=\"./gsmd.pdf\">公示名单.pdf</a></p>\n");
        let path = article.path.clone();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        self.plan.route(PORTAL, &format!("{folder}/gsmd.pdf"), Route::File("gsmd.pdf".to_owned()));
        let list = self.plan.column_url(PORTAL, "公示公告");
        self.safe("link.soft-404", &list, &path, "正文只有一句话和附件，页面很短");
    }

    fn external(&mut self) {
        for (nth, target, why) in [
            (2, "http://www.old-industry.example.net/", "域名已不能解析"),
            (5, "http://www.example.org/standards/2018/notice.html", "外部网站的页面已删除（404）"),
            (9, "http://jtt.example.gov.cn/", "兄弟部门的旧网站域名已停用"),
        ] {
            let page = self.append("热点聚焦", nth, &format!("<p>来源网址：<a href=\"{target}\">{target}</a></p>\n"));
            self.plan.truth.defect("link.external-broken", &page, Some(target), why);
        }
        for rule in ["site.unreachable", "site.undeclared"] {
            self.plan.truth.trap(rule, "http://jtt.example.gov.cn/", None, "兄弟部门的网站不在检查范围");
        }
        let target = "http://media.example.com/news/20260301.html";
        let page = self.append("热点聚焦", 13, &format!("<p>来源网址：<a href=\"{target}\">媒体原文</a></p>\n"));
        self.plan.truth.trap("link.external-broken", &page, Some(target), "对方拒绝程序访问（403），不能判为断链");
        let target = "http://fgw.example.gov.cn/dead.html";
        self.plan.truth.trap(
            "link.external-broken",
            "http://fgw.example.gov.cn/",
            Some(target),
            "断链在兄弟部门的页面上，与本单位无关",
        );
    }

    fn attachments(&mut self) {
        let path = "/gxt/xxgk_71033/tzgg/fujian/P020190408551122.pdf";
        let page = self.append("文件通知", 2, &format!("<p>附件：<a href=\"{path}\">申报书模板.pdf</a></p>\n"));
        self.dead("link.attachment-broken", &page, path, "附件已删除（404）");

        let path = "/gxt/xxgk_71033/tzgg/fujian/P020200611773344.pdf";
        let page = self.append("文件通知", 9, &format!("<p>附件：<a href=\"{path}\">推荐汇总表.pdf</a></p>\n"));
        self.raw(
            PORTAL,
            path,
            200,
            "text/html; charset=utf-8",
            "<html><head><title>提示</title></head><body><p>附件不存在或已被删除</p></body></html>",
        );
        self.dead("link.attachment-broken", &page, path, "地址是.pdf，返回的是状态码200的网页");

        let path = "/gxt/xxgk_71033/tzgg/fujian/P020260105102233.doc";
        let page = self.append("文件通知", 12, &format!("<p>附件：<a href=\"{path}\">申请表.doc</a></p>\n"));
        self.plan.route(PORTAL, path, Route::File("P020260105102233.doc".to_owned()));
        self.plan.head_refused.insert(format!("gxt.example.gov.cn{path}"));
        self.safe("link.attachment-broken", &page, path, "拒绝HEAD（405），GET正常");

        let path = "/gxt/module/download.jsp?id=1207&name=a.xlsx";
        let page =
            self.append("文件通知", 13, &format!("<p>附件：<a href=\"{}\">汇总表.xlsx</a></p>\n", path.replace('&', "&amp;")));
        self.plan.route(PORTAL, path, Route::File("a.xlsx".to_owned()));
        self.safe("link.attachment-broken", &page, path, "由程序下载的附件，正常");
    }

    fn images(&mut self) {
        let path = "/gxt/xwzx/gxyw/201907/W020190716884422.png";
        let page = self.append("工信要闻", 3, &format!("<p><img src=\"{path}\" alt=\"会议现场\"></p>\n"));
        self.dead("link.image-broken", &page, path, "图片已删除（404）");
        let path = "/gxt/xwzx/gxyw/202003/W020200318112233.jpg";
        let page = self.append("工信要闻", 8, &format!("<p><img src=\"{path}\" alt=\"生产车间\"></p>\n"));
        self.raw(
            PORTAL,
            path,
            200,
            "text/html; charset=utf-8",
            "<html><head><title>提示</title></head><body>图片不存在</body></html>",
        );
        self.dead("link.image-broken", &page, path, "图片地址返回的是网页");
    }

    fn redirects(&mut self) {
        let chain = [
            "/gxt/old/a.html",
            "/gxt/old/b.html",
            "/gxt/old/c.html",
            "/gxt/old/d.html",
            "/gxt/old/e.html",
            "/gxt/old/f.html",
            "/gxt/old/last.html",
        ];
        for pair in chain.windows(2) {
            self.plan.route(PORTAL, pair[0], Route::Redirect { status: 302, to: pair[1].to_owned() });
        }
        self.text_page("/gxt/old/last.html", "历史文件目录", "本页收录历年文件目录，供查阅。");
        let page = self.append("地方工作", 3, "<p><a href=\"/gxt/old/a.html\">历年文件</a></p>\n");
        self.dead("link.redirect-chain", &page, "/gxt/old/a.html", "跳转六次才到");

        let page = self.append("地方工作", 6, "<p><a href=\"/gxt/ztbd.html\">专题报道</a></p>\n");
        self.plan.route(PORTAL, "/gxt/ztbd.html", Route::Redirect { status: 301, to: "/gxt/ztbd/".to_owned() });
        self.plan.route(PORTAL, "/gxt/ztbd/", Route::Redirect { status: 302, to: "/gxt/ztbd/2026.html".to_owned() });
        self.text_page("/gxt/ztbd/2026.html", "专题报道", "聚焦重点产业链建设，展示各地推进新型工业化的做法。");
        self.safe("link.redirect-chain", &page, "/gxt/ztbd.html", "跳转两次，属正常");
        let forward = self.plan.column_url(PORTAL, "行业管理");
        for rule in ["link.redirect-chain", "column.unreachable"] {
            self.plan.truth.trap(rule, &forward, Some(&forward), "栏目首页跳转到第一个子栏目");
        }
    }

    fn polite_servers(&mut self) {
        let index = self.plan.article(PORTAL, "地方工作", 10);
        let path = self.plan.sites[PORTAL].articles[index].path.clone();
        self.plan.flaky.insert(format!("gxt.example.gov.cn{path}"));
        let list = self.plan.column_url(PORTAL, "地方工作");
        self.safe("link.broken", &list, &path, "第一次返回503，再次访问正常");

        let path = "/gxt/nbbg/index.html";
        let page = self.append("工作动态", 14, &format!("<p><a href=\"{path}\">内部办公系统</a></p>\n"));
        self.raw(
            PORTAL,
            path,
            403,
            "text/html",
            "<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>",
        );
        self.safe("link.broken", &page, path, "服务器拒绝外部访问（403），不能判为断链");
    }

    fn spellings(&mut self) {
        let index = self.plan.article(PORTAL, "工作动态", 1);
        let path = self.plan.sites[PORTAL].articles[index].path.clone();
        let upper = path.replacen("/gxt/xwzx/", "/GXT/XWZX/", 1);
        self.plan.route(PORTAL, &upper, Route::Article { site: PORTAL, article: index });
        let page = self.append(
            "工作动态",
            13,
            &format!("<p><a href=\"{upper}\">前期报道</a> <a href=\"{path};jsessionid=0A1B2C3D\">再次链接</a></p>\n"),
        );
        self.safe("link.broken", &page, &upper, "大小写不同的同一页面");

        // Old links without the folder that repeats the host's name.
        let index = self.plan.article(PORTAL, "文件通知", 3);
        let path = self.plan.sites[PORTAL].articles[index].path.clone();
        let bare = path.replacen("/gxt/", "/", 1);
        self.plan.route(PORTAL, &bare, Route::Redirect { status: 301, to: path });
        let page = self.append("文件通知", 5, &format!("<p>另见：<a href=\"{bare}\">有关通知</a></p>\n"));
        self.safe("link.broken", &page, &bare, "不带/gxt的旧地址，跳转到新地址");
    }

    fn columns(&mut self) {
        for (name, why) in [
            ("媒体报道", "动态类栏目23天未更新；另有以目录形式书写的同一地址"),
            ("园区动态", "动态类栏目27天未更新，列表首行误写为明年的日期"),
            ("安全动态", "动态类栏目45天未更新"),
            ("采购公告", "一级公告类栏目211天未更新"),
            ("公务员招录", "人事类栏目402天未更新"),
            ("经验交流", "其他类栏目421天未更新"),
        ] {
            let column = self.plan.column_url(PORTAL, name);
            self.plan.truth.defect("column.stale", &column, None, why);
        }
        for (name, why) in [("群团活动", "列表没有任何内容"), ("成果转化", "列表没有任何内容")] {
            let column = self.plan.column_url(PORTAL, name);
            self.plan.truth.defect("column.empty", &column, None, why);
        }
        for (rule, name, why) in [
            ("column.stale", "县区动态", "恰好14天，未超过期限"),
            ("column.stale", "处罚公告", "恰好180天，未超过期限"),
            ("column.stale", "人事任免", "人事类期限为一年"),
            ("column.stale", "发展规划", "规划类期限为一年"),
            ("column.stale", "政府信息公开年报", "每年发布一次"),
            ("column.stale", "部门预算", "每年发布一次"),
            ("column.stale", "公示公告", "置顶的旧公示不是最新一条"),
            ("column.stale", "领导活动", "首行是没有标记的置顶旧闻"),
            ("column.stale", "在线视频", "列表不显示日期，内容每日更新"),
            ("column.stale", "主题教育（已归档）", "已归档的专题"),
            ("column.stale", "机构职能", "概况类页面不是动态栏目"),
            ("column.empty", "机构职能", "概况类页面没有列表"),
            ("column.empty", "政府信息公开指南", "指南没有列表"),
            ("column.empty", "数据看台", "列表由脚本绘制，未能判定，不是空白"),
            ("column.empty", "政策法规", "上级栏目，内容在子栏目中"),
            ("column.empty", "互动交流", "上级栏目，内容在子栏目中"),
            ("column.empty", "行业管理", "跳转到子栏目"),
        ] {
            let column = self.plan.column_url(PORTAL, name);
            self.plan.truth.trap(rule, &column, None, why);
        }
        let index = self.plan.article(PORTAL, "园区动态", 4);
        let future = calendar::before(self.plan.now, -310);
        self.plan.sites[PORTAL].articles[index].row_date = Some(future);
        for (column, from_end, marked) in [("公示公告", 1, true), ("公示公告", 2, true), ("领导活动", 1, false)] {
            let rows = self.plan.sites[PORTAL].columns[self.plan.column(PORTAL, column)].rows.len();
            let index = self.plan.article(PORTAL, column, rows - from_end);
            self.plan.sites[PORTAL].articles[index].pinned = Some(marked);
        }
        // Declared by the office, gone from the site: see `Group::columns`.
        let column = url(PORTAL, "/gxt/hdjl/wjdc/index.html");
        self.plan.truth.defect("column.unreachable", &column, None, "配置中的栏目打不开（404）");
    }
}
