use std::fs;

use sluss_core::bundle::{LetterItem, OpenError, RandomId, SkipReason, Skipped};
use sluss_core::letter::{Letter, LetterKind};

use super::*;
use crate::answer::{ReplyError, SaveError, reply, save, withdraw};
use crate::book::Shelf;
use crate::casebook::case::{LetterState, Piece, State};
use crate::testing::{House, Out, carry_in, clock, day, rng};

const FIRST: Out<'static> = Out { incarnation: 1, number: 1, submissions: &[], echoes: &[], done: &[], skipped: &[] };

fn take_in(house: &House, desk: &mut crate::desk::Desk, out: &Out<'_>) -> Intake {
    intake(carry_in(desk, &house.outbound("anna", out)).unwrap())
}

fn intake(opened: Opened) -> Intake {
    match opened {
        Opened::FromDrop(intake) => intake,
        Opened::FromColleague(heard) => panic!("{heard:?}"),
    }
}

fn returned(house: &House, desk: &mut crate::desk::Desk) -> (Made, sluss_core::bundle::Return) {
    let made = make_return(desk, house.folder.path(), false, clock(), &mut rand::rng()).unwrap();
    let manifest = house.read_return(&made.file).0;
    (made, manifest)
}

fn number(desk: &crate::desk::Desk) -> String {
    desk.office().unwrap().casebook.cases()[0].number()
}

fn letter_state(desk: &crate::desk::Desk) -> LetterState {
    let cases = desk.office().unwrap().casebook.cases();
    let state = cases[0].thread().iter().find_map(|piece| match piece {
        Piece::Letter { state, .. } => Some(*state),
        Piece::Submission(_) | Piece::Note { .. } => None,
    });
    state.unwrap()
}

#[test]
fn a_report_goes_in_and_an_answer_goes_out() {
    let house = House::new();
    let source = house.source();
    let files: [(&str, &[u8]); 2] = [("bevis.txt", b"bevis"), ("stor.bin", &[7; 500_000])];
    let report = house.seal(&["cilla"], 1, "Så var det.", &files, &source);
    let mut desk = house.desk("anna");
    let intake = take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    assert_eq!((intake.new, intake.known, intake.refused.len(), intake.restored), (1, 0, 0, false));

    let case = number(&desk);
    let written = reply(&mut desk, &case, LetterKind::Question, "När var det?\r\n", None, clock()).unwrap();
    assert_eq!((written.sequence, letter_state(&desk)), (1, LetterState::Waiting));
    let (made, manifest) = returned(&house, &mut desk);
    assert_eq!(letter_state(&desk), LetterState::Carried);
    assert_eq!((manifest.letters.len(), manifest.receipts.len(), manifest.acknowledged.as_slice()), (1, 1, &[1][..]));
    assert_eq!(manifest.receipts[0].submission, sluss_core::digest::Digest::of(&report));
    assert_eq!(manifest.incarnation, Some(RandomId::from_bytes([1; 16])));

    // The source opens it, and so do all but the one who was left out.
    let letter = house.read_return(&made.file).1.remove(0);
    let anna = house.tsk("anna").cert();
    let opened = Letter::open(&letter, &source, &[&anna]).unwrap();
    assert_eq!(
        (opened.text.expose(), opened.previous, opened.answers),
        ("När var det?", None, Some(sluss_core::digest::Digest::of(&report)))
    );
    for id in ["anna", "bertil", "reserv"] {
        assert!(Letter::open(&letter, house.tsk(id), &[&anna]).is_ok(), "{id}");
    }
    assert!(matches!(Letter::open(&letter, house.tsk("cilla"), &[&anna]), Err(OpenError::NotForUs)));

    // A desk opened anew knows the same.
    drop(desk);
    let desk = house.desk("anna");
    assert_eq!(letter_state(&desk), LetterState::Carried);
    assert!(desk.office().unwrap().unreadable.is_empty());
    let to = house.folder.path().join("saved");
    fs::create_dir(&to).unwrap();
    let saved = save(&desk, &case, "1/stor.bin", &to).unwrap();
    assert_eq!((saved.size, fs::read(saved.file).unwrap()), (500_000, vec![7; 500_000]));
    assert_eq!(fs::read(save(&desk, &case, "report.txt", &to).unwrap().file).unwrap(), "Så var det.".as_bytes());
    assert!(matches!(save(&desk, &case, "bevis", &to), Err(SaveError::NoFile)));
    assert!(matches!(save(&desk, &case, "stor.bin", &to), Err(SaveError::Write(_))), "nothing is overwritten");
}

