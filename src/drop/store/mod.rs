//! The store: small sealed records in sled, and the vault in which bodies lie.
//!
//! Protects, against one copy of the disk: no content, no name, no exact size; once swept, no time finer than a day, and
//! without the epoch's key not even whether there is a report.
//! Protects, against `kill -9`, power cuts, full and failing disks: what was acknowledged is kept, nothing is half
//! visible, and when the disk works again, so does the store.
//! It does not protect against whoever has the epoch's key and the records of one and the same moment: they can open
//! records, count them, and take the outer cipher off bodies; what is inside stays sealed to the investigators.
//!
//! The way of a body: [`Store::permit`] promises room, the permit's writer fills slots, [`Store::commit`] makes a record
//! name them, and only then there is a [`Kept`]. Without its record a body is noise. The way out: a tombstone takes the
//! record's place, the slots are overwritten, the tombstone goes, and then the slots are free.
//!
//! A submission's object is written before the source that numbers it, and sled recovers a prefix of what was written:
//! so a crash can leave an object that no source knows (never acknowledged, and deleted at the next open), but no
//! source with a message that is not there.
//!
//! Everything here blocks: call it from a thread that may.

mod body;
mod cabinet;
mod commit;
mod dummies;
mod epoch;
mod fault;
mod fsck;
mod keep;
mod map;
mod outbound;
mod read;
mod record;
mod remove;
mod room;
mod settle;
mod shelf;
mod sweep;
mod times;
mod vault;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rand::CryptoRng;
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use sluss_core::chance::Chance;
use sluss_core::epoch::KeyFile;

pub use body::{Body, BodyReader, Permit, VaultWriter};
pub use commit::Beat;
pub use fault::Fault;
pub use fsck::Damage;
pub use keep::{CommitError, EnrolError, Kept, NewSource, NewSubmission, SourceChange};
pub use outbound::{Certs, MarkError};
pub use read::ReadError;
pub use record::{
    ADDRESSEES, Addressee, Done, Head, Investigator, Object, ObjectId, SENT, SKIPPED, Sent, Skipped, Source, SourceKey,
    TSK,
};
pub use remove::RemoveError;
pub use room::{Guest, PermitError, Pool, room_for_files};
pub use settle::{Delivered, Enrolled, NewLetter, Receipted, Return, SettleError, Settled};
pub use vault::SLOT;

use cabinet::Cabinet;
use commit::Committer;
use epoch::Epoch;
use record::Whole;
use room::Budget;
use shelf::Shelf;
use vault::Vault;

/// The version of everything in the folder, as the file `format` says it. Version 1 had no dummies.
const VERSION: u8 = 2;
/// What stands before the version, one digit, in the file `format`.
const FORMAT: &str = "sluss store ";
/// How long an owner may take to let go.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of the smallest vault: 1 MiB.
pub const SMALLEST: u64 = 1024 * 1024;

/// An open store. Closing or dropping it waits for the last commit.
pub struct Store {
    committer: Committer,
    shelf: Arc<Shelf>,
    budget: Arc<Budget>,
    incarnation: [u8; 16],
    /// Overwrites what a crash left in free slots.
    scrubber: Helper,
    /// Keeps the files' times running while sources come.
    toucher: Helper,
    lock: File,
}

/// How a store is run.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// When changes are made durable.
    pub beat: Beat,
    /// Bytes of files that are taken in on one day; else a quarter of the vault.
    pub files_a_day: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { beat: Beat::AtOnce, files_a_day: None }
    }
}

