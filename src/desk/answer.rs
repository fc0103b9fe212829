//! Writing to a source, and saving what they sent.
//!
//! Protects: a letter goes to the source, its writer, those who read the source's newest message, and the reserve; never
//! to somebody whom the source left out. Until a return bundle carries it, or if the drop refuses it, it can be changed or
//! taken back. A file is written where the person says and nowhere else, and never opened here.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sluss_core::bundle::SkipReason;
use sluss_core::cert::{Cert, Fingerprint};
use sluss_core::day::Clock;
use sluss_core::digest::Digest;
use sluss_core::envelope::OpenError;
use sluss_core::letter::{self, Letter, LetterKind, Text};
use sluss_core::limits;
use sluss_core::nested::NestedError;
use sluss_core::roster::Member;
use sluss_core::submission::{FILES, REPORT};

use crate::book::Shelf;
use crate::casebook::NoCase;
use crate::casebook::case::{Case, LetterState};
use crate::desk::{Desk, DeskError, Office};
use crate::durable;

/// By how much a number is raised that the drop knew already; several such steps stay within what it takes.
const LEAP: u32 = letter::NUMBERS_AHEAD / 4;

/// Why a letter was not written, or not taken back.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// It has no text.
    #[error("the letter is empty")]
    Empty,
    /// It is too long.
    #[error("the letter is {over} bytes too long")]
    TooLong {
        /// Bytes above [`limits::LETTER_TEXT`].
        over: usize,
    },
    /// It can no longer be changed or taken back: a return bundle has it, another one follows it, or it is gone.
    #[error("the letter can no longer be changed or taken back")]
    Settled,
    /// There is no such case.
    #[error(transparent)]
    NoCase(#[from] NoCase),
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// A letter that lies in the book and leaves with the next return bundle.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The digest of its sealed bytes.
    pub digest: Digest,
    /// The writer's own number for this source.
    pub sequence: u32,
}

/// Writes a letter to the source of `case`, in the place of `instead` if that can still be changed.
pub fn reply(
    desk: &mut Desk,
    case: &str,
    kind: LetterKind,
    text: &str,
    instead: Option<Digest>,
    clock: Clock,
) -> Result<Written, ReplyError> {
    // Browsers send CR LF; a source reads lines.
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Err(ReplyError::Empty);
    }
    if let over @ 1.. = text.len().saturating_sub(limits::LETTER_TEXT) {
        return Err(ReplyError::TooLong { over });
    }
    let office = desk.office()?;
    let case = office.casebook.case(case)?;
    if instead.is_some() && instead != changeable(desk, &case) {
        return Err(ReplyError::Settled);
    }
    let letter = draft(desk, office, &case, kind, text, instead, clock);
    let (sequence, readers) = (letter.sequence, readers(office, &case));
    let source = case.source();
    let sealed = letter.seal(desk.tsk(), source, &readers, desk.clock(clock)?).map_err(DeskError::Seal)?;
    desk.book().keep(Shelf::Letters, sealed.digest, &mut sealed.bytes.as_slice()).map_err(DeskError::from)?;
    desk.read_letter(sealed.digest)?;
    // Last, so that there is never none: two in one place are both shown, and the drop delivers one.
    if let Some(instead) = instead {
        desk.discard(&BTreeSet::from([instead]))?;
    }
    Ok(Written { digest: sealed.digest, sequence })
}

/// Takes a letter back, as if it had never been written.
pub fn withdraw(desk: &mut Desk, case: &str, letter: Digest) -> Result<(), ReplyError> {
    let case = desk.office()?.casebook.case(case)?;
    if changeable(desk, &case) != Some(letter) {
        return Err(ReplyError::Settled);
    }
    Ok(desk.discard(&BTreeSet::from([letter]))?)
}

/// The letter of a case that can still be changed or taken back: the desk's owner's newest, by the cert in use if they wrote
/// one by it, while it is in no return bundle, or once the drop refused it. An earlier one cannot, since those after it name
/// it.
pub fn changeable(desk: &Desk, case: &Case<'_>) -> Option<Digest> {
    let in_use = desk.tsk().fingerprint();
    let own = case.letters_with_states().filter(|(_, letter, _)| desk.owns(letter.writer));
    let newest = own.max_by_key(|(digest, letter, _)| (letter.writer == in_use, letter.sequence, *digest));
    let (digest, _, state) = newest?;
    (state == LetterState::Waiting || state.is_refused()).then_some(digest)
}

fn draft(
    desk: &Desk,
    office: &Office,
    case: &Case<'_>,
    kind: LetterKind,
    text: String,
    instead: Option<Digest>,
    clock: Clock,
) -> Letter {
    let own = desk.tsk().fingerprint();
    let before = case
        .letters()
        .filter(|(digest, letter)| letter.writer == own && Some(*digest) != instead)
        .max_by_key(|(digest, letter)| (letter.sequence, *digest));
    Letter {
        format: letter::FORMAT,
        drop: office.roster.drop_id(),
        organisation: case.organisation().to_owned(),
        source: case.source().fingerprint(),
        writer: own,
        sequence: next_number(office, case, own, instead),
        previous: before.map(|(digest, _)| digest),
        seen: case.seen().into_iter().filter(|seen| Some(*seen) != instead).collect(),
        answers: case.submissions().next_back().map(|newest| newest.digest),
        kind,
        day: clock.today(),
        text: Text::new(text),
    }
}

