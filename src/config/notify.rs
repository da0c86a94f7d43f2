//! `[notify]`: who is told after a run. Holds no secret: these stand in environment variables.

use super::fault::Problem;
use super::table::{At, Document, Table};

const WEBHOOKS: [(&str, Webhook); 3] = [("wecom", Webhook::WeCom), ("dingtalk", Webhook::DingTalk), ("json", Webhook::Json)];
const SECURITY: [(&str, MailSecurity); 3] =
    [("tls", MailSecurity::Tls), ("starttls", MailSecurity::StartTls), ("none", MailSecurity::None)];
const WHEN: [(&str, bool); 2] = [("changes", false), ("always", true)];

/// What is told, to whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyPart {
    pub webhooks: Vec<Webhook>,
    pub mail: Option<MailPart>,
    /// After every run; false: when something changed or comes due.
    pub always: bool,
    /// Columns that go stale within so many days are named.
    pub due_days: u32,
    /// Where the reports can be read; printed in the notice.
    pub link: Option<String>,
}

/// A kind of webhook; its address stands in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Webhook {
    /// A group robot of enterprise WeChat (企业微信).
    WeCom,
    /// A group robot of DingTalk (钉钉).
    DingTalk,
    /// Any receiver: the notice as JSON.
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPart {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub from: String,
    /// At least one.
    pub to: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS; never without.
    StartTls,
    /// In the clear.
    None,
}

impl MailSecurity {
    /// RFC 8314, RFC 6409, RFC 5321.
    fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

impl Default for NotifyPart {
    fn default() -> Self {
        Self { webhooks: Vec::new(), mail: None, always: false, due_days: 7, link: None }
    }
}

impl NotifyPart {
    /// Whether anyone is to be told.
    pub fn is_wanted(&self) -> bool {
        !self.webhooks.is_empty() || self.mail.is_some()
    }
}

pub(super) fn notify(document: &mut Document<'_>) -> NotifyPart {
    let table = document.table("notify");
    let default = NotifyPart::default();
    let mut webhooks: Vec<Webhook> = Vec::new();
    for webhook in document.choices(table, "webhooks", &WEBHOOKS) {
        if !webhooks.contains(&webhook) {
            webhooks.push(webhook);
        }
    }
    NotifyPart {
        webhooks,
        mail: mail(document, table),
        always: document.choice(table, "when", &WHEN).unwrap_or(default.always),
        due_days: document.integer(table, "due_days", 0..=60).unwrap_or(default.due_days),
        link: link(document, table),
    }
}

fn mail<'t>(document: &mut Document<'t>, table: Table<'t>) -> Option<MailPart> {
    let security = document.choice(table, "mail_security", &SECURITY).unwrap_or(MailSecurity::Tls);
    let keys = ["mail_server", "mail_from", "mail_to"];
    if keys.iter().any(|key| table.has(key)) {
        for key in keys.into_iter().filter(|key| !table.has(key)) {
            document.fault_at(table, key, table.line, Problem::Missing);
        }
    }
    let server = document.text(table, "mail_server").and_then(|At { value, line }| {
        let server = server(&value, security.port());
        if server.is_none() {
            document.fault_at(table, "mail_server", line, Problem::BadMailServer { value });
        }
        server
    });
    let from = document.text(table, "mail_from").map(|from| mailbox(document, table, "mail_from", from));
    let to = document.texts(table, "mail_to").map(|to| {
        if to.is_empty() {
            document.fault_at(table, "mail_to", table.line, Problem::Empty);
        }
        to.into_iter().map(|to| mailbox(document, table, "mail_to", to)).collect()
    });
    let (host, port) = server?;
    Some(MailPart { host, port, security, from: from?, to: to? })
}

/// Host and port.
fn server(text: &str, port: u16) -> Option<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port > 0)?),
        None => (text, port),
    };
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    is_name.then(|| (host.to_owned(), port))
}

fn mailbox<'t>(document: &mut Document<'t>, table: Table<'t>, key: &str, text: At<String>) -> String {
    let At { value, line } = text;
    let is_plain = value.bytes().all(|b| (b'!'..=b'~').contains(&b) && !b"<>(),;:\"".contains(&b));
    let is_address = value
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.contains('@') && host.split('.').all(|label| !label.is_empty()));
    if !is_plain || !is_address {
        document.fault_at(table, key, line, Problem::BadMailAddress { value: value.clone() });
    }
    value
}

fn link<'t>(document: &mut Document<'t>, table: Table<'t>) -> Option<String> {
    let At { value, line } = document.text(table, "link")?;
    let is_good = ::url::Url::parse(&value)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none());
    if !is_good {
        document.fault_at(table, "link", line, Problem::BadLink);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::model::rule::Lang;

    const SITE: &str = "[[site]]\nurl = \"http://gxt.example.gov.cn/\"\n[notify]\n";

    fn parse(text: &str) -> Result<NotifyPart, String> {
        Config::parse(&format!("{SITE}{text}\n"), std::path::Path::new("crawl.toml"))
            .map(|config| config.notify)
            .map_err(|error| error.message(Lang::Zh))
    }

    #[test]
    fn ports_follow_the_security_unless_written() {
        let mail = "mail_from = \"a@b.cn\"\nmail_to = [\"c@d.cn\"]\n";
        for (server, security, expected) in
            [("m.cn", "tls", 465), ("m.cn", "starttls", 587), ("m.cn", "none", 25), ("m.cn:2525", "none", 2525)]
        {
            let part = parse(&format!("{mail}mail_server = \"{server}\"\nmail_security = \"{security}\"")).unwrap();
            let mail = part.mail.clone().unwrap();
            assert_eq!((mail.host.as_str(), mail.port), ("m.cn", expected));
            assert!(part.is_wanted());
        }
        assert!(!parse("").unwrap().is_wanted());
    }

    #[test]
    fn faults_are_said_with_their_key() {
        for (text, said) in [
            ("mail_server = \"m.cn\"", "[notify] mail_from：缺少这个键"),
            (
                "mail_server = \"http://m.cn\"\nmail_from = \"a@b\"\nmail_to = [\"c@d\"]",
                "[notify] mail_server：“http://m.cn”不是邮件服务器",
            ),
            ("mail_server = \"m.cn\"\nmail_from = \"a@b\"\nmail_to = [\"c d@e\"]", "[notify] mail_to：“c d@e”不是邮箱地址"),
            ("mail_server = \"m.cn\"\nmail_from = \"a@b\"\nmail_to = []", "[notify] mail_to：不能为空"),
            ("webhooks = [\"wecon\"]", "[notify] webhooks：不能为“wecon”（是不是 wecom？）"),
            ("link = \"http://u:p@10.1.2.3/\"", "[notify] link：应为"),
            ("webhook_url = \"https://x\"", "[notify] webhook_url：没有这个键"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
