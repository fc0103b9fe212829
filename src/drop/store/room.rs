//! Room: who gets how much of the vault, asked for before the first byte is read.
//!
//! Protects text reports from files, and whoever has a codename from strangers: each may fill the vault only as far as
//! the more urgent ones keep their part. Protects investigators from a stranger who fills the vault at once: files take
//! from a day's budget. It does not tell honest files from others.

use std::sync::{Arc, Mutex, PoisonError};

use sluss_core::day::Day;
use sluss_core::limits;

use super::Store;
use super::body::{Lease, Permit};
use super::fault::Fault;
use super::vault::SLOT;

/// Bytes that have to be free on the file system besides the vault, so that sled never meets its end: 64 MiB.
const ELBOW_ROOM: u64 = 64 * 1024 * 1024;
/// Text reports that files leave room for, at the least; never more than half the vault.
const REPORTS: u64 = 1_000;

/// What room is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// Text alone, and letters.
    Text,
    /// With files, on this day.
    Files(Day),
}

/// Who asks for room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// Somebody who has no codename yet.
    Stranger,
    /// A source who is signed in, or an investigator who answers one.
    Known,
}

/// Why there is no room.
#[derive(Debug, thiserror::Error)]
pub enum PermitError {
    /// Not even for text.
    #[error("the vault has no room for this")]
    Full,
    /// For text there would be; for files there is not until something was deleted.
    #[error("the vault has no room for files")]
    FilesFull,
    /// For text there would be; files have used up this day's budget.
    #[error("files have used up the room that they have for a day")]
    FilesToday,
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Slots that are left to the more urgent ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shares {
    /// To text: a tenth, and [`REPORTS`] reports at the least.
    text: u32,
    /// To whoever is signed in, of everything: an eighth of that.
    known: u32,
    /// To the files of whoever is signed in: a twentieth.
    known_files: u32,
}

impl Shares {
    fn of(slots: u32) -> Self {
        let reports = u32::try_from(REPORTS * limits::SEALED_FLOOR / SLOT as u64).unwrap_or(u32::MAX);
        let text = slots.div_ceil(10).max(reports).min(slots / 2);
        Self { text, known: text / 8, known_files: slots / 20 }
    }

    fn spare(self, pool: Pool, guest: Guest) -> u32 {
        match (pool, guest) {
            (Pool::Text, Guest::Known) => 0,
            (Pool::Text, Guest::Stranger) => self.known,
            (Pool::Files(_), Guest::Known) => self.known + self.text,
            (Pool::Files(_), Guest::Stranger) => self.known + self.text + self.known_files,
        }
    }
}

/// Bytes that the files of one stranger's report may take of an empty vault of `bytes`.
pub fn room_for_files(bytes: u64) -> u64 {
    let slots = u32::try_from(bytes / SLOT as u64).unwrap_or(u32::MAX);
    let shares = Shares::of(slots);
    u64::from(slots.saturating_sub(shares.known + shares.text + shares.known_files)) * SLOT as u64
}

/// What files may take in one day; kept in memory, so that it begins anew at a start.
pub(super) struct Budget {
    a_day: u64,
    spent: Mutex<Option<(Day, u64)>>,
}

impl Budget {
    /// `a_day` bytes, else a quarter of a vault of `vault` bytes.
    pub(super) fn new(a_day: Option<u64>, vault: u64) -> Arc<Self> {
        Arc::new(Self { a_day: a_day.unwrap_or(vault / 4), spent: Mutex::new(None) })
    }

    /// A charge on a day's budget, of which a quarter is left to whoever is signed in; none where it has no `declared` bytes
    /// left. It takes nothing yet: whoever declares much and sends nothing uses nothing up.
    fn charge(self: &Arc<Self>, day: Day, declared: u64, guest: Guest) -> Option<Charge> {
        let most = match guest {
            Guest::Known => self.a_day,
            Guest::Stranger => self.a_day - self.a_day / 4,
        };
        let left = most.checked_sub(self.spent(day))?;
        (declared <= left).then(|| Charge { budget: Arc::clone(self), day, most, taken: 0 })
    }

    fn spent(&self, day: Day) -> u64 {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.filter(|(of, _)| *of == day).map_or(0, |(_, today)| today)
    }
}

/// A part of a day's budget, given back when dropped before it is spent.
pub(super) struct Charge {
    budget: Arc<Budget>,
    day: Day,
    most: u64,
    taken: u64,
}

impl Charge {
    /// Takes so many bytes more; whether there were any left.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let mut spent = self.budget.spent.lock().unwrap_or_else(PoisonError::into_inner);
        // Midnight has passed meanwhile: what comes now is of the new day.
        if let Some((day, _)) = spent.filter(|(day, _)| *day > self.day) {
            (self.day, self.taken) = (day, 0);
        }
        let sum = spent.filter(|(of, _)| *of == self.day).map_or(0, |(_, today)| today).saturating_add(bytes);
        let fits = sum <= self.most;
        if fits {
            *spent = Some((self.day, sum));
            self.taken += bytes;
        }
        fits
    }

    /// What it was for is kept.
    pub(super) fn spend(mut self) {
        self.taken = 0;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        let mut spent = self.budget.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, today)) = spent.as_mut().filter(|(of, _)| *of == self.day) {
            *today = today.saturating_sub(self.taken);
        }
    }
}

impl Store {
    /// Promises room for a body of `declared` sealed bytes.
    ///
    /// # Errors
    /// Which room there is not: [`PermitError`]. All of it when the file system has too little besides the vault.
    pub fn permit(&self, declared: u64, pool: Pool, guest: Guest) -> Result<Permit, PermitError> {
        if self.committer.failing() {
            return Err(Fault::Stopped.into());
        }
        let disk = rustix::fs::fstatvfs(&self.lock).map_err(Fault::from)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < ELBOW_ROOM {
            return Err(PermitError::Full);
        }
        let vault = &self.shelf.vault;
        let slots = u32::try_from(declared.div_ceil(SLOT as u64)).unwrap_or(u32::MAX);
        let (full, charge) = match pool {
            Pool::Text => (PermitError::Full, None),
            Pool::Files(day) => {
                let bytes = u64::from(slots) * SLOT as u64;
                let charge = self.budget.charge(day, bytes, guest).ok_or(PermitError::FilesToday)?;
                (PermitError::FilesFull, Some(charge))
            }
        };
        let spare = Shares::of(vault.slots()).spare(pool, guest);
        Lease::new(vault, slots, spare, charge).map(|lease| Permit { lease }).ok_or(full)
    }
}
