//! The words of the reports, Chinese and English side by side. No sentence is put together anywhere else but in
//! `build` (notes), `narrative` (overview), `document` (the report as a document) and `offices` (notices).

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use regex::Regex;

use crate::model::finding::{Certainty, Level};
use crate::model::report::{ColumnState, IndicatorState, InterpretationState, SiteVerdict};
use crate::model::review::Mark;
use crate::model::rule::Lang;
use crate::model::run::RendererFault;
use crate::model::site::{ColumnClass, SiteKind};

/// Words in the language of one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) lang: Lang,
}

impl Words {
    /// Of a report's `lang`; anything but `en` is Chinese.
    pub(crate) fn of(lang: &str) -> Self {
        Self { lang: if lang == "en" { Lang::En } else { Lang::Zh } }
    }

    pub(crate) fn say(self, zh: &'static str, en: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A phrase with a number in the place of `#`.
    pub(crate) fn fill(self, zh: &'static str, en: &'static str, number: impl std::fmt::Display) -> String {
        self.say(zh, en).replace('#', &number.to_string())
    }

    /// For the `lang` attribute.
    pub(crate) fn tag(self) -> &'static str {
        self.say("zh-CN", "en")
    }

    pub(crate) fn level(self, level: Level) -> &'static str {
        match level {
            Level::Veto => self.say("单项否决", "Veto"),
            Level::Deduct => self.say("扣分", "Deduction"),
            Level::Advice => self.say("提示", "Advice"),
        }
    }

    pub(crate) fn level_class(self, level: Level) -> &'static str {
        match level {
            Level::Veto => self.say("单项否决类", "veto"),
            Level::Deduct => self.say("扣分类", "deduction"),
            Level::Advice => self.say("提示类", "advice"),
        }
    }

    pub(crate) fn certainty(self, certainty: Certainty) -> &'static str {
        match certainty {
            Certainty::Confirmed => self.say("已确认", "Confirmed"),
            Certainty::Suspected => self.say("疑似，待人工核实", "Suspected, to be checked by a person"),
            Certainty::Intermittent => self.say("时好时坏，待复查", "Intermittent, to be checked again"),
            Certainty::Blocked => self.say("访问受阻，未能判定", "Blocked, undetermined"),
        }
    }

    pub(crate) fn verdict(self, verdict: SiteVerdict) -> &'static str {
        match verdict {
            SiteVerdict::Qualified => self.say("合格", "Qualified"),
            SiteVerdict::Unqualified => self.say("不合格", "Unqualified"),
            SiteVerdict::Undetermined => self.say("未能判定", "Undetermined"),
        }
    }

    pub(crate) fn mark(self, mark: Mark) -> &'static str {
        match mark {
            Mark::True => self.say("属实", "True"),
            Mark::FalseAlarm => self.say("误报", "False alarm"),
            Mark::Mended => self.say("已整改", "Mended"),
            Mark::SetAside => self.say("不予处理", "Set aside"),
        }
    }

    pub(crate) fn site_kind(self, kind: SiteKind) -> &'static str {
        match kind {
            SiteKind::Portal => self.say("门户网站", "Portal"),
            SiteKind::SecondLevel => self.say("二级网站", "Second-level site"),
        }
    }

    pub(crate) fn indicator_kind(self, kind: &str) -> &'static str {
        match kind {
            "veto" => self.say("单项否决指标", "Veto indicators"),
            "deduct" => self.say("扣分指标", "Deduction indicators"),
            "bonus" => self.say("加分指标", "Bonus indicators"),
            "advice" => self.say("提示事项", "Advice"),
            _ => self.say("其他指标", "Other indicators"),
        }
    }

    pub(crate) fn indicator_state(self, state: IndicatorState) -> &'static str {
        match state {
            IndicatorState::Clear => self.say("未发现", "None found"),
            IndicatorState::Found => self.say("发现问题", "Found"),
            IndicatorState::Undetermined => self.say("未能判定", "Undetermined"),
        }
    }

    pub(crate) fn column_class(self, class: ColumnClass) -> &'static str {
        match class {
            ColumnClass::News => self.say("动态要闻", "News"),
            ColumnClass::Notice => self.say("通知公告", "Notices"),
            ColumnClass::Policy => self.say("政策文件", "Policy documents"),
            ColumnClass::Interpretation => self.say("政策解读", "Interpretations"),
            ColumnClass::Plan => self.say("规划计划", "Plans"),
            ColumnClass::Personnel => self.say("人事信息", "Personnel"),
            ColumnClass::Disclosure => self.say("信息公开", "Disclosure"),
            ColumnClass::Interaction => self.say("互动交流", "Interaction"),
            ColumnClass::Service => self.say("办事服务", "Services"),
            ColumnClass::Topic => self.say("专题专栏", "Topics"),
            ColumnClass::Static => self.say("静态内容", "Static"),
            ColumnClass::Other => self.say("其他", "Other"),
        }
    }

    pub(crate) fn column_state(self, state: ColumnState) -> &'static str {
        match state {
            ColumnState::Fresh => self.say("正常", "Fresh"),
            ColumnState::DueSoon => self.say("即将到期", "Due soon"),
            ColumnState::Stale => self.say("超期未更新", "Stale"),
            ColumnState::Empty => self.say("空白", "Empty"),
            ColumnState::Static => self.say("静态", "Static"),
            ColumnState::Archived => self.say("已归档", "Archived"),
            ColumnState::Undetermined => self.say("未能判定", "Undetermined"),
        }
    }

    pub(crate) fn interpretation_state(self, state: InterpretationState) -> &'static str {
        match state {
            InterpretationState::Ok => self.say("已解读", "Interpreted"),
            InterpretationState::Missing => self.say("未见解读", "No interpretation found"),
            InterpretationState::NotLinked => self.say("未双向关联", "Not linked both ways"),
            InterpretationState::Late => self.say("解读滞后", "Late"),
            InterpretationState::NotRequired => self.say("无需解读", "Not required"),
        }
    }

    pub(crate) fn form(self, form: &str) -> String {
        match form {
            "text" => self.say("文字解读", "text"),
            "graphic" => self.say("图解", "graphic"),
            "qa" => self.say("问答", "questions and answers"),
            "video" => self.say("视频", "video"),
            "press" => self.say("新闻发布会", "press conference"),
            "expert" => self.say("专家解读", "expert"),
            "media" => self.say("媒体解读", "media"),
            other => return other.to_owned(),
        }
        .to_owned()
    }

    pub(crate) fn matched_by(self, how: &str) -> String {
        match how {
            "link" => self.say("按链接", "by link"),
            "number" => self.say("按文号", "by document number"),
            "title" => self.say("按标题", "by title"),
            other => return other.to_owned(),
        }
        .to_owned()
    }

    pub(crate) fn evidence_kind(self, kind: &str) -> &'static str {
        match kind {
            "quote" | "new-word" => self.say("页面原文", "Quoted"),
            "new-title" => self.say("现标题", "Title now"),
            "new-host" => self.say("新增链接", "New link"),
            "new-date" => self.say("所标日期", "Dated"),
            "attempt" => self.say("访问记录", "Request"),
            "hop" => self.say("跳转", "Redirect"),
            "list" => self.say("列表读取", "List"),
            "date" => self.say("日期", "Date"),
            _ => self.say("说明", "Note"),
        }
    }

    /// What was not covered, by the key of its reason (`NotCovered::reason`).
    pub(crate) fn reason(self, reason: &str) -> String {
        match reason {
            "robots" => self.say("robots.txt 不允许访问", "disallowed by robots.txt"),
            "private-address" => self.say("指向内网地址，按设置不予访问", "private addresses, not requested by setting"),
            "page-budget" => self.say("已达单站页面数上限", "the limit of pages per site was reached"),
            "time-budget" => self.say("已达检查时长上限", "the time limit was reached"),
            "window-closed" => self.say("访问时段已结束", "the hours for requests had ended"),
            "interrupted" => self.say("检查中途停止", "the run was interrupted"),
            "excluded" => self.say("按配置排除", "left out by configuration"),
            "address-too-long" => self.say("网址过长", "the address is too long"),
            "too-deep" => self.say("距首页层级过深", "too many links away from the home page"),
            "endless-series" => self.say("疑似无穷尽的自动生成网址", "an apparently endless series of addresses"),
            "host-paused" => self.say("站点连续访问失败，暂停访问", "the host kept failing and was left alone"),
            "external-off" => self.say("按设置不检查站外链接", "external links are not checked by setting"),
            "site-unreachable" => self.say("站点无法访问", "the site could not be reached"),
            "site-blocked" => self.say("站点防护拦截", "the site's protection kept this tool out"),
            "home-elsewhere" => self.say("首页跳转到未列入检查的网站", "the home page leads to a host that is not declared"),
            "home-no-page" => self.say("首页地址返回的不是网页", "what answers at the home address is no web page"),
            "robots-unreachable" => self.say(
                "robots.txt 未能读取，站内网址按不允许访问处理",
                "robots.txt could not be read, which forbids all addresses",
            ),
            "challenged" => self.say("被防护页面拦截，内容未能读取", "a protection page stood before the content"),
            "body-cut" => self.say("页面过大，仅读取前部", "pages too large, only their beginning was read"),
            "not-modified" => {
                self.say("服务器答复“未变化”，内容未能取得", "the server said \"not modified\" and gave no content")
            }
            "links-cut" => self.say("页面链接过多，仅跟踪前部", "too many links on a page, only the first were followed"),
            "columns-cut" => self.say("栏目过多，超出部分未列入", "more columns than are kept, the rest was left out"),
            "documents-cut" => self.say(
                "政策文件和解读过多，超出部分未列入",
                "more documents and interpretations than are kept, the rest was left out",
            ),
            "needs-browser" => {
                self.say("列表由脚本生成，需用浏览器读取", "lists that scripts draw, which take a browser to read")
            }
            "render-budget" => self.say("浏览器打开的页面数已达上限", "the limit of pages opened in a browser was reached"),
            "render-failed" => self.say("浏览器未能在时限内打开页面", "the browser did not show the page in time"),
            other => return other.to_owned(),
        }
        .to_owned()
    }

    /// Why no page was opened in a browser although the configuration asks for it.
    pub(crate) fn renderer(self, fault: RendererFault) -> &'static str {
        match fault {
            RendererFault::NotBuilt => self.say(
                "配置启用了浏览器读取，但所用程序不含此功能，需用浏览器读取的栏目未能判定。",
                "The configuration asks for a browser, but this build of the tool has no part for it; columns that need one are undetermined.",
            ),
            RendererFault::Missing => self.say(
                "配置启用了浏览器读取，但未找到浏览器，需用浏览器读取的栏目未能判定。",
                "The configuration asks for a browser, but none was found; columns that need one are undetermined.",
            ),
            RendererFault::Broken => self.say(
                "配置启用了浏览器读取，但浏览器未能正常运行，部分需用浏览器读取的栏目未能判定。",
                "The configuration asks for a browser, but it did not work; some columns that need one are undetermined.",
            ),
        }
    }

    /// `2026年11月24日` / `2026-11-24` of an ISO date or RFC 3339 time (Beijing time); as written where it is neither.
    pub(crate) fn day(self, text: &str) -> String {
        let date = match text.parse::<Timestamp>() {
            Ok(at) => at.to_zoned(beijing()).date(),
            Err(_) => match text.parse::<jiff::civil::Date>() {
                Ok(date) => date,
                Err(_) => return text.to_owned(),
            },
        };
        match self.lang {
            Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            Lang::En => date.to_string(),
        }
    }

    /// `11-24`, for the foot of a curve.
    pub(crate) fn month_day(text: &str) -> String {
        match text.parse::<Timestamp>() {
            Ok(at) => at.to_zoned(beijing()).strftime("%m-%d").to_string(),
            Err(_) => text.to_owned(),
        }
    }

    /// `2026-11-24` of an RFC 3339 time, in Beijing time, for narrow cells.
    pub(crate) fn short_day(text: &str) -> String {
        match text.parse::<Timestamp>() {
            Ok(at) => at.to_zoned(beijing()).date().to_string(),
            Err(_) => text.to_owned(),
        }
    }

    /// `2026年11月24日09:00` / `2026-11-24 09:00 (Beijing time)`.
    pub(crate) fn moment(self, text: &str) -> String {
        let Ok(at) = text.parse::<Timestamp>() else { return text.to_owned() };
        let at = at.to_zoned(beijing());
        let clock = format!("{:02}:{:02}", at.hour(), at.minute());
        match self.lang {
            Lang::Zh => format!("{}{clock}", self.day(text)),
            Lang::En => format!("{} {clock}", at.date()),
        }
    }

    /// `2026年11月24日09:00至09:42`, naming the day again only where it differs.
    pub(crate) fn period(self, from: &str, to: &str) -> String {
        let (start, end) = (self.moment(from), self.moment(to));
        if start == end {
            return start;
        }
        let end = match (from.parse::<Timestamp>(), to.parse::<Timestamp>()) {
            (Ok(a), Ok(b)) if a.to_zoned(beijing()).date() == b.to_zoned(beijing()).date() => {
                let at = b.to_zoned(beijing());
                format!("{:02}:{:02}", at.hour(), at.minute())
            }
            _ => end,
        };
        format!("{start}{}{end}", self.say("至", " to "))
    }

    /// Running text: ISO dates become `2026年3月5日`, but not those inside quotations and addresses.
    pub(crate) fn prose(self, text: &str) -> String {
        static ISO: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\d{4}-\d{2}-\d{2}").expect("a constant pattern that a test compiles"));
        if self.lang == Lang::En {
            return text.to_owned();
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for found in ISO.find_iter(text) {
            let (before, after) = (text.get(..found.start()).unwrap_or_default(), text.get(found.end()..).unwrap_or_default());
            let quotes = |mark| before.matches(mark).count();
            let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '=');
            if quotes('“') > quotes('”') || before.ends_with(joined) || after.starts_with(joined) {
                continue;
            }
            out.push_str(text.get(from..found.start()).unwrap_or_default());
            out.push_str(&self.day(found.as_str()));
            from = found.end();
        }
        out + text.get(from..).unwrap_or_default()
    }

    /// A name in quotation marks, those inside it turned to inner ones.
    pub(crate) fn quoted(self, name: &str) -> String {
        match self.lang {
            Lang::Zh => format!("“{}”", name.replace('“', "‘").replace('”', "’")),
            Lang::En => format!("“{name}”"),
        }
    }

    /// Joins names as running text does.
    pub(crate) fn list(self, names: &[String]) -> String {
        names.join(self.say("、", ", "))
    }

    /// `（…）` / ` (…)`.
    pub(crate) fn aside(self, text: &str) -> String {
        match self.lang {
            Lang::Zh => format!("（{text}）"),
            Lang::En => format!(" ({text})"),
        }
    }
}

