//! What a thief reads who has one copy of the disk, with every key on it or without.
//!
//! A copy that is taken before a sweep, together with its key file, tells more: which records are real and, since sled
//! writes one log, in which order they came (of 24, all in their order; after a sweep none), and so on which beat since
//! the last sweep.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use sluss_core::cert::Tsk;
use sluss_core::codename::Codename;
use sluss_core::digest::Digest;
use sluss_core::open;
use sluss_core::roster::DropCard;
use sluss_core::secret::Secret;
use sluss_drop::store::{SLOT, Settings, Store};
use sluss_tests::disk::{Image, is_possible};
use sluss_tests::journey::traces::Traces;
use sluss_tests::process::{Process, run, wait_for};
use sluss_tests::visitor::{Page, Visitor};
use tempfile::TempDir;

use super::MIB;
use super::load::{PATIENCE, erase, set_tick, sign_in};
use crate::operator::rig::{ORGANISATION, Rig};

const VAULT: u64 = 32 * MIB;
/// Room for the vault, and for what a drop wants to be free besides.
const DISK: u64 = 192 * MIB;
const TEXT: &str = "Zyxomma-kanariefågeln såg attestanten byta fakturorna.";
const MORE: &str = "Granbys Zyxomma-pärm står numera i garaget.";
const ANSWER: &str = "Vilket datum gällde Zyxomma-fakturan?";
/// Lengths whose digits do not follow each other: sled's own lists of pages do.
const FILES: [(&str, usize); 2] = [("zyxomma-faktura.txt", 1_294_167), ("zyxomma-foto.bin", 2_371_845)];

/// A drop that serves, and somebody who reports there.
struct Drop {
    rig: Rig,
    serving: Process,
}

impl Drop {
    /// Lays one in `dir` and serves it with this beat.
    fn serve(dir: PathBuf, tick: u64) -> Result<Self> {
        let rig = Rig::lay_at(dir, VAULT)?;
        set_tick(&rig, tick)?;
        let serving = rig.serve()?;
        Ok(Self { rig, serving })
    }

    fn visitor(&self) -> Result<Visitor> {
        Ok(Visitor::direct(wait_for("an address", PATIENCE, || self.serving.address())?))
    }

    async fn report(&self, text: &str, files: &[(&str, Vec<u8>)]) -> Result<Vec<String>> {
        let (mut visitor, path) = (self.visitor()?, format!("/sv/{ORGANISATION}/report"));
        let mut form = visitor.open(&path).await?.form(&path)?.fill("text", text)?;
        if !files.is_empty() {
            form = visitor.add_files(form).await?;
        }
        for (name, content) in files {
            form = form.attach("files", name, "application/octet-stream", content)?;
        }
        let page = visitor.submit_in_frame(&form).await?;
        let words = page.texts(".words li");
        ensure!(words.len() == 7, "{}", page.text());
        Ok(words)
    }

    async fn inbox(&self, codename: &[String]) -> Result<(Visitor, Page)> {
        let mut visitor = self.visitor()?;
        let page = sign_in(&mut visitor, &codename.join(" ")).await?.context("nobody answers")?;
        page.form("/sv/inbox/message").with_context(|| page.text())?;
        Ok((visitor, page))
    }

    async fn message(&self, codename: &[String], text: &str) -> Result<()> {
        let (mut visitor, page) = self.inbox(codename).await?;
        let page = visitor.submit(&page.form("/sv/inbox/message")?.fill("text", text)?).await?;
        ensure!(page.text().contains("Meddelandet är förseglat"), "{}", page.text());
        Ok(())
    }

    async fn erase(&self, codename: &[String]) -> Result<()> {
        let (mut visitor, _) = self.inbox(codename).await?;
        let page = erase(&mut visitor).await?.context("nobody answers")?;
        ensure!(page.path == "/sv/inbox/erased", "{}", page.text());
        Ok(())
    }

