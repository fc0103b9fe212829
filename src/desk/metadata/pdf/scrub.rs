//! What is taken out of a PDF's objects. Listing asks the same questions, so that both agree.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::super::{MetadataError, Remains, What, jpeg};

/// Actions that run, start, send or fetch something (12.6.4).
const ACTIONS: [&[u8]; 6] = [b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"GoToE", b"Rendition"];
/// What of a comment, a link or a field goes.
const OF_ANNOTATIONS: [&[u8]; 3] = [b"CreationDate", b"M", b"NM"];
/// What of the catalog goes.
const OF_CATALOG: [&[u8]; 8] =
    [b"SpiderInfo", b"Perms", b"Legal", b"DSS", b"Collection", b"Requirements", b"AA", b"Metadata"];

/// Whether something lies on a page: a comment, a link, a field (12.5).
pub(super) fn is_annotation(entries: &Dictionary) -> bool {
    entries.has(b"Rect") && name(entries, b"Subtype").is_some()
}

/// A comment's title is its author; a field's is the field's name.
pub(super) fn is_comment(entries: &Dictionary) -> bool {
    is_annotation(entries) && !matches!(name(entries, b"Subtype"), Some(b"Widget" | b"Link"))
}

pub(super) fn is_signature(entries: &Dictionary) -> bool {
    let typed = name(entries, b"Type").is_some_and(|name| name == b"Sig" || name == b"DocTimeStamp");
    typed || (entries.has(b"ByteRange") && entries.has(b"Contents"))
}

pub(super) fn is_xmp(stream: &Stream) -> bool {
    stream.dict.has_type(b"Metadata") || name(&stream.dict, b"Subtype") == Some(b"XML")
}

/// Whether a stream is a JPEG as it stands, not packed once more.
pub(super) fn is_jpeg(stream: &Stream) -> bool {
    filters(stream) == [b"DCTDecode"] && stream.content.starts_with(&[0xff, 0xd8])
}

/// How a stream is packed.
fn filters(stream: &Stream) -> Vec<&[u8]> {
    match stream.dict.get(b"Filter") {
        Ok(Object::Array(filters)) => filters.iter().map(|filter| filter.as_name().unwrap_or_default()).collect(),
        Ok(filter) => vec![filter.as_name().unwrap_or_default()],
        Err(_) => Vec::new(),
    }
}

/// What an entry tells that is taken out wherever it stands. Names of fonts and pictures, which a document gives freely,
/// are keys too; they lead to those.
pub(super) fn tells(entries: &Dictionary, key: &[u8], value: Option<&Object>) -> Option<What> {
    let value = value?;
    let (dictionary, string) = (value.as_dict().is_ok(), matches!(value, Object::String(..)));
    match key {
        b"Thumb" if entries.has_type(b"Page") => Some(What::Thumbnail),
        _ if is_resource(value) => None,
        b"Metadata" if value.as_stream().is_ok_and(|stream| !is_xmp(stream)) => Some(What::Other),
        b"PieceInfo" if dictionary => Some(What::Program),
        b"CreatorInfo" if dictionary => Some(What::Program),
        b"LastModified" if string => Some(What::Changed),
        b"ID" if entries.has_type(b"Page") => Some(What::Identifier),
        b"EF" if dictionary => Some(What::EmbeddedFile),
        _ if key.starts_with(b"PTEX.") => Some(What::Path),
        _ => None,
    }
}

/// Takes it out of all objects, and tells what stays.
pub(super) fn scrub(document: &mut Document, remains: &mut BTreeSet<Remains>) -> Result<(), MetadataError> {
    let shared = Shared::of(document);
    for object in document.objects.values_mut() {
        shared.scrub(object, remains)?;
    }
    if let Ok(catalog) = document.catalog_mut() {
        for key in OF_CATALOG {
            catalog.remove(key);
        }
    }
    Ok(())
}

/// What has to be known of an object where only its number stands.
struct Shared {
    /// What it is for, if an entry of that name that leads there is to be taken out.
    kinds: BTreeMap<ObjectId, Lead>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    Xmp,
    Signature,
    Resource,
    Dictionary,
    Stream,
    String,
}

impl Shared {
    fn of(document: &Document) -> Self {
        let kinds = document.objects.iter().filter_map(|(id, object)| Some((*id, Lead::of(object)?)));
        Self { kinds: kinds.collect() }
    }

    fn lead(&self, value: &Object) -> Option<Lead> {
        match value {
            Object::Reference(id) => self.kinds.get(id).copied(),
            direct => Lead::of(direct),
        }
    }

    fn scrub(&self, object: &mut Object, remains: &mut BTreeSet<Remains>) -> Result<(), MetadataError> {
        match object {
            Object::Array(items) => items.iter_mut().try_for_each(|item| self.scrub(item, remains)),
            Object::Dictionary(entries) => self.entries(entries, remains),
            Object::Stream(stream) => {
                self.stream(stream, remains)?;
                self.entries(&mut stream.dict, remains)
            }
            _ => Ok(()),
        }
    }

