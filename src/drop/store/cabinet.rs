//! The records, sealed, in sled.
//!
//! Protects: nothing goes into sled but sealed values of one size a kind under keyed hashes, as many of each kind as a
//! step has. sled alone loses what it
//! acknowledged when the power goes; `fdatasync` of its file on a descriptor of our own does not (measured).
//! sled recovers a prefix of its log, so of two changes made in order the second is never there without the first.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rand::Rng;
use serde::Serialize;
use sluss_core::cert::Fingerprint;
use sluss_core::chance::Chance;
use sluss_core::day::Day;
use sluss_core::epoch::SEAL;
use sluss_core::lang::Lang;
use zeroize::Zeroizing;

use super::dummies::{Dummies, Index};
use super::epoch::Epoch;
use super::fault::Fault;
use super::record::{Alias, Done, Entry, Investigator, Kind, Record, Source, SourceKey, TSK, Whole};

/// The layout of what is sealed; its first byte.
const VERSION: u8 = 1;
/// How long sled may hold its lock after it was closed.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

impl From<sled::Error> for Fault {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) => error.into(),
            sled::Error::Corruption { .. } => Self::Damaged,
            other => Self::Disk(io::Error::other(other)),
        }
    }
}

/// The last hold on a sled. sled syncs when it is let go of, and panics where the disk fails then.
struct LastHold(Option<sled::Db>);

impl Drop for LastHold {
    fn drop(&mut self) {
        let db = self.0.take();
        if std::thread::panicking() {
            // A second panic would end the process.
            std::mem::forget(db);
        } else {
            // What is not durable was not acknowledged; the beat tells that the disk fails.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
        }
    }
}

/// One sled and the epoch that its records are sealed under.
pub(super) struct Cabinet {
    pub(super) db: sled::Db,
    // Goes after `db`, and so lets go of it.
    _hold: LastHold,
    file: File,
    pub(super) epoch: Epoch,
    pub(super) chance: Arc<Chance>,
    decoy: (Vec<u8>, Vec<u8>),
    dummies: Mutex<Dummies>,
}

impl Cabinet {
    /// Opens or lays the sled in `folder`, which exists, under the first of the epochs whose key fits; `fits` tells.
    pub(super) fn open(
        folder: &Path,
        epochs: impl IntoIterator<Item = Epoch>,
        chance: &Arc<Chance>,
        fits: impl Fn(&Self) -> Result<bool, Fault>,
    ) -> Result<Self, Fault> {
        let hold = LastHold(Some(open_patiently(folder)?));
        let db = hold.0.clone().ok_or(Fault::Stopped)?;
        let file = File::open(folder.join("db"))?;
        rustix::fs::syncfs(&file)?;
        for epoch in epochs {
            let mut cabinet = Self {
                db: db.clone(),
                _hold: LastHold(Some(db.clone())),
                file: file.try_clone()?,
                epoch,
                chance: Arc::clone(chance),
                decoy: (Vec::new(), Vec::new()),
                dummies: Mutex::default(),
            };
            if fits(&cabinet)? {
                cabinet.decoy = cabinet.draw_decoy()?;
                return Ok(cabinet);
            }
        }
        Err(Fault::Damaged)
    }

    /// The same records in a sled that is opened anew, wherever it lies by now: sled keeps in memory whatever it has read.
    pub(super) fn reopened(self, folder: &Path) -> Result<Self, Fault> {
        let Self { db, _hold, file, epoch, chance, decoy, dummies } = self;
        drop((db, _hold, file));
        let hold = LastHold(Some(open_patiently(folder)?));
        let db = hold.0.clone().ok_or(Fault::Stopped)?;
        let file = File::open(folder.join("db"))?;
        Ok(Self { db, _hold: hold, file, epoch, chance, decoy, dummies })
    }

    /// The half of the key file that its epoch's key lies in.
    pub(super) fn half(&self) -> u8 {
        self.epoch.half
    }

    /// The record of this identity, if there is one.
    pub(super) fn find<R: Record>(&self, id: &[u8]) -> Result<Option<R>, Fault> {
        let index = self.epoch.index(R::KIND.tag, id);
        self.db.get(index)?.map(|sealed| self.unseal(&index, &sealed)).transpose()
    }

