//! What keeps the store true over months: sweeps, steps and dummies, damage, room, erasing, and earlier versions.

use super::*;

fn open_with(path: &Path, settings: Settings) -> Store {
    // Dummies of two runs with one seed would lie in the same places.
    Store::open(path, &mut rand::rng(), settings).unwrap()
}

/// Sealed records as somebody with the disk alone counts them: how many there are of each length.
fn lengths(path: &Path) -> BTreeMap<usize, usize> {
    raw_records(path).iter().fold(BTreeMap::new(), |mut lengths, (_, value)| {
        *lengths.entry(value.len()).or_default() += 1;
        lengths
    })
}

fn keys(path: &Path) -> BTreeSet<Vec<u8>> {
    raw_records(path).into_iter().map(|(key, _)| key).collect()
}

#[test]
fn a_sweep_keeps_everything_under_another_key_in_another_order() {
    let mut rig = Rig::new(16 * MIB);
    let sources: Vec<SourceId> = (0..20).map(|number| source_id(&format!("swept {number}"))).collect();
    let mut objects: Vec<ObjectId> =
        sources.iter().zip(0..).map(|(id, seed)| keep(rig.store(), id, seed, 100)).collect();
    rig.store().mark_exported(&reader(1).into(), 1, &objects[..5], &[]).unwrap();
    let incarnation = rig.store().incarnation();
    rig.store = None;
    let (key_before, before) = (fs::read(rig.path().join("epoch.key")).unwrap(), keys(&rig.path()));
    rig.restart();
    for (round, id) in (100..).zip(&sources[..3]) {
        rig.store().sweep().unwrap();
        assert!(!rig.path().join("sled.new").exists());
        objects.push(keep(rig.store(), id, round, 70_000));
    }
    for _ in 0..2 {
        for (seed, object) in objects.iter().take(20).enumerate() {
            assert_eq!(read(rig.store(), object), content(seed as u64, 100));
        }
        assert_eq!(rig.store().objects_for(&reader(1).into(), None).unwrap().len(), 18);
        assert_eq!(rig.store().investigator(&reader(1).into()).unwrap().next, 2);
        assert_eq!(rig.store().source(&sources[0]).unwrap().unwrap().next, 3);
        assert_eq!(rig.store().incarnation(), incarnation);
        assert!(rig.store().fsck(false).unwrap().is_none());
        rig.restart();
    }
    rig.store = None;
    assert!(keys(&rig.path()).is_disjoint(&before), "a record lies where it lay in another epoch");
    // The old key opens nothing any more.
    fs::write(rig.path().join("epoch.key"), key_before).unwrap();
    let opened = Store::open(&rig.path(), &mut rng(3), Settings::default());
    assert!(matches!(opened, Err(OpenError::Fault(Fault::Damaged))));
}

#[test]
fn the_key_of_an_epoch_goes_with_it() {
    let mut rig = Rig::new(4 * MIB);
    let id = source_id("epoch");
    keep(rig.store(), &id, 1, 100);
    let old = fs::read(rig.path().join("epoch.key")).unwrap();
    let copy = rig.folder.path().join("copy");
    rig.store().sweep().unwrap();
    let new = fs::read(rig.path().join("epoch.key")).unwrap();
    for half in [0..32, 4096..4128] {
        assert_ne!(old[half.clone()], new[half], "a half of the key file outlived the sweep");
    }
    rig.store = None;
    // Stale records opened with whatever keys there are now: nothing fits.
    fs::create_dir(&copy).unwrap();
    fs::write(copy.join("epoch.key"), &old).unwrap();
    for name in ["format", "vault"] {
        fs::copy(rig.path().join(name), copy.join(name)).unwrap();
    }
    copy_folder(&rig.path().join("sled"), &copy.join("sled"));
    assert!(matches!(Store::open(&copy, &mut rng(3), Settings::default()), Err(OpenError::Fault(Fault::Damaged))));
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy_folder(&from, &to) } else { fs::copy(from, to).map(drop).unwrap() }
    }
}

