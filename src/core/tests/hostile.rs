//! Archives that no honest drop makes, sealed as well as any.

use std::io::{Cursor, Write};

use sequoia_openpgp::packet::Tag;
use sequoia_openpgp::serialize::stream::{ArbitraryWriter, Compressor};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::fixture::{House, clock};
use crate::digest::Digest;
use crate::envelope;
use crate::open::{self, OpenError};

struct Crafted {
    members: Vec<(String, Vec<u8>)>,
    manifest: Value,
}

impl Crafted {
    /// What an honest drop would make of one file.
    fn honest(house: &House) -> Self {
        let source = house.source().cert().armored().into_bytes();
        let members = vec![
            ("report.txt".to_owned(), b"text".to_vec()),
            ("files/a.txt".to_owned(), vec![1; 100]),
            ("source.asc".to_owned(), source),
        ];
        let manifest = json!({
            "format": 1, "drop": house.roster.drop_id(), "organisation": "lillaedet", "roster": house.roster.digest(),
            "sequence": 1, "kind": "report", "day": "2026-11-24", "acknowledged": true, "language": "sv",
            "audience": [house.tsk("anna").fingerprint()], "answers": {}, "token": Digest::of(b"t"),
            "some later field": "is passed over",
        });
        Self { members, manifest }
    }

    /// The manifest's list, made from the members as they are now.
    fn listed(mut self) -> Self {
        let list =
            |(name, bytes): &(String, Vec<u8>)| json!({"name": name, "size": bytes.len(), "sha256": Digest::of(bytes)});
        self.manifest["members"] = self.members.iter().map(list).collect();
        self
    }

    fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let manifest = ("sluss.json".to_owned(), serde_json::to_vec(&self.manifest).unwrap());
        let padding = ("padding".to_owned(), vec![0; 10]);
        for (name, bytes) in self.members.iter().chain([&manifest, &padding]) {
            zip.start_file(name.as_str(), options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn outcome(&self, house: &House) -> Result<(), OpenError> {
        house.open("anna", &encrypted(house, &self.zip())).map(drop)
    }
}

fn encrypted(house: &House, plain: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    let slots = [house.cert("anna").slot(clock()).unwrap()];
    let mut message = envelope::literal(envelope::encrypt(&mut sealed, &slots).unwrap()).unwrap();
    message.write_all(plain).unwrap();
    message.finalize().unwrap();
    sealed
}

#[test]
fn only_what_the_manifest_says_is_believed() {
    let house = House::new(&[]);
    let honest = || Crafted::honest(&house);
    assert!(honest().listed().outcome(&house).is_ok());

    let change = |change: &dyn Fn(&mut Crafted)| {
        let mut crafted = honest().listed();
        change(&mut crafted);
        crafted.outcome(&house)
    };
    assert!(matches!(change(&|c| c.members[1].1 = vec![2; 100]), Err(OpenError::Format(_))), "altered");
    assert!(matches!(change(&|c| c.members[1].1.push(1)), Err(OpenError::Format(_))), "longer");
    assert!(matches!(change(&|c| c.members.swap(0, 1)), Err(OpenError::Format(_))), "reordered");
    assert!(matches!(change(&|c| drop(c.members.remove(1))), Err(OpenError::Format(_))), "missing");
    assert!(matches!(change(&|c| c.members.push(("extra".into(), vec![]))), Err(OpenError::Format(_))), "extra");
    assert!(matches!(change(&|c| c.manifest["audience"] = json!([])), Err(OpenError::NotAddressed)));
    assert!(matches!(change(&|c| c.manifest["format"] = json!(2)), Err(OpenError::Newer)));
    assert!(matches!(change(&|c| c.manifest["sequence"] = json!(0)), Err(OpenError::Format(_))));
    assert!(matches!(change(&|c| c.manifest["kind"] = json!("message")), Err(OpenError::Format(_))));
    assert!(matches!(change(&|c| c.manifest["token"] = json!("short")), Err(OpenError::Format(_))));
    // A second message that its source did not sign.
    let unsigned = |c: &mut Crafted| (c.manifest["sequence"], c.manifest["kind"]) = (json!(2), json!("message"));
    assert!(matches!(change(&unsigned), Err(OpenError::Format(_))));
}

#[test]
fn names_that_climb_and_bombs_are_refused() {
    let house = House::new(&[]);
    for name in
        ["files/../../.profile", "/etc/passwd", "files/", "files/a\u{202e}b", "files/a/b", "report.txt", "filesa"]
    {
        let mut crafted = Crafted::honest(&house);
        crafted.members[1].0 = name.to_owned();
        if name != "report.txt" {
            assert!(matches!(crafted.listed().outcome(&house), Err(OpenError::Format(_))), "{name}");
        }
    }
    let mut twins = Crafted::honest(&house);
    twins.members.insert(2, ("files/A.TXT".to_owned(), vec![]));
    assert!(matches!(twins.listed().outcome(&house), Err(OpenError::Format(_))));

    let many = (0..30).map(|n| (format!("files/{n}"), vec![]));
    let mut crafted = Crafted::honest(&house);
    crafted.members.splice(1..2, many);
    assert!(matches!(crafted.listed().outcome(&house), Err(OpenError::Format(_))));

    let mut secret = Crafted::honest(&house);
    secret.members[2].1 = house.tsk("bertil").lock_for_gpg(&crate::secret::Secret::new("x".to_owned())).unwrap();
    assert!(matches!(secret.listed().outcome(&house), Err(OpenError::Format(_))));
}

#[test]
fn what_is_no_archive_or_sealed_twice_is_refused() {
    let house = House::new(&[]);
    let honest = Crafted::honest(&house).listed().zip();
    for plain in [Vec::new(), b"text".to_vec(), encrypted(&house, &honest), honest[..honest.len() - 30].to_vec()] {
        assert!(matches!(house.open("anna", &encrypted(&house, &plain)), Err(OpenError::Format(_))));
    }
    assert!(matches!(house.open("anna", &honest), Err(OpenError::Damaged)));
    assert!(matches!(house.open("anna", b""), Err(OpenError::Damaged)));

    // Signed and sealed like a letter: a submission carries no signature of its own.
    let signed =
        envelope::seal_bytes(&honest, house.tsk("bertil"), &[&house.cert("anna")], super::fixture::day(), clock());
    assert!(house.open("anna", &signed.unwrap()).is_err());
    // Two messages behind one another.
    let mut two = encrypted(&house, &honest);
    two.extend(encrypted(&house, &honest));
    assert!(house.open("anna", &two).is_err());

    // A compressed packet, which could unfold without end.
    let mut bomb = Vec::new();
    let slots = [house.cert("anna").slot(clock()).unwrap()];
    let message = envelope::encrypt(&mut bomb, &slots).unwrap();
    let mut message = ArbitraryWriter::new(message, Tag::CompressedData).unwrap();
    // ZIP, then an empty literal packet in one stored deflate block.
    message.write_all(&[1, 1, 8, 0, 0xf7, 0xff, 0xcb, 6, b'b', 0, 0, 0, 0, 0]).unwrap();
    message.finalize().unwrap();
    assert!(house.open("anna", &bomb).is_err());
    // A whole submission, folded: what is unfolded at all is what a source sealed themselves, and on request.
    let mut folded = Vec::new();
    let message = Compressor::new(envelope::encrypt(&mut folded, &slots).unwrap()).build().unwrap();
    let mut message = envelope::literal(message).unwrap();
    message.write_all(&honest).unwrap();
    message.finalize().unwrap();
    assert!(matches!(house.open("anna", &folded), Err(OpenError::Damaged)));
    // A bomb of them: it must not even reach the spool.
    let mut bomb = Vec::new();
    let message = Compressor::new(envelope::encrypt(&mut bomb, &slots).unwrap()).build().unwrap();
    let mut message = envelope::literal(message).unwrap();
    message.write_all(&[0; 10_000_000]).unwrap();
    message.finalize().unwrap();
    let spool = tempfile::tempfile().unwrap();
    let opened = open::open(bomb.as_slice(), house.tsk("anna"), spool.try_clone().unwrap());
    assert!(matches!(opened, Err(OpenError::Damaged)) && spool.metadata().unwrap().len() == 0);
}
