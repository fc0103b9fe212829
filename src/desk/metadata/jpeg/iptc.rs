//! IPTC-IIM 4.2 in Photoshop's image resources: what picture desks note.

use super::super::{Metadata, What};

/// The image resource that holds IPTC's data sets.
const IPTC: u16 = 0x0404;
/// Those that hold a small picture.
const THUMBNAILS: [u16; 2] = [0x0409, 0x040c];
/// IPTC's record about the picture.
const ABOUT: u8 = 2;

/// Lists what the image resources of a segment tell.
pub(super) fn list(mut body: &[u8], found: &mut Metadata) {
    while let Some((id, resource, rest)) = resource(body) {
        match id {
            IPTC => sets(resource, found),
            _ if THUMBNAILS.contains(&id) => found.tell(What::Thumbnail, "Photoshop"),
            _ => (),
        }
        body = rest;
    }
}

/// The first resource: `8BIM`, its number, its name and its content, the last two of an even length.
fn resource(body: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (id, body) = body.strip_prefix(b"8BIM")?.split_first_chunk()?;
    let name = usize::from(*body.first()?) + 1;
    let (size, body) = body.get(name.next_multiple_of(2)..)?.split_first_chunk()?;
    let size = usize::try_from(u32::from_be_bytes(*size)).ok()?;
    let content = body.get(..size)?;
    Some((u16::from_be_bytes(*id), content, body.get(size.next_multiple_of(2)..).unwrap_or_default()))
}

fn sets(mut body: &[u8], found: &mut Metadata) {
    while let [0x1c, record, set, high, low, rest @ ..] = body {
        let Some((value, rest)) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low]))) else { return };
        if let (&ABOUT, Some(what)) = (record, about(*set)) {
            found.tell(what, &String::from_utf8_lossy(value));
        }
        body = rest;
    }
}

fn about(set: u8) -> Option<What> {
    Some(match set {
        5 | 105 => What::Title,
        25 | 40 | 120 => What::Comment,
        55 | 60 | 62 | 63 => What::Created,
        65 | 70 => What::Program,
        80 | 85 | 116 | 118 => What::Author,
        90 | 92 | 95 | 100 | 101 => What::Place,
        103 => What::Identifier,
        110 | 115 => What::Organisation,
        122 => What::Editor,
        _ => return None,
    })
}
