//! `kill -9` of the serving drop under load, again and again: acknowledged is kept, deleted is gone, nothing is half.
//!
//! `SLUSS_ROUNDS` and `SLUSS_SEED` make it longer: lots of at most [`LOT`] kills, each on a drop of its own with a seed
//! of its own, so that what was interrupted goes on with the next seed.

use std::time::Duration;

use anyhow::{Result, ensure};
use rand::RngExt;

use super::load::{Carrier, Ledger, Load, Tally, everything, set_tick};
use super::{MIB, lots, rng, say};
use crate::operator::rig::Rig;

/// Kills on one drop.
const LOT: u64 = 50;
const VAULT: u64 = 96 * MIB;
/// Every so many rounds the investigators fetch all, and the kill meets their receipts.
const CARRIED: u64 = 3;
/// Acknowledgements before a kill, at most.
const MOST: usize = 12;

#[test]
fn a_killed_drop_keeps_what_it_acknowledged_and_nothing_that_it_deleted() -> Result<()> {
    for (seed, rounds) in lots(20, LOT) {
        let tally = lot(seed, rounds)?;
        say(&format!("kills: seed {seed}, {rounds} rounds: {tally}"));
        ensure!(tally.is_clean(), "seed {seed}: {tally}");
        ensure!(tally.acknowledged as u64 > rounds && tally.deleted > 0, "seed {seed} shows nothing: {tally}");
    }
    Ok(())
}

fn lot(seed: u64, rounds: u64) -> Result<Tally> {
    let folder = tempfile::tempdir()?;
    let rig = Rig::lay_at(folder.path().join("drop"), VAULT)?;
    // The order of what happens here needs no clock: all that was told was told before the kill.
    let ledger = Ledger::new(|| 0);
    let (mut chance, mut carrier, mut faults) = (rng(seed), Carrier::default(), Tally::default());
    for round in 0..rounds {
        set_tick(&rig, chance.random_range(0..=1))?;
        let mut load = Load::begin(&rig, &ledger, seed, round)?;
        load.wait_for(chance.random_range(1..=MOST))?;
        let mut handing = Vec::new();
        if round % CARRIED == CARRIED - 1 {
            carrier.fetch(&rig)?;
            handing = carrier.begin_to_hand_back(&rig, &ledger)?;
        }
        std::thread::sleep(Duration::from_millis(chance.random_range(0..60)));
        load.kill()?;
        for mut one in handing {
            one.wait()?;
        }
        carrier.hand_back(&rig, &ledger)?;
        let tally = ledger.judge(0, &everything(&rig)?);
        faults.add_faults(tally);
        if !tally.is_clean() {
            say(&format!("kills: seed {seed}, round {round}: {tally}"));
        }
    }
    let mut tally = ledger.judge(0, &everything(&rig)?);
    tally.add_faults(faults);
    Ok(tally)
}
