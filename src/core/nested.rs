//! What a source sealed themselves, before it reached the drop: one OpenPGP message inside a submission.
//!
//! Protects whoever opens it from a message made to harm: one layer is opened and no more, it may unfold to so many bytes
//! and not one beyond, and what was changed or cut short is refused. It does not make the content safe, nor say who wrote
//! it: a signature counts only if it is by the source's own cert.

use std::io::{self, Read, Write};

use openpgp::Packet;
use openpgp::armor::{Reader as Dearmor, ReaderMode};
use openpgp::packet::Tag;
use openpgp::parse::{PacketParser, PacketParserResult, Parse};
use sequoia_openpgp as openpgp;

use crate::cert::{Cert, Tsk};
use crate::envelope::{self, OpenError};
use crate::secret::Secret;

/// Bytes that are read at a time, and looked at to tell what a file is: the slots of a large audience fit.
const CHUNK: usize = 64 * 1024;
/// What every armored block begins with.
const BEGIN: &str = "-----BEGIN PGP ";
/// What the last line of every armored block begins with.
const END: &str = "-----END PGP ";
/// The endings of files that people seal with OpenPGP programs.
const ENDINGS: [&str; 3] = [".pgp", ".gpg", ".asc"];

/// Why a nested message was not opened.
#[derive(Debug, thiserror::Error)]
pub enum NestedError {
    /// It is a secret key.
    #[error("this is a secret key, no message")]
    SecretKey,
    /// It is no sealed message: a cert, a signature, something else.
    #[error("this is no sealed OpenPGP message")]
    NotSealed,
    /// No slot in it opens with this TSK.
    #[error("it is sealed to somebody else")]
    NotForUs,
    /// Several layers, a compression or an encryption that is not known here.
    #[error("it is sealed in a way that is not known here")]
    Unusual,
    /// It was changed, or ends too early.
    #[error("it is damaged or was cut short")]
    Damaged,
    /// It unfolds to more than is allowed.
    #[error("it unfolds to more than {most} bytes")]
    TooLarge {
        /// Bytes that are allowed.
        most: u64,
    },
    /// Reading or writing failed.
    #[error("it could not be read or written: {0}")]
    Io(#[source] io::Error),
}

/// Who vouches for an opened message, beside the source's word that it is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voucher {
    /// It carries no signature.
    Unsigned,
    /// It is signed, but by nobody whose cert is known: anybody can make such a signature.
    Stranger,
    /// The source's own cert signed it.
    Source,
}

/// What came out of a nested message.
#[derive(Debug, Clone, Copy)]
pub struct Unsealed {
    /// Its bytes.
    pub size: u64,
    /// Who vouches for it.
    pub voucher: Voucher,
    /// Whether it is a sealed message again, which stays closed.
    pub again: bool,
}

/// What the one armored block in a text is, by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// A sealed message.
    Message,
    /// A secret key.
    SecretKey,
}

/// The one armored block in `text`, whatever stands around it; of several none.
pub fn block(text: &str) -> Option<Block> {
    let holds = |label: &str| {
        let start = text.find(&format!("{BEGIN}{label}-----"));
        let end = text.rfind(&format!("{END}{label}-----"));
        start.zip(end).is_some_and(|(start, end)| start < end) && text.matches(BEGIN).count() == 1
    };
    match (holds("MESSAGE"), holds("PRIVATE KEY BLOCK")) {
        (true, _) => Some(Block::Message),
        (_, true) => Some(Block::SecretKey),
        _ => None,
    }
}

/// Whether a text is armor and nothing else, white space around it aside.
pub fn is_armor_alone(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(BEGIN) && text.lines().next_back().is_some_and(|last| last.starts_with(END))
}

/// A file's name without the ending of a sealed one, if it has such an ending.
pub fn unsealed_name(name: &str) -> Option<&str> {
    let named = |ending: &str| {
        let (stem, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        (end.eq_ignore_ascii_case(ending) && !stem.is_empty()).then_some(stem)
    };
    ENDINGS.into_iter().find_map(named)
}

/// Opens one layer of `sealed`, armored or binary, into `sink`, at most `most` bytes; `source` is the cert whose signature
/// counts. Nothing in `sink` may be shown or kept unless this returned `Ok`: only the end tells that all of it is sound.
pub fn open(
    mut sealed: impl Read + Send + Sync,
    keys: &Tsk,
    source: &Cert,
    most: u64,
    sink: &mut impl Write,
) -> Result<Unsealed, NestedError> {
    let head = head_of(&mut sealed)?;
    let (binary, armored) = (is_binary(&head), head.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes()));
    let sealed = io::Cursor::new(head).chain(sealed);
    if binary {
        unseal(sealed, keys, source, most, sink)
    } else if !armored {
        Err(NestedError::NotSealed)
    } else {
        unseal(Dearmor::from_reader(sealed, ReaderMode::Tolerant(None)), keys, source, most, sink)
    }
}

