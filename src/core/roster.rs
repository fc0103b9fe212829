//! The signed list of who reads what.
//!
//! Protects against whoever swaps a cert on the server: a roster counts only with its chain from the first one, each link
//! signed by two members of the one before. It does not protect against two members acting together, nor a first roster
//! that the drop was given by somebody else: compare its digest by telephone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use openpgp::packet::Key;
use openpgp::packet::key::{PublicParts, UnspecifiedRole};
use sequoia_openpgp as openpgp;
use serde::{Deserialize, Serialize};

use crate::cert::{Cert, CertError, Fingerprint, Kind, Slot, Tsk};
use crate::codename::Kdf;
use crate::day::{Clock, Day};
use crate::digest::Digest;
use crate::envelope::{self, SealError};
use crate::lang::Lang;
use crate::limits;

/// The format this program writes.
pub const FORMAT: u32 = 1;
/// Members of the previous roster that must have signed a new one.
pub const SIGNERS: usize = 2;

/// A text in each language.
pub type LocalText = BTreeMap<Lang, String>;

/// The text in `lang`, else in any language there is.
pub fn in_lang(text: &LocalText, lang: Lang) -> &str {
    text.get(&lang).or_else(|| text.values().next()).map_or("", String::as_str)
}

/// What a drop tells its investigators before there is a roster; `init` writes it as `keys/drop.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropCard {
    /// [`FORMAT`].
    pub format: u32,
    /// The addresses of the onion service, `….onion`.
    pub onion: Vec<String>,
    /// The drop's cert, armored.
    pub cert: String,
    /// How codenames become keys.
    pub kdf: Kdf,
    /// Whether it is a drop for trying out.
    pub demo: bool,
}

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads and answers; a source may leave them out.
    Investigator,
    /// The cert in a safe: opens what others lost, can never be left out.
    Reserve,
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The short name by which commands and organisations call them, `[a-z0-9-]`.
    pub id: String,
    /// The name that pages show.
    pub name: String,
    /// The firm that employs them.
    pub firm: String,
    /// What they do.
    pub role: Role,
    /// Their firm's other assignments for the organisations, said before a report.
    #[serde(default)]
    pub assignments: LocalText,
    /// Their cert, armored.
    pub cert: String,
}

/// One organisation that the drop serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The last segment of its path, `[a-z0-9-]`, never a word that is a route.
    pub id: String,
    /// Its name.
    pub name: LocalText,
    /// The ids of those who read its reports.
    pub recipients: Vec<String>,
}

/// One version of the roster, as signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// [`FORMAT`].
    pub format: u32,
    /// 1 for the first, then one more each time.
    pub version: u32,
    /// The day on which it was drawn up.
    pub day: Day,
    /// The digest of the edition before.
    pub previous: Option<Digest>,
    /// Whether it is for trying out.
    pub demo: bool,
    /// The day on which every source's cert is created; frozen.
    pub birthday: Day,
    /// How codenames become keys; frozen.
    pub kdf: Kdf,
    /// The addresses of the onion service.
    pub onion: Vec<String>,
    /// The drop's cert, armored.
    pub drop: String,
    /// The recipients.
    pub people: Vec<Person>,
    /// The organisations.
    pub organisations: Vec<Organisation>,
}

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
    /// A cert in it cannot be used, and whose.
    #[error("the cert of «{0}»: {1}")]
    Cert(String, #[source] CertError),
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

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Link {
    /// The edition's JSON, byte for byte as signed.
    edition: String,
    /// Detached signatures, armored.
    signatures: Vec<String>,
}

/// The file that travels: every edition from the first, with its signatures. Not yet judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RosterFile {
    format: u32,
    chain: Vec<Link>,
}

impl RosterFile {
    /// Reads the file's JSON without judging it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RosterError> {
        let file: Self = serde_json::from_slice(bytes).map_err(|_| RosterError::Malformed)?;
        if file.format == FORMAT { Ok(file) } else { Err(RosterError::Malformed) }
    }

    /// The file's JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Starts a chain.
    pub fn first(edition: &Edition) -> Result<Self, RosterError> {
        Self { format: FORMAT, chain: Vec::new() }.followed_by(edition)
    }

    /// The chain with one more edition, which nobody has signed yet.
    pub fn followed_by(mut self, edition: &Edition) -> Result<Self, RosterError> {
        let edition = serde_json::to_string_pretty(edition).map_err(|_| RosterError::Malformed)?;
        self.chain.push(Link { edition, signatures: Vec::new() });
        Ok(self)
    }

    /// The newest edition, unjudged: for showing it to whoever is to sign it.
    pub fn newest(&self) -> Result<Edition, RosterError> {
        let link = self.chain.last().ok_or(RosterError::Malformed)?;
        serde_json::from_str(&link.edition).map_err(|_| RosterError::Malformed)
    }

    /// Every edition from the first, unjudged: whose certs once counted.
    pub fn editions(&self) -> Result<Vec<Edition>, RosterError> {
        self.chain.iter().map(|link| serde_json::from_str(&link.edition).map_err(|_| RosterError::Malformed)).collect()
    }

    /// The newest edition's digest: what signers compare by telephone.
    pub fn digest(&self) -> Result<Digest, RosterError> {
        self.chain.last().map(|link| Digest::of(link.edition.as_bytes())).ok_or(RosterError::Malformed)
    }

    /// Signs the newest edition.
    pub fn sign(&mut self, tsk: &Tsk, day: Day) -> Result<(), RosterError> {
        let link = self.chain.last_mut().ok_or(RosterError::Malformed)?;
        let signature = envelope::sign_detached(link.edition.as_bytes(), tsk, day)?;
        link.signatures.push(String::from_utf8_lossy(&signature).into_owned());
        Ok(())
    }

    /// Judges the whole chain: forms, names, certs, links and signatures.
    pub fn verify(&self) -> Result<Roster, RosterError> {
        let mut roster: Option<Roster> = None;
        for link in &self.chain {
            let edition: Edition = serde_json::from_str(&link.edition).map_err(|_| RosterError::Malformed)?;
            let digest = Digest::of(link.edition.as_bytes());
            let mut next = Roster::new(edition, digest, self)?;
            match &roster {
                None => next.begins(link)?,
                Some(before) => next.follows(before, link)?,
            }
            roster = Some(next);
        }
        roster.ok_or(RosterError::Malformed)
    }
}

