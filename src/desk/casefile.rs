//! The case file: one case in a folder, to be read and verified without this program, by whoever it is handed to.
//!
//! Protects: every letter and note lies there as its writer signed it, every report file by file beside the manifest that
//! names their digests and, from the second message on, its source's signature over that; and each as it was sealed, under
//! the digest by which later pieces name it, so that a piece that was taken out is missed.
//! It is not sealed: whoever finds the folder reads the case. A forged first report it does not show; that its source's
//! cert is the one that later messages are signed with, it does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use sluss_core::cert::Fingerprint;
use sluss_core::digest::Digest;
use sluss_core::envelope::OpenError;
use sluss_core::letter::Letter;
use sluss_core::note::Note;
use sluss_core::secret::Secret;
use sluss_core::submission::{MANIFEST, SIGNATURE};

use crate::answer::{SaveError, new_file};
use crate::book::Shelf;
use crate::casebook::case::{Case, Piece, Received};
use crate::desk::{Desk, Office};
use crate::durable;

/// The page to read and to print.
pub const PAGE: &str = "case.html";
/// How to verify it.
pub const GUIDE: &str = "verify.txt";
/// The certs of those who wrote in the case.
pub const CERTS: &str = "certs.asc";
/// The digests of everything else in it, as `sha256sum` reads them.
pub const SUMS: &str = "SHA256SUMS";
/// The folder of the sealed pieces.
pub const SEALED: &str = "sealed";

/// What a case file says in words.
pub struct Words {
    /// [`PAGE`].
    pub page: String,
    /// [`GUIDE`].
    pub guide: String,
}

/// Writes the case file of `number` into the folder `to`, or as the folder `to` if there is none: wholly there, or not at
/// all. Tells where it lies.
///
/// # Errors
/// [`SaveError::Write`] if that place is taken or missing, or the disk is full; [`SaveError::Open`] if a piece of the case
/// cannot be opened any more.
pub fn write(
    desk: &Desk,
    number: &str,
    to: &Path,
    words: impl FnOnce(&Office, &Case<'_>) -> Words,
) -> Result<PathBuf, SaveError> {
    let office = desk.office()?;
    let case = office.casebook.case(number)?;
    let place = durable::place(to, &format!("case-{}", case.number())).map_err(SaveError::Write)?;
    let beside = durable::folder_of(&place);
    let unfinished = durable::private_folder(durable::UNFINISHED, beside).map_err(SaveError::Write)?;
    fill(desk, office, &case, unfinished.path(), words)?;
    fs::rename(unfinished.path(), &place).and_then(|()| durable::sync_folder(beside)).map_err(SaveError::Write)?;
    Ok(place)
}

fn fill(
    desk: &Desk,
    office: &Office,
    case: &Case<'_>,
    folder: &Path,
    words: impl FnOnce(&Office, &Case<'_>) -> Words,
) -> Result<(), SaveError> {
    new_folder(&folder.join(SEALED))?;
    let mut certs = BTreeMap::new();
    let writers = office.roster.writers();
    for (name, piece) in named(case) {
        let shelf = match piece {
            Piece::Submission(_) => Shelf::Submissions,
            Piece::Letter { .. } => Shelf::Letters,
            Piece::Note { .. } => Shelf::Notes,
        };
        let sealed = format!("{SEALED}/{name}.pgp");
        let mut copied = desk.book().read(shelf, piece.digest()).map_err(SaveError::Write)?;
        new_file_of(&folder.join(&sealed), |file| io::copy(&mut copied, file).map(drop).map_err(SaveError::Write))?;
        let mut writer = |writer: Fingerprint| {
            let cert = writers.iter().find(|cert| cert.fingerprint() == writer);
            certs.extend(cert.map(|cert| (writer, cert.armored())));
        };
        match piece {
            Piece::Submission(submission) => opened(desk, submission, &folder.join(&name))?,
            Piece::Letter { letter, .. } => {
                writer(letter.writer);
                let bytes = fs::read(folder.join(&sealed)).map_err(SaveError::Write)?;
                put_signed(folder, &name, desk.with_any_key(|tsk| Letter::signed(&bytes, tsk, &writers)))?;
            }
            Piece::Note { note, .. } => {
                writer(note.writer);
                let bytes = fs::read(folder.join(&sealed)).map_err(SaveError::Write)?;
                put_signed(folder, &name, desk.with_any_key(|tsk| Note::signed(&bytes, tsk, &writers)))?;
            }
        }
    }
    let Words { page, guide } = words(office, case);
    let certs: String = certs.into_values().collect();
    let put = |name: &str, content: String| {
        new_file_of(&folder.join(name), |file| file.write_all(content.as_bytes()).map_err(SaveError::Write))
    };
    put(CERTS, certs)?;
    put(PAGE, page)?;
    put(GUIDE, guide)?;
    put(SUMS, sums(folder).map_err(SaveError::Write)?)?;
    durable::sync_folder(folder).map_err(SaveError::Write)
}

/// The digest of each file in `folder` and below, a line each, in the order of their names.
fn sums(folder: &Path) -> io::Result<String> {
    let (mut files, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.insert(entry.path());
            }
        }
    }
    let mut sums = String::new();
    for path in &files {
        let name = path.strip_prefix(folder).unwrap_or(path).display();
        sums += &format!("{}  {name}\n", Digest::of_all(File::open(path)?)?);
    }
    Ok(sums)
}

/// What the pieces of a case are called in its file, in the order of the thread.
pub fn named<'c, 'a>(case: &'c Case<'a>) -> impl Iterator<Item = (String, &'c Piece<'a>)> {
    (1..).zip(case.thread()).map(|(place, piece)| {
        let kind = match piece {
            Piece::Submission(_) => "message",
            Piece::Letter { .. } => "letter",
            Piece::Note { .. } => "note",
        };
        (format!("{place:03}-{kind}"), piece)
    })
}

/// A message of the source as it was before it was sealed: text, files, its cert, the manifest and its signature.
fn opened(desk: &Desk, submission: &Received, folder: &Path) -> Result<(), SaveError> {
    let mut archive = desk.open_submission(submission.digest).map_err(SaveError::Open)?;
    let manifest = archive.manifest();
    let mut names: Vec<String> = manifest.members.iter().map(|member| member.name.clone()).collect();
    names.push(MANIFEST.to_owned());
    names.extend((manifest.sequence > 1).then(|| SIGNATURE.to_owned()));
    new_folder(folder)?;
    for name in names {
        let path = folder.join(&name);
        if !durable::folder_of(&path).is_dir() {
            new_folder(durable::folder_of(&path))?;
        }
        new_file_of(&path, |file| archive.save(&name, file).map_err(SaveError::Open))?;
    }
    durable::sync_folder(folder).map_err(SaveError::Write)
}

/// A letter or a note as its writer signed it.
fn put_signed(folder: &Path, name: &str, signed: Result<Secret<Vec<u8>>, OpenError>) -> Result<(), SaveError> {
    let signed = signed.map_err(SaveError::Open)?;
    let path = folder.join(format!("{name}.asc"));
    new_file_of(&path, |file| file.write_all(signed.expose()).map_err(SaveError::Write))
}

fn new_folder(path: &Path) -> Result<(), SaveError> {
    fs::DirBuilder::new().mode(0o700).create(path).map_err(SaveError::Write)
}

fn new_file_of(path: &Path, fill: impl FnOnce(&mut File) -> Result<(), SaveError>) -> Result<(), SaveError> {
    let mut file = new_file(path).map_err(SaveError::Write)?;
    fill(&mut file)?;
    file.sync_all().map_err(SaveError::Write)
}
