//! The onion service: its key, its address, and the streams that come in through it.
//!
//! Protects: a source's bytes leave Tor inside this process and are handed on there, over no socket
//! and with no address attached; the way to the service is guarded in full against those who would
//! find the server (full vanguards); a visitor can fill neither memory nor the queue of newcomers;
//! what Tor notes of visitors lies in memory alone.
//! It does not hide when and how much is sent from whoever watches both ends of the network, and it
//! says nothing about what flows. This is the only room that knows arti.
//!
//! arti speaks to the log of its host: keep that at WARN, below it arti names circuits.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use arti_client::config::CfgPath;
use arti_client::config::onion_service::{OnionServiceConfig, OnionServiceConfigBuilder};
use arti_client::config::{ConfigBuildError, TorClientConfigBuilder};
use arti_client::{KeystoreSelector, TorClient, TorClientConfig};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use safelog::DisplayRedacted as _;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tor_cell::relaycell::msg::Connected;
use tor_hsservice::status::State;
use tor_hsservice::{HsId, RendRequest, RunningOnionService, StartupError, StreamRequest};
use tor_proto::client::stream::DataStream;
use tor_proto::stream::IncomingStreamRequest;
use tor_rtcompat::tokio::TokioRustlsRuntime;

use crate::fleeting::{self, Fleeting, FleetingError};
use crate::reachability::Reachability;

/// What arti calls the service in its state folder.
const NICKNAME: &str = "sluss";
/// The only port that the service has.
const PORT: u16 = 80;
/// Newcomers whose circuits are being built at one time. Bounded, because each costs work, and
/// because a proof of work is asked only of those who have to queue.
const NEWCOMERS: usize = 16;
/// Streams of one circuit at one time; a browser opens six, further ones wait.
const STREAMS: usize = 16;
/// How long a circuit that is to be closed lives on, so that the last answer gets through.
const LINGER: Duration = Duration::from_millis(400);
/// How long shutting down waits for arti's tasks to end.
const LET_GO: Duration = Duration::from_secs(5);
/// What no override may weaken. arti's own defaults: vanguards in their lite form, 8 GiB of
/// queues, and circuits to the web kept ready that a service never uses.
const FIXED: &str = r#"
    vanguards.mode = "full"
    system.memory.max = "256 MiB"
    preemptive_circuits.initial_predicted_ports = []
"#;

/// What becomes of the circuit when a conversation on it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// It stays for the visitor's next stream.
    Keep,
    /// It is closed, with all other streams on it, once the last answer had time to get through.
    Close,
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
    let service = TorClient::<TokioRustlsRuntime>::create_onion_service(&tor(dir, None)?, service()?)?;
    Ok(address_of(service.generate_identity_key(KeystoreSelector::Primary)?))
}

/// The address of the key that was drawn in the folder `dir`, without any network.
pub fn address(dir: &Path) -> Result<String, OnionError> {
    let service = TorClient::<TokioRustlsRuntime>::create_onion_service(&tor(dir, None)?, service()?)?;
    service.onion_address().map(address_of).ok_or_else(|| OnionError::NoKey(dir.to_owned()))
}

/// A running onion service.
pub struct Onion {
    tor: Arc<TorClient<TokioRustlsRuntime>>,
    service: Arc<RunningOnionService>,
    newcomers: Mutex<BoxStream<'static, RendRequest>>,
    address: String,
    knocks: Fleeting,
}

