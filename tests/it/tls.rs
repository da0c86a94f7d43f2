//! Sites behind faulty certificates: read all the same, and the fault is kept.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use rustls::{ServerConnection, StreamOwned};
use xuncha::crawl::{Network, PostFault, post_json};
use xuncha::model::outcome::{FailureClass, Outcome};
use xuncha::model::run::HostSummary;

use super::certificates::{self, Chain, Tls};
use super::served::{plan, run, site};

const HOST: &str = "gxt.example.gov.cn";

/// A TLS server for a few connections.
fn serve(tls: &Tls) -> SocketAddr {
    let config = certificates::server(tls);
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

async fn certificate_of(tls: Tls) -> HostSummary {
    let address = serve(&tls);
    let crawled = run(plan(vec![site(&format!("https://{HOST}/"))], BTreeMap::from([(HOST.to_owned(), address)]))).await;
    let home = crawled.get(&format!("https://{HOST}/"));
    assert_eq!(home.facts.as_ref().map(|facts| facts.html_title.as_str()), Some("Home"), "{:?}", home.outcome);
    crawled.summary.hosts[0].clone()
}

fn tls(name: &str, until: i16, chain: Chain) -> Tls {
    Tls { name: name.to_owned(), until: date(until, 6, 1), chain }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_behind_faulty_certificates_are_read_and_the_faults_are_told() {
    let faults = |tls| async { certificate_of(tls).await.certificate };
    assert_eq!(faults(tls(HOST, 2022, Chain::SelfSigned)).await, ["expired", "unknown-issuer"]);
    assert_eq!(faults(tls("jxj.example.gov.cn", 2098, Chain::SelfSigned)).await, ["unknown-issuer", "wrong-name"]);
    assert_eq!(faults(tls("jxj.example.gov.cn", 2098, Chain::Whole)).await, ["wrong-name"]);
    assert_eq!(faults(tls(HOST, 2022, Chain::Whole)).await, ["expired"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_is_incomplete_where_a_known_authority_signed_and_unknown_where_none_did() {
    let faults = |chain| async move { certificate_of(tls(HOST, 2098, chain)).await.certificate };
    assert_eq!(faults(Chain::Whole).await, Vec::<String>::new());
    assert_eq!(faults(Chain::LeafOnly).await, ["incomplete-chain"]);
    assert_eq!(faults(Chain::InHouse).await, ["unknown-issuer"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_days_of_a_certificate_are_kept_whatever_is_wrong_with_it() {
    for chain in [Chain::Whole, Chain::SelfSigned] {
        let host = certificate_of(tls(HOST, 2027, chain)).await;
        assert_eq!(host.certificate_from.as_deref(), Some("2020-01-01"));
        assert_eq!(host.certificate_until.as_deref(), Some("2027-06-01"));
    }
}

/// A message of ours goes out over a certificate that holds, or not at all; the unit's own authority is trusted as pages trust it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_goes_to_who_shows_a_certificate_of_a_trusted_authority_and_to_nobody_else() {
    let posted = |tls, authorities| async move {
        let resolve = BTreeMap::from([(HOST.to_owned(), serve(&tls))]);
        let network = Network { resolve, authorities, user_agent: "xuncha".to_owned(), ..Network::default() };
        let answer = post_json(&format!("https://{HOST}/robot"), "{}".to_owned(), &network, Duration::from_secs(20)).await;
        answer.map(|posted| posted.status)
    };
    let own = || vec![certificates::trusted()];
    assert_eq!(posted(tls(HOST, 2098, Chain::Whole), own()).await, Ok(404), "the test's server answers only GET /");
    let refused = Err(PostFault::Failed(FailureClass::Tls));
    assert_eq!(posted(tls(HOST, 2098, Chain::Whole), Vec::new()).await, refused);
    assert_eq!(posted(tls(HOST, 2098, Chain::InHouse), own()).await, refused);
    assert_eq!(posted(tls("jxj.example.gov.cn", 2098, Chain::Whole), own()).await, refused);
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
        for (age, fault) in [(TLS_1_0, "old-tls"), (TLS_1_1, "old-tls"), (STATIC_RSA, "weak-tls"), (WEAK_KEY, "weak-tls")] {
            let mut expected = [fault, "unknown-issuer"];
            expected.sort_unstable();
            assert_eq!(read_from(age).await, expected, "{:?} {}", age.version, age.ciphers);
        }
    }
}
