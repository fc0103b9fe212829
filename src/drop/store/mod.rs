//! The store: small sealed records in sled, and the vault in which bodies lie.
//!
//! Protects, against one copy of the disk: no content, no name, no exact size; once swept, no time finer than a day.
//! Protects, against `kill -9`, power cuts and full disks: what was acknowledged is kept, and nothing is half visible.
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
mod chance;
mod commit;
mod epoch;
mod fault;
mod keep;
mod map;
mod outbound;
mod read;
mod record;
mod remove;
mod settle;
mod vault;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use rand::CryptoRng;
use rustix::fs::FlockOperation;
use rustix::io::Errno;

pub use body::{Body, BodyReader, Permit, VaultWriter};
pub use fault::Fault;
pub use keep::{CommitError, EnrolError, Kept, NewSource, NewSubmission, PermitError, Pool, SourceChange};
pub use outbound::{Certs, MarkError};
pub use read::ReadError;
pub use record::{
    ADDRESSEES, Addressee, Done, Head, Investigator, Object, ObjectId, SENT, SKIPPED, Sent, Skipped, Source, SourceKey,
    TSK,
};
pub use remove::RemoveError;
pub use settle::{Delivered, NewLetter, Receipted, Return, SettleError, Settled};
pub use vault::SLOT;

use cabinet::Cabinet;
use chance::Chance;
use commit::Committer;
use epoch::KeyFile;
use record::{Record, Whole};
use vault::Vault;

/// What the file `format` says: the version of everything in the folder.
const FORMAT: &str = "sluss store 1\n";
/// How long an owner may take to let go.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of the smallest vault: 1 MiB.
pub const SMALLEST: u64 = 1024 * 1024;

/// An open store. Dropping it waits for the last commit.
pub struct Store {
    committer: Committer,
    cabinet: Arc<RwLock<Cabinet>>,
    vault: Arc<Vault>,
    incarnation: [u8; 16],
    lock: File,
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
    /// Laid by another version of this program, or not a store.
    #[error("the store has another format than this program knows")]
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
        let keys = KeyFile::create(&beside.join("epoch.key"), &chance)?;
        Vault::lay(&beside.join("vault"), vault_bytes, &chance, progress)?;
        private_folder(&beside.join("sled"))?;
        let cabinet = Cabinet::open(&beside.join("sled"), keys.epoch(0)?, Arc::clone(&chance))?;
        cabinet.put(&Whole { incarnation: chance.bytes() })?;
        cabinet.make_durable()?;
        drop(cabinet);
        let mut format = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside.join("format"))?;
        format.write_all(FORMAT.as_bytes())?;
        format.sync_all()?;
        rustix::fs::syncfs(&format)?;
        fs::rename(&beside, folder)?;
        Ok(sync_folder(folder.parent().unwrap_or(folder))?)
    }

    /// Opens the store in `folder`, finishes what a crash left undone, and holds it against every other process.
    pub fn open(folder: &Path, rng: &mut impl CryptoRng) -> Result<Self, OpenError> {
        let lock = hold(folder)?;
        let chance = Arc::new(Chance::new(rng));
        let keys = KeyFile::open(&folder.join("epoch.key"))?;
        let (cabinet, whole, live) = open_cabinet(folder, &keys, &chance)?;
        keys.renew(1 - live, &chance)?;
        let vault = Arc::new(Vault::open(&folder.join("vault"), chance)?);
        remove::settle_after_crash(&cabinet, &vault)?;
        let cabinet = Arc::new(RwLock::new(cabinet));
        let committer = Committer::start(Arc::clone(&cabinet), Arc::clone(&vault))?;
        Ok(Self { committer, cabinet, vault, incarnation: whole.incarnation, lock })
    }

    /// What tells this life of the store from one restored from a backup.
    pub fn incarnation(&self) -> [u8; 16] {
        self.incarnation
    }

    fn cabinet(&self) -> RwLockReadGuard<'_, Cabinet> {
        self.cabinet.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the lock and checks the format.
fn hold(folder: &Path) -> Result<File, OpenError> {
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
    (format == FORMAT).then_some(lock).ok_or(OpenError::Format)
}

/// Opens the records under whichever half of the key file is theirs: during a sweep both halves hold keys.
fn open_cabinet(folder: &Path, keys: &KeyFile, chance: &Arc<Chance>) -> Result<(Cabinet, Whole, u8), OpenError> {
    let mut cabinet = Cabinet::open(&folder.join("sled"), keys.epoch(0)?, Arc::clone(chance))?;
    let id = Whole { incarnation: [0; 16] }.id();
    for half in [0, 1] {
        cabinet = cabinet.under(keys.epoch(half)?)?;
        if let Some(whole) = cabinet.find::<Whole>(&id)? {
            return Ok((cabinet, whole, half));
        }
    }
    Err(OpenError::Fault(Fault::Damaged))
}

/// A folder that nobody else can enter.
fn private_folder(path: &PathBuf) -> std::io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes names in a folder durable.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}
