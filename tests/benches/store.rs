//! The store's figures, in this process and on the disk of the temporary folder: how fast bodies and records are kept,
//! what ten fillings leave on the disk, what 100,000 records cost, and what an idle store writes.
//!
//! `cargo bench -p sluss-tests --no-default-features --bench store`, with the names of single figures after `--`. Quote
//! ratios: times drift with the machine.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng};
use sha2::{Digest as _, Sha256};
use sluss_core::cert::Fingerprint;
use sluss_core::codename::{Codename, Kdf, SourceId};
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::submission::Token;
use sluss_drop::store::*;
use sluss_tests::disk::{self, Image};

const MIB: u64 = 1024 * 1024;
const CHUNK: usize = 64 * 1024;
const ROUNDS: usize = 7;
const LARGE: u64 = 500_000_000;
const SENDERS: u64 = 8;
const REPORTS: u64 = 400;
const FILLINGS: usize = 10;
const MANY: u64 = 100_000;
const FEW: u64 = 10;
const LOOK_UPS: usize = 4_000;
const BEATS: u32 = 60;
const DAY: f64 = 24.0 * 3600.0;
type Figure = fn() -> Result<()>;

/// Names the store's folder to a process that tells what memory it takes.
const RESIDENT: &str = "SLUSS_BENCH_RESIDENT";

fn main() -> Result<()> {
    // Memory is measured in a process that does nothing else: this one again.
    if let Some(folder) = std::env::var_os(RESIDENT) {
        return hold(Path::new(&folder));
    }
    let figures: [(&str, Figure); 5] =
        [("bodies", bodies), ("reports", reports), ("fillings", fillings), ("many", many_sources), ("idle", idle)];
    // cargo adds an option of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, figure) in figures {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            figure()?;
        }
    }
    Ok(())
}

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

fn lay(folder: &Path, vault: u64) -> Result<()> {
    Ok(Store::init(&folder.join("store"), vault, &mut rng(1), &mut |_, _| {})?)
}

fn open(folder: &Path, beat: Beat) -> Result<Store> {
    Ok(Store::open(&folder.join("store"), &mut rng(2), Settings { beat, files_a_day: Some(u64::MAX) })?)
}

fn today() -> Day {
    Day::from_number(20_000).expect("a day")
}

/// 500 MB into the vault, sealed bytes to kept submission, against a plain file with fsync, by turns.
fn bodies() -> Result<()> {
    let folder = tempfile::tempdir()?;
    lay(folder.path(), 1536 * MIB)?;
    let store = open(folder.path(), Beat::AtOnce)?;
    let mut chunk = vec![0; CHUNK];
    rng(3).fill_bytes(&mut chunk);
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS as u64 {
        let path = folder.path().join("plain");
        let started = Instant::now();
        let mut file = File::create(&path)?;
        pour(&mut file, &chunk)?;
        file.sync_all()?;
        plain.push(started.elapsed());
        fs::remove_file(&path)?;

        let started = Instant::now();
        let mut writer = store.permit(LARGE, Pool::Files(today()), Guest::Known)?.writer();
        pour(&mut writer, &chunk)?;
        let kept = keep(&store, writer.finish()?, &source(round))?;
        ours.push(started.elapsed());
        store.delete(&[kept])?;
    }
    let (ours, plain) = (median(ours), median(plain));
    println!(
        "500 MB into the vault and kept: {:.0} ms; a plain file with fsync: {:.0} ms; {:.2} × its speed",
        ours.as_secs_f64() * 1e3,
        plain.as_secs_f64() * 1e3,
        plain.as_secs_f64() / ours.as_secs_f64()
    );
    Ok(())
}

fn pour(to: &mut impl Write, chunk: &[u8]) -> Result<()> {
    let mut left = LARGE as usize;
    while left > 0 {
        let now = left.min(chunk.len());
        to.write_all(&chunk[..now])?;
        left -= now;
    }
    Ok(())
}

/// Text reports that eight senders get kept in a second, with a codename derived for each and without.
fn reports() -> Result<()> {
    for (kdf, said) in [(false, "codename's derivation out"), (true, "codename's derivation in")] {
        let folder = tempfile::tempdir()?;
        lay(folder.path(), 768 * MIB)?;
        let store = open(folder.path(), Beat::AtOnce)?;
        let started = Instant::now();
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..SENDERS)
                .map(|sender| {
                    let store = &store;
                    scope.spawn(move || -> Result<()> {
                        for turn in 0..REPORTS / SENDERS {
                            let number = sender * REPORTS + turn;
                            let id = if kdf { derived(number)? } else { source(number) };
                            report(store, number, &id)?;
                        }
                        Ok(())
                    })
                })
                .collect();
            senders.into_iter().try_for_each(|sender| sender.join().expect("a sender"))
        })?;
        let seconds = started.elapsed().as_secs_f64();
        println!("text reports kept in a second, {SENDERS} senders, {said}: {:.0}", REPORTS as f64 / seconds);
    }
    Ok(())
}

