//! The book: the folder in which the desk keeps everything.
//!
//! Protects: whatever tells of a case lies in it sealed to its owner and the reserve, and what [`Book::keep`] took in
//! survives a power cut. Its owner's key is locked by the passphrase. What is taken out is gone, also from the disk's stale
//! blocks, as the ring's keys say. It does not hide how many submissions it holds.

mod ring;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::CryptoRng;
use rustix::fs::{FlockOperation, flock, syncfs};
use sluss_core::cert::{Cert, CertError};
use sluss_core::chance::Chance;
use sluss_core::digest::Digest;
use sluss_core::roster::{Roster, RosterError, RosterFile};
use sluss_core::veil::{Veil, VeilKey};
use tempfile::TempPath;

use crate::durable;
use ring::Ring;

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;
/// The folder of its owner's keys.
const KEYS: &str = "keys";
/// What the name of a locked TSK ends in, after the fingerprint.
const TSK: &str = ".tsk.asc";
/// What the name of a cert ends in, after the fingerprint.
const CERT: &str = ".cert.asc";
/// The roster in use.
const ROSTER: &str = "roster.json";
/// Held by the process that has the book open.
const LOCK: &str = "lock";

/// A file of which the disk has only noise: plaintext on its way through the desk, under a key that is in memory alone and
/// in a file without a name, or something on a shelf.
pub type Spool = Veil<File>;

/// Why the book could not be used.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Another process has it open.
    #[error("another sluss-desk has this book open")]
    InUse,
    /// The keys of what lies in it are damaged or missing: nothing of it can be opened.
    #[error("the keys of what lies in the book are damaged or missing")]
    Ring,
    /// There is no key yet.
    #[error("there is no key in the book")]
    NoKey,
    /// There is a key already.
    #[error("there is a key in the book already")]
    KeyExists,
    /// There is a new key that no roster names yet.
    #[error("there is a new key in the book that no roster names yet")]
    KeyPending,
    /// There is no roster yet.
    #[error("there is no roster in the book")]
    NoRoster,
    /// Its roster is not sound.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// Its cert is not sound.
    #[error(transparent)]
    Cert(#[from] CertError),
    /// The disk refused.
    #[error("the disk refused: {0}")]
    Io(#[from] io::Error),
}

/// One kind of sealed things, each in a file named by its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Submissions, as they came.
    Submissions,
    /// Letters, own ones and those of others.
    Letters,
    /// Notes, own ones and those of others.
    Notes,
    /// Entries of the journal: what the others do not tell.
    Entries,
    /// What was opened of all these: one, or none.
    Snapshots,
}

impl Shelf {
    const ALL: [Self; 5] = [Self::Submissions, Self::Letters, Self::Notes, Self::Entries, Self::Snapshots];

    fn name(self) -> &'static str {
        match self {
            Self::Submissions => "submissions",
            Self::Letters => "letters",
            Self::Notes => "notes",
            Self::Entries => "entries",
            Self::Snapshots => "snapshots",
        }
    }
}

/// Sealed things that lie in the book and on no shelf yet. Dropping it takes them out again.
#[derive(Debug)]
pub struct Delivery<'a> {
    book: &'a Book,
    /// Opened before anything is written: by it the disk tells what went wrong since.
    folder: File,
    waiting: BTreeMap<Digest, (TempPath, VeilKey)>,
}

/// Why something was not put aside.
#[derive(Debug)]
pub enum AsideError {
    /// It could not be read to its end.
    Read(io::Error),
    /// The disk refused.
    Write(io::Error),
}

