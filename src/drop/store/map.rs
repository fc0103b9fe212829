//! Which slots of the vault are free: pure bookkeeping, rebuilt from the records at every open.
//!
//! Protects what is kept from being overwritten, and the room that was promised from being given twice.

use serde::{Deserialize, Serialize};

use super::chance::Chance;

/// Slots in a run where no longer free stretch is found: 1 MiB, so that lists of runs stay short.
pub(super) const RUN: u32 = 16;

/// Neighbouring slots: the first one and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) start: u32,
    pub(super) count: u32,
}

impl Run {
    /// The numbers of its slots.
    pub(super) fn slots(self) -> std::ops::Range<u32> {
        self.start..self.start.saturating_add(self.count)
    }
}

/// The free map.
pub(super) struct Map {
    used: Vec<bool>,
    free: u32,
    promised: u32,
}

impl Map {
    /// A map of `slots` free slots.
    pub(super) fn new(slots: u32) -> Self {
        Self { used: vec![false; slots as usize], free: slots, promised: 0 }
    }

    /// Marks a run that a record names; `false` when it leaves the vault or another record has part of it.
    #[must_use]
    pub(super) fn occupy(&mut self, run: Run) -> bool {
        let range = run.start as usize..run.slots().end as usize;
        let Some(slots) = self.used.get_mut(range) else { return false };
        if slots.iter().any(|used| *used) {
            return false;
        }
        slots.fill(true);
        self.free = self.free.saturating_sub(run.count);
        true
    }

    /// Promises `slots` if `spare` more would stay free and unpromised.
    #[must_use]
    pub(super) fn promise(&mut self, slots: u32, spare: u32) -> bool {
        let fits = u64::from(self.promised) + u64::from(slots) + u64::from(spare) <= u64::from(self.free);
        if fits {
            self.promised += slots;
        }
        fits
    }

    /// Takes a promise back.
    pub(super) fn forgo(&mut self, slots: u32) {
        self.promised = self.promised.saturating_sub(slots);
    }

    /// Redeems up to `wanted` promised slots: one stretch at a random place, else the longest of 1 MiB or less.
    pub(super) fn take(&mut self, wanted: u32, chance: &Chance) -> Option<Run> {
        let lengths = [wanted, RUN, RUN / 2, RUN / 4, RUN / 8, 1];
        let run = lengths.into_iter().filter(|length| (1..=wanted).contains(length)).find_map(|count| {
            let start = self.find(count, chance.below(u32::try_from(self.used.len()).unwrap_or(u32::MAX)))?;
            Some(Run { start, count })
        })?;
        self.occupy(run).then(|| self.forgo(run.count))?;
        Some(run)
    }

    /// Frees a run.
    pub(super) fn release(&mut self, run: Run) {
        for slot in self.used.iter_mut().skip(run.start as usize).take(run.count as usize) {
            self.free += u32::from(*slot);
            *slot = false;
        }
    }

    /// The first free stretch of `count` slots at or after `from`, else the first of all.
    fn find(&self, count: u32, from: u32) -> Option<u32> {
        let stretch = |skipped: usize| {
            let mut length = 0;
            let end = self.used.iter().enumerate().skip(skipped).find_map(|(slot, used)| {
                length = if *used { 0 } else { length + 1 };
                (length == count).then_some(slot)
            })?;
            u32::try_from(end).ok()?.checked_sub(count - 1)
        };
        stretch(from as usize).or_else(|| stretch(0))
    }
}
