//! EXIF (CIPA DC-008): what a camera or telephone notes in a picture.

use exif::{Context, Exif, Field, In, Reader, Tag, Value};

use super::super::{Metadata, What};

/// Bytes before the TIFF structure that an EXIF segment holds.
const HEAD: usize = 6;
/// Bytes of an EXIF segment that only says how the picture is to be turned.
pub(super) const TURN: usize = HEAD + 26;

/// Explorer's own tags, which stock names leave out: UTF-16 in bytes.
const XP_TITLE: Tag = Tag(Context::Tiff, 0x9c9b);
const XP_COMMENT: Tag = Tag(Context::Tiff, 0x9c9c);
const XP_AUTHOR: Tag = Tag(Context::Tiff, 0x9c9d);
const XP_KEYWORDS: Tag = Tag(Context::Tiff, 0x9c9e);
const XP_SUBJECT: Tag = Tag(Context::Tiff, 0x9c9f);
const HOST_COMPUTER: Tag = Tag(Context::Tiff, 0x013c);

/// What tells something by itself. A parser that unpacked all fields would need a thousand times the segment's size.
const TAGS: [(Tag, What); 34] = [
    (Tag::Artist, What::Author),
    (Tag::Copyright, What::Author),
    (Tag::CameraOwnerName, What::Author),
    (XP_AUTHOR, What::Author),
    (Tag::ImageDescription, What::Title),
    (XP_TITLE, What::Title),
    (XP_SUBJECT, What::Title),
    (XP_COMMENT, What::Comment),
    (XP_KEYWORDS, What::Comment),
    (Tag::UserComment, What::Comment),
    (Tag::Make, What::Device),
    (Tag::Model, What::Device),
    (Tag::LensMake, What::Device),
    (Tag::LensModel, What::Device),
    (HOST_COMPUTER, What::Device),
    (Tag::BodySerialNumber, What::SerialNumber),
    (Tag::LensSerialNumber, What::SerialNumber),
    (Tag::ImageUniqueID, What::Identifier),
    (Tag::Software, What::Program),
    (Tag::DateTimeOriginal, What::Created),
    (Tag::OffsetTimeOriginal, What::Created),
    (Tag::DateTimeDigitized, What::Created),
    (Tag::OffsetTimeDigitized, What::Created),
    (Tag::DateTime, What::Changed),
    (Tag::OffsetTime, What::Changed),
    (Tag::GPSDateStamp, What::Created),
    (Tag::GPSTimeStamp, What::Created),
    (Tag::GPSAltitude, What::Place),
    (Tag::GPSImgDirection, What::Place),
    (Tag::GPSAreaInformation, What::Place),
    (Tag::GPSProcessingMethod, What::Place),
    (Tag::GPSMapDatum, What::Place),
    (Tag::GPSSatellites, What::Place),
    (Tag::RelatedSoundFile, What::EmbeddedFile),
];

/// Lists what a segment tells, of which `body` is the whole.
pub(super) fn list(body: &[u8], found: &mut Metadata) {
    let Some(exif) = read(body) else {
        return found.tell(What::Other, &format!("EXIF, {} bytes", body.len()));
    };
    for (tag, what) in TAGS {
        if let Some(field) = exif.get_field(tag, In::PRIMARY) {
            found.tell(what, &text(field, &exif));
        }
    }
    let place = [Tag::GPSLatitude, Tag::GPSLongitude].map(|tag| exif.get_field(tag, In::PRIMARY));
    if let [Some(latitude), Some(longitude)] = place {
        let place = [latitude, longitude].map(|field| field.display_value().with_unit(&exif).to_string());
        found.tell(What::Place, &place.join(", "));
    }
    if exif.get_field(Tag::JPEGInterchangeFormat, In::THUMBNAIL).is_some() {
        found.tell(What::Thumbnail, "EXIF");
    }
    if exif.get_field(Tag::MakerNote, In::PRIMARY).is_some() {
        found.tell(What::Other, "MakerNote");
    }
    found.tell(What::Other, &format!("EXIF, {} fields", exif.fields().len()));
}

/// A segment that says how this one's picture is to be turned, if it is.
pub(super) fn turn(body: &[u8]) -> Option<[u8; TURN]> {
    let turn = read(body)?.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    let turn = u8::try_from(turn).ok().filter(|turn| (2..=8).contains(turn))?;
    let mut all = *b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    if let Some(value) = all.get_mut(25) {
        *value = turn;
    }
    Some(all)
}

fn read(body: &[u8]) -> Option<Exif> {
    let tiff = body.get(HEAD..)?.to_vec();
    let read = Reader::new().continue_on_error(true).read_raw(tiff);
    read.or_else(|error| error.distill_partial_result(drop)).ok()
}

fn text(field: &Field, exif: &Exif) -> String {
    match (&field.value, field.tag) {
        (Value::Ascii(lines), _) => {
            let lines = lines.iter().map(|line| String::from_utf8_lossy(line));
            lines.collect::<Vec<_>>().join(" ")
        }
        (Value::Byte(bytes), XP_TITLE | XP_COMMENT | XP_AUTHOR | XP_KEYWORDS | XP_SUBJECT) => {
            let units = bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        // Its first 8 bytes name the character set.
        (Value::Undefined(bytes, _), Tag::UserComment | Tag::GPSAreaInformation | Tag::GPSProcessingMethod) => {
            String::from_utf8_lossy(bytes.get(8..).unwrap_or_default()).into_owned()
        }
        _ => field.display_value().with_unit(exif).to_string(),
    }
}
