//! Taking in a bundle: the drop's, or a colleague's.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek as _};
use std::path::Path;

use rand::CryptoRng;
use sluss_core::bundle::{self, Item, OpenError, Outbound, RandomId, Skipped};
use sluss_core::day::{Clock, Day};
use sluss_core::digest::Digest;

use super::ExchangeError;
use super::colleagues::{Heard, hear};
use crate::book::Shelf;
use crate::casebook::SetAside;
use crate::casebook::journal::{Arrival, Event};
use crate::desk::Desk;

/// What was taken in.
#[derive(Debug)]
pub enum Opened {
    /// An outbound bundle.
    FromDrop(Intake),
    /// A desk bundle.
    FromColleague(Heard),
}

/// What came of an outbound bundle.
#[derive(Debug)]
pub struct Intake {
    /// Its number.
    pub number: u32,
    /// Whether the drop made another at the same time because this one was full.
    pub more: bool,
    /// The day on which the drop made it.
    pub day: Day,
    /// Submissions that were not here before.
    pub new: usize,
    /// Submissions that were.
    pub known: usize,
    /// Letters by others that were not here before.
    pub letters: usize,
    /// What of it belongs to no case. It is kept, and not receipted.
    pub refused: Vec<Refused>,
    /// Return bundles that the drop has done.
    pub done: Vec<RandomId>,
    /// Letters that the drop could not deliver.
    pub skipped: Vec<Skipped>,
    /// Earlier numbers of the same store that never came.
    pub missing: Vec<u32>,
    /// Whether the drop's store was restored since the last one: receipts and letters go out once more.
    pub restored: bool,
    /// Whether the drop uses a roster that this desk does not know.
    pub newer_roster: bool,
    /// Whether the bundle's day lies ahead of this machine's clock.
    pub clock_behind: bool,
}

/// Something in a bundle that belongs to no case.
#[derive(Debug)]
pub struct Refused {
    /// The digest of its sealed bytes.
    pub digest: Digest,
    /// Why.
    pub why: Why,
}

/// Why something in a bundle belongs to no case.
#[derive(Debug)]
pub enum Why {
    /// It does not open, or is not as its manifest says; also kept in [`crate::desk::Office::unreadable`].
    Unreadable,
    /// It opens, and contradicts what the casebook knows.
    SetAside(SetAside),
}

/// Takes in the bundle at `path`. It is copied into the book first, so that it cannot change between being verified and
/// being unpacked; only when it was verified to its end is anything kept.
pub fn open(desk: &mut Desk, path: &Path, clock: Clock, rng: &mut impl CryptoRng) -> Result<Opened, ExchangeError> {
    let copy = copied(desk, path)?;
    match from_drop(desk, &copy, clock, rng) {
        Err(ExchangeError::Refused(OpenError::ForeignSigner)) => match hear(desk, &copy) {
            // A colleague signed what only the drop makes.
            Err(ExchangeError::Refused(OpenError::Format(_))) => Err(ExchangeError::Refused(OpenError::ForeignSigner)),
            heard => heard.map(Opened::FromColleague),
        },
        intake => intake.map(Opened::FromDrop),
    }
}

