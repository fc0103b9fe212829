//! The records, sealed, in sled: the only file that knows sled's types.
//!
//! Protects: nothing goes into sled but sealed values of one size a kind under keyed hashes. sled alone loses what it
//! acknowledged when the power goes; `fdatasync` of its file on a descriptor of our own does not (measured).
//! sled recovers a prefix of its log, so of two changes made in order the second is never there without the first.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use serde::Serialize;
use sluss_core::cert::Fingerprint;
use sluss_core::day::Day;
use sluss_core::lang::Lang;
use zeroize::Zeroizing;

use super::chance::Chance;
use super::epoch::{Epoch, SEAL};
use super::fault::Fault;
use super::record::{Record, Source, SourceKey, TSK};

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

/// One sled and the epoch that its records are sealed under.
pub(super) struct Cabinet {
    db: sled::Db,
    file: File,
    epoch: Epoch,
    chance: Arc<Chance>,
    decoy: (Vec<u8>, Vec<u8>),
}

impl Cabinet {
    /// Opens or lays the sled in `folder`, which exists.
    pub(super) fn open(folder: &Path, epoch: Epoch, chance: Arc<Chance>) -> Result<Self, Fault> {
        let db = open_patiently(folder)?;
        let file = File::open(folder.join("db"))?;
        rustix::fs::syncfs(&file)?;
        let mut cabinet = Self { db, file, epoch, chance, decoy: (Vec::new(), Vec::new()) };
        cabinet.decoy = cabinet.draw_decoy()?;
        Ok(cabinet)
    }

    /// The same sled under another epoch's key.
    pub(super) fn under(self, epoch: Epoch) -> Result<Self, Fault> {
        let mut cabinet = Self { epoch, ..self };
        cabinet.decoy = cabinet.draw_decoy()?;
        Ok(cabinet)
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

    /// Writes a record in place of what had its identity. Durable only after [`Cabinet::make_durable`].
    pub(super) fn put<R: Record>(&self, record: &R) -> Result<(), Fault> {
        let (index, sealed) = self.seal(record)?;
        self.db.insert(index, sealed)?;
        Ok(())
    }

    /// Removes the record of this identity. Durable only after [`Cabinet::make_durable`].
    pub(super) fn remove<R: Record>(&self, id: &[u8]) -> Result<(), Fault> {
        self.db.remove(self.epoch.index(R::KIND.tag, id))?;
        Ok(())
    }

    /// Every record of a kind, in an order that tells nothing.
    pub(super) fn all<R: Record>(&self) -> impl Iterator<Item = Result<R, Fault>> {
        self.db.iter().filter_map(|item| match item {
            Ok((_, sealed)) if sealed.first() != Some(&R::KIND.tag) => None,
            Ok((index, sealed)) => Some(self.unseal(&index, &sealed)),
            Err(error) => Some(Err(error.into())),
        })
    }

    /// Returns when everything put and removed so far survives a power cut.
    pub(super) fn make_durable(&self) -> Result<(), Fault> {
        self.db.flush()?;
        Ok(self.file.sync_data()?)
    }

    /// Seals to exactly the kind's size: tag, then nonce, ciphertext and authentication.
    fn seal<R: Record>(&self, record: &R) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let index = self.epoch.index(R::KIND.tag, &record.id()).to_vec();
        let plain = padded(record, R::KIND.size - 1 - SEAL)?;
        let sealed = self.epoch.seal(&plain, &bound(R::KIND.tag, &index), &self.chance).ok_or(Fault::TooLarge)?;
        Ok((index, [[R::KIND.tag].as_slice(), &sealed].concat()))
    }

    fn unseal<R: Record>(&self, index: &[u8], sealed: &[u8]) -> Result<R, Fault> {
        let (tag, sealed) = sealed.split_first().filter(|(tag, _)| **tag == R::KIND.tag).ok_or(Fault::Damaged)?;
        let plain = self.epoch.open(sealed, &bound(*tag, index)).ok_or(Fault::Damaged)?;
        let (_, record) = plain.split_first().filter(|(version, _)| **version == VERSION).ok_or(Fault::Damaged)?;
        postcard::take_from_bytes(record).map(|(record, _)| record).map_err(|_| Fault::Damaged)
    }

    /// A sealed source that stands in for every unknown one.
    fn draw_decoy(&self) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let mut locked_tsk = vec![0; TSK * 3 / 4];
        self.chance.noise().fill_bytes(&mut locked_tsk);
        self.seal(&Source {
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
        })
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

fn open_patiently(folder: &Path) -> Result<sled::Db, Fault> {
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(8 * 1024 * 1024)
        .segment_size(512 * 1024)
        .use_compression(false)
        .flush_every_ms(None);
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