/// Why a store could not be laid.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one already.
    #[error("there is a store already")]
    Exists,
    /// Less than [`SMALLEST`].
    #[error("a vault needs at least 1 MiB")]
    TooSmall,
    /// The disk.
    #[error(transparent)]
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for InitError {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("the store is in use by another process")]
    InUse,
    /// There is none.
    #[error("there is no store here")]
    Missing,
    /// Laid by a newer version of this program.
    #[error("the store is of a newer format than this program knows")]
    Newer,
    /// Not a store.
    #[error("this is not a store")]
    Format,
    /// The disk, or what is on it.
    #[error(transparent)]
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for OpenError {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

impl Store {
    /// Lays a store in `folder` (created, mode 0700) with a vault of `vault_bytes`; `progress` hears done and all bytes.
    ///
    /// It is laid beside and renamed when it is whole: an interrupted one is begun anew.
    pub fn init(
        folder: &Path,
        vault_bytes: u64,
        rng: &mut impl CryptoRng,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), InitError> {
        if folder.exists() {
            return Err(InitError::Exists);
        }
        if vault_bytes < SMALLEST {
            return Err(InitError::TooSmall);
        }
        let beside = folder.with_extension("new");
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        private_folder(&beside)?;
        let chance = Arc::new(Chance::new(rng));
        let keys = KeyFile::lay(private_file(&beside.join("epoch.key"))?, &chance)?;
        Vault::lay(&beside.join("vault"), vault_bytes, &chance, progress)?;
        private_folder(&beside.join("sled"))?;
        let cabinet = Cabinet::open(&beside.join("sled"), [Epoch::of(&keys, 0)?], &chance, |_| Ok(true))?;
        cabinet.put(&Whole { incarnation: chance.bytes(), closed: true, place: [0; 32], gave_up: false })?;
        cabinet.fill_steps()?;
        cabinet.make_durable()?;
        drop(cabinet);
        let mut format = private_file(&beside.join("format"))?;
        writeln!(format, "{FORMAT}{VERSION}")?;
        format.sync_all()?;
        rustix::fs::syncfs(&format)?;
        fs::rename(&beside, folder)?;
        Ok(sync_folder(folder.parent().unwrap_or(folder))?)
    }

    /// Opens the store in `folder`, finishes what a crash left undone, and holds it against every other process. A store
    /// of an earlier version is brought to this one: in a copy, which takes its place once it is whole.
    pub fn open(folder: &Path, rng: &mut impl CryptoRng, settings: Settings) -> Result<Self, OpenError> {
        let (lock, version) = hold(folder)?;
        let chance = Arc::new(Chance::new(rng));
        let (shelf, whole) = Shelf::open(folder, chance)?;
        shelf.purge()?;
        if version < VERSION {
            shelf.sweep()?;
            let digit = VERSION.to_string();
            File::options()
                .write(true)
                .open(folder.join("format"))?
                .write_all_at(digit.as_bytes(), FORMAT.len() as u64)?;
            lock.sync_all()?;
        }
        let shelf = Arc::new(shelf);
        let budget = Budget::new(settings.files_a_day, u64::from(shelf.vault.slots()) * SLOT as u64);
        let committer = Committer::start(Arc::clone(&shelf), settings.beat)?;
        let (looked_after, touched) = (Arc::clone(&shelf), folder.to_owned());
        let scrubber = Helper::start("scrub", move |stop| looked_after.scrub(stop))?;
        let serves = settings.beat != Beat::AtOnce;
        let toucher = Helper::start("touch", move |stop| {
            if serves {
                times::keep_running(&touched, stop)
            }
        })?;
        Ok(Self { committer, shelf, budget, incarnation: whole.incarnation, scrubber, toucher, lock })
    }

    /// What tells this life of the store from one restored from a backup.
    pub fn incarnation(&self) -> [u8; 16] {
        self.incarnation
    }

    /// Rewrites all records in random order under a new key, and destroys the old one: what was deleted before is then
    /// gone from every stale block, and nothing that was kept before can be dated finer than its day.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when a record cannot be opened (see [`Store::fsck`]), [`Fault::DiskFull`]: nothing has changed.
    pub fn sweep(&self) -> Result<(), Fault> {
        self.committer.sweep()
    }

    /// Finishes what waits and notes that the store was closed in order. Nothing is kept after it.
    pub fn close(&self) {
        // What it did not get to is noted.
        self.scrubber.stop();
        self.committer.close();
        self.toucher.stop();
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

/// A thread that works beside the commits until it is done or told to stop.
struct Helper {
    told_to_stop: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Helper {
    fn start(name: &str, work: impl FnOnce(&AtomicBool) + Send + 'static) -> std::io::Result<Self> {
        let told_to_stop = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&told_to_stop);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&stop))?;
        Ok(Self { told_to_stop, thread: Mutex::new(Some(thread)) })
    }

    fn stop(&self) {
        self.told_to_stop.store(true, Ordering::SeqCst);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A helper that panicked has told so already; the store does without.
        let _ = thread.map(JoinHandle::join);
    }
}

/// Takes the lock and reads the format's version.
fn hold(folder: &Path) -> Result<(File, u8), OpenError> {
    let path = folder.join("format");
    if !path.exists() {
        return Err(OpenError::Missing);
    }
    let mut lock = File::open(path)?;
    let since = Instant::now();
    loop {
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            // A process that is just ending, or being started by the owner, holds it a moment longer.
            Err(Errno::WOULDBLOCK) if since.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(2)),
            Err(Errno::WOULDBLOCK) => return Err(OpenError::InUse),
            held => break held?,
        }
    }
    let mut format = String::new();
    lock.read_to_string(&mut format)?;
    let version = format.strip_prefix(FORMAT).and_then(|rest| rest.trim_end().parse::<u32>().ok());
    match version.ok_or(OpenError::Format)? {
        0 => Err(OpenError::Format),
        version => match u8::try_from(version) {
            Ok(version) if version <= VERSION => Ok((lock, version)),
            _ => Err(OpenError::Newer),
        },
    }
}

/// A folder that nobody else can enter.
fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

fn private_folder(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes names in a folder durable.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}
