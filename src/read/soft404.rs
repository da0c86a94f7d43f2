//! Signs that a page with status 200 says "there is nothing here" (norms.md 6.5). Whole titles and fixed sentences, never a
//! mere word: a report about missing pages is no missing page.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::facts::{ErrorSign, ErrorSignKind, Link, LinkKind};
use crate::url::PageUrl;

/// Characters of body text beyond which a phrase in it proves nothing.
const PHRASE_CHARS_MAX: u32 = 400;
/// Characters of body text of a page that only says that the site is closed.
const NOTICE_CHARS_MAX: u32 = 200;
/// Characters of body text beyond which a main heading alone proves nothing.
const HEADING_CHARS_MAX: u32 = 1_000;
/// Characters of visible text that a page that only jumps may show.
const JUMP_CHARS_MAX: u32 = super::links::JUMP_CHARS_MAX;
/// Characters of a quoted sentence.
const QUOTE_CHARS_MAX: usize = 80;

/// What the signs are read from.
#[derive(Debug, Clone, Copy)]
pub struct Signs<'a> {
    /// `<title>` without the site's name.
    pub html_title: &'a str,
    /// Text of the page's first main headings.
    pub headings: &'a [String],
    /// Body text, a line a block.
    pub body: &'a str,
    pub body_chars: u32,
    pub all_chars: u32,
    /// The page carries an article's or a list's signs: tags, labelled date, rows.
    pub has_matter: bool,
    pub links: &'a [Link],
    pub url: &'a PageUrl,
    pub home: Option<&'a PageUrl>,
}

pub fn read(signs: &Signs<'_>) -> Vec<ErrorSign> {
    let mut found = Vec::new();
    let mut push = |kind, text: &str| found.push(ErrorSign { kind, text: text.trim().chars().take(QUOTE_CHARS_MAX).collect() });
    let is_short = signs.body_chars < PHRASE_CHARS_MAX && !signs.has_matter;
    if !signs.has_matter || signs.body_chars < PHRASE_CHARS_MAX {
        let heading = signs.headings.iter().map(String::as_str).filter(|_| signs.body_chars < HEADING_CHARS_MAX);
        let mut titles = std::iter::once(signs.html_title).chain(heading);
        if let Some(title) = titles.clone().find(|title| is_error_title(title)) {
            push(ErrorSignKind::Title, title);
        }
        if let Some(title) = titles.find(|title| is_maintenance_title(title)) {
            push(ErrorSignKind::Maintenance, title);
        }
    }
    if is_short && let Some(phrase) = signs.body.lines().find_map(error_phrase) {
        push(ErrorSignKind::Phrase, phrase);
    }
    if is_short
        && signs.body_chars < NOTICE_CHARS_MAX
        && let Some(phrase) = signs.body.lines().find_map(maintenance_phrase)
    {
        push(ErrorSignKind::Maintenance, phrase);
    }
    if signs.all_chars <= JUMP_CHARS_MAX
        && let Some(link) = signs.links.iter().find(|link| link.kind == LinkKind::Refresh)
        && leads_away(signs, &link.url)
    {
        push(ErrorSignKind::Jump, link.url.as_str());
    }
    found.dedup_by(|a, b| a.kind == b.kind);
    found
}

/// A deep address that jumps to the home page or to an error page. A home page that jumps to its own start is none.
fn leads_away(signs: &Signs<'_>, target: &PageUrl) -> bool {
    let is_root = |url: &PageUrl| signs.home.is_some_and(|home| same_page(home, url)) || is_index_of(url, "/");
    let is_error_page = error_address(target.path());
    target != signs.url && ((is_root(target) && target.host() == signs.url.host() && !is_root(signs.url)) || is_error_page)
}

fn error_address(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or("");
    let stem = name.split('.').next().unwrap_or("");
    matches!(stem, "404" | "403" | "500" | "error" | "error404" | "404error" | "notfound" | "err" | "errorpage" | "page404")
}

/// The address, or the index page of the folder that it names.
pub fn same_page(home: &PageUrl, url: &PageUrl) -> bool {
    home == url
        || (home.host() == url.host()
            && home.query().is_none()
            && is_index_of(url, home.folder())
            && is_index_of(home, home.folder()))
}

fn is_index_of(url: &PageUrl, folder: &str) -> bool {
    let Some(name) = url.path().strip_prefix(folder) else { return false };
    let stem = name.split('.').next().unwrap_or("");
    url.query().is_none()
        && (name.is_empty()
            || (!name.contains('/') && matches!(stem.to_ascii_lowercase().as_str(), "index" | "default" | "home" | "main")))
}

const THING: &str = "(?:页面|网页|内容|文件|信息|栏目|地址|文章|链接|资源|网址|URL|url)";
const GONE: &str = "(?:不存在|未找到|没有找到|没找到|找不到|无法找到|已?被删除|已经?删除|已经?失效|已过期|丢失|走丢|飞走|无法访问|无法显示|出错|不见)";

