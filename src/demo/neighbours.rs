//! Hosts around the group: a site that nobody declared, the government's portal, a sister department, and the world outside.

use super::Reply;
use super::portal;

/// Services that every government page points at; here they answer whatever is asked.
pub(super) const SERVICES: [&str; 4] = ["dcs.conac.cn", "pucha.kaipuyun.cn", "beian.miit.gov.cn", "www.beian.gov.cn"];

pub(super) const UNDECLARED: &str = "cyl.gxt.example.gov.cn";

/// Hosts outside the declared sites, services apart.
pub(super) const OTHERS: [&str; 15] = [
    UNDECLARED,
    "www.example.gov.cn",
    "fgw.example.gov.cn",
    "www.example.org",
    "www.example.com",
    "media.example.com",
    MAKER,
    GAMBLING,
    PARKED,
    FARM[0],
    FARM[1],
    FARM[2],
    FARM[3],
    FARM[4],
    FARM[5],
];

/// Who made a site, and says so in its footer.
pub(super) const MAKER: &str = "www.jinling-ruanjian.example";

/// Domains that an industry's sites once had.
pub(super) const GAMBLING: &str = "www.hangye-zixun.example";
pub(super) const PARKED: &str = "www.hangye-xiehui.example";

/// Hosts that a block of hidden links leads to.
pub(super) const FARM: [&str; 6] = [
    "www.chache.example",
    "www.jianfei.example",
    "www.kuaidi.example",
    "www.yumi.example",
    "www.reshuiqi.example",
    "www.kaoyan.example",
];

fn page(title: &str, body: &str, code: Option<&str>) -> Reply {
    let code = code.map(|code| format!("<p>网站标识码：{code}</p>")).unwrap_or_default();
    Reply::html(
        200,
        &format!(
            "<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n<div class=\"footer\"><p>主办：{}</p>{code}</div>\n</body>\n</html>\n",
            title.split('-').next_back().unwrap_or(title)
        ),
    )
}

/// What a host outside the declared sites answers.
pub(super) fn respond(host: &str, path: &str) -> Reply {
    match (host, path) {
        (_, "/robots.txt") => Reply::text(404, "404 Not Found"),
        ("media.example.com", _) => {
            Reply::html(403, "<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>")
        }
        (UNDECLARED, _) => undeclared(path),
        ("www.example.gov.cn", "/") => page("某省人民政府门户网站", "<p>某省人民政府门户网站欢迎您。</p>", Some("4300000001")),
        ("fgw.example.gov.cn", "/") => page(
            "某省发展和改革委员会",
            "<p><a href=\"/dead.html\">旧版</a> <a href=\"/xxgk/\">信息公开</a></p>",
            Some("4300000004"),
        ),
        ("www.example.org", "/") => page("行业协会联合会", "<p>联系各行业协会，服务会员企业。</p>", None),
        ("www.example.org", "/fandu.html") => {
            page("公安机关集中打击网络赌博", "<p>警方提醒：时时彩、六合彩、真人百家乐平台均属违法，请勿参与。</p>", None)
        }
        (MAKER, "/") => page("金陵软件", "<p>承接网站建设、信息系统开发，提供运行维护服务。</p>", None),
        (GAMBLING, "/") => page("澳门新葡京娱乐官网_真人百家乐平台", "<p>注册送彩金，体育投注，电子游艺。</p>", None),
        (PARKED, "/") => page("该域名已过期", "<p>此域名可出售，购买此域名请与我们联系。</p>", None),
        (host, "/") if FARM.contains(&host) => page("生活资讯", "<p>日常生活资讯。</p>", None),
        ("www.example.com", "/") => page("课程平台", "<p>在线课程。</p>", None),
        (host, _) if SERVICES.contains(&host) => service(path),
        _ => Reply::html(404, "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"),
    }
}

fn service(path: &str) -> Reply {
    if path.rsplit('.').next() == Some("js") {
        Reply { status: 200, headers: vec![("content-type".into(), "application/javascript".into())], body: b"/* */".to_vec() }
    } else {
        page("查询服务", "<p>登记信息查询。</p>", None)
    }
}

fn undeclared(path: &str) -> Reply {
    const NAME: &str = "某省产业链服务平台";
    let (title, body) = match path {
        "/" => (
            NAME.to_owned(),
            "<p><a href=\"/lianzhu/\">链主企业</a> <a href=\"/duijie/\">供需对接</a></p><p>由某省工业和信息化厅建设。</p>",
        ),
        "/lianzhu/" => (format!("链主企业-{NAME}"), "<p>长岳重工、云川智造、清江新材等企业入选。</p>"),
        "/duijie/" => (format!("供需对接-{NAME}"), "<p>发布产业链上下游供需信息。</p>"),
        _ => return Reply::html(404, "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"),
    };
    page(&title, body, Some(portal::CODE))
}
