//! Deleting for good, and finishing at open what a crash left undone.
//!
//! Protects deletion by its order (measured: every other one leaves remains): tombstone durable, slots overwritten and
//! durable, tombstone gone durably, slots free. Stale blocks of the records themselves open until the epoch's key goes.

use std::collections::HashMap;
use std::sync::Arc;

use sluss_core::cert::Fingerprint;
use sluss_core::day::Day;

use super::Store;
use super::cabinet::Cabinet;
use super::commit::Round;
use super::fault::Fault;
use super::map::{Map, Run};
use super::record::{Alias, Entry, Object, ObjectId, ObjectKey, Place, Source, SourceKey};
use super::vault::Vault;

/// Why something could not be deleted; it may be half deleted, which the next open finishes.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a tombstone leaves to be overwritten.
pub(super) struct Remains {
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
    fn runs(&self, vault: &Vault) -> [Vec<Run>; 2] {
        match (&self.place, &self.key) {
            (Place::Runs(runs), _) => [runs.clone(), Vec::new()],
            (Place::Listed(slot), key) => {
                let body = key.as_ref().and_then(|key| vault.runs(&self.place, key).ok());
                [body.unwrap_or_default(), vec![Run { start: *slot, count: 1 }]]
            }
        }
    }

    /// Takes the tombstone away.
    pub(super) fn forget(&self, cabinet: &Cabinet) -> Result<(), Fault> {
        cabinet.remove::<Entry>(&self.id.bytes())
    }

    /// Overwrites the body, then its list; returns all runs, which are free once the tombstone is gone.
    pub(super) fn scrub(&self, vault: &Vault) -> Result<Vec<Run>, Fault> {
        let [body, list] = self.runs(vault);
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
        self.committer.change(None, move |round| Ok(round.bury(&ids)?))
    }

    /// Deletes every submission that all addressees who `count` have receipted, and at least one addressee has; and those
    /// that one has had since `since` or longer, if the operator has such a rule.
    ///
    /// Who counts is on the roster and not the reserve. Call it after receipts, after a new roster, and once a day.
    pub fn delete_receipted(
        &self,
        counts: &dyn Fn(&Fingerprint) -> bool,
        since: Option<Day>,
    ) -> Result<usize, RemoveError> {
        let done = |object: &Object| {
            object.receipted(counts) || since.is_some_and(|since| object.receipted.is_some_and(|day| day <= since))
        };
        let complete = self.shelf.look(|cabinet| objects(cabinet, done))?;
        if complete.is_empty() { Ok(0) } else { self.delete(&complete) }
    }

    /// Deletes the letters to a source. What they said, whoever wrote them still has; where other desks have not fetched
    /// their echoes, they never will.
    pub fn erase_letters(&self, source: SourceKey) -> Result<(), RemoveError> {
        self.committer.change(None, move |round| {
            let letter = |object: &Object| matches!(object.id, ObjectId::Letter { .. }) && object.source == source;
            let letters = objects(round.cabinet, letter)?;
            round.bury(&letters)?;
            Ok(())
        })
    }

    /// Deletes everything that is kept of a source: messages, fetched or not, letters, and the source itself. Its
    /// codename is nobody's from then on.
    pub fn erase_source(&self, source: SourceKey) -> Result<(), RemoveError> {
        self.committer.change(None, move |round| {
            let all = objects(round.cabinet, |object| object.source == source)?;
            round.bury(&all)?;
            // After the objects: what a crash leaves is a source with less, never objects without one.
            if let Some(gone) = round.cabinet.find::<Source>(&source.0)? {
                round.cabinet.remove::<Source>(&source.0)?;
                round.cabinet.remove::<Alias>(gone.fingerprint.as_bytes())?;
            }
            Ok(())
        })
    }
}

impl Round<'_> {
    /// Puts tombstones in the place of what is alive; the round overwrites what they name. Returns how many.
    fn bury(&mut self, ids: &[ObjectId]) -> Result<usize, Fault> {
        let buried = bury(self.cabinet, ids)?;
        let count = buried.len();
        self.buried.extend(buried);
        Ok(count)
    }
}

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

