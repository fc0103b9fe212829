use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::fixture::{House, clock, day, rng};
use crate::bundle::{
    self, Addresses, Desk, FORMAT, Item, LetterItem, OpenError, Outbound, RandomId, Return, SealError,
};
use crate::cert::{Cert, Tsk};
use crate::digest::Digest;
use crate::envelope::sign_and_encrypt;
use crate::limits;

fn outbound(house: &House, bodies: &[Vec<u8>]) -> Outbound {
    Outbound {
        format: FORMAT,
        drop: house.roster.drop_id(),
        roster: house.roster.digest(),
        incarnation: RandomId::from_bytes([1; 16]),
        investigator: house.tsk("anna").fingerprint(),
        number: 1,
        more: false,
        day: day(),
        submissions: bodies.iter().map(|body| Item { digest: Digest::of(body), length: body.len() as u64 }).collect(),
        echoes: Vec::new(),
        done: Vec::new(),
        skipped: Vec::new(),
    }
}

fn seal<M: bundle::Manifest>(manifest: &M, signer: &Tsk, reader: &Cert, bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut sealed = Vec::new();
    let addresses = Addresses { signer, readers: &[reader], day: day(), clock: clock() };
    let find = |item: &Item| {
        Ok(Cursor::new(bodies.iter().find(|body| Digest::of(body) == item.digest).cloned().unwrap_or_default()))
    };
    bundle::seal(manifest, &addresses, &mut sealed, find).unwrap();
    sealed
}

fn from_bertil(house: &House) -> Return {
    Return {
        format: FORMAT,
        drop: house.roster.drop_id(),
        id: RandomId::draw(&mut rng()),
        investigator: house.tsk("bertil").fingerprint(),
        incarnation: None,
        acknowledged: Vec::new(),
        letters: Vec::new(),
        receipts: Vec::new(),
        enrolments: Vec::new(),
        roster: None,
    }
}

fn verify(house: &House, reader: &str, sealed: &[u8]) -> Result<Outbound, OpenError> {
    let verified =
        bundle::verify::<Outbound>(sealed, house.tsk(reader), &[&house.drop.cert()], house.roster.drop_id())?;
    Ok(verified.manifest)
}

fn bodies() -> Vec<Vec<u8>> {
    vec![vec![1; 130_000], vec![2; 1], Vec::new(), vec![3; 5_000_000]]
}

#[test]
fn what_goes_in_comes_out_in_whole_steps() {
    let house = House::new(&["anna"]);
    for bodies in [Vec::new(), bodies()] {
        let manifest = outbound(&house, &bodies);
        let sealed = seal(&manifest, &house.drop, &house.cert("anna"), &bodies);
        let over = sealed.len() as u64 % limits::BUNDLE_STEP;
        assert!(over <= 4 || over >= limits::BUNDLE_STEP - 4, "{} is no step", sealed.len());
        assert_eq!(verify(&house, "anna", &sealed).unwrap(), manifest);
        let mut out = Vec::new();
        bundle::unpack::<Outbound>(Cursor::new(&sealed), house.tsk("anna"), &[&house.drop.cert()], |_, content| {
            let mut body = Vec::new();
            content.read_to_end(&mut body).map_err(OpenError::Io)?;
            out.push(body);
            Ok(())
        })
        .unwrap();
        assert_eq!(out, bodies);
    }
}

#[test]
fn foreign_bundles_are_refused_whole() {
    let house = House::new(&["anna"]);
    let other = House::new(&[]);
    let bodies = bodies();
    let manifest = outbound(&house, &bodies);
    let good = seal(&manifest, &house.drop, &house.cert("anna"), &bodies);
    assert!(matches!(verify(&house, "bertil", &good), Err(OpenError::NotForUs)));
    let stranger = seal(&manifest, house.tsk("bertil"), &house.cert("anna"), &bodies);
    assert!(matches!(verify(&house, "anna", &stranger), Err(OpenError::ForeignSigner)));
    let elsewhere = seal(&outbound(&other, &bodies), &house.drop, &house.cert("anna"), &bodies);
    assert!(matches!(verify(&house, "anna", &elsewhere), Err(OpenError::OtherDrop)));
    let newer = seal(&Outbound { format: FORMAT + 1, ..manifest.clone() }, &house.drop, &house.cert("anna"), &bodies);
    assert!(matches!(verify(&house, "anna", &newer), Err(OpenError::Newer)));
    let none = seal(&Outbound { format: 0, ..manifest.clone() }, &house.drop, &house.cert("anna"), &bodies);
    assert!(matches!(verify(&house, "anna", &none), Err(OpenError::Format(_))));
    let desk = Desk {
        format: FORMAT,
        drop: house.roster.drop_id(),
        id: RandomId::draw(&mut rng()),
        investigator: manifest.investigator,
        entries: manifest.submissions,
    };
    let kind = seal(&desk, &house.drop, &house.cert("anna"), &bodies);
    assert!(matches!(verify(&house, "anna", &kind), Err(OpenError::Format(_))));
}

