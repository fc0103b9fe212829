//! One preallocated file of slots in which bodies lie, each encrypted once more under a key of its own.
//!
//! Protects against a disk that tells how much was kept, how large each body is and what kind of thing it is: the file
//! is random when it is laid and has one size for ever. It does not authenticate: the digest in the record does.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::Rng;
use rustix::fs::{AtFlags, FallocateFlags, StatxFlags, statx};
use rustix::io::Errno;
use sluss_core::chance::Chance;
use sluss_core::digest::Digest;

use super::fault::Fault;
use super::map::{Map, Run, Slot};
use super::private_file;
use super::record::{ObjectKey, Place};

/// Bytes of a slot.
pub const SLOT: usize = 64 * 1024;
/// Bytes written at a time while a vault is filled.
const FILL: usize = 1024 * 1024;
/// Bytes of a sealed list of runs: a whole slot.
const LIST: usize = SLOT - 16;

/// The vault: its file and which of its slots are free.
pub(super) struct Vault {
    file: File,
    slots: u32,
    map: Mutex<Map>,
    /// How often a sync failed.
    failures: AtomicU64,
    pub(super) chance: Arc<Chance>,
}

impl Vault {
    /// Lays a vault of `bytes` (rounded down to whole slots) and fills it with noise; `progress` hears done and all bytes.
    pub(super) fn lay(path: &Path, bytes: u64, chance: &Chance, progress: &mut dyn FnMut(u64, u64)) -> io::Result<()> {
        let all = bytes / SLOT as u64 * SLOT as u64;
        let mut file = private_file(path)?;
        // Says at once that the disk is too small; a file system that cannot say so is filled until it is full.
        match rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, all) {
            Ok(()) | Err(Errno::OPNOTSUPP) => {}
            Err(error) => return Err(error.into()),
        }
        let (mut noise, mut block, mut done) = (chance.noise(), vec![0; FILL], 0);
        while done < all {
            let length = (all - done).min(FILL as u64);
            block.truncate(usize::try_from(length).unwrap_or(FILL));
            noise.fill_bytes(&mut block);
            file.write_all(&block)?;
            done += length;
            progress(done, all);
        }
        file.sync_all()
    }

    /// Opens a vault with every slot free, until the records were read.
    pub(super) fn open(path: &Path, chance: Arc<Chance>) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let slots = u32::try_from(file.metadata()?.len() / SLOT as u64).map_err(io::Error::other)?;
        Ok(Self { file, slots, map: Mutex::new(Map::new(slots)), failures: AtomicU64::new(0), chance })
    }

    /// What tells this file from a copy of it, as one is that comes from a backup: its number and the time of its birth,
    /// digested. A disk that is restored whole, block by block, looks the same.
    pub(super) fn place(&self) -> io::Result<[u8; 32]> {
        let about = statx(&self.file, "", AtFlags::EMPTY_PATH, StatxFlags::INO | StatxFlags::BTIME)?;
        let (number, born) = (about.stx_ino, about.stx_btime);
        let told = [number, born.tv_sec.cast_unsigned(), u64::from(born.tv_nsec)].map(u64::to_le_bytes).concat();
        Ok(*Digest::of(&told).as_bytes())
    }

    /// Slots in all.
    pub(super) fn slots(&self) -> u32 {
        self.slots
    }

    /// The free map, to promise, take and release.
    pub(super) fn map(&self) -> MutexGuard<'_, Map> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Frees what a record named.
    pub(super) fn free(&self, runs: &[Run]) {
        let mut map = self.map();
        runs.iter().for_each(|run| map.release(*run, Slot::Kept));
    }

    pub(super) fn read(&self, slot: u32, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(bytes, offset(slot))
    }

    pub(super) fn write(&self, slot: u32, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, offset(slot))
    }

    /// Makes everything written so far durable. After a failure nobody knows what was written before: bodies from before
    /// it are not to be trusted, see [`Vault::failures`].
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data().inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::SeqCst);
        })
    }

    /// How often [`Vault::sync`] failed: a body is sound only if this has not risen since its first slot was written.
    pub(super) fn failures(&self) -> u64 {
        self.failures.load(Ordering::SeqCst)
    }

    /// Overwrites runs with noise, durably.
    pub(super) fn scrub(&self, runs: &[Run]) -> io::Result<()> {
        self.fill(runs)?;
        self.sync()
    }

    fn fill(&self, runs: &[Run]) -> io::Result<()> {
        let (mut noise, mut block) = (self.chance.noise(), vec![0; SLOT]);
        for slot in runs.iter().flat_map(|run| run.slots()) {
            noise.fill_bytes(&mut block);
            self.write(slot, &block)?;
        }
        Ok(())
    }

    /// Writes as a report would that is not there: noise into free slots, or, where none is free, what lies in them again.
    pub(super) fn stir(&self, slots: u32) -> io::Result<()> {
        for _ in 0..slots {
            let from = self.chance.below(self.slots);
            let free = { self.map().lease_one(from) };
            match free {
                Some(run) => {
                    let filled = self.fill(&[run]);
                    self.map().release(run, Slot::Leased);
                    filled?;
                }
                None => self.rewrite(from)?,
            }
        }
        Ok(())
    }

    /// Writes a kept slot's bytes over themselves. Only the committing thread frees kept slots, and only it calls this.
    fn rewrite(&self, slot: u32) -> io::Result<()> {
        if self.map().whose(slot) != Some(Slot::Kept) {
            return Ok(());
        }
        let mut block = vec![0; SLOT];
        self.read(slot, &mut block)?;
        self.write(slot, &block)
    }

    /// Overwrites every slot that is free, piece by piece, until done (`true`) or told to stop: after a crash they hold
    /// what nobody acknowledged.
    pub(super) fn scrub_free(&self, stop: &AtomicBool) -> io::Result<bool> {
        let mut from = 0;
        loop {
            if stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            let free = { self.map().lease_free(from) };
            let Some(run) = free else { break };
            from = run.slots().end;
            let filled = self.fill(&[run]);
            self.map().release(run, Slot::Leased);
            filled?;
        }
        self.sync().map(|()| true)
    }

    /// The runs of a body, reading their list where it has one; damaged lists are told from empty ones.
    pub(super) fn runs(&self, place: &Place, key: &ObjectKey) -> Result<Vec<Run>, Fault> {
        let slot = match place {
            Place::Runs(runs) => return Ok(runs.clone()),
            Place::Listed(slot) => *slot,
        };
        let mut sealed = vec![0; SLOT];
        self.read(slot, &mut sealed)?;
        let list = list_cipher(key).decrypt(&LIST_NONCE, sealed.as_slice()).map_err(|_| Fault::Damaged)?;
        postcard::take_from_bytes(&list).map(|(runs, _)| runs).map_err(|_| Fault::Damaged)
    }

    /// Writes a list of runs into a slot of its own; refuses one that does not fit.
    pub(super) fn write_list(&self, slot: u32, runs: &[Run], key: &ObjectKey) -> io::Result<()> {
        let mut list = vec![0; LIST];
        postcard::to_slice(runs, &mut list).map_err(|_| io::Error::from(io::ErrorKind::StorageFull))?;
        let sealed = list_cipher(key).encrypt(&LIST_NONCE, list.as_slice());
        self.write(slot, &sealed.map_err(|_| io::Error::other("a list of slots could not be sealed"))?)
    }
}

// An object key seals one list at most, so its nonce may be fixed; XChaCha20 keeps it apart from the body's keystream.
static LIST_NONCE: std::sync::LazyLock<XNonce> =
    std::sync::LazyLock::new(|| XNonce::from(*b"sluss store: list 000001"));

fn list_cipher(key: &ObjectKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.0.expose().into())
}

fn offset(slot: u32) -> u64 {
    u64::from(slot) * SLOT as u64
}
