//! Deleting for good, and finishing at open what a crash left undone.
//!
//! Protects deletion by its order (measured: every other one leaves remains): tombstone durable, slots overwritten and
//! durable, tombstone gone durably, slots free. Stale blocks of the records themselves open until the epoch's key goes.

use std::sync::Arc;

use sluss_core::cert::Fingerprint;

use super::Store;
use super::cabinet::Cabinet;
use super::fault::Fault;
use super::map::Run;
use super::read::ReadError;
use super::record::{Alias, Entry, Object, ObjectId, ObjectKey, Place, Source};
use super::vault::Vault;

/// Why something could not be deleted; it may be half deleted, which the next open finishes.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<ReadError> for RemoveError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Gone => Self::Fault(Fault::Damaged),
            ReadError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// What a tombstone leaves to be overwritten.
struct Remains {
    id: ObjectId,
    place: Place,
    key: Option<ObjectKey>,
}

impl Remains {
    fn of(object: Object) -> Self {
        // A list of slots opens only with the object's key; a tombstone that names its slots itself has no use for it.
        let key = matches!(object.place, Place::Listed(_)).then_some(object.key);
        Self { id: object.id, place: object.place, key }
    }

    fn tombstone(&self) -> Entry {
        Entry::Tombstone { id: self.id, place: self.place.clone(), key: self.key.clone() }
    }

    /// The body's runs, then the run of its list. A list that no longer opens was overwritten after its body was.
    fn runs(&self, vault: &Vault) -> (Vec<Run>, Vec<Run>) {
        match (&self.place, &self.key) {
            (Place::Runs(runs), _) => (runs.clone(), Vec::new()),
            (Place::Listed(slot), key) => {
                let body = key.as_ref().and_then(|key| vault.runs(&self.place, key).ok());
                (body.unwrap_or_default(), vec![Run { start: *slot, count: 1 }])
            }
        }
    }

    /// Overwrites the body, then its list; returns all runs, which are free once the tombstone is gone.
    fn scrub(&self, vault: &Vault) -> Result<Vec<Run>, Fault> {
        let (body, list) = self.runs(vault);
        vault.scrub(&body)?;
        if !list.is_empty() {
            vault.scrub(&list)?;
        }
        Ok([body, list].concat())
    }
}

impl Store {
    /// Deletes objects; what is not there (any more) is passed over. Returns how many were there.
    pub fn delete(&self, ids: &[ObjectId]) -> Result<usize, RemoveError> {
        let ids = ids.to_vec();
        let remains = self.committer.change(false, move |cabinet| bury(cabinet, &ids))?;
        let mut freed = Vec::new();
        for one in &remains {
            freed.extend(one.scrub(&self.vault)?);
        }
        let gone: Vec<ObjectId> = remains.iter().map(|one| one.id).collect();
        self.committer.change(false, move |cabinet| forget(cabinet, &gone))?;
        let mut map = self.vault.map();
        freed.into_iter().for_each(|run| map.release(run));
        Ok(remains.len())
    }

    /// Deletes every submission that all addressees who `count` have receipted, and at least one addressee has.
    ///
    /// Who counts is on the roster and not the reserve. Call it after receipts, after a new roster, and at the start.
    pub fn delete_receipted(&self, counts: &dyn Fn(&Fingerprint) -> bool) -> Result<usize, RemoveError> {
        let mut complete = Vec::new();
        for entry in self.cabinet().all() {
            match entry? {
                Entry::Live(object) if object.receipted(counts) => complete.push(object.id),
                _ => {}
            }
        }
        if complete.is_empty() { Ok(0) } else { self.delete(&complete) }
    }
}

/// Puts tombstones in the place of what is alive.
fn bury(cabinet: &Cabinet, ids: &[ObjectId]) -> Result<Vec<Remains>, Fault> {
    let mut buried = Vec::new();
    for id in ids {
        if let Some(Entry::Live(object)) = cabinet.find(&id.bytes())? {
            let remains = Remains::of(object);
            cabinet.put(&remains.tombstone())?;
            buried.push(remains);
        }
    }
    Ok(buried)
}

/// Takes tombstones away.
fn forget(cabinet: &Cabinet, ids: &[ObjectId]) -> Result<(), Fault> {
    ids.iter().try_for_each(|id| cabinet.remove::<Entry>(&id.bytes()))
}

/// Rebuilds the free map, finishes deletions, and deletes what was never acknowledged: objects and names that no source
/// knows.
pub(super) fn settle_after_crash(cabinet: &Cabinet, vault: &Arc<Vault>) -> Result<(), Fault> {
    let (mut remains, mut orphans) = (Vec::new(), Vec::new());
    for entry in cabinet.all() {
        match entry? {
            Entry::Tombstone { id, place, key } => remains.push(Remains { id, place, key }),
            Entry::Live(object) => {
                vault.occupy(&vault.runs(&object.place, &object.key)?)?;
                if let Place::Listed(slot) = object.place {
                    vault.occupy(&[Run { start: slot, count: 1 }])?;
                }
                if !known(cabinet, &object)? {
                    orphans.push(object.id);
                }
            }
        }
    }
    remains.extend(bury(cabinet, &orphans)?);
    for alias in cabinet.all::<Alias>().collect::<Result<Vec<_>, _>>()? {
        if cabinet.find::<Source>(&alias.source.0)?.is_none() {
            cabinet.remove::<Alias>(alias.fingerprint.as_bytes())?;
        }
    }
    cabinet.make_durable()?;
    for one in &remains {
        one.scrub(vault)?.into_iter().for_each(|run| vault.map().release(run));
    }
    forget(cabinet, &remains.iter().map(|one| one.id).collect::<Vec<_>>())?;
    cabinet.make_durable()
}

/// Whether the source's record, written after the object's, knows of it.
fn known(cabinet: &Cabinet, object: &Object) -> Result<bool, Fault> {
    let source = cabinet.find::<Source>(&object.source.0)?;
    Ok(source.is_some_and(|source| match object.id {
        ObjectId::Submission(_) => object.number < source.next,
        ObjectId::Letter { writer, number, .. } => {
            source.heads.iter().any(|head| head.writer == writer && number <= head.number)
        }
    }))
}
