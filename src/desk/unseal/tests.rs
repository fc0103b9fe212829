use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use sluss_core::cert::{Kind, Tsk};

use super::*;
use crate::book::Book;
use crate::testing::{House, Out, armored, carry_in, clock, day};

const TEXT: &str = "Så var det: <b>& inget annat.\r\n";

/// Anna's desk with one report in it, and the report's case.
fn desk_with(house: &House, text: &str, files: &[(&str, &[u8])], source: &Tsk) -> (Desk, String) {
    let report = house.seal(&[], 1, text, files, source);
    let mut desk = house.desk("anna");
    let out = Out { incarnation: 1, number: 1, submissions: &[&report], ..Out::default() };
    carry_in(&mut desk, &house.outbound("anna", &out)).unwrap();
    let case = desk.office().unwrap().casebook.cases()[0].number();
    (desk, case)
}

fn folder_of(house: &House) -> PathBuf {
    let folder = house.folder.path().join("saved");
    fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn text_and_files_come_out_as_they_went_in() {
    let house = House::new();
    let source = house.source();
    let picture: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
    let by_source = house.seal_by_hand(TEXT.as_bytes(), &source, "anna");
    let by_bertil = house.seal_by_hand(&picture, house.tsk("bertil"), "anna");
    let armored_file = armored(&by_bertil);
    let files: [(&str, &[u8]); 2] = [("bild å.png.GPG", &by_bertil), ("bild.asc", armored_file.as_bytes())];
    let (desk, case) = desk_with(&house, &armored(&by_source), &files, &source);

    let opened = read(&desk, &case, 1).unwrap();
    assert!(matches!(opened.content, Content::Text(text) if text.expose() == TEXT));
    assert_eq!(opened.voucher, Some(Voucher::Source));
    let to = folder_of(&house);
    let (saved, unsealed) = save(&desk, &case, "1/report.txt", &to).unwrap();
    assert_eq!(saved.file, to.join("report-unsealed.txt"));
    assert_eq!((fs::read(&saved.file).unwrap(), unsealed.voucher), (TEXT.as_bytes().to_vec(), Voucher::Source));
    for (name, plain) in [("1/bild å.png.GPG", "bild å.png"), ("bild.asc", "bild")] {
        let (saved, unsealed) = save(&desk, &case, name, &to).unwrap();
        assert_eq!((saved.file.as_path(), saved.size), (to.join(plain).as_path(), picture.len() as u64));
        assert!(fs::read(&saved.file).unwrap() == picture);
        assert_eq!((unsealed.voucher, unsealed.again), (Voucher::Stranger, false));
        let again = save(&desk, &case, name, &to);
        assert!(matches!(again, Err(SaveError::Write(_))), "nothing is overwritten");
    }
}

#[test]
fn an_earlier_key_of_the_reader_opens_it_too() {
    let house = House::new();
    let earlier = Tsk::generate(Kind::Classic, None, day()).unwrap();
    let sealed = sluss_core::envelope::seal_bytes(b"x", house.tsk("bertil"), &[&earlier.cert()], day(), clock());
    let (desk, case) = desk_with(&house, &armored(&sealed.unwrap()), &[], &house.source());
    let refused = read(&desk, &case, 1);
    assert!(matches!(refused, Err(SaveError::Nested(NestedError::NotForUs))), "{refused:?}");
    drop(desk);
    let book = Arc::new(Book::open(&house.folder.path().join("anna"), &mut rand::rng()).unwrap());
    let desk = Desk::with_tsks(book, house.tsk("anna").clone(), vec![earlier]).unwrap();
    assert!(matches!(read(&desk, &case, 1).unwrap().content, Content::Text(_)));
}

#[test]
fn text_around_the_armor_is_no_hindrance() {
    let house = House::new();
    let sealed = armored(&house.seal_by_hand(b"x", &house.source(), "anna"));
    let (desk, case) = desk_with(&house, &format!("Hej,\r\n{sealed}\r\nHälsningar"), &[], &house.source());
    let opened = read(&desk, &case, 1).unwrap();
    assert!(matches!(opened.content, Content::Text(text) if text.expose() == "x"));
}

#[test]
fn what_is_too_long_no_text_or_sealed_again_is_told() {
    let house = House::new();
    let source = house.source();
    let most = usize::try_from(limits::UNSEALED_TEXT).unwrap();
    let told = |content: &[u8]| {
        let house = House::new();
        let sealed = house.seal_by_hand(content, &source, "anna");
        // As a text would it be too long for a source's form; what is read here does not ask.
        let (desk, case) = desk_with(&house, &armored(&sealed), &[], &source);
        let to = folder_of(&house);
        let (saved, unsealed) = save(&desk, &case, "report.txt", &to).unwrap();
        assert!(fs::read(saved.file).unwrap() == content);
        (read(&desk, &case, 1).unwrap().content, unsealed.again)
    };
    assert!(matches!(told(&vec![b'&'; most]), (Content::Text(_), false)));
    assert!(matches!(told(&vec![b'&'; most + 1]), (Content::Long, false)));
    assert!(matches!(told(b"\xff\x00"), (Content::NoText, false)));
    let inner = house.seal_by_hand(b"x", &source, "bertil");
    assert!(matches!(told(&inner), (Content::Again, true)));
    assert!(matches!(told(armored(&inner).as_bytes()), (Content::Again, true)));
}

#[test]
fn what_is_refused_leaves_no_file() {
    let house = House::new();
    let source = house.source();
    let sealed = house.seal_by_hand(&[7; 300_000], &source, "anna");
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    let key = house.tsk("bertil").lock_for_gpg(&Secret::new("x".to_owned())).unwrap();
    let cert = house.tsk("bertil").cert().armored().into_bytes();
    let foreign = house.seal_by_hand(b"x", &source, "bertil");
    let files: [(&str, &[u8]); 5] = [
        ("changed.gpg", &changed),
        ("cut.gpg", &sealed[..200_000]),
        ("key.asc", &key),
        ("cert.asc", &cert),
        ("foreign.pgp", &foreign),
    ];
    let (desk, case) = desk_with(&house, "Ingen rustning.", &files, &source);
    let to = folder_of(&house);
    let refused = |name: &str| match save(&desk, &case, name, &to) {
        Err(SaveError::Nested(error)) => error,
        other => panic!("{name}: {other:?}"),
    };
    assert!(matches!(refused("changed.gpg"), NestedError::Damaged));
    assert!(matches!(refused("cut.gpg"), NestedError::Damaged));
    assert!(matches!(refused("key.asc"), NestedError::SecretKey));
    assert!(matches!(refused("cert.asc"), NestedError::NotSealed));
    assert!(matches!(refused("foreign.pgp"), NestedError::NotForUs));
    assert!(matches!(refused("report.txt"), NestedError::NotSealed));
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0);
    assert!(matches!(read(&desk, &case, 2), Err(SaveError::NoFile)));
    assert!(matches!(save(&desk, &case, "1/none.gpg", &to), Err(SaveError::NoFile)));
}
