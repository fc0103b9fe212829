//! What goes out to an investigator, and how far their bundles have come.
//!
//! Protects against a report that no bundle carries: a mark is durable before a bundle has its name, and a lost bundle
//! can be made again from its number.

use std::collections::HashSet;

use sluss_core::cert::Fingerprint;

use super::Store;
use super::fault::Fault;
use super::read::ReadError;
use super::record::{Done, Entry, Investigator, Object, ObjectId};

/// Why an export could not be marked.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// Another bundle took this number meanwhile.
    #[error("another bundle for the same investigator was made at the same time")]
    Number,
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Investigator {
    /// Nobody has made them a bundle yet.
    pub(super) fn new(fingerprint: Fingerprint) -> Self {
        Self { fingerprint, next: 1, acknowledged: Vec::new() }
    }
}

impl Store {
    /// How far an investigator's bundles have come; a new one begins at number 1.
    pub fn investigator(&self, fingerprint: &Fingerprint) -> Result<Investigator, ReadError> {
        let found = self.cabinet().find(fingerprint.as_bytes())?;
        Ok(found.unwrap_or_else(|| Investigator::new(*fingerprint)))
    }

    /// What an investigator's next bundle should hold: what none has held yet, and with `from` also all that first went
    /// into bundle `from` or a later one. In an order that tells nothing.
    pub fn objects_for(&self, fingerprint: &Fingerprint, from: Option<u32>) -> Result<Vec<Object>, ReadError> {
        let wanted = |object: &Object| {
            object.addressees.iter().any(|addressee| {
                let again = from.is_some_and(|from| addressee.exported_in >= from);
                addressee.fingerprint == *fingerprint && (addressee.exported_in == 0 || again)
            })
        };
        let cabinet = self.cabinet();
        let live = cabinet.all().filter_map(|entry| match entry {
            Ok(Entry::Live(object)) => wanted(&object).then_some(Ok(object)),
            Ok(Entry::Tombstone { .. }) => None,
            Err(fault) => Some(Err(fault.into())),
        });
        live.collect()
    }

    /// The return bundles of an investigator that are done and whose desk has not acknowledged being told so.
    pub fn done_for(&self, fingerprint: &Fingerprint) -> Result<Vec<Done>, ReadError> {
        let investigator = self.investigator(fingerprint)?;
        let cabinet = self.cabinet();
        let untold = cabinet.all().filter(|done: &Result<Done, Fault>| {
            done.as_ref().map_or(true, |done| done.by == *fingerprint && !investigator.was_told(done))
        });
        untold.map(|done| done.map_err(ReadError::from)).collect()
    }

    /// Records durably that bundle `number` holds `objects` and told of `done`; the investigator's next number rises.
    pub fn mark_exported(
        &self,
        fingerprint: Fingerprint,
        number: u32,
        objects: &[ObjectId],
        done: &[[u8; 16]],
    ) -> Result<(), MarkError> {
        let (objects, done): (HashSet<ObjectId>, HashSet<[u8; 16]>) =
            (objects.iter().copied().collect(), done.iter().copied().collect());
        self.committer.change(false, move |cabinet| {
            let found = cabinet.find(fingerprint.as_bytes())?;
            let mut investigator = found.unwrap_or_else(|| Investigator::new(fingerprint));
            if investigator.next != number {
                return Err(MarkError::Number);
            }
            for id in &objects {
                let Some(Entry::Live(mut object)) = cabinet.find(&id.bytes())? else { continue };
                let mut first = false;
                for addressee in &mut object.addressees {
                    if addressee.fingerprint == fingerprint && addressee.exported_in == 0 {
                        (addressee.exported_in, first) = (number, true);
                    }
                }
                if first {
                    cabinet.put(&Entry::Live(object))?;
                }
            }
            for id in &done {
                let told = cabinet.find::<Done>(id)?.filter(|done| done.told_in == 0);
                if let Some(told) = told {
                    cabinet.put(&Done { told_in: number, ..told })?;
                }
            }
            investigator.next = number.saturating_add(1);
            Ok(cabinet.put(&investigator)?)
        })
    }
}
