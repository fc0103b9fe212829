//! One onion service that runs, and those who come to it.

use std::future::Future;
use std::sync::Arc;

use arti_client::TorClient;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tor_hsservice::config::OnionServiceConfig;
use tor_hsservice::{RendRequest, RunningOnionService};
use tor_proto::client::stream::DataStream;
use tor_rtcompat::tokio::TokioRustlsRuntime;

use super::guests::Places;
use super::{Circuit, OnionError};

/// A running onion service. Dropping it withdraws it.
pub struct Service {
    running: Arc<RunningOnionService>,
    newcomers: Mutex<BoxStream<'static, RendRequest>>,
}

impl Service {
    pub(super) fn launch(
        tor: &TorClient<TokioRustlsRuntime>,
        settings: OnionServiceConfig,
    ) -> Result<Self, OnionError> {
        let (running, newcomers) = tor.launch_onion_service(settings)?.ok_or(OnionError::Stopped)?;
        Ok(Self { running, newcomers: Mutex::new(newcomers.boxed()) })
    }

    pub(super) fn running(&self) -> &Arc<RunningOnionService> {
        &self.running
    }

    /// Lets visitors in, until the service stops: `greet` makes for each circuit the one who answers its streams.
    /// Dropping the future ends all conversations.
    pub async fn serve<G, C, F>(&self, greet: G)
    where
        G: Fn() -> C,
        C: Fn(DataStream) -> F + Send + 'static,
        F: Future<Output = Circuit> + Send + 'static,
    {
        let mut newcomers = self.newcomers.lock().await;
        let (places, mut circuits) = (Arc::new(Places::new()), JoinSet::new());
        places.let_in(&mut newcomers, &mut circuits, &greet).await;
    }
}
