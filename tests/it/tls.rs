//! Sites behind faulty certificates: read all the same, and the fault is kept.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use xuncha::model::outcome::{FailureClass, Outcome};

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

/// A TLS server that knows nothing of this decade: to every greeting it answers with the alert «handshake failure».
fn serve_alert() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().take(50).flatten() {
            let mut greeting = [0; 2_048];
            // a client that has gone away needs no answer
            let _ = stream.read(&mut greeting).and_then(|_| stream.write_all(&[0x15, 3, 1, 0, 2, 2, 40]));
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_that_fails_is_called_by_name_and_the_audit_goes_on() {
    let table = BTreeMap::from([(HOST.to_owned(), serve_alert())]);
    let crawled = run(plan(vec![site(&format!("https://{HOST}/"))], table)).await;
    let Outcome::Failed { class, .. } = crawled.get(&format!("https://{HOST}/")).outcome else { panic!() };
    assert_eq!(class, FailureClass::Tls);
    assert_eq!(crawled.not_covered("site-unreachable"), 1);
    assert!(crawled.summary.hosts[0].errors["tls"] >= 1, "{:?}", crawled.summary.hosts);
}

/// Servers of another age, by OpenSSL, for the feature that speaks to them.
#[cfg(feature = "legacy-tls")]
mod legacy {
    use openssl::asn1::Asn1Time;
    use openssl::hash::MessageDigest;
    use openssl::pkey::{PKey, Private};
    use openssl::rsa::Rsa;
    use openssl::ssl::{SslAcceptor, SslMethod, SslVersion};
    use openssl::x509::extension::SubjectAlternativeName;
    use openssl::x509::{X509, X509NameBuilder};

    use super::*;

    #[derive(Clone, Copy)]
    struct Age {
        version: SslVersion,
        ciphers: &'static str,
        key_bits: u32,
        /// Signed by SHA-1.
        sha1: bool,
    }

    const TLS_1_0: Age = Age { version: SslVersion::TLS1, ciphers: "ALL:@SECLEVEL=0", key_bits: 2_048, sha1: false };
    const TLS_1_1: Age = Age { version: SslVersion::TLS1_1, ..TLS_1_0 };
    const STATIC_RSA: Age = Age { version: SslVersion::TLS1_2, ciphers: "AES128-SHA:@SECLEVEL=0", ..TLS_1_0 };
    const WEAK_KEY: Age = Age { version: SslVersion::TLS1_2, key_bits: 1_024, sha1: true, ..TLS_1_0 };

    fn certificate(age: Age) -> (X509, PKey<Private>) {
        let key = PKey::from_rsa(Rsa::generate(age.key_bits).unwrap()).unwrap();
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", HOST).unwrap();
        let name = name.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder.set_subject_name(&name).unwrap();
        builder.set_issuer_name(&name).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::days_from_now(30).unwrap()).unwrap();
        let names = SubjectAlternativeName::new().dns(HOST).build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
        builder.sign(&key, if age.sha1 { MessageDigest::sha1() } else { MessageDigest::sha256() }).unwrap();
        (builder.build(), key)
    }

    fn serve_old(age: Age) -> SocketAddr {
        let (certificate, key) = certificate(age);
        let mut builder = SslAcceptor::mozilla_intermediate(SslMethod::tls_server()).unwrap();
        builder.set_security_level(0);
        builder.set_cipher_list(age.ciphers).unwrap();
        builder.clear_options(openssl::ssl::SslOptions::NO_TLSV1 | openssl::ssl::SslOptions::NO_TLSV1_1);
        builder.set_min_proto_version(Some(age.version)).unwrap();
        builder.set_max_proto_version(Some(age.version)).unwrap();
        builder.set_private_key(&key).unwrap();
        builder.set_certificate(&certificate).unwrap();
        let acceptor = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().take(50).flatten() {
                // a handshake that the client gives up is what the first try does
                let Ok(mut tls) = acceptor.accept(stream) else { continue };
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
                let _ = tls.shutdown();
            }
        });
        address
    }

    async fn read_from(age: Age) -> Vec<String> {
        let table = BTreeMap::from([(HOST.to_owned(), serve_old(age))]);
        let crawled = run(plan(vec![site(&format!("https://{HOST}/"))], table)).await;
        let home = crawled.get(&format!("https://{HOST}/"));
        assert_eq!(home.facts.as_ref().map(|facts| facts.html_title.as_str()), Some("Home"), "{:?}", home.outcome);
        assert!(crawled.summary.complete && !crawled.summary.hosts[0].in_the_clear);
        crawled.summary.hosts[0].certificate.clone()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn servers_of_another_age_are_read_and_said_to_be_old() {
        for age in [TLS_1_0, TLS_1_1, STATIC_RSA, WEAK_KEY] {
            assert_eq!(read_from(age).await, ["old-tls", "unknown-issuer"], "{:?} {}", age.version, age.ciphers);
        }
    }
}