fn unseal(
    mut packets: impl Read + Send + Sync,
    keys: &Tsk,
    source: &Cert,
    most: u64,
    sink: &mut impl Write,
) -> Result<Unsealed, NestedError> {
    let head = head_of(&mut packets)?;
    sort(&head)?;
    let signers = [source];
    let mut message = envelope::decrypt_any(io::Cursor::new(head).chain(packets), keys, &signers)?;
    let mut chunk = Secret::new(vec![0; CHUNK]);
    let (mut size, mut start) = (0_u64, Secret::new(Vec::with_capacity(CHUNK)));
    loop {
        let n = message.read(chunk.expose_mut()).map_err(|error| NestedError::from(message.refused(error)))?;
        let Some(content @ [_, ..]) = chunk.expose().get(..n) else { break };
        size += content.len() as u64;
        if size > most {
            return Err(NestedError::TooLarge { most });
        }
        let missing = CHUNK.saturating_sub(start.expose().len());
        start.expose_mut().extend(content.iter().take(missing));
        sink.write_all(content).map_err(NestedError::Io)?;
    }
    let voucher = match message.signatures()? {
        (_, true) => Voucher::Source,
        (0, false) => Voucher::Unsigned,
        (_, false) => Voucher::Stranger,
    };
    Ok(Unsealed { size, voucher, again: is_sealed(start.expose()) })
}

fn head_of(source: &mut impl Read) -> Result<Vec<u8>, NestedError> {
    let mut head = Vec::new();
    source.take(CHUNK as u64).read_to_end(&mut head).map_err(OpenError::Io)?;
    Ok(head)
}

/// Passes on what begins as a sealed message, and says what else it is.
fn sort(head: &[u8]) -> Result<(), NestedError> {
    let mut parsed = PacketParser::from_bytes(head);
    let mut slots = false;
    while let Ok(PacketParserResult::Some(packet)) = parsed {
        match (&packet.packet, packet.packet.tag()) {
            (Packet::SEIP(_), _) => return Ok(()),
            // A version that is not known, GnuPG's own kind, and the one without protection against changes.
            (_, Tag::SEIP | Tag::AED | Tag::SED) => return Err(NestedError::Unusual),
            (_, Tag::SecretKey | Tag::SecretSubkey) => return Err(NestedError::SecretKey),
            (_, Tag::PKESK | Tag::SKESK) => slots = true,
            (_, Tag::Marker) => (),
            _ => return Err(NestedError::NotSealed),
        }
        parsed = packet.next().map(|(_, next)| next);
    }
    Err(if slots { NestedError::Damaged } else { NestedError::NotSealed })
}

/// Whether opened content begins like a sealed message itself, armored or binary.
fn is_sealed(start: &[u8]) -> bool {
    let armored = start.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----");
    armored || (is_binary(start) && sort(start).is_ok())
}

/// Every packet begins with its highest bit set, and no armor does.
fn is_binary(start: &[u8]) -> bool {
    start.first().is_some_and(|byte| byte & 0x80 != 0)
}

impl From<OpenError> for NestedError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotForUs => Self::NotForUs,
            OpenError::Unusual => Self::Unusual,
            // What armor and archives find damaged comes as an error of reading, but not of the system's.
            OpenError::Io(error) if error.raw_os_error().is_some() => Self::Io(error),
            _ => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_found_and_told_whether_it_stands_alone() {
        let message = "-----BEGIN PGP MESSAGE-----\r\n\r\nwV4D\r\n-----END PGP MESSAGE-----";
        let around = format!(" \n{message}\r\n\t");
        assert_eq!((block(&around), is_armor_alone(&around)), (Some(Block::Message), true));
        for around in [format!("Hej,\n{message}"), format!("{message}\nHej")] {
            assert_eq!((block(&around), is_armor_alone(&around)), (Some(Block::Message), false), "{around}");
        }
        let key = message.replace("MESSAGE", "PRIVATE KEY BLOCK");
        assert_eq!((block(&key), is_armor_alone(&key)), (Some(Block::SecretKey), true));
        let half = message.replace("-----END", "");
        let backwards = "-----END PGP MESSAGE----- -----BEGIN PGP MESSAGE-----";
        for text in ["", "text", &half, backwards, &format!("{message}\n{message}")] {
            assert_eq!(block(text), None, "{text}");
        }
        assert_eq!(block(&message.replace("MESSAGE", "PUBLIC KEY BLOCK")), None);
    }

    #[test]
    fn endings_are_told_whatever_their_case() {
        assert_eq!(unsealed_name("kvitto å.pdf.gpg"), Some("kvitto å.pdf"));
        assert_eq!(unsealed_name("A.PGP"), Some("A"));
        assert_eq!(unsealed_name("a.Asc"), Some("a"));
        for name in ["", ".asc", "asc", "a.asc.txt", "å", "gpg", "a.sig"] {
            assert_eq!(unsealed_name(name), None, "{name}");
        }
    }
}
