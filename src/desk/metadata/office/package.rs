//! Which parts a document has, how they lead to one another, and which of them go.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, Write};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::super::{Metadata, MetadataError, PART, Remains, What};
use super::Meter;
use super::xml::{Events, Fate, local, rewrite, value};

/// The part that tells the kinds of all others.
const TYPES: &str = "[content_types].xml";

/// Why a part goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// It has the document's properties.
    Properties,
    /// It has who commented and changed.
    People,
    /// It is a small picture of the document.
    Thumbnail,
    /// It has the settings of a printer, whose name is in them.
    Printer,
    /// It has a signature, which would not hold for the copy.
    Signature,
    /// It has earlier states of a shared sheet.
    Revisions,
    /// It has data of the program or the organisation, which nothing that is shown needs.
    Data,
}

impl Gone {
    pub(super) fn what(self) -> What {
        match self {
            Self::Properties | Self::Data => What::Other,
            Self::People | Self::Signature => What::Author,
            Self::Thumbnail => What::Thumbnail,
            Self::Printer => What::Device,
            Self::Revisions => What::EarlierRevision,
        }
    }

    /// By the last word of what a relationship is called.
    fn of_relationship(kind: &str) -> Option<Self> {
        Some(match kind.rsplit('/').next().unwrap_or(kind) {
            "core-properties" | "extended-properties" | "custom-properties" => Self::Properties,
            "people" => Self::People,
            "thumbnail" => Self::Thumbnail,
            "printerSettings" => Self::Printer,
            "origin" | "signature" => Self::Signature,
            "revisionHeaders" | "revisionLog" | "usernames" => Self::Revisions,
            "customXml" | "customXmlProps" | "classificationlabels" => Self::Data,
            _ => return None,
        })
    }

    /// By its usual place.
    fn of_name(name: &str) -> Option<Self> {
        let starts = |place| name.starts_with(place);
        Some(match name {
            _ if starts("docprops/thumbnail") => Self::Thumbnail,
            _ if starts("docprops/") => Self::Properties,
            "word/people.xml" => Self::People,
            _ if name.contains("/printersettings/") => Self::Printer,
            _ if starts("_xmlsignatures/") => Self::Signature,
            _ if starts("xl/revisions/") => Self::Revisions,
            _ if starts("customxml/") || starts("docmetadata/") => Self::Data,
            _ => return None,
        })
    }
}

/// Relationships that lead to where a document was made, and nothing else.
fn leads_home(kind: &str) -> bool {
    matches!(kind.rsplit('/').next(), Some("attachedTemplate" | "mailMergeSource" | "mailMergeHeaderSource"))
}

/// A document's parts. Their names are compared in small letters.
pub(super) struct Package {
    gone: BTreeMap<String, Gone>,
    xml: BTreeSet<String>,
}

impl Package {
    /// Reads what leads where. A zip that does not tell the kinds of its parts is no document.
    pub(super) fn read<R: Read + Seek>(archive: &mut ZipArchive<R>, left: &mut u64) -> Result<Self, MetadataError> {
        let mut package = Self { gone: BTreeMap::new(), xml: BTreeSet::new() };
        let mut names = Vec::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index)?;
            let name = part.name()?.to_lowercase();
            if is_types(&name) {
                package.read_types(&whole(&mut part, left)?)?;
            } else if is_relationships(&name) {
                package.read_relationships(&name, &whole(&mut part, left)?)?;
            }
            names.push(name);
        }
        if !names.iter().any(|name| is_types(name)) {
            return Err(MetadataError::NotThisKind);
        }
        for name in &names {
            if let Some(gone) = Gone::of_name(name) {
                package.gone.entry(name.clone()).or_insert(gone);
            }
        }
        // What leads away from a part goes with it.
        for name in names.iter().filter(|name| is_relationships(name)) {
            let source = source(name);
            if let Some(gone) = package.gone.get(&source).copied() {
                package.gone.insert(name.clone(), gone);
            }
        }
        Ok(package)
    }

    /// Whether a part goes, and why.
    pub(super) fn gone(&self, name: &str) -> Option<Gone> {
        self.gone.get(&name.to_lowercase()).copied()
    }

    /// Whether a part is XML, which its ending or its kind tells.
    pub(super) fn is_xml(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending)) || self.xml.contains(&name)
    }

    fn read_types(&mut self, text: &str) -> Result<(), MetadataError> {
        elements(text, |element| {
            if value(element, "ContentType")?.ends_with("xml") {
                self.xml.insert(part_name(&value(element, "PartName")?));
            }
            Ok(())
        })
    }

    fn read_relationships(&mut self, name: &str, text: &str) -> Result<(), MetadataError> {
        elements(text, |element| {
            let gone = Gone::of_relationship(&value(element, "Type")?);
            if let (Some(gone), false) = (gone, is_external(element)?) {
                self.gone.insert(target(name, &value(element, "Target")?), gone);
            }
            Ok(())
        })
    }

    /// Writes the kinds of the parts that stay.
    pub(super) fn types(&self, text: &str, to: &mut impl Write) -> Result<(), MetadataError> {
        rewrite(TYPES, text, to, |element| {
            let gone = self.gone.contains_key(&part_name(&value(element, "PartName")?));
            Ok(if gone { Fate::Drop } else { Fate::Keep })
        })
    }

    /// Writes what leads to parts that stay.
    pub(super) fn relationships(
        &self,
        name: &str,
        text: &str,
        to: &mut impl Write,
        remains: &mut BTreeSet<Remains>,
    ) -> Result<(), MetadataError> {
        rewrite(name, text, to, |element| {
            if local(element.name().as_ref()) != "Relationship" {
                return Ok(Fate::Keep);
            }
            let (kind, external) = (value(element, "Type")?, is_external(element)?);
            let gone = match external {
                true => leads_home(&kind),
                false => self.gone.contains_key(&target(name, &value(element, "Target")?)),
            };
            if external && !gone {
                remains.insert(Remains::Links);
            }
            Ok(if gone { Fate::Drop } else { Fate::Keep })
        })
    }
}