    /// The source of this handle; an unknown one costs the same steps, on a record that nobody has.
    pub(super) fn find_source(&self, key: SourceKey) -> Result<Option<Source>, Fault> {
        let index = self.epoch.index(Source::KIND.tag, &key.0);
        let found = self.db.get(index)?;
        let known = found.is_some();
        let (index, sealed) = match &found {
            Some(sealed) => (index.as_slice(), sealed.as_ref()),
            None => (self.decoy.0.as_slice(), self.decoy.1.as_slice()),
        };
        self.unseal(index, sealed).map(|source: Source| known.then_some(source))
    }

    /// Writes a record in place of what had its identity, else in a dummy's place.
    /// Durable only after [`Cabinet::make_durable`].
    pub(super) fn put<R: Record>(&self, record: &R) -> Result<(), Fault> {
        let plain = padded(record, R::KIND.size - 1 - SEAL)?;
        self.put_plain(R::KIND.tag, &record.id(), &plain)
    }

    /// Removes the record of this identity; a dummy takes its place. Durable only after [`Cabinet::make_durable`].
    pub(super) fn remove<R: Record>(&self, id: &[u8]) -> Result<(), Fault> {
        self.remove_at(&self.epoch.index(R::KIND.tag, id), R::KIND)
    }

    /// Every record of a kind that can be opened, in an order that tells nothing; damaged ones are passed over.
    pub(super) fn all<R: Record>(&self) -> impl Iterator<Item = Result<R, Fault>> {
        self.every().filter(|item| !matches!(item, Err(Fault::Damaged)))
    }

    /// Every record of a kind, with an error in the place of a damaged one.
    pub(super) fn every<R: Record>(&self) -> impl Iterator<Item = Result<R, Fault>> {
        self.records().filter_map(|item| match item {
            Ok((_, sealed)) if sealed.first() != Some(&R::KIND.tag) => None,
            Ok((index, sealed)) => Some(self.unseal(&index, &sealed)),
            Err(error) => Some(Err(error)),
        })
    }

    /// How many records cannot be opened; with `give_up`, they are removed.
    pub(super) fn damaged(&self, give_up: bool) -> Result<usize, Fault> {
        let mut damaged = 0;
        for item in self.records() {
            let (index, sealed) = item?;
            let tag = tag(&sealed);
            if self.plain(&index, &sealed).and_then(|plain| id(tag, &plain)).is_ok() {
                continue;
            }
            damaged += 1;
            let kind = self.dummies().of(tag).map(|tally| tally.kind);
            match kind {
                _ if !give_up => {}
                Some(kind) => self.remove_at(&index, kind)?,
                None => drop(self.db.remove(&index)?),
            }
        }
        Ok(damaged)
    }

    /// How many records there are, dummies aside.
    pub(super) fn records_in_all(&self) -> Result<usize, Fault> {
        self.records().try_fold(0, |count, item| item.map(|_| count + 1))
    }

    /// Returns when everything put and removed so far survives a power cut.
    pub(super) fn make_durable(&self) -> Result<(), Fault> {
        self.db.flush()?;
        Ok(self.file.sync_data()?)
    }

