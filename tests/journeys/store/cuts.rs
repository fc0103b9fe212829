//! Power cuts under the shipped drop: whatever part of the unflushed blocks survives, acknowledged is kept and deleted is
//! gone. Also in the middle of `init`, of a sweep and of a deletion.
//!
//! `SLUSS_ROUNDS` and `SLUSS_SEED` make it longer: lots of at most [`LOT`] cuts, each under a load of its own with a seed
//! of its own, so that what was interrupted goes on with the next seed.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use rand::RngExt;
use serde_json::Value;
use sluss_tests::disk::{Disk, is_possible};

use super::load::{Carrier, Ledger, Load, Tally, everything, set_tick};
use super::{MIB, lots, rng, say};
use crate::operator::rig::Rig;

/// Cuts of one load.
const LOT: u64 = 25;
const VAULT: u64 = 48 * MIB;
/// Room for the vault, and for what a drop wants to be free besides.
const DISK: u64 = 256 * MIB;
/// Submissions that a load has acknowledged before the power goes.
const ACKNOWLEDGED: usize = 60;

#[test]
fn a_power_cut_keeps_what_was_acknowledged_and_nothing_that_was_deleted() -> Result<()> {
    if !is_possible("a_power_cut_keeps_what_was_acknowledged_and_nothing_that_was_deleted") {
        return Ok(());
    }
    for (seed, cuts) in lots(12, LOT) {
        let tally = lot(seed, cuts)?;
        say(&format!("power cuts: seed {seed}, {cuts} cuts: {tally}"));
        ensure!(tally.is_clean(), "seed {seed}: {tally}");
        ensure!(tally.acknowledged > ACKNOWLEDGED && tally.deleted > 0, "seed {seed} shows nothing: {tally}");
    }
    Ok(())
}

/// A stretch of the disk's log, and what went on in it.
struct Scene {
    what: &'static str,
    from: u64,
    to: u64,
}

impl Scene {
    fn holds(&self, moment: u64) -> bool {
        (self.from..=self.to).contains(&moment)
    }
}

/// One load on one disk; half of the cuts fall into it, the others into a sweep and a deletion that follow.
fn lot(seed: u64, cuts: u64) -> Result<Tally> {
    let disk = Arc::new(Disk::new(DISK)?);
    let mut rig = Rig::lay_at(disk.path().join("drop"), VAULT)?;
    set_tick(&rig, seed % 2)?;
    let clock = Arc::clone(&disk);
    let ledger = Ledger::new(move || clock.moment());
    let mut carrier = Carrier::default();
    let scene = |what, act: &mut dyn FnMut() -> Result<()>| {
        let from = disk.moment();
        act()?;
        Ok::<_, anyhow::Error>(Scene { what, from, to: disk.moment() })
    };
    let scenes = [
        scene("load", &mut || {
            let mut load = Load::begin(&rig, &ledger, seed, 0)?;
            load.wait_for(ACKNOWLEDGED / 2)?;
            carrier.fetch(&rig)?;
            carrier.hand_back(&rig, &ledger)?;
            load.wait_for(ACKNOWLEDGED)?;
            load.end()
        })?,
        scene("sweep", &mut || {
            let swept = rig.run(&["sweep"])?;
            ensure!(swept.code == 0, "{swept:?}");
            Ok(())
        })?,
        scene("deletion", &mut || {
            carrier.fetch(&rig)?;
            carrier.hand_back(&rig, &ledger)
        })?,
    ];
    let mut chance = rng(seed);
    let mut faults = Tally::default();
    for number in 0..cuts {
        // load, sweep, load, deletion, …
        let scene = &scenes[[0, 1, 0, 2][number as usize % 4]];
        let told: Vec<u64> = ledger.told().into_iter().filter(|moment| scene.holds(*moment)).collect();
        // Nothing is as likely to be lost as what was acknowledged just before.
        let moment = match told.len() {
            some if some > 0 && chance.random_bool(0.5) => {
                told[chance.random_range(0..some)] + chance.random_range(0..4)
            }
            _ => chance.random_range(scene.from..=scene.to),
        };
        let own = chance.random();
        let told = format!("power cuts: seed {seed}, cut {number} at {moment} ({}), own seed {own}", scene.what);
        match judge_cut(&disk, &mut rig, &ledger, moment, own) {
            Ok(tally) if tally.is_clean() => {}
            Ok(tally) => {
                say(&format!("{told}: {tally}"));
                faults.add_faults(tally);
            }
            Err(error) => {
                say(&format!("{told}: {error:?}"));
                faults.shut += 1;
            }
        }
    }
    let mut tally = ledger.judge(u64::MAX, &everything(&rig)?);
    tally.add_faults(faults);
    Ok(tally)
}

/// What a drop finds after the power went at `moment`.
fn judge_cut(disk: &Disk, rig: &mut Rig, ledger: &Ledger, moment: u64, seed: u64) -> Result<Tally> {
    let image = disk.cut(moment, seed)?;
    let mounted = image.mount()?;
    let home = rig.move_to(mounted.path().join("drop"));
    let judged = everything(rig).and_then(|found| {
        let looked = rig.run(&["fsck", "--json"])?;
        let told: Value = serde_json::from_str(&looked.out)?;
        ensure!(looked.code == 0 && told["sound"] == true, "{looked:?}");
        Ok(ledger.judge(moment, &found))
    });
    rig.move_to(home);
    mounted.unmount()?;
    judged
}

#[test]
fn an_interrupted_init_is_finished_by_running_it_again() -> Result<()> {
    if !is_possible("an_interrupted_init_is_finished_by_running_it_again") {
        return Ok(());
    }
    for (seed, cuts) in lots(4, LOT) {
        let disk = Disk::new(DISK)?;
        let from = disk.moment();
        let mut rig = Rig::lay_at(disk.path().join("drop"), 8 * MIB)?;
        let (to, mut chance) = (disk.moment(), rng(seed));
        for number in 0..cuts {
            let (moment, own) = (chance.random_range(from..=to), chance.random());
            let told = format!("init: seed {seed}, cut {number} at {moment} of {from}..{to}, own seed {own}");
            let image = disk.cut(moment, own)?;
            let mounted = image.mount()?;
            let home = rig.move_to(mounted.path().join("drop"));
            let begun = finish_init(&rig).and_then(|()| {
                let source = rig.report("words")?;
                ensure!(rig.is_kept(&source)?, "a report is not kept");
                Ok(())
            });
            rig.move_to(home);
            begun.context(told)?;
        }
        say(&format!("power cuts in init: seed {seed}, {cuts} cuts: all were finished"));
    }
    Ok(())
}

/// Runs `init` again where the configuration, its last step, is not there yet, and takes the roster up.
fn finish_init(rig: &Rig) -> Result<()> {
    if !rig.config().exists() {
        let vault = (8 * MIB).to_string();
        let laid = rig.run(&["init", "--demo", "--vault", &vault, &rig.dir().display().to_string()])?;
        ensure!(laid.code == 0, "{laid:?}");
    }
    rig.add_roster(&rig.first_roster()?)
}
