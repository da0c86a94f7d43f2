//! The words of the audit in Chinese and English: reasons why something could not be judged, values of findings, results of
//! indicators. Rules and standards bring their own words; these are what the program itself has to say.

use crate::model::finding::Certainty;
use crate::model::outcome::{FailureClass, Outcome};
use crate::model::rule::Lang;

/// Key, Chinese, English; in the order of the keys' groups. Checks use the keys of `value.` groups with `@` before them.
const WORDS: &[(&str, &str, &str)] = &[
    // why something is undetermined
    (
        "home-unreachable",
        "网站首页无法访问，未取得可供判定的页面",
        "the home page could not be read, so there was nothing to judge",
    ),
    (
        "home-blocked",
        "网站首页被防护设备拦截，未取得可供判定的页面",
        "a protection page stands before the site, so there was nothing to judge",
    ),
    ("home-not-requested", "本次巡查未访问到网站首页", "the home page was not requested in this run"),
    ("no-pages", "未取得可供判定的页面", "no page of the site was read"),
    ("check-panicked", "检查程序内部出错，该项未完成", "the check failed inside the program"),
    ("nothing-judged", "未发现可供判定的对象", "nothing was found that could be judged"),
    ("crawl-unfinished", "本次巡查未完成", "the crawl has not finished"),
    (
        "too-many-undetermined",
        "部分栏目未能判定，不能排除达到否决数量",
        "some columns could not be judged, and with them the number might be reached",
    ),
    // what a full run would settle (keys of `NotCovered`)
    ("page-budget", "页面数量达到上限，未巡查完", "the page budget ran out before the site was covered"),
    ("time-budget", "巡查时间达到上限，未巡查完", "the time budget ran out before the site was covered"),
    ("window-closed", "访问时段已结束，未巡查完", "the hours for requests ended before the site was covered"),
    ("interrupted", "巡查被中断，未巡查完", "the run was interrupted before the site was covered"),
    ("host-paused", "站点多次访问失败，其余页面未再访问", "the host failed so often that the rest was left alone"),
    ("site-unreachable", "站点无法访问", "the site could not be reached"),
    ("site-blocked", "站点被防护设备拦截", "a protection page stands before the site"),
    ("home-elsewhere", "首页跳转到未列入检查的网站", "the home page leads to a host that is not declared"),
    ("home-no-page", "首页地址返回的不是网页", "what answers at the home address is no web page"),
    (
        "robots-unreachable",
        "robots.txt未能读取，站内页面未访问",
        "robots.txt could not be read, so the pages were not requested",
    ),
    // statuses
    ("status.400", "返回400（请求无效）", "answers 400 (bad request)"),
    ("status.401", "返回401（需要登录）", "answers 401 (sign-in required)"),
    ("status.403", "返回403（拒绝访问）", "answers 403 (forbidden)"),
    ("status.404", "返回404（页面不存在）", "answers 404 (not found)"),
    ("status.405", "返回405（不接受此类请求）", "answers 405 (method not allowed)"),
    ("status.406", "返回406（不接受此类请求）", "answers 406 (not acceptable)"),
    ("status.407", "返回407（需要代理认证）", "answers 407 (proxy sign-in required)"),
    ("status.410", "返回410（页面已删除）", "answers 410 (gone)"),
    ("status.412", "返回412（被防护设备拦截）", "answers 412 (a protection page)"),
    ("status.429", "返回429（访问过于频繁）", "answers 429 (too many requests)"),
    ("status.500", "返回500（服务器内部错误）", "answers 500 (server error)"),
    ("status.502", "返回502（网关错误）", "answers 502 (bad gateway)"),
    ("status.503", "返回503（服务不可用）", "answers 503 (service unavailable)"),
    ("status.504", "返回504（网关超时）", "answers 504 (gateway timeout)"),
    // failures
    ("failure.dns", "域名无法解析", "the name does not resolve"),
    ("failure.connect", "无法建立连接", "no connection could be made"),
    ("failure.tls", "加密连接（HTTPS）建立失败", "the TLS handshake failed"),
    ("failure.timeout", "访问超时", "no answer within the time limit"),
    ("failure.reset", "连接中断", "the connection broke off"),
    ("failure.protocol", "返回内容不符合HTTP协议", "the answer is not valid HTTP"),
    ("failure.redirect-loop", "循环跳转", "redirects in a loop"),
    ("failure.redirect-too-many", "跳转次数过多", "too many redirects"),
    ("failure.redirect-bad", "跳转地址无效", "redirects to an unusable address"),
    // protection pages
    ("challenge.ruishu", "被防护设备（动态防护页面）拦截", "stopped by a protection page (dynamic script)"),
    ("challenge.jiasule", "被防护设备（加速防护页面）拦截", "stopped by a protection page (cookie script)"),
    ("challenge.cookie-reload", "被防护设备（Cookie验证页面）拦截", "stopped by a protection page (cookie and reload)"),
    ("challenge.captcha", "需要输入验证码", "a captcha stands before it"),
    ("challenge.throttled", "网站提示访问过于频繁，暂不提供内容", "turned away for asking too often"),
    ("challenge.firewall", "被防火墙拦截", "stopped by a firewall's block page"),
    // what was not asked for
    ("skip.robots", "robots.txt不允许访问", "robots.txt disallows it"),
    ("skip.private-address", "指向内网地址，未访问", "a private address, not requested"),
    ("skip.page-budget", "页面数量达到上限，未访问", "the page budget was used up"),
    ("skip.time-budget", "巡查时间达到上限，未访问", "the time budget was used up"),
    ("skip.window-closed", "访问时段已结束，未访问", "the hours for requests had ended"),
    ("skip.interrupted", "巡查被中断，未访问", "the run was interrupted"),
    ("skip.excluded", "按配置排除，未访问", "left out by configuration"),
    ("skip.address-too-long", "地址过长，未访问", "the address is too long"),
    ("skip.too-deep", "层级过深，未访问", "too far from the home page"),
    ("skip.endless-series", "疑似无限延伸的地址，未访问", "looks like an endless series of addresses"),
    ("skip.host-paused", "站点多次访问失败，未再访问", "the host failed too often and was left alone"),
    ("skip.external-off", "按配置不检查站外链接", "external links are switched off"),
    // what came instead
    ("wrong-type.html", "返回的是网页而不是文件", "a web page came instead of the file"),
    ("wrong-type.other", "返回的内容与文件类型不符", "the content is not what the address says"),
    // soft 404
    ("soft-404.home", "访问后跳转到网站首页", "it leads to the home page instead"),
    (
        "soft-404.home-sent",
        "返回的内容与网站首页相同（服务器繁忙时也可能如此，需人工核实）",
        "the content is that of the home page (a busy server may do so too: to be checked by a person)",
    ),
    (
        "soft-404.no-tags",
        "没有该站其他页面都有的标签和标题，几乎没有正文（需人工核实）",
        "it has neither the tags nor the title that the site's pages have, and next to no text (to be checked by a person)",
    ),
    ("soft-404.missing", "返回的内容与该站“页面不存在”的提示页相同", "the content is that of the site's \"not found\" page"),
    (
        "soft-404.missing-redirect",
        "跳转到该站“页面不存在”时跳转的同一页面",
        "it leads to the same page as an address that cannot exist",
    ),
    // why a host is taken for one of the unit's
    ("undeclared.subdomain", "是本单位网站域名的下级域名", "its name lies below that of the unit's site"),
    (
        "undeclared.same-site-code",
        "页面标明的网站标识码与本单位网站相同",
        "it shows the site code (网站标识码) of the unit's site",
    ),
    ("undeclared.same-owner", "页面标明的主办单位与本单位网站相同", "it names the same owner as the unit's site"),
    // why a column, the home page or a document could not be judged
    ("no-list", "未识别出栏目列表（可能由脚本生成）", "no list was recognised (it may be drawn by a script)"),
    (
        "script-data",
        "栏目列表由脚本载入，需用浏览器才能读取",
        "the rows of the list are loaded by a script; reading them takes a browser",
    ),
    ("frame", "栏目列表在内嵌框架中，未能读取", "the list stands in a frame that could not be read"),
    ("needs-browser", "栏目内容由脚本生成，需用浏览器才能读取", "the page is drawn by a script; reading it takes a browser"),
    ("render-no-rows", "栏目列表由脚本载入，用浏览器打开后仍未见列表", "a browser showed no list on the page either"),
    (
        "bad-selector",
        "配置中的选择器（row_selector、date_selector）有误",
        "the selector in crawl.toml (row_selector, date_selector) is no CSS selector",
    ),
    ("selector-found-nothing", "按配置的选择器（row_selector）未找到列表", "the row_selector in crawl.toml found no list"),
    ("list-data-missing", "栏目列表数据未能取得", "the data of the list did not come"),
    ("first-page-missing", "栏目列表首页未能读取", "the first page of the list could not be read"),
    (
        "oldest-first-incomplete",
        "栏目列表由旧到新排列且未读全，最新信息未能取得",
        "the list runs from old to new and was not read in full, so its newest item is not known",
    ),
    ("leads-home", "访问后跳转到网站首页", "it leads to the home page instead"),
    ("sign-in", "需要登录才能查看", "it asks for a sign-in"),
    ("not-html", "返回的内容不是网页", "what came is no web page"),
    ("challenged", "被防护设备拦截", "stopped by a protection page"),
    ("not-crawled", "本次巡查未访问到该栏目", "the column was not requested in this run"),
    ("error-page", "返回的是错误提示页", "an error page came instead"),
    ("no-dates", "栏目列表及所链接文章均未标明日期", "neither the rows nor their articles show a date"),
    ("undated-above", "最新的有日期信息之前还有未标明日期的信息", "rows without a date stand above the newest dated one"),
    ("home-undated", "首页信息未标明日期或未能读取", "the items of the home page show no date or could not be read"),
    ("home-drawn-by-script", "首页内容由脚本生成，未能读取", "the home page is drawn by a script and could not be read"),
    ("footer-unread", "页脚内容由脚本或框架载入，未能读取", "the footer is loaded by a script or frame that could not be read"),
    ("document-undated", "文件页面未标明发布日期", "the document's page shows no date"),
    ("interpretation-undated", "解读页面未标明发布日期", "the interpretation's page shows no date"),
    (
        "probes-missing",
        "没有连续1周、每天20次以上的监测记录（xuncha probe）",
        "there is no log of a week with at least 20 probes a day (`xuncha probe`)",
    ),
    ("calendar-missing", "缺少相应年度的放假安排", "the holidays of that year are not known"),
    // notes of the column ledger
    ("parent-column", "内容在下级栏目", "its items stand in its child columns"),
    ("static-page", "单页内容，无更新期限", "a page of text, without a limit"),
    ("no-limit", "该类栏目未设更新期限", "columns of this class have no limit"),
    // marks of the footer; a value follows behind
    ("mark.missing", "未列明", " is missing"),
    ("mark.malformed", "格式不符：", " is malformed: "),
    ("mark.conflict", "各处不一致：", " differs between its places: "),
    // tags of a page's head
    ("tags.lacking", "网页标签不全，缺少", "Tags of the page's head are lacking: "),
    ("tags.untrue", "网页标签与页面实际不符：", "A tag of the page's head is not what the page shows: "),
    // the form of a site's name
    ("domain.address", "以IP地址提供服务，未使用域名", "it is served at an IP address, without a name"),
    ("domain.ending", "不以.gov.cn（或.政务）结尾", "it does not end in .gov.cn (or .政务)"),
    (
        "domain.first-level",
        "非政府门户网站使用政府网站一级域名",
        "a site that is no government's portal uses a first-level government domain",
    ),
    // certificates
    ("no-tls", "网站未启用HTTPS，无证书可查", "the site is not served over HTTPS, so there is no certificate"),
    ("certificate.expired", "已过期", "has expired"),
    ("certificate.not-yet-valid", "尚未生效", "is not valid yet"),
    ("certificate.wrong-name", "与网站域名不符", "is for another name"),
    ("certificate.unknown-issuer", "由未知机构签发或证书链不完整", "comes from an unknown issuer, or its chain is incomplete"),
    ("certificate.revoked", "已被吊销", "has been revoked"),
    ("certificate.invalid", "有误", "is faulty"),
    ("certificate.other", "有误", "is faulty"),
    // service guides
    ("guide.lacking", "缺少要素：", "lacks: "),
    ("guide.vague", "办理材料表述含糊：", "names its materials vaguely: "),
    // statutory papers
    ("paper.absent", "未发现", "was not found"),
    ("paper.late", "发布超过期限，发布日期为", "was published after its last day, on "),
    ("paper.lacking", "缺少内容：", "lacks: "),
    ("paper.not-on-home", "首页未设链接", "is not linked from the home page"),
    ("paper.other-code", "所填网站标识码与页脚不一致：", "names another site code than the footer: "),
    ("paper.none-read", "未读到相关内容", "nothing of it was read"),
    ("no-funds", "未发现专项资金栏目", "there is no column on special funds"),
    ("letters-undated", "未读到标明日期的公开留言", "no published letter with its dates was read"),
    ("no-surveys", "未发现征集调查栏目", "there is no column of consultations"),
    ("kind-exempt", "该类网站不适用", "sites of this kind are exempt"),
    (
        "no-dated-documents",
        "没有同时标明成文日期和发布日期的本单位文件",
        "no own document shows both its date and its publication",
    ),
    ("footer-source", "页脚由此载入，已读取", "the footer is loaded from here; it was read"),
    // what brought an interpretation to its document
    ("matched.link", "按页面相互链接配对", "matched by a link"),
    ("matched.number", "按引用的文号配对", "matched by the number that is cited"),
    ("matched.title", "按标题配对", "matched by the title"),
    // which two days of an article do not agree
    ("date-sign.row", "栏目列表标注的日期", "the list dates it"),
    ("date-sign.tag", "网页标签PubDate的日期", "the PubDate tag dates it"),
    ("date-sign.address", "网页地址中的日期", "its address dates it"),
    // how links are hidden
    ("hidden.display", "以样式设为不显示", "by a style that shows nothing"),
    ("hidden.colour", "以透明或与背景相同的颜色隐藏", "by a colour that cannot be told from its ground"),
    ("hidden.size", "以极小的尺寸隐藏", "by a size of next to nothing"),
    ("hidden.position", "移至窗口之外", "by a position outside the window"),
    ("hidden.script", "由脚本隐藏", "by a script"),
    // what outside pages have become
    ("hijack.gambling", "页面出现赌博内容", "it shows gambling"),
    ("hijack.adult", "页面出现色情低俗内容", "it shows pornography"),
    ("hijack.parking", "域名已过期或正在出售", "its domain has lapsed or is for sale"),
    ("hijack.illegal", "页面出现违法交易信息", "it shows illegal trade"),
    ("hijack.elsewhere", "跳转到公共机构以外的网站", "it leads to a host outside the public sector"),
    ("hijack.retitled", "页面标题与上次巡查时完全不同", "its title has nothing in common with that of the last run"),
    // personal data
    ("personal.identity-number", "公民身份号码", "identity numbers"),
    ("personal.mobile", "个人手机号码", "mobile numbers of persons"),
    ("personal.bank-card", "银行卡号", "bank card numbers"),
    // where a date was read
    ("dated.tag", "取自网页标签", "from a tag"),
    ("dated.label", "取自页面标注", "from a label on the page"),
    ("dated.row", "取自栏目列表", "from the row of the list"),
    ("dated.url", "取自网页地址", "from the address"),
    ("dated.text", "取自页面文字", "from the text"),
];