/// What ten rounds of filling and deleting leave on the disk.
fn fillings() -> Result<()> {
    const VAULT: u64 = 256 * MIB;
    let folder = tempfile::tempdir()?;
    lay(folder.path(), VAULT)?;
    let store = open(folder.path(), Beat::AtOnce)?;
    let (mut number, mut most) = (0, 0);
    for _ in 0..FILLINGS {
        let first = number;
        while let Ok(permit) = store.permit(limits::SEALED_FLOOR, Pool::Text, Guest::Known) {
            keep(&store, written(permit, number)?, &source(number))?;
            number += 1;
        }
        most = most.max(used(folder.path())?);
        (first..number).try_for_each(|number| store.erase_source(SourceKey::of(&source(number))))?;
        store.sweep()?;
    }
    let left = used(folder.path())?;
    println!(
        "{FILLINGS} times a full vault of {} MiB and everything erased: {:.3} × the vault on the disk when full, {:.3} × afterwards",
        VAULT / MIB,
        most as f64 / VAULT as f64,
        left as f64 / VAULT as f64
    );
    Ok(())
}

/// What opening and looking up cost with many sources, and what memory they take.
fn many_sources() -> Result<()> {
    let (few, many) = (tempfile::tempdir()?, tempfile::tempdir()?);
    for (folder, sources) in [(&few, FEW), (&many, MANY / 2)] {
        lay(folder.path(), 16 * MIB)?;
        let store = open(folder.path(), Beat::AtOnce)?;
        enrol(&store, 0..sources)?;
    }
    let empty = tempfile::tempdir()?;
    lay(empty.path(), 16 * MIB)?;
    let base = resident(empty.path())?;
    println!(
        "{MANY} records (half of them sources, half their names): opened in {:.0} ms, an empty store in {:.0} ms",
        opened(many.path())?.as_secs_f64() * 1e3,
        opened(empty.path())?.as_secs_f64() * 1e3
    );
    println!("memory with {MANY} records: {} KiB above an empty store's {base} KiB", resident(many.path())? - base);
    {
        let store = open(many.path(), Beat::AtOnce)?;
        enrol(&store, MANY / 2..MANY)?;
        let started = Instant::now();
        store.sweep()?;
        println!("a sweep of {} records: {:.0} ms", 2 * MANY, started.elapsed().as_secs_f64() * 1e3);
    }
    let (few, many) = (open(few.path(), Beat::AtOnce)?, open(many.path(), Beat::AtOnce)?);
    let (mut with_few, mut with_many) = (Vec::new(), Vec::new());
    let mut chance = rng(5);
    for _ in 0..LOOK_UPS {
        with_few.push(look_up(&few, chance.random_range(0..FEW))?);
        with_many.push(look_up(&many, chance.random_range(0..MANY))?);
    }
    let (with_few, with_many) = (median(with_few), median(with_many));
    println!(
        "a look-up with {MANY} sources: {:.1} µs, with {FEW}: {:.1} µs",
        with_many.as_secs_f64() * 1e6,
        with_few.as_secs_f64() * 1e6
    );
    let started = Instant::now();
    (0..20).try_for_each(|number| derived(number).map(drop))?;
    let derivation = started.elapsed() / 20;
    println!(
        "signing in, that is a derivation ({:.1} ms) and a look-up: {:.4} × as long with {MANY} sources as with {FEW}",
        derivation.as_secs_f64() * 1e3,
        (derivation + with_many).as_secs_f64() / (derivation + with_few).as_secs_f64()
    );
    Ok(())
}

/// What a store writes to its disk on a day when nothing comes, ext4 and its journal included.
fn idle() -> Result<()> {
    if let Err(why) = disk::possible() {
        println!("what an idle store writes: not measured here, {why}");
        return Ok(());
    }
    let image = Image::format(512 * MIB)?;
    let mounted = image.mount()?;
    lay(mounted.path(), 64 * MIB)?;
    let beat = Duration::from_millis(250);
    let store = open(mounted.path(), Beat::Every(beat))?;
    store.sweep()?;
    let before = bytes_written(mounted.path())?;
    std::thread::sleep(beat * BEATS);
    let a_beat = (bytes_written(mounted.path())? - before) as f64 / f64::from(BEATS);
    let before = bytes_written(mounted.path())?;
    store.sweep()?;
    let a_sweep = (bytes_written(mounted.path())? - before) as f64;
    drop(store);
    println!(
        "an idle store writes {:.0} kB a beat and {:.1} MB a sweep: {:.2} GB a day with a beat every 5 s and a sweep an hour",
        a_beat / 1e3,
        a_sweep / 1e6,
        (a_beat * DAY / 5.0 + a_sweep * 24.0) / 1e9
    );
    Ok(())
}

