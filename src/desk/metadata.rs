//! What a source's file tells beside what it shows: who made it, when, where and with what; and a copy that tells less.
//!
//! Protects a source whose file is passed on by somebody who only meant to pass on what it shows. It reads JPEG pictures,
//! PDF and the office documents of ECMA-376 (docx, xlsx, pptx); nothing is run, shown or written to disk. What a picture
//! shows, what a text says and how it is written stay in the copy, as does whatever [`Remains`] names; a mark that was
//! hidden on purpose, in the picture or between the words, is not found. The sealed original is never changed.
//!
//! The files are hostile. Each is read on a thread of its own, so that a parser that gives up takes only that thread with
//! it. Memory is bounded: a picture needs less than 1 MiB, an office document at most [`PART`] for each of up to three
//! documents in one another and about as much again, a PDF at most about 2 GiB (see `pdf`), and that only if it is made
//! for it.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::thread;

use serde::{Deserialize, Serialize};
use sluss_core::submission::misleads;
use thiserror::Error;

mod jpeg;
mod office;
mod pdf;
mod xmp;

/// Bytes of the largest file that is read, some more than a source can send.
pub const LARGEST: u64 = 512 * 1024 * 1024;
/// Bytes of the largest PDF, which has to be held in memory.
pub const LARGEST_PDF: u64 = 100 * 1024 * 1024;
/// Bytes of the largest part of an office document that is looked into, unpacked. Sound and film are not, and may be larger.
pub const PART: u64 = 64 * 1024 * 1024;
/// Bytes that all parts of an office document may have together, unpacked.
pub const UNPACKED: u64 = 1024 * 1024 * 1024;
/// Entries that are told of one file.
pub const ENTRIES: usize = 200;
/// Characters that are told of one value.
pub const VALUE: usize = 200;

/// Within so many of its first bytes a reader of PDF finds a document's beginning.
const HEAD: u64 = 1024;
/// Bytes of stack for whatever parses a hostile file.
const STACK: usize = 16 * 1024 * 1024;

/// What a file tells beside what it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// What was found, each thing once, in the order of the file.
    pub entries: Vec<Entry>,
    /// Whether there was more than [`ENTRIES`].
    pub more: bool,
}

/// One thing that a file tells.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub what: What,
    /// As the file has it, at most [`VALUE`] characters and an ellipsis, without any that mislead the eye. It is a
    /// source's data.
    pub value: String,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("what", &self.what).finish_non_exhaustive()
    }
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Who made it, owns it or signed it.
    Author,
    /// Who changed it last.
    Editor,
    /// For whom its author works.
    Organisation,
    /// When it, or something in it, was made.
    Created,
    /// When it, or something in it, was changed.
    Changed,
    /// What program wrote it.
    Program,
    /// What camera, telephone, computer or printer it passed.
    Device,
    /// The number of that device.
    SerialNumber,
    /// Where it was made.
    Place,
    /// Where it, or what it was made of, lay on a computer.
    Path,
    /// What it is called.
    Title,
    /// What somebody noted about it, or who commented on it.
    Comment,
    /// Who changed what it says, with the changes still in it.
    TrackedChange,
    /// Marks of the sittings in which it was written, by which copies and other documents are recognised.
    EditingSession,
    /// A number that only it, and copies of it, have.
    Identifier,
    /// A small picture, perhaps of how it once looked.
    Thumbnail,
    /// An earlier state of it, wholly or in part.
    EarlierRevision,
    /// Another file in it.
    EmbeddedFile,
    /// Bytes that are not used to show it.
    Leftover,
    /// Something else, named by the program that wrote it.
    Other,
}

/// What stays in a copy, since it would not be the same file without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remains {
    /// What its text says, titles and names in it too, and how it is written.
    Text,
    /// What its pictures show, and the noise by which a camera or a printer can be recognised.
    Pictures,
    /// Pictures, films or sounds whose own metadata was not looked into.
    PictureMetadata,
    /// A colour profile, which may name a screen or a device.
    ColourProfile,
    /// The text of tracked changes, what was deleted too.
    TrackedChanges,
    /// The text of comments.
    Comments,
    /// Other files in it, of kinds that were not looked into.
    Embedded,
    /// Macros.
    Macros,
    /// Links to places on the network or on a computer.
    Links,
    /// What was filled in on a form.
    Forms,
    /// Sheets, slides, layers or text that are hidden, not gone.
    Hidden,
}

