use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use sluss_core::secret::Secret;

use super::*;
use crate::testing::{House, IDS, Out, armored, carry_in, day, rng};

const PASSPHRASE: &str = "ett två tre fyra fem sex";

/// The answer of Anna's desk.
fn answer(house: &House, json: bool, command: Command) -> Result<String, Failure> {
    let (speech, mut out) = (speech().unwrap(), Vec::new());
    let call = run::Call {
        folder: &house.folder.path().join("anna"),
        passphrase: Some(&house.folder.path().join("passphrase")),
        json,
        voice: speech.voice(Lang::En),
    };
    call.run(command, day().instant(), &mut rng(), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn a_fingerprint_is_told_as_words_too() {
    let house = House::new();
    drop(house.desk("anna"));
    let told = answer(&house, false, Command::RosterShow).unwrap();
    for id in IDS {
        let words = house.tsk(id).fingerprint().words(Lang::En).join(" ");
        assert!(told.contains(&format!("The 13 words of the fingerprint: {words}\n")), "{told}");
    }
}

#[test]
fn what_the_source_sealed_is_told_and_opened_by_command() {
    let house = House::new();
    let sealed = house.seal_by_hand(b"KANARIE", house.tsk("bertil"), "anna");
    let files: [(&str, &[u8]); 2] = [("bevis.pdf.gpg", &sealed), ("trasig.asc", b"trasig")];
    let report = house.seal(&[], 1, &armored(&sealed), &files, &house.source());
    let mut desk = house.desk("anna");
    let out = Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() };
    carry_in(&mut desk, &house.outbound("anna", &out)).unwrap();
    let case = desk.office().unwrap().casebook.cases()[0].number();
    let tsk = house.tsk("anna");
    let locked = tsk.lock_for_gpg(&Secret::new(PASSPHRASE.to_owned())).unwrap();
    desk.book().put_tsk(&tsk.cert(), &locked).unwrap();
    drop(desk);
    fs::write(house.folder.path().join("passphrase"), PASSPHRASE).unwrap();

    let shown = answer(&house, false, Command::Show(case.clone())).unwrap();
    for name in ["1/report.txt", "1/bevis.pdf.gpg", "1/trasig.asc"] {
        assert!(shown.contains(&format!("The source sealed «{name}» themselves")), "{shown}");
    }
    assert!(!shown.contains("KANARIE"), "nothing opens by itself");
    let to = house.folder.path().join("bevis.pdf");
    let save = |file: &str, to: &PathBuf| {
        let command = Command::Save { case: case.clone(), file: file.to_owned(), to: to.clone(), unseal: true };
        answer(&house, true, command)
    };
    let saved: Value = serde_json::from_str(&save("1/bevis.pdf.gpg", &to).unwrap()).unwrap();
    assert_eq!((saved["size"].as_u64(), saved["signature"].as_str()), (Some(7), Some("stranger")));
    assert_eq!((saved["sealed_again"].as_bool(), fs::read(&to).unwrap()), (Some(false), b"KANARIE".to_vec()));
    let nowhere = house.folder.path().join("nothing");
    let refused = save("trasig.asc", &nowhere);
    assert!(matches!(&refused, Err(Failure::Refused(why)) if why.contains("no sealed OpenPGP message")), "{refused:?}");
    assert!(!nowhere.exists());
}
