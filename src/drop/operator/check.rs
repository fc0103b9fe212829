//! `sluss check`: looks whether the drop is sound, before a source finds out.
//!
//! Protects against a drop that others on the machine can read, that its certs or disk will soon close, or whose file
//! system keeps what was deleted. It changes nothing and can run while the drop serves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use sluss_core::day::Clock;
use sluss_core::roster::Roster;

use super::office::{closed, judge, read_card, unlock_tsk};
use super::problem::Problem;
use crate::config::Config;

/// How far ahead certs are looked at: a new roster takes people weeks.
const AHEAD: Duration = Duration::from_secs(60 * 24 * 3600);
/// Bytes that have to be free on the state's file system: 256 MiB, four times what the store itself insists on.
const ROOM: u64 = 256 * 1024 * 1024;

/// One thing that is not as it should be.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What.
    #[serde(flatten)]
    pub problem: Problem,
    /// Whether the drop must not run like this; else it should be looked at.
    pub serious: bool,
}

/// Looks at everything; an empty list is a sound drop.
pub fn check(config: &Config, now: SystemTime) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |serious: bool, problem: Problem| findings.push(Finding { problem, serious });
    for path in open_to_others(&config.state) {
        find(true, Problem::new("open-to-others").with("path", path));
    }
    if !config.store().join("format").exists() {
        find(true, Problem::new("no-store"));
    }
    if journals_data(&config.state, &fs::read_to_string("/proc/self/mountinfo").unwrap_or_default()) {
        find(true, Problem::new("data-journal").with("path", config.state.display()));
    }
    if room(&config.state).is_some_and(|room| room < ROOM) {
        find(true, Problem::new("little-room").with("path", config.state.display()));
    }
    match Clock::new(now) {
        Err(error) => find(true, error.into()),
        Ok(clock) => match roster(config, clock) {
            Err(problem) => find(true, problem),
            Ok(roster) => {
                if clock.is_behind(roster.edition().day) {
                    find(false, Problem::new("clock-behind").with("day", roster.edition().day));
                }
                for id in closed(&roster, clock) {
                    find(true, Problem::new("form-closed").with("id", id));
                }
                let later = Clock::new(now + AHEAD).unwrap_or(clock);
                if let Err(error) = roster.admit(later, config.demo) {
                    find(false, Problem::new("soon-expired").with("why", error));
                }
                for id in config.organisations.keys().filter(|id| roster.organisation(id).is_none()) {
                    find(false, Problem::new("unknown-organisation").with("id", id));
                }
            }
        },
    }
    findings
}

/// The roster that this drop would take up at `clock`.
pub(super) fn roster(config: &Config, clock: Clock) -> Result<Roster, Problem> {
    let (card, tsk, path) = (read_card(config)?, unlock_tsk(config)?, config.roster());
    if !path.exists() {
        return Err(Problem::new("no-roster").with("path", config.card().display()));
    }
    let bytes = fs::read(&path).map_err(|error| Problem::file(&path, &error))?;
    judge(&bytes, config, &card, &tsk, clock)
}

/// The state folder and what lies directly in it, where others can read or write it. Deeper down the folders protect.
fn open_to_others(state: &Path) -> Vec<String> {
    let inside = fs::read_dir(state).into_iter().flatten().flatten().map(|entry| entry.path());
    let open = |path: &Path| {
        let metadata = fs::symlink_metadata(path).ok()?;
        let others = metadata.permissions().mode() & 0o077 != 0 && !metadata.file_type().is_symlink();
        others.then(|| path.display().to_string())
    };
    std::iter::once(state.to_owned()).chain(inside).filter_map(|path| open(&path)).collect()
}

fn room(state: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(state).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Whether `mountinfo` (as in `/proc/self/mountinfo`) says that the file system of `state` journals data: then keys that
/// were overwritten in place stay readable.
pub fn journals_data(state: &Path, mountinfo: &str) -> bool {
    let Ok(state) = state.canonicalize() else { return false };
    let mounts = mountinfo.lines().filter_map(|line| {
        let (place, device) = line.split_once(" - ")?;
        let point = place.split(' ').nth(4)?.replace("\\040", " ");
        let options = device.split(' ').nth(2)?.to_owned();
        state.starts_with(&point).then_some((point.len(), options))
    });
    // Of several mounts on one point the last one is on top.
    let on_top = mounts.max_by_key(|(length, _)| *length);
    on_top.is_some_and(|(_, options)| options.split(',').any(|option| option == "data=journal"))
}