    fn stream(&self, stream: &mut Stream, remains: &mut BTreeSet<Remains>) -> Result<(), MetadataError> {
        if is_xmp(stream) {
            // Nothing should lead here any longer.
            stream.dict = Dictionary::new();
            stream.set_content(Vec::new());
        }
        if is_jpeg(stream) {
            let mut clean = Vec::new();
            jpeg::clean(stream.content.as_slice(), &mut clean, remains)?;
            stream.set_content(clean);
        } else if name(&stream.dict, b"Subtype") == Some(b"Image") {
            remains.insert(Remains::Pictures);
            // Of these alone it is known that they have none of their own.
            let plain: [&[u8]; 7] = [
                b"FlateDecode",
                b"LZWDecode",
                b"RunLengthDecode",
                b"CCITTFaxDecode",
                b"ASCII85Decode",
                b"ASCIIHexDecode",
                b"JBIG2Decode",
            ];
            if !filters(stream).iter().all(|filter| plain.contains(filter)) {
                remains.insert(Remains::PictureMetadata);
            }
        }
        Ok(())
    }

    fn entries(&self, entries: &mut Dictionary, remains: &mut BTreeSet<Remains>) -> Result<(), MetadataError> {
        note(entries, remains);
        if is_comment(entries) {
            entries.remove(b"T");
        }
        if is_annotation(entries) {
            OF_ANNOTATIONS.iter().for_each(|key| _ = entries.remove(key));
        }
        if is_signature(entries) {
            *entries = Dictionary::new();
        }
        if entries.has(b"S") && name(entries, b"S").is_some_and(|name| ACTIONS.contains(&name)) {
            // An action that no reader knows, so that none does anything.
            let next = entries.remove(b"Next");
            *entries = Dictionary::from_iter([("S", Object::Name(b"None".to_vec()))]);
            next.into_iter().for_each(|next| entries.set("Next", next));
        }
        let gone: Vec<Vec<u8>> =
            entries.iter().filter(|(key, value)| self.goes(entries, key, value)).map(|(key, _)| key.clone()).collect();
        if gone.iter().any(|key| key == b"EF") {
            // Its name and what it is said to be go with it.
            [b"F".as_slice(), b"UF", b"Desc", b"ID"].iter().for_each(|key| _ = entries.remove(key));
        }
        gone.iter().for_each(|key| _ = entries.remove(key));
        entries.iter_mut().try_for_each(|(_, value)| self.scrub(value, remains))
    }

    fn goes(&self, entries: &Dictionary, key: &[u8], value: &Object) -> bool {
        let lead = self.lead(value);
        let dictionary = lead == Some(Lead::Dictionary);
        match key {
            b"Metadata" => matches!(lead, Some(Lead::Xmp | Lead::Stream)),
            b"V" => lead == Some(Lead::Signature),
            b"PieceInfo" | b"CreatorInfo" | b"EF" | b"EmbeddedFiles" | b"JavaScript" | b"AA" => dictionary,
            b"LastModified" => lead == Some(Lead::String),
            b"AF" => lead != Some(Lead::Resource),
            b"Thumb" | b"ID" => entries.has_type(b"Page"),
            _ => key.starts_with(b"PTEX.") && lead != Some(Lead::Resource),
        }
    }
}

impl Lead {
    fn of(object: &Object) -> Option<Self> {
        match object {
            Object::Stream(stream) if is_xmp(stream) => Some(Self::Xmp),
            Object::Dictionary(entries) if is_signature(entries) => Some(Self::Signature),
            object if is_resource(object) => Some(Self::Resource),
            Object::Dictionary(_) => Some(Self::Dictionary),
            Object::Stream(_) => Some(Self::Stream),
            Object::String(..) => Some(Self::String),
            _ => None,
        }
    }
}

/// Whether this is a font, a picture or the like, which a document gives any name.
fn is_resource(object: &Object) -> bool {
    match object {
        Object::Stream(stream) => {
            stream.dict.has(b"PatternType") || matches!(name(&stream.dict, b"Subtype"), Some(b"Image" | b"Form"))
        }
        Object::Dictionary(entries) => {
            let kind = name(entries, b"Type");
            matches!(kind, Some(b"Font" | b"ExtGState" | b"Pattern" | b"OCG" | b"OCMD")) || entries.has(b"ShadingType")
        }
        _ => false,
    }
}

/// Notes what stays of these entries.
fn note(entries: &Dictionary, remains: &mut BTreeSet<Remains>) {
    let told = [
        (is_comment(entries), Remains::Comments),
        (matches!(name(entries, b"S"), Some(b"URI" | b"GoToR")), Remains::Links),
        (entries.has(b"FT") || entries.has(b"XFA"), Remains::Forms),
        (name(entries, b"Type") == Some(b"OCG"), Remains::Hidden),
        (
            matches!(name(entries, b"Subtype"), Some(b"Movie" | b"Sound" | b"Screen" | b"RichMedia" | b"3D")),
            Remains::Embedded,
        ),
    ];
    remains.extend(told.into_iter().filter_map(|(is, what)| is.then_some(what)));
}

fn name<'a>(entries: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    entries.get(key).ok().and_then(|name| name.as_name().ok())
}
