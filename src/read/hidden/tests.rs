//! Farms and traps: what hides links, and what only looks like it.

use super::*;

const PAGE: &str = "http://gxt.example.gov.cn/gxt/index.html";

fn found(html: &str) -> Vec<HiddenLink> {
    let tape = Tape::read(html);
    let page = PageUrl::parse(PAGE).unwrap();
    let base = Base::of(&tape, &page, encoding_rs::UTF_8);
    read(&tape, &base, &page, SignWords::embedded())
}

fn farm(count: usize) -> String {
    use std::fmt::Write as _;
    let words = ["亚麻地板", "二手叉车", "减肥方法", "seo优化", "空气能热水器", "快递查询", "考研网", "玉米价格"];
    let mut html = String::new();
    for nth in 0..count {
        writeln!(html, "<a href=\"http://www.farm{nth}.com/\">{}</a>", words[nth % words.len()]).unwrap();
    }
    html
}

fn page(block: &str) -> String {
    format!(
        "<html><body><div class=nav><a href=/xwzx/>新闻</a></div><p>正文</p>\
         <a href=http://www.partner.com/>合作单位</a>{block}<div class=footer>主办</div></body></html>"
    )
}

#[test]
fn real_farms_are_found_whole_whatever_hides_them() {
    for (open, close) in [
        ("<div style=\"display:none\">", "</div>"),
        ("<div style=\"DISPLAY: none;\">", "</div>"),
        ("<div style='visibility:hidden'>", "</div>"),
        ("<div style='position:absolute;left:-9999px;top:-9999px'>", "</div>"),
        ("<div style='position:fixed;top:-1000px'>", "</div>"),
        ("<div style='height:0;overflow:hidden'>", "</div>"),
        ("<div style='width:1px;height:1px;overflow:hidden'>", "</div>"),
        ("<div style='text-indent:-9999px'>", "</div>"),
        ("<div style='opacity:0'>", "</div>"),
        ("<marquee height=1 width=1 scrollamount=3000>", "</marquee>"),
        ("<marquee style='height:0px'>", "</marquee>"),
        ("<span style='font-size:0'>", "</span>"),
        ("<div style='color:#fff;background:#FFFFFF'>", "</div>"),
        ("<div hidden>", "</div>"),
        ("<div id=wzx9>", "</div><script>document.getElementById('wzx9').style.display='none';</script>"),
        ("<script>document.write('<div style=\"display:none\">');</script>", "<script>document.write('</div>');</script>"),
        (
            "<script>document.write(\"<div style='position:absolute;top:-1999px'>\")</script>",
            "<script>document.write(\"</div>\")</script>",
        ),
        ("<style>#qz{position:absolute;left:-2000px}</style><div id=qz>", "</div>"),
        ("<style>.qz7{display:none}</style><div class=qz7>", "</div>"),
    ] {
        for count in [30, 40] {
            let links = found(&page(&format!("{open}{}{close}", farm(count))));
            assert_eq!(links.len(), count, "{open}");
        }
    }
    let sure = found(&page(&format!("<div style='display:none'>{}</div>", farm(36))));
    assert!(sure.iter().all(|link| link.is_sure && link.block == 0 && link.way == HiddenWay::Display));
}

#[test]
fn a_block_that_a_script_writes_whole_is_found() {
    let html = farm(12).replace('\n', "");
    let links = found(&page(&format!("<script>document.write('<div style=\"display:none\">{html}</div>');</script>")));
    assert_eq!(links.len(), 12);
    assert!(links.iter().all(|link| link.by_script));
}

#[test]
fn one_link_of_gambling_is_enough() {
    let links = found(&page("<div class=tab style='display:none'><a href=http://www.x9.com/>真人百家乐平台</a></div>"));
    assert_eq!(links.len(), 1);
    let links = found(&page("<a style='position:absolute;left:-3000px' href=http://www.x9.com/>快递查询</a>"));
    assert_eq!((links.len(), links[0].is_sure), (1, false));
}

fn ministries(count: usize) -> String {
    use std::fmt::Write as _;
    let mut html = String::new();
    for nth in 0..count {
        let ending = ["gov.cn", "org.cn", "edu.cn", "gov.cn", "cas.cn"][nth % 5];
        write!(html, "<li><a href=\"http://www.bw{nth}.{ending}/\">某部委{nth}</a></li>").unwrap();
    }
    html
}

