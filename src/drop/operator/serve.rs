//! `sluss serve`: the reception, over the onion service and, for trying out, a loopback address.
//!
//! Protects: before anybody can come the process gives up what it does not need; workers wipe their stacks when they rest;
//! commands are answered one at a time; when told to stop, the drop lets the work in hand finish and Tor's state close
//! before the process ends.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sluss_core::confine::{Sockets, confine};
use sluss_core::memory;
use sluss_web::conn::{Ending, converse};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::control;
use super::notify::Notify;
use crate::config::Config;
use crate::fleeting;
use crate::harden::{Reach, keep_to, wipe_stack};
use crate::office::problem::Problem;
use crate::office::{Now, Office};
use crate::reception::{Moment, Reception, Setup};
use crate::source::pace::BEAT;
use crate::visitor::{Visitor, Way};

/// What of the computer is read besides: which user and group this is, since arti asks before it trusts its own folders;
/// how much memory there is; and chance.
const SYSTEM: [&str; 5] = ["/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/proc/meminfo", "/dev/urandom"];
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
    config: Config,
    now: Now,
    without_tor: Option<SocketAddr>,
    ready: &dyn Fn(&Ready) -> io::Result<()>,
) -> Result<Runtime, Problem> {
    // Every socket but Tor's is opened before opening more is given up.
    let notify = Arc::new(Notify::open().map_err(failed)?);
    let without_tor = without_tor.map(listen).transpose()?;
    keep_to_its_own(&config)?;
    let settings = config.store.serving();
    let office = Office::open(config, now, settings)?;
    // After the store was read through, which takes memory that is given back. Elsewhere an encrypted swap has to do, and
    // `sluss check` looks for one.
    memory::keep_from_swap();
    let listener = control::open(&office.config.control())?;
    confine(Sockets::Outgoing).map_err(|error| Problem::new("not-confined").with("why", error))?;
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(wipe_stack)
        .on_thread_stop(wipe_stack)
        .build()
        .map_err(failed)?;
    let office = Arc::new(office);
    office.delete_receipted()?;
    let reception = open_reception(&office)?;
    control::attend(listener, Arc::clone(&office))?;
    runtime.block_on(until_told(&office, &reception, &notify, without_tor, ready))?;
    notify.stopping();
    // The command in hand finishes; further ones find nobody.
    let _last_turn = office.turn();
    office.store.close();
    // A socket that stays is removed by the next one who serves.
    let _ = std::fs::remove_file(office.config.control());
    Ok(runtime)
}

/// Listens on the loopback address.
fn listen(address: SocketAddr) -> Result<TcpListener, Problem> {
    let listening = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listening.map_err(|error| Problem::new("address").with("address", address).with("why", error))
}

/// Gives up all files but the drop's own and, where the configuration names them, all ports but some.
fn keep_to_its_own(config: &Config) -> Result<(), Problem> {
    let memory = fleeting::base().map_err(|error| Problem::new("no-memory-folder").with("why", error))?;
    let read: Vec<&Path> = config.tor.network.as_deref().into_iter().chain(SYSTEM.map(Path::new)).collect();
    let reach = Reach { own: &[&config.state, &config.keys, &memory], read: &read, ports: &config.tor.ports };
    // Where the kernel knows no such thing, `sluss check` says so.
    keep_to(&reach).map(|_| ()).map_err(|error| Problem::new("not-confined").with("why", error))
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
        beat: BEAT,
        now: Arc::new(Moment::now),
    })?;
    let told = Arc::clone(&reception);
    office.tell_reception(Box::new(move |roster| told.take_roster(roster)));
    Ok(reception)
}

async fn until_told(
    office: &Arc<Office>,
    reception: &Arc<Reception>,
    notify: &Arc<Notify>,
    without_tor: Option<TcpListener>,
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
    notify.ready();
    beside.spawn(live(Arc::clone(notify)));
    let mut bound = None;
    if let Some(listener) = without_tor {
        bound = Some(listener.local_addr().map_err(failed)?);
        let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
        beside.spawn(plainly(listener, Arc::clone(reception)));
    }
    let say = |onion: Option<String>| ready(&Ready { onion, without_tor: bound }).map_err(failed);
    through_tor(office, reception, notify, &say, told).await
}

