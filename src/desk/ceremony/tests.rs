use std::fs;
use std::path::{Path, PathBuf};

use sluss_core::cert::{Kind, Tsk};
use sluss_core::codename::Kdf;
use sluss_core::day::Day;
use sluss_core::roster::{self, DropCard, RosterError, RosterFile};
use sluss_core::secret::Secret;

use super::*;
use crate::book::{Book, BookError};
use crate::testing::{House, IDS, clock, day, rng};

const PASSPHRASE: &str = "ett två tre fyra fem sex";

fn passphrase() -> Secret<String> {
    Secret::new(PASSPHRASE.to_owned())
}

/// Lays out what people have before there is a roster; without `left_out`.
fn described(house: &House, left_out: &str) -> (PathBuf, PathBuf) {
    let folder = house.folder.path();
    let mut text = String::new();
    let ids: Vec<&str> = IDS.into_iter().filter(|id| *id != left_out).collect();
    for id in &ids {
        fs::write(folder.join(format!("{id}.asc")), house.tsk(id).cert().armored()).unwrap();
        let role = if *id == "reserv" { "reserve" } else { "investigator" };
        text += &format!(
            "[[people]]\nid = \"{id}\"\nname = \"{id} Ek\"\nfirm = \"Ek & Alm\"\nrole = \"{role}\"\ncert = \"{id}.asc\"\n"
        );
    }
    text += &format!("[[organisations]]\nid = \"ale\"\nname = {{ sv = \"Ale kommun\" }}\nrecipients = {ids:?}\n");
    let card = DropCard {
        format: roster::FORMAT,
        onion: vec!["example.onion".to_owned()],
        cert: house.drop.cert().armored(),
        kdf: Kdf::draw(&mut rng()),
        demo: true,
    };
    let (description, drop) = (folder.join("people.toml"), folder.join("drop.json"));
    fs::write(&description, text).unwrap();
    fs::write(&drop, serde_json::to_vec(&card).unwrap()).unwrap();
    (description, drop)
}

fn book(house: &House, id: &str) -> Book {
    Book::open(&house.folder.path().join(format!("book-{id}")), &mut rand::rng()).unwrap()
}

fn first(house: &House) -> RosterFile {
    let (description, card) = described(house, "");
    draw_up(&description, Some(&card), None, day()).unwrap()
}

fn sign_all(house: &House, mut file: RosterFile, ids: &[&str]) -> RosterFile {
    for id in ids {
        sign(&book(house, id), &mut file, house.tsk(id), clock()).unwrap();
    }
    file
}

#[test]
fn a_roster_is_drawn_up_signed_by_all_and_used() {
    let house = House::new();
    let mut file = first(&house);
    let standing_now = standing(&file).unwrap();
    assert_eq!((standing_now.have, standing_now.need, standing_now.edition.version), (0, 4, 1));
    assert_eq!(standing_now.edition.birthday, day().plus_days(-1));
    assert!(standing_now.edition.demo);
    let anna = book(&house, "anna");
    assert!(matches!(
        take_into_use(&anna, &file, clock()),
        Err(SignError::Roster(RosterError::Signatures { have: 0, .. }))
    ));
    assert_eq!(sign(&anna, &mut file, house.tsk("anna"), clock()).unwrap().have, 1);
    assert!(matches!(sign(&anna, &mut file.clone(), house.tsk("anna"), clock()), Err(SignError::NoGain)));
    let stranger = Tsk::generate(Kind::Classic, Some("x"), day()).unwrap();
    assert!(matches!(sign(&anna, &mut file.clone(), &stranger, clock()), Err(SignError::NoGain)));
    let file = sign_all(&house, file, &["bertil", "cilla", "reserv"]);
    let used = take_into_use(&anna, &file, clock()).unwrap();
    assert_eq!(anna.roster().unwrap().digest(), used.digest());
}

