//! What a busy day leaves on the server, beside an idle one: nothing in the log, and in the folders nothing but what is
//! listed here.
//!
//! Two shipped drops run side by side for the same time, on one private Tor network. To one nobody comes. To the other
//! come a thousand reports, dozens of them through Tor, codenames that are nobody's, and uploads that break off. Then both
//! are swept, as every hour, and stopped. What shows before a sweep, and in the exceptions here, THREAT_MODEL.md says. What
//! the files' times tell is looked at in `store::stolen`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::Value;
use sluss_tests::process::Process;
use sluss_tests::tornet::{SocksClient, TorNet};
use sluss_tests::visitor::Visitor;

use crate::operator::rig::{ORGANISATION, Rig};
use crate::store::load::set_tick;
use crate::store::raw_records;

/// Room for all reports, and for as many files as the uploads bring.
const VAULT: u64 = 320 * 1024 * 1024;
/// Reports without Tor, and through it, and together.
const PLAIN: usize = 970;
const THROUGH_TOR: usize = 36;
const REPORTS: u64 = (PLAIN + THROUGH_TOR) as u64;
/// Codenames that are nobody's.
const WRONG: usize = 100;
/// Uploads that break off, after so many bytes of how many.
const BROKEN: usize = 20;
const PART: usize = 200_000;
const FILE: usize = 300_000;
/// Who does each of these at the same time.
const AT_ONCE: usize = 40;
const AT_ONCE_TOR: usize = 6;
/// How long a drop may take until everybody can reach it.
const PATIENCE: Duration = Duration::from_secs(120);

/// A drop that serves, over both ways.
struct Drop {
    rig: Rig,
    serving: Process,
    laid: Vec<Vec<u8>>,
}

impl Drop {
    fn serve(dir: PathBuf, net: &TorNet) -> Result<Self> {
        let rig = Rig::lay_at(dir, VAULT)?;
        fs::copy(net.arti_override(), rig.dir().join("network.toml"))?;
        set_tick(&rig, 1)?;
        let (laid, serving) = (read_all(&rig)?, rig.serve()?);
        Ok(Self { rig, serving, laid })
    }

    /// Sweeps, stops, and tells what is left.
    fn left(self) -> Result<Left> {
        let Self { rig, serving, laid } = self;
        let swept = rig.run(&["sweep"])?;
        ensure!(swept.code == 0, "{swept:?}");
        let (dir, log) = (rig.dir(), serving.log());
        let address = serving.address()?.context("it does not listen")?.to_string();
        ensure!(serving.end()?.success(), "{}", fs::read_to_string(&log)?);
        ensure!(read_all(&rig)? == laid, "what was drawn once has changed");
        let log = fs::read_to_string(log)?.replace(&onion(&rig)?, "ONION").replace(&address, "LOOPBACK");
        let mut left = Left { log: log.lines().map(undated).collect(), ..Left::default() };
        left.look(&dir, &dir)?;
        for (_, value) in raw_records(&dir.join("state/store")) {
            *left.records.entry(value.len()).or_default() += 1;
        }
        Ok(left)
    }
}

/// What lies in the files that are [`LAID`].
fn read_all(rig: &Rig) -> Result<Vec<Vec<u8>>> {
    LAID.iter().map(|name| Ok(fs::read(rig.dir().join(name))?)).collect()
}

fn onion(rig: &Rig) -> Result<String> {
    let card: Value = serde_json::from_slice(&fs::read(rig.dir().join("keys/drop.json"))?)?;
    Ok(card.pointer("/onion/0").and_then(Value::as_str).context("no address")?.to_owned())
}

/// A line of the log without the moment at which it was written.
fn undated(line: &str) -> String {
    let moment = |word: &str| word.ends_with('Z') && word.starts_with(|first: char| first.is_ascii_digit());
    line.split_whitespace().filter(|word| !moment(word)).collect::<Vec<_>>().join(" ")
}

/// What a drop leaves behind.
#[derive(Debug, Default)]
struct Left {
    /// Its log, line by line.
    log: Vec<String>,
    /// Everything in its folder, by name: mode, size, and what it holds where that must be the same.
    files: BTreeMap<String, (u32, u64, String)>,
    /// Bytes of sled's log.
    sled: u64,
    /// How many records there are, by length.
    records: BTreeMap<usize, u64>,
}

/// What holds the same in every drop of one configuration.
const SAME: [&str; 4] = ["sluss.toml", "network.toml", "state/store/format", "state/store/sled/conf"];
/// What was drawn when the drop was laid, has this length or that, and does not change.
const LAID: [&str; 3] = ["keys/drop.json", "keys/roster.json", "state/drop.tsk"];
/// Introduction points' keys, whose names arti draws. Visitors have no part in how many there are.
const DRAWN: &str = "state/onion/state/keystore/hss/sluss/ipts/";
/// What arti writes every minute: lists of the relays that it drew, each with its day or its end; and how long the last
/// thousand circuits took to build, which counts visitors' circuits among its own.
const LISTS: [&str; 3] = [
    "state/onion/state/state/guards.json",
    "state/onion/state/state/vanguards.json",
    "state/onion/state/state/circuit_timeouts.json",
];
/// sled's log, and its snapshot, which is named by how much was ever written: as long as the records make them, which
/// are looked at by themselves, and by a segment more or less.
const LOG: &str = "state/store/sled/db";
const SNAPSHOT: &str = "state/store/sled/snap.";