#[test]
fn the_sites_own_collapsed_blocks_are_none() {
    let enterprises: String = (0..40)
        .map(|nth| format!("<li><a href=http://www.qy{nth}.com/>第{nth}重型机械集团有限公司</a></li>"))
        .collect::<Vec<_>>()
        .concat();
    let traps = [
        format!("<ul style='display:none'>{}</ul>", ministries(75)),
        format!("<div id=links2 class=tabcon style='display:none'>{}</div>", ministries(75)),
        format!("<ul class=sub style='display:none'>{enterprises}</ul>"),
        "<div style='display:none'><script src=http://s4.cnzz.com/z.js></script><a href=http://www.cnzz.com/stat/x>站长统计</a></div>".to_owned(),
        "<div style='display:none'><a href=http://www.vendor-soft.com/>技术支持</a></div>".to_owned(),
        "<div class=m-nav style='display:none'><a href=http://www.partner.com/a>合作单位</a><a href=http://www.partner.com/b>合作单位</a></div>".to_owned(),
        "<ul class=pic style='position:absolute;left:-1200px'><li><a href=http://www.expo1.com/><img src=/1.jpg></a></li></ul>".to_owned(),
        "<a style='position:absolute;left:-9999px' href='#main'>跳到正文</a><a href=/ style='text-indent:-9999px'>首页</a>".to_owned(),
        format!("<!-- <div style='display:none'>{}</div> -->", farm(30)),
        format!("<template style='display:none'>{}</template>", farm(30)),
        format!("<div class=links>{}</div>", farm(30)),
        format!("<ul style='font-size:0'>{}</ul>", farm(30)),
        "<select style='display:none'><option value=http://www.a1.com/>甲</option></select>".to_owned(),
        "<div class=share style='display:none'><a href=http://service.weibo.com/share>微博</a><a href=http://connect.qq.com/>QQ</a></div>".to_owned(),
    ];
    for trap in traps {
        assert_eq!(found(&page(&trap)), Vec::new(), "{trap}");
    }
}

#[test]
fn a_hidden_tab_of_friends_beside_one_in_sight_is_the_sites_own() {
    let friends = |from: usize| -> String {
        (from..from + 8).map(|nth| format!("<a href=http://www.hz{nth}.com/>合作伙伴{nth}</a>")).collect::<Vec<_>>().concat()
    };
    let html = format!("<div class=yl><div>{}</div><div style='display:none'>{}</div></div>", friends(0), friends(8));
    assert_eq!(found(&page(&html)), Vec::new());
}

/// Shapes that public sources show (a primer on black-hat links, templates of shops and content systems), hosts and words changed.
#[test]
fn shapes_seen_in_public_sources_are_found_however_they_are_written() {
    let one_each: String = farm(30)
        .lines()
        .map(|link| link.replace("<a ", "<a style=\"color:#FFFFFF;font-size:1px;line-height:1px ;\" "))
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(found(&page(&one_each)).len(), 30, "each link by itself, white and of one pixel");
    for (open, close) in [
        ("<marquee height=1 width=5 scrollamount=3000 scrolldelay=20000>", "</marquee>"),
        ("<div style=\"width:200px;\"><marquee height=\"0\">", "</marquee></div>"),
        ("<div style=\"position: absolute; top: -999px;left: -999px;\">", "</div>"),
        (
            "<script language=\"javascript\" type=\"text/javascript\">\ndocument.write(\"<div style='display:none;'>\");\n</script><div>\n\n",
            "\n\n<script language=\"javascript\" type=\"text/javascript\">\ndocument.write(\"</div>\");\n</script>",
        ),
        (
            "<div id=\"anlian\">",
            "</div>\n<script language=javascript>\ndocument.getElementById(\"anlian\").style.display=\"none\"\n</script>",
        ),
    ] {
        assert_eq!(found(&page(&format!("{open}{}{close}", farm(36)))).len(), 36, "{open}");
    }
    // Many words, one host.
    let words: String =
        ["兼职建站", "兼职做网站", "网站设计"].map(|word| format!("<a href=\"http://www.jz1.com\">{word}</a>")).concat();
    assert_eq!(found(&page(&format!("<div><marquee height=\"0\">{words}</marquee></div>"))).len(), 3);
}

#[test]
fn credits_counters_and_pictures_in_place_of_words_are_none() {
    for trap in [
        "<div class=\"ws_script\" style=\"position:absolute;left:-99%\"><a href=\"http://slider-maker.com\">carousel</a> by SliderMaker v8</div>",
        "<div style=\"display:none\"><a href=\"http://www.themes-maker.com\">Drill-down - Copyright 2010 Themes Maker LLC</a></div>",
        "<div style=\"display:none\"><a href=\"http://www.ym-luntan.com\">源码论坛</a></div>",
        "<script>document.write(\"<div style='display:none'>\"); counter(); document.write(\"</div>\");</script>",
        "<script>document.write(\"<div style='display:none'>\");document.write(\"<img src='https://seal.maker.com/dot.gif'/>\");document.write(\"</div>\");</script>",
        "<a href=\"http://www.mayi-maker.com/share/link\" title=\"分享\" style=\"display:inline-block; text-indent:-9999px; overflow:hidden; width:61px; height:20px; background:url('/share.png') top left no-repeat;\">分享</a>",
        "<table><tr><td style=\"display:none\"><a href=\"http://www.icons-lab.com/silk/\">http://www.icons-lab.com/silk/</a></td></tr><tr><td style=\"display:none\">See <a href=\"http://creativecommons.org/licenses/by/3.0/\">licence</a></td></tr></table>",
    ] {
        assert_eq!(found(&page(trap)), Vec::new(), "{trap}");
    }
}
