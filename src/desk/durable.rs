//! Files that are either wholly there or not at all.
//!
//! Protects against a power cut or a stick pulled too early: what [`write()`] returned from lies on the disk.
//! It does not protect against a disk that lies about what it wrote.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// What the names of unfinished files begin with.
pub const UNFINISHED: &str = ".unfinished-";

/// Writes a file of mode 0600 at `path`, in place of what is there: into a temporary one beside it, flushed, then renamed.
///
/// # Errors
/// Those of `fill`, or of the disk; then `path` is as it was.
pub fn write<T, E: From<io::Error>>(path: &Path, fill: impl FnOnce(&mut File) -> Result<T, E>) -> Result<T, E> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    let filled = fill(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|refused| refused.error)?;
    sync_folder(folder)?;
    Ok(filled)
}

/// A new folder in `folder` that its owner alone may look into, with a name that begins with `prefix`. Dropping it removes
/// it.
pub fn private_folder(prefix: &str, folder: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o700)).tempdir_in(folder)
}

/// Makes sure that the names in `folder` survive a power cut.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some sticks' file systems know no flushing of folders.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        done => done,
    }
}

/// Where a new file goes that a person asked for by `to`: a folder, in which it is called `name`, or its whole path.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if a file is there, [`io::ErrorKind::NotFound`] if its folder is not.
pub fn place(to: &Path, name: &str) -> io::Result<PathBuf> {
    let path = if to.is_dir() { to.join(name) } else { to.to_owned() };
    if fs::symlink_metadata(&path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if folder_of(&path).is_dir() { Ok(path) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// The folder that holds `path`.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, |file| file.write_all(b"first")).unwrap();
        let failed: io::Result<()> = write(&path, |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_ever_overwritten_for_a_person() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(place(folder.path(), "b").unwrap(), folder.path().join("b"));
        assert_eq!(place(&folder.path().join("c"), "b").unwrap(), folder.path().join("c"));
        fs::write(folder.path().join("b"), "").unwrap();
        assert_eq!(place(folder.path(), "b").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(place(&folder.path().join("no/b"), "x").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