    /// Anna fetches, reads all, and answers whoever wrote `text`; what she has read she receipts. Returns the digests.
    fn answer(&self, text: &str) -> Result<()> {
        let outbound = self.rig.open_outbound("anna", &self.rig.export("anna", &[])?)?;
        let to = outbound.opened.iter().find(|opened| opened.text.trim_end() == text).context("not exported")?;
        let letter = self.rig.letter_to("anna", &to.source, 1, ANSWER)?;
        let bundle = self.rig.seal_return("anna", self.rig.returning("anna"), &[letter])?;
        ensure!(self.rig.import(&bundle)?.code == 0);
        Ok(())
    }

    fn sweep(&self) -> Result<()> {
        let swept = self.rig.run(&["sweep"])?;
        ensure!(swept.code == 0, "{swept:?}");
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_disk_with_all_its_keys_gives_no_content() -> Result<()> {
    if !is_possible("a_stolen_disk_with_all_its_keys_gives_no_content") {
        return Ok(());
    }
    let image = Image::format(DISK)?;
    let mounted = image.mount()?;
    let drop = Drop::serve(mounted.path().join("drop"), 1)?;
    let files = FILES.map(|(name, length)| (name, canaries(name, length)));
    let kept = drop.report(TEXT, &files).await?;
    let erased = drop.report(&format!("{TEXT} (raderad)"), &files[..1]).await?;
    drop.answer(TEXT)?;
    let (_, inbox) = drop.inbox(&kept).await?;
    ensure!(inbox.text().contains(ANSWER), "{}", inbox.text());
    drop.message(&kept, MORE).await?;
    let dir = drop.rig.dir();
    let (key, vault) = (dir.join("state/store/epoch.key"), dir.join("state/store/vault"));
    let (old_keys, before) = (fs::read(&key)?, fs::read(&vault)?);
    drop.erase(&erased).await?;
    let after = fs::read(&vault)?;
    drop.sweep()?;

    let Drop { mut rig, serving } = drop;
    ensure!(serving.end()?.success());
    mounted.unmount()?;
    // The thief opens their copy: whoever opens a store cleans up in it.
    let copy = image.copy()?;
    let mounted = copy.mount()?;
    rig.move_to(mounted.path().join("drop"));
    let card: DropCard = serde_json::from_slice(&fs::read(rig.dir().join("keys/drop.json"))?)?;
    let opened = read_with_the_keys(&rig)?;
    mounted.unmount()?;

    let mut secrets: Vec<Vec<u8>> =
        [TEXT, MORE, ANSWER, "zyxomma", "Zyxomma"].map(|text| text.as_bytes().to_vec()).to_vec();
    secrets.extend(files.iter().map(|(_, content)| content[1000..1064].to_vec()));
    for codename in [&kept, &erased] {
        let id = Codename::typed(&codename.join(" ")).unlock(&card.kdf)?.id;
        let key = Sha256::new().chain_update(b"sluss store 1: source").chain_update(id.expose()).finalize();
        for id in [id.expose().to_vec(), key.to_vec()] {
            secrets.extend([HEXLOWER.encode(&id).into_bytes(), id]);
        }
    }
    // What the last epoch's key was, in either half of its file, and what lay where now something else does.
    secrets.extend([0, 4096].map(|half| old_keys[half..half + 32].to_vec()));
    let slots = before.chunks(SLOT).zip(after.chunks(SLOT)).filter(|(before, after)| before != after);
    let overwritten: Vec<Vec<u8>> = slots.map(|(before, _)| before[..64].to_vec()).collect();
    ensure!(overwritten.len() > FILES[0].1 / SLOT, "nothing was overwritten");
    secrets.extend(overwritten);
    for length in FILES.map(|(_, length)| length as u64) {
        secrets.extend([length.to_le_bytes().to_vec(), length.to_be_bytes().to_vec(), length.to_string().into_bytes()]);
    }
    let secrets: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
    for codename in [&kept, &erased] {
        let traces = Traces::of(&secrets, codename)?;
        let found = [traces.find_in(image.path())?, traces.find(opened.path())?.0.pop().map(|(_, what)| what)];
        ensure!(found == [None, None], "the image, or what its keys open, holds {found:?}");
        // The search finds what is there.
        fs::write(opened.path().join("planted"), format!("… {} …", codename.join(" ")))?;
        ensure!(traces.find(opened.path())?.0.len() == 1, "the search finds nothing at all");
        fs::remove_file(opened.path().join("planted"))?;
    }
    Ok(())
}

/// Opens with the disk's keys all that they open, into files; and tries the drop's own TSK on it, in vain.
fn read_with_the_keys(rig: &Rig) -> Result<TempDir> {
    let (folder, dir) = (tempfile::tempdir()?, rig.dir());
    let key: [u8; 32] = fs::read(dir.join("state/drop.key"))?.try_into().ok().context("a key of another length")?;
    let drop = Tsk::unlock(&fs::read(dir.join("state/drop.tsk"))?, &Secret::new(key))?;
    let store = Store::open(&dir.join("state/store"), &mut rand::rng(), Settings::default())?;
    let objects = store.objects_for(&rig.people["reserve"].fingerprint().into(), None)?;
    ensure!(objects.len() == 3, "a report, a message and an answer: {}", objects.len());
    for (number, object) in objects.iter().enumerate() {
        let mut body = Vec::new();
        store.open_body(object)?.read_to_end(&mut body)?;
        ensure!(
            open::open(body.as_slice(), &drop, std::io::Cursor::new(Vec::new())).is_err(),
            "the drop's TSK opens a body"
        );
        fs::write(folder.path().join(number.to_string()), body)?;
    }
    Ok(folder)
}

/// Bytes that no cipher made, and that are this file's alone.
fn canaries(name: &str, length: usize) -> Vec<u8> {
    let line = |number: u64| Sha256::digest(format!("{name} {number}")).to_vec();
    (0..).flat_map(line).take(length).collect()
}

const TICK: u64 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_swept_disk_dates_nobody() -> Result<()> {
    if !is_possible("a_swept_disk_dates_nobody") {
        return Ok(());
    }
    let image = Image::format(DISK)?;
    let mounted = image.mount()?;
    let drop = Drop::serve(mounted.path().join("drop"), TICK)?;
    let store = drop.rig.dir().join("state/store");
    let beats = Beats::watch(&drop.serving)?;
    let began = SystemTime::now();
    let mut running = born(&store)?;

    // Each in the second half of a beat.
    let mut windows = vec![beats.second_half("a report").await?];
    let codename = drop.report(TEXT, &[]).await?;
    windows.push(beats.second_half("another report").await?);
    let (name, length) = FILES[0];
    let other = drop.report(MORE, &[(name, canaries(name, length))]).await?;
    drop.answer(TEXT)?;
    windows.push(beats.second_half("a message").await?);
    drop.message(&codename, MORE).await?;
    windows.push(beats.second_half("erasing").await?);
    drop.erase(&other).await?;
    // What reading leaves stays until somebody reads again, and gets onto the disk when the journal is written, which
    // ext4 does every five seconds.
    windows.push(beats.second_half("reading an answer").await?);
    let (_, page) = drop.inbox(&codename).await?;
    ensure!(page.text().contains(ANSWER), "{}", page.text());
    beats.pass(4).await?;
    drop.sweep()?;

    running.extend(born(&store)?);
    ensure!(drop.serving.end()?.success());
    let known = fs::metadata(store.join("vault"))?.modified()?;
    mounted.unmount()?;
    let stamps = stamps(&image.bytes()?, began);
    ensure!(stamps.iter().any(|stamp| stamp.at == known), "the vault's inode is not found");
    for window in &windows {
        let telling = stamps.iter().filter(|stamp| window.holds(stamp.at) && !running.contains(&stamp.born));
        let telling: BTreeSet<String> = telling.map(Stamp::to_string).collect();
        ensure!(telling.is_empty(), "{} is dated by {telling:?}", window.what);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stores_times_run_on_while_nothing_happens() -> Result<()> {
    const TIMES: usize = 40;
    let folder = tempfile::tempdir()?;
    // Too seldom to give a file that many times within the patience.
    let drop = Drop::serve(folder.path().join("drop"), 30)?;
    for file in RUNNING.map(|file| drop.rig.dir().join("state/store").join(file)) {
        let mut seen = [BTreeSet::new(), BTreeSet::new()];
        wait_for("times that run on", PATIENCE, || {
            let data = fs::metadata(&file)?;
            seen[0].insert(data.modified()?);
            seen[1].insert(data.accessed()?);
            Ok(seen.iter().all(|times| times.len() >= TIMES).then_some(()))
        })?;
    }
    ensure!(drop.serving.end()?.success());
    Ok(())
}

/// The store's files that change with what sources do.
const RUNNING: [&str; 2] = ["vault", "sled/db"];

/// When they were made: by that an inode's copies are known.
fn born(store: &Path) -> Result<Vec<SystemTime>> {
    RUNNING.iter().map(|file| Ok(fs::metadata(store.join(file))?.created()?)).collect()
}

/// The beats of a drop, as what it writes tells them.
struct Beats {
    one: SystemTime,
}

/// From when somebody acted until the beat that came next.
struct Window {
    what: &'static str,
    from: SystemTime,
    to: SystemTime,
}

impl Window {
    fn holds(&self, at: SystemTime) -> bool {
        self.from <= at && at < self.to
    }
}

impl Beats {
    /// How far a beat's first write may be from where the beats before it say.
    const BLUR: Duration = Duration::from_millis(150);
    const INTERVAL: Duration = Duration::from_secs(TICK);

    /// Waits for a beat that comes where one beat before said. Nobody may be there meanwhile.
    fn watch(serving: &Process) -> Result<Self> {
        let mut written = written(serving)?;
        let mut last = SystemTime::UNIX_EPOCH;
        let one = wait_for("a beat", PATIENCE, || {
            let (now, more) = (SystemTime::now(), self::written(serving)?);
            let wrote = more - std::mem::replace(&mut written, more) >= SLOT as u64;
            let apart = now.duration_since(last)?;
            if wrote && apart > Duration::from_millis(500) {
                last = now;
                let regular = apart.abs_diff(Self::INTERVAL) < Self::BLUR / 2;
                return Ok(regular.then_some(now));
            }
            Ok(None)
        })?;
        Ok(Self { one })
    }

    /// Waits until so many beats have passed.
    async fn pass(&self, beats: u32) -> Result<()> {
        let until = SystemTime::now() + Self::INTERVAL * beats;
        while let Ok(left) = until.duration_since(SystemTime::now()) {
            tokio::time::sleep(left).await;
        }
        Ok(())
    }

    /// Waits for the second half of a beat: what is done now is committed at the next one.
    async fn second_half(&self, what: &'static str) -> Result<Window> {
        let into =
            |now: SystemTime| Ok::<_, anyhow::Error>(now.duration_since(self.one)?.as_millis() as u64 % (TICK * 1000));
        loop {
            let now = SystemTime::now();
            match into(now)? {
                early if early < TICK * 500 => tokio::time::sleep(Duration::from_millis(TICK * 550 - early)).await,
                late if late > TICK * 700 => tokio::time::sleep(Duration::from_millis(TICK * 1050 - late)).await,
                here => {
                    return Ok(Window {
                        what,
                        from: now,
                        to: now + Duration::from_millis(TICK * 1000 - here) - Self::BLUR,
                    });
                }
            }
        }
    }
}

/// Bytes that a process has written so far.
fn written(process: &Process) -> Result<u64> {
    let counts = fs::read_to_string(format!("/proc/{}/io", process.pid()))?;
    let count = counts.lines().find_map(|line| line.strip_prefix("wchar: ")).context("no count of bytes written")?;
    Ok(count.parse()?)
}

/// A time in an inode, or in one of its old copies.
struct Stamp {
    born: SystemTime,
    mode: u16,
    size: u32,
    which: &'static str,
    at: SystemTime,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        write!(f, "{} {}.{:03} of mode {:o}, {} B", self.which, at.as_secs(), at.subsec_millis(), self.mode, self.size)
    }
}

/// All times since `from` in whatever looks like an inode of ext4, wherever it lies: the inode tables, the journal, and
/// blocks that nothing uses any more.
fn stamps(image: &[u8], from: SystemTime) -> Vec<Stamp> {
    const INODE: usize = 256;
    let mut stamps = Vec::new();
    for inode in image.chunks_exact(INODE) {
        let short = |at: usize| u16::from_le_bytes([inode[at], inode[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([inode[at], inode[at + 1], inode[at + 2], inode[at + 3]]);
        // Regular file, folder, socket or pipe; and the length of the extra fields, in every inode of this size.
        if ![0x8, 0x4, 0xc, 0x1].contains(&(short(0) >> 12)) || short(128) != 32 {
            continue;
        }
        let time = |seconds: usize, extra: usize| {
            let extra = long(extra);
            let seconds = u64::from(long(seconds)) + (u64::from(extra & 3) << 32);
            SystemTime::UNIX_EPOCH + Duration::new(seconds, extra >> 2)
        };
        let born = time(144, 148);
        let fields = [("atime", time(8, 140)), ("ctime", time(12, 132)), ("mtime", time(16, 136)), ("crtime", born)];
        let told = fields.into_iter().filter(|(_, at)| from <= *at && *at <= SystemTime::now());
        stamps.extend(told.map(|(which, at)| Stamp { born, mode: short(0), size: long(4), which, at }));
    }
    stamps
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_keys_a_busy_disk_looks_like_an_idle_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [idle, busy] = ["idle", "busy"].map(|name| Drop::serve(folder.path().join(name), 1));
    let (idle, busy) = (idle?, busy?);
    let kept = busy.report(TEXT, &[("zyxomma-faktura.txt", canaries("", 300_000))]).await?;
    let erased = busy.report(MORE, &[]).await?;
    busy.answer(TEXT)?;
    busy.message(&kept, MORE).await?;
    busy.erase(&erased).await?;
    let mut seen = Vec::new();
    for Drop { rig, serving } in [idle, busy] {
        ensure!(serving.end()?.success());
        seen.push(Look::after_sweeps(&rig)?);
    }
    let (idle, busy) = (&seen[0], &seen[1]);
    ensure!(idle.files == busy.files && idle.records == busy.records, "idle: {idle:#?}, busy: {busy:#?}");
    for (idle, busy) in idle.logs.iter().zip(&busy.logs) {
        let apart = idle.iter().max() < busy.iter().min() || busy.iter().max() < idle.iter().min();
        ensure!(!apart, "idle: {idle:?}, busy: {busy:?}");
    }
    Ok(())
}

/// What a drop's folder shows to somebody without its keys.
#[derive(Debug, Default)]
struct Look {
    /// Modes and sizes by name, but for what sled draws by lot.
    files: BTreeMap<PathBuf, (u32, u64)>,
    /// How many records there are, by kind and length.
    records: BTreeMap<(u8, usize), usize>,
    /// After each of several sweeps: how long sled's log is and was, and how long its snapshot. Random keys make these
    /// differ from sweep to sweep of one and the same store, by a quarter.
    logs: [Vec<u64>; 3],
}

impl Look {
    /// Sweeps a drop that does not serve several times, and looks each time.
    fn after_sweeps(rig: &Rig) -> Result<Self> {
        const SWEEPS: usize = 8;
        let mut look = Self::default();
        for _ in 0..SWEEPS {
            let swept = rig.run(&["sweep"])?;
            ensure!(swept.code == 0, "{swept:?}");
            look.files.clear();
            look.folder(&rig.dir(), &rig.dir())?;
        }
        for (_, value) in super::raw_records(&rig.dir().join("state/store")) {
            *look.records.entry((value[0], value.len())).or_default() += 1;
        }
        Ok(look)
    }

    fn folder(&mut self, folder: &Path, root: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let (path, data) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            let (mut name, mut size) = (path.strip_prefix(root)?.to_owned(), data.size());
            // What was drawn when the drop was laid has this length or that.
            size *= u64::from(name.starts_with("state/store"));
            if data.is_dir() {
                self.folder(&path, root)?;
                size = 0;
            } else if name.ends_with("sled/db") {
                self.logs[0].push(std::mem::take(&mut size));
            } else if let Some((snapshot, written)) = name.to_str().and_then(|name| name.split_once("sled/snap.")) {
                self.logs[1].push(u64::from_str_radix(written, 16)?);
                self.logs[2].push(std::mem::take(&mut size));
                name = PathBuf::from(format!("{snapshot}sled/snap"));
            }
            self.files.insert(name, (data.permissions().mode(), size));
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_forgets_in_which_order_reports_came() -> Result<()> {
    const REPORTS: usize = 24;
    let folder = tempfile::tempdir()?;
    let drop = Drop::serve(folder.path().join("drop"), 0)?;
    for number in 0..REPORTS {
        drop.report(&format!("{number}"), &[]).await?;
    }
    let Drop { rig, serving } = drop;
    ensure!(serving.end()?.success());
    // An export writes the records anew.
    let (store, stolen) = (rig.dir().join("state/store"), folder.path().join("stolen"));
    run(Command::new("cp").arg("-r").arg(&store).arg(&stolen))?;
    let opened = rig.open_outbound("anna", &rig.export("anna", &[])?)?.opened;
    let mut came: Vec<(usize, Digest)> = Vec::new();
    for report in &opened {
        came.push((report.text.trim().parse()?, report.digest));
    }
    came.sort_unstable_by_key(|(number, _)| *number);
    let digests: Vec<Digest> = came.into_iter().map(|(_, digest)| digest).collect();

    // Before a sweep one who has the key file reads the order off.
    let unswept = order(&stolen, &digests)?;
    ensure!(unswept > 0.9, "this way of looking does not see the order that is there: {unswept:.2}");
    let mut swept = Vec::new();
    for _ in 0..3 {
        ensure!(rig.run(&["sweep"])?.code == 0);
        swept.push(order(&store, &digests)?.abs());
    }
    // By chance one in some thousand is above, and all three never.
    ensure!(swept.iter().any(|order| *order < 0.7), "{swept:?}");
    Ok(())
}

/// How well the places of these submissions' records in sled's log follow the order given, from -1 to 1 (Spearman), as
/// one sees it who has the key file.
fn order(store: &Path, digests: &[Digest]) -> Result<f64> {
    let (keys, log) = (fs::read(store.join("epoch.key"))?, fs::read(store.join("sled/db"))?);
    let records: BTreeMap<Vec<u8>, Vec<u8>> = super::raw_records(store).into_iter().collect();
    let sealed = |digest: &Digest| {
        [0, 4096].into_iter().find_map(|half| {
            let index =
                keyed(&keyed(&keys[half..half + 32], &[b"sluss store 1: index"]), &[&[2], b"s", digest.as_bytes()]);
            records.get(&index)
        })
    };
    let mut places = Vec::new();
    for (number, digest) in digests.iter().enumerate() {
        let record = sealed(digest).context("the key file does not find a record")?;
        let copies = log.windows(24).enumerate().filter(|(_, window)| *window == &record[1..25]);
        let first = copies.map(|(at, _)| written_at(&log, at)).min();
        places.push((first.context("a record is not in the log")?, number));
    }
    places.sort_unstable();
    let count = places.len() as f64;
    let apart = places.iter().enumerate().map(|(rank, (_, number))| (rank as f64 - *number as f64).powi(2));
    Ok(1.0 - 6.0 * apart.sum::<f64>() / (count * (count * count - 1.0)))
}

/// Where in sled's endless log something lies: its segment's header tells, after a checksum, the number of its first byte,
/// masked.
fn written_at(log: &[u8], at: usize) -> u64 {
    const SEGMENT: usize = 512 * 1024;
    let header = &log[at / SEGMENT * SEGMENT..];
    let masked = header[4..12].try_into().map_or(0, u64::from_le_bytes);
    (masked ^ (u64::MAX >> 1)) + (at % SEGMENT) as u64
}

/// HMAC-SHA256 of the parts, with a key shorter than a block.
fn keyed(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let block = |mask: u8| (0..64).map(|at| key.get(at).unwrap_or(&0) ^ mask).collect::<Vec<u8>>();
    let inner = Sha256::digest([block(0x36), parts.concat()].concat());
    Sha256::digest([block(0x5c), inner.to_vec()].concat()).to_vec()
}
