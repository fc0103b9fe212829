//! Making a return bundle.

use std::path::{Path, PathBuf};

use rand::CryptoRng;
use sluss_core::bundle::{self, Addresses, RandomId, Return, SealError};
use sluss_core::day::Clock;

use super::ExchangeError;
use crate::book::Shelf;
use crate::casebook::journal::{Departure, Event};
use crate::desk::Desk;
use crate::durable;

/// A return bundle that lies safely where the person wanted it.
#[derive(Debug)]
pub struct Made {
    /// The file.
    pub file: PathBuf,
    /// Its id.
    pub id: RandomId,
    /// Letters in it.
    pub letters: usize,
    /// Receipts in it.
    pub receipts: usize,
    /// Numbers of outbound bundles that it acknowledges.
    pub acknowledged: Vec<u32>,
    /// Inboxes that it opens.
    pub enrolments: usize,
    /// Whether it carries the roster.
    pub roster: bool,
}

/// Makes a return bundle at `to`, a folder or a file that does not exist yet: everything that the drop has not said
/// that it has. When this returns, the stick can be pulled.
pub fn make_return(
    desk: &mut Desk,
    to: &Path,
    with_roster: bool,
    clock: Clock,
    rng: &mut impl CryptoRng,
) -> Result<Made, ExchangeError> {
    let id = RandomId::draw(rng);
    let short: String = id.to_string().chars().take(8).collect();
    let path = durable::place(to, &format!("return-{short}.sluss")).map_err(ExchangeError::Write)?;
    let mut unsent = desk.office()?.casebook.unsent();
    // A receipt lets the drop delete its copy: ours must be whole, and on the disk, names included.
    let mut whole = std::mem::take(&mut unsent.receipts_of_erased);
    for receipt in unsent.receipts {
        if desk.still_whole(receipt.submission)? {
            whole.push(receipt);
        }
    }
    unsent.receipts = whole;
    let mut enrolments = Vec::new();
    for enrolment in unsent.enrolments {
        let report = enrolment.report.as_ref().map(|report| report.item.digest);
        if report.map_or(Ok(true), |digest| desk.still_whole(digest))? {
            enrolments.push(enrolment);
        }
    }
    unsent.enrolments = enrolments;
    desk.book().settle().map_err(crate::desk::DeskError::from)?;
    let office = desk.office()?;
    if unsent.is_empty() && !with_roster {
        return Err(ExchangeError::Nothing);
    }
    let manifest = Return {
        format: bundle::FORMAT,
        drop: office.roster.drop_id(),
        id,
        investigator: desk.tsk().fingerprint(),
        incarnation: unsent.incarnation,
        acknowledged: unsent.acknowledged,
        letters: unsent.letters,
        receipts: unsent.receipts,
        enrolments: unsent.enrolments,
        roster: with_roster.then(|| String::from_utf8_lossy(&office.roster.file().to_bytes()).into_owned()),
    };
    desk.enter(
        Event::Returned(Departure {
            id,
            incarnation: manifest.incarnation,
            letters: manifest.letters.iter().map(|letter| letter.item.digest).collect(),
            receipts: manifest.receipts.iter().map(|receipt| receipt.submission).collect(),
            acknowledged: manifest.acknowledged.clone(),
            enrolled: manifest.enrolments.iter().map(|enrolment| enrolment.source).collect(),
        }),
        clock,
    )?;
    write(desk, &manifest, &path, clock)?;
    Ok(Made {
        file: path,
        id,
        letters: manifest.letters.len(),
        receipts: manifest.receipts.len(),
        acknowledged: manifest.acknowledged,
        enrolments: manifest.enrolments.len(),
        roster: with_roster,
    })
}

fn write(desk: &Desk, manifest: &Return, path: &Path, clock: Clock) -> Result<(), ExchangeError> {
    let office = desk.office()?;
    let addresses = Addresses {
        signer: desk.tsk(),
        readers: &[office.roster.drop_cert()],
        day: clock.today(),
        clock: desk.clock(clock)?,
    };
    let written = durable::write(path, |file| {
        bundle::seal(manifest, &addresses, file, |item| {
            let letter = desk.book().holds(Shelf::Letters, item.digest);
            desk.book().read(if letter { Shelf::Letters } else { Shelf::Submissions }, item.digest)
        })
    });
    written.map_err(|error| match error {
        SealError::Io(error) => ExchangeError::Write(error),
        error => ExchangeError::Seal(error),
    })
}
