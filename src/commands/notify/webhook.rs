//! Group robots and other receivers: what each is sent, and how its answer is read. The requests go out by the crawl's own room.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};

use super::Environment;
use crate::audit::words;
use crate::config::Webhook;
use crate::crawl::{Network, PostFault, post_json};
use crate::model::rule::Lang;
use crate::report::notice::Notice;

const WECOM_URL: &str = "XUNCHA_WECOM_URL";
const DINGTALK_URL: &str = "XUNCHA_DINGTALK_URL";
/// The «加签» secret (`SEC…`) of a DingTalk robot.
const DINGTALK_SECRET: &str = "XUNCHA_DINGTALK_SECRET";
const JSON_URL: &str = "XUNCHA_WEBHOOK_URL";

/// Bytes of a text message that the group robot of enterprise WeChat takes.
const WECOM_BYTES_MAX: usize = 2_048;
/// Bytes of a DingTalk message: 20,000 with the JSON around it.
const DINGTALK_BYTES_MAX: usize = 15_000;
const TIMEOUT: Duration = Duration::from_secs(15);

/// A request to be made. Its address is a secret: no `Debug`.
pub(super) struct Message {
    address: String,
    body: String,
    kind: Webhook,
}

/// Why a notice did not get there. Holds no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WebhookFault {
    /// The environment variable is not set.
    NoAddress(&'static str),
    BadAddress(&'static str),
    Post(PostFault),
    Status(u16),
    /// The robot's own code and words.
    Refused {
        code: i64,
        words: String,
    },
    /// 200, but not the answer of such a robot.
    NoAnswer,
}

impl WebhookFault {
    pub(super) fn worded(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match self {
            Self::NoAddress(name) if zh => format!("没有设置环境变量 {name}"),
            Self::NoAddress(name) => format!("the environment variable {name} is not set"),
            Self::BadAddress(name) if zh => format!("环境变量 {name} 的值不是 http:// 或 https:// 开头的网址"),
            Self::BadAddress(name) => format!("the environment variable {name} holds no http or https address"),
            Self::Post(PostFault::Refused) if zh => {
                "网址指向本机或内网，默认不访问；请在 [network] resolve 中写明该主机的地址，或设置 allow_private".to_owned()
            }
            Self::Post(PostFault::Refused) => {
                "a private address; name the host in [network] resolve, or set allow_private".to_owned()
            }
            Self::Post(PostFault::Failed(class)) => words::failure(*class, lang),
            Self::Post(fault) => fault.to_string(),
            Self::Status(status) if zh => format!("对方返回{status}"),
            Self::Status(status) => format!("the answer is {status}"),
            Self::Refused { code, words } if zh => format!("对方拒收：{code} {words}"),
            Self::Refused { code, words } => format!("refused: {code} {words}"),
            Self::NoAnswer if zh => "对方的答复不是群机器人的格式，请核对网址".to_owned(),
            Self::NoAnswer => "the answer is not that of a group robot; check the address".to_owned(),
        }
    }
}

pub(super) fn name(kind: Webhook, lang: Lang) -> &'static str {
    match (kind, lang) {
        (Webhook::WeCom, Lang::Zh) => "企业微信",
        (Webhook::WeCom, Lang::En) => "WeCom",
        (Webhook::DingTalk, Lang::Zh) => "钉钉",
        (Webhook::DingTalk, Lang::En) => "DingTalk",
        (Webhook::Json, Lang::Zh) => "JSON 接口",
        (Webhook::Json, Lang::En) => "JSON webhook",
    }
}

/// What is sent to whom; `now_ms` goes into the signature.
pub(super) fn message(
    kind: Webhook,
    notice: &Notice,
    now_ms: i64,
    environment: Environment<'_>,
) -> Result<Message, WebhookFault> {
    let variable = match kind {
        Webhook::WeCom => WECOM_URL,
        Webhook::DingTalk => DINGTALK_URL,
        Webhook::Json => JSON_URL,
    };
    let address = environment(variable).ok_or(WebhookFault::NoAddress(variable))?;
    let address = match (kind, environment(DINGTALK_SECRET)) {
        (Webhook::DingTalk, Some(secret)) => signed(&address, &secret, now_ms).ok_or(WebhookFault::BadAddress(DINGTALK_URL))?,
        _ => address,
    };
    let body = match kind {
        // text and not markdown: what a page wrote stays text
        Webhook::WeCom => json!({ "msgtype": "text", "text": { "content": notice.text(WECOM_BYTES_MAX) } }),
        Webhook::DingTalk => json!({ "msgtype": "text", "text": { "content": notice.text(DINGTALK_BYTES_MAX) } }),
        Webhook::Json => serde_json::to_value(notice).unwrap_or(Value::Null),
    };
    Ok(Message { address, body: body.to_string(), kind })
}

/// The address with time and signature (钉钉 «加签»): HMAC-SHA256 of `time\nsecret` under the secret, in Base64.
fn signed(address: &str, secret: &str, now_ms: i64) -> Option<String> {
    let mut url = url::Url::parse(address).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let sign = STANDARD.encode(hmac::sign(&key, format!("{now_ms}\n{secret}").as_bytes()));
    url.query_pairs_mut().append_pair("timestamp", &now_ms.to_string()).append_pair("sign", &sign);
    Some(url.into())
}

/// Sends once.
pub(super) async fn send(message: &Message, network: &Network) -> Result<(), WebhookFault> {
    let posted = post_json(&message.address, message.body.clone(), network, TIMEOUT).await.map_err(WebhookFault::Post)?;
    if !(200..300).contains(&posted.status) {
        return Err(WebhookFault::Status(posted.status));
    }
    match message.kind {
        Webhook::Json => Ok(()),
        // both robots answer 200 to what they refuse
        Webhook::WeCom | Webhook::DingTalk => answer(&posted.body),
    }
}

fn answer(body: &[u8]) -> Result<(), WebhookFault> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| WebhookFault::NoAnswer)?;
    match answer.get("errcode").and_then(Value::as_i64) {
        Some(0) => Ok(()),
        Some(code) => {
            let words = answer.get("errmsg").and_then(Value::as_str).unwrap_or_default();
            Err(WebhookFault::Refused { code, words: words.chars().filter(|c| !c.is_control()).take(200).collect() })
        }
        None => Err(WebhookFault::NoAnswer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dingtalk_is_signed_as_its_manual_says() {
        // computed by `printf '1700000000000\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64`
        let address = signed("https://oapi.example.cn/robot/send?access_token=t", "SECabc", 1_700_000_000_000).unwrap();
        let url = url::Url::parse(&address).unwrap();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let expected =
            [("access_token", "t"), ("timestamp", "1700000000000"), ("sign", "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM=")];
        assert_eq!(pairs, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        // + and / of Base64 are escaped
        assert!(!address.rsplit("sign=").next().unwrap().contains(['+', '/']));
    }

    #[test]
    fn an_answer_of_200_may_be_a_refusal() {
        assert_eq!(answer(br#"{"errcode":0,"errmsg":"ok"}"#), Ok(()));
        let refused = answer(br#"{"errcode":93000,"errmsg":"invalid webhook url"}"#);
        assert_eq!(refused, Err(WebhookFault::Refused { code: 93000, words: "invalid webhook url".to_owned() }));
        for other in [&b"<html>"[..], b"{}", b""] {
            assert_eq!(answer(other), Err(WebhookFault::NoAnswer));
        }
    }
}
