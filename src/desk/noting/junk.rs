//! Marking many cases as junk at once, as a flood of spam asks for, and showing many again.
//!
//! Protects: no case is hidden here in which somebody has written a letter or noted anything, even where it was ticked by
//! mistake or a colleague's note came in meanwhile: that takes a note in the case itself. Each case gets a signed note of its
//! own with the reason; nothing is deleted, and receipts go out as for every case.
//! It does not protect a report that somebody ticks among the spam. That one is hidden until somebody looks through what is
//! hidden, or its source writes again.

use std::collections::{BTreeMap, BTreeSet};

use sluss_core::cert::Fingerprint;
use sluss_core::day::Clock;
use sluss_core::digest::Digest;
use sluss_core::limits;
use sluss_core::note::{Matter, SealedNote};

use super::{NoteError, sealed};
use crate::book::{AsideError, Shelf};
use crate::casebook::NoCase;
use crate::casebook::case::{Case, number_of};
use crate::desk::{Desk, DeskError};
use crate::progress::Progress;

/// Why cases were not marked.
#[derive(Debug, thiserror::Error)]
pub enum JunkError {
    /// None was chosen.
    #[error("no case was chosen")]
    NoneChosen,
    /// There is no reason: a decision has one.
    #[error("there is no reason")]
    NoReason,
    /// The reason is too long.
    #[error("the reason is {over} bytes too long")]
    TooLong {
        /// Bytes above [`limits::LETTER_TEXT`].
        over: usize,
    },
    /// The desk failed on the way.
    #[error("{marked} of {all} cases were marked: {why}")]
    Cut {
        /// How many were marked before.
        marked: usize,
        /// How many were chosen.
        all: usize,
        /// What failed.
        #[source]
        why: DeskError,
    },
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// Why one of the cases was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum Left {
    /// Somebody has written a letter or noted something in it.
    #[error("somebody has written or noted something in it")]
    Touched,
    /// It is not hidden.
    #[error("it is not hidden")]
    Shown,
    /// The work was stopped before.
    #[error("the work was stopped")]
    Stopped,
    /// The note could not be made.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// What came of marking many.
#[derive(Debug)]
pub struct Marked {
    /// How many were.
    pub marked: usize,
    /// The numbers of those that were not, and why.
    pub left: Vec<(String, Left)>,
}

/// Marks the cases of the sources with these certs as junk (`yes`) or as none, each by a note with `reason`.
/// They lie safely in the book when this returns.
pub fn mark(
    desk: &mut Desk,
    sources: &BTreeSet<Fingerprint>,
    yes: bool,
    reason: &str,
    clock: Clock,
    progress: &Progress,
) -> Result<Marked, JunkError> {
    if sources.is_empty() {
        return Err(JunkError::NoneChosen);
    }
    if reason.trim().is_empty() {
        return Err(JunkError::NoReason);
    }
    if let over @ 1.. = reason.len().saturating_sub(limits::LETTER_TEXT) {
        return Err(JunkError::TooLong { over });
    }
    progress.expect(sources.len() as u64);
    let cut = |marked, why: std::io::Error| JunkError::Cut { marked, all: sources.len(), why: why.into() };
    let (mut notes, mut left) = (Vec::new(), Vec::new());
    // Folding the casebook once, and one flush of the disk: for each case by itself, a thousand would take minutes.
    let cases = desk.office()?.casebook.cases();
    let cases: BTreeMap<Fingerprint, &Case<'_>> =
        cases.iter().map(|case| (case.source().fingerprint(), case)).collect();
    let mut delivery = desk.book().delivery().map_err(|why| cut(0, why))?;
    for source in sources {
        match marking(desk, cases.get(source).copied(), yes, reason, clock, progress) {
            Ok(note) => {
                let aside = delivery.put_aside(note.digest, &mut note.bytes.as_slice());
                aside.map_err(|(AsideError::Read(why) | AsideError::Write(why))| cut(0, why))?;
                notes.push(note.digest);
            }
            Err(why) => left.push((number_of(*source), why)),
        }
        progress.advance(1);
    }
    let shelved = delivery.shelve(|_| Shelf::Notes);
    // Where the disk refused on the way, what lies on the shelf counts.
    let kept: Vec<Digest> = notes.into_iter().filter(|note| desk.book().holds(Shelf::Notes, *note)).collect();
    kept.iter().try_for_each(|note| desk.read_note(*note))?;
    desk.keep_snapshot();
    shelved.map_err(|why| cut(kept.len(), why))?;
    Ok(Marked { marked: kept.len(), left })
}

/// The note that marks one case, if it may be marked here.
fn marking(
    desk: &Desk,
    case: Option<&Case<'_>>,
    yes: bool,
    reason: &str,
    clock: Clock,
    progress: &Progress,
) -> Result<SealedNote, Left> {
    if progress.is_stopped() {
        return Err(Left::Stopped);
    }
    let case = case.ok_or(NoteError::NoCase(NoCase::Unknown))?;
    if yes && !case.is_untouched() {
        return Err(Left::Touched);
    }
    if !yes && !case.junk() {
        return Err(Left::Shown);
    }
    Ok(sealed(desk, case, Matter::Junk { yes }, reason, clock)?)
}

#[cfg(test)]
mod tests;