#[test]
fn a_later_edition_continues_the_one_in_use() {
    let house = House::new();
    let old = sign_all(&house, first(&house), &IDS);
    let anna = book(&house, "anna");
    take_into_use(&anna, &old, clock()).unwrap();
    let (description, _) = described(&house, "cilla");
    let later: Day = day().plus_days(40);
    let mut next = draw_up(&description, None, Some(old.clone()), later).unwrap();
    assert_eq!((standing(&next).unwrap().need, standing(&next).unwrap().edition.version), (2, 2));
    sign(&anna, &mut next, house.tsk("anna"), clock()).unwrap();
    assert_eq!(sign(&book(&house, "reserv"), &mut next, house.tsk("reserv"), clock()).unwrap().have, 2);
    take_into_use(&anna, &next, clock()).unwrap();
    assert_eq!(anna.roster().unwrap().edition().version, 2);

    // Back is no way, and neither is another drop's roster.
    assert!(matches!(take_into_use(&anna, &old, clock()), Err(SignError::Foreign)));
    let other = House::new();
    let foreign = sign_all(&other, first(&other), &IDS);
    assert!(matches!(take_into_use(&anna, &foreign, clock()), Err(SignError::Foreign)));
    assert!(matches!(sign(&anna, &mut first(&other), house.tsk("anna"), clock()), Err(SignError::Foreign)));
    // Cilla's desk is not in the new one.
    let cilla = book(&house, "cilla");
    make_book_of(&cilla, house.tsk("cilla"));
    assert!(matches!(take_into_use(&cilla, &next, clock()), Err(SignError::NotInIt)));
}

fn make_book_of(book: &Book, tsk: &Tsk) {
    book.put_tsk(&tsk.cert(), &tsk.lock_for_gpg(&passphrase()).unwrap()).unwrap();
}

#[test]
fn what_was_written_wrongly_is_named() {
    let house = House::new();
    let (description, card) = described(&house, "");
    let text = fs::read_to_string(&description).unwrap();
    let with = |from: &str, to: &str| {
        fs::write(&description, text.replace(from, to)).unwrap();
        draw_up(&description, Some(&card), None, day()).unwrap_err()
    };
    assert!(matches!(with("role = \"reserve\"", "role = \"boss\""), DrawError::Description(DescriptionError::Toml(_))));
    assert!(matches!(with("firm = ", "company = "), DrawError::Description(DescriptionError::Toml(_))));
    assert!(matches!(with("anna.asc", "anna.txt"), DrawError::Description(DescriptionError::Read(..))));
    assert!(matches!(with("anna.asc", "drop.json"), DrawError::Roster(RosterError::Cert(..))));
    assert!(matches!(with("anna.asc", "bertil.asc"), DrawError::Roster(RosterError::SharedCert(_))));
    assert!(matches!(with("\"ale\"", "\"report\""), DrawError::Roster(RosterError::Name(_))));
    assert!(matches!(with("\"reserve\"", "\"investigator\""), DrawError::Roster(RosterError::Recipients(_))));
    fs::write(&description, &text).unwrap();
    assert!(matches!(draw_up(&description, None, None, day()), Err(DrawError::NoCard)));
    assert!(matches!(
        draw_up(&description, Some(&description), None, day()),
        Err(DrawError::Description(DescriptionError::Card))
    ));
    assert!(matches!(
        draw_up(Path::new("/nowhere"), Some(&card), None, day()),
        Err(DrawError::Description(DescriptionError::Read(..)))
    ));
    fs::write(house.folder.path().join("anna.asc"), house.tsk("anna").lock_for_gpg(&passphrase()).unwrap()).unwrap();
    let secret = draw_up(&description, Some(&card), None, day());
    assert!(matches!(secret, Err(DrawError::Roster(RosterError::Cert(_, sluss_core::cert::CertError::Secret)))));
}

#[test]
fn a_key_is_made_once_and_locked() {
    let house = House::new();
    let book = book(&house, "ny");
    assert!(matches!(
        make(&book, "Ny", Kind::Classic, &Secret::new("kort".to_owned()), clock(), &mut rng()),
        Err(KeyError::Short)
    ));
    let cert = make(&book, "Ny Ek", Kind::Classic, &passphrase(), clock(), &mut rng()).unwrap();
    assert_eq!(cert.label().as_deref(), Some("Ny Ek <ny-ek@sluss.invalid>"));
    assert!(matches!(
        make(&book, "Ny", Kind::Classic, &passphrase(), clock(), &mut rng()),
        Err(KeyError::Book(BookError::KeyExists))
    ));
    let for_gpg = export_for_gpg(&book, &passphrase()).unwrap();
    assert!(matches!(export_for_gpg(&book, &Secret::new("fel lösenfras".to_owned())), Err(KeyError::Cert(_))));
    // What was exported loads elsewhere.
    let elsewhere = self::book(&house, "annan");
    assert_eq!(load(&elsewhere, &for_gpg, &passphrase(), clock(), &mut rng()).unwrap(), cert);
    assert!(matches!(
        load(&elsewhere, cert.armored().as_bytes(), &passphrase(), clock(), &mut rng()),
        Err(KeyError::Cert(_))
    ));
    assert_eq!(elsewhere.cert().unwrap(), cert);
}