#[test]
fn nothing_readable_lies_in_the_book() {
    let house = House::new();
    let report = house.seal(&[], 1, "KANARIE-TEXT", &[("KANARIE-NAMN.txt", b"KANARIE-FIL")], &house.source());
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    reply(&mut desk, &case, LetterKind::Feedback, "KANARIE-BREV", None, clock()).unwrap();
    returned(&house, &mut desk);
    let mut folders = vec![house.folder.path().join("anna")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = fs::read(&path).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"KANARIE"), "{}", path.display());
        }
    }
    assert!(files >= 5, "{files}");
}

#[test]
fn what_is_not_for_this_desk_is_refused_whole() {
    let house = House::new();
    let other = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let submissions: &[&[u8]] = &[&report];
    let out = Out { submissions, ..FIRST };
    let mut desk = house.desk("anna");
    let good = fs::read(house.outbound("anna", &out)).unwrap();
    let path = house.folder.path().join("bad");
    let mut flipped = good.clone();
    flipped[good.len() - 100] ^= 1;
    let garbage = vec![0; 10_000];
    for bytes in [&flipped, &good[..good.len() / 2], &[], &garbage, &report] {
        fs::write(&path, bytes).unwrap();
        let done = carry_in(&mut desk, &path);
        assert!(matches!(done, Err(ExchangeError::Refused(OpenError::Damaged | OpenError::Unsigned))), "{done:?}");
    }
    for (bundle, expected) in [
        (house.outbound("bertil", &out), OpenError::NotForUs),
        (house.outbound_by(house.tsk("bertil"), "anna", &out), OpenError::ForeignSigner),
        (other.outbound_by(&house.drop, "anna", &FIRST), OpenError::NotForUs),
    ] {
        match carry_in(&mut desk, &bundle) {
            Err(ExchangeError::Refused(error)) => assert_eq!(error.to_string(), expected.to_string()),
            done => panic!("{done:?}"),
        }
    }
    assert!(matches!(carry_in(&mut desk, house.folder.path()), Err(ExchangeError::Read(_))));
    assert!(matches!(carry_in(&mut desk, &house.folder.path().join("no")), Err(ExchangeError::Read(_))));
    // Nothing of it was kept, and nothing will be sent.
    assert!(desk.book().list(crate::book::Shelf::Submissions).unwrap().is_empty());
    assert!(matches!(
        make_return(&mut desk, house.folder.path(), false, clock(), &mut rng()),
        Err(ExchangeError::Nothing)
    ));
}

#[test]
fn another_drops_bundle_is_refused_even_for_the_same_reader() {
    let house = House::new();
    let mut other = House::new();
    other.tsks = house.tsks.clone();
    let mut desk = house.desk("anna");
    let elsewhere = other.outbound_by(&house.drop, "anna", &FIRST);
    assert!(matches!(carry_in(&mut desk, &elsewhere), Err(ExchangeError::Refused(OpenError::OtherDrop))));
}

#[test]
fn a_bundle_opened_twice_is_one() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    let out = Out { submissions: &[&report], ..FIRST };
    take_in(&house, &mut desk, &out);
    let again = take_in(&house, &mut desk, &out);
    assert_eq!((again.new, again.known, again.restored), (0, 1, false));
    assert_eq!(desk.book().list(crate::book::Shelf::Entries).unwrap().len(), 1);
    assert_eq!(desk.office().unwrap().casebook.cases().len(), 1);
}

