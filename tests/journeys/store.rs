//! The store on a real folder: what is kept, what is gone, what the disk tells, and what `kill -9` leaves.

mod cuts;
mod failing;
mod killed;
mod kills;
pub mod load;
mod stolen;
mod upkeep;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest as _, Sha256};
use sluss_core::bundle::{Receipt, SkipReason};
use sluss_core::cert::Fingerprint;
use sluss_core::codename::{Codename, Kdf, SourceId};
use sluss_core::day::Day;
use sluss_core::digest::Digest;
use sluss_core::lang::Lang;
use sluss_core::submission::Token;
use sluss_drop::store::*;

const MIB: u64 = 1024 * 1024;
const ORGANISATION: &str = "nowhere-kommun";

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// The seeds and sizes of the lots of a rig: one of `rounds`, or as many more as the environment asks for.
fn lots(rounds: u64, lot: u64) -> impl Iterator<Item = (u64, u64)> {
    let asked = |name: &str| std::env::var(name).ok().map(|value| value.parse().unwrap());
    let (rounds, first): (u64, u64) = (asked("SLUSS_ROUNDS").unwrap_or(rounds), asked("SLUSS_SEED").unwrap_or(1));
    (0..rounds.div_ceil(lot)).map(move |done| (first + done, lot.min(rounds - done * lot)))
}

/// Tells something on the terminal, which the test harness would hide.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn today() -> Day {
    "2026-11-24".parse().unwrap()
}

fn reader(number: u8) -> Fingerprint {
    Fingerprint::from_bytes([number; 20])
}