/// Sequoia hands out early bytes before the end is verified: only a whole pass tells.
#[test]
fn damage_anywhere_refuses_the_whole() {
    let house = House::new(&["anna"]);
    for reader in ["anna", "bertil"] {
        let bodies = bodies();
        let sealed = seal(&outbound(&house, &bodies), &house.drop, &house.cert(reader), &bodies);
        let end = sealed.len() - 1;
        for at in [10, 2_000, 100_000, 4_000_000, sealed.len() / 2, end - 200, end] {
            let mut flipped = sealed.clone();
            flipped[at] ^= 4;
            assert!(verify(&house, reader, &flipped).is_err(), "flipped at {at}");
            assert!(verify(&house, reader, &sealed[..at]).is_err(), "cut at {at}");
        }
        let reordered =
            [&sealed[..1_000_000], &sealed[1_100_000..1_200_000], &sealed[1_000_000..1_100_000], &sealed[1_200_000..]]
                .concat();
        assert!(verify(&house, reader, &reordered).is_err());
    }
}

/// What extends a member's name is read into memory by whoever believes in it, before the name is looked at.
#[test]
fn a_name_without_measure_is_not_read() {
    let house = House::new(&[]);
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_path("././@LongLink").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let (anna, mut sealed) = (house.cert("anna"), Vec::new());
    sign_and_encrypt(&mut sealed, &house.drop, &[&anna], day(), clock(), |sink, _| {
        sink.write_all(header.as_bytes())?;
        Ok(std::io::copy(&mut std::io::repeat(b'a').take(1_000_000), sink).map(drop)?)
    })
    .unwrap();
    let refused = verify(&house, "anna", &sealed);
    assert!(matches!(refused, Err(OpenError::Format(_))), "{refused:?}");
}

#[test]
fn what_no_desk_makes_has_no_measure() {
    let item = |length| Item { digest: Digest::of(b"x"), length };
    let house = House::new(&[]);
    let anna = house.tsk("anna").fingerprint();
    let letter = |length| LetterItem { item: item(length), source: anna, writer: anna, sequence: 1, closing: false };
    let with = |length| Return { letters: vec![letter(length)], ..from_bertil(&house) };
    assert!(with(limits::LETTER_SEALED).is_measured() && !with(limits::LETTER_SEALED + 1).is_measured());
}

#[test]
fn an_item_that_is_not_the_one_named_is_refused() {
    let house = House::new(&[]);
    let bodies = bodies();
    let mut manifest = outbound(&house, &bodies);
    manifest.submissions.truncate(1);
    let mut sealed = Vec::new();
    let anna = house.cert("anna");
    let addresses = Addresses { signer: &house.drop, readers: &[&anna], day: day(), clock: clock() };
    bundle::seal(&manifest, &addresses, &mut sealed, |item| Ok(std::io::repeat(7).take(item.length))).unwrap();
    assert!(matches!(verify(&house, "anna", &sealed), Err(OpenError::Format(_))));
    assert!(bundle::seal(&manifest, &addresses, std::io::sink(), |_| Ok(std::io::empty())).is_err());
}

/// As many bytes as an item has, and only then the word that they are not what they were.
struct Overwritten(u64);

impl Read for Overwritten {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        if self.0 == 0 {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let read = std::io::repeat(7).take(self.0).read(bytes)?;
        self.0 -= read as u64;
        Ok(read)
    }
}

#[test]
fn a_body_that_is_overwritten_meanwhile_spoils_no_bundle() {
    let house = House::new(&[]);
    let manifest = outbound(&house, &bodies());
    let anna = house.cert("anna");
    let addresses = Addresses { signer: &house.drop, readers: &[&anna], day: day(), clock: clock() };
    let sealed = bundle::seal(&manifest, &addresses, std::io::sink(), |item| Ok(Overwritten(item.length)));
    assert!(matches!(sealed, Err(SealError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData));
    // Nor does one that has grown.
    assert!(bundle::seal(&manifest, &addresses, std::io::sink(), |_| Ok(std::io::repeat(7))).is_err());
}

#[test]
fn a_return_bundle_comes_from_any_investigator() {
    let house = House::new(&["bertil"]);
    let manifest = Return { acknowledged: vec![1, 2], ..from_bertil(&house) };
    let sealed = seal(&manifest, house.tsk("bertil"), &house.drop.cert(), &[]);
    let certs: Vec<Cert> = house.roster.members().iter().map(|member| member.cert().clone()).collect();
    let certs: Vec<&Cert> = certs.iter().collect();
    let verified = bundle::verify::<Return>(sealed.as_slice(), &house.drop, &certs, house.roster.drop_id()).unwrap();
    assert_eq!((verified.signed.by, verified.manifest), (manifest.investigator, manifest));
}

proptest! {
    #[test]
    fn any_manifest_comes_back(numbers in proptest::collection::vec(any::<u32>(), 0..20), id in any::<[u8; 16]>(), text in proptest::option::of(".{0,200}")) {
        let manifest = Return {
            format: FORMAT,
            drop: Digest::of(&id),
            id: RandomId::from_bytes(id),
            investigator: crate::cert::Fingerprint::from_bytes([7; 20]),
            incarnation: numbers.first().map(|_| RandomId::from_bytes(id)),
            acknowledged: numbers,
            letters: Vec::new(),
            receipts: Vec::new(),
            enrolments: Vec::new(),
            roster: text,
        };
        let json = bundle::write_manifest(&manifest).unwrap();
        assert_eq!(bundle::read_manifest::<Return>(&json).unwrap(), manifest);
        assert!(bundle::read_manifest::<Outbound>(&json).is_err());
        assert!(bundle::read_manifest::<Return>(&json[..json.len() - 1]).is_err());
    }

    #[test]
    fn noise_is_never_a_bundle(noise in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        thread_local! { static HOUSE: House = House::new(&["anna"]); }
        HOUSE.with(|house| assert!(verify(house, "anna", &noise).is_err()));
    }
}
