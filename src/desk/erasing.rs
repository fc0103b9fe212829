//! Erasing a case from this desk, once that was decided.
//!
//! Protects: nothing is erased but by a decision with its reason, which stays, as does the register's row; what is erased
//! opens no more, also not from the disk's stale blocks. It does not reach colleagues' desks, case files that were handed
//! over, sticks, or copies of the book.

use std::collections::BTreeMap;

use sluss_core::day::Clock;

use crate::casebook::NoCase;
use crate::casebook::case::Received;
use crate::casebook::journal::{Erasure, Event};
use crate::casebook::register::Row;
use crate::desk::{Desk, DeskError};

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// No decision holds that it is archived or erased.
    #[error("it was not decided that the case is archived or erased")]
    Undecided,
    /// A letter is not known to have reached the drop.
    #[error("a letter is not known to have reached the drop")]
    LetterUnderWay,
    /// The inbox of whoever told the report is not known to be open at the drop: nobody else could read the report then.
    #[error("the drop is not known to have the report and its inbox")]
    InboxUnderWay,
    /// There is no such case.
    #[error(transparent)]
    NoCase(#[from] NoCase),
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// Erases `case`. What stays is written down first, so that a desk that is cut off goes on erasing when it is unlocked.
pub fn erase(desk: &mut Desk, case: &str, clock: Clock) -> Result<(), EraseError> {
    let erasure = erasure(desk, case, clock)?;
    desk.enter(Event::Erased(erasure), clock)?;
    Ok(desk.clear_remains()?)
}

/// What stays of `case`, if it may be erased.
fn erasure(desk: &Desk, case: &str, clock: Clock) -> Result<Erasure, EraseError> {
    let casebook = &desk.office()?.casebook;
    let case = casebook.case(case)?;
    let (fate, decision) = case.erasable().ok_or(EraseError::Undecided)?;
    if case.has_letter_under_way() {
        return Err(EraseError::LetterUnderWay);
    }
    if casebook.unsent().enrolments.iter().any(|inbox| inbox.source == case.source().fingerprint()) {
        return Err(EraseError::InboxUnderWay);
    }
    let mut last_numbers = BTreeMap::new();
    for (_, letter) in case.letters() {
        let last = last_numbers.entry(letter.writer).or_insert(letter.sequence);
        *last = letter.sequence.max(*last);
    }
    let inboxes = casebook.journal().enrolments().filter(|(_, inbox)| inbox.source == case.source().fingerprint());
    let letters = case.letters().map(|(digest, _)| digest);
    let notes = case.notes().map(|(digest, _)| digest);
    Ok(Erasure {
        source: case.source().fingerprint(),
        organisation: case.organisation().to_owned(),
        row: (!case.junk()).then(|| Row::of(&case, clock.today())),
        fate,
        decided_by: decision.writer,
        decided: decision.day,
        reason: decision.text.clone(),
        receipts: case.submissions().map(Received::receipt).collect(),
        written: letters.chain(notes).chain(inboxes.map(|(digest, _)| digest)).collect(),
        last_numbers,
    })
}

#[cfg(test)]
mod tests;