fn from_drop(desk: &mut Desk, copy: &File, clock: Clock, rng: &mut impl CryptoRng) -> Result<Intake, ExchangeError> {
    let office = desk.office()?;
    let verified = desk.with_any_key(|tsk| {
        let mut copy = copy;
        copy.rewind().map_err(OpenError::Io)?;
        bundle::verify::<Outbound>(copy, tsk, &office.roster.drop_certs(), office.roster.drop_id())
    });
    let manifest = verified.map_err(ExchangeError::Refused)?.manifest;
    if !desk.owns(manifest.investigator) {
        return Err(ExchangeError::Refused(OpenError::NotAddressed));
    }
    let shelves = Shelves::of(&manifest);
    let new = Shelves {
        submissions: shelves
            .submissions
            .iter()
            .copied()
            .filter(|digest| !office.casebook.has_submission(*digest))
            .collect(),
        letters: shelves.letters.iter().copied().filter(|digest| !desk.book().holds(Shelf::Letters, *digest)).collect(),
    };
    let before = office.casebook.journal().incarnation();
    let newer_roster = !office.roster.knows(manifest.roster);
    keep_items(desk, copy, &shelves)?;

    for digest in &shelves.submissions {
        desk.read_submission(*digest, rng)?;
    }
    for digest in &shelves.letters {
        desk.read_letter(*digest)?;
    }
    let arrival = Arrival {
        incarnation: manifest.incarnation,
        number: manifest.number,
        made: manifest.day,
        submissions: manifest.submissions.iter().map(|item| item.digest).collect(),
        done: manifest.done.clone(),
        skipped: manifest.skipped.clone(),
    };
    if !desk.office()?.casebook.journal().has(&arrival) {
        desk.enter(Event::Arrived(arrival), clock)?;
    }
    let numbers = desk.office()?.casebook.journal().numbers();
    let present = desk.office()?.casebook.journal().incarnation() == Some(manifest.incarnation);
    Ok(Intake {
        number: manifest.number,
        more: manifest.more,
        day: manifest.day,
        new: new.submissions.len(),
        known: shelves.submissions.len() - new.submissions.len(),
        letters: new.letters.len(),
        refused: refused(desk, &shelves)?,
        done: manifest.done,
        skipped: manifest.skipped,
        missing: if present {
            (1..manifest.number).filter(|number| !numbers.contains(number)).collect()
        } else {
            Vec::new()
        },
        restored: before.is_some_and(|before| present && before != manifest.incarnation),
        newer_roster,
        clock_behind: clock.is_behind(manifest.day),
    })
}

fn copied(desk: &Desk, path: &Path) -> Result<File, ExchangeError> {
    let mut from = File::open(path).map_err(ExchangeError::Read)?;
    if from.metadata().map_err(ExchangeError::Read)?.is_dir() {
        return Err(ExchangeError::Read(io::ErrorKind::IsADirectory.into()));
    }
    let mut copy = desk.book().scratch().map_err(crate::desk::DeskError::from)?;
    io::copy(&mut from, &mut copy).map_err(ExchangeError::Read)?;
    Ok(copy)
}

/// What lies in a bundle, by where it goes.
struct Shelves {
    submissions: BTreeSet<Digest>,
    letters: BTreeSet<Digest>,
}

impl Shelves {
    fn of(manifest: &Outbound) -> Self {
        Self {
            submissions: manifest.submissions.iter().map(|item| item.digest).collect(),
            letters: manifest.echoes.iter().map(|echo| echo.item.digest).collect(),
        }
    }
}

/// Puts every item on its shelf, durably, as it came.
fn keep_items(desk: &Desk, copy: &File, shelves: &Shelves) -> Result<(), ExchangeError> {
    let book = desk.book();
    let keep = |item: &Item, content: &mut dyn Read| {
        let shelf = if shelves.submissions.contains(&item.digest) { Shelf::Submissions } else { Shelf::Letters };
        book.keep(shelf, item.digest, content).map_err(OpenError::Io)
    };
    let drops = desk.office()?.roster.drop_certs();
    match desk.with_any_key(|tsk| bundle::unpack::<Outbound>(copy, tsk, &drops, keep)) {
        Err(OpenError::Io(error)) => Err(ExchangeError::Desk(error.into())),
        unpacked => unpacked.map_err(ExchangeError::Refused),
    }
}

fn refused(desk: &Desk, shelves: &Shelves) -> Result<Vec<Refused>, ExchangeError> {
    let office = desk.office()?;
    let set_aside = office.casebook.set_aside();
    let all = shelves.submissions.iter().chain(&shelves.letters);
    let why = |digest: &Digest| match set_aside.get(digest) {
        Some(reason) => Some(Why::SetAside(*reason)),
        None if office.unreadable.contains_key(digest) => Some(Why::Unreadable),
        None => None,
    };
    Ok(all.filter_map(|digest| why(digest).map(|why| Refused { digest: *digest, why })).collect())
}