/// Tells where a document's template and the like lay.
pub(super) fn paths(text: &str, found: &mut Metadata) -> Result<(), MetadataError> {
    elements(text, |element| {
        if leads_home(&value(element, "Type")?) && is_external(element)? {
            found.tell(What::Path, &value(element, "Target")?);
        }
        Ok(())
    })
}

/// Notes what stays because of a part.
pub(super) fn note(name: &str, remains: &mut BTreeSet<Remains>) {
    let name = name.to_lowercase();
    let ending = name.rsplit('.').next().unwrap_or_default();
    let told = match ending {
        "xml" | "rels" | "vml" => return,
        "jpg" | "jpeg" | "jpe" => [Some(Remains::Pictures), None],
        "png" | "gif" | "bmp" | "tif" | "tiff" | "emf" | "wmf" | "svg" | "wdp" | "webp" | "heic" => {
            [Some(Remains::Pictures), Some(Remains::PictureMetadata)]
        }
        "mp3" | "mp4" | "m4a" | "m4v" | "mov" | "wav" | "wma" | "wmv" | "avi" | "mpg" => {
            [Some(Remains::PictureMetadata), None]
        }
        _ if name.ends_with("vbaproject.bin") => [Some(Remains::Macros), None],
        "docx" | "xlsx" | "pptx" => return,
        _ => [Some(Remains::Embedded), None],
    };
    remains.extend(told.into_iter().flatten());
}

pub(super) fn is_types(name: &str) -> bool {
    name.eq_ignore_ascii_case(TYPES)
}

pub(super) fn is_relationships(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".rels")
}

fn is_external(element: &BytesStart) -> Result<bool, MetadataError> {
    Ok(value(element, "TargetMode")?.eq_ignore_ascii_case("External"))
}

/// Shows all elements.
fn elements(text: &str, mut see: impl FnMut(&BytesStart) -> Result<(), MetadataError>) -> Result<(), MetadataError> {
    let mut events = Events::of(TYPES, text);
    while let Some(event) = events.next()? {
        if let Event::Start(element) | Event::Empty(element) = event {
            see(&element)?;
        }
    }
    Ok(())
}

fn whole(part: &mut impl Read, left: &mut u64) -> Result<String, MetadataError> {
    let mut bytes = Vec::new();
    Meter { from: part, left }.take(PART).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| MetadataError::Malformed)
}

/// A part's name in the list of kinds, as the zip has it.
fn part_name(name: &str) -> String {
    name.trim_start_matches('/').to_lowercase()
}

/// The part from which the relationships of this name lead: `word/_rels/document.xml.rels` are those of
/// `word/document.xml`.
fn source(name: &str) -> String {
    name.replacen("_rels/", "", 1).trim_end_matches(".rels").to_owned()
}

/// Where a relationship among those of this name leads, from the folder of its part.
fn target(name: &str, target: &str) -> String {
    let source = source(&name.to_lowercase());
    let mut way: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => source.rsplit_once('/').map(|(folder, _)| folder.split('/').collect()).unwrap_or_default(),
    };
    let target = target.to_lowercase();
    for step in target.split('/') {
        match step {
            "" | "." => (),
            ".." => _ = way.pop(),
            step => way.push(step),
        }
    }
    way.join("/")
}
