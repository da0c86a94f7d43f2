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

/// As spammers left them in a form of a shop's component and in the species pages of an association (public repositories, hosts changed):
/// one link in one hidden element each, some of them inside the text.
#[test]
fn links_that_were_strewn_one_by_one_are_found() {
    let shop: String = ["monogram-artsy-mm-sale", "authentic-handbags-for-less", "shoes-11-luggage-for-cheap"]
        .iter()
        .map(|words| {
            let text = words.replace('-', " ");
            format!(
                "<div style=\"display:none\"><a href=\"http://www.qx-asia.org/{words}/\" title=\"{text}\">{text}</a></div>\n"
            )
        })
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(found(&page(&shop)).len(), 3);
    let strewn = "<p>生境描述 <u style=\"display:none\"><a href=\"http://phones-x.com/?wall_e\">WALL-E release</a></u> </p>\
                  <form style=\"display:none\"><a href=\"http://press-x.com/?drumline\">Drumline buy</a></form>\
                  <em style=\"display:none\"><a href=\"http://inn-x.com/?cold_mountain\">Cold Mountain full</a></em>\
                  <strong style=\"display: none;\"><a href=\"http://phones-x.com/?next_friday\">Next Friday buy</a></strong>\
                  <ul style=\"display:none\"><li><a href=\"http://press-x.com/?torn_curtain\">Torn Curtain</a></li></ul>";
    assert_eq!(found(&page(strewn)).len(), 5);
}

#[test]
fn rows_that_wait_share_buttons_and_one_firms_countries_are_none() {
    let rows: String = (0..6)
        .map(|nth| format!("<li style='display:none'><a href=http://www.hz{nth}.com/>友站{nth}</a></li>"))
        .collect::<Vec<_>>()
        .concat();
    let countries: String = ["is", "co.uk", "us", "de", "fr"]
        .iter()
        .map(|end| format!("<a href=http://www.fly-x.{end}/>country {end}</a>"))
        .collect::<Vec<_>>()
        .concat();
    let share = "<div style='display:none'><a href='http://www.reddix.com/submit?url=http%3A%2F%2Fa.cn%2F'></a></div>\
                 <span style='position:absolute;left:-999px'><a href='http://pinterex.com/pin/?url=http%3A%2F%2Fa.cn%2F'></a></span>";
    for trap in [format!("<ul>{rows}</ul>"), format!("<div style='display:none'>{countries}</div>"), share.to_owned()] {
        assert_eq!(found(&page(&trap)), Vec::new(), "{trap}");
    }
}

/// Credits and templates' leftovers as public repositories show them: one hidden link to whoever made the template.
#[test]
fn a_single_credit_is_none_however_it_is_hidden() {
    for trap in [
        "<div style=\"display:none\"><a href=\"http://www.tmpl-x.ru\" target=\"_blank\">tmpl-x.ru - free templates joomla</a></div>",
        "<div style=\"display:none\"><a href=\"http://www.cms-xtc.com\">CmsXTC Plugoo - Copyright 2009,2010 Monev Software LLC</a></div>",
        "<ul class=\"unstyled\"><li style=\"display:none\"><a href=\"http://www.startbbx.com\" target=\"_blank\">StartBBX</a></li></ul>",
        "<div id=\"java_dwn\" style=\"display:none\"><a href=\"http://www.java.com/en/download/manual.jsp\" target=\"_blank\">Click here to Download</a></div>",
        "<div style=\"float:right;margin-right:10px;display:none\"><a href=\"http://www.phpwamx.com/shipin/-1\">更多</a></div>",
    ] {
        assert_eq!(found(&page(trap)), Vec::new(), "{trap}");
    }
}