fn source_id(codename: &str) -> SourceId {
    let kdf = Kdf { salt: "00".repeat(16), memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    Codename::typed(codename).unlock(&kdf).unwrap().id
}

fn new_source(id: &SourceId) -> NewSource {
    let mut cert = [0; 20];
    cert.copy_from_slice(&Sha256::digest(id.expose())[..20]);
    NewSource {
        key: SourceKey::of(id),
        fingerprint: Fingerprint::from_bytes(cert),
        organisation: ORGANISATION.to_owned(),
        lang: Lang::Sv,
        locked_tsk: b"LOCKED-TSK-CANARY".repeat(100),
        excluded: vec![reader(9)],
        received: today(),
        acknowledged: Some(today()),
        declined: false,
    }
}

/// Bytes that no cipher made: each seed's are its own, and any 16 of them are recognisable.
fn content(seed: u64, length: usize) -> Vec<u8> {
    format!("CANARY-{seed:08}-").into_bytes().into_iter().cycle().take(length).collect()
}

struct Rig {
    folder: tempfile::TempDir,
    store: Option<Store>,
}

impl Rig {
    fn new(vault: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut heard = Vec::new();
        Store::init(&folder.path().join("store"), vault, &mut rng(1), &mut |done, all| heard.push((done, all)))
            .unwrap();
        assert_eq!(heard.last(), Some(&(vault, vault)));
        let mut rig = Self { folder, store: None };
        rig.restart();
        rig
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn restart(&mut self) {
        self.store = None;
        self.store = Some(Store::open(&self.path(), &mut rand::rng(), Settings::default()).unwrap());
    }

    fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    fn vault(&self) -> Vec<u8> {
        fs::read(self.path().join("vault")).unwrap()
    }
}

fn write(store: &Store, bytes: &[u8], pool: Pool) -> Body {
    let mut writer = store.permit(bytes.len() as u64, pool, Guest::Known).unwrap().writer();
    for piece in bytes.chunks(10_007) {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap()
}

fn submission(body: Body, sequence: u32) -> NewSubmission {
    NewSubmission {
        body,
        token_hash: token(sequence).hash(),
        addressees: vec![reader(1), reader(2), reader(3)],
        organisation: ORGANISATION.to_owned(),
        sequence,
        day: today(),
    }
}

fn token(sequence: u32) -> Token {
    let mut token = [7; 32];
    token[..4].copy_from_slice(&sequence.to_le_bytes());
    Token::from_bytes(token)
}

fn receipt(id: &ObjectId, sequence: u32) -> Receipt {
    let ObjectId::Submission(digest) = *id else { panic!("a letter") };
    Receipt { submission: digest, token: token(sequence) }
}

fn returned(bundle: u8, by: Fingerprint) -> Return {
    Return {
        bundle: [bundle; 16],
        by: by.into(),
        acknowledged: vec![],
        receipts: vec![],
        letters: vec![],
        skipped: vec![],
        enrolments: vec![],
        day: today(),
    }
}

fn next(key: SourceKey) -> SourceChange {
    SourceChange::Next { key, excluded: Vec::new() }
}

/// Keeps one submission of `length` bytes and returns its identity.
fn keep(store: &Store, id: &SourceId, seed: u64, length: usize) -> ObjectId {
    let body = write(store, &content(seed, length), Pool::Text);
    let digest = body.digest;
    let (change, sequence) = match store.source(id).unwrap() {
        None => (SourceChange::Enrol(new_source(id)), 1),
        Some(source) => (next(source.key), source.next),
    };
    let kept = store.commit(submission(body, sequence), change).unwrap();
    assert_eq!((kept.sequence(), kept.organisation(), kept.day()), (sequence, ORGANISATION, today()));
    ObjectId::Submission(digest)
}

fn read(store: &Store, id: &ObjectId) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.open_body(&store.object(id).unwrap()).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// Numbers of the vault's slots that differ between two images.
fn changed(before: &[u8], after: &[u8]) -> BTreeSet<usize> {
    let slots = before.chunks(SLOT).zip(after.chunks(SLOT)).enumerate();
    slots.filter(|(_, (a, b))| a != b).map(|(slot, _)| slot).collect()
}

/// Whether the whole vault but `used` slots can be promised, and not one slot more.
fn assert_used(store: &Store, vault: u64, used: u64) {
    let free = vault - used * SLOT as u64;
    // After a crash some slots are not free while they are overwritten.
    let since = Instant::now();
    while store.permit(free, Pool::Text, Guest::Known).is_err() {
        assert!(since.elapsed() < Duration::from_secs(10), "fewer than {free} bytes free");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(
        matches!(store.permit(free + 1, Pool::Text, Guest::Known), Err(PermitError::Full)),
        "more than {free} bytes free"
    );
}

#[test]
fn what_is_kept_comes_back_and_survives_a_restart() {
    let mut rig = Rig::new(16 * MIB);
    let id = source_id("one");
    let lengths = [1, SLOT - 1, SLOT, SLOT + 1, 1_000_000];
    let ids: Vec<ObjectId> =
        lengths.iter().enumerate().map(|(seed, length)| keep(rig.store(), &id, seed as u64, *length)).collect();
    for _ in 0..2 {
        for (seed, (object, length)) in ids.iter().zip(lengths).enumerate() {
            assert_eq!(read(rig.store(), object), content(seed as u64, length));
        }
        let source = rig.store().source(&id).unwrap().unwrap();
        assert_eq!((source.next, source.sent.len(), source.acknowledged), (6, 5, Some(today())));
        assert_eq!(source.locked_tsk, b"LOCKED-TSK-CANARY".repeat(100));
        assert!(rig.store().source(&source_id("another")).unwrap().is_none());
        assert_used(rig.store(), 16 * MIB, 1 + 1 + 1 + 2 + 16);
        rig.restart();
    }
}

#[test]
fn one_process_owns_it_and_nobody_else_can_look() {
    let rig = Rig::new(MIB);
    assert!(matches!(Store::open(&rig.path(), &mut rng(3), Settings::default()), Err(OpenError::InUse)));
    assert!(matches!(Store::init(&rig.path(), MIB, &mut rng(3), &mut |_, _| {}), Err(InitError::Exists)));
    assert!(matches!(
        Store::open(&rig.folder.path().join("none"), &mut rng(3), Settings::default()),
        Err(OpenError::Missing)
    ));
    for (name, mode) in [("", 0o700), ("vault", 0o600), ("epoch.key", 0o600), ("format", 0o600), ("sled", 0o700)] {
        assert_eq!(fs::metadata(rig.path().join(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
}

#[test]
fn another_format_and_a_lost_key_are_told_apart() {
    let mut rig = Rig::new(MIB);
    rig.store = None;
    fs::write(rig.path().join("format"), "sluss store 3\n").unwrap();
    assert!(matches!(Store::open(&rig.path(), &mut rng(3), Settings::default()), Err(OpenError::Newer)));
    fs::write(rig.path().join("format"), "some file\n").unwrap();
    assert!(matches!(Store::open(&rig.path(), &mut rng(3), Settings::default()), Err(OpenError::Format)));
    fs::write(rig.path().join("format"), "sluss store 2\n").unwrap();
    fs::write(rig.path().join("epoch.key"), [0; 8192]).unwrap();
    assert!(matches!(
        Store::open(&rig.path(), &mut rng(3), Settings::default()),
        Err(OpenError::Fault(Fault::Damaged))
    ));
}

#[test]
fn room_is_promised_once_and_given_back() {
    let rig = Rig::new(4 * MIB);
    let first = rig.store().permit(3 * MIB, Pool::Text, Guest::Known).unwrap();
    assert_used(rig.store(), 4 * MIB, 48);
    drop(first);
    assert_used(rig.store(), 4 * MIB, 0);

    let mut writer = rig.store().permit(MIB, Pool::Text, Guest::Known).unwrap().writer();
    writer.write_all(&content(1, 700_000)).unwrap();
    assert_used(rig.store(), 4 * MIB, 16);
    drop(writer);
    assert_used(rig.store(), 4 * MIB, 0);

    let mut writer = rig.store().permit(MIB, Pool::Text, Guest::Known).unwrap().writer();
    writer.write_all(&content(1, 700_000)).unwrap();
    let body = writer.finish().unwrap();
    assert_used(rig.store(), 4 * MIB, 11);
    drop(body);
    assert_used(rig.store(), 4 * MIB, 0);
}

#[test]
fn a_body_may_outgrow_its_promise_while_there_is_room() {
    let rig = Rig::new(4 * MIB);
    let mut writer = rig.store().permit(1, Pool::Text, Guest::Known).unwrap().writer();
    writer.write_all(&content(1, 3_000_000)).unwrap();
    let error = writer.write_all(&content(1, 2_000_000)).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    assert!(matches!(writer.finish(), Err(Fault::DiskFull)));
    assert_used(rig.store(), 4 * MIB, 0);
}

#[test]
fn scattered_bodies_need_a_list_and_come_back() {
    let mut rig = Rig::new(8 * MIB);
    let id = source_id("scattered");
    // In the order of their places, which are drawn, so that no two of those that go lie side by side.
    let mut small: BTreeMap<usize, (u64, ObjectId)> = BTreeMap::new();
    let mut vault = rig.vault();
    for seed in 0..128 {
        let kept = keep(rig.store(), &id, seed, SLOT);
        let before = std::mem::replace(&mut vault, rig.vault());
        let place = *changed(&before, &vault).first().expect("it is in the vault");
        assert!(small.insert(place, (seed, kept)).is_none());
    }
    let every_second: Vec<ObjectId> = small.values().step_by(2).map(|(_, kept)| *kept).collect();
    assert_eq!(rig.store().delete(&every_second).unwrap(), 64);
    let before = rig.vault();
    let large = keep(rig.store(), &id, 1000, 50 * SLOT);
    let slots = changed(&before, &rig.vault());
    assert_eq!(slots.len(), 51, "the body and its list");
    rig.restart();
    assert_eq!(read(rig.store(), &large), content(1000, 50 * SLOT));
    assert_used(rig.store(), 8 * MIB, 64 + 51);
    let full = rig.vault();
    rig.store().delete(&[large]).unwrap();
    assert_eq!(changed(&full, &rig.vault()), slots);
    assert_used(rig.store(), 8 * MIB, 64);
    rig.restart();
    for (seed, kept) in small.values().skip(1).step_by(2) {
        assert_eq!(read(rig.store(), kept), content(*seed, SLOT));
    }
}

#[test]
fn a_source_is_enrolled_once_and_numbers_its_messages() {
    let rig = Rig::new(2 * MIB);
    let id = source_id("once");
    keep(rig.store(), &id, 1, 100);
    let again =
        rig.store().commit(submission(write(rig.store(), b"x", Pool::Text), 1), SourceChange::Enrol(new_source(&id)));
    assert!(matches!(again, Err(CommitError::Taken)));
    let key = SourceKey::of(&id);
    let early = rig.store().commit(submission(write(rig.store(), b"x", Pool::Text), 3), next(key));
    assert!(matches!(early, Err(CommitError::OutOfTurn)));
    let stranger = SourceKey::of(&source_id("stranger"));
    let unknown = rig.store().commit(submission(write(rig.store(), b"x", Pool::Text), 1), next(stranger));
    assert!(matches!(unknown, Err(CommitError::NoSource)));
    assert_used(rig.store(), 2 * MIB, 1);
    assert_eq!(rig.store().source(&id).unwrap().unwrap().next, 2);
}

#[test]
fn the_largest_records_fit_and_larger_ones_are_refused() {
    let rig = Rig::new(8 * MIB);
    let id = source_id("large");
    let sixteen: Vec<Fingerprint> = (0..16).map(reader).collect();
    let widest = || NewSource {
        locked_tsk: vec![1; TSK],
        excluded: sixteen.clone(),
        organisation: "o".repeat(64),
        ..new_source(&id)
    };
    let too_long = NewSource { locked_tsk: vec![1; TSK + 1], ..widest() };
    let one = |sequence: u32| NewSubmission {
        addressees: sixteen.clone(),
        organisation: "o".repeat(64),
        ..submission(write(rig.store(), &sequence.to_string().into_bytes(), Pool::Text), sequence)
    };
    assert!(matches!(
        rig.store().commit(one(1), SourceChange::Enrol(too_long)),
        Err(CommitError::Fault(Fault::TooLarge))
    ));
    rig.store().commit(one(1), SourceChange::Enrol(widest())).unwrap();
    for sequence in 2..=SENT as u32 + 2 {
        rig.store().commit(one(sequence), next(SourceKey::of(&id))).unwrap();
    }
    for writer in 0..16 {
        let letter = NewLetter {
            body: write(rig.store(), &[writer], Pool::Text),
            source: new_source(&id).fingerprint,
            writer: reader(writer),
            number: 1,
            addressees: sixteen.clone(),
            closing: false,
            day: today(),
        };
        let settled = rig.store().settle(Return { letters: vec![letter], ..returned(writer, reader(writer)) }).unwrap();
        assert_eq!(settled.letters, [Delivered::Kept]);
    }
    let source = rig.store().source(&id).unwrap().unwrap();
    assert_eq!((source.sent.len(), source.sent[0].sequence, source.heads.len()), (SENT, 3, 16));
    assert_eq!(rig.store().letters(&source).unwrap().len(), 16);
}

#[test]
fn the_folder_tells_nothing() {
    let mut rig = Rig::new(4 * MIB);
    let id = source_id("secret");
    let object = keep(rig.store(), &id, 5, 200_000);
    rig.store().mark_exported(&reader(1).into(), 1, &[object], &[]).unwrap();
    let digest = rig.store().object(&object).unwrap().digest.as_bytes().to_vec();
    rig.store = None;
    let needles: Vec<Vec<u8>> = vec![
        b"CANARY".to_vec(),
        ORGANISATION.as_bytes().to_vec(),
        id.expose()[..16].to_vec(),
        digest[..16].to_vec(),
        digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()[..16].to_vec(),
        new_source(&id).fingerprint.as_bytes()[..10].to_vec(),
        vec![1; 20],
        token(1).hash().as_bytes()[..16].to_vec(),
    ];
    let mut files = Vec::new();
    let mut folders = vec![rig.path()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    assert!(files.len() >= 4);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for needle in &needles {
            assert!(!contains(&bytes, needle), "{} holds {:?}", file.display(), String::from_utf8_lossy(needle));
        }
    }
    let sizes: BTreeMap<usize, usize> =
        raw_records(&rig.path()).into_iter().fold(BTreeMap::new(), |mut sizes, (key, value)| {
            assert_eq!(key.len(), 32);
            *sizes.entry(value.len()).or_default() += 1;
            sizes
        });
    // The store's own; then a whole step of each kind: names, objects and investigators and returns, sources.
    assert_eq!(sizes, BTreeMap::from([(256, 1), (128, 256), (1024, 3 * 256), (4096, 256)]));
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Opens a store's sled without its keys. The store that had it open before may hold it a moment longer.
fn opened(store: &Path) -> sled::Db {
    let since = Instant::now();
    loop {
        match sled::open(store.join("sled")) {
            Err(_) if since.elapsed() < Duration::from_secs(10) => std::thread::sleep(Duration::from_millis(5)),
            records => return records.unwrap(),
        }
    }
}

/// What somebody with a copy of the disk reads from it without a key.
pub fn raw_records(store: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let records = opened(store);
    records.iter().map(|item| item.unwrap()).map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
}

#[test]
fn equal_bodies_and_records_look_different_and_one_size() {
    let rig = Rig::new(4 * MIB);
    let before = rig.vault();
    let id = source_id("equal");
    keep(rig.store(), &id, 1, 100);
    let once = rig.vault();
    let small = changed(&before, &once);
    let other = write(rig.store(), &content(1, 100), Pool::Text);
    drop(other);
    let twice = changed(&once, &rig.vault());
    assert_eq!((small.len(), twice.len()), (1, 0), "what was never committed was never written");
    keep(rig.store(), &id, 1, 100);
    let twice = changed(&once, &rig.vault());
    let slot = |image: &[u8], slot: usize| image[slot * SLOT..(slot + 1) * SLOT].to_vec();
    let (one, two) = (slot(&once, *small.first().unwrap()), slot(&rig.vault(), *twice.first().unwrap()));
    assert_ne!(one[..100], two[..100]);
    // Not a byte of the slot is what it was, but for chance: its length does not show.
    let stayed = one.iter().zip(slot(&before, *small.first().unwrap())).filter(|(a, b)| **a == *b).count();
    assert!(stayed < SLOT / 100, "{stayed} bytes stayed");
}

#[test]
fn a_damaged_body_is_told_before_its_end() {
    let rig = Rig::new(2 * MIB);
    let id = source_id("damaged");
    let before = rig.vault();
    let object = keep(rig.store(), &id, 1, 3 * SLOT);
    let slot = *changed(&before, &rig.vault()).first().unwrap() as u64;
    let vault = fs::OpenOptions::new().write(true).read(true).open(rig.path().join("vault")).unwrap();
    let mut byte = [0];
    vault.read_exact_at(&mut byte, slot * SLOT as u64 + 77).unwrap();
    vault.write_all_at(&[byte[0] ^ 1], slot * SLOT as u64 + 77).unwrap();
    let mut reader = rig.store().open_body(&rig.store().object(&object).unwrap()).unwrap();
    let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
}

#[test]
fn an_investigator_gets_each_object_once_and_again_by_number() {
    let mut rig = Rig::new(4 * MIB);
    let id = source_id("export");
    let first = keep(rig.store(), &id, 1, 10);
    let ids = |rig: &Rig, who: u8, from: Option<u32>| -> HashSet<ObjectId> {
        rig.store().objects_for(&reader(who).into(), from).unwrap().into_iter().map(|object| object.id).collect()
    };
    assert_eq!(ids(&rig, 1, None), HashSet::from([first]));
    assert_eq!(ids(&rig, 8, None), HashSet::new());
    rig.store().mark_exported(&reader(1).into(), 1, &[first], &[]).unwrap();
    assert!(matches!(rig.store().mark_exported(&reader(1).into(), 1, &[first], &[]), Err(MarkError::Number)));
    let second = keep(rig.store(), &id, 2, 10);
    rig.restart();
    assert_eq!(ids(&rig, 1, None), HashSet::from([second]));
    assert_eq!(ids(&rig, 2, None), HashSet::from([first, second]));
    rig.store().mark_exported(&reader(1).into(), 2, &[second], &[]).unwrap();
    assert_eq!(ids(&rig, 1, None), HashSet::new());
    assert_eq!(ids(&rig, 1, Some(2)), HashSet::from([second]));
    rig.store().mark_exported(&reader(1).into(), 3, &[first, second], &[]).unwrap();
    assert_eq!(ids(&rig, 1, Some(1)), HashSet::from([first, second]));
    assert_eq!(ids(&rig, 1, Some(3)), HashSet::new());
    rig.store().settle(Return { acknowledged: vec![1, 3, 99], ..returned(1, reader(1)) }).unwrap();
    let investigator = rig.store().investigator(&reader(1).into()).unwrap();
    assert_eq!((investigator.next, investigator.acknowledged), (4, vec![(1, 1), (3, 3)]));
}

#[test]
fn receipts_delete_only_when_all_who_count_have_kept_it() {
    let mut rig = Rig::new(4 * MIB);
    let before = rig.vault();
    let id = source_id("receipt");
    let object = keep(rig.store(), &id, 1, 150_000);
    let slots = changed(&before, &rig.vault());
    let image = rig.vault();
    let counts = |fingerprint: &Fingerprint| *fingerprint == reader(1) || *fingerprint == reader(2);
    let give = |rig: &Rig, bundle: u8, who: u8, sequence: u32| {
        let bundle = Return { receipts: vec![receipt(&object, sequence)], ..returned(bundle, reader(who)) };
        rig.store().settle(bundle).unwrap().receipts
    };
    assert_eq!(rig.store().delete_receipted(&|_| false, None).unwrap(), 0, "nobody has it");
    assert_eq!(give(&rig, 1, 1, 9), [Receipted::Token]);
    assert_eq!(give(&rig, 2, 8, 1), [Receipted::Unknown]);
    assert_eq!(give(&rig, 3, 1, 1), [Receipted::Counted]);
    assert_eq!(rig.store().delete_receipted(&counts, None).unwrap(), 0);
    rig.restart();
    assert_eq!(read(rig.store(), &object), content(1, 150_000));
    assert_eq!(give(&rig, 4, 2, 1), [Receipted::Counted]);
    assert_eq!(rig.store().delete_receipted(&counts, None).unwrap(), 1);
    assert_eq!(changed(&image, &rig.vault()), slots, "every slot of it, and no other, is overwritten");
    for _ in 0..2 {
        assert!(matches!(rig.store().object(&object), Err(ReadError::Gone)));
        assert_used(rig.store(), 4 * MIB, 0);
        rig.restart();
    }
    assert_eq!(give(&rig, 5, 1, 1), [Receipted::Unknown]);
    assert_eq!(rig.store().source(&id).unwrap().unwrap().sent.len(), 1, "the source still sees that it was sent");
}

#[test]
fn letters_arrive_once_and_in_one_place() {
    let mut rig = Rig::new(4 * MIB);
    let id = source_id("letters");
    keep(rig.store(), &id, 1, 10);
    let letter = |rig: &Rig, text: &str, number: u32, source: Fingerprint| NewLetter {
        body: write(rig.store(), text.as_bytes(), Pool::Text),
        source,
        writer: reader(1),
        number,
        addressees: vec![reader(2)],
        closing: text == "closing",
        day: today(),
    };
    let to = new_source(&id).fingerprint;
    let first =
        Return { letters: vec![letter(&rig, "one", 1, to), letter(&rig, "two", 2, to)], ..returned(1, reader(1)) };
    assert_eq!(rig.store().settle(first).unwrap().letters, [Delivered::Kept, Delivered::Kept]);
    let same = Return { letters: vec![letter(&rig, "three", 3, to)], ..returned(1, reader(1)) };
    assert!(rig.store().settle(same).unwrap().already);
    assert!(rig.store().is_done(&[1; 16]).unwrap());
    let mixed = vec![
        letter(&rig, "two", 2, to),
        letter(&rig, "another two", 2, to),
        letter(&rig, "far", 1000, to),
        letter(&rig, "nobody", 3, reader(77)),
        letter(&rig, "closing", 3, to),
    ];
    let settled = rig.store().settle(Return { letters: mixed, ..returned(2, reader(1)) }).unwrap();
    let (number, nobody) = (Delivered::Skipped(SkipReason::NumberTaken), Delivered::Skipped(SkipReason::ThreadGone));
    assert_eq!(settled.letters, [Delivered::Again, number, number, nobody, Delivered::Kept]);
    rig.restart();
    let source = rig.store().source(&id).unwrap().unwrap();
    assert!(source.closed);
    let letters = rig.store().letters(&source).unwrap();
    let texts: Vec<Vec<u8>> = letters.iter().map(|letter| read(rig.store(), &letter.id)).collect();
    assert_eq!(texts, [b"one".to_vec(), b"two".to_vec(), b"closing".to_vec()]);
    assert_used(rig.store(), 4 * MIB, 4);
    assert_eq!(rig.store().objects_for(&reader(2).into(), None).unwrap().len(), 4, "echoes go out like submissions");
    let untold = rig.store().done_for(&reader(1).into()).unwrap();
    assert_eq!(untold.len(), 2);
    assert_eq!(untold.iter().map(|done| done.skipped.len()).sum::<usize>(), 3);
    rig.store()
        .mark_exported(&reader(1).into(), 1, &[], &untold.iter().map(|done| done.bundle).collect::<Vec<_>>())
        .unwrap();
    rig.store().mark_exported(&reader(1).into(), 2, &[], &[]).unwrap();
    assert_eq!(rig.store().done_for(&reader(1).into()).unwrap().len(), 2, "the first stick may be lost");
    rig.store().settle(Return { acknowledged: vec![2], ..returned(3, reader(1)) }).unwrap();
    assert_eq!(
        rig.store().done_for(&reader(1).into()).unwrap().len(),
        1,
        "told and acknowledged ones are not told again"
    );
}
