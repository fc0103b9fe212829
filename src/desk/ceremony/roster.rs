//! Drawing up a roster, signing it, and taking it into use.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use sluss_core::cert::{Cert, Tsk, birthday_before};
use sluss_core::day::{Clock, Day};
use sluss_core::digest::Digest;
use sluss_core::roster::{
    self, DropCard, Edition, LocalText, Member, Organisation, Person, Role, Roster, RosterError, RosterFile,
};

use crate::book::{Book, BookError};

/// Bytes of a roster file, a description or a cert that are read at most.
const READ_MAX: u64 = 16 * 1024 * 1024;

/// What people write down about who reads what; certs are files beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    people: Vec<DescribedPerson>,
    organisations: Vec<Organisation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DescribedPerson {
    id: String,
    name: String,
    firm: String,
    role: Role,
    cert: String,
    #[serde(default)]
    assignments: LocalText,
    /// Whether the key before this one was lost: then nothing waits for it.
    #[serde(default)]
    lost: bool,
}

/// Why a file that people wrote or chose cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    /// A file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Read(String, #[source] io::Error),
    /// The description is no such TOML; the parser's own words name the line.
    #[error("{0}")]
    Toml(String),
    /// The drop's card is none.
    #[error("this is no drop card")]
    Card,
}

/// Why no roster was drawn up.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// A file cannot be used.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// A first roster needs the drop's card.
    #[error("a first roster needs the drop's card")]
    NoCard,
    /// What was described is not sound.
    #[error(transparent)]
    Roster(#[from] RosterError),
}

/// Why a roster was not signed or taken into use.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// It does not continue the roster in use.
    #[error("it does not continue the roster in use")]
    Foreign,
    /// The key's signature is already there, or does not count for this edition.
    #[error("this key's signature is there already, or does not count")]
    NoGain,
    /// Its key is not in it.
    #[error("this desk's key is not in it")]
    NotInIt,
    /// It is not sound.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The book refused.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// What a roster says, and how far its signatures go.
#[derive(Debug)]
pub struct Standing {
    /// The newest edition.
    pub edition: Edition,
    /// Its digest.
    pub digest: Digest,
    /// Good signatures on it.
    pub have: usize,
    /// Signatures it needs; as many as it has, once it is complete.
    pub need: usize,
    /// The roster, once it is complete.
    pub complete: Option<Roster>,
}

/// Draws up the first roster from a description and the drop's card, or the edition after `previous`, which keeps what is
/// frozen. Nobody has signed it yet.
pub fn draw_up(
    description: &Path,
    card: Option<&Path>,
    previous: Option<RosterFile>,
    day: Day,
) -> Result<RosterFile, DrawError> {
    let folder = crate::durable::folder_of(description);
    let described: Description =
        toml::from_str(&text(description)?).map_err(|error| DescriptionError::Toml(error.to_string()))?;
    let before = previous.as_ref().map(RosterFile::verify).transpose()?;
    let people = described.people.into_iter().map(|person| person.with_cert(folder, before.as_ref()));
    let people = people.collect::<Result<Vec<_>, _>>()?;
    let card: Option<DropCard> = match card {
        Some(path) => Some(serde_json::from_str(&text(path)?).map_err(|_| DescriptionError::Card)?),
        None => None,
    };
    let file = match previous {
        None => RosterFile::first(&first(card.ok_or(DrawError::NoCard)?, people, described.organisations, day)?)?,
        Some(previous) => {
            let edition = next(&previous.verify()?, card, people, described.organisations, day);
            previous.followed_by(&edition)?
        }
    };
    // Unsigned is the one fault that it may have.
    match standing(&file) {
        Ok(_) => Ok(file),
        Err(error) => Err(error.into()),
    }
}

fn first(
    card: DropCard,
    people: Vec<Person>,
    organisations: Vec<Organisation>,
    day: Day,
) -> Result<Edition, DrawError> {
    if card.format != roster::FORMAT {
        return Err(DescriptionError::Card.into());
    }
    Ok(Edition {
        format: roster::FORMAT,
        version: 1,
        day,
        previous: None,
        demo: card.demo,
        birthday: birthday_before(day),
        kdf: card.kdf,
        onion: card.onion,
        drop: card.cert,
        people,
        organisations,
    })
}

