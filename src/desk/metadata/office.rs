//! Office documents (ECMA-376): a zip of parts, most of them XML, and of relationships between them.
//!
//! The copy is a new zip with constant times. Gone are the parts that only tell of the document (its properties, small
//! picture, settings of printers, signatures, labels, data of other programs), with what refers to them; in the other
//! parts the marks of editing sessions, identifiers and paths; authors become "Author", their dates go. JPEG pictures and
//! documents in the document are cleaned as such. The texts stay, those of comments and tracked changes too.

mod marks;
mod package;
mod xml;

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Cursor, Read, Seek, SeekFrom, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use self::marks::Marks;
use self::package::{Gone, Package};
use super::{Metadata, MetadataError, PART, Remains, UNPACKED, What, jpeg};

/// Bytes that may be read to find out what parts there are: some hundred thousand.
const DIRECTORY: u64 = 8 * 1024 * 1024;
/// How deep documents in documents are looked into.
const DEPTH: usize = 2;
/// Bytes of a part by which its kind is told.
const HEAD: u64 = 4;
/// What a compound file has in it if it is a locked document, in UTF-16.
const LOCKED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
/// Bytes of a compound file among which its directory is looked for.
const COMPOUND: u64 = 16 * 1024 * 1024;

/// Lists what a document tells.
pub(super) fn list(content: impl Read + Seek, found: &mut Metadata) -> Result<(), MetadataError> {
    Reading { left: UNPACKED, depth: 0 }.list(content, found)
}

/// Writes a copy that does not tell it.
pub(super) fn clean(
    content: impl Read + Seek,
    copy: impl Write + Seek,
    remains: &mut BTreeSet<Remains>,
) -> Result<(), MetadataError> {
    Reading { left: UNPACKED, depth: 0 }.clean(content, copy, remains)
}

/// Whether a compound file is a locked document, or of another kind.
pub(super) fn locked(content: impl Read) -> Result<MetadataError, MetadataError> {
    let mut bytes = Vec::new();
    content.take(COMPOUND).read_to_end(&mut bytes)?;
    match bytes.windows(LOCKED.len()).any(|window| window == LOCKED) {
        true => Ok(MetadataError::Protected),
        false => Ok(MetadataError::NotThisKind),
    }
}

/// A document being read, and those in it.
struct Reading {
    /// Bytes that may still be unpacked.
    left: u64,
    /// How many documents this one lies in.
    depth: usize,
}

/// A part, as far as it is looked into.
enum Part {
    Xml(String),
    Jpeg(Vec<u8>),
    Document(Vec<u8>),
    /// Its beginning.
    Other(Vec<u8>),
}

impl Reading {
    fn list<R: Read + Seek>(&mut self, content: R, found: &mut Metadata) -> Result<(), MetadataError> {
        let mut archive = open(content)?;
        let package = Package::read(&mut archive, &mut self.left)?;
        if !archive.comment().is_empty() {
            found.tell(What::Comment, &String::from_utf8_lossy(archive.comment()));
        }
        let mut marks = Marks::default();
        let mut packed = None;
        for index in 0..archive.len() {
            let mut part = archive.by_index(index)?;
            packed = packed.max(part.last_modified().filter(|time| *time != DateTime::default()));
            let name = part.name()?.into_owned();
            let gone = package.gone(&name);
            if let Some(gone @ (Gone::Thumbnail | Gone::Printer | Gone::Signature | Gone::Revisions | Gone::Data)) =
                gone
            {
                found.tell(gone.what(), &name);
                continue;
            }
            match (self.part(&package, &name, &mut part)?, gone) {
                (Part::Xml(text), Some(Gone::Properties)) => marks::properties(&text, found)?,
                (Part::Xml(text), Some(Gone::People)) => marks.look(&name, &text, found)?,
                (_, Some(gone)) => found.tell(gone.what(), &name),
                (Part::Xml(text), None) if package::is_relationships(&name) => package::paths(&text, found)?,
                (Part::Xml(text), None) => marks.look(&name, &text, found)?,
                (Part::Jpeg(picture), None) => jpeg::list(picture.as_slice(), found)?,
                (Part::Document(inner), None) => _ = self.inner(|all| all.list(Cursor::new(&inner), found))?,
                (Part::Other(_), None) => (),
            }
        }
        marks.tell(found);
        if let Some(packed) = packed {
            found.tell(What::Changed, &packed.to_string());
        }
        Ok(())
    }