/// What a key means; an unknown key is shown as it is.
pub fn key(key: &str, lang: Lang) -> String {
    if let Some(&(_, zh, en)) = WORDS.iter().find(|(known, _, _)| *known == key) {
        return pick(lang, zh, en).to_owned();
    }
    if let Some(status) = key.strip_prefix("status.") {
        return match lang {
            Lang::Zh => format!("返回状态码{status}"),
            Lang::En => format!("answers {status}"),
        };
    }
    for group in ["wrong-type", "certificate"] {
        let other = format!("{group}.other");
        if key != other && key.starts_with(&format!("{group}.")) {
            return self::key(&other, lang);
        }
    }
    key.to_owned()
}

/// Why a request failed, in words.
pub fn failure(class: FailureClass, lang: Lang) -> String {
    let name = serde_json::to_value(class).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    key(&format!("failure.{name}"), lang)
}

/// A value or a piece of evidence: `@key` is worded, and so are `@attempt GET 404`, `@dated 2026-08-04 row` and `@list trs 3 45`;
/// anything else stands as it is.
pub fn value(text: &str, lang: Lang) -> String {
    let Some(rest) = text.strip_prefix('@') else { return text.to_owned() };
    let words: Vec<&str> = rest.split(' ').collect();
    match (words.as_slice(), lang) {
        (["attempt", method, result], _) => return attempt(method, result, lang),
        (["dated", day, source], Lang::Zh) => return format!("{day}（{}）", key(&format!("dated.{source}"), lang)),
        (["dated", day, source], Lang::En) => return format!("{day} ({})", key(&format!("dated.{source}"), lang)),
        (["tries", number, reason], Lang::Zh) => return format!("访问{number}次均未打开：{}", key(reason, lang)),
        (["tries", number, reason], Lang::En) => return format!("did not open in {number} attempt(s): {}", key(reason, lang)),
        (["times", number, reason], Lang::Zh) => return format!("{number}次：{}", key(reason, lang)),
        (["times", number, reason], Lang::En) => return format!("{number} times: {}", key(reason, lang)),
        (["probed", total, not_opened, percent], Lang::Zh) => {
            return format!("近1周监测{total}次，15秒内未打开{not_opened}次，占{percent}%");
        }
        (["probed", total, not_opened, percent], Lang::En) => {
            return format!("did not open within 15 seconds in {not_opened} of {total} probes of a week ({percent} %)");
        }
        (["tags", kind, tag, count, pages], _) => return tags(kind, tag, count, pages, lang),
        (["list", family, pages, rows], Lang::Zh) => return format!("列表机制{family}，读取{pages}页，共{rows}条"),
        (["list", family, pages, rows], Lang::En) => {
            return format!("list mechanism {family}, pages read: {pages}, rows: {rows}");
        }
        _ => {}
    }
    if is_key(rest) { key(rest, lang) } else { text.to_owned() }
}

