//! PDF (ISO 32000), read and written by `lopdf`.
//!
//! The copy is written anew from the objects that its pages and the rest of its catalog lead to. Gone are the Info
//! dictionary, XMP, identifiers, private data of programs, small pictures of pages, the authors, times and numbers of
//! comments, embedded files, signatures (they would not hold any longer), scripts and actions that start or send
//! something, earlier revisions, unused objects and whatever stood between the objects. JPEG pictures are cleaned as
//! such. Links, bookmarks, forms, layers and the texts of comments stay.
//!
//! `lopdf` holds the document in memory: up to 240 bytes for each number or name in it, and twice the file. What could
//! become one is counted before it parses ([`VALUES`]), streams of objects may not unpack to more than [`STREAM`] each,
//! and objects beyond [`VALUES`] in all are refused as they are read. An encrypted document is refused, also one that
//! opens without a password.

mod scrub;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Read, Write};

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, decode_text_string};

use super::{LARGEST_PDF, Metadata, MetadataError, Remains, What, jpeg, xmp};

/// Numbers, names, strings and the like that a document may have, inside and outside of streams of objects.
const VALUES: usize = 6_000_000;
/// Bytes that a stream of objects, a cross-reference or a packet of XMP may unpack to.
const STREAM: usize = 4 * 1024 * 1024;
/// A dictionary takes as much as so many other values.
const DICTIONARY: usize = 4;
/// A password that opens nothing, so that nothing is ever decrypted.
const NO_PASSWORD: &str = "\u{fffd}";

const END: &[u8] = b"%%EOF";

/// Lists what a document tells.
pub(super) fn list(content: impl Read, found: &mut Metadata) -> Result<(), MetadataError> {
    let bytes = read(content)?;
    let document = load(&bytes)?;
    outside(&bytes, found);
    drop(bytes);
    if document.revision_count() > 1 {
        found.tell(What::EarlierRevision, &document.revision_count().to_string());
    }
    if let Some(info) = direct(&document, document.trailer.get(b"Info").ok()).and_then(|info| info.as_dict().ok()) {
        about(info, found);
    }
    if let Ok(Object::Array(halves)) = document.trailer.get(b"ID") {
        halves.iter().for_each(|half| found.tell(What::Identifier, &hex(half)));
    }
    let used = used(&document);
    let unused = document.objects.iter().filter(|(id, object)| !used.contains(id) && !is_frame(object)).count();
    if unused > 0 {
        found.tell(What::Leftover, &format!("{unused} objects"));
    }
    document.objects.values().try_for_each(|object| look(object, &document, found))
}

/// Writes a copy that does not tell it.
pub(super) fn clean(
    content: impl Read,
    copy: impl Write,
    remains: &mut BTreeSet<Remains>,
) -> Result<(), MetadataError> {
    let bytes = read(content)?;
    let mut document = load(&bytes)?;
    drop(bytes);
    let pages = document.get_pages().len();
    let root = document.trailer.get(b"Root").cloned().map_err(|_| MetadataError::Malformed)?;
    document.trailer = Dictionary::from_iter([("Root", root)]);
    // These are written anew, and must not keep alive what they lead to.
    document.objects.retain(|_, object| !is_frame(object));
    scrub::scrub(&mut document, remains)?;
    // A reference to nothing means nothing, but after renumbering would mean something.
    let known: BTreeSet<ObjectId> = document.objects.keys().copied().collect();
    document.traverse_objects(|object| {
        if matches!(object, Object::Reference(id) if !known.contains(id)) {
            *object = Object::Null;
        }
    });
    document.prune_objects();
    document.renumber_objects();
    if document.get_pages().len() != pages {
        return Err(MetadataError::Malformed);
    }
    // What stands in the first lines is a source's data too.
    if document.version.len() != 3 {
        document.version = "1.7".to_owned();
    }
    document.binary_mark = vec![0xbb, 0xad, 0xc0, 0xde];
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let mut copy = BufWriter::new(copy);
    document.save_to(&mut copy)?;
    copy.flush()?;
    remains.insert(Remains::Text);
    Ok(())
}