    fn clean(
        &mut self,
        content: impl Read + Seek,
        copy: impl Write + Seek,
        remains: &mut BTreeSet<Remains>,
    ) -> Result<(), MetadataError> {
        let mut archive = open(content)?;
        let package = Package::read(&mut archive, &mut self.left)?;
        let mut copy = ZipWriter::new(copy);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        for index in 0..archive.len() {
            let mut part = archive.by_index(index)?;
            let name = part.name()?.into_owned();
            if part.is_dir() || package.gone(&name).is_some() {
                continue;
            }
            package::note(&name, remains);
            copy.start_file(name.as_str(), options)?;
            let mut to = BufWriter::new(&mut copy);
            match self.part(&package, &name, &mut part)? {
                Part::Xml(text) if package::is_types(&name) => package.types(&text, &mut to)?,
                Part::Xml(text) if package::is_relationships(&name) => {
                    package.relationships(&name, &text, &mut to, remains)?;
                }
                Part::Xml(text) => marks::write(&name, &text, &mut to, remains)?,
                Part::Jpeg(picture) => jpeg::clean(picture.as_slice(), &mut to, remains)?,
                Part::Document(inner) => {
                    let mut clean = Cursor::new(Vec::new());
                    let cleaned = self.inner(|all| all.clean(Cursor::new(&inner), &mut clean, remains))?;
                    if cleaned {
                        to.write_all(clean.get_ref())?;
                    } else {
                        remains.insert(Remains::Embedded);
                        to.write_all(&inner)?;
                    }
                }
                Part::Other(head) => {
                    to.write_all(&head)?;
                    io::copy(&mut Meter { from: &mut part, left: &mut self.left }, &mut to)?;
                }
            }
            to.flush()?;
        }
        copy.finish()?.flush()?;
        remains.insert(Remains::Text);
        Ok(())
    }

    /// Reads a part if it is looked into: XML by its name, pictures and documents by how they begin.
    fn part(&mut self, package: &Package, name: &str, part: &mut impl Read) -> Result<Part, MetadataError> {
        let mut part = Meter { from: part, left: &mut self.left };
        let mut bytes = Vec::new();
        part.by_ref().take(HEAD).read_to_end(&mut bytes)?;
        let xml = package.is_xml(name);
        let (picture, document) = (bytes.starts_with(&[0xff, 0xd8, 0xff]), bytes.starts_with(b"PK\x03\x04"));
        if !xml && !picture && !document {
            return Ok(Part::Other(bytes));
        }
        part.take(PART).read_to_end(&mut bytes)?;
        if bytes.len() as u64 >= PART {
            return Err(MetadataError::TooLarge);
        }
        Ok(match (xml, picture) {
            (true, _) => Part::Xml(String::from_utf8(bytes).map_err(|_| MetadataError::Malformed)?),
            (false, true) => Part::Jpeg(bytes),
            (false, false) => Part::Document(bytes),
        })
    }

    /// Does something with a document in this one, and tells whether it was one and not too deep.
    fn inner(&mut self, work: impl FnOnce(&mut Self) -> Result<(), MetadataError>) -> Result<bool, MetadataError> {
        if self.depth == DEPTH {
            return Ok(false);
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        match done {
            Ok(()) => Ok(true),
            Err(MetadataError::NotThisKind) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Opens a zip whose list of parts is not too long.
fn open<R: Read + Seek>(content: R) -> Result<ZipArchive<R>, MetadataError> {
    let mut left = DIRECTORY;
    let metered = ZipArchive::new(Meter { from: content, left: &mut left });
    let content = metered.map_err(|_| MetadataError::Malformed)?.into_inner().from;
    let mut archive = ZipArchive::new(content)?;
    if archive.has_duplicate_names() || archive.has_overlapping_files()? {
        return Err(MetadataError::Malformed);
    }
    Ok(archive)
}

/// Reads until there is nothing left to be read.
struct Meter<'a, R> {
    from: R,
    left: &'a mut u64,
}

impl<R: Read> Read for Meter<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(to)?;
        *self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

impl<R: Seek> Seek for Meter<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.from.seek(to)
    }
}

impl From<ZipError> for MetadataError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Self::Protected,
            _ => Self::Malformed,
        }
    }
}
