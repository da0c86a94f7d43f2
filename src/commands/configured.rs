//! What the configuration file and the command line say together: configuration, rule book, places of store and reports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::progress::say;
use super::{Exit, Failure, Session};
use crate::audit::RuleBook;
use crate::audit::rules::{self, RuleFault, RuleFile};
use crate::config::Config;
use crate::crawl::{CAN_RENDER, Network};
use crate::model::known_hosts::KnownHosts;
use crate::model::rule::Lang;
use crate::read::typos::Typos;
use crate::read::unsuitable::SignWords;

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "crawl.toml";

/// The configuration: the named file, else `crawl.toml` where there is one.
pub(super) fn config(session: &Session) -> Result<Option<Config>, Failure> {
    let path = match &session.config {
        Some(path) => path.clone(),
        None if Path::new(DEFAULT_FILE).exists() => PathBuf::from(DEFAULT_FILE),
        None => return Ok(None),
    };
    let mut config = Config::load(&path).map_err(|error| Failure::usage(error.message(session.lang)))?;
    with_environment(session, &mut config)?;
    Ok(Some(config))
}

/// The configuration, which must exist.
pub(super) fn required(session: &Session) -> Result<Config, Failure> {
    config(session)?.ok_or_else(|| {
        Failure::usage(match session.lang {
            Lang::Zh => format!(
                "没有找到配置文件 {DEFAULT_FILE}。可以用 -c 指定配置文件，也可以直接给出网址，例如 `xuncha audit http://gxt.example.gov.cn/`；\
                 要起草一份配置文件，请运行 `xuncha init 网址 --output {DEFAULT_FILE}`；想先看看效果，请运行 `xuncha demo`"
            ),
            Lang::En => format!(
                "there is no configuration file {DEFAULT_FILE}; name one with -c, or give an address, e.g. `xuncha audit \
                 http://gxt.example.gov.cn/`; to draft one, run `xuncha init URL --output {DEFAULT_FILE}`; to see what it does, run `xuncha demo`"
            ),
        })
    })
}

/// Secrets stand in the environment only: the proxy with its password.
pub(super) fn with_environment(session: &Session, config: &mut Config) -> Result<(), Failure> {
    config.proxy_from(|name| std::env::var(name).ok()).map_err(|problem| Failure::usage(problem.message(session.lang)))
}

/// How the network is to be reached, as `[network]` has it; `allow_private`: the command line allows private addresses too.
pub(super) fn network(session: &Session, config: &Config, allow_private: bool) -> Result<Network, Failure> {
    Ok(Network {
        allow_private: config.network.allow_private || allow_private,
        resolve: config.network.resolve.clone(),
        offline: false,
        proxy: config.network.proxy.clone(),
        user_agent: config.network.user_agent.clone(),
        authorities: authorities(session, config.network.ca_file.as_deref())?,
    })
}

/// The certificates of the user's own file of authorities.
fn authorities(session: &Session, path: Option<&Path>) -> Result<Vec<Vec<u8>>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let read = std::fs::read(path).map_err(|error| error.to_string());
    read.and_then(|pem| crate::crawl::authorities(&pem)).map_err(|fault| {
        let path = path.display();
        Failure::usage(match session.lang {
            Lang::Zh => format!("[network] ca_file：无法从 {path} 读取根证书（须为 PEM 格式）：{fault}"),
            Lang::En => format!("[network] ca_file: no certificate can be read from {path} (PEM is wanted): {fault}"),
        })
    })
}

/// The store's path: the option, the configuration, the default.
pub(super) fn store_path(session: &Session) -> Result<PathBuf, Failure> {
    if let Some(path) = &session.store {
        return Ok(path.clone());
    }
    Ok(config(session)?.unwrap_or_default().store.path)
}

/// The rule book that the configuration names.
pub(super) fn rule_book(session: &Session) -> Result<RuleBook, Failure> {
    let config = config(session)?.unwrap_or_default();
    load_rules(session, config.audit.rules_dir.as_deref(), &config.audit.standard, &config.audit.profile)
}

/// The embedded rules, overlaid by those in `rules_dir`.
pub(super) fn load_rules(
    session: &Session,
    rules_dir: Option<&Path>,
    standard: &str,
    profile: &str,
) -> Result<RuleBook, Failure> {
    let files = rules_dir.map(|dir| rule_files(session, dir)).transpose()?.unwrap_or_default();
    rules::load(&files, standard, profile).map_err(|faults| {
        let own = |fault: &RuleFault| rules_dir.filter(|_| files.iter().any(|file| file.path == fault.file));
        let lines: Vec<_> = faults.iter().map(|fault| placed(fault, own(fault), session)).collect();
        let head = session.word("规则文件有误：", "faults in the rule files:");
        Failure::usage(format!("{head}\n{}", lines.join("\n")))
    })
}

/// The reader's word lists with those of the user's folder, and these as written.
#[derive(Debug, Default)]
pub(super) struct OwnWords {
    pub(super) typos: Option<Arc<Typos>>,
    pub(super) signs: Option<Arc<SignWords>>,
    pub(super) written: String,
}