#[test]
fn a_sweep_goes_on_while_others_read_and_write() {
    let rig = Rig::new(64 * MIB);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let kept = std::thread::scope(|scope| {
        let (store, stop) = (rig.store(), &stop);
        let writers: Vec<_> = (0..3_u64)
            .map(|writer| {
                scope.spawn(move || {
                    let id = source_id(&format!("meanwhile {writer}"));
                    (0..60).map(|turn| (turn, keep(store, &id, writer * 1_000 + turn, 1_000))).collect::<Vec<_>>()
                })
            })
            .collect();
        let sweeper = scope.spawn(move || {
            let mut sweeps = 0;
            while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                store.sweep().unwrap();
                sweeps += 1;
            }
            sweeps
        });
        let kept: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(sweeper.join().unwrap() > 0);
        kept
    });
    for (writer, kept) in kept.into_iter().enumerate() {
        for (turn, object) in kept {
            assert_eq!(read(rig.store(), &object), content(writer as u64 * 1_000 + turn, 1_000));
        }
    }
    assert!(rig.store().fsck(false).unwrap().is_none());
}

#[test]
fn leftovers_of_an_interrupted_sweep_are_purged() {
    let mut rig = Rig::new(4 * MIB);
    let object = keep(rig.store(), &source_id("purged"), 1, 100);
    rig.store = None;
    let beside = rig.path().join("sled.new");
    copy_folder(&rig.path().join("sled"), &beside);
    rig.restart();
    assert!(!beside.exists());
    assert_eq!(read(rig.store(), &object), content(1, 100));
}

#[test]
fn a_snapshot_that_sled_did_not_finish_is_no_hindrance() {
    let mut rig = Rig::new(4 * MIB);
    let object = keep(rig.store(), &source_id("unfinished"), 1, 100);
    rig.store = None;
    fs::write(rig.path().join("sled/snap.FFFFFFFFFFFFFFFF.generating"), [1; 40]).unwrap();
    rig.restart();
    assert_eq!(read(rig.store(), &object), content(1, 100));
}

#[test]
fn without_the_key_a_store_with_reports_is_as_one_without() {
    let mut busy = Rig::new(8 * MIB);
    let mut idle = Rig::new(8 * MIB);
    for number in 0..30 {
        keep(busy.store(), &source_id(&format!("busy {number}")), number, 100_000);
    }
    let all: Vec<ObjectId> =
        busy.store().objects_for(&reader(1).into(), None).unwrap().iter().map(|object| object.id).collect();
    busy.store().delete(&all[..10]).unwrap();
    let length = |rig: &Rig| fs::metadata(rig.path().join("sled/db")).unwrap().len();
    let (mut busy_lengths, mut idle_lengths) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..8 {
        busy.store().sweep().unwrap();
        idle.store().sweep().unwrap();
        busy_lengths.insert(length(&busy));
        idle_lengths.insert(length(&idle));
    }
    // The order of a sweep moves sled's file by a segment or two, with reports and without.
    assert!(busy_lengths.first() <= idle_lengths.last(), "{busy_lengths:?} {idle_lengths:?}");
    assert!(idle_lengths.first() <= busy_lengths.last(), "{busy_lengths:?} {idle_lengths:?}");
    for rig in [&mut busy, &mut idle] {
        rig.store = None;
    }
    assert_eq!(lengths(&busy.path()), lengths(&idle.path()));
    let files = |rig: &Rig| -> BTreeMap<String, u64> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(rig.path()).unwrap().chain(fs::read_dir(rig.path().join("sled")).unwrap()) {
            let (entry, metadata) = entry.map(|entry| (entry.file_name(), entry.metadata().unwrap())).unwrap();
            // sled names its snapshot after a place in its log.
            let name = entry.to_string_lossy().split('.').next().unwrap().to_owned();
            files.insert(name, metadata.len());
        }
        files
    };
    let (busy, idle) = (files(&busy), files(&idle));
    assert_eq!(busy.keys().collect::<Vec<_>>(), idle.keys().collect::<Vec<_>>());
    for name in ["vault", "epoch", "format", "conf"] {
        assert_eq!(busy[name], idle[name], "{name}");
    }
}

#[test]
fn a_beat_writes_as_much_with_a_report_as_without() {
    let mut rig = Rig::new(8 * MIB);
    rig.store = None;
    let before = (keys(&rig.path()), lengths(&rig.path()), rig.vault());
    let beat = Settings { beat: Beat::Every(Duration::from_millis(50)), ..Settings::default() };
    rig.store = Some(open_with(&rig.path(), beat));
    // Nothing is sent: a beat changes the vault and the records all the same.
    let since = Instant::now();
    while changed(&before.2, &rig.vault()).len() < 2 {
        assert!(since.elapsed() < Duration::from_secs(30), "no beat came");
        std::thread::yield_now();
    }
    rig.store = None;
    assert_eq!(lengths(&rig.path()), before.1);
    let moved = keys(&rig.path()).difference(&before.0).count();
    assert!(moved >= 12, "{moved} records were written anew: four places of three kinds are a beat's");
    // With reports the records are as many, and they are there.
    rig.store = Some(open_with(&rig.path(), beat));
    let kept: Vec<ObjectId> =
        (0..6).map(|number| keep(rig.store(), &source_id(&format!("beat {number}")), number, 1_000)).collect();
    rig.store = None;
    assert_eq!(lengths(&rig.path()), before.1);
    rig.restart();
    for (object, seed) in kept.iter().zip(0..) {
        assert_eq!(read(rig.store(), object), content(seed, 1_000));
    }
}

