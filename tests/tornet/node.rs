//! One node of the private network: its keys, its `torrc`, and what it has learned.
//! Also what a client needs to know of all nodes. Every value here was measured to be needed.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use data_encoding::BASE64;
use jiff::Timestamp;

use crate::process::run;

/// Where every node takes Tor links.
pub(super) const OR_PORT: u16 = 5100;
const DIR_PORT: u16 = 5200;
/// Seconds between votes: longer than any run, so that one vote serves it.
const VOTING_INTERVAL: u64 = 1800;
/// Minutes: voting interval × 24, or C tor and arti disagree on the time period.
const HSDIR_INTERVAL: u64 = VOTING_INTERVAL * 24 / 60;
/// Seconds that the shared random values stay valid.
const SHARED_RANDOM_LIFE: u64 = 6 * 3600;

#[derive(Debug)]
pub(super) struct Node {
    pub(super) nickname: String,
    pub(super) dir: PathBuf,
    ip: Ipv4Addr,
    rsa: String,
    ed25519: String,
    /// Only an authority has one.
    v3ident: Option<String>,
}

/// The one vote of a network.
#[derive(Debug)]
pub(super) struct Vote {
    /// Unix time.
    at: u64,
    bandwidths: PathBuf,
    tor_version: String,
}

impl Node {
    pub(super) fn draw(net: &Path, index: u8, ip: Ipv4Addr, authority: bool) -> Result<Self> {
        let nickname = format!("{}{index}", if authority { "authority" } else { "relay" });
        let dir = net.join(&nickname);
        private_dir(&dir)?;
        private_dir(&dir.join("keys"))?;
        let v3ident = if authority { Some(draw_authority(&dir, ip)?) } else { None };
        let mut node = Self { nickname, dir, ip, rsa: String::new(), ed25519: String::new(), v3ident };
        node.draw_identity()?;
        Ok(node)
    }

    fn draw_identity(&mut self) -> Result<()> {
        // A testing network insists on an authority even to print a fingerprint: any will do.
        let nobody = "DirAuthority x orport=1 \
             v3ident=0000000000000000000000000000000000000001 127.0.0.1:1 \
             FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n";
        fs::write(self.torrc(), self.common() + nobody)?;
        for kind in [None, Some("ed25519")] {
            let mut tor = Command::new("tor");
            tor.args(["--quiet", "--defaults-torrc", "/dev/null", "-f"]).arg(self.torrc());
            run(tor.arg("--list-fingerprint").args(kind))?;
        }
        self.rsa = second_word(&self.dir.join("fingerprint"))?;
        self.ed25519 = second_word(&self.dir.join("fingerprint-ed25519"))?;
        Ok(())
    }

    pub(super) fn torrc(&self) -> PathBuf {
        self.dir.join("torrc")
    }

    pub(super) fn or_address(&self) -> SocketAddr {
        (self.ip, OR_PORT).into()
    }