fn source(number: u64) -> SourceId {
    SourceId::from_bytes(Sha256::digest(number.to_le_bytes()).into())
}

/// A source id by the way of a codename.
fn derived(number: u64) -> Result<SourceId> {
    let kdf = Kdf { salt: "00".repeat(16), memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    Ok(Codename::typed(&format!("codename number {number}")).unlock(&kdf)?.id)
}

fn new_source(id: &SourceId) -> NewSource {
    let mut cert = [0; 20];
    cert.copy_from_slice(&Sha256::digest(id.expose())[..20]);
    NewSource {
        key: SourceKey::of(id),
        fingerprint: Fingerprint::from_bytes(cert),
        organisation: "nowhere-kommun".to_owned(),
        lang: Lang::Sv,
        locked_tsk: vec![7; 1_700],
        excluded: Vec::new(),
        received: today(),
        acknowledged: Some(today()),
        declined: false,
    }
}

fn report(store: &Store, number: u64, id: &SourceId) -> Result<()> {
    let body = written(store.permit(limits::SEALED_FLOOR, Pool::Text, Guest::Stranger)?, number)?;
    keep(store, body, id).map(drop)
}

fn written(permit: Permit, number: u64) -> Result<Body> {
    let mut bytes = vec![0; limits::SEALED_FLOOR as usize];
    rng(number).fill_bytes(&mut bytes);
    let mut writer = permit.writer();
    writer.write_all(&bytes)?;
    Ok(writer.finish()?)
}

fn keep(store: &Store, body: Body, id: &SourceId) -> Result<ObjectId> {
    let kept = ObjectId::Submission(body.digest);
    let submission = NewSubmission {
        body,
        token_hash: Token::from_bytes([7; 32]).hash(),
        addressees: vec![Fingerprint::from_bytes([1; 20]), Fingerprint::from_bytes([2; 20])],
        organisation: "nowhere-kommun".to_owned(),
        sequence: 1,
        day: today(),
    };
    store.commit(submission, SourceChange::Enrol(new_source(id)))?;
    Ok(kept)
}

/// Enrols sources, a thousand at a time.
fn enrol(store: &Store, numbers: std::ops::Range<u64>) -> Result<()> {
    for first in numbers.clone().step_by(1_000) {
        let last = (first + 1_000).min(numbers.end);
        let mut bundle = [0; 16];
        bundle.copy_from_slice(&Sha256::digest(first.to_le_bytes())[..16]);
        let settled = store.settle(Return {
            bundle,
            by: Fingerprint::from_bytes([1; 20]).into(),
            acknowledged: Vec::new(),
            receipts: Vec::new(),
            letters: Vec::new(),
            skipped: Vec::new(),
            enrolments: (first..last)
                .map(|number| Enrolled { source: new_source(&source(number)), report: None })
                .collect(),
            day: today(),
        })?;
        ensure!(settled.taken == 0);
    }
    Ok(())
}

fn look_up(store: &Store, number: u64) -> Result<Duration> {
    let id = source(number);
    let started = Instant::now();
    ensure!(store.source(&id)?.is_some());
    Ok(started.elapsed())
}

fn opened(folder: &Path) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let store = open(folder, Beat::AtOnce)?;
        times.push(started.elapsed());
        drop(store);
    }
    Ok(median(times))
}

/// KiB that a process takes that has the store open and looks something up.
fn resident(folder: &Path) -> Result<i64> {
    let told = Command::new(std::env::current_exe()?).env(RESIDENT, folder).output()?;
    ensure!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    Ok(String::from_utf8(told.stdout)?.trim().parse()?)
}

fn hold(folder: &Path) -> Result<()> {
    let store = open(folder, Beat::AtOnce)?;
    for number in 0..1_000 {
        store.source(&source(number))?;
    }
    println!("{}", of_status("VmRSS:")?);
    Ok(())
}

fn of_status(field: &str) -> Result<i64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Bytes written so far to the disk that a folder lies on (the kernel's Documentation/block/stat.rst, the 7th number).
fn bytes_written(folder: &Path) -> Result<u64> {
    let device = rustix::fs::stat(folder)?.st_dev;
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    rustix::fs::syncfs(File::open(folder)?)?;
    let stat = fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/stat"))?;
    let sectors: u64 = stat.split_whitespace().nth(6).context("no such number")?.parse()?;
    Ok(sectors * 512)
}

/// Bytes that a folder takes on the disk.
fn used(folder: &Path) -> Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { used(&entry.path())? } else { entry.metadata()?.blocks() * 512 };
    }
    Ok(bytes)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
