//! What each record holds. Sealed, all records of one kind have one size.
//!
//! Protects against a disk that tells who wrote what, how often, how much: every field below exists only sealed.
//! It does not hide how many records of each kind there are.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use sluss_core::bundle::SkipReason;
use sluss_core::cert::Fingerprint;
use sluss_core::codename::SourceId;
use sluss_core::day::Day;
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::limits;
use sluss_core::secret::Secret;

use super::map::Run;

/// Addressees that one record can name: an organisation's recipients.
pub const ADDRESSEES: usize = limits::RECIPIENTS;
/// Messages of one source that its record remembers by number and day; older ones are forgotten here first.
pub const SENT: usize = 48;
/// Runs that a record names itself; a longer list goes into a slot of its own.
pub(super) const RUNS: usize = 20;
/// Stretches of outbound numbers that an investigator's record can hold as acknowledged.
pub(super) const STRETCHES: usize = 64;

/// A record's kind: how it is told from others, and the bytes it takes sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) tag: u8,
    pub(super) size: usize,
}

/// Something that sled keeps sealed.
pub(super) trait Record: Serialize + DeserializeOwned {
    const KIND: Kind;
    /// What it is found by, unique within its kind; the same across epochs.
    fn id(&self) -> Vec<u8>;
}

/// Which object: a submission by its digest, a letter by where it stands in its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ObjectId {
    /// The digest of the sealed bytes.
    Submission(#[serde(with = "short")] Digest),
    /// The `number`th letter of `writer` to `source`.
    Letter {
        /// Whom it answers.
        source: SourceKey,
        /// Who signed it.
        #[serde(with = "short")]
        writer: Fingerprint,
        /// The writer's own count for this source, from 1.
        number: u32,
    },
}

impl ObjectId {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Submission(digest) => [b"s".as_slice(), digest.as_bytes()].concat(),
            Self::Letter { source, writer, number } => {
                [b"l".as_slice(), &source.0, writer.as_bytes(), &number.to_be_bytes()].concat()
            }
        }
    }
}

/// A sealed submission or letter that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Object {
    /// What it is.
    pub id: ObjectId,
    /// SHA-256 of the sealed bytes.
    #[serde(with = "short")]
    pub digest: Digest,
    /// Sealed bytes.
    pub length: u64,
    /// Whom it belongs to.
    pub organisation: String,
    /// The source that wrote it or that it answers.
    pub source: SourceKey,
    /// A submission's sequence or a letter's number, from 1.
    pub number: u32,
    /// The day it was kept.
    #[serde(with = "short")]
    pub day: Day,
    pub(super) matter: Matter,
    /// Who can open it, those left out not among them.
    pub addressees: Vec<Addressee>,
    pub(super) key: ObjectKey,
    pub(super) place: Place,
    /// The day of the first receipt. Records of the first format have zeros here: none.
    #[serde(with = "short::option")]
    pub(super) receipted: Option<Day>,
}

impl Object {
    /// Whether it is a letter that closes the case.
    pub fn closes(&self) -> bool {
        self.matter == Matter::Letter { closing: true }
    }

    /// Whether every addressee who counts has receipted, and at least one addressee has.
    pub(super) fn receipted(&self, counts: &dyn Fn(&Fingerprint) -> bool) -> bool {
        let mut counted = self.addressees.iter().filter(|addressee| counts(&addressee.fingerprint));
        matches!(self.matter, Matter::Submission { .. })
            && counted.all(|addressee| addressee.receipted)
            && self.addressees.iter().any(|addressee| addressee.receipted)
    }
}

/// What only one of the two kinds of object has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Matter {
    /// The digest of the token inside a submission.
    Submission {
        #[serde(with = "short")]
        token_hash: Digest,
    },
    /// Whether a letter closes the case.
    Letter { closing: bool },
}

/// How far one addressee has come with one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Whose.
    #[serde(with = "short")]
    pub fingerprint: Fingerprint,
    /// The first outbound bundle of theirs that it went into; 0 for none.
    pub exported_in: u32,
    /// Whether their desk has kept it.
    pub receipted: bool,
}

impl Addressee {
    /// Nobody has carried it to them yet.
    pub fn new(fingerprint: Fingerprint) -> Self {
        Self { fingerprint, exported_in: 0, receipted: false }
    }
}

