//! What is wrong with a configuration file: where, which key, what is allowed. Worded in both languages.

use std::fmt::Write;
use std::path::PathBuf;

use crate::model::reason::Reason;
use crate::model::rule::Lang;
use crate::url::AddressFault;

/// The configuration cannot be used. `Display` is the English wording; [`ConfigError::message`] gives either.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub enum ConfigError {
    /// There is no such file.
    Missing { path: PathBuf },
    /// The file cannot be read.
    Unreadable { path: PathBuf, reason: Reason },
    /// The file is no UTF-8 text.
    NotText { path: PathBuf },
    /// All that is wrong with it, in the order of the lines.
    Faulty { path: PathBuf, faults: Vec<Fault> },
}

/// One fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// The key with its table (`[crawl] max_pages`); empty where none is concerned.
    pub key: String,
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// Not TOML; `detail` is the parser's own (English) sentence.
    Syntax {
        detail: String,
    },
    UnknownKey {
        near: Option<String>,
        allowed: Vec<String>,
    },
    /// A known key, in the wrong table.
    Misplaced {
        table: String,
    },
    WrongType {
        expected: Expected,
        found: Found,
    },
    OutOfRange {
        value: String,
        min: String,
        max: String,
    },
    NotOneOf {
        value: String,
        allowed: Vec<String>,
        near: Option<String>,
    },
    Missing,
    Empty,
    BadAddress {
        value: String,
        fault: AddressFault,
    },
    BadPattern {
        value: String,
        detail: String,
    },
    BadSelector {
        value: String,
    },
    /// The same site or column stands in an earlier line.
    Duplicate {
        line: usize,
    },
    /// A column that lies in no declared site.
    OutsideSites,
    NoSite,
    /// `date_selector` without `row_selector`.
    NeedsRowSelector,
    BadResolveHost {
        value: String,
    },
    BadResolveAddress {
        value: String,
    },
    BadUserAgent,
    BadProxy {
        value: String,
    },
    /// A password in the file.
    ProxySecret,
    BadStandard {
        value: String,
    },
    BadWindow {
        value: String,
    },
    BadDay {
        value: String,
    },
    /// An `[[ignore]]` that names neither rule nor address would set everything aside.
    IgnoresAll,
    /// A `word` in an `[[ignore]]` of a rule that has no words.
    WordOfOtherRule {
        rule: &'static str,
    },
    BadMailServer {
        value: String,
    },
    BadMailAddress {
        value: String,
    },
    /// An address to print, with a password in it or no address of the web at all.
    BadLink,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Text,
    Texts,
    Integer,
    Number,
    Switch,
    Table,
    /// `[[name]]`
    Tables,
    Day,
}

/// What stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Text,
    Integer,
    Number,
    Switch,
    Time,
    Array,
    Table,
}

impl ConfigError {
    /// The failure in words, one line for each fault: `file:line: key: what is wrong, what is allowed`.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Missing { path }, Lang::Zh) => format!(
                "没有找到配置文件 {}：可执行 xuncha audit 网址 直接巡查；或用 xuncha init 网址 --output crawl.toml 起草一份，用 -c 指定",
                path.display()
            ),
            (Self::Missing { path }, Lang::En) => format!(
                "there is no configuration file {}: `xuncha audit URL` works without one; or draft one with \
                 `xuncha init URL --output crawl.toml`, and name it with -c",
                path.display()
            ),
            (Self::Unreadable { path, reason }, lang @ Lang::Zh) => {
                format!("无法读取配置文件 {}（{}）：请检查路径和权限", path.display(), reason.worded(lang))
            }
            (Self::Unreadable { path, reason }, lang @ Lang::En) => {
                format!("the configuration file {} cannot be read ({}): check the path", path.display(), reason.worded(lang))
            }
            (Self::NotText { path }, Lang::Zh) => {
                format!("配置文件 {} 不是 UTF-8 编码的文本：请另存为 UTF-8 编码", path.display())
            }
            (Self::NotText { path }, Lang::En) => {
                format!("the configuration file {} is not UTF-8 text: save it as UTF-8", path.display())
            }
            (Self::Faulty { path, faults }, lang) => {
                let mut text = match lang {
                    Lang::Zh => format!("配置文件 {} 有 {} 处错误：", path.display(), faults.len()),
                    Lang::En if faults.len() == 1 => format!("1 fault in the configuration file {}:", path.display()),
                    Lang::En => format!("{} faults in the configuration file {}:", faults.len(), path.display()),
                };
                for fault in faults {
                    let _ = write!(text, "\n{}:{}: {}", path.display(), fault.line, fault.message(lang));
                }
                text
            }
        }
    }
}