fn read(content: impl Read) -> Result<Vec<u8>, MetadataError> {
    let mut bytes = Vec::new();
    content.take(LARGEST_PDF).read_to_end(&mut bytes)?;
    Ok(bytes)
}

thread_local! {
    /// Values that may still be read on this thread, which reads one document: the parser takes no closure.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

fn load(bytes: &[u8]) -> Result<Document, MetadataError> {
    let ends = |byte: &&u8| byte.is_ascii_whitespace() || b"\0()<>[]{}/%".contains(byte);
    if bytes.iter().filter(ends).count() > VALUES {
        return Err(MetadataError::TooLarge);
    }
    LEFT.set(VALUES);
    let options = LoadOptions {
        password: Some(NO_PASSWORD.to_owned()),
        filter: Some(count),
        max_decompressed_size: Some(STREAM),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::UnsupportedSecurityHandler(_) => MetadataError::Protected,
        lopdf::Error::Decryption(_) | lopdf::Error::NotEncrypted => MetadataError::Protected,
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => MetadataError::TooLarge,
        _ => MetadataError::Malformed,
    })?;
    if LEFT.get() == 0 {
        return Err(MetadataError::TooLarge);
    }
    if document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(MetadataError::Protected);
    }
    match document.catalog().is_ok() && !document.get_pages().is_empty() {
        true => Ok(document),
        false => Err(MetadataError::Malformed),
    }
}

/// Keeps an object while there is room for it.
fn count(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let left = LEFT.get().saturating_sub(values(object));
    LEFT.set(left);
    // What is returned stands for an object out of a stream of objects, where no stream can be; of others it is only
    // asked whether something is returned.
    (left > 0).then(|| (id, if object.as_stream().is_ok() { Object::Null } else { object.clone() }))
}

/// How many values an object has in it. The parser bounds how deep it goes.
fn values(object: &Object) -> usize {
    let dictionary =
        |entries: &Dictionary| DICTIONARY + entries.iter().map(|(_, value)| 1 + values(value)).sum::<usize>();
    match object {
        Object::Array(items) => 1 + items.iter().map(values).sum::<usize>(),
        Object::Dictionary(entries) => dictionary(entries),
        Object::Stream(stream) => dictionary(&stream.dict),
        _ => 1,
    }
}

/// Tells of bytes before the document and behind its end.
fn outside(bytes: &[u8], found: &mut Metadata) {
    let before = bytes.windows(5).position(|word| word == b"%PDF-").unwrap_or(0);
    let end = bytes.windows(END.len()).rposition(|word| word == END).map_or(bytes.len(), |at| at + END.len());
    let after = bytes.get(end..).unwrap_or_default().trim_ascii().len();
    for (count, place) in [(before, "before"), (after, "after")] {
        if count > 0 {
            found.tell(What::Leftover, &format!("{count} bytes {place}"));
        }
    }
}

/// Which objects the trailer leads to.
fn used(document: &Document) -> BTreeSet<ObjectId> {
    let mut used = BTreeSet::new();
    let mut open = Vec::new();
    document.trailer.iter().for_each(|(_, value)| references(value, &mut open));
    while let Some(id) = open.pop() {
        if let (true, Some(object)) = (used.insert(id), document.objects.get(&id)) {
            references(object, &mut open);
        }
    }
    used
}

fn references(object: &Object, to: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => to.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, to)),
        Object::Dictionary(entries) => entries.iter().for_each(|(_, value)| references(value, to)),
        Object::Stream(stream) => stream.dict.iter().for_each(|(_, value)| references(value, to)),
        _ => (),
    }
}

/// Whether an object is part of how the file is built, and needs no reference to it.
fn is_frame(object: &Object) -> bool {
    let entries = match object {
        Object::Dictionary(entries) => entries,
        Object::Stream(stream) => &stream.dict,
        _ => return false,
    };
    let linearized = entries.has(b"Linearized") && !entries.has(b"Type");
    entries.has_type(b"ObjStm") || entries.has_type(b"XRef") || entries.has_type(b"Linearized") || linearized
}

