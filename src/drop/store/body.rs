//! Writing a body into the vault and reading it back.
//!
//! Protects: room is promised before the first byte, what is not finished gives its slots back, and what is read is
//! compared with its digest before the reader hears that it is at the end. The slots of a text report wait in memory for
//! the beat at which they are committed; a larger body is written as it comes, while the file's times run on anyway.

use std::io::{self, Read, Write};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use sluss_core::digest::Digest;
use sluss_core::secret::Secret;
use sluss_core::veil::Veil;

use super::fault::{Fault, OverBudget};
use super::map::{RUN, Run, Slot};
use super::record::{Object, ObjectKey, Place, RUNS};
use super::room::Charge;
use super::vault::{SLOT, Vault};

/// Room for one body, given back when dropped. Made by [`Store::permit`](super::Store::permit).
pub struct Permit {
    pub(super) lease: Lease,
}

impl Permit {
    /// Begins to write the body that the room is for. What outgrows the promise gets more while there is more.
    pub fn writer(self) -> VaultWriter {
        let key = ObjectKey(Secret::new(self.lease.vault.chance.bytes()));
        let slots = SlotWriter { lease: self.lease, buffer: Vec::with_capacity(SLOT), early: Early::new(), filled: 0 };
        VaultWriter { slots: Veil::new(slots, &key.0), key, hash: Sha256::new(), length: 0 }
    }
}

/// Slots of a body that fit in memory until they are committed: what a text report takes, and as much again.
const WAITING: usize = 4;

/// Slots that are still to be written, and what goes there.
pub(super) type Early = Vec<(u32, Vec<u8>)>;

/// Slots that no record names yet.
pub(super) struct Lease {
    vault: Arc<Vault>,
    runs: Vec<Run>,
    promised: u32,
    spare: u32,
    /// The vault's failures when it began.
    failures: u64,
    /// What it takes of the day's budget for files, given back with it.
    pub(super) charge: Option<Charge>,
}

impl Lease {
    /// Promises `slots`, leaving `spare` free for others; `None` when there is no such room.
    pub(super) fn new(vault: &Arc<Vault>, slots: u32, spare: u32, charge: Option<Charge>) -> Option<Self> {
        let promised = vault.map().promise(slots, spare);
        let failures = vault.failures();
        promised.then(|| Self { vault: Arc::clone(vault), runs: Vec::new(), promised: slots, spare, failures, charge })
    }

    /// Whether everything written to it can be made durable: no sync has failed since it began.
    pub(super) fn is_sound(&self) -> bool {
        self.failures == self.vault.failures()
    }

    /// Takes the next run, as long as what is still promised.
    fn grow(&mut self) -> io::Result<()> {
        let mut map = self.vault.map();
        if self.promised == 0 {
            let more = [RUN, 1].into_iter().find(|slots| map.promise(*slots, self.spare));
            self.promised = more.ok_or(io::ErrorKind::StorageFull)?;
        }
        let run = map.take(self.promised, &self.vault.chance).ok_or(io::ErrorKind::StorageFull)?;
        self.promised = self.promised.saturating_sub(run.count);
        match self.runs.last_mut().filter(|last| last.slots().end == run.start) {
            Some(last) => last.count += run.count,
            None => self.runs.push(run),
        }
        Ok(())
    }

    /// The slot at this position of the body, taking more as needed.
    fn slot(&mut self, position: u32) -> io::Result<u32> {
        loop {
            let mut before = 0;
            for run in &self.runs {
                match position - before {
                    within if within < run.count => return Ok(run.start + within),
                    _ => before += run.count,
                }
            }
            self.grow()?;
        }
    }

    /// Gives back the promise and every slot from this position on.
    fn trim(&mut self, mut used: u32) {
        let mut map = self.vault.map();
        map.forgo(std::mem::take(&mut self.promised));
        self.runs.retain_mut(|run| {
            let kept = run.count.min(used);
            map.release(Run { start: run.start + kept, count: run.count - kept }, Slot::Leased);
            (run.count, used) = (kept, used - kept);
            kept > 0
        });
    }

    /// Takes a slot's bytes of the budget that it is charged to.
    ///
    /// # Errors
    /// [`OverBudget`] if others have used that up meanwhile.
    fn pay(&mut self) -> io::Result<()> {
        let paid = self.charge.as_mut().is_none_or(|charge| charge.take(SLOT as u64));
        if paid { Ok(()) } else { Err(io::Error::other(OverBudget)) }
    }

    /// The slots now belong to a record.
    pub(super) fn keep(mut self) {
        let mut map = self.vault.map();
        // They were this lease's, so nobody else's record has part of them.
        let _ = self.runs.drain(..).all(|run| map.keep(run));
        drop(map);
        self.charge.take().into_iter().for_each(Charge::spend);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.trim(0);
    }
}

/// Takes the sealed bytes of one body; dropped before [`VaultWriter::finish`], it leaves noise and free slots.
pub struct VaultWriter {
    slots: Veil<SlotWriter>,
    key: ObjectKey,
    hash: Sha256,
    length: u64,
}