    /// The tallies.
    pub(super) fn dummies(&self) -> MutexGuard<'_, Dummies> {
        self.dummies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything in sled that is no dummy.
    pub(super) fn records(&self) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec), Fault>> {
        let items = self.db.iter().map(|item| item.map_err(Fault::from));
        items.filter(|item| item.as_ref().map_or(true, |(index, _)| !self.epoch.is_dummy(index)))
    }

    fn put_plain(&self, tag: u8, id: &[u8], plain: &[u8]) -> Result<(), Fault> {
        let replaced = self.insert(&self.epoch.index(tag, id), tag, plain)?;
        let leaving = self.dummies().of(tag).and_then(|tally| {
            tally.written += 1;
            tally.real += usize::from(!replaced);
            if replaced { None } else { tally.take(&self.chance) }
        });
        leaving.map(|index| self.db.remove(index)).transpose()?;
        Ok(())
    }

    /// Seals and writes a record; whether it replaced another.
    pub(super) fn insert(&self, index: &Index, tag: u8, plain: &[u8]) -> Result<bool, Fault> {
        Ok(self.db.insert(index, self.seal(index, tag, plain)?)?.is_some())
    }

    fn remove_at(&self, index: &[u8], kind: Kind) -> Result<(), Fault> {
        if self.db.remove(index)?.is_some() {
            if let Some(tally) = self.dummies().of(kind.tag) {
                tally.real = tally.real.saturating_sub(1);
                tally.written += 1;
            }
            self.put_dummy(kind)?;
        }
        Ok(())
    }

    /// Seals what [`padded`] made: tag, then nonce, ciphertext and authentication.
    fn seal(&self, index: &[u8], tag: u8, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let sealed = self.epoch.seal(plain, &bound(tag, index), &self.chance).ok_or(Fault::TooLarge)?;
        Ok([[tag].as_slice(), &sealed].concat())
    }

    fn unseal<R: Record>(&self, index: &[u8], sealed: &[u8]) -> Result<R, Fault> {
        let plain = self.plain(index, sealed)?;
        let fits = sealed.first() == Some(&R::KIND.tag);
        fits.then(|| unpadded(&plain)).ok_or(Fault::Damaged)?
    }

    /// What a record was before it was sealed.
    pub(super) fn plain(&self, index: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let (tag, sealed) = sealed.split_first().ok_or(Fault::Damaged)?;
        self.epoch.open(sealed, &bound(*tag, index)).ok_or(Fault::Damaged)
    }

    /// A sealed source that stands in for every unknown one.
    fn draw_decoy(&self) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let mut locked_tsk = vec![0; TSK * 3 / 4];
        self.chance.noise().fill_bytes(&mut locked_tsk);
        let source = Source {
            key: SourceKey(self.chance.bytes()),
            fingerprint: Fingerprint::from_bytes(self.chance.bytes()),
            organisation: String::new(),
            lang: Lang::Sv,
            locked_tsk,
            excluded: Vec::new(),
            received: Day::from_number(0).map_err(|_| Fault::Damaged)?,
            acknowledged: None,
            declined: false,
            next: 1,
            sent: Vec::new(),
            heads: Vec::new(),
            closed: false,
        };
        let index = self.epoch.index(Source::KIND.tag, &source.id()).to_vec();
        let sealed = self.seal(&index, Source::KIND.tag, &padded(&source, Source::KIND.size - 1 - SEAL)?)?;
        Ok((index, sealed))
    }
}

/// The tag of a sealed record's kind; 0 is none's.
pub(super) fn tag(sealed: &[u8]) -> u8 {
    sealed.first().copied().unwrap_or_default()
}

/// What a sealed record is bound to: its kind, and the place where it was put.
fn bound(tag: u8, index: &[u8]) -> Vec<u8> {
    [[tag].as_slice(), index].concat()
}

/// The version and the record, padded with zeros; refuses a record that does not fit.
fn padded(record: &impl Serialize, size: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut plain = Zeroizing::new(vec![0; size]);
    let (version, rest) = plain.split_first_mut().ok_or(Fault::TooLarge)?;
    *version = VERSION;
    postcard::to_slice(record, rest).map_err(|_| Fault::TooLarge)?;
    Ok(plain)
}

/// The record in what [`padded`] made.
fn unpadded<R: Record>(plain: &[u8]) -> Result<R, Fault> {
    let (_, record) = plain.split_first().filter(|(version, _)| **version == VERSION).ok_or(Fault::Damaged)?;
    postcard::take_from_bytes(record).map(|(record, _)| record).map_err(|_| Fault::Damaged)
}

/// The identity of a record of whatever kind.
pub(super) fn id(tag: u8, plain: &[u8]) -> Result<Vec<u8>, Fault> {
    fn of<R: Record>(plain: &[u8]) -> Result<Vec<u8>, Fault> {
        unpadded::<R>(plain).map(|record| record.id())
    }
    match tag {
        tag if tag == Whole::KIND.tag => of::<Whole>(plain),
        tag if tag == Entry::KIND.tag => of::<Entry>(plain),
        tag if tag == Source::KIND.tag => of::<Source>(plain),
        tag if tag == Alias::KIND.tag => of::<Alias>(plain),
        tag if tag == Investigator::KIND.tag => of::<Investigator>(plain),
        tag if tag == Done::KIND.tag => of::<Done>(plain),
        _ => Err(Fault::Damaged),
    }
}

/// Removes what sled was writing when a disk was full or the power went: it takes a half-written snapshot of its log for
/// a whole one, and then refuses to open. Without one it reads the log.
fn remove_unfinished(folder: &Path) -> Result<(), Fault> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "generating") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn open_patiently(folder: &Path) -> Result<sled::Db, Fault> {
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(8 * 1024 * 1024)
        .segment_size(512 * 1024)
        .use_compression(false)
        .flush_every_ms(None);
    remove_unfinished(folder)?;
    let since = Instant::now();
    loop {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("lock") && since.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(Duration::from_millis(2));
            }
            opened => return Ok(opened?),
        }
    }
}
