//! The one place where async meets sync: a thread that seals what a bounded channel brings, and keeps it.
//!
//! Protects: memory stays bounded however large a file is; once everything has arrived, sealing, keeping and the way to
//! the codename page go on to their end even if the visitor's connection breaks meanwhile, so that a resend finds them.
//! Before that, a channel that closes early leaves nothing behind.

use std::io::Write as _;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use futures::executor::block_on;
use sluss_core::cert::{Fingerprint, Kind, Tsk};
use sluss_core::codename::{Kdf, SourceKeys};
use sluss_core::day::Day;
use sluss_core::roster::Audience;
use sluss_core::seal::{Sealed, Sealer};
use sluss_core::secret::Secret;
use sluss_core::submission::{Heading, Report};
use sluss_web::form::{Form, FormError};
use sluss_web::session::{Hold, SessionId, Turn};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::progress::Teller;
use super::trouble::Trouble;
use super::visit::{CodenamePage, Visit};
use crate::harden::wiping;
use crate::reception::{Outcome, Reception, chance};
use crate::store::{Kept, NewSource, NewSubmission, Permit, Source, SourceChange, SourceKey, VaultWriter};

/// Bytes of files that wait for the sealer; more make the sender wait. In bytes, since chunks are small through Tor: a
/// sealer that is woken late then finds enough to catch up with, and the sender need not stop meanwhile.
const AHEAD: u32 = 512 * 1024;
/// Chunks and names that wait at the most.
const PIECES: usize = 1_024;

/// One submission to be sealed and kept.
pub(super) struct Job {
    pub(super) reception: Arc<Reception>,
    pub(super) turn: Turn<Outcome>,
    pub(super) permit: Permit,
    pub(super) audience: Audience,
    pub(super) heading: Heading,
    pub(super) report: Report,
    /// Where a kept submission leads.
    pub(super) place: String,
    pub(super) sender: Sender,
}

/// Who sends it.
pub(super) enum Sender {
    /// Somebody new, whose codename is drawn when everything has arrived.
    New(Newcomer),
    /// A source who is signed in.
    Known { session: SessionId, keys: SourceKeys, source: Box<Source>, excluded: Vec<Fingerprint> },
}

/// What a new source is enrolled with.
pub(super) struct Newcomer {
    pub(super) words: sluss_core::lang::Lang,
    pub(super) kdf: Kdf,
    pub(super) birthday: Day,
    pub(super) excluded: Vec<Fingerprint>,
    /// Whether they want no acknowledgement.
    pub(super) declined: bool,
}

enum Piece {
    File(Secret<String>),
    Chunk(Bytes, #[allow(dead_code, reason = "held until the chunk is sealed")] OwnedSemaphorePermit),
    End,
}

/// A submission on its way through the sealing thread.
pub(super) struct Sealing {
    pieces: mpsc::Sender<Piece>,
    room: Arc<Semaphore>,
    outcome: oneshot::Receiver<Result<Outcome, Trouble>>,
}

impl Sealing {
    /// Starts the thread.
    pub(super) fn start(job: Job) -> Result<Self, Trouble> {
        let (pieces, arriving) = mpsc::channel(PIECES);
        let room = Arc::new(Semaphore::new(AHEAD as usize));
        let (tell, outcome) = oneshot::channel();
        let thread = thread::Builder::new().name("sealing".to_owned());
        let work = move || {
            let outcome = wiping(|| job.run(arriving));
            // Nobody may be left to hear it; the turn was finished all the same.
            let _ = tell.send(outcome);
        };
        thread.spawn(work).map_err(|_| Trouble::Busy)?;
        Ok(Self { pieces, room, outcome })
    }

    /// Hands on every file of the form as it comes in.
    pub(super) async fn take_files(&self, form: &mut Form, teller: &mut Teller) -> Result<(), FormError> {
        while let Some(mut file) = form.next_file().await? {
            self.give(Piece::File(file.name().clone())).await;
            while let Some(chunk) = file.chunk().await? {
                teller.came(chunk.len());
                let bytes = u32::try_from(chunk.len()).unwrap_or(u32::MAX).min(AHEAD);
                // It is never closed.
                if let Ok(room) = Arc::clone(&self.room).acquire_many_owned(bytes).await {
                    self.give(Piece::Chunk(chunk, room)).await;
                }
            }
        }
        Ok(())
    }