/// The number of the next letter that `own` signs, or of the one `instead` of which it comes. The drop counts on when the
/// case was erased here; and it knows letters of which a restored desk does not: then the next one leaves some numbers out.
fn next_number(office: &Office, case: &Case<'_>, own: Fingerprint, instead: Option<Digest>) -> u32 {
    let here = case.letters_with_states().filter(|(_, letter, _)| letter.writer == own);
    let after = here.map(|(digest, letter, state)| match state {
        LetterState::Skipped(SkipReason::NumberTaken) => letter.sequence.saturating_add(LEAP),
        _ if Some(digest) == instead => letter.sequence,
        _ => letter.sequence.saturating_add(1),
    });
    let erased = office.casebook.journal().last_number(case.source().fingerprint(), own);
    after.max().unwrap_or(1).max(erased.saturating_add(1))
}

/// The certs of those who may read an answer: the organisation's recipients whom the source did not leave out. If that
/// cannot be known, those of its newest message's audience whom the roster has, and the reserve; of that audience alone
/// where the organisation has left the roster.
pub(crate) fn readers<'a>(office: &'a Office, case: &Case<'_>) -> Vec<&'a Cert> {
    let (roster, left_out) = (&office.roster, office.left_out(case));
    let read_it = |member: &Member| case.audience().iter().any(|cert| member.fingerprints().contains(cert));
    let may_read = |member: &Member| match &left_out {
        Some(left_out) => !left_out.contains(&member.person().id),
        None => read_it(member),
    };
    let recipients = match roster.organisation(case.organisation()) {
        Some(organisation) => roster.recipients(organisation),
        None => roster.members().iter().filter(|member| read_it(member)).collect(),
    };
    recipients.into_iter().filter(|member| member.is_reserve() || may_read(member)).map(Member::cert).collect()
}

/// Why a file was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The case has no such file.
    #[error("the case has no such file")]
    NoFile,
    /// Several of its messages have a file of this name.
    #[error("several messages have a file of this name")]
    Several,
    /// The place is taken, missing, or full.
    #[error("it could not be written there: {0}")]
    Write(#[source] io::Error),
    /// The submission could not be opened again.
    #[error(transparent)]
    Open(OpenError),
    /// What its source sealed could not be opened.
    #[error(transparent)]
    Nested(#[from] NestedError),
    /// There is no such case.
    #[error(transparent)]
    NoCase(#[from] NoCase),
    /// The desk could not do it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// A file that was saved, unsealed.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Where it lies.
    pub file: PathBuf,
    /// Its bytes.
    pub size: u64,
}

/// Saves a source's file to `to`, a folder or a file that does not exist yet. `name` is `NUMBER/NAME`, the number being
/// the message's in the case, or the name alone where only one message has it; `report.txt` is the text.
pub fn save(desk: &Desk, case: &str, name: &str, to: &Path) -> Result<Saved, SaveError> {
    let case = desk.office()?.casebook.case(case)?;
    let (digest, member) = find(&case, name)?;
    let name = member.strip_prefix(FILES).unwrap_or(&member);
    let path = durable::place(to, name).map_err(SaveError::Write)?;
    let mut submission = desk.open_submission(digest).map_err(SaveError::Open)?;
    put(path, |file| {
        submission.save(&member, file).map_err(|error| match error {
            OpenError::Io(error) => SaveError::Write(error),
            error => SaveError::Open(error),
        })
    })
}

/// Makes the file at `path` of what `fill` writes: wholly there, or not at all.
pub(crate) fn put(path: PathBuf, fill: impl FnOnce(&mut Counted) -> Result<(), SaveError>) -> Result<Saved, SaveError> {
    let mut file = Counted { file: new_file(&path).map_err(SaveError::Write)?, size: 0 };
    let flushed = fill(&mut file).and_then(|()| file.file.sync_all().map_err(SaveError::Write));
    if let Err(error) = flushed {
        // Half a file would pass for a whole one.
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    durable::sync_folder(durable::folder_of(&path)).map_err(SaveError::Write)?;
    Ok(Saved { file: path, size: file.size })
}

/// The submission and the member that `name` means.
pub(crate) fn find(case: &Case<'_>, name: &str) -> Result<(Digest, String), SaveError> {
    let (number, name) = match name.split_once('/').and_then(|(number, name)| Some((number.parse::<u32>().ok()?, name)))
    {
        Some((number, name)) => (Some(number), name),
        None => (None, name),
    };
    let mut found = Vec::new();
    for submission in
        case.submissions().filter(|submission| number.is_none_or(|number| number == submission.manifest.sequence))
    {
        let file = format!("{FILES}{name}");
        if name == REPORT {
            found.push((submission.digest, REPORT.to_owned()));
        }
        if submission.files.iter().any(|attached| attached.member.name == file) {
            found.push((submission.digest, file));
        }
    }
    match found.pop() {
        None => Err(SaveError::NoFile),
        Some(_) if !found.is_empty() => Err(SaveError::Several),
        Some(one) => Ok(one),
    }
}

/// A new file that is its owner's alone.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// A file that counts its bytes.
pub(crate) struct Counted {
    file: File,
    size: u64,
}

impl Write for Counted {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buf)?;
        self.size += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