#[test]
fn more_records_than_a_step_take_the_next_step() {
    let mut rig = Rig::new(64 * MIB);
    let id = source_id("many");
    for number in 0..300 {
        keep(rig.store(), &id, number, 30);
    }
    rig.store = None;
    assert_eq!(lengths(&rig.path()), BTreeMap::from([(256, 1), (128, 256), (1024, 4 * 256), (4096, 256)]));
    rig.restart();
    assert_eq!(rig.store().objects_for(&reader(1).into(), None).unwrap().len(), 300);
    let all: Vec<ObjectId> =
        rig.store().objects_for(&reader(1).into(), None).unwrap().iter().map(|object| object.id).collect();
    rig.store().delete(&all).unwrap();
    rig.store().sweep().unwrap();
    rig.store = None;
    assert_eq!(lengths(&rig.path())[&1024], 3 * 256, "a sweep takes steps back that nobody needs any more");
}

#[test]
fn what_a_crash_left_in_free_slots_is_overwritten() {
    let rig = Rig::new(8 * MIB);
    let kept = keep(rig.store(), &source_id("scrubbed"), 1, 5 * SLOT);
    let mut unfinished = rig.store().permit(3 * MIB, Pool::Text, Guest::Known).unwrap().writer();
    unfinished.write_all(&content(2, 2 * MIB as usize)).unwrap();
    // As a crash leaves it: nothing is closed in order.
    let crashed = rig.folder.path().join("crashed");
    copy_folder(&rig.path(), &crashed);
    drop(unfinished);
    let image = fs::read(crashed.join("vault")).unwrap();
    let store = open_with(&crashed, Settings::default());
    let used: u64 = 5;
    let all_but_kept = image.len() / SLOT - used as usize;
    let since = Instant::now();
    while changed(&image, &fs::read(crashed.join("vault")).unwrap()).len() < all_but_kept {
        assert!(since.elapsed() < Duration::from_secs(30), "free slots keep what they held");
        std::thread::yield_now();
    }
    assert_eq!(read(&store, &kept), content(1, 5 * SLOT));
    store.close();
    drop(store);
    // Closed in order: the next open leaves free slots alone.
    let image = fs::read(crashed.join("vault")).unwrap();
    drop(open_with(&crashed, Settings::default()));
    assert!(changed(&image, &fs::read(crashed.join("vault")).unwrap()).is_empty());
}

#[test]
fn a_damaged_record_holds_nothing_else_up() {
    let mut rig = Rig::new(8 * MIB);
    let (one, two) = (source_id("sound"), source_id("unsound"));
    let sound = keep(rig.store(), &one, 1, 100);
    rig.store = None;
    let before = keys(&rig.path());
    rig.restart();
    let lost = keep(rig.store(), &two, 2, 100);
    rig.store = None;
    {
        let records = opened(&rig.path());
        let new = |length: usize| {
            let mut new = records
                .iter()
                .map(|item| item.unwrap())
                .filter(|(key, value)| value.len() == length && !before.contains(key.as_ref()));
            new.next().unwrap()
        };
        // The submission's record, and its source's.
        for length in [1024, 4096] {
            let (key, value) = new(length);
            let mut damaged = value.to_vec();
            damaged[500] ^= 1;
            records.insert(key, damaged).unwrap();
        }
        records.flush().unwrap();
    }
    rig.restart();
    assert_eq!(read(rig.store(), &sound), content(1, 100));
    assert!(rig.store().source(&one).unwrap().is_some());
    assert!(rig.store().source(&two).is_err());
    assert!(rig.store().object(&lost).is_err());
    assert_eq!(rig.store().objects_for(&reader(1).into(), None).unwrap().len(), 1);
    assert_eq!(rig.store().fsck(false).unwrap(), Damage { records: 2, bodies: 0 });
    assert!(matches!(rig.store().sweep(), Err(Fault::Damaged)), "a sweep would lose it");
    assert_eq!(rig.store().fsck(true).unwrap().records, 2);
    assert!(rig.store().fsck(false).unwrap().is_none());
    rig.store().sweep().unwrap();
    keep(rig.store(), &one, 3, 100);
    rig.restart();
    assert_eq!(read(rig.store(), &sound), content(1, 100));
}

