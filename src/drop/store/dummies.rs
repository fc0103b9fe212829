//! Records that hold nothing, so that the number of records and the beat's writes tell nothing without the epoch's key.
//!
//! Protects against a disk that tells whether anybody reported: of each kind there are as many records as a step of
//! [`STEP`], and a real one takes the place of a dummy. With the epoch's key the two can be told apart.

use rand::Rng;
use sluss_core::chance::Chance;

use super::cabinet::{Cabinet, tag};
use super::fault::Fault;
use super::record::{Alias, Done, Entry, Investigator, Kind, Record, Source};

/// Records of each kind are topped up to a multiple of this.
pub(super) const STEP: usize = 256;
/// Reports whose records every beat writes, whether there are any or not; a beat with more of them writes more.
pub(super) const PLACES: usize = 4;

/// Where a dummy lies in sled.
pub(super) type Index = [u8; 32];

/// How many real records and which dummies there are, kind by kind.
pub(super) struct Dummies([Tally; 5]);

/// The same of one kind.
pub(super) struct Tally {
    pub(super) kind: Kind,
    /// Whether a report writes a record of this kind, and so every beat.
    pub(super) beats: bool,
    pub(super) real: usize,
    pub(super) dummies: Vec<Index>,
    /// Records of this kind written in this beat.
    pub(super) written: usize,
}

impl Default for Dummies {
    fn default() -> Self {
        let tally = |kind, beats| Tally { kind, beats, real: 0, dummies: Vec::new(), written: 0 };
        Self([
            tally(Entry::KIND, true),
            tally(Source::KIND, true),
            tally(Alias::KIND, true),
            tally(Investigator::KIND, false),
            tally(Done::KIND, false),
        ])
    }
}

impl Dummies {
    /// The tally of the kind with this tag; none for what there is one of.
    pub(super) fn of(&mut self, tag: u8) -> Option<&mut Tally> {
        self.0.iter_mut().find(|tally| tally.kind.tag == tag)
    }

    /// Every tally.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Tally> {
        self.0.iter_mut()
    }
}

impl Tally {
    /// Dummies that make the step full, with a beat's places to spare.
    pub(super) fn wanted(&self) -> usize {
        (self.real + PLACES).next_multiple_of(STEP) - self.real
    }

    /// Gives away any one of the dummies.
    pub(super) fn take(&mut self, chance: &Chance) -> Option<Index> {
        let any = chance.below(u32::try_from(self.dummies.len()).unwrap_or(u32::MAX)) as usize;
        (any < self.dummies.len()).then(|| self.dummies.swap_remove(any))
    }
}

impl Cabinet {
    /// Tells the records of each kind from its dummies.
    pub(super) fn count(&self) -> Result<(), Fault> {
        let mut dummies = self.dummies();
        for item in self.db.iter() {
            let (index, sealed) = item?;
            let Some(tally) = dummies.of(tag(&sealed)) else { continue };
            match Index::try_from(index.as_ref()) {
                Ok(index) if self.epoch.is_dummy(&index) => tally.dummies.push(index),
                _ => tally.real += 1,
            }
        }
        Ok(())
    }

    /// Writes what is missing from a beat's constant writes: dummies move to other places.
    pub(super) fn fill_beat(&self) -> Result<(), Fault> {
        let mut dummies = self.dummies();
        for tally in dummies.all() {
            while tally.beats && tally.written < PLACES {
                let leaving = tally.take(&self.chance);
                let index = self.new_dummy(tally.kind)?;
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
                let index = self.new_dummy(tally.kind)?;
                tally.dummies.push(index);
            }
            while tally.dummies.len() > tally.wanted() {
                tally.take(&self.chance).map(|index| self.db.remove(index)).transpose()?;
            }
        }
        Ok(())
    }

    /// Lays one dummy more.
    pub(super) fn put_dummy(&self, kind: Kind) -> Result<(), Fault> {
        let index = self.new_dummy(kind)?;
        self.dummies().of(kind.tag).into_iter().for_each(|tally| tally.dummies.push(index));
        Ok(())
    }

    /// Lays a dummy in a place that tells the epoch's key alone that it is one.
    fn new_dummy(&self, kind: Kind) -> Result<Index, Fault> {
        let index = self.epoch.dummy(&self.chance);
        self.insert_dummy(&index, kind)?;
        Ok(index)
    }

    /// Noise as long as a sealed record of the kind.
    pub(super) fn insert_dummy(&self, index: &Index, kind: Kind) -> Result<(), Fault> {
        let mut noise = vec![kind.tag; kind.size];
        if let Some((_, sealed)) = noise.split_first_mut() {
            self.chance.noise().fill_bytes(sealed);
        }
        self.db.insert(index, noise)?;
        Ok(())
    }
}
