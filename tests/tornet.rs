//! A private Tor network on loopback: three authorities and five relays of Debian's `tor`, and
//! clients for it. No root, no traffic beyond 127/8.
//!
//! A network lives on eight neighbouring networks 127.N.0.0/16, one a node, so that no client
//! needs a path rule relaxed. Two networks at once take different ones.
//!
//! The hours that a real network takes to agree are shortened to one vote, aimed a few seconds
//! ahead. On a busy machine it may be missed; then all is started again with more time.

mod node;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, ensure};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::process::{Process, wait_for};
use node::{Node, Vote};

const AUTHORITIES: u8 = 3;
const RELAYS: u8 = 5;
const NODES: u8 = AUTHORITIES + RELAYS;
/// How often a missed vote is tried again.
const ATTEMPTS: u32 = 4;
/// The shortest time from now to the vote.
const SHORTEST_LEAD: Duration = Duration::from_secs(10);
/// How long after the vote all authorities must have the consensus.
const AFTER_VOTE: Duration = Duration::from_secs(12);

/// A running network. Dropping it ends its processes.
#[derive(Debug)]
pub struct TorNet {
    dir: PathBuf,
    place: Place,
    nodes: Vec<Node>,
    running: Vec<Process>,
    /// Removed once the processes are gone: fields are dropped in their order.
    _folder: Option<TempDir>,
}

impl TorNet {
    /// Brings a network up in the folder `dir`, with new keys, ready for clients and services:
    /// about 15 s, up to a minute or two on a busy machine.
    ///
    /// # Errors
    /// When `tor` is missing, or every vote was missed.
    pub fn up(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let place = Place::claim()?;
        let before = Instant::now();
        let nodes = draw_keys(dir, &place)?;
        // The time that the keys took tells how busy the machine is.
        let mut lead = SHORTEST_LEAD.max(2 * before.elapsed());

        let mut missed = anyhow!("no attempt");
        for _ in 0..ATTEMPTS {
            match agree(dir, &nodes, lead) {
                Ok(running) => {
                    let net = Self { dir: dir.to_owned(), place, nodes, running, _folder: None };
                    fs::write(net.arti_override(), node::arti_override(&net.nodes))?;
                    return Ok(net);
                }
                Err(error) => missed = error,
            }
            lead *= 2;
        }
        Err(missed.context("the private Tor network does not come up"))
    }

    /// A network that all who run in this process at the same time share; it ends with the last.
    pub fn shared() -> Result<Arc<Self>> {
        static SHARED: Mutex<Weak<TorNet>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(net) = shared.upgrade() {
            return Ok(net);
        }
        let folder = tempfile::tempdir()?;
        let mut net = Self::up(folder.path())?;
        net._folder = Some(folder);
        let net = Arc::new(net);
        *shared = Arc::downgrade(&net);
        Ok(net)
    }

    /// The TOML file that points arti at this network.
    pub fn arti_override(&self) -> PathBuf {
        self.dir.join("arti.toml")
    }

    /// Ends every node, so that nobody reaches anybody any more.
    pub fn halt(&self) -> Result<()> {
        self.running.iter().try_for_each(|node| node.signal(Signal::KILL))
    }

    /// Starts a C tor client in the folder `name` beside the nodes, as close to Tor Browser's own
    /// as a private network allows, and waits until it can build circuits.
    pub fn client(&self, name: &str) -> Result<SocksClient> {
        self.client_knowing(name, &[])
    }

    /// The same, for somebody who was given these files with access keys.
    pub fn client_knowing(&self, name: &str, keys: &[&str]) -> Result<SocksClient> {
        let dir = self.dir.join(name);
        let known = dir.join(node::ACCESS_KEYS);
        node::private_dir(&known)?;
        for (number, key) in keys.iter().enumerate() {
            fs::write(known.join(format!("{number}.auth_private")), key)?;
        }
        let socks = self.place.free_address()?;
        let torrc = dir.join("torrc");
        fs::write(&torrc, node::client_torrc(&self.nodes, &dir, socks))?;
        let mut process = tor(name, &dir, &torrc)?;
        process.wait_for_line("a bootstrapped client", Duration::from_secs(60), |line| {
            line.contains("Bootstrapped 100%").then_some(())
        })?;
        Ok(SocksClient { socks, dir, _process: process })
    }
}

