//! What a source sealed themselves: one layer comes out as it went in, within its cap, or nothing is believed.

use std::io::Write;

use arbitrary::Arbitrary;
use openpgp::parse::Parse;
use openpgp::policy::StandardPolicy;
use openpgp::serialize::stream::{Armorer, Compressor, Encryptor, LiteralWriter, Message};
use sequoia_openpgp as openpgp;
use sluss_core::nested::{self, NestedError, Unsealed};

use super::edit::{Edit, edited};
use super::few::{Bytes, Few};
use super::real::{PEOPLE, clock};

/// Bytes that may come out.
const MOST: u64 = 4_096;

/// What a source attached, or pasted into the text.
#[derive(Debug, Arbitrary)]
pub enum Brought {
    /// Sealed by an honest program, then changed.
    Changed(By, Bytes, Few<Edit>),
    /// Packets that no honest program puts into an encryption.
    Crafted(By, Bytes),
    /// The packets of an honest one, changed and then sealed as well as any.
    Within(By, Bytes, Few<Edit>),
    /// Anything at all.
    Noise(Bytes),
}

/// How it was sealed.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct By {
    armored: bool,
    folded: bool,
    classic: bool,
}

/// What opens from something honest is what was sealed, to the byte; never does more than the cap come out.
pub fn holds(brought: &Brought) {
    match brought {
        Brought::Changed(by, content, edits) => {
            let sealed = by.sealed(|message| by.packets(message, content));
            match open(&edited(&sealed, edits), *by) {
                Ok((_, out)) => assert_eq!(out, **content),
                Err(NestedError::TooLarge { .. }) => assert!(content.len() as u64 > MOST),
                Err(error) => assert!(!edits.is_empty(), "{error}"),
            }
        }
        Brought::Crafted(by, packets) => drop(open(&by.sealed(|message| raw(message, packets)), *by)),
        Brought::Within(by, content, edits) => {
            let mut packets = Vec::new();
            by.packets(Message::new(&mut packets), content);
            let opened = open(&by.sealed(|message| raw(message, &edited(&packets, edits))), *by);
            if edits.is_empty() && content.len() as u64 <= MOST {
                assert_eq!(opened.expect("a good message was refused").1, **content);
            }
        }
        Brought::Noise(bytes) => {
            let _ = nested::block(&String::from_utf8_lossy(bytes));
            for classic in [false, true] {
                assert!(open(bytes, By { armored: false, folded: false, classic }).is_err());
            }
        }
    }
}

fn open(sealed: &[u8], by: By) -> Result<(Unsealed, Vec<u8>), NestedError> {
    let keys = if by.classic { &PEOPLE.bertil } else { &PEOPLE.anna };
    let mut out = Vec::new();
    let opened = nested::open(sealed, keys, &PEOPLE.source.cert(), MOST, &mut out);
    assert!(out.len() as u64 <= MOST, "more came out than may");
    opened.map(|unsealed| {
        assert_eq!(unsealed.size, out.len() as u64);
        (unsealed, out)
    })
}

/// Packets as they are.
fn raw(mut message: Message<'_>, packets: &[u8]) {
    message.write_all(packets).unwrap();
    message.finalize().unwrap();
}

impl By {
    /// The packets of a message that holds `content`.
    fn packets(self, mut message: Message<'_>, content: &[u8]) {
        if self.folded {
            message = Compressor::new(message).build().unwrap();
        }
        let mut message = LiteralWriter::new(message).build().unwrap();
        message.write_all(content).unwrap();
        message.finalize().unwrap();
    }

    /// The encryption around whatever `write` writes.
    fn sealed(self, write: impl FnOnce(Message<'_>)) -> Vec<u8> {
        static POLICY: StandardPolicy<'_> = StandardPolicy::new();
        let reader = if self.classic { PEOPLE.bertil.cert() } else { PEOPLE.anna.cert() };
        let cert = openpgp::Cert::from_bytes(reader.armored().as_bytes()).unwrap();
        let keys = cert.keys().with_policy(&POLICY, clock().latest()).supported().for_transport_encryption();
        let mut sealed = Vec::new();
        let mut message = Message::new(&mut sealed);
        if self.armored {
            message = Armorer::new(message).build().unwrap();
        }
        write(Encryptor::for_recipients(message, keys).build().unwrap());
        sealed
    }
}
