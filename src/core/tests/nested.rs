//! Messages that a source sealed themselves, by real programs and by none that is honest.

use std::io::Write;

use sequoia_openpgp as openpgp;

use openpgp::packet::Tag;
use openpgp::parse::Parse;
use openpgp::serialize::SerializeInto;
use openpgp::serialize::stream::{ArbitraryWriter, Armorer, Compressor, Encryptor, LiteralWriter, Message, Signer};
use openpgp::types::CompressionAlgorithm;
use rand::RngExt;

use super::fixture::{House, clock, day, rng};
use super::gpg::{end_agent, gpg, home};
use crate::cert::{Cert, Kind, Slot, Tsk};
use crate::envelope;
use crate::nested::{Block, NestedError, Unsealed, Voucher, block, open};
use crate::secret::Secret;

const MOST: u64 = 1_000_000;

/// Opens for Anna, as from `source`, and says what came of it and what reached the sink.
fn opened(house: &House, sealed: &[u8], source: &Cert) -> (Result<Unsealed, NestedError>, Vec<u8>) {
    let mut sink = Vec::new();
    let opened = open(sealed, house.tsk("anna"), source, MOST, &mut sink);
    assert!(sink.len() as u64 <= MOST, "the sink got more than was allowed");
    (opened, sink)
}

fn outcome(house: &House, sealed: &[u8]) -> Result<Unsealed, NestedError> {
    opened(house, sealed, &house.source().cert()).0
}