    /// Says that everything has arrived, and waits until it is kept.
    pub(super) async fn finish(self) -> Result<Outcome, Trouble> {
        self.give(Piece::End).await;
        self.outcome.await.unwrap_or(Err(Trouble::Fault))
    }

    /// A thread that ended early takes nothing more; why it did, [`Sealing::finish`] tells.
    async fn give(&self, piece: Piece) {
        let _ = self.pieces.send(piece).await;
    }
}

impl Job {
    fn run(self, mut arriving: mpsc::Receiver<Piece>) -> Result<Outcome, Trouble> {
        let Self { reception, turn, permit, audience, heading, report, place, sender } = self;
        let mut sealer = Sealer::new(&audience, &heading, &report, permit.writer(), &mut chance())?;
        loop {
            match arriving.blocking_recv() {
                Some(Piece::File(name)) => sealer.file(name.expose())?,
                Some(Piece::Chunk(chunk, _room)) => sealer.write_all(&chunk)?,
                Some(Piece::End) => break,
                None => return Err(Trouble::Broken),
            }
        }
        let keeping = Keeping { reception: &reception, audience: &audience, heading: &heading };
        let session = match sender {
            Sender::New(newcomer) => keeping.first(newcomer, sealer)?,
            Sender::Known { session, keys, source, excluded } => {
                let change = SourceChange::Next { key: source.key, excluded };
                keeping.further(session, &keys, &source, change, sealer)?
            }
        };
        let outcome = Outcome { place, session };
        turn.finish(outcome.clone());
        Ok(outcome)
    }
}

/// The last steps: the source's keys, the sealed end, the commit, the session.
struct Keeping<'a> {
    reception: &'a Reception,
    audience: &'a Audience,
    heading: &'a Heading,
}

impl Keeping<'_> {
    fn first(&self, newcomer: Newcomer, sealer: Sealer<'_, VaultWriter>) -> Result<SessionId, Trouble> {
        let Newcomer { words, kdf, birthday, excluded, declined } = newcomer;
        let drawn = self.reception.draw(words);
        let keys = {
            // This thread may wait; those who sign in wait in the same queue.
            let _place = block_on(self.reception.derivations.acquire());
            drawn.codename().unlock(&kdf)?
        };
        let tsk = Tsk::generate(Kind::PostQuantum, None, birthday).map_err(|_| Trouble::Fault)?;
        let source = NewSource {
            key: SourceKey::of(&keys.id),
            fingerprint: tsk.fingerprint(),
            organisation: self.audience.organisation().to_owned(),
            lang: self.heading.language,
            locked_tsk: tsk.lock(&keys.inbox_key).map_err(|_| Trouble::Fault)?,
            excluded,
            received: self.heading.day,
            acknowledged: self.heading.acknowledged.then_some(self.heading.day),
            declined,
        };
        let kept = self.keep(sealer, &tsk, SourceChange::Enrol(source))?;
        let visit = Visit { codename: Some(CodenamePage::new(kept, drawn)), ..Visit::default() };
        Ok(self.reception.sessions.open(visit, Hold::Firm, self.reception.steady(), &mut chance()))
    }

    fn further(
        &self,
        session: SessionId,
        keys: &SourceKeys,
        source: &Source,
        change: SourceChange,
        sealer: Sealer<'_, VaultWriter>,
    ) -> Result<SessionId, Trouble> {
        let tsk = Tsk::unlock(&source.locked_tsk, &keys.inbox_key).map_err(|_| Trouble::Fault)?;
        let kept = self.keep(sealer, &tsk, change)?;
        self.reception.sessions.with(&session, self.reception.steady(), |visit| {
            visit.draft = Secret::default();
            visit.kept = Some(kept);
        });
        Ok(session)
    }

    fn keep(&self, sealer: Sealer<'_, VaultWriter>, source: &Tsk, change: SourceChange) -> Result<Kept, Trouble> {
        let (Sealed { token_hash, .. }, writer) = sealer.finish(source)?;
        let submission = NewSubmission {
            body: writer.finish()?,
            token_hash,
            addressees: self.audience.readers().to_vec(),
            organisation: self.audience.organisation().to_owned(),
            sequence: self.heading.sequence,
            day: self.heading.day,
        };
        Ok(self.reception.store.commit(submission, change)?)
    }
}
