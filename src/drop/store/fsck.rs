//! Looking through the whole store: every record, and every body against its record.
//!
//! Protects against damage that nobody notices until a report is missed. Nothing sealed is opened; what is found has no
//! name, only a number.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::Store;
use super::cabinet::Cabinet;
use super::fault::Fault;
use super::read::ReadError;
use super::record::{Entry, Object, Record as _, Whole};
use super::shelf::WHOLE;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Records that cannot be opened: whatever they named is lost.
    pub records: usize,
    /// Bodies that are not what their records say.
    pub bodies: usize,
}

impl Damage {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Removes the damaged records, and remembers that there were any.
fn give_up_records(cabinet: &Cabinet) -> Result<usize, Fault> {
    let damaged = cabinet.damaged(true)?;
    if damaged > 0 {
        let whole = cabinet.find::<Whole>(&WHOLE.id())?.ok_or(Fault::Damaged)?;
        cabinet.put(&Whole { gave_up: true, ..whole })?;
    }
    Ok(damaged)
}

impl Store {
    /// Looks through everything. With `give_up`, damaged records and the objects of damaged bodies are deleted for good;
    /// as long as there are damaged records, no sweep can be.
    ///
    /// # Errors
    /// [`ReadError::Fault`] when the disk cannot be read.
    pub fn fsck(&self, give_up: bool) -> Result<Damage, ReadError> {
        let records = if give_up {
            self.committer.change(None, |round| give_up_records(round.cabinet))
        } else {
            self.shelf.look(|cabinet| cabinet.damaged(false))
        }?;
        let objects: Vec<Object> = self.shelf.look(|cabinet| {
            let live = cabinet.all().filter_map(|entry| match entry {
                Ok(Entry::Live(object)) => Some(Ok(object)),
                Ok(Entry::Tombstone { .. }) => None,
                Err(fault) => Some(Err(fault)),
            });
            live.collect::<Result<_, Fault>>()
        })?;
        let mut damaged = Vec::new();
        for object in objects {
            // What was deleted meanwhile is not damaged.
            if !self.is_sound(&object)? && self.object(&object.id).is_ok() {
                damaged.push(object.id);
            }
        }
        if give_up && !damaged.is_empty() {
            self.delete(&damaged).map_err(|super::RemoveError::Fault(fault)| fault)?;
        }
        Ok(Damage { records, bodies: damaged.len() })
    }

    /// Reads a body to its end and compares it with its record.
    pub fn is_sound(&self, object: &Object) -> Result<bool, ReadError> {
        let mut piece = vec![0; PIECE];
        let mut body = match self.open_body(object) {
            Err(ReadError::Fault(Fault::Damaged)) => return Ok(false),
            body => body?,
        };
        loop {
            match body.read(&mut piece) {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return Ok(false),
                Err(error) => return Err(Fault::from(error).into()),
            }
        }
    }
}
