use sluss_core::bundle::Return;
use sluss_core::lang::Lang;
use sluss_core::letter::LetterKind;
use sluss_core::note::{Fate, Matter};

use super::*;
use crate::answer::reply;
use crate::erasing::{EraseError, erase};
use crate::exchange::{Opened, make_return};
use crate::noting::note;
use crate::testing::{House, Out, carry_in, clock, day, rng};

fn record() -> Record {
    Record {
        organisation: "lillaedet".to_owned(),
        way: "telephone".to_owned(),
        day: day(),
        language: Lang::Sv,
        excluded: BTreeSet::new(),
        acknowledged: true,
        text: Secret::new("Hon ringde om fakturorna.\r\nTvå gånger.".to_owned()),
    }
}

fn told(desk: &mut Desk, record: &Record) -> String {
    register(desk, record, clock(), &mut rand::rng()).unwrap()
}

fn returned(house: &House, desk: &mut Desk) -> (Return, Vec<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let made = make_return(desk, folder.path(), false, clock(), &mut rng()).unwrap();
    house.read_return(&made.file)
}

#[test]
fn what_was_told_becomes_a_report_like_any_other() {
    let house = House::new();
    let mut anna = house.desk("anna");
    let number = told(&mut anna, &Record { excluded: BTreeSet::from(["cilla".to_owned()]), ..record() });
    let casebook = &anna.office().unwrap().casebook;
    let case = casebook.case(&number).unwrap();
    assert_eq!(case.submissions().next().unwrap().text.expose(), "Hon ringde om fakturorna.\nTvå gånger.");
    assert!(case.is_oral() && case.approved().is_none() && case.acknowledged_at_once() == Some(day()));

    let (manifest, bodies) = returned(&house, &mut anna);
    let [inbox] = manifest.enrolments.as_slice() else { panic!("{manifest:?}") };
    let report = inbox.report.as_ref().unwrap();
    assert_eq!((Digest::of(&bodies[0]), bodies[0].len() as u64), (report.item.digest, report.item.length));
    assert_eq!(report.item.length, limits::SEALED_FLOOR, "it can be told from others by its size");
    assert_eq!(report.excluded, [house.tsk("cilla").fingerprint()]);
    assert!(!report.readers.contains(&house.tsk("cilla").fingerprint()) && report.readers.len() == 3);
    let receipt = manifest.receipts.iter().find(|receipt| receipt.submission == report.item.digest).unwrap();
    assert_eq!(receipt.token.hash(), report.token_hash);

    // The codename opens the inbox, in whatever way it is typed.
    let words = codename(&anna, &number).unwrap().words().join("-").to_uppercase();
    let keys = sluss_core::codename::Codename::typed(&words).unlock(&house.roster.edition().kdf).unwrap();
    assert_eq!(inbox.source_id, Digest::from_bytes(*keys.id.expose()));
    let tsk = Tsk::unlock(&BASE64.decode(inbox.locked_tsk.as_bytes()).unwrap(), &keys.inbox_key).unwrap();
    assert_eq!(number_of(tsk.fingerprint()), number);

    let mut bertil = house.desk("bertil");
    let bundle = house.outbound("bertil", &Out { number: 1, submissions: &[&bodies[0]], ..Out::default() });
    carry_in(&mut bertil, &bundle).unwrap();
    assert!(bertil.office().unwrap().casebook.case(&number).unwrap().is_oral());
    let bundle = house.outbound("cilla", &Out { number: 1, submissions: &[&bodies[0]], ..Out::default() });
    let mut cilla = house.desk("cilla");
    let Ok(Opened::FromDrop(intake)) = carry_in(&mut cilla, &bundle) else { panic!("refused") };
    assert_eq!(intake.refused.len(), 1, "it opens for whom its source left out");
}

#[test]
fn an_inbox_goes_out_until_the_drop_has_it_and_again_after_a_restore() {
    let house = House::new();
    let mut anna = house.desk("anna");
    told(&mut anna, &record());
    let (first, _) = returned(&house, &mut anna);
    let (second, bodies) = returned(&house, &mut anna);
    assert_eq!(second.enrolments, first.enrolments, "it was sent once and forgotten");
    let out =
        Out { incarnation: 1, number: 1, submissions: &[&bodies[0]], done: &[first.id, second.id], ..Out::default() };
    let Ok(Opened::FromDrop(intake)) = carry_in(&mut anna, &house.outbound("anna", &out)) else { panic!("refused") };
    assert_eq!((intake.new, intake.known), (0, 1));
    // What was made before the store's name was known counts for no store.
    let (third, _) = returned(&house, &mut anna);
    assert_eq!(third.enrolments.len(), 1);
    let done = Out { incarnation: 1, number: 2, done: &[third.id], ..Out::default() };
    carry_in(&mut anna, &house.outbound("anna", &done)).unwrap();
    assert!(anna.office().unwrap().casebook.unsent().enrolments.is_empty());
    drop(anna);
    let mut anna = house.desk("anna");
    assert!(anna.office().unwrap().casebook.unsent().enrolments.is_empty());
    let restored = Out { incarnation: 2, number: 1, ..Out::default() };
    carry_in(&mut anna, &house.outbound("anna", &restored)).unwrap();
    assert_eq!(anna.office().unwrap().casebook.unsent().enrolments, first.enrolments);
}