fn is_error_title(title: &str) -> bool {
    // Words of which every error title has one: most titles need no more than this look.
    const WORDS: [&str; 22] = [
        "40",
        "不存在",
        "找到",
        "找不到",
        "无法",
        "删除",
        "失效",
        "过期",
        "丢失",
        "走丢",
        "飞走",
        "不见",
        "出错",
        "错误",
        "异常",
        "not",
        "Not",
        "NOT",
        "rror",
        "RROR",
        "tatus",
        "TATUS",
    ];
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        let ask = "(?:您|你|用户)?(?:所|要|想)?(?:访问|请求|查找|浏览|打开|查看|寻找)?的?";
        Regex::new(&format!(
            r"(?ix)^(?:
                (?:http\s*)?(?:error|status|错误|错误代码)?\s*[:：]?\s*40[34]\s*[-–—_:：|,，.。!！~]*\s*
                    (?:(?:page|file)?\s*not\s*found|error(?:\s*page)?|forbidden|错误(?:页面?|提示)?|页面?|页面提示|出错了?|(?:{ask})?{THING}.{{0,6}}{GONE}.{{0,12}}|(?:找不到|无法找到|未找到).{{0,8}})?
              | (?:非常|很|十分)?(?:抱歉|对不起|遗憾|sorry)?\s*[,，!！:：]?\s*{ask}(?:该|此)?{THING}(?:可能|似乎|好像)?(?:已经?)?{GONE}了?(?:[,，、]?或.{{2,12}})?
              | (?:找不到|无法找到|未找到)(?:该|此|您访问的|您要访问的|请求的)?(?:页|页面|网页|文件|资源|服务器)
              | (?:the\s+)?(?:page|file|object|resource)\s+(?:cannot\s+be|can't\s+be|could\s+not\s+be|not|was\s+not)\s+found
              | not\s+found | (?:(?:访问|系统|页面|服务器|程序|运行)(?:出错|错误|异常)|出错|错误)(?:了|啦|页面?|提示|信息|页面提示)? | 访问出错.{{0,4}}
              | http\s+status\s+[45]\d\d.{{0,60}} | error | error\s+page | 错误\s*[-:：]?\s*404
              | 该?(?:页|网页)不见了 | 无法找到(?:该|此)页
            )[\s!！。.~…?？]*$"
        ))
        .expect("a constant pattern")
    });
    let title = title.trim();
    !title.is_empty()
        && title.len() <= 240
        && WORDS.iter().any(|word| title.contains(word))
        && title.chars().count() <= 60
        && TITLE.is_match(title)
}

fn is_maintenance_title(title: &str) -> bool {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:本?网站|系统|本站|站点|平台|页面|栏目|门户网站|服务器)?(?:系统)?(?:正在)?(?:进行)?(?:(?:升级|改版|维护|建设|调整|更新|迁移)){1,3}(?:中|之中)(?:[，,、].{0,20})?[\s!！。.~…]*$|^(?:网站|系统)?正在(?:升级|改版|维护|建设)(?:改版|维护|中)?[\s!！。.~…]*$")
            .expect("a constant pattern")
    });
    ["升级", "改版", "维护", "建设", "调整", "更新", "迁移"].iter().any(|word| title.contains(word))
        && TITLE.is_match(title.trim())
}

fn error_phrase(line: &str) -> Option<&str> {
    const WORDS: [&str; 14] =
        ["不存在", "找到", "找不到", "无法", "删除", "失效", "过期", "丢失", "走丢", "飞走", "不见", "出错", "404", "ound"];
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(
            r"(?i)(?:您|你)(?:所|要|想|正在)?(?:要)?(?:访问|请求|浏览|打开|查看)的?{THING}[^。\n]{{0,12}}{GONE}[^。\n]{{0,20}}|(?:您|你)(?:所|要|想)?(?:查找|寻找)的?(?:页面|网页)[^。\n]{{0,12}}{GONE}|(?:^|[，,！!。：:\s])(?:该|此|本)?(?:页面|网页)(?:可能)?(?:已经?)?(?:不存在|未找到|没有找到|找不到|走丢|飞走|丢失|无法找到|已?被删除|已删除|不见)了?|(?:^|[，,！!。：:\s])(?:找不到|无法找到|未找到)(?:该|此|您要的|您访问的)?(?:页面|网页|文件或目录)|(?:^|\s)404\s*[-:：,，]?\s*(?:not found|错误|error|页面|未找到)|not found on this server|(?:page|file|url|resource)[^\n.]{{0,40}}\b(?:was |is |be )?not found|(?:^|[，,！!。：:\s])(?:该|此|本)?(?:文章|信息|内容)(?:不存在|已?被删除)(?:或|，|,|！|!|。|$)"
        ))
        .expect("a constant pattern")
    });
    WORDS.iter().any(|word| line.contains(word)).then(|| PHRASE.find(line).map(|found| found.as_str())).flatten()
}

