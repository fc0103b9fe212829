//! The signed list of who reads what.
//!
//! Protects against whoever swaps a cert on the server: a roster counts only with its chain from the first one, each link
//! signed by two members of the one before. It does not protect against two members acting together, nor a first roster
//! that the drop was given by somebody else: compare its digest by telephone.

mod audience;
mod edition;
mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use openpgp::packet::Key;
use openpgp::packet::key::{PublicParts, UnspecifiedRole};
use sequoia_openpgp as openpgp;

pub use audience::{Audience, AudienceError};
pub use edition::{DropCard, Edition, LocalText, Organisation, Person, Role, in_lang};
pub use file::RosterFile;

use crate::cert::{Cert, CertError, Fingerprint, Slot};
use crate::day::Clock;
use crate::digest::Digest;
use crate::envelope::{self, SealError};
use crate::limits;
use file::Link;

/// The format this program writes.
pub const FORMAT: u32 = 1;
/// Members of the previous roster that must have signed a new one.
pub const SIGNERS: usize = 2;

/// Why a roster is refused.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// Not a roster, or one of a format unknown here.
    #[error("this is not a roster that this version can read: fetch the file again, or update")]
    Malformed,
    /// A name is used twice, unknown, reserved or not of the form `a-z0-9-`.
    #[error("the name «{0}» is used twice, unknown, reserved, or not made of a-z, 0-9 and -: rename it")]
    Name(String),
    /// An organisation has too few recipients, too many, or no reserve.
    #[error("«{0}» needs at least two recipients, at most sixteen, exactly one of them a reserve")]
    Recipients(String),
    /// An organisation takes longer than the law allows.
    #[error("«{0}» must acknowledge within 1 to 7 days and give feedback within 1 to 3 months")]
    Deadlines(String),
    /// A cert in it cannot be used, and whose.
    #[error("the cert of «{0}»: {1}")]
    Cert(String, #[source] CertError),
    /// An earlier cert was never theirs.
    #[error("«{0}» is said to hold an earlier cert that was never theirs: leave it out")]
    Earlier(String),
    /// Two people have one cert.
    #[error("«{0}» has somebody else's cert: each person needs their own")]
    SharedCert(String),
    /// The salt, the derivation or the birthday is unsound, or differs from the edition before.
    #[error("the salt, the derivation and the birthday may never change: every codename depends on them")]
    Frozen,
    /// An edition does not name the one before it.
    #[error("the chain of editions is broken: fetch the roster from somebody who signed it")]
    Broken,
    /// An edition lacks signatures.
    #[error("edition {version} has {have} of the {need} signatures it needs: let others sign it")]
    Signatures {
        /// The edition.
        version: u32,
        /// Good signatures on it.
        have: usize,
        /// Signatures it needs.
        need: usize,
    },
    /// Older than the one in use, or of another chain.
    #[error("it is older than the roster in use, or belongs to another drop: fetch the newest")]
    Rollback,
    /// A roster for trying out, where the configuration does not say `demo = true`.
    #[error("it is a roster for trying out: real reports must not be sealed to it")]
    Demo,
    /// Signing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A roster whose chain has been verified.
#[derive(Debug)]
pub struct Roster {
    edition: Edition,
    digest: Digest,
    digests: Vec<Digest>,
    /// Everybody's every cert, in this edition and all before it.
    holders: BTreeMap<Fingerprint, Holder>,
    drop: Cert,
    /// The drop's certs in earlier editions.
    former_drops: Vec<Cert>,
    members: Vec<Member>,
    file: RosterFile,
}

/// Whose a cert is or was, as the newest edition that names it has them.
#[derive(Debug)]
struct Holder {
    person: Person,
    cert: Cert,
}

/// A person with their parsed cert.
#[derive(Debug)]
pub struct Member {
    person: Person,
    cert: Cert,
    /// Sealed to when they are left out; drawn once, since an RSA one takes 0.3 s, which would tell whether that was the
    /// first time: see [`Roster::draw_decoys`].
    decoy: OnceLock<Key<PublicParts, UnspecifiedRole>>,
}

impl Member {
    /// Who they are.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Their cert.
    pub fn cert(&self) -> &Cert {
        &self.cert
    }

    /// The fingerprints of the certs that they can open with: theirs, then earlier ones.
    pub fn fingerprints(&self) -> Vec<Fingerprint> {
        std::iter::once(self.cert.fingerprint()).chain(self.person.earlier.iter().copied()).collect()
    }

    /// Whether theirs is the reserve cert.
    pub fn is_reserve(&self) -> bool {
        self.person.role == Role::Reserve
    }

    fn decoy(&self, slot: &Slot) -> Result<Slot, CertError> {
        if self.decoy.get().is_none() {
            let _ = self.decoy.set(slot.decoy()?);
        }
        self.decoy.get().map(|key| slot.sealed_to(key)).ok_or(CertError::Failed)
    }
}

impl Roster {
    /// Draws everybody's decoy, before anybody can be left out: whoever seals by this roster does so first.
    ///
    /// # Errors
    /// [`CertError::Failed`] if there is no randomness. A cert that cannot be sealed to needs no decoy.
    pub fn draw_decoys(&self, clock: Clock) -> Result<(), CertError> {
        let clock = clock.not_before(self.edition.day);
        for member in self.members.iter().filter(|member| member.decoy.get().is_none()) {
            if let Ok(slot) = member.cert.slot(clock) {
                member.decoy(&slot)?;
            }
        }
        Ok(())
    }

    /// Reads and judges a roster file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RosterError> {
        RosterFile::from_bytes(bytes)?.verify()
    }

    /// The file it came from.
    pub fn file(&self) -> &RosterFile {
        &self.file
    }

    /// The newest edition.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// The newest edition's digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The drop's id: the digest of its first edition.
    pub fn drop_id(&self) -> Digest {
        self.digests.first().copied().unwrap_or(self.digest)
    }

    /// Whether `digest` is that of an edition in the chain.
    pub fn knows(&self, digest: Digest) -> bool {
        self.digests.contains(&digest)
    }

    /// The drop's cert.
    pub fn drop_cert(&self) -> &Cert {
        &self.drop
    }

    /// The drop's certs, in this edition and all before it.
    pub fn drop_certs(&self) -> Vec<&Cert> {
        std::iter::once(&self.drop).chain(&self.former_drops).collect()
    }

    /// Everybody.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The person called `id`.
    pub fn member(&self, id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.person.id == id)
    }

    /// The person whose cert has this fingerprint.
    pub fn holder(&self, fingerprint: Fingerprint) -> Option<&Member> {
        self.members.iter().find(|member| member.cert.fingerprint() == fingerprint)
    }

    /// The person who can open what was sealed to the cert with this fingerprint: theirs, or an earlier one of theirs.
    pub fn keeper(&self, fingerprint: Fingerprint) -> Option<&Member> {
        let earlier = || self.members.iter().find(|member| member.person.earlier.contains(&fingerprint));
        self.holder(fingerprint).or_else(earlier)
    }

    /// The ids of those whose certs, now or in an earlier edition, have these fingerprints: whoever was left out of a
    /// thread stays left out of it under a new cert.
    pub fn people_behind(&self, fingerprints: &[Fingerprint]) -> BTreeSet<String> {
        let people = fingerprints.iter().filter_map(|fingerprint| self.holders.get(fingerprint));
        people.map(|holder| holder.person.id.clone()).collect()
    }

    /// The certs of everybody who may have written a letter: those of this edition and all before it, since letters
    /// outlive their writers' office.
    pub fn writers(&self) -> Vec<&Cert> {
        self.holders.values().map(|holder| &holder.cert).collect()
    }

    /// The person with this cert in the newest edition that names it.
    pub fn writer(&self, fingerprint: Fingerprint) -> Option<&Person> {
        self.holders.get(&fingerprint).map(|holder| &holder.person)
    }

    /// The organisation at this path.
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        self.edition.organisations.iter().find(|organisation| organisation.id == id)
    }

    /// An organisation's recipients, the reserve included.
    pub fn recipients(&self, organisation: &Organisation) -> Vec<&Member> {
        organisation.recipients.iter().filter_map(|id| self.member(id)).collect()
    }

    /// Whether it may take the place of `current`, whose chain it must continue.
    pub fn may_replace(&self, current: &Self) -> Result<(), RosterError> {
        let continues = self.drop_id() == current.drop_id() && self.knows(current.digest);
        if continues && self.edition.version >= current.edition.version { Ok(()) } else { Err(RosterError::Rollback) }
    }

    /// Whether a drop may take it up at `clock`: no cert has expired, and it is for trying out only where that is meant.
    pub fn admit(&self, clock: Clock, demo: bool) -> Result<(), RosterError> {
        if self.edition.demo && !demo {
            return Err(RosterError::Demo);
        }
        let clock = clock.not_before(self.edition.day);
        for member in &self.members {
            member.cert.usable(clock).map_err(|error| RosterError::Cert(member.person.id.clone(), error))?;
        }
        self.drop.usable(clock).map_err(|error| RosterError::Cert("drop".to_owned(), error))
    }

    fn new(edition: Edition, digest: Digest, file: &RosterFile) -> Result<Self, RosterError> {
        if edition.format != FORMAT {
            return Err(RosterError::Malformed);
        }
        let drop =
            Cert::from_bytes(edition.drop.as_bytes()).map_err(|error| RosterError::Cert("drop".to_owned(), error))?;
        let mut members: Vec<Member> = Vec::new();
        for person in &edition.people {
            named(&person.id, members.iter().map(|member| member.person.id.as_str()))?;
            let cert = Cert::from_bytes(person.cert.as_bytes())
                .map_err(|error| RosterError::Cert(person.id.clone(), error))?;
            if cert == drop || members.iter().any(|member| member.cert.fingerprint() == cert.fingerprint()) {
                return Err(RosterError::SharedCert(person.id.clone()));
            }
            members.push(Member { person: person.clone(), cert, decoy: OnceLock::new() });
        }
        let holder = |member: &Member| Holder { person: member.person.clone(), cert: member.cert.clone() };
        let holders = members.iter().map(|member| (member.cert.fingerprint(), holder(member))).collect();
        let (digests, former_drops) = (vec![digest], Vec::new());
        let roster = Self { edition, digest, digests, holders, drop, former_drops, members, file: file.clone() };
        roster.check_organisations()?;
        if roster.edition.kdf.is_sound() { Ok(roster) } else { Err(RosterError::Frozen) }
    }

    fn check_organisations(&self) -> Result<(), RosterError> {
        let mut seen: Vec<&str> = Vec::new();
        for organisation in &self.edition.organisations {
            named(&organisation.id, seen.iter().copied())?;
            seen.push(&organisation.id);
            if ROUTES.contains(&organisation.id.as_str()) {
                return Err(RosterError::Name(organisation.id.clone()));
            }
            let distinct: BTreeSet<&String> = organisation.recipients.iter().collect();
            let recipients = self.recipients(organisation);
            if let Some(unknown) = organisation.recipients.iter().find(|id| self.member(id).is_none()) {
                return Err(RosterError::Name(unknown.clone()));
            }
            let reserves = recipients.iter().filter(|member| member.is_reserve()).count();
            let count = (2..=limits::RECIPIENTS).contains(&recipients.len()) && distinct.len() == recipients.len();
            if !count || reserves != 1 {
                return Err(RosterError::Recipients(organisation.id.clone()));
            }
            if !organisation.deadlines.are_lawful() {
                return Err(RosterError::Deadlines(organisation.id.clone()));
            }
        }
        if seen.is_empty() { Err(RosterError::Malformed) } else { Ok(()) }
    }

    /// The first edition is signed by every member.
    fn begins(&self, link: &Link) -> Result<(), RosterError> {
        if self.edition.version != 1 || self.edition.previous.is_some() || self.edition.birthday >= self.edition.day {
            return Err(RosterError::Broken);
        }
        self.check_earlier(&BTreeMap::new())?;
        self.signed_by(link, self, self.members.len())
    }

    /// Any later edition is signed by two members of the one before.
    fn follows(&mut self, before: Self, link: &Link) -> Result<(), RosterError> {
        let linked = self.edition.previous == Some(before.digest) && self.edition.version == before.edition.version + 1;
        if !linked || self.edition.day < before.edition.day {
            return Err(RosterError::Broken);
        }
        if self.edition.kdf != before.edition.kdf || self.edition.birthday != before.edition.birthday {
            return Err(RosterError::Frozen);
        }
        self.check_earlier(&before.holders)?;
        self.signed_by(link, &before, SIGNERS)?;
        self.digests.splice(..0, before.digests);
        self.former_drops.push(before.drop);
        self.former_drops.extend(before.former_drops);
        for (fingerprint, holder) in before.holders {
            self.holders.entry(fingerprint).or_insert(holder);
        }
        Ok(())
    }

    /// An earlier cert must have been that person's, in an edition before.
    fn check_earlier(&self, holders: &BTreeMap<Fingerprint, Holder>) -> Result<(), RosterError> {
        for person in self.members.iter().map(|member| &member.person) {
            let theirs = |fingerprint| holders.get(fingerprint).is_some_and(|holder| holder.person.id == person.id);
            if !person.earlier.iter().all(theirs) {
                return Err(RosterError::Earlier(person.id.clone()));
            }
        }
        Ok(())
    }

    fn signed_by(&self, link: &Link, signers: &Self, need: usize) -> Result<(), RosterError> {
        let certs: Vec<&Cert> = signers.members.iter().map(Member::cert).collect();
        let good: BTreeSet<Fingerprint> = link
            .signatures
            .iter()
            .flat_map(|signature| envelope::verify_detached(link.edition.as_bytes(), signature.as_bytes(), &certs))
            .map(|signed| signed.by)
            .collect();
        if good.len() >= need {
            Ok(())
        } else {
            Err(RosterError::Signatures { version: self.edition.version, have: good.len(), need })
        }
    }
}

/// Words that are routes, and so no organisation's id.
pub const ROUTES: [&str; 9] = ["sv", "en", "report", "codename", "inbox", "help", "about", "files", "static"];

fn named<'a>(id: &str, mut others: impl Iterator<Item = &'a str>) -> Result<(), RosterError> {
    let plain = !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain && !others.any(|other| other == id) { Ok(()) } else { Err(RosterError::Name(id.to_owned())) }
}
