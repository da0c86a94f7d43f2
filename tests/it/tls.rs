//! Sites behind faulty certificates: read all the same, and the fault is kept.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::served::{plan, run, site};

const HOST: &str = "gxt.example.gov.cn";

/// A TLS server for a few connections, with a certificate for `name` that ended in `until`.
fn serve(name: &str, until: i32) -> SocketAddr {
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(50) {
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream.unwrap());
            let mut request = Vec::new();
            let mut byte = [0; 1];
            while !request.ends_with(b"\r\n\r\n") && tls.read(&mut byte).is_ok_and(|n| n == 1) {
                request.extend(byte);
            }
            let answer = if request.starts_with(b"GET / ") {
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\nConnection: close\r\n\r\n<title>Home</title>\n"
            } else {
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            };
            // a client that has gone away needs no answer
            let _ = tls.write_all(answer.as_bytes());
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    });
    address
}

async fn certificate_of(name: &str, until: i32) -> Vec<String> {
    let address = serve(name, until);
    let crawled = run(plan(vec![site(&format!("https://{HOST}/"))], BTreeMap::from([(HOST.to_owned(), address)]))).await;
    let home = crawled.get(&format!("https://{HOST}/"));
    assert_eq!(home.facts.as_ref().map(|facts| facts.html_title.as_str()), Some("Home"), "{:?}", home.outcome);
    crawled.summary.hosts[0].certificate.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_behind_faulty_certificates_are_read_and_the_faults_are_told() {
    assert_eq!(certificate_of(HOST, 2022).await, ["expired", "unknown-issuer"]);
    assert_eq!(certificate_of("jxj.example.gov.cn", 2099).await, ["unknown-issuer", "wrong-name"]);
}
