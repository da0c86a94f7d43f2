//! Pages that ask the visitor to sign in before they show anything. A box for signing in beside other matter is none.

use super::tape::{Attr, Tag, Tape};
use crate::url::PageUrl;

/// Characters of body text of a page that does nothing but ask.
const ASKING_CHARS_MAX: u32 = 400;
/// Words of which the title or the main heading of such a page has one, lower case.
const TITLES: [&str; 12] = [
    "登录",
    "登陆",
    "登入",
    "身份认证",
    "统一认证",
    "身份验证",
    "用户认证",
    "login",
    "log in",
    "sign in",
    "signin",
    "认证中心",
];
/// Segments of such a page's address, whole or in front of a dot.
const ADDRESSES: [&str; 9] = ["login", "signin", "logon", "sso", "cas", "passport", "oauth", "oauth2", "userlogin"];

/// What it is read from.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    pub tape: &'a Tape,
    /// `<title>` as it stands.
    pub html_title: &'a str,
    /// Text of the page's first main headings.
    pub headings: &'a [String],
    pub body_chars: u32,
    /// The page carries an article's or a list's signs.
    pub has_matter: bool,
    pub url: &'a PageUrl,
    pub is_home: bool,
}

/// The page wants a password, and says or is called so.
pub fn read(page: &SignIn<'_>) -> bool {
    if page.is_home || page.has_matter || page.body_chars > ASKING_CHARS_MAX {
        return false;
    }
    let says = |text: &str| {
        let text = text.to_lowercase();
        TITLES.iter().any(|word| text.contains(word))
    };
    let is_named = is_address(page.url) || says(page.html_title) || page.headings.iter().any(|heading| says(heading));
    is_named && asks_password(page.tape)
}

fn asks_password(tape: &Tape) -> bool {
    tape.elements(Tag::Input)
        .any(|id| tape.attr(id, Attr::Type).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("password")))
}

fn is_address(url: &PageUrl) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.split('/').any(|segment| segment.split('.').next().is_some_and(|stem| ADDRESSES.contains(&stem)))
}

#[cfg(test)]
mod tests {
    use crate::read::{PageInput, read_page};
    use crate::url::PageUrl;

    fn asks(path: &str, html: &str) -> bool {
        let url = PageUrl::parse(&format!("http://zwfw.example.gov.cn{path}")).unwrap();
        let home = PageUrl::parse("http://zwfw.example.gov.cn/").unwrap();
        let input = PageInput {
            url: &url,
            bytes: html.as_bytes(),
            header_charset: Some("utf-8"),
            today: jiff::civil::date(2026, 11, 24),
            home: Some(&home),
            selectors: None,
            asked: None,
            typos: None,
            signs: None,
        };
        read_page(&input).facts.asks_sign_in
    }

    const BOX: &str = "<form action=/login.do>用户名<input name=u>密码<input TYPE=Password name=p><input type=submit></form>";

    #[test]
    fn a_page_that_wants_a_password_and_says_so_asks_for_it() {
        assert!(asks("/sb/", &format!("<title>用户登录</title>{BOX}")));
        assert!(asks("/cas/login.jsp", &format!("<title>某省政务服务网</title>{BOX}")));
        assert!(asks("/sb/", &format!("<title>某省政务服务网</title><h1>统一身份认证</h1>{BOX}")));
    }

    #[test]
    fn a_box_beside_other_matter_and_an_article_about_signing_in_ask_for_nothing() {
        let row = |day| format!("<li><a href=/a{day}.html>关于做好第{day}批企业申报的通知</a><span>2026-11-0{day}</span></li>");
        let rows = (1..6).map(row).collect::<Vec<_>>().concat();
        assert!(!asks("/tzgg/", &format!("<title>通知公告</title>{BOX}<ul class=list>{rows}</ul>")));
        assert!(!asks("/tzgg/", &format!("<title>登录系统升级通知</title>{BOX}<ul class=list>{rows}</ul>")));
        assert!(!asks("/a.html", "<title>登录方式调整的说明</title><p>自即日起，统一使用身份认证平台登录。</p>"));
        assert!(!asks("/tjxx/", &format!("<title>信息提交</title><p>请填写查询密码。</p>{BOX}")), "nothing says sign in");
        assert!(!asks("/", &format!("<title>用户登录</title>{BOX}")), "a home page is judged as one");
        let text = "为方便企业办事，省厅对申报系统进行了升级改造。".repeat(30);
        assert!(!asks("/a.html", &format!("<title>登录指南</title><p>{text}</p>{BOX}")));
    }
}
