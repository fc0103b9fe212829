//! The desk while it is unlocked: a book, its owner's keys, and the casebook that was read out of it.
//!
//! Protects: dropping it locks it; keys and texts wipe themselves. While it lives, whoever reads this process's memory
//! reads the cases.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sluss_core::bundle::Item;
use sluss_core::cert::{Cert, CertError, Fingerprint, Tsk};
use sluss_core::codename::DrawnCodename;
use sluss_core::day::{Clock, Day};
use sluss_core::digest::Digest;
use sluss_core::envelope::{self, OpenError, SealError};
use sluss_core::letter::{Letter, Text};
use sluss_core::note::Note;
use sluss_core::open::{self, Submission};
use sluss_core::roster::Roster;
use sluss_core::secret::Secret;
use sluss_core::submission::Member;

use crate::attachment::Attachment;
use crate::book::{Book, BookError, Shelf, Spool};
use crate::casebook::case::{Case, Received};
use crate::casebook::journal::{self, Entry, Event};
use crate::casebook::{Casebook, Contents};
use crate::progress::Progress;
use crate::snapshot;

/// Bytes of a journal entry that are read at most; one names what lay in one bundle.
const ENTRY_MAX: usize = 16 * 1024 * 1024;
/// Entries are filled up to multiples of this, so that their length tells little.
const ENTRY_STEP: usize = 4 * 1024;

/// Things opened by themselves after which a new snapshot is worth its writing.
const WORTH: usize = 50;

/// Sealed bytes of a submission up to which it is opened in memory.
const SMALL: u64 = 1024 * 1024;

/// Why the desk could not do something with its book.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The book refused.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The key could not be unlocked.
    #[error(transparent)]
    Cert(#[from] CertError),
    /// Something could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Its key is not in the roster.
    #[error("this desk's key is not in the roster")]
    NotInRoster,
}

impl From<io::Error> for DeskError {
    fn from(error: io::Error) -> Self {
        Self::Book(BookError::Io(error))
    }
}

/// An unlocked desk.
#[derive(Debug)]
pub struct Desk {
    book: Arc<Book>,
    /// The one in use.
    tsk: Tsk,
    /// Earlier ones, which still open what was sealed to them, and one that no roster names yet.
    others: Vec<Tsk>,
    office: Option<Office>,
    /// How much was opened that the snapshot lacks.
    fresh: usize,
    /// By their cases' numbers, codenames that were drawn here and that their sources may not have yet.
    pub(crate) codenames: BTreeMap<String, DrawnCodename>,
}

/// What a desk has once it has a roster.
#[derive(Debug)]
pub struct Office {
    /// The roster in use.
    pub roster: Roster,
    /// All cases.
    pub casebook: Casebook,
    /// What lies in the book and could not be opened, and why: damage, or a newer version's work.
    pub unreadable: BTreeMap<Digest, OpenError>,
}

impl Office {
    fn new(roster: Roster, keys: &[Tsk]) -> Self {
        let own = keys.iter().map(Tsk::fingerprint).collect();
        let deadlines = roster.edition().organisations.iter().map(|one| (one.id.clone(), one.deadlines)).collect();
        let certs = roster.writers().into_iter().map(Cert::fingerprint);
        let people = certs.filter_map(|cert| Some((cert, roster.writer(cert)?.id.clone()))).collect();
        let casebook = Casebook::new(own, roster.drop_id(), deadlines, people);
        Self { roster, casebook, unreadable: BTreeMap::new() }
    }

    /// Whether something of a case was sealed under a roster that this desk does not know: a newer one, or one that
    /// somebody else gave the drop.
    pub fn is_foreign(&self, case: &Case<'_>) -> bool {
        case.submissions().any(|submission| !self.roster.knows(submission.manifest.roster))
    }

    /// The ids of those whom the source left out, as its newest message shows; none if that was sealed under a roster that
    /// is unknown here.
    pub fn left_out(&self, case: &Case<'_>) -> Option<BTreeSet<String>> {
        let manifest = &case.submissions().next_back()?.manifest;
        self.roster.left_out(case.organisation(), manifest.roster, &manifest.audience)
    }