fn tags(kind: &str, tag: &str, count: &str, pages: &str, lang: Lang) -> String {
    let of = match (kind, lang) {
        ("home", Lang::Zh) => "首页",
        ("column", Lang::Zh) => "栏目页",
        (_, Lang::Zh) => "内容页",
        ("home", Lang::En) => "home",
        ("column", Lang::En) => "column",
        (_, Lang::En) => "article",
    };
    match lang {
        Lang::Zh => format!("{of}共{pages}页，其中{count}页缺少{tag}"),
        Lang::En => format!("{count} of {pages} {of} pages lack {tag}"),
    }
}

fn attempt(method: &str, result: &str, lang: Lang) -> String {
    let group = if result.bytes().all(|byte| byte.is_ascii_digit()) { "status" } else { "failure" };
    let result = key(&format!("{group}.{result}"), lang);
    match lang {
        Lang::Zh => format!("{method}请求：{result}"),
        Lang::En => format!("{method}: {result}"),
    }
}

/// Page text may begin with `@` too; a key is ASCII without spaces, and known.
fn is_key(text: &str) -> bool {
    ["status.", "wrong-type.", "certificate."].iter().any(|group| text.starts_with(group))
        || WORDS.iter().any(|(known, _, _)| *known == text)
}

/// A message template with its placeholders filled; a placeholder without a value is left out.
pub fn fill(template: &str, lang: Lang, get: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut parts = template.split('{');
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        if let Some((name, rest)) = part.split_once('}') {
            out.push_str(&value(&get(name).unwrap_or_default(), lang));
            out.push_str(rest);
        } else {
            out.push('{');
            out.push_str(part);
        }
    }
    out
}

