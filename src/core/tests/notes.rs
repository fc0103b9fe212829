use super::fixture::{House, clock, day};
use crate::cert::Tsk;
use crate::envelope::{OpenError, SealError, seal_bytes};
use crate::letter::{Letter, Text};
use crate::limits;
use crate::note::{FORMAT, Fate, Matter, Note};

/// Anna's first note on a source.
fn note(house: &House, source: &Tsk, matter: Matter, text: &str) -> Note {
    Note {
        format: FORMAT,
        drop: house.roster.drop_id(),
        organisation: "lillaedet".to_owned(),
        source: source.fingerprint(),
        writer: house.tsk("anna").fingerprint(),
        sequence: 1,
        previous: None,
        seen: Vec::new(),
        day: day(),
        matter,
        text: Text::new(text.to_owned()),
    }
}

#[test]
fn colleagues_open_a_note_and_its_source_does_not() {
    let house = House::new(&["bertil"]);
    let source = house.source();
    let (anna, bertil, reserve) = (house.cert("anna"), house.cert("bertil"), house.cert("reserv"));
    let matters = [
        Matter::Remark,
        Matter::Scope { within: false },
        Matter::Impartial { yes: true },
        Matter::Assigned { to: "bertil".to_owned() },
        Matter::Disclosure,
        Matter::Closed,
        Matter::Reopened,
        Matter::Junk { yes: true },
        Matter::Tags,
        Matter::Retention { fate: Fate::Archived },
    ];
    for matter in matters {
        let sealed = note(&house, &source, matter.clone(), "Så här.")
            .seal(house.tsk("anna"), &[&bertil, &reserve], clock())
            .unwrap();
        for reader in ["anna", "bertil", "reserv"] {
            let opened = Note::open(&sealed.bytes, house.tsk(reader), &[&bertil, &anna]).unwrap();
            assert_eq!((&opened.matter, opened.text.expose()), (&matter, "Så här."));
        }
        assert!(matches!(Note::open(&sealed.bytes, house.tsk("cilla"), &[&anna]), Err(OpenError::NotForUs)));
        assert!(matches!(Note::open(&sealed.bytes, &source, &[&anna]), Err(OpenError::NotForUs)));
        assert!(matches!(Note::open(&sealed.bytes, house.tsk("bertil"), &[&bertil]), Err(OpenError::ForeignSigner)));
        assert!(Letter::open(&sealed.bytes, house.tsk("bertil"), &[&anna]).is_err(), "a note passes for a letter");
    }
    let letter = super::letters::letter(&house, &source, "Hej.");
    let letter = letter.seal(house.tsk("anna"), &source.cert(), &[&bertil], clock()).unwrap();
    assert!(Note::open(&letter.bytes, house.tsk("bertil"), &[&anna]).is_err(), "a letter passes for a note");
}

#[test]
fn a_note_that_somebody_else_signed_or_that_is_newer_is_refused() {
    let house = House::new(&[]);
    let (source, anna, bertil) = (house.source(), house.cert("anna"), house.cert("bertil"));
    let honest = note(&house, &source, Matter::Closed, "x");
    let open = |content: &[u8], signer: &str| {
        let sealed = seal_bytes(content, house.tsk(signer), &[&bertil], day(), clock()).unwrap();
        Note::open(&sealed, house.tsk("bertil"), &[&anna, &bertil]).map(drop)
    };
    let json = serde_json::to_string(&honest).unwrap();
    assert!(open(json.as_bytes(), "anna").is_ok());
    assert!(matches!(open(json.as_bytes(), "bertil"), Err(OpenError::ForeignSigner)), "Bertil says that Anna wrote it");
    let newer = json.replace("\"format\":1", "\"format\":2").replace("closed", "unheard-of");
    assert!(matches!(open(newer.as_bytes(), "anna"), Err(OpenError::Newer)));
    for (from, to) in [("closed", "unheard-of"), ("\"format\":1", "\"format\":0"), ("\"sequence\":1", "\"sequence\":0")]
    {
        assert!(matches!(open(json.replace(from, to).as_bytes(), "anna"), Err(OpenError::Format(_))), "{to}");
    }
    let more = json.replace("\"format\":1", "\"format\":1,\"optional\":true");
    assert!(open(more.as_bytes(), "anna").is_ok(), "what is optional and unknown is passed over");
}

#[test]
fn notes_are_filled_up_and_bounded() {
    let house = House::new(&[]);
    let source = house.source();
    let length = |text: &str| {
        note(&house, &source, Matter::Remark, text)
            .seal(house.tsk("anna"), &[], clock())
            .map(|sealed| sealed.bytes.len())
    };
    // An Ed25519 signature's numbers lose leading zeros now and then.
    assert!(length("").unwrap().abs_diff(length(&"x".repeat(2_000)).unwrap()) <= 4);
    assert!(length(&"\"".repeat(limits::LETTER_TEXT)).is_ok());
    assert!(matches!(length(&"x".repeat(limits::LETTER_TEXT + 1)), Err(SealError::TooLarge)));
}
