//! Whether the clock is right, by what Tor's directory last said.
//!
//! Protects deadlines and certs from a clock that is off by a day or more. A drop that has never met Tor cannot tell.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use sluss_core::day::{Clock, Day};

use super::{Finding, Scene};
use crate::office::problem::Problem;

/// Bytes of a consensus in which it says since when it is valid (dir-spec, "Consensus documents").
const HEAD: u64 = 1024;

/// The day of the newest consensus, against today. A drop that serves has one of today or yesterday.
pub(super) fn clock(scene: &Scene<'_>) -> Vec<Finding> {
    let (Ok(clock), Some(day)) = (Clock::new(scene.now), newest(&scene.config.onion())) else { return Vec::new() };
    let problem = |id| Problem::new(id).with("day", day).with("today", clock.today());
    if clock.is_behind(day) {
        vec![Finding::wrong(problem("clock-before-tor"))]
    } else if scene.serving.is_some() && clock.today().since(day) > 1 {
        vec![Finding::look(problem("clock-after-tor"))]
    } else {
        Vec::new()
    }
}

fn newest(onion: &Path) -> Option<Day> {
    let files = fs::read_dir(onion.join("cache/dir_blobs")).ok()?;
    files.flatten().filter_map(|file| valid_after(&file.path())).max()
}

fn valid_after(consensus: &Path) -> Option<Day> {
    let mut head = String::new();
    File::open(consensus).ok()?.take(HEAD).read_to_string(&mut head).ok()?;
    let said = head.lines().find_map(|line| line.strip_prefix("valid-after "))?;
    said.split(' ').next()?.parse().ok()
}
