use std::io::{Cursor, Write};

use proptest::prelude::*;

use super::fixture::House;
use crate::cert::{Kind, Tsk};
use crate::limits;
use crate::open::{self, OpenError};
use crate::padding::step;
use crate::seal::sealed_at_most;

#[test]
fn every_reader_opens_what_was_sealed() {
    for classic in [&[][..], &["bertil"], &["anna", "bertil", "cilla", "reserv"]] {
        let house = House::new(classic);
        let audience = house.audience(&[]);
        assert_eq!(audience.kind() == Kind::PostQuantum, classic.is_empty());
        let source = house.source();
        let files: [(&str, &[u8]); 3] = [("../avtal.pdf", b"%PDF"), ("tom.txt", b""), ("avtal.pdf", &[9; 300_000])];
        let (sealed, bytes) = house.seal(&audience, 1, "Så här var det. åäö", &files, &source);
        assert_eq!(sealed.length, bytes.len() as u64);
        for id in ["anna", "bertil", "cilla", "reserv"] {
            let mut opened = house.open(id, &bytes).unwrap();
            assert_eq!(opened.text().expose(), "Så här var det. åäö");
            assert_eq!(opened.digest(), sealed.digest);
            assert_eq!(opened.manifest().token.hash(), sealed.token_hash);
            assert_eq!(opened.source(), &source.cert());
            assert_eq!(opened.manifest().roster, house.roster.digest());
            let names: Vec<(String, u64)> = opened.files().map(|file| (file.name.clone(), file.size)).collect();
            assert_eq!(
                names,
                [
                    ("files/avtal.pdf".to_owned(), 4),
                    ("files/tom.txt".to_owned(), 0),
                    ("files/avtal (2).pdf".to_owned(), 300_000)
                ]
            );
            let mut saved = Vec::new();
            opened.save("files/avtal (2).pdf", &mut saved).unwrap();
            assert_eq!(saved, vec![9; 300_000]);
        }
    }
}

#[test]
fn text_alone_has_one_size() {
    let house = House::new(&[]);
    let audience = house.audience(&[]);
    let source = house.source();
    for length in [0, 1, 1_000, limits::TEXT] {
        let (sealed, _) = house.seal(&audience, 1, &"å".repeat(length / 2), &[], &source);
        assert_eq!(sealed.length, limits::SEALED_FLOOR);
    }
    let (message, _) = house.seal(&audience, 2, &"å".repeat(limits::TEXT / 2), &[], &source);
    assert_eq!(message.length, limits::SEALED_FLOOR);
}

#[test]
fn a_permit_covers_what_is_sealed() {
    let house = House::new(&["bertil"]);
    let audience = house.audience(&[]);
    let source = house.source();
    for length in [0_usize, 70_000, 1_000_000, 9_000_000] {
        let body = vec![1; length];
        let (sealed, _) = house.seal(&audience, 2, "text", &[("a", &body)], &source);
        let declared = length as u64 + 4;
        assert!(
            sealed.length <= sealed_at_most(declared),
            "{length}: {} > {}",
            sealed.length,
            sealed_at_most(declared)
        );
    }
}

#[test]
fn who_is_left_out_cannot_open_and_nobody_can_tell_by_length() {
    for classic in [&[][..], &["cilla"]] {
        let house = House::new(classic);
        let source = house.source();
        let (with, _) = house.seal(&house.audience(&[]), 1, "x", &[], &source);
        let (without, bytes) = house.seal(&house.audience(&["cilla"]), 1, "x", &[], &source);
        assert_eq!(with.length, without.length);
        assert!(matches!(house.open("cilla", &bytes), Err(OpenError::NotForUs)));
        assert!(house.open("anna", &bytes).is_ok() && house.open("reserv", &bytes).is_ok());
    }
}

#[test]
fn strangers_and_damage_are_refused() {
    let house = House::new(&["bertil"]);
    let source = house.source();
    let (_, bytes) = house.seal(&house.audience(&[]), 1, "x", &[("f", &[1; 200_000])], &source);
    let stranger = Tsk::generate(Kind::PostQuantum, None, super::fixture::day()).unwrap();
    assert!(matches!(open::open(bytes.as_slice(), &stranger, Cursor::new(Vec::new())), Err(OpenError::NotForUs)));
    for cut in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        assert!(house.open("anna", &bytes[..cut]).is_err(), "cut at {cut}");
    }
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        // A flipped bit in somebody else's slot harms nobody; anywhere else it must be noticed.
        if let Ok(opened) = house.open("anna", &flipped) {
            assert!(at < 6_000 && opened.text().expose() == "x", "flipped at {at}");
        }
    }
}

#[test]
fn a_later_message_is_signed_by_its_source() {
    let house = House::new(&[]);
    let source = house.source();
    let (_, bytes) = house.seal(&house.audience(&[]), 2, "mer", &[], &source);
    assert_eq!(house.open("anna", &bytes).unwrap().source().fingerprint(), source.fingerprint());
}

#[test]
fn an_aborted_submission_says_nothing_and_opens_for_nobody() {
    let house = House::new(&[]);
    let audience = house.audience(&[]);
    let heading = crate::submission::Heading {
        sequence: 1,
        day: super::fixture::day(),
        acknowledged: false,
        language: crate::lang::Lang::En,
    };
    let path = tempfile::NamedTempFile::new().unwrap();
    let sink = path.reopen().unwrap();
    let report = crate::submission::Report::default();
    let mut sealer = crate::seal::Sealer::new(&audience, &heading, &report, sink, &mut super::fixture::rng()).unwrap();
    sealer.file("half").unwrap();
    sealer.write_all(&[1; 5_000_000]).unwrap();
    drop(sealer);
    let written = std::fs::read(path.path()).unwrap();
    assert!(!written.is_empty());
    assert!(house.open("anna", &written).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_report_lands_on_a_step_and_comes_back(text in ".{0,2000}", names in proptest::collection::vec(".{0,40}", 0..4), size in 0_usize..5_000_000) {
        thread_local! { static HOUSE: House = House::new(&["bertil"]); }
        HOUSE.with(|house| {
            let source = house.source();
            let body: Vec<u8> = (0..size).map(|n| n.to_le_bytes()[0]).collect();
            let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), body.as_slice())).collect();
            let (sealed, bytes) = house.seal(&house.audience(&["cilla"]), 1, &text, &files, &source);
            assert_eq!(step(sealed.length), sealed.length);
            assert_eq!(sealed.length, bytes.len() as u64);
            let opened = house.open("bertil", &bytes).unwrap();
            assert_eq!(opened.text().expose(), &text);
            assert_eq!(opened.files().count(), names.len());
        });
    }
}
