//! The door: which browser may come in at all.
//!
//! Protects: the page's address works once; whoever used it holds the only session. A page on another site that makes the
//! browser ask here, also under a name that it let point to 127.0.0.1, is turned away. It does not protect against
//! another program of the same user: that could read the book's files and this process's memory as well.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use rand::{CryptoRng, RngExt};
use sluss_core::digest::Digest;
use sluss_web::conn::{Answer, Method, Request};
use sluss_web::session::{Hold, Sessions};

/// How long a browser stays bound after its last request; the desk itself locks much sooner.
const BOUND: Duration = Duration::from_secs(24 * 3600);

/// The page could not listen.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on 127.0.0.1:{port}: {why}")]
pub struct OpenPageError {
    /// The port.
    pub port: u16,
    /// Why.
    pub why: io::Error,
}

/// The page's only socket and its one-time address.
pub struct Door {
    listener: TcpListener,
    address: String,
    guard: Guard,
}

impl Door {
    /// Listens on 127.0.0.1 at `port`, 0 for a free one, and draws the address.
    pub fn open(port: u16, rng: &mut impl CryptoRng) -> Result<Self, OpenPageError> {
        let refused = |why| OpenPageError { port, why };
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let host = listener.local_addr().map_err(refused)?.to_string();
        let token: [u8; 32] = rng.random();
        let token = HEXLOWER.encode(&token);
        let address = format!("http://{host}/start/{token}");
        let sessions = Sessions::new("sluss-desk", BOUND, 1);
        let guard = Guard { host, token: Mutex::new(Some(Digest::of(token.as_bytes()))), sessions };
        Ok(Self { listener, address, guard })
    }

    /// The address that works once.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn into_parts(self) -> (TcpListener, Guard) {
        (self.listener, self.guard)
    }
}

/// Who stands at the door.
pub(super) struct Guard {
    host: String,
    /// The digest of the token that has not been used: comparing digests takes no time that tells.
    token: Mutex<Option<Digest>>,
    sessions: Sessions<()>,
}

/// What the guard says.
pub(super) enum Verdict {
    /// The bound browser.
    In,
    /// The browser that opened the address first: its answer binds it.
    Bound(Answer),
    /// Another site, or another name for this machine.
    Foreign,
    /// Some other browser, or the address a second time.
    Unknown,
}

impl Guard {
    pub(super) fn look(&self, request: &Request, now: Instant, rng: &mut impl CryptoRng) -> Verdict {
        if request.host() != Some(self.host.as_str()) || request.crosses_sites() {
            return Verdict::Foreign;
        }
        if let (&Method::GET, ["start", token]) = (request.method(), request.segments().as_slice()) {
            return self.bind(token, now, rng);
        }
        let known = self.sessions.id(request).and_then(|id| self.sessions.with(&id, now, |()| ()));
        if known.is_some() { Verdict::In } else { Verdict::Unknown }
    }

    /// Whether a browser has opened the address.
    pub(super) fn is_bound(&self) -> bool {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    fn bind(&self, token: &str, now: Instant, rng: &mut impl CryptoRng) -> Verdict {
        let mut unused = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if *unused != Some(Digest::of(token.as_bytes())) {
            return Verdict::Unknown;
        }
        *unused = None;
        let session = self.sessions.open((), Hold::Firm, now, rng);
        Verdict::Bound(self.sessions.give(Answer::see_other("/"), &session))
    }
}