    /// The name of the person with this id in the roster in use, or the id where nobody has it any more.
    pub fn name_in_use<'a>(&'a self, id: &'a str) -> &'a str {
        self.roster.member(id).map_or(id, |member| member.person().name.as_str())
    }

    /// The name of the person with this cert, in the newest edition that names it.
    pub fn name_of(&self, cert: Fingerprint) -> Option<&str> {
        self.roster.writer(cert).map(|person| person.name.as_str())
    }
}

impl Desk {
    /// Unlocks the book's keys, about two seconds each by intent, and reads everything in the book.
    pub fn unlock(book: Arc<Book>, passphrase: &Secret<String>) -> Result<Self, DeskError> {
        let tsk = Tsk::unlock_with_passphrase(&book.locked_tsk()?, passphrase)?;
        let mut others = Vec::new();
        for locked in book.other_tsks()? {
            others.push(Tsk::unlock_with_passphrase(&locked, passphrase)?);
        }
        Self::with_tsks(book, tsk, others)
    }

    /// The desk of whoever has `tsk`, and `others` besides; reads everything in the book.
    pub fn with_tsks(book: Arc<Book>, tsk: Tsk, others: Vec<Tsk>) -> Result<Self, DeskError> {
        let mut desk = Self { book, tsk, others, office: None, fresh: 0, codenames: BTreeMap::new() };
        desk.read_book()?;
        Ok(desk)
    }

    /// Its book.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// Its owner's key in use.
    pub fn tsk(&self) -> &Tsk {
        &self.tsk
    }

    /// Its owner's newest key: the one whose cert the next roster should name.
    pub fn newest_tsk(&self) -> Result<&Tsk, DeskError> {
        let newest = self.book.cert_for_roster()?.fingerprint();
        Ok(self.keys().find(|tsk| tsk.fingerprint() == newest).ok_or(BookError::NoKey)?)
    }

    /// The day on which a backup of its owner's newest key was last tried and would have helped, if ever.
    pub fn drilled(&self) -> Result<Option<Day>, DeskError> {
        Ok(self.office()?.casebook.journal().drilled(self.newest_tsk()?.fingerprint()))
    }

    /// Whether this is the fingerprint of one of its owner's certs.
    pub fn owns(&self, fingerprint: Fingerprint) -> bool {
        self.keys().any(|tsk| tsk.fingerprint() == fingerprint)
    }

    /// Opens something with whichever of its owner's keys it is sealed to.
    pub(crate) fn with_any_key<T>(&self, mut open: impl FnMut(&Tsk) -> Result<T, OpenError>) -> Result<T, OpenError> {
        let mut tried = open(&self.tsk);
        for tsk in &self.others {
            if !matches!(tried, Err(OpenError::NotForUs)) {
                break;
            }
            tried = open(tsk);
        }
        tried
    }

    /// Its roster and cases.
    ///
    /// # Errors
    /// [`BookError::NoRoster`] before there is a roster.
    pub fn office(&self) -> Result<&Office, DeskError> {
        self.office.as_ref().ok_or(DeskError::Book(BookError::NoRoster))
    }