/// What stands under an object's identity: the object, or what is left to be overwritten of it.
#[derive(Serialize, Deserialize)]
pub(super) enum Entry {
    Live(Object),
    Tombstone { id: ObjectId, place: Place, key: Option<ObjectKey> },
}

impl Record for Entry {
    const KIND: Kind = Kind { tag: 2, size: 1024 };

    fn id(&self) -> Vec<u8> {
        match self {
            Self::Live(Object { id, .. }) | Self::Tombstone { id, .. } => id.bytes(),
        }
    }
}

/// Where a body lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Place {
    Runs(Vec<Run>),
    /// Too many runs for a record: their list is sealed in this slot.
    Listed(u32),
}

/// The key that one body is encrypted once more under.
#[derive(Clone, Debug)]
pub(super) struct ObjectKey(pub(super) Secret<[u8; 32]>);

impl Serialize for ObjectKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.expose().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ObjectKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Secret::new(<[u8; 32]>::deserialize(deserializer)?)))
    }
}

/// A source's handle inside the store: a digest of the source id, which itself is never kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceKey(pub(super) [u8; 32]);

impl SourceKey {
    /// The handle of a source id.
    pub fn of(source_id: &SourceId) -> Self {
        Self(Sha256::new().chain_update(b"sluss store 1: source").chain_update(source_id.expose()).finalize().into())
    }
}

impl fmt::Debug for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SourceKey(…)")
    }
}

/// A source: what its codename opens, and the heads of its thread.
#[derive(Clone, Serialize, Deserialize)]
pub struct Source {
    /// Its handle.
    pub key: SourceKey,
    /// The fingerprint of its cert, by which letters find it.
    #[serde(with = "short")]
    pub fingerprint: Fingerprint,
    /// The organisation it wrote to.
    pub organisation: String,
    /// The language it is spoken to in.
    pub lang: Lang,
    /// Its TSK, locked with the inbox key; at most [`TSK`] bytes.
    pub locked_tsk: Vec<u8>,
    /// Recipients who must not see what it sends.
    #[serde(with = "short::list")]
    pub excluded: Vec<Fingerprint>,
    /// The day its first message was kept.
    #[serde(with = "short")]
    pub received: Day,
    /// The day an automatic acknowledgement was given, if it was.
    #[serde(with = "short::option")]
    pub acknowledged: Option<Day>,
    /// The sequence of its next message, from 1.
    pub next: u32,
    /// Its newest messages: sequence and day, at most [`SENT`].
    pub sent: Vec<Sent>,
    /// How far each writer's letters have come.
    pub heads: Vec<Head>,
    /// Whether an investigator has closed the case.
    pub closed: bool,
    /// Whether the source wants no acknowledgement. Records of the first format have a zero here: it was not noted.
    pub declined: bool,
}

/// Bytes of a locked TSK that a source's record has room for.
pub const TSK: usize = 2300;

/// One message of a source, as its inbox lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Its sequence.
    pub sequence: u32,
    /// The day it was kept.
    #[serde(with = "short")]
    pub day: Day,
}

/// How far one writer's letters to a source have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose letters.
    #[serde(with = "short")]
    pub writer: Fingerprint,
    /// The highest number among them.
    pub number: u32,
}

impl Record for Source {
    const KIND: Kind = Kind { tag: 3, size: 4096 };

    fn id(&self) -> Vec<u8> {
        self.key.0.to_vec()
    }
}

/// From a source cert's fingerprint, which desks know, to the source.
#[derive(Serialize, Deserialize)]
pub(super) struct Alias {
    #[serde(with = "short")]
    pub(super) fingerprint: Fingerprint,
    pub(super) source: SourceKey,
}

impl Record for Alias {
    const KIND: Kind = Kind { tag: 4, size: 128 };

    fn id(&self) -> Vec<u8> {
        self.fingerprint.as_bytes().to_vec()
    }
}

/// How far an investigator's bundles have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investigator {
    /// Whose.
    #[serde(with = "short")]
    pub fingerprint: Fingerprint,
    /// The number of their next outbound bundle, from 1.
    pub next: u32,
    /// Outbound numbers that their desk has acknowledged: inclusive stretches, rising.
    pub acknowledged: Vec<(u32, u32)>,
}

