//! Notes on their way between the desks of colleagues, in desk bundles.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rand::CryptoRng;
use sluss_core::bundle::{self, Addresses, Item, OpenError, RandomId, SealError};
use sluss_core::cert::Cert;
use sluss_core::day::Clock;
use sluss_core::digest::Digest;
use sluss_core::roster::Member;

use super::ExchangeError;
use super::incoming::receive;
use crate::answer::readers;
use crate::book::Shelf;
use crate::desk::{Desk, DeskError};
use crate::durable;
use crate::progress::Progress;

/// A desk bundle that lies safely where the person wanted it.
#[derive(Debug)]
pub struct Shared {
    /// The file.
    pub file: PathBuf,
    /// The name of whom it is for.
    pub name: String,
    /// Notes in it.
    pub notes: usize,
}

/// What came of a colleague's bundle.
#[derive(Debug)]
pub struct Heard {
    /// The name of who made it.
    pub name: String,
    /// Notes that were not here before.
    pub new: usize,
    /// Notes that were.
    pub known: usize,
    /// Notes that this desk cannot open: they were written before its owner could read the case.
    pub closed: usize,
}

/// Makes a bundle for a colleague, by their id in the roster, at `to`, a folder or a file that does not exist yet: every
/// note in every case that they may read. When this returns, the stick can be pulled.
pub fn share(
    desk: &Desk,
    colleague: &str,
    to: &Path,
    clock: Clock,
    rng: &mut impl CryptoRng,
) -> Result<Shared, ExchangeError> {
    let office = desk.office()?;
    let colleague = office.roster.member(colleague).filter(|member| !desk.owns(member.cert().fingerprint()));
    let colleague = colleague.ok_or(ExchangeError::NoColleague)?;
    let path =
        durable::place(to, &format!("notes-for-{}.sluss", colleague.person().id)).map_err(ExchangeError::Write)?;
    let mut entries = Vec::new();
    for case in office.casebook.cases() {
        if !readers(office, &case).contains(&colleague.cert()) {
            continue;
        }
        for (digest, _) in case.notes() {
            let length = desk.book().length(Shelf::Notes, digest).map_err(DeskError::from)?;
            entries.push(Item { digest, length });
        }
    }
    if entries.is_empty() {
        return Err(ExchangeError::NothingToShare);
    }
    let (drop, id) = (office.roster.drop_id(), RandomId::draw(rng));
    let manifest = bundle::Desk { format: bundle::FORMAT, drop, id, investigator: desk.tsk().fingerprint(), entries };
    let addresses =
        Addresses { signer: desk.tsk(), readers: &[colleague.cert()], day: clock.today(), clock: desk.clock(clock)? };
    let written = durable::write(&path, |file| {
        bundle::seal(&manifest, &addresses, file, |item| desk.book().read(Shelf::Notes, item.digest))
    });
    written.map_err(|error| match error {
        SealError::Io(error) => ExchangeError::Write(error),
        error => ExchangeError::Seal(error),
    })?;
    Ok(Shared { file: path, name: colleague.person().name.clone(), notes: manifest.entries.len() })
}

/// Takes in a colleague's bundle; only when it was verified to its end is anything kept.
pub(super) fn hear(desk: &mut Desk, path: &Path, progress: &Progress) -> Result<Heard, ExchangeError> {
    let office = desk.office()?;
    let erased = office.casebook.journal().erased();
    let unknown = |item: &Item| !desk.book().holds(Shelf::Notes, item.digest) && !erased.contains(&item.digest);
    // Whose key was lost or who has left brings nothing any more; the notes in it may be by others, of whenever.
    let signers: Vec<&Cert> = office.roster.members().iter().map(Member::cert).collect();
    let (verified, delivery) = receive::<bundle::Desk>(desk, path, &signers, unknown, progress)?;
    let by = verified.manifest.investigator;
    if by != verified.signed.by {
        return Err(ExchangeError::Refused(OpenError::ForeignSigner));
    }
    let name = office.name_of(by).unwrap_or_default().to_owned();
    let new: Vec<Digest> =
        verified.manifest.entries.iter().filter(|item| unknown(item)).map(|item| item.digest).collect();
    delivery.shelve(|_| Shelf::Notes).map_err(DeskError::from)?;
    new.iter().try_for_each(|digest| desk.read_note(*digest))?;
    let unreadable = &desk.office()?.unreadable;
    let not_ours = |digest: &Digest| matches!(unreadable.get(digest), Some(OpenError::NotForUs));
    let closed: BTreeSet<Digest> = new.iter().copied().filter(not_ours).collect();
    desk.discard(&closed)?;
    desk.clear_remains()?;
    let entries = verified.manifest.entries.len();
    Ok(Heard { name, new: new.len() - closed.len(), known: entries - new.len(), closed: closed.len() })
}

#[cfg(test)]
mod tests;
