//! Why the operating system refused something, in words that a webmaster understands.

use std::fmt;
use std::io::{self, ErrorKind};

use super::rule::Lang;

/// A refusal of the operating system, or of a library that speaks English only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    kind: Option<ErrorKind>,
    text: String,
}

impl Reason {
    /// What `said` says, for want of a kind.
    pub fn said(said: impl fmt::Display) -> Self {
        Self { kind: None, text: said.to_string() }
    }

    /// In the user's language where the kind is known, else as the system says it.
    pub fn worded(&self, lang: Lang) -> String {
        match (self.kind.and_then(chinese), lang) {
            (Some(text), Lang::Zh) => text.to_owned(),
            _ => self.text.clone(),
        }
    }
}

impl From<&io::Error> for Reason {
    fn from(error: &io::Error) -> Self {
        Self { kind: Some(error.kind()), text: error.to_string() }
    }
}

fn chinese(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "文件或文件夹不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::ReadOnlyFilesystem => "所在磁盘为只读",
        ErrorKind::StorageFull => "磁盘空间已满",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::FileTooLarge => "文件超出允许的大小",
        ErrorKind::NotADirectory => "路径的上一级是文件，不是文件夹",
        ErrorKind::IsADirectory => "是文件夹，不是文件",
        ErrorKind::AlreadyExists => "同名文件已存在",
        ErrorKind::InvalidFilename => "文件名不合规则或过长",
        ErrorKind::InvalidData => "不是 UTF-8 编码的文本",
        ErrorKind::ResourceBusy => "正被其他程序占用",
        ErrorKind::AddrInUse => "端口已被占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_refusal_is_said_in_chinese_and_an_unknown_one_as_it_came() {
        let full = Reason::from(&io::Error::from(ErrorKind::StorageFull));
        assert_eq!(full.worded(Lang::Zh), "磁盘空间已满");
        assert!(full.worded(Lang::En).is_ascii());
        assert_eq!(Reason::said("disk I/O error").worded(Lang::Zh), "disk I/O error");
    }
}