impl Record for Investigator {
    const KIND: Kind = Kind { tag: 5, size: 1024 };

    fn id(&self) -> Vec<u8> {
        self.fingerprint.as_bytes().to_vec()
    }
}

/// A return bundle that was done, so that the same again does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The bundle's random id.
    pub bundle: [u8; 16],
    /// Who made it.
    #[serde(with = "short")]
    pub by: Fingerprint,
    /// The outbound bundle that first told its desk; 0 for none yet.
    pub told_in: u32,
    /// Its letters that could not be delivered; the first [`SKIPPED`].
    pub skipped: Vec<Skipped>,
}

/// A letter that could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its digest.
    #[serde(with = "short")]
    pub letter: Digest,
    /// Why.
    pub reason: SkipReason,
}

/// Skipped letters that a record names.
pub const SKIPPED: usize = 24;

impl Record for Done {
    const KIND: Kind = Kind { tag: 6, size: 1024 };

    fn id(&self) -> Vec<u8> {
        self.bundle.to_vec()
    }
}

/// What is true of the whole store.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Whole {
    pub(super) incarnation: [u8; 16],
    /// Whether the store was closed in order: nothing then lies in free slots that was never acknowledged.
    pub(super) closed: bool,
    /// Where the vault lay when the store was last opened, by [`Vault::place`](super::vault::Vault::place); zeros in stores
    /// of before it was kept.
    pub(super) place: [u8; 32],
    /// Whether damaged records were ever given up: an object that no source knows may then be an acknowledged one.
    pub(super) gave_up: bool,
}

impl Record for Whole {
    const KIND: Kind = Kind { tag: 1, size: 256 };

    fn id(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// Days as their number since 1970, fingerprints and digests as their bytes: short, and always one size.
mod short {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use sluss_core::cert::Fingerprint;
    use sluss_core::day::Day;
    use sluss_core::digest::Digest;

    pub(super) trait Short: Sized {
        type Form: Serialize + for<'de> Deserialize<'de>;
        fn form(&self) -> Self::Form;
        fn of(form: Self::Form) -> Option<Self>;
    }

    impl Short for Day {
        type Form = u32;

        fn form(&self) -> u32 {
            self.number()
        }

        fn of(number: u32) -> Option<Self> {
            Self::from_number(number).ok()
        }
    }

    impl Short for Fingerprint {
        type Form = [u8; 20];

        fn form(&self) -> [u8; 20] {
            *self.as_bytes()
        }

        fn of(bytes: [u8; 20]) -> Option<Self> {
            Some(Self::from_bytes(bytes))
        }
    }

    impl Short for Digest {
        type Form = [u8; 32];

        fn form(&self) -> [u8; 32] {
            *self.as_bytes()
        }

        fn of(bytes: [u8; 32]) -> Option<Self> {
            Some(Self::from_bytes(bytes))
        }
    }

    pub(super) fn serialize<T: Short, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.form().serialize(serializer)
    }

    pub(super) fn deserialize<'de, T: Short, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::of(T::Form::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("out of range"))
    }

    pub(super) mod option {
        use super::{Deserialize, Deserializer, Error, Serialize, Serializer, Short};

        pub(in super::super) fn serialize<T: Short, S: Serializer>(
            value: &Option<T>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            value.as_ref().map(Short::form).serialize(serializer)
        }

        pub(in super::super) fn deserialize<'de, T: Short, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<T>, D::Error> {
            let form = Option::<T::Form>::deserialize(deserializer)?;
            form.map(|form| T::of(form).ok_or_else(|| D::Error::custom("out of range"))).transpose()
        }
    }

    pub(super) mod list {
        use super::{Deserialize, Deserializer, Error, Serialize, Serializer, Short};

        pub(in super::super) fn serialize<T: Short, S: Serializer>(
            values: &[T],
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            values.iter().map(Short::form).collect::<Vec<_>>().serialize(serializer)
        }

        pub(in super::super) fn deserialize<'de, T: Short, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Vec<T>, D::Error> {
            let forms = Vec::<T::Form>::deserialize(deserializer)?;
            forms.into_iter().map(|form| T::of(form).ok_or_else(|| D::Error::custom("out of range"))).collect()
        }
    }
}
