//! `sluss check`: looks whether the drop is sound, before a source finds out.
//!
//! Protects against a drop that others on the machine can read, whose keys do not fit each other, that its certs or its
//! disk will soon close, whose disk keeps what was deleted, or that nobody can reach. It changes nothing, opens no store,
//! and can run while the drop serves. It says nothing about reports.

mod clock;
mod disk;
mod keys;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, iter};

use serde::Serialize;

use super::control;
use crate::config::Config;
use crate::defences::Defences;
use crate::fleeting;
use crate::office::Status;
use crate::office::problem::Problem;
use crate::reachability::Reachability;

pub use disk::Computer;
pub(super) use keys::roster;

/// One thing that is not as it should be.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What.
    #[serde(flatten)]
    pub problem: Problem,
    /// Whether the drop must not run like this; else it should be looked at.
    pub serious: bool,
}

impl Finding {
    fn wrong(problem: Problem) -> Self {
        Self { problem, serious: true }
    }

    fn look(problem: Problem) -> Self {
        Self { problem, serious: false }
    }
}

/// What is looked at.
struct Scene<'a> {
    /// The configuration's file.
    file: &'a Path,
    config: &'a Config,
    now: SystemTime,
    computer: &'a Computer,
    /// What the drop that serves says of itself.
    serving: Option<Result<Status, Problem>>,
}

/// Everything that is looked at, in the order in which it is told.
const LOOKS: [fn(&Scene<'_>) -> Vec<Finding>; 14] = [
    permissions,
    disk::vault,
    disk::file_system,
    disk::room,
    disk::encryption,
    disk::beat,
    visitors,
    confinement,
    tor,
    keys::folder,
    keys::fit,
    keys::hatches,
    clock::clock,
    reachability,
];

/// Looks at everything that the configuration in `file` names; an empty list is a sound drop.
pub fn check(file: &Path, now: SystemTime, computer: &Computer) -> Vec<Finding> {
    let config = match Config::read(file) {
        Ok(config) => config,
        Err(error) => return vec![Finding::wrong(error.into())],
    };
    let serving = control::status_of_serving(&config);
    let scene = Scene { file, config: &config, now, computer, serving };
    LOOKS.iter().flat_map(|look| look(&scene)).collect()
}

/// How the onion service that the configuration in `file` names is defended; none where that cannot be told, or in a
/// program built without Tor.
pub fn defences(file: &Path) -> Option<Defences> {
    shown(&Config::read(file).ok()?).ok().flatten()
}

#[cfg(feature = "tor")]
fn shown(config: &Config) -> Result<Option<Defences>, Problem> {
    let shown = crate::onion::defences(&config.onion(), &config.tor);
    shown.map(Some).map_err(|error| Problem::new("tor").with("why", crate::office::chain(&error)))
}

#[cfg(not(feature = "tor"))]
fn shown(_: &Config) -> Result<Option<Defences>, Problem> {
    Ok(None)
}

/// What others may read or write, and what belongs to somebody else. Deeper down the folders protect.
fn permissions(scene: &Scene<'_>) -> Vec<Finding> {
    let (state, keys) = (&scene.config.state, &scene.config.keys);
    let owner = fs::metadata(state).map(|it| it.uid()).ok();
    let mut findings = Vec::new();
    for (path, others) in with_inside(state)
        .map(|path| (path, 0o077))
        .chain(with_inside(keys).map(|path| (path, 0o022)))
        .chain([(scene.file.to_owned(), 0o022)])
    {
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        if metadata.is_symlink() {
            continue;
        }
        let name = path.display();
        if metadata.permissions().mode() & others != 0 {
            let id = if others == 0o077 { Problem::new("open-to-others") } else { Problem::new("changed-by-others") };
            findings.push(Finding::wrong(id.with("path", name)));
        } else if owner.is_some_and(|owner| owner != metadata.uid()) && path != scene.file {
            findings
                .push(Finding::wrong(Problem::new("other-owner").with("path", name).with("state", state.display())));
        }
    }
    findings
}

fn with_inside(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let inside = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    iter::once(folder.to_owned()).chain(inside)
}

/// What Tor notes of visitors lies in memory while the drop serves; an older version left it on the disk.
fn visitors(scene: &Scene<'_>) -> Vec<Finding> {
    let place = scene.config.onion().join(fleeting::KNOCKS);
    let serious = !scene.config.demo;
    let found = fleeting::on_disk(&place)
        .then(|| Finding { problem: Problem::new("visitors-on-disk").with("path", place.display()), serious });
    found.into_iter().collect()
}

/// Whether the kernel keeps the drop to its own files; none where it does not say what it knows.
fn confinement(scene: &Scene<'_>) -> Vec<Finding> {
    let lacks = scene.computer.knows("landlock") == Some(false);
    lacks.then(|| Finding::look(Problem::new("no-landlock"))).into_iter().collect()
}

/// Whether arti takes what it is given.
fn tor(scene: &Scene<'_>) -> Vec<Finding> {
    shown(scene.config).err().map(Finding::wrong).into_iter().collect()
}

/// Whether sources get through.
fn reachability(scene: &Scene<'_>) -> Vec<Finding> {
    let finding = match &scene.serving {
        None => Finding::look(Problem::new("not-serving")),
        Some(Err(problem)) => Finding::wrong(problem.clone()),
        Some(Ok(status)) => match status.reachability {
            None | Some(Reachability::Reachable) => return Vec::new(),
            Some(Reachability::NotYet) => Finding::look(Problem::new("not-yet-reachable")),
            Some(Reachability::Lost) => Finding::wrong(Problem::new("not-reachable")),
        },
    };
    vec![finding]
}
