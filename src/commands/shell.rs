//! `xuncha completions SHELL`, `xuncha man DIR`: made of the definitions of the commands.

use std::path::Path;

use super::{Exit, Failure, Session};
use crate::cli::{self, LangArg};
use crate::model::rule::Lang;

fn definition(session: &Session) -> clap::Command {
    cli::command(if session.zh() { LangArg::Zh } else { LangArg::En })
}

pub(super) fn completions(session: &Session, shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(session), "xuncha", &mut script);
    session.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Complete)
}

/// One page a command: `xuncha.1`, `xuncha-audit.1` …
pub(super) fn man(session: &Session, dir: &Path) -> Result<Exit, Failure> {
    std::fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(definition(session), dir)).map_err(|error| {
        let reason = session.reason(&error);
        Failure::usage(match session.lang {
            Lang::Zh => format!("手册页无法写入 {}（{reason}）", dir.display()),
            Lang::En => format!("the man pages cannot be written to {} ({reason})", dir.display()),
        })
    })?;
    Ok(Exit::Complete)
}
