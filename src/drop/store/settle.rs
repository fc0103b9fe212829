//! One return bundle, taken in as one durable change.
//!
//! Protects against half-done returns: the bundle's id is written last, so a crash before it makes the same bundle do
//! the rest again, and everything before it may be done twice. What it deletes is deleted by
//! [`Store::delete_receipted`] afterwards, which needs no memory of which bundle it was.

use sluss_core::bundle::{Receipt, SkipReason};
use sluss_core::cert::Fingerprint;
use sluss_core::day::Day;
use sluss_core::letter::NUMBERS_AHEAD;

use super::Store;
use super::body::{Body, Early};
use super::cabinet::Cabinet;
use super::fault::Fault;
use super::keep::{CommitError, NewSource, NewSubmission, SourceChange, keep, put_source};
use super::outbound::Certs;
use super::record::{
    ADDRESSEES, Addressee, Alias, Done, Entry, Head, Investigator, Matter, Object, ObjectId, SKIPPED, STRETCHES,
    Skipped, Source,
};

/// A verified return bundle: everything in it is believed.
pub struct Return {
    /// Its random id.
    pub bundle: [u8; 16],
    /// Whose desk made it.
    pub by: Certs,
    /// Outbound numbers that this desk now has.
    pub acknowledged: Vec<u32>,
    /// Tokens of submissions that this desk has kept.
    pub receipts: Vec<Receipt>,
    /// Letters, their bodies already in the vault.
    pub letters: Vec<NewLetter>,
    /// Letters that were not even put there.
    pub skipped: Vec<Skipped>,
    /// Sources whose codenames were drawn at the desk.
    pub enrolments: Vec<Enrolled>,
    /// Today.
    pub day: Day,
}

/// A source whose codename was drawn at a desk.
pub struct Enrolled {
    /// The source.
    pub source: NewSource,
    /// What they told, if it came along: their first message.
    pub report: Option<NewSubmission>,
}

/// A letter to be kept.
pub struct NewLetter {
    /// Its sealed bytes, in the vault.
    pub body: Body,
    /// The cert of the source that it answers.
    pub source: Fingerprint,
    /// The cert of its writer's.
    pub writer: Fingerprint,
    /// The writer's own count for this source, from 1.
    pub number: u32,
    /// The other desks that get an echo: at most [`ADDRESSEES`].
    pub addressees: Vec<Fingerprint>,
    /// Whether it closes the case.
    pub closing: bool,
    /// Today.
    pub day: Day,
}

/// What became of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipted {
    /// Counted.
    Counted,
    /// No such submission (any more), or it was never for this investigator.
    Unknown,
    /// Not the token that is inside.
    Token,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It is in its source's inbox.
    Kept,
    /// It was there already.
    Again,
    /// It cannot be delivered; the next outbound bundle says so.
    Skipped(SkipReason),
}

/// What a return bundle did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The same bundle was done before, and nothing was done now.
    pub already: bool,
    /// Receipts by outcome, in the bundle's order.
    pub receipts: Vec<Receipted>,
    /// Letters by outcome, in the bundle's order.
    pub letters: Vec<Delivered>,
    /// How many codenames or certs were somebody else's already.
    pub taken: usize,
}

/// Why a return bundle was not taken in: nothing of it stands, or the same bundle again does the rest.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Store {
    /// Whether this return bundle was done before.
    pub fn is_done(&self, bundle: &[u8; 16]) -> Result<bool, SettleError> {
        self.shelf.look(|cabinet| Ok(cabinet.find::<Done>(bundle)?.is_some()))
    }

    /// Takes a verified return bundle in: returns when all of it survives a power cut.
    pub fn settle(&self, mut bundle: Return) -> Result<Settled, SettleError> {
        let reports = bundle.enrolments.iter_mut().filter_map(|enrolled| enrolled.report.as_mut());
        let bodies =
            bundle.letters.iter_mut().map(|letter| &mut letter.body).chain(reports.map(|report| &mut report.body));
        let early: Early = bodies.flat_map(Body::take_early).collect();
        self.committer.change(Some(early), move |round| settle(round.cabinet, bundle))
    }
}

fn settle(cabinet: &Cabinet, bundle: Return) -> Result<Settled, SettleError> {
    let mut settled = Settled { already: false, receipts: Vec::new(), letters: Vec::new(), taken: 0 };
    if cabinet.find::<Done>(&bundle.bundle)?.is_some() {
        return Ok(Settled { already: true, ..settled });
    }
    let reports = bundle.enrolments.iter().filter_map(|enrolled| enrolled.report.as_ref());
    let mut bodies = bundle.letters.iter().map(|letter| &letter.body).chain(reports.map(|report| &report.body));
    if !bodies.all(|body| body.lease.is_sound()) {
        return Err(Fault::Stopped.into());
    }
    let mut skipped = bundle.skipped;
    for enrolled in bundle.enrolments {
        settled.taken += usize::from(!enrol(cabinet, enrolled)?);
    }
    for letter in bundle.letters {
        let digest = letter.body.digest;
        let delivered = deliver(cabinet, letter)?;
        if let Delivered::Skipped(reason) = delivered {
            skipped.push(Skipped { letter: digest, reason });
        }
        settled.letters.push(delivered);
    }
    for receipt in bundle.receipts {
        settled.receipts.push(count(cabinet, &receipt, &bundle.by, bundle.day)?);
    }
    let mut investigator = Investigator::find(cabinet, &bundle.by)?;
    investigator.acknowledge(&bundle.acknowledged);
    cabinet.put(&investigator)?;
    skipped.truncate(SKIPPED);
    cabinet.put(&Done { bundle: bundle.bundle, by: bundle.by.in_use, told_in: 0, skipped })?;
    Ok(settled)
}

