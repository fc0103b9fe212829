use std::io::Write;

use proptest::prelude::*;

use super::fixture::{House, clock, day};
use crate::cert::{Cert, Kind, Tsk};
use crate::envelope;
use crate::letter::{FORMAT, Letter, LetterKind, OpenError, SealError, Text};
use crate::limits;

/// Anna's first letter to a source.
pub fn letter(house: &House, source: &Tsk, text: &str) -> Letter {
    Letter {
        format: FORMAT,
        drop: house.roster.drop_id(),
        organisation: "lillaedet".to_owned(),
        source: source.fingerprint(),
        writer: house.tsk("anna").fingerprint(),
        sequence: 1,
        previous: None,
        seen: Vec::new(),
        answers: None,
        kind: LetterKind::Feedback,
        day: day(),
        text: Text::new(text.to_owned()),
    }
}

#[test]
fn source_writer_and_addressees_open_it() {
    let house = House::new(&["bertil"]);
    let source = house.source();
    let (bertil, reserve) = (house.cert("bertil"), house.cert("reserv"));
    let anna = house.cert("anna");
    let sealed = letter(&house, &source, "Vi har utrett.")
        .seal(house.tsk("anna"), &source.cert(), &[&bertil, &reserve], clock())
        .unwrap();
    for reader in [&source, house.tsk("anna"), house.tsk("bertil"), house.tsk("reserv")] {
        assert_eq!(Letter::open(&sealed.bytes, reader, &[&bertil, &anna]).unwrap().text.expose(), "Vi har utrett.");
    }
    assert!(matches!(Letter::open(&sealed.bytes, house.tsk("cilla"), &[&anna]), Err(OpenError::NotForUs)));
    assert!(matches!(Letter::open(&sealed.bytes, &source, &[&bertil]), Err(OpenError::ForeignSigner)));
}

#[test]
fn every_letter_is_as_long_as_every_other() {
    let house = House::new(&[]);
    let source = house.source();
    let lengths: Vec<usize> = ["", "kort", &"å\n\"".repeat(6_000)]
        .iter()
        .map(|text| {
            letter(&house, &source, text).seal(house.tsk("anna"), &source.cert(), &[], clock()).unwrap().bytes.len()
        })
        .collect();
    // An Ed25519 signature's numbers lose leading zeros now and then.
    assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 4, "{lengths:?}");
    let long = letter(&house, &source, &"x".repeat(limits::LETTER_TEXT + 1));
    assert!(matches!(long.seal(house.tsk("anna"), &source.cert(), &[], clock()), Err(SealError::TooLarge)));
}

/// A message as no honest program makes it: signed for `readers`, or not at all, and encrypted to `to`.
fn crafted(content: &[u8], signed: Option<(&Tsk, &[&Cert])>, to: &Cert) -> Vec<u8> {
    let mut sealed = Vec::new();
    let slots = [to.slot(clock()).unwrap()];
    let mut message = envelope::encrypt(&mut sealed, &slots).unwrap();
    if let Some((signer, readers)) = signed {
        message = envelope::signing(message, signer, readers, day()).unwrap().build().unwrap();
    }
    let mut message = envelope::literal(message).unwrap();
    message.write_all(content).unwrap();
    message.finalize().unwrap();
    sealed
}