impl Drop for TorNet {
    fn drop(&mut self) {
        // All are asked first, so that they end side by side when `running` is dropped.
        for process in &self.running {
            let _ = process.signal(Signal::INT);
        }
    }
}

/// A running C tor client. Dropping it ends it.
#[derive(Debug)]
pub struct SocksClient {
    /// Where it takes SOCKS5, names unresolved. Other credentials mean other circuits.
    pub socks: SocketAddr,
    /// Its data directory.
    pub dir: PathBuf,
    _process: Process,
}

/// Eight networks 127.N.0.0/16, held by listening on one port while the network lives.
#[derive(Debug)]
struct Place {
    first: u8,
    _claim: TcpListener,
}

impl Place {
    const FIRST: u32 = 16;
    const SLOTS: u32 = 28;
    const CLAIM_PORT: u16 = 5099;

    fn claim() -> Result<Self> {
        let start = std::process::id() % Self::SLOTS;
        (start..start + Self::SLOTS)
            .map(|slot| Self::FIRST + (slot % Self::SLOTS) * u32::from(NODES))
            .find_map(|first| Self::try_claim(u8::try_from(first).ok()?))
            .ok_or_else(|| anyhow!("every place for a private network on loopback is taken"))
    }

    fn try_claim(first: u8) -> Option<Self> {
        let ip = |index| Ipv4Addr::new(127, first + index, 0, 1);
        let claim = TcpListener::bind((ip(0), Self::CLAIM_PORT)).ok()?;
        // A network whose owner was killed may still be there for a few seconds.
        let free = (0..NODES).all(|index| TcpListener::bind((ip(index), node::OR_PORT)).is_ok());
        free.then_some(Self { first, _claim: claim })
    }

    fn ip(&self, index: u8) -> Ipv4Addr {
        Ipv4Addr::new(127, self.first + index, 0, 1)
    }

    /// A free address on this place's first network, which nobody else binds on.
    fn free_address(&self) -> Result<SocketAddr> {
        Ok(TcpListener::bind((self.ip(0), 0))?.local_addr()?)
    }
}

fn draw_keys(dir: &Path, place: &Place) -> Result<Vec<Node>> {
    thread::scope(|scope| {
        let drawn: Vec<_> = (0..NODES)
            .map(|index| {
                let (ip, authority) = (place.ip(index), index < AUTHORITIES);
                scope.spawn(move || Node::draw(dir, index, ip, authority))
            })
            .collect();
        drawn.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread that drew keys broke"))?).collect()
    })
}

/// Starts all nodes so that they vote `lead` from now, and waits until each knows all others.
fn agree(dir: &Path, nodes: &[Node], lead: Duration) -> Result<Vec<Process>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let vote = Vote::at(dir, (now + lead).as_secs())?;
    vote.write_bandwidths(nodes, now.as_secs())?;
    for node in nodes {
        node.prepare(nodes, &vote)?;
    }

    let mut running = Vec::new();
    let (authorities, relays) = nodes.split_at(usize::from(AUTHORITIES));
    for node in authorities {
        running.push(tor(&node.nickname, &node.dir, &node.torrc())?);
    }
    for node in authorities {
        wait_for("an authority's port", lead, || Ok(TcpStream::connect(node.or_address()).ok()))?;
    }
    for node in relays {
        running.push(tor(&node.nickname, &node.dir, &node.torrc())?);
    }

    wait_for("the vote", lead + AFTER_VOTE, || Ok(authorities.iter().all(|node| node.sees_all(nodes)).then_some(())))?;
    // Relays asked too early and would wait before they ask again: a HUP makes them ask now.
    for process in &running {
        process.signal(Signal::HUP)?;
    }
    wait_for("every node's descriptors", Duration::from_secs(30), || {
        Ok(nodes.iter().all(|node| node.describes(nodes.len())).then_some(()))
    })?;
    Ok(running)
}

/// Starts `tor`, which ends by itself soon after this process is gone, whatever ended it.
fn tor(name: &str, dir: &Path, torrc: &Path) -> Result<Process> {
    ensure!(torrc.is_file(), "{} is missing", torrc.display());
    let mut command = Command::new("tor");
    command.args(["--defaults-torrc", "/dev/null", "-f"]).arg(torrc);
    command.args(["__OwningControllerProcess", &std::process::id().to_string()]);
    Process::start(name, &mut command, &dir.join("log")).context("Debian's package tor is needed: apt-get install tor")
}
