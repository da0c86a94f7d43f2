//! Protection pages that stand before a site (norms.md 6.4). Precise rather than complete: a normal page that is taken for one
//! would hide a real fault, and a protection page that is taken for content would make a false one.

use std::sync::LazyLock;

use regex::Regex;

use super::decode;
use super::tape::{Tag, Tape};
use crate::model::outcome::ChallengeKind;

/// Bytes that are looked at.
const BYTES_MAX: usize = 64 * 1024;
/// Bytes of a page that answers with success and may still be a protection page: they are small.
const SUCCESS_BYTES_MAX: usize = 24 * 1024;
/// Bytes of a page that only sets a cookie and loads itself again.
const RELOAD_BYTES_MAX: usize = 8 * 1024;
/// Links of a page that keeps programs out.
const LINKS_MAX: usize = 12;
/// Characters of visible text on a page that lets nothing but its script work.
const BLANK_CHARS_MAX: usize = 40;
/// Characters of visible text on a captcha or block page.
const NOTICE_CHARS_MAX: usize = 600;

pub fn read(status: u16, bytes: &[u8]) -> Option<ChallengeKind> {
    let is_success = (200..300).contains(&status) && status != 202;
    if is_success && bytes.len() > SUCCESS_BYTES_MAX {
        return None;
    }
    let text = decode::decode(bytes.get(..BYTES_MAX).unwrap_or(bytes), None).text;
    if let Some(kind) = by_status(status, &text) {
        return Some(kind);
    }
    if !MAY_BE.is_match(&text) || text.matches("<a ").nth(LINKS_MAX).is_some() {
        return None;
    }
    let page = Page::read(&text);
    if page.has_matter {
        return None;
    }
    if page.chars <= BLANK_CHARS_MAX {
        if text.contains("$_ts") {
            return Some(ChallengeKind::Ruishu);
        }
        if text.contains("__jsl_clearance") {
            return Some(ChallengeKind::Jiasule);
        }
        if text.len() <= RELOAD_BYTES_MAX && text.contains("document.cookie") && page.links == 0 && RELOAD.is_match(&text) {
            return Some(ChallengeKind::CookieReload);
        }
    }
    if page.chars > NOTICE_CHARS_MAX {
        return None;
    }
    // The block page is looked for first: some offer a captcha as a way out.
    if BLOCKED.is_match(&page.text) || BLOCK_TITLE.is_match(&page.title) {
        return Some(ChallengeKind::Firewall);
    }
    let asks = CAPTCHA_TITLE.is_match(&page.title) || CAPTCHA.is_match(&page.text);
    if !asks && (THROTTLE_TITLE.is_match(&page.title) || page.text.lines().any(|line| THROTTLE.is_match(line.trim()))) {
        return Some(ChallengeKind::Throttled);
    }
    (asks || (page.chars <= 200 && text.contains("/cdn-cgi/challenge-platform/"))).then_some(ChallengeKind::Captcha)
}

fn by_status(status: u16, text: &str) -> Option<ChallengeKind> {
    match status {
        412 | 202 if text.contains("$_ts") => Some(ChallengeKind::Ruishu),
        521 if text.contains("document.cookie") || text.contains("__jsl") => Some(ChallengeKind::Jiasule),
        _ => None,
    }
}

/// One pass that lets normal pages go.
static MAY_BE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\$_ts|document\.cookie|过多|过快|太快|too many requests|Too Many Requests|验证|拦截|阻断|防火墙|封禁|WAF|防护|captcha|CAPTCHA|Captcha|locked|verify|Verify|ejected|moment|Attention|checking|Checking|安全狗|云锁|频繁|cdn-cgi",
    )
    .expect("a constant pattern")
});

static RELOAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"location\.reload|location\.replace|location(?:\.href)?\s*=|\.submit\(").expect("a constant pattern")
});

static BLOCKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)您的(?:请求|访问)[^。\n]{0,40}(?:被|已)[^。\n]{0,12}(?:拦截|阻断|阻止|拒绝)|由于您访问的\s*URL\s*有可能对网站造成安全威胁|(?:网站|应用|云)防火墙[^。\n]{0,30}(?:拦截|阻断|阻止|拒绝)|您的(?:IP|ip)[^。\n]{0,20}(?:封禁|禁止|黑名单|拦截)|(?:请求|访问)(?:已)?被(?:网站管理员|云防护|防火墙|安全策略|WAF|系统|安全狗|云锁|创宇盾|长亭|雷池)[^。\n]{0,10}(?:拦截|阻断|阻止|拒绝|设置)|网站管理员设置[^。\n]{0,4}拦截|request (?:was |has been )?blocked|blocked by (?:the )?(?:waf|firewall|security)|the requested url was rejected|(?:访问|请求)(?:行为)?存在(?:安全)?(?:威胁|风险|攻击)[^。\n]{0,12}(?:拦截|阻断)",
    )
    .expect("a constant pattern")
});