#[test]
fn what_is_sent_goes_out_again_until_it_is_done() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    reply(&mut desk, &case, LetterKind::Acknowledgement, "Tack.", None, clock()).unwrap();
    let (lost, first) = returned(&house, &mut desk);
    let (found, second) = returned(&house, &mut desk);
    assert_ne!(lost.id, found.id);
    assert_eq!(
        (first.letters, first.receipts, first.acknowledged),
        (second.letters, second.receipts, second.acknowledged)
    );
    take_in(&house, &mut desk, &Out { number: 2, done: &[found.id], ..FIRST });
    assert_eq!(letter_state(&desk), LetterState::Delivered(day()));
    // Only that bundle 2 is here remains to be said.
    let (_, third) = returned(&house, &mut desk);
    assert!(third.letters.is_empty() && third.receipts.is_empty());
    assert_eq!(third.acknowledged, [2]);
}

#[test]
fn a_restored_store_gets_everything_once_more() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    reply(&mut desk, &case, LetterKind::Question, "?", None, clock()).unwrap();
    let (made, _) = returned(&house, &mut desk);
    take_in(&house, &mut desk, &Out { number: 2, done: &[made.id], ..FIRST });
    // The backup that was restored even knew of the return bundle; what came after it is gone all the same.
    let restored = take_in(&house, &mut desk, &Out { incarnation: 2, number: 1, done: &[made.id], ..FIRST });
    assert!(restored.restored);
    let (_, again) = returned(&house, &mut desk);
    assert_eq!((again.letters.len(), again.receipts.len(), again.acknowledged), (1, 1, vec![1]));
    assert_eq!(again.incarnation, Some(RandomId::from_bytes([2; 16])));
    // A stick from before the restoring turns up: it brings the old store not back.
    let old = take_in(&house, &mut desk, &Out { number: 3, done: &[made.id], ..FIRST });
    assert!(!old.restored);
    assert_eq!(desk.office().unwrap().casebook.unsent().letters.len(), 1);
}

#[test]
fn a_letter_that_was_skipped_is_told_and_not_sent_again() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    let written = reply(&mut desk, &case, LetterKind::Question, "?", None, clock()).unwrap();
    let (made, _) = returned(&house, &mut desk);
    let skipped = [Skipped { digest: written.digest, reason: SkipReason::ThreadGone }];
    let intake = take_in(&house, &mut desk, &Out { number: 2, done: &[made.id], skipped: &skipped, ..FIRST });
    assert_eq!(intake.skipped, skipped);
    assert_eq!(letter_state(&desk), LetterState::Skipped(SkipReason::ThreadGone));
    assert!(desk.office().unwrap().casebook.unsent().letters.is_empty());
}

#[test]
fn a_letter_whose_number_was_known_to_the_drop_gets_another() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    let letter = |desk: &mut crate::desk::Desk, instead| {
        reply(desk, &case, LetterKind::Feedback, "Tack.", instead, clock()).unwrap()
    };
    let mut written = letter(&mut desk, None);
    // The desk was restored from an older copy, and the drop has three letters more than it knows.
    for bundle in 2.. {
        let (made, _) = returned(&house, &mut desk);
        let skipped = [Skipped { digest: written.digest, reason: SkipReason::NumberTaken }];
        let skipped = if written.sequence <= 3 { &skipped[..] } else { &[] };
        take_in(&house, &mut desk, &Out { number: bundle, done: &[made.id], skipped, ..FIRST });
        if skipped.is_empty() {
            break;
        }
        assert!(desk.office().unwrap().casebook.cases()[0].unanswered(), "it counts as given");
        let refused = written.digest;
        written = letter(&mut desk, Some(refused));
        assert!(!desk.book().holds(Shelf::Letters, refused), "both are there");
    }
    assert!((4..=u32::from(u8::MAX)).contains(&written.sequence), "{}", written.sequence);
    assert!(matches!(letter_state(&desk), LetterState::Delivered(_)));
}

#[test]
fn a_huge_number_costs_nothing() {
    let house = House::new();
    let mut desk = house.desk("anna");
    let intake = take_in(&house, &mut desk, &Out { number: u32::MAX, ..FIRST });
    assert_eq!((intake.missing.len(), intake.missing.last()), (MISSING, Some(&(u32::MAX - 1))));
}

