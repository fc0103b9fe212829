use std::fs;
use std::path::PathBuf;

use sluss_core::cert::Tsk;
use sluss_core::digest::Digest;
use sluss_core::letter::LetterKind;
use sluss_core::note::{Fate, Matter};

use super::*;
use crate::answer::{reply, withdraw};
use crate::book::{Book, BookError, Shelf};
use crate::casebook::register::rows;
use crate::exchange::{Opened, make_return, share};
use crate::noting::note;
use crate::testing::{House, Out, carry_in, clock, day, rng};

/// Anna's desk with two cases, the number of the first, and what the drop sent.
struct Stage {
    house: House,
    reports: [Vec<u8>; 2],
    case: String,
    source: Tsk,
}

impl Stage {
    fn set() -> (Self, Desk) {
        let house = House::new();
        let source = house.source();
        let reports =
            [house.seal(&[], 1, "hemligt", &[], &source), house.seal(&[], 1, "något annat", &[], &house.source())];
        let case = crate::casebook::case::number_of(source.fingerprint());
        let stage = Self { house, reports, case, source };
        let mut desk = stage.house.desk("anna");
        carry_in(&mut desk, &stage.bundle("anna", 1)).unwrap();
        (stage, desk)
    }

    /// What the drop's store of this number sends first.
    fn bundle(&self, id: &str, incarnation: u8) -> PathBuf {
        let submissions: Vec<&[u8]> = self.reports.iter().map(Vec::as_slice).collect();
        self.house.outbound(id, &Out { incarnation, number: 1, submissions: &submissions, ..Out::default() })
    }

    fn note(&self, desk: &mut Desk, matter: Matter) {
        note(desk, &self.case, matter, "Två år har gått.", clock()).unwrap();
    }

    /// Closes the case and decides.
    fn decide(&self, desk: &mut Desk, fate: Fate) {
        self.note(desk, Matter::Closed);
        self.note(desk, Matter::Retention { fate });
    }

    fn erase(&self, desk: &mut Desk) -> Result<(), EraseError> {
        erase(desk, &self.case, clock())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.house.folder.path().join("anna").join(name)
    }
}

fn cases(desk: &Desk) -> usize {
    desk.office().unwrap().casebook.cases().len()
}

#[test]
fn nothing_is_left_but_the_row_and_the_decision() {
    let (stage, mut desk) = Stage::set();
    stage.decide(&mut desk, Fate::Erased);
    let shelved = stage.file(&format!("submissions/{}.pgp", Digest::of(&stage.reports[0])));
    let stale = [stage.file("ring"), shelved.clone()].map(|file| (fs::read(&file).unwrap(), file));
    stage.erase(&mut desk).unwrap();

    let told = |desk: &Desk| {
        let book = &desk.office().unwrap().casebook;
        let (_, erasure) = book.journal().erasures().next().unwrap();
        assert_eq!((erasure.fate, erasure.reason.expose()), (Fate::Erased, "Två år har gått."));
        assert_eq!(erasure.decided_by, stage.house.tsk("anna").fingerprint());
        let rows = rows(book, "lillaedet", day());
        assert_eq!(rows.len(), 2);
        let row = rows.iter().find(|row| row.number == stage.case).unwrap();
        assert_eq!((row.closed, row.erased), (Some(day()), Some(day())));
        assert_eq!(cases(desk), 1);
        assert!(book.set_aside().is_empty());
        let left = desk.book().list(Shelf::Notes).unwrap().len() + desk.book().list(Shelf::Submissions).unwrap().len();
        assert_eq!(left, 1, "something lies on a shelf");
    };
    told(&desk);
    assert!(matches!(stage.erase(&mut desk), Err(EraseError::NoCase(_))));
    drop(desk);
    told(&stage.house.desk("anna"));

    // What the disk may still have of it opens no more.
    assert!(!shelved.exists());
    stale.iter().for_each(|(bytes, file)| fs::write(file, bytes).unwrap());
    let opened = Book::open(&stage.file(""), &mut rng());
    assert!(matches!(opened, Err(BookError::Ring)), "{opened:?}");
}

#[test]
fn only_a_decision_that_holds_erases() {
    let (stage, mut desk) = Stage::set();
    let undecided = |desk: &mut Desk| matches!(stage.erase(desk), Err(EraseError::Undecided));
    assert!(undecided(&mut desk));
    let early = note(&mut desk, &stage.case, Matter::Retention { fate: Fate::Erased }, "x", clock());
    assert!(matches!(early, Err(crate::noting::NoteError::NotDone)));
    stage.note(&mut desk, Matter::Closed);
    assert!(undecided(&mut desk), "closing is no such decision");
    stage.note(&mut desk, Matter::Retention { fate: Fate::Archived });
    stage.note(&mut desk, Matter::Retention { fate: Fate::Kept });
    assert!(undecided(&mut desk), "it is kept");
    stage.note(&mut desk, Matter::Retention { fate: Fate::Erased });
    stage.note(&mut desk, Matter::Reopened);
    stage.note(&mut desk, Matter::Closed);
    assert!(undecided(&mut desk), "it was opened again since");
    stage.note(&mut desk, Matter::Retention { fate: Fate::Archived });
    stage.erase(&mut desk).unwrap();
}

