//! The commands and their options: definitions only. Help exists in Chinese (first) and English.

mod chinese;
mod english;

use std::ffi::OsString;
use std::path::PathBuf;

use self::english::ENGLISH;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

/// 巡查：政府网站内容健康度自查工具
#[derive(Debug, Parser)]
#[command(name = "xuncha", version, disable_help_subcommand = true, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_field_names, reason = "the names are the options'")]
pub struct Common {
    /// 配置文件（默认 crawl.toml）
    #[arg(short = 'c', long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 报告目录（默认 reports/）
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 报告格式，逗号分隔，或 all（默认 html,json）
    #[arg(long, global = true, value_name = "FORMATS", value_delimiter = ',')]
    pub format: Option<Vec<String>>,
    /// 另按责任处室生成问题清单（xlsx）和整改通知（docx）
    #[arg(long, global = true)]
    pub per_office: bool,
    /// 整改期限，写入报告和各处室的清单、通知，如 2026-12-08
    #[arg(long, global = true, value_name = "DATE")]
    pub due: Option<String>,
    /// 数据文件（默认 xuncha.db）
    #[arg(long, global = true, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// 每个站点最多读取的页面数
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub max_pages: Option<u32>,
    /// 监测时间点，RFC 3339（默认当前时间）
    #[arg(long, global = true, value_name = "RFC3339")]
    pub now: Option<String>,
    /// 有达到该级别的问题时以状态 1 退出（默认 veto）
    #[arg(long, global = true, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// 只输出错误
    #[arg(long, global = true)]
    pub quiet: bool,
    /// 进度显示：auto 终端用进度条，plain 逐行，none 不显示
    #[arg(long, global = true, value_name = "MODE", default_value = "auto")]
    pub progress: ProgressMode,
    /// 语言：zh 或 en（默认 zh）
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// 日志格式：text 文本，json 每行一个 JSON（默认 text）
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log: Option<LogFormat>,
    /// 详细日志；-vv 更详细
    #[arg(short = 'v', global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Veto,
    Deduct,
    Advice,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    Auto,
    Plain,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    Zh,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RobotsArg {
    Obey,
    Ignore,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 演示：在本机启动内置站群，巡查并生成报告，无需配置和网络
    Demo(Demo),
    /// 巡查：抓取、检查、评分、生成报告；不给网址时读取配置文件
    Audit(Audit),
    /// 监测：访问一次各站点首页，记录能否在15秒内打开；宜由 cron 定时运行
    Probe(Probe),
    /// 对已存的抓取结果重新检查和评分，不发送请求
    Check(Check),
    /// 重新生成已存结果的报告
    Report(RunArg),
    /// 比较两次巡查：新增、已消除、仍存在的问题
    Diff(Diff),
    /// 各处室的核实和整改情况
    #[command(subcommand)]
    Review(ReviewCommand),
    /// 复查：重新访问标为“已整改”的问题，生成复查报告
    Recheck(Recheck),
    /// 列出历次巡查
    Runs,
    /// 统计一年的发布量和《政府网站工作年度报表》中可从网上计数的项目
    Annual(Annual),
    /// 发送已存巡查的通知（邮件、群机器人），用于试发
    Notify(Notify),
    /// 把历次报告写成可由内网网站直接发布的文件夹
    Publish(Publish),
    /// 清理较早巡查的页面数据，缩小数据文件
    Prune(Prune),
    /// 备份数据文件，巡查进行中也可执行
    Backup(Backup),
    /// 说明一条规则：检查什么、依据、阈值、如何整改
    Explain(Explain),
    /// 列出全部规则
    Rules,
    /// 起草配置文件：查看一个网站，列出找到的栏目和二级网站，供人工核对
    Init(Init),
    /// 显示从页面读到的内容：编码、标题、日期、列表、标识、链接
    Inspect(Inspect),
    /// 配置文件
    #[command(subcommand)]
    Config(ConfigCommand),
    /// 输出命令行补全脚本
    Completions(Completions),
    /// 生成手册页（man）
    Man(Man),
}

#[derive(Debug, Args)]
pub struct Annual {
    /// 年度，如 2026
    #[arg(value_name = "YEAR", value_parser = clap::value_parser!(i16).range(2000..=2200))]
    pub year: i16,
    /// 巡查编号或其开头；缺省为最近一次
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// 已填报的数字，用于核对，如 公示公告=123 或 总数=6940，可重复
    #[arg(long, value_name = "NAME=N")]
    pub stated: Vec<String>,
    /// 输出 JSON，含每个数字对应的清单
    #[arg(long)]
    pub json: bool,
    /// 另写入工作簿：年度报表、各栏目发布数和每个数字对应的清单
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
    /// 另写入文档：年度报表（可编辑，后台数据留空）和统计说明
    #[arg(long, value_name = "FILE")]
    pub docx: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Notify {
    /// 巡查编号或其开头；缺省为最近一次
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// 只显示内容，不发送
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Publish {
    /// 写入的文件夹
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// 最近多少次巡查
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub last: u32,
}

#[derive(Debug, Args)]
pub struct Prune {
    /// 保留最近多少次巡查
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub keep_runs: Option<u32>,
    /// 保留最近多少天的巡查
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_days: Option<u32>,
    /// 连同问题和结论一并删除
    #[arg(long)]
    pub results: bool,
}

#[derive(Debug, Args)]
pub struct Backup {
    /// 备份文件
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// 覆盖已有的文件
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// 命令行：bash、zsh、fish、elvish、powershell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// 写入的文件夹
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// 只启动演示站点并保持运行（Ctrl-C 结束）
    #[arg(long)]
    pub serve: bool,
    /// 文章数量的倍数
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub scale: u32,
    /// 随机种子：同一种子生成同样的站群
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// 演示站点的端口（默认由系统分配）
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
}

#[derive(Debug, Default, Args)]
pub struct Audit {
    /// 要巡查的网址；第一个为门户网站，其余为二级网站
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// 抓取的时间上限（分钟），0 为不限
    #[arg(long, value_name = "N")]
    pub max_minutes: Option<u32>,
    /// 同时进行的请求数（全部主机合计，同时也是单台主机的上限）
    #[arg(long, value_name = "N")]
    pub concurrency: Option<usize>,
    /// 每台主机每秒的请求数，0 为不限
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    pub rate: Option<f64>,
    /// robots.txt：obey 遵守，ignore 不遵守（仅限本单位网站，报告中会注明）
    #[arg(long, value_name = "MODE")]
    pub robots: Option<RobotsArg>,
    /// 允许访问本机、内网地址
    #[arg(long)]
    pub allow_private: bool,
    /// 指定主机的地址，如 gxt.example.gov.cn=127.0.0.1:8099，可重复
    #[arg(long, value_name = "HOST=IP:PORT")]
    pub resolve: Vec<String>,
    /// 不请求站外链接
    #[arg(long)]
    pub no_external: bool,
    /// 把运行指标写入文件（Prometheus 文本格式），巡查中和结束时各写
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// 续接中断的巡查，已完成的请求不再重复；没有可续接的则开始新的巡查
    #[arg(long)]
    pub resume: bool,
    /// 全部重新读取，不沿用上次巡查中未变化页面的结果
    #[arg(long)]
    pub full: bool,
}

#[derive(Debug, Args)]
pub struct Probe {
    /// 要监测的网址；不给时读取配置文件
    #[arg(value_name = "URL")]
    pub urls: Vec<String>,
    /// 每隔若干分钟监测一次，直到 Ctrl-C
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub every: Option<u32>,
    /// 允许访问本机、内网地址
    #[arg(long)]
    pub allow_private: bool,
    /// 指定主机的地址，如 gxt.example.gov.cn=127.0.0.1:8099，可重复
    #[arg(long, value_name = "HOST=IP:PORT")]
    pub resolve: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Recheck {
    /// 巡查编号或其开头；缺省为最近一次
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// 每台主机每秒的请求数，0 为不限
    #[arg(long, value_name = "R")]
    pub rate: Option<f64>,
    /// 允许访问本机、内网地址
    #[arg(long)]
    pub allow_private: bool,
    /// 指定主机的地址，如 gxt.example.gov.cn=127.0.0.1:8099，可重复
    #[arg(long, value_name = "HOST=IP:PORT")]
    pub resolve: Vec<String>,
}

#[derive(Debug, Args)]
pub struct RunArg {
    /// 巡查编号或其开头；缺省为最近一次
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// 巡查编号或其开头；缺省为最近一次
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
    /// 按此标准判定（缺省按配置）；不改动已存的结果
    #[arg(long, value_name = "STANDARD")]
    pub standard: Option<String>,
    /// 按此类型判定：department、portal 等（缺省按配置）
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// 叠加此目录中的规则；builtin 为只用内置规则（缺省按配置）
    #[arg(long, value_name = "DIR")]
    pub rules_dir: Option<PathBuf>,
    /// 与另一标准逐项对比
    #[arg(long, value_name = "STANDARD")]
    pub compare: Option<String>,
    /// 对比的一方所用类型（缺省与前者相同）
    #[arg(long, value_name = "PROFILE")]
    pub compare_profile: Option<String>,
    /// 对比的一方所用规则目录；builtin 为只用内置规则
    #[arg(long, value_name = "DIR")]
    pub compare_rules_dir: Option<PathBuf>,
    /// 对比结果输出 JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// 较早的巡查（缺省为上一次）
    #[arg(value_name = "RUN")]
    pub from: Option<String>,
    /// 较晚的巡查（缺省为最近一次）
    #[arg(value_name = "RUN")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// 规则编号，如 column.stale
    #[arg(value_name = "RULE")]
    pub rule: String,
}

#[derive(Debug, Args)]
pub struct Init {
    /// 网站的网址（默认最多读取 200 个页面，可用 --max-pages 调整）
    #[arg(value_name = "URL")]
    pub url: String,
    /// 写入的文件；不给时输出到屏幕
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// 覆盖已有的文件
    #[arg(long, requires = "output")]
    pub force: bool,
    /// 每台主机每秒的请求数，0 为不限
    #[arg(long, value_name = "R")]
    pub rate: Option<f64>,
    /// 允许访问本机、内网地址
    #[arg(long)]
    pub allow_private: bool,
    /// 指定主机的地址，如 gxt.example.gov.cn=127.0.0.1:8099，可重复
    #[arg(long, value_name = "HOST=IP:PORT")]
    pub resolve: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// 网址、文件或文件夹（文件夹配合 --jsonl）
    #[arg(value_name = "URL|FILE", required = true)]
    pub targets: Vec<String>,
    /// 文件原来的网址
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// 输出 JSON
    #[arg(long, conflicts_with = "jsonl")]
    pub json: bool,
    /// 每个文件输出一行 JSON
    #[arg(long)]
    pub jsonl: bool,
    /// 允许访问本机、内网地址
    #[arg(long)]
    pub allow_private: bool,
}

#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// 导入各处室填写后的问题清单（xlsx）；有一处无法导入则全部不导入
    Import(ReviewImport),
}

#[derive(Debug, Args)]
pub struct ReviewImport {
    /// 填写后的工作簿：处室问题清单或整本报告，可一次给出多个
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// 校验配置文件和规则文件，指出行号
    Check,
}

/// The language asked for on the command line, before it is parsed: help and errors need it too.
pub fn language(args: &[OsString]) -> LangArg {
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        let value = if arg == "--lang" {
            args.next().map(std::borrow::Cow::into_owned)
        } else {
            arg.strip_prefix("--lang=").map(str::to_owned)
        };
        match value.as_deref() {
            Some("en") => return LangArg::En,
            Some(_) => return LangArg::Zh,
            None => {}
        }
    }
    LangArg::Zh
}

/// The whole command in the given language.
pub fn command(lang: LangArg) -> clap::Command {
    let command = Cli::command();
    match lang {
        LangArg::Zh => chinese::dress(command),
        LangArg::En => in_english(command, "").mut_args(|arg| {
            let is_common = arg.is_global_set();
            if is_common { arg.help_heading("Common options") } else { arg }
        }),
    }
}

fn in_english(mut command: clap::Command, path: &str) -> clap::Command {
    for (at, id, text) in ENGLISH.iter().filter(|(at, ..)| *at == path) {
        debug_assert_eq!(*at, path);
        command = if id.is_empty() { command.about(*text) } else { command.mut_arg(id, |arg| arg.help(*text)) };
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(name, |sub| in_english(sub, &below));
    }
    command
}

/// Parses the command line; on a usage error or a call for help, clap's own message in the language asked for.
///
/// # Errors
/// What clap says; [`clap::Error::use_stderr`] tells help from errors.
pub fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let matches = command(language(args)).try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// What [`parse`] said, for the user: help and version as they are, errors of usage with what to do.
pub fn message(error: &clap::Error, lang: LangArg) -> String {
    match lang {
        LangArg::Zh => chinese::message(error),
        LangArg::En => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    fn said(line: &str) -> String {
        let args = args(line);
        message(&parse(&args).expect_err("the line is wrong"), language(&args))
    }

    #[test]
    fn chinese_help_holds_no_english_of_claps() {
        for line in ["xuncha --help", "xuncha", "xuncha audit --help", "xuncha inspect -h", "xuncha config check --help"] {
            let help = said(line);
            assert!(help.contains("用法：xuncha") && help.contains("选项"), "{help}");
            for word in
                ["Usage", "Options", "OPTIONS", "Commands", "Arguments", "Print", "default:", "possible values", "Input"]
            {
                assert!(!help.contains(word), "{line}: {word} in\n{help}");
            }
        }
        assert!(said("xuncha audit --help").contains("用法：xuncha audit [选项] [URL]...\n"));
        assert_eq!(said("xuncha --version"), format!("xuncha {}\n", env!("CARGO_PKG_VERSION")));
        assert_eq!(said("xuncha -V"), said("xuncha --version --lang en"));
    }

    #[test]
    fn errors_of_usage_are_said_in_chinese() {
        let expected = [
            ("xuncha audti", "没有 audti 这个命令，是不是 audit？"),
            ("xuncha audit --max-page 3", "没有 --max-page 这个选项，是不是 --max-pages？"),
            ("xuncha audit --max-pages", "--max-pages <N> 后面缺少值"),
            ("xuncha audit --fail-on all", "--fail-on <LEVEL> 的值不能为“all”；可用的有：veto、deduct、advice、never"),
            ("xuncha demo --scale 51", "--scale <N> 的值“51”无效（51 is not in 1..=50）"),
            ("xuncha explain", "缺少参数 <RULE>"),
            ("xuncha inspect a --json --jsonl", "--json 不能与 --jsonl 同时使用"),
            ("xuncha config", ""),
        ];
        for (line, what) in expected {
            let said = said(line);
            if what.is_empty() {
                assert!(said.contains("用法：xuncha config"), "{said}");
            } else {
                assert_eq!(said, format!("命令有误：{what}\n查看用法：xuncha --help\n"));
            }
        }
        assert!(said("xuncha audit --max-pages x --lang en").starts_with("error: invalid value 'x'"));
    }

    fn texts(command: &clap::Command, path: &str, out: &mut Vec<(String, String, String)>) {
        out.push((path.to_owned(), String::new(), command.get_about().map(ToString::to_string).unwrap_or_default()));
        for arg in command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version")) {
            out.push((path.to_owned(), arg.get_id().to_string(), arg.get_help().map(ToString::to_string).unwrap_or_default()));
        }
        for sub in command.get_subcommands() {
            let below = if path.is_empty() { sub.get_name().to_owned() } else { format!("{path} {}", sub.get_name()) };
            texts(sub, &below, out);
        }
    }

    #[test]
    fn every_help_text_exists_in_both_languages() {
        let mut chinese = Vec::new();
        texts(&command(LangArg::Zh), "", &mut chinese);
        let mut english = Vec::new();
        texts(&command(LangArg::En), "", &mut english);
        assert_eq!(chinese.len(), english.len());
        for ((path, id, zh), (_, _, en)) in chinese.iter().zip(&english) {
            assert!(!zh.is_ascii(), "{path} {id}: {zh:?} is not Chinese");
            assert!(!en.is_empty() && en.is_ascii(), "{path} {id}: {en:?} is not English");
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn language_is_found_wherever_it_stands() {
        let args = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&args(&["xuncha", "audit", "--lang", "en"])), LangArg::En);
        assert_eq!(language(&args(&["xuncha", "--lang=en", "runs"])), LangArg::En);
        assert_eq!(language(&args(&["xuncha", "runs"])), LangArg::Zh);
    }
}
