//! The snapshot: what was opened of the book, sealed in one piece, so that unlocking opens one thing and not thousands.
//!
//! Protects: it is sealed to its owner alone and signed by them; nobody else can make one that is believed. It is a copy
//! and never the truth: what has left the shelves is forgotten, what it lacks is opened by itself, and one that does not
//! open is made anew. It does not see whether sealed bytes were damaged since it was made: whoever reads those does.

use serde::{Deserialize, Serialize};
use sluss_core::cert::{Cert, Tsk};
use sluss_core::day::{Clock, Day};
use sluss_core::envelope::{self, OpenError, SealError};

use crate::casebook::Contents;

/// The format this program writes: another one whenever the contents, or what is told of a source's files, change.
const FORMAT: u32 = 1;
/// Bytes of content that are written or read at most (1 GiB).
const MOST: usize = 1 << 30;
/// Bytes to a multiple of which it is filled up (1 MiB), so that its length tells little of the texts in it.
const STEP: usize = 1 << 20;

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    contents: &'a Contents,
}

#[derive(Deserialize)]
struct Read {
    format: u32,
    contents: Contents,
}

/// Seals what was opened, for `owner` alone. It is dated by `day`, the roster's, which tells nothing of when it was made.
///
/// # Errors
/// [`SealError::TooLarge`] above 1 GiB: then the book is read without one.
pub(crate) fn seal(contents: &Contents, owner: &Tsk, day: Day) -> Result<Vec<u8>, SealError> {
    let written = Written { format: FORMAT, contents };
    let mut json = serde_json::to_vec(&written).map_err(|_| SealError::Failed)?;
    // JSON passes over trailing space.
    json.resize(json.len().next_multiple_of(STEP), b' ');
    if json.len() > MOST {
        return Err(SealError::TooLarge);
    }
    let clock = Clock::new(day.instant()).map_err(|_| SealError::Failed)?;
    envelope::seal_bytes(&json, owner, &[&owner.cert()], day, clock)
}

/// Opens what one of the owner's certs, `own`, signed.
pub(crate) fn open(sealed: &[u8], tsk: &Tsk, own: &[&Cert]) -> Result<Contents, OpenError> {
    let (json, _) = envelope::open_bytes(sealed, tsk, own, MOST)?;
    let read: Read = serde_json::from_slice(json.expose()).map_err(|_| OpenError::Format("no snapshot"))?;
    if read.format == FORMAT { Ok(read.contents) } else { Err(OpenError::Newer) }
}

#[cfg(test)]
mod tests;