#[test]
fn one_bad_submission_stops_no_other_and_gets_no_receipt() {
    let house = House::new();
    let good = house.seal(&[], 1, "gott", &[], &house.source());
    let foreign = house.seal(&["anna"], 1, "inte för anna", &[], &house.source());
    let junk = b"no message at all".to_vec();
    let mut desk = house.desk("anna");
    let intake = take_in(&house, &mut desk, &Out { submissions: &[&junk, &foreign, &good], ..FIRST });
    assert_eq!((intake.new, intake.refused.len()), (3, 2));
    assert!(intake.refused.iter().all(|refused| matches!(refused.why, Why::Unreadable)));
    let (_, manifest) = returned(&house, &mut desk);
    let receipted: Vec<_> = manifest.receipts.iter().map(|receipt| receipt.submission).collect();
    assert_eq!(receipted, [sluss_core::digest::Digest::of(&good)]);
    assert_eq!(manifest.acknowledged, [1]);
}

#[test]
fn a_receipt_needs_a_copy_on_the_disk() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    let shelf = house.folder.path().join("anna/submissions");
    fs::remove_dir(&shelf).unwrap();
    fs::write(&shelf, "in the way").unwrap();
    let bundle = house.outbound("anna", &Out { submissions: &[&report], ..FIRST });
    assert!(matches!(carry_in(&mut desk, &bundle), Err(ExchangeError::Desk(_))));
    assert!(desk.office().unwrap().casebook.unsent().is_empty());
    assert!(matches!(
        make_return(&mut desk, house.folder.path(), false, clock(), &mut rng()),
        Err(ExchangeError::Nothing)
    ));
    fs::remove_file(&shelf).unwrap();
    fs::create_dir(&shelf).unwrap();
    assert_eq!(intake(carry_in(&mut desk, &bundle).unwrap()).new, 1);
}

#[test]
fn a_gap_in_the_numbers_is_told() {
    let house = House::new();
    let mut desk = house.desk("anna");
    assert_eq!(take_in(&house, &mut desk, &Out { number: 4, ..FIRST }).missing, [1, 2, 3]);
    assert_eq!(take_in(&house, &mut desk, &Out { number: 2, ..FIRST }).missing, [1]);
}

#[test]
fn letters_are_numbered_and_chained_and_others_are_shown() {
    let house = House::new();
    let source = house.source();
    let report = house.seal(&[], 1, "x", &[], &source);
    let mut anna = house.desk("anna");
    take_in(&house, &mut anna, &Out { submissions: &[&report], ..FIRST });
    let case = number(&anna);
    let first = reply(&mut anna, &case, LetterKind::Question, "ett", None, clock()).unwrap();
    let second = reply(&mut anna, &case, LetterKind::Feedback, "två", None, clock()).unwrap();
    assert_eq!((first.sequence, second.sequence), (1, 2));
    let (made, manifest) = returned(&house, &mut anna);
    let letters = house.read_return(&made.file).1;
    let opened = Letter::open(&letters[1], &source, &[&house.tsk("anna").cert()]).unwrap();
    assert_eq!(opened.previous, Some(first.digest));
    assert!(opened.seen.contains(&first.digest));

    // Bertil gets Anna's second letter, not her first: he sees it and that one is missing.
    let mut bertil = house.desk("bertil");
    let echoes: [(LetterItem, &[u8]); 1] = [(manifest.letters[1], &letters[1])];
    let bundle = house.outbound("bertil", &Out { submissions: &[&report], echoes: &echoes, ..FIRST });
    assert_eq!(intake(carry_in(&mut bertil, &bundle).unwrap()).letters, 1);
    let office = bertil.office().unwrap();
    let cases = office.casebook.cases();
    assert!(matches!(cases[0].thread()[1], Piece::Letter { state: LetterState::Theirs, hole: true, .. }));
    assert_eq!(office.name_of(house.tsk("anna").fingerprint()), Some("anna Ek"));
    assert!(office.casebook.unsent().letters.is_empty(), "others' letters are not sent");
    assert_eq!(reply(&mut bertil, &case, LetterKind::Question, "och?", None, clock()).unwrap().sequence, 1);
}

