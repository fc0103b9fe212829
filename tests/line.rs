//! A line between a browser and a drop on this machine, on which somebody listens, and which can be cut.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Bytes that are carried at a time.
const PIECE: usize = 16 * 1024;

/// A line that carries every connection to one drop. Dropping it takes it down.
#[derive(Debug)]
pub struct Line {
    /// Where the browser finds the drop.
    pub address: SocketAddr,
    traffic: Arc<Traffic>,
    carrying: JoinHandle<()>,
}

#[derive(Debug)]
struct Traffic {
    longest: AtomicUsize,
    cuts: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl Line {
    /// Lays one to the drop at `drop`.
    pub async fn to(drop: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let traffic = Traffic {
            longest: AtomicUsize::new(usize::MAX),
            cuts: AtomicUsize::new(0),
            requests: Mutex::new(Vec::new()),
        };
        let traffic = Arc::new(traffic);
        let shared = Arc::clone(&traffic);
        let carrying = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let traffic = Arc::clone(&shared);
                // Whoever hung up has no use for the reason.
                tokio::spawn(async move { carry(browser, drop, &traffic).await.ok() });
            }
        });
        Ok(Self { address, traffic, carrying })
    }

    /// From now on every connection breaks as soon as it has carried more than `bytes` towards the drop.
    pub fn cut_after(&self, bytes: usize) {
        self.traffic.longest.store(bytes, Ordering::Relaxed);
    }

    /// From now on nothing breaks.
    pub fn mend(&self) {
        self.cut_after(usize::MAX);
    }

    /// How many connections broke.
    pub fn cuts(&self) -> usize {
        self.traffic.cuts.load(Ordering::Relaxed)
    }

    /// Every request so far: method and path.
    pub fn requests(&self) -> Vec<String> {
        self.traffic.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

/// Carries one connection until either side ends it or the line is cut; then both sides see it break.
async fn carry(mut browser: TcpStream, drop: SocketAddr, traffic: &Traffic) -> io::Result<()> {
    let mut drop = TcpStream::connect(drop).await?;
    let ((mut from_browser, mut to_browser), (mut from_drop, mut to_drop)) = (browser.split(), drop.split());
    let up = async {
        let (mut piece, mut carried) = (vec![0; PIECE], 0);
        loop {
            let length = from_browser.read(&mut piece).await?;
            let bytes = piece.get(..length).unwrap_or_default();
            traffic.requests.lock().unwrap_or_else(PoisonError::into_inner).extend(request(bytes));
            carried += length;
            let cut = carried > traffic.longest.load(Ordering::Relaxed);
            traffic.cuts.fetch_add(usize::from(cut), Ordering::Relaxed);
            if length == 0 || cut {
                return Ok(());
            }
            to_drop.write_all(bytes).await?;
        }
    };
    tokio::select! {
        ended = up => ended,
        ended = tokio::io::copy(&mut from_drop, &mut to_browser) => ended.map(|_| ()),
    }
}

/// Method and path, where a request begins.
fn request(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_suffix(" HTTP/1.1")?;
    Some(line.to_owned())
}