#[test]
fn a_letter_under_way_is_not_lost() {
    let (stage, mut desk) = Stage::set();
    let letter = reply(&mut desk, &stage.case, LetterKind::Closing, "Tack.", None, clock()).unwrap().digest;
    stage.note(&mut desk, Matter::Retention { fate: Fate::Erased });
    assert!(matches!(stage.erase(&mut desk), Err(EraseError::LetterUnderWay)));
    withdraw(&mut desk, &stage.case, letter).unwrap();
    stage.note(&mut desk, Matter::Closed);
    let letter = reply(&mut desk, &stage.case, LetterKind::Closing, "Tack!", None, clock()).unwrap().digest;
    let made = make_return(&mut desk, stage.house.folder.path(), false, clock(), &mut rng()).unwrap();
    assert!(matches!(stage.erase(&mut desk), Err(EraseError::LetterUnderWay)), "it may lie on a lost stick");
    let done = [made.id];
    let told = Out { incarnation: 1, number: 2, done: &done, ..Out::default() };
    carry_in(&mut desk, &stage.house.outbound("anna", &told)).unwrap();
    stage.erase(&mut desk).unwrap();
    assert!(!desk.book().holds(Shelf::Letters, letter));
}

#[test]
fn what_comes_again_is_receipted_and_not_kept() {
    let (stage, mut desk) = Stage::set();
    stage.decide(&mut desk, Fate::Erased);
    stage.erase(&mut desk).unwrap();
    // The drop was restored, and has everything once more.
    let Opened::FromDrop(intake) = carry_in(&mut desk, &stage.bundle("anna", 2)).unwrap() else { panic!("whose?") };
    assert_eq!((intake.new, intake.known, intake.refused.len()), (0, 2, 0));
    assert_eq!(cases(&desk), 1);
    assert!(!desk.book().holds(Shelf::Submissions, Digest::of(&stage.reports[0])));
    let made = make_return(&mut desk, stage.house.folder.path(), false, clock(), &mut rng()).unwrap();
    let (manifest, _) = stage.house.read_return(&made.file);
    let mut receipted: Vec<Digest> = manifest.receipts.iter().map(|receipt| receipt.submission).collect();
    receipted.sort();
    let mut expected = stage.reports.each_ref().map(|report| Digest::of(report));
    expected.sort();
    assert_eq!(receipted, expected);
    let done = [made.id];
    let told = Out { incarnation: 2, number: 2, done: &done, ..Out::default() };
    carry_in(&mut desk, &stage.house.outbound("anna", &told)).unwrap();
    let unsent = desk.office().unwrap().casebook.unsent();
    assert!(unsent.receipts.is_empty() && unsent.receipts_of_erased.is_empty(), "the drop has them");
}

#[test]
fn a_desk_that_is_cut_off_goes_on_erasing() {
    let (stage, mut desk) = Stage::set();
    stage.decide(&mut desk, Fate::Erased);
    let entry = erasure(&desk, &stage.case, clock()).unwrap();
    desk.enter(Event::Erased(entry), clock()).unwrap();
    assert_eq!(cases(&desk), 1, "it is still shown");
    drop(desk);
    let desk = stage.house.desk("anna");
    assert_eq!(cases(&desk), 1);
    assert!(!desk.book().holds(Shelf::Submissions, Digest::of(&stage.reports[0])));
    assert!(desk.book().list(Shelf::Notes).unwrap().is_empty());
}

#[test]
fn a_colleagues_notes_do_not_bring_it_back() {
    let (stage, mut anna) = Stage::set();
    let mut bertil = stage.house.desk("bertil");
    carry_in(&mut bertil, &stage.bundle("bertil", 1)).unwrap();
    stage.decide(&mut bertil, Fate::Erased);
    let early = share(&bertil, "anna", &stage.house.folder.path().join("early"), clock(), &mut rng()).unwrap();
    stage.note(&mut bertil, Matter::Remark);
    let late = share(&bertil, "anna", &stage.house.folder.path().join("late"), clock(), &mut rng()).unwrap();
    carry_in(&mut anna, &early.file).unwrap();
    stage.erase(&mut anna).unwrap();
    carry_in(&mut anna, &late.file).unwrap();
    assert_eq!((cases(&anna), cases(&bertil)), (1, 2));
    assert!(anna.book().list(Shelf::Notes).unwrap().is_empty());
    assert!(anna.office().unwrap().casebook.set_aside().is_empty());
}

#[test]
fn junk_is_erased_by_a_decision_and_stays_in_no_register() {
    let (stage, mut desk) = Stage::set();
    stage.note(&mut desk, Matter::Junk { yes: true });
    stage.note(&mut desk, Matter::Retention { fate: Fate::Erased });
    stage.erase(&mut desk).unwrap();
    assert_eq!(rows(&desk.office().unwrap().casebook, "lillaedet", day()).len(), 1);
    assert_eq!(desk.office().unwrap().casebook.journal().erasures().count(), 1);
}

#[test]
fn whoever_writes_again_is_answered_under_the_next_number() {
    let (stage, mut desk) = Stage::set();
    let reply = |desk: &mut Desk| reply(desk, &stage.case, LetterKind::Closing, "Tack.", None, clock()).unwrap();
    let letters = [reply(&mut desk), reply(&mut desk)];
    assert_eq!(letters.map(|letter| letter.sequence), [1, 2]);
    let made = make_return(&mut desk, stage.house.folder.path(), false, clock(), &mut rng()).unwrap();
    let told = Out { incarnation: 1, number: 2, done: &[made.id], ..Out::default() };
    carry_in(&mut desk, &stage.house.outbound("anna", &told)).unwrap();
    stage.note(&mut desk, Matter::Retention { fate: Fate::Erased });
    stage.erase(&mut desk).unwrap();
    let again = stage.house.seal(&[], 2, "Och en sak till.", &[], &stage.source);
    let told = Out { incarnation: 1, number: 3, submissions: &[&again], ..Out::default() };
    carry_in(&mut desk, &stage.house.outbound("anna", &told)).unwrap();
    assert_eq!(reply(&mut desk).sequence, 3, "the drop has letters of these numbers");
}
