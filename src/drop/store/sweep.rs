//! Sweeping: every record goes into a fresh sled, in the random order of its keyed hashes, under a new epoch's key, and
//! the old key is destroyed.
//!
//! Protects what was deleted and when things came: from then on the old records, and every stale block of theirs that
//! the disk still has, are noise, and the new ones tell no order. A crash at any point leaves the old epoch or the new
//! one. It protects nothing in a copy of the disk that was taken before, together with its key file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use rand::Rng;
use rustix::fs::{CWD, FlockOperation, RenameFlags};
use rustix::io::Errno;
use sluss_core::chance::Chance;

use super::cabinet::{Cabinet, id, tag};
use super::dummies::Index;
use super::epoch::Epoch;
use super::fault::Fault;
use super::record::Kind;
use super::shelf::Shelf;
use super::{private_folder, sync_folder};
use crate::harden::let_go_of_memory;

/// The folder in which the next epoch's records are gathered, and in which the last one's are left to be erased.
const BESIDE: &str = "sled.new";
/// How long sled may hold a file that it has closed.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pieces in which the records are written.
const PIECES: usize = 16;
/// Bytes overwritten at a time.
const PIECE: usize = 1024 * 1024;

/// One thing that a sweep carries over, and where it will lie.
struct Freight {
    to: Index,
    what: What,
}

enum What {
    /// The record that lies here now.
    Record(sled::IVec),
    /// A new dummy.
    Dummy(Kind),
}

impl Cabinet {
    /// Copies every record into `to`, dummies among them, in the order in which they lie there: by keyed hashes under
    /// another key, it tells nothing of any other order. Returns how many.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when one cannot be opened: it would be lost with this epoch's key.
    pub(super) fn carry_into(&self, to: &Self) -> Result<usize, Fault> {
        let mut freight = Vec::new();
        for item in self.records() {
            let (from, sealed) = item?;
            let tag = tag(&sealed);
            let id = id(tag, &self.plain(&from, &sealed)?)?;
            to.dummies().of(tag).into_iter().for_each(|tally| tally.real += 1);
            freight.push(Freight { to: to.epoch.index(tag, &id), what: What::Record(from) });
        }
        let records = freight.len();
        for tally in to.dummies().all() {
            let dummies = (0..tally.wanted()).map(|_| to.epoch.dummy(&self.chance));
            tally.dummies.extend(dummies);
            freight.extend(tally.dummies.iter().map(|to| Freight { to: *to, what: What::Dummy(tally.kind) }));
        }
        freight.sort_unstable_by_key(|one| one.to);
        let piece = freight.len().div_ceil(PIECES);
        for (at, Freight { to: index, what }) in freight.into_iter().enumerate() {
            // Else the file's length would depend on how fast records are opened, and tell that there are some.
            if at % piece == 0 {
                to.db.flush()?;
            }
            match what {
                What::Record(from) => {
                    let sealed = self.db.get(&from)?.ok_or(Fault::Damaged)?;
                    to.insert(&index, tag(&sealed), &self.plain(&from, &sealed)?)?;
                }
                What::Dummy(kind) => to.insert_dummy(&index, kind)?,
            }
        }
        Ok(records)
    }
}

impl Shelf {
    /// Rewrites the records into a new epoch and destroys the old one. Only the committing thread may call it: nothing
    /// is written to the records meanwhile, while everybody goes on reading them.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when a record cannot be opened, or [`Fault::DiskFull`]: the old epoch then stays in use.
    pub(super) fn sweep(&self) -> Result<(), Fault> {
        let beside = self.folder.join(BESIDE);
        self.purge()?;
        private_folder(&beside)?;
        let fresh = self.look(|cabinet| {
            let next = 1 - cabinet.half();
            self.keys.renew(next, &self.chance)?;
            let fresh = Cabinet::open(&beside, [Epoch::of(&self.keys, next)?], &self.chance, |_| Ok(true))?;
            let carried = cabinet.carry_into(&fresh)?;
            fresh.make_durable()?;
            let counted = fresh.records_in_all()?;
            (counted == carried).then_some(fresh).ok_or(Fault::Damaged)
        });
        let fresh = fresh.inspect_err(|_| {
            // What is left over is purged before the next one, too.
            let _ = self.purge();
        })?;
        sync_files(&beside)?;
        self.turn_over(fresh).inspect_err(|_| {
            // Which of the two is in place now, the next one who opens them finds out.
            drop(self.exchange(None));
        })
    }

    /// Brings the next epoch into use and destroys the old one.
    fn turn_over(&self, fresh: Cabinet) -> Result<(), Fault> {
        let sled = self.folder.join("sled");
        rustix::fs::renameat_with(CWD, self.folder.join(BESIDE), CWD, &sled, RenameFlags::EXCHANGE)?;
        sync_folder(&self.folder)?;
        let old = 1 - fresh.half();
        drop(self.exchange(Some(fresh.reopened(&sled)?)));
        self.keys.renew(old, &self.chance)?;
        let_go_of_memory();
        self.purge()
    }

    /// Erases what an interrupted sweep left over, or a finished one has no more use for.
    pub(super) fn purge(&self) -> Result<(), Fault> {
        Ok(erase_folder(&self.folder.join(BESIDE), &self.chance)?)
    }
}

/// Makes a folder's files and names durable.
fn sync_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        File::open(entry?.path())?.sync_all()?;
    }
    let folder = File::open(folder)?;
    folder.sync_all()?;
    Ok(rustix::fs::syncfs(&folder)?)
}

/// Overwrites every file in a folder, then removes it, durably; a folder that is not there is erased already.
fn erase_folder(folder: &Path, chance: &Chance) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        match kind.is_dir() {
            true => erase_folder(&path, chance)?,
            false => erase_file(&path, chance)?,
        }
    }
    fs::remove_dir(folder)?;
    sync_folder(folder.parent().unwrap_or(folder))
}

fn erase_file(path: &Path, chance: &Chance) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    // sled keeps its lock, and may write, a moment after it was closed.
    let since = Instant::now();
    while let Err(error) = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        if error != Errno::WOULDBLOCK || since.elapsed() > PATIENCE {
            return Err(error.into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let (mut noise, mut left, mut piece) = (chance.noise(), file.metadata()?.len(), vec![0; PIECE]);
    while left > 0 {
        piece.truncate(usize::try_from(left).unwrap_or(PIECE));
        noise.fill_bytes(&mut piece);
        file.write_all(&piece)?;
        left -= piece.len() as u64;
    }
    file.sync_all()?;
    fs::remove_file(path)
}