fn maintenance_phrase(line: &str) -> Option<&str> {
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[^。\n]{0,16}?(?:(?:网站|系统|本站|站点|平台|栏目|页面|服务器)[^。，\n]{0,8}(?:升级|改版|维护|建设)(?:改版|维护|升级|建设)?(?:中|之中)|(?:网站|系统|本站|栏目|页面|平台)正在(?:进行)?(?:升级|改版|维护|建设)|(?:网站|系统|本站)[^。\n]{0,6}暂停(?:服务|访问))|^(?:升级改版|系统维护|网站维护|改版升级|升级维护|维护升级)中",
        )
            .expect("a constant pattern")
    });
    let may_say = ["升级", "改版", "维护", "建设", "暂停"].iter().any(|word| line.contains(word));
    may_say.then(|| PHRASE.find(line).map(|found| found.as_str())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorSignKind::{Jump, Maintenance, Phrase, Title};

    fn kinds(page: &str, html: &str) -> Vec<ErrorSignKind> {
        let url = PageUrl::parse(page).unwrap();
        let home = PageUrl::parse("http://gxt.example.gov.cn/").unwrap();
        let read = crate::read::read_page(&crate::read::PageInput {
            url: &url,
            bytes: html.as_bytes(),
            header_charset: None,
            today: jiff::civil::date(2026, 11, 24),
            home: Some(&home),
            selectors: None,
            asked: None,
            typos: None,
            signs: None,
        });
        read.facts.error_signs.into_iter().map(|sign| sign.kind).collect()
    }

    fn deep(html: &str) -> Vec<ErrorSignKind> {
        kinds("http://gxt.example.gov.cn/gxt/tzgg/202608/t20260804_1.html", html)
    }

    #[test]
    fn titles_that_are_errors_as_a_whole_are_signs() {
        for title in [
            "404",
            "404 Not Found",
            "404-页面不存在",
            "404错误页面",
            "404 - 找不到文件或目录",
            "页面不存在",
            "您访问的页面不存在或已被删除！",
            "抱歉，您要访问的页面不存在",
            "Not Found",
            "出错了！",
            "错误提示",
            "系统错误",
            "访问出错",
            "无法找到该页",
            "找不到页面",
            "The page cannot be found",
            "HTTP Status 404 – Not Found",
            "404_某省工业和信息化厅",
            "页面不存在-某省工业和信息化厅门户网站",
        ] {
            assert!(deep(&format!("<title>{title}</title><body><p>返回首页</p>")).contains(&Title), "{title}");
        }
    }

    #[test]
    fn titles_that_only_speak_of_errors_are_none() {
        for title in [
            "关于清理“页面不存在”问题的通报",
            "网站错误信息处理办法",
            "404医院开展义诊",
            "某省工业和信息化厅",
            "信息公开指南",
            "安全生产文件未找到责任人的警示",
            "国家标准GB 404-2026发布",
            "系统升级维护公告",
            "关于网站升级改版的公告",
            "错误的价值观",
            "",
        ] {
            let html = format!("<title>{title}</title><body><p>{}</p>", "为规范管理，现就有关事项通知如下。".repeat(40));
            assert_eq!(deep(&html), [], "{title}");
            assert!(!is_error_title(title) && !is_maintenance_title(title), "{title}");
        }
    }

    #[test]
    fn a_phrase_counts_on_a_short_page_only() {
        let phrase = "<p>抱歉，您访问的页面不存在或已被删除</p>";
        assert_eq!(
            deep(&format!("<title>某省工业和信息化厅</title><div class=nav>首页</div>{phrase}<a href=/>返回首页</a>")),
            [Phrase]
        );
        let long = "<p>各单位要逐条核对，及时整改，举一反三。</p>".repeat(30);
        assert_eq!(deep(&format!("<title>通报</title>{phrase}{long}")), []);
        assert_eq!(
            deep(&format!(
                "<meta name=ArticleTitle content=通报><meta name=PubDate content='2026-08-04 09:30'><title>通报</title>{phrase}"
            )),
            []
        );
    }

    #[test]
    fn an_empty_search_is_no_missing_page() {
        for text in ["查询结果不存在", "没有找到相关信息", "您查找的信息不存在，请更换关键词", "共找到0条结果", "暂无内容"]
        {
            assert_eq!(deep(&format!("<title>站内搜索</title><p>{text}</p>")), [], "{text}");
        }
    }

    #[test]
    fn a_closed_site_says_so() {
        assert_eq!(deep("<title>网站升级维护中</title><p>请稍后访问</p>"), [Maintenance]);
        assert_eq!(deep("<title>某局</title><p>网站正在升级改版中，敬请期待！</p>"), [Maintenance]);
        assert_eq!(deep("<title>升级改版中</title>"), [Maintenance]);
    }

    #[test]
    fn a_deep_page_that_jumps_home_is_gone() {
        assert_eq!(deep("<meta http-equiv=refresh content='3;url=/'><p>正在跳转……"), [Jump]);
        assert_eq!(deep("<script>location.href='/404.html'</script>"), [Jump]);
        assert_eq!(deep("<script>location.href='./t20260804_2.html'</script>"), []);
        assert_eq!(kinds("http://gxt.example.gov.cn/", "<script>location.href='/index.html'</script>"), []);
        assert_eq!(kinds("http://gxt.example.gov.cn/", "<meta http-equiv=refresh content='0;url=/gxt/index.html'>"), []);
    }
}