impl Fault {
    /// Without file and line.
    pub fn message(&self, lang: Lang) -> String {
        let problem = self.problem.message(lang);
        match (self.key.is_empty(), lang) {
            (true, _) => problem,
            (false, Lang::Zh) => format!("{}：{problem}", self.key),
            (false, Lang::En) => format!("{}: {problem}", self.key),
        }
    }
}

impl Problem {
    /// What is wrong, and what is allowed.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Syntax { detail } => format!("不符合 TOML 语法（{detail}）；文本和网址要加英文双引号"),
            Self::UnknownKey { near: Some(near), .. } => format!("没有这个键，是不是 {near}？"),
            Self::UnknownKey { near: None, allowed } => format!("没有这个键；可用的有：{}", allowed.join("、")),
            Self::Misplaced { table } => format!("这个键应写在 {table} 下"),
            Self::WrongType { expected, found } => format!("应为{}，现为{}", expected.zh(), found.zh()),
            Self::OutOfRange { value, min, max } => format!("{value} 超出范围，应在 {min} 至 {max} 之间"),
            Self::NotOneOf { value, allowed, near } => {
                let near = near.as_ref().map(|near| format!("（是不是 {near}？）")).unwrap_or_default();
                format!("不能为“{value}”{near}；可用的有：{}", allowed.join("、"))
            }
            Self::Missing => "缺少这个键".to_owned(),
            Self::Empty => "不能为空".to_owned(),
            Self::BadAddress { value, fault: AddressFault::OtherScheme } => {
                format!("“{value}”不是 http:// 或 https:// 开头的网址")
            }
            Self::BadAddress { value, fault: AddressFault::Malformed } => {
                format!("“{value}”不是网址，应写成 http://主机/ 的形式")
            }
            Self::BadPattern { value, detail } => format!("“{value}”不是正则表达式（{detail}）"),
            Self::BadSelector { value } => format!("“{value}”不是 CSS 选择器，应写成 ul.list > li 的形式"),
            Self::Duplicate { line } => format!("与第 {line} 行重复，请删去一处"),
            Self::OutsideSites => "不在任何一个 [[site]] 的范围内：请改正网址，或增加所属站点".to_owned(),
            Self::NoSite => "至少要有一个 [[site]]，写明 url = \"http://主机/\"".to_owned(),
            Self::NeedsRowSelector => "须与 row_selector 一起使用".to_owned(),
            Self::BadResolveHost { value } => format!("“{value}”不是主机名；应只写主机名，不带协议和端口"),
            Self::BadResolveAddress { value } => {
                format!("“{value}”不是“IP:端口”的形式，例如 \"127.0.0.1:8099\" 或 \"[::1]:8099\"")
            }
            Self::BadUserAgent => "只能用英文字母、数字和英文标点，不超过 256 个字符".to_owned(),
            Self::BadProxy { value } => {
                format!("“{value}”不是代理地址，应以 http://、https://、socks5:// 或 socks5h:// 开头")
            }
            Self::ProxySecret => {
                format!("配置文件中不得写用户名和密码：请从这里删去，改用环境变量 {} 设置代理地址", super::PROXY_VARIABLE)
            }
            Self::BadStandard { value } => format!("“{value}”不是标准编号，应由小写字母、数字和连字符组成，例如 gov-2019"),
            Self::BadWindow { value } => format!("“{value}”不是时段，应写成 \"22:00-06:00\" 的形式（北京时间）"),
            Self::BadDay { value } => format!("“{value}”不是日期，应写成 2026-12-31 的形式"),
            Self::IgnoresAll => "至少要写明 rule、url 和 word 中的一项，否则所有问题都会被忽略".to_owned(),
            Self::WordOfOtherRule { rule } => format!("有 word（词语）的条目只能用于规则 {rule}，rule 可以不写"),
            Self::BadMailServer { value } => {
                format!("“{value}”不是邮件服务器，应写成 smtp.example.gov.cn 或 smtp.example.gov.cn:465 的形式")
            }
            Self::BadMailAddress { value } => format!("“{value}”不是邮箱地址，应写成 name@example.gov.cn 的形式"),
            Self::BadLink => "应为 http:// 或 https:// 开头的网址，不得含用户名和密码".to_owned(),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Syntax { detail } => format!("not TOML ({detail}); texts and addresses stand in double quotes"),
            Self::UnknownKey { near: Some(near), .. } => format!("there is no such key; is it {near}?"),
            Self::UnknownKey { near: None, allowed } => format!("there is no such key; there are: {}", allowed.join(", ")),
            Self::Misplaced { table } => format!("this key belongs under {table}"),
            Self::WrongType { expected, found } => format!("takes {}, not {}", expected.en(), found.en()),
            Self::OutOfRange { value, min, max } => format!("{value} is out of range, {min} to {max} are allowed"),
            Self::NotOneOf { value, allowed, near } => {
                let near = near.as_ref().map(|near| format!(" (is it {near}?)")).unwrap_or_default();
                format!("cannot be \"{value}\"{near}; allowed: {}", allowed.join(", "))
            }
            Self::Missing => "is missing".to_owned(),
            Self::Empty => "must not be empty".to_owned(),
            Self::BadAddress { value, fault } => format!("\"{value}\" is {fault}; write http://host/"),
            Self::BadPattern { value, detail } => format!("\"{value}\" is not a regular expression ({detail})"),
            Self::BadSelector { value } => format!("\"{value}\" is not a CSS selector; write something like ul.list > li"),
            Self::Duplicate { line } => format!("stands in line {line} already; remove one"),
            Self::OutsideSites => "lies in no [[site]]: correct the address, or add its site".to_owned(),
            Self::NoSite => "at least one [[site]] is needed, with url = \"http://host/\"".to_owned(),
            Self::NeedsRowSelector => "works only together with row_selector".to_owned(),
            Self::BadResolveHost { value } => format!("\"{value}\" is not a host name; write it without scheme and port"),
            Self::BadResolveAddress { value } => {
                format!("\"{value}\" is not of the form IP:PORT, e.g. \"127.0.0.1:8099\" or \"[::1]:8099\"")
            }
            Self::BadUserAgent => "takes printable ASCII only, at most 256 characters".to_owned(),
            Self::BadProxy { value } => {
                format!("\"{value}\" is not a proxy address; http://, https://, socks5:// and socks5h:// are allowed")
            }
            Self::ProxySecret => format!(
                "user names and passwords do not belong in this file: remove it and set the proxy in the environment variable {}",
                super::PROXY_VARIABLE
            ),
            Self::BadStandard { value } => {
                format!("\"{value}\" is not the id of a standard: lower-case letters, digits and hyphens, e.g. gov-2019")
            }
            Self::BadWindow { value } => format!("\"{value}\" is no window; write \"22:00-06:00\" (Beijing time)"),
            Self::BadDay { value } => format!("\"{value}\" is no date; write 2026-12-31"),
            Self::IgnoresAll => "names neither rule nor url nor word, which would set every finding aside".to_owned(),
            Self::WordOfOtherRule { rule } => format!("an entry with a word is of the rule {rule} only; rule may be left out"),
            Self::BadMailServer { value } => {
                format!("\"{value}\" is no mail server; write smtp.example.gov.cn or smtp.example.gov.cn:465")
            }
            Self::BadMailAddress { value } => format!("\"{value}\" is no mail address; write name@example.gov.cn"),
            Self::BadLink => "takes an address with http:// or https:// that holds no user name and no password".to_owned(),
        }
    }
}

impl Expected {
    fn zh(self) -> &'static str {
        match self {
            Self::Text => "加引号的文本",
            Self::Texts => "文本列表，例如 [\"a\", \"b\"]",
            Self::Integer => "整数",
            Self::Number => "数字",
            Self::Switch => "true 或 false",
            Self::Table => "一组键（[表名] 或 { 键 = 值 }）",
            Self::Tables => "[[ ]] 双方括号的表，可写多个",
            Self::Day => "日期，例如 2026-12-31",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::Texts => "a list of texts, e.g. [\"a\", \"b\"]",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Switch => "true or false",
            Self::Table => "a table ([name] or { key = value })",
            Self::Tables => "tables in double brackets ([[name]])",
            Self::Day => "a date, e.g. 2026-12-31",
        }
    }
}

impl Found {
    fn zh(self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::Integer => "整数",
            Self::Number => "小数",
            Self::Switch => "true/false",
            Self::Time => "日期时间",
            Self::Array => "列表",
            Self::Table => "表",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a decimal number",
            Self::Switch => "true/false",
            Self::Time => "a date",
            Self::Array => "a list",
            Self::Table => "a table",
        }
    }
}