/// Those of `words/` in `rules_dir`; none where there are no such files.
pub(super) fn own_words(session: &Session, config: &Config) -> Result<OwnWords, Failure> {
    let files = config.audit.rules_dir.as_deref().map(|dir| rule_files(session, dir)).transpose()?.unwrap_or_default();
    let dir = config.audit.rules_dir.as_deref().unwrap_or(Path::new(""));
    let is_likely = config.content.likely_typos;
    let of = |name: &str| -> Vec<&str> {
        let path = format!("words/{name}");
        files.iter().filter(|file| file.path.ends_with(&path)).map(|file| file.text.as_str()).collect()
    };
    let failed = |name: &str, fault: &str| {
        let place = dir.join("words").join(name);
        Failure::usage(match session.lang {
            Lang::Zh => format!("{}：词表有误：{fault}", place.display()),
            Lang::En => format!("{}: fault in the word list: {fault}", place.display()),
        })
    };
    let (typos, hosts, unsuitable) = (of("typos.toml"), of("hosts.toml"), of("unsuitable.toml"));
    let written = [&typos, &hosts, &unsuitable].map(|texts| texts.join("\n")).join("\0");
    let written = if is_likely { format!("likely\0{written}") } else { written };
    let mut own = OwnWords { written, ..OwnWords::default() };
    if is_likely || !typos.is_empty() {
        let list = Typos::with(&typos).map_err(|fault| failed("typos.toml", &fault))?;
        own.typos = Some(Arc::new(if is_likely { list.and_likely() } else { list }));
    }
    if !hosts.is_empty() || !unsuitable.is_empty() {
        let mut known = KnownHosts::embedded().clone();
        for text in hosts {
            known.lay_over(KnownHosts::parse(text).map_err(|fault| failed("hosts.toml", &fault.to_string()))?);
        }
        own.signs = Some(Arc::new(SignWords::with(&unsuitable, known).map_err(|fault| failed("unsuitable.toml", &fault))?));
    }
    Ok(own)
}

/// `file:line: key: what is wrong`, the file with its folder `dir` where it is one of the user's.
fn placed(fault: &RuleFault, dir: Option<&Path>, session: &Session) -> String {
    let colon = session.word("：", ": ");
    let key = fault.key.as_ref().map(|key| format!("{key}{colon}")).unwrap_or_default();
    let what = format!("{key}{}", fault.worded(session.lang));
    let file = dir.map_or_else(|| fault.file.clone(), |dir| dir.join(&fault.file).display().to_string());
    match fault.line {
        _ if file.is_empty() => what,
        Some(line) => format!("{file}:{line}: {what}"),
        None => format!("{file}: {what}"),
    }
}

/// Every `.toml` file below the user's folder, in the order of their paths.
fn rule_files(session: &Session, dir: &Path) -> Result<Vec<RuleFile>, Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        let reason = session.reason(error);
        Failure::usage(match session.lang {
            Lang::Zh => format!("无法读取规则 {}（{reason}）。请检查配置中 [audit] rules_dir 所指的目录", path.display()),
            Lang::En => format!("cannot read the rules {} ({reason}); check [audit] rules_dir", path.display()),
        })
    };
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| failed(&folder, &error))? {
            let path = entry.map_err(|error| failed(&folder, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
                let relative = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.push(RuleFile { path: relative, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Says that the configuration asks for a browser and this build has no part for it.
pub(super) fn renderer_note(session: &Session, config: &Config) {
    if config.render.enabled && !CAN_RENDER {
        say(session.word(
            "提示：配置启用了 [render]（用浏览器读取栏目），但本程序构建时未包含此功能（--features render），此项不起作用；\
             需用浏览器读取的栏目记为“未能判定”",
            "note: the configuration enables [render], but this build has no renderer (it takes --features render): it has no effect; \
             columns that need a browser are undetermined",
        ));
    }
}

/// Every rule that an `[[ignore]]` names is one of the book: a mistyped one would set nothing aside, unseen.
pub(super) fn known_rules(session: &Session, config: &Config, book: &RuleBook) -> Result<(), Failure> {
    let named = config.ignores.iter().filter_map(|ignore| ignore.rule.as_deref());
    let Some(unknown) = named.into_iter().find(|rule| book.rule(rule).is_none()) else { return Ok(()) };
    Err(Failure::usage(match session.lang {
        Lang::Zh => format!("[[ignore]] rule：没有规则“{unknown}”；xuncha rules 列出全部规则"),
        Lang::En => format!("[[ignore]] rule: there is no rule {unknown:?}; `xuncha rules` lists them"),
    }))
}

/// `xuncha config check`: the configuration and the rules that it names.
pub(super) fn check(session: &Session) -> Result<Exit, Failure> {
    let config = required(session)?;
    let book = load_rules(session, config.audit.rules_dir.as_deref(), &config.audit.standard, &config.audit.profile)?;
    known_rules(session, &config, &book)?;
    own_words(session, &config)?;
    session.formats(&config.report.formats)?;
    renderer_note(session, &config);
    session.print(&match session.lang {
        Lang::Zh => format!(
            "配置有效：{} 个站点，{} 条栏目设置，{} 条规则，标准 {}，类型 {}\n",
            config.sites.len(),
            config.columns.len(),
            book.rules.len(),
            book.standard.name.zh,
            book.profile
        ),
        Lang::En => format!(
            "the configuration is valid: {} sites, {} column entries, {} rules, standard {}, profile {}\n",
            config.sites.len(),
            config.columns.len(),
            book.rules.len(),
            book.standard.name.en,
            book.profile
        ),
    })?;
    Ok(Exit::Complete)
}