/// What stands before a message that is not certain.
pub fn reserve(certainty: Certainty, lang: Lang) -> &'static str {
    match certainty {
        Certainty::Confirmed => "",
        Certainty::Suspected => pick(lang, "疑似：", "Suspected: "),
        Certainty::Intermittent => pick(lang, "时好时坏：", "Now and then: "),
        Certainty::Blocked => pick(lang, "访问受阻，未能判定：", "Kept out, not judged: "),
    }
}

/// What counts of a line, for its result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Confirmed findings.
    pub confirmed: u32,
    /// Findings of any other certainty.
    pub unconfirmed: u32,
    pub threshold: Option<u32>,
    pub is_veto: bool,
    pub is_failed: bool,
}

/// 检查情况 of a line that was judged.
pub fn result(tally: Tally, lang: Lang) -> String {
    let Tally { confirmed, unconfirmed, threshold, is_veto, is_failed } = tally;
    let mut text = match (confirmed, lang) {
        (0, Lang::Zh) => "未发现".to_owned(),
        (0, Lang::En) => "none found".to_owned(),
        (n, Lang::Zh) => format!("发现{n}处"),
        (n, Lang::En) => format!("{n} found"),
    };
    if confirmed > 0
        && is_veto
        && let Some(threshold) = threshold
    {
        let reached = match (is_failed, lang) {
            (true, Lang::Zh) => format!("，达到单项否决数量（{threshold}处）"),
            (true, Lang::En) => format!("; the number for a veto ({threshold}) is reached"),
            (false, Lang::Zh) => format!("，未达到单项否决数量（{threshold}处）"),
            (false, Lang::En) => format!("; the number for a veto ({threshold}) is not reached"),
        };
        text.push_str(&reached);
    }
    if unconfirmed > 0 {
        text.push_str(&unconfirmed_note(unconfirmed, lang));
    }
    text
}

