//! A server of bare sockets, for what no HTTP library would send. Bounded in connections, and each connection in time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use xuncha::crawl::Plan;

use super::served::{plan, site};

const CONNECTIONS_MAX: usize = 5_000;

/// A connection is dropped after this, whatever it is doing.
const CONNECTION_TIME_MAX: Duration = Duration::from_secs(20);

pub(crate) const HOST: &str = "gxt.example.gov.cn";

#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// These bytes, and the connection closed.
    Send(Vec<u8>),
    /// No byte, until the client has enough.
    Silent,
    /// These bytes at once, then these again and again without a pause, until the client has enough.
    Flood { head: Vec<u8>, again: Vec<u8> },
    /// These bytes at once, then one byte at a time with this pause between.
    Drip { head: Vec<u8>, pause: Duration },
    /// These bytes, and the connection reset.
    Reset(Vec<u8>),
}

type Acts = Arc<dyn Fn(&str) -> Act + Send + Sync>;

pub(crate) struct Raw {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
    heads: Heads,
}

/// Request heads as they came, with the moment of their arrival; the first thousand.
type Heads = Arc<Mutex<Vec<(Instant, String)>>>;

const HEADS_MAX: usize = 1_000;

impl Raw {
    /// `act` is asked with the path of each request.
    pub(crate) async fn start(act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", act).await
    }

    pub(crate) async fn start_at(address: &str, act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Heads::default();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let act: Acts = Arc::new(act);
        let log = Arc::clone(&heads);
        tokio::spawn(async move {
            for _ in 0..CONNECTIONS_MAX {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (act, counter, log) = (Arc::clone(&act), Arc::clone(&counter), Arc::clone(&log));
                tokio::spawn(tokio::time::timeout(CONNECTION_TIME_MAX, serve(stream, act, counter, log)));
            }
        });
        Self { address, requests, heads }
    }

    /// Requests read so far.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whole heads of the requests read so far, with the moment of their arrival.
    pub(crate) fn heads(&self) -> Vec<(Instant, String)> {
        self.heads.lock().unwrap().clone()
    }

    /// A plan with one site on this server and a time limit of one second.
    pub(crate) fn plan(&self) -> Plan {
        let mut plan = plan(vec![site(&format!("http://{HOST}/"))], BTreeMap::from([(HOST.to_owned(), self.address)]));
        plan.pace.timeout_seconds = 1;
        plan
    }
}

/// The home page links to `paths`; they are answered by `act`; everything else is not found.
pub(crate) async fn linked(paths: &[&str], act: impl Fn(&str) -> Act + Send + Sync + 'static) -> Raw {
    let links: String = paths.iter().map(|path| format!("<a href='{path}'>{path}</a>")).collect::<Vec<_>>().concat();
    let known: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
    Raw::start(move |path| {
        if path == "/" {
            html(&links)
        } else if known.iter().any(|known| known == path) {
            act(path)
        } else {
            Act::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())
        }
    })
    .await
}

pub(crate) fn html(body: &str) -> Act {
    let page = format!("<html><head><title>页</title></head><body>{body}</body></html>");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    Act::Send([head.into_bytes(), page.into_bytes()].concat())
}

async fn serve(mut stream: TcpStream, act: Acts, counter: Arc<AtomicUsize>, heads: Heads) {
    let Some(head) = read_request(&mut stream).await else { return };
    counter.fetch_add(1, Ordering::Relaxed);
    let path = head.split(' ').nth(1).unwrap_or("").to_owned();
    {
        let mut heads = heads.lock().unwrap();
        if heads.len() < HEADS_MAX {
            heads.push((Instant::now(), head));
        }
    }
    // a client that has had enough closes: what cannot be written then is no fault
    let _ = perform(&mut stream, act(&path)).await;
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        request.extend(chunk.iter().take(n));
    }
    Some(String::from_utf8_lossy(&request).into_owned())
}

async fn perform(stream: &mut TcpStream, act: Act) -> std::io::Result<()> {
    match act {
        Act::Send(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Act::Silent => {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.map(|_| ())
        }
        Act::Flood { head, again } => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
        Act::Drip { head, pause } => {
            stream.write_all(&head).await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(pause).await;
            }
        }
        Act::Reset(bytes) => {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            stream.set_zero_linger()
        }
    }
}
