//! Those who come: newcomers, the circuits on which they stay, and the streams that they open.
//!
//! Protects: however many knock, so many are let in a second and so many may stay; the rest queue, and a proof of work
//! decides who is first. One circuit cannot take the streams of another. A circuit on which nothing happens goes sooner
//! the fuller it is. It does not tell an attacker from a visitor: it only makes both wait their turn.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tor_cell::relaycell::msg::Connected;
use tor_hsservice::{RendRequest, StreamRequest};
use tor_proto::client::stream::DataStream;
use tor_proto::stream::IncomingStreamRequest;

use super::Circuit;

/// The only port that the service has.
pub(super) const PORT: u16 = 80;
/// Newcomers whose circuits are being built at one time. Bounded, because each costs work, and
/// because a proof of work is asked only of those who have to queue.
pub(super) const NEWCOMERS: usize = 16;
/// How long a newcomer's place is taken at the least, so that 20 a second come in and no more, however fast the network
/// is: else a flood would find no queue, and arti asks for no more work while there is none.
const TURN: Duration = Duration::from_millis(800);
/// How long building a newcomer's circuit may take: where they want to be met may be nowhere.
const MEETING: Duration = Duration::from_secs(30);
/// Circuits at one time.
const CIRCUITS: usize = 2_048;
/// How long a circuit without a stream stays: as long as a session does, so that whoever reads or writes for a while
/// need not come anew.
const IDLE: Duration = Duration::from_secs(600);
/// The same while three quarters of all places are taken.
const IDLE_IN_A_CROWD: Duration = Duration::from_secs(20);
/// How often a circuit without a stream is looked at.
const GLANCE: Duration = Duration::from_secs(10);
/// Streams of one circuit at one time; a browser opens six, further ones wait.
pub(super) const STREAMS: usize = 16;
/// How long a circuit that is to be closed lives on, so that the last answer gets through, or another stream comes.
const LINGER: Duration = Duration::from_millis(400);

/// The places that there are.
pub(super) struct Places {
    newcomers: Arc<Semaphore>,
    circuits: Arc<Semaphore>,
}

impl Places {
    pub(super) fn new() -> Self {
        Self { newcomers: Arc::new(Semaphore::new(NEWCOMERS)), circuits: Arc::new(Semaphore::new(CIRCUITS)) }
    }

    fn patience(&self) -> Duration {
        if self.circuits.available_permits() < CIRCUITS / 4 { IDLE_IN_A_CROWD } else { IDLE }
    }

    /// Lets in who comes, each into a circuit of `circuits`, until nobody comes any more. `greet` makes for each the one
    /// who answers its streams.
    pub(super) async fn let_in<G, C, F>(
        self: &Arc<Self>,
        newcomers: &mut BoxStream<'static, RendRequest>,
        circuits: &mut JoinSet<()>,
        greet: &G,
    ) where
        G: Fn() -> C,
        C: Fn(DataStream) -> F + Send + 'static,
        F: Future<Output = Circuit> + Send + 'static,
    {
        while let Ok(turn) = Arc::clone(&self.newcomers).acquire_owned().await
            && let Ok(place) = Arc::clone(&self.circuits).acquire_owned().await
            && let Some(newcomer) = newcomers.next().await
        {
            circuits.spawn(welcome(newcomer, turn, place, Arc::clone(self), greet()));
            while circuits.try_join_next().is_some() {}
        }
    }
}

/// Follows one circuit from its first sign of life to its end.
async fn welcome<C, F>(
    newcomer: RendRequest,
    turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
    places: Arc<Places>,
    converse: C,
) where
    C: Fn(DataStream) -> F,
    F: Future<Output = Circuit> + Send + 'static,
{
    let over = Instant::now() + TURN;
    let met = timeout(MEETING, newcomer.accept()).await;
    tokio::spawn(async move {
        sleep_until(over).await;
        drop(turn);
    });
    // Whoever asked may be gone, or never was a visitor: nothing to tell.
    let Ok(Ok(mut streams)) = met else {
        return;
    };
    let mut conversations = JoinSet::new();
    let mut idle_since = Instant::now();
    let mut unless_used = false;
    loop {
        tokio::select! {
            stream = streams.next(), if conversations.len() < STREAMS => {
                let Some(stream) = stream else { break };
                unless_used = false;
                if let Some(stream) = admit(stream).await {
                    conversations.spawn(linger(converse(stream)));
                }
            }
            Some(ended) = conversations.join_next() => {
                // Dropping the streams closes the circuit.
                match ended {
                    Ok(Circuit::Close) => return,
                    Ok(Circuit::CloseWhenFree) => unless_used = true,
                    Ok(Circuit::Keep) | Err(_) => {}
                }
                idle_since = Instant::now();
            }
            () = sleep(if unless_used { LINGER } else { GLANCE }), if conversations.is_empty() => {
                if unless_used || idle_since.elapsed() >= places.patience() {
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
        sleep(LINGER).await;
    }
    circuit
}
