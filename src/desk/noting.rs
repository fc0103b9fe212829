//! Noting what matters in a case, and what is decided.
//!
//! Protects: a note goes to its writer, to those who may read an answer in the case, and to the reserve; never to a source
//! or a drop, nor to somebody whom the source left out. What was noted can be answered by another note, never changed.

pub mod junk;

use sluss_core::day::Clock;
use sluss_core::digest::Digest;
use sluss_core::letter::Text;
use sluss_core::limits;
use sluss_core::note::{self, Fate, Matter, Note, SealedNote};

use crate::answer::readers;
use crate::book::Shelf;
use crate::casebook::NoCase;
use crate::casebook::case::Case;
use crate::desk::{Desk, DeskError};

/// Why nothing was noted.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// It has no text, and this matter needs one: a decision has a reason.
    #[error("the note is empty")]
    Empty,
    /// It is too long.
    #[error("the note is {over} bytes too long")]
    TooLong {
        /// Bytes above [`limits::LETTER_TEXT`].
        over: usize,
    },
    /// Nobody of this name may read the case.
    #[error("nobody of this name may read the case")]
    NotAReader,
    /// The case is neither closed nor junk, and so is neither archived nor erased.
    #[error("the case is neither closed nor junk")]
    NotDone,
    /// There is no such case.
    #[error(transparent)]
    NoCase(#[from] NoCase),
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// Signs a note on `case` and keeps it; the digest of its sealed bytes.
pub fn note(desk: &mut Desk, case: &str, matter: Matter, text: &str, clock: Clock) -> Result<Digest, NoteError> {
    let case = desk.office()?.casebook.case(case)?;
    let sealed = sealed(desk, &case, matter, text, clock)?;
    desk.book().keep(Shelf::Notes, sealed.digest, &mut sealed.bytes.as_slice()).map_err(DeskError::from)?;
    desk.read_note(sealed.digest)?;
    Ok(sealed.digest)
}

/// A note on `case`, signed and sealed, not yet kept.
fn sealed(desk: &Desk, case: &Case<'_>, matter: Matter, text: &str, clock: Clock) -> Result<SealedNote, NoteError> {
    // Browsers send CR LF; colleagues read lines.
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() && !matches!(matter, Matter::Assigned { .. } | Matter::Tags) {
        return Err(NoteError::Empty);
    }
    if let over @ 1.. = text.len().saturating_sub(limits::LETTER_TEXT) {
        return Err(NoteError::TooLong { over });
    }
    let office = desk.office()?;
    let readers = readers(office, case);
    if let Matter::Assigned { to } = &matter {
        let person = office.roster.member(to).filter(|member| readers.contains(&member.cert()));
        person.ok_or(NoteError::NotAReader)?;
    }
    if matches!(matter, Matter::Retention { fate: Fate::Archived | Fate::Erased }) && !case.is_done() {
        return Err(NoteError::NotDone);
    }
    let own = desk.tsk().fingerprint();
    let before =
        case.notes().filter(|(_, note)| note.writer == own).max_by_key(|(digest, note)| (note.sequence, *digest));
    let note = Note {
        format: note::FORMAT,
        drop: office.roster.drop_id(),
        organisation: case.organisation().to_owned(),
        source: case.source().fingerprint(),
        writer: own,
        sequence: before.map_or(1, |(_, note)| note.sequence.saturating_add(1)),
        previous: before.map(|(digest, _)| digest),
        seen: case.seen_with_notes(),
        day: clock.today(),
        matter,
        text: Text::new(text),
    };
    Ok(note.seal(desk.tsk(), &readers, desk.clock(clock)?).map_err(DeskError::Seal)?)
}

#[cfg(test)]
mod tests;
