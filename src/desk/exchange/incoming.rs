//! Taking in a bundle: the drop's, or a colleague's.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sluss_core::bundle::{self, Item, Manifest, OpenError, Outbound, RandomId, Skipped, Verified};
use sluss_core::cert::Cert;
use sluss_core::day::{Clock, Day};
use sluss_core::digest::Digest;

use super::ExchangeError;
use super::colleagues::{Heard, hear};
use crate::book::{AsideError, Delivery, Shelf};
use crate::casebook::SetAside;
use crate::casebook::journal::{Arrival, Event};
use crate::desk::{Desk, DeskError};
use crate::progress::Progress;

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
    /// Earlier numbers of the same store that never came: the newest [`MISSING`] of them.
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

/// Numbers of bundles that never came which are told at most.
pub const MISSING: usize = 100;
/// Bytes of a bundle are gone through so often: read, and opened.
const PASSES: u64 = 2;

/// Takes in the bundle at `path`, which is read once: what lies in it waits beside the shelves of the book until the bundle
/// was verified to its end.
pub fn open(desk: &mut Desk, path: &Path, clock: Clock, progress: &Progress) -> Result<Opened, ExchangeError> {
    let opened = match from_drop(desk, path, clock, progress) {
        Err(ExchangeError::Refused(OpenError::ForeignSigner)) => match hear(desk, path, progress) {
            // A colleague signed what only the drop makes.
            Err(ExchangeError::Refused(OpenError::Format(_))) => Err(ExchangeError::Refused(OpenError::ForeignSigner)),
            heard => heard.map(Opened::FromColleague),
        },
        intake => intake.map(Opened::FromDrop),
    };
    desk.keep_snapshot();
    // What is stopped breaks off wherever it is.
    opened.map_err(|error| if progress.is_stopped() { ExchangeError::Stopped } else { error })
}

/// Reads a bundle that one of `signers` must have signed: what it says, and those of its items that are `wanted`.
pub(super) fn receive<'a, M: Manifest>(
    desk: &'a Desk,
    path: &Path,
    signers: &[&Cert],
    wanted: impl Fn(&Item) -> bool,
    progress: &Progress,
) -> Result<(Verified<M>, Delivery<'a>), ExchangeError> {
    let about = fs::metadata(path).map_err(ExchangeError::Read)?;
    if about.is_dir() {
        return Err(ExchangeError::Read(io::ErrorKind::IsADirectory.into()));
    }
    progress.expect(PASSES * about.len());
    let drop = desk.office()?.roster.drop_id();
    let mut delivery = desk.book().delivery().map_err(DeskError::from)?;
    let mut refused_by_disk = None;
    let mut put_aside = |item: &Item, content: &mut dyn Read| match delivery.put_aside(item.digest, content) {
        Ok(()) => Ok(()),
        Err(AsideError::Read(_)) => Err(OpenError::Damaged),
        Err(AsideError::Write(error)) => {
            refused_by_disk = Some(error);
            Err(OpenError::Damaged)
        }
    };
    let received = desk.with_any_key(|tsk| {
        let file = File::open(path).map_err(OpenError::Io)?;
        bundle::receive::<M>(progress.watch(file), tsk, signers, drop, |item, content| {
            if wanted(item) { put_aside(item, content) } else { Ok(()) }
        })
    });
    match (received, refused_by_disk) {
        (_, Some(error)) => Err(ExchangeError::Desk(error.into())),
        (Err(OpenError::Io(error)), None) => Err(ExchangeError::Read(error)),
        (Err(error), None) => Err(ExchangeError::Refused(error)),
        (Ok(verified), None) => Ok((verified, delivery)),
    }
}

fn from_drop(desk: &mut Desk, path: &Path, clock: Clock, progress: &Progress) -> Result<Intake, ExchangeError> {
    let office = desk.office()?;
    // What was erased is not taken in again.
    let erased = office.casebook.journal().erased();
    let wanted = |item: &Item| !erased.contains(&item.digest);
    let (verified, delivery) = receive::<Outbound>(desk, path, &office.roster.drop_certs(), wanted, progress)?;
    let manifest = verified.manifest;
    if !desk.owns(manifest.investigator) {
        return Err(ExchangeError::Refused(OpenError::NotAddressed));
    }
    let shelves = Shelves::of(&manifest, wanted);
    let submissions = shelves.submissions.iter().copied();
    let letters = shelves.letters.iter().copied();
    let new = Shelves {
        submissions: submissions.filter(|digest| !office.casebook.has_submission(*digest)).collect(),
        letters: letters.filter(|digest| !desk.book().holds(Shelf::Letters, *digest)).collect(),
    };
    let before = office.casebook.journal().incarnation();
    let newer_roster = !office.roster.knows(manifest.roster);
    delivery.shelve(|digest| shelves.of_item(digest)).map_err(DeskError::from)?;

    // What was damaged on the shelf is whole again.
    let office = desk.office()?;
    let wanted = |digest: &Digest| new.submissions.contains(digest) || office.unreadable.contains_key(digest);
    let unopened: Vec<Digest> = shelves.submissions.iter().copied().filter(wanted).collect();
    desk.read_submissions(&unopened, progress)?;
    if progress.is_stopped() {
        return Err(ExchangeError::Stopped);
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
    desk.clear_remains()?;
    let numbers = desk.office()?.casebook.journal().numbers();
    let present = desk.office()?.casebook.journal().incarnation() == Some(manifest.incarnation);
    Ok(Intake {
        number: manifest.number,
        more: manifest.more,
        day: manifest.day,
        new: new.submissions.len(),
        known: manifest.submissions.len() - new.submissions.len(),
        letters: new.letters.len(),
        refused: refused(desk, &shelves)?,
        done: manifest.done,
        skipped: manifest.skipped,
        missing: if present { missing(&numbers, manifest.number) } else { Vec::new() },
        restored: before.is_some_and(|before| present && before != manifest.incarnation),
        newer_roster,
        clock_behind: clock.is_behind(manifest.day),
    })
}

/// The last numbers before `number` that are not among `numbers`. A number is whatever a bundle says: it may be huge.
fn missing(numbers: &BTreeSet<u32>, number: u32) -> Vec<u32> {
    let mut missing: Vec<u32> = (1..number).rev().filter(|number| !numbers.contains(number)).take(MISSING).collect();
    missing.reverse();
    missing
}

/// What lies in a bundle, by where it goes.
struct Shelves {
    submissions: BTreeSet<Digest>,
    letters: BTreeSet<Digest>,
}

impl Shelves {
    fn of(manifest: &Outbound, wanted: impl Fn(&Item) -> bool) -> Self {
        let digests = |items: &mut dyn Iterator<Item = Item>| items.filter(&wanted).map(|item| item.digest).collect();
        Self {
            submissions: digests(&mut manifest.submissions.iter().copied()),
            letters: digests(&mut manifest.echoes.iter().map(|echo| echo.item)),
        }
    }

    fn of_item(&self, digest: Digest) -> Shelf {
        if self.submissions.contains(&digest) { Shelf::Submissions } else { Shelf::Letters }
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
