//! What clap says by itself, in Chinese: headings, the help and version options, errors of usage.

use std::error::Error as _;

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The command with all its own words in Chinese. Its help texts are Chinese already.
pub(super) fn dress(command: Command) -> Command {
    let command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(Arg::new("help").short('h').long("help").global(true).action(ArgAction::Help).help("显示帮助"))
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本"));
    let command = headed(command);
    let mut built = command.clone();
    built.build();
    with_usage(command, &mut built)
}

fn headed(command: Command) -> Command {
    command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(argument)
        .mut_subcommands(|sub| headed(sub.disable_help_flag(true)))
}

/// Says the usage line as clap does for the `built` command, in Chinese.
fn with_usage(command: Command, built: &mut Command) -> Command {
    let usage = built.render_usage().to_string().replace("[OPTIONS]", "[选项]");
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned();
    command.override_usage(usage).mut_subcommands(|sub| match built.find_subcommand_mut(sub.get_name()) {
        Some(built) => with_usage(sub, built),
        None => sub,
    })
}

/// An argument with its values and its default said in Chinese.
fn argument(arg: Arg) -> Arg {
    let heading = match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "参数",
        (false, true) => "通用选项",
        (false, false) => "选项",
    };
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if is_switch(&arg) {
        return arg.help_heading(heading);
    }
    let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !values.iter().all(|value| help.contains(value.as_str())) {
        help = format!("{help}；可选 {}", values.join("、"));
    }
    let default: Vec<String> = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if !default.is_empty() && !help.contains("默认") {
        help = format!("{help}（默认 {}）", default.join("、"));
    }
    arg.help(help).help_heading(heading).hide_possible_values(true).hide_default_value(true)
}

fn is_switch(arg: &Arg) -> bool {
    matches!(
        arg.get_action(),
        ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count | ArgAction::Help | ArgAction::Version
    )
}

/// An error of usage, in one or two lines; help and version as they are.
pub(super) fn message(error: &Error) -> String {
    let said = |kind| error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let arg = said(ContextKind::InvalidArg).unwrap_or_default();
    let value = said(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 {arg} 这个选项{}", near(said(ContextKind::SuggestedArg))),
        ErrorKind::InvalidSubcommand => {
            let command = said(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("没有 {command} 这个命令{}", near(said(ContextKind::SuggestedSubcommand)))
        }
        ErrorKind::InvalidValue => match value {
            None => format!("{arg} 后面缺少值"),
            Some(value) => {
                let allowed =
                    said(ContextKind::ValidValue).map(|allowed| format!("；可用的有：{}", allowed.replace(", ", "、")));
                format!("{arg} 的值不能为“{value}”{}", allowed.unwrap_or_default())
            }
        },
        ErrorKind::ValueValidation => {
            let reason = error.source().map(|source| format!("（{source}）")).unwrap_or_default();
            format!("{arg} 的值“{}”无效{reason}", value.unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {arg}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => match said(ContextKind::PriorArg) {
            Some(prior) if prior != arg => format!("{arg} 不能与 {prior} 同时使用"),
            _ => format!("{arg} 只能写一次"),
        },
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => format!("{arg} 的值个数不对"),
        ErrorKind::InvalidUtf8 => "命令行中有无法识别的字符（不是 UTF-8 编码）".to_owned(),
        _ => return error.to_string(),
    };
    format!("命令有误：{what}\n查看用法：xuncha --help\n")
}

fn near(suggested: Option<String>) -> String {
    suggested.map(|name| format!("，是不是 {name}？")).unwrap_or_default()
}