#[test]
fn a_damaged_source_costs_no_message() {
    let mut rig = Rig::new(8 * MIB);
    rig.store = None;
    let before = keys(&rig.path());
    rig.restart();
    let object = keep(rig.store(), &source_id("bereft"), 1, 100);
    // As after a crash, when what no source knows is deleted.
    let crashed = rig.folder.path().join("crashed");
    copy_folder(&rig.path(), &crashed);
    {
        let records = opened(&crashed);
        let (key, value) = records
            .iter()
            .map(|item| item.unwrap())
            .find(|(key, value)| value.len() == 4096 && !before.contains(key.as_ref()))
            .unwrap();
        let mut damaged = value.to_vec();
        damaged[500] ^= 1;
        records.insert(key, damaged).unwrap();
        records.flush().unwrap();
    }
    let store = open_with(&crashed, Settings::default());
    assert_eq!(read(&store, &object), content(1, 100));
    // Nor once that record was given up, and the store crashes again.
    assert_eq!(store.fsck(true).unwrap().records, 1);
    let again = rig.folder.path().join("again");
    copy_folder(&crashed, &again);
    drop(store);
    assert_eq!(read(&open_with(&again, Settings::default()), &object), content(1, 100));
}

#[test]
fn a_store_that_was_copied_begins_another_life() {
    let mut rig = Rig::new(8 * MIB);
    let first = rig.store().incarnation();
    rig.restart();
    assert_eq!(rig.store().incarnation(), first, "every start is told as a restoring");
    rig.store = None;
    let backup = rig.folder.path().join("backup");
    copy_folder(&rig.path(), &backup);
    let restored = open_with(&backup, Settings::default());
    let second = restored.incarnation();
    assert_ne!(second, first, "nobody hears that it was restored");
    drop(restored);
    assert_eq!(open_with(&backup, Settings::default()).incarnation(), second);
}

#[test]
fn fsck_finds_a_damaged_body() {
    let rig = Rig::new(8 * MIB);
    let id = source_id("rotten");
    keep(rig.store(), &id, 1, 3 * SLOT);
    let before = rig.vault();
    let object = keep(rig.store(), &id, 2, 3 * SLOT);
    let slot = *changed(&before, &rig.vault()).first().unwrap() as u64;
    let vault = fs::OpenOptions::new().write(true).read(true).open(rig.path().join("vault")).unwrap();
    let mut byte = [0];
    vault.read_exact_at(&mut byte, slot * SLOT as u64 + 9).unwrap();
    vault.write_all_at(&[byte[0] ^ 1], slot * SLOT as u64 + 9).unwrap();
    assert_eq!(rig.store().fsck(false).unwrap(), Damage { records: 0, bodies: 1 });
    assert!(rig.store().object(&object).is_ok());
    assert_eq!(rig.store().fsck(true).unwrap(), Damage { records: 0, bodies: 1 });
    assert!(matches!(rig.store().object(&object), Err(ReadError::Gone)));
    assert!(rig.store().fsck(false).unwrap().is_none());
}

/// A vault of 640 MiB: 10,240 slots, of which text has 2,000, whoever is signed in 250, and their files 512.
#[test]
fn each_has_its_part_of_the_vault() {
    const VAULT: u64 = 640 * MIB;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    Store::init(&path, VAULT, &mut rng(1), &mut |_, _| {}).unwrap();
    let store = open_with(&path, Settings { files_a_day: Some(u64::MAX), ..Settings::default() });
    let slots = |count: u64| count * SLOT as u64;
    let files = |guest, count: u64| store.permit(slots(count), Pool::Files(today()), guest);
    let text = |guest, count: u64| store.permit(slots(count), Pool::Text, guest);
    let (text_pool, known, known_files) = (2_000, 250, 512);
    assert_eq!(room_for_files(VAULT), slots(10_240 - text_pool - known - known_files));

    assert!(matches!(
        files(Guest::Stranger, 10_240 - text_pool - known - known_files + 1),
        Err(PermitError::FilesFull)
    ));
    let strangers = files(Guest::Stranger, 10_240 - text_pool - known - known_files).unwrap();
    assert!(matches!(files(Guest::Stranger, 1), Err(PermitError::FilesFull)));
    let signed_in = files(Guest::Known, known_files).unwrap();
    assert!(matches!(files(Guest::Known, 1), Err(PermitError::FilesFull)));
    // A thousand reports of strangers still fit, of two slots each.
    let reports: Vec<Permit> = (0..1_000).map(|_| text(Guest::Stranger, 2).unwrap()).collect();
    assert!(matches!(text(Guest::Stranger, 1), Err(PermitError::Full)));
    // And then those who are signed in.
    let messages = text(Guest::Known, known).unwrap();
    assert!(matches!(text(Guest::Known, 1), Err(PermitError::Full)));
    drop((strangers, signed_in, reports, messages));
    assert!(text(Guest::Known, 10_240).is_ok());
}

