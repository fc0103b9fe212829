use std::path::Path;
use std::process::{Command, Output};

use super::fixture::{House, clock, day};
use super::letters::letter;
use crate::cert::{Cert, CertError, Kind, Tsk};
use crate::day::{Clock, Day};
use crate::letter::{FORMAT, Letter, LetterKind, OpenError, Text};
use crate::secret::Secret;

pub fn gpg(home: &Path, args: &[&str]) -> Output {
    let out = Command::new("gpg")
        .arg("--homedir")
        .arg(home)
        .args(["--batch", "--pinentry-mode", "loopback"])
        .args(args)
        .output();
    out.expect("gpg is installed by tests/run")
}

pub fn home() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    dir
}

pub fn end_agent(home: &Path) {
    let _ = Command::new("gpgconf").arg("--homedir").arg(home).args(["--kill", "gpg-agent"]).status();
}

#[test]
fn a_cert_ends_with_the_first_thing_that_it_needs() {
    let clock = |day: &str| Clock::new(day.parse::<Day>().unwrap().instant()).unwrap();
    let ending: [&[u8]; 2] = [
        include_bytes!("../../../tests/vectors/primary-ends.asc"),
        include_bytes!("../../../tests/vectors/subkey-ends.asc"),
    ];
    for cert in ending.map(|bytes| Cert::from_bytes(bytes).unwrap()) {
        assert_eq!(cert.kind(), Kind::Classic);
        for day in ["2026-11-24", "2027-03-02", "2030-01-01"] {
            assert_eq!(cert.expires(clock(day)), Some("2027-02-28".parse().unwrap()), "{cert:?} on {day}");
        }
        assert_eq!(cert.usable(clock("2027-03-01")), Ok(()));
        assert_eq!(cert.usable(clock("2027-03-02")), Err(CertError::Unusable));
    }
    for kind in [Kind::PostQuantum, Kind::Classic] {
        assert_eq!(Tsk::generate(kind, None, day()).unwrap().cert().expires(clock("2099-01-01")), None);
    }
}

#[test]
fn stock_gpg_and_unzip_open_a_mixed_submission() {
    let house = House::new(&["bertil"]);
    let source = house.source();
    let files: [(&str, &[u8]); 2] = [("bevis å.txt", b"bevis"), ("stor.bin", &[3; 700_000])];
    // One is left out, and it is the second message, so that signature and decoy slot are there too.
    let (_, bytes) = house.seal(&house.audience(&["cilla"]), 2, "Det var så.", &files, &source);

    let home = home();
    let passphrase = Secret::new("korrekt häst".to_owned());
    std::fs::write(home.path().join("tsk.asc"), house.tsk("bertil").lock_for_gpg(&passphrase).unwrap()).unwrap();
    std::fs::write(home.path().join("sealed.pgp"), &bytes).unwrap();
    std::fs::write(home.path().join("pass"), "korrekt häst").unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let import = gpg(home.path(), &["--passphrase-file", &path("pass"), "--import", &path("tsk.asc")]);
    assert!(import.status.success(), "{import:?}");
    let out = gpg(
        home.path(),
        &["--passphrase-file", &path("pass"), "--status-fd", "2", "-o", &path("out.zip"), "-d", &path("sealed.pgp")],
    );
    end_agent(home.path());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(String::from_utf8_lossy(&out.stderr).contains("GOODMDC"));

    let unzip = Command::new("unzip").args(["-o", "-q", &path("out.zip"), "-d", &path("out")]).output().unwrap();
    assert!(unzip.status.success(), "{unzip:?}");
    assert_eq!(std::fs::read_to_string(home.path().join("out/report.txt")).unwrap(), "Det var så.");
    assert_eq!(std::fs::read(home.path().join("out/files/stor.bin")).unwrap(), vec![3; 700_000]);
    assert_eq!(std::fs::read_to_string(home.path().join("out/files/bevis å.txt")).unwrap(), "bevis");
    assert!(home.path().join("out/sluss.sig").exists());
}