/// Seals for Anna what `write` puts into the encryption.
fn sealed(house: &House, armored: bool, write: impl FnOnce(Message<'_>)) -> Vec<u8> {
    let cert = house.cert("anna");
    let slot = cert.slot(clock()).unwrap();
    let mut bytes = Vec::new();
    let mut message = Message::new(&mut bytes);
    if armored {
        message = Armorer::new(message).build().unwrap();
    }
    write(Encryptor::for_recipients(message, [slot.recipient()]).build().unwrap());
    bytes
}

fn literal(message: Message<'_>, content: &[u8]) {
    let mut message = LiteralWriter::new(message).build().unwrap();
    message.write_all(content).unwrap();
    message.finalize().unwrap();
}

fn compressed(message: Message<'_>) -> Message<'_> {
    Compressor::new(message).algo(CompressionAlgorithm::Zlib).build().unwrap()
}

/// Bytes that do not compress, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rng().fill(bytes.as_mut_slice());
    bytes
}

#[test]
fn what_gpg_sealed_comes_out_as_it_went_in() {
    let house = House::new(&["anna"]);
    let home = home();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let (sealed_file, plain) = (path("sealed"), path("plain"));
    std::fs::write(path("anna.asc"), house.cert("anna").armored()).unwrap();
    assert!(gpg(home.path(), &["--import", &path("anna.asc")]).status.success());
    let made =
        gpg(home.path(), &["--passphrase", "", "--quick-gen-key", "k@sluss.invalid", "ed25519", "sign", "never"]);
    assert!(made.status.success(), "{made:?}");
    let texts = ["Så var det.\r\nRad två: ÅÄÖ, 日本, <b>.\n".as_bytes().to_vec(), noise(300_000), Vec::new()];
    for content in &texts {
        std::fs::write(&plain, content).unwrap();
        for options in [&[][..], &["--armor"], &["--compress-algo", "none"], &["--compress-algo", "zip", "--armor"]] {
            for sign in [&[][..], &["--sign"]] {
                let _ = std::fs::remove_file(&sealed_file);
                let to = ["--trust-model", "always", "-r", "anna@sluss.invalid", "-o", &sealed_file];
                let args = [&to[..], options, sign, &["--encrypt", &plain]].concat();
                let out = gpg(home.path(), &args);
                assert!(out.status.success(), "{out:?}");
                let sealed = std::fs::read(&sealed_file).unwrap();
                let (unsealed, sink) = opened(&house, &sealed, &house.source().cert());
                let unsealed = unsealed.unwrap();
                assert!(sink == *content && unsealed.size == content.len() as u64, "{args:?}");
                let voucher = if sign.is_empty() { Voucher::Unsigned } else { Voucher::Stranger };
                assert_eq!((unsealed.voucher, unsealed.again), (voucher, false), "{args:?}");
                // A form sends CR LF, and people copy white space along.
                if let Ok(pasted) = String::from_utf8(sealed) {
                    let pasted = format!("\r\n {}\r\n\r\n", pasted.trim_end().replace('\n', "\r\n"));
                    assert_eq!(block(&pasted), Some(Block::Message));
                    let (unsealed, sink) = opened(&house, pasted.as_bytes(), &house.source().cert());
                    assert!(unsealed.is_ok() && sink == *content, "{args:?}: {unsealed:?}");
                }
            }
        }
    }
    // With a password, to somebody else, and to hidden readers.
    let symmetric = gpg(home.path(), &["--passphrase", "hemligt", "--symmetric", "-o", &path("password"), &plain]);
    assert!(symmetric.status.success(), "{symmetric:?}");
    assert!(matches!(outcome(&house, &std::fs::read(path("password")).unwrap()), Err(NestedError::NotForUs)));
    let hidden = ["--trust-model", "always", "-R", "anna@sluss.invalid", "-o", &path("hidden"), "-e", &plain];
    assert!(gpg(home.path(), &hidden).status.success());
    assert!(outcome(&house, &std::fs::read(path("hidden")).unwrap()).is_ok());
    end_agent(home.path());
}

#[test]
fn a_post_quantum_reader_opens_what_sequoia_sealed() {
    let house = House::new(&[]);
    let source = house.source();
    let stranger = Tsk::generate(Kind::Classic, None, day()).unwrap();
    let contents = [Vec::new(), b"x".to_vec(), noise(300_000)];
    for (armored, content) in
        [false, true].into_iter().flat_map(|armored| contents.iter().map(move |one| (armored, one)))
    {
        for (signer, voucher) in [(&source, Voucher::Source), (&stranger, Voucher::Stranger)] {
            let bytes = sealed(&house, armored, |message| {
                let pair = signer.signer(signer.signing_time(day())).unwrap();
                let signing = Signer::new(compressed(message), pair).unwrap().creation_time(day().instant());
                literal(signing.build().unwrap(), content);
            });
            let (unsealed, sink) = opened(&house, &bytes, &source.cert());
            assert_eq!((unsealed.unwrap().voucher, sink == *content), (voucher, true));
        }
        let bytes = sealed(&house, armored, |message| literal(message, content));
        let (unsealed, sink) = opened(&house, &bytes, &source.cert());
        assert_eq!((unsealed.unwrap().voucher, sink == *content), (Voucher::Unsigned, true));
    }
}

#[test]
fn a_bomb_ends_at_the_cap() {
    let house = House::new(&[]);
    let zeros = vec![0; 1 << 20];
    let bomb = sealed(&house, false, |message| {
        let mut message = LiteralWriter::new(compressed(message)).build().unwrap();
        (0..200).for_each(|_| message.write_all(&zeros).unwrap());
        message.finalize().unwrap();
    });
    assert!(bomb.len() < 500_000, "{}", bomb.len());
    let (unsealed, sink) = opened(&house, &bomb, &house.source().cert());
    assert!(matches!(unsealed, Err(NestedError::TooLarge { most: MOST })), "{unsealed:?}");
    assert!(sink.len() as u64 <= MOST);
    // Exactly as much as is allowed passes.
    let full = sealed(&house, false, |message| literal(compressed(message), &vec![0; MOST as usize]));
    assert_eq!(outcome(&house, &full).unwrap().size, MOST);
    let over = sealed(&house, false, |message| literal(compressed(message), &vec![0; MOST as usize + 1]));
    assert!(matches!(outcome(&house, &over), Err(NestedError::TooLarge { .. })));
    // One folded into another, and a great many of nothing.
    let twice = sealed(&house, false, |message| literal(compressed(compressed(message)), b"x"));
    assert!(matches!(outcome(&house, &twice), Err(NestedError::Unusual)));
    let mut text = Vec::new();
    literal(Message::new(&mut text), b"x");
    let behind_markers = |count| {
        let markers = sealed(&house, false, |message| {
            let mut message = compressed(message);
            message.write_all(&[&[0xca, 3, b'P', b'G', b'P'].repeat(count)[..], &text].concat()).unwrap();
            message.finalize().unwrap();
        });
        outcome(&house, &markers)
    };
    assert!(behind_markers(10).is_ok());
    assert!(matches!(behind_markers(1_000_000), Err(NestedError::Damaged)));
    // BZip2, and a number that nobody has taken.
    for algorithm in [3, 77] {
        let other = sealed(&house, false, |message| {
            let mut message = ArbitraryWriter::new(message, Tag::CompressedData).unwrap();
            message.write_all(&[&[algorithm][..], &noise(100)].concat()).unwrap();
            message.finalize().unwrap();
        });
        let refused = outcome(&house, &other);
        assert!(matches!(refused, Err(NestedError::Unusual)), "{algorithm}: {refused:?}");
    }
}

#[test]
fn damage_anywhere_is_refused_and_told() {
    for kind in [&[][..], &["anna"]] {
        let house = House::new(kind);
        for armored in [false, true] {
            let whole = sealed(&house, armored, |message| literal(compressed(message), &noise(3_000)));
            assert!(outcome(&house, &whole).is_ok());
            for cut in (0..whole.len() - 1).step_by(97).chain(whole.len() - 40..whole.len() - 30) {
                let refused = outcome(&house, &whole[..cut]);
                assert!(matches!(refused, Err(NestedError::Damaged | NestedError::NotSealed)), "{cut}: {refused:?}");
            }
            for at in (0..whole.len()).step_by(41) {
                let mut changed = whole.clone();
                changed[at] ^= 0x08;
                let (refused, sink) = opened(&house, &changed, &house.source().cert());
                // Of armor's frame, not all counts.
                let frame = armored && refused.is_ok() && sink == noise(3_000);
                assert!(refused.is_err() || frame, "{at}: {refused:?}");
            }
            let mut behind = whole.clone();
            *behind.iter_mut().nth_back(if armored { 100 } else { 1 }).unwrap() ^= 1;
            assert!(matches!(outcome(&house, &behind), Err(NestedError::Damaged)));
            if !armored {
                let two = [&whole[..], &whole].concat();
                assert!(matches!(outcome(&house, &two), Err(NestedError::Damaged)));
            }
        }
    }
}

#[test]
fn what_is_no_message_for_us_is_told_as_what_it_is() {
    let house = House::new(&[]);
    let bertil = house.tsk("bertil");
    let passphrase = Secret::new("x".to_owned());
    let locked = bertil.lock_for_gpg(&passphrase).unwrap();
    assert!(matches!(outcome(&house, &locked), Err(NestedError::SecretKey)));
    assert_eq!(block(std::str::from_utf8(&locked).unwrap().trim()), Some(Block::SecretKey));
    let bare = openpgp::Cert::from_bytes(&locked).unwrap().as_tsk().to_vec().unwrap();
    assert!(matches!(outcome(&house, &bare), Err(NestedError::SecretKey)));

    let signature = envelope::sign_detached(b"x", bertil, day()).unwrap();
    let mut plain = Vec::new();
    literal(Message::new(&mut plain), b"text");
    let cert = bertil.cert().armored().into_bytes();
    for other in [&cert[..], &signature, &plain, b"", b"Hej", b"\xff\xd8\xff\xe0 JFIF", &[0xff; 100_000]] {
        let refused = outcome(&house, other);
        assert!(matches!(refused, Err(NestedError::NotSealed)), "{refused:?}");
    }
    let ours = sealed(&house, true, |message| literal(message, b"x"));
    let refused = open(&ours[..], bertil, &house.source().cert(), MOST, &mut Vec::new());
    assert!(matches!(refused, Err(NestedError::NotForUs)), "{refused:?}");
    // GnuPG's own container, and the one that nothing protects.
    let slots = sealed(&house, false, |message| literal(message, b"x"));
    // A new header, and a length of two bytes (RFC 9580, 4.2.1.2).
    let slot = &slots[..3 + ((usize::from(slots[1]) - 192) << 8) + usize::from(slots[2]) + 192];
    for tag in [20, 9] {
        let refused = outcome(&house, &[slot, &[0xc0 | tag, 40], &[1; 40]].concat());
        assert!(matches!(refused, Err(NestedError::Unusual)), "{tag}: {refused:?}");
    }
}

#[test]
fn one_layer_is_opened_and_no_more() {
    let house = House::new(&[]);
    for armored in [false, true] {
        let inner = sealed(&house, armored, |message| literal(message, b"inmost"));
        let outer = sealed(&house, true, |message| literal(message, &inner));
        let (unsealed, sink) = opened(&house, &outer, &house.source().cert());
        assert!(unsealed.unwrap().again && sink == inner);
    }
    // An encryption straight inside the other, with no file between them.
    let slots = [house.cert("anna").slot(clock()).unwrap()];
    let mut straight = Vec::new();
    let message = envelope::encrypt(&mut straight, &slots).unwrap();
    literal(Encryptor::for_recipients(message, slots.iter().map(Slot::recipient)).build().unwrap(), b"inmost");
    let (refused, sink) = opened(&house, &straight, &house.source().cert());
    assert!(matches!(refused, Err(NestedError::Unusual)) && sink.is_empty(), "{refused:?}");
}
