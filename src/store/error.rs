//! What can go wrong with the store: what was being done, to which file. Worded in both languages.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::model::reason::Reason;
use crate::model::rule::Lang;

/// What the store was doing when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Open,
    BeginRun,
    FinishRun,
    WriteRecords,
    ReadRecords,
    ReadRuns,
    SaveFindings,
    ReadFindings,
    WriteProbes,
    ReadProbes,
    SaveReviews,
    ReadReviews,
    Prune,
    Backup,
}

impl Doing {
    fn worded(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Open => ("打开数据库", "opening the store"),
            Self::BeginRun => ("登记本次巡查", "entering the run"),
            Self::FinishRun => ("登记巡查结束", "closing the run"),
            Self::WriteRecords => ("写入抓取记录", "writing crawl records"),
            Self::ReadRecords => ("读取抓取记录", "reading crawl records"),
            Self::ReadRuns => ("读取巡查列表", "reading the list of runs"),
            Self::SaveFindings => ("写入检查结果", "writing findings"),
            Self::ReadFindings => ("读取检查结果", "reading findings"),
            Self::WriteProbes => ("写入监测记录", "writing the log of probes"),
            Self::ReadProbes => ("读取监测记录", "reading the log of probes"),
            Self::SaveReviews => ("写入核实情况", "writing reviews"),
            Self::ReadReviews => ("读取核实情况", "reading reviews"),
            Self::Prune => ("清理数据库", "pruning the store"),
            Self::Backup => ("备份数据库", "copying the store"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// A failure of the store. `Display` is the English wording; [`StoreError::message`] gives either.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub enum StoreError {
    /// Opened for reading, and there is no such file.
    Missing { path: PathBuf },
    /// The file is no SQLite database, or one of another program.
    NotAStore { path: PathBuf },
    /// Written by a newer version of this tool.
    Newer { path: PathBuf, found: u32, known: u32 },
    /// Written by an older version; only opening it for writing brings it up to date.
    Older { path: PathBuf, found: u32, known: u32 },
    /// Another process is writing.
    Locked { path: PathBuf, holder: Holder },
    /// The file or its folder cannot be written (or, for reading, not be read).
    NoAccess { path: PathBuf, doing: Doing, reason: Reason },
    /// No room is left.
    Full { path: PathBuf, doing: Doing },
    /// The disk takes no more, or fails.
    Unwritable { path: PathBuf, doing: Doing },
    /// What is stored does not read back.
    Corrupt { path: PathBuf, what: String },
    /// Any other failure of SQLite.
    Sql { path: PathBuf, doing: Doing, source: rusqlite::Error },
    /// The writer thread could not be started, or died.
    Thread { path: PathBuf, reason: String },
    /// The writer failed earlier; nothing more is taken.
    WriterGone { path: PathBuf, cause: String },
    /// A run of this id exists already.
    RunExists { path: PathBuf, id: String },
    /// The store holds no run at all.
    NoRuns { path: PathBuf },
    /// No run has this id; `existing` holds the latest ids, newest first.
    UnknownRun { path: PathBuf, wanted: String, existing: Vec<String> },
    /// Several runs begin with this text.
    AmbiguousRun { wanted: String, matches: Vec<String> },
    /// The run was never judged.
    NotJudged { id: String },
}

/// Who holds the lock, as far as the lock file tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    pub process: Option<u32>,
    /// RFC 3339; when the store was opened.
    pub since: Option<String>,
    pub run: Option<String>,
}

impl Holder {
    fn worded(&self, lang: Lang) -> String {
        let mut parts = Vec::new();
        match lang {
            Lang::Zh => {
                parts.extend(self.process.map(|process| format!("进程 {process}")));
                parts.extend(self.run.as_ref().map(|run| format!("巡查 {run}")));
                parts.extend(self.since.as_ref().map(|since| format!("始于 {since}")));
                if parts.is_empty() { "另一个进程".to_owned() } else { parts.join("，") }
            }
            Lang::En => {
                parts.extend(self.process.map(|process| format!("process {process}")));
                parts.extend(self.run.as_ref().map(|run| format!("run {run}")));
                parts.extend(self.since.as_ref().map(|since| format!("since {since}")));
                if parts.is_empty() { "another process".to_owned() } else { parts.join(", ") }
            }
        }
    }
}

impl StoreError {
    /// The failure in words: what, why, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Missing { path } => {
                format!("没有找到数据库 {}：请先执行 xuncha audit，或用 --store 指定文件", path.display())
            }
            Self::NotAStore { path } => {
                format!("{} 不是巡查数据库，未作任何改动：请用 --store 另指定一个文件", path.display())
            }
            Self::Newer { path, found, known } => format!(
                "数据库 {} 由更新版本的 xuncha 写成（结构版本 {found}，本程序识别到 {known}）：请升级 xuncha",
                path.display()
            ),
            Self::Older { path, found, known } => format!(
                "数据库 {} 的结构版本为 {found}，本程序需要 {known}：执行一次 xuncha check 即可自动升级",
                path.display()
            ),
            Self::Locked { path, holder } => format!(
                "数据库 {} 正在被另一次巡查使用（{}）：请等其结束，或用 --store 另指定一个文件",
                path.display(),
                holder.worded(Lang::Zh)
            ),
            Self::NoAccess { path, doing, reason } => {
                format!(
                    "{}失败：{} 无法访问（{}）：请检查路径和权限，或用 --store 另指定一个文件",
                    doing.worded(Lang::Zh),
                    path.display(),
                    reason.worded(Lang::Zh)
                )
            }
            Self::Full { path, doing } => format!(
                "{}失败：{} 所在磁盘空间已满，此前写入的内容已保留：请清理磁盘，或用 --store 换一个位置",
                doing.worded(Lang::Zh),
                path.display()
            ),
            Self::Unwritable { path, doing } => format!(
                "{}失败：{} 所在磁盘读写出错，此前写入的内容已保留：请检查磁盘和文件大小限制，或用 --store 换一个位置",
                doing.worded(Lang::Zh),
                path.display()
            ),
            Self::Corrupt { path, what } => format!("数据库 {} 已损坏（{what}）：请换用备份，或重新巡查", path.display()),
            Self::Sql { path, doing, source } => {
                format!("{}失败：数据库 {} 报告：{source}", doing.worded(Lang::Zh), path.display())
            }
            Self::Thread { path, reason } => format!("数据库 {} 的写入线程异常：{reason}", path.display()),
            Self::WriterGone { path, cause } => format!("数据库 {} 已停止写入：{cause}", path.display()),
            Self::RunExists { path, id } => format!("数据库 {} 中已有巡查 {id}", path.display()),
            Self::NoRuns { path } => format!("数据库 {} 中还没有巡查记录：请先执行 xuncha audit", path.display()),
            Self::UnknownRun { path, wanted, existing } => format!(
                "数据库 {} 中没有巡查 {wanted}；已有（由近及远）：{}；也可以写 latest",
                path.display(),
                existing.join("、")
            ),
            Self::AmbiguousRun { wanted, matches } => {
                format!("以 {wanted} 开头的巡查不止一个：{}；请多写几位", matches.join("、"))
            }
            Self::NotJudged { id } => format!("巡查 {id} 还没有检查结果：请先执行 xuncha check {id}"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Missing { path } => {
                format!("there is no store {}: run `xuncha audit` first, or name the file with --store", path.display())
            }
            Self::NotAStore { path } => {
                format!("{} is not a store of xuncha; it was not touched: name another file with --store", path.display())
            }
            Self::Newer { path, found, known } => format!(
                "the store {} was written by a newer xuncha (schema {found}, this one knows {known}): update xuncha",
                path.display()
            ),
            Self::Older { path, found, known } => format!(
                "the store {} has schema {found}, this xuncha needs {known}: `xuncha check` brings it up to date",
                path.display()
            ),
            Self::Locked { path, holder } => format!(
                "the store {} is in use ({}): wait until that run has ended, or name another file with --store",
                path.display(),
                holder.worded(Lang::En)
            ),
            Self::NoAccess { path, doing, reason } => format!(
                "{} failed: no access to {} ({}): check the path and its permissions, or name another file with --store",
                doing.worded(Lang::En),
                path.display(),
                reason.worded(Lang::En)
            ),
            Self::Full { path, doing } => format!(
                "{} failed: no space is left for {}; what was written before is kept: free some space, or use --store",
                doing.worded(Lang::En),
                path.display()
            ),
            Self::Unwritable { path, doing } => format!(
                "{} failed: the disk of {} cannot be written or read; what was written before is kept: check the disk and limits on \
                 the size of files, or use --store",
                doing.worded(Lang::En),
                path.display()
            ),
            Self::Corrupt { path, what } => {
                format!("the store {} is damaged ({what}): use a backup, or audit again", path.display())
            }
            Self::Sql { path, doing, source } => {
                format!("{} failed: {} says: {source}", doing.worded(Lang::En), path.display())
            }
            Self::Thread { path, reason } => format!("the writer of the store {} failed: {reason}", path.display()),
            Self::WriterGone { path, cause } => format!("the store {} takes no more: {cause}", path.display()),
            Self::RunExists { path, id } => format!("the store {} holds a run {id} already", path.display()),
            Self::NoRuns { path } => format!("the store {} holds no run yet: run `xuncha audit` first", path.display()),
            Self::UnknownRun { path, wanted, existing } => format!(
                "the store {} holds no run {wanted}; it holds (newest first): {}; `latest` works too",
                path.display(),
                existing.join(", ")
            ),
            Self::AmbiguousRun { wanted, matches } => {
                format!("more than one run begins with {wanted}: {}; write more of it", matches.join(", "))
            }
            Self::NotJudged { id } => format!("the run {id} was never judged: run `xuncha check {id}` first"),
        }
    }
}

/// Turns a failure of SQLite into ours.
pub(super) fn sql(path: &Path, doing: Doing) -> impl FnOnce(rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    move |source| match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { path, doing },
        Some(ErrorCode::SystemIoFailure) => StoreError::Unwritable { path, doing },
        Some(ErrorCode::NotADatabase) => StoreError::NotAStore { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Corrupt { path, what: source.to_string() },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::NoAccess { path, doing, reason: Reason::said(source) }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { path, holder: Holder::default() },
        _ => StoreError::Sql { path, doing, source },
    }
}

/// Turns a failure of the file system into ours.
pub(super) fn file(path: &Path, doing: Doing) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path, doing },
        _ => StoreError::NoAccess { path, doing, reason: Reason::from(&error) },
    }
}

pub(super) fn corrupt(path: &Path, what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { path: path.to_owned(), what: what.to_string() }
}
