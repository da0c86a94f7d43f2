//! Notices after a run, against a mail server and a robot that stand on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::raw::HOST;
use super::super::served::{NOW, Served, page};
use super::{Desk, Said};

const CONNECTIONS_MAX: usize = 50;
const ROBOT: &str = "robot.example.cn";

type Kept = Arc<Mutex<Vec<String>>>;

/// A listener that hands each connection to `each` and keeps what it gives.
fn sink(each: impl Fn(std::net::TcpStream) -> std::io::Result<String> + Send + 'static) -> (SocketAddr, Kept) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let kept = Kept::default();
    let into = Arc::clone(&kept);
    std::thread::spawn(move || {
        for stream in listener.incoming().take(CONNECTIONS_MAX).flatten() {
            if let Ok(what) = each(stream) {
                into.lock().unwrap().push(what);
            }
        }
    });
    (address, kept)
}

/// Keeps `request line\nbody` of each request, and answers with 200 and this.
fn robot(answer: &'static str) -> (SocketAddr, Kept) {
    sink(move |stream| {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? <= 2 {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
        (&stream).write_all(format!("{head}{answer}").as_bytes())?;
        Ok(format!("{first}{}", String::from_utf8(body).unwrap()))
    })
}

/// Keeps the conversation of each client, and takes every mail.
fn mailbox() -> (SocketAddr, Kept) {
    sink(|stream| {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut out = &stream;
        let mut talk = String::new();
        let mut in_data = false;
        out.write_all(b"220 sink\r\n")?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(talk);
            }
            talk.push_str(&line);
            let answer: &[u8] = match (in_data, line.trim_end()) {
                (true, ".") => {
                    in_data = false;
                    b"250 taken\r\n"
                }
                (true, _) => continue,
                (false, "DATA") => {
                    in_data = true;
                    b"354 go on\r\n"
                }
                (false, "QUIT") => {
                    out.write_all(b"221 bye\r\n")?;
                    return Ok(talk);
                }
                (false, line) if line.starts_with("EHLO") => b"250-sink\r\n250 AUTH PLAIN\r\n",
                (false, line) if line.starts_with("AUTH") => b"235 welcome\r\n",
                _ => b"250 ok\r\n",
            };
            out.write_all(answer)?;
        }
    })
}

/// The text of a mail that was kept.
fn mail_text(talk: &str) -> String {
    let body = talk.split("DATA\r\n").nth(1).unwrap().split_once("\r\n\r\n").unwrap().1;
    let lines: String = body.lines().take_while(|line| *line != ".").collect();
    String::from_utf8(STANDARD.decode(lines).unwrap()).unwrap()
}

/// A home page with these dead links.
async fn site(dead: &[&str]) -> Served {
    let links: String = dead.iter().map(|path| format!("<a href={path}>通知</a>")).collect::<Vec<_>>().concat();
    let home = format!("<title>首页</title>{links}<a href=/a.html>甲</a>");
    Served::replies(vec![page(HOST, "/", &home), page(HOST, "/a.html", "<title>甲</title>")]).await
}

fn configure(desk: &Desk, site: SocketAddr, robot: SocketAddr, notify: &str) {
    desk.write(
        "crawl.toml",
        format!(
            "[audit]\nunit = \"某省工业和信息化厅\"\n[[site]]\nurl = \"http://{HOST}/\"\nname = \"门户网站\"\n[network]\n\
             resolve = {{ \"{HOST}\" = \"{site}\", \"{ROBOT}\" = \"{robot}\" }}\n\
             [crawl]\nrequests_per_second = 0\nexternal_links = false\n[notify]\n{notify}\n"
        ),
    );
}