/// Serves the onion until told to stop; `say` hears its address once everybody can reach it.
#[cfg(feature = "tor")]
async fn through_tor(
    office: &Arc<Office>,
    reception: &Arc<Reception>,
    notify: &Arc<Notify>,
    say: &dyn Fn(Option<String>) -> Result<(), Problem>,
    told: impl Future<Output = ()>,
) -> Result<(), Problem> {
    use std::sync::OnceLock;

    use super::hatches;
    use crate::office::chain;
    use crate::onion::{Circuit, Onion, OnionError};
    use crate::reachability::{Reachability, Watch};
    let fault = |error: OnionError| match error {
        OnionError::Fleeting(error) => Problem::new("no-memory-folder").with("why", error),
        error => Problem::new("tor").with("why", chain(&error)),
    };
    let (folder, tor) = (office.config.onion(), office.config.tor.clone());
    let watch = Arc::new(OnceLock::<Watch>::new());
    let watched = Arc::clone(&watch);
    office.watch_onion(Box::new(move || watched.get().map_or(Reachability::NotYet, |fares| fares())));
    let mut told = std::pin::pin!(told);
    let onion = tokio::select! {
        onion = Onion::launch(&folder, &tor) => onion.map_err(fault)?,
        () = &mut told => return Ok(()),
    };
    // Set once, here.
    let _ = watch.set(Box::new(onion.watch()));
    let serving = onion.serve(|| {
        let (host, visitor) = (Arc::clone(reception), reception.visitor(Way::Onion));
        move |stream| {
            let (host, visitor) = (Arc::clone(&host), Arc::clone(&visitor));
            async move {
                let ended = talk(stream, host, Arc::clone(&visitor)).await;
                if visitor.attacks() { Circuit::Close } else { Circuit::after(ended) }
            }
        }
    });
    let announcing = async {
        onion.reachable().await.map_err(fault)?;
        say(Some(onion.address().to_owned()))?;
        notify.status("the onion service can be reached");
        onion.look_after(tor.every(), |look| note(office, notify, look)).await;
        Err(fault(OnionError::Stopped))
    };
    let ended = tokio::select! {
        () = serving => Err(fault(OnionError::Stopped)),
        failed = announcing => failed,
        () = hatches::tend(&onion, office) => Err(fault(OnionError::Stopped)),
        () = &mut told => Ok(()),
    };
    onion.shutdown().await;
    ended
}

/// Notes a look from outside, and tells systemd. What hinders the note hinders nothing else.
#[cfg(feature = "tor")]
fn note(office: &Arc<Office>, notify: &Notify, look: crate::onion::Look) {
    use crate::onion::Look;
    let through = match look {
        Look::Through => true,
        Look::Missed => false,
        Look::Anew => return notify.status("the onion service was made known anew"),
    };
    notify.status(if through { "the onion service can be reached" } else { "the onion service cannot be reached" });
    let office = Arc::clone(office);
    tokio::task::spawn_blocking(move || {
        if let Err(problem) = office.note_look(through) {
            tracing::error!("a look from outside could not be noted ({})", problem.id());
        }
    });
}

/// Built without Tor there is the loopback address alone.
#[cfg(not(feature = "tor"))]
async fn through_tor(
    _: &Arc<Office>,
    _: &Arc<Reception>,
    _: &Arc<Notify>,
    say: &dyn Fn(Option<String>) -> Result<(), Problem>,
    told: impl Future<Output = ()>,
) -> Result<(), Problem> {
    say(None)?;
    told.await;
    Ok(())
}

/// Serves the loopback address. What hinders one visitor hinders no other.
async fn plainly(listener: tokio::net::TcpListener, reception: Arc<Reception>) {
    let room = Arc::new(Semaphore::new(WITHOUT_TOR));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: others have to end first.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let reception = Arc::clone(&reception);
        tokio::spawn(async move {
            let visitor = reception.visitor(Way::WithoutTor);
            talk(stream, reception, visitor).await;
            drop(place);
        });
    }
}

async fn talk<S>(stream: S, reception: Arc<Reception>, visitor: Arc<Visitor>) -> Ending
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let bounds = reception.bounds();
    converse(stream, bounds, |request| Arc::clone(&reception).answer(request, Arc::clone(&visitor))).await
}

async fn tidy(reception: Arc<Reception>) {
    let mut ticks = tokio::time::interval(TIDY);
    loop {
        ticks.tick().await;
        reception.tidy();
    }
}

/// Tells systemd that the runtime still moves, as often as it wants to hear it.
async fn live(notify: Arc<Notify>) {
    let Some(beat) = notify.beat() else { return };
    let mut ticks = tokio::time::interval(beat);
    loop {
        ticks.tick().await;
        notify.alive();
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
