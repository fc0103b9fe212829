//! Bytes that every later version must still read: `tests/vectors/`, made once by the first one, never again.

use std::io::Cursor;

use crate::bundle::{self, Desk, Item, Outbound, Return};
use crate::cert::{Kind, Tsk};
use crate::letter::{Letter, LetterKind};
use crate::note::{Matter, Note};
use crate::open;
use crate::roster::Roster;
use crate::secret::Secret;
use crate::submission::SubmissionKind;

macro_rules! vector {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/vectors/", $name)).as_slice()
    };
}

fn tsk(bytes: &[u8]) -> Tsk {
    Tsk::unlock(bytes, &Secret::new([1; 32])).unwrap()
}

fn roster() -> Roster {
    Roster::from_bytes(vector!("roster.json")).unwrap()
}

#[test]
fn roster_is_frozen() {
    let roster = roster();
    assert_eq!(roster.edition().version, 2);
    assert_eq!(roster.drop_id().to_string(), "3eafbb8a9d564c3bb9c723ae30ceca8a2d914996e105635f59291cb35f179f83");
    assert_eq!(roster.digest().to_string(), "c3f59743178c4e9c426f088a8d607aab97ea879564a9a9e1cdf9b783d3db9f67");
    assert_eq!(roster.members().len(), 3);
}

#[test]
fn submissions_are_frozen() {
    let roster = roster();
    for (bytes, sequence, readers, shut_out) in [
        (vector!("report.pgp"), 1, vec![vector!("anna.tsk.pgp"), vector!("reserv.tsk.pgp")], None),
        (vector!("message.pgp"), 2, vec![vector!("anna.tsk.pgp")], Some(())),
    ] {
        for reader in readers {
            let opened = open::open(bytes, &tsk(reader), Cursor::new(Vec::new())).unwrap();
            let manifest = opened.manifest();
            assert_eq!(
                (manifest.sequence, manifest.drop, manifest.organisation.as_str()),
                (sequence, roster.drop_id(), "lillaedet")
            );
            assert_eq!(manifest.kind == SubmissionKind::Report, sequence == 1);
            assert_eq!(opened.text().expose(), "Fakturan betalades två gånger.");
            assert_eq!(opened.files().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["files/avtal.pdf"]);
            assert_eq!(opened.source().fingerprint(), tsk(vector!("source.tsk.pgp")).fingerprint());
        }
        let bertil = open::open(bytes, &tsk(vector!("bertil.tsk.pgp")), Cursor::new(Vec::new()));
        assert_eq!(bertil.is_err(), shut_out.is_some());
    }
    assert_eq!(tsk(vector!("bertil.tsk.pgp")).cert().kind(), Kind::Classic);
}

#[test]
fn letter_is_frozen() {
    let roster = roster();
    let anna = roster.member("anna").unwrap().cert();
    for reader in [vector!("source.tsk.pgp"), vector!("bertil.tsk.pgp")] {
        let letter = Letter::open(vector!("letter.pgp"), &tsk(reader), &[anna]).unwrap();
        assert_eq!((letter.kind, letter.sequence, letter.text.expose()), (LetterKind::Question, 1, "När var det?"));
    }
}

#[test]
fn note_is_frozen() {
    let roster = roster();
    let anna = roster.member("anna").unwrap().cert();
    for reader in [vector!("bertil.tsk.pgp"), vector!("reserv.tsk.pgp")] {
        let note = Note::open(vector!("note.pgp"), &tsk(reader), &[anna]).unwrap();
        assert_eq!((note.sequence, note.text.expose()), (1, "Hör till kanalen."));
        assert_eq!(note.matter, Matter::Scope { within: true });
    }
}

/// A bundle is 64 MiB, so its plaintext is frozen instead: the tar and each kind's manifest, to the byte.
#[test]
fn bundles_are_frozen() {
    let outbound: Outbound = bundle::read_manifest(vector!("outbound.json")).unwrap();
    let returned: Return = bundle::read_manifest(vector!("return.json")).unwrap();
    let desk: Desk = bundle::read_manifest(vector!("desk.json")).unwrap();
    assert_eq!(bundle::write_manifest(&outbound).unwrap(), vector!("outbound.json"));
    assert_eq!(bundle::write_manifest(&returned).unwrap(), vector!("return.json"));
    assert_eq!(bundle::write_manifest(&desk).unwrap(), vector!("desk.json"));
    assert!(bundle::read_manifest::<Return>(vector!("outbound.json")).is_err());

    let mut tar = Vec::new();
    bundle::pack(&outbound, &mut tar, |item: &Item| Ok(std::io::Read::take(std::io::repeat(b'x'), item.length)))
        .unwrap();
    assert_eq!(tar, vector!("outbound.tar"));
}
