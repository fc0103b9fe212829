//! What a source sealed themselves: opened when somebody asks for it, one layer, and never on its own.
//!
//! Protects: nothing of it is shown or saved before all of it was found sound; until then it lies in a spool that is
//! encrypted, or in memory that wipes itself. It does not make a file safe to open.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use sluss_core::digest::Digest;
use sluss_core::envelope::OpenError;
use sluss_core::limits;
use sluss_core::nested::{self, NestedError, Unsealed, Voucher};
use sluss_core::secret::Secret;
use sluss_core::submission::{FILES, REPORT};

use crate::answer::{SaveError, Saved, find, put};
use crate::casebook::case::Case;
use crate::desk::Desk;
use crate::durable;

/// What a text sealed by its source is saved as.
const REPORT_UNSEALED: &str = "report-unsealed.txt";

/// What a text sealed by its source holds.
#[derive(Debug)]
pub enum Content {
    /// Text.
    Text(Secret<String>),
    /// Something that is no text.
    NoText,
    /// More than [`limits::UNSEALED_TEXT`] bytes.
    Long,
    /// A sealed message again.
    Again,
}

/// A text sealed by its source, opened.
#[derive(Debug)]
pub struct Opened {
    /// What it holds.
    pub content: Content,
    /// Who vouches for it; not known of one that is too long, whose end was not read.
    pub voucher: Option<Voucher>,
}

/// Opens the text of a message that its source sealed; `number` is the message's in the case.
pub fn read(desk: &Desk, case: &str, number: u32) -> Result<Opened, SaveError> {
    let case = desk.office()?.casebook.case(case)?;
    let (digest, member) = find(&case, &format!("{number}/{REPORT}"))?;
    // As large as it can become, so that no copy of it is left behind by growing.
    let mut bytes = Secret::new(Vec::with_capacity(usize::try_from(limits::UNSEALED_TEXT).unwrap_or_default()));
    let opened = open(desk, &case, (digest, &member), limits::UNSEALED_TEXT, bytes.expose_mut());
    let (content, voucher) = match opened {
        Err(SaveError::Nested(NestedError::TooLarge { .. })) => (Content::Long, None),
        Err(error) => return Err(error),
        Ok(Unsealed { again: true, voucher, .. }) => (Content::Again, Some(voucher)),
        Ok(Unsealed { voucher, .. }) => {
            let text = String::from_utf8(bytes.into_inner());
            (text.map_or(Content::NoText, |text| Content::Text(Secret::new(text))), Some(voucher))
        }
    };
    Ok(Opened { content, voucher })
}

/// Opens a file that its source sealed, or the text for `report.txt`, and saves what it holds to `to`; `name` and `to` are
/// as for [`crate::answer::save`].
pub fn save(desk: &Desk, case: &str, name: &str, to: &Path) -> Result<(Saved, Unsealed), SaveError> {
    let case = desk.office()?.casebook.case(case)?;
    let (digest, member) = find(&case, name)?;
    let sealed_name = member.strip_prefix(FILES).unwrap_or(REPORT_UNSEALED);
    let path =
        durable::place(to, nested::unsealed_name(sealed_name).unwrap_or(sealed_name)).map_err(SaveError::Write)?;
    let spool_failed = |error| SaveError::Nested(NestedError::Io(error));
    let mut spool = desk.book().spool().map_err(spool_failed)?;
    let unsealed = open(desk, &case, (digest, &member), limits::UNSEALED, &mut spool)?;
    spool.seek(SeekFrom::Start(0)).map_err(spool_failed)?;
    let saved = put(path, |file| io::copy(&mut spool, file).map(drop).map_err(SaveError::Write))?;
    Ok((saved, unsealed))
}

/// Opens one layer of a member of a submission with whichever of the owner's keys it is sealed to.
fn open(
    desk: &Desk,
    case: &Case<'_>,
    (digest, member): (Digest, &str),
    most: u64,
    sink: &mut impl Write,
) -> Result<Unsealed, SaveError> {
    let mut submission = desk.open_submission(digest).map_err(SaveError::Open)?;
    let opened = desk.with_any_key(|tsk| {
        let sealed = submission.file(member)?;
        match nested::open(sealed, tsk, case.source(), most, sink) {
            // Nothing has been written yet, and another key may open it.
            Err(NestedError::NotForUs) => Err(OpenError::NotForUs),
            opened => Ok(opened),
        }
    });
    match opened {
        Ok(opened) => Ok(opened?),
        Err(OpenError::NotForUs) => Err(NestedError::NotForUs.into()),
        Err(error) => Err(SaveError::Open(error)),
    }
}

#[cfg(test)]
mod tests;