impl Delivery<'_> {
    /// Puts sealed bytes aside, as they come.
    pub fn put_aside(&mut self, digest: Digest, sealed: &mut dyn Read) -> Result<(), AsideError> {
        let aside = tempfile::Builder::new().prefix(durable::UNFINISHED).tempfile_in(&self.book.folder);
        let (aside, key) = (aside.map_err(AsideError::Write)?, self.book.key_for(digest));
        let mut veil = Veil::new(aside, &key);
        let mut chunk = vec![0; CHUNK];
        loop {
            let n = sealed.read(&mut chunk).map_err(AsideError::Read)?;
            if n == 0 {
                break;
            }
            veil.write_all(chunk.get(..n).unwrap_or_default()).map_err(AsideError::Write)?;
        }
        self.waiting.insert(digest, (veil.into_inner().into_temp_path(), key));
        Ok(())
    }

    /// Puts everything on the shelf that `shelf` names; on return it lies safely on the disk. One flush serves all: a
    /// thousand of them would take a disk with turning plates half a minute.
    pub fn shelve(self, shelf: impl Fn(Digest) -> Shelf) -> io::Result<()> {
        syncfs(&self.folder)?;
        self.book
            .ring()
            .add(self.waiting.iter().map(|(digest, (_, key))| (*digest, key.clone())), &self.book.chance)?;
        for (digest, (aside, _)) in self.waiting {
            aside.persist(self.book.path(shelf(digest), digest)).map_err(|refused| refused.error)?;
        }
        self.book.settle()
    }
}

/// An open book, which no other process can open meanwhile.
#[derive(Debug)]
pub struct Book {
    folder: PathBuf,
    ring: Mutex<Ring>,
    chance: Chance,
    _lock: File,
}