/// The objects that `are` so.
fn objects(cabinet: &Cabinet, are: impl Fn(&Object) -> bool) -> Result<Vec<ObjectId>, Fault> {
    let found = cabinet.all().filter_map(|entry| match entry {
        Ok(Entry::Live(object)) => are(&object).then_some(Ok(object.id)),
        Ok(Entry::Tombstone { .. }) => None,
        Err(fault) => Some(Err(fault)),
    });
    found.collect()
}

/// Rebuilds the free map, in one step for whoever is writing meanwhile, finishes deletions, and, unless the store was `closed` in order, deletes what was never
/// acknowledged: objects and names that no source knows; not those whose source's record is gone, once damaged ones were
/// `given_up`. Returns how many objects' records cannot be opened: what they
/// named is lost, and everything else goes on.
pub(super) fn settle_after_crash(
    cabinet: &Cabinet,
    vault: &Arc<Vault>,
    closed: bool,
    given_up: bool,
) -> Result<usize, Fault> {
    let known = if closed { None } else { Known::read(cabinet)? };
    let (mut remains, mut orphans, mut damaged) = (Vec::new(), Vec::new(), 0);
    let mut map = vault.map();
    map.recount();
    for entry in cabinet.every() {
        match entry {
            Ok(Entry::Tombstone { id, place, key }) => {
                let one = Remains { id, place, key };
                // Whose runs cannot be told was overwritten already.
                let _ = one.runs(vault).concat().into_iter().all(|run| map.keep(run));
                remains.push(one);
            }
            Ok(Entry::Live(object)) if occupy(&mut map, vault, &object).is_err() => damaged += 1,
            Ok(Entry::Live(object)) => {
                let spared = |known: &Known| given_up && !known.0.contains_key(&object.source);
                if known.as_ref().is_some_and(|known| !known.has(&object) && !spared(known)) {
                    orphans.push(object.id);
                }
            }
            Err(Fault::Damaged) => damaged += 1,
            Err(fault) => return Err(fault),
        }
    }
    drop(map);
    remains.extend(bury(cabinet, &orphans)?);
    if known.is_some() {
        for alias in cabinet.all::<Alias>().collect::<Result<Vec<_>, _>>()? {
            if cabinet.find::<Source>(&alias.source.0)?.is_none() {
                cabinet.remove::<Alias>(alias.fingerprint.as_bytes())?;
            }
        }
    }
    if remains.is_empty() {
        return Ok(damaged);
    }
    cabinet.make_durable()?;
    let mut freed = Vec::new();
    for one in &remains {
        freed.extend(one.scrub(vault)?);
    }
    remains.iter().try_for_each(|one| one.forget(cabinet))?;
    cabinet.make_durable()?;
    vault.free(&freed);
    Ok(damaged)
}

fn occupy(map: &mut Map, vault: &Vault, object: &Object) -> Result<(), Fault> {
    let mut runs = vault.runs(&object.place, &object.key)?;
    if let Place::Listed(slot) = object.place {
        runs.push(Run { start: slot, count: 1 });
    }
    runs.into_iter().all(|run| map.keep(run)).then_some(()).ok_or(Fault::Damaged)
}

/// How far each source's record, written after its objects', knows of them.
struct Known(HashMap<SourceKey, Source>);

impl Known {
    /// Reads them; none where one is damaged, since its objects were acknowledged all the same.
    fn read(cabinet: &Cabinet) -> Result<Option<Self>, Fault> {
        let sources = cabinet
            .every::<Source>()
            .map(|source| source.map(|source| (source.key, Source { locked_tsk: Vec::new(), ..source })));
        match sources.collect::<Result<_, _>>() {
            Ok(sources) => Ok(Some(Self(sources))),
            Err(Fault::Damaged) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    fn has(&self, object: &Object) -> bool {
        self.0.get(&object.source).is_some_and(|source| match object.id {
            ObjectId::Submission(_) => object.number < source.next,
            ObjectId::Letter { writer, number, .. } => {
                source.heads.iter().any(|head| head.writer == writer && number <= head.number)
            }
        })
    }
}