static BLOCK_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:网站防火墙|访问被?拦截|拦截提示|请求被拦截|访问拦截|访问被阻断|安全拦截|web应用防火墙|waf(?:拦截)?(?:提示|页面)?|request rejected|405|云锁拦截提示|网站安全狗.{0,20}|攻击防护|您的访问被阻断.{0,6})$")
        .expect("a constant pattern")
});

static CAPTCHA_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:安全验证|人机验证|滑动验证(?:页面)?|访问验证|验证码|请输入验证码|身份验证中.{0,4}|正在进行安全验证.{0,4}|安全检查|浏览器安全检查.{0,6}|just a moment\.{0,3}|attention required.{0,30}|captcha|security check|robot check|verify.{0,20}human)$")
        .expect("a constant pattern")
});

static CAPTCHA: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:请|需要?)(?:先)?(?:完成|进行|通过)(?:下方|以下|下面的?)?(?:安全|人机|滑动|滑块|拼图)验证|(?:访问|操作|请求)(?:过于|太|太过)频繁[^。\n]{0,20}验证|请输入验证码(?:后)?[^。\n]{0,6}(?:继续|访问)|(?:拖动|按住)滑块[^。\n]{0,16}验证|verify (?:that )?you are (?:a )?human|checking (?:if the site connection is secure|your browser)")
        .expect("a constant pattern")
});

/// The whole line says so: «您的访问过于频繁，请稍后再试».
static THROTTLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:(?:非常|很)?(?:抱歉|对不起)[，,！!]?\s*)?(?:系统检测到|检测到)?(?:您|你|当前|该)?的?(?:IP|ip|地址)?(?:地址)?的?(?:访问|操作|请求|刷新)(?:次数|频率|速度)?(?:过于频繁|太过频繁|太频繁|过多|过高|过快|太快)了?(?:[，,。；;！!\s].{0,40})?$|^(?:429\s*[-:：]?\s*)?too many requests\b.{0,60}$",
    )
    .expect("a constant pattern")
});

static THROTTLE_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:您的)?(?:访问|操作|请求)(?:过于|太过?)频繁.{0,12}$|^(?:429\s*[-:：]?\s*)?too many requests$")
        .expect("a constant pattern")
});

struct Page {
    title: String,
    text: String,
    chars: usize,
    links: usize,
    /// Tags or links that only a real page has.
    has_matter: bool,
}