/// A roster whose chain has been verified.
#[derive(Debug)]
pub struct Roster {
    edition: Edition,
    digest: Digest,
    digests: Vec<Digest>,
    /// Whose every cert is or was, in this edition and all before it.
    holders: BTreeMap<Fingerprint, String>,
    drop: Cert,
    members: Vec<Member>,
    file: RosterFile,
}

/// A person with their parsed cert.
#[derive(Debug)]
pub struct Member {
    person: Person,
    cert: Cert,
    /// Sealed to when they are left out; drawn once, since an RSA one takes 0.3 s.
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

    /// The ids of those whose certs, now or in an earlier edition, have these fingerprints: whoever was left out of a
    /// thread stays left out of it under a new cert.
    pub fn people_behind(&self, fingerprints: &[Fingerprint]) -> BTreeSet<String> {
        fingerprints.iter().filter_map(|fingerprint| self.holders.get(fingerprint)).cloned().collect()
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

    /// Who reads a submission to `organisation` when the people with ids `excluded` must not.
    pub fn audience(
        &self,
        organisation: &str,
        excluded: &BTreeSet<String>,
        clock: Clock,
    ) -> Result<Audience, AudienceError> {
        let organisation = self.organisation(organisation).ok_or(AudienceError::UnknownOrganisation)?;
        let clock = clock.not_before(self.edition.day);
        let mut slots = Vec::new();
        let mut readers = Vec::new();
        let mut usable = 0;
        for member in self.recipients(organisation) {
            let Ok(slot) = member.cert.slot(clock) else { continue };
            usable += 1;
            let left_out = excluded.contains(&member.person.id);
            if left_out && member.is_reserve() {
                return Err(AudienceError::Reserve);
            }
            if left_out {
                slots.push(member.decoy(&slot).map_err(|_| AudienceError::Closed)?);
            } else {
                slots.push(slot);
                readers.push(member.cert.fingerprint());
            }
        }
        match (usable, readers.len()) {
            (0 | 1, _) => Err(AudienceError::Closed),
            (_, 0 | 1) => Err(AudienceError::TooFew),
            _ => Ok(Audience {
                drop_id: self.drop_id(),
                roster: self.digest,
                organisation: organisation.id.clone(),
                slots,
                readers,
            }),
        }
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
        let holders = members.iter().map(|member| (member.cert.fingerprint(), member.person.id.clone())).collect();
        let roster = Self { edition, digest, digests: vec![digest], holders, drop, members, file: file.clone() };
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
        }
        if seen.is_empty() { Err(RosterError::Malformed) } else { Ok(()) }
    }

    /// The first edition is signed by every member.
    fn begins(&self, link: &Link) -> Result<(), RosterError> {
        if self.edition.version != 1 || self.edition.previous.is_some() || self.edition.birthday >= self.edition.day {
            return Err(RosterError::Broken);
        }
        self.signed_by(link, self, self.members.len())
    }

    /// Any later edition is signed by two members of the one before.
    fn follows(&mut self, before: &Self, link: &Link) -> Result<(), RosterError> {
        let linked = self.edition.previous == Some(before.digest) && self.edition.version == before.edition.version + 1;
        if !linked || self.edition.day < before.edition.day {
            return Err(RosterError::Broken);
        }
        if self.edition.kdf != before.edition.kdf || self.edition.birthday != before.edition.birthday {
            return Err(RosterError::Frozen);
        }
        self.digests.splice(..0, before.digests.iter().copied());
        for (fingerprint, id) in &before.holders {
            self.holders.entry(*fingerprint).or_insert_with(|| id.clone());
        }
        self.signed_by(link, before, SIGNERS)
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

/// Why a report has no audience.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum AudienceError {
    /// The drop does not serve it.
    #[error("no such organisation")]
    UnknownOrganisation,
    /// The reserve cannot be left out.
    #[error("the reserve cannot be left out")]
    Reserve,
    /// Fewer than two would remain.
    #[error("fewer than two recipients would remain")]
    TooFew,
    /// The organisation itself has fewer than two usable recipients.
    #[error("the organisation has fewer than two usable recipients")]
    Closed,
}

/// The recipients of one submission: at least two, the reserve among them, and a slot for each who was left out.
#[derive(Debug, Clone)]
pub struct Audience {
    pub(crate) drop_id: Digest,
    pub(crate) roster: Digest,
    pub(crate) organisation: String,
    pub(crate) slots: Vec<Slot>,
    pub(crate) readers: Vec<Fingerprint>,
}

impl Audience {
    /// The organisation it reads for.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// Those who can open it.
    pub fn readers(&self) -> &[Fingerprint] {
        &self.readers
    }

    /// What kind of secrecy all slots together give: one classic slot makes all of it classic.
    pub fn kind(&self) -> Kind {
        if self.slots.iter().any(Slot::is_classic) { Kind::Classic } else { Kind::PostQuantum }
    }
}
