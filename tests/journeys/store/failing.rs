//! A disk that is full, or fails: nothing is acknowledged that is not kept, and the store works again when the disk does.

use sluss_tests::disk::{self, Disk, Failure, Image};

use super::*;

/// Everything that was acknowledged, by what was in it.
type Acknowledged = Vec<(u64, ObjectId)>;

fn lay(folder: &Path, vault: u64) -> PathBuf {
    let path = folder.join("store");
    Store::init(&path, vault, &mut rng(1), &mut |_, _| {}).unwrap();
    path
}

/// A body that is written whole and waits: what is large has gone to the disk by now.
fn waiting(store: &Store, seed: u64) -> Body {
    write(store, &content(seed, 1_000), Pool::Text)
}

fn try_to_keep(store: &Store, body: Body, seed: u64) -> Result<ObjectId, CommitError> {
    let (id, digest) = (source_id(&format!("failing {seed}")), body.digest);
    store.commit(submission(body, 1), SourceChange::Enrol(new_source(&id))).map(|_| ObjectId::Submission(digest))
}

fn assert_all_there(store: &Store, acknowledged: &Acknowledged) {
    for (seed, object) in acknowledged {
        assert_eq!(read(store, object), content(*seed, 1_000), "{seed} was acknowledged");
    }
    for object in store.objects_for(&reader(1).into(), None).unwrap() {
        read(store, &object.id);
    }
    assert!(store.fsck(false).unwrap().is_none());
}

/// Fills a file system to its last block.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("filler");
    let mut filler = fs::File::create(&path).unwrap();
    for piece in [1024 * 1024, 4096, 1] {
        let noise = vec![1; piece];
        while filler.write_all(&noise).is_ok() {}
    }
    let _ = filler.sync_all();
    path
}

#[test]
fn a_full_disk_takes_nothing_and_costs_nothing() {
    if !disk::is_possible("store::failing::a_full_disk_takes_nothing_and_costs_nothing") {
        return;
    }
    let image = Image::format(320 * MIB).unwrap();
    let mounted = image.mount().unwrap();
    let path = lay(mounted.path(), 64 * MIB);
    let store = Store::open(&path, &mut rng(2), Settings::default()).unwrap();
    let mut acknowledged: Acknowledged = Vec::new();
    for seed in 0..5 {
        acknowledged.push((seed, try_to_keep(&store, waiting(&store, seed), seed).unwrap()));
    }
    let bodies: Vec<Body> = (1_000..1_900).map(|seed| waiting(&store, seed)).collect();
    let filler = fill(mounted.path());
    assert!(matches!(store.permit(1, Pool::Text, Guest::Known), Err(PermitError::Full)), "the end is seen in time");
    // Those who were let in before it was full: each is kept, or told that it is not.
    let mut refused = 0;
    for (body, seed) in bodies.into_iter().zip(1_000..) {
        match try_to_keep(&store, body, seed) {
            Ok(object) => acknowledged.push((seed, object)),
            Err(CommitError::Fault(_)) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 0, "the disk was never full for sled");
    fs::remove_file(filler).unwrap();
    // No restart: as soon as there is room the store keeps again.
    let mut body = None;
    let since = Instant::now();
    while body.is_none() {
        assert!(since.elapsed() < Duration::from_secs(30), "there is room, and nothing is taken");
        // Any change finds out whether the disk works again.
        let _ = store.delete(&[]);
        body = store.permit(1_000, Pool::Text, Guest::Known).ok();
    }
    drop(body);
    for seed in 300..305 {
        acknowledged.push((seed, try_to_keep(&store, waiting(&store, seed), seed).unwrap()));
    }
    store.sweep().unwrap();
    assert_all_there(&store, &acknowledged);
    drop(store);
    let store = Store::open(&path, &mut rng(2), Settings::default()).unwrap();
    assert_all_there(&store, &acknowledged);
}

#[test]
fn a_failing_disk_is_told_and_nothing_acknowledged_is_lost() {
    if !disk::is_possible("store::failing::a_failing_disk_is_told_and_nothing_acknowledged_is_lost") {
        return;
    }
    for failures in [vec![Failure::Writes], vec![Failure::Flushes], vec![Failure::Writes, Failure::Flushes]] {
        let mut disk = Disk::new(192 * MIB).unwrap();
        let path = lay(disk.path(), 16 * MIB);
        let store = Store::open(&path, &mut rng(2), Settings::default()).unwrap();
        let mut acknowledged: Acknowledged = Vec::new();
        for seed in 0..5 {
            acknowledged.push((seed, try_to_keep(&store, waiting(&store, seed), seed).unwrap()));
        }
        let body = waiting(&store, 50);
        disk.fail(&failures);
        assert!(matches!(try_to_keep(&store, body, 50), Err(CommitError::Fault(_))), "{failures:?}");
        // It is seen before anybody sends more.
        assert!(store.permit(1, Pool::Text, Guest::Known).is_err());
        assert!(store.sweep().is_err());
        drop(store);
        disk.mend();
        // An ext4 that met an error stays read-only until it is mounted anew, and with it the store.
        disk.remount().unwrap();
        let store = Store::open(&disk.path().join("store"), &mut rng(2), Settings::default()).unwrap();
        assert_all_there(&store, &acknowledged);
        acknowledged.push((60, try_to_keep(&store, waiting(&store, 60), 60).unwrap()));
        store.sweep().unwrap();
        assert_all_there(&store, &acknowledged);
        drop(store);
    }
}