fn audit(desk: &Desk, now: &str, variables: &[(&str, &str)]) -> Said {
    desk.run_with(&["audit", "--progress", "none", "--now", now], variables)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_carries_what_is_new_and_goes_to_mail_and_webhooks() {
    let (before, after) = (site(&["/old.html"]).await, site(&["/old.html", "/new.html"]).await);
    let mended = site(&["/new.html"]).await;
    let sites = [before.address, after.address, mended.address];
    tokio::task::spawn_blocking(move || {
        let desk = Desk::new();
        let (robot, posted) = robot("{\"errcode\":0,\"errmsg\":\"ok\"}");
        let (mailbox, mails) = mailbox();
        let notify = format!(
            "webhooks = [\"wecom\", \"dingtalk\", \"json\"]\nmail_server = \"{mailbox}\"\nmail_security = \"none\"\n\
             mail_from = \"xuncha@example.gov.cn\"\nmail_to = [\"bgs@example.gov.cn\", \"zx@example.gov.cn\"]\n\
             link = \"http://10.1.2.3/xuncha/\""
        );
        let [wecom, dingtalk, json] = ["cgi-bin/webhook/send?key=K1", "robot/send?access_token=K2", "hook/K3"]
            .map(|path| format!("http://{ROBOT}/{path}"));
        let variables = [
            ("XUNCHA_WECOM_URL", wecom.as_str()),
            ("XUNCHA_DINGTALK_URL", dingtalk.as_str()),
            ("XUNCHA_DINGTALK_SECRET", "SECtest"),
            ("XUNCHA_WEBHOOK_URL", json.as_str()),
            ("XUNCHA_MAIL_USER", "xuncha"),
            ("XUNCHA_MAIL_PASSWORD", "geheim"),
        ];
        let days = ["2026-11-22T09:00:00+08:00", "2026-11-23T09:00:00+08:00", NOW, "2026-11-25T09:00:00+08:00"];

        configure(&desk, sites[0], robot, &notify);
        let said = audit(&desk, days[0], &variables);
        assert_eq!(said.err.matches("通知已发送：").count(), 4, "{said:#?}");
        assert_eq!((posted.lock().unwrap().len(), mails.lock().unwrap().len()), (3, 1));
        assert!(posted.lock().unwrap()[0].contains("首次巡查结果"), "{posted:#?}");
        assert!(!posted.lock().unwrap()[0].contains("old.html"), "the first notice gives figures: {posted:#?}");

        configure(&desk, sites[1], robot, &notify);
        let said = audit(&desk, days[1], &variables);
        assert_eq!(said.err.matches("通知已发送：").count(), 4, "{said:#?}");
        {
            let posted = posted.lock().unwrap();
            let (line, body) = posted[3].split_once('\n').unwrap();
            assert_eq!(line.trim_end(), "POST /cgi-bin/webhook/send?key=K1 HTTP/1.1");
            let body: Value = serde_json::from_str(body).unwrap();
            let text = body["text"]["content"].as_str().unwrap();
            assert_eq!(body["msgtype"], "text");
            assert!(text.len() <= 2_048 && text.contains("新增问题1处，已消除0处，仍存在"), "{text}");
            assert!(text.contains("new.html") && !text.contains("old.html"), "{text}");
            assert!(text.ends_with("报告：http://10.1.2.3/xuncha/"), "{text}");

            let (line, _) = posted[4].split_once('\n').unwrap();
            let target = line.split(' ').nth(1).unwrap();
            let url = url::Url::parse(&format!("http://{ROBOT}{target}")).unwrap();
            let get = |key: &str| url.query_pairs().find(|(name, _)| name == key).unwrap().1.into_owned();
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"SECtest");
            let signed = format!("{}\nSECtest", get("timestamp"));
            ring::hmac::verify(&key, signed.as_bytes(), &STANDARD.decode(get("sign")).unwrap()).unwrap();
            assert_eq!(get("access_token"), "K2");

            let (_, body) = posted[5].split_once('\n').unwrap();
            let notice: Value = serde_json::from_str(body).unwrap();
            assert_eq!((&notice["schema"], &notice["new_count"]), (&"xuncha-notice/1".into(), &1.into()));
            assert_eq!(notice["new"][0]["target"], format!("http://{HOST}/new.html"));
        }
        {
            let mails = mails.lock().unwrap();
            assert!(mails[1].contains("RCPT TO:<bgs@example.gov.cn>") && mails[1].contains("RCPT TO:<zx@example.gov.cn>"));
            assert!(mails[1].contains("AUTH PLAIN"), "{}", mails[1]);
            let text = mail_text(&mails[1]);
            assert!(text.contains("new.html") && !text.contains("old.html"), "{text}");
        }

        let said = audit(&desk, days[2], &variables);
        assert!(said.err.contains("没有新情况，未发送通知"), "{said:#?}");
        assert_eq!((posted.lock().unwrap().len(), mails.lock().unwrap().len()), (6, 2), "nothing new, nothing sent");

        configure(&desk, sites[2], robot, &notify);
        audit(&desk, days[3], &variables);
        let text = mail_text(&mails.lock().unwrap()[2]);
        assert!(
            text.contains("新增问题0处，已消除1处") && text.contains("已消除的问题：") && text.contains("old.html"),
            "{text}"
        );

        let said = desk.run("notify --dry-run");
        assert_eq!((said.status, posted.lock().unwrap().len()), (0, 9), "{said:#?}");
        assert!(said.out.contains("已消除1处"), "{}", said.out);
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_notice_is_said_without_its_secret_and_fails_nothing() {
    let served = site(&[]).await;
    let address = served.address;
    tokio::task::spawn_blocking(move || {
        let desk = Desk::new();
        let quiet = Desk::new();
        quiet.configure(address, "");
        let without = quiet.audit("").status;
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (robot, _) = robot("{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}");
        let notify = format!(
            "webhooks = [\"wecom\", \"dingtalk\", \"json\"]\nmail_server = \"{nobody}\"\nmail_security = \"none\"\n\
             mail_from = \"xuncha@example.gov.cn\"\nmail_to = [\"bgs@example.gov.cn\"]"
        );
        configure(&desk, address, robot, &notify);
        let refused = format!("http://{ROBOT}/send?key=GEHEIM");
        let private = format!("http://{nobody}/GEHEIM");
        let said = audit(&desk, NOW, &[("XUNCHA_WECOM_URL", &refused), ("XUNCHA_WEBHOOK_URL", &private)]);
        assert_eq!(said.status, without, "{said:#?}");
        for words in [
            "通知未能发送：企业微信（对方拒收：93000 invalid webhook url）",
            "通知未能发送：钉钉（没有设置环境变量 XUNCHA_DINGTALK_URL）",
            "通知未能发送：JSON 接口（网址指向本机或内网",
            "通知未能发送：邮件（无法与邮件服务器通信",
        ] {
            assert!(said.err.contains(words), "{words}\n{}", said.err);
        }
        assert!(!said.err.contains("GEHEIM") && !said.out.contains("GEHEIM"), "{said:#?}");
        assert!(desk.report().run.complete);
        assert_eq!(desk.run_with(&["notify"], &[("XUNCHA_WECOM_URL", &refused)]).status, 3, "asked for by itself, it counts");
    })
    .await
    .unwrap();
}
