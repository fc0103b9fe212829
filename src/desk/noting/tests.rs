use std::fs;

use sluss_core::cert::Cert;
use sluss_core::envelope::OpenError;
use sluss_core::letter::{Letter, LetterKind};
use sluss_core::limits;
use sluss_core::note::{Matter, Note};

use super::*;
use crate::answer::reply;
use crate::casebook::case::{Piece, State};
use crate::exchange::make_return;
use crate::testing::{House, Out, carry_in, clock, rng};

/// Anna's desk with one case that Cilla was left out of, and the case's number.
fn desk(house: &House) -> (Desk, String) {
    let report = house.seal(&["cilla"], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    let out = Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() };
    carry_in(&mut desk, &house.outbound("anna", &out)).unwrap();
    let number = desk.office().unwrap().casebook.cases()[0].number();
    (desk, number)
}

fn sealed(desk: &Desk, digest: Digest) -> Vec<u8> {
    let mut sealed = Vec::new();
    std::io::Read::read_to_end(&mut desk.book().read(Shelf::Notes, digest).unwrap(), &mut sealed).unwrap();
    sealed
}

#[test]
fn a_note_reaches_the_readers_of_a_case_and_nobody_else() {
    let house = House::new();
    let (mut desk, case) = desk(&house);
    let first = note(&mut desk, &case, Matter::Remark, "Ringde\r\nrevisorn.", clock()).unwrap();
    let second = note(&mut desk, &case, Matter::Closed, "Utrett.", clock()).unwrap();
    let anna: Cert = house.tsk("anna").cert();
    for id in ["anna", "bertil", "reserv"] {
        let opened = Note::open(&sealed(&desk, second), house.tsk(id), &[&anna]).unwrap();
        assert_eq!((opened.sequence, opened.previous, opened.text.expose()), (2, Some(first), "Utrett."));
        assert!(opened.seen.contains(&first));
    }
    let left_out = Note::open(&sealed(&desk, first), house.tsk("cilla"), &[&anna]);
    assert!(matches!(left_out, Err(OpenError::NotForUs)));

    // What goes to the drop and the source knows of none of it.
    reply(&mut desk, &case, LetterKind::Feedback, "Tack.", None, clock()).unwrap();
    let made = make_return(&mut desk, house.folder.path(), false, clock(), &mut rng()).unwrap();
    let (manifest, letters) = house.read_return(&made.file);
    assert_eq!((manifest.letters.len(), letters.len()), (1, 1));
    let letter = Letter::open(&letters[0], house.tsk("bertil"), &[&anna]).unwrap();
    assert_eq!(letter.seen.len(), 1, "a letter tells its source of a note");

    // A desk opened anew knows the same.
    drop(desk);
    let desk = house.desk("anna");
    let office = desk.office().unwrap();
    let cases = office.casebook.cases();
    let noted: Vec<_> = cases[0].notes().map(|(digest, note)| (digest, note.text.expose())).collect();
    assert_eq!(noted, [(first, "Ringde\nrevisorn."), (second, "Utrett.")]);
    assert_eq!(cases[0].state(), State::Closed);
    assert!(office.unreadable.is_empty() && office.casebook.set_aside().is_empty());
}

#[test]
fn a_removed_note_leaves_a_hole() {
    let house = House::new();
    let (mut desk, case) = desk(&house);
    let first = note(&mut desk, &case, Matter::Scope { within: false }, "Lön.", clock()).unwrap();
    note(&mut desk, &case, Matter::Closed, "Hänvisad.", clock()).unwrap();
    drop(desk);
    fs::remove_file(house.folder.path().join("anna/notes").join(format!("{first}.pgp"))).unwrap();
    let desk = house.desk("anna");
    let cases = desk.office().unwrap().casebook.cases();
    assert!(matches!(cases[0].thread()[1], Piece::Note { hole: true, .. }));
}

#[test]
fn a_decision_needs_a_reason_and_a_handler_must_be_a_reader() {
    let house = House::new();
    let (mut desk, case) = desk(&house);
    let mut told = |matter, text: &str| note(&mut desk, &case, matter, text, clock());
    assert!(matches!(told(Matter::Closed, " \r\n"), Err(NoteError::Empty)));
    let long = "x".repeat(limits::LETTER_TEXT + 2);
    assert!(matches!(told(Matter::Remark, &long), Err(NoteError::TooLong { over: 2 })));
    for stranger in ["cilla", "nobody"] {
        let assigned = told(Matter::Assigned { to: stranger.to_owned() }, "");
        assert!(matches!(assigned, Err(NoteError::NotAReader)), "{stranger} handles what they may not read");
    }
    assert!(told(Matter::Assigned { to: "bertil".to_owned() }, "").is_ok());
    assert!(matches!(note(&mut desk, "00000000", Matter::Remark, "x", clock()), Err(NoteError::NoCase(_))));
}

#[test]
fn a_case_is_found_by_its_words_and_tags() {
    let house = House::new();
    let (mut desk, case) = desk(&house);
    for (matter, text) in [(Matter::Tags, "Fakturor, , Ale "), (Matter::Remark, "Ringde Åsa.")] {
        note(&mut desk, &case, matter, text, clock()).unwrap();
    }
    reply(&mut desk, &case, LetterKind::Question, "Vilken dag?", None, clock()).unwrap();
    let found = |desk: &Desk, words: &str| {
        desk.office().unwrap().casebook.case(&case).unwrap().has(words, &["Lilla Edet".to_owned()])
    };
    for words in ["fakturor", "ÅSA ale", "vilken  x edet", &case.to_lowercase(), ""] {
        assert!(found(&desk, words), "{words}");
    }
    assert!(!found(&desk, "ale annons"));
    let tags = |desk: &Desk| {
        desk.office()
            .unwrap()
            .casebook
            .case(&case)
            .unwrap()
            .tags()
            .iter()
            .map(|&tag| tag.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(tags(&desk), ["Fakturor", "Ale"]);
    note(&mut desk, &case, Matter::Tags, "", clock()).unwrap();
    assert!(tags(&desk).is_empty(), "tags cannot be taken away");
}