    /// Reads the book anew: at the start, and when another roster is in use.
    pub fn read_book(&mut self) -> Result<(), DeskError> {
        self.office = None;
        let roster = match self.book.roster() {
            Err(BookError::NoRoster) => return Ok(()),
            roster => roster?,
        };
        self.use_key_of(&roster)?;
        let keys: Vec<Tsk> = self.keys().cloned().collect();
        let mut office = Office::new(roster, &keys);
        let lying = |shelf| self.book.list(shelf);
        let mut entries = lying(Shelf::Entries)?;
        let mut submissions = lying(Shelf::Submissions)?;
        let mut letters = lying(Shelf::Letters)?;
        let mut notes = lying(Shelf::Notes)?;
        let mut contents = self.snapshot().unwrap_or_default();
        contents.retain(&[&entries, &submissions, &letters, &notes].into_iter().flatten().copied().collect());
        let opened = contents.digests();
        office.casebook.restore(contents);
        (self.office, self.fresh) = (Some(office), 0);

        for left in [&mut entries, &mut submissions, &mut letters, &mut notes] {
            left.retain(|digest| !opened.contains(digest));
        }
        entries.into_iter().try_for_each(|digest| self.read_entry(digest))?;
        self.read_submissions(&submissions, &Progress::default())?;
        letters.into_iter().try_for_each(|digest| self.read_letter(digest))?;
        notes.into_iter().try_for_each(|digest| self.read_note(digest))?;
        self.clear_remains()?;
        self.keep_snapshot();
        Ok(())
    }

    /// What was opened before, if a snapshot tells so: without one that opens everything is read from the shelves.
    pub(crate) fn snapshot(&self) -> Option<Contents> {
        let kept = *self.book.list(Shelf::Snapshots).ok()?.first()?;
        let sealed = self.sealed(Shelf::Snapshots, kept).ok()?;
        let own: Vec<Cert> = self.keys().map(Tsk::cert).collect();
        let own: Vec<&Cert> = own.iter().collect();
        self.with_any_key(|tsk| snapshot::open(&sealed, tsk, &own)).ok()
    }

    /// Writes a new snapshot once enough was opened that the last one lacks. That it could not be written costs time at the
    /// next unlocking and nothing else.
    pub(crate) fn keep_snapshot(&mut self) {
        let Some(office) = self.office.as_ref().filter(|_| self.fresh >= WORTH) else { return };
        let sealed = snapshot::seal(office.casebook.contents(), &self.tsk, office.roster.edition().day);
        if sealed.is_ok_and(|sealed| self.replace_snapshot(&sealed).is_ok()) {
            self.fresh = 0;
        }
    }

    fn replace_snapshot(&self, sealed: &[u8]) -> Result<(), DeskError> {
        let last: BTreeSet<Digest> = self.book.list(Shelf::Snapshots)?.into_iter().collect();
        if !last.is_empty() {
            self.book.discard(&last)?;
        }
        Ok(self.book.keep(Shelf::Snapshots, Digest::of(sealed), &mut &*sealed)?)
    }

    /// Its owner's keys, the one in use first.
    fn keys(&self) -> impl Iterator<Item = &Tsk> {
        std::iter::once(&self.tsk).chain(&self.others)
    }

    /// The key in use is the one whose cert the roster names.
    fn use_key_of(&mut self, roster: &Roster) -> Result<(), DeskError> {
        if roster.holder(self.tsk.fingerprint()).is_some() {
            return Ok(());
        }
        let mut others = self.others.iter_mut();
        let named = others.find(|tsk| roster.holder(tsk.fingerprint()).is_some()).ok_or(DeskError::NotInRoster)?;
        std::mem::swap(&mut self.tsk, named);
        Ok(())
    }

    fn office_mut(&mut self) -> Result<&mut Office, DeskError> {
        self.office.as_mut().ok_or(DeskError::Book(BookError::NoRoster))
    }

    /// Takes what lies on a shelf into the casebook, or notes why it cannot be opened.
    fn take_in<T>(
        &mut self,
        digest: Digest,
        opened: Result<T, OpenError>,
        take: impl FnOnce(&mut Casebook, T),
    ) -> Result<(), DeskError> {
        self.fresh += usize::from(opened.is_ok());
        let office = self.office_mut()?;
        match opened {
            Ok(opened) => {
                office.unreadable.remove(&digest);
                take(&mut office.casebook, opened);
            }
            // A disk that cannot be read is no reason to call what lies on it damaged.
            Err(OpenError::Io(error)) => return Err(error.into()),
            Err(error) => {
                office.unreadable.insert(digest, error);
            }
        }
        Ok(())
    }

