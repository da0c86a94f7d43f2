//! Ways to a server: proxies, IPv6, HTTP/2, connections old and new, https that fails.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::TcpListener;
use xuncha::model::outcome::{FailureClass, Outcome};

use super::raw::{Act, HOST, Raw, html};
use super::served::{Served, page, plan, run, site};

fn not_found() -> Act {
    Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_requests_go_through_the_proxy_and_names_are_its_business() {
    // asked by whole addresses, as proxies are
    let proxy = Raw::start(|target| match target {
        "http://gxt.example.gov.cn/" => html("<a href='/a.html'>甲</a><a href='http://www.other.com/x.html'>外</a>"),
        "http://gxt.example.gov.cn/a.html" => html("甲"),
        "http://www.other.com/x.html" => html("外"),
        _ => not_found(),
    })
    .await;
    let mut plan = plan(vec![site(&format!("http://{HOST}/"))], BTreeMap::new());
    plan.network.proxy = Some(format!("http://{}", proxy.address));
    plan.pace.requests_per_second = 200.0;
    let crawled = run(plan).await;
    for read in ["http://gxt.example.gov.cn/a.html", "http://www.other.com/x.html"] {
        assert!(crawled.get(read).outcome.is_read(), "{:?}", crawled.get(read).outcome);
    }
    assert!(proxy.heads().iter().all(|(_, head)| head.contains(" http://")), "{:?}", proxy.heads());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_goes_through_the_proxy_by_connect() {
    let proxy =
        Raw::start(|_| Act::Send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())).await;
    let mut plan = plan(vec![site(&format!("https://{HOST}/"))], BTreeMap::new());
    plan.network.proxy = Some(format!("http://{}", proxy.address));
    let crawled = run(plan).await;
    assert!(proxy.heads()[0].1.starts_with("CONNECT gxt.example.gov.cn:443 "), "{:?}", proxy.heads()[0]);
    assert!(matches!(crawled.get(&format!("https://{HOST}/")).outcome, Outcome::Failed { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_address_is_refused_behind_a_proxy_too() {
    let proxy = Raw::start(|_| html("内网")).await;
    let mut plan = plan(vec![site("http://[::ffff:10.0.0.1]/"), site("http://0x0a000001/b/")], BTreeMap::new());
    plan.network.proxy = Some(format!("http://{}", proxy.address));
    plan.network.offline = false;
    let crawled = run(plan).await;
    assert_eq!((proxy.requests(), crawled.not_covered("private-address")), (0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_with_an_ipv6_address_is_crawled() {
    let raw = Raw::start_at("[::1]:0", |path| match path {
        "/" => html("<a href='/a.html'>甲</a>"),
        "/a.html" => html("甲"),
        _ => not_found(),
    })
    .await;
    assert!(run(raw.plan()).await.get(&format!("http://{HOST}/a.html")).outcome.is_read());
    let literal = format!("http://[::1]:{}/", raw.address.port());
    let mut by_literal = plan(vec![site(&literal)], BTreeMap::new());
    by_literal.network.allow_private = true;
    assert!(run(by_literal).await.get(&format!("{literal}a.html")).outcome.is_read());
}

/// What a server saw: number of the connection, version, path.
type Seen = Arc<Mutex<Vec<(usize, Version, String)>>>;

fn reply(request: &Request<Incoming>, connection: usize, seen: &Seen) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    seen.lock().unwrap().push((connection, request.version(), path.clone()));
    let (status, body) = match path.as_str() {
        "/" => (200, "<title>Home</title><a href='/a.html'>1</a><a href='/b.html'>2</a>"),
        "/a.html" => (200, "<title>A</title>"),
        "/b.html" => (500, ""),
        _ => (404, ""),
    };
    Response::builder().status(status).header("content-type", "text/html").body(Full::new(Bytes::from(body))).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_is_tried_again_on_a_new_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        for connection in 0..100 {
            let Ok((stream, _)) = listener.accept().await else { return };
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let answer = reply(&request, connection, &log);
                    async move { Ok::<_, Infallible>(answer) }
                });
                // a client that goes away is no fault here
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    let mut plan = plan(vec![site(&format!("http://{HOST}/"))], BTreeMap::from([(HOST.to_owned(), address)]));
    plan.pace.concurrency_per_host = 1;
    let crawled = run(plan).await;
    assert_eq!(crawled.get(&format!("http://{HOST}/b.html")).attempts.len(), 3);
    let seen = seen.lock().unwrap();
    let mut of_b: Vec<usize> = seen.iter().filter(|(_, _, path)| path == "/b.html").map(|(n, _, _)| *n).collect();
    let others: Vec<usize> = seen.iter().filter(|(_, _, path)| path != "/b.html").map(|(n, _, _)| *n).collect();
    assert!(others.contains(&of_b[0]), "the first try used a connection that stood open: {seen:?}");
    of_b.dedup();
    assert_eq!(of_b.len(), 3, "each further try made its own: {seen:?}");
    assert!(of_b[1..].iter().all(|n| !others.contains(n)), "{seen:?}");
}

/// A TLS server that offers HTTP/2, for a few connections.
async fn serve_http2(seen: Seen) -> SocketAddr {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![HOST.to_owned()]).unwrap().self_signed(&key).unwrap();
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for connection in 0..50 {
            let Ok((stream, _)) = listener.accept().await else { return };
            let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = service_fn(move |request| {
                    let answer = reply(&request, connection, &seen);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                // a client that goes away is no fault here
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_offers_http2_is_spoken_to_in_it() {
    let seen = Seen::default();
    let address = serve_http2(Arc::clone(&seen)).await;
    let crawled = run(plan(vec![site(&format!("https://{HOST}/"))], BTreeMap::from([(HOST.to_owned(), address)]))).await;
    assert!(crawled.get(&format!("https://{HOST}/a.html")).outcome.is_read());
    let seen = seen.lock().unwrap();
    assert!(seen.len() >= 4 && seen.iter().all(|(_, version, _)| *version == Version::HTTP_2), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_whose_https_fails_is_read_in_the_clear_with_its_rules_and_said_to_be() {
    let links = "<a href='/a.html'>甲</a><a href='https://gxt.example.gov.cn/b.html'>乙</a><a href='/secret/c.html'>丙</a>";
    let served = Served::replies(vec![
        page(HOST, "/robots.txt", "User-agent: *\nDisallow: /secret/\n"),
        page(HOST, "/", links),
        page(HOST, "/a.html", "甲"),
        page(HOST, "/b.html", "乙"),
        page(HOST, "/secret/c.html", "丙"),
    ])
    .await;
    let crawled = run(served.plan(vec![site(&format!("https://{HOST}/"))])).await;
    let Outcome::Failed { class, .. } = crawled.get(&format!("https://{HOST}/")).outcome else { panic!() };
    assert_eq!(class, FailureClass::Tls);
    assert!(crawled.get(&format!("http://{HOST}/a.html")).outcome.is_read());
    let secure = crawled.get(&format!("https://{HOST}/b.html"));
    assert_eq!(secure.outcome.reply().map(|reply| reply.final_url.as_str()), Some("http://gxt.example.gov.cn/b.html"));
    assert_eq!(served.count(&format!("GET {HOST}/secret/c.html")), 0);
    assert!(crawled.summary.complete && crawled.summary.hosts[0].in_the_clear, "{:?}", crawled.summary);
    assert_eq!(crawled.not_covered("site-unreachable") + crawled.not_covered("robots-unreachable"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_whose_https_works_is_not_asked_in_the_clear() {
    let seen = Seen::default();
    let address = serve_http2(Arc::clone(&seen)).await;
    let crawled = run(plan(vec![site(&format!("https://{HOST}/"))], BTreeMap::from([(HOST.to_owned(), address)]))).await;
    assert!(!crawled.summary.hosts[0].in_the_clear);
    assert!(crawled.records.addresses.iter().all(xuncha::url::PageUrl::is_https), "{:?}", crawled.records.addresses);
}
