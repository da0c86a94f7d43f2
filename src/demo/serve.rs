//! Serves a group over HTTP on loopback: all hosts at one address, told apart by the `Host` header.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::HOST;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::{Group, Reply};

/// A running server. Dropping it stops it at once; [`Server::stop`] lets open requests end.
#[derive(Debug)]
pub struct Server {
    /// Where it listens: always loopback.
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// What the connections share.
struct Shared {
    group: Arc<Group>,
    /// Flaky addresses that have had their 503.
    warmed: Mutex<BTreeSet<String>>,
}

impl Server {
    /// Starts on 127.0.0.1; port 0 takes a free one. To be called within a tokio runtime.
    ///
    /// # Errors
    /// The port is taken, or the machine gives no socket.
    pub async fn start(group: Arc<Group>, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let addr = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared { group, warmed: Mutex::default() });
        let task = tokio::spawn(accept(listener, shared, stopped));
        Ok(Self { addr, stop, task })
    }

    /// Takes no more connections, lets requests that are under way end, and returns when all is quiet.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared), stopped.clone()));
                }
                Err(error) => tracing::debug!("the demo server could not take a connection: {error}"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let reply = shared.answer(&request);
        async move { Ok::<_, Infallible>(response(reply)) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection to the demo server broke off: {error}");
    }
}

impl Shared {
    fn answer(&self, request: &Request<Incoming>) -> Reply {
        let host = request.headers().get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        if self.group.is_flaky(host, target) && self.is_first(host, target) {
            return Reply::text(503, "503 Service Unavailable");
        }
        self.group.respond(host, target, request.method().as_str())
    }

    fn is_first(&self, host: &str, target: &str) -> bool {
        self.warmed.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{host}{target}"))
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(reply.body))).expect("the demo's headers are plain ASCII")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn exchange(addr: SocketAddr, method: &str, host: &str, target: &str) -> String {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut out = Vec::new();
        stream.read_to_end(&mut out).await.unwrap();
        String::from_utf8_lossy(&out).into_owned()
    }

    #[tokio::test]
    async fn hosts_are_told_apart_and_a_flaky_page_fails_once() {
        let group = Arc::new(Group::new(super::super::SEED, 1, date(2026, 11, 24)));
        let flaky = group.truth().traps.iter().find(|trap| trap.why.contains("503")).unwrap().target.clone().unwrap();
        let path = flaky.strip_prefix("http://gxt.example.gov.cn").unwrap().to_owned();
        let server = Server::start(group, 0).await.unwrap();
        assert!(server.addr.ip().is_loopback());
        let portal = exchange(server.addr, "GET", "gxt.example.gov.cn", "/gxt/index.html").await;
        assert!(portal.starts_with("HTTP/1.1 200") && portal.contains("某省工业和信息化厅"));
        assert!(exchange(server.addr, "GET", "gxt.example.gov.cn", &path).await.starts_with("HTTP/1.1 503"));
        assert!(exchange(server.addr, "GET", "gxt.example.gov.cn", &path).await.starts_with("HTTP/1.1 200"));
        assert!(exchange(server.addr, "GET", "media.example.com", "/").await.starts_with("HTTP/1.1 403"));
        let head = exchange(server.addr, "HEAD", "gxt.example.gov.cn", "/gxt/index.html").await;
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n") && !head.contains("content-length: 0"));
        server.stop().await;
    }
}