#[test]
fn a_key_made_by_gpg_reads_and_writes() {
    for algorithm in ["rsa3072", "ed25519"] {
        let home = home();
        let encryption = if algorithm == "ed25519" { "cv25519" } else { algorithm };
        std::fs::write(home.path().join("pass"), "lösen").unwrap();
        let pass = home.path().join("pass").to_str().unwrap().to_owned();
        let user = "Rut <rut@sluss.invalid>";
        let made =
            gpg(home.path(), &["--passphrase-file", &pass, "--quick-gen-key", user, algorithm, "sign,cert", "never"]);
        assert!(made.status.success(), "{made:?}");
        let list = gpg(home.path(), &["--with-colons", "--list-keys"]);
        let text = String::from_utf8_lossy(&list.stdout).into_owned();
        let fingerprint = text.lines().find(|l| l.starts_with("fpr")).unwrap().split(':').nth(9).unwrap().to_owned();
        let added = gpg(
            home.path(),
            &["--passphrase-file", &pass, "--quick-add-key", &fingerprint, encryption, "encr", "never"],
        );
        assert!(added.status.success(), "{added:?}");
        let tsk = gpg(home.path(), &["--passphrase-file", &pass, "--armor", "--export-secret-keys"]).stdout;
        let cert = gpg(home.path(), &["--armor", "--export"]).stdout;
        end_agent(home.path());

        assert!(Cert::from_bytes(&tsk).is_err());
        assert!(Tsk::unlock_with_passphrase(&tsk, &Secret::new("fel".to_owned())).is_err());
        let rut = Tsk::unlock_with_passphrase(&tsk, &Secret::new("lösen".to_owned())).unwrap();
        assert_eq!(Cert::from_bytes(&cert).unwrap().fingerprint(), rut.fingerprint());

        let today = crate::day::Day::of(std::time::SystemTime::now()).unwrap();
        let mut tsks = House::new(&[]).tsks;
        tsks.insert("bertil", rut);
        let mut house = House::with(tsks);
        // gpg dated the key today, which may be later than the fixture's day.
        let clock = clock().not_before(today.plus_days(1));
        let source = house.source();
        let audience = house.roster.audience("lillaedet", &["bertil".to_owned()].into(), clock).unwrap();
        let (_, left_out) = house.seal(&audience, 1, "x", &[], &source);
        assert!(house.open("bertil", &left_out).is_err());
        let audience = house.roster.audience("lillaedet", &std::collections::BTreeSet::new(), clock).unwrap();
        let (sealed, bytes) = house.seal(&audience, 1, "x", &[], &source);
        assert_eq!(house.open("bertil", &bytes).unwrap().text().expose(), "x");

        let rut = house.tsks.remove("bertil").unwrap();
        let letter = Letter {
            format: FORMAT,
            drop: house.roster.drop_id(),
            organisation: "lillaedet".to_owned(),
            source: source.fingerprint(),
            writer: rut.fingerprint(),
            sequence: 1,
            previous: None,
            seen: vec![sealed.digest],
            answers: Some(sealed.digest),
            kind: LetterKind::Question,
            day: day(),
            text: Text::new("När?".to_owned()),
        };
        let sealed = letter.seal(&rut, &source.cert(), &[&house.cert("anna")], clock).unwrap();
        assert_eq!(Letter::open(&sealed.bytes, &source, &[&rut.cert()]).unwrap().text.expose(), "När?");
    }
}

#[test]
fn a_locked_tsk_opens_with_its_key_alone() {
    let tsk = Tsk::generate(Kind::PostQuantum, None, day()).unwrap();
    let key = Secret::new([5; 32]);
    let locked = tsk.lock(&key).unwrap();
    assert!(locked.len() <= 2_304, "a source's record has room for 2,304 bytes: {}", locked.len());
    assert_eq!(Tsk::unlock(&locked, &key).unwrap().fingerprint(), tsk.fingerprint());
    assert!(Tsk::unlock(&locked, &Secret::new([6; 32])).is_err());
    let passphrase = Secret::new("häst".to_owned());
    let locked = tsk.lock_with_passphrase(&passphrase, &mut super::fixture::rng()).unwrap();
    assert!(Tsk::unlock_with_passphrase(&locked, &passphrase).is_ok());
    assert!(Tsk::unlock_with_passphrase(&locked, &Secret::new("hast".to_owned())).is_err());
}

#[test]
fn stock_gpg_verifies_a_letter_that_its_source_took_out() {
    let house = House::new(&[]);
    let (source, anna) = (house.source(), house.cert("anna"));
    let sealed = letter(&house, &source, "Vi har utrett.")
        .seal(house.tsk("anna"), &source.cert(), &[&house.cert("bertil")], clock())
        .unwrap();
    let signed = Letter::signed(&sealed.bytes, &source, &[&anna]).unwrap();
    assert!(matches!(Letter::signed(&sealed.bytes, &source, &[&house.cert("bertil")]), Err(OpenError::ForeignSigner)));

    let home = home();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("anna.asc"), anna.armored()).unwrap();
    let text = String::from_utf8(signed.expose().clone()).unwrap();
    std::fs::write(path("letter.asc"), &text).unwrap();
    assert!(gpg(home.path(), &["--import", &path("anna.asc")]).status.success());
    let verify = |name: &str| gpg(home.path(), &["--status-fd", "2", "-o", &path("letter.json"), "-d", &path(name)]);
    let told = verify("letter.asc");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let good = format!("VALIDSIG {}", anna.fingerprint());
    assert!(String::from_utf8_lossy(&told.stderr).contains(&good), "{}", String::from_utf8_lossy(&told.stderr));
    let json = std::fs::read_to_string(path("letter.json")).unwrap();
    assert!(json.contains("Vi har utrett.") && json.len() == crate::limits::LETTER);

    // Where the text stands: after the packets' heads.
    let (head, rest) = text.split_at(300);
    let other = if rest.starts_with('A') { 'B' } else { 'A' };
    std::fs::write(path("changed.asc"), format!("{head}{other}{}", &rest[1..])).unwrap();
    std::fs::remove_file(path("letter.json")).unwrap();
    let told = verify("changed.asc");
    end_agent(home.path());
    assert!(!told.status.success(), "gpg takes a changed letter");
}
