//! `sluss serve`: the reception, over the onion service and, for trying out, a loopback address.
//!
//! Protects: workers wipe their stacks when they rest; commands are answered one at a time; when told to stop, the drop
//! lets the work in hand finish and Tor's state close before the process ends.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sluss_web::conn::{Ending, converse};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::control;
use super::office::Office;
use super::problem::Problem;
use crate::harden::wipe_stack;
use crate::reception::{Moment, Reception, Setup, Way};

/// How often idle sessions are looked for.
const TIDY: Duration = Duration::from_secs(5);
/// Conversations over the loopback address at one time.
const WITHOUT_TOR: usize = 64;
/// How long the loopback address waits when the system has no room for another visitor.
const BREATH: Duration = Duration::from_millis(100);

/// Where the drop can be reached.
#[derive(Debug, serde::Serialize)]
pub struct Ready {
    /// The onion address.
    pub onion: Option<String>,
    /// The loopback address.
    pub without_tor: Option<SocketAddr>,
}

/// Serves until a signal says to stop; `ready` hears where once visitors can come.
///
/// The process has to end right after it, with the returned runtime not dropped: a thread of arti's sleeps in it.
pub fn serve(
    office: Office,
    without_tor: Option<SocketAddr>,
    ready: &dyn Fn(&Ready) -> io::Result<()>,
) -> Result<Runtime, Problem> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(wipe_stack)
        .on_thread_stop(wipe_stack)
        .build()
        .map_err(failed)?;
    let office = Arc::new(office);
    office.delete_receipted()?;
    let reception = open_reception(&office)?;
    let listener = control::open(&office.config.control())?;
    control::attend(listener, Arc::clone(&office))?;
    runtime.block_on(until_told(&office, &reception, without_tor, ready))?;
    // The command in hand finishes; further ones find nobody.
    let _last_turn = office.turn();
    office.store.close();
    // A socket that stays is removed by the next one who serves.
    let _ = std::fs::remove_file(office.config.control());
    Ok(runtime)
}

fn open_reception(office: &Office) -> Result<Arc<Reception>, Problem> {
    let reception = Reception::new(Setup {
        roster: office.roster_copy(),
        store: Arc::clone(&office.store),
        limits: office.config.limits,
        houses: office.config.organisations.clone(),
        languages: office.config.languages.clone(),
        demo: office.config.demo,
        wait: office.config.store.wait(),
        now: Box::new(Moment::now),
    })?;
    let told = Arc::clone(&reception);
    office.tell_reception(Box::new(move |roster| told.take_roster(roster)));
    Ok(reception)
}

async fn until_told(
    office: &Arc<Office>,
    reception: &Arc<Reception>,
    without_tor: Option<SocketAddr>,
    ready: &dyn Fn(&Ready) -> io::Result<()>,
) -> Result<(), Problem> {
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let told = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    // Both end when this future does.
    let mut beside = JoinSet::new();
    beside.spawn(tidy(Arc::clone(reception)));
    beside.spawn(sweep(Arc::clone(office)));
    let mut bound = None;
    if let Some(address) = without_tor {
        let wrong = |error| Problem::new("address").with("address", address).with("why", error);
        let listener = TcpListener::bind(address).await.map_err(wrong)?;
        bound = Some(listener.local_addr().map_err(wrong)?);
        beside.spawn(plainly(listener, Arc::clone(reception)));
    }
    let say = |onion: Option<String>| ready(&Ready { onion, without_tor: bound }).map_err(failed);
    through_tor(office, reception, &say, told).await
}

/// Serves the onion until told to stop; `say` hears its address once everybody can reach it.
#[cfg(feature = "tor")]
async fn through_tor(
    office: &Office,
    reception: &Arc<Reception>,
    say: &dyn Fn(Option<String>) -> Result<(), Problem>,
    told: impl Future<Output = ()>,
) -> Result<(), Problem> {
    use std::sync::OnceLock;

    use crate::onion::{Circuit, Onion, OnionError};
    use crate::reachability::{Reachability, Watch};
    let fault = |error: OnionError| match error {
        OnionError::Fleeting(error) => Problem::new("no-memory-folder").with("why", error),
        error => Problem::new("tor").with("why", chain(&error)),
    };
    let (folder, network) = (office.config.onion(), office.config.tor.network.clone());
    let watch = Arc::new(OnceLock::<Watch>::new());
    let watched = Arc::clone(&watch);
    office.watch_onion(Box::new(move || watched.get().map_or(Reachability::NotYet, |fares| fares())));
    let mut told = std::pin::pin!(told);
    let onion = tokio::select! {
        onion = Onion::launch(&folder, network.as_deref()) => onion.map_err(fault)?,
        () = &mut told => return Ok(()),
    };
    // Set once, here.
    let _ = watch.set(Box::new(onion.watch()));
    let host = Arc::clone(reception);
    let serving = onion.serve(move |stream| {
        let host = Arc::clone(&host);
        async move {
            match talk(stream, host, Way::Onion).await {
                Ending::Overrun | Ending::Stalled => Circuit::Close,
                Ending::Closed | Ending::Broken => Circuit::Keep,
            }
        }
    });
    let announcing = async {
        onion.reachable().await.map_err(fault)?;
        say(Some(onion.address().to_owned()))?;
        std::future::pending().await
    };
    let ended = tokio::select! {
        () = serving => Err(fault(OnionError::Stopped)),
        failed = announcing => failed,
        () = &mut told => Ok(()),
    };
    onion.shutdown().await;
    ended
}

/// Built without Tor there is the loopback address alone.
#[cfg(not(feature = "tor"))]
async fn through_tor(
    _: &Office,
    _: &Arc<Reception>,
    say: &dyn Fn(Option<String>) -> Result<(), Problem>,
    told: impl Future<Output = ()>,
) -> Result<(), Problem> {
    say(None)?;
    told.await;
    Ok(())
}

/// Serves the loopback address. What hinders one visitor hinders no other.
async fn plainly(listener: TcpListener, reception: Arc<Reception>) {
    let room = Arc::new(Semaphore::new(WITHOUT_TOR));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: others have to end first.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let reception = Arc::clone(&reception);
        tokio::spawn(async move {
            talk(stream, reception, Way::WithoutTor).await;
            drop(place);
        });
    }
}

async fn talk<S>(stream: S, reception: Arc<Reception>, way: Way) -> Ending
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let bounds = reception.bounds();
    converse(stream, bounds, |request| Arc::clone(&reception).answer(request, way)).await
}

async fn tidy(reception: Arc<Reception>) {
    let mut ticks = tokio::time::interval(TIDY);
    loop {
        ticks.tick().await;
        reception.tidy();
    }
}

/// Sweeps now and then. What hinders one is told, and the next one is tried all the same.
async fn sweep(office: Arc<Office>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(office.config.store.sweep.max(1)));
    // The first one is at once.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let office = Arc::clone(&office);
        if let Ok(Err(problem)) = tokio::task::spawn_blocking(move || office.sweep()).await {
            tracing::error!("the store could not be swept ({}); «sluss sweep» says why and what to do", problem.id());
        }
    }
}

fn failed(error: io::Error) -> Problem {
    Problem::new("system").with("why", error)
}

/// An error and what led to it, in one line.
#[cfg(feature = "tor")]
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}