impl Book {
    /// Opens the book in `folder`, laying it out where there is none; nobody but its owner may look into it. What a crash
    /// left unfinished is cleared away.
    pub fn open(folder: &Path, rng: &mut impl CryptoRng) -> Result<Self, BookError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        let lock = File::options().create(true).append(true).mode(0o600).open(folder.join(LOCK))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|_| BookError::InUse)?;
        let shelves = Shelf::ALL.map(|shelf| folder.join(shelf.name()));
        for folder in shelves.iter().chain([&folder.join(KEYS), &folder.to_owned()]) {
            builder.create(folder)?;
            clear_unfinished(folder)?;
        }
        let chance = Chance::new(rng);
        let ring = match Ring::open(folder, &chance)? {
            Some(ring) => ring,
            None if all_empty(&shelves)? => Ring::lay(folder, &chance)?,
            None => return Err(BookError::Ring),
        };
        let book = Self { folder: folder.to_owned(), ring: Mutex::new(ring), chance, _lock: lock };
        book.clear_keyless()?;
        Ok(book)
    }

    /// Clears away what was being put in or taken out when the desk was cut off: nothing opens it.
    fn clear_keyless(&self) -> Result<(), BookError> {
        for shelf in Shelf::ALL {
            for digest in self.list(shelf)?.into_iter().filter(|digest| self.ring().key(*digest).is_none()) {
                fs::remove_file(self.path(shelf, digest))?;
            }
        }
        Ok(())
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key of what lies here under `digest`, or a fresh one.
    fn key_for(&self, digest: Digest) -> VeilKey {
        let known = self.ring().key(digest).cloned();
        known.unwrap_or_else(|| VeilKey::new(self.chance.bytes()))
    }

    fn shelf(&self, shelf: Shelf) -> PathBuf {
        self.folder.join(shelf.name())
    }

    fn keys(&self) -> PathBuf {
        self.folder.join(KEYS)
    }

    fn path(&self, shelf: Shelf, digest: Digest) -> PathBuf {
        self.shelf(shelf).join(format!("{digest}.pgp"))
    }

    /// The digests of what lies on a shelf, in no order that means anything.
    pub fn list(&self, shelf: Shelf) -> Result<Vec<Digest>, BookError> {
        let mut digests = Vec::new();
        for file in fs::read_dir(self.shelf(shelf))? {
            let name = file?.file_name();
            let digest: Option<Digest> = name.to_str().and_then(|name| name.strip_suffix(".pgp")?.parse().ok());
            digests.extend(digest);
        }
        Ok(digests)
    }

    /// Whether something lies on a shelf.
    pub fn holds(&self, shelf: Shelf, digest: Digest) -> bool {
        self.path(shelf, digest).is_file()
    }

    /// The sealed bytes of what lies on a shelf.
    pub fn read(&self, shelf: Shelf, digest: Digest) -> io::Result<Spool> {
        let key = self.ring().key(digest).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Veil::new(File::open(self.path(shelf, digest))?, &key))
    }

    /// How many sealed bytes lie on a shelf under `digest`.
    pub fn length(&self, shelf: Shelf, digest: Digest) -> io::Result<u64> {
        Ok(fs::metadata(self.path(shelf, digest))?.len())
    }

    /// Puts sealed bytes on a shelf; on return they lie safely on the disk.
    pub fn keep(&self, shelf: Shelf, digest: Digest, sealed: &mut dyn Read) -> io::Result<()> {
        let key = self.key_for(digest);
        self.ring().add([(digest, key.clone())], &self.chance)?;
        durable::write(&self.path(shelf, digest), |file| io::copy(sealed, &mut Veil::new(file, &key)).map(drop))
    }

    /// Begins to take in what may yet turn out to be refused.
    pub fn delivery(&self) -> io::Result<Delivery<'_>> {
        Ok(Delivery { book: self, folder: File::open(&self.folder)?, waiting: BTreeMap::new() })
    }

    /// Takes things off the shelves; on return nothing opens them any more, wherever on the disk they still are.
    pub fn discard(&self, gone: &BTreeSet<Digest>) -> io::Result<()> {
        self.ring().remove(gone, &self.chance)?;
        for digest in gone {
            Shelf::ALL
                .into_iter()
                .try_for_each(|shelf| present(fs::remove_file(self.path(shelf, *digest))).map(drop))?;
        }
        self.settle()
    }

    /// Makes sure once more that everything kept is on the disk under its name, before others hear of it.
    pub fn settle(&self) -> io::Result<()> {
        Shelf::ALL.into_iter().try_for_each(|shelf| durable::sync_folder(&self.shelf(shelf)))
    }

    /// A spool for plaintext.
    pub fn spool(&self) -> io::Result<Spool> {
        Ok(Veil::new(tempfile::tempfile_in(&self.folder)?, &VeilKey::new(self.chance.bytes())))
    }

    /// Its owner's certs, in no order that means anything.
    pub fn certs(&self) -> Result<Vec<Cert>, BookError> {
        let mut certs = Vec::new();
        for file in fs::read_dir(self.keys())? {
            let path = file?.path();
            if path.to_string_lossy().ends_with(CERT) {
                certs.push(Cert::from_bytes(&fs::read(path)?)?);
            }
        }
        Ok(certs)
    }

    /// Its owner's cert in use: the one that the roster names; before there is a roster the only one.
    pub fn cert(&self) -> Result<Cert, BookError> {
        let mut certs = self.certs()?;
        let named = match self.roster() {
            Ok(roster) => certs.iter().position(|cert| roster.holder(cert.fingerprint()).is_some()),
            Err(BookError::NoRoster) => None,
            Err(error) => return Err(error),
        };
        if certs.is_empty() { Err(BookError::NoKey) } else { Ok(certs.swap_remove(named.unwrap_or(0))) }
    }

    /// The cert of a renewed key that no roster names yet: the next one should.
    pub fn pending_cert(&self) -> Result<Option<Cert>, BookError> {
        let roster = match self.roster() {
            Err(BookError::NoRoster) => return Ok(None),
            roster => roster?,
        };
        // A key that was in use stands in one of the editions.
        let named = |cert: &Cert| roster.writer(cert.fingerprint()).is_some();
        Ok(self.certs()?.into_iter().find(|cert| !named(cert)))
    }

    /// The cert that the next roster should name: the pending one, else the one in use.
    pub fn cert_for_roster(&self) -> Result<Cert, BookError> {
        match self.pending_cert()? {
            Some(pending) => Ok(pending),
            None => self.cert(),
        }
    }

    /// Its owner's newest TSK, locked, armored: that of the cert which the next roster should name.
    pub fn newest_tsk(&self) -> Result<Vec<u8>, BookError> {
        self.locked(&self.cert_for_roster()?)
    }

    /// Its owner's TSK in use, locked, armored.
    pub fn locked_tsk(&self) -> Result<Vec<u8>, BookError> {
        self.locked(&self.cert()?)
    }

    /// Its owner's other TSKs: earlier ones, and one that no roster names yet.
    pub fn other_tsks(&self) -> Result<Vec<Vec<u8>>, BookError> {
        let in_use = self.cert()?;
        let certs = self.certs()?;
        certs.iter().filter(|cert| **cert != in_use).map(|cert| self.locked(cert)).collect()
    }

    fn locked(&self, cert: &Cert) -> Result<Vec<u8>, BookError> {
        present(fs::read(self.key_file(cert, TSK)))?.ok_or(BookError::NoKey)
    }

    fn key_file(&self, cert: &Cert, ending: &str) -> PathBuf {
        self.keys().join(format!("{}{ending}", cert.fingerprint()))
    }

    /// Takes its owner's first TSK in, locked; never beside another.
    pub fn put_tsk(&self, cert: &Cert, locked: &[u8]) -> Result<(), BookError> {
        if self.certs()?.is_empty() { self.add_tsk(cert, locked) } else { Err(BookError::KeyExists) }
    }

    /// Takes a renewed TSK in beside the one in use, locked. It comes into use with the roster that names it.
    pub fn renew_tsk(&self, cert: &Cert, locked: &[u8]) -> Result<(), BookError> {
        self.roster()?;
        if self.pending_cert()?.is_some() { Err(BookError::KeyPending) } else { self.add_tsk(cert, locked) }
    }

    /// The cert comes last: by it a key is found.
    fn add_tsk(&self, cert: &Cert, locked: &[u8]) -> Result<(), BookError> {
        durable::write(&self.key_file(cert, TSK), |file| file.write_all(locked))?;
        durable::write(&self.key_file(cert, CERT), |file| file.write_all(cert.armored().as_bytes()))?;
        Ok(())
    }

    /// The roster in use.
    pub fn roster(&self) -> Result<Roster, BookError> {
        let bytes = present(fs::read(self.folder.join(ROSTER)))?.ok_or(BookError::NoRoster)?;
        Ok(Roster::from_bytes(&bytes)?)
    }

    /// Puts a roster in the place of the one in use.
    pub fn put_roster(&self, file: &RosterFile) -> Result<(), BookError> {
        Ok(durable::write(&self.folder.join(ROSTER), |to| to.write_all(&file.to_bytes()))?)
    }
}