#[test]
fn what_cannot_be_registered_is_refused_with_a_reason() {
    let house = House::new();
    let mut anna = house.desk("anna");
    let mut refused = |record: Record| register(&mut anna, &record, clock(), &mut rng()).unwrap_err();
    let text = |text: &str| Secret::new(text.to_owned());
    assert!(matches!(refused(Record { text: text(" \r\n"), ..record() }), OralError::Empty));
    let long = "x".repeat(limits::TEXT + 1);
    assert!(matches!(refused(Record { text: text(&long), ..record() }), OralError::TooLong { over: 1 }));
    assert!(matches!(refused(Record { way: "by post".to_owned(), ..record() }), OralError::Way));
    assert!(matches!(refused(Record { day: day().plus_days(1), ..record() }), OralError::Day));
    assert!(matches!(refused(Record { day: day().plus_days(-9), ..record() }), OralError::Day));
    let elsewhere = refused(Record { organisation: "ale".to_owned(), ..record() });
    assert!(matches!(elsewhere, OralError::Audience(AudienceError::UnknownOrganisation)));
    let without = |ids: &[&str]| Record { excluded: ids.iter().map(|id| (*id).to_owned()).collect(), ..record() };
    assert!(matches!(refused(without(&["anna"])), OralError::NotAReader));
    assert!(matches!(refused(without(&["anna", "bertil", "cilla"])), OralError::Audience(AudienceError::TooFew)));
    assert!(anna.office().unwrap().casebook.cases().is_empty());
}

#[test]
fn a_lock_forgets_the_codename_and_an_erasure_the_inbox() {
    let house = House::new();
    let mut anna = house.desk("anna");
    let number = told(&mut anna, &record());
    let other = told(&mut anna, &record());
    forget_codename(&mut anna, &other);
    assert!(codename(&anna, &number).is_some() && codename(&anna, &other).is_none());
    drop(anna);
    let mut anna = house.desk("anna");
    assert!(codename(&anna, &number).is_none());

    let journal = |desk: &Desk| {
        desk.office().unwrap().casebook.journal().enrolments().map(|(digest, _)| digest).collect::<Vec<_>>()
    };
    note(&mut anna, &number, Matter::Record { approved: true }, "Uppläst.", clock()).unwrap();
    assert_eq!(anna.office().unwrap().casebook.case(&number).unwrap().approved(), Some(true));
    note(&mut anna, &number, Matter::Closed, "Utrett.", clock()).unwrap();
    note(&mut anna, &number, Matter::Retention { fate: Fate::Erased }, "Två år.", clock()).unwrap();
    let early = erase(&mut anna, &number, clock());
    assert!(matches!(early, Err(EraseError::InboxUnderWay)), "nobody else has the report: {early:?}");
    let told_by_the_drop = |desk: &mut Desk, number, done: &[_]| {
        let told = Out { incarnation: 1, number, done, ..Out::default() };
        carry_in(desk, &house.outbound("anna", &told)).unwrap()
    };
    told_by_the_drop(&mut anna, 1, &[]);
    let (made, _) = returned(&house, &mut anna);
    assert!(matches!(erase(&mut anna, &number, clock()), Err(EraseError::InboxUnderWay)), "it may lie on a lost stick");
    told_by_the_drop(&mut anna, 2, &[made.id]);
    let before = journal(&anna);
    erase(&mut anna, &number, clock()).unwrap();
    let after = journal(&anna);
    assert_eq!(before.len() - after.len(), 1);
    let gone = before.into_iter().find(|digest| !after.contains(digest)).unwrap();
    assert!(!anna.book().holds(Shelf::Entries, gone) && anna.book().read(Shelf::Entries, gone).is_err());
    let unsent = anna.office().unwrap().casebook.unsent();
    assert_eq!((unsent.enrolments.len(), unsent.receipts_of_erased.len()), (0, 0));
}

#[test]
fn its_source_is_answered_like_any_other() {
    let house = House::new();
    let mut anna = house.desk("anna");
    let number = told(&mut anna, &record());
    reply(&mut anna, &number, LetterKind::Question, "Stämmer det nedskrivna?", None, clock()).unwrap();
    let (manifest, bodies) = returned(&house, &mut anna);
    assert_eq!((manifest.letters.len(), manifest.enrolments.len(), bodies.len()), (1, 1, 2));
    assert_eq!(manifest.letters[0].source, manifest.enrolments[0].source);
}
