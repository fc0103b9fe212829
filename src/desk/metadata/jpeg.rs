//! JPEG pictures (ITU-T T.81): a row of segments, each with a marker, and the coded picture between some of them.
//!
//! The copy keeps what a decoder needs: the tables, frames and scans, the density (JFIF), how colours are stored (Adobe)
//! and the colour profile. A picture that is to be turned keeps that alone of its EXIF, in an EXIF of 26 bytes: the
//! coded picture is copied byte for byte. All other segments go, as does whatever follows the picture's end, where
//! telephones put films and second pictures.

mod exif;
mod iptc;
mod segments;

use std::collections::BTreeSet;
use std::io::{self, BufReader, BufWriter, Read, Write};

use self::segments::{Marker, Piece, Segment};
use super::{Metadata, MetadataError, Remains, What, xmp};

const JFIF: &[u8] = b"JFIF\0";
const JFIF_EXTENSION: &[u8] = b"JFXX\0";
const EXIF: &[u8] = b"Exif\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";
const PICTURES: &[u8] = b"MPF\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const ADOBE: &[u8] = b"Adobe";

/// Lists what a picture tells.
pub(super) fn list(content: impl Read, found: &mut Metadata) -> Result<(), MetadataError> {
    let after = segments::walk(BufReader::new(content), |piece| {
        if let Piece::Segment(segment) = piece {
            look(&segment, found);
        }
        Ok(())
    })?;
    if after.between > 0 {
        found.tell(What::Leftover, &format!("{} bytes", after.between));
    }
    if after.end > 0 {
        found.tell(What::EmbeddedFile, &format!("{} bytes", after.end));
    }
    Ok(())
}

/// Writes a copy that does not tell it.
pub(super) fn clean(
    content: impl Read,
    copy: impl Write,
    remains: &mut BTreeSet<Remains>,
) -> Result<(), MetadataError> {
    let mut copy = BufWriter::new(copy);
    let mut turned = false;
    copy.write_all(&[0xff, 0xd8])?;
    segments::walk(BufReader::new(content), |piece| match piece {
        Piece::Coded(bytes) => copy.write_all(bytes),
        Piece::Segment(segment) => {
            let kept = Kept::of(&segment);
            match &kept {
                Kept::Turn(_) if turned => return Ok(()),
                Kept::Turn(_) => turned = true,
                Kept::Profile(_) => _ = remains.insert(Remains::ColourProfile),
                _ => (),
            }
            kept.write(segment.marker, &mut copy)
        }
    })?;
    copy.write_all(&[0xff, 0xd9])?;
    copy.flush()?;
    remains.insert(Remains::Pictures);
    Ok(())
}

/// What a copy keeps of a segment.
enum Kept<'a> {
    Nothing,
    /// What decoding needs.
    Whole(&'a [u8]),
    Profile(&'a [u8]),
    /// Version and density, no small picture.
    Jfif([u8; 14]),
    /// How colours are stored.
    Adobe(&'a [u8; 12]),
    /// How the picture is to be turned.
    Turn([u8; exif::TURN]),
}

impl<'a> Kept<'a> {
    fn of(segment: &Segment<'a>) -> Self {
        let body = segment.body;
        match segment.marker {
            Marker::App(0) if body.starts_with(JFIF) => {
                body.first_chunk().map_or(Self::Nothing, |b| Self::Jfif(padded(b)))
            }
            Marker::App(1) if body.starts_with(EXIF) => exif::turn(body).map_or(Self::Nothing, Self::Turn),
            Marker::App(2) if body.starts_with(PROFILE) => Self::Profile(body),
            Marker::App(14) if body.starts_with(ADOBE) => body.first_chunk().map_or(Self::Nothing, Self::Adobe),
            Marker::Decoding(_) => Self::Whole(body),
            _ => Self::Nothing,
        }
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Nothing => None,
            Self::Whole(body) | Self::Profile(body) => Some(body),
            Self::Jfif(body) => Some(body),
            Self::Adobe(body) => Some(*body),
            Self::Turn(body) => Some(body),
        }
    }

    fn write(&self, marker: Marker, copy: &mut impl Write) -> io::Result<()> {
        let Some(body) = self.bytes() else { return Ok(()) };
        let length = u16::try_from(body.len() + 2).map_err(io::Error::other)?;
        copy.write_all(&[0xff, marker.byte()])?;
        copy.write_all(&length.to_be_bytes())?;
        copy.write_all(body)
    }
}

/// The head of a JFIF segment, with a small picture of no size after it.
fn padded(head: &[u8; 12]) -> [u8; 14] {
    let mut all = [0; 14];
    for (to, from) in all.iter_mut().zip(head) {
        *to = *from;
    }
    all
}

fn look(segment: &Segment, found: &mut Metadata) {
    let body = segment.body;
    if Kept::of(segment).bytes() == Some(body) {
        return;
    }
    match segment.marker {
        Marker::App(0) if body.starts_with(JFIF) || body.starts_with(JFIF_EXTENSION) => {
            found.tell(What::Thumbnail, &named(segment));
        }
        Marker::App(1) if body.starts_with(EXIF) => exif::list(body, found),
        Marker::App(1) if body.starts_with(XMP) => xmp::list(body.get(XMP.len()..).unwrap_or_default(), found),
        Marker::App(1) if body.starts_with(XMP_MORE) => found.tell(What::Other, &format!("XMP, {} bytes", body.len())),
        Marker::App(2) if body.starts_with(PICTURES) => found.tell(What::EmbeddedFile, &named(segment)),
        Marker::App(13) if body.starts_with(PHOTOSHOP) => {
            iptc::list(body.get(PHOTOSHOP.len()..).unwrap_or_default(), found);
            found.tell(What::Other, &named(segment));
        }
        Marker::Comment => found.tell(What::Comment, &String::from_utf8_lossy(body)),
        _ => found.tell(What::Other, &named(segment)),
    }
}

/// A segment by its marker, the word that it begins with and its size.
fn named(segment: &Segment) -> String {
    let word: String = segment.body.iter().take_while(|b| b.is_ascii_graphic()).take(32).map(|b| *b as char).collect();
    format!("{} {word}, {} bytes", segment.marker.name(), segment.body.len())
}