/// Why a file was not read or no copy made. What was written of a copy by then must be thrown away.
#[derive(Debug, Error)]
pub enum MetadataError {
    /// It is no JPEG, PDF or office document.
    #[error("the file is of a kind that is not looked into")]
    NotThisKind,
    /// It is locked with a password, or in part encrypted.
    #[error("the file is protected with a password")]
    Protected,
    /// It is, or unpacks to, more than the limits above allow.
    #[error("the file is too large to be looked into")]
    TooLarge,
    /// It does not follow its format.
    #[error("the file is damaged, or not built as its kind should be")]
    Malformed,
    /// The copy still told something.
    #[error("the copy would still tell what it should not")]
    NotClean,
    /// It could not be read, or the copy not written.
    #[error("reading or writing failed: {0}")]
    Io(io::Error),
}

impl From<io::Error> for MetadataError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Self::Malformed,
            io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Io(error),
        }
    }
}

/// Lists what a file tells, of which `content` is the whole.
pub fn list(mut content: impl Read + Seek + Send) -> Result<Metadata, MetadataError> {
    contained(|| {
        let mut found = Metadata::default();
        match Kind::of(&mut content)? {
            Kind::Jpeg => jpeg::list(content, &mut found)?,
            Kind::Pdf => pdf::list(content, &mut found)?,
            Kind::Office => office::list(content, &mut found)?,
        }
        Ok(found)
    })
}

/// Writes a copy of `content` that tells nothing of what [`list`] finds into `copy`, which is empty, and tells what stays
/// in it. The copy is listed in its turn before it is called clean. After an error, `copy` must be thrown away.
pub fn clean(
    mut content: impl Read + Seek + Send,
    mut copy: impl Read + Write + Seek + Send,
) -> Result<BTreeSet<Remains>, MetadataError> {
    let remains = contained(|| {
        let mut remains = BTreeSet::new();
        match Kind::of(&mut content)? {
            Kind::Jpeg => jpeg::clean(content, &mut copy, &mut remains)?,
            Kind::Pdf => pdf::clean(content, &mut copy, &mut remains)?,
            Kind::Office => office::clean(content, &mut copy, &mut remains)?,
        }
        copy.flush()?;
        Ok(remains)
    })?;
    match list(&mut copy)?.entries.is_empty() {
        true => Ok(remains),
        false => Err(MetadataError::NotClean),
    }
}

/// Runs what parses a hostile file on a thread of its own: a panic there is an error here, and there is stack enough.
fn contained<T: Send>(work: impl FnOnce() -> Result<T, MetadataError> + Send) -> Result<T, MetadataError> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).map_err(MetadataError::Io)?;
        thread.join().unwrap_or(Err(MetadataError::Malformed))
    })
}

enum Kind {
    Jpeg,
    Pdf,
    Office,
}

impl Kind {
    /// Tells it by its first bytes, and goes back to them.
    fn of(content: &mut (impl Read + Seek)) -> Result<Self, MetadataError> {
        let size = content.seek(SeekFrom::End(0))?;
        content.rewind()?;
        let mut head = Vec::new();
        content.by_ref().take(HEAD).read_to_end(&mut head)?;
        content.rewind()?;
        let kind = match head.as_slice() {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [b'P', b'K', 3, 4, ..] => Self::Office,
            // Office programs lock a document by putting it into a compound file ([MS-OFFCRYPTO]).
            [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(office::locked(content)?),
            head if head.windows(5).any(|bytes| bytes == b"%PDF-") => Self::Pdf,
            _ => return Err(MetadataError::NotThisKind),
        };
        let largest = if matches!(kind, Self::Pdf) { LARGEST_PDF } else { LARGEST };
        if size > largest { Err(MetadataError::TooLarge) } else { Ok(kind) }
    }
}

impl Metadata {
    /// Adds what is not there yet and is not empty.
    fn tell(&mut self, what: What, value: &str) {
        let entry = Entry { what, value: plain(value) };
        if entry.value.is_empty() || self.entries.contains(&entry) {
            return;
        }
        if self.entries.len() < ENTRIES {
            self.entries.push(entry);
        } else {
            self.more = true;
        }
    }
}

/// One line, not too long, without what has no width or turns the direction of writing.
fn plain(value: &str) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in value.split(|c: char| c.is_whitespace() || (c.is_control() && c.is_ascii())) {
        for c in word.chars().filter(|c| !misleads(*c)) {
            if length == VALUE {
                line.push('…');
                return line;
            }
            line.push(c);
            length += 1;
        }
        if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
            length += 1;
        }
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
pub(crate) mod tests;