    /// Makes ready for one vote: nothing but keys stays from an earlier attempt.
    pub(super) fn prepare(&self, nodes: &[Self], vote: &Vote) -> Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.is_file() {
                fs::remove_file(path)?;
            } else if !path.ends_with("keys") {
                fs::remove_dir_all(path)?;
            }
        }
        let mut torrc = self.common() + &authority_lines(nodes);
        if self.v3ident.is_some() {
            torrc += &self.authority_options(vote);
            fs::write(self.dir.join("sr-state"), vote.shared_random()?)?;
        }
        fs::write(self.torrc(), torrc)?;
        Ok(())
    }

    fn common(&self) -> String {
        let Self { nickname, ip, dir, .. } = self;
        let dir = dir.display();
        // Vanilla: the scheduler KIST reaches a third of its throughput on loopback.
        format!(
            "TestingTorNetwork 1\n\
             DataDirectory {dir}\n\
             Log notice stdout\n\
             Nickname {nickname}\n\
             Address {ip}\n\
             ORPort {ip}:{OR_PORT} IPv4Only\n\
             OutboundBindAddress {ip}\n\
             SocksPort 0\n\
             ContactInfo nobody@example.invalid\n\
             AssumeReachable 1\n\
             PathsNeededToBuildCircuits 0.25\n\
             ShutdownWaitLength 0\n\
             NumCPUs 1\n\
             Schedulers Vanilla\n\
             ServerDNSDetectHijacking 0\n\
             ServerDNSTestAddresses\n\
             ServerDNSResolvConfFile /dev/null\n\
             ServerDNSAllowBrokenConfig 1\n\
             ExitPolicy reject *:*\n"
        )
    }

    fn authority_options(&self, vote: &Vote) -> String {
        let (ip, bandwidths) = (self.ip, vote.bandwidths.display());
        let offset = vote.at % VOTING_INTERVAL;
        format!(
            "AuthoritativeDirectory 1\n\
             V3AuthoritativeDirectory 1\n\
             DirPort {ip}:{DIR_PORT}\n\
             TestingV3AuthInitialVotingInterval {VOTING_INTERVAL}\n\
             TestingV3AuthInitialVoteDelay 2\n\
             TestingV3AuthInitialDistDelay 2\n\
             TestingV3AuthVotingStartOffset {offset}\n\
             V3AuthVotingInterval {VOTING_INTERVAL}\n\
             V3AuthVoteDelay 2\n\
             V3AuthDistDelay 2\n\
             V3AuthNIntervalsValid 3\n\
             TestingDirAuthVoteExit *\n\
             TestingDirAuthVoteGuard *\n\
             TestingDirAuthVoteHSDir *\n\
             TestingMinExitFlagThreshold 0\n\
             TestingMinFastFlagThreshold 0\n\
             MinUptimeHidServDirectoryV2 0\n\
             AuthDirMaxServersPerAddr 0\n\
             V3BandwidthsFile {bandwidths}\n\
             ConsensusParams hsdir_interval={HSDIR_INTERVAL} cbtdisabled=1 \
             guard-min-filtered-sample-size=4 guard-max-sample-size=8\n"
        )
    }

    /// Whether its consensus holds all nodes, each with the flags that circuits need.
    pub(super) fn sees_all(&self, nodes: &[Self]) -> bool {
        let Ok(consensus) = fs::read_to_string(self.dir.join("cached-microdesc-consensus")) else {
            return false;
        };
        let usable = |line: &&str| {
            let flags: Vec<_> = line.split(' ').collect();
            ["s", "Guard", "HSDir", "Running", "V2Dir"].iter().all(|flag| flags.contains(flag))
        };
        consensus.contains("\ndirectory-signature ") && consensus.lines().filter(usable).count() == nodes.len()
    }

    /// Whether it holds the descriptors of `count` nodes.
    pub(super) fn describes(&self, count: usize) -> bool {
        fs::read_to_string(self.dir.join("cached-microdescs.new"))
            .is_ok_and(|text| text.lines().filter(|line| *line == "onion-key").count() >= count)
    }
}

impl Vote {
    pub(super) fn at(net: &Path, at: u64) -> Result<Self> {
        let version = run(Command::new("tor").arg("--version"))?;
        let version = version.split_whitespace().nth(2).context("tor tells no version")?;
        Ok(Self { at, bandwidths: net.join("bandwidths"), tor_version: version.trim_end_matches('.').to_owned() })
    }

    /// Equal weights for all. Unmeasured, a relay that moved a few bytes before the vote is the
    /// only one with any weight: clients pick it for every hop, and every circuit dies.
    pub(super) fn write_bandwidths(&self, nodes: &[Node], now: u64) -> Result<()> {
        let mut text = format!("{now}\n");
        for Node { rsa, nickname, .. } in nodes {
            writeln!(text, "node_id=${rsa} bw=10000 nick={nickname}")?;
        }
        Ok(fs::write(&self.bandwidths, text)?)
    }

