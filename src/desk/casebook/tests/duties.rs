//! What is owed to a source, until when, and what counts as done.

use sluss_core::bundle::{SkipReason, Skipped};
use sluss_core::note::Fate;

use super::*;

fn on(day: &str) -> Day {
    day.parse().unwrap()
}

/// A return bundle carries these letters.
fn carried(book: &mut Casebook, bundle: u8, letters: &[u8]) {
    let departure = Departure {
        id: RandomId::from_bytes([bundle; 16]),
        incarnation: Some(RandomId::from_bytes([1; 16])),
        letters: letters.iter().map(|n| digest(*n)).collect(),
        receipts: Vec::new(),
        acknowledged: Vec::new(),
        enrolled: Vec::new(),
    };
    book.enter(digest(100 + bundle), entry(u32::from(bundle) * 2, Event::Returned(departure)));
}

/// The drop tells that it has done that bundle, but for the letters that it refused.
fn done(book: &mut Casebook, bundle: u8, refused: &[(u8, SkipReason)]) {
    let Event::Arrived(mut arrival) = arrived(u32::from(bundle), &[]) else { panic!("another event") };
    arrival.done = vec![RandomId::from_bytes([bundle; 16])];
    arrival.skipped = refused.iter().map(|(n, reason)| Skipped { digest: digest(*n), reason: *reason }).collect();
    book.enter(digest(150 + bundle), entry(u32::from(bundle) * 2 + 1, Event::Arrived(arrival)));
}

/// Letters that the drop has.
pub(super) fn delivered(book: &mut Casebook, bundle: u8, letters: &[u8]) {
    carried(book, bundle, letters);
    done(book, bundle, &[]);
}

fn next(book: &Casebook) -> Option<(Task, String)> {
    book.cases()[0].next().map(|(task, day)| (task, day.to_string()))
}

fn whens(book: &Casebook, today: &str) -> Vec<When> {
    agenda(book.cases(), on(today)).into_keys().collect()
}

#[test]
fn a_duty_lasts_until_the_drop_has_the_letter() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, on("2026-11-23")));
    book.file(item(2), letter(1, &cert, LetterKind::Feedback, on("2026-11-25"), &[1]));
    let owed = || Some((Task::Acknowledge, "2026-11-30".to_owned()));
    let row = |book: &Casebook, today: &str| register::rows(book, "ale", on(today)).remove(0);
    assert_eq!((next(&book), book.cases()[0].under_way()), (owed(), Some(LetterState::Waiting)));
    assert_eq!((whens(&book, "2026-11-25"), row(&book, "2026-11-25").feedback), (vec![When::Week], None));
    carried(&mut book, 1, &[2]);
    assert_eq!((next(&book), whens(&book, "2026-11-25")), (owed(), vec![When::UnderWay]));
    assert_eq!(whens(&book, "2026-12-01"), [When::Late], "a stick that was lost is not missed");
    done(&mut book, 1, &[]);
    assert_eq!((next(&book), book.cases()[0].under_way()), (None, None));
    assert_eq!(whens(&book, "2026-12-01"), [When::Told]);
    assert_eq!(row(&book, "2026-12-01").feedback, Some(on("2026-11-25")));
}

/// The drop was restored since: the source was told all the same, and the letter goes out once more.
#[test]
fn what_an_earlier_store_had_is_done() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, on("2026-11-23")));
    book.file(item(2), letter(1, &cert, LetterKind::Feedback, on("2026-11-25"), &[1]));
    delivered(&mut book, 1, &[2]);
    let Event::Arrived(arrival) = arrived(9, &[]) else { panic!("another event") };
    let restored = Arrival { incarnation: RandomId::from_bytes([2; 16]), ..arrival };
    book.enter(digest(199), entry(99, Event::Arrived(restored)));
    let case = &book.cases()[0];
    assert!(matches!(case.letters_with_states().next(), Some((.., LetterState::Again(_)))));
    assert_eq!((case.next(), case.has_letter_under_way()), (None, true));
    assert_eq!(register::rows(&book, "ale", on("2027-12-01"))[0].feedback, Some(on("2026-11-25")));
    assert_eq!(book.unsent().letters.len(), 1);
}