impl Onion {
    /// Joins Tor and launches the service whose key lies in `dir`. To be called in the tokio
    /// runtime that serves. `network` is a TOML file that points arti at another network than the
    /// public one. Waits for as long as Tor cannot be reached.
    pub async fn launch(dir: &Path, network: Option<&Path>) -> Result<Self, OnionError> {
        let address = address(dir)?;
        let knocks = fleeting::lay(&dir.join(fleeting::KNOCKS))?;
        // Two providers may be compiled in; rustls panics unless one is named. An error only means
        // that one was named before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = TokioRustlsRuntime::current().map_err(|error| OnionError::Read("/".into(), error))?;
        let tor = TorClient::with_runtime(runtime).config(tor(dir, network)?).create_bootstrapped().await?;
        let (service, newcomers) = tor.launch_onion_service(service()?)?.ok_or(OnionError::Stopped)?;
        Ok(Self { tor, service, newcomers: Mutex::new(newcomers.boxed()), address, knocks })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits until Tor's directories carry the service, so that everybody can reach it.
    pub async fn reachable(&self) -> Result<(), OnionError> {
        let mut changes = self.service.status_events();
        while !self.service.status().state().is_fully_reachable() {
            changes.next().await.ok_or(OnionError::Stopped)?;
        }
        Ok(())
    }

    /// Tells, whenever asked, how the service fares; outlives it.
    pub fn watch(&self) -> impl Fn() -> Reachability + Send + Sync + use<> {
        let service = Arc::downgrade(&self.service);
        move || match service.upgrade().map(|service| service.status().state()) {
            Some(State::Running | State::DegradedReachable) => Reachability::Reachable,
            // Down is also where arti begins.
            Some(State::Shutdown | State::Bootstrapping | State::Recovering) => Reachability::NotYet,
            _ => Reachability::Lost,
        }
    }

    /// Hands every stream that a visitor opens to `converse`, until the service stops. Dropping the
    /// future ends all conversations.
    pub async fn serve<C, F>(&self, converse: C)
    where
        C: Fn(DataStream) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Circuit> + Send + 'static,
    {
        let mut newcomers = self.newcomers.lock().await;
        let room = Arc::new(Semaphore::new(NEWCOMERS));
        let mut circuits = JoinSet::new();
        while let Ok(place) = Arc::clone(&room).acquire_owned().await
            && let Some(newcomer) = newcomers.next().await
        {
            circuits.spawn(welcome(newcomer, place, converse.clone()));
            while circuits.try_join_next().is_some() {}
        }
    }

    /// Withdraws from Tor, in order.
    ///
    /// Afterwards let the process end by `std::process::exit`, with the tokio runtime not dropped:
    /// a thread of arti's sleeps in it for good, and would panic. Until then the thread also keeps
    /// the service's state locked.
    pub async fn shutdown(self) {
        let Self { tor, service, newcomers, knocks, .. } = self;
        let ended = tor.wait_for_stop();
        drop((tor, service, newcomers));
        // Tasks that hold on for longer must not hold up the end of the process.
        let _ = tokio::time::timeout(LET_GO, ended).await;
        // Only now: until they end they write there.
        drop(knocks);
    }
}

/// Follows one circuit from its first sign of life to its end.
async fn welcome<C, F>(newcomer: RendRequest, place: OwnedSemaphorePermit, converse: C)
where
    C: Fn(DataStream) -> F,
    F: Future<Output = Circuit> + Send + 'static,
{
    // Whoever asked may be gone, or never was a visitor: nothing to tell.
    let Ok(mut streams) = newcomer.accept().await else {
        return;
    };
    drop(place);
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            stream = streams.next(), if conversations.len() < STREAMS => {
                let Some(stream) = stream else { break };
                if let Some(stream) = admit(stream).await {
                    conversations.spawn(linger(converse(stream)));
                }
            }
            Some(ended) = conversations.join_next() => {
                if matches!(ended, Ok(Circuit::Close)) {
                    // Dropping the streams closes the circuit.
                    return;
                }
            }
        }
    }
    // The circuit is gone; the conversations find that out and come to their own ends.
    while conversations.join_next().await.is_some() {}
}

/// Takes a stream to the one port that there is; asking for anything else ends the circuit.
async fn admit(stream: StreamRequest) -> Option<DataStream> {
    match stream.request() {
        IncomingStreamRequest::Begin(begin) if begin.port() == PORT => stream.accept(Connected::new_empty()).await.ok(),
        _ => {
            // An error means that the circuit is already closed.
            let _ = stream.shutdown_circuit();
            None
        }
    }
}

async fn linger(conversation: impl Future<Output = Circuit>) -> Circuit {
    let circuit = conversation.await;
    if circuit == Circuit::Close {
        tokio::time::sleep(LINGER).await;
    }
    circuit
}

/// arti's configuration: all it keeps lies under `dir`.
fn tor(dir: &Path, network: Option<&Path>) -> Result<TorClientConfig, OnionError> {
    let parse = |text: &str, path: &Path| {
        text.parse::<toml::Table>().map_err(|error| OnionError::Override(path.to_owned(), Box::new(error)))
    };
    let mut settings = toml::Table::new();
    if let Some(path) = network {
        let text = fs::read_to_string(path).map_err(|error| OnionError::Read(path.to_owned(), error))?;
        settings.extend(parse(&text, path)?);
    }
    settings.extend(parse(FIXED, dir)?);
    let mut config: TorClientConfigBuilder = settings
        .try_into()
        .map_err(|error| OnionError::Override(network.unwrap_or(dir).to_owned(), Box::new(error)))?;
    config
        .storage()
        .state_dir(CfgPath::new_literal(dir.join("state")))
        .cache_dir(CfgPath::new_literal(dir.join("cache")));
    Ok(config.build()?)
}

fn service() -> Result<OnionServiceConfig, OnionError> {
    let invalid = |_| ConfigBuildError::Invalid { field: "nickname".to_owned(), problem: NICKNAME.to_owned() };
    let nickname = NICKNAME.parse().map_err(invalid)?;
    Ok(OnionServiceConfigBuilder::default().nickname(nickname).build()?)
}

fn address_of(key: HsId) -> String {
    key.display_unredacted().to_string()
}
