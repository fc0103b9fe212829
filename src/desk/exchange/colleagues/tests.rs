use std::fs;

use sluss_core::note::Matter;

use super::*;
use crate::casebook::SetAside;
use crate::casebook::case::{Case, State};
use crate::exchange::Opened;
use crate::noting::note;
use crate::testing::{House, Out, carry_in, clock};

const FIRST: Out<'static> = Out { incarnation: 1, number: 1, submissions: &[], echoes: &[], done: &[], skipped: &[] };

fn take_in(house: &House, desk: &mut Desk, id: &str, submissions: &[&[u8]]) {
    let bundle = house.outbound(id, &Out { submissions, ..FIRST });
    carry_in(desk, &bundle).unwrap();
}

/// What `desk` shares with `colleague`, in a file.
fn shared(house: &House, desk: &Desk, colleague: &str, name: &str) -> PathBuf {
    share(desk, colleague, &house.folder.path().join(name), clock(), &mut rand::rng()).unwrap().file
}

fn heard(desk: &mut Desk, file: &Path) -> (usize, usize, usize) {
    match carry_in(desk, file).unwrap() {
        Opened::FromColleague(heard) => (heard.new, heard.known, heard.closed),
        Opened::FromDrop(intake) => panic!("{intake:?}"),
    }
}

/// All that can be seen of a desk's cases.
fn seen(desk: &Desk) -> Vec<String> {
    let office = desk.office().unwrap();
    let cases = office.casebook.cases();
    let told = cases.iter().map(|case| {
        let notes: Vec<_> = case.notes().map(|(digest, note)| (digest, note.text.expose())).collect();
        format!("{} {:?} {:?} {:?} {notes:?}", case.number(), case.state(), case.assigned(), case.impartial())
    });
    told.collect()
}

#[test]
fn two_desks_agree_in_whatever_order_their_sticks_come() {
    let house = House::new();
    let reports =
        [house.seal(&["cilla"], 1, "ett", &[], &house.source()), house.seal(&[], 1, "två", &[], &house.source())];
    let [mut anna, mut bertil, mut cilla] = ["anna", "bertil", "cilla"].map(|id| house.desk(id));
    let all: [&[u8]; 2] = [&reports[0], &reports[1]];
    take_in(&house, &mut anna, "anna", &all);
    let mut cases = anna.office().unwrap().casebook.cases();
    cases.sort_by_key(|case| case.submissions().next().map(|first| first.text.expose().to_owned()));
    let cases: Vec<String> = cases.iter().map(Case::number).collect();
    for case in &cases {
        note(&mut anna, case, Matter::Impartial { yes: true }, "Prövat.", clock()).unwrap();
        note(&mut anna, case, Matter::Assigned { to: "bertil".to_owned() }, "", clock()).unwrap();
    }
    let early = shared(&house, &anna, "bertil", "early");
    note(&mut anna, &cases[0], Matter::Closed, "Utrett.", clock()).unwrap();
    let late = shared(&house, &anna, "bertil", "late");

    // The newer stick first, before the drop's own, then a doubled one, then the older.
    assert_eq!(heard(&mut bertil, &late), (5, 0, 0));
    let office = bertil.office().unwrap();
    assert!(office.casebook.set_aside().values().all(|why| *why == SetAside::NoCase), "they wait for their cases");
    take_in(&house, &mut bertil, "bertil", &all);
    assert_eq!(heard(&mut bertil, &late), (0, 5, 0));
    assert_eq!(heard(&mut bertil, &early), (0, 4, 0));
    note(&mut bertil, &cases[0], Matter::Reopened, "En fråga till.", clock()).unwrap();
    note(&mut bertil, &cases[1], Matter::Impartial { yes: false }, "Svåger.", clock()).unwrap();
    assert_eq!(heard(&mut anna, &shared(&house, &bertil, "anna", "back")), (2, 5, 0));
    assert_eq!(seen(&anna), seen(&bertil));
    assert!(anna.office().unwrap().casebook.cases().iter().all(|case| case.state() == State::New));
    drop(anna);
    assert_eq!(seen(&house.desk("anna")), seen(&bertil), "a desk opened anew knows the same");

    // Cilla was left out of one case, and hears nothing of it; she passes on what she heard.
    let for_cilla = share(&bertil, "cilla", &house.folder.path().join("third"), clock(), &mut rand::rng()).unwrap();
    assert_eq!(for_cilla.notes, 3);
    take_in(&house, &mut cilla, "cilla", &[&reports[1]]);
    assert_eq!(heard(&mut cilla, &for_cilla.file), (3, 0, 0));
    assert_eq!(heard(&mut bertil, &shared(&house, &cilla, "bertil", "round")), (0, 3, 0));
}

#[test]
fn a_bundle_for_somebody_else_damaged_or_forged_is_refused_whole() {
    let house = House::new();
    let report = house.seal(&[], 1, "x", &[], &house.source());
    let [mut anna, mut bertil] = ["anna", "bertil"].map(|id| house.desk(id));
    take_in(&house, &mut anna, "anna", &[&report]);
    let refused = |desk: &mut Desk, file: &Path| match carry_in(desk, file) {
        Err(ExchangeError::Refused(error)) => error,
        other => panic!("{other:?}"),
    };
    let nothing = share(&anna, "bertil", house.folder.path(), clock(), &mut rand::rng());
    assert!(matches!(nothing, Err(ExchangeError::NothingToShare)), "{nothing:?}");
    let case = anna.office().unwrap().casebook.cases()[0].number();
    note(&mut anna, &case, Matter::Remark, "x", clock()).unwrap();
    for nobody in ["anna", "stranger"] {
        let made = share(&anna, nobody, house.folder.path(), clock(), &mut rand::rng());
        assert!(matches!(made, Err(ExchangeError::NoColleague)), "{nobody}: {made:?}");
    }
    let for_cilla = shared(&house, &anna, "cilla", "for-cilla");
    assert!(matches!(refused(&mut bertil, &for_cilla), OpenError::NotForUs));

    let good = shared(&house, &anna, "bertil", "good");
    let mut flipped = fs::read(&good).unwrap();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let bad = house.folder.path().join("bad");
    fs::write(&bad, &flipped).unwrap();
    assert!(matches!(refused(&mut bertil, &bad), OpenError::Damaged));
    flipped[middle] ^= 1;
    fs::write(&bad, &flipped[..middle]).unwrap();
    assert!(matches!(refused(&mut bertil, &bad), OpenError::Damaged | OpenError::Unsigned));

    // The drop is no colleague, nor is a source.
    let manifest = bundle::Desk {
        format: bundle::FORMAT,
        drop: house.roster.drop_id(),
        id: RandomId::from_bytes([1; 16]),
        investigator: house.tsk("anna").fingerprint(),
        entries: Vec::new(),
    };
    let reader = house.tsk("bertil").cert();
    let source = house.source();
    for (signer, expected) in [(&source, "ForeignSigner"), (house.tsk("cilla"), "ForeignSigner")] {
        let addresses = Addresses { signer, readers: &[&reader], day: crate::testing::day(), clock: clock() };
        let mut forged = Vec::new();
        bundle::seal(&manifest, &addresses, &mut forged, |_| Ok(std::io::empty())).unwrap();
        fs::write(&bad, &forged).unwrap();
        assert_eq!(format!("{:?}", refused(&mut bertil, &bad)), expected);
    }
    assert!(bertil.book().list(Shelf::Notes).unwrap().is_empty(), "something is kept of what was refused");
    assert_eq!(heard(&mut bertil, &good), (1, 0, 0));
}
