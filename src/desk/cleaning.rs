//! Telling what a source's file says beside what it shows, and saving a copy that says less.
//!
//! Protects: the original stays sealed and as it is; what is looked at on the way lies on disk as noise alone. What a copy
//! still tells is named ([`Remains`]), never called nothing.

use std::collections::BTreeSet;
use std::io::{self, Seek as _};
use std::path::Path;

use sluss_core::envelope::OpenError;
use sluss_core::submission::FILES;

use crate::answer::{SaveError, Saved, find, put};
use crate::book::Spool;
use crate::desk::{Desk, DeskError};
use crate::durable;
use crate::metadata::{self, Metadata, MetadataError, Remains};

/// What the name of a copy begins with.
const CLEAN: &str = "clean-";

/// Why a file was not looked into, or no copy saved.
#[derive(Debug, thiserror::Error)]
pub enum CleanError {
    /// The file is not there, or the copy could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// It cannot be looked into.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
}

/// What the file `name` of `case` tells beside what it shows. `name` is `NUMBER/NAME`, or the name alone.
pub fn tells(desk: &Desk, case: &str, name: &str) -> Result<Metadata, CleanError> {
    Ok(metadata::list(original(desk, case, name)?.0)?)
}

/// Saves a copy of the file `name` of `case` to `to`, a folder or a file that does not exist yet, without what [`tells`]
/// lists; also what remains in it.
pub fn save(desk: &Desk, case: &str, name: &str, to: &Path) -> Result<(Saved, BTreeSet<Remains>), CleanError> {
    let (original, name) = original(desk, case, name)?;
    let path = durable::place(to, &format!("{CLEAN}{name}")).map_err(SaveError::Write)?;
    let mut copy = spool(desk)?;
    let remains = metadata::clean(original, &mut copy)?;
    copy.rewind().map_err(SaveError::Write)?;
    let saved = put(path, |file| io::copy(&mut copy, file).map(drop).map_err(SaveError::Write))?;
    Ok((saved, remains))
}

/// The file, spooled, and its name.
fn original(desk: &Desk, case: &str, name: &str) -> Result<(Spool, String), SaveError> {
    let case = desk.office()?.casebook.case(case)?;
    let (digest, member) = find(&case, name)?;
    let mut submission = desk.open_submission(digest).map_err(SaveError::Open)?;
    let mut original = spool(desk)?;
    submission.save(&member, &mut original).map_err(SaveError::Open)?;
    original.rewind().map_err(|error| SaveError::Open(OpenError::Io(error)))?;
    Ok((original, member.strip_prefix(FILES).unwrap_or(&member).to_owned()))
}

fn spool(desk: &Desk) -> Result<Spool, SaveError> {
    desk.book().spool().map_err(|error| SaveError::Desk(DeskError::from(error)))
}

#[cfg(test)]
mod tests;
