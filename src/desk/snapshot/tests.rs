use std::fs;
use std::path::PathBuf;

use sluss_core::digest::Digest;
use sluss_core::letter::LetterKind;

use super::*;
use crate::answer::{reply, withdraw};
use crate::book::Shelf;
use crate::desk::Desk;
use crate::exchange::make_return;
use crate::testing::{House, Out, carry_in, clock, day};

/// Enough for one to be written.
const MANY: usize = 50;

/// A book that has a snapshot, and the digests of the reports in it.
struct Stage {
    house: House,
    reports: Vec<Digest>,
    bundle: PathBuf,
}

impl Stage {
    fn set() -> Self {
        let house = House::new();
        let reports: Vec<Vec<u8>> =
            (0..MANY).map(|number| house.seal(&[], 1, &format!("rapport {number}"), &[], &house.source())).collect();
        let submissions: Vec<&[u8]> = reports.iter().map(Vec::as_slice).collect();
        let out = Out { incarnation: 1, number: 1, submissions: &submissions, ..Out::default() };
        let bundle = house.outbound("anna", &out);
        carry_in(&mut house.desk("anna"), &bundle).unwrap();
        let stage = Self { house, reports: reports.iter().map(|report| Digest::of(report)).collect(), bundle };
        assert!(stage.snapshot().is_file());
        stage
    }

    /// The one that there is.
    fn snapshot(&self) -> PathBuf {
        let mut lying = fs::read_dir(self.house.folder.path().join("anna/snapshots")).unwrap();
        let (one, more) = (lying.next().unwrap().unwrap().path(), lying.next());
        assert!(more.is_none(), "{more:?}");
        one
    }

    fn shelved(&self, number: usize) -> PathBuf {
        self.house.folder.path().join(format!("anna/submissions/{}.pgp", self.reports[number]))
    }

    fn desk(&self) -> Desk {
        self.house.desk("anna")
    }

    fn damage(&self, number: usize) {
        let mut sealed = fs::read(self.shelved(number)).unwrap();
        let middle = sealed.len() / 2;
        sealed[middle] ^= 1;
        fs::write(self.shelved(number), sealed).unwrap();
    }
}

/// Cases, and what cannot be read.
fn told(desk: &Desk) -> (usize, usize) {
    let office = desk.office().unwrap();
    (office.casebook.cases().len(), office.unreadable.len())
}

#[test]
fn what_it_tells_is_not_opened_again() {
    let stage = Stage::set();
    stage.damage(7);
    assert_eq!(told(&stage.desk()), (MANY, 0), "the shelf was read");
    let sealed = fs::read(stage.snapshot()).unwrap();
    assert!(!sealed.windows(7).any(|bytes| bytes == b"rapport"), "it can be read");
    fs::remove_file(stage.snapshot()).unwrap();
    assert_eq!(told(&stage.desk()), (MANY - 1, 1));
}

#[test]
fn no_receipt_is_made_of_what_was_damaged_since() {
    let stage = Stage::set();
    stage.damage(7);
    let mut desk = stage.desk();
    let made = make_return(&mut desk, stage.house.folder.path(), false, clock(), &mut rand::rng()).unwrap();
    let receipts = stage.house.read_return(&made.file).0.receipts;
    assert_eq!(receipts.len(), MANY - 1);
    assert!(receipts.iter().all(|receipt| receipt.submission != stage.reports[7]));
    assert_eq!(told(&desk).1, 1, "it is told");
    carry_in(&mut desk, &stage.bundle).unwrap();
    assert_eq!(told(&desk), (MANY, 0), "it came once more, whole");
}

#[test]
fn what_has_left_the_shelf_is_forgotten() {
    let stage = Stage::set();
    fs::remove_file(stage.shelved(7)).unwrap();
    assert_eq!(told(&stage.desk()), (MANY - 1, 0));
}

#[test]
fn it_holds_no_letter_that_was_taken_back() {
    let stage = Stage::set();
    let mut desk = stage.desk();
    let case = desk.office().unwrap().casebook.cases()[0].number();
    let letter = reply(&mut desk, &case, LetterKind::Question, "Förlåt?", None, clock()).unwrap().digest;
    drop(desk);
    fs::remove_file(stage.snapshot()).unwrap();
    let mut desk = stage.desk();
    assert!(desk.snapshot().unwrap().digests().contains(&letter));
    withdraw(&mut desk, &case, letter).unwrap();
    assert!(!desk.snapshot().unwrap().digests().contains(&letter));
}

#[test]
fn one_that_does_not_open_is_made_anew() {
    let stage = Stage::set();
    let sound = fs::read(stage.snapshot()).unwrap();
    let cut = sound[..sound.len() / 2].to_vec();
    for bad in [cut, b"nothing".to_vec(), Vec::new()] {
        fs::write(stage.snapshot(), &bad).unwrap();
        assert_eq!(told(&stage.desk()), (MANY, 0));
        assert_ne!(fs::read(stage.snapshot()).unwrap(), bad, "it is still there");
    }
}

#[test]
fn nobody_else_can_make_one() {
    let stage = Stage::set();
    let house = &stage.house;
    let contents = stage.desk().snapshot().unwrap();
    let json = serde_json::to_vec(&Written { format: FORMAT, contents: &contents }).unwrap();
    let text = String::from_utf8(json).unwrap().replace("rapport 7", "påhittat");
    // Whoever writes on the disk can seal to her, and cannot sign as her.
    let forged =
        envelope::seal_bytes(text.as_bytes(), house.tsk("bertil"), &[&house.tsk("anna").cert()], day(), clock());
    let forged = forged.unwrap();
    let desk = stage.desk();
    let sound = desk.book().list(Shelf::Snapshots).unwrap();
    desk.book().discard(&sound.into_iter().collect()).unwrap();
    desk.book().keep(Shelf::Snapshots, Digest::of(&forged), &mut forged.as_slice()).unwrap();
    drop(desk);
    let desk = stage.desk();
    let cases = desk.office().unwrap().casebook.cases();
    let texts = cases.iter().filter_map(|case| Some(case.submissions().next()?.text.expose()));
    assert!(texts.clone().any(|text| text == "rapport 7") && !texts.clone().any(|text| text == "påhittat"));
}