/// 检查情况 of a line that could not be judged.
pub fn undetermined(tally: Tally, why: &str, lang: Lang) -> String {
    let mut text = match lang {
        Lang::Zh => format!("未能判定：{why}"),
        Lang::En => format!("undetermined: {why}"),
    };
    if tally.confirmed > 0 {
        let so_far = match lang {
            Lang::Zh => format!("；已发现{}处", tally.confirmed),
            Lang::En => format!("; {} found so far", tally.confirmed),
        };
        text.push_str(&so_far);
    }
    if tally.unconfirmed > 0 {
        text.push_str(&unconfirmed_note(tally.unconfirmed, lang));
    }
    text
}

fn unconfirmed_note(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("；另有{count}处待人工核实"),
        Lang::En => format!("; {count} more to be looked at by a person"),
    }
}

/// A line of a rule's undetermined things: how many, where, why.
pub fn undetermined_of_rule(site: &str, count: usize, reason: &str, lang: Lang) -> String {
    let reason = key(reason, lang);
    match (count, lang) {
        (0, Lang::Zh) => format!("{site}：{reason}"),
        (0, Lang::En) => format!("{site}: {reason}"),
        (n, Lang::Zh) => format!("{site}：{n}处未能判定，{reason}"),
        (n, Lang::En) => format!("{site}: {n} could not be judged, {reason}"),
    }
}