#[test]
fn files_have_a_budget_for_each_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    Store::init(&path, 16 * MIB, &mut rng(1), &mut |_, _| {}).unwrap();
    let store = open_with(&path, Settings { files_a_day: Some(4 * MIB), ..Settings::default() });
    let tomorrow = today().plus_days(1);
    let files = |day, guest, bytes| store.permit(bytes, Pool::Files(day), guest);
    // Who says much and sends nothing uses nothing up, and what is not kept gives back what it took.
    let idle = files(today(), Guest::Stranger, 3 * MIB).unwrap();
    let mut dropped = files(today(), Guest::Stranger, 3 * MIB).unwrap().writer();
    dropped.write_all(&content(1, 2 * MIB as usize)).unwrap();
    assert!(
        matches!(files(today(), Guest::Stranger, MIB + 1), Err(PermitError::FilesToday)),
        "what comes is not counted"
    );
    drop(dropped);
    assert!(matches!(files(today(), Guest::Stranger, 3 * MIB + 1), Err(PermitError::FilesToday)), "a quarter is left");
    let mut writer = files(today(), Guest::Stranger, 3 * MIB).unwrap().writer();
    writer.write_all(&content(1, 3 * MIB as usize)).unwrap();
    // Those who have waited meanwhile get no more than is left.
    let late = idle.writer().write_all(&content(2, MIB as usize)).unwrap_err();
    assert!(matches!(Fault::from(late), Fault::OverBudget));
    let id = source_id("budget");
    store.commit(submission(writer.finish().unwrap(), 1), SourceChange::Enrol(new_source(&id))).unwrap();
    assert!(matches!(files(today(), Guest::Stranger, 1), Err(PermitError::FilesToday)));
    assert!(files(today(), Guest::Known, MIB).is_ok(), "whoever is signed in has the rest");
    assert!(matches!(files(today(), Guest::Known, MIB + 1), Err(PermitError::FilesToday)));
    assert!(store.permit(3 * MIB, Pool::Text, Guest::Stranger).is_ok(), "text has no budget");
    // What begins before midnight and goes on after it takes of the new day, and undoes nothing of it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    Store::init(&path, 16 * MIB, &mut rng(1), &mut |_, _| {}).unwrap();
    let store = open_with(&path, Settings { files_a_day: Some(4 * MIB), ..Settings::default() });
    let files = |day, guest, bytes| store.permit(bytes, Pool::Files(day), guest);
    let mut late = files(today(), Guest::Stranger, MIB).unwrap().writer();
    let mut early = files(tomorrow, Guest::Stranger, 2 * MIB).unwrap().writer();
    early.write_all(&content(1, 2 * MIB as usize)).unwrap();
    late.write_all(&content(2, MIB as usize / 2)).unwrap();
    assert!(files(tomorrow, Guest::Stranger, MIB / 2).is_ok());
    assert!(matches!(files(tomorrow, Guest::Stranger, MIB), Err(PermitError::FilesToday)), "midnight wiped the day");
}