    /// Random values as if agreed on the days before: without them arti never calls a service
    /// fully reachable.
    fn shared_random(&self) -> Result<String> {
        let time = |unix: u64| -> Result<String> {
            let time = Timestamp::from_second(i64::try_from(unix)?)?;
            Ok(time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        };
        let (current, previous) = (BASE64.encode(&[b'c'; 32]), BASE64.encode(&[b'p'; 32]));
        let (from, until) = (time(self.at)?, time(self.at + SHARED_RANDOM_LIFE)?);
        let version = &self.tor_version;
        Ok(format!(
            "SharedRandCurrentValue 3 {current}\n\
             SharedRandPreviousValue 3 {previous}\n\
             TorVersion {version}\n\
             ValidAfter {from}\n\
             ValidUntil {until}\n\
             Version 1\n"
        ))
    }
}

/// What any C tor needs, to trust this network's authorities and no others.
fn authority_lines(nodes: &[Node]) -> String {
    let line = |node: &Node| {
        let Node { nickname, ip, rsa, v3ident, .. } = node;
        let v3ident = v3ident.as_ref()?;
        Some(format!("DirAuthority {nickname} orport={OR_PORT} no-v2 v3ident={v3ident} {ip}:{DIR_PORT} {rsa}\n"))
    };
    nodes.iter().filter_map(line).collect()
}

/// Where, in its folder, a client looks for access keys.
pub(super) const ACCESS_KEYS: &str = "access-keys";

/// A client that does not know that it is in a test, but for private addresses.
pub(super) fn client_torrc(nodes: &[Node], dir: &Path, socks: SocketAddr) -> String {
    let dir = dir.display();
    authority_lines(nodes)
        + &format!(
            "DataDirectory {dir}\n\
             Log notice stdout\n\
             SocksPort {socks}\n\
             ClientOnly 1\n\
             ClientRejectInternalAddresses 0\n\
             ExtendAllowPrivateAddresses 1\n\
             EnforceDistinctSubnets 0\n\
             ClientOnionAuthDir {dir}/{ACCESS_KEYS}\n"
        )
}

/// What arti needs instead of the real network's authorities.
pub(super) fn arti_override(nodes: &[Node]) -> String {
    let authorities = || nodes.iter().filter(|node| node.v3ident.is_some());
    let caches: String = authorities()
        .map(|Node { rsa, ed25519, ip, .. }| {
            format!(
                "  {{ rsa_identity = \"{rsa}\", ed_identity = \"{ed25519}\", \
                 orports = [\"{ip}:{OR_PORT}\"] }},\n"
            )
        })
        .collect();
    let idents: Vec<_> = authorities().filter_map(|node| node.v3ident.as_deref()).collect();
    format!(
        "[tor_network]\nfallback_caches = [\n{caches}]\n\n\
         [tor_network.authorities]\nv3idents = {idents:?}\n"
    )
}

/// A folder that only its owner can enter, as tor and arti demand.
pub(super) fn private_dir(path: &Path) -> Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| path.display().to_string())
}

/// Draws an authority's long-term keys and returns its v3 identity.
fn draw_authority(dir: &Path, ip: Ipv4Addr) -> Result<String> {
    let key = |name: &str| dir.join("keys").join(format!("authority_{name}"));
    let mut gencert = Command::new("tor-gencert")
        .args(["--create-identity-key", "--passphrase-fd", "0", "-m", "12"])
        .args(["-a", &format!("{ip}:{DIR_PORT}")])
        .arg("-i")
        .arg(key("identity_key"))
        .arg("-s")
        .arg(key("signing_key"))
        .arg("-c")
        .arg(key("certificate"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("Debian's package tor is needed: apt-get install tor")?;
    gencert.stdin.take().context("no way to pass the passphrase")?.write_all(b"passphrase\n")?;
    let output = gencert.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let certificate = fs::read_to_string(key("certificate"))?;
    match certificate.lines().find_map(|line| line.strip_prefix("fingerprint ")) {
        Some(fingerprint) => Ok(fingerprint.to_owned()),
        None => bail!("an authority certificate without a fingerprint"),
    }
}

fn second_word(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.split_whitespace().nth(1).context("a fingerprint file without one")?.to_owned())
}