/// What looking again came to, in words, by its key.
pub(super) fn of_recheck(key: &str, lang: Lang) -> &'static str {
    match key {
        "unasked" => pick(lang, "复查时未能请求该网址", "the address could not be asked for"),
        "pages-left" => pick(lang, "所在页面较多，尚未全部复查", "on more pages than were looked at"),
        "unread" => pick(lang, "复查时未能读取页面", "the page could not be read"),
        "target-unread" => pick(lang, "复查时该网址访问受阻，未能判定", "the address was blocked, and could not be judged"),
        "unlinked" => pick(lang, "已复查的页面不再链接该网址", "the pages looked at link to it no more"),
        _ => pick(lang, "复查时未再发现该问题", "not found any more"),
    }
}

/// The answer of an address that was looked at again.
pub(super) fn answer_of_recheck(outcome: &Outcome, lang: Lang) -> String {
    match (outcome, outcome.status(), lang) {
        (Outcome::Failed { class, .. }, _, Lang::Zh) => format!("复查时{}", failure(*class, Lang::Zh)),
        (Outcome::Failed { class, .. }, _, Lang::En) => failure(*class, Lang::En),
        (Outcome::Challenged { .. }, ..) => pick(lang, "复查时被防护页面拦截", "a protection page answered").to_owned(),
        (_, Some(status), Lang::Zh) => format!("复查时返回{status}"),
        (_, Some(status), Lang::En) => format!("answered {status}"),
        (_, None, _) => of_recheck("unasked", lang).to_owned(),
    }
}