impl VaultWriter {
    /// Writes what is left. The body is durable, and there at all, only once it is committed.
    ///
    /// # Errors
    /// [`Fault::DiskFull`] when the vault is full or too scattered, [`Fault::Disk`] when the disk fails.
    pub fn finish(self) -> Result<Body, Fault> {
        let Self { slots, key, hash, length } = self;
        let mut slots = slots.into_inner();
        slots.pad()?;
        let mut lease = slots.lease;
        lease.trim(slots.filled);
        let place = match lease.runs.len() {
            0..=RUNS => Place::Runs(lease.runs.clone()),
            _ => listed(&mut lease, &key)?,
        };
        Ok(Body { digest: Digest::from_bytes(hash.finalize().into()), length, key, place, early: slots.early, lease })
    }
}

impl Write for VaultWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.slots.write_all(bytes)?;
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts a list of runs into one slot more.
fn listed(lease: &mut Lease, key: &ObjectKey) -> Result<Place, Fault> {
    let runs = lease.runs.clone();
    let used = runs.iter().map(|run| run.count).sum();
    let slot = lease.slot(used)?;
    lease.vault.write_list(slot, &runs, key)?;
    Ok(Place::Listed(slot))
}

/// Gathers veiled bytes to whole slots and writes those.
struct SlotWriter {
    lease: Lease,
    buffer: Vec<u8>,
    early: Early,
    filled: u32,
}

impl SlotWriter {
    fn put(&mut self) -> io::Result<()> {
        self.lease.pay()?;
        let slot = self.lease.slot(self.filled)?;
        self.filled += 1;
        if self.filled as usize <= WAITING {
            self.early.push((slot, std::mem::replace(&mut self.buffer, Vec::with_capacity(SLOT))));
            return Ok(());
        }
        for (slot, bytes) in self.early.drain(..) {
            self.lease.vault.write(slot, &bytes)?;
        }
        self.lease.vault.write(slot, &self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Fills the last slot's rest with noise, so that it does not tell the length.
    fn pad(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let body = self.buffer.len();
        self.buffer.resize(SLOT, 0);
        let mut noise = self.lease.vault.chance.noise();
        if let Some(rest) = self.buffer.get_mut(body..) {
            rand::Rng::fill_bytes(&mut noise, rest);
        }
        self.put()
    }
}

impl Write for SlotWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (now, _) = bytes.split_at(bytes.len().min(SLOT - self.buffer.len()));
        self.buffer.extend_from_slice(now);
        if self.buffer.len() == SLOT {
            self.put()?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A body that is written whole and waits for its record; dropped, it gives its slots back.
pub struct Body {
    /// SHA-256 of the sealed bytes.
    pub digest: Digest,
    /// Sealed bytes.
    pub length: u64,
    pub(super) key: ObjectKey,
    pub(super) place: Place,
    pub(super) early: Early,
    pub(super) lease: Lease,
}

impl Body {
    /// What is still to be written of it, for the beat that commits it.
    pub(super) fn take_early(&mut self) -> Early {
        std::mem::take(&mut self.early)
    }
}

/// Reads a body; an error of kind `InvalidData` instead of the end when it is not what was written.
pub struct BodyReader {
    slots: Veil<SlotReader>,
    hash: Sha256,
    digest: Digest,
}

impl BodyReader {
    pub(super) fn new(vault: &Arc<Vault>, object: &Object) -> Result<Self, Fault> {
        let mut slots: Vec<u32> = vault.runs(&object.place, &object.key)?.into_iter().flat_map(Run::slots).collect();
        slots.reverse();
        let inner =
            SlotReader { vault: Arc::clone(vault), ahead: slots, left: object.length, buffer: Vec::new(), read: 0 };
        Ok(Self { slots: Veil::new(inner, &object.key.0), hash: Sha256::new(), digest: object.digest })
    }
}

impl Read for BodyReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.slots.read(bytes)?;
        let (new, _) = bytes.split_at(read);
        self.hash.update(new);
        if read == 0 && !bytes.is_empty() {
            let digest = Digest::from_bytes(self.hash.clone().finalize().into());
            (digest == self.digest)
                .then_some(())
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, Fault::Damaged))?;
        }
        Ok(read)
    }
}

/// Reads slots in order, as far as the body goes.
struct SlotReader {
    vault: Arc<Vault>,
    ahead: Vec<u32>,
    left: u64,
    buffer: Vec<u8>,
    read: usize,
}

impl Read for SlotReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.read == self.buffer.len() {
            let Some(slot) = self.ahead.pop().filter(|_| self.left > 0) else { return Ok(0) };
            let length = usize::try_from(self.left.min(SLOT as u64)).unwrap_or(SLOT);
            self.buffer.resize(length, 0);
            self.vault.read(slot, &mut self.buffer)?;
            self.left -= length as u64;
            self.read = 0;
        }
        let rest = self.buffer.get(self.read..).unwrap_or_default();
        let (now, _) = rest.split_at(rest.len().min(bytes.len()));
        let (to, _) = bytes.split_at_mut(now.len());
        to.copy_from_slice(now);
        let read = now.len();
        self.read += read;
        Ok(read)
    }
}