fn next(
    before: &Roster,
    card: Option<DropCard>,
    people: Vec<Person>,
    organisations: Vec<Organisation>,
    day: Day,
) -> Edition {
    let (edition, digest) = (before.edition().clone(), before.digest());
    let (onion, drop, kdf) = match card {
        Some(card) => (card.onion, card.cert, card.kdf),
        None => (edition.onion, edition.drop, edition.kdf),
    };
    Edition {
        version: edition.version + 1,
        // An air-gapped clock may be behind; an edition never is behind the one before.
        day: day.max(edition.day),
        previous: Some(digest),
        onion,
        drop,
        kdf,
        people,
        organisations,
        ..edition
    }
}

impl DescribedPerson {
    /// The person with their cert, and with the certs they had in the edition before unless those are lost.
    fn with_cert(self, folder: &Path, before: Option<&Roster>) -> Result<Person, DrawError> {
        let cert = Cert::from_bytes(&bytes(&folder.join(&self.cert))?)
            .map_err(|error| RosterError::Cert(self.id.clone(), error))?;
        let before = before.and_then(|roster| roster.member(&self.id)).filter(|_| !self.lost);
        let mut earlier = before.map(Member::fingerprints).unwrap_or_default();
        earlier.retain(|fingerprint| *fingerprint != cert.fingerprint());
        Ok(Person {
            id: self.id,
            name: self.name,
            firm: self.firm,
            role: self.role,
            assignments: self.assignments,
            cert: cert.armored(),
            earlier,
        })
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, DescriptionError> {
    let refused = |error| DescriptionError::Read(path.display().to_string(), error);
    if fs::metadata(path).map_err(refused)?.len() > READ_MAX {
        return Err(refused(io::ErrorKind::FileTooLarge.into()));
    }
    fs::read(path).map_err(refused)
}

fn text(path: &Path) -> Result<String, DescriptionError> {
    let text = String::from_utf8(bytes(path)?);
    text.map_err(|_| DescriptionError::Read(path.display().to_string(), io::ErrorKind::InvalidData.into()))
}

/// Reads a roster file without judging it.
pub fn read_roster(path: &Path) -> Result<RosterFile, DrawError> {
    Ok(RosterFile::from_bytes(&bytes(path)?)?)
}

/// What a roster says and how far its signatures go; any other fault refuses it.
pub fn standing(file: &RosterFile) -> Result<Standing, RosterError> {
    let (edition, digest) = (file.newest()?, file.digest()?);
    match file.verify() {
        Ok(roster) => {
            let need = if edition.version == 1 { edition.people.len() } else { roster::SIGNERS };
            Ok(Standing { edition, digest, have: need, need, complete: Some(roster) })
        }
        Err(RosterError::Signatures { version, have, need }) if version == edition.version => {
            Ok(Standing { edition, digest, have, need, complete: None })
        }
        Err(error) => Err(error),
    }
}

/// Adds the signature of `tsk`; the caller has shown its owner what [`standing`] says.
pub fn sign(book: &Book, file: &mut RosterFile, tsk: &Tsk, clock: Clock) -> Result<Standing, SignError> {
    let before = standing(file)?;
    continues(book, file, before.digest)?;
    file.sign(tsk, clock.today().max(before.edition.day))?;
    let after = standing(file)?;
    let gained = after.have > before.have;
    if gained && before.complete.is_none() { Ok(after) } else { Err(SignError::NoGain) }
}

/// A roster is signed and used only if it continues the one in use at this desk, if there is one.
fn continues(book: &Book, file: &RosterFile, digest: Digest) -> Result<(), SignError> {
    let current = match book.roster() {
        Err(BookError::NoRoster) => return Ok(()),
        current => current?.digest(),
    };
    let links: BTreeSet<Digest> = file.editions()?.iter().filter_map(|edition| edition.previous).collect();
    if links.contains(&current) || digest == current { Ok(()) } else { Err(SignError::Foreign) }
}

/// Puts a complete roster into the place of the one in use.
pub fn take_into_use(book: &Book, file: &RosterFile, clock: Clock) -> Result<Roster, SignError> {
    let roster = file.verify()?;
    continues(book, file, roster.digest())?;
    match book.roster() {
        Err(BookError::NoRoster) => {}
        current => roster.may_replace(&current?)?,
    }
    // A desk reads for a trial drop too; its pages say so.
    roster.admit(clock, true)?;
    let certs = book.certs()?;
    if !certs.is_empty() && !certs.iter().any(|cert| roster.holder(cert.fingerprint()).is_some()) {
        return Err(SignError::NotInIt);
    }
    book.put_roster(roster.file())?;
    Ok(roster)
}
