//! The records, sealed, in sled: the only file that knows sled's types.
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
use rand::seq::SliceRandom;
use serde::Serialize;
use sluss_core::cert::Fingerprint;
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use zeroize::Zeroizing;

use super::chance::Chance;
use super::dummies::{Dummies, Index, PLACES, STEP};
use super::epoch::{Epoch, SEAL};
use super::fault::Fault;
use super::record::{Alias, Done, Entry, Investigator, Kind, Record, Source, SourceKey, TSK, Whole};

/// The layout of what is sealed; its first byte.
const VERSION: u8 = 1;
/// Bytes of records that a sweep writes at a time: half of one of sled's segments.
const PIECE: usize = 256 * 1024;
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
    db: sled::Db,
    // Goes after `db`, and so lets go of it.
    _hold: LastHold,
    file: File,
    epoch: Epoch,
    chance: Arc<Chance>,
    decoy: (Vec<u8>, Vec<u8>),
    dummies: Mutex<Dummies>,
}

/// One thing that a sweep carries over.
enum Freight {
    Record(sled::IVec),
    Dummy(Kind),
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
                cabinet.count()?;
                return Ok(cabinet);
            }
        }
        Err(Fault::Damaged)
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
            let tag = sealed.first().copied().unwrap_or_default();
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

    /// Copies every record into `to`, in an order that tells nothing, dummies among them. Returns how many.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when one cannot be opened: it would be lost with this epoch's key.
    pub(super) fn carry_into(&self, to: &Self) -> Result<usize, Fault> {
        let mut freight = Vec::new();
        for item in self.records() {
            freight.push(Freight::Record(item?.0));
        }
        let records = freight.len();
        for tally in self.dummies().all() {
            freight.extend((0..tally.wanted()).map(|_| Freight::Dummy(tally.kind)));
        }
        freight.shuffle(&mut self.chance.noise());
        let mut written = 0;
        for one in freight {
            // Else the file's length would depend on how fast records are opened, and tell that there are some.
            if written > PIECE {
                to.db.flush()?;
                written = 0;
            }
            written += match one {
                Freight::Record(index) => {
                    let sealed = self.db.get(&index)?.ok_or(Fault::Damaged)?;
                    let tag = sealed.first().copied().unwrap_or_default();
                    let plain = self.plain(&index, &sealed)?;
                    to.insert(tag, &id(tag, &plain)?, &plain)?;
                    sealed.len()
                }
                Freight::Dummy(kind) => {
                    to.insert_dummy(kind)?;
                    kind.size
                }
            };
        }
        Ok(records)
    }

    /// How many records there are, dummies aside.
    pub(super) fn records_in_all(&self) -> Result<usize, Fault> {
        self.records().try_fold(0, |count, item| item.map(|_| count + 1))
    }

    /// Writes what is missing from a beat's constant writes: dummies move to other places.
    pub(super) fn fill_beat(&self) -> Result<(), Fault> {
        let mut dummies = self.dummies();
        for tally in dummies.all() {
            while tally.beats && tally.written < PLACES {
                let leaving = tally.take(&self.chance);
                let index = self.insert_dummy(tally.kind)?;
                leaving.map(|index| self.db.remove(index)).transpose()?;
                tally.dummies.push(index);
                tally.written += 1;
            }
        }
        Ok(())
    }

    /// Makes each kind's number of records a whole number of steps again, where dummies have run out or, as at an open,
    /// there may be some too many.
    pub(super) fn fill_steps(&self) -> Result<(), Fault> {
        let mut dummies = self.dummies();
        for tally in dummies.all() {
            tally.written = 0;
            let full = (tally.real + tally.dummies.len()).is_multiple_of(STEP);
            if full && tally.dummies.len() >= PLACES {
                continue;
            }
            while tally.dummies.len() < tally.wanted() {
                let index = self.insert_dummy(tally.kind)?;
                tally.dummies.push(index);
            }
            while tally.dummies.len() > tally.wanted() {
                tally.take(&self.chance).map(|index| self.db.remove(index)).transpose()?;
            }
        }
        Ok(())
    }

    fn dummies(&self) -> MutexGuard<'_, Dummies> {
        self.dummies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the records of each kind from its dummies.
    fn count(&self) -> Result<(), Fault> {
        let mut dummies = self.dummies();
        for item in self.db.iter() {
            let (index, sealed) = item?;
            let Some(tally) = dummies.of(sealed.first().copied().unwrap_or_default()) else { continue };
            match Index::try_from(index.as_ref()) {
                Ok(index) if self.epoch.is_dummy(&index) => tally.dummies.push(index),
                _ => tally.real += 1,
            }
        }
        Ok(())
    }

    /// Everything in sled that is no dummy.
    fn records(&self) -> impl Iterator<Item = Result<(sled::IVec, sled::IVec), Fault>> {
        let items = self.db.iter().map(|item| item.map_err(Fault::from));
        items.filter(|item| item.as_ref().map_or(true, |(index, _)| !self.epoch.is_dummy(index)))
    }

    fn put_plain(&self, tag: u8, id: &[u8], plain: &[u8]) -> Result<(), Fault> {
        let replaced = self.insert(tag, id, plain)?;
        let leaving = self.dummies().of(tag).and_then(|tally| {
            tally.written += 1;
            tally.real += usize::from(!replaced);
            if replaced { None } else { tally.take(&self.chance) }
        });
        leaving.map(|index| self.db.remove(index)).transpose()?;
        Ok(())
    }

    /// Seals and writes a record; whether it replaced another.
    fn insert(&self, tag: u8, id: &[u8], plain: &[u8]) -> Result<bool, Fault> {
        let (index, sealed) = self.seal(tag, id, plain)?;
        Ok(self.db.insert(index, sealed)?.is_some())
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

    fn put_dummy(&self, kind: Kind) -> Result<(), Fault> {
        let index = self.insert_dummy(kind)?;
        self.dummies().of(kind.tag).into_iter().for_each(|tally| tally.dummies.push(index));
        Ok(())
    }

    /// Noise as long as a sealed record of the kind, in a place that tells that it is a dummy to the epoch's key alone.
    fn insert_dummy(&self, kind: Kind) -> Result<Index, Fault> {
        let index = self.epoch.dummy(&self.chance);
        let mut noise = vec![kind.tag; kind.size];
        if let Some((_, sealed)) = noise.split_first_mut() {
            self.chance.noise().fill_bytes(sealed);
        }
        self.db.insert(index, noise)?;
        Ok(index)
    }

    /// Returns when everything put and removed so far survives a power cut.
    pub(super) fn make_durable(&self) -> Result<(), Fault> {
        self.db.flush()?;
        Ok(self.file.sync_data()?)
    }

    /// Seals what [`padded`] made: tag, then nonce, ciphertext and authentication.
    fn seal(&self, tag: u8, id: &[u8], plain: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let index = self.epoch.index(tag, id).to_vec();
        let sealed = self.epoch.seal(plain, &bound(tag, &index), &self.chance).ok_or(Fault::TooLarge)?;
        Ok((index, [[tag].as_slice(), &sealed].concat()))
    }

    fn unseal<R: Record>(&self, index: &[u8], sealed: &[u8]) -> Result<R, Fault> {
        let plain = self.plain(index, sealed)?;
        let fits = sealed.first() == Some(&R::KIND.tag);
        fits.then(|| unpadded(&plain)).ok_or(Fault::Damaged)?
    }

    /// What a record was before it was sealed.
    fn plain(&self, index: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
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
            next: 1,
            sent: Vec::new(),
            heads: Vec::new(),
            closed: false,
        };
        self.seal(Source::KIND.tag, &source.id(), &padded(&source, Source::KIND.size - 1 - SEAL)?)
    }
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
fn id(tag: u8, plain: &[u8]) -> Result<Vec<u8>, Fault> {
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
