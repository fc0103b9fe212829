//! An investigator's note in a case: what colleagues tell each other, and what they decide.
//!
//! Protects: only an investigator wrote it, about this source, in this place among their notes; the writer, the other
//! readers of the case and the reserve can open it. No source and no drop ever sees one, and no letter names one.

use serde::{Deserialize, Serialize};

use crate::cert::{Cert, Fingerprint, Tsk};
use crate::day::{Clock, Day};
use crate::digest::Digest;
use crate::envelope::{self, OpenError, SealError, open_bytes, seal_bytes};
use crate::letter::Text;
use crate::limits;
use crate::secret::Secret;

/// The format this program writes.
pub const FORMAT: u32 = 1;

/// Bytes to a multiple of which a note is filled up (4 KiB), so that its length tells little.
const STEP: usize = 4 * 1024;

/// What becomes of a case once the law asks (lag 2021:890, 7 kap. 8 §; arkivlagen 1990:782, 10 §).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is kept for the time being: it is a public record of which nobody has decided, or proceedings need it.
    Kept,
    /// It was handed over to an archive, and may be erased here.
    Archived,
    /// It may be erased.
    Erased,
}

/// What a note records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matter {
    /// Something worth remembering.
    Remark,
    /// Whether the report is one that the channel is for (lag 2021:890, 1 kap. 2 §).
    Scope {
        /// Whether it is.
        within: bool,
    },
    /// Whether the writer is impartial in this case (5 kap. 5 §).
    Impartial {
        /// Whether they are.
        yes: bool,
    },
    /// Who handles the case.
    Assigned {
        /// The person's id in the roster.
        to: String,
    },
    /// Who the source is was disclosed, or will be, and to whom; the source is told before (5 kap. 8 § 4).
    Disclosure,
    /// The case is closed.
    Closed,
    /// The case is open again.
    Reopened,
    /// Whether the report is junk, which is hidden and not answered, but kept.
    Junk {
        /// Whether it is.
        yes: bool,
    },
    /// Whether the source has checked what was written down of an oral report, and approves it (8 kap. 1–3 §§).
    Record {
        /// Whether they do.
        approved: bool,
    },
    /// Words by which the case is found and told apart: those of the text, between commas.
    Tags,
    /// What becomes of the case.
    Retention {
        /// What was decided.
        fate: Fate,
    },
}

/// A note's content.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Note {
    /// [`FORMAT`].
    pub format: u32,
    /// The drop's id.
    pub drop: Digest,
    /// The organisation's id.
    pub organisation: String,
    /// The source's cert: by it the case is found.
    pub source: Fingerprint,
    /// The investigator who wrote it.
    pub writer: Fingerprint,
    /// The writer's own number among their notes on this source, from 1.
    pub sequence: u32,
    /// The digest of the writer's note before, sealed: a removed one leaves a hole.
    pub previous: Option<Digest>,
    /// The digests of the sealed submissions, letters and notes that the writer had seen.
    pub seen: Vec<Digest>,
    /// The day on which it was written.
    pub day: Day,
    /// What it records.
    pub matter: Matter,
    /// The reason, or what is worth remembering.
    pub text: Text,
}

/// A sealed note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedNote {
    /// The OpenPGP message, binary.
    pub bytes: Vec<u8>,
    /// Its digest.
    pub digest: Digest,
}

impl Note {
    /// Signs and seals it: to the writer and `others`, the other readers of the case and the reserve.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] above [`limits::LETTER_TEXT`] bytes of text or [`limits::LETTER`] of content.
    pub fn seal(&self, writer: &Tsk, others: &[&Cert], clock: Clock) -> Result<SealedNote, SealError> {
        let own = writer.cert();
        let mut readers = vec![&own];
        readers.extend(others.iter().filter(|cert| cert.fingerprint() != own.fingerprint()));
        let mut json = serde_json::to_vec(self).map_err(|_| SealError::Failed)?;
        if self.text.expose().len() > limits::LETTER_TEXT || json.len() > limits::LETTER {
            return Err(SealError::TooLarge);
        }
        // JSON passes over trailing space.
        json.resize(json.len().next_multiple_of(STEP), b' ');
        let bytes = seal_bytes(&json, writer, &readers, self.day, clock.not_before(self.day))?;
        let digest = Digest::of(&bytes);
        Ok(SealedNote { bytes, digest })
    }

    /// The note as its writer signed it, no longer sealed: an armored OpenPGP message around its JSON, for the owner of
    /// `keys` to show and for others to verify.
    pub fn signed(sealed: &[u8], keys: &Tsk, writers: &[&Cert]) -> Result<Secret<Vec<u8>>, OpenError> {
        envelope::signed_message(sealed, keys, writers, limits::LETTER)
    }

    /// Opens a note that one of `writers` must have signed for the owner of `keys`.
    ///
    /// What it says of itself is compared with who signed it; whether drop, source and place are the expected ones is for
    /// the caller to compare.
    pub fn open(sealed: &[u8], keys: &Tsk, writers: &[&Cert]) -> Result<Self, OpenError> {
        let (json, signed) = open_bytes(sealed, keys, writers, limits::LETTER)?;
        let format: Format = serde_json::from_slice(json.expose()).map_err(|_| OpenError::Format("no note"))?;
        if format.format > FORMAT {
            return Err(OpenError::Newer);
        }
        let note: Self = serde_json::from_slice(json.expose()).map_err(|_| OpenError::Format("no note"))?;
        if note.format == 0 || note.sequence == 0 {
            return Err(OpenError::Format("its numbers begin at 1"));
        }
        if note.writer == signed.by { Ok(note) } else { Err(OpenError::ForeignSigner) }
    }
}

/// What is read first: a newer note may record what this program has no name for.
#[derive(Deserialize)]
struct Format {
    format: u32,
}
