//! What goes out to an investigator, and how far their bundles have come.
//!
//! Protects against a report that no bundle carries: a mark is durable before a bundle has its name, and a lost bundle
//! can be made again from its number.

use std::collections::HashSet;

use sluss_core::cert::Fingerprint;
use sluss_core::roster::Member;

use super::Store;
use super::cabinet::Cabinet;
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

/// The certs that an investigator can open with: what was sealed to an earlier one is theirs too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certs {
    /// The one in use.
    pub in_use: Fingerprint,
    /// Earlier ones.
    pub earlier: Vec<Fingerprint>,
}

impl From<Fingerprint> for Certs {
    fn from(in_use: Fingerprint) -> Self {
        Self { in_use, earlier: Vec::new() }
    }
}

impl From<&Member> for Certs {
    fn from(member: &Member) -> Self {
        Self { in_use: member.cert().fingerprint(), earlier: member.person().earlier.clone() }
    }
}

impl Certs {
    /// Whether this is one of them.
    pub fn has(&self, fingerprint: &Fingerprint) -> bool {
        self.in_use == *fingerprint || self.earlier.contains(fingerprint)
    }
}

impl Object {
    /// The first of this investigator's bundles that it went into, if any.
    pub fn first_exported_to(&self, certs: &Certs) -> Option<u32> {
        let theirs = self.addressees.iter().filter(|addressee| certs.has(&addressee.fingerprint));
        theirs.map(|addressee| addressee.exported_in).filter(|bundle| *bundle != 0).min()
    }
}

impl Investigator {
    /// Their record, under whichever cert it was begun: bundles are counted on when a cert is renewed.
    pub(super) fn find(cabinet: &Cabinet, certs: &Certs) -> Result<Self, Fault> {
        for fingerprint in std::iter::once(&certs.in_use).chain(&certs.earlier) {
            if let Some(found) = cabinet.find::<Self>(fingerprint.as_bytes())? {
                return Ok(Self { fingerprint: certs.in_use, ..found });
            }
        }
        Ok(Self { fingerprint: certs.in_use, next: 1, acknowledged: Vec::new() })
    }
}

impl Store {
    /// How far an investigator's bundles have come; a new one begins at number 1.
    pub fn investigator(&self, certs: &Certs) -> Result<Investigator, ReadError> {
        self.shelf.look(|cabinet| Ok(Investigator::find(cabinet, certs)?))
    }

    /// What an investigator's next bundle should hold: what none has held yet, and with `from` also all that first went
    /// into bundle `from` or a later one. In an order that tells nothing.
    pub fn objects_for(&self, certs: &Certs, from: Option<u32>) -> Result<Vec<Object>, ReadError> {
        let wanted = |object: &Object| {
            object.addressees.iter().any(|addressee| {
                let again = from.is_some_and(|from| addressee.exported_in >= from);
                certs.has(&addressee.fingerprint) && (addressee.exported_in == 0 || again)
            })
        };
        self.shelf.look(|cabinet| {
            let live = cabinet.all().filter_map(|entry| match entry {
                Ok(Entry::Live(object)) => wanted(&object).then_some(Ok(object)),
                Ok(Entry::Tombstone { .. }) => None,
                Err(fault) => Some(Err(fault.into())),
            });
            live.collect()
        })
    }

    /// The return bundles of an investigator that are done and whose desk has not acknowledged being told so.
    pub fn done_for(&self, certs: &Certs) -> Result<Vec<Done>, ReadError> {
        let investigator = self.investigator(certs)?;
        self.shelf.look(|cabinet| {
            let untold = cabinet.all().filter(|done: &Result<Done, Fault>| {
                done.as_ref().map_or(true, |done| certs.has(&done.by) && !investigator.was_told(done))
            });
            untold.map(|done| done.map_err(ReadError::from)).collect()
        })
    }

    /// Records durably that bundle `number` holds `objects` and told of `done`; the investigator's next number rises.
    pub fn mark_exported(
        &self,
        certs: &Certs,
        number: u32,
        objects: &[ObjectId],
        done: &[[u8; 16]],
    ) -> Result<(), MarkError> {
        let certs = certs.clone();
        let (objects, done): (HashSet<ObjectId>, HashSet<[u8; 16]>) =
            (objects.iter().copied().collect(), done.iter().copied().collect());
        self.committer.change(None, move |round| {
            let cabinet = round.cabinet;
            let mut investigator = Investigator::find(cabinet, &certs)?;
            if investigator.next != number {
                return Err(MarkError::Number);
            }
            for id in &objects {
                let Some(Entry::Live(mut object)) = cabinet.find(&id.bytes())? else { continue };
                let mut first = false;
                for addressee in &mut object.addressees {
                    if certs.has(&addressee.fingerprint) && addressee.exported_in == 0 {
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