    /// Opens a submission on the shelf; its files can be read out of what comes back.
    pub fn open_submission(&self, digest: Digest) -> Result<Submission<Spool>, OpenError> {
        self.open_into(digest, || self.book.spool())
    }

    fn open_into<S: Read + Write + Seek>(
        &self,
        digest: Digest,
        mut spool: impl FnMut() -> io::Result<S>,
    ) -> Result<Submission<S>, OpenError> {
        let submission = self.with_any_key(|tsk| {
            let sealed = self.book.read(Shelf::Submissions, digest).map_err(OpenError::Io)?;
            open::open(io::BufReader::new(sealed), tsk, spool().map_err(OpenError::Io)?)
        })?;
        if submission.digest() == digest { Ok(submission) } else { Err(OpenError::Damaged) }
    }

    /// What the casebook takes of a submission. A small one is opened in memory: a file for each would take as long as the
    /// opening itself.
    fn read_submission(&self, digest: Digest) -> Result<Received, OpenError> {
        if self.book.length(Shelf::Submissions, digest).map_err(OpenError::Io)? > SMALL {
            received(self.open_submission(digest)?)
        } else {
            received(self.open_into(digest, || Ok(Cursor::new(Vec::new())))?)
        }
    }

    /// Reads submissions off the shelf, as many at a time as there are processors. One that is stopped leaves the others
    /// unread.
    pub(crate) fn read_submissions(&mut self, digests: &[Digest], progress: &Progress) -> Result<(), DeskError> {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(digests.len());
        let next = AtomicUsize::new(0);
        let work = || {
            let mut read = Vec::new();
            while let Some(digest) = digests.get(next.fetch_add(1, Ordering::Relaxed))
                && !progress.is_stopped()
            {
                read.push((*digest, self.read_submission(*digest)));
                progress.advance(self.book.length(Shelf::Submissions, *digest).unwrap_or(0));
            }
            read
        };
        let read: io::Result<Vec<_>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().map_err(|_| io::Error::other("a thread broke"))).collect()
        });
        let mut taken = read?.into_iter().flatten();
        taken.try_for_each(|(digest, opened)| self.take_in(digest, opened, |casebook, read| casebook.receive(read)))
    }

    /// Whether a submission's sealed bytes are still those that were opened; if not, it is told among what is unreadable.
    pub(crate) fn still_whole(&mut self, digest: Digest) -> Result<bool, DeskError> {
        let whole = Digest::of_all(self.book.read(Shelf::Submissions, digest)?)? == digest;
        if !whole {
            self.office_mut()?.unreadable.insert(digest, OpenError::Damaged);
        }
        Ok(whole)
    }

    pub(crate) fn read_letter(&mut self, digest: Digest) -> Result<(), DeskError> {
        let sealed = self.sealed(Shelf::Letters, digest)?;
        let item = Item { digest, length: sealed.len() as u64 };
        let writers = self.office()?.roster.writers();
        let open = |tsk: &Tsk| Letter::open(&sealed, tsk, &writers);
        let opened = whole(&sealed, digest).and_then(|()| self.with_any_key(open));
        self.take_in(digest, opened, |casebook, letter| casebook.file(item, letter))
    }

    pub(crate) fn read_note(&mut self, digest: Digest) -> Result<(), DeskError> {
        let sealed = self.sealed(Shelf::Notes, digest)?;
        let writers = self.office()?.roster.writers();
        let open = |tsk: &Tsk| Note::open(&sealed, tsk, &writers);
        let opened = whole(&sealed, digest).and_then(|()| self.with_any_key(open));
        self.take_in(digest, opened, |casebook, note| casebook.note(digest, note))
    }

    /// Takes things out of the book and the casebook: on return nothing opens them any more.
    pub(crate) fn discard(&mut self, gone: &BTreeSet<Digest>) -> Result<(), DeskError> {
        if gone.is_empty() {
            return Ok(());
        }
        // The snapshot may hold them too.
        let snapshots = self.book.list(Shelf::Snapshots)?;
        self.book.discard(&gone.iter().copied().chain(snapshots).collect())?;
        let office = self.office_mut()?;
        office.casebook.forget(gone);
        office.unreadable.retain(|digest, _| !gone.contains(digest));
        self.fresh = WORTH;
        self.keep_snapshot();
        Ok(())
    }

    /// Takes out what is still here of cases that were erased.
    pub(crate) fn clear_remains(&mut self) -> Result<(), DeskError> {
        let remains = self.office()?.casebook.remains();
        self.discard(&remains)
    }

    fn read_entry(&mut self, digest: Digest) -> Result<(), DeskError> {
        let sealed = self.sealed(Shelf::Entries, digest)?;
        let own: Vec<Cert> = self.keys().map(Tsk::cert).collect();
        let own: Vec<&Cert> = own.iter().collect();
        let open = |tsk: &Tsk| open_entry(&sealed, tsk, &own);
        let opened = whole(&sealed, digest).and_then(|()| self.with_any_key(open));
        self.take_in(digest, opened, |casebook, entry| casebook.enter(digest, entry))
    }

    fn sealed(&self, shelf: Shelf, digest: Digest) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::new();
        self.book.read(shelf, digest)?.read_to_end(&mut sealed)?;
        Ok(sealed)
    }

    /// Writes down what happened: sealed to the owner and the reserve, safely on the disk, then in the casebook.
    pub(crate) fn enter(&mut self, event: Event, clock: Clock) -> Result<(), DeskError> {
        let office = self.office()?;
        let entry = Entry {
            format: journal::FORMAT,
            number: office.casebook.journal().next_number(),
            day: clock.today(),
            event,
        };
        let own = self.tsk.cert();
        let mut readers = vec![&own];
        let reserves = office.roster.members().iter().filter(|member| member.is_reserve()).map(|member| member.cert());
        readers.extend(reserves.filter(|cert| cert.fingerprint() != own.fingerprint()));
        let mut json = serde_json::to_vec(&entry).map_err(|_| SealError::Failed)?;
        // JSON passes over trailing space.
        json.resize(json.len().next_multiple_of(ENTRY_STEP), b' ');
        let sealed = envelope::seal_bytes(&json, &self.tsk, &readers, entry.day, self.clock(clock)?)?;
        let digest = Digest::of(&sealed);
        self.book.keep(Shelf::Entries, digest, &mut sealed.as_slice())?;
        self.office_mut()?.casebook.enter(digest, entry);
        Ok(())
    }

    /// The clock at which certs are judged: never before the roster's day.
    pub(crate) fn clock(&self, clock: Clock) -> Result<Clock, DeskError> {
        Ok(clock.not_before(self.office()?.roster.edition().day))
    }
}

fn received<S: Read + Seek>(mut submission: Submission<S>) -> Result<Received, OpenError> {
    let members: Vec<Member> = submission.files().cloned().collect();
    let look = |member: &Member| Attachment::look(member, submission.file(&member.name)?).map_err(OpenError::Io);
    let files = members.iter().map(look).collect::<Result<_, _>>()?;
    Ok(Received {
        digest: submission.digest(),
        manifest: submission.manifest().clone(),
        text: Text::new(submission.text().expose().clone()),
        source: submission.source().clone(),
        files,
    })
}

fn whole(sealed: &[u8], digest: Digest) -> Result<(), OpenError> {
    if Digest::of(sealed) == digest { Ok(()) } else { Err(OpenError::Damaged) }
}

fn open_entry(sealed: &[u8], tsk: &Tsk, own: &[&Cert]) -> Result<Entry, OpenError> {
    let (json, _) = envelope::open_bytes(sealed, tsk, own, ENTRY_MAX)?;
    let entry: Entry = serde_json::from_slice(json.expose()).map_err(|_| OpenError::Format("no journal entry"))?;
    if entry.format == journal::FORMAT { Ok(entry) } else { Err(OpenError::Newer) }
}
