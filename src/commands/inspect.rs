//! `xuncha inspect URL|FILE…`: what is read from a page, as text or JSON.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::inspection::{self, Page};
use super::{Exit, Failure, Session, beijing, configured};
use crate::audit::words;
use crate::cli;
use crate::crawl;
use crate::model::outcome::Outcome;
use crate::model::rule::Lang;
use crate::url::PageUrl;

/// The address of a saved file of which nobody says where it came from; `.invalid` belongs to nobody (RFC 2606).
const NOWHERE: &str = "http://file.invalid/";
/// Bytes of a file that are read; the rest is left out, as a crawl leaves it out.
const FILE_BYTES_MAX: u64 = 10 * 1024 * 1024;

pub(super) fn run(session: &Session, args: &cli::Inspect) -> Result<Exit, Failure> {
    let given = args.url.as_deref().map(|text| parse(session, text)).transpose()?;
    let mut all_read = true;
    for target in &args.targets {
        if target.contains("://") {
            all_read &= address(session, args, &parse(session, target)?)?;
            continue;
        }
        let path = PathBuf::from(target);
        if path.is_dir() {
            if !args.jsonl {
                return Err(Failure::usage(match session.lang {
                    Lang::Zh => format!("{target} 是文件夹；请加 --jsonl，每个文件输出一行"),
                    Lang::En => format!("{target} is a folder; add --jsonl to get a line for each file"),
                }));
            }
            for file in files_below(session, &path)? {
                all_read &= saved(session, args, &file, given.as_ref())?;
            }
        } else {
            all_read &= saved(session, args, &path, given.as_ref())?;
        }
    }
    Ok(if all_read { Exit::Complete } else { Exit::Incomplete })
}

fn parse(session: &Session, text: &str) -> Result<PageUrl, Failure> {
    PageUrl::parse(text).map_err(|_| {
        Failure::usage(match session.lang {
            Lang::Zh => format!("“{text}”不是网址。写法示例：http://gxt.example.gov.cn/"),
            Lang::En => format!("{text:?} is no address; write for example http://gxt.example.gov.cn/"),
        })
    })
}

/// Files below a folder, by name. Links to folders are not followed: they may lead in a circle.
fn files_below(session: &Session, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| unreadable(session, &folder, &error))? {
            let entry = entry.map_err(|error| unreadable(session, &folder, &error))?;
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_symlink() && path.is_dir() => {}
                _ => files.push(path),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The first bytes of a file. What is no file (a pipe, a device) might never end, or never begin.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(session: &Session, path: &Path, error: &std::io::Error) -> Failure {
    let reason = session.reason(error);
    Failure::usage(match session.lang {
        Lang::Zh => format!("无法读取 {}（{reason}）。请检查文件名；网址要以 http:// 或 https:// 开头", path.display()),
        Lang::En => {
            format!("cannot read {} ({reason}); check its name; addresses begin with http:// or https://", path.display())
        }
    })
}

/// False when the file could not be read, and its line says so: of many files, one more or less must not end the work.
fn saved(session: &Session, args: &cli::Inspect, path: &Path, given: Option<&PageUrl>) -> Result<bool, Failure> {
    let name = path.display().to_string();
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) if args.jsonl => {
            line(session, &Unread { file: &name, error: session.reason(&error) })?;
            return Ok(false);
        }
        Err(error) => return Err(unreadable(session, path, &error)),
    };
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let url = match given {
        Some(url) => url.clone(),
        None => url::Url::parse(NOWHERE)
            .and_then(|base| base.join(&file_name.replace([':', '?', '#'], "_")))
            .ok()
            .and_then(|url| PageUrl::parse(url.as_str()).ok())
            .map_or_else(|| parse(session, NOWHERE), Ok)?,
    };
    show(
        session,
        args,
        &Page {
            file: Some(&name),
            url: &url,
            status: None,
            bytes: &bytes,
            header_charset: None,
            today: session.now().with_time_zone(beijing()).date(),
        },
    )?;
    Ok(true)
}

/// Requests one page as the crawl would. False when it could not be read.
fn address(session: &Session, args: &cli::Inspect, url: &PageUrl) -> Result<bool, Failure> {
    let config = configured::config(session)?.unwrap_or_default();
    let network = configured::network(session, &config, args.allow_private)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::usage(error.to_string()))?;
    let fetched = runtime.block_on(crawl::fetch_page(url, &network, config.crawl.timeout_seconds)).map_err(|error| {
        Failure::usage(match session.lang {
            Lang::Zh => format!("无法建立网络连接：{error}"),
            Lang::En => format!("cannot set up the network: {error}"),
        })
    })?;
    let (final_url, status, charset) = match &fetched.outcome {
        Outcome::Reply(reply) => (reply.final_url.clone(), Some(reply.status), reply.header_charset.clone()),
        Outcome::Challenged { status, .. } => (url.clone(), Some(*status), None),
        Outcome::Failed { class, message, .. } => {
            let why = words::failure(*class, session.lang);
            return Err(Failure::incomplete(match session.lang {
                Lang::Zh => format!("未能读取 {url}：{why}（{message}）。请核对网址，确认本机能打开该网页后重试"),
                Lang::En => {
                    format!("could not read {url}: {why} ({message}); check the address and whether this machine reaches it")
                }
            }));
        }
        Outcome::Skipped(_) => {
            return Err(Failure::usage(match session.lang {
                Lang::Zh => format!("{url} 是本机或内网地址，默认不访问。确为本单位网站的，请加 --allow-private"),
                Lang::En => {
                    format!("{url} is a loopback or private address, which is refused; add --allow-private if it is yours")
                }
            }));
        }
    };
    show(
        session,
        args,
        &Page {
            file: None,
            url: &final_url,
            status,
            bytes: &fetched.body,
            header_charset: charset.as_deref(),
            today: session.now().with_time_zone(beijing()).date(),
        },
    )?;
    Ok(status.is_some_and(|status| (200..300).contains(&status)))
}

fn show(session: &Session, args: &cli::Inspect, page: &Page<'_>) -> Result<(), Failure> {
    let inspection = inspection::inspect(page);
    if args.jsonl {
        return line(session, &inspection);
    }
    let text = if args.json {
        serde_json::to_string_pretty(&inspection).map(|text| text + "\n")
    } else {
        Ok(inspection.text(session.lang))
    };
    // Plain strings and numbers: there is nothing that JSON could not hold.
    session.print(&text.unwrap_or_default())
}

/// One JSON object a line.
fn line(session: &Session, value: &impl Serialize) -> Result<(), Failure> {
    // Plain strings and numbers: there is nothing that JSON could not hold.
    session.print(&(serde_json::to_string(value).unwrap_or_default() + "\n"))
}

/// The line of a file that could not be read.
#[derive(Debug, Serialize)]
struct Unread<'a> {
    file: &'a str,
    error: String,
}