/// Opens an inbox, with what its source told in it, unless it is open already; whether it is this source's.
fn enrol(cabinet: &Cabinet, Enrolled { source, report }: Enrolled) -> Result<bool, Fault> {
    if cabinet.find::<Source>(&source.key.0)?.is_some_and(|there| there.fingerprint == source.fingerprint) {
        return Ok(true);
    }
    let enrolled = match report {
        Some(report) => keep(cabinet, report, SourceChange::Enrol(source)).map(drop),
        None => match source.enrol(cabinet) {
            Ok(source) => Ok(put_source(cabinet, &source)?),
            Err(error) => Err(error.into()),
        },
    };
    match enrolled {
        Ok(()) => Ok(true),
        Err(CommitError::Fault(fault)) => Err(fault),
        Err(CommitError::Taken | CommitError::NoSource | CommitError::OutOfTurn) => Ok(false),
    }
}

/// Puts a letter into its source's inbox; one that does not get there gives its slots back.
fn deliver(cabinet: &Cabinet, letter: NewLetter) -> Result<Delivered, Fault> {
    let skip = |reason| Ok(Delivered::Skipped(reason));
    let alias = cabinet.find::<Alias>(letter.source.as_bytes())?;
    let source = alias.map(|alias| cabinet.find::<Source>(&alias.source.0)).transpose()?.flatten();
    let Some(mut source) = source else { return skip(SkipReason::ThreadGone) };
    let NewLetter { body, writer, number, addressees, closing, day, .. } = letter;
    let id = ObjectId::Letter { source: source.key, writer, number };
    let head = source.heads.iter().position(|head| head.writer == writer);
    let last = head.and_then(|at| source.heads.get(at)).map_or(0, |head| head.number);
    match cabinet.find::<Entry>(&id.bytes())? {
        Some(Entry::Live(there)) if there.digest == body.digest && number <= last => {
            return Ok(Delivered::Again);
        }
        Some(Entry::Tombstone { .. }) => return skip(SkipReason::NumberTaken),
        Some(Entry::Live(_)) => return skip(SkipReason::NumberTaken),
        None if number == 0 || number > last.saturating_add(NUMBERS_AHEAD) => return skip(SkipReason::NumberTaken),
        None => {}
    }
    if addressees.len() > ADDRESSEES || (head.is_none() && source.heads.len() == ADDRESSEES) {
        return Err(Fault::TooLarge);
    }
    let object = Object {
        id,
        digest: body.digest,
        length: body.length,
        organisation: source.organisation.clone(),
        source: source.key,
        number,
        day,
        matter: Matter::Letter { closing },
        addressees: addressees.into_iter().map(Addressee::new).collect(),
        key: body.key,
        place: body.place,
        receipted: None,
    };
    // Before the record, as for a submission.
    body.lease.keep();
    cabinet.put(&Entry::Live(object))?;
    match head.and_then(|at| source.heads.get_mut(at)) {
        Some(head) => head.number = head.number.max(number),
        None => source.heads.push(Head { writer, number }),
    }
    source.closed |= closing;
    cabinet.put(&source)?;
    Ok(Delivered::Kept)
}

/// Notes that an addressee's desk has kept a submission.
fn count(cabinet: &Cabinet, receipt: &Receipt, by: &Certs, day: Day) -> Result<Receipted, Fault> {
    let id = ObjectId::Submission(receipt.submission);
    let Some(Entry::Live(mut object)) = cabinet.find(&id.bytes())? else { return Ok(Receipted::Unknown) };
    let Some(addressee) = object.addressees.iter_mut().find(|addressee| by.has(&addressee.fingerprint)) else {
        return Ok(Receipted::Unknown);
    };
    if object.matter != (Matter::Submission { token_hash: receipt.token.hash() }) {
        return Ok(Receipted::Token);
    }
    if !addressee.receipted {
        addressee.receipted = true;
        object.receipted = object.receipted.or(Some(day));
        cabinet.put(&Entry::Live(object))?;
    }
    Ok(Receipted::Counted)
}

impl Investigator {
    /// Whether their desk has a bundle that told of this: each one does, from the first that did on.
    pub(super) fn was_told(&self, done: &Done) -> bool {
        let newest = self.acknowledged.last().map_or(0, |(_, last)| *last);
        done.told_in != 0 && newest >= done.told_in
    }

    /// Adds numbers that were given out, joining neighbours; where gaps are too many the oldest are forgotten.
    fn acknowledge(&mut self, numbers: &[u32]) {
        let given = numbers.iter().filter(|number| (1..self.next).contains(*number));
        self.acknowledged.extend(given.map(|number| (*number, *number)));
        self.acknowledged.sort_unstable();
        self.acknowledged.dedup_by(|later, earlier| {
            let joins = later.0 <= earlier.1.saturating_add(1);
            if joins {
                earlier.1 = earlier.1.max(later.1);
            }
            joins
        });
        let forgotten = self.acknowledged.len().saturating_sub(STRETCHES);
        self.acknowledged.drain(..forgotten);
    }
}