impl Left {
    fn look(&mut self, folder: &Path, root: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let (path, data) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            let name = path.strip_prefix(root)?.to_str().context("a name that is no text")?.to_owned();
            let (mut size, mut holds) = (if data.is_dir() { 0 } else { data.size() }, String::new());
            let mut named = name.clone();
            if SAME.contains(&name.as_str()) {
                holds = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            } else if LISTS.contains(&name.as_str()) {
                (size, holds) = (0, shape(&serde_json::from_slice(&fs::read(&path)?)?));
            } else if LAID.contains(&name.as_str()) {
                size = 0;
            } else if name == LOG {
                self.sled = std::mem::take(&mut size);
            } else if name.starts_with(SNAPSHOT) {
                (size, named) = (0, SNAPSHOT.to_owned());
            } else if let Some((kind, drawn)) = name.split_once('+').filter(|_| name.starts_with(DRAWN)) {
                named = format!("{kind}.{}", drawn.split_once('.').map_or("", |(_, ending)| ending));
            }
            self.files.insert(named, (data.mode(), size, holds));
            if data.is_dir() {
                self.look(&path, root)?;
            }
        }
        Ok(())
    }

    /// Bytes of sled's log for each byte of its records.
    fn spread(&self) -> f64 {
        let records: u64 = self.records.iter().map(|(length, count)| *length as u64 * count).sum();
        self.sled as f64 / records as f64
    }
}

/// A JSON document without what it says: its fields by name, and of lists only that they are there.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", shape(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Array(_) => "list".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::Bool(_) | Value::Null => value.to_string(),
    }
}

/// Records of each length: the store's own, and of each kind a whole number of steps that leaves a beat's places free.
/// Only a report's three kinds grow; the two that are as long as a submission's do not.
fn records(reports: u64) -> BTreeMap<usize, u64> {
    let step = |real: u64| (real + 4).next_multiple_of(256);
    BTreeMap::from([(256, 1), (128, step(reports)), (1024, step(reports) + 2 * step(0)), (4096, step(reports))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_drop_leaves_what_an_idle_one_does() -> Result<()> {
    let (folder, net) = (tempfile::tempdir()?, TorNet::shared()?);
    let mut idle = Drop::serve(folder.path().join("idle"), &net)?;
    let mut busy = Drop::serve(folder.path().join("busy"), &net)?;
    let client = net.client("silence")?;
    // Nobody visits the idle one, not even to see that it is there: it says so itself.
    for drop in [&mut idle, &mut busy] {
        drop.serving.wait_for_line("an onion service", PATIENCE, |line| line.contains(".onion").then_some(()))?;
    }
    keep_busy(&busy, &client).await?;
    let (idle, busy) = (idle.left()?, busy.left()?);

    ensure!(idle.log == busy.log, "the log tells of visits: {:#?}, and without any {:#?}", busy.log, idle.log);
    let names: BTreeSet<&String> = idle.files.keys().chain(busy.files.keys()).collect();
    let apart: Vec<_> = names.iter().filter(|name| idle.files.get(**name) != busy.files.get(**name)).collect();
    let shown: Vec<_> = apart.iter().map(|name| (name, idle.files.get(**name), busy.files.get(**name))).collect();
    ensure!(shown.is_empty(), "idle and busy differ: {shown:#?}");
    for name in SAME.iter().chain(&LAID).chain(&LISTS).chain([&LOG, &SNAPSHOT]) {
        ensure!(busy.files.contains_key(*name), "{name} is not where it is looked for");
    }
    ensure!(idle.records == records(0) && busy.records == records(REPORTS), "{:?}, {:?}", idle.records, busy.records);
    let (few, many) = (idle.spread(), busy.spread());
    ensure!((0.5..2.0).contains(&(few / many)), "the records do not explain sled's log: {few:.2}, {many:.2}");
    Ok(())
}

/// All that comes to the busy one.
async fn keep_busy(drop: &Drop, client: &SocksClient) -> Result<()> {
    let (address, onion) = (drop.serving.address()?.context("it does not listen")?, onion(&drop.rig)?);
    let plain = stream::iter(0..PLAIN).map(|_| report(Visitor::direct(address)));
    let hidden = stream::iter(0..THROUGH_TOR)
        .map(|number| report(Visitor::over_tor(client.socks, &onion, &format!("source {}", number % 12))));
    let wrong = stream::iter(0..WRONG).map(|number| fail(address, number));
    let broken = stream::iter(0..BROKEN).map(|_| break_off(address));
    tokio::try_join!(
        plain.buffer_unordered(AT_ONCE).try_collect::<()>(),
        hidden.buffer_unordered(AT_ONCE_TOR).try_collect::<()>(),
        wrong.buffer_unordered(8).try_collect::<()>(),
        broken.buffer_unordered(4).try_collect::<()>(),
    )?;
    Ok(())
}

async fn report(mut visitor: Visitor) -> Result<()> {
    let page = visitor.open(&format!("/sv/{ORGANISATION}/report")).await?;
    let page = visitor.submit(&page.form(&page.path)?.fill("text", "Så här var det.")?).await?;
    ensure!(page.texts(".words li").len() == 7, "no codename: {}", page.text());
    Ok(())
}

async fn fail(address: SocketAddr, number: usize) -> Result<()> {
    let mut visitor = Visitor::direct(address);
    let page = visitor.open("/sv/inbox").await?;
    let page = visitor.submit(&page.form("/sv/inbox")?.fill("codename", &format!("fel {number}"))?).await?;
    ensure!(!page.texts(".error").is_empty(), "it was let in: {}", page.text());
    Ok(())
}

async fn break_off(address: SocketAddr) -> Result<()> {
    let mut visitor = Visitor::direct(address);
    let page = visitor.open(&format!("/sv/{ORGANISATION}/report")).await?;
    let form = visitor.add_files(page.form(&page.path)?.fill("text", "Så här var det.")?).await?;
    let form = form.attach("files", "a.bin", "application/octet-stream", &vec![7; FILE])?;
    std::mem::drop(visitor.submit_part(&form, PART).await?);
    Ok(())
}