/// What a reference leads to, or the object itself.
fn direct<'a>(document: &'a Document, object: Option<&'a Object>) -> Option<&'a Object> {
    document.dereference(object?).ok().map(|(_, object)| object)
}

fn look(object: &Object, document: &Document, found: &mut Metadata) -> Result<(), MetadataError> {
    match object {
        Object::Array(items) => items.iter().try_for_each(|item| look(item, document, found)),
        Object::Dictionary(entries) => entry(entries, document, found),
        Object::Stream(stream) => {
            if scrub::is_xmp(stream) {
                xmp::list(&stream.get_plain_content_with_limit(STREAM).unwrap_or_default(), found);
            }
            if scrub::is_jpeg(stream) {
                jpeg::list(stream.content.as_slice(), found)?;
            }
            entry(&stream.dict, document, found)
        }
        _ => Ok(()),
    }
}

fn entry(entries: &Dictionary, document: &Document, found: &mut Metadata) -> Result<(), MetadataError> {
    let mut tell = |what, key: &[u8]| {
        if let Some(value) = direct(document, entries.get(key).ok()) {
            found.tell(what, &text(value));
        }
    };
    if scrub::is_comment(entries) {
        tell(What::Author, b"T");
    }
    if scrub::is_annotation(entries) {
        tell(What::Created, b"CreationDate");
        tell(What::Changed, b"M");
        tell(What::Identifier, b"NM");
    }
    if scrub::is_signature(entries) {
        tell(What::Author, b"Name");
        tell(What::Author, b"ContactInfo");
        tell(What::Place, b"Location");
        tell(What::Comment, b"Reason");
        tell(What::Created, b"M");
        found.tell(What::Other, "signature");
    }
    for (key, value) in entries {
        let what = match scrub::tells(entries, key, direct(document, Some(value))) {
            Some(What::Thumbnail) => (What::Thumbnail, "page".to_owned()),
            Some(What::EmbeddedFile) => {
                let name = [b"UF".as_slice(), b"F"].into_iter().find_map(|key| direct(document, entries.get(key).ok()));
                (What::EmbeddedFile, name.map_or("-".to_owned(), text))
            }
            Some(what) => {
                let value = direct(document, Some(value)).map(text).unwrap_or_default();
                (what, format!("{} {value}", String::from_utf8_lossy(key)))
            }
            None => continue,
        };
        found.tell(what.0, &what.1);
    }
    entries.iter().try_for_each(|(_, value)| look(value, document, found))
}

/// Tells what the Info dictionary says.
fn about(info: &Dictionary, found: &mut Metadata) {
    let known = BTreeMap::from([
        (b"Author".as_slice(), What::Author),
        (b"Title", What::Title),
        (b"Subject", What::Title),
        (b"Keywords", What::Comment),
        (b"Creator", What::Program),
        (b"Producer", What::Program),
        (b"CreationDate", What::Created),
        (b"ModDate", What::Changed),
        (b"Company", What::Organisation),
        (b"SourceModified", What::Changed),
    ]);
    for (key, value) in info {
        match known.get(key.as_slice()) {
            Some(what) => found.tell(*what, &text(value)),
            None => found.tell(What::Other, &format!("{}: {}", String::from_utf8_lossy(key), text(value))),
        }
    }
}

fn text(object: &Object) -> String {
    match object {
        Object::String(..) => decode_text_string(object).unwrap_or_else(|_| hex(object)),
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Dictionary(entries) => {
            let keys: Vec<_> = entries.iter().take(16).map(|(key, _)| String::from_utf8_lossy(key)).collect();
            keys.join(" ")
        }
        _ => String::new(),
    }
}

fn hex(object: &Object) -> String {
    let bytes = object.as_str().unwrap_or_default().iter().take(super::VALUE);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}