/// What somebody who holds a letter, but is not its writer, might make of it.
#[test]
fn forwarded_unsigned_and_damaged_letters_are_refused() {
    let house = House::new(&[]);
    let (source, other) = (house.source(), house.source());
    let anna = house.cert("anna");
    let json = serde_json::to_vec(&letter(&house, &source, "x")).unwrap();

    // Signed for Bertil, then encrypted again to the source: the signature is good and meant for somebody else.
    let (source_cert, bertil) = (source.cert(), house.cert("bertil"));
    let forwarded = crafted(&json, Some((house.tsk("anna"), &[&bertil])), &source_cert);
    assert!(matches!(Letter::open(&forwarded, &source, &[&anna]), Err(OpenError::NotAddressed)));
    let for_nobody = crafted(&json, Some((house.tsk("anna"), &[])), &source_cert);
    assert!(matches!(Letter::open(&for_nobody, &source, &[&anna]), Err(OpenError::NotAddressed)));
    let unsigned = crafted(&json, None, &source_cert);
    assert!(matches!(Letter::open(&unsigned, &source, &[&anna]), Err(OpenError::Unsigned)));

    // Bertil signs what says Anna wrote it.
    let stolen = envelope::seal_bytes(&json, house.tsk("bertil"), &[&source.cert()], day(), clock()).unwrap();
    assert!(matches!(Letter::open(&stolen, &source, &[&anna, &house.cert("bertil")]), Err(OpenError::ForeignSigner)));

    let sealed = letter(&house, &source, "x").seal(house.tsk("anna"), &source.cert(), &[], clock()).unwrap().bytes;
    assert!(matches!(Letter::open(&sealed, &other, &[&anna]), Err(OpenError::NotForUs)));
    for cut in [0, 50, sealed.len() / 2, sealed.len() - 1] {
        assert!(Letter::open(&sealed[..cut], &source, &[&anna]).is_err());
    }
    for at in (3_000..sealed.len()).step_by(2_000) {
        let mut flipped = sealed.clone();
        flipped[at] ^= 0x10;
        assert!(Letter::open(&flipped, &source, &[&anna]).is_err(), "flipped at {at}");
    }
    let mut two = sealed.clone();
    two.extend_from_slice(&sealed);
    assert!(Letter::open(&two, &source, &[&anna]).is_err());
}

#[test]
fn a_letter_may_end_anywhere_and_is_only_refused() {
    for classic in [&["anna", "bertil"][..], &[]] {
        let house = House::new(classic);
        let (anna, bertil) = (house.cert("anna"), house.cert("bertil"));
        let sealed = letter(&house, house.tsk("bertil"), "x").seal(house.tsk("anna"), &bertil, &[], clock()).unwrap();
        for cut in (0..400).chain(2_300..2_700) {
            assert!(Letter::open(&sealed.bytes[..cut], house.tsk("bertil"), &[&anna]).is_err(), "cut at {cut}");
        }
    }
}

#[test]
fn a_clock_that_stopped_refuses_nothing() {
    let house = House::new(&[]);
    let source = house.source();
    let stopped = crate::day::Clock::new("2020-01-01".parse::<crate::day::Day>().unwrap().instant()).unwrap();
    let mut ahead = letter(&house, &source, "x");
    ahead.day = "2031-05-01".parse().unwrap();
    let sealed = ahead.seal(house.tsk("anna"), &source.cert(), &[], stopped).unwrap();
    assert_eq!(Letter::open(&sealed.bytes, &source, &[&house.cert("anna")]).unwrap().day, ahead.day);
    assert!(clock().is_behind(ahead.day) && !clock().is_behind(day()));
}

#[test]
fn kinds_of_certs_write_to_each_other() {
    let house = House::new(&["anna", "cilla"]);
    let source = house.source();
    assert_eq!(house.cert("anna").kind(), Kind::Classic);
    let sealed = letter(&house, &source, "x")
        .seal(house.tsk("anna"), &source.cert(), &[&house.cert("bertil")], clock())
        .unwrap();
    assert!(Letter::open(&sealed.bytes, house.tsk("bertil"), &[&house.cert("anna")]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_text_comes_back(text in "(?s).{0,3000}") {
        thread_local! { static HOUSE: House = House::new(&["bertil"]); }
        HOUSE.with(|house| {
            let source = house.source();
            let anna = house.cert("anna");
            let sealed = letter(house, &source, &text).seal(house.tsk("anna"), &source.cert(), &[], clock()).unwrap();
            assert_eq!(Letter::open(&sealed.bytes, &source, &[&anna]).unwrap().text.expose(), text);
        });
    }
}
