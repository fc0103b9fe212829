//! XMP (ISO 16684-1): metadata in XML, the same in pictures and in PDF.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::{Metadata, What};

/// Lists what a packet tells; one that tells nothing known, or cannot be read, is told as such.
pub(super) fn list(packet: &[u8], found: &mut Metadata) {
    let packet = String::from_utf8_lossy(packet);
    let mut reader = Reader::from_str(packet.trim_matches(|c: char| c == '\0' || c == '\u{feff}'));
    reader.config_mut().check_end_names = false;
    // What the elements that are open are about; an unknown one is about what the one around it is about.
    let mut open: Vec<Option<What>> = Vec::new();
    let mut said = String::new();
    loop {
        let event = reader.read_event();
        match &event {
            Ok(Event::Text(text)) => said.push_str(text),
            Ok(Event::GeneralRef(name)) => said.push_str(&unescape(&format!("&{};", &**name)).unwrap_or_default()),
            Ok(Event::Start(element) | Event::Empty(element)) => attributes(element, found),
            Ok(_) | Err(_) => (),
        }
        let around = open.last().copied().flatten();
        match &event {
            Ok(Event::Start(element)) => {
                open.push(about(element.name().as_ref()).or(around));
                said.clear();
            }
            Ok(Event::End(_)) => {
                around.into_iter().for_each(|what| found.tell(what, &said));
                said.clear();
                open.pop();
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => (),
        }
    }
    found.tell(What::Other, &format!("XMP, {} bytes", packet.len()));
}

fn attributes(element: &BytesStart, found: &mut Metadata) {
    for attribute in element.attributes().flatten() {
        if let Some(what) = about(attribute.key.as_ref()) {
            found.tell(what, &unescape(&attribute.value).unwrap_or_default());
        }
    }
}

fn about(name: &str) -> Option<What> {
    let local = name.rsplit(':').next().unwrap_or(name);
    Some(match local {
        "creator" | "Author" | "Artist" | "OwnerName" | "CameraOwnerName" | "rights" | "Copyright" => What::Author,
        "CaptionWriter" | "contributor" | "LastModifiedBy" => What::Editor,
        "Credit" | "Company" | "publisher" => What::Organisation,
        "CreateDate" | "DateCreated" | "DateTimeOriginal" | "DateTimeDigitized" | "GPSTimeStamp" => What::Created,
        "ModifyDate" | "MetadataDate" | "when" | "SourceModified" => What::Changed,
        "CreatorTool" | "Producer" | "Software" | "softwareAgent" | "Creator" => What::Program,
        "Make" | "Model" | "Lens" | "LensModel" | "LensMake" => What::Device,
        "SerialNumber" | "LensSerialNumber" | "BodySerialNumber" | "CameraSerialNumber" => What::SerialNumber,
        "GPSLatitude" | "GPSLongitude" | "GPSAltitude" | "City" | "Country" | "CountryName" | "State" | "Location"
        | "Sublocation" | "ProvinceState" => What::Place,
        "filePath" => What::Path,
        "title" | "Headline" | "Title" => What::Title,
        "description" | "UserComment" | "Instructions" | "Keywords" | "subject" => What::Comment,
        "DocumentID" | "InstanceID" | "OriginalDocumentID" | "documentID" | "instanceID" => What::Identifier,
        _ => return None,
    })
}
