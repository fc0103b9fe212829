//! What may be remembered only until the power goes: a folder in memory, in the place of one on the disk.
//!
//! Protects: to refuse replays, Tor notes everybody who knocks. On a disk those notes would count the visitors and tell
//! when they came; here they lie in memory, in a folder that is this user's alone. It does not protect against an
//! unencrypted swap, nor against whoever reads the running server.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Where, under the onion service's folder, arti notes who knocks.
pub const KNOCKS: &str = "state/hss";
/// Where systemd says that a service's own folder under `/run` lies.
const RUNTIME: &str = "RUNTIME_DIRECTORY";
/// The folder in memory that every Linux has.
const SHARED: &str = "/dev/shm";
/// How the names of folders that were made here begin.
const PREFIX: &str = "sluss-";
/// File systems that lie in memory, by their magic numbers: tmpfs and ramfs.
const IN_MEMORY: [u64; 2] = [0x0102_1994, 0x8584_58f6];

/// Why there is no folder in memory.
#[derive(Debug, thiserror::Error)]
pub enum FleetingError {
    /// Neither the service's own folder nor `/dev/shm` lies in memory.
    #[error("neither RUNTIME_DIRECTORY nor /dev/shm lies in memory: mount a tmpfs on /dev/shm")]
    NoMemory,
    /// The folder cannot be laid.
    #[error("{0}: {1}")]
    Failed(PathBuf, #[source] io::Error),
}

/// A folder in memory that stands in for one on the disk. Dropping it removes it.
#[derive(Debug)]
pub struct Fleeting {
    _folder: Option<TempDir>,
}

/// Puts an empty folder in memory in the place of `place`, whatever was there. A file system in memory that is mounted
/// there stays as it is.
pub fn lay(place: &Path) -> Result<Fleeting, FleetingError> {
    if place.is_dir() && !place.is_symlink() && in_memory(place) {
        return Ok(Fleeting { _folder: None });
    }
    let base = base()?;
    let failed = |error| FleetingError::Failed(place.to_owned(), error);
    let private = Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().prefix(PREFIX).permissions(private).tempdir_in(base).map_err(failed)?;
    let laid = clear(place).and_then(|()| {
        DirBuilder::new().recursive(true).mode(0o700).create(place.parent().unwrap_or(place))?;
        symlink(folder.path(), place)
    });
    laid.map_err(failed)?;
    Ok(Fleeting { _folder: Some(folder) })
}

/// Whether `place` is there and lies on a disk.
pub fn on_disk(place: &Path) -> bool {
    place.exists() && !in_memory(place)
}

fn in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|system| u64::try_from(system.f_type).is_ok_and(|it| IN_MEMORY.contains(&it)))
}

/// The folder in memory in which others are laid: the service's own, else the one that every Linux has.
pub fn base() -> Result<PathBuf, FleetingError> {
    // systemd separates several by colons; one is enough.
    let own = std::env::var_os(RUNTIME).and_then(|folders| std::env::split_paths(&folders).next());
    own.into_iter().chain([SHARED.into()]).find(|base| in_memory(base)).ok_or(FleetingError::NoMemory)
}

/// Removes what is at `place`: a folder on the disk, or a link with the folder that a killed process left behind it.
fn clear(place: &Path) -> io::Result<()> {
    match fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_symlink() => {
            let left = fs::read_link(place)?;
            let ours = left.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
            if ours && left.is_dir() && in_memory(&left) {
                fs::remove_dir_all(&left)?;
            }
            fs::remove_file(place)
        }
        Ok(_) => fs::remove_dir_all(place),
    }
}
