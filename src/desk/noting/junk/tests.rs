use std::fs;

use sluss_core::letter::LetterKind;

use super::*;
use crate::answer::reply;
use crate::exchange::make_return;
use crate::noting::note;
use crate::testing::{House, Out, carry_in, clock, rng};

/// Anna's desk with this many cases, and their sources.
fn desk(house: &House, cases: usize) -> (Desk, Vec<Fingerprint>) {
    let mut desk = house.desk("anna");
    let reports: Vec<Vec<u8>> = (0..cases).map(|_| house.seal(&[], 1, "Köp nu!", &[], &house.source())).collect();
    let reports: Vec<&[u8]> = reports.iter().map(Vec::as_slice).collect();
    let out = Out { incarnation: 1, number: 1, submissions: &reports, ..Out::default() };
    carry_in(&mut desk, &house.outbound("anna", &out)).unwrap();
    let sources = desk.office().unwrap().casebook.cases().iter().map(|case| case.source().fingerprint()).collect();
    (desk, sources)
}

fn all(sources: &[Fingerprint]) -> BTreeSet<Fingerprint> {
    sources.iter().copied().collect()
}

fn mark_all(desk: &mut Desk, sources: &[Fingerprint], yes: bool) -> Marked {
    mark(desk, &all(sources), yes, "Reklam.", clock(), &Progress::default()).unwrap()
}

fn hidden(desk: &Desk) -> usize {
    desk.office().unwrap().casebook.cases().iter().filter(|case| case.junk()).count()
}

#[test]
fn many_are_hidden_by_a_note_each_and_nothing_is_deleted() {
    let house = House::new();
    let (mut desk, sources) = desk(&house, 3);
    let marked = mark_all(&mut desk, &sources[..2], true);
    assert_eq!((marked.marked, marked.left.len(), hidden(&desk)), (2, 0, 2));

    // A desk opened anew knows the same, and the notes are by Anna, with the reason, one a case.
    drop(desk);
    let mut desk = house.desk("anna");
    let office = desk.office().unwrap();
    assert_eq!((hidden(&desk), office.casebook.cases().len()), (2, 3));
    for case in office.casebook.cases().iter().filter(|case| case.junk()) {
        let notes: Vec<_> = case.notes().map(|(_, note)| (note.sequence, note.writer, note.text.expose())).collect();
        assert_eq!(notes, [(1, house.tsk("anna").fingerprint(), "Reklam.")]);
        assert_eq!(case.submissions().count(), 1, "something was deleted");
    }
    let made = make_return(&mut desk, house.folder.path(), false, clock(), &mut rng()).unwrap();
    assert_eq!(made.receipts, 3, "the drop is not told of what is hidden");

    let shown = mark_all(&mut desk, &sources, false);
    assert_eq!((shown.marked, hidden(&desk)), (2, 0));
    assert!(matches!(shown.left.as_slice(), [(_, Left::Shown)]), "{:?}", shown.left);
}

#[test]
fn what_somebody_has_worked_on_is_left_as_it_was() {
    let house = House::new();
    let (mut desk, sources) = desk(&house, 5);
    let number = |at: usize| number_of(sources[at]);
    reply(&mut desk, &number(0), LetterKind::Question, "Vilken dag?", None, clock()).unwrap();
    note(&mut desk, &number(1), Matter::Remark, "Ringde.", clock()).unwrap();
    // Who has said that it is none is not overruled in passing.
    note(&mut desk, &number(2), Matter::Junk { yes: true }, "Reklam?", clock()).unwrap();
    note(&mut desk, &number(2), Matter::Junk { yes: false }, "Nej.", clock()).unwrap();
    // Junk whose source goes on writing may be marked again.
    note(&mut desk, &number(3), Matter::Junk { yes: true }, "Reklam.", clock()).unwrap();
    let stranger = house.source().fingerprint();
    let mut chosen = all(&sources);
    chosen.insert(stranger);
    let marked = mark(&mut desk, &chosen, true, "Reklam.", clock(), &Progress::default()).unwrap();
    assert_eq!(marked.marked, 2, "{:?}", marked.left);
    for (left, why) in &marked.left {
        match why {
            Left::Touched => assert!((0..3).any(|at| number(at) == *left), "{left}"),
            Left::Note(NoteError::NoCase(_)) => assert_eq!(*left, number_of(stranger)),
            other => panic!("{other}"),
        }
    }
    assert_eq!((marked.left.len(), hidden(&desk)), (4, 2));
}

#[test]
fn what_is_refused_marks_nothing() {
    let house = House::new();
    let (mut desk, sources) = desk(&house, 2);
    let mut told = |chosen: &[Fingerprint], reason: &str| {
        mark(&mut desk, &all(chosen), true, reason, clock(), &Progress::default()).unwrap_err()
    };
    assert!(matches!(told(&[], "Reklam."), JunkError::NoneChosen));
    assert!(matches!(told(&sources, " \r\n"), JunkError::NoReason));
    let long = "x".repeat(limits::LETTER_TEXT + 2);
    assert!(matches!(told(&sources, &long), JunkError::TooLong { over: 2 }));
    let stopped = Progress::default();
    stopped.stop();
    let none = mark(&mut desk, &all(&sources), true, "Reklam.", clock(), &stopped).unwrap();
    assert!(none.marked == 0 && none.left.iter().all(|(_, why)| matches!(why, Left::Stopped)), "{none:?}");
    assert_eq!(hidden(&desk), 0);
}

#[test]
fn a_disk_that_refuses_is_told_with_how_many_were_marked() {
    let house = House::new();
    let (mut desk, sources) = desk(&house, 2);
    let [shelf, elsewhere] = ["notes", "elsewhere"].map(|name| house.folder.path().join("anna").join(name));
    fs::rename(&shelf, &elsewhere).unwrap();
    let cut = mark(&mut desk, &all(&sources), true, "Reklam.", clock(), &Progress::default());
    assert!(matches!(cut, Err(JunkError::Cut { marked: 0, all: 2, .. })), "{cut:?}");
    fs::rename(&elsewhere, &shelf).unwrap();
    assert_eq!(hidden(&desk), 0);
    assert_eq!(mark_all(&mut desk, &sources, true).marked, 2, "it cannot be done again");
}