fn clear_unfinished(folder: &Path) -> io::Result<()> {
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.file_name().to_string_lossy().starts_with(durable::UNFINISHED) {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

fn all_empty(folders: &[PathBuf]) -> io::Result<bool> {
    for folder in folders {
        if fs::read_dir(folder)?.next().is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn present<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_has_it_and_nobody_else_looks_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let book = Book::open(&path, &mut rand::rng()).unwrap();
        assert!(matches!(Book::open(&path, &mut rand::rng()), Err(BookError::InUse)));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        drop(book);
        assert!(Book::open(&path, &mut rand::rng()).is_ok());
    }

    #[test]
    fn what_is_kept_comes_back_and_what_was_unfinished_goes() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path(), &mut rand::rng()).unwrap();
        let digest = Digest::of(b"sealed");
        book.keep(Shelf::Letters, digest, &mut b"sealed".as_slice()).unwrap();
        assert_eq!(book.list(Shelf::Letters).unwrap(), [digest]);
        assert!(book.holds(Shelf::Letters, digest) && !book.holds(Shelf::Submissions, digest));
        let left = folder.path().join("letters").join(format!("{}x", durable::UNFINISHED));
        fs::write(&left, "half").unwrap();
        drop(book);
        assert_eq!(Book::open(folder.path(), &mut rand::rng()).unwrap().list(Shelf::Letters).unwrap(), [digest]);
        assert!(!left.exists());
    }
}
