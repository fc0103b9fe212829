//! Which slots of the vault are free: pure bookkeeping, rebuilt from the records at every open.
//!
//! Protects what is kept from being overwritten, and the room that was promised from being given twice.

use serde::{Deserialize, Serialize};
use sluss_core::chance::Chance;

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

/// Whose a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Free,
    /// Something is being written there that no record names yet.
    Leased,
    /// A record names it.
    Kept,
}

/// The free map.
pub(super) struct Map {
    slots: Vec<Slot>,
    free: u32,
    promised: u32,
}

impl Map {
    /// A map of `slots` free slots.
    pub(super) fn new(slots: u32) -> Self {
        Self { slots: vec![Slot::Free; slots as usize], free: slots, promised: 0 }
    }

    /// Forgets what records name, before they are read anew; what is being written stays.
    pub(super) fn recount(&mut self) {
        let all = Run { start: 0, count: u32::try_from(self.slots.len()).unwrap_or(u32::MAX) };
        self.release(all, Slot::Kept);
    }

    /// Marks a run as named by a record; `false` when it leaves the vault or another record has part of it.
    #[must_use]
    pub(super) fn keep(&mut self, run: Run) -> bool {
        self.mark(run, Slot::Kept, |slot| slot != Slot::Kept)
    }

    /// Marks a run as being written; `false` when it leaves the vault or is not free.
    #[must_use]
    pub(super) fn lease(&mut self, run: Run) -> bool {
        self.mark(run, Slot::Leased, |slot| slot == Slot::Free)
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
            let start = self.find(count, chance.below(u32::try_from(self.slots.len()).unwrap_or(u32::MAX)))?;
            Some(Run { start, count })
        })?;
        self.lease(run).then(|| self.forgo(run.count))?;
        Some(run)
    }

    /// Frees those slots of a run that are `whose`.
    pub(super) fn release(&mut self, run: Run, whose: Slot) {
        for slot in self.slots.iter_mut().skip(run.start as usize).take(run.count as usize) {
            if *slot == whose {
                self.free += 1;
                *slot = Slot::Free;
            }
        }
    }

    /// The first free stretch at or after `from`, at most a megabyte of it, leased.
    pub(super) fn lease_free(&mut self, from: u32) -> Option<Run> {
        let start = from as usize + self.slots.iter().skip(from as usize).position(|slot| *slot == Slot::Free)?;
        let count = self.slots.iter().skip(start).take(RUN as usize).take_while(|slot| **slot == Slot::Free).count();
        let run = Run { start: u32::try_from(start).ok()?, count: u32::try_from(count).ok()? };
        self.lease(run).then_some(run)
    }

    /// One free slot, the first at or after `from` or the first of all, leased.
    pub(super) fn lease_one(&mut self, from: u32) -> Option<Run> {
        let run = Run { start: self.find(1, from)?, count: 1 };
        self.lease(run).then_some(run)
    }

    /// Whose a slot is.
    pub(super) fn whose(&self, slot: u32) -> Option<Slot> {
        self.slots.get(slot as usize).copied()
    }

    fn mark(&mut self, run: Run, whose: Slot, may: impl Fn(Slot) -> bool) -> bool {
        let range = run.start as usize..run.slots().end as usize;
        let Some(slots) = self.slots.get_mut(range) else { return false };
        if !slots.iter().all(|slot| may(*slot)) {
            return false;
        }
        let taken = slots.iter().filter(|slot| **slot == Slot::Free).count();
        slots.fill(whose);
        self.free = self.free.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
        true
    }

    /// The first free stretch of `count` slots at or after `from`, else the first of all.
    fn find(&self, count: u32, from: u32) -> Option<u32> {
        let stretch = |skipped: usize| {
            let mut length = 0;
            let end = self.slots.iter().enumerate().skip(skipped).find_map(|(slot, whose)| {
                length = if *whose == Slot::Free { length + 1 } else { 0 };
                (length == count).then_some(slot)
            })?;
            u32::try_from(end).ok()?.checked_sub(count - 1)
        };
        stretch(from as usize).or_else(|| stretch(0))
    }
}