#[test]
fn an_answer_on_its_way_hides_no_new_message_and_may_close() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, on("2026-11-23")));
    book.file(item(2), letter(1, &cert, LetterKind::Closing, on("2026-11-24"), &[1]));
    carried(&mut book, 1, &[2]);
    assert_eq!((book.cases()[0].state(), whens(&book, "2026-11-25")), (State::Closed, vec![When::UnderWay]));
    book.receive(received(3, 2, &cert, on("2026-11-25")));
    assert_eq!(whens(&book, "2026-11-25"), [When::Week], "nobody sees that the source has written");
}

#[test]
fn what_the_drop_refused_does_nothing() {
    for (reason, told) in
        [(SkipReason::NumberTaken, false), (SkipReason::NotAddressee, false), (SkipReason::ThreadGone, true)]
    {
        let cert = source();
        let mut book = casebook();
        book.receive(received(1, 1, &cert, on("2026-11-23")));
        book.file(item(2), letter(1, &cert, LetterKind::Feedback, on("2026-11-25"), &[1]));
        carried(&mut book, 1, &[2]);
        done(&mut book, 1, &[(2, reason)]);
        let case = book.case(&cert.fingerprint().to_string()).unwrap();
        assert_eq!((case.next().is_none(), !case.unanswered()), (told, told), "{reason:?}");
        assert_eq!((case.acknowledged().is_some(), case.feedback().is_some()), (told, told), "{reason:?}");
        assert_eq!(register::rows(&book, "ale", day())[0].acknowledged.is_some(), told, "{reason:?}");
    }
}

#[test]
fn a_closing_that_its_source_does_not_hear_of_leaves_the_feedback_owed() {
    let cert = source();
    let mut book = casebook();
    book.receive(received(1, 1, &cert, on("2026-11-23")));
    book.file(item(2), letter(1, &cert, LetterKind::Acknowledgement, on("2026-11-25"), &[1]));
    delivered(&mut book, 1, &[2]);
    book.note(digest(41), note(1, &cert, Matter::Closed, on("2026-12-01"), &[1, 2]));
    assert_eq!(book.cases()[0].state(), State::Closed);
    assert_eq!(next(&book), Some((Task::Feedback, "2027-02-25".to_owned())));
    assert_eq!(whens(&book, "2027-02-26"), [When::Late]);
    // The channel is not for their report: then the law asks for none.
    book.note(digest(42), note(2, &cert, Matter::Scope { within: false }, on("2026-12-01"), &[1, 2, 41]));
    assert_eq!(next(&book), Some((Task::Decide, "2028-12-01".to_owned())));
}

#[test]
fn what_is_kept_for_now_is_asked_for_again() {
    let cert = source();
    let mut book = casebook();
    let fate =
        |sequence, day: &str, seen: &[u8]| note(sequence, &cert, Matter::Retention { fate: Fate::Kept }, on(day), seen);
    book.receive(received(1, 1, &cert, on("2026-11-23")));
    // Before it was closed that says nothing of what becomes of it afterwards.
    book.note(digest(41), fate(1, "2026-11-24", &[1]));
    book.file(item(2), letter(1, &cert, LetterKind::Closing, on("2026-12-01"), &[1]));
    delivered(&mut book, 1, &[2]);
    assert_eq!(next(&book), Some((Task::Decide, "2028-12-01".to_owned())));
    book.note(digest(42), fate(2, "2028-11-01", &[1, 2, 41]));
    assert_eq!(next(&book), Some((Task::Decide, "2029-11-01".to_owned())), "it is never asked for again");
    // Not before the two years are over.
    let mut early = casebook();
    early.receive(received(1, 1, &cert, on("2026-11-23")));
    early.file(item(2), letter(1, &cert, LetterKind::Closing, on("2026-12-01"), &[1]));
    delivered(&mut early, 1, &[2]);
    early.note(digest(42), fate(1, "2026-12-02", &[1, 2]));
    assert_eq!(next(&early), Some((Task::Decide, "2028-12-01".to_owned())));
}

#[test]
fn the_newest_bundle_is_not_of_a_day_that_is_still_to_come() {
    let mut book = casebook();
    let Event::Arrived(arrival) = arrived(1, &[]) else { panic!("another event") };
    let ahead = Arrival { made: day().plus_days(9_000), ..arrival };
    book.enter(digest(50), entry(1, Event::Arrived(ahead)));
    assert_eq!(book.journal().newest(), Some(day()), "nobody is told any more that none has come");
}
