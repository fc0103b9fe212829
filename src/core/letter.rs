//! An investigator's letter to a source: an acknowledgement, a question, feedback.
//!
//! Protects: only an investigator of the audience can have written it, to this source, in this place of the thread; the
//! source, the writer, the other addressees and the reserve can open it. While the source is signed in the server opens
//! it for them, and whoever watches the server then reads it.

use serde::{Deserialize, Serialize};

use crate::cert::{Cert, Fingerprint, Tsk};
use crate::day::{Clock, Day};
use crate::digest::Digest;
use crate::envelope::{self, open_bytes, seal_bytes};
pub use crate::envelope::{OpenError, SealError, Signed};
use crate::limits;
use crate::secret::Secret;

/// The format this program writes.
pub const FORMAT: u32 = 1;
/// Numbers that a letter may leave out after its writer's last one: a desk that was restored does not know that one.
pub const NUMBERS_AHEAD: u32 = 64;

/// What a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LetterKind {
    /// The report was received (lag 2021:890, 5 kap. 8 § 2).
    Acknowledgement,
    /// Something is asked.
    Question,
    /// What was done, and why (5 kap. 8 § 3).
    Feedback,
    /// The case is closed; with feedback, or a reason why there is none.
    Closing,
}

/// A letter's content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Letter {
    /// [`FORMAT`].
    pub format: u32,
    /// The drop's id.
    pub drop: Digest,
    /// The organisation's id.
    pub organisation: String,
    /// The source's cert.
    pub source: Fingerprint,
    /// The investigator who wrote it.
    pub writer: Fingerprint,
    /// The writer's own number for this source, from 1.
    pub sequence: u32,
    /// The digest of the writer's letter before, sealed.
    pub previous: Option<Digest>,
    /// The digests of the sealed submissions and letters that the writer had seen.
    pub seen: Vec<Digest>,
    /// The sealed submission that it answers.
    pub answers: Option<Digest>,
    /// What it is.
    pub kind: LetterKind,
    /// The day on which it was written.
    pub day: Day,
    /// Its text.
    pub text: Text,
}

/// A letter's text: wiped when dropped, not shown by `Debug`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(Secret<String>);

impl Text {
    /// Takes the text into keeping.
    pub fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// Lends it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// A sealed letter. Its length depends on nothing but its readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedLetter {
    /// The OpenPGP message, binary.
    pub bytes: Vec<u8>,
    /// Its digest.
    pub digest: Digest,
}

impl Letter {
    /// Signs and seals it: to the source, the writer and `others`, the addressees and the reserve.
    pub fn seal(&self, writer: &Tsk, source: &Cert, others: &[&Cert], clock: Clock) -> Result<SealedLetter, SealError> {
        let own = writer.cert();
        let mut readers = vec![source, &own];
        readers.extend(others.iter().filter(|cert| cert.fingerprint() != own.fingerprint()));
        let mut json = serde_json::to_vec(self).map_err(|_| SealError::Failed)?;
        if self.text.expose().len() > limits::LETTER_TEXT || json.len() > limits::LETTER {
            return Err(SealError::TooLarge);
        }
        // JSON passes over trailing space, and every letter becomes as long as every other.
        json.resize(limits::LETTER, b' ');
        // A source's cert is older than any letter; the writer's day may be the air-gapped clock's.
        let bytes = seal_bytes(&json, writer, &readers, self.day, clock.not_before(self.day))?;
        let digest = Digest::of(&bytes);
        Ok(SealedLetter { bytes, digest })
    }

    /// The letter as its writer signed it, no longer sealed: an armored OpenPGP message around its JSON, for the owner of
    /// `keys` to show and for others to verify.
    pub fn signed(sealed: &[u8], keys: &Tsk, writers: &[&Cert]) -> Result<Secret<Vec<u8>>, OpenError> {
        envelope::signed_message(sealed, keys, writers, limits::LETTER)
    }

    /// Opens a letter that one of `writers` must have signed for the owner of `keys`.
    ///
    /// What it says of itself is compared with who signed it; whether drop, source and place in the thread are the
    /// expected ones is for the caller to compare.
    pub fn open(sealed: &[u8], keys: &Tsk, writers: &[&Cert]) -> Result<Self, OpenError> {
        let (json, signed) = open_bytes(sealed, keys, writers, limits::LETTER)?;
        let letter: Self = serde_json::from_slice(json.expose()).map_err(|_| OpenError::Format("no letter"))?;
        match letter.format {
            0 => Err(OpenError::Format("its numbers begin at 1")),
            FORMAT if letter.writer != signed.by => Err(OpenError::ForeignSigner),
            FORMAT if letter.sequence == 0 => Err(OpenError::Format("its numbers begin at 1")),
            FORMAT => Ok(letter),
            _ => Err(OpenError::Newer),
        }
    }
}