/// The newest item of a column that was looked at again.
pub(super) fn newest_of_recheck(day: &str, title: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("最近更新{day}：{title}"),
        Lang::En => format!("newest {day}: {title}"),
    }
}

/// In place of a document, for a criterion that is the tool's or the user's own.
pub fn by_configuration(lang: Lang) -> &'static str {
    pick(lang, "本工具设定的检查项", "a setting of this tool")
}

fn pick<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_worded_and_page_text_is_left_alone() {
        assert_eq!(value("@status.404", Lang::Zh), "返回404（页面不存在）");
        assert_eq!(value("@status.418", Lang::En), "answers 418");
        assert_eq!(value("@attempt HEAD dns", Lang::Zh), "HEAD请求：域名无法解析");
        assert_eq!(value("@attempt GET 503", Lang::En), "GET: answers 503 (service unavailable)");
        assert_eq!(value("@dated 2026-08-04 row", Lang::Zh), "2026-08-04（取自栏目列表）");
        assert_eq!(value("@list trs 3 45", Lang::Zh), "列表机制trs，读取3页，共45条");
        assert_eq!(value("@mark.missing", Lang::Zh), "未列明");
        assert_eq!(value("@所有人", Lang::Zh), "@所有人");
        assert_eq!(value("@wrong-type.html", Lang::En), "a web page came instead of the file");
    }

    #[test]
    fn no_key_stands_twice() {
        let mut keys: Vec<&str> = WORDS.iter().map(|(key, _, _)| *key).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn templates_are_filled_and_stray_braces_stay() {
        let get = |name: &str| (name == "a").then(|| "@failure.tls".to_owned());
        assert_eq!(fill("x {a} y {b}z {", Lang::En, get), "x the TLS handshake failed y z {");
    }

    #[test]
    fn results_say_what_was_found_and_whether_it_suffices() {
        let tally = Tally { confirmed: 3, threshold: Some(5), is_veto: true, ..Tally::default() };
        assert_eq!(result(tally, Lang::Zh), "发现3处，未达到单项否决数量（5处）");
        assert_eq!(result(Tally { unconfirmed: 2, ..Tally::default() }, Lang::Zh), "未发现；另有2处待人工核实");
        assert_eq!(undetermined(tally, "巡查未完成", Lang::Zh), "未能判定：巡查未完成；已发现3处");
    }

    #[test]
    fn every_class_of_failure_challenge_and_skip_has_words() {
        use crate::model::outcome::{ChallengeKind, FailureClass, SkipReason};
        use FailureClass as F;
        use SkipReason as S;
        let mut keys = Vec::new();
        for class in
            [F::Dns, F::Connect, F::Tls, F::Timeout, F::Reset, F::Protocol, F::RedirectLoop, F::RedirectTooMany, F::RedirectBad]
        {
            keys.push(format!("failure.{}", serde_json::to_value(class).unwrap().as_str().unwrap()));
        }
        for kind in [
            ChallengeKind::Ruishu,
            ChallengeKind::Jiasule,
            ChallengeKind::CookieReload,
            ChallengeKind::Captcha,
            ChallengeKind::Firewall,
            ChallengeKind::Throttled,
        ] {
            keys.push(format!("challenge.{}", serde_json::to_value(kind).unwrap().as_str().unwrap()));
        }
        for why in [
            S::Robots,
            S::PrivateAddress,
            S::PageBudget,
            S::TimeBudget,
            S::Interrupted,
            S::Excluded,
            S::AddressTooLong,
            S::TooDeep,
            S::EndlessSeries,
            S::HostPaused,
            S::ExternalOff,
        ] {
            keys.push(format!("skip.{}", serde_json::to_value(why).unwrap().as_str().unwrap()));
        }
        for known in keys {
            assert_ne!(key(&known, Lang::Zh), known);
        }
    }
}
