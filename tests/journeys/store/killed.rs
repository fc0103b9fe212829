//! What `kill -9` leaves. The process that is killed is this binary again, in the part that the environment names.

use super::*;

const PART: &str = "SLUSS_STORE_PART";
const FOLDER: &str = "SLUSS_STORE_FOLDER";

fn start(part: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["store::killed::the_part_that_is_killed", "--exact", "--nocapture"])
        .env(PART, part)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn the_part_that_is_killed() {
    let (Ok(part), Some(folder)) = (std::env::var(PART), std::env::var_os(FOLDER)) else { return };
    let store = Store::open(Path::new(&folder), &mut rand::rng(), Settings::default()).unwrap();
    match part.split_once(':').unwrap() {
        ("keep", round) => keep_until_killed(&store, round.parse().unwrap()),
        ("delete", _) => {
            let ids: Vec<ObjectId> =
                store.objects_for(&reader(1).into(), None).unwrap().iter().map(|object| object.id).collect();
            store.delete(&ids).unwrap();
        }
        other => panic!("no part {other:?}"),
    }
}

const WRITERS: u64 = 3;

fn keep_until_killed(store: &Store, round: u64) {
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            scope.spawn(move || {
                let id = source_id(&format!("round {round} writer {writer}"));
                for turn in 0.. {
                    let seed = (round * WRITERS + writer) * 10_000 + turn;
                    keep(store, &id, seed, length_of(seed));
                    // One write, so that a line is whole or absent.
                    let _ = std::io::stdout().write_all(format!("\nkept {writer} {seed}\n").as_bytes());
                }
            });
        }
    });
}

fn length_of(seed: u64) -> usize {
    rng(seed).random_range(1..3 * SLOT)
}

#[test]
fn kill_nine_loses_nothing_acknowledged_and_shows_nothing_half() {
    const ROUNDS: u64 = 20;
    let mut rig = Rig::new(512 * MIB);
    let mut acknowledged: Vec<u64> = Vec::new();
    for round in 0..ROUNDS {
        rig.store = None;
        let mut child = start(&format!("keep:{round}"), &rig.path());
        let lines = BufReader::new(child.stdout.take().unwrap());
        let kill_after = rng(round).random_range(1..60);
        let mut seen = 0;
        for line in lines.lines() {
            let line = line.unwrap();
            if let Some((_, seed)) = line.strip_prefix("kept ").and_then(|rest| rest.split_once(' ')) {
                acknowledged.push(seed.parse().unwrap());
                seen += 1;
                if seen == kill_after {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        assert!(seen >= kill_after, "round {round} ended by itself");
        rig.restart();

        let objects = rig.store().objects_for(&reader(1).into(), None).unwrap();
        let digests: BTreeSet<Digest> = objects.iter().map(|object| object.digest).collect();
        for seed in &acknowledged {
            let digest = Digest::of(&content(*seed, length_of(*seed)));
            assert!(digests.contains(&digest), "round {round}: acknowledged {seed} is gone");
        }
        let mut numbers: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
        for object in objects.iter().rev().take(50) {
            read(rig.store(), &object.id);
        }
        for writer in 0..WRITERS {
            let id = source_id(&format!("round {round} writer {writer}"));
            let mine: BTreeSet<u32> = match rig.store().source(&id).unwrap() {
                Some(source) => {
                    let mine = objects.iter().filter(|object| object.source == source.key);
                    let mine: BTreeSet<u32> = mine.map(|object| object.number).collect();
                    assert_eq!(
                        mine,
                        (1..source.next).collect(),
                        "a message without its record, or the other way round"
                    );
                    mine
                }
                None => BTreeSet::new(),
            };
            numbers.insert(writer, mine);
        }
        let of_round: usize = numbers.values().map(BTreeSet::len).sum();
        assert!(of_round >= seen);
    }
    let objects = rig.store().objects_for(&reader(1).into(), None).unwrap();
    for object in &objects {
        read(rig.store(), &object.id);
    }
    let used: u64 = objects.iter().map(|object| object.length.div_ceil(SLOT as u64)).sum();
    assert_used(rig.store(), 512 * MIB, used);
}

#[test]
fn a_deletion_cut_short_is_finished_at_the_next_open() {
    let mut cut_short = 0;
    for round in 0..5 {
        let mut rig = Rig::new(96 * MIB);
        let before = rig.vault();
        let object = keep(rig.store(), &source_id("deleted"), round, 64 * MIB as usize);
        let image = rig.vault();
        let slots = changed(&before, &image);
        assert_eq!(slots.len(), 1024);
        rig.store = None;
        let mut child = start("delete:", &rig.path());
        let pid = Pid::from_child(&child);
        let vault = fs::File::open(rig.path().join("vault")).unwrap();
        let differs = |slot: usize| {
            let mut bytes = [0; 64];
            vault.read_exact_at(&mut bytes, (slot * SLOT) as u64).unwrap();
            bytes != image[slot * SLOT..slot * SLOT + 64]
        };
        let (first, last) = (*slots.first().unwrap(), *slots.last().unwrap());
        let since = Instant::now();
        while !differs(first) {
            assert!(since.elapsed() < Duration::from_secs(30), "the deletion never began");
            std::hint::spin_loop();
        }
        kill_process(pid, Signal::STOP).unwrap();
        cut_short += u32::from(!differs(last));
        child.kill().unwrap();
        child.wait().unwrap();
        rig.restart();
        assert!(matches!(rig.store().object(&object), Err(ReadError::Gone)));
        assert!(changed(&image, &rig.vault()).is_superset(&slots), "all of it is overwritten");
        assert_used(rig.store(), 96 * MIB, 0);
    }
    assert!(cut_short > 0, "every kill came too late to show anything");
}
