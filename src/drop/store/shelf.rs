//! What the committing thread and everybody who reads share: the records of the epoch in use, its key, and the vault.
//!
//! Protects readers from a disk that stopped taking writes: the records are then opened anew, and until that succeeds
//! whoever asks hears [`Fault::Stopped`] instead of something half true.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sluss_core::chance::Chance;
use sluss_core::epoch::KeyFile;

use super::cabinet::Cabinet;
use super::epoch::Epoch;
use super::fault::Fault;
use super::record::{Record, Whole};
use super::remove;
use super::vault::Vault;
use crate::harden::let_go_of_memory;

/// The records and the vault of an open store.
pub(super) struct Shelf {
    pub(super) folder: PathBuf,
    pub(super) keys: KeyFile,
    pub(super) chance: Arc<Chance>,
    pub(super) vault: Arc<Vault>,
    cabinet: RwLock<Option<Cabinet>>,
    /// Whether free slots hold nothing that was never acknowledged.
    scrubbed: AtomicBool,
}

impl Shelf {
    /// Opens the records under whichever half of the key file is theirs (during a sweep both halves hold keys), destroys
    /// the other half, and finishes what a crash left undone.
    pub(super) fn open(folder: &Path, chance: Arc<Chance>) -> Result<(Self, Whole), Fault> {
        let keys = KeyFile::of(OpenOptions::new().read(true).write(true).open(folder.join("epoch.key"))?);
        let vault = Arc::new(Vault::open(&folder.join("vault"), Arc::clone(&chance))?);
        let (cabinet, whole) = open_cabinet(folder, &keys, &chance)?;
        keys.renew(1 - cabinet.half(), &chance)?;
        cabinet.count()?;
        let damaged = remove::settle_after_crash(&cabinet, &vault, whole.closed, whole.gave_up)?;
        if damaged > 0 {
            tracing::error!("the store: {damaged} records are damaged and were passed over; run «sluss fsck»");
        }
        let whole = moved(whole, vault.place()?, &chance);
        cabinet.put(&Whole { closed: false, ..whole.clone() })?;
        cabinet.fill_steps()?;
        cabinet.make_durable()?;
        let cabinet = cabinet.reopened(&folder.join("sled"))?;
        let_go_of_memory();
        let (cabinet, scrubbed) = (RwLock::new(Some(cabinet)), AtomicBool::new(whole.closed));
        Ok((Self { folder: folder.to_owned(), keys, chance, vault, cabinet, scrubbed }, whole))
    }

    /// Looks something up in the records.
    ///
    /// # Errors
    /// [`Fault::Stopped`] while they cannot be opened; else what `look` says.
    pub(super) fn look<T, E: From<Fault>>(&self, look: impl FnOnce(&Cabinet) -> Result<T, E>) -> Result<T, E> {
        let cabinet = self.cabinet.read().unwrap_or_else(PoisonError::into_inner);
        look(cabinet.as_ref().ok_or(Fault::Stopped)?)
    }

    /// Whether there are records to look into.
    pub(super) fn is_open(&self) -> bool {
        self.cabinet.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Puts other records in the place of those in use, and returns these.
    pub(super) fn exchange(&self, cabinet: Option<Cabinet>) -> Option<Cabinet> {
        std::mem::replace(&mut *self.cabinet.write().unwrap_or_else(PoisonError::into_inner), cabinet)
    }

    /// Opens the records anew after a failed write: what they are now is what the disk says. Then writes all of them to
    /// another place: what an `fdatasync` that failed left behind may be in memory alone, and look durable.
    pub(super) fn recover(&self) -> Result<(), Fault> {
        drop(self.exchange(None));
        let (cabinet, whole) = open_cabinet(&self.folder, &self.keys, &self.chance)?;
        cabinet.count()?;
        remove::settle_after_crash(&cabinet, &self.vault, false, whole.gave_up)?;
        drop(self.exchange(Some(cabinet)));
        self.scrubbed.store(false, Ordering::SeqCst);
        self.sweep()
    }

    /// Overwrites what a crash left in free slots, unless there was none, until done or told to stop.
    pub(super) fn scrub(&self, stop: &AtomicBool) {
        if self.scrubbed.load(Ordering::SeqCst) {
            return;
        }
        // A disk that fails here is told of at the next beat; this is begun anew at the next open.
        if self.vault.scrub_free(stop).unwrap_or(false) {
            self.scrubbed.store(true, Ordering::SeqCst);
        }
    }

    /// Notes that the store is closed in order, if it is.
    pub(super) fn close(&self) -> Result<(), Fault> {
        self.look(|cabinet| {
            let whole = cabinet.find::<Whole>(&WHOLE.id())?.ok_or(Fault::Damaged)?;
            cabinet.put(&Whole { closed: self.scrubbed.load(Ordering::SeqCst), ..whole })?;
            cabinet.make_durable()
        })
    }
}

/// Finds the one record of its kind.
pub(super) const WHOLE: Whole = Whole { incarnation: [0; 16], closed: false, place: [0; 32], gave_up: false };

/// A store that lies elsewhere than before was copied, from a backup perhaps: it begins another life, so that desks send
/// once more what it may lack, and miss the bundles that it makes anew.
fn moved(whole: Whole, place: [u8; 32], chance: &Chance) -> Whole {
    if whole.place == place || whole.place == [0; 32] {
        return Whole { place, ..whole };
    }
    tracing::warn!("the store lies elsewhere than before, and is taken for one that was restored from a backup");
    Whole { place, incarnation: chance.bytes(), ..whole }
}

fn open_cabinet(folder: &Path, keys: &KeyFile, chance: &Arc<Chance>) -> Result<(Cabinet, Whole), Fault> {
    let epochs = [Epoch::of(keys, 0)?, Epoch::of(keys, 1)?];
    let fits = |cabinet: &Cabinet| Ok(cabinet.find::<Whole>(&WHOLE.id())?.is_some());
    let cabinet = Cabinet::open(&folder.join("sled"), epochs, chance, fits)?;
    let whole = cabinet.find::<Whole>(&WHOLE.id())?.ok_or(Fault::Damaged)?;
    Ok((cabinet, whole))
}