fn beijing() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_beijing_times_in_office_form() {
        let zh = Words::of("zh");
        assert_eq!(zh.moment("2026-11-23T17:05:00Z"), "2026年11月24日01:05");
        assert_eq!(zh.period("2026-11-24T09:00:00+08:00", "2026-11-24T09:42:10+08:00"), "2026年11月24日09:00至09:42");
        assert_eq!(zh.day("2026-03-05"), "2026年3月5日");
        assert_eq!(Words::of("en").moment("2026-11-23T17:05:00Z"), "2026-11-24 01:05");
        assert_eq!(zh.moment("yesterday"), "yesterday");
    }

    #[test]
    fn days_in_running_text_are_written_out_but_not_in_quotations_and_addresses() {
        let text = "“2026-10-10简报”于2026-10-10发布，见http://a.cn/2026-10-10/a.html，编号X2026-10-10";
        assert_eq!(
            Words::of("zh").prose(text),
            "“2026-10-10简报”于2026年10月10日发布，见http://a.cn/2026-10-10/a.html，编号X2026-10-10"
        );
        assert_eq!(Words::of("en").prose("on 2026-10-10"), "on 2026-10-10");
    }

    #[test]
    fn a_quotation_in_a_quotation_takes_inner_marks() {
        assert_eq!(Words::of("zh").quoted("“我为政府网站找错”入口缺失"), "“‘我为政府网站找错’入口缺失”");
    }
}
