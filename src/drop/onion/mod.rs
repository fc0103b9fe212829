//! The onion service: its key, its address, and the streams that come in through it.
//!
//! Protects: a source's bytes leave Tor inside this process and are handed on there, over no socket
//! and with no address attached; the way to the service is guarded in full against those who would
//! find the server (full vanguards); a visitor can fill neither memory nor the queue of newcomers;
//! what Tor notes of visitors lies in memory alone.
//! It does not hide when and how much is sent from whoever watches both ends of the network, and it
//! says nothing about what flows. This is the only room that knows arti.
//!
//! A hatch is an onion service beside it that nobody finds but whoever holds its access key (restricted discovery).
//!
//! arti speaks to the log of its host: keep that at WARN, below it arti names circuits.

mod guests;
mod hatch;
mod service;
mod settings;
mod watchdog;

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use arti_client::config::ConfigBuildError;
use arti_client::{KeystoreSelector, TorClient};
use futures::StreamExt as _;
use safelog::DisplayRedacted as _;
use sluss_web::conn::Ending;
use tor_hsservice::status::State;
use tor_hsservice::{HsId, StartupError};
use tor_proto::client::stream::DataStream;
use tor_rtcompat::tokio::TokioRustlsRuntime;

use crate::config::Tor;
use crate::fleeting::{self, Fleeting, FleetingError};
use crate::reachability::Reachability;
pub use hatch::{draw_hatch, forget_hatch};
pub use service::Service;
pub use settings::defences;
pub use watchdog::Look;

/// How long shutting down waits for arti's tasks to end.
const LET_GO: Duration = Duration::from_secs(5);

/// What becomes of the circuit when a conversation on it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// It stays for the visitor's next stream.
    Keep,
    /// It is closed as soon as no other stream is left on it, unless the visitor opens one: then more cells come, and
    /// write over what is left of the last.
    CloseWhenFree,
    /// It is closed, with all other streams on it, once the last answer had time to get through.
    Close,
}

impl Circuit {
    /// What becomes of it after an HTTP conversation.
    pub fn after(ending: Ending) -> Self {
        match ending {
            Ending::Closed => Self::Keep,
            Ending::Broken => Self::CloseWhenFree,
            Ending::Stalled | Ending::Overrun => Self::Close,
        }
    }
}

/// Why the onion service does not start.
#[derive(Debug, thiserror::Error)]
pub enum OnionError {
    /// The override file cannot be read.
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] io::Error),
    /// The override file is not TOML that arti understands.
    #[error("{0} is not a configuration for arti")]
    Override(PathBuf, #[source] Box<toml::de::Error>),
    /// What Tor notes of visitors cannot be kept off the disk.
    #[error("there is no folder in memory for what Tor notes of visitors")]
    Fleeting(#[from] FleetingError),
    /// arti refuses the configuration.
    #[error("arti refuses its configuration")]
    Config(#[from] ConfigBuildError),
    /// No key was drawn in this folder.
    #[error("there is no onion key in {0}")]
    NoKey(PathBuf),
    /// The key cannot be drawn or kept.
    #[error("the onion key cannot be kept")]
    Key(#[source] Box<StartupError>),
    /// arti fails.
    #[error("Tor does not start")]
    Tor(#[source] Box<arti_client::Error>),
    /// The service ended by itself.
    #[error("the onion service has stopped")]
    Stopped,
}

impl From<arti_client::Error> for OnionError {
    fn from(error: arti_client::Error) -> Self {
        Self::Tor(Box::new(error))
    }
}

impl From<StartupError> for OnionError {
    fn from(error: StartupError) -> Self {
        Self::Key(Box::new(error))
    }
}

/// Draws the onion key in the folder `dir`, without any network, and returns the address: 56
/// letters and digits and `.onion`. A key that is there already stays.
pub fn draw(dir: &Path) -> Result<String, OnionError> {
    let service = TorClient::<TokioRustlsRuntime>::create_onion_service(
        &settings::client(dir, &Tor::default())?,
        settings::service()?,
    )?;
    Ok(address_of(service.generate_identity_key(KeystoreSelector::Primary)?))
}

/// The address of the key that was drawn in the folder `dir`, without any network.
pub fn address(dir: &Path) -> Result<String, OnionError> {
    let service = TorClient::<TokioRustlsRuntime>::create_onion_service(
        &settings::client(dir, &Tor::default())?,
        settings::service()?,
    )?;
    service.onion_address().map(address_of).ok_or_else(|| OnionError::NoKey(dir.to_owned()))
}

/// A running onion service.
pub struct Onion {
    tor: Arc<TorClient<TokioRustlsRuntime>>,
    service: Service,
    address: String,
    /// Whether whoever looked from outside last did not get through.
    missed: Arc<AtomicBool>,
    knocks: Fleeting,
}

impl Onion {
    /// Joins Tor and launches the service whose key lies in `dir`. To be called in the tokio
    /// runtime that serves. Waits for as long as Tor cannot be reached.
    pub async fn launch(dir: &Path, tor: &Tor) -> Result<Self, OnionError> {
        let config = settings::client(dir, tor)?;
        let address = address(dir)?;
        let knocks = fleeting::lay(&dir.join(fleeting::KNOCKS))?;
        // Two providers may be compiled in; rustls panics unless one is named. An error only means
        // that one was named before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = TokioRustlsRuntime::current().map_err(|error| OnionError::Read("/".into(), error))?;
        let tor = TorClient::with_runtime(runtime).config(config).create_bootstrapped().await?;
        let service = Service::launch(&tor, settings::service()?)?;
        Ok(Self { tor, service, address, missed: Arc::default(), knocks })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits until Tor's directories carry the service, so that everybody can reach it.
    pub async fn reachable(&self) -> Result<(), OnionError> {
        let mut changes = self.service.running().status_events();
        while !self.service.running().status().state().is_fully_reachable() {
            changes.next().await.ok_or(OnionError::Stopped)?;
        }
        Ok(())
    }

    /// Tells, whenever asked, how the service fares; outlives it.
    pub fn watch(&self) -> impl Fn() -> Reachability + Send + Sync + use<> {
        let (service, missed) = (Arc::downgrade(self.service.running()), Arc::clone(&self.missed));
        move || match service.upgrade().map(|service| service.status().state()) {
            _ if missed.load(Relaxed) => Reachability::Lost,
            Some(State::Running | State::DegradedReachable) => Reachability::Reachable,
            // Down is also where arti begins.
            Some(State::Shutdown | State::Bootstrapping | State::Recovering) => Reachability::NotYet,
            _ => Reachability::Lost,
        }
    }

    /// Lets visitors in: see [`Service::serve`].
    pub async fn serve<G, C, F>(&self, greet: G)
    where
        G: Fn() -> C,
        C: Fn(DataStream) -> F + Send + 'static,
        F: Future<Output = Circuit> + Send + 'static,
    {
        self.service.serve(greet).await;
    }

    /// Withdraws from Tor, in order.
    ///
    /// Afterwards let the process end by `std::process::exit`, with the tokio runtime not dropped:
    /// a thread of arti's sleeps in it for good, and would panic. Until then the thread also keeps
    /// the service's state locked.
    pub async fn shutdown(self) {
        let Self { tor, service, knocks, .. } = self;
        let ended = tor.wait_for_stop();
        drop((tor, service));
        // Tasks that hold on for longer must not hold up the end of the process.
        let _ = tokio::time::timeout(LET_GO, ended).await;
        // Only now: until they end they write there.
        drop(knocks);
    }
}

fn address_of(key: HsId) -> String {
    key.display_unredacted().to_string()
}