impl Page {
    fn read(html: &str) -> Self {
        let tape = Tape::read(html);
        let title = tape.elements(Tag::Title).next().map(|id| super::tape::fold(tape.raw_text(id))).unwrap_or_default();
        let text = super::text::visible(&tape);
        let links = tape.elements(Tag::A).count();
        let tags = super::tags::read(&tape);
        let named =
            ["SiteName", "ColumnName", "ArticleTitle", "PubDate"].iter().any(|name| super::tags::value(&tags, name).is_some());
        Self {
            title,
            chars: text.chars().filter(|c| !c.is_whitespace()).count(),
            text,
            links,
            has_matter: named || links > LINKS_MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, html: &str) -> Option<ChallengeKind> {
        read(status, html.as_bytes())
    }

    const RUISHU: &str = "<!DOCTYPE html><html><head><meta id=\"9DhefwqGPrzGxEp9hPaoag\" content=\"x\" r='m'><script type=\"text/javascript\" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script><script src=\"/9DhefwqGPrzGxEp9.js\" r='m'></script></head><body></body></html>";

    #[test]
    fn each_protection_is_known_by_its_page() {
        use ChallengeKind::{Captcha, CookieReload, Firewall, Jiasule, Ruishu};
        let jiasule = "<script>document.cookie=('_')+('_')+('jsl_clearance_s')+'=1700000000.1|-1|x;max-age=3600;path=/';location.href=location.pathname+location.search</script>";
        let reload = "<html><head><script>var t='C3VK=8a1';document.cookie=t+';path=/;max-age=300';window.location.reload();</script></head><body></body></html>";
        assert_eq!(kind(412, RUISHU), Some(Ruishu));
        assert_eq!(kind(202, RUISHU), Some(Ruishu));
        assert_eq!(kind(200, RUISHU), Some(Ruishu));
        assert_eq!(kind(521, jiasule), Some(Jiasule));
        assert_eq!(kind(200, reload), Some(CookieReload));
        assert_eq!(kind(200, "<title>安全验证</title><p>请完成下方验证后继续操作</p>"), Some(Captcha));
        assert_eq!(kind(429, "<title>提示</title><p>您的访问过于频繁，请完成滑动验证后继续</p>"), Some(Captcha));
        assert_eq!(
            kind(403, "<title>网站防火墙</title><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"),
            Some(Firewall)
        );
        assert_eq!(
            kind(405, "<title>405</title><div>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</div>"),
            Some(Firewall)
        );
        let gbk = encoding_rs::GBK.encode("<meta charset=gb2312><title>网站防火墙</title><p>您的请求已被拦截").0.into_owned();
        assert_eq!(read(200, &gbk), Some(Firewall));
    }

    #[test]
    fn normal_pages_and_errors_are_none() {
        for (status, html) in [
            (404, "<html><title>404 Not Found</title><center><h1>404 Not Found</h1></center><hr>nginx</html>"),
            (403, "<html><title>403 Forbidden</title><center><h1>403 Forbidden</h1></center></html>"),
            (412, "<h1>Precondition Failed</h1>"),
            (521, "<h1>Web server is down</h1>"),
            (
                200,
                "<script>document.cookie='lang=zh';</script><p>某省工业和信息化厅欢迎您访问本网站，请从导航进入。</p><a href=/a>要闻</a>",
            ),
            (200, "<title>用户登录</title><form><input name=user><input type=password>验证码<input name=code></form>"),
            (200, "<script>location.href='/gxt/index.html'</script>"),
            (200, "<title>工业互联网防火墙产品检测</title><p>本次检测的防火墙共12款，均能拦截常见攻击。</p>"),
            (200, ""),
        ] {
            assert_eq!(kind(status, html), None, "{html}");
        }
    }

    #[test]
    fn a_real_page_behind_a_protection_keeps_its_script() {
        let html = format!("{RUISHU}<div><p>{}</p><a href=/x>x</a></div>", "关于印发行动方案的通知。".repeat(20));
        assert_eq!(kind(200, &html), None);
    }

    #[test]
    fn who_asks_too_often_is_turned_away_and_an_article_about_it_is_none() {
        for html in [
            "<title>提示</title><p>您的访问过于频繁，请稍后再试</p>",
            "<html><body>访问过于频繁！</body></html>",
            "<title>访问过于频繁</title><p>请休息一下。</p>",
            "<p>抱歉，您的IP访问次数过多，请1分钟后重试。</p>",
            "<title>429 Too Many Requests</title><center><h1>429 Too Many Requests</h1></center>",
        ] {
            assert_eq!(kind(200, html), Some(ChallengeKind::Throttled), "{html}");
        }
        for html in [
            "<title>关于访问过于频繁导致系统缓慢的说明</title><p>近期系统因访问过于频繁出现缓慢，现已扩容。</p>",
            "<meta name=ArticleTitle content=说明><p>您的访问过于频繁，请稍后再试</p>",
            "<title>验证码使用说明</title><p>登录时请输入验证码。验证码看不清的，点击图片更换。</p>",
            "<title>省厅开展网站升级改造</title><p>访问速度过慢、操作次数过多等问题得到解决。</p>",
        ] {
            assert_eq!(kind(200, html), None, "{html}");
        }
    }

    #[test]
    fn a_login_box_in_the_header_locks_nobody_out() {
        let html = "<title>某省工业和信息化厅</title><div class=top><form action=/login>用户名<input name=u>密码<input type=password name=p>验证码<input name=c><img src=/captcha.jpg></form></div><ul><li><a href=/a>要闻</a></ul>";
        assert_eq!(kind(200, html), None);
    }

    #[test]
    fn an_article_about_attacks_is_no_block_page() {
        let html = format!(
            "<meta name=ArticleTitle content=警示><title>警示</title><p>您的请求已被网站防火墙拦截，这是常见提示。{}</p>",
            "请注意防范。".repeat(10)
        );
        assert_eq!(kind(200, &html), None);
    }
}
