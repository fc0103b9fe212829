//! Keeping: the body, then the records, then a [`Kept`].
//!
//! Protects "acknowledged means kept" by a type: a page that says so takes a [`Kept`], which only a durable commit makes.

use sluss_core::cert::Fingerprint;
use sluss_core::day::Day;
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;

use super::Store;
use super::body::Body;
use super::cabinet::Cabinet;
use super::fault::Fault;
use super::record::{
    ADDRESSEES, Addressee, Alias, Entry, Matter, Object, ObjectId, Record, SENT, Sent, Source, SourceKey, TSK,
};

/// A sealed submission to be kept.
pub struct NewSubmission {
    /// Its sealed bytes, in the vault.
    pub body: Body,
    /// The digest of the token inside.
    pub token_hash: Digest,
    /// Who can open it: 1 to [`ADDRESSEES`].
    pub addressees: Vec<Fingerprint>,
    /// The organisation it is for.
    pub organisation: String,
    /// Its number within its source's messages, as sealed inside, from 1.
    pub sequence: u32,
    /// Today.
    pub day: Day,
}

/// What a submission does to its source.
pub enum SourceChange {
    /// The first message of a new source: its `sequence` is 1.
    Enrol(NewSource),
    /// A further message; its `sequence` has to be the source's next one.
    Next {
        /// Whose.
        key: SourceKey,
        /// Recipients who must not see it, nor what follows.
        excluded: Vec<Fingerprint>,
    },
}

/// A source that is not known yet.
pub struct NewSource {
    /// What its codename gave.
    pub key: SourceKey,
    /// Its cert's fingerprint.
    pub fingerprint: Fingerprint,
    /// The organisation it writes to.
    pub organisation: String,
    /// The language it is spoken to in.
    pub lang: Lang,
    /// Its TSK, locked with the inbox key; at most [`TSK`] bytes.
    pub locked_tsk: Vec<u8>,
    /// Recipients who must not see what it sends: at most [`ADDRESSEES`].
    pub excluded: Vec<Fingerprint>,
    /// Today.
    pub received: Day,
    /// The day of an automatic acknowledgement, where the organisation gives one.
    pub acknowledged: Option<Day>,
    /// Whether it wants no acknowledgement.
    pub declined: bool,
}

impl NewSource {
    fn into_record(self) -> Source {
        Source {
            key: self.key,
            fingerprint: self.fingerprint,
            organisation: self.organisation,
            lang: self.lang,
            locked_tsk: self.locked_tsk,
            excluded: self.excluded,
            received: self.received,
            acknowledged: self.acknowledged,
            next: 1,
            sent: Vec::new(),
            heads: Vec::new(),
            closed: false,
            declined: self.declined,
        }
    }

    /// Adds the source, its alias after the objects and before itself.
    pub(super) fn enrol(self, cabinet: &Cabinet) -> Result<Source, EnrolError> {
        if self.locked_tsk.len() > TSK || self.excluded.len() > ADDRESSEES {
            return Err(Fault::TooLarge.into());
        }
        if cabinet.find::<Source>(&self.key.0)?.is_some()
            || cabinet.find::<Alias>(self.fingerprint.as_bytes())?.is_some()
        {
            return Err(EnrolError::Taken);
        }
        Ok(self.into_record())
    }
}

/// Why a source could not be enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// Its codename or its cert is somebody's already: draw anew.
    #[error("this codename is taken")]
    Taken,
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a submission was not kept.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The codename is somebody's already: draw anew.
    #[error("this codename is taken")]
    Taken,
    /// No such source: erased meanwhile.
    #[error("there is no such source any more")]
    NoSource,
    /// Another message of this source came first: seal this one again with the next number.
    #[error("another message of this source was kept first")]
    OutOfTurn,
    /// The disk.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<EnrolError> for CommitError {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Taken => Self::Taken,
            EnrolError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// A submission is kept: it survives a power cut from here on. Only a durable commit makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    organisation: String,
    sequence: u32,
    day: Day,
    acknowledged: Option<Day>,
}

impl Kept {
    /// Whom it was for.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// Its number among its source's messages, from 1.
    pub fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The day it was kept.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The day of the automatic acknowledgement of its source's first message, if one was given.
    pub fn acknowledged(&self) -> Option<Day> {
        self.acknowledged
    }
}

impl Store {
    /// Keeps a submission: returns when its body, its record and its source's survive a power cut.
    pub fn commit(&self, mut submission: NewSubmission, source: SourceChange) -> Result<Kept, CommitError> {
        let early = submission.body.take_early();
        self.committer.change(Some(early), move |round| keep(round.cabinet, submission, source))
    }

    /// Enrols a source that has sent nothing yet: its codename was drawn at a desk.
    pub fn enrol(&self, source: NewSource) -> Result<(), EnrolError> {
        self.committer.change(None, move |round| {
            let record = source.enrol(round.cabinet)?;
            Ok(put_source(round.cabinet, &record)?)
        })
    }
}

/// Keeps a submission and what it does to its source.
pub(super) fn keep(cabinet: &Cabinet, submission: NewSubmission, source: SourceChange) -> Result<Kept, CommitError> {
    let NewSubmission { body, token_hash, addressees, organisation, sequence, day } = submission;
    if !body.lease.is_sound() {
        return Err(Fault::Stopped.into());
    }
    let mut source = match source {
        SourceChange::Enrol(new) => new.enrol(cabinet)?,
        SourceChange::Next { key, excluded } => {
            let mut source = cabinet.find::<Source>(&key.0)?.ok_or(CommitError::NoSource)?;
            source.excluded.extend(excluded);
            source.excluded.sort_unstable();
            source.excluded.dedup();
            source
        }
    };
    if source.next != sequence {
        return Err(CommitError::OutOfTurn);
    }
    if addressees.len() > ADDRESSEES || source.excluded.len() > ADDRESSEES {
        return Err(Fault::TooLarge.into());
    }
    source.next = source.next.saturating_add(1);
    source.sent.push(Sent { sequence, day });
    let forgotten = source.sent.len().saturating_sub(SENT);
    source.sent.drain(..forgotten);
    let object = Object {
        id: ObjectId::Submission(body.digest),
        digest: body.digest,
        length: body.length,
        organisation: organisation.clone(),
        source: source.key,
        number: sequence,
        day,
        matter: Matter::Submission { token_hash },
        addressees: addressees.into_iter().map(Addressee::new).collect(),
        key: body.key,
        place: body.place,
        receipted: None,
    };
    // Before the record: whatever becomes of that, nobody else gets slots that it may name.
    body.lease.keep();
    cabinet.put(&Entry::Live(object))?;
    put_source(cabinet, &source)?;
    Ok(Kept { organisation, sequence, day, acknowledged: source.acknowledged })
}

/// Writes a source after the name by which letters find it.
pub(super) fn put_source(cabinet: &Cabinet, source: &Source) -> Result<(), Fault> {
    let alias = Alias { fingerprint: source.fingerprint, source: source.key };
    if cabinet.find::<Alias>(&alias.id())?.is_none() {
        cabinet.put(&alias)?;
    }
    cabinet.put(source)
}
