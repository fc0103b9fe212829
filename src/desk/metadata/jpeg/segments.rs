//! The row of segments that a JPEG file is, read in a stream: no more than one segment (64 KiB) is held.

use std::io::{self, BufRead, Read};

/// A segment's marker, or what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// APP0 to APP15: what programs add.
    App(u8),
    /// COM: text for people.
    Comment,
    /// Frames, scans and tables (T.81 table B.1).
    Decoding(u8),
    /// What ordinary decoders pass over.
    Unused(u8),
}

impl Marker {
    fn of(byte: u8) -> Self {
        match byte {
            0xe0..=0xef => Self::App(byte - 0xe0),
            0xfe => Self::Comment,
            0xc0..=0xc7 | 0xc9..=0xcf | 0xda..=0xdf => Self::Decoding(byte),
            _ => Self::Unused(byte),
        }
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::App(number) => 0xe0 + number,
            Self::Comment => 0xfe,
            Self::Decoding(byte) | Self::Unused(byte) => byte,
        }
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::App(number) => format!("APP{number}"),
            Self::Comment => "COM".to_owned(),
            Self::Decoding(byte) | Self::Unused(byte) => format!("{byte:02X}"),
        }
    }

    fn is_frame(self) -> bool {
        matches!(self, Self::Decoding(0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf))
    }
}

pub(super) struct Segment<'a> {
    pub(super) marker: Marker,
    /// What follows its length.
    pub(super) body: &'a [u8],
}

pub(super) enum Piece<'a> {
    Segment(Segment<'a>),
    /// A run of the coded picture, with the marks in it that let a decoder start anew.
    Coded(&'a [u8]),
}

/// Bytes that belong to no segment.
#[derive(Default)]
pub(super) struct Astray {
    pub(super) between: u64,
    /// Those after the picture's end.
    pub(super) end: u64,
}

const SCAN: u8 = 0xda;
const END: u8 = 0xd9;

/// Shows every piece between the picture's beginning and its end. A picture that was cut off in its coded part is
/// taken as ending there, as by decoders; one without any is malformed.
pub(super) fn walk(
    mut from: impl BufRead,
    mut see: impl FnMut(Piece) -> io::Result<()>,
) -> Result<Astray, super::MetadataError> {
    let mut begin = [0; 2];
    from.read_exact(&mut begin)?;
    if begin != [0xff, 0xd8] {
        return Err(super::MetadataError::NotThisKind);
    }
    let mut astray = Astray::default();
    let (mut frame, mut scan) = (false, false);
    let mut next = None;
    loop {
        let byte = match next.take() {
            Some(byte) => byte,
            None => match marker(&mut from, &mut astray.between)? {
                Some(byte) => byte,
                None if frame && scan => return Ok(astray),
                None => return Err(super::MetadataError::Malformed),
            },
        };
        match byte {
            END if frame && scan => break,
            END | 0xd8 => return Err(super::MetadataError::Malformed),
            // These stand alone, and mean nothing outside the coded picture.
            0x01 | 0xd0..=0xd7 => astray.between += 2,
            _ => {
                let body = body(&mut from)?;
                let marker = Marker::of(byte);
                see(Piece::Segment(Segment { marker, body: &body }))?;
                frame |= marker.is_frame();
                if byte == SCAN {
                    scan = true;
                    next = coded(&mut from, &mut see)?;
                }
            }
        }
    }
    astray.end = io::copy(&mut from, &mut io::sink())?;
    Ok(astray)
}

/// The next marker, and how many bytes had to be passed over to find it.
fn marker(from: &mut impl Read, astray: &mut u64) -> io::Result<Option<u8>> {
    let mut marked = false;
    while let Some(byte) = one(from)? {
        match byte {
            0xff => marked = true,
            0 if marked => (marked, *astray) = (false, *astray + 2),
            _ if marked => return Ok(Some(byte)),
            _ => *astray += 1,
        }
    }
    Ok(None)
}

fn body(from: &mut impl Read) -> Result<Vec<u8>, super::MetadataError> {
    let mut length = [0; 2];
    from.read_exact(&mut length)?;
    let length = u16::from_be_bytes(length).checked_sub(2).ok_or(super::MetadataError::Malformed)?;
    let mut body = vec![0; usize::from(length)];
    from.read_exact(&mut body)?;
    Ok(body)
}

/// Shows the coded picture, and gives the marker that ends it.
fn coded(from: &mut impl BufRead, see: &mut impl FnMut(Piece) -> io::Result<()>) -> io::Result<Option<u8>> {
    loop {
        let run = from.fill_buf()?;
        if run.is_empty() {
            return Ok(None);
        }
        let length = run.iter().position(|byte| *byte == 0xff).unwrap_or(run.len());
        see(Piece::Coded(run.get(..length).unwrap_or_default()))?;
        let marked = length < run.len();
        from.consume(length);
        if marked {
            let mut byte = Some(0xff);
            while byte == Some(0xff) {
                byte = one(from)?;
            }
            match byte {
                Some(byte @ (0 | 0xd0..=0xd7)) => see(Piece::Coded(&[0xff, byte]))?,
                end => return Ok(end),
            }
        }
    }
}

fn one(from: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    match from.read_exact(&mut byte) {
        Ok(()) => Ok(Some(u8::from_be_bytes(byte))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