#[test]
fn a_source_erases_the_answers_or_everything() {
    let mut rig = Rig::new(8 * MIB);
    let (one, other) = (source_id("erases"), source_id("stays"));
    let mine = [keep(rig.store(), &one, 1, 200_000), keep(rig.store(), &one, 2, 30)];
    let theirs = keep(rig.store(), &other, 3, 30);
    let answer = |rig: &Rig, bundle: u8, number: u32, source: &SourceId| {
        let letter = NewLetter {
            body: write(rig.store(), &[bundle; 100], Pool::Text),
            source: new_source(source).fingerprint,
            writer: reader(1),
            number,
            addressees: vec![reader(2)],
            closing: false,
            day: today(),
        };
        rig.store().settle(Return { letters: vec![letter], ..returned(bundle, reader(1)) }).unwrap().letters
    };
    assert_eq!(answer(&rig, 1, 1, &one), [Delivered::Kept]);
    assert_eq!(answer(&rig, 2, 1, &other), [Delivered::Kept]);
    let letters = |rig: &Rig, id: &SourceId| {
        rig.store().source(id).unwrap().map(|source| rig.store().letters(&source).unwrap().len())
    };
    rig.store().erase_letters(SourceKey::of(&one)).unwrap();
    rig.restart();
    assert_eq!((letters(&rig, &one), letters(&rig, &other)), (Some(0), Some(1)));
    assert_eq!(answer(&rig, 3, 2, &one), [Delivered::Kept], "it can be answered again");
    rig.store().erase_source(SourceKey::of(&one)).unwrap();
    rig.store().erase_source(SourceKey::of(&one)).unwrap();
    for _ in 0..2 {
        assert_eq!((letters(&rig, &one), letters(&rig, &other)), (None, Some(1)));
        assert!(mine.iter().all(|object| matches!(rig.store().object(object), Err(ReadError::Gone))));
        assert!(rig.store().object(&theirs).is_ok());
        assert_eq!(rig.store().objects_for(&reader(1).into(), None).unwrap().len(), 1);
        assert_used(rig.store(), 8 * MIB, 2);
        rig.restart();
    }
    let gone = Delivered::Skipped(SkipReason::ThreadGone);
    assert_eq!(answer(&rig, 4, 3, &one), [gone]);
    // The codename could be drawn again, as any other.
    keep(rig.store(), &one, 9, 10);
}

#[test]
fn the_operators_rule_waits_for_one_receipt_and_so_many_days() {
    let rig = Rig::new(8 * MIB);
    let (fetched, unopened) = (source_id("fetched"), source_id("unopened"));
    let first = keep(rig.store(), &fetched, 1, 100);
    let second = keep(rig.store(), &unopened, 2, 100);
    let receipts = vec![receipt(&first, 1)];
    rig.store().settle(Return { receipts, ..returned(1, reader(1)) }).unwrap();
    let everybody = |_: &Fingerprint| true;
    assert_eq!(rig.store().delete_receipted(&everybody, None).unwrap(), 0);
    assert_eq!(rig.store().delete_receipted(&everybody, Some(today().plus_days(-1))).unwrap(), 0);
    assert_eq!(rig.store().delete_receipted(&everybody, Some(today())).unwrap(), 1);
    assert!(matches!(rig.store().object(&first), Err(ReadError::Gone)));
    // What nobody has opened never goes.
    assert_eq!(rig.store().delete_receipted(&everybody, Some(today().plus_days(100_000))).unwrap(), 0);
    assert!(rig.store().object(&second).is_ok());
}

/// `version-1` was laid by the first version of this program: a source with two messages and an answer, one of them
/// receipted and exported, and a deleted one of another source.
#[test]
fn a_store_of_the_first_version_is_brought_to_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("journeys/store/version-1"), &path);
    let (one, two) = (source_id("first version one"), source_id("first version two"));
    for _ in 0..2 {
        let store = open_with(&path, Settings::default());
        assert_eq!(fs::read_to_string(path.join("format")).unwrap(), "sluss store 2\n");
        let source = store.source(&one).unwrap().unwrap();
        assert_eq!((source.next, source.received, store.source(&two).unwrap().unwrap().next), (3, today(), 2));
        let objects = store.objects_for(&reader(2).into(), Some(1)).unwrap();
        let mut bodies: Vec<Vec<u8>> = objects.iter().map(|object| read(&store, &object.id)).collect();
        bodies.sort();
        let mut wanted = vec![content(1, 3 * SLOT - 5), content(2, 10), b"the answer".to_vec()];
        wanted.sort();
        assert_eq!(bodies, wanted);
        let first = objects.iter().find(|object| object.length > 100).unwrap();
        assert!(first.addressees.iter().any(|one| one.fingerprint == reader(1) && one.receipted));
        assert_eq!(store.investigator(&reader(2).into()).unwrap().next, 2);
        assert!(store.is_done(&[1; 16]).unwrap());
        assert!(store.fsck(false).unwrap().is_none());
        drop(store);
        assert_eq!(lengths(&path), BTreeMap::from([(256, 1), (128, 256), (1024, 3 * 256), (4096, 256)]));
    }
}
