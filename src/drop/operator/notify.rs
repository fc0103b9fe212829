//! What systemd is told (`sd_notify(3)`): that the drop serves, how it fares, that it is not stuck, that it stops.
//!
//! Protects: the one socket for it is opened before the drop gives up opening any. Nothing of a visitor is told.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Where systemd says that it listens, and for how long it waits for a sign of life, in microseconds.
const SOCKET: &str = "NOTIFY_SOCKET";
const PATIENCE: &str = "WATCHDOG_USEC";

/// The way to whoever started the drop; without one nothing is told.
#[derive(Debug, Default)]
pub(super) struct Notify {
    socket: Option<UnixDatagram>,
    patience: Option<Duration>,
}

impl Notify {
    /// Opens the socket that the environment names.
    pub(super) fn open() -> io::Result<Self> {
        let Some(name) = std::env::var_os(SOCKET) else { return Ok(Self::default()) };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address(&name)?)?;
        let patience = std::env::var(PATIENCE).ok().and_then(|micros| micros.parse().ok()).map(Duration::from_micros);
        Ok(Self { socket: Some(socket), patience })
    }

    /// How often a sign of life is wanted: half of what is waited for.
    pub(super) fn beat(&self) -> Option<Duration> {
        self.patience.map(|patience| patience / 2)
    }

    pub(super) fn ready(&self) {
        self.tell("READY=1");
    }

    pub(super) fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// How the onion service fares, for whoever asks systemd.
    #[cfg(feature = "tor")]
    pub(super) fn status(&self, status: &str) {
        self.tell(&format!("STATUS={status}"));
    }

    pub(super) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// Nobody may listen any more: that is theirs to notice.
    fn tell(&self, what: &str) {
        if let Some(socket) = &self.socket {
            let _ = socket.send(what.as_bytes());
        }
    }
}

/// A path, or with an `@` a name that is no file.
fn address(name: &OsStr) -> io::Result<SocketAddr> {
    match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(name),
    }
}
