//! A disk's bytes in a file, and the file system on them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::{NamedTempFile, TempDir};

use super::PATIENCE;
use crate::process::{run, wait_for};

/// Where Debian keeps what makes a file system, also for those who do not have it in their PATH.
const FORMATTER: &str = "/usr/sbin/mkfs.ext4";

/// What makes an ext4.
pub(super) fn formatter() -> Result<PathBuf> {
    let path = PathBuf::from(FORMATTER);
    path.is_file().then_some(path).with_context(|| format!("{FORMATTER} is missing"))
}

/// The bytes of a disk, in a file that goes with this.
pub struct Image(NamedTempFile);

impl Image {
    /// An empty ext4 of `bytes`, as Debian would make it: data in order, and read-only after an error.
    pub fn format(bytes: u64) -> Result<Self> {
        let file = NamedTempFile::new()?;
        file.as_file().set_len(bytes)?;
        // Whole at once, so that no kernel thread goes on writing it while something is measured.
        let whole = "lazy_itable_init=0,lazy_journal_init=0,nodiscard";
        run(Command::new(formatter()?)
            .args(["-q", "-F", "-m", "0", "-e", "remount-ro", "-E", whole])
            .arg(file.path()))?;
        Ok(Self(file))
    }

    /// A copy, with holes where there is nothing.
    pub fn copy(&self) -> Result<Self> {
        let copy = NamedTempFile::new()?;
        run(Command::new("cp").arg("--sparse=always").arg(self.path()).arg(copy.path()))?;
        Ok(Self(copy))
    }

    /// Mounts it on a loop device. What is written goes into the file.
    pub fn mount(&self) -> Result<Mounted> {
        Mounted::new(self.path())
    }

    /// All its bytes, as a thief would read them now. What a mounted file system still keeps in memory is not among them.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(std::fs::read(self.path())?)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn file(&self) -> &File {
        self.0.as_file()
    }
}

/// A mounted file system. Dropping it unmounts it and frees its loop device.
pub struct Mounted {
    point: Option<TempDir>,
}

impl Mounted {
    pub(super) fn new(device: &Path) -> Result<Self> {
        let point = tempfile::tempdir()?;
        run(Command::new("mount").args(["-t", "ext4", "-o", "loop"]).arg(device).arg(point.path()))?;
        Ok(Self { point: Some(point) })
    }

    /// The folder where it is mounted.
    pub fn path(&self) -> &Path {
        self.point.as_ref().map_or(Path::new("/nowhere"), TempDir::path)
    }

    /// Unmounts it: all is in the image then.
    ///
    /// # Errors
    /// When somebody still has a file open on it after a while; it is gone from the folders then, not from the disk.
    pub fn unmount(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let Some(point) = self.point.take() else { return Ok(()) };
        let unmounted = wait_for("an idle file system", PATIENCE, || {
            Ok(run(Command::new("umount").arg(point.path())).ok().map(drop))
        });
        if unmounted.is_err() && run(Command::new("umount").arg("--lazy").arg(point.path())).is_err() {
            // Its folder may hold it still, and must not be emptied.
            let _ = point.keep();
        }
        unmounted
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            let _ = writeln!(std::io::stderr(), "a file system was not unmounted in order: {error:#}");
        }
    }
}
