//! The notice by mail. The only file that names the mail library.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};

use super::Environment;
use crate::config::{MailPart, MailSecurity};
use crate::model::rule::Lang;
use crate::report::notice::Notice;

/// Bytes of a mail's text.
pub(super) const TEXT_BYTES_MAX: usize = 64 * 1024;
const USER: &str = "XUNCHA_MAIL_USER";
const PASSWORD: &str = "XUNCHA_MAIL_PASSWORD";
/// Of each step of the conversation.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Why a mail was not sent.
#[derive(Debug)]
pub(super) enum MailFault {
    /// An address that no mail can have.
    Address(String),
    /// One of user and password is set, the other is not.
    HalfASecret,
    /// The library could not put the message together.
    Message(String),
    Tls,
    Timeout,
    /// The server's code: 535 is a wrong password.
    Refused(String),
    Connection,
}

impl MailFault {
    pub(super) fn worded(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            Self::Address(address) if zh => format!("邮箱地址“{address}”无效"),
            Self::Address(address) => format!("{address:?} is no mail address"),
            Self::HalfASecret if zh => format!("环境变量 {USER} 和 {PASSWORD} 须同时设置"),
            Self::HalfASecret => format!("set both {USER} and {PASSWORD}, or neither"),
            Self::Message(why) if zh => format!("邮件无法生成：{why}"),
            Self::Message(why) => format!("the mail could not be made: {why}"),
            Self::Tls if zh => "与邮件服务器建立加密连接失败，请核对 mail_security 和证书".to_owned(),
            Self::Tls => "no TLS with the mail server; check mail_security and its certificate".to_owned(),
            Self::Timeout if zh => "邮件服务器没有在时限内答复".to_owned(),
            Self::Timeout => "the mail server did not answer in time".to_owned(),
            Self::Refused(answer) if zh => format!("邮件服务器拒绝：{answer}"),
            Self::Refused(answer) => format!("the mail server refused: {answer}"),
            Self::Connection if zh => "无法与邮件服务器通信，请核对 mail_server 和 mail_security".to_owned(),
            Self::Connection => "no conversation with the mail server; check mail_server and mail_security".to_owned(),
        }
    }
}

/// Sends once, to all receivers.
pub(super) fn send(mail: &MailPart, notice: &Notice, environment: Environment<'_>) -> Result<(), MailFault> {
    let message = message(mail, notice)?;
    let made = match mail.security {
        MailSecurity::Tls => SmtpTransport::relay(&mail.host),
        MailSecurity::StartTls => SmtpTransport::starttls_relay(&mail.host),
        MailSecurity::None => Ok(SmtpTransport::builder_dangerous(&mail.host)),
    };
    let mut builder = made.map_err(|error| fault(&error))?.port(mail.port).timeout(Some(TIMEOUT));
    match (environment(USER), environment(PASSWORD)) {
        (Some(user), Some(password)) => builder = builder.credentials(Credentials::new(user, password)),
        (None, None) => {}
        _ => return Err(MailFault::HalfASecret),
    }
    builder.build().send(&message).map(drop).map_err(|error| fault(&error))
}

fn message(mail: &MailPart, notice: &Notice) -> Result<Message, MailFault> {
    let address = |text: &String| text.parse().map_err(|_| MailFault::Address(text.clone()));
    let mut builder = Message::builder().from(address(&mail.from)?).subject(notice.subject.clone());
    for to in &mail.to {
        builder = builder.to(address(to)?);
    }
    builder
        .header(ContentType::TEXT_PLAIN)
        .body(notice.text(TEXT_BYTES_MAX))
        .map_err(|error| MailFault::Message(error.to_string()))
}

fn fault(error: &lettre::transport::smtp::Error) -> MailFault {
    if error.is_tls() {
        MailFault::Tls
    } else if error.is_timeout() {
        MailFault::Timeout
    } else if let Some(code) = error.status() {
        let words: String = error.to_string().chars().filter(|c| !c.is_control()).take(200).collect();
        MailFault::Refused(format!("{code}（{words}）"))
    } else {
        MailFault::Connection
    }
}