#[test]
fn a_letter_can_be_changed_and_taken_back_until_a_bundle_carries_it() {
    let house = House::new();
    let source = house.source();
    let report = house.seal(&["cilla"], 1, "x", &[], &source);
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    let write = |desk: &mut _, text: &str, instead| {
        reply(desk, &case, LetterKind::Question, text, instead, clock()).map(|written| written.digest)
    };
    let first = write(&mut desk, "När?", None).unwrap();
    let typo = write(&mut desk, "Vra?", None).unwrap();
    assert!(matches!(write(&mut desk, "När då?", Some(first)), Err(ReplyError::Settled)), "the next one names it");
    assert!(matches!(withdraw(&mut desk, &case, first), Err(ReplyError::Settled)), "the next one names it");
    let second = write(&mut desk, "Var?", Some(typo)).unwrap();
    assert!(matches!(withdraw(&mut desk, &case, typo), Err(ReplyError::Settled)), "it is gone");
    assert!(!desk.book().holds(Shelf::Letters, typo), "it lies there still");
    let third = write(&mut desk, "Fel ärende", None).unwrap();
    withdraw(&mut desk, &case, third).unwrap();

    // A desk opened anew knows the same, and the drop and the source get what remained, unbroken.
    drop(desk);
    let mut desk = house.desk("anna");
    let (made, manifest) = returned(&house, &mut desk);
    let digests: Vec<_> = manifest.letters.iter().map(|letter| (letter.sequence, letter.item.digest)).collect();
    assert_eq!(digests, [(1, first), (2, second)]);
    let letters = house.read_return(&made.file).1;
    let opened = Letter::open(&letters[1], &source, &[&house.tsk("anna").cert()]).unwrap();
    assert_eq!((opened.text.expose(), opened.previous), ("Var?", Some(first)));
    assert!(!opened.seen.contains(&typo), "a letter names one that never left");
    assert!(matches!(write(&mut desk, "Var då?", Some(second)), Err(ReplyError::Settled)), "it may be on its way");
    assert!(matches!(withdraw(&mut desk, &case, second), Err(ReplyError::Settled)), "it may be on its way");
}

#[test]
fn a_closing_letter_closes_until_the_source_writes() {
    let house = House::new();
    let source = house.source();
    let report = house.seal(&[], 1, "x", &[], &source);
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    reply(&mut desk, &case, LetterKind::Closing, "Klart.", None, clock()).unwrap();
    assert_eq!(desk.office().unwrap().casebook.cases()[0].state(), State::Closed);
    assert!(returned(&house, &mut desk).1.letters[0].closing);
    let more = house.seal(&[], 2, "mer", &[], &source);
    take_in(&house, &mut desk, &Out { number: 2, submissions: &[&more], ..FIRST });
    let office = desk.office().unwrap();
    assert_eq!((office.casebook.cases().len(), office.casebook.cases()[0].state()), (1, State::Open));
    assert!(office.casebook.cases()[0].unanswered());
}

#[test]
fn empty_and_endless_letters_are_refused() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let mut desk = house.desk("anna");
    take_in(&house, &mut desk, &Out { submissions: &[&report], ..FIRST });
    let case = number(&desk);
    assert!(matches!(reply(&mut desk, &case, LetterKind::Question, " \r\n", None, clock()), Err(ReplyError::Empty)));
    let long = "x".repeat(sluss_core::limits::LETTER_TEXT + 3);
    assert!(matches!(
        reply(&mut desk, &case, LetterKind::Question, &long, None, clock()),
        Err(ReplyError::TooLong { over: 3 })
    ));
    // The worst text that fits: JSON doubles every byte of it.
    let quotes = "\"".repeat(sluss_core::limits::LETTER_TEXT);
    assert!(reply(&mut desk, &case, LetterKind::Question, &quotes, None, clock()).is_ok());
    assert!(matches!(
        reply(&mut desk, "00000000", LetterKind::Question, "x", None, clock()),
        Err(ReplyError::NoCase(_))
    ));
}
